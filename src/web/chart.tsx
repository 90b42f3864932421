/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** One bar: what it is, its figure, and the figure as it is written. */
export interface Bar {
  readonly label: string;
  readonly value: bigint;
  readonly written: string;
}

const WIDTH = 640;
const ROW = 24;
const NAMES = 230;
const FIGURES = 120;

/**
 * Bars from a common line, to the right for what is more and to the left for what is less. Drawn by the
 * server, so that it prints and needs no script; the figures stand in a table beside it.
 */
export function BarChart({ title, bars }: { title: string; bars: readonly Bar[] }): VNode {
  const [low, high] = rangeOf(bars);
  const room = WIDTH - NAMES - FIGURES;
  const at = (value: bigint): number =>
    NAMES + Number(((value - low) * BigInt(room)) / (high - low === 0n ? 1n : high - low));
  const height = bars.length * ROW + 10;
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
      <line class="axis" x1={at(0n)} x2={at(0n)} y1="4" y2={height - 4} />
      {bars.map(({ label, value, written }, i) => {
        const [from, to] = value < 0n ? [at(value), at(0n)] : [at(0n), at(value)];
        const middle = i * ROW + 5 + ROW / 2;
        return (
          <g>
            <text x={NAMES - 8} y={middle + 4} text-anchor="end">
              {label}
            </text>
            <rect
              class={value < 0n ? 's3' : 's1'}
              x={from}
              y={middle - 7}
              width={Math.max(1, to - from)}
              height="14"
            />
            <text x={WIDTH - 6} y={middle + 4} text-anchor="end">
              {written}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function rangeOf(bars: readonly Bar[]): [low: bigint, high: bigint] {
  const values = bars.map(({ value }) => value);
  const low = values.reduce((least, value) => (value < least ? value : least), 0n);
  const high = values.reduce((most, value) => (value > most ? value : most), 0n);
  return [low, high];
}
