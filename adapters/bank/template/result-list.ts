import type { ResultTemplate } from '../../../src/batch/bank-profile.ts';
import type {
  BankItem,
  ListOutcome,
  ListRow,
  Place,
  ValueFault,
} from '../../../src/settlement/bank-file.ts';
import { linesOf, refuseLine } from '../text-lines.ts';
import { sheetRows, type ListLine } from './sheet-rows.ts';

// Result lists as banks and post offices keep them: a header row somewhere near the top, a row for each
// payment, perhaps a row of sums. Which column says what is a template of the bank's profile; without
// one the usual headings are known.

const MAX_LINE = 65_536;
/** Office lists have a title above their header, and never a long one. */
const HEADER_WITHIN = 30;
const ITEMS_PER_CHUNK = 2000;

type ColumnName =
  | 'reference'
  | 'account'
  | 'name'
  | 'amount'
  | 'currency'
  | 'status'
  | 'reason'
  | 'bookedOn'
  | 'entryReference'
  | 'paid'
  | 'left'
  | 'code';

/** The headings that are known without a template, without marks and in lower case. */
const HEADINGS: Readonly<Record<ColumnName, readonly string[]>> = {
  reference: [
    'ma tham chieu',
    'ma ho so',
    'so tham chieu',
    'reference',
    'endtoendid',
    'end to end id',
  ],
  account: ['so tai khoan', 'so tk', 'tai khoan', 'account', 'account number'],
  name: ['ten', 'ho va ten', 'ten nguoi nhan', 'ten nguoi thu huong', 'name'],
  amount: ['so tien', 'so tien phai chi', 'amount'],
  currency: ['loai tien', 'tien te', 'currency', 'ccy'],
  status: ['ket qua', 'trang thai', 'status', 'result'],
  reason: ['ma loi', 'ly do', 'ly do chua chi', 'ly do tu choi', 'reason', 'error'],
  bookedOn: ['ngay hach toan', 'ngay chi', 'ngay giao dich', 'booked', 'booked on', 'booking date'],
  entryReference: ['so but toan', 'so phieu chi', 'so chung tu', 'entry reference'],
  paid: ['so tien da chi', 'paid'],
  left: ['so tien con lai', 'left'],
  code: [],
};

const OUTCOMES: Readonly<Record<string, ListOutcome>> = {
  'thanh cong': 'paid',
  'da chi': 'paid',
  success: 'paid',
  ok: 'paid',
  'tu choi': 'rejected',
  'that bai': 'rejected',
  loi: 'rejected',
  failed: 'rejected',
  rejected: 'rejected',
  'cho tra soat': 'pending',
  'dang xu ly': 'pending',
  pending: 'pending',
  'chua chi': 'unpaid',
  'hoan tra': 'returned',
  returned: 'returned',
};

const TOTAL_WORDS = ['tong cong', 'tong', 'total'];

type Form = Pick<ResultTemplate, 'amountForm' | 'dateForm'>;

/** How the rows of one list are read, once its header is known. */
interface Layout {
  readonly columns: Partial<Record<ColumnName, number>>;
  readonly outcomeOf: (word: string) => ListOutcome | '';
  readonly isTotal: (cells: readonly string[]) => boolean;
  readonly form: Form | null;
}

/**
 * Reads a list in CSV, by a template or by the usual headings. Throws Refusal('file-malformed') for a
 * list without a header that names a reference, an amount and a result.
 */
export async function* readCsvList(
  content: AsyncIterable<Buffer>,
  maxBytes: number,
  template: ResultTemplate | null,
): AsyncGenerator<readonly BankItem[]> {
  const reader = new ListReader(template);
  let delimiter: string | undefined = template?.delimiter;
  for await (const lines of linesOf(content, { bytes: maxBytes, line: MAX_LINE })) {
    for (const line of lines) {
      if (line.text.trim() === '') continue;
      delimiter ??= delimiterOf(line.text);
      const cells = cellsOf(line.text, delimiter);
      if (cells === undefined) refuseLine(line, 'quotes');
      const at = { byte: line.byte, path: `line ${line.no}` };
      reader.take({ cells, at, no: line.no });
    }
    if (reader.items.length >= ITEMS_PER_CHUNK) yield reader.handOver();
  }
  reader.end();
  yield reader.handOver();
}

/** Reads a list in the first sheet of a workbook, or in the one that the template names. */
export async function* readSheetList(
  content: AsyncIterable<Buffer>,
  template: ResultTemplate | null,
): AsyncGenerator<readonly BankItem[]> {
  const reader = new ListReader(template);
  for await (const line of sheetRows(content, template?.sheet ?? '')) {
    reader.take(line);
    if (reader.items.length >= ITEMS_PER_CHUNK) yield reader.handOver();
  }
  reader.end();
  yield reader.handOver();
}

/** The state of one list on its way through. */
class ListReader {
  items: BankItem[] = [];
  private readonly template: ResultTemplate | null;
  private layout: Layout | undefined;
  private rowNo = 0;
  private isClosed = false;
  private last: ListLine = { cells: [], at: { byte: 0, path: '' }, no: 0 };

  constructor(template: ResultTemplate | null) {
    this.template = template;
    if (template?.headerRow === 0) this.begin(templateLayout(template, []));
  }

  handOver(): readonly BankItem[] {
    const items = this.items;
    this.items = [];
    return items;
  }

  take(line: ListLine): void {
    this.last = line;
    if (this.layout === undefined) this.seekHeader(line);
    else if (this.layout.isTotal(line.cells)) this.takeTotals(line, this.layout);
    else if (!this.isClosed) this.takeRow(line, this.layout);
    else if (line.cells.some((cell) => cell !== '' && /\d{5}/.test(cell))) {
      // Signatures may stand below the sums, but no further payment.
      refuseLine({ no: line.no, byte: line.at.byte }, 'row-behind-the-sums');
    }
  }

  end(): void {
    const { last } = this;
    if (this.layout === undefined) refuseLine({ no: last.no, byte: last.at.byte }, 'header');
    if (this.template?.totals != null && !this.isClosed) {
      refuseLine({ no: last.no, byte: last.at.byte }, 'sums-missing');
    }
  }

  private seekHeader(line: ListLine): void {
    const { template } = this;
    const due = template === null ? line.no <= HEADER_WITHIN : line.no >= template.headerRow;
    if (!due && template === null) refuseLine({ no: line.no, byte: line.at.byte }, 'header');
    if (!due) return;
    const layout =
      template === null ? usualLayout(line.cells) : templateLayout(template, line.cells);
    if (layout !== undefined) this.begin(layout);
    else if (template !== null) refuseLine({ no: line.no, byte: line.at.byte }, 'header');
  }

  private begin(layout: Layout | undefined): void {
    this.layout = layout;
    const none = { version: 'list', messageId: '', createdAt: '', count: '', total: '' };
    const at = { byte: 0, path: '' };
    this.items.push({
      type: 'message',
      kind: 'list',
      ...none,
      page: '',
      lastPage: '',
      at,
      faults: [],
    });
  }

  private takeRow(line: ListLine, layout: Layout): void {
    this.rowNo += 1;
    this.items.push(rowOf(line, layout, this.rowNo));
  }

  private takeTotals(line: ListLine, layout: Layout): void {
    this.isClosed = true;
    const faults: ValueFault[] = [];
    const { at } = line;
    const read = (column: ColumnName): string => {
      const text = cellOf(line, layout, column);
      return text === '' ? '' : amountOf(text, layout.form, { at, faults });
    };
    const total = read('amount');
    this.items.push({
      type: 'totals',
      count: '',
      total,
      paid: read('paid'),
      left: read('left'),
      at,
      faults,
    });
  }
}

function usualLayout(titles: readonly string[]): Layout | undefined {
  const folded = titles.map(folding);
  const columns: Partial<Record<ColumnName, number>> = {};
  for (const [name, known] of Object.entries(HEADINGS) as [ColumnName, readonly string[]][]) {
    const at = folded.findIndex((title) => known.includes(title));
    if (at >= 0) columns[name] = at;
  }
  const { reference, amount, status } = columns;
  if (reference === undefined || amount === undefined || status === undefined) return undefined;
  return {
    columns,
    outcomeOf: (word) => OUTCOMES[folding(word)] ?? '',
    isTotal: (cells) => cells.slice(0, 3).some((cell) => TOTAL_WORDS.includes(folding(cell))),
    form: null,
  };
}

function templateLayout(
  { columns: named, statuses, totals, amountForm, dateForm }: ResultTemplate,
  titles: readonly string[],
): Layout | undefined {
  const known = titles.map((title) => title.trim());
  const columns: Partial<Record<ColumnName, number>> = {};
  for (const [name, column] of Object.entries(named)) {
    if (column === null) continue;
    const at = typeof column === 'number' ? column - 1 : known.indexOf(column);
    if (at < 0) return undefined;
    columns[name as keyof typeof named] = at;
  }
  return {
    columns,
    outcomeOf: (word) => statuses[word] ?? '',
    isTotal: (cells) => totals !== null && cells.some((cell) => cell.trim() === totals.word),
    form: { amountForm, dateForm },
  };
}

function cellOf({ cells }: ListLine, { columns }: Layout, name: ColumnName): string {
  const at = columns[name];
  return at === undefined ? '' : (cells[at] ?? '').trim();
}

function rowOf(line: ListLine, layout: Layout, no: number): ListRow {
  const faults: ValueFault[] = [];
  const { at } = line;
  const cell = (name: ColumnName): string => cellOf(line, layout, name);
  const money = (name: ColumnName): string => {
    const text = cell(name);
    return text === '' ? '' : amountOf(text, layout.form, { at, faults });
  };
  const amount = money('amount');
  const status = cell('status');
  const outcome = layout.outcomeOf(status);
  const date = cell('bookedOn');
  if (amount === '' && faults.length === 0) faults.push({ ...at, rule: 'amount-missing' });
  if (cell('reference') === '') faults.push({ ...at, rule: 'reference-missing' });
  if (outcome === '') faults.push({ ...at, rule: 'unknown-status' });
  const reason = cell('reason');
  return {
    type: 'row',
    no,
    reference: cell('reference'),
    account: cell('account'),
    name: cell('name'),
    amount,
    currency: cell('currency') || 'VND',
    outcome,
    status,
    bookedOn: date === '' ? '' : dateOf(date, layout.form, { at, faults }),
    entryReference: cell('entryReference'),
    paid: money('paid'),
    left: money('left'),
    reasons: reason === '' ? [] : [reason],
    reasonTexts: [],
    at,
    faults,
  };
}

interface Noting {
  readonly at: Place;
  readonly faults: ValueFault[];
}

const FORMS = {
  plain: /^\d{1,18}$/,
  dotted: /^\d{1,3}(?:\.\d{3})*$|^\d{1,18}$/,
  commas: /^\d{1,3}(?:,\d{3})*$|^\d{1,18}$/,
} as const;

/**
 * Whole dong. Without a template a number with two parting marks or more has one meaning, and 1.000
 * has two: it is left to a person.
 */
function amountOf(text: string, form: Form | null, { at, faults }: Noting): string {
  const digits = text.replace(/[\s\u00a0\u202f]/g, '').replace(/(?:VND|VNĐ|đ|₫)$/i, '');
  const known =
    form === null
      ? /^(?:\d{1,18}|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,})$/
      : FORMS[form.amountForm];
  if (known.test(digits)) return digits.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  faults.push({ ...at, rule: 'not-an-amount' });
  return '';
}

const DATES = {
  'dd/mm/yyyy': /^(?<d>\d{1,2})[/.-](?<m>\d{1,2})[/.-](?<y>\d{4})$/,
  'yyyy-mm-dd': /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})/,
  yyyymmdd: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
} as const;

function dateOf(text: string, form: Form | null, { at, faults }: Noting): string {
  const forms = form === null ? Object.values(DATES) : [DATES[form.dateForm], DATES['yyyy-mm-dd']];
  const parts = forms.map((one) => one.exec(text)?.groups).find((one) => one !== undefined);
  const { y = '', m = '', d = '' } = parts ?? {};
  const date = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
  if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(date)) return date;
  faults.push({ ...at, rule: 'not-a-date' });
  return '';
}

/** Letters without marks, in lower case, with one space between words. */
function folding(text: string): string {
  return text
    .trim()
    .replaceAll('Đ', 'D')
    .replaceAll('đ', 'd')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s_]+/g, ' ')
    .toLowerCase();
}

function delimiterOf(line: string): string {
  const counts = [';', '\t', ','].map((mark) => [line.split(mark).length, mark] as const);
  return counts.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
}

/** The fields of one record of RFC 4180; undefined when its quotation marks do not close. */
function cellsOf(line: string, delimiter: string): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  for (let rest: string | undefined = line; rest !== undefined;) {
    const cell = firstCell(rest, delimiter);
    if (cell === undefined) return undefined;
    cells.push(cell.text);
    rest = cell.rest;
  }
  return cells;
}

/** The first field and what stands behind its delimiter; no rest when there is none. */
function firstCell(
  line: string,
  delimiter: string,
): { text: string; rest: string | undefined } | undefined {
  // Spaces alone: a tab beside the marks is the delimiter of some lists.
  const quoted = /^ *"((?:[^"]|"")*)" */.exec(line);
  if (quoted === null) {
    const end = line.indexOf(delimiter);
    const text = end < 0 ? line : line.slice(0, end);
    const rest = end < 0 ? undefined : line.slice(end + delimiter.length);
    return text.includes('"') ? undefined : { text, rest };
  }
  const text = (quoted[1] ?? '').replaceAll('""', '"');
  const behind = line.slice(quoted[0].length);
  if (behind === '') return { text, rest: undefined };
  return behind.startsWith(delimiter) ? { text, rest: behind.slice(delimiter.length) } : undefined;
}
