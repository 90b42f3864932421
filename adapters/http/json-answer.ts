import { Refusal } from '../../src/kernel/refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON of an answer. Throws Refusal('answer-malformed') and never quotes it. */
export function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Refusal('answer-malformed', { rule: 'not-json' });
  }
}
