import { expect } from 'chai';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { advanceBatch, batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { releaseBatches, type Released } from '../../src/release/release-batches.flow.ts';
import { partFigures } from '../../src/report/draw-report.flow.ts';
import { crossCheck } from '../../src/verification/cross-check.flow.ts';
import { brokenInvariants, useDatabase } from '../support/database.ts';
import { plantedAndUndone, whatRefused } from '../support/refused.ts';
import { askWhoDied, TOWN_PERIOD, TOWN_SCOPE, townTransports, walkTown } from '../support/town.ts';

const AT = '2026-10-24T02:00:00Z';
const OF = { period: TOWN_PERIOD };
/** One line of the bank's batch, by its recipient. */
const SOMEBODY = `(select min(recipient_id) from payment_instruction where bank_bin <> '')`;

/** What may have happened between the signatures and the release, and the rule that it breaks. */
const HAPPENED: readonly [what: string, rule: string | null, sql: string][] = [
  ['nothing', null, 'select'],
  [
    'nobody was asked within a day who lives',
    'life_was_checked',
    `update civil_status_check set checked_at = '2026-10-23T02:00:00Z'`,
  ],
  [
    'somebody has died before the month',
    'the_dead_are_not_paid',
    `insert into recipient_death values (${SOMEBODY}, '2026-10-23', 'register', '2026-10-24')`,
  ],
  [
    'somebody will have died within it, and is paid for it',
    null,
    `insert into recipient_death values (${SOMEBODY}, '2026-11-01', 'register', '2026-10-24')`,
  ],
  [
    'who collects has died',
    'the_dead_are_not_paid',
    `with g as (update payee set relation = 'guardian', authority = 'form'
                 where recipient_id = ${SOMEBODY} returning recipient_id, payee_no)
     insert into payee_death select recipient_id, payee_no, '2026-10-23', 'register', '2026-10-24'
       from g`,
  ],
  [
    'evidence has grown too old',
    'evidence_is_fresh',
    `update verification set checked_at = '2026-09-24T02:00:00Z'
      where recipient_id = ${SOMEBODY} and subject = 'recipient'`,
  ],
  [
    'evidence is nearly too old',
    null,
    `update verification set checked_at = '2026-09-24T02:00:01Z'
      where recipient_id = ${SOMEBODY} and subject = 'recipient'`,
  ],
  [
    'a later answer says something else',
    'evidence_is_fresh',
    `insert into verification
     select recipient_id, period, subject, 2, 'refused', 'POP_ID_NOT_FOUND', 'no-match', name_result,
            '', '', '2026-10-24T01:00:00Z', answer_hash
       from verification where recipient_id = ${SOMEBODY} and subject = 'recipient'`,
  ],
  [
    'the evidence is of another account',
    'evidence_is_fresh',
    `update verification set account_number = '9' || account_number
      where recipient_id = ${SOMEBODY} and subject = 'account'`,
  ],
  [
    'a finding has come',
    'no_finding_waits',
    `insert into finding values (${SOMEBODY}, '2026-11', 'LINE_IN_CUSTODY', 'recipient', 'review',
                                 '2026-10-24')`,
  ],
  [
    'a finding has come that two persons have accepted',
    null,
    `with f as (
       insert into finding values (${SOMEBODY}, '2026-11', 'LINE_IN_CUSTODY', 'recipient', 'review',
                                   '2026-10-24') returning *
     ),
     p as (
       insert into finding_proposal
       select recipient_id, 1, period, code, subject, told, severity, 'line', 'accepted', '2026-12',
              'freed', '7', 'maker', found_at
         from f returning *
     )
     insert into finding_decision
     select recipient_id, proposal_no, 'confirmed', '', proposed_by, 'chief', proposed_at from p`,
  ],
  [
    'what was accepted as a doubt blocks by now',
    'no_finding_waits',
    `with rule as (update finding_rule set severity = 'block' where code = 'LINE_IN_CUSTODY'),
     f as (
       insert into finding values (${SOMEBODY}, '2026-11', 'LINE_IN_CUSTODY', 'recipient', 'block',
                                   '2026-10-24') returning *
     ),
     p as (
       insert into finding_proposal
       select recipient_id, 1, period, code, subject, told, 'review', 'line', 'accepted', '2026-12',
              'freed', '7', 'maker', found_at
         from f returning *
     )
     insert into finding_decision
     select recipient_id, proposal_no, 'confirmed', '', proposed_by, 'chief', proposed_at from p`,
  ],
  [
    'a notice has come, which holds nothing',
    null,
    `insert into finding values (${SOMEBODY}, '2026-11', 'ACCOUNT_NEW', 'account', 'notice',
                                 '2026-10-24')`,
  ],
  [
    'the account was changed meanwhile',
    'account_is_of_record',
    `update payment_channel set ended_on = '2026-10-23' where recipient_id = ${SOMEBODY}`,
  ],
  [
    'one account receives for two',
    'account_is_of_one_payee',
    `with other as (select max(recipient_id) as id from payment_instruction where bank_bin <> ''),
     mine as (select bank_bin, account_number from payment_instruction
               where recipient_id = ${SOMEBODY}),
     proof as (update verification v set bank_bin = m.bank_bin, account_number = m.account_number
                 from mine m, other o where v.recipient_id = o.id and v.subject = 'account')
     update payment_instruction i set bank_bin = m.bank_bin, account_number = m.account_number
       from mine m, other o where i.recipient_id = o.id`,
  ],
];

describe('before money leaves', () => {
  const test = useDatabase();
  before(async () => {
    await walkTown(test(), { until: 'approved', recipients: 40 });
    await askWhoDied(test(), AT);
  });

  for (const [what, rule, sql] of HAPPENED) {
    it(`${what}: ${rule ?? 'sent'}`, async () => {
      const [bank] = await batchesOf(test().db, { ...OF, state: 'approved' });
      const batchId = bank?.batchId ?? 0n;
      const step = await plantedAndUndone(test().owner, async (tx) => {
        await many(tx, sql);
        await advanceBatch(tx, 'batch-released', { batchId, actor: 'release', at: new Date(AT) });
      });
      expect(step).to.equal(rule ?? 'nothing');
    });
  }
});

describe('a batch that may not be sent any more', () => {
  // The month is left with a file that nobody has answered.
  const test = useDatabase({ checked: false });
  const act = () => test().context({ actor: SANDBOX_PERSONS.maker, at: AT });
  const release = async (): Promise<Partial<Released>> => {
    const scope = { ...OF, owner: 'a', leaseSeconds: 60 };
    const { batches, waiting, withdrawn } = await releaseBatches(
      act(),
      townTransports(folder),
      scope,
    );
    return { batches, waiting, withdrawn };
  };
  let total = 0n;
  let folder = '';
  before(async () => {
    ({ folder } = await walkTown(test(), { until: 'approved', recipients: 40 }));
    ({ total } = await one<{ total: bigint }>(
      test().db,
      'select sum(amount_vnd)::bigint as total from payment_instruction',
    ));
    await many(
      test().owner,
      `insert into recipient_death values (${SOMEBODY}, '2026-10-23', 'register', '2026-10-24')`,
    );
  });

  const states = async (): Promise<string[]> =>
    (await batchesOf(test().db, { ...OF, state: null })).map(
      ({ batchCode, state }) => `${batchCode} ${state}`,
    );

  it('waits while nobody has been asked in time who lives', async () => {
    expect(await release()).to.deep.equal({ batches: 0, waiting: 2, withdrawn: 0 });
  });

  it('is withdrawn whole, its money free and its lines owed again; the other one is sent', async () => {
    await askWhoDied(test(), AT);
    const [bank] = await batchesOf(test().db, { ...OF, state: 'approved' });
    expect(await release()).to.deep.equal({ batches: 1, waiting: 0, withdrawn: 1 });
    expect(await states()).to.deep.equal([
      'TG-2026-11-40-BANK-1 withdrawn',
      'TG-2026-11-40-POST-1 released',
    ]);
    const { facts } = await one<{ facts: unknown }>(
      test().db,
      `select facts from audit_event where action = 'lines-owed-again'`,
    );
    expect(facts).to.deep.equal({
      batch: String(bank?.batchId),
      rule: 'the_dead_are_not_paid',
    });
    expect(await release()).to.deep.equal({ batches: 0, waiting: 0, withdrawn: 0 });
  });

  it('gatherWithdrawn: is made again without the line, under next references, and has to be signed', async () => {
    await crossCheck(act(), OF);
    const made = await gatherBatches(act(), TOWN_SCOPE);
    await renderBatches(act(), paymentFileWriters, TOWN_SCOPE);
    expect(made).to.have.length(1);
    expect(await states()).to.deep.equal([
      'TG-2026-11-40-BANK-1 withdrawn',
      'TG-2026-11-40-POST-1 released',
      'TG-2026-11-40-BANK-2 prepared',
    ]);
    const told = await one(
      test().db,
      `select count(*) as lines, min(attempt) as least, max(attempt) as most,
              count(*) filter (where recipient_id = ${SOMEBODY}) as dead,
              (select count(*) from payment_instruction w where w.batch_id = 1)
                - count(*) as fewer
         from payment_instruction where batch_id = :batchId`,
      { batchId: made[0] ?? 0n },
    );
    expect(told).to.include({ least: 2, most: 2, dead: 0n, fewer: 1n });
    expect(await gatherBatches(act(), TOWN_SCOPE)).to.deep.equal([]);
  });

  it('holds what is not made again, and the month still ties', async () => {
    const { totals } = await partFigures(test().db, OF);
    const instructed = (await batchesOf(test().db, { ...OF, state: null }))
      .filter(({ state }) => state !== 'withdrawn')
      .reduce((sum, { totalVnd }) => sum + totalVnd, 0n);
    expect(totals.dueVnd).to.equal(instructed + totals.heldVnd);
    expect(instructed < total).to.equal(true);
  });

  it('is not paid beside the one that took its place', async () => {
    const again = plantedAndUndone(test().owner, async (tx) => {
      await many(
        tx,
        `update batch_state set state = 'approved', came_from = 'prepared',
                             version = version + 1 where batch_id = 1`,
      );
    });
    expect(await again).to.equal('step_begins_where_it_stands');
  });

  it('is made again of withdrawn lines alone', async () => {
    const rebuilt = plantedAndUndone(test().owner, async (tx) => {
      await many(tx, `set local session_replication_role = replica`);
      await many(tx, `update batch_state set state = 'gathered' where batch_id in (1, 3)`);
      await many(tx, `set local session_replication_role = origin`);
      await many(
        tx,
        `update batch_state set state = 'prepared', came_from = 'gathered',
                             version = version + 1 where batch_id = 3`,
      );
    });
    expect(await rebuilt).to.equal('only_withdrawn_is_rebuilt');
  });

  it('once signed, what was made again can be sent', async () => {
    const [seen] = await batchesOf(test().db, { ...OF, state: 'prepared' });
    if (seen === undefined) throw new Error('one waits for its signatures');
    for (const checker of SANDBOX_PERSONS.checkers) {
      const context = test().context({ actor: checker, at: AT });
      await approveBatch(context, { batchId: seen.batchId, seen, stepUpAt: new Date(AT) });
    }
    expect(await release()).to.deep.equal({ batches: 1, waiting: 0, withdrawn: 0 });
    expect(await brokenInvariants(test().db)).to.deep.equal(['I31']);
    expect(
      await whatRefused(
        write(test().db, (tx) =>
          advanceBatch(tx, 'batch-pulled', { batchId: 1n, actor: 'x', at: new Date(AT) }).then(
            (moved) => {
              if (moved !== undefined) throw new Error('withdrawn twice');
            },
          ),
        ),
      ),
    ).to.equal('nothing');
  });
});
