import { InvalidArgumentError, Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import { successorsOf, unitsOfCode, type Unit } from '../intake/units.sql.ts';
import { isPlainDate, type PlainDate } from '../kernel/period.ts';
import { businessDate, systemClock } from '../platform/clock.ts';
import { print, withHouse } from './command.ts';

/** What a code of a unit of administration means on the day of a document. */
export function unitCommand(program: Command): void {
  program
    .command('unit')
    .description(
      'mã đơn vị hành chính nghĩa là gì vào ngày của giấy tờ / what a unit’s code means on a day',
    )
    .argument('<code>', 'mã tỉnh (2 số) hoặc xã (5 số) / code of a province or commune')
    .addOption(
      new Option('--on <YYYY-MM-DD>', 'ngày của giấy tờ; mặc định hôm nay / day of the document')
        .argParser((text) => {
          if (!isPlainDate(text)) throw new InvalidArgumentError('YYYY-MM-DD');
          return text;
        })
        .default(businessDate(systemClock()), 'hôm nay / today'),
    )
    .action((code: string, { on }: { on: PlainDate }) =>
      withHouse((house) => explainUnit(house, { code, on })),
    );
}

const PARTS = {
  whole: 'toàn bộ / whole',
  part: 'một phần / part',
  not_said: 'nguồn không nói toàn bộ hay một phần / the source does not say how much',
} as const;

async function explainUnit(
  { db }: House,
  { code, on }: { code: string; on: PlainDate },
): Promise<void> {
  const units = await unitsOfCode(db, { code, on });
  if (units.length === 0) {
    print(`${code}: không có đơn vị nào mang mã này vào ${on} / no unit has this code on ${on}`);
    for (const other of await unitsOfCode(db, { code, on: null })) print(`  ${line(other)}`);
    process.exitCode = 1;
    return;
  }
  for (const unit of units) {
    print(line(unit));
    for (const next of await successorsOf(db, { ...unit, on })) {
      print(`  ${next.changedOn} → ${next.code} ${next.name} (${PARTS[next.part]})`);
    }
  }
}

function line({ code, name, parentCode, validFrom, validUntil }: Unit): string {
  return `${code} ${name}, ${parentCode}, ${validFrom} … ${validUntil ?? ''}`.trimEnd();
}
