import { expect } from 'chai';
import { LETTERHEAD } from '../support/month-figures.ts';
import { unzip, type Entry } from '../support/zip.ts';
import fc from 'fast-check';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import { SaxesParser } from 'saxes';
import { xlsxReport } from '../../adapters/report/xlsx.ts';
import type { Cell, MonthReport } from '../../src/report/month-report.ts';

const both = (vi: string, en = vi): { vi: string; en: string } => ({ vi, en });

function aReport(changes: Partial<MonthReport> = {}): MonthReport {
  return {
    title: both('Báo cáo tháng 11/2026', 'Report for 11/2026'),
    letterhead: LETTERHEAD,
    banner: null,
    facts: [{ label: both('Kỳ chi trả', 'Period'), value: '11/2026' }],
    checks: [{ label: both('Tổng bằng từng phần', 'Totals equal parts'), holds: true }],
    tables: [aTable([[{ text: '01' }, { count: 18_310n }, { vnd: 16_842_250_000n }]])],
    ...changes,
  };
}

function aTable(
  rows: readonly (readonly Cell[])[],
  title = 'Theo tỉnh',
): MonthReport['tables'][number] {
  return {
    id: 'provinces',
    title: both(title, 'By province'),
    columns: [
      { title: both('Tỉnh', 'Province'), kind: 'text' },
      { title: both('Số lệnh chi', 'Instructions'), kind: 'count' },
      { title: both('Số tiền', 'Amount'), kind: 'vnd' },
    ],
    rows,
    totals: [{ label: both('Tổng cộng', 'Total') }, { count: 18_310n }, { vnd: 16_842_250_000n }],
    note: null,
  };
}

interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly inside: readonly Element[];
  text: string;
}

function elementsOf(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, inside: [...open], text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    for (const element of open) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return elements;
}

/** Undoes the notation of the format for letters that XML cannot carry. */
function decoded(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

interface ReadCell {
  readonly kind: 'number' | 'text' | 'other';
  readonly value: string;
  readonly format: string;
  readonly isBold: boolean;
}

/** The look of each style of the workbook, by its number. */
function looksOf(styles: readonly Element[]): { format: string; isBold: boolean }[] {
  const formats = new Map(
    styles
      .filter(({ name }) => name === 'numFmt')
      .map(({ attributes }) => [attributes.numFmtId, attributes.formatCode]),
  );
  const fonts = styles.filter(({ name }) => name === 'font');
  return styles
    .filter(({ name, inside }) => name === 'xf' && inside.at(-1)?.name === 'cellXfs')
    .map(({ attributes }) => {
      const font = fonts[Number(attributes.fontId)];
      return {
        format: formats.get(attributes.numFmtId) ?? '',
        isBold: styles.some(({ name, inside }) => name === 'b' && inside.at(-1) === font),
      };
    });
}

/** The cells of one sheet by their address, read from the raw parts of the workbook. */
function cellsOf(entries: Map<string, Entry>, sheet: number): Map<string, ReadCell> {
  const part = (name: string): Element[] => elementsOf(entries.get(name)?.content ?? '<none/>');
  const shared = part('xl/sharedStrings.xml').filter(({ name }) => name === 'si');
  const looks = looksOf(part('xl/styles.xml'));
  const kinds: Record<string, ReadCell['kind']> = { n: 'number', s: 'text', inlineStr: 'text' };

  return new Map(
    part(`xl/worksheets/sheet${sheet}.xml`)
      .filter(({ name, text }) => name === 'c' && text !== '')
      .map(({ attributes: { r = '', s = '0', t = 'n' }, text }): [string, ReadCell] => {
        const kind = kinds[t] ?? 'other';
        const value = t === 's' ? (shared[Number(text)]?.text ?? '') : text;
        const look = looks[Number(s)] ?? { format: '', isBold: false };
        return [r, { kind, value: kind === 'text' ? decoded(value) : value, ...look }];
      }),
  );
}

/** Formulas of every sheet, wherever they hide. */
function formulasOf(entries: Map<string, Entry>): string[] {
  return [...entries]
    .filter(([name]) => name.startsWith('xl/worksheets/'))
    .flatMap(([, { content }]) => elementsOf(content))
    .filter(({ name }) => name === 'f')
    .map(({ text }) => text);
}

function sheetNamesOf(entries: Map<string, Entry>): string[] {
  return elementsOf(entries.get('xl/workbook.xml')?.content ?? '')
    .filter(({ name }) => name === 'sheet')
    .map(({ attributes }) => attributes.name ?? '');
}

async function partsOf(report: MonthReport): Promise<Map<string, Entry>> {
  return unzip(await xlsxReport.write(report));
}

describe('xlsxReport', () => {
  it('has a summary and a sheet for each table', async () => {
    const entries = await partsOf(aReport({ banner: 'SANDBOX' }));
    expect(sheetNamesOf(entries)).to.deep.equal(['Tổng hợp', '1. Theo tỉnh']);
    const summary = [...cellsOf(entries, 1).values()].map(({ value }) => value);
    expect(summary).to.include.members([
      'SANDBOX',
      'Báo cáo tháng 11/2026',
      'Kỳ chi trả',
      '11/2026',
      'Tổng bằng từng phần',
      '✓ Đạt · Holds',
    ]);
    expect(cellsOf(entries, 2).get('A1')?.value).to.equal('SANDBOX');
    expect(entries.get('xl/worksheets/sheet2.xml')?.content).to.include('<oddHeader>&amp;CSANDBOX');
    const production = Array.from((await partsOf(aReport())).values(), ({ content }) => content);
    expect(production.join()).to.not.include('SANDBOX');
  });

  it('says first what does not hold, and takes no checks for no proof', async () => {
    const checks = [
      { label: both('Đạt rồi', 'Holds'), holds: true },
      { label: both('Hỏng rồi', 'Broken'), holds: false },
    ];
    const cells = cellsOf(await partsOf(aReport({ checks })), 1);
    expect(cells.get('A1')?.value).to.match(/^✕ Báo cáo có kiểm tra không đạt: 1\/2/);
    expect([cells.get('A2')?.value, cells.get('C2')?.value]).to.deep.equal([
      'Hỏng rồi',
      '✕ Không đạt · Does not hold',
    ]);
    const none = [...cellsOf(await partsOf(aReport({ checks: [] })), 1).values()];
    expect(none.map(({ value }) => value)).to.include('Chưa có kiểm tra nào');
  });

  it('writes figures as numbers, grouped, with bold totals below the filter', async () => {
    const entries = await partsOf(aReport());
    const cells = cellsOf(entries, 2);
    expect(cells.get('C3')?.value).to.equal('Số tiền (đồng)\nAmount');
    const figure = { kind: 'number', format: '#,##0' };
    expect(cells.get('B4')).to.deep.equal({ ...figure, value: '18310', isBold: false });
    expect(cells.get('C4')).to.deep.equal({ ...figure, value: '16842250000', isBold: false });
    expect(cells.get('C5')).to.deep.equal({ ...figure, value: '16842250000', isBold: true });
    expect(cells.get('A5')).to.deep.include({ value: 'Tổng cộng\nTotal', isBold: true });
    const sheet = elementsOf(entries.get('xl/worksheets/sheet2.xml')?.content ?? '');
    const attributesOf = (name: string): object | undefined =>
      sheet.find((element) => element.name === name)?.attributes;
    expect(attributesOf('pane')).to.include({ ySplit: '3', topLeftCell: 'A4', state: 'frozen' });
    expect(attributesOf('autoFilter')).to.deep.equal({ ref: 'A3:C4' });
    expect(sheet.filter(({ name }) => name === 'col')).to.have.length(3);
  });

  it('is read the same by the reader of the library', async () => {
    const workbook = await readXlsx(await xlsxReport.write(aReport()));
    const rows = workbook.sheets.find((sheet) => sheet.name === '1. Theo tỉnh')?.rows;
    expect(rows?.[3]).to.deep.equal(['01', 18_310, 16_842_250_000]);
    expect(rows?.[4]?.slice(1)).to.deep.equal([18_310, 16_842_250_000]);
  });

  it('writes a figure that Excel would round as text', async () => {
    const table = aTable([
      [{ text: 'a' }, { count: -999_999_999_999_999n }, { vnd: 999_999_999_999_999n }],
      [{ text: 'b' }, { count: -1_000_000_000_000_001n }, { vnd: 9_007_199_254_740_993n }],
    ]);
    const cells = cellsOf(await partsOf(aReport({ tables: [table] })), 2);
    expect(cells.get('B4')).to.include({ kind: 'number', value: '-999999999999999' });
    expect(cells.get('C4')).to.include({ kind: 'number', value: '999999999999999' });
    expect(cells.get('B5')).to.include({ kind: 'text', value: '-1.000.000.000.000.001' });
    expect(cells.get('C5')).to.include({ kind: 'text', value: '9.007.199.254.740.993' });
  });

  it('keeps every text as text: leading zeros, long numbers, what looks like a formula', async () => {
    const texts = ['001099000123', '20260000000000000001', '=1+1', '+84', '-5', '@SUM(A1)'];
    texts.push('\t=1+1', '\r=1+1', '#N/A', '#REF!', '1e5', 'TRUE', ' lề ', '_x0041_', '11/2026');
    const table = aTable(texts.map((text) => [{ text }, { count: 1n }, { vnd: 1n }]));
    const entries = await partsOf(
      aReport({ tables: [table], facts: texts.map((value) => ({ label: both(value), value })) }),
    );
    const cells = cellsOf(entries, 2);
    const read = texts.map((_, i) => cells.get(`A${i + 4}`));
    expect(read.map((cell) => cell?.value)).to.deep.equal(texts);
    expect(new Set(read.map((cell) => cell?.kind))).to.deep.equal(new Set(['text']));
    expect(new Set(read.map((cell) => cell?.format))).to.deep.equal(new Set(['@']));
    expect(formulasOf(entries)).to.be.empty;
  });

  it('would notice a formula', async () => {
    const cells = new Map([['0,0', { formula: '1+1', formulaResult: 2 }]]);
    const workbook = await writeXlsx({ sheets: [{ name: 'x', cells }] });
    expect(formulasOf(unzip(Buffer.from(workbook)))).to.deep.equal(['1+1']);
  });

  it('gives back any text', async () => {
    const anyText = fc
      .string({ unit: 'binary', minLength: 1 })
      .map((text) => text.replace(/[\uFFFE\uFFFF]/g, ''))
      .filter((text) => text !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 30 }), async (texts) => {
        const rows: Cell[][] = texts.map((text) => [{ text }, { count: 1n }, { vnd: 1n }]);
        const entries = await partsOf(aReport({ tables: [aTable(rows, texts[0])] }));
        const cells = cellsOf(entries, 2);
        expect(texts.map((_, i) => cells.get(`A${i + 4}`)?.value)).to.deep.equal(texts);
        expect(formulasOf(entries)).to.be.empty;
      }),
      { numRuns: 20 },
    );
  });

  it('names sheets as the format allows, each differently', async () => {
    const titles = [
      'Kết quả chi trả theo tỉnh, thành phố trực thuộc trung ương',
      'Theo tỉnh',
      'theo tỉnh',
      "Tỉnh: Hà Nội/Huế [a]*?\\ 'x'",
      'History',
      'Tổng hợp',
      'Mộttừdàikhôngcókhoảngtrắngnàocảmộttừdài',
      '',
    ];
    const entries = await partsOf(aReport({ tables: titles.map((title) => aTable([], title)) }));
    const names = sheetNamesOf(entries);
    expect(names.slice(1)).to.deep.equal([
      '1. Kết quả chi trả theo tỉnh',
      '2. Theo tỉnh',
      '3. theo tỉnh',
      "4. Tỉnh Hà Nội Huế a 'x",
      '5. History',
      '6. Tổng hợp',
      '7. Mộttừdàikhôngcókhoảngtrắngnà',
      '8.',
    ]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).to.equal(names.length);
    const ranges = elementsOf(entries.get('xl/workbook.xml')?.content ?? '')
      .filter(({ attributes }) => attributes.name === '_xlnm.Print_Titles')
      .map(({ text }) => text);
    expect(ranges[3]).to.equal("'4. Tỉnh Hà Nội Huế a ''x'!$3:$3");
  });

  it('holds no moment of writing', async () => {
    const entries = await partsOf(aReport());
    // 1980-01-01 as a zip writes it.
    expect(new Set([...entries.values()].map(({ date, time }) => `${date}/${time}`))).to.deep.equal(
      new Set(['33/0']),
    );
    const dates = [...entries.values()].flatMap(({ content }) =>
      Array.from(content.matchAll(/\d{4}-\d{2}-\d{2}T[\d:]+Z/g), String),
    );
    expect(dates).to.deep.equal(['1980-01-01T00:00:00Z', '1980-01-01T00:00:00Z']);
  });

  it('gives the same bytes for the same report, and others for another', async () => {
    const first = await xlsxReport.write(aReport({ banner: 'SANDBOX' }));
    expect(first.equals(await xlsxReport.write(aReport({ banner: 'SANDBOX' })))).to.equal(true);
    expect(first.equals(await xlsxReport.write(aReport()))).to.equal(false);
  });

  for (const [what, row, message] of [
    ['a row that does not fit its table', [{ text: 'one' }], 'a row of 1 cells'],
    [
      'a text that no cell holds',
      [{ text: 'x'.repeat(32_768) }, { count: 1n }, { vnd: 1n }],
      'a text of 32768 characters',
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error: unknown = await xlsxReport
        .write(aReport({ tables: [aTable([row])] }))
        .catch((e: unknown) => e);
      expect(error).to.be.instanceOf(RangeError);
      expect(String(error)).to.include(message);
    });
  }
});
