import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

// The faults of processes, of the database and of time, F01 to F28: each is named in the title of the test
// that proves what becomes of it.

const FAULTS = Array.from({ length: 28 }, (_, i) => `F${String(i + 1).padStart(2, '0')}`);

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
  const titles = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('unit/faults.test.ts'))
    .flatMap((path) => titlesIn(readFileSync(join('test', path), 'utf8')));

  it('each have a test that names them', () => {
    expect(notNamed(titles)).to.deep.equal([]);
  });

  it('would be missed if one had none', () => {
    expect(notNamed(titles.filter((title) => !title.includes('F17')))).to.deep.equal(['F17']);
  });
});
