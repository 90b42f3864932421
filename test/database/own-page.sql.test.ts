import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { many, write, type Tx } from '../../src/platform/db.ts';
import { plainDate } from '../../src/kernel/period.ts';
import {
  endOwnCode,
  endOwnSession,
  hasLooked,
  loggedLooks,
  looksAt,
  noteLook,
  numberEndsIn,
  openOwnSession,
  ownerOfCode,
  ownerOfSession,
  ownName,
  ownPayments,
  putOwnCode,
  recipientOfNumber,
  useOwnCode,
} from '../../src/report/own-page.sql.ts';
import { recordEvent } from '../../src/audit/audit.sql.ts';
import { useDatabase } from '../support/database.ts';
import { walkTown } from '../support/town.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const START = new Date('2026-11-22T02:00:00Z').getTime();
const at = (minutes: number): Date => new Date(START + minutes * 60_000);

describe('the statements of a recipient’s own page', () => {
  const test = useDatabase({ checked: false });
  let number = '';

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 20 });
    const [found] = await many<{ key: string }>(
      test().db,
      `select key from recipient_key
        where recipient_id = 5 and kind = 'citizen_number' and valid_until is null`,
    );
    number = found?.key ?? '';
    await many(test().owner, `insert into person values ('officer', 'Cán bộ', '040080000091')`);
  });

  const inTx = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> =>
    write(test().db, work);

  it('keep a code while it lives, and use it once', async () => {
    const given = { recipientId: 5n, by: 'officer', at: at(0), until: at(72 * 60) };
    await inTx((tx) => putOwnCode(tx, { ...given, hash: hashOf('first') }));
    const first = (minutes: number) => ({ hash: hashOf('first'), at: at(minutes) });
    expect(await ownerOfCode(test().db, first(1))).to.equal(5n);
    expect(await ownerOfCode(test().db, { hash: hashOf('other'), at: at(1) })).to.equal(undefined);
    expect(await ownerOfCode(test().db, first(72 * 60))).to.equal(undefined);
    await inTx((tx) => endOwnCode(tx, { recipientId: 5n, at: at(2) }));
    expect(await ownerOfCode(test().db, first(3))).to.equal(undefined);
    expect(await inTx((tx) => useOwnCode(tx, first(3)))).to.equal(false);

    await inTx((tx) => putOwnCode(tx, { ...given, hash: hashOf('second') }));
    const second = { hash: hashOf('second'), at: at(4) };
    expect(await inTx((tx) => useOwnCode(tx, second))).to.equal(true);
    expect(await inTx((tx) => useOwnCode(tx, second))).to.equal(false);
    expect(await ownerOfCode(test().db, second)).to.equal(undefined);
  });

  it('know a recipient by their number, and the end of it', async () => {
    const digits = number.slice(-4);
    expect(await numberEndsIn(test().db, { recipientId: 5n, digits })).to.equal(true);
    const other = digits === '0000' ? '1111' : '0000';
    expect(await numberEndsIn(test().db, { recipientId: 5n, digits: other })).to.equal(false);
    expect(await numberEndsIn(test().db, { recipientId: 999_999n, digits })).to.equal(false);
    expect(await recipientOfNumber(test().db, number)).to.equal(5n);
    expect(await recipientOfNumber(test().db, '999999999999')).to.equal(undefined);
    expect(await ownName(test().db, 5n)).to.include({ citizenNumber: number });
    expect(await ownName(test().db, 999_999n)).to.equal(undefined);
  });

  it('keep a page open for its minutes, and not when it was closed', async () => {
    const opened = { hash: hashOf('token'), recipientId: 5n, by: 'code', at: at(0) } as const;
    await inTx((tx) => openOwnSession(tx, opened));
    const whose = (minutes: number): Promise<bigint | undefined> =>
      ownerOfSession(test().db, { hash: hashOf('token'), at: at(minutes), minutes: 20 });
    expect(await whose(19)).to.equal(5n);
    expect(await whose(20)).to.equal(undefined);
    await inTx((tx) => endOwnSession(tx, { hash: hashOf('token'), at: at(5) }));
    expect(await whose(6)).to.equal(undefined);
  });

  it('tell who looked: a row a person a day, and what the log has', async () => {
    const look = { recipientId: 5n, personId: 'officer', day: plainDate('2026-11-22') };
    expect(await hasLooked(test().db, look)).to.equal(false);
    for (const minutes of [0, 1]) await inTx((tx) => noteLook(tx, { ...look, at: at(minutes) }));
    expect(await hasLooked(test().db, look)).to.equal(true);
    expect(await looksAt(test().db, { recipientId: 5n, atMost: 9 })).to.deep.equal([
      { at: at(0), who: 'Cán bộ', what: 'page-opened' },
    ]);
    expect(await looksAt(test().db, { recipientId: 6n, atMost: 9 })).to.deep.equal([]);
    for (const action of ['number-revealed', 'something-else']) {
      const event = { at: at(1), actor: 'officer', subject: 'recipient/5', facts: {} };
      await inTx((tx) => recordEvent(tx, { ...event, action }));
    }
    const logged = await loggedLooks(test().db, { recipientId: 5n, atMost: 9 });
    expect(logged).to.deep.equal([{ at: at(1), who: 'Cán bộ', what: 'number-revealed' }]);
  });

  it('tell every payment of one recipient and none of another', async () => {
    const [some] = await many<{ recipientId: bigint; n: bigint }>(
      test().db,
      `select recipient_id as "recipientId", count(*) as n from payment_instruction
        group by 1 order by 1 limit 1`,
    );
    const recipientId = some?.recipientId ?? 0n;
    const payments = await ownPayments(test().db, { recipientId, atMost: 99 });
    expect(BigInt(payments.length)).to.equal(some?.n);
    const theirs = await many<{ reference: string }>(
      test().db,
      `select end_to_end_id as reference from payment_instruction
        where recipient_id = :recipientId order by period desc, end_to_end_id`,
      { recipientId },
    );
    expect(payments.map(({ reference }) => reference)).to.deep.equal(
      theirs.map(({ reference }) => reference),
    );
    const halves = payments.filter(
      ({ outcome, bookedOn }) => (outcome === null) !== (bookedOn === null),
    );
    expect(halves).to.deep.equal([]);
  });

  itKeepsEveryRule(
    test,
    {
      own_code: {
        code_hash: '\\x' + 'ab'.repeat(32),
        recipient_id: 7,
        given_by: 'officer',
        given_at: '2026-11-22T02:00:00Z',
        valid_until: '2026-11-23T02:00:00Z',
        used_at: null,
      },
      own_session: {
        token_hash: '\\x' + 'ab'.repeat(32),
        recipient_id: 7,
        opened_by: 'code',
        opened_at: '2026-11-22T02:00:00Z',
      },
      recipient_look: {
        recipient_id: 7,
        person_id: 'officer',
        looked_on: '2026-11-22',
        first_at: '2026-11-22T02:00:00Z',
      },
    },
    [
      { rule: 'own_code_pkey', table: 'own_code', wrong: { recipient_id: 8 } },
      {
        rule: 'own_code_code_hash_check',
        table: 'own_code',
        wrong: { recipient_id: 8, code_hash: '\\xab' },
      },
      {
        rule: 'own_code_given_by_fkey',
        table: 'own_code',
        wrong: { recipient_id: 8, code_hash: '\\x' + 'cd'.repeat(32), given_by: 'x' },
      },
      {
        rule: 'a_code_lives_three_days',
        table: 'own_code',
        wrong: { valid_until: '2026-11-25T02:00:01Z' },
      },
      {
        rule: 'used_while_it_lives',
        table: 'own_code',
        wrong: { used_at: '2026-11-23T02:00:00Z' },
      },
      {
        rule: 'one_live_code_a_recipient',
        table: 'own_code',
        wrong: { code_hash: '\\x' + 'cd'.repeat(32) },
      },
      { rule: 'own_session_pkey', table: 'own_session', wrong: {} },
      {
        rule: 'own_session_token_hash_check',
        table: 'own_session',
        wrong: { token_hash: '\\xab' },
      },
      { rule: 'own_session_opened_by_check', table: 'own_session', wrong: { opened_by: 'guess' } },
      { rule: 'one_look_a_day', table: 'recipient_look', wrong: {} },
    ],
  );
});
