import { changePassword, endOwnSessions } from '../access/account.flow.ts';
import { LONGEST_PASSWORD } from '../access/session.ts';
import { sessionsOf } from '../access/session.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { accountPage } from './account.page.tsx';
import { exactText } from './form.ts';
import { signedIn } from './guard.ts';
import { paths } from './paths.ts';
import { route, type Route } from './route.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BACK = { kind: 'redirect', to: paths.account } as const;

/** One's own account: what one may do, where one is signed in, and how one shows who one is. */
export function accountRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: paths.account,
      guard: signedIn(),
      async handle(context) {
        const { db, clock, actor } = context.context;
        const sessions = await sessionsOf(db, { personId: actor, at: clock() });
        return { kind: 'page', page: accountPage(context, sessions) };
      },
    }),
    route({
      method: 'post',
      path: paths.sessionEnd,
      guard: signedIn(),
      async handle({ context }, { params }) {
        if (!UUID.test(params.sessionId)) throw new Refusal('page-unknown');
        await endOwnSessions(context, { only: params.sessionId, except: null });
        return BACK;
      },
    }),
    route({
      method: 'post',
      path: paths.sessionsEnd,
      guard: signedIn(),
      async handle({ context, person }) {
        await endOwnSessions(context, { only: null, except: person.sessionId });
        return BACK;
      },
    }),
    route({
      method: 'post',
      path: paths.password,
      guard: signedIn(),
      stepUp: true,
      form: { current: exactText(LONGEST_PASSWORD), next: exactText(LONGEST_PASSWORD) },
      async handle({ context, person }, { form }) {
        await changePassword(context, { sessionId: person.sessionId, ...form });
        return BACK;
      },
    }),
  ];
}
