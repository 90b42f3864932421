import { hostname } from 'node:os';
import type { Alarm } from '../src/operations/alarm.ts';
import { businessDate } from '../src/platform/clock.ts';
import { certificatesIn, isEnough, percentFree } from '../src/platform/machine.ts';
import { tellAlarms, watch } from '../src/operations/watch.flow.ts';
import { cutoffAlarms } from './cutoff-alarms.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** A bank needs weeks to take a new certificate. */
const DAYS_BEFORE_END = 30;

/** Looks at what a person has to be told of, and tells it. */
export async function alarms(office: Office, { context }: Hold): Promise<object> {
  const channels = [...office.alarms.keys()];
  const at = context.clock();
  const raised = await watch(context, {
    channels,
    seen: [
      ...(await diskAlarms(office.home, at)),
      ...(await certificateAlarms(office.keyFolder, at)),
      ...(await cutoffAlarms(context)),
    ],
  });
  const { told, failed } = await tellAlarms(context, office.alarms);
  return { raised: raised.length, told, failed };
}

/** Of the disk of this machine, once a day while too little of it is free. */
export async function diskAlarms(folder: string, at: Date, freeOf = percentFree): Promise<Alarm[]> {
  const percent = await freeOf(folder);
  if (isEnough(percent)) return [];
  const subject = `disk/${hostname()}/${businessDate(at)}`;
  return [{ kind: 'disk-low', subject, facts: { percent } }];
}

/** Of each certificate that ends soon; one that takes its place is another thing to be told of. */
export async function certificateAlarms(folder: string | undefined, at: Date): Promise<Alarm[]> {
  const soon = at.getTime() + DAYS_BEFORE_END * 86_400_000;
  return (await certificatesIn(folder))
    .filter(({ until }) => until.getTime() < soon)
    .map(({ name, until }) => ({
      kind: 'certificate-ending',
      subject: `certificate/${name}/${until.toISOString().slice(0, 10)}`,
      facts: { ends: until.toISOString() },
    }));
}
