import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './session.ts';

/** The rule that a new password breaks: it is told to the person who chose it. */
export type PasswordFault = 'is-missing' | 'too-short' | 'too-long' | 'too-simple' | 'names-person';

/** So many different letters a password has at least: less is a pattern of the keyboard. */
const DIFFERENT = 5;

/**
 * What is wrong with a password that somebody chooses, or null. Length counts and no kind of letter is
 * asked for (NIST SP 800-63B, 5.1.1.2); letters are counted as people see them.
 */
export function passwordFault(password: string, personId: string): PasswordFault | null {
  const { length } = Array.from(password.normalize('NFC'));
  if (length < SHORTEST_PASSWORD) return 'too-short';
  if (length > LONGEST_PASSWORD) return 'too-long';
  const lower = password.toLowerCase();
  if (lower.includes(personId)) return 'names-person';
  if (new Set(lower).size < DIFFERENT || isRun(lower)) return 'too-simple';
  return null;
}

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890'] as const;

/** Whether letters follow each other, in the alphabet or on the keyboard, with one break at most. */
function isRun(text: string): boolean {
  const follows = Array.from(text.slice(1), (letter, i) => isNext(text.charAt(i), letter));
  return follows.filter((does) => !does).length <= 1;
}

function isNext(one: string, other: string): boolean {
  if (Math.abs(one.charCodeAt(0) - other.charCodeAt(0)) <= 1) return true;
  return ROWS.some((row) => row.includes(one + other) || row.includes(other + one));
}
