import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../kernel/refusal.ts';

/** Seals small secrets that the database keeps, with a key that the database does not have. */
export interface Vault {
  /** Sealed for an owner: opened for another it fails. */
  seal(secret: Buffer, owner: string): Buffer;
  /** Throws when the bytes were changed, or are another's. */
  open(sealed: Buffer, owner: string): Buffer;
  /** A key for one other purpose, that tells nothing of this one. */
  keyFor(purpose: string): Buffer;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** AES-256-GCM under a key of 32 bytes: nonce, tag, then what is sealed; the owner is bound to it. */
export function vaultWith(key: Buffer): Vault {
  return {
    seal(secret, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed, owner) {
      const tagEnds = NONCE_BYTES + TAG_BYTES;
      const cipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(owner))
        .setAuthTag(sealed.subarray(NONCE_BYTES, tagEnds));
      return Buffer.concat([cipher.update(sealed.subarray(tagEnds)), cipher.final()]);
    },
    keyFor: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `an-sinh/${purpose}`, KEY_BYTES)),
  };
}

/** The vault of a key file: 64 hex digits. Throws Refusal configuration-wrong. */
export function vaultOfFile(path: string): Vault {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Refusal('configuration-wrong', {
      WEB_KEY_FILE: 'cần tệp gồm 64 chữ số hex / needs a file of 64 hex digits',
    });
  }
  return vaultWith(Buffer.from(text, 'hex'));
}

/** Makes the key file of a vault unless it is there; nobody else of the machine may read it. */
export function ensureVaultKey(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}
