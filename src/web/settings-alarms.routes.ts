import { Refusal } from '../kernel/refusal.ts';
import { openAlarms } from '../operations/alarm.sql.ts';
import { callsOfDay } from '../operations/provider-calls.sql.ts';
import { acknowledgeAll } from '../operations/watch.flow.ts';
import { businessDate } from '../platform/clock.ts';
import { listOf, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { expectProvince } from './province.ts';
import { route, type Route } from './route.ts';
import { AlarmsPage } from './settings-alarms.page.tsx';
import { TIMETABLE_TEXTS } from './settings-timetable.text.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const MOST_AT_ONCE = 200;

/** What a person has to know, and that they do. */
export function alarmRoutes(web: Web): Route[] {
  return [
    route({
      method: 'get',
      path: paths.alarms,
      guard: requires('timetable.see'),
      handle: async ({ context, language, mayInProvince }) =>
        page(saying(TIMETABLE_TEXTS, language)('alarms'), AlarmsPage, {
          alarms: await openAlarms(context.db),
          calls: await callsOfDay(context.db, { day: businessDate(context.clock()) }),
          mayAcknowledge: mayInProvince('alarm.acknowledge'),
        }),
    }),
    route({
      method: 'post',
      path: paths.alarms,
      guard: requires('alarm.acknowledge'),
      stepUp: true,
      form: { alarm: listOf(wholeNumber(), MOST_AT_ONCE) },
      async handle(given, { form }) {
        // One alarm may hold back the sending of a whole province: a commune does not say that it knows.
        expectProvince(given, web, 'alarm.acknowledge');
        if (form.alarm.length === 0) throw new Refusal('form-malformed', { field: 'alarm' });
        await acknowledgeAll(given.context, form.alarm);
        return { kind: 'redirect', to: paths.alarms };
      },
    }),
  ];
}
