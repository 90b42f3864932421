import { expect } from 'chai';
import { auditHead } from '../../src/audit/audit.sql.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { findingsOfList } from '../../src/intake/intake.sql.ts';
import type { BoundaryName } from '../../src/kernel/boundary.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { many, one } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import {
  adult,
  CASH,
  citizenNumber,
  fileOf,
  lineOf,
  take,
  takeRows,
  thrownBy,
  under,
  type Cells,
} from '../support/drawn-list.ts';

/** A child of 12 and the mother who collects for it. */
const CHILD: Cells = {
  full_name: 'Nguyễn Thị Hoa',
  sex: 'female',
  birth_date: '2014-03-02',
  citizen_id: '040314000007',
  guardian_name: 'Trần Thị Lan',
  guardian_citizen_id: '040185000008',
  guardian_relation: 'Mẹ',
  account_holder: 'TRAN THI LAN',
  ...under('K1_4P', '1.5'),
};

async function countsOfRegister(test: TestDatabase): Promise<Record<string, bigint>> {
  return one(
    test.db,
    `select (select count(*) from recipient) as recipient,
            (select count(*) from recipient_key) as key,
            (select count(*) from payee) as payee,
            (select count(*) from payment_channel) as channel,
            (select count(*) from enrolment) as enrolment,
            (select count(*) from listing) as listing`,
  );
}

function registerOf(people: bigint, enrolments = people): Record<string, bigint> {
  return {
    recipient: people,
    key: people,
    payee: people,
    channel: people,
    enrolment: enrolments,
    listing: enrolments,
  };
}

/** The code of the refusal that some work ends with. */
async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await thrownBy(work);
  if (!(error instanceof Refusal)) throw error;
  return error;
}

describe('a list that is taken in', () => {
  const test = useDatabase();
  const file = fileOf([adult(1), adult(2, CASH), adult(3, CHILD)]);

  it('makes recipients, payees, channels, enrolments and listings, numbered in its order', async () => {
    const imported = await take(test(), file);
    expect(imported).to.deep.equal({
      listId: 1n,
      period: '2026-11',
      rows: 3n,
      accepted: 3n,
      refused: 0n,
      withheld: 0n,
      listedVnd: 1_050_000n + 1_050_000n + 810_000n,
      unchanged: false,
    });
    expect(await countsOfRegister(test())).to.deep.equal(registerOf(3n));
    const people = await many(
      test().db,
      `select r.recipient_id as id, k.key, p.relation, p.citizen_number as payee, p.authority,
              c.kind, c.account_number as account, l.row_no as row
         from recipient r join recipient_key k using (recipient_id) join payee p using (recipient_id)
         join payment_channel c using (recipient_id) join listing l using (recipient_id)
        order by 1`,
    );
    expect(people).to.deep.equal([
      {
        id: 1n,
        key: citizenNumber(1),
        relation: 'self',
        payee: citizenNumber(1),
        authority: '',
        kind: 'account',
        account: '1000000001',
        row: 2,
      },
      {
        id: 2n,
        key: citizenNumber(2),
        relation: 'self',
        payee: citizenNumber(2),
        authority: '',
        kind: 'cash_post',
        account: '',
        row: 3,
      },
      {
        id: 3n,
        key: '040314000007',
        relation: 'Mẹ',
        payee: '040185000008',
        authority: '12/QĐ-UBND',
        kind: 'account',
        account: '1000000003',
        row: 4,
      },
    ]);
  });

  it('changes nothing when the same bytes come again, strict or not', async () => {
    const before = [await stateHash(test().db), await auditHead(test().db)];
    for (const strict of [false, true]) {
      const again = await take(test(), file, { strict, at: '2026-10-23T02:00:00Z' });
      expect(again).to.include({ listId: 1n, accepted: 3n, unchanged: true });
    }
    expect([await stateHash(test().db), await auditHead(test().db)]).to.deep.equal(before);
  });

  it('is refused for another period, the same bytes or not, and leaves nothing behind', async () => {
    const before = [await stateHash(test().db), await auditHead(test().db)];
    const again = await refusalOf(take(test(), file, { period: '2026-12' }));
    expect([again.code, again.facts]).to.deep.equal([
      'list-for-another-period',
      { period: '2026-11', asked: '2026-12' },
    ]);
    const december = fileOf([adult(8, { period: '2026-12' }), adult(9, { period: '2026-12' })]);
    const other = await refusalOf(take(test(), december));
    expect(other.code).to.equal('list-for-another-period');
    expect([await stateHash(test().db), await auditHead(test().db)]).to.deep.equal(before);

    // The clerk chooses the right month, and the very same file is taken.
    expect(await take(test(), december, { period: '2026-12' })).to.include({ accepted: 2n });
  });

  it('is refused when it has no rows or no header, and leaves nothing behind', async () => {
    const before = await stateHash(test().db);
    for (const nothing of ['', 'Nguyễn Văn An\n']) {
      expect((await refusalOf(take(test(), nothing))).code).to.equal('list-malformed');
    }
    const { code } = await refusalOf(take(test(), fileOf([])));
    expect(code).to.equal('list-without-people');
    expect(await stateHash(test().db)).to.equal(before);
  });
});

describe('a list with faulty rows that need not be taken whole', () => {
  const test = useDatabase();
  const faulty = {
    amount: lineOf(adult(2, { total_vnd: '1.050.000' })),
    quoted: lineOf(adult(3, { sex: 'nam', hamlet: 'Xóm 1, "cũ"' })),
    short: '40.TGXH.000004,2026-11,social_assistance',
    decomposed: lineOf(adult(5, { full_name: 'Nguyễn Văn An'.normalize('NFD') })),
    twice: lineOf(adult(1, { enrolment_ref: '40.TGXH.000006' })),
  };
  const warned = lineOf(adult(7, { phone: '123' }));

  it('gives its good rows to the register, and keeps the others as they stand in the file', async () => {
    const file = fileOf([adult(1), ...Object.values(faulty), warned]);
    const imported = await take(test(), file);
    expect(imported).to.include({ rows: 7n, accepted: 2n, refused: 5n, withheld: 0n });
    expect(imported.listedVnd).to.equal(2_100_000n);
    expect(await countsOfRegister(test())).to.deep.equal(registerOf(2n));

    const kept = await many(test().db, 'select verdict, raw from list_row order by row_no');
    expect(kept).to.deep.equal([
      ...Object.values(faulty).map((raw) => ({ verdict: 'refuse', raw })),
      { verdict: 'warn', raw: warned },
    ]);
  });

  it('tells every fault with its row and column', async () => {
    const told = await findingsOfList(test().db, { listId: 1n, atMost: 100 });
    expect(told.map(({ rowNo, column, code }) => `${rowNo} ${column} ${code}`)).to.deep.equal([
      '3 total_vnd AMOUNT_TEXT',
      '4 sex SEX_SPELLING',
      '5 enrolment_ref CSV_COLUMN_COUNT',
      '6 full_name NAME_NFD',
      '7 ground_code DUPLICATE_ENROLMENT',
      '8 phone PHONE_INVALID',
    ]);
  });

  it('keeps a row that is not UTF-8 so that its bytes can be had back', async () => {
    const [before, after] = fileOf([adult(8), adult(9)]).split('Nguyễn Văn Nam');
    const bytes = Buffer.concat([
      Buffer.from(before ?? ''),
      Buffer.from('Nguy\xDFn V\xFFn', 'latin1'),
      Buffer.from(after ?? ''),
    ]);
    const { listId } = await take(test(), bytes);
    const { raw } = await one<{ raw: string }>(
      test().db,
      'select raw from list_row where list_id = :listId',
      { listId },
    );
    const kept = Buffer.from(raw, 'latin1');
    expect(bytes.includes(kept)).to.equal(true);
    expect(kept.includes(Buffer.from('Nguy\xDFn V\xFFn', 'latin1'))).to.equal(true);
  });

  it('fetches the texts of rows that are wrong only beside others all at once', async () => {
    const twice = (from: number, until: number): Readonly<Record<string, string>>[] =>
      Array.from({ length: until - from }, (_, i) => [
        adult(from + i),
        adult(from + i, { enrolment_ref: `again.${String(from + i)}` }),
      ]).flat();
    const statements = async (
      rows: readonly Readonly<Record<string, string>>[],
    ): Promise<number> => {
      let count = 0;
      const counted = (): void => {
        count += 1;
      };
      test().db.on('query', counted);
      const { listId } = await take(test(), fileOf(rows));
      test().db.off('query', counted);

      const refused = rows.filter((_, i) => i % 2 === 1).map((row) => lineOf(row));
      const kept = await many<{ raw: string }>(
        test().db,
        'select raw from list_row where list_id = :listId order by row_no',
        { listId },
      );
      expect(kept.map(({ raw }) => raw)).to.deep.equal(refused);
      return count;
    };
    // The reader hands records over a thousand at a time, so the second list is three chunks of them.
    const ofOne = await statements(twice(20, 21));
    expect(await statements(twice(1000, 2100))).to.equal(ofOne);
  });

  it('lets nobody in when no row is good, and says so', async () => {
    const register = await countsOfRegister(test());
    const nobody = await take(test(), fileOf([adult(10, { sex: '' }), adult(11, { sex: '' })]));
    expect(nobody).to.include({ accepted: 0n, refused: 2n, withheld: 0n, listedVnd: 0n });
    expect(await countsOfRegister(test())).to.deep.equal(register);
  });
});

describe('a list that is to be taken whole or not at all', () => {
  const test = useDatabase();
  const bad = lineOf(adult(2, { sex: '' }));
  const file = fileOf([adult(1), bad, adult(3, { phone: '123' })]);

  it('gives nothing to the register when one row is faulty, and is kept with what was wrong', async () => {
    const refusal = await refusalOf(take(test(), file, { strict: true }));
    expect([refusal.code, refusal.facts]).to.deep.equal([
      'list-has-faulty-rows',
      { listId: 1n, refused: 1n, withheld: 2n },
    ]);
    expect(await countsOfRegister(test())).to.deep.equal(registerOf(0n));

    const list = await one(
      test().db,
      `select row_count, accepted_count, refused_count, withheld_count, listed_vnd
         from recipient_list`,
    );
    expect(list).to.deep.equal({
      row_count: 3n,
      accepted_count: 0n,
      refused_count: 1n,
      withheld_count: 2n,
      listed_vnd: 0n,
    });
    const kept = await many(test().db, 'select row_no, verdict, raw from list_row order by 1');
    expect(kept[0]).to.deep.equal({ row_no: 3, verdict: 'refuse', raw: bad });
    expect(kept).to.have.length(2);
    const told = await findingsOfList(test().db, { listId: 1n, atMost: 100 });
    expect(told.map(({ code }) => code)).to.deep.equal(['SEX_MISSING', 'PHONE_INVALID']);
  });

  it('is refused again when the same bytes come again: nobody shall take it for imported', async () => {
    const before = await stateHash(test().db);
    for (const strict of [true, false]) {
      const refusal = await refusalOf(take(test(), file, { strict }));
      expect(refusal.code).to.equal('list-has-faulty-rows');
    }
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('says where the fault is, and never of whom', async () => {
    const { message } = await refusalOf(take(test(), file, { strict: true }));
    for (const secret of [citizenNumber(1), citizenNumber(2), '1000000002', 'Nguyễn']) {
      expect(message).to.not.contain(secret);
    }
  });

  it('is taken once the row is corrected, as the first list of the province', async () => {
    const corrected = fileOf([adult(1), adult(2), adult(3, { phone: '123' })]);
    expect(await take(test(), corrected, { strict: true })).to.include({ accepted: 3n });
    const paid = await many(test().db, 'select paid_through from enrolment');
    expect(paid).to.deep.equal(Array(3).fill({ paid_through: '2026-10' }));
  });

  it('is refused for what one row says of another, too', async () => {
    const twice = fileOf([adult(4), adult(4, { enrolment_ref: '40.TGXH.999999' })]);
    const refusal = await refusalOf(take(test(), twice, { strict: true }));
    expect(refusal.facts).to.include({ refused: 1n, withheld: 1n });
    expect(await countsOfRegister(test())).to.deep.equal(registerOf(3n));
  });
});

describe('the list of the month after', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(2), adult(1), adult(3)]);
    const december = [
      adult(4, { entitled_from: '2026-10', decision_date: '2026-10-20' }),
      adult(1),
      adult(3, { account_number: '9999999999' }),
      adult(5, { decision_date: '2020-01-15' }),
      adult(2, CASH),
    ];
    await takeRows(test(), december, { period: '2026-12', at: '2026-11-22T02:00:00Z' });
  });

  it('finds whom it knows, and gives the next numbers to the others', async () => {
    const ids = await many<{ key: string; id: bigint }>(
      test().db,
      'select key, recipient_id as id from recipient_key order by recipient_id',
    );
    expect(ids.map(({ key }) => key)).to.deep.equal([2, 1, 3, 4, 5].map(citizenNumber));
    expect(ids.map(({ id }) => id)).to.deep.equal([1n, 2n, 3n, 4n, 5n]);
    const listed = await many<{ id: bigint }>(
      test().db,
      `select recipient_id as id from listing where period = '2026-12' order by row_no`,
    );
    expect(listed.map(({ id }) => id)).to.deep.equal([4n, 2n, 3n, 5n, 1n]);
  });

  it('changes no channel: it only tells that the list has another', async () => {
    const channels = await many(
      test().db,
      `select recipient_id as id, kind, account_number as account, ended_on
         from payment_channel where recipient_id in (1, 3) order by 1`,
    );
    expect(channels).to.deep.equal([
      { id: 1n, kind: 'account', account: '1000000002', ended_on: null },
      { id: 3n, kind: 'account', account: '1000000003', ended_on: null },
    ]);
    const told = await findingsOfList(test().db, { listId: 2n, atMost: 100 });
    expect(told).to.deep.equal([
      { rowNo: 4, column: 'account_number', code: 'CHANNEL_DIFFERS', verdict: 'warn' },
      { rowNo: 6, column: 'account_number', code: 'CHANNEL_DIFFERS', verdict: 'warn' },
    ]);
  });

  it('takes months for paid by the system before us on the first list only', async () => {
    const paid = await many(
      test().db,
      `select recipient_id as id, paid_through as paid from enrolment order by 1`,
    );
    expect(paid).to.deep.equal([
      { id: 1n, paid: '2026-10' },
      { id: 2n, paid: '2026-10' },
      { id: 3n, paid: '2026-10' },
      { id: 4n, paid: null },
      { id: 5n, paid: null },
    ]);
  });

  it('leaves a ground that was decided as it was decided', async () => {
    await takeRows(test(), [adult(1, { decision_no: '99/QĐ-UBND', entitled_from: '2026-01' })], {
      period: '2027-01',
      at: '2026-12-22T02:00:00Z',
    });
    const known = await one(
      test().db,
      `select decision_number as no, entitled_from as since from enrolment where recipient_id = 2`,
    );
    expect(known).to.deep.equal({ no: '12/QĐ-UBND', since: '2020-01' });
  });
});

describe('which months the system before us has paid', () => {
  const test = useDatabase();

  it('are those of who was decided by the cut of the list of the month before', async () => {
    await takeRows(test(), [
      adult(1, { decision_date: '2026-09-24', entitled_from: '2026-09' }),
      adult(2, { decision_date: '2026-09-25', entitled_from: '2026-09' }),
      adult(3, { decision_date: '2026-09-24', entitled_from: '2026-10' }),
      adult(4, { decision_date: '2026-09-24', entitled_from: '2026-11' }),
    ]);
    // A second list of the first month is a first list as well.
    await takeRows(test(), [adult(5)]);
    const paid = await many<{ paid: string | null }>(
      test().db,
      'select paid_through as paid from enrolment order by recipient_id',
    );
    expect(paid.map((row) => row.paid)).to.deep.equal([
      '2026-10',
      null,
      '2026-10',
      null,
      '2026-10',
    ]);
  });
});

describe('an import that is killed', () => {
  const test = useDatabase();
  const dieAt = (name: BoundaryName) => (passed: BoundaryName) => {
    if (passed === name) throw new Error(`killed at ${name}`);
  };

  it('with the bytes kept and nothing else done, is done by the next run', async () => {
    const file = fileOf([adult(1)]);
    await thrownBy(take(test(), file, { boundary: dieAt('intake:archived') }));
    expect(await countsOfRegister(test())).to.deep.equal(registerOf(0n));
    expect(await take(test(), file)).to.include({ accepted: 1n, unchanged: false });
  });

  it('with all of it done, is done no second time', async () => {
    const file = fileOf([adult(2)]);
    await thrownBy(take(test(), file, { boundary: dieAt('intake:imported') }));
    const before = await stateHash(test().db);
    expect(await take(test(), file)).to.include({ accepted: 1n, unchanged: true });
    expect(await stateHash(test().db)).to.equal(before);
  });
});
