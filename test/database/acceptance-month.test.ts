import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { period } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { many } from '../../src/platform/db.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { BREAK_KINDS, type BreakFate, type BreakOutcome } from '../../src/reconciliation/break.ts';
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
import { BANK_ERRORS, decisionsOn, linesDrawn } from '../support/bank-errors.ts';
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
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';

// A month in which the bank errs in every way it can, each break decided by two persons, and the month
// closed. ACCEPTANCE=1 prints its tables.

const AT = '2026-11-17T01:00:00Z';
/** Nothing has been heard of either file by then, and both should have been. */
const BEFORE_ANYTHING = '2026-11-15T01:00:00Z';
const AFTER_CLOSE = { at: '2026-12-02T01:00:00Z', period: period('2026-12') };
/** What the bank took within the entry of the file, and by an entry of its own. */
const WITHIN = 1_100n;
const OPENING = 5_000_000_000_000n;
const { maker } = SANDBOX_PERSONS;
const [CHECKER] = SANDBOX_PERSONS.checkers;

/** Of no single instruction: fees, money from nobody, cash that the bank speaks of, silence, what cannot be read. */
const OTHERS = [
  'not-instructed::charged',
  'unexplained-credit::topped-up',
  'other-channel::bank-owes',
  'sum-differs::charged',
  'charges::',
  'not-acknowledged::',
  'not-settled-in-time::',
  'statement-gap::',
  'other-payer::',
  'not-in-statement::',
  'reversal::',
  'set-aside::',
];

async function erringMonth(town: TownCopy): Promise<ReadonlyMap<string, string>> {
  await findBreaks(town.context({ at: BEFORE_ANYTHING }));
  // What cannot be acted on is set aside, and the rest of its file taken.
  const profile = sandboxProfile('BANK');
  const tolerance = { ...profile.inbound.tolerance, lineFault: 'quarantine' } as const;
  await putInUse(town, { ...profile, version: 2, inbound: { ...profile.inbound, tolerance } });
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
  const [good] = sent.slice(BANK_ERRORS.length) as [Sent];
  const late = { ...good, entry: 'R-LATE', reason: 'AC04' };
  const booked = total(debits) + WITHIN;
  const refused = laid.flatMap(({ drawn, line }) =>
    drawn.status === '' ? [] : [{ ...line, reason: drawn.status }],
  );
  const [post] = cash as [Sent];
  await receive(town, [postResult({ id: 'P-1', about: post.messageId, lines: cash })], 'POST');
  const closing = OPENING + total(credits) + 700n - booked - 11_000n;
  await receive(town, [
    statusReport({ id: 'S-1', about: messageId, group: 'PART', lines: refused }),
    notification({
      id: 'N-1',
      entries: debitEntry({ reference: 'D-1', block, lines: debits, amount: booked }),
    }),
    notification({ id: 'N-2', entries: creditEntries([...credits, late]) }),
    notification({
      id: 'N-3',
      entries: [
        entry({ amount: 5_000n, side: 'CRDT', reference: 'V-1' }).replace(
          '<Sts>',
          '<RvslInd>true</RvslInd><Sts>',
        ),
        entry({ amount: 6_000n, side: 'CRDT', reference: 'V-2', day: '2026-02-30' }),
      ].join('\n'),
    }),
    statement({
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing,
      entries: [
        bookedSum({ reference: 'D-1', block, lines: debits, amount: booked }),
        entry({ amount: 11_000n, side: 'DBIT', reference: 'FEE-1' }),
        entry({ amount: 700n, side: 'CRDT', reference: 'C-1' }),
        ...credits.map((line) =>
          entry({ amount: line.amount, side: 'CRDT', reference: line.entry }),
        ),
      ].join('\n'),
    }),
    statement({
      id: 'T-2',
      sequence: 2,
      opening: closing,
      closing,
      entries: '',
      day: '2026-11-03',
    }),
  ]);
  // A statement that does not follow, and a message about the account of somebody else.
  await receive(town, [
    statement({ id: 'T-9', sequence: 9, opening: 1n, closing: 1n, entries: '' }),
    notification({
      id: 'N-9',
      account: '999',
      entries: creditEntries([{ reference: 'X', amount: 1n }]),
    }),
  ]);
  await reconcile(town.context({ at: AT }));
  await findBreaks(town.context({ at: AT }));
  // What was told and not stated is stated two days late.
  await receive(town, [
    statement({
      id: 'T-3',
      sequence: 3,
      opening: closing,
      closing: closing + late.amount,
      entries: entry({ amount: late.amount, side: 'CRDT', reference: late.entry }),
      day: '2026-11-04',
    }),
  ]);
  await reconcile(town.context({ at: AT }));
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
    await expectSameTie(town.owner, ACROSS);
    await expectBreaksToSayTheirLines(town.owner);
    const told = await decideAll(town, { decided, at: AT });
    expect(told).to.have.lengthOf(decided.size);

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

    await comeBackLate(town);
    const after = {
      decided: new Map([['returned-after-close', 'returned-after-close::']]),
      at: AFTER_CLOSE.at,
    };
    told.push(...(await decideAll(town, after)));
    const [december] = await tiedDays(town.db, { period: AFTER_CLOSE.period });
    expect(december).to.deep.include({ openVnd: 0n, waitingVnd: 0n, leftVnd: 0n });
    // Every kind there is, but for the one that takes a second attempt in a later month.
    const kinds = new Set(told.map(([, kind]) => kind));
    expect([...kinds].sort()).to.deep.equal(
      Object.keys(BREAK_KINDS)
        .filter((kind) => kind !== 'paid-both-ways')
        .sort(),
    );
  });
});

/** A payment of the closed month comes back, by a message and a statement of the next one. */
async function comeBackLate(town: TownCopy): Promise<void> {
  const [, good] = (await sentOver(town.db, 'BANK')).slice(BANK_ERRORS.length) as [Sent, Sent];
  const day = '2026-12-01';
  const [last] = await many<{ closing: bigint }>(
    town.db,
    'select closing_vnd as closing from statement order by sequence_no desc limit 1',
  );
  const opening = last?.closing ?? 0n;
  const back = [{ ...good, entry: 'R-AFTER', reason: 'AC04' }];
  const files = [
    notification({ id: 'N-5', entries: creditEntries(back, day), day }),
    statement({
      id: 'T-4',
      sequence: 4,
      opening,
      closing: opening + good.amount,
      entries: entry({ amount: good.amount, side: 'CRDT', reference: 'R-AFTER', day }),
      day,
    }),
  ];
  await receive(town, files, 'BANK', AFTER_CLOSE);
  await reconcile(town.context({ at: AFTER_CLOSE.at }));
  await findBreaks(town.context({ at: AFTER_CLOSE.at }));
}

/** Decides every open break as was agreed, by two persons, and shows what became of each. */
async function decideAll(
  town: TownCopy,
  { decided, at }: { decided: ReadonlyMap<string, string>; at: string },
): Promise<string[][]> {
  const breaks = await many<{ id: bigint; kind: string; reference: string; vnd: bigint }>(
    town.db,
    `select break_id as id, kind, reference, amount_vnd as vnd from reconciliation_break
      where resolved_at is null order by 1`,
  );
  const told: string[][] = [];
  for (const { id, kind, reference, vnd } of breaks) {
    const [, fate, outcome] = (
      decided.get(`${kind} ${reference}`) ??
      decided.get(kind) ??
      'no decision'
    ).split(':') as [string, BreakFate | '', BreakOutcome | ''];
    await assign(town.context({ actor: maker, at }), { breakId: id, owner: maker, note: '' });
    const proposalNo = await proposeResolution(town.context({ actor: maker, at }), {
      breakId: id,
      fate: fate === '' ? null : fate,
      outcome: outcome === '' ? null : outcome,
      settles: null,
      reason: 'Biên bản làm việc với ngân hàng',
      document: `${id}/BB`,
    });
    const { movedVnd } = await decideBreak(town.context({ actor: CHECKER, at }), {
      breakId: id,
      proposalNo,
      decision: 'confirmed',
      reason: '',
    });
    told.push([String(id), kind, `${grouped(vnd)} đ`, fate, outcome, `${grouped(movedVnd)} đ`]);
  }
  show(['Số', 'Loại', 'Số tiền', 'Kết cục', 'Tiền treo', 'Đã chuyển'], told);
  return told;
}

function show(head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (process.env.ACCEPTANCE === undefined) return;
  process.stdout.write(`\n${textTable([head, ...rows])}\n`);
}
