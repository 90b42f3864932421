import { type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate, businessTime } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { accountsReport, type AccountsFigures } from './accounts.ts';
import {
  accountsRows,
  accountsTotals,
  breaksOpenAt,
  headAt,
  statedAccounts,
} from './accounts.sql.ts';
import { fileForms, type FiledForms } from './file-report.flow.ts';
import { letterheadOf } from './indicator.sql.ts';
import type { MonthReport } from './month-report.ts';
import type { ReportWriter } from './report-writer.port.ts';

export interface AccountsScope {
  readonly first: Period;
  readonly last: Period;
  /** What came later is left out. */
  readonly asOf: Date;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
  /** Who signs; a name of today's configuration and no figure, so it is given. */
  readonly agency: string;
}

export interface DrawnAccounts extends FiledForms {
  readonly report: MonthReport;
}

/**
 * Draws the accounts of some months as they were known at an instant and files them: the same scope gives
 * the same bytes whenever it is drawn (I36). Throws Refusal as-of-not-past for an instant that is not over,
 * since more could still become known of it.
 */
export async function drawAccounts(
  context: Context,
  writers: readonly ReportWriter[],
  scope: AccountsScope,
): Promise<DrawnAccounts> {
  if (scope.asOf >= context.clock()) {
    throw new Refusal('as-of-not-past', { asOf: scope.asOf.toISOString() });
  }
  const report = accountsReport(await figuresOf(context, scope));
  const { first, last, provinceCode } = scope;
  const stem = `an-sinh-${provinceCode}-${first}-${last}-doi-chieu`;
  return { report, ...(await fileForms(context, writers, { report, stem })) };
}

async function figuresOf({ db }: Context, scope: AccountsScope): Promise<AccountsFigures> {
  const { first, last, asOf, environment, agency, provinceCode } = scope;
  const on = businessDate(asOf);
  const head = await headAt(db, { asOf });
  return {
    first,
    last,
    environment,
    agency,
    on,
    time: businessTime(asOf),
    province: (await letterheadOf(db, { provinceCode, day: on })).province,
    auditHead: head ?? { eventNo: 0n, hash: '' },
    rows: await accountsRows(db, scope),
    ...(await accountsTotals(db, scope)),
    statements: await statedAccounts(db, scope),
    breaks: await breaksOpenAt(db, scope),
  };
}
