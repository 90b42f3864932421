import { createHash, createPublicKey, verify } from 'node:crypto';

// Ed25519 (RFC 8032) with keys as 32 bytes, and the name of a key as C2SP signed-note has it.

/** What stands before the 32 bytes of a public key in SubjectPublicKeyInfo (RFC 8410). */
const KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a signature (64 bytes) is that of a text in UTF-8 by a public key (32 bytes). */
export function isSignedBy(publicKey: Uint8Array, text: string, signature: Uint8Array): boolean {
  const key = createPublicKey({
    key: Buffer.concat([KEY_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(text, 'utf8'), key, signature);
}

/** The first 4 bytes of SHA-256(name || 0x0A || 0x01 || key): which key signed a note. */
export function keyIdOf(name: string, publicKey: Uint8Array): Uint8Array {
  const said = Buffer.concat([Buffer.from(`${name}\n\x01`), publicKey]);
  return createHash('sha256').update(said).digest().subarray(0, 4);
}
