import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { decreeDesk, type House } from '../compose.ts';
import { approveDecree } from '../entitlement/approve-decree.flow.ts';
import {
  correctionsBy,
  decreeProposed,
  decreesProposed,
  type Correction,
  type StoredDecree,
} from '../entitlement/decree.sql.ts';
import {
  proposeDecree,
  releaseAsDecree,
  type DecreeFile,
} from '../entitlement/propose-decree.flow.ts';
import { simulate, type SimulatedDecree } from '../entitlement/simulate.flow.ts';
import { isPlainDate, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { grouped } from '../kernel/text.ts';
import { businessDate, systemClock } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import { expectSandbox, periodOption, print, wholeNumber, withHouse } from './command.ts';

/** What a decree would cost, and how it becomes the law. */
export function decreeCommands(program: Command): void {
  simulateCommand(program);
  const decree = program
    .command('decree')
    .description('nạp văn bản bằng hai người / load a decree by two persons');
  proposeCommands(decree);
  readAndApproveCommands(decree);
}

function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description(
      'chi phí của một dự thảo trên danh sách hiện có, không thay đổi gì / what a proposed decree would ' +
        'cost on the register, without touching anything',
    )
    .requiredOption('--rates <file>', 'JSON hoặc CSV, xem docs/law-files.md / JSON or CSV')
    .addOption(periodOption().makeOptionMandatory())
    .addOption(asOfOption())
    .option('--json', 'in JSON thay vì bảng / JSON in place of tables')
    .action((options: SimulateCommand) => withHouse((house) => simulateFile(house, options)));
}

function proposeCommands(decree: Command): void {
  decree
    .command('propose')
    .description('trình một văn bản kèm bản xem trước / propose a decree, with its preview')
    .argument('<file>', 'JSON hoặc CSV / JSON or CSV')
    .requiredOption('--by <person>', 'người trình / the person who proposes')
    .addOption(periodOption())
    .addOption(asOfOption())
    .action((file: string, options: ProposeCommand) =>
      withHouse(async (house) => {
        await propose(house, { content: await readFile(file), name: basename(file) }, options);
      }),
    );
  decree
    .command('release')
    .description(
      'trình dữ liệu tham chiếu của phiên bản này mà cơ sở dữ liệu chưa có / propose what the ' +
        'reference data of this release says and the database does not',
    )
    .requiredOption('--by <person>', 'người trình / the person who proposes')
    .addOption(periodOption())
    .addOption(asOfOption())
    .action((options: ProposeCommand) => withHouse((house) => proposeRelease(house, options)));
}

function readAndApproveCommands(decree: Command): void {
  decree
    .command('list')
    .description('các văn bản đã trình / the decrees proposed')
    .action(() => withHouse(list));
  decree
    .command('show')
    .description('một văn bản, bản xem trước và nội dung / one decree, its preview and its rows')
    .argument('<id>', 'số / number', (text) => BigInt(wholeNumber(text)))
    .option('--json', 'in JSON / JSON')
    .option('--content', 'in nguyên tệp đã trình / the file as it was proposed')
    .action((id: bigint, options: { json?: true; content?: true }) =>
      withHouse((house) => show(house, id, options)),
    );
  decree
    .command('approve')
    .description('duyệt và nạp; không phải người trình / approve and load; not who proposed it')
    .argument('<id>', 'số / number', (text) => BigInt(wholeNumber(text)))
    .requiredOption('--by <person>', 'người duyệt / the person who approves')
    .option('--sha256 <hex>', 'mã băm của tệp đã đọc / the hash of the file that was read')
    .action((id: bigint, options: { by: string; sha256?: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        await approve(house, id, options);
      }),
    );
}

function asOfOption(): Option {
  return new Option(
    '--as-of <YYYY-MM-DD>',
    'ngày xét, mặc định hôm nay / day of assessment, today unless given',
  ).argParser((text) => {
    if (!isPlainDate(text)) throw new InvalidArgumentError('YYYY-MM-DD');
    return text;
  });
}

function today(): PlainDate {
  return businessDate(systemClock());
}

interface SimulateCommand {
  readonly rates: string;
  readonly period: Period;
  readonly asOf?: PlainDate;
  readonly json?: true;
}

async function simulateFile({ db }: House, options: SimulateCommand): Promise<void> {
  const { rates, period, asOf, json } = options;
  const decree = decreeDesk.format.read(await readFile(rates), basename(rates));
  const simulated = await simulate(db, { decree, period, assessedOn: asOf ?? today() });
  print(json === true ? asJson(simulated) : simulationText(simulated));
}

interface ProposeCommand {
  readonly by: string;
  readonly period?: Period;
  readonly asOf?: PlainDate;
}

async function proposeRelease(house: House, options: ProposeCommand): Promise<void> {
  const file = await releaseAsDecree(house.db, decreeDesk.shipped, decreeDesk.version);
  if (file === undefined) {
    print('Cơ sở dữ liệu đã có đủ dữ liệu của phiên bản này / nothing of this release is missing');
  } else {
    await propose(house, file, options);
  }
}

async function propose(
  house: House,
  file: DecreeFile,
  { by, period, asOf }: ProposeCommand,
): Promise<void> {
  const assessedOn = asOf ?? today();
  const { decreeId, sha256, preview } = await proposeDecree(
    house.context({ actor: by }),
    decreeDesk.format,
    { file, previewed: { period: period ?? periodOf(assessedOn), assessedOn } },
  );
  print(`văn bản / decree ${decreeId}  sha256 ${sha256}`);
  print(simulationText(preview));
  print(
    `\nĐang chờ người khác duyệt / waits for another person: decree approve ${decreeId} --by …`,
  );
}

async function list({ db }: House): Promise<void> {
  const decrees = await decreesProposed(db);
  const head = [
    'Số',
    'Văn bản',
    'Loại',
    'Dòng',
    'Người trình',
    'Người duyệt',
    'Biết từ',
    'SHA-256',
  ];
  print(
    textTable([
      head,
      ...decrees.map((one) => [
        String(one.decreeId),
        one.number,
        one.kind,
        String(one.rowCount),
        one.proposedBy,
        one.approvedBy ?? '–',
        one.knownSince ?? '–',
        one.sha256,
      ]),
    ]),
  );
}

async function show(
  { db }: House,
  decreeId: bigint,
  { json, content }: { json?: true; content?: true },
): Promise<void> {
  const found = await decreeProposed(db, decreeId);
  if (found === undefined) throw new Refusal('decree-unknown', { decree: decreeId });
  if (content === true) {
    process.stdout.write(found.content);
    return;
  }
  const corrections = await correctionsBy(db, decreeId);
  const { content: bytes, ...told } = found;
  if (json === true) print(asJson({ ...told, byteSize: bytes.length, corrections }));
  else print(decreeText(found, corrections));
}

function decreeText(decree: StoredDecree, corrections: readonly Correction[]): string {
  const { number, titleVi, titleEn, kind, fileName, content, sha256 } = decree;
  const { approvedBy, approvedAt, knownSince } = decree;
  return [
    number,
    titleVi,
    titleEn,
    `${kind}, ${fileName}, ${content.length} byte, sha256 ${sha256}`,
    `người trình / proposed by ${decree.proposedBy}, ${decree.proposedAt.toISOString()}`,
    approvedBy === null || approvedAt === null
      ? 'chưa duyệt / not approved'
      : `người duyệt / approved by ${approvedBy}, ${approvedAt.toISOString()}, ` +
        `biết từ / known since ${String(knownSince)}`,
    ...Object.entries(decree.rows).flatMap(([table, rows]) =>
      rows.map((row) => `  ${table}: ${JSON.stringify(row)}`),
    ),
    ...corrections.map(({ table, was }) => `  trước đó / was, ${table}: ${JSON.stringify(was)}`),
    simulationText(decree.preview as SimulatedDecree),
  ].join('\n');
}

async function approve(
  house: House,
  decreeId: bigint,
  { by, sha256 }: { by: string; sha256?: string },
): Promise<void> {
  const found = await decreeProposed(house.db, decreeId);
  if (found === undefined) throw new Refusal('decree-unknown', { decree: decreeId });
  const { knownSince } = await approveDecree(house.context({ actor: by }), {
    decreeId,
    sha256: sha256 ?? found.sha256,
  });
  print(`đã duyệt và nạp, biết từ / approved and loaded, known since ${knownSince}`);
}

/** JSON with amounts as digits, as everywhere. */
function asJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_name, part: unknown) => (typeof part === 'bigint' ? part.toString() : part),
    2,
  );
}

/** A simulation as tables. It may come from the database, where amounts are digits. */
function simulationText(simulated: SimulatedDecree): string {
  const { number, period, listed, assessedOn, months, programmes, total } = simulated;
  const vnd = (amount: bigint | string): string => grouped(BigInt(amount));
  const difference = (amount: bigint | string): string => {
    const value = BigInt(amount);
    return value < 0n ? `-${grouped(-value)}` : `+${grouped(value)}`;
  };
  const head = ['Chương trình', 'Tỉnh', 'Tháng', 'Hiện hành', 'Đề xuất', 'Chênh lệch'];
  const heads = ['Chương trình', 'Tỉnh', 'Người', 'Tăng', 'Giảm', 'Chênh lệch'];
  return [
    `Mô phỏng / simulation: ${number}, kỳ / period ${period}, xét ngày / as of ${assessedOn}, ` +
      `danh sách / list of ${listed ?? '–'}`,
    textTable([
      head,
      ...months.map((one) => [
        one.programme,
        one.province ?? '–',
        one.month,
        vnd(one.standingVnd),
        vnd(one.proposedVnd),
        difference(one.differenceVnd),
      ]),
    ]),
    textTable([
      heads,
      ...programmes.map((one) => [
        one.programme,
        one.province ?? '–',
        vnd(one.people),
        vnd(one.gaining),
        vnd(one.losing),
        difference(one.differenceVnd),
      ]),
    ]),
    `Tổng / total: ${vnd(total.standingVnd)} → ${vnd(total.proposedVnd)} đ ` +
      `(${difference(total.differenceVnd)} đ); ${vnd(total.people)} người / people, ` +
      `${vnd(total.gaining)} tăng / gain ${vnd(total.gainedVnd)} đ, ` +
      `${vnd(total.losing)} giảm / lose ${vnd(total.lostVnd)} đ, ` +
      `${vnd(total.newlyPaid)} mới được hưởng / newly paid, ` +
      `${vnd(total.nothingLeft)} thôi được hưởng / left with nothing`,
  ].join('\n\n');
}
