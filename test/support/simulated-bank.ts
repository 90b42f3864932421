import { paymentReader } from '../../adapters/sandbox/bank-payment-file.ts';
import { FIRST_BALANCE } from '../../adapters/sandbox/bank.ts';
import { seededHash } from '../../adapters/sandbox/counterpart.ts';
import { plainDate, type PlainDate } from '../../src/kernel/period.ts';
import { addDays } from '../../src/kernel/working-days.ts';
import {
  BANK_ERRORS,
  decisionsOn,
  linesDrawn,
  OTHER_DECISIONS,
  type BankError,
} from './bank-errors.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  entry,
  notification,
  statement,
  statusReport,
  total,
  type Line,
} from './bank-files.ts';

// A bank over many months, on the clock of whoever asks it. It keeps books of its own: every entry of the
// payer's account, and when it has told us of it. It refuses some payments, errs about some in one of the
// ways of BANK_ERRORS and sends some back, a few of them weeks later; it says some things late and others
// twice. What it does follows from the seed and the reference alone.

/** Of a thousand payments, how many are refused, erred about and sent back. */
export interface Shares {
  readonly refused: number;
  readonly erred: number;
  readonly returned: number;
}

const PLAIN_RETURN: BankError = {
  case: 'returned',
  status: '',
  debit: '=',
  credit: '=',
  decided: '',
};
const PLAIN_REFUSAL: BankError = {
  case: 'refused',
  status: 'AC04',
  debit: '',
  credit: '',
  decided: '',
};
const PLAIN: BankError = { case: 'paid', status: '', debit: '=', credit: '', decided: '' };
const ERRORS = BANK_ERRORS.filter(({ decided }) => decided !== '');

/** An entry of the account as the bank has booked it; what left is negative. */
interface BookEntry {
  readonly day: PlainDate;
  readonly reference: string;
  readonly vnd: bigint;
  /** What stands on the statement. */
  readonly stated: string;
  /** The debit of the file that a return is of. */
  readonly follows: BookEntry | null;
  /** When its lines were told; of an entry without any, when it was stated. */
  toldOn: PlainDate | null;
}

interface Order {
  readonly messageId: string;
  readonly block: string;
  readonly valueDate: PlainDate;
  readonly lines: readonly Line[];
}

interface Letter {
  readonly due: PlainDate;
  readonly content: string;
  readonly tells: readonly BookEntry[];
}

export class SimulatedBank {
  /** What two persons will decide of each break, by kind and reference, or by kind alone. */
  readonly decided = new Map<string, string>(
    OTHER_DECISIONS.map((told) => [told.split(':')[0] ?? '', told]),
  );
  readonly counts = { payments: 0, refused: 0, erred: 0, returned: 0, late: 0, repeated: 0 };
  private readonly seed: number;
  private readonly shares: Shares;
  private readonly orders: Order[] = [];
  private readonly credits: { day: PlainDate; line: Line; follows: BookEntry | null }[] = [];
  private readonly entries: BookEntry[] = [];
  private letters: Letter[] = [];
  private stated: bigint = FIRST_BALANCE;
  private statements = 0;
  private lastStatementDue = plainDate('2000-01-01');
  private numbered = 0;

  constructor(seed: number, shares: Shares) {
    this.seed = seed;
    this.shares = shares;
  }

  /** Takes a payment file, to be paid on its value date. */
  take(content: string): void {
    const lines: Line[] = [];
    const reader = paymentReader((reference, amount) => lines.push({ reference, amount }));
    reader.write(content);
    reader.end();
    const [head, fault] = [reader.head(), reader.fault()];
    if (head === undefined || fault !== undefined)
      throw new Error(`a payment file: ${fault?.reason}`);
    const { messageId, valueDate, paymentInformationId: block } = head;
    this.orders.push({ messageId, block, valueDate, lines });
  }

  /** Lives through a day, and returns what arrives on it, in the order in which it is read. */
  pass(day: PlainDate): string[] {
    for (const order of this.orders) if (order.valueDate === day) this.pay(order, day);
    this.sendBack(day);
    this.takeFees(day);
    this.state(day);
    const due = this.letters.filter((letter) => letter.due <= day);
    this.letters = this.letters.filter((letter) => letter.due > day);
    for (const letter of due) {
      for (const one of letter.tells) one.toldOn = day;
      if (this.draw('repeat', letter.content.slice(0, 300)) % 10 === 0 && letter.tells.length > 0) {
        this.counts.repeated += 1;
        this.letters.push({ ...letter, due: addDays(day, 1), tells: [] });
      }
    }
    return due.map(({ content }) => content);
  }

  /** How far the account has moved, as far as the bank has said why by a day; what left is negative. */
  explained(day: PlainDate): bigint {
    return this.entries
      .filter((one) => isExplained(one, day))
      .reduce((sum, { vnd }) => sum + vnd, 0n);
  }

  /** The balance of the account by the bank's books. */
  balance(): bigint {
    return this.entries.reduce<bigint>((sum, { vnd }) => sum + vnd, FIRST_BALANCE);
  }

  private draw(purpose: string, reference: string): number {
    return seededHash(this.seed, purpose, reference);
  }

  private next(prefix: string): string {
    this.numbered += 1;
    return `${prefix}-${this.numbered}`;
  }

  private fateOf({ reference }: Line): BankError {
    const { refused, erred, returned } = this.shares;
    const share = this.draw('fate', reference) % 1000;
    this.counts.payments += 1;
    if (share < refused) {
      this.counts.refused += 1;
      return PLAIN_REFUSAL;
    }
    if (share < refused + erred) {
      this.counts.erred += 1;
      return ERRORS[this.draw('error', reference) % ERRORS.length] ?? PLAIN;
    }
    if (share < refused + erred + returned) {
      this.counts.returned += 1;
      return PLAIN_RETURN;
    }
    return PLAIN;
  }

  private pay({ messageId, block, lines }: Order, day: PlainDate): void {
    const fates = lines.map((line) => ({ line, fate: this.fateOf(line) }));
    for (const { line, fate } of fates) {
      for (const [key, told] of decisionsOn(line, fate)) this.decided.set(key, told);
    }
    const debits = fates.flatMap(({ line, fate }) => linesDrawn(line, fate.debit));
    const refused = fates.flatMap(({ line, fate }) =>
      fate.status === '' ? [] : [{ ...line, reason: fate.status }],
    );
    const reference = this.next('D');
    const booked = this.book({
      day,
      reference,
      vnd: -total(debits),
      stated: bookedSum({ reference, block, lines: debits, day }),
    });
    // A notification may be late by days, while the statement already shows the sum.
    const late =
      this.draw('late', reference) % 4 === 0 ? 1 + (this.draw('days', reference) % 4) : 0;
    if (late > 0) this.counts.late += 1;
    this.letters.push({
      due: addDays(day, late),
      content: notification({
        id: this.next('N'),
        entries: debitEntry({ reference, block, lines: debits, day }),
        day,
      }),
      tells: [booked],
    });
    this.letters.push({
      due: day,
      content: statusReport({
        id: this.next('S'),
        about: messageId,
        group: refused.length === 0 ? 'ACSP' : 'PART',
        lines: refused,
        day,
      }),
      tells: [],
    });
    for (const { line, fate } of fates) {
      for (const back of linesDrawn(line, fate.credit)) {
        this.credits.push({
          day: addDays(day, this.daysUntilReturn(line)),
          line: back,
          follows: booked,
        });
      }
    }
  }

  /** Most come back within days, some within weeks, a few when the month has long been closed. */
  private daysUntilReturn({ reference }: Line): number {
    const draw = this.draw('return', reference);
    const kind = draw % 10;
    if (kind < 6) return draw % 3;
    if (kind < 9) return 3 + (draw % 12);
    this.counts.late += 1;
    return 40 + (draw % 20);
  }

  private sendBack(day: PlainDate): void {
    const back = this.credits.filter((credit) => credit.day === day);
    if (back.length === 0) return;
    const lines = back.map(({ line }) => ({ ...line, entry: this.next('R'), reason: 'AC04' }));
    const tells = lines.map((line, i) =>
      this.book({
        day,
        reference: line.entry,
        vnd: line.amount,
        stated: entry({ amount: line.amount, side: 'CRDT', reference: line.entry, day }),
        follows: back[i]?.follows ?? null,
      }),
    );
    this.letters.push({
      due: addDays(day, this.draw('late', day) % 3),
      content: notification({ id: this.next('N'), entries: creditEntries(lines, day), day }),
      tells,
    });
  }

  /** Every third month a fee, every fourth money of which nobody says what it is. */
  private takeFees(day: PlainDate): void {
    const month = Number(day.slice(5, 7));
    const own = (vnd: bigint, side: 'DBIT' | 'CRDT'): void => {
      const reference = this.next('X');
      const amount = vnd < 0n ? -vnd : vnd;
      this.book({ day, reference, vnd, stated: entry({ amount, side, reference, day }) });
    };
    if (day.endsWith('-15') && month % 3 === 0) own(-11_000n, 'DBIT');
    if (day.endsWith('-16') && month % 4 === 0) own(700n, 'CRDT');
  }

  private book(
    of: Omit<BookEntry, 'toldOn' | 'follows'> & { follows?: BookEntry | null },
  ): BookEntry {
    const made = { follows: null, ...of, toldOn: null };
    this.entries.push(made);
    return made;
  }

  /** The statement of a day, if anything was booked; it may come a day late, never before an earlier one. */
  private state(day: PlainDate): void {
    const today = this.entries.filter((one) => one.day === day);
    if (today.length === 0) return;
    this.statements += 1;
    const opening = this.stated;
    this.stated += today.reduce((sum, { vnd }) => sum + vnd, 0n);
    const wanted = addDays(day, this.draw('statement', day) % 5 === 0 ? 1 : 0);
    this.lastStatementDue = wanted > this.lastStatementDue ? wanted : this.lastStatementDue;
    this.letters.push({
      due: this.lastStatementDue,
      content: statement({
        id: this.next('T'),
        sequence: this.statements,
        opening,
        closing: this.stated,
        entries: today.map(({ stated }) => stated).join('\n'),
        day,
      }),
      tells: today.filter(({ reference }) => reference.startsWith('X')),
    });
  }
}

/** An unexplained credit is looked at when it has waited for two days. */
function isExplained({ toldOn, follows, reference, vnd, day }: BookEntry, by: PlainDate): boolean {
  if (toldOn === null || toldOn > by) return false;
  if (reference.startsWith('X') && vnd > 0n) return day < addDays(by, -2);
  return follows === null || isExplained(follows, by);
}
