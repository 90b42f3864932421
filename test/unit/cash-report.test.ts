import { expect } from 'chai';
import { cashReportReader, type CashRow } from '../../src/intake/cash-report.ts';

const HEADINGS =
  'STT|Mã hồ sơ|Họ và tên|Số định danh cá nhân|Số tiền phải chi|Kết quả|Số tiền đã chi|Số tiền còn lại';
const NUMBER = '040180700001';

function read(...lines: readonly string[]): CashRow[] {
  const reader = cashReportReader();
  return lines.flatMap((line, i) => {
    const cells = line.split('|');
    return reader.take({ row: i + 1, cells, hidden: false, fault: null }) ?? [];
  });
}

/** The only row below the headings. */
function row(line: string): CashRow | undefined {
  const [only, ...more] = read(HEADINGS, line);
  expect(more).to.have.length(0);
  return only;
}

describe('cashReportReader', () => {
  it('reads a row by its headings, whatever stands above, in any order', () => {
    expect(
      read(
        'BƯU ĐIỆN TỈNH',
        'Kết quả|Số tiền còn lại|Đã chi|Phải chi|CCCD|Mã HS',
        `Đã chi|0|540.000|540.000|${NUMBER}|40.HTXH.000001`,
      ),
    ).to.deep.equal([
      {
        row: 3,
        enrolmentRef: '40.HTXH.000001',
        citizenNumber: NUMBER,
        owedVnd: 540_000n,
        reportedVnd: 540_000n,
        isReadable: true,
      },
    ]);
  });

  it('reports what is left where nothing was paid', () => {
    const unpaid = row(`1|40.HTXH.000001|A|${NUMBER}|540000|Chưa chi|0|540000`);
    expect(unpaid).to.include({ owedVnd: 540_000n, reportedVnd: 540_000n, isReadable: true });
  });

  it('passes over totals, signatures and headings of the next page', () => {
    const nobody = ['||TỔNG CỘNG||540000||540000|0', HEADINGS, '||Người lập', ''];
    expect(read(HEADINGS, ...nobody)).to.deep.equal([]);
    expect(read('STT|Họ và tên', '1|A')).to.deep.equal([]);
  });

  for (const [why, line] of [
    ['its sum is another', `1|40.HTXH.000001|A|${NUMBER}|540000|Đã chi|500000|0`],
    ['it is paid, and nothing is paid', `1|40.HTXH.000001|A|${NUMBER}|540000|Đã chi|0|540000`],
    ['it is unpaid, and some is paid', `1|40.HTXH.000001|A|${NUMBER}|540000|Chưa chi|40000|500000`],
    ['its result is another word', `1|40.HTXH.000001|A|${NUMBER}|540000|Hoãn|0|540000`],
    ['an amount is none', `1|40.HTXH.000001|A|${NUMBER}|năm trăm|Đã chi|500000|0`],
    ['it names no file', `1||A|${NUMBER}|540000|Đã chi|540000|0`],
  ] as const) {
    it(`leaves a row to a person when ${why}`, () => {
      expect(row(line)?.isReadable).to.equal(false);
    });
  }

  it('leaves a record that cannot be split to a person', () => {
    const reader = cashReportReader();
    const at = { hidden: false, cells: HEADINGS.split('|'), fault: null };
    expect(reader.take({ ...at, row: 1 })).to.equal(undefined);
    const broken = reader.take({ row: 2, cells: [], hidden: false, fault: 'CSV_COLUMN_COUNT' });
    expect(broken).to.include({ row: 2, isReadable: false, enrolmentRef: '' });
  });
});
