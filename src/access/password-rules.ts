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

/** Whether each letter follows the one before: 123456789012, abcdefghijkl, or backwards. */
function isRun(text: string): boolean {
  const steps = Array.from(text.slice(1), (_, i) => text.charCodeAt(i + 1) - text.charCodeAt(i));
  return steps.filter((step) => Math.abs(step) <= 1).length >= steps.length - 1;
}
