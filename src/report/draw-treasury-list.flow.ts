import { knownBanks } from '../batch/bank-profile.sql.ts';
import { addMonths, lastDay } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { snapshot } from '../platform/db.ts';
import { MOST_PAYMENTS, type PaymentListScope } from './draw-payment-list.flow.ts';
import { fileForms, type FiledForms } from './file-report.flow.ts';
import { communeNamesOn, letterheadOf } from './indicator.sql.ts';
import type { MonthReport } from './month-report.ts';
import { listedPayments } from './payment-list.sql.ts';
import { batchHeads } from './report.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';
import { treasuryReport, type TreasuryFigures } from './treasury-list.ts';
import { changesOfMonth, payersOfMonth, releasedOfMonth } from './treasury-list.sql.ts';

/** Who is in one of two months alone is a change too. */
const MOST_CHANGES = 2 * MOST_PAYMENTS;

/**
 * Draws the payees of a month in form 09 of the State Treasury, holds them against batches, ledger and the month before,
 * and files them. Throws Refusal payment-list-too-long for more payments than a document is set of.
 */
export async function drawTreasuryList(
  context: Context,
  writers: readonly ReportWriter[],
  scope: PaymentListScope,
): Promise<FiledForms & { report: MonthReport }> {
  const report = treasuryReport(await figuresOf(context, scope));
  const of = scope.communeCode ?? scope.provinceCode;
  const stem = `an-sinh-${of}-${scope.period}-mau-09`;
  return { report, ...(await fileForms(context, writers, { report, stem })) };
}

/** One picture: a batch that is sent meanwhile must not set the list against the ledger. */
function figuresOf({ db, clock }: Context, scope: PaymentListScope): Promise<TreasuryFigures> {
  const { period, provinceCode, environment, communeCode } = scope;
  const day = lastDay(period);
  const before = addMonths(period, -1);
  const of = { period, communeCode };
  return snapshot(db, async (picture) => {
    const payments = await listedPayments(picture, { ...of, atMost: MOST_PAYMENTS });
    const changes = await changesOfMonth(picture, { ...of, before, atMost: MOST_CHANGES });
    if (payments.length > MOST_PAYMENTS || changes.length > MOST_CHANGES) {
      throw new Refusal('payment-list-too-long', { atMost: MOST_PAYMENTS });
    }
    const banks = await knownBanks(picture);
    const communes = await communeNamesOn(picture, { day });
    const heads = await batchHeads(picture, { period });
    return {
      period,
      environment,
      on: businessDate(clock()),
      ...(await letterheadOf(picture, { provinceCode, day })),
      commune: communeCode === null ? null : (communes.get(communeCode) ?? communeCode),
      payers: await payersOfMonth(picture, { period }),
      batches: heads.filter(({ state }) => state !== 'withdrawn'),
      payments,
      changes,
      released: await releasedOfMonth(picture, of),
      before: await releasedOfMonth(picture, { ...of, period: before }),
      bankNames: new Map([...banks].map(([bin, { shortName }]) => [bin, shortName])),
    };
  });
}
