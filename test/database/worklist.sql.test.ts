import { expect } from 'chai';
import { period } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { addFindings } from '../../src/verification/verification.sql.ts';
import { casesOf, worklistOf } from '../../src/verification/worklist.sql.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, takeRows } from '../support/drawn-list.ts';

const OF = { period: period('2026-11') };
// In Hà Nội this is already the 22nd.
const AT = new Date('2026-10-21T18:00:00Z');
const ALL = { ...OF, communeCode: null, atMost: 10 };

describe('what waits for a person', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3)]);
    await assess(test(), '2026-11');
    const found = (recipientId: string, code: string, subject: string, severity: string) => ({
      ...{ recipientId, code, subject, severity },
      listed: 'Trần Thị Lài',
      answered: 'Trần Thị Lái',
    });
    await write(test().db, (tx) =>
      addFindings(tx, {
        ...OF,
        at: AT,
        findings: [
          found('1', 'POP_NAME_DOUBTFUL', 'recipient', 'review'),
          found('2', 'BANK_ACCOUNT_CLOSED', 'account', 'block'),
          found('3', 'BANK_BIOMETRIC_MISSING', 'account', 'notice'),
          found('3', 'POP_UNAVAILABLE', 'recipient', 'block'),
        ],
      }),
    );
    await many(
      test().owner,
      `insert into verification values
         (1, '2026-11', 'recipient', 1, 'doubtful', 'POP_NAME_DOUBTFUL', 'match', 'close', '', '',
          :at, sha256('one')),
         (2, '2026-11', 'account', 1, 'refused', 'BANK_ACCOUNT_CLOSED', 'match', 'match', '', '',
          :at, sha256('two'))`,
      { at: AT.toISOString() },
    );
  });

  it('worklistOf: the gravest first, then what should be decided first; no notice', async () => {
    const told = (await worklistOf(test().db, ALL)).map(
      ({ recipientId, code, holds, decideBy }) => `${recipientId} ${code} ${holds} ${decideBy}`,
    );
    expect(told).to.deep.equal([
      '3 POP_UNAVAILABLE line 2026-10-25',
      '2 BANK_ACCOUNT_CLOSED account 2026-11-01',
      '1 POP_NAME_DOUBTFUL line 2026-11-01',
    ]);
    const [first] = await worklistOf(test().db, { ...ALL, atMost: 1 });
    expect(first).to.deep.include({
      communeCode: '16681',
      foundOn: '2026-10-22',
      waitingVnd: 1_050_000n,
    });
  });

  it('worklistOf: of one commune, and only of what is open', async () => {
    expect(await worklistOf(test().db, { ...ALL, communeCode: '17143' })).to.deep.equal([]);
    expect(await worklistOf(test().db, { ...ALL, period: period('2026-12') })).to.deep.equal([]);
    await many(test().owner, `update finding set closed_at = :at where recipient_id = 3`, {
      at: AT.toISOString(),
    });
    expect(await worklistOf(test().db, ALL)).to.have.length(2);
  });

  it('casesOf: both sides, and the hash of the very answer', async () => {
    const [one, ...more] = (await casesOf(test().db, { ...OF, recipientId: 1n })).filter(
      ({ code }) => code !== 'AMOUNT_DIFFERS',
    );
    expect(more).to.deep.equal([]);
    expect(one).to.deep.equal({
      code: 'POP_NAME_DOUBTFUL',
      subject: 'recipient',
      severity: 'review',
      listed: 'Trần Thị Lài',
      answered: 'Trần Thị Lái',
      foundAt: AT,
      closedAt: null,
      answerHash: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
    });
    const third = await casesOf(test().db, { ...OF, recipientId: 3n });
    expect(third.filter(({ closedAt }) => closedAt === null)).to.deep.equal([]);
    expect(third.map(({ answerHash }) => answerHash)).to.include('');
  });
});
