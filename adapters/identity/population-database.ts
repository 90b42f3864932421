/**
 * The national population database and the civil-status register beside it, as SOAP 1.1 services
 * in the namespace of the public client code (dancuquocgia.bca). Operation and element names are
 * theirs, so they are Vietnamese here.
 *
 * Whatever is not an answer about the very person asked is no answer: that is settled here once, so
 * that no caller can take a fault page for a match.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { hash, randomUUID } from 'node:crypto';
import { Type, type Static, type TSchema } from 'typebox';
import { isPlainDate, type PlainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { CivilStatusRegister, Death } from '../../src/intake/civil-status.port.ts';
import type { IdentityAnswer, IdentityQuestion } from '../../src/verification/evidence.ts';
import type { Purpose } from '../../src/kernel/purpose.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';
import {
  atMost,
  boundedClient,
  inOrder,
  type BoundedClientOptions,
  type CallLimits,
  type Post,
} from '../http/bounded-client.ts';
import { escapeXml, fitsXml, readSmallXml, type XmlLimits } from './xml-front-door.ts';

/** 32 calls at once, and 10 seconds for a try, when not given. */
export interface PopulationDatabaseOptions extends CallLimits {
  readonly url: string;
  readonly civilStatusUrl: string;
  /** MaDVC: the code under which our service is registered with the database. */
  readonly serviceCode: string;
  /** TaiKhoan and SoDienThoai of the officer, where the connection asks for them. */
  readonly account?: string;
  readonly phone?: string;
  /**
   * Look up tells what the register knows; verify only says whether such a person exists, to those
   * who may know no more. Look up when not given.
   */
  readonly operation?: 'look-up' | 'verify';
}

/** Both services. Addresses that are not http or https are refused with 'configuration-wrong'. */
export function populationDatabase(options: PopulationDatabaseOptions): {
  identity: IdentityService;
  civilStatus: CivilStatusRegister;
} {
  const { concurrency = 32, operation = 'look-up' } = options;
  const ask = boundedClient(clientOptions(options, OPERATIONS[operation], LOOK_UP_LIMITS));
  const askForDeaths = boundedClient(clientOptions(options, 'DanhSachKhaiTu', DEATHS_LIMITS));
  const turns = atMost(concurrency);

  return {
    identity: {
      lookUp: (questions, purpose) =>
        inOrder(questions, 2 * concurrency, (chunk, signal) =>
          Promise.all(
            chunk.map((question) =>
              turns(() => lookUp(ask, question, { ...options, operation, purpose }), signal),
            ),
          ),
        ),
    },
    civilStatus: {
      deaths: (span, purpose) => deathsOf(askForDeaths, span, purpose),
    },
  };
}

const NAMESPACE = 'http://dancuquocgia.bca';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const NAMESPACES = [ENVELOPE, NAMESPACE, ''];

const OPERATIONS = {
  'look-up': 'TraCuuThongTinCongDan',
  verify: 'XacThucThongTinCongDan',
} as const;

/** Integration code of the look-up of one citizen. */
const LOOK_UP_CODE = '037';

const LOOK_UP_LIMITS = { maxBytes: 256 * 1024, namespaces: NAMESPACES };

// A province of ten million loses some six thousand people a month, 100 bytes each; the limit is
// for twenty times as many. Beyond it the span should be asked for in parts.
const DEATHS_LIMITS = { maxBytes: 12 * 1024 * 1024, maxElements: 400_000, namespaces: NAMESPACES };

const DEATHS_IN_A_CHUNK = 1_000;

function clientOptions(
  options: PopulationDatabaseOptions,
  operation: (typeof OPERATIONS)[keyof typeof OPERATIONS] | 'DanhSachKhaiTu',
  limits: { maxBytes: number },
): BoundedClientOptions {
  const { url, civilStatusUrl, concurrency = 32, timeoutMs = 10_000 } = options;
  const { perSecond, quota, outage, tell, keep, calls } = options;
  const lookUp = operation !== 'DanhSachKhaiTu';
  return {
    ...given({ perSecond, quota, outage, tell, keep, calls }),
    url: lookUp ? url : civilStatusUrl,
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      accept: 'text/xml',
      soapaction: `"${NAMESPACE}/${operation}"`,
    },
    answerType: 'text/xml',
    timeoutMs,
    maxAnswerBytes: limits.maxBytes,
    concurrency: lookUp ? concurrency : 1,
  };
}

/** Without what was not given: an option that is there has a value. */
function given(limits: { [Name in keyof CallLimits]: CallLimits[Name] | undefined }): CallLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

interface Asking extends Pick<PopulationDatabaseOptions, 'serviceCode' | 'account' | 'phone'> {
  readonly operation: 'look-up' | 'verify';
  readonly purpose: Purpose;
}

/** One question, one call. Only a bug comes out of it as an error. */
async function lookUp(post: Post, question: IdentityQuestion, by: Asking): Promise<IdentityAnswer> {
  const body = lookUpRequest(question, by);
  if (body === undefined) return unavailable(question, '');
  let answerHash = '';
  try {
    const bytes = await post(body);
    answerHash = hash('sha256', bytes);
    if (by.operation === 'verify') return await verified(question, { bytes, answerHash });
    return await lookedUp(question, { bytes, answerHash });
  } catch (error) {
    if (error instanceof Refusal) return unavailable(question, answerHash);
    throw error;
  }
}

async function lookedUp(
  question: IdentityQuestion,
  { bytes, answerHash }: Answered,
): Promise<IdentityAnswer> {
  const document = await readAs(isLookUpAnswer, bytes, LOOK_UP_LIMITS);
  const [answer] = document.Envelope.Body[0].TraCuuThongTinCongDanResponse;
  const person = answer.CongDan?.[0];
  if (answer.MaYeuCau[0] !== question.requestId) return unavailable(question, answerHash);
  if (person === undefined) {
    const [replacedBy] = answer.SoDinhDanhThayThe ?? [];
    return {
      requestId: question.requestId,
      outcome: 'not-found',
      person: null,
      ...(replacedBy === undefined ? {} : { replacedBy }),
      answerHash,
    };
  }
  // A well-formed answer about somebody else must not become a match, nor a break.
  if (numberIn(person, question) !== question.citizenNumber) {
    return unavailable(question, answerHash);
  }
  return {
    requestId: question.requestId,
    outcome: 'found',
    person: personOf(person, question),
    answerHash,
  };
}

interface Answered {
  readonly bytes: Buffer;
  readonly answerHash: string;
}

/** Yes is about the very name and birth that were asked; no does not say which of them is wrong. */
async function verified(
  question: IdentityQuestion,
  { bytes, answerHash }: Answered,
): Promise<IdentityAnswer> {
  const document = await readAs(isVerifyAnswer, bytes, LOOK_UP_LIMITS);
  const [answer] = document.Envelope.Body[0].XacThucThongTinCongDanResponse;
  const { requestId, citizenNumber, fullName, birth } = question;
  if (answer.MaYeuCau[0] !== requestId) return unavailable(question, answerHash);
  if (answer.TonTai[0] === 'false') {
    return { requestId, outcome: 'not-found', person: null, answerHash };
  }
  const person = { citizenNumber, fullName, birth, communeCode: '' };
  return { requestId, outcome: 'found', person, answerHash };
}

/** Nine digits are an identity card of old, twelve the citizen number. */
function isOldNumber(citizenNumber: string): boolean {
  return citizenNumber.length === 9;
}

function numberIn(
  person: Static<typeof Person>,
  { citizenNumber }: IdentityQuestion,
): string | undefined {
  return isOldNumber(citizenNumber) ? person.SoCMND?.[0] : person.SoDinhDanh[0];
}

function unavailable({ requestId }: IdentityQuestion, answerHash: string): IdentityAnswer {
  return { requestId, outcome: 'unavailable', person: null, answerHash };
}

/** Undefined when the question cannot be put: a birth that is none, a character XML has not. */
function lookUpRequest(
  question: IdentityQuestion,
  { operation, serviceCode, account, phone, purpose }: Asking,
): string | undefined {
  const birth = birthElement(question.birth);
  if (birth === undefined) return undefined;
  const { citizenNumber } = question;
  return envelope(OPERATIONS[operation], [
    ['MaYeuCau', question.requestId],
    ['MaDVC', serviceCode],
    ...(operation === 'look-up' ? [['MaTichHop', LOOK_UP_CODE] as const] : []),
    ['MaCanBo', purpose.officer],
    ['MaDonVi', purpose.unitCode],
    ...(account === undefined ? [] : [['TaiKhoan', account] as const]),
    ...(phone === undefined ? [] : [['SoDienThoai', phone] as const]),
    [isOldNumber(citizenNumber) ? 'SoCMND' : 'SoDinhDanh', citizenNumber],
    ['HoVaTen', question.fullName.normalize('NFC').toUpperCase()],
    ['NgayThangNamSinh', birth],
  ]);
}

type Element = readonly [name: string, content: string | Element];

function birthElement(birth: string): Element | undefined {
  if (/^\d{4}$/.test(birth)) return ['Nam', birth];
  return isPlainDate(birth) ? ['NgayThangNam', compact(birth)] : undefined;
}

/**
 * A request, by a template: the Builder of xml2js makes the same bytes in 42 microseconds, this in
 * about 1, and a month asks a million times. Undefined when a text has a character XML has not.
 */
function envelope(operation: string, fields: readonly Element[]): string | undefined {
  const content = fields.map(written).join('');
  if (!fitsXml(content)) return undefined;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="${ENVELOPE}"><Body>` +
    `<${operation} xmlns="${NAMESPACE}">${content}</${operation}></Body></Envelope>`
  );
}

function written([name, content]: Element): string {
  const inner = typeof content === 'string' ? escapeXml(content) : written(content);
  return `<${name}>${inner}</${name}>`;
}

// ajv holds every answer to these shapes. xml2js gives each element as an array; one() is what must
// be there exactly once.
const one = <Schema extends TSchema>(schema: Schema) => Type.Tuple([schema]);
const text = (pattern: string) => Type.String({ pattern });
const STRICT = { additionalProperties: false };

const REQUEST_ID = one(text('^.{1,100}$'));
const CITIZEN_NUMBER = one(text('^[0-9]{12}$'));
const COMPACT_DATE = one(text('^[0-9]{8}$'));
const NAME_PART = one(text('^[^\\p{C}]{0,100}$'));

// The real record has some twenty more fields. They are neither needed nor kept, so they may be
// there; everything else is strict, because an unknown element beside the record may be a fault.
const Person = Type.Object({
  SoDinhDanh: CITIZEN_NUMBER,
  SoCMND: Type.Optional(one(text('^([0-9]{9}|[0-9]{12})?$'))),
  HoVaTen: one(
    Type.Object(
      { Ho: Type.Optional(NAME_PART), ChuDem: Type.Optional(NAME_PART), Ten: NAME_PART },
      STRICT,
    ),
  ),
  NgayThangNamSinh: one(
    Type.Union([
      Type.Object({ Nam: one(text('^[0-9]{4}$')) }, STRICT),
      Type.Object({ NgayThangNam: COMPACT_DATE }, STRICT),
    ]),
  ),
  ThuongTru: one(Type.Object({ MaPhuongXa: one(text('^[0-9]{5}$')) })),
  // Where the service tells it: further live numbers of the same person.
  SoDinhDanhKhac: Type.Optional(Type.Array(text('^[0-9]{12}$'), { maxItems: 10 })),
});

const Dead = Type.Object({ SoDinhDanh: CITIZEN_NUMBER, NgayMat: COMPACT_DATE }, STRICT);

const soap = <Body extends TSchema>(body: Body) =>
  Type.Object(
    { Envelope: Type.Object({ Header: Type.Optional(Type.Any()), Body: one(body) }, STRICT) },
    STRICT,
  );

const LookUpAnswer = soap(
  Type.Object(
    {
      TraCuuThongTinCongDanResponse: one(
        Type.Object(
          {
            MaYeuCau: REQUEST_ID,
            CongDan: Type.Optional(one(Person)),
            // Where the service tells it: the number that has replaced a cancelled one.
            SoDinhDanhThayThe: Type.Optional(CITIZEN_NUMBER),
          },
          STRICT,
        ),
      ),
    },
    STRICT,
  ),
);

const VerifyAnswer = soap(
  Type.Object(
    {
      XacThucThongTinCongDanResponse: one(
        Type.Object({ MaYeuCau: REQUEST_ID, TonTai: one(text('^(true|false)$')) }, STRICT),
      ),
    },
    STRICT,
  ),
);

const DeathsAnswer = soap(
  Type.Object(
    {
      DanhSachKhaiTuResponse: one(
        Type.Object(
          {
            MaYeuCau: REQUEST_ID,
            NguoiMat: Type.Optional(Type.Array(Dead)),
            TongSo: one(text('^[0-9]{1,9}$')),
          },
          STRICT,
        ),
      ),
    },
    STRICT,
  ),
);

const ajv = new Ajv();
const isLookUpAnswer = ajv.compile<Static<typeof LookUpAnswer>>(LookUpAnswer);
const isVerifyAnswer = ajv.compile<Static<typeof VerifyAnswer>>(VerifyAnswer);
const isDeathsAnswer = ajv.compile<Static<typeof DeathsAnswer>>(DeathsAnswer);

async function readAs<Answer>(
  isAnswer: ValidateFunction<Answer>,
  bytes: Buffer,
  limits: Partial<XmlLimits>,
): Promise<Answer> {
  const document = await readSmallXml(bytes, limits);
  if (!isAnswer(document)) throw malformed('shape');
  return document;
}

type FoundPerson = NonNullable<IdentityAnswer['person']>;

function personOf(person: Static<typeof Person>, { citizenNumber }: IdentityQuestion): FoundPerson {
  const [{ Ho, ChuDem, Ten }] = person.HoVaTen;
  const [birth] = person.NgayThangNamSinh;
  return {
    // The one that was asked, which the record was held against.
    citizenNumber,
    // As the register has it: whether it is the name we know is for the rules to say.
    fullName: [Ho?.[0], ChuDem?.[0], Ten[0]].join(' ').replace(/\s+/g, ' ').trim(),
    birth: 'Nam' in birth ? birth.Nam[0] : dateOf(birth.NgayThangNam[0]),
    communeCode: person.ThuongTru[0].MaPhuongXa[0],
    ...(person.SoDinhDanhKhac === undefined ? {} : { otherNumbers: person.SoDinhDanhKhac }),
  };
}

/**
 * The deaths of a span, in one call. They are given only when all are there: the number of lines
 * must be the number declared, or somebody who has died would be paid.
 */
async function* deathsOf(
  post: Post,
  span: { provinceCode: string; from: PlainDate; until: PlainDate },
  purpose: Purpose,
): AsyncGenerator<readonly Death[]> {
  const requestId = randomUUID();
  const body = envelope('DanhSachKhaiTu', [
    ['MaYeuCau', requestId],
    ['MaCanBo', purpose.officer],
    ['MaDonVi', purpose.unitCode],
    ['MaTinhThanh', span.provinceCode],
    ['TuNgay', compact(span.from)],
    ['DenNgay', compact(span.until)],
  ]);
  if (body === undefined) throw new Refusal('configuration-wrong', { rule: 'officer-or-unit' });
  const deaths = await deathsIn(post, body, { ...span, requestId });
  for (let start = 0; start < deaths.length; start += DEATHS_IN_A_CHUNK) {
    yield deaths.slice(start, start + DEATHS_IN_A_CHUNK);
  }
}

async function deathsIn(
  post: Post,
  body: string,
  asked: { requestId: string; from: PlainDate; until: PlainDate },
): Promise<readonly Death[]> {
  try {
    const document = await readAs(isDeathsAnswer, await post(body), DEATHS_LIMITS);
    const [answer] = document.Envelope.Body[0].DanhSachKhaiTuResponse;
    if (answer.MaYeuCau[0] !== asked.requestId) throw malformed('request-id');
    const dead = answer.NguoiMat ?? [];
    const declared = Number(answer.TongSo[0]);
    if (declared !== dead.length) {
      throw new Refusal('control-totals-disagree', { declared, found: dead.length });
    }
    return dead.map(({ SoDinhDanh, NgayMat }) => {
      const diedOn = dateOf(NgayMat[0]);
      if (diedOn < asked.from || diedOn > asked.until) throw malformed('date-outside-span');
      return { citizenNumber: SoDinhDanh[0], diedOn };
    });
  } catch (error) {
    throw asSilence(error);
  }
}

/** With nobody to mark as unanswered, an answer that is no answer is silence of the register. */
function asSilence(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.code !== 'answer-malformed') return error;
  return new Refusal('counterpart-silent', { reason: error.facts.rule ?? 'malformed' });
}

/** YYYY-MM-DD as the services write it: yyyyMMdd. */
function compact(date: string): string {
  return date.replaceAll('-', '');
}

/** Eight digits as a date. Throws Refusal('answer-malformed') for a day the calendar has not. */
function dateOf(digits: string): PlainDate {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  if (!isPlainDate(date)) throw malformed('date');
  return date;
}

function malformed(rule: string): Refusal {
  return new Refusal('answer-malformed', { rule });
}
