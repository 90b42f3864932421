import { readCitizenNumber, type Sex } from '../kernel/citizen-number.ts';
import { isPlainDate, type PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';

/** What of a recipient two persons change. */
export type ChangedSubject = 'identity' | 'channel' | 'payee' | 'death' | 'sharing';

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

/** Who collects, and where. */
export interface PayeeValue extends ChannelValue {
  /** 'self', or what they are to the recipient. */
  readonly relation: string;
  readonly payeeName: string;
  readonly payeeNumber: string;
  /** The document that lets somebody else collect; empty for the recipient. */
  readonly authority: string;
}

/** When somebody died, as the register has it; null for who is found to be alive. */
export interface LifeValue {
  readonly diedOn: PlainDate | null;
}

/** An account, and for whom it receives beside its payee: a household, a home; empty where it is not shared. */
export type SharingValue = Pick<ChannelValue, 'bankBin' | 'accountNumber'> & {
  readonly sharedFor: string;
};

/** The field of a proposed value that breaks a rule: what a person is told, and never the value. */
export type FaultyField = Exclude<keyof Identity, 'birthYear' | 'sex' | 'hamlet'> | PayeeField;
type PayeeField = Exclude<keyof PayeeValue, 'kind'>;

/** As people name it. */
export const FIELD_NAMES: Readonly<Record<FaultyField, Bilingual>> = {
  citizenNumber: { vi: 'số định danh', en: 'citizen number' },
  fullName: { vi: 'họ và tên', en: 'name' },
  birthDate: { vi: 'ngày sinh', en: 'date of birth' },
  communeCode: { vi: 'mã xã', en: 'commune' },
  phone: { vi: 'số điện thoại', en: 'telephone' },
  bankBin: { vi: 'mã ngân hàng', en: 'number of the bank' },
  accountNumber: { vi: 'số tài khoản', en: 'account number' },
  holderName: { vi: 'chủ tài khoản', en: 'account holder' },
  relation: { vi: 'quan hệ', en: 'relation' },
  payeeName: { vi: 'họ và tên người nhận thay', en: 'name of who collects' },
  payeeNumber: { vi: 'số định danh người nhận thay', en: 'citizen number of who collects' },
  authority: { vi: 'giấy ủy quyền', en: 'what authorises them' },
};

const IS_NAME = /^[^\d\t\n]{2,100}$/u;

/** What is wrong with an identity, the gravest first; undefined when nothing is. */
export function identityFault(identity: Identity): FaultyField | undefined {
  const { fullName, birthDate, birthYear, communeCode, phone } = identity;
  if (fullName !== fullName.normalize('NFC').trim() || !IS_NAME.test(fullName)) {
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

const OF_AGE = 18;

/**
 * What is wrong with a payee; undefined when nothing is. Somebody else has to be of age (Civil Code 2015
 * art. 20), to be named by a document, and not to be the recipient under another name.
 */
export function payeeFault(
  payee: PayeeValue,
  { citizenNumber, year }: { citizenNumber: string; year: number },
): FaultyField | undefined {
  const { relation, payeeName, payeeNumber, authority } = payee;
  if (relation.trim() === '') return 'relation';
  if (payeeName !== payeeName.normalize('NFC').trim() || !IS_NAME.test(payeeName)) {
    return 'payeeName';
  }
  const number = readCitizenNumber(payeeNumber);
  if (number === undefined) return 'payeeNumber';
  const isSelf = relation === 'self';
  if (isSelf !== (payeeNumber === citizenNumber)) return 'payeeNumber';
  if (!isSelf && number.birthYear + OF_AGE > year) return 'payeeNumber';
  if (isSelf !== (authority.trim() === '')) return 'authority';
  return channelFault(payee);
}

/** Whether a change moves money to another place: then it waits, and is told. */
export function isOtherAccount(before: ChannelValue, after: ChannelValue): boolean {
  return (
    after.kind === 'account' &&
    (before.bankBin !== after.bankBin || before.accountNumber !== after.accountNumber)
  );
}
