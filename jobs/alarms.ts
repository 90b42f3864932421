import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Alarm } from '../src/operations/alarm.ts';
import { businessDate } from '../src/platform/clock.ts';
import { tellAlarms, watch } from '../src/operations/watch.flow.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** Below it a month may not fit any more, and a database that cannot write stops. */
const LEAST_FREE = 0.1;

/** Looks at what a person has to be told of, and tells it. */
export async function alarms(office: Office, { context }: Hold): Promise<object> {
  const channels = [...office.alarms.keys()];
  const raised = await watch(context, {
    channels,
    seen: await diskAlarms(office.home, context.clock()),
  });
  const { told, failed } = await tellAlarms(context, office.alarms);
  return { raised: raised.length, told, failed };
}

async function diskAlarms(folder: string, at: Date): Promise<Alarm[]> {
  const { bavail, blocks } = await statfs(folder);
  if (bavail / blocks >= LEAST_FREE) return [];
  return [
    {
      kind: 'disk-low',
      subject: `disk/${hostname()}/${businessDate(at)}`,
      facts: { percent: percent(bavail, blocks) },
    },
  ];
}

function percent(part: number, whole: number): number {
  return Math.floor((part / whole) * 100);
}
