import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { grouped } from '../../src/kernel/text.ts';
import { many } from '../../src/platform/db.ts';
import { textTable } from '../../src/platform/terminal.ts';
import type { BreakFate, BreakOutcome } from '../../src/reconciliation/break.ts';
import { closeMonth } from '../../src/reconciliation/close-period.flow.ts';
import { tiedDays } from '../../src/reconciliation/closing.sql.ts';
import {
  assign,
  decideBreak,
  findBreaks,
  proposeResolution,
} from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { expectBreaksToSayTheirLines, expectSameTie } from '../support/account-tie.ts';
import { BANK_ERRORS, decisionsOn, linesDrawn, OTHER_DECISIONS } from '../support/bank-errors.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  entry,
  notification,
  postResult,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  type Sent,
} from '../support/bank-files.ts';
import { balances } from '../support/end-of-month.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';

// A month in which the bank errs in every way it can, each break decided by two persons, and the month
// closed. ACCEPTANCE=1 prints its tables.

const AT = '2026-11-17T01:00:00Z';
const OPENING = 5_000_000_000_000n;
const { maker } = SANDBOX_PERSONS;
const [CHECKER] = SANDBOX_PERSONS.checkers;

/** Of no single instruction: a fee, money from nobody, cash that the bank speaks of, the sum of the file. */
const OTHERS = OTHER_DECISIONS.filter((told) => !told.startsWith('returned-after-close'));

async function erringMonth(town: TownCopy): Promise<ReadonlyMap<string, string>> {
  const sent = await sentOver(town.db, 'BANK');
  const cash = await sentOver(town.db, 'POST');
  const [{ messageId, paymentInformationId: block }] = sent as [Sent];
  const laid = sent.slice(0, BANK_ERRORS.length).flatMap((line, i) => {
    const drawn = BANK_ERRORS[i];
    return drawn === undefined ? [] : [{ drawn, line }];
  });
  expect(laid).to.have.lengthOf(BANK_ERRORS.length);
  const debits = [
    ...laid.flatMap(({ drawn, line }) => linesDrawn(line, drawn.debit)),
    ...sent.slice(BANK_ERRORS.length),
    ...cash.slice(0, 1),
  ];
  const credits = laid
    .flatMap(({ drawn, line }) => linesDrawn(line, drawn.credit))
    .map((line, i) => ({ ...line, entry: `R-${i}`, reason: 'AC04' }));
  const refused = laid.flatMap(({ drawn, line }) =>
    drawn.status === '' ? [] : [{ ...line, reason: drawn.status }],
  );
  const [post] = cash as [Sent];
  await receive(town, [postResult({ id: 'P-1', about: post.messageId, lines: cash })], 'POST');
  const moved = total(credits) + 700n - total(debits) - 11_000n;
  await receive(town, [
    statusReport({ id: 'S-1', about: messageId, group: 'PART', lines: refused }),
    notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines: debits }) }),
    notification({ id: 'N-2', entries: creditEntries(credits) }),
    statement({
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing: OPENING + moved,
      entries: [
        bookedSum({ reference: 'D-1', block, lines: debits }),
        entry({ amount: 11_000n, side: 'DBIT', reference: 'FEE-1' }),
        entry({ amount: 700n, side: 'CRDT', reference: 'C-1' }),
        ...credits.map((line) =>
          entry({ amount: line.amount, side: 'CRDT', reference: line.entry }),
        ),
      ].join('\n'),
    }),
  ]);
  await reconcile(town.context({ at: AT }));
  await findBreaks(town.context({ at: AT }));
  const decided = laid.flatMap(({ drawn, line }) => decisionsOn(line, drawn));
  const rest = OTHERS.map((told): [string, string] => [told.split(':')[0] ?? '', told]);
  return new Map([...decided, ...rest]);
}

const ACROSS = { first: '2026-01-01', days: 700, runs: 40 };

describe('a month in which the bank errs in every way', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });

  it('is explained by two persons, break by break, tied to the dong and closed', async () => {
    const town = await towns.copy();
    const decided = await erringMonth(town);
    const breaks = await many<{ id: bigint; kind: string; reference: string; vnd: bigint }>(
      town.db,
      `select break_id as id, kind, reference, amount_vnd as vnd from reconciliation_break order by 1`,
    );
    expect(breaks).to.have.lengthOf(decided.size);
    await expectSameTie(town.owner, ACROSS);
    await expectBreaksToSayTheirLines(town.owner);
    const told: string[][] = [];
    for (const { id, kind, reference, vnd } of breaks) {
      const [, fate, outcome] = (
        decided.get(`${kind} ${reference}`) ??
        decided.get(kind) ??
        'no decision'
      ).split(':') as [string, BreakFate | '', BreakOutcome | ''];
      await assign(town.context({ actor: maker, at: AT }), { breakId: id, owner: maker, note: '' });
      const proposalNo = await proposeResolution(town.context({ actor: maker, at: AT }), {
        breakId: id,
        fate: fate === '' ? null : fate,
        outcome: outcome === '' ? null : outcome,
        settles: null,
        reason: 'Biên bản làm việc với ngân hàng',
        document: `${id}/BB`,
      });
      const { movedVnd } = await decideBreak(town.context({ actor: CHECKER, at: AT }), {
        breakId: id,
        proposalNo,
        decision: 'confirmed',
        reason: '',
      });
      told.push([String(id), kind, `${grouped(vnd)} đ`, fate, outcome, `${grouped(movedVnd)} đ`]);
    }
    show(['Số', 'Loại', 'Số tiền', 'Kết cục', 'Tiền treo', 'Đã chuyển'], told);

    await expectSameTie(town.owner, ACROSS);
    const days = await tiedDays(town.db, { period: TOWN_PERIOD });
    expect(
      days.map(({ openVnd, waitingVnd, leftVnd }) => [openVnd, waitingVnd, leftVnd]),
    ).to.deep.equal(days.map(() => [0n, 0n, 0n]));
    show(
      ['Ngày', 'Ngân hàng', 'Sổ cái', 'Đã giải quyết', 'Còn lệch'],
      days.map((day) => [
        day.day,
        ...[day.bankVnd, day.bookVnd, day.resolvedVnd, day.leftVnd].map(
          (vnd) => `${grouped(vnd)} đ`,
        ),
      ]),
    );

    // The house's books: what the account lost beyond what recipients were paid is owed by or to somebody.
    const house = await many<{ account: string; vnd: bigint }>(
      town.db,
      `select account, sum(vnd)::bigint as vnd from (
         select debit_account as account, amount_vnd as vnd from house_transfer
         union all
         select credit_account, -amount_vnd from house_transfer) moved
        where account <> 'suspense' group by 1 order by 1`,
    );
    show(
      ['Tài khoản', 'Số dư'],
      house.map(({ account, vnd }) => [account, `${grouped(vnd)} đ`]),
    );
    const { owed, paid, inTransit, entitled } = await balances(town.db);
    expect(inTransit).to.equal(0n);
    expect(entitled).to.equal(owed + paid);
    const [cash] = await many<{ vnd: bigint }>(
      town.db,
      `select sum(reported_vnd)::bigint as vnd from payment_outcome o
         join disbursement_batch b using (batch_id)
        where o.outcome = 'settled' and b.channel = 'POST'`,
    );
    const held = house.reduce((sum, { vnd }) => sum + vnd, 0n);
    const left = -days.reduce((sum, { bankVnd }) => sum + bankVnd, 0n);
    expect(left).to.equal(paid - (cash?.vnd ?? 0n) + held);

    const closing = await closeMonth(town.context({ actor: maker, at: AT }), {
      period: TOWN_PERIOD,
      confirmedBy: CHECKER,
    });
    expect(closing).to.deep.include({ paidVnd: paid, owedVnd: owed, openBreakCount: 0n });
  });
});

function show(head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (process.env.ACCEPTANCE === undefined) return;
  process.stdout.write(`\n${textTable([head, ...rows])}\n`);
}
