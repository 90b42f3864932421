import type { PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { LawRow, LawTable } from './decree.ts';

/** One hash, in hex, of all the law that stands. */
export async function lawHash(db: Db | Tx): Promise<string> {
  const { hash } = await one<{ hash: string }>(db, `select encode(law_hash(), 'hex') as hash`);
  return hash;
}

export interface NewDecree {
  readonly kind: 'decree' | 'correction';
  readonly number: string;
  readonly titleVi: string;
  readonly titleEn: string;
  readonly fileName: string;
  readonly content: Buffer;
  /** In hex. The database holds it against the content. */
  readonly sha256: string;
  /** JSON: the rows by table. */
  readonly rows: string;
  /** JSON: what was simulated. */
  readonly preview: string;
  /** In hex: the law against which it was simulated. */
  readonly lawHash: string;
  readonly proposedBy: string;
  readonly at: Date;
}

/** Stores a proposal and its event, and returns its number. */
export async function addDecree(tx: Tx, decree: NewDecree): Promise<bigint> {
  const { decreeId } = await one<{ decreeId: bigint }>(
    tx,
    `with proposed as (
       insert into decree (decree_id, kind, number, title_vi, title_en, file_name, content, sha256,
                           rows, preview, law_hash, proposed_by, proposed_at)
       values (next_numbers('decree', 1), :kind, :number, :titleVi, :titleEn, :fileName, :content,
               decode(:sha256, 'hex'), :rows::jsonb, :preview::jsonb, decode(:lawHash, 'hex'),
               :proposedBy, :at)
       returning decree_id, number
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :proposedBy, 'decree-proposed', 'decree/' || decree_id,
              jsonb_build_object('number', number, 'sha256', :sha256::text)
         from proposed
     )
     select decree_id as "decreeId" from proposed`,
    { ...decree, at: decree.at.toISOString() },
  );
  return decreeId;
}

/** A proposal as it stands in the list. */
export interface DecreeHead {
  readonly decreeId: bigint;
  readonly kind: 'decree' | 'correction';
  readonly number: string;
  readonly titleVi: string;
  readonly titleEn: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly rowCount: bigint;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly knownSince: PlainDate | null;
}

const HEAD = `
  d.decree_id as "decreeId", d.kind, d.number, d.title_vi as "titleVi", d.title_en as "titleEn",
  d.file_name as "fileName", encode(d.sha256, 'hex') as sha256,
  (select sum(jsonb_array_length(value))::bigint from jsonb_each(d.rows)) as "rowCount",
  d.proposed_by as "proposedBy", d.proposed_at as "proposedAt",
  a.approved_by as "approvedBy", a.approved_at as "approvedAt", a.known_since as "knownSince"`;

/** Every proposal, the newest first. */
export function decreesProposed(db: Db | Tx): Promise<DecreeHead[]> {
  return many(
    db,
    `select ${HEAD} from decree d left join decree_approval a using (decree_id)
      order by d.decree_id desc`,
  );
}

export interface StoredDecree extends DecreeHead {
  readonly content: Buffer;
  readonly rows: Readonly<Partial<Record<LawTable, readonly LawRow[]>>>;
  readonly preview: unknown;
}

/** One proposal with its bytes, its rows and its preview. */
export function decreeProposed(db: Db | Tx, decreeId: bigint): Promise<StoredDecree | undefined> {
  return maybeOne(
    db,
    `select ${HEAD}, d.content, d.rows, d.preview
       from decree d left join decree_approval a using (decree_id)
      where d.decree_id = :decreeId`,
    { decreeId },
  );
}

export interface NewApproval {
  readonly decreeId: bigint;
  readonly proposedBy: string;
  /** In hex: of the file that was approved. */
  readonly sha256: string;
  readonly approvedBy: string;
  readonly knownSince: PlainDate;
  readonly at: Date;
}

/**
 * Stores an approval and its event. The database loads what was approved with it, or refuses both by the
 * name of a rule.
 */
export async function addDecreeApproval(tx: Tx, approval: NewApproval): Promise<void> {
  await many(
    tx,
    `with approved as (
       insert into decree_approval (decree_id, proposed_by, sha256, approved_by, approved_at,
                                    known_since)
       values (:decreeId, :proposedBy, decode(:sha256, 'hex'), :approvedBy, :at, :knownSince)
       returning decree_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :approvedBy, 'decree-approved', 'decree/' || decree_id,
            jsonb_build_object('sha256', :sha256::text, 'known_since', :knownSince::text)
       from approved`,
    { ...approval, at: approval.at.toISOString() },
  );
}

/**
 * The first day on which rows that are loaded today can be known: today, or the day after the last one on
 * which months were settled without them. Were they known on that day, those months would count as paid
 * at the new amount.
 */
export async function knownFrom(db: Db | Tx, today: PlainDate): Promise<PlainDate> {
  const { day } = await one<{ day: PlainDate }>(
    db,
    `select greatest(:today::date, max((facts ->> 'assessed_on')::date) + 1) as day
       from audit_event where action = 'period-assessed'`,
    { today },
  );
  return day;
}

export interface Correction {
  readonly table: string;
  readonly rowNo: number;
  readonly was: LawRow;
  readonly becomes: LawRow;
}

/** What a correction has replaced. */
export function correctionsBy(db: Db | Tx, decreeId: bigint): Promise<Correction[]> {
  return many(
    db,
    `select table_name as "table", row_no as "rowNo", was, becomes
       from law_correction where decree_id = :decreeId order by table_name, row_no`,
    { decreeId },
  );
}

export interface LawDifference {
  /** The place of the row among those that were asked about. */
  readonly index: number;
  /** Since when the row is known whose words differ; null where no row has these figures. */
  readonly knownSince: PlainDate | null;
}

/**
 * Which rows do not stand as they are given: those that are missing, and those that stand with the same
 * figures and other words. Since when a row is known is no difference: it is later where it was loaded
 * by a decree.
 */
export function rowsThatDiffer(
  db: Db | Tx,
  { table, rows }: { table: LawTable; rows: readonly LawRow[] },
): Promise<LawDifference[]> {
  return many(
    db,
    `with standing as materialized (
       select distinct on (figures) figures, row
         from (select to_jsonb(o) as row, to_jsonb(o) - law_words() - 'known_since' as figures
                 from ${table} o) o
        order by figures, row ->> 'known_since'
     ),
     given as materialized (
       select x.no, to_jsonb(r) as row, to_jsonb(r) - law_words() - 'known_since' as figures
         from jsonb_array_elements(:rows::jsonb) with ordinality x (row, no)
        cross join lateral jsonb_populate_record(null::${table}, x.row) r
     )
     select (g.no - 1)::int as index, s.row ->> 'known_since' as "knownSince"
       from given g
       left join standing s using (figures)
      where s.row is null or s.row - 'known_since' <> g.row - 'known_since'
      order by g.no`,
    { rows: JSON.stringify(rows) },
  );
}
