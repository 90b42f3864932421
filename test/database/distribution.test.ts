import { expect } from 'chai';
import { connectAsOwner, many, type Db, type Tx } from '../../src/platform/db.ts';
import { distribute, PLACEMENTS, shardColumn } from '../../src/platform/distribution.ts';
import { useDatabase } from '../support/database.ts';

// No cluster can be had in CI, so what a cluster would refuse is looked for in the catalog of one
// PostgreSQL. Each rule selects what breaks it, and each is shown a defect that it must report.

const MANIFEST = JSON.stringify(
  Object.entries(PLACEMENTS).map(([name, placement], place) => ({
    name,
    placement,
    place,
    shard: shardColumn(name),
  })),
);

/** Every relation of ours with the placement of its table; a partition has that of its parent. */
const PLACED = `
  with manifest as (
    select * from jsonb_to_recordset(:manifest::jsonb)
                  as m (name text, placement text, place int, shard text)
  ),
  placed as (
    select c.oid, c.oid::regclass::text as name, c.relkind, c.relispartition,
           m.placement, m.place, m.shard
      from pg_class c
      join pg_class root on root.oid = coalesce(pg_partition_root(c.oid), c.oid)
      left join manifest m on m.name = root.relname
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  ),
  keyed as (
    select f.*, f.conrelid::regclass || '.' || f.conname as key, child.placement as from_placement,
           parent.placement as to_placement, child.place as from_place, parent.place as to_place,
           exists (
             select from unnest(f.conkey, f.confkey) pair (child_column, parent_column)
               join pg_attribute a on a.attrelid = child.oid and a.attnum = child_column
                                  and a.attname = child.shard
               join pg_attribute b on b.attrelid = parent.oid and b.attnum = parent_column
                                  and b.attname = parent.shard) as pairs_shard_with_shard
      from pg_constraint f
      join placed child on child.oid = f.conrelid
      join placed parent on parent.oid = f.confrelid
     where f.contype = 'f' and f.conparentid = 0
  )`;

const RULES: Readonly<Record<string, string>> = {
  'every table is declared': `select name from placed where placement is null`,

  'what is declared is a table': `
    select name from manifest where to_regclass('public.' || name) is null`,

  'a distributed table has the column that finds the shard': `
    select p.name from placed p
     where p.placement = 'distributed' and not exists (
       select from pg_attribute a
        where a.attrelid = p.oid and a.attname = p.shard and a.attnotnull
          and a.atttypid = case p.shard when 'key' then 'text'::regtype else 'bigint'::regtype end)`,

  'every key of a distributed table holds that column': `
    select i.indexrelid::regclass::text
      from placed p join pg_index i on i.indrelid = p.oid
     where p.placement = 'distributed' and (i.indisunique or i.indisexclusion)
       and not exists (
         select from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) with ordinality k (attnum, nth)
           join pg_attribute a on a.attrelid = p.oid and a.attnum = k.attnum and a.attname = p.shard
           left join pg_constraint x on x.conindid = i.indexrelid and x.contype = 'x'
           left join pg_operator o on o.oid = x.conexclop[k.nth]
          where coalesce(o.oprname, '=') = '=')`,

  'keys between distributed tables pair shard with shard': `
    select key from keyed where from_placement = 'distributed' and to_placement = 'distributed'
       and not pairs_shard_with_shard`,

  'a distributed table refers to no local one': `
    select key from keyed where from_placement = 'distributed' and to_placement = 'local'`,

  'a reference table refers to reference tables only': `
    select key from keyed where from_placement = 'reference' and to_placement <> 'reference'`,

  'a local table refers to no distributed one': `
    select key from keyed where from_placement = 'local' and to_placement = 'distributed'`,

  'no key of a distributed table is emptied by its parent': `
    select key from keyed where from_placement = 'distributed'
       and (confdeltype in ('n', 'd') or confupdtype in ('n', 'd'))`,

  'what is referred to is placed first': `
    select key from keyed where to_placement in ('distributed', 'reference')
       and from_placement in ('distributed', 'reference') and to_place > from_place`,

  'no trigger stands on a distributed or reference table': `
    select p.name || '.' || t.tgname from placed p join pg_trigger t on t.tgrelid = p.oid
     where p.placement <> 'local' and not t.tgisinternal`,

  'no policy of a distributed table looks into a table': `
    select p.name || '.' || y.polname from placed p join pg_policy y on y.polrelid = p.oid
     where p.placement = 'distributed'
       and concat(pg_get_expr(y.polqual, p.oid), pg_get_expr(y.polwithcheck, p.oid)) ~* 'select'`,

  'partitions have no partitions': `
    select name from placed where relispartition and relkind = 'p'`,

  'a distributed or reference table inherits from none': `
    select p.name from placed p join pg_inherits h on h.inhrelid = p.oid
     where p.placement <> 'local' and not p.relispartition`,

  'no number of a distributed or reference table is drawn': `
    select p.name || '.' || a.attname
      from placed p
      join pg_attribute a on a.attrelid = p.oid and a.attnum > 0
      left join pg_attrdef d on d.adrelid = p.oid and d.adnum = a.attnum
     where p.placement <> 'local'
       and (a.attidentity <> ''
            or (a.attgenerated = '' and pg_get_expr(d.adbin, p.oid) ~ 'nextval|gen_random_uuid'))`,

  'the application does not write reference tables': `
    select name from placed
     where placement = 'reference'
       and (has_table_privilege('an_sinh_app', oid, 'insert, update, delete, truncate')
            or has_any_column_privilege('an_sinh_app', oid, 'insert, update'))`,

  'the names of constraints are not cut': `
    select conname from pg_constraint x join placed p on p.oid = x.conrelid
     where p.placement <> 'local' and x.conparentid = 0 and length(conname) >= 50`,
};

/** What the catalog holds against the rules, as "rule: culprit". */
async function findings(db: Db | Tx): Promise<string[]> {
  const found: string[] = [];
  for (const [rule, sql] of Object.entries(RULES)) {
    const culprits = await many<{ culprit: string }>(
      db,
      `${PLACED} select found.culprit from (${sql}) found (culprit) order by 1`,
      { manifest: MANIFEST },
    );
    found.push(...culprits.map(({ culprit }) => `${rule}: ${culprit}`));
  }
  return found;
}

/** A defect, and every line that the rules must say of it. */
const PLANTED: readonly (readonly [defect: string, findings: readonly string[]])[] = [
  [`create table payslip (payslip_id bigint primary key)`, ['every table is declared: payslip']],
  [
    `alter table register_change rename to register_history`,
    ['every table is declared: register_history', 'what is declared is a table: register_change'],
  ],
  [
    `alter table recipient_death drop constraint recipient_death_pkey;
     alter table recipient_death alter recipient_id type numeric`,
    ['a distributed table has the column that finds the shard: recipient_death'],
  ],
  [
    `create unique index one_phone on recipient (phone)`,
    ['every key of a distributed table holds that column: one_phone'],
  ],
  [
    `create unique index one_account on payment_channel (account_number) include (recipient_id)`,
    ['every key of a distributed table holds that column: one_account'],
  ],
  [
    `alter table enrolment add constraint one_decision
       exclude using gist (decision_number with =, recipient_id with <>)`,
    ['every key of a distributed table holds that column: one_decision'],
  ],
  [
    `alter table recipient_key drop constraint recipient_key_pkey,
       add constraint one_kind_each primary key (recipient_id, kind)`,
    ['every key of a distributed table holds that column: one_kind_each'],
  ],
  [
    `create unique index one_line on settlement_line_2026_11 (file_id, line_no)`,
    ['every key of a distributed table holds that column: one_line'],
  ],
  [
    // Both columns are numbers, but the recipient of the one is not the recipient of the other.
    `create unique index finding_first on finding (recipient_id);
     alter table payment_outcome add constraint found
       foreign key (batch_id) references finding (recipient_id)`,
    ['keys between distributed tables pair shard with shard: payment_outcome.found'],
  ],
  [
    `alter table payment_instruction add constraint of_a_batch
       foreign key (batch_id) references disbursement_batch`,
    ['a distributed table refers to no local one: payment_instruction.of_a_batch'],
  ],
  [
    `alter table programme add constraint named_by
       foreign key (name_vi) references person
       not valid`,
    ['a reference table refers to reference tables only: programme.named_by'],
  ],
  [
    `alter table counter add constraint of_a_death
       foreign key (last_value) references recipient_death`,
    ['a local table refers to no distributed one: counter.of_a_death'],
  ],
  [
    `alter table suspension add constraint of_an_enrolment
       foreign key (recipient_id, enrolment_ref) references enrolment on delete set null`,
    ['no key of a distributed table is emptied by its parent: suspension.of_an_enrolment'],
  ],
  [
    `alter table recipient add constraint has_died foreign key (recipient_id) references recipient_death`,
    ['what is referred to is placed first: recipient.has_died'],
  ],
  [
    `create trigger touch before update on recipient
       for each row execute function suppress_redundant_updates_trigger();
     create trigger touch before update on rate
       for each row execute function suppress_redundant_updates_trigger();
     create trigger touch before update on ledger_transfer_2026_11
       for each row execute function suppress_redundant_updates_trigger()`,
    [
      'no trigger stands on a distributed or reference table: ledger_transfer_2026_11.touch',
      'no trigger stands on a distributed or reference table: rate.touch',
      'no trigger stands on a distributed or reference table: recipient.touch',
    ],
  ],
  [
    `create policy own_province on payee using (exists (select from person where active))`,
    ['no policy of a distributed table looks into a table: payee.own_province'],
  ],
  [
    `create table listing_2030_01 partition of listing for values from ('2030-01') to ('2030-02')
       partition by hash (recipient_id)`,
    ['partitions have no partitions: listing_2030_01'],
  ],
  [
    `create table parent_of_all (); alter table finding inherit parent_of_all`,
    [
      'every table is declared: parent_of_all',
      'a distributed or reference table inherits from none: finding',
    ],
  ],
  [
    `alter table payee add drawn_no bigint generated always as identity;
     alter table payee add drawn_id uuid default gen_random_uuid()`,
    [
      'no number of a distributed or reference table is drawn: payee.drawn_id',
      'no number of a distributed or reference table is drawn: payee.drawn_no',
    ],
  ],
  [
    `grant insert on bank to an_sinh_app; grant update (name_vi) on programme to an_sinh_app`,
    [
      'the application does not write reference tables: bank',
      'the application does not write reference tables: programme',
    ],
  ],
  [
    `alter table finding add constraint what_a_person_must_look_at_is_known_by_its_code_alone
       check (code <> '')`,
    [
      'the names of constraints are not cut: ' +
        'what_a_person_must_look_at_is_known_by_its_code_alone',
    ],
  ],
];

describe('distribution', () => {
  const test = useDatabase({ checked: false });

  before(async () => {
    await test().owner.raw(`select open_period('2026-11', '2026-10-21T02:00:00Z')`);
  });

  it('keeps every rule in every table and partition', async () => {
    expect(await findings(test().db)).to.deep.equal([]);
  });

  for (const [defect, expected] of PLANTED) {
    it(`reports: ${expected[0] ?? ''}`, async () => {
      const tx = await test().owner.transaction();
      try {
        await tx.raw(defect);
        expect(await findings(tx)).to.deep.equal(expected);
      } finally {
        await tx.rollback();
      }
    });
  }

  it('has a planted defect for every rule', () => {
    const reported = new Set(
      PLANTED.flatMap(([, lines]) => lines.map((line) => line.split(':')[0])),
    );
    expect([...reported].sort()).to.deep.equal(Object.keys(RULES).sort());
  });
});

describe('distribute', () => {
  const test = useDatabase();

  it('does nothing on one PostgreSQL', async () => {
    expect(await distribute(test().owner)).to.deep.equal([]);
  });

  it('places each table once, and puts the keys of local tables down while it does', async () => {
    const foreignKeys = (): Promise<unknown[]> =>
      many(
        test().owner,
        `select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as definition
           from pg_constraint where contype = 'f' order by 1, 2`,
      );
    const before = await foreignKeys();
    const url = new URL(test().url);
    url.searchParams.set('options', '-c search_path=stand_in,pg_catalog,public');
    const cluster = connectAsOwner(url.href);
    // What the extension would bring, as stand-ins that write down how they were called.
    await cluster.raw(`
      create schema stand_in;
      create table stand_in.pg_extension as select 'citus'::name as extname;
      create table stand_in.pg_dist_partition (logicalrelid regclass);
      create table stand_in.called (
        nth int generated always as identity, call text, modes text, keys bigint);
      create function stand_in.note(which regclass, call text) returns void language sql as $$
        insert into pg_dist_partition values (which);
        insert into called (call, modes, keys)
          select call, concat_ws(' ', current_setting('citus.multi_shard_modify_mode'),
                                 current_setting('citus.enable_local_reference_table_foreign_keys')),
                 (select count(*) from pg_constraint
                   where contype = 'f' and confrelid = 'programme'::regclass
                     and conrelid in ('budget'::regclass, 'disbursement_batch'::regclass))
      $$;
      create function stand_in.create_reference_table(which regclass) returns void
      language sql as $$ select note(which, 'reference ' || which) $$;
      create function stand_in.create_distributed_table(
        which regclass, by text, shard_count int default null, colocate_with text default 'default')
      returns void language sql as $$
        select note(which, concat_ws(' ', 'distributed', which, by, colocate_with, shard_count))
      $$`);

    try {
      const placed = await distribute(cluster);
      const spread = Object.values(PLACEMENTS).filter((placement) => placement !== 'local');
      expect(placed).to.have.length(spread.length);

      const called = await many<{ call: string; modes: string; keys: bigint }>(
        cluster,
        'select call, modes, keys from called order by nth',
      );
      const references = Object.entries(PLACEMENTS).filter(([, placed]) => placed === 'reference');
      expect(called.map(({ call }) => call).slice(0, references.length + 3)).to.deep.equal([
        ...references.map(([name]) => `reference ${name}`),
        'distributed recipient recipient_id none 64',
        'distributed recipient_key key none 64',
        'distributed payee recipient_id recipient',
      ]);
      expect(new Set(called.map(({ modes }) => modes))).to.deep.equal(new Set(['sequential off']));
      expect(new Set(called.map(({ keys }) => keys))).to.deep.equal(new Set([0n]));
      expect(await foreignKeys()).to.deep.equal(before);

      expect(await distribute(cluster)).to.deep.equal([]);
    } finally {
      await cluster.destroy();
    }
  });
});
