import { Option, type Command } from 'commander';
import { decideRecovery, proposeRecovery } from '../entitlement/decide-recovery.flow.ts';
import { reasonWords } from '../entitlement/explanation-words.ts';
import { recoveryCases, type NewProposal } from '../entitlement/recovery.sql.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import { grouped } from '../kernel/text.ts';
import { bookRepayment } from '../reconciliation/close-period.flow.ts';
import { textTable } from '../platform/terminal.ts';
import { day, expectSandbox, filled, month, print, wholeNumber, withHouse } from './command.ts';

/** Money that was paid beyond what is due: found by the engine, decided by two persons. */
export function recoveryCommands(program: Command): void {
  program
    .command('recoveries')
    .description('các khoản chi vượt chờ người quyết định / what was paid in excess, to be decided')
    .option('--decided', 'những khoản đã quyết định / those that are decided', false)
    .action(({ decided }: { decided: boolean }) => list(decided));

  ofCase(program.command('recovery-propose'))
    .description('đề nghị truy thu hoặc miễn (chỉ môi trường thử) / propose (sandbox only)')
    .addOption(
      new Option('--outcome <outcome>', 'nộp lại, khấu trừ hoặc miễn / what is to become of it')
        .choices(['repay', 'deduct', 'waive'])
        .makeOptionMandatory(),
    )
    .option('--amount <vnd>', 'số tiền / in dong; 0: waive', wholeNumber, 0)
    .option('--instalments <n>', 'số tháng khấu trừ / months of a deduction', wholeNumber, 0)
    .option('--from <YYYY-MM>', 'tháng khấu trừ đầu tiên / first month of a deduction', month)
    .requiredOption('--grounds <text>', 'lý do / why')
    .requiredOption('--document <number>', 'số văn bản / the evidence', filled)
    .requiredOption('--by <person>', 'người đề nghị / who proposes')
    .action(propose);

  ofCase(program.command('recovery-decide'))
    .description('quyết định theo đề nghị (chỉ môi trường thử) / decide (sandbox only)')
    .requiredOption('--proposal <n>', 'số đề nghị / number of the proposal', wholeNumber)
    .requiredOption('--appeal-until <day>', 'hạn khiếu nại / last day of appeal', day)
    .requiredOption('--by <person>', 'người quyết định / who decides')
    .action(decide);

  repaymentCommand(program);
}

function repaymentCommand(program: Command): void {
  ofCase(program.command('recovery-repaid'))
    .description(
      'ghi số tiền đã nộp lại (chỉ môi trường thử) / book what was paid back (sandbox only)',
    )
    .requiredOption('--amount <vnd>', 'số tiền / in dong', wholeNumber)
    .requiredOption('--paid-on <day>', 'ngày nộp / the day it was paid', day)
    .requiredOption('--document <number>', 'số chứng từ / the voucher', filled)
    .requiredOption('--by <person>', 'người ghi / who books')
    .requiredOption('--confirmed-by <person>', 'người xác nhận / who confirms')
    .action(repaid);
}

interface RepaidCommand {
  readonly recipient: number;
  readonly case: number;
  readonly amount: number;
  readonly paidOn: PlainDate;
  readonly document: string;
  readonly by: string;
  readonly confirmedBy: string;
}

async function repaid(options: RepaidCommand): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const { repaymentNo, leftVnd } = await bookRepayment(house.context({ actor: options.by }), {
      recipientId: BigInt(options.recipient),
      caseNo: options.case,
      amountVnd: BigInt(options.amount),
      paidOn: options.paidOn,
      document: options.document,
      confirmedBy: options.confirmedBy,
    });
    print(`lần nộp / repayment ${repaymentNo}; còn lại / left ${grouped(leftVnd)} đ`);
  });
}

function ofCase(command: Command): Command {
  return command
    .requiredOption('--recipient <id>', 'số người thụ hưởng / recipient number', wholeNumber)
    .requiredOption('--case <n>', 'số hồ sơ truy thu / number of the case', wholeNumber);
}

async function list(decided: boolean): Promise<void> {
  await withHouse(async ({ db }) => {
    const cases = await recoveryCases(db, { decided });
    const head = ['Người hưởng', 'Hồ sơ', 'Chế độ', 'Từ', 'Đến', 'Số tiền', 'Lý do', 'Kết quả'];
    const rows = cases.map((one) => [
      String(one.recipientId),
      String(one.caseNo),
      PROGRAMME_NAMES[one.programme].vi,
      one.firstMonth,
      one.lastMonth,
      `${grouped(one.amountVnd)} đ`,
      reasonWords(one.reason).vi,
      one.outcome ?? '–',
    ]);
    print(textTable([head, ...rows]));
  });
}

interface ProposeCommand {
  readonly recipient: number;
  readonly case: number;
  readonly outcome: NewProposal['outcome'];
  readonly amount: number;
  readonly instalments: number;
  readonly from?: Period;
  readonly grounds: string;
  readonly document: string;
  readonly by: string;
}

async function propose(options: ProposeCommand): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const proposalNo = await proposeRecovery(house.context({ actor: options.by }), {
      recipientId: BigInt(options.recipient),
      caseNo: options.case,
      outcome: options.outcome,
      amountVnd: BigInt(options.amount),
      instalments: options.instalments,
      firstPeriod: options.from ?? null,
      grounds: options.grounds,
      document: options.document,
    });
    print(`đề nghị số / proposal ${proposalNo}`);
  });
}

interface DecideCommand {
  readonly recipient: number;
  readonly case: number;
  readonly proposal: number;
  readonly appealUntil: PlainDate;
  readonly by: string;
}

async function decide(options: DecideCommand): Promise<void> {
  await withHouse(async (house, config) => {
    expectSandbox(config);
    const { outcome, amountVnd } = await decideRecovery(house.context({ actor: options.by }), {
      recipientId: BigInt(options.recipient),
      caseNo: options.case,
      proposalNo: options.proposal,
      appealUntil: options.appealUntil,
    });
    print(`đã quyết định / decided: ${outcome}, ${grouped(amountVnd)} đ`);
  });
}
