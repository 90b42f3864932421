import type { Bilingual } from '../kernel/text.ts';
import type { Cell, ReportTable } from './month-report.ts';

/** One bar: how long it is beside the longest, and the figure that it stands for. */
export interface Bar {
  readonly label: Bilingual;
  /** From 0 to 1. */
  readonly share: number;
  readonly figure: bigint;
}

/** More bars than these are not read; the table has them all. */
const MOST_BARS = 12;

/**
 * The bars of a table that asks for a chart, the longest first; none where there is nothing to compare.
 * A figure below zero has no bar: its length would say the opposite.
 */
export function chartOf({ chart, rows }: ReportTable): Bar[] {
  if (chart === undefined) return [];
  const told = rows
    .map((row) => ({ label: labelOf(row[0]), figure: figureOf(row[chart.column]) }))
    .filter(({ figure }) => figure > 0n)
    .toSorted((a, b) => (a.figure === b.figure ? 0 : a.figure > b.figure ? -1 : 1))
    .slice(0, MOST_BARS);
  const longest = told[0]?.figure ?? 0n;
  if (told.length < 2) return [];
  // Four digits are more than a bar can show, and no dong is lost on the way to them.
  return told.map((bar) => ({ ...bar, share: Number((bar.figure * 10_000n) / longest) / 10_000 }));
}

function labelOf(cell: Cell | undefined): Bilingual {
  if (cell === undefined) return { vi: '', en: '' };
  if ('label' in cell) return cell.label;
  const text = 'text' in cell ? cell.text : String(figureOf(cell));
  return { vi: text, en: text };
}

function figureOf(cell: Cell | undefined): bigint {
  if (cell === undefined) return 0n;
  if ('vnd' in cell) return cell.vnd;
  return 'count' in cell ? cell.count : 0n;
}
