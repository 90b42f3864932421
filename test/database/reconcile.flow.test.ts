import { expect } from 'chai';
import { putInUse, sandboxOfSmallFiles, sandboxProfile } from '../support/profiles.ts';
import { addMonths, type Period } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
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
  verdictOf,
  type Line,
  type Sent,
} from '../support/bank-files.ts';
import type { TestDatabase } from '../support/database.ts';
import { closedByForce } from '../support/refused.ts';
import { balances, endOfMonth, type EndOfMonth } from '../support/end-of-month.ts';
import { table } from '../support/table.ts';
import { answersOf, useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

const OPENING = 5_000_000_000_000n;
const RECONCILED_AT = '2026-11-17T01:00:00Z';

const run = (test: TestDatabase) => reconcile(test.context({ at: RECONCILED_AT }));

/** The breaks of a month, as `kind reference`. */
async function breaksOf(test: TestDatabase): Promise<string[]> {
  const rows = await many<{ told: string }>(
    test.db,
    `select kind || ' ' || reference as told from reconciliation_break order by 1`,
  );
  return rows.map(({ told }) => told);
}

/** The outcome of each instruction; one that came back is returned. */
async function outcomesOf(test: TestDatabase): Promise<Map<string, string>> {
  const rows = await many<{ reference: string; outcome: string }>(
    test.db,
    `select end_to_end_id as reference,
            case when r.end_to_end_id is null then o.outcome else 'returned' end as outcome
       from payment_outcome o
       left join payment_return r using (recipient_id, period, end_to_end_id)`,
  );
  return new Map(rows.map(({ reference, outcome }) => [reference, outcome]));
}

async function statesOf(test: TestDatabase): Promise<string[]> {
  const rows = await many<{ state: string }>(
    test.db,
    'select state from batch_state order by batch_id',
  );
  return rows.map(({ state }) => state);
}

/** A file that says only what it must: every line settled, in one sum. */
function plainAnswers(sent: readonly Sent[], sequence = 1, opening = OPENING): string[] {
  const [{ messageId, paymentInformationId }] = sent as [Sent];
  const booked = { reference: `D-${sequence}`, block: paymentInformationId, lines: sent };
  return [
    statusReport({ id: `S-${sequence}`, about: messageId, group: 'ACSP' }),
    notification({ id: `N-${sequence}`, entries: debitEntry(booked) }),
    statement({
      id: `T-${sequence}`,
      sequence,
      opening,
      closing: opening - total(sent),
      entries: bookedSum(booked),
    }),
  ];
}

/** What a case says of its instruction: one amount for each line, = as instructed. */
function linesOf({ reference, amount }: Sent, drawn: string): Line[] {
  return (drawn === '' ? [] : drawn.split(',')).map((token) => {
    const offset = token === '+1' ? 1n : token === '-1' ? -1n : 0n;
    return {
      reference: token === '~' ? wrongDigit(reference) : reference,
      amount: amount + offset,
    };
  });
}

function nth(sent: readonly Sent[], i: number): Sent {
  const line = sent[i];
  if (line === undefined) throw new Error(`the town has no line ${i}`);
  return line;
}

/** A reference with one digit wrong, that names nobody. */
function wrongDigit(reference: string): string {
  return reference.replace(/N1T1$/, '9999N1T1');
}

/** Every fate that one line of money can have: what the bank says of it, and what we make of it. */
const FATES = table<
  'case' | 'status' | 'debit' | 'again' | 'credit' | 'outcome' | 'breaks' | 'period'
>(`
  case                    status  debit  again  credit  outcome   breaks
  settled                 -       =      -      -       settled   -
  rejected                AC04    -      -      -       rejected  -
  returned                -       =      -      =       returned  -
  a-dong-more             -       +1     -      -       -         amount-differs
  a-dong-less             -       -1     -      -       -         amount-differs
  twice-in-one-file       -       =,=    -      -       settled   settled-twice
  returned-twice          -       =      -      =,=     returned  returned-twice
  returned-a-dong-short   -       =      -      -1      settled   amount-differs
  returned-and-unbooked   -       -      -      =       -         not-answered,returned-unbooked
  rejected-and-returned   AC04    -      -      =       rejected  returned-unbooked
  rejected-and-booked     AC04    =      -      -       settled   rejected-after-booking
  seen-before-and-booked  AM05    =      -      -       settled   -
  seen-before-only        AM05    -      -      -       -         not-answered
  silent                  -       -      -      -       -         not-answered
  one-digit-wrong         -       ~      -      -       -         not-answered,~unknown-reference
  told-again              -       =      same   -       settled   -
  in-two-entries          -       =      other  -       settled   settled-twice
`);

interface DrawnMonth {
  readonly sent: readonly Sent[];
  /** The files of the bank and of the post office, by what they are. */
  readonly files: Readonly<Record<'status' | 'debit' | 'credit' | 'statement' | 'post', string>>;
  /** A second notification, of which the first knows nothing. */
  readonly again: string;
}

/** Lays the cases over the first instructions of a town; all others are settled. */
async function drawnMonth(test: TestDatabase, cases = FATES): Promise<DrawnMonth> {
  const sent = await sentOver(test.db, 'BANK');
  const cash = await sentOver(test.db, 'POST');
  const [{ messageId, paymentInformationId: block }] = sent as [Sent];
  const [first, , third] = cash as [Sent, Sent, Sent];
  const laid = cases.map((drawn, i) => ({ drawn, line: nth(sent, i) }));

  const rejected = laid.flatMap(({ drawn, line }) =>
    drawn.status === '' ? [] : [{ ...line, reason: drawn.status }],
  );
  const debits = [
    ...laid.flatMap(({ drawn, line }) => linesOf(line, drawn.debit)),
    ...sent.slice(cases.length),
    // The bank speaks of what the post office was told to pay.
    { reference: third.reference, amount: third.amount },
  ];
  const credits = laid
    .flatMap(({ drawn, line }) => linesOf(line, drawn.credit))
    .map((line, i) => ({ ...line, entry: `R-${i}`, reason: 'MD07' }));
  const again = (which: string): Line[] =>
    laid.filter(({ drawn }) => drawn.again === which).map(({ line }) => line);

  const entries = [
    debitEntry({ reference: 'D-1', block, lines: again('same') }),
    debitEntry({ reference: 'D-2', block, lines: again('other') }),
  ];
  const extra = again('other');
  return {
    sent,
    again: notification({ id: 'N-9', entries: entries.join('\n') }),
    files: {
      status: statusReport({ id: 'S-1', about: messageId, group: 'PART', lines: rejected }),
      debit: notification({
        id: 'N-1',
        entries: debitEntry({ reference: 'D-1', block, lines: debits }),
      }),
      credit: notification({ id: 'N-2', entries: creditEntries(credits) }),
      statement: statement({
        id: 'T-1',
        sequence: 1,
        opening: OPENING,
        closing: OPENING - total(debits) - total(extra) + total(credits),
        entries: [
          bookedSum({ reference: 'D-1', block, lines: debits }),
          ...(extra.length === 0 ? [] : [bookedSum({ reference: 'D-2', block, lines: extra })]),
          creditEntries(credits).replace(/<NtryDtls>.*?<\/NtryDtls>/gs, ''),
        ].join('\n'),
      }),
      post: postResult({
        id: 'K-1',
        about: first.messageId,
        lines: [
          { ...first, reason: 'Không đến nhận' },
          // The second is left out, so that nothing is known of it.
          ...cash.slice(2),
        ],
      }),
    },
  };
}

describe('the fate of each line', () => {
  const towns = useTownCopies({ until: 'released' });
  let town: TownCopy;
  let month: DrawnMonth;
  let cash: Sent[];
  let before: Awaited<ReturnType<typeof balances>>;

  /** The whole month, with the second notification after the first. */
  async function walked(): Promise<void> {
    town = await towns.copy();
    month = await drawnMonth(town);
    cash = await sentOver(town.db, 'POST');
    before = await balances(town.db);
    const { status, debit, credit, statement: day, post } = month.files;
    await receive(town, [debit, month.again, credit, status, day]);
    await receive(town, [post], 'POST');
    await run(town);
  }

  it('F44: gives every instruction its outcome, and every line that nothing explains its break', async () => {
    await walked();
    const outcomes = await outcomesOf(town);
    const breaks = await breaksOf(town);
    const told = FATES.map((drawn, i) => {
      const { reference } = nth(month.sent, i);
      const kinds = breaks.flatMap((one) => {
        const [kind = '', about] = one.split(' ');
        if (about === reference) return [kind];
        return about === wrongDigit(reference) ? [`~${kind}`] : [];
      });
      return { ...drawn, outcome: outcomes.get(reference) ?? '', breaks: kinds.join(',') };
    });
    expect(told).to.deep.equal(FATES);

    const rest = month.sent.slice(FATES.length);
    expect(rest.map(({ reference }) => outcomes.get(reference))).to.deep.equal(
      rest.map(() => 'settled'),
    );
  });

  it('gives the post office the same fates, and takes no word of the bank about its lines', async () => {
    await walked();
    const outcomes = await outcomesOf(town);
    expect(cash.map(({ reference }) => outcomes.get(reference) ?? 'none')).to.deep.equal([
      'unpaid',
      'none',
      ...cash.slice(2).map(() => 'settled'),
    ]);
    const [, second, third] = cash as [Sent, Sent, Sent];
    const breaks = await breaksOf(town);
    expect(breaks).to.include(`not-answered ${second.reference}`);
    expect(breaks).to.include(`other-channel ${third.reference}`);
  });

  it('opens a break where the statement booked another sum than was settled', async () => {
    await walked();
    const [{ paymentInformationId }] = month.sent as [Sent];
    const [row] = await many<{ amount: bigint }>(
      town.db,
      `select amount_vnd as amount from reconciliation_break
        where kind = 'sum-differs' and reference = :block`,
      { block: paymentInformationId },
    );
    const [statementSum] = await many<{ vnd: bigint }>(
      town.db,
      `select sum(amount_vnd)::bigint as vnd from statement_entry where direction = 'debit'`,
    );
    const [settled] = await many<{ vnd: bigint }>(
      town.db,
      `select sum(amount_vnd)::bigint as vnd
         from ledger_transfer join disbursement_batch using (batch_id)
        where kind = 'settled' and channel = 'BANK'`,
    );
    expect(row?.amount).to.equal((statementSum?.vnd ?? 0n) - (settled?.vnd ?? 0n));
  });

  it('counts every line of every file once: matched, repeated, or a break', async () => {
    await walked();
    const tallies = await many<
      Record<'kind' | 'id', string> & Record<'n' | 'm' | 'd' | 'b', bigint>
    >(
      town.db,
      `select kind, message_id as id, line_count as n, matched_count as m, duplicate_count as d,
              break_count as b
         from settlement_file order by message_id`,
    );
    expect(tallies.map(({ id, n, m, d, b }) => ({ id, n, sum: m + d + b }))).to.deep.equal(
      tallies.map(({ id, n }) => ({ id, n, sum: n })),
    );
    const byId = new Map(tallies.map(({ id, m, d, b }) => [id, [m, d, b]]));
    // Rejected twice over, seen before twice, rejected though booked once.
    expect(byId.get('S-1')).to.deep.equal([2n, 2n, 1n]);
    // One booking told again, one that is another.
    expect(byId.get('N-9')).to.deep.equal([0n, 1n, 1n]);
    // Two came back; a second time, a dong short, and two that never went.
    expect(byId.get('N-2')).to.deep.equal([2n, 0n, 4n]);
    expect(byId.get('T-1')).to.deep.equal([0n, 0n, 0n]);
  });

  it('moves the ledger with the outcomes, to the dong', async () => {
    await walked();
    const outcomes = await outcomesOf(town);
    const all = [...month.sent, ...cash];
    const sumOf = (wanted: string): bigint =>
      total(all.filter(({ reference }) => (outcomes.get(reference) ?? 'none') === wanted));
    expect(before.inTransit).to.equal(total(all));
    expect(before.paid).to.equal(0n);
    expect(await balances(town.db)).to.deep.equal({
      entitled: before.entitled,
      inTransit: sumOf('none'),
      paid: sumOf('settled'),
      owed: before.owed + sumOf('rejected') + sumOf('returned') + sumOf('unpaid'),
    });
  });

  it('closes the batches, and does nothing more when it is run again', async () => {
    await walked();
    expect(await statesOf(town)).to.deep.equal(['reconciled', 'reconciled']);
    const end = await endOfMonth(town.db);
    expect(await run(town)).to.deep.equal({ files: 0, batches: [] });
    expect(await endOfMonth(town.db)).to.deep.equal(end);
  });
});

describe('a bank that says what it paid by its statuses', () => {
  const towns = useTownCopies({ until: 'released', recipients: 60 });

  /** What became of a batch of which the bank says each line but one paid, and shows one sum on its statement. */
  async function answered(paidWhen: 'status-acsc' | 'entry-booked', hasStatement: boolean) {
    const town = await towns.copy();
    const bank = sandboxProfile('BANK');
    await putInUse(town, { ...bank, version: 2, inbound: { ...bank.inbound, paidWhen } });
    const sent = await sentOver(town.db, 'BANK');
    const [refused, ...paid] = sent as [Sent, ...Sent[]];
    const { messageId, paymentInformationId: block } = refused;
    const lines = [
      { ...refused, status: 'RJCT', reason: 'AC04' },
      ...paid.map((line) => ({ ...line, status: 'ACSC' })),
    ];
    await receive(town, [statusReport({ id: 'S-1', about: messageId, group: 'PART', lines })]);
    if (hasStatement) {
      const entries = bookedSum({ reference: 'D-1', block, lines: paid });
      const closing = OPENING - total(paid);
      const of = { id: 'T-1', sequence: 1, opening: OPENING, closing, entries };
      await receive(town, [statement(of)]);
    }
    await run(town);
    const outcomes = [...(await outcomesOf(town)).values()];
    const settled = outcomes.filter((outcome) => outcome === 'settled').length;
    const [state] = await statesOf(town);
    return { state, unsettled: paid.length - settled, breaks: await breaksOf(town) };
  }

  it('has its batch closed by its words and the sum on its statement', async () => {
    expect(await answered('status-acsc', true)).to.deep.equal({
      state: 'reconciled',
      unsettled: 0,
      breaks: [],
    });
  });

  it('settles at once, and waits with the batch for the statement that ties the account', async () => {
    const { state, unsettled } = await answered('status-acsc', false);
    expect([state, unsettled]).to.deep.equal(['released', 0]);
  });

  it('is believed only where its profile says so', async () => {
    const { unsettled } = await answered('entry-booked', false);
    expect(unsettled).to.be.greaterThan(0);
  });
});

/** All orders of some items. */
function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('the order in which files come', () => {
  const towns = useTownCopies({ until: 'released', recipients: 60 });
  // What a second notification of the same debit says is another matter, see above.
  const cases = FATES.filter(({ again }) => again === '');
  let expected: EndOfMonth | undefined;

  /** Takes the files in in an order, reconciling after each or at the end alone. */
  async function ended(
    order: readonly (keyof DrawnMonth['files'])[],
    eager: boolean,
  ): Promise<EndOfMonth> {
    const town = await towns.copy();
    const { files } = await drawnMonth(town, cases);
    for (const name of order) {
      await receive(town, [files[name]], name === 'post' ? 'POST' : 'BANK');
      if (eager) await run(town);
    }
    await run(town);
    const end = await endOfMonth(town.db);
    await town.end();
    return end;
  }

  async function compare(
    order: readonly (keyof DrawnMonth['files'])[],
    eager: boolean,
  ): Promise<void> {
    expected ??= await ended(['debit', 'status', 'credit', 'statement', 'post'], false);
    expect(expected.batches).to.have.lengthOf(2);
    expect(expected.breaks).to.have.length.greaterThan(10);
    expect(await ended(order, eager)).to.deep.equal(expected);
  }

  // The post office knows nothing of the bank, so its file takes each place in turn.
  const orders = permutations(['status', 'debit', 'credit', 'statement'] as const).map(
    (bank, i) => [...bank.slice(0, i % 5), 'post' as const, ...bank.slice(i % 5)],
  );
  for (const order of orders) {
    it(`makes no difference: ${order.join(', ')}, each reconciled as it comes`, async () => {
      await compare(order, true);
    });
  }

  it('makes no difference when they are reconciled together at the end', async () => {
    for (const order of [orders[23], orders[17], orders[10]]) await compare(order ?? [], false);
  });

  it('makes no difference when each of them comes three times', async () => {
    for (const order of [orders[22], orders[9]]) {
      const thrice = [...(order ?? []), ...(order ?? []).toReversed(), ...(order ?? [])];
      await compare(thrice, true);
    }
  });

  it('would be seen: a file left out makes a difference', async () => {
    const whole = await ended(['debit', 'status', 'credit', 'statement', 'post'], true);
    const without = await ended(['debit', 'status', 'statement', 'post'], true);
    expect(without.returns).not.to.deep.equal(whole.returns);
    expect(without.breaks).not.to.deep.equal(whole.breaks);
  });
});

describe('the answers of the sandbox counterparts', () => {
  const towns = useTownCopies({ until: 'answered' });

  it('end in one state, whichever comes first', async () => {
    const ends: EndOfMonth[] = [];
    for (const inOrder of [true, false]) {
      const town = await towns.copy();
      const answers = answersOf(town.town);
      expect(answers).to.have.lengthOf(5);
      for (const { channel, content } of inOrder ? answers : answers.toReversed()) {
        await receive(town, [content], channel);
        await run(town);
      }
      expect(await statesOf(town)).to.deep.equal(['reconciled', 'reconciled']);
      expect(await breaksOf(town)).to.deep.equal([]);
      ends.push(await endOfMonth(town.db));
      await town.end();
    }
    expect(ends[1]).to.deep.equal(ends[0]);
    expect(ends[0]?.returns).to.have.length.greaterThan(0);
  });
});

describe('a file that waits for another', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });

  async function waiting(test: TestDatabase): Promise<string[]> {
    const rows = await many<{ id: string }>(
      test.db,
      `select message_id as id from settlement_file
        where verdict = 'accepted' and matched_count is null order by 1`,
    );
    return rows.map(({ id }) => id);
  }

  it('is a return or a refusal whose booking has not come, and no break is opened meanwhile', async () => {
    const town = await towns.copy();
    const [line, ...others] = (await sentOver(town.db, 'BANK')) as [Sent, ...Sent[]];
    await receive(town, [
      notification({ id: 'N-2', entries: creditEntries([line]) }),
      statusReport({
        id: 'S-1',
        about: line.messageId,
        group: 'PART',
        lines: others.slice(0, 1).map((other) => ({ ...other, reason: 'AC04' })),
      }),
    ]);
    expect(await run(town)).to.deep.equal({ files: 0, batches: [] });
    expect(await waiting(town)).to.deep.equal(['N-2', 'S-1']);
    expect(await breaksOf(town)).to.deep.equal([]);

    const booked = { reference: 'D-1', block: line.paymentInformationId };
    const lines = [line, ...others.slice(1)];
    await receive(town, [notification({ id: 'N-1', entries: debitEntry({ ...booked, lines }) })]);
    expect((await run(town)).files).to.equal(3);
    expect(await waiting(town)).to.deep.equal([]);
    expect((await outcomesOf(town)).get(line.reference)).to.equal('returned');
  });

  it('does not wait when it holds the booking itself', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [line] = sent as [Sent];
    const entries = [
      creditEntries([line]),
      debitEntry({ reference: 'D-1', block: line.paymentInformationId, lines: sent }),
    ];
    await receive(town, [notification({ id: 'N-1', entries: entries.join('\n') })]);
    expect((await run(town)).files).to.equal(1);
    expect((await outcomesOf(town)).get(line.reference)).to.equal('returned');
  });

  it('does not wait for what was never sent', async () => {
    const town = await towns.copy();
    const credit = { reference: 'NOBODY-1', amount: 500_000n };
    await receive(town, [notification({ id: 'N-1', entries: creditEntries([credit]) })]);
    await run(town);
    expect(await breaksOf(town)).to.deep.equal(['unknown-reference NOBODY-1']);
  });
});

describe('a payment file that its bank refuses whole', () => {
  // The batch of the bank goes out in two files.
  const towns = useTownCopies({
    until: 'released',
    prepare: (test) => sandboxOfSmallFiles(test, TOWN_SCOPE, 60),
  });

  async function twoFiles(town: TestDatabase): Promise<[Sent[], Sent[]]> {
    const sent = await sentOver(town.db, 'BANK');
    const [{ messageId }] = sent as [Sent];
    return [
      sent.filter((line) => line.messageId === messageId),
      sent.filter((line) => line.messageId !== messageId),
    ];
  }

  for (const level of ['group', 'block'] as const) {
    it(`is rejected line by line, and the other file is not: ${level}`, async () => {
      const town = await towns.copy();
      const [first, second] = await twoFiles(town);
      expect([first.length, second.length > 0]).to.deep.equal([60, true]);
      const [{ messageId }] = first as [Sent];
      const refusal = { id: 'S-9', about: messageId, groupReason: 'AM04' };
      await receive(town, [statusReport({ ...refusal, [level]: 'RJCT' })]);
      await run(town);
      const outcomes = await outcomesOf(town);
      expect(outcomes.size).to.equal(60);
      expect(first.map(({ reference }) => outcomes.get(reference))).to.deep.equal(
        first.map(() => 'rejected'),
      );
      const { inTransit } = await balances(town.db);
      expect(inTransit).to.equal(total([...second, ...(await sentOver(town.db, 'POST'))]));

      // One file has had its last word and the other has not.
      expect(await statesOf(town)).to.deep.equal(['released', 'released']);
      await receive(town, plainAnswers(second));
      await run(town);
      expect(await statesOf(town)).to.deep.equal(['reconciled', 'released']);
      expect(await breaksOf(town)).to.deep.equal([]);
    });
  }

  it('closes only when both files have had their last word', async () => {
    const town = await towns.copy();
    const [first, second] = await twoFiles(town);
    await receive(town, plainAnswers(first));
    await run(town);
    expect(await statesOf(town)).to.deep.equal(['released', 'released']);
    await receive(town, plainAnswers(second, 2, OPENING - total(first)));
    await run(town);
    expect(await statesOf(town)).to.deep.equal(['reconciled', 'released']);
    expect(await breaksOf(town)).to.deep.equal([]);
  });

  it('is not rejected by the refusal of a second copy of it', async () => {
    const town = await towns.copy();
    const [first] = await twoFiles(town);
    const [{ messageId }] = first as [Sent];
    await receive(town, [
      statusReport({ id: 'S-9', about: messageId, group: 'RJCT', groupReason: 'DU01' }),
    ]);
    await run(town);
    expect((await outcomesOf(town)).size).to.equal(0);
    await receive(town, plainAnswers(first));
    await run(town);
    expect(new Set((await outcomesOf(town)).values())).to.deep.equal(new Set(['settled']));
    expect(await breaksOf(town)).to.deep.equal([]);
  });

  it('is not rejected where its lines are refused as seen before', async () => {
    const town = await towns.copy();
    const [first] = await twoFiles(town);
    const [seen, ...others] = first as [Sent, ...Sent[]];
    await receive(town, [
      statusReport({
        id: 'S-9',
        about: seen.messageId,
        group: 'RJCT',
        lines: [{ ...seen, reason: 'AM05' }],
      }),
    ]);
    await run(town);
    const outcomes = await outcomesOf(town);
    expect(outcomes.has(seen.reference)).to.equal(false);
    expect(outcomes.size).to.equal(others.length);
  });

  it('is a break, and not a rejection, when it has been booked', async () => {
    const town = await towns.copy();
    const [first] = await twoFiles(town);
    const [{ messageId }] = first as [Sent];
    await receive(town, plainAnswers(first));
    await run(town);
    await receive(town, [statusReport({ id: 'S-9', about: messageId, group: 'RJCT' })]);
    await run(town);
    expect(new Set((await outcomesOf(town)).values())).to.deep.equal(new Set(['settled']));
    expect(await breaksOf(town)).to.deep.equal([`rejected-after-booking ${messageId}`]);
  });

  it('is not closed by word that it has arrived', async () => {
    const town = await towns.copy();
    const [first, second] = await twoFiles(town);
    for (const [lines, sequence, opening] of [
      [first, 1, OPENING],
      [second, 2, OPENING - total(first)],
    ] as const) {
      const [, debit, day] = plainAnswers(lines, sequence, opening) as [string, string, string];
      const [{ messageId }] = lines as [Sent];
      const arrived = statusReport({ id: `S-${sequence}`, about: messageId, group: 'ACTC' });
      await receive(town, [arrived, debit, day]);
    }
    await run(town);
    expect(await statesOf(town)).to.deep.equal(['released', 'released']);
  });
});

describe('a debit that books no payment file of ours', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });

  it('is a break, and the batch closes beside it', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [{ paymentInformationId: block }] = sent as [Sent];
    const [report, debit] = plainAnswers(sent) as [string, string];
    const day = statement({
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing: OPENING - total(sent) - 11_000n,
      entries: [
        bookedSum({ reference: 'D-1', block, lines: sent }),
        entry({ amount: 11_000n, side: 'DBIT', reference: 'FEE-1' }),
      ].join('\n'),
    });
    await receive(town, [report, debit, day]);
    await run(town);
    expect(await statesOf(town)).to.deep.equal(['reconciled', 'released']);
    expect(await breaksOf(town)).to.deep.equal(['not-instructed FEE-1']);
  });
});

describe('what a bank says of instructions that it was never given', () => {
  it('is a break, even where the reference is right', async () => {
    // Walked to the signatures: instructions are there, and none was released.
    const town = await unreleased.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [line] = sent as [Sent];
    await receive(town, [
      notification({
        id: 'N-1',
        entries: debitEntry({ reference: 'D-1', block: 'X', lines: [line] }),
      }),
    ]);
    await run(town);
    expect((await outcomesOf(town)).size).to.equal(0);
    expect(await breaksOf(town)).to.deep.equal([`unknown-reference ${line.reference}`]);
    expect((await balances(town.db)).inTransit).to.equal(0n);
  });

  it('is refused where the file that it answers was never sent', async () => {
    const town = await unreleased.copy();
    const [line] = (await sentOver(town.db, 'BANK')) as [Sent];
    const refusal = statusReport({ id: 'S-1', about: line.messageId, group: 'RJCT' });
    expect(await verdictOf(town, refusal)).to.equal('file-for-another-payer');
  });

  it('is a break when it is a status on the way, too', async () => {
    const town = await released.copy();
    const [line] = (await sentOver(town.db, 'BANK')) as [Sent];
    const lines = [
      { ...line, status: 'ACSP' },
      { ...line, reference: wrongDigit(line.reference), status: 'ACSP' },
    ];
    await receive(town, [
      ...plainAnswers(await sentOver(town.db, 'BANK')),
      statusReport({ id: 'S-2', about: line.messageId, group: 'ACSP', lines }),
    ]);
    await run(town);
    expect(await breaksOf(town)).to.deep.equal([`unknown-reference ${wrongDigit(line.reference)}`]);
  });
  const released = useTownCopies({ until: 'released', recipients: 40 });
  const unreleased = useTownCopies({ until: 'approved', recipients: 40 });
});

describe('a return after the period is closed', () => {
  const towns = useTownCopies({ until: 'reconciliation' });
  const NEXT: Period = addMonths(TOWN_PERIOD, 1);

  it('F56: is booked into the open one and owed again', async () => {
    const town = await towns.copy();
    const outcomes = await outcomesOf(town);
    const sent = await sentOver(town.db, 'BANK');
    const line = nth(
      sent.filter(({ reference }) => outcomes.get(reference) === 'settled'),
      0,
    );
    const before = await balances(town.db);
    await closedByForce(town.owner, { period: TOWN_PERIOD, at: new Date('2026-12-01T01:00:00Z') });

    await receive(town, [
      notification({ id: 'LATE-1', entries: creditEntries([{ ...line, reason: 'AC04' }]) }),
    ]);
    await reconcile(town.context({ at: '2026-12-02T01:00:00Z' }));

    expect(
      await many(
        town.db,
        `select period, kind, amount_vnd as vnd from ledger_transfer
          where reference = :reference order by period, kind`,
        { reference: line.reference },
      ),
    ).to.deep.equal([
      { period: TOWN_PERIOD, kind: 'released', vnd: line.amount },
      { period: TOWN_PERIOD, kind: 'settled', vnd: line.amount },
      { period: NEXT, kind: 'returned', vnd: line.amount },
    ]);
    const after = await balances(town.db);
    expect(after.owed).to.equal(before.owed + line.amount);
    expect(after.paid).to.equal(before.paid - line.amount);
    expect(await breaksOf(town)).to.deep.equal([]);
  });
});

describe('two who reconcile at once', () => {
  const towns = useTownCopies({ until: 'settlement' });

  it('give each line one fate, whoever was faster', async () => {
    const town = await towns.copy();
    // Each waits for the other: none fails, and together they do what one would have done.
    const results = await Promise.all([run(town), run(town), run(town)]);
    expect(results.flatMap(({ batches }) => batches).sort()).to.deep.equal([1n, 2n]);
    expect(await statesOf(town)).to.deep.equal(['reconciled', 'reconciled']);
    const [once] = await many<{ events: bigint; files: bigint }>(
      town.db,
      `select (select count(*) from audit_event where action = 'file-reconciled') as events,
              (select count(*) from settlement_file) as files`,
    );
    expect(once?.events).to.equal(once?.files);
    const taken = results.reduce((sum, { files }) => sum + files, 0);
    expect(BigInt(taken)).to.equal(once?.files);
  });
});
