import { expect } from 'chai';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { heldBack, layPayable, preparePayable } from '../../src/batch/batch.sql.ts';
import type { Programme } from '../../src/kernel/reference.ts';
import { many, type Tx } from '../../src/platform/db.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { VERIFICATION_FINDINGS } from '../../src/verification/findings.ts';
import { worklistOf } from '../../src/verification/worklist.sql.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';

// No rule may cut a payment silently, and none may be passed over silently: each is found about somebody of
// their own, of whom nothing else is found, and what becomes of their line is what the rule says.

interface Fate {
  readonly code: string;
  readonly holds: 'line' | 'account' | 'nothing';
  readonly recipientId: bigint;
  /** The kinds of channel by which they are paid; nobody is paid by two. */
  readonly paidBy: readonly string[];
  /** What the programme does with an account that is not proven. */
  readonly unproven: 'cash' | 'hold';
}

describe('what each rule of verification does to a line', () => {
  const test = useDatabase();
  let fates: readonly Fate[];

  before(async () => {
    await walkTown(test(), { until: 'verification', recipients: 240 });
    await many(
      test().owner,
      `with somebody as (
         select c.recipient_id, row_number() over (order by c.recipient_id) as nth
           from payment_channel c
          where c.kind = 'account' and c.ended_on is null
            and not exists (select from finding f where f.recipient_id = c.recipient_id)
            and exists (select from assessment a
                         where a.recipient_id = c.recipient_id and a.amount_vnd > 0)
       )
       insert into finding (recipient_id, period, code, subject, severity, found_at, told)
       select s.recipient_id, :period, r.code,
              case when r.holds = 'account' then 'account' else 'recipient' end, r.severity,
              '2026-10-22T02:00:00Z', '{}'
         from (select *, row_number() over (order by code) as nth from finding_rule) r
         join somebody s using (nth)`,
      { period: TOWN_PERIOD },
    );
    const planted = await many<Omit<Fate, 'paidBy'>>(
      test().db,
      `select f.code, r.holds, f.recipient_id as "recipientId", min(g.unproven) as unproven
         from finding f
         join finding_rule r using (code)
         join assessment a on a.recipient_id = f.recipient_id and a.period = f.period
         join programme g on g.programme = a.programme
        where f.told = '{}' group by 1, 2, 3 order by 1`,
    );
    await gatherBatches(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    const paid = await many<{ recipientId: bigint; kind: string }>(
      test().db,
      `select distinct i.recipient_id as "recipientId", c.kind
         from payment_instruction i
         join disbursement_batch b using (batch_id)
         join channel c using (channel)`,
    );
    fates = planted.map((one) => ({
      ...one,
      paidBy: paid
        .filter(({ recipientId }) => recipientId === one.recipientId)
        .map(({ kind }) => kind),
    }));
  });

  it('is tried for every rule there is', () => {
    expect(fates.map(({ code }) => code)).to.have.members(Object.keys(VERIFICATION_FINDINGS));
    expect(new Set(fates.map(({ recipientId }) => recipientId)).size).to.equal(fates.length);
  });

  it('holds the line, pays in cash, or does nothing, and in no case two of them', () => {
    const expected = ({ holds, unproven }: Fate): string[] => {
      if (holds === 'nothing') return ['account'];
      return holds === 'account' && unproven === 'cash' ? ['cash_post'] : [];
    };
    for (const fate of fates) expect(fate.paidBy, fate.code).to.deep.equal(expected(fate));
    expect(fates.filter(({ holds }) => holds === 'line').length).to.be.greaterThan(10);
  });

  it('is told to the officer who has to decide, with the amount that waits', async () => {
    const all = { period: TOWN_PERIOD, communeCode: null, after: null, atMost: 1000 };
    const waiting = await worklistOf(test().db, all);
    for (const { code, recipientId, holds } of fates.filter(
      ({ holds: what }) => what !== 'nothing',
    )) {
      const told = waiting.find((one) => one.code === code && one.recipientId === recipientId);
      expect(told?.holds, code).to.equal(holds);
      expect(Number(told?.waitingVnd), code).to.be.greaterThan(0);
    }
  });

  it('is told to who signs, by rule and count, until every dong that is due has its place', async () => {
    const told = await many<{ due: bigint; instructed: bigint; held: bigint; codes: string[] }>(
      test().db,
      `select (select sum(a.amount_vnd) from assessment a
                where a.programme = b.programme and a.period = b.period)::bigint as due,
              (select sum(i.amount_vnd) from payment_instruction i
                where i.programme = b.programme and i.period = b.period)::bigint as instructed,
              coalesce(sum(h.vnd), 0)::bigint as held,
              coalesce(array_agg(h.reason), '{}') as codes
         from disbursement_batch b left join batch_held h using (batch_id)
        group by b.batch_id`,
    );
    expect(told.length).to.be.greaterThan(1);
    for (const { due, instructed, held } of told) expect(instructed + held).to.equal(due);
    const holding = fates.filter(({ holds, paidBy }) => holds !== 'nothing' && paidBy.length === 0);
    expect(new Set(told.flatMap(({ codes }) => codes))).to.include.all.keys(
      ...holding.map(({ code }) => code),
    );
  });

  it('tells apart who is not verified and who has nowhere to be paid', async () => {
    const [of] = await many<{ nowhere: bigint; unasked: bigint; programme: Programme }>(
      test().db,
      `select min(recipient_id) as nowhere, max(recipient_id) as unasked, programme
         from payment_instruction where attempt = 1 group by programme order by count(*) desc limit 1`,
    );
    if (of === undefined) throw new Error('a town pays somebody');
    const tx = await test().owner.transaction();
    try {
      await tx.raw('set local session_replication_role = replica');
      for (const sql of [
        'delete from payment_instruction where recipient_id in (:nowhere, :unasked)',
        'delete from payment_channel where recipient_id = :nowhere',
        'delete from verification where recipient_id = :unasked',
      ]) {
        await many(tx, sql, { ...of });
      }
      await preparePayable(tx as Tx);
      const proof = { at: test().context().clock(), identityDays: 30, accountDays: 30 };
      await layPayable(tx as Tx, { period: TOWN_PERIOD, programme: of.programme, ...proof });
      const reasons = (await heldBack(tx as Tx)).map(({ reason }) => reason);
      expect(reasons).to.include.members(['no-channel', 'not-verified']);
    } finally {
      await tx.rollback();
    }
  });
});
