import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { anyRecipientList } from '../../adapters/recipient-list/any-list.ts';
import { listReferenceFiles } from '../../adapters/recipient-list/reference-files.ts';
import { ROWS_OF_A_SHEET } from '../../src/intake/source-record.ts';
import { many, one } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, fileOf, take } from '../support/drawn-list.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);
const REFERENCE = new URL('../../migrations/reference/', import.meta.url);
const reader = anyRecipientList(listReferenceFiles(REFERENCE));

describe('a workbook that is taken in', () => {
  const test = useDatabase();
  const read = (name: string): Buffer => readFileSync(new URL(name, LISTS));

  it('makes of its rows what the canonical list makes of them, and keeps what was repaired', async () => {
    const workbook = await take(test(), read('danh-sach-2026-11.xlsx'), { reader });
    expect(workbook).to.include({ rows: 2012n, accepted: 2012n, refused: 0n });
    const kept = await one<{ rows: bigint; raw: bigint; sheets: bigint }>(
      test().db,
      `select count(*) as rows, count(*) filter (where raw <> '') as raw,
              count(distinct row_no / ${String(ROWS_OF_A_SHEET)}) as sheets
         from list_row where verdict = 'repair'`,
    );
    expect(kept).to.deep.equal({ rows: 60n, raw: 60n, sheets: 4n });

    // The canonical list names the same persons, accounts and enrolments: it adds none and differs in none.
    const people = 'select count(*) as people from recipient';
    const before = await one<{ people: bigint }>(test().db, people);
    const list = await take(test(), read('danh-sach-2026-11.csv'), { reader });
    expect(list.listedVnd).to.equal(workbook.listedVnd);
    expect(await one(test().db, people)).to.deep.equal(before);
    const findings = await many(
      test().db,
      'select code from list_finding where list_id = :listId',
      { listId: list.listId },
    );
    expect(findings).to.deep.equal([]);
  });

  it('refuses the rows of a workbook that the rules refuse, and takes the others', async () => {
    const faulty = await take(test(), read('danh-sach-loi.xlsx'), { reader });
    expect(faulty.refused > 100n && faulty.accepted > 100n).to.equal(true);
    const [row] = await many<{ code: string }>(
      test().db,
      'select code from list_finding where list_id = :listId and row_no = 25',
      { listId: faulty.listId },
    );
    expect(row?.code).to.equal('CITIZEN_ID_CMND9');
  });

  it('repairs the canonical list by the same rules', async () => {
    const file = fileOf([
      adult(1, { full_name: 'NGUYỄN VĂN AN', account_holder: 'NGUYEN VAN AN' }),
      adult(2, { sex: 'nam' }),
    ]);
    const list = await take(test(), file, { reader });
    expect(list).to.include({ accepted: 2n, refused: 0n });
    const rows = await many(
      test().db,
      `select r.verdict, f.code from list_row r join list_finding f using (list_id, row_no)
        where list_id = :listId order by row_no`,
      { listId: list.listId },
    );
    expect(rows).to.deep.equal([
      { verdict: 'repair', code: 'NAME_CASE' },
      { verdict: 'repair', code: 'SEX_SPELLING' },
    ]);
  });
});
