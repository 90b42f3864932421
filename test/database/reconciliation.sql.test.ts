import { expect } from 'chai';
import type { Period } from '../../src/kernel/period.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import {
  batchesToClose,
  filesToReconcile,
  harmlessLines,
  isUnclosed,
  isUnreconciled,
  matchOutcomes,
  matchReturns,
  openBreaks,
  openBreaksOf,
  openForeignDebits,
  openRefusedAfterBooking,
  openSumsThatDiffer,
  openUnanswered,
  recipientsOf,
  recordBatchResult,
  recordFates,
  refusesWhole,
  rejectWholeFile,
  takeChannel,
  type FileToReconcile,
  type Matching,
} from '../../src/reconciliation/reconciliation.sql.ts';
import {
  bookedSum,
  creditEntries,
  creditEntry,
  debitEntry,
  entry,
  notification,
  postResult,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  type Line,
  type Sent,
} from '../support/bank-files.ts';
import { balances } from '../support/end-of-month.ts';
import { whatRefused } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { addMonths } from '../../src/kernel/period.ts';
import { TOWN_PERIOD } from '../support/town.ts';

const AT = new Date('2026-11-17T01:00:00Z');
const ON = '2026-11-17';
const NONE = { count: 0n, vnd: 0n };

describe('one file, laid beside the instructions', () => {
  // Each function is looked at alone, and leaves a month half done.
  const towns = useTownCopies({ until: 'released', recipients: 40, checked: false });
  let town: TownCopy;
  let sent: Sent[];
  let cash: Sent[];
  let line: Sent;
  let other: Sent;

  beforeEach(async () => {
    town = await towns.copy();
    sent = await sentOver(town.db, 'BANK');
    cash = await sentOver(town.db, 'POST');
    [line, other] = sent as [Sent, Sent];
  });

  const debit = (id: string, lines: readonly Line[], reference = `D-${id}`): string =>
    notification({
      id,
      entries: debitEntry({ reference, block: line.paymentInformationId, lines }),
    });
  const credit = (id: string, lines: readonly Line[]): string =>
    notification({ id, entries: creditEntries(lines) });
  const report = (id: string, lines: readonly (Line & { status?: string })[]): string =>
    statusReport({ id, about: line.messageId, group: 'PART', lines });

  /** Receives a file and gives what is needed to match it, ready or not. */
  async function received(
    file: string,
    channel = 'BANK',
  ): Promise<FileToReconcile & Matching & { at: Date }> {
    expect(await receive(town, [file], channel)).to.deep.include({ accepted: 1 });
    const [row] = await many<FileToReconcile>(
      town.db,
      `select file_id as "fileId", channel, kind, line_count as "lineCount",
              credit_count as "creditCount", false as "isLate",
              coalesce(first_period, '0000-00') as "firstPeriod",
              coalesce(last_period, '9999-99') as "lastPeriod",
              original_message_id as "originalMessageId", group_status as "groupStatus",
              group_reason as "groupReason"
         from settlement_file order by file_id desc limit 1`,
    );
    if (row === undefined) throw new Error('the file was just received');
    return { ...row, ...(await inside((tx) => recipientsOf(tx, row))), on: ON, at: AT };
  }

  const inside = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> =>
    write(town.db, work);

  async function matched(file: string, channel?: string): Promise<{ count: bigint; vnd: bigint }> {
    const of = await received(file, channel);
    return inside((tx) => matchOutcomes(tx, of));
  }

  describe('filesToReconcile', () => {
    const ready = async (): Promise<bigint[]> =>
      (await filesToReconcile(town.db)).map(({ fileId }) => fileId);

    it('are those that were accepted, until their fates are recorded', async () => {
      const of = await received(debit('N-1', sent));
      await receive(town, ['no XML']);
      const { on, at, firstRecipient, lastRecipient, ...file } = of;
      expect(firstRecipient <= lastRecipient).to.equal(true);
      expect([on, at]).to.deep.equal([ON, AT]);
      expect(await filesToReconcile(town.db)).to.deep.equal([file]);
      const fates = { matched: of.lineCount, duplicates: 0n, breaks: 0n };
      await inside((tx) => recordFates(tx, { fileId: of.fileId, ...fates }));
      expect(await ready()).to.deep.equal([]);
    });

    it('leave out a return and a report until the payment file is booked', async () => {
      const back = await received(credit('N-2', [line]));
      const told = await received(report('S-1', [{ ...other, reason: 'AC04' }]));
      expect(await ready()).to.deep.equal([]);
      const booked = await received(debit('N-1', [line]));
      expect(await ready()).to.deep.equal([booked.fileId]);
      await inside((tx) => matchOutcomes(tx, booked));
      expect(await ready()).to.deep.equal([back.fileId, told.fileId, booked.fileId]);
    });

    it('take what nothing is waited for', async () => {
      const refused = statusReport({ id: 'S-1', about: line.messageId, group: 'RJCT' });
      const unknown = credit('N-2', [{ reference: 'NOBODY', amount: 5n }]);
      const elsewhere = credit('N-3', cash.slice(0, 1));
      const own = notification({
        id: 'N-4',
        entries: [
          creditEntries([line]),
          debitEntry({ reference: 'D-4', block: line.paymentInformationId, lines: [other] }),
        ].join('\n'),
      });
      const ids: bigint[] = [];
      for (const file of [refused, unknown, elsewhere, own])
        ids.push((await received(file)).fileId);
      expect(await ready()).to.deep.equal(ids);
    });
  });

  it('takeChannel: whoever comes second waits, and then finds it done', async () => {
    const of = await received(debit('N-1', sent));
    expect(await inside((tx) => isUnreconciled(tx, of.fileId))).to.equal(true);
    expect(await inside((tx) => isUnclosed(tx, 1n))).to.equal(true);
    const waiting = new Promise<boolean>((resolve, reject) => {
      void inside(async (tx) => {
        await takeChannel(tx, 'BANK');
        const second = inside(async (other) => {
          await takeChannel(other, 'BANK');
          return isUnreconciled(other, of.fileId);
        });
        second.then(resolve, reject);
        // The other channel is free meanwhile.
        await inside((other) => takeChannel(other, 'POST'));
        const fates = { matched: of.lineCount, duplicates: 0n, breaks: 0n };
        await recordFates(tx, { fileId: of.fileId, ...fates });
      }).catch(reject);
    });
    expect(await waiting).to.equal(false);
  });

  describe('matchOutcomes', () => {
    const outcomes = (): Promise<{ reference: string; outcome: string; reason: string }[]> =>
      many(
        town.db,
        `select end_to_end_id as reference, outcome, reason from payment_outcome order by 1`,
      );

    it('settles what was booked, in the ledger too, and once', async () => {
      const before = await balances(town.db);
      const file = await received(debit('N-1', [line, other]));
      const both = { count: 2n, vnd: line.amount + other.amount };
      expect(await inside((tx) => matchOutcomes(tx, file))).to.deep.equal(both);
      expect(await inside((tx) => matchOutcomes(tx, file))).to.deep.equal(NONE);
      const after = await balances(town.db);
      expect(after.paid - before.paid).to.equal(both.vnd);
      expect(before.inTransit - after.inTransit).to.equal(both.vnd);
    });

    it('takes the first of two lines about one instruction', async () => {
      const twice = [
        { ...line, reason: 'AC04' },
        { ...line, reason: 'MD07' },
      ];
      await matched(report('S-1', twice));
      expect(await outcomes()).to.deep.equal([
        { reference: line.reference, outcome: 'rejected', reason: 'AC04' },
      ]);
    });

    it('pays what was refused or not collected back to what is owed', async () => {
      const before = await balances(town.db);
      const [unpaid] = cash as [Sent];
      const list = [{ ...unpaid, reason: 'Không đến nhận' }];
      expect(await matched(report('S-1', [{ ...line, reason: 'AC04' }]))).to.deep.include({
        count: 1n,
      });
      await matched(postResult({ id: 'K-1', about: unpaid.messageId, lines: list }), 'POST');
      const after = await balances(town.db);
      expect(after.owed - before.owed).to.equal(line.amount + unpaid.amount);
      expect(after.paid).to.equal(0n);
      const days = await many(
        town.db,
        `select outcome, booked_on as "on" from payment_outcome order by 1`,
      );
      expect(days).to.deep.equal([
        { outcome: 'rejected', on: ON },
        { outcome: 'unpaid', on: ON },
      ]);
    });

    it('knows a settled cash line', async () => {
      const [paid] = cash as [Sent];
      const result = postResult({ id: 'K-1', about: paid.messageId, lines: [paid] });
      expect(await matched(result, 'POST')).to.deep.equal({ count: 1n, vnd: paid.amount });
    });

    for (const [what, bend] of [
      ['a dong more', (sent: Sent) => ({ ...sent, amount: sent.amount + 1n })],
      ['a dong less', (sent: Sent) => ({ ...sent, amount: sent.amount - 1n })],
      ['another reference', (sent: Sent) => ({ ...sent, reference: `${sent.reference}0` })],
    ] as const) {
      it(`takes no outcome from ${what}`, async () => {
        expect(await matched(debit('N-1', [bend(line)]))).to.deep.equal(NONE);
        expect(await outcomes()).to.deep.equal([]);
      });
    }

    it('takes no outcome from another channel, from a status on the way, or from a repeat', async () => {
      expect(await matched(debit('N-1', cash.slice(0, 1)))).to.deep.equal(NONE);
      expect(await matched(report('S-1', [{ ...line, status: 'ACSP' }]))).to.deep.equal(NONE);
      for (const [i, reason] of [
        'AM05',
        'DUPL',
        'DU01',
        'DU02',
        'DU03',
        'DU04',
        'DU05',
      ].entries()) {
        expect(await matched(report(`S-2${i}`, [{ ...line, reason }]))).to.deep.equal(NONE);
      }
    });

    it('keeps to the instructions that were released', async () => {
      await town.owner.transaction(async (tx) => {
        await many(tx, 'set local session_replication_role = replica');
        await many(tx, `update batch_state set state = 'approved', came_from = 'prepared'`);
      });
      expect(await matched(debit('N-1', [line]))).to.deep.equal(NONE);
    });
  });

  describe('matchReturns', () => {
    async function returned(lines: readonly Line[]): Promise<{ count: bigint; vnd: bigint }> {
      await matched(debit('N-1', [line]));
      const of = await received(credit('N-2', lines));
      return inside((tx) => matchReturns(tx, of));
    }

    it('takes what was settled back to what is owed, once', async () => {
      const before = await balances(town.db);
      expect(await returned([line, line])).to.deep.equal({ count: 1n, vnd: line.amount });
      const after = await balances(town.db);
      expect(after.owed - before.owed).to.equal(line.amount);
      expect(after.paid).to.equal(0n);
    });

    it('takes nothing that was not settled, and no other amount', async () => {
      expect(await returned([other, { ...line, amount: line.amount - 1n }])).to.deep.equal(NONE);
    });
  });

  describe('a refusal of the whole', () => {
    const refusal = (groupReason?: string, lines: readonly Line[] = []): string =>
      statusReport({
        id: 'S-9',
        about: line.messageId,
        group: 'RJCT',
        lines,
        ...(groupReason === undefined ? {} : { groupReason }),
      });

    for (const [reason, refuses] of [
      [undefined, true],
      ['AM04', true],
      ['AM05', false],
      ['DU01', false],
    ] as const) {
      it(`${refuses ? 'is' : 'is not'} one for the reason ${reason ?? '(none)'}`, async () => {
        const { fileId } = await received(refusal(reason));
        expect(await refusesWhole(town.db, fileId)).to.equal(refuses);
      });
    }

    it('is none where a part was refused', async () => {
      const { fileId } = await received(report('S-1', [{ ...line, reason: 'AC04' }]));
      expect(await refusesWhole(town.db, fileId)).to.equal(false);
    });

    it('rejects every instruction that has no outcome and is not named as seen before', async () => {
      await matched(debit('N-1', [line]));
      const { fileId } = await received(refusal('AM04', [{ ...other, reason: 'AM05' }]));
      const of = { fileId, messageId: line.messageId, reason: 'AM04', on: ON };
      const rest = sent.slice(2);
      const rejected = await inside((tx) => rejectWholeFile(tx, of));
      expect(rejected).to.deep.equal({ count: BigInt(rest.length), vnd: total(rest) });
      expect(await inside((tx) => rejectWholeFile(tx, of))).to.deep.equal(NONE);
    });

    it('is a break over what was booked of the file', async () => {
      const of = { messageId: line.messageId, at: AT };
      expect(await inside((tx) => openRefusedAfterBooking(tx, of))).to.equal(0n);
      await matched(debit('N-1', [line, other]));
      expect(await inside((tx) => openRefusedAfterBooking(tx, of))).to.equal(1n);
      expect(await openBreaksOf(town.db, { period: TOWN_PERIOD })).to.deep.equal([
        { kind: 'rejected-after-booking', count: 1n, vnd: line.amount + other.amount },
      ]);
    });
  });

  describe('what is left over', () => {
    it('is nothing where a status is on its way with an instruction of ours', async () => {
      const of = await received(
        report('S-1', [
          { ...line, status: 'ACSP' },
          { ...other, status: 'PDNG' },
          { reference: 'AS2611TG999999999N1T1', amount: 5n, status: 'ACSP' },
          ...cash.slice(0, 1).map((first) => ({ ...first, status: 'ACSP' })),
        ]),
      );
      expect(await inside((tx) => harmlessLines(tx, of))).to.equal(2n);
      expect(await inside((tx) => openBreaks(tx, of))).to.deep.equal({
        breaks: 2n,
        duplicates: 0n,
      });
      const kinds = await many(town.db, 'select kind from reconciliation_break order by break_id');
      expect(kinds).to.deep.equal([{ kind: 'unknown-reference' }, { kind: 'other-channel' }]);
    });

    it('is a repetition under the same entry, and a break under another', async () => {
      await matched(debit('N-1', [line, other], 'D-1'));
      const again = await received(debit('N-2', [line], 'D-1'));
      const more = await received(debit('N-3', [other], 'D-2'));
      const fates = await inside(async (tx) => [
        await openBreaks(tx, again),
        await openBreaks(tx, more),
      ]);
      expect(fates).to.deep.equal([
        { breaks: 0n, duplicates: 1n },
        { breaks: 1n, duplicates: 0n },
      ]);
    });

    it('is a repetition or a second return by the same rule', async () => {
      await matched(debit('N-1', [line, other]));
      const first = { ...line, entry: 'R-1' };
      const both = creditEntry({ reference: 'R-1', lines: [line, line] });
      const twice = await received(notification({ id: 'N-2', entries: both }));
      const again = await received(credit('N-3', [first]));
      const more = await received(credit('N-4', [{ ...line, entry: 'R-2' }]));
      const fates = await inside(async (tx) => {
        await matchReturns(tx, twice);
        return [
          await openBreaks(tx, twice),
          await openBreaks(tx, again),
          await openBreaks(tx, more),
        ];
      });
      expect(fates).to.deep.equal([
        { breaks: 1n, duplicates: 0n },
        { breaks: 0n, duplicates: 1n },
        { breaks: 1n, duplicates: 0n },
      ]);
    });

    it('is numbered without a gap, in the order of the file', async () => {
      const strange = ['X-1', 'X-2', 'X-3'].map((reference) => ({ reference, amount: 5n }));
      const of = await received(debit('N-1', strange));
      await inside((tx) => openBreaks(tx, of));
      const rows = await many(
        town.db,
        `select break_id as id, reference, line_no as line from reconciliation_break order by 1`,
      );
      expect(rows).to.deep.equal(
        strange.map(({ reference }, i) => ({
          id: BigInt(i + 1),
          reference,
          line: BigInt(i + 1),
        })),
      );
      // A line breaks once.
      const again = inside((tx) => openBreaks(tx, of));
      expect(await whatRefused(again)).to.equal('a_line_breaks_once');
    });

    it('is a debit on the statement that books no payment file of ours', async () => {
      const statementOf = (entries: string, closing: bigint): string =>
        statement({ id: 'T-1', sequence: 1, opening: total(sent) + 100n, closing, entries });
      const block = line.paymentInformationId;
      const entries = [
        bookedSum({ reference: 'D-1', block, lines: sent }),
        entry({ amount: 30n, side: 'DBIT', reference: 'FEE-1' }),
        bookedSum({
          reference: 'D-X',
          block: 'NOT-OURS',
          lines: [{ reference: 'X', amount: 20n }],
        }),
        entry({ amount: 7n, side: 'CRDT', reference: 'INTEREST-1' }),
      ];
      const { fileId } = await received(statementOf(entries.join('\n'), 57n));
      expect(await inside((tx) => openForeignDebits(tx, { fileId, at: AT }))).to.equal(2n);
      const rows = await many(
        town.db,
        `select kind, period, reference, amount_vnd as vnd, file_id as file
           from reconciliation_break order by break_id`,
      );
      const kind = { kind: 'not-instructed', period: '2026-11', file: null };
      expect(rows).to.deep.equal([
        { ...kind, reference: 'D-X', vnd: 20n },
        { ...kind, reference: 'FEE-1', vnd: 30n },
      ]);
    });
  });

  describe('recordFates', () => {
    const fates = { matched: 1n, duplicates: 2n, breaks: 3n };

    it('writes down one fate for each line', async () => {
      const { fileId } = await received(debit('N-1', sent.slice(0, 6)));
      const told = (): Promise<unknown[]> =>
        many(
          town.db,
          `select matched_count as matched, duplicate_count as duplicates, break_count as breaks
             from settlement_file where file_id = :fileId`,
          { fileId },
        );
      expect(await told()).to.deep.equal([{ matched: null, duplicates: null, breaks: null }]);
      await inside((tx) => recordFates(tx, { fileId, ...fates }));
      expect(await told()).to.deep.equal([fates]);
    });

    it('is refused when a line has none, or two', async () => {
      const { fileId } = await received(debit('N-1', sent.slice(0, 6)));
      for (const wrong of [{ matched: 0n }, { breaks: 4n }]) {
        const refused = inside((tx) => recordFates(tx, { fileId, ...fates, ...wrong }));
        expect(await whatRefused(refused)).to.equal('every_line_has_one_fate');
      }
    });

    it('fails for whoever comes second', async () => {
      const { fileId } = await received(debit('N-1', sent.slice(0, 6)));
      await inside((tx) => recordFates(tx, { fileId, ...fates }));
      const second = inside((tx) => recordFates(tx, { fileId, ...fates }));
      expect(await second.catch((error: unknown) => String(error))).to.include('expected one row');
    });
  });

  describe('a batch', () => {
    const block = (): string => line.paymentInformationId;
    const day = (lines: readonly Line[]): string =>
      statement({
        id: 'T-1',
        sequence: 1,
        opening: total(lines),
        closing: 0n,
        entries: bookedSum({ reference: 'D-1', block: block(), lines }),
      });
    const closing = async (): Promise<string[]> =>
      (await batchesToClose(town.db)).map(({ kind }) => kind);

    /** Takes a file through as the flow does, but closes nothing. */
    async function through(file: string, channel?: string): Promise<void> {
      const of = await received(file, channel);
      await inside(async (tx) => {
        const outcomes = await matchOutcomes(tx, of);
        const matches = outcomes.count + (await harmlessLines(tx, of));
        const left = await openBreaks(tx, of);
        await recordFates(tx, { fileId: of.fileId, matched: matches, ...left });
      });
    }

    it('is closed when its bank has reported and its statement shows the sum', async () => {
      const steps = [
        debit('N-1', sent, 'D-1'),
        statusReport({ id: 'S-0', about: line.messageId, group: 'ACTC' }),
        statusReport({ id: 'S-1', about: line.messageId, group: 'ACSP' }),
      ];
      for (const step of steps) {
        await through(step);
        expect(await closing()).to.deep.equal([]);
      }
      await through(day(sent));
      expect(await batchesToClose(town.db)).to.deep.equal([
        {
          batchId: 1n,
          batchCode: 'TG-2026-11-40-BANK-1',
          channel: 'BANK',
          period: TOWN_PERIOD,
          kind: 'account',
          instructionCount: BigInt(sent.length),
          totalVnd: total(sent),
        },
      ]);
    });

    it('is closed when it was refused whole, or the post office has reported', async () => {
      await through(statusReport({ id: 'S-1', about: line.messageId, group: 'RJCT' }));
      expect(await closing()).to.deep.equal(['account']);
      const [{ messageId }] = cash as [Sent];
      await through(postResult({ id: 'K-1', about: messageId, lines: cash }), 'POST');
      expect(await closing()).to.deep.equal(['account', 'cash_post']);
    });

    const batch = (): { batchId: bigint; period: Period; at: Date } => ({
      batchId: 1n,
      period: TOWN_PERIOD,
      at: AT,
    });

    it('has a break for each instruction of which nothing is known', async () => {
      const wrong = { ...other, amount: other.amount + 1n };
      await through(debit('N-1', [line, wrong]));
      // The second has a break that says why; about the others nothing was said.
      const silent = sent.slice(2);
      expect(await inside((tx) => openUnanswered(tx, batch()))).to.equal(BigInt(silent.length));
      expect(await openBreaksOf(town.db, { period: TOWN_PERIOD })).to.deep.equal([
        { kind: 'amount-differs', count: 1n, vnd: wrong.amount },
        { kind: 'not-answered', count: BigInt(silent.length), vnd: total(silent) },
      ]);
      const next = { period: addMonths(TOWN_PERIOD, 1) };
      expect(await openBreaksOf(town.db, next)).to.deep.equal([]);
    });

    for (const [what, stated, differ] of [
      ['is what was settled', 0n, 0n],
      ['is a dong more', 1n, 1n],
      ['is a dong less', -1n, 1n],
    ] as const) {
      it(`has ${differ} breaks when the sum on the statement ${what}`, async () => {
        await through(debit('N-1', [line, other], 'D-1'));
        const [first, second] = [line, { ...other, amount: other.amount + stated }];
        await received(day([first, second]));
        const { batchId } = batch();
        const opened = await inside((tx) => openSumsThatDiffer(tx, { batchId, at: AT }));
        expect(opened).to.equal(differ);
        const rows = await many(
          town.db,
          'select kind, reference, amount_vnd as vnd from reconciliation_break',
        );
        const expected = { kind: 'sum-differs', reference: block(), vnd: 1n };
        expect(rows).to.deep.equal(differ === 0n ? [] : [expected]);
      });
    }

    it('comes out, each instruction once', async () => {
      await through(debit('N-1', sent.slice(0, 3)));
      await through(
        report(
          'S-1',
          sent.slice(3, 4).map((fourth) => ({ ...fourth, reason: 'AC04' })),
        ),
      );
      const back = await received(credit('N-2', [line]));
      await inside((tx) => matchReturns(tx, back));
      const result = await inside((tx) => recordBatchResult(tx, batch()));
      const open = sent.slice(4);
      expect(result).to.deep.equal({
        settledCount: 2n,
        settledVnd: total(sent.slice(1, 3)),
        rejectedCount: 1n,
        rejectedVnd: total(sent.slice(3, 4)),
        unpaidCount: 0n,
        unpaidVnd: 0n,
        returnedCount: 1n,
        returnedVnd: line.amount,
        openCount: BigInt(open.length),
        openVnd: total(open),
      });
      const again = inside((tx) => recordBatchResult(tx, batch()));
      expect(await whatRefused(again)).to.equal('batch_result_pkey');
    });
  });
});
