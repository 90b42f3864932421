import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { profilesInUse } from '../batch/bank-profile.sql.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import {
  copyItems,
  newReading,
  nothingHeard,
  type Heard,
  type Reading,
} from './copy-items.flow.ts';
import type { BankFileReader } from './bank-file-reader.port.ts';
import type { Inbox } from './inbox.port.ts';
import { treatmentOf } from './inbound-rules.ts';
import { SettlementItems } from './settlement-items.ts';
import { SEEN_BEFORE, type SettlementItem } from './settlement.ts';
import {
  accountOf,
  addSettlementFile,
  addStatement,
  keepSetAside,
  knownPeriods,
  openEntryDifferences,
  prepareSettlement,
  recordAnswer,
  sentFile,
  strayStatus,
  type NewSettlementFile,
} from './settlement.sql.ts';
import { sumOf, type Tally } from './tally.ts';

/** Where the answers of a channel lie, as its profile says. */
export type Inboxes = (profile: BankProfile) => Inbox;

/** How the files of a channel are read, as its profile says. */
export type BankFileReaders = (profile: BankProfile) => BankFileReader;

export interface Received {
  readonly accepted: number;
  readonly refused: readonly { readonly name: string; readonly refusal: RefusalCode }[];
  /** The same bytes had come before: put away, with no effect. */
  readonly repeated: number;
}

/**
 * Takes in everything that lies in the inboxes of all channels, or of one, in order of name. A file is kept byte for byte
 * before it is read; it takes effect whole, after its last byte has been read and its control totals
 * agree, or it is refused whole with one clear reason and kept. The same bytes again change nothing.
 */
export async function receiveFiles(
  context: Context,
  { inboxes, readers }: { inboxes: Inboxes; readers: BankFileReaders },
  { period, channel: only }: { period: Period; channel?: string },
): Promise<Received> {
  const received = { accepted: 0, refused: [] as Received['refused'][number][], repeated: 0 };
  for (const [channel, profile] of await profilesInUse(context.db, null)) {
    if (only !== undefined && channel !== only) continue;
    const [inbox, reader] = [inboxes(profile), readers(profile)];
    const names = await inbox.list();
    if (names.length > 0) context.boundary('settlement:collected');
    for (const name of names) {
      const file = await context.archive.put(inbox.open(name));
      context.boundary('settlement:archived');
      const verdict = await receiveOne(context, reader, { channel, profile, name, file, period });
      context.boundary('settlement:read');
      await inbox.putAway(name);
      if (verdict === 'accepted') received.accepted += 1;
      else if (verdict === 'repeated') received.repeated += 1;
      else received.refused.push({ name, refusal: verdict });
    }
  }
  return received;
}

interface Arrival {
  readonly channel: string;
  readonly profile: BankProfile;
  readonly name: string;
  readonly file: ArchivedFile;
  readonly period: Period;
}

async function receiveOne(
  context: Context,
  reader: BankFileReader,
  arrival: Arrival,
): Promise<'accepted' | 'repeated' | RefusalCode> {
  const { db } = context;
  const { channel, file } = arrival;
  const known = { direction: 'in' as const, counterpart: channel, sha256: file.sha256 };
  if ((await fileWithBytes(db, known)) !== undefined) return 'repeated';

  const heard = nothingHeard();
  try {
    await write(db, async (tx) => {
      const fileId = await keep(tx, arrival, context.clock());
      await prepareSettlement(tx);
      const reading = newReading(
        { fileId, heard, current: arrival.period },
        await knownPeriods(tx),
      );
      const read = reader.read(context.archive.open(file.sha256));
      await copyItems(tx, understood(read, arrival.profile), reading);
      await accept(tx, context, { arrival, reading });
    });
    return 'accepted';
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    await write(db, (tx) => refuse(tx, context, { arrival, heard, refusal }));
    return refusal;
  }
}

/** What the items of a file mean by the profile of its bank, as they pass. */
async function* understood(
  content: ReturnType<BankFileReader['read']>,
  profile: BankProfile,
): AsyncGenerator<readonly SettlementItem[]> {
  const items = new SettlementItems(profile);
  for await (const some of content) yield items.take(some);
  yield items.end();
}

/** The rules of the database that refuse a file, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  one_message_takes_effect_once: 'message-repeated',
  statements_are_a_chain: 'statement-out-of-sequence',
  balances_add_up: 'control-totals-disagree',
  one_booking_is_one_entry: 'file-malformed',
  an_entry_moves_money: 'file-malformed',
  a_line_moves_money: 'file-malformed',
};

function refusalOf(error: unknown): RefusalCode | undefined {
  if (error instanceof Refusal) return error.code;
  return REFUSED_BY[violatedConstraint(error) ?? ''];
}

async function accept(
  tx: Tx,
  { clock, actor }: Context,
  { arrival, reading }: { arrival: Arrival; reading: Reading },
): Promise<void> {
  const at = clock();
  const { channel } = arrival;
  const { fileId, heard, tally } = reading;
  await check(tx, arrival, reading);

  const described = describe(heard, tally, arrival);
  await addSettlementFile(tx, { ...described, fileId, channel, refusal: null });
  await takeStatistics(tx, { tables: ['settlement_line'], period: arrival.period });
  for (const statement of heard.statements) {
    await addStatement(tx, { ...statement, fileId, channel });
  }
  const { period } = arrival;
  await openEntryDifferences(tx, { period, at });
  if (reading.setAsideCount > 0) await keepSetAside(tx, { fileId, period, at });
  if (described.originalMessageId !== null && saysWhatBecame(described)) {
    await recordAnswer(tx, { messageId: described.originalMessageId, actor, at });
  }
  await recordEvent(tx, {
    at,
    actor,
    action: 'settlement-accepted',
    subject: `file/${fileId}`,
    facts: {
      kind: described.kind,
      sha256: arrival.file.sha256,
      lines: String(described.lineCount),
    },
  });
}

async function refuse(
  tx: Tx,
  { clock, actor }: Context,
  { arrival, heard, refusal }: { arrival: Arrival; heard: Heard; refusal: RefusalCode },
): Promise<void> {
  const at = clock();
  const fileId = await keep(tx, arrival, at);
  const described = describe(heard, new Map(), arrival);
  await addSettlementFile(tx, { ...described, fileId, channel: arrival.channel, refusal });
  await recordEvent(tx, {
    at,
    actor,
    action: 'settlement-refused',
    subject: `file/${fileId}`,
    facts: { refusal, sha256: arrival.file.sha256 },
  });
}

function keep(tx: Tx, { channel, name, file }: Arrival, at: Date): Promise<bigint> {
  return recordFile(tx, {
    direction: 'in',
    counterpart: channel,
    kind: 'settlement',
    name,
    sha256: file.sha256,
    byteSize: file.byteSize,
    at,
  });
}

/**
 * Whether a message is an answer to a file of ours. Of one that was put twice, the refusal of the second
 * says nothing of the first; and that a bank will not cancel may be because it has no such file.
 */
function saysWhatBecame({ kind, groupStatus, groupReason }: Described): boolean {
  if (kind === 'camt.029') return groupStatus === 'CANC';
  return !(groupStatus === 'RJCT' && SEEN_BEFORE.some((code) => code === groupReason));
}

type Described = Omit<NewSettlementFile, 'fileId' | 'channel' | 'refusal'>;

/** What is recorded of a file that broke off before it said so. */
const UNHEARD = { kind: 'unknown', messageId: '', originalMessageId: null } as const;

function describe(heard: Heard, tally: Tally, { file }: Arrival): Described {
  const { kind, messageId: given, originalMessageId } = heard.message ?? UNHEARD;
  // Text statements and lists have no id that is used once; their bytes are what they are.
  const isNamed = given !== '' && !kind.startsWith('mt');
  const messageId = isNamed || heard.message === undefined ? given : file.sha256;
  const lines = sumOf(tally, ['status', 'debit', 'credit', 'paid', 'unpaid']);
  return {
    kind,
    messageId,
    lineCount: lines.count,
    creditCount: sumOf(tally, ['credit']).count,
    totalVnd: lines.totalVnd,
    firstPeriod: lines.firstPeriod,
    lastPeriod: lines.lastPeriod,
    originalMessageId,
    ...describeWhole(heard),
  };
}

/** The status of the file as a whole; the reason may stand with its block alone. */
function describeWhole({ group, block }: Heard): Pick<Described, 'groupStatus' | 'groupReason'> {
  const whole = group ?? block;
  if (whole === undefined) return { groupStatus: null, groupReason: null };
  return { groupStatus: whole.status, groupReason: whole.reason || (block?.reason ?? '') };
}

/** Refuses a file that is for another payer, contradicts what it answers, or counts it wrong. */
async function check(tx: Tx, arrival: Arrival, reading: Reading): Promise<void> {
  const { channel } = arrival;
  const { heard } = reading;
  const { message } = heard;
  if (message === undefined) throw new Refusal('file-malformed', { at: 'message' });
  if (message.payerAccount !== null && message.payerAccount !== (await accountOf(tx, channel))) {
    throw new Refusal('file-for-another-payer');
  }
  const answered = message.originalMessageId;
  if (answered === null) return;
  const sent = await sentFile(tx, { channel, messageId: answered });
  if (sent === undefined) throw new Refusal('file-for-another-payer');
  refuseContradiction(heard, sent);
  if (message.kind === 'pain.002') await refuseStrays(tx, { arrival, reading, answered });
}

/** What an answer says of the whole of a file of ours has to be so. */
function refuseContradiction(
  { named, count: { payments, byStatus, isOne } }: Heard,
  sent: { lines: bigint; paymentInformationId: string },
): void {
  if (named !== undefined && named.paymentInformationId !== sent.paymentInformationId) {
    const { path: at, offset: byte } = named;
    throw new Refusal('file-malformed', { at, rule: 'unknown-block', byte });
  }
  if (!isOne || (payments !== null && payments !== sent.lines) || byStatus > sent.lines) {
    throw new Refusal('control-totals-disagree');
  }
}

/** Refuses a payment of ours that the message answered does not have, where the profile does not tolerate it. */
async function refuseStrays(
  tx: Tx,
  { arrival, reading, answered }: { arrival: Arrival; reading: Reading; answered: string },
): Promise<void> {
  const rule = 'reference-of-another-message';
  if (treatmentOf(rule, arrival.profile.inbound) !== 'refuse') return;
  const { firstPeriod, lastPeriod } = sumOf(reading.tally, ['status']);
  const stray =
    firstPeriod === null
      ? undefined
      : await strayStatus(tx, {
          fileId: reading.fileId,
          channel: arrival.channel,
          messageId: answered,
          firstPeriod,
          lastPeriod,
        });
  if (stray !== undefined) {
    throw new Refusal('file-malformed', { at: stray.path, rule, byte: Number(stray.byte) });
  }
}
