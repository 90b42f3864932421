import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { recordFile } from '../../src/audit/file.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { copyIn, copyLine } from '../../src/platform/copy.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import {
  accountOf,
  addSettlementFile,
  addSettlementLines,
  addStatement,
  awaitedFiles,
  entriesThatDiffer,
  isOurMessage,
  knownPeriods,
  prepareSettlement,
  readTotals,
  recordAnswer,
  SETTLEMENT_ROW,
  type NewSettlementFile,
} from '../../src/settlement/settlement.sql.ts';
import {
  bookedSum,
  receive,
  sentOver,
  statement,
  statusReport,
  postResult,
  total,
  type Sent,
} from '../support/bank-files.ts';
import { triedAndUndone } from '../support/refused.ts';
import { table } from '../support/table.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { bytes, TOWN_PERIOD } from '../support/town.ts';

const AT = new Date('2026-11-16T01:00:00Z');

interface Row {
  readonly kind: string;
  readonly amount?: string;
  readonly entry?: string;
  readonly count?: string;
  readonly reference?: string;
  readonly status?: string;
  readonly period?: string;
}

const line = ({ kind, amount, entry = '', reference, status = 'BOOK', period: of }: Row) => [
  kind,
  0,
  of ?? TOWN_PERIOD,
  reference ?? null,
  status,
  '',
  amount ?? null,
  '2026-11-02',
  entry,
];

/** An entry names no instruction; in place of a reason it names the payment file that it books. */
const entry = ({ kind, amount, entry: name = '', reference = '', status = 'BOOK' }: Row) => [
  kind,
  null,
  null,
  null,
  status,
  reference,
  amount ?? null,
  '2026-11-02',
  name,
];

/** Makes the table of one file and fills it. */
async function stage(tx: Tx, rows: readonly Row[]): Promise<void> {
  await prepareSettlement(tx);
  const lines = rows.map((row, i) =>
    copyLine([
      i + 1,
      ...(row.kind.startsWith('entry-') ? entry(row) : line(row)),
      i * 10,
      row.count === '' ? null : (row.count ?? null),
    ]),
  );
  await copyIn(tx, SETTLEMENT_ROW, bytes([lines.join('')]));
}

const FILE: Omit<NewSettlementFile, 'fileId'> = {
  kind: 'camt.054',
  messageId: 'N-1',
  channel: 'BANK',
  refusal: null,
  lineCount: 0n,
  creditCount: 0n,
  totalVnd: 0n,
  firstPeriod: null,
  lastPeriod: null,
  originalMessageId: null,
  groupStatus: null,
  groupReason: null,
};

/** Records the bytes of a file, each other ones, and returns its number. */
function keep(tx: Tx, no: number): Promise<bigint> {
  return recordFile(tx, {
    direction: 'in',
    counterpart: 'BANK',
    kind: 'settlement',
    name: `${no}.xml`,
    sha256: String(no).padStart(64, '0'),
    byteSize: 1,
    at: AT,
  });
}

describe('a file while it is judged', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  let town: TownCopy;

  beforeEach(async () => {
    town = await towns.copy();
  });

  /** Works in a transaction of the application, which is undone. */
  async function inside<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    let result: { value: Result } | undefined;
    const refused = await triedAndUndone(town.db, async (tx) => {
      result = { value: await work(tx) };
    });
    if (result === undefined) throw new Error(refused);
    return result.value;
  }

  it('lies in a table that ends with the transaction', async () => {
    for (let i = 0; i < 2; i += 1) {
      await write(town.db, (tx) => stage(tx, [{ kind: 'debit', amount: '5' }]));
    }
    const left = await many(town.db, `select from pg_class where relname = 'settlement_row'`);
    expect(left).to.deep.equal([]);
  });

  it('is counted again from its rows, kind by kind', async () => {
    const totals = await inside(async (tx) => {
      await stage(tx, [
        { kind: 'debit', amount: '9007199254740993', period: '2026-10' },
        { kind: 'debit', amount: '1', period: '2026-12' },
        { kind: 'status' },
        { kind: 'entry-debit', amount: '7' },
      ]);
      return readTotals(tx);
    });
    const none = { firstPeriod: null, lastPeriod: null };
    const month = { firstPeriod: TOWN_PERIOD, lastPeriod: TOWN_PERIOD };
    expect(totals).to.deep.equal([
      {
        kind: 'debit',
        count: 2n,
        totalVnd: 9_007_199_254_740_994n,
        firstPeriod: '2026-10',
        lastPeriod: '2026-12',
      },
      { kind: 'entry-debit', count: 1n, totalVnd: 7n, ...none },
      { kind: 'status', count: 1n, totalVnd: 0n, ...month },
    ]);
  });

  // D are details and E is the entry, with how many details it declares behind a slash.
  const ENTRIES = table<'case' | 'details' | 'entry' | 'wrong'>(`
    case                      details   entry     wrong
    sum-and-count-agree       300,200   500/2     0
    count-is-not-declared     300,200   500       0
    a-dong-more               300,201   500/2     1
    a-dong-less               300,199   500/2     1
    one-detail-too-few        500       500/2     1
    one-detail-too-many       300,200   500/1     1
    details-elsewhere         -         500/2     0
    details-without-an-entry  300,200   -         1
  `);
  for (const { case: what, details, entry, wrong } of ENTRIES) {
    it(`has ${wrong} entries that differ from their details: ${what}`, async () => {
      const rows: Row[] = (details === '' ? [] : details.split(',')).map((amount) => ({
        kind: 'debit',
        amount,
        entry: 'E-1',
      }));
      const [amount = '', count = ''] = entry.split('/');
      if (entry !== '') rows.push({ kind: 'entry-debit', amount, count, entry: 'E-1' });
      const differing = await inside(async (tx) => {
        await stage(tx, rows);
        return entriesThatDiffer(tx);
      });
      expect(differing).to.equal(BigInt(wrong));
    });
  }

  it('keeps a debit and a credit of one reference apart', async () => {
    const differing = await inside(async (tx) => {
      await stage(tx, [
        { kind: 'debit', amount: '5', entry: 'E-1' },
        { kind: 'entry-debit', amount: '5', entry: 'E-1' },
        { kind: 'credit', amount: '3', entry: 'E-1' },
        { kind: 'entry-credit', amount: '4', entry: 'E-1' },
      ]);
      return entriesThatDiffer(tx);
    });
    expect(differing).to.equal(1n);
  });

  it('becomes lines, and its entries do not', async () => {
    const kinds = ['status', 'debit', 'credit', 'paid', 'unpaid', 'entry-debit', 'entry-credit'];
    const stored = await inside(async (tx) => {
      await stage(
        tx,
        kinds.map((kind) => ({ kind, amount: '5', reference: `REF-${kind}`, entry: 'E-1' })),
      );
      const fileId = await keep(tx, 1);
      await addSettlementFile(tx, { ...FILE, fileId, lineCount: 5n });
      await addSettlementLines(tx, fileId);
      return many(
        tx,
        `select kind, end_to_end_id as reference, amount_vnd as vnd, byte_offset as offset,
                file_id = :fileId as "isOurs"
           from settlement_line order by line_no`,
        { fileId },
      );
    });
    expect(stored).to.deep.equal(
      kinds.slice(0, 5).map((kind, i) => ({
        kind,
        reference: `REF-${kind}`,
        vnd: 5n,
        offset: BigInt(i * 10),
        isOurs: true,
      })),
    );
  });

  it('takes effect once under its message id, and is refused as often as it likes', async () => {
    const add = async (
      tx: Tx,
      no: number,
      other: Partial<NewSettlementFile> = {},
    ): Promise<void> => {
      await addSettlementFile(tx, { ...FILE, fileId: await keep(tx, no), ...other });
    };
    const tried = (...others: Partial<NewSettlementFile>[]): Promise<string> =>
      triedAndUndone(town.db, async (tx) => {
        for (const [i, other] of others.entries()) await add(tx, i + 1, other);
      });
    expect(await tried({}, {})).to.equal('one_message_takes_effect_once');
    expect(await tried({}, { messageId: 'N-2' })).to.equal('nothing');
    expect(await tried({}, { kind: 'camt.053' })).to.equal('nothing');
    expect(await tried({}, { channel: 'POST' })).to.equal('nothing');
    const refusal = 'message-repeated';
    expect(await tried({ refusal }, { refusal }, {})).to.equal('nothing');
  });

  it('cannot say that more of its lines came back than it has', async () => {
    const refused = await triedAndUndone(town.db, async (tx) => {
      await addSettlementFile(tx, { ...FILE, fileId: await keep(tx, 1), creditCount: 1n });
    });
    expect(refused).to.equal('credits_are_lines');
  });

  it('knows the periods that there is a place for', async () => {
    expect(await knownPeriods(town.db)).to.deep.equal(new Set([TOWN_PERIOD]));
    await write(town.db, (tx) => openPeriod(tx, { period: period('2026-12'), at: AT }));
    expect(await knownPeriods(town.db)).to.deep.equal(new Set([TOWN_PERIOD, '2026-12']));
  });

  describe('of a statement', () => {
    const ACCOUNT = '3713000000040';
    const add = async (
      tx: Tx,
      sequence: bigint,
      [openingVnd, closingVnd]: readonly [bigint, bigint],
      rows: readonly Row[] = [],
    ): Promise<void> => {
      await many(tx, 'drop table if exists settlement_row');
      await stage(tx, rows);
      const fileId = await keep(tx, Number(sequence) + 100);
      const messageId = `T-${sequence}`;
      await addSettlementFile(tx, { ...FILE, kind: 'camt.053', messageId, fileId });
      const named = { account: ACCOUNT, channel: 'BANK', statementId: messageId };
      const balances = { openingVnd, closingVnd, day: '2026-11-02' };
      await addStatement(tx, { ...named, ...balances, fileId, sequence });
    };
    const tried = (work: (tx: Tx) => Promise<void>): Promise<string> =>
      triedAndUndone(town.db, work);

    it('follows the one before, in number and in balance', async () => {
      const second = (sequence: bigint, opening: bigint): Promise<string> =>
        tried(async (tx) => {
          await add(tx, 7n, [100n, 100n]);
          await add(tx, sequence, [opening, opening]);
        });
      expect(await second(8n, 100n)).to.equal('nothing');
      expect(await second(9n, 100n)).to.equal('statements_are_a_chain');
      expect(await second(6n, 100n)).to.equal('statements_are_a_chain');
      expect(await second(8n, 101n)).to.equal('statements_are_a_chain');
    });

    it('adds up', async () => {
      const rows = [
        { kind: 'entry-debit', amount: '30', entry: 'D-1', reference: 'P-1' },
        { kind: 'entry-credit', amount: '10', entry: 'C-1' },
      ];
      expect(await tried((tx) => add(tx, 1n, [100n, 80n], rows))).to.equal('nothing');
      expect(await tried((tx) => add(tx, 1n, [100n, 81n], rows))).to.equal('balances_add_up');
    });

    it('keeps its entries with the payment file that they book', async () => {
      const entries = await inside(async (tx) => {
        await add(
          tx,
          1n,
          [100n, 80n],
          [
            { kind: 'entry-debit', amount: '30', entry: 'E-1', reference: 'P-1' },
            { kind: 'entry-credit', amount: '10', entry: 'E-1' },
          ],
        );
        return many(
          tx,
          `select entry_reference as entry, direction, amount_vnd as vnd,
                  payment_information_id as block
             from statement_entry order by direction desc`,
        );
      });
      expect(entries).to.deep.equal([
        { entry: 'E-1', direction: 'debit', vnd: 30n, block: 'P-1' },
        { entry: 'E-1', direction: 'credit', vnd: 10n, block: '' },
      ]);
    });

    it('counts nothing that is only announced', async () => {
      const rows = [{ kind: 'entry-debit', amount: '30', entry: 'D-1', status: 'PDNG' }];
      expect(await tried((tx) => add(tx, 1n, [100n, 100n], rows))).to.equal('nothing');
      expect(await tried((tx) => add(tx, 1n, [100n, 70n], rows))).to.equal('balances_add_up');
    });

    it('has each booking once, and none of nothing', async () => {
      const entry = { kind: 'entry-debit', entry: 'D-1' };
      const twice = [
        { ...entry, amount: '5' },
        { ...entry, amount: '5' },
      ];
      expect(await tried((tx) => add(tx, 1n, [100n, 90n], twice))).to.equal(
        'one_booking_is_one_entry',
      );
      const nothing = [{ ...entry, amount: '0' }];
      expect(await tried((tx) => add(tx, 1n, [100n, 100n], nothing))).to.equal(
        'an_entry_moves_money',
      );
    });
  });
});

describe('what we know of a counterpart', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  const unsent = useTownCopies({ until: 'approved', recipients: 40 });

  it('is the account that it debits', async () => {
    const { db } = await towns.copy();
    expect(await accountOf(db, 'BANK')).to.equal('3713000000040');
    const unknown = await accountOf(db, 'NONE').catch((error: unknown) => String(error));
    expect(unknown).to.include('expected one row');
  });

  it('is which messages we have sent to it, and to it alone', async () => {
    const town = await towns.copy();
    const [{ messageId }] = (await sentOver(town.db, 'BANK')) as [Sent];
    const isOurs = (channel: string, id: string): Promise<boolean> =>
      isOurMessage(town.db, { channel, messageId: id });
    expect(await isOurs('BANK', messageId)).to.equal(true);
    expect(await isOurs('POST', messageId)).to.equal(false);
    expect(await isOurs('BANK', `${messageId}X`)).to.equal(false);
    expect(await isOurMessage((await unsent.copy()).db, { channel: 'BANK', messageId })).to.equal(
      false,
    );
  });
});

describe('recordAnswer', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });

  for (const state of ['sent', 'unknown', 'claimed']) {
    it(`notes the answer to a file that was ${state}, once, with its event`, async () => {
      const town = await towns.copy();
      const [{ messageId }] = (await sentOver(town.db, 'BANK')) as [Sent];
      await town.owner.transaction(async (tx) => {
        await many(tx, 'set local session_replication_role = replica');
        await many(
          tx,
          `update file_dispatch set state = :state,
                  sent_at = case when :state = 'sent' then sent_at end`,
          { state },
        );
      });
      const answer = { messageId, actor: 'maker', at: AT };
      const first = await write(town.db, (tx) => recordAnswer(tx, answer));
      expect(first?.fileId).to.be.a('bigint');
      expect(await write(town.db, (tx) => recordAnswer(tx, answer))).to.equal(undefined);
      const dispatches = await many(
        town.db,
        `select d.state, d.came_from as "from", d.sent_at is not null as sent,
                (select count(*) from audit_event e
                  where e.subject = 'file/' || d.file_id and e.action = 'file-answered') as events
           from file_dispatch d order by d.file_id`,
      );
      expect(dispatches).to.deep.equal([
        { state: 'answered', from: state, sent: true, events: 1n },
        { state, from: 'claimed', sent: state === 'sent', events: 0n },
      ]);
      await town.end({ checked: false });
    });
  }

  it('has nothing to say of a message that is not ours', async () => {
    const town = await towns.copy();
    const answer = { messageId: 'SOMEBODY', actor: 'maker', at: AT };
    expect(await write(town.db, (tx) => recordAnswer(tx, answer))).to.equal(undefined);
  });
});

describe('awaitedFiles', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  const channels = async (town: TownCopy): Promise<string[]> =>
    (await awaitedFiles(town.db, { period: TOWN_PERIOD })).map(({ channel }) => channel);

  it('are all that were sent, at first', async () => {
    const town = await towns.copy();
    const ids = (await awaitedFiles(town.db, { period: TOWN_PERIOD })).map(
      (file) => file.messageId,
    );
    const [bank] = (await sentOver(town.db, 'BANK')) as [Sent];
    const [post] = (await sentOver(town.db, 'POST')) as [Sent];
    expect(ids).to.deep.equal([bank.messageId, post.messageId]);
    expect(await awaitedFiles(town.db, { period: period('2026-12') })).to.deep.equal([]);
  });

  it('end with the statement of the bank and the result of the post office', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const cash = await sentOver(town.db, 'POST');
    const [{ messageId, paymentInformationId: block }] = sent as [Sent];
    const [{ messageId: listId }] = cash as [Sent];
    await receive(town, [statusReport({ id: 'S-1', about: messageId, group: 'ACSP' })]);
    expect(await channels(town)).to.deep.equal(['BANK', 'POST']);
    const entries = bookedSum({ reference: 'D-1', block, lines: sent });
    const day = { id: 'T-1', sequence: 1, opening: total(sent), closing: 0n, entries };
    await receive(town, [statement(day)]);
    expect(await channels(town)).to.deep.equal(['POST']);
    await receive(town, [postResult({ id: 'K-1', about: listId, lines: cash })], 'POST');
    expect(await channels(town)).to.deep.equal([]);
  });

  it('end with the refusal of the whole file, and not with that of a second copy', async () => {
    const town = await towns.copy();
    const [{ messageId }] = (await sentOver(town.db, 'BANK')) as [Sent];
    const refusal = { about: messageId, group: 'RJCT' };
    await receive(town, [statusReport({ ...refusal, id: 'S-1', groupReason: 'DU01' })]);
    expect(await channels(town)).to.deep.equal(['BANK', 'POST']);
    await receive(town, [statusReport({ ...refusal, id: 'S-2', groupReason: 'AM04' })]);
    expect(await channels(town)).to.deep.equal(['POST']);
  });
});
