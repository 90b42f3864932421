import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Case } from '../../src/entitlement/case.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { aCase, assess, ground, paid } from '../support/cases.ts';

// The examples on which we rely, published by others or calculated by hand, one test each under its
// own name. The fixture has their figures and where they come from; here each becomes a case.

interface Example {
  readonly id: string;
  readonly programme: string;
  readonly expected: Readonly<Record<string, number | string | boolean>>;
  readonly kind: string;
  readonly source: string;
}

const EXAMPLES = JSON.parse(
  readFileSync(new URL('../fixtures/benefit-examples.json', import.meta.url), 'utf8'),
) as readonly Example[];

const ADULT = { birthDate: plainDate('1990-06-15') };

/** In the first month of benefit. */
const jobless = (
  of: string,
  [averageSalary6, contributionMonths]: readonly [number, number],
  last: string,
): Case =>
  aCase('unemployment', of, {
    averageSalary6,
    contributionMonths,
    region: 'I',
    lastContributionMonth: period(last),
    benefitFrom: plainDate(`${of}-11`),
    decisionDate: plainDate(`${of}-06`),
  });

const CASES: Readonly<Record<string, Case>> = {
  'SA-01': aCase('social_assistance', '2026-07', { ...ADULT, grounds: [ground('K6_N')] }),
  'SA-03': aCase(
    'social_assistance',
    '2024-07',
    { birthDate: plainDate('2014-06-15'), grounds: [ground('K6_DBN_TE_NCT')] },
    { asOf: plainDate('2024-07-20') },
  ),
  'SA-05': aCase('social_assistance', '2026-10', {
    birthDate: plainDate('1961-03-02'),
    grounds: [ground('K6_N'), ground('K5A_60')],
  }),
  'SA-07': aCase('social_assistance', '2026-11', {
    ...ADULT,
    grounds: [ground('K6_N')],
    alreadyPaid: paid('2026-07 750000', '2026-08 750000', '2026-09 750000', '2026-10 750000'),
  }),
  'SA-08': aCase('funeral', '2026-08', {
    birthDate: plainDate('1948-05-20'),
    diedOn: plainDate('2026-08-11'),
    grounds: [],
  }),
  'SA-09': aCase(
    'funeral',
    '2024-06',
    { ...ADULT, diedOn: plainDate('2024-06-11'), grounds: [ground('K6_N')] },
    { asOf: plainDate('2024-06-20') },
  ),
  'SP-01': aCase(
    'social_pension',
    '2025-09',
    { birthDate: plainDate('1949-05-20') },
    { asOf: plainDate('2025-09-20') },
  ),
  'SP-03': aCase('social_pension', '2026-08', {
    birthDate: plainDate('1954-02-20'),
    household: 'none',
  }),
  'SP-05': aCase('all', '2026-08', {
    birthDate: plainDate('1948-02-20'),
    grounds: [ground('K6_N_TE_NCT')],
  }),
  'NCC-01': aCase('merit', '2026-07', { multiple: 1 }),
  'NCC-03': aCase('merit', '2026-07', { multiple: 0.6 }),
  'NCC-05': aCase('merit', '2026-10', { meritClaim: 'home_convalescence' }),
  'NCC-06': aCase(
    'merit',
    '2026-10',
    { multiple: 1, alreadyPaid: paid('2026-07 2789000', '2026-08 2789000', '2026-09 2789000') },
    { asOf: plainDate('2026-10-05') },
  ),
  'UI-01': jobless('2026-05', [6_000_000, 62], '2026-03'),
  'UI-03': jobless('2026-05', [15_000_000, 72], '2026-03'),
  'UI-05': jobless('2026-05', [8_000_000, 10], '2026-03'),
  'UI-07': jobless('2025-07', [30_000_000, 47], '2025-05'),
  'TET-01': aCase(
    'tet_gift',
    '2026-01',
    { ...ADULT, multiple: 1, grounds: [ground('K6_N')] },
    { asOf: plainDate('2026-01-05') },
  ),
};

describe('the examples of benefit rates', () => {
  it('has a case for each', () => {
    expect(Object.keys(CASES).sort()).to.deep.equal(EXAMPLES.map(({ id }) => id).sort());
  });

  for (const { id, kind, source, expected } of EXAMPLES) {
    it(`${id}, ${kind} (${source}): ${JSON.stringify(expected)}`, () => {
      const result = assess(CASES[id] ?? missing(id));
      const of = (kinds: readonly string[]): number =>
        result.lines
          .filter((line) => kinds.includes(line.kind))
          .reduce((total, { amount }) => total + Number(amount), 0);
      const found = {
        monthly: of(['current']),
        current: of(['current']),
        arrears: of(['arrears']),
        once: of(['once']),
        // Of unemployment benefit the whole term, else what is due with the period.
        total: result.months === null ? Number(result.amount) : of(['current']) * result.months,
        months: result.months,
        leftover_contribution_months: result.leftoverMonths,
        eligible: result.eligible,
        pay: result.lines[0]?.due.programme,
      };
      expect(found).to.include(expected);
    });
  }

  // Of the same sources, beside the numbered ones.
  for (const [name, one, amount] of [
    ['funeral of a social pensioner, August 2026, published', CASES['SA-08'], 10_800_000n],
    [
      'Hà Nội, age 76, June 2026, published',
      aCase(
        'social_pension',
        '2026-06',
        { birthDate: plainDate('1950-01-20') },
        { province: '01', asOf: plainDate('2026-06-20') },
      ),
      650_000n,
    ],
    [
      'social pension, arrears of July to October 2026 with November, calculated',
      aCase('social_pension', '2026-11', {
        birthDate: plainDate('1948-05-20'),
        alreadyPaid: paid('2026-07 500000', '2026-08 500000', '2026-09 500000', '2026-10 500000'),
      }),
      700_000n,
    ],
    [
      'UI-04: an average of 50,000,000 in region I, published',
      jobless('2026-05', [50_000_000, 62], '2026-03'),
      26_550_000n,
    ],
    [
      'SA-06: poor single parent of two with a heavy disability, calculated',
      aCase('social_assistance', '2026-10', {
        ...ADULT,
        household: 'poor',
        grounds: [ground('K4', { dependants: 2 }), ground('K6_N', { from: period('2024-01') })],
      }),
      1_890_000n,
    ],
    [
      '0.8 of the merit standard of 2024, calculated',
      aCase('merit', '2026-06', { multiple: 0.8 }),
      2_231_000n,
    ],
    [
      'war invalid of 100%, calculated',
      aCase('merit', '2026-07', { meritCode: 'NCC_TB_100' }),
      9_656_000n,
    ],
  ] as const) {
    it(`${name}: ${String(amount)}`, () => {
      expect(assess(one ?? missing(name)).amount).to.equal(amount);
    });
  }
});

function missing(name: string): never {
  throw new Error(`no case for ${name}`);
}
