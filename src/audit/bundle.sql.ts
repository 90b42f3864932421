import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';
import type { SealableTable } from './seal.ts';
import { bucketOf, periodOf, quoted, recordOf } from './sealed-row.ts';

/** The lines of the batch. */
const INSTRUCTION = `(select * from payment_instruction
   where batch_id = :batchId and period <= :period) i`;

const DUE = `(recipient_id, period, due_reference) in (
  select i.recipient_id, i.period,
         due_reference(i.period, i.programme, i.recipient_id, i.assessment_no) from ${INSTRUCTION})`;

/** The rows that prove a batch, table by table: :batchId and :period say which batch. */
export const ROWS_OF_BUNDLE = {
  disbursement_batch: 'batch_id = :batchId',
  batch_maker: 'batch_id = :batchId',
  approval: 'batch_id = :batchId',
  payment_file: 'batch_id = :batchId',
  file: 'file_id in (select file_id from payment_file where batch_id = :batchId)',
  payment_instruction: 'batch_id = :batchId and period <= :period',
  assessment: DUE,
  assessment_line: DUE,
  recovery_taking: DUE,
  verification: `period <= :period and recipient_id in (select i.recipient_id from ${INSTRUCTION})`,
  rate: 'true',
} as const satisfies Record<string, string>;

/**
 * Rows of a table as they are hashed, for copyOut(): period, bucket, and the text of the record, in
 * the order of the key.
 */
export function recordsOf(of: SealableTable, where: string): string {
  return `
  select ${periodOf(of)}, ${bucketOf(of)}, ${recordOf(of.frozen)}
    from ${quoted(of.table)} where ${where} order by ${of.key.map(quoted).join(', ')}`;
}

/** Every bucket of a table for copyOut(): period, number, SHA-256 of its two seals in hex. */
export const BUCKETS_OF_TABLE = `
  select period, bucket_no, encode(sha256(frozen), 'hex'), encode(sha256(changing), 'hex')
    from row_seal where table_name = :table order by period, bucket_no`;

/** The row hashes in the buckets of a table that some rows lie in, for copyOut(); in hex. */
export function sealsOfRows(of: SealableTable, where: string): string {
  return `
  select period, bucket_no, encode(frozen, 'hex') from row_seal
   where table_name = '${of.table}' and (period, bucket_no) in (
         select ${periodOf(of)}, ${bucketOf(of)} from ${quoted(of.table)} where ${where})
   order by period, bucket_no`;
}

export interface BundledBatch {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly period: string;
  /** The last event that tells of it or of its files. */
  readonly lastEventNo: bigint;
}

/** The batch of a code. */
export function batchToBundle(
  db: Db | Tx,
  of: { batchCode: string },
): Promise<BundledBatch | undefined> {
  return maybeOne(
    db,
    `select batch_id as "batchId", batch_code as "batchCode", period,
            (select max(event_no) from audit_event e where ${ABOUT_BATCH}) as "lastEventNo"
       from disbursement_batch b where batch_code = :batchCode`,
    of,
  );
}

const ABOUT_BATCH = `(e.subject = 'batch/' || b.batch_id
  or e.subject in (select 'file/' || p.file_id from payment_file p where p.batch_id = b.batch_id))`;

/** The numbers of the events that tell of a batch and its files, in their order. */
export async function eventsOfBatch(db: Db | Tx, of: { batchId: bigint }): Promise<bigint[]> {
  const rows = await many<{ no: bigint }>(
    db,
    `select e.event_no as no from audit_event e, disbursement_batch b
      where b.batch_id = :batchId and ${ABOUT_BATCH} order by e.event_no`,
    of,
  );
  return rows.map(({ no }) => no);
}

/** The files of a batch in the order of its lines. */
export function filesOfBatch(
  db: Db | Tx,
  of: { batchId: bigint },
): Promise<{ partNo: number; name: string; sha256: string }[]> {
  return many(
    db,
    `select part_no as "partNo", name, encode(sha256, 'hex') as sha256
       from payment_file join file using (file_id) where batch_id = :batchId order by part_no`,
    of,
  );
}
