import { both, grouped, type Bilingual } from '../kernel/text.ts';
import {
  TRACE_FIELDS,
  TRACE_LINES,
  TRACE_SECTIONS,
  traceWord,
  type TraceSectionName,
} from './trace-words.ts';

/** One payment, from the row of the list to the byte in the bank's answer. */
export interface Trace {
  /** The reference that the bank was given. */
  readonly reference: string;
  readonly sections: readonly TraceSection[];
}

export interface TraceSection {
  readonly name: TraceSectionName;
  /** What stands there, a row a line; amounts as text in đồng. Nobody is named. */
  readonly rows: readonly TraceRow[];
}

export type TraceRow = Readonly<Record<string, string | null>>;

/** A field of a row with its name, and its value as a person reads it. */
export interface TracedField {
  readonly field: string;
  readonly label: Bilingual;
  readonly value: string | Bilingual;
}

/**
 * A row as groups of fields that belong together, in the order in which they are read; what has no value is left out,
 * and what no group names comes last.
 */
export function tracedFields(section: TraceSectionName, row: TraceRow): TracedField[][] {
  const groups = TRACE_LINES[section];
  const named = new Set(groups.flat());
  const others = Object.keys(row).filter((field) => !named.has(field));
  return [...groups, others]
    .map((group) => group.flatMap((field) => fieldOf(field, row[field])))
    .filter((group) => group.length > 0);
}

function fieldOf(field: string, value: string | null | undefined): TracedField[] {
  if (value === undefined || value === null || value === '') return [];
  const label = TRACE_FIELDS[field] ?? { vi: field, en: field };
  return [{ field, label, value: traceWord(field, value) ?? readable(field, value) }];
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z$/;

function readable(field: string, value: string): string {
  if (field.endsWith('_vnd') && /^\d+$/.test(value)) return `${grouped(BigInt(value))} đ`;
  return value.replace(INSTANT, '$1 $2 UTC');
}

/** The trace as one page of text: every section has its number, also one with nothing in it, for that tells something. */
export function traceLines({ reference, sections }: Trace): string[] {
  return [
    `MỘT KHOẢN CHI, TỪ DANH SÁCH ĐẾN SỔ CÁI / ONE PAYMENT, FROM LIST TO LEDGER: ${reference}`,
    ...sections.flatMap(({ name, rows }, i) => {
      const lines = rows.flatMap((row) => rowLines(name, row));
      return [
        '',
        `${i + 1}. ${both(TRACE_SECTIONS[name])}`,
        ...(lines.length > 0 ? lines : [NONE]),
      ];
    }),
  ];
}

const NONE = '   không có / nothing';

/** As broad as a window of a terminal that prints without breaking lines; only a hash or a path may be longer. */
const WIDTH = 110;

function rowLines(section: TraceSectionName, row: TraceRow): string[] {
  const lines = tracedFields(section, row).flatMap((group) => {
    const broken: string[] = [];
    for (const { label, value } of group) {
      const said = `${both(label)}: ${typeof value === 'string' ? value : both(value)}`;
      const joined = `${broken.at(-1) ?? ''}${BETWEEN}${said}`;
      if (broken.length === 0 || joined.length > WIDTH) broken.push(said);
      else broken[broken.length - 1] = joined;
    }
    return broken;
  });
  return lines.map((line, i) => `${i === 0 ? ' • ' : '   '}${line}`);
}

const BETWEEN = '  |  ';
