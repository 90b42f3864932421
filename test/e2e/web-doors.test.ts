import { expect } from 'chai';
import type { Express } from 'express';
import { RIGHTS, ROLES, scopeOf, type Permission } from '../../src/access/permission.ts';
import { ANYBODY, requires, type Guard } from '../../src/web/guard.ts';
import { box, listOf, oneOf, optional, period, text, wholeNumber } from '../../src/web/form.ts';
import { openRoute, route, type Route } from '../../src/web/route.ts';
import { allRoutes } from '../../src/web/routes.ts';
import { href, isOwnAddress, paths } from '../../src/web/paths.ts';
import { webApp } from '../../src/web/server.ts';
import { useDatabase } from '../support/database.ts';
import { enrolled, signedInBrowser, useWeb, type Browser } from '../support/web.ts';

/** What anybody may open: signing in and how pages are shown. A new one is a decision. */
const OPEN_TO_ALL = [
  'get /my',
  'get /my/outside',
  'get /preferences',
  'get /sign-in',
  'get /sign-in/outside',
  'get /sign-in/outside/back',
  'post /my',
  'post /sign-in',
];

/** The routes that an app serves, as express has them. */
function served(app: Express): string[] {
  const { stack } = app.router as unknown as {
    stack: {
      route?: { path: string; methods: Record<string, boolean>; stack: { method?: string }[] };
    }[];
  };
  return stack.flatMap(({ route: one }) =>
    one === undefined
      ? []
      : [...new Set(one.stack.map(({ method }) => method))].flatMap((method) =>
          method === undefined ? [] : [`${method} ${one.path}`],
        ),
  );
}

/** Routes that an app serves and that no guard of the table stands before. */
function unguarded(app: Express, table: readonly Route[]): string[] {
  const known = new Set(table.map(({ method, path }) => `${method} ${path}`));
  return served(app).filter((one) => !known.has(one));
}

const PROBES = (): Route[] => [
  route({
    method: 'post',
    path: '/probe-form',
    guard: requires('batch.see'),
    form: {
      note: text(20),
      total: wholeNumber(),
      kind: oneOf(['a', 'b']),
      agreed: box(),
      lines: listOf(wholeNumber(), 3),
      month: optional(period()),
    },
    handle: (_, { form }) => ({
      kind: 'page',
      page: {
        title: 'read',
        body: `${form.note}|${form.total}|${form.kind}|${form.agreed}|${form.lines.join('+')}`,
      },
    }),
  }),
  openRoute({
    method: 'get',
    path: '/probe-file',
    guard: ANYBODY,
    handle: () => ({
      kind: 'file',
      name: 'báo cáo "1"\r\nX-Evil: 1.csv',
      type: 'text/csv',
      content: Buffer.from('a,b'),
    }),
  }),
];

describe('the doors of the web', () => {
  const test = useDatabase();
  const web = useWeb(test, { more: PROBES });
  let browser: Browser;

  before(async () => {
    const person = await enrolled(test(), web(), { personId: 'maker', roles: ['maker'] });
    browser = await signedInBrowser(web(), person);
  });

  it('are guarded, every one; those that are open to all are counted (ASVS 8.2.1, 8.3.1)', () => {
    const table = allRoutes(web().web);
    const app = webApp(web().web, table);
    expect(unguarded(app, table)).to.deep.equal([]);
    const open = table.filter(({ guard }) => guard.kind === 'anybody');
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).to.deep.equal(OPEN_TO_ALL);
    // A route that somebody mounts beside the table.
    app.get('/backdoor', (_, response) => response.send('in'));
    expect(unguarded(app, table)).to.deep.equal(['get /backdoor']);
    expect(served(app).length).to.be.greaterThan(OPEN_TO_ALL.length);
  });

  it('send every header on every answer: pages, files, errors, redirects and assets (ASVS 3.4.1, 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 4.1.1, 14.3.2)', async () => {
    const answers = [
      await browser.get('/sign-in'),
      await browser.get('/no-such-page'),
      await browser.get('/preferences?lang=en'),
      await browser.get('/probe-file'),
      await browser.ask('DELETE', '/sign-in'),
      await browser.post('/sign-in', { person: 'X' }),
      await browser.get('/assets/none.css'),
      await browser.get('/%E0%A4%A'),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([
      200, 404, 303, 200, 405, 400, 404, 404,
    ]);
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).to.equal(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';font-src 'self';" +
          "connect-src 'self';manifest-src 'self';form-action 'self';base-uri 'none';" +
          "frame-ancestors 'none';require-trusted-types-for 'script';trusted-types 'none'",
      );
      expect(headers.get('strict-transport-security')).to.match(
        /max-age=31536000; includeSubDomains/,
      );
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('referrer-policy')).to.equal('same-origin');
      expect(headers.get('cross-origin-opener-policy')).to.equal('same-origin');
      expect(headers.get('cross-origin-resource-policy')).to.equal('same-origin');
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(headers.get('access-control-allow-origin')).to.equal(null);
      expect(headers.get('x-powered-by')).to.equal(null);
      expect(headers.get('content-type') ?? 'none').to.match(/charset=utf-8|none/);
    }
  });

  it('name a file so that no header can be slipped in (ASVS 5.4.1, 5.4.2)', async () => {
    const { headers } = await browser.get('/probe-file');
    expect(headers.get('x-evil')).to.equal(null);
    expect(headers.get('content-disposition')).to.match(
      /^attachment; filename="[^\r\n]*"; filename\*=UTF-8''/,
    );
  });

  it('take no form of another site, and none without the token of its session (ASVS 3.5.1, 3.5.2, 3.5.3)', async () => {
    const form = { note: 'x', total: '1', kind: 'a' };
    expect((await browser.post('/probe-form', form)).status).to.equal(200);
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: '' },
      { Origin: `${web().origin}.evil.example` },
    ];
    for (const headers of foreign) {
      const { status } = await browser.post('/probe-form', form, headers);
      expect(status, JSON.stringify(headers)).to.equal(403);
    }
    for (const token of ['', 'x', 'A'.repeat(43)]) {
      expect((await browser.post('/probe-form', { ...form, _csrf: token })).status).to.equal(403);
    }
    const json = await browser.ask('POST', '/probe-form', {
      headers: { Origin: web().origin, 'Content-Type': 'application/json' },
      body: JSON.stringify(form),
    });
    expect(json.status).to.equal(403);
    // Signing somebody in as somebody else is a forgery too.
    const signIn = await web()
      .browser()
      .post('/sign-in', { person: 'maker', password: 'x' }, { Origin: 'https://evil.example' });
    expect(signIn.status).to.equal(403);
  });

  it('take what a form asks for: nothing missing, nothing more, nothing twice (ASVS 1.4.2, 2.2.1, 2.2.2, 15.3.3, 15.3.5, 15.3.6, 15.3.7)', async () => {
    const sound = [
      ['note', ' ghi chú '],
      ['total', '16.842.250.000'],
      ['kind', 'b'],
      ['agreed', 'on'],
      ['lines', '1'],
      ['lines', '2'],
    ] as const;
    const read = await browser.post('/probe-form', sound);
    expect(read.text).to.contain('ghi chú|16842250000|b|true|1+2');
    const faults: readonly (readonly [name: string, value: string])[][] = [
      [['role', 'administrator']],
      [['constructor', 'x']],
      [['note', 'again']],
      [
        ['lines', '3'],
        ['lines', '4'],
      ],
      [['lines', '-1']],
    ];
    for (const more of faults) {
      const { status } = await browser.post('/probe-form', [...sound, ...more]);
      expect(status, JSON.stringify(more)).to.equal(400);
    }
    // The parser leaves it out, and nothing has it afterwards.
    expect((await browser.post('/probe-form', [...sound, ['__proto__', 'x']])).status).to.equal(
      200,
    );
    expect(Object.hasOwn(Object.prototype, 'x')).to.equal(false);
    const without = (name: string): (readonly [string, string])[] =>
      sound.filter(([one]) => one !== name);
    for (const [name, wrong] of [
      ['note', undefined],
      ['note', ''],
      ['note', 'x'.repeat(21)],
      ['note', 'a\u0000b'],
      ['total', undefined],
      ['total', '1e400'],
      ['total', '-0'],
      ['total', '1.00'],
      ['total', '9'.repeat(16)],
      ['kind', 'c'],
      ['agreed', 'yes'],
      ['month', '2026-13'],
    ] as const) {
      const form = [...without(name), ...(wrong === undefined ? [] : [[name, wrong] as const])];
      expect((await browser.post('/probe-form', form)).status, `${name}=${wrong}`).to.equal(400);
    }
    expect((await browser.get('/sign-in?to=/a&to=/b')).status).to.equal(400);
    expect((await browser.get('/sign-in?debug=1')).status).to.equal(400);
    const large = await browser.post('/probe-form', { note: 'x'.repeat(70_000) });
    expect(large.status).to.equal(413);
  });

  it('answer to the methods they have, and say which', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST', 'PROPFIND']) {
      const { status, headers } = await browser.ask(method, paths.preferences, {
        headers: { Origin: web().origin },
      });
      expect([method, status, headers.get('allow')]).to.deep.equal([method, 405, 'GET']);
    }
    expect((await browser.ask('HEAD', paths.preferences)).status).to.equal(303);
  });

  it('believe nobody about where a request came from, unless a proxy is named (ASVS 2.4.1, 4.1.3)', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 62; i += 1) {
      const forged = {
        'X-Forwarded-For': `10.0.0.${i}`,
        'X-Forwarded-Host': 'evil.example',
        'X-User': 'maker',
      };
      const { status } = await web()
        .browser()
        .post('/sign-in', { person: `guess-${i}`, password: 'x' }, forged);
      statuses.add(status);
    }
    // All of them came from one address, so the sixty-first has to wait.
    expect([...statuses]).to.deep.equal([401, 429]);
    web().later({ minutes: 15 });
  });
});

describe('addresses', () => {
  it('are written with what stands in them, and nothing of it is taken for more', () => {
    expect(
      href('/probe/:one/of/:other', { one: 7n, other: 'a/b?c' }, { page: 2, q: '', x: null }),
    ).to.equal('/probe/7/of/a%2Fb%3Fc?page=2');
    expect(href(paths.today, {})).to.equal('/');
  });

  it('are gone back to only if they are ours (ASVS 15.3.2)', () => {
    for (const own of ['/', '/batches?state=new&page=2', '/a-b_c~d'])
      expect(isOwnAddress(own), own).to.equal(true);
    for (const other of [
      '',
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/a\r\nb',
      '/a b',
      'javascript:1',
      '/\u2028',
    ]) {
      expect(isOwnAddress(other), other).to.equal(false);
    }
  });
});

describe('who may what', () => {
  it('is a table: each role its row, and what is not in it nobody may', () => {
    const granted = ROLES.map((role) => [
      role,
      (Object.keys(RIGHTS) as Permission[]).filter(
        (permission) => scopeOf([{ role, unitCode: '40', limitVnd: null }], permission).length > 0,
      ).length,
    ]);
    expect(granted.every(([, count]) => Number(count) > 0)).to.equal(true);
    expect(scopeOf([], 'today.see')).to.deep.equal([]);
  });

  it('keeps apart who proposes, who decides and who grants', () => {
    const apart: readonly (readonly [Permission, Permission])[] = [
      ['batch.prepare', 'batch.approve'],
      ['list.upload', 'list.explain'],
      ['recipient.propose', 'recipient.decide'],
      ['account.propose', 'account.decide'],
      ['worklist.propose', 'worklist.decide'],
      ['reconciliation.resolve', 'reconciliation.confirm'],
      ['person.change', 'batch.see'],
      ['audit.see', 'batch.prepare'],
    ];
    for (const [one, other] of apart) {
      const both = ROLES.filter((role) => {
        const holds = (permission: Permission): boolean =>
          (RIGHTS[permission] as readonly string[]).includes(role);
        return holds(one) && holds(other);
      });
      expect(both, `${one} and ${other}`).to.deep.equal([]);
    }
  });

  it('has its scope where the permission is, and nowhere else', () => {
    const grants = [
      { role: 'maker', unitCode: '40', limitVnd: null },
      { role: 'maker', unitCode: '40', limitVnd: null },
      { role: 'auditor', unitCode: 'VN', limitVnd: null },
    ] as const;
    expect(scopeOf(grants, 'batch.prepare')).to.deep.equal(['40']);
    expect(scopeOf(grants, 'batch.see')).to.deep.equal(['40', 'VN']);
    const guard: Guard = requires('batch.approve');
    expect(guard).to.deep.equal({ kind: 'permission', permission: 'batch.approve' });
    expect(scopeOf(grants, 'batch.approve')).to.deep.equal([]);
  });
});
