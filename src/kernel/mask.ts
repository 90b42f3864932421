// What of a person may stand on a screen that others see. Enough to tell two records apart, too little
// to use them.

const HIDDEN = '•';

/** A citizen number, an account or a telephone number: 040•••••••12 of 040080000012. */
export function maskedNumber(number: string): string {
  if (number.length <= 5) return HIDDEN.repeat(number.length);
  return number.slice(0, 3) + HIDDEN.repeat(number.length - 5) + number.slice(-2);
}

/** A name: the given name, which stands last, and the first letters of the others. */
export function maskedName(name: string): string {
  const parts = name.trim().split(/\s+/);
  return parts
    .map((part, i) => (i === parts.length - 1 ? part : `${Array.from(part)[0] ?? ''}.`))
    .join(' ');
}
