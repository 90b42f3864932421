import { plainDate, type PlainDate } from '../kernel/period.ts';

/** The only source of "now". Tests and replays give another. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

// The zone is named and not added up as seven hours, so that the zone's own history applies.
const VIETNAM = new Intl.DateTimeFormat('en-u-ca-iso8601', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/**
 * The day that an instant has in Vietnam, whatever zone the machine is in: 28 February 17:00 UTC is
 * already 1 March. Throws RangeError for an invalid instant.
 */
export function businessDate(instant: Date): PlainDate {
  const parts = new Map(VIETNAM.formatToParts(instant).map(({ type, value }) => [type, value]));
  const year = (parts.get('year') ?? '').padStart(4, '0');
  return plainDate(`${year}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`);
}

const TIME_IN_VIETNAM = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The time of day that an instant has in Vietnam, HH:MM. */
export function businessTime(instant: Date): string {
  return TIME_IN_VIETNAM.format(instant);
}
