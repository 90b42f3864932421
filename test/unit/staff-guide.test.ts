import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

/** As one line, in small letters, a figure or a place for one as #. */
function plain(text: string): string {
  return text
    .replace(/'\s*\+\s*'/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\{[a-zA-Z]+\}|\d[\d.,]*\d/g, '#')
    .toLowerCase();
}

const PAGES = ['src/web', 'src/audit', 'src/report']
  .flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => plain(readFileSync(`${folder}/${name}`, 'utf8'))),
  )
  .join('\n');

/** What a guide quotes: the words of a page. */
function quoted(guide: string): string[] {
  return [...plain(guide).matchAll(/«([^»]+)»|"([^"]+)"/g)].map(([, vi, en]) => vi ?? en ?? '');
}

describe('the guides for staff and auditors', () => {
  for (const name of ['staff.vi', 'staff.en', 'auditor']) {
    it(`${name} quotes no words that stand on no page`, () => {
      const words = quoted(readFileSync(`docs/guide/${name}.md`, 'utf8'));
      expect(words.length).to.be.greaterThan(3);
      expect(words.filter((one) => !PAGES.includes(one))).to.deep.equal([]);
    });
  }

  it('finds a button that was renamed', () => {
    const words = quoted('Bấm «Lập Biểu số 09» rồi "Lập và lưu báo cáo"');
    expect(words.filter((one) => !PAGES.includes(one))).to.deep.equal(['lập biểu số #']);
  });
});
