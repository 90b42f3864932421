import { Option, type Command } from 'commander';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { textTable } from '../platform/terminal.ts';
import { closeMonth } from '../reconciliation/close-period.flow.ts';
import {
  threeWayLines,
  threeWayTotals,
  tiedDays,
  type ThreeWayLine,
  type TotalsBy,
} from '../reconciliation/closing.sql.ts';
import { notPaidName, openName } from '../report/month-words.ts';
import { expectSandbox, periodOption, print, wholeNumber, withHouse } from './command.ts';

const ON_A_PAGE = 100;
const dong = (amount: bigint | null): string => (amount === null ? '–' : `${grouped(amount)} đ`);

/** Whether a month ties, what it comes to, and its end. */
export function periodCommands(program: Command): void {
  const periods = program.command('period').description('đối chiếu và khóa kỳ / tie and close');

  periods
    .command('tie')
    .description('từng ngày: sao kê = sổ cái + chênh lệch / every day: bank = ledger + breaks')
    .addOption(periodOption().makeOptionMandatory())
    .action(tie);

  periods
    .command('totals')
    .description('lập lệnh, từ chối, ghi nợ, hoàn trả / instructed, refused, booked, returned')
    .addOption(periodOption().makeOptionMandatory())
    .addOption(
      new Option('--by <what>', 'theo / by')
        .choices(['batch', 'bank', 'day', 'programme', 'period'])
        .default('batch'),
    )
    .option('--key <key>', 'các dòng của một tổng / the lines of one total')
    .option('--after <recipient>', 'từ sau người này / of the next page', wholeNumber, 0)
    .action(totals);

  periods
    .command('close')
    .description('khóa kỳ (chỉ môi trường thử) / close a month (sandbox only)')
    .addOption(periodOption().makeOptionMandatory())
    .requiredOption('--by <person>', 'người lập / who prepares')
    .requiredOption('--confirmed-by <person>', 'người duyệt / who confirms')
    .action(close);
}

async function tie({ period }: { period: Period }): Promise<void> {
  await withHouse(async ({ db }) => {
    const head = ['Ngày', 'Số dư đầu', 'Ngân hàng', 'Sổ cái', 'Chênh lệch mở', 'Đã giải quyết'];
    const days = await tiedDays(db, { period });
    const rows = days.map((day) => [
      day.day,
      dong(day.openingVnd),
      dong(day.bankVnd),
      dong(day.bookVnd),
      dong(day.openVnd),
      dong(day.resolvedVnd),
      dong(day.waitingVnd),
      dong(day.closingVnd),
      day.leftVnd === 0n ? '✓' : `✕ ${dong(day.leftVnd)}`,
    ]);
    print(textTable([[...head, 'Đang chờ', 'Số dư cuối', 'Khớp'], ...rows]));
  });
}

interface TotalsCommand {
  readonly period: Period;
  readonly by: TotalsBy;
  readonly key?: string;
  readonly after: number;
}

async function totals({ period, by, key, after }: TotalsCommand): Promise<void> {
  await withHouse(async ({ db }) => {
    if (key === undefined) {
      const head = ['', 'Số lệnh', 'Lập lệnh', 'Từ chối', 'Ghi nợ', 'Hoàn trả', 'Chưa rõ'];
      const rows = (await threeWayTotals(db, { period, by })).map((one) => [
        one.key,
        grouped(one.count),
        dong(one.instructedVnd),
        dong(one.refusedVnd),
        dong(one.bookedVnd),
        dong(one.returnedVnd),
        dong(one.openVnd),
      ]);
      print(textTable([head, ...rows]));
      return;
    }
    const of = { period, by, key, fate: null, limit: ON_A_PAGE };
    // Everything of one recipient stands on one page or the next, never on both.
    const from = { recipientId: BigInt(after), reference: '~' };
    const lines = await threeWayLines(db, { ...of, after: from });
    const head = ['Người hưởng', 'Mã tham chiếu', 'Đợt', 'Số tiền', 'Kết cục'];
    const rows = lines.map((line) => [
      String(line.recipientId),
      line.reference,
      line.batchCode,
      dong(line.instructedVnd),
      fateOf(line),
    ]);
    print(textTable([head, ...rows]));
    if (lines.length === ON_A_PAGE) print(`… --after ${lines.at(-1)?.recipientId ?? 0n}`);
  });
}

/** What became of a payment, and why where it was not paid. */
function fateOf({ isReturned, outcome, reason }: ThreeWayLine): string {
  const told = isReturned ? 'returned' : outcome;
  const { vi, en } = told === null ? openName() : notPaidName(`${told}: ${reason ?? ''}`);
  return `${vi} / ${en}`;
}

async function close(of: { period: Period; by: string; confirmedBy: string }): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const closing = await closeMonth(house.context({ actor: of.by }), of);
    print(
      `đã khóa / closed ${closing.period}: ${dong(closing.entitledVnd)} được hưởng / due, ` +
        `${dong(closing.paidVnd)} đã chi / paid, ${dong(closing.owedVnd)} còn phải trả / owed, ` +
        `${closing.openBreakCount} chênh lệch mở / open breaks`,
    );
  });
}
