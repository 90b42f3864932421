import { expect } from 'chai';
import { plainDate } from '../../src/kernel/period.ts';
import type { Cell, MonthReport, ReportTable } from '../../src/report/month-report.ts';
import { chartOf } from '../../src/report/bar-chart.ts';
import { monthReport } from '../../src/report/month-tables.ts';
import { figuresOfAMonth } from '../support/month-figures.ts';

function tableOf(report: MonthReport, id: string): ReportTable {
  const found = report.tables.find((table) => table.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
}

/** A cell as plain text, in English. */
function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if ('text' in cell) return cell.text;
  if ('label' in cell) return cell.label.en;
  return String('count' in cell ? cell.count : cell.vnd);
}

function rowsOf(table: ReportTable): string[][] {
  return table.rows.map((row) => row.map(textOf));
}

const TABLES = [
  'walk',
  'batches',
  'held',
  'cash',
  'not-paid',
  'nothing-due',
  'statements',
  'breaks',
  'days',
  'banks',
  'communes',
  'indicators',
  'budget',
  'ages',
  'files',
];

describe('monthReport', () => {
  const month = figuresOfAMonth();
  const report = monthReport(month);

  it('says the month, and what must be known first', () => {
    expect(report.title).to.deep.equal({
      vi: 'Báo cáo chi trả và đối soát tháng 11/2026',
      en: 'Payment and reconciliation report, 2026-11',
    });
    expect(report.facts.map(({ label, value }) => [label.en, value])).to.deep.equal([
      ['Period', '11/2026'],
      ['Province', 'Tỉnh Nghệ An'],
      ['Due', '1.000 đồng (Một nghìn đồng)'],
      ['Paid', '660 đồng (Sáu trăm sáu mươi đồng)'],
      ['Drawn at (Vietnam time)', '20/11/2026 08:00'],
      ['Audit events', '42'],
      ['Audit chain head', 'ef'.repeat(32)],
    ]);
    expect(report.checks).to.have.lengthOf(11);
  });

  it('carries the banner SANDBOX everywhere but in production', () => {
    expect(report.banner).to.equal('SANDBOX');
    expect(monthReport({ ...month, environment: 'production' }).banner).to.equal(null);
  });

  it('has its tables in the order of the walk, each row as wide as its columns', () => {
    expect(report.tables.map(({ id }) => id)).to.deep.equal(TABLES);
    for (const { columns, rows, totals } of report.tables) {
      for (const row of [...rows, ...(totals === null ? [] : [totals])]) {
        expect(row).to.have.lengthOf(columns.length);
      }
    }
  });

  it('gives each cell the kind of its column', () => {
    for (const { id, columns, rows } of report.tables) {
      for (const row of rows) {
        for (const [i, cell] of row.entries()) {
          const kind = columns[i]?.kind;
          const words = 'text' in cell ? cell.text : null;
          if (words === '' || kind === 'text') continue;
          if (kind === 'share') expect(words, `${id}/${i}`).to.match(/^(?:[\d.]+,\d\d %|–)$/);
          else expect(cell, `${id}/${i}`).to.have.property(kind ?? '');
        }
      }
    }
  });

  it('walks from the list to what is owed still', () => {
    expect(rowsOf(tableOf(report, 'walk'))).to.deep.equal([
      ['List rows', '11', ''],
      ['– accepted', '10', ''],
      ['– refused', '1', ''],
      ['Assessed', '10', ''],
      ['Due', '10', '1000'],
      ['– of which arrears', '', '50'],
      ['Instructed', '10', '900'],
      ['Held', '1', '100'],
      ['Deducted by decision', '', '0'],
      ['Paid', '', '660'],
      ['In transit', '', '0'],
      ['Still owed', '', '340'],
      ['– could not be paid', '3', '240'],
    ]);
  });

  it('adds the batches up to the figures that the checks compare', () => {
    const batches = tableOf(report, 'batches');
    expect(rowsOf(batches)[0]).to.deep.equal([
      'TG-2026-11-40-BANK-1',
      'Monthly social assistance',
      'Reconciled',
      'checker-1, checker-2',
      '8',
      '800',
      '600',
      '100',
      '0',
      '100',
      '0',
    ]);
    expect(batches.totals?.map(textOf)).to.deep.equal([
      'Total',
      '',
      '',
      '',
      '10',
      '900',
      '660',
      '100',
      '40',
      '100',
      '0',
    ]);
  });

  it('says each share with the two numbers it is made of', () => {
    expect(rowsOf(tableOf(report, 'indicators')).map((row) => row.slice(0, 4))).to.deep.equal([
      ['Paid by account, instructions', '8', '10', '80,00 %'],
      ['Paid by account, money', '800', '900', '88,89 %'],
      ['Communes that pay without cash', '2', '2', '100,00 %'],
      ['Proven by the population database', '9', '10', '90,00 %'],
      ['Account proven by its bank', '8', '10', '80,00 %'],
      ['Answers used again', '5', '20', '25,00 %'],
      ['Faults put right', '1', '4', '25,00 %'],
      ['Booked and not returned', '660', '900', '73,33 %'],
      ['Cost of paying saved', '', '', '–'],
    ]);
    expect(tableOf(report, 'budget').totals?.map(textOf)).to.deep.equal([
      'Total',
      '',
      '10000',
      '900',
      '9100',
    ]);
  });

  it('reckons what was saved only by fees on record, and says by which', () => {
    const from = plainDate('2026-01-01');
    const cash = {
      channelKind: 'cash_post',
      countsFrom: from,
      feeVnd: 5500n,
      source: 'HĐ 1',
    } as const;
    const bank = {
      channelKind: 'account',
      countsFrom: from,
      feeVnd: 1100n,
      source: 'HĐ 2',
    } as const;
    const saved = (...fees: readonly (typeof cash | typeof bank)[]) =>
      rowsOf(tableOf(monthReport({ ...month, fees }), 'indicators')).at(-1) ?? [];
    for (const fees of [[], [cash], [bank]]) {
      expect(saved(...fees).slice(1, 4)).to.deep.equal(['', '', '–']);
      expect(saved(...fees)[4]).to.include('nothing is guessed');
    }
    expect(saved(cash, bank).slice(1, 4)).to.deep.equal(['35200', '55000', '64,00 %']);
    expect(saved(cash, bank)[4]).to.include('5.500').and.to.include('HĐ 1; HĐ 2');
    expect(saved(cash, { ...bank, feeVnd: 6000n } as never).slice(1, 4)).to.deep.equal([
      '-4000',
      '55000',
      '–',
    ]);
  });

  it('draws bars of what it compares, the longest first', () => {
    const bars = chartOf(tableOf(report, 'communes'));
    expect(bars.map(({ label, share, figure }) => [label.vi, share, figure])).to.deep.equal([
      ['Phường Trường Vinh', 1, 700n],
      ['Xã Quế Phong', 0.2857, 200n],
    ]);
    expect(chartOf(tableOf(report, 'files'))).to.deep.equal([]);
  });

  it('lists reasons with a total each', () => {
    expect(rowsOf(tableOf(report, 'held'))).to.deep.equal([
      ['The name is another than in the population database (POP_NAME_DIFFERS)', '1', '100'],
    ]);
    expect(rowsOf(tableOf(report, 'cash'))).to.deep.equal([
      ['The account is closed (BANK_ACCOUNT_CLOSED)', '1', '60'],
    ]);
    expect(rowsOf(tableOf(report, 'nothing-due'))).to.deep.equal([
      ['Monthly social assistance: The recipient died before the period', '1', '0'],
    ]);
    expect(rowsOf(tableOf(report, 'not-paid'))).to.deep.equal([
      ['Rejected: account closed (AC04)', '1', '100'],
      ['Returned: the payee has died (MD07)', '1', '100'],
      ['Not collected: Không đến nhận', '1', '40'],
    ]);
    expect(tableOf(report, 'not-paid').totals?.map(textOf)).to.deep.equal(['Total', '3', '240']);
  });

  it('sets the statements beside our books, and lists breaks and files', () => {
    expect(rowsOf(tableOf(report, 'statements'))).to.deep.equal([
      ['3713000000040', '1', '10000', '700', '100', '9400', '700', '100'],
    ]);
    expect(tableOf(report, 'breaks').rows).to.deep.equal([]);
    const kind = 'amount-differs' as const;
    const broken = { ...month, breaks: [{ kind, count: 2n, vnd: 7n }] };
    expect(rowsOf(tableOf(monthReport(broken), 'breaks'))).to.deep.equal([
      ['The amount is not what was instructed', '2', '7'],
    ]);
    expect(rowsOf(tableOf(report, 'files'))).to.deep.equal([
      ['1', 'Received', '40', 'danh-sach.csv', 'Taken in', '11', '1000', '01'.repeat(32)],
    ]);
  });

  it('shows a code that nobody has words for as it is, and none as an empty cell', () => {
    const told = monthReport({
      ...month,
      held: [
        { reason: 'not-verified', count: 1n, vnd: 1n },
        { reason: 'NEW_RULE', count: 1n, vnd: 1n },
      ],
      nothingDue: [{ reason: 'merit: new-reason', count: 1n, vnd: 0n }],
      notPaid: [{ reason: 'rejected: ZZ99', count: 1n, vnd: 1n }],
    });
    const first = (id: string) => rowsOf(tableOf(told, id)).map(([says]) => says);
    expect(first('held')).to.deep.equal(['Not verified yet', 'NEW_RULE']);
    expect(first('nothing-due')[0]).to.match(/: new-reason$/);
    expect(first('not-paid')).to.deep.equal(['Rejected: another reason (ZZ99)']);
  });

  it('draws every text in two languages', () => {
    for (const { title, columns } of report.tables) {
      for (const { vi, en } of [title, ...columns.map((column) => column.title)]) {
        expect(vi).to.match(/\S/);
        expect(en).to.match(/\S/);
      }
    }
  });
});
