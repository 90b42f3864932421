import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import type { PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine } from '../platform/copy.ts';
import { write, type Tx } from '../platform/db.ts';
import type { ListFiles } from './list-file.port.ts';
import {
  addListedDeaths,
  addOutsideList,
  countFacts,
  endFacts,
  INCOMING_FACT,
  keepAskedRows,
  keepFacts,
  matchFacts,
  newestListDay,
  outsideListOfFile,
  prepareFacts,
  type OutsideList,
} from './outside.sql.ts';
import {
  OUTSIDE_FORMATS,
  outsideReader,
  type OutsideKind,
  type OutsideRow,
} from './outside-list.ts';
import { expectPersonOf } from './register-officer.flow.ts';
import { ROWS_OF_A_SHEET } from './source-record.ts';

export interface FactsToImport {
  readonly content: AsyncIterable<Buffer>;
  readonly name: string;
  readonly kind: OutsideKind;
  /** Who made the list: a police office, a prison, a bank. Lists of one source follow each other. */
  readonly source: string;
  /** The day whose state the list is. */
  readonly asOf: PlainDate;
  /** The province whose office takes it. */
  readonly provinceCode: string;
}

/** What came of a list of others. Unchanged: the same bytes were known, and nothing was done. */
export interface ImportedFacts extends OutsideList {
  readonly unchanged: boolean;
  /** Deaths or facts that are new, or that end on another day than was known. */
  readonly changed: bigint;
  readonly ended: bigint;
  readonly withdrawn: bigint;
}

/** The roles that may take a list of others. */
const TAKERS = ['maker', 'account_officer', 'checker'] as const;

/**
 * Takes a list of others: keeps its bytes, lays its rows beside the register by citizen number, and
 * records what it says of recipients, in one transaction. All but deaths are the whole of what their
 * source says on a day, so that what is left out ends. Nothing here stops a payment: the rules over all
 * lines of a month read it, and a person decides. Throws Refusal person-not-entitled,
 * person-unknown, facts-of-a-day-to-come, facts-without-headings, facts-of-another-list (the same bytes under another kind or day) or
 * facts-older-than-known.
 */
export async function importFacts(
  context: Context,
  files: ListFiles,
  list: FactsToImport,
): Promise<ImportedFacts> {
  await expectPersonOf(context, list.provinceCode, TAKERS);
  const today = businessDate(context.clock());
  if (list.asOf > today) throw new Refusal('facts-of-a-day-to-come', { today });
  const file = await context.archive.put(list.content);
  const counterpart = `outside/${list.source}`;
  const same = await fileWithBytes(context.db, { direction: 'in', counterpart, ...file });
  const known =
    same === undefined ? undefined : await outsideListOfFile(context.db, { fileId: same.fileId });
  if (known !== undefined) return unchanged(known, list);

  return write(context.db, async (tx) => {
    const newest = await newestListDay(tx, list);
    if (newest !== null && list.asOf < newest) {
      throw new Refusal('facts-older-than-known', { known: newest });
    }
    await prepareFacts(tx);
    await copyIn(tx, INCOMING_FACT, rowsOf(files, file.path, list));
    await matchFacts(tx, list);
    const at = context.clock();
    const fileId = await recordFile(tx, {
      direction: 'in',
      counterpart,
      kind: 'outside-list',
      name: list.name,
      sha256: file.sha256,
      byteSize: file.byteSize,
      at,
    });
    const counts = await countFacts(tx);
    const { kind, source, asOf } = list;
    const recorded = { fileId, kind, source, asOf, ...counts, importedBy: context.actor };
    await addOutsideList(tx, { ...recorded, at });
    await keepAskedRows(tx, fileId);
    const done = await takeEffect(tx, list, at);
    await recordEvent(tx, {
      at,
      actor: context.actor,
      action: 'facts-imported',
      subject: `outside-list/${fileId}`,
      facts: {
        kind,
        as_of: asOf,
        sha256: file.sha256,
        rows: String(counts.rows),
        taken: String(counts.taken),
        asked: String(counts.asked),
        changed: String(done.changed),
        ended: String(done.ended + done.withdrawn),
      },
    });
    return { ...recorded, ...done, unchanged: false };
  });
}

/** The same bytes again: the same list, or a person took the wrong file. */
function unchanged(known: OutsideList, { kind, asOf }: FactsToImport): ImportedFacts {
  if (known.kind !== kind || known.asOf !== asOf) {
    throw new Refusal('facts-of-another-list', { kind: known.kind, as_of: known.asOf });
  }
  return { ...known, unchanged: true, changed: 0n, ended: 0n, withdrawn: 0n };
}

async function takeEffect(
  tx: Tx,
  { kind, source, asOf }: FactsToImport,
  at: Date,
): Promise<Pick<ImportedFacts, 'changed' | 'ended' | 'withdrawn'>> {
  const { fact } = OUTSIDE_FORMATS[kind];
  // A death is no state that could end, and no list takes one back.
  if (fact === null) {
    const { changed } = await addListedDeaths(tx, { source, at });
    return { changed, ended: 0n, withdrawn: 0n };
  }
  const facts = { fact, source, asOf, at };
  const gone = await endFacts(tx, facts);
  const { changed } = await keepFacts(tx, facts);
  return { changed, ...gone };
}

async function* rowsOf(
  files: ListFiles,
  path: string,
  { kind, asOf }: FactsToImport,
): AsyncGenerator<string> {
  const open = await files.open(path);
  let hasTable = false;
  try {
    for (let sheet = 0; sheet < open.sheets.length; sheet += 1) {
      const reader = outsideReader(kind, asOf);
      for await (const chunk of open.rows(sheet)) {
        const rows = chunk.flatMap((row) => reader.take(row) ?? []);
        if (rows.length > 0) yield rows.map((row) => lineOf(row, sheet)).join('');
      }
      hasTable ||= reader.columns() !== undefined;
    }
  } finally {
    await open.close();
  }
  if (!hasTable) throw new Refusal('facts-without-headings', { kind });
}

function lineOf(row: OutsideRow, sheet: number): string {
  return copyLine([
    sheet * ROWS_OF_A_SHEET + row.row,
    row.citizenNumber,
    row.name,
    row.foldedName,
    row.birthDate,
    row.account,
    row.from,
    row.until,
    row.fault,
  ]);
}
