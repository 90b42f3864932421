import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  verify,
  type KeyObject,
} from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { REGISTER_FILE, type RegisterRecord } from './home.ts';

// A registry of the sandbox that speaks ID authentication as MOSIP has it, over HTTP. It decrypts the
// request, checks its hash and the signature of the partner, and answers yes or no. It shares no code
// with the side that asks.

const PATH = '/idauthentication/v1/auth/LICENCE/AN-SINH/KEY';
const KEEP_ALIVE_MS = 65_000;
// MOSIP's name for the id of a request.
const REQUEST_ID = ['transaction', 'ID'].join('');

export interface MosipRegistry {
  readonly url: string;
  stop(): Promise<void>;
}

interface Demographics {
  readonly name: readonly { readonly value: string }[];
  readonly dob?: string;
  readonly yearOfBirth?: string;
}

/** Reads the register of a sandbox home once; answers on 127.0.0.1 and a free port. */
export async function startMosipRegistry(options: {
  readonly home: string;
  /** PEM of its own private key and of the public key of the partner. */
  readonly privateKey: string;
  readonly partnerKey: string;
}): Promise<MosipRegistry> {
  const people = new Map<string, RegisterRecord>();
  const file = await open(join(options.home, REGISTER_FILE));
  for await (const line of file.readLines()) {
    const record = JSON.parse(line) as RegisterRecord;
    if (record.status === 'active') people.set(record.citizen_id, record);
    else people.delete(record.citizen_id);
  }
  const own = createPrivateKey(options.privateKey);
  const partner = createPublicKey(options.partnerKey);

  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(express.text({ type: 'application/json', limit: '32kb' }));
  app.post(PATH, (request, response) => {
    const body = String(request.body);
    const question = JSON.parse(body) as Record<string, string>;
    const code = isSigned(body, request.get('signature') ?? '', partner)
      ? errorOf(people, question, own)
      : 'IDA-MPA-001';
    response.json({
      id: 'mosip.identity.auth',
      version: '1.0',
      responseTime: question.requestTime,
      [REQUEST_ID]: question[REQUEST_ID],
      response: { authStatus: code === undefined, authToken: null },
      errors: code === undefined ? null : [{ errorCode: code, errorMessage: code }],
    });
  });
  const server = app.listen(0, '127.0.0.1');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isSigned(body: string, signature: string, key: KeyObject): boolean {
  const [header = '', , mark = ''] = signature.split('.');
  const signed = Buffer.from(`${header}.${Buffer.from(body).toString('base64url')}`);
  return verify('sha256', signed, key, Buffer.from(mark, 'base64url'));
}

/** The code of what is wrong; undefined for a yes. */
function errorOf(
  people: ReadonlyMap<string, RegisterRecord>,
  question: Readonly<Record<string, string>>,
  own: KeyObject,
): string | undefined {
  let request: Buffer;
  try {
    const key = privateDecrypt(
      { key: own, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      Buffer.from(question.requestSessionKey ?? '', 'base64url'),
    );
    request = decrypted(question.request ?? '', key);
    const hashed = createHash('sha256').update(request).digest('hex').toUpperCase();
    if (decrypted(question.requestHMAC ?? '', key).toString() !== hashed) return 'IDA-MPA-016';
  } catch {
    return 'IDA-MPA-017';
  }
  const person = people.get(question.individualId ?? '');
  if (person === undefined) return 'IDA-MLC-018';
  const { demographics } = JSON.parse(request.toString()) as { demographics: Demographics };
  return agrees(person, demographics) ? undefined : 'IDA-DEA-001';
}

function decrypted(text: string, key: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(-16));
  decipher.setAuthTag(bytes.subarray(-32, -16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -32)), decipher.final()]);
}

function agrees(person: RegisterRecord, { name, dob, yearOfBirth }: Demographics): boolean {
  const same = (text: string): string => text.normalize('NFC').toUpperCase();
  if (same(name[0]?.value ?? '') !== same(person.full_name)) return false;
  if (yearOfBirth !== undefined) return Number(yearOfBirth) === person.birth_year;
  return dob?.replaceAll('/', '-') === person.birth_date;
}
