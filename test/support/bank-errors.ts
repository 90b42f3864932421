import type { Line } from './bank-files.ts';
import { table } from './table.ts';

// The ways in which a bank errs about one instruction, and what two persons decide of each break that
// follows. Whatever draws its errors from here can say in advance what will be found.

/** A row of BANK_ERRORS. */
export type BankError = Record<'case' | 'status' | 'debit' | 'credit' | 'decided', string>;

/**
 * What the bank says of one instruction: a refusal, debits and credits, = as instructed, ~ under a wrong
 * reference; and what is decided of each break, as kind:fate:outcome.
 */
export const BANK_ERRORS: readonly BankError[] = table(`
  case                 status  debit  credit  decided
  a-dong-more          -       +1     -       amount-differs:paid:bank-owes
  a-dong-less          -       -1     -       amount-differs:not-paid:bank-owes
  twice                -       =,=    -       settled-twice::bank-owes
  silent               -       -      -       not-answered:not-paid:
  may-have-been-paid   -       -      -       not-answered:paid:owed-to-bank
  wrong-digit          -       ~      -       not-answered:paid:owed-to-bank,unknown-reference::bank-took
  returned             -       =      =       -
  returned-twice       -       =      =,=     returned-twice::owed-to-bank
  returned-short       -       =      -1      amount-differs:returned:charged
  returned-unbooked    -       -      =       not-answered:not-paid:,returned-unbooked::owed-to-bank
  refused              AC04    -      -       -
  refused-and-booked   AC04    =      -       rejected-after-booking::
`);

/** What is decided of breaks that are of no single instruction, by kind. */
export const OTHER_DECISIONS: readonly string[] = [
  'not-instructed::charged',
  'unexplained-credit::topped-up',
  'other-channel::bank-owes',
  'sum-differs::',
  'returned-after-close::',
];

/** The lines that a bank writes for an instruction, drawn as in BANK_ERRORS. */
export function linesDrawn({ reference, amount }: Line, drawn: string): Line[] {
  return (drawn === '' ? [] : drawn.split(',')).map((token) => ({
    reference: token === '~' ? misspelt(reference) : reference,
    amount: amount + (token === '+1' ? 1n : token === '-1' ? -1n : 0n),
  }));
}

/** A reference of the form of ours that names nobody. */
function misspelt(reference: string): string {
  return reference.replace(/N(\d+T\d+)$/, '9999N$1');
}

/** What will be decided of the breaks about one instruction, by their kind and reference. */
export function decisionsOn(line: Line, error: BankError): [string, string][] {
  return (error.decided === '' ? [] : error.decided.split(',')).map((told) => {
    const [kind = ''] = told.split(':');
    const reference = kind === 'unknown-reference' ? misspelt(line.reference) : line.reference;
    return [`${kind} ${reference}`, told];
  });
}
