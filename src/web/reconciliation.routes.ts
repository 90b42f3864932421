import { isPeriod, plainDate, type Period } from '../kernel/period.ts';
import { readPaymentReference } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import { AGE_CLASSES } from '../reconciliation/break.ts';
import { breakAges } from '../reconciliation/break.sql.ts';
import { confirmClosing, proposeClosing, signOffDay } from '../reconciliation/close-period.flow.ts';
import {
  closingState,
  LINE_FATES,
  monthStands,
  signedDays,
  threeWayLines,
  threeWayTotals,
  tiedDays,
  waitingClosing,
} from '../reconciliation/closing.sql.ts';
import { openedPeriods, threeWayOf } from '../report/desk.sql.ts';
import { formed, oneOf, optional, period as month, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import {
  ClosingPage,
  DaysPage,
  ReconciliationPage,
  TOTALS_BY,
  TotalLinesPage,
  TotalsPage,
} from './reconciliation.page.tsx';
import { expectProvince } from './province.ts';
import { RECONCILIATION_TEXTS } from './reconciliation.text.ts';
import { totalName } from './said.ts';
import { route, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;

/** Three ways with their lines, the days of the accounts, and the end of a month. */
export function reconciliationRoutes(web: Web): Route[] {
  return [
    overviewRoute,
    totalsRoute,
    linesRoute,
    daysRoute,
    signRoute(web),
    closingRoute,
    proposeRoute(web),
    confirmRoute(web),
  ];
}

/** The months that were opened, and the one that was asked for, or else the newest. */
async function monthAsked(
  { context }: RequestContext,
  asked: string | null,
): Promise<{ periods: Period[]; period: Period | null }> {
  const periods = await openedPeriods(context.db);
  const period = asked !== null && isPeriod(asked) ? asked : (periods[0] ?? null);
  return { periods, period };
}

const titled = ({ language }: RequestContext) => saying(RECONCILIATION_TEXTS, language);

const overviewRoute = route({
  method: 'get',
  path: paths.reconciliation,
  guard: requires('reconciliation.see'),
  query: { period: optional(text(7)) },
  async handle(given, { query }) {
    const { context, scope: units } = given;
    const { periods, period } = await monthAsked(given, query.period);
    const threeWay = period === null ? [] : await threeWayOf(context.db, { units, period });
    const classes = AGE_CLASSES.map(({ from }) => from);
    const now = context.clock();
    const ages = await given.look((picture) => breakAges(picture, { now, classes }));
    const model = { period, periods, threeWay, ages };
    return page(titled(given)('reconciliation'), ReconciliationPage, model);
  },
});

const totalsRoute = route({
  method: 'get',
  path: paths.totals,
  guard: requires('reconciliation.see'),
  query: { period: optional(text(7)), by: optional(oneOf(TOTALS_BY)) },
  async handle(given, { query }) {
    const { periods, period } = await monthAsked(given, query.period);
    if (period === null) throw new Refusal('page-unknown');
    const by = query.by ?? 'batch';
    // Behind the wall: totals are added up from the lines of the units of whoever looks, and no others.
    const totals = await given.look((picture) => threeWayTotals(picture, { period, by }));
    const t = titled(given);
    const title = t('totals-title', { by: t(`by.${by}`) });
    return page(title, TotalsPage, { period, periods, by, totals });
  },
});

const linesRoute = route({
  method: 'get',
  path: paths.totalLines,
  guard: requires('reconciliation.see'),
  query: {
    period: optional(text(7)),
    by: optional(oneOf(TOTALS_BY)),
    key: optional(text(60)),
    fate: optional(oneOf(LINE_FATES)),
    after: optional(formed(/^AS[0-9A-Z]{6,60}$/)),
  },
  async handle(given, { query }) {
    const { period } = await monthAsked(given, query.period);
    const { key, fate, after } = query;
    if (period === null || key === null) throw new Refusal('page-unknown');
    const by = query.by ?? 'batch';
    const place = after === null ? null : readPaymentReference(after);
    const from = { recipientId: place?.recipientId ?? 0n, reference: after ?? '' };
    const of = { period, by, key, fate, after: from, limit: ON_A_PAGE + 1 };
    const found = await given.look((picture) => threeWayLines(picture, of));
    const { rows: lines, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: { period, by, key, fate: fate ?? '' },
      isFirst: after === null,
      key: ({ reference }) => reference,
    });
    const called = totalName({ by, key })[given.language];
    const title = titled(given)('lines-title', { key: called });
    return page(title, TotalLinesPage, { period, by, key_: key, fate, lines, paging });
  },
});

const daysRoute = route({
  method: 'get',
  path: paths.days,
  guard: requires('reconciliation.see'),
  query: { period: optional(text(7)) },
  async handle(given, { query }) {
    const { db } = given.context;
    const { periods, period } = await monthAsked(given, query.period);
    return page(titled(given)('tab.days'), DaysPage, {
      period,
      periods,
      days: period === null ? [] : await tiedDays(db, { period }),
      signed: period === null ? [] : await signedDays(db, { period }),
      maySign: given.mayInProvince('reconciliation.confirm'),
    });
  },
});

/** A day with the figures that stood beside it when it was chosen. */
const DAY_SEEN =
  /^([0-9A-Za-z-]{1,40})\|(\d{4}-\d{2}-\d{2})\|(-?\d{1,18})\|(-?\d{1,18})\|(-?\d{1,18})$/;

const signRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.daySign,
    guard: requires('reconciliation.confirm'),
    stepUp: true,
    form: { which: formed(DAY_SEEN) },
    async handle(given, { form }) {
      expectProvince(given, web, 'reconciliation.confirm');
      const [, account = '', on = '', bank = '0', book = '0', open = '0'] =
        DAY_SEEN.exec(form.which) ?? [];
      const day = plainDate(on);
      const seen = { bankVnd: BigInt(bank), bookVnd: BigInt(book), openVnd: BigInt(open) };
      await signOffDay(given.context, { account, day, seen });
      return { kind: 'redirect', to: href(paths.days, {}, { period: on.slice(0, 7) }) };
    },
  });

const closingRoute = route({
  method: 'get',
  path: paths.closing,
  guard: requires('reconciliation.see'),
  query: { period: optional(text(7)) },
  async handle(given, { query }) {
    const { db } = given.context;
    const { periods, period } = await monthAsked(given, query.period);
    const title = titled(given)('tab.closing');
    return page(title, ClosingPage, {
      period,
      periods,
      state: period === null ? null : await closingState(db, { period }),
      stands: period === null ? null : await monthStands(db, { period }),
      proposal: period === null ? null : ((await waitingClosing(db, { period })) ?? null),
      personId: given.person.personId,
      mayPropose: given.mayInProvince('reconciliation.resolve'),
      mayConfirm: given.mayInProvince('period.close'),
    });
  },
});

const proposeRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.closingPropose,
    guard: requires('reconciliation.resolve'),
    form: { period: month(), note: text(500) },
    async handle(given, { form }) {
      expectProvince(given, web, 'reconciliation.resolve');
      await proposeClosing(given.context, form);
      return { kind: 'redirect', to: href(paths.closing, {}, { period: form.period }) };
    },
  });

const confirmRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.closingConfirm,
    guard: requires('period.close'),
    stepUp: true,
    form: { period: month(), proposalNo: wholeNumber() },
    async handle(given, { form }) {
      expectProvince(given, web, 'period.close');
      const { period, proposalNo } = form;
      await confirmClosing(given.context, { period, proposalNo: Number(proposalNo) });
      return { kind: 'redirect', to: href(paths.closing, {}, { period }) };
    },
  });
