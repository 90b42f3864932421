/**
 * A decision as a person writes it down: one JSON object, checked against decision.schema.json. Facts of an
 * enrolment have the names that a case has for them, and are checked by the same schema as a case.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import type { DecisionFormat } from '../../src/entitlement/decision.port.ts';
import type { Decision } from '../../src/entitlement/decision.ts';
import { isPeriod, isPlainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { caseFault } from './ndjson.ts';

/** What a case says of a ground; every other fact is one of the person. */
const OF_A_GROUND: readonly string[] = [
  'dependants',
  'children',
  'persons',
  'caredBirthDate',
  'caredDiedOn',
];

const ajv = new Ajv({ allowUnionTypes: true });
ajv.addFormat('day', isPlainDate);
ajv.addFormat('month', isPeriod);
const isDecision = ajv.compile<Decision>(
  JSON.parse(readFileSync(new URL('decision.schema.json', import.meta.url), 'utf8')) as object,
);

export const decisionFiles: DecisionFormat = {
  read(text) {
    const value = parsed(text);
    if (!isDecision(value)) throw malformed(isDecision.errors?.[0]);
    if (value.kind === 'facts') {
      const at = caseFault(caseSaying(value.facts));
      if (at !== null) throw new Refusal('file-malformed', { at: `/facts ${at}` });
    }
    return value;
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('file-malformed', { at: '' });
  }
}

function malformed(error: ErrorObject | undefined): Refusal {
  return new Refusal('file-malformed', { at: error?.instancePath ?? '' });
}

/** The facts as a case would say them. */
function caseSaying(facts: Readonly<Record<string, unknown>>): object {
  const isOfGround = ([name]: [string, unknown]): boolean => OF_A_GROUND.includes(name);
  const entries = Object.entries(facts);
  const ground = { code: 'K6_N', ...Object.fromEntries(entries.filter(isOfGround)) };
  const person = Object.fromEntries(entries.filter((entry) => !isOfGround(entry)));
  return {
    id: 'facts',
    programme: 'all',
    period: '2026-01',
    asOf: '2026-01-01',
    person: { ...structuredClone(person), grounds: [ground] },
  };
}
