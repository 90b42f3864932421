import { randomInt } from 'node:crypto';

/** No letter looks like another: it is read from paper and told over a telephone. */
const LETTERS = 'abcdefghjkmnpqrstvwxyz23456789';
const GROUPS = 4;
const GROUP = 4;

/** Sixteen random letters in groups of four: 78 bits, for something that is good once. */
export function spokenCode(): string {
  return Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  ).join('-');
}
