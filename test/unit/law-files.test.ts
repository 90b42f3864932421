import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decreeFile } from '../../adapters/law/decree-file.ts';
import { referenceFiles } from '../../adapters/law/reference-files.ts';
import { lawOf, viewOf } from '../../src/entitlement/law-book.ts';
import { governingRateIn } from '../../src/entitlement/rate.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { BOOK, LAW } from '../support/cases.ts';
import { rowsOf } from '../support/social-assistance-law.ts';

const REFERENCE = new URL('../../migrations/reference/', import.meta.url);

describe('the law files', () => {
  it('are read whole', () => {
    for (const [part, file] of [
      [BOOK.rates, 'rates.csv'],
      [BOOK.grounds, 'grounds.csv'],
      [BOOK.conditions, 'ground-conditions.csv'],
      [BOOK.care, 'care-grounds.csv'],
      [BOOK.merit, 'merit-amounts.csv'],
      [BOOK.oneOffs, 'one-offs.csv'],
      [BOOK.gifts, 'gifts.csv'],
      [BOOK.uplifts, 'pension-uplifts.csv'],
      [BOOK.provinces, 'provinces.csv'],
      [BOOK.days, 'holidays.csv'],
    ] as const) {
      expect(part, file).to.have.lengthOf(rowsOf(`migrations/reference/${file}`).length);
      expect(part, file).to.not.be.empty;
    }
  });

  it('have a condition for every ground that can be named, a basis, a status and a source', () => {
    const grounds = [...LAW.assistance.keys()].map((code) => `social_assistance ${code}`);
    expect(grounds).to.have.lengthOf(17);
    expect([...LAW.conditions.keys()]).to.include.members(grounds);
    for (const file of [
      'rates',
      'merit-amounts',
      'one-offs',
      'gifts',
      'pension-uplifts',
      'care-grounds',
    ]) {
      for (const row of rowsOf(`migrations/reference/${file}.csv`)) {
        expect((row.legal_basis ?? row.article ?? '') === '', file).to.equal(false);
        expect((row.source ?? '') === '', file).to.equal(false);
      }
    }
  });

  it('are known no later than they are in force, and one-offs are an amount or a coefficient', () => {
    for (const row of [...BOOK.rates, ...BOOK.merit, ...BOOK.oneOffs, ...BOOK.uplifts]) {
      expect((row.knownSince ?? '') <= row.inForceFrom).to.equal(true);
      expect(row.countsFrom <= row.inForceFrom).to.equal(true);
    }
    for (const { code, amountVnd, coefficient, series } of BOOK.oneOffs) {
      expect((amountVnd === null) !== (coefficient === null), code).to.equal(true);
      expect((series === null) === (coefficient === null), code).to.equal(true);
    }
  });

  it('never pay a draft', () => {
    expect(BOOK.rates.filter(({ status }) => status === 'draft')).to.deep.equal([]);
    const file = new URL('drafts/minimum-wages-2027.csv', REFERENCE);
    const { law: drafts } = decreeFile.read(readFileSync(file), 'drafts.csv');
    expect(drafts.rates.map(({ series }) => series)).to.deep.equal(
      ['I', 'II', 'III', 'IV'].map((region) => `minimum_wage_${region}`),
    );
    const law = lawOf({ ...BOOK, rates: [...BOOK.rates, ...drafts.rates] });
    const wages = { nation: law.rates.get('minimum_wage_I')?.get('VN') ?? [], province: [] };
    const rate = governingRateIn(wages, period('2027-01'), plainDate('2027-06-01'));
    expect(rate?.amountVnd).to.equal(5_310_000n);
  });

  it('give a province what its council set, unless the nation pays more', () => {
    for (const [province, of, amount] of [
      [null, '2026-06', 500_000n],
      ['VN', '2026-06', 500_000n],
      ['40', '2026-06', 500_000n],
      ['01', '2026-05', 500_000n],
      ['01', '2026-06', 650_000n],
      ['01', '2026-07', 650_000n],
      ['31', '2026-07', 700_000n],
      ['08', '2026-06', 530_000n],
      ['08', '2026-07', 540_000n],
    ] as const) {
      const { rates } = viewOf(LAW, plainDate('2026-11-20'), province).pension;
      const rate = governingRateIn(rates, period(of), plainDate('2026-11-20'));
      expect(rate?.amountVnd, `${String(province)} ${of}`).to.equal(amount);
    }
  });

  it('use a rate from the latest of the day in force and the day it is known', () => {
    const of = period('2026-10');
    const late = BOOK.rates.map((rate) =>
      rate.series === 'social_pension' && rate.amountVnd === 540_000n
        ? { ...rate, knownSince: plainDate('2026-11-05') }
        : rate,
    );
    const law = lawOf({ ...BOOK, rates: late });
    for (const [on, amount] of [
      ['2026-11-04', 500_000n],
      ['2026-11-05', 540_000n],
      ['2026-11-06', 540_000n],
    ] as const) {
      const { rates } = viewOf(law, plainDate(on), null).pension;
      expect(governingRateIn(rates, of, plainDate(on))?.amountVnd).to.equal(amount);
    }
  });
});

describe('a law file that is wrong', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'law-'));
    for (const file of await readdir(REFERENCE))
      await cp(new URL(file, REFERENCE), join(folder, file), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const [file, from, to, at] of [
    ['rates.csv', '2015-01-01,270000', '2015-01-01,-1', '/amount_vnd'],
    ['rates.csv', '2021-03-15,360000', '2021-02-29,360000', '/known_since'],
    ['rates.csv', ',unverified,', ',certain,', '/status'],
    ['grounds.csv', 'K1_U4,1,2.5', 'K1_U4,1,-2.5', '/coefficient'],
    ['merit-amounts.csv', '1815000', '1814500', '/amount_vnd'],
    ['gifts.csv', 'tet_gift', 'spring_gift', '/programme'],
    ['pension-uplifts.csv', '2026-06', '2026-13', '/base_month'],
    ['holidays.csv', ',swap_work,', ',swapped,', '/kind'],
  ] as const) {
    it(`is refused whole: ${file} with ${to}`, async () => {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      expect(text).to.include(from);
      await writeFile(path, text.replace(from, to));
      const refusal = await referenceFiles(pathToFileURL(`${folder}/`))
        .read()
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(refusal).to.be.instanceOf(Refusal);
      expect((refusal as Refusal).code).to.equal('file-malformed');
      expect((refusal as Refusal).facts).to.include({ file, at });
    });
  }
});
