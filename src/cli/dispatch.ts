import { Option, type Command } from 'commander';
import { counterpartsOf, type House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import type { Config } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import {
  decideDispatchAction,
  proposeDispatchAction,
} from '../reconciliation/act-on-dispatch.flow.ts';
import type { DispatchAction } from '../reconciliation/dispatch-action.sql.ts';
import { askBank, watchAcknowledgements } from '../settlement/ask-bank.flow.ts';
import { dispatchedFiles } from '../settlement/dispatch.sql.ts';
import { expectSandbox, filled, periodOption, print, wholeNumber, withHouse } from './command.ts';

/** Files that were sent: how far their banks have answered, and what is done about one that got stuck. */
export function dispatchCommands(program: Command): void {
  const dispatch = program
    .command('dispatch')
    .description(
      'tệp đã gửi: ngân hàng trả lời đến đâu, và xử lý tệp bị kẹt / files that were sent, and those that ' +
        'got stuck\n\n' +
        'Không lệnh nào gửi lại tệp. / No command sends a file again.',
    )
    .summary('tệp đã gửi và trả lời của ngân hàng / files that were sent');
  lookingCommands(dispatch);
  proposeCommand(dispatch);
  decideCommand(dispatch);
}

function lookingCommands(dispatch: Command): void {
  dispatch
    .command('list')
    .description('các tệp của một kỳ, và mức trả lời / the files of a month and how far they are')
    .addOption(periodOption().makeOptionMandatory())
    .action(({ period }: { period: Period }) => withHouse((house) => list(house, period)));

  dispatch
    .command('watch')
    .description('tìm trả lời đã quá hạn theo hồ sơ ngân hàng / find what was not said in time')
    .action(() =>
      withHouse(async (house, config) => {
        const { transports } = counterpartsOf(house, config);
        const context = house.context({ actor: 'an-sinh dispatch' });
        const { missed, unknown, notAsked } = await watchAcknowledgements(context, transports);
        print(`quá hạn chưa trả lời / not said in time: ${missed}`);
        print(`tệp chuyển thành chưa rõ / files now unknown: ${unknown}`);
        if (notAsked > 0) print(`không hỏi được ngân hàng / could not be asked: ${notAsked}`);
      }),
    );

  dispatch
    .command('ask <message>')
    .description('hỏi lại ngân hàng tệp đang ở đâu / ask the bank again where a file is')
    .option('--by <person>', 'người hỏi / who asks', 'an-sinh dispatch')
    .action((message: string, { by }: { by: string }) =>
      withHouse((house, config) => ask(house, config, { message, by })),
    );
}

function proposeCommand(dispatch: Command): void {
  dispatch
    .command('propose <message>')
    .description('đề nghị xử lý tệp chưa rõ (chỉ môi trường thử) / propose (sandbox only)')
    .addOption(
      new Option(
        '--action <action>',
        'đã giao tận tay, hoặc rút tệp / carried by hand, or withdrawn',
      )
        .choices(['handed-over', 'withdrawn'] satisfies DispatchAction[])
        .makeOptionMandatory(),
    )
    .option('--sha256 <hex>', 'mã băm của chính tệp đã giao / the hash of the very file carried')
    .requiredOption('--reason <text>', 'lý do / why', filled)
    .requiredOption(
      '--document <number>',
      'giấy biên nhận, công văn / the receipt or letter',
      filled,
    )
    .requiredOption('--by <person>', 'người đề nghị / who proposes')
    .action((message: string, options: ProposeCommand) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const { action, sha256 = null, reason, document, by } = options;
        const context = house.context({ actor: by });
        const made = await proposeDispatchAction(context, {
          messageId: message,
          action,
          sha256,
          reason,
          document,
        });
        print(`chênh lệch / break ${made.breakId}, đề nghị số / proposal ${made.proposalNo}`);
      }),
    );
}

function decideCommand(dispatch: Command): void {
  dispatch
    .command('decide <break>')
    .description(
      'người thứ hai quyết định (chỉ môi trường thử) / a second person decides (sandbox only)',
    )
    .requiredOption('--proposal <n>', 'số đề nghị / number of the proposal', wholeNumber)
    .option('--decline', 'không đồng ý / say no', false)
    .option('--reason <text>', 'lý do / why', '')
    .requiredOption('--by <person>', 'người quyết định / who decides')
    .action((number: string, options: DecideCommand) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const { owedAgainVnd } = await decideDispatchAction(house.context({ actor: options.by }), {
          breakId: BigInt(wholeNumber(number)),
          proposalNo: options.proposal,
          decision: options.decline ? 'declined' : 'confirmed',
          reason: options.reason,
        });
        print(`đã quyết định / decided; chi lại / owed again: ${grouped(owedAgainVnd)} đ`);
      }),
    );
}

interface ProposeCommand {
  readonly action: DispatchAction;
  readonly sha256?: string;
  readonly reason: string;
  readonly document: string;
  readonly by: string;
}

interface DecideCommand {
  readonly proposal: number;
  readonly decline: boolean;
  readonly reason: string;
  readonly by: string;
}

async function list({ db }: House, period: Period): Promise<void> {
  const files = await dispatchedFiles(db, { period, messageId: null });
  const head = ['Tệp', 'Kênh', 'Dòng', 'Số tiền', 'Trạng thái', 'Trả lời', 'Quá hạn', 'Chênh lệch'];
  const rows = files.map((file) => [
    file.messageId,
    file.channel,
    String(file.lineCount),
    `${grouped(file.totalVnd)} đ`,
    file.state,
    file.reached ?? '–',
    file.missed.join(', ') || '–',
    file.breakId === null ? '–' : String(file.breakId),
  ]);
  print(textTable([head, ...rows]));
}

const PLACES = {
  waiting: 'còn nằm chờ ở ngân hàng / it waits there',
  taken: 'ngân hàng đã nhận / the bank has taken it',
  absent:
    'không có ở đó; có thể chỉ đến chậm, không gửi lại / not there; it may be late, send nothing',
  silent: 'ngân hàng không trả lời / the bank is silent',
} as const;

async function ask(
  house: House,
  config: Config,
  { message, by }: { message: string; by: string },
): Promise<void> {
  const { transports } = counterpartsOf(house, config);
  const answer = await askBank(house.context({ actor: by }), transports, { messageId: message });
  print(PLACES[answer]);
}
