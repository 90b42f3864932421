// What the law gives on one case. Each programme is a function of its own; this one lays what was paid
// against what they say.

import { sum } from '../kernel/money.ts';
import type { Period } from '../kernel/period.ts';
import { paidMonths, subjectOf, type Subject } from './case-facts.ts';
import {
  all,
  care,
  merit,
  pensionUplift,
  socialAssistance,
  socialPension,
  type DueIn,
} from './case-monthly.ts';
import {
  channelOf,
  dayGift,
  diedIn,
  funeral,
  meritOnce,
  newYearGift,
  payeeOf,
} from './case-once.ts';
import { unemployment } from './case-unemployment.ts';
import type { Case, CaseProgramme, CaseResult } from './case.ts';
import type { Law } from './law-book.ts';
import { settleMonths, type DueLine, type MonthDue, type Settlement } from './monthly-due.ts';

/** How each programme is assessed. A new one is a line here. */
const PROGRAMMES: Readonly<Record<CaseProgramme, (subject: Subject) => CaseResult>> = {
  social_assistance: (subject) => monthly(subject, socialAssistance(subject)),
  care_support: (subject) => monthly(subject, care(subject, 'care_support')),
  institution: (subject) => monthly(subject, care(subject, 'institution')),
  social_pension: (subject) => monthly(subject, socialPension(subject)),
  merit: (subject) =>
    (subject.person.meritClaim ?? 'monthly') === 'monthly'
      ? monthly(subject, merit(subject))
      : once(subject, meritOnce(subject), diedIn(subject)),
  unemployment,
  funeral: (subject) => once(subject, funeral(subject), diedIn(subject)),
  tet_gift: (subject) => ({
    ...once(subject, newYearGift(subject)),
    channel: channelOf(subject.person),
  }),
  national_day_gift: (subject) => ({
    ...once(subject, dayGift(subject)),
    payee: payeeOf(subject.person),
  }),
  pension_uplift: (subject) => monthly(subject, pensionUplift(subject)),
  all: (subject) => monthly(subject, all(subject)),
};

/** What is due on a case. Throws CaseFault for a case that cannot be judged. */
export function assessCase(one: Case, law: Law): CaseResult {
  return PROGRAMMES[one.programme](subjectOf(one, law));
}

function monthly(subject: Subject, dueIn: DueIn): CaseResult {
  const { one, paused } = subject;
  const months = one.payAhead === true ? 2 : 1;
  const history = { paid: paidMonths(subject.person), unpaid: paused.backPaid };
  const settlement = settleMonths({ of: one.period, months }, history, dueIn);
  return resultOf(one, months === 2 ? citing(settlement, one.period) : settlement);
}

const TWO_MONTHS = '44/2022/TT-BTC art. 8(3)';

/** The article under which the month ahead is paid already. */
function citing(settlement: Settlement, of: Period): Settlement {
  const lines = settlement.lines.map((line) =>
    line.period > of ? { ...line, articles: [...line.articles, TWO_MONTHS] } : line,
  );
  return { ...settlement, lines };
}

/** What is paid once, for the month of the event, less what was paid of it before. */
function once({ one, person }: Subject, due: MonthDue, event: Period | null = null): CaseResult {
  const of = event ?? one.period;
  const paid = new Map([[of, sum(paidMonths(person).values())]]);
  const settlement = settleMonths({ of, months: 1 }, { paid, unpaid: [] }, () => due);
  const lines = settlement.lines.map((line): DueLine => ({ ...line, kind: 'once' }));
  return resultOf(one, { ...settlement, lines });
}

function resultOf({ id }: Case, { lines, recoveries, eligible, reason }: Settlement): CaseResult {
  return {
    id,
    eligible,
    amount: sum(lines.map(({ amount }) => amount)),
    lines,
    months: null,
    leftoverMonths: null,
    recoveryVnd: sum(recoveries.map(({ amount }) => amount)),
    recoveries,
    reason,
    channel: null,
    payee: null,
    term: null,
  };
}
