import { expect } from 'chai';
import { readCitizenNumber } from '../../src/kernel/citizen-number.ts';
import { table } from '../support/table.ts';

describe('readCitizenNumber', () => {
  it('reads place, sex and year of birth (Decree 137/2015/ND-CP art. 13)', () => {
    const cases = table<'number' | 'place' | 'sex' | 'year'>(`
      number        place  sex     year
      040080123456  040    male    1980
      040180123456  040    female  1980
      001206000001  001    male    2006
      001306000001  001    female  2006
      096400999999  096    male    2100
      096599999999  096    female  2199
      040000000000  040    male    1900
      040999000000  040    female  2399
    `);
    for (const { number, place, sex, year } of cases) {
      expect(readCitizenNumber(number)).to.deep.equal({
        placeCode: place,
        sex,
        birthYear: Number(year),
      });
    }
  });

  it('reads nothing that is not twelve digits', () => {
    const others = [
      '',
      '04008012345',
      '0400801234567',
      '04008012345O',
      '040 080123456',
      ' 040080123456',
      '040080123456\n',
      '０４００８０１２３４５６',
      '-40080123456',
    ];
    expect(others.filter((text) => readCitizenNumber(text) !== undefined)).to.deep.equal([]);
  });
});
