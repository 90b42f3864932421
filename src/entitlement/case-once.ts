// What is paid once, as a case asks for it.

import { vnd } from '../kernel/money.ts';
import { periodOf, type Period } from '../kernel/period.ts';
import { birthOf, deathOf, type Subject } from './case-facts.ts';
import { care, merit, socialAssistance, socialPension, type DueIn } from './case-monthly.ts';
import type { CasePerson, CaseResult, MeritClaim } from './case.ts';
import { funeralSupport, isOldSurvivor } from './funeral.ts';
import { giftChannel, giftIn, giftPayee, nationalDayGift, tetGift } from './gifts.ts';
import type { MonthDue } from './monthly-due.ts';
import { oneOffIn } from './one-off.ts';

export function diedIn({ person }: Subject): Period | null {
  const diedOn = deathOf(person);
  return diedOn === null ? null : periodOf(diedOn);
}

export function funeral(subject: Subject): MonthDue {
  const { person, one } = subject;
  // A claim that says nothing of a death is one for the period; one that says "none" is a mistake.
  if (person.diedOn === null) return { dues: [], reason: 'alive' };
  const month = diedIn(subject) ?? one.period;
  if (month > one.period) return { dues: [], reason: 'alive' };
  const draws = (dueIn: DueIn): boolean => dueIn(month).dues.length > 0;
  const facts = {
    diedIn: month,
    assisted: isAssisted(subject, month),
    socialPension: person.birthDate !== null && draws(socialPension(undecided(subject))),
    inInstitution: draws(care(subject, 'institution')),
    emergency: person.deathCause === 'emergency',
    merit: draws(merit(subject)),
  };
  return funeralSupport(facts, subject.viewIn(month).oneOff);
}

/** Who had applied and qualified has the support also when death came before the decision. */
function undecided(subject: Subject): Subject {
  return { ...subject, person: { ...subject.person, decisionDate: null } };
}

/** Decree 20/2021/ND-CP art. 11(1). A case that names no grounds is a file that was decided. */
function isAssisted(subject: Subject, month: Period): boolean {
  const { grounds, survivorAllowance, childOfSingleParent, birthDate } = subject.person;
  if (grounds === null || childOfSingleParent === true) return true;
  if (survivorAllowance === true && birthDate !== null && isOldSurvivor(birthDate, month)) {
    return true;
  }
  return socialAssistance(subject)(month).dues.length > 0;
}

const MERIT_ONCE = {
  home_convalescence: 'MERIT_HOME_CONVALESCENCE',
  group_convalescence: 'MERIT_GROUP_CONVALESCENCE',
  preschool: 'MERIT_PRESCHOOL',
  education: 'MERIT_EDUCATION',
  worship: 'MERIT_WORSHIP',
} as const satisfies Partial<Record<MeritClaim, string>>;

export function meritOnce(subject: Subject): MonthDue {
  const { person, one } = subject;
  const claim = person.meritClaim ?? 'monthly';
  if (claim === 'death') return meritAtDeath(subject);
  if (claim === 'monthly') throw new RangeError('a monthly allowance is not paid once');
  const law = subject.viewIn(one.period).oneOff;
  const due = oneOffIn(MERIT_ONCE[claim], one.period, { law, programme: 'merit' });
  return due === undefined
    ? { dues: [], reason: 'standard-unknown' }
    : { dues: [due], reason: null };
}

/** Decree 131/2021/ND-CP art. 121: three months of the allowance, once, to the family. */
function meritAtDeath(subject: Subject): MonthDue {
  const month = diedIn(subject);
  if (month === null) return { dues: [], reason: 'alive' };
  const { dues, reason } = merit(subject)(month);
  return {
    reason,
    dues: dues.map((due) => ({
      ...due,
      code: `${due.code}:death`,
      amount: vnd(due.amount * 3n),
      articles: [...due.articles, '131/2021/ND-CP art. 121'],
    })),
  };
}

export function newYearGift(subject: Subject): MonthDue {
  const { person, one, law } = subject;
  const gift = giftIn(law.gifts, 'tet_gift', { of: one.period, on: one.asOf });
  const draws = (dueIn: DueIn): boolean => dueIn(one.period).dues.length > 0;
  const groups = {
    merit: draws(merit(subject)),
    socialAssistance: draws(socialAssistance(subject)),
    socialPension: person.birthDate !== null && draws(socialPension(subject)),
    inInstitution: draws(care(subject, 'institution')),
  };
  return tetGift(gift, groups, deathOf(person));
}

export function channelOf({ vneidAccount, monthlyAccount }: CasePerson): CaseResult['channel'] {
  return giftChannel({ vneid: vneidAccount === true, monthly: monthlyAccount === true });
}

export function dayGift({ person, one, law }: Subject): MonthDue {
  const gift = giftIn(law.gifts, 'national_day_gift', { of: one.period, on: one.asOf });
  return nationalDayGift(gift, {
    birth: birthOf(person),
    diedOn: deathOf(person),
    hasPersonalNumber: person.personalNumber !== false,
  });
}

export function payeeOf({ permanentResidence, proxy }: CasePerson): CaseResult['payee'] {
  return giftPayee({ permanentResidence: permanentResidence !== false, proxy: proxy === true });
}
