import { deviceName } from '../access/session.ts';
import {
  signInOutside,
  type IdentityProvider,
  type Journey,
} from '../access/sign-in-outside.flow.ts';
import { Refusal } from '../kernel/refusal.ts';
import { journeyOf } from './cookies.ts';
import { exactText, optional } from './form.ts';
import { ANYBODY } from './guard.ts';
import { backPage } from './outside.page.tsx';
import { isOwnAddress, paths } from './paths.ts';
import { openRoute, type Route } from './route.ts';
import type { Web } from './web.ts';

/** Whose journey is sealed: what a browser keeps of it cannot be read or changed there. */
const OWNER = 'outside-journey';

const ANYTHING = optional(exactText(4_000));

/** Signing in with an OpenID Connect provider: there, and back. */
export function outsideRoutes({ vault, origin, provider }: Web): Route[] {
  const known = (): IdentityProvider => {
    if (provider === null) throw new Refusal('page-unknown');
    return provider;
  };
  return [
    openRoute({
      method: 'get',
      path: paths.outside,
      guard: ANYBODY,
      query: { to: ANYTHING },
      async handle(_, { query }) {
        const { address, journey } = await known().begin(origin + paths.outsideBack);
        const to = query.to !== null && isOwnAddress(query.to) ? query.to : paths.today;
        const kept = vault.seal(Buffer.from(JSON.stringify({ ...journey, to })), OWNER);
        return { kind: 'redirect', to: address, keeps: { journey: kept.toString('base64url') } };
      },
    }),
    openRoute({
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
        const asked = known();
        const { to, ...journey } = opened(journeyOf(request), (sealed) =>
          vault.open(sealed, OWNER),
        );
        const identity = await asked.finish(new URL(origin + request.originalUrl), journey);
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
    }),
  ];
}

/** What the browser kept. Throws Refusal outside-sign-in-refused when it is not of this journey. */
function opened(
  kept: string | undefined,
  open: (sealed: Buffer) => Buffer,
): Journey & { to: string } {
  try {
    return JSON.parse(open(Buffer.from(kept ?? '', 'base64url')).toString()) as Journey & {
      to: string;
    };
  } catch {
    throw new Refusal('outside-sign-in-refused', { why: 'no-journey' });
  }
}
