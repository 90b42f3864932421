import { explainAssessments } from '../entitlement/explain-assessment.flow.ts';
import type { Explanation } from '../entitlement/explanation.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { pictureOfUnits, type Db } from '../platform/db.ts';
import { closeOwnPage, openByCode } from '../report/own-page.flow.ts';
import { loggedLooks, looksAt, ownName, ownPayments } from '../report/own-page.sql.ts';
import { ownToken } from './cookies.ts';
import { exactText, formed, optional } from './form.ts';
import { ANYBODY, RECIPIENT } from './guard.ts';
import { OwnDoorPage, OwnPage } from './own.page.tsx';
import { OWN_TEXTS } from './own.text.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { openRoute, ownRoute, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

/** Two years of two programmes. */
const MOST_PAYMENTS = 48;
/** For so many months the page says why. */
const EXPLAINED = 6;
const MOST_LOOKS = 50;

/** A recipient's own page: opened with the code of a slip, and of nobody else. */
export function ownRoutes(web: Web): Route[] {
  return [doorRoute(web), openingRoute, ownPageRoute(web), closeRoute];
}

const doorRoute = ({ provider }: Web): Route =>
  openRoute({
    method: 'get',
    path: paths.own,
    guard: ANYBODY,
    query: { code: optional(exactText(40)) },
    handle: ({ language }, { query }) =>
      page(saying(OWN_TEXTS, language)('title'), OwnDoorPage, {
        code: query.code ?? '',
        byIdentity: provider?.statesNumbers === true,
      }),
  });

const openingRoute = openRoute({
  method: 'post',
  path: paths.own,
  guard: ANYBODY,
  form: { code: exactText(40), digits: formed(/^\d{4}$/) },
  async handle({ context }, { form, request }) {
    const { token } = await openByCode(context, { ...form, address: request.ip ?? '' });
    return { kind: 'redirect', to: paths.ownPayments, keeps: { own: token } };
  },
});

const ownPageRoute = ({ provinceCode }: Web): Route =>
  ownRoute({
    method: 'get',
    path: paths.ownPayments,
    guard: RECIPIENT,
    async handle({ context, language, recipientId }) {
      const title = saying(OWN_TEXTS, language)('mine');
      // Read as pages are read: nothing can be written, and what opens pages cannot be seen.
      const model = await pictureOfUnits(context.db, [provinceCode], async (picture) => {
        const name = await ownName(picture, recipientId);
        if (name === undefined) throw new Refusal('own-page-none');
        const payments = await ownPayments(picture, { recipientId, atMost: MOST_PAYMENTS });
        const periods = [...new Set(payments.map(({ period }) => period))].slice(0, EXPLAINED);
        const of = { recipientId, atMost: MOST_LOOKS };
        const looks = [...(await looksAt(picture, of)), ...(await loggedLooks(picture, of))];
        return {
          ...name,
          payments,
          explained: await explainedFor(picture, { recipientId, periods }),
          looks: looks.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, MOST_LOOKS),
        };
      });
      return page(title, OwnPage, model);
    },
  });

const closeRoute = ownRoute({
  method: 'post',
  path: paths.ownClose,
  guard: RECIPIENT,
  async handle({ context }, { request }) {
    await closeOwnPage(context, ownToken(request) ?? '');
    return { kind: 'redirect', to: paths.own, keeps: { own: null } };
  },
});

async function explainedFor(
  db: Db,
  { recipientId, periods }: { recipientId: bigint; periods: readonly Period[] },
): Promise<{ period: Period; explanations: readonly Explanation[] }[]> {
  const told = [];
  for (const period of periods) {
    told.push({ period, explanations: await explainAssessments(db, { recipientId, period }) });
  }
  return told;
}
