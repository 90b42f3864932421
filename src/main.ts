import { startTimetable } from '../jobs/service.ts';
import { officeOf, openHouse } from './compose.ts';
import { environment, readConfig } from './platform/config.ts';
import { jsonLog } from './platform/log.ts';

// The service: keeps the timetable until it is told to stop.

const config = readConfig(environment());
const log = jsonLog(process.stdout);
const house = await openHouse(config);
const context = house.context({ actor: 'job/timetable' });
const stopTimetable = await startTimetable(context, officeOf(config), {
  url: house.ownerUrl,
  log,
});
log.info('up', { process: process.pid });

const signal = await new Promise<string>((resolve) => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, resolve);
});
log.info('stopping', { signal });
await stopTimetable();
await house.close();
log.info('stopped');
