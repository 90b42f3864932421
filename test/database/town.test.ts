import { expect } from 'chai';
import { useDatabase } from '../support/database.ts';
import { walkTown } from '../support/town.ts';

describe('a town, walked through the month', () => {
  const test = useDatabase();

  it('ends with every batch reconciled', async () => {
    const town = await walkTown(test(), { until: 'reconciliation' });
    const batches = await town.batches();
    expect(batches.map(({ state }) => state)).to.deep.equal(['reconciled', 'reconciled']);
  });
});
