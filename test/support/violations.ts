import { expect } from 'chai';
import { many, violatedConstraint, write, type Db } from '../../src/platform/db.ts';
import type { TestDatabase } from './database.ts';

// Rules of the schema, each broken once on purpose, by the owner: what the application may not do
// is refused to the owner as well.

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface Violation {
  /** The constraint, whose name is the rule. Of a partition, by the name of the whole table. */
  readonly rule: string;
  readonly table: string;
  /** What is other than in the sound row of the table. */
  readonly wrong: Row;
}

/**
 * Plants sound rows and then every violation, and expects each to be refused by its own name; and
 * expects that no constraint of the tables is left without one.
 */
export function itKeepsEveryRule(
  test: () => TestDatabase,
  sound: Readonly<Record<string, Row>>,
  violations: readonly Violation[],
): void {
  before(async () => {
    for (const [table, row] of Object.entries(sound)) await plant(test().owner, table, row);
  });

  for (const { rule, table, wrong } of violations) {
    it(`${table}: ${rule}`, async () => {
      const planted = plant(test().owner, table, { ...sound[table], ...wrong });
      expect(await ruleBroken(planted)).to.equal(rule);
    });
  }

  it('has no rule that is not planted here', async () => {
    const rules = await many<{ rule: string }>(
      test().db,
      `select conname as rule from pg_constraint
        where conrelid = any (:tables::text[]::regclass[]) and contype in ('c', 'f', 'p', 'u', 'x')
          -- A foreign key to a partitioned table has one more for each partition.
          and conparentid = 0
       union
       select i.indexrelid::regclass::text from pg_index i
        where i.indrelid = any (:tables::text[]::regclass[]) and i.indisunique
       except
       -- A key and more, for a foreign key to refer to: what breaks it has broken the key before.
       select u.conname from pg_constraint u
         join pg_constraint p on p.conrelid = u.conrelid and p.contype = 'p' and p.conkey <@ u.conkey
        where u.contype = 'u'
       order by 1`,
      { tables: Object.keys(sound) },
    );
    const planted = new Set(violations.map(({ rule }) => rule));
    expect([...planted].sort()).to.deep.equal(rules.map(({ rule }) => rule).sort());
  });
}

/** Inserts one row as the owner. */
export async function plant(owner: Db, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row);
  await write(owner, (tx) =>
    many(
      tx,
      `insert into ${table} (${columns.join(', ')})
       values (${columns.map((column) => `:${column}`).join(', ')})`,
      row,
    ),
  );
}

/** The rule that refused some work; the error itself when it is another. */
async function ruleBroken(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const rule = violatedConstraint(error);
    if (rule === undefined) throw error;
    // A key of a partition has the name of the partition in it.
    return rule.replace(/_20\d\d_\d\d/, '');
  }
  return 'none';
}

/** What the application may do to each table, besides reading it. */
export async function rightsOfApplication(
  db: Db,
  tables: readonly string[],
): Promise<Record<string, string>> {
  const rows = await many<{ table: string; rights: string }>(
    db,
    `select t as table, concat_ws(' ',
            case when has_table_privilege('an_sinh_app', t, 'insert') then 'insert' end,
            (select 'update(' || string_agg(attname, ',' order by attnum) || ')' from pg_attribute
              where attrelid = t::regclass and attnum > 0 and not attisdropped
                and has_column_privilege('an_sinh_app', t, attname, 'update')),
            case when has_table_privilege('an_sinh_app', t, 'delete, truncate, trigger')
                 then 'delete' end) as rights
       from unnest(:tables::text[]) as t`,
    { tables: [...tables] },
  );
  return Object.fromEntries(rows.map(({ table, rights }) => [table, rights]));
}
