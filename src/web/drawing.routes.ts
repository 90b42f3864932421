import { isPlainDate, lastDay, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { instantOf, type TimeOfDay } from '../operations/schedule.ts';
import { drawAccounts } from '../report/draw-accounts.flow.ts';
import { drawLines } from '../report/draw-lines.flow.ts';
import { drawPaymentList } from '../report/draw-payment-list.flow.ts';
import { drawReport, type ReportScope } from '../report/draw-report.flow.ts';
import { drawTreasuryList } from '../report/draw-treasury-list.flow.ts';
import { communeNamesOn } from '../report/indicator.sql.ts';
import { formed, oneOf, optional, period as month, text } from './form.ts';
import { requires } from './guard.ts';
import { href, paths } from './paths.ts';
import { expectProvince } from './province.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';

/** What is drawn and filed from the page of reports. */
export function drawingRoutes(web: Web): Route[] {
  return [drawRoute(web), listRoute(web), linesRoute(web), accountsRoute(web)];
}

/** What a report is drawn of. */
export function scopeOf({ provinceCode, sandbox }: Web, period: Period): ReportScope {
  return { period, provinceCode, environment: sandbox ? 'sandbox' : 'production' };
}

function drawn(period: Period, more: Readonly<Record<string, string>> = {}): Answer {
  return { kind: 'redirect', to: href(paths.reports, {}, { period, ...more }) };
}

const drawRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.reportDraw,
    guard: requires('report.draw'),
    form: { period: month() },
    async handle(given, { form }) {
      expectProvince(given, web, 'report.draw');
      await drawReport(given.context, web.reports, scopeOf(web, form.period));
      return drawn(form.period);
    },
  });

/** Who has a commune alone draws that one alone. Throws Refusal permission-missing, and form-malformed for none. */
async function expectCommune(
  given: RequestContext,
  web: Web,
  { period, communeCode }: { period: Period; communeCode: string | null },
): Promise<void> {
  if (communeCode === null || !given.scope.includes(communeCode)) {
    expectProvince(given, web, 'report.draw');
  }
  if (communeCode === null) return;
  const known = await communeNamesOn(given.context.db, { day: lastDay(period) });
  if (!known.has(communeCode)) throw new Refusal('form-malformed', { field: 'commune' });
}

const LISTS = { paid: drawPaymentList, treasury: drawTreasuryList } as const;

/** Who was paid and who was not, and form 09 of the State Treasury: of the province or of a commune. */
const listRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.reportList,
    guard: requires('report.draw'),
    form: {
      period: month(),
      commune: optional(formed(/^[0-9]{5}$/)),
      list: oneOf(['paid', 'treasury']),
    },
    async handle(given, { form }) {
      const { period, commune: communeCode, list } = form;
      await expectCommune(given, web, { period, communeCode });
      const of = { ...scopeOf(web, period), communeCode };
      await LISTS[list](given.context, web.reports, of);
      return drawn(period);
    },
  });

/** Every payment of a month as one workbook. */
const linesRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.reportLines,
    guard: requires('report.draw'),
    form: { period: month() },
    async handle(given, { form: { period } }) {
      expectProvince(given, web, 'report.draw');
      const { ties } = await drawLines(given.context, web.paymentLines, scopeOf(web, period));
      return drawn(period, ties ? {} : { ties: 'no' });
    },
  });

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The accounts of some months as they were known at an instant. */
const accountsRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.reportAccounts,
    guard: requires('report.draw'),
    form: { first: month(), last: month(), day: text(10), time: formed(TIME) },
    async handle(given, { form }) {
      expectProvince(given, web, 'report.draw');
      const { first, last, day, time } = form;
      if (!isPlainDate(day)) throw new Refusal('form-malformed', { field: 'day' });
      if (last < first) throw new Refusal('form-malformed', { field: 'last' });
      const { signer: agency } = web;
      if (agency === null) throw new Refusal('configuration-wrong', { missing: 'AGENCY_NAME' });
      const asOf = instantOf(day, time as TimeOfDay);
      await drawAccounts(given.context, web.reports, {
        ...{ ...scopeOf(web, last), first, last, asOf, agency },
      });
      return drawn(last);
    },
  });
