import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { addMonths, plainDate } from '../../src/kernel/period.ts';
import { many, pictureOfUnits, write } from '../../src/platform/db.ts';
import {
  AGE_CLASSES,
  BREAK_KINDS,
  BREAK_OUTCOMES,
  BREAK_SEVERITIES,
  readPlace,
  writtenPlace,
  type BreakFate,
  type BreakOutcome,
  type BreakPlace,
} from '../../src/reconciliation/break.ts';
import {
  addBreakDecision,
  addBreakProposal,
  addHouseTransfer,
  assignBreak,
  breakAges,
  breakHistory,
  breakOf,
  breakPage,
  breakSides,
  decideOutcome,
  decideReturn,
  directionOf,
  holdBreak,
  openDays,
  openProposal,
  outcomeMoves,
  possibleOwners,
  resolveBreak,
  setDeadline,
  specialDays,
  sweepBreaks,
  waitingProposal,
  type Break,
} from '../../src/reconciliation/break.sql.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
  seeBreak,
} from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  notification,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  type Sent,
} from '../support/bank-files.ts';
import { ERRED_AT, erringBank, FEE } from '../support/erring-bank.ts';
import { balances } from '../support/end-of-month.ts';
import { closedByForce, triedAndUndone, whatRefused } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';

const AT = ERRED_AT;
const NOW = new Date(AT);
const ON = plainDate('2026-11-17');
const [CHECKER, SECOND] = SANDBOX_PERSONS.checkers;

interface Opened {
  readonly id: bigint;
  readonly kind: string;
  readonly reference: string;
}

async function opened(town: TownCopy): Promise<ReadonlyMap<string, Opened>> {
  const rows = await many<Opened>(
    town.db,
    'select break_id as id, kind, reference from reconciliation_break order by break_id',
  );
  return new Map(rows.map((row) => [row.kind, row]));
}

function found(breaks: ReadonlyMap<string, Opened>, kind: string): Opened {
  const one = breaks.get(kind);
  if (one === undefined) throw new Error(`no ${kind} was opened`);
  return one;
}

describe('a break is resolved by two persons', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  let town: TownCopy;
  let sent: readonly Sent[];
  let breaks: ReadonlyMap<string, Opened>;

  beforeEach(async () => {
    town = await towns.copy();
    sent = await erringBank(town);
    breaks = await opened(town);
  });

  const propose = (
    kind: string,
    fate: BreakFate | null,
    outcome: BreakOutcome | null,
    actor: string = SANDBOX_PERSONS.maker,
  ): Promise<number> =>
    proposeResolution(town.context({ actor, at: AT }), {
      breakId: found(breaks, kind).id,
      fate,
      outcome,
      settles: null,
      reason: 'Biên bản làm việc với ngân hàng',
      document: '12/BB',
    });
  const decide = (
    kind: string,
    by: {
      actor?: string;
      decision?: 'confirmed' | 'declined';
      proposalNo?: number;
      reason?: string;
    } = {},
  ): Promise<{ movedVnd: bigint }> => {
    const { actor = CHECKER, decision = 'confirmed', proposalNo = 1, reason = '' } = by;
    const breakId = found(breaks, kind).id;
    return decideBreak(town.context({ actor, at: AT }), { breakId, proposalNo, decision, reason });
  };

  it('opens each kind once, with what the account holds because of it', async () => {
    const page = await breakPage(town.db, {
      period: null,
      kind: null,
      owner: null,
      resolved: false,
      after: null,
      limit: 50,
      now: NOW,
    });
    const [more, twice, silent, short] = sent as [Sent, Sent, Sent, Sent];
    const [post] = await sentOver(town.db, 'POST');
    const told = page.map(({ kind, reference, gapVnd }) => ({ kind, reference, gapVnd }));
    const expected = [
      { kind: 'amount-differs', reference: more.reference, gapVnd: -more.amount - 1n },
      { kind: 'amount-differs', reference: short.reference, gapVnd: short.amount - 1n },
      { kind: 'not-acknowledged', reference: post?.messageId ?? '', gapVnd: 0n },
      { kind: 'not-answered', reference: silent.reference, gapVnd: 0n },
      { kind: 'not-instructed', reference: 'FEE-1', gapVnd: -FEE },
      { kind: 'settled-twice', reference: twice.reference, gapVnd: -twice.amount },
      { kind: 'sum-differs', reference: more.paymentInformationId, gapVnd: 0n },
      { kind: 'unexplained-credit', reference: 'C-1', gapVnd: 700n },
    ];
    const inOrder = (a: { kind: string; reference: string }, b: typeof a): number =>
      `${a.kind}${a.reference}` < `${b.kind}${b.reference}` ? -1 : 1;
    expect(told.toSorted(inOrder)).to.deep.equal(expected.toSorted(inOrder));
    expect(await findBreaks(town.context({ at: AT }))).to.deep.equal([]);
  });

  it('is worked off gravest first, then by the day it is due, then by number, over pages', async () => {
    const { id } = found(breaks, 'settled-twice');
    const { id: charge } = found(breaks, 'not-instructed');
    // Opened weeks before: due before all others of its severity, though its number is higher.
    await town.owner.raw('update reconciliation_break set opened_at = :at where break_id = :id', {
      at: '2026-10-30T01:00:00Z',
      id: Number(id),
    });
    await findBreaks(town.context({ at: AT }));
    const asked = { period: null, kind: null, owner: null, resolved: false, now: NOW } as const;
    const all = await breakPage(town.db, { ...asked, after: null, limit: 50 });
    expect(all[0]).to.deep.include({ breakId: id, severity: 1, decideBy: '2026-11-03' });
    expect(all.find(({ breakId }) => breakId === charge)?.decideBy).to.equal('2026-11-18');
    const keys = all.map((one) => `${one.severity} ${one.decideBy} ${one.breakId + 1000n}`);
    expect(keys).to.deep.equal(keys.toSorted());
    expect(new Set(all.map(({ severity }) => severity))).to.deep.equal(new Set([1, 2, 3]));

    const walked: Break[] = [];
    for (let after: BreakPlace | null = null; walked.length < all.length;) {
      const [next] = await breakPage(town.db, { ...asked, after, limit: 1 });
      if (next === undefined) break;
      walked.push(next);
      after = readPlace(writtenPlace(next)) ?? null;
    }
    expect(walked).to.deep.equal(all);
  });

  it('is due by another day when days off are announced, and by none that nobody knows', async () => {
    const dueBy = async (kind: string): Promise<unknown> =>
      (await breakOf(town.db, { breakId: found(breaks, kind).id, now: NOW }))?.decideBy;
    expect(await dueBy('not-instructed')).to.equal('2026-11-18');
    await town.owner.raw(
      `insert into calendar_day (day, kind, name, source)
       values ('2026-11-18', 'public', 'test', 'test')`,
    );
    await findBreaks(town.context({ at: AT }));
    expect(await dueBy('not-instructed')).to.equal('2026-11-19');
    await town.owner.raw(`delete from calendar_day where kind = 'tet_end' and day >= '2026-01-01'`);
    await findBreaks(town.context({ at: AT }));
    expect(await dueBy('not-instructed')).to.equal(null);
    await write(town.db, async (tx) => {
      const [first] = await openDays(tx);
      expect(first).to.deep.include({ openedOn: ON, decideBy: null });
      await setDeadline(tx, { openedOn: ON, workingDays: 1, decideBy: ON });
      expect((await openDays(tx))[0]?.decideBy).to.equal(ON);
    });
    expect(await dueBy('not-instructed')).to.equal(ON);
    expect(await dueBy('settled-twice')).to.equal(null);
    const last = { severity: 3, decideBy: null, breakId: 7n } as const;
    expect(readPlace(writtenPlace(last))).to.deep.equal(last);
    expect(['4~~1', '1~2026-13-01~1', '1~~', ''].map(readPlace)).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it('books what the bank owes, ends the break, and leaves the account tied', async () => {
    expect(await propose('settled-twice', null, 'bank-owes')).to.equal(1);
    const [, twice] = sent as [Sent, Sent];
    expect(await decide('settled-twice')).to.deep.equal({ movedVnd: twice.amount });
    const rows = await many(
      town.db,
      `select outcome, debit_account as debit, credit_account as credit, amount_vnd as vnd, period
         from house_transfer`,
    );
    expect(rows).to.deep.equal([
      {
        outcome: 'bank-owes',
        debit: 'owed_by_bank',
        credit: 'suspense',
        vnd: twice.amount,
        period: TOWN_PERIOD,
      },
    ]);
    const { id } = found(breaks, 'settled-twice');
    expect((await breakOf(town.db, { breakId: id, now: NOW }))?.resolution).to.equal('bank-owes');
    expect((await breakHistory(town.db, { breakId: id })).map(({ what }) => what)).to.deep.equal([
      'opened',
      'proposed',
      'confirmed',
    ]);
  });

  it('lets silence count as paid, and the bank still has the money to take', async () => {
    const [, , silent] = sent as [Sent, Sent, Sent];
    const before = await balances(town.db);
    await propose('not-answered', 'paid', 'owed-to-bank');
    await decide('not-answered');
    const after = await balances(town.db);
    expect(after.paid - before.paid).to.equal(silent.amount);
    expect(before.inTransit - after.inTransit).to.equal(silent.amount);
  });

  it('lets silence count as not paid, and it is owed again', async () => {
    const [, , silent] = sent as [Sent, Sent, Sent];
    const before = await balances(town.db);
    await propose('not-answered', 'not-paid', null);
    await decide('not-answered');
    expect((await balances(town.db)).owed - before.owed).to.equal(silent.amount);
  });

  it('lets a wrong amount count as paid, and asks the bank for the dong beyond', async () => {
    await propose('amount-differs', null, null).catch(() => 0);
    const more = (sent as [Sent])[0];
    const rows = await many<{ id: bigint }>(
      town.db,
      `select break_id as id from reconciliation_break
        where kind = 'amount-differs' and reference = :reference`,
      { reference: more.reference },
    );
    breaks = new Map([
      ['more', { id: rows[0]?.id ?? 0n, kind: 'amount-differs', reference: more.reference }],
    ]);
    await propose('more', 'paid', 'bank-owes');
    expect(await decide('more')).to.deep.equal({ movedVnd: 1n });
  });

  it('lets a return a dong short count as returned, and books the fee', async () => {
    const [, , , short] = sent as [Sent, Sent, Sent, Sent];
    const [row] = await many<{ id: bigint }>(
      town.db,
      `select break_id as id from reconciliation_break
        where kind = 'amount-differs' and reference = :reference`,
      { reference: short.reference },
    );
    breaks = new Map([['short', { id: row?.id ?? 0n, kind: '', reference: '' }]]);
    await propose('short', 'returned', 'charged');
    expect(await decide('short')).to.deep.equal({ movedVnd: 1n });
  });

  it('explains in words only what moved nothing', async () => {
    await propose('sum-differs', null, null);
    expect(await decide('sum-differs')).to.deep.equal({ movedVnd: 0n });
    expect(await whatRefused(propose('settled-twice', null, null))).to.equal(
      'break-outcome-not-possible',
    );
    await propose('not-answered', null, null);
    expect(await whatRefused(decide('not-answered'))).to.equal('break-fate-not-possible');
  });

  it('is refused to one person, to who may not, and twice', async () => {
    expect(await whatRefused(propose('not-instructed', null, 'charged', CHECKER))).to.equal(
      'break-not-entitled',
    );
    expect(await whatRefused(propose('not-instructed', null, 'others-money'))).to.equal(
      'break-outcome-not-possible',
    );
    expect(await whatRefused(propose('settled-twice', 'paid', 'bank-owes'))).to.equal(
      'break-fate-not-possible',
    );
    await propose('not-instructed', null, 'charged');
    const maker = { actor: SANDBOX_PERSONS.maker };
    expect(await whatRefused(decide('not-instructed', maker))).to.equal('break-not-entitled');
    const declined = { decision: 'declined' } as const;
    expect(await whatRefused(decide('not-instructed', declined))).to.equal('reason-missing');
    await decide('not-instructed', { ...declined, reason: 'Chưa có hợp đồng' });
    expect(await whatRefused(decide('not-instructed'))).to.equal('break-not-open');
    expect(await propose('not-instructed', null, 'charged')).to.equal(2);
    await decide('not-instructed', { proposalNo: 2, actor: SECOND });
    expect(await whatRefused(decide('not-instructed', { proposalNo: 2 }))).to.equal(
      'break-not-open',
    );
    expect(await whatRefused(propose('not-instructed', null, 'charged'))).to.equal(
      'break-not-open',
    );
  });

  it('has an owner, and ages', async () => {
    const { id } = found(breaks, 'not-instructed');
    const nobodys = {
      period: TOWN_PERIOD,
      kind: null,
      resolved: false,
      limit: 50,
      now: NOW,
    } as const;
    const count = async (owner: string): Promise<number> =>
      (await breakPage(town.db, { ...nobodys, owner, after: null })).length;
    expect(await count('nobody')).to.equal(8);
    await assign(town.context({ actor: CHECKER, at: AT }), {
      breakId: id,
      owner: CHECKER,
      note: 'a',
    });
    await assign(town.context({ actor: CHECKER, at: AT }), {
      breakId: id,
      owner: SECOND,
      note: '',
    });
    expect([await count('nobody'), await count(SECOND), await count(CHECKER)]).to.deep.equal([
      7, 1, 0,
    ]);
    const ages = await breakAges(town.db, {
      now: new Date('2026-11-21T01:00:00Z'),
      classes: AGE_CLASSES.map(({ from }) => from),
    });
    expect(new Set(ages.map(({ from }) => from))).to.deep.equal(new Set([3]));
    expect(ages.find(({ kind }) => kind === 'not-instructed')).to.deep.equal({
      kind: 'not-instructed',
      from: 3,
      count: 1n,
      vnd: FEE,
      unassigned: 0n,
    });
    const stranger = town.context({ actor: 'nobody-known', at: AT });
    const asked = assign(stranger, { breakId: id, owner: SECOND, note: '' });
    expect(await whatRefused(asked)).to.equal('break-not-entitled');
  });

  it('is shown with what waits for a decision, and to whom it can be given', async () => {
    const { id } = found(breaks, 'not-instructed');
    expect(await waitingProposal(town.db, { breakId: id })).to.equal(undefined);
    await propose('not-instructed', null, 'charged');
    expect(await waitingProposal(town.db, { breakId: id })).to.deep.include({
      proposalNo: 1,
      outcome: 'charged',
      proposedBy: SANDBOX_PERSONS.maker,
    });
    await decide('not-instructed', { decision: 'declined', reason: 'Chưa có hợp đồng' });
    expect(await waitingProposal(town.db, { breakId: id })).to.equal(undefined);
    const owners = await possibleOwners(town.db, { units: ['40'] });
    expect(owners.map(({ personId }) => personId))
      .to.include(CHECKER)
      .and.include(SANDBOX_PERSONS.maker);
    expect(await possibleOwners(town.db, { units: [] })).to.deep.equal([]);
    const moves = await outcomeMoves(town.db);
    expect(moves.map(({ outcome }) => outcome).sort()).to.deep.equal(
      Object.keys(BREAK_OUTCOMES).sort(),
    );
    for (const { outcome, moves: way } of moves) {
      expect(await directionOf(town.db, outcome)).to.equal(way);
    }
  });

  it('is not seen by whoever does not see its batch', async () => {
    const { id } = found(breaks, 'settled-twice');
    const at = { breakId: id, now: NOW };
    const from = (units: readonly string[]): Promise<unknown> =>
      pictureOfUnits(town.db, units, (picture) => breakOf(picture, at));
    expect(await from(['40'])).not.to.equal(undefined);
    expect(await from(['38'])).to.equal(undefined);
    const ages = await pictureOfUnits(town.db, ['38'], (picture) =>
      breakAges(picture, { now: NOW, classes: [0] }),
    );
    expect(ages.map(({ kind }) => kind)).to.deep.equal(['not-instructed', 'unexplained-credit']);
  });

  it('shows both sides, and the byte of the bank’s file', async () => {
    const { id } = found(breaks, 'settled-twice');
    const [, twice] = sent as [Sent, Sent];
    const { sides } = await seeBreak(town.db, { breakId: id, now: NOW });
    expect(sides).to.deep.include({
      instructedReference: twice.reference,
      instructedVnd: twice.amount,
      lineKind: 'debit',
      lineVnd: twice.amount,
      entryReference: 'D-1',
      outcome: 'settled',
      isOfAccount: true,
    });
    expect(sides.byteOffset !== null && sides.byteOffset > 0n).to.equal(true);
    expect(await whatRefused(seeBreak(town.db, { breakId: 999n, now: NOW }))).to.equal(
      'break-not-open',
    );
    expect(await write(town.db, (tx) => holdBreak(tx, { breakId: 999n }))).to.equal(false);
  });

  describe('and the database holds it', () => {
    const decision = (kind: string) => ({
      breakId: found(breaks, kind).id,
      proposalNo: 1,
      decision: 'confirmed' as const,
      reason: '',
      proposedBy: SANDBOX_PERSONS.maker as string,
      by: CHECKER as string,
      at: NOW,
    });
    const proposal = {
      fate: null,
      outcome: null,
      settles: null,
      recipientId: null,
      period: null,
      instructedVnd: null,
      reason: 'a',
      document: 'b',
      by: SANDBOX_PERSONS.maker as string,
      at: NOW,
    };
    const now = 'set constraints all immediate';

    it('that no break ends without a decision, and no decision without its money', async () => {
      const { id } = found(breaks, 'not-instructed');
      const ending = {
        breakId: id,
        resolution: 'charged',
        proposedBy: SANDBOX_PERSONS.maker,
        by: CHECKER,
      };
      expect(
        await triedAndUndone(town.db, (tx) => resolveBreak(tx, { ...ending, at: NOW })),
      ).to.equal('a_break_ends_by_decision');
      const steps: readonly (readonly [string, boolean, boolean])[] = [
        ['a_decision_ends_the_break', false, false],
        ['a_resolution_moves_its_money', true, false],
        ['nothing', true, true],
      ];
      for (const [refused, ends, moves] of steps) {
        const tried = await triedAndUndone(town.db, async (tx) => {
          expect(await holdBreak(tx, { breakId: id })).to.equal(true);
          const made = await addBreakProposal(tx, { ...proposal, breakId: id, outcome: 'charged' });
          expect(made).to.deep.equal({ proposalNo: 1 });
          expect(await openProposal(tx, { breakId: id, proposalNo: 1 })).to.deep.include({
            outcome: 'charged',
          });
          await addBreakDecision(tx, decision('not-instructed'));
          if (ends) await resolveBreak(tx, { ...ending, at: NOW });
          const of = { breakId: id, account: '1', outcome: 'charged', on: ON } as const;
          if (moves) await addHouseTransfer(tx, { ...of, amountVnd: FEE, period: TOWN_PERIOD });
          await many(tx, now);
        });
        expect(tried).to.equal(refused);
      }
    });

    it('that who proposed does not decide', async () => {
      const tried = await triedAndUndone(town.db, async (tx) => {
        const { id } = found(breaks, 'sum-differs');
        await addBreakProposal(tx, { ...proposal, breakId: id });
        await addBreakDecision(tx, { ...decision('sum-differs'), by: SANDBOX_PERSONS.maker });
      });
      expect(tried).to.equal('another_person_decides');
    });

    it('that a fate is written, and only where there is none', async () => {
      const [, , silent, short] = sent as [Sent, Sent, Sent, Sent];
      const { id } = found(breaks, 'not-answered');
      const { sides } = await seeBreak(town.db, { breakId: id, now: NOW });
      const { recipientId, instructedVnd } = sides;
      const ending = {
        breakId: id,
        resolution: 'not-paid',
        proposedBy: SANDBOX_PERSONS.maker,
        by: CHECKER,
      };
      const tried = await triedAndUndone(town.db, async (tx) => {
        await addBreakProposal(tx, {
          ...proposal,
          breakId: id,
          fate: 'not-paid',
          recipientId,
          period: TOWN_PERIOD,
          instructedVnd,
        });
        await addBreakDecision(tx, decision('not-answered'));
        await resolveBreak(tx, { ...ending, at: NOW });
        await many(tx, now);
      });
      expect(tried).to.equal('a_decided_fate_is_written');
      const fate = { breakId: id, period: TOWN_PERIOD, on: ON, recipientId: recipientId ?? 0n };
      const twice = triedAndUndone(town.db, async (tx) => {
        await decideOutcome(tx, { ...fate, reference: silent.reference, paid: true });
        await decideOutcome(tx, { ...fate, reference: silent.reference, paid: false });
      });
      expect(await twice).to.equal(`payment_outcome_${TOWN_PERIOD.replace('-', '_')}_pkey`);
      // What was never booked does not return; what was, does.
      const unbooked = triedAndUndone(town.db, (tx) =>
        decideReturn(tx, { ...fate, reference: silent.reference }),
      );
      expect(await unbooked).to.equal('only_what_was_booked_returns');
      const [row] = await many<{ id: bigint }>(
        town.db,
        'select recipient_id as id from payment_outcome where end_to_end_id = :reference',
        { reference: short.reference },
      );
      const booked = triedAndUndone(town.db, (tx) =>
        decideReturn(tx, { ...fate, recipientId: row?.id ?? 0n, reference: short.reference }),
      );
      expect(await booked).to.equal('nothing');
    });

    it('that a closed period takes nothing: the open one does', async () => {
      const { id } = found(breaks, 'not-instructed');
      await closedByForce(town.owner, { period: TOWN_PERIOD, at: NOW });
      expect(
        await triedAndUndone(town.owner, (tx) =>
          many(
            tx,
            `insert into house_transfer values
               (9, ${id}, '1', 'charged', 'out', 'charges', 'suspense', 1, '2026-11-18', '2026-11')`,
          ),
        ),
      ).to.equal('the_period_is_closed');
      const late = {
        breakId: id,
        account: '1',
        outcome: 'charged',
        on: plainDate('2026-11-18'),
      } as const;
      const tried = await triedAndUndone(town.db, async (tx) => {
        await addHouseTransfer(tx, { ...late, amountVnd: FEE, period: TOWN_PERIOD });
        const rows = await many(tx, 'select period from house_transfer');
        expect(rows).to.deep.equal([{ period: addMonths(TOWN_PERIOD, 1) }]);
      });
      expect(tried).to.equal('nothing');
    });

    it('assignBreak and sweepBreaks leave alone what is there', async () => {
      await write(town.db, async (tx) => {
        const none = { breakId: 999n, owner: CHECKER, note: '', by: CHECKER, at: NOW };
        expect(await assignBreak(tx, none)).to.equal(undefined);
        expect(await sweepBreaks(tx, { at: NOW, on: ON })).to.deep.equal([]);
      });
      expect(
        await breakSides(town.db, {
          breakId: 999n,
          recipientId: 1n,
          instructedPeriod: TOWN_PERIOD,
        }),
      ).to.equal(undefined);
    });
  });
});

describe('the words of breaks', () => {
  const towns = useTownCopies({ until: 'released', recipients: 20 });

  it('are there for every kind and outcome of the database, and for no other', async () => {
    const { db } = await towns.copy();
    const of = async (sql: string): Promise<string[]> =>
      (await many<{ name: string }>(db, sql)).map(({ name }) => name);
    expect(Object.keys(BREAK_KINDS).sort()).to.deep.equal(
      (await of('select kind as name from break_kind')).sort(),
    );
    const weighed = await of('select distinct break_severity(kind)::text as name from break_kind');
    expect(Object.keys(BREAK_SEVERITIES)).to.deep.equal(weighed.sort());
    expect(Object.keys(BREAK_OUTCOMES).sort()).to.deep.equal(
      (await of('select outcome as name from break_outcome')).sort(),
    );
    expect(await directionOf(db, 'bank-owes')).to.equal('out');
    expect(await directionOf(db, 'topped-up')).to.equal('in');
    expect((await specialDays(db)).length).to.be.greaterThan(20);
  });

  it('a return of which the account shows nothing is found when its day is over, once', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [first] = sent as [Sent];
    const block = first.paymentInformationId;
    const [opening, closing] = [5_000_000_000_000n, 5_000_000_000_000n - total(sent)];
    const told = async (): Promise<string[]> => {
      await reconcile(town.context({ at: AT }));
      await findBreaks(town.context({ at: AT }));
      const rows = await many<{ reference: string }>(
        town.db,
        `select reference from reconciliation_break where kind = 'not-in-statement'`,
      );
      return rows.map(({ reference }) => reference);
    };
    await receive(town, [
      statusReport({ id: 'S-1', about: first.messageId, group: 'ACSP' }),
      notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines: sent }) }),
      notification({ id: 'N-2', entries: creditEntries([{ ...first, entry: 'R-1' }]) }),
      statement({
        id: 'T-1',
        sequence: 1,
        opening,
        closing,
        entries: bookedSum({ reference: 'D-1', block, lines: sent }),
      }),
    ]);
    expect(await told()).to.deep.equal([]);
    const next = {
      id: 'T-2',
      sequence: 2,
      opening: closing,
      closing,
      entries: '',
      day: '2026-11-03',
    };
    await receive(town, [statement(next)]);
    expect(await told()).to.deep.equal(['R-1']);
    expect(await told()).to.deep.equal(['R-1']);
    await town.end({ checked: false });
  });

  it('silence is found: nothing booked in time, nothing acknowledged, no statement that follows', async () => {
    const town = await towns.copy();
    const at = '2026-12-28T01:00:00Z';
    const alien = statement({ id: 'T-9', sequence: 9, opening: 1n, closing: 1n, entries: '' });
    const first = statement({ id: 'T-1', sequence: 1, opening: 5n, closing: 5n, entries: '' });
    await receive(town, [first, alien]);
    await receive(town, [
      notification({
        id: 'N-9',
        account: '999',
        entries: creditEntries([{ reference: 'X', amount: 1n }]),
      }),
    ]);
    const told = await findBreaks(town.context({ at }));
    expect(told.map(({ kind }) => kind)).to.deep.equal([
      'not-acknowledged',
      'not-settled-in-time',
      'other-payer',
      'statement-gap',
    ]);
    expect(await findBreaks(town.context({ at }))).to.deep.equal([]);
    await town.end({ checked: false });
  });
});
