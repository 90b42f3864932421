import { CYCLE } from '../src/cycle.ts';
import { grouped } from '../src/kernel/text.ts';
import { textTable } from '../src/platform/terminal.ts';
import type { DrawnReport } from '../src/report/draw-report.flow.ts';
import type { Figure, StageOutcome } from './job.ts';
import type { StageReport } from './month.ts';

const TITLES = new Map(CYCLE.map(({ name, title }) => [name as string, title]));

/** One line for a stage that has come to its end. */
export function stageLine(done: StageReport): string {
  const title = TITLES.get(done.stage);
  const told = done.changed
    ? done.figures.map(figureText).join('; ')
    : 'không có gì mới / nothing to do';
  return `${done.seconds.toFixed(1).padStart(6)} s  ${title?.vi ?? ''} / ${title?.en ?? ''}: ${told}`;
}

/** What a stage tells, a line each. */
export function outcomeText(outcome: StageOutcome): string {
  if (!outcome.changed) return 'không có gì mới / nothing to do';
  return outcome.figures.map(figureText).join('\n');
}

function figureText({ label, count, vnd }: Figure): string {
  const parts = [count === undefined ? '' : grouped(count), vnd === undefined ? '' : dong(vnd)];
  const name = label.vi === label.en ? label.vi : `${label.vi} / ${label.en}`;
  return `${name} ${parts.filter((part) => part !== '').join(', ')}`;
}

function dong(amount: bigint): string {
  return `${grouped(amount)} đ`;
}

/** The month at a glance: every stage, the control totals, the breaks. */
export function monthTable(stages: readonly StageReport[], drawn: DrawnReport): string {
  const rows = stages.flatMap((stage) =>
    (stage.figures.length === 0 ? [undefined] : stage.figures).map((figure, i) => [
      i === 0 ? stage.stage : '',
      figure === undefined ? '–' : labelOf(figure),
      figure?.count === undefined ? '' : grouped(figure.count),
      figure?.vnd === undefined ? '' : dong(figure.vnd),
      i === 0 ? `${stage.seconds.toFixed(2)} s` : '',
    ]),
  );
  const head = ['Bước / Stage', 'Nội dung / What', 'Số lượng', 'Số tiền', 'Thời gian'];
  return [
    textTable([head, ...rows]),
    '',
    'Số liệu kiểm soát / Control totals',
    textTable(controlTotals(drawn)),
    '',
    ...drawn.report.checks.map(
      ({ holds, label }) => `${holds ? '✓ khớp' : '✕ SAI '}  ${label.vi} / ${label.en}`,
    ),
  ].join('\n');
}

function labelOf({ label }: Figure): string {
  return label.vi === label.en ? label.vi : `${label.vi} / ${label.en}`;
}

function controlTotals({ figures }: DrawnReport): string[][] {
  const { totals, batches, breaks } = figures;
  const add = (of: (batch: (typeof batches)[number]) => bigint): string =>
    dong(batches.reduce((sum, batch) => sum + of(batch), 0n));
  return [
    ['được hưởng / due', dong(totals.dueVnd)],
    ['tạm giữ / held', dong(totals.heldVnd)],
    ['lệnh chi / instructed', add((batch) => batch.totalVnd)],
    ['đã chi / settled', add((batch) => batch.settledVnd)],
    ['bị từ chối / rejected', add((batch) => batch.rejectedVnd)],
    ['không đến nhận / not collected', add((batch) => batch.unpaidVnd)],
    ['hoàn trả / returned', add((batch) => batch.returnedVnd)],
    ['chưa rõ / open', add((batch) => batch.openVnd)],
    ['sổ cái đã chi / ledger paid', dong(totals.paidVnd)],
    ['sổ cái còn phải trả / ledger owed', dong(totals.owedVnd)],
    ['chênh lệch mở / open breaks', grouped(breaks.reduce((sum, { count }) => sum + count, 0n))],
  ];
}
