import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import type { Period } from '../kernel/period.ts';
import { readPaymentReference } from '../kernel/reference.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine } from '../platform/copy.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import type { Inbox } from './inbox.port.ts';
import type { SettlementReader } from './settlement-reader.port.ts';
import { SEEN_BEFORE, type SettlementItem } from './settlement.ts';
import {
  accountOf,
  addSettlementFile,
  addSettlementLines,
  addStatement,
  entriesThatDiffer,
  isOurMessage,
  knownPeriods,
  prepareSettlement,
  readTotals,
  recordAnswer,
  SETTLEMENT_ROW,
  type NewSettlementFile,
  type ReadTotals,
} from './settlement.sql.ts';

/** Where the answers of each channel lie. */
export type Inboxes = ReadonlyMap<string, Inbox>;

export interface Received {
  readonly accepted: number;
  readonly refused: readonly { readonly name: string; readonly refusal: RefusalCode }[];
  /** The same bytes had come before: put away, with no effect. */
  readonly repeated: number;
}

/**
 * Takes in everything that lies in the inboxes, in order of name. A file is kept byte for byte
 * before it is read; it takes effect whole, after its last byte has been read and its control totals
 * agree, or it is refused whole with one clear reason and kept. The same bytes again change nothing.
 */
export async function receiveFiles(
  context: Context,
  { inboxes, reader }: { inboxes: Inboxes; reader: SettlementReader },
  { period }: { period: Period },
): Promise<Received> {
  const received = { accepted: 0, refused: [] as Received['refused'][number][], repeated: 0 };
  for (const [channel, inbox] of inboxes) {
    const names = await inbox.list();
    if (names.length > 0) context.boundary('settlement:collected');
    for (const name of names) {
      const file = await context.archive.put(inbox.open(name));
      context.boundary('settlement:archived');
      const verdict = await receiveOne(context, reader, { channel, name, file, period });
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
  readonly name: string;
  readonly file: ArchivedFile;
  readonly period: Period;
}

async function receiveOne(
  context: Context,
  reader: SettlementReader,
  arrival: Arrival,
): Promise<'accepted' | 'repeated' | RefusalCode> {
  const { db } = context;
  const { channel, file } = arrival;
  const known = { direction: 'in' as const, counterpart: channel, sha256: file.sha256 };
  if ((await fileWithBytes(db, known)) !== undefined) return 'repeated';

  const heard: Heard = {
    message: undefined,
    group: undefined,
    block: undefined,
    statement: undefined,
    totals: [],
  };
  try {
    await write(db, async (tx) => {
      await prepareSettlement(tx);
      const items = reader.read(context.archive.open(file.sha256));
      const periods = { known: await knownPeriods(tx), current: arrival.period };
      await copyIn(tx, SETTLEMENT_ROW, rows(items, heard, periods));
      await accept(tx, context, { arrival, heard });
    });
    return 'accepted';
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    await write(db, (tx) => refuse(tx, context, { arrival, heard, refusal }));
    return refusal;
  }
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

type Item<Type extends SettlementItem['type']> = Extract<SettlementItem, { type: Type }>;

/** What a file says once. */
interface Heard {
  message: Item<'message'> | undefined;
  group: Item<'status'> | undefined;
  /** Our files have one block, so its status is that of the file when the file has none. */
  block: Item<'status'> | undefined;
  statement: Item<'statement'> | undefined;
  totals: Item<'totals'>[];
}

interface Periods {
  readonly known: ReadonlySet<Period>;
  readonly current: Period;
}

/** The lines of a file for copyIn(), while what it says once is kept aside. */
async function* rows(
  items: AsyncIterable<readonly SettlementItem[]>,
  heard: Heard,
  periods: Periods,
): AsyncGenerator<string> {
  let lineNo = 0;
  for await (const chunk of items) {
    let text = '';
    for (const item of chunk) {
      if (hear(heard, item)) continue;
      lineNo += 1;
      text += row(item, lineNo, periods);
    }
    yield text;
  }
}

function hear(heard: Heard, item: SettlementItem): boolean {
  switch (item.type) {
    case 'message':
      heard.message = item;
      return true;
    case 'statement':
      // One statement a file: several would need several effects.
      if (heard.statement !== undefined) throw new Refusal('file-malformed', { at: 'Stmt' });
      heard.statement = item;
      return true;
    case 'totals':
      heard.totals.push(item);
      return true;
    case 'status':
      return hearStatus(heard, item);
    case 'booking':
    case 'entry':
    case 'cash':
      return false;
  }
}

/** Only the status of one instruction is a line. */
function hearStatus(heard: Heard, item: Item<'status'>): boolean {
  if (item.level === 'group') heard.group = item;
  if (item.level === 'block') {
    // Some banks repeat the block for each payment they name: then none speaks for the whole.
    heard.block = heard.block === undefined ? item : { ...item, status: 'PART' };
  }
  return item.level !== 'instruction';
}

function row(item: SettlementItem, lineNo: number, periods: Periods): string {
  switch (item.type) {
    case 'status':
      return line(lineNo, 'status', item, {
        status: item.status,
        amountVnd: item.amountVnd,
        periods,
      });
    case 'booking':
      return line(lineNo, item.direction, item, {
        ...item,
        status: 'BOOK',
        periods,
      });
    case 'cash':
      return line(lineNo, item.outcome, item, {
        status: item.outcome,
        amountVnd: item.amountVnd,
        bookedOn: item.paidOn,
        periods,
      });
    case 'entry':
      return copyLine([
        lineNo,
        `entry-${item.direction}`,
        null,
        null,
        null,
        item.status,
        item.paymentInformationId,
        item.amountVnd,
        item.bookedOn,
        item.entryReference,
        item.offset,
        item.declaredCount,
      ]);
    case 'message':
    case 'statement':
    case 'totals':
      throw new Error(`${item.type} is not a line`);
  }
}

/** A reference that is none of ours is kept under recipient 0, for a person to explain. */
function line(
  lineNo: number,
  kind: string,
  item: { reference: string; reason: string; offset: number },
  more: {
    status: string;
    amountVnd: bigint | null;
    bookedOn?: string | null;
    entryReference?: string;
    periods: Periods;
  },
): string {
  const read = readPaymentReference(item.reference);
  const names = read !== undefined && more.periods.known.has(read.period) ? read : undefined;
  return copyLine([
    lineNo,
    kind,
    names?.recipientId ?? 0,
    names?.period ?? more.periods.current,
    item.reference,
    more.status,
    item.reason,
    more.amountVnd,
    more.bookedOn ?? null,
    more.entryReference ?? '',
    item.offset,
    null,
  ]);
}

async function accept(
  tx: Tx,
  { clock, actor }: Context,
  { arrival, heard }: { arrival: Arrival; heard: Heard },
): Promise<void> {
  const at = clock();
  const { channel } = arrival;
  const totals = await readTotals(tx);
  await check(tx, channel, { heard, totals });

  const fileId = await keep(tx, arrival, at);
  const lines = totals.filter(({ kind }) => !kind.startsWith('entry-'));
  const described = describe(heard, lines);
  await addSettlementFile(tx, { ...described, fileId, channel, refusal: null });
  await addSettlementLines(tx, fileId);
  await takeStatistics(tx, { tables: ['settlement_line'], period: arrival.period });
  if (heard.statement !== undefined) {
    await addStatement(tx, { ...heard.statement, fileId, channel });
  }
  if (described.originalMessageId !== null && !saysSeenBefore(described)) {
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
  const described = describe(heard, []);
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

/** Of a file that was put twice, the refusal of the second is no answer to the first. */
function saysSeenBefore({ groupStatus, groupReason }: Described): boolean {
  return groupStatus === 'RJCT' && SEEN_BEFORE.some((code) => code === groupReason);
}

type Described = Omit<NewSettlementFile, 'fileId' | 'channel' | 'refusal'>;

/** What is recorded of a file that broke off before it said so. */
const UNHEARD = { kind: 'unknown', messageId: '', originalMessageId: null } as const;

function describe(heard: Heard, lines: readonly ReadTotals[]): Described {
  const { kind, messageId, originalMessageId } = heard.message ?? UNHEARD;
  const periods = lines
    .flatMap(({ firstPeriod, lastPeriod }) => [firstPeriod, lastPeriod])
    .filter((one) => one !== null)
    .sort();
  return {
    kind,
    messageId,
    lineCount: lines.reduce((count, total) => count + total.count, 0n),
    creditCount: lines.find((total) => total.kind === 'credit')?.count ?? 0n,
    totalVnd: lines.reduce((sum, total) => sum + total.totalVnd, 0n),
    firstPeriod: periods[0] ?? null,
    lastPeriod: periods.at(-1) ?? null,
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

async function check(
  tx: Tx,
  channel: string,
  { heard, totals }: { heard: Heard; totals: readonly ReadTotals[] },
): Promise<void> {
  const { message } = heard;
  if (message === undefined) throw new Refusal('file-malformed', { at: 'message' });
  if (message.payerAccount !== null && message.payerAccount !== (await accountOf(tx, channel))) {
    throw new Refusal('file-for-another-payer');
  }
  const answered = message.originalMessageId;
  if (answered !== null && !(await isOurMessage(tx, { channel, messageId: answered }))) {
    throw new Refusal('file-for-another-payer');
  }
  if (!heard.totals.every((declared) => agrees(declared, totals))) {
    throw new Refusal('control-totals-disagree');
  }
  if ((await entriesThatDiffer(tx)) > 0n) throw new Refusal('control-totals-disagree');
}

/** Which rows a declared total counts. Of cash, debit is what was handed over. */
const COUNTED = {
  bookings: { debit: ['debit'], credit: ['credit'], all: ['debit', 'credit'] },
  cash: { debit: ['paid'], credit: ['unpaid'], all: ['paid', 'unpaid'] },
  entries: {
    debit: ['entry-debit'],
    credit: ['entry-credit'],
    all: ['entry-debit', 'entry-credit'],
  },
} as const satisfies Record<
  Item<'totals'>['of'],
  Record<Item<'totals'>['direction'], readonly string[]>
>;

/** Every declared total against an independent one, drawn from the rows. */
function agrees(declared: Item<'totals'>, totals: readonly ReadTotals[]): boolean {
  const kinds: readonly string[] = COUNTED[declared.of][declared.direction];
  const counted = totals.filter(({ kind }) => kinds.includes(kind));
  const count = counted.reduce((sum, total) => sum + total.count, 0n);
  const amount = counted.reduce((sum, total) => sum + total.totalVnd, 0n);
  return (
    (declared.count === null || declared.count === count) &&
    (declared.totalVnd === null || declared.totalVnd === amount)
  );
}
