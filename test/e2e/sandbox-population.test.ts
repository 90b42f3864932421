import { expect } from 'chai';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStringPromise } from 'xml2js';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import {
  startPopulationDatabase,
  type PopulationDatabase,
} from '../../adapters/sandbox/population-database.ts';
import { startSandbox } from '../../adapters/sandbox/process.ts';
import {
  sandboxPeople,
  writeSandboxProvince,
  type PlantedFinding,
  type SandboxPerson,
} from '../../adapters/sandbox/province.ts';

const PROVINCE = { seed: 4, recipients: 1_000, period: '2026-12' };

describe('the registers of the sandbox', () => {
  const people = [...sandboxPeople(PROVINCE)];
  let home = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await writeSandboxProvince({ ...PROVINCE, home, listPath: join(home, 'list.csv') });
  });
  after(async () => {
    await rm(home, { recursive: true });
  });

  describe('population database', () => {
    let database: PopulationDatabase;
    before(async () => {
      database = await startPopulationDatabase({ home });
    });
    after(() => database.stop());

    it('answers a look-up with the person, whatever prefixes the question uses', async () => {
      const person = personWith(null, ({ rows }) => birthOf(rows).length === 10);
      const { status, body } = await lookUp(lookUpOf(person, { prefix: 'dc' }));

      expect(status).to.equal(200);
      const record = person.registered[0];
      const [family, ...more] = (record?.full_name ?? '').split(' ');
      expect(body.TraCuuThongTinCongDanResponse).to.deep.equal({
        $: { xmlns: 'http://dancuquocgia.bca' },
        MaYeuCau: 'K2612-&-1',
        CongDan: {
          SoDinhDanh: record?.citizen_id,
          HoVaTen: { Ho: family, ChuDem: more.slice(0, -1).join(' '), Ten: more.at(-1) },
          GioiTinh: record?.sex === 'male' ? '1' : '2',
          NgayThangNamSinh: { NgayThangNam: record?.birth_date?.replaceAll('-', '') },
          ThuongTru: { MaTinhThanh: '40', MaPhuongXa: record?.residence.commune_code },
        },
      });
    });

    it('knows only the year of birth of some', async () => {
      const person = personWith(null, ({ rows }) => birthOf(rows).length === 4);
      const { body } = await lookUp(lookUpOf(person));
      expect(body.TraCuuThongTinCongDanResponse.CongDan.NgayThangNamSinh).to.deep.equal({
        Nam: birthOf(person.rows),
      });
    });

    it('answers with what the register says, not with what was asked', async () => {
      const person = personWith('POP_NAME_DIFFERS');
      const { body } = await lookUp(lookUpOf(person));
      const { Ho, ChuDem, Ten } = body.TraCuuThongTinCongDanResponse.CongDan.HoVaTen;
      expect(`${Ho} ${ChuDem} ${Ten}`).to.equal(person.registered[0]?.full_name);
      expect(`${Ho} ${ChuDem} ${Ten}`).not.to.equal(person.rows[0]?.[3]);
    });

    for (const planted of ['POP_ID_NOT_FOUND', 'POP_DECEASED_BEFORE_PERIOD'] as const) {
      it(`answers without a person, and without a reason: ${planted}`, async () => {
        const { status, body } = await lookUp(lookUpOf(personWith(planted)));
        expect(status).to.equal(200);
        expect(body.TraCuuThongTinCongDanResponse).to.deep.equal({
          $: { xmlns: 'http://dancuquocgia.bca' },
          MaYeuCau: 'K2612-&-1',
        });
      });
    }

    it('refuses every question that is not exactly as it wants it', async () => {
      const right = lookUpOf(personWith(null));
      const wrong: [string, string][] = [
        ['a field is missing', right.replace(/<MaCanBo>.*<\/MaCanBo>/, '')],
        ['a field is empty', right.replace(/<MaDonVi>.*<\/MaDonVi>/, '<MaDonVi/>')],
        ['a field is unknown', right.replace('</HoVaTen>', '</HoVaTen><DanToc>1</DanToc>')],
        [
          'a field comes last',
          right.replace(/(<MaDVC>.*<\/MaDVC>)(<MaTichHop>.*?\/Ma.*?>)/, '$2$1'),
        ],
        ['another integration code', right.replace('>037<', '>038<')],
        ['a number of 11 digits', right.replace(/<SoDinhDanh>\d/, '<SoDinhDanh>')],
        ['a name in lower case', right.replace(/<HoVaTen>.*<\/HoVaTen>/, '<HoVaTen>Lê</HoVaTen>')],
        ['a birth as day and year', right.replace('<NgayThangNamSinh>', '$&<Nam>1950</Nam>')],
        ['another operation', right.replaceAll('TraCuuThongTinCongDan', 'XacThucThongTinCongDan')],
        ['another namespace', right.replace('http://dancuquocgia.bca', 'http://example.vn')],
        ['no envelope', right.replaceAll('Envelope', 'Letter')],
        ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${right}`],
        ['no XML', 'SoDinhDanh=1'],
        ['too long', right.replace('<MaDVC>', `<MaDVC>${'x'.repeat(20_000)}`)],
      ];
      expect((await lookUp(right)).status).to.equal(200);
      for (const [what, question] of wrong) {
        expect(question, what).not.to.equal(right);
        const { status, body, text } = await lookUp(question);
        expect(status, what).to.equal(500);
        expect(body['soap:Fault'].faultcode, what).to.match(/^soap:(Client|Server)$/);
        expect(text, what).not.to.match(/\d{9}/);
      }
    });

    it('refuses a question that is not sent as XML, and the operation of the other path', async () => {
      const question = lookUpOf(personWith(null));
      const asJson = { 'content-type': 'application/json' };
      expect((await ask(database.populationUrl, question, asJson)).status).to.equal(500);
      expect((await ask(database.civilStatusUrl, question)).status).to.equal(500);
      expect((await ask(database.populationUrl, deathsOf('20261001', '20261130'))).status).to.equal(
        500,
      );
    });

    it('lists the deaths of a province in a span of days, both included', async () => {
      const dead = people.flatMap(({ registered }) =>
        registered.flatMap((record) => (record.died_on === null ? [] : [record])),
      );
      const day = dead[0]?.died_on?.replaceAll('-', '') ?? '';

      const all = await ask(database.civilStatusUrl, deathsOf('20261001', '20261130'));
      const none = await ask(database.civilStatusUrl, deathsOf('20261001', '20261130', '38'));
      const one = await ask(database.civilStatusUrl, deathsOf(day, day));

      expect(dead).to.have.length(5);
      expect(deathsIn(all.body)).to.have.deep.members(
        dead.map((record) => [record.citizen_id, record.died_on?.replaceAll('-', '')]),
      );
      expect(all.body.DanhSachKhaiTuResponse.TongSo).to.equal('5');
      expect(deathsIn(none.body)).to.deep.equal([]);
      expect(none.body.DanhSachKhaiTuResponse.TongSo).to.equal('0');
      expect(deathsIn(one.body)).to.deep.include([dead[0]?.citizen_id, day]);
    });

    it('refuses a span that ends before it begins', async () => {
      const { status } = await ask(database.civilStatusUrl, deathsOf('20261130', '20261001'));
      expect(status).to.equal(500);
    });

    function lookUp(question: string): Promise<SoapAnswer> {
      return ask(database.populationUrl, question);
    }
  });

  describe('bank directory', () => {
    let directory: BankDirectory;
    before(async () => {
      directory = await startBankDirectory({ home });
    });
    after(() => directory.stop());

    const cases: [PlantedFinding | null, Record<string, string>][] = [
      [null, { account: 'open', number: 'match', name: 'match', code: '' }],
      [
        'BANK_ACCOUNT_CLOSED',
        { account: 'closed', number: 'match', name: 'match', code: 'ACCOUNT_CLOSED' },
      ],
      [
        'BANK_OTHER_HOLDER',
        { account: 'open', number: 'no-match', name: 'no-match', code: 'OTHER_HOLDER' },
      ],
      [
        'BANK_ACCOUNT_NOT_FOUND',
        {
          account: 'unknown',
          number: 'not-possible',
          name: 'not-possible',
          code: 'ACCOUNT_NOT_FOUND',
        },
      ],
    ];
    for (const [planted, answer] of cases) {
      it(`answers for ${planted ?? 'a right account'}`, async () => {
        const person = personWith(planted, ({ rows }) => rows[0]?.[20] === 'account');
        const { status, body } = await askAccounts([accountOf(person, 'a')]);
        expect([status, body]).to.deep.equal([
          200,
          { requestId: 'K2612-1', results: [{ id: 'a', ...answer }] },
        ]);
      });
    }

    it('answers in the order of the question, and tells number and name apart', async () => {
      const right = accountOf(
        personWith(null, ({ rows }) => rows[0]?.[20] === 'account'),
        'right',
      );
      const words = right.holderName.split(' ');
      const { body } = await askAccounts([
        { ...right, id: 'another number', citizenNumber: '079150000000' },
        { ...right, id: 'another name', holderName: 'Đỗ Ước Mơ' },
        { ...right, id: 'name in the middle', holderName: [...words, ''].join(' Đông ').trim() },
        { ...right, id: 'no middle name', holderName: `${words[0] ?? ''} ${words.at(-1) ?? ''}` },
        right,
      ]);
      expect((body as Answers).results.map((r) => [r.id, r.number, r.name, r.code])).to.deep.equal([
        ['another number', 'no-match', 'match', 'OTHER_HOLDER'],
        ['another name', 'match', 'no-match', ''],
        ['name in the middle', 'match', 'no-match', ''],
        ['no middle name', 'match', 'close', ''],
        ['right', 'match', 'match', ''],
      ]);
    });

    it('refuses a question of another shape, and repeats nothing of it', async () => {
      const account = accountOf(
        personWith(null, ({ rows }) => rows[0]?.[20] === 'account'),
        'a',
      );
      const questions = [
        { requestId: 'K', accounts: [] },
        { requestId: 'K', accounts: Array.from({ length: 501 }, () => account) },
        { accounts: [account] },
        { requestId: 'K', accounts: [{ ...account, citizenNumber: '1' }] },
        { requestId: 'K', accounts: [{ ...account, amount: 1 }] },
      ];
      for (const question of [...questions.map((q) => JSON.stringify(q)), '{"a":']) {
        const response = await post(directory.directoryUrl, question, {
          'content-type': 'application/json',
        });
        expect([response.status, await response.json()]).to.deep.equal([
          400,
          { error: 'QUESTION_MALFORMED' },
        ]);
      }
    });

    async function askAccounts(accounts: object[]): Promise<{ status: number; body: unknown }> {
      const question = JSON.stringify({ requestId: 'K2612-1', accounts });
      const response = await post(directory.directoryUrl, question, {
        'content-type': 'application/json',
      });
      return { status: response.status, body: await response.json() };
    }
  });

  describe('as a process', () => {
    it('answers where it says, and is gone when stopped', async () => {
      const sandbox = await startSandbox({ home, seed: 4 });
      try {
        const { status } = await ask(sandbox.populationUrl, lookUpOf(personWith(null)));
        const deaths = await ask(sandbox.civilStatusUrl, deathsOf('20261001', '20261130'));
        expect([status, deaths.status]).to.deep.equal([200, 200]);
        expect((await post(sandbox.directoryUrl, '{}', {})).status).to.equal(400);
      } finally {
        await sandbox.stop();
      }
      await sandbox.stop();
      const gone = await post(sandbox.directoryUrl, '{}', {}).catch(() => 'gone');
      expect(gone).to.equal('gone');
    });

    it('that cannot start says why', async () => {
      const broken = await mkdtemp(join(tmpdir(), 'sandbox-'));
      await appendFile(join(broken, 'register.ndjson'), '{}\n');
      const refused = await startSandbox({ home: broken, seed: 4 }).catch((e: unknown) => e);
      await rm(broken, { recursive: true });
      expect(refused).to.be.an('error');
      expect((refused as Error).message).to.match(/^the sandbox ended with 1: [^]*(Error|ENOENT)/);
    });
  });

  function personWith(
    planted: PlantedFinding | null,
    also: (person: SandboxPerson) => boolean = () => true,
  ): SandboxPerson {
    const found = people.find((person) => person.planted === planted && also(person));
    if (found === undefined) throw new Error(`nobody with ${planted ?? 'nothing'} planted`);
    return found;
  }
});

interface Answers {
  results: { id: string; number: string; name: string; code: string }[];
}

/** What stands in an answer, as far as these tests look. */
interface SoapBody {
  TraCuuThongTinCongDanResponse: {
    CongDan: {
      HoVaTen: { Ho: string; ChuDem: string; Ten: string };
      NgayThangNamSinh: object;
    };
  };
  DanhSachKhaiTuResponse: { TongSo: string; NguoiMat?: Dead | Dead[] };
  'soap:Fault': { faultcode: string };
}

interface Dead {
  SoDinhDanh: string;
  NgayMat: string;
}

interface SoapAnswer {
  status: number;
  text: string;
  body: SoapBody;
}

async function ask(
  url: string,
  question: string,
  headers: Record<string, string> = { 'content-type': 'text/xml; charset=utf-8' },
): Promise<SoapAnswer> {
  const response = await post(url, question, headers);
  const text = await response.text();
  expect(response.headers.get('content-type')).to.equal('text/xml; charset=utf-8');
  const parsed = (await parseStringPromise(text, { explicitArray: false })) as {
    'soap:Envelope': { 'soap:Body': SoapBody };
  };
  return { status: response.status, text, body: parsed['soap:Envelope']['soap:Body'] };
}

function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers });
}

function lookUpOf(person: SandboxPerson, { prefix = '' } = {}): string {
  const row = person.rows[0] ?? [];
  const birth = row[4] ?? '';
  const fields = [
    ['MaYeuCau', 'K2612-&amp;-1'],
    ['MaDVC', 'AN-SINH'],
    ['MaTichHop', '037'],
    ['MaCanBo', 'can-bo-1'],
    ['MaDonVi', 'H40'],
    ['SoDinhDanh', row[6] ?? ''],
    ['HoVaTen', (row[3] ?? '').toUpperCase()],
    [
      'NgayThangNamSinh',
      birth.length === 4
        ? `<Nam>${birth}</Nam>`
        : `<NgayThangNam>${birth.replaceAll('-', '')}</NgayThangNam>`,
    ],
  ];
  const content = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
  return prefix === ''
    ? envelope(
        `<TraCuuThongTinCongDan xmlns="http://dancuquocgia.bca">${content}</TraCuuThongTinCongDan>`,
      )
    : envelope(
        `<${prefix}:TraCuuThongTinCongDan xmlns:${prefix}="http://dancuquocgia.bca">` +
          content.replaceAll('</', `</${prefix}:`).replace(/<(?=[A-Z])/g, `<${prefix}:`) +
          `</${prefix}:TraCuuThongTinCongDan>`,
      );
}

function deathsOf(from: string, until: string, province = '40'): string {
  return envelope(
    '<DanhSachKhaiTu xmlns="http://dancuquocgia.bca"><MaYeuCau>K1</MaYeuCau>' +
      `<MaCanBo>can-bo-1</MaCanBo><MaDonVi>H40</MaDonVi><MaTinhThanh>${province}</MaTinhThanh>` +
      `<TuNgay>${from}</TuNgay><DenNgay>${until}</DenNgay></DanhSachKhaiTu>`,
  );
}

function envelope(content: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">\n' +
    `  <s:Body>\n    ${content}\n  </s:Body>\n</s:Envelope>`
  );
}

function deathsIn(body: SoapBody): [string, string][] {
  const dead = [body.DanhSachKhaiTuResponse.NguoiMat ?? []].flat();
  return dead.map((one) => [one.SoDinhDanh, one.NgayMat]);
}

function birthOf(rows: SandboxPerson['rows']): string {
  return rows[0]?.[4] ?? '';
}

function accountOf(
  person: SandboxPerson,
  id: string,
): Record<string, string> & {
  holderName: string;
} {
  const row = person.rows[0] ?? [];
  const guardian = row[25] === '' ? 0 : 1;
  return {
    id,
    bankBin: row[21] ?? '',
    accountNumber: row[23] ?? '',
    citizenNumber: (guardian === 0 ? row[6] : row[26]) ?? '',
    holderName: (guardian === 0 ? row[3] : row[25]) ?? '',
  };
}
