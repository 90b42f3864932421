import type { PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { PaymentFileFormat } from './payment-file.ts';

// What a bank, the Treasury or a post office laid down about files, as data. Outbound is strict: what
// does not fit is refused before anybody signs. Inbound is tolerant: what is odd is set aside for a
// person, and said here how odd it may be. docs/bank-profiles.md explains every field.

/** One version of one profile. Amounts are digits, so that no reader of JSON rounds them. */
export interface BankProfile {
  readonly schema: 'an-sinh.bank-profile/1';
  /** Short code of A-Z and 0-9, part of every batch code and message id. */
  readonly channel: string;
  /** 1, 2, 3 …: each change is a version of its own, and two persons make it the one in use. */
  readonly version: number;
  /** A sandbox profile never takes a production file, nor the other way about. */
  readonly environment: 'sandbox' | 'production';
  readonly kind: 'account' | 'cash_post';
  readonly name: Bilingual;
  readonly payer: {
    readonly name: string;
    readonly agreement: string;
    readonly account: string;
    readonly bankBin: string;
  };
  readonly asked: AskedOfTheBank;
  readonly calendar: BankCalendar;
  readonly outbound: OutboundProfile;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly signature: SignatureProfile;
  readonly transport: TransportProfile;
  readonly inbound: InboundProfile;
}

/** The answers that decide whether a send may be repeated, and where they are written down. */
interface AskedOfTheBank {
  /** It refuses an end-to-end id that it has seen: a file may be put again after a crash. */
  readonly dedupesReference: boolean;
  /** It refuses a file after cut-off: what is absent from the statement was never taken. */
  readonly refusesAfterCutoff: boolean;
  /** For how many days it remembers a reference; null for ever. */
  readonly remembersDays: number | null;
  readonly answeredOn: PlainDate;
  /** The letter or contract that says so. */
  readonly document: string;
}

/** When the bank works. A file that misses its cut-off is held for a person, never re-dated. */
interface BankCalendar {
  /** HH:MM in Vietnam, on the last day on which a file may come; null when it takes files all day. */
  readonly cutoff: string | null;
  /** How many bank days before the value date that day lies. */
  readonly leadBankDays: number;
  readonly valueDate: {
    /** The day of the month on which money should count. */
    readonly dayOfMonth: number;
    /** Where it lands when that is no bank day. */
    readonly otherwise: 'following' | 'preceding';
  };
}

interface OutboundProfile {
  readonly format: PaymentFileFormat;
  /** How a bank is named: its number in the clearing system VN, or its BIC. */
  readonly banks: 'clearing-member' | 'bic';
  readonly text: {
    /** Names in upper case without marks, without marks, or as they are (NFC). */
    readonly fold: 'ascii-upper' | 'ascii' | 'none';
    /** The characters that may remain: those all banks agree on, or all letters with them. */
    readonly characters: 'safe' | 'letters';
  };
  /** Most characters of a value. Nothing is ever cut to fit. */
  readonly lengths: {
    readonly name: number;
    readonly account: number;
    readonly reference: number;
    readonly remittance: number;
  };
  readonly limits: {
    readonly linesPerFile: number;
    readonly vndPerFile: string | null;
    readonly vndPerLine: string | null;
  };
  /** Lines to the payer's own bank lie in files of their own. */
  readonly splitOwnBank: boolean;
  readonly purpose: {
    /** Code of the category purpose list for the block; null leaves it out. */
    readonly category: string | null;
    /** Code of the purpose list for each line; null leaves it out. */
    readonly line: string | null;
  };
  readonly chargeBearer: 'DEBT' | 'SLEV' | 'SHAR';
  readonly batchBooking: boolean;
  /** What the payee reads: words around {reference}, {period} and {programme}. */
  readonly remittance: string;
  /** The name of a file: words around {messageId}, {channel}, {valueDate} and {partNo}. */
  readonly fileName: string;
  /** For the format `list` alone. */
  readonly list: ListTemplate | null;
}

/** A list for a bank that takes CSV or Excel, column by column. */
export interface ListTemplate {
  readonly container: 'csv' | 'xlsx';
  /** CSV only. */
  readonly delimiter: ',' | ';' | '\t';
  readonly newline: 'lf' | 'crlf';
  readonly byteOrderMark: boolean;
  /** XLSX only. */
  readonly sheet: string;
  /** Rows above the header: words around {messageId}, {lineCount}, {totalVnd}, {valueDate} … */
  readonly above: readonly (readonly string[])[];
  readonly columns: readonly ListColumn[];
  /** The row of sums: what stands in each column, or null for no such row. */
  readonly totals: readonly string[] | null;
}

/** Where the value of a column comes from. */
type ListValue =
  | 'number'
  | 'reference'
  | 'payee-name'
  | 'citizen-number'
  | 'account'
  | 'bank-bin'
  | 'bank-bic'
  | 'bank-name'
  | 'bank-short-name'
  | 'amount'
  | 'remittance'
  | 'commune'
  | 'own-or-other'
  | 'constant';

export interface ListColumn {
  readonly title: string;
  readonly value: ListValue;
  /** The text of a constant, or the two words of own-or-other. */
  readonly words: readonly string[];
  readonly max: number;
  /** An empty value is refused in such a column: always, for another bank's account, or never. */
  readonly required: 'always' | 'other-bank' | 'never';
  /** Text keeps leading zeros in Excel. A number may be grouped: 1234567, 1.234.567 or 1,234,567. */
  readonly form: 'text' | 'number' | 'dotted' | 'commas';
}

/** What must come back, and by when. What is missing makes the file unknown, never sent again. */
interface Acknowledgement {
  readonly level: AcknowledgementLevel;
  readonly withinMinutes: number;
}

/** From the file having arrived to every line having an end. Each includes those before it. */
export const ACKNOWLEDGEMENT_LEVELS = ['taken', 'checked', 'accepted', 'settled'] as const;
export type AcknowledgementLevel = (typeof ACKNOWLEDGEMENT_LEVELS)[number];

/** A detached signature over the very bytes of the file, lying beside it. */
interface SignatureProfile {
  readonly kind: 'none' | 'cms' | 'openpgp';
  /** The name of the key in the key folder; '' for none. A profile holds no secret. */
  readonly identity: string;
  readonly suffix: string;
}

type TransportProfile =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'sftp';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      /** The name of our key in the key folder. */
      readonly identity: string;
      /** SHA256:… as ssh-keygen -l prints it. Any other host key ends the connection. */
      readonly hostKey: string;
      /** Where we lay files, where the bank moves what it took, and where its answers lie. */
      readonly deliverTo: string;
      readonly takenIn: string;
      readonly collectFrom: string;
      readonly temporarySuffix: string;
      /** An empty file that says that the one before it is whole; null when the rename says so. */
      readonly doneSuffix: string | null;
    }
  | {
      readonly kind: 'https';
      /** Files are put below payments/ and fetched below answers/. */
      readonly url: string;
      /** The name of our key and certificate in the key folder. */
      readonly identity: string;
      /** SHA-256 of the server's public key (SPKI), base64. */
      readonly serverKey: string;
    };

/** How the bank reports. bank-profiles.md, section "What comes back". */
export interface InboundProfile {
  /** Which files it sends; any other is refused. */
  readonly readers: readonly ReaderName[];
  /** Of text files and of XML that declares it. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'windows-1258' | 'iso-8859-1';
  /** What proves that a payment has been made. A booked entry, unless the bank said otherwise. */
  readonly paidWhen: 'entry-booked' | 'status-acsc' | 'status-accc' | 'list-says-so';
  /** What is odd and no lie: noted, set aside with its line for a person, or the whole file refused. */
  readonly tolerance: {
    readonly schemaFault: Treatment;
    readonly unknownElement: Treatment;
    readonly unknownStatus: 'quarantine' | 'refuse';
    readonly unknownReference: 'quarantine' | 'refuse';
    readonly lineFault: 'quarantine' | 'refuse';
  };
  /** Reasons in the bank's own words or codes, as codes of ISO 20022. */
  readonly reasons: Readonly<Record<string, string>>;
  /** For the reader `list` alone. */
  readonly list: ResultTemplate | null;
}

type Treatment = 'note' | 'quarantine' | 'refuse';

export type ReaderName =
  | 'pain.002'
  | 'camt.052'
  | 'camt.053'
  | 'camt.054'
  | 'camt.029'
  | 'acmt.024'
  | 'admi.002'
  | 'mt940'
  | 'list'
  | 'post-office-list';

/** A result list in CSV or Excel: which column says what. */
export interface ResultTemplate {
  readonly container: 'csv' | 'xlsx';
  readonly delimiter: ',' | ';' | '\t';
  /** XLSX only; '' is the first sheet. */
  readonly sheet: string;
  /** From 1: the row of titles; 0 when there is none and columns are named by number. */
  readonly headerRow: number;
  /** The title of a column, or its number from 1; null where the list has none. */
  readonly columns: {
    readonly reference: string | number;
    readonly amount: string | number;
    readonly status: string | number;
    readonly reason: string | number | null;
    readonly bookedOn: string | number | null;
    readonly entryReference: string | number | null;
  };
  readonly amountForm: 'plain' | 'dotted' | 'commas';
  readonly dateForm: 'dd/mm/yyyy' | 'yyyy-mm-dd' | 'yyyymmdd';
  /** The words of the bank, and what they mean. Any other word is an unknown status. */
  readonly statuses: Readonly<
    Record<string, 'accepted' | 'pending' | 'paid' | 'rejected' | 'returned'>
  >;
  /** The row of sums: a word that begins it, and its columns; null when the list declares none. */
  readonly totals: {
    readonly word: string;
    readonly count: string | number | null;
    readonly amount: string | number;
  } | null;
}
