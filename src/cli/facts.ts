import { basename } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { listFiles } from '../compose.ts';
import { CASH_DIFFERENCES } from '../intake/cash-report.ts';
import { cashDifferences } from '../intake/cash-report.sql.ts';
import { checkCashReport } from '../intake/check-cash-report.flow.ts';
import { importFacts, type ImportedFacts } from '../intake/import-facts.flow.ts';
import { OUTSIDE_FORMATS, OUTSIDE_KINDS, type OutsideKind } from '../intake/outside-list.ts';
import { askedRows, outsideLists } from '../intake/outside.sql.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import { required } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import { day, inputOf, periodOption, print, rowText, wholeNumber, withHouse } from './command.ts';

/** Lists of others: who has died, is held, has moved, is paid elsewhere, or has an idle account. */
export function factsCommands(program: Command): void {
  const facts = program
    .command('facts')
    .description('danh sách của cơ quan khác: tử vong, giam giữ, cư trú… / lists of others');
  facts
    .command('import')
    .description(
      'nhập một danh sách; khớp theo số định danh, không bao giờ chỉ theo tên / take a list; by number, never by name alone\n\n' +
        OUTSIDE_KINDS.map((kind) => `  ${kind}: ${both(OUTSIDE_FORMATS[kind].title)}`).join('\n'),
    )
    .summary('nhập một danh sách / take a list')
    .addArgument(new Argument('<kind>', 'loại / kind').choices(OUTSIDE_KINDS))
    .argument('<file>', '.xlsx hoặc .csv / .xlsx or .csv')
    .requiredOption('--source <office>', 'ai lập danh sách / who made it')
    .addOption(
      new Option('--as-of <YYYY-MM-DD>', 'ngày chốt của danh sách / the day whose state it is')
        .argParser(day)
        .makeOptionMandatory(),
    )
    .requiredOption('--by <person>', 'người nhập / who takes it')
    .option('--most <n>', 'in nhiều nhất bấy nhiêu dòng / at most so many rows', wholeNumber, 50)
    .action(importFile);
  cashCommand(facts);
  facts
    .command('lists')
    .description('các danh sách đã nhập / the lists that were taken')
    .option('--most <n>', 'nhiều nhất / at most', wholeNumber, 50)
    .action(({ most }: { most: number }) =>
      withHouse(async ({ db }) => {
        const lists = await outsideLists(db, { atMost: most });
        const rows = lists.map((one) => [
          `#${one.fileId}`,
          one.kind,
          one.source,
          one.asOf,
          grouped(one.rows),
          grouped(one.taken),
          grouped(one.asked),
          one.importedBy,
        ]);
        const head = ['Số', 'Loại', 'Nguồn', 'Ngày chốt', 'Dòng', 'Khớp', 'Cần xem', 'Người nhập'];
        print(textTable([head, ...rows]));
      }),
    );
  facts
    .command('rows')
    .description('những dòng cần người xem / the rows that a person has to look at')
    .argument('<list>', 'số danh sách / list number', (text) => BigInt(wholeNumber(text)))
    .option('--most <n>', 'nhiều nhất / at most', wholeNumber, 1000)
    .action((fileId: bigint, { most }: { most: number }) =>
      withHouse(({ db }) => showAsked(db, fileId, most)),
    );
}

function cashCommand(facts: Command): void {
  facts
    .command('cash')
    .description(
      'đối chiếu báo cáo chi tiền mặt của bưu điện với danh sách tháng / hold a post office’s report against the lists of the month\n\n' +
        'Khớp theo mã hồ sơ. Nhập lại cùng tệp thì chỉ in lại kết quả.\n' +
        'By the number of the file. The same file again prints what was found.',
    )
    .summary('đối chiếu báo cáo chi tiền mặt / check a cash report')
    .argument('<file>', '.xlsx hoặc .csv / .xlsx or .csv')
    .addOption(periodOption().makeOptionMandatory())
    .requiredOption('--source <office>', 'bưu điện nào lập / who made it')
    .requiredOption('--by <person>', 'người nhập / who takes it')
    .option('--most <n>', 'in nhiều nhất bấy nhiêu dòng / at most so many rows', wholeNumber, 50)
    .action(checkCash);
}

interface ImportCommand {
  readonly source: string;
  readonly asOf: PlainDate;
  readonly by: string;
  readonly most: number;
}

async function importFile(kind: OutsideKind, file: string, options: ImportCommand): Promise<void> {
  await withHouse(async (house, config) => {
    const { PROVINCE_CODE } = required(config, ['PROVINCE_CODE'], 'nhập / import');
    const { source, asOf, by, most } = options;
    const done = await importFacts(house.context({ actor: by }), listFiles, {
      content: inputOf(file),
      name: basename(file),
      kind,
      source,
      asOf,
      provinceCode: PROVINCE_CODE,
    });
    print(told(done));
    if (done.asked > 0n) await showAsked(house.db, done.fileId, most);
  });
}

interface CashCommand {
  readonly period: Period;
  readonly source: string;
  readonly by: string;
  readonly most: number;
}

async function checkCash(file: string, { period, source, by, most }: CashCommand): Promise<void> {
  await withHouse(async (house, config) => {
    const { PROVINCE_CODE } = required(config, ['PROVINCE_CODE'], 'đối chiếu / check');
    const done = await checkCashReport(house.context({ actor: by }), listFiles, {
      content: inputOf(file),
      name: basename(file),
      period,
      source,
      provinceCode: PROVINCE_CODE,
    });
    const found = await cashDifferences(house.db, { fileId: done.fileId, atMost: most });
    print(
      textTable([
        ['báo cáo / report', `#${done.fileId}`],
        ['phải chi tiền mặt theo danh sách / to be paid in cash', grouped(done.listed)],
        ['dòng báo cáo / rows', grouped(done.rows)],
        ['khác nhau / differences', grouped(done.differences)],
      ]),
    );
    const head = ['Dòng', 'Mã hồ sơ', 'Danh sách', 'Báo cáo', 'Phát hiện', 'Việc tiếp theo'];
    const rows = found.map(({ rowNo, code, enrolmentRef, listedVnd, reportedVnd }) => [
      rowNo === null ? '' : rowText(rowNo),
      enrolmentRef,
      listedVnd === null ? '' : grouped(listedVnd),
      reportedVnd === null ? '' : grouped(reportedVnd),
      `${code}: ${both(CASH_DIFFERENCES[code].wrong)}`,
      both(CASH_DIFFERENCES[code].next),
    ]);
    if (rows.length > 0) print(`\n${textTable([head, ...rows])}`);
  });
}

function told(done: ImportedFacts): string {
  if (done.unchanged) return `#${done.fileId}: đã nhập trước đó / taken before`;
  const rows: [string, bigint][] = [
    ['dòng / rows', done.rows],
    ['khớp người trong sổ / of people we know', done.taken],
    ['cần người xem / for a person to look at', done.asked],
    ['mới hoặc đổi / new or changed', done.changed],
    ['kết thúc / ended', done.ended],
    ['rút lại vì sai / withdrawn', done.withdrawn],
  ];
  return textTable([
    ['danh sách / list', `#${done.fileId}`],
    ...rows.map(([label, count]) => [label, grouped(count)]),
  ]);
}

const WHY: Readonly<Record<string, Bilingual>> = {
  'number-malformed': {
    vi: 'Số định danh thiếu hoặc sai',
    en: 'No number, or no number of 12 digits',
  },
  'day-unreadable': {
    vi: 'Ngày thiếu hoặc không đọc được',
    en: 'No day, or none that can be read',
  },
  'days-disagree': { vi: 'Ngày kết thúc trước ngày bắt đầu', en: 'It ends before it begins' },
  'day-not-yet': { vi: 'Ngày sau ngày chốt danh sách', en: 'A day after that of the list' },
  'name-alone': { vi: 'Chỉ trùng họ tên và ngày sinh', en: 'Name and birth alone agree' },
  'name-differs': { vi: 'Đúng số nhưng khác tên', en: 'The number is known, the name is another' },
  'account-differs': {
    vi: 'Không phải tài khoản đang nhận tiền',
    en: 'Not the account that is paid to',
  },
  'death-taken-back': {
    vi: 'Đã xác minh là còn sống: nơi lập danh sách cần sửa',
    en: 'Found to be alive: whoever made the list has to correct it',
  },
  'day-differs': { vi: 'Đã ghi một ngày chết khác', en: 'Another day of death is recorded' },
};

/** Where the rows stand and why, and nothing of what they say. */
async function showAsked(
  db: Parameters<typeof askedRows>[0],
  fileId: bigint,
  atMost: number,
): Promise<void> {
  const rows = await askedRows(db, { fileId, atMost });
  print(
    textTable(
      rows.map(({ rowNo, why, recipientId }) => [
        rowText(rowNo),
        both(WHY[why] ?? { vi: why, en: why }),
        recipientId === null ? '' : `? ${recipientId}`,
      ]),
    ),
  );
}

function both({ vi, en }: Bilingual): string {
  return `${vi} / ${en}`;
}
