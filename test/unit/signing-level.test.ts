import { expect } from 'chai';
import type { Grant } from '../../src/access/permission.ts';
import { signingLevel } from '../../src/approval/signing-level.ts';
import { table } from '../support/table.ts';

const TOTAL = 1_000_000_000n;

describe('signingLevel', () => {
  it('is by amount: who covers the total may sign last, who does not signs first', () => {
    const cases = table<'role' | 'unit' | 'limit' | 'signed' | 'level'>(`
      role     unit  limit       signed  level
      checker  40    -           0       second
      checker  40    -           1       second
      checker  VN    1000000000  1       second
      checker  40    999999999   0       first
      checker  40    999999999   1       -
      checker  42    -           0       -
      maker    40    -           0       -
    `);
    for (const one of cases) {
      const { role, unit: unitCode, limit, signed, level } = one;
      const limitVnd = limit === '' ? null : BigInt(limit);
      const grants = [{ role, unitCode, limitVnd }] as Grant[];
      const of = { provinceCode: '40', totalVnd: TOTAL, signatures: Number(signed) };
      expect(signingLevel(grants, of) ?? '', JSON.stringify(one)).to.equal(level);
    }
    // Of two rights the one that reaches farther counts.
    const both: Grant[] = [
      { role: 'checker', unitCode: '40', limitVnd: 1n },
      { role: 'checker', unitCode: 'VN', limitVnd: null },
    ];
    expect(signingLevel(both, { provinceCode: '40', totalVnd: TOTAL, signatures: 1 })).to.equal(
      'second',
    );
  });
});
