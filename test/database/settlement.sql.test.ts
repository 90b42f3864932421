import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { recordFile } from '../../src/audit/file.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { copyIn, copyLine } from '../../src/platform/copy.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import {
  accountOf,
  addSettlementFile,
  addStatement,
  awaitedFiles,
  keepSetAside,
  knownPeriods,
  openEntryDifferences,
  prepareSettlement,
  recordAnswer,
  sentFile,
  SET_ASIDE,
  SETTLEMENT_ENTRY,
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

/** An entry, with what its details came to. */
interface Entry {
  readonly direction: 'debit' | 'credit';
  readonly name: string;
  readonly amount: string;
  readonly details?: readonly string[];
  /** The payment file that it books. */
  readonly block?: string;
}

/** Makes the table of the entries of one file and fills it. */
async function stage(tx: Tx, entries: readonly Entry[]): Promise<void> {
  await prepareSettlement(tx);
  const rows = entries.map(({ direction, name, amount, details = [], block = '' }, i) =>
    copyLine([
      i + 1,
      1,
      direction,
      name,
      block,
      amount,
      '2026-11-02',
      details.length,
      details.reduce((sum, one) => sum + BigInt(one), 0n),
    ]),
  );
  await copyIn(tx, SETTLEMENT_ENTRY, bytes([rows.join('')]));
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

  it('has its entries in a table that ends with the transaction', async () => {
    for (let i = 0; i < 2; i += 1) {
      await write(town.db, (tx) => stage(tx, [{ direction: 'debit', name: 'E-1', amount: '5' }]));
    }
    const left = await many(town.db, `select from pg_class where relname = 'settlement_entry'`);
    expect(left).to.deep.equal([]);
  });

  /** What breaks the differences of some entries open, told by kind, reference and sum. */
  const differences = (entries: readonly Entry[], times = 1): Promise<string[]> =>
    inside(async (tx) => {
      await stage(tx, entries);
      for (let i = 0; i < times; i += 1) {
        await openEntryDifferences(tx, { period: TOWN_PERIOD, at: AT });
      }
      const rows = await many<{ told: string }>(
        tx,
        `select kind || ' ' || reference || ' ' || amount_vnd as told from reconciliation_break
          order by break_id`,
      );
      return rows.map(({ told }) => told);
    });

  for (const { details: told, entry, direction, opens } of table<
    'details' | 'entry' | 'direction' | 'opens'
  >(`
    details  entry  direction  opens
    300,200  500    debit      -
    300,200  500    credit     -
    300,199  500    debit      charges
    300,201  500    debit      sum-differs
    300,201  500    credit     charges
    300,199  500    credit     sum-differs
    -        500    debit      -
  `)) {
    const details = told === '' ? [] : told.split(',');
    it(`has a ${direction} of ${entry} for ${told || 'nothing'}: ${opens || 'no break'}`, async () => {
      const one: Entry = {
        direction: direction as Entry['direction'],
        name: 'E-1',
        amount: entry,
        details,
      };
      expect(await differences([one])).to.deep.equal(opens === '' ? [] : [`${opens} E-1 1`]);
      // Told again, by another file, it stays one break.
      expect(await differences([one], 2)).to.have.length(opens === '' ? 0 : 1);
    });
  }

  it('keeps a debit and a credit of one reference apart, and adds the parts of one up', async () => {
    const entries: Entry[] = [
      { direction: 'debit', name: 'E-1', amount: '5', details: ['5'] },
      { direction: 'credit', name: 'E-1', amount: '4', details: ['3'] },
    ];
    expect(await differences(entries)).to.deep.equal(['sum-differs E-1 1']);
  });

  it('keepSetAside: keeps each with its place and a break of its own', async () => {
    const kept = await inside(async (tx) => {
      const fileId = await keep(tx, 1);
      await prepareSettlement(tx);
      await addSettlementFile(tx, { ...FILE, fileId });
      const rows = [
        [1, 'not-a-date', 'AS1', 7, 120, 'Document/Ntry[1]'],
        [2, 'reversal', '', null, 450, 'Document/Ntry[2]'],
      ].map((row) => copyLine(row));
      await copyIn(tx, SET_ASIDE, bytes([rows.join('')]));
      expect(await keepSetAside(tx, { fileId, period: TOWN_PERIOD, at: AT })).to.equal(2n);
      return many(
        tx,
        `select s.rule, s.byte_offset as byte, s.path, b.kind, b.reference, b.amount_vnd as vnd
           from settlement_set_aside s join reconciliation_break b using (break_id)
          order by s.line_no`,
      );
    });
    expect(kept).to.deep.equal([
      {
        rule: 'not-a-date',
        byte: 120n,
        path: 'Document/Ntry[1]',
        kind: 'set-aside',
        reference: 'AS1',
        vnd: 7n,
      },
      {
        rule: 'reversal',
        byte: 450n,
        path: 'Document/Ntry[2]',
        kind: 'reversal',
        reference: '',
        vnd: 0n,
      },
    ]);
  });

  describe('has lines', () => {
    const copied = (kind: string, amount: string | null) => async (tx: Tx) => {
      const fileId = await keep(tx, 1);
      const named = [0, TOWN_PERIOD, fileId, 1, `REF-${kind}`, kind, 'BOOK', '', amount];
      const rows = copyLine([...named, '2026-11-02', 'E-1', 10, 'Document/Ntry[1]']);
      expect(await copyIn(tx, SETTLEMENT_ROW, bytes([rows]))).to.equal(1);
    };
    const tried = (kind: string, amount: string | null): Promise<string> =>
      triedAndUndone(town.db, copied(kind, amount));

    it('of every kind', async () => {
      for (const kind of ['status', 'debit', 'credit', 'paid', 'unpaid']) {
        expect(await tried(kind, '5')).to.equal('nothing');
      }
      const stored = await inside(async (tx) => {
        await copied('debit', '5')(tx);
        return many(
          tx,
          `select kind, end_to_end_id as reference, amount_vnd as vnd, byte_offset as offset
             from settlement_line`,
        );
      });
      expect(stored).to.deep.equal([
        { kind: 'debit', reference: 'REF-debit', vnd: 5n, offset: 10n },
      ]);
    });

    it('that move money, and no entries', async () => {
      expect(await tried('status', null)).to.equal('nothing');
      expect(await tried('debit', null)).to.equal('money_has_an_amount');
      expect(await tried('debit', '0')).to.equal('a_line_moves_money');
      expect(await tried('entry-debit', '5')).to.equal('settlement_line_kind_check');
    });
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
      sequence: bigint | null,
      [openingVnd, closingVnd]: readonly [bigint, bigint],
      rows: readonly Entry[] = [],
    ): Promise<void> => {
      await many(tx, 'drop table if exists settlement_entry, set_aside');
      await stage(tx, rows);
      const fileId = await keep(tx, Number(sequence ?? 99) + 100);
      const messageId = `T-${sequence}`;
      await addSettlementFile(tx, { ...FILE, kind: 'camt.053', messageId, fileId });
      const named = { account: ACCOUNT, channel: 'BANK', statementId: messageId };
      const balances = { openingVnd, closingVnd, day: '2026-11-02' };
      await addStatement(tx, { ...named, ...balances, accountNo: 1, fileId, sequence });
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
      const rows: Entry[] = [
        { direction: 'debit', amount: '30', name: 'D-1', block: 'P-1' },
        { direction: 'credit', amount: '10', name: 'C-1' },
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
            { direction: 'debit', amount: '30', name: 'E-1', block: 'P-1' },
            { direction: 'credit', amount: '10', name: 'E-1' },
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

    it('without a number is the next one, if its balance follows', async () => {
      const next = (opening: bigint): Promise<string> =>
        tried(async (tx) => {
          await add(tx, 7n, [100n, 100n]);
          await add(tx, null, [opening, opening]);
        });
      expect(await next(100n)).to.equal('nothing');
      expect(await next(101n)).to.equal('statements_are_a_chain');
    });

    it('has each booking once, and none of nothing', async () => {
      const entry = { direction: 'debit', name: 'D-1' } as const;
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

  it('is which messages we have sent to it, with how many lines, and to it alone', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [{ messageId }] = sent as [Sent];
    const fileOf = (channel: string, id: string): ReturnType<typeof sentFile> =>
      sentFile(town.db, { channel, messageId: id });
    const lines = sent.filter((line) => line.messageId === messageId);
    expect(await fileOf('BANK', messageId)).to.deep.equal({
      lines: BigInt(lines.length),
      paymentInformationId: lines[0]?.paymentInformationId,
    });
    expect(await fileOf('POST', messageId)).to.equal(undefined);
    expect(await fileOf('BANK', `${messageId}X`)).to.equal(undefined);
    const { db } = await unsent.copy();
    expect(await sentFile(db, { channel: 'BANK', messageId })).to.equal(undefined);
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
