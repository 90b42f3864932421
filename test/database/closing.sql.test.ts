import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { decideRecovery, proposeRecovery } from '../../src/entitlement/decide-recovery.flow.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { bookRepayment, closeMonth } from '../../src/reconciliation/close-period.flow.ts';
import {
  addRepayment,
  recordClosing,
  threeWayLines,
  threeWayTotals,
  tiedDays,
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
      const of = { period: TOWN_PERIOD, by: 'batch', key: total.key, limit: 7, after } as const;
      const page = await threeWayLines(town.db, of);
      lines.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last;
    }
    expect(BigInt(lines.length)).to.equal(total.count);
    expect(lines.reduce((sum, line) => sum + line.instructedVnd, 0n)).to.equal(total.instructedVnd);
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
  for (const [rule, sql] of UNREADY) {
    it(`is not closed while ${rule} is not so`, async () => {
      const refused = await plantedAndUndone(town.owner, async (tx) => {
        await withoutRules(tx, sql);
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
