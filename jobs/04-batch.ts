import { batchesOf } from '../src/batch/batch.sql.ts';
import { gatherBatches } from '../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../src/batch/render-batch.flow.ts';
import { figure, type Job } from './job.ts';

export const batch: Job = {
  stage: 'batch',

  async run(context, { paymentFiles }, scope) {
    const gathered = await gatherBatches(context, scope);
    const rendered = await renderBatches(context, paymentFiles, scope);
    const made = new Set([...gathered, ...rendered]);
    const batches = (await batchesOf(context.db, { ...scope, state: null })).filter(({ batchId }) =>
      made.has(batchId),
    );
    return {
      changed: made.size > 0,
      figures: batches.map(({ batchCode, instructionCount, totalVnd }) =>
        figure(batchCode, batchCode, { count: instructionCount, vnd: totalVnd }),
      ),
    };
  },
};
