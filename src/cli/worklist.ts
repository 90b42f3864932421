import { Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { both, grouped, type Bilingual } from '../kernel/text.ts';
import { businessDate } from '../platform/clock.ts';
import { textTable } from '../platform/terminal.ts';
import {
  decideOutcome,
  lookIntoFinding,
  proposeOutcome,
} from '../verification/decide-finding.flow.ts';
import { OUTCOMES, STEPS, type Outcome, type Step } from '../verification/finding-outcome.ts';
import { VERIFICATION_FINDINGS, type FindingCode } from '../verification/findings.ts';
import {
  casesOf,
  handledOf,
  worklistOf,
  type Case,
  type Handled,
  type OfFinding,
  type Waiting,
} from '../verification/worklist.sql.ts';
import {
  day,
  expectSandbox,
  filled,
  month,
  periodOption,
  print,
  wholeNumber,
  withHouse,
} from './command.ts';

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
    .addOption(recipientOption())
    .addOption(periodOption().makeOptionMandatory())
    .action((options: { recipient: bigint; period: Period }) =>
      withHouse((house) => show(house, options)),
    );

  stepCommand(worklist);
  proposeCommand(worklist);
  decideCommand(worklist);
}

function recipientOption(): Option {
  return new Option('--recipient <id>', 'số người thụ hưởng / recipient number')
    .argParser((text) => BigInt(wholeNumber(text)))
    .makeOptionMandatory();
}

interface FindingOptions {
  readonly recipient: bigint;
  readonly period: Period;
  readonly code: FindingCode;
  readonly subject: string;
  readonly note: string;
  readonly by: string;
}

function aboutFinding(command: Command): Command {
  return command
    .addOption(recipientOption())
    .addOption(periodOption().makeOptionMandatory())
    .addOption(
      new Option('--code <code>', 'phát hiện nào / which finding')
        .choices(Object.keys(VERIFICATION_FINDINGS))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--subject <subject>', 'về ai / about whom')
        .choices(['recipient', 'payee', 'account'])
        .makeOptionMandatory(),
    )
    .requiredOption('--note <text>', 'vì sao / why')
    .requiredOption('--by <person>', 'ai / who');
}

function findingOf({ recipient, period, code, subject }: FindingOptions): OfFinding {
  return { recipientId: recipient, period, code, subject };
}

function stepCommand(worklist: Command): void {
  aboutFinding(
    worklist
      .command('step')
      .description('ghi ai xử lý, hạn, đã hỏi ai / record who looks into it and what was asked'),
  )
    .addOption(
      new Option('--step <step>', 'việc đã làm / what was done')
        .choices(Object.keys(STEPS))
        .makeOptionMandatory(),
    )
    .requiredOption('--owner <person>', 'người xử lý tiếp / who has it from here')
    .requiredOption('--due <day>', 'hạn YYYY-MM-DD / by which day', day)
    .action((options: FindingOptions & { step: Step; owner: string; due: PlainDate }) =>
      withHouse(async (house) => {
        const { step, owner, due: dueOn, note, by } = options;
        const context = house.context({ actor: by });
        await lookIntoFinding(context, { ...findingOf(options), step, owner, dueOn, note });
        print('đã ghi / recorded');
      }),
    );
}

function proposeCommand(worklist: Command): void {
  aboutFinding(
    worklist
      .command('propose')
      .description('đề nghị cách giải quyết một phát hiện / propose what becomes of a finding'),
  )
    .addOption(
      new Option('--outcome <outcome>', 'cách giải quyết / what becomes of it')
        .choices(Object.keys(OUTCOMES))
        .makeOptionMandatory(),
    )
    .option(
      '--until <YYYY-MM>',
      'tháng cuối còn hiệu lực; không ghi: chỉ tháng này / last month',
      month,
    )
    .requiredOption('--document <text>', 'số giấy tờ làm căn cứ / the document it rests on', filled)
    .action((options: FindingOptions & { outcome: Outcome; until?: Period; document: string }) =>
      withHouse(async (house) => {
        const { outcome, until = options.period, document, note, by } = options;
        const of = { ...findingOf(options), outcome, until, document, note };
        const proposalNo = await proposeOutcome(house.context({ actor: by }), of);
        print(
          `đề nghị số ${proposalNo}, chờ người thứ hai / proposal ${proposalNo}, another decides`,
        );
      }),
    );
}

function decideCommand(worklist: Command): void {
  worklist
    .command('decide')
    .description(
      'người thứ hai xác nhận hoặc từ chối (chỉ môi trường thử) / a second person decides (sandbox only)',
    )
    .addOption(recipientOption())
    .requiredOption('--proposal <no>', 'số đề nghị / proposal number', wholeNumber)
    .requiredOption('--by <person>', 'người quyết định / who decides')
    .option('--decline <reason>', 'từ chối, vì sao / no, and why')
    .action((options: { recipient: bigint; proposal: number; by: string; decline?: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        const { recipient: recipientId, proposal: proposalNo, by, decline } = options;
        const decision = decline === undefined ? 'confirmed' : 'declined';
        const context = house.context({ actor: by });
        await decideOutcome(context, { recipientId, proposalNo, decision, reason: decline ?? '' });
        print(decision === 'confirmed' ? 'đã xác nhận / confirmed' : 'đã từ chối / declined');
      }),
    );
}

async function list(
  { db }: House,
  { period, commune }: { period: Period; commune?: string },
): Promise<void> {
  const rows = await worklistOf(db, {
    period,
    communeCode: commune ?? null,
    after: null,
    atMost: LONGEST,
  });
  const head = [
    ...['Người', 'Phát hiện / Finding', 'Mức', 'Giữ', 'Xã', 'Hạn xử lý / By', 'Số tiền'],
    ...['Ai xử lý / Owner', 'Đề nghị / Proposal'],
  ];
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
    one.owner ?? '–',
    one.proposalNo === null ? '–' : String(one.proposalNo),
  ];
}

async function show(
  { db }: House,
  { recipient: recipientId, period }: { recipient: bigint; period: Period },
): Promise<void> {
  const cases = await casesOf(db, { recipientId, period });
  const handled = await handledOf(db, { recipientId, period });
  print(
    cases
      .map((one) =>
        [caseText(one), ...handled.filter(({ code }) => code === one.code).map(handledText)].join(
          '\n',
        ),
      )
      .join('\n\n'),
  );
}

function caseText(one: Case): string {
  const { wrong, next } = VERIFICATION_FINDINGS[one.code as FindingCode];
  const closed = one.closedAt === null ? '' : `, đóng/closed ${businessDate(one.closedAt)}`;
  return [
    `${one.code} ${one.severity} ${one.subject} ${businessDate(one.foundAt)}${closed}`,
    `  ${both(wrong)}`,
    `  ${both(next)}`,
    `  danh sách / listed    ${one.listed}`,
    `  trả lời  / answered  ${one.answered}`,
    `  chứng cứ / evidence  ${one.answerHash}`,
    ...(one.outcome === null ? [] : [`  quyết định / decided ${both(OUTCOMES[one.outcome])}`]),
  ].join('\n');
}

const HANDLED = {
  ...STEPS,
  ...OUTCOMES,
  confirmed: { vi: 'xác nhận', en: 'confirmed' },
  declined: { vi: 'từ chối', en: 'declined' },
} as const satisfies Record<Handled['what'], Bilingual>;

function handledText(one: Handled): string {
  return [
    `  ${businessDate(one.at)} ${one.by}: `,
    one.proposalNo === null ? '' : `[${one.proposalNo}] `,
    both(HANDLED[one.what]),
    one.until === null ? '' : `, đến/until ${one.until}`,
    one.owner === null ? '' : `, ${one.owner}, hạn/by ${one.dueOn ?? ''}`,
    one.note === '' ? '' : `: ${one.note}`,
    one.document === '' ? '' : ` (${one.document})`,
  ].join('');
}
