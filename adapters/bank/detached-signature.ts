import { createHash, X509Certificate } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { PaymentFileOnDisk } from '../../src/release/payment-transport.port.ts';
import type { KeyFolder } from './key-folder.ts';

/** Signs a file, detached: the signature lies beside it and the file stays as it is. */
export type FileSigner = (file: PaymentFileOnDisk) => Promise<Uint8Array>;

/** The signer of a profile whose files are signed. */
export function fileSigner(
  { kind, identity, suffix }: BankProfile['signature'],
  keys: KeyFolder,
): FileSigner {
  if (kind === 'openpgp') {
    return (file) => signOpenPgp(file, { identity, isArmored: suffix === '.asc' }, keys);
  }
  return (file) => signCms(file, identity, keys);
}

const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

/**
 * CMS SignedData (RFC 5652) without its content, in DER. What is signed is the hash that was approved and
 * not what lies on the disk now, so bytes that were changed meanwhile never get a signature. There is no
 * signing time in it: with an RSA key, the same file has the same signature.
 */
async function signCms(
  { sha256 }: PaymentFileOnDisk,
  identity: string,
  keys: KeyFolder,
): Promise<Uint8Array> {
  // Only who signs with it needs it.
  const { ObjectIdentifier, OctetString } = await import('asn1js');
  const pki = await import('pkijs');
  const { raw } = new X509Certificate(await keys.text(identity, 'crt'));
  const certificate = pki.Certificate.fromBER(raw);
  const key = await keys.privateKey(identity);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const algorithm =
    key.asymmetricKeyType === 'ec'
      ? { name: 'ECDSA', namedCurve: CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? '' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const signing = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  const signed = new pki.SignedData({
    version: 1,
    encapContentInfo: new pki.EncapsulatedContentInfo({ eContentType: DATA }),
    certificates: [certificate],
    signerInfos: [
      new pki.SignerInfo({
        version: 1,
        sid: new pki.IssuerAndSerialNumber({
          issuer: certificate.issuer,
          serialNumber: certificate.serialNumber,
        }),
        signedAttrs: new pki.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            new pki.Attribute({
              type: CONTENT_TYPE,
              values: [new ObjectIdentifier({ value: DATA })],
            }),
            new pki.Attribute({
              type: MESSAGE_DIGEST,
              values: [new OctetString({ valueHex: Buffer.from(sha256, 'hex') })],
            }),
          ],
        }),
      }),
    ],
  });
  await signed.sign(signing, 0, 'SHA-256');
  const content = new pki.ContentInfo({ contentType: SIGNED_DATA, content: signed.toSchema(true) });
  return new Uint8Array(content.toSchema().toBER());
}

/** The curves of CMS by the names of OpenSSL. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** OpenPGP (RFC 9580); in text form where the suffix is .asc. Throws Refusal file-altered. */
async function signOpenPgp(
  { name, path, sha256 }: PaymentFileOnDisk,
  { identity, isArmored }: { identity: string; isArmored: boolean },
  keys: KeyFolder,
): Promise<Uint8Array> {
  // Only who signs with it needs it.
  const openpgp = await import('openpgp');
  const locked = await openpgp.readPrivateKey({ armoredKey: await keys.text(identity, 'asc') });
  const { passphrase } = keys;
  const privateKey =
    locked.isDecrypted() || passphrase === undefined
      ? locked
      : await openpgp.decryptKey({ privateKey: locked, passphrase });
  const hash = createHash('sha256');
  const content = Readable.toWeb(Readable.from(hashed(path, hash))) as ReadableStream<Uint8Array>;
  // Its types are of a package of its own that is not always there.
  const signature: unknown = await openpgp.sign({
    message: await openpgp.createMessage({ binary: content }),
    signingKeys: privateKey,
    detached: true,
    format: 'binary',
  });
  const bytes = await collected(signature as AsyncIterable<Uint8Array>);
  // Only now has the whole file been read.
  if (hash.digest('hex') !== sha256) throw new Refusal('file-altered', { file: name });
  if (!isArmored) return bytes;
  return Buffer.from(openpgp.armor(openpgp.enums.armor.signature, bytes), 'ascii');
}

async function* hashed(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
