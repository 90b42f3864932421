import { expect } from 'chai';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { sandboxPeople } from '../../adapters/sandbox/province.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { explainMovements } from '../../src/intake/compare-list.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, one } from '../../src/platform/db.ts';
import {
  assign,
  decideBreak,
  proposeResolution,
} from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { releaseBatches } from '../../src/release/release-batches.flow.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import { postResult, receive, sentOver, type Sent } from '../support/bank-files.ts';
import { useDatabase } from '../support/database.ts';
import {
  askWhoDied,
  ASKER,
  bytes,
  listText,
  signAll,
  townDirectories,
  townTransports,
  TOWN_SCOPE,
  walkTown,
  type Town,
} from '../support/town.ts';

// Cash that nobody collected is owed again and handed over in the month after. The post office then says
// that the first attempt was collected after all: a person has the money twice, and our books once.

const DECEMBER = period('2026-12');
const SCOPE = { ...TOWN_SCOPE, period: DECEMBER };
const { maker } = SANDBOX_PERSONS;
const [CHECKER] = SANDBOX_PERSONS.checkers;

describe('an assessment that was paid by a later attempt, and then by the first as well', () => {
  const test = useDatabase();
  let town: Town;

  before(async () => {
    town = await walkTown(test(), { until: 'reconciliation' });
    const people = [...sandboxPeople({ seed: 7, recipients: 120, period: DECEMBER })];
    const context = test().context({ actor: maker, at: '2026-11-22T02:00:00Z' });
    const { listId } = await importList(context, csvRecipientList, {
      content: bytes([listText(people)]),
      name: 'town.csv',
      period: DECEMBER,
      provinceCode: '40',
      strict: false,
    });
    await assessPeriod(context, { period: DECEMBER, assessedOn: plainDate('2026-11-22') });
    await verifyPeriod(context, townDirectories(people), { period: DECEMBER, asker: ASKER });
    await gatherBatches(context, SCOPE);
    await renderBatches(context, paymentFileWriters, SCOPE);
    const explainer = test().context({ actor: CHECKER, at: '2026-11-22T03:00:00Z' });
    const explained = { listId, communeCode: null, reason: 'hết truy lĩnh' };
    await explainMovements(explainer, explained);
    await signAll(test(), '2026-11-23T03:00:00Z', DECEMBER);
    const at = '2026-11-24T02:00:00Z';
    await askWhoDied(test(), at, DECEMBER);
    const leaving = { period: DECEMBER, owner: 'town', leaseSeconds: 60 };
    await releaseBatches(test().context({ at }), townTransports(town.folder), leaving);
  });

  it('is a break of two persons, and is paid once by our books', async () => {
    const { db } = test();
    const cash = await sentOver(db, 'POST');
    const again = cash.filter(({ reference }) => reference.endsWith('T2'));
    const [second] = again as [Sent];
    const reference = second.reference.replace(/T2$/, 'T1');
    const first = cash.find((one) => one.reference === reference);
    const told = async (id: string, about: string, lines: readonly Sent[]): Promise<void> => {
      const now = { at: '2026-12-12T01:00:00Z', period: DECEMBER };
      const { refused } = await receive(test(), [postResult({ id, about, lines })], 'POST', now);
      expect(refused).to.deep.equal([]);
      await reconcile(test().context({ at: now.at }));
    };
    const paid = (): Promise<{ count: bigint; vnd: bigint }> =>
      one(
        db,
        `select count(*) as count, sum(amount_vnd)::bigint as vnd from ledger_transfer
          where kind = 'settled' and reference like :stem`,
        { stem: reference.replace(/T1$/, 'T%') },
      );
    await told('P-AGAIN', second.messageId, again);
    expect(await paid()).to.deep.equal({ count: 1n, vnd: second.amount });

    await told('P-AFTER-ALL', first?.messageId ?? '', first === undefined ? [] : [first]);
    const breaks = await many<{ id: bigint; kind: string; reference: string; vnd: bigint }>(
      db,
      `select break_id as id, kind, reference, amount_vnd as vnd from reconciliation_break
        where resolved_at is null`,
    );
    const [found] = breaks;
    expect(breaks).to.deep.equal([
      { id: found?.id, kind: 'paid-both-ways', reference, vnd: second.amount },
    ]);
    expect(await paid()).to.deep.equal({ count: 1n, vnd: second.amount });

    const at = '2026-12-13T02:00:00Z';
    const breakId = found?.id ?? 0n;
    const asked = test().context({ actor: maker, at });
    await assign(asked, { breakId, owner: maker, note: '' });
    const proposalNo = await proposeResolution(asked, {
      breakId,
      fate: null,
      outcome: null,
      settles: null,
      reason: 'Biên bản làm việc với bưu điện',
      document: '1/BB',
    });
    const answer = { breakId, proposalNo, decision: 'confirmed', reason: '' } as const;
    const { movedVnd } = await decideBreak(test().context({ actor: CHECKER, at }), answer);
    expect(movedVnd).to.equal(0n);
    expect(await paid()).to.deep.equal({ count: 1n, vnd: second.amount });
  });
});
