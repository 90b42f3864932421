import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { BankKeys } from './bank-keys.ts';

// A real HTTPS server over the folder of a bank, which asks for a certificate of ours.

interface HttpsFaults {
  /** A put is done, and the line is cut before its answer. */
  losePut?: boolean;
  /** What is kept is not what came. */
  spoil?: boolean;
}

export interface HttpsBank {
  readonly profile: Extract<BankProfile['transport'], { kind: 'https' }>;
  readonly faults: HttpsFaults;
  readonly asked: string[];
  stop(): Promise<void>;
}

export interface HttpsBankOptions {
  readonly folder: string;
  readonly keys: BankKeys;
  readonly signatureSuffix?: string;
  readonly mayEnter?: (path: string, signaturePath: string) => Promise<boolean>;
}

/** Starts it on a port of its own, with in, done and out in its folder. */
export async function startHttpsBank(options: HttpsBankOptions): Promise<HttpsBank> {
  const { folder, keys } = options;
  for (const name of ['in', 'done', 'out', 'out/taken', 'beside']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const faults: HttpsFaults = {};
  const asked: string[] = [];
  const server = createServer(
    {
      key: keys.server.key,
      cert: keys.server.crt,
      ca: keys.authority.crt,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      answer(request, response, { ...options, faults }).catch(() => {
        response.destroy();
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    faults,
    asked,
    profile: {
      kind: 'https',
      url: `https://127.0.0.1:${port}/an-sinh/`,
      identity: 'tls',
      serverKey: keys.server.pin,
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

type Answering = HttpsBankOptions & { readonly faults: HttpsFaults };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  of: Answering,
): Promise<void> {
  const [, part, name] =
    /^\/an-sinh\/(payments|answers)\/([A-Za-z0-9._-]*)$/.exec(request.url ?? '') ?? [];
  if (part === 'payments') await answerPayments(request, response, { ...of, name: name ?? '' });
  else if (part === 'answers') answerAnswers(request, response, { ...of, name: name ?? '' });
  else response.writeHead(404).end();
}

async function answerPayments(
  request: IncomingMessage,
  response: ServerResponse,
  of: Answering & { name: string },
): Promise<void> {
  const { folder, name, signatureSuffix } = of;
  const isSignature = signatureSuffix !== undefined && name.endsWith(signatureSuffix);
  const places = (isSignature ? ['beside'] : ['in', 'done']).map((at) => join(folder, at, name));
  const there = places.find((path) => existsSync(path));
  if (request.method === 'HEAD') tellOf(there, response);
  else {
    const bytes = await bytesOf(request);
    if (there !== undefined) response.writeHead(412).end();
    else if (request.headers['content-digest'] !== digestOf(bytes)) response.writeHead(400).end();
    else await keep(bytes, response, { ...of, final: places[0] ?? '', isSignature });
  }
}

function tellOf(path: string | undefined, response: ServerResponse): void {
  if (path === undefined) {
    response.writeHead(404).end();
    return;
  }
  const bytes = readFileSync(path);
  response.writeHead(200, { 'content-length': bytes.length, 'repr-digest': digestOf(bytes) }).end();
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function keep(
  bytes: Buffer,
  response: ServerResponse,
  of: Answering & { name: string; final: string; isSignature: boolean },
): Promise<void> {
  const { folder, name, final, faults, signatureSuffix, mayEnter, isSignature } = of;
  const temporary = join(folder, 'beside', `${basename(final)}.tmp`);
  const spoilt = faults.spoil === true ? [Buffer.from(' ')] : [];
  writeFileSync(temporary, Buffer.concat([bytes, ...spoilt]));
  const beside = join(folder, 'beside', `${name}${signatureSuffix ?? ''}`);
  if (!isSignature && mayEnter !== undefined && !(await mayEnter(temporary, beside))) {
    response.writeHead(422).end();
    return;
  }
  renameSync(temporary, final);
  if (faults.losePut === true) response.destroy();
  else response.writeHead(201).end();
}

function answerAnswers(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, name }: Answering & { name: string },
): void {
  const out = join(folder, 'out');
  if (name === '') {
    const names = readdirSync(out, { withFileTypes: true }).filter((one) => one.isFile());
    response.end(JSON.stringify(names.map((one) => one.name)));
  } else if (!existsSync(join(out, name))) response.writeHead(404).end();
  else if (request.method === 'DELETE') {
    renameSync(join(out, name), join(out, 'taken', name));
    response.writeHead(204).end();
  } else response.end(readFileSync(join(out, name)));
}

function digestOf(bytes: Buffer): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
}
