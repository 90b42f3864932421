import { Decimal } from 'decimal.js';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import type { AssistedPerson, Enrolment, GroundRule } from '../../src/entitlement/entitlement.ts';
import {
  prepareLaw,
  type PreparedLaw,
  type SocialAssistanceLaw,
} from '../../src/entitlement/prepared-law.ts';
import type { Rate } from '../../src/entitlement/rate.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';

// The reference data as it is shipped, so that a wrong figure in a file is a failing test.

type Row = Readonly<Record<string, string>>;

/** The rows of a CSV file of the project, by column. */
export function rowsOf(path: string): readonly Row[] {
  return parse(readFileSync(new URL(`../../${path}`, import.meta.url)), { columns: true });
}

export function ratesOf(series: string): readonly Rate[] {
  return rowsOf('migrations/reference/rates.csv')
    .filter((row) => row.series === series && row.scope === 'VN' && row.status !== 'draft')
    .map((row) => ({
      series,
      countsFrom: plainDate(row.counts_from ?? ''),
      inForceFrom: plainDate(row.in_force_from ?? ''),
      amountVnd: vnd(BigInt(row.amount_vnd ?? '')),
      legalBasis: row.legal_basis ?? '',
    }));
}

export const STANDARDS = ratesOf('social_assistance_standard');

export const GROUNDS: ReadonlyMap<string, GroundRule> = new Map(
  rowsOf('migrations/reference/grounds.csv')
    .filter((row) => row.programme === 'social_assistance')
    .map((row) => [
      row.ground_code ?? '',
      {
        groundCode: row.ground_code ?? '',
        paragraph: row.paragraph ?? '',
        coefficient: new Decimal(row.coefficient ?? ''),
        perDependant: row.per_dependant === 'true',
        ageFrom: age(row.age_from),
        ageUntil: age(row.age_until),
        outsideAges: row.outside_ages === 'true',
        article: row.article ?? '',
      },
    ]),
);

function age(text = ''): number | null {
  return text === '' ? null : Number(text);
}

/** The law as known on a day. */
export function lawOn(day: string, other: Partial<SocialAssistanceLaw> = {}): PreparedLaw {
  return prepareLaw({
    grounds: GROUNDS,
    standards: STANDARDS,
    assessedOn: plainDate(day),
    ...other,
  });
}

/** An enrolment of long standing that an earlier system has paid through October 2026. */
export function enrolled(groundCode: string, other: Partial<Enrolment> = {}): Enrolment {
  return {
    enrolmentId: groundCode,
    groundCode,
    dependants: 0,
    decidedOn: plainDate('2020-01-15'),
    entitledFrom: period('2020-01'),
    stopsAfter: null,
    paidThrough: period('2026-10'),
    settledOn: null,
    suspensions: [],
    ...other,
  };
}

/** A living adult of 36, unless told otherwise. */
export function person(
  enrolments: readonly Enrolment[],
  other: Partial<AssistedPerson> = {},
): AssistedPerson {
  return {
    birth: plainDate('1990-06-15'),
    diedOn: null,
    enrolments,
    alreadyAssessed: new Map(),
    ...other,
  };
}
