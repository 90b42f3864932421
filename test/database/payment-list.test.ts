import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { readXlsx } from 'hucre/xlsx';
import { htmlReport } from '../../adapters/report/html.tsx';
import { xlsxLines } from '../../adapters/report/lines-xlsx.ts';
import { maskedNumber } from '../../src/kernel/mask.ts';
import { many } from '../../src/platform/db.ts';
import { drawLines } from '../../src/report/draw-lines.flow.ts';
import { drawPaymentList } from '../../src/report/draw-payment-list.flow.ts';
import type { Cell, MonthReport } from '../../src/report/month-report.ts';
import { listedPayments, paymentListTotals } from '../../src/report/payment-list.sql.ts';
import { partFigures } from '../../src/report/draw-report.flow.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';

const ALL = { period: TOWN_PERIOD, communeCode: null };

const amount = (cells: readonly Cell[] | undefined): bigint => {
  const cell = cells?.[7];
  return cell !== undefined && 'vnd' in cell ? cell.vnd : -1n;
};

describe('who was paid and who was not, by person', () => {
  const test = useDatabase();
  let report: MonthReport;
  let page: string;

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 300 });
    const drawn = await drawPaymentList(test().context(), [htmlReport], {
      ...TOWN_SCOPE,
      communeCode: null,
    });
    report = drawn.report;
    page = readFileSync(drawn.files[0]?.path ?? '', 'utf8');
  });

  it('names every payment once, and comes to what the month says', async () => {
    const { totals, batches } = await partFigures(test().db, { period: TOWN_PERIOD });
    const [paid, notPaid] = report.tables;
    expect(report.checks.map(({ holds }) => holds)).to.deep.equal([true, true]);
    expect(amount(paid?.totals ?? undefined)).to.equal(totals.paidVnd);
    expect(amount(notPaid?.totals ?? undefined)).to.equal(totals.reopenedVnd);
    const lines = batches.reduce((all, { instructionCount }) => all + instructionCount, 0n);
    expect(BigInt((paid?.rows.length ?? 0) + (notPaid?.rows.length ?? 0))).to.equal(lines);
    expect(notPaid?.rows.length).to.be.greaterThan(0);
  });

  it('gives a reason in words for each who was not paid', () => {
    for (const row of report.tables[1]?.rows ?? []) {
      const cell = row.at(-1);
      expect(cell).to.have.property('label');
      if (cell === undefined || !('label' in cell)) continue;
      expect(cell.label.en).to.match(/^(Rejected|Not collected|Returned)/);
    }
  });

  it('shows no whole citizen number and no whole account', async () => {
    const people = await many<{ number: string; account: string }>(
      test().db,
      `select citizen_number as number, account_number as account from payment_instruction`,
    );
    expect(people.length).to.be.greaterThan(0);
    for (const { number, account } of people) {
      expect(page.includes(number)).to.equal(false);
      if (account.length > 5) expect(page.includes(account)).to.equal(false);
    }
  });

  it('divides by commune without losing anybody, and is filed once', async () => {
    const { db } = test();
    const all = await listedPayments(db, { ...ALL, atMost: 1000 });
    const communes = [...new Set(all.map(({ communeCode }) => communeCode))];
    let listed = 0;
    for (const communeCode of communes) {
      const own = await listedPayments(db, { ...ALL, communeCode, atMost: 1000 });
      const settled = own.filter(({ outcome }) => ['settled', 'returned'].includes(outcome));
      const [back, booked] = ['returned', 'settled'].map(
        async (kind) =>
          (await paymentListTotals(db, { ...ALL, communeCode })).find((one) => one.kind === kind)
            ?.count ?? 0n,
      );
      expect(await booked).to.equal(BigInt(settled.length));
      expect(await back).to.equal(
        BigInt(own.filter(({ outcome }) => outcome === 'returned').length),
      );
      listed += own.length;
    }
    expect(communes.length).to.be.greaterThan(1);
    expect(listed).to.equal(all.length);
    // Too many are told by one more than was asked for.
    expect(await listedPayments(db, { ...ALL, atMost: 5 })).to.have.lengthOf(6);
  });

  it('stands line by line in one workbook, with all of the money and no whole number', async () => {
    const drawn = await drawLines(test().context(), xlsxLines, TOWN_SCOPE);
    const all = await listedPayments(test().db, { ...ALL, atMost: 1000 });
    expect(drawn.ties).to.equal(true);
    expect(drawn.count).to.equal(BigInt(all.length));
    const { sheets } = await readXlsx(readFileSync(drawn.path));
    const [head = [], ...rows] = sheets[0]?.rows ?? [];
    expect(head[0]).to.equal('Mã tham chiếu / Reference');
    expect(rows).to.have.lengthOf(all.length);
    const by = new Map(all.map((one) => [one.reference, one]));
    for (const row of rows) {
      const own = by.get(String(row[0]));
      expect(row[8]).to.equal(Number(own?.amountVnd));
      expect(row[4]).to.equal(own?.payeeName);
      expect(row[5]).to.equal(maskedNumber(own?.citizenNumber ?? ''));
    }
    expect(rows.filter((row) => row[9] === 'Đã chi')).to.have.lengthOf(
      all.filter(({ outcome }) => outcome === 'settled').length,
    );
  });

  it('does not tie when a line more was signed than there is', async () => {
    const change = (by: string) =>
      test().owner.transaction((tx) =>
        withoutRules(
          tx,
          `update disbursement_batch set instruction_count = instruction_count ${by} where batch_id = 1`,
        ),
      );
    await change('+ 1');
    try {
      expect((await drawLines(test().context(), xlsxLines, TOWN_SCOPE)).ties).to.equal(false);
    } finally {
      await change('- 1');
    }
  });

  it('does not tie when the ledger has lost a payment', async () => {
    let held: number | undefined;
    let booked: bigint | undefined;
    await plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        `delete from ledger_transfer where (recipient_id, reference) =
           (select recipient_id, end_to_end_id from payment_outcome where outcome = 'settled' limit 1)
         and kind = 'settled'`,
      );
      held = (await listedPayments(tx, { ...ALL, atMost: 1000 })).filter(
        ({ outcome }) => outcome === 'settled' || outcome === 'returned',
      ).length;
      booked = (await paymentListTotals(tx, ALL)).find(({ kind }) => kind === 'settled')?.count;
    });
    expect(booked).to.equal(BigInt(held ?? 0) - 1n);
  });
});
