import { knownBanks } from '../batch/bank-profile.sql.ts';
import { lastDay, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { snapshot } from '../platform/db.ts';
import { fileForms, type FiledForms } from './file-report.flow.ts';
import { communeNamesOn, letterheadOf } from './indicator.sql.ts';
import type { MonthReport } from './month-report.ts';
import { paymentListReport, type PaymentListFigures } from './payment-list.ts';
import { listedPayments, paymentListTotals } from './payment-list.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';

export interface PaymentListScope {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
  /** One commune, or null for all. */
  readonly communeCode: string | null;
}

/** More people than a commune has, and as many as a document can be set of. */
export const MOST_PAYMENTS = 20_000;

/**
 * Draws who was paid and who was not, by person, holds both against the ledger and files them. Throws Refusal
 * payment-list-too-long for more than 20.000 payments: a province is drawn commune by commune.
 */
export async function drawPaymentList(
  context: Context,
  writers: readonly ReportWriter[],
  scope: PaymentListScope,
): Promise<FiledForms & { report: MonthReport }> {
  const report = paymentListReport(await figuresOf(context, scope));
  const of = scope.communeCode ?? scope.provinceCode;
  const stem = `an-sinh-${of}-${scope.period}-da-chi-chua-chi`;
  return { report, ...(await fileForms(context, writers, { report, stem })) };
}

/** One picture: an answer that comes in meanwhile must not set the list against the ledger. */
function figuresOf({ db, clock }: Context, scope: PaymentListScope): Promise<PaymentListFigures> {
  const { period, provinceCode, environment, communeCode } = scope;
  const day = lastDay(period);
  return snapshot(db, async (picture) => {
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
      totals: await paymentListTotals(picture, { period, communeCode }),
      communeNames,
      bankNames: new Map([...banks].map(([bin, { shortName }]) => [bin, shortName])),
    };
  });
}
