import { expect } from 'chai';
import { writeXlsx } from 'hucre/xlsx';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { listFiles } from '../../src/compose.ts';
import { decideChange, proposeAlive } from '../../src/intake/change-register.flow.ts';
import {
  importFacts,
  type FactsToImport,
  type ImportedFacts,
} from '../../src/intake/import-facts.flow.ts';
import {
  addListedDeaths,
  addOutsideList,
  askedRows,
  countFacts,
  endFacts,
  INCOMING_FACT,
  keepAskedRows,
  keepFacts,
  matchFacts,
  newestListDay,
  outsideListOfFile,
  outsideLists,
  prepareFacts,
} from '../../src/intake/outside.sql.ts';
import { personMayIn } from '../../src/intake/register.sql.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';
import type { Context } from '../../src/platform/context.ts';
import { copyIn, copyLine } from '../../src/platform/copy.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { crossCheck } from '../../src/verification/cross-check.flow.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, CASH, citizenNumber, takeRows } from '../support/drawn-list.ts';
import { plantedAndUndone, whatRefused } from '../support/refused.ts';
import { bytes } from '../support/town.ts';

const OF = { period: period('2026-11') };
const GUARDIAN = {
  guardian_name: 'Trần Thị Lan',
  guardian_citizen_id: '040185000008',
  guardian_relation: 'mẹ',
};

describe('importFacts', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      ...Array.from({ length: 8 }, (_, i) => adult(i + 1)),
      adult(9, {
        ...CASH,
        ...GUARDIAN,
        full_name: 'Đặng Thị Ánh',
        citizen_id: '040180000009',
        sex: 'female',
      }),
    ]);
    await assess(test(), '2026-11');
  });

  /** Takes a list as text: a heading and rows, with a comma between cells. */
  function take(
    kind: FactsToImport['kind'],
    lines: readonly string[],
    other: Partial<Omit<FactsToImport, 'kind'>> & { by?: string } = {},
  ): Promise<ImportedFacts> {
    const { by = SANDBOX_PERSONS.maker, ...rest } = other;
    return importFacts(test().context({ actor: by }), listFiles, {
      content: bytes([`${lines.join('\n')}\n`]),
      name: 'list.csv',
      kind,
      source: 'Công an tỉnh',
      asOf: plainDate('2026-10-20'),
      provinceCode: '40',
      ...rest,
    });
  }

  async function open(code: string): Promise<string[]> {
    await crossCheck(test().context(), OF);
    const rows = await many<{ id: string }>(
      test().db,
      `select recipient_id::text as id from finding where code = :code and closed_at is null order by 1`,
      { code },
    );
    return rows.map(({ id }) => id);
  }

  const facts = (kind: string): Promise<unknown[]> =>
    many(
      test().db,
      `select recipient_id::text as id, from_day as "from", until_day as until,
              withdrawn_at is not null as withdrawn
         from outside_fact where kind = :kind order by 1, 2`,
      { kind },
    );

  const CUSTODY = 'Họ và tên,Số CCCD,Ngày vào,Ngày ra';
  const held = (nth: number, name: string, from: string, until = ''): string =>
    `${name},${citizenNumber(nth)},${from},${until}`;

  it('takes by number, asks a person about the rest, and leaves strangers alone', async () => {
    const done = await take('custody', [
      CUSTODY,
      held(1, 'NGUYỄN VĂN BÌNH', '01/09/2026'),
      held(2, 'Nguyễn Văn Cường', '02/09/2026', '30/09/2026'),
      held(3, 'Phạm Thị Khác', '01/09/2026'),
      held(4, 'Nguyễn Văn Giang', 'tháng nào đó'),
      held(999, 'Người Lạ', '01/09/2026'),
      'Không Số,12345,01/09/2026,',
    ]);
    expect(done).to.include({ rows: 6n, taken: 2n, asked: 3n, changed: 2n, unchanged: false });
    expect(await facts('custody')).to.deep.equal([
      { id: '1', from: '2026-09-01', until: null, withdrawn: false },
      { id: '2', from: '2026-09-02', until: '2026-09-30', withdrawn: false },
    ]);
    const { fileId } = done;
    expect(await askedRows(test().db, { fileId, atMost: 10 })).to.deep.equal([
      { rowNo: 4n, why: 'name-differs', recipientId: 3n },
      { rowNo: 5n, why: 'day-unreadable', recipientId: 4n },
      { rowNo: 7n, why: 'number-malformed', recipientId: null },
    ]);
    expect(await open('LINE_IN_CUSTODY')).to.deep.equal(['1']);
  });

  it('does nothing when the same bytes come again, and refuses them as another list', async () => {
    const lines = [CUSTODY, held(1, 'Nguyễn Văn Bình', '01/09/2026')];
    const first = await take('custody', lines, { source: 'Trại 5' });
    const before = await stateHash(test().db);
    const again = await take('custody', lines, { source: 'Trại 5' });
    expect(again).to.include({ unchanged: true, fileId: first.fileId, changed: 0n });
    expect(await whatRefused(take('residents', lines, { source: 'Trại 5' }))).to.equal(
      'facts-of-another-list',
    );
    const other = take('custody', lines, { source: 'Trại 5', asOf: plainDate('2026-10-21') });
    expect(await whatRefused(other)).to.equal('facts-of-another-list');
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('ends what a later list leaves out, and withdraws what the list of the day said by mistake', async () => {
    const source = 'Trại 6';
    const take6 = (day: string, ...rows: string[]): Promise<ImportedFacts> =>
      take('custody', [CUSTODY, ...rows, `# ${day}`], { source, asOf: plainDate(day) });
    const [five, six, seven] = [
      held(5, 'Nguyễn Văn Hà', '01/09/2026'),
      held(6, 'Nguyễn Văn Khôi', '01/09/2026'),
      held(7, 'Nguyễn Văn Lâm', '02/10/2026'),
    ];
    await take6('2026-10-01', five, six);
    expect(await take6('2026-10-10', five, six, seven)).to.include({ changed: 1n, ended: 0n });
    expect(await take6('2026-10-12', five, six, seven)).to.include({ changed: 0n });
    expect(await take6('2026-10-15', five, seven, ' ')).to.include({ changed: 0n, ended: 1n });
    const stranger = held(999, 'Người Lạ', '01/09/2026');
    expect(
      await take6('2026-10-18', five, seven, held(8, 'Nguyễn Văn Minh', '03/10/2026')),
    ).to.include({ changed: 1n });
    expect(await take6('2026-10-18', five, seven, stranger)).to.include({
      ended: 0n,
      withdrawn: 1n,
    });
    // A row that a person has to look at ends nothing.
    expect(await take6('2026-10-19', held(5, 'Tên Khác', '01/09/2026'))).to.include({ ended: 1n });
    const rows = await many(
      test().db,
      `select recipient_id::text as id, until_day as until, withdrawn_at is not null as withdrawn
         from outside_fact where source = :source order by 1`,
      { source },
    );
    expect(rows).to.deep.equal([
      { id: '5', until: null, withdrawn: false },
      { id: '6', until: '2026-10-15', withdrawn: false },
      { id: '7', until: '2026-10-19', withdrawn: false },
      { id: '8', until: null, withdrawn: true },
    ]);
    expect(await open('LINE_IN_CUSTODY')).to.deep.equal(['1', '5']);
    expect(await whatRefused(take6('2026-10-17', five))).to.equal('facts-older-than-known');
    // Said again, it is so again.
    await take6('2026-10-20', five, held(8, 'Nguyễn Văn Minh', '03/10/2026'));
    expect(await open('LINE_IN_CUSTODY')).to.deep.equal(['1', '5', '8']);
  });

  it('makes the rules find who moved, is paid elsewhere, differs at insurance, or lets an account lie', async () => {
    const number = 'Họ và tên,Số định danh cá nhân';
    const two = `Nguyễn Văn Cường,${citizenNumber(2)}`;
    const three = `Nguyễn Văn Dũng,${citizenNumber(3)}`;
    await take('residents', [`${number},Ngày chuyển đi`, `${two},05/10/2026`, `${three},`]);
    expect(await open('LINE_MOVED_AWAY')).to.deep.equal(['2']);
    await take('paid-elsewhere', [
      `${number},Hưởng từ tháng,Đến tháng`,
      `${two},09/2026,10/2026`,
      `${three},09/2026,`,
    ]);
    expect(await open('LINE_TWO_PROVINCES')).to.deep.equal(['3']);
    await take('insurance', [`${number},Nội dung sai lệch`, `${two},Ngày sinh`]);
    expect(await open('LINE_INSURANCE_DIFFERS')).to.deep.equal(['2']);
    const idle = `${number},Số tài khoản,Ngày giao dịch cuối`;
    const done = await take('dormant-accounts', [
      idle,
      `${two},1000000002,01/01/2025`,
      `${three},1000000099,01/01/2025`,
    ]);
    expect(done).to.include({ taken: 1n, asked: 1n });
    expect(await open('ACCOUNT_DORMANT')).to.deep.equal(['2']);
  });

  it('records deaths of recipients and payees, and takes none back', async () => {
    const heading = 'Họ và tên,Ngày sinh,Số CCCD,Ngày chết';
    const done = await take('deaths', [
      heading,
      `Nguyễn Văn Lâm,30/4/1980,${citizenNumber(7)},01/10/2026`,
      `Nguyễn Văn Minh,30/4/1980,040080999999,01/10/2026`,
      `Trần Thị Lan,,040185000008,02/10/2026`,
      `Trần Thị Khác,,040185000008,02/10/2026`,
    ]);
    expect(done).to.include({ rows: 4n, taken: 2n, asked: 2n, changed: 2n });
    const { fileId } = done;
    expect((await askedRows(test().db, { fileId, atMost: 9 })).map(({ why }) => why)).to.deep.equal(
      ['name-alone', 'name-differs'],
    );
    expect(await open('POP_DECEASED_BEFORE_PERIOD')).to.deep.equal(['7']);
    expect(await open('POP_GUARDIAN_DECEASED')).to.deep.equal(['9']);
    const later = await take('deaths', [heading, `,,${citizenNumber(7)},03/10/2026`]);
    expect(later).to.include({ taken: 0n, asked: 1n, changed: 0n, ended: 0n });
    expect(await open('POP_DECEASED_BEFORE_PERIOD')).to.deep.equal(['7']);
  });

  it('finds a number that has lost its zeros, where the name beside it says whose it is', async () => {
    const lost = citizenNumber(4).slice(1);
    const rows = ['Họ và tên,Số CCCD,Ngày vào', `Nguyễn Văn Giang,${lost},01/09/2026`];
    const source = 'Trại 9';
    const done = await take('custody', rows, { source });
    expect(done).to.include({ rows: 1n, taken: 1n });
    const other = await take('custody', [rows[0] ?? '', `Tên Khác,${lost},01/09/2026`], { source });
    expect(await askedRows(test().db, { fileId: other.fileId, atMost: 9 })).to.deep.equal([
      { rowNo: 2n, why: 'name-differs', recipientId: 4n },
    ]);
  });

  it('shows a death again that two persons have taken back, and believes it no more', async () => {
    const recipientId = 7n;
    const context = (actor: string): Context => test().context({ actor });
    const proposalNo = await proposeAlive(context(SANDBOX_PERSONS.maker), {
      recipientId,
      document: '7/UBND',
    });
    const decision = { recipientId, proposalNo, decision: 'confirmed', reason: '' } as const;
    await decideChange(context(SANDBOX_PERSONS.checkers[0]), decision);
    const again = await take('deaths', ['Số CCCD,Ngày chết', `${citizenNumber(7)},01/10/2026`]);
    expect(again).to.include({ taken: 0n, asked: 1n, changed: 0n });
    const asked = await askedRows(test().db, { fileId: again.fileId, atMost: 9 });
    expect(asked.map(({ why }) => why)).to.deep.equal(['death-taken-back']);
    expect(await open('POP_DECEASED_BEFORE_PERIOD')).to.deep.equal([]);
  });

  it('reads a workbook, and numbers the rows of its second sheet behind those of the first', async () => {
    const rows = [
      ['CCCD', 'Ngày vào'],
      ['12', '01/09/2026'],
      [citizenNumber(4), '01/09/2026'],
    ];
    const sheets = [
      { name: 'Bìa', rows: [['Trại giam số 7']] },
      { name: 'DS', rows },
    ];
    const workbook = await writeXlsx({ sheets });
    const done = await take('custody', [], {
      source: 'Trại 7',
      content: bytes([Buffer.from(workbook)]),
    });
    expect(done).to.include({ rows: 1n, taken: 1n });
    const nothing = take('custody', ['CCCD,Họ và tên', '1,2'], { source: 'Trại 7' });
    expect(await whatRefused(nothing)).to.equal('facts-without-headings');
    const stranger = take('custody', [CUSTODY], { by: 'somebody' });
    expect(await whatRefused(stranger)).to.equal('person-unknown');
    const auditor = take('custody', [CUSTODY], { by: SANDBOX_PERSONS.rateOfficers[0] });
    expect(await whatRefused(auditor)).to.equal('person-not-entitled');
    const ahead = take('custody', [CUSTODY], { asOf: plainDate('2036-10-20') });
    expect(await whatRefused(ahead)).to.equal('facts-of-a-day-to-come');
  });

  it('takes the earlier of two days on which one list says that somebody died, and asks about the other', async () => {
    const one = `Nguyễn Văn Dũng,${citizenNumber(3)}`;
    const payee = 'Trần Thị Lan,040185000008';
    const done = await take('deaths', [
      'Họ và tên,Số CCCD,Ngày chết',
      `${one},05/10/2026`,
      `${one},04/10/2026`,
      `${one},04/10/2026`,
      `${payee},09/10/2026`,
      `${payee},08/10/2026`,
    ]);
    expect(done).to.include({ rows: 5n, taken: 3n, asked: 2n });
    const asked = await askedRows(test().db, { fileId: done.fileId, atMost: 9 });
    expect(asked).to.deep.equal([
      { rowNo: 2n, why: 'day-differs', recipientId: 3n },
      { rowNo: 5n, why: 'day-differs', recipientId: 9n },
    ]);
    const died = 'select died_on as day from recipient_death where recipient_id = 3';
    expect(await many(test().db, died)).to.deep.equal([{ day: '2026-10-04' }]);
  });

  it('prepareFacts, matchFacts, countFacts, keepFacts, endFacts, addListedDeaths, addOutsideList, keepAskedRows, outsideListOfFile, newestListDay, outsideLists: step by step', async () => {
    const names = ['Đặng Thị Ánh', 'ĐẶNG  THỊ ÁNH', 'Dang Thi Anh'];
    await write(test().db, async (tx) => {
      await prepareFacts(tx);
      const lines = names.map((name, i) =>
        copyLine([i + 1, '040180000009', name, foldName(name), null, '', '2026-10-01', null, null]),
      );
      await copyIn(tx, INCOMING_FACT, lines);
      await matchFacts(tx, { kind: 'custody' });
      // The database folds a name as the kernel does.
      expect(await countFacts(tx)).to.deep.equal({ rows: 3n, taken: 3n, asked: 0n });
      const of = {
        fact: 'custody',
        source: 'step',
        asOf: plainDate('2026-10-05'),
        at: new Date(0),
      } as const;
      expect(await keepFacts(tx, of)).to.deep.equal({ changed: 1n });
      expect(await keepFacts(tx, of)).to.deep.equal({ changed: 0n });
      expect(await endFacts(tx, of)).to.deep.equal({ ended: 0n, withdrawn: 0n });
      await many(tx, 'truncate pg_temp.fact_match');
      expect(await endFacts(tx, of)).to.deep.equal({ ended: 0n, withdrawn: 1n });
      expect(await addListedDeaths(tx, { source: 'step', at: new Date(0) })).to.deep.equal({
        changed: 0n,
      });
    });
    const [list] = await outsideLists(test().db, { atMost: 1 });
    if (list === undefined) throw new Error('lists were taken');
    expect(await outsideListOfFile(test().db, list)).to.deep.equal(list);
    expect(await newestListDay(test().db, list)).to.equal('2026-10-20');
    expect(await newestListDay(test().db, { ...list, source: 'nobody' })).to.equal(null);
    const twice = write(test().db, (tx) =>
      addOutsideList(tx, { ...list, at: new Date('2026-10-25T00:00:00Z') }),
    );
    expect(await whatRefused(twice)).to.equal('outside_list_pkey');
    const { n } = await one<{ n: bigint }>(test().db, 'select count(*) as n from outside_list_row');
    await write(test().db, async (tx) => {
      await prepareFacts(tx);
      await keepAskedRows(tx, list.fileId);
    });
    expect(await one(test().db, 'select count(*) as n from outside_list_row')).to.deep.equal({ n });
  });

  it('personMayIn: who has a role in a unit, in its province or in the country', async () => {
    const personId = SANDBOX_PERSONS.maker;
    const may = (unitCode: string, roles = ['maker']): Promise<boolean> =>
      personMayIn(test().db, { personId, roles, unitCode });
    expect(await may('40')).to.equal(true);
    expect(await may('16681')).to.equal(true);
    expect(await may('42')).to.equal(false);
    expect(await may('40', ['auditor'])).to.equal(false);
  });

  it('is held by the database to lists and rows that make sense', async () => {
    const list = `(next_numbers('file', 0), 'custody', 'x', '2026-10-20', 2, 1, 1, '${SANDBOX_PERSONS.maker}', now())`;
    for (const [rule, wrong, right] of [
      ['outside_list_kind_check', `'gossip'`, `'custody'`],
      ['outside_list_source_check', `''`, `'x'`],
      ['list_is_of_a_day_that_came', `'9999-10-20'`, `'2026-10-20'`],
      ['rows_of_a_list_are_counted_once', '2, 2, 1', '2, 1, 1'],
    ] as const) {
      const planted = list.replace(right, wrong);
      const work = plantedAndUndone(test().owner, (tx) =>
        many(tx, `insert into outside_list values ${planted}`),
      );
      expect(await work).to.equal(rule);
    }
    const row = `insert into outside_list_row select file_id, 900, 'hearsay', null from outside_list limit 1`;
    expect(await plantedAndUndone(test().owner, (tx) => many(tx, row))).to.equal(
      'outside_list_row_why_check',
    );
  });
});
