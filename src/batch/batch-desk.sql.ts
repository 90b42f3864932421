import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';
import type { BatchContent, BatchState } from './batch.ts';

// What people look at before they sign. Every statement is limited to the units of whoever looks, and
// reads by keys: it costs the same with a million recipients as with a hundred.

/** Whether a batch lies in one of the units of somebody; VN is all of them. */
const IN_SCOPE = `(b.province_code = any (:units::text[]) or 'VN' = any (:units::text[]))`;

export interface ListedBatch {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly period: Period;
  readonly programme: Programme;
  readonly channelName: string;
  readonly channelKind: 'account' | 'cash_post';
  readonly state: BatchState;
  readonly instructionCount: bigint;
  readonly totalVnd: bigint;
  readonly valueDate: PlainDate;
  readonly changedAt: Date;
  readonly signatures: number;
}

export interface BatchFilter {
  readonly units: readonly string[];
  readonly period: string | null;
  readonly programme: string | null;
  readonly state: string | null;
  readonly kind: string | null;
  /** A code of a batch, or how it begins. */
  readonly code: string | null;
  /** The batch after which the page begins; null for the first. */
  readonly after: bigint | null;
  readonly atMost: number;
}

/** A page of batches, the newest first. */
export function listBatches(db: Db | Tx, filter: BatchFilter): Promise<ListedBatch[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", b.period, b.programme,
            c.name as "channelName", c.kind as "channelKind", s.state,
            b.instruction_count as "instructionCount", b.total_vnd as "totalVnd",
            b.value_date as "valueDate", s.changed_at as "changedAt",
            (select count(*) from approval a where a.batch_id = b.batch_id)::int as signatures
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
      where ${IN_SCOPE}
        and (:after::bigint is null or b.batch_id < :after)
        and (:period::text is null or b.period = :period)
        and (:programme::text is null or b.programme = :programme)
        and (:state::text is null or s.state = :state)
        and (:kind::text is null or c.kind = :kind)
        and (:code::text is null or starts_with(b.batch_code, :code))
      order by b.batch_id desc
      limit :atMost`,
    { ...filter },
  );
}

export interface BatchOnDesk extends BatchContent {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly period: Period;
  readonly programme: Programme;
  readonly provinceCode: string;
  readonly channelName: string;
  readonly channelKind: 'account' | 'cash_post';
  readonly valueDate: PlainDate;
  readonly state: BatchState;
  readonly version: number;
  readonly preparedBy: string;
  readonly preparedAt: Date;
  readonly changedAt: Date;
  /** From when an approved batch may leave. */
  readonly leavesFrom: Date;
  /** What is left of the budget of its programme and year; null where there is none. */
  readonly budgetLeftVnd: bigint | null;
  readonly refusalKind: 'rejected' | 'taken-back' | null;
  readonly refusalReason: string | null;
  readonly refusedBy: string | null;
}

/** One batch as it stands now; undefined when there is none, or none in these units. */
export function batchOnDesk(
  db: Db | Tx,
  of: { batchId: bigint; units: readonly string[] },
): Promise<BatchOnDesk | undefined> {
  return maybeOne(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", b.period, b.programme,
            b.province_code as "provinceCode", c.name as "channelName", c.kind as "channelKind",
            b.value_date as "valueDate", s.state, s.version, b.prepared_at as "preparedAt",
            m.full_name as "preparedBy", s.changed_at as "changedAt",
            leaves_from(b, s.changed_at) as "leavesFrom",
            b.instruction_count as "instructionCount", b.total_vnd as "totalVnd",
            encode(b.content_hash, 'hex') as "contentHash",
            coalesce(encode(batch_files_hash(b.batch_id), 'hex'), '') as "filesHash",
            g.amount_vnd - g.committed_vnd as "budgetLeftVnd",
            f.kind as "refusalKind", f.reason as "refusalReason", p.full_name as "refusedBy"
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
       join person m on m.person_id = b.prepared_by
       left join budget g on g.programme = b.programme and g.province_code = b.province_code
        and g.year = substr(b.period, 1, 4)::int
       left join batch_refusal f on f.batch_id = b.batch_id
       left join person p on p.person_id = f.person_id
      where b.batch_id = :batchId and ${IN_SCOPE}`,
    { ...of },
  );
}

export interface SignatureOnDesk {
  readonly personId: string;
  readonly fullName: string;
  readonly signedAt: Date;
  readonly contentHash: string;
  /** The event of the log that holds the signature. */
  readonly eventNo: bigint | null;
  readonly eventHash: string | null;
}

/** Who has signed a batch, with the event of the log that says so. */
export function signaturesOfBatch(db: Db | Tx, batchId: bigint): Promise<SignatureOnDesk[]> {
  return many(
    db,
    `select a.person_id as "personId", p.full_name as "fullName", a.signed_at as "signedAt",
            encode(a.content_hash, 'hex') as "contentHash", e.event_no as "eventNo",
            encode(e.hash, 'hex') as "eventHash"
       from approval a
       join person p using (person_id)
       left join audit_event e
         on e.subject = 'batch/' || a.batch_id and e.action = 'batch-signed' and e.actor = a.person_id
      where a.batch_id = :batchId
      order by a.signed_at`,
    { batchId },
  );
}

/** Why a person had a hand in a batch, and so may not sign it; empty for anybody else. */
export async function handsIn(
  db: Db | Tx,
  of: { batchId: bigint; personId: string },
): Promise<string[]> {
  const rows = await many<{ reason: string }>(
    db,
    `select reason from batch_maker where batch_id = :batchId and person_id = :personId`,
    of,
  );
  return rows.map(({ reason }) => reason);
}

export interface FileOfBatch {
  readonly fileId: bigint;
  readonly partNo: number;
  readonly name: string;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  readonly byteSize: bigint;
  readonly sha256: string;
  readonly state: string | null;
  readonly sentAt: Date | null;
}

/** The very files that are sent, with their hashes and how far they have come. */
export function paymentFilesOf(db: Db | Tx, batchId: bigint): Promise<FileOfBatch[]> {
  return many(
    db,
    `select p.file_id as "fileId", p.part_no as "partNo", f.name, p.line_count as "lineCount",
            p.total_vnd as "totalVnd", f.byte_size as "byteSize",
            encode(f.sha256, 'hex') as sha256, d.state, d.sent_at as "sentAt"
       from payment_file p
       join file f using (file_id)
       left join file_dispatch d using (file_id)
      where p.batch_id = :batchId
      order by p.part_no`,
    { batchId },
  );
}

export interface LineOnDesk {
  readonly recipientId: bigint;
  readonly reference: string;
  readonly period: Period;
  readonly payeeName: string;
  readonly citizenNumber: string;
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly communeCode: string;
  readonly communeName: string;
  readonly amountVnd: bigint;
  readonly outcome: string | null;
  readonly reason: string | null;
}

export interface LineFilter {
  readonly batchId: bigint;
  /** How many lines the batch has, which says how a page of them is found. */
  readonly instructionCount: bigint;
  readonly period: Period;
  readonly communeCode: string | null;
  readonly recipientId: bigint | null;
  readonly leastVnd: bigint | null;
  /** The last line of the page before: recipient and reference. */
  readonly after: { readonly recipientId: bigint; readonly reference: string } | null;
  readonly atMost: number;
}

const LINE = `
  select i.recipient_id as "recipientId", i.end_to_end_id as reference, i.period,
         i.payee_name as "payeeName", i.citizen_number as "citizenNumber",
         i.bank_bin as "bankBin", i.account_number as "accountNumber",
         i.commune_code as "communeCode", coalesce(u.name, i.commune_code) as "communeName",
         i.amount_vnd as "amountVnd",
         case when r.end_to_end_id is not null then 'returned' else o.outcome end as outcome,
         coalesce(r.reason, o.reason) as reason
    from line i
    left join administrative_unit u
      on u.unit_code = i.commune_code and u.kind = 'commune' and u.valid_until is null
    left join payment_outcome o on o.recipient_id = i.recipient_id and o.period = i.period
     and o.end_to_end_id = i.end_to_end_id
    left join payment_return r on r.recipient_id = i.recipient_id and r.period = i.period
     and r.end_to_end_id = i.end_to_end_id
   order by i.recipient_id, i.end_to_end_id`;

/** Up to so many lines a batch is read whole and then cut: it may be strewn over all recipients. */
const SMALL_BATCH = 20_000n;

const WANTED = `(:communeCode::text is null or i.commune_code = :communeCode)
          and (:recipientId::bigint is null or i.recipient_id = :recipientId)
          and (:leastVnd::bigint is null or i.amount_vnd >= :leastVnd)
          and (:afterId::bigint is null
               or (i.recipient_id, i.end_to_end_id) > (:afterId::bigint, :afterRef::text))`;

// The lines of a batch lie together on disk, so few of them are soon found.
const FROM_SMALL = `
  of_batch as materialized (
    select * from payment_instruction where batch_id = :batchId and period <= :period
  ),
  line as materialized (
    select * from of_batch i where ${WANTED}
     order by i.recipient_id, i.end_to_end_id limit :atMost
  )`;

// A page of many lines is a stretch of the key, begun where the commune that is asked for begins.
const FROM_LARGE = `
  edge as (
    select min(first_recipient) as first_id, max(last_recipient) as last_id
      from batch_commune
     where batch_id = :batchId and (:communeCode::text is null or commune_code = :communeCode)
  ),
  line as materialized (
    select i.* from payment_instruction i
     where i.batch_id = :batchId and i.period = :period and ${WANTED}
       and i.recipient_id between
             greatest((select first_id from edge), :recipientId::bigint, :afterId::bigint)
         and least((select last_id from edge), :recipientId::bigint)
     order by i.recipient_id, i.end_to_end_id
     limit :atMost
  )`;

/**
 * A page of the lines of a batch, in the order of its files. Above SMALL_BATCH all lines are of the
 * period of the batch: what is paid again from earlier months goes into batches of its own.
 */
export function linesOnDesk(db: Db | Tx, filter: LineFilter): Promise<LineOnDesk[]> {
  const { after, instructionCount, ...rest } = filter;
  const source = instructionCount <= SMALL_BATCH ? FROM_SMALL : FROM_LARGE;
  return many(db, `with ${source} ${LINE}`, {
    ...rest,
    afterId: after?.recipientId ?? null,
    afterRef: after?.reference ?? '',
  });
}

export interface EventOnDesk {
  readonly eventNo: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly hash: string;
}

/** What the log says of a subject, such as batch/12, the newest first. */
export function eventsAbout(
  db: Db | Tx,
  of: { subject: string; atMost: number },
): Promise<EventOnDesk[]> {
  return many(
    db,
    `select e.event_no as "eventNo", e.occurred_at as at, coalesce(p.full_name, e.actor) as actor,
            e.action, e.facts, encode(e.hash, 'hex') as hash
       from audit_event e left join person p on p.person_id = e.actor
      where e.subject = :subject
      order by e.event_no desc
      limit :atMost`,
    of,
  );
}
