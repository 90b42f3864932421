import { assessPeriod } from '../src/entitlement/assess-period.flow.ts';
import { businessDate } from '../src/platform/clock.ts';
import { figure, type Job } from './job.ts';

export const entitlement: Job = {
  stage: 'entitlement',

  async run(context, _counterparts, { period }) {
    const assessedOn = businessDate(context.clock());
    const assessed = await assessPeriod(context, { period, assessedOn });
    if (assessed === undefined) return { changed: false, figures: [] };
    return {
      changed: true,
      figures: [
        figure('được hưởng', 'due', { count: assessed.due, vnd: assessed.dueVnd }),
        figure('trong đó truy lĩnh', 'of which arrears', { vnd: assessed.arrearsVnd }),
        figure('khác số danh sách', 'unlike the list', { count: assessed.differing }),
      ],
    };
  },
};
