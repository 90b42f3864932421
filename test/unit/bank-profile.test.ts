import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { readProfile } from '../../adapters/bank/profile/profile-file.ts';
import { SANDBOX_PROFILES } from '../../src/approval/sandbox-profiles.ts';
import { profileDifferences } from '../../src/batch/bank-profile-rules.ts';

// Every change below is the planted defect of one rule: the sample alone has no fault.

const FOLDER = 'docs/bank-profiles';
const SAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort();

type Json = Record<string, unknown>;

/** A sample with one place, given as a path of names and numbers, set to another value. */
function changed(sample: string, path: string, value: unknown): Buffer {
  const profile = JSON.parse(readFileSync(`${FOLDER}/${sample}.json`, 'utf8')) as Json;
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  let at = profile;
  for (const name of names) at = at[name] as Json;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return Buffer.from(JSON.stringify(profile));
}

function placesOf(bytes: Buffer): string[] {
  return [...new Set(readProfile(bytes).faults.map(({ path }) => path))];
}

describe('bank profile', () => {
  it('has a sample for every kind of counterpart, each without a fault', () => {
    expect(SAMPLES).to.deep.equal([
      'csv-list.json',
      'excel-list.json',
      'iso-20022.json',
      'post-office.json',
      'treasury.json',
    ]);
    for (const sample of SAMPLES) {
      const read = readProfile(readFileSync(`${FOLDER}/${sample}`));
      expect(read.faults, sample).to.deep.equal([]);
    }
  });

  it('is laid beside another place by place, and says only what differs', () => {
    const [was] = SANDBOX_PROFILES;
    if (was === undefined) throw new Error('the sandbox has a profile');
    const said = {
      ...was,
      version: was.version + 1,
      payer: { ...was.payer, account: '999' },
      acknowledgements: [],
    };
    const places = profileDifferences(was, said).map(({ path }) => path);
    expect(places).to.include.members(['/payer/account', '/version', '/acknowledgements']);
    expect(
      places.every((path) => /^\/(payer\/account|version|acknowledgements)/.test(path)),
    ).to.equal(true);
    expect(profileDifferences(was, was)).to.deep.equal([]);
  });

  it('has one hash, however its members are laid out', () => {
    const bytes = readFileSync(`${FOLDER}/iso-20022.json`);
    const value = JSON.parse(bytes.toString('utf8')) as Json;
    const other = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(value).reverse())));
    const [one, two] = [readProfile(bytes), readProfile(other)];
    if (one.profile === null || two.profile === null) throw new Error('the sample has faults');
    expect(one.sha256)
      .to.equal(two.sha256)
      .and.match(/^[0-9a-f]{64}$/);
    const third = readProfile(changed('iso-20022', '/version', 2));
    expect(third.profile === null ? '' : third.sha256).to.not.equal(one.sha256);
  });

  const wrong: [what: string, sample: string, path: string, value: unknown, place: string][] = [
    ['an unknown field', 'treasury', '/outbound/cut', true, '/outbound/cut'],
    ['a field that is missing', 'treasury', '/asked/document', undefined, '/asked/document'],
    [
      'an amount as a number',
      'iso-20022',
      '/outbound/limits/vndPerLine',
      5,
      '/outbound/limits/vndPerLine',
    ],
    ['a day that is none', 'iso-20022', '/asked/answeredOn', '2026-02-30', '/asked/answeredOn'],
    [
      'a host key in the wrong form',
      'iso-20022',
      '/transport/hostKey',
      'MD5:aa',
      '/transport/hostKey',
    ],
    ['HTTP without TLS', 'csv-list', '/transport/url', 'http://bank.example/', '/transport/url'],
    ['cash by a bank list', 'post-office', '/outbound/format', 'treasury-09', '/outbound/format'],
    [
      'columns without the format list',
      'excel-list',
      '/outbound/format',
      'treasury-09',
      '/outbound/list',
    ],
    [
      'a purpose code outside ISO 20022',
      'treasury',
      '/outbound/purpose/line',
      'SSBE',
      '/outbound/purpose',
    ],
    [
      'a stranger in the remittance',
      'iso-20022',
      '/outbound/remittance',
      '{citizenNumber}',
      '/outbound/remittance',
    ],
    [
      'a file name that repeats',
      'iso-20022',
      '/outbound/fileName',
      '{channel}.xml',
      '/outbound/fileName',
    ],
    [
      'a path as a file name',
      'iso-20022',
      '/outbound/fileName',
      '../{messageId}.xml',
      '/outbound/fileName',
    ],
    [
      'an account as a figure',
      'excel-list',
      '/outbound/list/columns/1/form',
      'number',
      '/outbound/list/columns/1/form',
    ],
    [
      'an amount that may be missing',
      'excel-list',
      '/outbound/list/columns/3/required',
      'never',
      '/outbound/list/columns',
    ],
    [
      'a constant without its text',
      'csv-list',
      '/outbound/list/columns/6/words',
      [],
      '/outbound/list/columns/6/words',
    ],
    [
      'sums of another width',
      'excel-list',
      '/outbound/list/totals',
      ['Tổng'],
      '/outbound/list/totals',
    ],
    ['a signature without a key', 'iso-20022', '/signature/identity', '', '/signature'],
    ['a key without a signature', 'treasury', '/signature/identity', 'kbnn', '/signature'],
    [
      'deadlines that fall',
      'iso-20022',
      '/acknowledgements/3/withinMinutes',
      60,
      '/acknowledgements',
    ],
    [
      'levels out of order',
      'iso-20022',
      '/acknowledgements/0/level',
      'settled',
      '/acknowledgements',
    ],
    ['results without their template', 'excel-list', '/inbound/list', null, '/inbound/list'],
    [
      'no file that proves a payment',
      'iso-20022',
      '/inbound/readers',
      ['pain.002'],
      '/inbound/paidWhen',
    ],
  ];
  for (const [what, sample, path, value, place] of wrong) {
    it(`refuses ${what}`, () => {
      expect(placesOf(changed(sample, path, value))).to.include(place);
    });
  }

  it('refuses what is no JSON, and what is no profile, by its place', () => {
    for (const bytes of [Buffer.from('{'), Buffer.from([0xff, 0xfe]), Buffer.alloc(300_000, 32)]) {
      expect(placesOf(bytes)).to.deep.equal(['']);
    }
    expect(placesOf(Buffer.from('[]'))).to.deep.equal(['']);
    expect(placesOf(Buffer.from('{}'))).to.include.members(['/channel', '/inbound']);
  });

  it('says a fault in both languages, and never repeats a value', () => {
    const faults = [
      ...readProfile(changed('csv-list', '/outbound/fileName', 'bí mật')).faults,
      ...readProfile(changed('csv-list', '/channel', 'bí mật')).faults,
    ];
    expect(faults.length).to.be.greaterThan(1);
    for (const { vi, en } of faults) {
      expect(vi)
        .to.match(/[^\p{ASCII}]/u)
        .and.not.contain('mật');
      expect(en).to.not.equal('').and.not.contain('mật');
    }
  });
});
