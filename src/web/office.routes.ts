import { Readable } from 'node:stream';
import { Refusal } from '../kernel/refusal.ts';
import { isPeriod, type Period } from '../kernel/period.ts';
import { businessDate } from '../platform/clock.ts';
import { filesOnDesk, openedPeriods, threeWayOf, type FileOnDesk } from '../report/desk.sql.ts';
import { oneOf, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { FilePage, FilesPage, ReportsPage } from './office.page.tsx';
import { OFFICE_TEXTS } from './office.text.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { paths } from './paths.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;
const FIRST_BYTES = 4096;
const KINDS = ['recipient-list', 'payment', 'settlement', 'report'] as const;

/** Files and reports. */
export function officeRoutes(): Route[] {
  return [filesRoute, fileRoute, contentRoute, reportsRoute, reportRoute];
}

const byNewest = (found: readonly FileOnDesk[], query: Record<string, string>, isFirst: boolean) =>
  pageOf(found, { atMost: ON_A_PAGE, query, isFirst, key: ({ fileId }) => String(fileId) });

const filesRoute = route({
  method: 'get',
  path: paths.files,
  guard: requires('file.see'),
  query: {
    direction: optional(oneOf(['in', 'out'])),
    kind: optional(oneOf(KINDS)),
    after: optional(wholeNumber()),
  },
  async handle({ context: { db }, language }, { query }) {
    const { direction, kind, after } = query;
    const of = { fileId: null, direction, kind, after, atMost: ON_A_PAGE + 1 };
    const asked = { direction: direction ?? '', kind: kind ?? '' };
    const { rows, paging } = byNewest(await filesOnDesk(db, of), asked, after === null);
    return page(saying(OFFICE_TEXTS, language)('files'), FilesPage, { asked, files: rows, paging });
  },
});

async function fileOf({ context: { db } }: RequestContext, id: string): Promise<FileOnDesk> {
  const fileId = /^\d{1,15}$/.test(id) ? BigInt(id) : -1n;
  const of = { direction: null, kind: null, after: null, atMost: 1 };
  const [file] = await filesOnDesk(db, { ...of, fileId });
  if (file === undefined) throw new Refusal('page-unknown');
  return file;
}

const fileRoute = route({
  method: 'get',
  path: paths.file,
  guard: requires('file.see'),
  async handle(given, { params }) {
    const file = await fileOf(given, params.fileId);
    const content = given.may('batch.export') ? await firstBytes(given, file) : null;
    return page(file.name, FilePage, { file, content });
  },
});

async function firstBytes({ context }: RequestContext, { sha256 }: FileOnDesk): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of context.archive.open(sha256)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= FIRST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, FIRST_BYTES).toString('utf8');
}

async function contentOf(given: RequestContext, id: string): Promise<Answer> {
  const file = await fileOf(given, id);
  return {
    kind: 'file',
    name: file.name,
    type: 'application/octet-stream',
    content: Readable.from(given.context.archive.open(file.sha256)),
  };
}

const contentRoute = route({
  method: 'get',
  path: paths.fileContent,
  guard: requires('batch.export'),
  handle: (given, { params }) => contentOf(given, params.fileId),
});

const reportRoute = route({
  method: 'get',
  path: paths.reportContent,
  guard: requires('report.export'),
  async handle(given, { params }) {
    const { kind } = await fileOf(given, params.fileId);
    if (kind !== 'report') throw new Refusal('page-unknown');
    return contentOf(given, params.fileId);
  },
});

async function monthAsked(
  { context }: RequestContext,
  asked: string | null,
): Promise<{ periods: Period[]; period: Period | null }> {
  const periods = await openedPeriods(context.db);
  const period = asked !== null && isPeriod(asked) ? asked : (periods[0] ?? null);
  return { periods, period };
}

const reportsRoute = route({
  method: 'get',
  path: paths.reports,
  guard: requires('report.see'),
  query: { period: optional(text(7)), after: optional(wholeNumber()) },
  async handle(given, { query }) {
    const { context, scope: units, language } = given;
    const { periods, period } = await monthAsked(given, query.period);
    const { after } = query;
    const of = { fileId: null, direction: null, kind: 'report', after, atMost: ON_A_PAGE + 1 };
    const asked = { period: query.period ?? '' };
    const { rows, paging } = byNewest(await filesOnDesk(context.db, of), asked, after === null);
    const threeWay = period === null ? [] : await threeWayOf(context.db, { units, period });
    return page(saying(OFFICE_TEXTS, language)('reports'), ReportsPage, {
      period,
      periods,
      threeWay,
      files: rows,
      paging,
      mayExport: given.may('report.export'),
      today: businessDate(context.clock()),
    });
  },
});
