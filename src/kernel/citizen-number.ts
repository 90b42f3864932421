/** Sex as the population database has it. */
export type Sex = 'male' | 'female';

/**
 * What a personal number of 12 digits says of its holder: place of birth registration (3 digits),
 * century and sex (1), year of birth (2), 6 free digits. Decree 137/2015/ND-CP art. 13; there is no
 * check digit. The place is never the residence.
 */
export interface CitizenNumberFacts {
  readonly placeCode: string;
  readonly sex: Sex;
  readonly birthYear: number;
}

/** Undefined when the text is not twelve digits. */
export function readCitizenNumber(text: string): CitizenNumberFacts | undefined {
  if (text.length !== 12) return undefined;
  for (let i = 0; i < 12; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return undefined;
  }
  const centuryAndSex = text.charCodeAt(3) - 48;
  return {
    placeCode: text.slice(0, 3),
    sex: centuryAndSex % 2 === 0 ? 'male' : 'female',
    birthYear:
      1900 +
      Math.floor(centuryAndSex / 2) * 100 +
      (text.charCodeAt(4) - 48) * 10 +
      text.charCodeAt(5) -
      48,
  };
}
