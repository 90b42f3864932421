import { recordEvent } from '../audit/audit.sql.ts';
import { isBeforeCutoff } from '../batch/bank-calendar.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { bankDay, profilesInUse } from '../batch/bank-profile.sql.ts';
import { advanceBatch, batchesOf, type BatchHead } from '../batch/batch.sql.ts';
import type { Period } from '../kernel/period.ts';
import { businessDate, businessTime } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import type { PaymentTransport } from './payment-transport.port.ts';
import { answeredBeforeSent, recordAnswered } from './epoch.sql.ts';
import {
  bookReleased,
  claimedElsewhere,
  claimFiles,
  heldFiles,
  recordDispatch,
  takeOverFiles,
  type HeldFile,
} from './release.sql.ts';

/** How a channel is reached, as its profile says. */
export type Transports = (profile: BankProfile) => PaymentTransport;

export interface ReleaseScope {
  readonly period: Period;
  /** Unique for this process: a claim is its holder's alone until the lease ends. */
  readonly owner: string;
  readonly leaseSeconds: number;
  /**
   * Asked before anything is put, and again before each batch: by our clock a cut-off has passed or not. Throws where
   * it is not that of the database. Left out where the clock is told and not read from a machine.
   */
  readonly expectClock?: () => Promise<void>;
}

export interface Released {
  readonly batches: number;
  /** Batches that wait until their stop period is over. */
  readonly stopped: number;
  /** Batches that wait because nobody has been asked in time who lives. */
  readonly waiting: number;
  /** Batches withdrawn, because a line may no longer be paid: their lines are owed again. */
  readonly withdrawn: number;
  readonly sent: number;
  /** Files of which nobody can say whether they arrived: a person asks the bank. */
  readonly unknown: number;
  /** Batches of a bank that has answered for what was never sent here: a person withdraws what it has spoken of. */
  readonly answered: number;
  /** Batches whose cut-off has passed: never sent late, never given another day; a person withdraws. */
  readonly held: number;
  /** Files that another process holds, and for how long it still may. */
  readonly heldElsewhere: { readonly count: bigint; readonly seconds: number };
}

/**
 * Sends every approved batch, once. The one protocol that was found both safe and live: record the
 * intention (batch released, money in transit, files claimed), put the file, record that it was put.
 * After a crash between them the same bytes are put again under the same name and references, and
 * only to a bank that refuses a reference it has seen; to any other nothing is put again, and the
 * file is unknown until a person has asked.
 *
 * A batch of which the database refuses the release, because a line of it may no longer be paid, is
 * withdrawn: somebody has died, the evidence is too old, a finding has come, the account is another by
 * now. Nothing is taken out of what two people have signed; what may still be paid is to be gathered
 * again, and signed again.
 *
 * A batch of which the bank has spoken before it was sent holds every batch of that bank, since nobody knows what
 * else the bank has; those of other banks go out.
 */
export async function releaseBatches(
  context: Context,
  transports: Transports,
  scope: ReleaseScope,
): Promise<Released> {
  const { db } = context;
  const outcomes = {
    batches: 0,
    stopped: 0,
    waiting: 0,
    withdrawn: 0,
    sent: 0,
    unknown: 0,
    answered: 0,
    held: 0,
  };
  const doubted = new Set<string>();
  const doubt = async ({
    batchId,
    channel,
  }: {
    batchId: bigint;
    channel: string;
  }): Promise<void> => {
    doubted.add(channel);
    await write(db, (tx) => recordAnswered(tx, { batchId, ...stamp(context) }));
  };
  const sendHeld = async (claimedNow: readonly bigint[]): Promise<void> => {
    for (const file of await heldFiles(db, scope.owner)) {
      // Only what was claimed a moment ago has surely not been put: of anything held longer, by
      // this process or by another before it, a put may have reached the counterpart.
      const mayPut = claimedNow.includes(file.fileId) || file.dedupesReference;
      const outcome = await send(context, transports, { file, mayPut });
      if (outcome !== undefined) outcomes[outcome] += 1;
    }
  };

  await takeOver(context, scope);
  await sendHeld([]);
  for (const batch of await answeredBeforeSent(db, scope)) await doubt(batch);
  for (const batch of await batchesOf(db, { period: scope.period, state: 'approved' })) {
    if (doubted.has(batch.channel)) {
      outcomes.answered += 1;
      continue;
    }
    if (!(await mayStillBeSent(context, scope, batch))) {
      outcomes.held += 1;
      continue;
    }
    const claimed = await claim(context, scope, batch).catch(objectionIn);
    if ('fate' in claimed) {
      if (claimed.fate === 'answered') await doubt(batch);
      if (claimed.fate === 'withdrawn') await withdraw(context, scope, batch, claimed);
      outcomes[claimed.fate] += 1;
      continue;
    }
    if (claimed.length === 0) continue;
    outcomes.batches += 1;
    context.boundary('release:claimed');
    // At once, and not when all are claimed: booking a large batch outlasts the lease of another.
    await sendHeld(claimed);
  }
  return { ...outcomes, heldElsewhere: await claimedElsewhere(db, scope.owner) };
}

/** A rule that speaks against a batch, and what becomes of the batch. */
interface Objection {
  readonly rule: string;
  readonly fate: 'stopped' | 'waiting' | 'withdrawn' | 'answered';
}

/** Every rule that may stop a batch between its signatures and its release. */
const OBJECTIONS: readonly Objection[] = [
  { rule: 'stop_period_has_passed', fate: 'stopped' },
  { rule: 'life_was_checked', fate: 'waiting' },
  { rule: 'the_dead_are_not_paid', fate: 'withdrawn' },
  { rule: 'evidence_is_fresh', fate: 'withdrawn' },
  { rule: 'no_finding_waits', fate: 'withdrawn' },
  { rule: 'account_is_of_one_payee', fate: 'withdrawn' },
  { rule: 'recipient_is_not_given_up', fate: 'withdrawn' },
  { rule: 'account_is_of_record', fate: 'withdrawn' },
  { rule: 'account_change_was_told', fate: 'withdrawn' },
  { rule: 'changed_account_has_cooled_off', fate: 'withdrawn' },
  { rule: 'bank_has_not_spoken_of_it', fate: 'answered' },
  { rule: 'not_sent_before_the_restore', fate: 'answered' },
];

/** One batch that is stopped must not hold back the recipients of the others. */
function objectionIn(error: unknown): Objection {
  const violated = violatedConstraint(error);
  const objection = OBJECTIONS.find(({ rule }) => rule === violated);
  if (objection === undefined) throw error;
  return objection;
}

/** Withdraws a batch by the rule that was found: its lines are owed again. */
async function withdraw(
  context: Context,
  { period }: ReleaseScope,
  { batchId }: BatchHead,
  { rule }: Objection,
): Promise<void> {
  const by = stamp(context);
  await write(context.db, async (tx) => {
    if ((await advanceBatch(tx, 'batch-pulled', { batchId, ...by })) === undefined) return;
    await recordEvent(tx, {
      ...by,
      action: 'lines-owed-again',
      subject: `period/${period}`,
      facts: { batch: String(batchId), rule },
    });
  });
}

/** Claims what a process that is no more has left claimed. */
async function takeOver(context: Context, scope: ReleaseScope): Promise<void> {
  await scope.expectClock?.();
  await write(context.db, (tx) => takeOverFiles(tx, { ...scope, ...stamp(context) }));
}

/**
 * Whether the bank still takes files for the value date that was signed. A day off that was declared since
 * makes it another day, which nobody has signed.
 */
async function mayStillBeSent(
  { db, clock }: Context,
  { expectClock }: ReleaseScope,
  { channel, valueDate }: BatchHead,
): Promise<boolean> {
  await expectClock?.();
  const calendar = (await profilesInUse(db, null)).get(channel)?.calendar;
  if (calendar === undefined) throw new Error(`channel ${channel} has no profile`);
  if ((await bankDay(db, { day: valueDate, steps: 0 })) !== valueDate) return false;
  const { leadBankDays } = calendar;
  const lastDay =
    leadBankDays === 0 ? valueDate : await bankDay(db, { day: valueDate, steps: -leadBankDays });
  if (lastDay === undefined) throw new Error(`no bank day before ${valueDate}`);
  const at = clock();
  return isBeforeCutoff(calendar, lastDay, { day: businessDate(at), time: businessTime(at) });
}

/** The files of a batch, claimed with its money in transit; none if another was faster. */
async function claim(
  context: Context,
  scope: ReleaseScope,
  batch: { batchId: bigint; totalVnd: bigint },
): Promise<bigint[]> {
  const { batchId } = batch;
  return write(context.db, async (tx) => {
    const moved = await advanceBatch(tx, 'batch-released', { batchId, ...stamp(context) });
    if (moved === undefined) return [];
    const on = businessDate(context.clock());
    const booked = await bookReleased(tx, { batchId, period: scope.period, on });
    if (booked.totalVnd !== batch.totalVnd) {
      throw new Error(`batch ${batchId}: ${booked.totalVnd} of ${batch.totalVnd} VND in transit`);
    }
    const files = await claimFiles(tx, { batchId, ...scope, ...stamp(context) });
    return files.map(({ fileId }) => fileId);
  });
}

async function send(
  context: Context,
  transports: Transports,
  { file, mayPut }: { file: HeldFile; mayPut: boolean },
): Promise<'sent' | 'unknown' | undefined> {
  if (mayPut) {
    const profile = (await profilesInUse(context.db, null)).get(file.channel);
    if (profile === undefined) throw new Error(`channel ${file.channel} has no profile`);
    // Before it may arrive, and outside the database: one that is restored has forgotten it (I37).
    const { name, sha256, channel } = file;
    await context.archive.sent.note({ name, sha256, channel, putAt: context.clock() });
    await transports(profile).deliver({
      name: file.name,
      path: context.archive.path(file.sha256),
      sha256: file.sha256,
      byteSize: Number(file.byteSize),
    });
    context.boundary('release:delivered');
  }
  const state = mayPut ? 'sent' : 'unknown';
  const recorded = await write(context.db, (tx) =>
    recordDispatch(tx, { fileId: file.fileId, fence: file.fence, state, ...stamp(context) }),
  );
  context.boundary('release:sent');
  // Taken over while it was put: what became of it is for the new holder to say.
  return recorded === undefined ? undefined : state;
}

function stamp({ actor, clock }: Context): { actor: string; at: Date } {
  return { actor, at: clock() };
}
