import { expect } from 'chai';
import fc from 'fast-check';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { sandboxPeople, type SandboxPerson } from '../../adapters/sandbox/province.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { LIST_COLUMNS } from '../../src/intake/recipient-list.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';
import { many } from '../../src/platform/db.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import { useDatabase } from '../support/database.ts';
import {
  ASKER,
  bytes,
  listText,
  TOWN_PERIOD,
  TOWN_SCOPE,
  townDirectories,
} from '../support/town.ts';

// Whose name and number a payment carries, where somebody collects for a recipient.

type Column = (typeof LIST_COLUMNS)[number];
const cellOf = ({ rows }: SandboxPerson, column: Column): string =>
  rows[0]?.[LIST_COLUMNS.indexOf(column)] ?? '';

/** The same person with an account of their own, though somebody else collects. */
function withOwnAccount(person: SandboxPerson): SandboxPerson {
  const name = foldName(cellOf(person, 'full_name'));
  const at = LIST_COLUMNS.indexOf('account_holder');
  return {
    ...person,
    rows: person.rows.map((row) => row.map((cell, i) => (i === at ? name : cell))),
    account: person.account && {
      ...person.account,
      holder_name: name,
      holder_citizen_id: cellOf(person, 'citizen_id'),
    },
  };
}

describe('who is credited', () => {
  const test = useDatabase();

  it('is the holder of the account: who collects, or the recipient whose own it is', async () => {
    const context = test().context({ actor: SANDBOX_PERSONS.maker });
    const drawn = [...sandboxPeople({ seed: 7, recipients: 200, period: TOWN_PERIOD })];
    const collected = drawn.filter(
      (one) => cellOf(one, 'guardian_citizen_id') !== '' && cellOf(one, 'channel') === 'account',
    );
    const own = new Set(collected.filter((_, i) => i % 2 === 0));
    const people = drawn.map((one) => (own.has(one) ? withOwnAccount(one) : one));
    await setUpSandbox(context, TOWN_SCOPE);
    await importList(context, csvRecipientList, {
      content: bytes([listText(people)]),
      name: 'town.csv',
      period: TOWN_PERIOD,
      provinceCode: '40',
      strict: false,
    });
    await assessPeriod(context, { period: TOWN_PERIOD, assessedOn: plainDate('2026-10-22') });
    await verifyPeriod(context, townDirectories(people), { period: TOWN_PERIOD, asker: ASKER });
    await gatherBatches(context, TOWN_SCOPE);

    const lines = await many<{ key: string; name: string; number: string }>(
      test().db,
      `select k.key, i.payee_name as name, i.citizen_number as number
         from payment_instruction i join recipient_key k using (recipient_id)
        where i.account_number <> ''`,
    );
    const paid = collected.flatMap((one) => {
      const line = lines.find(({ key }) => key === cellOf(one, 'citizen_id'));
      return line === undefined ? [] : [{ one, line }];
    });
    expect(paid.map(({ line: { name, number } }) => [name, number])).to.deep.equal(
      paid.map(({ one }) =>
        own.has(one)
          ? [cellOf(one, 'full_name'), cellOf(one, 'citizen_id')]
          : [cellOf(one, 'guardian_name'), cellOf(one, 'guardian_citizen_id')],
      ),
    );
    const ofOwn = paid.filter(({ one }) => own.has(one)).length;
    expect([ofOwn > 0, ofOwn < paid.length]).to.deep.equal([true, true]);
  });

  it('is asked about by the name that the kernel folds', async () => {
    const letters = [
      'a',
      'ă',
      'Ấ',
      'đ',
      'Đ',
      'Ð',
      'ð',
      'ê',
      'ơ',
      'Ừ',
      'y',
      'Z',
      "'",
      '-',
      ' ',
      '  ',
    ];
    const marks = ['\u0301', '\u0309', '\u0323', '\u031b'];
    const unit = fc.constantFrom(...letters, ...marks);
    const names = fc.sample(fc.string({ unit, maxLength: 30 }), { numRuns: 2000, seed: 7 });
    const rows = await many<{ folded: string }>(
      test().db,
      `select folded_name(name) as folded
         from unnest(:names::text[]) with ordinality as t(name, n) order by n`,
      { names },
    );
    expect(rows.map(({ folded }) => folded)).to.deep.equal(names.map(foldName));
  });
});
