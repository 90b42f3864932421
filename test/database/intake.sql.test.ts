import { expect } from 'chai';
import { recordFile } from '../../src/audit/file.sql.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  addChannels,
  addDeaths,
  addPayeeDeaths,
  addEnrolments,
  addList,
  addListings,
  addPayees,
  addRecipientKeys,
  addRecipients,
  countAndPlace,
  deathsAreKnown,
  drawRecipientIds,
  findingsOfList,
  hasEarlierList,
  intakeReference,
  INTAKE_ROW,
  INTAKE_TEXT,
  judgeRowsTogether,
  keepFindings,
  keepRows,
  layAcceptedRows,
  listOfFile,
  noteOtherChannels,
  prepareDeaths,
  prepareIntake,
  ROWS_WITHOUT_TEXT,
} from '../../src/intake/intake.sql.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { copyIn, copyLine } from '../../src/platform/copy.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { adult, CASH, citizenNumber, takeRows, thrownBy } from '../support/drawn-list.ts';
import { table } from '../support/table.ts';
import { itKeepsEveryRule, plant, rightsOfApplication } from '../support/violations.ts';

type Staged = Readonly<Record<string, string | number | null>>;

const COLUMNS = INTAKE_ROW.slice(INTAKE_ROW.indexOf('(') + 1, -1).split(',');

/** What a clean row of the nth person has; a test says where its own differs. */
function clean(nth: number, other: Staged = {}): Staged {
  return {
    row_no: nth + 1,
    verdict: 'accept',
    raw: null,
    enrolment_ref: `ref-${String(nth)}`,
    programme: 'social_assistance',
    full_name: 'Nguyễn Văn An',
    birth_year: 1980,
    birth_date: null,
    sex: 'male',
    citizen_id: citizenNumber(nth),
    commune_code: '16681',
    ground_code: 'K6_N',
    dependants: 0,
    decision_number: '12/QĐ-UBND',
    decided_on: '2020-01-15',
    entitled_from: '2020-01',
    listed_vnd: 810_000,
    channel: 'cash_post',
    facts: null,
    ...other,
  };
}

/** Lays rows as they come from the judge of single rows; they end with the transaction. */
async function stage(tx: Tx, rows: readonly Staged[]): Promise<void> {
  await prepareIntake(tx);
  const lines = rows.map((row) => copyLine(COLUMNS.map((column) => valueOf(row, column.trim()))));
  await copyIn(tx, INTAKE_ROW, asStream(lines.join('')));
}

function valueOf(row: Staged, column: string): string | number | null {
  const value = row[column];
  return value === undefined ? '' : value;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream(text: string): AsyncGenerator<string> {
  yield text;
}

/** The numbers that the rows of a transaction have been given, or found, by their person. */
function placed(tx: Tx): Promise<{ row: number; id: bigint; opens: boolean }[]> {
  return many(
    tx,
    `select row_no as row, recipient_id as id, opens_recipient as opens from intake_accepted
      order by recipient_id, row_no`,
  );
}

const NOVEMBER = period('2026-11');
const AT = new Date('2026-10-22T02:00:00Z');
const COUNTS = { rows: 3n, accepted: 3n, refused: 0n, withheld: 0n, listedVnd: 0n };

/** A list of November for province 40 whose bytes are those of a name. */
async function newList(tx: Tx, name: string, other: Partial<typeof COUNTS> = {}): Promise<bigint> {
  const fileId = await recordFile(tx, {
    direction: 'in',
    counterpart: 'province/40',
    kind: 'recipient-list',
    name,
    sha256: Buffer.from(name).toString('hex').padEnd(64, '0'),
    byteSize: 1,
    at: AT,
  });
  return addList(tx, {
    fileId,
    period: NOVEMBER,
    provinceCode: '40',
    strict: false,
    importedBy: SANDBOX_PERSONS.maker,
    contentKey: name,
    at: AT,
    ...COUNTS,
    ...other,
  });
}

async function openNovember(test: TestDatabase): Promise<void> {
  await setUpSandbox(test.context(), { provinceCode: '40', period: NOVEMBER });
  await write(test.db, (tx) => openPeriod(tx, { period: NOVEMBER, at: AT }));
}

describe('judgeRowsTogether', () => {
  const test = useDatabase();

  it('finds what one row says of another, and of nobody else', async () => {
    // Equal numbers are one person. What a row is refused for; a dash where it stands.
    const cases = table<
      'person' | 'name' | 'programme' | 'ground' | 'children' | 'listed' | 'ref' | 'found'
    >(`
      person  name  programme          ground      children  listed   ref  found

      1       An    social_assistance  K6_N        0         810000   a1   -
      1       An    social_assistance  K6_N        0         810000   a2   DUPLICATE_ENROLMENT
      1       An    social_assistance  K6_N        0         900000   a3   DUPLICATE_ENROLMENT
      2       An    social_assistance  K6_N        0         810000   b1   DUPLICATE_ID_TWO_PEOPLE
      2       Tư    social_assistance  K6_N        0         810000   b2   DUPLICATE_ID_TWO_PEOPLE
      3       An    social_assistance  K6_N        0         810000   c1   DUPLICATE_ID_TWO_PEOPLE
      3       Tư    social_pension     SP_75       0         540000   c2   DUPLICATE_ID_TWO_PEOPLE

      10      An    social_assistance  K5A_80      0         1080000  d1   -
      10      An    social_pension     SP_75       0         540000   d2   EXCLUSIVE_PROGRAMMES
      11      An    social_assistance  K5B         0         540000   e1   EXCLUSIVE_PROGRAMMES
      11      An    social_pension     SP_75       0         600000   e2   -
      12      An    social_pension     SP_75       0         540000   f1   -
      12      An    social_assistance  K5B         0         540000   f2   EXCLUSIVE_PROGRAMMES
      13      An    social_assistance  K5A_80      0         1080000  g1   -
      13      An    merit              NCC_TB_100  0         9656472  g2   -
      14      An    social_assistance  K5A_80      0         1080000  h1   -
      14      An    social_pension     SP_75       0         540000   h2   EXCLUSIVE_PROGRAMMES
      14      An    merit              NCC_TB_100  0         9656472  h3   -
      15      An    social_assistance  K4          1         540000   i1   -
      15      An    social_assistance  K6_N        0         810000   i2   -
      15      An    social_pension     SP_75       0         600000   i3   EXCLUSIVE_PROGRAMMES

      20      An    social_assistance  K6_N        0         810000   j1   HIGHEST_GROUND_ONLY
      20      An    social_assistance  K5A_80      0         1080000  j2   -
      21      An    social_assistance  K6_N        0         810000   k1   -
      21      An    social_assistance  K8          0         810000   k2   HIGHEST_GROUND_ONLY
      22      An    social_assistance  K4          1         540000   l1   -
      22      An    social_assistance  K6_N        0         810000   l2   -
      23      An    social_assistance  K4          1         540000   m1   -
      23      An    social_assistance  K8          0         810000   m2   -
      23      An    social_assistance  K5A_60      0         810000   m3   HIGHEST_GROUND_ONLY
      24      An    social_assistance  K4          2         1080000  n1   -
      24      An    social_assistance  K2          0         810000   n2   HIGHEST_GROUND_ONLY
      25      An    social_assistance  K4          1         540000   o1   HIGHEST_GROUND_ONLY
      25      An    social_assistance  K2          0         810000   o2   -
      26      An    social_assistance  K4          1         540000   p1   -
      26      An    social_assistance  K7          0         810000   p2   HIGHEST_GROUND_ONLY
      26      An    social_assistance  K5B         0         540000   p3   -
      27      An    social_assistance  K4          1         540000   q1   HIGHEST_GROUND_ONLY
      27      An    social_assistance  K3_4_16     0         1080000  q2   -
      27      An    social_assistance  K5B         0         540000   q3   HIGHEST_GROUND_ONLY

      30      An    social_assistance  K6_N        0         810000   r1   -
      31      Tư    social_assistance  K6_N        0         810000   r1   ENROLMENT_REF_TWICE
      32      An    unemployment       -           0         3000000  s1   -
      32      An    social_assistance  K6_N        0         810000   s2   -
      33      An    unemployment       -           0         3000000  t1   -
      33      An    unemployment       -           0         3000000  t2   DUPLICATE_ENROLMENT
      34      An    social_assistance  K6_N        0         810000   u1   -
    `).filter(({ person }) => person !== '');

    const found = await write(test().db, async (tx) => {
      await stage(
        tx,
        cases.map((row, i) =>
          clean(Number(row.person), {
            row_no: i + 2,
            full_name: `Nguyễn ${row.name}`,
            programme: row.programme,
            ground_code: row.ground,
            dependants: row.children,
            listed_vnd: row.listed,
            enrolment_ref: row.ref,
          }),
        ),
      );
      const faults = await judgeRowsTogether(tx);
      const rows = await many<{ row: number; code: string }>(
        tx,
        'select row_no as row, code from intake_fault order by 1, 2',
      );
      expect(faults).to.equal(BigInt(rows.length));
      return rows;
    });

    const told = cases.map((row, i) => ({
      ...row,
      found: found
        .filter((fault) => fault.row === i + 2)
        .map(({ code }) => code)
        .join('+'),
    }));
    expect(told).to.deep.equal(cases);
  });

  it('does not count a row that was refused by itself', async () => {
    await write(test().db, async (tx) => {
      await stage(tx, [
        clean(1, { verdict: 'refuse' }),
        clean(2, { citizen_id: citizenNumber(1) }),
        clean(3, { verdict: 'refuse', enrolment_ref: 'ref-2' }),
      ]);
      expect(await judgeRowsTogether(tx)).to.equal(0n);
    });
  });
});

describe('rows on their way into the register', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)]);
  });

  it('ROWS_WITHOUT_TEXT names those whose text is still in the file, and keepRows takes it', async () => {
    const kept = await write(test().db, async (tx) => {
      await openPeriod(tx, { period: NOVEMBER, at: AT });
      await stage(tx, [
        clean(1, { row_no: 2 }),
        clean(1, { row_no: 3 }),
        clean(1, { row_no: 4, verdict: 'warn', raw: 'as it stands' }),
        clean(5),
      ]);
      await judgeRowsTogether(tx);
      expect(await many(tx, ROWS_WITHOUT_TEXT)).to.deep.equal([{ row_no: 3 }]);
      await copyIn(tx, INTAKE_TEXT, asStream(copyLine([3, 'also, "as\tit stands"'])));
      const listId = await newList(tx, 'texts');
      await keepRows(tx, listId);
      return many(
        tx,
        'select row_no as row, raw from list_row where list_id = :listId order by 1',
        {
          listId,
        },
      );
    });
    expect(kept).to.deep.equal([
      { row: 3, raw: 'also, "as\tit stands"' },
      { row: 4, raw: 'as it stands' },
    ]);
  });

  it('countAndPlace counts fates, claims and new people, and layAcceptedRows numbers these', async () => {
    await write(test().db, async (tx) => {
      await stage(tx, [
        clean(9, { row_no: 2, listed_vnd: 1 }),
        clean(8, { row_no: 3, verdict: 'refuse', listed_vnd: 10 }),
        clean(2, { row_no: 4, verdict: 'warn', listed_vnd: 100, channel: 'account' }),
        clean(9, {
          row_no: 5,
          enrolment_ref: 'b',
          ground_code: 'K4',
          dependants: 1,
          listed_vnd: 1_000,
        }),
        clean(9, { row_no: 6, enrolment_ref: 'c', listed_vnd: 10_000 }),
        clean(7, { row_no: 7, listed_vnd: 100_000 }),
      ]);
      await judgeRowsTogether(tx);
      expect(await countAndPlace(tx)).to.deep.equal({
        rows: 6n,
        refused: 2n,
        newPeople: 2n,
        listedVnd: 101_101n,
        isForAnotherPeriod: false,
      });
      await layAcceptedRows(tx, 41n);
      expect(await placed(tx)).to.deep.equal([
        { row: 4, id: 2n, opens: false },
        { row: 2, id: 41n, opens: true },
        { row: 5, id: 41n, opens: false },
        { row: 7, id: 42n, opens: true },
      ]);
    });
  });

  it('countAndPlace sees a list of another period, whatever else is wrong with its rows', async () => {
    const other = { verdict: 'refuse', findings: 'period:ROW_OTHER_PERIOD,sex:SEX_MISSING' };
    const unread = { verdict: 'refuse', findings: 'enrolment_ref:CSV_COLUMN_COUNT' };
    const cases: [rows: Staged[], is: boolean][] = [
      [[other, other], true],
      [[other, unread], true],
      [[other, {}], false],
      [[unread], false],
      [[{}], false],
    ];
    for (const [rows, is] of cases) {
      const counts = await write(test().db, async (tx) => {
        await stage(
          tx,
          rows.map((row, i) => clean(i + 20, { row_no: i + 2, ...row })),
        );
        await judgeRowsTogether(tx);
        return countAndPlace(tx);
      });
      expect(counts.isForAnotherPeriod).to.equal(is);
    }
  });

  it('drawRecipientIds leaves no gap, and gives a number back when its transaction fails', async () => {
    const draw = (howMany: bigint): Promise<bigint> =>
      write(test().db, (tx) => drawRecipientIds(tx, howMany));
    expect(await draw(5n)).to.equal(3n);
    expect(await draw(0n)).to.equal(8n);
    const failed = write(test().db, async (tx) => {
      await drawRecipientIds(tx, 100n);
      throw new Error('on purpose');
    });
    expect((await thrownBy(failed)).message).to.equal('on purpose');
    expect(await draw(1n)).to.equal(8n);
  });
});

describe('the register', () => {
  const test = useDatabase();

  before(async () => {
    await openNovember(test());
    await write(test().db, async (tx) => {
      await stage(tx, [
        clean(1, { channel: 'account', bank_bin: '970405', account_number: '1000000001' }),
        clean(2, {
          guardian_name: 'Trần Thị Lan',
          guardian_citizen_id: '040185000008',
          birth_date: '1980-04-30',
          facts: '{"contributedMonths": 48}',
        }),
        clean(3, { row_no: 9, citizen_id: citizenNumber(2), ground_code: 'K4', dependants: 2 }),
      ]);
      await judgeRowsTogether(tx);
      await countAndPlace(tx);
      const listId = await newList(tx, 'first');
      await layAcceptedRows(tx, await drawRecipientIds(tx, 2n));
      await addRecipients(tx);
      await addRecipientKeys(tx);
      await addPayees(tx);
      await addChannels(tx, listId);
      await addEnrolments(tx, {
        isFirstList: true,
        periodBefore: period('2026-10'),
        cutOfListBefore: plainDate('2026-09-24'),
      });
      await addListings(tx, { listId, period: NOVEMBER });
    });
  });

  it('addRecipients adds each person once', async () => {
    const people = await many(
      test().db,
      `select recipient_id as id, full_name as name, birth_year as year, birth_date as birth
         from recipient order by 1`,
    );
    expect(people).to.deep.equal([
      { id: 1n, name: 'Nguyễn Văn An', year: 1980, birth: null },
      { id: 2n, name: 'Nguyễn Văn An', year: 1980, birth: '1980-04-30' },
    ]);
  });

  it('addRecipientKeys adds the live number of each', async () => {
    const keys = await many(
      test().db,
      'select key, kind, recipient_id as id, valid_until as until from recipient_key order by 1',
    );
    const kind = 'citizen_number';
    expect(keys).to.deep.equal([
      { key: citizenNumber(1), kind, id: 1n, until: null },
      { key: citizenNumber(2), kind, id: 2n, until: null },
    ]);
  });

  it('addPayees adds the recipient, or the guardian with the decision that says so', async () => {
    const payees = await many(
      test().db,
      `select relation, full_name as name, citizen_number as number, authority
         from payee order by recipient_id`,
    );
    expect(payees).to.deep.equal([
      { relation: 'self', name: 'Nguyễn Văn An', number: citizenNumber(1), authority: '' },
      {
        relation: 'guardian',
        name: 'Trần Thị Lan',
        number: '040185000008',
        authority: '12/QĐ-UBND',
      },
    ]);
  });

  it('addChannels adds one live channel for each person', async () => {
    const channels = await many(
      test().db,
      `select recipient_id as id, kind, bank_bin as bin, account_number as account, list_id as list
         from payment_channel order by 1`,
    );
    expect(channels).to.deep.equal([
      { id: 1n, kind: 'account', bin: '970405', account: '1000000001', list: 1n },
      { id: 2n, kind: 'cash_post', bin: '', account: '', list: 1n },
    ]);
  });

  it('addEnrolments and addListings add every ground, with what only its programme needs', async () => {
    const enrolments = await many(
      test().db,
      `select recipient_id as id, enrolment_ref as ref, ground_code as ground, dependants, facts,
              paid_through as paid, row_no as row
         from enrolment join listing using (recipient_id, enrolment_ref) order by 1, 2`,
    );
    const facts = { contributedMonths: 48 };
    expect(enrolments).to.deep.equal([
      { id: 1n, ref: 'ref-1', ground: 'K6_N', dependants: 0, facts: null, paid: '2026-10', row: 2 },
      { id: 2n, ref: 'ref-2', ground: 'K6_N', dependants: 0, facts, paid: '2026-10', row: 3 },
      { id: 2n, ref: 'ref-3', ground: 'K4', dependants: 2, facts: null, paid: '2026-10', row: 9 },
    ]);
  });

  it('noteOtherChannels, keepRows and keepFindings keep what a person must see', async () => {
    const kept = await write(test().db, async (tx) => {
      await stage(tx, [
        clean(1, { channel: 'account', bank_bin: '970405', account_number: '1000000001' }),
        clean(2, { row_no: 3, channel: 'account', bank_bin: '970405', account_number: '777777' }),
        clean(3, { row_no: 4, verdict: 'warn', findings: 'phone:PHONE_INVALID', raw: 'row 4' }),
        clean(4, {
          row_no: 5,
          verdict: 'refuse',
          findings: 'sex:SEX_MISSING,full_name:NAME_NFD',
          raw: 'row 5',
        }),
        clean(5, { row_no: 6, citizen_id: citizenNumber(1), raw: 'row 6' }),
      ]);
      await judgeRowsTogether(tx);
      const counts = await countAndPlace(tx);
      const listId = await newList(tx, 'second', { rows: 5n, accepted: 3n, refused: 2n });
      await layAcceptedRows(tx, await drawRecipientIds(tx, counts.newPeople));
      await addRecipients(tx);
      await addRecipientKeys(tx);
      await noteOtherChannels(tx);
      await keepRows(tx, listId);
      await keepFindings(tx, listId);
      return findingsOfList(tx, { listId, atMost: 10 });
    });
    expect(kept.map(({ rowNo, code, verdict }) => `${rowNo} ${verdict} ${code}`)).to.deep.equal([
      '3 warn CHANNEL_DIFFERS',
      '4 warn PHONE_INVALID',
      '5 refuse NAME_NFD',
      '5 refuse SEX_MISSING',
      '6 refuse DUPLICATE_ENROLMENT',
    ]);
    const rows = await many<{ raw: string }>(
      test().db,
      `select raw from list_row where list_id = 2 and verdict = 'refuse' order by row_no`,
    );
    expect(rows.map(({ raw }) => raw)).to.deep.equal(['row 5', 'row 6']);
    expect(await findingsOfList(test().db, { listId: 2n, atMost: 2 })).to.have.length(2);
  });
});

describe('lists', () => {
  const test = useDatabase();

  it('addList numbers them without gaps, and listOfFile finds each by its file', async () => {
    await openNovember(test());
    const ids = await write(test().db, async (tx) => [
      await newList(tx, 'a'),
      await newList(tx, 'b', { accepted: 2n, refused: 1n, listedVnd: 7n }),
    ]);
    expect(ids).to.deep.equal([1n, 2n]);
    expect(await listOfFile(test().db, 2n)).to.deep.equal({
      listId: 2n,
      period: '2026-11',
      rows: 3n,
      accepted: 2n,
      refused: 1n,
      withheld: 0n,
      listedVnd: 7n,
    });
    expect(await listOfFile(test().db, 3n)).to.equal(undefined);
  });

  it('hasEarlierList counts lists of this province, of earlier months, that were taken', async () => {
    const asked = (provinceCode: string, of: string): Promise<boolean> =>
      hasEarlierList(test().db, { provinceCode, period: period(of) });
    expect(await asked('40', '2026-12')).to.equal(true);
    expect(await asked('40', '2026-11')).to.equal(false);
    expect(await asked('38', '2026-12')).to.equal(false);
  });

  it('hasEarlierList does not count a list of which nothing was taken', async () => {
    await write(test().db, async (tx) => {
      await openPeriod(tx, { period: period('2026-09'), at: AT });
      const listId = await newList(tx, 'c', { accepted: 0n, refused: 3n });
      expect(listId).to.equal(3n);
    });
    await write(test().owner, (tx) =>
      many(tx, `update recipient_list set period = '2026-09' where list_id = 3`),
    );
    const of = { provinceCode: '40', period: period('2026-10') };
    expect(await hasEarlierList(test().db, of)).to.equal(false);
  });
});

describe('intakeReference', () => {
  const test = useDatabase({ checked: false });

  it('has the communes of the province that are valid on the day, the banks and the grounds', async () => {
    const nowhere = await intakeReference(test().db, {
      provinceCode: '99',
      on: plainDate('2026-11-30'),
    });
    expect(nowhere.communes).to.deep.equal([]);

    const { communes, banks, grounds } = await intakeReference(test().db, {
      provinceCode: '40',
      on: plainDate('2026-11-30'),
    });
    expect(communes).to.have.length(130).and.to.include('16681');
    expect(banks).to.have.length(63).and.to.include('970405');
    expect(grounds).to.have.length(41);
    expect(grounds.find(({ groundCode }) => groundCode === 'K4')).to.deep.equal({
      programme: 'social_assistance',
      groundCode: 'K4',
      coefficient: '1.000',
      perDependant: true,
      ageFrom: null,
      ageUntil: null,
      outsideAges: false,
    });
  });

  it('takes no commune from the day on which it ended', async () => {
    await write(test().owner, (tx) =>
      many(
        tx,
        `update administrative_unit set valid_until = '2026-12-01'
          where unit_code = '16681' and kind = 'commune' and valid_until is null`,
      ),
    );
    const has = async (day: string): Promise<boolean> => {
      const of = { provinceCode: '40', on: plainDate(day) };
      return (await intakeReference(test().db, of)).communes.includes('16681');
    };
    expect(await has('2004-07-07')).to.equal(false);
    expect(await has('2025-07-01')).to.equal(true);
    expect(await has('2026-11-30')).to.equal(true);
    expect(await has('2026-12-01')).to.equal(false);
  });
});

describe('deaths', () => {
  const test = useDatabase();
  const of = {
    provinceCode: '40',
    period: NOVEMBER,
    from: plainDate('2024-11-01'),
    until: plainDate('2026-10-22'),
  };

  it('addDeaths records those of people we know, once, on the earliest day that is told', async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    const lines = [
      copyLine([citizenNumber(1), '2026-10-05']),
      copyLine([citizenNumber(1), '2026-10-04']),
      copyLine(['040080999999', '2026-10-04']),
    ];
    const counts = await write(test().db, async (tx) => {
      await prepareDeaths(tx);
      await copyIn(tx, 'incoming_death (key, died_on)', asStream(lines.join('')));
      return addDeaths(tx, { ...of, at: AT });
    });
    expect(counts).to.deep.equal({ deaths: 3n, known: 1n });
    const dead = await many(
      test().db,
      'select recipient_id as id, died_on as day from recipient_death',
    );
    expect(dead).to.deep.equal([{ id: 1n, day: '2026-10-04' }]);
  });

  it('addPayeeDeaths records those of whoever collects for others, once, and of nobody else', async () => {
    const GUARDIAN = '040185000008';
    await takeRows(test(), [
      adult(7, { ...CASH, guardian_name: 'Trần Thị Lan', guardian_citizen_id: GUARDIAN }),
      adult(8),
    ]);
    const tell = (): Promise<{ known: bigint }> =>
      write(test().db, async (tx) => {
        await prepareDeaths(tx);
        const lines = [
          copyLine([GUARDIAN, '2026-09-06']),
          copyLine([citizenNumber(8), '2026-09-07']),
        ];
        await copyIn(tx, 'incoming_death (key, died_on)', asStream(lines.join('')));
        return addPayeeDeaths(tx, { at: AT });
      });
    expect(await tell()).to.deep.equal({ known: 1n });
    expect(await tell()).to.deep.equal({ known: 0n });
    const dead = await many(
      test().db,
      `select p.citizen_number = :guardian as is_guardian, d.died_on as day
         from payee_death d join payee p using (recipient_id, payee_no)`,
      { guardian: GUARDIAN },
    );
    expect(dead).to.deep.equal([{ is_guardian: true, day: '2026-09-06' }]);
  });

  it('deathsAreKnown says up to which day they were asked for, and where', async () => {
    expect(await deathsAreKnown(test().db, of)).to.equal(true);
    expect(await deathsAreKnown(test().db, { ...of, until: plainDate('2026-10-23') })).to.equal(
      false,
    );
    expect(await deathsAreKnown(test().db, { ...of, provinceCode: '38' })).to.equal(false);
    expect(await deathsAreKnown(test().db, { ...of, period: period('2026-12') })).to.equal(false);
  });
});

describe('the rules of persons, of the register and of lists', () => {
  const test = useDatabase({ checked: false });
  const FILE = {
    file_id: 900,
    direction: 'in',
    counterpart: 'province/40',
    kind: 'recipient-list',
    name: 'A',
    sha256: `\\x${'00'.repeat(32)}`,
    byte_size: 0,
    recorded_at: '2026-10-22T00:00:00Z',
  };
  before(async () => {
    await openNovember(test());
    await plant(test().owner, 'file', { ...FILE, file_id: 901, counterpart: 'province/38' });
  });

  itKeepsEveryRule(
    test,
    {
      person: { person_id: 'clerk', full_name: 'A', citizen_number: '040080000091' },
      person_role: {
        person_id: 'clerk',
        role: 'maker',
        unit_code: '40',
        granted_by: 'chief',
        granted_at: '2026-01-01T00:00:00Z',
      },
      recipient: {
        recipient_id: 1,
        full_name: 'A',
        birth_year: 1980,
        birth_date: '1980-04-30',
        sex: 'male',
        commune_code: '16681',
        hamlet: '',
        phone: '',
      },
      recipient_key: { key: citizenNumber(1), kind: 'citizen_number', recipient_id: 1 },
      payee: {
        recipient_id: 1,
        payee_no: 1,
        relation: 'self',
        full_name: 'A',
        citizen_number: citizenNumber(1),
        authority: '',
      },
      payment_channel: {
        recipient_id: 1,
        channel_no: 1,
        payee_no: 1,
        kind: 'account',
        bank_bin: '970405',
        account_number: '100000',
        holder_name: 'A',
        list_id: 1,
      },
      enrolment: {
        recipient_id: 1,
        enrolment_ref: 'ref',
        programme: 'social_assistance',
        ground_code: 'K6_N',
        dependants: 0,
        decision_number: '1',
        decided_on: '2020-01-15',
        entitled_from: '2020-01',
      },
      suspension: {
        recipient_id: 1,
        enrolment_ref: 'ref',
        from_period: '2026-11',
        reason: 'moved',
        decision_number: '2',
        decided_on: '2026-10-01',
      },
      recipient_death: {
        recipient_id: 1,
        died_on: '2026-10-01',
        source: 'A',
        learned_at: '2026-10-22T00:00:00Z',
      },
      register_change: {
        recipient_id: 1,
        change_no: 1,
        subject: 'channel',
        old_value: '{}',
        new_value: '{}',
        document: 'A',
        changed_by: 'clerk',
        changed_at: '2026-10-01T00:00:00Z',
        confirmed_by: 'chief',
      },
      file: FILE,
      recipient_list: {
        list_id: 1,
        file_id: 900,
        period: '2026-11',
        province_code: '40',
        strict: false,
        imported_by: 'clerk',
        imported_at: '2026-10-22T00:00:00Z',
        row_count: 3,
        accepted_count: 2,
        refused_count: 1,
        withheld_count: 0,
        listed_vnd: 0,
      },
      list_row: { list_id: 1, row_no: 2, verdict: 'refuse', raw: '' },
      list_finding: { list_id: 1, row_no: 2, column_name: 'sex', code: 'SEX_MISSING' },
      listing: {
        recipient_id: 1,
        period: '2026-11',
        enrolment_ref: 'ref',
        list_id: 1,
        row_no: 2,
        listed_vnd: 0,
      },
    },
    [
      { rule: 'person_pkey', table: 'person', wrong: { citizen_number: '040080000092' } },
      { rule: 'person_person_id_check', table: 'person', wrong: { person_id: 'Clerk 1' } },
      { rule: 'person_citizen_number_check', table: 'person', wrong: { citizen_number: '1' } },
      // One person with two logins is one person.
      { rule: 'person_citizen_number_key', table: 'person', wrong: { person_id: 'clerk-2' } },
      { rule: 'person_role_pkey', table: 'person_role', wrong: {} },
      { rule: 'person_role_person_id_fkey', table: 'person_role', wrong: { person_id: 'nobody' } },
      { rule: 'person_role_role_check', table: 'person_role', wrong: { role: 'king' } },
      { rule: 'person_role_limit_vnd_check', table: 'person_role', wrong: { limit_vnd: 0 } },
      {
        rule: 'one_live_grant',
        table: 'person_role',
        wrong: { granted_at: '2026-02-01T00:00:00Z' },
      },
      {
        rule: 'two_persons_grant',
        table: 'person_role',
        wrong: { role: 'checker', proposed_by: 'clerk' },
      },
      {
        rule: 'person_role_proposed_by_fkey',
        table: 'person_role',
        wrong: { role: 'checker', proposed_by: 'nobody' },
      },
      { rule: 'nobody_grants_to_self', table: 'person_role', wrong: { granted_by: 'clerk' } },
      { rule: 'recipient_pkey', table: 'recipient', wrong: {} },
      { rule: 'recipient_recipient_id_check', table: 'recipient', wrong: { recipient_id: 0 } },
      { rule: 'recipient_full_name_check', table: 'recipient', wrong: { full_name: '' } },
      { rule: 'recipient_sex_check', table: 'recipient', wrong: { sex: 'nam' } },
      {
        rule: 'birth_date_agrees_with_year',
        table: 'recipient',
        wrong: { birth_date: '1981-04-30' },
      },
      // Two people with one number.
      { rule: 'recipient_key_pkey', table: 'recipient_key', wrong: { recipient_id: 2 } },
      { rule: 'recipient_key_kind_check', table: 'recipient_key', wrong: { kind: 'name' } },
      { rule: 'citizen_number_has_12_digits', table: 'recipient_key', wrong: { key: '18138303' } },
      { rule: 'payee_pkey', table: 'payee', wrong: {} },
      { rule: 'payee_citizen_number_check', table: 'payee', wrong: { citizen_number: '' } },
      { rule: 'another_payee_is_authorised', table: 'payee', wrong: { relation: 'mother' } },
      { rule: 'payment_channel_pkey', table: 'payment_channel', wrong: {} },
      { rule: 'payment_channel_kind_check', table: 'payment_channel', wrong: { kind: 'wallet' } },
      {
        rule: 'an_account_is_complete',
        table: 'payment_channel',
        wrong: { account_number: '' },
      },
      {
        rule: 'one_live_channel',
        table: 'payment_channel',
        wrong: { channel_no: 2, change_no: 1 },
      },
      { rule: 'a_new_channel_has_a_change', table: 'payment_channel', wrong: { channel_no: 2 } },
      {
        rule: 'channel_is_of_a_change',
        table: 'payment_channel',
        wrong: { channel_no: 2, change_no: 9, ended_on: '2026-10-01' },
      },
      { rule: 'enrolment_pkey', table: 'enrolment', wrong: {} },
      { rule: 'enrolment_dependants_check', table: 'enrolment', wrong: { dependants: -1 } },
      { rule: 'a_stop_has_a_reason', table: 'enrolment', wrong: { stops_after: '2026-11' } },
      { rule: 'suspension_pkey', table: 'suspension', wrong: {} },
      { rule: 'recipient_death_pkey', table: 'recipient_death', wrong: {} },
      { rule: 'register_change_pkey', table: 'register_change', wrong: {} },
      {
        rule: 'change_is_of_a_proposal',
        table: 'register_change',
        wrong: { change_no: 2, proposal_no: 9 },
      },
      {
        rule: 'register_change_subject_check',
        table: 'register_change',
        wrong: { subject: 'ledger' },
      },
      {
        rule: 'two_persons_change_the_register',
        table: 'register_change',
        wrong: { confirmed_by: 'clerk' },
      },
      { rule: 'file_pkey', table: 'file', wrong: { counterpart: 'province/38' } },
      { rule: 'file_direction_check', table: 'file', wrong: { direction: 'up' } },
      { rule: 'file_kind_check', table: 'file', wrong: { kind: 'picture' } },
      { rule: 'file_sha256_check', table: 'file', wrong: { sha256: '\\x00' } },
      { rule: 'file_byte_size_check', table: 'file', wrong: { byte_size: -1 } },
      { rule: 'same_bytes_are_one_file', table: 'file', wrong: { file_id: 902 } },
      { rule: 'recipient_list_pkey', table: 'recipient_list', wrong: {} },
      { rule: 'recipient_list_file_id_key', table: 'recipient_list', wrong: { list_id: 2 } },
      {
        rule: 'recipient_list_file_id_fkey',
        table: 'recipient_list',
        wrong: { list_id: 2, file_id: 999 },
      },
      {
        rule: 'recipient_list_period_fkey',
        table: 'recipient_list',
        wrong: { list_id: 2, file_id: 901, period: '2031-01' },
      },
      {
        rule: 'recipient_list_imported_by_fkey',
        table: 'recipient_list',
        wrong: { list_id: 2, file_id: 901, imported_by: 'nobody' },
      },
      {
        rule: 'recipient_list_row_count_check',
        table: 'recipient_list',
        wrong: { row_count: 0, accepted_count: 0, refused_count: 0 },
      },
      {
        rule: 'recipient_list_accepted_count_check',
        table: 'recipient_list',
        wrong: { accepted_count: -1, refused_count: 4 },
      },
      {
        rule: 'recipient_list_refused_count_check',
        table: 'recipient_list',
        wrong: { accepted_count: 4, refused_count: -1 },
      },
      {
        rule: 'recipient_list_withheld_count_check',
        table: 'recipient_list',
        wrong: { strict: true, accepted_count: 4, refused_count: 0, withheld_count: -1 },
      },
      {
        rule: 'recipient_list_listed_vnd_check',
        table: 'recipient_list',
        wrong: { listed_vnd: -1 },
      },
      { rule: 'every_row_has_a_fate', table: 'recipient_list', wrong: { refused_count: 0 } },
      { rule: 'strict_takes_all_or_nothing', table: 'recipient_list', wrong: { strict: true } },
      {
        rule: 'only_strict_withholds',
        table: 'recipient_list',
        wrong: { accepted_count: 0, withheld_count: 2 },
      },
      { rule: 'list_row_pkey', table: 'list_row', wrong: {} },
      { rule: 'list_row_list_id_fkey', table: 'list_row', wrong: { list_id: 9 } },
      { rule: 'list_row_verdict_check', table: 'list_row', wrong: { verdict: 'accept' } },
      { rule: 'list_finding_pkey', table: 'list_finding', wrong: {} },
      { rule: 'list_finding_list_id_row_no_fkey', table: 'list_finding', wrong: { row_no: 9 } },
      { rule: 'listing_pkey', table: 'listing', wrong: {} },
      { rule: 'listing_listed_vnd_check', table: 'listing', wrong: { listed_vnd: -1 } },
    ],
  );

  it('leave the application no way to change what was recorded', async () => {
    const rights = {
      person: 'insert update(active)',
      person_role: 'insert update(revoked_at)',
      recipient: 'insert',
      recipient_key: 'insert update(valid_until)',
      payee: 'insert',
      payment_channel: 'insert update(ended_on)',
      enrolment: 'insert update(stops_after,stop_reason,stop_decision)',
      suspension: 'insert',
      recipient_death: 'insert',
      register_change: 'insert',
      file: 'insert',
      recipient_list: 'insert',
      list_row: 'insert',
      list_finding: 'insert',
      listing: 'insert',
    };
    expect(await rightsOfApplication(test().db, Object.keys(rights))).to.deep.equal(rights);
    const error = await thrownBy(
      write(test().db, (tx) => many(tx, 'update listing set listed_vnd = 1')),
    );
    expect(error.message).to.contain('permission denied');
  });
});
