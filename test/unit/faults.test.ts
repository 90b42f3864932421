import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

// The faults of processes, of the database and of time, F01 to F28: each is named in the title of the test
// that proves what becomes of it.

const FAULTS = Array.from({ length: 28 }, (_, i) => `F${String(i + 1).padStart(2, '0')}`);

/**
 * Those of processes and disks, on whatever server there is (F01 to F04, F06, F15), and of the callback of a
 * transaction (F13).
 */
const WITHOUT_A_DATABASE = ['F01', 'F02', 'F03', 'F04', 'F06', 'F13', 'F15'];

/** The titles of tests of a text, in quotes of any kind. */
function titlesIn(text: string): string[] {
  return [...text.matchAll(/\b(?:describe|it)\(\s*(['`])(.*?)\1/gs)].map(
    ([, , title]) => title ?? '',
  );
}

function notNamed(titles: readonly string[]): string[] {
  return FAULTS.filter((fault) => !titles.some((title) => title.includes(fault)));
}

describe('the faults F01 to F28', () => {
  const texts = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('unit/faults.test.ts'))
    .map((path) => readFileSync(join('test', path), 'utf8'));
  const titles = texts.flatMap(titlesIn);

  it('each have a test that names them', () => {
    expect(notNamed(titles)).to.deep.equal([]);
  });

  it('that meet the database are shown on a server that the test starts itself', () => {
    const own = texts.filter((text) => /\b(?:useOwnServer|startEmbeddedPostgres)\(/.test(text));
    expect(notNamed(own.flatMap(titlesIn))).to.deep.equal(WITHOUT_A_DATABASE);
  });

  it('would be missed if one had none', () => {
    expect(notNamed(titles.filter((title) => !title.includes('F17')))).to.deep.equal(['F17']);
  });
});
