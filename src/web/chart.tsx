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

/** Of a telephone: the name and the figure stand above their bar, in letters of their true size. */
const NARROW = { width: 330, row: 42 } as const;

/**
 * Bars from a common line, to the right for what is more and to the left for what is less. Drawn by the
 * server, so that it prints and needs no script; the figures stand in a table beside it. It is drawn for a
 * broad page and for a telephone, and the style shows one of them.
 */
export function BarChart({ title, bars }: { title: string; bars: readonly Bar[] }): VNode {
  return (
    <>
      <BroadChart title={title} bars={bars} />
      <NarrowChart title={title} bars={bars} />
    </>
  );
}

function BroadChart({ title, bars }: { title: string; bars: readonly Bar[] }): VNode {
  const at = placed(bars, { from: NAMES, to: WIDTH - FIGURES });
  const height = bars.length * ROW + 10;
  return (
    <svg class="chart broad" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
      <line class="axis" x1={at(0n)} x2={at(0n)} y1="4" y2={height - 4} />
      {bars.map((bar, i) => {
        const middle = i * ROW + 5 + ROW / 2;
        return (
          <g>
            <text x={NAMES - 8} y={middle + 4} text-anchor="end">
              {bar.label}
            </text>
            <Stroke bar={bar} at={at} y={middle - 7} />
            <text x={WIDTH - 6} y={middle + 4} text-anchor="end">
              {bar.written}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function NarrowChart({ title, bars }: { title: string; bars: readonly Bar[] }): VNode {
  const { width, row } = NARROW;
  const at = placed(bars, { from: 8, to: width - 8 });
  const height = bars.length * row + 8;
  return (
    <svg class="chart narrow" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
      <line class="axis" x1={at(0n)} x2={at(0n)} y1="4" y2={height - 4} />
      {bars.map((bar, i) => (
        <g>
          <text x="14" y={i * row + 19}>
            {bar.label}
          </text>
          <text x={width - 8} y={i * row + 19} text-anchor="end">
            {bar.written}
          </text>
          <Stroke bar={bar} at={at} y={i * row + 25} />
        </g>
      ))}
    </svg>
  );
}

function Stroke({ bar, at, y }: { bar: Bar; at: (value: bigint) => number; y: number }): VNode {
  const { value } = bar;
  const [from, to] = value < 0n ? [at(value), at(0n)] : [at(0n), at(value)];
  const tone = value < 0n ? 's3' : 's1';
  return <rect class={tone} x={from} y={y} width={Math.max(1, to - from)} height="14" />;
}

/** Where a value lies between two edges. */
function placed(
  bars: readonly Bar[],
  { from, to }: { from: number; to: number },
): (value: bigint) => number {
  const [low, high] = rangeOf(bars);
  const range = high - low === 0n ? 1n : high - low;
  return (value) => from + Number(((value - low) * BigInt(to - from)) / range);
}

function rangeOf(bars: readonly Bar[]): [low: bigint, high: bigint] {
  const values = bars.map(({ value }) => value);
  const low = values.reduce((least, value) => (value < least ? value : least), 0n);
  const high = values.reduce((most, value) => (value > most ? value : most), 0n);
  return [low, high];
}
