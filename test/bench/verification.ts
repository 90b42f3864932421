import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { acmtOverHttp } from '../../adapters/account-directory/acmt-http.ts';
import { jsonDirectory } from '../../adapters/account-directory/json-directory.ts';
import { payeeVerification } from '../../adapters/account-directory/payee-verification.ts';
import type { CallCounts } from '../../adapters/http/bounded-client.ts';
import { populationDatabase } from '../../adapters/identity/population-database.ts';
import { startBankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import { DIRECTORY_FILE, REGISTER_FILE } from '../../adapters/sandbox/home.ts';
import { FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES } from '../../adapters/sandbox/names.ts';
import { startPopulationDatabase } from '../../adapters/sandbox/population-database.ts';
import { foldName } from '../../src/kernel/text.ts';
import { matchNames } from '../../src/verification/name-match.ts';
import { nodeArguments } from '../../adapters/own-code.ts';
import { aboutAccount, aboutPerson, held, registered } from '../support/small-registers.ts';
import { timed } from './floors.ts';

// How fast payees are verified: names a second on one core, and questions to registers of the sandbox
// that take 50 milliseconds for every answer, one question a call and many.
//
//   npm run bench:verification [-- PAYEES]
//
// The registers run in a process of their own, so that the processor's time told here is only ours.

const LATENCY_MS = 50;
const AT_ONCE = 200;
const CHUNK = 2_000;
const [mode = '100000', home = ''] = process.argv.slice(2);

if (mode === 'serve') await serve(home);
else await measure(Number(mode));

async function serve(folder: string): Promise<void> {
  const options = { home: folder, latencyMs: LATENCY_MS };
  const register = await startPopulationDatabase(options);
  const bank = await startBankDirectory(options);
  process.stdin.resume().once('close', () => process.exit());
  const { populationUrl, civilStatusUrl } = register;
  const { directoryUrl, payeeUrl, acmtUrl } = bank;
  const urls = { populationUrl, civilStatusUrl, directoryUrl, payeeUrl, acmtUrl };
  process.stdout.write(`${JSON.stringify(urls)}\n`);
}

type Urls = Record<
  'populationUrl' | 'civilStatusUrl' | 'directoryUrl' | 'payeeUrl' | 'acmtUrl',
  string
>;

async function measure(payees: number): Promise<void> {
  await measureNames();
  const folder = await mkdtemp(join(tmpdir(), 'bench-verification-'));
  await write(join(folder, REGISTER_FILE), payees, registered);
  await write(join(folder, DIRECTORY_FILE), payees, held);
  const run = [...nodeArguments(new URL(import.meta.url)), 'serve', folder];
  const child = spawn(process.execPath, run, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const lines = createInterface({ input: child.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    await measureCalls(JSON.parse(line) as Urls, payees);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
    await rm(folder, { recursive: true });
  }
}

async function write(path: string, count: number, of: (no: number) => object): Promise<void> {
  const stream = createWriteStream(path);
  for (let no = 0; no < count; no += 1) {
    if (!stream.write(`${JSON.stringify(of(no))}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

/** 70 in 100 names differ only in how they are written, 10 by a slip, 15 are others, 5 are equal. */
function pairs(count: number): [string, string][] {
  const parts = [FAMILY_NAMES, MIDDLE_NAMES.female, GIVEN_NAMES.female];
  let seed = 1;
  const draw = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const name = (): string => parts.map((list) => list[draw(list.length)]?.written ?? '').join(' ');
  return Array.from({ length: count }, () => {
    const one = name();
    const kind = draw(100);
    if (kind < 35) return [one, foldName(one)];
    if (kind < 70) return [one, one.normalize('NFD').toUpperCase()];
    if (kind < 75) return [one, one];
    if (kind < 90) return [one, name()];
    const at = draw(one.length);
    return [one, foldName(one.slice(0, at) + one.slice(at + 1))];
  });
}

async function measureNames(): Promise<void> {
  const drawn = pairs(500_000);
  let best = Infinity;
  // The first rounds teach the engine.
  for (let round = 0; round < 4; round += 1) {
    const { cpuSeconds } = await timed(() => {
      for (const [a, b] of drawn) matchNames(a, b);
      return Promise.resolve();
    });
    best = Math.min(best, cpuSeconds);
  }
  console.log(`names: ${Math.round(drawn.length / best)} pairs a second of one processor`);
}

async function measureCalls(urls: Urls, payees: number): Promise<void> {
  const clock = (): Date => new Date(0);
  const limits = (calls: CallCounts) => ({ calls, timeoutMs: 60_000, concurrency: AT_ONCE });
  const parties = { assigner: 'ANSINH', assignee: '970425', clock };
  const few = { concurrency: 8, timeoutMs: 60_000 };

  await measureAnswers('SOAP look-up, one a call', payees, (calls) => {
    const { populationUrl: url, civilStatusUrl } = urls;
    const by = { officer: 'cb-07', unitCode: '40-1', purpose: 'bench' };
    const options = { url, civilStatusUrl, serviceCode: 'ASXH', ...limits(calls) };
    return populationDatabase(options).identity.lookUp(chunksOf(payees, aboutPerson), by);
  });
  await measureAnswers('name enquiry, one a call', payees, (calls) =>
    payeeVerification({ url: urls.payeeUrl, ...limits(calls) }).verify(
      chunksOf(payees, aboutAccount),
    ),
  );
  await measureAnswers('name enquiry, 400 a call', payees, (calls) =>
    payeeVerification({ url: urls.payeeUrl, accountsInACall: 400, calls, ...few }).verify(
      chunksOf(payees, aboutAccount),
    ),
  );
  await measureAnswers('JSON directory, 500 a call', payees, (calls) =>
    jsonDirectory({ url: urls.directoryUrl, calls, ...few }).verify(chunksOf(payees, aboutAccount)),
  );
  await measureAnswers('acmt.023, 500 a call', payees, (calls) =>
    acmtOverHttp({ url: urls.acmtUrl, calls, ...parties, ...few }).verify(
      chunksOf(payees, aboutAccount),
    ),
  );
}

async function* chunksOf<Question>(
  count: number,
  of: (no: number) => Question,
): AsyncGenerator<readonly Question[]> {
  for (let from = 0; from < count; from += CHUNK) {
    const length = Math.min(CHUNK, count - from);
    yield await Promise.resolve(Array.from({ length }, (_, i) => of(from + i)));
  }
}

async function measureAnswers(
  what: string,
  payees: number,
  ask: (calls: CallCounts) => AsyncIterable<readonly { readonly outcome: string }[]>,
): Promise<void> {
  const calls: CallCounts = { made: 0, failed: 0 };
  let answered = 0;
  let memory = 0;
  const { seconds, cpuSeconds } = await timed(async () => {
    for await (const answers of ask(calls)) {
      answered += answers.filter(({ outcome }) => outcome !== 'unavailable').length;
      memory = Math.max(memory, process.memoryUsage.rss());
    }
  });
  if (answered !== payees) throw new Error(`${what}: ${answered} of ${payees} were answered`);
  console.log(
    `${what}: ${Math.round(payees / seconds)} payees/s, ${Math.round(calls.made / seconds)} calls/s, ` +
      `${((cpuSeconds * 1e6) / payees).toFixed(1)} µs of processor a payee, ` +
      `${Math.round(memory / 1e6)} MB, ${calls.failed} failed, ${seconds.toFixed(1)} s`,
  );
}
