import { recordEvent } from '../audit/audit.sql.ts';
import { closePeriod } from '../audit/period.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import { period as periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import {
  addClosingProposal,
  addDaySignOff,
  addRepayment,
  closingState,
  monthStands,
  recordClosing,
  tiedDays,
  waitingClosing,
  type Closing,
  type TiedDay,
} from './closing.sql.ts';

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
  const closed = write(db, (tx) => close(tx, { ...of, preparedBy: actor, at: clock() }));
  return closed.catch((error: unknown) => {
    throw refusalOf(error, of.period);
  });
}

/**
 * Leaves word that a month may be closed, with what it comes to now, for another person to confirm. Throws
 * Refusal decision-needs-two-persons where the actor is no maker, and period-closed-already.
 */
export async function proposeClosing(
  { db, clock, actor }: Context,
  of: { period: Period; note: string },
): Promise<{ proposalNo: number }> {
  const at = clock();
  const { period, note } = of;
  return write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'maker' }))) {
      throw new Refusal('decision-needs-two-persons');
    }
    if (await isClosed(tx, period)) throw new Refusal('period-closed-already', { period });
    const stands = await monthStands(tx, { period });
    const made = await addClosingProposal(tx, { ...stands, note, by: actor, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'period-closing-proposed',
      subject: `period/${period}`,
      facts: { proposal: made.proposalNo, ...told(stands) },
    });
    return made;
  });
}

/**
 * Closes a month as the last proposal says: context.actor confirms what another person has prepared. Throws
 * Refusal closing-not-proposed, closing-changed-since when the month no longer comes to what was proposed,
 * and what closeMonth throws.
 */
export async function confirmClosing(
  { db, clock, actor }: Context,
  of: { period: Period; proposalNo: number },
): Promise<Closing> {
  const at = clock();
  const { period } = of;
  const closed = write(db, async (tx) => {
    const proposal = await waitingClosing(tx, { period });
    if (proposal?.proposalNo !== of.proposalNo) {
      throw new Refusal('closing-not-proposed', { period });
    }
    const { proposedBy: preparedBy } = proposal;
    const closing = await close(tx, { period, preparedBy, confirmedBy: actor, at });
    const seen = told(proposal);
    const now = told(closing);
    if (Object.entries(now).some(([name, value]) => seen[name] !== value)) {
      throw new Refusal('closing-changed-since', { period });
    }
    return closing;
  });
  return closed.catch((error: unknown) => {
    throw refusalOf(error, period);
  });
}

/**
 * Signs that a day of an account ties, as the signer saw it. Throws Refusal break-not-entitled where the
 * actor is no checker, and day-not-tied where it does not tie, has no statement or is not as it was seen.
 */
export async function signOffDay(
  { db, clock, actor }: Context,
  of: { account: string; day: PlainDate; seen: DaySeen },
): Promise<void> {
  const at = clock();
  const { account, day, seen } = of;
  await write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'checker' }))) {
      throw new Refusal('break-not-entitled');
    }
    const days = await tiedDays(tx, { period: periodOf(day.slice(0, 7)) });
    const found = days.find((one) => one.account === account && one.day === day);
    if (found === undefined || !isWhole(found) || !isAsSeen(found, seen)) {
      throw new Refusal('day-not-tied', { day });
    }
    const { signNo } = await addDaySignOff(tx, { ...found, by: actor, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'day-signed-off',
      subject: `day/${day}`,
      facts: { sign: signNo, bank_vnd: String(found.bankVnd), open_vnd: String(found.openVnd) },
    });
  });
}

type DaySeen = Pick<TiedDay, 'bankVnd' | 'bookVnd' | 'openVnd'>;

function isAsSeen(found: TiedDay, seen: DaySeen): boolean {
  return (
    found.bankVnd === seen.bankVnd &&
    found.bookVnd === seen.bookVnd &&
    found.openVnd === seen.openVnd
  );
}

/** Whether a day has both balances of its statement, and nothing of it is left over. */
function isWhole(
  found: TiedDay,
): found is TiedDay & { readonly openingVnd: bigint; readonly closingVnd: bigint } {
  return found.openingVnd !== null && found.closingVnd !== null && found.leftVnd === 0n;
}

async function isClosed(tx: Tx, period: Period): Promise<boolean> {
  return (await closingState(tx, { period })).closedAt !== null;
}

/** What a month comes to, as the log tells it. */
function told(of: Closing): Record<string, string> {
  return {
    entitled_vnd: String(of.entitledVnd),
    owed_vnd: String(of.owedVnd),
    paid_vnd: String(of.paidVnd),
    open_breaks: String(of.openBreakCount),
  };
}

async function close(
  tx: Tx,
  of: { period: Period; preparedBy: string; confirmedBy: string; at: Date },
): Promise<Closing> {
  const { period, preparedBy, confirmedBy, at } = of;
  await expectTwo(tx, preparedBy, confirmedBy);
  const closing = await recordClosing(tx, of);
  await closePeriod(tx, { period, at });
  await recordEvent(tx, {
    at,
    actor: preparedBy,
    action: 'period-closed',
    subject: `period/${period}`,
    facts: { confirmed_by: confirmedBy, ...told(closing) },
  });
  return closing;
}

function refusalOf(error: unknown, period: Period): unknown {
  const rule = violatedConstraint(error);
  if (rule === 'period_closing_pkey') return new Refusal('period-closed-already', { period });
  const waiting = WAITING.find((name) => name === rule);
  return waiting === undefined ? error : new Refusal('period-not-ready', { period, rule: waiting });
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
