// A decree as a file proposes it: rows of the law that do not stand yet. It is held against what stands
// before anybody approves it, and laid over what stands to see what it would cost.

import { Decimal } from 'decimal.js';
import { periodOf, type PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { LawBook, LawStatus } from './law-book.ts';
import { governingRate, type Dated, type Rate } from './rate.ts';

/** The files of the law by the table that each fills. A proposal may change these and no others. */
export const LAW_TABLES = {
  'rates.csv': 'rate',
  'grounds.csv': 'ground',
  'ground-conditions.csv': 'ground_condition',
  'care-grounds.csv': 'care_ground',
  'merit-amounts.csv': 'merit_amount',
  'one-offs.csv': 'one_off',
  'gifts.csv': 'gift',
  'pension-uplifts.csv': 'pension_uplift',
  'holidays.csv': 'calendar_day',
  'banks.csv': 'bank',
} as const;

export type LawFile = keyof typeof LAW_TABLES;
export type LawTable = (typeof LAW_TABLES)[LawFile];

/** A row by its columns, as it is stored and loaded. */
export type LawRow = Readonly<Record<string, string | number | boolean | null>>;

export interface Decree {
  /** A decree adds rows; a correction may say another amount for a month that has one. */
  readonly kind: 'decree' | 'correction';
  readonly number: string;
  readonly title: Bilingual;
  readonly rows: Readonly<Partial<Record<LawTable, readonly LawRow[]>>>;
  /** The same rows as the rules read them. */
  readonly law: LawBook;
  /** Where each row of law stands in the file, as a JSON pointer. */
  readonly paths: Readonly<Record<keyof LawBook, readonly string[]>>;
}

/** What stands against a proposal, by the path of the row in its file. */
export interface Conflict {
  readonly path: string;
  readonly code: ConflictCode;
  /** What stands there, or what the row says. */
  readonly about: string;
}

export const CONFLICTS = {
  repeated: { vi: 'tệp đã có dòng này', en: 'the file says it twice' },
  'stands-already': {
    vi: 'đã có trong pháp luật đang áp dụng; nếu thay số khác, hãy trình dưới dạng correction',
    en: 'stands already; to say another amount for it, propose a correction',
  },
  'unknown-series': {
    vi: 'không có mức nào mang tên này',
    en: 'there is no series of this name',
  },
  'unknown-province': { vi: 'không có tỉnh này', en: 'there is no such province' },
  'unknown-ground': { vi: 'không có diện hưởng này', en: 'there is no such ground' },
  'below-the-nation': {
    vi: 'tỉnh không được quy định mức thấp hơn mức chung cả nước',
    en: 'a province may not set less than the nation',
  },
  'not-a-whole-dong': {
    vi: 'nhân với một hệ số thì lẻ đồng',
    en: 'times one of the coefficients it is not a whole dong',
  },
} as const satisfies Record<string, Bilingual>;

type ConflictCode = keyof typeof CONFLICTS;

const STANDARD = 'social_assistance_standard';
const NATION = 'VN';

/** Everything that stands against a proposal, in the order of its file. */
export function conflictsOf(decree: Decree, standing: LawBook): readonly Conflict[] {
  return [
    ...keyConflicts(decree, standing),
    ...rateConflicts(decree, standing),
    ...groundConflicts(decree, standing),
  ];
}

/** By what a row of each part is known, whatever it says and since when it is known. */
const KEYS = {
  rates: ({ series, scope, countsFrom }) => `${series} ${scope} ${countsFrom}`,
  grounds: ({ programme, groundCode }) => `${programme} ${groundCode}`,
  conditions: ({ programme, groundCode }) => `${programme} ${groundCode}`,
  care: ({ groundCode }) => groundCode,
  merit: ({ series, countsFrom }) => `${series} ${countsFrom}`,
  oneOffs: ({ code, countsFrom }) => `${code} ${countsFrom}`,
  gifts: ({ giftCode }) => giftCode,
  uplifts: ({ countsFrom }) => countsFrom,
} as const satisfies {
  readonly [Part in Exclude<keyof LawBook, 'provinces' | 'days'>]: (
    row: LawBook[Part][number],
  ) => string;
};

type KeyedPart = keyof typeof KEYS;
const KEYED = Object.keys(KEYS) as KeyedPart[];

function keysOf(book: LawBook, part: KeyedPart): readonly string[] {
  const keyOf = KEYS[part] as (row: unknown) => string;
  return book[part].map(keyOf);
}

function keyConflicts({ kind, law, paths }: Decree, standing: LawBook): readonly Conflict[] {
  return KEYED.flatMap((part) => {
    const stands = new Set(kind === 'decree' ? keysOf(standing, part) : []);
    const seen = new Set<string>();
    return keysOf(law, part).flatMap((key, i): Conflict[] => {
      const path = paths[part][i] ?? '';
      const isRepeated = seen.has(key);
      seen.add(key);
      if (isRepeated) return [{ path, code: 'repeated', about: key }];
      return stands.has(key) ? [{ path, code: 'stands-already', about: key }] : [];
    });
  });
}

function rateConflicts({ law, paths }: Decree, standing: LawBook): readonly Conflict[] {
  const series = new Set(standing.rates.map((rate) => rate.series));
  const provinces = new Set([...standing.provinces, NATION]);
  const coefficients = [...standing.grounds, ...law.grounds]
    .filter(({ programme }) => programme === 'social_assistance')
    .map(({ coefficient }) => coefficient);
  return law.rates.flatMap((rate, i): Conflict[] => {
    const path = paths.rates[i] ?? '';
    if (!series.has(rate.series)) {
      return [{ path: `${path}/series`, code: 'unknown-series', about: rate.series }];
    }
    if (!provinces.has(rate.scope)) {
      return [{ path: `${path}/scope`, code: 'unknown-province', about: rate.scope }];
    }
    const amount = new Decimal(rate.amountVnd.toString());
    const isBroken = (coefficient: Decimal): boolean => !coefficient.times(amount).isInteger();
    if (rate.series === STANDARD && coefficients.some(isBroken)) {
      return [
        { path: `${path}/amount_vnd`, code: 'not-a-whole-dong', about: String(rate.amountVnd) },
      ];
    }
    const nation = [...standing.rates, ...law.rates].filter((other) => other.scope === NATION);
    const floor = rate.scope === NATION ? undefined : standardBeside(rate, nation);
    if (floor === undefined || rate.amountVnd >= floor.amountVnd) return [];
    const about = `${String(floor.amountVnd)} (${floor.legalBasis})`;
    return [{ path: `${path}/amount_vnd`, code: 'below-the-nation', about }];
  });
}

/** Decree 20/2021/ND-CP art. 4(3): what the nation pays in the month from which a provincial rate counts. */
function standardBeside(rate: Rate, nation: readonly Rate[]): Rate | undefined {
  const sameSeries = nation.filter(({ series }) => series === rate.series);
  const known = rate.inForceFrom > sinceKnown(rate) ? rate.inForceFrom : sinceKnown(rate);
  return governingRate(sameSeries, periodOf(rate.countsFrom), known);
}

function sinceKnown({ knownSince, inForceFrom }: Dated): PlainDate {
  return knownSince ?? inForceFrom;
}

function groundConflicts({ law, paths }: Decree, standing: LawBook): readonly Conflict[] {
  const provinces = new Set([...standing.provinces, NATION]);
  const grounds = new Set([...keysOf(standing, 'grounds'), ...keysOf(law, 'grounds')]);
  const scopes = law.grounds.flatMap(({ scope = NATION }, i): Conflict[] =>
    provinces.has(scope)
      ? []
      : [{ path: `${paths.grounds[i] ?? ''}/scope`, code: 'unknown-province', about: scope }],
  );
  const conditions = law.conditions.flatMap((condition, i): Conflict[] => {
    const key = KEYS.conditions(condition);
    if (grounds.has(key)) return [];
    return [
      { path: `${paths.conditions[i] ?? ''}/ground_code`, code: 'unknown-ground', about: key },
    ];
  });
  return [...scopes, ...conditions];
}

/**
 * The law as it would be if a proposal were issued and known on a day: what stands, with the proposed
 * rows over it. Months that were settled before that day stay settled as they were.
 */
export function lawWith(standing: LawBook, { law }: Decree, knownOn: PlainDate): LawBook {
  const issued = <Row extends { readonly status: LawStatus }>(rows: readonly Row[]): Row[] =>
    rows.map((row) => ({ ...row, status: row.status === 'draft' ? 'unverified' : row.status }));
  const known = <Row extends Dated & { readonly status: LawStatus }>(rows: readonly Row[]): Row[] =>
    issued(rows).map((row) => ({ ...row, knownSince: knownOn }));
  const over = <Part extends 'grounds' | 'conditions' | 'care' | 'gifts'>(
    part: Part,
    rows: LawBook[Part],
  ): LawBook[Part] => {
    const replaced = new Set(keysOf(law, part));
    const kept = keysOf(standing, part).flatMap((key, i) => (replaced.has(key) ? [] : [i]));
    return [...kept.flatMap((i) => standing[part][i] ?? []), ...rows] as unknown as LawBook[Part];
  };
  return {
    rates: [...standing.rates, ...known(law.rates)],
    grounds: over('grounds', law.grounds),
    conditions: over('conditions', issued(law.conditions)),
    care: over('care', issued(law.care)),
    merit: [...standing.merit, ...known(law.merit)],
    oneOffs: [...standing.oneOffs, ...known(law.oneOffs)],
    gifts: over('gifts', issued(law.gifts)),
    uplifts: [...standing.uplifts, ...known(law.uplifts)],
    provinces: standing.provinces,
    days: [...standing.days, ...law.days],
  };
}

/**
 * The first day on which all of a proposal that counts for a month would be in force, if it is later
 * than a day; else that day. A decree that counts from July and comes into force in October changes
 * nothing for who assesses in September.
 */
export function inForceBy(
  { law }: Decree,
  of: { readonly firstDay: PlainDate; readonly on: PlainDate },
): PlainDate {
  let day = of.on;
  for (const { countsFrom, inForceFrom } of [
    ...law.rates,
    ...law.merit,
    ...law.oneOffs,
    ...law.uplifts,
  ]) {
    if (countsFrom <= of.firstDay && inForceFrom > day) day = inForceFrom;
  }
  // A gift is given from the day of its resolution on, in the months that it names.
  for (const { opensOn, payBy, issuedOn } of law.gifts) {
    const isPaidIn = periodOf(opensOn) <= periodOf(of.firstDay) && of.firstDay <= payBy;
    if (isPaidIn && issuedOn > day) day = issuedOn;
  }
  return day;
}
