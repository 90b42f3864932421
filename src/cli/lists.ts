import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { faultWorkbooks, listDesk, listTemplate } from '../compose.ts';
import { checkList, headingMap } from '../intake/check-list.flow.ts';
import type { CheckedRow } from '../intake/checked-row.ts';
import type { Period } from '../kernel/period.ts';
import { REFUSALS, Refusal } from '../kernel/refusal.ts';
import { periodOption } from './command.ts';

interface CheckCommand {
  readonly period?: Period;
  readonly map?: string;
  readonly province?: string;
  readonly faultWorkbook?: string;
}

/** What can be done with a list before it is taken in. */
export function listCommands(intake: Command): void {
  intake
    .command('check')
    .description(
      'kiểm tra một danh sách, không nhập / judge a list without taking it in\n\n' +
        'Không cần cơ sở dữ liệu. In NDJSON: mỗi dòng của bảng một dòng, dòng cuối là tổng kết.\n' +
        'No database is needed. NDJSON: a line for each row, the last line is the summary.',
    )
    .summary('kiểm tra một danh sách, không nhập / judge a list without taking it in')
    .argument('<file>', '.xlsx hoặc .csv / .xlsx or .csv')
    .addOption(periodOption())
    .addOption(new Option('--province <code>', 'mã tỉnh, nếu danh sách không ghi / province code'))
    .addOption(
      new Option(
        '--map <file>',
        'JSON: tiêu đề hoặc chữ cái cột → trường chuẩn / heading to field',
      ),
    )
    .option(
      '--fault-workbook <file>',
      'ghi lại danh sách với cột Lỗi / the list back, with a column of faults',
    )
    .action(check);
  intake
    .command('template')
    .description('ghi mẫu danh sách trống / write an empty form of a list')
    .argument('<file>', '.xlsx')
    .action(async (file: string) => {
      await writeFile(file, await listTemplate());
    });
}

async function check(file: string, options: CheckCommand): Promise<void> {
  try {
    const mapped = options.map === undefined ? new Map() : headingMap(await readMap(options.map));
    const lines = checkList(await listDesk(), {
      path: file,
      period: options.period ?? null,
      provinceCode: options.province ?? null,
      mapped,
    });
    const faults: CheckedRow[] = [];
    let line = await lines.next();
    while (line.done !== true) {
      await write(line.value);
      const isWanted = options.faultWorkbook !== undefined && line.value.verdict !== 'accept';
      if (isWanted) faults.push(line.value);
      line = await lines.next();
    }
    if (options.faultWorkbook !== undefined) {
      await writeFile(
        options.faultWorkbook,
        await faultWorkbooks.write({ path: file, rows: faults }),
      );
    }
    await write({ summary: line.value });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Whoever reads the lines is told on them too that there are none.
    const { vi, en } = REFUSALS[error.code];
    await write({ summary: { refused: { code: error.code, vi, en, ...error.facts } } });
    throw error;
  }
}

async function readMap(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw new Refusal('heading-map-malformed');
  }
}

async function write(line: object): Promise<void> {
  const text = JSON.stringify(line, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}
