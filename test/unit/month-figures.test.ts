import { expect } from 'chai';
import { period, plainDate } from '../../src/kernel/period.ts';
import {
  checksOf,
  type BatchRow,
  type MonthFigures,
  type MonthTotals,
  type StatementRow,
} from '../../src/report/month-figures.ts';
import { figuresOfAMonth } from '../support/month-figures.ts';

const ROWS = 'Every row of the lists has a fate';
const DUE = 'Due = sum of its lines = ledger';
const LEDGER = 'Ledger: entitled = owed + in transit + paid + deducted';
const HELD = 'Due = instructed + held + deducted';
const RELEASED = 'Instructed = released';
const OUTCOME = 'Every instruction has one outcome';
const STATEMENT = 'Statement: debits = settled, credits = returned';
const BALANCES = 'Statement: opening − debits + credits = closing';
const DAYS = 'Every day the account is the ledger and the breaks';
const PARTS = 'By commune = by bank = instructed';
const BREAKS = 'No break is left unexplained';

/** The checks that do not hold, by their English names. */
function failing(figures: MonthFigures): string[] {
  return checksOf(figures)
    .filter(({ holds }) => !holds)
    .map(({ label }) => label.en);
}

describe('checksOf', () => {
  const month = figuresOfAMonth();
  const [banked, cash] = month.batches as [BatchRow, BatchRow];
  const [account] = month.statements as [StatementRow];
  const totals = (changed: Partial<MonthTotals>): MonthFigures => ({
    ...month,
    totals: { ...month.totals, ...changed },
  });
  const batch = (changed: Partial<BatchRow>): MonthFigures => ({
    ...month,
    batches: [{ ...banked, ...changed }, cash],
  });
  const statement = (changed: Partial<StatementRow>): MonthFigures => ({
    ...month,
    statements: [{ ...account, ...changed }],
  });

  it('holds for a month that ties', () => {
    expect(failing(month)).to.deep.equal([]);
  });

  it('names every check in two languages', () => {
    for (const { label } of checksOf(month)) {
      expect(label.vi).to.match(/\S/);
      expect(label.en).to.match(/\S/);
      expect(label.vi).not.to.equal(label.en);
    }
  });

  // One dong or one row out of place, and the checks that must see it: those and no others.
  const planted: readonly (readonly [string, MonthFigures, readonly string[]])[] = [
    ['a row is lost between list and register', totals({ acceptedRows: 9n }), [ROWS]],
    ['a refused row is counted twice', totals({ refusedRows: 2n }), [ROWS]],
    ['a withheld row is forgotten', totals({ withheldRows: 1n }), [ROWS]],
    ['a line of an assessment is missing', totals({ lineVnd: 999n }), [DUE]],
    ['the ledger owes a dong more than is due', totals({ entitledVnd: 1001n }), [DUE, LEDGER]],
    ['a dong is deducted beside the ledger', totals({ deductedVnd: 1n }), [LEDGER, HELD]],
    ['a dong leaves what is owed for nowhere', totals({ owedVnd: 199n }), [LEDGER]],
    ['money stays in transit', totals({ inTransitVnd: 1n }), [LEDGER]],
    ['a dong is paid that was not owed', totals({ paidVnd: 801n }), [LEDGER]],
    ['an instruction pays more than is due', totals({ heldVnd: 99n }), [HELD]],
    ['what is held has no reason', { ...month, held: [] }, [HELD]],
    ['an attempt of before counts as due now', batch({ reopenedVnd: 1n }), [HELD]],
    ['a batch is released in part', batch({ releasedVnd: 799n }), [RELEASED]],
    ['an unsigned batch is on its way', batch({ state: 'approved' }), [RELEASED]],
    ['an instruction has no outcome', batch({ openVnd: 1n }), [OUTCOME]],
    ['an outcome is counted twice', batch({ rejectedVnd: 101n }), [OUTCOME]],
    ['the bank debits a dong more', statement({ debitVnd: 701n, closingVnd: 9399n }), [STATEMENT]],
    [
      'a return is not on the statement',
      statement({ creditVnd: 0n, closingVnd: 9300n }),
      [STATEMENT],
    ],
    ['our books tell of more returns', statement({ returnedVnd: 101n }), [STATEMENT]],
    ['a batch settled what no statement shows', { ...month, statements: [] }, [STATEMENT]],
    ['a statement does not add up', statement({ closingVnd: 9401n }), [BALANCES]],
    [
      'a day of the account is left over',
      { ...month, days: month.days.map((day) => ({ ...day, leftVnd: 1n })) },
      [DAYS],
    ],
    ['a commune is left out', { ...month, communes: month.communes.slice(1) }, [PARTS]],
    ['a bank is left out', { ...month, banks: month.banks.slice(1) }, [PARTS]],
    [
      'a break is open',
      { ...month, breaks: [{ kind: 'not-answered', count: 1n, vnd: 0n }] },
      [BREAKS],
    ],
  ];
  for (const [what, figures, seen] of planted) {
    it(`fails when ${what}`, () => {
      expect(failing(figures)).to.deep.equal(seen);
    });
  }

  it('has a planted figure for each of its checks', () => {
    const seen = new Set(planted.flatMap(([, , names]) => names));
    expect([...seen]).to.have.members(checksOf(month).map(({ label }) => label.en));
  });

  it('takes a batch that nobody has signed for not released', () => {
    const unsigned = {
      ...month,
      period: period('2026-11'),
      batches: [
        { ...banked, state: 'prepared', releasedVnd: 0n, valueDate: plainDate('2026-11-02') },
        cash,
      ],
    };
    expect(failing(unsigned)).not.to.include(RELEASED);
  });
});
