import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { htmlReport } from '../../adapters/report/html.tsx';
import { pdfReport } from '../../adapters/report/pdf.ts';
import { xlsxReport } from '../../adapters/report/xlsx.ts';
import { period } from '../../src/kernel/period.ts';
import { many, one, type Db, type Tx } from '../../src/platform/db.ts';
import { drawTreasuryList } from '../../src/report/draw-treasury-list.flow.ts';
import type { Cell, MonthReport } from '../../src/report/month-report.ts';
import { listedPayments } from '../../src/report/payment-list.sql.ts';
import { batchHeads } from '../../src/report/report.sql.ts';
import {
  changesOfMonth,
  payersOfMonth,
  releasedOfMonth,
} from '../../src/report/treasury-list.sql.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';

const ALL = { period: TOWN_PERIOD, communeCode: null };
const BEFORE = period('2026-10');
const AFTER = period('2026-12');
const MANY = 10_000;

const amount = (cells: readonly Cell[] | null | undefined, at: number): bigint => {
  const cell = cells?.[at];
  return cell !== undefined && 'vnd' in cell ? cell.vnd : -1n;
};

describe('the payees of a month in form 09 of the State Treasury', () => {
  const test = useDatabase();
  let report: MonthReport;
  let files: readonly { readonly name: string; readonly path: string }[];
  let signed: { count: bigint; vnd: bigint };

  const draw = (communeCode: string | null, at = '2026-11-20T01:00:00Z') =>
    drawTreasuryList(test().context({ at }), [htmlReport, xlsxReport, pdfReport], {
      ...TOWN_SCOPE,
      communeCode,
    });

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 300 });
    ({ report, files } = await draw(null));
    signed = await one(
      test().db,
      `select sum(instruction_count)::bigint as count, sum(total_vnd)::bigint as vnd
         from disbursement_batch`,
    );
  });

  it('has every payee once, comes to what was signed, and holds its checks', () => {
    const [payees] = report.tables;
    expect(report.checks.map(({ holds }) => holds)).to.deep.equal([true, true, true]);
    expect(payees?.columns).to.have.lengthOf(9);
    expect(BigInt(payees?.rows.length ?? 0)).to.equal(signed.count);
    expect(amount(payees?.totals, 4)).to.equal(signed.vnd);
    expect(amount(payees?.totals, 7)).to.equal(signed.vnd);
    expect(report.form?.signers.flat()).to.have.lengthOf(5);
  });

  it('does not name everybody twice where nothing was paid the month before', () => {
    const [, more, less] = report.tables;
    expect(more?.rows).to.have.lengthOf(1);
    expect(amount(more?.totals, 4)).to.equal(signed.vnd);
    expect(less?.rows).to.deep.equal([]);
  });

  it('stands in each form, of the unit that pays, without a whole account of anybody', async () => {
    expect(files.map(({ name }) => name)).to.deep.equal(
      ['html', 'xlsx', 'pdf'].map((extension) => `an-sinh-40-2026-11-mau-09.${extension}`),
    );
    const page = readFileSync(files[0]?.path ?? '', 'utf8');
    const [payer] = await payersOfMonth(test().db, ALL);
    expect(page).to.include(payer?.account).and.to.include(payer?.name);
    const accounts = await many<{ account: string }>(
      test().db,
      `select account_number as account from payment_instruction where length(account_number) > 5`,
    );
    expect(accounts.length).to.be.greaterThan(100);
    for (const { account } of accounts) expect(page.includes(account)).to.equal(false);
  });

  it('is divided by commune without losing a dong', async () => {
    const lines = await listedPayments(test().db, { ...ALL, atMost: MANY });
    const communes = [...new Set(lines.map(({ communeCode }) => communeCode))];
    expect(communes.length).to.be.greaterThan(1);
    let total = 0n;
    for (const communeCode of communes) {
      total += (await releasedOfMonth(test().db, { ...ALL, communeCode })).vnd;
    }
    expect(total).to.equal(signed.vnd);
    const first = await draw(communes[0] ?? null);
    expect(first.report.checks.map(({ holds }) => holds)).to.deep.equal([true, true]);
    expect(first.report.tables[0]?.rows).to.have.lengthOf(
      lines.filter(({ communeCode }) => communeCode === communes[0]).length,
    );
  });

  it('is filed once for the same figures, on whatever day it is asked for', async () => {
    const again = await draw(null, '2026-11-25T01:00:00Z');
    expect(again.unchanged).to.equal(true);
    expect(again.files).to.deep.equal(files);
  });

  const changesIn = (
    db: Db | Tx,
    of: { now: typeof AFTER; before: typeof AFTER; atMost?: number },
  ) =>
    changesOfMonth(db, {
      period: of.now,
      before: of.before,
      communeCode: null,
      atMost: of.atMost ?? MANY,
    });

  it('tells who is new, who is gone, and who is paid another amount', async () => {
    const { db, owner } = test();
    const allNew = await changesIn(db, { now: TOWN_PERIOD, before: BEFORE });
    const allGone = await changesIn(db, { now: AFTER, before: TOWN_PERIOD });
    expect(allNew.every(({ beforeVnd, nowVnd }) => beforeVnd === 0n && nowVnd > 0n)).to.equal(true);
    expect(allGone.reduce((sum, { beforeVnd }) => sum + beforeVnd, 0n)).to.equal(signed.vnd);
    expect(await changesIn(db, { now: AFTER, before: TOWN_PERIOD, atMost: 5 })).to.have.lengthOf(6);

    const [bank, cash] = await batchHeads(db, ALL);
    await plantedAndUndone(owner, async (tx) => {
      // The batch of the bank becomes the next month's, and one of its lines that of a person paid in cash before.
      await withoutRules(
        tx,
        `update disbursement_batch set period = '2026-12' where batch_id = ${bank?.batchId}`,
      );
      await withoutRules(
        tx,
        `update payment_instruction i
            set recipient_id = c.recipient_id, payee_name = 'Người Hai Tháng', amount_vnd = c.amount_vnd + 1000
           from (select recipient_id, amount_vnd from payment_instruction
                  where batch_id = ${cash?.batchId} order by recipient_id limit 1) c
          where (i.recipient_id, i.end_to_end_id) =
                (select recipient_id, end_to_end_id from payment_instruction
                  where batch_id = ${bank?.batchId} order by 1 limit 1)`,
      );
      const changes = await changesIn(tx, { now: AFTER, before: TOWN_PERIOD });
      const both = changes.filter(({ beforeVnd, nowVnd }) => beforeVnd > 0n && nowVnd > 0n);
      expect(
        both.map(({ payeeName, beforeVnd, nowVnd }) => [payeeName, nowVnd - beforeVnd]),
      ).to.deep.equal([['Người Hai Tháng', 1000n]]);
      expect(BigInt(changes.length)).to.equal(signed.count - 1n);
    });
  });

  it('does not hold once the ledger has sent a dong more, or a batch was signed for more', async () => {
    const heldWith = async (defect: (by: string) => string): Promise<boolean[]> => {
      const change = (by: string) => test().owner.transaction((tx) => withoutRules(tx, defect(by)));
      await change('+ 1');
      try {
        const drawn = await drawTreasuryList(test().context(), [], {
          ...TOWN_SCOPE,
          communeCode: null,
        });
        return drawn.report.checks.map(({ holds }) => holds);
      } finally {
        await change('- 1');
      }
    };
    expect(
      await heldWith(
        (by) => `update ledger_transfer set amount_vnd = amount_vnd ${by}
                  where kind = 'released' and reference =
                    (select min(reference) from ledger_transfer where kind = 'released')`,
      ),
    ).to.deep.equal([true, false, true]);
    expect(
      await heldWith(
        (by) => `update disbursement_batch set total_vnd = total_vnd ${by} where batch_id = 1`,
      ),
    ).to.deep.equal([false, true, true]);
  });
});
