import type { ElementHandlers } from './workbook-parts.ts';

/** How the number of a cell is shown, as far as it changes what the cell means. */
export interface CellFormat {
  readonly isDate: boolean;
  readonly isMonthFirst: boolean;
}

const PLAIN: CellFormat = { isDate: false, isMonthFirst: false };
const DATE: CellFormat = { isDate: true, isMonthFirst: false };

/**
 * Reads the styles of a workbook: the format of each number by the style of its cell. The formats
 * that are built in show a date as the reader's own country does, so that none is month first.
 */
export function styleHandlers(): ElementHandlers & { format(style: number): CellFormat } {
  const codes = new Map<number, string>();
  const formats: CellFormat[] = [];
  let isInCellFormats = false;
  return {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (name === 'cellXfs') isInCellFormats = true;
      if (name === 'xf' && isInCellFormats) {
        const id = Number(attributes.numFmtId ?? '0');
        const code = codes.get(id);
        formats.push(code === undefined ? builtIn(id) : formatOf(code));
      }
    },
    close(name) {
      if (name === 'cellXfs') isInCellFormats = false;
    },
    format: (style) => formats[style] ?? PLAIN,
  };
}

/** ECMA-376 part 1, 18.8.30. */
function builtIn(id: number): CellFormat {
  const isDate =
    (id >= 14 && id <= 17) ||
    id === 22 ||
    (id >= 27 && id <= 31) ||
    id === 36 ||
    (id >= 50 && id <= 58);
  return isDate ? DATE : PLAIN;
}

function formatOf(code: string): CellFormat {
  const bare = code
    .toLowerCase()
    .replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '')
    .split(';', 1)[0];
  if (bare === undefined || !/y|d/.test(bare) || bare.includes('general')) return PLAIN;
  const [year, month, day] = [bare.indexOf('y'), bare.indexOf('m'), bare.indexOf('d')];
  const isMonthFirst = month >= 0 && day > month && (year === -1 || year > month);
  return { isDate: true, isMonthFirst };
}
