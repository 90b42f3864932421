import { expect } from 'chai';
import { decideChange } from '../../src/intake/change-register.flow.ts';
import { registeredChannel } from '../../src/intake/register.sql.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { copyOut } from '../../src/platform/copy.ts';
import { many, write } from '../../src/platform/db.ts';
import type {
  LinkedAccountAnswer,
  LinkedAccountQuestion,
  LinkedAccountService,
} from '../../src/verification/linked-account.port.ts';
import {
  linkedCounts,
  NOT_LOOKED_UP,
  proposeLinked,
} from '../../src/verification/linked-account.sql.ts';
import { lookUpLinked } from '../../src/verification/look-up-linked.flow.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, citizenNumber, takeRows } from '../support/drawn-list.ts';
import { itKeepsEveryRule, rightsOfApplication } from '../support/violations.ts';

const AT = '2026-10-22T02:00:00Z';
const HASH = 'ab'.repeat(32);

/** What a citizen has linked, by their number; null: nothing; missing: no answer. */
type Links = Readonly<Record<string, string | null>>;

function vneid(links: Links, asked: string[] = []): LinkedAccountService {
  const answerTo = ({
    requestId,
    citizenNumber: of,
  }: LinkedAccountQuestion): LinkedAccountAnswer => {
    asked.push(of);
    const accountNumber = links[of];
    if (accountNumber === undefined) {
      return { requestId, outcome: 'unavailable', account: null, answerHash: '' };
    }
    if (accountNumber === null) {
      return { requestId, outcome: 'not-linked', account: null, answerHash: HASH };
    }
    const linkedOn = plainDate('2025-09-15');
    const account = { bankBin: '970405', accountNumber, holderName: 'NGUYEN VAN BINH', linkedOn };
    return { requestId, outcome: 'linked', account, answerHash: HASH };
  };
  return {
    async *lookUp(questions) {
      for await (const chunk of questions) yield chunk.map(answerTo);
    },
  };
}

describe('accounts linked in VNeID', () => {
  const test = useDatabase();

  beforeEach(async function () {
    // Each test begins with the same register: what the one before has learnt is taken away.
    await many(
      test().owner,
      `with unlearnt as (delete from linked_account) delete from register_proposal`,
    );
    const known = await many(test().db, 'select from recipient limit 1');
    if (known.length > 0) return;
    await takeRows(test(), [
      adult(1),
      adult(2, CASH),
      adult(3, CASH),
      adult(4, CASH),
      adult(5, { ...CASH, guardian_name: 'Trần Thị Lan', guardian_citizen_id: '040185000008' }),
    ]);
  });

  const LINKS: Links = {
    [citizenNumber(1)]: '1000000001',
    [citizenNumber(2)]: '1000000002',
    [citizenNumber(3)]: null,
    '040185000008': '1000000005',
  };
  const lookUp = (service: LinkedAccountService, at = AT): ReturnType<typeof lookUpLinked> =>
    lookUpLinked(test().context({ actor: 'job/linked-accounts', at }), service, { maxAgeDays: 30 });

  it('lookUpLinked: whoever collects is asked; another account is proposed, nothing is changed', async () => {
    const asked: string[] = [];
    expect(await lookUp(vneid(LINKS, asked))).to.deep.equal({
      ...{ asked: 5, linked: 3, notLinked: 1, unavailable: 1 },
      proposed: 2n,
    });
    expect(asked).to.include('040185000008').and.not.to.include(citizenNumber(5));
    expect(await linkedCounts(test().db)).to.deep.equal([
      { state: 'not-asked', count: 1n },
      { state: 'not-linked', count: 1n },
      { state: 'other', count: 2n },
      { state: 'same', count: 1n },
    ]);
    expect((await registeredChannel(test().db, 2n))?.kind).to.equal('cash_post');
  });

  it('asks nobody again who was answered lately, and proposes nothing twice', async () => {
    await lookUp(vneid(LINKS));
    const again: string[] = [];
    const second = await lookUp(vneid({ ...LINKS, [citizenNumber(4)]: null }, again));
    expect(again).to.deep.equal([citizenNumber(4)]);
    expect(second).to.deep.include({ asked: 1, notLinked: 1, proposed: 0n });
    const later = await lookUp(
      vneid({ ...LINKS, [citizenNumber(4)]: null }),
      '2026-11-22T02:00:00Z',
    );
    expect(later).to.deep.include({ asked: 5, proposed: 0n });
  });

  it('does not ask about the dead, nor about who has no enrolment any more', async () => {
    await many(
      test().owner,
      `with dead as (insert into recipient_death values (3, '2026-10-01', 'register', now()))
       update enrolment set stops_after = '2026-09', stop_reason = 'moved', stop_decision = '1'
        where recipient_id = 4`,
    );
    const rows: (string | null)[][] = [];
    for await (const chunk of copyOut(test().db, NOT_LOOKED_UP, { since: AT })) rows.push(...chunk);
    expect(rows.map(([recipientId]) => recipientId)).to.deep.equal(['1', '2', '5']);
    expect(rows[2]).to.deep.equal(['5', '1', '040185000008', '1']);
    await many(
      test().owner,
      `with alive as (delete from recipient_death)
       update enrolment set stops_after = null, stop_reason = null, stop_decision = null`,
    );
  });

  it('proposeLinked: a bank that nobody knows is left out', async () => {
    await many(
      test().owner,
      `insert into linked_account values
         (2, 1, 1, 'linked', '000001', '1000000002', 'NGUYEN VAN BINH', '2025-09-15', :at,
          decode(:hash, 'hex'))`,
      { at: AT, hash: HASH },
    );
    const of = { by: 'job/linked-accounts', at: new Date(AT) };
    expect(await write(test().db, (tx) => proposeLinked(tx, of))).to.deep.equal({ proposed: 0n });
  });

  it('is paid to once a person has confirmed it', async () => {
    await lookUp(vneid(LINKS));
    await many(
      test().owner,
      `insert into person values ('officer', 'Officer', '040185000011') on conflict do nothing`,
    );
    await many(
      test().owner,
      `insert into person_role values ('officer', 'account_officer', 'VN', null, 'house', now())
       on conflict do nothing`,
    );
    const context = test().context({ actor: 'officer', at: AT });
    await decideChange(context, {
      ...{ recipientId: 2n, proposalNo: 1, decision: 'confirmed', reason: '' },
    });
    expect(await registeredChannel(test().db, 2n)).to.deep.include({
      kind: 'account',
      accountNumber: '1000000002',
    });
  });
});

describe('rules of linked accounts', () => {
  const test = useDatabase({ checked: false });
  before(() => takeRows(test(), [adult(1)]));

  itKeepsEveryRule(
    test,
    {
      linked_account: {
        recipient_id: 1,
        payee_no: 1,
        asked_no: 1,
        outcome: 'linked',
        bank_bin: '970405',
        account_number: '1000000001',
        holder_name: 'NGUYEN VAN BINH',
        linked_on: '2025-09-15',
        asked_at: AT,
        answer_hash: `\\x${HASH}`,
      },
    },
    [
      { rule: 'linked_account_pkey', table: 'linked_account', wrong: {} },
      { rule: 'linked_account_asked_no_check', table: 'linked_account', wrong: { asked_no: 0 } },
      {
        rule: 'linked_account_outcome_check',
        table: 'linked_account',
        wrong: {
          outcome: 'perhaps',
          bank_bin: '',
          account_number: '',
          holder_name: '',
          linked_on: null,
        },
      },
      {
        rule: 'linked_account_answer_hash_check',
        table: 'linked_account',
        wrong: { answer_hash: '\\xab' },
      },
      {
        rule: 'a_link_names_an_account',
        table: 'linked_account',
        wrong: { account_number: '' },
      },
      {
        rule: 'a_link_names_an_account',
        table: 'linked_account',
        wrong: { outcome: 'not-linked' },
      },
      {
        rule: 'link_is_of_a_payee',
        table: 'linked_account',
        wrong: { payee_no: 9 },
      },
    ],
  );

  it('are not changed by the application', async () => {
    expect(await rightsOfApplication(test().db, ['linked_account'])).to.deep.equal({
      linked_account: 'insert',
    });
  });
});
