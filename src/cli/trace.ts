import { Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { grouped } from '../kernel/text.ts';
import { tracePayments, type TraceQuestion } from '../report/trace-payment.flow.ts';
import { traceLines } from '../report/trace.ts';
import { periodOption, print, wholeNumber, withHouse } from './command.ts';

/** One payment on one page. */
export function traceCommand(program: Command): void {
  program
    .command('trace')
    .description(
      'một khoản chi, từ dòng danh sách đến byte trong tệp ngân hàng / one payment, from the row of ' +
        'the list to the byte in the bank’s file\n\n' +
        'Danh sách, căn cứ, chứng cứ, chữ ký, tệp và vị trí byte, trả lời của ngân hàng, sao kê, sổ ' +
        'cái, nhật ký. Không hiện tên và số định danh.\n' +
        'List, articles, evidence, signatures, file and byte, answers, statement, ledger, events. No ' +
        'name and no citizen number is shown.',
    )
    .summary('một khoản chi, từ danh sách đến byte / one payment, from list to byte')
    .option('--reference <id>', 'mã tham chiếu / end-to-end id')
    .addOption(
      new Option('--recipient <id>', 'số người thụ hưởng / recipient number').argParser((text) =>
        BigInt(wholeNumber(text)),
      ),
    )
    .addOption(periodOption())
    .option('--entry <reference>', 'mã bút toán của ngân hàng / the bank’s entry reference')
    .option(
      '--after <id>',
      'các khoản chi của bút toán sau mã này / those of the entry behind this',
    )
    .option('--json', 'in JSON thay vì văn bản / JSON in place of text')
    .action((options: TraceCommand) => withHouse((house) => traceAll(house, options)));
}

interface TraceCommand {
  readonly reference?: string;
  readonly recipient?: bigint;
  readonly period?: Period;
  readonly entry?: string;
  readonly after?: string;
  readonly json?: true;
}

async function traceAll(house: House, options: TraceCommand): Promise<void> {
  const { traces, named, next } = await tracePayments(house, questionOf(options));
  if (options.json === true) print(JSON.stringify(traces, null, 2));
  else print(traces.map((one) => traceLines(one).join('\n')).join('\n\n'));
  if (next === null) return;
  // Beside the traces, so that what reads them reads nothing else.
  process.stderr.write(
    `${grouped(traces.length)} trong ${grouped(named)} khoản chi của bút toán / of the payments of the entry; ` +
      `tiếp / go on with: --after ${next}\n`,
  );
}

function questionOf({ reference, recipient, period, entry, after }: TraceCommand): TraceQuestion {
  if (reference !== undefined) return { reference };
  if (entry !== undefined) return { entryReference: entry, after: after ?? null };
  if (recipient !== undefined && period !== undefined) return { recipientId: recipient, period };
  throw new Refusal('configuration-wrong', {
    trace: '--reference | --entry | --recipient + --period',
  });
}
