import { expect } from 'chai';
import { outsideReader, type OutsideKind, type OutsideRow } from '../../src/intake/outside-list.ts';
import { plainDate } from '../../src/kernel/period.ts';

/** What a sheet says, cell by cell; a row of text is one with `|` between its cells. */
function read(kind: OutsideKind, rows: readonly string[], asOf = '2026-10-20'): OutsideRow[] {
  const reader = outsideReader(kind, plainDate(asOf));
  return rows.flatMap((line, i) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return reader.take({ row: i + 1, cells, hidden: false, fault: null }) ?? [];
  });
}

const DEATHS = 'STT | Họ và tên | Ngày sinh | Số CCCD | Ngày chết | Số trích lục';

describe('outsideReader', () => {
  it('finds the table under a block, and passes over totals, signatures and headings again', () => {
    const rows = read('deaths', [
      'UBND XÃ THÀNH VINH',
      'DANH SÁCH NGƯỜI CHẾT THÁNG 10 NĂM 2026',
      '',
      DEATHS,
      '(1) | (2) | (3) | (4) | (5) | (6)',
      '1 | NGUYỄN VĂN AN | 30/4/1980 | 040 080 000 001 | 01/10/2026 | 12/TLKT',
      DEATHS,
      '2 | Lò Thị B | 1950 | 040150000002 | 2/10/2026 |',
      'Tổng cộng: 2 người',
      '| | | | Công chức tư pháp hộ tịch |',
    ]);
    expect(
      rows.map(({ row, citizenNumber, name, from, fault }) => [
        row,
        citizenNumber,
        name,
        from,
        fault,
      ]),
    ).to.deep.equal([
      [6, '040080000001', 'Nguyễn Văn An', '2026-10-01', null],
      [8, '040150000002', 'Lò Thị B', '2026-10-02', null],
    ]);
    expect(rows[0]).to.include({ birthDate: '1980-04-30', foldedName: 'NGUYEN VAN AN' });
    expect(rows[1]).to.include({ birthDate: null });
  });

  for (const [what, line, fault] of [
    ['no number', '1 | Lò Thị B | 1950 | | 2/10/2026', 'number-malformed'],
    [
      'a card number of nine digits',
      '1 | Lò Thị B | 1950 | 181234567 | 2/10/2026',
      'number-malformed',
    ],
    ['no day', '1 | Lò Thị B | 1950 | 040150000002 |', 'day-unreadable'],
    ['a day that is none', '1 | Lò Thị B | 1950 | 040150000002 | 31/02/2026', 'day-unreadable'],
    ['a year alone', '1 | Lò Thị B | 1950 | 040150000002 | 2026', 'day-unreadable'],
    [
      'a day that is still to come',
      '1 | Lò Thị B | 1950 | 040150000002 | 21/10/2026',
      'day-not-yet',
    ],
  ] as const) {
    it(`says of a row with ${what} that it is ${fault}`, () => {
      expect(read('deaths', [DEATHS, line]).map((row) => row.fault)).to.deep.equal([fault]);
    });
  }

  it('reads until when it is so as its kind means it', () => {
    const until = (kind: OutsideKind, heading: string, cell: string): unknown =>
      read(kind, [heading, `040080000001 | 01/09/2026 | ${cell}`])[0]?.until;
    // Who is let out on a day is free on that day; whose money ends on a day has it on that day.
    expect(until('custody', 'CCCD | Ngày vào | Ngày ra', '15/10/2026')).to.equal('2026-10-15');
    const paid = 'CCCD | Hưởng từ ngày | Đến ngày';
    expect(until('paid-elsewhere', paid, '15/10/2026')).to.equal('2026-10-16');
    expect(until('paid-elsewhere', paid, '12/2026')).to.equal('2027-01-01');
    expect(until('paid-elsewhere', paid, '')).to.equal(null);
    expect(
      read('custody', ['CCCD | Ngày vào | Ngày ra', '040080000001 | 01/09/2026 | 01/09/2026']),
    ).to.have.nested.property('[0].fault', 'days-disagree');
  });

  it('knows a resident who stays, and dates what differs at social insurance by the list', () => {
    const [stays, moved] = read('residents', [
      'Số định danh | Ngày chuyển đi',
      '040080000001 |',
      '040080000002 | 05/10/2026',
    ]);
    expect(stays).to.include({ from: null, fault: null });
    expect(moved).to.include({ from: '2026-10-05', fault: null });
    const [differs] = read('insurance', ['Số định danh | Nội dung sai lệch', '040080000001 | tên']);
    expect(differs).to.include({ from: '2026-10-20', fault: null });
  });

  it('finds no table without a number, the day of its kind, and the account of an idle one', () => {
    const hasTable = (kind: OutsideKind, heading: string): boolean => {
      const reader = outsideReader(kind, plainDate('2026-10-20'));
      reader.take({ row: 1, cells: heading.split('|'), hidden: false, fault: null });
      return reader.columns() !== undefined;
    };
    expect(hasTable('deaths', 'Họ và tên|Ngày chết')).to.equal(false);
    expect(hasTable('deaths', 'CCCD|Ngày vào')).to.equal(false);
    expect(hasTable('deaths', 'CCCD|Ngày chết')).to.equal(true);
    expect(hasTable('dormant-accounts', 'CCCD|Ngày giao dịch cuối')).to.equal(false);
    expect(hasTable('dormant-accounts', 'CCCD|Ngày giao dịch cuối|STK')).to.equal(true);
  });

  it('leaves a record that could not be split to a person', () => {
    const reader = outsideReader('custody', plainDate('2026-10-20'));
    reader.take({ row: 1, cells: ['CCCD', 'Ngày vào'], hidden: false, fault: null });
    expect(
      reader.take({ row: 2, cells: [], hidden: false, fault: 'CSV_UNCLOSED_QUOTE' }),
    ).to.include({ row: 2, fault: 'number-malformed' });
  });
});
