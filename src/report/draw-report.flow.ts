import { auditHeadBeforeReports } from '../audit/audit.sql.ts';
import { knownBanks } from '../batch/bank-profile.sql.ts';
import { lastDay, type Period } from '../kernel/period.ts';
import { businessDate, businessTime, type Clock } from '../platform/clock.ts';
import { snapshot, type Db, type Tx } from '../platform/db.ts';
import type { Context } from '../platform/context.ts';
import { AGE_CLASSES } from '../reconciliation/break.ts';
import { breakAges } from '../reconciliation/break.sql.ts';
import { tiedDays } from '../reconciliation/closing.sql.ts';
import { openBreaksOf } from '../reconciliation/reconciliation.sql.ts';
import { feesOn } from './fee.sql.ts';
import { fileForms, type FiledForms } from './file-report.flow.ts';
import { budgetRows, communeNamesOn, indicatorCounts, letterheadOf } from './indicator.sql.ts';
import type { MonthReport } from './month-report.ts';
import type { MonthFigures } from './month-figures.ts';
import { figuresOfParts, type PartFigures } from './month-parts.ts';
import { monthReport } from './month-tables.ts';
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
} from './report.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';

export interface ReportScope {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
}

export interface DrawnReport extends FiledForms {
  readonly report: MonthReport;
  readonly figures: MonthFigures;
}

/** Draws the month from its rows, holds every total against an independent one, and files it. */
export async function drawReport(
  context: Context,
  writers: readonly ReportWriter[],
  scope: ReportScope,
): Promise<DrawnReport> {
  const { db, boundary } = context;
  // One picture: a bank file that comes in meanwhile must not set one total against another.
  const figures = await snapshot(db, (picture) =>
    figuresOf({ db: picture, clock: context.clock }, scope),
  );
  const report = monthReport(figures);
  boundary('report:drawn');

  const stem = `an-sinh-${scope.provinceCode}-${scope.period}`;
  const filed = await fileForms(context, writers, { report, stem });
  boundary('report:filed');
  return { report, figures, ...filed };
}

/** The month as its rows have it now, to be looked at: nothing is filed. */
export async function lookAtMonth(context: Context, scope: ReportScope): Promise<MonthReport> {
  return monthReport(await figuresOf(context, scope));
}

async function figuresOf(
  { db, clock }: { readonly db: Db | Tx; readonly clock: Clock },
  { period, provinceCode, environment }: ReportScope,
): Promise<MonthFigures> {
  const of = { period };
  const drawnAt = clock();
  const day = lastDay(period);
  const banks = await knownBanks(db);
  return {
    period,
    provinceCode,
    environment,
    drawnAt,
    drawnOn: businessDate(drawnAt),
    drawnTime: businessTime(drawnAt),
    letterhead: await letterheadOf(db, { provinceCode, day }),
    auditHead: await auditHeadBeforeReports(db),
    ...(await partFigures(db, { period })),
    cash: await reasonsCash(db, of),
    notPaid: await reasonsNotPaid(db, of),
    breaks: await openBreaksOf(db, of),
    files: await fileRows(db, of),
    days: await tiedDays(db, of),
    budget: await budgetRows(db, { provinceCode, year: Number(period.slice(0, 4)) }),
    indicators: await indicatorCounts(db, of),
    fees: await feesOn(db, { day }),
    bankNames: new Map([...banks].map(([bin, { shortName }]) => [bin, shortName])),
    ages: await breakAges(db, { now: drawnAt, classes: AGE_CLASSES.map(({ from }) => from) }),
  };
}

/** The figures of a month that its big tables give, each of them read as few times as it can be. */
export async function partFigures(db: Db | Tx, of: { period: Period }): Promise<PartFigures> {
  return figuresOfParts({
    lists: await listTotals(db, of),
    lines: await lineTotals(db, of),
    assessed: await assessedCells(db, of),
    held: await heldCells(db, of),
    ledger: await ledgerCells(db, of),
    heads: await batchHeads(db, of),
    instructed: await instructedCells(db, of),
    stated: await statedAccounts(db, of),
    communeNames: await communeNamesOn(db, { day: lastDay(of.period) }),
  });
}
