// A published head as a signed note (C2SP signed-note and tlog-checkpoint): plain text that prints on
// one sheet of paper, that other tools read, and whose signature covers the lines above it.
//
//   an-sinh/40/5f3c9a1e            the log, which is also the name of its key
//   1234                           how many events
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root over them, RFC 9162
//
//   — an-sinh/40/5f3c9a1e Az3grlgt…=                key id (4 bytes) and Ed25519 signature

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export interface SignedCheckpoint extends Checkpoint {
  /** The lines that are signed, to the newline of the last. */
  readonly signed: string;
  /** The first 4 bytes of SHA-256(name || 0x0A || 0x01 || public key), and who claims them. */
  readonly keyName: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

const SIGNED_NOTE =
  /^(?<signed>(?<origin>\S[^\n]*)\n(?<size>0|[1-9][0-9]{0,14})\n(?<root>[A-Za-z0-9+/]{43}=)\n)\n\u2014 (?<name>[^\s+]+) (?<signature>[A-Za-z0-9+/]{91}=)\n$/;

const KEY_ID_BYTES = 4;

/** The text of a head, as it is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** The text with the line of its signature. */
export function signedNote(
  signed: string,
  by: { keyName: string; keyId: Uint8Array; signature: Uint8Array },
): string {
  const line = Buffer.concat([by.keyId, by.signature]).toString('base64');
  return `${signed}\n\u2014 ${by.keyName} ${line}\n`;
}

/** Reads a head with one signature; undefined when the text is not one. It does not check the signature. */
export function readSignedNote(text: string): SignedCheckpoint | undefined {
  const read = SIGNED_NOTE.exec(text)?.groups;
  if (read === undefined) return undefined;
  const { signed = '', origin = '', size, root = '', name = '', signature = '' } = read;
  const line = Buffer.from(signature, 'base64');
  return {
    signed,
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    keyName: name,
    keyId: line.subarray(0, KEY_ID_BYTES),
    signature: line.subarray(KEY_ID_BYTES),
  };
}

const VERIFIER_KEY = /^(?<name>[^\s+]+)\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]{44})$/;
/** The byte that says Ed25519 before a public key. */
const ED25519 = 0x01;

/** A public key as it is handed to an auditor: name, key id and key on one line (C2SP signed-note). */
export function verifierKey(of: {
  name: string;
  keyId: Uint8Array;
  publicKey: Uint8Array;
}): string {
  const key = Buffer.from([ED25519, ...of.publicKey]).toString('base64');
  return `${of.name}+${Buffer.from(of.keyId).toString('hex')}+${key}`;
}

/** Reads such a line; undefined when it is not one of an Ed25519 key. */
export function readVerifierKey(text: string): { name: string; publicKey: Uint8Array } | undefined {
  const { name, key } = VERIFIER_KEY.exec(text.trim())?.groups ?? {};
  if (name === undefined || key === undefined) return undefined;
  const [algorithm, ...publicKey] = Buffer.from(key, 'base64');
  return algorithm === ED25519 ? { name, publicKey: Uint8Array.from(publicKey) } : undefined;
}

/** What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX_BYTES = 12;

/** The 32 bytes of a public key, from its SubjectPublicKeyInfo. */
export function bareKey(spki: Uint8Array): Uint8Array {
  return spki.subarray(SPKI_PREFIX_BYTES);
}
