import { digits, NOTHING, total, type Exact } from '../settlement/exact-amount.ts';
import { differenceOf } from '../settlement/inbound-rules.ts';
import { cancellationOf, effectOf, type PaymentState } from '../settlement/payment-status.ts';
import { SEEN_BEFORE } from '../settlement/settlement.ts';
import type {
  CancellationEvidence,
  DetailEvidence,
  EntryEvidence,
  OpenBreak,
  RowEvidence,
  SentPayment,
  Source,
  StatusEvidence,
} from './evidence.ts';
import type { SentPayments } from './sent-payments.ts';

// The states of payments as they follow from evidence. A booked entry is stronger than any word, a later
// word is weaker than an earlier one of a higher rank, and what contradicts is for a person.

/** All that is known. Its order means nothing. */
export interface Evidence {
  readonly statuses: readonly StatusEvidence[];
  readonly entries: readonly EntryEvidence[];
  readonly rows: readonly RowEvidence[];
  readonly cancellations: readonly CancellationEvidence[];
}

/** What has become of one payment. */
interface PaymentOutcome {
  readonly payment: SentPayment;
  readonly state: PaymentState;
  readonly reasonCodes: readonly string[];
  readonly bookedOn: string | null;
  readonly returnedOn: string | null;
  readonly isBooked: boolean;
}

interface Ledger {
  readonly sent: Exact;
  readonly inTransit: Exact;
  readonly paid: Exact;
  readonly returned: Exact;
  readonly rejected: Exact;
  readonly cancelled: Exact;
  readonly held: Exact;
  /** All booked entries of the account, whatever they are for. */
  readonly debited: Exact;
  readonly credited: Exact;
  readonly charges: Exact;
  /** Booked and not explained by any payment. */
  readonly suspense: Exact;
}

export interface Books {
  readonly outcomes: readonly PaymentOutcome[];
  readonly breaks: readonly OpenBreak[];
  readonly ledger: Ledger;
}

/** What the profile of the bank says of its words. */
export interface BookRules {
  /** A status that proves payment without a booked entry. */
  readonly paidByStatus: 'ACSC' | null;
  readonly currency: string;
}

/** Draws the books from evidence: a function of the set, whatever the order. */
export function drawBooks(sent: SentPayments, evidence: Evidence, rules: BookRules): Books {
  const book = new Book(sent, evidence, rules);
  book.bookEntries();
  return book.close();
}

interface Booking extends Source {
  readonly entry: EntryEvidence;
  readonly reasons: readonly string[];
  readonly bookedOn: string;
}

interface Page {
  readonly payment: SentPayment;
  readonly debits: Booking[];
  readonly credits: Booking[];
  readonly reversals: Booking[];
}

class Book {
  private readonly sent: SentPayments;
  private readonly entries: readonly EntryEvidence[];
  private readonly said: ReadonlyMap<SentPayment, Words>;
  private readonly rules: BookRules;
  private readonly pages = new Map<SentPayment, Page>();
  private readonly breaks: OpenBreak[] = [];
  private readonly sums = { debited: 0n, credited: 0n, charges: 0n, suspense: 0n };

  constructor(sent: SentPayments, evidence: Evidence, rules: BookRules) {
    this.sent = sent;
    this.entries = evidence.entries;
    this.said = saidOf(evidence);
    this.rules = rules;
    for (const payment of sent.payments.values()) {
      this.pages.set(payment, { payment, debits: [], credits: [], reversals: [] });
    }
  }

  // ---- money

  bookEntries(): void {
    const entries = distinctEntries(this.entries, (differing) => {
      this.open('entry-differs', differing, { reference: differing.reference });
    });
    // What has details is certain; a sum without them is held against what they leave.
    const [sums, detailed] = parted(entries, (entry) => this.isSum(entry));
    for (const entry of detailed) this.bookDetails(entry);
    for (const entry of sums) this.bookSum(entry);
  }

  /** An entry without references of single payments. */
  private isSum({ details, setAside }: EntryEvidence): boolean {
    if (setAside) return false;
    return details.every(
      ({ endToEndId, instructionId, uetr }) =>
        ['', 'NOTPROVIDED'].includes(endToEndId) && instructionId === '' && uetr === '',
    );
  }

  private bookDetails(entry: EntryEvidence): void {
    this.count(entry);
    const booked = entry.details.map((detail) => signedLike(entry, detail));
    const left = entry.amount - total(booked);
    for (const detail of entry.details) this.bookDetail(entry, detail);
    if (left === 0n) return;
    const isCharge = !entry.setAside && differenceOf(left, entry.direction) === 'charges';
    const size = (left < 0n ? -left : left) as Exact;
    if (isCharge) this.sums.charges += size;
    else this.sums.suspense += size;
    this.open(isCharge ? 'charges' : 'sum-differs', entry, {
      reference: entry.reference,
      amount: size,
    });
  }

  private bookDetail(entry: EntryEvidence, detail: DetailEvidence): void {
    const payment = this.sent.named(detail);
    const rule = payment == null ? 'unknown-reference' : this.faultOf(payment, entry, detail);
    if (payment == null || rule !== undefined) {
      this.sums.suspense += detail.amount;
      this.open(rule ?? 'unknown-reference', detail, {
        reference: detail.endToEndId || detail.instructionId,
        amount: detail.amount,
        currency: entry.currency,
        endToEndId: payment?.endToEndId ?? '',
      });
      return;
    }
    if (detail.amount !== payment.amount) {
      this.sums.charges += detail.charges;
      this.open('charges', detail, { reference: payment.endToEndId, amount: detail.charges });
    }
    this.book(payment, { ...detail, entry, bookedOn: entry.bookedOn }, detail.direction);
  }

  private faultOf(
    payment: SentPayment,
    entry: EntryEvidence,
    detail: DetailEvidence,
  ): string | undefined {
    if (payment.payerAccount !== '' && payment.payerAccount !== entry.account)
      return 'other-account';
    if (payment.currency !== entry.currency) return 'currency-differs';
    const over = detail.amount - payment.amount;
    const isNamed = detail.otherAmounts.includes(payment.amount) && over === detail.charges;
    if (over === 0n || isNamed) return undefined;
    return detail.direction === 'credit' ? 'returned-amount-differs' : 'amount-differs';
  }

  private book(payment: SentPayment, booking: Booking, direction: 'debit' | 'credit'): void {
    const page = this.pages.get(payment);
    if (page === undefined) return;
    if (booking.entry.reversal) page.reversals.push(booking);
    else if (direction === 'debit') page.debits.push(booking);
    else page.credits.push(booking);
  }

  /** A batch that was booked in one sum: all its open payments, if count and sum agree. */
  private bookSum(entry: EntryEvidence): void {
    this.count(entry);
    const payments = this.paymentsOf(entry);
    const fitting = payments && this.fitting(entry, payments);
    if (fitting === undefined || entry.direction !== 'debit') {
      this.sums.suspense += entry.amount;
      const kind = payments === undefined ? unexplained(entry) : 'batch-differs';
      this.open(kind, entry, { reference: entry.reference, amount: entry.amount });
      return;
    }
    for (const payment of fitting) {
      this.book(payment, { ...entry, entry, reasons: [] }, 'debit');
    }
  }

  private paymentsOf(entry: EntryEvidence): readonly SentPayment[] | undefined {
    const named = entry.batches.length > 0 ? entry.batches : entry.details;
    const blocks = new Set(
      named.map(({ paymentInformationId, messageId }) =>
        paymentInformationId === ''
          ? this.sent.messages.get(messageId)
          : this.sent.block(paymentInformationId),
      ),
    );
    if (blocks.size === 0 || blocks.has(undefined)) return undefined;
    return [...blocks].flatMap((block) => block?.payments ?? []);
  }

  /** Those still open, or else all of them: the sum tells which the bank means. */
  private fitting(
    entry: EntryEvidence,
    payments: readonly SentPayment[],
  ): readonly SentPayment[] | undefined {
    const unbooked = payments.filter((payment) => this.pages.get(payment)?.debits.length === 0);
    const open = unbooked.filter((payment) => !this.hasEnded(payment));
    return [open, unbooked].find(
      (some) =>
        some.length > 0 &&
        total(some.map(({ amount }) => amount)) === entry.amount &&
        some.every(
          ({ currency, payerAccount }) =>
            currency === entry.currency && ['', entry.account].includes(payerAccount),
        ) &&
        (entry.batchCount === null || entry.batchCount === BigInt(some.length)),
    );
  }

  private hasEnded(payment: SentPayment): boolean {
    return this.wordOf(payment).ended !== undefined;
  }

  private count(entry: EntryEvidence): void {
    if (entry.currency !== this.rules.currency) return;
    if (entry.direction === 'debit') this.sums.debited += entry.amount;
    else this.sums.credited += entry.amount;
  }

  // ---- words

  /** What the bank says of a payment, money apart. */
  private wordOf(payment: SentPayment): Word {
    const known = this.words.get(payment);
    if (known !== undefined) return known;
    const word = wordOf(payment, this.said.get(payment) ?? NO_WORDS, this.rules);
    this.words.set(payment, word);
    return word;
  }
  private readonly words = new Map<SentPayment, Word>();

  // ---- the end

  close(): Books {
    const outcomes = [...this.pages.values()].map((page) => this.outcomeOf(page));
    const sumOf = (...states: readonly PaymentState[]): Exact =>
      total(
        outcomes
          .filter(({ state, payment }) => states.includes(state) && this.isCounted(payment))
          .map(({ payment }) => payment.amount),
      );
    const paid = total(
      outcomes
        .filter(
          ({ state, isBooked, payment }) => state === 'PAID' && isBooked && this.isCounted(payment),
        )
        .map(({ payment }) => payment.amount),
    );
    const sent = sumOf(...new Set(outcomes.map(({ state }) => state)));
    const [returned, rejected] = [sumOf('RETURNED'), sumOf('REJECTED')];
    const [cancelled, held] = [sumOf('CANCELLED'), sumOf('HELD')];
    const settled = paid + returned + rejected + cancelled + held;
    return {
      outcomes,
      breaks: sorted(this.breaks),
      ledger: {
        sent,
        inTransit: (sent - settled) as Exact,
        paid,
        returned,
        rejected,
        cancelled,
        held,
        debited: this.sums.debited as Exact,
        credited: this.sums.credited as Exact,
        charges: this.sums.charges as Exact,
        suspense: this.sums.suspense as Exact,
      },
    };
  }

  private isCounted({ currency }: SentPayment): boolean {
    return currency === this.rules.currency;
  }

  private outcomeOf(page: Page): PaymentOutcome {
    const { payment } = page;
    const word = this.wordOf(payment);
    this.breaksOf(page, word);
    const [debit] = page.debits;
    const [credit] = page.credits;
    const dates = {
      bookedOn: debit?.bookedOn ?? word.bookedOn,
      returnedOn: debit === undefined ? null : (credit?.bookedOn ?? null),
    };
    const outcome = (state: PaymentState, reasonCodes: readonly string[]): PaymentOutcome => ({
      payment,
      state,
      reasonCodes,
      ...dates,
      isBooked: debit !== undefined || word.isProof,
    });
    if (page.reversals.length > 0) return outcome('HELD', reasonsOf(page.reversals));
    if (debit === undefined) return outcome(word.state, word.reasons);
    return credit === undefined
      ? outcome('PAID', isOfItsWay(word) ? word.reasons : [])
      : outcome('RETURNED', reasonsOf(page.credits));
  }

  private breaksOf({ payment, debits, credits, reversals }: Page, word: Word): void {
    const open = (kind: string, at: Source | undefined): void => {
      if (at === undefined) return;
      const { endToEndId, amount, currency } = payment;
      this.open(kind, at, { endToEndId, reference: endToEndId, amount, currency });
    };
    for (const reversal of reversals) open('reversal', reversal);
    for (const debit of debits.slice(1)) open('settled-twice', debit);
    for (const credit of credits.slice(1)) open('returned-twice', credit);
    if (debits.length === 0) open('returned-unbooked', credits[0]);
    else open('rejected-after-booking', word.ended);
    if (debits.length === 0) for (const { kind, at } of word.breaks) open(kind, at);
  }

  private open(
    kind: string,
    { file, at }: Source,
    about: { reference: string; endToEndId?: string; amount?: Exact; currency?: string },
  ): void {
    const { reference, endToEndId = '', amount = NOTHING, currency } = about;
    this.breaks.push({
      kind,
      endToEndId,
      reference,
      amount: digits(amount),
      currency: currency ?? this.rules.currency,
      file,
      at,
    });
  }
}

/** What the bank says of a payment in words, and what in it is for a person. */
interface Word {
  readonly state: PaymentState;
  readonly reasons: readonly string[];
  readonly bookedOn: string | null;
  readonly isProof: boolean;
  /** The word that refused or cancelled it. */
  readonly ended: Source | undefined;
  readonly breaks: readonly { readonly kind: string; readonly at: Source }[];
}

/** One word of a bank, in the form in which all are compared. */
interface Said {
  readonly at: Source;
  readonly state: PaymentState;
  readonly rank: number;
  readonly reasons: readonly string[];
  readonly bookedOn: string | null;
  readonly isProof: boolean;
  readonly break?: string;
}

const ENDED_RANK = 100;
const PAID_RANK = 10;

type Words = Pick<Evidence, 'statuses' | 'rows' | 'cancellations'>;
const NO_WORDS: Words = { statuses: [], rows: [], cancellations: [] };

function saidOf({ statuses, rows, cancellations }: Evidence): Map<SentPayment, Words> {
  const said = new Map<
    SentPayment,
    { statuses: StatusEvidence[]; rows: RowEvidence[]; cancellations: CancellationEvidence[] }
  >();
  const of = (payment: SentPayment) => {
    const words = said.get(payment) ?? { statuses: [], rows: [], cancellations: [] };
    said.set(payment, words);
    return words;
  };
  for (const one of statuses) of(one.payment).statuses.push(one);
  for (const one of rows) of(one.payment).rows.push(one);
  for (const one of cancellations) of(one.payment).cancellations.push(one);
  return said;
}

function wordOf(payment: SentPayment, words: Words, rules: BookRules): Word {
  const said = sorted([
    ...words.statuses.flatMap((one) => ofStatus(one, rules)),
    ...words.rows.map(ofRow),
    ...words.cancellations.flatMap(ofCancellation),
  ]);
  const [ended, onTheWay] = parted(said, ({ rank }) => rank === ENDED_RANK);
  const best = Math.max(0, ...onTheWay.map(({ rank }) => rank));
  const [end] = ended;
  const contradicted = end !== undefined && best >= PAID_RANK;
  const isEnded = end !== undefined && !contradicted && everySubmissionEnded(payment, words);
  const deciding = isEnded ? ended : onTheWay.filter(({ rank }) => rank === best);
  return {
    state: strongest(deciding),
    reasons: [...new Set(deciding.flatMap(({ reasons }) => reasons))],
    bookedOn: deciding[0]?.bookedOn ?? null,
    isProof: deciding.some(({ isProof }) => isProof),
    ended: isEnded || contradicted ? end.at : undefined,
    breaks: [...asked(deciding), ...contradictions(contradicted ? ended : [])],
  };
}

/** Whether a word tells how a payment went, and not that it was refused, as such or as a repetition. */
function isOfItsWay({ ended, state }: Word): boolean {
  return ended === undefined && state !== 'UNKNOWN';
}

function asked(said: readonly Said[]): Word['breaks'] {
  return said.flatMap(({ at, break: kind }) => (kind === undefined ? [] : [{ kind, at }]));
}

function contradictions(ended: readonly Said[]): Word['breaks'] {
  return ended.map(({ at }) => ({ kind: 'status-contradicts', at }));
}

/** A refusal is the graver of two ends: its reason stops the next payment. */
function strongest(said: readonly Said[]): PaymentState {
  return (said.find(({ state }) => state === 'REJECTED') ?? said[0])?.state ?? 'SENT';
}

/** A payment that was sent again ends when each sending has. */
function everySubmissionEnded(payment: SentPayment, words: Words): boolean {
  if (words.rows.length > 0 || words.cancellations.length > 0) return true;
  return payment.submissions.every((submission) =>
    words.statuses.some(
      (one) => one.submission === submission && effectOf(one.status).kind === 'ended',
    ),
  );
}

/** What a person is asked about a payment that has not simply gone on. */
const FOR_PERSON: Readonly<Record<string, string>> = {
  ACWC: 'accepted-with-change',
  ACWP: 'not-posted',
  BLCK: 'blocked',
};

function ofStatus(one: StatusEvidence, rules: BookRules): Said[] {
  const effect = effectOf(one.status);
  const common = { at: one, reasons: one.reasons, bookedOn: null };
  if (effect.kind === 'ended') {
    // A bank that refuses what it has seen says nothing about the money of the first time.
    const isRepeat = one.reasons.some((code) => SEEN_BEFORE.some((known) => known === code));
    if (isRepeat) {
      return [
        { ...common, state: 'UNKNOWN', rank: 0, isProof: false, break: 'refused-as-repeated' },
      ];
    }
    return [{ ...common, state: effect.state, rank: ENDED_RANK, isProof: false }];
  }
  if (effect.kind !== 'on-the-way') return [];
  if (one.status === rules.paidByStatus) {
    return [{ ...common, state: 'PAID', rank: PAID_RANK, isProof: true }];
  }
  const { state, rank } = effect;
  const asked = FOR_PERSON[one.status];
  const person = asked === undefined ? {} : { break: asked };
  return [{ ...common, state, rank, isProof: false, ...person }];
}

function ofRow(one: RowEvidence): Said {
  const common = { at: one, reasons: one.reasons, bookedOn: one.bookedOn || null };
  const proof = { isProof: one.proves };
  switch (one.outcome) {
    case 'accepted':
      return { ...common, state: 'ACCEPTED', rank: 4, isProof: false };
    case 'pending':
      return { ...common, state: 'PENDING', rank: 3, isProof: false };
    case 'paid':
      return one.proves
        ? { ...common, ...proof, state: 'PAID', rank: PAID_RANK }
        : { ...common, state: 'IN_SETTLEMENT', rank: 7, isProof: false };
    case 'unpaid':
    case 'returned':
      return { ...common, ...proof, state: 'RETURNED', rank: PAID_RANK + 1 };
    case 'rejected':
      return { ...common, state: 'REJECTED', rank: ENDED_RANK, isProof: false };
  }
}

function ofCancellation(one: CancellationEvidence): Said[] {
  if (cancellationOf(one.status) !== 'cancelled') return [];
  const { reasons } = one;
  return [
    { at: one, reasons, bookedOn: null, state: 'CANCELLED', rank: ENDED_RANK, isProof: false },
  ];
}

// ---- one entry of several files

/**
 * The entries as the account has them: the same booking comes in reports, notifications and statements,
 * and again in corrected ones. It is told by its servicer's reference on its account and in its
 * direction, and without one by all that it says.
 */
function distinctEntries(
  entries: readonly EntryEvidence[],
  differ: (entry: EntryEvidence) => void,
): EntryEvidence[] {
  const [bare, named] = parted(sorted(entries), ({ reference }) => reference === '');
  const known = [
    ...grouped(named, ({ account, direction, reference }) => [
      account,
      direction,
      reference,
    ]).values(),
  ].flatMap((same) => distinctOf(same, differ));
  const told = grouped(known, bookingOf);
  const unnamed = [...grouped(bare, bookingOf).entries()].flatMap(([booking, same]) => {
    // Two of one file are two bookings; those of two files are one, told twice.
    const files = [...grouped(same, ({ file }) => [file]).values()];
    const most = files.reduce((best, one) => (one.length > best.length ? one : best), []);
    return most.slice(told.get(booking)?.length ?? 0);
  });
  return [...known, ...unnamed];
}

/** All that a booking says when it has no reference. */
function bookingOf(entry: EntryEvidence): string[] {
  const { account, direction, bookedOn, amount, currency } = entry;
  return [account, direction, bookedOn, String(amount), currency, contentOf(entry)];
}

function distinctOf(
  entries: readonly EntryEvidence[],
  differ: (entry: EntryEvidence) => void,
): EntryEvidence[] {
  const same: EntryEvidence[] = [];
  for (const entry of entries) {
    const at = same.findIndex((one) => isSameBooking(one, entry));
    const found = same[at];
    if (found === undefined) {
      if (same.some(({ file }) => file !== entry.file)) differ(entry);
      same.push(entry);
    } else if (found.details.length < entry.details.length) same[at] = entry;
  }
  return same;
}

function grouped<Item>(
  items: readonly Item[],
  by: (item: Item) => readonly string[],
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = JSON.stringify(by(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function isSameBooking(one: EntryEvidence, other: EntryEvidence): boolean {
  if (one.amount !== other.amount || one.bookedOn !== other.bookedOn) return false;
  if (one.currency !== other.currency || one.reversal !== other.reversal) return false;
  const isBare = one.details.length === 0 || other.details.length === 0;
  return isBare || contentOf(one) === contentOf(other);
}

/** Whom the entry speaks of, in one order. */
function contentOf({ details, batches }: EntryEvidence): string {
  const ids = details.map((one) => `${one.endToEndId || one.instructionId} ${one.amount}`).sort();
  return JSON.stringify(ids.length > 0 ? ids : batches);
}

/** A sum in no batch of ours: a charge or interest by its code, or somebody else's. */
function unexplained({ code, direction }: EntryEvidence): string {
  if (/\/(?:CHRG|COMM|FEES|TAXE)$/.test(code) || /\/(?:MDOP|MCOP)\/CHRG$/.test(code))
    return 'charges';
  if (code.endsWith('/INTR')) return 'interest';
  return direction === 'debit' ? 'foreign-debit' : 'foreign-credit';
}

// ---- small things

function signedLike(entry: EntryEvidence, detail: DetailEvidence): bigint {
  const size: bigint = detail.amount;
  return detail.direction === entry.direction ? size : -size;
}

function reasonsOf(bookings: readonly Booking[]): string[] {
  return [...new Set(bookings.flatMap(({ reasons }) => reasons))];
}

function parted<Item>(
  items: readonly Item[],
  is: (item: Item) => boolean,
): [yes: Item[], no: Item[]] {
  return [items.filter(is), items.filter((item) => !is(item))];
}

/** In an order of their content, which no order of files changes. */
function sorted<Item extends object>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => [orderOf(item), item] as const);
  return keyed
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, item]) => item);
}

/** Where it stands comes last, so that two copies of a file are in one order. */
function orderOf(item: object): string {
  return JSON.stringify(item, (name, value: unknown) => {
    if (name === 'payment' || name === 'submission' || name === 'entry') return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  });
}
