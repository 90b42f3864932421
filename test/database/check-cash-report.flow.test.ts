import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { listFiles } from '../../src/compose.ts';
import {
  addCashReport,
  cashDifferences,
  cashReportOfFile,
  countCash,
  INCOMING_CASH,
  keepCashDifferences,
  prepareCash,
  type CheckedCash,
} from '../../src/intake/cash-report.sql.ts';
import { checkCashReport } from '../../src/intake/check-cash-report.flow.ts';
import { period, type Period } from '../../src/kernel/period.ts';
import { copyIn, copyLine } from '../../src/platform/copy.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, citizenNumber, takeRows } from '../support/drawn-list.ts';
import { plantedAndUndone, whatRefused } from '../support/refused.ts';
import { bytes } from '../support/town.ts';

const HEADINGS =
  'STT,Mã hồ sơ,Số định danh cá nhân,Số tiền phải chi,Kết quả,Số tiền đã chi,Số tiền còn lại';
const OF = { period: period('2026-11'), provinceCode: '40' };

describe('checkCashReport', () => {
  const test = useDatabase();
  let listed = '';

  before(async () => {
    // Seven in cash; the eighth has an account.
    await takeRows(test(), [...Array.from({ length: 7 }, (_, i) => adult(i + 1, CASH)), adult(8)]);
    const [row] = await many<{ vnd: bigint }>(
      test().db,
      'select distinct listed_vnd as vnd from listing',
    );
    listed = String(row?.vnd);
  });

  const ref = (nth: number): string => adult(nth).enrolment_ref ?? '';
  const paid = (nth: number, { number = citizenNumber(nth), vnd = listed } = {}): string =>
    `,${ref(nth)},${number},${vnd},Đã chi,${vnd},0`;
  const unpaid = (nth: number): string =>
    `,${ref(nth)},${citizenNumber(nth)},${listed},Chưa chi,0,${listed}`;

  function check(
    lines: readonly string[],
    { by = SANDBOX_PERSONS.maker, of = OF.period }: { by?: string; of?: Period } = {},
  ): Promise<CheckedCash & { unchanged: boolean }> {
    return checkCashReport(test().context({ actor: by }), listFiles, {
      content: bytes([`${lines.join('\n')}\n`]),
      name: 'bao-cao.csv',
      source: 'Bưu điện tỉnh',
      provinceCode: '40',
      period: of,
    });
  }

  const REPORT = (): string[] => [
    HEADINGS,
    paid(1),
    unpaid(2),
    paid(3, { vnd: '1000' }),
    paid(4, { number: citizenNumber(999) }),
    paid(5),
    paid(5),
    `,${ref(6)},${citizenNumber(6)},${listed},Hoãn,0,${listed}`,
    paid(8),
    paid(900),
    ',Tổng cộng,,1,,1,0',
  ];

  it('tells every row that is not as listed, and what is left out', async () => {
    const { fileId, ...done } = await check(REPORT());
    expect(done).to.include({ listed: 7n, rows: 9n, differences: 7n, unchanged: false });
    const found = await cashDifferences(test().db, { fileId, atMost: 100 });
    expect(
      found.map(({ rowNo, code, enrolmentRef }) => `${rowNo ?? '-'} ${code} ${enrolmentRef}`),
    ).to.deep.equal([
      `4 CASH_AMOUNT_DIFFERS ${ref(3)}`,
      `5 CASH_OTHER_PERSON ${ref(4)}`,
      `7 CASH_ROW_REPEATED ${ref(5)}`,
      `8 CASH_ROW_UNREADABLE ${ref(6)}`,
      // Whoever has an account is paid twice when the post office pays as well.
      '9 CASH_UNKNOWN_ROW ',
      '10 CASH_UNKNOWN_ROW ',
      `- CASH_ROW_MISSING ${ref(7)}`,
    ]);
    expect(found[0]).to.include({ listedVnd: BigInt(listed), reportedVnd: 1000n });
  });

  it('is the same report when it comes again, and changes nothing', async () => {
    const before = await stateHash(test().db);
    expect(await check(REPORT())).to.include({ differences: 7n, unchanged: true });
    expect(await stateHash(test().db)).to.equal(before);
    const other = check(REPORT(), { of: period('2026-12') });
    expect(await whatRefused(other)).to.equal('cash-report-of-another-month');
  });

  it('refuses what is no report, a month without a list, and who may not take it', async () => {
    const before = await stateHash(test().db);
    expect(await whatRefused(check(['STT,Họ và tên', '1,A']))).to.equal(
      'cash-report-without-headings',
    );
    const early = check([HEADINGS, paid(1)], { of: period('2027-01') });
    expect(await whatRefused(early)).to.equal('cash-report-without-list');
    const officer = check([HEADINGS, paid(2)], { by: SANDBOX_PERSONS.rateOfficers[0] });
    expect(await whatRefused(officer)).to.equal('person-not-entitled');
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('by the number that was replaced, a person is still the same', async () => {
    const done = plantedAndUndone(test().owner, async (tx) => {
      await many(
        tx,
        `update recipient_key set valid_until = '2026-10-20'
          where key = :number and kind = 'citizen_number'`,
        { number: citizenNumber(1) },
      );
      await many(
        tx,
        `insert into recipient_key
         select '040080111111', 'citizen_number', recipient_id from recipient_key
          where key = :number`,
        { number: citizenNumber(1) },
      );
      await prepareCash(tx);
      const lines = [1, 2, 3, 4, 5, 6, 7].map((nth) =>
        copyLine([nth, ref(nth), citizenNumber(nth), listed, listed, 'true']),
      );
      await copyIn(tx, INCOMING_CASH, asStream(lines));
      expect(await countCash(tx, OF)).to.deep.equal({ listed: 7n, rows: 7n });
      const [{ fileId } = { fileId: 0n }] = await many<{ fileId: bigint }>(
        tx,
        `select next_numbers('file', 0) as "fileId"`,
      );
      const report = { fileId, ...OF, source: 'x', listed: 7n, rows: 7n };
      await many(tx, 'set local session_replication_role = replica');
      await addCashReport(tx, { ...report, importedBy: SANDBOX_PERSONS.maker, at: new Date(0) });
      expect(await cashReportOfFile(tx, { fileId })).to.include({ differences: 0n });
      expect(await keepCashDifferences(tx, { fileId, ...OF })).to.deep.equal({ differences: 0n });
    });
    expect(await done).to.equal('nothing');
  });

  for (const [rule, table, wrong] of [
    ['cash_report_listed_count_check', 'cash_report', { listed_count: 0 }],
    ['cash_report_row_count_check', 'cash_report', { row_count: -1 }],
    ['cash_report_source_check', 'cash_report', { source: '' }],
    ['cash_report_province_code_check', 'cash_report', { province_code: '' }],
    ['cash_report_pkey', 'cash_report', {}],
    ['cash_report_difference_code_check', 'cash_report_difference', { code: 'HEARSAY' }],
    ['cash_report_difference_row_no_check', 'cash_report_difference', { row_no: 0 }],
    ['cash_report_difference_pkey', 'cash_report_difference', {}],
    ['cash_report_difference_listed_vnd_check', 'cash_report_difference', { listed_vnd: 0 }],
    ['cash_report_difference_reported_vnd_check', 'cash_report_difference', { reported_vnd: -1 }],
    ['what_is_left_out_has_no_row', 'cash_report_difference', { row_no: null }],
  ] as const) {
    it(`is held by the database: ${rule}`, async () => {
      const refused = plantedAndUndone(test().owner, (tx) =>
        many(
          tx,
          `insert into ${table} select (jsonb_populate_record(t, :wrong::jsonb)).* from ${table} t
            limit 1`,
          { wrong: JSON.stringify(wrong) },
        ),
      );
      expect(await refused).to.equal(rule);
    });
  }
});

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream(lines: readonly string[]): AsyncGenerator<string> {
  yield lines.join('');
}
