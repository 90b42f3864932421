import { recordEvent } from '../audit/audit.sql.ts';
import { addMonths, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { copyIn } from '../platform/copy.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import {
  addAlarm,
  alarmsOfMovements,
  answerAlarms,
  keepComparison,
  keepMovements,
  layMovements,
  movementsLaid,
  type Alarm,
  type ComparisonCounts,
  type Movement,
} from './comparison.sql.ts';
import {
  countAndPlace,
  INTAKE_ROW,
  judgeRowsTogether,
  layAcceptedRows,
  prepareIntake,
} from './intake.sql.ts';
import { rulesFor } from './judge-context.flow.ts';
import { rememberedHeadings } from './map-headings.flow.ts';
import type { RecipientListReader } from './recipient-list.port.ts';
import { stagedRows } from './staged-rows.flow.ts';

/** A list beside the month before it. */
export interface ComparedList {
  /** Rows that are refused, and stand beside nobody. */
  readonly refused: bigint;
  readonly counts: ComparisonCounts;
  readonly alarms: readonly Alarm[];
  /** Endings without a reason first; as many as were asked for. */
  readonly movements: readonly Movement[];
}

/** Higher than any number that is ever given: a preview numbers the new, and must meet nobody. */
const NUMBERS_OF_NOBODY = 9_000_000_000_000_000_000n;

/**
 * Lays a list beside the month before and changes no row: what `compare` shows before the list is
 * applied. Its bytes are in the archive afterwards, because a workbook is read from a file. Throws Refusal list-malformed, or list-for-another-period as the import would.
 */
export async function compareList(
  context: Context,
  reader: RecipientListReader,
  list: {
    content: AsyncIterable<Buffer>;
    period: Period;
    provinceCode: string;
    atMost: number;
    office?: string;
  },
): Promise<ComparedList> {
  const { archive } = context;
  const file = await archive.put(list.content);
  const { mapped } = await rememberedHeadings(context.db, list);
  return undone(context, async (tx) => {
    await prepareIntake(tx);
    const rules = await rulesFor(tx, reader, list);
    const rows = reader.read(archive.open(file.sha256), file.path, mapped);
    await copyIn(tx, INTAKE_ROW, stagedRows(rows, rules));
    await judgeRowsTogether(tx);
    const { rows: rowCount, refused, isForAnotherPeriod } = await countAndPlace(tx);
    if (rowCount === 0n) throw new Refusal('list-without-people');
    if (isForAnotherPeriod) throw new Refusal('list-for-another-period', { asked: list.period });
    await layAcceptedRows(tx, NUMBERS_OF_NOBODY);
    const counts = await layMovements(tx, { ...list, periodBefore: addMonths(list.period, -1) });
    return {
      refused,
      counts,
      alarms: await alarmsOfMovements(tx, { at: context.clock() }),
      movements: await movementsLaid(tx, list),
    };
  });
}

/** Does work in a transaction that leaves nothing behind. */
async function undone<Result>(
  context: Context,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const done: { result?: Result } = {};
  const enough = new Error('undone on purpose');
  await write(context.db, async (tx) => {
    done.result = await work(tx);
    throw enough;
  }).catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  return done.result as Result;
}

/** Compares a list that is being taken in, and keeps what came out beside it. */
export async function compareAndKeep(
  tx: Tx,
  { clock, actor }: Context,
  list: { listId: bigint; period: Period; provinceCode: string },
): Promise<void> {
  const { listId } = list;
  const periodBefore = addMonths(list.period, -1);
  const counts = await layMovements(tx, { ...list, periodBefore });
  await keepComparison(tx, { ...counts, listId, periodBefore });
  await keepMovements(tx, listId);
  const at = clock();
  const alarms = await alarmsOfMovements(tx, { at });
  for (const alarm of alarms) await addAlarm(tx, { ...alarm, listId });
  await recordEvent(tx, {
    at,
    actor,
    action: 'list-compared',
    subject: `list/${listId}`,
    facts: {
      new: String(counts.new),
      ended: String(counts.ended),
      changed: String(counts.changed),
      returned: String(counts.returned),
      alarms: alarms.length,
    },
  });
}

/**
 * Says as context.actor why people ended without a reason, or many changed at once. Throws Refusal
 * nothing-to-explain, or list-explained-by-its-maker.
 */
export async function explainMovements(
  { db, clock, actor }: Context,
  of: { listId: bigint; communeCode: string | null; reason: string },
): Promise<number> {
  const { listId } = of;
  const count = await write(db, (tx) => answerAlarms(tx, { ...of, by: actor, at: clock() })).catch(
    (error: unknown) => {
      const rule = violatedConstraint(error);
      throw rule === 'another_explains_the_list'
        ? new Refusal('list-explained-by-its-maker', { listId })
        : error;
    },
  );
  if (count === 0) throw new Refusal('nothing-to-explain', { listId });
  return count;
}
