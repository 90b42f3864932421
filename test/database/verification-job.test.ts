import { expect } from 'chai';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { runNow } from '../../jobs/engine.ts';
import type { Office } from '../../jobs/office.ts';
import { routinesOf, unitByHand } from '../../jobs/timetable.ts';
import { period, type Period } from '../../src/kernel/period.ts';
import { many, one } from '../../src/platform/db.ts';
import { stageIsDone } from '../../src/operations/timetable.sql.ts';
import { useDatabase } from '../support/database.ts';
import { directories, NO_ANSWER } from '../support/directories.ts';
import { adult, assess, takeRows } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';
import { ASKER } from '../support/town.ts';

// What the timetable makes of a directory that is down for its whole window (F39). A stage that counts
// as done then would leave everybody to cash, and nobody would ask again or be told.

describe('verification by the timetable', () => {
  const test = useDatabase();
  let isDown = true;
  const told = directories({
    account: (number) => (isDown && number !== '1000000002' ? NO_ANSWER : {}),
  });
  const office = (): Office => ({
    provinceCode: '40',
    scope: (of: Period) => ({
      ...{ period: of, provinceCode: '40', environment: 'production' },
      ...ASKER,
    }),
    counterparts: {
      directories: told,
      paymentFiles: paymentFileWriters,
    } as unknown as Office['counterparts'],
    alarms: new Map(),
    home: '.',
    keyFolder: undefined,
    sealing: null,
  });

  before(async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3)]);
    await assess(test(), '2026-11');
  });

  async function runs(job: string, of: string): Promise<string> {
    const context = test().context();
    const routine = routinesOf(office()).find(({ name }) => name === job);
    const unit = unitByHand(job, office(), { period: period(of), at: context.clock() });
    if (routine === undefined || unit === undefined) throw new Error(`no job ${job}`);
    const refused = await whatRefused(runNow(context, unit, (hold) => routine.run(hold)));
    const left = await one<{ state: string; failure: string | null }>(
      test().db,
      `select state, last_failure as failure from job_unit where job = :job
        order by unit_id desc limit 1`,
      { job },
    );
    return `${refused} ${left.state} ${left.failure ?? '-'}`;
  }

  const known = async (): Promise<string[]> => {
    const rows = await many<{ id: bigint; class: string }>(
      test().db,
      `select distinct on (recipient_id) recipient_id as id, class from verification
        where subject = 'account' order by recipient_id, check_no desc`,
    );
    return rows.map((row) => `${row.id} ${row.class}`);
  };

  it('is not done while somebody is unanswered: it is due again, as a service that is silent', async () => {
    expect(await runs('verification', '2026-11')).to.equal(
      'counterpart-silent due counterpart-silent',
    );
    // What was answered is kept, and the rules have looked at every line all the same.
    expect(await known()).to.deep.equal(['1 unknown', '2 proven', '3 unknown']);
    const { rules } = await one<{ rules: bigint }>(
      test().db,
      'select count(*) as rules from cross_check_run where line_count = 3',
    );
    expect(rules > 10n).to.equal(true);
  });

  it('is waited for: no batch is made, and nobody falls to cash for not having been asked about', async () => {
    expect(await runs('batch', '2026-11')).to.equal(
      'verification-not-done due verification-not-done',
    );
    expect(await many(test().db, 'select from disbursement_batch')).to.have.length(0);
  });

  it('asks in the evening about those alone, and fails again while they are unanswered', async () => {
    told.asked.length = 0;
    expect(await runs('evidence-refresh', '2026-10')).to.equal(
      'counterpart-silent due counterpart-silent',
    );
    expect(told.asked).to.have.length(2);
  });

  it('is done once all have an answer', async () => {
    isDown = false;
    expect(await runs('verification', '2026-11')).to.match(/^\S+ done /);
    expect(await known()).to.deep.equal(['1 proven', '2 proven', '3 proven']);
    const verified = { job: 'verification', provinceCode: '40', period: period('2026-11') };
    expect(await stageIsDone(test().db, verified)).to.equal(true);
    expect(await stageIsDone(test().db, { ...verified, provinceCode: '01' })).to.equal(false);
    // What is waited for is verification of that month, and no other.
    expect(await runs('batch', '2026-11')).to.match(/^\S+ done /);
    expect(await runs('batch', '2026-12')).to.match(/^verification-not-done due /);
  });
});
