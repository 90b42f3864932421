import { findBreaks } from '../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../src/reconciliation/reconcile.flow.ts';
import { openBreaksOf } from '../src/reconciliation/reconciliation.sql.ts';
import { figure, type Job } from './job.ts';

export const reconciliation: Job = {
  stage: 'reconciliation',

  async run(context, _counterparts, { period }) {
    const { files, batches } = await reconcile(context);
    // What no single file shows: what is found between them is opened as well.
    const found = await findBreaks(context);
    const breaks = await openBreaksOf(context.db, { period });
    return {
      changed: files + batches.length + found.length > 0,
      figures: [
        figure('tệp đã đối soát', 'files reconciled', { count: BigInt(files) }),
        figure('đợt đã đối soát', 'batches reconciled', { count: BigInt(batches.length) }),
        figure('chênh lệch', 'open breaks', {
          count: breaks.reduce((sum, { count }) => sum + count, 0n),
          vnd: breaks.reduce((sum, { vnd }) => sum + vnd, 0n),
        }),
      ],
    };
  },
};
