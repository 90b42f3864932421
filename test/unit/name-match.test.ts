import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { matchNames, type NameClass } from '../../src/verification/name-match.ts';

type Pair = Readonly<Record<'id' | 'a' | 'b' | 'label' | 'a_escaped' | 'b_escaped', string>>;

const PAIRS = parse<Pair>(readFileSync(new URL('../fixtures/name-pairs.csv', import.meta.url)), {
  columns: true,
});

/** Marks of one letter and no-break spaces are lost on their way through editors: not these. */
function unescaped(text: string): string {
  return text.replace(
    /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/g,
    (_whole, four: string | undefined, two: string) =>
      String.fromCharCode(parseInt(four ?? two, 16)),
  );
}

function classes({ a_escaped: a, b_escaped: b }: Pair): NameClass[] {
  return [matchNames(unescaped(a), unescaped(b)), matchNames(unescaped(b), unescaped(a))];
}

describe('matchNames, held to labelled pairs', () => {
  it('never calls two people the same', () => {
    const others = PAIRS.filter(({ label }) => label === 'not');
    expect(others).to.have.length(5);
    expect(others.filter((pair) => classes(pair).includes('same'))).to.deep.equal([]);
  });

  it('never turns away a name that is only written otherwise', () => {
    const same = PAIRS.filter(({ label }) => label === 'same');
    expect(same).to.have.length(12);
    expect(same.filter((pair) => classes(pair).includes('not'))).to.deep.equal([]);
  });

  it('agrees with every label, whichever name comes first', () => {
    const told = PAIRS.map((pair) => ({ id: pair.id, classes: classes(pair) }));
    const labelled = PAIRS.map(({ id, label }) => ({ id, classes: [label, label] }));
    expect(told).to.deep.equal(labelled);
  });

  it('has the pairs as they were drawn: a damaged file would make the test say nothing', () => {
    for (const { id, a, b, ...pair } of PAIRS) {
      expect([unescaped(pair.a_escaped), unescaped(pair.b_escaped)], id).to.deep.equal([a, b]);
    }
  });
});

describe('matchNames, case by case', () => {
  const cases: [why: string, a: string, b: string, is: NameClass][] = [
    ['the very same text', 'Nguyễn Văn An', 'Nguyễn Văn An', 'same'],
    ['case', 'NGUYỄN VĂN AN', 'Nguyễn Văn An', 'same'],
    ['the tone of uy', 'Lê Thị Thuý', 'Lê Thị Thúy', 'same'],
    ['the tone of oe', 'Trần Văn Khoẻ', 'Trần Văn Khỏe', 'same'],
    ['an old font, letters only', 'Trần Thị Hoa', 'TrÇn ThÞ Hoa', 'same'],
    ['order', 'Văn An Nguyễn', 'Nguyễn Văn An', 'doubtful'],
    ['order, without accents', 'AN NGUYEN VAN', 'Nguyễn Văn An', 'doubtful'],
    ['two middle names, one of them gone', 'Trần Văn Bảo Minh', 'Trần Bảo Minh', 'doubtful'],
    ['i and y', 'Phạm Thị Mỹ', 'Phạm Thị Mĩ', 'doubtful'],
    ['y that is no i', 'Lê Thị Thúy', 'Lê Thị Thúi', 'not'],
    ['a cut that is too short to say anything', 'NGUYEN VAN B', 'NGUYEN VAN BINH', 'not'],
    // A whole name that happens to have no accents is not another one without its accents.
    ['a name without accents of its own', 'Mai Lan Anh', 'Mai Lan Ánh', 'doubtful'],
    // Every word of the first is a name in Unicode: it must not be read as if in an old font.
    ['Latin-1 that is no old font', 'Lê Tá', 'Lờ Tỏ', 'not'],
    ['another hook', 'Nguyển Văn An', 'Nguyễn Văn An', 'not'],
    ['another family name', 'Vũ Văn An', 'Võ Văn An', 'not'],
    ['another given name, same words around', 'Trần Văn Minh', 'Trần Văn Mạnh', 'not'],
    ['a middle name that was not there', 'Trần Minh', 'Trần Minh Văn', 'not'],
    ['one word and the whole', 'An', 'Nguyễn Văn An', 'not'],
    ['nothing', '', 'Nguyễn Văn An', 'not'],
  ];

  for (const [why, a, b, is] of cases) {
    it(`${why}: ${is}`, () => {
      expect([matchNames(a, b), matchNames(b, a)]).to.deep.equal([is, is]);
    });
  }
});
