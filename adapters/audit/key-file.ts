import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bareKey } from '../../src/audit/checkpoint.ts';
import type { HeadSigner } from '../../src/audit/head-signer.port.ts';

/**
 * Signs with the Ed25519 key of a PEM file (PKCS #8), which lies where the database's administrators
 * cannot write. Throws when the file is not such a key.
 */
export function keyFileSigner(path: string, name: string): HeadSigner {
  const key = createPrivateKey(readFileSync(path));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${path} is not an Ed25519 key`);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    name,
    publicKey: bareKey(spki),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key),
  };
}

/** Makes a new key that only its owner may read. A file that is there is never written over. */
export function makeKeyFile(path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    flag: 'wx',
    mode: 0o600,
  });
}

/** The same, unless there is one: for a sandbox, whose key proves nothing to anybody. */
export function ensureKeyFile(path: string): void {
  if (!existsSync(path)) makeKeyFile(path);
}
