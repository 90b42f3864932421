import type { CellStyle, Cell as WrittenCell, WriteSheet } from 'hucre/xlsx';
import { columnLetter } from '../../src/intake/headings.ts';
import { grouped, type Bilingual } from '../../src/kernel/text.ts';
import type { Cell, MonthReport, ReportTable } from '../../src/report/month-report.ts';
import type { ReportWriter } from '../../src/report/report-writer.port.ts';

type Check = MonthReport['checks'][number];
type Column = ReportTable['columns'][number];
type FontStyle = NonNullable<CellStyle['font']>;
type SheetCell = Partial<WrittenCell>;
type Runs = NonNullable<WrittenCell['richText']>;

/** One row of a sheet. The cells of a band are merged into one over the whole width. */
interface Line {
  readonly cells: readonly SheetCell[];
  readonly isBand: boolean;
}

const SUMMARY_NAME = 'Tổng hợp';
const SUMMARY_WIDTHS = [52, 46, 72];

/**
 * Excel keeps 15 significant digits, fewer than a double does: a longer figure would be shown, and
 * saved again, with zeros for its last digits. It is written as text instead.
 */
const LARGEST_FIGURE = 999_999_999_999_999n;

/** The limit of the format. Such a text is refused and not cut: nothing in a report is truncated. */
const LONGEST_TEXT = 32_767;

/** The limits of the format for the name of a sheet, and for what is printed above one. */
const LONGEST_SHEET_NAME = 31;
const LONGEST_PRINT_HEADER = 100;

/** A workbook that says when it was written differs each time. The first date a zip can hold. */
const NO_DATE = new Date(Date.UTC(1980, 0, 1));

const INK = { rgb: '1F1A17' };
const RED = { rgb: '8A1216' };
const GOLD = { rgb: 'C99A1E' };
const SOFT = { rgb: '665A4F' };
const WHITE = { rgb: 'FFFFFF' };
const BAND = { rgb: 'F39200' };

/** Points. A font without its name and size is filled in differently by each office program. */
const TEXT_SIZE = 10;
const FONT: FontStyle = { name: 'Arial', size: TEXT_SIZE, color: INK };
const LEFT = { horizontal: 'left', vertical: 'center', wrapText: true, indent: 1 } as const;
const RIGHT = { horizontal: 'right', vertical: 'center', indent: 1 } as const;
const PLAIN: CellStyle = {
  numFmt: '@',
  font: FONT,
  alignment: LEFT,
  border: { bottom: { style: 'thin', color: { rgb: 'E4D8C1' } } },
};
const UNDERLINED = { bottom: { style: 'medium', color: GOLD } } as const;

const STYLES = {
  plain: PLAIN,
  strong: { ...PLAIN, font: { ...FONT, bold: true } },
  figure: { ...PLAIN, numFmt: '#,##0', alignment: RIGHT },
  longFigure: { ...PLAIN, alignment: RIGHT },
  good: { ...PLAIN, font: { ...FONT, bold: true, color: { rgb: '1B6A36' } } },
  bad: {
    ...PLAIN,
    font: { ...FONT, bold: true, color: { rgb: 'A8141A' } },
    fill: solid('FDECEA'),
  },
  heading: { ...band('F4E9CD', { bold: true }), border: UNDERLINED },
  title: band(RED.rgb, { bold: true, size: 15, color: WHITE }),
  subtitle: { ...band(RED.rgb, { color: WHITE }), border: UNDERLINED },
  section: { numFmt: '@', font: { ...FONT, bold: true, size: 12, color: RED }, alignment: LEFT },
  banner: band(BAND.rgb, { bold: true }),
  note: { numFmt: '@', font: { ...FONT, italic: true, color: SOFT }, alignment: LEFT },
} as const satisfies Record<string, CellStyle>;

/**
 * Writes a report as a workbook: a summary, then a sheet for each table. Every cell is a value and
 * none is a formula, whatever its text begins with. The same report gives the same bytes on the same
 * version of Node, whose zlib does the compression. Throws RangeError for a text that no cell holds
 * and for a row that does not fit its table.
 */
export const xlsxReport: ReportWriter = {
  extension: 'xlsx',
  async write(report) {
    // Only who writes a workbook needs it, and it takes long to load.
    const { writeXlsx } = await import('hucre/xlsx');
    const workbook = await writeXlsx({
      sheets: [
        summarySheet(report),
        ...report.tables.map((table, i) => tableSheet(report, table, i + 1)),
      ],
      properties: {
        title: plainText(report.title.vi),
        creator: 'An Sinh',
        created: NO_DATE,
        modified: NO_DATE,
      },
      // Written here and not as page setup, where the writer leaves a name with spaces unquoted.
      namedRanges: report.tables.map((table, i) => ({
        name: '_xlnm.Print_Titles',
        range: headingRange(report, table, i + 1),
        scope: sheetName(table.title.vi, i + 1),
      })),
      defaultFont: FONT,
    });
    return Buffer.from(workbook);
  },
};

function summarySheet(report: MonthReport): WriteSheet {
  const lines: Line[] = [
    ...bannerBand(report),
    ...alarmLines(report.checks),
    bandLine(report.title.vi, STYLES.title),
    bandLine(report.title.en, STYLES.subtitle),
    line([]),
    sectionLine('Thông tin báo cáo', 'About this report'),
    ...report.facts.map(({ label, value }) => labelled(label, value, STYLES.strong)),
    line([]),
    sectionLine('Kiểm tra', 'Checks'),
    ...checkLines(report.checks),
    line([]),
    sectionLine('Các bảng', 'Tables'),
    ...report.tables.map(({ title }, i) =>
      labelled(title, sheetName(title.vi, i + 1), STYLES.plain),
    ),
  ];
  return {
    ...sheetOf(report, lines, SUMMARY_WIDTHS),
    name: SUMMARY_NAME,
    pageSetup: pageSetup('landscape'),
  };
}

/** What fails, before anything else: a reader must not meet a figure first and the doubt later. */
function alarmLines(checks: readonly Check[]): Line[] {
  const failed = checks.filter((check) => !check.holds);
  if (failed.length === 0) return [];
  const share = `${grouped(failed.length)}/${grouped(checks.length)}`;
  return [
    bandLine(
      `✕ Báo cáo có kiểm tra không đạt: ${share}. Không dùng số liệu bên dưới.\n` +
        `Checks that do not hold: ${share}. Do not rely on the figures below.`,
      STYLES.bad,
    ),
    ...failed.map(checkLine),
  ];
}

/** A report without checks has proven nothing, and must not look like one that passed them. */
function checkLines(checks: readonly Check[]): Line[] {
  if (checks.length === 0) {
    return [labelled({ vi: 'Chưa có kiểm tra nào', en: 'No check was made' }, '✕', STYLES.bad)];
  }
  return [...checks].sort((a, b) => Number(a.holds) - Number(b.holds)).map(checkLine);
}

function checkLine({ label, holds }: Check): Line {
  return holds
    ? labelled(label, '✓ Đạt · Holds', STYLES.good)
    : labelled(label, '✕ Không đạt · Does not hold', STYLES.bad);
}

function tableSheet(report: MonthReport, table: ReportTable, number: number): WriteSheet {
  const head = [
    ...bannerBand(report),
    bandLine(table.title.vi, STYLES.title),
    bandLine(table.title.en, STYLES.subtitle),
    line(table.columns.map(headingCell)),
  ];
  const rows = table.rows.map((row) => line(rowCells(row, table)));
  const totals = table.totals === null ? [] : [line(rowCells(table.totals, table).map(asTotal))];
  const notes =
    table.note === null
      ? []
      : [line([]), bandLine(table.note.vi, STYLES.note), bandLine(table.note.en, STYLES.note)];
  const lastColumn = table.columns.length - 1;
  return {
    ...sheetOf(
      report,
      [...head, ...rows, ...totals, ...notes],
      table.columns.map((column, i) => columnWidth(table, column, i)),
    ),
    name: sheetName(table.title.vi, number),
    freezePane: { rows: head.length },
    // The totals stay outside, so that sorting and filtering leave them where they are.
    autoFilter: {
      range: `A${head.length}:${columnLetter(lastColumn)}${head.length + rows.length}`,
    },
    pageSetup: pageSetup(table.columns.length >= 5 ? 'landscape' : 'portrait'),
  };
}

function sheetOf(
  report: MonthReport,
  lines: readonly Line[],
  widths: readonly number[],
): Omit<WriteSheet, 'name'> {
  const lastColumn = widths.length - 1;
  const cells = new Map<string, SheetCell>();
  lines.forEach((written, row) => {
    const style = written.cells[0]?.style ?? {};
    widths.forEach((_, column) => {
      const cell = written.cells[column] ?? (written.isBand ? { style } : undefined);
      if (cell !== undefined) cells.set(`${row},${column}`, cell);
    });
  });
  return {
    cells,
    columns: widths.map((width) => ({ width })),
    rowDefs: new Map(lines.map((written, row) => [row, { height: lineHeight(written, widths) }])),
    merges: lines.flatMap((written, row) =>
      written.isBand && lastColumn > 0
        ? [{ startRow: row, endRow: row, startCol: 0, endCol: lastColumn }]
        : [],
    ),
    view: { showGridLines: false, tabColor: report.banner === null ? RED : BAND },
    headerFooter: {
      ...(report.banner === null ? {} : { oddHeader: `&C${printed(report.banner)}` }),
      oddFooter: `&L${printed(report.title.vi)}&RTrang &P/&N`,
    },
  };
}

function pageSetup(orientation: 'portrait' | 'landscape'): NonNullable<WriteSheet['pageSetup']> {
  return {
    paperSize: 'a4',
    orientation,
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
    margins: { left: 0.5, right: 0.5, top: 0.7, bottom: 0.6, header: 0.3, footer: 0.3 },
  };
}

function line(cells: readonly SheetCell[]): Line {
  return { cells, isBand: false };
}

function bandLine(text: string, style: CellStyle): Line {
  return { cells: [textCell(text, style)], isBand: true };
}

function bannerBand(report: MonthReport): Line[] {
  return report.banner === null ? [] : [bandLine(report.banner, STYLES.banner)];
}

function sectionLine(vi: string, en: string): Line {
  return line([textCell(vi, STYLES.section), textCell(en, STYLES.note)]);
}

function labelled(label: Bilingual, value: string, style: CellStyle): Line {
  const labelStyle = style === STYLES.bad ? STYLES.bad : STYLES.plain;
  return line([
    textCell(label.vi, labelStyle),
    textCell(label.en, labelStyle),
    textCell(value, style),
  ]);
}

function headingCell({ title, kind }: Column): SheetCell {
  const horizontal = kind === 'text' ? 'left' : 'right';
  const unit = kind === 'vnd' ? ' (đồng)' : '';
  return {
    richText: inBothLanguages({ vi: title.vi + unit, en: title.en }, { ...FONT, bold: true }),
    style: {
      ...STYLES.heading,
      alignment: { ...STYLES.heading.alignment, horizontal },
    },
  };
}

function rowCells(row: readonly Cell[], { columns }: ReportTable): SheetCell[] {
  if (row.length !== columns.length) {
    throw new RangeError(`a row of ${row.length} cells in a table of ${columns.length} columns`);
  }
  return row.map((cell, i) => valueCell(cell, columns[i]?.kind));
}

function valueCell(cell: Cell, kind: Column['kind'] | undefined): SheetCell {
  if ('label' in cell) {
    return { richText: inBothLanguages(cell.label, FONT), style: STYLES.plain };
  }
  if ('text' in cell) {
    return textCell(cell.text, kind === 'share' ? STYLES.longFigure : STYLES.plain);
  }
  const figure = figureOf(cell);
  const size = figure < 0n ? -figure : figure;
  return size <= LARGEST_FIGURE
    ? { value: Number(figure), style: STYLES.figure }
    : textCell(grouped(figure), STYLES.longFigure);
}

function asTotal(cell: SheetCell): SheetCell {
  const bold = cell.richText?.map((run) => ({ ...run, font: { ...run.font, bold: true } }));
  return {
    ...cell,
    ...(bold === undefined ? {} : { richText: bold }),
    style: {
      ...cell.style,
      font: { ...FONT, bold: true },
      fill: solid('F4E9CD'),
      border: { top: { style: 'medium', color: RED } },
    },
  };
}

function figureOf(cell: { readonly count: bigint } | { readonly vnd: bigint }): bigint {
  return 'vnd' in cell ? cell.vnd : cell.count;
}

/** Vietnamese, and English small below it; once when both are the same word. */
function inBothLanguages({ vi, en }: Bilingual, font: FontStyle): Runs {
  const vietnamese = { text: plainText(vi), font };
  if (en === vi || en === '') return [vietnamese];
  return [vietnamese, { text: `\n${plainText(en)}`, font: { ...FONT, size: 8, color: SOFT } }];
}

/**
 * Text that stays text. The writer turns what looks like an error of Excel, such as #N/A, into one;
 * as a run of rich text it is left alone.
 */
function textCell(text: string, style: CellStyle): SheetCell {
  const written = plainText(text);
  return written.startsWith('#')
    ? { richText: [{ text: written }], style }
    : { value: written, style };
}

/**
 * Guards what the format would read differently: _x0041_ is its own notation for a letter, and two
 * code points may not stand in XML at all. Other control characters are escaped by the writer.
 */
function plainText(text: string): string {
  if (text.length > LONGEST_TEXT) {
    throw new RangeError(`a text of ${text.length} characters; a cell holds ${LONGEST_TEXT}`);
  }
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

/** In a printed header or footer an ampersand begins a command, and the whole has a limit. */
function printed(text: string): string {
  return fittingPart(plainText(text), LONGEST_PRINT_HEADER).replaceAll('&', '&&');
}

/**
 * The name of a table's sheet, such as "3. Theo tỉnh", cut between words where the format is too
 * narrow. The number makes it unique in the workbook, and is the one the table has on the page.
 */
function sheetName(title: string, number: number): string {
  const allowed = title.replace(/[[\]:*?/\\\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
  const whole = `${number}. ${allowed}`.replace(/\s+/g, ' ').trim();
  const fitting = fittingPart(whole, LONGEST_SHEET_NAME);
  const words = fitting === whole ? whole : fitting.replace(/\s\S*$/, '');
  // A title of one long word is cut inside it rather than lost.
  const chosen = words.includes(' ') ? words : fitting;
  return chosen.replace(/[\s',;:–-]+$/, '');
}

/** The longest beginning within a number of UTF-16 units that cuts no letter in two. */
function fittingPart(text: string, limit: number): string {
  let part = '';
  for (const letter of text) {
    if (part.length + letter.length > limit) break;
    part += letter;
  }
  return part;
}

function headingRange(report: MonthReport, table: ReportTable, number: number): string {
  const row = report.banner === null ? 3 : 4;
  return `'${sheetName(table.title.vi, number).replaceAll("'", "''")}'!$${row}:$${row}`;
}

/** In characters: what the longest entry needs, within what can be read on a screen. */
function columnWidth({ rows, totals }: ReportTable, column: Column, index: number): number {
  const cells = [...rows, totals ?? []].flatMap((row) => row[index] ?? []);
  const heading = column.kind === 'vnd' ? `${column.title.vi} (đồng)` : column.title.vi;
  const longest = cells.reduce(
    (most, cell) => Math.max(most, displayLength(cell)),
    Math.max(heading.length, column.title.en.length),
  );
  // Room for the button of the filter, and for the wider letters of headings and totals.
  return Math.min(60, Math.max(10, Math.ceil(longest * 1.15) + 4));
}

function displayLength(cell: Cell): number {
  if ('label' in cell) return Math.max(cell.label.vi.length, cell.label.en.length);
  if ('text' in cell) return cell.text.length;
  return grouped(figureOf(cell)).length;
}

/** In points. Estimated, because an office program does not fit a row that it did not write. */
function lineHeight({ cells, isBand }: Line, widths: readonly number[]): number {
  const whole = widths.reduce((total, width) => total + width, 0);
  const heights = cells.map((cell, i) => {
    const size = cell.style?.font?.size ?? TEXT_SIZE;
    const room = ((isBand ? whole : (widths[i] ?? whole)) - 2) * (TEXT_SIZE / size);
    const count = textOf(cell)
      .split('\n')
      .reduce((sum, part) => sum + Math.max(1, Math.ceil((part.length * 1.05) / room)), 0);
    return count * size * 1.35 + 3;
  });
  return Math.ceil(Math.max(TEXT_SIZE * 1.35 + 3, ...heights));
}

function textOf(cell: SheetCell): string {
  if (cell.richText !== undefined) return cell.richText.map((run) => run.text).join('');
  return typeof cell.value === 'string' ? cell.value : '';
}

function band(rgb: string, font: FontStyle): CellStyle {
  return {
    numFmt: '@',
    font: { ...FONT, ...font },
    fill: solid(rgb),
    alignment: LEFT,
  };
}

function solid(rgb: string): NonNullable<CellStyle['fill']> {
  return { type: 'pattern', pattern: 'solid', fgColor: { rgb } };
}
