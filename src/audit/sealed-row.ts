import { RECIPIENTS_A_BUCKET, ROW_HASH_BYTES, type SealableTable } from './seal.ts';

// What a row is hashed as and where it is sealed, as text of a statement.

/** A name of the catalog, as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What is hashed of a row: its columns as the text of a record. */
export function recordOf(columns: readonly string[]): string {
  return `row(${columns.map(quoted).join(', ')})::text`;
}

/** The hash of a row, cut to what is kept of it. */
export function hashOf(columns: readonly string[]): string {
  return `substring(sha256(convert_to(${recordOf(columns)}, 'UTF8')) for ${ROW_HASH_BYTES})`;
}

/** The period under which a row is sealed. */
export function periodOf({ byPeriod }: SealableTable): string {
  return byPeriod ? 'period' : `''`;
}

/** The bucket in which a row is sealed. */
export function bucketOf({ ofRecipients }: SealableTable): string {
  return ofRecipients ? `recipient_id / ${RECIPIENTS_A_BUCKET}` : '0::bigint';
}
