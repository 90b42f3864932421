import { expect } from 'chai';
import { sheetReader, type TableRow } from '../../src/intake/sheet-reader.ts';

type Row = readonly string[];

/** The rows of a sheet as they are read, and the fields of its columns. */
function read(...rows: readonly Row[]): { rows: TableRow[]; fields: readonly string[] } {
  const reader = sheetReader({
    name: 'T11',
    mapped: new Map(),
    provinces: new Map([['NGHE AN', '40']]),
    hasFixedWidth: false,
  });
  const taken = rows.flatMap((cells, i) => [
    ...reader.take({ row: i + 1, cells, hidden: false, fault: null }),
  ]);
  const columns = reader.head()?.columns ?? [];
  return { rows: taken, fields: columns.map(({ field }) => field ?? '') };
}

const PERSON = ['1', '40.TGXH.000082', 'Nguyễn Sỹ Hạnh', '040201908650', 'K6_N', '810000', 'x'];
const FIELDS = ['', 'enrolment_ref', 'full_name', 'citizen_id', 'ground_code', 'total_vnd', 'note'];

describe('sheetReader', () => {
  it('reads headings over one table in one row, in two and in three', () => {
    const flat = ['STT', 'Mã hồ sơ', 'Họ và tên', 'Số CCCD', 'Mã diện', 'Tổng cộng', 'Ghi chú'];
    const upper = ['STT', 'Mã hồ sơ', 'Người hưởng', '', 'Đối tượng', 'Tổng cộng', 'Ghi chú'];
    const lower = ['', '', 'Họ và tên', 'Số CCCD', 'Mã diện', '', ''];
    const lowest = ['', '', '', '', '', '', ''];
    const tables = [
      [flat],
      [upper, lower],
      [upper, lower.with(4, 'Diện'), lowest.with(4, 'Mã diện')],
    ];
    for (const headings of tables) {
      const { rows, fields } = read(['Danh sách tháng 11 năm 2026'], ...headings, PERSON);
      expect(fields, String(headings.length)).to.deep.equal(FIELDS);
      expect(rows.map(({ is }) => is)).to.deep.equal(['person']);
    }
  });

  it('takes no line of the heading block for headings', () => {
    const { fields } = read(
      ['ỦY BAN NHÂN DÂN XÃ', '', '', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'],
      ['Chế độ', 'Trợ cấp xã hội'],
      ['STT', 'Mã hồ sơ', 'Họ và tên', 'Số CCCD', 'Mã diện', 'Tổng cộng', 'Ghi chú'],
      PERSON,
    );
    expect(fields).to.deep.equal(FIELDS);
  });
});
