import { isUtf8 } from 'node:buffer';
import { Refusal } from '../../src/kernel/refusal.ts';

// Lines of a text file of a counterpart: UTF-8, LF or CR LF.

export interface TextLine {
  readonly text: string;
  /** From 1. */
  readonly no: number;
  /** The byte of the file at which it begins. */
  readonly byte: number;
}

export interface LineLimits {
  readonly bytes: number;
  readonly line: number;
}

const BYTE_ORDER_MARK = '\ufeff';
// eslint-disable-next-line no-control-regex -- these are what a text of a bank may not have
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Refuses a file for what stands in a line. Never tells a value of the file. */
export function refuseLine({ no, byte }: Pick<TextLine, 'no' | 'byte'>, rule: string): never {
  throw new Refusal('file-malformed', { at: `line ${no}`, rule, byte });
}

/**
 * The lines of a file, those of one chunk together; memory does not grow with the file. The last line
 * may lack its end. Throws Refusal('file-malformed') for bytes that are not UTF-8 and for what is
 * longer than the limits.
 */
export async function* linesOf(
  content: AsyncIterable<Buffer>,
  limits: LineLimits,
): AsyncGenerator<readonly TextLine[]> {
  let carried: Buffer = Buffer.alloc(0);
  let byte = 0;
  let no = 1;
  for await (const chunk of content) {
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const lines: TextLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      lines.push(lineOf(bytes.subarray(from, end), { no, byte: byte + from }, limits));
      no += 1;
      from = end + 1;
    }
    byte += from;
    carried = Buffer.from(bytes.subarray(from));
    if (carried.length > limits.line) refuseLine({ no, byte }, 'too-long');
    if (byte + carried.length > limits.bytes) refuseLine({ no, byte }, 'too-large');
    yield lines;
  }
  if (carried.length > 0) yield [lineOf(carried, { no, byte }, limits)];
}

function lineOf(bytes: Buffer, at: { no: number; byte: number }, limits: LineLimits): TextLine {
  if (bytes.length > limits.line) refuseLine(at, 'too-long');
  if (!isUtf8(bytes)) refuseLine(at, 'not-utf-8');
  let text = bytes.toString('utf8');
  if (at.no === 1 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
  if (text.endsWith('\r')) text = text.slice(0, -1);
  if (CONTROL.test(text)) refuseLine(at, 'control-character');
  return { ...at, text };
}
