// What is paid once, as the register asks for it: the same rules as for a case, laid against what the
// register has. Who is paid, and that it is once, is said by a key of the database and not here.

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import type { OnceProgramme, Programme } from '../kernel/reference.ts';
import { drawsIn } from './assess-registered.ts';
import type { BirthYear } from './entitlement.ts';
import { funeralSupport, isOldSurvivor } from './funeral.ts';
import {
  giftChannel,
  giftIn,
  nationalDayGift,
  tetGift,
  type Gift,
  type GiftChannel,
  type GiftPayee,
} from './gifts.ts';
import { viewOf, type Law } from './law-book.ts';
import type { MonthDue, MonthlyDue } from './monthly-due.ts';
import type { NotDue } from './not-due.ts';
import type { RegisteredLine } from './assess-registered.ts';
import type { RegisteredPerson } from './registered-person.ts';

/** What an organiser says of a death that the register does not. */
export interface FuneralFacts {
  /** Who the organiser is to the person who died. */
  readonly relation: string;
  readonly deathCause?: 'emergency' | 'other';
  readonly survivorAllowance?: boolean;
  readonly childOfSingleParent?: boolean;
  /** Had applied for the social pension and qualified; death came before the decision. */
  readonly pensionApplied?: boolean;
}

/** One person of a household in the population database at the instant of a gift. */
export interface GiftFacts {
  readonly birthDate: PlainDate | BirthYear;
  readonly diedOn?: PlainDate;
  /** Left out: yes. */
  readonly personalNumber?: boolean;
  readonly collects: GiftPayee;
}

/** What is claimed, as the register keeps it. */
type Claim = {
  readonly claimNo: number;
  readonly occasion: string;
  /** The recipient who died, by number, or a citizen number: never told. */
  readonly ofKey: string;
  readonly document: string;
  readonly claimedOn: PlainDate;
} & (
  | { readonly programme: 'funeral'; readonly facts: FuneralFacts }
  | { readonly programme: 'national_day_gift'; readonly facts: GiftFacts }
);

/** The period in which something is paid once, as the law is known on a day. */
export interface OnceAssessing {
  readonly of: Period;
  readonly asOf: PlainDate;
  readonly law: Law;
  readonly provinceOf: (communeCode: string) => string | null;
}

/** What one claim comes to: an amount, or why nothing; and the month that it is for. */
interface JudgedClaim {
  readonly claim: Claim;
  readonly due: MonthDue;
  readonly month: Period;
}

/** Who asks, with what was not given yet. */
export interface Claimant {
  readonly recipientId: string;
  readonly communeCode: string;
  /** In the order of their numbers. */
  readonly claims: readonly Claim[];
  /** How often each programme has been assessed for the period. */
  readonly assessments: Readonly<Partial<Record<Programme, number>>>;
}

/** What is written of one programme that is paid once. */
export interface OnceAssessment {
  readonly programme: OnceProgramme;
  readonly amount: Vnd;
  readonly reason: NotDue | null;
  readonly lines: readonly RegisteredLine[];
  readonly awards: readonly { readonly occasion: string; readonly claimNo: number }[];
  /** What it was made from. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * What somebody's claims come to, programme by programme. Nothing is told of a programme of which
 * nothing is due, but in the first period after it was claimed, once. `deceased` are the recipients who
 * died, by number.
 */
export function assessClaims(
  { claims, assessments }: Claimant,
  deceased: ReadonlyMap<string, RegisteredPerson>,
  assessing: OnceAssessing,
): OnceAssessment[] {
  const judged = claims.map((claim) => judgeClaim(claim, deceased, assessing));
  return (['funeral', 'national_day_gift'] as const).flatMap((programme) => {
    const own = judged.filter(({ claim }) => claim.programme === programme);
    const given = own.filter(({ due }) => due.dues.length > 0);
    if (given.length > 0) return [assessed(programme, given)];
    const [first] = own.filter(({ claim }) => firstAsked(claim) >= assessing.of);
    const isNew = (assessments[programme] ?? 0) === 0;
    return first === undefined || !isNew ? [] : [assessed(programme, [first])];
  });
}

/** A month is prepared in the one before it. */
function firstAsked({ claimedOn }: Claim): Period {
  return addMonths(periodOf(claimedOn), 1);
}

function assessed(programme: OnceProgramme, judged: readonly JudgedClaim[]): OnceAssessment {
  const lines = judged.flatMap(({ due, month }) => due.dues.map((one) => lineOf(one, month)));
  const isGiven = lines.length > 0;
  return {
    programme,
    amount: sum(lines.map(({ amount }) => amount)),
    reason: isGiven ? null : (judged[0]?.due.reason ?? 'no-ground'),
    lines,
    awards: isGiven
      ? judged.map(({ claim: { occasion, claimNo } }) => ({ occasion, claimNo }))
      : [],
    facts: { claims: judged.map(factsOf) },
  };
}

/** Neither a name nor a number of anybody: who it was for is in the claim. */
function factsOf({ claim, month }: JudgedClaim): Record<string, unknown> {
  const { claimNo, document, claimedOn, facts } = claim;
  return { claimNo, document, claimedOn, month, ...facts };
}

function lineOf(due: MonthlyDue, month: Period): RegisteredLine {
  return {
    kind: 'once',
    forPeriod: month,
    enrolmentId: '',
    groundCode: due.code,
    // An amount of a resolution is its own standard.
    coefficient: due.coefficient ?? '1',
    standardVnd: due.standardVnd ?? due.amount,
    paidVnd: vnd(0n),
    amount: due.amount,
    articles: due.articles,
  };
}

function judgeClaim(
  claim: Claim,
  deceased: ReadonlyMap<string, RegisteredPerson>,
  assessing: OnceAssessing,
): JudgedClaim {
  if (claim.programme === 'funeral') {
    return judgeFuneral(claim, deceased.get(claim.ofKey), assessing);
  }
  const { of, asOf: on, law } = assessing;
  const gift = giftIn(law.gifts, 'national_day_gift', { of, on });
  const { birthDate: birth, diedOn = null, personalNumber = true } = claim.facts;
  const due = nationalDayGift(gift?.giftCode === claim.occasion ? gift : undefined, {
    birth,
    diedOn,
    hasPersonalNumber: personalNumber,
  });
  return { claim, due, month: of };
}

function judgeFuneral(
  claim: Claim & { programme: 'funeral' },
  person: RegisteredPerson | undefined,
  { of, asOf, law, provinceOf }: OnceAssessing,
): JudgedClaim {
  const month = person === undefined || person.diedOn === null ? null : periodOf(person.diedOn);
  // A death that the register has not heard of: the claim waits for it.
  if (person === undefined || month === null || month > of) {
    return { claim, due: { dues: [], reason: 'alive' }, month: of };
  }
  const province = provinceOf(person.communeCode);
  const assessing = { of, asOf, law, province, ahead: new Set<Programme>() };
  const draws = (programme: Programme): boolean => drawsIn(programme, month, person, assessing);
  const { facts } = claim;
  const deceased = {
    diedIn: month,
    assisted:
      draws('social_assistance') ||
      facts.childOfSingleParent === true ||
      (facts.survivorAllowance === true && isOldSurvivor(person.birth, month)),
    socialPension: draws('social_pension') || facts.pensionApplied === true,
    inInstitution: draws('institution'),
    emergency: facts.deathCause === 'emergency',
    merit: draws('merit'),
  };
  return { claim, due: funeralSupport(deceased, viewOf(law, asOf, province).oneOff), month };
}

/** Somebody of the groups of a New Year gift, as the assessments of the month say. */
export interface GiftedPerson {
  readonly recipientId: string;
  readonly diedOn: PlainDate | null;
  /** The programmes that pay for the month. */
  readonly programmes: readonly Programme[];
  /** Whether the register has the account that is linked in VNeID as the one that is paid to. */
  readonly vneid: boolean;
  readonly monthly: boolean;
}

/** The New Year gift of one person; undefined where none is due. */
export function assessGift(
  gift: Gift,
  { programmes, diedOn, vneid, monthly }: GiftedPerson,
  of: Period,
): OnceAssessment | undefined {
  const groups = {
    merit: programmes.includes('merit'),
    socialAssistance: programmes.includes('social_assistance'),
    socialPension: programmes.includes('social_pension'),
    inInstitution: programmes.includes('institution'),
  };
  const [due] = tetGift(gift, groups, diedOn).dues;
  if (due === undefined) return undefined;
  const channel: GiftChannel = giftChannel({ vneid, monthly });
  return {
    programme: 'tet_gift',
    amount: due.amount,
    reason: null,
    lines: [lineOf(due, of)],
    awards: [{ occasion: gift.giftCode, claimNo: 0 }],
    facts: { groups: programmes, channel },
  };
}
