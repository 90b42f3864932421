import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a machine asks of a service: whether it lives, whether it can work, and its figures. */
export interface Health {
  /** What keeps it from working, as codes; none when it can. */
  ready(): Promise<readonly string[]>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

/** How long a check may take: a database that does not answer is an answer. */
const PATIENCE_MS = 5_000;

/**
 * Answers /health, /ready and /metrics on an address of this machine, such as 127.0.0.1:9464. It tells codes
 * and counts, and listens on loopback alone: it asks nobody who they are.
 */
export async function startHealthServer(
  listen: string,
  health: Health,
  patienceMs = PATIENCE_MS,
): Promise<{ port: number; stop(): Promise<void> }> {
  const at = listen.lastIndexOf(':');
  const server = createServer((request, response) => {
    void answer(request.url ?? '', response, { ...health, patienceMs });
  });
  server.listen(Number(listen.slice(at + 1)), listen.slice(0, at).replace(/[[\]]/g, ''));
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  path: string,
  response: ServerResponse,
  health: Health & { patienceMs: number },
): Promise<void> {
  if (path === '/health') {
    say(response, 200, { alive: true });
  } else if (path === '/ready') {
    const wrong = await inTime(health.ready(), health.patienceMs).catch(() => ['database-silent']);
    say(response, wrong.length === 0 ? 200 : 503, { ready: wrong.length === 0, wrong });
  } else if (path === '/metrics') {
    const text = await inTime(health.metrics(), health.patienceMs).catch(() => undefined);
    if (text === undefined) say(response, 503, { wrong: ['database-silent'] });
    else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
  } else {
    say(response, 404, {});
  }
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, patienceMs, new Error('no answer in time'));
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
