import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { oidcProvider } from '../../adapters/oidc/identity-provider.ts';
import { setUpAdministrators } from '../../src/access/grant.flow.ts';
import { bindSubject, personOfSubject } from '../../src/access/outside-identity.sql.ts';
import { bindIdentity } from '../../src/access/sign-in-outside.flow.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { enrolled, useWeb, type Browser } from '../support/web.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const SUBJECT = '040080000055';

describe('signing in with an identity provider', () => {
  const test = useDatabase({ checked: false });
  let process_: ChildProcess | undefined;
  let issuer = '';
  before(async () => {
    process_ = spawn(process.execPath, ['--import', 'tsx', 'test/support/oidc-process.ts'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(process_.stdout as NodeJS.EventEmitter, 'data')) as [Buffer];
    issuer = line.toString().trim();
  });
  after(async () => {
    process_?.stdin?.end();
    if (process_ !== undefined) await once(process_, 'exit');
  });
  const web = useWeb(test, {
    provider: () =>
      oidcProvider({
        issuer,
        clientId: 'an-sinh',
        clientSecret: 'a secret of the test and of nothing else',
        level: '2',
        numberClaim: 'citizen_number',
      }),
  });

  before(async () => {
    await enrolled(test(), web(), { personId: 'clerk', roles: ['maker'] });
    await setUpAdministrators(web().web.contextOf('installation'), [
      { personId: 'admin-1', fullName: 'A', citizenNumber: '040080000071' },
      { personId: 'admin-2', fullName: 'B', citizenNumber: '040080000072' },
    ]);
    const as = (actor: string) => web().web.contextOf(actor);
    const bound = { issuer, subject: SUBJECT, personId: 'clerk' };
    expect(await whatRefused(bindIdentity(as('clerk'), bound))).to.equal('not-an-administrator');
    const own = { ...bound, personId: 'admin-1' };
    expect(await whatRefused(bindIdentity(as('admin-1'), own))).to.equal('grant-to-self');
    await bindIdentity(as('admin-1'), bound);
    const taken = { ...bound, personId: 'admin-2' };
    expect(await whatRefused(bindIdentity(as('admin-1'), taken))).to.equal('person-known-already');
  });

  /** Goes to the provider, signs in there as somebody, and returns the address that leads back. */
  async function journey(
    browser: Browser,
    as: string,
    acr: string,
    from = '/sign-in/outside?to=/account',
  ): Promise<string> {
    const begun = await browser.get(from);
    expect(begun.status).to.equal(303);
    const cookies = new Map<string, string>();
    let address = new URL(begun.to ?? '');
    for (let hops = 0; hops < 6 && address.origin === issuer; hops += 1) {
      if (address.pathname.startsWith('/interaction/')) {
        address.searchParams.set('as', as);
        address.searchParams.set('acr', acr);
      }
      const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(address, { redirect: 'manual', headers: { Cookie: kept } });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      address = new URL(answer.headers.get('location') ?? '', address);
    }
    expect(address.origin).to.equal(web().origin);
    return address.pathname + address.search;
  }

  it('lets in whom an administrator bound, at the level that is asked for, and without a code', async () => {
    const browser = web().browser();
    expect((await browser.get('/sign-in')).text).to.contain('định danh điện tử');
    const back = await browser.get(await journey(browser, SUBJECT, '2'));
    expect([back.status, back.text.includes('href="/account"')]).to.deep.equal([200, true]);
    expect((await browser.get('/account')).text).to.contain('Cán bộ lập');
    expect(browser.cookies.has('__Host-journey')).to.equal(false);
    // It signs nobody's name to anything: a signature takes a code of ours.
    const sessions = await many(
      test().db,
      `select step_up_at from session where person_id = 'clerk' order by opened_at desc limit 1`,
    );
    expect(sessions).to.deep.equal([{ step_up_at: null }]);
  });

  it('refuses a lower level, somebody whom nobody bound, and who may not act', async () => {
    const cases: readonly (readonly [as: string, acr: string, status: number, why: string])[] = [
      [SUBJECT, '1', 403, 'outside-level-too-low'],
      ['somebody-else', '2', 403, 'outside-sign-in-refused'],
    ];
    for (const [as, acr, status, why] of cases) {
      const browser = web().browser();
      const back = await browser.get(await journey(browser, as, acr), {
        Accept: 'application/json',
      });
      expect([back.status, back.text.includes(why)], as).to.deep.equal([status, true]);
      expect((await browser.get('/account')).status).to.equal(401);
    }
  });

  it('takes an answer in the browser that asked, once, and as it was sent', async () => {
    const browser = web().browser();
    const address = await journey(browser, SUBJECT, '2');
    // Another browser, to which somebody was led with an answer of theirs.
    expect((await web().browser().get(address)).status).to.equal(403);
    const other = web().browser();
    await other.get('/sign-in/outside');
    expect((await other.get(address)).status).to.equal(403);
    for (const changed of [
      address.replace(/state=[^&]+/, 'state=x'),
      address.replace(/code=[^&]+/, 'code=x'),
      address.replace(/iss=[^&]+/, `iss=${encodeURIComponent('https://evil.example')}`),
    ]) {
      expect(changed).not.to.equal(address);
      expect((await browser.get(changed)).status, changed).to.equal(403);
    }
    expect((await browser.get('/account')).status).to.equal(401);
  });

  it('opens the own page of the recipient whose number is stated, asked for of nobody else', async () => {
    const number = '040080000059';
    await many(
      test().owner,
      `with person as (
         insert into recipient values
           (77, 'Người Hưởng', 1950, null, 'female', '00001', 'Xóm 1', '')
         returning recipient_id
       )
       insert into recipient_key select :number, 'citizen_number', recipient_id, null from person`,
      { number },
    );
    const browser = web().browser();
    expect((await browser.get('/my')).text).to.contain('/my/outside');
    const back = await browser.get(await journey(browser, number, '2', '/my/outside'));
    expect([back.status, back.text.includes('href="/my/payments"')]).to.deep.equal([200, true]);
    const page = await browser.get('/my/payments');
    expect([page.status, page.text.includes('Người Hưởng')]).to.deep.equal([200, true]);
    // A number opens the page of a recipient and nothing of staff.
    expect((await browser.get('/account')).status).to.equal(401);

    const refusals: readonly (readonly [as: string, acr: string, why: string])[] = [
      [number, '1', 'outside-level-too-low'],
      ['040080000060', '2', 'own-page-none'],
      ['no-number', '2', 'own-page-none'],
    ];
    for (const [as, acr, why] of refusals) {
      const other = web().browser();
      const answer = await other.get(await journey(other, as, acr, '/my/outside'), {
        Accept: 'application/json',
      });
      expect(answer.text, as).to.contain(why);
      expect((await other.get('/my/payments')).status).to.equal(401);
    }
    // Of staff the number is not asked for.
    const asked = await web().browser().get('/sign-in/outside');
    expect(asked.to).not.to.contain('citizen_number');
    expect((await web().browser().get('/my/outside')).to).to.contain('citizen_number');
  });

  it('binds a name to one person, and a person to one name', async () => {
    const at = web().now();
    const bound = { issuer, personId: 'clerk', by: 'admin-1', at };
    await write(test().db, (tx) => bindSubject(tx, { ...bound, subject: 'another' }));
    expect(await personOfSubject(test().db, { issuer, subject: SUBJECT })).to.equal(undefined);
    expect(await personOfSubject(test().db, { issuer, subject: 'another' })).to.equal('clerk');
    expect(await personOfSubject(test().db, { issuer: 'x', subject: 'another' })).to.equal(
      undefined,
    );
  });

  itKeepsEveryRule(
    test,
    {
      outside_identity: {
        issuer: 'i',
        subject: 's',
        person_id: 'clerk',
        bound_by: 'admin-1',
        bound_at: '2026-10-22T02:00:00Z',
      },
    },
    [
      { rule: 'outside_identity_pkey', table: 'outside_identity', wrong: {} },
      { rule: 'outside_identity_subject_check', table: 'outside_identity', wrong: { subject: '' } },
      {
        rule: 'outside_identity_person_id_fkey',
        table: 'outside_identity',
        wrong: { subject: 't', person_id: 'x' },
      },
      { rule: 'nobody_binds_self', table: 'outside_identity', wrong: { bound_by: 'clerk' } },
      {
        rule: 'one_person_a_subject',
        table: 'outside_identity',
        wrong: { bound_at: '2026-10-23T02:00:00Z', person_id: 'admin-2' },
      },
      { rule: 'one_subject_a_person', table: 'outside_identity', wrong: { subject: 't' } },
    ],
  );
});
