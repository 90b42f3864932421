import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { listedAmounts } from '../../adapters/sandbox/listed-amounts.ts';
import { takeWaitingLists } from '../../adapters/sandbox/post-office.ts';
import { sandboxPeople, type SandboxPerson } from '../../adapters/sandbox/province.ts';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import {
  addMonths,
  period,
  periodsFrom,
  plainDate,
  type Period,
  type PlainDate,
} from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { grouped } from '../../src/kernel/text.ts';
import { addDays } from '../../src/kernel/working-days.ts';
import { businessDate } from '../../src/platform/clock.ts';
import { many, write, type Db, type Tx } from '../../src/platform/db.ts';
import { textTable } from '../../src/platform/terminal.ts';
import type { BreakFate, BreakOutcome } from '../../src/reconciliation/break.ts';
import { closeMonth } from '../../src/reconciliation/close-period.flow.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
} from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { releaseBatches } from '../../src/release/release-batches.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import { expectSameTie } from '../support/account-tie.ts';
import { receive } from '../support/bank-files.ts';
import { ASSUMED_2027, daysIn } from '../support/calendars.ts';
import { brokenInvariants, useDatabase, type TestDatabase } from '../support/database.ts';
import { plantedAndUndone, withoutRules } from '../support/refused.ts';
import { SimulatedBank } from '../support/simulated-bank.ts';
import {
  askWhoDied,
  bytes,
  ASKER,
  townDirectories,
  townSettlement,
  townTransports,
} from '../support/town.ts';

// Months that follow one another, through the real flows, on a clock of their own: the same people are paid
// month after month by a bank that errs, is late and repeats itself (simulated-bank.ts), and by the post
// office. Breaks are decided by two persons after some days, and each month is closed as soon as it may be.
// At the end of every day our ledger and the open breaks are the bank's own books, to the dong.
//
// `npm run drill:months` walks 24 months with 300 people.

const MONTHS = Number(process.env.SIMULATED_MONTHS ?? 3);
const PEOPLE = Number(process.env.SIMULATED_PEOPLE ?? 60);
const IS_DRILL = process.env.SIMULATED_MONTHS !== undefined;
const SEED = Number(process.env.SIMULATED_SEED ?? 7);
/** 2 % come back and 1 % are erred about; in a few months of a few people it has to be more. */
const SHARES =
  MONTHS > 3 ? { refused: 10, erred: 10, returned: 20 } : { refused: 20, erred: 120, returned: 60 };
const FIRST = period('2025-08');
const FIRST_DAY = plainDate('2025-08-01');
const SCOPE = { provinceCode: '40', environment: 'sandbox' } as const;
const { maker, checkers } = SANDBOX_PERSONS;

const COLUMN = Object.fromEntries(LIST_COLUMNS.map((name, i) => [name, i])) as Record<
  ListColumn,
  number
>;

/** People whose ground no birthday ends while the months pass, and of whom nothing is wrong. */
function steadyPeople(): SandboxPerson[] {
  const drawn = [...sandboxPeople({ seed: SEED, recipients: 8 * PEOPLE, period: FIRST })];
  const steady = drawn.filter(({ planted, rows }) => {
    const [row = []] = rows;
    const born = Number(row[COLUMN.birth_date]?.slice(0, 4));
    const isOfAge = born > 1970 && born < 2005 && /^K[68]/.test(row[COLUMN.ground_code] ?? '');
    return planted === null && rows.length === 1 && isOfAge;
  });
  if (steady.length < PEOPLE) throw new Error('too few steady people');
  return steady.slice(0, PEOPLE);
}

/** The list of a month: the same people, with what the office that keeps it works out for each. */
function listOf(people: readonly SandboxPerson[], of: Period): string {
  const lines = people.map(({ rows: [row = []] }) => {
    const values = [...row];
    const amounts = listedAmounts(of, {
      coefficientHalves: Number(row[COLUMN.coefficient]) * 2,
      entitledFrom: period(row[COLUMN.entitled_from] ?? ''),
      newlyDecided: false,
    });
    values[COLUMN.period] = of;
    values[COLUMN.monthly_amount_vnd] = amounts.monthly;
    values[COLUMN.arrears_vnd] = amounts.arrears;
    values[COLUMN.total_vnd] = amounts.total;
    return values.map((value) => (/[",]/.test(value) ? `"${value}"` : value)).join(',');
  });
  return [LIST_COLUMNS.join(','), ...lines, ''].join('\n');
}

interface Office {
  readonly test: TestDatabase;
  readonly folder: string;
  readonly people: readonly SandboxPerson[];
  readonly bank: SimulatedBank;
}

const at = (day: string, hour = '02'): string => `${day}T${hour}:00:00Z`;

/** What an office does for a month, on the day of the month before. */
async function prepareMonth(office: Office, of: Period, day: PlainDate): Promise<void> {
  const { test, people } = office;
  const context = test.context({ actor: maker, at: at(day) });
  const scope = { ...SCOPE, period: of };
  if (day.endsWith('-22')) {
    await setUpSandbox(context, scope);
    await importList(context, csvRecipientList, {
      content: bytes([listOf(people, of)]),
      name: 'list.csv',
      period: of,
      provinceCode: SCOPE.provinceCode,
      sameAsLastMonth: true,
      strict: false,
    });
    await assessPeriod(context, { period: of, assessedOn: day });
    await verifyPeriod(context, townDirectories(people), { period: of, asker: ASKER });
    await gatherBatches(context, scope);
    await renderBatches(context, paymentFileWriters, scope);
  }
  if (day.endsWith('-23')) await sign(test, of, day);
  if (day.endsWith('-24')) {
    await askWhoDied(test, at(day), of);
    await releaseBatches(context, townTransports(office.folder), {
      period: of,
      owner: 'months',
      leaseSeconds: 60,
    });
    handOver(office);
    await takeWaitingLists({ folder: join(office.folder, 'post'), seed: SEED });
  }
}

async function sign(test: TestDatabase, of: Period, day: PlainDate): Promise<void> {
  for (const seen of await batchesOf(test.db, { period: of, state: 'prepared' })) {
    for (const actor of checkers) {
      const context = test.context({ actor, at: at(day, '03') });
      const stepUpAt = new Date(`${day}T02:58:00Z`);
      await approveBatch(context, { batchId: seen.batchId, seen, stepUpAt });
    }
  }
}

/** After the last month there is one more, into which what comes late is booked. */
async function openMonth({ test }: Office, of: Period, day: PlainDate): Promise<void> {
  await write(test.db, (tx) => openPeriod(tx, { period: of, at: new Date(at(day)) }));
}

/** Files that were put for the bank are taken away by it. */
function handOver({ folder, bank }: Office): void {
  const inbox = join(folder, 'bank', 'in');
  for (const name of readdirSync(inbox).sort()) {
    if (!name.endsWith('.xml')) continue;
    bank.take(readFileSync(join(inbox, name), 'utf8'));
    rmSync(join(inbox, name));
  }
}

/** What arrives on a day is read and matched; the post office reports on the 11th. */
async function takeIn(office: Office, day: PlainDate): Promise<void> {
  const { test, bank, folder } = office;
  const now = { at: at(day, '01'), period: period(day.slice(0, 7)) };
  const letters = bank.pass(day);
  if (letters.length > 0) {
    const { refused } = await receive(test, letters, 'BANK', now);
    expect(refused, day).to.deep.equal([]);
  }
  if (day.endsWith('-11')) {
    const context = test.context({ at: now.at });
    await receiveFiles(context, townSettlement(folder), { period: now.period, channel: 'POST' });
  }
  const context = test.context({ at: now.at });
  await reconcile(context);
  await findBreaks(context);
}

interface OpenBreak {
  readonly id: bigint;
  readonly kind: string;
  readonly reference: string;
  readonly openedAt: Date;
  readonly owned: boolean;
}

/** Each break has an owner on its first day, and is decided some days later, as was agreed for its kind. */
async function decideBreaks({ test, bank }: Office, day: PlainDate): Promise<number> {
  const open = await many<OpenBreak>(
    test.db,
    `select b.break_id as id, b.kind, b.reference, b.opened_at as "openedAt",
            exists (select from break_assignment a where a.break_id = b.break_id) as owned
       from reconciliation_break b where b.resolved_at is null order by 1`,
  );
  let decided = 0;
  for (const { id, kind, reference, openedAt, owned } of open) {
    const asked = test.context({ actor: maker, at: at(day, '05') });
    if (!owned) await assign(asked, { breakId: id, owner: maker, note: '' });
    // Between four and eight days, so that days begin and end with open breaks.
    if (businessDate(openedAt) > addDays(day, -4 - Number(id % 5n))) continue;
    const told = bank.decided.get(`${kind} ${reference}`) ?? bank.decided.get(kind) ?? '';
    const [, fate, outcome] = told.split(':') as [string, BreakFate | '', BreakOutcome | ''];
    expect(told, `${kind} ${reference}`).not.to.equal('');
    const proposalNo = await proposeResolution(asked, {
      breakId: id,
      fate: fate === '' ? null : fate,
      outcome: outcome === '' ? null : outcome,
      settles: null,
      reason: 'Biên bản làm việc với ngân hàng',
      document: `${id}/BB`,
    });
    const [actor] = checkers;
    const answer = { breakId: id, proposalNo, decision: 'confirmed', reason: '' } as const;
    await decideBreak(test.context({ actor, at: at(day, '06') }), answer);
    decided += 1;
  }
  return decided;
}

/** Closes the month if it may be closed; what stands in the way otherwise. */
async function tryToClose({ test }: Office, of: Period, day: PlainDate): Promise<string> {
  const context = test.context({ actor: maker, at: at(day, '08') });
  try {
    await closeMonth(context, { period: of, confirmedBy: checkers[0] });
    return 'closed';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'period-not-ready')
      return String(error.facts.rule);
    throw error;
  }
}

interface OurBooks {
  readonly paid: bigint;
  readonly house: bigint;
  readonly open: bigint;
  readonly openBreaks: bigint;
  readonly leftOver: bigint;
}

/**
 * The account as our books have it, out of the ledger, the transfers of the house and the open breaks: not
 * by the view by which the month is closed, of which only what its days have left over since a day is asked.
 */
async function ourBooks(db: Db | Tx, since: PlainDate): Promise<OurBooks> {
  const [row] = await many<OurBooks>(
    db,
    `select (select coalesce(sum(case t.kind when 'settled' then t.amount_vnd
                                             else -t.amount_vnd end), 0)::bigint
               from ledger_transfer t
               join disbursement_batch b on b.batch_id = t.batch_id and b.channel = 'BANK'
              where t.kind in ('settled', 'returned')) as paid,
            (select coalesce(sum(case moves when 'in' then amount_vnd
                                            else -amount_vnd end), 0)::bigint
               from house_transfer) as house,
            (select coalesce(sum(g.gap_vnd), 0)::bigint
               from break_gap g join reconciliation_break b using (break_id)
              where b.resolved_at is null) as open,
            (select count(*) from reconciliation_break where resolved_at is null) as "openBreaks",
            (select count(*) from account_tie
              where day >= :since and not waits
                and bank_vnd <> book_vnd + break_vnd) as "leftOver"`,
    { since },
  );
  if (row === undefined) throw new Error('a sum is always one row');
  return row;
}

/** What a month came to, as it is printed. */
interface MonthLine {
  readonly period: Period;
  compared: number;
  most: bigint;
  decided: number;
  closedOn: string;
}

async function walkMonths(office: Office): Promise<MonthLine[]> {
  const last = addMonths(FIRST, MONTHS - 1);
  const lines = periodsFrom(FIRST, last).map((of): MonthLine => ({
    period: of,
    compared: 0,
    most: 0n,
    decided: 0,
    closedOn: '',
  }));
  const end = plainDate(`${addMonths(last, 1)}-28`);
  let began = performance.now();
  for (let day = plainDate(`${addMonths(FIRST, -1)}-20`); day <= end; day = addDays(day, 1)) {
    const next = addMonths(period(day.slice(0, 7)), 1);
    if (next <= last) await prepareMonth(office, next, day);
    else await openMonth(office, next, day);
    await takeIn(office, day);
    const line = lines.find(({ period: of }) => of === day.slice(0, 7)) ?? lines.at(-1);
    if (line === undefined) throw new Error('there is at least one month');
    await compare(office, day, line);
    line.decided += await decideBreaks(office, day);
    await compare(office, day, line);
    if (addDays(day, 1).endsWith('-01')) began = await tellMonth(office.test.db, day, began);
    // From the 25th on, when the next month is open and can take what comes late.
    const due = lines.find(({ closedOn }) => closedOn === '');
    if (due !== undefined && day >= `${due.period}-25`) {
      if ((await tryToClose(office, due.period, day)) === 'closed') {
        due.closedOn = day;
        expect(await brokenInvariants(office.test.db, new Date(at(day, '09')))).to.deep.equal([]);
      }
    }
  }
  return lines;
}

/** Tells what a month has taken, so that one that costs more than those before it is seen. */
async function tellMonth(db: Db, day: PlainDate, began: number): Promise<number> {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (!IS_DRILL) return began;
  const [row] = await many<{ transfers: bigint; open: bigint }>(
    db,
    `select (select count(*) from ledger_transfer) as transfers,
            (select count(*) from reconciliation_break where resolved_at is null) as open`,
  );
  process.stdout.write(
    `${day.slice(0, 7)}: ${seconds} s, ${row?.open} breaks open, ${row?.transfers} transfers\n`,
  );
  return performance.now();
}

/** Our ledger, the house and the open breaks are together what the bank has booked and explained. */
async function compare({ test, bank }: Office, day: PlainDate, line: MonthLine): Promise<void> {
  const { paid, house, open, openBreaks, leftOver } = await ourBooks(test.db, addDays(day, -70));
  const ours = house + open - paid;
  if (openBreaks > line.most) line.most = openBreaks;
  expect({ day, ours, leftOver }).to.deep.equal({ day, ours: bank.explained(day), leftOver: 0n });
  line.compared += 1;
}

describe('months that follow one another', function () {
  this.timeout(3_600_000);
  const test = useDatabase({ checked: false });
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'an-sinh-months-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('tie every day: the ledger and the open breaks are the bank’s own books', async () => {
    const { owner, db } = test();
    const sql = `insert into calendar_day values (:day::date, 'assumed', :kind, 'test') on conflict do nothing`;
    for (const { day, kind } of daysIn(ASSUMED_2027)) await many(owner, sql, { day, kind });
    const bank = new SimulatedBank(SEED, SHARES);
    const office = { test: test(), folder, people: steadyPeople(), bank };
    const lines = await walkMonths(office);

    expect(lines.map(({ closedOn }) => closedOn)).not.to.include('');
    const [end] = await many<{ closing: bigint }>(
      db,
      'select closing_vnd as closing from statement order by sequence_no desc limit 1',
    );
    expect(end?.closing).to.equal(bank.balance());
    const told = await many<{ kind: string }>(db, 'select distinct kind from reconciliation_break');
    expect(told.map(({ kind }) => kind)).to.include.members(['not-instructed', 'sum-differs']);
    if (IS_DRILL) await print(office, lines);
    await expectSameTie(owner, { first: '2025-07-01', days: 31 * (MONTHS + 2), runs: 20 });

    // One dong in an outcome and the ledger of which the bank knows nothing is seen, twice.
    const before = await ourBooks(db, FIRST_DAY);
    let after = before;
    const refused = await plantedAndUndone(owner, async (tx) => {
      await withoutRules(tx, ONE_DONG_MORE);
      after = await ourBooks(tx, FIRST_DAY);
    });
    expect(refused).to.equal('nothing');
    expect(after.paid - before.paid).to.equal(1n);
    expect([before.leftOver, after.leftOver]).to.deep.equal([0n, 1n]);
  });
});

/** A dong more in one return, and in the ledger of the month that is open. */
const ONE_DONG_MORE = `
  with one as (
    select * from payment_return where file_id > 0 order by end_to_end_id limit 1
  ),
  said as (
    update payment_return o set instructed_vnd = o.instructed_vnd + 1, reported_vnd = o.reported_vnd + 1
      from one where o.recipient_id = one.recipient_id and o.end_to_end_id = one.end_to_end_id
  )
  insert into ledger_transfer
    (recipient_id, period, reference, kind, programme, debit_account, credit_account, amount_vnd,
     booked_on, batch_id)
  select recipient_id, (select max(period) from period_state), end_to_end_id, 'settled',
         'social_assistance', 'in_transit', 'paid', 1, booked_on, batch_id
    from one`;

async function print({ test, bank }: Office, lines: readonly MonthLine[]): Promise<void> {
  const sums = await many<{
    period: Period;
    count: bigint;
    vnd: bigint;
    back: bigint;
    breaks: bigint;
  }>(
    test.db,
    `select b.period, sum(b.instruction_count)::bigint as count, sum(b.total_vnd)::bigint as vnd,
            (select count(*) from payment_return r
               join disbursement_batch d using (batch_id) where d.period = b.period) as back,
            (select count(*) from reconciliation_break k where k.period = b.period) as breaks
       from disbursement_batch b group by 1 order by 1`,
  );
  const rows = lines.map((line) => {
    const sum = sums.find((one) => one.period === line.period);
    return [
      line.period,
      String(sum?.count ?? 0),
      grouped(sum?.vnd ?? 0n),
      String(sum?.back ?? 0),
      String(sum?.breaks ?? 0),
      String(line.decided),
      String(line.most),
      String(line.compared),
      line.closedOn,
    ];
  });
  const head = [
    'month',
    'lines',
    'dong',
    'returned',
    'breaks',
    'decided',
    'most open',
    'compared',
    'closed',
  ];
  process.stdout.write(`${textTable([head, ...rows])}\n${JSON.stringify(bank.counts)}\n`);
}
