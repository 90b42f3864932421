import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import type {
  PaymentFileHead,
  PaymentFileNames,
  PaymentLine,
} from '../../../src/batch/payment-file.ts';
import {
  checked,
  doesNotFit,
  filled,
  fittingText,
  OVER_THE_LIMIT,
  TOO_LONG,
  type Place,
} from '../fitting.ts';

/** A line of which every value fits the bank. */
export interface FittingLine {
  readonly reference: string;
  readonly payeeName: string;
  readonly citizenNumber: string;
  readonly account: string;
  readonly amount: string;
  readonly remittance: string;
  readonly bankBin: string;
  readonly isOwnBank: boolean;
}

/** Checks the values that every list has. Throws Refusal('value-does-not-fit') naming the line. */
export function fittingLine(
  { profile, head }: { profile: BankProfile; head: PaymentFileHead },
  line: PaymentLine,
  place: Place,
): FittingLine {
  const { text, lengths, limits, remittance } = profile.outbound;
  const reference = checked('reference', line.endToEndId, 'EndToEndId', place);
  if (reference.length > lengths.reference) {
    doesNotFit('EndToEndId', TOO_LONG(lengths.reference), place);
  }
  const account = checked('account', line.accountNumber, 'Acct', place);
  if (account.length > lengths.account) doesNotFit('Acct', TOO_LONG(lengths.account), place);
  if (limits.vndPerLine !== null && line.amountVnd > BigInt(limits.vndPerLine)) {
    doesNotFit('Amt', OVER_THE_LIMIT, place);
  }
  const words = filled(remittance, {
    reference,
    period: head.period,
    programme: head.programme,
  });
  return {
    reference,
    account,
    amount: checked('amount', line.amountVnd.toString(), 'Amt', place),
    payeeName: fittingText({ text, most: lengths.name, element: 'Nm' }, line.payeeName, place),
    citizenNumber: checked('citizenNumber', line.citizenNumber, 'CitizenNumber', place),
    remittance: fittingText({ text, most: lengths.remittance, element: 'Ustrd' }, words, place),
    bankBin: checked('bankBin', line.bankBin, 'Bank', place),
    isOwnBank: line.bankBin === head.payer.bankBin,
  };
}

/** The name of a bank, or a refusal: a list for people must not name one by a number alone. */
export function bankNamed(names: PaymentFileNames, bankBin: string, place: Place): string {
  const known = names.banks.get(bankBin);
  if (known !== undefined) return known.name;
  return doesNotFit(
    'Bank',
    { vi: 'không có ngân hàng mang mã này', en: 'no bank has this number' },
    place,
  );
}
