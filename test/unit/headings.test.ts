import { expect } from 'chai';
import { readHeading, type HeadingReading } from '../../src/intake/headings.ts';

/** What a column is for, by the headings that stand over it. */
function under(...headings: string[]): HeadingReading {
  return readHeading(headings, 'A', new Map());
}

describe('headings of columns', () => {
  it('know who collects for another by all their names, in one row of headings or in two', () => {
    for (const who of [
      'Người nhận thay',
      'Người nhận hộ',
      'Người lĩnh thay',
      'Người giám hộ',
      'Người đại diện',
      'Người được ủy quyền',
    ]) {
      expect(under(who), who).to.equal('guardian_name');
      expect(under(`Họ và tên ${who.toLowerCase()}`), who).to.equal('guardian_name');
      expect(under(who, 'Họ tên'), who).to.equal('guardian_name');
      expect(under(`Số CCCD ${who.toLowerCase()}`), who).to.equal('guardian_citizen_id');
      expect(under(who, 'Số định danh cá nhân'), who).to.equal('guardian_citizen_id');
      expect(under(who, 'Quan hệ'), who).to.equal('guardian_relation');
      expect(under(who, 'Điện thoại'), who).to.equal('phone');
    }
  });

  it('never take the name or number of somebody else for that of the recipient', () => {
    expect(under('Họ và tên')).to.equal('full_name');
    expect(under('Đối tượng', 'Họ và tên')).to.equal('full_name');
    expect(under('Người đại diện', 'Chức vụ')).to.equal(undefined);
    expect(under('Họ và tên người chi trả')).to.equal(undefined);
  });

  it('say nothing of a heading that nobody knows, and null for one that people alone read', () => {
    expect(under('Điểm số')).to.equal(undefined);
    expect(under('STT')).to.equal(null);
    expect(under('Dân tộc')).to.equal(null);
  });

  it('are read where a third row of headings only says what the others belong to', () => {
    expect(under('Thông tin chi trả', 'Quyết định', 'Số')).to.equal('decision_no');
    expect(under('Thông tin đối tượng', 'Ngày, tháng, năm sinh', 'Nam')).to.equal(
      'birth_date_male',
    );
    expect(under('Trợ cấp (đồng)', 'Tháng này', 'Mức')).to.equal('monthly_amount_vnd');
    // A level of what, and of which month, is not guessed.
    expect(under('Tháng trước', 'Mức')).to.equal(undefined);
    expect(under('Chi trả', 'Người nhận thay', 'Họ và tên')).to.equal('guardian_name');
    expect(under('Người nhận thay', 'Giấy tờ', 'Họ và tên')).to.equal(undefined);
  });

  it('are known in an encoding of before Unicode, abbreviations too', () => {
    for (const [heading, field] of [
      ['Sè CCCD', 'citizen_id'],
      ['Soá CCCD', 'citizen_id'],
      ['Ngµy Q§', 'decision_date'],
      ['Ngaøy QÑ', 'decision_date'],
      ['Tµi kho¶n', 'account_number'],
      ['Xãm', 'hamlet'],
      ['Ghi chó', 'note'],
    ] as const) {
      expect(under(heading), heading).to.equal(field);
    }
  });
});
