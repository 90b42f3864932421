import type {
  BankItem,
  BlockStatus,
  OriginalMessage,
  PaymentStatus,
  Reasons,
} from '../settlement/bank-file.ts';
import { exact } from '../settlement/exact-amount.ts';
import { effectOf } from '../settlement/payment-status.ts';
import type { SentPayment, StatusEvidence, Submission } from './evidence.ts';
import type { SentBlock, SentMessage, SentPayments } from './sent-payments.ts';

// What a status report says of each payment. The effective status of a payment is its own, else that of
// its block, else that of the message. When they differ below (PART), a payment that is not listed has
// been accepted so far, if the report counts its statuses and they add up; if not, nothing is known.

/** Stands for "not listed in a report whose counts add up": accepted so far, and not settled. */
const NOT_LISTED = 'ACCP';

export interface ReportReading {
  readonly evidence: readonly StatusEvidence[];
  readonly setAside: readonly { readonly item: BankItem; readonly rule: string }[];
  readonly notes: readonly { readonly item: BankItem; readonly rule: string }[];
  /** The rule for which the whole file has no effect. */
  readonly refusal?: string;
}

/** What banks write where they name none. */
const NO_ID: readonly string[] = ['', 'NOTPROVIDED'];

interface Listed {
  readonly item: PaymentStatus;
  readonly payment: SentPayment;
  readonly submission: Submission;
}

/** Reads a pain.002 against what was sent. */
export function readStatusReport(
  file: string,
  items: readonly BankItem[],
  sent: SentPayments,
): ReportReading {
  const original = items.find((item) => item.type === 'original');
  if (original === undefined) return refused('original-group-missing');
  const message = sent.messages.get(original.messageId);
  if (message === undefined) return refused('answers-unknown-message');
  const report = new Report(file, message, original);
  const refusal = report.read(items, sent);
  return refusal === undefined ? report : refused(refusal);
}

function refused(refusal: string): ReportReading {
  return { evidence: [], setAside: [], notes: [], refusal };
}

class Report implements ReportReading {
  readonly evidence: StatusEvidence[] = [];
  readonly setAside: { item: BankItem; rule: string }[] = [];
  readonly notes: { item: BankItem; rule: string }[] = [];
  private readonly file: string;
  private readonly message: SentMessage;
  private readonly original: OriginalMessage;
  private readonly listed: Listed[] = [];
  private readonly blocks: BlockStatus[] = [];

  constructor(file: string, message: SentMessage, original: OriginalMessage) {
    this.file = file;
    this.message = message;
    this.original = original;
  }

  /** Gives the rule for which the file is refused, if it is. */
  read(items: readonly BankItem[], sent: SentPayments): string | undefined {
    for (const item of items) {
      if (item.type === 'block') this.blocks.push(item);
      else if (item.type === 'payment-status') this.list(item, sent);
    }
    if (this.blocks.some((block) => this.isOfNobody(block))) return 'unknown-block';
    if (!this.countsAgree()) return 'control-totals-disagree';
    for (const { item, payment, submission } of this.listed) {
      this.say({ payment, submission }, this.effective(item), item);
    }
    this.sayOfTheOthers();
    return undefined;
  }

  private list(item: PaymentStatus, sent: SentPayments): void {
    const rule = this.faultOf(item, sent);
    if (rule !== undefined) {
      this.setAside.push({ item, rule });
      return;
    }
    const payment = sent.named(item);
    const submission = payment?.submissions.find((one) => one.messageId === this.message.messageId);
    if (payment != null && submission !== undefined)
      this.listed.push({ item, payment, submission });
  }

  private faultOf(item: PaymentStatus, sent: SentPayments): string | undefined {
    const [fault] = item.faults;
    if (fault !== undefined) return fault.rule;
    const payment = sent.named(item);
    if (payment == null) return 'unknown-reference';
    const submission = payment.submissions.find((one) => one.messageId === this.message.messageId);
    if (submission === undefined) return 'reference-of-another-message';
    const block = item.paymentInformationId;
    const isOfBlock = [...NO_ID, submission.paymentInformationId].includes(block);
    if (!isOfBlock) return 'reference-of-another-block';
    if (!hasAmountOf(payment, item)) return 'amount-differs';
    const status = this.effective(item);
    return effectOf(status).kind === 'unknown' && status !== '' ? 'unknown-status' : undefined;
  }

  /** A block that the message which is answered does not have: the answer contradicts itself. */
  private isOfNobody({ paymentInformationId: named }: BlockStatus): boolean {
    return !NO_ID.includes(named) && !this.message.blocks.has(named);
  }

  private blockOf(paymentInformationId: string): BlockStatus | undefined {
    return this.blocks.find((one) => one.paymentInformationId === paymentInformationId);
  }

  private effective(item: PaymentStatus): string {
    const block = this.blockOf(item.paymentInformationId);
    return item.status || (block?.status ?? '') || this.original.status;
  }

  /** Declared counts against what was sent and against what is listed. */
  private countsAgree(): boolean {
    const { original, message } = this;
    const sent = [{ scope: original as Counted, many: message.payments.length }].concat(
      this.blocks.flatMap((block) => {
        const known = message.blocks.get(block.paymentInformationId);
        return known === undefined ? [] : [{ scope: block, many: known.payments.length }];
      }),
    );
    return sent.every(({ scope, many }) => {
      if (scope.count !== '' && BigInt(scope.count) !== BigInt(many)) return false;
      // Fewer may be counted than there are, as where only refusals are; then nothing follows from it.
      return sumOf(countsOf(scope)) <= BigInt(many);
    });
  }

  private sayOfTheOthers(): void {
    const named = new Set(this.listed.map(({ payment }) => payment));
    for (const block of this.message.blocks.values()) {
      const said = this.blockOf(block.paymentInformationId);
      const others = block.payments.filter((payment) => !named.has(payment));
      const status = this.statusOfOthers(block, said);
      const item = said !== undefined && said.status !== '' ? said : this.original;
      if (status === undefined) continue;
      for (const payment of others) {
        const submission = payment.submissions.find(
          (one) => one.messageId === this.message.messageId,
        );
        if (submission !== undefined) this.say({ payment, submission }, status, item);
      }
    }
  }

  /** The status of the payments of a block that are not listed; undefined when nothing follows. */
  private statusOfOthers(block: SentBlock, said: BlockStatus | undefined): string | undefined {
    const status = (said?.status ?? '') || this.original.status;
    const effect = effectOf(status);
    if (effect.kind === 'go-down') return this.partOf(block, said);
    if (effect.kind === 'on-the-way' || effect.kind === 'ended') return status;
    const rule = effect.kind === 'verification' ? 'verification-of-payee' : 'unknown-status';
    if (status !== '') this.notes.push({ item: said ?? this.original, rule });
    return undefined;
  }

  private partOf(block: SentBlock, said: BlockStatus | undefined): string | undefined {
    const isOfBlock = said !== undefined && countsOf(said).size > 0;
    const scope: Counted = isOfBlock ? said : this.original;
    const counted = countsOf(scope);
    const listed = this.listed.filter(
      ({ submission }) =>
        !isOfBlock || submission.paymentInformationId === block.paymentInformationId,
    );
    const ended = (status: string): bigint =>
      BigInt(listed.filter(({ item }) => this.effective(item) === status).length);
    const many = isOfBlock ? block.payments.length : this.message.payments.length;
    const addsUp =
      sumOf(counted) === BigInt(many) &&
      ['RJCT', 'CANC'].every((one) => (counted.get(one) ?? 0n) === ended(one));
    if (addsUp) return NOT_LISTED;
    this.notes.push({ item: said ?? this.original, rule: 'not-listed-not-counted' });
    return undefined;
  }

  private say(
    { payment, submission }: { payment: SentPayment; submission: Submission },
    status: string,
    item: BankItem & Reasons,
  ): void {
    const effect = effectOf(status);
    if (effect.kind === 'verification') {
      this.notes.push({ item, rule: 'verification-of-payee' });
      return;
    }
    if (effect.kind !== 'on-the-way' && effect.kind !== 'ended') return;
    const reasons = this.reasonsFor(item);
    const { file } = this;
    this.evidence.push({ file, at: item.at, payment, submission, status, ...reasons });
  }

  /** A payment without a reason of its own has that of its block, and that of the message. */
  private reasonsFor(item: BankItem & Reasons): {
    reasons: readonly string[];
    texts: readonly string[];
  } {
    const block =
      item.type === 'payment-status' && item.status === ''
        ? this.blockOf(item.paymentInformationId)
        : undefined;
    const isInherited =
      item.type === 'block' || (item.type === 'payment-status' && item.status === '');
    const sources: readonly (Reasons | undefined)[] = [
      item,
      block,
      isInherited ? this.original : undefined,
    ];
    const told = sources.find((one) => one !== undefined && one.reasons.length > 0);
    return {
      reasons: told?.reasons ?? [],
      texts: sources.flatMap((one) => one?.reasonTexts ?? []),
    };
  }
}

/** An answer that repeats the amount repeats that of the payment. */
function hasAmountOf(payment: SentPayment, { amount, currency }: PaymentStatus): boolean {
  if (amount === '') return true;
  return exact(amount) === payment.amount && currency === payment.currency;
}

interface Counted {
  readonly count: string;
  readonly countedStatuses: readonly string[];
  readonly statusCounts: readonly string[];
}

function countsOf({ countedStatuses, statusCounts }: Counted): ReadonlyMap<string, bigint> {
  const counts = new Map<string, bigint>();
  for (const [i, status] of countedStatuses.entries()) {
    counts.set(status, (counts.get(status) ?? 0n) + BigInt(statusCounts[i] ?? '0'));
  }
  return counts;
}

function sumOf(counted: ReadonlyMap<string, bigint>): bigint {
  return [...counted.values()].reduce((sum, one) => sum + one, 0n);
}
