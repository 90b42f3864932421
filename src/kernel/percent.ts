/**
 * A share as it is written in Vietnam, 66,67 %: to two decimals, a half upwards. A dash where there is
 * nothing to take a share of. Neither number may be negative.
 */
export function percentOf(part: bigint, whole: bigint): string {
  if (whole === 0n) return '–';
  const hundredths = (part * 20_000n + whole) / (whole * 2n);
  const decimals = String(hundredths % 100n).padStart(2, '0');
  return `${hundredths / 100n},${decimals} %`;
}
