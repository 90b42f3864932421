import { drawReport } from '../src/report/draw-report.flow.ts';
import { figure, type Job } from './job.ts';

export const report: Job = {
  stage: 'report',

  async run(context, { reports }, scope) {
    const drawn = await drawReport(context, reports, scope);
    const held = drawn.report.checks.filter(({ holds }) => holds).length;
    return {
      changed: !drawn.unchanged,
      figures: [
        figure('phép kiểm tra khớp', 'checks that hold', { count: BigInt(held) }),
        figure('phép kiểm tra sai', 'checks that fail', {
          count: BigInt(drawn.report.checks.length - held),
        }),
      ],
    };
  },
};
