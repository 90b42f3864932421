import { createHash, X509Certificate as X509 } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Integer, PrintableString } from 'asn1js';
import { generateKey, type PublicKey } from 'openpgp';
import { AttributeTypeAndValue, BasicConstraints, Certificate, Extension } from 'pkijs';
import ssh2 from 'ssh2';
import { keyFolder, type KeyFolder } from '../../adapters/bank/key-folder.ts';

// Keys and certificates that a test makes for itself: of a small authority, of a bank's server, and ours
// for TLS, SSH, CMS and OpenPGP. They are good for a day.

/** A certificate with its key, in PEM. */
interface Identity {
  readonly certificate: Certificate;
  readonly crt: string;
  readonly key: string;
  readonly keys: CryptoKeyPair;
  /** SHA-256 of the public key in base64, as a profile pins it. */
  readonly pin: string;
}

export interface BankKeys {
  /** Holds tls.key, tls.crt, tls.ca, cms.key, cms.crt, ssh.key and pgp.asc. */
  readonly folder: string;
  readonly keys: KeyFolder;
  readonly authority: Identity;
  readonly server: Identity;
  readonly signer: Certificate;
  readonly pgp: PublicKey;
  readonly ssh: { readonly host: string; readonly hostKey: string; readonly publicKey: string };
}

/** Makes them all; a fraction of a second, for no key is RSA. */
export async function makeBankKeys(): Promise<BankKeys> {
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-keys-'));
  const secret = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  };
  const authority = await identity('Sandbox Authority');
  const server = await identity('Sandbox Bank', authority);
  for (const name of ['tls', 'cms']) {
    const ours = await identity(`An Sinh ${name}`, authority);
    secret(`${name}.key`, ours.key);
    secret(`${name}.crt`, ours.crt);
    secret(`${name}.ca`, authority.crt);
  }
  const signer = Certificate.fromBER(
    new X509(await keyFolder(folder, undefined).text('cms', 'crt')).raw,
  );
  const [host, ours] = [sshKey(), sshKey()];
  secret('ssh.key', ours.private);
  const pgp = await generateKey({ userIDs: [{ name: 'An Sinh' }], format: 'object' });
  secret('pgp.asc', pgp.privateKey.armor());
  return {
    folder,
    keys: keyFolder(folder, undefined),
    authority,
    server,
    signer,
    pgp: pgp.publicKey,
    ssh: { host: host.private, hostKey: fingerprint(host.public), publicKey: ours.public },
  };
}

/** A key that can be read again: of some hundred keys the library writes one that it does not read itself. */
function sshKey(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** Of a line of authorized_keys: type, then the key in base64. */
function fingerprint(line: string): string {
  const [, blob = ''] = line.split(' ');
  const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const DAY_MS = 86_400_000;

async function identity(name: string, by?: Identity): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const certificate = new Certificate({ version: 2 });
  certificate.serialNumber = new Integer({
    valueHex: crypto.getRandomValues(new Uint8Array(8)).map((b) => b & 0x7f || 1),
  });
  certificate.subject.typesAndValues.push(commonName(name));
  certificate.issuer.typesAndValues.push(
    ...(by?.certificate.subject.typesAndValues ?? [commonName(name)]),
  );
  certificate.notBefore.value = new Date(Date.now() - DAY_MS);
  certificate.notAfter.value = new Date(Date.now() + DAY_MS);
  const constraints = new BasicConstraints({ cA: by === undefined });
  certificate.extensions = [
    new Extension({
      extnID: '2.5.29.19',
      critical: true,
      extnValue: constraints.toSchema().toBER(),
    }),
    new Extension({ extnID: '2.5.29.17', extnValue: LOOPBACK }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign((by?.keys ?? keys).privateKey, 'SHA-256');
  const spki = await crypto.subtle.exportKey('spki', keys.publicKey);
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate,
    keys,
    crt: pem('CERTIFICATE', certificate.toSchema().toBER()),
    key: pem('PRIVATE KEY', pkcs8),
    pin: createHash('sha256').update(Buffer.from(spki)).digest('base64'),
  };
}

/** SubjectAltName of one address: 127.0.0.1. */
const LOOPBACK = Uint8Array.from([0x30, 0x06, 0x87, 0x04, 127, 0, 0, 1]).buffer;

function commonName(name: string): AttributeTypeAndValue {
  return new AttributeTypeAndValue({
    type: '2.5.4.3',
    value: new PrintableString({ value: name }),
  });
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
