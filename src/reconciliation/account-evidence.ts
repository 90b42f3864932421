import type {
  AccountEntry,
  AccountReport,
  Balance,
  BankItem,
  EntryDetail,
  EntrySummary,
} from '../settlement/bank-file.ts';
import {
  BatchTotals,
  closingOf,
  countOf,
  EntryTotals,
  openingOf,
  signed,
} from '../settlement/account-totals.ts';
import { exact, NOTHING, total, type Exact } from '../settlement/exact-amount.ts';
import { chargesOf, detailAmounts, entryFault, isBooked } from '../settlement/inbound-rules.ts';
import type { DetailEvidence, EntryEvidence } from './evidence.ts';

// What a report, a statement or a notification says of an account. Control totals are held against what
// was read: counts and sums of entries, counts and sums of the payments of a batch, and the balances. Only
// what is booked becomes evidence.

export interface AccountReading {
  readonly entries: readonly EntryEvidence[];
  readonly setAside: readonly { readonly item: BankItem; readonly rule: string }[];
  readonly notes: readonly { readonly item: BankItem; readonly rule: string }[];
  readonly statements: readonly StatementEvidence[];
  readonly refusal?: string;
}

/** The balances of one statement, for the chain of statements of its account. */
export interface StatementEvidence {
  readonly file: string;
  readonly account: string;
  readonly id: string;
  readonly sequence: string;
  readonly opening: Exact;
  readonly closing: Exact;
  readonly day: string;
}

interface Held {
  readonly account: AccountReport;
  readonly balances: Balance[];
  readonly summaries: EntrySummary[];
  readonly entries: { readonly entry: AccountEntry; readonly details: readonly EntryDetail[] }[];
}

/** Which accounts are the payer's, and in which currencies it pays. */
export interface Ours {
  readonly isOurs: (account: string) => boolean;
  readonly isPaidIn: (currency: string) => boolean;
}

/** Reads a camt.052, .053, .054, MT940 or MT942 about the payer's accounts. */
export function readAccountReport(
  file: string,
  items: readonly BankItem[],
  { isOurs, isPaidIn }: Ours,
): AccountReading {
  const holders = held(items);
  const reading = {
    entries: [] as EntryEvidence[],
    setAside: [] as { item: BankItem; rule: string }[],
    notes: [] as { item: BankItem; rule: string }[],
    statements: [] as StatementEvidence[],
  };
  if (holders.length === 0) return { ...reading, refusal: 'no-account' };
  if (!holders.some(({ account }) => isOurs(account.account))) {
    return { ...reading, refusal: 'file-for-another-payer' };
  }
  for (const holder of holders) {
    if (!isOurs(holder.account.account)) {
      reading.setAside.push({ item: holder.account, rule: 'account-of-another' });
      continue;
    }
    if (!agrees(holder)) return { ...reading, ...NO_EFFECT, refusal: 'control-totals-disagree' };
    const { lastPage } = holder.account;
    if (lastPage === 'false')
      reading.notes.push({ item: holder.account, rule: 'one-page-of-several' });
    for (const one of holder.entries) readEntry(file, one, { ...reading, isPaidIn });
    reading.statements.push(...statementOf(file, holder));
  }
  return reading;
}

const NO_EFFECT = { entries: [], setAside: [], notes: [], statements: [] };

function held(items: readonly BankItem[]): Held[] {
  const holders: Held[] = [];
  let details: EntryDetail[] = [];
  for (const item of items) {
    const holder = holders.at(-1);
    if (item.type === 'account') {
      holders.push({ account: item, balances: [], summaries: [], entries: [] });
    } else if (item.type === 'balance') holder?.balances.push(item);
    else if (item.type === 'summary') holder?.summaries.push(item);
    else if (item.type === 'detail') details.push(item);
    else if (item.type === 'entry') {
      holder?.entries.push({ entry: item, details });
      details = [];
    }
  }
  return holders;
}

// ---- control totals

function agrees(holder: Held): boolean {
  return entriesAgree(holder) && holder.entries.every(batchAgrees) && balancesAgree(holder);
}

function entriesAgree({ summaries, entries }: Held): boolean {
  const totals = new EntryTotals();
  for (const { entry } of entries) totals.add(entry);
  for (const summary of summaries) totals.declare(summary);
  return totals.agree();
}

/** The batch of an entry against the payments listed for it. */
function batchAgrees({ entry, details }: Held['entries'][number]): boolean {
  const totals = new BatchTotals();
  for (const detail of details) totals.add(detail);
  return totals.agree(entry.batches);
}

/** Opening balance and booked entries make the closing balance. */
function balancesAgree({ balances, entries }: Held): boolean {
  const [opening, closing] = [openingOf(balances), closingOf(balances)];
  if (opening === undefined || closing === undefined) return true;
  const { currency } = opening;
  const isOfOne =
    closing.currency === currency &&
    entries.every(({ entry }) => entry.currency === currency && entry.amount !== '');
  if (!isOfOne) return true;
  const moved = entries
    .filter(({ entry }) => entry.status === 'BOOK')
    .map(({ entry }) => signed(entry));
  return signed(opening) + total(moved) === signed(closing);
}

function statementOf(file: string, { account, balances }: Held): StatementEvidence[] {
  const [opening, closing] = [openingOf(balances), closingOf(balances)];
  if (opening === undefined || closing === undefined) return [];
  return [
    {
      file,
      account: account.account,
      id: account.id,
      sequence: account.electronicSequence || account.legalSequence,
      opening: signed(opening) as Exact,
      closing: signed(closing) as Exact,
      day: closing.day,
    },
  ];
}

// ---- entries

interface Collecting {
  readonly entries: EntryEvidence[];
  readonly setAside: { item: BankItem; rule: string }[];
  readonly notes: { item: BankItem; rule: string }[];
  readonly isPaidIn: Ours['isPaidIn'];
}

function readEntry(
  file: string,
  { entry, details }: Held['entries'][number],
  into: Collecting,
): void {
  if (!isBooked(entry)) {
    into.notes.push({ item: entry, rule: 'entry-not-booked' });
    return;
  }
  const rule = entryFault(entry, into.isPaidIn);
  if (rule !== undefined) {
    into.setAside.push({ item: entry, rule });
    return;
  }
  into.entries.push(evidenceOf(file, { entry, details }, into));
}

function evidenceOf(
  file: string,
  { entry, details }: Held['entries'][number],
  into: Collecting,
): EntryEvidence {
  const amount = exact(entry.amount) ?? NOTHING;
  const alone = details.length === 1 ? amount : undefined;
  const read = details.flatMap((detail) => detailOf(file, detail, { entry, alone, into }));
  return {
    file,
    at: entry.at,
    account: entry.account,
    reference: entry.servicerReference || (soleReference(details) ?? ''),
    entryReference: entry.entryReference,
    direction: entry.direction as 'debit' | 'credit',
    amount,
    currency: entry.currency,
    bookedOn: entry.bookedOn || entry.valueOn,
    reversal: entry.reversal,
    code: entry.code || entry.ownCode,
    batches: entry.batches.map(({ messageId, paymentInformationId }) => ({
      messageId,
      paymentInformationId,
    })),
    batchCount: countOf(entry.batches),
    details: read,
    setAside: read.length < details.length,
  };
}

/** An entry of one payment may leave its reference to that. */
function soleReference(details: readonly EntryDetail[]): string | undefined {
  return details.length === 1 ? details[0]?.servicerReference : undefined;
}

function detailOf(
  file: string,
  detail: EntryDetail,
  of: { entry: AccountEntry; alone: Exact | undefined; into: Collecting },
): DetailEvidence[] {
  const { entry, alone, into } = of;
  const [fault] = detail.faults;
  const amounts = detailAmounts(detail, entry.currency);
  const amount = amounts[0] ?? alone;
  if (fault !== undefined || amount === undefined) {
    into.setAside.push({ item: detail, rule: fault?.rule ?? 'detail-without-amount' });
    return [];
  }
  return [
    {
      file,
      at: detail.at,
      endToEndId: detail.endToEndId,
      instructionId: detail.instructionId,
      uetr: detail.uetr,
      messageId: detail.messageId,
      paymentInformationId: detail.paymentInformationId,
      direction: (detail.direction || entry.direction) as 'debit' | 'credit',
      amount,
      otherAmounts: amounts.slice(1),
      charges: chargesOf(detail, alone === undefined ? undefined : entry, entry.currency),
      reasons: detail.reasons,
    },
  ];
}
