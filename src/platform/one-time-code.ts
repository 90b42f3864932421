import { Secret, TOTP } from 'otpauth';

/** A code lives for one step and no longer (RFC 6238; ASVS 6.5.5). */
const STEP_SECONDS = 30;

const BYTES = 20;

/** A new secret of 160 bits, as RFC 4226 recommends for SHA-1. */
export function newCodeSecret(): Buffer {
  return Buffer.from(new Secret({ size: BYTES }).bytes);
}

/**
 * The step whose code this is, at an instant; null if it is not the code of that instant. Six digits,
 * SHA-1 and 30 seconds are what every authenticator app can do.
 */
export function stepOfCode(secret: Buffer, code: string, at: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const timestamp = at.getTime();
  // Compared in constant time by the library. No step before or after: a code is not given twice, and
  // not late.
  const delta = codes(secret).validate({ token: code, timestamp, window: 0 });
  return delta === null ? null : Math.floor(timestamp / 1000 / STEP_SECONDS);
}

/** The code of an instant: what an authenticator shows. */
export function codeAt(secret: Buffer, at: Date): string {
  return codes(secret).generate({ timestamp: at.getTime() });
}

/** What an authenticator app scans, and the secret in letters for who types it. */
export function enrolment(secret: Buffer, label: string): { address: string; letters: string } {
  const totp = codes(secret, label);
  return { address: totp.toString(), letters: totp.secret.base32 };
}

function codes(secret: Buffer, label = ''): TOTP {
  // A copy: the library wants memory of its own and not a window into a pool.
  const bytes = new Uint8Array(secret);
  return new TOTP({
    issuer: 'An Sinh',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_SECONDS,
    secret: new Secret({ buffer: bytes.buffer }),
  });
}
