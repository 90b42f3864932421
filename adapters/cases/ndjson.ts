/**
 * Cases as NDJSON: one JSON object a line, UTF-8, answered line by line. What is accepted is said by
 * case.schema.json; a line that it refuses is told with the place of the fault, never with the value,
 * which may be personal.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Case, CaseResult, CaseTerm } from '../../src/entitlement/case.ts';
import type { CaseFormat, CaseLine, CaseLineFault } from '../../src/entitlement/cases.port.ts';
import type { DueLine } from '../../src/entitlement/monthly-due.ts';
import { told as toldStep } from '../../src/entitlement/unemployment-steps.ts';
import { isPeriod, isPlainDate } from '../../src/kernel/period.ts';

/** A case has a few hundred characters; what is longer than this is refused and not kept. */
const LONGEST_LINE = 262_144;

const CHUNK_LINES = 500;

/** Years that a case may name: what lies outside is a slip of the keyboard. */
const SENSIBLE_YEAR = /^(19|20|21)\d\d/;

// Fields that a case leaves out are null, so that the rules meet one kind of nothing.
const ajv = new Ajv({ useDefaults: true, allowUnionTypes: true });
ajv.addFormat('day', (text: string) => SENSIBLE_YEAR.test(text) && isPlainDate(text));
ajv.addFormat('month', (text: string) => SENSIBLE_YEAR.test(text) && isPeriod(text));
ajv.addFormat('birth', (text: string) => {
  return SENSIBLE_YEAR.test(text) && (text.length === 4 || isPlainDate(text));
});

const isCase = ajv.compile<Case>(
  JSON.parse(readFileSync(new URL('case.schema.json', import.meta.url), 'utf8')) as object,
);

/** The place at which a value is no case; null for one that is. Fields that it leaves out are set null. */
export function caseFault(value: unknown): string | null {
  return isCase(value) ? null : faultOf(isCase.errors?.[0]).path;
}

export const ndjsonCases: CaseFormat = {
  async *read(content) {
    let chunk: CaseLine[] = [];
    let lineNo = 0;
    for await (const line of lines(content)) {
      lineNo += 1;
      if (line?.trim() === '') continue;
      chunk.push(line === null ? tooLong(lineNo) : caseOf(line, lineNo));
      if (chunk.length < CHUNK_LINES) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  },
  result: (result) => `${JSON.stringify(told(result))}\n`,
  fault: ({ lineNo, id, fault: { path, code, message } }) =>
    `${JSON.stringify({ id, line: lineNo, error: { path, code, message } })}\n`,
};

/** The lines of a text; null for one that is too long. */
async function* lines(content: AsyncIterable<Buffer>): AsyncGenerator<string | null> {
  const decoder = new StringDecoder('utf8');
  let open = '';
  let overflowed = false;
  for await (const bytes of content) {
    const parts = (open + decoder.write(bytes)).split('\n');
    open = parts.pop() ?? '';
    for (const part of parts) {
      yield overflowed || part.length > LONGEST_LINE ? null : part;
      overflowed = false;
    }
    if (open.length > LONGEST_LINE) {
      open = '';
      overflowed = true;
    }
  }
  const last = open + decoder.end();
  if (overflowed) yield null;
  else if (last !== '') yield last;
}

function tooLong(lineNo: number): CaseLine {
  const message = `longer than ${LONGEST_LINE} characters`;
  return { lineNo, one: null, id: null, fault: { path: '', code: 'malformed', message } };
}

function caseOf(line: string, lineNo: number): CaseLine {
  let value: unknown;
  try {
    value = JSON.parse(line.startsWith('\uFEFF') ? line.slice(1) : line);
  } catch {
    const fault = { path: '', code: 'malformed', message: 'not JSON' };
    return { lineNo, one: null, id: null, fault };
  }
  if (isCase(value)) return { lineNo, one: value, fault: null };
  return { lineNo, one: null, id: idOf(value), fault: faultOf(isCase.errors?.[0]) };
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' ? value.id : null;
}

/** The codes that differ from 'malformed', by the keyword of the schema that was broken. */
const CODES: Readonly<Record<string, string>> = {
  additionalProperties: 'unknown-field',
  required: 'missing',
  enum: 'unknown-code',
  format: 'impossible',
};

/** What each format asks for, in words. */
const FORMATS: Readonly<Record<string, string>> = {
  day: 'not a day of the calendar, YYYY-MM-DD',
  month: 'not a month, YYYY-MM',
  birth: 'neither a day of the calendar, YYYY-MM-DD, nor a year, YYYY',
};

function faultOf(error: ErrorObject | undefined): CaseLineFault {
  if (error === undefined) return { path: '', code: 'malformed', message: 'not a case' };
  const { instancePath, keyword, params, message = 'not a case' } = error;
  // The field that is too much, or that is not there, is the place.
  const names = params as {
    additionalProperty?: string;
    missingProperty?: string;
    format?: string;
  };
  const field = names.additionalProperty ?? names.missingProperty;
  return {
    path: field === undefined ? instancePath : `${instancePath}/${pointed(field)}`,
    code: CODES[keyword] ?? 'malformed',
    message: FORMATS[names.format ?? ''] ?? message,
  };
}

/** A name in a JSON pointer (RFC 6901). */
function pointed(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A result as it is written: amounts are digits, so that no reader rounds them. */
function told(result: CaseResult): object {
  const { channel, payee, recoveries, term } = result;
  return {
    id: result.id,
    eligible: result.eligible,
    amountVnd: String(result.amount),
    lines: result.lines.map(lineOf),
    months: result.months,
    leftoverMonths: result.leftoverMonths,
    recoveryVnd: String(result.recoveryVnd),
    reason: result.reason,
    ...(recoveries.length === 0 ? {} : { recoveries: recoveries.map(recoveryOf) }),
    ...(channel === null ? {} : { channel }),
    ...(payee === null ? {} : { payee }),
    ...(term === null ? {} : termOf(term)),
  };
}

/** What only unemployment benefit has, down to the arithmetic in both languages. */
function termOf({ law, from, until, monthlyVnd, ending, assumed, steps }: CaseTerm): object {
  return {
    law,
    from,
    until,
    monthlyVnd: monthlyVnd === null ? null : String(monthlyVnd),
    ending: ending === null ? null : { code: ending.code, on: ending.on },
    assumed,
    steps: steps.map((step) => ({ ...toldStep(step), articles: step.articles })),
  };
}

function lineOf({ kind, period, due, days, paidVnd, amount, articles }: DueLine): object {
  return {
    kind,
    period,
    ...days,
    amountVnd: String(amount),
    articles,
    programme: due.programme,
    code: due.code,
    coefficient: due.coefficient,
    standardVnd: due.standardVnd === null ? null : String(due.standardVnd),
    paidVnd: String(paidVnd),
  };
}

function recoveryOf({ period, paidVnd, dueVnd, amount }: CaseResult['recoveries'][number]): object {
  return {
    period,
    amountVnd: String(amount),
    paidVnd: String(paidVnd),
    dueVnd: String(dueVnd),
  };
}
