import { expect } from 'chai';
import {
  possibleEnds,
  possibleFates,
  type BreakEnd,
  type BreakOutcome,
} from '../../src/reconciliation/break.ts';

const MOVES = new Map<BreakOutcome, 'out' | 'in'>([
  ['bank-owes', 'out'],
  ['charged', 'out'],
  ['others-money', 'in'],
  ['owed-to-bank', 'in'],
]);

const told = (ends: readonly BreakEnd[]): string[] =>
  ends.map(({ fate, outcome, leftVnd }) => `${fate ?? ''}+${outcome ?? ''} ${leftVnd}`);

const NONE = { instructedVnd: null, outcome: null, isReturned: false } as const;
const SILENT = { instructedVnd: 500n, outcome: null, isReturned: false } as const;
const PAID = { instructedVnd: 500n, outcome: 'settled', isReturned: false } as const;

describe('how a break can end', () => {
  it('offers a fate only where the instruction has none', () => {
    expect(possibleFates(NONE)).to.deep.equal([]);
    expect(possibleFates(SILENT)).to.deep.equal(['paid', 'not-paid']);
    expect(possibleFates(PAID)).to.deep.equal(['returned']);
    expect(possibleFates({ ...PAID, isReturned: true })).to.deep.equal([]);
    expect(possibleFates({ ...PAID, outcome: 'rejected' })).to.deep.equal([]);
  });

  it('moves what is left in suspense the way it lies, and nothing where nothing is left', () => {
    const fee = { ...NONE, kind: 'not-instructed', gapVnd: -11n, isOfAccount: true } as const;
    expect(told(possibleEnds(fee, MOVES))).to.deep.equal(['+bank-owes -11', '+charged -11']);
    const credit = { ...fee, kind: 'unexplained-credit', gapVnd: 700n } as const;
    expect(told(possibleEnds(credit, MOVES))).to.deep.equal([
      '+others-money 700',
      '+owed-to-bank 700',
    ]);
    const sum = { ...fee, kind: 'sum-differs', gapVnd: 0n } as const;
    expect(told(possibleEnds(sum, MOVES))).to.deep.equal(['+ 0']);
  });

  it('does not explain silence away', () => {
    const silent = { ...SILENT, kind: 'not-answered', gapVnd: 0n, isOfAccount: true } as const;
    expect(told(possibleEnds(silent, MOVES))).to.deep.equal([
      'paid+others-money 500',
      'paid+owed-to-bank 500',
      'not-paid+ 0',
    ]);
    // Of another kind the same instruction can also be left as it is.
    const other = { ...silent, kind: 'other-channel' } as const;
    expect(told(possibleEnds(other, MOVES))[0]).to.equal('+ 0');
  });

  it('takes a dong too much for paid, and asks back the dong alone', () => {
    const more = { ...SILENT, kind: 'amount-differs', gapVnd: -501n, isOfAccount: true } as const;
    expect(told(possibleEnds(more, MOVES))).to.include.members([
      'paid+bank-owes -1',
      'not-paid+bank-owes -501',
    ]);
  });
});
