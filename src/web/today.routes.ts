import { isPeriod } from '../kernel/period.ts';
import { businessDate } from '../platform/clock.ts';
import { openedPeriods, stagesOfMonth } from '../report/desk.sql.ts';
import { optional, text } from './form.ts';
import { requires } from './guard.ts';
import { waitingWork } from './inbox.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { route, type Route } from './route.ts';
import { TodayPage } from './today.page.tsx';
import { TODAY_TEXTS } from './today.text.ts';
import { saying } from './words.ts';

/** The first page. */
export function todayRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: paths.today,
      guard: requires('today.see'),
      query: { period: optional(text(7)) },
      async handle(given, { query }) {
        const { context, scope, language } = given;
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
        });
      },
    }),
  ];
}
