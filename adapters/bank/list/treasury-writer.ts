import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import type { PaymentFileHead, PaymentFileNames } from '../../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../../src/batch/payment-file.port.ts';
import {
  FORM_09,
  FORM_09_COLUMNS,
  formChanges,
  type FormChange,
} from '../../../src/batch/treasury-form.ts';
import { amountInWords } from '../../../src/kernel/amount-in-words.ts';
import { fileNameOf, fittingText, HEAD, holdTotals } from '../fitting.ts';
import { paymentLines } from '../payment-rows.ts';
import { bankNamed, fittingLine } from './line-values.ts';
import { workbook, type Cell } from './workbook.ts';

// Form 09 of the State Treasury, Bảng thanh toán cho đối tượng thụ hưởng (Decree 11/2020/ND-CP): the
// list of payees as part I, and what changed against the month before as part II.

/** Writes form 09 as an Excel file. */
export function treasuryWriter(profile: BankProfile, names: PaymentFileNames): PaymentFileWriter {
  return {
    fileName: (head) => fileNameOf(profile, head),

    async *write(head, rows) {
      const sheet: (readonly Cell[])[] = [...above(profile, head, names)];
      const strong = new Set([1, sheet.length - 2, sheet.length - 1]);
      let lineCount = 0n;
      let totalVnd = 0n;
      for await (const line of paymentLines(rows)) {
        lineCount += 1n;
        totalVnd += line.amountVnd;
        const place = { line: Number(lineCount), endToEndId: line.endToEndId };
        const fitting = fittingLine({ profile, head }, line, place);
        const amount = figure(line.amountVnd);
        const bank = bankNamed(names, fitting.bankBin, place);
        // What the law assists is neither wage nor pay: it stands under other allowances.
        sheet.push([
          place.line,
          fitting.payeeName,
          fitting.account,
          bank,
          amount,
          '',
          '',
          amount,
          fitting.reference,
        ]);
      }
      holdTotals(head, { lineCount, totalVnd });
      strong.add(sheet.length);
      sheet.push(...below(profile, head));
      yield await workbook('Mau 09', sheet, strong);
    },
  };
}

/** A figure as far as Excel keeps it; a longer one is text. */
function figure(amount: bigint): Cell {
  return amount <= 999_999_999_999_999n ? Number(amount) : amount.toString();
}

function above(
  { outbound }: BankProfile,
  head: PaymentFileHead,
  names: PaymentFileNames,
): (readonly Cell[])[] {
  const { text, lengths } = outbound;
  const unit = fittingText({ text, most: lengths.name, element: 'Dbtr' }, head.payer.name, HEAD);
  return [
    [FORM_09, '', '', '', '', '', '', '', `Mã hiệu: ${head.messageId}`],
    ['BẢNG THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG'],
    ['1. Đơn vị sử dụng ngân sách:', unit],
    ['2. Mã đơn vị:', head.payer.agreement],
    ['3. Tài khoản:', head.payer.account, 'tại:', bankNamed(names, head.payer.bankBin, HEAD)],
    ['Kỳ chi trả:', head.period, 'Ngày giá trị:', head.valueDate],
    ['I. Nội dung đề nghị thanh toán'],
    Object.values(FORM_09_COLUMNS).map(({ vi }) => vi),
  ];
}

function below({ outbound }: BankProfile, head: PaymentFileHead): (readonly Cell[])[] {
  const total = figure(head.totalVnd);
  const { up, down } = formChanges(head.changes);
  return [
    ['', 'Tổng cộng', '', '', total, '', '', total, head.lineCount.toString()],
    ['Tổng số tiền bằng chữ:', amountInWords(head.totalVnd)],
    [],
    ['II. Phần thuyết minh thay đổi so với tháng trước'],
    ...changeRows('1. Tăng', up, outbound),
    ...changeRows('2. Giảm', down, outbound),
    [],
    ['Người lập', '', 'Kế toán trưởng', '', 'Thủ trưởng đơn vị'],
    [],
    ['Kiểm soát của Kho bạc', '', '', '', 'Giám đốc Kho bạc'],
  ];
}

function changeRows(
  title: string,
  { lines, vnd }: { readonly lines: readonly FormChange[]; readonly vnd: bigint },
  { text, lengths }: BankProfile['outbound'],
): (readonly Cell[])[] {
  return [
    [title, `${lines.length} người`, '', '', figure(vnd)],
    ...lines.map(({ payeeName, movedVnd, why }, i): readonly Cell[] => [
      i + 1,
      fittingText({ text, most: lengths.name, element: 'Nm' }, payeeName, HEAD),
      '',
      '',
      figure(movedVnd),
      '',
      '',
      '',
      why.vi,
    ]),
  ];
}
