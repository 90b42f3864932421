import { expect } from 'chai';
import { foldName, grouped } from '../../src/kernel/text.ts';

describe('foldName', () => {
  const cases: [name: string, folded: string][] = [
    ['Nguyễn Văn An', 'NGUYEN VAN AN'],
    ['Đặng Thị Hồng', 'DANG THI HONG'],
    ['đặng thị đào', 'DANG THI DAO'],
    // The Icelandic eth, which looks the same on paper.
    ['Mai Thị \u00D0ào', 'MAI THI DAO'],
    ['mai thị \u00F0ào', 'MAI THI DAO'],
    // Decomposed, as some keyboards write.
    ['Nguyễn Văn An'.normalize('NFD'), 'NGUYEN VAN AN'],
    ['  Nguyễn\u00A0\t Văn  An ', 'NGUYEN VAN AN'],
    ['ƯỚC ươm', 'UOC UOM'],
    ["H'Hen Niê", "H'HEN NIE"],
    ['', ''],
  ];

  for (const [name, folded] of cases) {
    it(`writes ${JSON.stringify(name)} as ${JSON.stringify(folded)}`, () => {
      expect(foldName(name)).to.equal(folded);
    });
  }

  it('changes nothing when done twice', () => {
    for (const [name] of cases) expect(foldName(foldName(name))).to.equal(foldName(name));
  });

  it('folds every letter of the language to one of A to Z', () => {
    const letters = 'aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ';
    expect(foldName(letters))
      .to.match(/^[A-Z]{73}$/)
      .and.to.equal(foldName(letters.toUpperCase()));
    expect(new Set(foldName(letters))).to.deep.equal(new Set('AEIOUYD'));
  });
});

describe('grouped', () => {
  it('groups digits by three, as they are written in Vietnam', () => {
    const told = [0n, 7n, 999n, 1_000n, 18_310n, 810_000n, 1_234_567_890n].map(grouped);
    expect(told).to.deep.equal(['0', '7', '999', '1.000', '18.310', '810.000', '1.234.567.890']);
    expect(grouped(18_310)).to.equal('18.310');
  });
});
