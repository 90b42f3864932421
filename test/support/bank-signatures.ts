import { existsSync, readFileSync } from 'node:fs';
import { createMessage, readSignature, verify } from 'openpgp';
import { ContentInfo, SignedData } from 'pkijs';
import type { BankKeys } from './bank-keys.ts';

// What a bank does with the signature beside a file.

/** Whether a file has a good CMS signature of ours. */
export async function hasCms(path: string, signaturePath: string, of: BankKeys): Promise<boolean> {
  if (!existsSync(signaturePath)) return false;
  const content: unknown = ContentInfo.fromBER(readFileSync(signaturePath)).content;
  const signed = new SignedData({ schema: content });
  return signed.verify({
    signer: 0,
    data: new Uint8Array(readFileSync(path)).buffer,
    trustedCerts: [of.authority.certificate],
    checkChain: true,
  });
}

/** The same for OpenPGP, armored or not. */
export async function hasOpenPgp(
  path: string,
  signaturePath: string,
  of: BankKeys,
): Promise<boolean> {
  if (!existsSync(signaturePath)) return false;
  const bytes = readFileSync(signaturePath);
  const signature = bytes.toString('latin1').startsWith('-----BEGIN PGP SIGNATURE')
    ? await readSignature({ armoredSignature: bytes.toString('latin1') })
    : await readSignature({ binarySignature: bytes });
  const { signatures } = await verify({
    message: await createMessage({ binary: readFileSync(path) }),
    signature,
    verificationKeys: of.pgp,
  });
  const [first] = signatures;
  return (await first?.verified.catch(() => false)) ?? false;
}
