import { isPeriod, isPlainDate, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import { communesInScope, findRecipients, openedPeriods } from '../report/desk.sql.ts';
import { decideOutcome, proposeOutcome } from '../verification/decide-finding.flow.ts';
import { OUTCOMES, type Outcome } from '../verification/finding-outcome.ts';
import {
  casesOf,
  handledOf,
  worklistOf,
  type Handled,
  type WaitingPlace,
} from '../verification/worklist.sql.ts';
import { formed, oneOf, optional, period, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { communeSeen } from './commune.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import { isOfProvince } from './province.ts';
import { route, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';
import { CasePage, WorklistPage } from './worklist.page.tsx';

const ON_A_PAGE = 50;

/** A place on the list as it stands in an address. */
const PLACE = /^(block|review)~(\d{4}-\d{2}-\d{2})~(\d{1,15})~([A-Z0-9_]{1,60})~([a-z]{1,20})$/;

const written = (of: WaitingPlace): string =>
  [of.severity, of.decideBy, of.recipientId, of.code, of.subject].join('~');

function placeIn(after: string | null): WaitingPlace | null {
  const [, severity, on = '', recipientId = '', code = '', subject = ''] =
    PLACE.exec(after ?? '') ?? [];
  if (severity === undefined || !isPlainDate(on)) return null;
  const rank = severity === 'block' ? 'block' : 'review';
  return { severity: rank, decideBy: on, recipientId: BigInt(recipientId), code, subject };
}

/** What waits for a person, and what two persons make of it. */
export function worklistRoutes(web: Web): Route[] {
  return [listRoute(web), caseRoute, proposeRoute, decideRoute];
}

const listRoute = ({ provinceCode }: Web): Route =>
  route({
    method: 'get',
    path: paths.worklist,
    guard: requires('worklist.see'),
    query: {
      period: optional(text(7)),
      commune: optional(formed(/^\d{5}$/)),
      after: optional(formed(PLACE)),
    },
    async handle({ context, scope, language }, { query }) {
      const { db, clock } = context;
      const periods = await openedPeriods(db);
      const of = periods.find((one) => one === query.period) ?? periods[0] ?? null;
      const communes = await communesInScope(db, { units: scope, provinceCode });
      const isWide = isOfProvince(scope, { provinceCode });
      const communeCode = communeSeen(query.commune, isWide, communes);
      const after = placeIn(query.after);
      const atMost = ON_A_PAGE + 1;
      const found =
        of === null ? [] : await worklistOf(db, { period: of, communeCode, after, atMost });
      const { rows: waiting, paging } = pageOf(found, {
        atMost: ON_A_PAGE,
        query: { period: of ?? '', commune: communeCode ?? '' },
        isFirst: after === null,
        key: written,
      });
      return page(saying(OFFICE_TEXTS, language)('worklist'), WorklistPage, {
        period: of,
        periods,
        communes,
        commune: communeCode ?? '',
        waiting,
        paging,
        today: businessDate(clock()),
      });
    },
  });

/** The month and the recipient of an address, when they lie in the scope of whoever looks. */
async function caseOf(
  { context, scope }: RequestContext,
  params: { readonly period: string; readonly recipientId: string },
): Promise<{ recipientId: bigint; period: Period }> {
  if (!isPeriod(params.period) || !/^\d{1,15}$/.test(params.recipientId)) {
    throw new Refusal('recipient-unknown');
  }
  const recipientId = BigInt(params.recipientId);
  const [found] = await findRecipients(context.db, {
    units: scope,
    recipientId,
    citizenNumber: null,
    communeCode: null,
    foldedName: null,
    after: null,
    atMost: 1,
  });
  if (found === undefined) throw new Refusal('recipient-unknown', { recipientId });
  return { recipientId, period: params.period };
}

const caseRoute = route({
  method: 'get',
  path: paths.worklistCase,
  guard: requires('worklist.see'),
  async handle(given, { params }) {
    const of = await caseOf(given, params);
    const handled = await handledOf(given.context.db, of);
    const title = saying(OFFICE_TEXTS, given.language)('case', { id: of.recipientId });
    return page(title, CasePage, {
      ...of,
      cases: await casesOf(given.context.db, of),
      handled,
      open: openOf(handled),
      mayPropose: given.may('worklist.propose'),
      mayDecide: given.may('worklist.decide'),
    });
  },
});

/** Proposals that nobody has decided about. */
function openOf(handled: readonly Handled[]): Handled[] {
  const decided = new Set(
    handled
      .filter(({ what }) => what === 'confirmed' || what === 'declined')
      .map(({ proposalNo }) => proposalNo),
  );
  return handled.filter(
    ({ what, proposalNo }) => what in OUTCOMES && proposalNo !== null && !decided.has(proposalNo),
  );
}

const proposeRoute = route({
  method: 'post',
  path: paths.worklistPropose,
  guard: requires('worklist.propose'),
  form: {
    code: formed(/^[A-Z_]{3,60}$/),
    subject: formed(/^[a-z_]{3,20}$/),
    outcome: oneOf(Object.keys(OUTCOMES) as Outcome[]),
    until: period(),
    document: text(200),
    note: text(1000),
  },
  async handle(given, { params, form }) {
    const of = await caseOf(given, params);
    await proposeOutcome(given.context, { ...of, ...form });
    return { kind: 'redirect', to: href(paths.worklistCase, of) };
  },
});

const decideRoute = route({
  method: 'post',
  path: paths.worklistDecide,
  guard: requires('worklist.decide'),
  stepUp: true,
  form: {
    proposalNo: wholeNumber(),
    decision: oneOf(['confirmed', 'declined']),
    reason: optional(text(500)),
  },
  async handle(given, { params, form }) {
    const of = await caseOf(given, params);
    await decideOutcome(given.context, {
      recipientId: of.recipientId,
      proposalNo: Number(form.proposalNo),
      decision: form.decision,
      reason: form.reason ?? '',
    });
    return { kind: 'redirect', to: href(paths.worklistCase, of) };
  },
});
