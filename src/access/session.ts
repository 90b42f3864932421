/** How long a session lives that nobody uses: a shared office PC is left alone sooner or later. */
export const IDLE_MINUTES = 15;

/** How long a session lives at most, however busy: one working day. */
export const LONGEST_HOURS = 12;

/** How long a code of the second factor stands for a signature or a change of account (I12). */
const STEP_UP_MINUTES = 5;

/** How long a password may be used that was given to its person by another. */
export const ONE_TIME_HOURS = 72;

/** NIST SP 800-63B asks for 8 characters beside a second factor; ours is longer. */
export const SHORTEST_PASSWORD = 12;

/** Longer is refused and never cut: two passwords must not be one. */
export const LONGEST_PASSWORD = 256;

/** How often something may be tried in a window before it has to wait for the next. */
export interface Limit {
  readonly kind: string;
  readonly tries: number;
  readonly windowMinutes: number;
}

/**
 * Failed sign-ins of one account. Above it a password is looked at only beside a right code, so that
 * who knows a name can lock nobody out: its person still has the code.
 */
export const SIGN_INS_OF_ACCOUNT: Limit = { kind: 'sign-in', tries: 10, windowMinutes: 15 };

/** Failed sign-ins from one address: an office may stand behind one, so it is wider. */
export const SIGN_INS_OF_ADDRESS: Limit = { kind: 'address', tries: 60, windowMinutes: 15 };

/** Wrong codes of somebody who is signed in: a guess in 200,000 before the session ends. */
export const CODES_OF_PERSON: Limit = { kind: 'code', tries: 5, windowMinutes: 15 };

/** Whether a code that was given at `stepUpAt` still stands for a signature at `now`. */
export function isFresh(stepUpAt: Date | null, now: Date): stepUpAt is Date {
  if (stepUpAt === null) return false;
  const age = now.getTime() - stepUpAt.getTime();
  return age >= 0 && age <= STEP_UP_MINUTES * 60_000;
}

/**
 * A browser's name of itself, short enough to be kept, so that a person knows their own sessions
 * apart. Letters that a page or a log would obey are left out.
 */
export function deviceName(header: string): string {
  const known = /(Edg|OPR|SamsungBrowser|CocCoc|coc_coc_browser|Firefox|Chrome|Safari)\/(\d+)/.exec(
    header,
  );
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(header);
  const parts = [known === null ? '' : `${known[1] ?? ''} ${known[2] ?? ''}`, system?.[1] ?? ''];
  return parts.filter((part) => part !== '').join(', ');
}
