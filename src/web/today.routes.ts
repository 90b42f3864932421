import { visitorOf } from '../access/session.sql.ts';
import { hashOfToken } from '../access/sign-in.flow.ts';
import { isPeriod } from '../kernel/period.ts';
import { openAlarms } from '../operations/alarm.sql.ts';
import { doneOf } from '../operations/progress.ts';
import { runningUnits } from '../operations/timetable.sql.ts';
import { businessDate } from '../platform/clock.ts';
import { openedPeriods, stagesOfMonth } from '../report/desk.sql.ts';
import { sessionToken } from './cookies.ts';
import { optional, text } from './form.ts';
import { requires } from './guard.ts';
import { waitingWork } from './inbox.ts';
import { sendNews } from './news.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { route, type Language, type Route } from './route.ts';
import { JOBS } from './settings-timetable.text.ts';
import { TodayPage } from './today.page.tsx';
import { TODAY_TEXTS } from './today.text.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const MOST_RUNNING = 20;

/** The first page, and what it is kept up to date by. */
export function todayRoutes(web: Web): Route[] {
  return [todayRoute, progressRoute(web)];
}

const todayRoute = route({
  method: 'get',
  path: paths.today,
  guard: requires('today.see'),
  query: { period: optional(text(7)) },
  async handle(given, { query }) {
    const { context, scope, language, may } = given;
    const periods = await openedPeriods(context.db);
    const asked = query.period !== null && isPeriod(query.period) ? query.period : null;
    const period = asked ?? periods[0] ?? null;
    const title = saying(TODAY_TEXTS, language)('title');
    const of = { period: period ?? '', units: scope };
    return page(title, TodayPage, {
      period,
      periods,
      today: businessDate(context.clock()),
      stages: period === null ? [] : await stagesOfMonth(context.db, of),
      waiting: await waitingWork(given, period),
      running: await runningUnits(context.db, { atMost: MOST_RUNNING }),
      alarms: may('timetable.see') ? await openAlarms(context.db) : [],
    });
  },
});

/** Running work as server-sent events: counts, and no name or number of a person. */
const progressRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.progress,
    guard: requires('today.see'),
    handle: ({ context, language }, { request }) => ({
      kind: 'stream',
      send: (response) =>
        sendNews(response, {
          onTold: web.onProgress,
          log: web.log,
          // A session that ended, was revoked or is idle hears nothing more. Listening is not being
          // there: the time of the session is not renewed by it.
          async tell() {
            const tokenHash = hashOfToken(sessionToken(request) ?? '');
            const visitor = await visitorOf(context.db, { tokenHash, at: context.clock() });
            return visitor === undefined ? null : runningNow(context.db, language);
          },
        }),
    }),
  });

async function runningNow(
  db: Parameters<typeof runningUnits>[0],
  language: Language,
): Promise<{ name: 'running'; said: object }> {
  const units = await runningUnits(db, { atMost: MOST_RUNNING });
  const said = units.map((unit) => ({
    job: JOBS[unit.job]?.[language] ?? unit.job,
    told: doneOf(unit),
    done: String(unit.doneCount),
    total: unit.totalCount === null ? null : String(unit.totalCount),
  }));
  return { name: 'running', said };
}
