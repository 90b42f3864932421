import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** How often a service may be asked, by agreement with whoever keeps it. */
export interface Quota {
  /** Counts one call; false when there is none left. */
  take(): boolean;
}

/**
 * A quota for each day (of UTC, which turns at seven in the morning in Hà Nội, when nothing runs). The
 * count is the length of a file to which each call adds one byte: it is right after kill -9, and for
 * all processes of one machine together.
 */
export function dailyQuota(options: {
  readonly folder: string;
  /** Of the service, safe for a file name. */
  readonly name: string;
  readonly perDay: number;
  readonly clock: () => Date;
}): Quota {
  const { folder, name, perDay, clock } = options;
  let open: { day: string; file: number } | undefined;
  const fileOf = (day: string): number => {
    if (open?.day === day) return open.file;
    if (open !== undefined) closeSync(open.file);
    mkdirSync(folder, { recursive: true });
    open = { day, file: openSync(join(folder, `${name}-${day}.count`), 'a') };
    return open.file;
  };
  return {
    take() {
      const file = fileOf(clock().toISOString().slice(0, 10));
      if (fstatSync(file).size >= perDay) return false;
      writeSync(file, '.');
      return true;
    },
  };
}
