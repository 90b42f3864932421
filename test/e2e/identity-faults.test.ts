import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { jsonDirectory } from '../../adapters/account-directory/json-directory.ts';
import { payeeVerification } from '../../adapters/account-directory/payee-verification.ts';
import type { CallCounts, CallLimits } from '../../adapters/http/bounded-client.ts';
import { populationDatabase } from '../../adapters/identity/population-database.ts';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import {
  startPopulationDatabase,
  type PopulationDatabase,
} from '../../adapters/sandbox/population-database.ts';
import { firstDay, lastDay, period } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { callsWithin } from '../../src/operations/provider-calls.flow.ts';
import type { IdentityQuestion } from '../../src/verification/evidence.ts';
import { matchNames } from '../../src/verification/name-match.ts';
import { useDatabase } from '../support/database.ts';
import { sound, startFaultProxy, type Fault, type FaultProxy } from '../support/fault-proxy.ts';
import {
  aboutAccount,
  aboutPerson,
  citizen,
  collected,
  FULL_NAME,
  held,
  homeWith,
  inOneChunk,
  registered,
} from '../support/small-registers.ts';

// The faults F30 to F39 of the fault matrix: what the registers may do to us, done by a proxy between
// us and the registers of the sandbox. Every test asks first through a sound proxy, so that what
// follows can only be the fault's doing.

const PURPOSE = { officer: 'cb-07', unitCode: '40-1', purpose: 'chi trả 2026-11' };
const SPAN = {
  provinceCode: '40',
  from: firstDay(period('2026-11')),
  until: lastDay(period('2026-11')),
};

describe('faults of the registers', () => {
  const test = useDatabase();
  const many = Array.from({ length: 60 }, (_, no) => no);
  const FEW = many.slice(0, 10);
  let home = '';
  let register: PopulationDatabase;
  let bank: BankDirectory;
  const proxies: FaultProxy[] = [];

  before(async () => {
    home = await homeWith(
      [
        ...many.map((no) => registered(no)),
        registered(70, { status: 'deceased', died_on: '2026-11-03' }),
        registered(71, { full_name: FULL_NAME.normalize('NFD') }),
        registered(72, { full_name: 'NGUYEN THI MINH HOA' }),
        registered(73, { full_name: 'Nguyễn Thị Hoa Minh' }),
        registered(74, { full_name: 'Nguyễn Thị Minh Hoà' }),
      ],
      many.map((no) => held(no)),
    );
    register = await startPopulationDatabase({ home });
    bank = await startBankDirectory({ home });
  });
  after(async () => {
    await register.stop();
    await bank.stop();
    await rm(home, { recursive: true });
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });

  async function proxied(upstream: string): Promise<FaultProxy> {
    const proxy = await startFaultProxy(upstream);
    proxies.push(proxy);
    return proxy;
  }

  function lookUps(
    proxy: FaultProxy,
    limits: CallLimits = {},
  ): (...questions: IdentityQuestion[]) => Promise<string[]> {
    const { identity } = populationDatabase({
      url: proxy.url,
      civilStatusUrl: proxy.url,
      serviceCode: 'ASXH',
      ...limits,
    });
    return async (...questions) => {
      const answers = await collected(identity.lookUp(inOneChunk(...questions), PURPOSE));
      return answers.map(({ outcome }) => outcome);
    };
  }

  async function people(limits: CallLimits = {}): Promise<{
    proxy: FaultProxy;
    ask: (...questions: IdentityQuestion[]) => Promise<string[]>;
  }> {
    const proxy = await proxied(register.populationUrl);
    const ask = lookUps(proxy, limits);
    expect(await ask(aboutPerson(1))).to.deep.equal(['found']);
    return { proxy, ask };
  }

  it('F30 slow and silent answers end in time, and asking pauses', async () => {
    const told: string[] = [];
    const { proxy } = await people();
    const ask = lookUps(proxy, {
      timeoutMs: 40,
      concurrency: 4,
      outage: { failures: 8, pauseMs: 10, patienceMs: 20 },
      tell: (state) => told.push(state),
    });
    proxy.fault = () => undefined;
    const outcomes = await ask(...many.map((no) => aboutPerson(no)));
    expect(new Set(outcomes)).to.deep.equal(new Set(['unavailable']));
    expect(proxy.count).to.be.lessThan(many.length);
    expect(told).to.deep.equal(['down']);
  });

  it('F31 429 and 503 are heeded, and a quota is never passed, not even after a crash', async () => {
    const calls: CallCounts = { made: 0, failed: 0 };
    const { proxy, ask } = await people({ calls });
    const times: number[] = [];
    proxy.fault = async (passing) => {
      times.push(performance.now());
      const answer = await passing.forward();
      const busy = times.length === 1;
      passing.answer(
        busy ? { ...answer, status: 503 } : answer,
        busy ? { 'retry-after': '1' } : {},
      );
    };
    expect(await ask(aboutPerson(2))).to.deep.equal(['found']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).to.be.greaterThan(990);
    expect(calls).to.deep.equal({ made: 3, failed: 1 });

    const quota = () => callsWithin(test().context(), { provider: 'identity', perDay: 5 });
    const counted = await proxied(register.populationUrl);
    const first = await lookUps(counted, { quota: quota() })(
      ...[1, 2, 3].map((no) => aboutPerson(no)),
    );
    // Another process begins where the first one was killed.
    const second = await lookUps(counted, { quota: quota() })(
      ...[4, 5, 6].map((no) => aboutPerson(no)),
    );
    expect([...first, ...second].filter((outcome) => outcome === 'found')).to.have.length(5);
    expect(counted.count).to.equal(5);
  });

  it('F31 no more is asked at once, and no more in a second, than was agreed', async () => {
    for (const [url, directoryWith] of [
      [
        bank.payeeUrl,
        (at: string, limits: CallLimits) => payeeVerification({ url: at, ...limits }),
      ],
      [
        register.populationUrl,
        (at: string, limits: CallLimits) => ({
          async *verify() {
            const { identity } = populationDatabase({
              ...{ url: at, civilStatusUrl: at, serviceCode: 'ASXH' },
              ...limits,
            });
            yield* identity.lookUp(inOneChunk(...FEW.map((no) => aboutPerson(no))), PURPOSE);
          },
        }),
      ],
    ] as const) {
      const between = await proxied(url);
      const at: number[] = [];
      let inside = 0;
      let most = 0;
      between.fault = async ({ forward, answer }) => {
        at.push(performance.now());
        most = Math.max(most, (inside += 1));
        // Whoever would come at the same time has come by then.
        const told = await forward();
        for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
        inside -= 1;
        answer(told);
      };
      const ask = async (limits: CallLimits): Promise<number> => {
        const questions = inOneChunk(...FEW.map((no) => aboutAccount(no)));
        const chunks: AsyncIterable<readonly { outcome: string }[]> = directoryWith(
          between.url,
          limits,
        ).verify(questions);
        const answers = await collected(chunks);
        return answers.filter(({ outcome }) => outcome !== 'unavailable').length;
      };
      expect(await ask({ concurrency: 3 })).to.equal(FEW.length);
      expect(most).to.equal(3);
      at.length = 0;
      expect(await ask({ concurrency: 8, perSecond: 40 })).to.equal(FEW.length);
      // Nine pauses of 25 ms between ten calls; a timer may be a millisecond early.
      expect((at.at(-1) ?? 0) - (at[0] ?? 0)).to.be.greaterThan(9 * 25 - 10);
    }
  });

  it('F32 500, 200 with a fault inside and pages of HTML are never a match', async () => {
    const { proxy, ask } = await people();
    const faults: Fault[] = [
      async ({ forward, answer }) => {
        answer({ ...(await forward()), status: 500 });
      },
      async ({ forward, answer }) => {
        answer({ ...(await forward('<no-soap/>')), status: 200 });
      },
      ({ answer }) => {
        answer({ status: 200, type: 'text/html', body: '<html>found</html>' });
      },
      ({ answer }) => {
        answer({ status: 200, type: 'text/xml', body: '<html>found</html>' });
      },
      ({ answer }) => {
        answer({ status: 200, type: 'text/xml', body: '' });
      },
      async ({ forward, answer }) => {
        const { body, ...rest } = await forward();
        answer({ ...rest, body: body.slice(0, -20) });
      },
    ];
    for (const fault of faults) {
      proxy.fault = fault;
      expect(await ask(aboutPerson(2))).to.deep.equal(['unavailable']);
    }
    proxy.fault = sound;
    expect(await ask(aboutPerson(2))).to.deep.equal(['found']);
  });

  it('F33 answers about somebody else, or in another order, are rejected', async () => {
    const { proxy, ask } = await people();
    proxy.fault = async ({ request, forward, answer }) => {
      answer(await forward(request.replace(citizen(2), citizen(3))));
    };
    expect(await ask(aboutPerson(2))).to.deep.equal(['unavailable']);

    const swapped: Fault = async ({ forward, answer }) => {
      const { body, ...rest } = await forward();
      const document = JSON.parse(body) as { results: unknown[] };
      document.results.reverse();
      answer({ ...rest, body: JSON.stringify(document) });
    };
    for (const [url, directoryAt] of [
      [bank.directoryUrl, (at: string) => jsonDirectory({ url: at })],
      [bank.payeeUrl, (at: string) => payeeVerification({ url: at, accountsInACall: 400 })],
    ] as const) {
      const between = await proxied(url);
      const outcomes = async (): Promise<string[]> => {
        const questions = inOneChunk(aboutAccount(1), aboutAccount(2));
        const answers = await collected(directoryAt(between.url).verify(questions));
        return answers.map(({ outcome, number }) => `${outcome} ${number}`);
      };
      expect(await outcomes()).to.deep.equal(['answered match', 'answered match']);
      between.fault = swapped;
      expect(await outcomes()).to.deep.equal(Array(2).fill('unavailable not-possible'));
    }
  });

  it('F34 what is answered otherwise a second later is told as it is, never remembered', async () => {
    const { proxy, ask } = await people();
    proxy.fault = async ({ request, forward, answer }) => {
      const { body, ...rest } = await forward(request);
      answer({ ...rest, body: body.replace(/<CongDan>.*<\/CongDan>/, '') });
    };
    expect(await ask(aboutPerson(1))).to.deep.equal(['not-found']);
    proxy.fault = sound;
    expect(await ask(aboutPerson(1))).to.deep.equal(['found']);
  });

  it('F35 a name written otherwise is the same; one in another order goes to a person', async () => {
    const proxy = await proxied(register.populationUrl);
    const { identity } = populationDatabase({
      url: proxy.url,
      civilStatusUrl: proxy.url,
      serviceCode: 'ASXH',
    });
    const questions = [71, 72, 73, 74].map((no) => aboutPerson(no));
    const answers = await collected(identity.lookUp(inOneChunk(...questions), PURPOSE));
    expect(
      answers.map(({ person }) => matchNames(FULL_NAME, person?.fullName ?? '')),
    ).to.deep.equal(['same', 'same', 'doubtful', 'not']);
  });

  it('F36 an address of before the merger is handed over as it was told, and proves nothing', async () => {
    const proxy = await proxied(register.populationUrl);
    proxy.fault = async ({ forward, answer }) => {
      const { body, ...rest } = await forward();
      answer({ ...rest, body: body.replace('16681', '00004') });
    };
    const { identity } = populationDatabase({
      url: proxy.url,
      civilStatusUrl: proxy.url,
      serviceCode: 'ASXH',
    });
    const [answer] = await collected(identity.lookUp(inOneChunk(aboutPerson(1)), PURPOSE));
    expect(answer?.person).to.include({ communeCode: '00004', citizenNumber: citizen(1) });
  });

  it('F37 no redirect is followed, and nobody but the host that was named is asked', async () => {
    const { proxy, ask } = await people();
    const elsewhere = await proxied(register.populationUrl);
    for (const status of [301, 302, 303, 307, 308]) {
      proxy.fault = ({ answer }) => {
        answer({ status, type: 'text/xml', body: '' }, { location: elsewhere.url });
      };
      expect(await ask(aboutPerson(2))).to.deep.equal(['unavailable']);
    }
    expect(elsewhere.count).to.equal(0);
  });

  it('F38 a death that is told and taken back is told both times, whole or not at all', async () => {
    const proxy = await proxied(register.civilStatusUrl);
    const { civilStatus } = populationDatabase({
      url: proxy.url,
      civilStatusUrl: proxy.url,
      serviceCode: 'ASXH',
    });
    const told = async (): Promise<string[]> => {
      const deaths = await collected(civilStatus.deaths(SPAN, PURPOSE));
      return deaths.map(({ citizenNumber }) => citizenNumber);
    };
    expect(await told()).to.deep.equal([citizen(70)]);
    proxy.fault = async ({ forward, answer }) => {
      const { body, ...rest } = await forward();
      answer({ ...rest, body: body.replace(/<NguoiMat>.*<\/NguoiMat>/, '') });
    };
    // One line less than was declared is no correction.
    expect(await told().catch((error: unknown) => (error as Refusal).code)).to.equal(
      'control-totals-disagree',
    );
    proxy.fault = async ({ forward, answer }) => {
      const { body, ...rest } = await forward();
      answer({
        ...rest,
        body: body.replace(/<NguoiMat>.*<\/NguoiMat><TongSo>1/, '<TongSo>0'),
      });
    };
    expect(await told()).to.deep.equal([]);
  });

  it('F39 down for the whole window: nothing is proven, few are asked, and people are told', async () => {
    const told: string[] = [];
    const { proxy, ask } = await people({
      concurrency: 2,
      outage: { failures: 4, pauseMs: 5, patienceMs: 10 },
      tell: (state) => told.push(state),
    });
    proxy.fault = async ({ forward, answer }) => {
      answer({ ...(await forward()), status: 502 });
    };
    const asked = proxy.count;
    const outcomes = await ask(...many.map((no) => aboutPerson(no)));
    expect(new Set(outcomes)).to.deep.equal(new Set(['unavailable']));
    expect(proxy.count - asked).to.be.lessThan(many.length / 2);
    expect(told).to.deep.equal(['down']);

    proxy.fault = sound;
    let outcome: string | undefined;
    for (let tries = 0; tries < 100_000 && outcome !== 'found'; tries += 1) {
      [outcome] = await ask(aboutPerson(1));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told).to.deep.equal(['down', 'up']);
  });
});
