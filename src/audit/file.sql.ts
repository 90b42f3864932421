import { maybeOne, one, type Db, type Tx } from '../platform/db.ts';

/** Whether the same bytes from (or for) the same peer are known, and under which number. */
export function fileWithBytes(
  db: Db | Tx,
  of: { direction: 'in' | 'out'; counterpart: string; sha256: string },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    db,
    `select file_id as "fileId" from file
      where direction = :direction and counterpart = :counterpart
        and sha256 = decode(:sha256, 'hex')`,
    of,
  );
}

export interface FileRecord {
  readonly direction: 'in' | 'out';
  readonly counterpart: string;
  readonly kind:
    'recipient-list' | 'payment' | 'settlement' | 'report' | 'outside-list' | 'cancellation';
  readonly name: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly at: Date;
}

/** Records a file whose bytes are in the archive, and returns its number. */
export async function recordFile(tx: Tx, file: FileRecord): Promise<bigint> {
  const row = await one<{ fileId: bigint }>(
    tx,
    `insert into file
       (file_id, direction, counterpart, kind, name, sha256, byte_size, recorded_at)
     values (next_numbers('file', 1), :direction, :counterpart, :kind, :name,
             decode(:sha256, 'hex'), :byteSize, :at)
     returning file_id as "fileId"`,
    { ...file, at: file.at.toISOString() },
  );
  return row.fileId;
}
