import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { KeyFolder } from './key-folder.ts';

export type HttpsProfile = Extract<BankProfile['transport'], { kind: 'https' }>;

/** One bank over HTTPS, where both sides show a certificate. Nothing is repeated by itself. */
export interface HttpsSession {
  /** Asks for what lies at a path below the address of the profile. The body must be read. */
  ask(
    method: 'HEAD' | 'GET' | 'PUT' | 'DELETE',
    path: string,
    request?: Pick<Dispatcher.RequestOptions, 'headers' | 'body'>,
  ): Promise<Dispatcher.ResponseData>;
}

const CONNECT_MS = 20_000;
const ANSWER_MS = 60_000;

/**
 * A session with the server of a profile. Its certificate must be vouched for, by the authorities beside
 * our key or by those of the system, and its public key must be the one that the profile pins: before
 * both are known, not one byte of ours is sent.
 */
export function httpsSession(profile: HttpsProfile, keys: KeyFolder): HttpsSession {
  const { origin, pathname } = new URL(profile.url);
  let open: Promise<Pool> | undefined;
  return {
    async ask(method, path, request = {}) {
      const pool = await (open ??= poolOf(origin, profile, keys));
      return pool.request({ ...request, method, path: `${pathname}${path}` });
    },
  };
}

async function poolOf(origin: string, profile: HttpsProfile, keys: KeyFolder): Promise<Pool> {
  const { identity, serverKey } = profile;
  const ca = await keys.authorities(identity);
  const connect = buildConnector({
    key: (await keys.privateKey(identity)).export({ type: 'pkcs8', format: 'pem' }),
    cert: await keys.text(identity, 'crt'),
    ...(ca === undefined ? {} : { ca }),
    minVersion: 'TLSv1.2',
    timeout: CONNECT_MS,
    // A resumed session shows no certificate to hold against the pin.
    maxCachedSessions: 0,
  });
  return new Pool(origin, {
    connections: 2,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    connect(options, done) {
      connect(options, (error, socket) => {
        if (error !== null) done(error, null);
        else if (pinOf(socket as TLSSocket) === serverKey) done(null, socket);
        else {
          socket.destroy();
          done(new Refusal('counterpart-not-itself', { origin }), null);
        }
      });
    },
  });
}

/** SHA-256 of the public key in the certificate (SPKI), in base64. */
function pinOf(socket: TLSSocket): string {
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  return spki === undefined ? '' : createHash('sha256').update(spki).digest('base64');
}

/** Reads an answer to its end, and throws unless its status is one of those. */
export async function finished(
  { statusCode, body }: Dispatcher.ResponseData,
  allowed: readonly number[],
): Promise<number> {
  await body.dump();
  if (!allowed.includes(statusCode)) throw unexpected(statusCode);
  return statusCode;
}

export function unexpected(statusCode: number): Error {
  return new Error(`the bank answered with HTTP status ${statusCode}`);
}
