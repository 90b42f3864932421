import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import { PAYMENT_ROW } from '../../../src/batch/payment-file.ts';
import {
  doesNotFit,
  fittingText,
  foldedText,
  FORMS,
  OVER_THE_LIMIT,
  TOO_LONG,
  type Place,
} from '../fitting.ts';
import { unescaped } from '../payment-rows.ts';

// A million rows become a million elements: bytes in, bytes out. Making strings of a row and of its
// element cost five times as much as the rest of the work, and each byte has to be looked at once in
// any case, because nothing that a bank does not take may get through. Every value is checked while
// it is copied; a name is folded by a table of its letters, and by the rules of the kernel whenever
// it holds a letter that the table does not know.

/** A value of the row. */
type Slot = 'reference' | 'amount' | 'agent' | 'name' | 'citizen-number' | 'account';

export interface PrinterRules {
  /** The element of one payment: words as they are, and values of the row. */
  readonly pieces: readonly (string | { readonly slot: Slot })[];
  readonly outbound: BankProfile['outbound'];
  /** The longest reference that fits wherever it stands. */
  readonly longestReference: number;
  /** The bytes that name a bank; throws a refusal for a bank that cannot be named. */
  agent(bankBin: string, place: Place): string;
}

export interface RowPrinter {
  /** Prints a block of whole rows, and gives away what is full. */
  print(rows: Buffer): Generator<Buffer>;
  /** What is left to be given away. */
  rest(): Buffer;
  totals(): { lineCount: bigint; totalVnd: bigint };
}

const TAB = 9;
const LINE_FEED = 10;
const SPACE = 32;
const BACKSLASH = 92;
const ZERO = 48;

const CHUNK_BYTES = 256 * 1024;
/** More than any one element takes: the fixed words and every value at its longest. */
const SLACK_BYTES = 8 * 1024;

const COLUMN = Object.fromEntries(PAYMENT_ROW.map((name, i) => [name, i])) as Readonly<
  Record<(typeof PAYMENT_ROW)[number], number>
>;

/** Up to 15 digits are exact in a number, and so are sums below this. */
const EXACT_DIGITS = 15;
const FLUSH_AT = 2 ** 52;

// Classes of bytes.
const IN_REFERENCE = 1;
const IN_ACCOUNT = 2;
const DIGIT = 4;

const CLASSES = new Uint8Array(256);
const set = (byte: number, ofClass: number): void => {
  CLASSES[byte] = (CLASSES[byte] ?? 0) | ofClass;
};
for (let byte = 0; byte < 128; byte += 1) {
  const character = String.fromCharCode(byte);
  if (FORMS.reference[0].test(character)) set(byte, IN_REFERENCE);
  if (/^[A-Za-z0-9/\-?:().,'+]$/.test(character)) set(byte, IN_ACCOUNT);
  if (/^\d$/.test(character)) set(byte, DIGIT);
}

/** Letters below this are in the table: all of Vietnamese, composed or not. */
const TABLE_SIZE = 0x2000;

// What the table says of a letter, beside the byte that it becomes.
const UNKNOWN = 0;
const LEFT_OUT = 1;
const AS_IT_IS = 2;

type TextProfile = BankProfile['outbound']['text'];

const TABLES = new Map<string, Uint8Array>();

/** What each letter becomes, by the rules of the kernel: a byte, nothing, itself, or a question. */
function letterTable(text: TextProfile): Uint8Array {
  const key = `${text.fold}/${text.characters}`;
  const known = TABLES.get(key) ?? newTable(text);
  TABLES.set(key, known);
  return known;
}

function newTable(text: TextProfile): Uint8Array {
  const table = new Uint8Array(TABLE_SIZE);
  for (let code = SPACE; code < TABLE_SIZE; code += 1) {
    const letter = String.fromCodePoint(code);
    table[code] = code === SPACE ? SPACE : becomes(letter, text);
  }
  return table;
}

function becomes(letter: string, text: TextProfile): number {
  // Hangul letters are joined by what stands beside them.
  if (/\s|[\u1100-\u11ff]/.test(letter)) return UNKNOWN;
  if (/\p{M}/u.test(letter)) {
    return text.fold !== 'none' && letter.normalize('NFD').length === 1 ? LEFT_OUT : UNKNOWN;
  }
  const folded = letter.normalize('NFC') === letter ? foldedText(text, letter) : null;
  if (folded?.length !== 1) return UNKNOWN;
  if (folded < '\u0080') return folded.charCodeAt(0);
  return folded === letter ? AS_IT_IS : UNKNOWN;
}

/** Prints rows of PAYMENT_ROW as elements. */
export function rowPrinter(rules: PrinterRules): RowPrinter {
  return new Printer(rules);
}

class Printer implements RowPrinter {
  private readonly rules: PrinterRules;
  private readonly pieces: readonly (Uint8Array | Slot)[];
  private readonly letters: Uint8Array;
  private readonly longestName: number;
  private readonly longestAccount: number;
  private readonly mostVnd: bigint | null;
  private readonly mostExact: number;
  private readonly agents = new Map<number, Uint8Array>();
  /** Where each value of the row begins, and one past its end lies the next. */
  private readonly begins = new Int32Array(PAYMENT_ROW.length + 1);
  private rows: Uint8Array = new Uint8Array(0);
  private out = Buffer.allocUnsafe(CHUNK_BYTES + SLACK_BYTES);
  private at = 0;
  private line = 0;
  private sum = 0;
  private total = 0n;

  constructor(rules: PrinterRules) {
    this.rules = rules;
    const { text, lengths, limits } = rules.outbound;
    this.pieces = rules.pieces.map((piece) =>
      typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece.slot,
    );
    this.letters = letterTable(text);
    this.longestName = lengths.name;
    this.longestAccount = lengths.account;
    this.mostVnd = limits.vndPerLine === null ? null : BigInt(limits.vndPerLine);
    this.mostExact = this.mostVnd === null ? Infinity : Number(this.mostVnd);
  }

  *print(rows: Buffer): Generator<Buffer> {
    this.rows = rows;
    for (let from = 0; from < rows.length; from = this.begins[PAYMENT_ROW.length] ?? 0) {
      this.cut(from);
      this.line += 1;
      for (const piece of this.pieces) {
        if (typeof piece === 'string') this.printValue(piece);
        else this.printBytes(piece, 0, piece.length);
      }
      if (this.at >= CHUNK_BYTES) yield this.rest();
    }
  }

  rest(): Buffer {
    const full = this.out.subarray(0, this.at);
    this.out = Buffer.allocUnsafe(CHUNK_BYTES + SLACK_BYTES);
    this.at = 0;
    return full;
  }

  totals(): { lineCount: bigint; totalVnd: bigint } {
    return { lineCount: BigInt(this.line), totalVnd: this.total + BigInt(this.sum) };
  }

  /** Finds the values of the row that begins at a byte. */
  private cut(from: number): void {
    const { rows, begins } = this;
    let column = 0;
    begins[0] = from;
    let i = from;
    for (; i < rows.length && rows[i] !== LINE_FEED; i += 1) {
      if (rows[i] !== TAB) continue;
      column += 1;
      begins[column] = i + 1;
    }
    if (column !== PAYMENT_ROW.length - 1 || i === rows.length) {
      throw new Error('a row has another number of values');
    }
    begins[PAYMENT_ROW.length] = i + 1;
  }

  private begin(column: number): number {
    return this.begins[column] ?? 0;
  }

  private end(column: number): number {
    return (this.begins[column + 1] ?? 0) - 1;
  }

  private place(): Place {
    return { line: this.line, endToEndId: this.value(COLUMN.endToEndId) };
  }

  /** A value as text: for what is rare. */
  private value(column: number): string {
    const bytes = this.rows.subarray(this.begin(column), this.end(column));
    return unescaped(Buffer.from(bytes).toString('utf8'));
  }

  private printBytes(bytes: Uint8Array, from: number, to: number): void {
    const { out } = this;
    let { at } = this;
    for (let i = from; i < to; i += 1) {
      out[at] = bytes[i] ?? 0;
      at += 1;
    }
    this.at = at;
  }

  private printValue(slot: Slot): void {
    switch (slot) {
      case 'reference':
        this.printReference();
        break;
      case 'amount':
        this.printAmount();
        break;
      case 'agent':
        this.printAgent();
        break;
      case 'name':
        this.printName();
        break;
      case 'citizen-number':
        this.printCitizenNumber();
        break;
      case 'account':
        this.printAccount();
    }
  }

  /** Copies a value of so many bytes of one class; false when it is none. */
  private printClass(column: number, ofClass: number, from: number, to: number): boolean {
    const { rows, out } = this;
    const begin = this.begin(column);
    const end = this.end(column);
    if (end - begin < from || end - begin > to) return false;
    let { at } = this;
    for (let i = begin; i < end; i += 1) {
      const byte = rows[i] ?? 0;
      if (((CLASSES[byte] ?? 0) & ofClass) === 0) return false;
      out[at] = byte;
      at += 1;
    }
    this.at = at;
    return true;
  }

  private printReference(): void {
    const { longestReference } = this.rules;
    if (this.printClass(COLUMN.endToEndId, IN_REFERENCE, 1, longestReference)) return;
    const fits = FORMS.reference[0].test(this.value(COLUMN.endToEndId));
    doesNotFit('EndToEndId', fits ? TOO_LONG(longestReference) : FORMS.reference[1], this.place());
  }

  private printCitizenNumber(): void {
    if (this.printClass(COLUMN.citizenNumber, DIGIT, 12, 12)) return;
    doesNotFit('PrvtId/Othr/Id', FORMS.citizenNumber[1], this.place());
  }

  private printAccount(): void {
    if (this.printClass(COLUMN.accountNumber, IN_ACCOUNT, 6, this.longestAccount)) return;
    const fits = FORMS.account[0].test(this.value(COLUMN.accountNumber));
    const rule = fits ? TOO_LONG(this.longestAccount) : FORMS.account[1];
    doesNotFit('Acct/Othr/Id', rule, this.place());
  }

  private printAmount(): void {
    const begin = this.begin(COLUMN.amountVnd);
    if (this.rows[begin] === ZERO || !this.printClass(COLUMN.amountVnd, DIGIT, 1, 18)) {
      doesNotFit('InstdAmt', FORMS.amount[1], this.place());
    }
    const end = this.end(COLUMN.amountVnd);
    if (end - begin > EXACT_DIGITS) {
      const amount = BigInt(this.value(COLUMN.amountVnd));
      if (this.mostVnd !== null && amount > this.mostVnd) this.refuseAmount();
      this.total += amount;
      return;
    }
    let amount = 0;
    for (let i = begin; i < end; i += 1) amount = amount * 10 + (this.rows[i] ?? 0) - ZERO;
    if (amount > this.mostExact) this.refuseAmount();
    this.sum += amount;
    if (this.sum < FLUSH_AT) return;
    this.total += BigInt(this.sum);
    this.sum = 0;
  }

  private refuseAmount(): never {
    doesNotFit('InstdAmt', OVER_THE_LIMIT, this.place());
  }

  private printAgent(): void {
    const begin = this.begin(COLUMN.bankBin);
    const end = this.end(COLUMN.bankBin);
    let number = end - begin === 6 ? 1 : 0;
    for (let i = begin; i < end && number > 0; i += 1) {
      const byte = this.rows[i] ?? 0;
      number = ((CLASSES[byte] ?? 0) & DIGIT) === 0 ? 0 : number * 10 + byte - ZERO;
    }
    // Only numbers of six digits are kept, so the map is bounded.
    const agent = this.agents.get(number) ?? this.newAgent(number);
    this.printBytes(agent, 0, agent.length);
  }

  private newAgent(number: number): Uint8Array {
    if (number === 0) doesNotFit('MmbId', FORMS.bankBin[1], this.place());
    const agent = Buffer.from(this.rules.agent(this.value(COLUMN.bankBin), this.place()), 'latin1');
    this.agents.set(number, agent);
    return agent;
  }

  /** Letter by letter by the table; by the rules of the kernel if one of them is not in it. */
  private printName(): void {
    const began = this.at;
    if (this.printByTable()) return;
    this.at = began;
    const { text, lengths } = this.rules.outbound;
    const name = fittingText(
      { text, most: lengths.name, element: 'Nm' },
      this.value(COLUMN.payeeName),
      this.place(),
    );
    this.at += this.out.write(name, this.at, 'utf8');
  }

  // eslint-disable-next-line complexity -- a call for each letter would cost more than the letter
  private printByTable(): boolean {
    const { rows, out } = this;
    const end = this.end(COLUMN.payeeName);
    const began = this.at;
    let { at } = this;
    let length = 0;
    let i = this.begin(COLUMN.payeeName);
    while (i < end) {
      const lead = rows[i] ?? 0;
      const width = widthOf(lead);
      const letter = this.letterAt(i, width);
      // Two spaces in a row or one at an end are for the rules of the kernel.
      if (letter === UNKNOWN || (letter === SPACE && (at === began || out[at - 1] === SPACE))) {
        return false;
      }
      length += 1;
      if (letter === AS_IT_IS) {
        for (let k = 0; k < width; k += 1) out[at + k] = rows[i + k] ?? 0;
        at += width;
      } else if (letter === LEFT_OUT) {
        length -= 1;
      } else {
        out[at] = letter;
        at += 1;
      }
      i += width;
    }
    if (length === 0 || length > this.longestName || out[at - 1] === SPACE) return false;
    this.at = at;
    return true;
  }

  /** What the table says of the letter that begins at a byte. */
  // eslint-disable-next-line complexity -- most of it is that an index may lie outside
  private letterAt(i: number, width: number): number {
    const { rows } = this;
    const lead = rows[i] ?? 0;
    if (width === 1) return lead === BACKSLASH ? UNKNOWN : (this.letters[lead] ?? UNKNOWN);
    const second = (rows[i + 1] ?? 0) & 0x3f;
    if (width === 2) return this.letters[((lead & 0x1f) << 6) | second] ?? UNKNOWN;
    const third = (rows[i + 2] ?? 0) & 0x3f;
    const code = ((lead & 0x0f) << 12) | (second << 6) | third;
    return width === 3 && code < TABLE_SIZE ? (this.letters[code] ?? UNKNOWN) : UNKNOWN;
  }
}

/** How many bytes a letter has in UTF-8, by its first. */
function widthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
