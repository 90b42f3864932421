/**
 * A proposed decree from a file of JSON or CSV. Both are described in docs/law-files.md, and every row is
 * checked as a row of the reference files is.
 */
import type { ErrorObject } from 'ajv';
import {
  LAW_TABLES,
  type Decree,
  type LawFile,
  type LawRow,
} from '../../src/entitlement/decree.ts';
import type { DecreeFormat } from '../../src/entitlement/law-files.port.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import {
  bookOf,
  checks,
  columnsOf,
  csvRecords,
  rowsOf,
  storedRows,
  type RowsByFile,
} from './law-rows.ts';

interface Document {
  readonly number: string;
  readonly title_vi: string;
  readonly title_en: string;
  readonly kind: Decree['kind'];
  readonly rows: RowsByFile;
}

const FILES = Object.keys(LAW_TABLES) as LawFile[];
const BYTE_ORDER_MARK = /^\uFEFF/;

export const decreeFile: DecreeFormat = {
  read(content, name) {
    const isJson = content
      .toString('utf8')
      .replace(BYTE_ORDER_MARK, '')
      .trimStart()
      .startsWith('{');
    return isJson
      ? decreeOf(documentFromJson(content, name), (file, i) => `/rows/${file}/${i}`)
      : decreeOf(documentFromCsv(content, name), (_file, i) => `/${i}`);
  },
};

function documentFromJson(content: Buffer, file: string): Document {
  let document: unknown;
  try {
    document = JSON.parse(content.toString('utf8').replace(BYTE_ORDER_MARK, ''));
  } catch {
    throw new Refusal('file-malformed', { file, at: '', rule: 'JSON' });
  }
  const isDocument = checks<Document>('decree');
  if (isDocument(document)) return document;
  const fault = isDocument.errors?.[0];
  throw new Refusal('file-malformed', {
    file,
    at: fault?.instancePath ?? '',
    rule: ruleOf(fault),
  });
}

/** What the schema asked for; of an unknown field also which. */
function ruleOf(fault: ErrorObject | undefined): string {
  const { additionalProperty } = (fault?.params ?? {}) as { additionalProperty?: string };
  const named = additionalProperty === undefined ? '' : `: ${additionalProperty}`;
  return `${fault?.message ?? ''}${named}`;
}

/** A CSV file is told by its header, and is named after the document that its first row cites. */
function documentFromCsv(content: Buffer, file: string): Document {
  const [header = ''] = content.toString('utf8').replace(BYTE_ORDER_MARK, '').split(/\r?\n/, 1);
  const columns = header.split(',');
  const name = FILES.find((each) => columnsOf(each).every((column) => columns.includes(column)));
  if (name === undefined) {
    throw new Refusal('file-malformed', { file, line: 1, at: '', rule: 'header' });
  }
  const rows = rowsOf(name, content);
  const [first] = csvRecords(content);
  if (first === undefined) {
    throw new Refusal('file-malformed', { file, line: 2, at: '', rule: 'rows' });
  }
  const number = first.legal_basis ?? first.article ?? file;
  return { number, title_vi: number, title_en: number, kind: 'decree', rows: { [name]: rows } };
}

function decreeOf(document: Document, pathOf: (file: LawFile, i: number) => string): Decree {
  const { rows, number, kind } = document;
  const paths = (file: LawFile): string[] => (rows[file] ?? []).map((_row, i) => pathOf(file, i));
  return {
    number,
    kind,
    title: { vi: document.title_vi, en: document.title_en },
    rows: tablesOf(rows),
    law: bookOf(rows),
    paths: {
      rates: paths('rates.csv'),
      grounds: paths('grounds.csv'),
      conditions: paths('ground-conditions.csv'),
      care: paths('care-grounds.csv'),
      merit: paths('merit-amounts.csv'),
      oneOffs: paths('one-offs.csv'),
      gifts: paths('gifts.csv'),
      uplifts: paths('pension-uplifts.csv'),
      provinces: [],
      days: paths('holidays.csv'),
    },
  };
}

function tablesOf(rows: RowsByFile): Decree['rows'] {
  const tables: Partial<Record<string, LawRow[]>> = {};
  for (const file of FILES) {
    const stored = storedRows(file, rows);
    if (stored.length > 0) (tables[LAW_TABLES[file]] ??= []).push(...stored);
  }
  return tables;
}
