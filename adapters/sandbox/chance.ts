// Chance without memory: every fact of a person is drawn anew from the seed, the person's number and
// the purpose, and always comes out the same.

/** The finaliser of MurmurHash3: every bit of the input moves half of the bits of the output. */
export function scrambled(input: number): number {
  let bits = input | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * One independent draw, 0 to 2^31 - 1, for each purpose of each person. Of 31 bits, because up to
 * there the remainder of a division is taken on machine integers: with 32 a person cost twice.
 */
export function drawn(chance: number, purpose: number): number {
  return scrambled(chance + Math.imul(purpose, 0x9e3779b1)) >>> 1;
}

/** The purposes for which a person draws; two that share a number would go together. */
export const DRAW = {
  ground: 1,
  birthMonth: 2,
  birthDay: 3,
  yearOnly: 4,
  familyName: 5,
  middleName: 6,
  givenName: 7,
  place: 8,
  commune: 9,
  hamlet: 10,
  channel: 11,
  bank: 12,
  branch: 13,
  phone: 14,
  note: 15,
  twoRows: 16,
  joins: 17,
  joinDay: 18,
  entitled: 19,
  decisionMonth: 20,
  decisionDay: 21,
  decisionNumber: 22,
  children: 23,
  death: 24,
  linked: 25,
  besideGround: 30,
  besideDecision: 31,
  guardian: 100,
  stranger: 200,
} as const;

export function pick<Item>(items: readonly Item[], draw: number): Item {
  const item = items[draw % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** What a person's facts are drawn from. */
export interface Chances {
  readonly seed: number;
  readonly number: number;
  readonly chance: number;
}
