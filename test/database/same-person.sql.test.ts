import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  chooseSurvivor,
  confirmSurvivor,
  findSamePersons,
  linkCardNumber,
  reportSamePerson,
} from '../../src/intake/join-records.flow.ts';
import {
  addChoice,
  addMerge,
  addSamePersonDecision,
  openCase,
  openCases,
  openReportedCase,
  openSamePersonCases,
  ownerOfKey,
  standingOf,
  stopEnrolments,
} from '../../src/intake/same-person.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, citizenNumber, takeRows, type Cells } from '../support/drawn-list.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const MAKER = SANDBOX_PERSONS.maker;
const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;

/** A child of eight with a payee, and a number of its own. */
function child(nth: number, other: Cells = {}): Cells {
  return adult(nth, {
    full_name: 'Lê Thị Bé',
    sex: 'female',
    birth_date: '2018-05-06',
    citizen_id: `0403180000${String(nth).padStart(2, '0')}`,
    ground_code: 'K6_N_TE_NCT',
    coefficient: '2',
    monthly_amount_vnd: '1080000',
    arrears_vnd: '320000',
    total_vnd: '1400000',
    guardian_name: 'Lê Văn Cha',
    guardian_citizen_id: '040080777777',
    guardian_relation: 'cha',
    ...CASH,
    ...other,
  });
}

describe('two records of one person', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      adult(1, CASH),
      // The same name and day of birth in the same commune, under another number.
      adult(11, CASH),
      // The same name, but another day.
      adult(21, { ...CASH, birth_date: '1980-05-01' }),
      // The same name and account, another commune and day.
      adult(2),
      adult(12, {
        birth_date: '1980-01-01',
        account_number: '1000000002',
        commune_code: '16690',
        commune_name: 'Phường Trường Vinh',
      }),
      child(31),
      child(41, { commune_code: '16690', commune_name: 'Phường Trường Vinh' }),
    ]);
  });

  const idOf = async (key: string): Promise<bigint> =>
    (await ownerOfKey(test().db, { key, kind: 'citizen_number' })) ?? 0n;

  it('are found by set, once, each for a reason', async () => {
    expect(await findSamePersons(test().context({ actor: MAKER }))).to.equal(3);
    const cases = await openCases(test().db, { atMost: 10 });
    expect(cases.map(({ firstId, secondId, reason }) => [firstId, secondId, reason])).to.deep.equal(
      [
        [await idOf(citizenNumber(1)), await idOf(citizenNumber(11)), 'name_and_birth'],
        [await idOf(citizenNumber(2)), await idOf(citizenNumber(12)), 'name_and_account'],
        [await idOf('040318000031'), await idOf('040318000041'), 'name_and_payee'],
      ],
    );
    expect(await findSamePersons(test().context({ actor: MAKER }))).to.equal(0);
  });

  it('are joined by two persons; nothing is deleted, and the next list speaks of the survivor', async () => {
    const [open] = await openCases(test().db, { atMost: 1 });
    if (open === undefined) throw new Error('a case is open');
    const { caseId, firstId, secondId } = open;
    const choose = (actor: string, survivorId: bigint | null): Promise<number> =>
      chooseSurvivor(test().context({ actor }), { caseId, survivorId, document: '12/UBND' });
    const confirm = (actor: string): Promise<void> =>
      confirmSurvivor(test().context({ actor }), { caseId });

    expect(await whatRefused(confirm(FIRST))).to.equal('case-not-open');
    expect(await whatRefused(choose('nobody', firstId))).to.equal('person-unknown');
    expect(await whatRefused(choose(MAKER, 99n))).to.equal('survivor-not-possible');
    await choose(MAKER, firstId);
    await many(
      test().owner,
      `insert into person_role values ('${MAKER}', 'checker', '40', null, 'x', now())`,
    );
    expect(await whatRefused(confirm(MAKER))).to.equal('proposer-may-not-decide');
    await confirm(FIRST);
    expect(await whatRefused(confirm(SECOND))).to.equal('case-not-open');
    expect(await whatRefused(choose(MAKER, null))).to.equal('case-not-open');

    const left = await one(
      test().db,
      `select (select count(*) from recipient where recipient_id = :secondId) as records,
              (select count(*) from recipient_key where recipient_id = :secondId) as numbers,
              (select count(*) from payment_channel
                where recipient_id = :secondId and ended_on is null) as live,
              (select stop_reason from enrolment where recipient_id = :secondId) as stopped`,
      { secondId },
    );
    expect(left).to.deep.equal({ records: 1n, numbers: 1n, live: 0n, stopped: 'same_person' });

    await takeRows(test(), [adult(11, CASH)], { period: '2026-12' });
    const listed = await many(
      test().db,
      `select distinct recipient_id as id from listing where period = '2026-12'`,
    );
    expect(listed).to.deep.equal([{ id: firstId }]);
  });

  it('may be found to be two people, and are not asked about again', async () => {
    const open = (await openCases(test().db, { atMost: 10 })).find(
      ({ reason }) => reason === 'name_and_payee',
    );
    const caseId = open?.caseId ?? 0n;
    const of = { caseId, survivorId: null, document: 'twins' };
    await chooseSurvivor(test().context({ actor: MAKER }), of);
    await confirmSurvivor(test().context({ actor: FIRST }), { caseId });
    expect(await findSamePersons(test().context({ actor: MAKER }))).to.equal(0);
    expect(await many(test().db, 'select from recipient_merge')).to.have.length(1);
  });

  it('are not chained: who has taken a record in survives, and who was given up is no survivor', async () => {
    const first = await idOf(citizenNumber(1));
    const given = await idOf(citizenNumber(11));
    const other = await idOf(citizenNumber(21));
    const context = test().context({ actor: MAKER });
    const joined = async (
      firstId: bigint,
      secondId: bigint,
      survivorId: bigint,
    ): Promise<string> => {
      const caseId = await reportSamePerson(context, { firstId, secondId, reason: 'reported' });
      await chooseSurvivor(context, { caseId, survivorId, document: 'A' });
      return whatRefused(confirmSurvivor(test().context({ actor: FIRST }), { caseId }));
    };
    for (const [secondId, by, refusal] of [
      [first, MAKER, 'nothing-is-changed'],
      [999_999n, MAKER, 'recipient-unknown'],
      [other, 'somebody', 'person-unknown'],
    ] as const) {
      const reported = { firstId: first, secondId, reason: 'reported' } as const;
      const refused = reportSamePerson(test().context({ actor: by }), reported);
      expect(await whatRefused(refused)).to.equal(refusal);
    }
    expect(await joined(first, other, other)).to.equal('survivor-not-possible');
    expect(await joined(given, other, given)).to.equal('survivor-not-possible');
    expect(await joined(first, other, first)).to.equal('nothing');
  });

  it('an old card number belongs to one; the second one opens a case', async () => {
    const [one, other] = [await idOf(citizenNumber(2)), await idOf(citizenNumber(12))];
    const link = (recipientId: bigint, key: string): Promise<string> =>
      whatRefused(linkCardNumber(test().context({ actor: MAKER }), { recipientId, key }));
    expect(await link(one, '18138303')).to.equal('change-faulty');
    expect(await link(one, '181383031')).to.equal('nothing');
    expect(await link(one, '181383031')).to.equal('nothing');
    expect(await link(other, '181383031')).to.equal('citizen-number-taken');
    expect(
      await ownerOfKey(test().db, { key: '181383031', kind: 'identity_card_number' }),
    ).to.equal(one);
  });

  it('statements: each does one thing, and may be undone', async () => {
    const at = new Date('2026-11-20T00:00:00Z');
    const by = { by: MAKER, at };
    const tried = triedAndUndone(test().db, async (tx) => {
      expect(await openSamePersonCases(tx, by)).to.equal(0);
      const pair = { firstId: 7n, secondId: 4n, reason: 'reported', at } as const;
      const caseId = await openReportedCase(tx, pair);
      expect((await openCase(tx, caseId))?.firstId).to.equal(4n);
      const choice = { caseId, survivorId: 4n, document: 'A', ...by };
      expect(await addChoice(tx, choice)).to.equal(1);
      expect(await addChoice(tx, choice)).to.equal(2);
      await addSamePersonDecision(tx, { caseId, choiceNo: 2, by: FIRST, at });
      expect(await openCase(tx, caseId)).to.equal(undefined);
      const merge = { recipientId: 7n, survivorId: 4n, caseId, document: 'A', chosenBy: MAKER };
      await addMerge(tx, { ...merge, by: FIRST, at });
      expect(await standingOf(tx, 7n)).to.deep.equal({ isGivenUp: true, hasTakenIn: false });
      expect(await standingOf(tx, 4n)).to.deep.equal({ isGivenUp: false, hasTakenIn: true });
      await stopEnrolments(tx, { recipientId: 7n, after: period('2026-11'), document: 'A' });
    });
    expect(await tried).to.equal('nothing');
  });
});

describe('a batch that would pay a record that was given up', () => {
  const test = useDatabase({ checked: false });

  it('is neither signed nor released', async () => {
    const objection = await write(test().owner, async (tx) => {
      await many(
        tx,
        `select open_period('2026-11', now());
         set local session_replication_role = replica;
         insert into payment_instruction
           (recipient_id, period, end_to_end_id, programme, assessment_no, attempt, batch_id,
            amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
            commune_code, line_hash)
         values (7, '2026-11', 'AS2611TG7N1T1', 'social_assistance', 1, 1, 5, 1, 1, 'A', '', '', '',
                 '16681', sha256(''))`,
      );
      const before = await one<{ is: string | null }>(
        tx,
        `select register_objection(5, '2026-11', now()) as is`,
      );
      await many(tx, `insert into recipient_merge values (7, 3, 1, 'A', 'clerk', 'chief', now())`);
      const after = await one<{ is: string | null }>(
        tx,
        `select register_objection(5, '2026-11', now()) as is`,
      );
      return [before.is, after.is];
    });
    expect(objection).to.deep.equal([null, 'recipient_is_not_given_up']);
  });
});

describe('rules of same persons', () => {
  const test = useDatabase({ checked: false });
  before(() => takeRows(test(), [adult(1)]));

  itKeepsEveryRule(
    test,
    {
      same_person_case: {
        case_id: 1,
        first_id: 1,
        second_id: 2,
        reason: 'reported',
        opened_at: '2026-10-22T00:00:00Z',
      },
      same_person_choice: {
        case_id: 1,
        choice_no: 1,
        survivor_id: 1,
        document: 'A',
        chosen_by: MAKER,
        chosen_at: '2026-10-22T00:00:00Z',
      },
      recipient_merge: {
        recipient_id: 2,
        survivor_id: 1,
        case_id: 1,
        document: 'A',
        chosen_by: 'a',
        confirmed_by: 'b',
        merged_at: '2026-10-22T00:00:00Z',
      },
    },
    [
      { rule: 'same_person_case_pkey', table: 'same_person_case', wrong: { second_id: 3 } },
      {
        rule: 'same_person_case_reason_check',
        table: 'same_person_case',
        wrong: { case_id: 2, second_id: 3, reason: 'a dream' },
      },
      { rule: 'a_pair_is_looked_at_once', table: 'same_person_case', wrong: { case_id: 2 } },
      {
        rule: 'a_pair_has_one_order',
        table: 'same_person_case',
        wrong: { case_id: 2, first_id: 3, second_id: 2 },
      },
      { rule: 'same_person_choice_pkey', table: 'same_person_choice', wrong: {} },
      {
        rule: 'same_person_choice_choice_no_check',
        table: 'same_person_choice',
        wrong: { choice_no: 0 },
      },
      {
        rule: 'same_person_choice_document_check',
        table: 'same_person_choice',
        wrong: { choice_no: 2, document: '' },
      },
      {
        rule: 'same_person_choice_case_id_fkey',
        table: 'same_person_choice',
        wrong: { case_id: 9, survivor_id: null },
      },
      {
        rule: 'same_person_choice_chosen_by_fkey',
        table: 'same_person_choice',
        wrong: { choice_no: 2, chosen_by: 'nobody' },
      },
      { rule: 'recipient_merge_pkey', table: 'recipient_merge', wrong: {} },
      {
        rule: 'recipient_merge_document_check',
        table: 'recipient_merge',
        wrong: { recipient_id: 3, document: '' },
      },
      {
        rule: 'nobody_survives_themselves',
        table: 'recipient_merge',
        wrong: { recipient_id: 1 },
      },
      {
        rule: 'two_persons_join_records',
        table: 'recipient_merge',
        wrong: { recipient_id: 3, confirmed_by: 'a' },
      },
    ],
  );
});

describe('rules of decisions on same persons', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await takeRows(test(), [adult(1)]);
    await many(
      test().owner,
      `insert into same_person_case values (1, 1, 2, 'reported', now()), (2, 1, 3, 'reported', now());
       insert into same_person_choice values (1, 1, null, 'A', '${MAKER}', now())`,
    );
  });

  itKeepsEveryRule(
    test,
    {
      same_person_decision: {
        case_id: 1,
        choice_no: 1,
        chosen_by: MAKER,
        confirmed_by: FIRST,
        confirmed_at: '2026-10-22T00:00:00Z',
      },
    },
    [
      { rule: 'same_person_decision_pkey', table: 'same_person_decision', wrong: {} },
      {
        rule: 'same_person_decision_case_id_fkey',
        table: 'same_person_decision',
        wrong: { case_id: 9 },
      },
      {
        rule: 'same_person_decision_confirmed_by_fkey',
        table: 'same_person_decision',
        wrong: { case_id: 2, confirmed_by: 'nobody' },
      },
      {
        rule: 'another_confirms_the_choice',
        table: 'same_person_decision',
        wrong: { confirmed_by: MAKER },
      },
      {
        rule: 'decision_is_of_a_choice',
        table: 'same_person_decision',
        wrong: { case_id: 2 },
      },
    ],
  );

  it('a decided case takes no further choice', async () => {
    const late = triedAndUndone(test().owner, (tx) =>
      many(tx, `insert into same_person_choice values (1, 2, null, 'A', '${SECOND}', now())`),
    );
    expect(await late).to.equal('case_is_open');
  });
});
