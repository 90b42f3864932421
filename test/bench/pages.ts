import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openHouse, webOf } from '../../src/compose.ts';
import { connectAsOwner } from '../../src/platform/db.ts';
import { readConfig } from '../../src/platform/config.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { allRoutes } from '../../src/web/routes.ts';
import { startWeb, webApp } from '../../src/web/server.ts';
import type { Web } from '../../src/web/web.ts';
import {
  addressesOf,
  COMPUTED,
  PAGES,
  PLANTED_BREAK,
  PLANTED_DOUBT,
} from '../support/page-addresses.ts';
import { walkTown } from '../support/town.ts';
import { visiting } from '../support/web.ts';
import { goal } from './goal.ts';

// Every page over a month of any size: how long until its first byte, and what it weighs on the wire.

const { recipients, rounds } = new Command('bench:pages')
  .option('--recipients <n>', 'people on the list', Number, 50_000)
  .option('--rounds <n>', 'how often each page is opened', Number, 5)
  .parse()
  .opts<{ recipients: number; rounds: number }>();

const folder = mkdtempSync(join(tmpdir(), 'an-sinh-pages-'));
const config = readConfig({
  AN_SINH_HOME: folder,
  AN_SINH_ENVIRONMENT: 'sandbox',
  PROVINCE_CODE: '40',
});
const house = await openHouse(config);
const owner = connectAsOwner(house.ownerUrl);
const at = '2026-10-22T02:00:00Z';
const database = {
  db: house.db,
  owner,
  url: house.ownerUrl,
  context: ({ actor = 'maker', at: then = at }: { actor?: string; at?: string } = {}) =>
    house.context({ actor, clock: () => new Date(then) }),
};

/** Many open breaks of every kind: a bank that answers with another file than ours makes so many. */
const MANY_BREAKS = `
  insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at, decide_by)
  select 1000 + n, k.kinds[1 + n % cardinality(k.kinds)], '2026-11', 'M-' || n, 500000 + n,
         '2026-10-20', '2026-10-21'::date + n % 10
    from generate_series(1, 20000) n cross join (select array_agg(kind) as kinds from break_kind) k`;

let town: { readonly folder: string } | undefined;
try {
  const begun = performance.now();
  town = await walkTown(database, { until: 'reconciliation', recipients });
  await owner.raw(PLANTED_BREAK);
  await owner.raw(PLANTED_DOUBT);
  await owner.raw(MANY_BREAKS);
  await owner.raw('analyze');
  process.stdout.write(`${recipients} recipients in ${seconds(performance.now() - begun)}\n`);
  await measurePages();
} finally {
  await owner.destroy();
  await house.close();
  await rm(folder, { recursive: true, force: true });
  if (town !== undefined) await rm(town.folder, { recursive: true, force: true });
}

async function measurePages(): Promise<void> {
  let web: Web | undefined;
  const running = await startWeb('127.0.0.1:0', (origin) => {
    web = { ...webOf(house, config, origin), contextOf: (actor) => database.context({ actor }) };
    return webApp(web, allRoutes(web));
  });
  if (web === undefined) throw new Error('the web was not made');
  const looking = { origin: running.origin, web, now: () => new Date(at) };
  const person = {
    personId: 'bench',
    roles: ['maker', 'checker', 'account_officer', 'auditor', 'bank_integrator'],
  } as const;
  const { cookies } = await visiting(database, looking, person);
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  const rows: string[][] = [];
  const lists: { ms: number; bytes: number }[] = [];
  for (const [i, address] of (await addressesOf(house.db)).entries()) {
    const seen = [];
    for (let round = 0; round <= rounds; round += 1) {
      const one = await open(`${running.origin}${address}`, cookie);
      // The first is for the caches of the database: offices open a page more than once.
      if (round > 0) seen.push(one);
    }
    const times = seen.map(({ ms }) => ms).sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    const bytes = Math.max(...seen.map((one) => one.bytes));
    const path = PAGES[i] ?? '';
    const isComputed = COMPUTED.includes(path);
    if (!isComputed) lists.push({ ms: median, bytes });
    rows.push([path, median.toFixed(0), (times.at(-1) ?? 0).toFixed(0), kb(bytes)]);
  }
  await running.close();
  process.stdout.write(`${textTable([['page', 'ms', 'slowest', 'kB'], ...rows])}\n`);
  goal('first byte of the slowest list in ms', Math.max(...lists.map(({ ms }) => ms)), 200);
  const heaviest = Math.max(...lists.map(({ bytes }) => bytes));
  goal('weight of the heaviest list on the wire in kB', heaviest / 1000, 100);
}

/** Opens a page as a browser does: until its first byte in ms, and its bytes as they were sent. */
function open(address: string, cookie: string): Promise<{ ms: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const headers = { cookie, accept: 'text/html', 'accept-encoding': 'gzip' };
    get(address, { headers }, (response) => {
      const ms = performance.now() - begun;
      let bytes = 0;
      if (response.statusCode !== 200) {
        reject(new Error(`${address}: ${response.statusCode ?? 0}`));
      }
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        resolve({ ms, bytes });
      });
    }).on('error', reject);
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
