import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import {
  startPopulationDatabase,
  type PopulationDatabase,
} from '../../adapters/sandbox/population-database.ts';
import { registerFromTruth } from '../../adapters/sandbox/province.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { many, one } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { sound, startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { run, type MonthRun } from '../support/month.ts';
import { TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

// `an-sinh verify payees` as it is called, with every request counted on the way to the services: what it
// says that it asked is what they were asked, and after a power cut nobody of whom there is proof is asked
// about again.

const SAMPLES = join('test', 'fixtures', 'sample-province');

describe('an-sinh verify payees', () => {
  const test = useDatabase();
  let home = '';
  let population: PopulationDatabase;
  let directory: BankDirectory;
  const proxies: FaultProxy[] = [];
  /** How often the population service was asked about each citizen number. */
  const askedAbout = new Map<string, number>();
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'an-sinh-payees-'));
    await registerFromTruth({
      home,
      peoplePath: join(SAMPLES, 'dan-cu.json'),
      accountsPath: join(SAMPLES, 'tai-khoan.json'),
    });
    population = await startPopulationDatabase({ home });
    directory = await startBankDirectory({ home });
    for (const url of [population.populationUrl, directory.directoryUrl]) {
      proxies.push(await startFaultProxy(url));
    }
    const [persons, accounts] = proxies as [FaultProxy, FaultProxy];
    environment = {
      AN_SINH_ENVIRONMENT: 'sandbox',
      PROVINCE_CODE: '40',
      OFFICER: 'CB-01',
      UNIT_CODE: '40',
      POPULATION_URL: persons.url,
      CIVIL_STATUS_URL: population.civilStatusUrl,
      POPULATION_SERVICE_CODE: 'TEST',
      DIRECTORY_PROTOCOL: 'json',
      DIRECTORY_URL: accounts.url,
    };
    const maker = test().context({ actor: SANDBOX_PERSONS.maker, at: '2026-11-15T02:00:00Z' });
    await setUpSandbox(maker, TOWN_SCOPE);
    await importList(maker, csvRecipientList, {
      content: createReadStream(join('test', 'fixtures', 'lists', 'danh-sach-2026-11.csv')),
      name: 'danh-sach-2026-11.csv',
      period: TOWN_PERIOD,
      provinceCode: '40',
      strict: true,
    });
    await assessPeriod(maker, { period: TOWN_PERIOD, assessedOn: plainDate('2026-11-30') });
  });
  after(async () => {
    for (const proxy of proxies) await proxy.stop();
    await population.stop();
    await directory.stop();
    await rm(home, { recursive: true });
  });

  const verify = (): Promise<MonthRun> =>
    run(['verify', 'payees', '--period', TOWN_PERIOD], { home, url: test().url, environment });
  const requests = (): number => proxies.reduce((sum, { count }) => sum + count, 0);
  /** Notes whom a request is about, and passes it on. */
  const noting: FaultProxy['fault'] = async (passing) => {
    const [, number = ''] = /(0\d{11})/.exec(passing.request) ?? [];
    askedAbout.set(number, (askedAbout.get(number) ?? 0) + 1);
    await sound(passing);
  };
  const proven = async (): Promise<string[]> => {
    const rows = await many<{ number: string }>(
      test().db,
      `select distinct k.key as number from verification v
         join recipient_key k using (recipient_id)
        where v.subject = 'recipient' and k.kind = 'citizen_number'`,
    );
    return rows.map(({ number }) => number);
  };
  const printed = ({ stdout }: MonthRun, name: string): number =>
    Number(new RegExp(`${name} +([\\d.]+)$`, 'm').exec(stdout)?.[1]?.replaceAll('.', ''));

  it('asks nobody again of whom there was proof when its process was killed', async () => {
    const [persons] = proxies as [FaultProxy];
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli.ts', 'verify', 'payees', '--period', TOWN_PERIOD],
      {
        env: {
          PATH: process.env.PATH,
          AN_SINH_HOME: home,
          DATABASE_URL: test().url,
          ...environment,
        },
        stdio: 'ignore',
      },
    );
    const ended = once(child, 'close');
    let isDead = false;
    persons.fault = async (passing) => {
      if (!isDead && passing.count % 50 === 0) {
        const { n } = await one<{ n: bigint }>(test().db, 'select count(*) as n from verification');
        if (n > 0n) isDead = child.kill('SIGKILL');
      }
      if (!isDead) await noting(passing);
      else passing.response.destroy();
    };
    const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    expect(signal).to.equal('SIGKILL');
    const before = await proven();
    expect(before.length).to.be.greaterThan(500);

    persons.fault = noting;
    const from = requests();
    const resumed = await verify();
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(before.filter((number) => askedAbout.get(number) !== 1)).to.deep.equal([]);
    const { n } = await one<{ n: bigint }>(test().db, 'select count(*) as n from recipient');
    expect((await proven()).length).to.equal(Number(n));
    // What it says that it asked is what came through.
    expect(printed(resumed, 'requests made')).to.equal(requests() - from);
    expect(printed(resumed, 'requests failed')).to.equal(0);
    expect(printed(resumed, 'questions')).to.be.greaterThan(printed(resumed, 'requests made'));
  });

  it('says what failed, and counts findings by their kind and what they hold', async () => {
    const [, accounts] = proxies as [FaultProxy, FaultProxy];
    const again = await verify();
    expect(again.code).to.equal(0);
    for (const one of ['questions', 'requests made', 'requests failed', 'not answered']) {
      expect(printed(again, one), one).to.equal(0);
    }
    const open = await many<{ code: string; severity: string; n: bigint }>(
      test().db,
      `select code, severity, count(*) as n from finding where closed_at is null group by 1, 2`,
    );
    expect(open.length).to.be.greaterThan(5);
    for (const { code, severity, n } of open) {
      expect(again.stdout).to.match(new RegExp(`^${code} +${severity} +${grouped(n)} +0 `, 'm'));
    }
    expect(again.stdout).to.not.match(/\b0\d{11}\b/);

    // Everything has grown too old, and the directory fails in the first call about accounts.
    await many(
      test().owner,
      `update verification set checked_at = checked_at - interval '400 days'`,
    );
    let isFirst = true;
    accounts.fault = async (passing) => {
      if (!isFirst) return sound(passing);
      isFirst = false;
      passing.answer({ status: 500, type: 'application/json', body: '{}' });
    };
    const from = requests();
    const failing = await verify();
    expect(printed(failing, 'requests made')).to.equal(requests() - from);
    expect(printed(failing, 'requests failed')).to.equal(1);
    const unanswered = printed(failing, 'not answered');
    expect(unanswered).to.be.greaterThan(1).and.lessThan(printed(failing, 'questions'));
  });
});
