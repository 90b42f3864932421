import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import type {
  PaymentChange,
  PaymentFileHead,
  PaymentFileNames,
} from '../../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../../src/batch/payment-file.port.ts';
import { amountInWords } from '../../../src/kernel/amount-in-words.ts';
import { vnd } from '../../../src/kernel/money.ts';
import { fileNameOf, fittingText, HEAD, holdTotals } from '../fitting.ts';
import { paymentLines } from '../payment-rows.ts';
import { bankNamed, fittingLine } from './line-values.ts';
import { workbook, type Cell } from './workbook.ts';

// Form 09 of the State Treasury, Bảng thanh toán cho đối tượng thụ hưởng (Decree 11/2020/ND-CP): the
// list of payees as part I, and what changed against the month before as part II.

const COLUMNS = [
  'STT',
  'Họ và tên',
  'Số tài khoản người hưởng',
  'Tên ngân hàng',
  'Tổng số',
  'Lương và phụ cấp theo lương',
  'Tiền công',
  'Phụ cấp và trợ cấp khác',
  'Ghi chú',
] as const;

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
    ['Mẫu số 09', '', '', '', '', '', '', '', `Mã hiệu: ${head.messageId}`],
    ['BẢNG THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG'],
    ['1. Đơn vị sử dụng ngân sách:', unit],
    ['2. Mã đơn vị:', head.payer.agreement],
    ['3. Tài khoản:', head.payer.account, 'tại:', bankNamed(names, head.payer.bankBin, HEAD)],
    ['Kỳ chi trả:', head.period, 'Ngày giá trị:', head.valueDate],
    ['I. Nội dung đề nghị thanh toán'],
    COLUMNS,
  ];
}

function below({ outbound }: BankProfile, head: PaymentFileHead): (readonly Cell[])[] {
  const total = figure(head.totalVnd);
  return [
    ['', 'Tổng cộng', '', '', total, '', '', total, head.lineCount.toString()],
    ['Tổng số tiền bằng chữ:', amountInWords(head.totalVnd)],
    [],
    ['II. Phần thuyết minh thay đổi so với tháng trước'],
    ...changeRows('1. Tăng', head.changes, outbound, 1),
    ...changeRows('2. Giảm', head.changes, outbound, -1),
    [],
    ['Người lập', '', 'Kế toán trưởng', '', 'Thủ trưởng đơn vị'],
    [],
    ['Kiểm soát của Kho bạc', '', '', '', 'Giám đốc Kho bạc'],
  ];
}

function changeRows(
  title: string,
  changes: readonly PaymentChange[],
  { text, lengths }: BankProfile['outbound'],
  direction: 1 | -1,
): (readonly Cell[])[] {
  const some = changes.filter(({ beforeVnd, nowVnd }) =>
    direction === 1 ? nowVnd > beforeVnd : nowVnd < beforeVnd,
  );
  const moved = some.map(({ beforeVnd, nowVnd }) =>
    direction === 1 ? nowVnd - beforeVnd : beforeVnd - nowVnd,
  );
  const total = vnd(moved.reduce((sum, amount) => sum + amount, 0n));
  return [
    [title, `${some.length} người`, '', '', figure(total)],
    ...some.map(({ payeeName, beforeVnd, nowVnd }, i): readonly Cell[] => [
      i + 1,
      fittingText({ text, most: lengths.name, element: 'Nm' }, payeeName, HEAD),
      '',
      '',
      figure(moved[i] ?? 0n),
      '',
      '',
      '',
      reasonOf(beforeVnd, nowVnd),
    ]),
  ];
}

function reasonOf(beforeVnd: bigint, nowVnd: bigint): string {
  if (beforeVnd === 0n) return 'Chi mới hoặc chi lại so với tháng trước';
  return nowVnd === 0n ? 'Không còn trong đợt chi' : 'Thay đổi mức hưởng';
}
