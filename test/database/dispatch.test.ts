import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import {
  decideDispatchAction,
  proposeDispatchAction,
  type ProposedAction,
} from '../../src/reconciliation/act-on-dispatch.flow.ts';
import { decideBreak, proposeResolution } from '../../src/reconciliation/decide-break.flow.ts';
import {
  addDispatchAction,
  dispatchActionOf,
  endUnknown,
  oweWithdrawnLines,
  unknownFile,
} from '../../src/reconciliation/dispatch-action.sql.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import type { FilePlace } from '../../src/release/payment-transport.port.ts';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { askBank, watchAcknowledgements } from '../../src/settlement/ask-bank.flow.ts';
import {
  addInquiry,
  dispatchedFiles,
  overdueFiles,
  recordHeld,
  recordInquiry,
  recordMissed,
  takeAcknowledgements,
  type DispatchedFile,
} from '../../src/settlement/dispatch.sql.ts';
import { awaitedFiles } from '../../src/settlement/settlement.sql.ts';
import {
  bookedSum,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  type Sent,
} from '../support/bank-files.ts';
import { balances } from '../support/end-of-month.ts';
import {
  holding,
  triedAndUndone,
  untilWaiting,
  whatRefused,
  withoutRules,
} from '../support/refused.ts';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

const [CHECKER] = SANDBOX_PERSONS.checkers;
const OPENING = 5_000_000_000_000n;

/** The files of the town were sent at 01:00 UTC on 2 November; this is so many minutes later. */
const after = (minutes: number): string =>
  new Date(Date.parse('2026-11-02T01:00:00Z') + minutes * 60_000).toISOString();
const LATER = '2026-11-16T02:00:00Z';

describe('a file that is on its way', () => {
  const towns = useTownCopies({
    until: 'released',
    recipients: 20,
    // What this bank has to say, and by when; the post office keeps its 30 days.
    async prepare(test) {
      await setUpSandbox(test.context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
      const acknowledgements = [
        { level: 'taken', withinMinutes: 30 },
        { level: 'checked', withinMinutes: 60 },
        { level: 'accepted', withinMinutes: 120 },
        { level: 'settled', withinMinutes: 1440 },
      ] as const;
      await putInUse(test, { ...sandboxProfile('BANK'), version: 2, acknowledgements });
    },
  });
  let town: TownCopy;
  let sent: readonly Sent[];
  let message: string;

  /** A bank that says where the file is, and counts how often it was asked. */
  let asked = 0;
  const bank =
    (place: FilePlace | 'down'): Transports =>
    () => ({
      deliver: () => Promise.reject(new Error('nothing is sent again')),
      whereIs: () => {
        asked += 1;
        return place === 'down' ? Promise.reject(new Error('down')) : Promise.resolve(place);
      },
    });

  beforeEach(async () => {
    asked = 0;
    town = await towns.copy();
    sent = await sentOver(town.db, 'BANK');
    message = sent[0]?.messageId ?? '';
    await town.owner.transaction((tx) =>
      withoutRules(tx, `update file_dispatch set sent_at = '${after(0)}'`),
    );
  });

  const file = async (): Promise<DispatchedFile> => {
    const [one] = await dispatchedFiles(town.db, { period: TOWN_PERIOD, messageId: message });
    if (one === undefined) throw new Error('the file was sent');
    return one;
  };
  const stands = async (): Promise<string> => {
    const { state, reached, missed } = await file();
    return `${state} ${reached ?? '-'} ${missed.join('+') || '-'}`;
  };
  const watch = (minutes: number, place: FilePlace | 'down' = 'absent') =>
    watchAcknowledgements(town.context({ actor: 'job', at: after(minutes) }), bank(place));
  const openBreaks = (): Promise<{ kind: string; reference: string }[]> =>
    many(town.db, 'select kind, reference from reconciliation_break where resolved_at is null');

  it('F42: what is not said in time makes it unknown, an open break, once, and is never sent again', async () => {
    expect(await watch(30)).to.deep.equal({ missed: 0n, unknown: 0n, notAsked: 0 });
    expect(asked).to.equal(0);
    expect(await watch(31)).to.deep.equal({ missed: 1n, unknown: 1n, notAsked: 0 });
    expect(await stands()).to.equal('unknown - taken');
    expect(await openBreaks()).to.deep.equal([{ kind: 'not-answered', reference: message }]);
    expect(await watch(31)).to.deep.include({ missed: 0n });
    // Every later level is missed as well, under the same break.
    expect(await watch(121)).to.deep.include({ missed: 2n, unknown: 0n });
    expect(await openBreaks()).to.have.length(1);
    // The answer that comes after all has its effect.
    await receive(town, [statusReport({ id: 'S-1', about: message, group: 'ACTC' })]);
    expect(await stands()).to.equal('answered checked accepted+checked+taken');
  });

  it('asks the bank before it counts as silent, and a bank that cannot be asked is silent', async () => {
    await watch(31, 'taken');
    expect(await stands()).to.equal('sent taken -');
    expect(await watch(61, 'down')).to.deep.equal({ missed: 1n, unknown: 1n, notAsked: 0 });
    expect(await stands()).to.equal('unknown taken checked');
    expect(asked).to.equal(1);
  });

  it('writes down that a bank could not be asked', async () => {
    expect(await watch(31, 'down')).to.deep.equal({ missed: 1n, unknown: 1n, notAsked: 1 });
    const answers = await many(town.db, 'select answer from dispatch_inquiry');
    expect(answers).to.deep.equal([{ answer: 'silent' }]);
  });

  it('tells each level by what the bank has said', async () => {
    const said: string[] = [];
    for (const group of ['RCVD', 'ACTC', 'ACSP']) {
      await receive(town, [statusReport({ id: `S-${group}`, about: message, group })]);
      said.push(await stands());
    }
    expect(said).to.deep.equal(['answered taken -', 'answered checked -', 'answered accepted -']);
    await receive(town, [
      statement({
        id: 'T-1',
        sequence: 1,
        opening: OPENING,
        closing: OPENING - total(sent),
        entries: bookedSum({
          reference: 'D-1',
          block: sent[0]?.paymentInformationId ?? '',
          lines: sent,
        }),
      }),
    ]);
    expect(await stands()).to.equal('answered settled -');
    expect(await watch(1441)).to.deep.include({ missed: 0n });
  });

  it('a refusal of what was seen before is a word that the bank has it, and no end', async () => {
    const again = { id: 'S-1', about: message, group: 'RJCT', groupReason: 'AM05' };
    await receive(town, [statusReport(again)]);
    expect((await file()).reached).to.equal('taken');
  });

  describe('of which nobody knows where it is', () => {
    beforeEach(() => watch(31));

    const propose = (
      of: Partial<ProposedAction>,
      at = LATER,
      actor: string = SANDBOX_PERSONS.maker,
    ) =>
      proposeDispatchAction(town.context({ actor, at }), {
        messageId: message,
        action: 'withdrawn',
        sha256: null,
        reason: 'the bank has never seen it',
        document: 'CV-17',
        ...of,
      });
    const decide = (
      of: { breakId: bigint; proposalNo: number },
      actor: string = CHECKER,
    ): Promise<{ owedAgainVnd: bigint }> =>
      decideDispatchAction(town.context({ actor, at: LATER }), {
        ...of,
        decision: 'confirmed',
        reason: '',
      });

    it('the bank is asked again, and what is absent may be late (F46)', async () => {
      const context = town.context({ actor: 'maker', at: LATER });
      expect(await askBank(context, bank('absent'), { messageId: message })).to.equal('absent');
      expect((await file()).state).to.equal('unknown');
      expect(await whatRefused(askBank(context, bank('taken'), { messageId: 'NO-SUCH' }))).to.equal(
        'dispatch-unknown',
      );
      let failure = '';
      await askBank(context, bank('down'), { messageId: message }).catch((error: unknown) => {
        failure = (error as Error).message;
      });
      expect(failure).to.equal('down');
      const answers = await many(
        town.db,
        'select answer from dispatch_inquiry order by inquiry_no',
      );
      expect(answers.map((row) => (row as { answer: string }).answer)).to.deep.equal([
        'absent',
        'absent',
        'silent',
      ]);
    });

    it('one that a crash left unknown and that lies there was sent', async () => {
      await town.owner.transaction((tx) =>
        withoutRules(tx, `update file_dispatch set sent_at = null where state = 'unknown'`),
      );
      const context = town.context({ actor: 'maker', at: LATER });
      expect(await askBank(context, bank('waiting'), { messageId: message })).to.equal('waiting');
      const { state, sentAt } = await file();
      expect([state, sentAt?.toISOString()]).to.deep.equal(['sent', new Date(LATER).toISOString()]);
    });

    it('was carried by hand, if two persons say so and it was the very file', async () => {
      const { sha256 } = await file();
      const hand = { action: 'handed-over' as const, sha256 };
      expect(await whatRefused(propose({ ...hand, sha256: 'ab'.repeat(32) }))).to.equal(
        'file-altered',
      );
      expect(await whatRefused(propose(hand, LATER, CHECKER))).to.equal('break-not-entitled');
      const proposal = await propose(hand);
      expect(await whatRefused(decide(proposal, SANDBOX_PERSONS.maker))).to.equal(
        'break-not-entitled',
      );
      expect(await decide(proposal)).to.deep.equal({ owedAgainVnd: 0n });
      expect((await file()).state).to.equal('sent');
      expect(await openBreaks()).to.deep.equal([]);
      // Its times begin again, and can be missed again.
      const context = town.context({ actor: 'job', at: '2026-11-16T02:31:00Z' });
      expect(await watchAcknowledgements(context, bank('absent'))).to.deep.include({ unknown: 1n });
      expect(await openBreaks()).to.have.length(1);
    });

    it('is proposed about by two at one moment: each waits for the break, and has a number of its own', async () => {
      const { sha256 } = await file();
      const held = await holding(town.owner, 'select from reconciliation_break for update');
      const hand = { action: 'handed-over' as const, sha256 };
      const proposals = Promise.all([propose(hand), propose(hand)]);
      await untilWaiting(town.owner, 2);
      await held.commit();
      const numbers = (await proposals).map(({ proposalNo }) => proposalNo);
      expect(numbers.sort()).to.deep.equal([1, 2]);
    });

    it('may not be withdrawn while its bank could yet pay it', async () => {
      expect(await whatRefused(propose({}))).to.equal('dispatch-not-withdrawable');
      const objection = async (): Promise<string> =>
        (await unknownFile(town.db, { messageId: message, at: new Date(LATER) }))?.objection ??
        'none';
      expect(await objection()).to.equal('the_bank_refuses_what_is_late');
      await many(town.owner, `update channel set refuses_after_cutoff = true`);
      expect(await objection()).to.equal('its_day_is_over');
      const empty = { id: 'T-1', sequence: 1, opening: OPENING, closing: OPENING, entries: '' };
      await receive(town, [statement(empty)]);
      expect(await objection()).to.equal('everything_that_came_is_read');
      await reconcile(town.context({ at: LATER }));
      expect(await objection()).to.equal('none');
      await receive(town, [statusReport({ id: 'S-1', about: message, group: 'ACTC' })]);
      // It is answered now, and nothing is left to act on.
      expect(await whatRefused(propose({}))).to.equal('dispatch-not-unknown');
    });

    describe('when its day is over and its bank refuses what is late', () => {
      beforeEach(async () => {
        await many(town.owner, `update channel set refuses_after_cutoff = true`);
        await receive(town, [
          statement({ id: 'T-1', sequence: 1, opening: OPENING, closing: OPENING, entries: '' }),
        ]);
        await reconcile(town.context({ at: LATER }));
      });

      it('is withdrawn by two persons: its lines are owed again, and nothing waits for it', async () => {
        const before = await balances(town.db);
        const { owedAgainVnd } = await decide(await propose({}));
        expect(owedAgainVnd).to.equal(total(sent));
        const now = await balances(town.db);
        expect(now.owed - before.owed).to.equal(total(sent));
        expect(now.inTransit - before.inTransit).to.equal(-total(sent));
        expect(await stands()).to.equal('withdrawn settled taken');
        const awaited = await awaitedFiles(town.db, { period: TOWN_PERIOD });
        expect(awaited.map(({ channel }) => channel)).to.deep.equal(['POST']);
        const { batches } = await reconcile(town.context({ at: LATER }));
        expect(batches).to.have.length(1);
      });

      it('what its bank books nevertheless is a break, and pays nothing twice', async () => {
        await decide(await propose({}));
        const block = sent[0]?.paymentInformationId ?? '';
        await receive(town, [
          statement({
            id: 'T-2',
            sequence: 2,
            opening: OPENING,
            closing: OPENING - total(sent),
            entries: bookedSum({ reference: 'D-1', block, lines: sent }),
          }),
        ]);
        await reconcile(town.context({ at: LATER }));
        const paid = await many(town.db, `select from payment_outcome where outcome = 'settled'`);
        expect(paid).to.have.length(0);
        // The sum that left the account is explained by no line.
        const kinds = (await openBreaks()).map(({ kind }) => kind);
        expect(kinds).to.include('sum-differs');
        await town.end({ checked: false });
      });

      it('is decided by nobody alone, and by words alone not at all', async () => {
        const { breakId } = await propose({});
        const words = { breakId, fate: null, outcome: null, settles: null } as const;
        const proposalNo = await proposeResolution(
          town.context({ actor: SANDBOX_PERSONS.maker, at: LATER }),
          { ...words, reason: 'they say it is lost', document: 'E-1' },
        );
        const decision = { breakId, proposalNo, decision: 'confirmed', reason: '' } as const;
        const checker = town.context({ actor: CHECKER, at: LATER });
        expect(await whatRefused(decideBreak(checker, decision))).to.equal(
          'break-fate-not-possible',
        );
        // A withdrawal that another door decides without carrying it out is refused, too.
        const again = await propose({});
        expect(await whatRefused(decideBreak(checker, { ...decision, ...again }))).to.equal(
          'break-fate-not-possible',
        );
      });
    });

    it('each statement keeps its rule, whoever calls it', async () => {
      const found = await unknownFile(town.db, { messageId: message, at: new Date(LATER) });
      if (found === undefined) throw new Error('the file is unknown');
      const { fileId, breakId } = found;
      const by = { fileId, actor: 'x', at: new Date(LATER) };
      const tried = (work: Parameters<typeof triedAndUndone>[1]): Promise<string> =>
        triedAndUndone(town.db, work);
      expect(await tried((tx) => endUnknown(tx, { ...by, state: 'withdrawn' }))).to.equal(
        'a_withdrawal_is_decided',
      );
      await many(town.owner, 'delete from dispatch_inquiry');
      expect(await tried((tx) => endUnknown(tx, { ...by, state: 'sent' }))).to.equal(
        'an_unknown_file_is_not_sent_by_itself',
      );
      const action = { breakId, proposalNo: 1, fileId, action: 'withdrawn', sha256: null } as const;
      expect(await tried((tx) => addDispatchAction(tx, { ...action, breakId: 99n }))).to.equal(
        'an_action_is_of_the_break_of_its_file',
      );
      const other = await dispatchedFiles(town.db, { period: null, messageId: null });
      const post = other.find(({ channel }) => channel === 'POST');
      expect(
        await tried((tx) => addDispatchAction(tx, { ...action, fileId: post?.fileId ?? 0n })),
      ).to.equal('an_action_is_of_the_break_of_its_file');
      expect(await dispatchActionOf(town.db, { breakId, proposalNo: 1 })).to.equal(undefined);
      expect(
        await tried(async (tx) => {
          const { inquiryNo } = await addInquiry(tx, by);
          const answered = { ...by, inquiryNo, answer: 'absent' } as const;
          expect(await recordInquiry(tx, answered)).to.deep.equal({ answer: 'absent' });
          expect(await recordInquiry(tx, answered)).to.equal(undefined);
          expect(await recordHeld(tx, by)).to.equal(undefined);
          await takeAcknowledgements(tx);
          expect(await recordMissed(tx, { actor: 'x', at: new Date(after(31)) })).to.deep.equal({
            missed: 0n,
            unknown: 0n,
          });
          const owed = await oweWithdrawnLines(tx, { fileId, breakId, on: '2026-11-16' });
          expect(owed).to.deep.equal({ count: BigInt(sent.length), vnd: total(sent) });
        }),
      ).to.equal('nothing');
      expect(await overdueFiles(town.db, { at: new Date(after(121)) })).to.deep.equal([{ fileId }]);
    });
  });
});
