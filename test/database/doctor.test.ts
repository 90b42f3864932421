import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { certificateAlarms } from '../../jobs/alarms.ts';
import { examine, zoneFaults, type Patient } from '../../src/operations/doctor.flow.ts';
import { CHECKS, type CheckName } from '../../src/operations/doctor.ts';
import {
  epochIsHeld,
  excessRights,
  serverFacts,
  sleepingRules,
} from '../../src/operations/doctor.sql.ts';
import { MEASURES, measures } from '../../src/operations/metrics.sql.ts';
import { connectAsOwner, many } from '../../src/platform/db.ts';
import { isEnough, percentFree } from '../../src/platform/machine.ts';
import { metricsText } from '../../src/platform/metrics.ts';
import { makeBankKeys } from '../support/bank-keys.ts';
import { useDatabase } from '../support/database.ts';
import { run } from '../support/month.ts';
import { walkTown } from '../support/town.ts';

// Each check is shown the defect for which it is there.

describe('the doctor', function () {
  this.timeout(60_000);
  const test = useDatabase({ checked: false });
  const home = mkdtempSync(join(tmpdir(), 'an-sinh-doctor-'));
  const key = join(home, 'audit.pem');
  before(() => {
    writeFileSync(key, 'secret', { mode: 0o600 });
  });

  const patient = (of: Partial<Patient> = {}): Patient => ({
    owner: test().owner,
    // The calendar of this year is loaded; the real clock is that of the database.
    clock: () => new Date(),
    home,
    keys: [key],
    keyFolder: undefined,
    ...of,
  });
  const faultsOf = async (
    check: CheckName,
    of: Partial<Patient> = {},
  ): Promise<readonly string[]> =>
    (await examine(patient(of))).find((one) => one.check === check)?.faults ?? ['not looked at'];
  /** The faults while a defect is there; it is taken away again. */
  const withDefect = async (check: CheckName, plant: string, mend: string): Promise<string> => {
    expect(await faultsOf(check)).to.deep.equal([]);
    await many(test().owner, plant);
    const faults = await faultsOf(check);
    await many(test().owner, mend);
    expect(await faultsOf(check)).to.deep.equal([]);
    return faults.join();
  };

  it('finds a sound installation sound, and looks at everything', async () => {
    const found = await examine(patient());
    expect(found.map(({ check }) => check)).to.deep.equal(Object.keys(CHECKS));
    // The server of these tests is careless on purpose, and a disk is what it is.
    const wrong = found.filter(({ faults }) => faults.length > 0).map(({ check }) => check);
    expect(wrong.filter((check) => check !== 'disk' && check !== 'calendar')).to.deep.equal([
      'durability',
    ]);
  });

  it('schema: a migration of another release, and one that is missing', async () => {
    const other = `insert into schema_migration (name, batch, migration_time) values ('9999_later.sql', 1, now())`;
    const gone = `delete from schema_migration where name = '9999_later.sql'`;
    expect(await withDefect('schema', other, gone)).to.equal('+ 9999_later.sql');
    const missing = `update schema_migration set name = '0000_x.sql' where name = '0007_ledger.sql'`;
    const back = `update schema_migration set name = '0007_ledger.sql' where name = '0000_x.sql'`;
    expect(await withDefect('schema', missing, back)).to.equal('- 0007_ledger.sql,+ 0000_x.sql');
  });

  it('calls: a service that may hardly be asked any more today', async () => {
    const plant = `insert into provider_calls (provider, day, agreed, given, last_share)
      values ('identity', (now() at time zone 'Asia/Ho_Chi_Minh')::date, 100, 91, 1)`;
    // At exactly a tenth nothing is wrong yet.
    const mend = `update provider_calls set given = 90`;
    expect(await withDefect('calls', plant, mend)).to.equal('identity 9/100');
  });

  it('schema: a database that has none', async () => {
    const url = test().url.replace(/\/test_\w+/, '/template1');
    const owner = connectAsOwner(url);
    try {
      expect(await examine(patient({ owner }))).to.deep.equal([
        { check: 'schema', faults: ['not installed'] },
      ]);
    } finally {
      await owner.destroy();
    }
  });

  it('durability: a server that may lose what it committed', async () => {
    expect(await faultsOf('durability')).to.include('fsync = off');
    expect((await serverFacts(test().db)).isReplica).to.equal(false);
  });

  it('grants: a right to delete, and a table that the application owns', async () => {
    const right = 'grant delete on file_dispatch to an_sinh_app';
    const back = 'revoke delete on file_dispatch from an_sinh_app';
    expect(await withDefect('grants', right, back)).to.equal('an_sinh_app: file_dispatch');
    const owned = 'create table loose (x int); alter table loose owner to an_sinh_app';
    expect(await withDefect('grants', owned, 'drop table loose')).to.equal('an_sinh_app: loose');
    expect(await excessRights(test().db)).to.deep.equal([]);
  });

  it('constraints: a trigger put to sleep, and a check that was never validated', async () => {
    expect(
      await withDefect(
        'constraints',
        'alter table file_dispatch disable trigger check_dispatch',
        'alter table file_dispatch enable trigger check_dispatch',
      ),
    ).to.equal('file_dispatch.check_dispatch');
    expect(
      await withDefect(
        'constraints',
        'alter table alarm add constraint loose check (alarm_id > 0) not valid',
        'alter table alarm drop constraint loose',
      ),
    ).to.equal('alarm.loose');
  });

  it('indexes: one that a failed build left (F20)', async () => {
    const set = (valid: boolean): string =>
      `update pg_index set indisvalid = ${valid} where indexrelid = 'due_units'::regclass`;
    expect(await withDefect('indexes', set(false), set(true))).to.equal('due_units');
    expect(await sleepingRules(test().db)).to.deep.equal([]);
  });

  it('clock: one that is more than 30 seconds off, either way', async () => {
    for (const seconds of [40, -40]) {
      const clock = (): Date => new Date(Date.now() + seconds * 1000);
      expect(await faultsOf('clock', { clock })).to.have.length(1);
    }
  });

  it('zone: a day that is another one', async () => {
    expect((await serverFacts(test().db)).dayInVietnam).to.equal('2026-03-01');
    expect(zoneFaults('2026-02-28')).to.deep.equal(['2026-02-28']);
  });

  it('disk: one that is not there, one that cannot be written, one that is nearly full', async () => {
    expect(await faultsOf('disk', { home: join(home, 'none') })).to.deep.equal(['ENOENT']);
    expect(await faultsOf('disk', { home: '/proc' })).to.not.deep.equal([]);
    expect([isEnough(9), isEnough(10)]).to.deep.equal([false, true]);
    expect(await percentFree(home)).to.be.within(0, 100);
  });

  it('keys: one that is missing, one that others read, a certificate that ends', async () => {
    expect(await faultsOf('keys', { keys: [join(home, 'none.pem')] })).to.deep.equal([
      'none.pem: ENOENT',
    ]);
    chmodSync(key, 0o644);
    expect(await faultsOf('keys')).to.deep.equal(['audit.pem: chmod 600']);
    chmodSync(key, 0o600);
    // Those that a test makes are good for a day.
    const { folder } = await makeBankKeys();
    const faults = await faultsOf('keys', { keyFolder: folder });
    expect(faults.map((fault) => fault.split(' ')[0])).to.deep.equal(['cms.crt', 'tls.crt']);
    // The timetable tells of them in time as well, and of none that are good for long.
    const told = await certificateAlarms(folder, new Date());
    expect(told.map(({ kind }) => kind)).to.deep.equal([
      'certificate-ending',
      'certificate-ending',
    ]);
    expect(told[0]?.subject).to.match(/^certificate\/cms\.crt\/20/);
    const earlier = new Date(Date.now() - 60 * 86_400_000);
    expect(await certificateAlarms(folder, earlier)).to.deep.equal([]);
  });

  it('calendar: a year whose days off are not loaded', async () => {
    expect(
      await faultsOf('calendar', { clock: () => new Date('2098-12-05T00:00:00Z') }),
    ).to.deep.equal(['2098', '2099']);
    expect(
      await faultsOf('calendar', { clock: () => new Date('2026-11-05T00:00:00Z') }),
    ).to.deep.equal([]);
  });

  it('epoch: a restore that nobody has released', async () => {
    expect(
      await withDefect(
        'epoch',
        `insert into epoch (epoch_no, cause, begun_at) values (2, 'restored', now())`,
        'delete from epoch where epoch_no = 2',
      ),
    ).to.equal('held');
    expect(await epochIsHeld(test().db)).to.equal(false);
  });

  it('says so at a terminal, in two languages, and ends with 1', async () => {
    const { url } = test();
    const environment = { AN_SINH_ENVIRONMENT: 'sandbox' };
    const told = await run(['doctor'], { home, url, environment });
    expect(told.code, told.stderr).to.equal(1);
    expect(told.stdout).to.match(
      /^✔ constraints {2}Mọi ràng buộc.* \/ Every constraint and trigger is in force$/m,
    );
    expect(told.stdout).to.match(/^\d+ trên \d+ mục có lỗi \/ \d+ of \d+ checks are wrong$/m);
    expect(told.stdout).to.contain('✘ durability: fsync = off');
    const { holds, mend } = CHECKS.durability;
    expect(told.stdout).to.contain(mend.vi).and.to.contain(mend.en).and.not.to.contain(holds.en);
    expect(told.stdout).not.to.contain('undefined');
  });
});

describe('the figures of the house', function () {
  this.timeout(60_000);
  const test = useDatabase({ checked: false });

  it('are those of the rows, by stage, bank and kind, and name nobody', async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 40 });
    await many(
      test().owner,
      `insert into job_unit (job, programme, province_code, period, occasion, state, came_from, priority,
                             due_at, late_at, attempts_limit, created_at)
       values ('tie-out', 'all', '40', '2026-11', 'x', 'due', 'none', 1, now(), '2026-01-01', 1, now())`,
    );
    const ask = (): ReturnType<typeof measures> =>
      measures(test().db, { at: new Date('2026-11-20T00:00:00Z') });
    const text = await metricsText(MEASURES, ask)();
    expect(text).to.match(/^an_sinh_job_late\{job="tie-out"\} 1$/m);
    expect(text).to.match(/^an_sinh_files\{bank="BANK",state="answered"\} 1$/m);
    expect(text).to.match(/^an_sinh_batches\{bank="POST",state="reconciled"\} 1$/m);
    expect(text).to.match(/^an_sinh_settlement_files\{bank="BANK",verdict="accepted"\} [1-9]/m);
    expect(text).to.match(/^an_sinh_sending_held 0$/m);
    expect(text).to.contain('an_sinh_nodejs_eventloop_lag_seconds');
    const people = await many<{ name: string; number: string }>(
      test().owner,
      'select full_name as name, citizen_number as number from payee limit 40',
    );
    expect(people.length).to.be.greaterThan(30);
    for (const { name, number } of people) {
      expect(text).to.not.contain(name);
      expect(text).to.not.contain(number);
    }
    const labels = text.match(/="[^"]*"/g) ?? [];
    expect(labels.filter((label) => /\d{8,}|[^\x20-\x7e]/.test(label))).to.deep.equal([]);
  });

  it('refuse a figure that nobody has described', async () => {
    const text = metricsText({}, () => Promise.resolve([{ name: 'x', labels: {}, value: 1 }]));
    const refused = await text().then(
      () => 'nothing',
      (error: unknown) => (error as Error).message,
    );
    expect(refused).to.equal('x: measured and not described');
  });
});
