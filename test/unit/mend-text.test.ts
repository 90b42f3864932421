import { expect } from 'chai';
import { mendLine, mendName } from '../../src/intake/mend-text.ts';

const ETH = '\u00D0';

describe('mendLine', () => {
  for (const [number, right] of [
    [`12/Q${ETH}-UBND`, '12/QĐ-UBND'],
    [`20/2021/N${ETH}-CP`, '20/2021/NĐ-CP'],
    [`7/H${ETH}ND`, '7/HĐND'],
    [`12/QĐ-L${ETH}TBXH`, '12/QĐ-LĐTBXH'],
  ] as const) {
    it(`takes the letter that looks like Đ for Đ in ${right}, and not for é`, () => {
      expect(mendLine(number)).to.deep.equal({ value: right, codes: ['NAME_ETH'] });
    });
  }

  it('still reads a legacy text that has a number in it', () => {
    expect(mendLine('B¶n 3')).to.deep.equal({ value: 'Bản 3', codes: ['NAME_TCVN3'] });
    expect(mendLine('Khèi 5')).to.deep.equal({ value: 'Khối 5', codes: ['NAME_TCVN3'] });
  });
});

describe('mendName', () => {
  it('still reads é of a name that was written in TCVN3', () => {
    expect(mendName(`Lan B${ETH}`)).to.deep.equal({ value: 'Lan Bé', codes: ['NAME_TCVN3'] });
  });
});
