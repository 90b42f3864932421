import { Readable } from 'node:stream';

/**
 * A table as a file that Excel opens: UTF-8 with its mark, as it comes. A text that a spreadsheet
 * would run is made text by a quote before it.
 */
export function csvOf(
  head: readonly string[],
  rows: () => AsyncIterable<readonly (readonly string[])[]>,
): Readable {
  return Readable.from(
    (async function* written() {
      yield `\ufeff${line(head)}`;
      for await (const chunk of rows()) yield chunk.map(line).join('');
    })(),
  );
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  const inert = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
