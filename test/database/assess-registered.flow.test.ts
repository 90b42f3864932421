import { expect } from 'chai';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { many } from '../../src/platform/db.ts';
import { programmesAhead } from '../../src/entitlement/registered.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { adult, assess, takeRows, under, type Cells } from '../support/drawn-list.ts';
import { plant } from '../support/violations.ts';

// People of whom the register says more than one enrolment of monthly social assistance.

/** What was assessed for a recipient in a period: reference, amount or reason, and the lines. */
async function assessedFor(test: TestDatabase, recipientId: bigint, of: string): Promise<string[]> {
  const rows = await many<{ told: string }>(
    test.db,
    `select substr(a.due_reference, 7, 2) || a.assessment_no || ' '
              || coalesce(a.reason, a.amount_vnd::text)
              || coalesce(string_agg(' ' || x.kind || ' ' || x.for_period || ' ' || x.ground_code
                                     || ' ' || x.paid_vnd || '+' || x.amount_vnd, ','
                                     order by x.line_no), '') as told
       from assessment a
       left join assessment_line x using (recipient_id, period, due_reference)
      where a.recipient_id = :recipientId and a.period = :of
      group by a.due_reference, a.assessment_no, a.reason, a.amount_vnd
      order by 1`,
    { recipientId, of },
  );
  return rows.map(({ told }) => told);
}

/** Recovery cases of a recipient, month by month. */
async function openedFor(test: TestDatabase, recipientId: bigint): Promise<string[]> {
  const rows = await many<{ told: string }>(
    test.db,
    `select c.case_no || ' ' || c.programme || ' ' || c.reason || ' ' || m.for_period || ' '
              || m.paid_vnd || '-' || m.due_vnd || '=' || m.amount_vnd as told
       from recovery_case c join recovery_month m using (recipient_id, case_no)
      where recipient_id = :recipientId order by 1`,
    { recipientId },
  );
  return rows.map(({ told }) => told);
}

/** Who was decided after the last cut, so that no earlier system has paid anything. */
const NEW = { decision_date: '2026-10-20', entitled_from: '2026-11' };

function of(programme: string, ground: string, coefficient: string, other: Cells = {}): Cells {
  const { enrolment_ref: named, ...rest } = under(ground, coefficient);
  // The number of the person's own row, unless it is a second one.
  const second = other.enrolment_ref === 'second' ? { enrolment_ref: `${named ?? ''}.2` } : {};
  return { programme, ...rest, ...NEW, ...other, ...second };
}

/** A man of the last century, with the number that he was given then. */
function born(nth: number, birthDate: string): Cells {
  const number = `0400${birthDate.slice(2, 4)}${String(nth).padStart(6, '0')}`;
  return { birth_date: birthDate, citizen_id: number };
}

function facts(recipientId: number, what: object, versionNo = 1): Promise<void> {
  return plant(current().owner, 'enrolment_facts', {
    recipient_id: recipientId,
    enrolment_ref: ref(recipientId),
    version_no: versionNo,
    facts: JSON.stringify(what),
    document: '1/BC',
    recorded_by: 'sandbox-maker',
    confirmed_by: 'sandbox-checker-1',
    recorded_at: '2026-10-21T00:00:00Z',
  });
}

function suspended(recipientId: number, from: string, other: object = {}): Promise<void> {
  return plant(current().owner, 'suspension', {
    recipient_id: recipientId,
    enrolment_ref: ref(recipientId),
    from_period: from,
    reason: 'uncollected',
    decision_number: '2/QĐ',
    decided_on: '2026-11-20',
    ...other,
  });
}

function resumed(recipientId: number, from: string, backPay: boolean): Promise<void> {
  return plant(current().owner, 'resumption', {
    recipient_id: recipientId,
    enrolment_ref: ref(recipientId),
    from_period: from,
    until_period: '2026-12',
    back_pay: backPay,
    decision_number: '3/QĐ',
    decided_on: '2026-12-15',
    recorded_by: 'a',
    confirmed_by: 'b',
  });
}

function died(recipientId: number, on: string): Promise<void> {
  return plant(current().owner, 'recipient_death', {
    recipient_id: recipientId,
    died_on: on,
    source: 'civil-status register',
    learned_at: '2026-12-20T00:00:00Z',
  });
}

function rate(other: object): Promise<void> {
  return plant(current().owner, 'rate', {
    series: 'social_assistance_standard',
    scope: '40',
    counts_from: '2026-11-01',
    in_force_from: '2026-10-01',
    known_since: '2026-10-01',
    amount_vnd: 600_000,
    legal_basis: 'A resolution of the province',
    status: 'sourced',
    source: 'planted',
    ...other,
  });
}

function ref(recipientId: number): string {
  return `40.TGXH.${String(recipientId).padStart(6, '0')}`;
}

let current: () => TestDatabase;

describe('every programme that is paid by the month', () => {
  const test = useDatabase();
  const NOVEMBER = '2026-11';

  before(async () => {
    current = test;
    await takeRows(test(), [
      // A child who is cared for turns 4 in November, and one who does in December.
      adult(1, of('care_support', 'C_K1_U4', '2.5')),
      adult(2, of('care_support', 'C_K1_U4', '2.5')),
      adult(3, of('institution', 'INST_4P', '4')),
      adult(3, of('social_assistance', 'K6_N', '1.5', { enrolment_ref: 'second' })),
      adult(4, of('social_pension', 'SP_75', '1.0', born(4, '1951-11-30'))),
      adult(5, of('social_pension', 'SP_75', '1.0', born(5, '1950-01-01'))),
      adult(6, of('social_pension', 'SP_75', '1.0', born(6, '1950-01-01'))),
      adult(7, of('merit', 'NCC_TNLS_1', '1.0')),
      adult(8, of('care_support', 'C_HH_DBN', '1.0')),
      adult(8, of('social_assistance', 'K8', '1.5', { enrolment_ref: 'second' })),
      adult(9, of('social_pension', 'SP_70_POOR', '1.0', born(9, '1955-01-01'))),
      adult(10, of('merit', 'NCC_TB_100', '3.206')),
    ]);
    await facts(1, { caredBirthDate: '2022-11-30' });
    await facts(2, { caredBirthDate: '2022-12-01', persons: 2 });
    await facts(5, { otherPension: 539_999 });
    await facts(6, { otherPension: 540_000 });
    await facts(10, {
      meritCode: null,
      moves: [{ fromProvince: 'XX', lastMonth: '2026-01' }],
    });
    await assess(test(), NOVEMBER);
  });

  const cases: readonly (readonly [bigint, readonly string[], string])[] = [
    [1n, ['CS1 810000 current 2026-11 C_K1_4P 0+810000'], 'a carer, from the month of the age on'],
    [2n, ['CS1 2700000 current 2026-11 C_K1_U4 0+2700000'], 'a carer of two, the month before it'],
    [
      3n,
      ['ND1 2160000 current 2026-11 INST_4P 0+2160000', 'TG1 in-institution'],
      'a resident, and no allowance beside it',
    ],
    [4n, ['HT1 540000 current 2026-11 SP_75 0+540000'], 'a pensioner in the month of turning 75'],
    [5n, ['HT1 540000 current 2026-11 SP_75 0+540000'], 'with a pension that is a dong lower'],
    [6n, ['HT1 has-pension'], 'with one that is as high'],
    [7n, ['CC1 3012000 current 2026-11 NCC_TNLS_1 0+3012000'], 'merit by its table'],
    [
      8n,
      ['CS1 540000 current 2026-11 C_HH_DBN 0+540000', 'TG1 810000 current 2026-11 K8 0+810000'],
      'care and an allowance beside each other',
    ],
    [
      9n,
      ['HT1 540000 current 2026-11 SP_70_POOR 0+540000'],
      'from 70, whose household was poor when it was decided',
    ],
    [10n, ['CC1 facts-at-fault'], 'nothing where a fact cannot be, and the others go on'],
  ];
  for (const [recipientId, told, what] of cases) {
    it(`pays ${what}`, async () => {
      expect(await assessedFor(test(), recipientId, NOVEMBER)).to.deep.equal(told);
    });
  }

  it('changes nothing when it is run again', async () => {
    const before = await stateHash(test().db);
    expect(await assess(test(), NOVEMBER)).to.equal(undefined);
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('pays what a corrected fact gives as a second assessment, once', async () => {
    await facts(6, { otherPension: 0 }, 2);
    expect(await assess(test(), NOVEMBER)).to.include({ assessed: 1n, dueVnd: 540_000n });
    expect(await assessedFor(test(), 6n, NOVEMBER)).to.deep.equal([
      'HT1 has-pension',
      'HT2 540000 current 2026-11 SP_75 0+540000',
    ]);
    expect(await assess(test(), NOVEMBER)).to.equal(undefined);
  });

  it('opens a recovery where a fact is corrected downwards, and takes nothing', async () => {
    await facts(5, { otherPension: 900_000 }, 2);
    expect(await assess(test(), NOVEMBER)).to.include({ assessed: 0n, excessVnd: 540_000n });
    expect(await openedFor(test(), 5n)).to.deep.equal([
      '1 social_pension has-pension 2026-11 540000-0=540000',
    ]);
    expect(await assessedFor(test(), 5n, NOVEMBER)).to.have.lengthOf(1);
    expect(await assess(test(), NOVEMBER)).to.equal(undefined);
  });
});

describe('the rates of a province, and those not known yet', () => {
  const test = useDatabase();

  before(async () => {
    current = test;
    await takeRows(test(), [
      adult(1, NEW),
      adult(2, of('care_support', 'C_HH_DBN', '1.0')),
      adult(3, of('social_pension', 'SP_75', '1.0', born(3, '1950-01-01'))),
    ]);
    await rate({});
    // Lower than the nation's: it gives way. Of another province: nobody's here.
    await rate({ series: 'social_pension', amount_vnd: 500_000 });
    await rate({ scope: '01', amount_vnd: 900_000 });
    // Known only on the day after the assessment.
    const late = { counts_from: '2026-11-01', known_since: '2026-10-23', amount_vnd: 700_000 };
    await rate({ series: 'social_pension', scope: 'VN', ...late });
    await assess(test(), '2026-11');
  });

  it('pay the higher one of the place, in both ways of assessing', async () => {
    expect(await assessedFor(test(), 1n, '2026-11')).to.deep.equal([
      'TG1 900000 current 2026-11 K6_N 0+900000',
    ]);
    expect(await assessedFor(test(), 2n, '2026-11')).to.deep.equal([
      'CS1 600000 current 2026-11 C_HH_DBN 0+600000',
    ]);
  });

  it('leave out what is known a day too late, and pay it as arrears from that day on', async () => {
    expect(await assessedFor(test(), 3n, '2026-11')).to.deep.equal([
      'HT1 540000 current 2026-11 SP_75 0+540000',
    ]);
    await takeRows(
      test(),
      [adult(3, of('social_pension', 'SP_75', '1.0', born(3, '1950-01-01')))],
      { period: '2026-12' },
    );
    await assess(test(), '2026-12', { on: '2026-10-23' });
    expect(await assessedFor(test(), 3n, '2026-12')).to.deep.equal([
      'HT1 860000 arrears 2026-11 SP_75 540000+160000, current 2026-12 SP_75 0+700000',
    ]);
  });
});

describe('another ground that is known late', () => {
  const test = useDatabase();

  before(async () => {
    current = test;
    await takeRows(test(), [
      adult(1, NEW),
      adult(2, of('social_pension', 'SP_75', '1.0', born(2, '1950-01-01'))),
    ]);
    await assess(test(), '2026-11');
    await takeRows(test(), [
      adult(1, { ...under('K6_DBN', '2.0'), ...NEW, decision_date: '2026-11-10' }),
      adult(2, {
        ...of('social_assistance', 'K6_N_TE_NCT', '2.0', {
          ...born(2, '1950-01-01'),
          enrolment_ref: 'second',
        }),
        decision_date: '2026-11-10',
      }),
    ]);
    await assess(test(), '2026-11', { on: '2026-11-11' });
  });

  it('pays whoever was assessed the difference, and in the next month nothing twice', async () => {
    expect(await assessedFor(test(), 1n, '2026-11')).to.deep.equal([
      'TG1 810000 current 2026-11 K6_N 0+810000',
      'TG2 270000 current 2026-11 K6_DBN 810000+270000',
    ]);
    const december = adult(1, { ...under('K6_DBN', '2.0'), ...NEW, decision_date: '2026-11-10' });
    await takeRows(test(), [adult(1, NEW), december], { period: '2026-12' });
    await assess(test(), '2026-12');
    expect(await assessedFor(test(), 1n, '2026-12')).to.deep.equal([
      'TG1 1080000 current 2026-12 K6_DBN 0+1080000',
    ]);
  });

  it('lays what another programme paid for the month against it: the highest only', async () => {
    expect(await assessedFor(test(), 2n, '2026-11')).to.deep.equal([
      'HT1 540000 current 2026-11 SP_75 0+540000',
      'TG1 540000 current 2026-11 K6_N_TE_NCT 540000+540000',
    ]);
    expect(await openedFor(test(), 2n)).to.deep.equal([]);
  });
});

describe('a death that is known late', () => {
  const test = useDatabase();

  before(async () => {
    current = test;
    const rows = [adult(1, NEW), adult(2, NEW), adult(3)];
    await takeRows(test(), rows);
    await assess(test(), '2026-11');
    await takeRows(test(), rows, { period: '2026-12' });
    await assess(test(), '2026-12');
    await died(1, '2026-11-01');
    await died(2, '2026-12-31');
    // Paid for October by the system before us.
    await died(3, '2026-09-30');
    await takeRows(test(), [adult(4, NEW)], { period: '2027-01' });
  });

  it('opens a case for the months after that of the death, whether on the list or not', async () => {
    // The third was paid 750.000 for October by an earlier system and 60.000 by this one.
    const excess = 810_000n + 810_000n * 3n;
    expect(await assess(test(), '2027-01')).to.include({ excessMonths: 4n, excessVnd: excess });
    expect(await openedFor(test(), 1n)).to.deep.equal([
      '1 social_assistance deceased 2026-12 810000-0=810000',
    ]);
    expect(await openedFor(test(), 2n)).to.deep.equal([]);
    expect(await openedFor(test(), 3n)).to.deep.equal([
      '1 social_assistance deceased 2026-10 810000-0=810000',
      '1 social_assistance deceased 2026-11 810000-0=810000',
      '1 social_assistance deceased 2026-12 810000-0=810000',
    ]);
  });

  it('opens it once', async () => {
    expect(await assess(test(), '2027-01')).to.equal(undefined);
  });
});

describe('a suspension', () => {
  const test = useDatabase();
  const rows = [adult(1, NEW), adult(2, NEW), adult(3, NEW)];

  before(async () => {
    current = test;
    await takeRows(test(), rows);
    await assess(test(), '2026-11');
    for (const id of [1, 2, 3]) await suspended(id, '2026-12');
    await takeRows(test(), rows, { period: '2026-12' });
    await assess(test(), '2026-12');
    await resumed(1, '2026-12', false);
    await resumed(2, '2026-12', true);
    await takeRows(test(), rows, { period: '2027-01' });
    await assess(test(), '2027-01');
  });

  it('pays nothing while it lasts', async () => {
    for (const id of [1n, 2n, 3n]) {
      expect(await assessedFor(test(), id, '2026-12')).to.deep.equal(['TG1 suspended']);
    }
    expect(await assessedFor(test(), 3n, '2027-01')).to.deep.equal(['TG1 suspended']);
  });

  it('loses its months, unless the decision that ends it gives them back', async () => {
    expect(await assessedFor(test(), 1n, '2027-01')).to.deep.equal([
      'TG1 810000 current 2027-01 K6_N 0+810000',
    ]);
    expect(await assessedFor(test(), 2n, '2027-01')).to.deep.equal([
      'TG1 1620000 arrears 2026-12 K6_N 0+810000, current 2027-01 K6_N 0+810000',
    ]);
  });
});

describe('two months at once', () => {
  const test = useDatabase();
  const rows = [adult(1, of('merit', 'NCC_TNLS_1', '1.0')), adult(2, NEW)];

  before(async () => {
    current = test;
    await takeRows(test(), rows);
    await plant(test().owner, 'payment_ahead', {
      programme: 'merit',
      province_code: '40',
      period: '2026-11',
      cause: 'new-year',
      decision_number: '9/QĐ',
      decided_on: '2026-10-15',
      ordered_by: 'sandbox-checker-1',
      confirmed_by: 'sandbox-checker-2',
      ordered_at: '2026-10-15T00:00:00Z',
    });
    await assess(test(), '2026-11');
    await takeRows(test(), rows, { period: '2026-12' });
    await assess(test(), '2026-12');
  });

  it('programmesAhead has what was ordered for the period, and where', async () => {
    const ordered = { programme: 'merit', provinceCode: '40' };
    expect(await programmesAhead(test().db, { period: period('2026-11') })).to.deep.equal([
      ordered,
    ]);
    expect(await programmesAhead(test().db, { period: period('2026-12') })).to.deep.equal([]);
  });

  it('are paid where it was ordered and of the programme that it was ordered for', async () => {
    expect(await assessedFor(test(), 1n, '2026-11')).to.deep.equal([
      'CC1 6024000 current 2026-11 NCC_TNLS_1 0+3012000, ahead 2026-12 NCC_TNLS_1 0+3012000',
    ]);
    expect(await assessedFor(test(), 2n, '2026-11')).to.deep.equal([
      'TG1 810000 current 2026-11 K6_N 0+810000',
    ]);
  });

  it('leave nothing for the second of them when it comes', async () => {
    expect(await assessedFor(test(), 1n, '2026-12')).to.deep.equal(['CC1 already-assessed']);
    expect(await assess(test(), '2026-12')).to.equal(undefined);
  });
});
