import type { BankProfile } from '../batch/bank-profile.ts';
import { vnd, type Vnd } from '../kernel/money.ts';
import { isPlainDate, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import {
  BatchTotals,
  closingOf,
  EntryTotals,
  ListSums,
  openingOf,
  signed,
} from './account-totals.ts';
import type {
  AccountEntry,
  AccountReport,
  Balance,
  BankHeader,
  BankItem,
  BankMessage,
  BlockStatus,
  Cancellation,
  EntryDetail,
  EntrySummary,
  ListRow,
  OriginalMessage,
  PaymentStatus,
  Place,
  ValueFault,
} from './bank-file.ts';
import { wholeUnits, type Exact } from './exact-amount.ts';
import {
  chargesOf,
  detailAmounts,
  entryFault,
  isBooked,
  isStatement,
  messageIdOf,
  reasonCode,
  treatmentOf,
  unfit,
} from './inbound-rules.ts';
import { cancellationOf, effectOf } from './payment-status.ts';
import type { SettlementItem } from './settlement.ts';

// What a file of any bank says, as what a month needs of it: lines about instructions, entries of the payer's
// account, and what is set aside for a person. It is a walk: nothing is kept but what stands open.

/** A payment that names no amount waits until it is known whether it is the only one of its entry. */
interface OpenEntry {
  readonly totals: BatchTotals;
  waiting: EntryDetail | undefined;
  detailCount: number;
  /** Some of its payments are set aside, so the others do not add up to it. */
  isPartial: boolean;
}

const newEntry = (): OpenEntry => ({
  totals: new BatchTotals(),
  waiting: undefined,
  detailCount: 0,
  isPartial: false,
});

const isDong = (currency: string): boolean => currency === 'VND';

type HandledElsewhere =
  | 'detail'
  | 'payment-status'
  | 'row'
  | 'entry'
  | 'cancellation'
  | 'account'
  | 'balance'
  | 'summary';

/** One file on its way, item by item, by the profile of its bank. */
export class SettlementItems {
  private readonly profile: Pick<BankProfile, 'inbound' | 'payer'>;
  private items: SettlementItem[] = [];
  private header: BankHeader | undefined;
  private message: BankMessage | undefined;
  private payerAccount: string | null = null;
  private original: OriginalMessage | undefined;
  private block: BlockStatus | undefined;
  private account: AccountReport | undefined;
  private isOurs = false;
  private readonly others: AccountReport[] = [];
  private balances: Balance[] = [];
  private entryTotals = new EntryTotals();
  private entry = newEntry();
  /** How often a booking without a reference was told in the same words. */
  private readonly unnamed = new Map<string, number>();
  private readonly list = new ListSums();
  /** A case that was granted, and whether anything of ours is named that it is about. */
  private cancelledCase: Cancellation | undefined;
  private isDecided = false;
  /** The message of ours that is decided on, until a second one is named. */
  private decidedMessage = '';
  private isOfSeveral = false;
  private isByPayment = false;
  private grantedWhole: Cancellation | undefined;

  constructor(profile: Pick<BankProfile, 'inbound' | 'payer'>) {
    this.profile = profile;
  }

  /** What some items of the file mean. Throws Refusal for what the profile does not tolerate. */
  take(items: readonly BankItem[]): readonly SettlementItem[] {
    for (const item of items) this.read(item);
    return this.handOver();
  }

  /** What is left once the whole file was read. */
  end(): readonly SettlementItem[] {
    this.closeAccount();
    const { message, original } = this;
    if (message?.kind === 'pain.002' && original === undefined) {
      throw malformed('original-group-missing', message.at);
    }
    // A file about none of our accounts is refused whole, by who reads this.
    if (this.payerAccount === this.profile.payer.account) {
      for (const { at } of this.others) this.setAside(at, 'account-of-another', {});
    }
    const { cancelledCase } = this;
    if (cancelledCase !== undefined && !this.isDecided) {
      this.setAside(cancelledCase.at, 'cancelled-whole', cancelledCase);
    }
    this.endDecisions();
    if (!this.list.agree()) throw new Refusal('control-totals-disagree');
    return this.handOver();
  }

  private handOver(): readonly SettlementItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  private read(item: BankItem): void {
    if (item.type === 'detail') this.readDetail(item);
    else if (item.type === 'payment-status') this.readStatus(item);
    else if (item.type === 'row') this.readRow(item);
    else if (item.type === 'entry') this.readEntry(item);
    else if (item.type === 'cancellation') this.readCancellation(item);
    else if (item.type === 'account' || item.type === 'balance' || item.type === 'summary') {
      this.readAccount(item);
    } else this.readHead(item);
  }

  private readAccount(item: AccountReport | Balance | EntrySummary): void {
    if (item.type === 'account') this.openAccount(item);
    else if (item.type === 'balance') this.balances.push(item);
    else this.entryTotals.declare(item);
  }

  /** What a file says of itself and of what it answers. */
  private readHead(item: Exclude<BankItem, { type: HandledElsewhere }>): void {
    switch (item.type) {
      case 'header':
        this.header = item;
        break;
      case 'message':
        this.message = item;
        this.readMessage(item);
        break;
      case 'original':
        this.readOriginal(item);
        break;
      case 'block':
        this.readBlock(item);
        break;
      case 'message-refusal':
        this.tellMessage({ originalMessageId: item.reference });
        this.tellWhole('group', { ...item, status: 'RJCT' });
        break;
      case 'totals':
        this.list.declare(item);
        break;
      // Payments are what we send, and a verification goes to its own record.
      case 'payment':
      case 'payment-block':
      case 'verification':
    }
  }

  // ---- the message

  private readMessage(message: BankMessage): void {
    this.tellMessage({ originalMessageId: null });
    const rule = unfit(message, this.profile.inbound);
    if (rule !== undefined) throw malformed(rule, message.at);
  }

  /** Told again when more of it is known. */
  private tellMessage({ originalMessageId }: { originalMessageId: string | null }): void {
    const { message } = this;
    if (message === undefined) return;
    this.items.push({
      type: 'message',
      kind: message.kind,
      messageId: messageIdOf(message, this.header),
      payerAccount: this.payerAccount,
      originalMessageId,
    });
  }

  private readOriginal(item: OriginalMessage): void {
    requireFaultless(item);
    const { original: known } = this;
    if (known !== undefined && this.message?.kind === 'pain.002') {
      throw malformed('more-than-one', item.at);
    }
    this.original = item;
    const messageId = given([item.messageId, known?.messageId]);
    this.tellMessage({ originalMessageId: messageId === '' ? null : messageId });
    this.tellCount(item);
    if (item.status !== '') this.tellWhole('group', item);
  }

  private readBlock(item: BlockStatus): void {
    requireFaultless(item);
    // Our files have one block. Some banks repeat it for each payment; another one is not of the file.
    const known = this.block?.paymentInformationId ?? item.paymentInformationId;
    if (known !== item.paymentInformationId) throw malformed('more-than-one-block', item.at);
    if (this.block === undefined) this.tellBlock(item);
    this.block = item;
    this.tellCount(item);
    if (item.status !== '') this.tellWhole('block', item);
  }

  private tellBlock({ paymentInformationId, at }: BlockStatus): void {
    if (given([paymentInformationId]) === '') return;
    this.items.push({ type: 'block', paymentInformationId, offset: at.byte, path: at.path });
  }

  private tellCount({ count, statusCounts }: Pick<BlockStatus, 'count' | 'statusCounts'>): void {
    if (count === '' && statusCounts.length === 0) return;
    const payments = count === '' ? null : BigInt(count);
    const byStatus = statusCounts.reduce((sum, one) => sum + BigInt(one || '0'), 0n);
    this.items.push({ type: 'count', payments, byStatus });
  }

  private tellWhole(
    level: 'group' | 'block',
    { status, reasons, at }: Pick<BlockStatus, 'status' | 'reasons' | 'at'>,
  ): void {
    const reason = this.reasonOf(reasons);
    const place = { offset: at.byte, path: at.path };
    this.items.push({
      type: 'status',
      level,
      reference: '',
      status,
      reason,
      amountVnd: null,
      ...place,
    });
  }

  private reasonOf([first]: readonly string[]): string {
    return first === undefined ? '' : reasonCode(first, this.profile.inbound);
  }

  // ---- statuses

  private readStatus(item: PaymentStatus): void {
    // Its own status, else that of its block, else that of the message; a reason likewise.
    const levels = [item, this.block, this.original].filter((one) => one !== undefined);
    const said = levels.find(({ status }) => status !== '') ?? item;
    const told = levels.slice(0, levels.indexOf(said) + 1);
    const reasons = told.find((one) => one.reasons.length > 0)?.reasons ?? [];
    const isAmountSaid = item.amount !== '';
    const fault = item.faults[0]?.rule ?? (isAmountSaid ? amountFault(item) : undefined);
    this.tellStatus(item, { status: said.status, reasons, fault });
  }

  private readCancellation(item: Cancellation): void {
    const meaning = cancellationOf(item.status);
    const fault = item.faults[0]?.rule;
    if (item.level === 'case') {
      if (meaning === 'cancelled') this.cancelledCase = item;
      return;
    }
    this.isDecided = true;
    if (item.originalMessageId !== '') this.nameDecided(item);
    if (item.level !== 'payment') this.readWholeDecision(item, meaning, fault);
    else {
      this.isByPayment = true;
      if (fault === undefined && meaning === 'unknown')
        this.setAside(item.at, 'unknown-status', item);
      else if (fault !== undefined || meaning === 'cancelled') {
        this.tellStatus(item, { status: 'CANC', reasons: item.reasons, fault });
      }
    }
  }

  private nameDecided({ originalMessageId }: Cancellation): void {
    if (this.decidedMessage === '') {
      this.decidedMessage = originalMessageId;
      this.tellMessage({ originalMessageId });
    } else if (this.decidedMessage !== originalMessageId && !this.isOfSeveral) {
      this.isOfSeveral = true;
      this.tellMessage({ originalMessageId: null });
    }
  }

  /** What was decided of a message of ours, or of its block: our messages have one. */
  private readWholeDecision(
    item: Cancellation,
    meaning: ReturnType<typeof cancellationOf>,
    fault: string | undefined,
  ): void {
    if (meaning !== 'cancelled') return;
    const isOfOne = item.originalMessageId !== '' && fault === undefined && !this.isOfSeveral;
    if (isOfOne) this.grantedWhole ??= item;
    else this.setAside(item.at, 'cancelled-whole', item);
  }

  /**
   * A message that is granted whole. A file that decides on several has no effect on the whole of any, since
   * what it grants for one it may refuse for the next: a person looks. Payments named below have their own.
   */
  private endDecisions(): void {
    const { grantedWhole: item } = this;
    if (item === undefined) return;
    if (this.isOfSeveral) this.setAside(item.at, 'cancelled-whole', item);
    else if (!this.isByPayment) this.tellWhole('group', { ...item, status: 'CANC' });
  }

  private tellStatus(
    item: PaymentStatus | Cancellation,
    {
      status,
      reasons,
      fault,
    }: { status: string; reasons: readonly string[]; fault: string | undefined },
  ): void {
    const reference = referenceOf(item);
    const effect = effectOf(status).kind;
    const rule = fault ?? (reference === '' ? 'reference-missing' : statusFault(status));
    if (rule !== undefined) {
      this.setAside(item.at, rule, item);
      return;
    }
    // The result of the verification of a payee goes to its record.
    if (effect === 'verification') return;
    const amountVnd = dong(item.amount) ?? null;
    const reason = this.reasonOf(reasons);
    const place = { offset: item.at.byte, path: item.at.path };
    if (status === this.provingStatus()) {
      if (amountVnd === null) this.setAside(item.at, 'amount-missing', item);
      else
        this.items.push({
          type: 'cash',
          reference,
          outcome: 'paid',
          amountVnd,
          paidOn: null,
          reason,
          ...place,
        });
      return;
    }
    this.items.push({
      type: 'status',
      level: 'instruction',
      reference,
      status,
      reason,
      amountVnd,
      ...place,
    });
  }

  /** The status that proves a payment, where the bank says so. */
  private provingStatus(): string | undefined {
    const { paidWhen } = this.profile.inbound;
    if (paidWhen === 'status-acsc') return 'ACSC';
    return paidWhen === 'status-accc' ? 'ACCC' : undefined;
  }

  // ---- the account

  private openAccount(item: AccountReport): void {
    this.closeAccount();
    this.account = item;
    this.isOurs = item.account === this.profile.payer.account;
    // A file is for us when one of its accounts is ours.
    if (this.isOurs || this.payerAccount === null) this.payerAccount = item.account;
    this.tellMessage({ originalMessageId: null });
    if (!this.isOurs) return;
    // MT940 counts its pages with leading zeros: 00012/001.
    const isPage = item.lastPage === 'false' || !/^0*1?$/.test(item.page);
    if (isPage && this.message !== undefined && isStatement(this.message.kind)) {
      throw malformed('one-page-of-several', item.at);
    }
  }

  private closeAccount(): void {
    const { account, isOurs, balances } = this;
    if (account !== undefined && isOurs) {
      if (!this.entryTotals.agree()) throw new Refusal('control-totals-disagree');
      this.tellStatement(account, balances);
    } else if (account !== undefined) this.others.push(account);
    this.account = undefined;
    this.balances = [];
    this.entryTotals = new EntryTotals();
  }

  private tellStatement(account: AccountReport, balances: readonly Balance[]): void {
    if (this.message === undefined || !isStatement(this.message.kind)) return;
    const [opening, closing] = [openingOf(balances), closingOf(balances)];
    if (opening === undefined || closing === undefined) return;
    const amounts = [opening, closing].map((one) =>
      isDong(one.currency) ? wholeUnits(signed(one)) : undefined,
    );
    const [openingVnd, closingVnd] = amounts;
    if (openingVnd === undefined || closingVnd === undefined || closing.day === '') {
      throw malformed('balance', closing.at);
    }
    const sequence = account.electronicSequence || account.legalSequence;
    this.items.push({
      type: 'statement',
      accountNo: account.no,
      statementId: account.id,
      account: account.account,
      sequence: /^\d{1,18}$/.test(sequence) ? BigInt(sequence) : null,
      openingVnd,
      closingVnd,
      day: closing.day as PlainDate,
    });
  }

  // ---- entries and their payments

  private readDetail(item: EntryDetail): void {
    if (!this.isOurs || !isBooked(item)) return;
    const { entry } = this;
    entry.totals.add(item);
    entry.detailCount += 1;
    const { waiting } = entry;
    // Only a payment that stands alone is for certain the whole of its entry.
    if (waiting !== undefined) this.setDetailAside(waiting, 'detail-without-amount');
    entry.waiting = undefined;
    const amounts = detailAmounts(item, item.entryCurrency);
    const [amount] = amounts;
    if (amount === undefined && item.faults.length === 0) entry.waiting = item;
    else this.tellDetail(item, amounts);
  }

  private tellDetail(item: EntryDetail, amounts: readonly Exact[]): void {
    const [amount] = amounts;
    const amountVnd = amount === undefined ? undefined : wholeUnits(amount);
    const fault = this.detailFault(item, amountVnd);
    if (fault !== undefined || amountVnd === undefined) {
      this.setDetailAside(item, fault ?? 'detail-without-amount');
      return;
    }
    const chargedVnd = chargedOf(item, amounts);
    this.items.push({
      type: 'booking',
      reference: referenceOf(item),
      entryReference: this.keyOf(item.entryReference, {
        bookedOn: item.bookedOn,
        direction: item.entryDirection,
        amount: item.entryAmount,
      }),
      direction: (item.direction || item.entryDirection) as 'debit' | 'credit',
      amountVnd: vnd(amountVnd - chargedVnd),
      chargedVnd,
      bookedOn: item.bookedOn as PlainDate,
      reason: this.reasonOf(item.reasons),
      offset: item.at.byte,
      path: item.at.path,
    });
    if (chargedVnd > 0n) {
      this.setAside(item.at, 'charges', { ...item, amount: String(chargedVnd), currency: 'VND' });
    }
  }

  private detailFault(item: EntryDetail, amountVnd: bigint | undefined): string | undefined {
    const [fault] = item.faults;
    if (fault !== undefined) return fault.rule;
    if (!isDong(item.entryCurrency)) return 'currency-differs';
    if (amountVnd === undefined) return 'not-whole-dong';
    const rule = movesNothing(amountVnd) ?? this.dayFault(item.bookedOn) ?? directionFault(item);
    // What the bank undoes of its own entry, a person looks at.
    return rule ?? (item.entryReversal ? 'reversal' : undefined);
  }

  private setDetailAside(item: EntryDetail, rule: string): void {
    this.entry.isPartial = true;
    this.setAside(item.at, rule, item);
  }

  private readEntry(item: AccountEntry): void {
    const { entry } = this;
    if (this.isOurs) {
      this.entryTotals.add(item);
      if (isBooked(item)) this.readBooked(item, entry);
    }
    this.entry = newEntry();
  }

  private readBooked(item: AccountEntry, entry: OpenEntry): void {
    if (!entry.totals.agree(item.batches)) throw new Refusal('control-totals-disagree');
    const fault = entryFault(item, isDong);
    const amountVnd = dong(item.amount);
    const rule =
      fault ??
      (amountVnd === undefined ? 'not-whole-dong' : movesNothing(amountVnd)) ??
      this.dayFault(item.bookedOn || item.valueOn);
    if (rule !== undefined || amountVnd === undefined) {
      this.setAside(item.at, rule ?? 'not-whole-dong', item);
      return;
    }
    this.tellWaiting(item, entry);
    this.tellEntry(item, amountVnd, entry);
  }

  private tellWaiting(item: AccountEntry, { waiting, detailCount }: OpenEntry): void {
    if (waiting === undefined) return;
    const declared = item.batches.map(({ count }) => count).filter((count) => count !== '');
    const isAlone = detailCount === 1 && declared.every((count) => BigInt(count) === 1n);
    if (!isAlone) this.setDetailAside(waiting, 'detail-without-amount');
    else {
      const whole = { ...waiting, amount: item.amount, currency: item.currency };
      this.tellDetail(whole, detailAmounts(whole, item.currency));
    }
  }

  private tellEntry(
    item: AccountEntry,
    amountVnd: Vnd,
    { isPartial, detailCount }: OpenEntry,
  ): void {
    const bookedOn = item.bookedOn || item.valueOn;
    const direction = item.direction as 'debit' | 'credit';
    const booking = { bookedOn, direction, amount: item.amount };
    const entryReference = this.keyOf(item.servicerReference, booking);
    if (item.servicerReference === '') this.countBooking(booking);
    if (item.reversal && detailCount === 0) this.setAside(item.at, 'reversal', item);
    const [batch, ...more] = item.batches;
    this.items.push({
      type: 'entry',
      accountNo: item.accountNo,
      entryReference,
      direction,
      amountVnd,
      bookedOn: bookedOn as PlainDate,
      isPartial,
      paymentInformationId: more.length === 0 ? (batch?.paymentInformationId ?? '') : '',
      offset: item.at.byte,
    });
  }

  /**
   * What names a booking: the servicer's reference, and without one all that it says of itself and how
   * often the file has said so before. So two files that tell the same bookings name them alike.
   */
  private keyOf(reference: string, of: Booking): string {
    if (reference !== '') return reference;
    const booking = bookingOf(of);
    return `${booking}/${(this.unnamed.get(booking) ?? 0) + 1}`;
  }

  private countBooking(of: Booking): void {
    const booking = bookingOf(of);
    this.unnamed.set(booking, (this.unnamed.get(booking) ?? 0) + 1);
  }

  /** The rule that a day breaks; most lines of a file are of one day. */
  private dayFault(day: string): string | undefined {
    if (day === '') return 'date-missing';
    if (day === this.lastDay) return undefined;
    if (!isPlainDate(day)) return 'not-a-date';
    this.lastDay = day;
    return undefined;
  }
  private lastDay = '';

  // ---- lists

  private readRow(item: ListRow): void {
    this.list.add(item);
    const { reference, outcome } = item;
    const amountVnd = dong(item.amount);
    const rule =
      item.faults[0]?.rule ??
      amountFault(item) ??
      (reference === '' ? 'reference-missing' : outcome === '' ? 'unknown-status' : undefined);
    if (rule !== undefined || amountVnd === undefined || outcome === '') {
      this.setAside(item.at, rule ?? 'unknown-status', item);
      return;
    }
    this.tellRow(item, outcome, amountVnd);
  }

  private tellRow(item: ListRow, outcome: Exclude<ListRow['outcome'], ''>, amountVnd: Vnd): void {
    const { reference, bookedOn, entryReference, at } = item;
    const reason = this.reasonOf(item.reasons);
    const common = { reference, reason, amountVnd, offset: at.byte, path: at.path };
    const day = this.dayFault(bookedOn) === undefined ? (bookedOn as PlainDate) : null;
    const status = this.statusOfRow(outcome);
    if (status !== undefined) {
      this.items.push({ type: 'status', level: 'instruction', status, ...common });
    } else if (outcome === 'paid' || outcome === 'unpaid') {
      const paidOn = outcome === 'paid' ? day : null;
      this.items.push({ type: 'cash', outcome, paidOn, ...common });
    } else if (day === null) this.setAside(at, 'date-missing', item);
    else {
      const booked = { direction: 'credit', bookedOn: day, chargedVnd: vnd(0n) } as const;
      this.items.push({ type: 'booking', entryReference, ...booked, ...common });
    }
  }

  /** The status that a word of a list stands for; undefined where it tells of money. */
  private statusOfRow(outcome: Exclude<ListRow['outcome'], ''>): string | undefined {
    if (outcome === 'accepted') return 'ACCP';
    if (outcome === 'pending') return 'PDNG';
    if (outcome === 'rejected') return 'RJCT';
    // What was handed over in cash, the post office alone can say.
    const isCash = this.message?.kind === 'post-office-result';
    const isProof = isCash || this.profile.inbound.paidWhen === 'list-says-so';
    return outcome === 'paid' && !isProof ? 'ACSC' : undefined;
  }

  // ---- what a person must look at

  private setAside(
    { byte, path }: Place,
    rule: string,
    of: { readonly amount?: string; readonly currency?: string } & Partial<References>,
  ): void {
    if (treatmentOf(rule, this.profile.inbound) === 'refuse' && rule !== 'charges') {
      throw malformed(rule, { byte, path });
    }
    const amountVnd = isDong(of.currency ?? '') ? (dong(of.amount ?? '') ?? null) : null;
    const reference = referenceOf(of);
    this.items.push({ type: 'set-aside', rule, reference, amountVnd, offset: byte, path });
  }
}

interface References {
  readonly endToEndId: string;
  readonly instructionId: string;
  readonly reference: string;
}

/** Our own reference of a payment: it is the end-to-end id and the instruction id of every file of ours. */
function referenceOf(of: Partial<References>): string {
  return given([of.endToEndId, of.instructionId, of.reference]);
}

/** The first id that says something; NOTPROVIDED is what banks write for none. */
function given(ids: readonly (string | undefined)[]): string {
  return ids.find((id) => id !== undefined && id !== '' && id !== 'NOTPROVIDED') ?? '';
}

/** What a booking says of itself when it has no reference. */
interface Booking {
  readonly bookedOn: string;
  readonly direction: string;
  readonly amount: string;
}

function bookingOf({ bookedOn, direction, amount }: Booking): string {
  return `~${bookedOn}/${direction}/${amount}`;
}

/** What the bank took for itself: the rest above another of its amounts, where it is what it declares. */
function chargedOf(item: EntryDetail, amounts: readonly Exact[]): Vnd {
  const [amount = 0n] = amounts;
  const charges = chargesOf(item, undefined, item.entryCurrency);
  const isNamed = charges > 0n && amounts.some((one) => amount - one === charges);
  return vnd(isNamed ? (wholeUnits(charges) ?? 0n) : 0n);
}

function requireFaultless({ faults }: { readonly faults: readonly ValueFault[] }): void {
  const [fault] = faults;
  if (fault !== undefined) throw malformed(fault.rule, fault);
}

function malformed(rule: string, { byte, path }: Place): Refusal {
  return new Refusal('file-malformed', { at: path, rule, byte });
}

function statusFault(status: string): string | undefined {
  if (status === '') return 'status-missing';
  const { kind } = effectOf(status);
  return kind === 'unknown' || kind === 'go-down' ? 'unknown-status' : undefined;
}

function amountFault({
  amount,
  currency,
}: {
  amount: string;
  currency: string;
}): string | undefined {
  if (!isDong(currency)) return 'currency-differs';
  const amountVnd = dong(amount);
  return amountVnd === undefined ? 'not-whole-dong' : movesNothing(amountVnd);
}

function directionFault({ direction, entryDirection }: EntryDetail): string | undefined {
  if (entryDirection === '') return 'direction-missing';
  return direction === '' || direction === entryDirection ? undefined : 'direction-not-of-entry';
}

function movesNothing(amountVnd: bigint): string | undefined {
  return amountVnd === 0n ? 'a-line-moves-money' : undefined;
}

/** Whole dong; up to 15 digits are exact in a number, which is quicker. */
function dong(text: string): Vnd | undefined {
  const [, whole] = /^(\d{1,18})(?:\.0{1,17})?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return vnd(whole.length <= 15 ? BigInt(Number(whole)) : BigInt(whole));
}
