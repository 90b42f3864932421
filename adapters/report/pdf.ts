import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pdfmake from 'pdfmake';
import type { Column, Content, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { grouped } from '../../src/kernel/text.ts';
import { chartOf } from '../../src/report/bar-chart.ts';
import type { Cell, MonthReport, ReportTable } from '../../src/report/month-report.ts';
import type { ReportWriter } from '../../src/report/report-writer.port.ts';

// The report on paper, as 30/2020/ND-CP appendix I has it: A4, a serif font of the widths of Times New
// Roman at 13 points and 12 for what stands at the edges, margins 20 20 30 15 mm, the name of the state
// and its motto, the agency, number, place and day, the signatures, page numbers at the top from the
// second page on. Vietnamese alone: it is a document of the administration.

const FOLDER = dirname(fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/package.json')));
const font = (style: string): string => join(FOLDER, style, `Tinos_${style}.ttf`);

/** The library with our fonts. Only who prints needs it, and it takes long to load. */
async function printer(): Promise<typeof pdfmake> {
  const { default: library } = await import('pdfmake');
  library.addFonts({
    Tinos: {
      normal: font('400Regular'),
      bold: font('700Bold'),
      italics: font('400Regular_Italic'),
      bolditalics: font('700Bold_Italic'),
    },
  });
  // Nothing is fetched and nothing is read but the four fonts.
  library.setUrlAccessPolicy(() => false);
  library.setLocalAccessPolicy((path) => path.startsWith(FOLDER));
  return library;
}

const MILLIMETRE = 72 / 25.4;
const [TOP, RIGHT, BOTTOM, LEFT] = [20, 15, 20, 30].map((mm) => mm * MILLIMETRE) as [
  number,
  number,
  number,
  number,
];
const INK = '#1a1a1a';
const RED = '#8a1216';
const SHADE = '#f3ead6';
const LINE = '#b9ac93';
/** From this many columns a table lies on a sheet turned sideways, and from the second in small print. */
const BROAD = 8;
const VERY_BROAD = 9;
const SMALLER = 7;
/** A hash has no place to break, so it is given some. */
const HASH = /\b[0-9a-f]{40,}\b/g;
const PART_OF_HASH = /(.{16})(?=.)/g;
const SHORT_ROWS = 15;
const BAR_WIDTH = 170;

const GRID: CustomTableLayout = {
  hLineWidth: (i, node) => (i <= 1 || i === node.table.body.length ? 0.8 : 0.35),
  vLineWidth: () => 0.35,
  hLineColor: () => LINE,
  vLineColor: () => LINE,
  paddingTop: () => 2.5,
  paddingBottom: () => 2.5,
  paddingLeft: () => 4,
  paddingRight: () => 4,
};

/** The same with its heading as the first row, which has no line above it. */
const HEADED_GRID: CustomTableLayout = {
  ...GRID,
  hLineWidth: (i, node) => (i === 0 ? 0 : i <= 2 || i === node.table.body.length ? 0.8 : 0.35),
};

/**
 * Writes a report as a PDF/A for printing and signing. The same report gives the same bytes: the day
 * in it is that of the report. Rejects with a RangeError for a row that does not fit its table.
 */
export const pdfReport: ReportWriter = {
  extension: 'pdf',
  async write(report) {
    const numbered = report.tables.map((table, i) => ({ table, number: i + 1 }));
    const pdf = await printer();
    const made = pdf.createPdf({
      pageSize: 'A4',
      ...(report.form === undefined ? {} : { pageOrientation: 'landscape' as const }),
      pageMargins: [LEFT, TOP, RIGHT, BOTTOM],
      version: '1.7',
      subset: 'PDF/A-2b',
      language: 'vi',
      info: {
        title: report.title.vi,
        creator: 'An Sinh',
        producer: 'An Sinh',
        creationDate: new Date(`${report.letterhead.on}T00:00:00Z`),
        modDate: new Date(`${report.letterhead.on}T00:00:00Z`),
      },
      defaultStyle: { font: 'Tinos', fontSize: 13, lineHeight: 1.12, color: INK },
      ...(report.banner === null
        ? {}
        : { watermark: { text: report.banner, color: RED, opacity: 0.07, bold: true, angle: 45 } }),
      header: (page) =>
        page === 1 ? '' : { text: String(page), alignment: 'center', margin: [0, 26, 0, 0] },
      footer: (page, pages) => ({
        text: `${report.title.vi} · ${page}/${pages}${auditLine(report)}`,
        fontSize: 7,
        color: '#6b6257',
        alignment: 'center',
        margin: [LEFT, 24, RIGHT, 0],
      }),
      content: [
        letterhead(report),
        ...titleOf(report),
        ...factsOf(report),
        ...(report.form === undefined ? documentOf(report, numbered) : formOf(report, numbered)),
      ],
    });
    return made.getBuffer();
  },
};

/** A report: what was checked, the tables, the signatures, and behind them what is too broad. */
function documentOf(report: MonthReport, tables: readonly Numbered[]): Content[] {
  return [
    ...checksOf(report),
    ...tables.flatMap((one) => (isUpright(one) ? tableOf(one) : pointerOf(one))),
    ...signatures(report),
    ...annex(tables.filter((one) => !isUpright(one))),
  ];
}

/** A form of the state: its parts and signatures as it has them, what was checked at the end unless it fails. */
function formOf(report: MonthReport, tables: readonly Numbered[]): Content[] {
  const isWhole = report.checks.length > 0 && report.checks.every(({ holds }) => holds);
  // Its parts have numbers of their own.
  const ofForm = tables.map(({ table }) => ({ table, number: null }));
  const parts = [...ofForm.flatMap(tableOf), ...signatures(report)];
  const checks: Content = { stack: checksOf(report), unbreakable: true };
  return isWhole ? [...parts, checks] : [checks, ...parts];
}

/** The end of the log, on every sheet: who holds the paper can hold the log against it. */
function auditLine({ facts }: MonthReport): string {
  const head = facts.find(({ label }) => label.en === 'Audit chain head');
  return head === undefined ? '' : `\nNhật ký / audit head: ${head.value}`;
}

/** What kind of document it is stands above what it is about. */
const KINDS = ['Báo cáo', 'Danh sách', 'Bảng thanh toán', 'Bảng đối chiếu'];

function kindAndSubject(title: string): [kind: string, subject: string] {
  const kind = KINDS.find((one) => title.startsWith(`${one} `));
  const subject = kind === undefined ? title : title.slice(kind.length + 1);
  return [
    (kind ?? 'Báo cáo').toUpperCase(),
    subject.replace(/^./u, (first) => first.toUpperCase()),
  ];
}

const rule = (width: number): Content => ({
  canvas: [{ type: 'line', x1: 0, y1: 0, x2: width, y2: 0, lineWidth: 0.7, lineColor: INK }],
  alignment: 'center',
  margin: [0, 2, 0, 4],
});

function letterhead({ letterhead: of }: MonthReport): Content {
  const { authority, agency, place, number } = of;
  const [year, month, day] = of.on.split('-') as [string, string, string];
  const edge = { fontSize: 12, alignment: 'center' } as const;
  return {
    columns: [
      {
        width: 190,
        stack: [
          { text: authority.toUpperCase(), ...edge },
          { text: agency.toUpperCase(), bold: true, ...edge },
          rule(60),
          ...(number === '' ? [] : [{ text: `Số: ${number}`, ...edge, fontSize: 13 }]),
        ],
      },
      {
        width: '*',
        stack: [
          { text: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', bold: true, ...edge },
          { text: 'Độc lập - Tự do - Hạnh phúc', bold: true, ...edge, fontSize: 13 },
          rule(150),
          {
            text: `${place}, ngày ${day} tháng ${month} năm ${year}`,
            italics: true,
            ...edge,
            fontSize: 13,
          },
        ],
      },
    ],
  };
}

/** What it is and what about, and before both that it is no real one. */
function titleOf({ title, banner, form }: MonthReport): Content[] {
  const [kind, subject] = kindAndSubject(title.vi);
  const named = { bold: true, fontSize: 14, alignment: 'center' } as const;
  const said: Content[] = [
    { text: kind, ...named, margin: [0, 18, 0, 0] },
    { text: subject, ...named },
    rule(110),
  ];
  if (form !== undefined) {
    const text = `${form.name} (${form.source})`;
    said.unshift({ text, italics: true, fontSize: 11, alignment: 'right', margin: [0, 6, 0, 0] });
  }
  if (banner !== null) {
    const text = `${banner}: số liệu thử, không có giá trị thanh toán`;
    said.push({ text, bold: true, color: RED, alignment: 'center', margin: [0, 0, 0, 6] });
  }
  return said;
}

function factsOf({ facts }: MonthReport): Content[] {
  return facts.map(({ label, value }) => ({
    text: [{ text: `${label.vi}: ` }, { text: broken(value), bold: value.length < 40 }],
    margin: [0, 0, 0, 2],
    ...(value.length >= 40 && !value.includes(' ') ? { fontSize: 10 } : {}),
  }));
}

function checksOf({ checks }: MonthReport): Content[] {
  const failed = checks.filter(({ holds }) => !holds);
  const verdict =
    checks.length === 0
      ? 'Chưa có phép kiểm tra nào'
      : failed.length === 0
        ? `Đạt ${checks.length}/${checks.length} phép kiểm tra`
        : `KHÔNG ĐẠT ${failed.length}/${checks.length} phép kiểm tra: không dùng số liệu bên dưới`;
  const isGood = checks.length > 0 && failed.length === 0;
  return [
    heading('Kiểm tra số liệu'),
    { text: verdict, bold: true, color: isGood ? '#1b6a36' : RED, margin: [0, 0, 0, 4] },
    {
      layout: GRID,
      fontSize: 10.5,
      table: {
        widths: ['*', 60],
        body: [...checks]
          .sort((a, b) => Number(a.holds) - Number(b.holds))
          .map(({ label, holds }): TableCell[] => [
            { text: label.vi },
            { text: holds ? 'Đạt' : 'Không đạt', bold: true, color: holds ? '#1b6a36' : RED },
          ]),
      },
    },
  ];
}

function heading(text: string): Content {
  return { text, bold: true, fontSize: 13, margin: [0, 12, 0, 4], color: RED };
}

/** A table with the number that it has in every form of the report; in a form of the state it has none. */
interface Numbered {
  readonly table: ReportTable;
  readonly number: number | null;
}

function isUpright({ table: { columns, rows } }: Numbered): boolean {
  return columns.length < BROAD || rows.length === 0;
}

/** In the place of a table that is set behind the signatures, so that no number is missed. */
function pointerOf({ table, number }: Numbered): Content[] {
  const title = heading(`${number}. ${table.title.vi}`);
  const where = { text: 'Xem Phụ lục.', italics: true, fontSize: 11 };
  return [{ stack: [title, where], unbreakable: true }];
}

/** The broad tables, behind the signatures, on sheets turned sideways. */
function annex(tables: readonly Numbered[]): Content[] {
  if (tables.length === 0) return [];
  const title: Content = { text: 'PHỤ LỤC', bold: true, fontSize: 14, alignment: 'center' };
  const stack = [title, ...tables.flatMap(tableOf)];
  return [{ stack, pageOrientation: 'landscape', pageBreak: 'before' }];
}

/** A table with its heading. */
function tableOf({ table, number }: Numbered): Content[] {
  const width = table.columns.length;
  const title = heading(number === null ? table.title.vi : `${number}. ${table.title.vi}`);
  if (table.rows.length === 0) {
    const none = { text: 'Không có dòng nào.', italics: true, fontSize: 11 };
    return [{ stack: [title, none], unbreakable: true }];
  }
  // A short table stays on one sheet, and its heading with it; a long one bears it on every sheet.
  const isShort = table.rows.length <= SHORT_ROWS;
  const figures: Content = {
    layout: isShort ? GRID : HEADED_GRID,
    fontSize: letterSize(width, number !== null),
    table: {
      headerRows: isShort ? 1 : 2,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: table.columns.map(({ kind }) => (kind === 'text' ? '*' : 'auto')),
      body: [
        ...(isShort ? [] : [titleRow(title, width)]),
        table.columns.map((column): TableCell => ({
          text: column.kind === 'vnd' ? `${column.title.vi} (đồng)` : column.title.vi,
          bold: true,
          fillColor: SHADE,
          alignment: 'center',
        })),
        ...table.rows.map((row) => cells(row, table, false)),
        ...(table.totals === null ? [] : [cells(table.totals, table, true)]),
      ],
    },
  };
  const note: Content[] =
    table.note === null ? [] : [{ text: table.note.vi, italics: true, fontSize: 10.5 }];
  const below = [...chart(table), ...note];
  return isShort ? [{ stack: [title, figures, ...below], unbreakable: true }] : [figures, ...below];
}

function letterSize(width: number, isNumbered: boolean): number {
  if (width >= VERY_BROAD && isNumbered) return 7.5;
  return width >= SMALLER ? 9 : 10.5;
}

/** The heading of a table as its first row, without lines. */
function titleRow(title: Content, width: number): TableCell[] {
  const border: [boolean, boolean, boolean, boolean] = [false, false, false, false];
  const beside = Array.from({ length: width - 1 }, (): TableCell => ({ text: '', border }));
  return [{ stack: [title], colSpan: width, border }, ...beside];
}

const RIGHT_ALIGNED = { alignment: 'right' } as const;

function cells(row: readonly Cell[], { columns }: ReportTable, isTotal: boolean): TableCell[] {
  if (row.length !== columns.length) {
    throw new RangeError(`a row of ${row.length} cells in a table of ${columns.length} columns`);
  }
  return row.map((cell, i): TableCell => {
    const shown = { bold: isTotal, ...(isTotal ? { fillColor: SHADE } : {}) };
    if ('label' in cell) return { text: cell.label.vi, ...shown };
    if ('text' in cell) {
      const isShare = columns[i]?.kind === 'share';
      return {
        text: broken(cell.text),
        ...(isShare ? { ...RIGHT_ALIGNED, noWrap: true } : {}),
        ...shown,
      };
    }
    return { text: grouped('vnd' in cell ? cell.vnd : cell.count), ...RIGHT_ALIGNED, ...shown };
  });
}

/** The bars of a table, each with its figure: the table above says the same in full. */
function chart(table: ReportTable): Content[] {
  const bars = chartOf(table);
  if (bars.length === 0) return [];
  return [
    {
      margin: [0, 8, 0, 0],
      fontSize: 9,
      layout: 'noBorders',
      table: {
        widths: [150, BAR_WIDTH, 'auto'],
        body: bars.map(({ label, share, figure }): TableCell[] => [
          { text: label.vi, alignment: 'right' },
          {
            canvas: [
              { type: 'rect', x: 0, y: 1, w: Math.max(0.5, share * BAR_WIDTH), h: 9, color: RED },
            ],
          },
          { text: grouped(figure) },
        ]),
      },
    },
  ];
}

const SIGNERS = [['NGƯỜI LẬP', 'KẾ TOÁN TRƯỞNG', 'THỦ TRƯỞNG ĐƠN VỊ']];
const STAMPED = /^(THỦ TRƯỞNG|GIÁM ĐỐC)/;

function signatures({ letterhead: { agency }, form }: MonthReport): Content[] {
  const side = (title: string): Column => ({
    width: '*',
    stack: [
      { text: title, bold: true, alignment: 'center' },
      {
        text: STAMPED.test(title) ? '(Ký, họ tên, đóng dấu)' : '(Ký, ghi rõ họ tên)',
        italics: true,
        alignment: 'center',
        fontSize: 12,
      },
      { text: ' ', margin: [0, 48, 0, 0] },
    ],
  });
  const rows = (form?.signers ?? SIGNERS).map((row): Content => ({ columns: row.map(side) }));
  return [
    {
      unbreakable: true,
      margin: [0, 24, 0, 0],
      stack: [
        ...rows,
        {
          stack: [
            { text: 'Nơi nhận:', bold: true, italics: true, fontSize: 12 },
            { text: '- Kho bạc Nhà nước nơi giao dịch;', fontSize: 11 },
            { text: '- Ngân hàng, đơn vị chi trả;', fontSize: 11 },
            { text: `- Lưu: VT, ${agency}.`, fontSize: 11 },
          ],
        },
      ],
    },
  ];
}

function broken(text: string): string {
  return text.replace(HASH, (hash) => hash.replace(PART_OF_HASH, '$1 '));
}
