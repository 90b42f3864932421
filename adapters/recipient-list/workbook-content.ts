import type { FileHandle } from 'node:fs/promises';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { sharedTexts, type SharedTexts } from './shared-texts.ts';
import { readPart, unpacked } from './workbook-parts.ts';
import { MOST_TEXT, sheetRows, unescaped, type Merge } from './workbook-rows.ts';
import { styleHandlers, type CellFormat } from './workbook-styles.ts';
import type { ZipEntry } from './zip-directory.ts';

/** A sheet of a workbook, and the file in the zip that it is. */
export interface WorkbookSheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly part: string;
}

/** An open workbook: its sheets, and what their cells refer to. */
export interface WorkbookContent {
  readonly sheets: readonly WorkbookSheet[];
  rows(sheet: number): AsyncGenerator<readonly GridRow[]>;
}

/** Texts that cells share are all kept: no list has so many. */
const MOST_SHARED_BYTES = 256 * 2 ** 20;
const MOST_SHEETS = 200;
const MOST_MERGES = 200_000;

/** Reads what a workbook is made of, all but the rows of its sheets. */
export async function workbookContent(
  file: FileHandle,
  entries: readonly ZipEntry[],
): Promise<WorkbookContent> {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const partOf = (name: string): ZipEntry => {
    const entry = byName.get(name);
    if (entry === undefined) throw new Refusal('list-damaged');
    return entry;
  };
  const main = await mainPart(file, partOf('_rels/.rels'));
  const related = await relations(file, partOf(relationsOf(main)), main);
  const { sheets, dateSystem } = await sheetsOf(file, partOf(main), related);
  const format = await formatsOf(file, related, byName);
  const strings = await stringsOf(file, related, byName);
  return {
    sheets,
    async *rows(sheet) {
      const part = partOf(sheets[sheet]?.part ?? '');
      const merges = await mergesOf(file, part);
      yield* sheetRows(unpacked(file, part), { strings, format, dateSystem, merges });
    },
  };
}

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly target: string;
}

/** Where the relations of a part lie: xl/workbook.xml has them in xl/_rels/workbook.xml.rels. */
function relationsOf(part: string): string {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  return `${folder}_rels/${part.slice(folder.length)}.rels`;
}

async function relations(
  file: FileHandle,
  entry: ZipEntry,
  of: string,
): Promise<readonly Relation[]> {
  const found: Relation[] = [];
  const folder = of.slice(0, of.lastIndexOf('/') + 1);
  await readPart(unpacked(file, entry), {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || TargetMode === 'External') return;
      const target = Target.startsWith('/') ? Target.slice(1) : folder + Target;
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target });
    },
  });
  return found;
}

async function mainPart(file: FileHandle, entry: ZipEntry): Promise<string> {
  const main = (await relations(file, entry, '')).find(({ type }) => type === 'officeDocument');
  if (main === undefined) throw new Refusal('list-damaged');
  return main.target;
}

async function sheetsOf(
  file: FileHandle,
  entry: ZipEntry,
  related: readonly Relation[],
): Promise<{ sheets: WorkbookSheet[]; dateSystem: 1900 | 1904 }> {
  const sheets: WorkbookSheet[] = [];
  let dateSystem: 1900 | 1904 = 1900;
  await readPart(unpacked(file, entry), {
    open(name, attributes) {
      if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes.date1904 ?? ''))
        dateSystem = 1904;
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
      const target = related.find((one) => one.id === id && one.type === 'worksheet')?.target;
      // A chart or a dialogue is no sheet of rows.
      if (target === undefined) return;
      const isHidden = (attributes.state ?? 'visible') !== 'visible';
      sheets.push({ name: attributes.name ?? '', isHidden, part: target });
    },
  });
  if (sheets.length === 0 || sheets.length > MOST_SHEETS) throw new Refusal('list-damaged');
  return { sheets, dateSystem };
}

async function formatsOf(
  file: FileHandle,
  related: readonly Relation[],
  byName: ReadonlyMap<string, ZipEntry>,
): Promise<(style: number) => CellFormat> {
  const handlers = styleHandlers();
  const entry = partOfType(related, byName, 'styles');
  if (entry !== undefined) await readPart(unpacked(file, entry), handlers);
  return (style) => handlers.format(style);
}

function partOfType(
  related: readonly Relation[],
  byName: ReadonlyMap<string, ZipEntry>,
  type: string,
): ZipEntry | undefined {
  return byName.get(related.find((one) => one.type === type)?.target ?? '');
}

async function stringsOf(
  file: FileHandle,
  related: readonly Relation[],
  byName: ReadonlyMap<string, ZipEntry>,
): Promise<SharedTexts> {
  const entry = partOfType(related, byName, 'sharedStrings');
  const strings = sharedTexts();
  if (entry === undefined) return strings;
  if (entry.unpacked > MOST_SHARED_BYTES)
    throw new Refusal('list-unsafe', { unpacked: entry.unpacked });
  let text = '';
  let isText = false;
  let isPhonetic = false;
  await readPart(unpacked(file, entry), {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') isText = !isPhonetic;
      else if (name === 'rPh') isPhonetic = true;
    },
    text(piece) {
      if (!isText) return;
      if (text.length + piece.length > MOST_TEXT) throw new Refusal('list-unsafe', { why: 'text' });
      text += piece;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'si') strings.add(unescaped(text));
    },
  });
  return strings;
}

const MERGE = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g;
/** A merge is written in less. */
const OVERLAP = 100;

/** The merges of a sheet stand behind its rows: they are looked for before the rows are read. */
async function mergesOf(file: FileHandle, part: ZipEntry): Promise<ReadonlyMap<number, Merge[]>> {
  const merges = new Map<number, Merge[]>();
  let rest = '';
  let count = 0;
  for await (const bytes of unpacked(file, part)) {
    const text = rest + bytes.toString('latin1');
    let end = 0;
    for (const match of text.matchAll(MERGE)) {
      const [whole, letters = '', first, last] = match;
      end = match.index + whole.length;
      count += 1;
      if (count > MOST_MERGES) throw new Refusal('list-unsafe', { why: 'merges' });
      const [row, lastRow] = [Number(first), Number(last)];
      if (lastRow > row) add(merges, row, { column: columnOf(letters), lastRow });
    }
    rest = text.slice(Math.max(end, text.length - OVERLAP));
  }
  return merges;
}

function add(merges: Map<number, Merge[]>, row: number, merge: Merge): void {
  const known = merges.get(row);
  if (known === undefined) merges.set(row, [merge]);
  else known.push(merge);
}

function columnOf(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
