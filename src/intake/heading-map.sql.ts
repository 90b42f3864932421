import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

/** What an office has said of its headings: a field, or null for a column that nothing is read from. */
export type Headings = Readonly<Record<string, string | null>>;

export interface OfficeHeadings {
  readonly unitCode: string;
  readonly version: number;
  readonly headings: Headings;
  readonly madeBy: string;
  readonly madeAt: Date;
}

const HEADING_MAP = `
  select unit_code as "unitCode", version, headings, made_by as "madeBy", made_at as "madeAt"
    from heading_map`;

/** What the headings of an office mean now; undefined when it has said nothing. */
export function headingsOfOffice(
  db: Db | Tx,
  of: { unitCode: string },
): Promise<OfficeHeadings | undefined> {
  return maybeOne(
    db,
    `${HEADING_MAP} where unit_code = :unitCode order by version desc limit 1`,
    of,
  );
}

/** All versions of an office, the newest first. */
export function headingVersions(db: Db | Tx, of: { unitCode: string }): Promise<OfficeHeadings[]> {
  return many(db, `${HEADING_MAP} where unit_code = :unitCode order by version desc`, of);
}

/**
 * Adds a version with its event. Of two persons who say something at once the second is refused by the
 * key, and says it again of what stands then.
 */
export async function addHeadingVersion(
  tx: Tx,
  of: { unitCode: string; version: number; headings: Headings; by: string; at: Date },
): Promise<void> {
  await many(
    tx,
    `with added as (
       insert into heading_map (unit_code, version, headings, made_by, made_at)
       values (:unitCode, :version, :headings::jsonb, :by, :at)
       returning unit_code, version, headings
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'headings-mapped', 'unit/' || unit_code,
            jsonb_build_object('version', version, 'headings', headings)
       from added
     returning event_no`,
    { ...of, headings: JSON.stringify(of.headings), at: of.at.toISOString() },
  );
}
