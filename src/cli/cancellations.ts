import { Option, type Command } from 'commander';
import { cancellationRequests, counterpartsOf, type House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { textTable } from '../platform/terminal.ts';
import { CANCELLATION_REASONS, type CancellationReason } from '../release/cancellation.ts';
import { cancellations } from '../release/cancellation.sql.ts';
import {
  confirmCancellationBy,
  proposeCancellation,
  sendCancellations,
} from '../release/cancel-payments.flow.ts';
import { expectSandbox, filled, periodOption, print, withHouse } from './command.ts';

/** Asking a bank not to pay what was sent: camt.055, by two persons. */
export function cancellationCommands(program: Command): void {
  const cancel = program
    .command('cancel')
    .description(
      'đề nghị ngân hàng hủy lệnh đã gửi / ask a bank not to pay what was sent\n\n' +
        'Sổ sách chỉ thay đổi khi ngân hàng trả lời. / Our books change only when the bank has answered.',
    )
    .summary('đề nghị hủy lệnh đã gửi (camt.055) / ask a bank to cancel');
  proposeCommand(cancel);
  cancel
    .command('confirm <request>')
    .description('người thứ hai xác nhận (chỉ môi trường thử) / a second person (sandbox only)')
    .requiredOption('--sha256 <hex>', 'mã băm của tệp đề nghị / the hash of the request')
    .requiredOption('--by <person>', 'người xác nhận / who confirms')
    .action((messageId: string, { sha256, by }: { sha256: string; by: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        await confirmCancellationBy(house.context({ actor: by }), { messageId, sha256 });
        print('đã xác nhận / confirmed');
      }),
    );
  cancel
    .command('send')
    .description('gửi các đề nghị đã xác nhận / send what was confirmed')
    .action(() =>
      withHouse(async (house, config) => {
        const { transports } = counterpartsOf(house, config);
        const context = house.context({ actor: 'an-sinh cancel' });
        print(`đã gửi / sent: ${await sendCancellations(context, transports, { period: null })}`);
      }),
    );
  cancel
    .command('list')
    .description('các đề nghị và trả lời / the requests and what was answered')
    .addOption(periodOption().makeOptionMandatory())
    .action(({ period }: { period: Period }) => withHouse((house) => list(house, period)));
}

interface ProposeCommand {
  readonly reference?: readonly string[];
  readonly reason: CancellationReason;
  readonly document: string;
  readonly by: string;
}

function proposeCommand(cancel: Command): void {
  cancel
    .command('propose <message>')
    .description('đề nghị hủy cả tệp, hoặc vài lệnh (chỉ môi trường thử) / propose (sandbox only)')
    .option('--reference <ids...>', 'mã tham chiếu; không nêu: cả tệp / none: the whole file')
    .addOption(
      new Option('--reason <code>', 'lý do ISO 20022 / reason')
        .choices(CANCELLATION_REASONS)
        .makeOptionMandatory(),
    )
    .requiredOption('--document <number>', 'quyết định, công văn / the decision behind it', filled)
    .requiredOption('--by <person>', 'người đề nghị / who proposes')
    .action((messageId: string, { reference, reason, document, by }: ProposeCommand) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const context = house.context({ actor: by });
        const made = await proposeCancellation(context, cancellationRequests, {
          messageId,
          references: reference ?? null,
          reason,
          document,
        });
        print(`đề nghị / request: ${made.messageId}`);
        print(`sha256: ${made.sha256}`);
      }),
    );
}

async function list({ db }: House, period: Period): Promise<void> {
  const requests = await cancellations(db, { period, state: null });
  const head = ['Đề nghị', 'Dòng', 'Số tiền', 'Lý do', 'Trạng thái', 'Đã hủy', 'Vẫn chi'];
  const rows = requests.map((one) => [
    one.messageId,
    one.isWhole ? `cả tệp / all ${one.lineCount}` : String(one.lineCount),
    `${grouped(one.totalVnd)} đ`,
    one.reason,
    one.state,
    String(one.cancelledCount),
    String(one.settledCount),
  ]);
  print(textTable([head, ...rows]));
}
