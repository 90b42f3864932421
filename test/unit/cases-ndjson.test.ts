import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { NOT_DUE } from '../../src/entitlement/not-due.ts';
import { NO_BENEFIT } from '../../src/entitlement/unemployment-reasons.ts';
import { answers, ndjson, type Json } from '../support/case-lines.ts';

// The interface from bytes to bytes, through the flow.

const K6_N = {
  id: 'a',
  programme: 'social_assistance',
  period: '2026-10',
  asOf: '2026-11-20',
  province: '40',
  person: { birthDate: '1990-05-20', grounds: [{ code: 'K6_N', from: '2024-01' }] },
};

/** The case with one more thing said, at a path such as person.diedOn. */
function saying(path: string, value: unknown): Json {
  const one = structuredClone(K6_N) as Json;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = one;
  for (const name of names) at = at[name] as Json;
  at[last] = value;
  return one;
}

describe('cases as NDJSON', () => {
  it('answers with every field of the interface', async () => {
    const { lines } = await answers(ndjson(K6_N));
    expect(lines).to.deep.equal([
      {
        id: 'a',
        eligible: true,
        amountVnd: '810000',
        lines: [
          {
            kind: 'current',
            period: '2026-10',
            amountVnd: '810000',
            articles: ['20/2021/ND-CP art. 5(6), 6(1)(e)', '335/2026/ND-CP art. 4'],
            programme: 'social_assistance',
            code: 'K6_N',
            coefficient: '1.5',
            standardVnd: '540000',
            paidVnd: '0',
          },
        ],
        months: null,
        leftoverMonths: null,
        recoveryVnd: '0',
        reason: null,
      },
    ]);
  });

  it('takes a case in which every field of the interface is written out', async () => {
    const full = {
      ...K6_N,
      person: {
        birthDate: '1948',
        sex: 'female',
        diedOn: null,
        household: 'poor',
        area: 'especially_difficult',
        grounds: [{ code: 'K6_N', from: '2024-01' }],
        otherPension: 0,
        multiple: null,
        meritCode: null,
        averageSalary6: 6000000,
        contributionMonths: 62,
        region: 'I',
        lastContributionMonth: '2026-03',
        decisionDate: '2024-01-15',
        benefitFrom: '2026-05-04',
        statePaid: false,
        alreadyPaid: [{ period: '2026-07', amountVnd: '1000000' }],
        suspensions: [{ from: '2025-01', until: '2025-02' }],
        reports: [{ period: '2026-05', reportedOn: '2026-05-20' }],
      },
    };
    const { lines } = await answers(ndjson(full));
    expect(lines[0]).to.include({ id: 'a', amountVnd: '1160000', reason: null });
  });

  for (const [name, one, fault] of [
    ['an unknown field', saying('more', 1), ['/more', 'unknown-field']],
    [
      'an unknown field of the person',
      saying('person.name', 'x'),
      ['/person/name', 'unknown-field'],
    ],
    ['a field that is a pointer itself', saying('a/b~', 1), ['/a~1b~0', 'unknown-field']],
    ['no programme', saying('programme', undefined), ['/programme', 'missing']],
    ['an unknown programme', saying('programme', 'pension'), ['/programme', 'unknown-code']],
    [
      'an unknown ground',
      saying('person.grounds', [{ code: 'K99' }]),
      ['/person/grounds/0/code', 'unknown-code'],
    ],
    [
      'an unknown household',
      saying('person.household', 'rich'),
      ['/person/household', 'unknown-code'],
    ],
    ['an unknown province', saying('province', '99'), ['/province', 'unknown-code']],
    [
      'an unknown category',
      saying('person.meritCode', 'NCC_X'),
      ['/person/meritCode', 'unknown-code'],
    ],
    [
      'a province left that is none',
      saying('person.moves', [{ fromProvince: '99', lastMonth: '2026-01' }]),
      ['/person/moves/0/fromProvince', 'unknown-code'],
    ],
    ['the 30th of February', saying('asOf', '2026-02-30'), ['/asOf', 'impossible']],
    [
      'the 29th of February of a common year',
      saying('person.birthDate', '2025-02-29'),
      ['/person/birthDate', 'impossible'],
    ],
    ['a month 13', saying('period', '2026-13'), ['/period', 'impossible']],
    [
      'a year of another age',
      saying('person.birthDate', '0090'),
      ['/person/birthDate', 'impossible'],
    ],
    [
      'a birth after the day of assessment',
      saying('person.birthDate', '2026-11-21'),
      ['/person/birthDate', 'impossible'],
    ],
    [
      'a death before birth',
      saying('person.diedOn', '1990-05-19'),
      ['/person/diedOn', 'impossible'],
    ],
    [
      'a death after the day of assessment',
      saying('person.diedOn', '2026-11-21'),
      ['/person/diedOn', 'impossible'],
    ],
    [
      'the death of a child after the day of assessment',
      saying('person.grounds', [
        {
          code: 'K4',
          children: [
            { birthDate: '2015-01-01' },
            { birthDate: '2016-01-01', diedOn: '2026-11-21' },
          ],
        },
      ]),
      ['/person/grounds/0/children/1/diedOn', 'impossible'],
    ],
    [
      'the death of who is cared for after the day of assessment',
      saying('person.grounds', [{ code: 'C_HH_DBN', caredDiedOn: '2026-11-21' }]),
      ['/person/grounds/0/caredDiedOn', 'impossible'],
    ],
    [
      'a ground that ends before it begins',
      saying('person.grounds', [{ code: 'K6_N', from: '2026-02', until: '2026-01' }]),
      ['/person/grounds/0/until', 'impossible'],
    ],
    [
      'a suspension that ends before it begins',
      saying('person.suspensions', [{ from: '2026-02', until: '2026-01' }]),
      ['/person/suspensions/0/until', 'impossible'],
    ],
    [
      'an amount below zero',
      saying('person.alreadyPaid', [{ period: '2026-07', amountVnd: '-1' }]),
      ['/person/alreadyPaid/0/amountVnd', 'malformed'],
    ],
    ['two months at once outside merit', saying('payAhead', true), ['/payAhead', 'impossible']],
    [
      'a birth that is needed and missing',
      saying('person.birthDate', null),
      ['/person/birthDate', 'missing'],
    ],
    ['a list', [], ['', 'malformed']],
    ['no JSON', '{"id":', ['', 'malformed']],
  ] as const) {
    it(`tells the place of ${name}, and goes on`, async () => {
      const { lines, assessed, faulty } = await answers(ndjson(K6_N, one, { ...K6_N, id: 'b' }));
      expect([assessed, faulty]).to.deep.equal([2, 1]);
      expect(lines.map(({ id }) => id)).to.have.lengthOf(3);
      expect([lines[0]?.id, lines[2]?.id]).to.deep.equal(['a', 'b']);
      const { error, line } = lines[1] as { error: Json; line: number };
      expect([error.path, error.code]).to.deep.equal(fault);
      expect(line).to.equal(2);
    });
  }

  // The day before is accepted, and so is the day itself.
  for (const birthDate of ['2026-11-19', '2026-11-20']) {
    it(`accepts a birth on ${birthDate}`, async () => {
      expect((await answers(ndjson(saying('person.birthDate', birthDate)))).faulty).to.equal(0);
    });
  }

  for (const diedOn of ['2026-11-19', '2026-11-20']) {
    it(`accepts a death on ${diedOn}, known on the day`, async () => {
      const { lines, faulty } = await answers(ndjson(saying('person.diedOn', diedOn)));
      expect([faulty, lines[0]?.reason]).to.deep.equal([0, null]);
    });
  }

  it('keeps the order of thousands of lines, however the bytes are cut', async () => {
    const cases = Array.from({ length: 1700 }, (_, i) => ({ ...K6_N, id: `Nguyễn-${i}` }));
    const bytes = Buffer.from(`${ndjson(...cases)}\n`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, i) =>
      bytes.subarray(i * 777, (i + 1) * 777),
    );
    const { lines, assessed } = await answers(pieces);
    expect(assessed).to.equal(1700);
    expect(lines.map(({ id }) => id)).to.deep.equal(cases.map(({ id }) => id));
  });

  it('reads CRLF, blank lines and a byte order mark, and an empty file', async () => {
    const text = `\uFEFF${JSON.stringify(K6_N)}\r\n\r\n${JSON.stringify(K6_N)}`;
    expect(await answers(text)).to.include({ assessed: 2, faulty: 0 });
    expect(await answers('')).to.deep.include({ assessed: 0, faulty: 0, lines: [] });
  });

  it('refuses a line that is too long, and keeps none of it', async () => {
    const long = JSON.stringify({ ...K6_N, more: 'x'.repeat(300_000) });
    const bytes = Buffer.from(ndjson(K6_N, long, K6_N));
    const pieces = Array.from({ length: 40 }, (_, i) =>
      bytes.subarray(i * 10_000, (i + 1) * 10_000),
    );
    const { lines, assessed, faulty } = await answers(pieces);
    expect([assessed, faulty]).to.deep.equal([2, 1]);
    expect(lines[1]).to.deep.include({ id: null, line: 2 });
  });
});

describe('what is written of the cases', () => {
  const GUIDE = readFileSync(new URL('../../docs/cases.md', import.meta.url), 'utf8');
  const schema = JSON.parse(
    readFileSync(new URL('../../adapters/cases/case.schema.json', import.meta.url), 'utf8'),
  ) as Json;

  /** The names of all fields, at every depth. */
  function fieldsOf(part: unknown): string[] {
    if (typeof part !== 'object' || part === null) return [];
    const { properties = {}, ...rest } = part as { properties?: Json };
    const deeper = [...Object.values(properties), ...Object.values(rest)].flatMap(fieldsOf);
    return [...Object.keys(properties), ...deeper];
  }

  it('describes every field and every reason', () => {
    const names = [...fieldsOf(schema), ...Object.keys(NOT_DUE), ...Object.keys(NO_BENEFIT)];
    expect(names).to.have.length.greaterThan(60);
    expect(names.filter((name) => !GUIDE.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it('says every reason in Vietnamese and in English', () => {
    for (const { vi, en } of Object.values(NOT_DUE)) {
      expect(vi).to.match(/[^\p{ASCII}]/u);
      expect(en).to.match(/^[\p{ASCII}]+$/u);
    }
  });
});
