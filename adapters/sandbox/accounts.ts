import { DRAW, drawn, pick, type Chances } from './chance.ts';
import { lastDigits } from './digits.ts';

export interface BankAccount {
  readonly bin: string;
  readonly bankName: string;
  readonly number: string;
}

interface Bank {
  readonly bin: string;
  readonly name: string;
  /** Every account of the bank begins so. */
  readonly prefix: string;
  /** Digits between the prefix and the last seven. */
  readonly branchDigits: number;
}

// As often as they are met in the province. Numbers have the length that each bank uses.
const BANKS: readonly Bank[] = [
  ...Array.from({ length: 17 }, () => bank('970405', 'Agribank', '36', 4)),
  ...Array.from({ length: 7 }, () => bank('970418', 'BIDV', '51', 4)),
  ...Array.from({ length: 6 }, () => bank('970436', 'Vietcombank', '0', 5)),
  ...Array.from({ length: 5 }, () => bank('970415', 'VietinBank', '106', 2)),
  ...Array.from({ length: 5 }, () => bank('970422', 'MB Bank', '8', 5)),
  ...Array.from({ length: 4 }, () => bank('970449', 'LPBank', '0', 3)),
  bank('970407', 'Techcombank', '1903', 3),
  bank('970403', 'Sacombank', '0600', 1),
  bank('970432', 'VPBank', '6', 1),
  bank('970437', 'HDBank', '0', 6),
  bank('970423', 'TPBank', '06', 2),
  bank('970416', 'ACB', '5', 0),
];

function bank(bin: string, name: string, prefix: string, branchDigits: number): Bank {
  return { bin, name, prefix, branchDigits };
}

// A prime above every person's number: the last seven digits are different for any two people.
const ACCOUNT_MODULUS = 9_999_991;

/** Null for the nearly one in five who are paid in cash, unless an account is needed. */
export function accountOf(of: Chances, needed: boolean): BankAccount | null {
  const cash = drawn(of.chance, DRAW.channel) % 100 >= 82;
  if (cash && !needed) return null;

  const { bin, name, prefix, branchDigits } = pick(BANKS, drawn(of.chance, DRAW.bank));
  const branch = lastDigits(drawn(of.chance, DRAW.branch), branchDigits);
  const own = (of.number * 4_567_891 + (of.seed % ACCOUNT_MODULUS)) % ACCOUNT_MODULUS;
  return { bin, bankName: name, number: `${prefix}${branch}${lastDigits(own, 7)}` };
}
