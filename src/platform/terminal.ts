import type { WriteStream } from 'node:tty';

/** Where progress is shown: one line that changes on a terminal, plain lines elsewhere. */
export interface Progress {
  /** What is going on now. */
  show(text: string): void;
  /** What has come to its end: the line stays. */
  settle(text: string): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** Progress on a stream that may or may not be a terminal. */
export function progressOn(stream: WriteStream | NodeJS.WritableStream): Progress {
  const isTerminal = 'isTTY' in stream && stream.isTTY;
  return {
    show(text) {
      if (isTerminal) stream.write(`${CLEAR_LINE}${text} …`);
    },
    settle(text) {
      stream.write(`${isTerminal ? CLEAR_LINE : ''}${text}\n`);
    },
  };
}

/** Silence would leave open whether anything was looked for. */
const NO_ROWS = 'không có dòng nào / nothing to show';

/** A table of text: columns as wide as they need, figures (all but letters) to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return NO_ROWS;
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          isFigure(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isFigure(cell: string): boolean {
  return /^[\d.,]+( đ| s)?$/.test(cell);
}
