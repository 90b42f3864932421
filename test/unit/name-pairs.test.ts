import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { csvNamePairs } from '../../adapters/name-pairs/csv.ts';
import { compareNamePairs } from '../../src/verification/compare-name-pairs.flow.ts';
import { whatRefused } from '../support/refused.ts';

const FILE = readFileSync(new URL('../fixtures/name-pairs.csv', import.meta.url));

async function compared(...parts: readonly (string | Buffer)[]): Promise<string> {
  async function* content(): AsyncGenerator<Buffer> {
    for (const part of parts) yield await Promise.resolve(Buffer.from(part));
  }
  let text = '';
  await compareNamePairs(csvNamePairs, content(), (more) => {
    text += more;
    return Promise.resolve();
  });
  return text;
}

describe('compareNamePairs', () => {
  it('answers every pair of a file in its order, as its label says, and repeats no name', async () => {
    const labelled = parse<{ id: string; label: string }>(FILE, { columns: true });
    // In two parts, the first of which ends within a letter.
    const text = await compared(FILE.subarray(0, 211), FILE.subarray(211));
    const answers = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(answers.map(({ id, class: is }) => ({ id, label: is }))).to.deep.equal(
      labelled.map(({ id, label }) => ({ id, label })),
    );
    expect(answers.every((answer) => Object.keys(answer).join() === 'id,class,reason')).to.equal(
      true,
    );
    expect(text).not.to.include('Nguy');
  });

  it('takes columns in any order, quotes, a byte order mark and many chunks', async () => {
    const rows = Array.from({ length: 1_201 }, (_, i) => `"LE VAN, AN",x,${i},Lê Văn An\r\n`);
    const text = await compared('\uFEFFb,other,ID,a\r\n', ...rows);
    expect(text.split('\n')).to.have.length(1_202);
    expect(text).to.match(/^\{"id":"0","class":"same","reason":"without-accents"\}\n/);
  });

  it('refuses what is no file of pairs, with the place and without the names', async () => {
    expect(await whatRefused(compared('id,a\n1,Lê An\n'))).to.equal('list-malformed');
    expect(await whatRefused(compared(''))).to.equal('list-malformed');
    const error: unknown = await compared('id,a,b\n1,Lê An\n').catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('line=2').and.not.to.include('Lê');
  });
});
