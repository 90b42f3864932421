import { basename } from 'node:path';
import type { Command } from 'commander';
import { intake } from '../../jobs/01-intake.ts';
import { entitlement } from '../../jobs/02-entitlement.ts';
import { verification } from '../../jobs/03-verification.ts';
import { batch } from '../../jobs/04-batch.ts';
import { release } from '../../jobs/06-release.ts';
import { settlement } from '../../jobs/07-settlement.ts';
import { reconciliation } from '../../jobs/08-reconciliation.ts';
import { report } from '../../jobs/09-report.ts';
import type { Job } from '../../jobs/job.ts';
import { outcomeText } from '../../jobs/month-summary.ts';
import { runStage } from '../../jobs/run-stage.ts';
import { approveBatch } from '../approval/approve-batch.flow.ts';
import { batchContent } from '../batch/batch.sql.ts';
import { counterpartsOf, scopeOf } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { expectClocksAgree } from '../operations/sweep-timetable.flow.ts';
import { comparisonCommands } from './comparison.ts';
import { listCommands } from './lists.ts';
import {
  expectSandbox,
  inputOf,
  officeOption,
  periodOption,
  print,
  wholeNumber,
  withHouse,
} from './command.ts';

/** The stages, each alone; a second run does only what is not done yet. */
export function stageCommands(program: Command): void {
  const lists = program
    .command('intake')
    .description('nhập, kiểm tra, so sánh danh sách / take, check, compare lists');
  listCommands(lists);
  comparisonCommands(lists);
  // What stands behind intake is a file, unless it is one of its commands.
  lists
    .command('take', { isDefault: true })
    .description('nhập một danh sách / take a list in')
    .addOption(periodOption().makeOptionMandatory())
    .argument('<file>', '.xlsx hoặc .csv / .xlsx or .csv')
    .requiredOption('--by <person>', 'người lập / the person who prepares')
    .addOption(officeOption())
    .option('--strict', 'nhập cả danh sách hoặc không nhập / the whole list or nothing', false)
    .option(
      '--same-as-last-month',
      'xác nhận không có gì thay đổi so với tháng trước / nothing has changed indeed',
      false,
    )
    .action(async (file: string, options: TakeCommand) => {
      const { period, by, ...of } = options;
      const content = inputOf(file);
      await runJob(intake({ content, name: basename(file), ...of }), period, by);
    });
  stage(program, 'entitlement', 'xét mức hưởng theo luật / assess what the law gives').action(
    alone(entitlement),
  );
  stage(
    program,
    'verification',
    'xác minh người và tài khoản / prove who and which account',
  ).action(alone(verification));
  stage(program, 'batch', 'lập đợt chi trả và tệp gửi ngân hàng / make batches and their files')
    .requiredOption('--by <person>', 'người lập / the person who prepares')
    .action((options: { period: Period; by: string }) => runJob(batch, options.period, options.by));
  stage(program, 'approval', 'ký một đợt (chỉ môi trường thử) / sign a batch (sandbox only)')
    .requiredOption('--batch <id>', 'số đợt / batch number', (text) => BigInt(wholeNumber(text)))
    .requiredOption('--by <person>', 'người ký / the person who signs')
    .action(approval);
  stage(
    program,
    'release',
    'gửi các đợt đã duyệt, đúng một lần / send approved batches, once',
  ).action(alone(release));
  // Has commands of its own below it, which need no period, so it asks for its period itself.
  program
    .command('settlement')
    .description('nhận tệp kết quả / take answers in')
    .addOption(periodOption())
    .action(async (options: { period?: Period }, command: Command) => {
      const { period } = options;
      if (period === undefined) {
        command.error("error: required option '--period <YYYY-MM>' not specified");
        return;
      }
      await alone(settlement)({ period });
    });
  stage(program, 'reconciliation', 'đối soát / reconcile').action(alone(reconciliation));
  stage(program, 'report', 'lập báo cáo / draw the report').action(alone(report));
}

interface TakeCommand {
  readonly period: Period;
  readonly by: string;
  readonly strict: boolean;
  readonly sameAsLastMonth: boolean;
  readonly office?: string;
}

function stage(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(periodOption().makeOptionMandatory());
}

function alone(job: Job): (options: { period: Period }) => Promise<void> {
  return (options) => runJob(job, options.period, `job/${job.stage}`);
}

/** Runs one stage with what the environment names. */
async function runJob(job: Job, of: Period, actor: string): Promise<void> {
  await withHouse(async (house, config) => {
    const scope = scopeOf(config, of);
    const context = house.context({ actor });
    await expectClocksAgree(context);
    const outcome = await runStage(context, job, {
      counterparts: counterpartsOf(house, config),
      scope,
    });
    print(outcomeText(outcome));
  });
}

async function approval(options: { batch: bigint; by: string }): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const seen = await batchContent(house.db, options.batch);
    if (seen === undefined) throw new Refusal('batch-unknown', { batch: options.batch });
    const context = house.context({ actor: options.by });
    const { approved } = await approveBatch(context, {
      batchId: options.batch,
      seen,
      stepUpAt: context.clock(),
    });
    print(
      approved ? 'đã duyệt / approved' : 'đã ký, còn chờ người thứ hai / signed, one more needed',
    );
  });
}
