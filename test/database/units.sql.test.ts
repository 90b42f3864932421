import { expect } from 'chai';
import { successorsOf, unitsOfCode } from '../../src/intake/units.sql.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { table } from '../support/table.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

describe('units of administration', () => {
  const test = useDatabase();

  it('unitsOfCode: a code is read by the day of its document', async () => {
    const cases = table<'code' | 'on' | 'name'>(`
      code   on          name
      82     2025-06-30  Tiền_Giang
      82     2025-07-01  Đồng_Tháp
      15     2024-01-01  Yên_Bái
      15     2026-11-01  Lào_Cai
      24     2020-05-05  Bắc_Giang
      44     2020-05-05  Quảng_Bình
      52     2020-05-05  Bình_Định
      80     2020-05-05  Long_An
      91     2020-05-05  Kiên_Giang
      91     2025-07-01  An_Giang
      40     2020-05-05  Nghệ_An
      40     2026-05-05  Nghệ_An
      87     2026-05-05  -
      26882  2024-01-01  Phường_14
      26882  2026-01-01  Phường_An_Hội_Tây
      16681  2026-11-01  Phường_Thành_Vinh
    `);
    for (const { code, on, name } of cases) {
      const found = await unitsOfCode(test().db, { code, on: plainDate(on) });
      const names = found.map((unit) => unit.name.replaceAll(' ', '_'));
      expect(names, `${code} ${on}`).to.deep.equal(name === '' ? [] : [name]);
    }
    const ever = await unitsOfCode(test().db, { code: '82', on: null });
    expect(ever.map(({ name, validUntil }) => [name, validUntil])).to.deep.equal([
      ['Tiền Giang', '2025-07-01'],
      ['Đồng Tháp', null],
    ]);
  });

  it('successorsOf: where a unit went, wholly or in part', async () => {
    const on = plainDate('2024-05-01');
    const went = async (kind: 'province' | 'commune', code: string): Promise<string[]> => {
      const found = await successorsOf(test().db, { kind, code, on });
      return found.map((next) => `${next.code} ${next.part}`);
    };
    expect(await went('province', '82')).to.deep.equal(['82 whole']);
    expect(await went('province', '89')).to.deep.equal(['91 whole']);
    expect(await went('commune', '26882')).to.deep.equal(['26882 not_said']);
    const divided = await many<{ code: string }>(
      test().db,
      `select min(from_code) as code from unit_succession where part = 'part'`,
    );
    const parts = await went('commune', divided[0]?.code ?? '');
    expect(parts.length).to.be.greaterThan(1);
    expect(parts.every((one) => one.endsWith(' part'))).to.equal(true);
    // Asked on a day after the change there is nothing that it became.
    const later = plainDate('2025-07-01');
    expect(
      await successorsOf(test().db, { kind: 'province', code: '82', on: later }),
    ).to.deep.equal([]);
  });

  it('holds every unit of today, and the communes of each province as many as the law says', async () => {
    const [row] = await many(
      test().db,
      `select count(*) filter (where kind = 'province' and valid_until is null) as provinces,
              count(*) filter (where kind = 'province' and valid_until is not null) as "oldOnes",
              count(*) filter (where kind = 'commune' and valid_until is null) as communes,
              count(*) filter (where kind = 'commune' and valid_until is null
                                 and name like 'Đặc khu %') as zones,
              count(*) filter (where kind = 'commune' and valid_until is null
                                 and parent_code = '40') as "inNgheAn"
         from administrative_unit`,
    );
    expect(row).to.deep.equal({
      provinces: 34n,
      oldOnes: 63n,
      communes: 3321n,
      zones: 13n,
      inNgheAn: 130n,
    });
  });

  it('leads from every old unit to one that is there', async () => {
    const lost = await many(
      test().db,
      `select s.from_code from unit_succession s
        where not exists (select from administrative_unit u
                           where u.unit_code = s.to_code and u.kind = s.kind
                             and u.valid_from <= s.changed_on and u.valid_until is null)
           or not exists (select from administrative_unit u
                           where u.unit_code = s.from_code and u.kind = s.kind
                             and u.valid_until = s.changed_on)`,
    );
    expect(lost).to.deep.equal([]);
  });

  describe('rules', () => {
    const rules = useDatabase();
    itKeepsEveryRule(
      rules,
      {
        administrative_unit: {
          unit_code: '99998',
          parent_code: '40',
          name: 'x',
          kind: 'commune',
          valid_from: '2026-01-01',
          source: 'test',
        },
        unit_succession: {
          kind: 'commune',
          from_code: '99998',
          to_code: '99999',
          changed_on: '2025-07-01',
          part: 'whole',
          source: 'test',
        },
        birth_place: { place_code: '999', name: 'x', current_province: '01', source: 'test' },
      },
      [
        { rule: 'administrative_unit_pkey', table: 'administrative_unit', wrong: {} },
        {
          rule: 'administrative_unit_kind_check',
          table: 'administrative_unit',
          wrong: { kind: 'hamlet' },
        },
        {
          rule: 'a_code_has_its_length',
          table: 'administrative_unit',
          wrong: { unit_code: '9999' },
        },
        {
          rule: 'one_meaning_a_day',
          table: 'administrative_unit',
          wrong: { valid_from: '2026-02-01' },
        },
        {
          rule: 'unit_succession_kind_check',
          table: 'unit_succession',
          wrong: { kind: 'district' },
        },
        {
          rule: 'unit_succession_part_check',
          table: 'unit_succession',
          wrong: { part: 'half', to_code: '99997' },
        },
        { rule: 'unit_succession_pkey', table: 'unit_succession', wrong: {} },
        {
          rule: 'birth_place_place_code_check',
          table: 'birth_place',
          wrong: { place_code: '99' },
        },
        { rule: 'birth_place_pkey', table: 'birth_place', wrong: {} },
      ],
    );
  });
});
