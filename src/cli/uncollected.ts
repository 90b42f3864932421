import type { Command } from 'commander';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { businessDate } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import {
  MONTHS_UNCOLLECTED,
  resumeCollected,
  suspendUncollected,
} from '../reconciliation/suspend-uncollected.flow.ts';
import { uncollected } from '../reconciliation/uncollected.sql.ts';
import { day, expectSandbox, periodOption, print, withHouse } from './command.ts';

/** Who comes to no counter of the post office, and what follows from it. */
export function uncollectedCommands(program: Command): void {
  const group = program
    .command('uncollected')
    .description('tiền mặt ba tháng liền không đến nhận / cash not collected for three months');

  group
    .command('list')
    .description('ai ba tháng liền trước kỳ này không nhận / who took nothing before a month')
    .addOption(periodOption().makeOptionMandatory())
    .action(list);

  for (const [name, description, work] of [
    [
      'suspend',
      'tạm dừng những người đó (chỉ môi trường thử) / pause them (sandbox)',
      suspendUncollected,
    ],
    [
      'resume',
      'hưởng lại, truy lĩnh cho ai đã nhận (chỉ môi trường thử) / resume who has collected, with back-pay (sandbox)',
      resumeCollected,
    ],
  ] as const) {
    group
      .command(name)
      .description(description)
      .addOption(periodOption().makeOptionMandatory())
      .requiredOption('--decision <number>', 'số quyết định / the number of the decision')
      .option('--decided-on <day>', 'ngày quyết định / its day', day)
      .requiredOption('--by <person>', 'người lập / who records it')
      .requiredOption('--confirmed-by <person>', 'người xác nhận / who confirms it')
      .action((of: ListCommand) => decide(of, work));
  }
}

interface ListCommand {
  readonly period: Period;
  readonly decision: string;
  readonly decidedOn?: PlainDate;
  readonly by: string;
  readonly confirmedBy: string;
}

async function decide(of: ListCommand, work: typeof suspendUncollected): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const context = house.context({ actor: of.by });
    const { period, decision, confirmedBy } = of;
    const decidedOn = of.decidedOn ?? businessDate(context.clock());
    const count = await work(context, { period, decision, decidedOn, confirmedBy });
    print(`đã ghi / recorded: ${grouped(count)}`);
  });
}

async function list({ period }: { period: Period }): Promise<void> {
  await withHouse(async ({ db }) => {
    const rows = await uncollected(db, {
      kind: 'suspend',
      period,
      first: addMonths(period, -MONTHS_UNCOLLECTED),
    });
    const head = ['Xã / commune', 'Số / recipient', 'Diện / enrolment', 'Chưa nhận / uncollected'];
    const lines = rows.map((row) => [
      row.communeCode,
      String(row.recipientId),
      row.enrolment,
      `${grouped(row.uncollectedVnd)} đ`,
    ]);
    print(textTable([head, ...lines]));
  });
}
