import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { decideRecovery, proposeRecovery } from '../../src/entitlement/decide-recovery.flow.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { many, one, write, type Tx } from '../../src/platform/db.ts';
import {
  bookRepayment,
  closeMonth,
  confirmClosing,
  proposeClosing,
  signOffDay,
} from '../../src/reconciliation/close-period.flow.ts';
import {
  addClosingProposal,
  addDaySignOff,
  addRepayment,
  closingState,
  LINE_FATES,
  monthStands,
  recordClosing,
  signedDays,
  threeWayLines,
  threeWayTotals,
  tiedDays,
  untiedOpenParts,
  waitingClosing,
  type ClosingState,
  type TotalsBy,
} from '../../src/reconciliation/closing.sql.ts';
import { assign } from '../../src/reconciliation/decide-break.flow.ts';
import { plantedAndUndone, triedAndUndone, whatRefused, withoutRules } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';
import { plant } from '../support/violations.ts';

const AT = '2026-11-25T01:00:00Z';
const { maker } = SANDBOX_PERSONS;
const [CHECKER, SECOND] = SANDBOX_PERSONS.checkers;
const TWO = { preparedBy: maker, confirmedBy: CHECKER, period: TOWN_PERIOD, at: new Date(AT) };

describe('a month is tied and closed', () => {
  const towns = useTownCopies({ until: 'reconciliation', recipients: 60 });
  let town: TownCopy;

  beforeEach(async () => {
    town = await towns.copy();
  });

  const close = (actor: string = maker, confirmedBy: string = CHECKER) =>
    closeMonth(town.context({ actor, at: AT }), { period: TOWN_PERIOD, confirmedBy });

  it('ties every day of the account to the dong', async () => {
    const days = await tiedDays(town.db, { period: TOWN_PERIOD });
    expect(days.length).to.be.greaterThan(0);
    for (const day of days) {
      expect(day.bankVnd).to.equal(day.bookVnd);
      expect([day.openVnd, day.resolvedVnd, day.waitingVnd, day.leftVnd]).to.deep.equal([
        0n,
        0n,
        0n,
        0n,
      ]);
      expect((day.openingVnd ?? 0n) + day.bankVnd).to.equal(day.closingVnd);
    }
    expect(days.some(({ bankVnd }) => bankVnd < 0n)).to.equal(true);
  });

  it('looks every evening at the days that no closed month has, and at all of those', async () => {
    const untiedOf = async (tx: Tx): Promise<[open: bigint, all: bigint]> => {
      const { all } = await one<{ all: bigint }>(
        tx,
        `select count(*) as all from account_tie
          where not waits and bank_vnd <> book_vnd + break_vnd`,
      );
      return [await untiedOpenParts(tx), all];
    };
    expect(await untiedOpenParts(town.db)).to.equal(0n);
    const seen: [bigint, bigint][] = [];
    await plantedAndUndone(town.owner, async (tx) => {
      await withoutRules(
        tx,
        `update statement_entry set amount_vnd = amount_vnd + 1 where direction = 'debit'`,
      );
      seen.push(await untiedOf(tx));
      await withoutRules(tx, `update period_state set closed_at = now()`);
      seen.push(await untiedOf(tx));
      // What is booked after the closing is of an open day again, whichever month it is about.
      await withoutRules(tx, `update statement set day = '2026-12-01'`);
      await withoutRules(tx, `update statement_entry set booked_on = '2026-12-01'`);
      seen.push(await untiedOf(tx));
    });
    expect(seen).to.deep.equal([
      [1n, 1n],
      [0n, 1n],
      [1n, 1n],
    ]);
  });

  it('lays what was instructed beside what was booked, one total for all keys', async () => {
    const sums: (bigint | undefined)[][] = [];
    for (const by of ['batch', 'bank', 'day', 'programme', 'period'] satisfies TotalsBy[]) {
      const rows = await threeWayTotals(town.db, { period: TOWN_PERIOD, by });
      const sum = (of: (row: (typeof rows)[number]) => bigint): bigint =>
        rows.reduce((all, row) => all + of(row), 0n);
      sums.push([
        sum(({ count }) => count),
        sum(({ instructedVnd }) => instructedVnd),
        sum(({ refusedVnd }) => refusedVnd),
        sum(({ bookedVnd }) => bookedVnd),
        sum(({ returnedVnd }) => returnedVnd),
      ]);
      for (const row of rows) {
        expect(row.instructedVnd).to.equal(row.refusedVnd + row.bookedVnd + row.openVnd);
      }
    }
    for (const sum of sums) expect(sum).to.deep.equal(sums[0]);
  });

  it('leads from a total down to its lines, page by page', async () => {
    const [total] = await threeWayTotals(town.db, { period: TOWN_PERIOD, by: 'batch' });
    if (total === undefined) throw new Error('the town has batches');
    const lines = [];
    let after = { recipientId: 0n, reference: '' };
    for (;;) {
      const of = {
        period: TOWN_PERIOD,
        by: 'batch',
        key: total.key,
        fate: null,
        limit: 7,
        after,
      } as const;
      const page = await threeWayLines(town.db, of);
      lines.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last;
    }
    expect(BigInt(lines.length)).to.equal(total.count);
    expect(lines.reduce((sum, line) => sum + line.instructedVnd, 0n)).to.equal(total.instructedVnd);
  });

  it('leads from each figure of a total to the lines that come to it', async () => {
    const of = { period: TOWN_PERIOD, by: 'programme' } as const;
    const FIGURES = {
      refused: 'refusedVnd',
      booked: 'bookedVnd',
      returned: 'returnedVnd',
      open: 'openVnd',
    } as const;
    for (const total of await threeWayTotals(town.db, of)) {
      for (const fate of LINE_FATES) {
        const after = { recipientId: 0n, reference: '' };
        const lines = await threeWayLines(town.db, {
          ...of,
          key: total.key,
          fate,
          after,
          limit: 500,
        });
        const sum = lines.reduce((all, { instructedVnd }) => all + instructedVnd, 0n);
        expect(sum, `${total.key} ${fate}`).to.equal(total[FIGURES[fate]]);
      }
    }
  });

  it('is closed at two desks, and not when the figures have moved', async () => {
    const as = (actor: string) => town.context({ actor, at: AT });
    const period = TOWN_PERIOD;
    const one = { period, proposalNo: 1 };
    expect(await whatRefused(confirmClosing(as(CHECKER), one))).to.equal('closing-not-proposed');
    expect(await whatRefused(proposeClosing(as(CHECKER), { period, note: 'a' }))).to.equal(
      'decision-needs-two-persons',
    );
    expect(await proposeClosing(as(maker), { period, note: 'Đã khớp' })).to.deep.equal({
      proposalNo: 1,
    });
    expect(await waitingClosing(town.db, { period })).to.deep.include({
      ...(await monthStands(town.db, { period })),
      proposedBy: maker,
      note: 'Đã khớp',
    });
    expect(await whatRefused(confirmClosing(as(maker), one))).to.equal(
      'decision-needs-two-persons',
    );
    const stands = await monthStands(town.db, { period });
    await write(town.db, (tx) =>
      addClosingProposal(tx, {
        ...stands,
        paidVnd: stands.paidVnd + 1n,
        note: 'a',
        by: maker,
        at: new Date(AT),
      }),
    );
    // Of two proposals the last one counts, and this one saw another sum.
    expect(await whatRefused(confirmClosing(as(CHECKER), one))).to.equal('closing-not-proposed');
    expect(await whatRefused(confirmClosing(as(CHECKER), { ...one, proposalNo: 2 }))).to.equal(
      'closing-changed-since',
    );
    await proposeClosing(as(maker), { period, note: 'Đã khớp' });
    expect(await confirmClosing(as(CHECKER), { ...one, proposalNo: 3 })).to.deep.equal(stands);
    expect(await closingState(town.db, { period })).to.deep.include({
      preparedBy: maker,
      confirmedBy: CHECKER,
    });
    expect(await waitingClosing(town.db, { period })).to.equal(undefined);
    expect(await whatRefused(proposeClosing(as(maker), { period, note: 'a' }))).to.equal(
      'period-closed-already',
    );
  });

  it('has its days signed, each as it was seen, and only those that tie', async () => {
    const period = TOWN_PERIOD;
    const [first] = (await tiedDays(town.db, { period })).filter(
      ({ openingVnd }) => openingVnd !== null,
    );
    if (first === undefined) throw new Error('the town has a statement');
    const { account, day } = first;
    const sign = (actor: string, seen = first) =>
      signOffDay(town.context({ actor, at: AT }), { account, day, seen });
    expect(await whatRefused(sign(maker))).to.equal('break-not-entitled');
    expect(await whatRefused(sign(CHECKER, { ...first, bankVnd: 1n }))).to.equal('day-not-tied');
    await sign(CHECKER);
    await sign(SECOND);
    const signed = await signedDays(town.db, { period });
    expect(signed.map(({ signedBy }) => signedBy)).to.deep.equal([SECOND]);
    const whole = {
      ...first,
      openingVnd: first.openingVnd ?? 0n,
      closingVnd: first.closingVnd ?? 0n,
      by: CHECKER as string,
      at: new Date(AT),
    };
    const planted = (change: object): Promise<string> =>
      triedAndUndone(town.db, (tx) => addDaySignOff(tx, { ...whole, ...change }));
    expect(await planted({ bookVnd: first.bookVnd + 1n })).to.equal('a_signed_day_ties');
    expect(await planted({ openingVnd: whole.openingVnd + 1n })).to.equal(
      'a_signed_day_has_its_balances',
    );
    // A dong that nobody has explained: the day is not signed any more.
    const untied = await plantedAndUndone(town.owner, async (tx) => {
      await withoutRules(
        tx,
        `update statement_entry set amount_vnd = amount_vnd + 1 where direction = 'debit'`,
      );
      const days = await tiedDays(tx, { period });
      expect(days.some(({ leftVnd }) => leftVnd !== 0n)).to.equal(true);
    });
    expect(untied).to.equal('nothing');
  });

  it('is closed by two persons, once, with what it came to', async () => {
    expect(await whatRefused(close(maker, maker))).to.equal('decision-needs-two-persons');
    expect(await whatRefused(close(CHECKER, SECOND))).to.equal('decision-needs-two-persons');
    const closing = await close();
    expect(closing.entitledVnd).to.equal(closing.owedVnd + closing.paidVnd);
    expect(closing.paidVnd > 0n).to.equal(true);
    expect(await whatRefused(close())).to.equal('period-closed-already');
    const late = triedAndUndone(town.db, (tx) =>
      many(
        tx,
        `insert into ledger_transfer select recipient_id, period, reference || 'X', kind, programme,
                debit_account, credit_account, amount_vnd, booked_on, batch_id, file_id
           from ledger_transfer where period = '${TOWN_PERIOD}' limit 1`,
      ),
    );
    expect(await late).to.equal('the_period_is_closed');
  });

  const UNREADY: readonly (readonly [string, string])[] = [
    ['batches_are_finished', `update batch_state set state = 'released' where batch_id = 1`],
    [
      'files_are_read',
      `update settlement_file set matched_count = null, duplicate_count = null, break_count = null
        where first_period = '${TOWN_PERIOD}'`,
    ],
    [
      'the_account_ties',
      `update statement_entry set amount_vnd = amount_vnd + 1 where direction = 'debit'`,
    ],
    [
      'breaks_have_owners',
      `insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
       values (90, 'not-answered', '${TOWN_PERIOD}', 'X', 1, '2026-11-20')`,
    ],
  ];
  const NAMED: Readonly<Record<string, keyof ClosingState>> = {
    batches_are_finished: 'unfinishedBatches',
    files_are_read: 'unreadFiles',
    the_account_ties: 'untiedDays',
    breaks_have_owners: 'ownerlessBreaks',
  };
  for (const [rule, sql] of UNREADY) {
    it(`is not closed while ${rule} is not so`, async () => {
      const refused = await plantedAndUndone(town.owner, async (tx) => {
        await withoutRules(tx, sql);
        // The page names it before anybody is refused.
        const state = await closingState(tx, { period: TOWN_PERIOD });
        expect(state[NAMED[rule] ?? 'closedAt'], rule).not.to.be.oneOf([0n, null]);
        await recordClosing(tx, TWO);
      });
      expect(refused).to.equal(rule);
    });
  }

  it('says what is not ready, and is closed once the break has an owner', async () => {
    await write(town.owner, (tx) => many(tx, UNREADY[3]?.[1] ?? ''));
    expect(await whatRefused(close())).to.equal('period-not-ready');
    await assign(town.context({ actor: CHECKER, at: AT }), {
      breakId: 90n,
      owner: SECOND,
      note: '',
    });
    expect((await close()).openBreakCount).to.equal(1n);
  });

  it('takes one person for none', async () => {
    const alone = { ...TWO, confirmedBy: maker };
    expect(await triedAndUndone(town.db, (tx) => recordClosing(tx, alone))).to.equal(
      'two_persons_close',
    );
  });
});

describe('a recovery is paid back', () => {
  const towns = useTownCopies({ until: 'intake', recipients: 20, checked: false });
  const CASE = { recipientId: 1n, caseNo: 1 };

  it('in parts, with a voucher each, and never beyond what was decided', async () => {
    const town = await towns.copy();
    await plant(town.owner, 'recovery_case', {
      recipient_id: 1,
      case_no: 1,
      programme: 'social_assistance',
      period: TOWN_PERIOD,
      amount_vnd: 900,
      reason: 'deceased',
      facts: '{}',
      opened_on: '2026-11-22',
    });
    const as = (actor: string) => town.context({ actor, at: AT });
    const part = {
      ...CASE,
      amountVnd: 600n,
      paidOn: plainDate('2026-11-24'),
      document: 'PT-1',
      confirmedBy: CHECKER as string,
    };
    expect(await whatRefused(bookRepayment(as(maker), part))).to.equal('recovery-not-repayable');
    const proposalNo = await proposeRecovery(as(maker), {
      ...CASE,
      outcome: 'repay',
      amountVnd: 900n,
      instalments: 0,
      firstPeriod: null,
      grounds: 'a',
      document: 'b',
    });
    await decideRecovery(as(CHECKER), {
      ...CASE,
      proposalNo,
      appealUntil: plainDate('2026-12-20'),
    });
    expect(await bookRepayment(as(maker), part)).to.deep.equal({ repaymentNo: 1, leftVnd: 300n });
    expect(await whatRefused(bookRepayment(as(maker), part))).to.equal('recovery-not-repayable');
    const alone = bookRepayment(as(maker), { ...part, confirmedBy: maker });
    expect(await whatRefused(alone)).to.equal('decision-needs-two-persons');
    const rest = { ...part, amountVnd: 300n };
    expect(await bookRepayment(as(maker), rest)).to.deep.equal({ repaymentNo: 2, leftVnd: 0n });
    const one = { ...rest, by: maker, confirmedBy: maker, at: new Date(AT), period: TOWN_PERIOD };
    expect(
      await triedAndUndone(town.db, (tx) => addRepayment(tx, { ...one, amountVnd: 0n })),
    ).to.equal('a_repayment_moves_money');
    await town.end({ checked: false });
  });
});
