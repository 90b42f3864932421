import { knownBanks } from '../batch/bank-profile.sql.ts';
import { lastDay, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { snapshot, type Db, type Tx } from '../platform/db.ts';
import { fileForms, type FiledForms } from './file-report.flow.ts';
import { communeNamesOn, letterheadOf } from './indicator.sql.ts';
import type { MonthReport } from './month-report.ts';
import type { ListedMonth } from './payment-list.ts';
import { listedPayments } from './payment-list.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';

// What every list of payments by person begins with and ends with: one picture of a month, or of one commune in it,
// and its forms filed.

export interface ListScope {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
  /** One commune, or null for all. */
  readonly communeCode: string | null;
}

/** More people than a commune has, and as many as a document can be set of. */
export const MOST_PAYMENTS = 20_000;

/**
 * Draws a list and files it. The report is made in one picture of the database: an answer that comes in meanwhile
 * must not set the list against the ledger. Throws Refusal payment-list-too-long for more than 20.000 payments: a
 * province is drawn commune by commune.
 */
export async function drawList(
  context: Context,
  writers: readonly ReportWriter[],
  scope: ListScope,
  of: {
    readonly name: string;
    readonly report: (picture: Db | Tx, month: ListedMonth) => Promise<MonthReport>;
  },
): Promise<FiledForms & { report: MonthReport }> {
  const report = await snapshot(context.db, async (picture) =>
    of.report(picture, await listedMonth(picture, context, scope)),
  );
  const stem = `an-sinh-${scope.communeCode ?? scope.provinceCode}-${scope.period}-${of.name}`;
  return { report, ...(await fileForms(context, writers, { report, stem })) };
}

async function listedMonth(
  picture: Db | Tx,
  { clock }: Context,
  { period, provinceCode, environment, communeCode }: ListScope,
): Promise<ListedMonth> {
  const day = lastDay(period);
  const payments = await listedPayments(picture, { period, communeCode, atMost: MOST_PAYMENTS });
  if (payments.length > MOST_PAYMENTS) {
    throw new Refusal('payment-list-too-long', { atMost: MOST_PAYMENTS });
  }
  const communeNames = await communeNamesOn(picture, { day });
  const banks = await knownBanks(picture);
  return {
    period,
    environment,
    on: businessDate(clock()),
    ...(await letterheadOf(picture, { provinceCode, day })),
    commune: communeCode === null ? null : (communeNames.get(communeCode) ?? communeCode),
    payments,
    communeNames,
    bankNames: new Map([...banks].map(([bin, { shortName }]) => [bin, shortName])),
  };
}
