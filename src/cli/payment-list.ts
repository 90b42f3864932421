import { InvalidArgumentError, type Command } from 'commander';
import { counterpartsOf, lines, scopeOf } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { drawLines } from '../report/draw-lines.flow.ts';
import { drawPaymentList } from '../report/draw-payment-list.flow.ts';
import { drawTreasuryList } from '../report/draw-treasury-list.flow.ts';
import { layOut, layOutReport, periodOption, print, withHouse } from './command.ts';

interface PaymentListCommand {
  readonly period: Period;
  readonly commune?: string;
  readonly out: string;
}

/** Who was paid in a month and who was not. */
export function paymentListCommand(program: Command): void {
  listCommand(program, 'paid', drawPaymentList)
    .summary('danh sách đã chi, chưa chi theo người / paid and unpaid, by person')
    .description(
      'danh sách đã chi và chưa chi theo người của một kỳ, cả tỉnh hoặc một xã, đối chiếu với sổ cái; ' +
        'xlsx, PDF, HTML / who was paid in a month and who was not, held against the ledger',
    );
}

/** The payees of a month in the form that a State Treasury takes with its vouchers. */
export function treasuryCommand(program: Command): void {
  listCommand(program, 'treasury', drawTreasuryList)
    .summary('Mẫu số 09 của Kho bạc cho một kỳ / form 09 of the State Treasury for a month')
    .description(
      'Bảng thanh toán cho đối tượng thụ hưởng (Mẫu số 09, Nghị định 11/2020/NĐ-CP) của một kỳ, cả tỉnh ' +
        'hoặc một xã, kèm thuyết minh tăng giảm so với tháng trước; xlsx, PDF, HTML / the payees of a month ' +
        'in form 09 of the State Treasury, with what changed against the month before',
    );
}

/** A list of payments by person, of the province or of one commune. */
function listCommand(program: Command, name: string, draw: typeof drawPaymentList): Command {
  return program
    .command(name)
    .addOption(periodOption().makeOptionMandatory())
    .option('--commune <code>', 'mã xã, 5 chữ số / one commune by its 5 digits', communeCode)
    .option('--out <folder>', 'nơi đặt tệp / where the files go', '.')
    .action(({ period, commune, out }: PaymentListCommand) =>
      withHouse(async (house, config) => {
        const { reports } = counterpartsOf(house, config);
        const scope = { ...scopeOf(config, period), communeCode: commune ?? null };
        await layOutReport(await draw(house.context({ actor: 'terminal' }), reports, scope), out);
      }),
    );
}

/** Every payment of a month as one workbook, however many. */
export function linesCommand(program: Command): void {
  program
    .command('lines')
    .summary(
      'mọi lệnh chi của một kỳ trong một tệp Excel / every payment of a month as one workbook',
    )
    .description(
      'mọi lệnh chi của một kỳ và kết quả, một tệp xlsx ghi dần, một triệu dòng cũng được / every payment ' +
        'of a month with what became of it, as one workbook that is written while the rows come by',
    )
    .addOption(periodOption().makeOptionMandatory())
    .option('--out <folder>', 'nơi đặt tệp / where the file goes', '.')
    .action(({ period, out }: Omit<PaymentListCommand, 'commune'>) =>
      withHouse(async (house, config) => {
        const drawn = await drawLines(
          house.context({ actor: 'terminal' }),
          lines,
          scopeOf(config, period),
        );
        const [laid] = await layOut([drawn], out);
        print(`${laid}: ${grouped(drawn.count)}, ${grouped(drawn.totalVnd)} đ`);
        if (!drawn.ties) {
          print('không khớp các đợt đã ký / not what the signed batches come to');
          process.exitCode = 1;
        }
      }),
    );
}

function communeCode(code: string): string {
  if (!/^\d{5}$/.test(code)) throw new InvalidArgumentError('5 chữ số / 5 digits');
  return code;
}
