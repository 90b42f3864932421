import { expect } from 'chai';
import { setUpAdministrators } from '../../src/access/grant.flow.ts';
import { grantsOf } from '../../src/access/person.sql.ts';
import { sessionsOf } from '../../src/access/session.sql.ts';
import { codeAt } from '../../src/platform/one-time-code.ts';
import { useDatabase } from '../support/database.ts';
import { enrolled, signedInBrowser, useWeb, visiting } from '../support/web.ts';

describe('one’s own account', () => {
  const test = useDatabase();
  const web = useWeb(test);

  it('shows what one may do and where one is signed in, and ends a session that is not one’s own', async () => {
    const person = { personId: 'owner', roles: ['maker'] as const };
    const here = await visiting(test(), web(), person);
    const there = await visiting(test(), web(), person);
    const page = await here.get('/account');
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('Cán bộ lập').and.contain('phiên này');
    const [, other = ''] = /action="(\/account\/sessions\/[0-9a-f-]+\/end)"/.exec(page.text) ?? [];
    expect((await here.post(other, {})).to).to.equal('/account');
    expect((await there.get('/account')).status).to.equal(401);
    expect((await here.get('/account')).status).to.equal(200);

    // Of another person nothing is ended, whoever knows the number.
    const stranger = await visiting(test(), web(), { personId: 'stranger', roles: ['maker'] });
    const [own] = await sessionsOf(test().db, { personId: 'owner', at: web().now() });
    await stranger.get('/account');
    await stranger.post(`/account/sessions/${own?.sessionId ?? ''}/end`, {});
    expect((await here.get('/account')).status).to.equal(200);
    expect((await here.post('/account/sessions/1/end', {})).status).to.equal(404);
  });

  it('ends all others at once (ASVS 7.4.3)', async () => {
    const person = { personId: 'many', roles: ['maker'] as const };
    const browsers = [];
    for (let i = 0; i < 3; i += 1) browsers.push(await visiting(test(), web(), person));
    const [first, ...others] = browsers;
    await first?.get('/account');
    expect((await first?.post('/account/sessions/end', {}))?.status).to.equal(303);
    expect((await first?.get('/account'))?.status).to.equal(200);
    for (const other of others) expect((await other.get('/account')).status).to.equal(401);
  });

  it('changes a password with the old one and a fresh code, and ends what it was used for (ASVS 6.2.2, 6.2.3, 7.5.1)', async () => {
    const person = await enrolled(test(), web(), { personId: 'changes', roles: ['maker'] });
    const browser = await signedInBrowser(web(), person);
    const other = await signedInBrowser(web(), person);
    const next = 'một câu hoàn toàn khác';
    const change = (form: object): Promise<{ status: number; text: string }> =>
      browser.post('/account/password', { current: person.password, next, ...form });
    expect((await change({ current: 'wrong wrong wrong' })).status).to.equal(401);
    for (const bad of [
      'ngắn',
      'changes changes 12',
      '123456789012',
      'aaaaaaaaaaaaaa',
      'qwertyuiop123',
    ]) {
      const { status, text } = await change({ next: bad });
      expect([status, text.includes('Mật khẩu chưa đạt')], bad).to.deep.equal([422, true]);
      web().later({ minutes: 1 });
      await browser.post('/step-up', { code: codeAt(person.secret, web().now()), to: '/' });
    }
    web().later({ minutes: 6 });
    expect((await change({})).text).to.contain('name="code"');
    const done = await change({ code: codeAt(person.secret, web().now()) });
    expect(done.status).to.equal(303);
    expect((await browser.get('/account')).status).to.equal(200);
    expect((await other.get('/account')).status).to.equal(401);
    web().later({ minutes: 16 });
    const signIn = (password: string) =>
      web()
        .browser()
        .post('/sign-in', {
          person: 'changes',
          password,
          code: codeAt(person.secret, web().now()),
          to: '/',
        });
    expect((await signIn(person.password)).status).to.equal(401);
    expect((await signIn(next)).status).to.equal(303);
  });
});

describe('persons and rights, on their page', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);

  it('are changed by administrators with a fresh code, and what signs by two', async () => {
    await setUpAdministrators(web().web.contextOf('installation'), [
      { personId: 'admin-1', fullName: 'A', citizenNumber: '040080000071' },
      { personId: 'admin-2', fullName: 'B', citizenNumber: '040080000072' },
    ]);
    const one = await visiting(test(), web(), { personId: 'admin-1' });
    const two = await visiting(test(), web(), { personId: 'admin-2' });
    await one.get('/settings/persons');
    await two.get('/settings/persons');
    const add = {
      person: 'clerk',
      fullName: 'Nguyễn Văn Lập',
      citizenNumber: '040080000073',
      unit: '40',
    };
    expect((await one.post('/settings/persons/add', add)).status).to.equal(303);
    expect(
      (await one.post('/settings/persons/add', { ...add, person: 'clerk-2' })).status,
    ).to.equal(409);
    const given = await one.post('/settings/persons/reset', { person: 'clerk' });
    expect(given.text).to.match(/<code>[a-z2-9]{4}(-[a-z2-9]{4}){3}<\/code>/);

    const grant = { person: 'clerk', role: 'checker', unit: '40', limit: '1.000.000' };
    expect((await one.post('/settings/persons/grant', grant)).status).to.equal(303);
    expect(await grantsOf(test().db, 'clerk')).to.deep.equal([]);
    const waiting = await two.get('/settings/persons');
    const [, proposal = ''] = /name="proposal" value="(\d+)"/.exec(waiting.text) ?? [];
    const decide = { proposal, granted: 'yes' };
    expect((await one.post('/settings/persons/decide', decide)).status).to.equal(403);
    expect((await two.post('/settings/persons/decide', decide)).status).to.equal(303);
    expect(await grantsOf(test().db, 'clerk')).to.deep.equal([
      { role: 'checker', unitCode: '40', limitVnd: 1_000_000n },
    ]);

    const clerk = await visiting(test(), web(), { personId: 'clerk' });
    expect((await clerk.get('/account')).text)
      .to.contain('Người duyệt')
      .and.contain('1.000.000 đ');
    // Whoever is given another password has to be granted anew by two what signs.
    const reset = await one.post('/settings/persons/reset', { person: 'clerk' });
    expect(reset.text).to.contain('checker 40');
    expect(await grantsOf(test().db, 'clerk')).to.deep.equal([]);
    expect((await clerk.get('/account')).status).to.equal(401);
    expect((await one.post('/settings/persons/reset', { person: 'admin-1' })).status).to.equal(403);

    web().later({ minutes: 6 });
    const stale = await one.post('/settings/persons/grant', { ...grant, role: 'maker' });
    expect([stale.status, stale.text.includes('name="code"')]).to.deep.equal([403, true]);
  });

  it('are shown to an administrator of a unit as far as that unit', async () => {
    await visiting(test(), web(), { personId: 'of-38', roles: ['auditor'], unitCode: '38' });
    const own = await visiting(test(), web(), {
      personId: 'of-40',
      roles: ['auditor'],
      unitCode: '40',
    });
    const page = await own.get('/settings/persons');
    expect(page.text).to.contain('of-40').and.not.contain('of-38');
    const all = await visiting(test(), web(), {
      personId: 'of-vn',
      roles: ['auditor'],
      unitCode: 'VN',
    });
    expect((await all.get('/settings/persons')).text).to.contain('of-38');
  });
});
