// What a file of any bank says, in words that are the same for all of them. Nothing is judged here and
// nothing is lost: amounts are the digits of the file with their currency, ids are text.

/** Where in the file something stands: the byte at which it begins, and the path to it. */
export interface Place {
  readonly byte: number;
  /** Elements of XML with their number where they repeat, a line of a list, a field of MT940. */
  readonly path: string;
}

/** A value that is not what its field may hold. It is never told itself, only where it stands. */
export interface ValueFault extends Place {
  readonly rule: string;
}

interface Said {
  readonly at: Place;
  /** What of it could not be read; such an item is for a person, and has no effect. */
  readonly faults: readonly ValueFault[];
}

export type BankFileKind =
  | 'pain.001'
  | 'pain.002'
  | 'camt.029'
  | 'camt.052'
  | 'camt.053'
  | 'camt.054'
  | 'acmt.024'
  | 'admi.002'
  | 'mt940'
  | 'mt942'
  | 'list'
  | 'post-office-result';

/** Of which way money goes on the payer's account: out, or in. Empty when the file does not say. */
export type Direction = 'debit' | 'credit' | '';

/** Why: codes of ISO 20022 or of the bank, in the order of the file, and words. */
export interface Reasons {
  readonly reasons: readonly string[];
  readonly reasonTexts: readonly string[];
}

/** The business application header in front of a message: head.001. */
export interface BankHeader extends Said {
  readonly type: 'header';
  readonly from: string;
  readonly to: string;
  readonly businessMessageId: string;
  readonly definition: string;
  readonly createdAt: string;
  readonly possibleDuplicate: string;
}

/** The file as a whole, as it speaks of itself. It comes before all but the header. */
export interface BankMessage extends Said {
  readonly type: 'message';
  readonly kind: BankFileKind;
  /** The whole name of the message, such as camt.053.001.08. */
  readonly version: string;
  readonly messageId: string;
  readonly createdAt: string;
  readonly count: string;
  readonly total: string;
  readonly page: string;
  readonly lastPage: string;
}

/** Of our message that is answered: its status, and how many of its payments have which. */
export interface OriginalMessage extends Said, Reasons {
  readonly type: 'original';
  readonly messageId: string;
  readonly definition: string;
  readonly count: string;
  readonly total: string;
  readonly status: string;
  readonly countedStatuses: readonly string[];
  readonly statusCounts: readonly string[];
}

/** Of one block of our message. */
export interface BlockStatus extends Said, Reasons {
  readonly type: 'block';
  readonly paymentInformationId: string;
  readonly count: string;
  readonly total: string;
  readonly status: string;
  readonly countedStatuses: readonly string[];
  readonly statusCounts: readonly string[];
}

/** Of one payment, as listed: its own status may be missing. */
export interface PaymentStatus extends Said, Reasons {
  readonly type: 'payment-status';
  readonly originalMessageId: string;
  readonly paymentInformationId: string;
  readonly statusId: string;
  readonly instructionId: string;
  readonly endToEndId: string;
  readonly uetr: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly acceptedAt: string;
  readonly servicerReference: string;
  readonly account: string;
  readonly name: string;
}

/** What was decided on a request to cancel: of a message, a block or a payment. */
export interface Cancellation extends Said, Reasons {
  readonly type: 'cancellation';
  readonly level: 'case' | 'group' | 'block' | 'payment';
  readonly originalMessageId: string;
  readonly paymentInformationId: string;
  readonly instructionId: string;
  readonly endToEndId: string;
  readonly uetr: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
}

/** Whether an account belongs to a person, as its bank says. */
interface Verification extends Said, Reasons {
  readonly type: 'verification';
  readonly originalId: string;
  readonly verified: string;
  readonly account: string;
  readonly name: string;
  readonly identity: string;
  readonly updatedAccount: string;
  readonly updatedName: string;
}

/** A message of ours that could not be read at all. */
interface MessageRefusal extends Said, Reasons {
  readonly type: 'message-refusal';
  readonly reference: string;
  readonly refusedAt: string;
  readonly location: string;
}

/** One account in a report, a statement or a notification; its parts follow. */
export interface AccountReport extends Said {
  readonly type: 'account';
  readonly no: number;
  readonly id: string;
  readonly electronicSequence: string;
  readonly legalSequence: string;
  readonly page: string;
  readonly lastPage: string;
  readonly createdAt: string;
  readonly from: string;
  readonly to: string;
  readonly copy: string;
  readonly account: string;
  readonly currency: string;
  readonly owner: string;
  readonly servicer: string;
}

export interface Balance extends Said {
  readonly type: 'balance';
  readonly accountNo: number;
  /** OPBD, CLBD, PRCD, ITBD, CLAV …, or the bank's own word. */
  readonly kind: string;
  readonly subKind: string;
  readonly amount: string;
  readonly currency: string;
  readonly direction: Direction;
  readonly day: string;
}

/** Declared counts and sums of entries: all, or of one direction. Sums have no currency of their own. */
export interface EntrySummary extends Said {
  readonly type: 'summary';
  readonly accountNo: number;
  readonly of: 'all' | 'debit' | 'credit';
  readonly count: string;
  readonly total: string;
}

/** A booking on the account, after its details. */
export interface AccountEntry extends Said {
  readonly type: 'entry';
  readonly accountNo: number;
  readonly no: number;
  readonly account: string;
  readonly entryReference: string;
  readonly servicerReference: string;
  readonly amount: string;
  readonly currency: string;
  readonly direction: Direction;
  readonly reversal: boolean;
  /** BOOK, PDNG, INFO or FUTR. */
  readonly status: string;
  readonly bookedOn: string;
  readonly valueOn: string;
  /** Domain/family/sub-family, and the bank's own code. */
  readonly code: string;
  readonly ownCode: string;
  readonly charges: readonly string[];
  readonly chargeCurrencies: readonly string[];
  readonly batches: readonly EntryBatch[];
  readonly detailCount: number;
  readonly information: string;
}

/** What an entry says of the batch that was booked in one sum. */
export interface EntryBatch {
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly count: string;
  readonly amount: string;
  readonly currency: string;
  readonly direction: Direction;
}

/** One payment of an entry. What it does not say itself, its entry says. */
export interface EntryDetail extends Said, Reasons {
  readonly type: 'detail';
  readonly accountNo: number;
  readonly entryNo: number;
  readonly no: number;
  readonly account: string;
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly instructionId: string;
  readonly endToEndId: string;
  readonly uetr: string;
  readonly servicerReference: string;
  readonly amount: string;
  readonly currency: string;
  readonly transactionAmount: string;
  readonly transactionCurrency: string;
  readonly instructedAmount: string;
  readonly instructedCurrency: string;
  readonly direction: Direction;
  readonly entryDirection: Direction;
  /** Of the entry, which comes after its details: the servicer's reference, the amount, a reversal. */
  readonly entryReference: string;
  readonly entryAmount: string;
  readonly entryCurrency: string;
  readonly entryReversal: boolean;
  readonly status: string;
  readonly bookedOn: string;
  readonly code: string;
  readonly ownCode: string;
  readonly isReturn: boolean;
  readonly charges: readonly string[];
  readonly chargeCurrencies: readonly string[];
  readonly payer: string;
  readonly payerAccount: string;
  readonly payee: string;
  readonly payeeAccount: string;
  readonly payeeBank: string;
  readonly remittance: readonly string[];
  readonly information: string;
}

/** A block of a payment file: one debit account, one day. */
export interface PaymentBlock extends Said {
  readonly type: 'payment-block';
  readonly paymentInformationId: string;
  readonly count: string;
  readonly total: string;
  readonly batchBooking: string;
  readonly executionDay: string;
  readonly payer: string;
  readonly payerAccount: string;
  readonly payerCurrency: string;
  readonly payerBank: string;
}

/** One payment of a payment file. */
export interface Payment extends Said {
  readonly type: 'payment';
  readonly paymentInformationId: string;
  readonly instructionId: string;
  readonly endToEndId: string;
  readonly uetr: string;
  readonly amount: string;
  readonly currency: string;
  readonly payee: string;
  readonly payeeAccount: string;
  readonly payeeBank: string;
  readonly purpose: string;
  readonly remittance: readonly string[];
}

/** One row of a result list of a bank or a post office. */
export interface ListRow extends Said, Reasons {
  readonly type: 'row';
  readonly no: number;
  readonly reference: string;
  readonly account: string;
  readonly name: string;
  readonly amount: string;
  readonly currency: string;
  /** What the bank's word means; empty when nobody has said. */
  readonly outcome: ListOutcome | '';
  readonly status: string;
  readonly bookedOn: string;
  readonly entryReference: string;
  readonly paid: string;
  readonly left: string;
}

export type ListOutcome = 'accepted' | 'pending' | 'paid' | 'unpaid' | 'rejected' | 'returned';

/** What a list declares of its rows. */
interface ListTotals extends Said {
  readonly type: 'totals';
  readonly count: string;
  readonly total: string;
  readonly paid: string;
  readonly left: string;
}

export type BankItem =
  | BankHeader
  | BankMessage
  | OriginalMessage
  | BlockStatus
  | PaymentStatus
  | Cancellation
  | Verification
  | MessageRefusal
  | AccountReport
  | Balance
  | EntrySummary
  | AccountEntry
  | EntryDetail
  | PaymentBlock
  | Payment
  | ListRow
  | ListTotals;
