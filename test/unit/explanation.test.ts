import { expect } from 'chai';
import { articleWords } from '../../src/entitlement/article.ts';
import {
  LAW_NOT_HERE,
  NOTHING_DUE,
  type AssistedPerson,
} from '../../src/entitlement/entitlement.ts';
import {
  explain,
  type Explained,
  type Explanation,
  type NamedGround,
  type StoredAssessment,
  type StoredFacts,
} from '../../src/entitlement/explanation.ts';
import { assessSocialAssistance } from '../../src/entitlement/social-assistance.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { enrolled, GROUNDS, lawOn, person, rowsOf } from '../support/social-assistance-law.ts';

const NOVEMBER = period('2026-11');
const CUT = plainDate('2026-10-24');

const NAMES: ReadonlyMap<string, NamedGround> = new Map(
  rowsOf('migrations/reference/grounds.csv')
    .filter((row) => row.programme === 'social_assistance')
    .map((row) => [
      row.ground_code ?? '',
      {
        vi: row.name_vi ?? '',
        en: row.name_en ?? '',
        perDependant: GROUNDS.get(row.ground_code ?? '')?.perDependant ?? false,
      },
    ]),
);

/** Settled through October by this engine: nothing is left to catch up. */
const SETTLED = { settledOn: CUT };

/** What the engine would leave behind for a person, as it is read back. */
function storedFor(who: AssistedPerson): Explained {
  const { amount, reason, lines, setAside, overpaid } = assessSocialAssistance(
    who,
    NOVEMBER,
    lawOn(CUT),
  );
  const dueReference = 'AS2611TG2N1';
  const { birth, diedOn, enrolments } = who;
  const facts = JSON.parse(
    JSON.stringify(
      { birth, diedOn, enrolments, setAside, overpaid },
      // As they are stored: without what is null, none or empty.
      (name, value: unknown) => (name !== 'until' && isNothing(value) ? undefined : value),
    ),
  ) as StoredFacts;
  return {
    assessment: {
      recipientId: 2n,
      period: NOVEMBER,
      dueReference,
      programme: 'social_assistance',
      assessmentNo: 1,
      amountVnd: amount,
      reason,
      facts,
      assessedOn: CUT,
    },
    lines: lines.map(({ amount: amountVnd, ...line }) => ({
      ...line,
      dueReference,
      amountVnd,
      // As numeric(8,3) comes back.
      coefficient: Number(line.coefficient).toFixed(3),
    })),
    grounds: NAMES,
  };
}

function isNothing(value: unknown): boolean {
  const isEmpty = Array.isArray(value) && value.length === 0;
  return value === null || value === 0 || value === false || isEmpty;
}

/** Every text in one language: headings as they are, lines under them. */
function told({ title, paragraphs }: Explanation, language: 'vi' | 'en'): string[] {
  return [
    title[language],
    ...paragraphs.flatMap(({ heading, lines }) => [
      heading[language],
      ...lines.map((line) => `  ${line[language]}`),
    ]),
  ];
}

const english = (of: Explained): string => told(explain(of), 'en').join('\n');

/** The stored assessment of a person to whom nothing is due, for a reason. */
function nothingDue(reason: string, other: Partial<StoredAssessment> = {}): Explained {
  const { assessment, grounds } = storedFor(person([enrolled('K6_N', SETTLED)]));
  return { assessment: { ...assessment, amountVnd: 0n, reason, ...other }, lines: [], grounds };
}

describe('explain', () => {
  it('tells one month in Vietnamese, to the dong', () => {
    const of = storedFor(person([enrolled('K6_N', { ...SETTLED, enrolmentId: '40.1' })]));
    expect(told(explain(of), 'vi')).to.deep.equal([
      'Người thụ hưởng số 2, kỳ chi trả 11/2026: được hưởng 810.000 đ',
      'Kết quả xét mức hưởng',
      '  Chương trình: Trợ giúp xã hội hằng tháng',
      '  Xét ngày 24/10/2026, lần 1, mã AS2611TG2N1',
      'Dữ kiện được xét',
      '  Sinh tháng 06/1990, 36 tuổi trong kỳ',
      '  Hồ sơ 40.1: diện K6_N, Người khuyết tật nặng; quyết định ngày 15/01/2020; ' +
        'hưởng từ tháng 01/2020; đã xét đến hết tháng 10/2026 vào ngày 24/10/2026',
      'Tháng 11/2026, tháng này',
      '  Hồ sơ 40.1: diện K6_N, Người khuyết tật nặng',
      '  Mức chuẩn × hệ số: 540.000 × 1,5 = 810.000 đ',
      '  Căn cứ (diện hưởng và hệ số): khoản 6 Điều 5, điểm e khoản 1 Điều 6 Nghị định 20/2021/NĐ-CP',
      '  Căn cứ (mức chuẩn): Điều 4 Nghị định 335/2026/NĐ-CP',
      'Tổng cộng',
      '  810.000 đ',
    ]);
  });

  it('tells the same in English, with a point in decimals', () => {
    const of = storedFor(person([enrolled('K6_N', { ...SETTLED, enrolmentId: '40.1' })]));
    expect(told(explain(of), 'en')).to.deep.equal([
      'Recipient 2, period 2026-11: 810.000 VND is due',
      'The assessment',
      '  Programme: Monthly social assistance',
      '  Assessed on 2026-10-24, number 1, reference AS2611TG2N1',
      'The facts it was made from',
      '  Born in 1990-06, aged 36 in the period',
      '  Enrolment 40.1: ground K6_N, Person with a heavy disability; decided on 2020-01-15; ' +
        'entitled from 2020-01; assessed through 2026-10 on 2026-10-24',
      '2026-11, current',
      '  Enrolment 40.1: ground K6_N, Person with a heavy disability',
      '  Standard × coefficient: 540.000 × 1.5 = 810.000 VND',
      '  By (ground and coefficient): 20/2021/ND-CP art. 5(6), 6(1)(e)',
      '  By (standard): 335/2026/ND-CP art. 4',
      'In all',
      '  810.000 VND',
    ]);
  });

  it('tells each month of arrears with what was paid before, and adds them up', () => {
    const of = storedFor(person([enrolled('K6_N')]));
    const [vi, en] = [told(explain(of), 'vi'), told(explain(of), 'en')];
    for (const month of ['07', '08', '09', '10']) {
      const at = vi.indexOf(`Tháng ${month}/2026, truy lĩnh`);
      expect(vi[at + 2]).to.equal(
        '  Mức chuẩn × hệ số: 540.000 × 1,5 = 810.000; trừ 750.000 đã chi hoặc đã xét trước = 60.000 đ',
      );
      expect(vi[at + 5]).to.equal('  Căn cứ (truy lĩnh): khoản 4 Điều 34 Nghị định 20/2021/NĐ-CP');
      expect(en).to.include(`2026-${month}, arrears`);
    }
    expect(en).to.include(
      '  Standard × coefficient: 540.000 × 1.5 = 810.000; less 750.000 paid or assessed before = 60.000 VND',
    );
    expect(vi.at(-1)).to.equal('  60.000 + 60.000 + 60.000 + 60.000 + 810.000 = 1.050.000 đ');
    expect(english(of)).to.contain('paid through 2026-10 by an earlier system');
  });

  it('tells of two grounds which one is the highest, and sets the other aside', () => {
    const text = english(storedFor(person([enrolled('K6_DBN', SETTLED), enrolled('K8', SETTLED)])));
    expect(text).to.contain('540.000 × 2 = 1.080.000 VND');
    expect(text).to.contain('By (the highest only, and exceptions): 20/2021/ND-CP art. 6(2)');
    expect(text).to.contain(
      'Set aside\n  Enrolment K8, ground K8, Person with HIV in a poor household without a stable ' +
        'income, 2026-11: Only the highest is paid, and that is another ground',
    );
    expect(text).to.not.contain('810.000');
  });

  it('tells both allowances of a poor single parent, each child counted', () => {
    const of = storedFor(
      person([enrolled('K4', { ...SETTLED, dependants: 2 }), enrolled('K8', SETTLED)]),
    );
    const [vi, en] = [told(explain(of), 'vi'), told(explain(of), 'en')];
    expect(en.filter((line) => line === '2026-11, current')).to.have.length(2);
    expect(en).to.include('  Coefficient: 1 × 2 children = 2');
    expect(vi).to.include('  Hệ số: 1 × 2 con = 2');
    expect(en.at(-1)).to.equal('  1.080.000 + 810.000 = 1.890.000 VND');
    expect(en.join('\n')).to.contain('raising 2 children').and.not.contain('Set aside');
  });

  it('counts no children of who raises one, or under a ground that does not ask for them', () => {
    for (const each of [
      enrolled('K4', { ...SETTLED, dependants: 1 }),
      enrolled('K8', { ...SETTLED, dependants: 3 }),
    ]) {
      expect(english(storedFor(person([each])))).to.not.contain('Coefficient:');
    }
    const one = english(storedFor(person([enrolled('K4', { ...SETTLED, dependants: 1 })])));
    expect(one).to.contain('; raising 1 child;');
  });

  it('tells that age has changed the ground that the decision names', () => {
    const elderly = person([enrolled('K6_N', SETTLED)], { birth: plainDate('1950-01-15') });
    const text = english(storedFor(elderly));
    expect(text).to.contain('The decision names K6_N; by the age in the month it is K6_N_TE_NCT');
    expect(text).to.contain('By (change of the amount with age): 20/2021/ND-CP art. 8(1)');
    expect(text).to.contain('540.000 × 2 = 1.080.000 VND');
  });

  it('tells a death, an end and the pauses as they were known', () => {
    const suspensions = [
      { from: period('2026-02'), until: period('2026-03') },
      { from: period('2026-11'), until: null },
    ];
    const of = storedFor(
      person([enrolled('K6_N', { ...SETTLED, stopsAfter: period('2026-12'), suspensions })], {
        diedOn: plainDate('2026-09-30'),
      }),
    );
    const [vi, en] = [told(explain(of), 'vi').join('\n'), told(explain(of), 'en').join('\n')];
    expect(vi).to.contain('Chết ngày 30/09/2026');
    expect(vi).to.contain('thôi hưởng sau tháng 12/2026');
    expect(vi).to.contain('tạm dừng từ tháng 02/2026 đến hết tháng 03/2026');
    expect(vi).to.contain('; tạm dừng từ tháng 11/2026\n');
    expect(en).to.contain('Died on 2026-09-30');
    expect(en).to.contain('ends after 2026-12');
    expect(en).to.contain('suspended from 2026-02 through 2026-03; suspended from 2026-11\n');
    // October was settled after the death.
    expect(en).to.contain('Paid in excess').and.to.contain('nothing is deducted here');
  });

  it('reads the oldest records alike, which say null, zero and none', () => {
    for (const change of [SETTLED, { stopsAfter: period('2026-12') }, { settledOn: null }]) {
      const who = person([enrolled('K6_N', change)]);
      const of = storedFor(who);
      const { birth, enrolments } = who;
      const facts = JSON.parse(JSON.stringify({ birth, enrolments })) as StoredFacts;
      expect(Object.values(facts.enrolments?.[0] ?? {})).to.include(null);
      expect(explain({ ...of, assessment: { ...of.assessment, facts } })).to.deep.equal(
        explain(of),
      );
    }
  });

  it('tells the year of birth where no more is known, and no age before birth', () => {
    const { assessment, lines, grounds } = storedFor(person([enrolled('K6_N', SETTLED)]));
    const born = (birth: string): string =>
      english({
        assessment: { ...assessment, facts: { ...assessment.facts, birth: birth as never } },
        lines,
        grounds,
      });
    expect(born('1948')).to.contain('Born in 1948, aged 78 in the period');
    expect(born('2026-11-30')).to.contain('Born in 2026-11, aged 0 in the period');
    expect(born('2026-12-01')).to.contain('Born in 2026-12\n');
  });

  for (const [reason, words] of Object.entries(NOTHING_DUE)) {
    it(`says why nothing is due: ${reason}`, () => {
      const of = nothingDue(reason);
      const [vi, en] = [told(explain(of), 'vi'), told(explain(of), 'en')];
      expect(vi[0]).to.equal('Người thụ hưởng số 2, kỳ chi trả 11/2026: không được hưởng');
      expect(vi.slice(-2)).to.deep.equal(['Vì sao không được hưởng', `  ${words.vi}`]);
      expect(en[0]).to.equal('Recipient 2, period 2026-11: nothing is due');
      expect(en.slice(-2)).to.deep.equal(['Why nothing is due', `  ${words.en}`]);
    });
  }

  it('says of a programme without its law that the law is not here', () => {
    const of = nothingDue(LAW_NOT_HERE, { programme: 'merit', facts: {} });
    expect(told(explain(of), 'en')).to.deep.equal([
      'Recipient 2, period 2026-11: nothing is due',
      'The assessment',
      '  Programme: People of merit',
      '  Assessed on 2026-10-24, number 1, reference AS2611TG2N1',
      'Why nothing is due',
      '  The law of this programme is not here yet; nothing is paid on a guess',
    ]);
    expect(told(explain(of), 'vi').at(-1)).to.contain('chưa có luật của chương trình này');
  });
});

describe('explain throws', () => {
  type Line = Explained['lines'][number];
  type Spoiled = (line: Line, assessment: StoredAssessment) => Partial<Explained>;

  const cases: readonly (readonly [string, Spoiled, RegExp])[] = [
    [
      'for a line one dong off',
      (line) => ({ lines: [{ ...line, amountVnd: 810_001n }] }),
      /not standard/,
    ],
    ['for a payment left out', (line) => ({ lines: [{ ...line, paidVnd: 1n }] }), /not standard/],
    [
      'for a fraction of a dong',
      (line) => ({ lines: [{ ...line, coefficient: '1.000001' }] }),
      /whole dong/,
    ],
    [
      'for lines that are not the amount',
      (line) => ({ lines: [line, line] }),
      /lines are not the amount/,
    ],
    ['for an amount without a line', () => ({ lines: [] }), /lines are not the amount/],
    [
      'for an amount that has a reason for nothing',
      (_line, assessment) => ({ assessment: { ...assessment, reason: 'deceased' } }),
      /amount or a reason/,
    ],
    [
      'for nothing without a reason',
      (_line, assessment) => ({ assessment: { ...assessment, amountVnd: vnd(0n) }, lines: [] }),
      /amount or a reason/,
    ],
    ['for a kind without words', (line) => ({ lines: [{ ...line, kind: 'extra' }] }), /kind extra/],
    ['for a ground without a name', () => ({ grounds: new Map() }), /no such ground: K6_N/],
    [
      'for a line without its facts',
      (line) => ({ lines: [{ ...line, enrolmentId: 'lost' }] }),
      /no facts of lost/,
    ],
    ['for a reason without words', () => nothingDue('because'), /reason because/],
  ];
  for (const [name, spoiled, message] of cases) {
    it(name, () => {
      const sound = storedFor(person([enrolled('K6_N', SETTLED)]));
      const [line] = sound.lines;
      if (line === undefined) throw new Error('the adult is paid');
      const other = spoiled(line, sound.assessment);
      expect(() => explain({ ...sound, ...other })).to.throw(message);
    });
  }
});

describe('articleWords', () => {
  for (const [cited, vi] of [
    ['20/2021/ND-CP art. 6(1)(đ)', 'điểm đ khoản 1 Điều 6 Nghị định 20/2021/NĐ-CP'],
    ['335/2026/ND-CP art. 4', 'Điều 4 Nghị định 335/2026/NĐ-CP'],
    ['136/2013/ND-CP', 'Nghị định 136/2013/NĐ-CP'],
    ['02/2021/TT-BLDTBXH art. 2(3)(a)', 'điểm a khoản 3 Điều 2 Thông tư 02/2021/TT-BLĐTBXH'],
    ['41/2024/QH15; 176/2025/ND-CP', 'Luật 41/2024/QH15; Nghị định 176/2025/NĐ-CP'],
    ['A resolution of the province', 'A resolution of the province'],
    ['20/2021/ND-CP art. 5 to 7', '5 to 7 Nghị định 20/2021/NĐ-CP'],
  ] as const) {
    it(`says ${cited} in Vietnamese, and leaves the English`, () => {
      expect(articleWords(cited)).to.deep.equal({ vi, en: cited });
    });
  }
});
