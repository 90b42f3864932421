import { expect } from 'chai';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { atMost, inOrder } from '../../adapters/http/bounded-client.ts';
import {
  populationDatabase,
  type PopulationDatabaseOptions,
} from '../../adapters/identity/population-database.ts';
import type { Death } from '../../src/intake/civil-status.port.ts';
import { period, plainDate, firstDay, lastDay } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { IdentityAnswer, IdentityQuestion } from '../../src/verification/evidence.ts';

type Answering = (request: string, response: ServerResponse, seen: Seen) => void;

interface Seen {
  readonly path: string;
  /** How many requests there have been, this one included. */
  readonly count: number;
}

const PURPOSE = { officer: 'cb-07', unitCode: '01-00004', purpose: 'chi trả 2026-11' };
const SPAN = {
  provinceCode: '01',
  from: firstDay(period('2026-11')),
  until: lastDay(period('2026-11')),
};
const NAME = 'Nguyễn Thị Hoa';

function question(no: number): IdentityQuestion {
  return {
    requestId: `2611-${no}-R-1`,
    citizenNumber: `0011500${String(no).padStart(5, '0')}`,
    fullName: NAME,
    birth: no % 2 === 0 ? '1950-02-28' : '1950',
  };
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* chunksOf<Item>(...chunks: (readonly Item[])[]): AsyncGenerator<readonly Item[]> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

function field(name: string, body: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
}

function soap(operation: string, content: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>' +
    `<${operation} xmlns="http://dancuquocgia.bca">${content}</${operation}></Body></Envelope>`
  );
}

function person(citizenNumber: string, born = '<NgayThangNam>19500228</NgayThangNam>'): string {
  return (
    `<CongDan><SoDinhDanh>${citizenNumber}</SoDinhDanh>` +
    '<HoVaTen><Ho>Nguyễn</Ho><ChuDem> Thị  Kim </ChuDem><Ten>Hoa</Ten></HoVaTen>' +
    `<GioiTinh>2</GioiTinh><NgayThangNamSinh>${born}</NgayThangNamSinh>` +
    '<ThuongTru><MaTinhThanh>01</MaTinhThanh><MaPhuongXa>00004</MaPhuongXa></ThuongTru></CongDan>'
  );
}

function found(request: string): string {
  return soap(
    'TraCuuThongTinCongDanResponse',
    `<MaYeuCau>${field('MaYeuCau', request)}</MaYeuCau>` + person(field('SoDinhDanh', request)),
  );
}

function deaths(request: string, numbers: readonly string[], declared = numbers.length): string {
  return soap(
    'DanhSachKhaiTuResponse',
    `<MaYeuCau>${field('MaYeuCau', request)}</MaYeuCau>` +
      numbers
        .map(
          (number) =>
            `<NguoiMat><SoDinhDanh>${number}</SoDinhDanh><NgayMat>20261103</NgayMat></NguoiMat>`,
        )
        .join('') +
      `<TongSo>${declared}</TongSo>`,
  );
}

function xml(response: ServerResponse, body: string | Buffer, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(body);
}

describe('populationDatabase', () => {
  const servers: Server[] = [];
  let requests: string[] = [];

  async function serve(answering: Answering): Promise<string> {
    requests = [];
    const mine = requests;
    const server = createServer((request: IncomingMessage, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        mine.push(body);
        answering(body, response, { path: request.url ?? '', count: mine.length });
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tra-cuu?ma=1`;
  }

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  function database(
    url: string,
    options: Partial<PopulationDatabaseOptions> = {},
  ): ReturnType<typeof populationDatabase> {
    return populationDatabase({ url, civilStatusUrl: url, serviceCode: 'ASXH', ...options });
  }

  function lookUp(
    url: string,
    chunks: (readonly IdentityQuestion[])[],
    options: Partial<PopulationDatabaseOptions> = {},
  ): Promise<(readonly IdentityAnswer[])[]> {
    const { identity } = database(url, options);
    return collected(identity.lookUp(chunksOf(...chunks), PURPOSE));
  }

  async function deathsFrom(url: string): Promise<Death[]> {
    const { civilStatus } = database(url, { timeoutMs: 200 });
    return (await collected(civilStatus.deaths(SPAN, PURPOSE))).flat();
  }

  it('asks what the service expects, and reads what it knows', async () => {
    let sent = '';
    const url = await serve((request, response, { path }) => {
      expect(path).to.equal('/tra-cuu?ma=1');
      sent = found(request);
      xml(response, sent);
    });
    const odd = { ...question(2), fullName: "H' Đặng <Y> & Kơ" };
    const [[answer] = []] = await lookUp(url, [[odd]]);

    expect(requests[0]).to.include(
      '<MaYeuCau>2611-2-R-1</MaYeuCau><MaDVC>ASXH</MaDVC><MaTichHop>037</MaTichHop>' +
        '<MaCanBo>cb-07</MaCanBo><MaDonVi>01-00004</MaDonVi><SoDinhDanh>001150000002</SoDinhDanh>' +
        '<HoVaTen>H&apos; ĐẶNG &lt;Y&gt; &amp; KƠ</HoVaTen>' +
        '<NgayThangNamSinh><NgayThangNam>19500228</NgayThangNam></NgayThangNamSinh>',
    );
    expect(answer).to.deep.equal({
      requestId: '2611-2-R-1',
      outcome: 'found',
      person: {
        citizenNumber: '001150000002',
        fullName: 'Nguyễn Thị Kim Hoa',
        birth: '1950-02-28',
        communeCode: '00004',
      },
      answerHash: createHash('sha256').update(sent).digest('hex'),
    });
  });

  it('knows a birth by its year only, prefixes, and fields we do not need', async () => {
    const url = await serve((request, response) => {
      const number = field('SoDinhDanh', request);
      expect(request).to.include('<NgayThangNamSinh><Nam>1950</Nam></NgayThangNamSinh>');
      xml(
        response,
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="http://dancuquocgia.bca">' +
          '<s:Header/><s:Body><b:TraCuuThongTinCongDanResponse>' +
          `<MaYeuCau>${field('MaYeuCau', request)}</MaYeuCau>` +
          person(number, '<Nam>1950</Nam>').replace('<GioiTinh>', '<DanToc>01</DanToc><GioiTinh>') +
          '</b:TraCuuThongTinCongDanResponse></s:Body></s:Envelope>',
      );
    });
    const [[answer] = []] = await lookUp(url, [[question(1)]]);
    expect(answer?.person?.birth).to.equal('1950');
  });

  it('says not found only when the answer to this very request has no record', async () => {
    const url = await serve((request, response) => {
      const id = request.includes('2611-1-') ? field('MaYeuCau', request) : '2611-9-R-1';
      xml(response, soap('TraCuuThongTinCongDanResponse', `<MaYeuCau>${id}</MaYeuCau>`));
    });
    const [answers = []] = await lookUp(url, [[question(1), question(2)]]);
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal(['not-found', 'unavailable']);
    expect(answers[0]?.answerHash).to.match(/^[0-9a-f]{64}$/);
  });

  it('keeps the order of questions while answers overtake each other', async () => {
    // Every answer waits until four requests are there, and is then given last come, first served:
    // without four at once nothing would ever be answered.
    const held: (() => void)[] = [];
    let most = 0;
    const url = await serve((request, response) => {
      held.push(() => {
        xml(response, found(request));
      });
      most = Math.max(most, held.length);
      if (held.length === 4) for (const answer of held.splice(0).reverse()) answer();
    });
    const all = Array.from({ length: 40 }, (_, no) => question(no));
    const chunks = [all.slice(0, 3), all.slice(3, 3), all.slice(3, 21), all.slice(21)];
    const answers = await lookUp(url, chunks, { concurrency: 4 });

    expect(answers.map((chunk) => chunk.length)).to.deep.equal(chunks.map((c) => c.length));
    expect(answers.flat().map(({ requestId }) => requestId)).to.deep.equal(
      all.map(({ requestId }) => requestId),
    );
    expect(answers.flat().every(({ outcome }) => outcome === 'found')).to.equal(true);
    expect(most).to.equal(4);
  });

  it('asks nothing more once the reader has stopped', async () => {
    const url = await serve((request, response) => {
      xml(response, found(request));
    });
    const chunk = Array.from({ length: 50 }, (_, no) => question(no));
    let given = 0;
    let returned = false;
    async function* questions(): AsyncGenerator<readonly IdentityQuestion[]> {
      try {
        for (;;) {
          given += 1;
          yield await Promise.resolve(chunk);
        }
      } finally {
        returned = true;
      }
    }
    const { identity } = database(url, { concurrency: 2 });
    for await (const answers of identity.lookUp(questions(), PURPOSE)) {
      expect(answers.length).to.equal(50);
      break;
    }
    expect({ given, returned }).to.deep.equal({ given: 2, returned: true });
    expect(requests.length).to.be.lessThan(60);
  });

  // Every way of not answering (F30 to F37). The first row is the planted twin: the same server
  // with a sound answer is found, so a row below can only be unavailable for its own fault.
  const good = found;
  const faults: readonly (readonly [fault: string, expected: string, answering: Answering])[] = [
    [
      'none',
      'found',
      (request, response) => {
        xml(response, good(request));
      },
    ],
    ['F30 silence', 'unavailable', () => undefined],
    [
      'F30 head and then silence',
      'unavailable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.write('<Env');
      },
    ],
    [
      'F30 an answer that drips',
      'unavailable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
    [
      'F31 429 twice',
      'unavailable',
      (request, response) => {
        xml(response, good(request), 429);
      },
    ],
    [
      'F31 429 then 200',
      'found',
      (request, response, { count }) => {
        xml(response, good(request), count === 1 ? 429 : 200);
      },
    ],
    [
      'F31 503 with Retry-After then 200',
      'found',
      (request, response, { count }) => {
        response.setHeader('retry-after', '1');
        xml(response, good(request), count === 1 ? 503 : 200);
      },
    ],
    [
      'F31 503 with a Retry-After beyond us',
      'unavailable',
      (request, response, { count }) => {
        response.setHeader('retry-after', '3600');
        xml(response, good(request), count === 1 ? 503 : 200);
      },
    ],
    [
      'F32 500',
      'unavailable',
      (request, response) => {
        xml(response, good(request), 500);
      },
    ],
    [
      'F32 404',
      'unavailable',
      (request, response) => {
        xml(response, good(request), 404);
      },
    ],
    [
      'F32 204',
      'unavailable',
      (_, response) => {
        response.writeHead(204).end();
      },
    ],
    [
      'F32 fault with 200',
      'unavailable',
      (_, response) => {
        xml(response, soap('Fault', '<faultcode>Server</faultcode>'));
      },
    ],
    [
      'F32 error beside the request id',
      'unavailable',
      (request, response) => {
        const id = `<MaYeuCau>${field('MaYeuCau', request)}</MaYeuCau>`;
        xml(response, soap('TraCuuThongTinCongDanResponse', `${id}<MaLoi>99</MaLoi>`));
      },
    ],
    [
      'F32 page of HTML',
      'unavailable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>bảo trì</html>');
      },
    ],
    [
      'F32 HTML said to be XML',
      'unavailable',
      (_, response) => {
        xml(response, '<html><body>bảo trì</body></html>');
      },
    ],
    [
      'F32 no media type',
      'unavailable',
      (request, response) => {
        response.writeHead(200).end(good(request));
      },
    ],
    [
      'F32 another character set',
      'unavailable',
      (request, response) => {
        response.writeHead(200, { 'content-type': 'text/xml; charset=windows-1258' });
        response.end(good(request));
      },
    ],
    [
      'F32 empty answer',
      'unavailable',
      (_, response) => {
        xml(response, '');
      },
    ],
    [
      'F33 record of another person',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace(field('SoDinhDanh', request), '001150099999'));
      },
    ],
    [
      'F33 answer to another request',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace('2611-2-R-1', '2611-4-R-1'));
      },
    ],
    [
      'F33 two records',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace('</CongDan>', `</CongDan>${person('001150000002')}`));
      },
    ],
    [
      'F34 two answers in one document',
      'unavailable',
      (request, response) => {
        xml(response, good(request) + good(request).replace(/<\?xml.*?\?>/, ''));
      },
    ],
    [
      'day the calendar has not',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace('19500228', '19500230'));
      },
    ],
    [
      'cut in the middle, declared so',
      'unavailable',
      (request, response) => {
        xml(response, good(request).slice(0, -20));
      },
    ],
    [
      'cut in the middle by the network',
      'unavailable',
      (request, response) => {
        const body = Buffer.from(good(request));
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length });
        response.write(body.subarray(0, -20), () => response.socket?.destroy());
      },
    ],
    [
      'broken connection, then an answer',
      'found',
      (request, response, { count }) => {
        if (count === 1) response.socket?.destroy();
        else xml(response, good(request));
      },
    ],
    [
      'entity',
      'unavailable',
      (request, response) => {
        const doctype = '?><!DOCTYPE Envelope [<!ENTITY ten "Hoa">]>';
        xml(response, good(request).replace('?>', doctype).replace('>Hoa<', '>&ten;<'));
      },
    ],
    [
      'number in two pieces',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace('001150', '001<!--x-->150'));
      },
    ],
    [
      'huge answer',
      'unavailable',
      (request, response) => {
        xml(response, good(request).replace('<CongDan>', `${' '.repeat(300_000)}<CongDan>`));
      },
    ],
    [
      'bytes that are no UTF-8',
      'unavailable',
      (request, response) => {
        xml(response, Buffer.from(good(request).replace('Nguyễn', 'Nguy\u00ean'), 'latin1'));
      },
    ],
  ];
  for (const [fault, expected, answering] of faults) {
    it(`answers ${expected} for: ${fault}`, async () => {
      const url = await serve(answering);
      const [answers = []] = await lookUp(url, [[question(2)]], { timeoutMs: 250 });
      expect(answers.map(({ requestId, outcome }) => ({ requestId, outcome }))).to.deep.equal([
        { requestId: '2611-2-R-1', outcome: expected },
      ]);
      expect(answers[0]?.person === null).to.equal(expected === 'unavailable');
      // One more try and never a third, and none where the answer would be the same.
      expect(requests.length).to.be.within(1, 2);
      if (/^F30|^F32|^F33/.test(fault)) expect(requests.length).to.equal(1);
    });
  }

  it('does not follow a redirect (F37)', async () => {
    const elsewhere = await serve((request, response) => {
      xml(response, found(request));
    });
    const there = requests;
    const url = await serve((_, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    });
    const [[answer] = []] = await lookUp(url, [[question(2)]]);
    expect(answer?.outcome).to.equal('unavailable');
    expect(there).to.deep.equal([]);
    expect((await lookUp(elsewhere, [[question(2)]]))[0]?.[0]?.outcome).to.equal('found');
  });

  it('refuses a certificate that nobody has vouched for (F37)', async () => {
    const { key, certificate } = selfSigned();
    let questions = 0;
    const server = createTlsServer({ key, cert: certificate }, (_, response) => {
      questions += 1;
      response.writeHead(200).end();
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const [[answer] = []] = await lookUp(`https://127.0.0.1:${port}/`, [[question(2)]]);
    expect(answer?.outcome).to.equal('unavailable');
    expect(questions).to.equal(0);

    // The twin: who does not check certificates is answered, so it was the check that refused.
    const careless = tlsRequest({ host: '127.0.0.1', port, rejectUnauthorized: false }).end();
    await once(careless, 'response');
    expect(questions).to.equal(1);
    careless.destroy();
  });

  it('is unavailable when nobody listens, and found once somebody does', async () => {
    const url = await serve((request, response) => {
      xml(response, found(request));
    });
    const { identity } = database(url);
    const first = await collected(identity.lookUp(chunksOf([question(2)]), PURPOSE));
    expect(first[0]?.[0]?.outcome).to.equal('found');
    const [server] = servers;
    const { port } = server?.address() as AddressInfo;
    server?.closeAllConnections();
    server?.close();
    const second = await collected(identity.lookUp(chunksOf([question(2)]), PURPOSE));
    expect(second[0]?.[0]?.outcome).to.equal('unavailable');
    const again = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        xml(response, found(body));
      });
    }).listen(port, '127.0.0.1');
    servers.push(again);
    await once(again, 'listening');
    const third = await collected(identity.lookUp(chunksOf([question(2)]), PURPOSE));
    expect(third[0]?.[0]?.outcome).to.equal('found');
  });

  it('stops asking a counterpart that is down, and notices when it is back (F39)', async () => {
    let up = false;
    const url = await serve((request, response) => {
      xml(response, found(request), up ? 200 : 500);
    });
    const outage = { failures: 4, pauseMs: 30, patienceMs: 60 };
    const { identity } = database(url, { concurrency: 2, outage });
    const many = Array.from({ length: 500 }, (_, no) => question(no));

    const down = await collected(identity.lookUp(chunksOf(many), PURPOSE));
    expect(down.flat().every(({ outcome }) => outcome === 'unavailable')).to.equal(true);
    expect(requests.length).to.be.within(5, 200);

    // Twin: without the guard each of the 500 would have been asked.
    up = true;
    const asked = requests.length;
    const unguarded = { failures: 1_000, pauseMs: 30, patienceMs: 60 };
    await lookUp(url, [many], { concurrency: 2, outage: unguarded });
    expect(requests.length - asked).to.equal(500);

    // Callers who come back find it up within a pause.
    let last: string | undefined;
    for (let tries = 0; tries < 10_000 && last !== 'found'; tries += 1) {
      const back = await collected(identity.lookUp(chunksOf([question(2)]), PURPOSE));
      last = back[0]?.[0]?.outcome;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(last).to.equal('found');
    const after = await collected(identity.lookUp(chunksOf(many), PURPOSE));
    expect(after.flat().every(({ outcome }) => outcome === 'found')).to.equal(true);
  });

  it('does not put a question that has no form', async () => {
    const url = await serve((request, response) => {
      xml(response, found(request));
    });
    const [answers = []] = await lookUp(url, [
      [
        { ...question(2), birth: '1950-02-30' },
        { ...question(2), birth: '' },
        { ...question(2), fullName: 'A\u0000B' },
      ],
    ]);
    expect(answers.map(({ outcome, answerHash }) => outcome + answerHash)).to.deep.equal(
      Array<string>(3).fill('unavailable'),
    );
    expect(requests).to.deep.equal([]);
  });

  it('calls only http and https addresses without a password in them', () => {
    for (const url of ['', 'ftp://127.0.0.1/', 'file:///etc/hostname', 'http://a:b@127.0.0.1/']) {
      expect(() => database(url), url)
        .to.throw(Refusal)
        .that.includes({ code: 'configuration-wrong' });
    }
  });

  describe('civilStatus', () => {
    const numbers = Array.from({ length: 2_500 }, (_, no) => question(no).citizenNumber);

    it('gives the deaths of a span in chunks', async () => {
      const url = await serve((request, response) => {
        xml(response, deaths(request, numbers));
      });
      const { civilStatus } = database(url);
      const chunks = await collected(civilStatus.deaths(SPAN, PURPOSE));
      expect(chunks.map((chunk) => chunk.length)).to.deep.equal([1_000, 1_000, 500]);
      expect(chunks.flat()[0]).to.deep.equal({
        citizenNumber: numbers[0],
        diedOn: plainDate('2026-11-03'),
      });
      expect(requests[0]).to.include(
        '<MaCanBo>cb-07</MaCanBo><MaDonVi>01-00004</MaDonVi><MaTinhThanh>01</MaTinhThanh>' +
          '<TuNgay>20261101</TuNgay><DenNgay>20261130</DenNgay>',
      );
    });

    it('gives none when there are none', async () => {
      const url = await serve((request, response) => {
        xml(response, deaths(request, []));
      });
      expect(await deathsFrom(url)).to.deep.equal([]);
    });

    const refusals: readonly (readonly [string, Refusal['code'], Answering])[] = [
      [
        'one line less than declared',
        'control-totals-disagree',
        (request, response) => {
          xml(response, deaths(request, numbers.slice(1), numbers.length));
        },
      ],
      [
        'one line more than declared',
        'control-totals-disagree',
        (request, response) => {
          xml(response, deaths(request, numbers, numbers.length - 1));
        },
      ],
      ['silence', 'counterpart-silent', () => undefined],
      [
        '500',
        'counterpart-silent',
        (request, response) => {
          xml(response, deaths(request, numbers), 500);
        },
      ],
      [
        'another request',
        'counterpart-silent',
        (request, response) => {
          xml(response, deaths(request.replace(/<MaYeuCau>./, '<MaYeuCau>x'), numbers));
        },
      ],
      [
        'a day outside the span',
        'counterpart-silent',
        (request, response) => {
          xml(response, deaths(request, numbers).replace('20261103', '20261203'));
        },
      ],
      [
        'a day the calendar has not',
        'counterpart-silent',
        (request, response) => {
          xml(response, deaths(request, numbers).replace('20261103', '20261131'));
        },
      ],
      [
        'a cut answer',
        'counterpart-silent',
        (request, response) => {
          xml(response, deaths(request, numbers).slice(0, -30));
        },
      ],
      [
        'a page of HTML',
        'counterpart-silent',
        (_, response) => {
          response.writeHead(200, { 'content-type': 'text/html' }).end('<html/>');
        },
      ],
    ];
    for (const [fault, code, answering] of refusals) {
      it(`refuses ${fault} with ${code}, and names nobody`, async () => {
        const url = await serve(answering);
        const error: unknown = await deathsFrom(url).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(Refusal).and.include({ code });
        const told = `${String((error as Refusal).stack)} ${JSON.stringify((error as Refusal).facts)}`;
        for (const number of numbers) expect(told).not.to.include(number);
        expect(told).not.to.include('cb-07');
      });
    }
  });
});

describe('inOrder', () => {
  it('hands on what breaks the questions, after the answers before it', async () => {
    async function* questions(): AsyncGenerator<readonly number[]> {
      yield await Promise.resolve([1]);
      yield [2];
      yield [3];
      throw new Error('the list broke off');
    }
    const answers: (readonly number[])[] = [];
    const error: unknown = await (async () => {
      for await (const chunk of inOrder(questions(), 1, (c) => Promise.resolve(c))) {
        answers.push(chunk);
      }
    })().catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('the list broke off');
    expect(answers).to.deep.equal([[1], [2]]);
  });

  it('keeps as many questions on their way as it may, and no more', async () => {
    let read = 0;
    async function* questions(): AsyncGenerator<readonly number[]> {
      for (;;) yield await Promise.resolve([(read += 1)]);
    }
    let taken = 0;
    for await (const answer of inOrder(questions(), 10, (chunk) => Promise.resolve(chunk))) {
      taken += 1;
      expect(answer).to.deep.equal([taken]);
      expect(read - taken).to.equal(9);
      if (taken === 100) break;
    }
  });
});

describe('atMost', () => {
  const { signal } = new AbortController();

  it('begins in order, never more than allowed, also after a failure', async () => {
    const turns = atMost(3);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const works = Array.from({ length: 20 }, (_, no) =>
      turns(async () => {
        begun.push(no);
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (no % 5 === 0) throw new Error('no luck');
      }, signal),
    );
    const results = await Promise.allSettled(works);
    expect(results.filter(({ status }) => status === 'rejected').length).to.equal(4);
    expect(begun).to.deep.equal(Array.from({ length: 20 }, (_, no) => no));
    expect(most).to.equal(3);
  });

  it('does not begin what is no longer wanted', async () => {
    const turns = atMost(1);
    const stopping = new AbortController();
    let begun = 0;
    const works = Array.from({ length: 3 }, () =>
      turns(() => {
        begun += 1;
        stopping.abort();
        return Promise.resolve();
      }, stopping.signal),
    );
    const results = await Promise.allSettled(works);
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(begun).to.equal(1);
  });
});

/** A certificate for 127.0.0.1 that is signed by nobody else, made afresh. */
function selfSigned(): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const name = der(
    0x30,
    der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('127.0.0.1')))),
  );
  const span = [Buffer.from('200101000000Z'), Buffer.from('491231235959Z')];
  const content = der(
    0x30,
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(0x30, ...span.map((date) => der(0x17, date))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  return { key: pem(privateKey), certificate: signed(content, algorithm, privateKey) };
}

function signed(content: Buffer, algorithm: Buffer, key: KeyObject): string {
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, key)]);
  const bytes = der(0x30, content, algorithm, der(0x03, signature));
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
