import type { AccountAnswer, IdentityAnswer, IdentityQuestion } from './evidence.ts';
import { matchNames, type NameClass } from './name-match.ts';

/** What we make of an answer. Only proven is paid without a person. */
export interface Judgement {
  readonly class: 'proven' | 'doubtful' | 'refused' | 'unknown';
  /** What was found, as a code; empty when proven. */
  readonly code: string;
  readonly number: 'match' | 'no-match' | 'not-possible';
  readonly name: 'match' | 'close' | 'no-match' | 'not-possible';
}

const NAME_RESULT = { same: 'match', doubtful: 'close', not: 'no-match' } as const satisfies Record<
  NameClass,
  Judgement['name']
>;

/** Judges what the population database said of one person. */
export function judgeIdentity(question: IdentityQuestion, answer: IdentityAnswer): Judgement {
  if (answer.outcome === 'unavailable') {
    return {
      class: 'unknown',
      code: 'POP_UNAVAILABLE',
      number: 'not-possible',
      name: 'not-possible',
    };
  }
  if (answer.person === null) {
    return { class: 'refused', code: 'POP_ID_NOT_FOUND', number: 'no-match', name: 'not-possible' };
  }
  const name = matchNames(question.fullName, answer.person.fullName);
  const told = { number: 'match', name: NAME_RESULT[name] } as const;
  if (name === 'not') return { class: 'refused', code: 'POP_NAME_DIFFERS', ...told };
  if (name === 'doubtful') return { class: 'doubtful', code: 'POP_NAME_DOUBTFUL', ...told };
  if (!birthsAgree(question.birth, answer.person.birth)) {
    return { class: 'doubtful', code: 'POP_BIRTH_DATE_DIFFERS', ...told };
  }
  return { class: 'proven', code: '', ...told };
}

/** A date agrees with the same date, or with its year where one side knows no more. */
function birthsAgree(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return length >= 4 && a.slice(0, length) === b.slice(0, length);
}

/**
 * Judges what a bank said of one account. It is proven when it is open and the bank confirms the
 * citizen number; the name is then advisory. Without a number only an exact name counts.
 */
export function judgeAccount(answer: AccountAnswer): Judgement {
  const told = { number: answer.number, name: answer.name };
  const code = answer.rawCode;
  if (answer.outcome === 'unavailable') {
    return { class: 'unknown', code: 'BANK_UNAVAILABLE', ...told };
  }
  if (answer.account === 'closed')
    return { class: 'refused', code: 'BANK_ACCOUNT_CLOSED', ...told };
  if (answer.account === 'blocked') {
    return { class: 'refused', code: 'BANK_ACCOUNT_BLOCKED', ...told };
  }
  if (answer.account === 'unknown') {
    return { class: 'refused', code: 'BANK_ACCOUNT_NOT_FOUND', ...told };
  }
  if (answer.number === 'no-match') return { class: 'refused', code: 'BANK_OTHER_HOLDER', ...told };
  if (answer.number === 'match' && answer.name !== 'no-match') {
    return { class: 'proven', code: '', ...told };
  }
  return { class: 'doubtful', code: code === '' ? 'BANK_NAME_DOUBTFUL' : `BANK_${code}`, ...told };
}
