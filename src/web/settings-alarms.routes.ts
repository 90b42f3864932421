import { Refusal } from '../kernel/refusal.ts';
import { openAlarms } from '../operations/alarm.sql.ts';
import { callsOfDay } from '../operations/provider-calls.sql.ts';
import { acknowledgeAll } from '../operations/watch.flow.ts';
import { businessDate } from '../platform/clock.ts';
import { listOf, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { route, type Route } from './route.ts';
import { AlarmsPage } from './settings-alarms.page.tsx';
import { TIMETABLE_TEXTS } from './settings-timetable.text.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const MOST_AT_ONCE = 200;

/** What a person has to know, and that they do. */
export function alarmRoutes({ provinceCode }: Web): Route[] {
  return [
    route({
      method: 'get',
      path: paths.alarms,
      guard: requires('timetable.see'),
      handle: async ({ context, language, may }) =>
        page(saying(TIMETABLE_TEXTS, language)('alarms'), AlarmsPage, {
          alarms: await openAlarms(context.db),
          calls: await callsOfDay(context.db, { day: businessDate(context.clock()) }),
          mayAcknowledge: may('alarm.acknowledge'),
        }),
    }),
    route({
      method: 'post',
      path: paths.alarms,
      guard: requires('alarm.acknowledge'),
      stepUp: true,
      form: { alarm: listOf(wholeNumber(), MOST_AT_ONCE) },
      async handle({ context, scope }, { form }) {
        // One alarm may hold back the sending of a whole province: a commune does not say that it knows.
        if (!scope.includes(provinceCode) && !scope.includes('VN')) {
          throw new Refusal('permission-missing', { permission: 'alarm.acknowledge' });
        }
        if (form.alarm.length === 0) throw new Refusal('form-malformed', { field: 'alarm' });
        await acknowledgeAll(context, form.alarm);
        return { kind: 'redirect', to: paths.alarms };
      },
    }),
  ];
}
