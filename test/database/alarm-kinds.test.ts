import { expect } from 'chai';
import { certificateAlarms, diskAlarms } from '../../jobs/alarms.ts';
import { cutoffAlarms } from '../../jobs/cutoff-alarms.ts';
import type { Office } from '../../jobs/office.ts';
import { startTimetable } from '../../jobs/service.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import type { Period } from '../../src/kernel/period.ts';
import { ALARMS, type Alarm, type AlarmKind } from '../../src/operations/alarm.ts';
import { openAlarms } from '../../src/operations/alarm.sql.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import { acknowledge, watch } from '../../src/operations/watch.flow.ts';
import type { Context } from '../../src/platform/context.ts';
import { many, write } from '../../src/platform/db.ts';
import { recordAnswered } from '../../src/release/epoch.sql.ts';
import { silentLog } from '../../src/platform/log.ts';
import { makeBankKeys } from '../support/bank-keys.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, triedAndUndone } from '../support/refused.ts';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';
import { drillUnits } from '../support/unit-workers.ts';

// Every kind of alarm from its own source, over one month of one town: raised, told of until a person has
// said that it is known, and never gone by itself.

const OFFICE: Office = {
  provinceCode: '40',
  scope: (of: Period) => ({ ...TOWN_SCOPE, period: of, officer: 'CB-01', unitCode: '40' }),
  get counterparts(): never {
    throw new Error('nobody is asked');
  },
  sealing: null,
  alarms: new Map(),
  home: '.',
  keyFolder: undefined,
};

describe('each kind of alarm', function () {
  this.timeout(240_000);
  // What is planted here are not rows of a sound month.
  const test = useDatabase({ checked: false });
  const at = (when: string): Context => test().context({ actor: 'job/alarms', at: when });
  const owner = (sql: string): Promise<unknown> => many(test().owner, sql);
  const watched = async (when: string, seen: readonly Alarm[] = []): Promise<void> => {
    await watch(at(when), { channels: ['mail'], seen });
  };

  before(async () => {
    await walkTown(test(), { until: 'approved', recipients: 40 });
  });

  /** What makes somebody raise it. In this order: a batch is late before it is sent. */
  const SOURCES: Record<AlarmKind, () => Promise<void>> = {
    'gate-at-risk': () => watched('2026-10-22T05:00:00Z'),
    'gate-missed': () => watched('2026-10-23T08:30:00Z'),
    'cut-off-near': async () => {
      const bank = sandboxProfile('BANK');
      const calendar = { ...bank.calendar, cutoff: '10:00', leadBankDays: 0 };
      await putInUse(test(), { ...bank, version: 2, calendar });
      await watched('2026-10-22T05:05:00Z', await cutoffAlarms(at('2026-11-02T02:00:00Z')));
    },
    'cut-off-missed': async () =>
      watched('2026-10-22T05:06:00Z', await cutoffAlarms(at('2026-11-02T03:30:00Z'))),
    'value-date-off': async () => {
      const [batch] = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'approved' });
      await owner(
        `insert into calendar_day values ('${batch?.valueDate ?? ''}', 'planted', 'swap_off', 'test')`,
      );
      await watched('2026-10-22T05:07:00Z', await cutoffAlarms(at('2026-10-22T05:07:00Z')));
      await owner(`delete from calendar_day where name = 'planted'`);
    },
    'run-late': async () => {
      const late = drillUnits(1).map((unit) => ({ ...unit, lateAt: new Date('2026-10-22') }));
      await fireUnits(at('2026-10-22T00:00:00Z'), late);
      await watched('2026-10-22T05:08:00Z');
    },
    'unit-parked': async () => {
      await owner(
        `update job_unit set came_from = 'running', state = 'parked', last_failure = '40P01'`,
      );
      await watched('2026-10-22T05:09:00Z');
    },
    'provider-down': async () => {
      await fireUnits(at('2026-10-22T00:00:00Z'), drillUnits(1, { occasion: 'silent' }));
      await owner(
        `update job_unit set came_from = state, attempts = 3, last_failure = 'counterpart-silent'
          where state = 'due'`,
      );
      await watched('2026-10-22T05:10:00Z');
    },
    'calls-running-out': async () => {
      await owner(`insert into provider_calls values ('identity', '2026-10-22', 100, 91, 1)`);
      await watched('2026-10-22T05:10:30Z');
    },
    'tie-out-failed': async () => {
      await owner(
        `insert into job_unit (job, programme, province_code, period, occasion, state, came_from, priority,
                due_at, attempts_limit, created_at, ended_at, outcome)
         values ('tie-out', 'all', '40', '2026-10', '2026-10-21 18:45', 'done', 'running', 1, now(), 1,
                 now(), now(), '{"broken": {"I08": "2"}}')`,
      );
      await watched('2026-10-22T05:11:00Z');
    },
    'breaks-ageing': async () => {
      await owner(
        `insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
         values (990001, 'sum-differs', '2026-09', 'planted', 1, '2026-10-10')`,
      );
      await watched('2026-10-22T05:12:00Z');
    },
    'not-acknowledged': async () => {
      await owner(
        `alter table file_dispatch disable trigger user;
         insert into file_dispatch (file_id, batch_id, state, came_from, fence, lease_owner, lease_until,
                                    claimed_at, sent_at)
         select file_id, batch_id, 'sent', 'claimed', 1, 'x', '2026-10-20', '2026-10-20', '2026-10-20'
           from payment_file;
         alter table file_dispatch enable trigger user`,
      );
      await watched('2026-10-22T05:13:00Z');
    },
    'no-file-for-a-day': () => watched('2026-10-23T05:13:00Z'),
    'calendar-missing': () => watched('2098-01-05T00:00:00Z'),
    'disk-low': async () =>
      watched(
        '2026-10-22T05:14:00Z',
        await diskAlarms('.', new Date('2026-10-22'), () => Promise.resolve(9)),
      ),
    'certificate-ending': async () => {
      const { folder } = await makeBankKeys();
      await watched('2026-10-22T05:15:00Z', await certificateAlarms(folder, new Date()));
    },
    'database-restored': async () => {
      await owner(`insert into epoch (epoch_no, cause, begun_at) values (2, 'restored', now())`);
      await watched('2026-10-22T05:16:00Z');
    },
    'answered-before-sent': async () => {
      const [batch] = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'approved' });
      const by = {
        batchId: batch?.batchId ?? 0n,
        actor: 'job/release',
        at: new Date('2026-10-22'),
      };
      for (let i = 0; i < 2; i += 1) await write(test().db, (tx) => recordAnswered(tx, by));
      await watched('2026-10-22T05:17:00Z');
    },
    'clock-skew': async () => {
      const yesterday = (): Date => new Date(Date.now() - 86_400_000);
      const timetable = await startTimetable(
        { ...at('2026-10-22T00:00:00Z'), clock: yesterday },
        OFFICE,
        { url: test().url, log: silentLog },
      );
      expect(timetable.faults()).to.include('clocks-disagree');
      await timetable.stop();
    },
  };

  for (const [kind, source] of Object.entries(SOURCES) as [AlarmKind, () => Promise<void>][]) {
    it(`${kind} is raised by what it is about, and is there until a person knows`, async () => {
      const open = async (): Promise<{ alarmId: bigint }[]> =>
        (await openAlarms(test().db)).filter((alarm) => alarm.kind === kind);
      const before = (await open()).map(({ alarmId }) => alarmId);
      await source();
      const raised = (await open()).find(({ alarmId }) => !before.includes(alarmId));
      if (raised === undefined) throw new Error(`${kind} was not raised`);
      const { alarmId } = raised;

      // Nobody makes it go away but who says that it is known, and that stays.
      const gone = `delete from alarm where alarm_id = ${alarmId}`;
      expect(await triedAndUndone(test().db, (tx) => many(tx, gone))).to.equal('42501');
      const person = { ...at('2026-10-23T00:00:00Z'), actor: SANDBOX_PERSONS.maker };
      expect(await acknowledge(person, alarmId)).to.equal(true);
      expect((await open()).map((one) => one.alarmId)).to.not.include(alarmId);
      const undo = `update alarm set acknowledged_by = null, acknowledged_at = null where alarm_id = ${alarmId}`;
      expect(await plantedAndUndone(test().owner, (tx) => many(tx, undo))).to.equal(
        'acknowledged_once',
      );
      const events = await many<{ what: string }>(
        test().db,
        `select actor || ' ' || action as what from audit_event where subject = 'alarm/' || :alarmId
          order by event_no`,
        { alarmId: `${alarmId}` },
      );
      expect(events.map(({ what }) => what.split(' ')[1])).to.deep.equal([
        'alarm-raised',
        'alarm-acknowledged',
      ]);
      expect(events[1]?.what).to.equal(`${SANDBOX_PERSONS.maker} alarm-acknowledged`);
    });
  }

  it('has a source here', () => {
    expect(Object.keys(SOURCES).sort()).to.deep.equal(Object.keys(ALARMS).sort());
  });
});
