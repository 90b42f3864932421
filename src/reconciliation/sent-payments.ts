import type { BankItem, Payment, PaymentBlock } from '../settlement/bank-file.ts';
import { exact, total, type Exact } from '../settlement/exact-amount.ts';
import type { SentPayment, Submission } from './evidence.ts';

// What was sent, by every name under which an answer may speak of it.

export interface SentBlock {
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly payments: SentPayment[];
}

export interface SentMessage {
  readonly messageId: string;
  readonly blocks: Map<string, SentBlock>;
  readonly payments: SentPayment[];
}

/** A fault in a file that was sent. */
export interface SentFault {
  readonly file: string;
  readonly rule: string;
  readonly path: string;
  readonly byte: number;
}

export class SentPayments {
  readonly messages = new Map<string, SentMessage>();
  readonly payments = new Map<string, SentPayment>();
  readonly accounts = new Set<string>();
  readonly currencies = new Set<string>();
  readonly faults: SentFault[] = [];
  private readonly byInstruction = new Map<string, SentPayment | null>();
  private readonly byUetr = new Map<string, SentPayment | null>();

  /** Takes a payment file in. What is wrong in it is noted: it was sent, so it has to be lived with. */
  add(file: string, items: readonly BankItem[]): void {
    const message = items.find((item) => item.type === 'message');
    if (message?.kind !== 'pain.001') {
      this.faults.push({ file, rule: 'not-a-payment-file', path: '', byte: 0 });
      return;
    }
    if (this.messages.has(message.messageId)) this.note(file, message, 'message-id-sent-twice');
    const sent: SentMessage = { messageId: message.messageId, blocks: new Map(), payments: [] };
    this.messages.set(message.messageId, sent);
    let block: PaymentBlock | undefined;
    for (const item of items) {
      const [fault] = item.faults;
      if (fault !== undefined) this.note(file, item, fault.rule);
      if (item.type === 'payment-block') block = this.addBlock(sent, item);
      if (item.type === 'payment' && block !== undefined) {
        this.addPayment(file, sent, { item, block });
      }
    }
    this.checkTotals(file, items, sent);
  }

  /** The payment that ids of an answer name; null when they name several. */
  named(ids: {
    endToEndId: string;
    instructionId: string;
    uetr: string;
  }): SentPayment | null | undefined {
    const { endToEndId, instructionId, uetr } = ids;
    const given = endToEndId === 'NOTPROVIDED' ? '' : endToEndId;
    return (
      this.payments.get(given) ??
      this.byInstruction.get(instructionId) ??
      this.byInstruction.get(given) ??
      this.byUetr.get(uetr.toLowerCase())
    );
  }

  /** The payments of a block, in whichever message it was sent. */
  block(paymentInformationId: string): SentBlock | undefined {
    for (const message of this.messages.values()) {
      const block = message.blocks.get(paymentInformationId);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  private addBlock(sent: SentMessage, item: PaymentBlock): PaymentBlock {
    const { paymentInformationId } = item;
    const { messageId } = sent;
    sent.blocks.set(paymentInformationId, { messageId, paymentInformationId, payments: [] });
    if (item.payerAccount !== '') this.accounts.add(item.payerAccount);
    return item;
  }

  private addPayment(
    file: string,
    sent: SentMessage,
    { item, block }: { item: Payment; block: PaymentBlock },
  ): void {
    const { paymentInformationId, instructionId, uetr, endToEndId } = item;
    const submission: Submission = {
      messageId: sent.messageId,
      paymentInformationId,
      instructionId,
      uetr,
    };
    const amount = exact(item.amount);
    if (amount === undefined || endToEndId === '') {
      this.note(file, item, endToEndId === '' ? 'reference-missing' : 'amount-missing');
      return;
    }
    const payment = this.payments.get(endToEndId) ?? {
      endToEndId,
      amount,
      currency: item.currency,
      payerAccount: block.payerAccount,
      submissions: [],
    };
    if (payment.amount !== amount || payment.currency !== item.currency) {
      this.note(file, item, 'reference-sent-with-another-amount');
    }
    if (payment.submissions.some((one) => one.messageId === sent.messageId)) {
      this.note(file, item, 'reference-sent-twice');
    }
    this.currencies.add(item.currency);
    payment.submissions.push(submission);
    this.payments.set(endToEndId, payment);
    sent.payments.push(payment);
    sent.blocks.get(paymentInformationId)?.payments.push(payment);
    remember(this.byInstruction, instructionId, payment);
    remember(this.byUetr, uetr.toLowerCase(), payment);
  }

  private checkTotals(file: string, items: readonly BankItem[], sent: SentMessage): void {
    const payments = items.filter((item) => item.type === 'payment');
    for (const item of items) {
      if (item.type !== 'message' && item.type !== 'payment-block') continue;
      const its =
        item.type === 'message'
          ? payments
          : payments.filter((one) => one.paymentInformationId === item.paymentInformationId);
      const sum = total(its.map((one): Exact => exact(one.amount) ?? (0n as Exact)));
      const countAgrees = item.count === '' || BigInt(item.count) === BigInt(its.length);
      const sumAgrees = item.total === '' || exact(item.total) === sum;
      if (!countAgrees || !sumAgrees) this.note(file, item, 'control-totals-disagree');
    }
    if (sent.payments.length === 0) {
      this.faults.push({ file, rule: 'no-payments', path: '', byte: 0 });
    }
  }

  private note(file: string, { at }: Pick<BankItem, 'at'>, rule: string): void {
    this.faults.push({ file, rule, ...at });
  }
}

/** An id that two payments have names neither. */
function remember(map: Map<string, SentPayment | null>, id: string, payment: SentPayment): void {
  if (id === '') return;
  const known = map.get(id);
  map.set(id, known === undefined || known === payment ? payment : null);
}
