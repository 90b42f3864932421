import { InvalidArgumentError, Option, type Command } from 'commander';
import { counterpartsOf, scopeOf } from '../compose.ts';
import { isPlainDate, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { instantOf, type TimeOfDay } from '../operations/schedule.ts';
import { drawAccounts } from '../report/draw-accounts.flow.ts';
import { layOutReport, month, withHouse } from './command.ts';

interface AccountsCommand {
  readonly from: Period;
  readonly to: Period;
  readonly asOf: Date;
  readonly out: string;
}

/** The accounts of some months as they were known at an instant. */
export function accountsCommand(program: Command): void {
  const monthOption = (flags: string, text: string): Option =>
    new Option(flags, text).argParser(month).makeOptionMandatory();
  program
    .command('accounts')
    .summary('đối chiếu, quyết toán tại một thời điểm / accounts as of an instant')
    .description(
      'bảng đối chiếu và quyết toán các kỳ, theo những gì đã biết ở một thời điểm đã qua; lập lại lúc nào cũng ' +
        'ra đúng từng byte / comparison and settlement of some months as they were known at a past instant: ' +
        'the same bytes whenever drawn',
    )
    .addOption(monthOption('--from <YYYY-MM>', 'từ kỳ / the first month'))
    .addOption(monthOption('--to <YYYY-MM>', 'đến kỳ / the last month'))
    .addOption(
      new Option('--as-of <instant>', 'giờ Việt Nam, YYYY-MM-DDTHH:mm / in the time of Vietnam')
        .argParser(instantInVietnam)
        .makeOptionMandatory(),
    )
    .option('--out <folder>', 'nơi đặt tệp / where the files go', '.')
    .action(accounts);
}

async function accounts({ from, to, asOf, out }: AccountsCommand): Promise<void> {
  await withHouse(async (house, config) => {
    if (config.AGENCY_NAME === undefined) {
      throw new Refusal('configuration-wrong', { missing: 'AGENCY_NAME' });
    }
    const drawn = await drawAccounts(
      house.context({ actor: 'terminal' }),
      counterpartsOf(house, config).reports,
      { ...scopeOf(config, to), first: from, last: to, asOf, agency: config.AGENCY_NAME },
    );
    await layOutReport(drawn, out);
  });
}

/** 2026-11-20T17:00 as clocks in Vietnam have it, which keeps no summer time. */
function instantInVietnam(text: string): Date {
  const [day = '', time = ''] = text.split('T');
  if (!isPlainDate(day) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    throw new InvalidArgumentError('YYYY-MM-DDTHH:mm');
  }
  return instantOf(day, time as TimeOfDay);
}
