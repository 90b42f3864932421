import { Readable } from 'node:stream';
import { ndjsonCases } from '../../adapters/cases/ndjson.ts';
import { assessCases } from '../../src/entitlement/assess-cases.flow.ts';
import { BOOK } from './cases.ts';

export type Json = Record<string, unknown>;

/** Answers bytes of cases with the law as it is shipped, as the terminal does. */
export async function answers(
  text: string | Buffer[],
): Promise<{ lines: Json[]; assessed: number; faulty: number }> {
  let out = '';
  const content = Readable.from(typeof text === 'string' ? [Buffer.from(text)] : text);
  const files = { read: () => Promise.resolve(BOOK) };
  const counts = await assessCases({ files, format: ndjsonCases }, content, (chunk) => {
    out += chunk;
    return Promise.resolve();
  });
  const lines = out.split('\n').filter((line) => line !== '');
  return { ...counts, lines: lines.map((line) => JSON.parse(line) as Json) };
}

export const ndjson = (...cases: readonly unknown[]): string =>
  cases.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
