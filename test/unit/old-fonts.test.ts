import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { anyRecipientList } from '../../adapters/recipient-list/any-list.ts';
import { FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES } from '../../adapters/sandbox/names.ts';
import { listDesk } from '../../src/compose.ts';
import { checkList } from '../../src/intake/check-list.flow.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import { encodingOf, readLegacy } from '../../src/intake/legacy-text.ts';
import { mendLine, mendName } from '../../src/intake/mend-text.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { inTcvn3, inVni } from '../support/old-fonts.ts';

const LIST = new URL('../fixtures/lists/danh-sach-2026-11.csv', import.meta.url);

type Record37 = Record<ListColumn, string>;
const PEOPLE = parse<Record37>(readFileSync(LIST), { columns: true });

/** As an office heads its columns. */
const HEADINGS: Partial<Record<ListColumn, string>> = {
  enrolment_ref: 'Mã hồ sơ',
  programme: 'Chế độ',
  full_name: 'Họ và tên',
  birth_date: 'Ngày sinh',
  sex: 'Giới tính',
  citizen_id: 'Số CCCD',
  commune_name: 'Xã, phường',
  hamlet: 'Thôn, xóm',
  ground_code: 'Mã diện',
  coefficient: 'Hệ số',
  dependants: 'Số con',
  decision_no: 'Số QĐ',
  decision_date: 'Ngày QĐ',
  entitled_from: 'Hưởng từ tháng',
  monthly_amount_vnd: 'Mức hưởng',
  arrears_vnd: 'Truy lĩnh',
  total_vnd: 'Tổng cộng',
  channel: 'Hình thức nhận',
  bank_name: 'Tên ngân hàng',
  account_number: 'Số tài khoản',
  account_holder: 'Chủ tài khoản',
  guardian_name: 'Họ tên người nhận thay',
  guardian_citizen_id: 'Số CCCD người nhận thay',
  guardian_relation: 'Quan hệ',
  note: 'Ghi chú',
};
const COLUMNS = LIST_COLUMNS.filter((column) => HEADINGS[column] !== undefined);
const WORDS: Readonly<Record<string, string>> = {
  social_assistance: 'Trợ giúp xã hội',
  social_pension: 'Hưu trí xã hội',
  merit: 'Người có công',
  male: 'Nam',
  female: 'Nữ',
  account: 'Tài khoản',
  cash_post: 'Tiền mặt tại bưu điện',
};

type Font = (text: string) => string;

/** The list of a commune as a text file: a title, headings, a row for each person, and a total. */
function fileOf(people: readonly Record37[], encoded: (text: string) => Buffer): Buffer {
  const rows = people.map((person) =>
    COLUMNS.map((column) => WORDS[person[column]] ?? person[column]),
  );
  const total = people.reduce((sum, { total_vnd: amount }) => sum + Number(amount), 0);
  const grid = [
    ['Danh sách chi trả trợ cấp tháng 11 năm 2026, tỉnh Nghệ An'],
    COLUMNS.map((column) => HEADINGS[column] ?? ''),
    ...rows,
    COLUMNS.map((column) =>
      column === 'full_name' ? 'Tổng cộng' : column === 'total_vnd' ? String(total) : '',
    ),
  ];
  return encoded(grid.map((row) => row.join('\t')).join('\r\n') + '\r\n');
}

const asLatin1 =
  (font: Font) =>
  (text: string): Buffer =>
    Buffer.from(font(text), 'latin1');
/** Read by somebody as Latin-1, and saved again in Unicode: what a workbook of such a file holds. */
const asMojibake =
  (font: Font) =>
  (text: string): Buffer =>
    Buffer.from(font(text), 'utf8');

const FONTS: Readonly<Record<string, { font: Font; code: string }>> = {
  TCVN3: { font: inTcvn3, code: 'NAME_TCVN3' },
  VNI: { font: inVni, code: 'NAME_VNI' },
};

/** Assistance, pensions and merit: unemployment has columns of its own. */
const OF_COMMUNE = PEOPLE.filter(({ programme }) => programme !== 'unemployment');

describe('lists of before Unicode', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'an-sinh-fonts-'))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function check(bytes: Buffer): Promise<readonly CheckedRow[]> {
    const path = join(folder, 'list.csv');
    writeFileSync(path, bytes);
    const rows: CheckedRow[] = [];
    const options = { path, period: null, provinceCode: null, mapped: new Map() };
    for await (const row of checkList(await listDesk(), options)) rows.push(row);
    return rows;
  }

  const records = (rows: readonly CheckedRow[]): readonly string[] =>
    rows
      .filter(({ verdict }) => verdict !== 'skip')
      .map(({ record }) => JSON.stringify(record).toLowerCase());

  for (const [name, { font, code }] of Object.entries(FONTS)) {
    it(`are read in ${name} as the same people, whole names, words and headings`, async () => {
      const today = await check(fileOf(OF_COMMUNE, (text) => Buffer.from(text)));
      expect(records(today)).to.have.length(OF_COMMUNE.length);
      expect(today.filter(({ verdict }) => verdict === 'refuse')).to.deep.equal([]);
      for (const encoded of [asLatin1(font), asMojibake(font)]) {
        const old = await check(fileOf(OF_COMMUNE, encoded));
        expect(records(old)).to.deep.equal(records(today));
        const codes = new Set(old.flatMap(({ findings }) => findings.map((one) => one.code)));
        expect([...codes]).to.include(code);
        expect([...codes].filter((one) => /TCVN3|VNI|1258|UNSURE/.test(one))).to.deep.equal([code]);
      }
    });

    it(`are read in ${name} in the canonical list too, by the check and by the import`, async () => {
      const text = readFileSync(LIST, 'utf8');
      const bytes = Buffer.from(font(text), 'utf8');
      const names = PEOPLE.map(({ full_name: fullName }) => fullName.toLowerCase());
      const checked = await check(bytes);
      expect(checked.map(({ record }) => record.full_name?.toLowerCase())).to.deep.equal(names);

      const { references } = await listDesk();
      const encodings = new Set<string>();
      let rows = 0;
      const content = (async function* () {
        yield await Promise.resolve(bytes);
      })();
      for await (const chunk of anyRecipientList(references).read(
        content,
        join(folder, 'list.csv'),
      )) {
        rows += chunk.length;
        for (const record of chunk) {
          if ('encodings' in record) encodings.add(record.encodings.get('full_name') ?? 'none');
        }
      }
      expect(rows).to.equal(PEOPLE.length);
      expect([...encodings]).to.deep.equal([name.toLowerCase()]);
    });

    it(`leave no name of a column in ${name} as it stands, though it reads so`, () => {
      const encoding = name.toLowerCase() as 'tcvn3' | 'vni';
      const wrong = allNames().filter(
        (one) => mendName(font(one), encoding).value.toLowerCase() !== one.toLowerCase(),
      );
      expect(wrong).to.deep.equal([]);
    });

    it(`never read one name in ${name} as another person's, when nothing stands around it`, () => {
      const wrong = allNames().filter((one) => {
        const read = readLegacy(font(one));
        if (read === undefined || read === 'unsure') return false;
        return read.text.toLowerCase() !== one.toLowerCase();
      });
      expect(wrong).to.deep.equal([]);
    });
  }

  it('take no name of today for one', () => {
    expect(allNames().filter((name) => readLegacy(name) !== undefined)).to.deep.equal([]);
    expect(encodingOf(allNames())).to.equal(undefined);
  });

  it('leave a column of today as it is when one cell of it was pasted from an old file', () => {
    const names = ['Lê Văn Hùng', 'Trần Thị Hòa', 'Phan Dòng', inTcvn3('Đỗ Thị Hạnh')];
    expect(encodingOf(names)).to.equal(undefined);
    expect(mendName(names[2] ?? '', encodingOf(names)).value).to.equal('Phan Dòng');
    expect(mendName(names[3] ?? '', encodingOf(names)).value).to.equal('Đỗ Thị Hạnh');
  });

  it('ask a person where a text says different things in two encodings', () => {
    expect(mendName('Phan Theá Sôn')).to.deep.equal({
      value: 'Phan Theá Sôn',
      codes: ['TEXT_ENCODING_UNSURE'],
    });
    expect(mendName('Phan Theá Sôn', 'vni').value).to.equal('Phan Thế Sơn');
  });

  it('read the number of a decision, which is no syllable', () => {
    expect(mendLine('12/Q§-UBND').value).to.equal('12/QĐ-UBND');
    expect(mendLine('12/QÑ-UBND').value).to.equal('12/QĐ-UBND');
  });
});

function allNames(): string[] {
  const names = new Set<string>();
  for (const { written: family } of FAMILY_NAMES) {
    for (const sex of ['male', 'female'] as const) {
      for (const { written: given } of GIVEN_NAMES[sex]) {
        names.add(`${family} ${given}`);
        for (const { written: middle } of MIDDLE_NAMES[sex])
          names.add(`${family} ${middle} ${given}`);
      }
    }
  }
  return [...names];
}
