// The law as data: everything that the reference files say, and a view of it as an assessor on one day
// and in one province has to see it. A draft is in the book and in no view: it may be simulated, never
// paid.

import type { PlainDate } from '../kernel/period.ts';
import { calendarOf, type SpecialDay } from '../kernel/working-days.ts';
import type { CareGround, CareLaw } from './care-support.ts';
import type { GroundRule } from './entitlement.ts';
import type { Gift } from './gifts.ts';
import type { MeritLaw } from './merit.ts';
import type { OneOff, OneOffLaw } from './one-off.ts';
import type { PensionUplift } from './pension-uplift.ts';
import { asKnownOn, prepareLaw, type PreparedLaw } from './prepared-law.ts';
import { governingRate, governingRateIn, type Rate, type ScopedRates } from './rate.ts';
import type { SocialPensionLaw } from './social-pension.ts';
import { REGIONS } from './unemployment-claim.ts';
import type { UnemploymentLaw } from './unemployment-law.ts';

/** How sure a row is: a document was read, it is from memory, or it is not issued yet. */
export type LawStatus = 'sourced' | 'unverified' | 'draft';

/** A row of a reference file with its status. */
type Stated<Row> = Row & { readonly status: LawStatus };

/** VN, or the code of a province. */
export type Scope = string;

/** What a ground asks for besides an age. */
export interface GroundCondition {
  readonly programme: string;
  readonly groundCode: string;
  readonly household: 'poor' | 'poor_or_near_poor' | null;
  readonly difficultArea: boolean;
  /** Whether a pension or a monthly insurance allowance excludes from it. */
  readonly noPension: boolean;
  /** Decree 20/2021/ND-CP art. 8(1): what the first month due is that of. */
  readonly starts: 'age' | 'certificate' | 'decision';
}

/** All reference files. */
export interface LawBook {
  readonly rates: readonly Stated<Rate & { readonly scope: Scope }>[];
  readonly grounds: readonly (GroundRule & { readonly programme: string })[];
  readonly conditions: readonly Stated<GroundCondition>[];
  readonly care: readonly Stated<CareGround>[];
  /** The amounts of each category of merit, as rates whose series is its code. */
  readonly merit: readonly Stated<Rate>[];
  readonly oneOffs: readonly Stated<OneOff>[];
  readonly gifts: readonly Stated<Gift>[];
  readonly uplifts: readonly Stated<PensionUplift>[];
  /** The codes of the provinces. */
  readonly provinces: readonly Scope[];
  /** The days off, of which working days are counted. */
  readonly days: readonly SpecialDay[];
}

/** The law that may be paid on, found by key. */
export interface Law {
  readonly rates: ReadonlyMap<string, ReadonlyMap<Scope, readonly Rate[]>>;
  readonly assistance: ReadonlyMap<string, GroundRule>;
  readonly pension: readonly GroundRule[];
  readonly conditions: ReadonlyMap<string, GroundCondition>;
  readonly care: ReadonlyMap<string, CareGround>;
  readonly merit: ReadonlyMap<string, readonly Rate[]>;
  readonly oneOffs: ReadonlyMap<string, readonly OneOff[]>;
  readonly gifts: readonly Gift[];
  readonly uplifts: readonly PensionUplift[];
  readonly provinces: ReadonlySet<Scope>;
  readonly unemployment: UnemploymentLaw;
  /** Filled as they are first asked for. */
  readonly prepared: Map<Scope, PreparedLaw>;
  readonly views: Map<string, LawView>;
}

/** The law of one day in one province, ready for each programme. */
export interface LawView {
  readonly assessedOn: PlainDate;
  readonly assistance: PreparedLaw;
  readonly pension: SocialPensionLaw;
  readonly care: CareLaw;
  readonly merit: MeritLaw;
  readonly oneOff: OneOffLaw;
}

const STANDARD = 'social_assistance_standard';
const NATION = 'VN';

/** More views are kept than there are days and provinces in a month's work. */
const MOST_VIEWS = 4096;

/** Leaves out the drafts and finds everything by its key. */
export function lawOf(book: LawBook): Law {
  const grounds = (programme: string): readonly GroundRule[] =>
    book.grounds.filter((ground) => ground.programme === programme);
  const series = groupedBy(payable(book.rates), (rate) => rate.series);
  return {
    rates: new Map([...series].map(([name, rates]) => [name, groupedBy(rates, (r) => r.scope)])),
    assistance: keyed(grounds('social_assistance'), ({ groundCode }) => groundCode),
    pension: grounds('social_pension'),
    conditions: keyed(payable(book.conditions), (one) => `${one.programme} ${one.groundCode}`),
    care: keyed(payable(book.care), ({ groundCode }) => groundCode),
    merit: groupedBy(payable(book.merit), (rate) => rate.series),
    oneOffs: groupedBy(payable(book.oneOffs), ({ code }) => code),
    gifts: payable(book.gifts),
    uplifts: payable(book.uplifts),
    provinces: new Set(book.provinces),
    unemployment: unemploymentLaw(book),
    prepared: new Map(),
    views: new Map(),
  };
}

function unemploymentLaw({ rates, days }: LawBook): UnemploymentLaw {
  const nation = (series: string): readonly Rate[] =>
    payable(rates).filter((rate) => rate.series === series && rate.scope === NATION);
  return {
    minimumWages: new Map(REGIONS.map((region) => [region, nation(`minimum_wage_${region}`)])),
    baseSalaries: nation('base_salary'),
    calendar: calendarOf(days),
  };
}

/** The law as known on a day, in a province or, for null, by the rates of the nation alone. */
export function viewOf(law: Law, assessedOn: PlainDate, province: Scope | null): LawView {
  const key = `${assessedOn} ${province ?? NATION}`;
  const known = law.views.get(key);
  if (known !== undefined) return known;
  const ratesOf = (series: string): ScopedRates => scopedRates(law, series, province);
  const view: LawView = {
    assessedOn,
    assistance: asKnownOn(preparedFor(law, province), assessedOn),
    pension: { rates: ratesOf('social_pension'), grounds: law.pension, assessedOn },
    care: { grounds: law.care, standards: ratesOf(STANDARD), assessedOn },
    merit: { amounts: law.merit, standards: ratesOf('merit_standard').nation, assessedOn },
    oneOff: {
      rules: law.oneOffs,
      // What a council adds to the social pension is no part of its funeral support, as far as seen.
      rateOf: (series, of) =>
        series === STANDARD
          ? governingRateIn(ratesOf(series), of, assessedOn)
          : governingRate(ratesOf(series).nation, of, assessedOn),
      assessedOn,
    },
  };
  if (law.views.size >= MOST_VIEWS) law.views.clear();
  law.views.set(key, view);
  return view;
}

function preparedFor(law: Law, province: Scope | null): PreparedLaw {
  const { nation, province: provincial } = scopedRates(law, STANDARD, province);
  const hasOwn =
    provincial.length > 0 || [...law.assistance.values()].some(({ scope }) => scope === province);
  const scope = hasOwn ? (province ?? NATION) : NATION;
  const known = law.prepared.get(scope);
  if (known !== undefined) return known;
  const assessedOn = '0000-01-01' as PlainDate;
  const made = prepareLaw({
    grounds: law.assistance,
    standards: nation,
    provincial,
    province: scope,
    assessedOn,
  });
  law.prepared.set(scope, made);
  return made;
}

function scopedRates(law: Law, series: string, province: Scope | null): ScopedRates {
  const scopes = law.rates.get(series);
  return {
    nation: scopes?.get(NATION) ?? [],
    province: province === null || province === NATION ? [] : (scopes?.get(province) ?? []),
  };
}

function payable<Row>(rows: readonly Stated<Row>[]): readonly Stated<Row>[] {
  return rows.filter(({ status }) => status !== 'draft');
}

function keyed<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [key(row), row]));
}

function groupedBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}
