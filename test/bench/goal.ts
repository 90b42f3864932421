/** Says what was asked for, what was measured, and whether that is met. A missed goal is no error. */
export function goal(what: string, measured: number, atMost: number): void {
  const verdict = measured <= atMost ? 'met' : 'MISSED';
  process.stdout.write(`${what}: ${measured.toFixed(2)}, at most ${atMost}: ${verdict}\n`);
}
