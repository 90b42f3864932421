import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { period } from '../../src/kernel/period.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { crossCheck } from '../../src/verification/cross-check.flow.ts';
import {
  closeCrossCheckFindings,
  CROSS_CHECKS,
  crossCheckRuns,
  keepCrossCheckFindings,
  prepareCrossChecks,
  recordCrossChecks,
  runCrossCheck,
} from '../../src/verification/cross-check.sql.ts';
import { VERIFICATION_FINDINGS, type FindingCode } from '../../src/verification/findings.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, CASH, takeRows } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';
import { TOWN_SCOPE } from '../support/town.ts';

const OF = { period: period('2026-11') };
const AT = new Date('2026-10-22T02:00:00Z');
const GUARDIAN = { guardian_name: 'Trần Thị Lan', guardian_citizen_id: '040185000008' };
/** One account in the name of another person than the account of the list. */
const ACCOUNT = { account_number: '1000000020', account_holder: 'TRAN THI LAN' };

/** Of each rule a case that it finds, planted by the owner, and of most one that it must leave. */
interface Planted {
  readonly code: FindingCode;
  readonly who: readonly string[];
  readonly sql: string;
}

const fact = (values: string): string => `insert into outside_fact values ${values}`;

const PLANTED: readonly Planted[] = [
  {
    code: 'POP_DECEASED_BEFORE_PERIOD',
    who: ['1'],
    sql: `insert into recipient_death values (1, '2026-10-31', 'register', '2026-10-22'),
                                            (99, '2026-10-01', 'register', '2026-10-22')`,
  },
  {
    code: 'POP_DECEASED_IN_PERIOD',
    who: ['2'],
    sql: `insert into recipient_death values (2, '2026-11-01', 'register', '2026-10-22'),
                                            (3, '2026-12-01', 'register', '2026-10-22')`,
  },
  {
    code: 'POP_GUARDIAN_DECEASED',
    who: ['4'],
    sql: `insert into payee_death values (4, 1, '2026-09-06', 'register', '2026-10-22'),
                                        (5, 2, '2026-09-06', 'register', '2026-10-22')`,
  },
  {
    code: 'LINE_NOT_VERIFIED',
    who: ['6'],
    sql: `delete from verification where recipient_id = 6`,
  },
  {
    code: 'LINE_WITHOUT_CHANNEL',
    who: ['7'],
    sql: `update payment_channel set ended_on = '2026-10-20' where recipient_id = 7`,
  },
  {
    code: 'LINE_TWO_PROGRAMMES',
    // Beside unemployment benefit (10) and care support (11) assistance is paid.
    who: ['8', '9', '13'],
    sql: `insert into assessment
          select recipient_id, period, due_reference(period, p, recipient_id, 1), p, 1, amount_vnd,
                 reason, facts, assessed_on
            from assessment, (values ('social_pension', 8), ('merit', 9), ('unemployment', 10),
                                     ('care_support', 11), ('institution', 13)) as also (p, who)
           where recipient_id = who`,
  },
  {
    code: 'LINE_TWO_PROVINCES',
    who: ['9'],
    sql: fact(`(9, 'paid-elsewhere', '2026-08-01', null, 'province 42', '2026-10-22')`),
  },
  {
    code: 'LINE_IN_CUSTODY',
    who: ['10'],
    // Held within the month; held and released before it; held only after it.
    sql: fact(`(10, 'custody', '2026-11-30', null, 'list 7', '2026-10-22'),
               (11, 'custody', '2026-08-01', '2026-11-01', 'list 7', '2026-10-22'),
               (12, 'custody', '2026-12-01', null, 'list 7', '2026-10-22')`),
  },
  {
    code: 'LINE_MOVED_AWAY',
    who: ['13'],
    // What was withdrawn never was so.
    sql: fact(`(13, 'moved-away', '2026-10-01', null, 'province 82', '2026-10-22', null, null),
               (12, 'moved-away', '2026-10-01', null, 'province 82', '2026-10-22', '2026-10-20',
                '2026-10-22')`),
  },
  {
    code: 'LINE_INSURANCE_DIFFERS',
    who: ['12'],
    sql: fact(`(12, 'insurance-differs', '2026-10-01', null, 'insurance', '2026-10-22')`),
  },
  {
    code: 'ACCOUNT_DORMANT',
    who: ['14'],
    sql: fact(`(14, 'dormant-account', '2026-05-01', null, 'bank', '2026-10-22'),
               (15, 'dormant-account', '2026-05-02', null, 'bank', '2026-10-22')`),
  },
  {
    code: 'ACCOUNT_OF_MANY',
    // Of two strangers on one account both; of two on a registered one neither; of two for whom one
    // guardian collects neither (20 and 21, by the list).
    who: ['16', '17'],
    sql: `update payment_channel set account_number = '5550000001' where recipient_id in (16, 17);
          update payment_channel set account_number = '5550000002' where recipient_id in (18, 19);
          insert into shared_account values ('970405', '5550000002', 'household', 'form 9',
            '${SANDBOX_PERSONS.maker}', '${SANDBOX_PERSONS.checkers[0]}', '2026-10-01', null)`,
  },
  {
    code: 'ACCOUNT_CHANGED_LATELY',
    who: ['3', '22'],
    sql: `insert into register_change
          select r, 1, s, '{}', '{}', 'form 7', 'a', t::timestamptz, 'b'
            from (values (22, 'channel', '2026-10-15 02:00:01Z'), (23, 'channel', '2026-10-15 02:00Z'),
                         (24, 'identity', '2026-10-21Z'), (3, 'payee', '2026-10-21Z'))
                 as c (r, s, t)`,
  },
  {
    code: 'ACCOUNT_NEW',
    who: ['25'],
    // Changed long ago, and never paid to since.
    sql: `insert into register_change
          select 25, 1, 'channel', '{}', '{}', 'form 7', 'a', '2026-01-02Z'::timestamptz, 'b';
          update payment_channel set ended_on = '2026-01-02' where recipient_id = 25;
          insert into payment_channel
            values (25, 2, 1, 'account', '970405', '7770000001', 'A', 1, null, 1, '2026-01-09Z')`,
  },
];

describe('the rules that look at all lines', () => {
  const test = useDatabase({ checked: false });
  const PEOPLE = 26;

  before(async () => {
    const rows = Array.from({ length: PEOPLE }, (_, i) => adult(i + 1));
    for (const nth of [4, 5]) rows[nth - 1] = adult(nth, { ...CASH, ...GUARDIAN });
    for (const nth of [20, 21]) rows[nth - 1] = adult(nth, { ...ACCOUNT, ...GUARDIAN });
    await takeRows(test(), rows);
    await assess(test(), '2026-11');
    await many(
      test().owner,
      `insert into verification
       select recipient_id, '2026-11', 'recipient', 1, 'proven', '', 'match', 'match', '', '', :at,
              sha256('') from recipient`,
      { at: AT.toISOString() },
    );
  });

  async function open(code: string): Promise<string[]> {
    const rows = await many<{ id: bigint }>(
      test().db,
      `select recipient_id as id from finding where code = :code and closed_at is null order by 1`,
      { code },
    );
    return rows.map(({ id }) => String(id));
  }

  it('are those of which the database says that they have to run', async () => {
    const rows = await many<{ code: string }>(
      test().db,
      'select code from finding_rule where runs_monthly order by code',
    );
    expect(CROSS_CHECKS.map(({ code }) => code).sort()).to.deep.equal(rows.map(({ code }) => code));
    expect(PLANTED.map(({ code }) => code).sort()).to.deep.equal(rows.map(({ code }) => code));
  });

  it('no batch is made of a month at which one has not looked', async () => {
    const gather = (): Promise<bigint[]> =>
      gatherBatches(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    expect(await whatRefused(gather())).to.equal('every_rule_has_run');
    await crossCheck(test().context(), OF);
    await many(test().owner, `delete from cross_check_run where code = 'LINE_IN_CUSTODY'`);
    expect(await whatRefused(gather())).to.equal('every_rule_has_run');
    await crossCheck(test().context(), OF);
    await many(
      test().owner,
      `update cross_check_run set line_count = line_count - 1
                               where code = 'ACCOUNT_NEW'`,
    );
    expect(await whatRefused(gather())).to.equal('every_rule_has_run');
  });

  it('find nothing where there is nothing, and look at every line', async () => {
    await crossCheck(test().context(), OF);
    expect(await crossCheckRuns(test().db, OF)).to.deep.equal(
      PLANTED.map(({ code }) => ({ code, lines: BigInt(PEOPLE), found: 0n, at: AT })).sort(
        (a, b) => (a.code < b.code ? -1 : 1),
      ),
    );
  });

  for (const { code, who, sql } of PLANTED) {
    it(`${code}: ${VERIFICATION_FINDINGS[code].wrong.en}`, async () => {
      await many(test().owner, sql);
      await crossCheck(test().context(), OF);
      expect(await open(code)).to.deep.equal(who);
    });
  }

  it('write nothing when they run again, and record an event whenever they do', async () => {
    const events = (): Promise<{ n: bigint }> =>
      one(test().db, `select count(*) as n from audit_event where action = 'lines-cross-checked'`);
    const before = [await stateHash(test().db), await events()];
    expect(await crossCheck(test().context(), OF)).to.deep.equal({ found: 0n, closed: 0n });
    expect([await stateHash(test().db), await events()]).to.deep.equal(before);
  });

  it('close what is no longer so, and open it again when it is', async () => {
    await many(
      test().owner,
      `update outside_fact set until_day = '2026-11-01' where recipient_id = 9`,
    );
    expect(await crossCheck(test().context(), OF)).to.deep.equal({ found: 0n, closed: 1n });
    expect(await open('LINE_TWO_PROVINCES')).to.deep.equal([]);
    await many(test().owner, `update outside_fact set until_day = null where recipient_id = 9`);
    expect(await crossCheck(test().context(), OF)).to.deep.equal({ found: 1n, closed: 0n });
    expect(await open('LINE_TWO_PROVINCES')).to.deep.equal(['9']);
  });

  /** What two persons may have decided about a finding, as the next batch sees it. */
  async function outcomeOf(code: string): Promise<string> {
    const rows = await many<{ outcome: string | null }>(
      test().db,
      'select outcome from decided_finding where code = :code and closed_at is null',
      { code },
    );
    return rows.map(({ outcome }) => outcome ?? 'waits').join(' ');
  }

  /** Two persons accept whatever a rule has found, for a year. */
  async function accept(code: string): Promise<void> {
    await many(
      test().owner,
      `with proposed as (
         insert into finding_proposal
         select recipient_id,
                coalesce((select max(proposal_no) from finding_proposal p
                           where p.recipient_id = f.recipient_id), 0) + 1,
                period, code, subject, told, severity, 'account', 'accepted', '2027-10', 'n', 'd',
                :maker, :at
           from finding f where code = :code and closed_at is null
         returning *)
       insert into finding_decision
       select recipient_id, proposal_no, 'confirmed', '', proposed_by, :checker, :at from proposed`,
      {
        ...{ code, at: AT.toISOString() },
        ...{ maker: SANDBOX_PERSONS.maker, checker: SANDBOX_PERSONS.checkers[0] },
      },
    );
  }

  const RETOLD: readonly (Planted & { readonly still: string })[] = [
    {
      code: 'ACCOUNT_OF_MANY',
      who: ['3: 16, 17, 26'],
      still: 'waits waits waits',
      sql: `update payment_channel set account_number = '5550000001' where recipient_id = 26`,
    },
    {
      code: 'LINE_IN_CUSTODY',
      who: ['list 7 2026-11-05, list 7 2026-11-30'],
      still: 'waits',
      sql: fact(`(10, 'custody', '2026-11-05', '2026-11-06', 'list 7', '2026-10-22')`),
    },
    {
      code: 'LINE_TWO_PROVINCES',
      who: ['province 38 2026-08-01, province 42 2026-08-01'],
      still: 'waits',
      sql: fact(`(9, 'paid-elsewhere', '2026-08-01', null, 'province 38', '2026-10-22')`),
    },
    {
      code: 'ACCOUNT_CHANGED_LATELY',
      who: ['2026-10-15 #2', '2026-10-21 #1'],
      // Of two people only one has changed again, within the same day.
      still: 'accepted waits',
      sql: `insert into register_change
            values (22, 2, 'channel', '{}', '{}', 'form 8', 'a', '2026-10-15 02:00:02Z', 'b')`,
    },
  ];
  for (const { code, who, sql, still } of RETOLD) {
    it(`${code}: what was accepted is not accepted of what has come since`, async () => {
      await accept(code);
      await crossCheck(test().context(), OF);
      expect(await outcomeOf(code)).to.match(/^accepted(?: accepted)*$/);
      await many(test().owner, sql);
      await crossCheck(test().context(), OF);
      const rows = await many<{ told: string }>(
        test().db,
        `select distinct told ->> 'answered' as told from finding
          where code = :code and closed_at is null order by 1`,
        { code },
      );
      expect(rows.map(({ told }) => told)).to.deep.equal(who);
      expect((await outcomeOf(code)).split(' ').sort().join(' ')).to.equal(still);
    });
  }

  it('take many on one registered account for too many', async () => {
    await many(test().owner, 'update proof_policy set people_per_account = 1');
    await crossCheck(test().context(), OF);
    expect(await open('ACCOUNT_OF_MANY')).to.deep.equal(['16', '17', '18', '19', '20', '21', '26']);
    await many(test().owner, 'update proof_policy set people_per_account = 6');
  });

  it('prepareCrossChecks, runCrossCheck, keepCrossCheckFindings, closeCrossCheckFindings, recordCrossChecks: step by step', async () => {
    const check = CROSS_CHECKS.find(({ code }) => code === 'LINE_IN_CUSTODY');
    if (check === undefined) throw new Error('there is such a rule');
    const of = { ...OF, at: AT };
    await write(test().db, async (tx) => {
      await prepareCrossChecks(tx);
      await runCrossCheck(tx, { check, ...of });
      // All other rules now find nothing: what they had found is closed.
      expect(await keepCrossCheckFindings(tx, of)).to.deep.equal({ found: 0n });
      const { closed } = await closeCrossCheckFindings(tx, of);
      expect(closed > 0n).to.equal(true);
      expect(await recordCrossChecks(tx, { ...of, codes: [check.code] })).to.deep.equal({
        recorded: 0n,
      });
      await many(tx, 'truncate pg_temp.cross_check_hit');
      expect(await recordCrossChecks(tx, { ...of, codes: [check.code] })).to.deep.equal({
        recorded: 1n,
      });
    });
    expect(await open('LINE_IN_CUSTODY')).to.deep.equal(['10']);
    expect(await open('LINE_MOVED_AWAY')).to.deep.equal([]);
  });

  it('know of no line in a month that has none', async () => {
    await write(test().db, (tx) => openPeriod(tx, { period: period('2027-01'), at: AT }));
    expect(await crossCheck(test().context(), { period: period('2027-01') })).to.include({
      found: 0n,
    });
  });
});
