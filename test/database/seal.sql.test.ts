import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { recordEvent } from '../../src/audit/audit.sql.ts';
import { checkpointText, signedNote } from '../../src/audit/checkpoint.ts';
import type { HeadSigner } from '../../src/audit/head-signer.port.ts';
import { growingTree, leafHash } from '../../src/audit/merkle.ts';
import { ROW_HASH_BYTES, type SealableTable } from '../../src/audit/seal.ts';
import {
  differingBuckets,
  fixTextForms,
  holdAuditLog,
  lastSealEvent,
  limitStatements,
  putSealedTable,
  putSignedHead,
  rowsOfBucket,
  sealableTables,
  sealedHashes,
  sealedTables,
  sealTable,
  signedHeads,
  tableSeals,
} from '../../src/audit/seal.sql.ts';
import { sealRows, sha256 } from '../../src/audit/seal-rows.flow.ts';
import { verifyAudit, verifyRecord, verifyWithin } from '../../src/audit/verify-audit.flow.ts';
import { many, one, snapshot, write, type Tx } from '../../src/platform/db.ts';
import { keyIdOf } from '../../src/platform/ed25519.ts';
import { hashOf, storedEvents } from '../support/audit-chain.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { testSigner, testWitness } from '../support/sealing.ts';
import { walkTown } from '../support/town.ts';

/** A few for every run; TAMPERINGS=200 for the proof. */
const TAMPERINGS = Number(process.env.TAMPERINGS ?? '30');

const ENOUGH_SEEN = new Error('undone on purpose');

describe('a sealed month', () => {
  const test = useDatabase();
  const signer = testSigner();
  const witness = testWitness();
  const sealing = { signer, witnesses: [witness] };
  const trusted = { keys: [signer], witnesses: [witness], heads: [] };

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 600 });
    await sealRows(test().context({ actor: 'job/audit' }), sealing);
  });

  /** What an audit finds when the superuser has done something, which is then undone. */
  async function foundAfter(tamper: (tx: Tx) => Promise<unknown>): Promise<string[]> {
    let found: string[] = [];
    await test()
      .owner.transaction(async (tx) => {
        await many(tx, 'set local session_replication_role = replica');
        await tamper(tx);
        const results = await verifyRecord(tx, trusted);
        found = results.flatMap(({ check, faults }) => faults.map(({ at }) => `${check}: ${at}`));
        throw ENOUGH_SEEN;
      })
      .catch((error: unknown) => {
        if (error !== ENOUGH_SEEN) throw error;
      });
    return found;
  }

  const does = (sql: string) => (tx: Tx) => many(tx, sql);

  it('verifies: chain, heads, seals, rows, files and invariants', async () => {
    const results = await verifyAudit(test().context(), trusted);
    expect(results.flatMap(({ faults }) => faults)).to.deep.equal([]);
    expect(results.map(({ check }) => check)).to.deep.equal([
      'chain',
      'heads',
      'seal',
      'rows',
      'files',
      'invariants',
    ]);
    expect(results.every(({ looked }) => looked > 0n)).to.equal(true);
  });

  it('has nothing new to seal, and publishes a head that a crash kept back', async () => {
    const context = test().context({ actor: 'job/audit' });
    const before = await signedHeads(test().db);
    expect((await sealRows(context, sealing)).changed).to.equal(false);
    expect(await signedHeads(test().db)).to.deep.equal(before);

    const late = testWitness();
    await sealRows(context, { signer, witnesses: [late] });
    expect(late.held).to.deep.equal(witness.held);
  });

  it('covers every table but the log, its proofs, and how the machine went about it', async () => {
    const { db } = test();
    const sealed = (await sealedTables(db)).map(({ table }) => table);
    const all = await many<{ name: string }>(
      db,
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`,
    );
    const left = all.map(({ name }) => name).filter((name) => !sealed.includes(name));
    expect(left.sort()).to.deep.equal([
      'alarm',
      'alarm_delivery',
      'audit_event',
      'audit_head',
      'job_pause',
      'job_run',
      'job_unit',
      'row_seal',
      'schema_migration',
      'schema_migration_lock',
      'sealed_table',
      'session',
      'signed_head',
      'timetable_sweep',
      'try_count',
    ]);
  });

  it('keeps apart what the application may never update from what it may', async () => {
    const tables = new Map((await sealableTables(test().db)).map((one) => [one.table, one]));
    expect(tables.get('budget')?.changing).to.deep.equal(['committed_vnd']);
    expect(tables.get('counter')).to.include({ byPeriod: false, ofRecipients: false });
    expect(tables.get('counter')?.frozen).to.deep.equal(['name']);
    expect(tables.get('assessment')).to.include({ byPeriod: true, ofRecipients: true });
    expect(tables.get('assessment')?.key).to.deep.equal([
      'recipient_id',
      'period',
      'due_reference',
    ]);
    expect(tables.get('rate')?.changing).to.deep.equal([]);
  });

  it('names a row by its key, and never by a citizen number or an account', async () => {
    await snapshot(test().db, async (db) => {
      await fixTextForms(db);
      const tables = new Map((await sealableTables(db)).map((one) => [one.table, one]));
      const keysOf = async (table: string): Promise<string[]> => {
        const of = tables.get(table);
        if (of === undefined) throw new Error(`${table} is not sealed`);
        const rows = await rowsOfBucket(db, of, { period: '', bucketNo: 0n, part: 'frozen' });
        return rows.map(({ key }) => key);
      };
      expect((await keysOf('recipient_key'))[0]).to.match(
        /^recipient_id \d+, kind citizen_number$/,
      );
      expect((await keysOf('statement'))[0]).to.equal('sequence_no 1');
      expect((await keysOf('payment_file'))[0]).to.equal('batch_id 1, part_no 1');
    });
  });

  it('hashes 16 bytes a row in the order of the key', async () => {
    await snapshot(test().db, async (db) => {
      await fixTextForms(db);
      const of = (await sealableTables(db)).find(({ table }) => table === 'payment_file');
      if (of === undefined) throw new Error('no such table');
      const bucket = { table: 'payment_file', period: '', bucketNo: 0n };
      const rows = await rowsOfBucket(db, of, { ...bucket, part: 'frozen' });
      const sealed = await sealedHashes(db, bucket, 'frozen');
      expect(sealed).to.deep.equal(rows.map(({ hash }) => hash));
      expect(sealed[0]).to.have.lengthOf(2 * ROW_HASH_BYTES);
      const seal = (await tableSeals(db)).find(({ table }) => table === 'payment_file');
      expect(seal?.rows).to.equal(BigInt(rows.length));
    });
  });

  it('finds and names what a superuser changes, removes, slips in or cuts away', async () => {
    const of = (sql: string): Promise<string[]> => foundAfter(does(sql));
    const first = await one<{ id: bigint; ref: string }>(
      test().db,
      'select recipient_id as id, due_reference as ref from assessment order by 1, 2 limit 1',
    );
    const key = `rows: assessment 2026-11 recipient_id ${first.id}, period 2026-11, due_reference ${first.ref}`;
    const row = `recipient_id = ${first.id} and due_reference = '${first.ref}'`;
    expect(await of(`update assessment set facts = facts || '{"x": 1}' where ${row}`)).to.include(
      key,
    );
    expect(await of(`delete from assessment where ${row}`)).to.include('rows: assessment 2026-11');
    expect(
      await of(`insert into rate select series, 'XX', counts_from, in_force_from, known_since,
                       amount_vnd, legal_basis, status, source from rate limit 1`),
    ).to.have.lengthOf(1);
    expect(await of('truncate listing')).not.to.deep.equal([]);
    expect(await of('drop table finding cascade')).to.include('rows: finding');
    expect(await of('alter table rate drop column source')).to.include('rows: rate');
    expect(await of(`update batch_state set changed_at = now() where batch_id = 1`)).to.deep.equal([
      'rows: batch_state batch_id 1',
    ]);
    expect(
      await of(`update counter set last_value = last_value + 1 where name = 'file'`),
    ).to.deep.equal(['rows: counter name file']);
  });

  it('finds a log that was changed, cut or written anew, and a seal that was', async () => {
    const of = (sql: string): Promise<string[]> => foundAfter(does(sql));
    expect(await of(`update audit_event set actor = 'x' where event_no = 3`)).to.include(
      'chain: audit_event 3',
    );
    expect(await of('delete from audit_event where event_no = 5')).to.include(
      'chain: audit_event 6',
    );
    expect(await of('update audit_head set event_no = event_no - 1')).to.include(
      'chain: audit_event head',
    );
    expect(await of('delete from signed_head')).to.have.lengthOf(1);
    expect(await of(`update signed_head set note = replace(note, 'test/log', 'else/log')`)).not.to
      .be.empty;
    expect(
      await of(`update row_seal set frozen = frozen || substring(frozen for 16)
                 where table_name = 'rate'`),
    ).to.satisfy((found: string[]) => found.some((one) => one.startsWith('seal: row_seal')));
    expect(await of(`delete from sealed_table where table_name = 'rate'`)).to.satisfy(
      (found: string[]) => found.some((one) => one.startsWith('seal: row_seal')),
    );
  });

  it('finds a log written anew from its first event, by a head that was published', async () => {
    const found = await foundAfter(async (tx) => {
      const events = await storedEvents(tx);
      let previous = '00'.repeat(32);
      const tree = growingTree(sha256);
      for (const event of events) {
        const told = event.no === 2n ? { ...event, actor: 'somebody-else' } : event;
        const hash = hashOf(told, previous);
        await many(
          tx,
          `update audit_event set actor = :actor, previous_hash = decode(:previous, 'hex'),
                  hash = decode(:hash, 'hex') where event_no = :no`,
          { actor: told.actor, previous, hash, no: event.no },
        );
        const leaf = await one<{ leaf: Buffer }>(
          tx,
          `select convert_to(jsonb_build_array(event_no, to_char(occurred_at at time zone 'UTC',
                  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, action, subject, facts)::text, 'UTF8')
                  as leaf from audit_event where event_no = :no`,
          { no: event.no },
        );
        tree.add(leafHash(sha256, leaf.leaf));
        previous = hash;
      }
      await many(tx, `update audit_head set hash = decode(:previous, 'hex')`, { previous });
      // Even with the key: the witness holds the head that was.
      const text = checkpointText({ origin: signer.name, size: tree.size, root: tree.root() });
      const keyId = keyIdOf(signer.name, signer.publicKey);
      const note = signedNote(text, {
        keyName: signer.name,
        keyId,
        signature: signer.sign(text),
      });
      await many(tx, 'update signed_head set note = :note', { note });
    });
    expect(found).to.deep.equal([`heads: witness ${(await signedHeads(test().db))[0]?.treeSize}`]);
  });

  it(`finds ${TAMPERINGS} of ${TAMPERINGS} random edits, removals, copies and truncations`, async function () {
    this.timeout(TAMPERINGS * 2000);
    const draw = generator(20_261);
    const tables = await sealableTables(test().db);
    const filled: SealableTable[] = [];
    for (const of of tables) {
      const rows = await many(test().db, `select from "${of.table}" limit 1`);
      if (rows.length > 0 && of.table !== 'partitioned_table') filled.push(of);
    }
    const missed: string[] = [];
    let done = 0;
    while (done < TAMPERINGS) {
      const of = filled[draw(filled.length)];
      if (of === undefined) throw new Error('no table holds rows');
      const sql = await tampering(test().owner, of, draw);
      let found: string[];
      try {
        found = await foundAfter(does(sql));
      } catch (error) {
        // A check refuses even the owner, or the value is not of its form; another edit is drawn.
        if (!/^(23|22P02|428C9)/.test(String((error as { code?: string }).code))) throw error;
        continue;
      }
      done += 1;
      if (!found.some((one) => one.startsWith(`rows: ${of.table}`))) missed.push(sql);
    }
    expect(missed).to.deep.equal([]);
  });

  it('finds a file that was changed by one byte, or is gone', async () => {
    const { db } = test();
    const context = test().context();
    const file = await one<{ id: bigint; sha: string }>(
      db,
      `select file_id as id, encode(sha256, 'hex') as sha from file where kind = 'payment' limit 1`,
    );
    const path = context.archive.path(file.sha);
    const bytes = readFileSync(path);
    const faultsOfFiles = async (): Promise<string[]> =>
      (await verifyAudit(context, trusted))
        .filter(({ check }) => check === 'files')
        .flatMap(({ faults }) => faults.map(({ at }) => at));
    try {
      const changed = Buffer.from(bytes);
      changed[10] = (changed[10] ?? 0) ^ 1;
      writeFileSync(path, changed);
      expect(await faultsOfFiles()).to.deep.equal([`file ${file.id}`]);
      rmSync(path);
      expect(await faultsOfFiles()).to.deep.equal([`file ${file.id}`]);
    } finally {
      writeFileSync(path, bytes);
    }
    expect(await faultsOfFiles()).to.deep.equal([]);
  });
});

describe('an audit that somebody waits for', () => {
  const test = useDatabase();
  const signer = testSigner();
  const witness = testWitness();
  const trusted = { keys: [signer], witnesses: [witness], heads: [] };
  before(async () => {
    await walkTown(test(), { until: 'approved', recipients: 30 });
    await sealRows(test().context({ actor: 'job/audit' }), { signer, witnesses: [witness] });
  });

  it('is given up when somebody would wait too long, and nothing runs on', async () => {
    const context = test().context({ actor: 'auditor' });
    expect(await verifyWithin(context, trusted, { limitMs: 0 })).to.equal(null);
    expect(await verifyWithin(context, trusted, { limitMs: 1 })).to.equal(null);
    const results = await verifyWithin(context, trusted, { limitMs: 600_000 });
    expect(results?.flatMap(({ faults }) => faults)).to.deep.equal([]);
    const told = await many<{ facts: { finished: boolean } }>(
      test().db,
      `select facts from audit_event where action = 'audit-verified' order by event_no`,
    );
    expect(told.map(({ facts }) => facts.finished)).to.deep.equal([false, false, true]);
    const slow = snapshot(test().db, async (picture) => {
      await limitStatements(picture, 5);
      await many(picture, 'select count(*) from generate_series(1, 100000000)');
    });
    expect(await whatRefused(slow)).to.equal('57014');
  });
});

const AT = new Date('2026-11-20T01:00:00Z');

describe('a log whose key was changed', () => {
  const test = useDatabase();

  it('is believed by who knows both keys, and by nobody who knows one', async () => {
    const [signer, next] = [testSigner('test/log-1'), testSigner('test/log-2')];
    const witness = testWitness();
    for (const each of [signer, next]) {
      await write(test().db, (tx) =>
        recordEvent(tx, {
          at: AT,
          actor: 'somebody',
          action: 'thing-done',
          subject: 'x/1',
          facts: {},
        }),
      );
      const sealing = { signer: each, witnesses: [witness] };
      await sealRows(test().context({ actor: 'job/audit' }), sealing);
    }
    const headFaults = async (keys: readonly HeadSigner[]): Promise<string[]> => {
      const options = { keys, witnesses: [witness], heads: [] };
      const results = await snapshot(test().db, (picture) => verifyRecord(picture, options));
      return results.flatMap(({ check, faults: found }) =>
        found.map(({ says }) => `${check} ${says.en}`),
      );
    };
    expect(await headFaults([next, signer])).to.deep.equal([]);
    const unknown = 'heads is not a head that a key of this log signed';
    // As it stands in the database and at the witness.
    expect(await headFaults([next])).to.deep.equal([unknown, unknown]);
    // A stranger who took the name of the old key is not believed.
    expect(await headFaults([next, testSigner(signer.name)])).to.include(unknown);
  });
});

describe('a log that goes on', () => {
  const test = useDatabase();
  const signer = testSigner();
  const witness = testWitness();
  const sealing = { signer, witnesses: [witness] };
  const at = new Date('2026-11-20T01:00:00Z');

  const step = (tx: Tx): Promise<void> =>
    recordEvent(tx, { at, actor: 'somebody', action: 'thing-done', subject: 'x/1', facts: {} });
  const faults = async (): Promise<string[]> => {
    const options = { keys: [signer], witnesses: [witness], heads: [] };
    const results = await snapshot(test().db, (picture) => verifyRecord(picture, options));
    return results.flatMap((result) => result.faults.map(({ at: place }) => place));
  };

  it('says that nothing is sealed yet, then that all is', async () => {
    expect(await lastSealEvent(test().db)).to.equal(undefined);
    expect(await faults()).to.deep.equal(['audit_event']);
    const { changed, note } = await sealRows(test().context({ actor: 'job/audit' }), sealing);
    expect(changed).to.equal(true);
    expect(witness.held).to.deep.equal([note]);
    expect(await faults()).to.deep.equal([]);
    expect((await lastSealEvent(test().db))?.eventsSince).to.equal(0n);
  });

  it('takes rows that came with events since, but none that came without', async () => {
    const file = `insert into counter values ('thing', 1)`;
    const without = test().owner.transaction(async (tx) => {
      await many(tx, file);
      const options = { keys: [signer], witnesses: [witness], heads: [] };
      const results = await verifyRecord(tx, options);
      expect(
        results.flatMap((result) => result.faults.map(({ at: place }) => place)),
      ).to.deep.equal(['counter name thing']);
      throw ENOUGH_SEEN;
    });
    await without.catch((error: unknown) => {
      if (error !== ENOUGH_SEEN) throw error;
    });

    await write(test().db, async (tx) => {
      await many(tx, file);
      await step(tx);
    });
    expect(await faults()).to.deep.equal([]);
    expect((await lastSealEvent(test().db))?.eventsSince).to.equal(1n);
    const { changed } = await sealRows(test().context({ actor: 'job/audit' }), sealing);
    expect(changed).to.equal(true);
    expect(witness.held).to.have.lengthOf(2);
  });

  it('never seals over a row that is not as it was sealed', async () => {
    await many(test().owner, `update rate set amount_vnd = amount_vnd + 1000`);
    await write(test().db, step);
    const seal = sealRows(test().context({ actor: 'job/audit' }), sealing);
    expect(await whatRefused(seal)).to.equal('rows-differ-from-seal');
    await many(test().owner, `update rate set amount_vnd = amount_vnd - 1000`);
    expect((await sealRows(test().context({ actor: 'job/audit' }), sealing)).changed).to.equal(
      true,
    );
  });

  it('seals anew, but not blindly, when a migration adds a column', async () => {
    const { db, owner } = test();
    await many(owner, `alter table bank add column later text not null default 'x'`);
    expect(await faults()).to.deep.equal([]);
    await many(owner, `update bank set name = name || '!' where bin = (select min(bin) from bank)`);
    await write(db, step);
    const seal = (): Promise<unknown> => sealRows(test().context({ actor: 'job/audit' }), sealing);
    expect(await whatRefused(seal())).to.equal('rows-differ-from-seal');
    await many(
      owner,
      `update bank set name = rtrim(name, '!') where bin = (select min(bin) from bank)`,
    );
    await seal();
    const bank = (await sealedTables(db)).find(({ table }) => table === 'bank');
    expect(bank?.frozen).to.include('later');
    expect(await faults()).to.deep.equal([]);
  });

  it('holds the log still while rows are hashed', async () => {
    const { db } = test();
    await write(db, async (tx) => {
      const eventNo = await holdAuditLog(tx);
      expect(eventNo).to.equal((await lastSealEvent(db))?.eventNo);
      const refused = write(db, async (other) => {
        await many(other, `set local lock_timeout = '50ms'`);
        await step(other);
      });
      expect(await whatRefused(refused)).to.equal('55P03');
    });
  });

  it('keeps a head once, and the seal of a table until it changes', async () => {
    const { db } = test();
    await write(db, async (tx) => {
      const head = { treeSize: 999n, root: 'ab'.repeat(32), note: 'one', at };
      await putSignedHead(tx, head);
      await putSignedHead(tx, { ...head, note: 'two' });
      expect((await signedHeads(tx)).at(-1)).to.include({ treeSize: 999n, note: 'one' });

      await fixTextForms(tx);
      const of = (await sealableTables(tx)).find(({ table }) => table === 'counter');
      if (of === undefined) throw new Error('no such table');
      await putSealedTable(tx, of);
      expect(await differingBuckets(tx, of)).to.deep.equal([]);
      await many(tx, `insert into counter values ('new', 1)`);
      await many(tx, `update counter set last_value = 9 where name = 'thing'`);
      expect(await differingBuckets(tx, of)).to.deep.equal([
        { period: '', bucketNo: 0n, lost: 0n, added: 1n, moved: true },
      ]);
      expect(await sealTable(tx, of, { anew: false })).to.deep.equal({ lost: 0n });
      expect(await differingBuckets(tx, of)).to.deep.equal([]);
      throw ENOUGH_SEEN;
    }).catch((error: unknown) => {
      if (error !== ENOUGH_SEEN) throw error;
    });
  });
});

/** A seeded draw of whole numbers below a limit. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

/** One statement that changes a column of a random row, removes it, copies it under another key, or cuts all away. */
async function tampering(
  owner: Parameters<typeof many>[0],
  of: SealableTable,
  draw: (below: number) => number,
): Promise<string> {
  const columns = await many<{ name: string; type: string; generated: string }>(
    owner,
    `select attname as name, format_type(atttypid, null) as type, attgenerated as generated
       from pg_attribute
      where attrelid = '${of.table}'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  const pick = `(select ctid from "${of.table}" order by md5(${of.key.map((k) => `"${k}"::text`).join(' || ')} || '${draw(1e6)}') limit 1)`;
  const [only] = await many<{ where: string }>(
    owner,
    `select concat_ws(' and ', ${of.key
      .map((k) => `format('%I = %L', '${k}', "${k}")`)
      .join(', ')}) as "where" from "${of.table}" where ctid = ${pick} limit 1`,
  );
  const where = only?.where ?? 'false';
  const kind = draw(10);
  if (kind === 0) return `truncate "${of.table}" cascade`;
  if (kind <= 2) return `delete from "${of.table}" where ${where}`;
  const isCopy = kind <= 4;
  const keyed = columns.find(({ name }) => name === of.key.at(-1));
  const chosen = isCopy ? keyed : columns[draw(columns.length)];
  if (chosen === undefined) throw new Error(`${of.table} has no column to tamper with`);
  const { name, type } = chosen;
  const other: Record<string, string> = {
    text: `coalesce("${name}", '') || 'x'`,
    boolean: `not "${name}"`,
    bytea: `sha256(coalesce("${name}", ''::bytea))`,
    json: `(coalesce("${name}", '{}')::jsonb || '{"tampered": true}')::json`,
    jsonb: `coalesce("${name}", '{}') || '{"tampered": true}'`,
    date: `coalesce("${name}", '2026-01-01') + 1`,
    uuid: 'gen_random_uuid()',
    'text[]': `coalesce("${name}", '{}') || array['x']`,
    'timestamp with time zone': `coalesce("${name}", '2026-01-01') + interval '1 second'`,
  };
  const value = other[type] ?? `coalesce("${name}", 0) + 1`;
  if (!isCopy) return `update "${of.table}" set "${name}" = ${value} where ${where}`;
  const own = columns.filter(({ generated }) => generated === '').map((one) => `"${one.name}"`);
  return `insert into "${of.table}" (${own.join(', ')}) overriding system value
          select ${own.map((one) => `r.${one}`).join(', ')}
            from (select *, ${value} as other_key from "${of.table}" where ${where}) t,
                 jsonb_populate_record(null::"${of.table}",
                   to_jsonb(t) || jsonb_build_object('${name}', t.other_key)) r`;
}
