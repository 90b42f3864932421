import type { Command } from 'commander';
import { openServer } from '../compose.ts';
import { backUp, restoreInto, type BackupSummary } from '../platform/backup.ts';
import { systemClock } from '../platform/clock.ts';
import { environment, readConfig } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import { recogniseRestore, releaseEpoch, tellFate } from '../release/epoch.flow.ts';
import { forgottenFiles } from '../release/epoch.sql.ts';
import type { Context } from '../platform/context.ts';
import { filled, print, withHouse } from './command.ts';

/** Backup, restore, and what a person does before anything is sent again. */
export function backupCommands(program: Command): void {
  program
    .command('backup')
    .description(
      'sao lưu cơ sở dữ liệu vào một thư mục mới / back the database up into a new folder',
    )
    .argument('<folder>', 'có dữ liệu cá nhân, hãy giữ kín / it holds personal data')
    .action((folder: string) =>
      withHouse(async ({ ownerUrl }) => {
        summary(await backUp(ownerUrl, folder, systemClock()));
      }),
    );
  program
    .command('restore')
    .description(
      'khôi phục vào cơ sở dữ liệu trống; sau đó chưa gửi gì cho đến khi có người cho phép / ' +
        'restore into an empty database; nothing is sent until a person releases it',
    )
    .argument('<folder>')
    .requiredOption('--by <person>', 'người khôi phục / who restores')
    .action(restore);
  const epoch = program
    .command('epoch')
    .description('lần khôi phục đang giữ việc gửi / the restore that holds sending back')
    .action(() => withHouse((house) => show(house.context({ actor: 'terminal' }))));
  epoch
    .command('file')
    .description(
      'ghi lời ngân hàng về một tệp đã gửi trước khi khôi phục / what the bank said of a file',
    )
    .argument('<name>', 'tên tệp / name of the file')
    .requiredOption('--by <person>', 'người đã hỏi / who asked')
    .option('--bank-has-it', 'ngân hàng đã nhận / the bank took it')
    .option('--bank-has-not', 'ngân hàng chưa nhận / it did not')
    .action((name: string, options: FateOptions, command: Command) => {
      const { by, bankHasIt = false, bankHasNot = false } = options;
      if (bankHasIt === bankHasNot) command.error('error: --bank-has-it | --bank-has-not');
      const fate = bankHasIt ? 'bank-has-it' : 'bank-has-not';
      return withHouse(async (house) => {
        await tellFate(house.context({ actor: by }), { name, fate });
        print('đã ghi / done');
      });
    });
  epoch
    .command('release')
    .description('cho gửi lại sau khi đã đọc và đối soát sao kê / let sending go on')
    .requiredOption('--by <person>', 'người cho phép / who lets it')
    .requiredOption('--reason <text>', 'căn cứ / on what ground', filled)
    .action(({ by, reason }: { by: string; reason: string }) =>
      withHouse(async (house) => {
        print(
          `${await releaseEpoch(house.context({ actor: by }), { reason })}: đã cho gửi / released`,
        );
      }),
    );
}

interface FateOptions {
  readonly by: string;
  readonly bankHasIt?: boolean;
  readonly bankHasNot?: boolean;
}

async function restore(folder: string, { by }: { by: string }): Promise<void> {
  const server = await openServer(readConfig(environment()));
  try {
    summary(await restoreInto(server.url, folder, { at: systemClock(), by }));
  } finally {
    await server.stop();
  }
  print(
    'Chưa gửi gì. Nhận và đối soát sao kê từ lúc sao lưu, rồi an-sinh epoch release.\n' +
      'Nothing is sent. Take and reconcile the statements since the backup, then an-sinh epoch release.',
  );
}

function summary({ takenAt, tables, rows }: BackupSummary): void {
  print(`${takenAt.toISOString()}: ${tables} bảng / tables, ${rows} dòng / rows`);
}

async function show(context: Context): Promise<void> {
  const { epochNo, cause, begunAt, knownUntil, held, objection } = await recogniseRestore(context);
  print(`epoch ${epochNo}, ${cause}, ${begunAt.toISOString()}`);
  if (!held) {
    print('việc gửi không bị giữ / sending is not held');
    return;
  }
  print(`biết đến / known until: ${knownUntil?.toISOString() ?? '?'}`);
  print(`còn thiếu / missing: ${objection ?? 'an-sinh epoch release'}`);
  const files = await forgottenFiles(context.db, epochNo);
  if (files.length === 0) return;
  print(
    textTable([
      ['tệp / file', 'kênh / channel', 'gửi lúc / put at', 'số phận / fate'],
      ...files.map(({ name, channel, putAt, fate }) => [
        name,
        channel,
        putAt.toISOString(),
        fate ?? '?',
      ]),
    ]),
  );
}
