import { Option, type Command } from 'commander';
import type { PlainDate } from '../kernel/period.ts';
import type { PaymentFee } from '../report/month-figures.ts';
import { recordFee } from '../report/record-fee.flow.ts';
import { day, print, wholeNumber, withHouse } from './command.ts';

interface FeeCommand {
  readonly kind: PaymentFee['channelKind'];
  readonly from: PlainDate;
  readonly vnd: number;
  readonly source: string;
}

/** What one payment costs: by it the report reckons what paying by account has saved. */
export function feeCommand(program: Command): void {
  program
    .command('fee')
    .description(
      'ghi mức phí một lần chi, kèm căn cứ / record what one payment costs, with its source',
    )
    .addOption(
      new Option('--kind <kind>', 'tiền mặt hoặc tài khoản / in cash or by account')
        .choices(['cash_post', 'account'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--from <YYYY-MM-DD>', 'áp dụng từ ngày / from this day on')
        .argParser(day)
        .makeOptionMandatory(),
    )
    .requiredOption('--vnd <n>', 'đồng một lần chi / dong a payment', wholeNumber)
    .requiredOption('--source <text>', 'hợp đồng, văn bản / the contract or text')
    .action(({ kind, from, vnd, source }: FeeCommand) =>
      withHouse(async (house) => {
        await recordFee(house.context({ actor: 'terminal' }), {
          channelKind: kind,
          countsFrom: from,
          feeVnd: BigInt(vnd),
          source,
        });
        print(`đã ghi / recorded: ${kind} ${vnd} đ, ${from}`);
      }),
    );
}
