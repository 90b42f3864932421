import { expect } from 'chai';
import { RIGHTS, ROLES, type Role } from '../../src/access/permission.ts';
import { many } from '../../src/platform/db.ts';
import type { Route } from '../../src/web/route.ts';
import { paths } from '../../src/web/paths.ts';
import { allRoutes } from '../../src/web/routes.ts';
import { useDatabase } from '../support/database.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

/** An address of a route, with something written in for each parameter. */
function addressOf({ path }: Route): string {
  return path.replace(/:[A-Za-z]+/g, '1');
}

/** What a visit came to: the refusal, or the status of what was answered. */
async function visit(browser: Browser, route: Route): Promise<string> {
  // A stream has no end: whether it began is what is asked.
  if (route.path === paths.progress) return browser.begins(addressOf(route));
  const answer =
    route.method === 'get'
      ? await browser.get(addressOf(route), { Accept: 'application/problem+json' })
      : await browser.post(addressOf(route), {}, { Accept: 'application/problem+json' });
  const type = /"type":"urn:an-sinh:refusal:([a-z-]+)"/.exec(answer.text)?.[1];
  return type ?? String(answer.status);
}

/** What the table of rights says of a role and a route. */
function expected(role: Role | 'nobody', { guard }: Route): 'admitted' | 'permission-missing' {
  if (guard.kind !== 'permission') return 'admitted';
  const roles: readonly string[] = RIGHTS[guard.permission];
  return roles.includes(role) ? 'admitted' : 'permission-missing';
}

describe('every route, for every role', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  // Ending a session would end the walk.
  const routes = (): Route[] =>
    allRoutes(web().web).filter(({ path }) => !['/sign-out', '/sign-in'].includes(path));

  for (const role of [...ROLES, 'nobody'] as const) {
    it(`${role} is let in where the table says so, and nowhere else`, async () => {
      const personId = `walks-${role.replace('_', '-')}`;
      const browser = await visiting(test(), web(), {
        personId,
        roles: role === 'nobody' ? [] : [role],
      });
      let refused = 0;
      for (const route of routes()) {
        const came = await visit(browser, route);
        const may = came === 'permission-missing' ? 'permission-missing' : 'admitted';
        expect(may, `${role}: ${route.method} ${route.path} (${came})`).to.equal(
          expected(role, route),
        );
        // What a route does with a made-up number and an empty form is refused, and never breaks.
        expect(came, `${route.method} ${route.path}`).not.to.equal('500');
        if (may === 'permission-missing') refused += 1;
      }
      const guarded = routes().filter(({ guard }) => guard.kind === 'permission');
      if (role === 'nobody') expect(refused).to.equal(guarded.length);
    });
  }

  it('lets in nobody without a session, and nobody with one factor (ASVS 6.3.3)', async () => {
    const half = await visiting(test(), web(), {
      personId: 'walks-half',
      roles: ROLES,
      factors: 1,
    });
    for (const route of routes()) {
      const { guard } = route;
      if (guard.kind === 'anybody') continue;
      if (guard.kind === 'recipient') {
        // A session of staff is none of a recipient, whatever it has.
        expect(await visit(half, route), route.path).to.equal('own-page-closed');
        continue;
      }
      expect(await visit(web().browser(), route), route.path).to.equal('not-signed-in');
      if (guard.kind === 'signed-in' && guard.factors === 1) continue;
      expect(await visit(half, route), route.path).to.equal('second-factor-needed');
    }
  });

  it('would tell a route that asks for another permission than it says', () => {
    const route = routes().find(
      ({ guard }) => guard.kind === 'permission' && guard.permission === 'person.change',
    );
    if (route?.guard.kind !== 'permission') throw new Error('there is a guarded route');
    const { permission } = route.guard;
    const without = ROLES.find((role) => !(RIGHTS[permission] as readonly string[]).includes(role));
    expect(without).not.to.equal(undefined);
    const open: Route = { ...route, guard: { kind: 'signed-in', factors: 2 } };
    expect(expected(without ?? 'nobody', route)).to.equal('permission-missing');
    expect(expected(without ?? 'nobody', open)).to.equal('admitted');
  });

  it('takes rights away in the middle of a visit (ASVS 8.3.2)', async () => {
    const person = { personId: 'loses-all', roles: ['administrator'] as const, unitCode: 'VN' };
    const browser = await visiting(test(), web(), person);
    const route = routes().find(
      ({ method, guard }) =>
        method === 'get' && guard.kind === 'permission' && guard.permission === 'person.see',
    );
    if (route === undefined) throw new Error('there is a page of persons');
    expect(await visit(browser, route)).to.equal('200');
    await many(
      test().owner,
      `update person_role set revoked_at = now() where person_id = 'loses-all'`,
    );
    expect(await visit(browser, route)).to.equal('permission-missing');
  });
});
