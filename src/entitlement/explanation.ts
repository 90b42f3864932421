// Why one recipient gets what they get for a period, told from the stored assessment alone, so that an
// auditor can compute it by hand. The arithmetic is computed again while it is told: an assessment that
// does not add up is a bug, and is not explained but thrown. No name and no citizen number is needed.

import { Decimal } from 'decimal.js';
import { multiplyExact, sum, vnd, type Vnd } from '../kernel/money.ts';
import { monthIndex, type Period, type PlainDate } from '../kernel/period.ts';
import { PROGRAMME_NAMES, type Programme } from '../kernel/reference.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import { birthMonth } from './age.ts';
import { articleWords } from './article.ts';
import type { BirthYear, Enrolment, SetAside } from './entitlement.ts';
import type { GiftChannel, GiftPayee } from './gifts.ts';
import { factWords, reasonWords } from './explanation-words.ts';
import { HIGHEST_ONLY } from './highest-only.ts';
import { toTheThousand } from './merit.ts';
import { ARREARS, CESSATION, CHANGE } from './prepared-law.ts';
import { toTheDong } from './unemployment-amount.ts';

/** The inputs of an assessment as they are stored: what is null, none or empty is left out. */
export interface StoredFacts {
  readonly birth?: PlainDate | BirthYear;
  readonly diedOn?: PlainDate;
  readonly enrolments?: readonly StoredEnrolment[];
  readonly setAside?: readonly SetAside[];
  readonly overpaid?: true;
  /** Of the province where the person lives. */
  readonly province?: string;
  /** What was paid or assessed before for the months that were looked at, in digits. */
  readonly paid?: Readonly<Record<string, string>>;
  /** The place in the facts that cannot be. */
  readonly fault?: { readonly path: string; readonly code: string };
  /** Of what is paid once. */
  readonly once?: {
    readonly groups?: readonly Programme[];
    readonly channel?: GiftChannel;
    readonly claims?: readonly StoredClaim[];
  };
}

/** One claim as it was judged: what is in it, and the facts that the claimant told. */
interface StoredClaim extends Readonly<Record<string, unknown>> {
  readonly claimNo: number;
  readonly document: string;
  readonly claimedOn: PlainDate;
  readonly month: Period;
  readonly collects?: GiftPayee;
}

/** What was taken from what is due, by decision on what was paid in excess before. */
export interface StoredTaking {
  readonly dueReference: string;
  readonly caseNo: number;
  readonly instalmentNo: number;
  /** In dong. */
  readonly amountVnd: bigint;
  readonly takenOn: PlainDate;
  readonly decidedBy: string;
  readonly document: string;
}

type Always = 'enrolmentId' | 'groundCode' | 'decidedOn' | 'entitledFrom';
/** What an enrolment does not have is left out; the oldest records say null, zero or none instead. */
type StoredEnrolment = Pick<Enrolment, Always> & {
  readonly [Left in Exclude<keyof Enrolment, Always>]?: Enrolment[Left];
} & {
  readonly programme?: Programme;
  /** Facts for which the register has no column, by the names of a case. */
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** One line of an assessment as it is stored. */
export interface StoredLine {
  readonly dueReference: string;
  readonly kind: string;
  readonly forPeriod: Period;
  readonly enrolmentId: string;
  readonly groundCode: string;
  /** Decimal text. */
  readonly coefficient: string;
  /** Amounts in dong. */
  readonly standardVnd: bigint;
  readonly paidVnd: bigint;
  readonly amountVnd: bigint;
  readonly articles: readonly string[];
}

/** An assessment as it is stored, without its lines. */
export interface StoredAssessment {
  readonly recipientId: bigint;
  readonly period: Period;
  readonly dueReference: string;
  readonly programme: Programme;
  readonly assessmentNo: number;
  /** In dong. */
  readonly amountVnd: bigint;
  readonly reason: string | null;
  readonly facts: StoredFacts;
  readonly assessedOn: PlainDate;
}

/** What a ground is called, and whether it counts once for each dependant. */
export interface NamedGround extends Bilingual {
  readonly perDependant: boolean;
}

/** All that is needed to tell one assessment. */
export interface Explained {
  readonly assessment: StoredAssessment;
  /** In the order of their numbers. */
  readonly lines: readonly StoredLine[];
  /** Grounds, categories and gifts by their code. */
  readonly grounds: ReadonlyMap<string, NamedGround>;
  /** In the order of cases. */
  readonly takings?: readonly StoredTaking[];
}

interface Paragraph {
  readonly heading: Bilingual;
  readonly lines: readonly Bilingual[];
}

/** An assessment in words, for a page or a terminal. */
export interface Explanation {
  readonly title: Bilingual;
  readonly paragraphs: readonly Paragraph[];
}

/**
 * Tells an assessment: what was known, each month with its arithmetic and its articles, the sum, what
 * was set aside and why, or why nothing is due. Amounts are grouped as in Vietnam in both languages.
 * Throws Error when a line is not standard × coefficient − paid, when the lines are not the amount, or
 * for a word that has no meaning here.
 */
export function explain(explained: Explained): Explanation {
  const { assessment, lines } = explained;
  check(assessment, lines);
  return {
    title: titleOf(assessment),
    paragraphs: [
      headOf(assessment),
      ...inputsOf(explained),
      ...lines.map((line) => monthOf(explained, line)),
      ...conclusionOf(assessment, lines),
      ...setAsideOf(explained),
      ...overpaidOf(assessment),
      ...takingsOf(explained),
    ],
  };
}

function check(
  { dueReference, programme, amountVnd, reason }: StoredAssessment,
  lines: Explained['lines'],
): void {
  for (const line of lines) {
    const gross = line.amountVnd + line.paidVnd;
    if (!exactOf(line).equals(String(gross)) && grossOf(programme, line) !== gross) {
      throw new Error(`${dueReference} ${line.forPeriod}: not standard × coefficient − paid`);
    }
  }
  if (sum(lines.map((line) => vnd(line.amountVnd))) !== amountVnd) {
    throw new Error(`${dueReference}: the lines are not the amount`);
  }
  if ((amountVnd === 0n) !== (reason !== null)) {
    throw new Error(`${dueReference}: either an amount or a reason`);
  }
}

/** The standard times the coefficient. */
function exactOf({ standardVnd, coefficient }: StoredLine): Decimal {
  return new Decimal(coefficient).times(String(standardVnd));
}

/** The same as the programme pays it: two of them round. */
function grossOf(programme: Programme, line: StoredLine): Vnd {
  const coefficient = new Decimal(line.coefficient);
  if (programme === 'merit' || programme === 'funeral') {
    return toTheThousand(vnd(line.standardVnd), coefficient);
  }
  if (programme === 'unemployment') return toTheDong(exactOf(line));
  return multiplyExact(vnd(line.standardVnd), coefficient);
}

function titleOf({ recipientId, period, amountVnd }: StoredAssessment): Bilingual {
  const vi = `Người thụ hưởng số ${recipientId}, kỳ chi trả ${monthVi(period)}`;
  const en = `Recipient ${recipientId}, period ${period}`;
  if (amountVnd === 0n) return { vi: `${vi}: không được hưởng`, en: `${en}: nothing is due` };
  return {
    vi: `${vi}: được hưởng ${dong(amountVnd).vi}`,
    en: `${en}: ${dong(amountVnd).en} is due`,
  };
}

function headOf(of: StoredAssessment): Paragraph {
  const { programme, assessedOn, assessmentNo, dueReference } = of;
  const name = PROGRAMME_NAMES[programme];
  return {
    heading: { vi: 'Kết quả xét mức hưởng', en: 'The assessment' },
    lines: [
      { vi: `Chương trình: ${name.vi}`, en: `Programme: ${name.en}` },
      {
        vi: `Xét ngày ${dateVi(assessedOn)}, lần ${assessmentNo}, mã ${dueReference}`,
        en: `Assessed on ${assessedOn}, number ${assessmentNo}, reference ${dueReference}`,
      },
    ],
  };
}

function inputsOf({ assessment: { facts, period }, grounds }: Explained): Paragraph[] {
  const lines: Bilingual[] = [];
  if (facts.birth !== undefined) lines.push(birthWords(facts.birth, period));
  if (facts.diedOn !== undefined) {
    lines.push({ vi: `Chết ngày ${dateVi(facts.diedOn)}`, en: `Died on ${facts.diedOn}` });
  }
  if (facts.province !== undefined) {
    const { province } = facts;
    lines.push({ vi: `Nơi cư trú: tỉnh, thành phố mã ${province}`, en: `Province ${province}` });
  }
  for (const enrolment of facts.enrolments ?? []) lines.push(enrolmentWords(enrolment, grounds));
  lines.push(...onceWords(facts.once));
  lines.push(...paidWords(facts.paid), ...faultWords(facts.fault));
  const heading = { vi: 'Dữ kiện được xét', en: 'The facts it was made from' };
  return lines.length === 0 ? [] : [{ heading, lines }];
}

const CHANNELS: Readonly<Record<GiftChannel, Bilingual>> = {
  vneid: { vi: 'tài khoản liên kết trên VNeID', en: 'the account linked in VNeID' },
  monthly_account: {
    vi: 'tài khoản nhận trợ cấp hằng tháng',
    en: 'the account of the monthly allowance',
  },
  cash: { vi: 'tiền mặt', en: 'cash' },
};

const PAYEES: Readonly<Record<GiftPayee, Bilingual>> = {
  household_head: { vi: 'chủ hộ nhận thay', en: 'collected by the head of the household' },
  proxy: { vi: 'người được ủy quyền nhận thay', en: 'collected by a proxy' },
  person: { vi: 'tự nhận, chưa có nơi thường trú', en: 'own gift, no permanent residence' },
};

function onceWords(once: StoredFacts['once']): Bilingual[] {
  if (once === undefined) return [];
  const words = (once.claims ?? []).map(claimWords);
  if (once.groups !== undefined) {
    const names = once.groups.map((group) => PROGRAMME_NAMES[group]);
    words.push(prefixedBoth({ vi: 'Thuộc nhóm: ', en: 'Of the groups: ' }, joined(', ', names)));
  }
  if (once.channel !== undefined) {
    words.push(prefixedBoth({ vi: 'Chi qua: ', en: 'Paid to: ' }, CHANNELS[once.channel]));
  }
  return words;
}

function claimWords(claim: StoredClaim): Bilingual {
  const { claimNo, document, claimedOn, month, collects } = claim;
  return joined('; ', [
    {
      vi: `Đề nghị số ${claimNo} ngày ${dateVi(claimedOn)}, văn bản ${document}, tháng ${monthVi(month)}`,
      en: `Claim ${claimNo} of ${claimedOn}, document ${document}, for ${month}`,
    },
    ...(collects === undefined ? [] : [PAYEES[collects]]),
    ...factWords(claim),
  ]);
}

function prefixedBoth(prefix: Bilingual, { vi, en }: Bilingual): Bilingual {
  return { vi: `${prefix.vi}${vi}`, en: `${prefix.en}${en}` };
}

function paidWords(paid: StoredFacts['paid']): Bilingual[] {
  return Object.entries(paid ?? {}).map(([month, digits]) => {
    const amount = dong(BigInt(digits));
    return {
      vi: `Đã chi hoặc đã xét cho tháng ${monthVi(month as Period)}: ${amount.vi}`,
      en: `Paid or assessed before for ${month}: ${amount.en}`,
    };
  });
}

function faultWords(fault: StoredFacts['fault']): Bilingual[] {
  if (fault === undefined) return [];
  const { path, code } = fault;
  return [{ vi: `Dữ kiện sai: ${path} (${code})`, en: `The fact at fault: ${path} (${code})` }];
}

/** The month of birth: the law asks for no more, so no more is shown. */
function birthWords(birth: PlainDate | BirthYear, of: Period): Bilingual {
  const age = Math.floor((monthIndex(of) - birthMonth(birth)) / 12);
  const month = birth.slice(0, 7) as Period;
  const vi = birth.length === 4 ? `Sinh năm ${birth}` : `Sinh tháng ${monthVi(month)}`;
  if (age < 0) return { vi, en: `Born in ${month}` };
  return { vi: `${vi}, ${age} tuổi trong kỳ`, en: `Born in ${month}, aged ${age} in the period` };
}

function enrolmentWords(enrolment: StoredEnrolment, grounds: Explained['grounds']): Bilingual {
  const { enrolmentId, groundCode, decidedOn, entitledFrom } = enrolment;
  const ground = groundWords(grounds, groundCode);
  return joined('; ', [
    { vi: `Hồ sơ ${enrolmentId}: ${ground.vi}`, en: `Enrolment ${enrolmentId}: ${ground.en}` },
    { vi: `quyết định ngày ${dateVi(decidedOn)}`, en: `decided on ${decidedOn}` },
    ...startWords(entitledFrom),
    ...courseWords(enrolment),
    ...factWords(enrolment.facts ?? {}),
  ]);
}

/** Unemployment benefit has a first day among its facts, and no month. */
function startWords(entitledFrom: string): Bilingual[] {
  if (entitledFrom === '') return [];
  const vi = `hưởng từ tháng ${monthVi(entitledFrom as Period)}`;
  return [{ vi, en: `entitled from ${entitledFrom}` }];
}

/** What only some enrolments have. */
function courseWords(enrolment: StoredEnrolment): Bilingual[] {
  const { dependants = 0, suspensions = [] } = enrolment;
  const { stopsAfter = null, paidThrough = null, settledOn = null } = enrolment;
  const words: Bilingual[] = [];
  if (dependants > 0) {
    words.push({ vi: `đang nuôi ${dependants} con`, en: `raising ${childrenEn(dependants)}` });
  }
  if (stopsAfter !== null) {
    words.push({
      vi: `thôi hưởng sau tháng ${monthVi(stopsAfter)}`,
      en: `ends after ${stopsAfter}`,
    });
  }
  if (paidThrough !== null) words.push(settledWords(paidThrough, settledOn));
  words.push(...suspensions.map(pauseWords));
  return words;
}

function pauseWords({ from, until }: Enrolment['suspensions'][number]): Bilingual {
  if (until === null) {
    return { vi: `tạm dừng từ tháng ${monthVi(from)}`, en: `suspended from ${from}` };
  }
  return {
    vi: `tạm dừng từ tháng ${monthVi(from)} đến hết tháng ${monthVi(until)}`,
    en: `suspended from ${from} through ${until}`,
  };
}

function settledWords(through: Period, settledOn: PlainDate | null): Bilingual {
  if (settledOn === null) {
    return {
      vi: `hệ thống trước đã chi đến hết tháng ${monthVi(through)}`,
      en: `paid through ${through} by an earlier system`,
    };
  }
  return {
    vi: `đã xét đến hết tháng ${monthVi(through)} vào ngày ${dateVi(settledOn)}`,
    en: `assessed through ${through} on ${settledOn}`,
  };
}

const KINDS: Readonly<Record<string, Bilingual>> = {
  current: { vi: 'tháng này', en: 'current' },
  arrears: { vi: 'truy lĩnh', en: 'arrears' },
  ahead: { vi: 'chi trước', en: 'paid ahead' },
  once: { vi: 'chi một lần', en: 'paid once' },
};

function monthOf({ assessment, grounds }: Explained, line: StoredLine): Paragraph {
  const kind = KINDS[line.kind];
  if (kind === undefined) throw new Error(`no words for a line of the kind ${line.kind}`);
  const ground = groundWords(grounds, line.groundCode);
  const listed = line.enrolmentId === '' ? null : enrolmentOf(assessment, line.enrolmentId);
  const named = listed === null ? ground : prefixedWords(line.enrolmentId, ground);
  return {
    heading: {
      vi: `Tháng ${monthVi(line.forPeriod)}, ${kind.vi}`,
      en: `${line.forPeriod}, ${kind.en}`,
    },
    lines: [
      named,
      ...(listed === null ? [] : changedGround(listed, line)),
      ...(listed === null ? [] : perDependant(grounds.get(line.groundCode), listed, line)),
      arithmetic(assessment.programme, line),
      ...line.articles.map((article, i) => articleLine(article, i === 0)),
    ],
  };
}

function prefixedWords(enrolmentId: string, { vi, en }: Bilingual): Bilingual {
  return { vi: `Hồ sơ ${enrolmentId}: ${vi}`, en: `Enrolment ${enrolmentId}: ${en}` };
}

/** Where age has carried the recipient into another ground than the decision names. */
function changedGround(listed: StoredEnrolment, { groundCode }: StoredLine): Bilingual[] {
  if (listed.groundCode === groundCode || listed.groundCode === '') return [];
  return [
    {
      vi: `Quyết định ghi diện ${listed.groundCode}; theo tuổi trong tháng là diện ${groundCode}`,
      en: `The decision names ${listed.groundCode}; by the age in the month it is ${groundCode}`,
    },
  ];
}

function perDependant(
  ground: NamedGround | undefined,
  { dependants = 0 }: StoredEnrolment,
  { coefficient }: StoredLine,
): Bilingual[] {
  if (ground?.perDependant !== true || dependants < 2) return [];
  const whole = decimal(new Decimal(coefficient));
  const each = decimal(new Decimal(coefficient).div(dependants));
  return [
    {
      vi: `Hệ số: ${each.vi} × ${dependants} con = ${whole.vi}`,
      en: `Coefficient: ${each.en} × ${childrenEn(dependants)} = ${whole.en}`,
    },
  ];
}

function arithmetic(programme: Programme, line: StoredLine): Bilingual {
  const { vi, en } = grossWords(programme, line);
  if (line.paidVnd === 0n) return { vi: `${vi} đ`, en: `${en} VND` };
  const [paid, amount] = [grouped(line.paidVnd), dong(line.amountVnd)];
  return {
    vi: `${vi}; trừ ${paid} đã chi hoặc đã xét trước = ${amount.vi}`,
    en: `${en}; less ${paid} paid or assessed before = ${amount.en}`,
  };
}

/** Programmes whose amount stands in the law itself, in a table or a resolution. */
const BY_TABLE: readonly Programme[] = ['merit', 'tet_gift', 'national_day_gift', 'funeral'];

function grossWords(programme: Programme, line: StoredLine): Bilingual {
  const coefficient = decimal(new Decimal(line.coefficient));
  const gross = line.amountVnd + line.paidVnd;
  if (coefficient.en === '1' && BY_TABLE.includes(programme)) {
    const amount = grouped(gross);
    return {
      vi: `Mức theo văn bản: ${amount}`,
      en: `The amount that the document sets: ${amount}`,
    };
  }
  const [standard, exact] = [grouped(line.standardVnd), exactOf(line)];
  const vi = `Mức chuẩn × hệ số: ${standard} × ${coefficient.vi}`;
  const en = `Standard × coefficient: ${standard} × ${coefficient.en}`;
  if (exact.equals(String(gross))) {
    return { vi: `${vi} = ${grouped(gross)}`, en: `${en} = ${grouped(gross)}` };
  }
  const told = decimal(exact);
  return {
    vi: `${vi} = ${told.vi}, làm tròn ${grouped(gross)}`,
    en: `${en} = ${told.en}, rounded to ${grouped(gross)}`,
  };
}

/** What an article does in a line; the first is that of the ground, any other that of the standard. */
const ROLES: ReadonlyMap<string, Bilingual> = new Map([
  [CHANGE, { vi: 'thay đổi mức theo tuổi', en: 'change of the amount with age' }],
  [CESSATION, { vi: 'thôi hưởng từ tháng sau', en: 'cessation from the month after' }],
  [ARREARS, { vi: 'truy lĩnh', en: 'arrears' }],
  [
    HIGHEST_ONLY,
    { vi: 'chỉ hưởng mức cao nhất, và ngoại lệ', en: 'the highest only, and exceptions' },
  ],
  [
    '44/2022/TT-BTC art. 8(3)',
    { vi: 'chi gộp hai tháng theo quyết định', en: 'two months at once, by decision' },
  ],
  ['44/2022/TT-BTC art. 15(2)', { vi: 'truy lĩnh', en: 'arrears' }],
]);
const GROUND_ROLE = { vi: 'diện hưởng và hệ số', en: 'ground and coefficient' };
const STANDARD_ROLE = { vi: 'mức chuẩn', en: 'standard' };

function articleLine(article: string, isFirst: boolean): Bilingual {
  const role = ROLES.get(article) ?? (isFirst ? GROUND_ROLE : STANDARD_ROLE);
  const cited = articleWords(article);
  return { vi: `Căn cứ (${role.vi}): ${cited.vi}`, en: `By (${role.en}): ${cited.en}` };
}

function conclusionOf(
  { amountVnd, reason }: StoredAssessment,
  lines: Explained['lines'],
): Paragraph[] {
  if (reason !== null) {
    const heading = { vi: 'Vì sao không được hưởng', en: 'Why nothing is due' };
    return [{ heading, lines: [reasonWords(reason)] }];
  }
  const parts = lines.map((line) => grouped(line.amountVnd)).join(' + ');
  const total = dong(amountVnd);
  const told = lines.length === 1 ? total : prefixed(`${parts} = `, total);
  return [{ heading: { vi: 'Tổng cộng', en: 'In all' }, lines: [told] }];
}

function setAsideOf({ assessment, grounds }: Explained): Paragraph[] {
  const setAside = assessment.facts.setAside ?? [];
  if (setAside.length === 0) return [];
  const lines = setAside.map(({ enrolmentId, forPeriod, reason }) => {
    const ground = groundWords(grounds, enrolmentOf(assessment, enrolmentId).groundCode);
    const why = reasonWords(reason);
    return {
      vi: `Hồ sơ ${enrolmentId}, ${ground.vi}, tháng ${monthVi(forPeriod)}: ${why.vi}`,
      en: `Enrolment ${enrolmentId}, ${ground.en}, ${forPeriod}: ${why.en}`,
    };
  });
  return [{ heading: { vi: 'Không tính', en: 'Set aside' }, lines }];
}

function overpaidOf({ facts }: StoredAssessment): Paragraph[] {
  if (facts.overpaid === undefined) return [];
  return [
    {
      heading: { vi: 'Đã chi vượt', en: 'Paid in excess' },
      lines: [
        {
          vi: 'Có tháng đã chi nhiều hơn mức được hưởng nay xét; không khấu trừ ở đây, cần người quyết định truy thu',
          en: 'For some month more was paid than is due as seen now; nothing is deducted here, a person decides on recovery',
        },
      ],
    },
  ];
}

/** What is paid out is less than what is due by what was taken, case by case. */
function takingsOf({ assessment, takings = [] }: Explained): Paragraph[] {
  if (takings.length === 0) return [];
  const taken = takings.map(({ amountVnd }) => amountVnd).reduce((all, one) => all + one, 0n);
  if (taken > assessment.amountVnd) {
    throw new Error(`${assessment.dueReference}: more was taken than is due`);
  }
  const lines = takings.map(
    ({ caseNo, instalmentNo, amountVnd, takenOn, decidedBy, document }): Bilingual => ({
      vi:
        `Khấu trừ ${dong(amountVnd).vi} ngày ${dateVi(takenOn)}: hồ sơ truy thu số ${caseNo}, ` +
        `lần ${instalmentNo}, văn bản ${document}, người quyết định ${decidedBy}`,
      en:
        `${dong(amountVnd).en} taken on ${takenOn}: recovery case ${caseNo}, ` +
        `instalment ${instalmentNo}, document ${document}, decided by ${decidedBy}`,
    }),
  );
  const left = assessment.amountVnd - taken;
  const [due, less] = [grouped(assessment.amountVnd), grouped(taken)];
  lines.push({
    vi: `Thực chi: ${due} − ${less} = ${dong(left).vi}`,
    en: `Paid out: ${due} − ${less} = ${dong(left).en}`,
  });
  return [{ heading: { vi: 'Khấu trừ theo quyết định', en: 'Deducted by decision' }, lines }];
}

function enrolmentOf(
  { dueReference, facts }: StoredAssessment,
  enrolmentId: string,
): StoredEnrolment {
  const known = facts.enrolments?.find((each) => each.enrolmentId === enrolmentId);
  if (known === undefined) throw new Error(`${dueReference}: no facts of ${enrolmentId}`);
  return known;
}

const BENEFIT = { vi: 'trợ cấp thất nghiệp', en: 'unemployment benefit' };
const BY_MULTIPLE = {
  vi: 'mức theo hệ số so với mức chuẩn ưu đãi',
  en: 'a multiple of the standard of merit',
};

function groundWords(grounds: Explained['grounds'], code: string): Bilingual {
  if (code === '') return BENEFIT;
  // A line of unemployment benefit names the law that governs it.
  if (code.includes('/QH'))
    return { vi: `${BENEFIT.vi}, Luật ${code}`, en: `${BENEFIT.en}, ${code}` };
  if (code === 'multiple') return BY_MULTIPLE;
  const name = grounds.get(code);
  if (name === undefined) throw new Error(`no such ground: ${code}`);
  return { vi: `diện ${code}, ${name.vi}`, en: `ground ${code}, ${name.en}` };
}

function joined(separator: string, texts: readonly Bilingual[]): Bilingual {
  return {
    vi: texts.map(({ vi }) => vi).join(separator),
    en: texts.map(({ en }) => en).join(separator),
  };
}

function prefixed(prefix: string, { vi, en }: Bilingual): Bilingual {
  return { vi: `${prefix}${vi}`, en: `${prefix}${en}` };
}

function dong(amount: bigint): Bilingual {
  return { vi: `${grouped(amount)} đ`, en: `${grouped(amount)} VND` };
}

/** 1.500 as 1,5 and 1.5. */
function decimal(number: Decimal): Bilingual {
  const en = number.toFixed();
  return { vi: en.replace('.', ','), en };
}

function childrenEn(count: number): string {
  return count === 1 ? '1 child' : `${count} children`;
}

/** 2026-11 as 11/2026. */
function monthVi(of: Period): string {
  return `${of.slice(5)}/${of.slice(0, 4)}`;
}

/** 2026-10-22 as 22/10/2026. */
function dateVi(of: PlainDate): string {
  return `${of.slice(8)}/${of.slice(5, 7)}/${of.slice(0, 4)}`;
}
