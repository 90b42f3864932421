import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { htmlReport } from '../../adapters/report/html.tsx';
import { pdfReport } from '../../adapters/report/pdf.ts';
import { xlsxReport } from '../../adapters/report/xlsx.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
} from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import type { AccountsRow } from '../../src/report/accounts.ts';
import {
  accountsRows,
  accountsTotals,
  breaksOpenAt,
  headAt,
  statedAccounts,
} from '../../src/report/accounts.sql.ts';
import { drawAccounts, type DrawnAccounts } from '../../src/report/draw-accounts.flow.ts';
import {
  creditEntries,
  debitEntry,
  notification,
  receive,
  sentOver,
  statement,
  bookedSum,
  statusReport,
  total,
} from '../support/bank-files.ts';
import { whatRefused, withoutRules } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';

const MONTH = { first: TOWN_PERIOD, last: TOWN_PERIOD };
const BOOKED_AT = '2026-11-16T01:00:00Z';
const SEEN_AT = new Date('2026-11-20T10:00:00Z');
const LATE_AT = '2026-12-02T01:00:00Z';
const DECIDED_AT = '2026-12-05T01:00:00Z';
const { maker, checkers } = SANDBOX_PERSONS;

const draw = (town: TownCopy, asOf: Date, now = '2027-02-01T01:00:00Z') =>
  drawAccounts(town.context({ at: now }), [htmlReport, xlsxReport, pdfReport], {
    ...MONTH,
    asOf,
    provinceCode: '40',
    environment: 'sandbox',
    agency: 'Sở Y tế tỉnh Nghệ An',
  });

const bytesOf = ({ files }: DrawnAccounts): Buffer[] => files.map(({ path }) => readFileSync(path));
const failing = ({ report }: DrawnAccounts): string[] =>
  report.checks.filter(({ holds }) => !holds).map(({ label }) => label.en);
const sum = (rows: readonly AccountsRow[], of: (row: AccountsRow) => bigint): bigint =>
  rows.reduce((all, row) => all + of(row), 0n);

/** The bank pays all but one, of which it says nothing. */
async function paidButOne(town: TownCopy): Promise<void> {
  const sent = await sentOver(town.db, 'BANK');
  const [first, ...lines] = sent;
  const block = first?.paymentInformationId ?? '';
  const opening = 5_000_000_000_000n;
  await receive(town, [
    statusReport({ id: 'S-1', about: first?.messageId ?? '', group: 'ACSP' }),
    notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines }) }),
    statement({
      id: 'T-1',
      sequence: 1,
      opening,
      closing: opening - total(lines),
      entries: bookedSum({ reference: 'D-1', block, lines }),
    }),
  ]);
  await reconcile(town.context({ at: BOOKED_AT }));
  await findBreaks(town.context({ at: BOOKED_AT }));
}

/** One comes back weeks later, and the silence is decided to be no payment. */
async function later(town: TownCopy): Promise<void> {
  const [, back] = await sentOver(town.db, 'BANK');
  if (back === undefined) throw new Error('two are paid at least');
  const entries = creditEntries([{ ...back, reason: 'AC04', entry: 'R-1' }]);
  await receive(town, [notification({ id: 'N-2', entries })], 'BANK', {
    at: LATE_AT,
    period: TOWN_PERIOD,
  });
  await reconcile(town.context({ at: LATE_AT }));
  const [silent] = await many<{ id: bigint }>(
    town.db,
    `select break_id as id from reconciliation_break where kind = 'not-answered'`,
  );
  const breakId = silent?.id ?? 0n;
  const asked = town.context({ actor: maker, at: DECIDED_AT });
  await assign(asked, { breakId, owner: maker, note: '' });
  const proposalNo = await proposeResolution(asked, {
    breakId,
    fate: 'not-paid',
    outcome: null,
    settles: null,
    reason: 'Ngân hàng xác nhận chưa chi',
    document: '1/BB',
  });
  const answer = { breakId, proposalNo, decision: 'confirmed', reason: '' } as const;
  await decideBreak(town.context({ actor: checkers[0], at: DECIDED_AT }), answer);
}

describe('the accounts as of an instant', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40, checked: false });

  it('are the same bytes whenever they are drawn, whatever came later', async () => {
    const town = await towns.copy();
    await paidButOne(town);
    const before = await draw(town, SEEN_AT, '2026-11-21T01:00:00Z');
    await later(town);
    const after = await draw(town, SEEN_AT);
    expect(failing(before)).to.deep.equal([]);
    expect(
      bytesOf(after).map((bytes, i) => bytes.equals(bytesOf(before)[i] ?? bytes)),
    ).to.deep.equal([true, true, true]);
    const now = await draw(town, new Date('2026-12-10T01:00:00Z'));
    expect(failing(now)).to.deep.equal([]);
    expect(bytesOf(now)[0]?.equals(bytesOf(before)[0] ?? Buffer.alloc(0))).to.equal(false);
  });

  it('know at each instant what was known, and no more', async () => {
    const town = await towns.copy();
    await paidButOne(town);
    await later(town);
    const [silent, back] = await sentOver(town.db, 'BANK');
    const at = async (instant: string) => {
      const of = { ...MONTH, asOf: new Date(instant) };
      const rows = (await accountsRows(town.db, of)).filter(({ channel }) => channel === 'BANK');
      return {
        paid: sum(rows, (row) => row.paidVnd),
        open: sum(rows, (row) => row.openVnd),
        unpaid: sum(rows, (row) => row.unpaidVnd),
        returned: sum(rows, (row) => row.returnedVnd),
        breaks: (await breaksOpenAt(town.db, of)).filter(({ kind }) => kind === 'not-answered')
          .length,
        statements: (await statedAccounts(town.db, of)).length,
        ledger: await accountsTotals(town.db, of),
      };
    };
    const instructed = total(await sentOver(town.db, 'BANK'));
    const paid = instructed - (silent?.amount ?? 0n);
    const nothing = { paid: 0n, unpaid: 0n, returned: 0n, breaks: 0, statements: 0 };
    expect(await at('2026-11-10T00:00:00Z')).to.deep.include({ ...nothing, open: instructed });
    const seen = await at('2026-11-20T00:00:00Z');
    expect(seen).to.deep.include({ paid, open: silent?.amount, unpaid: 0n, returned: 0n });
    expect(seen).to.deep.include({ breaks: 1, statements: 1 });
    expect((await at('2026-12-03T00:00:00Z')).returned).to.equal(back?.amount);
    const end = await at('2026-12-06T00:00:00Z');
    expect(end).to.deep.include({ open: 0n, unpaid: silent?.amount, breaks: 0 });
    expect(end.ledger.ledgerPaidVnd).to.equal(paid);
    expect(end.ledger.ledgerReturnedVnd).to.equal(back?.amount);
    expect(await headAt(town.db, { asOf: new Date('2020-01-01T00:00:00Z') })).to.equal(undefined);
  });

  it('are not drawn of an instant of which more may become known', async () => {
    const town = await towns.copy();
    const now = '2026-11-21T01:00:00Z';
    expect(await whatRefused(draw(town, new Date(now), now))).to.equal('as-of-not-past');
  });

  it('say so when an outcome is not in the ledger', async () => {
    const town = await towns.copy();
    await paidButOne(town);
    await town.owner.transaction((tx) =>
      withoutRules(
        tx,
        `delete from ledger_transfer where kind = 'settled'
            and reference = (select min(reference) from ledger_transfer where kind = 'settled')`,
      ),
    );
    expect(failing(await draw(town, SEEN_AT))).to.deep.equal(['Paid is what the ledger has paid']);
  });
});
