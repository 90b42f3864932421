import { addMonths, isPlainDate, period as periodOf, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import {
  decideUncollected,
  MONTHS_UNCOLLECTED,
  proposeUncollected,
} from '../reconciliation/suspend-uncollected.flow.ts';
import {
  uncollected,
  UNCOLLECTED_KINDS,
  uncollectedList,
  waitingUncollected,
} from '../reconciliation/uncollected.sql.ts';
import { openedPeriods } from '../report/desk.sql.ts';
import { formed, oneOf, optional, period as month, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { href, paths } from './paths.ts';
import { expectProvince } from './province.ts';
import { route, type RequestContext, type Route } from './route.ts';
import { UncollectedPage } from './uncollected.page.tsx';
import { UNCOLLECTED_TEXTS } from './uncollected.text.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 100;

/** Cash that nobody collects for three months: who it is, and what two persons decide of it. */
export function uncollectedRoutes(web: Web): Route[] {
  return [listRoute(web), proposeRoute(web), decideRoute(web)];
}

/** The months from which on it can be decided: the next one, and those that are opened. */
async function monthsOf({ context }: RequestContext): Promise<[Period, ...Period[]]> {
  const opened = await openedPeriods(context.db);
  const [newest] = opened;
  if (newest === undefined) return [periodOf(businessDate(context.clock()).slice(0, 7))];
  return [addMonths(newest, 1), ...opened];
}

async function expectMonth(given: RequestContext, period: Period): Promise<void> {
  const months = await monthsOf(given);
  if (!months.includes(period)) throw new Refusal('form-malformed', { field: 'period' });
}

const listRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.uncollected,
    guard: requires('reconciliation.see'),
    query: {
      period: optional(month()),
      kind: optional(oneOf(UNCOLLECTED_KINDS)),
      after: optional(wholeNumber()),
    },
    async handle(given, { query }) {
      expectProvince(given, web, 'reconciliation.see');
      const { db } = given.context;
      const periods = await monthsOf(given);
      const period = query.period ?? periods[0];
      if (!periods.includes(period)) throw new Refusal('page-unknown');
      const kind = query.kind ?? 'suspend';
      const of = { kind, period, first: addMonths(period, -MONTHS_UNCOLLECTED) };
      // The list is found as a whole, whatever part of it is shown: its hash is over all of it.
      const found = await uncollected(db, of);
      const from = Number(query.after ?? 0n);
      const rows = found.slice(from, from + ON_A_PAGE);
      const end = from + rows.length;
      return page(saying(UNCOLLECTED_TEXTS, given.language)('title'), UncollectedPage, {
        kind,
        period,
        periods,
        rows,
        paging: {
          shown: rows.length,
          query: { period, kind },
          isFirst: from === 0,
          after: end < found.length ? String(end) : null,
        },
        list: await uncollectedList(db, of),
        proposal: (await waitingUncollected(db, { kind, period })) ?? null,
        personId: given.person.personId,
        mayPropose: given.may('reconciliation.resolve'),
        mayDecide: given.may('reconciliation.confirm'),
      });
    },
  });

const proposeRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.uncollectedPropose,
    guard: requires('reconciliation.resolve'),
    form: {
      period: month(),
      kind: oneOf(UNCOLLECTED_KINDS),
      sha256: formed(/^[0-9a-f]{64}$/),
      decision: text(60),
      decidedOn: text(10),
    },
    async handle(given, { form }) {
      expectProvince(given, web, 'reconciliation.resolve');
      const { kind, period, decidedOn } = form;
      await expectMonth(given, period);
      if (!isPlainDate(decidedOn)) throw new Refusal('form-malformed', { field: 'decidedOn' });
      await proposeUncollected(given.context, { ...form, decidedOn });
      return { kind: 'redirect', to: href(paths.uncollected, {}, { period, kind }) };
    },
  });

const decideRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.uncollectedDecide,
    guard: requires('reconciliation.confirm'),
    stepUp: true,
    form: {
      period: month(),
      kind: oneOf(UNCOLLECTED_KINDS),
      proposalNo: wholeNumber(),
      decision: oneOf(['confirmed', 'declined']),
      reason: optional(text(500)),
    },
    async handle(given, { form }) {
      expectProvince(given, web, 'reconciliation.confirm');
      const { kind, period, decision, reason } = form;
      if (decision === 'declined' && reason === null) {
        throw new Refusal('form-malformed', { field: 'reason' });
      }
      const proposalNo = Number(form.proposalNo);
      const decided = { kind, period, proposalNo, decision, reason: reason ?? '' };
      await decideUncollected(given.context, decided);
      return { kind: 'redirect', to: href(paths.uncollected, {}, { period, kind }) };
    },
  });
