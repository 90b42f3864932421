import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { copyIn, copyLine, copyOut } from '../../src/platform/copy.ts';
import { many, write } from '../../src/platform/db.ts';
import {
  addFindings,
  closeAnsweredFindings,
  evidenceTarget,
  findingCounts,
  proofStates,
  reuseEvidence,
  UNVERIFIED,
} from '../../src/verification/verification.sql.ts';
import { VERIFICATION_FINDINGS } from '../../src/verification/findings.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, CASH, citizenNumber, takeRows, under } from '../support/drawn-list.ts';
import { itKeepsEveryRule, plant, rightsOfApplication } from '../support/violations.ts';

const NOVEMBER = { period: period('2026-11') };
const AT = '2026-10-22T02:00:00Z';
const HASH = `\\x${'ab'.repeat(32)}`;

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream(text: string): AsyncGenerator<string> {
  yield text;
}

describe('who is to be asked about', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      adult(1),
      adult(2, {
        ...CASH,
        guardian_name: 'Trần Thị Lan',
        guardian_citizen_id: '040185000008',
      }),
      // The law of the programme is not here: listed, and nobody says that nothing is due.
      adult(3, { ...CASH, programme: 'merit', ...under('NCC_TNLS_1', '1.0') }),
      // Due nothing: decided after the month.
      adult(4, { entitled_from: '2026-12', decision_date: '2026-10-20' }),
    ]);
    await assess(test(), '2026-11');
  });

  async function unverified(at = AT): Promise<(string | null)[][]> {
    const rows: (string | null)[][] = [];
    for await (const chunk of copyOut(test().db, UNVERIFIED, { ...NOVEMBER, at }))
      rows.push(...chunk);
    return rows;
  }

  it('UNVERIFIED has everyone who is due money, with the payee, the live channel and whose it should be', async () => {
    const name = 'Nguyễn Văn Bình';
    expect(await unverified()).to.deep.equal([
      [
        ...['1', citizenNumber(1), name, '1980-04-30'],
        ...['self', citizenNumber(1), name],
        ...[citizenNumber(1), '970405', '1000000001', 'NGUYEN VAN BINH'],
        ...['16681', '', '', 'social_assistance', '1', '0', '1'],
      ],
      [
        ...['2', citizenNumber(2), 'Nguyễn Văn Cường', '1980-04-30'],
        ...['guardian', '040185000008', 'Trần Thị Lan', '040185000008', '', '', ''],
        ...['16681', '', '', 'social_assistance', '1', '1', '0'],
      ],
      [
        ...['3', citizenNumber(3), 'Nguyễn Văn Dũng', '1980-04-30'],
        ...['self', citizenNumber(3), 'Nguyễn Văn Dũng', citizenNumber(3), '', '', ''],
        ...['16681', '', '', 'merit', '1', '0', '0'],
      ],
    ]);
  });

  it('UNVERIFIED asks about the channel that is live, and by the number that is', async () => {
    await write(test().db, async (tx) => {
      await many(tx, `update payment_channel set ended_on = '2026-10-20' where recipient_id = 1`);
      await many(
        tx,
        `insert into register_change
           values (1, 1, 'channel', '{}', '{}', 'form 7', 'a', '2026-01-02Z', 'b')`,
      );
      await many(
        tx,
        `insert into payment_channel select recipient_id, 2, 1, kind, bank_bin, '777777',
                                            holder_name, list_id, null, 1, '2026-01-09Z'
           from payment_channel where recipient_id = 1`,
      );
      await many(tx, `update recipient_key set valid_until = '2026-10-20' where recipient_id = 1`);
      await many(tx, `insert into recipient_key values ('040080111111', 'citizen_number', 1)`);
    });
    const [first = []] = await unverified();
    expect([first[1], first[9]]).to.deep.equal(['040080111111', '777777']);
  });

  it('evidenceTarget takes evidence; who has an answer that holds is asked about no more', async () => {
    const proven = ['proven', '', 'match', 'match', '', '', AT, HASH];
    const account = ['proven', '', 'match', 'match', '970405', '777777', AT, HASH];
    const refused = ['refused', 'POP_ID_NOT_FOUND', 'no-match', 'not-possible', '', '', AT, HASH];
    const unknown = ['unknown', 'POP_UNAVAILABLE', 'not-possible', 'not-possible', '', '', AT];
    await write(test().db, async (tx) => {
      const evidence = [
        copyLine([1, '2026-11', 'account', 1, ...account]),
        copyLine([1, '2026-11', 'recipient', 1, ...proven]),
        copyLine([2, '2026-11', 'payee', 1, ...unknown, '\\x']),
        copyLine([2, '2026-11', 'recipient', 1, ...refused]),
        copyLine([3, '2026-11', 'recipient', 1, ...proven]),
      ];
      await copyIn(tx, evidenceTarget(period('2026-11')), asStream(evidence.join('')));
    });
    // Only the payee of whom nothing was heard, by the next number.
    expect((await unverified()).map((row) => [row[0], ...row.slice(-3)])).to.deep.equal([
      ['2', '0', '2', '0'],
    ]);
    // A month later everything is too old, and an account that is not the one asked about always is.
    const later = await unverified('2026-12-01T02:00:00Z');
    expect(later.map((row) => [row[0], ...row.slice(-3)])).to.deep.equal([
      ['1', '2', '0', '2'],
      ['2', '2', '2', '0'],
      ['3', '2', '0', '0'],
    ]);
  });

  const FOUND = {
    recipientId: '2',
    code: 'POP_ID_NOT_FOUND',
    subject: 'recipient',
    severity: 'block',
    listed: citizenNumber(2),
    answered: '',
  };
  const at = new Date(AT);

  it('addFindings, closeAnsweredFindings, findingCounts: open while the last answer says so', async () => {
    const gone = { ...FOUND, code: 'POP_NAME_DOUBTFUL', severity: 'review' };
    await write(test().db, async (tx) => {
      await addFindings(tx, { ...NOVEMBER, at, findings: [FOUND, gone] });
      expect(await closeAnsweredFindings(tx, { ...NOVEMBER, at })).to.deep.equal({ closed: 1n });
      expect(await closeAnsweredFindings(tx, { ...NOVEMBER, at })).to.deep.equal({ closed: 0n });
    });
    const counts = async (): Promise<string[]> =>
      (await findingCounts(test().db, NOVEMBER))
        .filter(({ code }) => code.startsWith('POP'))
        .map(({ code, severity, open, closed }) => `${severity} ${code} ${open} ${closed}`);
    expect(await counts()).to.deep.equal([
      'block POP_ID_NOT_FOUND 1 0',
      'review POP_NAME_DOUBTFUL 0 1',
    ]);
    await write(test().db, (tx) => addFindings(tx, { ...NOVEMBER, at, findings: [gone] }));
    expect((await counts())[1]).to.equal('review POP_NAME_DOUBTFUL 1 0');
  });

  it('proofStates: proven until a day, and unknown after it', async () => {
    const states = async (instant: Date): Promise<string[]> =>
      (await proofStates(test().db, { ...NOVEMBER, at: instant })).map(
        ({ subject, state, count }) => `${subject} ${state} ${count}`,
      );
    expect(await states(at)).to.deep.equal([
      'recipient proven 2',
      'recipient refused 1',
      'payee unknown 1',
      'account proven 1',
    ]);
    const [first] = await proofStates(test().db, { ...NOVEMBER, at });
    expect(first?.provenUntil).to.deep.equal(new Date('2026-11-21T02:00:00Z'));
    expect(await states(new Date('2026-11-21T02:00:00Z'))).to.deep.equal([
      'recipient unknown 3',
      'payee unknown 1',
      'account unknown 1',
    ]);
  });

  it('reuseEvidence: takes over what the policy lets last, and nothing twice', async () => {
    await takeRows(test(), [adult(1)], { period: '2026-12' });
    await assess(test(), '2026-12');
    const reuse = (instant: string): Promise<{ reused: bigint }> =>
      write(test().db, (tx) =>
        reuseEvidence(tx, {
          period: period('2026-12'),
          since: period('2026-01'),
          at: new Date(instant),
        }),
      );
    expect(await reuse('2026-11-16T02:00:00Z')).to.deep.equal({ reused: 0n });
    expect(await reuse('2026-11-16T01:59:59Z')).to.deep.equal({ reused: 2n });
    expect(await reuse('2026-11-16T01:59:59Z')).to.deep.equal({ reused: 0n });
  });
});

describe('what a finding does', () => {
  const test = useDatabase({ checked: false });

  it('is the same in the rules of the database and beside the words', async () => {
    const rules = await many<{ code: string; severity: string; holds: string }>(
      test().db,
      'select code, severity, holds from finding_rule order by code',
    );
    const words = Object.entries(VERIFICATION_FINDINGS)
      .map(([code, { severity, holds }]) => ({ code, severity, holds }))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
    expect(words).to.deep.equal(rules);
  });

  it('every programme has a policy', async () => {
    const without = await many(
      test().db,
      'select programme from programme where programme not in (select programme from proof_policy)',
    );
    expect(without).to.deep.equal([]);
  });
});

describe('the rules of evidence', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await write(test().db, (tx) => openPeriod(tx, { ...NOVEMBER, at: new Date(AT) }));
    for (const [person_id, citizen_number] of [
      ['first', '040080000001'],
      ['second', '040080000002'],
    ] as const) {
      await plant(test().owner, 'person', { person_id, full_name: person_id, citizen_number });
    }
  });

  itKeepsEveryRule(
    test,
    {
      verification: {
        recipient_id: 1,
        period: '2026-11',
        subject: 'account',
        check_no: 1,
        class: 'proven',
        code: '',
        number_result: 'match',
        name_result: 'match',
        bank_bin: '970405',
        account_number: '1000000001',
        checked_at: AT,
        answer_hash: HASH,
        reused_from: null,
      },
      payee_death: {
        recipient_id: 1,
        payee_no: 1,
        died_on: '2026-09-06',
        source: 'civil-status register',
        learned_at: AT,
      },
      outside_fact: {
        recipient_id: 1,
        kind: 'custody',
        from_day: '2026-09-06',
        until_day: null,
        source: 'list 7',
        learned_at: AT,
      },
      shared_account: {
        bank_bin: '970405',
        account_number: '1000000001',
        reason: 'household',
        document: 'form 9',
        registered_by: 'first',
        confirmed_by: 'second',
        registered_at: AT,
        ended_on: null,
      },
      cross_check_run: {
        period: '2026-11',
        code: 'ACCOUNT_OF_MANY',
        line_count: 1,
        found_count: 0,
        run_at: AT,
      },
      finding: {
        recipient_id: 1,
        period: '2026-11',
        code: 'POP_ID_NOT_FOUND',
        subject: 'recipient',
        severity: 'block',
        found_at: AT,
      },
      civil_status_check: {
        province_code: '40',
        period: '2026-11',
        from_day: '2024-11-01',
        until_day: '2026-10-22',
        checked_at: AT,
        death_count: 0,
        known_count: 0,
      },
    },
    [
      { rule: 'verification_pkey', table: 'verification', wrong: {} },
      { rule: 'verification_subject_check', table: 'verification', wrong: { subject: 'bank' } },
      { rule: 'verification_check_no_check', table: 'verification', wrong: { check_no: 0 } },
      { rule: 'verification_class_check', table: 'verification', wrong: { class: 'sure' } },
      {
        rule: 'verification_number_result_check',
        table: 'verification',
        wrong: { class: 'doubtful', number_result: 'close' },
      },
      {
        rule: 'verification_name_result_check',
        table: 'verification',
        wrong: { name_result: 'same' },
      },
      // Nobody answered; somebody did, and said no, or could not say.
      { rule: 'proof_has_an_answer', table: 'verification', wrong: { answer_hash: '\\x' } },
      {
        rule: 'proof_is_of_the_number',
        table: 'verification',
        wrong: { number_result: 'no-match' },
      },
      {
        rule: 'proof_is_of_the_number',
        table: 'verification',
        wrong: { number_result: 'not-possible' },
      },
      {
        rule: 'reuse_is_of_an_earlier_month',
        table: 'verification',
        wrong: { subject: 'payee', reused_from: '2026-11' },
      },
      { rule: 'payee_death_pkey', table: 'payee_death', wrong: {} },
      { rule: 'outside_fact_pkey', table: 'outside_fact', wrong: {} },
      { rule: 'outside_fact_kind_check', table: 'outside_fact', wrong: { kind: 'gossip' } },
      {
        rule: 'outside_fact_source_check',
        table: 'outside_fact',
        wrong: { kind: 'moved-away', source: '' },
      },
      {
        rule: 'a_fact_ends_after_it_begins',
        table: 'outside_fact',
        wrong: { kind: 'moved-away', until_day: '2026-09-06' },
      },
      { rule: 'shared_account_pkey', table: 'shared_account', wrong: {} },
      {
        rule: 'one_sharing_an_account',
        table: 'shared_account',
        wrong: { registered_at: '2026-10-23T02:00:00Z' },
      },
      {
        rule: 'shared_account_bank_bin_check',
        table: 'shared_account',
        wrong: { bank_bin: '97040' },
      },
      {
        rule: 'shared_account_reason_check',
        table: 'shared_account',
        wrong: { account_number: '2', reason: '' },
      },
      {
        rule: 'shared_account_document_check',
        table: 'shared_account',
        wrong: { account_number: '2', document: '' },
      },
      {
        rule: 'two_persons_register_an_account',
        table: 'shared_account',
        wrong: { account_number: '2', confirmed_by: 'first' },
      },
      {
        rule: 'shared_account_registered_by_fkey',
        table: 'shared_account',
        wrong: { account_number: '2', registered_by: 'nobody' },
      },
      {
        rule: 'shared_account_confirmed_by_fkey',
        table: 'shared_account',
        wrong: { account_number: '2', confirmed_by: 'nobody' },
      },
      { rule: 'cross_check_run_pkey', table: 'cross_check_run', wrong: {} },
      {
        rule: 'cross_check_run_period_fkey',
        table: 'cross_check_run',
        wrong: { period: '2031-01' },
      },
      {
        rule: 'cross_check_run_code_fkey',
        table: 'cross_check_run',
        wrong: { code: 'NO_SUCH_RULE' },
      },
      {
        rule: 'cross_check_run_line_count_check',
        table: 'cross_check_run',
        wrong: { code: 'ACCOUNT_NEW', line_count: -1 },
      },
      {
        rule: 'cross_check_run_found_count_check',
        table: 'cross_check_run',
        wrong: { code: 'ACCOUNT_NEW', found_count: -1 },
      },
      { rule: 'finding_pkey', table: 'finding', wrong: {} },
      { rule: 'finding_severity_check', table: 'finding', wrong: { severity: 'mild' } },
      { rule: 'civil_status_check_pkey', table: 'civil_status_check', wrong: {} },
      {
        rule: 'civil_status_check_period_fkey',
        table: 'civil_status_check',
        wrong: { period: '2031-01' },
      },
    ],
  );

  it('leave the application no way to change what was asked and answered', async () => {
    const rights = {
      verification: 'insert',
      finding: 'insert update(told,closed_at)',
      civil_status_check: 'insert',
      payee_death: 'insert',
      outside_fact: 'insert update(until_day,said_on,withdrawn_at)',
      shared_account: '',
      cross_check_run: 'insert update(line_count,found_count,run_at)',
      proof_policy: '',
      finding_rule: '',
    };
    expect(await rightsOfApplication(test().db, Object.keys(rights))).to.deep.equal(rights);
  });
});
