import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

// The list of cash payments for the post office: UTF-8, RFC 4180 with LF, one line a payee. People
// read it at the counter, so names keep their marks.

export const LIST_HEADER =
  'STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi';

const CHUNK_LENGTH = 128 * 1024;

const REFERENCE = /^[A-Z0-9-]{1,35}$/;
const CITIZEN_NUMBER = /^\d{12}$/;
// A name begins with a letter, so that no spreadsheet takes it for a formula.
const NAME = /^\p{L}[\p{L}\p{M}\p{N} .,'’()/-]{0,139}$/u;

/** Writes the post office's list of cash payments. */
export const postOfficeListWriter: PaymentFileWriter = {
  fileName(head) {
    return `${checkedId(head.messageId, 'messageId')}.csv`;
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
    if (lineCount !== head.lineCount || total !== head.totalVnd) {
      throw new Error(
        `${head.messageId}: wrote ${lineCount} lines of ${total} VND, not ${head.lineCount} of ${head.totalVnd}`,
      );
    }
    yield Buffer.from(`${text}${lineCount},Tổng cộng,,,,${total}\n`, 'utf8');
  },
};

function headLine(head: PaymentFileHead): string {
  const messageId = checkedId(head.messageId, 'messageId');
  const paymentInformationId = checkedId(head.paymentInformationId, 'paymentInformationId');
  const totals = `${head.lineCount};${head.totalVnd}`;
  return `#AN-SINH;${messageId};${paymentInformationId};${totals};${head.valueDate}`;
}

function row(no: bigint, line: PaymentLine): string {
  const fits = (element: string, pattern: RegExp, value: string): string => {
    if (pattern.test(value)) return value.includes(',') ? `"${value}"` : value;
    throw new Refusal('value-does-not-fit', {
      // An id that is no id of ours could hold anything.
      endToEndId: REFERENCE.test(line.endToEndId) ? line.endToEndId : '',
      element,
      rule: pattern.source,
    });
  };
  const reference = fits('Mã tham chiếu', REFERENCE, line.endToEndId);
  const name = fits('Họ và tên', NAME, line.payeeName.normalize('NFC'));
  const citizenNumber = fits('Số định danh cá nhân', CITIZEN_NUMBER, line.citizenNumber);
  const commune = fits('Xã/phường', NAME, line.communeName.normalize('NFC'));
  const amount = fits('Số tiền phải chi', /^[1-9]\d{0,17}$/, line.amountVnd.toString());
  return `${no},${reference},${name},${citizenNumber},${commune},${amount}\n`;
}

function checkedId(id: string, element: string): string {
  if (REFERENCE.test(id)) return id;
  throw new Refusal('value-does-not-fit', { endToEndId: '', element, rule: REFERENCE.source });
}
