import { recordEvent } from '../audit/audit.sql.ts';
import { closePeriod } from '../audit/period.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import { period as periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import { addRepayment, recordClosing, type Closing } from './closing.sql.ts';

/** What stands in the way of a closing, by the rule of the database that said so. */
const WAITING = [
  'batches_are_finished',
  'files_are_read',
  'the_account_ties',
  'breaks_have_owners',
] as const;

/**
 * Closes a month: context.actor has prepared it, another person confirms. What it came to is written down,
 * and its ledger takes nothing any more. Throws Refusal decision-needs-two-persons, period-closed-already
 * and period-not-ready, which names the first thing that is not done.
 */
export async function closeMonth(
  { db, clock, actor }: Context,
  of: { period: Period; confirmedBy: string },
): Promise<Closing> {
  const at = clock();
  const { period, confirmedBy } = of;
  const work = write(db, async (tx) => {
    await expectTwo(tx, actor, confirmedBy);
    const closing = await recordClosing(tx, { period, preparedBy: actor, confirmedBy, at });
    await closePeriod(tx, { period, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'period-closed',
      subject: `period/${period}`,
      facts: {
        confirmed_by: confirmedBy,
        entitled_vnd: String(closing.entitledVnd),
        owed_vnd: String(closing.owedVnd),
        paid_vnd: String(closing.paidVnd),
        open_breaks: String(closing.openBreakCount),
      },
    });
    return closing;
  });
  return work.catch((error: unknown) => {
    const rule = violatedConstraint(error);
    if (rule === 'period_closing_pkey') throw new Refusal('period-closed-already', { period });
    const waiting = WAITING.find((name) => name === rule);
    if (waiting !== undefined) throw new Refusal('period-not-ready', { period, rule: waiting });
    throw error;
  });
}

/**
 * Books what a person has paid back of a recovery, with its voucher: one books, another confirms. It
 * belongs to the month of the day on which it is booked. Throws Refusal decision-needs-two-persons and
 * recovery-not-repayable.
 */
export async function bookRepayment(
  { db, clock, actor }: Context,
  of: {
    recipientId: bigint;
    caseNo: number;
    amountVnd: bigint;
    paidOn: PlainDate;
    document: string;
    confirmedBy: string;
  },
): Promise<{ repaymentNo: number; leftVnd: bigint }> {
  const at = clock();
  const { recipientId, caseNo, confirmedBy } = of;
  const refused = new Refusal('recovery-not-repayable', { recipientId, caseNo });
  const work = write(db, async (tx) => {
    await expectTwo(tx, actor, confirmedBy);
    const period = periodOf(businessDate(at).slice(0, 7));
    const booked = await addRepayment(tx, { ...of, by: actor, at, period });
    if (booked === undefined) throw refused;
    await recordEvent(tx, {
      at,
      actor,
      action: 'recovery-repaid',
      subject: `recovery/${recipientId}/${caseNo}`,
      facts: {
        repayment: booked.repaymentNo,
        amount_vnd: String(of.amountVnd),
        left_vnd: String(booked.leftVnd),
      },
    });
    return booked;
  });
  return work.catch((error: unknown) => {
    if (violatedConstraint(error) === 'repaid_no_more_than_decided') throw refused;
    throw error;
  });
}

async function expectTwo(tx: Tx, maker: string, checker: string): Promise<void> {
  const isMaker = await hasRole(tx, { personId: maker, role: 'maker' });
  const isChecker = await hasRole(tx, { personId: checker, role: 'checker' });
  if (!isMaker || !isChecker || maker === checker) {
    throw new Refusal('decision-needs-two-persons');
  }
}
