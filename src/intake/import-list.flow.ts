import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import { openPeriod, takeStatistics } from '../audit/period.sql.ts';
import { addMonths, plainDate, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine, copyOut } from '../platform/copy.ts';
import { write, type Tx } from '../platform/db.ts';
import { compareAndKeep } from './compare-list.flow.ts';
import { contentKeyOfList, listWithContent } from './comparison.sql.ts';
import {
  addChannels,
  addEnrolments,
  addList,
  addListings,
  addPayees,
  addRecipientKeys,
  addRecipients,
  countAndPlace,
  drawRecipientIds,
  hasEarlierList,
  INTAKE_ROW,
  INTAKE_TEXT,
  judgeRowsTogether,
  keepFindings,
  keepRows,
  layAcceptedRows,
  listOfFile,
  noteOtherChannels,
  noteSharedAccounts,
  prepareIntake,
  ROWS_WITHOUT_TEXT,
  type IntakeCounts,
} from './intake.sql.ts';
import { rulesFor } from './judge-context.flow.ts';
import { rememberedHeadings } from './map-headings.flow.ts';
import type { ListSummary } from './recipient-list.ts';
import type { RecipientListReader } from './recipient-list.port.ts';
import { stagedRows } from './staged-rows.flow.ts';

export interface ListToImport {
  readonly content: AsyncIterable<Buffer>;
  readonly name: string;
  readonly period: Period;
  readonly provinceCode: string;
  /** All rows or none; else the good rows. */
  readonly strict: boolean;
  /** That it says what last month's said is no mistake: nothing has changed indeed. */
  readonly sameAsLastMonth?: boolean;
  /** The office whose headings are read as it has mapped them: a province or a commune. */
  readonly office?: string;
}

/** What came of a list. Unchanged: the same had been imported, and nothing was done. */
export interface ImportedList extends ListSummary {
  readonly unchanged: boolean;
}

/**
 * Takes a list in: keeps its bytes, judges every row, and makes recipients, payees, channels,
 * enrolments and listings of the good ones, in one transaction, and lays them beside the month before.
 * The same bytes again change nothing, nor does a file that says the same in other bytes.
 * Throws Refusal list-malformed, list-without-people, list-columns-unknown, list-for-another-period, list-repeats-last-month, or
 * list-has-faulty-rows when the list is strict; what was refused is recorded all the same.
 */
export async function importList(
  context: Context,
  reader: RecipientListReader,
  list: ListToImport,
): Promise<ImportedList> {
  const { db, archive, boundary } = context;
  const file = await archive.put(list.content);
  boundary('intake:archived');

  const known = await alreadyImported(context, list, file);
  if (known !== undefined) return taken(known, list);

  const { mapped, version } = await rememberedHeadings(db, list);
  const again: ReadAgain = () => reader.read(archive.open(file.sha256), file.path, mapped);
  const imported = await write(db, async (tx) => {
    await openPeriod(tx, { period: list.period, at: context.clock() });
    const rules = await rulesFor(tx, reader, list);
    await prepareIntake(tx);
    await copyIn(tx, INTAKE_ROW, stagedRows(again(), rules));
    await judgeRowsTogether(tx);
    return apply(tx, context, { list, file, again, headings: version });
  });
  boundary('intake:imported');
  return taken(imported, list);
}

/** Refuses, each time it is asked, a list of which nothing was taken because it was strict. */
function taken(imported: ImportedList, { strict }: ListToImport): ImportedList {
  const { listId, accepted, refused, withheld } = imported;
  if (withheld > 0n || (strict && accepted === 0n && refused > 0n)) {
    throw new Refusal('list-has-faulty-rows', { listId, refused, withheld });
  }
  return imported;
}

async function alreadyImported(
  { db }: Context,
  list: ListToImport,
  file: ArchivedFile,
): Promise<ImportedList | undefined> {
  const same = await fileWithBytes(db, {
    direction: 'in',
    counterpart: officeOf(list),
    sha256: file.sha256,
  });
  if (same === undefined) return undefined;
  const known = await listOfFile(db, same.fileId);
  if (known === undefined) return undefined;
  if (known.period !== list.period) {
    throw new Refusal('list-for-another-period', { period: known.period, asked: list.period });
  }
  return { ...known, unchanged: true };
}

function officeOf(list: ListToImport): string {
  return `province/${list.provinceCode}`;
}

/** The day on which the list of a month is cut: before the 25th of the month before (art. 34(4)). */
function cutOf(period: Period): PlainDate {
  return plainDate(`${addMonths(period, -1)}-24`);
}

/** Reads the list once more, from the archive. */
type ReadAgain = () => ReturnType<RecipientListReader['read']>;

/** A row that only another row, or the register, made wrong is fetched from the file again. */
async function fetchMissingText(tx: Tx, again: ReadAgain): Promise<void> {
  const missing = new RowNumbers();
  for await (const rows of copyOut(tx, ROWS_WITHOUT_TEXT)) {
    for (const [rowNo] of rows) missing.add(Number(rowNo));
  }
  if (!missing.isEmpty) await copyIn(tx, INTAKE_TEXT, textsOf(missing, again()));
}

async function* textsOf(
  wanted: RowNumbers,
  records: ReturnType<ReadAgain>,
): AsyncGenerator<string> {
  for await (const chunk of records) {
    const found = chunk.filter(({ rowNo }) => wanted.has(rowNo));
    if (found.length > 0) yield found.map(({ rowNo, raw }) => copyLine([rowNo, raw])).join('');
  }
}

/** Numbers of rows, a bit each: of a million rows all may be wanted. */
class RowNumbers {
  #bits = new Uint8Array(1024);
  isEmpty = true;

  add(rowNo: number): void {
    const byte = rowNo >> 3;
    if (byte >= this.#bits.length) {
      const bits = new Uint8Array(2 * byte);
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (rowNo & 7));
    this.isEmpty = false;
  }

  has(rowNo: number): boolean {
    return (((this.#bits[rowNo >> 3] ?? 0) >> (rowNo & 7)) & 1) === 1;
  }
}

interface Judged {
  readonly list: ListToImport;
  readonly file: ArchivedFile;
  readonly again: ReadAgain;
  /** The version of the headings of the office, where it has said what any mean. */
  readonly headings: number | null;
}

async function apply(
  tx: Tx,
  context: Context,
  { list, file, again, headings }: Judged,
): Promise<ImportedList> {
  const { clock, actor } = context;
  const at = clock();
  const counts = await countAndPlace(tx);
  if (counts.rows === 0n) throw new Refusal('list-without-people');
  // Not recorded: it would stand in the way of the same file when the right month is chosen.
  if (counts.isForAnotherPeriod) {
    throw new Refusal('list-for-another-period', { asked: list.period });
  }

  const contentKey = await contentKeyOfList(tx);
  const said = await saidBefore(tx, list, contentKey);
  if (said !== undefined) return { ...said, unchanged: true };

  const fileId = await recordFile(tx, {
    direction: 'in',
    counterpart: officeOf(list),
    kind: 'recipient-list',
    name: list.name,
    sha256: file.sha256,
    byteSize: file.byteSize,
    at,
  });
  const isFirstList = !(await hasEarlierList(tx, list));
  const summary = fateOf(list, counts);
  const listId = await addList(tx, {
    ...summary,
    fileId,
    provinceCode: list.provinceCode,
    strict: list.strict,
    importedBy: actor,
    contentKey,
    at,
  });
  if (summary.accepted > 0n) {
    await addToRegister(tx, context, { listId, list, counts, isFirstList });
  }
  await fetchMissingText(tx, again);
  await keepRows(tx, listId);
  await keepFindings(tx, listId);
  await recordEvent(tx, {
    at,
    actor,
    action: takesNone(list, counts) ? 'list-refused' : 'list-imported',
    subject: `list/${listId}`,
    facts: {
      sha256: file.sha256,
      rows: String(counts.rows),
      refused: String(counts.refused),
      listed_vnd: String(summary.listedVnd),
      ...(headings === null ? {} : { headings: `${list.office ?? ''}/${headings}` }),
    },
  });
  return { listId, ...summary, unchanged: false };
}

function takesNone({ strict }: ListToImport, { refused }: IntakeCounts): boolean {
  return strict && refused > 0n;
}

/** What becomes of the rows of a list. */
function fateOf(list: ListToImport, counts: IntakeCounts): Omit<ListSummary, 'listId'> {
  const good = counts.rows - counts.refused;
  const none = takesNone(list, counts);
  return {
    period: list.period,
    rows: counts.rows,
    accepted: none ? 0n : good,
    refused: counts.refused,
    withheld: none ? good : 0n,
    listedVnd: none ? 0n : counts.listedVnd,
  };
}

/** The list of this month that says the same. Refuses one that says what last month's said. */
async function saidBefore(
  tx: Tx,
  list: ListToImport,
  contentKey: string,
): Promise<ListSummary | undefined> {
  const { provinceCode, period, sameAsLastMonth = false } = list;
  const known = await listWithContent(tx, { provinceCode, period, contentKey });
  if (known !== undefined || sameAsLastMonth) return known;
  const lastMonth = addMonths(period, -1);
  const repeated = await listWithContent(tx, { provinceCode, period: lastMonth, contentKey });
  if (repeated === undefined) return undefined;
  throw new Refusal('list-repeats-last-month', { list: repeated.listId, lastMonth });
}

const REGISTER = [
  'recipient',
  'recipient_key',
  'payee',
  'payment_channel',
  'enrolment',
  'listing',
] as const;

async function addToRegister(
  tx: Tx,
  context: Context,
  from: { listId: bigint; list: ListToImport; counts: IntakeCounts; isFirstList: boolean },
): Promise<void> {
  const { listId, list, counts, isFirstList } = from;
  await layAcceptedRows(tx, await drawRecipientIds(tx, counts.newPeople));
  // Beside the month before as the register stands: before any of it is applied.
  if (!isFirstList) await compareAndKeep(tx, context, { ...list, listId });
  await addRecipients(tx);
  await addRecipientKeys(tx);
  await addPayees(tx);
  await addChannels(tx, listId);
  const periodBefore = addMonths(list.period, -1);
  await addEnrolments(tx, { isFirstList, periodBefore, cutOfListBefore: cutOf(periodBefore) });
  await addListings(tx, { listId, period: list.period });
  await noteOtherChannels(tx);
  await noteSharedAccounts(tx);
  await takeStatistics(tx, { tables: REGISTER, period: list.period });
}
