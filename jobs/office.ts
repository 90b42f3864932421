import type { sealRows } from '../src/audit/seal-rows.flow.ts';
import type { Period } from '../src/kernel/period.ts';
import type { Counterparts, JobScope } from './job.ts';

/** One paying authority: for whom it works, and through whom. */
export interface Office {
  readonly provinceCode: string;
  readonly scope: (period: Period) => JobScope;
  readonly counterparts: Counterparts;
  /** Null where no key has been made yet: nothing is sealed, and doctor says so. */
  readonly sealing: Parameters<typeof sealRows>[1] | null;
}
