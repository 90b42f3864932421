import { expect } from 'chai';
import fc from 'fast-check';
import { FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES } from '../../adapters/sandbox/names.ts';
import { foldName } from '../../src/kernel/text.ts';
import { compareNames, matchNames, type NameClass } from '../../src/verification/name-match.ts';

const written = (parts: readonly { written: string }[]): string[] =>
  parts.map((part) => part.written);

const syllable = fc.constantFrom(
  ...written(GIVEN_NAMES.male),
  ...written(GIVEN_NAMES.female),
  ...["H'Hen", 'Y', 'A', 'Niê', 'Kdăm', 'Khoẻ', 'Hoà', 'Thuý', 'Đăng', 'Huệ', 'Lí', 'Quý'],
);
const name = fc
  .tuple(
    fc.constantFrom(...written(FAMILY_NAMES)),
    fc.array(
      fc.oneof(
        syllable,
        fc.constantFrom(...written(MIDDLE_NAMES.male), ...written(MIDDLE_NAMES.female)),
      ),
      { minLength: 0, maxLength: 4 },
    ),
    syllable,
  )
  .map(([family, middle, given]) => [family, ...middle, given].join(' '));

/** A name as somebody else might have it: the same, near, or another. */
const near = name.chain((one) =>
  fc.tuple(
    fc.constant(one),
    fc.oneof(
      name,
      fc.constant(foldName(one)),
      fc.nat(one.length).map((at) => foldName(one).slice(0, at)),
      fc.nat(one.length).map((at) => one.slice(0, at) + one.slice(at + 1)),
      fc.shuffledSubarray(one.split(' '), { minLength: 1 }).map((words) => words.join(' ')),
      fc.constant(`${foldName(one)} - NGUYEN VAN BA`),
    ),
  ),
);

/** Ways to write a name otherwise. Tones go to their other place, and letters to other forms. */
const WAYS: Readonly<Record<string, (name: string) => string>> = {
  NFD: (text) => text.normalize('NFD'),
  'upper case': (text) => text.toUpperCase(),
  'lower case': (text) => text.toLowerCase(),
  'many spaces': (text) => ` ${text.replaceAll(' ', ' \u00a0 ')}\t`,
  'old place of the tone': (text) =>
    text
      .normalize('NFD')
      .replace(/([ou])([aey])([\u0300\u0301\u0303\u0309\u0323])(?![a-z])/gi, '$1$3$2'),
  'new place of the tone': (text) =>
    text
      .normalize('NFD')
      .replace(/([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])(?![a-z])/gi, '$1$3$2'),
  'another apostrophe': (text) => text.replaceAll("'", '’'),
  'full width': (text) =>
    text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
};

describe('matchNames, for all names', () => {
  it('says the same whichever name comes first', () => {
    fc.assert(
      fc.property(near, ([a, b]) => {
        expect(compareNames(a, b).class).to.equal(compareNames(b, a).class);
      }),
      { numRuns: 1_000 },
    );
  });

  for (const [way, rewritten] of Object.entries(WAYS)) {
    it(`does not see ${way}`, () => {
      fc.assert(
        fc.property(near, ([a, b]) => {
          const plain = matchNames(a, b);
          expect([matchNames(rewritten(a), b), matchNames(a, rewritten(b))]).to.deep.equal([
            plain,
            plain,
          ]);
          expect(matchNames(a, rewritten(a))).to.equal('same');
        }),
        { numRuns: 300 },
      );
    });
  }

  it('never turns a name away that a bank has cut off, at whatever length', () => {
    fc.assert(
      fc.property(name, (whole) => {
        const kept = foldName(whole);
        for (let length = 1; length <= kept.length; length += 1) {
          expect(matchNames(whole, kept.slice(0, length)), kept.slice(0, length)).not.to.equal(
            'not',
          );
        }
        // With its accents too, also where a cut goes between a letter and its mark; but a whole name
        // whose last tone is gone is another name.
        for (const form of ['NFC', 'NFD'] as const) {
          const full = whole.normalize(form);
          for (let length = 1; length <= full.length; length += 1) {
            const cut = full.slice(0, length);
            if (length < full.length && foldName(cut) === kept) continue;
            for (const one of [cut, cut.toUpperCase()]) {
              const classes = [matchNames(whole, one), matchNames(one, whole)];
              expect(classes, one).not.to.include('not');
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never calls two names with accents the same when a letter, a mark or a tone differs', () => {
    const plain = (text: string): string =>
      text
        .normalize('NFD')
        .toLowerCase()
        .replace(/['\s]/g, '')
        .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '');
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(plain(a) !== plain(b) && /[^ -~]/.test(a) && /[^ -~]/.test(b));
        expect(matchNames(a, b)).not.to.equal('same');
      }),
      { numRuns: 1_000 },
    );
  });

  it('never calls a name the same as one with another tone', () => {
    const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];
    fc.assert(
      fc.property(name, fc.nat(), fc.nat(5), (whole, at, tone) => {
        const letters = whole.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '');
        const vowels = [...letters.matchAll(/[aeiouy][\u0302\u0306\u031b]?/gi)];
        const vowel = vowels[at % vowels.length];
        if (vowel === undefined) return;
        const end = vowel.index + vowel[0].length;
        const other = letters.slice(0, end) + (tones[tone] ?? '') + letters.slice(end);
        const classes: NameClass[] = [matchNames(letters, other), matchNames(other, letters)];
        if (tone !== 0 && /[^ -~]/.test(letters)) expect(classes).not.to.include('same');
      }),
      { numRuns: 1_000 },
    );
  });
});
