/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { encode } from 'uqr';

/** A QR code as one path: nothing is fetched, and no script draws it. */
export function QrCode({ text }: { text: string }): VNode {
  const { size, data } = encode(text, { border: 4 });
  const squares = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      width="220"
      height="220"
      role="img"
      aria-label="QR"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={squares.join('')} fill="#000" />
    </svg>
  );
}
