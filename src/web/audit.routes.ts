import { auditHead } from '../audit/audit.sql.ts';
import { isPlainDate } from '../kernel/period.ts';
import { eventsFound } from '../report/desk.sql.ts';
import { tracePayments } from '../report/trace-payment.flow.ts';
import { AuditPage, TracePage } from './audit.page.tsx';
import { AUDIT_TEXTS } from './audit.text.ts';
import { formed, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { paths } from './paths.ts';
import { route, type Route } from './route.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;

/** The log and the way of one payment: for auditors, who see all and change nothing. */
export function auditRoutes(): Route[] {
  return [logRoute, traceRoute];
}

const logRoute = route({
  method: 'get',
  path: paths.audit,
  guard: requires('audit.see'),
  query: {
    actor: optional(text(60)),
    action: optional(text(60)),
    subject: optional(text(60)),
    until: optional(text(10)),
    after: optional(wholeNumber()),
  },
  async handle({ context: { db }, language }, { query }) {
    const { actor, action, subject, until, after } = query;
    const from = until !== null && isPlainDate(until) ? until : null;
    const found = await eventsFound(db, {
      actor,
      action,
      subject,
      from,
      after,
      atMost: ON_A_PAGE + 1,
    });
    const asked = {
      actor: actor ?? '',
      action: action ?? '',
      subject: subject ?? '',
      until: from ?? '',
    };
    const { rows, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: asked,
      isFirst: after === null,
      key: ({ eventNo }) => String(eventNo),
    });
    const head = await auditHead(db);
    const title = saying(AUDIT_TEXTS, language)('audit');
    return page(title, AuditPage, { head, asked, events: rows, paging });
  },
});

const REFERENCE = formed(/^[A-Za-z0-9._/-]{3,60}$/);

const traceRoute = route({
  method: 'get',
  path: paths.trace,
  guard: requires('audit.see'),
  query: { reference: optional(REFERENCE), entry: optional(REFERENCE) },
  async handle({ context, language }, { query }) {
    const { reference, entry } = query;
    const question =
      reference !== null ? { reference } : entry !== null ? { entryReference: entry } : null;
    const traces = question === null ? [] : await tracePayments(context, question);
    const title = saying(AUDIT_TEXTS, language)('trace');
    return page(title, TracePage, { reference: reference ?? '', entry: entry ?? '', traces });
  },
});
