import { expect } from 'chai';
import { many } from '../../src/platform/db.ts';
import { codeAt } from '../../src/platform/one-time-code.ts';
import { ANYBODY, requires } from '../../src/web/guard.ts';
import { openRoute, route, type Route } from '../../src/web/route.ts';
import { useDatabase } from '../support/database.ts';
import { addTestPerson, enrolled, signedInBrowser, useWeb } from '../support/web.ts';

const SESSION = '__Host-an-sinh';

/** Routes of the test: one of a role, one that takes a fresh code, one that breaks. */
const PROBES = (): Route[] => [
  route({
    method: 'get',
    path: '/probe/:number',
    guard: requires('batch.see'),
    handle: ({ scope, person }, { params }) => ({
      kind: 'page',
      page: { title: person.personId, body: `${params.number} ${scope.join(',')}` },
    }),
  }),
  route({
    method: 'post',
    path: '/probe-signed',
    guard: requires('batch.see'),
    stepUp: true,
    handle: ({ stepUpAt }) => ({
      kind: 'page',
      page: { title: 'signed', body: stepUpAt?.toISOString() ?? 'never' },
    }),
  }),
  openRoute({
    method: 'get',
    path: '/probe-broken',
    guard: ANYBODY,
    handle: () => {
      throw new Error('secret 040080000091');
    },
  }),
];

describe('signing in', () => {
  const test = useDatabase();
  const web = useWeb(test, { more: PROBES });

  it('lets a person in with a password that is good once, to choose their own and enrol (ASVS 6.4.1)', async () => {
    const first = await addTestPerson(test(), web(), { personId: 'new-clerk', roles: ['maker'] });
    const browser = web().browser();
    const answer = await browser.post('/sign-in', {
      person: 'new-clerk',
      password: first,
      to: '/',
    });
    expect([answer.status, answer.to]).to.deep.equal([303, '/account/second-factor']);
    // With one factor nothing else is to be had.
    const early = await browser.get('/probe/1');
    expect(early.status).to.equal(403);
    expect(early.text).to.contain('Cần cài đặt mã xác thực bước hai');
    const page = await browser.get('/account/second-factor');
    const sealed = /name="secret" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const wrong = await browser.post('/account/second-factor', {
      code: '000000',
      secret: sealed,
      password: 'một câu đủ dài nhé',
    });
    expect(wrong.status).to.equal(403);
    const short = await browser.post('/account/second-factor', {
      code: '000000',
      secret: sealed,
      password: 'ngắn',
    });
    expect([short.status, short.text.includes('Mật khẩu chưa đạt')]).to.deep.equal([422, true]);
  });

  it('takes name, password and code, and says the same whatever is wrong (ASVS 6.3.8, 6.5.1)', async () => {
    const person = await enrolled(test(), web(), { personId: 'clerk', roles: ['maker'] });
    const code = codeAt(person.secret, web().now());
    const right = { person: 'clerk', password: person.password, code, to: '/probe/7' };
    const answers = [];
    for (const wrong of [
      { person: 'nobody' },
      { password: 'not this one at all' },
      { code: code === '123456' ? '654321' : '123456' },
      { code: '' },
    ]) {
      const { status, text } = await web()
        .browser()
        .post('/sign-in', { ...right, ...wrong });
      answers.push([status, text.replace(/<code>\w{8}<\/code>/, '')]);
    }
    expect(answers[0]?.[0]).to.equal(401);
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);

    const browser = web().browser();
    const answer = await browser.post('/sign-in', right);
    expect([answer.status, answer.to]).to.deep.equal([303, '/probe/7']);
    expect((await browser.get('/probe/7')).text).to.contain('7 40');
    // The same code, by whoever looked over the shoulder.
    expect((await web().browser().post('/sign-in', right)).status).to.equal(401);
    web().later({ seconds: 30 });
  });

  it('keeps a session in a cookie that no page, no other site and no plain line gets (ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4)', async () => {
    const person = await enrolled(test(), web(), { personId: 'cookie', roles: ['maker'] });
    const code = codeAt(person.secret, web().now());
    const answer = await web().browser().post('/sign-in', {
      person: 'cookie',
      password: person.password,
      code,
      to: '//evil.example',
    });
    expect(answer.to).to.equal('/');
    expect(answer.headers.getSetCookie()).to.have.length(1);
    expect(answer.headers.getSetCookie()[0]).to.match(
      /^__Host-an-sinh=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const kept = await many<{ n: bigint }>(
      test().owner,
      `select count(*) as n from session where token_hash = sha256(convert_to(:token, 'UTF8'))`,
      { token: /=([\w-]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? '' },
    );
    expect(kept).to.deep.equal([{ n: 1n }]);
  });

  it('gives a new token with every code, and the old one is nobody’s (ASVS 7.2.4)', async () => {
    const person = await enrolled(test(), web(), { personId: 'renews', roles: ['maker'] });
    const browser = await signedInBrowser(web(), person);
    const old = browser.cookies.get(SESSION) ?? '';
    await browser.get('/step-up?to=/probe/3');
    const raised = await browser.post('/step-up', {
      code: codeAt(person.secret, web().now()),
      to: '/probe/3',
    });
    expect([raised.status, raised.to]).to.deep.equal([303, '/probe/3']);
    expect(browser.cookies.get(SESSION)).not.to.equal(old);
    expect((await browser.get('/probe/3')).status).to.equal(200);
    const stolen = web().browser();
    stolen.cookies.set(SESSION, old);
    expect((await stolen.get('/probe/3')).status).to.equal(401);
  });

  it('ends when signed out, left alone for 15 minutes, or after 12 hours (ASVS 7.3.1, 7.3.2, 7.4.1)', async () => {
    const person = await enrolled(test(), web(), { personId: 'leaves', roles: ['maker'] });
    const out = await signedInBrowser(web(), person);
    const token = out.cookies.get(SESSION) ?? '';
    const gone = await out.post('/sign-out', {});
    expect([gone.status, gone.headers.get('clear-site-data')]).to.deep.equal([
      303,
      '"cache", "storage"',
    ]);
    out.cookies.set(SESSION, token);
    expect((await out.get('/probe/1')).status).to.equal(401);

    const idle = await signedInBrowser(web(), person);
    web().later({ minutes: 14 });
    expect((await idle.get('/probe/1')).status).to.equal(200);
    web().later({ minutes: 15 });
    expect((await idle.get('/probe/1')).status).to.equal(401);

    const busy = await signedInBrowser(web(), person);
    for (let minutes = 0; minutes < 12 * 60 - 10; minutes += 10) {
      web().later({ minutes: 10 });
      expect((await busy.get('/probe/1')).status).to.equal(200);
    }
    web().later({ minutes: 10 });
    expect((await busy.get('/probe/1')).status).to.equal(401);
  });

  it('takes a code within five minutes for what is signed, in the form or before (ASVS 7.5.3)', async () => {
    const person = await enrolled(test(), web(), { personId: 'signer', roles: ['checker'] });
    const browser = await signedInBrowser(web(), person);
    expect((await browser.post('/probe-signed', {})).status).to.equal(200);
    web().later({ minutes: 6 });
    const stale = await browser.post('/probe-signed', {});
    expect([stale.status, stale.text.includes('name="code"')]).to.deep.equal([403, true]);
    const at = web().now();
    const code = codeAt(person.secret, at);
    const signed = await browser.post('/probe-signed', { code });
    expect([signed.status, signed.text.includes(at.toISOString())]).to.deep.equal([200, true]);
    expect((await browser.post('/probe-signed', { code })).status).to.equal(403);
  });

  it('refuses who has no role, whose role is revoked, and who may not act, within one request (ASVS 7.4.2)', async () => {
    const nobody = await enrolled(test(), web(), { personId: 'roleless', roles: [] });
    expect((await (await signedInBrowser(web(), nobody)).get('/probe/1')).status).to.equal(403);
    const person = await enrolled(test(), web(), { personId: 'revoked', roles: ['maker'] });
    const browser = await signedInBrowser(web(), person);
    expect((await browser.get('/probe/1')).status).to.equal(200);
    await many(
      test().owner,
      `update person_role set revoked_at = now() where person_id = 'revoked'`,
    );
    expect((await browser.get('/probe/1')).status).to.equal(403);
    await many(test().owner, `update person set active = false where person_id = 'revoked'`);
    expect((await browser.get('/probe/1')).status).to.equal(401);
  });

  it('shows who asks for a page without a session where to sign in, and the way back', async () => {
    const answer = await web().browser().get('/probe/9');
    expect(answer.status).to.equal(401);
    expect(answer.text).to.contain('<input type="hidden" name="to" value="/probe/9"/>');
  });

  it('tells of what broke a code and nothing else, and of a refusal as problem details (ASVS 16.5.1)', async () => {
    const broken = await web().browser().get('/probe-broken');
    expect(broken.status).to.equal(500);
    expect(broken.text).to.match(/Mã hỗ trợ: <code>\w{8}<\/code>/);
    expect(broken.text).not.to.match(/040080000091|Error|at /);
    const asked = await web().browser().get('/probe/9', { Accept: 'application/json' });
    expect(asked.headers.get('content-type')).to.equal('application/problem+json; charset=utf-8');
    expect(JSON.parse(asked.text)).to.include({
      status: 401,
      type: 'urn:an-sinh:refusal:not-signed-in',
    });
  });
});
