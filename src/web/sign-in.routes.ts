import { needsOwnPassword } from '../access/credential.sql.ts';
import { enrolSecondFactor, stepUp } from '../access/second-factor.flow.ts';
import { deviceName, isFresh, LONGEST_PASSWORD } from '../access/session.ts';
import { signIn } from '../access/sign-in.flow.ts';
import { signOut } from '../access/session.flow.ts';
import { Refusal } from '../kernel/refusal.ts';
import { enrolment, newCodeSecret } from '../platform/one-time-code.ts';
import { exactText, formed, oneOf, optional, type Field } from './form.ts';
import { ANYBODY, signedIn } from './guard.ts';
import { isOwnAddress, paths } from './paths.ts';
import { withOutsideWay } from './outside.page.tsx';
import { openRoute, route, type RequestContext, type Route } from './route.ts';
import { codePage, secondFactorPage, signInPage } from './sign-in.page.tsx';
import type { Vault } from '../platform/sealed-secret.ts';
import type { Web } from './web.ts';

const CODE = formed(/^\d{6}$/);
const PERSON = formed(/^[a-z0-9-]{2,40}$/);

/** Where to go on afterwards: an address of ours, else the first page. */
function backTo(): Field<string> {
  const anywhere = optional(exactText(2_000));
  return {
    many: false,
    read: (texts) => {
      const asked = anywhere.read(texts);
      return typeof asked === 'string' && isOwnAddress(asked) ? asked : paths.today;
    },
  };
}

/** Signing in and out, giving a code, enrolling the second factor, and how pages are shown. */
export function signInRoutes(web: Web): Route[] {
  return [...sessionRoutes(web), ...codeRoutes(web), preferences];
}

function sessionRoutes({ vault, provider }: Web): Route[] {
  return [
    openRoute({
      method: 'get',
      path: paths.signIn,
      guard: ANYBODY,
      query: { to: backTo() },
      handle: ({ language }, { query }) => ({
        kind: 'page',
        page:
          provider === null
            ? signInPage(language, query.to)
            : withOutsideWay(signInPage(language, query.to), language, query.to),
      }),
    }),
    openRoute({
      method: 'post',
      path: paths.signIn,
      guard: ANYBODY,
      form: {
        person: PERSON,
        password: exactText(LONGEST_PASSWORD),
        code: optional(CODE),
        to: backTo(),
      },
      async handle({ context }, { form, request }) {
        const { token, factors } = await signIn(context, vault, {
          personId: form.person,
          password: form.password,
          code: form.code ?? '',
          address: request.ip ?? '',
          device: deviceName(request.get('user-agent') ?? ''),
        });
        const to = factors === 1 ? paths.secondFactor : form.to;
        return { kind: 'redirect', to, keeps: { session: token } };
      },
    }),
    route({
      method: 'post',
      path: paths.signOut,
      guard: signedIn({ factors: 1 }),
      async handle({ context, person }) {
        await signOut(context, person.sessionId);
        return { kind: 'redirect', to: paths.signIn, keeps: { session: null } };
      },
    }),
  ];
}

function codeRoutes({ vault }: Web): Route[] {
  return [
    route({
      method: 'get',
      path: paths.stepUp,
      guard: signedIn(),
      query: { to: backTo() },
      handle: (context, { query }) => ({
        kind: 'page',
        page: codePage({ ...context, back: query.to }),
      }),
    }),
    route({
      method: 'post',
      path: paths.stepUp,
      guard: signedIn(),
      form: { code: CODE, to: backTo() },
      async handle({ context, person }, { form }) {
        const given = { sessionId: person.sessionId, code: form.code };
        const { token } = await stepUp(context, vault, given);
        return { kind: 'redirect', to: form.to, keeps: { session: token } };
      },
    }),
    route({
      method: 'get',
      path: paths.secondFactor,
      guard: signedIn({ factors: 1 }),
      async handle(context) {
        mayEnrol(context);
        const secret = newCodeSecret();
        const { address, letters } = enrolment(secret, context.person.personId);
        // The secret waits in the page, sealed for this session, so that nothing has to be kept here.
        const sealed = vault.seal(secret, waiting(context)).toString('base64url');
        const choosesPassword = await needsOwnPassword(context.context.db, context.person.personId);
        const page = secondFactorPage({ ...context, address, letters, sealed, choosesPassword });
        return { kind: 'page', page };
      },
    }),
    route({
      method: 'post',
      path: paths.secondFactor,
      guard: signedIn({ factors: 1 }),
      form: {
        code: CODE,
        secret: formed(/^[\w-]{60,100}$/),
        password: optional(exactText(LONGEST_PASSWORD)),
      },
      async handle(context, { form }) {
        mayEnrol(context);
        const { token } = await enrolSecondFactor(context.context, vault, {
          sessionId: context.person.sessionId,
          code: form.code,
          secret: unsealed(vault, form.secret, waiting(context)),
          newPassword: form.password,
        });
        return { kind: 'redirect', to: paths.today, keeps: { session: token } };
      },
    }),
  ];
}

/** Whose secret it is that waits to be enrolled: of this session, and of no other purpose. */
function waiting({ person }: RequestContext): string {
  return `enrolment/${person.sessionId}`;
}

/** A second factor is changed with a code of the one before. */
function mayEnrol({ person, context }: RequestContext): void {
  if (person.factors === 2 && !isFresh(person.stepUpAt, context.clock())) {
    throw new Refusal('step-up-needed');
  }
}

function unsealed(vault: Vault, sealed: string, owner: string): Buffer {
  try {
    return vault.open(Buffer.from(sealed, 'base64url'), owner);
  } catch {
    // Not of this session, or changed on the way: the page is another's, or old.
    throw new Refusal('request-forged');
  }
}

const preferences = openRoute({
  method: 'get',
  path: paths.preferences,
  guard: ANYBODY,
  query: {
    lang: optional(oneOf(['vi', 'en'])),
    theme: optional(oneOf(['auto', 'light', 'dark'])),
    to: backTo(),
  },
  handle: (_, { query }) => ({
    kind: 'redirect',
    to: query.to,
    keeps: {
      ...(query.lang === null ? {} : { language: query.lang }),
      ...(query.theme === null ? {} : { theme: query.theme }),
    },
  }),
});
