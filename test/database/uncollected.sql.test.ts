import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { addMonths, type Period, plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import {
  decideUncollected,
  proposeUncollected,
  resumeCollected,
  suspendUncollected,
} from '../../src/reconciliation/suspend-uncollected.flow.ts';
import {
  addUncollectedDecision,
  addUncollectedProposal,
  resumeAll,
  suspendAll,
  uncollected,
  uncollectedList,
  waitingUncollected,
} from '../../src/reconciliation/uncollected.sql.ts';
import { table } from '../support/table.ts';
import { laid } from '../support/uncollected-cash.ts';
import { triedAndUndone, whatRefused, withoutRules } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';

// Four months of cash are laid over a town, recipient by recipient: U not collected, P paid at the counter,
// L not collected and collected with a later list, D decided not to be paid by a break, - no instruction.

const CASES = table<'case' | 'months' | 'paused'>(`
  case              months  paused
  never-came        PUUU    yes
  never-came-at-all UUUU    yes
  came-once         UUPU    no
  came-later        UULU    no
  two-months        -PUU    no
  one-was-decided   PUDU    no
  no-instruction    UU-U    no
  long-ago          UUUP    no
`);

const MONTHS = [0, 1, 2, 3].map((no) => addMonths(TOWN_PERIOD, no));
const OF = addMonths(TOWN_PERIOD, 4);
const FIRST = addMonths(TOWN_PERIOD, 1);
const AT = '2027-02-20T01:00:00Z';
const { maker, checkers } = SANDBOX_PERSONS;
const [CHECKER] = checkers;
const DECIDED = {
  period: OF,
  decision: '12/QĐ-UBND',
  decidedOn: plainDate('2027-02-20'),
  confirmedBy: CHECKER,
};

interface Deciding {
  readonly by?: string;
  readonly decision?: 'confirmed' | 'declined';
}

/** What the planted rows have in common with real ones is all that the statements look at. */
function planted(recipient: bigint, months: string): string[] {
  return Array.from(months).flatMap((drawn, no) => {
    const of = MONTHS[no];
    if (drawn === '-' || of === undefined) return [];
    const attempts = drawn === 'L' ? ['unpaid', 'settled'] : [drawn === 'P' ? 'settled' : 'unpaid'];
    return attempts.flatMap((outcome, i) =>
      laid(recipient, of, { attempt: i + 1, outcome, decided: drawn === 'D' }),
    );
  });
}

describe('cash that nobody collects for three months', () => {
  const towns = useTownCopies({ until: 'intake', recipients: 30, checked: false });
  let town: TownCopy;
  let recipients: readonly bigint[];

  beforeEach(async () => {
    town = await towns.copy();
    const rows = await many<{ id: bigint }>(
      town.db,
      'select recipient_id as id from recipient order by 1 limit 8',
    );
    recipients = rows.map(({ id }) => id);
    await write(town.db, async (tx) => {
      for (const of of MONTHS) await openPeriod(tx, { period: of, at: new Date(AT) });
    });
    const all = recipients.flatMap((id, i) => planted(id, CASES[i]?.months ?? ''));
    await town.owner.transaction((tx) => withoutRules(tx, all.join(';\n')));
  });

  const named = (ids: readonly bigint[]): string[] =>
    CASES.filter((_, i) => ids.includes(recipients[i] ?? -1n)).map((one) => one.case);
  const EXPECTED = CASES.filter(({ paused }) => paused === 'yes').map((one) => one.case);

  it('is found by its three months, and by nothing less', async () => {
    const found = await uncollected(town.db, { kind: 'suspend', period: OF, first: FIRST });
    expect(named(found.map(({ recipientId }) => recipientId))).to.deep.equal(EXPECTED);
    expect(new Set(found.map(({ uncollectedVnd }) => uncollectedVnd))).to.deep.equal(
      new Set([1_500_000n]),
    );
  });

  it('pauses by two persons, once, and with an event for each', async () => {
    const suspend = (actor: string, confirmedBy: string) =>
      suspendUncollected(town.context({ actor, at: AT }), { ...DECIDED, confirmedBy });
    expect(await whatRefused(suspend(maker, maker))).to.equal('decision-needs-two-persons');
    expect(await whatRefused(suspend(CHECKER, maker))).to.equal('decision-needs-two-persons');
    const count = await suspend(maker, CHECKER);
    expect(count >= BigInt(EXPECTED.length)).to.equal(true);
    const rows = await many<{ id: bigint; from: string; reason: string }>(
      town.db,
      `select distinct recipient_id as id, from_period as "from", reason from suspension order by 1`,
    );
    expect(named(rows.map(({ id }) => id))).to.deep.equal(EXPECTED);
    expect(rows.map(({ from, reason }) => [from, reason])).to.deep.equal(
      rows.map(() => [OF, 'uncollected']),
    );
    const events = await many<{ subject: string }>(
      town.db,
      `select subject from audit_event where action = 'suspension-decided' order by 1`,
    );
    expect(events.map(({ subject }) => subject).sort()).to.deep.equal(
      rows.map(({ id }) => `recipient/${id}`).sort(),
    );
    expect(await suspend(maker, CHECKER)).to.equal(0n);
    expect(await uncollected(town.db, { kind: 'suspend', period: OF, first: FIRST })).to.deep.equal(
      [],
    );
  });

  const listOf = () => uncollectedList(town.db, { kind: 'suspend', period: OF, first: FIRST });
  const proposing = (sha256: string, by: string = maker) =>
    proposeUncollected(town.context({ actor: by, at: AT }), {
      ...DECIDED,
      kind: 'suspend',
      sha256,
    });
  const deciding = (proposalNo: number, { by = CHECKER, decision = 'confirmed' }: Deciding = {}) =>
    decideUncollected(town.context({ actor: by, at: AT }), {
      kind: 'suspend',
      period: OF,
      proposalNo,
      decision,
      reason: decision === 'declined' ? 'xã xác minh lại' : '',
    });
  const paused = async (): Promise<number> =>
    (await many(town.db, 'select from suspension')).length;

  it('is paused as one person has seen the list and another decides, once', async () => {
    const list = await listOf();
    expect(list.count >= BigInt(EXPECTED.length)).to.equal(true);
    expect(await whatRefused(proposing('0'.repeat(64)))).to.equal('uncollected-changed-since');
    expect(await whatRefused(proposing(list.sha256, CHECKER))).to.equal(
      'decision-needs-two-persons',
    );
    const { proposalNo } = await proposing(list.sha256);
    expect(await waitingUncollected(town.db, { kind: 'suspend', period: OF })).to.include({
      ...list,
      proposalNo,
      decision: DECIDED.decision,
      proposedBy: maker,
    });
    expect(await whatRefused(deciding(proposalNo, { by: maker }))).to.equal(
      'decision-needs-two-persons',
    );
    expect(await whatRefused(deciding(proposalNo + 1))).to.equal('uncollected-not-proposed');
    expect(await paused()).to.equal(0);
    expect(await deciding(proposalNo)).to.equal(list.count);
    expect(BigInt(await paused())).to.equal(list.count);
    expect(await whatRefused(deciding(proposalNo))).to.equal('uncollected-not-proposed');
    const events = await many<{ action: string; actor: string }>(
      town.db,
      `select action, actor from audit_event where action like 'uncollected-%' order by event_no`,
    );
    expect(events).to.deep.equal([
      { action: 'uncollected-proposed', actor: maker },
      { action: 'uncollected-decided', actor: CHECKER },
    ]);
  });

  it('is paused by nobody once somebody on the list has come, or it was declined', async () => {
    const { proposalNo: declined } = await proposing((await listOf()).sha256);
    expect(await deciding(declined, { decision: 'declined' })).to.equal(0n);
    expect(await whatRefused(deciding(declined))).to.equal('uncollected-not-proposed');

    const { proposalNo } = await proposing((await listOf()).sha256);
    const [came = 0n] = recipients;
    const back = laid(came, addMonths(TOWN_PERIOD, 3), {
      attempt: 2,
      outcome: 'settled',
      decided: false,
    });
    await town.owner.transaction((tx) => withoutRules(tx, back.join(';\n')));
    expect(await whatRefused(deciding(proposalNo))).to.equal('uncollected-changed-since');
    expect(await paused()).to.equal(0);
    const waiting = await waitingUncollected(town.db, { kind: 'suspend', period: OF });
    expect(waiting?.proposalNo, 'nothing was decided').to.equal(proposalNo);
  });

  it('is given back by the same two steps', async () => {
    const { proposalNo } = await proposing((await listOf()).sha256);
    await deciding(proposalNo);
    const [came = 0n] = recipients;
    const back = laid(came, addMonths(TOWN_PERIOD, 3), {
      attempt: 2,
      outcome: 'settled',
      decided: false,
    });
    await town.owner.transaction((tx) => withoutRules(tx, back.join(';\n')));
    const period = addMonths(OF, 2);
    const of = { kind: 'resume', period } as const;
    const list = await uncollectedList(town.db, { ...of, first: OF });
    const named = await uncollected(town.db, { ...of, first: OF });
    expect(new Set(named.map(({ recipientId }) => recipientId))).to.deep.equal(new Set([came]));
    const context = (actor: string) => town.context({ actor, at: AT });
    const made = await proposeUncollected(context(maker), { ...DECIDED, ...of, ...list });
    const decided = { ...of, ...made, decision: 'confirmed', reason: '' } as const;
    expect(await decideUncollected(context(CHECKER), decided)).to.equal(list.count);
    expect((await many(town.db, 'select from resumption')).length).to.equal(Number(list.count));
    expect((await uncollectedList(town.db, { ...of, first: OF })).count).to.equal(0n);
  });

  it('addUncollectedProposal, addUncollectedDecision: nobody decides about their own, says the database', async () => {
    const list = await listOf();
    const of = { kind: 'suspend', period: OF, by: maker, at: new Date(AT) } as const;
    const decided = { ...of, decision: 'confirmed', reason: '', proposedBy: maker } as const;
    const both = (by: string) =>
      write(town.db, async (tx) => {
        const { decision, decidedOn } = DECIDED;
        const made = await addUncollectedProposal(tx, { ...of, ...list, decision, decidedOn });
        await addUncollectedDecision(tx, { ...decided, ...made, by });
      });
    expect(await whatRefused(both(maker))).to.equal('another_person_decides_uncollected');
    const ahead = write(town.db, (tx) =>
      addUncollectedProposal(tx, {
        ...of,
        ...list,
        ...DECIDED,
        decidedOn: plainDate('2099-01-01'),
      }),
    );
    expect(await whatRefused(ahead)).to.equal('uncollected_decision_was_taken');
    await both(CHECKER);
  });

  it('is given back with the paused months once it was collected', async () => {
    const [came = 0n, away = 0n] = recipients;
    await suspendUncollected(town.context({ actor: maker, at: AT }), DECIDED);
    const resume = (period: Period) =>
      resumeCollected(town.context({ actor: maker, at: AT }), { ...DECIDED, period });
    const later = addMonths(OF, 2);
    expect(await resume(later)).to.equal(0n);

    const back = laid(came, addMonths(TOWN_PERIOD, 3), {
      attempt: 2,
      outcome: 'settled',
      decided: false,
    });
    await town.owner.transaction((tx) => withoutRules(tx, back.join(';\n')));
    const resumed = await resume(later);
    expect(resumed > 0n).to.equal(true);
    const rows = await many<{ id: bigint; until: string; backPay: boolean }>(
      town.db,
      `select distinct recipient_id as id, until_period as until, back_pay as "backPay" from resumption`,
    );
    expect(rows).to.deep.equal([{ id: came, until: addMonths(OF, 1), backPay: true }]);
    expect(rows.map(({ id }) => id)).not.to.include(away);
    expect(await resume(later)).to.equal(0n);
  });

  it('suspendAll, resumeAll: one who is no person of ours is refused by the key', async () => {
    const by = { ...DECIDED, by: maker, confirmedBy: maker, at: new Date(AT) };
    await write(town.db, (tx) => suspendAll(tx, { ...by, first: FIRST }));
    const [came = 0n] = recipients;
    const back = laid(came, addMonths(TOWN_PERIOD, 3), {
      attempt: 2,
      outcome: 'settled',
      decided: false,
    });
    await town.owner.transaction((tx) => withoutRules(tx, back.join(';\n')));
    const alone = triedAndUndone(town.db, (tx) =>
      resumeAll(tx, { ...by, period: addMonths(OF, 2), last: addMonths(OF, 1) }),
    );
    expect(await alone).to.equal('two_persons_resume');
  });
});
