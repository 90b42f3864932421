import { foldName } from '../kernel/text.ts';
import { decodeLegacy, readLegacy } from './legacy-text.ts';
import type { SexedBirth } from './mend-row.ts';
import { LIST_COLUMNS, type ListColumn } from './recipient-list.ts';

// Offices name and order their columns each in their own way. A column is known by its heading, or
// by its heading together with the one above it, read without accents, signs and units.

/** What a column is for. A column that is read by people alone has no field. */
export type ColumnField = ListColumn | SexedBirth;

/** Headings that an office has mapped by hand: the heading, or a column letter, to its field. */
export type HeadingMap = ReadonlyMap<string, ColumnField | null>;

/** Undefined when nobody knows the heading; null when it is known to be for people alone. */
export type HeadingReading = ColumnField | null | undefined;

/** Who collects for another, as offices name them. */
const WHO_COLLECTS =
  'NGUOI NHAN THAY|NGUOI NHAN HO|NGUOI LINH THAY|NGUOI LINH HO|NGUOI GIAM HO|NGUOI DAI DIEN|' +
  'NGUOI DUOC UY QUYEN|NGUOI NHAN UY QUYEN|NGUOI DUOC UQ';

/** What stands of them in a column, named before them or behind. */
function ofWhoCollects(what: string): string {
  return WHO_COLLECTS.split('|')
    .flatMap((who) => what.split('|').flatMap((each) => [`${who} ${each}`, `${each} ${who}`]))
    .join('|');
}

const HEADINGS: Readonly<Partial<Record<ColumnField, string>>> = {
  enrolment_ref: 'MA HO SO|MA HS|SO HO SO|MA SO HO SO|SO HS',
  period: 'KY CHI TRA|THANG CHI TRA|KY',
  programme: 'CHUONG TRINH|CHE DO|LOAI CHE DO|LOAI TRO CAP|CHINH SACH',
  full_name:
    'HO VA TEN|HO TEN|HO VA TEN DOI TUONG|HO TEN DOI TUONG|TEN DOI TUONG|HO VA TEN NGUOI HUONG|' +
    'HO TEN NGUOI HUONG|HO VA TEN NGUOI THU HUONG|HO CHU DEM VA TEN|HO VA TEN NGUOI HUONG TRO CAP|' +
    'HO VA TEN NGUOI LAO DONG|HO VA TEN NGUOI HUONG CHE DO|TEN NGUOI HUONG|H VA TEN',
  birth_date:
    'NGAY SINH|NGAY THANG NAM SINH|NAM SINH|NGAY THANG SINH|SINH NGAY|NTNS|NGAY NAM SINH|NG SINH',
  birth_date_male: 'NAM SINH NAM|NGAY THANG NAM SINH NAM|NGAY SINH NAM|SINH NGAY NAM',
  birth_date_female: 'NAM SINH NU|NGAY THANG NAM SINH NU|NGAY SINH NU|SINH NGAY NU',
  sex: 'GIOI TINH|PHAI|GIOI|GT|NAM NU',
  citizen_id:
    'SO DINH DANH CA NHAN CCCD|SO DINH DANH CA NHAN|SO DINH DANH|SO CCCD|CCCD|SO CMND CCCD|' +
    'CMND CCCD|CCCD CMND|SO CCCD CMND|SO CAN CUOC|CAN CUOC|SO CAN CUOC CONG DAN|CAN CUOC CONG DAN|' +
    'SDDCN|SO DDCN|MA DINH DANH|MA DINH DANH CA NHAN|SO CC|SO CC CCCD|CC CCCD|DDCN|SO DINH DANH CCCD|' +
    'SO CAN CUOC CCCD|SO CCCD DDCN|SO DDCN CCCD',
  province_code: 'MA TINH',
  commune_code: 'MA XA|MA XA PHUONG|MA PHUONG XA',
  commune_name:
    'XA PHUONG|XA|PHUONG XA|PHUONG|TEN XA|XA PHUONG THI TRAN|XA PHUONG DAC KHU|XA P|X P|' +
    'TEN XA PHUONG|XA PHUONG TT|NOI CU TRU XA PHUONG|DIA CHI XA PHUONG',
  hamlet:
    'XOM KHOI BAN|XOM|THON|BAN|KHOI|THON XOM|XOM THON|THON BAN|THON XOM BAN|TO DAN PHO|KHU PHO|AP|' +
    'THON TO DAN PHO|XOM BAN KHOI|KHOI XOM|KHOI XOM BAN|THON BAN KHOI|TO|TDP|AP KHOM',
  ground_code: 'MA DIEN|MA DIEN HUONG|MA DOI TUONG|MA LOAI DOI TUONG|MA LOAI|MA DT',
  coefficient: 'HE SO|HE SO TRO CAP|HE SO HUONG|HS|HS TRO CAP',
  dependants: 'SO CON|SO CON DANG NUOI|SO TRE',
  decision_no:
    'QUYET DINH HUONG SO|QUYET DINH SO|SO QUYET DINH|SO QD|QD SO|QUYET DINH TRO CAP SO|SO QD HUONG|' +
    'QD HUONG SO|SO QUYET DINH HUONG',
  decision_date:
    'QUYET DINH HUONG NGAY|QUYET DINH NGAY|NGAY QUYET DINH|NGAY QD|NGAY KY QD|QD NGAY|' +
    'QUYET DINH TRO CAP NGAY|QD HUONG NGAY|NGAY KY|NGAY KY QUYET DINH|QUYET DINH NGAY THANG NAM',
  entitled_from:
    'HUONG TU THANG|TU THANG|THANG HUONG|THOI DIEM HUONG|THOI GIAN HUONG TU|THANG BAT DAU HUONG|' +
    'BAT DAU HUONG|HUONG TU|THOI DIEM BAT DAU HUONG|HUONG TU THANG NAM',
  monthly_amount_vnd:
    'MUC THANG|MUC HUONG THANG|MUC HUONG|MUC TRO CAP|MUC TRO CAP HANG THANG|TRO CAP HANG THANG|' +
    'MUC HUONG HANG THANG|SO TIEN HANG THANG|TIEN TRO CAP|MUC TC|SO TIEN THANG|TRO CAP THANG NAY|' +
    'THANG NAY MUC|TRO CAP MUC|SO TIEN MUC',
  arrears_vnd: 'TRUY LINH|TIEN TRUY LINH|SO TIEN TRUY LINH|TRUY LANH|TRUY LINH CAC THANG TRUOC',
  total_vnd:
    'TONG CONG|TONG SO TIEN|TONG TIEN|TONG|CONG|THUC LINH|SO TIEN CHI TRA|SO TIEN THUC NHAN|' +
    'THANH TIEN|SO TIEN TONG CONG|SO TIEN TONG|SO TIEN CONG|TONG SO|TONG SO TIEN CHI TRA',
  channel:
    'HINH THUC NHAN|HINH THUC NHAN TIEN|HINH THUC CHI TRA|PHUONG THUC NHAN|PHUONG THUC CHI TRA|' +
    'HT NHAN|HT CHI TRA|KENH CHI TRA|HINH THUC',
  bank_bin: 'MA NGAN HANG|MA BIN|BIN',
  bank_name:
    'NGAN HANG|TEN NGAN HANG|TAI NGAN HANG|NGAN HANG MO TAI KHOAN|NOI MO TAI KHOAN|NH|TEN NH|' +
    'MO TAI NGAN HANG|TAI KHOAN NGAN HANG',
  account_number:
    'SO TAI KHOAN|STK|SO TK|TAI KHOAN SO|SO TAI KHOAN NHAN TIEN|TAI KHOAN NHAN TIEN SO|SO TKNH|' +
    'SO TAI KHOAN NGAN HANG|TAI KHOAN',
  account_holder:
    'CHU TAI KHOAN|TEN CHU TAI KHOAN|CHU TK|TEN CHU TK|TEN TAI KHOAN|HO TEN CHU TAI KHOAN|' +
    'HO VA TEN CHU TAI KHOAN|TAI KHOAN NHAN TIEN HO VA TEN',
  guardian_name: `${ofWhoCollects('HO VA TEN|HO TEN|TEN')}|${WHO_COLLECTS}`,
  guardian_citizen_id: ofWhoCollects(
    'SO DINH DANH CA NHAN CCCD|SO DINH DANH CA NHAN|SO DINH DANH|SO CCCD|CCCD|SO CAN CUOC|CAN CUOC|SO CMND CCCD|' +
      'SO CMND|CMND CCCD|MA DINH DANH|SO DDCN|SDDCN',
  ),
  guardian_relation: `QUAN HE|MOI QUAN HE|QUAN HE VOI DOI TUONG|QUAN HE VOI NGUOI HUONG|${ofWhoCollects('QUAN HE|MOI QUAN HE')}`,
  phone: 'SO DIEN THOAI|DIEN THOAI|SDT|SO DT|DT|DTDD|SO DIEN THOAI LIEN HE|DIEN THOAI LIEN HE',
  contributed_months:
    'SO THANG DA DONG|SO THANG DONG|SO THANG DONG BHTN|SO THANG DA DONG BHTN|THOI GIAN DONG|' +
    'TONG SO THANG DONG|TONG THOI GIAN DONG|QUA TRINH DONG SO THANG',
  average_salary_vnd:
    'BINH QUAN TIEN LUONG 6 THANG|TIEN LUONG BINH QUAN|TIEN LUONG BINH QUAN 6 THANG|BQTL 6 THANG|' +
    'MUC BINH QUAN TIEN LUONG|LUONG BINH QUAN|LUONG BQ|BINH QUAN TIEN LUONG|BQTL|' +
    'LUONG BINH QUAN 6 THANG|BINH QUAN LUONG 6 THANG',
  wage_region: 'VUNG|VUNG LUONG|VUNG LUONG TOI THIEU|VUNG LTT',
  last_contributed_month: 'THANG DONG CUOI|THANG CUOI DONG|THANG DONG CUOI CUNG|THANG CUOI',
  benefit_from: 'TU NGAY|HUONG TU NGAY|NGAY BAT DAU HUONG|THOI GIAN HUONG TU NGAY|NGAY HUONG',
  benefit_month_no: 'THANG THU|THANG HUONG THU|HUONG THANG THU|THOI GIAN HUONG THANG THU',
  benefit_month_count:
    'TONG SO THANG|SO THANG HUONG|SO THANG DUOC HUONG|TONG SO THANG HUONG|' +
    'TONG SO THANG DUOC HUONG|THOI GIAN HUONG SO THANG',
  note: 'GHI CHU|GC|GHI CHU KHAC',
};

/** Headings of columns that nothing is read from. */
const FOR_PEOPLE =
  'STT|TT|SO TT|SO THU TU|S TT|DIEN HUONG|LOAI DOI TUONG|DOI TUONG|DOI TUONG DIEN HUONG|TINH|' +
  'TINH THANH PHO|KY NHAN|CHU KY|KY TEN|HUYEN|QUAN HUYEN|LOI|LOI ENGLISH|LOI CAN SUA|DAN TOC';

const FIELD_OF = new Map<string, ColumnField | null>([
  ...LIST_COLUMNS.map((column): [string, ColumnField] => [foldHeading(column), column]),
  ...Object.entries(HEADINGS).flatMap(([field, headings]) =>
    headings.split('|').map((heading): [string, ColumnField] => [heading, field as ColumnField]),
  ),
  ...FOR_PEOPLE.split('|').map((heading): [string, null] => [heading, null]),
]);

/** Headings that say something only together with what stands under them. */
const GROUPS = new Set(
  (
    'NOI CU TRU|DIA CHI|DOI TUONG|QUYET DINH HUONG|QUYET DINH|SO TIEN|TAI KHOAN NHAN TIEN|' +
    'THONG TIN TAI KHOAN|THOI GIAN HUONG|QUA TRINH DONG|TAI KHOAN|NGAY THANG NAM SINH|NAM SINH|' +
    `NGAY SINH|${WHO_COLLECTS}`
  ).split('|'),
);

/**
 * A heading without accents, signs, the unit in brackets, and the number of its column. One that is known
 * when it is read in an encoding of before Unicode, such as Sè CCCD, is that one.
 */
export function keyOf(heading: string): string {
  const key = foldHeading(heading);
  if (isKnown(key)) return key;
  const decoded = decodeLegacy(heading).map(foldHeading);
  const known = decoded.find(isKnown);
  if (known !== undefined) return known;
  const read = decoded.length === 0 ? undefined : readLegacy(heading);
  return read === undefined || read === 'unsure' ? key : foldHeading(read.text);
}

function isKnown(key: string): boolean {
  return FIELD_OF.has(key) || GROUPS.has(key);
}

function foldHeading(heading: string): string {
  return foldName(heading)
    .replace(/\((?:DONG|VND|VNĐ|Đ|D|TR DONG|\d{1,2}|DDMMYYYY|DD\/MM\/YYYY|NEU CO)\)/g, ' ')
    .replace(/[^A-Z0-9]+/g, ' ')
    .replace(/ VND$/, '')
    .trim();
}

/** Reads the headings that stand over one column, the topmost first; each may be empty. */
export function readHeading(
  parts: readonly string[],
  letter: string,
  mapped: HeadingMap,
): HeadingReading {
  const keys = parts.map(keyOf).filter((key) => key !== '');
  const last = keys.at(-1);
  if (last === undefined) return undefined;
  const whole = [...new Set(keys)].join(' ');
  const byHand = [keyOf(letter), last, whole].find((key) => mapped.has(key));
  if (byHand !== undefined) return mapped.get(byHand);
  // Of three headings over each other the uppermost may only say what the others belong to.
  for (let first = 0; first < keys.length - 1; first += 1) {
    const known = FIELD_OF.get([...new Set(keys.slice(first))].join(' '));
    if (known !== undefined) return known;
  }
  const alone = FIELD_OF.get(last);
  // "Họ và tên" under "Người nhận thay" is somebody else: a group that changes a meaning is named.
  const groups = keys.slice(0, -1).filter((key) => GROUPS.has(key));
  return groups.some((group) => isChangedBy(group, alone)) ? undefined : alone;
}

/** Whether a heading means another thing under this group, and the whole of both is not known. */
function isChangedBy(group: string, field: HeadingReading): boolean {
  return group.startsWith('NGUOI ') && (field === 'full_name' || field === 'citizen_id');
}

/** Whether a text is a heading by itself, or a group of them. */
export function isHeading(text: string, mapped: HeadingMap): boolean {
  const key = keyOf(text);
  return key !== '' && (isKnown(key) || mapped.has(key));
}

/** The letter of a column counted from 0: A, B, …, Z, AA. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
