import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type {
  PaymentFileHead,
  PaymentFileNames,
  PaymentLine,
} from '../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import type { Bilingual } from '../../src/kernel/text.ts';
import {
  doesNotFit,
  fileNameOf,
  FORMS,
  HEAD,
  holdTotals,
  lengthOf,
  TOO_LONG,
  type Place,
} from '../bank/fitting.ts';
import { paymentLines } from '../bank/payment-rows.ts';

// The list of cash payments for the post office: UTF-8, RFC 4180 with LF, one line a payee. People
// read it at the counter, so names keep their marks.

const LIST_HEADER = 'STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi';

const CHUNK_LENGTH = 128 * 1024;

/** What a value must be, and how that is said. */
type Form = readonly [pattern: RegExp, rule: Bilingual];

const REFERENCE: Form = FORMS.id;
const CITIZEN_NUMBER: Form = FORMS.citizenNumber;
const AMOUNT: Form = FORMS.amount;
// A name begins with a letter, so that no spreadsheet takes it for a formula.
const NAME: Form = [
  /^\p{L}[\p{L}\p{M}\p{N} .,'’()/-]{0,139}$/u,
  {
    vi: "một chữ cái, rồi nhiều nhất 139 chữ cái, chữ số, dấu cách và .,'’()/-",
    en: "a letter, then at most 139 letters, digits, spaces and .,'’()/-",
  },
];

/** Writes the post office's list of cash payments. */
export function postOfficeListWriter(
  profile: BankProfile,
  { communes }: PaymentFileNames,
): PaymentFileWriter {
  const { lengths } = profile.outbound;
  return {
    fileName: (head) => fileNameOf(profile, head),

    async *write(head, rows) {
      let text = `${headLine(head)}\n${LIST_HEADER}\n`;
      let lineCount = 0n;
      let totalVnd = 0n;
      for await (const line of paymentLines(rows)) {
        lineCount += 1n;
        totalVnd += line.amountVnd;
        const commune = communes.get(line.communeCode) ?? line.communeCode;
        text += row(lineCount, { ...line, commune, longestName: lengths.name });
        if (text.length < CHUNK_LENGTH) continue;
        yield Buffer.from(text, 'utf8');
        text = '';
      }
      holdTotals(head, { lineCount, totalVnd });
      yield Buffer.from(`${text}${lineCount},Tổng cộng,,,,${totalVnd}\n`, 'utf8');
    },
  };
}

function headLine(head: PaymentFileHead): string {
  const messageId = checked('messageId', REFERENCE, head.messageId, HEAD);
  const paymentInformationId = checked(
    'paymentInformationId',
    REFERENCE,
    head.paymentInformationId,
    HEAD,
  );
  const totals = `${head.lineCount};${head.totalVnd}`;
  return `#AN-SINH;${messageId};${paymentInformationId};${totals};${head.valueDate}`;
}

function row(no: bigint, line: PaymentLine & { commune: string; longestName: number }): string {
  const place: Place = { line: Number(no), endToEndId: line.endToEndId };
  const reference = checked('Mã tham chiếu', REFERENCE, line.endToEndId, place);
  const name = checked('Họ và tên', NAME, line.payeeName.normalize('NFC'), place);
  if (lengthOf(name) > line.longestName) {
    doesNotFit('Họ và tên', TOO_LONG(line.longestName), place);
  }
  const citizenNumber = checked('Số định danh cá nhân', CITIZEN_NUMBER, line.citizenNumber, place);
  const commune = checked('Xã/phường', NAME, line.commune.normalize('NFC'), place);
  const amount = checked('Số tiền phải chi', AMOUNT, line.amountVnd.toString(), place);
  return `${no},${reference},${quoted(name)},${citizenNumber},${quoted(commune)},${amount}\n`;
}

/** RFC 4180. A name has no quotes and no line ends in it. */
function quoted(name: string): string {
  return name.includes(',') ? `"${name}"` : name;
}

function checked(element: string, [pattern, rule]: Form, value: string, place: Place): string {
  return pattern.test(value) ? value : doesNotFit(element, rule, place);
}
