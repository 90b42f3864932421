import { Readable } from 'node:stream';
import { scopeOf as unitsOf, type Permission } from '../access/permission.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isPeriod, type Period } from '../kernel/period.ts';
import { fileWithBytes } from '../audit/file.sql.ts';
import { profilesInUse } from '../batch/bank-profile.sql.ts';
import { lookAtMonth } from '../report/draw-report.flow.ts';
import { revealFile } from '../report/reveal-file.flow.ts';
import { receiveFiles } from '../settlement/receive-files.flow.ts';
import {
  answersTo,
  filesOnDesk,
  openedPeriods,
  sendingOf,
  threeWayOf,
  type FileOnDesk,
} from '../report/desk.sql.ts';
import { cancellingOf } from './cancellation.routes.ts';
import { actionsOf } from './file-actions.routes.ts';
import { drawingRoutes, scopeOf } from './drawing.routes.ts';
import { fileOf } from './file-of.ts';
import { formed, oneOf, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { MonthReportPage } from './report.page.tsx';
import { FilePage, FilesPage, ReportsPage, type FileModel } from './office.page.tsx';
import { OFFICE_TEXTS } from './office.text.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import { expectProvince } from './province.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;
const FIRST_BYTES = 4096;
const KINDS = ['recipient-list', 'payment', 'cancellation', 'settlement', 'report'] as const;

/** Files and reports. */
export function officeRoutes(web: Web): Route[] {
  return [
    receiveRoute(web),
    revealRoute(web),
    monthReportRoute(web),
    ...drawingRoutes(web),
    filesRoute,
    fileRoute,
    contentRoute(web),
    reportsRoute,
    reportRoute(web),
  ];
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
  async handle({ context: { db }, language, may }, { query }) {
    const { direction, kind, after } = query;
    const of = { fileId: null, direction, kind, after, atMost: ON_A_PAGE + 1 };
    const asked = { direction: direction ?? '', kind: kind ?? '' };
    const { rows, paging } = byNewest(await filesOnDesk(db, of), asked, after === null);
    return page(saying(OFFICE_TEXTS, language)('files'), FilesPage, {
      asked,
      files: rows,
      paging,
      mayRehearse: may('file.rehearse'),
      channels: may('file.operate') ? [...(await profilesInUse(db, null)).keys()] : [],
    });
  },
});

const CAME = ['accepted', 'repeated', 'refused'] as const;
const ASKED = ['waiting', 'taken', 'absent', 'silent'] as const;

const fileRoute = route({
  method: 'get',
  path: paths.file,
  guard: requires('file.see'),
  query: { came: optional(oneOf(CAME)), asked: optional(oneOf(ASKED)) },
  async handle(given, { params, query }) {
    const file = await fileOf(given, params.fileId);
    return fileAnswer(given, file, { content: null, ...query });
  },
});

type Shown = Pick<FileModel, 'content' | 'came'> & { asked?: (typeof ASKED)[number] | null };

async function fileAnswer(
  given: RequestContext,
  file: FileOnDesk,
  { asked = null, ...shown }: Shown,
): Promise<Answer> {
  const { db } = given.context;
  const { fileId } = file;
  const sending = (await sendingOf(db, { fileId })) ?? null;
  const messageId = sending?.answeredFileId === null ? sending.messageId : null;
  return page(file.name, FilePage, {
    file,
    sending,
    actions: await actionsOf(given, file, { messageId, asked }),
    cancelling: await cancellingOf(given, file),
    answers: await answersTo(db, { fileId }),
    mayReveal: given.mayInProvince('batch.export'),
    ...shown,
  });
}

const revealRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.fileReveal,
    guard: requires('batch.export'),
    async handle(given, { params }) {
      const file = await fileOf(given, params.fileId);
      expectContent(given, web, { file, permission: 'batch.export' });
      await revealFile(given.context, file);
      return fileAnswer(given, file, { content: await firstBytes(given, file), came: null });
    },
  });

const receiveRoute = ({ readers }: Web): Route =>
  route({
    method: 'post',
    path: paths.fileReceive,
    guard: requires('file.operate'),
    stepUp: true,
    uploads: true,
    form: { channel: formed(/^[A-Z0-9_-]{1,30}$/) },
    async handle({ context }, { form, upload }) {
      const { channel } = form;
      const [period] = await openedPeriods(context.db);
      const known = await profilesInUse(context.db, null);
      if (upload === null) throw new Refusal('form-malformed', { field: 'file' });
      if (period === undefined || !known.has(channel)) {
        throw new Refusal('form-malformed', { field: 'channel' });
      }
      const { sha256 } = await context.archive.put(upload.content);
      // One file lies in the inbox: the one that somebody holds in their hands.
      const inbox = {
        list: () => Promise.resolve([upload.name]),
        open: () => context.archive.open(sha256),
        putAway: () => Promise.resolve(),
      };
      const came = await receiveFiles(
        context,
        { inboxes: () => inbox, readers },
        { period, channel },
      );
      const kept = await fileWithBytes(context.db, {
        direction: 'in',
        counterpart: channel,
        sha256,
      });
      if (kept === undefined) throw new Error('a file that was taken in is not there');
      const verdict = came.accepted > 0 ? 'accepted' : came.repeated > 0 ? 'repeated' : 'refused';
      return { kind: 'redirect', to: href(paths.file, kept, { came: verdict }) };
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

/**
 * A file holds people of the whole province; a report of one commune is for who has that commune too. Throws Refusal
 * permission-missing.
 */
function expectContent(
  given: RequestContext,
  web: Web,
  { file, permission }: { file: FileOnDesk; permission: Permission },
): void {
  if (isOfUnits(given.scope, file)) return;
  expectProvince(given, web, permission);
}

/** Our own names say of which unit a report is. */
function isOfUnits(units: readonly string[], { kind, name }: FileOnDesk): boolean {
  const [, unit = ''] = /^an-sinh-(\d{5})-/.exec(name) ?? [];
  return kind === 'report' && units.includes(unit);
}

async function contentOf(given: RequestContext, file: FileOnDesk): Promise<Answer> {
  await revealFile(given.context, file);
  return {
    kind: 'file',
    name: file.name,
    type: 'application/octet-stream',
    content: Readable.from(given.context.archive.open(file.sha256)),
  };
}

const contentRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.fileContent,
    guard: requires('batch.export'),
    async handle(given, { params }) {
      const file = await fileOf(given, params.fileId);
      expectContent(given, web, { file, permission: 'batch.export' });
      return contentOf(given, file);
    },
  });

const reportRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.reportContent,
    guard: requires('report.export'),
    async handle(given, { params }) {
      const file = await fileOf(given, params.fileId);
      if (file.kind !== 'report') throw new Refusal('page-unknown');
      expectContent(given, web, { file, permission: 'report.export' });
      return contentOf(given, file);
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
  query: {
    period: optional(text(7)),
    after: optional(wholeNumber()),
    ties: optional(oneOf(['no'])),
  },
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
      mayExport: (file) =>
        given.mayInProvince('report.export') ||
        isOfUnits(unitsOf(given.person.grants, 'report.export'), file),
      mayDraw: given.may('report.draw'),
      mayDrawProvince: given.mayInProvince('report.draw'),
      doesNotTie: query.ties === 'no',
      now: context.clock(),
    });
  },
});

/** The report of a month of the province of this installation. */
const monthReportRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.reportMonth,
    guard: requires('report.see'),
    query: { period: optional(text(7)) },
    async handle(given, { query }) {
      const { period } = await monthAsked(given, query.period);
      if (period === null) throw new Refusal('page-unknown');
      expectProvince(given, web, 'report.see');
      const report = await lookAtMonth(given.context, scopeOf(web, period));
      return page(saying(OFFICE_TEXTS, given.language)('month-report'), MonthReportPage, {
        report,
      });
    },
  });
