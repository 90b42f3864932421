import { verifyPeriod } from '../src/verification/verify-period.flow.ts';
import { figure, type Job } from './job.ts';

export const verification: Job = {
  stage: 'verification',

  async run(context, { directories }, scope) {
    const verified = await verifyPeriod(context, directories, {
      period: scope.period,
      asker: scope,
    });
    const unproven = verified.doubtful + verified.refused + verified.unknown;
    return {
      changed: verified.recipients > 0 || verified.reused > 0n,
      figures: [
        figure('người được hỏi', 'people asked about', { count: BigInt(verified.recipients) }),
        figure('không phải hỏi lại', 'answered from cache', { count: verified.reused }),
        figure('đã chứng minh', 'proven', { count: BigInt(verified.proven) }),
        figure('chưa chứng minh', 'not proven', { count: BigInt(unproven) }),
      ],
      unanswered: verified.unknown,
    };
  },
};
