import { hash, verify } from '@node-rs/argon2';

// The first choice of OWASP's cheat sheet and of RFC 9106 where memory is scarce: argon2id, 19 MiB, two
// passes. The library's default algorithm is argon2id; a constraint of the database holds it to that.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// One letter has two spellings in Unicode, and which of them is typed depends on the machine.
const spelt = (password: string): string => password.normalize('NFC');

/** An argon2id hash in PHC form, to be stored. */
export function hashPassword(password: string): Promise<string> {
  return hash(spelt(password), COST);
}

/** Whether a password is that of a hash. */
export function isPassword(password: string, ofHash: string): Promise<boolean> {
  return verify(ofHash, spelt(password));
}

let nobodys: Promise<string> | undefined;

/** Takes as long as isPassword and says no: for an account that is not there. */
export async function isNobodysPassword(password: string): Promise<false> {
  nobodys ??= hashPassword('');
  await isPassword(password, await nobodys);
  return false;
}
