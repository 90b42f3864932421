import type { LinesWriter } from '../../src/report/report-writer.port.ts';

/** Excel keeps 15 digits of a figure; a longer one is written as text. */
const LARGEST_FIGURE = 999_999_999_999_999n;

/**
 * Writes rows as a workbook while they come by: however many there are, few are held. Texts stand in their cells and
 * not in a table of shared strings, which would have to be kept to the end. Beyond the 1,048,576 rows of a sheet
 * another sheet begins, with the headings again.
 */
export const xlsxLines: LinesWriter = {
  extension: 'xlsx',
  async *write({ name, columns }, rows) {
    // Only who writes a workbook needs it, and it takes long to load.
    const { writeXlsxStream } = await import('hucre/xlsx');
    const workbook = writeXlsxStream(cellsOf(rows), {
      name,
      columns: columns.map(({ title, width }) => ({ header: `${title.vi} / ${title.en}`, width })),
      freezePane: { rows: 1 },
    });
    const reader = workbook.getReader();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        yield Buffer.from(read.value);
      }
    } finally {
      reader.releaseLock();
    }
  },
};

async function* cellsOf(
  rows: AsyncIterable<readonly (string | bigint)[]>,
): AsyncGenerator<(string | number)[]> {
  for await (const row of rows) yield row.map(cellOf);
}

function cellOf(value: string | bigint): string | number {
  if (typeof value === 'string') return value;
  return value <= LARGEST_FIGURE ? Number(value) : value.toString();
}
