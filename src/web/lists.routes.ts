import { checkList, type CheckSummary } from '../intake/check-list.flow.ts';
import type { CheckedRow } from '../intake/checked-row.ts';
import { compareList, explainMovements } from '../intake/compare-list.flow.ts';
import { comparisonOf, movementsOf, openAlarms } from '../intake/comparison.sql.ts';
import { importList } from '../intake/import-list.flow.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { listsOnDesk } from '../report/desk.sql.ts';
import { box, formed, optional, period, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { CheckedPage, ListPage, ListsPage } from './lists.page.tsx';
import { OFFICE_TEXTS } from './office.text.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import { route, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;
/** So many faulty rows stand on the page; the workbook has all. */
const SHOWN_FAULTS = 50;
const SHOWN_MOVEMENTS = 100;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HASH = formed(/^[0-9a-f]{64}$/);

/** The form, sending and judging a list, taking it in, and what it changed. */
export function listRoutes(web: Web): Route[] {
  return [
    listsRoute,
    templateRoute(web),
    checkRoute(web),
    faultsRoute(web),
    applyRoute(web),
    listRoute,
    explainRoute,
  ];
}

const listsRoute = route({
  method: 'get',
  path: paths.lists,
  guard: requires('list.see'),
  query: { period: optional(text(7)), after: optional(wholeNumber()) },
  async handle({ context: { db }, scope: units, language, may }, { query }) {
    const found = await listsOnDesk(db, { ...query, units, listId: null, atMost: ON_A_PAGE + 1 });
    const { rows, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: { period: query.period ?? '' },
      isFirst: query.after === null,
      key: ({ listId }) => String(listId),
    });
    const title = saying(OFFICE_TEXTS, language)('lists');
    return page(title, ListsPage, { lists: rows, paging, mayUpload: may('list.upload') });
  },
});

const templateRoute = ({ lists }: Web): Route =>
  route({
    method: 'get',
    path: paths.listTemplate,
    guard: requires('list.see'),
    handle: async () => ({
      kind: 'file',
      name: 'an-sinh-mau-danh-sach.xlsx',
      type: XLSX,
      content: Buffer.from(await lists.template()),
    }),
  });

interface Judged {
  readonly summary: CheckSummary;
  /** The first rows that are not simply good, at most as many as asked for. */
  readonly faulty: readonly CheckedRow[];
  readonly faultyCount: number;
}

/** Judges a list that lies in the archive, and changes nothing. */
async function judged(
  { lists, provinceCode }: Web,
  of: { path: string; period: Period; atMost: number },
): Promise<Judged> {
  const { path, period: asked, atMost } = of;
  const desk = await lists.judge();
  const rows = checkList(desk, { path, period: asked, provinceCode, mapped: new Map() });
  const faulty: CheckedRow[] = [];
  let faultyCount = 0;
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return { summary: next.value, faulty, faultyCount };
    if (next.value.verdict === 'accept' || next.value.findings.length === 0) continue;
    faultyCount += 1;
    if (faulty.length < atMost) faulty.push(next.value);
  }
}

const checkRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.listCheck,
    guard: requires('list.upload'),
    uploads: true,
    form: { period: period() },
    async handle({ context, language, may }, { form, upload }) {
      if (upload === null) throw new Refusal('form-malformed', { field: 'file' });
      const { sha256, path } = await context.archive.put(upload.content);
      const found = await judged(web, { path, period: form.period, atMost: SHOWN_FAULTS });
      const compared = await compareList(context, web.lists.reader, {
        content: context.archive.open(sha256),
        period: form.period,
        provinceCode: web.provinceCode,
        atMost: 0,
      });
      const { name } = upload;
      const title = saying(OFFICE_TEXTS, language)('checked', { name });
      const mayApply = may('list.apply');
      return page(title, CheckedPage, { ...found, name, sha256, compared, mayApply });
    },
  });

/** A million faults are not a workbook that anybody mends: the first hundred thousand are. */
const MOST_FAULTS = 100_000;

const faultsRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.listFaults,
    guard: requires('list.upload'),
    form: { sha256: HASH, period: period() },
    async handle({ context }, { form }) {
      const path = context.archive.path(form.sha256);
      const { faulty } = await judged(web, { path, period: form.period, atMost: MOST_FAULTS });
      const content = Buffer.from(await web.lists.withFaults({ path, rows: faulty }));
      return { kind: 'file', name: 'danh-sach-loi.xlsx', type: XLSX, content };
    },
  });

const applyRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.listApply,
    guard: requires('list.apply'),
    form: {
      sha256: HASH,
      period: period(),
      name: text(200),
      strict: box(),
      sameAsLastMonth: box(),
    },
    async handle({ context }, { form }) {
      const { sha256, ...list } = form;
      const { listId } = await importList(context, web.lists.reader, {
        ...list,
        content: context.archive.open(sha256),
        provinceCode: web.provinceCode,
      });
      return { kind: 'redirect', to: href(paths.list, { listId }) };
    },
  });

const listRoute = route({
  method: 'get',
  path: paths.list,
  guard: requires('list.see'),
  async handle(given, { params }) {
    const { context, may } = given;
    const list = await listOf(given, params.listId);
    const { listId } = list;
    return page(list.name, ListPage, {
      list,
      counts: await comparisonOf(context.db, listId),
      alarms: await openAlarms(context.db, listId),
      movements: await movementsOf(context.db, { listId, kind: null, atMost: SHOWN_MOVEMENTS }),
      mayExplain: may('list.explain'),
    });
  },
});

async function listOf({ context, scope: units }: RequestContext, id: string) {
  const listId = /^\d{1,15}$/.test(id) ? BigInt(id) : -1n;
  const of = { units, listId, period: null, after: null, atMost: 1 };
  const [list] = await listsOnDesk(context.db, of);
  if (list === undefined) throw new Refusal('page-unknown');
  return list;
}

const explainRoute = route({
  method: 'post',
  path: paths.listExplain,
  guard: requires('list.explain'),
  stepUp: true,
  form: { reason: text(1000) },
  async handle(given, { params, form }) {
    const { listId } = await listOf(given, params.listId);
    await explainMovements(given.context, { listId, communeCode: null, reason: form.reason });
    return { kind: 'redirect', to: href(paths.list, { listId }) };
  },
});
