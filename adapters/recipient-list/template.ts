import type { CellStyle, CellValue } from 'hucre/xlsx';
import { columnLetter } from '../../src/intake/headings.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { escaped } from './workbook-rows.ts';

// Our own form of a list. Every column is text, so that a spreadsheet takes no zero away and turns no
// number into a date; what has a few right values offers them.

/** The headings of the form, in its order. */
const TEMPLATE_HEADINGS: Readonly<Record<ListColumn, string>> = {
  enrolment_ref: 'Mã hồ sơ',
  period: 'Tháng chi trả',
  programme: 'Chương trình',
  full_name: 'Họ và tên',
  birth_date: 'Ngày sinh',
  sex: 'Giới tính',
  citizen_id: 'Số định danh cá nhân/CCCD',
  province_code: 'Mã tỉnh',
  commune_code: 'Mã xã',
  commune_name: 'Xã/phường',
  hamlet: 'Xóm/khối/bản',
  ground_code: 'Mã diện',
  coefficient: 'Hệ số',
  dependants: 'Số con',
  decision_no: 'Số quyết định',
  decision_date: 'Ngày quyết định',
  entitled_from: 'Hưởng từ tháng',
  monthly_amount_vnd: 'Mức tháng',
  arrears_vnd: 'Truy lĩnh',
  total_vnd: 'Tổng cộng',
  channel: 'Hình thức nhận',
  bank_bin: 'Mã BIN',
  bank_name: 'Ngân hàng',
  account_number: 'Số tài khoản',
  account_holder: 'Chủ tài khoản',
  guardian_name: 'Người nhận thay',
  guardian_citizen_id: 'CCCD người nhận thay',
  guardian_relation: 'Quan hệ',
  phone: 'Số điện thoại',
  contributed_months: 'Số tháng đã đóng',
  average_salary_vnd: 'Bình quân tiền lương 6 tháng',
  wage_region: 'Vùng',
  last_contributed_month: 'Tháng đóng cuối',
  benefit_from: 'Hưởng từ ngày',
  benefit_month_no: 'Tháng thứ',
  benefit_month_count: 'Tổng số tháng',
  note: 'Ghi chú',
};

const CHOICES: Readonly<Partial<Record<ListColumn, readonly string[]>>> = {
  programme: ['TGXH', 'HTXH', 'TCTN', 'NCC'],
  sex: ['Nam', 'Nữ'],
  channel: ['Tài khoản', 'Tiền mặt tại bưu điện'],
  wage_region: ['I', 'II', 'III', 'IV'],
};

/** Rows that are ready to be filled. */
const READY_ROWS = 5000;
const HEADING: CellStyle = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F4E9CD' } },
  alignment: { wrapText: true, horizontal: 'center', vertical: 'center' },
};

/** The bytes of our form, empty or with records in it: texts in the order of LIST_COLUMNS. */
export async function templateWorkbook(
  records: readonly (readonly string[])[] = [],
): Promise<Uint8Array> {
  const headings = LIST_COLUMNS.map((column) => TEMPLATE_HEADINGS[column]);
  const rows: CellValue[][] = [
    headings,
    ...records.map((record) => record.map((text) => (text === '' ? null : escaped(text)))),
  ];
  // Only who writes a workbook needs it, and it takes long to load.
  const { writeXlsx } = await import('hucre/xlsx');
  return writeXlsx({
    sheets: [
      {
        name: 'Danh sách',
        rows,
        columns: LIST_COLUMNS.map((column) => ({ width: WIDTHS[column] ?? 16, numFmt: '@' })),
        cells: new Map(
          headings.map((value, i) => [`0,${String(i)}`, { value, type: 'string', style: HEADING }]),
        ),
        freezePane: { rows: 1, columns: 4 },
        autoFilter: { range: `A1:${columnLetter(LIST_COLUMNS.length - 1)}1` },
        dataValidations: Object.entries(CHOICES).map(([column, values]) => {
          const letter = columnLetter(LIST_COLUMNS.indexOf(column as ListColumn));
          return {
            type: 'list' as const,
            values: [...values],
            allowBlank: true,
            range: `${letter}2:${letter}${String(READY_ROWS)}`,
          };
        }),
      },
    ],
  });
}

const WIDTHS: Readonly<Partial<Record<ListColumn, number>>> = {
  full_name: 26,
  account_holder: 26,
  commune_name: 22,
  channel: 22,
  note: 30,
};
