import type { Command } from 'commander';
import {
  chooseSurvivor,
  confirmSurvivor,
  findSamePersons,
  linkCardNumber,
  reportSamePerson,
} from '../intake/join-records.flow.ts';
import { openCases } from '../intake/same-person.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { textTable } from '../platform/terminal.ts';
import { expectSandbox, filled, print, wholeNumber, withHouse } from './command.ts';

/** Records that may be one person: found, looked at by one, joined by another. */
export function samePersonCommands(program: Command): void {
  const same = program
    .command('same-person')
    .description('các hồ sơ có thể là một người / records that may be one person');
  same
    .command('find')
    .description('tìm và mở hồ sơ xem xét / look for them, and open cases')
    .requiredOption('--by <person>', 'ai tìm / who looks')
    .action(({ by }: { by: string }) =>
      withHouse(async (house) => {
        const opened = await findSamePersons(house.context({ actor: by }));
        print(`mở ${opened} hồ sơ / ${opened} cases opened`);
      }),
    );
  same
    .command('list')
    .description('các hồ sơ đang mở / the open cases')
    .option('--most <n>', 'nhiều nhất / at most', wholeNumber, 100)
    .action(({ most }: { most: number }) =>
      withHouse(async ({ db }) => {
        const cases = await openCases(db, { atMost: most });
        const rows = cases.map(({ caseId, firstId, secondId, reason, survivorId, chosenBy }) => [
          `#${caseId}`,
          String(firstId),
          String(secondId),
          reason,
          chosenBy === null ? '' : `${chosenBy}: ${survivorId ?? 'hai người / two people'}`,
        ]);
        print(textTable(rows));
      }),
    );
  same
    .command('report')
    .description('báo hai hồ sơ là một người / report two records')
    .argument('<first>', 'số người thụ hưởng / recipient number', bigNumber)
    .argument('<second>', 'số người thụ hưởng / recipient number', bigNumber)
    .requiredOption('--by <person>', 'ai báo / who')
    .action((firstId: bigint, secondId: bigint, { by }: { by: string }) =>
      withHouse(async (house) => {
        const context = house.context({ actor: by });
        print(`#${await reportSamePerson(context, { firstId, secondId, reason: 'reported' })}`);
      }),
    );
  decideCommands(same);
  same
    .command('card')
    .description('gắn số CMND cũ với một người / link an old card number to a recipient')
    .argument('<id>', 'số người thụ hưởng / recipient number', bigNumber)
    .requiredOption('--card <digits>', '9 hoặc 12 số / 9 or 12 digits')
    .requiredOption('--by <person>', 'ai gắn / who')
    .action((recipientId: bigint, { card, by }: { card: string; by: string }) =>
      withHouse(async (house) => {
        await linkCardNumber(house.context({ actor: by }), { recipientId, key: card });
        print('đã gắn / linked');
      }),
    );
}

interface ChooseCommand {
  readonly by: string;
  readonly document: string;
  readonly survivor?: bigint;
  readonly different: boolean;
}

function decideCommands(same: Command): void {
  same
    .command('choose')
    .description(
      'chọn hồ sơ giữ lại, hoặc là hai người / choose who lives on, or that they are two',
    )
    .argument('<case>', 'số hồ sơ / case', bigNumber)
    .requiredOption('--by <person>', 'ai chọn / who')
    .requiredOption('--document <text>', 'căn cứ / the document', filled)
    .option('--survivor <id>', 'hồ sơ giữ lại / who lives on', bigNumber)
    .option('--different', 'là hai người / they are two people', false)
    .action((caseId: bigint, options: ChooseCommand) =>
      withHouse(async (house) => {
        const { by, document, survivor, different } = options;
        if ((survivor === undefined) !== different) throw new Refusal('survivor-not-possible');
        const survivorId = survivor ?? null;
        await chooseSurvivor(house.context({ actor: by }), { caseId, survivorId, document });
        print('chờ người thứ hai / another person confirms');
      }),
    );
  same
    .command('confirm')
    .description(
      'người thứ hai xác nhận (chỉ môi trường thử) / a second person confirms (sandbox only)',
    )
    .argument('<case>', 'số hồ sơ / case', bigNumber)
    .requiredOption('--by <person>', 'ai xác nhận / who')
    .action((caseId: bigint, { by }: { by: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        await confirmSurvivor(house.context({ actor: by }), { caseId });
        print('đã xác nhận / confirmed');
      }),
    );
}

function bigNumber(text: string): bigint {
  return BigInt(wholeNumber(text));
}
