import { Refusal } from '../../src/kernel/refusal.ts';

/** Texts of a hundred thousand people have some ten megabytes. */
const MOST_BYTES = 48 * 2 ** 20;
const PIECE_BYTES = 2 ** 20;
/** Words such as a commune or a programme stand in every row: the last ones asked for are kept as they are. */
const REMEMBERED = 4096;

/** Texts that are kept by their number. */
export interface SharedTexts {
  /** Keeps one more. Throws Refusal list-unsafe when there are more than any list has. */
  add(text: string): void;
  /** The text of a number from 0; undefined where there is none. */
  text(at: number): string | undefined;
}

/**
 * Keeps texts as bytes, outside the heap: as strings each would hold on to the piece of the file that it
 * was cut from, at two bytes a letter, and be looked at by every collection.
 */
export function sharedTexts(): SharedTexts {
  const pieces: Buffer[] = [];
  /** Where each text begins: its piece and its place there as one number; and where the last ends. */
  let starts = new Float64Array(1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let used = 0;
  let held = 0;
  const remembered = new Array<{ at: number; text: string } | undefined>(REMEMBERED);

  function roomFor(bytes: number): Buffer {
    const last = pieces.at(-1);
    if (last !== undefined && used + bytes <= last.length) return last;
    const size = Math.max(PIECE_BYTES, bytes);
    held += size;
    if (held > MOST_BYTES) throw new Refusal('list-unsafe', { why: 'memory' });
    const piece = Buffer.allocUnsafeSlow(size);
    pieces.push(piece);
    used = 0;
    return piece;
  }

  return {
    add(text) {
      const bytes = Buffer.byteLength(text);
      const piece = roomFor(bytes);
      if (count === starts.length) {
        starts = grown(starts, new Float64Array(count * 2));
        ends = grown(ends, new Uint32Array(count * 2));
      }
      piece.write(text, used);
      starts[count] = (pieces.length - 1) * 2 ** 32 + used;
      used += bytes;
      ends[count] = used;
      count += 1;
    },
    text(at) {
      if (!Number.isInteger(at) || at < 0 || at >= count) return undefined;
      const known = remembered[at % REMEMBERED];
      if (known?.at === at) return known.text;
      const start = starts[at] ?? 0;
      const from = start % 2 ** 32;
      const text = pieces[(start - from) / 2 ** 32]?.toString('utf8', from, ends[at]);
      if (text !== undefined) remembered[at % REMEMBERED] = { at, text };
      return text;
    },
  };
}

function grown<Numbers extends Float64Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
