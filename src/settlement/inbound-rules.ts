import type { InboundProfile, ReaderName } from '../batch/bank-profile.ts';
import type {
  AccountEntry,
  BankFileKind,
  BankHeader,
  BankMessage,
  EntryDetail,
} from './bank-file.ts';
import { exact, NOTHING, total, type Exact } from './exact-amount.ts';

// What a profile lets a bank's files say, and what an entry and a payment of it are. A rehearsal and a month
// judge by these same rules.

const READER_OF: Readonly<Partial<Record<BankFileKind, ReaderName>>> = {
  'pain.002': 'pain.002',
  'camt.029': 'camt.029',
  'camt.052': 'camt.052',
  'camt.053': 'camt.053',
  'camt.054': 'camt.054',
  'acmt.024': 'acmt.024',
  'admi.002': 'admi.002',
  mt940: 'mt940',
  mt942: 'mt940',
  list: 'list',
  'post-office-result': 'post-office-list',
};

/** The rule for which a message is not even looked into. */
export function unfit(
  { kind, faults }: BankMessage,
  { readers }: Pick<InboundProfile, 'readers'>,
): string | undefined {
  const reader = READER_OF[kind];
  if (reader === undefined) return 'not-an-answer';
  if (!readers.includes(reader)) return 'not-in-the-profile';
  const [fault] = faults;
  return fault === undefined ? undefined : `file-malformed: ${fault.rule}`;
}

/** What a line that breaks a rule is to its file: set aside for a person, or the end of it. */
export function treatmentOf(
  rule: string,
  { tolerance }: Pick<InboundProfile, 'tolerance'>,
): 'quarantine' | 'refuse' {
  if (rule === 'unknown-status') return tolerance.unknownStatus;
  return rule.startsWith('unknown-') ? tolerance.unknownReference : tolerance.lineFault;
}

/** The code of ISO 20022 that the profile gives to a bank's own words. */
export function reasonCode(text: string, { reasons }: Pick<InboundProfile, 'reasons'>): string {
  return reasons[text] ?? reasons[text.split(' ')[0] ?? ''] ?? text;
}

/** A message without an id of its own has that of its header. */
export function messageIdOf(message: BankMessage, header: BankHeader | undefined): string {
  return message.messageId || (header?.businessMessageId ?? '');
}

const ACCOUNT_KINDS = ['camt.052', 'camt.053', 'camt.054', 'mt940', 'mt942'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Whether a message tells of an account: entries and balances. */
export function isOfAccount(kind: BankFileKind): kind is AccountKind {
  return ACCOUNT_KINDS.some((one) => one === kind);
}

/** Within a day balances are no chain, and a notification has none. */
export function isStatement(kind: string): boolean {
  return kind === 'camt.053' || kind === 'mt940';
}

/** What is pending, informative or of a later day has moved no money. */
export function isBooked({ status }: Pick<AccountEntry, 'status'>): boolean {
  return status === 'BOOK' || status === '';
}

/** The rule that a booked entry breaks, if any. */
export function entryFault(
  entry: AccountEntry,
  isPaidIn: (currency: string) => boolean,
): string | undefined {
  const [fault] = entry.faults;
  if (fault !== undefined) return fault.rule;
  if (entry.status === '') return 'status-missing';
  if (entry.amount === '') return 'amount-missing';
  if (entry.direction === '') return 'direction-missing';
  return isPaidIn(entry.currency) ? undefined : 'currency-differs';
}

/** Its own amount, what was transacted and what was instructed, in the currency of the account. */
export function detailAmounts(detail: EntryDetail, currency: string): Exact[] {
  const { transactionCurrency, instructedCurrency } = detail;
  const amounts: Exact[] = [];
  const add = (amount: string, unit: string): void => {
    const value = amount !== '' && unit === currency ? exact(amount) : undefined;
    if (value !== undefined) amounts.push(value);
  };
  add(detail.amount, detail.currency);
  add(detail.transactionAmount, transactionCurrency);
  add(detail.instructedAmount, instructedCurrency);
  return amounts;
}

/** Charges that a payment declares, or the entry when it has no other. */
export function chargesOf(
  detail: Pick<EntryDetail, 'charges' | 'chargeCurrencies'>,
  entry: Pick<AccountEntry, 'charges' | 'chargeCurrencies'> | undefined,
  currency: string,
): Exact {
  const of = detail.charges.length > 0 ? detail : entry;
  if (of === undefined) return NOTHING;
  return total(
    of.charges.map((amount, i) =>
      of.chargeCurrencies[i] === currency ? (exact(amount) ?? NOTHING) : NOTHING,
    ),
  );
}

/** Whether what an entry is more than its payments is a charge, or something that nobody can explain. */
export function differenceOf(
  left: bigint,
  direction: 'debit' | 'credit',
): 'charges' | 'sum-differs' {
  return left > 0n === (direction === 'debit') ? 'charges' : 'sum-differs';
}
