import { expect } from 'chai';
import { writeXlsx } from 'hucre/xlsx';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { pieces } from '../support/bank-messages.ts';

// Statements and result lists that are text, made by a grammar of what banks and post offices write: their
// maker knows what each line says, and a reader that says another thing has read a wrong file.

/** For each reader; BANK_TEXTS asks for more. */
const FILES = Number(process.env.BANK_TEXTS ?? 20_000);

type Draw = (below: number) => number;

/** The same numbers for a seed (mulberry32). */
function numbersOf(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Made {
  readonly text: string;
  /** What each line says, in order. */
  readonly said: readonly string[];
}

const pick = <Item>(draw: Draw, from: readonly Item[]): Item => from[draw(from.length)] as Item;
const two = (n: number): string => String(n).padStart(2, '0');
const referenceOf = (draw: Draw): string => `AS2611TG${1 + draw(9_999_999)}N1T1`;
const amountOf = (draw: Draw): number => 1 + draw(pick(draw, [9, 999_999, 2_000_000_000]));
const lineEnd = (draw: Draw): string => pick(draw, ['\n', '\r\n']);

// ---- MT940

const MARKS = [
  ['D', 'debit', 'BOOK', false],
  ['C', 'credit', 'BOOK', false],
  ['RC', 'debit', 'BOOK', true],
  ['RD', 'credit', 'BOOK', true],
] as const;

function statement(draw: Draw): Made {
  const said: string[] = [];
  const lines = [`:20:S-${draw(1000)}`, `:25:00${draw(1_000_000)}`, `:28C:${1 + draw(366)}/1`];
  const opening = amountOf(draw);
  const day = 1 + draw(28);
  lines.push(`:60F:C2611${two(day)}VND${opening},`);
  said.push(`balance OPBD ${opening} 2026-11-${two(day)}`);
  for (let left = draw(5); left > 0; left -= 1) {
    const [mark, direction, status, isReversal] = pick(draw, MARKS);
    const amount = amountOf(draw);
    const [reference, own, on] = [referenceOf(draw), `E-${draw(10_000)}`, two(1 + draw(28))];
    const decimals = pick(draw, ['', '0', '00']);
    lines.push(`:61:2611${on}11${on}${mark}${amount},${decimals}NTRF${reference}//${own}`);
    if (draw(2) === 0)
      lines.push(`:86:/REMI/${reference}`, ...(draw(2) === 0 ? ['more of it'] : []));
    said.push(
      `entry ${direction} ${amount} VND 2026-11-${on} ${own} ${reference} ${status} ${isReversal}`,
    );
  }
  const closing = amountOf(draw);
  lines.push(`:62F:D2611${two(day)}VND${closing},`, '-', '');
  said.push(`balance CLBD ${closing} 2026-11-${two(day)}`);
  return { text: lines.join(lineEnd(draw)), said };
}

function saidByStatement(items: readonly BankItem[]): string[] {
  let reference = '';
  return items.flatMap((item) => {
    if (item.type === 'balance') return [`balance ${item.kind} ${whole(item.amount)} ${item.day}`];
    if (item.type === 'detail') reference = item.endToEndId || item.instructionId;
    if (item.type !== 'entry') return [];
    const { direction, currency, bookedOn, servicerReference, status, reversal } = item;
    const what = `${direction} ${whole(item.amount)} ${currency} ${bookedOn}`;
    return [`entry ${what} ${servicerReference} ${reference} ${status} ${reversal}`];
  });
}

/** Digits of whole units; a part of one is left as it is, so that it would be seen. */
const whole = (amount: string): string => amount.replace(/\.0*$/, '');

// ---- result lists

const TITLES = {
  reference: ['Mã tham chiếu', 'MÃ HỒ SƠ', 'Reference', 'EndToEndId'],
  amount: ['Số tiền', 'Số tiền phải chi', 'Amount'],
  status: ['Kết quả', 'Trạng thái', 'Status'],
  reason: ['Mã lỗi', 'Lý do từ chối', 'Reason'],
  bookedOn: ['Ngày hạch toán', 'Booked on'],
} as const;
type Column = keyof typeof TITLES;
const COLUMNS = Object.keys(TITLES) as Column[];
const OUTCOMES = [
  ['Thành công', 'paid'],
  ['Từ chối', 'rejected'],
  ['Chờ tra soát', 'pending'],
  ['Hoàn trả', 'returned'],
] as const;
const REASONS = ['', 'AC04', 'E01, x', 'a "b"', 'x;y'];

interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly amountAt: number;
  readonly said: readonly string[];
}

function table(draw: Draw): Table {
  const columns = COLUMNS.map((name) => ({ name, at: draw(1000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
  const said: string[] = [];
  const rows: string[][] = [columns.map((name) => pick(draw, TITLES[name]))];
  let sum = 0;
  for (let left = 1 + draw(4); left > 0; left -= 1) {
    const [word, outcome] = pick(draw, OUTCOMES);
    const amount = amountOf(draw);
    const day = two(1 + draw(28));
    const cells: Record<Column, string> = {
      reference: referenceOf(draw),
      amount: String(amount),
      status: word,
      reason: pick(draw, REASONS),
      bookedOn: `${day}/11/2026`,
    };
    sum += amount;
    rows.push(columns.map((name) => cells[name]));
    said.push(`row ${cells.reference} ${amount} ${outcome} 2026-11-${day} ${cells.reason}`);
  }
  if (draw(2) === 0) {
    const [first, ...rest] = columns.map((name) => (name === 'amount' ? String(sum) : ''));
    // The word stands in front, unless the sum does.
    const cells =
      first === '' ? ['Tổng cộng', ...rest] : [first ?? '', 'Tổng cộng', ...rest.slice(1)];
    rows.push(cells);
    said.push(`totals ${sum}`);
  }
  return { rows, amountAt: columns.indexOf('amount'), said };
}

function list(draw: Draw): Made {
  const { rows, said } = table(draw);
  const delimiter = pick(draw, [',', ';', '\t']);
  const lines = rows.map((cells, i) =>
    cells
      .map((cell) =>
        /[",;\t]/.test(cell) || (i > 0 && draw(8) === 0) ? `"${cell.replaceAll('"', '""')}"` : cell,
      )
      .join(delimiter),
  );
  return { text: [...lines, ''].join(lineEnd(draw)), said };
}

/** The same as a workbook, amounts as figures or as text. */
async function workbook(draw: Draw): Promise<{ bytes: Buffer; said: readonly string[] }> {
  const { rows, amountAt, said } = table(draw);
  const cells = rows.map((row, i) =>
    row.map((cell, column) =>
      i > 0 && column === amountAt && draw(2) === 0 ? Number(cell) : cell,
    ),
  );
  const name = pick(draw, ['KQ', 'Kết quả T11', 'Sheet1']);
  return { bytes: Buffer.from(await writeXlsx({ sheets: [{ name, rows: cells }] })), said };
}

function saidByList(items: readonly BankItem[]): string[] {
  return items.flatMap((item) => {
    if (item.type === 'totals') return [`totals ${item.total}`];
    if (item.type !== 'row') return [];
    const { reference, amount, outcome, bookedOn, reasons } = item;
    return [`row ${reference} ${whole(amount)} ${outcome} ${bookedOn} ${reasons.join('|')}`];
  });
}

// ---- the post office

const UNPAID = ['Không đến nhận', 'Sai địa chỉ, lần 2', 'Đã chuyển đi'];

function postOffice(draw: Draw): Made {
  const said: string[] = [];
  const rows: string[] = [];
  let [owed, paid] = [0, 0];
  const count = 1 + draw(5);
  for (let no = 1; no <= count; no += 1) {
    const [reference, amount, day] = [referenceOf(draw), amountOf(draw), two(1 + draw(28))];
    owed += amount;
    if (draw(3) > 0) {
      paid += amount;
      rows.push(`${no},${reference},${amount},Đã chi,${day}/11/2026,${amount},0,,PC-${no}`);
      said.push(`row ${reference} ${amount} paid 2026-11-${day} `);
    } else {
      const reason = pick(draw, UNPAID);
      rows.push(`${no},${reference},${amount},Chưa chi,,0,${amount},"${reason}",`);
      said.push(`row ${reference} ${amount} unpaid  ${reason}`);
    }
  }
  const text = [
    `#KET-QUA;POST-${draw(1000)};AS-1-M001;${count};${owed};${paid}`,
    'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi',
    ...rows,
    `${count},Tổng cộng,${owed},,,${paid},${owed - paid},,`,
    '',
  ].join(lineEnd(draw));
  return { text, said };
}

/** Of the post office the sums are held by its reader itself. */
const saidByPostOffice = (items: readonly BankItem[]): string[] =>
  saidByList(items).filter((one) => one.startsWith('row'));

const READERS = [
  ['statements of SWIFT', statement, saidByStatement],
  ['result lists', list, saidByList],
  ['lists of the post office', postOffice, saidByPostOffice],
] as const;

describe('files of banks that are text', function () {
  this.timeout(300_000);

  async function readBytes(bytes: Buffer, length: number): Promise<BankItem[]> {
    const items: BankItem[] = [];
    for await (const some of bankFileReader().read(pieces(bytes, length))) items.push(...some);
    return items;
  }
  const read = (text: string, length: number): Promise<BankItem[]> =>
    readBytes(Buffer.from(text), length);

  it(`are read as they were made, or refused where a byte is another: ${FILES} result workbooks`, async () => {
    let refused = 0;
    for (let seed = 1; seed <= FILES; seed += 1) {
      const draw = numbersOf(seed);
      const { bytes, said } = await workbook(draw);
      // Half of them reach us damaged: what is read of one is what was written, or nothing.
      const isDamaged = seed % 2 === 0;
      if (isDamaged) {
        const at = draw(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
      }
      const items = await readBytes(bytes, 1 << 20).catch((error: unknown) => {
        if (isDamaged && error instanceof Refusal) return undefined;
        throw error;
      });
      if (items === undefined) refused += 1;
      else if (saidByList(items).join('\n') !== said.join('\n')) {
        expect(saidByList(items), `seed ${seed}`).to.deep.equal(said);
      }
    }
    expect(refused).to.be.greaterThan(FILES / 10);
  });

  for (const [name, make, saidBy] of READERS) {
    it(`are read as they were made: ${FILES} ${name}`, async () => {
      for (let seed = 1; seed <= FILES; seed += 1) {
        const draw = numbersOf(seed);
        const made = make(draw);
        const items = await read(made.text, seed % 100 === 0 ? 7 : 1 << 20);
        const faults = items.flatMap((item) => item.faults);
        if (faults.length > 0) expect(faults, made.text).to.deep.equal([]);
        const said = saidBy(items);
        if (said.join('\n') !== made.said.join('\n')) {
          expect(said, made.text).to.deep.equal(made.said);
        }
      }
    });

    it(`are told apart by every digit: ${name}`, async () => {
      let seed = 1;
      while (!make(numbersOf(seed)).text.includes('AS2611TG')) seed += 1;
      const made = make(numbersOf(seed));
      const other = made.text.replace(
        /AS2611TG(\d)/,
        (_, digit: string) => `AS2611TG${(Number(digit) % 9) + 1}`,
      );
      // The planted defect: another reference is another file.
      expect(other).not.to.equal(made.text);
      expect(saidBy(await read(other, 1 << 20))).not.to.deep.equal(made.said);
    });
  }
});
