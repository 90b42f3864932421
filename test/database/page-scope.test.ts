import { expect } from 'chai';
import { recordEvent } from '../../src/audit/audit.sql.ts';
import { many, one, pictureOfUnits, write, type Db } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { thrownBy } from '../support/drawn-list.ts';
import { walkTown } from '../support/town.ts';

/** Those of the tables behind the wall that a town has rows in. */
const FILLED = [
  'recipient_list',
  'disbursement_batch',
  'budget',
  'batch_state',
  'batch_maker',
  'payment_file',
  'approval',
];

describe('the second wall between units', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await walkTown(test(), { until: 'approved', recipients: 30 });
  });

  const rowsOf = async (db: Db, table: string): Promise<bigint> =>
    (await one<{ n: bigint }>(db, `select count(*) as n from ${table}`)).n;
  const seenBy = (units: readonly string[], table: string): Promise<bigint> =>
    pictureOfUnits(test().db, units, (picture) => rowsOf(picture, table));

  for (const table of FILLED) {
    it(`shows of ${table} the rows of the units of who looks, and no others`, async () => {
      const all = await rowsOf(test().db, table);
      expect(all > 0n).to.equal(true);
      expect(await seenBy(['40'], table)).to.equal(all);
      expect(await seenBy(['38', '40'], table)).to.equal(all);
      expect(await seenBy(['VN'], table)).to.equal(all);
      expect(await seenBy(['38'], table)).to.equal(0n);
      // The unit of one is no beginning of the unit of another.
      expect(await seenBy(['4', '0'], table)).to.equal(0n);
      expect(await seenBy([], table)).to.equal(0n);
    });
  }

  it('stands before every table that has a province, whatever the statement (ASVS 8.4.1)', async () => {
    const open = await many<{ table: string }>(
      test().owner,
      `select c.relname as table from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity
          and exists (select from pg_attribute a
                       where a.attrelid = c.oid and a.attname = 'province_code'
                         and not a.attisdropped)`,
    );
    expect(open).to.deep.equal([]);
    // A table that comes with a later release.
    await many(test().owner, 'create table later (province_code text)');
    await many(test().owner, 'insert into later values (:code)', { code: '40' });
    expect(await seenBy(['38'], 'later')).to.equal(1n);
    await many(test().owner, 'select wall_off_units()');
    expect(await seenBy(['38'], 'later')).to.equal(0n);
    await many(test().owner, 'drop table later');
    // Without the wall the same statement shows everything: that is what it is there for.
    await many(test().owner, 'alter table disbursement_batch disable row level security');
    expect(await seenBy(['38'], 'disbursement_batch')).not.to.equal(0n);
    await many(test().owner, 'alter table disbursement_batch enable row level security');
    expect(await seenBy(['38'], 'disbursement_batch')).to.equal(0n);
  });

  it('shows pages nothing of what proves who somebody is', async () => {
    for (const table of [
      ...['credential', 'session', 'code_use', 'try_count'],
      ...['own_code', 'own_session', 'outside_identity'],
    ]) {
      const error = await thrownBy(seenBy(['VN'], table));
      expect(error.message).to.contain('permission denied');
    }
  });

  it('lets a page write nothing, whatever it calls', async () => {
    const event = { at: new Date(0), actor: 'x', action: 'x', subject: 'x', facts: {} };
    const error = await thrownBy(
      pictureOfUnits(test().db, ['VN'], (picture) =>
        write(picture, (tx) => recordEvent(tx, event)),
      ),
    );
    expect(error.message).to.match(/read-only|read only|permission denied|must be called before/);
  });

  it('takes no unit that is no code, and leaves the connection as it was', async () => {
    const error = await thrownBy(seenBy([`40'; reset role; --`], 'budget'));
    expect(error.message).to.equal('not a code of a unit');
    await seenBy(['38'], 'budget');
    const as = await one<{ role: string }>(test().db, 'select current_user as role');
    expect(as.role).to.equal('an_sinh_app');
    expect((await rowsOf(test().db, 'budget')) > 0n).to.equal(true);
  });

  it('covers tables that are made later, without anybody remembering it', async () => {
    await many(test().owner, 'create table made_later (n int)');
    await many(test().owner, 'insert into made_later values (1)');
    expect(await seenBy(['40'], 'made_later')).to.equal(1n);
    await many(test().owner, 'drop table made_later');
  });
});
