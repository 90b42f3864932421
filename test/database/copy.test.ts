import { expect } from 'chai';
import fc from 'fast-check';
import { copyIn, copyLine, copyOut } from '../../src/platform/copy.ts';
import { many, one, write, type Db, type Tx } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';

/** More than the pool has connections: if each round lost one, the last could not begin. */
const MORE_THAN_THE_POOL = 12;

const stream = async function* <Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
};

async function rowsOf(chunks: AsyncIterable<(string | null)[][]>): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

describe('COPY in and out', () => {
  const test = useDatabase();
  const STAGED = 'create temp table staged (no int, a text, b text) on commit drop';
  const STAGED_ROWS = 'select a, b from staged order by no';

  /** Any text that PostgreSQL can hold: all of Unicode but NUL, and no half of a surrogate pair. */
  const text = fc.oneof(
    fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
    fc
      .array(fc.constantFrom('\t', '\n', '\r', '\\', '\\N', '\\.', '\b', '\f', '\v', 'N', 't', 'ệ'))
      .map((parts) => parts.join('')),
    fc.constantFrom('', '\\.', '\\N', 'Nguyễn Thị Ánh', '\u2028', '👵🏽', '"', ','),
  );
  const row = fc.tuple(fc.option(text), fc.option(text));

  it('bring every row back as it was: tabs, newlines, backslashes, nulls, all of Unicode', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.nat(), async (rows, seed) => {
        const whole = Buffer.from(rows.map(([a, b], no) => copyLine([no, a, b])).join(''));
        // Cut anywhere, also inside a character.
        const cut = seed % (whole.length + 1);
        const back = await write(test().db, async (tx) => {
          await many(tx, STAGED);
          const parts = [whole.subarray(0, cut), whole.subarray(cut)];
          expect(await copyIn(tx, 'staged (no, a, b)', stream(parts))).to.equal(rows.length);
          return rowsOf(copyOut(tx, STAGED_ROWS));
        });
        expect(back).to.deep.equal(rows);
      }),
      { numRuns: 60 },
    );
  });

  it('write integers of any size, and tell a null from an empty text', async () => {
    const back = await write(test().db, async (tx) => {
      await many(tx, 'create temp table figures (n bigint, t text) on commit drop');
      const lines = [copyLine([9_007_199_254_740_993n, '']), copyLine([7, null])];
      await copyIn(tx, 'figures', stream(lines));
      return rowsOf(copyOut(tx, 'select n, t from figures order by t nulls last'));
    });
    expect(back).to.deep.equal([
      ['9007199254740993', ''],
      ['7', null],
    ]);
  });

  it('take a CSV file by its header', async () => {
    const rows = await write(test().db, async (tx) => {
      await many(tx, STAGED);
      const csv = ['no,a,b\n1,"Xóm 1, ""cũ""",\n2,', '"hai\ndòng",x\n'];
      expect(await copyIn(tx, 'staged', stream(csv), 'csv header')).to.equal(2);
      return rowsOf(copyOut(tx, STAGED_ROWS));
    });
    expect(rows).to.deep.equal([
      ['Xóm 1, "cũ"', null],
      ['hai\ndòng', 'x'],
    ]);
  });

  it('keep rows whole that lie across the chunks of the wire', async () => {
    const sql = `select n, repeat('ệ\\', (n % 50)::int) from generate_series(1, 20000) as n`;
    const rows = await rowsOf(copyOut(test().db, sql));
    expect(rows.length).to.equal(20_000);
    rows.forEach(([n, value], i) => {
      if (n !== String(i + 1) || value !== 'ệ\\'.repeat((i + 1) % 50)) {
        expect.fail(`row ${i + 1} came back otherwise`);
      }
    });
  });

  it('put named values in as literals, and nothing else', async () => {
    const sql = `select :text, :amount, '10:30'::text, '2026-11-01'::date, ':other'`;
    const hostile = `'; drop table approval; -- \\' :amount`;
    expect(await rowsOf(copyOut(test().db, sql, { text: hostile, amount: 7n }))).to.deep.equal([
      [hostile, '7', '10:30', '2026-11-01', ':other'],
    ]);
  });
});

describe('the connection of a COPY', () => {
  const test = useDatabase();
  const LONG = `select n, repeat('x', 100) from generate_series(1, 100000) as n`;
  const answers = async (db: Db | Tx): Promise<number> =>
    (await one<{ n: number }>(db, 'select 1 as n')).n;

  it('is given back when the reader stops early, and answers the next who is given it', async () => {
    for (let i = 0; i < MORE_THAN_THE_POOL; i += 1) {
      for await (const chunk of copyOut(test().db, LONG)) {
        expect(chunk.length).to.be.greaterThan(0);
        break;
      }
      expect(await answers(test().db)).to.equal(1);
    }
  });

  it('is given back when the reader fails', async () => {
    for (let i = 0; i < MORE_THAN_THE_POOL; i += 1) {
      const failed = (async () => {
        for await (const chunk of copyOut(test().db, LONG)) throw new Error(`${chunk.length > 0}`);
      })();
      expect(await failed.catch((error: unknown) => String(error))).to.equal('Error: true');
    }
    expect(await answers(test().db)).to.equal(1);
  });

  it('is given back when the query fails, at once or half-way', async () => {
    for (let i = 0; i < MORE_THAN_THE_POOL; i += 1) {
      const failing = [
        'select no_such_column',
        'select 1 / (50000 - n) from generate_series(1, 100000) as n',
      ];
      const codes = [];
      for (const sql of failing) codes.push(await whatRefused(rowsOf(copyOut(test().db, sql))));
      expect(codes).to.deep.equal(['42703', '22012']);
    }
    expect(await answers(test().db)).to.equal(1);
  });

  it('goes on serving its transaction when a reader stops early', async () => {
    const n = await write(test().db, async (tx) => {
      for await (const chunk of copyOut(tx, LONG)) {
        expect(chunk.length).to.be.greaterThan(0);
        break;
      }
      return answers(tx);
    });
    expect(n).to.equal(1);
  });

  it('is given back when what is loaded fails, and nothing is kept', async () => {
    const source = async function* (): AsyncGenerator<string> {
      yield copyLine(['loaded', 1]);
      await Promise.resolve();
      throw new Error('the source failed');
    };
    for (let i = 0; i < MORE_THAN_THE_POOL; i += 1) {
      const loading = write(test().db, (tx) => copyIn(tx, 'counter (name, last_value)', source()));
      const error = await loading.catch((failure: unknown) => String(failure));
      expect(error).to.contain('the source failed');
    }
    expect(await many(test().db, `select from counter where name = 'loaded'`)).to.deep.equal([]);
  });

  it('is given back when a line does not fit, and nothing is kept', async () => {
    for (let i = 0; i < MORE_THAN_THE_POOL; i += 1) {
      const lines = stream([copyLine(['loaded', 1]), copyLine(['negative', -1])]);
      const loading = write(test().db, (tx) => copyIn(tx, 'counter (name, last_value)', lines));
      expect(await whatRefused(loading)).to.equal('counter_last_value_check');
    }
    expect(await many(test().db, `select from counter where name = 'loaded'`)).to.deep.equal([]);
  });
});
