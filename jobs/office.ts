import type { sealRows } from '../src/audit/seal-rows.flow.ts';
import type { Period } from '../src/kernel/period.ts';
import type { tellAlarms } from '../src/operations/watch.flow.ts';
import type { Counterparts, JobScope } from './job.ts';

/** One paying authority: for whom it works, and through whom. */
export interface Office {
  readonly provinceCode: string;
  readonly scope: (period: Period) => JobScope;
  readonly counterparts: Counterparts;
  /** What carries alarms outside. */
  readonly alarms: Parameters<typeof tellAlarms>[1];
  /** The folder whose disk is watched. */
  readonly home: string;
  /** The folder of the keys and certificates for banks; undefined where none is named. */
  readonly keyFolder: string | undefined;
  /** Null where no key is named: sealing is parked, and an alarm says so. */
  readonly sealing: Parameters<typeof sealRows>[1] | null;
}
