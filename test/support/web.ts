import { randomBytes } from 'node:crypto';
import { giveOneTimePassword } from '../../src/access/one-time-password.flow.ts';
import type { IdentityProvider } from '../../src/access/identity-provider.port.ts';
import type { Role } from '../../src/access/permission.ts';
import { isPersonActive } from '../../src/access/person.sql.ts';
import { openSession } from '../../src/access/session.sql.ts';
import { newToken } from '../../src/access/sign-in.flow.ts';
import { many, write } from '../../src/platform/db.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';
import { codeAt } from '../../src/platform/one-time-code.ts';
import { vaultWith } from '../../src/platform/sealed-secret.ts';
import type { Route } from '../../src/web/route.ts';
import { allRoutes } from '../../src/web/routes.ts';
import { startWeb, webApp, type RunningWeb } from '../../src/web/server.ts';
import type { Web } from '../../src/web/web.ts';
import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import { htmlReport } from '../../adapters/report/html.tsx';
import { pdfReport } from '../../adapters/report/pdf.ts';
import { xlsxLines } from '../../adapters/report/lines-xlsx.ts';
import { xlsxReport } from '../../adapters/report/xlsx.ts';
import { anyRecipientList } from '../../adapters/recipient-list/any-list.ts';
import { listReferenceFiles } from '../../adapters/recipient-list/reference-files.ts';
import {
  cancellationRequests,
  decreeDesk,
  faultWorkbooks,
  listDesk,
  listTemplate,
  progressOf,
  rehearsedFiles,
  readProfile,
  timetableDesk,
} from '../../src/compose.ts';
import type { TestDatabase } from './database.ts';

const REFERENCE = new URL('../../migrations/reference/', import.meta.url);

/** The web of a test, on a port of its own, with a clock that the test sets. */
export interface TestWeb {
  readonly origin: string;
  readonly web: Web;
  /** Moves the clock on; codes change with it. */
  later(by: { minutes?: number; seconds?: number }): void;
  now(): Date;
  browser(): Browser;
}

/** Serves the web over the database of a test file, beside routes of the test's own. */
export function useWeb(
  test: () => TestDatabase,
  {
    more = () => [],
    log = silentLog,
    provider = () => null,
    proof = () => null,
    transports = () => {
      throw new Error('the web of this test asks no bank');
    },
  }: {
    more?: (web: Web) => Route[];
    log?: Log;
    provider?: () => IdentityProvider | null;
    proof?: () => Web['proof'];
    transports?: Web['transports'];
  } = {},
): () => TestWeb {
  let running: RunningWeb | undefined;
  let use: TestWeb | undefined;

  before(async () => {
    let now = new Date('2026-10-22T02:00:00Z').getTime();
    const vault = vaultWith(randomBytes(32));
    let web: Web | undefined;
    running = await startWeb('127.0.0.1:0', (origin) => {
      web = {
        contextOf: (actor) => ({ ...test().context({ actor }), clock: () => new Date(now) }),
        log,
        vault,
        origin,
        proxies: [],
        sandbox: true,
        agency: { name: 'Sở Y tế tỉnh Nghệ An', parent: 'Ủy ban nhân dân tỉnh Nghệ An' },
        provinceCode: '40',
        lists: {
          reader: anyRecipientList(listReferenceFiles(REFERENCE)),
          judge: listDesk,
          withFaults: (of) => faultWorkbooks.write(of),
          template: listTemplate,
        },
        decrees: decreeDesk.format,
        readProfile,
        timetable: timetableDesk((period) => ({
          ...{ period, provinceCode: '40', environment: 'sandbox' },
          ...{ officer: 'CB-01', unitCode: '40' },
        })),
        onProgress: progressOf(test().url),
        provider: provider(),
        readers: readerOf,
        rehearsedFiles,
        transports,
        cancellations: cancellationRequests,
        reports: [htmlReport, xlsxReport, pdfReport],
        paymentLines: xlsxLines,
        signer: 'Sở Y tế tỉnh Nghệ An',
        proof: proof(),
      };
      return webApp(web, [...allRoutes(web), ...more(web)]);
    });
    const { origin } = running;
    if (web === undefined) throw new Error('the web was not made');
    use = {
      origin,
      web,
      later: ({ minutes = 0, seconds = 0 }) => {
        now += minutes * 60_000 + seconds * 1_000;
      },
      now: () => new Date(now),
      browser: () => browserOf(origin),
    };
  });

  after(async () => {
    await running?.close();
  });

  return () => {
    if (use === undefined) throw new Error('the web is there only while tests run');
    return use;
  };
}

interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it leads, of a redirect. */
  readonly to: string | null;
}

/** A browser: it keeps cookies and sends forms as a browser does, and follows nothing by itself. */
export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Sends a form; the token of the last page seen goes with it unless the form says otherwise. */
  post(
    path: string,
    form: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
    headers?: Readonly<Record<string, string>>,
  ): Promise<Seen>;
  /** Asks for a stream and leaves it: its status, or the refusal that came in its place. */
  begins(path: string): Promise<string>;
  /** Asks in any way at all. */
  ask(method: string, path: string, init?: RequestInit): Promise<Seen>;
}

function browserOf(origin: string): Browser {
  const cookies = new Map<string, string>();
  let token: string | undefined;

  const ask = async (method: string, path: string, init: RequestInit = {}): Promise<Seen> => {
    const headers = new Headers({ Accept: 'text/html', ...(init.headers as object) });
    const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (kept !== '' && !headers.has('Cookie')) headers.set('Cookie', kept);
    const response = await fetch(origin + path, { ...init, method, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (pair.slice(at + 1) === '') cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? token;
    return {
      status: response.status,
      headers: response.headers,
      text,
      to: response.headers.get('location'),
    };
  };

  return {
    cookies,
    ask,
    async begins(path) {
      const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const leaving = new AbortController();
      const response = await fetch(origin + path, {
        headers: { Accept: 'application/problem+json', Cookie: kept },
        signal: leaving.signal,
      });
      const text = response.ok ? '' : await response.text();
      leaving.abort();
      return /"type":"urn:an-sinh:refusal:([a-z-]+)"/.exec(text)?.[1] ?? String(response.status);
    },
    get: (path, headers = {}) => ask('GET', path, { headers }),
    post: (path, form, headers = {}) => {
      const pairs: (readonly [string, string])[] = Array.isArray(form)
        ? [...(form as readonly (readonly [string, string])[])]
        : Object.entries(form);
      if (token !== undefined && !pairs.some(([name]) => name === '_csrf')) {
        pairs.push(['_csrf', token]);
      }
      return ask('POST', path, {
        headers: { Origin: origin, 'Sec-Fetch-Site': 'same-origin', ...headers },
        body: new URLSearchParams(pairs.map(([name, value]) => [name, value])),
      });
    },
  };
}

export interface TestPerson {
  readonly personId: string;
  readonly password: string;
  /** The secret that their authenticator holds. */
  readonly secret: Buffer;
}

let drawn = 0;

async function plantPerson(
  test: TestDatabase,
  web: Pick<TestWeb, 'now'>,
  { personId, roles, unitCode }: { personId: string; roles: readonly Role[]; unitCode: string },
): Promise<void> {
  drawn += 1;
  await write(test.owner, async (tx) => {
    // Roles are planted without an administrator who would grant them.
    await many(tx, 'set local session_replication_role = replica');
    await many(tx, `insert into person values (:personId, :personId, :number, true)`, {
      personId,
      number: `0400${String(80_000_000 + drawn)}`,
    });
    for (const role of roles) {
      await many(
        tx,
        `insert into person_role (person_id, role, unit_code, granted_by, granted_at)
         values (:personId, :role, :unitCode, 'test', :at)`,
        { personId, role, unitCode, at: web.now().toISOString() },
      );
    }
  });
}

/** Adds a person with roles in a province, and a one-time password. */
export async function addTestPerson(
  test: TestDatabase,
  web: TestWeb,
  {
    personId,
    roles,
    unitCode = '40',
  }: { personId: string; roles: readonly Role[]; unitCode?: string },
): Promise<string> {
  await plantPerson(test, web, { personId, roles, unitCode });
  const given = await giveOneTimePassword(web.web.contextOf('test'), personId);
  return given.password;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The secret in letters that a page shows, as the authenticator keeps it. */
function secretOf(page: string): Buffer {
  const letters = /<code>([A-Z2-7 ]{32,})<\/code>/.exec(page)?.[1]?.replaceAll(' ', '') ?? '';
  let bits = '';
  for (const letter of letters) bits += BASE32.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Walks a person through their first sign-in, and returns what they keep. */
export async function enrolled(
  test: TestDatabase,
  web: TestWeb,
  person: { personId: string; roles: readonly Role[]; unitCode?: string },
): Promise<TestPerson> {
  const { personId } = person;
  const first = await addTestPerson(test, web, person);
  const browser = web.browser();
  await browser.post('/sign-in', { person: personId, password: first, code: '', to: '/' });
  const page = await browser.get('/account/second-factor');
  const secret = secretOf(page.text);
  const sealed = /name="secret" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const password = `Câu riêng của tôi ${drawn}`;
  const done = await browser.post('/account/second-factor', {
    code: codeAt(secret, web.now()),
    secret: sealed,
    password,
  });
  if (done.status !== 303) throw new Error(`not enrolled: ${done.status} ${done.text}`);
  // The code that was just given is not given again.
  web.later({ seconds: 30 });
  return { personId, password, secret };
}

/** A browser in which somebody has signed in with both factors. */
export async function signedInBrowser(web: TestWeb, person: TestPerson): Promise<Browser> {
  const browser = web.browser();
  const { personId, password, secret } = person;
  const code = codeAt(secret, web.now());
  const answer = await browser.post('/sign-in', { person: personId, password, code, to: '/' });
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status} ${answer.text}`);
  web.later({ seconds: 30 });
  await browser.get('/step-up');
  return browser;
}

/**
 * A browser in which somebody has a session with a fresh code, as it stands after signing in: for tests
 * of what comes then. The person is added unless they are there.
 */
export async function visiting(
  test: TestDatabase,
  web: Pick<TestWeb, 'origin' | 'web' | 'now'>,
  person: {
    personId: string;
    roles?: readonly Role[];
    unitCode?: string;
    factors?: 1 | 2;
  },
): Promise<Browser> {
  const { personId, roles = [], unitCode = '40', factors = 2 } = person;
  if (!(await isPersonActive(test.db, personId)))
    await plantPerson(test, web, { personId, roles, unitCode });
  const { token, tokenHash } = newToken();
  await write(test.owner, (tx) =>
    openSession(tx, {
      ...{ tokenHash, personId, factors, givenCode: factors === 2 },
      ...{ device: 'Firefox 140', at: web.now() },
    }),
  );
  const browser = browserOf(web.origin);
  browser.cookies.set('__Host-an-sinh', token);
  await browser.get(factors === 2 ? '/step-up' : '/account/second-factor');
  return browser;
}
