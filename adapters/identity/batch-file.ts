/**
 * The population database asked by file, for provinces that are not connected: one CSV with questions
 * goes out, one with answers comes back, both UTF-8 with a header, carried by people.
 *
 * Asked:    request_id,service_code,officer,unit,citizen_number,full_name,birth
 * Answered: request_id,citizen_number,found,full_name,birth,commune_code   (found is 1 or 0)
 *
 * The answers must be as many as the questions, and each for one of them.
 */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { hash } from 'node:crypto';
import { isPlainDate } from '../../src/kernel/period.ts';
import type { Purpose } from '../../src/kernel/purpose.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { IdentityAnswer, IdentityQuestion } from '../../src/verification/evidence.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';
import { exchanged, type FolderExchange } from '../exchange/folder-exchange.ts';
import { inOrder } from '../http/bounded-client.ts';

export interface BatchFileOptions extends FolderExchange {
  readonly serviceCode: string;
}

const ASKED = 'request_id service_code officer unit citizen_number full_name birth'.split(' ');
const ANSWERED = 'request_id citizen_number found full_name birth commune_code'.split(' ');
const LONGEST_ANSWER_BYTES = 600;

/** One file for each chunk of questions. */
export function identityByFile(options: BatchFileOptions): IdentityService {
  return {
    lookUp: (questions, purpose) =>
      inOrder(questions, 1, (chunk) => askedByFile(options, chunk, purpose)),
  };
}

async function askedByFile(
  options: BatchFileOptions,
  questions: readonly IdentityQuestion[],
  purpose: Purpose,
): Promise<readonly IdentityAnswer[]> {
  const content = stringify(
    questions.map((one) => [
      one.requestId,
      options.serviceCode,
      purpose.officer,
      purpose.unitCode,
      one.citizenNumber,
      one.fullName.normalize('NFC').toUpperCase(),
      one.birth,
    ]),
    { header: true, columns: ASKED },
  );
  const name = `AS${hash('sha256', content).slice(0, 32).toUpperCase()}`;
  try {
    const bytes = await exchanged(options, {
      question: `${name}.hoi.csv`,
      answer: `${name}.dap.csv`,
      content: () => content,
      maxAnswerBytes: 1_024 + questions.length * LONGEST_ANSWER_BYTES,
    });
    const rows = rowsOf(bytes);
    const known = new Set(questions.map(({ requestId }) => requestId));
    const answers = new Map(rows.map((row) => [row[0], row]));
    // A line too many or one that is double: the file may be another one, or two laid together.
    const fits = rows.length === questions.length && answers.size === rows.length;
    if (!fits || rows.some(([id = '']) => !known.has(id))) throw malformed('another-file');
    return questions.map((question) => answerOf(question, answers.get(question.requestId)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return questions.map((question) => unavailable(question, ''));
  }
}

function rowsOf(bytes: Buffer): string[][] {
  let rows: string[][];
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    rows = parse(text, { bom: true, skip_empty_lines: true });
  } catch {
    throw malformed('not-csv');
  }
  const [header = [], ...answers] = rows;
  if (header.join() !== ANSWERED.join()) throw malformed('header');
  return answers;
}

function answerOf(question: IdentityQuestion, row: readonly string[] = []): IdentityAnswer {
  const [, citizenNumber, found] = row;
  const answerHash = hash('sha256', JSON.stringify(row));
  const { requestId } = question;
  if (citizenNumber !== question.citizenNumber) return unavailable(question, answerHash);
  if (found === '0') return { requestId, outcome: 'not-found', person: null, answerHash };
  const person = found === '1' ? personIn(row) : undefined;
  if (person === undefined) return unavailable(question, answerHash);
  return { requestId, outcome: 'found', person, answerHash };
}

function personIn(row: readonly string[]): NonNullable<IdentityAnswer['person']> | undefined {
  const [, citizenNumber = '', , fullName = '', birth = '', communeCode = ''] = row;
  const named = /^[^\p{C}]{1,200}$/u.test(fullName);
  const born = /^\d{4}$/.test(birth) || isPlainDate(birth);
  if (!named || !born || !/^(\d{5})?$/.test(communeCode)) return undefined;
  return { citizenNumber, fullName, birth, communeCode };
}

function unavailable({ requestId }: IdentityQuestion, answerHash: string): IdentityAnswer {
  return { requestId, outcome: 'unavailable', person: null, answerHash };
}

function malformed(rule: string): Refusal {
  return new Refusal('answer-malformed', { rule });
}
