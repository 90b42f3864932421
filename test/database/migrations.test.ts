import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connectAsOwner, createDatabase, many, one, type Db } from '../../src/platform/db.ts';
import { migrate } from '../../src/platform/migrations.ts';
import { databaseUrl, testServer } from '../support/database.ts';
import { holding, whatRefused } from '../support/refused.ts';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const FILES = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .sort();

const REFERENCE_FILES = {
  administrative_unit: [
    'provinces.csv',
    'communes.csv',
    'provinces-before-2025.csv',
    'communes-before-2025.csv',
  ],
  unit_succession: ['unit-successions.csv'],
  birth_place: ['birth-places.csv'],
  bank: ['banks.csv'],
  calendar_day: ['holidays.csv'],
  rate: ['rates.csv'],
  ground: ['grounds.csv'],
  ground_condition: ['ground-conditions.csv'],
  care_ground: ['care-grounds.csv'],
  merit_amount: ['merit-amounts.csv'],
  one_off: ['one-offs.csv'],
  gift: ['gifts.csv'],
  pension_uplift: ['pension-uplifts.csv'],
};

const textOf = (file: string): string => readFileSync(new URL(file, MIGRATIONS), 'utf8');

const LOCK_BANKS = 'lock table bank';
const HOLIDAY = `insert into calendar_day values ('2026-11-11', 'planted', 'public', 'test')`;

describe('migrations', () => {
  let url = '';
  let server: Db;
  let owner: Db;

  beforeEach(async () => {
    const name = `migrated_${randomBytes(6).toString('hex')}`;
    const running = await testServer();
    server = connectAsOwner(running.url);
    await createDatabase(server, name);
    url = databaseUrl(running.url, name);
    owner = connectAsOwner(url);
  });

  afterEach(async () => {
    await owner.destroy();
    await many(server, `drop database ${new URL(url).pathname.slice(1)} with (force)`);
    await server.destroy();
  });

  async function recorded(): Promise<string[]> {
    const rows = await many<{ name: string }>(
      owner,
      'select name from schema_migration order by id',
    );
    return rows.map(({ name }) => name);
  }

  async function countOf(name: string): Promise<number> {
    return (await one<{ n: number }>(owner, `select count(*)::int as n from ${name}`)).n;
  }

  it('are numbered without a gap', () => {
    expect(FILES.map((name) => Number(name.slice(0, 4)))).to.deep.equal(FILES.map((_, i) => i + 1));
  });

  it('run once each, and load every row of the reference data', async () => {
    await migrate(url);
    expect(await recorded()).to.deep.equal(FILES);
    for (const [name, files] of Object.entries(REFERENCE_FILES)) {
      const lines = files.flatMap((file) =>
        textOf(`reference/${file}`).trim().split('\n').slice(1),
      );
      expect(await countOf(name), name).to.equal(lines.length);
    }
  });

  it('change nothing when they run again, and load the places that are missing', async () => {
    await migrate(url);
    await many(owner, `delete from birth_place where place_code = '040'`);
    await many(owner, HOLIDAY);
    const places = await countOf('birth_place');
    const days = await countOf('calendar_day');
    await migrate(url);
    expect(await recorded()).to.deep.equal(FILES);
    const found = [await countOf('birth_place'), await countOf('calendar_day')];
    expect(found).to.deep.equal([places + 1, days]);
  });

  it('load no law into a database that has some: two persons do', async () => {
    await migrate(url);
    await many(owner, `delete from rate where series = 'social_pension'`);
    await many(owner, `delete from gift`);
    const rates = await countOf('rate');
    await migrate(url);
    expect(await countOf('rate')).to.equal(rates);
    // A table of a new release has nothing yet, and nothing that it says has been paid by.
    expect(await countOf('gift')).to.equal(2);
  });

  it('run once each when two migrate at once', async () => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await recorded()).to.deep.equal(FILES);
  });

  it('run in two databases of one server at once: its roles are shared', async () => {
    const other = `${new URL(url).pathname.slice(1)}_other`;
    await createDatabase(server, other);
    try {
      await Promise.all([migrate(url), migrate(databaseUrl((await testServer()).url, other))]);
      expect(await recorded()).to.deep.equal(FILES);
    } finally {
      await many(server, `drop database ${other} with (force)`);
    }
  });

  it('leave nothing of one that failed half-way, and go on from it', async () => {
    // The last table of 0005 is in the way, so its first ones are made and must go again.
    await many(owner, 'create table listing (n int)');
    expect(await whatRefused(migrate(url))).to.equal('42P07');
    const left = await one<{ left: string | null }>(
      owner,
      `select to_regclass('recipient_list')::text as left`,
    );
    expect(left).to.deep.equal({ left: null });
    await many(owner, 'drop table listing');
    await migrate(url);
    expect(await recorded()).to.deep.equal(FILES);
  });

  it('are not held up by the lock row of a migrator that was killed', async () => {
    // As knex leaves it when the process dies in the first migration of all.
    await many(
      owner,
      `create table schema_migration_lock (index serial primary key, is_locked int);
       insert into schema_migration_lock (is_locked) values (1)`,
    );
    await migrate(url);
    expect(await recorded()).to.deep.equal(FILES);
  });

  it('are not held up by a migrator that was killed while it worked', async () => {
    await migrate(url);
    const blocked = await holding(owner, LOCK_BANKS);
    const killed = migrate(url).then(
      () => 'finished',
      () => 'killed',
    );
    // Both of its sessions, once one of them waits for our lock: all but the one that holds it.
    let sessions = 0;
    while (sessions < 2) {
      const rows = await many(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = :name and query <> :holder
            and exists (select from pg_stat_activity waiting
                         where waiting.datname = :name and waiting.wait_event_type = 'Lock')`,
        { name: new URL(url).pathname.slice(1), holder: LOCK_BANKS },
      );
      sessions += rows.length;
    }
    expect(await killed).to.equal('killed');
    await blocked.rollback();
    await many(owner, 'update schema_migration_lock set is_locked = 1');
    await migrate(url);
    expect(await recorded()).to.deep.equal(FILES);
  });
});
