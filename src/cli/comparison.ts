import type { Command } from 'commander';
import { counterpartsOf, type House } from '../compose.ts';
import { compareList, explainMovements } from '../intake/compare-list.flow.ts';
import {
  comparisonOf,
  movementsOf,
  openAlarms,
  type Alarm,
  type ComparisonCounts,
  type Movement,
} from '../intake/comparison.sql.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { required, type Config } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import {
  filled,
  inputOf,
  officeOption,
  periodOption,
  print,
  wholeNumber,
  withHouse,
} from './command.ts';

/** A list beside the month before: before it is taken in, and afterwards. */
export function comparisonCommands(intake: Command): void {
  intake
    .command('compare')
    .description(
      'so danh sách với tháng trước, không nhập / lay a list beside last month, without taking it in\n\n' +
        'Mới, thôi, đổi (trường nào), chuyển xã, trở lại; nêu tên chỗ thôi không rõ lý do và chỗ đổi ' +
        'hàng loạt. So các chương trình có trong danh sách; danh sách một xã chỉ so với xã đó.\n' +
        'New, ended, changed (which fields), moved, returned; endings without a reason and mass changes ' +
        'are named. Compared are the programmes of the list; a list of one commune is compared with it.',
    )
    .summary('so danh sách với tháng trước / lay a list beside last month')
    .argument('<file>', 'danh sách / a list')
    .addOption(periodOption().makeOptionMandatory())
    .addOption(officeOption())
    .option('--most <n>', 'in nhiều nhất bấy nhiêu dòng / at most so many rows', wholeNumber, 50)
    .action((file: string, options: { period: Period; most: number; office?: string }) =>
      withHouse((house, config) => compareFile(house, config, { file, ...options })),
    );
  intake
    .command('movements')
    .description('biến động của một danh sách đã nhập / the movements of a list that was taken in')
    .argument('<list>', 'số danh sách / list number', listNumber)
    .option('--most <n>', 'in nhiều nhất bấy nhiêu dòng / at most so many rows', wholeNumber, 50)
    .action((listId: bigint, { most }: { most: number }) =>
      withHouse((house) => showMovements(house, listId, most)),
    );
  intake
    .command('answer')
    .description(
      'giải trình biến động; chưa giải trình thì chưa ký được / say why, or nothing is signed',
    )
    .argument('<list>', 'số danh sách / list number', listNumber)
    .requiredOption('--by <person>', 'không phải người nộp / not who sent the list')
    .requiredOption('--reason <text>', 'lý do, số văn bản / the reason, the document', filled)
    .option('--commune <code>', 'chỉ một xã / one commune alone')
    .action((listId: bigint, options: { by: string; reason: string; commune?: string }) =>
      withHouse(async (house) => {
        const { by, reason, commune: communeCode = null } = options;
        const answered = await explainMovements(house.context({ actor: by }), {
          listId,
          communeCode,
          reason,
        });
        print(`đã giải trình ${answered} / ${answered} explained`);
      }),
    );
}

function listNumber(text: string): bigint {
  return BigInt(wholeNumber(text));
}

interface CompareCommand {
  readonly file: string;
  readonly period: Period;
  readonly most: number;
  readonly office?: string;
}

async function compareFile(
  house: House,
  config: Config,
  { file, period, most, ...office }: CompareCommand,
): Promise<void> {
  const { PROVINCE_CODE: provinceCode } = required(config, ['PROVINCE_CODE'], 'so sánh / compare');
  const { refused, counts, alarms, movements } = await compareList(
    house.context({ actor: 'terminal' }),
    counterpartsOf(house, config).lists,
    { content: inputOf(file), period, provinceCode, atMost: most, ...office },
  );
  showCounts(counts);
  if (refused > 0n) {
    print(
      `bị loại, không so: ${grouped(refused)}; xem bằng intake check / refused and not compared: ${grouped(refused)}; see intake check`,
    );
  }
  showAlarms(alarms);
  showRows(movements);
}

async function showMovements({ db }: House, listId: bigint, atMost: number): Promise<void> {
  const counts = await comparisonOf(db, listId);
  if (counts === undefined) {
    print('không có tháng trước để so / there is no month before to compare with');
    return;
  }
  showCounts(counts);
  showAlarms(await openAlarms(db, listId));
  showRows(await movementsOf(db, { listId, kind: null, atMost }));
}

function showCounts(counts: Omit<ComparisonCounts, 'moved'>): void {
  const rows: [string, bigint][] = [
    ['tháng trước / month before', counts.before],
    ['danh sách này / this list', counts.listed],
    ['như cũ / the same', counts.same],
    ['mới / new', counts.new],
    ['thôi / ended', counts.ended],
    ['đổi, chuyển / changed or moved', counts.changed],
    ['trở lại / returned', counts.returned],
  ];
  print(textTable(rows.map(([label, count]) => [label, grouped(count)])));
}

function showAlarms(alarms: readonly Alarm[]): void {
  if (alarms.length === 0) return;
  print('\nCẦN GIẢI TRÌNH / TO BE EXPLAINED');
  print(
    textTable(
      alarms.map(({ communeCode, what, count, of }) => [
        `xã ${communeCode}`,
        what,
        grouped(count),
        `/ ${grouped(of)}`,
      ]),
    ),
  );
}

/** The fields of a change, and never its values: a terminal keeps what it showed. */
function showRows(movements: readonly Omit<Movement, 'communeCode'>[]): void {
  if (movements.length === 0) return;
  print('');
  print(
    textTable(
      movements.map(({ recipientId, enrolmentRef, kind, facts, explainedBy }) => [
        kind,
        // A preview has no number yet for who is new.
        kind === 'new' ? '' : String(recipientId),
        enrolmentRef,
        kind === 'ended'
          ? (explainedBy ?? 'không rõ lý do / no reason')
          : Object.keys(facts).join(', '),
      ]),
    ),
  );
}
