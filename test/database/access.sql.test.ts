import { createHash } from 'node:crypto';
import { expect } from 'chai';
import {
  credentialOf,
  needsOwnPassword,
  putCodeSecret,
  putPassword,
  useCode,
} from '../../src/access/credential.sql.ts';
import { bindSubject, personOfSubject } from '../../src/access/outside-identity.sql.ts';
import { grantsOf, isPersonActive } from '../../src/access/person.sql.ts';
import { SIGN_INS_OF_ACCOUNT } from '../../src/access/session.ts';
import {
  endSessions,
  openSession,
  raiseSession,
  sessionsOf,
  touchSession,
  visitorOf,
} from '../../src/access/session.sql.ts';
import { countTry, forgiveTry } from '../../src/access/try-count.sql.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { itKeepsEveryRule, rightsOfApplication } from '../support/violations.ts';

const AT = '2026-10-22T02:00:00Z';
const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
const TOKEN = createHash('sha256').update('token').digest();

const at = (minutes: number): Date => new Date(new Date(AT).getTime() + minutes * 60_000);

describe('the statements of access', () => {
  const test = useDatabase();

  before(async () => {
    for (const [id, number] of [
      ['clerk', '040080000091'],
      ['chief', '040080000092'],
    ]) {
      await many(test().owner, `insert into person values (:id, :id, :number)`, {
        id: id ?? '',
        number: number ?? '',
      });
    }
    await many(
      test().owner,
      `insert into person_role values
         ('clerk', 'checker', '40', 9007199254740993, 'chief', :AT, null),
         ('clerk', 'auditor', '40', null, 'chief', :AT, :AT)`,
      { AT },
    );
  });

  it('keep one password a person, and whether it is their own', async () => {
    const set = { personId: 'clerk', passwordHash: HASH, at: at(0) };
    await write(test().db, (tx) => putPassword(tx, { ...set, oneTimeUntil: at(60) }));
    expect(await needsOwnPassword(test().db, 'clerk')).to.equal(true);
    expect(await credentialOf(test().db, 'clerk')).to.deep.include({
      passwordHash: HASH,
      oneTimeUntil: at(60),
      codeSecret: null,
    });
    await write(test().db, async (tx) => {
      await putPassword(tx, { ...set, passwordHash: `${HASH}2`, oneTimeUntil: null });
      await putCodeSecret(tx, { personId: 'clerk', codeSecret: Buffer.from('sealed'), at: at(1) });
    });
    expect(await needsOwnPassword(test().db, 'clerk')).to.equal(false);
    const kept = await credentialOf(test().db, 'clerk');
    expect([kept?.passwordHash, kept?.codeSecret?.toString()]).to.deep.equal([
      `${HASH}2`,
      'sealed',
    ]);
    await write(test().db, (tx) =>
      putCodeSecret(tx, { personId: 'clerk', codeSecret: null, at: at(2) }),
    );
    expect((await credentialOf(test().db, 'clerk'))?.codeSecret).to.equal(null);
    expect(await credentialOf(test().db, 'chief')).to.equal(undefined);
  });

  it('take a code once, and none from before it', async () => {
    const given = (step: number, personId = 'clerk'): Promise<boolean> =>
      write(test().db, (tx) => useCode(tx, { personId, step, at: at(0), purpose: 'step-up' }));
    expect(await given(100)).to.equal(true);
    expect(await given(100)).to.equal(false);
    expect(await given(99)).to.equal(false);
    expect(await given(101)).to.equal(true);
    expect(await given(100, 'chief')).to.equal(true);
    // Ten nodes at once: one of them.
    const tried = await Promise.all(Array.from({ length: 8 }, () => given(102)));
    expect(tried.filter((taken) => taken)).to.have.length(1);
  });

  it('know who is behind a token, with the roles of this moment', async () => {
    const opened = {
      personId: 'clerk',
      factors: 1 as const,
      device: 'Firefox',
      at: at(0),
      givenCode: false,
    };
    await write(test().db, (tx) => openSession(tx, { ...opened, tokenHash: TOKEN }));
    const visitor = await visitorOf(test().db, { tokenHash: TOKEN, at: at(1) });
    expect(visitor).to.deep.include({
      personId: 'clerk',
      factors: 1,
      stepUpAt: null,
      grants: [{ role: 'checker', unitCode: '40', limitVnd: 9007199254740993n }],
    });
    const sessionId = visitor?.sessionId ?? '';
    const own = (personId: string, minutes: number): Promise<string[]> =>
      sessionsOf(test().db, { personId, at: at(minutes) }).then((sessions) =>
        sessions.map((one) => one.sessionId),
      );
    expect(await own('clerk', 1)).to.deep.equal([sessionId]);
    expect(await own('clerk', 16)).to.deep.equal([]);
    expect(await own('chief', 1)).to.deep.equal([]);
    expect(await grantsOf(test().db, 'clerk')).to.deep.equal(visitor?.grants);

    const raised = Buffer.from(TOKEN).reverse();
    const raise = { sessionId, tokenHash: raised, at: at(2) };
    expect(await write(test().db, (tx) => raiseSession(tx, raise))).to.equal(true);
    expect(await visitorOf(test().db, { tokenHash: TOKEN, at: at(3) })).to.equal(undefined);
    expect(await visitorOf(test().db, { tokenHash: raised, at: at(3) })).to.deep.include({
      factors: 2,
      stepUpAt: at(2),
    });
    // Fifteen minutes idle, and not one more.
    expect(await visitorOf(test().db, { tokenHash: raised, at: at(17) })).to.equal(undefined);
    await write(test().db, (tx) => touchSession(tx, { sessionId, at: at(16) }));
    expect((await visitorOf(test().db, { tokenHash: raised, at: at(17) }))?.seenAt).to.deep.equal(
      at(16),
    );

    const ending = { personId: 'clerk', reason: 'ended-by-person' as const, at: at(18) };
    const ends = (only: string | null, except: string | null): Promise<number> =>
      write(test().db, (tx) => endSessions(tx, { ...ending, only, except }));
    expect(await ends(null, sessionId)).to.equal(0);
    expect(await ends(sessionId, null)).to.equal(1);
    expect(await ends(null, null)).to.equal(0);
    expect(await visitorOf(test().db, { tokenHash: raised, at: at(18) })).to.equal(undefined);
    expect(await write(test().db, (tx) => raiseSession(tx, raise))).to.equal(false);
  });

  it('bind a provider’s name to one person, and a person to one name', async () => {
    const issuer = 'https://issuer.example';
    const bind = (subject: string, minutes: number): Promise<void> =>
      write(test().db, (tx) =>
        bindSubject(tx, { issuer, subject, personId: 'clerk', by: 'chief', at: at(minutes) }),
      );
    await bind('first', 0);
    expect(await personOfSubject(test().db, { issuer, subject: 'first' })).to.equal('clerk');
    await bind('second', 1);
    expect(await personOfSubject(test().db, { issuer, subject: 'first' })).to.equal(undefined);
    expect(await personOfSubject(test().db, { issuer, subject: 'second' })).to.equal('clerk');
    expect(await personOfSubject(test().db, { issuer: 'x', subject: 'second' })).to.equal(
      undefined,
    );
  });

  it('know whether a person may act', async () => {
    expect(await isPersonActive(test().db, 'chief')).to.equal(true);
    expect(await isPersonActive(test().db, 'nobody')).to.equal(false);
    await many(test().owner, `update person set active = false where person_id = 'chief'`);
    expect(await isPersonActive(test().db, 'chief')).to.equal(false);
  });

  it('count what is tried in a window, each try once, whoever counts', async () => {
    const tried = { limit: SIGN_INS_OF_ACCOUNT, subject: 'clerk' };
    const count = (minutes: number): Promise<number> =>
      write(test().db, (tx) => countTry(tx, { ...tried, at: at(minutes) }));
    const counted = await Promise.all(Array.from({ length: 6 }, () => count(0)));
    expect(counted.sort((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    await write(test().db, (tx) => forgiveTry(tx, tried));
    expect(await count(14)).to.equal(6);
    // The window began with the first try, and is over.
    expect(await count(15)).to.equal(1);
    expect(
      await write(test().db, (tx) => countTry(tx, { ...tried, subject: 'x', at: at(0) })),
    ).to.equal(1);
    const subjects = await many<{ bytes: number }>(
      test().db,
      'select octet_length(subject_hash) as bytes from try_count',
    );
    expect(subjects).to.deep.equal([{ bytes: 32 }, { bytes: 32 }]);
  });
});

describe('the rules of credentials and sessions', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await many(test().owner, `insert into person values ('clerk', 'A', '040080000091')`);
  });

  itKeepsEveryRule(
    test,
    {
      credential: { person_id: 'clerk', password_hash: HASH, password_set_at: AT },
      code_use: { person_id: 'clerk', step: 1, used_at: AT, purpose: 'sign-in' },
      session: {
        session_id: '00000000-0000-4000-8000-000000000001',
        token_hash: `\\x${'00'.repeat(32)}`,
        person_id: 'clerk',
        factors: 2,
        device: '',
        opened_at: AT,
        seen_at: AT,
      },
      try_count: {
        kind: 'code',
        subject_hash: `\\x${'00'.repeat(32)}`,
        window_began: AT,
        tries: 1,
      },
    },
    [
      { rule: 'credential_pkey', table: 'credential', wrong: {} },
      { rule: 'credential_person_id_fkey', table: 'credential', wrong: { person_id: 'nobody' } },
      // A hash of another kind, or a password as it was typed.
      {
        rule: 'credential_password_hash_check',
        table: 'credential',
        wrong: { password_hash: '$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' },
      },
      { rule: 'a_secret_has_a_day', table: 'credential', wrong: { code_secret: '\\x00' } },
      { rule: 'a_code_is_given_once', table: 'code_use', wrong: { purpose: 'step-up' } },
      { rule: 'code_use_person_id_fkey', table: 'code_use', wrong: { person_id: 'nobody' } },
      { rule: 'code_use_step_check', table: 'code_use', wrong: { step: 0 } },
      { rule: 'code_use_purpose_check', table: 'code_use', wrong: { purpose: 'fun' } },
      { rule: 'session_pkey', table: 'session', wrong: { token_hash: `\\x${'01'.repeat(32)}` } },
      {
        rule: 'session_token_hash_key',
        table: 'session',
        wrong: { session_id: '00000000-0000-4000-8000-000000000002' },
      },
      { rule: 'session_token_hash_check', table: 'session', wrong: { token_hash: '\\x00' } },
      { rule: 'session_person_id_fkey', table: 'session', wrong: { ...OTHER(), person_id: 'x' } },
      { rule: 'session_factors_check', table: 'session', wrong: { factors: 3 } },
      { rule: 'session_device_check', table: 'session', wrong: { device: 'x'.repeat(121) } },
      {
        rule: 'session_end_reason_check',
        table: 'session',
        wrong: { ended_at: AT, end_reason: 'tired' },
      },
      { rule: 'an_end_has_a_reason', table: 'session', wrong: { ended_at: AT } },
      {
        rule: 'only_two_factors_step_up',
        table: 'session',
        wrong: { factors: 1, step_up_at: AT },
      },
      { rule: 'try_count_pkey', table: 'try_count', wrong: {} },
      { rule: 'try_count_subject_hash_check', table: 'try_count', wrong: { subject_hash: '\\x' } },
      { rule: 'try_count_tries_check', table: 'try_count', wrong: { tries: -1 } },
    ],
  );

  it('leave the application no way to take a code back or a session away', async () => {
    const rights = {
      credential:
        'insert update(password_hash,password_set_at,one_time_until,code_secret,code_since)',
      code_use: 'insert',
      session: 'insert update(token_hash,factors,seen_at,step_up_at,ended_at,end_reason)',
      try_count: 'insert update(window_began,tries)',
    };
    expect(await rightsOfApplication(test().db, Object.keys(rights))).to.deep.equal(rights);
  });
});

function OTHER(): { session_id: string; token_hash: string } {
  return {
    session_id: '00000000-0000-4000-8000-000000000003',
    token_hash: `\\x${'03'.repeat(32)}`,
  };
}
