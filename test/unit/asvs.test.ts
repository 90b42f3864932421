import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';

// docs/asvs.md says which requirement of the standard is asked for by which test. Here both are read, so
// that no row is left without a test, and no test asks for a row that is not listed.

const ROW = /^\| (\d+\.\d+\.\d+) \|/;

describe('the requirements of ASVS 5.0 about pages and sessions', () => {
  const listed = readFileSync('docs/asvs.md', 'utf8')
    .split('\n')
    .flatMap((line) => ROW.exec(line)?.[1] ?? []);
  const asked = new Set(
    readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) =>
        [...readFileSync(`test/${file}`, 'utf8').matchAll(/\(ASVS ([\d., ]+)\)'/g)].flatMap(
          ([, ids = '']) => ids.split(', '),
        ),
      ),
  );

  it('are each the number of a test, and each once in the list', () => {
    expect(listed.length).to.be.greaterThan(50);
    expect(new Set(listed).size).to.equal(listed.length);
    expect(listed.filter((id) => !asked.has(id))).to.deep.equal([]);
  });

  it('are all in the list, those that a test names', () => {
    expect([...asked].filter((id) => !listed.includes(id))).to.deep.equal([]);
  });

  it('would be missed if a test lost its number', () => {
    const [first = ''] = listed;
    const without = new Set([...asked].filter((id) => id !== first));
    expect(listed.filter((id) => !without.has(id))).to.deep.equal([first]);
  });
});
