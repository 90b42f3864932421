import type {
  AccountEntry,
  AccountReport,
  Balance,
  BankItem,
  EntryDetail,
  EntrySummary,
} from '../settlement/bank-file.ts';
import { exact, NOTHING, total, type Exact } from '../settlement/exact-amount.ts';
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
  return (
    holder.summaries.every((summary) => summaryAgrees(summary, holder)) &&
    holder.entries.every(batchAgrees) &&
    balancesAgree(holder)
  );
}

function summaryAgrees(summary: EntrySummary, { entries }: Held): boolean {
  const counted = entries.filter(
    ({ entry }) => summary.of === 'all' || entry.direction === summary.of,
  );
  if (summary.count !== '' && BigInt(summary.count) !== BigInt(counted.length)) return false;
  const amounts = counted.map(({ entry }) => exact(entry.amount));
  // What could not be read cannot be added up; it is set aside, and its money with it.
  if (summary.total === '' || amounts.some((one) => one === undefined)) return true;
  return exact(summary.total) === total(amounts.map((one) => one ?? NOTHING));
}

/** The batch of an entry against the payments listed for it. */
function batchAgrees({ entry, details }: Held['entries'][number]): boolean {
  const { batches } = entry;
  if (details.length === 0 || batches.length === 0) return true;
  const counts = batches.map(({ count }) => count);
  const countAgrees =
    counts.includes('') ||
    counts.reduce((sum, one) => sum + BigInt(one), 0n) === BigInt(details.length);
  const amounts = details.map(({ amount, currency }) => ({ amount: exact(amount), currency }));
  const totals = batches.map(({ amount, currency }) => ({ amount: exact(amount), currency }));
  const all = [...amounts, ...totals];
  const isKnown = all.every(
    ({ amount, currency }) => amount !== undefined && currency === all[0]?.currency,
  );
  const sumOf = (some: typeof all): bigint => total(some.map(({ amount }) => amount ?? NOTHING));
  return countAgrees && (!isKnown || sumOf(amounts) === sumOf(totals));
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

function openingOf(balances: readonly Balance[]): Balance | undefined {
  const of = (kind: string): Balance | undefined =>
    balances.find((one) => one.kind === kind && one.amount !== '');
  return of('OPBD') ?? of('PRCD');
}

function closingOf(balances: readonly Balance[]): Balance | undefined {
  return balances.findLast((one) => one.kind === 'CLBD' && one.amount !== '');
}

function signed({ amount, direction }: Pick<Balance, 'amount' | 'direction'>): bigint {
  const size: bigint = exact(amount) ?? NOTHING;
  return direction === 'debit' ? -size : size;
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
  // What is pending, informative or of a later day has moved no money.
  if (entry.status !== 'BOOK' && entry.status !== '') {
    into.notes.push({ item: entry, rule: 'entry-not-booked' });
    return;
  }
  const rule = faultOf(entry, into.isPaidIn);
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
    batchCount: batchCount(entry),
    details: read,
    setAside: read.length < details.length,
  };
}

/** An entry of one payment may leave its reference to that. */
function soleReference(details: readonly EntryDetail[]): string | undefined {
  return details.length === 1 ? details[0]?.servicerReference : undefined;
}

function batchCount({ batches }: AccountEntry): bigint | null {
  const counts = batches.map(({ count }) => count);
  if (counts.length === 0 || counts.includes('')) return null;
  return counts.reduce((sum, one) => sum + BigInt(one), 0n);
}

function faultOf(entry: AccountEntry, isPaidIn: Ours['isPaidIn']): string | undefined {
  const [fault] = entry.faults;
  if (fault !== undefined) return fault.rule;
  if (entry.status === '') return 'status-missing';
  if (entry.amount === '') return 'amount-missing';
  if (entry.direction === '') return 'direction-missing';
  return isPaidIn(entry.currency) ? undefined : 'currency-differs';
}

function detailOf(
  file: string,
  detail: EntryDetail,
  of: { entry: AccountEntry; alone: Exact | undefined; into: Collecting },
): DetailEvidence[] {
  const { entry, alone, into } = of;
  const [fault] = detail.faults;
  const amounts = amountsOf(detail, entry.currency);
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

/** Charges that a payment declares, or the entry when it has no other. */
function chargesOf(detail: EntryDetail, entry: AccountEntry | undefined, currency: string): Exact {
  const of = detail.charges.length > 0 ? detail : entry;
  if (of === undefined) return NOTHING;
  return total(
    of.charges.map((amount, i) =>
      of.chargeCurrencies[i] === currency ? (exact(amount) ?? NOTHING) : NOTHING,
    ),
  );
}

/** Its own amount, what was transacted and what was instructed, in the currency of the account. */
function amountsOf(detail: EntryDetail, currency: string): Exact[] {
  const pairs = [
    [detail.amount, detail.currency],
    [detail.transactionAmount, detail.transactionCurrency],
    [detail.instructedAmount, detail.instructedCurrency],
  ] as const;
  return pairs.flatMap(([amount, unit]) => {
    const value = unit === currency ? exact(amount) : undefined;
    return value === undefined ? [] : [value];
  });
}
