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
    ['cut off in the middle of a word', 'NGUYEN VAN B', 'Nguyễn Văn Bình', 'doubtful'],
    ['cut off behind a word', 'NGUYEN THI LAN', 'Nguyễn Thị Lan Anh', 'doubtful'],
    [
      'what has its accents may be cut off as well',
      'Nguyễn Thị Lan',
      'Nguyễn Thị Lan Anh',
      'doubtful',
    ],
    ['cut off in the last word', 'Nguyễn Văn Bì', 'Nguyễn Văn Bình', 'doubtful'],
    ['accents do not go with a cut of the other', 'Nguyễn Thị Lan', 'NGUYEN THI LAN ANH', 'not'],
    ['another tone before the cut', 'Nguyễn Thí', 'Nguyễn Thị Lan', 'not'],
    ['another mark at the cut', 'Lê Tú Hô', 'Lê Tú Hoa', 'not'],
    ['a longer given name', 'Nguyễn Văn An', 'Nguyễn Văn Anh', 'doubtful'],
    ['the tone of the given name gone', 'Nguyễn Thị Hà', 'Nguyễn Thị Ha', 'not'],
    ['an initial that is no vowel', 'N.V. An', 'Nguyễn Văn An', 'doubtful'],
    ['a vowel in a full name is no initial', 'Giàng A Páo', 'GIANG AN PAO', 'not'],
    ['a vowel in a short name may be', 'TRAN A TUAN', 'Trần Anh Tuấn', 'doubtful'],
    ['the Y of a highland name left out', 'Y Wang Niê Kdăm', 'WANG NIE KDAM', 'doubtful'],
    ['an apostrophe turned into a space', 'H’Hen Niê', 'H HEN NIE', 'same'],
    ['a hyphen inside a name', 'Hồ Thị-Lan', 'HO THI LAN', 'same'],
    ['Đ and D', 'Lê Đoan', 'Lê Doan', 'not'],
    ['Đ that the bank has not', 'Đỗ Văn Đạt', 'DO VAN DAT', 'same'],
    ['a bank name of one accent', 'Vũ Lan Anh', 'VU LAN ANH', 'same'],
    ['order and a word left out', 'AN NGUYEN', 'Nguyễn Văn An', 'doubtful'],
    ['two holders, with the word for and', 'Lê Thị Hoa', 'LE THI HOA VA LE BA', 'doubtful'],
    ['the second of two holders', 'Lê Văn Ba', 'Lê Thị Hoa & Lê Văn Ba', 'doubtful'],
    ['the family name Và is no and', 'Và Bá Dìa', 'VA BA DIA', 'same'],
    ['a title', 'ONG LE VAN TAM', 'Lê Văn Tám', 'doubtful'],
    ['two letters that changed places', 'NGUYEN VAN BIHN', 'Nguyễn Văn Bình', 'doubtful'],
    ['accents on some words only', 'Nguyen Văn Bình', 'Nguyễn Văn Bình', 'doubtful'],
    ['a space that makes two other syllables', 'Lê Thị Ho An', 'Lê Thị Hoan', 'doubtful'],
    ['an old font with marks behind letters', 'Nguyeãn Vaên Bình', 'Nguyễn Văn Bình', 'same'],
    ['no old font, though it could be one', 'Lê Tú Hoà', 'Lê Tú Hồ', 'not'],
    ['a number behind the name', 'Nguyễn Văn An 2', 'Nguyễn Văn An', 'doubtful'],
    ['letters of full width', 'ＮＧＵＹＥＮ ＶＡＮ ＡＮ', 'Nguyễn Văn An', 'same'],
    // A whole name that happens to have no accents is not another one without its accents.
    ['a name without accents of its own', 'Mai Lan Anh', 'Mai Lan Ánh', 'doubtful'],
    // Every word of the first is a name in Unicode: it must not be read as if in an old font.
    ['Latin-1 that is no old font', 'Lê Tá', 'Lờ Tỏ', 'not'],
    ['another hook', 'Nguyển Văn An', 'Nguyễn Văn An', 'not'],
    ['another family name', 'Vũ Văn An', 'Võ Văn An', 'not'],
    ['another given name, same words around', 'Trần Văn Minh', 'Trần Văn Mạnh', 'not'],
    ['a given name that was not there', 'Trần Minh', 'Trần Minh Văn', 'doubtful'],
    ['one word and the whole', 'An', 'Nguyễn Văn An', 'not'],
    ['nothing', '', 'Nguyễn Văn An', 'not'],
  ];

  for (const [why, a, b, is] of cases) {
    it(`${why}: ${is}`, () => {
      expect([matchNames(a, b), matchNames(b, a)]).to.deep.equal([is, is]);
    });
  }
});
