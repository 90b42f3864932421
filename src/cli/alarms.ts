import type { Command } from 'commander';
import { Refusal } from '../kernel/refusal.ts';
import { ALARMS } from '../operations/alarm.ts';
import { openAlarms } from '../operations/alarm.sql.ts';
import { acknowledge } from '../operations/watch.flow.ts';
import { textTable } from '../platform/terminal.ts';
import { print, wholeNumber, withHouse } from './command.ts';

/** What nobody has acknowledged yet. */
export function alarmCommands(program: Command): void {
  const alarms = program
    .command('alarms')
    .description('các cảnh báo chưa ai xác nhận / alarms that nobody has acknowledged')
    .action(() => withHouse(({ db }) => show(db)));
  alarms
    .command('acknowledge')
    .description('xác nhận đã biết một cảnh báo / say that a person knows of an alarm')
    .argument('<alarm>', 'số cảnh báo / its number', (text) => BigInt(wholeNumber(text)))
    .requiredOption('--by <person>', 'người xác nhận / who knows')
    .action((alarm: bigint, { by }: { by: string }) =>
      withHouse(async (house) => {
        if (!(await acknowledge(house.context({ actor: by }), alarm))) {
          throw new Refusal('alarm-unknown', { alarm });
        }
        print('đã xác nhận / acknowledged');
      }),
    );
}

async function show(db: Parameters<typeof openAlarms>[0]): Promise<void> {
  const open = await openAlarms(db);
  if (open.length === 0) {
    print('không có cảnh báo / no alarm');
    return;
  }
  const rows = open.map(({ alarmId, kind, subject, grave, raisedAt, untold }) => [
    `${alarmId}`,
    grave ? '!' : '',
    kind,
    subject,
    raisedAt.toISOString(),
    `${untold}`,
  ]);
  print(
    textTable([
      ['số / no', '', 'loại / kind', 'về / of', 'lúc / at', 'chưa gửi / untold'],
      ...rows,
    ]),
  );
  for (const kind of new Set(open.map((alarm) => alarm.kind))) {
    print(`\n${kind}: ${ALARMS[kind].vi} / ${ALARMS[kind].en}`);
  }
}
