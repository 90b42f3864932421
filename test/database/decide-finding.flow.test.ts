import { expect } from 'chai';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchContent, batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, one } from '../../src/platform/db.ts';
import {
  decideOutcome,
  lookIntoFinding,
  proposeOutcome,
} from '../../src/verification/decide-finding.flow.ts';
import type { Outcome } from '../../src/verification/finding-outcome.ts';
import { handledOf, worklistOf, type OfFinding } from '../../src/verification/worklist.sql.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';

const {
  maker,
  checkers: [firstChecker, secondChecker],
} = SANDBOX_PERSONS;
const OF = { period: TOWN_PERIOD };
const DOCUMENT = { note: 'xã đã xác nhận', document: '12/BB-UBND' };

describe('what two persons decide about a finding', () => {
  const test = useDatabase();
  before(async () => {
    await walkTown(test(), { until: 'verification', recipients: 120 });
    // Of eight people with an account and nothing found: five doubts about the account, two about the
    // person, and an account that is closed.
    await many(
      test().owner,
      `with somebody as (
         select c.recipient_id, row_number() over (order by c.recipient_id) as nth
           from payment_channel c
          where c.kind = 'account' and c.ended_on is null
            and not exists (select from finding f where f.recipient_id = c.recipient_id)
            and exists (select from assessment a
                         where a.recipient_id = c.recipient_id and a.amount_vnd > 0)
       ),
       doubt as (
         select recipient_id, nth,
                case when nth <= 7 then 'doubtful' else 'refused' end as class,
                case when nth in (6, 7) then 'recipient' else 'account' end as subject,
                case when nth in (6, 7) then 'POP_NAME_DOUBTFUL' when nth = 8 then 'BANK_ACCOUNT_CLOSED'
                     else 'BANK_NAME_DOUBTFUL' end as code
           from somebody where nth <= 8
       ),
       answered as (
         insert into verification
         select v.recipient_id, v.period, v.subject, v.check_no + 1, d.class, d.code, 'match', 'close',
                v.bank_bin, v.account_number, v.checked_at, v.answer_hash
           from doubt d join verification v using (recipient_id, subject)
       )
       insert into finding (recipient_id, period, code, subject, severity, found_at, told)
       select recipient_id, :period, code, subject, r.severity, '2026-10-22T02:00:00Z',
              '{"listed": "LE THI BICHH", "answered": "LE THI BICH"}'
         from doubt join finding_rule r using (code)`,
      OF,
    );
  });

  /** The planted findings of a severity that hold so much and about which nothing is decided. */
  function open(severity: string, holds: string): Promise<OfFinding[]> {
    return many(
      test().db,
      `select recipient_id as "recipientId", period, code, subject
         from decided_finding
        where closed_at is null and severity = :severity and holds = :holds and outcome is null
        order by recipient_id`,
      { severity, holds },
    );
  }

  const propose = (of: OfFinding, outcome: Outcome, by: string = maker): Promise<number> =>
    proposeOutcome(test().context({ actor: by }), {
      ...{ ...of, outcome, until: of.period },
      ...DOCUMENT,
    });
  const decide = (
    { recipientId }: OfFinding,
    proposalNo: number,
    { by = firstChecker, reason = '' }: { by?: string; reason?: string } = {},
  ): Promise<void> =>
    decideOutcome(test().context({ actor: by }), {
      ...{ recipientId, proposalNo, reason },
      decision: reason === '' ? 'confirmed' : 'declined',
    });
  const waiting = async (): Promise<string[]> =>
    (await worklistOf(test().db, { ...OF, communeCode: null, after: null, atMost: 1_000 })).map(
      ({ recipientId, code }) => `${recipientId} ${code}`,
    );

  it('nothing is decided by one person, by the same person twice, or by who has no say', async () => {
    const [doubt] = await open('review', 'account');
    if (doubt === undefined) throw new Error('the town has no doubtful account');
    expect(await whatRefused(propose(doubt, 'accepted', secondChecker))).to.equal(
      'person-not-entitled',
    );
    const proposalNo = await propose(doubt, 'accepted');
    expect(await waiting()).to.include(`${doubt.recipientId} ${doubt.code}`);
    await many(
      test().owner,
      `insert into person_role values (:maker, 'account_officer', 'VN', null, 'house', now())`,
      { maker },
    );
    expect(await whatRefused(decide(doubt, proposalNo, { by: maker }))).to.equal(
      'proposer-may-not-decide',
    );
    await many(
      test().owner,
      `delete from person_role where person_id = :maker and role = 'account_officer'`,
      { maker },
    );
    await decide(doubt, proposalNo, { reason: 'giấy tờ không đủ' });
    expect(await waiting()).to.include(`${doubt.recipientId} ${doubt.code}`);
    expect(await whatRefused(decide(doubt, proposalNo))).to.equal('proposal-not-open');
  });

  it('what blocks is not talked away, and a person does not give way to cash', async () => {
    const [block] = await open('block', 'account');
    const [line] = await open('review', 'line');
    if (block === undefined || line === undefined) throw new Error('the town has too few findings');
    expect(await whatRefused(propose(block, 'accepted'))).to.equal('block-not-acceptable');
    expect(await whatRefused(propose(line, 'paid_in_cash'))).to.equal('outcome-not-of-an-account');
    expect(
      await whatRefused(
        proposeOutcome(test().context({ actor: maker }), {
          ...{ ...line, outcome: 'accepted', until: period('2027-11') },
          ...DOCUMENT,
        }),
      ),
    ).to.equal('outcome-too-long');
    expect(await whatRefused(propose({ ...line, code: 'LINE_IN_CUSTODY' }, 'accepted'))).to.equal(
      'finding-not-open',
    );
  });

  it('what is looked into says who has it, by when, and everything that was done', async () => {
    const [line] = await open('review', 'line');
    if (line === undefined) throw new Error('the town has no doubtful person');
    const dueOn = plainDate('2026-10-28');
    await lookIntoFinding(test().context({ actor: maker }), {
      ...{ ...line, step: 'commune_asked', owner: 'xa-16681', dueOn },
      note: 'gọi cho cán bộ xã',
    });
    const proposalNo = await propose(line, 'accepted');
    const [row] = (
      await worklistOf(test().db, { ...OF, communeCode: null, after: null, atMost: 1_000 })
    ).filter(({ recipientId, code }) => recipientId === line.recipientId && code === line.code);
    expect(row).to.deep.include({ owner: 'xa-16681', decideBy: dueOn, proposalNo });
    await decide(line, proposalNo);
    expect(await waiting()).not.to.include(`${line.recipientId} ${line.code}`);
    const handled = await handledOf(test().db, { ...OF, recipientId: line.recipientId });
    expect(handled.map(({ what, by }) => `${by} ${what}`)).to.deep.equal([
      `${maker} commune_asked`,
      `${maker} accepted`,
      `${firstChecker} confirmed`,
    ]);
    expect(
      await whatRefused(
        lookIntoFinding(test().context({ actor: maker }), {
          ...{ ...line, code: 'LINE_IN_CUSTODY', step: 'noted', owner: maker, dueOn, note: 'x' },
        }),
      ),
    ).to.equal('finding-not-open');
  });

  it('the next batch follows: accepted to the account, cash to the post office, the rest held', async () => {
    await many(test().owner, `update programme set unproven = 'hold'`);
    const [accepted, inCash, heldAgain, changed, undecided] = await open('review', 'account');
    const [block] = await open('block', 'account');
    const line = (await open('review', 'line')).at(-1);
    const outcomes: [OfFinding | undefined, Outcome][] = [
      [accepted, 'accepted'],
      [inCash, 'paid_in_cash'],
      [heldAgain, 'accepted'],
      [heldAgain, 'held'],
      [changed, 'accepted'],
      [line, 'accepted'],
      [block, 'paid_in_cash'],
    ];
    for (const [of, outcome] of outcomes) {
      if (of !== undefined) await decide(of, await propose(of, outcome));
    }
    // The other side says something else now: nobody has decided about that.
    await many(
      test().owner,
      `update finding set told = told || '{"answered": "LE THI BINH"}'
        where recipient_id = :id and code = :code`,
      { id: changed?.recipientId ?? 0n, code: changed?.code ?? '' },
    );
    await gatherBatches(test().context({ actor: maker }), TOWN_SCOPE);
    const paid = await many<{ id: bigint; bank: string }>(
      test().db,
      `select recipient_id as id, case when bank_bin = '' then 'cash' else 'account' end as bank
         from payment_instruction`,
    );
    const how = (of: OfFinding | undefined): string =>
      paid.find(({ id }) => id === of?.recipientId)?.bank ?? 'held';
    expect([accepted, inCash, heldAgain, changed, undecided, line, block].map(how)).to.deep.equal([
      'account',
      'cash',
      'held',
      'held',
      'held',
      'account',
      'cash',
    ]);
  });

  it('nobody signs the batch that pays what they had a hand in', async () => {
    const [doubt] = await open('review', 'line');
    if (doubt !== undefined) await decide(doubt, await propose(doubt, 'accepted'));
    await gatherBatches(test().context({ actor: maker }), TOWN_SCOPE);
    await renderBatches(test().context({ actor: maker }), paymentFileWriters, TOWN_SCOPE);
    const [batch] = await batchesOf(test().db, { ...OF, state: 'prepared' });
    const batchId = batch?.batchId ?? 0n;
    const seen = await batchContent(test().db, batchId);
    if (seen === undefined) throw new Error('there is no batch');
    const sign = (by: string): Promise<unknown> => {
      const context = test().context({ actor: by });
      return approveBatch(context, { batchId, seen, stepUpAt: context.clock() });
    };
    expect(await whatRefused(sign(firstChecker))).to.equal('checker-is-maker');
    expect(await whatRefused(sign(secondChecker))).to.equal('nothing');
    const { signed } = await one<{ signed: bigint }>(
      test().db,
      `select count(*) as signed from approval`,
    );
    expect(signed).to.equal(1n);
  });
});
