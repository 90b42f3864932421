import { referenceFiles } from '../../adapters/law/reference-files.ts';
import { assessCase } from '../../src/entitlement/assess-case.ts';
import type {
  Case,
  CaseGround,
  CasePerson,
  CaseProgramme,
  CaseResult,
} from '../../src/entitlement/case.ts';
import type { ReasonedSuspension } from '../../src/entitlement/entitled-span.ts';
import { lawOf, type LawBook } from '../../src/entitlement/law-book.ts';
import { period, plainDate } from '../../src/kernel/period.ts';

// Cases as short as a test can say them, by the law as it is shipped.

export const BOOK: LawBook = await referenceFiles(
  new URL('../../migrations/reference/', import.meta.url),
).read();

export const LAW = lawOf(BOOK);

/** The day on which cases are looked at, unless told otherwise: both decrees of 2026 are in force. */
const ON = plainDate('2026-11-20');

const NOBODY: CasePerson = {
  birthDate: plainDate('1990-06-15'),
  sex: null,
  diedOn: null,
  household: null,
  area: null,
  grounds: null,
  otherPension: null,
  pensionFrom: null,
  multiple: null,
  meritCode: null,
  meritFrom: null,
  meritClaim: null,
  averageSalary6: null,
  contributionMonths: null,
  region: null,
  lastContributionMonth: null,
  decisionDate: null,
  benefitFrom: null,
  statePaid: null,
  contractEndedOn: null,
  filedOn: null,
  shortContract: null,
  recentMonths: null,
  barredBy: null,
  decisionCancelled: null,
  endings: null,
  uncollected: null,
  moves: null,
  spousePaid: null,
  survivorAllowance: null,
  childOfSingleParent: null,
  deathCause: null,
  vneidAccount: null,
  monthlyAccount: null,
  personalNumber: null,
  permanentResidence: null,
  proxy: null,
  alreadyPaid: null,
  suspensions: null,
  reports: null,
};

/** A case of a living adult of 36, with what is told of the person. */
export function aCase(
  programme: CaseProgramme,
  of: string,
  person: Partial<CasePerson> = {},
  other: Partial<Case> = {},
): Case {
  return {
    id: 'case',
    programme,
    period: period(of),
    asOf: ON,
    province: null,
    payAhead: null,
    person: { ...NOBODY, ...person },
    ...other,
  };
}

export function ground(code: string, other: Partial<CaseGround> = {}): CaseGround {
  return {
    code,
    from: null,
    until: null,
    decisionDate: null,
    dependants: null,
    children: null,
    persons: null,
    caredBirthDate: null,
    caredDiedOn: null,
    ...other,
  };
}

export function paused(
  from: string,
  until: string | null,
  other: Partial<ReasonedSuspension> = {},
): ReasonedSuspension {
  return { from: period(from), until: until === null ? null : period(until), ...other };
}

/** Amounts that were paid, as `2026-07 750000`. */
export function paid(...months: readonly string[]): CasePerson['alreadyPaid'] {
  return months.map((text) => ({ period: period(text.slice(0, 7)), amountVnd: text.slice(8) }));
}

export function assess(one: Case): CaseResult {
  return assessCase(one, LAW);
}

/** The lines of a result as text: kind, month and amount. */
export function linesOf({ lines }: CaseResult): string[] {
  return lines.map(({ kind, period: month, amount }) => `${kind} ${month} ${String(amount)}`);
}

/** What a result comes to, in one word: the amount, or why nothing. */
export function outcome(result: CaseResult): string {
  return result.reason ?? String(result.amount);
}
