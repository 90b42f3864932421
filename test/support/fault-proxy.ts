import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of the counterpart, as it is about to be passed on. */
interface PassedAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One call that passes through: nothing is answered unless the fault does it. */
interface Passing {
  /** From 1. */
  readonly count: number;
  readonly request: string;
  readonly response: ServerResponse;
  /** Asks the counterpart itself. */
  readonly forward: (request?: string) => Promise<PassedAnswer>;
  readonly answer: (answer: PassedAnswer, headers?: Readonly<Record<string, string>>) => void;
}

export type Fault = (passing: Passing) => void | Promise<void>;

/** Passes a call on and its answer back, as it is. */
export const sound: Fault = async ({ forward, answer }) => {
  answer(await forward());
};

export interface FaultProxy {
  readonly url: string;
  readonly count: number;
  /** What happens to calls from now on. */
  fault: Fault;
  stop(): Promise<void>;
}

/** Stands in front of a counterpart, on 127.0.0.1 and a free port, and does to calls what a test says. */
export async function startFaultProxy(upstream: string, fault: Fault = sound): Promise<FaultProxy> {
  const target = new URL(upstream);
  let count = 0;
  const server = createServer((incoming, response) => {
    let request = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (request += text));
    incoming.on('end', () => {
      count += 1;
      const { 'content-type': type = '', soapaction, signature } = incoming.headers;
      const headers = { 'content-type': type, ...extra({ soapaction, signature }) };
      void proxy.fault({
        count,
        request,
        response,
        forward: (body = request) => passedOn(target, body, headers),
        answer: ({ status, type: answerType, body }, more = {}) => {
          response.writeHead(status, { 'content-type': answerType, ...more }).end(body);
        },
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    get count() {
      return count;
    },
    fault,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

function extra(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

async function passedOn(
  target: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<PassedAnswer> {
  const sent = ask(target, { method: 'POST', headers, agent: false }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of answer.setEncoding('utf8') as AsyncIterable<string>) text += part;
  const type = answer.headers['content-type'] ?? '';
  return { status: answer.statusCode ?? 0, type, body: text };
}
