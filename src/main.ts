import { startTimetable } from '../jobs/service.ts';
import { officeOf, openHouse, patientOf } from './compose.ts';
import { examine } from './operations/doctor.flow.ts';
import { NEEDED_TO_START } from './operations/doctor.ts';
import { serverFacts } from './operations/doctor.sql.ts';
import { MEASURES, measures } from './operations/metrics.sql.ts';
import { environment, readConfig } from './platform/config.ts';
import { connectAsOwner } from './platform/db.ts';
import { startHealthServer } from './platform/health-server.ts';
import { jsonLog } from './platform/log.ts';
import { metricsText } from './platform/metrics.ts';

// The service: looks whether the rules are in force, then keeps the timetable until it is told to stop.

const config = readConfig(environment());
const log = jsonLog(process.stdout);
const house = await openHouse(config);
const context = house.context({ actor: 'job/timetable' });

// Money is not moved by a database whose rules sleep: what they would refuse, nobody else does.
const owner = connectAsOwner(house.ownerUrl);
const found = await examine(patientOf(config, owner));
await owner.destroy();
const wrong = found.filter(({ faults }) => faults.length > 0);
for (const { check, faults } of wrong) log.error('self-check', { check, faults: faults.join(',') });
if (wrong.some(({ check }) => NEEDED_TO_START.includes(check))) {
  log.error('not started');
  await house.close();
  process.exit(1);
}

const timetable = await startTimetable(context, officeOf(house, config), {
  url: house.ownerUrl,
  log,
});
const health =
  config.SERVICE_LISTEN === undefined
    ? undefined
    : await startHealthServer(config.SERVICE_LISTEN, {
        async ready() {
          const { isReplica } = await serverFacts(house.db);
          return [...timetable.faults(), ...(isReplica ? ['database-is-a-replica'] : [])];
        },
        metrics: metricsText(MEASURES, () => measures(house.db, { at: context.clock() })),
      });
log.info('up', { process: process.pid, health: health?.port ?? 0 });

const signal = await new Promise<string>((resolve) => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, resolve);
});
log.info('stopping', { signal });
await timetable.stop();
await health?.stop();
await house.close();
log.info('stopped');
