import { Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { businessDate } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import { VERIFICATION_FINDINGS, type FindingCode } from '../verification/findings.ts';
import { casesOf, worklistOf, type Case, type Waiting } from '../verification/worklist.sql.ts';
import { periodOption, print, wholeNumber, withHouse } from './command.ts';

const LONGEST = 1_000;

/** What waits for a person before money can leave. */
export function worklistCommands(program: Command): void {
  const worklist = program
    .command('worklist')
    .description('việc chờ người xử lý / what waits for a person');

  worklist
    .command('list')
    .description(
      'các trường hợp còn mở, nặng trước, không có tên / what is open, the gravest first, no names',
    )
    .addOption(periodOption().makeOptionMandatory())
    .option('--commune <code>', 'chỉ một xã / of one commune only')
    .action((options: { period: Period; commune?: string }) =>
      withHouse((house) => list(house, options)),
    );

  worklist
    .command('show')
    .description(
      'mọi phát hiện về một người, hai bên cạnh nhau / all about one recipient, side by side\n\n' +
        'Có họ tên và số: chỉ xem khi cần xử lý.\n' +
        'It shows names and numbers: look only at whom you work on.',
    )
    .summary('mọi phát hiện về một người / all findings about one recipient')
    .addOption(
      new Option('--recipient <id>', 'số người thụ hưởng / recipient number')
        .argParser((text) => BigInt(wholeNumber(text)))
        .makeOptionMandatory(),
    )
    .addOption(periodOption().makeOptionMandatory())
    .action((options: { recipient: bigint; period: Period }) =>
      withHouse((house) => show(house, options)),
    );
}

async function list(
  { db }: House,
  { period, commune }: { period: Period; commune?: string },
): Promise<void> {
  const rows = await worklistOf(db, { period, communeCode: commune ?? null, atMost: LONGEST });
  const head = ['Người', 'Phát hiện / Finding', 'Mức', 'Giữ', 'Xã', 'Hạn xử lý / By', 'Số tiền'];
  print(textTable([head, ...rows.map(rowOf)]));
}

function rowOf(one: Waiting): string[] {
  return [
    String(one.recipientId),
    `${one.code} (${one.subject})`,
    one.severity,
    one.holds,
    one.communeCode,
    one.decideBy,
    `${grouped(one.waitingVnd)} đ`,
  ];
}

async function show(
  { db }: House,
  { recipient: recipientId, period }: { recipient: bigint; period: Period },
): Promise<void> {
  const cases = await casesOf(db, { recipientId, period });
  print(cases.map(caseText).join('\n\n'));
}

function caseText(one: Case): string {
  const { wrong, next } = VERIFICATION_FINDINGS[one.code as FindingCode];
  const closed = one.closedAt === null ? '' : `, đóng/closed ${businessDate(one.closedAt)}`;
  return [
    `${one.code} ${one.severity} ${one.subject} ${businessDate(one.foundAt)}${closed}`,
    `  ${wrong.vi} / ${wrong.en}`,
    `  ${next.vi} / ${next.en}`,
    `  danh sách / listed    ${one.listed}`,
    `  trả lời  / answered  ${one.answered}`,
    `  chứng cứ / evidence  ${one.answerHash}`,
  ].join('\n');
}
