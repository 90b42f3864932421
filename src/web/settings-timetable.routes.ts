import { periodOf, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import {
  cancelUnitBy,
  orderUnit,
  pauseJobBy,
  resumeJobBy,
  retryUnitBy,
} from '../operations/sweep-timetable.flow.ts';
import { jobStandings, openUnits, recentUnits } from '../operations/timetable.sql.ts';
import { businessDate } from '../platform/clock.ts';
import { period, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { href, paths } from './paths.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import { JobPage, TimetablePage, type JobLine } from './settings-timetable.page.tsx';
import { JOBS, TIMETABLE_TEXTS } from './settings-timetable.text.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const MOST_OPEN = 100;
const MOST_RUNS = 30;

/** What is done by itself, and what a person may do about it. */
export function timetableRoutes(web: Web): Route[] {
  return [listRoute(web), jobRoute(web), ...actingRoutes(web)];
}

const listRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.timetable,
    guard: requires('timetable.see'),
    async handle({ context, language }) {
      const at = context.clock();
      return page(saying(TIMETABLE_TEXTS, language)('timetable'), TimetablePage, {
        lines: await linesOf(web, context),
        open: await openUnits(context.db, { at, atMost: MOST_OPEN }),
      });
    },
  });

const jobRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.job,
    guard: requires('timetable.see'),
    async handle({ context, language, may }, { params: { job } }) {
      const line = (await linesOf(web, context)).find((one) => one.job === job);
      if (line === undefined) throw new Refusal('job-unknown');
      return page(JOBS[job]?.[language] ?? job, JobPage, {
        ...line,
        units: await recentUnits(context.db, { job, atMost: MOST_RUNS }),
        mayAct: may('timetable.run'),
        period: periodOf(businessDate(context.clock())),
      });
    },
  });

/** Each job of the timetable, and jobs that somebody ran beside it. */
async function linesOf(
  { timetable }: Web,
  { db, clock }: RequestContext['context'],
): Promise<JobLine[]> {
  const at = clock();
  const standings = new Map((await jobStandings(db, { at })).map((one) => [one.job, one]));
  const next = new Map((await timetable.next(db, at)).map((one) => [one.job, one.next]));
  return [...new Set([...next.keys(), ...standings.keys()])].map((job) => ({
    job,
    next: next.get(job) ?? null,
    standing: standings.get(job) ?? null,
  }));
}

function actingRoutes(web: Web): Route[] {
  const acting = { method: 'post', guard: requires('timetable.run'), stepUp: true } as const;
  return [
    route({
      ...acting,
      path: paths.jobRun,
      form: { period: period() },
      async handle(given, { params: { job }, form }) {
        const context = ofOffice(web, given);
        const of = { period: form.period, at: context.clock() };
        const unit = web.timetable.unitByHand(job, of);
        if (unit === undefined) throw new Refusal('job-unknown');
        await orderUnit(context, unit);
        return backTo(job);
      },
    }),
    route({
      ...acting,
      path: paths.jobPause,
      form: { reason: text(200) },
      async handle(given, { params: { job }, form }) {
        const context = ofOffice(web, given);
        const today = periodOf(businessDate(context.clock()));
        // Only what the timetable has can be stopped: a name that is wrong would stop nothing.
        if (!isKnown(web, job, today)) throw new Refusal('job-unknown');
        return done(await pauseJobBy(context, { job, reason: form.reason }), job);
      },
    }),
    route({
      ...acting,
      path: paths.jobResume,
      handle: async (given, { params: { job } }) =>
        done(await resumeJobBy(ofOffice(web, given), job), job),
    }),
    route({
      ...acting,
      path: paths.unitRetry,
      form: { unit: wholeNumber() },
      handle: async (given, { params: { job }, form }) =>
        done(await retryUnitBy(ofOffice(web, given), form.unit, job), job),
    }),
    route({
      ...acting,
      path: paths.unitCancel,
      form: { unit: wholeNumber() },
      handle: async (given, { params: { job }, form }) =>
        done(await cancelUnitBy(ofOffice(web, given), form.unit, job), job),
    }),
  ];
}

function isKnown({ timetable }: Web, job: string, of: Period): boolean {
  return timetable.unitByHand(job, { period: of, at: new Date(0) }) !== undefined;
}

/** The timetable is that of the whole office: who works for a commune of it may look. */
function ofOffice({ provinceCode }: Web, { context, scope }: RequestContext): Context {
  if (!scope.includes(provinceCode) && !scope.includes('VN')) {
    throw new Refusal('permission-missing', { permission: 'timetable.run' });
  }
  return context;
}

type Context = RequestContext['context'];

function done(wasPossible: boolean, job: string): Answer {
  if (!wasPossible) throw new Refusal('job-unknown');
  return backTo(job);
}

function backTo(job: string): Answer {
  return { kind: 'redirect', to: href(paths.job, { job }) };
}
