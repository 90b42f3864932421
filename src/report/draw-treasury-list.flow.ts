import { addMonths } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import type { FiledForms } from './file-report.flow.ts';
import { drawList, MOST_PAYMENTS, type ListScope } from './list-month.flow.ts';
import type { MonthReport } from './month-report.ts';
import { batchHeads } from './report.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';
import { treasuryReport } from './treasury-list.ts';
import { changesOfMonth, payersOfMonth, releasedOfMonth } from './treasury-list.sql.ts';

/** Who is in one of two months alone is a change too. */
const MOST_CHANGES = 2 * MOST_PAYMENTS;

/**
 * Draws the payees of a month in form 09 of the State Treasury, holds them against batches, ledger and the month before,
 * and files them. Throws Refusal payment-list-too-long for more payments than a document is set of.
 */
export function drawTreasuryList(
  context: Context,
  writers: readonly ReportWriter[],
  scope: ListScope,
): Promise<FiledForms & { report: MonthReport }> {
  const { period, communeCode } = scope;
  const before = addMonths(period, -1);
  const of = { period, communeCode };
  return drawList(context, writers, scope, {
    name: 'mau-09',
    report: async (picture, month) => {
      const changes = await changesOfMonth(picture, { ...of, before, atMost: MOST_CHANGES });
      if (changes.length > MOST_CHANGES) {
        throw new Refusal('payment-list-too-long', { atMost: MOST_PAYMENTS });
      }
      const heads = await batchHeads(picture, { period });
      return treasuryReport({
        ...month,
        payers: await payersOfMonth(picture, { period }),
        batches: heads.filter(({ state }) => state !== 'withdrawn'),
        changes,
        released: await releasedOfMonth(picture, of),
        before: await releasedOfMonth(picture, { ...of, period: before }),
      });
    },
  });
}
