import { expect } from 'chai';
import { AUDIT_TEXTS } from '../../src/web/audit.text.ts';
import { BATCH_TEXTS } from '../../src/web/batches.text.ts';
import { COMMON } from '../../src/web/frame.text.ts';
import { difference, born, bytes, daysUntil, instant, share } from '../../src/web/format.ts';
import { RECONCILIATION_TEXTS } from '../../src/web/reconciliation.text.ts';
import { OFFICE_TEXTS } from '../../src/web/office.text.ts';
import { RECIPIENT_TEXTS } from '../../src/web/recipients.text.ts';
import { TODAY_TEXTS } from '../../src/web/today.text.ts';
import { saying, type Texts } from '../../src/web/words.ts';
import { plainDate } from '../../src/kernel/period.ts';

const DICTIONARIES: Readonly<Record<string, Texts>> = {
  COMMON,
  AUDIT_TEXTS,
  BATCH_TEXTS,
  OFFICE_TEXTS,
  RECONCILIATION_TEXTS,
  RECIPIENT_TEXTS,
  TODAY_TEXTS,
};

function placesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}

describe('the words of pages', () => {
  for (const [name, texts] of Object.entries(DICTIONARIES)) {
    it(`${name} says the same in both languages, with the same places`, () => {
      for (const [key, { vi, en }] of Object.entries(texts)) {
        expect(vi.trim(), key).to.not.equal('');
        expect(en.trim(), key).to.not.equal('');
        expect(placesOf(en), key).to.deep.equal(placesOf(vi));
      }
    });
  }

  it('puts facts in their places, and a text without them stays as it is', () => {
    const texts = { rows: { vi: '{count} dòng', en: '{count} rows' } } as const;
    expect(saying(texts, 'vi')('rows', { count: 5n })).to.equal('5 dòng');
    expect(saying(texts, 'en')('rows', { count: '1.000' })).to.equal('1.000 rows');
  });
});

describe('figures and times on pages', () => {
  it('are written as in Vietnam', () => {
    expect(difference(1_250_000n)).to.equal('+1.250.000');
    expect(difference(-540_000n)).to.equal('−540.000');
    expect(difference(0n)).to.equal('0');
    expect(share(1n, 3n)).to.equal('33,33%');
    expect(share(1n, 0n)).to.equal('–');
    expect(instant(new Date('2026-10-31T17:05:00Z'))).to.equal('01/11/2026 00:05');
    expect(born('1950')).to.equal('1950');
    expect(born('1950-03-09')).to.equal('09/03/1950');
    expect(bytes(1_572_864n)).to.equal('1,5 MB');
    expect(bytes(512n)).to.equal('512 B');
    expect(daysUntil(plainDate('2026-11-20'), plainDate('2026-10-22'))).to.equal(29);
    expect(daysUntil(plainDate('2026-10-20'), plainDate('2026-10-22'))).to.equal(-2);
  });
});
