import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonDirectory } from '../../adapters/account-directory/json-directory.ts';
import { populationDatabase } from '../../adapters/identity/population-database.ts';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import {
  startPopulationDatabase,
  type PopulationDatabase,
} from '../../adapters/sandbox/population-database.ts';
import { registerFromTruth } from '../../adapters/sandbox/province.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { listFiles } from '../../src/compose.ts';
import { cashDifferences } from '../../src/intake/cash-report.sql.ts';
import { checkCashReport } from '../../src/intake/check-cash-report.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { registerDeaths } from '../../src/intake/register-deaths.flow.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { many, type Db, type Tx } from '../../src/platform/db.ts';
import { findingCounts } from '../../src/verification/verification.sql.ts';
import { verifyPeriod, type VerifiedPeriod } from '../../src/verification/verify-period.flow.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone } from '../support/refused.ts';
import { ASKER, TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

// The sample province: a list of two thousand people, and two services that say otherwise of some of
// them. What differs was planted, and stands in a list of its own: nothing of it may be missed.

const SAMPLES = join('test', 'fixtures', 'sample-province');
/** The day on which the services were read. */
const AT = '2026-11-15T02:00:00Z';

interface Expected {
  readonly enrolment_ref: string;
  readonly check: string;
  readonly finding: string;
  readonly severity: string;
  readonly listed: string;
  readonly truth: string;
}

describe('the sample province', () => {
  const test = useDatabase();
  let home = '';
  let population: PopulationDatabase;
  let directory: BankDirectory;
  let expected: Expected[] = [];
  let verified: VerifiedPeriod;

  const act = () => test().context({ actor: SANDBOX_PERSONS.maker, at: AT });
  const services = () => {
    const { identity, civilStatus } = populationDatabase({
      url: population.populationUrl,
      civilStatusUrl: population.civilStatusUrl,
      serviceCode: 'TEST',
    });
    return { identity, civilStatus, accounts: jsonDirectory({ url: directory.directoryUrl }) };
  };
  const verify = (): Promise<VerifiedPeriod> =>
    verifyPeriod(act(), services(), { period: TOWN_PERIOD, asker: ASKER });

  before(async () => {
    const text = await readFile(join(SAMPLES, 'expected-findings.csv'), 'utf8');
    expected = parse<Expected>(text, { columns: true });
    home = await mkdtemp(join(tmpdir(), 'sample-province-'));
    await registerFromTruth({
      home,
      peoplePath: join(SAMPLES, 'dan-cu.json'),
      accountsPath: join(SAMPLES, 'tai-khoan.json'),
    });
    population = await startPopulationDatabase({ home });
    directory = await startBankDirectory({ home });

    await setUpSandbox(act(), TOWN_SCOPE);
    await importList(act(), csvRecipientList, {
      content: createReadStream(join('test', 'fixtures', 'lists', 'danh-sach-2026-11.csv')),
      name: 'danh-sach-2026-11.csv',
      period: TOWN_PERIOD,
      provinceCode: '40',
      strict: true,
    });
    const until = plainDate('2026-11-15');
    await registerDeaths(act(), services().civilStatus, { ...TOWN_SCOPE, until, asker: ASKER });
    // By the end of the month every benefit month of unemployment that begins in it has begun.
    const assessedOn = plainDate('2026-11-30');
    await assessPeriod(act(), { period: TOWN_PERIOD, assessedOn });
    verified = await verify();
  });

  after(async () => {
    await population.stop();
    await directory.stop();
    await rm(home, { recursive: true });
  });

  /** What was found, as the file of expected findings names it. */
  async function found(db: Db | Tx = test().db): Promise<string[]> {
    const rows = await many<{ told: string }>(
      db,
      `select r.asked_of || ' ' || f.code || ' ' || f.severity || ' '
              || (select min(e.enrolment_ref) from enrolment e
                   where e.recipient_id = f.recipient_id) as told
         from finding f join finding_rule r using (code)
        where f.closed_at is null and r.asked_of in ('population', 'bank', 'civil-status',
                                                      'cross-check')`,
    );
    return rows.map(({ told }) => told).sort();
  }

  /** The civil-status register belongs to the population service, and its own name says who told us. */
  const toldBy = ({ check, finding }: Expected): string =>
    finding.includes('DECEASED') ? 'civil-status' : check;

  /** What the post office reports is a file of its own, and is held against the list below. */
  const planted = (): string[] =>
    expected
      .filter(({ check, severity }) => check !== 'cash-report' && severity !== 'none')
      .map((one) => `${toldBy(one)} ${one.finding} ${one.severity} ${one.enrolment_ref}`)
      .sort();

  const differences = (reported: readonly string[]): { missed: string[]; falsely: string[] } => ({
    missed: planted().filter((one) => !reported.includes(one)),
    falsely: reported.filter((one) => !planted().includes(one)),
  });

  it('has every finding that was planted, by the check that is named, and no other', async () => {
    expect(differences(await found())).to.deep.equal({ missed: [], falsely: [] });
    expect(planted().length).to.be.greaterThan(100);
  });

  it('makes of assistance and merit what the list has, arrears and all, but of the dead', async () => {
    const rows = await many<Record<string, unknown>>(
      test().db,
      `select programme, due = listed as same, reason, count(*) as people
         from (select e.programme, a.recipient_id, a.amount_vnd as due, a.reason,
                      sum(l.listed_vnd) as listed
                 from listing l
                 join enrolment e using (recipient_id, enrolment_ref)
                 join assessment a on a.recipient_id = l.recipient_id and a.period = l.period
                                  and a.programme = e.programme
                where e.programme in ('social_assistance', 'merit')
                group by 1, 2, 3, 4) each
        group by 1, 2, 3 order by 1, 2`,
    );
    expect(rows).to.deep.equal([
      { programme: 'merit', same: false, reason: 'deceased', people: 2n },
      { programme: 'merit', same: true, reason: null, people: 298n },
      { programme: 'social_assistance', same: true, reason: null, people: 900n },
    ]);
  });

  it('would name what a check has missed or found falsely, whichever check it is', async () => {
    const codes = new Set(planted().map((one) => one.split(' ')[1] ?? ''));
    expect(codes.size).to.be.greaterThan(20);
    for (const code of codes) {
      await plantedAndUndone(test().owner, async (blind) => {
        const of = `from finding where code = :code and closed_at is null`;
        await many(
          blind,
          `update finding set closed_at = now()
            where closed_at is null and code = :code
              and recipient_id = (select min(recipient_id) ${of})`,
          { code },
        );
        const { missed, falsely } = differences(await found(blind));
        expect(missed.length, code).to.be.greaterThan(0);
        expect(missed.every((one) => one.split(' ')[1] === code)).to.equal(true);
        expect(falsely).to.deep.equal([]);
      });
    }
    const [first = ''] = await found();
    const another = first.replace(/\S+$/, '40.TGXH.999999');
    expect(differences([...(await found()), another]).falsely).to.deep.equal([another]);
  });

  it('reports nothing of what only looks different', async () => {
    const alike = new Set(
      expected.filter(({ severity }) => severity === 'none').map((one) => one.enrolment_ref),
    );
    expect(alike.size).to.equal(15);
    const reported = await found();
    expect(reported.filter((one) => alike.has(one.split(' ')[3] ?? ''))).to.deep.equal([]);
  });

  it('finds what the post office reports otherwise than the list, and no other', async () => {
    const name = 'chi-tra-buu-dien-2026-11.csv';
    const path = join(SAMPLES, name);
    const { fileId, ...checked } = await checkCashReport(act(), listFiles, {
      content: createReadStream(path),
      name,
      period: TOWN_PERIOD,
      source: 'Bưu điện tỉnh',
      provinceCode: '40',
    });
    expect(checked).to.include({ listed: 602n, rows: 602n, differences: 3n, unchanged: false });
    const lines = (await readFile(path, 'utf8')).split('\n');
    const found = await cashDifferences(test().db, { fileId, atMost: 100 });
    // Of a row that no list has it is told where it stands, and not what it says.
    const reported = found.map(({ rowNo, code, enrolmentRef, listedVnd, reportedVnd }) =>
      [
        enrolmentRef || lines[Number(rowNo) - 1]?.split(',')[1],
        code,
        listedVnd ?? '',
        reportedVnd ?? '',
      ].join(' '),
    );
    const planted = expected
      .filter(({ check }) => check === 'cash-report')
      .map((one) => `${one.enrolment_ref} ${one.finding} ${one.listed} ${one.truth}`);
    expect(planted).to.have.length(3);
    expect(reported).to.have.members(planted);
  });

  it('counts what was found and what was asked, and has an answer to every question', async () => {
    const counts = await findingCounts(test().db, { period: TOWN_PERIOD });
    const { count, proven, doubtful, refused } = {
      count: counts.filter(({ severity }) => severity === 'block').length,
      ...verified,
    };
    expect(count).to.be.greaterThan(5);
    expect(verified.unknown).to.equal(0);
    expect(verified.reused).to.equal(0n);
    expect(proven + doubtful + refused).to.equal(verified.questions);
  });

  it('keeps both sides of a doubt, for the person who decides', async () => {
    const sides = await many(
      test().db,
      `select f.told from finding f join enrolment e using (recipient_id)
        where e.enrolment_ref in ('40.HTXH.000170', '40.HTXH.000005', '40.TGXH.000658')
          and f.code not in ('AMOUNT_DIFFERS')
        order by e.enrolment_ref`,
    );
    expect(sides).to.deep.equal([
      {
        told: {
          listed: 'NGUYEN CONG TANG THIEN NHAN KHANG',
          answered: 'NGUYEN CONG TANG THIEN NH',
        },
      },
      { told: { listed: 'Trần Thị Lài', answered: 'Trần Thị Lái' } },
      { told: { listed: '040316750972', answered: '040316782648' } },
    ]);
  });

  it('asks nobody when it is verified again, and changes nothing', async () => {
    const before = await stateHash(test().db);
    expect(await verify()).to.include({ recipients: 0, questions: 0 });
    expect(await stateHash(test().db)).to.equal(before);
  });
});
