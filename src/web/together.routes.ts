import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { communesInScope, openedPeriods } from '../report/desk.sql.ts';
import { decideTogether, proposeTogether } from '../verification/decide-finding.flow.ts';
import { TOGETHER, type TogetherCode } from '../verification/finding-outcome.ts';
import { doubtsOf } from '../verification/worklist.sql.ts';
import { communeSeen } from './commune.ts';
import { formed, listOf, oneOf, optional, period as month, text } from './form.ts';
import { requires } from './guard.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { page } from './page.tsx';
import { href, paths } from './paths.ts';
import { isOfProvince } from './province.ts';
import { route, type Answer, type Route } from './route.ts';
import { TogetherPage } from './together.page.tsx';
import type { Web } from './web.ts';
import { saying } from './words.ts';

/** As many as a person can look at before they sign. */
const AT_ONCE = 25;

/** A recipient, with the subject of a finding or with the number of a proposal. */
const OPEN = /^(\d{1,15})~([a-z_]{3,20})$/;
const WAITS = /^(\d{1,15})~(\d{1,9})$/;

// The field `code` is that of the second factor.
const KIND = { period: month(), finding: oneOf(TOGETHER), commune: optional(formed(/^\d{5}$/)) };

/** Doubts about papers, several of one kind at once, by the same two persons as one of them. */
export function togetherRoutes(web: Web): Route[] {
  return [listRoute(web), proposeRoute, decideRoute];
}

const listRoute = ({ provinceCode }: Web): Route =>
  route({
    method: 'get',
    path: paths.worklistTogether,
    guard: requires('worklist.see'),
    query: { period: optional(text(7)), finding: optional(oneOf(TOGETHER)), commune: KIND.commune },
    async handle(given, { query }) {
      const { context, scope, language } = given;
      const { db } = context;
      const periods = await openedPeriods(db);
      const period = periods.find((one) => one === query.period) ?? periods[0] ?? null;
      const communes = await communesInScope(db, { units: scope, provinceCode });
      const isWide = isOfProvince(scope, { provinceCode });
      const communeCode = communeSeen(query.commune, isWide, communes);
      const code = query.finding ?? TOGETHER[0];
      const doubts = (proposed: boolean) =>
        period === null
          ? Promise.resolve([])
          : doubtsOf(db, {
              period,
              code,
              communeCode,
              proposed,
              recipientId: null,
              atMost: AT_ONCE + 1,
            });
      return page(saying(OFFICE_TEXTS, language)('together'), TogetherPage, {
        asked: { period: period ?? '', finding: code, commune: communeCode ?? '' },
        periods,
        communes,
        open: await doubts(false),
        waits: await doubts(true),
        atOnce: AT_ONCE,
        personId: given.person.personId,
        mayPropose: given.may('worklist.propose'),
        mayDecide: given.may('worklist.decide'),
      });
    },
  });

const proposeRoute = route({
  method: 'post',
  path: paths.worklistTogetherPropose,
  guard: requires('worklist.propose'),
  form: {
    ...KIND,
    which: listOf(formed(OPEN), AT_ONCE),
    document: text(200),
    note: text(1000),
  },
  async handle({ context }, { form }) {
    const { commune, which, finding: code, ...of } = form;
    const chosen = ticked(which, OPEN).map(([recipientId, subject]) => ({
      recipientId: BigInt(recipientId),
      subject,
    }));
    await proposeTogether(context, { ...of, code, which: chosen });
    return back({ ...of, code }, commune);
  },
});

const decideRoute = route({
  method: 'post',
  path: paths.worklistTogetherDecide,
  guard: requires('worklist.decide'),
  stepUp: true,
  form: {
    ...KIND,
    which: listOf(formed(WAITS), AT_ONCE),
    decision: oneOf(['confirmed', 'declined']),
    reason: optional(text(500)),
  },
  async handle({ context }, { form }) {
    const { commune, which, reason, finding: code, ...of } = form;
    const chosen = ticked(which, WAITS).map(([recipientId, proposalNo]) => ({
      recipientId: BigInt(recipientId),
      proposalNo: Number(proposalNo),
    }));
    await decideTogether(context, { ...of, code, reason: reason ?? '', which: chosen });
    return back({ ...of, code }, commune);
  },
});

/** The two parts of each box that was ticked. Throws Refusal form-malformed where none was. */
function ticked(which: readonly string[], pattern: RegExp): [string, string][] {
  if (which.length === 0) throw new Refusal('form-malformed', { field: 'which' });
  return which.map((one) => {
    const [, first = '', second = ''] = pattern.exec(one) ?? [];
    return [first, second];
  });
}

function back(
  { period, code }: { period: Period; code: TogetherCode },
  commune: string | null,
): Answer {
  return {
    kind: 'redirect',
    to: href(paths.worklistTogether, {}, { period, finding: code, commune }),
  };
}
