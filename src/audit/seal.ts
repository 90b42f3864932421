import type { Bilingual } from '../kernel/text.ts';

/** A table as it is sealed. All names come from the catalog or from the seal itself. */
export interface SealableTable {
  readonly table: string;
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** What the application may never update; hashed row by row, and there for ever. */
  readonly frozen: readonly string[];
  /** What it may: a state, an end, a count. */
  readonly changing: readonly string[];
  readonly byPeriod: boolean;
  readonly ofRecipients: boolean;
}

/** The rows of one table that are hashed together. */
export interface Bucket {
  readonly table: string;
  /** Empty for a table that is not partitioned by period. */
  readonly period: string;
  /** recipient_id / 256; 0 for a table that is not of recipients. */
  readonly bucketNo: bigint;
}

/** How many recipients are hashed together. */
export const RECIPIENTS_A_BUCKET = 256;

/** Bytes of a SHA-256 that are kept of a row. */
export const ROW_HASH_BYTES = 16;

/** What became of one row since it was sealed. */
export interface RowFault {
  readonly what: 'changed' | 'gone' | 'added';
  /** The key of the row; of one that is gone, of the row that stood before it, or empty. */
  readonly key: string;
}

interface KeyedHash {
  readonly key: string;
  /** Hex. */
  readonly hash: string;
}

/**
 * What differs between the hashes that were sealed and the rows that are there, both in the order of
 * the key. A sealed row that is gone where a new one stands was changed, and has that one's key.
 */
export function rowFaults(sealed: readonly string[], rows: readonly KeyedHash[]): RowFault[] {
  const there = new Set(rows.map(({ hash }) => hash));
  const known = new Set(sealed);
  const kept = rows.filter(({ hash }) => known.has(hash));
  const added = betweenKept(rows, ({ hash }) => known.has(hash));
  return betweenKept(sealed, (hash) => there.has(hash)).flatMap((gone, gap): RowFault[] => {
    const here = added[gap] ?? [];
    const before = kept[gap - 1]?.key ?? '';
    return [
      ...here.map(({ key }, i): RowFault => ({ what: i < gone.length ? 'changed' : 'added', key })),
      ...gone.slice(here.length).map((): RowFault => ({ what: 'gone', key: before })),
    ];
  });
}

/** What lies before the first that was kept, between each two, and behind the last. */
function betweenKept<One>(all: readonly One[], isKept: (one: One) => boolean): One[][] {
  let gap: One[] = [];
  const gaps = [gap];
  for (const one of all) {
    if (isKept(one)) gaps.push((gap = []));
    else gap.push(one);
  }
  return gaps;
}

/** What an audit found: which check, where, and in words. */
export interface AuditFault {
  readonly check: AuditCheck;
  /** A table with a key, a file, a head. Never a name, a citizen number or an account. */
  readonly at: string;
  readonly says: Bilingual;
}

/** The checks of an audit, in the order in which they are made. */
export const AUDIT_CHECKS = {
  chain: {
    vi: 'Chuỗi sự kiện: mỗi sự kiện băm tiếp sự kiện trước, không thiếu số nào',
    en: 'The chain of events: each is hashed on to the one before, no number is missing',
  },
  heads: {
    vi: 'Mọi đầu nhật ký đã ký và đã công bố là đầu của chính nhật ký này',
    en: 'Every head that was signed and published is a head of this very log',
  },
  seal: {
    vi: 'Dấu niêm phong là dấu đã ghi trong nhật ký',
    en: 'The seals are those that the log tells of',
  },
  rows: {
    vi: 'Mọi dòng dữ liệu đúng như khi niêm phong: không sửa, không mất, không chèn',
    en: 'Every row is as it was sealed: none changed, none gone, none slipped in',
  },
  files: {
    vi: 'Mọi tệp trong kho lưu trữ đúng từng byte như khi ghi nhận',
    en: 'Every file in the archive is byte for byte what was recorded',
  },
  invariants: {
    vi: 'Mọi bất biến về tiền, chữ ký, đợt chi và sổ cái',
    en: 'Every invariant of money, signatures, batches and ledger',
  },
} as const satisfies Record<string, Bilingual>;

export type AuditCheck = keyof typeof AUDIT_CHECKS;
