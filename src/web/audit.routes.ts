import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditHead } from '../audit/audit.sql.ts';
import { bundleBatch } from '../audit/bundle-batch.flow.ts';
import { verifyWithin } from '../audit/verify-audit.flow.ts';
import { listBatches } from '../batch/batch-desk.sql.ts';
import { isPlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { eventsFound } from '../report/desk.sql.ts';
import { tracePayments } from '../report/trace-payment.flow.ts';
import { AuditPage, TracePage, VerifiedPage } from './audit.page.tsx';
import { AUDIT_TEXTS } from './audit.text.ts';
import { formed, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { paths } from './paths.ts';
import { route, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;

/** The log and the way of one payment: for auditors, who see all and change nothing. */
export function auditRoutes(web: Web): Route[] {
  return [logRoute(web), traceRoute, verifyRoute(web), bundleRoute(web)];
}

/** How long somebody waits in front of a page for everything to be computed again. */
const VERIFY_SECONDS = 20;

const logRoute = (web: Web): Route =>
  route({
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
    async handle({ context: { db }, language, may }, { query }) {
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
      const none = { actor: null, subject: null, from: null, after: null };
      const [last = null] = await eventsFound(db, { ...none, action: 'audit-verified', atMost: 1 });
      const proving = {
        hasKey: web.proof !== null,
        seconds: VERIFY_SECONDS,
        last,
        mayExport: may('audit.export'),
      };
      return page(title, AuditPage, { head, asked, events: rows, paging, proving });
    },
  });

const REFERENCE = formed(/^[A-Za-z0-9._/-]{3,60}$/);

const traceRoute = route({
  method: 'get',
  path: paths.trace,
  guard: requires('audit.see'),
  query: {
    reference: optional(REFERENCE),
    entry: optional(REFERENCE),
    after: optional(REFERENCE),
  },
  async handle({ context, language }, { query }) {
    const { reference, entry, after } = query;
    const question =
      reference !== null ? { reference } : entry !== null ? { entryReference: entry, after } : null;
    const traced = question === null ? null : await tracePayments(context, question);
    const title = saying(AUDIT_TEXTS, language)('trace');
    return page(title, TracePage, {
      reference: reference ?? '',
      entry: entry ?? '',
      isFirst: after === null,
      traced,
    });
  },
});

const verifyRoute = ({ proof }: Web): Route =>
  route({
    method: 'post',
    path: paths.verify,
    guard: requires('audit.see'),
    async handle({ context, language }) {
      if (proof === null) throw new Refusal('configuration-wrong', { needed: 'AUDIT_KEY_FILE' });
      const limit = { limitMs: VERIFY_SECONDS * 1000 };
      const results = await verifyWithin(context, proof.options, limit);
      return page(saying(AUDIT_TEXTS, language)('verify'), VerifiedPage, { results });
    },
  });

const bundleRoute = ({ proof }: Web): Route =>
  route({
    method: 'get',
    path: paths.bundle,
    guard: requires('audit.export'),
    query: { batch: optional(formed(/^[A-Za-z0-9-]{3,60}$/)) },
    async handle({ context, scope: units }, { query }) {
      if (proof === null) throw new Refusal('configuration-wrong', { needed: 'AUDIT_KEY_FILE' });
      const any = { period: null, programme: null, state: null, kind: null, after: null };
      const code = query.batch ?? '-';
      const found = await listBatches(context.db, { ...any, code, units, atMost: 50 });
      const batch = found.find(({ batchCode }) => batchCode === code);
      if (batch === undefined) throw new Refusal('batch-unknown');
      const folder = await mkdtemp(join(tmpdir(), 'an-sinh-bundle-'));
      try {
        const path = join(folder, 'bundle.tar.gz');
        const to = await proof.bundleTo(path);
        await bundleBatch(context, { batchCode: batch.batchCode, to });
        const content = createReadStream(path);
        // An open file outlives its name, so nothing is left behind however the download ends.
        await new Promise((resolve, reject) => content.once('open', resolve).once('error', reject));
        return {
          kind: 'file',
          name: `${batch.batchCode}.tar.gz`,
          type: 'application/gzip',
          content,
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
