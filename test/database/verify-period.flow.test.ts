import { expect } from 'chai';
import { auditHead } from '../../src/audit/audit.sql.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import type { BoundaryName } from '../../src/kernel/boundary.ts';
import { period } from '../../src/kernel/period.ts';
import { many, one, write } from '../../src/platform/db.ts';
import {
  verifyPeriod,
  type Directories,
  type VerifiedPeriod,
} from '../../src/verification/verify-period.flow.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { directories, HASH, NO_ANSWER, UNAVAILABLE } from '../support/directories.ts';
import { adult, assess, CASH, citizenNumber, takeRows, thrownBy } from '../support/drawn-list.ts';
import { ASKER } from '../support/town.ts';

const NOVEMBER = period('2026-11');
/** Directories that nobody may ask anything. */
const SILENT: Directories = {
  identity: {
    // eslint-disable-next-line require-yield -- it refuses to be asked
    async *lookUp(questions) {
      for await (const chunk of questions) if (chunk.length > 0) throw new Error('asked again');
    },
  },
  accounts: {
    // eslint-disable-next-line require-yield -- it refuses to be asked
    async *verify(questions) {
      for await (const chunk of questions) if (chunk.length > 0) throw new Error('asked again');
    },
  },
};

function verify(
  test: TestDatabase,
  using: Directories,
  boundary?: (name: BoundaryName) => void,
): Promise<VerifiedPeriod> {
  const context = test.context(boundary === undefined ? {} : { boundary });
  return verifyPeriod(context, using, { period: NOVEMBER, asker: ASKER });
}

/** Dies when a boundary is passed for the nth time. */
function dieAt(name: BoundaryName, nth = 1): (passed: BoundaryName) => void {
  let left = nth;
  return (passed) => {
    if (passed !== name) return;
    left -= 1;
    if (left === 0) throw new Error(`killed at ${name}`);
  };
}

describe('verifyPeriod', () => {
  const test = useDatabase();
  const GUARDIAN = '040185000008';
  const told = directories({
    identity: (number) => {
      if (number === citizenNumber(2)) return { outcome: 'not-found', person: null };
      if (number === citizenNumber(3)) return UNAVAILABLE;
      return {};
    },
    account: (number) => {
      if (number === '1000000004') return NO_ANSWER;
      if (number === '1000000005') return { name: 'no-match' };
      return {};
    },
  });

  before(async () => {
    await takeRows(test(), [
      adult(1),
      adult(2),
      adult(3),
      adult(4),
      adult(5),
      adult(6, { ...CASH, guardian_name: 'Trần Thị Lan', guardian_citizen_id: GUARDIAN }),
    ]);
    await assess(test(), '2026-11');
  });

  it('asks about recipient and account, and about the guardian as payee', async () => {
    expect(await verify(test(), told)).to.deep.equal({
      recipients: 6,
      questions: 12,
      reused: 0n,
      proven: 8,
      doubtful: 1,
      refused: 1,
      unknown: 2,
    });
    const asked = (id: number, ...subjects: string[]): string[] =>
      subjects.map((subject) => `2026-11/${id}/${subject}/1`);
    expect(told.asked.toSorted()).to.deep.equal([
      ...[1, 2, 3, 4, 5].flatMap((id) => asked(id, 'account', 'recipient')),
      ...asked(6, 'payee', 'recipient'),
    ]);
  });

  it('keeps each answer with its class, its hash and the very account that was asked about', async () => {
    const kept = await many(
      test().db,
      `select recipient_id || ' ' || subject as about, class, code, account_number as account,
              encode(answer_hash, 'hex') as hash
         from verification where recipient_id in (1, 6) order by recipient_id, subject`,
    );
    const proven = { class: 'proven', code: '', account: '', hash: HASH };
    expect(kept).to.deep.equal([
      { about: '1 account', ...proven, account: '1000000001' },
      { about: '1 recipient', ...proven },
      { about: '6 payee', ...proven },
      { about: '6 recipient', ...proven },
    ]);
  });

  it('takes no answer for unknown, and never for proof', async () => {
    const unknown = await many(
      test().db,
      `select recipient_id as id, subject, code, octet_length(answer_hash) as bytes
         from verification where class = 'unknown' order by 1`,
    );
    expect(unknown).to.deep.equal([
      { id: 3n, subject: 'recipient', code: 'POP_UNAVAILABLE', bytes: 0 },
      { id: 4n, subject: 'account', code: 'BANK_UNAVAILABLE', bytes: 0 },
    ]);
  });

  it('tells a person of whoever is not proven, and of nobody else', async () => {
    const findings = await many(
      test().db,
      `select recipient_id as id, code, subject, severity from finding
        where code <> 'AMOUNT_DIFFERS' order by 1`,
    );
    expect(findings).to.deep.equal([
      { id: 2n, code: 'POP_ID_NOT_FOUND', subject: 'recipient', severity: 'block' },
      { id: 3n, code: 'POP_UNAVAILABLE', subject: 'recipient', severity: 'block' },
      { id: 4n, code: 'BANK_UNAVAILABLE', subject: 'account', severity: 'block' },
      { id: 5n, code: 'BANK_NAME_DOUBTFUL', subject: 'account', severity: 'review' },
    ]);
    const { facts } = await one<{ facts: unknown }>(
      test().db,
      `select facts from audit_event where action = 'evidence-recorded'`,
    );
    expect(facts).to.deep.equal({ questions: 12, unproven: 4 });
  });

  it('asks again only about whom it got no answer, until it has one', async () => {
    const again = directories();
    expect(await verify(test(), again)).to.include({ recipients: 2, questions: 2, proven: 2 });
    expect(again.asked.toSorted()).to.deep.equal(['2026-11/3/recipient/2', '2026-11/4/account/2']);
    const open = await many(
      test().db,
      `select recipient_id as id, code from finding
        where code <> 'AMOUNT_DIFFERS' and closed_at is null order by 1`,
    );
    expect(open).to.deep.equal([
      { id: 2n, code: 'POP_ID_NOT_FOUND' },
      { id: 5n, code: 'BANK_NAME_DOUBTFUL' },
    ]);
  });

  it('then asks nobody when it is run again, and changes nothing', async () => {
    const before = [await stateHash(test().db), await auditHead(test().db)];
    const nothing = { recipients: 0, questions: 0, proven: 0, doubtful: 0, refused: 0, unknown: 0 };
    expect(await verify(test(), SILENT)).to.deep.equal({ ...nothing, reused: 0n });
    expect([await stateHash(test().db), await auditHead(test().db)]).to.deep.equal(before);
  });

  it('asks only about whoever a later list has added', async () => {
    await takeRows(test(), [adult(1), adult(7)]);
    await assess(test(), '2026-11');
    const later = directories();
    expect(await verify(test(), later)).to.include({ recipients: 1, proven: 2 });
    expect(later.asked.toSorted()).to.deep.equal(['2026-11/7/account/1', '2026-11/7/recipient/1']);
  });
});

describe('whose account it should be', () => {
  const test = useDatabase();

  it('is the payee’s, unless the list names the recipient as its holder', async () => {
    const guardian = { guardian_name: 'Trần Thị Lan', guardian_citizen_id: '040185000008' };
    await takeRows(test(), [
      adult(1),
      adult(2, guardian),
      adult(3, { ...guardian, account_holder: 'TRAN THI LAN' }),
      adult(4, { ...guardian, full_name: 'Trần Thị Lân', account_holder: 'TRAN THI LAN' }),
    ]);
    await assess(test(), '2026-11');
    const asked: string[] = [];
    const { identity, accounts } = directories();
    await verify(test(), {
      identity,
      accounts: {
        verify: (questions) =>
          accounts.verify(
            noting(questions, (chunk) => {
              asked.push(...chunk.map(({ citizenNumber: number }) => number));
            }),
          ),
      },
    });
    expect(asked).to.deep.equal([
      citizenNumber(1),
      citizenNumber(2),
      guardian.guardian_citizen_id,
      // Two of one name: whoever collects is asked about.
      guardian.guardian_citizen_id,
    ]);
  });
});

async function* noting<Item>(
  chunks: AsyncIterable<Item>,
  note: (chunk: Item) => void,
): AsyncGenerator<Item> {
  for await (const chunk of chunks) {
    note(chunk);
    yield chunk;
  }
}

describe('the purpose of a question', () => {
  // A second programme is laid beside the first without its enrolment.
  const test = useDatabase({ checked: false });
  const MERIT = { programme: 'merit', ground_code: 'NCC_TNLS_1', coefficient: '1.0' };

  before(async () => {
    await takeRows(test(), [adult(1), adult(2, MERIT), adult(3)]);
    await assess(test(), '2026-11');
    await many(
      test().owner,
      `insert into assessment
       select recipient_id, period, due_reference(period, 'unemployment', recipient_id, 1),
              'unemployment', 1, amount_vnd, reason, facts, assessed_on
         from assessment where recipient_id = 3`,
    );
  });

  it('names the programmes that would pay the very person, and the officer', async () => {
    const asked = directories();
    await verify(test(), asked);
    expect(Object.fromEntries(asked.purposes)).to.deep.equal({
      '2026-11/1/recipient/1': 'CB-01 social_assistance/2026-11',
      '2026-11/2/recipient/1': 'CB-01 merit/2026-11',
      '2026-11/3/recipient/1': 'CB-01 social_assistance+unemployment/2026-11',
    });
  });
});

describe('proof of an earlier month', () => {
  const test = useDatabase();
  const CHANGED = '2';

  // Asked about on the 1st of October for November, and on the 20th and later for December: the
  // policy lets proof last 30 days, of which the last five are not counted upon.
  const verifyDecember = (at: string, using: Directories): Promise<VerifiedPeriod> =>
    verifyPeriod(test().context({ at }), using, { period: period('2026-12'), asker: ASKER });

  before(async () => {
    const people = [adult(1), adult(2), adult(3), adult(4)];
    await takeRows(test(), people);
    await assess(test(), '2026-11');
    const told = directories({
      account: (number) => (number === '1000000003' ? { name: 'no-match' } : {}),
    });
    await verifyPeriod(test().context({ at: '2026-11-01T02:00:00Z' }), told, {
      period: NOVEMBER,
      asker: ASKER,
    });
    await takeRows(test(), people, { period: '2026-12' });
    await assess(test(), '2026-12');
    await many(
      test().owner,
      `insert into register_change
       select :id, 1, 'channel', '{}', '{}', 'form 7', 'sandbox-maker', '2026-11-10', 'sandbox-checker-1'`,
      { id: CHANGED },
    );
  });

  it('is used again while it is fresh, and never after a change or a doubt', async () => {
    const asked = directories();
    const counts = await verifyDecember('2026-11-20T02:00:00Z', asked);
    // Of eight proofs: two of the person whose account was changed are asked for again, and so is
    // the account whose name was doubtful.
    expect(counts).to.include({ reused: 5n, questions: 3, recipients: 2 });
    expect(asked.asked.toSorted()).to.deep.equal([
      '2026-12/2/account/1',
      '2026-12/2/recipient/1',
      '2026-12/3/account/1',
    ]);
  });

  it('keeps the instant at which it was given, and the month in which', async () => {
    const kept = await many(
      test().db,
      `select distinct reused_from as "reusedFrom", checked_at as at from verification
        where period = '2026-12' order by 1`,
    );
    expect(kept).to.deep.equal([
      { reusedFrom: '2026-11', at: new Date('2026-11-01T02:00:00Z') },
      { reusedFrom: null, at: new Date('2026-11-20T02:00:00Z') },
    ]);
  });

  it('is asked for again five days before it ends, and not sooner', async () => {
    const sooner = directories();
    expect(await verifyDecember('2026-11-26T01:59:00Z', sooner)).to.include({ questions: 0 });
    const asked = directories();
    const counts = await verifyDecember('2026-11-26T02:00:00Z', asked);
    expect(counts).to.include({ reused: 0n, questions: 5 });
    expect(asked.asked).to.include('2026-12/1/account/2');
    expect(asked.asked).to.not.include('2026-12/2/account/2');
  });
});

describe('a directory that does not answer what was asked', () => {
  const test = useDatabase();

  it('leaves no evidence at all: it is a bug, and the next run asks again', async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    await assess(test(), '2026-11');
    const crossed = directories({ identity: () => ({ requestId: '2026-11/9/recipient/1' }) });
    const before = await stateHash(test().db);
    expect((await thrownBy(verify(test(), crossed))).message).to.equal(
      'no answer to request 2026-11/1/recipient/1',
    );
    const short: Directories = {
      ...directories(),
      accounts: {
        async *verify() {
          yield await Promise.resolve([]);
        },
      },
    };
    expect((await thrownBy(verify(test(), short))).message).to.contain('no answer to request');
    expect(await stateHash(test().db)).to.equal(before);
    expect(await verify(test(), directories())).to.include({ recipients: 2, proven: 4 });
  });
});

describe('verification that is killed', () => {
  const test = useDatabase();
  const PEOPLE = 10_050;

  /** More people than one slice holds, each paid in cash and asked about once. */
  before(async () => {
    await write(test().db, (tx) =>
      openPeriod(tx, { period: NOVEMBER, at: new Date('2026-10-22') }),
    );
    await write(test().owner, async (tx) => {
      for (const sql of MANY_PEOPLE) await many(tx, sql, { people: PEOPLE });
    });
  });

  async function recorded(): Promise<{ people: bigint; last: bigint | null }> {
    return one(
      test().db,
      `select count(distinct recipient_id) as people, max(recipient_id) as last from verification`,
    );
  }

  it('before the first slice is recorded, has recorded nothing', async () => {
    await thrownBy(verify(test(), directories(), dieAt('verification:asked')));
    expect(await recorded()).to.deep.equal({ people: 0n, last: null });
  });

  it('between two slices, keeps the first, and asks nobody of it again', async () => {
    const first = directories();
    await thrownBy(verify(test(), first, dieAt('verification:asked', 2)));
    const slice = await recorded();
    expect(slice.people > 0n && slice.people < BigInt(PEOPLE)).to.equal(true);
    expect(slice.last).to.equal(slice.people);

    const rest = directories();
    const counts = await verify(test(), rest);
    expect(counts).to.include({ recipients: PEOPLE - Number(slice.people), unknown: 0 });
    const kept = new Set(first.asked.slice(0, Number(slice.people)));
    expect(rest.asked.filter((requestId) => kept.has(requestId))).to.deep.equal([]);
    expect(new Set(rest.asked).size + kept.size).to.equal(PEOPLE);
    expect(await recorded()).to.deep.equal({ people: BigInt(PEOPLE), last: BigInt(PEOPLE) });
  });

  it('after the last slice is recorded, has nobody left to ask', async () => {
    expect(await verify(test(), SILENT)).to.include({ recipients: 0 });
  });

  it('records one event for each slice, and together all that was asked', async () => {
    const { slices, questions } = await one<{ slices: bigint; questions: bigint }>(
      test().db,
      `select count(*) as slices, sum((facts ->> 'questions')::bigint)::bigint as questions
         from audit_event where action = 'evidence-recorded'`,
    );
    expect(slices > 1n).to.equal(true);
    expect(questions).to.equal(BigInt(PEOPLE));
  });
});

const EVERYBODY = 'from generate_series(1, :people::bigint) id';
const REFERENCE = `due_reference('2026-11', 'social_assistance', id, 1)`;
const MANY_PEOPLE = [
  `insert into recipient
   select id, 'Nguyễn Văn An', 1980, null, 'male', '16681', '', '' ${EVERYBODY}`,
  `insert into recipient_key
   select '040080' || lpad(id::text, 6, '0'), 'citizen_number', id ${EVERYBODY}`,
  `insert into payee
   select id, 1, 'self', 'Nguyễn Văn An', '040080' || lpad(id::text, 6, '0'), '' ${EVERYBODY}`,
  `insert into payment_channel select id, 1, 1, 'cash_post', '', '', '', 1 ${EVERYBODY}`,
  `insert into assessment
   select id, '2026-11', ${REFERENCE}, 'social_assistance', 1, 810000, null, '{}', '2026-10-22'
     ${EVERYBODY}`,
  `insert into assessment_line
   select id, '2026-11', ${REFERENCE}, 1, 'current', '2026-11', 'ref', 'K6_N', 1.5, 540000, 0,
          810000, '{art. 6(1)}' ${EVERYBODY}`,
  `insert into ledger_transfer
   select id, '2026-11', ${REFERENCE}, 'entitled', 'social_assistance', 'appropriation', 'owed',
          810000, '2026-10-22' ${EVERYBODY}`,
];
