import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { LIST_COLUMNS, type ListRecord } from '../../src/intake/recipient-list.ts';
import { judgeRow, type JudgeContext } from '../../src/intake/row-rules.ts';
import { stagedRows } from '../../src/intake/staged-rows.flow.ts';
import { period } from '../../src/kernel/period.ts';
import { adult } from '../support/drawn-list.ts';

const SAMPLE = new URL('../fixtures/lists/danh-sach-2026-11.csv', import.meta.url);
const HEADER = `${LIST_COLUMNS.join(',')}\n`;

const NOVEMBER: JudgeContext = {
  period: period('2026-11'),
  provinceCode: '40',
  communes: new Set(['16681']),
  bankBins: new Set(['970405']),
  grounds: new Map([
    [
      'K6_N',
      {
        programme: 'social_assistance',
        coefficient: '1.5',
        perDependant: false,
        ageFrom: 16,
        ageUntil: 60,
        outsideAges: false,
      },
    ],
  ]),
};

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield await Promise.resolve(item);
}

async function recordsOf(content: Buffer): Promise<ListRecord[]> {
  const records = [];
  for await (const chunk of csvRecipientList.read(once(content))) records.push(...chunk);
  return records;
}

async function staged(records: readonly ListRecord[], rules: JudgeContext): Promise<string[]> {
  const parts = [];
  for await (const bytes of stagedRows(once(records), rules)) parts.push(bytes);
  return Buffer.concat(parts).toString('utf8').split('\n');
}

const withoutBytes = (record: ListRecord): ListRecord => ({ ...record, plain: null });

describe('stagedRows', () => {
  it('stages an accepted row the same from its bytes and from its values', async () => {
    const records = await recordsOf(readFileSync(SAMPLE));
    const seen = (at: 'commune_code' | 'bank_bin'): Set<string> =>
      new Set(records.map(({ values }) => values[LIST_COLUMNS.indexOf(at)] ?? ''));
    // Whatever stands on the sample list is known, so that most of its rows are accepted.
    const grounds = new Map(
      records.map(({ values }) => [
        values[LIST_COLUMNS.indexOf('ground_code')] ?? '',
        {
          programme: values[LIST_COLUMNS.indexOf('programme')] as 'merit',
          coefficient: values[LIST_COLUMNS.indexOf('coefficient')] ?? '',
          perDependant: false,
          ageFrom: null,
          ageUntil: null,
          outsideAges: false,
        },
      ]),
    );
    const rules = {
      ...NOVEMBER,
      communes: seen('commune_code'),
      bankBins: seen('bank_bin'),
      grounds,
    };
    const fromBytes = await staged(records, rules);
    expect(fromBytes).to.deep.equal(await staged(records.map(withoutBytes), rules));

    const accepted = records.filter(({ values }) => judgeRow(values, rules).verdict === 'accept');
    expect(accepted.length).to.be.greaterThan(1500);
    const programmes = new Set(accepted.map(({ values }) => values[2]));
    expect([...programmes]).to.include.members(['social_assistance', 'social_pension', 'merit']);
  });

  it('writes what COPY has another way of writing so, and keeps no line ending', async () => {
    const cases = [
      adult(1),
      adult(2, { hamlet: 'Xóm \\ 1', birth_date: '1980' }),
      adult(3, { bank_name: 'A\\B' }),
      adult(4, { sex: 'nam' }),
      adult(5, { phone: '12' }),
    ];
    const lines = cases.map((row) => LIST_COLUMNS.map((name) => row[name] ?? '').join(','));
    const records = await recordsOf(Buffer.from(`${HEADER}${lines.join('\r\n')}\r\n`));
    const rows = await staged(records, NOVEMBER);
    expect(rows).to.deep.equal(await staged(records.map(withoutBytes), NOVEMBER));

    const told = rows.map((row) => row.split('\t'));
    expect(told.map(([rowNo, verdict]) => `${rowNo ?? ''} ${verdict ?? ''}`)).to.deep.equal([
      '2 accept',
      '3 accept',
      '4 accept',
      '5 refuse',
      '6 warn',
      ' ',
    ]);
    expect(told.slice(0, 5).map((row) => row.length)).to.deep.equal(Array(5).fill(28));
    expect(rows[1]).to.contain('\tXóm \\\\ 1\t').and.to.contain('\t1980\t\\N\t0\t');
    expect(rows.join('')).to.not.contain('\r');
  });
});
