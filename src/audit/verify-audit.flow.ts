import { createHash } from 'node:crypto';
import type { Archive } from '../platform/archive.ts';
import type { Clock } from '../platform/clock.ts';
import { copyOut } from '../platform/copy.ts';
import type { Context } from '../platform/context.ts';
import { snapshot, write, type Db, type Tx } from '../platform/db.ts';
import { isSignedBy, keyIdOf } from '../platform/ed25519.ts';
import { auditHead, recordEvent } from './audit.sql.ts';
import { readSignedNote } from './checkpoint.ts';
import type { HeadSigner } from './head-signer.port.ts';
import type { HeadWitness } from './head-witness.port.ts';
import { countViolations, INVARIANTS } from './invariants.sql.ts';
import { growingTree, leafHash } from './merkle.ts';
import { rowFaults, type AuditCheck, type AuditFault, type SealableTable } from './seal.ts';
import {
  differingBuckets,
  fixTextForms,
  lastSealEvent,
  limitStatements,
  LOG_LEAVES,
  RECORDED_FILES,
  rowsOfBucket,
  sealableTables,
  sealedHashes,
  sealedTables,
  signedHeads,
  type BucketDifference,
  type Part,
} from './seal.sql.ts';
import { sealRoot, sha256 } from './seal-rows.flow.ts';

export interface AuditOptions {
  /** Whose heads are believed: who signs now, and who signed before. */
  readonly keys: readonly Pick<HeadSigner, 'name' | 'publicKey'>[];
  readonly witnesses: readonly HeadWitness[];
  /** Heads that the auditor brought along, as signed notes. */
  readonly heads: readonly string[];
}

export interface CheckResult {
  readonly check: AuditCheck;
  /** How many events, heads, tables, rows, files or invariants were looked at. */
  readonly looked: bigint;
  readonly faults: readonly AuditFault[];
}

/** A table may be torn to pieces; so many of the pieces are named one by one. */
const NAMED_BUCKETS = 50;

/**
 * Computes everything again from the data, on one picture of it, and names what does not agree: the
 * chain of events, the signed heads against the log as it is, the seals against the log, every row
 * against its seal, every file in the archive against its hash, and every invariant.
 *
 * Rows that were added, and states that moved on, since the last seal are not faults while the log
 * tells of events since; when it tells of none, they are.
 */
export async function verifyAudit(
  { db, archive, clock }: { db: Db; archive: Archive; clock: Clock },
  options: AuditOptions,
): Promise<CheckResult[]> {
  return snapshot(db, async (picture) => [
    ...(await verifyRecord(picture, options)),
    await checkFiles(picture, archive),
    await checkInvariants(picture, clock()),
  ]);
}

/** PostgreSQL says so of a statement that ran longer than it was let. */
const CANCELED = '57014';

/**
 * The same for somebody who waits in front of a page: what is not done by a deadline is given up, and null
 * comes back. Either way the log tells who had everything computed again, and how much was wrong.
 */
export async function verifyWithin(
  context: Context,
  options: AuditOptions,
  { limitMs }: { limitMs: number },
): Promise<CheckResult[] | null> {
  const { db, clock, actor } = context;
  const results = await verifyUntil(context, options, performance.now() + limitMs);
  const looked = results?.reduce((sum, one) => sum + one.looked, 0n) ?? 0n;
  const faults = results?.reduce((sum, one) => sum + one.faults.length, 0) ?? 0;
  await write(db, (tx) =>
    recordEvent(tx, {
      at: clock(),
      actor,
      action: 'audit-verified',
      subject: 'audit',
      facts: { finished: results !== null, looked: String(looked), faults },
    }),
  );
  return results;
}

async function verifyUntil(
  { db, archive, clock }: Context,
  options: AuditOptions,
  deadline: number,
): Promise<CheckResult[] | null> {
  const steps: ((picture: Db | Tx) => Promise<CheckResult[]>)[] = [
    (picture) => verifyRecord(picture, options),
    async (picture) => [await checkFiles(picture, archive)],
    async (picture) => [await checkInvariants(picture, clock())],
  ];
  try {
    return await snapshot(db, async (picture) => {
      const results: CheckResult[] = [];
      for (const step of steps) {
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return null;
        await limitStatements(picture, leftMs);
        results.push(...(await step(picture)));
      }
      return results;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === CANCELED) return null;
    throw error;
  }
}

/** Of the above what the log, its heads and its seals alone can say, on a picture of the database. */
export async function verifyRecord(
  picture: Db | Tx,
  options: AuditOptions,
): Promise<CheckResult[]> {
  await fixTextForms(picture);
  const heads = await knownHeads(picture, options);
  const log = await checkLog(picture, heads);
  return [
    log.chain,
    headsAgainst(log, heads, options),
    await checkSeal(picture),
    await checkRows(picture),
  ];
}

interface KnownHead {
  readonly from: string;
  readonly note: string;
}

interface Log {
  readonly chain: CheckResult;
  readonly size: number;
  /** The root of the log at each size that a head tells of, in base64. */
  readonly roots: ReadonlyMap<number, string>;
}

async function knownHeads(db: Db | Tx, options: AuditOptions): Promise<KnownHead[]> {
  const own = (await signedHeads(db)).map(({ note }) => ({ from: 'signed_head', note }));
  const elsewhere = await Promise.all(
    options.witnesses.map(async (witness) =>
      (await witness.heads()).map((note) => ({ from: witness.name, note })),
    ),
  );
  const brought = options.heads.map((note, i) => ({ from: `head ${i + 1}`, note }));
  return [...own, ...elsewhere.flat(), ...brought];
}

async function checkLog(db: Db | Tx, heads: readonly KnownHead[]): Promise<Log> {
  const wanted = new Set(heads.map(({ note }) => readSignedNote(note)?.size));
  const roots = new Map<number, string>();
  const faults: AuditFault[] = [];
  const tree = growingTree(sha256);
  let last = { no: 0n, hash: '00'.repeat(32) };
  for await (const events of copyOut(db, LOG_LEAVES)) {
    for (const fields of events) {
      const event = readEvent(fields);
      const follows = event.no === last.no + 1n && event.previous === last.hash;
      if (!follows || event.computed !== event.hash) faults.push(brokenLink(String(event.no)));
      last = event;
      tree.add(leafHash(sha256, event.leaf));
      if (wanted.has(tree.size)) roots.set(tree.size, base64(tree.root()));
    }
  }
  const head = await auditHead(db);
  if (head.eventNo !== last.no || head.hash !== last.hash) faults.push(brokenLink('head'));
  const chain = { check: 'chain', looked: BigInt(tree.size), faults } as const;
  return { chain, size: tree.size, roots };
}

interface LoggedEvent {
  readonly no: bigint;
  readonly leaf: Buffer;
  readonly previous: string;
  readonly hash: string;
  /** What the hash must be. */
  readonly computed: string;
}

/** Reads a row of LOG_LEAVES. */
function readEvent(fields: readonly (string | null)[]): LoggedEvent {
  const [no, leaf, previous, hash] = fields.map((field) => field ?? '') as [
    string,
    string,
    string,
    string,
  ];
  const bytes = Buffer.from(leaf, 'hex');
  const computed = sha256(Buffer.concat([Buffer.from(previous, 'hex'), bytes]));
  return {
    no: BigInt(no),
    leaf: bytes,
    previous,
    hash,
    computed: Buffer.from(computed).toString('hex'),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function brokenLink(no: string): AuditFault {
  return {
    check: 'chain',
    at: `audit_event ${no}`,
    says: {
      vi: 'sự kiện này không nối tiếp sự kiện trước: có sự kiện bị sửa, bị xóa hoặc bị chèn ở đây',
      en: 'this event does not follow the one before: one was changed, removed or slipped in here',
    },
  };
}

function headsAgainst(
  log: Log,
  heads: readonly KnownHead[],
  { keys }: Pick<AuditOptions, 'keys'>,
): CheckResult {
  const own = new Set(heads.filter(({ from }) => from === 'signed_head').map(({ note }) => note));
  const faults = heads.flatMap(({ from, note }): AuditFault[] => {
    const says = faultOfHead(log, note, keys) ?? (own.has(note) ? undefined : REMOVED_HEAD);
    const size = readSignedNote(note)?.size;
    return says === undefined ? [] : [{ check: 'heads', at: `${from} ${size ?? '?'}`, says }];
  });
  return { check: 'heads', looked: BigInt(heads.length), faults };
}

const REMOVED_HEAD = {
  vi: 'đầu nhật ký này đã công bố nhưng không còn trong cơ sở dữ liệu',
  en: 'this head was published and is gone from the database',
};

function faultOfHead(
  log: Log,
  note: string,
  keys: AuditOptions['keys'],
): AuditFault['says'] | undefined {
  const head = readSignedNote(note);
  const signed = keys.some(
    ({ name, publicKey }) =>
      head?.origin === name &&
      head.keyName === name &&
      Buffer.from(head.keyId).equals(keyIdOf(name, publicKey)) &&
      isSignedBy(publicKey, head.signed, head.signature),
  );
  if (head === undefined || !signed) {
    return {
      vi: 'không phải đầu nhật ký do khóa của nhật ký này ký',
      en: 'is not a head that a key of this log signed',
    };
  }
  if (log.roots.get(head.size) === base64(head.root)) return undefined;
  return head.size > log.size
    ? {
        vi: `nhật ký nay chỉ còn ${log.size} sự kiện: đã bị cắt`,
        en: `the log now has ${log.size} events only: it was cut`,
      }
    : {
        vi: 'các sự kiện đến đây không còn là các sự kiện đã ký: nhật ký đã bị viết lại',
        en: 'the events up to here are not those that were signed: the log was rewritten',
      };
}

async function checkSeal(db: Db | Tx): Promise<CheckResult> {
  const told = await lastSealEvent(db);
  const { root, rows } = await sealRoot(db);
  const faults: AuditFault[] = [];
  if (told === undefined) {
    const says = {
      vi: 'chưa niêm phong lần nào; hãy chạy: audit seal',
      en: 'nothing has been sealed yet; run: audit seal',
    };
    faults.push({ check: 'seal', at: 'audit_event', says });
  } else if (told.root !== root) {
    const says = {
      vi: 'dấu niêm phong không phải dấu đã ghi ở sự kiện này: chính dấu đã bị sửa',
      en: 'the seals are not those that this event tells of: they were changed themselves',
    };
    faults.push({ check: 'seal', at: `row_seal, audit_event ${told.eventNo}`, says });
  }
  return { check: 'seal', looked: rows, faults };
}

async function checkRows(db: Db | Tx): Promise<CheckResult> {
  const atRest = (await lastSealEvent(db))?.eventsSince === 0n;
  const sealable = new Map((await sealableTables(db)).map((one) => [one.table, one]));
  const faults: AuditFault[] = [];
  let looked = 0n;
  for (const sealed of await sealedTables(db)) {
    looked += 1n;
    const now = sealable.get(sealed.table);
    if (now === undefined || !hasColumns(now, sealed)) {
      faults.push({ check: 'rows', at: sealed.table, says: TABLE_GONE });
      continue;
    }
    const of = { ...now, ...sealed };
    const wrong = (await differingBuckets(db, of)).filter(
      ({ lost, added, moved }) => lost > 0n || (atRest && (added > 0n || moved)),
    );
    for (const bucket of wrong.slice(0, NAMED_BUCKETS)) {
      faults.push(...(await faultsOfBucket(db, of, { bucket, atRest })));
    }
    if (wrong.length > NAMED_BUCKETS) {
      faults.push({ check: 'rows', at: of.table, says: andMore(wrong.slice(NAMED_BUCKETS)) });
    }
  }
  return { check: 'rows', looked, faults };
}

const TABLE_GONE = {
  vi: 'bảng đã niêm phong, hoặc cột của nó, không còn',
  en: 'this table was sealed, and it or a column of it is gone',
};

function hasColumns(now: SealableTable, sealed: Pick<SealableTable, Part>): boolean {
  const there = new Set([...now.frozen, ...now.changing]);
  return [...sealed.frozen, ...sealed.changing].every((column) => there.has(column));
}

function andMore(buckets: readonly BucketDifference[]): AuditFault['says'] {
  const rows = buckets.reduce((sum, { lost, added }) => sum + (lost > added ? lost : added), 0n);
  return {
    vi: `và ${rows} dòng nữa trong ${buckets.length} nhóm khác`,
    en: `and ${rows} more rows in ${buckets.length} other groups`,
  };
}

const SAYS = {
  changed: {
    vi: 'dòng này đã bị sửa sau khi niêm phong',
    en: 'this row was changed since the seal',
  },
  gone: { vi: 'một dòng ngay sau dòng này đã mất', en: 'a row right behind this one is gone' },
  added: {
    vi: 'dòng này không có khi niêm phong, và nhật ký không nói gì từ đó đến nay',
    en: 'this row was not there at the seal, and the log tells of nothing since',
  },
} as const;

async function faultsOfBucket(
  db: Db | Tx,
  of: SealableTable,
  { bucket, atRest }: { bucket: BucketDifference; atRest: boolean },
): Promise<AuditFault[]> {
  const parts: Part[] = atRest && bucket.moved ? ['frozen', 'changing'] : ['frozen'];
  const found = new Map<string, AuditFault>();
  for (const part of parts) {
    const { period, bucketNo } = bucket;
    const sealed = await sealedHashes(db, { table: of.table, period, bucketNo }, part);
    const rows = await rowsOfBucket(db, of, { period, bucketNo, part });
    for (const { what, key } of rowFaults(sealed, rows)) {
      // While the log goes on, rows come: only what was sealed must still be there.
      if (what === 'added' && !atRest) continue;
      const at = [of.table, period, key].filter((word) => word !== '').join(' ');
      found.set(`${what} ${at}`, { check: 'rows', at, says: SAYS[what] });
    }
  }
  return [...found.values()];
}

async function checkFiles(db: Db | Tx, archive: Archive): Promise<CheckResult> {
  const faults: AuditFault[] = [];
  let looked = 0n;
  for await (const files of copyOut(db, RECORDED_FILES)) {
    for (const [fileId, recorded = ''] of files) {
      looked += 1n;
      if ((await hashOfFile(archive, recorded ?? '')) === recorded) continue;
      const says = {
        vi: 'tệp trong kho lưu trữ mất hoặc không còn đúng từng byte',
        en: 'the file is gone from the archive or is not byte for byte what was recorded',
      };
      faults.push({ check: 'files', at: `file ${fileId ?? ''}`, says });
    }
  }
  return { check: 'files', looked, faults };
}

async function hashOfFile(archive: Archive, recorded: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of archive.open(recorded)) hash.update(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function checkInvariants(db: Db | Tx, now: Date): Promise<CheckResult> {
  const faults: AuditFault[] = [];
  for (const invariant of INVARIANTS) {
    const violations = await countViolations(db, { invariant, now });
    if (violations === 0n) continue;
    const { vi, en } = invariant.says;
    const says = { vi: `${violations} vi phạm: ${vi}`, en: `${violations} violations: ${en}` };
    faults.push({ check: 'invariants', at: invariant.id, says });
  }
  return { check: 'invariants', looked: BigInt(INVARIANTS.length), faults };
}
