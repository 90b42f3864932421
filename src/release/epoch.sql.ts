import type { Period } from '../kernel/period.ts';
import type { SentFile } from '../kernel/sent-file.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';

/** Which life a database is in, and whether it may send. */
export interface Epoch {
  readonly epochNo: bigint;
  readonly cause: 'installed' | 'restored' | 'found';
  readonly begunAt: Date;
  readonly knownUntil: Date | null;
  /** Nothing is sent while it is: a person has to release the epoch first. */
  readonly held: boolean;
  /** The rule that keeps it from being released; null when none does. */
  readonly objection: string | null;
}

/** The epoch of a database: the last that was begun. */
export function currentEpoch(db: Db | Tx): Promise<Epoch> {
  return one(
    db,
    `select epoch_no as "epochNo", cause, begun_at as "begunAt", known_until as "knownUntil",
            cause <> 'installed' and released_at is null as held,
            case when cause <> 'installed' and released_at is null
                 then epoch_objection(epoch_no) end as objection
       from epoch order by epoch_no desc limit 1`,
  );
}

/** Of some files, those of which the database knows neither that they were sent nor what became of them. */
export async function forgottenOf(db: Db | Tx, files: readonly SentFile[]): Promise<Set<string>> {
  const rows = await many<{ sha256: string }>(
    db,
    `select sha256 from unnest(:hashes::text[]) as j (sha256)
      where not exists (select from file f join file_dispatch using (file_id)
                         where f.sha256 = decode(j.sha256, 'hex') and f.direction = 'out')
        and not exists (select from epoch_file e where e.sha256 = decode(j.sha256, 'hex'))`,
    { hashes: files.map(({ sha256 }) => sha256) },
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}

/** Begins an epoch, with its event. Nothing is sent from now on until it is released. */
export async function beginEpoch(
  tx: Tx,
  of: { cause: 'restored' | 'found'; knownUntil: Date | null; actor: string; at: Date },
): Promise<bigint> {
  await takeTurn(tx, 'epoch');
  const row = await one<{ epochNo: bigint }>(
    tx,
    `with begun as (
       insert into epoch (epoch_no, cause, begun_at, known_until)
       select max(epoch_no) + 1, :cause, :at, :knownUntil::timestamptz from epoch
       returning epoch_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'epoch-begun', 'epoch/' || epoch_no,
              jsonb_build_object('cause', :cause::text, 'known_until', :knownUntil::timestamptz)
         from begun
     )
     select epoch_no as "epochNo" from begun`,
    { ...of, knownUntil: of.knownUntil?.toISOString() ?? null, at: of.at.toISOString() },
  );
  return row.epochNo;
}

/** Writes down files that were sent and are forgotten; each needs a fate before the epoch is released. */
export async function addForgotten(
  tx: Tx,
  of: { epochNo: bigint; files: readonly SentFile[] },
): Promise<void> {
  await many(
    tx,
    `insert into epoch_file (epoch_no, sha256, channel, name, put_at)
     select :epochNo, decode(sha256, 'hex'), channel, name, "putAt"
       from jsonb_to_recordset(:files::jsonb)
            as f (sha256 text, channel text, name text, "putAt" timestamptz)
     on conflict do nothing`,
    { epochNo: of.epochNo, files: JSON.stringify(of.files) },
  );
}

export interface ForgottenFile {
  readonly name: string;
  readonly channel: string;
  readonly putAt: Date;
  readonly fate: 'adopted' | 'bank-has-it' | 'bank-has-not' | null;
}

/** The forgotten files of an epoch, in the order in which they were put. */
export function forgottenFiles(db: Db | Tx, epochNo: bigint): Promise<ForgottenFile[]> {
  return many(
    db,
    `select name, channel, put_at as "putAt", fate from epoch_file
      where epoch_no = :epochNo order by put_at, name`,
    { epochNo },
  );
}

/** Approved batches of a period of which every file was put before the restore. */
export function batchesFoundSent(
  db: Db | Tx,
  of: { epochNo: bigint; period: string },
): Promise<{ batchId: bigint; totalVnd: bigint }[]> {
  return many(
    db,
    `select b.batch_id as "batchId", sum(p.total_vnd)::bigint as "totalVnd"
       from disbursement_batch b
       join batch_state s on s.batch_id = b.batch_id and s.state = 'approved'
       join payment_file p on p.batch_id = b.batch_id
       join file f using (file_id)
       left join epoch_file e on e.epoch_no = :epochNo and e.sha256 = f.sha256
                             and (e.fate is null or e.fate = 'bank-has-it')
      where b.period = :period
      group by b.batch_id having count(*) = count(e.sha256)
      order by b.batch_id`,
    of,
  );
}

/** Books the files of a released batch as sent when the journal says so, each with its event. */
export function adoptFiles(
  tx: Tx,
  by: { epochNo: bigint; batchId: bigint; actor: string; at: Date },
): Promise<{ fileId: bigint }[]> {
  return many(
    tx,
    `with found as (
       select p.file_id, p.batch_id, e.sha256, e.put_at
         from payment_file p join file f using (file_id)
         join epoch_file e on e.epoch_no = :epochNo and e.sha256 = f.sha256
        where p.batch_id = :batchId
     ),
     adopted as (
       insert into file_dispatch (file_id, batch_id, state, came_from, fence, lease_owner,
                                  lease_until, claimed_at, sent_at)
       select file_id, batch_id, 'sent', 'none', 1, 'journal', put_at, put_at, put_at from found
       returning file_id
     ),
     fated as (
       update epoch_file e set fate = 'adopted', decided_by = :actor, decided_at = :at
         from found where e.epoch_no = :epochNo and e.sha256 = found.sha256 and e.fate is null
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-adopted', 'file/' || file_id,
              jsonb_build_object('sha256', encode(sha256, 'hex'), 'put_at', put_at)
         from found order by file_id
     )
     select file_id as "fileId" from adopted order by file_id`,
    { ...by, at: by.at.toISOString() },
  );
}

/** Writes down what the bank said of a forgotten file. False when there is none without a fate. */
export async function decideFate(
  tx: Tx,
  of: { epochNo: bigint; name: string; fate: 'bank-has-it' | 'bank-has-not'; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with decided as (
       update epoch_file set fate = :fate, decided_by = :by, decided_at = :at
        where epoch_no = :epochNo and name = :name and fate is null
       returning sha256
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'file-fate-decided', 'epoch/' || :epochNo::bigint,
            jsonb_build_object('sha256', encode(sha256, 'hex'), 'fate', :fate::text)
       from decided returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/** Releases an epoch: sending goes on. Undefined when it is not held; the database refuses what is not read. */
export function endHold(
  tx: Tx,
  of: { epochNo: bigint; by: string; reason: string; at: Date },
): Promise<{ epochNo: bigint } | undefined> {
  return maybeOne(
    tx,
    `with released as (
       update epoch set released_by = :by, released_at = :at, reason = :reason
        where epoch_no = :epochNo and cause <> 'installed' and released_at is null
       returning epoch_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'epoch-released', 'epoch/' || epoch_no,
              jsonb_build_object('reason', :reason::text) from released
     )
     select epoch_no as "epochNo" from released`,
    { ...of, at: of.at.toISOString() },
  );
}

/**
 * Batches that are signed and were answered before they were sent: by their file, by a line, or by a line or the file of
 * what was withdrawn and is paid by them. Only after a restore. What check_epoch_of_dispatch refuses, asked beforehand.
 */
export function answeredBeforeSent(
  db: Db | Tx,
  of: { period: Period },
): Promise<{ batchId: bigint; channel: string }[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.channel
       from disbursement_batch b join batch_state s using (batch_id)
      where b.period = :period and s.state = 'approved'
        and (select max(epoch_no) from epoch) > 1
        and (exists (select from payment_file p
                       join settlement_file f on f.original_message_id = p.message_id
                      where p.batch_id = b.batch_id)
             or exists (select from payment_instruction i
                          join settlement_line l
                            on l.recipient_id = i.recipient_id and l.period = i.period
                           and l.end_to_end_id = i.end_to_end_id
                         where i.batch_id = b.batch_id and i.period <= b.period)
             or exists (select from payment_instruction i
                          join spoken_of_unsent u
                            on u.recipient_id = i.recipient_id and u.period = i.period
                           and u.programme = i.programme and u.assessment_no = i.assessment_no
                         where i.batch_id = b.batch_id and i.period <= b.period and i.attempt > 1))
      order by b.batch_id`,
    of,
  );
}

/** Writes down, once, that a batch is held because it was answered before it was sent. */
export async function recordAnswered(
  tx: Tx,
  of: { batchId: bigint; actor: string; at: Date },
): Promise<void> {
  await many(
    tx,
    `insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :actor, 'batch-answered-before-sent', 'batch/' || :batchId::bigint, '{}'
      where not exists (select from audit_event
                         where subject = 'batch/' || :batchId::bigint
                           and action = 'batch-answered-before-sent')`,
    { ...of, at: of.at.toISOString() },
  );
}
