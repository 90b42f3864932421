import type { Command } from 'commander';
import { giveOneTimePassword } from '../access/one-time-password.flow.ts';
import { print, withHouse } from './command.ts';

/** Who may sign in. */
export function personCommands(program: Command): void {
  const persons = program
    .command('persons')
    .description('người sử dụng và quyền / persons and their rights');

  persons
    .command('reset')
    .description(
      'cấp mật khẩu dùng một lần; mã xác thực bước hai phải cài lại / give a password that is good once',
    )
    .requiredOption('--by <person>', 'người thực hiện / who does it')
    .argument('<person>', 'tên đăng nhập / name')
    .action((personId: string, { by }: { by: string }) =>
      withHouse(async (house) => {
        const given = await giveOneTimePassword(house.context({ actor: by }), personId);
        print(`${personId}  ${given.password}  → ${given.until.toISOString()}`);
      }),
    );
}
