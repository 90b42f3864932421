import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { auditHead, auditHeadBeforeReports, recordEvent } from '../../src/audit/audit.sql.ts';
import { fileWithBytes, recordFile, type FileRecord } from '../../src/audit/file.sql.ts';
import { beginRun, finishRun } from '../../src/audit/job-run.sql.ts';
import { closePeriod, openPeriod, takeStatistics } from '../../src/audit/period.sql.ts';
import { recordRun } from '../../src/audit/record-run.flow.ts';
import { businessTables, installationName, tableHash } from '../../src/audit/state.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import { FIRST_HASH, firstBrokenLink, hashOf, storedEvents } from '../support/audit-chain.ts';
import { useDatabase } from '../support/database.ts';
import {
  closedByForce,
  plantedAndUndone,
  triedAndUndone,
  withoutRules,
} from '../support/refused.ts';

const AT = new Date('2026-11-20T01:02:03.456Z');

const event = (subject: string, facts: Record<string, string | number | boolean> = {}) => ({
  at: AT,
  actor: 'maker',
  action: 'thing-done',
  subject,
  facts,
});

describe('the audit chain', () => {
  const test = useDatabase();

  it('begins with 32 bytes of nothing', async () => {
    expect(await auditHead(test().db)).to.deep.equal({ eventNo: 0n, hash: FIRST_HASH });
    expect(await auditHeadBeforeReports(test().db)).to.deep.equal({
      eventNo: 0n,
      hash: FIRST_HASH,
    });
  });

  it('hashes each event as anybody can, without the database', async () => {
    const { db } = test();
    await write(db, async (tx) => {
      await recordEvent(tx, event('thing/1'));
      await recordEvent(tx, event('thing/2', { count: 3, ok: true, b: 'x', aa: 'y', a: 'z' }));
      await recordEvent(
        tx,
        event('thing/3', { 'ghi chú': 'Nguyễn "Đ" \\ \t\n\u0001 € 𝄞', é: 1.5 }),
      );
      await recordEvent(
        tx,
        event('thing/4', { big: '9007199254740993', whole: 9007199254740991, less: -3 }),
      );
    });
    const events = await storedEvents(db);
    expect(events).to.have.lengthOf(4);
    expect(firstBrokenLink(events)).to.equal(undefined);
    expect(events[0]?.at).to.equal('2026-11-20T01:02:03.456000Z');

    const head = await auditHead(db);
    expect(head).to.deep.equal({ eventNo: 4n, hash: events[3]?.hash });
  });

  it('has this form, for ever', () => {
    // Written out by hand, so that neither side can drift.
    const text =
      '[7, "2026-11-20T01:02:03.456000Z", "maker", "batch-approved", "batch/1", {"count": 2, "total_vnd": "5"}]';
    const expected = createHash('sha256')
      .update(Buffer.concat([Buffer.alloc(32), Buffer.from(text)]))
      .digest('hex');
    const facts = { total_vnd: '5', count: 2 };
    const at = '2026-11-20T01:02:03.456000Z';
    const told = {
      no: 7n,
      at,
      actor: 'maker',
      action: 'batch-approved',
      subject: 'batch/1',
      facts,
    };
    expect(hashOf(told, FIRST_HASH)).to.equal(expected);
  });

  it('stays one line when many record at once', async () => {
    const { db } = test();
    const before = (await auditHead(db)).eventNo;
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        write(db, async (tx) => {
          await recordEvent(tx, event(`race/${i}`));
          await recordEvent(tx, event(`race/${i}`));
        }),
      ),
    );
    const events = await storedEvents(db);
    expect(events).to.have.lengthOf(Number(before) + 60);
    expect(firstBrokenLink(events)).to.equal(undefined);
    // Nobody comes between the two events of one transaction.
    const subjects = events.slice(Number(before)).map(({ subject }) => subject);
    for (let i = 0; i < subjects.length; i += 2) expect(subjects[i]).to.equal(subjects[i + 1]);
  });

  it('gives the number back when the step is undone', async () => {
    const { db } = test();
    const before = await auditHead(db);
    const work = write(db, async (tx) => {
      await recordEvent(tx, event('undone/1'));
      throw new Error('undone');
    });
    expect(await work.catch((error: unknown) => String(error))).to.equal('Error: undone');
    expect(await auditHead(db)).to.deep.equal(before);
  });

  it('takes no number and no hash from whoever writes', async () => {
    const { db } = test();
    const before = await auditHead(db);
    await write(db, (tx) =>
      many(
        tx,
        `insert into audit_event
         values (999, :at, 'maker', 'forged', 'thing/9', '{}', decode(repeat('ab', 32), 'hex'),
                 decode(repeat('cd', 32), 'hex'))`,
        { at: AT.toISOString() },
      ),
    );
    const events = await storedEvents(db);
    expect(events.at(-1)).to.deep.include({ no: before.eventNo + 1n, previous: before.hash });
    expect(firstBrokenLink(events)).to.equal(undefined);
  });

  const FORBIDDEN: readonly (readonly [string, string])[] = [
    ['change an event', `update audit_event set actor = 'somebody'`],
    ['remove an event', 'delete from audit_event'],
    ['empty the log', 'truncate audit_event'],
    ['move the head', 'update audit_head set event_no = 0'],
    ['remove the head', 'delete from audit_head'],
    ['add a head', `insert into audit_head values (true, 0, decode(repeat('00', 32), 'hex'))`],
    ['take the chain off', 'alter table audit_event disable trigger chain'],
    ['drop the chain', 'drop trigger chain on audit_event'],
    [
      'put another hash in place',
      `create or replace function audit_hash(e audit_event) returns bytea language sql
       as 'select e.previous_hash'`,
    ],
    ['work without rules', 'set local session_replication_role = replica'],
  ];
  for (const [what, sql] of FORBIDDEN) {
    it(`does not let the application ${what}`, async () => {
      const refused = await triedAndUndone(test().db, (tx) => many(tx, sql));
      expect(refused).to.equal('42501');
    });
  }

  const TAMPERED: readonly (readonly [string, string, bigint])[] = [
    ['an actor', `update audit_event set actor = 'other' where event_no = 2`, 2n],
    ['a fact', `update audit_event set facts = facts || '{"b": "w"}' where event_no = 2`, 2n],
    [
      'an instant, by a microsecond',
      `update audit_event set occurred_at = occurred_at + interval '1 microsecond' where event_no = 3`,
      3n,
    ],
    ['an event that is gone', 'delete from audit_event where event_no = 3', 4n],
    [
      'an event with a hash of its own',
      `update audit_event e set subject = 'thing/x' where event_no = 2;
       update audit_event e set hash = audit_hash(e) where event_no = 2`,
      3n,
    ],
  ];
  for (const [what, sql, seenAt] of TAMPERED) {
    it(`shows what the owner tampered with: ${what}`, async () => {
      let broken: bigint | undefined;
      await plantedAndUndone(test().owner, async (tx) => {
        await withoutRules(tx, sql);
        broken = firstBrokenLink(await storedEvents(tx));
      });
      expect(broken).to.equal(seenAt);
    });
  }

  it('is told as it stood before reports were filed about it', async () => {
    const { db } = test();
    const before = await auditHead(db);
    await write(db, (tx) => recordEvent(tx, { ...event('file/9'), action: 'report-filed' }));
    expect(await auditHeadBeforeReports(db)).to.deep.equal(before);
    expect((await auditHead(db)).eventNo).to.equal(before.eventNo + 1n);
    await write(db, (tx) => recordEvent(tx, event('thing/10')));
    expect(await auditHeadBeforeReports(db)).to.deep.equal(await auditHead(db));
  });
});

describe('files', () => {
  const test = useDatabase();
  const file: FileRecord = {
    direction: 'in',
    counterpart: 'BANK',
    kind: 'settlement',
    name: 'a.xml',
    sha256: 'ab'.repeat(32),
    byteSize: 7,
    at: AT,
  };

  it('are numbered without a gap and found by their bytes', async () => {
    const { db } = test();
    const { direction, counterpart, sha256 } = file;
    expect(await fileWithBytes(db, { direction, counterpart, sha256 })).to.equal(undefined);
    const undone = await triedAndUndone(db, (tx) => recordFile(tx, file));
    expect(undone).to.equal('nothing');
    expect(await write(db, (tx) => recordFile(tx, file))).to.equal(1n);
    expect(await fileWithBytes(db, { direction, counterpart, sha256 })).to.deep.equal({
      fileId: 1n,
    });

    // From another, or to the same one, they are other files.
    expect(await fileWithBytes(db, { direction, counterpart: 'POST', sha256 })).to.equal(undefined);
    expect(await fileWithBytes(db, { direction: 'out', counterpart, sha256 })).to.equal(undefined);
    expect(await write(db, (tx) => recordFile(tx, { ...file, counterpart: 'POST' }))).to.equal(2n);
  });

  it('are one when their bytes are one', async () => {
    const again = { ...file, name: 'b.xml' };
    const refused = await triedAndUndone(test().db, (tx) => recordFile(tx, again));
    expect(refused).to.equal('same_bytes_are_one_file');
  });
});

describe('periods', () => {
  const test = useDatabase();
  const november = { period: period('2026-11') };
  const december = { period: period('2026-12') };

  const transfer = (of: { period: string; reference: string }): string =>
    `insert into ledger_transfer (recipient_id, period, reference, kind, programme, debit_account,
                                  credit_account, amount_vnd, booked_on)
     values (1, '${of.period}', '${of.reference}', 'lapsed', 'social_assistance', 'owed',
             'appropriation', 5, '2026-11-20')`;

  it('are opened once, with a place for everything that is kept by period', async () => {
    const { db } = test();
    expect(await many(db, 'select from period_state')).to.have.length(0);
    const early = await triedAndUndone(db, (tx) =>
      many(tx, transfer({ ...november, reference: 'A' })),
    );
    expect(early).to.equal('23514');

    await write(db, (tx) => openPeriod(tx, { ...november, at: AT }));
    await write(db, (tx) => openPeriod(tx, { ...november, at: new Date('2027-01-01T00:00:00Z') }));
    expect(await many(db, 'select period, opened_at as at from period_state')).to.deep.equal([
      { period: '2026-11', at: AT },
    ]);
    const missing = await many(
      db,
      `select table_name from partitioned_table where to_regclass(table_name || '_2026_11') is null`,
    );
    expect(missing).to.deep.equal([]);
  });

  it('are opened by many at once as by one', async () => {
    const { db } = test();
    await Promise.all(
      Array.from({ length: 8 }, () => write(db, (tx) => openPeriod(tx, { ...december, at: AT }))),
    );
    const opened = await many(db, 'select period from period_state order by period');
    expect(opened).to.deep.equal([november, december]);
  });

  it('take nothing more into the ledger once they are closed, whoever tries', async () => {
    const { db, owner } = test();
    await write(db, (tx) => many(tx, transfer({ ...november, reference: 'BEFORE' })));
    await closedByForce(owner, { ...november, at: AT });
    const closed = await many(db, 'select period from period_state where closed_at is not null');
    expect(closed).to.deep.equal([november]);

    const late = transfer({ ...november, reference: 'AFTER' });
    expect(await triedAndUndone(db, (tx) => many(tx, late))).to.equal('the_period_is_closed');
    expect(await plantedAndUndone(owner, (tx) => many(tx, late))).to.equal('the_period_is_closed');
    expect(await plantedAndUndone(owner, (tx) => withoutRules(tx, late))).to.equal(
      'the_period_is_closed',
    );
    const changed = `update ledger_transfer set amount_vnd = 6 where reference = 'BEFORE'`;
    expect(await plantedAndUndone(owner, (tx) => many(tx, changed))).to.equal(
      'the_period_is_closed',
    );

    // What was there is there still, and the open period takes what comes.
    expect(await many(db, 'select reference from ledger_transfer')).to.deep.equal([
      { reference: 'BEFORE' },
    ]);
    const open = transfer({ ...december, reference: 'AFTER' });
    expect(await triedAndUndone(db, (tx) => many(tx, open))).to.equal('nothing');
  });

  it('are closed once: a second closing changes nothing', async () => {
    const { db } = test();
    await write(db, (tx) => closePeriod(tx, { ...november, at: AT }));
    expect(
      await many(db, `select closed_at as at from period_state where period = '2026-11'`),
    ).to.deep.equal([{ at: AT }]);
  });

  it('are closed by two persons: nobody closes one alone, nor at another time than they did', async () => {
    const { db, owner } = test();
    const later = new Date('2027-01-01T00:00:00Z');
    for (const of of [
      { ...december, at: AT },
      { ...november, at: later },
    ]) {
      const alone = (tx: Tx): Promise<void> => closePeriod(tx, of);
      expect(await triedAndUndone(db, alone)).to.equal('a_period_is_closed_by_two');
      expect(await plantedAndUndone(owner, alone)).to.equal('a_period_is_closed_by_two');
    }
  });

  it('are opened and closed by no other way', async () => {
    for (const sql of [
      `update period_state set closed_at = null`,
      `insert into period_state values ('2027-01', now(), null)`,
      `alter table ledger_transfer_2026_11 drop constraint the_period_is_closed`,
    ]) {
      expect(await triedAndUndone(test().db, (tx) => many(tx, sql))).to.equal('42501');
    }
  });

  it('have their tables counted where something was written', async () => {
    const { db } = test();
    const counted = async (): Promise<number> => {
      const [row] = await many<{ n: number }>(
        db,
        `select reltuples as n from pg_class where oid = 'ledger_transfer_2026_12'::regclass`,
      );
      return row?.n ?? 0;
    };
    expect(await counted()).to.be.lessThan(1);
    await write(db, async (tx) => {
      await many(tx, transfer({ ...december, reference: 'COUNTED' }));
      await takeStatistics(tx, { tables: ['ledger_transfer'], period: december.period });
    });
    expect(await counted()).to.equal(1);
  });
});

describe('runs', () => {
  const test = useDatabase();
  const key = { job: 'report', provinceCode: '40', period: period('2026-11') };
  const runs = () =>
    many(
      test().db,
      `select job, state, started_at as "startedAt", finished_at as "finishedAt" from job_run`,
    );

  it('begin once and end once, however often they are fired', async () => {
    const { db } = test();
    const later = new Date('2026-11-21T00:00:00Z');
    await write(db, (tx) => openPeriod(tx, { ...key, at: AT }));
    await write(db, (tx) => beginRun(tx, { ...key, at: AT }));
    await write(db, (tx) => beginRun(tx, { ...key, at: later }));
    expect(await runs()).to.deep.equal([
      { job: 'report', state: 'running', startedAt: AT, finishedAt: null },
    ]);
    await write(db, (tx) => finishRun(tx, { ...key, at: AT }));
    await write(db, (tx) => finishRun(tx, { ...key, at: later }));
    expect(await runs()).to.deep.equal([
      { job: 'report', state: 'done', startedAt: AT, finishedAt: AT },
    ]);
  });

  it('are found as running when they were killed, and done when they ran again', async () => {
    const again = { ...key, job: 'settlement' };
    const context = test().context();
    const killed = recordRun(context, again, () => Promise.reject(new Error('killed')));
    expect(await killed.catch((error: unknown) => String(error))).to.equal('Error: killed');
    const stateOf = () => many(test().db, `select state from job_run where job = 'settlement'`);
    expect(await stateOf()).to.deep.equal([{ state: 'running' }]);
    expect(await recordRun(context, again, () => Promise.resolve('result'))).to.equal('result');
    expect(await stateOf()).to.deep.equal([{ state: 'done' }]);
  });
});

describe('the state of the business', () => {
  const test = useDatabase();

  it('is every table but those of the machine, without its leases and fences', async () => {
    const tables = await businessTables(test().db);
    const names = tables.map(({ table }) => table);
    expect(names).to.include.members(['payment_instruction', 'ledger_transfer', 'file', 'rate']);
    expect(names).not.to.include.members(['audit_event', 'audit_head', 'job_run', 'installation']);
    expect(names).to.deep.equal([...names].sort());
    expect(names.filter((name) => /_20\d\d_/.test(name))).to.deep.equal([]);
    const dispatch = tables.find(({ table }) => table === 'file_dispatch');
    expect(dispatch?.columns).to.include.members(['state', 'sent_at']);
    expect(dispatch?.columns).not.to.include.members(['fence', 'lease_owner', 'lease_until']);
  });

  it('has one hash for the same rows, in whatever order they lie', async () => {
    const { owner } = test();
    const hashes = new Set<string>();
    for (const values of [
      '(1, true), (2, false)',
      '(2, false), (1, true)',
      '(1, true), (2, true)',
    ]) {
      await plantedAndUndone(owner, async (tx) => {
        await many(tx, 'create table sample (n int, b boolean)');
        await many(tx, `insert into sample values ${values}`);
        const { rows, hash } = await tableHash(tx, { table: 'sample', columns: ['n', 'b'] });
        expect(rows).to.equal(2n);
        hashes.add(hash);
      });
    }
    expect(hashes.size).to.equal(2);
  });

  it('tells nothing from an empty text, and one column from the next', async () => {
    const hashes = new Set<string>();
    for (const values of [`('', 'x')`, `(null, 'x')`, `('x', '')`, `('x', null)`, `('x,', '')`]) {
      await plantedAndUndone(test().owner, async (tx) => {
        await many(tx, 'create table sample (a text, b text)');
        await many(tx, `insert into sample values ${values}`);
        hashes.add((await tableHash(tx, { table: 'sample', columns: ['a', 'b'] })).hash);
      });
    }
    expect(hashes.size).to.equal(5);
  });

  it('leaves reports out: they are drawn from it', async () => {
    const { db } = test();
    const table = { table: 'file', columns: ['file_id', 'name'] };
    const before = await tableHash(db, table);
    const file = { name: 'x', sha256: 'ab'.repeat(32), byteSize: 1, at: AT };
    const out = { ...file, direction: 'out', counterpart: 'report' } as const;
    await write(db, (tx) => recordFile(tx, { ...out, kind: 'report' }));
    expect(await tableHash(db, table)).to.deep.equal(before);
    const list = { ...out, direction: 'in', kind: 'recipient-list' } as const;
    await write(db, (tx) => recordFile(tx, list));
    expect(await tableHash(db, table)).not.to.deep.equal(before);
  });

  it('names the installation by eight digits that stay', async () => {
    const name = await installationName(test().db);
    expect(name).to.match(/^[0-9a-f]{8}$/);
    expect(await installationName(test().db)).to.equal(name);
    const changed = `update installation set installation_id = gen_random_uuid()`;
    expect(await triedAndUndone(test().db, (tx) => many(tx, changed))).to.equal('42501');
  });
});
