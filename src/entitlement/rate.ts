import type { Vnd } from '../kernel/money.ts';
import { addMonths, firstDay, type Period, type PlainDate } from '../kernel/period.ts';

/**
 * An amount that a document sets: a point and not a range, since it governs until another one does.
 * It has two dates, because a decree may come into force in October and count from July. The day on
 * which it was issued plays no part: nobody is paid on a document that is not yet in force.
 */
export interface Rate {
  /** What it is a rate of, such as social_assistance_standard. */
  readonly series: string;
  readonly countsFrom: PlainDate;
  readonly inForceFrom: PlainDate;
  readonly amountVnd: Vnd;
  readonly legalBasis: string;
}

/**
 * The rate that governs a month as an assessor on a given day has to see it: of the documents in
 * force on that day, the one that counts from the latest day up to the first of the month. The same
 * month can therefore have another rate later on, and the difference is arrears. Undefined when no
 * document governs the month.
 */
export function governingRate(
  rates: readonly Rate[],
  of: Period,
  assessedOn: PlainDate,
): Rate | undefined {
  const first = firstDay(of);
  let governing: Rate | undefined;
  for (const rate of rates) {
    if (rate.inForceFrom > assessedOn || rate.countsFrom > first) continue;
    if (governing === undefined || rate.countsFrom > governing.countsFrom) governing = rate;
  }
  return governing;
}

/**
 * The last day on which the payment list of a month is cut: the money is drawn and the list sent
 * before the 25th of the month before (Decree 20/2021/ND-CP art. 34(4)).
 */
export function listCutOn(of: Period): PlainDate {
  return `${addMonths(of, -1)}-24` as PlainDate;
}
