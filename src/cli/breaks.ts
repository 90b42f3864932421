import { InvalidArgumentError, Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { calendarOf } from '../kernel/working-days.ts';
import { textTable } from '../platform/terminal.ts';
import {
  AGE_CLASSES,
  BREAK_FATES,
  BREAK_KINDS,
  BREAK_OUTCOMES,
  BREAK_SEVERITIES,
  deadlineOf,
  readPlace,
  writtenPlace,
  type BreakFate,
  type BreakKind,
  type BreakOutcome,
  type BreakPlace,
} from '../reconciliation/break.ts';
import { breakAges, breakHistory, breakPage, specialDays } from '../reconciliation/break.sql.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
  seeBreak,
} from '../reconciliation/decide-break.flow.ts';
import { expectSandbox, filled, periodOption, print, wholeNumber, withHouse } from './command.ts';

const ON_A_PAGE = 50;

/** What a person must explain between the ledger and the banks, and what two persons decide about it. */
export function breakCommands(program: Command): void {
  const breaks = program
    .command('breaks')
    .description('chênh lệch đối soát / what a person must explain');
  lookingCommands(breaks);
  assignCommand(breaks);
  proposeCommand(breaks);
  decideCommand(breaks);
}

function lookingCommands(breaks: Command): void {
  breaks
    .command('list')
    .description('các chênh lệch, nặng nhất và gần hạn nhất trước / the gravest and next due first')
    .addOption(periodOption())
    .addOption(kindOption())
    .option('--owner <person>', 'người phụ trách; nobody: chưa giao / its owner; nobody: none yet')
    .option('--resolved', 'những khoản đã giải quyết / those that are resolved', false)
    .option('--after <place>', 'trang sau, như dòng cuối in ra / the next page, as printed', place)
    .action((options: ListCommand) => withHouse((house) => list(house, options)));

  breaks
    .command('ages')
    .description('tuổi của các chênh lệch đang mở / how long open breaks have waited')
    .action(() => withHouse(ages));

  breaks
    .command('find')
    .description('mở chênh lệch do quá hạn hoặc im lặng / open those that only silence shows')
    .action(() =>
      withHouse(async (house) => {
        const opened = await findBreaks(house.context({ actor: 'an-sinh breaks' }));
        for (const { kind, count } of opened) print(`${kind}: ${count}`);
        if (opened.length === 0) print('không có gì mới / nothing new');
      }),
    );

  breaks
    .command('show <number>')
    .description('hai bên, lịch sử, thời hạn / both sides, history, deadline')
    .action((number: string) => withHouse((house) => show(house, BigInt(wholeNumber(number)))));
}

function assignCommand(breaks: Command): void {
  breaks
    .command('assign <number>')
    .description('giao người phụ trách (chỉ môi trường thử) / give it an owner (sandbox only)')
    .requiredOption('--owner <person>', 'người phụ trách / its owner')
    .option('--note <text>', 'ghi chú / a note', '')
    .requiredOption('--by <person>', 'người giao / who assigns')
    .action((number: string, options: { owner: string; note: string; by: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const { owner, note, by } = options;
        const breakId = BigInt(wholeNumber(number));
        await assign(house.context({ actor: by }), { breakId, owner, note });
        print(`đã giao / assigned: ${owner}`);
      }),
    );
}

function proposeCommand(breaks: Command): void {
  breaks
    .command('propose <number>')
    .description('đề nghị cách giải quyết (chỉ môi trường thử) / propose (sandbox only)')
    .addOption(
      new Option('--fate <fate>', 'kết cục của lệnh chi / what becomes of the instruction').choices(
        Object.keys(BREAK_FATES),
      ),
    )
    .addOption(
      new Option('--outcome <outcome>', 'tiền treo đi đâu / where the money goes').choices(
        Object.keys(BREAK_OUTCOMES),
      ),
    )
    .option('--settles <n>', 'tất toán chênh lệch số / the earlier break it settles', wholeNumber)
    .requiredOption('--reason <text>', 'lý do / why', filled)
    .requiredOption('--document <number>', 'văn bản, chứng từ / the evidence', filled)
    .requiredOption('--by <person>', 'người đề nghị / who proposes')
    .action((number: string, options: ProposeCommand) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const proposalNo = await proposeResolution(house.context({ actor: options.by }), {
          breakId: BigInt(wholeNumber(number)),
          fate: options.fate ?? null,
          outcome: options.outcome ?? null,
          settles: options.settles === undefined ? null : BigInt(options.settles),
          reason: options.reason,
          document: options.document,
        });
        print(`đề nghị số / proposal ${proposalNo}`);
      }),
    );
}

function decideCommand(breaks: Command): void {
  breaks
    .command('decide <number>')
    .description('quyết định theo đề nghị (chỉ môi trường thử) / decide (sandbox only)')
    .requiredOption('--proposal <n>', 'số đề nghị / number of the proposal', wholeNumber)
    .option('--decline', 'không đồng ý / say no', false)
    .option('--reason <text>', 'lý do / why', '')
    .requiredOption('--by <person>', 'người quyết định / who decides')
    .action((number: string, options: DecideCommand) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const { movedVnd } = await decideBreak(house.context({ actor: options.by }), {
          breakId: BigInt(wholeNumber(number)),
          proposalNo: options.proposal,
          decision: options.decline ? 'declined' : 'confirmed',
          reason: options.reason,
        });
        print(`đã quyết định / decided: ${grouped(movedVnd)} đ`);
      }),
    );
}

function place(written: string): BreakPlace {
  const read = readPlace(written);
  if (read === undefined) {
    throw new InvalidArgumentError('như 1~2026-11-19~120 / such as 1~2026-11-19~120');
  }
  return read;
}

function kindOption(): Option {
  return new Option('--kind <kind>', 'loại chênh lệch / its kind').choices(
    Object.keys(BREAK_KINDS),
  );
}

interface ListCommand {
  readonly period?: Period;
  readonly kind?: BreakKind;
  readonly owner?: string;
  readonly resolved: boolean;
  readonly after?: BreakPlace;
}

interface ProposeCommand {
  readonly fate?: BreakFate;
  readonly outcome?: BreakOutcome;
  readonly settles?: number;
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

async function list(house: House, options: ListCommand): Promise<void> {
  const { db, clock } = house.context({ actor: '' });
  const now = clock();
  const calendar = calendarOf(await specialDays(db));
  const page = await breakPage(db, {
    period: options.period ?? null,
    kind: options.kind ?? null,
    owner: options.owner ?? null,
    resolved: options.resolved,
    after: options.after ?? null,
    limit: ON_A_PAGE,
    now,
  });
  const head = [
    'Số',
    'Mức độ',
    'Loại',
    'Kỳ',
    'Đợt',
    'Số tiền',
    'Treo',
    'Tuổi',
    'Hạn',
    'Phụ trách',
    'Kết quả',
  ];
  const rows = page.map((one) => [
    String(one.breakId),
    BREAK_SEVERITIES[one.severity].vi,
    BREAK_KINDS[one.kind].vi,
    one.period,
    one.batchCode ?? '–',
    `${grouped(one.amountVnd)} đ`,
    `${grouped(one.gapVnd)} đ`,
    String(one.ageDays),
    deadlineOf(calendar, one) ?? '–',
    one.owner ?? '–',
    one.resolution ?? '–',
  ]);
  print(textTable([head, ...rows]));
  const last = page.at(-1);
  if (page.length === ON_A_PAGE && last !== undefined) print(`… --after ${writtenPlace(last)}`);
}

async function ages(house: House): Promise<void> {
  const { db, clock } = house.context({ actor: '' });
  const now = clock();
  const rows = await breakAges(db, { now, classes: AGE_CLASSES.map(({ from }) => from) });
  const head = ['Loại', 'Tuổi', 'Số dòng', 'Số tiền', 'Chưa giao'];
  const told = rows.map((row) => [
    BREAK_KINDS[row.kind].vi,
    AGE_CLASSES.find(({ from }) => from === row.from)?.title.vi ?? '',
    String(row.count),
    `${grouped(row.vnd)} đ`,
    String(row.unassigned),
  ]);
  print(textTable([head, ...told]));
}

async function show(house: House, breakId: bigint): Promise<void> {
  const { db, clock } = house.context({ actor: '' });
  const now = clock();
  const { found, sides } = await seeBreak(db, { breakId, now });
  const deadline = deadlineOf(calendarOf(await specialDays(db)), found);
  const facts = [
    ['Chênh lệch / break', `${found.breakId}: ${BREAK_KINDS[found.kind].vi}`],
    ['', BREAK_KINDS[found.kind].en],
    ['Mã tham chiếu / reference', found.reference],
    ['Số tiền / amount', `${grouped(found.amountVnd)} đ`],
    ['Đang treo / in suspense', `${grouped(found.gapVnd)} đ`],
    ['Phụ trách / owner', found.owner ?? '–'],
    ['Mở ngày, hạn / opened, due', `${found.openedOn}, ${deadline ?? '–'}`],
    [
      'Ta lập / instructed',
      toldOf(sides.instructedReference, sides.instructedVnd, found.batchCode),
    ],
    ['Kết cục / outcome', sides.isReturned ? 'returned' : (sides.outcome ?? '–')],
    ['Ngân hàng báo / the bank says', toldOf(sides.lineKind, sides.lineVnd, sides.bookedOn)],
    ['Bút toán / entry', sides.entryReference ?? '–'],
    ['Tệp / file', toldOf(sides.fileName, null, sides.fileHash)],
    ['Byte', sides.byteOffset === null ? '–' : String(sides.byteOffset)],
    ['Kết quả / resolution', found.resolution ?? '–'],
  ];
  print(textTable(facts));
  print('');
  const head = ['Lúc', 'Việc', 'Ai', 'Nội dung', 'Ghi chú'];
  const history = await breakHistory(db, { breakId });
  const steps = history.map(({ at, what, by, told, note }) => [
    at.toISOString(),
    what,
    by,
    told,
    note,
  ]);
  print(textTable([head, ...steps]));
}

/** What is known of one side, or a dash. */
function toldOf(what: string | null, vnd: bigint | null, more: string | null): string {
  const parts = [what, vnd === null ? null : `${grouped(vnd)} đ`, more];
  return parts.filter((part) => part !== null).join(', ') || '–';
}
