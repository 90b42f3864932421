import { expect } from 'chai';
import { decisionFiles } from '../../adapters/cases/decision-files.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import type { LawRow } from '../../src/entitlement/decree.ts';
import { explainAssessments } from '../../src/entitlement/explain-assessment.flow.ts';
import {
  addClaimant,
  addClaims,
  isDayGift,
  recipientWith,
} from '../../src/entitlement/once.sql.ts';
import { recordDecision } from '../../src/entitlement/record-decision.flow.ts';
import { simulate } from '../../src/entitlement/simulate.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { decree, standard } from '../support/decrees.ts';
import { adult, assess, CASH, citizenNumber, takeRows, under } from '../support/drawn-list.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { itKeepsEveryRule, plant, rightsOfApplication } from '../support/violations.ts';

// What is paid once: a gift to groups, funeral support, a gift to everybody of a snapshot.

const [CHECKER] = SANDBOX_PERSONS.checkers;

/** What was given once in a period: reference letters, recipient, lines. */
async function given(test: TestDatabase, of: string): Promise<string[]> {
  const rows = await many<{ told: string }>(
    test.db,
    `select a.recipient_id || ' ' || substr(a.due_reference, 7, 2) || a.assessment_no || ' '
              || coalesce(a.reason, a.amount_vnd::text)
              || coalesce(string_agg(' ' || x.kind || ' ' || x.for_period || ' ' || x.ground_code
                                     || ' ' || x.amount_vnd, ',' order by x.line_no), '') as told
       from assessment a
       left join assessment_line x using (recipient_id, period, due_reference)
      where a.period = :of and a.programme in ('funeral', 'tet_gift', 'national_day_gift')
      group by a.recipient_id, a.due_reference, a.assessment_no, a.reason, a.amount_vnd
      order by a.recipient_id, 1`,
    { of },
  );
  return rows.map(({ told }) => told);
}

function decide(
  test: TestDatabase,
  value: object,
  { by = SANDBOX_PERSONS.maker, and = CHECKER }: { by?: string; and?: string } = {},
): Promise<string> {
  const decision = decisionFiles.read(JSON.stringify(value));
  return whatRefused(recordDecision(test.context({ actor: by }), decision, and));
}

async function told(test: TestDatabase, recipientId: bigint, of: string): Promise<string[]> {
  const all = await explainAssessments(test.db, { recipientId, period: period(of) });
  return all.flatMap(({ title, paragraphs }) => [
    title.en,
    ...paragraphs.flatMap(({ lines }) => lines.map(({ en }) => en)),
  ]);
}

const OF_LONG_STANDING = { decision_date: '2025-07-15', entitled_from: '2025-08' };

describe('the New Year gift', () => {
  const test = useDatabase();
  const merit = {
    programme: 'merit',
    ...under('NCC_TNLS_1', '1.0', OF_LONG_STANDING),
  };
  const care = { programme: 'care_support', ...under('C_HH_DBN', '1.0', OF_LONG_STANDING) };

  before(async () => {
    await takeRows(
      test(),
      [
        adult(1),
        adult(2, CASH),
        adult(3, { ...merit, enrolment_ref: '40.CC.3' }),
        adult(4),
        adult(4, { ...merit, enrolment_ref: '40.CC.4' }),
        adult(5, { ...care, enrolment_ref: '40.CS.5' }),
        adult(6),
      ],
      { period: '2026-01' },
    );
    await plant(test().owner, 'enrolment_facts', {
      recipient_id: 6,
      enrolment_ref: '40.TGXH.000006',
      version_no: 1,
      facts: '{"vneidAccount":true}',
      document: '1/BC',
      recorded_by: 'a',
      confirmed_by: 'b',
      recorded_at: '2025-12-01T00:00:00Z',
    });
  });

  it('is not given on the day before its resolution is issued', async () => {
    await assess(test(), '2026-01', { on: '2025-12-27' });
    expect(await given(test(), '2026-01')).to.deep.equal([]);
  });

  it('is given from that day on, to each group, and once to who is of two', async () => {
    const assessed = await assess(test(), '2026-01', { on: '2025-12-28' });
    expect(assessed).to.deep.include({ assessed: 5n, due: 5n, dueVnd: 2_000_000n });
    expect(await given(test(), '2026-01')).to.deep.equal(
      // The fifth cares for somebody, which is no group of the gift.
      [1, 2, 3, 4, 6].map((id) => `${id} QT1 400000 once 2026-01 TET_2026 400000`),
    );
  });

  it('is given once, however often the month is assessed', async () => {
    expect(await assess(test(), '2026-01', { on: '2026-01-20' })).to.equal(undefined);
    await takeRows(test(), [adult(1), adult(7)], { period: '2026-01' });
    await assess(test(), '2026-01', { on: '2026-01-31' });
    expect(await given(test(), '2026-01')).to.have.length(6);
  });

  it('is paid to the account of VNeID, else to the monthly one, else in cash', async () => {
    const channels = await many(
      test().db,
      `select recipient_id as id, facts -> 'once' ->> 'channel' as channel from assessment
        where programme = 'tet_gift' and recipient_id in (1, 2, 6) order by 1`,
    );
    expect(channels).to.deep.equal([
      { id: 1n, channel: 'monthly_account' },
      { id: 2n, channel: 'cash' },
      { id: 6n, channel: 'vneid' },
    ]);
  });

  it('is explained with its groups and its channel', async () => {
    expect(await told(test(), 4n, '2026-01')).to.include.members([
      'Recipient 4, period 2026-01: 400.000 VND is due',
      'Paid to: the account of the monthly allowance',
      'The amount that the document sets: 400.000 VND',
    ]);
  });

  it('is over in the month after the last day', async () => {
    await takeRows(test(), [adult(1)], { period: '2026-02' });
    await assess(test(), '2026-02');
    expect(await given(test(), '2026-02')).to.deep.equal([]);
  });
});

const PERSON = {
  citizenNumber: '040090000777',
  fullName: 'Trần Văn Tổ',
  birthDate: '1990-02-03',
  sex: 'male',
  communeCode: '16681',
};
const SUPPORT = {
  kind: 'funeral',
  deceased: '1',
  payee: { person: PERSON },
  facts: { relation: 'con đẻ' },
  claimedOn: '2026-10-20',
  document: '3/ĐN',
};

describe('funeral support', () => {
  const test = useDatabase();
  const died = (id: number, on: string): Promise<void> =>
    plant(test().owner, 'recipient_death', {
      recipient_id: id,
      died_on: on,
      source: 'civil-status register',
      learned_at: '2026-10-20T00:00:00Z',
    });

  before(async () => {
    await takeRows(test(), [
      adult(1),
      adult(2),
      adult(3, { programme: 'care_support', ...under('C_HH_DBN', '1.0') }),
      adult(4),
    ]);
    await died(1, '2026-10-15');
    await died(3, '2026-10-15');
  });

  it('is claimed by two persons, for a recipient, by somebody else', async () => {
    expect(await decide(test(), SUPPORT, { and: SANDBOX_PERSONS.maker })).to.equal(
      'decision-needs-two-persons',
    );
    for (const wrong of [
      { deceased: '99' },
      { payee: { recipient: '99' } },
      { payee: { recipient: '1' } },
      { payee: { person: { ...PERSON, birthDate: '1991-02-03' } } },
    ]) {
      expect(await decide(test(), { ...SUPPORT, ...wrong })).to.equal('claim-not-possible');
    }
    expect(await decide(test(), SUPPORT)).to.equal('nothing');
  });

  it('is claimed once for one death, whoever collects', async () => {
    expect(await decide(test(), SUPPORT)).to.equal('claimed-before');
    expect(await decide(test(), { ...SUPPORT, payee: { recipient: '2' } })).to.equal(
      'claimed-before',
    );
  });

  it('is paid to who buried the person, at the level of the month of death', async () => {
    // The fourth lives, as far as the register knows; the third had no ground of art. 11.
    expect(await decide(test(), { ...SUPPORT, deceased: '4', payee: { recipient: '2' } })).to.equal(
      'nothing',
    );
    expect(await decide(test(), { ...SUPPORT, deceased: '3', payee: { person: PERSON } })).to.equal(
      'nothing',
    );
    await assess(test(), '2026-11');
    expect(await given(test(), '2026-11')).to.deep.equal([
      '2 MT1 alive',
      '5 MT1 10800000 once 2026-10 FUNERAL 10800000',
    ]);
    expect(await told(test(), 5n, '2026-11')).to.include.members([
      'Recipient 5, period 2026-11: 10.800.000 VND is due',
      'Claim 1 of 2026-10-20, document 3/ĐN, for 2026-10; relation to who died: con đẻ',
      'Standard × coefficient: 540.000 × 20 = 10.800.000 VND',
    ]);
  });

  it('changes nothing when it is run again', async () => {
    expect(await assess(test(), '2026-11')).to.equal(undefined);
  });

  it('waits for the death to be registered, and is paid then', async () => {
    await died(4, '2026-11-02');
    await takeRows(test(), [adult(2)], { period: '2026-12' });
    await assess(test(), '2026-12');
    expect(await given(test(), '2026-12')).to.deep.equal([
      '2 MT1 10800000 once 2026-11 FUNERAL 10800000',
    ]);
  });

  it('names who recorded the claim, in the history and among the events', async () => {
    const events = await many(
      test().db,
      `select distinct action, subject from audit_event where action = 'funeral-decided' order by 2`,
    );
    expect(events).to.deep.equal(
      ['1', '3', '4'].map((id) => ({ action: 'funeral-decided', subject: `funeral/${id}` })),
    );
  });
});

describe('the National Day gift', () => {
  const test = useDatabase();
  const household = (...persons: readonly object[]): object => ({
    kind: 'household-gift',
    gift: 'NATIONAL_DAY_2025',
    payee: { recipient: '1' },
    collects: 'household_head',
    persons: [{ citizenNumber: citizenNumber(1), birthDate: '1980-04-30' }, ...persons],
    claimedOn: '2025-09-01',
    document: '7/DS',
  });
  const number = (nth: number): string => citizenNumber(900 + nth);

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)], { period: '2025-09' });
  });

  it('is collected by who may: the head, a proxy, or each without permanent residence', async () => {
    const other = { payee: { recipient: '2' } };
    expect(await decide(test(), { ...household(), ...other })).to.equal('claim-not-possible');
    expect(await decide(test(), { ...household(), gift: 'TET_2026' })).to.equal(
      'claim-not-possible',
    );
    const alone = { ...household(), collects: 'person' };
    expect(await decide(test(), { ...alone, ...other })).to.equal('claim-not-possible');
    const two = household({ citizenNumber: number(1), birthDate: '2000' });
    expect(await decide(test(), { ...two, collects: 'person' })).to.equal('claim-not-possible');
  });

  it('is given to whoever lived at the instant, a line each, and once a person', async () => {
    const claimed = household(
      { citizenNumber: number(1), birthDate: '2025-08-30' },
      { citizenNumber: number(2), birthDate: '2025-08-31' },
      { citizenNumber: number(3), birthDate: '1950', diedOn: '2025-08-30' },
      { citizenNumber: number(4), birthDate: '1950', diedOn: '2025-08-31' },
      { citizenNumber: number(5), birthDate: '1950', personalNumber: false },
    );
    expect(await decide(test(), claimed)).to.equal('nothing');
    // Somebody of that household cannot be claimed for again, alone or by a proxy.
    const again = {
      ...household(),
      payee: { recipient: '2' },
      collects: 'proxy',
      persons: [{ citizenNumber: number(4), birthDate: '1950' }],
    };
    expect(await decide(test(), again)).to.equal('claimed-before');
    await assess(test(), '2025-09', { on: '2025-09-02' });
    const line = ' once 2025-09 NATIONAL_DAY_2025 100000';
    expect(await given(test(), '2025-09')).to.deep.equal([`1 QK1 300000${line},${line},${line}`]);
    expect(await told(test(), 1n, '2025-09')).to.include(
      'Claim 1 of 2025-09-01, document 7/DS, for 2025-09; collected by the head of the household',
    );
    expect(await assess(test(), '2025-09', { on: '2025-09-03' })).to.equal(undefined);
  });
});

/** What a simulation says of what is paid once: people, both costs, who gains. */
async function onceOf(
  test: TestDatabase,
  rows: Parameters<typeof decree>[0],
  asked: { of: string; on: string },
): Promise<string[]> {
  const { programmes } = await simulate(test.db, {
    decree: decree(rows),
    period: period(asked.of),
    assessedOn: plainDate(asked.on),
  });
  return programmes.flatMap(({ programme, province, people, standingVnd, proposedVnd, gaining }) =>
    ['funeral', 'tet_gift', 'national_day_gift'].includes(programme)
      ? [`${programme} ${String(province)} ${people} ${standingVnd} ${proposedVnd} ${gaining}`]
      : [],
  );
}

describe('a simulation of what is paid once', () => {
  const test = useDatabase();
  const merit = { programme: 'merit', ...under('NCC_TNLS_1', '1.0', OF_LONG_STANDING) };
  const care = { programme: 'care_support', ...under('C_HH_DBN', '1.0', OF_LONG_STANDING) };
  const people = [
    adult(1),
    adult(4),
    adult(4, { ...merit, enrolment_ref: '40.CC.4' }),
    adult(5, { ...care, enrolment_ref: '40.CS.5' }),
  ];
  const gift = (other: LawRow = {}): Record<string, readonly LawRow[]> => ({
    'gifts.csv': [
      {
        gift_code: 'TET_2026',
        programme: 'tet_gift',
        amount_vnd: 500_000,
        issued_on: '2025-12-28',
        opens_on: '2025-12-28',
        pay_by: '2026-02-28',
        alive_after: null,
        legal_basis: '418/NQ-CP (2025)',
        name_vi: 'Quà Tết',
        name_en: 'New Year gift',
        status: 'draft',
        source: 'a test',
        ...other,
      },
    ],
  });

  before(() => takeRows(test(), people, { period: '2026-01' }));

  it('gives the gift of each law once to whoever that law pays, given by now or not', async () => {
    const january = { of: '2026-01', on: '2025-12-20' };
    // The fourth is of two groups and is given one; the fifth is of none.
    const expected = ['tet_gift 40 2 800000 1000000 2'];
    expect(await onceOf(test(), gift(), january)).to.deep.equal(expected);
    await assess(test(), '2026-01', { on: '2025-12-28' });
    expect(await given(test(), '2026-01')).to.have.length(2);
    expect(await onceOf(test(), gift(), january)).to.deep.equal(expected);
  });

  it('does not give it again to whoever was given it in an earlier month', async () => {
    await takeRows(test(), [...people, adult(7)], { period: '2026-02' });
    // The gift that stands is over in February; the one that is proposed is not, and the seventh is new.
    expect(await onceOf(test(), gift(), { of: '2026-02', on: '2026-01-25' })).to.deep.equal([
      'tet_gift 40 1 0 500000 1',
    ]);
    const another = gift({ gift_code: 'TET_2026_2' });
    expect(await onceOf(test(), another, { of: '2026-02', on: '2026-01-25' })).to.deep.equal([
      'tet_gift 40 3 0 1500000 3',
    ]);
  });

  it('pays funeral support at the rate that each law has for the month of death, and no second time', async () => {
    await takeRows(test(), [adult(1), adult(4)], { period: '2026-11' });
    await plant(test().owner, 'recipient_death', {
      recipient_id: 1,
      died_on: '2026-10-15',
      source: 'civil-status register',
      learned_at: '2026-10-20T00:00:00Z',
    });
    expect(await decide(test(), { ...SUPPORT, payee: { recipient: '2' } })).to.equal('nothing');
    const rows = { 'rates.csv': [standard({ counts_from: '2026-10-01', status: 'draft' })] };
    const november = { of: '2026-11', on: '2026-11-01' };
    // 20 × 540,000 and 20 × 600,000, Decree 20/2021 art. 11(2).
    const expected = ['funeral 40 1 10800000 12000000 1'];
    expect(await onceOf(test(), rows, november)).to.deep.equal(expected);
    await assess(test(), '2026-11', { on: '2026-11-01' });
    expect((await given(test(), '2026-11')).join()).to.match(/ 10800000 once 2026-10 FUNERAL /);
    expect(await onceOf(test(), rows, november)).to.deep.equal(expected);
    // What was paid once is not paid again at a higher rate.
    await takeRows(test(), [adult(4)], { period: '2026-12' });
    expect(await onceOf(test(), rows, { of: '2026-12', on: '2026-12-01' })).to.deep.equal([]);
  });
});

const CLAIMED = {
  recipient_id: 1,
  claim_no: 1,
  programme: 'funeral',
  occasion: 'death',
  of_key: '7',
  facts: '{}',
  document: 'a',
  claimed_on: '2026-10-20',
  recorded_by: 'a',
  confirmed_by: 'b',
  recorded_at: '2026-10-20T00:00:00Z',
} as const;

describe('the statements of what is paid once', () => {
  const test = useDatabase();
  before(() => takeRows(test(), [adult(1)]));

  it('addClaimant and recipientWith take a person in and find them, addClaims counts', async () => {
    const { db } = test();
    const by = { recordedBy: 'a', confirmedBy: 'b', at: new Date('2026-10-20T00:00:00Z') };
    await triedAndUndone(db, async (tx) => {
      expect(await recipientWith(tx, PERSON.citizenNumber)).to.equal(undefined);
      await addClaimant(tx, {
        recipientId: 70n,
        ...PERSON,
        sex: 'male',
        hamlet: '',
        phone: '',
        kind: 'cash_post',
        bankBin: '',
        accountNumber: '',
        holderName: '',
      });
      expect(await recipientWith(tx, PERSON.citizenNumber)).to.equal(70n);
      const claims = {
        recipientId: 70n,
        programme: 'national_day_gift',
        occasion: 'NATIONAL_DAY_2025',
        of: [
          { key: 'a', facts: {} },
          { key: 'b', facts: {} },
        ],
        document: 'a',
        claimedOn: '2025-09-01',
        ...by,
      } as const;
      expect(await addClaims(tx, claims)).to.equal(2);
      expect(await addClaims(tx, { ...claims, of: [{ key: 'c', facts: {} }] })).to.equal(1);
      expect(await many(tx, 'select claim_no as no from once_claim order by 1')).to.deep.equal([
        { no: 1 },
        { no: 2 },
        { no: 3 },
      ]);
    });
  });

  it('isDayGift knows that gift from the other', async () => {
    await triedAndUndone(test().db, async (tx) => {
      expect(await isDayGift(tx, 'NATIONAL_DAY_2025')).to.equal(true);
      expect(await isDayGift(tx, 'TET_2026')).to.equal(false);
    });
  });
});

describe('the rules of what is paid once', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await takeRows(test(), [adult(1)]);
    await assess(test(), '2026-11');
  });
  const wrong = (rule: string, other: object): Parameters<typeof itKeepsEveryRule>[2][number] => ({
    rule,
    table: 'once_claim',
    wrong: { claim_no: 2, ...other },
  });

  itKeepsEveryRule(
    test,
    {
      once_claim: CLAIMED,
      once_claim_key: { key: '7', occasion: 'death', recipient_id: 1, claim_no: 1 },
      once_award: {
        recipient_id: 1,
        programme: 'funeral',
        occasion: 'death',
        claim_no: 1,
        period: '2026-11',
        due_reference: 'AS2611TG1N1',
      },
    },
    [
      { rule: 'once_claim_pkey', table: 'once_claim', wrong: {} },
      wrong('once_claim_claim_no_check', { claim_no: 0 }),
      wrong('once_claim_programme_check', { programme: 'merit', occasion: 'x' }),
      wrong('once_claim_occasion_check', { programme: 'national_day_gift', occasion: '' }),
      wrong('once_claim_of_key_check', { of_key: '' }),
      wrong('once_claim_facts_check', { facts: '[]' }),
      wrong('once_claim_document_check', { document: '' }),
      wrong('funeral_is_of_a_death', { occasion: 'NATIONAL_DAY_2025' }),
      wrong('two_persons_record_a_claim', { confirmed_by: 'a' }),
      { rule: 'once_claim_key_pkey', table: 'once_claim_key', wrong: { recipient_id: 2 } },
      { rule: 'once_award_pkey', table: 'once_award', wrong: {} },
      {
        rule: 'once_award_programme_check',
        table: 'once_award',
        wrong: { programme: 'merit' },
      },
      { rule: 'once_award_occasion_check', table: 'once_award', wrong: { occasion: '' } },
      { rule: 'award_is_of_a_claim', table: 'once_award', wrong: { claim_no: 9 } },
      {
        rule: 'award_is_assessed',
        table: 'once_award',
        wrong: { occasion: 'x', due_reference: 'AS2611TG1N2' },
      },
      {
        rule: 'a_new_year_gift_is_not_claimed',
        table: 'once_award',
        wrong: { programme: 'tet_gift' },
      },
    ],
  );

  it('leave the application no way to change what was claimed or given', async () => {
    const tables = ['once_claim', 'once_claim_key', 'once_award'];
    expect(await rightsOfApplication(test().db, tables)).to.deep.equal(
      Object.fromEntries(tables.map((table) => [table, 'insert'])),
    );
  });
});
