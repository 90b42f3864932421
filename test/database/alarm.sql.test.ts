import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { SMTPServer } from 'smtp-server';
import { release } from '../../jobs/06-release.ts';
import { mailChannel } from '../../adapters/alarm/mail.ts';
import { webhookChannel } from '../../adapters/alarm/webhook.ts';
import { addMonths, period } from '../../src/kernel/period.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  acknowledgeAlarms,
  alarmsOfMoney,
  alarmsOfUnits,
  answersAreIn,
  bothMonthsAreOut,
  moneyIsOut,
  nothingIsHeld,
  openAlarms,
  raiseAlarms,
  remindOfAlarms,
  sendIsHeldBack,
  settleDelivery,
  takeDelivery,
} from '../../src/operations/alarm.sql.ts';
import type { Alarm } from '../../src/operations/alarm.ts';
import type { AlarmChannels } from '../../src/operations/alarm-channel.port.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import { acknowledge, raise, tellAlarms, watch } from '../../src/operations/watch.flow.ts';
import type { Context } from '../../src/platform/context.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';
import { drillUnits } from '../support/unit-workers.ts';

const AT = new Date('2026-11-23T02:00:00Z');
const HOUR = 3_600_000;
const later = (hours: number): Date => new Date(AT.getTime() + hours * HOUR);
const GATE: Alarm = { kind: 'gate-at-risk', subject: 'money-out/2026-12', facts: { closes: 'x' } };
const BY = { channels: ['mail', 'webhook'], actor: 'job/alarms', at: AT } as const;

describe('alarms', () => {
  const test = useDatabase();
  const tx = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => write(test().db, work);
  const at = (when: Date): Context => test().context({ at: when.toISOString() });
  before(() => setUpSandbox(test().context(), TOWN_SCOPE));
  afterEach(() => many(test().owner, 'truncate alarm, alarm_delivery, job_unit'));

  it('are raised once, by whoever and however often, each with its tellings and its event', async () => {
    const twice = [GATE, GATE];
    const raised = await Promise.all(
      Array.from({ length: 8 }, () => tx((t) => raiseAlarms(t, twice, BY))),
    );
    expect(raised.flat()).to.have.length(1);
    expect(
      await many(test().db, 'select channel, round from alarm_delivery order by 1'),
    ).to.deep.equal([
      { channel: 'mail', round: 1 },
      { channel: 'webhook', round: 1 },
    ]);
    const sql = `select actor, facts from audit_event where action = 'alarm-raised'`;
    expect(await many(test().db, sql)).to.deep.equal([
      { actor: 'job/alarms', facts: { kind: 'gate-at-risk', of: 'money-out/2026-12' } },
    ]);
    const again = `insert into alarm (kind, subject, grave, facts, raised_at)
      select kind, subject, grave, facts, raised_at from alarm`;
    expect(await plantedAndUndone(test().owner, (t) => many(t, again))).to.equal('raised_once');
  });

  it('are acknowledged by one person, once and for ever', async () => {
    await tx((t) => raiseAlarms(t, [GATE], BY));
    const [open] = await openAlarms(test().db);
    expect(open).to.deep.include({ kind: 'gate-at-risk', grave: false, untold: 2n });
    const alarmId = open?.alarmId ?? 0n;
    const by = SANDBOX_PERSONS.maker;
    expect(await acknowledge({ ...at(AT), actor: by }, alarmId)).to.equal(true);
    expect(await tx((t) => acknowledgeAlarms(t, { alarmIds: [alarmId], by, at: AT }))).to.equal(0);
    expect(await openAlarms(test().db)).to.deep.equal([]);
    const undo = 'update alarm set acknowledged_by = null, acknowledged_at = null';
    expect(await plantedAndUndone(test().owner, (t) => many(t, undo))).to.equal(
      'acknowledged_once',
    );
  });

  it('are told again after a failure, after a death while telling, and each day until acknowledged', async () => {
    await tx((t) => raiseAlarms(t, [GATE], { ...BY, channels: ['mail'] }));
    const take = (when: Date): ReturnType<typeof takeDelivery> =>
      tx((t) => takeDelivery(t, { channels: ['mail'], at: when, seconds: 120 }));
    const first = await take(AT);
    expect(first).to.include({ channel: 'mail', round: 1, attempts: 1 });
    // Whoever took it has died: nobody else for two minutes, then the next.
    expect(await take(AT)).to.equal(undefined);
    const second = await take(later(1));
    expect(second).to.include({ attempts: 2 });
    if (second === undefined) throw new Error('not taken');
    const failed = { ...second, failure: 'ECONNREFUSED', nextAt: later(2), at: later(1) };
    await tx((t) => settleDelivery(t, failed));
    expect(await take(later(1.5))).to.equal(undefined);
    expect(await take(later(2))).to.include({ attempts: 3 });
    // What is not delivered is told still, and no reminder is laid upon it.
    const remind = (hours: number): Promise<bigint> =>
      tx((t) => remindOfAlarms(t, { channels: ['mail'], at: later(hours) }));
    expect(await remind(48)).to.equal(0n);
    await tx((t) => settleDelivery(t, { ...failed, failure: null, at: later(2) }));
    expect(await remind(3)).to.equal(0n);
    expect(await remind(48)).to.equal(1n);
    expect(await remind(48)).to.equal(0n);
    expect(await take(later(48))).to.include({ round: 2, attempts: 1 });
  });

  it('arrive by mail and by webhook, from real servers, and wait while these are down', async () => {
    const mails: string[] = [];
    const posts: { headers: IncomingMessage['headers']; body: string }[] = [];
    let broken = true;
    const smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onData(stream, _session, done) {
        void text(stream).then((mail) => {
          if (broken) {
            done(new Error('450 busy'));
            return;
          }
          mails.push(mail);
          done();
        });
      },
    });
    const web = createServer((request, response) => {
      void text(request).then((body) => {
        if (!broken) posts.push({ headers: request.headers, body });
        response.writeHead(broken ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const portOf = (server: { address(): AddressInfo | string | null }): number =>
      (server.address() as AddressInfo).port;
    const channels: AlarmChannels = new Map([
      [
        'mail',
        mailChannel({
          server: `smtp://127.0.0.1:${portOf(smtp.server)}`,
          from: 'an-sinh@example.vn',
          to: 'truc@example.vn',
        }),
      ],
      ['webhook', webhookChannel(`http://127.0.0.1:${portOf(web)}/`)],
    ]);
    try {
      await raise(at(AT), [GATE], ['mail', 'webhook']);
      expect(await tellAlarms(at(AT), channels)).to.deep.equal({ told: 0, failed: 2 });
      const failures = 'select channel, last_failure as why from alarm_delivery order by 1';
      expect(await many(test().db, failures)).to.deep.equal([
        { channel: 'mail', why: 'EMESSAGE' },
        { channel: 'webhook', why: 'HTTP 503' },
      ]);
      broken = false;
      expect(await tellAlarms(at(AT), channels)).to.deep.equal({ told: 0, failed: 0 });
      expect(await tellAlarms(at(later(1)), channels)).to.deep.equal({ told: 2, failed: 0 });
      expect(await tellAlarms(at(later(9)), channels)).to.deep.equal({ told: 0, failed: 0 });
    } finally {
      await new Promise<void>((resolve) => {
        smtp.close(resolve);
      });
      await new Promise((resolve) => web.close(resolve));
    }
    expect(mails).to.have.length(1);
    expect(mails[0]).to.match(/^Subject: \[An Sinh\] gate-at-risk money-out\/2026-12\r$/m);
    expect(mails[0]).to.match(/^Message-ID: <alarm-\d+-1@example\.vn>\r$/m);
    expect(JSON.parse(posts[0]?.body ?? '')).to.include({
      kind: 'gate-at-risk',
      subject: 'money-out/2026-12',
      grave: false,
    });
    expect(posts[0]?.headers['idempotency-key']).to.match(/^alarm-\d+-1$/);
  });

  it('come of units that are late or parked, of services that are silent, of a day that does not tie', async () => {
    const units = drillUnits(4);
    await fireUnits(at(AT), [
      ...units.slice(0, 1).map((unit) => ({ ...unit, lateAt: AT })),
      ...units.slice(1),
    ]);
    expect((await alarmsOfUnits(test().db, { at: later(-1) })).length).to.equal(0);
    await many(
      test().owner,
      `update job_unit set came_from = 'running', state = 'parked', last_failure = '40P01' where occasion = '2'`,
    );
    await many(
      test().owner,
      `update job_unit set came_from = state, attempts = 3, last_failure = 'counterpart-silent'
        where occasion = '3'`,
    );
    await many(
      test().owner,
      `insert into job_unit (job, programme, province_code, period, occasion, state, came_from, priority,
              due_at, attempts_limit, created_at, ended_at, outcome)
       values ('tie-out', 'all', '40', '2026-11', '2026-11-20 18:45', 'done', 'running', 1, now(), 1,
               now(), now(), '{"broken": {"I08": "2"}}')`,
    );
    const found = await alarmsOfUnits(test().db, { at: AT });
    expect(found.map(({ kind }) => kind).sort()).to.deep.equal([
      'provider-down',
      'run-late',
      'tie-out-failed',
      'unit-parked',
    ]);
    expect(found.find(({ kind }) => kind === 'tie-out-failed')).to.deep.include({
      subject: 'tie-out/2026-11-20 18:45',
      facts: { I08: '2' },
    });
  });
});

describe('alarms of a month', () => {
  const test = useDatabase();
  const of = { period: TOWN_PERIOD };

  it('say before the gate that nobody has signed, and that a bank is silent after it', async () => {
    await walkTown(test(), { until: 'rendered', recipients: 40 });
    expect(await moneyIsOut(test().db, of)).to.equal(false);
    expect(await nothingIsHeld(test().db, { ...of, programme: 'social_assistance' })).to.equal(
      false,
    );
    expect(await nothingIsHeld(test().db, { ...of, programme: 'unemployment' })).to.equal(true);
    // The money of November leaves before the 25th of October, a Sunday: by Friday the 23rd.
    const seen = async (at: string): Promise<string[]> => {
      const raised = await watch(test().context({ actor: 'job/alarms', at }), {
        channels: [],
        seen: [],
      });
      return raised.map(({ kind, subject }) => `${kind} ${subject}`);
    };
    expect(await seen('2026-10-21T04:59:00Z')).to.not.include('gate-at-risk money-out/2026-11');
    expect(await seen('2026-10-21T05:00:00Z')).to.include('gate-at-risk money-out/2026-11');
    expect(await seen('2026-10-21T05:05:00Z')).to.deep.equal([]);
    expect(await seen('2026-10-23T08:30:00Z')).to.include('gate-missed money-out/2026-11');
  });

  it('count a month as paid that was paid with the one before, for Tết', async () => {
    await plantedAndUndone(test().owner, async (whole) => {
      expect(await moneyIsOut(whole, { period: '2027-03' })).to.equal(false);
      await many(
        whole,
        `insert into payment_ahead
         select 'merit', '40', '2027-02', 'new-year', '1/QĐ', '2027-01-10', min(person_id),
                max(person_id), now() from person`,
      );
      expect(await moneyIsOut(whole, { period: '2027-03' })).to.equal(true);
      expect(await moneyIsOut(whole, { period: '2027-04' })).to.equal(false);
    });
  });

  it('count no month as paid of which only some programmes were paid before', async () => {
    const next = { period: addMonths(TOWN_PERIOD, 1) };
    await plantedAndUndone(test().owner, async (whole) => {
      const order = `insert into payment_ahead
         select 'merit', '40', :period, 'new-year', '1/QĐ', '2026-10-10', min(person_id),
                max(person_id), now() from person`;
      await many(whole, order, of);
      // Others than people of merit were paid in this month, and are owed the next.
      expect(await moneyIsOut(whole, next)).to.equal(false);
      await many(whole, `set local session_replication_role = replica`);
      await many(whole, `update disbursement_batch set programme = 'merit'`);
      expect(await moneyIsOut(whole, next)).to.equal(true);
    });
  });

  it('are told of two months that are ordered before Tết and are not both out', async () => {
    expect(await bothMonthsAreOut(test().db, of)).to.equal(false);
    expect(await bothMonthsAreOut(test().db, { period: '2027-02' })).to.equal(true);
    await plantedAndUndone(test().owner, async (whole) => {
      await many(whole, `set local session_replication_role = replica`);
      await many(whole, `update batch_state set state = 'released', came_from = 'approved'`);
      expect(await bothMonthsAreOut(whole, of)).to.equal(true);
      await many(
        whole,
        `insert into payment_ahead
         select 'merit', '40', :period, 'new-year', '1/QĐ', '2026-10-10', min(person_id),
                max(person_id), now() from person`,
        of,
      );
      // Ordered when the month was assessed already: nothing of the next is among what left.
      expect(await bothMonthsAreOut(whole, of)).to.equal(false);
      await many(whole, `update disbursement_batch set programme = 'merit'`);
      await many(whole, `alter table assessment_line drop constraint kind_agrees_with_month`);
      await many(whole, `update assessment_line set kind = 'ahead'`);
      await many(
        whole,
        `update assessment_line l set due_reference =
                due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
           from payment_instruction i where i.recipient_id = l.recipient_id and i.period = l.period`,
      );
      const programme = `update payment_ahead set programme = (select min(programme) from payment_instruction)`;
      await many(whole, `alter table payment_ahead drop constraint payment_ahead_programme_check`);
      await many(whole, programme);
      expect(await bothMonthsAreOut(whole, of)).to.equal(true);
    });
  });

  it('F67: of a day without a file hold back what would be sent next, until a person has looked', async () => {
    await setUpSandbox(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    const empty = { at: AT, aWorkingDayAgo: later(-24), day: '2026-11-23' };
    expect(await alarmsOfMoney(test().db, empty)).to.deep.equal([]);
    expect(await answersAreIn(test().db, { period: period('2027-05') })).to.equal(true);
    expect(await sendIsHeldBack(test().db)).to.equal(false);
    const silent: Alarm = { kind: 'no-file-for-a-day', subject: 'day/2026-11-23', facts: {} };
    await raise(test().context(), [silent], []);
    expect(await sendIsHeldBack(test().db)).to.equal(true);
    // By the timetable and by hand alike: both are this job.
    const send = (): Promise<string> =>
      whatRefused(
        release.run(test().context(), {} as Parameters<typeof release.run>[1], {
          ...TOWN_SCOPE,
          officer: 'CB-01',
          unitCode: '40',
        }),
      );
    expect(await send()).to.equal('send-held-back');
    const [open] = (await openAlarms(test().db)).filter(({ kind }) => kind === silent.kind);
    const person = test().context({ actor: SANDBOX_PERSONS.maker });
    await acknowledge(person, open?.alarmId ?? 0n);
    expect(await sendIsHeldBack(test().db)).to.equal(false);
    expect(await send()).to.equal('nothing');
  });
});

describe('a sent month that nobody answers', () => {
  // In December it would be an open break as well; here nobody has looked yet.
  const test = useDatabase({ checked: false });

  it('is an alarm a working day later, weekends and days off not counted', async () => {
    await walkTown(test(), { until: 'released', recipients: 40 });
    expect(await moneyIsOut(test().db, { period: TOWN_PERIOD })).to.equal(true);
    expect(await answersAreIn(test().db, { period: TOWN_PERIOD })).to.equal(false);
    const [dispatch] = await many<{ sent: Date }>(
      test().db,
      'select max(sent_at) as sent from file_dispatch',
    );
    // Sent on Thursday 22 October: nothing on Friday morning, nothing new over the weekend.
    expect(dispatch?.sent.toISOString().slice(0, 10)).to.equal('2026-10-22');
    const kinds = async (at: string): Promise<string[]> => {
      const context = test().context({ actor: 'job/alarms', at });
      const raised = await watch(context, { channels: [], seen: [] });
      return [...new Set(raised.map(({ kind }) => kind))].sort();
    };
    expect(await kinds('2026-10-23T01:00:00Z')).to.not.include('not-acknowledged');
    expect(await kinds('2026-10-23T03:00:00Z')).to.include.members([
      'no-file-for-a-day',
      'not-acknowledged',
    ]);
    expect(await kinds('2026-10-25T03:00:00Z')).to.deep.equal([]);
    expect(await sendIsHeldBack(test().db)).to.equal(true);
  });
});
