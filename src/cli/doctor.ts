import type { Command } from 'commander';
import { openServer, patientOf } from '../compose.ts';
import { examine } from '../operations/doctor.flow.ts';
import { CHECKS } from '../operations/doctor.ts';
import { environment, readConfig } from '../platform/config.ts';
import { connectAsOwner } from '../platform/db.ts';
import { textTable } from '../platform/terminal.ts';
import { callsOfDay } from '../operations/provider-calls.sql.ts';
import { businessDate } from '../platform/clock.ts';
import { grouped } from '../kernel/text.ts';
import { print } from './command.ts';

/** Looks whether everything is in order, changes nothing, and ends with 1 when something is not. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'kiểm tra máy và cơ sở dữ liệu, không thay đổi gì; mã thoát 1 khi có lỗi / ' +
        'look whether all is in order; exit code 1 when it is not',
    )
    .action(doctor);
}

async function doctor(): Promise<void> {
  const config = readConfig(environment());
  const server = await openServer(config);
  const owner = connectAsOwner(server.url);
  try {
    const patient = patientOf(config, owner);
    const found = await examine(patient);
    for (const { check, faults } of found) {
      const { holds, mend } = CHECKS[check];
      print(
        faults.length === 0
          ? `✔ ${check}  ${holds.vi} / ${holds.en}`
          : `✘ ${check}: ${faults.join(', ')}\n    ${mend.vi}\n    ${mend.en}`,
      );
    }
    if (!found.some(({ faults }) => faults.includes('not installed'))) {
      const calls = await callsOfDay(owner, { day: businessDate(patient.clock()) });
      const left = calls.map((of) => [of.provider, grouped(of.left), grouped(of.agreed)]);
      const head = [
        'Dịch vụ / Service',
        'Còn hỏi được hôm nay / Left today',
        'Thỏa thuận / Agreed',
      ];
      if (left.length > 0) print(textTable([head, ...left]));
    }
    const wrong = found.filter(({ faults }) => faults.length > 0).length;
    if (wrong > 0) process.exitCode = 1;
    print(
      wrong === 0
        ? `${found.length} mục đều tốt / ${found.length} checks, all in order`
        : `${wrong} trên ${found.length} mục có lỗi / ${wrong} of ${found.length} checks are wrong`,
    );
  } finally {
    await owner.destroy();
    await server.stop();
  }
}
