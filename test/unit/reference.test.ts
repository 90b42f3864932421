import { expect } from 'chai';
import {
  isProgramme,
  PROGRAMME_NAMES,
  PROGRAMMES,
  readPaymentReference,
  type Programme,
} from '../../src/kernel/reference.ts';

const ALL = Object.keys(PROGRAMMES) as Programme[];

/** What due_reference() of the database and an attempt make together. */
function written(of: {
  period: string;
  programme: Programme;
  recipientId: bigint;
  assessmentNo: number;
  attempt: number;
}): string {
  const [year = '', month = ''] = of.period.split('-');
  const letters = PROGRAMMES[of.programme];
  return `AS${year.slice(2)}${month}${letters}${of.recipientId}N${of.assessmentNo}T${of.attempt}`;
}

describe('readPaymentReference', () => {
  it('reads what was written, for every programme', () => {
    for (const programme of ALL) {
      for (const recipientId of [1n, 1_000_042n, 999_999_999_999_999_999n]) {
        for (const [assessmentNo, attempt] of [[1, 1] as const, [99, 12] as const]) {
          const of = { period: '2026-11', programme, recipientId, assessmentNo, attempt };
          expect(readPaymentReference(written(of))).to.deep.equal(of);
        }
      }
    }
  });

  it('is never longer than the 35 characters of an end-to-end id', () => {
    const longest = written({
      period: '2026-11',
      programme: 'social_assistance',
      recipientId: 999_999_999_999_999_999n,
      assessmentNo: 99,
      attempt: 99,
    });
    expect(longest).to.match(/^[A-Z0-9]{1,35}$/);
  });

  it('takes nothing for one of ours that is not', () => {
    const strangers = [
      '',
      'AS2611TG1000042N1',
      'AS2611TG1000042T1',
      'AS2600TG1N1T1',
      'AS2613TG1N1T1',
      'AS2611XX1N1T1',
      'AS2611TG0N1T1',
      'AS2611TG01N1T1',
      'AS2611TG-1N1T1',
      'AS2611TG1N0T1',
      'AS2611TG1N100T1',
      'AS2611TG1N1T0',
      'AS2611TG1N1T01',
      'AS2611TG1234567890123456789N1T1',
      'as2611tg1n1t1',
      ' AS2611TG1N1T1',
      'AS2611TG1N1T1\n',
      'XAS2611TG1N1T1',
    ];
    expect(strangers.filter((text) => readPaymentReference(text) !== undefined)).to.deep.equal([]);
    expect(readPaymentReference('AS2611TG1N1T1')).to.not.equal(undefined);
  });
});

describe('programmes', () => {
  it('have letters and a name each, and no two the same', () => {
    expect(new Set(Object.values(PROGRAMMES)).size).to.equal(ALL.length);
    expect(Object.keys(PROGRAMME_NAMES)).to.deep.equal(ALL);
  });

  it('are known by their own name only', () => {
    expect(ALL.every(isProgramme)).to.equal(true);
    expect(['', 'TG', 'toString', '__proto__'].filter(isProgramme)).to.deep.equal([]);
  });
});
