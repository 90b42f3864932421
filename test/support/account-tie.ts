import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { plainDate } from '../../src/kernel/period.ts';
import { addDays } from '../../src/kernel/working-days.ts';
import { many, type Db } from '../../src/platform/db.ts';
import { brokenInvariants } from './database.ts';
import { plantedAndUndone, withoutRules } from './refused.ts';

const FIRST_FORM = new URL('../../migrations/0040_break_resolution.sql', import.meta.url);
const GAP = /create view break_gap as\n([^;]*);/;
const TIE = /create view account_tie as\n([^;]*);/;

/**
 * Lays the account tied by days beside the views as they first were, which read every entry, every line and every
 * break that ever was: for all days, and for days drawn at random, the same parts, each once, to the dong.
 */
export async function expectSameTie(
  owner: Db,
  drawn: { readonly first: string; readonly days: number; readonly runs: number },
): Promise<void> {
  const sql = readFileSync(FIRST_FORM, 'utf8');
  const outcome = await plantedAndUndone(owner, async (tx) => {
    await many(tx, `create temp view gap_before as ${GAP.exec(sql)?.[1] ?? ''}`);
    const tie = TIE.exec(sql)?.[1] ?? '';
    await many(tx, `create temp view tie_before as ${tie.replaceAll('break_gap', 'gap_before')}`);
    const read = (from: string, bindings: Record<string, string> = {}) =>
      many<{ day: string }>(
        tx,
        `select * from ${from} order by account, direction, part`,
        bindings,
      );
    await compare();
    await withoutRules(tx, ONE_DONG_MORE);
    await compare();

    async function compare(): Promise<void> {
      const before = await read('tie_before');
      expect(before.length).to.be.greaterThan(0);
      expect(await read('account_tie')).to.deep.equal(before);
      const within = fc.tuple(fc.nat(drawn.days), fc.nat(drawn.days));
      await fc.assert(
        fc.asyncProperty(within, async ([one, other]) => {
          const first = addDays(plainDate(drawn.first), Math.min(one, other));
          const last = addDays(plainDate(drawn.first), Math.max(one, other));
          expect(await read('account_tie_between(:first, :last)', { first, last })).to.deep.equal(
            before.filter(({ day }) => first <= day && day <= last),
          );
        }),
        { numRuns: drawn.runs },
      );
      const gaps = 'select break_id, account, direction, entry_reference, gap_vnd from';
      expect(await many(tx, `${gaps} break_gap order by 1, 4`)).to.deep.equal(
        await many(tx, `${gaps} gap_before order by 1, 4`),
      );
    }
  });
  expect(outcome).to.equal('nothing');
}

/** The bank debits a dong more than the sum of a file, and a person is asked about its entry as one of a stranger. */
const ONE_DONG_MORE = `
  with moved as (
    update statement_entry set amount_vnd = amount_vnd + 1
     where entry_reference = (select min(entry_reference) from statement_entry
                               where payment_information_id <> '' and direction = 'debit')
    returning *
  )
  insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
  select -1, 'not-instructed', '2026-11', entry_reference, amount_vnd, booked_on from moved
  union all
  select -2, 'sum-differs', '2026-11', payment_information_id, 1, booked_on from moved`;

/** A break that says another entry, another way or another sum than its line is found by the audit. */
export async function expectBreaksToSayTheirLines(owner: Db): Promise<void> {
  for (const wrong of [
    `entry_reference = 'ELSEWHERE'`,
    `direction = case direction when 'debit' then 'credit' else 'debit' end`,
    'amount_vnd = amount_vnd + 1',
  ]) {
    let broken: string[] = [];
    await plantedAndUndone(owner, async (tx) => {
      await withoutRules(
        tx,
        `update reconciliation_break set ${wrong} where break_id =
           (select min(break_id) from reconciliation_break where direction is not null)`,
      );
      broken = await brokenInvariants(tx);
    });
    expect(broken, wrong).to.include('I25');
  }
}
