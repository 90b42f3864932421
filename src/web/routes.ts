import { accountRoutes } from './account.routes.ts';
import { ownRoutes } from './own.routes.ts';
import { outsideRoutes } from './outside.routes.ts';
import { personRoutes } from './persons.routes.ts';
import type { Route } from './route.ts';
import { signInRoutes } from './sign-in.routes.ts';
import { auditRoutes } from './audit.routes.ts';
import { listRoutes } from './lists.routes.ts';
import { cancellationRoutes } from './cancellation.routes.ts';
import { fileActionRoutes } from './file-actions.routes.ts';
import { rehearsalRoutes } from './rehearsal.routes.ts';
import { officeRoutes } from './office.routes.ts';
import { reconciliationRoutes } from './reconciliation.routes.ts';
import { breakRoutes } from './breaks.routes.ts';
import { settingsRoutes } from './settings.routes.ts';
import { uncollectedRoutes } from './uncollected.routes.ts';
import { alarmRoutes } from './settings-alarms.routes.ts';
import { bankRoutes } from './settings-banks.routes.ts';
import { timetableRoutes } from './settings-timetable.routes.ts';
import { programmesRoute } from './settings-programmes.routes.ts';
import { unitsRoute } from './settings-units.routes.ts';
import { worklistRoutes } from './worklist.routes.ts';
import { todayRoutes } from './today.routes.ts';
import { recipientRoutes } from './recipients.routes.ts';
import { togetherRoutes } from './together.routes.ts';
import { batchRoutes } from './batch.routes.ts';
import type { Web } from './web.ts';

/** Every route of the web, a line for each group. */
export function allRoutes(web: Web): Route[] {
  return [
    ...signInRoutes(web),
    ...outsideRoutes(web),
    ...ownRoutes(web),
    ...todayRoutes(web),
    ...recipientRoutes(web),
    ...togetherRoutes(web),
    ...worklistRoutes(web),
    ...batchRoutes(),
    ...listRoutes(web),
    ...rehearsalRoutes(web),
    ...officeRoutes(web),
    ...fileActionRoutes(web),
    ...cancellationRoutes(web),
    ...reconciliationRoutes(web),
    ...breakRoutes(),
    ...uncollectedRoutes(web),
    ...auditRoutes(web),
    ...settingsRoutes(web),
    ...bankRoutes(web),
    programmesRoute,
    unitsRoute,
    ...timetableRoutes(web),
    ...alarmRoutes(web),
    ...accountRoutes(),
    ...personRoutes(),
  ];
}
