import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import { ALARMS, type Alarm, type AlarmKind, type ChannelName, type DueDelivery } from './alarm.ts';

/**
 * Raises alarms that are not raised yet, each with its tellings on the channels and its event, in one
 * statement: none can be raised and not told. Returns those that are new.
 */
export function raiseAlarms(
  tx: Tx,
  alarms: readonly Alarm[],
  by: { channels: readonly ChannelName[]; actor: string; at: Date },
): Promise<{ alarmId: bigint; kind: AlarmKind; subject: string }[]> {
  const rows = alarms.map((alarm) => ({ ...alarm, grave: ALARMS[alarm.kind].grave }));
  return many(
    tx,
    `with raised as (
       insert into alarm (kind, subject, grave, facts, raised_at)
       select distinct on (kind, subject) kind, subject, grave, facts, :at::timestamptz
         from jsonb_to_recordset(:alarms::jsonb)
              as a (kind text, subject text, grave boolean, facts jsonb)
       on conflict on constraint raised_once do nothing
       returning alarm_id, kind, subject
     ),
     told as (
       insert into alarm_delivery (alarm_id, channel, round, due_at)
       select alarm_id, channel, 1, :at from raised cross join unnest(:channels::text[]) c (channel)
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'alarm-raised', 'alarm/' || alarm_id,
              jsonb_build_object('kind', kind, 'of', subject)
         from raised order by alarm_id
     )
     select alarm_id as "alarmId", kind, subject from raised order by alarm_id`,
    {
      alarms: JSON.stringify(rows),
      channels: [...by.channels],
      actor: by.actor,
      at: by.at.toISOString(),
    },
  );
}

/** Tells again, once a day, whatever nobody has acknowledged. Returns how many tellings were added. */
export async function remindOfAlarms(
  tx: Tx,
  of: { channels: readonly ChannelName[]; at: Date },
): Promise<bigint> {
  const row = await one<{ added: bigint }>(
    tx,
    `with last as (
       select a.alarm_id, c.channel, coalesce(max(d.round), 0) as round,
              coalesce(max(d.due_at), a.raised_at - interval '1 day') as due_at
         from alarm a
        cross join unnest(:channels::text[]) c (channel)
         left join alarm_delivery d on d.alarm_id = a.alarm_id and d.channel = c.channel
        where a.acknowledged_at is null
        group by a.alarm_id, a.raised_at, c.channel
       -- What was not delivered yet is being told still.
       having count(*) filter (where d.alarm_id is not null and d.delivered_at is null) = 0
     ),
     added as (
       insert into alarm_delivery (alarm_id, channel, round, due_at)
       select alarm_id, channel, round + 1, :at from last
        where due_at <= :at::timestamptz - interval '1 day'
       on conflict do nothing
       returning alarm_id
     )
     select count(*) as added from added`,
    { channels: [...of.channels], at: of.at.toISOString() },
  );
  return row.added;
}

/**
 * Takes the next telling that is due, and puts its next attempt far enough ahead that nobody else takes
 * it meanwhile: who dies while telling has it told again, never not at all.
 */
export function takeDelivery(
  tx: Tx,
  of: { channels: readonly ChannelName[]; at: Date; seconds: number },
): Promise<DueDelivery | undefined> {
  return maybeOne(
    tx,
    `with due as (
       select alarm_id, channel, round from alarm_delivery
        where delivered_at is null and due_at <= :at and channel = any (:channels::text[])
        order by due_at, alarm_id for update skip locked limit 1
     ),
     taken as (
       update alarm_delivery d
          set attempts = attempts + 1, due_at = :at::timestamptz + :seconds::int * interval '1 second'
         from due where d.alarm_id = due.alarm_id and d.channel = due.channel and d.round = due.round
       returning d.*
     )
     select alarm_id as "alarmId", t.channel, t.round, a.kind, a.subject, a.facts,
            a.raised_at as "raisedAt", t.attempts
       from taken t join alarm a using (alarm_id)`,
    { channels: [...of.channels], seconds: of.seconds, at: of.at.toISOString() },
  );
}

/** Writes what came of a telling: delivered, or why not and when it is tried again. */
export async function settleDelivery(
  tx: Tx,
  of: Pick<DueDelivery, 'alarmId' | 'channel' | 'round'> & {
    failure: string | null;
    nextAt: Date;
    at: Date;
  },
): Promise<void> {
  await many(
    tx,
    `update alarm_delivery
        set delivered_at = case when :failure::text is null then :at::timestamptz end,
            last_failure = :failure, due_at = case when :failure::text is null then due_at
                                                   else :nextAt::timestamptz end
      where alarm_id = :alarmId and channel = :channel and round = :round and delivered_at is null`,
    { ...of, nextAt: of.nextAt.toISOString(), at: of.at.toISOString() },
  );
}

/** Says that a person knows of alarms. Returns how many nobody had acknowledged before. */
export async function acknowledgeAlarms(
  tx: Tx,
  of: { alarmIds: readonly bigint[]; by: string; at: Date },
): Promise<number> {
  const rows = await many(
    tx,
    `with known as (
       update alarm set acknowledged_by = :by, acknowledged_at = :at
        where alarm_id = any (:alarmIds::bigint[]) and acknowledged_at is null
       returning alarm_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'alarm-acknowledged', 'alarm/' || alarm_id, '{}' from known order by alarm_id
     returning event_no`,
    { ...of, alarmIds: of.alarmIds.map(String), at: of.at.toISOString() },
  );
  return rows.length;
}

export interface OpenAlarm extends Alarm {
  readonly alarmId: bigint;
  readonly grave: boolean;
  readonly raisedAt: Date;
  /** Tellings that have not been taken yet. */
  readonly untold: bigint;
}

/** What nobody has acknowledged, the gravest and oldest first. */
export function openAlarms(db: Db | Tx): Promise<OpenAlarm[]> {
  return many(
    db,
    `select a.alarm_id as "alarmId", a.kind, a.subject, a.grave, a.facts, a.raised_at as "raisedAt",
            (select count(*) from alarm_delivery d
              where d.alarm_id = a.alarm_id and d.delivered_at is null) as untold
       from alarm a where a.acknowledged_at is null
      order by a.grave desc, a.raised_at, a.alarm_id`,
  );
}

/** Whether the silence of a counterpart holds back what would be sent next (a day without a file). */
export async function sendIsHeldBack(db: Db | Tx): Promise<boolean> {
  const row = await one<{ held: boolean }>(
    db,
    `select exists (select from alarm
                     where kind = 'no-file-for-a-day' and acknowledged_at is null) as held`,
  );
  return row.held;
}

/** Whether the money of a period has left: something was released, and nothing is left to be. */
export async function moneyIsOut(db: Db | Tx, of: { period: string }): Promise<boolean> {
  const row = await one<{ met: boolean }>(
    db,
    // A month that was paid with the one before has nothing of its own to send: when all that were paid
    // then were paid for both.
    `with before as (
       select to_char(to_date(:period, 'YYYY-MM') - interval '1 month', 'YYYY-MM') as period
     )
     select coalesce(bool_and(s.state in ('released', 'reconciled')),
                     exists (select from payment_ahead join before using (period))
                     and not exists (
                       select from disbursement_batch d join before using (period)
                         join batch_state t using (batch_id)
                        where t.state <> 'withdrawn'
                          and not exists (select from payment_ahead a
                                           where a.period = d.period and a.programme = d.programme
                                             and a.province_code = d.province_code))) as met
       from disbursement_batch b join batch_state s using (batch_id)
      where b.period = :period and s.state <> 'withdrawn'`,
    of,
  );
  return row.met;
}

/**
 * Whether the money of a period and of the next has left where both are to be paid at once before Tết: all
 * that was made is out, and of each programme that was ordered it holds the month ahead. An order that came
 * after the month was assessed has changed nothing yet.
 */
export async function bothMonthsAreOut(db: Db | Tx, of: { period: string }): Promise<boolean> {
  const row = await one<{ met: boolean }>(
    db,
    `select not exists (
              select from disbursement_batch b join batch_state s using (batch_id)
               where b.period = :period and s.state in ('gathered', 'prepared', 'approved'))
            and not exists (
              select from payment_ahead a
               where a.period = :period and a.cause = 'new-year'
                 and not exists (
                   select from assessment_line l
                     join payment_instruction i
                       on i.recipient_id = l.recipient_id and i.period = l.period
                      and due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
                          = l.due_reference
                    where l.period = :period and l.kind = 'ahead'
                      and i.programme = a.programme)) as met`,
    of,
  );
  return row.met;
}

/** Whether no batch of a programme waits; also when there is none: nobody is paid nothing too late. */
export async function nothingIsHeld(
  db: Db | Tx,
  of: { period: string; programme: string },
): Promise<boolean> {
  const row = await one<{ met: boolean }>(
    db,
    `select not exists (
       select from disbursement_batch b join batch_state s using (batch_id)
        where b.period = :period and b.programme = :programme
          and s.state in ('gathered', 'prepared', 'approved')) as met`,
    of,
  );
  return row.met;
}

/** Whether every file of a period has its answer; also when nothing was sent. */
export async function answersAreIn(db: Db | Tx, of: { period: string }): Promise<boolean> {
  const row = await one<{ met: boolean }>(
    db,
    `select not exists (
       select from disbursement_batch b join file_dispatch d using (batch_id)
        where b.period = :period and d.state not in ('answered', 'withdrawn')) as met`,
    of,
  );
  return row.met;
}

/**
 * Units that are late or parked, services that do not answer them or may hardly be asked any more today, and
 * a restore that holds them back, or the batches of a bank that has answered for what was never sent here.
 */
export function alarmsOfUnits(db: Db | Tx, { at }: { at: Date }): Promise<Alarm[]> {
  return many(
    db,
    `select 'run-late' as kind, 'unit/' || unit_id as subject,
            jsonb_build_object('job', job, 'period', period, 'occasion', occasion) as facts
       from job_unit where state in ('due', 'running', 'parked') and late_at <= :at
      union all
     select 'unit-parked', 'unit/' || unit_id || '/' || fence,
            jsonb_build_object('job', job, 'period', period, 'failure', last_failure)
       from job_unit where state = 'parked'
      union all
     select 'provider-down', job || '/' || to_char(:at::timestamptz at time zone 'Asia/Ho_Chi_Minh',
                                                   'YYYY-MM-DD'),
            jsonb_build_object('attempts', max(attempts))
       from job_unit
      where state in ('due', 'running') and last_failure = 'counterpart-silent' and attempts >= 3
      group by job
      union all
     select 'tie-out-failed', 'tie-out/' || occasion, outcome -> 'broken'
       from job_unit
      where job = 'tie-out' and state = 'done' and outcome -> 'broken' <> '{}'
      union all
     -- Less than a tenth is left; the doctor says it in the same words.
     select 'calls-running-out', 'calls/' || provider || '/' || day,
            jsonb_build_object('left', agreed - given, 'agreed', agreed)
       from provider_calls
      where day = (:at::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date
        and (agreed - given) * 10 < agreed
      union all
     select 'database-restored', 'epoch/' || epoch_no, jsonb_build_object('cause', cause)
       from epoch where cause <> 'installed' and released_at is null
      union all
     select 'answered-before-sent', 'batch/' || b.batch_id,
            jsonb_build_object('batch', b.batch_code, 'bank', b.channel)
       from disbursement_batch b join batch_state s using (batch_id)
      where s.state = 'approved'
        and exists (select from audit_event e
                     where e.subject = 'batch/' || b.batch_id
                       and e.action = 'batch-answered-before-sent')`,
    { at: at.toISOString() },
  );
}

/**
 * Files without an answer since an instant that lies a working day back, a day on which none came though
 * some were awaited, and breaks that nobody has explained for five days.
 */
export function alarmsOfMoney(
  db: Db | Tx,
  of: { at: Date; aWorkingDayAgo: Date; day: string },
): Promise<Alarm[]> {
  return many(
    db,
    `with silent as (
       select file_id, batch_id, sent_at from file_dispatch
        where state in ('sent', 'unknown') and sent_at <= :aWorkingDayAgo
     )
     select 'not-acknowledged' as kind, 'file/' || file_id as subject,
            jsonb_build_object('batch', batch_id, 'sent', sent_at) as facts
       from silent
      union all
     select 'no-file-for-a-day', 'day/' || :day, jsonb_build_object('awaited', count(*))
       from silent
      where not exists (select from settlement_file s join file f using (file_id)
                         where f.recorded_at > :aWorkingDayAgo)
     having count(*) > 0
      union all
     select 'breaks-ageing', 'period/' || period || '/' || left(:day, 7), jsonb_build_object('breaks', count(*))
       from reconciliation_break
      where resolved_at is null and opened_at <= :at::timestamptz - interval '5 days'
      group by period`,
    { ...of, at: of.at.toISOString(), aWorkingDayAgo: of.aWorkingDayAgo.toISOString() },
  );
}
