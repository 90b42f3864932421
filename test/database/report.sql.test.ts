import { expect } from 'chai';
import type { Programme } from '../../src/kernel/reference.ts';
import { addMonths } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { threeWayTotals } from '../../src/reconciliation/closing.sql.ts';
import type { ReasonRow } from '../../src/report/month-figures.ts';
import { partFigures } from '../../src/report/draw-report.flow.ts';
import {
  assessedCells,
  batchHeads,
  fileRows,
  heldCells,
  instructedCells,
  ledgerCells,
  lineTotals,
  listTotals,
  reasonsCash,
  reasonsNotPaid,
  statedAccounts,
} from '../../src/report/report.sql.ts';
import { balances } from '../support/end-of-month.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';

const OF = { period: TOWN_PERIOD };

type Amount = Readonly<{ vnd: bigint }>;

const sum = (rows: readonly Amount[]): bigint => rows.reduce((total, { vnd }) => total + vnd, 0n);

/** Rows by reason, added up here and not in the database. */
function byReason(rows: readonly (Amount & { readonly reason: string })[]): ReasonRow[] {
  const told = new Map<string, ReasonRow>();
  for (const { reason, vnd } of rows) {
    const before = told.get(reason) ?? { reason, count: 0n, vnd: 0n };
    told.set(reason, { reason, count: before.count + 1n, vnd: before.vnd + vnd });
  }
  return [...told.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

describe('the figures of a month', () => {
  const test = useDatabase();

  before(async () => {
    // So many that some are held, some are not due, and some accounts are not proven.
    await walkTown(test(), { until: 'reconciliation', recipients: 300 });
  });

  interface Assessed extends Amount {
    readonly reference: string;
    readonly programme: Programme;
    readonly reason: string | null;
    readonly recipient: bigint;
  }
  const assessed = (): Promise<Assessed[]> =>
    many(
      test().db,
      `select due_reference as reference, programme, reason, recipient_id as recipient,
              amount_vnd as vnd from assessment`,
    );
  interface Instructed extends Amount {
    readonly reference: string;
    readonly batch: bigint;
    readonly recipient: bigint;
  }
  const instructed = (): Promise<Instructed[]> =>
    many(
      test().db,
      `select end_to_end_id as reference, batch_id as batch, recipient_id as recipient,
              amount_vnd as vnd from payment_instruction`,
    );
  interface Outcome extends Amount {
    readonly reference: string;
    readonly batch: bigint;
    readonly outcome: string;
    readonly reason: string;
  }
  const outcomes = (): Promise<Outcome[]> =>
    many(
      test().db,
      `select end_to_end_id as reference, batch_id as batch, outcome, reason,
              instructed_vnd as vnd from payment_outcome`,
    );
  const returns = (): Promise<Outcome[]> =>
    many(
      test().db,
      `select end_to_end_id as reference, batch_id as batch, 'returned' as outcome, reason,
              instructed_vnd as vnd from payment_return`,
    );

  it('are the sums of their rows', async () => {
    const { db } = test();
    const dues = (await assessed()).filter(({ vnd }) => vnd > 0n);
    const paidFor = new Set((await instructed()).map(({ reference }) => reference));
    const held = dues.filter(({ reference }) => !paidFor.has(`${reference}T1`));
    const lines = await many<Amount & { kind: string }>(
      db,
      'select kind, amount_vnd as vnd from assessment_line',
    );
    const lists = await many<Record<'n' | 'accepted' | 'refused' | 'withheld', bigint>>(
      db,
      `select row_count as n, accepted_count as accepted, refused_count as refused,
              withheld_count as withheld from recipient_list`,
    );
    const [list] = lists;
    const ends = await outcomes();
    const reopened = [...ends.filter(({ outcome }) => outcome !== 'settled'), ...(await returns())];
    const { entitled, owed, inTransit, paid } = await balances(db);

    expect(held).to.have.length.greaterThan(0);
    expect(reopened).to.have.length.greaterThan(0);
    expect((await partFigures(db, OF)).totals).to.deep.equal({
      listedRows: list?.n,
      acceptedRows: list?.accepted,
      refusedRows: list?.refused,
      withheldRows: list?.withheld,
      assessedCount: BigInt((await assessed()).length),
      dueCount: BigInt(dues.length),
      dueVnd: sum(dues),
      lineVnd: sum(lines),
      arrearsVnd: sum(lines.filter(({ kind }) => kind === 'arrears')),
      entitledVnd: entitled,
      owedVnd: owed,
      deductedVnd: 0n,
      inTransitVnd: inTransit,
      paidVnd: paid,
      heldCount: BigInt(held.length),
      heldVnd: sum(held),
      reopenedCount: BigInt(reopened.length),
      reopenedVnd: sum(reopened),
    });
  });

  it('are those of their own month', async () => {
    const next = { period: addMonths(TOWN_PERIOD, 1) };
    const { db } = test();
    expect(Object.values(await listTotals(db, next))).to.deep.equal([0n, 0n, 0n, 0n]);
    expect(Object.values(await lineTotals(db, next))).to.deep.equal([0n, 0n]);
    expect(await heldCells(db, next)).to.deep.equal([{ reason: null, count: 0n, vnd: 0n }]);
    for (const read of [assessedCells, batchHeads, instructedCells, ledgerCells, statedAccounts]) {
      expect(await read(db, next)).to.deep.equal([]);
    }
    const { totals, ...rows } = await partFigures(db, next);
    expect(new Set(Object.values(totals))).to.deep.equal(new Set([0n]));
    expect(Object.values(rows).flat()).to.deep.equal([]);
    expect(await fileRows(db, next)).to.deep.equal([]);
  });

  it('say of each batch what the outcomes say', async () => {
    const { batches: rows } = await partFigures(test().db, OF);
    const heads = await many<{ id: bigint; code: string; channel: string; hash: string }>(
      test().db,
      `select batch_id as id, batch_code as code, channel, encode(content_hash, 'hex') as hash
         from disbursement_batch order by 1`,
    );
    const lines = await instructed();
    const ends = await outcomes();
    const back = await returns();
    expect(
      rows.map(({ batchCode, channel, contentHash }) => [batchCode, channel, contentHash]),
    ).to.deep.equal(heads.map(({ code, channel, hash }) => [code, channel, hash]));

    for (const [i, row] of rows.entries()) {
      const of = <Row extends { batch: bigint }>(all: readonly Row[]): Row[] =>
        all.filter(({ batch }) => batch === heads[i]?.id);
      const settled = of(ends).filter(({ outcome }) => outcome === 'settled');
      const rejected = of(ends).filter(({ outcome }) => outcome === 'rejected');
      const unpaid = of(ends).filter(({ outcome }) => outcome === 'unpaid');
      expect(row).to.deep.include({
        state: 'reconciled',
        instructionCount: BigInt(of(lines).length),
        totalVnd: sum(of(lines)),
        releasedVnd: sum(of(lines)),
        reopenedVnd: 0n,
        settledCount: BigInt(settled.length - of(back).length),
        settledVnd: sum(settled) - sum(of(back)),
        rejectedCount: BigInt(rejected.length),
        rejectedVnd: sum(rejected),
        unpaidCount: BigInt(unpaid.length),
        unpaidVnd: sum(unpaid),
        returnedCount: BigInt(of(back).length),
        returnedVnd: sum(of(back)),
        openCount: 0n,
        openVnd: 0n,
        signers: 'sandbox-checker-1, sandbox-checker-2',
      });
    }
  });

  it('say what was written down when the batch was reconciled', async () => {
    const { batches: drawn } = await partFigures(test().db, OF);
    const remembered = await many<Record<'settled' | 'rejected' | 'unpaid' | 'returned', bigint>>(
      test().db,
      `select settled_vnd as settled, rejected_vnd as rejected, unpaid_vnd as unpaid,
              returned_vnd as returned from batch_result order by batch_id`,
    );
    expect(
      drawn.map((row) => ({
        settled: row.settledVnd,
        rejected: row.rejectedVnd,
        unpaid: row.unpaidVnd,
        returned: row.returnedVnd,
      })),
    ).to.deep.equal(remembered);
  });

  it('say why nothing is due', async () => {
    const nothing = (await assessed()).filter(({ vnd }) => vnd === 0n);
    expect((await partFigures(test().db, OF)).nothingDue).to.deep.equal(
      byReason(
        nothing.map(({ programme, reason, vnd }) => ({
          reason: `${programme}: ${reason ?? ''}`,
          vnd,
        })),
      ),
    );
  });

  it('say why something is held', async () => {
    const paidFor = new Set((await instructed()).map(({ reference }) => reference));
    const held = (await assessed()).filter(
      ({ reference, vnd }) => vnd > 0n && !paidFor.has(`${reference}T1`),
    );
    const { held: rows } = await partFigures(test().db, OF);
    expect(sum(rows)).to.equal(sum(held));
    expect(rows.reduce((count, row) => count + row.count, 0n)).to.equal(BigInt(held.length));
    expect(rows.map(({ reason }) => reason)).not.to.include('not-verified');
  });

  it('call what nobody has asked about not verified', async () => {
    let rows: ReasonRow[] = [];
    await plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(tx, 'delete from verification');
      rows = [...(await partFigures(tx, OF)).held];
    });
    expect(rows.map(({ reason }) => reason)).to.deep.equal(['not-verified']);
  });

  it('divide the same instructions by batch, by bank and by commune', async () => {
    const { db } = test();
    const cells = await instructedCells(db, OF);
    const lines = await instructed();
    const settled = (await outcomes()).filter(({ outcome }) => outcome === 'settled');
    const unpaid = (await outcomes()).filter(({ outcome }) => outcome !== 'settled');
    for (const by of ['batch', 'bank', 'commune'] as const) {
      const own = cells.filter((cell) => cell.by === by);
      const all = (of: (cell: (typeof own)[number]) => bigint): bigint =>
        own.reduce((total, cell) => total + of(cell), 0n);
      expect(all(({ count }) => count)).to.equal(BigInt(lines.length));
      expect(all(({ instructedVnd }) => instructedVnd)).to.equal(sum(lines));
      expect(all(({ bookedVnd }) => bookedVnd)).to.equal(sum(settled));
      expect(all(({ refusedVnd }) => refusedVnd)).to.equal(sum(unpaid));
      expect(all(({ returnedVnd }) => returnedVnd)).to.equal(sum(await returns()));
      expect(all(({ openVnd }) => openVnd)).to.equal(0n);
    }
    // By itself each of the three is what the page of totals shows.
    const { banks } = await partFigures(db, OF);
    expect(banks).to.deep.equal(await threeWayTotals(db, { ...OF, by: 'bank' }));
  });

  it('count a withdrawn batch by itself and under no bank or commune', async () => {
    let cells: Awaited<ReturnType<typeof instructedCells>> = [];
    await plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        `update batch_state set state = 'withdrawn', came_from = 'prepared'
          where batch_id = (select batch_id from disbursement_batch where channel = 'POST')`,
      );
      cells = await instructedCells(tx, OF);
    });
    const counts = (by: string): bigint =>
      cells.filter((cell) => cell.by === by).reduce((total, { count }) => total + count, 0n);
    const lines = BigInt((await instructed()).length);
    expect(counts('batch')).to.equal(lines);
    expect(counts('bank') < lines).to.equal(true);
    expect(counts('commune')).to.equal(counts('bank'));
  });

  it('say why something was not paid', async () => {
    const back = [...(await outcomes()).filter(({ outcome }) => outcome !== 'settled')];
    const all = [...back, ...(await returns())];
    expect(await reasonsNotPaid(test().db, OF)).to.deep.equal(
      byReason(all.map(({ outcome, reason, vnd }) => ({ reason: `${outcome}: ${reason}`, vnd }))),
    );
  });

  it('say what was paid in cash, because the account was not proven', async () => {
    const { db } = test();
    const [post] = await many<{ id: bigint }>(
      db,
      `select batch_id as id from disbursement_batch where channel = 'POST'`,
    );
    const withAccount = await many<{ recipient: bigint }>(
      db,
      `select recipient_id as recipient from payment_channel
        where kind = 'account' and ended_on is null`,
    );
    const accounts = new Set(withAccount.map(({ recipient }) => recipient));
    const cash = (await instructed()).filter(
      ({ batch, recipient }) => batch === post?.id && accounts.has(recipient),
    );
    expect(cash).to.have.length.greaterThan(0);
    const rows = await reasonsCash(db, OF);
    expect(sum(rows)).to.equal(sum(cash));
    expect(rows.reduce((count, row) => count + row.count, 0n)).to.equal(BigInt(cash.length));
  });

  it('count an account once, however often it was asked about', async () => {
    const before = await reasonsCash(test().db, OF);
    const again = (kind: string, check: string, status: string): string =>
      `insert into verification
       select v.recipient_id, v.period, v.subject, ${check}, '${status}', 'ASKED-AGAIN',
              v.number_result, v.name_result, v.bank_bin, v.account_number, v.checked_at,
              v.answer_hash
         from verification v join payment_instruction i using (recipient_id, period)
         join disbursement_batch using (batch_id)
        where v.subject = 'account' and v.class ${kind} 'proven' and channel = '${
          kind === '=' ? 'BANK' : 'POST'
        }'`;
    let rows: ReasonRow[] = [];
    await plantedAndUndone(test().owner, async (tx) => {
      // A second answer about every account that is paid in cash.
      await withoutRules(tx, again('<>', '2', 'unknown'));
      // And a first one, of no avail, about every account that is paid to.
      await withoutRules(
        tx,
        `update verification set check_no = 2
          where subject = 'account' and class = 'proven'`,
      );
      await withoutRules(tx, again('=', '1', 'unknown'));
      rows = await reasonsCash(tx, OF);
    });
    expect(rows.map(({ reason }) => reason)).to.deep.equal(['ASKED-AGAIN']);
    expect(sum(rows)).to.equal(sum(before));
  });

  it('set the statements beside our books', async () => {
    const { db } = test();
    const [statement] = await many<Record<'opening' | 'debit' | 'credit' | 'closing', bigint>>(
      db,
      `select opening_vnd as opening, debit_vnd as debit, credit_vnd as credit,
              closing_vnd as closing from statement`,
    );
    const [bank] = await many<{ id: bigint }>(
      db,
      `select batch_id as id from disbursement_batch where channel = 'BANK'`,
    );
    const settled = (await outcomes()).filter(
      ({ batch, outcome }) => batch === bank?.id && outcome === 'settled',
    );
    expect((await partFigures(db, OF)).statements).to.deep.equal([
      {
        account: '3713000000040',
        statements: 1n,
        openingVnd: statement?.opening,
        debitVnd: statement?.debit,
        creditVnd: statement?.credit,
        closingVnd: statement?.closing,
        settledVnd: sum(settled),
        returnedVnd: sum(await returns()),
      },
    ]);
  });

  it('name every file of the month, and what became of it', async () => {
    const rows = await fileRows(test().db, OF);
    expect(
      rows.map(({ direction, counterpart, verdict }) => [direction, counterpart, verdict]),
    ).to.deep.equal([
      ['in', 'province/40', 'imported'],
      ['out', 'BANK', 'answered'],
      ['out', 'POST', 'answered'],
      ...Array.from({ length: 4 }, () => ['in', 'BANK', 'accepted']),
      ['in', 'POST', 'accepted'],
    ]);
    for (const { sha256, name } of rows) {
      expect(sha256).to.match(/^[0-9a-f]{64}$/);
      expect(name).to.match(/\S/);
    }
    const { batches } = await partFigures(test().db, OF);
    const sent = rows.filter(({ direction }) => direction === 'out');
    expect(sent.map(({ lineCount, totalVnd }) => [lineCount, totalVnd])).to.deep.equal(
      batches.map(({ instructionCount, totalVnd }) => [instructionCount, totalVnd]),
    );
  });

  it('say of a received file that waits for another that it waits', async () => {
    let verdicts: string[] = [];
    await plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        `update settlement_file
            set matched_count = null, duplicate_count = null, break_count = null
          where kind = 'pain.002'`,
      );
      verdicts = (await fileRows(tx, OF)).map(({ verdict }) => verdict);
    });
    expect(verdicts.filter((verdict) => verdict === 'waiting')).to.have.lengthOf(1);
  });
});
