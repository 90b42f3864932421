import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { CashDifferenceCode } from './cash-report.ts';

// What a post office reports, held against the list. Rows come in by COPY, and one statement says of
// all of them, and of all that is missing, what differs.

export const INCOMING_CASH = `incoming_cash (
  row_no, enrolment_ref, citizen_number, owed_vnd, reported_vnd, is_readable)`;

/** Makes the table in which a report is laid; it ends with the transaction. */
export async function prepareCash(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table incoming_cash (
       row_no bigint, enrolment_ref text, citizen_number text, owed_vnd bigint,
       reported_vnd bigint, is_readable boolean) on commit drop`,
  );
}

interface CashOfMonth {
  readonly period: Period;
  readonly provinceCode: string;
}

/** Whoever the lists of a province say is paid in cash in the month. */
const LISTED = `
  select l.recipient_id, l.enrolment_ref, l.listed_vnd
    from listing l
    join recipient_list r on r.list_id = l.list_id and r.province_code = :provinceCode
    join payment_channel c on c.recipient_id = l.recipient_id and c.ended_on is null
                          and c.kind = 'cash_post'
   where l.period = :period and l.listed_vnd > 0`;

/** How many rows of the lists are paid in cash, and how many rows the report has. */
export function countCash(tx: Tx, of: CashOfMonth): Promise<{ listed: bigint; rows: bigint }> {
  return one(
    tx,
    `select (select count(*) from (${LISTED}) l) as listed,
            (select count(*) from incoming_cash) as rows`,
    { ...of },
  );
}

export interface CashReport extends CashOfMonth {
  readonly fileId: bigint;
  readonly source: string;
  /** Rows of the lists that are paid in cash. */
  readonly listed: bigint;
  readonly rows: bigint;
  readonly importedBy: string;
}

export interface CheckedCash extends CashReport {
  readonly differences: bigint;
}

/** Records a report. */
export async function addCashReport(tx: Tx, report: CashReport & { at: Date }): Promise<void> {
  await many(
    tx,
    `insert into cash_report
       (file_id, period, province_code, source, listed_count, row_count, imported_by, imported_at)
     values (:fileId, :period, :provinceCode, :source, :listed, :rows, :importedBy, :at)`,
    { ...report, at: report.at.toISOString() },
  );
}

/**
 * Keeps every difference between the report and the lists, those of its rows first and then what it
 * leaves out. A row has one: the first of what would make the others meaningless. Returns how many.
 */
export function keepCashDifferences(
  tx: Tx,
  of: CashOfMonth & { fileId: bigint },
): Promise<{ differences: bigint }> {
  return one(
    tx,
    `with told as (
       select *, row_number() over (partition by enrolment_ref order by row_no) as nth
         from incoming_cash
     ),
     held as (
       select t.row_no, coalesce(l.enrolment_ref, '') as enrolment_ref,
              l.recipient_id, l.listed_vnd, t.reported_vnd,
              case when t.row_no is null then 'CASH_ROW_MISSING'
                   when not t.is_readable then 'CASH_ROW_UNREADABLE'
                   when l.recipient_id is null then 'CASH_UNKNOWN_ROW'
                   when t.nth > 1 then 'CASH_ROW_REPEATED'
                   when t.citizen_number <> '' and not exists (
                          select from recipient_key k
                           where k.recipient_id = l.recipient_id and k.kind = 'citizen_number'
                             and k.key = t.citizen_number) then 'CASH_OTHER_PERSON'
                   when t.owed_vnd <> l.listed_vnd or t.reported_vnd <> l.listed_vnd
                     then 'CASH_AMOUNT_DIFFERS' end as code
         from (${LISTED}) l
         full join told t on t.enrolment_ref = l.enrolment_ref
     ),
     kept as (
       insert into cash_report_difference
         (file_id, difference_no, row_no, code, enrolment_ref, recipient_id, listed_vnd, reported_vnd)
       select :fileId, row_number() over (order by row_no nulls last, enrolment_ref), row_no, code,
              enrolment_ref, recipient_id, listed_vnd, reported_vnd
         from held where code is not null
       returning 1
     )
     select count(*) as differences from kept`,
    { ...of },
  );
}

/** The report that a file is, with how many differences it has; or undefined. */
export function cashReportOfFile(
  db: Db | Tx,
  of: { fileId: bigint },
): Promise<CheckedCash | undefined> {
  return maybeOne(
    db,
    `select file_id as "fileId", period, province_code as "provinceCode", source,
            listed_count as listed, row_count as rows, imported_by as "importedBy",
            (select count(*) from cash_report_difference d
              where d.file_id = r.file_id) as differences
       from cash_report r where file_id = :fileId`,
    of,
  );
}

export interface CashDifference {
  /** Null for what the report leaves out. */
  readonly rowNo: bigint | null;
  readonly code: CashDifferenceCode;
  /** Empty where no list has what the row says. */
  readonly enrolmentRef: string;
  readonly listedVnd: bigint | null;
  readonly reportedVnd: bigint | null;
}

/** What differs between a report and the lists, in the order in which it was kept. */
export function cashDifferences(
  db: Db | Tx,
  of: { fileId: bigint; atMost: number },
): Promise<CashDifference[]> {
  return many(
    db,
    `select row_no as "rowNo", code, enrolment_ref as "enrolmentRef", listed_vnd as "listedVnd",
            reported_vnd as "reportedVnd"
       from cash_report_difference where file_id = :fileId order by difference_no limit :atMost`,
    of,
  );
}
