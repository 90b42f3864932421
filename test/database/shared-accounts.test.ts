import { expect } from 'chai';
import { many, write } from '../../src/platform/db.ts';
import { noteSharedAccounts } from '../../src/intake/intake.sql.ts';
import { useDatabase } from '../support/database.ts';
import { table } from '../support/table.ts';

describe('noteSharedAccounts', () => {
  const test = useDatabase();

  it('flags an account of people with neither the holder nor a guardian in common', async () => {
    const rows = table<'row' | 'person' | 'account' | 'holder' | 'guardian' | 'flagged'>(`
      row  person  account  holder  guardian  flagged
      2    A       111      AN      -         yes
      3    B       111      BINH    -         yes
      4    C       222      CHI     -         no
      5    D       222      CHI     -         no
      6    E       333      EM      G         no
      7    F       333      PHUC    G         no
      8    H       444      HOA     -         no
    `);
    const flagged = await write(test().db, async (tx) => {
      await many(
        tx,
        `create temp table intake_accepted (row_no int, citizen_id text, channel text,
           bank_bin text, account_number text, account_holder text, guardian_citizen_id text)
           on commit drop;
         create temp table intake_fault (row_no int, column_name text, code text) on commit drop`,
      );
      for (const { row, person, account, holder, guardian } of rows) {
        await many(
          tx,
          `insert into intake_accepted
           values (:row::int, :person, 'account', '970405', :account, :holder, :guardian)`,
          { row, person, account, holder, guardian },
        );
      }
      await noteSharedAccounts(tx);
      return many<{ row: number }>(tx, 'select row_no as row from intake_fault order by 1');
    });
    expect(flagged.map(({ row }) => String(row))).to.deep.equal(
      rows.filter((row) => row.flagged === 'yes').map(({ row }) => row),
    );
  });
});
