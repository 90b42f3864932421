import { expect } from 'chai';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancellationWriter } from '../../adapters/bank/iso20022/cancellation-request.ts';
import {
  bankDecision,
  creditedByReference,
  takeWaitingPayments,
} from '../../adapters/sandbox/bank.ts';
import { requestDecision } from '../../adapters/sandbox/bank-request.ts';
import { settlement as settlementJob } from '../../jobs/07-settlement.ts';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import {
  addCancellation,
  cancellableFile,
  cancellations,
  confirmCancellation,
  declineCancellation,
  openLinesOf,
  recordCancellationSent,
} from '../../src/release/cancellation.sql.ts';
import {
  confirmCancellationBy,
  declineCancellationBy,
  proposeCancellation,
  sendCancellations,
} from '../../src/release/cancel-payments.flow.ts';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { awaitedFiles } from '../../src/settlement/settlement.sql.ts';
import {
  debitEntry,
  notification,
  receive,
  sentOver,
  total,
  whole,
  type Sent,
} from '../support/bank-files.ts';
import { balances } from '../support/end-of-month.ts';
import { outboundOf, sandboxProfile } from '../support/profiles.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { bytes, TOWN_PERIOD, TOWN_SCOPE, townSettlement, townTransports } from '../support/town.ts';

const [CHECKER] = SANDBOX_PERSONS.checkers;
const AT = '2026-11-02T03:00:00Z';
/** Of the town's counterparts. */
const SEED = 7;

/** camt.029: what a bank decided on a request, of the whole file or of the payments named. */
function resolution(of: {
  id: string;
  about: string;
  whole?: string;
  lines?: readonly (readonly [reference: string, status: string, reason?: string])[];
}): string {
  const lines = (of.lines ?? []).map(
    ([reference, status, reason]) =>
      `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxCxlSts>${status}</TxCxlSts>${
        reason === undefined ? '' : `<CxlStsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></CxlStsRsnInf>`
      }</TxInfAndSts>`,
  );
  const group = of.whole === undefined ? '' : `<GrpCxlSts>${of.whole}</GrpCxlSts>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>
<Assgnmt><Id>${of.id}</Id><CreDtTm>2026-11-02T17:00:00+07:00</CreDtTm></Assgnmt><Sts><Conf>${of.whole === undefined ? 'PECR' : 'CNCL'}</Conf></Sts>
<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>${of.about}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${group}</OrgnlGrpInfAndSts>${lines.join('\n')}</CxlDtls>
</RsltnOfInvstgtn></Document>`;
}

describe('a request to cancel what was sent', () => {
  const towns = useTownCopies({
    until: 'released',
    recipients: 20,
  });
  let town: TownCopy;
  let sent: readonly Sent[];
  let message: string;
  let puts: string[];

  beforeEach(async () => {
    town = await towns.copy();
    sent = await sentOver(town.db, 'BANK');
    message = sent[0]?.messageId ?? '';
    puts = [];
  });

  const bank: Transports = () => ({
    whereIs: () => Promise.resolve('absent'),
    deliver: ({ name }) => {
      puts.push(name);
      return Promise.resolve('delivered');
    },
  });
  const by = (actor: string) => town.context({ actor, at: AT });
  const propose = (references: readonly string[] | null, actor: string = SANDBOX_PERSONS.maker) =>
    proposeCancellation(by(actor), cancellationWriter, {
      messageId: message,
      references,
      reason: 'TECH',
      document: 'QD-9',
    });
  const confirmAndSend = async (request: { messageId: string; sha256: string }): Promise<void> => {
    await confirmCancellationBy(by(CHECKER), request);
    await sendCancellations(by('job'), bank, { period: TOWN_PERIOD });
  };
  const stands = async (): Promise<string[]> =>
    (await cancellations(town.db, { period: TOWN_PERIOD, state: null })).map(
      ({ state, cancelledCount, settledCount }) => `${state} ${cancelledCount} ${settledCount}`,
    );

  it('waits after a restore, as payments do', async () => {
    const restored = `insert into epoch (epoch_no, cause, begun_at) values (2, 'restored', now())`;
    await many(town.owner, restored);
    const sending = sendCancellations(by('job'), bank, { period: null });
    expect(await whatRefused(sending)).to.equal('epoch-held');
    await many(town.owner, 'delete from epoch where epoch_no = 2');
  });

  it('is made, confirmed by another over its very bytes, and put once', async () => {
    const request = await propose(null);
    expect(request.messageId).to.equal(`${message}-C1`);
    expect(await sendCancellations(by('job'), bank, { period: null })).to.equal(0);
    expect(await whatRefused(confirmCancellationBy(by(SANDBOX_PERSONS.maker), request))).to.equal(
      'cancellation-not-entitled',
    );
    const others = { ...request, sha256: 'ab'.repeat(32) };
    expect(await whatRefused(confirmCancellationBy(by(CHECKER), others))).to.equal('file-altered');
    await confirmAndSend(request);
    expect(await sendCancellations(by('job'), bank, { period: null })).to.equal(0);
    expect(puts).to.deep.equal([`${message}-C1.xml`]);
    expect(await whatRefused(confirmCancellationBy(by(CHECKER), request))).to.equal(
      'cancellation-not-waiting',
    );
    expect(await stands()).to.deep.equal(['sent 0 0']);
    // It has changed nothing of ours.
    expect((await balances(town.db)).inTransit > 0n).to.equal(true);
  });

  it('is put again when the answer to the put was lost', async () => {
    const request = await propose(null);
    await confirmCancellationBy(by(CHECKER), request);
    const losing: Transports = (profile) => ({
      ...bank(profile),
      deliver: async (file) => {
        await bank(profile).deliver(file);
        throw new Error('the answer was lost');
      },
    });
    let lost = '';
    await sendCancellations(by('job'), losing, { period: null }).catch((error: unknown) => {
      lost = (error as Error).message;
    });
    expect(lost).to.equal('the answer was lost');
    await sendCancellations(by('job'), bank, { period: null });
    expect(puts).to.deep.equal([`${message}-C1.xml`, `${message}-C1.xml`]);
  });

  it('that the bank grants for the whole file owes every line again', async () => {
    await confirmAndSend(await propose(null));
    const before = await balances(town.db);
    await receive(town, [resolution({ id: 'C-1', about: message, whole: 'ACCR' })]);
    const { batches } = await reconcile(town.context({ at: '2026-11-16T02:00:00Z' }));
    const now = await balances(town.db);
    expect(now.owed - before.owed).to.equal(total(sent));
    expect(batches).to.have.length(1);
    expect(await stands()).to.deep.equal([`answered ${sent.length} 0`]);
    const awaited = await awaitedFiles(town.db, { period: TOWN_PERIOD });
    expect(awaited.map(({ channel }) => channel)).to.deep.equal(['POST']);
  });

  it('that the bank grants for one payment ends that one, and the others are paid', async () => {
    const [first, second, ...others] = sent as [Sent, Sent, ...Sent[]];
    await confirmAndSend(await propose([first.reference, second.reference]));
    const block = first.paymentInformationId;
    const paid = [second, ...others];
    await receive(town, [
      notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines: paid }) }),
      resolution({
        id: 'C-1',
        about: message,
        lines: [
          [first.reference, 'ACCR'],
          [second.reference, 'RJCR', 'ARDT'],
        ],
      }),
    ]);
    await reconcile(town.context({ at: '2026-11-16T02:00:00Z' }));
    const outcomes = await many<{ reference: string; outcome: string }>(
      town.db,
      'select end_to_end_id as reference, outcome from payment_outcome',
    );
    const of = new Map(outcomes.map(({ reference, outcome }) => [reference, outcome]));
    expect([of.get(first.reference), of.get(second.reference)]).to.deep.equal([
      'rejected',
      'settled',
    ]);
    expect(await stands()).to.deep.equal([`answered 1 ${paid.length}`]);
  });

  it('that the bank refuses says nothing of where the payments are', async () => {
    await confirmAndSend(await propose(null));
    await receive(town, [resolution({ id: 'C-1', about: message, whole: 'RJCR' })]);
    await reconcile(town.context({ at: '2026-11-16T02:00:00Z' }));
    const states = await many(town.db, `select distinct state from file_dispatch order by 1`);
    expect(states).to.deep.equal([{ state: 'sent' }]);
    expect(await stands()).to.deep.equal(['answered 0 0']);
  });

  it('is refused for what is not there, and to a bank that would not answer', async () => {
    const [first] = sent as [Sent];
    expect(await whatRefused(propose(null, CHECKER))).to.equal('cancellation-not-entitled');
    expect(await whatRefused(propose([first.reference, 'AS-NOT-OURS']))).to.equal(
      'payment-not-cancellable',
    );
    expect(await whatRefused(propose([]))).to.equal('payment-not-cancellable');
    const [cash] = await sentOver(town.db, 'POST');
    const toPost = proposeCancellation(by(SANDBOX_PERSONS.maker), cancellationWriter, {
      messageId: cash?.messageId ?? '',
      references: null,
      reason: 'CUST',
      document: 'QD-9',
    });
    expect(await whatRefused(toPost)).to.equal('channel-takes-no-cancellation');
    const list = outboundOf(sandboxProfile('BANK'), { format: 'treasury-09' });
    const of = { head: {} as never, lines: [] };
    expect(await whatRefused(whole(cancellationWriter(list, new Map(), of)))).to.equal(
      'channel-takes-no-cancellation',
    );
  });

  it('waits alone, and is ended by a checker or by who proposed it', async () => {
    const first = await propose(null);
    expect(await whatRefused(propose(null))).to.equal('cancellation-waits');
    const ended = (actor: string, messageId = first.messageId): Promise<string> =>
      whatRefused(declineCancellationBy(by(actor), { messageId, reason: 'Nhầm tệp' }));
    expect(await ended('somebody')).to.equal('cancellation-not-entitled');
    expect(await ended(SANDBOX_PERSONS.maker)).to.equal('nothing');
    expect(await ended(CHECKER)).to.equal('cancellation-not-waiting');
    expect(await whatRefused(confirmCancellationBy(by(CHECKER), first))).to.equal(
      'cancellation-not-waiting',
    );
    const second = await propose(null);
    expect(second.messageId).to.equal(`${message}-C2`);
    expect(await ended(CHECKER, second.messageId)).to.equal('nothing');
    expect(await sendCancellations(by('job'), bank, { period: null })).to.equal(0);
    expect(await stands()).to.deep.equal(['declined 0 0', 'declined 0 0']);
    const events = await many<{ actor: string }>(
      town.db,
      `select actor from audit_event where action = 'cancellation-declined' order by 1`,
    );
    expect(events.map(({ actor }) => actor)).to.deep.equal([CHECKER, SANDBOX_PERSONS.maker].sort());
    // No statement can bring it to life again.
    const { fileId } = (await cancellations(town.db, { period: null, state: 'declined' }))[0] ?? {};
    const revived = triedAndUndone(town.db, (tx) =>
      many(
        tx,
        `update cancellation_request set declined_by = null, declined_at = null,
                       declined_reason = null where file_id = ${fileId}`,
      ),
    );
    expect(await revived).to.equal('a_request_is_confirmed_and_sent_once');
  });

  it('says which payments of which file, and a reader of XML takes it', async () => {
    const [first] = sent as [Sent];
    const { sha256 } = await propose([first.reference]);
    const text = await whole(town.context().archive.open(sha256));
    expect(text).to.include('urn:iso:std:iso:20022:tech:xsd:camt.055.001.08');
    expect(text).to.include(`<OrgnlMsgId>${message}</OrgnlMsgId>`);
    expect(text).to.include(`<OrgnlEndToEndId>${first.reference}</OrgnlEndToEndId>`);
    expect(text).to.include(`<CtrlSum>${first.amount}</CtrlSum>`);
    // It is no answer, so the reader of answers refuses it, and as well-formed XML.
    const read = async (): Promise<void> => {
      for await (const some of bankFileReader().read(bytes([text]))) expect(some).to.be.an('array');
    };
    expect(await whatRefused(read())).to.equal('file-malformed');
  });

  it('keeps its rules, whoever calls', async () => {
    const { messageId, sha256 } = await propose(null);
    const file = await cancellableFile(town.db, { messageId: message });
    if (file === undefined) throw new Error('the file was sent');
    expect(file.requestNo).to.equal(2);
    expect(await openLinesOf(town.db, { fileId: file.fileId, references: [] })).to.deep.equal([]);
    const at = new Date(AT);
    const [request] = await cancellations(town.db, { period: null, state: 'proposed' });
    const fileId = request?.fileId ?? 0n;
    const tried = (work: Parameters<typeof triedAndUndone>[1]): Promise<string> =>
      triedAndUndone(town.db, work);
    const maker = SANDBOX_PERSONS.maker;
    expect(
      await tried((tx) => confirmCancellation(tx, { messageId, sha256, by: maker, at })),
    ).to.equal('another_person_confirms');
    expect(
      await tried(async (tx) => {
        expect(await recordCancellationSent(tx, { fileId, actor: 'x', at })).to.equal(undefined);
        await confirmCancellation(tx, { messageId, sha256, by: CHECKER, at });
        expect(await recordCancellationSent(tx, { fileId, actor: 'x', at })).to.deep.equal({
          fileId,
        });
        expect(await recordCancellationSent(tx, { fileId, actor: 'x', at })).to.equal(undefined);
        await many(tx, 'update cancellation_request set sent_at = now()');
      }),
    ).to.equal('a_request_is_confirmed_and_sent_once');
    const ended = { messageId, by: CHECKER, at };
    expect(await tried((tx) => declineCancellation(tx, { ...ended, reason: '' }))).to.equal(
      'a_no_has_a_reason',
    );
    const again = {
      ...file,
      paymentFileId: file.fileId,
      messageId,
      isWhole: true,
      reason: 'CUST',
      document: 'x',
      by: maker,
      at,
    } as const;
    expect(await tried((tx) => addCancellation(tx, again))).to.equal(
      'cancellation_request_message_id_key',
    );
  });

  describe('carried to the bank of the sandbox and back', () => {
    let folder = '';
    /** The job, with the counterparts that it asks. */
    const settle = async (): Promise<void> => {
      const outside = { ...townSettlement(folder), transports: townTransports(folder) };
      await settlementJob.run(
        town.context({ actor: 'job/settlement', at: '2026-11-16T02:00:00Z' }),
        outside as unknown as Parameters<typeof settlementJob.run>[1],
        { ...TOWN_SCOPE, officer: 'CB-01', unitCode: '40' },
      );
    };
    const bankWorks = (): Promise<number> =>
      takeWaitingPayments({ folder: join(folder, 'bank'), seed: SEED });
    const credited = (): Promise<Map<string, bigint>> => creditedByReference(join(folder, 'bank'));
    const outcomes = async (): Promise<Map<string, string>> => {
      const rows = await many<{ reference: string; what: string }>(
        town.db,
        `select o.end_to_end_id as reference, concat_ws(' ', o.outcome, r.reason) as what
           from payment_outcome o left join payment_return r using (recipient_id, period, end_to_end_id)`,
      );
      return new Map(rows.map(({ reference, what }) => [reference, what]));
    };

    /** Payments of the file that have left the account for good, as far as the bank is not asked. */
    const executed = (): Sent[] =>
      sent.filter(
        ({ messageId, reference }) =>
          messageId === message && bankDecision(SEED, reference).outcome === 'executed',
      );
    const isAgreed = ({ reference }: Sent): boolean =>
      requestDecision(SEED, reference).refused === '';

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'an-sinh-asked-back-'));
      cpSync(town.town.folder, folder, { recursive: true });
      for (const one of ['bank', 'post']) mkdirSync(join(folder, one, 'out'), { recursive: true });
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('brings back what payees agree to, and leaves the rest where it is', async () => {
      const request = await propose(null);
      await confirmCancellationBy(by(CHECKER), request);
      await settle();
      // The payments and the request wait together; the bank takes them as they were put.
      await bankWorks();
      await settle();
      await reconcile(town.context({ at: '2026-11-16T03:00:00Z' }));

      const agreed = executed().filter(isAgreed);
      expect(agreed.length).to.be.within(1, executed().length - 1);
      const became = await outcomes();
      for (const one of executed()) {
        const what = agreed.includes(one) ? 'settled FOCR' : 'settled';
        expect(became.get(one.reference), one.reference).to.equal(what);
      }
      const [answered] = await cancellations(town.db, { period: TOWN_PERIOD, state: 'answered' });
      expect(answered?.messageId).to.equal(request.messageId);

      // What came back is owed again, and our books are those of the bank.
      const { paid, inTransit } = await balances(town.db);
      const nets = await credited();
      expect(paid).to.equal([...nets.values()].reduce((all, net) => all + net, 0n));
      expect(inTransit).to.equal(total(await sentOver(town.db, 'POST')));
      for (const { reference } of agreed) expect(nets.get(reference)).to.equal(0n);
    });

    it('is asked twice and comes back once', async () => {
      const agreed = executed().find(isAgreed);
      if (agreed === undefined) throw new Error('nobody agrees');
      for (let i = 0; i < 2; i += 1) {
        // Asked before our books know of the first answer.
        const request = await propose([agreed.reference]);
        await confirmCancellationBy(by(CHECKER), request);
        await sendCancellations(by('job'), townTransports(folder), { period: TOWN_PERIOD });
      }
      await bankWorks();
      await settle();
      await reconcile(town.context({ at: '2026-11-16T03:00:00Z' }));
      expect((await outcomes()).get(agreed.reference)).to.equal('settled FOCR');
      expect((await credited()).get(agreed.reference)).to.equal(0n);
    });
  });
});
