import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import { parseStringPromise } from 'xml2js';
import { REGISTER_FILE, type RegisterRecord } from './home.ts';

// The population database and the civil-status register of the sandbox: SOAP 1.1 over HTTP, each on
// its own path, each with one operation. Like the real services they are strict about the question
// and say nothing about the reason of an empty answer. They share no code with the side that asks.

const SERVICE_NAMESPACE = 'http://dancuquocgia.bca';
const ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
const LOOK_UP_INTEGRATION_CODE = '037';

const POPULATION_PATH = '/dan-cu/TraCuuThongTinCongDan';
const VERIFY_PATH = '/dan-cu/XacThucThongTinCongDan';
const CIVIL_STATUS_PATH = '/ho-tich/DanhSachKhaiTu';

/** Larger than any right question. */
const LARGEST_QUESTION = '16kb';

/** An asking side keeps its connections; closed too early, its next question would be lost. */
const KEEP_ALIVE_MS = 65_000;

export interface PopulationDatabase {
  readonly populationUrl: string;
  /** The same register, which here says only whether there is such a person. */
  readonly verifyUrl: string;
  readonly civilStatusUrl: string;
  stop(): Promise<void>;
}

/**
 * Reads the register of a sandbox home once and answers from memory, on 127.0.0.1 and a free port.
 * Rejects when the register is missing or a line of it is not JSON.
 */
export async function startPopulationDatabase(options: {
  home: string;
  latencyMs?: number;
}): Promise<PopulationDatabase> {
  const register = await readRegister(join(options.home, REGISTER_FILE));

  const app = express();
  app.disable('x-powered-by').disable('etag');
  const { latencyMs } = options;
  if (latencyMs !== undefined) {
    app.use((_request, _response, next) => {
      setTimeout(next, latencyMs);
    });
  }
  app.use(express.text({ type: 'text/xml', limit: LARGEST_QUESTION }));
  answerOn(app, POPULATION_PATH, 'TraCuuThongTinCongDan', (question) => lookUp(register, question));
  answerOn(app, VERIFY_PATH, 'XacThucThongTinCongDan', (question) =>
    verify(register.people, question),
  );
  answerOn(app, CIVIL_STATUS_PATH, 'DanhSachKhaiTu', (question) =>
    listDeaths(register.deaths, question),
  );
  app.use(answerFault);

  const server = app.listen(0, '127.0.0.1');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    populationUrl: `${origin}${POPULATION_PATH}`,
    verifyUrl: `${origin}${VERIFY_PATH}`,
    civilStatusUrl: `${origin}${CIVIL_STATUS_PATH}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

// --- The register ----------------------------------------------------------------------------

/** What an answer needs of a person, and no more: a province has a million of them. */
interface Person {
  readonly fullName: string;
  /** YYYYMMDD, or YYYY where only the year is known. */
  readonly birth: string;
  readonly sexCode: '1' | '2';
  readonly provinceCode: string;
  readonly communeCode: string;
  readonly otherNumbers: readonly string[];
}

interface RegisteredDeath {
  readonly citizenNumber: string;
  /** YYYYMMDD. */
  readonly diedOn: string;
  readonly provinceCode: string;
}

interface Register {
  /** By citizen number, only those alive whose number is valid. */
  readonly people: ReadonlyMap<string, Person>;
  /** Which number has taken the place of a cancelled one. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly deaths: readonly RegisteredDeath[];
}

async function readRegister(path: string): Promise<Register> {
  const people = new Map<string, Person>();
  const replaced = new Map<string, string>();
  const deaths = new Map<string, RegisteredDeath>();
  const file = await open(path);
  for await (const line of file.readLines()) {
    const record = JSON.parse(line) as RegisterRecord;
    people.delete(record.citizen_id);
    if (record.status === 'active') people.set(record.citizen_id, personOf(record));
    if (record.replaced_by != null) replaced.set(record.citizen_id, record.replaced_by);
    if (record.died_on !== null) deaths.set(record.citizen_id, deathOf(record, record.died_on));
  }
  return { people, replaced, deaths: [...deaths.values()] };
}

function personOf(record: RegisterRecord): Person {
  return {
    fullName: record.full_name,
    birth: record.birth_date === null ? String(record.birth_year) : compact(record.birth_date),
    sexCode: record.sex === 'male' ? '1' : '2',
    provinceCode: record.residence.province_code,
    communeCode: record.residence.commune_code,
    otherNumbers: record.other_active_ids ?? [],
  };
}

function deathOf(record: RegisterRecord, diedOn: string): RegisteredDeath {
  return {
    citizenNumber: record.citizen_id,
    diedOn: compact(diedOn),
    provinceCode: record.residence.province_code,
  };
}

function compact(date: string): string {
  return date.replaceAll('-', '');
}

// --- The operations --------------------------------------------------------------------------

/** A question that is not as the service wants it; what it says never repeats a value. */
class Fault extends Error {}

function lookUp({ people, replaced }: Register, question: Element): string {
  const fields = fieldsOf(question, {
    MaYeuCau: /^.{1,100}$/,
    MaDVC: /^.{1,100}$/,
    MaTichHop: new RegExp(`^${LOOK_UP_INTEGRATION_CODE}$`),
    MaCanBo: /^.{1,100}$/,
    MaDonVi: /^.{1,100}$/,
    SoDinhDanh: /^\d{12}$/,
    HoVaTen: /^\S.{0,99}$/,
    NgayThangNamSinh: null,
  });
  const name = fields.HoVaTen;
  if (name !== name.toUpperCase()) throw new Fault('HoVaTen: chữ in hoa');
  requireBirth(question.children.at(-1));

  const person = people.get(fields.SoDinhDanh);
  const found =
    person === undefined
      ? elementsOf('SoDinhDanhThayThe', [replaced.get(fields.SoDinhDanh) ?? []].flat())
      : citizenElement(fields.SoDinhDanh, person);
  return `<MaYeuCau>${escaped(fields.MaYeuCau)}</MaYeuCau>${found}`;
}

/** Yes when number, name and birth are those of one person; a no has no reason. */
function verify(people: Register['people'], question: Element): string {
  const fields = fieldsOf(question, {
    MaYeuCau: /^.{1,100}$/,
    MaDVC: /^.{1,100}$/,
    MaCanBo: /^.{1,100}$/,
    MaDonVi: /^.{1,100}$/,
    SoDinhDanh: /^\d{12}$/,
    HoVaTen: /^\S.{0,99}$/,
    NgayThangNamSinh: null,
  });
  const birth = question.children.at(-1);
  requireBirth(birth);
  const asked = birth?.children[0]?.text ?? '';
  const person = people.get(fields.SoDinhDanh);
  const exists =
    person?.fullName.normalize('NFC').toUpperCase() === fields.HoVaTen &&
    (person.birth.startsWith(asked) || asked.startsWith(person.birth));
  return `<MaYeuCau>${escaped(fields.MaYeuCau)}</MaYeuCau><TonTai>${String(exists)}</TonTai>`;
}

/** A birth is asked as a year or as a day, never as both. */
function requireBirth(birth: Element | undefined): void {
  const [only, ...more] = birth?.children ?? [];
  const right =
    more.length === 0 &&
    ((only?.name === 'Nam' && /^\d{4}$/.test(only.text)) ||
      (only?.name === 'NgayThangNam' && /^\d{8}$/.test(only.text)));
  if (!right) throw new Fault('NgayThangNamSinh: Nam hoặc NgayThangNam');
}

function citizenElement(citizenNumber: string, person: Person): string {
  const words = person.fullName.split(' ');
  const given = words.pop() ?? '';
  const [family = '', ...middle] = words;
  const birth = person.birth.length === 4 ? 'Nam' : 'NgayThangNam';
  return (
    `<CongDan><SoDinhDanh>${citizenNumber}</SoDinhDanh>` +
    `<HoVaTen><Ho>${escaped(family)}</Ho><ChuDem>${escaped(middle.join(' '))}</ChuDem>` +
    `<Ten>${escaped(given)}</Ten></HoVaTen><GioiTinh>${person.sexCode}</GioiTinh>` +
    `<NgayThangNamSinh><${birth}>${person.birth}</${birth}></NgayThangNamSinh>` +
    `<ThuongTru><MaTinhThanh>${person.provinceCode}</MaTinhThanh>` +
    `<MaPhuongXa>${person.communeCode}</MaPhuongXa></ThuongTru>` +
    `${elementsOf('SoDinhDanhKhac', person.otherNumbers)}</CongDan>`
  );
}

function elementsOf(name: string, values: readonly string[]): string {
  return values.map((value) => `<${name}>${value}</${name}>`).join('');
}

function listDeaths(deaths: Register['deaths'], question: Element): string {
  const fields = fieldsOf(question, {
    MaYeuCau: /^.{1,100}$/,
    MaCanBo: /^.{1,100}$/,
    MaDonVi: /^.{1,100}$/,
    MaTinhThanh: /^\d{2}$/,
    TuNgay: /^\d{8}$/,
    DenNgay: /^\d{8}$/,
  });
  if (fields.TuNgay > fields.DenNgay) throw new Fault('TuNgay sau DenNgay');

  const found = deaths.filter(
    (death) =>
      death.provinceCode === fields.MaTinhThanh &&
      death.diedOn >= fields.TuNgay &&
      death.diedOn <= fields.DenNgay,
  );
  const dead = found.map(
    (death) =>
      `<NguoiMat><SoDinhDanh>${death.citizenNumber}</SoDinhDanh>` +
      `<NgayMat>${death.diedOn}</NgayMat></NguoiMat>`,
  );
  return (
    `<MaYeuCau>${escaped(fields.MaYeuCau)}</MaYeuCau>${dead.join('')}` +
    `<TongSo>${found.length}</TongSo>`
  );
}

/**
 * The texts of a question that has exactly these elements in this order, each as its pattern wants
 * it. A null pattern leaves the element to the operation, because it has elements of its own.
 */
function fieldsOf<Name extends string>(
  question: Element,
  patterns: Readonly<Record<Name, RegExp | null>>,
): Readonly<Record<Name, string>> {
  const names = Object.keys(patterns) as Name[];
  const fields: Partial<Record<Name, string>> = {};
  names.forEach((name, i) => {
    const element = question.children[i];
    if (element?.name !== name) throw new Fault(`thiếu hoặc sai thứ tự: ${name}`);
    const pattern = patterns[name];
    if (pattern?.test(element.text) === false) throw new Fault(`sai giá trị: ${name}`);
    fields[name] = element.text;
  });
  if (question.children.length > names.length) throw new Fault('thừa phần tử');
  return fields as Readonly<Record<Name, string>>;
}

// --- SOAP ------------------------------------------------------------------------------------

interface Element {
  readonly name: string;
  readonly namespace: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** An element as xml2js hands it over with the options below. */
interface ParsedElement {
  readonly '#name': string;
  readonly $ns?: { readonly uri: string; readonly local: string };
  readonly _?: string;
  readonly $$?: readonly ParsedElement[];
}

// Children in their order, names without their prefix, values as they are.
const READING = {
  xmlns: true,
  explicitChildren: true,
  preserveChildrenOrder: true,
  explicitRoot: false,
} as const;

function answerOn(
  app: Express,
  path: string,
  operation: string,
  answer: (question: Element) => string,
): void {
  app.post(path, async (request, response) => {
    const question = await readQuestion(request.body, operation);
    const name = `${operation}Response`;
    send(response, 200, `<${name} xmlns="${SERVICE_NAMESPACE}">${answer(question)}</${name}>`);
  });
}

// SOAP 1.1 section 6.2: a fault travels under HTTP 500, whoever is to blame for it. What goes wrong
// here is told to nobody outside, for it could quote the question.
// Four parameters are how express knows a handler of errors.
// eslint-disable-next-line @typescript-eslint/no-unused-vars
const answerFault: ErrorRequestHandler = (error, _request, response, _next) => {
  const code = error instanceof Fault ? 'soap:Client' : 'soap:Server';
  const reason = error instanceof Fault ? error.message : 'không xử lý được';
  send(
    response,
    500,
    `<soap:Fault><faultcode>${code}</faultcode>` +
      `<faultstring>${escaped(reason)}</faultstring></soap:Fault>`,
  );
};

async function readQuestion(body: unknown, operation: string): Promise<Element> {
  if (typeof body !== 'string') throw new Fault('Content-Type: text/xml');
  // A question has no use for a document type, and one could make a small question large.
  if (body.includes('<!DOCTYPE')) throw new Fault('không nhận DOCTYPE');
  const parsed = (await parseStringPromise(body, READING).catch(
    () => null,
  )) as ParsedElement | null;
  if (parsed === null) throw new Fault('không phải XML');

  const envelope = elementOf(parsed);
  const soapBody = envelope.children.find((child) => is(child, ENVELOPE_NAMESPACE, 'Body'));
  if (!is(envelope, ENVELOPE_NAMESPACE, 'Envelope') || soapBody === undefined) {
    throw new Fault('không phải SOAP 1.1');
  }
  const [question, ...more] = soapBody.children;
  if (question === undefined || more.length > 0 || !is(question, SERVICE_NAMESPACE, operation)) {
    throw new Fault(`chỉ có nghiệp vụ ${operation}`);
  }
  return question;
}

function is(element: Element, namespace: string, name: string): boolean {
  return element.namespace === namespace && element.name === name;
}

function elementOf(parsed: ParsedElement): Element {
  return {
    name: parsed.$ns?.local ?? parsed['#name'],
    namespace: parsed.$ns?.uri ?? '',
    text: parsed._ ?? '',
    children: (parsed.$$ ?? []).map(elementOf),
  };
}

function send(response: Response, status: number, content: string): void {
  response
    .status(status)
    .type('text/xml; charset=utf-8')
    .send(
      '<?xml version="1.0" encoding="UTF-8"?>' +
        `<soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}"><soap:Body>${content}</soap:Body></soap:Envelope>`,
    );
}

function escaped(text: string): string {
  return text.replace(/[<>&]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : '&amp;',
  );
}
