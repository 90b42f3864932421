import type { AccountAnswer, IdentityAnswer, IdentityQuestion } from './evidence.ts';
import type { FindingCode } from './findings.ts';
import { matchNames, type NameClass } from './name-match.ts';

/** What we make of an answer. Only proven is paid without a person. */
export interface Judgement {
  readonly class: 'proven' | 'doubtful' | 'refused' | 'unknown';
  /** What was found; empty when there is nothing to tell. What is proven may still be worth a notice. */
  readonly code: FindingCode | '';
  readonly number: 'match' | 'no-match' | 'not-possible';
  readonly name: 'match' | 'close' | 'no-match' | 'not-possible';
  /** What the list says and what was answered, for the person who decides. Empty where unknown. */
  readonly listed: string;
  readonly answered: string;
}

/** Whom a question of identity is about, and what we know of them from elsewhere. */
export interface AskedPerson {
  readonly subject: 'recipient' | 'payee';
  /** The commune on the list, or empty where the list names none. */
  readonly communeCode: string;
  /** Died on, in the civil-status register: the population record has no field for it. */
  readonly diedOn: string;
}

/** Somebody of whom nothing but the question is known. */
const NOTHING_KNOWN: AskedPerson = { subject: 'recipient', communeCode: '', diedOn: '' };

const NAME_RESULT = { same: 'match', doubtful: 'close', not: 'no-match' } as const satisfies Record<
  NameClass,
  Judgement['name']
>;

/** Judges what the population database said of one person, the gravest fault first. */
export function judgeIdentity(
  question: IdentityQuestion,
  answer: IdentityAnswer,
  known: AskedPerson = NOTHING_KNOWN,
): Judgement {
  if (answer.outcome === 'unavailable') {
    return judged('unknown', 'POP_UNAVAILABLE', {});
  }
  if (known.diedOn !== '') return judgeDead(answer, known);
  if (answer.person === null) return judgeMissing(question, answer, known);
  return judgeFound(question, answer.person, known);
}

/** Whoever died while the month is due is still paid for it; whoever collects has to live. */
function judgeDead({ outcome }: IdentityAnswer, { subject, diedOn }: AskedPerson): Judgement {
  const told = {
    number: outcome === 'found' ? 'match' : 'no-match',
    listed: 'alive',
    answered: `died ${diedOn}`,
  } as const;
  return subject === 'payee'
    ? judged('refused', 'POP_GUARDIAN_DECEASED', told)
    : judged('doubtful', 'POP_DECEASED_IN_PERIOD', told);
}

function judgeMissing(
  { citizenNumber }: IdentityQuestion,
  { replacedBy = '' }: IdentityAnswer,
  { subject }: AskedPerson,
): Judgement {
  const told = { number: 'no-match', listed: citizenNumber, answered: replacedBy } as const;
  if (replacedBy !== '') return judged('doubtful', 'POP_ID_REPLACED', told);
  const code = subject === 'payee' ? 'POP_GUARDIAN_NOT_FOUND' : 'POP_ID_NOT_FOUND';
  return judged('refused', code, told);
}

type FoundPerson = NonNullable<IdentityAnswer['person']>;

function judgeFound(
  question: IdentityQuestion,
  person: FoundPerson,
  { communeCode }: AskedPerson,
): Judgement {
  const { fullName, birth } = question;
  const name = compareNames(fullName, person.fullName);
  const told = { number: 'match', name: NAME_RESULT[name] } as const;
  if (name !== 'same') {
    const names = { ...told, listed: fullName, answered: person.fullName };
    return name === 'not'
      ? judged('refused', 'POP_NAME_DIFFERS', names)
      : judged('doubtful', 'POP_NAME_DOUBTFUL', names);
  }
  if (!birthsAgree(birth, person.birth)) {
    const code = yearsDiffer(birth, person.birth)
      ? 'POP_BIRTH_YEAR_DIFFERS'
      : 'POP_BIRTH_DATE_DIFFERS';
    return judged('doubtful', code, { ...told, listed: birth, answered: person.birth });
  }
  const { otherNumbers = [] } = person;
  if (otherNumbers.length > 0) {
    const numbers = { listed: question.citizenNumber, answered: otherNumbers.join(', ') };
    return judged('doubtful', 'POP_TWO_NUMBERS', { ...told, ...numbers });
  }
  if (livesElsewhere(communeCode, person.communeCode)) {
    const communes = { listed: communeCode, answered: person.communeCode };
    return judged('doubtful', 'POP_RESIDENCE_DIFFERS', { ...told, ...communes });
  }
  return judged('proven', '', told);
}

/** With the same number, a tone set otherwise is likelier a slip of the pen than another person. */
function compareNames(listed: string, registered: string): NameClass {
  const compared = matchNames(listed, registered);
  return compared === 'not' && isSameButForTone(listed, registered) ? 'doubtful' : compared;
}

/** Where one side names no commune there is nothing to compare. */
function livesElsewhere(listed: string, registered: string): boolean {
  return listed !== '' && registered !== '' && listed !== registered;
}

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** Whether two names have the same letters, and only tones set otherwise: Hồng and Hống. */
function isSameButForTone(a: string, b: string): boolean {
  const [first, second] = [a, b].map((name) =>
    name.normalize('NFD').replace(TONES, '').toLowerCase(),
  );
  return first === second;
}

/** A date agrees with the same date, or with its year where one side knows no more. */
function birthsAgree(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return length >= 4 && a.slice(0, length) === b.slice(0, length);
}

function yearsDiffer(a: string, b: string): boolean {
  return a.length >= 4 && b.length >= 4 && a.slice(0, 4) !== b.slice(0, 4);
}

/** What a bank may say of an account that it confirms, by its own code, and what we make of it. */
const TOLD_OF_HOLDER: Readonly<Record<string, FindingCode>> = {
  JOINT_ACCOUNT: 'BANK_JOINT_ACCOUNT',
  NAME_TRUNCATED: 'BANK_NAME_TRUNCATED',
};

/**
 * Judges what a bank said of one account. It is proven when it is open, the bank confirms the citizen
 * number and does not say that the name is another's. A name that is only close goes to a person, who may accept it;
 * a number that is another's is refused, unless the bank says that it is the holder's old one.
 */
export function judgeAccount(answer: AccountAnswer, holderName = ''): Judgement {
  const { number, name, heldName: answered = '' } = answer;
  const told = { number, name, listed: holderName, answered };
  const [verdict, code] =
    judgeUnusable(answer) ??
    (number === 'no-match' ? judgeOtherNumber(answer) : judgeHolder(answer));
  return judged(verdict, code, told);
}

type Verdict = readonly [Judgement['class'], Judgement['code']];

function judgeOtherNumber({ rawCode, name }: AccountAnswer): Verdict {
  return rawCode === 'HOLDER_OLD_ID' && name === 'match'
    ? ['doubtful', 'BANK_HOLDER_OLD_ID']
    : ['refused', 'BANK_OTHER_HOLDER'];
}

function judgeHolder({ rawCode, number, name }: AccountAnswer): Verdict {
  const doubt = TOLD_OF_HOLDER[rawCode];
  if (doubt !== undefined) return ['doubtful', doubt];
  const isNamed = name === 'match' || name === 'not-possible';
  if (number !== 'match' || !isNamed) return ['doubtful', 'BANK_NAME_DOUBTFUL'];
  return ['proven', rawCode === 'BIOMETRIC_MISSING' ? 'BANK_BIOMETRIC_MISSING' : ''];
}

function judgeUnusable({ outcome, account }: AccountAnswer): Verdict | undefined {
  if (outcome === 'unavailable') return ['unknown', 'BANK_UNAVAILABLE'];
  if (account === 'closed') return ['refused', 'BANK_ACCOUNT_CLOSED'];
  if (account === 'blocked') return ['refused', 'BANK_ACCOUNT_BLOCKED'];
  if (account === 'unknown') return ['refused', 'BANK_ACCOUNT_NOT_FOUND'];
  return undefined;
}

function judged(
  verdict: Judgement['class'],
  code: Judgement['code'],
  told: Partial<Omit<Judgement, 'class' | 'code'>>,
): Judgement {
  const nothing = {
    number: 'not-possible',
    name: 'not-possible',
    listed: '',
    answered: '',
  } as const;
  return { class: verdict, code, ...nothing, ...told };
}
