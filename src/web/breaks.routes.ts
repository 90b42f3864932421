import { Refusal } from '../kernel/refusal.ts';
import { calendarOf } from '../kernel/working-days.ts';
import { businessDate } from '../platform/clock.ts';
import {
  BREAK_KINDS,
  deadlineOf,
  possibleEnds,
  readPlace,
  writtenPlace,
  type BreakKind,
} from '../reconciliation/break.ts';
import {
  breakHistory,
  breakPage,
  outcomeMoves,
  possibleOwners,
  specialDays,
  waitingProposal,
} from '../reconciliation/break.sql.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
  seeBreak,
  type SeenBreak,
} from '../reconciliation/decide-break.flow.ts';
import { decideDispatchAction } from '../reconciliation/act-on-dispatch.flow.ts';
import { dispatchActionOf, unknownFile } from '../reconciliation/dispatch-action.sql.ts';
import { openedPeriods } from '../report/desk.sql.ts';
import { BreakPage, BreaksPage, endName } from './breaks.page.tsx';
import { formed, oneOf, optional, period, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import { RECONCILIATION_TEXTS } from './reconciliation.text.ts';
import { route, type RequestContext, type Route } from './route.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;
const PERSON = formed(/^[A-Za-z0-9._-]{1,60}$/);

/** What a person must explain, and what two persons make of it. */
export function breakRoutes(): Route[] {
  return [listRoute, findRoute, breakRoute, assignRoute, proposeRoute, decideRoute];
}

const listRoute = route({
  method: 'get',
  path: paths.breaks,
  guard: requires('reconciliation.see'),
  query: {
    period: optional(period()),
    kind: optional(oneOf(Object.keys(BREAK_KINDS) as BreakKind[])),
    owner: optional(PERSON),
    state: optional(oneOf(['resolved'])),
    after: optional(formed(/^[123]~(\d{4}-\d{2}-\d{2})?~\d{1,15}$/)),
  },
  async handle(given, { query }) {
    const { context, scope: units, person, language } = given;
    const { after, state, ...filters } = query;
    const place = after === null ? null : (readPlace(after) ?? null);
    const now = context.clock();
    const of = { ...filters, resolved: state === 'resolved', now };
    const found = await given.look((picture) =>
      breakPage(picture, { ...of, after: place, limit: ON_A_PAGE + 1 }),
    );
    const asked = {
      period: filters.period ?? '',
      kind: filters.kind ?? '',
      owner: filters.owner ?? '',
      state: state ?? '',
    };
    const { rows, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: asked,
      isFirst: place === null,
      key: writtenPlace,
    });
    const calendar = calendarOf(await specialDays(context.db));
    return page(saying(RECONCILIATION_TEXTS, language)('breaks'), BreaksPage, {
      asked,
      periods: await openedPeriods(context.db),
      owners: await possibleOwners(context.db, { units }),
      personId: person.personId,
      breaks: rows.map((one) => ({ ...one, deadline: deadlineOf(calendar, one) })),
      paging,
      today: businessDate(now),
      mayFind: given.may('reconciliation.resolve'),
    });
  },
});

const findRoute = route({
  method: 'post',
  path: paths.breaksFind,
  guard: requires('reconciliation.resolve'),
  async handle(given) {
    await findBreaks(given.context);
    return { kind: 'redirect', to: paths.breaks };
  },
});

/** A break that lies in the units of whoever looks. Throws Refusal break-not-open. */
export async function breakIn(given: RequestContext, id: string): Promise<SeenBreak> {
  if (!/^\d{1,15}$/.test(id)) throw new Refusal('break-not-open');
  const of = { breakId: BigInt(id), now: given.context.clock() };
  return given.look((picture) => seeBreak(picture, of));
}

const breakRoute = route({
  method: 'get',
  path: paths.break,
  guard: requires('reconciliation.see'),
  async handle(given, { params }) {
    const { context, scope: units, person, language } = given;
    const { db, clock } = context;
    const { found, sides } = await breakIn(given, params.breakId);
    const { breakId } = found;
    const moves = new Map((await outcomeMoves(db)).map((one) => [one.outcome, one.moves]));
    const calendar = calendarOf(await specialDays(db));
    const title = saying(RECONCILIATION_TEXTS, language)('break-title', { no: breakId });
    const waiting = (await waitingProposal(db, { breakId })) ?? null;
    const stuck = await unknownFile(db, { messageId: found.reference, at: clock() });
    return page(title, BreakPage, {
      found: { ...found, deadline: deadlineOf(calendar, found) },
      sides,
      history: await breakHistory(db, { breakId }),
      ends: possibleEnds({ ...found, ...sides }, moves),
      waiting,
      action: waiting === null ? null : ((await dispatchActionOf(db, waiting))?.action ?? null),
      stuckFile: stuck?.breakId === breakId ? stuck.fileId : null,
      owners: await possibleOwners(db, { units }),
      personId: person.personId,
      today: businessDate(clock()),
      mayAssign: given.may('reconciliation.assign'),
      mayPropose: given.may('reconciliation.resolve'),
      mayDecide: given.may('reconciliation.confirm'),
    });
  },
});

const assignRoute = route({
  method: 'post',
  path: paths.breakAssign,
  guard: requires('reconciliation.assign'),
  form: { owner: PERSON, note: optional(text(200)) },
  async handle(given, { params, form }) {
    const { found } = await breakIn(given, params.breakId);
    const { breakId } = found;
    const owners = await possibleOwners(given.context.db, { units: given.scope });
    if (!owners.some(({ personId }) => personId === form.owner)) {
      throw new Refusal('form-malformed', { field: 'owner' });
    }
    await assign(given.context, { breakId, owner: form.owner, note: form.note ?? '' });
    return { kind: 'redirect', to: href(paths.break, { breakId }) };
  },
});

const proposeRoute = route({
  method: 'post',
  path: paths.breakPropose,
  guard: requires('reconciliation.resolve'),
  form: {
    end: formed(/^[a-z-]*\+[a-z-]*$/),
    reason: text(1000),
    document: text(200),
    settles: optional(wholeNumber()),
  },
  async handle(given, { params, form }) {
    const { found, sides } = await breakIn(given, params.breakId);
    const { breakId } = found;
    const moves = new Map(
      (await outcomeMoves(given.context.db)).map((one) => [one.outcome, one.moves]),
    );
    const end = possibleEnds({ ...found, ...sides }, moves).find(
      (one) => endName(one) === form.end,
    );
    if (end === undefined) throw new Refusal('break-outcome-not-possible', { break: breakId });
    const { fate, outcome } = end;
    const { reason, document, settles } = form;
    await proposeResolution(given.context, { breakId, fate, outcome, reason, document, settles });
    return { kind: 'redirect', to: href(paths.break, { breakId }) };
  },
});

const decideRoute = route({
  method: 'post',
  path: paths.breakDecide,
  guard: requires('reconciliation.confirm'),
  stepUp: true,
  form: {
    proposalNo: wholeNumber(),
    decision: oneOf(['confirmed', 'declined']),
    reason: optional(text(500)),
  },
  async handle(given, { params, form }) {
    const { found } = await breakIn(given, params.breakId);
    const { breakId } = found;
    const proposalNo = Number(form.proposalNo);
    const { decision, reason } = form;
    const decided = { breakId, proposalNo, decision, reason: reason ?? '' };
    // What was proposed about a file moves the file too.
    const action = await dispatchActionOf(given.context.db, decided);
    await (action === undefined ? decideBreak : decideDispatchAction)(given.context, decided);
    return { kind: 'redirect', to: href(paths.break, { breakId }) };
  },
});
