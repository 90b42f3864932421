import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import { many } from '../../src/platform/db.ts';
import type { PaymentTransport } from '../../src/release/payment-transport.port.ts';
import { releaseBatches } from '../../src/release/release-batches.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import {
  ANSWERED_AT,
  bookedSum,
  creditEntries,
  debitEntry,
  entry,
  inboxOf,
  notification,
  postResult,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  verdictOf,
  type Sent,
} from '../support/bank-files.ts';
import type { TestDatabase } from '../support/database.ts';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { useTownCopies, answersOf, type TownCopy } from '../support/town-copies.ts';
import { askWhoDied, TOWN_PERIOD, townSettlement } from '../support/town.ts';

const OPENING = 1_000_000_000n;

interface Rows {
  readonly files: bigint;
  readonly kept: bigint;
  readonly lines: bigint;
  readonly statements: bigint;
  readonly entries: bigint;
  readonly answered: bigint;
}

/** How much there is of everything that a received file may write. */
async function rows({ db }: TestDatabase): Promise<Rows> {
  const [row] = await many<Rows>(
    db,
    `select (select count(*) from settlement_file) as files,
            (select count(*) from file where direction = 'in' and kind = 'settlement') as kept,
            (select count(*) from settlement_line) as lines,
            (select count(*) from statement) as statements,
            (select count(*) from statement_entry) as entries,
            (select count(*) from file_dispatch where state = 'answered') as answered`,
  );
  if (row === undefined) throw new Error('counts are always one row');
  return row;
}

describe('what a bank may send', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  let town: TownCopy;
  let sent: Sent[];
  let cash: Sent[];
  let line: Sent;
  let block: string;

  beforeEach(async () => {
    town = await towns.copy();
    sent = await sentOver(town.db, 'BANK');
    cash = await sentOver(town.db, 'POST');
    [line] = sent as [Sent];
    block = line.paymentInformationId;
  });

  const debit = (id = 'N-1', reference = 'D-1'): string =>
    notification({ id, entries: debitEntry({ reference, block, lines: sent }) });

  /** A statement of the one debit. */
  const day = (
    of: Partial<{
      id: string;
      sequence: number;
      opening: bigint;
      closing: bigint;
      entry: string;
    }> = {},
  ): string => {
    const opening = of.opening ?? OPENING;
    return statement({
      id: of.id ?? `T-${of.sequence ?? 1}`,
      sequence: of.sequence ?? 1,
      opening,
      closing: of.closing ?? opening - total(sent),
      entries: bookedSum({ reference: of.entry ?? `D-${of.sequence ?? 1}`, block, lines: sent }),
    });
  };

  it('takes each kind of answer', async () => {
    const report = { id: 'S-1', about: line.messageId, group: 'PART' };
    expect(await verdictOf(town, statusReport(report))).to.equal('accepted');
    expect(await verdictOf(town, debit())).to.equal('accepted');
    expect(
      await verdictOf(town, notification({ id: 'N-2', entries: creditEntries([line]) })),
    ).to.equal('accepted');
    expect(await verdictOf(town, day())).to.equal('accepted');
    const [{ messageId }] = cash as [Sent];
    const result = postResult({ id: 'K-1', about: messageId, lines: cash });
    expect(await verdictOf(town, result, 'POST')).to.equal('accepted');

    expect(await rows(town)).to.deep.equal({
      files: 5n,
      kept: 5n,
      lines: BigInt(sent.length + 1 + cash.length),
      statements: 1n,
      entries: 1n,
      answered: 2n,
    });
  });

  it('takes the same bytes twice as once', async () => {
    const files = [debit(), day()];
    expect(await receive(town, files)).to.deep.include({ accepted: 2, repeated: 0 });
    const before = await rows(town);
    expect(await receive(town, files)).to.deep.equal({ accepted: 0, refused: [], repeated: 2 });
    expect(await rows(town)).to.deep.equal(before);
  });

  it('takes the same bytes under two names as one', async () => {
    const both = new Map([
      ['a.xml', debit()],
      ['b.xml', debit()],
    ]);
    const inbox = inboxOf(both);
    const received = await receiveFiles(
      town.context({ at: ANSWERED_AT }),
      { inboxes: () => inbox, readers: readerOf },
      { period: TOWN_PERIOD, channel: 'BANK' },
    );
    expect(received).to.deep.equal({ accepted: 1, refused: [], repeated: 1 });
  });

  it('takes the same bytes from two counterparts as two', async () => {
    const [{ messageId }] = cash as [Sent];
    const result = postResult({ id: 'K-1', about: messageId, lines: cash });
    expect(await verdictOf(town, result, 'BANK')).to.equal('file-malformed');
    expect(await verdictOf(town, result, 'POST')).to.equal('accepted');
  });

  it('keeps where in the file each line begins, and its bytes in the archive', async () => {
    const file = debit();
    await receive(town, [file]);
    const stored = await many<{ offset: bigint; reference: string; sha256: string }>(
      town.db,
      `select l.byte_offset as offset, l.end_to_end_id as reference, encode(f.sha256, 'hex') as sha256
         from settlement_line l join file f using (file_id) order by l.line_no`,
    );
    expect(stored).to.have.lengthOf(sent.length);
    for (const { offset, reference, sha256 } of stored) {
      const kept = readFileSync(town.context().archive.path(sha256));
      const at = Number(offset);
      expect(kept.subarray(at, at + 8).toString()).to.equal('<TxDtls>');
      expect(kept.subarray(at, kept.indexOf('</TxDtls>', at)).toString()).to.include(reference);
    }
  });

  it('keeps references that name nobody of ours beside the others', async () => {
    const amount = 500_000n;
    const strange = [
      // Not ours, of a month for which there is nothing, of a recipient whom nobody knows.
      { reference: 'SALARY-2026-11', amount },
      { reference: 'AS2101TG1N1T1', amount },
      { reference: 'AS9912TG1N1T1', amount },
      { reference: 'AS2611TG999999999N1T1', amount },
      { reference: 'AS2611TG0N1T1', amount },
      { reference: "'; drop table person; --", amount },
    ];
    const entries = debitEntry({ reference: 'D-1', block, lines: strange });
    expect(await verdictOf(town, notification({ id: 'N-1', entries }))).to.equal('accepted');
    const kept = await many<{ reference: string; recipient: bigint; period: string }>(
      town.db,
      `select end_to_end_id as reference, recipient_id as recipient, period
         from settlement_line order by line_no`,
    );
    expect(kept).to.deep.equal(
      strange.map(({ reference }) => ({
        reference,
        recipient: reference.includes('999999999') ? 999_999_999n : 0n,
        period: TOWN_PERIOD,
      })),
    );
  });

  it('takes more entries than wait at a time, and a text that COPY would misread', async () => {
    const strange = 'A\\N\\.\tB';
    const lines = Array.from({ length: 25_000 }, (_, i) => ({
      reference: i === 20_000 ? strange : `R-${i}`,
      amount: BigInt(i + 1),
      entry: `BANK-ENTRY-OF-A-RETURN-${i}`,
    }));
    const file = notification({ id: 'N-1', entries: creditEntries(lines) });
    expect(await verdictOf(town, file)).to.equal('accepted');
    const [read] = await many(
      town.db,
      `select count(*) as lines, count(distinct line_no) as numbers, sum(amount_vnd)::bigint as vnd,
              (select line_count from settlement_file where message_id = 'N-1') as told,
              count(*) filter (where end_to_end_id = :strange) as strange
         from settlement_line`,
      { strange },
    );
    const count = BigInt(lines.length);
    expect(read).to.deep.equal({
      ...{ lines: count, numbers: count, told: count },
      ...{ vnd: total(lines), strange: 1n },
    });
  });

  it('leaves what an entry has more than its details to a person', async () => {
    const amount = total(sent) + 1n;
    const entries = debitEntry({ reference: 'D-2', block, lines: sent, amount });
    expect(await verdictOf(town, notification({ id: 'N-2', entries }))).to.equal('accepted');
    const breaks = await many(
      town.db,
      'select kind, reference, amount_vnd as vnd from reconciliation_break',
    );
    expect(breaks).to.deep.equal([{ kind: 'charges', reference: 'D-2', vnd: 1n }]);
  });

  it('takes the good lines of a file and sets the bad one aside, where the profile says so', async () => {
    const profile = sandboxProfile('BANK');
    const { inbound } = profile;
    const tolerance = { ...inbound.tolerance, lineFault: 'quarantine' } as const;
    await putInUse(town, { ...profile, version: 2, inbound: { ...inbound, tolerance } });
    const [first] = sent as [Sent];
    const file = debit().replace(`>${first.amount}<`, `>${first.amount}.5<`);
    expect(await verdictOf(town, file)).to.equal('control-totals-disagree');
    // Without totals of its own, the entry alone tells what is missing.
    const open = file.replace(/<Btch>.*?<\/Btch>/s, '');
    expect(await verdictOf(town, open)).to.equal('accepted');
    const [kept] = await many<{ rule: string; reference: string; byte: bigint; path: string }>(
      town.db,
      `select s.rule, b.reference, s.byte_offset as byte, s.path
         from settlement_set_aside s join reconciliation_break b using (break_id)`,
    );
    expect(kept).to.include({ rule: 'not-whole-dong', reference: first.reference });
    expect(open.slice(Number(kept?.byte)).startsWith('<TxDtls>')).to.equal(true);
    expect(kept?.path).to.match(/\/NtryDtls\/TxDtls\[1\]$/);
    expect((await rows(town)).lines).to.equal(BigInt(sent.length - 1));
  });

  it('takes no notice of money that is only announced', async () => {
    const announced = entry({ amount: 7n, side: 'DBIT', reference: 'P-1', status: 'PDNG' });
    const file = statement({
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing: OPENING - total(sent),
      entries: bookedSum({ reference: 'D-1', block, lines: sent }) + announced,
    });
    expect(await verdictOf(town, file)).to.equal('accepted');
    expect(await rows(town)).to.deep.include({ statements: 1n, entries: 1n });
  });

  it('takes statements one after the other', async () => {
    const second = day({ sequence: 2, opening: OPENING - total(sent), entry: 'D-2' });
    expect(await receive(town, [day(), second])).to.deep.include({ accepted: 2 });
  });

  describe('is refused whole, with one reason,', () => {
    /** What was there when the file came: a first notification and a first statement. */
    async function refused(
      file: string | Buffer,
      expected: string,
      channel = 'BANK',
    ): Promise<void> {
      await receive(town, [debit(), day()]);
      const before = await rows(town);
      expect(await verdictOf(town, file, channel)).to.equal(expected);
      // The bytes and the refusal are kept; nothing else is written.
      expect(await rows(town)).to.deep.equal({
        ...before,
        files: before.files + 1n,
        kept: before.kept + 1n,
      });
      const [kept] = await many<{ sha256: string; refusal: string; verdict: string; n: bigint }>(
        town.db,
        `select encode(f.sha256, 'hex') as sha256, s.refusal, s.verdict, s.line_count as n
           from settlement_file s join file f using (file_id) order by file_id desc limit 1`,
      );
      expect(kept).to.deep.include({ refusal: expected, verdict: 'refused', n: 0n });
      const bytes = readFileSync(town.context().archive.path(kept?.sha256 ?? ''));
      expect(bytes.equals(Buffer.from(file))).to.equal(true);
      const [event] = await many<{ action: string; facts: unknown }>(
        town.db,
        'select action, facts from audit_event order by event_no desc limit 1',
      );
      expect(event).to.deep.equal({
        action: 'settlement-refused',
        facts: { refusal: expected, sha256: kept?.sha256 },
      });
      // The same bytes again are known, and stay refused.
      expect(await verdictOf(town, file, channel)).to.equal('repeated');
    }

    it('when its message id has been used for other bytes', async () => {
      const entries = debitEntry({ reference: 'D-9', block, lines: [line] });
      await refused(notification({ id: 'N-1', entries }), 'message-repeated');
    });

    it('when an entry declares more details than it has', async () => {
      const entries = debitEntry({ reference: 'D-2', block, lines: sent, count: sent.length + 1 });
      await refused(notification({ id: 'N-2', entries }), 'control-totals-disagree');
    });

    it('when a detail was lost on the way', async () => {
      const whole = notification({
        id: 'N-2',
        entries: debitEntry({ reference: 'D-2', block, lines: sent }),
      });
      const lost = whole.replace(/<TxDtls>.*?<\/TxDtls>/s, '');
      await refused(lost, 'control-totals-disagree');
    });

    it('when its summary counts an entry more', async () => {
      const summary = '<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>';
      const entries = `${summary}${debitEntry({ reference: 'D-2', block, lines: sent })}`;
      await refused(notification({ id: 'N-2', entries }), 'control-totals-disagree');
    });

    it('when a statement does not add up', async () => {
      const opening = OPENING - total(sent);
      const file = day({ sequence: 2, opening, closing: opening - total(sent) + 1n, entry: 'D-2' });
      await refused(file, 'control-totals-disagree');
    });

    it('when a post office owes more than its lines', async () => {
      const [{ messageId }] = cash as [Sent];
      const owed = total(cash) + 1n;
      await refused(
        postResult({ id: 'K-1', about: messageId, lines: cash, owed }),
        'control-totals-disagree',
        'POST',
      );
    });

    for (const [what, sequence, opening] of [
      ['leaves one out', 3, 'closed'],
      ['comes a second time under another id', 1, 'opened'],
      ['does not open where the last one closed', 2, 'opened'],
    ] as const) {
      it(`when a statement ${what}`, async () => {
        const from = opening === 'closed' ? OPENING - total(sent) : OPENING;
        const file = day({ id: 'T-X', sequence, opening: from, entry: 'D-X' });
        await refused(file, 'statement-out-of-sequence');
      });
    }

    it('when a statement holds an entry of the one before', async () => {
      const file = day({ sequence: 2, opening: OPENING - total(sent), entry: 'D-1' });
      await refused(file, 'file-malformed');
    });

    it('F53: when it speaks of another account', async () => {
      const entries = debitEntry({ reference: 'D-2', block, lines: sent });
      const file = notification({ id: 'N-2', entries, account: '3713000000041' });
      await refused(file, 'file-for-another-payer');
    });

    it('when it answers a message that is not ours', async () => {
      const file = statusReport({ id: 'S-2', about: 'SOMEBODY-ELSE-1', group: 'RJCT' });
      await refused(file, 'file-for-another-payer');
    });

    it('when it answers what was sent to another counterpart', async () => {
      const [{ messageId }] = cash as [Sent];
      const file = statusReport({ id: 'S-2', about: messageId, group: 'RJCT' });
      await refused(file, 'file-for-another-payer');
    });

    it('when it answers a file of ours and names a block that is not in it', async () => {
      const [{ messageId: about, paymentInformationId }] = sent as [Sent];
      const answer = { about, group: 'PART', block: 'ACSP' } as const;
      await refused(statusReport({ id: 'S-3', ...answer, blockId: 'P-9' }), 'file-malformed');
      const right = statusReport({ id: 'S-4', ...answer, blockId: paymentInformationId });
      expect(await verdictOf(town, right)).to.equal('accepted');
    });

    it('when an amount is nothing, in an entry or in a status', async () => {
      const nothing = entry({ amount: 0n, side: 'DBIT', reference: 'D-2' });
      await refused(
        statement({
          id: 'T-2',
          sequence: 2,
          opening: OPENING - total(sent),
          closing: OPENING - total(sent),
          entries: nothing,
        }),
        'file-malformed',
      );
      const report = { id: 'S-2', about: line.messageId, group: 'PART' };
      const lines = [{ reference: line.reference, amount: 0n, reason: 'AC04' }];
      expect(await verdictOf(town, statusReport({ ...report, lines }))).to.equal('file-malformed');
    });

    const malformed: readonly (readonly [string, (file: string) => string])[] = [
      ['is cut off', (file) => file.slice(0, -40)],
      ['is cut off between two elements', (file) => file.slice(0, file.indexOf('</Ntry>') + 7)],
      ['is two documents', (file) => file + file.slice(file.indexOf('<Document'))],
      ['has text behind its end', (file) => `${file}x`],
      ['is of another kind', (file) => file.replaceAll('camt.054', 'camt.052')],
      ['is empty', () => ''],
      ['is not XML at all', () => 'PAID 500000'],
      ['is in another currency', (file) => file.replaceAll('Ccy="VND"', 'Ccy="USD"')],
      ['has thousands separators', (file) => file.replace(/(\d)(\d{3})<\/Amt>/, '$1,$2</Amt>')],
      ['has a fraction of a dong', (file) => file.replace(/<\/Amt>/, '.5</Amt>')],
      ['has a negative amount', (file) => file.replace(/>(\d+)<\/Amt>/, '>-$1</Amt>')],
      ['tells of a reversal', (file) => file.replace('<Sts>', '<RvslInd>true</RvslInd><Sts>')],
    ];
    for (const [what, bend] of malformed) {
      it(`when it ${what}`, async () => {
        const entries = debitEntry({ reference: 'D-2', block, lines: sent });
        await refused(bend(notification({ id: 'N-2', entries })), 'file-malformed');
      });
    }

    it('when its bytes are not UTF-8', async () => {
      const entries = debitEntry({ reference: 'D-2', block, lines: sent });
      const bytes = Buffer.from(notification({ id: 'N-2', entries }));
      bytes[bytes.indexOf('N-2')] = 0xff;
      await refused(bytes, 'file-malformed');
    });
  });

  it('goes on with the next file after one that it refuses', async () => {
    const received = await receive(town, ['no XML', debit(), 'nor this', day()]);
    expect(received).to.deep.equal({
      accepted: 2,
      repeated: 0,
      refused: [
        { name: '001.xml', refusal: 'file-malformed' },
        { name: '003.xml', refusal: 'file-malformed' },
      ],
    });
  });

  it('gives a refused message id back: the file that is right has its effect', async () => {
    const wrong = { reference: 'D-1', block, lines: sent, count: sent.length + 1 };
    const file = notification({ id: 'N-1', entries: debitEntry(wrong) });
    expect(await verdictOf(town, file)).to.equal('control-totals-disagree');
    expect(await verdictOf(town, debit())).to.equal('accepted');
  });
});

describe('an answer to a file of which nobody has written down that it was sent', () => {
  const towns = useTownCopies({ until: 'approved', recipients: 40 });

  it('answers it, and it is not sent again', async () => {
    const town = await towns.copy();
    const delivered: string[] = [];
    const transport: PaymentTransport = {
      whereIs: () => Promise.resolve('absent'),
      deliver: ({ name }) => {
        delivered.push(name);
        return Promise.resolve('delivered');
      },
    };
    const dying = town.context({
      boundary: (name) => {
        if (name === 'release:delivered') throw new Error('killed');
      },
    });
    await askWhoDied(town);
    const scope = { period: TOWN_PERIOD, owner: 'one', leaseSeconds: 60 };
    const death = await releaseBatches(dying, () => transport, scope).catch(
      (error: unknown) => error,
    );
    expect(String(death)).to.include('killed');
    const [{ messageId }] = (await sentOver(town.db, 'BANK')) as [Sent];
    const stateOf = (): Promise<unknown[]> =>
      many(
        town.db,
        `select d.state, d.sent_at is not null as sent
           from file_dispatch d join payment_file using (file_id) where message_id = :messageId`,
        { messageId },
      );
    expect(await stateOf()).to.deep.equal([{ state: 'claimed', sent: false }]);

    const report = statusReport({ id: 'S-1', about: messageId, group: 'ACSP' });
    expect(await verdictOf(town, report)).to.equal('accepted');
    expect(await stateOf()).to.deep.equal([{ state: 'answered', sent: true }]);
    const before = delivered.length;
    await releaseBatches(town.context(), () => transport, scope);
    expect(delivered.slice(before).filter((name) => name.includes('BANK'))).to.deep.equal([]);
  });
});

describe('what the sandbox counterparts send', () => {
  const towns = useTownCopies({ until: 'answered', recipients: 40 });

  it('is taken from its folders, once', async () => {
    const town = await towns.copy();
    const count = answersOf(town.town).length;
    const settlement = townSettlement(town.town.folder);
    const context = town.context({ at: ANSWERED_AT });
    const first = await receiveFiles(context, settlement, { period: TOWN_PERIOD });
    expect(first).to.deep.equal({ accepted: count, refused: [], repeated: 0 });
    const second = await receiveFiles(context, settlement, { period: TOWN_PERIOD });
    expect(second).to.deep.equal({ accepted: 0, refused: [], repeated: 0 });
  });
});
