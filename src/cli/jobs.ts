import type { Command } from 'commander';
import { runNow } from '../../jobs/engine.ts';
import { JOB_NAMES, nextRuns, routinesOf, unitByHand } from '../../jobs/timetable.ts';
import { officeOf } from '../compose.ts';
import { periodOf, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import {
  cancelUnitBy,
  expectClocksAgree,
  pauseJobBy,
  resumeJobBy,
  retryUnitBy,
  knownDays,
} from '../operations/sweep-timetable.flow.ts';
import { jobStandings, openUnits, type JobStanding } from '../operations/timetable.sql.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { textTable } from '../platform/terminal.ts';
import { filled, periodOption, print, wholeNumber, withHouse } from './command.ts';

const MOST_UNITS = 50;
const HANOI = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** What the engine does by itself: how it stands, and what a person may do about it. */
export function jobCommands(program: Command): void {
  const jobs = program
    .command('jobs')
    .description('lịch công việc: tiếp theo, lần cuối, trễ, đang chạy, bị giữ / the timetable')
    .action(() => withHouse((house) => show(house.context(READER))));
  jobs
    .command('run')
    .description('chạy một công việc ngay bây giờ / run a job now')
    .argument('<job>')
    .addOption(periodOption())
    .requiredOption('--by <person>', 'người chạy / who runs it')
    .action(runJob);
  jobs
    .command('pause')
    .description('dừng một công việc cho đến khi có người cho chạy tiếp / stop a job')
    .argument('<job>')
    .requiredOption('--by <person>', 'người dừng / who stops it')
    .requiredOption('--reason <text>', 'lý do / why', filled)
    .action((job: string, { by, reason }: { by: string; reason: string }) => {
      if (!JOB_NAMES.includes(job)) throw new Refusal('job-unknown', { job });
      return act(by, (context) => pauseJobBy(context, { job, reason }));
    });
  jobs
    .command('resume')
    .description('cho một công việc chạy tiếp / let a job go on')
    .argument('<job>')
    .requiredOption('--by <person>', 'người cho chạy / who lets it')
    .action((job: string, { by }: { by: string }) =>
      act(by, (context) => resumeJobBy(context, job)),
    );
  for (const [name, description, work] of [
    ['retry', 'cho một lần chạy bị giữ chạy lại / try a parked unit again', retryUnitBy],
    ['cancel', 'hủy một lần chạy / cancel a unit', cancelUnitBy],
  ] as const) {
    jobs
      .command(name)
      .description(description)
      .argument('<unit>', 'số của lần chạy / number of the unit', (text) =>
        BigInt(wholeNumber(text)),
      )
      .requiredOption('--by <person>', 'người yêu cầu / who wants it')
      .action((unit: bigint, { by }: { by: string }) => act(by, (context) => work(context, unit)));
  }
}

const READER = { actor: 'terminal' };

/** Does what a person asked for; whether it was possible is said, and never guessed. */
async function act(by: string, work: (context: Context) => Promise<boolean>): Promise<void> {
  await withHouse(async (house) => {
    if (!(await work(house.context({ actor: by })))) throw new Refusal('job-unknown');
    print('đã ghi / done');
  });
}

async function runJob(job: string, options: { period?: Period; by: string }): Promise<void> {
  await withHouse(async (house, config) => {
    const context = house.context({ actor: options.by });
    await expectClocksAgree(context);
    const office = officeOf(house, config);
    const at = context.clock();
    const period = options.period ?? periodOf(businessDate(at));
    const unit = unitByHand(job, office, { period, at });
    const routine = routinesOf(office).find(({ name }) => name === job);
    if (unit === undefined || routine === undefined) throw new Refusal('job-unknown', { job });
    const outcome = await runNow(context, unit, (hold) => routine.run(hold));
    print(
      JSON.stringify(outcome, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      ),
    );
  });
}

async function show(context: Context): Promise<void> {
  const at = context.clock();
  const standings = new Map(
    (await jobStandings(context.db, { at })).map((standing) => [standing.job, standing]),
  );
  const lines = nextRuns(await knownDays(context.db), at).map(({ job, next }) =>
    row(job, standings.get(job), said(next)),
  );
  print(textTable([HEAD, ...lines]));

  const open = await openUnits(context.db, { at, atMost: MOST_UNITS });
  if (open.length === 0) return;
  print('');
  print(
    textTable([
      [
        'số / unit',
        'công việc / job',
        'kỳ / period',
        'lần / occasion',
        'trạng thái / state',
        'lỗi / failure',
      ],
      ...open.map(({ unitId, job, period, occasion, state, late, lastFailure }) => [
        `${unitId}`,
        job,
        period,
        occasion,
        late ? `${STATES[state]}, TRỄ / LATE` : STATES[state],
        lastFailure ?? '',
      ]),
    ]),
  );
}

const HEAD = [
  'công việc / job',
  'tiếp theo / next',
  'xong lần cuối / last done',
  'đang chạy / running',
  'trễ / late',
  'bị giữ / parked',
  'dừng bởi / paused by',
];

const STATES = { due: 'đến hạn / due', running: 'đang chạy / running', parked: 'bị giữ / parked' };

/** What is due next by the timetable; a calendar that is missing is said and not guessed. */
function said(next: Date | 'no-calendar' | null): string {
  if (next === 'no-calendar')
    return 'lịch nghỉ của năm đó chưa nạp / the days off of that year are not loaded';
  return next === null ? '–' : HANOI.format(next);
}

function row(job: string, standing: JobStanding | undefined, next: string): string[] {
  if (standing === undefined) return [job, next, '–', '–', '0', '0', '–'];
  const { nextAt, lastDoneAt, late, parked, pausedBy } = standing;
  return [
    job,
    // What is due already goes before what the timetable has next.
    nextAt === null ? next : HANOI.format(nextAt),
    lastDoneAt === null ? '–' : HANOI.format(lastDoneAt),
    runningOf(standing),
    `${late}`,
    `${parked}`,
    pausedBy ?? '–',
  ];
}

function runningOf({ runningUnit, doneCount, totalCount }: JobStanding): string {
  if (runningUnit === null) return '–';
  return totalCount === null ? `${runningUnit}` : `${runningUnit} ${doneCount ?? 0n}/${totalCount}`;
}
