// What the sandbox bank and the sandbox post office have in common: they watch a folder, keep books,
// and answer every file exactly once, whatever moment their process is killed at.
//
// One file is taken in five steps. Only the third changes what the books say.
//   read       one decision a line goes to books/decisions.tmp
//   prepared   the journal as .tmp and all answers in books/pending-KEY, flushed to the disk
//   committed  the journal gets its final name: from here on the file has been taken
//   published  the answers are moved to out
//   done       the input is moved to done
// An answer is moved and not copied, so it lies in one place only: what is still in pending-KEY was
// never published, and what has left it is never published again, even if the engine has since
// taken it away from out. A process that starts deletes what was not committed and finishes what was.

import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { vnd, type Vnd } from '../../src/kernel/money.ts';

/** A place between two effects at which a process may die. */
export type Step = 'read' | 'prepared' | 'committed' | 'published' | 'done';

export interface CounterpartOptions {
  /** Holds in, out, done and books; they are made when missing. */
  readonly folder: string;
  /** Chooses, together with the reference alone, what becomes of a line. */
  readonly seed: number;
  /** Called as each step is passed, so that a test can look at the folder there. */
  readonly atStep?: (step: Step) => void;
}

/** One line of a journal. */
export interface Decision {
  /** Its place in the journal, from 1. */
  readonly position: number;
  /** booked, returned, rejected or duplicate at the bank; paid, unpaid or duplicate at the post. */
  readonly kind: string;
  readonly reference: string;
  readonly amount: Vnd;
  /** Six digits. */
  readonly sequence: string;
  /** Empty for none. */
  readonly reason: string;
}

/** The first line of a journal: what was taken, and what its trade must remember of it. */
interface JournalHeader {
  /** booked: taken and answered in full; refused: answered whole; repeated: not answered again. */
  readonly kind: 'booked' | 'refused' | 'repeated';
  /** Six digits: the sequence of this statement or, when there is none, of the next one. */
  readonly sequence: string;
  readonly messageId: string;
  readonly sha256: string;
  /** Name of the file in `in`, and the name it gets in `done`. */
  readonly input: string;
  readonly done: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** One answer, written from the journal in a single pass so that its size does not matter. */
export interface AnswerFile {
  readonly name: string;
  readonly head: string;
  /** The text of one decision in this answer; empty when it has no place in it. */
  readonly line: (decision: Decision) => string;
  readonly tail: string;
}

/** What a trade makes of one file. */
export interface Verdict {
  readonly kind: 'booked' | 'refused';
  /** Safe for a file name. */
  readonly messageId: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly answers: readonly AnswerFile[];
}

/** A file under way, as its trade sees it. */
export interface Taking {
  readonly path: string;
  readonly seed: number;
  /** Six digits: the sequence of the statement if the file is booked. */
  readonly sequence: string;
  /** Ends the names of answers that come without a statement. */
  readonly refusedSuffix: string;
  readonly headers: readonly JournalHeader[];
  /** True the first time a reference is seen, by this file or by any that was booked before. */
  readonly isNew: (reference: string) => boolean;
  readonly decide: (kind: string, reference: string, amount: Vnd, reason: string) => void;
  /** To be called now and then, so that decisions reach the disk and not the memory. */
  readonly drain: () => Promise<void>;
  /** What was decided before, journal by journal. */
  readonly journals: () => AsyncGenerator<JournalPiece>;
}

/** Some decisions of a journal, and its header. */
interface JournalPiece {
  readonly header: JournalHeader;
  readonly decisions: readonly Decision[];
}

/** Reads a file, decides each of its lines, and says what to answer. */
export type Trade = (taking: Taking) => Promise<Verdict>;

interface Books {
  readonly headers: JournalHeader[];
  readonly references: Set<string>;
}

interface Writer {
  add(text: string): void;
  drain(): Promise<void>;
  /** Flushes to the disk. */
  close(): Promise<void>;
}

const POLL_MILLISECONDS = 25;
const WRITE_CHARACTERS = 256 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * A number from 0 to 2^32-1 that depends on nothing but its arguments: FNV-1a with the finalizer of
 * MurmurHash3, because FNV alone leaves neighbouring references with neighbouring numbers.
 */
export function seededHash(seed: number, purpose: string, reference: string): number {
  const text = `${seed}/${purpose}/${reference}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Takes everything that waits in `in`, in order of its stems; resolves with the number of files. */
export async function takeWaiting(trade: Trade, options: CounterpartOptions): Promise<number> {
  const books = await openBooks(options);
  return takeAll(trade, options, books, () => false);
}

/**
 * Takes files as they come, one at a time, until stop() is called; stop() resolves once the file
 * under way is finished. An outage of the disk is not handled: it ends the process, and the next
 * one resumes.
 */
export function startTaking(trade: Trade, options: CounterpartOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = (async (): Promise<void> => {
    const books = await openBooks(options);
    while (!signal.aborted) {
      await takeAll(trade, options, books, () => signal.aborted);
      // Aborting the pause is how stop() wakes the loop.
      await pause(POLL_MILLISECONDS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await loop;
    },
  };
}

/** Streams the committed journals of a folder: each header with its decisions, in chunks. */
async function* readJournals(folder: string): AsyncGenerator<JournalPiece> {
  const names = await entryNames(join(folder, 'books'), (entry) => entry.name.endsWith('.tsv'));
  for (const name of names) {
    let header: JournalHeader | undefined;
    let position = 0;
    for await (const lines of linesOf(join(folder, 'books', name))) {
      const decisions: Decision[] = [];
      for (const line of lines) {
        if (header === undefined) header = JSON.parse(line.slice(1)) as JournalHeader;
        else decisions.push(readDecision(line, (position += 1)));
      }
      if (header !== undefined) yield { header, decisions };
    }
  }
}

/**
 * Net amount in dong per reference by the books of a folder: amounts of one kind of line less those
 * of another. It trusts no total, only the lines.
 */
export async function netByReference(
  folder: string,
  kinds: { readonly plus: string; readonly minus?: string },
): Promise<Map<string, bigint>> {
  const net = new Map<string, bigint>();
  for await (const { decisions } of readJournals(folder)) {
    for (const { kind, reference, amount } of decisions) {
      if (kind !== kinds.plus && kind !== kinds.minus) continue;
      const key = detached(reference);
      net.set(key, (net.get(key) ?? 0n) + (kind === kinds.plus ? amount : 0n - amount));
    }
  }
  return net;
}

/** Streams the lines of a UTF-8 text file, without their line feeds, in chunks. */
export async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  const chunks = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BYTES });
  for await (const chunk of chunks as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}

async function openBooks({ folder }: CounterpartOptions): Promise<Books> {
  for (const name of ['in', 'out', 'done', 'books']) {
    await mkdir(join(folder, name), { recursive: true });
  }

  const books: Books = { headers: [], references: new Set() };
  for await (const { header, decisions } of readJournals(folder)) {
    if (books.headers.at(-1) !== header) books.headers.push(header);
    for (const { reference } of decisions) books.references.add(detached(reference));
  }

  await discardUncommitted(folder, books);
  for (const header of books.headers) {
    await publish(folder, header);
    await finishInput(folder, header);
  }
  return books;
}

/** Deletes what a killed process had prepared for a journal that never got its final name. */
async function discardUncommitted(folder: string, { headers }: Books): Promise<void> {
  const committed = new Set(headers.map(pendingFolder));
  const leftovers = await entryNames(
    join(folder, 'books'),
    ({ name }) => name.endsWith('.tmp') || (name.startsWith('pending-') && !committed.has(name)),
  );
  for (const name of leftovers) await rm(join(folder, 'books', name), { recursive: true });
}

async function takeAll(
  trade: Trade,
  options: CounterpartOptions,
  books: Books,
  isStopping: () => boolean,
): Promise<number> {
  let taken = 0;
  while (!isStopping()) {
    const waiting = await entryNames(
      join(options.folder, 'in'),
      (entry) => entry.isFile() && !entry.name.endsWith('.tmp') && !entry.name.startsWith('.'),
    );
    // M1-C1.xml asks about M1.xml, and would come before it by its whole name.
    const [name] = waiting.sort((a, b) => (stemOf(a) < stemOf(b) ? -1 : 1));
    if (name === undefined) break;
    await takeFile(trade, options, books, name);
    taken += 1;
  }
  return taken;
}

function stemOf(name: string): string {
  return parse(name).name;
}

async function takeFile(
  trade: Trade,
  options: CounterpartOptions,
  books: Books,
  name: string,
): Promise<void> {
  const { folder, atStep = (): void => undefined } = options;
  const sha256 = await sha256Of(join(folder, 'in', name));
  const { fresh, ...read } = await readFile(trade, options, books, { name, sha256 });
  atStep('read');

  const header = { ...read.header, sha256, input: name, done: await freeName(folder, name) };
  await prepare(folder, header, read.answers);
  atStep('prepared');

  await rename(
    join(folder, 'books', `${journalName(header)}.tmp`),
    join(folder, 'books', journalName(header)),
  );
  await flushFolder(join(folder, 'books'));
  books.headers.push(header);
  for (const reference of fresh) books.references.add(reference);
  await rm(join(folder, 'books', 'decisions.tmp'));
  atStep('committed');

  await publish(folder, header);
  atStep('published');

  await finishInput(folder, header);
  atStep('done');
}

async function readFile(
  trade: Trade,
  { folder, seed }: CounterpartOptions,
  books: Books,
  { name, sha256 }: { name: string; sha256: string },
): Promise<{
  header: Pick<JournalHeader, 'kind' | 'sequence' | 'messageId' | 'facts'>;
  answers: readonly AnswerFile[];
  fresh: ReadonlySet<string>;
}> {
  const sequence = nextSequence(books);
  const suffix = refusedSuffix(books, sequence);
  const decisions = await openWriter(join(folder, 'books', 'decisions.tmp'));

  // The same bytes carry the same message id. They were answered once, and that answer stands.
  const before = books.headers.find((header) => header.sha256 === sha256);
  if (before !== undefined) {
    await decisions.close();
    const { messageId } = before;
    const header = { kind: 'repeated', sequence, messageId, facts: { suffix } } as const;
    return { header, answers: [], fresh: new Set() };
  }

  // References of a file that is refused in the end were not seen, so they are kept apart.
  const fresh = new Set<string>();
  const verdict = await trade({
    path: join(folder, 'in', name),
    seed,
    sequence,
    refusedSuffix: suffix,
    headers: books.headers,
    isNew: (reference) => {
      if (books.references.has(reference) || fresh.has(reference)) return false;
      fresh.add(detached(reference));
      return true;
    },
    decide: (kind, reference, amount, reason) => {
      decisions.add(`${kind}\t${reference}\t${amount}\t${sequence}\t${reason}\n`);
    },
    drain: () => decisions.drain(),
    journals: () => readJournals(folder),
  });
  await decisions.close();

  const booked = verdict.kind === 'booked';
  const facts = booked ? verdict.facts : { ...verdict.facts, suffix };
  const header = { kind: verdict.kind, sequence, messageId: verdict.messageId, facts };
  return { header, answers: verdict.answers, fresh: booked ? fresh : new Set() };
}

/** Writes the journal as .tmp and every answer, in one pass over the decisions. */
async function prepare(
  folder: string,
  header: JournalHeader,
  answers: readonly AnswerFile[],
): Promise<void> {
  const pending = join(folder, 'books', pendingFolder(header));
  await mkdir(pending);

  const journal = await openWriter(join(folder, 'books', `${journalName(header)}.tmp`));
  journal.add(`#${JSON.stringify(header)}\n`);
  const files = await Promise.all(
    answers.map(async (answer) => ({
      answer,
      writer: await openWriter(join(pending, answer.name)),
    })),
  );
  for (const { answer, writer } of files) writer.add(answer.head);

  // What was decided before a fault was found in the file counts for nothing.
  if (header.kind === 'booked') {
    let position = 0;
    for await (const lines of linesOf(join(folder, 'books', 'decisions.tmp'))) {
      for (const line of lines) {
        journal.add(`${line}\n`);
        const decision = readDecision(line, (position += 1));
        for (const { answer, writer } of files) writer.add(answer.line(decision));
      }
      await Promise.all([journal, ...files.map(({ writer }) => writer)].map((w) => w.drain()));
    }
  }

  for (const { answer, writer } of files) {
    writer.add(answer.tail);
    await writer.close();
  }
  await journal.close();
  await flushFolder(pending);
  await flushFolder(join(folder, 'books'));
}

/** Moves what is left of the answers to `out`, in order of name. Nothing left is no error. */
async function publish(folder: string, header: JournalHeader): Promise<void> {
  const pending = join(folder, 'books', pendingFolder(header));
  if (!(await exists(pending))) return;
  for (const name of await entryNames(pending, () => true)) {
    await rename(join(pending, name), join(folder, 'out', name));
  }
  await flushFolder(join(folder, 'out'));
  await rmdir(pending);
}

/** Moves the input of a committed journal to `done`, unless that has happened. */
async function finishInput(folder: string, header: JournalHeader): Promise<void> {
  const input = join(folder, 'in', header.input);
  const done = join(folder, 'done', header.done);
  if ((await exists(done)) || !(await exists(input))) return;
  // Another file may have been laid under the same name since: it is no concern of this journal.
  if ((await sha256Of(input)) !== header.sha256) return;
  await rename(input, done);
  await flushFolder(join(folder, 'done'));
}

function nextSequence({ headers }: Books): string {
  const statements = headers.filter((header) => header.kind === 'booked').length;
  return String(statements + 1).padStart(6, '0');
}

function refusedSuffix({ headers }: Books, sequence: string): string {
  const others = headers.filter((header) => header.sequence === sequence).length;
  return `-R${String(others + 1).padStart(2, '0')}`;
}

function journalName({ sequence, messageId, facts }: JournalHeader): string {
  return `${sequence}-${messageId}${facts.suffix ?? ''}.tsv`;
}

function pendingFolder({ sequence, facts }: JournalHeader): string {
  return `pending-${sequence}${facts.suffix ?? ''}`;
}

function readDecision(line: string, position: number): Decision {
  const [kind = '', reference = '', amount = '', sequence = '', reason = ''] = line.split('\t');
  return { position, kind, reference, amount: vnd(BigInt(amount)), sequence, reason };
}

/** A copy of an ASCII text. A piece cut from a chunk would keep the whole chunk in memory. */
function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

async function openWriter(path: string): Promise<Writer> {
  const file = await open(path, 'w');
  let waiting = '';
  const write = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    await file.appendFile(text);
  };
  return {
    add(text): void {
      waiting += text;
    },
    async drain(): Promise<void> {
      if (waiting.length >= WRITE_CHARACTERS) await write();
    },
    async close(): Promise<void> {
      await write();
      await file.sync();
      await file.close();
    },
  };
}

/** A rename outlives a power cut only once its folder is flushed. */
async function flushFolder(path: string): Promise<void> {
  // Windows cannot open a folder; there the file system's own log has to do.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  const chunks = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** The name in `done`: that of the input, or with a number when it was used before. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}.${number}`;
    if (!(await exists(join(folder, 'done', free)))) return free;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Names in a folder in order of their code units, which no locale changes. */
async function entryNames(path: string, wanted: (entry: Dirent) => boolean): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter(wanted)
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
}
