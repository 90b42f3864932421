import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { faultWorkbooks, listDesk, listTemplate } from '../compose.ts';
import { checkList } from '../intake/check-list.flow.ts';
import type { CheckedRow } from '../intake/checked-row.ts';
import { headingMap } from '../intake/heading-map.ts';
import { headingVersions, type OfficeHeadings } from '../intake/heading-map.sql.ts';
import type { HeadingMap } from '../intake/headings.ts';
import { mapHeadings, rememberedHeadings } from '../intake/map-headings.flow.ts';
import type { Period } from '../kernel/period.ts';
import { REFUSALS, Refusal } from '../kernel/refusal.ts';
import { textTable } from '../platform/terminal.ts';
import { officeOption, periodOption, print, refusalOf, withHouse } from './command.ts';

interface CheckCommand {
  readonly period?: Period;
  readonly map?: string;
  readonly office?: string;
  readonly province?: string;
  readonly faultWorkbook?: string;
}

/** What can be done with a list before it is taken in. */
export function listCommands(intake: Command): void {
  intake
    .command('check')
    .description(
      'kiểm tra một danh sách, không nhập / judge a list without taking it in\n\n' +
        'Không cần cơ sở dữ liệu, trừ khi có --office. In NDJSON: mỗi dòng của bảng một dòng, dòng cuối là tổng kết.\n' +
        'No database is needed but for --office. NDJSON: a line for each row, the last line is the summary.',
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
    .addOption(officeOption())
    .option(
      '--fault-workbook <file>',
      'ghi lại danh sách với cột Lỗi / the list back, with a column of faults',
    )
    .action(check);
  intake
    .command('headings')
    .description(
      'tiêu đề cột của một đơn vị: xem, hoặc khai báo một lần cho mọi danh sách sau / what the headings of an ' +
        'office mean: shown, or mapped once for every list to come',
    )
    .summary('khai báo tiêu đề cột của một đơn vị / map the headings of an office')
    .argument('<office>', 'mã tỉnh (2 số) hoặc xã (5 số) / code of a province or commune')
    .argument('[map]', 'JSON: tiêu đề hoặc chữ cái cột → trường chuẩn, null là bỏ qua / the map')
    .option('--by <person>', 'ai khai báo / who maps them')
    .action(headings);
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
    expectAnother(options.faultWorkbook, file);
    const mapped = await mappedFor(options);
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
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    // Whoever reads the lines is told on them too that there are none.
    const { code, facts } = refusal;
    const { vi, en } = REFUSALS[code];
    await write({ summary: { refused: { code, vi, en, ...facts } } });
    throw refusal;
  }
}

/** What an office has sent is not written over. */
function expectAnother(output: string | undefined, file: string): void {
  if (output === undefined || resolve(output) !== resolve(file)) return;
  throw new Refusal('output-is-the-list', { file: output });
}

/** What the office has said, and beside it what is said for this file alone. */
async function mappedFor({ office, map }: CheckCommand): Promise<HeadingMap> {
  const said = map === undefined ? new Map<string, null>() : headingMap(await readMap(map));
  if (office === undefined) return said;
  let remembered: HeadingMap = new Map();
  await withHouse(async ({ db }) => {
    remembered = (await rememberedHeadings(db, { office })).mapped;
  });
  return new Map([...remembered, ...said]);
}

async function headings(
  office: string,
  map: string | undefined,
  { by }: { by?: string },
): Promise<void> {
  if (map !== undefined && by === undefined)
    throw new Refusal('configuration-wrong', { needed: '--by' });
  const written = map === undefined ? undefined : await readMap(map);
  await withHouse(async (house) => {
    if (written !== undefined) {
      await mapHeadings(house.context({ actor: by ?? '' }), { unitCode: office, written });
    }
    const versions = await headingVersions(house.db, { unitCode: office });
    print(textTable(versions.map(versionRow)));
    const [now] = versions;
    if (now === undefined) return;
    const rows = Object.entries(now.headings);
    print(textTable(rows.map(([heading, field]) => [heading, field ?? 'bỏ qua / passed over'])));
  });
}

function versionRow({ version, headings: of, madeBy, madeAt }: OfficeHeadings): string[] {
  return [`#${version}`, String(Object.keys(of).length), madeBy, madeAt.toISOString()];
}

async function readMap(path: string): Promise<unknown> {
  const written = await readFile(path, 'utf8');
  try {
    return JSON.parse(written);
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
