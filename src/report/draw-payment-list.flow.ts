import type { Context } from '../platform/context.ts';
import type { FiledForms } from './file-report.flow.ts';
import { drawList, type ListScope } from './list-month.flow.ts';
import type { MonthReport } from './month-report.ts';
import { paymentListReport } from './payment-list.ts';
import { paymentListTotals } from './payment-list.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';

/**
 * Draws who was paid and who was not, by person, holds both against the ledger and files them. Throws Refusal
 * payment-list-too-long for more than 20.000 payments: a province is drawn commune by commune.
 */
export function drawPaymentList(
  context: Context,
  writers: readonly ReportWriter[],
  scope: ListScope,
): Promise<FiledForms & { report: MonthReport }> {
  const { period, communeCode } = scope;
  return drawList(context, writers, scope, {
    name: 'da-chi-chua-chi',
    report: async (picture, month) =>
      paymentListReport({
        ...month,
        totals: await paymentListTotals(picture, { period, communeCode }),
      }),
  });
}
