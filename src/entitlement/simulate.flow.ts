import { vnd, type Vnd } from '../kernel/money.ts';
import {
  addMonths,
  firstDay,
  period,
  plainDate,
  type Period,
  type PlainDate,
} from '../kernel/period.ts';
import { copyOut } from '../platform/copy.ts';
import type { Db } from '../platform/db.ts';
import type { Programme } from '../kernel/reference.ts';
import { claimantsOf } from './assess-once.flow.ts';
import { assessRegistered, type RegisteredLine } from './assess-registered.ts';
import { inForceBy, lawWith, type Decree } from './decree.ts';
import { birthYear, type AssistedPerson, type Enrolment } from './entitlement.ts';
import { giftIn } from './gifts.ts';
import { lawOf, viewOf, type Law } from './law-book.ts';
import { lawBookOf } from './law-rows.ts';
import { lawRows } from './law.sql.ts';
import { assessClaims, assessGift } from './once.ts';
import { CLAIMANTS_BEFORE } from './once.sql.ts';
import type { PreparedLaw } from './prepared-law.ts';
import { REGISTERED_BEFORE } from './registered.sql.ts';
import type { RegisteredPerson } from './registered-person.ts';
import {
  addCompared,
  newTally,
  simulationOf,
  type Compared,
  type PaidLine,
  type Simulation,
} from './simulation.ts';
import { lastListed, LISTED_PEOPLE, type ListedPerson } from './simulation.sql.ts';
import { assessSocialAssistance } from './social-assistance.ts';

/** What a proposed decree would do to one month. */
export interface SimulatedDecree extends Simulation {
  readonly number: string;
  readonly period: Period;
  /** The month of the lists on which the people stand; null when nobody is listed. */
  readonly listed: Period | null;
  /** The day from which both laws are seen: the day asked for, or that on which the proposal is in force. */
  readonly assessedOn: PlainDate;
}

/**
 * Assesses everybody on the register for a month twice, by the law that stands and by the same law with a
 * proposal over it, and keeps the sums. What earlier months were settled at stays: where the proposal
 * counts from a past month, its arrears are part of what it costs. Every programme is in it, by the same
 * ways in which a month is assessed: what is paid by the month, the New Year gift to whoever that month
 * pays of its groups, and what was claimed to be paid once. It writes nothing: people come out by COPY in a
 * transaction that is read-only, and memory does not grow with them. People are those of the last list up
 * to the month; who claims is counted for the claim, whether on a list or not.
 */
export async function simulate(
  db: Db,
  { decree, period: of, assessedOn: on }: { decree: Decree; period: Period; assessedOn: PlainDate },
): Promise<SimulatedDecree> {
  const rows = await lawRows(db);
  const book = lawBookOf(rows);
  const assessedOn = inForceBy(decree, { firstDay: firstDay(of), on });
  const provinceOf = (commune: string): string | null => rows.communes[commune] ?? null;
  const laws = { standing: lawOf(book), proposed: lawOf(lawWith(book, decree, assessedOn)) };
  const listed = await lastListed(db, of);
  const tally = newTally();
  const looking = { of, assessedOn, laws, provinceOf, listed: listed ?? of };
  for await (const compared of listedCompared(db, looking)) addCompared(tally, compared);
  for await (const compared of registeredCompared(db, looking)) addCompared(tally, compared);
  for await (const compared of claimsCompared(db, looking)) addCompared(tally, compared);
  return { number: decree.number, period: of, listed, assessedOn, ...simulationOf(tally) };
}

interface Looking {
  readonly of: Period;
  readonly assessedOn: PlainDate;
  readonly laws: { readonly standing: Law; readonly proposed: Law };
  readonly provinceOf: (communeCode: string) => string | null;
  /** The month of the lists. */
  readonly listed: Period;
}

/** Of a month that has no list yet, the last one that has is taken to be assessed. */
function bindings({ of, listed }: Looking): Record<'period' | 'listed' | 'before', Period> {
  return { period: of, listed, before: listed === of ? addMonths(of, -1) : listed };
}

/** Those of whom the lists say all there is, by both laws. */
async function* listedCompared(db: Db, looking: Looking): AsyncGenerator<Compared> {
  const { of, assessedOn, laws, provinceOf } = looking;
  const through = addMonths(of, -1);
  const standing = lawByProvince(laws.standing, assessedOn);
  const proposed = lawByProvince(laws.proposed, assessedOn);
  for await (const chunk of copyOut(db, LISTED_PEOPLE, bindings(looking))) {
    for (const [text] of chunk) {
      const listedPerson = JSON.parse(text ?? '') as ListedPerson;
      const person = assisted(listedPerson, through);
      const province = provinceOf(listedPerson.communeCode);
      const linesBy = (law: Law, view: PreparedLaw): PaidLine[] => {
        const lines = linesOf(person, of, view);
        return [...lines, ...giftOf({ ...listedPerson, lines, ahead: [] }, law, looking)];
      };
      yield {
        province,
        standing: linesBy(laws.standing, standing(province)),
        proposed: linesBy(laws.proposed, proposed(province)),
      };
    }
  }
}

/** Everybody else, by everything that the register has of them, by both laws. */
async function* registeredCompared(db: Db, looking: Looking): AsyncGenerator<Compared> {
  const { of, assessedOn: asOf, laws, provinceOf } = looking;
  const asked = { ...bindings(looking), until: addMonths(of, -1) };
  for await (const chunk of copyOut(db, REGISTERED_BEFORE, asked)) {
    for (const [, text, codes] of chunk) {
      const person = JSON.parse(text ?? '') as RegisteredPerson;
      const given = JSON.parse(codes ?? 'null') as readonly string[] | null;
      const ahead = Object.entries(person.assessed).flatMap(([programme, months]) =>
        of in months ? [programme as Programme] : [],
      );
      const province = provinceOf(person.communeCode);
      const linesBy = (law: Law): PaidLine[] => {
        const assessing = { of, asOf, law, province, ahead: NONE_AHEAD };
        const lines = paidLines(assessRegistered(person, assessing).programmes);
        return [...lines, ...giftOf({ diedOn: person.diedOn, given, lines, ahead }, law, looking)];
      };
      yield { province, standing: linesBy(laws.standing), proposed: linesBy(laws.proposed) };
    }
  }
}

/** What was claimed to be paid once and was not given before the period, by both laws. */
async function* claimsCompared(db: Db, looking: Looking): AsyncGenerator<Compared> {
  const { of, assessedOn: asOf, laws, provinceOf } = looking;
  const months = { ...bindings(looking), until: addMonths(of, -1), next: addMonths(of, 1) };
  for await (const chunk of claimantsOf(db, CLAIMANTS_BEFORE, months)) {
    for (const { claimant, deceased } of chunk) {
      const linesBy = (law: Law): PaidLine[] =>
        paidLines(assessClaims(claimant, deceased, { of, asOf, law, provinceOf }));
      const [standing, proposed] = [linesBy(laws.standing), linesBy(laws.proposed)];
      if (standing.length + proposed.length === 0) continue;
      yield { province: provinceOf(claimant.communeCode), standing, proposed };
    }
  }
}

interface GiftedBy {
  readonly diedOn: PlainDate | null;
  /** The codes of the gifts of earlier months; null for none. */
  readonly given: readonly string[] | null;
  /** What one law pays by the month. */
  readonly lines: readonly PaidLine[];
  /** The programmes that have paid for the period before. */
  readonly ahead: readonly Programme[];
}

/** The New Year gift of a month, to whoever the same law pays for it, once. */
function giftOf(person: GiftedBy, law: Law, { of, assessedOn: on }: Looking): PaidLine[] {
  const gift = giftIn(law.gifts, 'tet_gift', { of, on });
  if (gift === undefined || person.given?.includes(gift.giftCode) === true) return [];
  const paid = person.lines.flatMap(({ programme, month }) => (month === of ? [programme] : []));
  const programmes = [...paid, ...person.ahead];
  const found = assessGift(gift, { ...NO_ACCOUNT, diedOn: person.diedOn, programmes }, of);
  return found === undefined ? [] : paidLines([found]);
}

function paidLines(
  assessed: readonly {
    readonly programme: Programme;
    readonly lines: readonly Pick<RegisteredLine, 'forPeriod' | 'amount'>[];
  }[],
): PaidLine[] {
  return assessed.flatMap(({ programme, lines }) =>
    lines.map(({ forPeriod: month, amount }) => ({ programme, month, amount })),
  );
}

/** The amount of a gift does not ask how it is paid, nor who it is. */
const NO_ACCOUNT = { recipientId: '', vneid: false, monthly: false };

const NONE_AHEAD: ReadonlySet<Programme> = new Set();
const NOTHING_ASSESSED: ReadonlyMap<Period, Vnd> = new Map();
const NEVER_PAUSED: Enrolment['suspensions'] = [];

function assisted(
  { birth, diedOn, settledOn, assessed, enrolments }: ListedPerson,
  through: Period,
): AssistedPerson {
  return {
    birth: birth.length === 4 ? birthYear(birth) : plainDate(birth),
    diedOn,
    enrolments: enrolments.map((enrolment) => ({
      ...enrolment,
      paidThrough: settledOn === null ? enrolment.paidThrough : through,
      settledOn,
      suspensions: enrolment.suspensions ?? NEVER_PAUSED,
    })),
    alreadyAssessed: assessed === null ? NOTHING_ASSESSED : amountsOf(assessed),
  };
}

function amountsOf(assessed: NonNullable<ListedPerson['assessed']>): ReadonlyMap<Period, Vnd> {
  const months = Object.entries(assessed);
  return new Map(months.map(([month, digits]) => [period(month), vnd(BigInt(digits))]));
}

function linesOf(person: AssistedPerson, of: Period, law: PreparedLaw): PaidLine[] {
  return assessSocialAssistance(person, of, law).lines.map(({ forPeriod, amount }) => {
    return { programme: 'social_assistance', month: forPeriod, amount };
  });
}

/** The law of social assistance in each province, prepared once. */
function lawByProvince(law: Law, assessedOn: PlainDate): (province: string | null) => PreparedLaw {
  const known = new Map<string | null, PreparedLaw>();
  return (province) => {
    const found = known.get(province) ?? viewOf(law, assessedOn, province).assistance;
    known.set(province, found);
    return found;
  };
}
