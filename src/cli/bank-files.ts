import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { bankFiles } from '../compose.ts';
import type { BankItem } from '../settlement/bank-file.ts';
import type { BankFileReader } from '../settlement/bank-file-reader.port.ts';

const READ_BYTES = 256 * 1024;

/** Files of banks, looked at without a database. */
export function bankFileCommands(program: Command): void {
  const settlement = program.commands.find((command) => command.name() === 'settlement');
  if (settlement === undefined) throw new Error('the stage settlement comes first');
  settlement
    .command('read')
    .description(
      'in nội dung một tệp của ngân hàng hoặc bưu điện ra JSON / print one file of a bank as JSON\n\n' +
        'Mọi ngân hàng, mọi loại tiền; số tiền giữ nguyên từng chữ số. Không cần cơ sở dữ liệu.\n' +
        'Any bank, any currency; amounts keep their digits. No database is needed. It is printed once ' +
        'the whole file has been read; a file that is refused prints nothing.',
    )
    .summary('in một tệp của ngân hàng ra JSON / print one file of a bank as JSON')
    .argument('<file>', 'pain.00x, camt.05x, camt.029, acmt.024, admi.002, MT940/942, CSV, XLSX')
    .action((file: string) => printFile(bankFiles(), file));
}

/** Prints what a file says. It is read twice, so that nothing is printed of a file that breaks off. */
async function printFile(reader: BankFileReader, file: string): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counts: Record<string, number> = {};
  let faultCount = 0;
  const message: { item?: BankItem } = {};
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytesOf(file)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  for await (const items of reader.read(hashed())) {
    for (const item of items) {
      if (item.type === 'message') message.item = item;
      counts[item.type] = (counts[item.type] ?? 0) + 1;
      faultCount += item.faults.length;
    }
  }
  const sha256 = hash.digest('hex');
  await write(
    `{"file":${JSON.stringify(file)},"bytes":${bytes},"sha256":"${sha256}",\n` +
      `"message":${shown(message.item)},\n` +
      `"counts":${JSON.stringify(counts)},"faultCount":${faultCount},\n"items":[`,
  );
  let mark = '\n';
  for await (const items of reader.read(bytesOf(file))) {
    let text = '';
    for (const item of items) {
      if (item.type === 'message') continue;
      text += `${mark}${shown(item)}`;
      mark = ',\n';
    }
    await write(text);
  }
  await write('\n]}\n');
}

/** What stands in the file, without what does not. */
function shown(item: BankItem | undefined): string {
  if (item === undefined) return 'null';
  return JSON.stringify(item, (_, value: unknown) =>
    value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value,
  );
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: READ_BYTES });
  for await (const chunk of stream) yield chunk as Buffer;
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
