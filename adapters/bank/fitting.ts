import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { PaymentFileHead } from '../../src/batch/payment-file.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { foldName, withoutMarks, type Bilingual } from '../../src/kernel/text.ts';

// What a value must be to stand in a file. Nothing is ever cut to fit: two ids cut alike are one id,
// and a name cut short is another name.

/** Where a value stands: the row of the file, from 1 (0: its head), and the reference of the row. */
export interface Place {
  readonly line: number;
  readonly endToEndId: string;
}

export const HEAD: Place = { line: 0, endToEndId: '' };

const REFERENCE = /^[A-Za-z0-9-]{1,35}$/;

/** Refuses a value by the name of its element and the rule that it breaks; it is not repeated. */
export function doesNotFit(element: string, rule: Bilingual, place: Place): never {
  // An id that is no id could hold anything, and is not repeated.
  const endToEndId = REFERENCE.test(place.endToEndId) ? place.endToEndId : '';
  const { line } = place;
  throw new Refusal('value-does-not-fit', {
    line,
    endToEndId,
    element,
    rule: `${rule.vi} / ${rule.en}`,
  });
}

// The characters that banks agree on. The schema of ISO 20022 allows more; banks do not.
const SAFE = "A-Za-z0-9/\\-?:().,'+";

/** What a value must be, and how that is said. */
type Form = readonly [pattern: RegExp, rule: Bilingual];

export const FORMS = {
  id: [/^[A-Z0-9-]{1,35}$/, { vi: '1 đến 35 ký tự A-Z 0-9 -', en: '1 to 35 of A-Z 0-9 -' }],
  reference: [REFERENCE, { vi: '1 đến 35 ký tự A-Z a-z 0-9 -', en: '1 to 35 of A-Z a-z 0-9 -' }],
  amount: [
    /^[1-9]\d{0,17}$/,
    { vi: 'lớn hơn 0, nhiều nhất 18 chữ số', en: 'more than 0, at most 18 digits' },
  ],
  bankBin: [/^\d{6}$/, { vi: '6 chữ số', en: '6 digits' }],
  citizenNumber: [/^\d{12}$/, { vi: '12 chữ số', en: '12 digits' }],
  account: [
    new RegExp(`^[${SAFE}]{6,34}$`),
    { vi: '6 đến 34 ký tự ngân hàng chấp nhận', en: '6 to 34 characters that banks take' },
  ],
  agreement: [
    new RegExp(`^[${SAFE}]{1,35}$`),
    { vi: '1 đến 35 ký tự ngân hàng chấp nhận', en: '1 to 35 characters that banks take' },
  ],
  bic: [
    /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/,
    { vi: 'ngân hàng chưa có mã BIC hợp lệ', en: 'the bank has no valid BIC on record' },
  ],
} as const satisfies Record<string, Form>;

/** The value, if it has the form. */
export function checked(
  form: keyof typeof FORMS,
  value: string,
  element: string,
  place: Place,
): string {
  const [pattern, rule] = FORMS[form];
  return pattern.test(value) ? value : doesNotFit(element, rule, place);
}

export const TOO_LONG = (most: number): Bilingual => ({
  vi: `nhiều nhất ${most} ký tự`,
  en: `at most ${most} characters`,
});
export const NOT_TAKEN: Bilingual = {
  vi: 'chỉ gồm ký tự ngân hàng chấp nhận, và không để trống',
  en: 'only characters that the bank takes, and not empty',
};
export const OVER_THE_LIMIT: Bilingual = {
  vi: 'vượt hạn mức một lệnh của ngân hàng',
  en: 'over what the bank takes in one payment',
};

type TextProfile = BankProfile['outbound']['text'];

const ALLOWED: Readonly<Record<TextProfile['characters'], RegExp>> = {
  safe: new RegExp(`^[${SAFE} ]+$`),
  // All letters of all scripts, with what else the safe set has: nothing that XML would escape.
  letters: /^[\p{L}\p{M}\p{N}/\-?:().,'+ ]+$/u,
};

const FOLDS: Readonly<Record<TextProfile['fold'], (text: string) => string>> = {
  'ascii-upper': foldName,
  ascii: withoutMarks,
  none: (text) => text.normalize('NFC').trim(),
};

/** The characters of a text; a letter outside the first plane is one, not two. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** A text with the letters that a bank takes; null when it takes none of that kind. */
export function foldedText({ fold, characters }: TextProfile, value: string): string | null {
  const folded = FOLDS[fold](value);
  return ALLOWED[characters].test(folded) ? folded : null;
}

/** A text as a bank takes it, or a refusal. */
export function fittingText(
  { text, most, element }: { text: TextProfile; most: number; element: string },
  value: string,
  place: Place,
): string {
  const folded = foldedText(text, value) ?? doesNotFit(element, NOT_TAKEN, place);
  if (lengthOf(folded) > most) doesNotFit(element, TOO_LONG(most), place);
  return folded;
}

/** A template with its names in braces filled in. A profile with other names is never loaded. */
export function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The name of a file by the profile of its bank. */
export function fileNameOf({ channel, outbound }: BankProfile, head: PaymentFileHead): string {
  return filled(outbound.fileName, {
    messageId: checked('id', head.messageId, 'MsgId', HEAD),
    channel,
    valueDate: head.valueDate,
    partNo: String(head.partNo).padStart(3, '0'),
  });
}

/** Throws unless a file holds what its head says: another sum must not come into being. */
export function holdTotals(
  head: PaymentFileHead,
  { lineCount, totalVnd }: { lineCount: bigint; totalVnd: bigint },
): void {
  if (lineCount > 0n && lineCount === head.lineCount && totalVnd === head.totalVnd) return;
  throw new Error(
    `${head.messageId}: wrote ${lineCount} lines of ${totalVnd} VND, not ${head.lineCount} of ${head.totalVnd}`,
  );
}
