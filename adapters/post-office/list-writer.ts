import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

// The list of cash payments for the post office: UTF-8, RFC 4180 with LF, one line a payee. People
// read it at the counter, so names keep their marks.

const LIST_HEADER = 'STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi';

const CHUNK_LENGTH = 128 * 1024;

/** What a value must be, and how that is said. */
type Form = readonly [pattern: RegExp, rule: string];

const REFERENCE: Form = [/^[A-Z0-9-]{1,35}$/, '1 to 35 of A-Z 0-9 -'];
const CITIZEN_NUMBER: Form = [/^\d{12}$/, '12 digits'];
const AMOUNT: Form = [/^[1-9]\d{0,17}$/, 'more than 0, at most 18 digits'];
// A name begins with a letter, so that no spreadsheet takes it for a formula.
const NAME: Form = [
  /^\p{L}[\p{L}\p{M}\p{N} .,'’()/-]{0,139}$/u,
  "a letter, then at most 139 letters, digits, spaces and .,'’()/-",
];

/** Writes the post office's list of cash payments. */
export const postOfficeListWriter: PaymentFileWriter = {
  fileName(head) {
    return `${checked('messageId', REFERENCE, head.messageId, '')}.csv`;
  },

  async *write(head, lines) {
    let text = `${headLine(head)}\n${LIST_HEADER}\n`;
    let lineCount = 0n;
    let total = 0n;
    for await (const chunk of lines) {
      for (const line of chunk) {
        lineCount += 1n;
        total += line.amountVnd;
        text += row(lineCount, line);
        if (text.length < CHUNK_LENGTH) continue;
        yield Buffer.from(text, 'utf8');
        text = '';
      }
    }
    if (lineCount === 0n || lineCount !== head.lineCount || total !== head.totalVnd) {
      throw new Error(
        `${head.messageId}: wrote ${lineCount} lines of ${total} VND, not ${head.lineCount} of ${head.totalVnd}`,
      );
    }
    yield Buffer.from(`${text}${lineCount},Tổng cộng,,,,${total}\n`, 'utf8');
  },
};

function headLine(head: PaymentFileHead): string {
  const messageId = checked('messageId', REFERENCE, head.messageId, '');
  const paymentInformationId = checked(
    'paymentInformationId',
    REFERENCE,
    head.paymentInformationId,
    '',
  );
  const totals = `${head.lineCount};${head.totalVnd}`;
  return `#AN-SINH;${messageId};${paymentInformationId};${totals};${head.valueDate}`;
}

function row(no: bigint, line: PaymentLine): string {
  const id = line.endToEndId;
  const reference = checked('Mã tham chiếu', REFERENCE, id, id);
  const name = checked('Họ và tên', NAME, line.payeeName.normalize('NFC'), id);
  const citizenNumber = checked('Số định danh cá nhân', CITIZEN_NUMBER, line.citizenNumber, id);
  const commune = checked('Xã/phường', NAME, line.communeName.normalize('NFC'), id);
  const amount = checked('Số tiền phải chi', AMOUNT, line.amountVnd.toString(), id);
  return `${no},${reference},${quoted(name)},${citizenNumber},${quoted(commune)},${amount}\n`;
}

/** RFC 4180. A name has no quotes and no line ends in it. */
function quoted(name: string): string {
  return name.includes(',') ? `"${name}"` : name;
}

function checked(element: string, form: Form, value: string, endToEndId: string): string {
  const [pattern, rule] = form;
  if (pattern.test(value)) return value;
  // An id that is no id of ours could hold anything, and is not repeated.
  const named = REFERENCE[0].test(endToEndId) ? endToEndId : '';
  throw new Refusal('value-does-not-fit', { endToEndId: named, element, rule });
}
