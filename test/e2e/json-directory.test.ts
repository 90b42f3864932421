import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  jsonDirectory,
  type JsonDirectoryOptions,
} from '../../adapters/account-directory/json-directory.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';

interface Asked {
  requestId: string;
  accounts: {
    id: string;
    bankBin: string;
    accountNumber: string;
    citizenNumber: string;
    holderName: string;
  }[];
}

interface Answered {
  requestId: string;
  results: { id: string; account: string; number: string; name: string; code: string }[];
}

type Answering = (asked: Asked, response: ServerResponse, count: number) => void;

const NOTHING_KNOWN = {
  outcome: 'unavailable',
  account: 'unknown',
  number: 'not-possible',
  name: 'not-possible',
  rawCode: '',
  answerHash: '',
};

function question(no: number): AccountQuestion {
  return {
    requestId: `2026-11/${no}/account/1`,
    bankBin: '970425',
    accountNumber: String(1_000_000_000 + no),
    citizenNumber: `0011500${String(no).padStart(5, '0')}`,
    holderName: 'Nguyễn Thị Hoa',
  };
}

function questions(count: number): AccountQuestion[] {
  return Array.from({ length: count }, (_, no) => question(no));
}

/** A directory in which the accounts with an even number are closed. */
function answered({ requestId, accounts }: Asked): Answered {
  const results = accounts.map(({ id, accountNumber }) =>
    Number(accountNumber) % 2 === 0
      ? { id, account: 'closed', number: 'match', name: 'close', code: 'ACCOUNT_CLOSED' }
      : { id, account: 'open', number: 'match', name: 'match', code: '' },
  );
  return { requestId, results };
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function* chunksOf<Item>(...chunks: (readonly Item[])[]): AsyncGenerator<readonly Item[]> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

describe('jsonDirectory', () => {
  const servers: Server[] = [];
  let requests: Asked[] = [];

  async function serve(answering: Answering): Promise<string> {
    requests = [];
    const mine = requests;
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const asked = JSON.parse(body) as Asked;
        mine.push(asked);
        answering(asked, response, mine.length);
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tai-khoan`;
  }

  async function verify(
    url: string,
    chunks: (readonly AccountQuestion[])[],
    options: Partial<JsonDirectoryOptions> = {},
  ): Promise<(readonly AccountAnswer[])[]> {
    const answers: (readonly AccountAnswer[])[] = [];
    for await (const chunk of jsonDirectory({ url, ...options }).verify(chunksOf(...chunks))) {
      answers.push(chunk);
    }
    return answers;
  }

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('asks what the directory expects, and reads what it knows', async () => {
    const url = await serve((asked, response) => {
      json(response, answered(asked));
    });
    const [answers = []] = await verify(url, [[question(0), question(1)]]);

    expect(requests[0]?.accounts[0]).to.deep.equal({
      id: '2026-11/0/account/1',
      bankBin: '970425',
      accountNumber: '1000000000',
      citizenNumber: '001150000000',
      holderName: 'Nguyễn Thị Hoa',
    });
    // The evidence of one account is its result in canonical JSON, and nothing about the others.
    const evidence =
      '{"account":"closed","code":"ACCOUNT_CLOSED","id":"2026-11/0/account/1",' +
      '"name":"close","number":"match"}';
    expect(answers[0]).to.deep.equal({
      requestId: '2026-11/0/account/1',
      outcome: 'answered',
      account: 'closed',
      number: 'match',
      name: 'close',
      rawCode: 'ACCOUNT_CLOSED',
      answerHash: createHash('sha256').update(evidence).digest('hex'),
    });
    expect(answers[1]).to.include({ outcome: 'answered', account: 'open', rawCode: '' });
  });

  it('asks about at most 500 accounts in a call, and answers chunk for chunk', async () => {
    const url = await serve((asked, response) => {
      json(response, answered(asked));
    });
    const all = questions(2_002);
    const chunks = [all.slice(0, 1_001), [], all.slice(1_001, 1_501), all.slice(1_501)];
    const answers = await verify(url, chunks);

    expect(answers.map((chunk) => chunk.length)).to.deep.equal([1_001, 0, 500, 501]);
    expect(answers.flat().map(({ requestId }) => requestId)).to.deep.equal(
      all.map(({ requestId }) => requestId),
    );
    const sizes = requests.map(({ accounts }) => accounts.length);
    expect(sizes.toSorted((a, b) => a - b)).to.deep.equal([1, 1, 500, 500, 500, 500]);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).to.equal(6);
  });

  it('keeps the order of questions while answers overtake each other', async () => {
    // Nothing is answered until three calls are there, and then the last comes first.
    const held: (() => void)[] = [];
    const url = await serve((asked, response) => {
      held.push(() => {
        json(response, answered(asked));
      });
      if (held.length === 3) for (const answer of held.splice(0).reverse()) answer();
    });
    const all = questions(3_000);
    const chunks = [all.slice(0, 1_000), all.slice(1_000)];
    const answers = await verify(url, chunks, { concurrency: 3 });
    expect(answers.flat().map(({ requestId }) => requestId)).to.deep.equal(
      all.map(({ requestId }) => requestId),
    );
    expect(answers.flat().every(({ outcome }) => outcome === 'answered')).to.equal(true);
  });

  it('loses only the call that went wrong', async () => {
    const url = await serve((asked, response) => {
      const wrong = asked.accounts[0]?.id === '2026-11/500/account/1';
      json(response, answered(asked), wrong ? 500 : 200);
    });
    const [answers = []] = await verify(url, [questions(1_500)]);
    const lost = answers.flatMap(({ outcome }, no) => (outcome === 'unavailable' ? [no] : []));
    expect(lost).to.deep.equal(Array.from({ length: 500 }, (_, i) => 500 + i));
    expect(answers[500]).to.deep.equal({ requestId: '2026-11/500/account/1', ...NOTHING_KNOWN });
  });

  // The first row is the planted twin: the same server, answering soundly, is believed.
  const changed = (change: (answer: Answered) => unknown): Answering => {
    return (asked, response) => {
      const answer = answered(asked);
      const result: unknown = change(answer);
      json(response, result ?? answer);
    };
  };
  const first = (change: object): Answering =>
    changed(({ results }) => {
      Object.assign(results[0] ?? {}, change);
    });
  const faults: readonly (readonly [fault: string, expected: string, answering: Answering])[] = [
    ['none', 'answered', changed(() => undefined)],
    ['F30 silence', 'unavailable', () => undefined],
    [
      'F30 an answer that drips',
      'unavailable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
    [
      'F31 429 then 200',
      'answered',
      (asked, response, count) => {
        json(response, answered(asked), count === 1 ? 429 : 200);
      },
    ],
    [
      'F31 503 twice',
      'unavailable',
      (asked, response) => {
        json(response, answered(asked), 503);
      },
    ],
    [
      'F32 500',
      'unavailable',
      (asked, response) => {
        json(response, answered(asked), 500);
      },
    ],
    ['F32 200 with an error', 'unavailable', changed(() => ({ error: 'busy' }))],
    ['F32 error beside the results', 'unavailable', changed((a) => ({ ...a, error: 'partial' }))],
    [
      'F32 page of HTML',
      'unavailable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html/>');
      },
    ],
    [
      'F32 HTML said to be JSON',
      'unavailable',
      (_, response) => {
        json(response, '<html/>');
      },
    ],
    [
      'F32 empty answer',
      'unavailable',
      (_, response) => {
        json(response, '');
      },
    ],
    ['F33 answer to another request', 'unavailable', changed((a) => ({ ...a, requestId: 'x' }))],
    [
      'F33 swapped results',
      'unavailable',
      changed(({ results }) => {
        results.reverse();
      }),
    ],
    [
      'F33 a result missing',
      'unavailable',
      changed(({ results }) => {
        results.pop();
      }),
    ],
    [
      'F33 a result twice',
      'unavailable',
      changed(({ results }) => {
        results.push(...results.slice(0, 1));
      }),
    ],
    ['F33 a result about another account', 'unavailable', first({ id: '2026-11/9/account/1' })],
    ['no results', 'unavailable', changed((a) => ({ ...a, results: [] }))],
    ['a word that is not of the protocol', 'unavailable', first({ number: 'probably' })],
    ['a field that is not of the protocol', 'unavailable', first({ balance: '5' })],
    ['a field missing', 'unavailable', first({ name: undefined })],
    ['a sentence for a code', 'unavailable', first({ code: 'holder is Hoa' })],
    [
      'a cut answer',
      'unavailable',
      (asked, response) => {
        json(response, JSON.stringify(answered(asked)).slice(0, -2));
      },
    ],
    [
      'two answers',
      'unavailable',
      (asked, response) => {
        json(response, JSON.stringify(answered(asked)).repeat(2));
      },
    ],
    [
      'huge answer',
      'unavailable',
      (asked, response) => {
        json(response, JSON.stringify(answered(asked)) + ' '.repeat(500_000));
      },
    ],
    [
      'a redirect',
      'unavailable',
      (_, response) => {
        response.writeHead(307, { location: '/tai-khoan' }).end();
      },
    ],
  ];
  for (const [fault, expected, answering] of faults) {
    it(`answers ${expected} for: ${fault}`, async () => {
      const url = await serve(answering);
      const [answers = []] = await verify(url, [questions(2)], { timeoutMs: 250 });
      expect(answers.map(({ outcome }) => outcome)).to.deep.equal([expected, expected]);
      if (expected === 'unavailable') {
        expect(answers).to.deep.equal(
          questions(2).map(({ requestId }) => ({ requestId, ...NOTHING_KNOWN })),
        );
      }
      expect(requests.length).to.equal(fault.startsWith('F31') ? 2 : 1);
    });
  }

  it('calls only http and https addresses without a password in them', () => {
    for (const url of ['', 'ftp://127.0.0.1/', 'http://a:b@127.0.0.1/']) {
      expect(() => jsonDirectory({ url }), url)
        .to.throw(Refusal)
        .that.includes({ code: 'configuration-wrong' });
    }
  });
});
