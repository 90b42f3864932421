import type {
  AccountEntry,
  BankItem,
  Direction,
  EntryDetail,
  Place,
  ValueFault,
} from '../../../src/settlement/bank-file.ts';
import { linesOf, refuseLine, type TextLine } from '../text-lines.ts';

// MT940, the statement of a day, and MT942, the report within a day. A message is a run of fields, each
// a tag between colons at the beginning of a line; the lines below belong to it. What banks do beside the
// standard is read as far as it has one meaning: envelopes in braces or plain, references longer than 16
// characters, marks of what is only expected, :86: behind the balances.

const TAG = /^:(20|21|25P?|28C?|13D?|34F|60[FM]|61|86|62[FM]|64|65|90[CD]|NS):(.*)$/;
const MAX_LINE = 4096;
const MAX_FIELD_LINES = 200;
const ITEMS_PER_CHUNK = 2000;

interface Field {
  readonly tag: string;
  readonly lines: string[];
  readonly line: TextLine;
}

interface OpenEntry {
  readonly item: Omit<AccountEntry, 'detailCount' | 'information'>;
  readonly reference: string;
  readonly supplement: string;
  information: string;
}

interface Statement {
  no: number;
  id: string;
  account: string;
  sequence: string;
  page: string;
  at: Place;
  isTold: boolean;
}

/** Reads MT940 and MT942. Throws Refusal('file-malformed') with the line for what is neither. */
export async function* readStatementText(
  content: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<readonly BankItem[]> {
  const reader = new StatementReader();
  for await (const lines of linesOf(content, { bytes: maxBytes, line: MAX_LINE })) {
    for (const line of lines) reader.take(line);
    if (reader.items.length >= ITEMS_PER_CHUNK) yield reader.handOver();
  }
  reader.end();
  yield reader.handOver();
}

/** The state of one file on its way through. */
class StatementReader {
  items: BankItem[] = [];
  private messageIsTold = false;
  private kind: 'mt940' | 'mt942' = 'mt940';
  private field: Field | undefined;
  private statement: Statement | undefined;
  private statementNo = 0;
  private entryNo = 0;
  private entry: OpenEntry | undefined;
  private last: TextLine = { text: '', no: 0, byte: 0 };
  /** An entry has no currency of its own: it is that of the balances, which stand before it. */
  private currency = '';

  handOver(): readonly BankItem[] {
    const items = this.items;
    this.items = [];
    return items;
  }

  take(line: TextLine): void {
    this.last = line;
    const text = line.text.trimEnd();
    if (isFrame(text)) {
      this.readFrame(text);
      return;
    }
    const [, tag, rest = ''] = TAG.exec(textOfBlock(text)) ?? [];
    if (tag !== undefined) {
      this.closeField();
      this.field = { tag, lines: [rest], line };
    } else if (this.field !== undefined) this.continueField(text, line);
    else if (this.messageIsTold && text !== '') refuseLine(line, 'text-between-fields');
  }

  end(): void {
    this.closeField();
    this.closeStatement();
    if (this.statementNo === 0) refuseLine(this.last, 'unknown-format');
    this.tellMessage();
  }

  private continueField(text: string, line: TextLine): void {
    const { field } = this;
    if (field === undefined) return;
    if (field.lines.length > MAX_FIELD_LINES) refuseLine(line, 'too-long');
    field.lines.push(text);
  }

  private readFrame(text: string): void {
    this.closeField();
    this.closeStatement();
    if (/\{2:[IO]942/.test(text)) this.kind = 'mt942';
  }

  private closeField(): void {
    const { field } = this;
    this.field = undefined;
    if (field === undefined) return;
    if (field.tag === '20') this.beginStatement(field);
    else if (this.statement === undefined) refuseLine(field.line, 'field-before-20');
    else this.readField(field, this.statement);
  }

  private beginStatement(field: Field): void {
    this.closeStatement();
    this.currency = '';
    this.statementNo += 1;
    this.statement = {
      no: this.statementNo,
      id: field.lines.join('').trim(),
      account: '',
      sequence: '',
      page: '',
      at: placeOf(field),
      isTold: false,
    };
  }

  private readField(field: Field, statement: Statement): void {
    const { tag } = field;
    if (tag === '61') this.beginEntry(field, statement);
    else if (tag === '86') {
      // Behind the balances it speaks of the statement.
      if (this.entry !== undefined) this.entry.information = informationOf(field.lines);
    } else if (tag.startsWith('90')) this.readSummary(field, statement);
    else if (tag in BALANCES) this.readBalance(field, statement);
    else this.readHead(field, statement);
  }

  private readHead({ tag, lines }: Field, statement: Statement): void {
    const [first = ''] = lines;
    // What a report within a day has, and a statement has not.
    if (/^(?:34F|13D?)$/.test(tag)) this.kind = 'mt942';
    if (tag === '34F') this.currency = /^[A-Z]{3}/.exec(first)?.[0] ?? '';
    // A second line names the holder of the account.
    if (tag.startsWith('25')) statement.account = first.trim();
    if (tag.startsWith('28')) {
      [statement.sequence = '', statement.page = ''] = first.trim().split('/');
    }
  }

  private tellMessage(): void {
    if (this.messageIsTold) return;
    this.messageIsTold = true;
    this.items.push({
      type: 'message',
      kind: this.kind,
      version: this.kind,
      messageId: this.statement?.id ?? '',
      createdAt: '',
      count: '',
      total: '',
      page: '',
      lastPage: '',
      at: this.statement?.at ?? { byte: 0, path: '' },
      faults: [],
    });
  }

  private tellAccount(statement: Statement): void {
    if (statement.isTold) return;
    statement.isTold = true;
    this.tellMessage();
    if (statement.account === '') refuseLine(this.last, 'account-missing');
    this.items.push({
      type: 'account',
      no: statement.no,
      id: statement.id,
      electronicSequence: statement.sequence,
      legalSequence: '',
      page: statement.page,
      lastPage: '',
      createdAt: '',
      from: '',
      to: '',
      copy: '',
      account: statement.account,
      currency: '',
      owner: '',
      servicer: '',
      at: statement.at,
      faults: [],
    });
  }

  private closeStatement(): void {
    this.closeEntry();
    if (this.statement !== undefined) this.tellAccount(this.statement);
    this.statement = undefined;
  }

  private readBalance(field: Field, statement: Statement): void {
    const kind = BALANCES[field.tag] ?? '';
    this.closeEntry();
    this.tellAccount(statement);
    const text = field.lines.join('').trim();
    const [, side = '', date = '', currency = '', amount = ''] =
      /^([CD])(\d{6})([A-Z]{3})(\S+)$/.exec(text) ?? [];
    const faults: ValueFault[] = [];
    const at = placeOf(field);
    this.currency = currency;
    this.items.push({
      type: 'balance',
      accountNo: statement.no,
      kind,
      subKind: field.tag.endsWith('M') ? 'INTM' : '',
      amount: readAmount(amount, { at, faults }),
      currency,
      direction: sideOf(side),
      day: readDay(date, { at, faults }),
      at,
      faults,
    });
  }

  private readSummary(field: Field, statement: Statement): void {
    this.kind = 'mt942';
    this.closeEntry();
    this.tellAccount(statement);
    const at = placeOf(field);
    const faults: ValueFault[] = [];
    const [, count = '', amount = ''] =
      /^(\d{1,5})[A-Z]{3}(\S+)$/.exec(field.lines.join('').trim()) ?? [];
    this.items.push({
      type: 'summary',
      accountNo: statement.no,
      of: field.tag === '90D' ? 'debit' : 'credit',
      count,
      total: readAmount(amount, { at, faults }),
      at,
      faults,
    });
  }

  private beginEntry(field: Field, statement: Statement): void {
    this.closeEntry();
    this.tellAccount(statement);
    this.entryNo += 1;
    const at = placeOf(field);
    const faults: ValueFault[] = [];
    const parts = ENTRY.exec(field.lines[0] ?? '')?.groups;
    if (parts === undefined) faults.push({ ...at, rule: 'not-an-entry' });
    const { reference = '' } = parts ?? {};
    const { account, no: accountNo } = statement;
    const item: OpenEntry['item'] = {
      type: 'entry',
      accountNo,
      no: this.entryNo,
      account,
      entryReference: '',
      currency: '',
      ...entryParts(parts ?? {}, { at, faults }),
      code: '',
      charges: [],
      chargeCurrencies: [],
      batches: [],
      at,
      faults,
    };
    const supplement = field.lines.slice(1).join(' ').trim();
    this.entry = { item, reference: reference.trim(), supplement, information: '' };
  }

  private closeEntry(): void {
    const { entry, statement } = this;
    this.entry = undefined;
    if (entry === undefined || statement === undefined) return;
    const { currency } = this;
    const { item } = entry;
    const information = [entry.supplement, entry.information].filter((one) => one !== '');
    const told = { ...item, currency, information: information.join(' ') };
    this.items.push(detailOf(told, entry.reference), { ...told, detailCount: 1 });
  }
}

const BALANCES: Readonly<Record<string, string>> = {
  '60F': 'OPBD',
  '60M': 'OPBD',
  '62F': 'CLBD',
  '62M': 'CLBD',
  '64': 'CLAV',
  '65': 'FWAV',
};
/** C and D are booked; R undoes one, in the direction that its money takes; E is only expected. */
const MARKS: Readonly<Record<string, Direction>> = {
  C: 'credit',
  D: 'debit',
  RC: 'debit',
  RD: 'credit',
  EC: 'credit',
  ED: 'debit',
};
const ENTRY =
  /^(?<value>\d{6})(?<entryDay>\d{4})?(?<mark>R[CD]|E[CD]|[CD])[A-Z]?(?<amount>\d[\d.,]*)(?<code>[A-Z][A-Z0-9]{3})(?<reference>.*?)(?:\/\/(?<own>.*))?$/;

function sideOf(mark: string): Direction {
  if (mark === '') return '';
  return mark === 'D' ? 'debit' : 'credit';
}

function placeOf({ tag, line }: Field): Place {
  return { byte: line.byte, path: `line ${line.no}:${tag}` };
}

/** A line that begins or ends a message and is no field of it. */
function isFrame(text: string): boolean {
  return text === '-' || text === '-}' || (/^\{[1-5]:/.test(text) && !text.includes(':20:'));
}

/** The first field may stand behind the blocks of the envelope, in their line. */
function textOfBlock(text: string): string {
  const at = text.startsWith('{') ? text.indexOf(':20:') : -1;
  return at < 0 ? text : text.slice(at);
}

function entryParts(
  parts: Readonly<Record<string, string | undefined>>,
  noting: Noting,
): Pick<
  AccountEntry,
  | 'servicerReference'
  | 'amount'
  | 'direction'
  | 'reversal'
  | 'status'
  | 'bookedOn'
  | 'valueOn'
  | 'ownCode'
> {
  const [value = '', entryDay = '', mark = ''] = [parts.value, parts.entryDay, parts.mark];
  const [amount = '', ownCode = '', own = ''] = [parts.amount, parts.code, parts.own];
  const valueOn = readDay(value, noting);
  return {
    servicerReference: own.trim(),
    amount: readAmount(amount, noting),
    direction: MARKS[mark] ?? '',
    reversal: mark.startsWith('R'),
    status: mark.startsWith('E') ? 'PDNG' : 'BOOK',
    bookedOn: entryDay === '' ? valueOn : dayNear(valueOn, entryDay),
    valueOn,
    ownCode,
  };
}

interface Noting {
  readonly at: Place;
  readonly faults: ValueFault[];
}

/** 1234,5 is 1234.5; one comma, and nothing to part thousands. */
function readAmount(text: string, { at, faults }: Noting): string {
  const [, whole, fraction = ''] = /^(\d{1,15}),(\d{0,5})$/.exec(text) ?? [];
  if (whole !== undefined) return fraction === '' ? whole : `${whole}.${fraction}`;
  faults.push({ ...at, rule: 'not-an-amount' });
  return '';
}

/** YYMMDD: the standard leaves the century to the reader, and no statement is that old. */
function readDay(text: string, { at, faults }: Noting): string {
  const [, yy, mm, dd] = /^(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.exec(text) ?? [];
  if (yy !== undefined) return `20${yy}-${mm ?? ''}-${dd ?? ''}`;
  faults.push({ ...at, rule: 'not-a-date' });
  return '';
}

/** The day MMDD nearest to another: around the new year it lies in the year before or after. */
function dayNear(day: string, monthAndDay: string): string {
  if (day === '') return '';
  const year = Number(day.slice(0, 4));
  const months = Number(monthAndDay.slice(0, 2)) - Number(day.slice(5, 7));
  const shift = months > 6 ? -1 : months < -6 ? 1 : 0;
  return `${year + shift}-${monthAndDay.slice(0, 2)}-${monthAndDay.slice(2)}`;
}

/** The text of :86:. Its parts may be numbered ?20 to ?63, and may be cut in the middle of a word. */
function informationOf(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (!/^\d{3}\?/.test(text))
    return lines
      .map((line) => line.trim())
      .join(' ')
      .trim();
  return text
    .replaceAll('\n', '')
    .replaceAll(/\?(\d\d)/g, (_, no: string) => (no === '00' || no >= '30' ? ' ' : ''));
}

const KEYWORDS = 'EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|BREF|RREF|IBAN|BIC|COAM|OAMT|PURP';
const END_TO_END = [
  new RegExp(`EREF[+:] ?(.+?) ?(?=(?:${KEYWORDS})[+:]|$)`),
  /\/(?:EREF|ROC|E2E)\/+([^/]+)/,
];
const RETURNED = /\/(?:RTRN|RETN|RETURN)\/+([A-Z]{2}\d{2})|RETURN REASON[: ]+([A-Z]{2}\d{2})/;

function detailOf(entry: Omit<AccountEntry, 'detailCount'>, reference: string): EntryDetail {
  const { information } = entry;
  const named = END_TO_END.map((pattern) => pattern.exec(information)?.[1]?.trim()).find(
    (one) => one !== undefined && one !== '',
  );
  const customer = /^(NONREF)?$/.test(reference) ? '' : reference;
  const [, code, coded] = RETURNED.exec(information) ?? [];
  const reason = code ?? coded;
  return {
    type: 'detail',
    accountNo: entry.accountNo,
    entryNo: entry.no,
    no: 1,
    account: entry.account,
    messageId: '',
    paymentInformationId: '',
    instructionId: named === undefined ? '' : customer,
    endToEndId: named ?? customer,
    uetr: '',
    servicerReference: entry.servicerReference,
    amount: entry.amount,
    currency: entry.currency,
    transactionAmount: '',
    transactionCurrency: '',
    instructedAmount: '',
    instructedCurrency: '',
    direction: entry.direction,
    entryDirection: entry.direction,
    entryReference: entry.servicerReference,
    entryAmount: entry.amount,
    entryCurrency: entry.currency,
    entryReversal: entry.reversal,
    status: entry.status,
    bookedOn: entry.bookedOn,
    code: '',
    ownCode: entry.ownCode,
    isReturn: reason !== undefined || /^.(RTI|RET)$/.test(entry.ownCode),
    charges: [],
    chargeCurrencies: [],
    reasons: reason === undefined ? [] : [reason],
    reasonTexts: [],
    payer: '',
    payerAccount: '',
    payee: '',
    payeeAccount: '',
    payeeBank: '',
    remittance: information === '' ? [] : [information],
    information: '',
    at: entry.at,
    faults: entry.faults,
  };
}
