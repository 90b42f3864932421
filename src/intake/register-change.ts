import { readCitizenNumber, type Sex } from '../kernel/citizen-number.ts';
import { isPlainDate, type PlainDate } from '../kernel/period.ts';

/** Who a recipient is, as the register has it. */
export interface Identity {
  readonly citizenNumber: string;
  readonly fullName: string;
  readonly birthYear: number;
  /** Null where only the year is known. */
  readonly birthDate: PlainDate | null;
  readonly sex: Sex;
  readonly communeCode: string;
  readonly hamlet: string;
  readonly phone: string;
}

/** Where the money of a recipient goes. */
export interface ChannelValue {
  readonly kind: 'account' | 'cash_post';
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly holderName: string;
}

/** The field of a proposed value that breaks a rule: what a person is told, and never the value. */
export type FaultyField = keyof Identity | keyof ChannelValue;

/** What is wrong with an identity, the gravest first; undefined when nothing is. */
export function identityFault(identity: Identity): FaultyField | undefined {
  const { fullName, birthDate, birthYear, communeCode, phone } = identity;
  if (fullName !== fullName.normalize('NFC').trim() || !/^[^\d\t\n]{2,100}$/u.test(fullName)) {
    return 'fullName';
  }
  if (birthDate !== null && !isBornIn(birthDate, birthYear)) return 'birthDate';
  if (!isNumberOf(identity)) return 'citizenNumber';
  if (!/^\d{5}$/.test(communeCode)) return 'communeCode';
  if (phone !== '' && !/^0\d{9}$/.test(phone)) return 'phone';
  return undefined;
}

/**
 * Decree 137/2015/ND-CP art. 13: the fourth digit says sex and century, the next two the year. The place
 * is not judged: for births abroad it is a country.
 */
function isNumberOf({ citizenNumber, sex, birthYear }: Identity): boolean {
  const number = readCitizenNumber(citizenNumber);
  return number?.sex === sex && number.birthYear === birthYear;
}

function isBornIn(birthDate: string, birthYear: number): boolean {
  return isPlainDate(birthDate) && birthDate.slice(0, 4) === String(birthYear);
}

/** What is wrong with a channel; undefined when nothing is. */
export function channelFault(channel: ChannelValue): FaultyField | undefined {
  const { kind, bankBin, accountNumber, holderName } = channel;
  if (kind === 'cash_post') {
    return bankBin + accountNumber + holderName === '' ? undefined : 'accountNumber';
  }
  if (!/^\d{6}$/.test(bankBin)) return 'bankBin';
  if (!/^[0-9A-Z]{6,34}$/.test(accountNumber)) return 'accountNumber';
  return holderName.trim() === '' ? 'holderName' : undefined;
}

/** Whether a change moves money to another place: then it waits, and is told. */
export function isOtherAccount(before: ChannelValue, after: ChannelValue): boolean {
  return (
    after.kind === 'account' &&
    (before.bankBin !== after.bankBin || before.accountNumber !== after.accountNumber)
  );
}
