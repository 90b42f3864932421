import type { PlainDate } from '../kernel/period.ts';
import type { Purpose } from '../kernel/purpose.ts';

/** One death in the civil-status register. */
export interface Death {
  readonly citizenNumber: string;
  readonly diedOn: PlainDate;
}

/** The electronic civil-status register: who has died. The population record itself has no such field. */
export interface CivilStatusRegister {
  /** Deaths registered in a province (2 digits) with a date of death in the span, both included. */
  deaths(
    span: { provinceCode: string; from: PlainDate; until: PlainDate },
    purpose: Purpose,
  ): AsyncIterable<readonly Death[]>;
}
