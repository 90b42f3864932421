import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { htmlReport } from '../../adapters/report/html.tsx';
import { pdfReport } from '../../adapters/report/pdf.ts';
import { xlsxReport } from '../../adapters/report/xlsx.ts';
import { lastDay } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { recordEvent } from '../../src/audit/audit.sql.ts';
import {
  budgetRows,
  communeNamesOn,
  indicatorCounts,
  letterheadOf,
} from '../../src/report/indicator.sql.ts';
import { drawReport, type DrawnReport } from '../../src/report/draw-report.flow.ts';
import { filedForms } from '../../src/report/report.sql.ts';
import type { ReportWriter } from '../../src/report/report-writer.port.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

const DRAWN_AT = '2026-11-20T01:00:00Z';

interface Drawing {
  readonly environment?: 'sandbox' | 'production';
  readonly writers?: readonly ReportWriter[];
  readonly at?: string;
}

const draw = (
  town: TownCopy,
  { environment = 'sandbox', writers = [htmlReport, xlsxReport], at = DRAWN_AT }: Drawing = {},
) => drawReport(town.context({ at }), writers, { ...TOWN_SCOPE, environment });

function failing({ report }: DrawnReport): string[] {
  return report.checks.filter(({ holds }) => !holds).map(({ label }) => label.en);
}

const pageOf = ({ files }: DrawnReport): string => {
  const page = files.find(({ name }) => name.endsWith('.html'));
  return readFileSync(page?.path ?? '', 'utf8');
};

async function eventsOf(town: TownCopy): Promise<unknown[]> {
  return many(
    town.db,
    `select e.subject, e.facts ->> 'name' as name, e.facts ->> 'sha256' as sha256
       from audit_event e where action = 'report-filed' order by event_no`,
  );
}

describe('the report of a clean town', () => {
  const towns = useTownCopies({ until: 'reconciliation' });

  it('holds every check, and carries figures that are not nothing', async () => {
    const drawn = await draw(await towns.copy());
    expect(failing(drawn)).to.deep.equal([]);
    expect(drawn.report.checks).to.have.lengthOf(11);
    const { totals, batches, statements, breaks } = drawn.figures;
    expect(totals.paidVnd > 0n && totals.entitledVnd > totals.paidVnd).to.equal(true);
    expect(totals.inTransitVnd).to.equal(0n);
    expect(batches.map(({ channelKind }) => channelKind)).to.deep.equal(['account', 'cash_post']);
    expect(statements).to.have.lengthOf(1);
    expect(breaks).to.deep.equal([]);
  });

  it('ties the communes, the banks and the budget to what was instructed', async () => {
    const town = await towns.copy();
    const { figures } = await draw(town);
    const of = { period: TOWN_PERIOD, day: lastDay(TOWN_PERIOD) };
    const { communes } = figures;
    const names = await communeNamesOn(town.db, of);
    for (const one of communes) expect(names.get(one.communeCode)).to.equal(one.communeName);
    const instructed = figures.batches.reduce((sum, batch) => sum + batch.totalVnd, 0n);
    expect(communes.reduce((sum, one) => sum + one.vnd, 0n)).to.equal(instructed);
    const cash = figures.batches.find(({ channelKind }) => channelKind === 'cash_post');
    const byAccount = communes.reduce((sum, one) => sum + one.accountVnd, 0n);
    expect(byAccount).to.equal(instructed - (cash?.totalVnd ?? 0n));
    expect(communes.every(({ communeName, communeCode }) => communeName !== communeCode)).to.equal(
      true,
    );
    const budget = await budgetRows(town.db, { provinceCode: '40', year: 2026 });
    expect(budget.reduce((sum, one) => sum + one.committedVnd, 0n)).to.equal(instructed);
    const counts = await indicatorCounts(town.db, of);
    expect(counts.due).to.equal(figures.totals.dueCount);
    expect(counts.personProven > 0n && counts.personProven <= counts.due).to.equal(true);
    expect(counts.accountProven > 0n && counts.accountProven < counts.due).to.equal(true);
    expect([counts.answers > 0n, counts.reused, counts.gaps]).to.deep.equal([true, 0n, 0n]);
    await town.owner.transaction((tx) =>
      withoutRules(
        tx,
        `update verification set reused_from = '2026-10' where subject = 'recipient';
         insert into quality_gap
         select n, 'has_phone', 'social_assistance', '2026-10', '17759', ended, why
           from (values (1, null, null), (2, '2026-11', 'cleaned'), (3, '2026-10', 'cleaned'),
                        (4, '2026-11', 'left'), (5, '2026-12', 'cleaned')) t (n, ended, why)`,
      ),
    );
    // The third was put right before, the fourth has left; the fifth is open in November still.
    const later = await indicatorCounts(town.db, of);
    expect([later.gaps, later.cleaned]).to.deep.equal([3n, 1n]);
    expect(later.reused > 0n && later.reused < later.answers).to.equal(true);
    const letterhead = await letterheadOf(town.db, { provinceCode: '40', day: of.day });
    expect(letterhead.province).to.include('Nghệ An');
    expect(letterhead.agency).not.to.equal('');
  });

  it('says SANDBOX, the period and the head of the audit chain', async () => {
    const town = await towns.copy();
    const page = pageOf(await draw(town));
    expect(page).to.include('SANDBOX').and.to.include('tháng 11/2026');
    const [head] = await many<{ hash: string }>(
      town.db,
      `select encode(hash, 'hex') as hash from audit_event
        where action <> 'report-filed' order by event_no desc limit 1`,
    );
    expect(page).to.include(head?.hash);
    expect(pageOf(await draw(await towns.copy(), { environment: 'production' }))).not.to.include(
      'SANDBOX',
    );
  });

  it('is filed in each of its forms, with an event each', async () => {
    const town = await towns.copy();
    const drawn = await draw(town, { writers: [htmlReport, xlsxReport, pdfReport] });
    expect(drawn.unchanged).to.equal(false);
    expect(drawn.files.map(({ name }) => name)).to.deep.equal([
      `an-sinh-40-${TOWN_PERIOD}.html`,
      `an-sinh-40-${TOWN_PERIOD}.xlsx`,
      `an-sinh-40-${TOWN_PERIOD}.pdf`,
    ]);
    const filed = await many<{ subject: string; name: string; sha256: string }>(
      town.db,
      `select 'file/' || file_id as subject, name, encode(sha256, 'hex') as sha256
         from file where kind = 'report' order by file_id`,
    );
    expect(await eventsOf(town)).to.deep.equal(filed);
    expect(filed.map(({ sha256 }) => town.context().archive.path(sha256))).to.deep.equal(
      drawn.files.map(({ path }) => path),
    );
  });

  it('is the same when it is drawn twice, and files nothing more', async () => {
    const town = await towns.copy();
    const first = await draw(town);
    const events = await eventsOf(town);
    const second = await draw(town);
    expect(second.unchanged).to.equal(true);
    expect(second.report).to.deep.equal(first.report);
    expect(second.files).to.deep.equal(first.files);
    expect(await eventsOf(town)).to.deep.equal(events);
  });

  it('stays the one that was filed as long as no figure is another, whenever it is asked for', async () => {
    const town = await towns.copy();
    const first = await draw(town);
    await write(town.db, (tx) =>
      recordEvent(tx, {
        at: new Date(DRAWN_AT),
        actor: 'maker',
        action: 'looked',
        subject: 'month/1',
        facts: {},
      }),
    );
    const events = await eventsOf(town);
    const later = await draw(town, { at: '2026-11-27T03:00:00Z' });
    expect(later.unchanged).to.equal(true);
    expect(later.files).to.deep.equal(first.files);
    expect(later.report).not.to.deep.equal(first.report);
    expect(await eventsOf(town)).to.deep.equal(events);
  });

  it('is another as soon as one dong is, and in a form that was not drawn yet', async () => {
    const town = await towns.copy();
    const first = await draw(town, { writers: [htmlReport] });
    const both = await draw(town);
    expect(both.unchanged).to.equal(false);
    expect(both.files[0]).to.deep.equal(first.files[0]);
    await town.owner.transaction((tx) =>
      withoutRules(tx, `update budget set amount_vnd = amount_vnd + 1`),
    );
    const after = await draw(town);
    expect(after.unchanged).to.equal(false);
    expect(after.files[0]).not.to.deep.equal(first.files[0]);
    const { files } = after;
    const names = files.map(({ name }) => name);
    // The last of a name is what stands for its figures.
    const events = await many<{ figures: string }>(
      town.db,
      `select facts ->> 'figures' as figures from audit_event
        where action = 'report-filed' order by event_no desc limit 1`,
    );
    const filed = await filedForms(town.db, { names, figures: events[0]?.figures ?? '' });
    expect(filed.map(({ sha256 }) => town.context().archive.path(sha256))).to.have.members(
      files.map(({ path }) => path),
    );
  });

  it('is one for two who draw it at the same instant from two copies', async () => {
    const [one, two] = [await draw(await towns.copy()), await draw(await towns.copy())];
    expect(pageOf(one)).to.equal(pageOf(two));
  });
});

describe('the report of a town that was tampered with', () => {
  const towns = useTownCopies({ until: 'reconciliation' });

  // What a person with all rights may do to the rows, and the checks that see it.
  const TAMPERED: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a row of the list is lost',
      'update recipient_list set accepted_count = accepted_count - 1',
      ['Every row of the lists has a fate'],
    ],
    [
      'a dong is added to what one recipient is due',
      `update assessment set amount_vnd = amount_vnd + 1
        where due_reference = (select min(due_reference) from assessment where amount_vnd > 0)`,
      ['Due = sum of its lines = ledger', 'Due = instructed + held + deducted'],
    ],
    [
      'a dong more is instructed than was due',
      `update disbursement_batch set total_vnd = total_vnd + 1 where channel = 'POST'`,
      [
        'Due = instructed + held + deducted',
        'Instructed = released',
        'Every instruction has one outcome',
        'By commune = by bank = instructed',
      ],
    ],
    [
      'an outcome is taken out of the ledger',
      `delete from ledger_transfer
        where kind = 'settled' and reference = (
          select min(reference) from ledger_transfer join disbursement_batch using (batch_id)
           where kind = 'settled' and channel = 'POST')`,
      ['Every instruction has one outcome'],
    ],
    [
      'a statement shows a dong more',
      'update statement set debit_vnd = debit_vnd + 1, closing_vnd = closing_vnd - 1',
      ['Statement: debits = settled, credits = returned'],
    ],
    [
      'a statement does not add up',
      'update statement set closing_vnd = closing_vnd + 1',
      ['Statement: opening − debits + credits = closing'],
    ],
    [
      'a break is open',
      `insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
       values (1, 'not-answered', '${TOWN_PERIOD}', 'X', 0, '2026-11-20')`,
      ['No break is left unexplained'],
    ],
  ];
  for (const [what, sql, seen] of TAMPERED) {
    it(`says so at the top when ${what}`, async () => {
      const town = await towns.copy();
      const [begun, undo] = await tamper(town, sql);
      expect(failing(begun)).to.deep.equal(seen);
      expect(pageOf(begun)).to.match(/class="alarm/);
      await undo();
    });
  }

  /** Draws the report of tampered rows, and says how to put them right for the invariants. */
  async function tamper(town: TownCopy, sql: string): Promise<[DrawnReport, () => Promise<void>]> {
    const constraints = await many<{ table: string; name: string }>(
      town.owner,
      `select conrelid::regclass::text as table, conname as name from pg_constraint
        where contype = 'c' and conrelid in ('recipient_list'::regclass, 'statement'::regclass)`,
    );
    for (const { table, name } of constraints) {
      await many(town.owner, `alter table ${table} drop constraint ${name}`);
    }
    await town.owner.transaction((tx) => withoutRules(tx, sql));
    const drawn = await draw(town);
    return [drawn, () => town.end({ checked: false })];
  }
});

describe('the report of a month that is not over', () => {
  const towns = useTownCopies({ until: 'released' });

  it('does not claim that every instruction has an outcome', async () => {
    const drawn = await draw(await towns.copy());
    expect(failing(drawn)).to.deep.equal(['Every instruction has one outcome']);
    expect(drawn.figures.totals.inTransitVnd > 0n).to.equal(true);
  });
});
