import type { Period } from './period.ts';

/** Who asks. */
export interface Asker {
  readonly officer: string;
  readonly unitCode: string;
}

/** On whose behalf and why the population database is asked; it logs both with every call. */
export interface Purpose extends Asker {
  readonly purpose: string;
}

/**
 * The purpose of asking about people whom the same programmes would pay: `merit/2026-11`, or
 * `merit+unemployment/2026-11` for whoever has two. Without programmes it is about everyone, as a
 * list of deaths is.
 */
export function purposeOf(
  { officer, unitCode }: Asker,
  { programmes, period }: { programmes?: string; period: Period },
): Purpose {
  return { officer, unitCode, purpose: `${programmes ?? 'all-programmes'}/${period}` };
}
