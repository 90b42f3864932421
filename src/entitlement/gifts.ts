// Gifts of the state: one at the New Year for groups of recipients, one on National Day for everybody
// in the population database at an instant. Each has its own resolution, and its amount and its days
// stand in the reference data.

import type { Vnd } from '../kernel/money.ts';
import { lastDay, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import type { BirthYear } from './entitlement.ts';
import type { MonthDue, MonthlyDue } from './monthly-due.ts';
import type { NotDue } from './not-due.ts';

/** A gift as the reference data has it. */
export interface Gift {
  readonly giftCode: string;
  readonly programme: 'tet_gift' | 'national_day_gift';
  readonly amountVnd: Vnd;
  readonly issuedOn: PlainDate;
  readonly opensOn: PlainDate;
  /** The day by which it has to be paid. */
  readonly payBy: PlainDate;
  /** The end of this day is the instant at which the population database was read. */
  readonly aliveAfter: PlainDate | null;
  readonly legalBasis: string;
}

/** The gift of a programme that is paid in a month and known on a day. */
export function giftIn(
  gifts: readonly Gift[],
  programme: Gift['programme'],
  { of, on }: { of: Period; on: PlainDate },
): Gift | undefined {
  return gifts.find((gift) => {
    const paidIn = periodOf(gift.opensOn) <= of && of <= periodOf(gift.payBy);
    return gift.programme === programme && paidIn && gift.issuedOn <= on;
  });
}

/** The groups of 418/NQ-CP of 2025: one person may be of several. */
export interface TetGroups {
  readonly merit: boolean;
  readonly socialAssistance: boolean;
  readonly socialPension: boolean;
  readonly inInstitution: boolean;
}

/** One gift, however many groups a person is of. Who died before it could be paid is not given one. */
export function tetGift(
  gift: Gift | undefined,
  groups: TetGroups,
  diedOn: PlainDate | null,
): MonthDue {
  if (gift === undefined) return none('no-gift');
  if (diedOn !== null && diedOn < gift.opensOn) return none('deceased');
  if (!Object.values(groups).some(Boolean)) return none('not-of-group');
  return { dues: [dueOf(gift)], reason: null };
}

/** How a New Year gift is paid: to the VNeID account, else where the allowance goes, else in cash. */
export type GiftChannel = 'vneid' | 'monthly_account' | 'cash';

export function giftChannel(accounts: {
  readonly vneid: boolean;
  readonly monthly: boolean;
}): GiftChannel {
  if (accounts.vneid) return 'vneid';
  return accounts.monthly ? 'monthly_account' : 'cash';
}

export interface Inhabitant {
  readonly birth: PlainDate | BirthYear;
  readonly diedOn: PlainDate | null;
  /** A citizen, or of Vietnamese origin with a certificate: who may have a personal number. */
  readonly hasPersonalNumber: boolean;
}

/** 263/NQ-CP of 2025: whoever was alive, with a personal number, at the instant of the snapshot. */
export function nationalDayGift(gift: Gift | undefined, person: Inhabitant): MonthDue {
  if (gift === undefined) return none('no-gift');
  const instant = gift.aliveAfter ?? lastDay(periodOf(gift.opensOn));
  const wasBorn = person.birth.slice(0, 10) <= instant;
  const wasAlive = person.diedOn === null || person.diedOn > instant;
  if (!wasBorn || !wasAlive || !person.hasPersonalNumber) return none('not-in-snapshot');
  return { dues: [dueOf(gift)], reason: null };
}

/** Who is handed a National Day gift: the household's, or the person without permanent residence. */
export type GiftPayee = 'household_head' | 'proxy' | 'person';

export function giftPayee(of: {
  readonly permanentResidence: boolean;
  readonly proxy: boolean;
}): GiftPayee {
  if (!of.permanentResidence) return 'person';
  return of.proxy ? 'proxy' : 'household_head';
}

function dueOf(gift: Gift): MonthlyDue {
  return {
    programme: gift.programme,
    code: gift.giftCode,
    coefficient: null,
    standardVnd: null,
    amount: gift.amountVnd,
    articles: [gift.legalBasis],
    articleOfArrears: null,
  };
}

function none(reason: NotDue): MonthDue {
  return { dues: [], reason };
}
