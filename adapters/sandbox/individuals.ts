import type { Sex } from '../../src/kernel/citizen-number.ts';
import { DRAW, drawn, pick, scrambled, type Chances } from './chance.ts';
import { dayText, monthText, twoDigits } from './digits.ts';
import type { AgeBracket } from './grounds.ts';
import { FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES, type NamePart } from './names.ts';

const FREE_FIRST = 700_000;
const FREE_COUNT = 300_000;

// Each free number serves one man and one woman of each group of places. No code here but 040 ends
// in 0 to 3: a number that lost a digit must not look like one that only lost its leading zero.
const PLACES: readonly (readonly string[])[] = [
  ['040', '040', '040', '040', '040', '040', '040', '040', '040', '040', '038', '044', '008'],
  ['045', '046', '048', '049'],
  ['034', '035', '036', '037'],
  ['056', '058', '064', '066'],
];

/** Where nobody of the list was registered: whoever holds an account that is not theirs. */
const STRANGERS_PLACE = '079';

/**
 * The two of a pair, 2k and 2k + 1, are a man and a woman and share the free digits of k. So no two
 * recipients have one number. A guardian has the sex and the free digits of the child, which
 * nobody else has, and another year of birth: no guardian has anybody's number either.
 */
function sexOf(seed: number, number: number): Sex {
  const turned = scrambled(scrambled(seed) ^ (number >>> 1)) & 1;
  return ((number & 1) ^ turned) === 0 ? 'male' : 'female';
}

function citizenNumber(
  of: Pick<Chances, 'seed' | 'number'>,
  place: string,
  sex: Sex,
  birthYear: number,
): string {
  const pair = of.number >>> 1;
  // 181081 has no factor in common with 300000, so this only changes the order of the numbers.
  const free = FREE_FIRST + ((pair * 181_081 + (of.seed % FREE_COUNT)) % FREE_COUNT);
  const centuryAndSex = (birthYear < 2000 ? 0 : 2) + (sex === 'male' ? 0 : 1);
  return `${place}${centuryAndSex}${twoDigits(birthYear % 100)}${free}`;
}

function placeOf(number: number, draw: number): string {
  return pick(pick(PLACES, Math.floor(number / (2 * FREE_COUNT))), draw);
}

export interface Individual {
  readonly citizenNumber: string;
  readonly sex: Sex;
  readonly fullName: string;
  /** Upper case without accents. */
  readonly bankName: string;
  readonly familyName: NamePart;
  /** Null where only the year is known. */
  readonly birthDate: string | null;
  readonly birthYear: number;
}

export function recipientOf(of: Chances, bracket: AgeBracket): Individual {
  const { chance } = of;
  const born =
    bracket.bornFrom +
    (drawn(chance, DRAW.birthMonth) % (bracket.bornUntil - bracket.bornFrom + 1));
  const birthYear = Math.floor(born / 12);
  const sex = sexOf(of.seed, of.number);
  return individual(of, chance, {
    sex,
    birthYear,
    birthDate: yearOnly(chance, birthYear, bracket)
      ? null
      : `${monthText(born)}-${dayText(drawn(chance, DRAW.birthDay))}`,
    familyName: pick(FAMILY_NAMES, drawn(chance, DRAW.familyName)),
  });
}

/** Of some old people only the year is known; then the ground fits on its first and its last day. */
function yearOnly(chance: number, birthYear: number, bracket: AgeBracket): boolean {
  return (
    bracket.ageFrom >= 60 &&
    drawn(chance, DRAW.yearOnly) % 16 === 0 &&
    birthYear * 12 >= bracket.bornFrom &&
    birthYear * 12 + 11 <= bracket.bornUntil
  );
}

/** A parent, at least 20 years older and born before 2007, so of age for years. */
export function guardianOf(of: Chances, child: Individual): Individual {
  const chance = drawn(of.chance, DRAW.guardian);
  const birthYear = Math.min(child.birthYear - 20 - (drawn(chance, DRAW.birthMonth) % 19), 2006);
  const born = birthYear * 12 + (drawn(chance, DRAW.entitled) % 12);
  return individual(of, chance, {
    sex: child.sex,
    birthYear,
    birthDate: `${monthText(born)}-${dayText(drawn(chance, DRAW.birthDay))}`,
    familyName:
      child.sex === 'male' ? child.familyName : pick(FAMILY_NAMES, drawn(chance, DRAW.familyName)),
  });
}

/** The rest of an individual: two more names, and a citizen number that agrees with sex and year. */
function individual(
  of: Chances,
  chance: number,
  born: Pick<Individual, 'sex' | 'birthYear' | 'birthDate' | 'familyName'>,
): Individual {
  const { sex, birthYear, birthDate, familyName } = born;
  const middle = pick(MIDDLE_NAMES[sex], drawn(chance, DRAW.middleName));
  const given = pick(GIVEN_NAMES[sex], drawn(chance, DRAW.givenName));
  const place = placeOf(of.number, drawn(chance, DRAW.place));
  // Written out: objects made by spreading another cost half of the time of a person.
  return {
    sex,
    birthYear,
    birthDate,
    familyName,
    fullName: `${familyName.written} ${middle.written} ${given.written}`,
    bankName: `${familyName.folded} ${middle.folded} ${given.folded}`,
    citizenNumber: citizenNumber(of, place, sex, birthYear),
  };
}

/** Somebody of another province, whom the list does not name. */
export function strangerOf(of: Chances): Pick<Individual, 'bankName' | 'citizenNumber'> {
  const chance = drawn(of.chance, DRAW.stranger);
  const sex = sexOf(of.seed, of.number);
  const { bankName } = individual(of, chance, {
    sex,
    birthYear: 1950,
    birthDate: null,
    familyName: pick(FAMILY_NAMES, drawn(chance, DRAW.familyName)),
  });
  const birthYear = 1950 + (drawn(chance, DRAW.birthMonth) % 50);
  return { bankName, citizenNumber: citizenNumber(of, STRANGERS_PLACE, sex, birthYear) };
}
