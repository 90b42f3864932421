import { createReadStream, statSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { openHouse, type House } from '../compose.ts';
import { isPeriod, isPlainDate, type Period, type PlainDate } from '../kernel/period.ts';
import { placeOfRow } from '../intake/source-record.ts';
import { Refusal } from '../kernel/refusal.ts';
import { namesNobody } from '../platform/db.ts';
import { environment, readConfig, type Config } from '../platform/config.ts';

// What every group of commands is made of.

/** The option that every command about one month has. */
export function periodOption(): Option {
  return new Option('--period <YYYY-MM>', 'kỳ chi trả / the month paid').argParser(month);
}

/** Why a file that a person has named cannot be opened; anything else of the system is no answer for a person. */
const UNREADABLE: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EISDIR',
]);

/**
 * What the person at the terminal is told of an error: a refusal as it is, somebody named who is nobody, and a file that
 * stands in the command and cannot be read. Undefined for everything else, which is a bug and shows its stack.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (namesNobody(error)) return new Refusal('person-unknown');
  const { code, path } = error as NodeJS.ErrnoException;
  if (!UNREADABLE.has(code)) return undefined;
  // A folder says what it is only when it is read, and does not say where.
  const named = process.argv.find((said) => (path === undefined ? isFolder(said) : said === path));
  return named === undefined ? undefined : new Refusal('file-unreadable', { file: named });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What a command reads: a file, or for `-` what is piped to it. Opened when it is read, so that its fault is told then. */
export async function* inputOf(path: string): AsyncGenerator<Buffer> {
  yield* (path === '-' ? process.stdin : createReadStream(path)) as AsyncIterable<Buffer>;
}

/** The option of what takes a list of an office that has mapped its headings. */
export function officeOption(): Option {
  return new Option(
    '--office <code>',
    'đơn vị nộp: dùng tiêu đề cột đã khai báo / whose mapped headings are used',
  );
}

/** Reads an option that is a month. */
export function month(text: string): Period {
  if (!isPeriod(text)) throw new InvalidArgumentError('YYYY-MM');
  return text;
}

/** Reads an option that is a day. */
export function day(text: string): PlainDate {
  if (!isPlainDate(text)) throw new InvalidArgumentError('YYYY-MM-DD');
  return text;
}

/**
 * Throws Refusal not-in-production outside the sandbox, for what takes two signed-in persons: who sits
 * at a terminal has not signed in and has given no second factor.
 */
export function expectSandbox(config: Config): void {
  if (config.AN_SINH_ENVIRONMENT !== 'sandbox') throw new Refusal('not-in-production');
}

/** Reads an option that has to say something. */
export function filled(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('không được để trống / it says nothing');
  return text;
}

/** Reads an option or argument that is a number of ours. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('số nguyên / a whole number');
  return Number(text);
}

/** Where a row of a list stands, as people say it. */
export function rowText(rowNo: number | bigint): string {
  const { sheet, row } = placeOfRow(rowNo);
  return sheet === 1
    ? `dòng ${row} / row ${row}`
    : `tờ ${sheet}, dòng ${row} / sheet ${sheet}, row ${row}`;
}

/** Lays files under their names where a person looks for them; one that lies there already is left as it is. */
export async function layOut(
  files: readonly { readonly name: string; readonly path: string }[],
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const laid: string[] = [];
  for (const { name, path } of files) {
    const to = join(folder, name);
    const there = await readFile(to).catch(() => undefined);
    if (there?.equals(await readFile(path)) !== true) await copyFile(path, to);
    laid.push(to);
  }
  return laid;
}

/** Lays a report where a person looks for it, says so, and ends with a fault where one of its checks does not hold. */
export async function layOutReport(
  drawn: {
    readonly files: Parameters<typeof layOut>[0];
    readonly unchanged: boolean;
    readonly report: { readonly checks: readonly { readonly holds: boolean }[] };
  },
  folder: string,
): Promise<void> {
  for (const laid of await layOut(drawn.files, folder)) print(laid);
  if (drawn.unchanged) print(UNCHANGED);
  if (!drawn.report.checks.every(({ holds }) => holds)) process.exitCode = 1;
}

/** What is printed where a report of the same figures is on file already. */
const UNCHANGED =
  'số liệu không đổi: tệp đã lập trước / same figures: the files that were drawn before';

/** One line to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Opens the database and the archive that the environment names, and closes them whatever happens. */
export async function withHouse(
  work: (house: House, config: Config) => Promise<void>,
): Promise<void> {
  const config = readConfig(environment());
  const house = await openHouse(config);
  try {
    await work(house, config);
  } finally {
    await house.close();
  }
}
