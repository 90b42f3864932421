import { many, type Db, type Tx } from '../platform/db.ts';

/** What is measured of the house, and what each figure means. */
export const MEASURES = {
  job_units: 'Units of the timetable that have not ended, by job and state',
  job_late: 'Units of the timetable that are late, by job',
  job_last_done_seconds: 'When a job last came to its end, in seconds of the epoch',
  stage_runs: 'Runs of the stages of the month, by stage and state',
  batches: 'Disbursement batches by bank and state',
  batch_vnd: 'Sum of disbursement batches in dong, by bank and state',
  files: 'Payment files by bank and state',
  oldest_unanswered_seconds: 'How long the oldest sent file has no answer, by bank',
  settlement_files: 'Files of banks by verdict',
  breaks_open: 'Reconciliation breaks that nobody has resolved, by kind',
  breaks_open_vnd: 'Their sum in dong, by kind',
  alarms_open: 'Alarms that nobody has acknowledged, by kind',
  alarm_tellings_waiting: 'Tellings of alarms that have not been taken, by channel',
  sending_held: '1 while a restore or the silence of a bank holds sending back',
} as const;

const FIGURES = `
       select 'job_units' as name, jsonb_build_object('job', job, 'state', state) as labels,
              count(*)::numeric as value
         from job_unit where state in ('due', 'running', 'parked') group by job, state
       union all
       select 'job_late', jsonb_build_object('job', job), count(*)
         from job_unit where state in ('due', 'running', 'parked') and late_at <= :at group by job
       union all
       select 'job_last_done_seconds', jsonb_build_object('job', job), extract(epoch from max(ended_at))
         from job_unit where state = 'done' group by job
       union all
       select 'stage_runs', jsonb_build_object('stage', job, 'state', state), count(*)
         from job_run group by job, state
       union all
       select 'batches', jsonb_build_object('bank', channel, 'state', state), count(*)
         from disbursement_batch join batch_state using (batch_id) group by channel, state
       union all
       select 'batch_vnd', jsonb_build_object('bank', channel, 'state', state), sum(total_vnd)
         from disbursement_batch join batch_state using (batch_id) group by channel, state
       union all
       select 'files', jsonb_build_object('bank', channel, 'state', state), count(*)
         from file_dispatch join disbursement_batch using (batch_id) group by channel, state
       union all
       select 'oldest_unanswered_seconds', jsonb_build_object('bank', channel),
              extract(epoch from :at::timestamptz - min(sent_at))
         from file_dispatch join disbursement_batch using (batch_id)
        where state = 'sent' group by channel
       union all
       select 'settlement_files', jsonb_build_object('bank', channel, 'verdict', verdict), count(*)
         from settlement_file group by channel, verdict
       union all
       select 'breaks_open', jsonb_build_object('kind', kind), count(*)
         from reconciliation_break where resolved_at is null group by kind
       union all
       select 'breaks_open_vnd', jsonb_build_object('kind', kind), sum(amount_vnd)
         from reconciliation_break where resolved_at is null group by kind
       union all
       select 'alarms_open', jsonb_build_object('kind', kind), count(*)
         from alarm where acknowledged_at is null group by kind
       union all
       select 'alarm_tellings_waiting', jsonb_build_object('channel', channel), count(*)
         from alarm_delivery where delivered_at is null group by channel
       union all
       select 'sending_held', '{}',
              (exists (select from epoch where cause <> 'installed' and released_at is null)
               or exists (select from alarm
                           where kind = 'no-file-for-a-day' and acknowledged_at is null))::int`;

/** Every figure as it is now. Labels are names of jobs, banks and kinds. */
export function measures(
  db: Db | Tx,
  { at }: { at: Date },
): Promise<
  {
    readonly name: keyof typeof MEASURES;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[]
> {
  return many(
    db,
    `select name, labels, value::float8 as value from (${FIGURES}) figures
      order by name, labels::text`,
    { at: at.toISOString() },
  );
}
