import type { Command } from 'commander';
import { openServer, patientOf } from '../compose.ts';
import { examine } from '../operations/doctor.flow.ts';
import { CHECKS } from '../operations/doctor.ts';
import { environment, readConfig } from '../platform/config.ts';
import { connectAsOwner } from '../platform/db.ts';
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
    for (const { check, faults } of await examine(patientOf(config, owner))) {
      const { vi, en } = CHECKS[check];
      if (faults.length === 0) {
        print(`✔ ${check}`);
        continue;
      }
      process.exitCode = 1;
      print(`✘ ${check}: ${faults.join(', ')}\n    ${vi}\n    ${en}`);
    }
  } finally {
    await owner.destroy();
    await server.stop();
  }
}
