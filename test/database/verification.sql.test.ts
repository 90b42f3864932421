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
import { useDatabase } from '../support/database.ts';
import { adult, assess, CASH, citizenNumber, takeRows, under } from '../support/drawn-list.ts';
import { itKeepsEveryRule, rightsOfApplication } from '../support/violations.ts';

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
    for await (const chunk of copyOut(test().db, UNVERIFIED, { ...NOVEMBER, at })) rows.push(...chunk);
    return rows;
  }

  it('UNVERIFIED has everyone who is due money, with the payee and the live channel', async () => {
    const name = 'Nguyễn Văn Bình';
    expect(await unverified()).to.deep.equal([
      [
        ...['1', citizenNumber(1), name, '1980-04-30'],
        ...['self', citizenNumber(1), name, 'account', '970405', '1000000001', 'NGUYEN VAN BINH'],
      ],
      [
        ...['2', citizenNumber(2), 'Nguyễn Văn Cường', '1980-04-30'],
        ...['guardian', '040185000008', 'Trần Thị Lan', 'cash_post', '', '', ''],
      ],
    ]);
  });

  it('UNVERIFIED asks about the channel that is live, and by the number that is', async () => {
    await write(test().db, async (tx) => {
      await many(tx, `update payment_channel set ended_on = '2026-10-20' where recipient_id = 1`);
      await many(
        tx,
        `insert into payment_channel select recipient_id, 2, 1, kind, bank_bin, '777777',
                                            holder_name, list_id, null
           from payment_channel where recipient_id = 1`,
      );
      await many(tx, `update recipient_key set valid_until = '2026-10-20' where recipient_id = 1`);
      await many(tx, `insert into recipient_key values ('040080111111', 'citizen_number', 1)`);
    });
    const [first = []] = await unverified();
    expect([first[1], first[9]]).to.deep.equal(['040080111111', '777777']);
  });

  it('evidenceTarget and FINDING are what is copied in; who has evidence is asked about no more', async () => {
    const proven = ['proven', '', 'match', 'match', '', '', AT, HASH];
    const unknown = ['unknown', 'POP_UNAVAILABLE', 'not-possible', 'not-possible', '', '', AT];
    await write(test().db, async (tx) => {
      const evidence = [
        copyLine([1, '2026-11', 'account', 1, ...proven]),
        copyLine([1, '2026-11', 'recipient', 1, ...proven]),
        copyLine([2, '2026-11', 'recipient', 1, ...unknown, '\\x']),
      ];
      await copyIn(tx, evidenceTarget(period('2026-11')), asStream(evidence.join('')));
      const finding = copyLine([2, '2026-11', 'POP_UNAVAILABLE', 'recipient', 'block', AT]);
      await copyIn(tx, FINDING, asStream(finding));
    });
    expect(await unverified()).to.deep.equal([]);
  });
});

describe('the rules of evidence', () => {
  const test = useDatabase({ checked: false });
  before(() => write(test().db, (tx) => openPeriod(tx, { ...NOVEMBER, at: new Date(AT) })));

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

  it('leave the application no way to change what was recorded', async () => {
    const rights = { verification: 'insert', finding: 'insert', civil_status_check: 'insert' };
    expect(await rightsOfApplication(test().db, Object.keys(rights))).to.deep.equal(rights);
  });
});
