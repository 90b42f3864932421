import type { Boundary } from '../kernel/boundary.ts';
import type { Archive } from './archive.ts';
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';

/** What every flow is given: where the rows and the bytes are, what time it is, who acts. */
export interface Context {
  readonly db: Db;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly boundary: Boundary;
  /** A person's id, or the name of the job that acts for the house. */
  readonly actor: string;
}
