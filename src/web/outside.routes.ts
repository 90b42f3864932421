import { deviceName } from '../access/session.ts';
import {
  signInOutside,
  type IdentityProvider,
  type Journey,
  type OutsideIdentity,
} from '../access/sign-in-outside.flow.ts';
import { Refusal } from '../kernel/refusal.ts';
import { openByNumber } from '../report/own-page.flow.ts';
import { journeyOf } from './cookies.ts';
import { exactText, optional } from './form.ts';
import { ANYBODY } from './guard.ts';
import { backPage } from './outside.page.tsx';
import { isOwnAddress, paths } from './paths.ts';
import { openRoute, type OpenContext, type Route } from './route.ts';
import type { Web } from './web.ts';

/** Whose journey is sealed: what a browser keeps of it cannot be read or changed there. */
const OWNER = 'outside-journey';

const ANYTHING = optional(exactText(4_000));

/** Signing in with an OpenID Connect provider: there, and back. */
export function outsideRoutes(web: Web): Route[] {
  return [...leavingRoutes(web), backRoute(web)];
}

/** The provider that was named. Throws Refusal page-unknown where none was. */
function known({ provider }: Web): IdentityProvider {
  if (provider === null) throw new Refusal('page-unknown');
  return provider;
}

function leavingRoutes(web: Web): Route[] {
  const { vault, origin } = web;
  return [
    openRoute({
      method: 'get',
      path: paths.outside,
      guard: ANYBODY,
      query: { to: ANYTHING },
      async handle(_, { query }) {
        const { address, journey } = await known(web).begin(origin + paths.outsideBack, {
          citizenNumber: false,
        });
        const to = query.to !== null && isOwnAddress(query.to) ? query.to : paths.today;
        const kept = vault.seal(Buffer.from(JSON.stringify({ ...journey, to })), OWNER);
        return { kind: 'redirect', to: address, keeps: { journey: kept.toString('base64url') } };
      },
    }),
    openRoute({
      method: 'get',
      path: paths.ownOutside,
      guard: ANYBODY,
      async handle() {
        const asked = known(web);
        if (!asked.statesNumbers) throw new Refusal('page-unknown');
        const ask = { citizenNumber: true };
        const { address, journey } = await asked.begin(origin + paths.outsideBack, ask);
        const kept = vault.seal(Buffer.from(JSON.stringify({ ...journey, own: true })), OWNER);
        return { kind: 'redirect', to: address, keeps: { journey: kept.toString('base64url') } };
      },
    }),
  ];
}

function backRoute(web: Web): Route {
  const { vault, origin } = web;
  return openRoute({
    method: 'get',
    path: paths.outsideBack,
    guard: ANYBODY,
    // What a provider sends back is its own; the library reads it from the address and checks it.
    query: {
      code: ANYTHING,
      state: ANYTHING,
      iss: ANYTHING,
      session_state: ANYTHING,
      error: ANYTHING,
      error_description: ANYTHING,
    },
    async handle({ context, language }, { request }) {
      const asked = known(web);
      const { to, own, ...journey } = opened(journeyOf(request), (sealed) =>
        vault.open(sealed, OWNER),
      );
      const identity = await asked.finish(new URL(origin + request.originalUrl), journey);
      if (own === true) {
        const { token } = await openOwn(context, asked, identity);
        const next = backPage(language, paths.ownPayments);
        return { kind: 'page', page: next, keeps: { own: token, journey: null } };
      }
      const device = deviceName(request.get('user-agent') ?? '');
      const { level } = asked;
      const { token, factors } = await signInOutside(context, identity, { level, device });
      const next = factors === 1 ? paths.secondFactor : to;
      return {
        kind: 'page',
        page: backPage(language, next),
        keeps: { session: token, journey: null },
      };
    },
  });
}

/** Opens the page of the recipient whom a provider vouches for, at the level that is asked for. */
function openOwn(
  context: OpenContext['context'],
  { level }: IdentityProvider,
  identity: OutsideIdentity,
): Promise<{ token: string }> {
  if (identity.level !== level) throw new Refusal('outside-level-too-low', { level });
  if (identity.citizenNumber === null) throw new Refusal('own-page-none');
  return openByNumber(context, identity.citizenNumber);
}

/** A journey, and what its person wanted: to work here, or to see their own page. */
type Kept = Journey & { readonly to: string; readonly own?: boolean };

/** What the browser kept. Throws Refusal outside-sign-in-refused when it is not of this journey. */
function opened(kept: string | undefined, open: (sealed: Buffer) => Buffer): Kept {
  try {
    return JSON.parse(open(Buffer.from(kept ?? '', 'base64url')).toString()) as Kept;
  } catch {
    throw new Refusal('outside-sign-in-refused', { why: 'no-journey' });
  }
}
