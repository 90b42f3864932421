import { addMonths, type PlainDate } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import type { Db } from '../platform/db.ts';
import { assessGifts, assessClaimants } from './assess-once.flow.ts';
import { assessRegistered } from './assess-registered.ts';
import {
  assessAll,
  type AssessedPeriod,
  type Assessing,
  type KnownLaw,
} from './assess-stream.flow.ts';
import { addRegistered, addSettled } from './assessment-rows.flow.ts';
import { UNASSESSED } from './entitlement.sql.ts';
import { candidatesOf, type Candidate } from './candidates.flow.ts';
import { lawOf, viewOf, type Law } from './law-book.ts';
import { lawBookOf } from './law-rows.ts';
import { lawRows } from './law.sql.ts';
import type { PreparedLaw } from './prepared-law.ts';
import { programmesAhead, REGISTERED } from './registered.sql.ts';
import { bindingsOf } from './set-apart.ts';
import type { RegisteredPerson } from './registered-person.ts';
import { assessSocialAssistance } from './social-assistance.ts';

/**
 * Assesses everyone who is on a list of the period and has not been assessed for it, for every programme
 * that is paid by the month or once; and looks again at whoever was assessed and of whom something else is known
 * since. People out by COPY, the law argued for each, assessments, their lines and what is owed in by
 * COPY. Totals drawn from the three must agree with each other and with what was counted on the way, so
 * that nothing is owed without a reason. Run again, it changes nothing. Undefined when nothing was found.
 *
 * In transactions that follow one another: first those of whom the lists say all there is, enrolment by
 * enrolment; then those who are set apart, by everything that the register has of them; then what is paid
 * once, gifts to those of whom the month is assessed by now, and what was claimed. A crash between two
 * leaves the rest for the next run.
 */
export async function assessPeriod(
  context: Context,
  assessing: Assessing,
): Promise<AssessedPeriod | undefined> {
  const known = await knownLaw(context.db);
  let all: AssessedPeriod | undefined;
  for (const assess of [assessListed, assessSetApart, assessGifts, assessClaimants]) {
    const found = await assess(context, assessing, known);
    all = all === undefined || found === undefined ? (all ?? found) : added(all, found);
  }
  return all;
}

function added(a: AssessedPeriod, b: AssessedPeriod): AssessedPeriod {
  return {
    assessed: a.assessed + b.assessed,
    due: a.due + b.due,
    dueVnd: a.dueVnd + b.dueVnd,
    arrearsVnd: a.arrearsVnd + b.arrearsVnd,
    differing: a.differing + b.differing,
    excessMonths: a.excessMonths + b.excessMonths,
    excessVnd: a.excessVnd + b.excessVnd,
  };
}

async function knownLaw(db: Db): Promise<KnownLaw> {
  const rows = await lawRows(db);
  const provinces = new Map(Object.entries(rows.communes));
  return { law: lawOf(lawBookOf(rows)), provinceOf: (code) => provinces.get(code) ?? null };
}

/** Monthly social assistance of everybody of whom the lists say all there is. */
async function assessListed(
  context: Context,
  { period: of, assessedOn }: Assessing,
  { law, provinceOf }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const before = addMonths(of, -1);
  const people = candidatesOf(copyOut(context.db, UNASSESSED, { period: of, before }), before);
  const lawIn = lawOfCommunes(law, { assessedOn, provinceOf });
  return assessAll(context, { of, assessedOn }, people, (rows, candidate: Candidate) => {
    const result = assessSocialAssistance(candidate.person, of, lawIn(candidate.communeCode));
    addSettled(rows, candidate, result);
  });
}

/** The law of social assistance by the commune in which somebody lives. */
function lawOfCommunes(
  law: Law,
  { assessedOn, provinceOf }: Pick<KnownLaw, 'provinceOf'> & { assessedOn: PlainDate },
): (communeCode: string) => PreparedLaw {
  const known = new Map<string, PreparedLaw>();
  // Provinces without a rate of their own share one law, and so the months that it has prepared.
  const byProvince = new Map<unknown, PreparedLaw>();
  return (communeCode) => {
    let found = known.get(communeCode);
    if (found === undefined) {
      const { assistance } = viewOf(law, assessedOn, provinceOf(communeCode));
      found = byProvince.get(assistance.listed) ?? assistance;
      byProvince.set(assistance.listed, found);
      known.set(communeCode, found);
    }
    return found;
  };
}

/** Everybody else, for every programme, and whoever has to be looked at again. */
async function assessSetApart(
  context: Context,
  { period: of, assessedOn }: Assessing,
  { law, provinceOf }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const ordered = await programmesAhead(context.db, { period: of });
  const people = registeredPeople(copyOut(context.db, REGISTERED, bindingsOf(of)));
  return assessAll(context, { of, assessedOn }, people, (rows, person: RegisteredPerson) => {
    const province = provinceOf(person.communeCode);
    const ahead = ordered.filter(({ provinceCode }) => provinceCode === province);
    const result = assessRegistered(person, {
      of,
      asOf: assessedOn,
      law,
      province,
      ahead: new Set(ahead.map(({ programme }) => programme)),
    });
    addRegistered(rows, { person, province }, result);
  });
}

async function* registeredPeople(
  chunks: AsyncIterable<(string | null)[][]>,
): AsyncGenerator<RegisteredPerson[]> {
  for await (const chunk of chunks) {
    yield chunk.map(([, person]) => JSON.parse(person ?? '') as RegisteredPerson);
  }
}
