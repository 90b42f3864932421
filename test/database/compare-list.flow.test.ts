import { expect } from 'chai';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  compareList,
  explainMovements,
  type ComparedList,
} from '../../src/intake/compare-list.flow.ts';
import {
  addAlarm,
  alarmsOfMovements,
  answerAlarms,
  comparisonOf,
  contentKeyOfList,
  keepComparison,
  keepMovements,
  layMovements,
  listsToExplain,
  listWithContent,
  movementsLaid,
  movementsOf,
  openAlarms,
} from '../../src/intake/comparison.sql.ts';
import { layAcceptedRows, prepareIntake } from '../../src/intake/intake.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { adult, CASH, fileOf, take, takeRows, under, type Cells } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';
import { bytes } from '../support/town.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const DECEMBER = { period: '2026-12' } as const;
const [CHECKER] = SANDBOX_PERSONS.checkers;

const ofMonth = (rows: readonly Cells[], month: string): string =>
  fileOf(rows.map((row) => ({ ...row, period: month })));

function preview(test: TestDatabase, rows: readonly Cells[]): Promise<ComparedList> {
  return compareList(test.context({ actor: SANDBOX_PERSONS.maker }), csvRecipientList, {
    content: bytes([ofMonth(rows, '2026-12')]),
    period: period('2026-12'),
    provinceCode: '40',
    atMost: 1000,
  });
}

describe('a list beside the month before', () => {
  const test = useDatabase();
  /** November: nine people; the third is also an enrolment of October that came back. */
  const NOVEMBER = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth) => adult(nth));
  const LATER: readonly Cells[] = [
    adult(1),
    adult(2, { account_number: '7777777777' }),
    adult(3, { commune_code: '16690', commune_name: 'Phường Trường Vinh' }),
    adult(4, CASH),
    adult(5, { full_name: 'Lê Văn Khác', account_holder: 'LE VAN KHAC' }),
    // The sixth, seventh and eighth are gone; the ninth has another ground now.
    under('K6_DBN', '2', { ...adult(9), ...under('K6_DBN', '2'), enrolment_ref: 'new-ground' }),
    adult(20),
    adult(21),
  ];

  before(async () => {
    await takeRows(test(), [adult(21)], { period: '2026-10' });
    await takeRows(test(), NOVEMBER);
    await many(
      test().owner,
      `insert into recipient_death (recipient_id, died_on, source, learned_at)
       select recipient_id, '2026-11-20', 'test', now() from recipient_key
        where key = '040080000006'`,
    );
  });

  it('compareList: says how many rows it could lay beside nobody', async () => {
    const { refused, counts } = await preview(test(), [...LATER, adult(22, { citizen_id: '1' })]);
    expect(refused).to.equal(1n);
    expect(counts.listed).to.equal(BigInt(LATER.length));
  });

  it('compareList: says what happened to each, and changes nothing', async () => {
    const state = (): Promise<unknown[]> =>
      many(
        test().db,
        `select (select count(*) from listing) as l, (select count(*) from file) as f`,
      );
    const before = await state();
    const { counts, movements, alarms } = await preview(test(), LATER);
    expect(counts).to.deep.equal({
      before: 9n,
      listed: 8n,
      same: 1n,
      new: 2n,
      ended: 4n,
      changed: 4n,
      returned: 1n,
      moved: 1n,
    });
    const told = movements.map(({ kind, enrolmentRef, explainedBy, facts }) =>
      [kind, enrolmentRef.slice(-2), explainedBy ?? '', Object.keys(facts).join('+')].join(' '),
    );
    expect(told.sort()).to.deep.equal(
      [
        'changed 02  account',
        'changed 04  account',
        'changed 05  full_name',
        'ended 06 death ',
        'ended 07  ',
        'ended 08  ',
        'ended 09 other_ground ',
        'moved 03  commune',
        'new 20  ',
        'new nd  ',
        'returned 21  last_listed',
      ].sort(),
    );
    expect(movements.find(({ kind }) => kind === 'moved')?.facts).to.deep.equal({
      commune: ['16681', '16690'],
    });
    expect(movements[0]?.kind).to.equal('ended');
    expect(alarms).to.deep.equal([
      { communeCode: '16681', what: 'unexplained-endings', count: 2n, of: 9n },
    ]);
    expect(await state()).to.deep.equal(before);
  });

  it('compareList: a list of one programme ends nobody of another', async () => {
    const pension = adult(40, {
      programme: 'social_pension',
      ground_code: 'SP_75',
      coefficient: '1',
      birth_date: '1940-01-01',
      citizen_id: '040040000040',
      monthly_amount_vnd: '540000',
      arrears_vnd: '0',
      total_vnd: '540000',
    });
    const { counts } = await preview(test(), [pension]);
    expect([counts.ended, counts.before, counts.new]).to.deep.equal([0n, 0n, 1n]);
  });

  it('compareList: a row that is refused is no ending', async () => {
    const { movements } = await preview(test(), [...LATER, adult(7, { sex: 'x' })]);
    const seventh = movements.find(({ enrolmentRef }) => enrolmentRef.endsWith('07'));
    expect(seventh?.explainedBy).to.equal('row_refused');
  });

  it('refuses a list of another month, and an empty one', async () => {
    const compare = (content: string): Promise<string> =>
      whatRefused(
        compareList(test().context(), csvRecipientList, {
          content: bytes([content]),
          period: period('2026-12'),
          provinceCode: '40',
          atMost: 1,
        }),
      );
    expect(await compare(ofMonth(LATER, '2026-11'))).to.equal('list-for-another-period');
    expect(await compare(ofMonth([], '2026-12'))).to.equal('list-without-people');
  });

  it('keeps the movements with the list that is taken in, and waits for their reasons', async () => {
    const { listId } = await take(test(), ofMonth(LATER, '2026-12'), DECEMBER);
    expect(await comparisonOf(test().db, listId)).to.deep.include({
      ended: 4n,
      new: 2n,
      changed: 4n,
    });
    expect(await comparisonOf(test().db, 1n)).to.equal(undefined);
    const ended = await movementsOf(test().db, { listId, kind: 'ended', atMost: 10 });
    expect(ended.map(({ explainedBy }) => explainedBy)).to.have.members([
      null,
      null,
      'death',
      'other_ground',
    ]);
    expect(await openAlarms(test().db, listId)).to.have.length(1);

    const reason = { listId, communeCode: null, reason: 'công văn 12/UBND' };
    const own = explainMovements(test().context({ actor: SANDBOX_PERSONS.maker }), reason);
    expect(await whatRefused(own)).to.equal('list-explained-by-its-maker');
    expect(await explainMovements(test().context({ actor: CHECKER }), reason)).to.equal(1);
    expect(await openAlarms(test().db, listId)).to.deep.equal([]);
    const again = explainMovements(test().context({ actor: CHECKER }), reason);
    expect(await whatRefused(again)).to.equal('nothing-to-explain');
  });

  it('names what many of a commune have at once', async () => {
    await take(
      test(),
      ofMonth(
        Array.from({ length: 40 }, (_, i) => adult(100 + i)),
        '2027-01',
      ),
      {
        period: '2027-01',
      },
    );
    const swapped = Array.from({ length: 40 }, (_, i) =>
      adult(100 + i, i < 20 ? { account_number: `88${String(i).padStart(8, '0')}` } : {}),
    );
    const { listId } = await take(test(), ofMonth(swapped, '2027-02'), { period: '2027-02' });
    expect(await openAlarms(test().db, listId)).to.deep.equal([
      { communeCode: '16681', what: 'changed/account', count: 20n, of: 40n },
    ]);
    const of = { period: period('2027-02'), provinceCode: '40' };
    expect(await listsToExplain(test().db, of)).to.deep.equal([listId]);
    expect(await listsToExplain(test().db, { ...of, provinceCode: '01' })).to.deep.equal([]);
    expect(await listsToExplain(test().db, { ...of, period: period('2027-01') })).to.not.include(
      listId,
    );
    const explainer = test().context({ actor: CHECKER });
    await explainMovements(explainer, { listId, communeCode: null, reason: 'one bank closed' });
    expect(await listsToExplain(test().db, of)).to.deep.equal([]);
  });
});

describe('a list that says what another said', () => {
  const test = useDatabase();
  const ROWS = [1, 2, 3].map((nth) => adult(nth));

  it('of the same month is taken once, whatever its bytes and the order of its rows', async () => {
    const first = await takeRows(test(), ROWS);
    const saved = ofMonth(ROWS, '2026-11').replaceAll('\n', '\r\n');
    expect((await take(test(), saved)).listId).to.equal(first.listId);
    const turned = await take(test(), ofMonth(ROWS.toReversed(), '2026-11'));
    expect([turned.listId, turned.unchanged]).to.deep.equal([first.listId, true]);
    expect(await many(test().db, 'select from recipient_list')).to.have.length(1);
    const other = await takeRows(test(), [...ROWS.slice(0, 2), adult(3, { hamlet: 'Xóm 2' })]);
    expect(other.unchanged).to.equal(false);
  });

  it('last month is refused, unless somebody says that nothing has changed', async () => {
    const december = ofMonth(ROWS, '2026-12');
    const sent = (sameAsLastMonth: boolean): Promise<string> =>
      whatRefused(take(test(), december, { period: '2026-12', sameAsLastMonth }));
    expect(await sent(false)).to.equal('list-repeats-last-month');
    // The very file of November, under December.
    const november = whatRefused(
      take(test(), ofMonth(ROWS, '2026-11'), { period: '2026-12', sameAsLastMonth: true }),
    );
    expect(await november).to.equal('list-for-another-period');
    expect(await sent(true)).to.equal('nothing');
  });
});

describe('statements of a comparison', () => {
  const test = useDatabase();

  it('work on a list that is not there: nothing was, and nothing is', async () => {
    const of = { period: period('2026-12'), periodBefore: period('2026-11'), provinceCode: '40' };
    await take(test(), ofMonth([adult(1)], '2026-11'));
    await write(test().db, async (tx) => {
      await prepareIntake(tx);
      expect(await contentKeyOfList(tx)).to.equal('0');
      await many(
        tx,
        'create temp table intake_place (row_no int, known_id bigint, nth_new bigint, opens_recipient boolean) on commit drop',
      );
      await layAcceptedRows(tx, 1n);
      const counts = await layMovements(tx, of);
      expect([counts.before, counts.listed]).to.deep.equal([0n, 0n]);
      expect(await alarmsOfMovements(tx, { at: new Date('2026-11-22T00:00:00Z') })).to.deep.equal(
        [],
      );
      expect(await movementsLaid(tx, { atMost: 10 })).to.deep.equal([]);
      await keepComparison(tx, { ...counts, listId: 1n, periodBefore: of.periodBefore });
      await keepMovements(tx, 1n);
      await addAlarm(tx, { listId: 1n, communeCode: '16681', what: 'new', count: 30n, of: 0n });
      const by = { listId: 1n, communeCode: '16690', reason: 'x', by: CHECKER, at: new Date(0) };
      expect(await answerAlarms(tx, by)).to.equal(0);
    });
    const { provinceCode } = of;
    const known = { provinceCode, period: period('2026-11'), contentKey: 'no such' };
    expect(await listWithContent(test().db, known)).to.equal(undefined);
  });
});

describe('rules of a comparison', () => {
  const test = useDatabase({ checked: false });
  before(() => takeRows(test(), [adult(1)]));

  const ALARM = { list_id: 1, commune_code: '16681', what: 'new' };
  itKeepsEveryRule(
    test,
    {
      list_comparison: {
        list_id: 1,
        period_before: '2026-10',
        before_count: 3,
        listed_count: 4,
        same_count: 1,
        new_count: 1,
        ended_count: 1,
        changed_count: 1,
        returned_count: 1,
      },
      list_movement: {
        recipient_id: 1,
        list_id: 1,
        enrolment_ref: 'a',
        kind: 'ended',
        facts: '{}',
        explained_by: 'death',
      },
      movement_policy: { counts_from: '2030-01-01', least_count: 1, least_percent: 1, source: 'A' },
      movement_alarm: { ...ALARM, found_count: 1, of_count: 0 },
      movement_answer: {
        ...ALARM,
        reason: 'A',
        answered_by: CHECKER,
        answered_at: '2026-10-22T00:00:00Z',
      },
    },
    [
      { rule: 'list_comparison_pkey', table: 'list_comparison', wrong: {} },
      {
        rule: 'list_comparison_list_id_fkey',
        table: 'list_comparison',
        wrong: { list_id: 9 },
      },
      {
        rule: 'list_comparison_before_count_check',
        table: 'list_comparison',
        wrong: { before_count: -1, same_count: -3, new_count: 5 },
      },
      ...['listed', 'same', 'new', 'ended', 'changed', 'returned'].map((count) => ({
        rule: `list_comparison_${count}_count_check`,
        table: 'list_comparison',
        wrong: negative(count),
      })),
      {
        rule: 'every_listed_row_has_a_fate',
        table: 'list_comparison',
        wrong: { new_count: 2 },
      },
      {
        rule: 'every_row_before_has_a_fate',
        table: 'list_comparison',
        wrong: { ended_count: 2 },
      },
      { rule: 'list_movement_pkey', table: 'list_movement', wrong: {} },
      { rule: 'list_movement_kind_check', table: 'list_movement', wrong: { kind: 'lost' } },
      {
        rule: 'list_movement_explained_by_check',
        table: 'list_movement',
        wrong: { explained_by: 'habit' },
      },
      { rule: 'only_endings_are_explained', table: 'list_movement', wrong: { kind: 'new' } },
      { rule: 'movement_policy_pkey', table: 'movement_policy', wrong: {} },
      {
        rule: 'movement_policy_least_count_check',
        table: 'movement_policy',
        wrong: { least_count: 0 },
      },
      {
        rule: 'movement_policy_least_percent_check',
        table: 'movement_policy',
        wrong: { least_percent: 0 },
      },
      { rule: 'movement_alarm_pkey', table: 'movement_alarm', wrong: {} },
      { rule: 'movement_alarm_list_id_fkey', table: 'movement_alarm', wrong: { list_id: 9 } },
      { rule: 'movement_alarm_what_check', table: 'movement_alarm', wrong: { what: '' } },
      {
        rule: 'movement_alarm_found_count_check',
        table: 'movement_alarm',
        wrong: { found_count: 0 },
      },
      { rule: 'movement_alarm_of_count_check', table: 'movement_alarm', wrong: { of_count: -1 } },
      { rule: 'movement_answer_pkey', table: 'movement_answer', wrong: {} },
      { rule: 'movement_answer_reason_check', table: 'movement_answer', wrong: { reason: '' } },
      { rule: 'answer_is_to_an_alarm', table: 'movement_answer', wrong: { what: 'ended' } },
      {
        rule: 'movement_answer_answered_by_fkey',
        table: 'movement_answer',
        wrong: { list_id: 1, commune_code: '16690', what: 'x', answered_by: 'nobody' },
      },
    ],
  );
});

/** A count below nothing, with the sums still agreeing where they can. */
function negative(count: string): Record<string, number> {
  const by: Record<string, Record<string, number>> = {
    listed: { listed_count: -1, new_count: -4 },
    same: { same_count: -1, changed_count: 3 },
    new: { new_count: -1, returned_count: 3 },
    ended: { ended_count: -1, before_count: 1 },
    changed: { changed_count: -1, same_count: 3 },
    returned: { returned_count: -1, new_count: 3 },
  };
  return by[count] ?? {};
}
