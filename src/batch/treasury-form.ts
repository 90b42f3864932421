import type { Bilingual } from '../kernel/text.ts';
import type { PaymentChange } from './payment-file.ts';

// Form 09 of the State Treasury, Bảng thanh toán cho đối tượng thụ hưởng (Decree 11/2020/ND-CP), as it is said both in
// the payment file of a Treasury channel and in the report of a month: the columns of part I, the changes of part II.

/** What the form is called, above its title. */
export const FORM_09 = 'Mẫu số 09';

/** The columns of part I, in the order of the form. */
export const FORM_09_COLUMNS = {
  no: { vi: 'STT', en: 'No' },
  payee: { vi: 'Họ và tên', en: 'Payee' },
  account: { vi: 'Số tài khoản người hưởng', en: 'Account' },
  bank: { vi: 'Tên ngân hàng', en: 'Bank' },
  total: { vi: 'Tổng số', en: 'Total' },
  wage: { vi: 'Lương và phụ cấp theo lương', en: 'Wage and its allowances' },
  pay: { vi: 'Tiền công', en: 'Pay' },
  allowance: { vi: 'Phụ cấp và trợ cấp khác', en: 'Other allowances and assistance' },
  note: { vi: 'Ghi chú', en: 'Note' },
} as const satisfies Record<string, Bilingual>;

/** One line of part II. */
export interface FormChange extends PaymentChange {
  /** By how much, in dong; never negative. */
  readonly movedVnd: bigint;
  readonly why: Bilingual;
}

/** Part II: who is paid more than in the month before, and who less, each with its sum. */
export function formChanges(changes: readonly PaymentChange[]): {
  readonly up: { readonly lines: readonly FormChange[]; readonly vnd: bigint };
  readonly down: { readonly lines: readonly FormChange[]; readonly vnd: bigint };
} {
  const lines = (some: readonly PaymentChange[]) => {
    const of = some.map((change): FormChange => {
      const { beforeVnd, nowVnd } = change;
      const movedVnd = nowVnd > beforeVnd ? nowVnd - beforeVnd : beforeVnd - nowVnd;
      return { ...change, movedVnd, why: reasonOf(change) };
    });
    return { lines: of, vnd: of.reduce((sum, { movedVnd }) => sum + movedVnd, 0n) };
  };
  return {
    up: lines(changes.filter(({ beforeVnd, nowVnd }) => nowVnd > beforeVnd)),
    down: lines(changes.filter(({ beforeVnd, nowVnd }) => nowVnd < beforeVnd)),
  };
}

function reasonOf({ beforeVnd, nowVnd }: PaymentChange): Bilingual {
  if (beforeVnd === 0n) {
    return { vi: 'Chi mới hoặc chi lại so với tháng trước', en: 'New, or paid again' };
  }
  return nowVnd === 0n
    ? { vi: 'Không còn trong đợt chi', en: 'No longer paid' }
    : { vi: 'Thay đổi mức hưởng', en: 'Another amount' };
}
