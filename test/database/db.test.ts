import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { period } from '../../src/kernel/period.ts';
import {
  connect,
  connectAsOwner,
  createDatabase,
  many,
  maybeOne,
  namesNobody,
  one,
  violatedConstraint,
  write,
} from '../../src/platform/db.ts';
import { databaseUrl, testServer, useDatabase } from '../support/database.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { table } from '../support/table.ts';

const READ_ONLY = '25006';
const NOT_PERMITTED = '42501';
const ABORTED = '25P02';

describe('write', () => {
  const test = useDatabase();
  const count = async (name: string): Promise<bigint> =>
    (
      await one<{ n: bigint }>(test().db, 'select count(*) as n from counter where name = :name', {
        name,
      })
    ).n;
  const INSERT = 'insert into counter values (:name, 1)';

  it('gives back what the work returns, and keeps what it wrote', async () => {
    const result = await write(test().db, async (tx) => {
      await many(tx, INSERT, { name: 'kept' });
      return 'result';
    });
    expect(result).to.equal('result');
    expect(await count('kept')).to.equal(1n);
  });

  it('keeps nothing when the work throws', async () => {
    const failure = new Error('half-way');
    const outcome = await write(test().db, async (tx) => {
      await many(tx, INSERT, { name: 'thrown' });
      throw failure;
    }).catch((error: unknown) => error);
    expect(outcome).to.equal(failure);
    expect(await count('thrown')).to.equal(0n);
  });

  it('rejects when an error was swallowed inside: nothing was kept (F13)', async () => {
    const swallowing = write(test().db, async (tx) => {
      await many(tx, INSERT, { name: 'swallowed' });
      await many(tx, 'select 1 / 0').catch(() => undefined);
    });
    expect(await whatRefused(swallowing)).to.equal(ABORTED);
    expect(await count('swallowed')).to.equal(0n);
  });

  it('is needed for that: the driver alone reports success', async () => {
    await test().owner.transaction(async (tx) => {
      await many(tx, INSERT, { name: 'driver' });
      await many(tx, 'select 1 / 0').catch(() => undefined);
    });
    expect(await count('driver')).to.equal(0n);
  });
});

describe('a session of the application', () => {
  const test = useDatabase();

  it('is read-only outside write(), before and after one', async () => {
    const attempts = [
      `insert into counter values ('outside', 1)`,
      `select next_numbers('outside', 1)`,
      `create table mine (n int)`,
    ];
    for (let round = 0; round < 2; round += 1) {
      for (const sql of attempts) {
        expect(await whatRefused(many(test().db, sql)), sql).to.equal(READ_ONLY);
      }
      await write(test().db, (tx) => many(tx, `select next_numbers('inside', 1)`));
    }
  });

  it('may not change what is written for ever, not even inside write()', async () => {
    await write(test().db, (tx) =>
      openPeriod(tx, { period: period('2026-11'), at: new Date('2026-10-22T02:00:00Z') }),
    );
    const FOR_EVER = [
      ['payment_instruction', 'amount_vnd'],
      ['payment_instruction_2026_11', 'amount_vnd'],
      ['ledger_transfer', 'amount_vnd'],
      ['ledger_transfer_2026_11', 'amount_vnd'],
      ['audit_event', 'facts'],
      ['audit_head', 'hash'],
      ['approval', 'signed_at'],
      ['disbursement_batch', 'total_vnd'],
      ['payment_file', 'total_vnd'],
      ['file', 'sha256'],
      ['assessment', 'amount_vnd'],
      ['verification', 'class'],
      ['channel', 'dedupes_reference'],
      ['batch_step', 'to_state'],
      ['dispatch_step', 'to_state'],
      ['payment_outcome', 'outcome'],
    ] as const;
    for (const [name, column] of FOR_EVER) {
      for (const sql of [
        `update ${name} set ${column} = ${column}`,
        `delete from ${name}`,
        `truncate ${name}`,
      ]) {
        expect(await triedAndUndone(test().db, (tx) => many(tx, sql)), sql).to.equal(NOT_PERMITTED);
      }
    }
  });

  it('may not put the rules aside', async () => {
    for (const sql of [
      'alter table batch_state disable trigger all',
      'alter table batch_state disable trigger check_step',
      'alter table payment_instruction drop constraint payment_instruction_pkey',
      `set session_replication_role = replica`,
      'create or replace function line_hash() returns bytea language sql as $$ select null::bytea $$',
      'drop table approval',
    ]) {
      expect(await triedAndUndone(test().db, (tx) => many(tx, sql)), sql).to.equal(NOT_PERMITTED);
    }
  });

  it('may change these columns and no others, and delete nothing anywhere', async () => {
    const granted = await many<{ table: string; columns: string }>(
      test().owner,
      `select c.relname as table,
              coalesce(string_agg(a.attname, ',' order by a.attname)
                         filter (where has_column_privilege('an_sinh_app', c.oid, a.attnum, 'update')),
                       '') as columns
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        group by c.oid, c.relname
       having bool_or(has_column_privilege('an_sinh_app', c.oid, a.attnum, 'update'))
        order by c.relname`,
    );
    expect(granted).to.deep.equal(
      table<'table' | 'columns'>(`
        table                 columns
        alarm                 acknowledged_at,acknowledged_by
        alarm_delivery        attempts,delivered_at,due_at,last_failure
        batch_state           came_from,changed_at,state,version
        budget                committed_vnd
        cancellation_request  confirmed_at,confirmed_by,declined_at,declined_by,declined_reason,sent_at,sha256
        counter               last_value,name
        credential            code_secret,code_since,one_time_until,password_hash,password_set_at
        cross_check_run       found_count,line_count,run_at
        dispatch_inquiry      answer,answered_at
        enrolment             stop_decision,stop_reason,stops_after
        epoch                 reason,released_at,released_by
        epoch_file            decided_at,decided_by,fate
        file_dispatch         came_from,fence,lease_owner,lease_until,sent_at,state
        finding               closed_at,told
        job_pause             resumed_at,resumed_by
        job_run               finished_at,state
        job_unit              attempts,began_at,came_from,cancel_asked_by,cursor,done_count,due_at,ended_at,fence,last_failure,late_at,lease_owner,lease_until,outcome,priority,state,step,total_count
        outside_fact          said_on,until_day,withdrawn_at
        outside_identity      ended_at
        own_code              ended_at,used_at
        own_session           ended_at
        payment_channel       ended_on
        person                active
        person_role           revoked_at
        provider_calls        agreed,given,last_share
        quality_count         checked,failed,measured_at
        quality_gap           ended_by,ended_in
        recipient_key         valid_until
        reconciliation_break  confirmed_by,decide_by,resolution,resolved_at,resolved_by
        role_proposal         decided_at,decided_by,granted
        row_seal              bucket_no,changing,frozen,period,table_name
        sealed_table          changing,frozen,table_name
        session               end_reason,ended_at,factors,seen_at,step_up_at,token_hash
        settlement_file       break_count,duplicate_count,matched_count
        timetable_sweep       swept_until
        try_count             tries,window_began
      `),
    );
    const destructible = await many(
      test().owner,
      `select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and (has_table_privilege('an_sinh_app', c.oid, 'delete')
               or has_table_privilege('an_sinh_app', c.oid, 'truncate')
               or pg_has_role('an_sinh_app', c.relowner, 'member'))`,
    );
    expect(destructible).to.deep.equal([]);
  });
});

describe('what a refused statement says', () => {
  const test = useDatabase();

  it('namesNobody: whether it named a person whom there is not', async () => {
    const refused = (statement: string): Promise<unknown> =>
      many(test().owner, statement).catch((error: unknown) => error);
    const role = `insert into person_role values ('nobody', 'checker', '40', null, 'x', now())`;
    const [nobody, other] = [await refused(role), await refused('select 1 / 0')];
    expect([namesNobody(nobody), namesNobody(other)]).to.deep.equal([true, false]);
  });
});

describe('reading rows', () => {
  const test = useDatabase();

  it('keeps a date the text it is, and an amount the integer it is', async () => {
    expect(
      await one(
        test().db,
        `select date '2026-03-01' as day, 9007199254740993 as vnd, sum(n)::bigint as total
           from (values (9007199254740993), (2)) as v (n)`,
      ),
    ).to.deep.equal({ day: '2026-03-01', vnd: 9007199254740993n, total: 9007199254740995n });
  });

  it('takes named bindings, and leaves a question mark alone', async () => {
    expect(
      await many(test().db, `select :a::int as a, '{"b": 1}'::jsonb ? 'b' as b, '?' as mark`, {
        a: 7,
      }),
    ).to.deep.equal([{ a: 7, b: true, mark: '?' }]);
  });

  it('says how many rows it expects', async () => {
    const rows = (n: number): string => `select n from generate_series(1, ${n}) as n`;
    expect(await maybeOne(test().db, rows(0))).to.equal(undefined);
    expect(await maybeOne(test().db, rows(1))).to.deep.equal({ n: 1 });
    expect(await one(test().db, rows(1))).to.deep.equal({ n: 1 });
    for (const wrong of [
      one(test().db, rows(0)),
      one(test().db, rows(2)),
      maybeOne(test().db, rows(2)),
    ]) {
      expect(await wrong.catch((error: unknown) => String(error))).to.match(/^Error: expected /);
    }
  });

  it('names the rule that refused a statement, and no other error', async () => {
    const refused = await write(test().db, (tx) =>
      many(tx, `insert into counter values ('negative', -1)`),
    ).catch((error: unknown) => error);
    expect(violatedConstraint(refused)).to.equal('counter_last_value_check');
    // As a cluster says it: the shard's number behind the name.
    expect(
      violatedConstraint(new Error('violates check constraint "fence_only_rises_102008"')),
    ).to.equal('fence_only_rises');
    expect(violatedConstraint(new Error('connection ended'))).to.equal(undefined);
    expect(violatedConstraint('text')).to.equal(undefined);
  });
});

describe('createDatabase', () => {
  it('makes a database once, and leaves one that is there', async () => {
    const { url } = await testServer();
    const owner = connectAsOwner(url);
    const name = `made_${process.pid}`;
    try {
      await createDatabase(owner, name);
      const made = connectAsOwner(databaseUrl(url, name));
      await many(made, 'create table kept (n int)');
      await made.destroy();
      await createDatabase(owner, name);
      const again = connect(databaseUrl(url, name));
      expect(await whatRefused(many(again, 'select from kept'))).to.equal(NOT_PERMITTED);
      await again.destroy();
    } finally {
      await many(owner, `drop database if exists ${name} with (force)`);
      await owner.destroy();
    }
  });
});
