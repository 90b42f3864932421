/** A text for people: Vietnamese first, English beside it. */
export interface Bilingual {
  readonly vi: string;
  readonly en: string;
}

/** Both languages on one line, for a terminal. */
export function both({ vi, en }: Bilingual): string {
  return `${vi} / ${en}`;
}

/** 18310n as 18.310: digits in groups of three, as they are written in Vietnam. */
export function grouped(amount: bigint | number): string {
  return String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, '.');
}

const MARKS = /\p{M}/gu;

/**
 * A name in the form that banks keep: upper case, no accents, one space between words. It loses
 * information, so that two equal folded names support that two people are one, and never prove it.
 * Đ has no Unicode decomposition and is mapped by hand; U+00D0 looks the same and is mapped too.
 */
export function foldName(name: string): string {
  return withoutMarks(name).toUpperCase();
}

/** A name without accents, one space between words, capitals as they are. */
export function withoutMarks(name: string): string {
  return name
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(/[ĐÐ]/g, 'D')
    .replace(/[đð]/g, 'd')
    .replace(/\s+/g, ' ')
    .trim();
}
