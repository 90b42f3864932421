import type { Command } from 'commander';
import { auditHead } from '../audit/audit.sql.ts';
import { countViolations, INVARIANTS } from '../audit/invariants.sql.ts';
import { stateHash } from '../audit/state-hash.flow.ts';
import { batchesOf } from '../batch/batch.sql.ts';
import type { House } from '../compose.ts';
import { FINDINGS, type RuleCode } from '../intake/findings.ts';
import { findingsOfList } from '../intake/intake.sql.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { systemClock } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import { periodOption, print, rowText, wholeNumber, withHouse } from './command.ts';

/** What stands in the database, and whether it may. */
export function inspectCommands(program: Command): void {
  program
    .command('batches')
    .description('các đợt của một kỳ / the batches of a period')
    .addOption(periodOption().makeOptionMandatory())
    .action((options: { period: Period }) =>
      withHouse((house) => listBatches(house, options.period)),
    );
  program
    .command('findings')
    .description('lỗi của một danh sách, theo dòng và cột / the faults of a list by row and column')
    .argument('<list>', 'số danh sách / list number', (text) => BigInt(wholeNumber(text)))
    .action((listId: bigint) => withHouse((house) => listFindings(house, listId)));
  program
    .command('invariants')
    .description('kiểm tra các bất biến; mỗi dòng phải là 0 / every invariant; each must be 0')
    .action(() => withHouse(checkInvariants));
  program
    .command('state-hash')
    .description('mã băm của toàn bộ dữ liệu nghiệp vụ / one hash of all business tables')
    .action(() => withHouse(printStateHash));
  program
    .command('migrate')
    .description('đưa cơ sở dữ liệu lên phiên bản mới nhất / bring the database up to date')
    .action(() => withHouse(() => Promise.resolve()));
}

async function listBatches({ db }: House, of: Period): Promise<void> {
  const batches = await batchesOf(db, { period: of, state: null });
  const head = ['Số', 'Mã đợt', 'Trạng thái', 'Số lệnh', 'Tổng tiền', 'Mã băm nội dung'];
  const rows = batches.map((one) => [
    String(one.batchId),
    one.batchCode,
    one.state,
    grouped(one.instructionCount),
    `${grouped(one.totalVnd)} đ`,
    one.contentHash,
  ]);
  print(textTable([head, ...rows]));
}

async function listFindings({ db }: House, listId: bigint): Promise<void> {
  for (const found of await findingsOfList(db, { listId, atMost: 10_000 })) {
    const { wrong, next } = FINDINGS[found.code as RuleCode];
    const { rowNo, column, verdict, code } = found;
    print(`${rowText(rowNo)}, cột/column ${column}, ${verdict}, ${code}`);
    print(`  ${wrong.vi}. ${next.vi}.`);
    print(`  ${wrong.en}. ${next.en}.`);
  }
}

async function checkInvariants({ db }: House): Promise<void> {
  const rows: string[][] = [];
  for (const invariant of INVARIANTS) {
    const violations = await countViolations(db, { invariant, now: systemClock() });
    if (violations > 0n) process.exitCode = 1;
    rows.push([invariant.id, String(violations), `${invariant.says.vi} / ${invariant.says.en}`]);
  }
  print(textTable(rows));
}

async function printStateHash({ db }: House): Promise<void> {
  print(await stateHash(db));
  const { eventNo, hash } = await auditHead(db);
  print(`nhật ký / audit: ${eventNo} ${hash}`);
}
