import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { Period } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { strayStatus } from '../../src/settlement/settlement.sql.ts';
import type { RehearsalResult } from '../../src/reconciliation/rehearsal.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  notification,
  sentOver,
  statement,
  statusReport,
  total,
  verdictOf,
  type Line,
  type Sent,
} from '../support/bank-files.ts';
import { document, rehearsed } from '../support/rehearsal.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_SCOPE } from '../support/town.ts';

// What a bank is shown before anything is real has to come true: the files of an erring bank, drawn from a
// seed and in a drawn order, go through the rehearsal and through a month on PostgreSQL, and both must say
// the same of every file, of every payment, of the money and of what a person has to explain.

const OPENING = 5_000_000_000_000n;
const SEEDS = Number(process.env.REHEARSED_SEEDS ?? 6);
const LINES_PER_FILE = 9;

const bank = sandboxProfile('BANK');
const PROFILE: BankProfile = {
  ...bank,
  version: 2,
  outbound: {
    ...bank.outbound,
    limits: { ...bank.outbound.limits, linesPerFile: LINES_PER_FILE },
  },
  inbound: {
    ...bank.inbound,
    readers: [...bank.inbound.readers, 'camt.029'],
    tolerance: { ...bank.inbound.tolerance, lineFault: 'quarantine' },
  },
};

type Draw = (below: number) => number;

/** The same numbers for a seed (mulberry32). */
function numbersOf(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

// ---- what the bank does

/** What it says of one payment, and what it books. */
interface Fate {
  readonly status: '' | 'RJCT' | 'AM05' | 'ACSP' | 'CANC' | 'ODD' | 'SHORT';
  readonly debits: readonly bigint[];
  readonly credits: readonly bigint[];
  readonly isMistaken?: boolean;
  readonly isUndone?: boolean;
}

const PAID: Fate = { status: '', debits: [0n], credits: [] };
const NOTHING: Omit<Fate, 'status'> = { debits: [], credits: [] };
const FATES: readonly Fate[] = [
  { status: 'RJCT', ...NOTHING },
  { status: 'CANC', ...NOTHING },
  { status: 'AM05', ...NOTHING },
  { status: 'AM05', debits: [0n], credits: [] },
  { status: 'ACSP', debits: [0n], credits: [] },
  { status: 'ODD', debits: [0n], credits: [] },
  { status: 'SHORT', debits: [0n], credits: [] },
  { status: '', ...NOTHING },
  { status: '', debits: [0n], credits: [0n] },
  { status: '', debits: [0n], credits: [0n, 0n] },
  { status: '', debits: [0n], credits: [-1n] },
  { status: '', debits: [1n], credits: [] },
  { status: '', debits: [-1n], credits: [] },
  { status: '', debits: [0n, 0n], credits: [] },
  { status: '', debits: [0n], credits: [], isMistaken: true },
  { status: '', debits: [0n], credits: [], isUndone: true },
  { status: '', debits: [], credits: [0n] },
  { status: 'RJCT', debits: [0n], credits: [] },
  { status: 'RJCT', debits: [0n], credits: [0n] },
  { status: 'RJCT', debits: [], credits: [0n] },
];

const REASONS = ['AC04', 'AC06', 'BE01', 'MD07'];
const pick = <Item>(draw: Draw, from: readonly Item[]): Item => from[draw(from.length)] as Item;

function shuffled<Item>(draw: Draw, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: draw(1 << 20) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The files of a bank, in the order in which they come. */
function filesOf(seed: number, sent: readonly Sent[]): string[] {
  const draw = numbersOf(seed);
  const byMessage = new Map<string, Sent[]>();
  for (const line of sent) {
    byMessage.set(line.messageId, [...(byMessage.get(line.messageId) ?? []), line]);
  }
  const files: string[] = [];
  const entries: string[] = [];
  let closing = OPENING;
  for (const [nth, lines] of [...byMessage.values()].entries()) {
    const said = answersTo(draw, nth, {
      lines,
      others: sent.filter((line) => !lines.includes(line)),
    });
    files.push(...said.files);
    entries.push(...said.stated);
    closing += said.movedVnd;
  }
  files.push(
    statement({ id: 'T-1', sequence: 1, opening: OPENING, closing, entries: entries.join('\n') }),
  );
  return disturbed(draw, files, sent);
}

function answersTo(
  draw: Draw,
  nth: number,
  { lines, others }: Record<'lines' | 'others', readonly Sent[]>,
): { files: string[]; stated: string[]; movedVnd: bigint } {
  const [{ messageId: about, paymentInformationId: block }] = lines as [Sent];
  const totals = `<OrgnlNbOfTxs>${lines.length}</OrgnlNbOfTxs>`;
  if (nth > 0 && draw(4) === 0) {
    // Refused or cancelled whole: nothing of it is booked.
    const refusal = statusReport({ id: `S-${nth}`, about, group: 'RJCT', groupReason: 'FF01' });
    return {
      files: [draw(2) === 0 ? refusal : decided(`C-${nth}`, about, { isWhole: true })],
      stated: [],
      movedVnd: 0n,
    };
  }
  const laid = lines.map((line, i) => ({
    line,
    reason: pick(draw, REASONS),
    // The file was taken: something of it is booked.
    fate: i === 0 || draw(3) === 0 ? PAID : pick(draw, FATES),
  }));
  const told = laid.flatMap(
    ({ line, fate: { status }, reason }): (Line & { status?: string })[] => {
      if (status === 'RJCT') return [{ ...line, reason }];
      if (status === 'AM05') return [{ ...line, reason: 'AM05' }];
      if (status === 'ACSP') return [{ ...line, status: 'ACSP' }];
      if (status === 'ODD') return [{ ...line, status: 'ZZZZ' }];
      return status === 'SHORT'
        ? [{ ...line, amount: line.amount - 1n, status: 'RJCT', reason }]
        : [];
    },
  );
  const cancelled = laid.flatMap(({ line, fate, reason }) =>
    fate.status === 'CANC' ? [{ ...line, reason }] : [],
  );
  const debits = laid.flatMap(({ line, fate }) =>
    fate.debits.map((offset): Line => ({
      reference:
        fate.isMistaken === true ? line.reference.replace(/N1T1$/, '9999N1T1') : line.reference,
      amount: line.amount + offset,
    })),
  );
  const credits = laid.flatMap(({ line, fate, reason }, i) =>
    fate.credits.map((offset, again): Line => ({
      reference: line.reference,
      amount: line.amount + offset,
      reason,
      entry: `R-${nth}-${i}-${again}`,
    })),
  );
  const undone = laid.flatMap(({ line, fate }, i) =>
    fate.isUndone === true ? [{ ...line, entry: `V-${nth}-${i}`, reason: 'AM05' }] : [],
  );
  const cut = draw(3) === 0 ? draw(debits.length) : debits.length;
  const sums = [debits.slice(0, cut), debits.slice(cut)]
    .map((of, i) => ({ reference: `D-${nth}-${i}`, block, lines: of }))
    .filter(({ lines: of }) => of.length > 0);
  // Now and then a payment of another file is refused in the answer to this one.
  const strays: Line[] =
    draw(3) === 0 ? others.slice(0, 1).map((line) => ({ ...line, reason: 'AC04' })) : [];
  const report = statusReport({
    id: `S-${nth}`,
    about,
    group: 'PART',
    blockId: pick(draw, [block, block, 'NOTPROVIDED']),
    lines: [...told, ...strays],
  }).replace('<GrpSts>', `${totals}<GrpSts>`);
  const files = [
    report,
    ...sums.map((sum, i) => notification({ id: `N-${nth}-${i}`, entries: debitEntry(sum) })),
  ];
  if (cancelled.length > 0) files.push(decided(`C-${nth}`, about, { lines: cancelled }));
  if (credits.length > 0) {
    files.push(notification({ id: `B-${nth}`, entries: creditEntries(credits) }));
  }
  if (undone.length > 0) {
    const reversed = creditEntries(undone).replaceAll(
      '<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts>',
      '<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>\n<Sts>',
    );
    files.push(notification({ id: `V-${nth}`, entries: reversed }));
  }
  const stated = [
    ...sums.map(bookedSum),
    creditEntries(credits).replaceAll(/<NtryDtls>.*?<\/NtryDtls>/gs, ''),
  ];
  return { files, stated, movedVnd: total(credits) - total(debits) };
}

/** camt.029: what was decided of a request to cancel, of the whole file or of some payments. */
function decided(
  id: string,
  about: string,
  of: { isWhole?: boolean; lines?: readonly Line[] },
): string {
  const lines = (of.lines ?? []).map(
    ({ reference, reason = '' }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts>` +
      `<CxlStsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></CxlStsRsnInf></TxInfAndSts>`,
  );
  const group = of.isWhole === true ? '<GrpCxlSts>ACCR</GrpCxlSts>' : '';
  return document(
    'camt.029.001.09',
    `<RsltnOfInvstgtn><Assgnmt><Id>${id}</Id></Assgnmt><Sts><Conf>PECR</Conf></Sts><CxlDtls>` +
      `<OrgnlGrpInfAndSts><OrgnlMsgId>${about}</OrgnlMsgId>${group}</OrgnlGrpInfAndSts>` +
      `${lines.join('')}</CxlDtls></RsltnOfInvstgtn>`,
  );
}

/** camt.029 about two messages: the first is granted, the second is refused, and one payment of it is not. */
function decidedOnTwo(
  id: string,
  of: { granted: string; refused: string; line?: Sent | undefined },
): string {
  const group = (about: string, status: string): string =>
    `<OrgnlGrpInfAndSts><OrgnlMsgId>${about}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>` +
    `<GrpCxlSts>${status}</GrpCxlSts></OrgnlGrpInfAndSts>`;
  const line =
    of.line === undefined
      ? ''
      : `<TxInfAndSts><OrgnlEndToEndId>${of.line.reference}</OrgnlEndToEndId>` +
        '<TxCxlSts>ACCR</TxCxlSts></TxInfAndSts>';
  return document(
    'camt.029.001.09',
    `<RsltnOfInvstgtn><Assgnmt><Id>${id}</Id></Assgnmt><Sts><Conf>PECR</Conf></Sts>` +
      `<CxlDtls>${group(of.granted, 'ACCR')}</CxlDtls>` +
      `<CxlDtls>${group(of.refused, 'RJCR')}${line}</CxlDtls></RsltnOfInvstgtn>`,
  );
}

/** What also comes: the same again, another under the same name, files for others, cut ones, wrong totals. */
function disturbed(draw: Draw, files: readonly string[], sent: readonly Sent[]): string[] {
  const [{ messageId: about }] = sent as [Sent];
  const one = pick(draw, files);
  const status = (id: string, to: string): string =>
    statusReport({ id, about: to, group: 'PART', lines: [] });
  const [last, first] = [sent.at(-1)?.messageId ?? '', about];
  const more = [
    decidedOnTwo('C-TWO', { granted: first, refused: last, line: pick(draw, sent) }),
    decidedOnTwo('C-WHOLE', { granted: last, refused: first }),
    one,
    pick(draw, files),
    `${one}\n`,
    pick(draw, files).slice(0, -12),
    status('S-OTHER', 'NOBODYS-FILE'),
    // It answers this file and names the block of another.
    statusReport({
      id: 'S-BLOCK',
      about,
      blockId: sent.at(-1)?.paymentInformationId ?? '',
      block: 'RJCT',
    }),
    status('S-MANY', about).replace('<GrpSts>', '<OrgnlNbOfTxs>1000</OrgnlNbOfTxs><GrpSts>'),
    status('S-OVER', about).replace(
      '</GrpSts>',
      '</GrpSts><NbOfTxsPerSts><DtldNbOfTxs>1000</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>',
    ),
    notification({ id: 'N-OTHER', account: '9', entries: creditEntries([]) }),
    notification({
      id: 'N-COUNT',
      entries: debitEntry({ reference: 'D-X', block: 'X', lines: sent.slice(0, 1), count: 2 }),
    }),
  ];
  return shuffled(draw, [...files, ...more]);
}

// ---- what both say

/** One payment, in words that both have. */
interface Told {
  readonly state: string;
  readonly reason: string;
  readonly amount: string;
  readonly bookedOn: string | null;
  readonly returnedOn: string | null;
}

interface Comparable {
  readonly verdicts: readonly string[];
  readonly payments: Readonly<Record<string, Told>>;
  readonly money: Readonly<Record<string, string>>;
  readonly breaks: readonly string[];
}

/** States of a payment of which a month knows only that it is not at its end. */
const ON_THE_WAY = /^(?:SENT|UNKNOWN|ACKNOWLEDGED|PENDING|ACCEPTED|IN_SETTLEMENT)$/;

/** What a month calls it. */
const IN_A_MONTH: Readonly<Record<string, string>> = {
  'returned-amount-differs': 'amount-differs',
  'foreign-debit': 'not-instructed',
  'answers-unknown-message': 'file-for-another-payer',
  'reference-of-another-message': 'unknown-reference',
  'unknown-block': 'file-malformed',
};

/** A month says of these when its batch is closed, of each payment without an end: not answered. */
const AT_THE_CLOSE = /^(?:refused-as-repeated|not-answered|sum-differs)$/;

function ofRehearsal(
  { files, payments, ledger, breaks }: RehearsalResult,
  came: readonly string[],
): Comparable {
  const named = (kind: string): string => IN_A_MONTH[kind] ?? kind;
  const money = (...names: readonly string[]): string =>
    String(names.reduce((sum, name) => sum + BigInt(ledger[`${name}Vnd`] ?? 0), 0n));
  return {
    verdicts: files.map(({ verdict, reason }, i) => {
      if (verdict === 'refused') return named(reason.split(':')[0] ?? '');
      if (verdict !== 'duplicate') return 'accepted';
      // The same words in other bytes are no copy to a month, and have as little effect.
      return came.indexOf(came[i] ?? '') < i ? 'repeated' : 'message-repeated';
    }),
    payments: Object.fromEntries(
      payments.map(({ endToEndId, state, reasonCodes, amount, bookedOn, returnedOn }) => [
        endToEndId,
        ON_THE_WAY.test(state)
          ? { state: 'OPEN', reason: '', amount, bookedOn: null, returnedOn: null }
          : { state, reason: reasonCodes[0] ?? '', amount, bookedOn, returnedOn },
      ]),
    ),
    money: {
      inTransit: money('inTransit'),
      paid: money('paid', 'held'),
      owedAgain: money('returned', 'rejected', 'cancelled'),
    },
    breaks: distinct(
      breaks
        .filter(({ kind }) => !AT_THE_CLOSE.test(kind))
        .map(({ kind, reference }) => `${named(kind)} ${reference}`),
    ),
  };
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

async function ofMonth(town: TownCopy, files: readonly string[]): Promise<Comparable> {
  const verdicts: string[] = [];
  for (const file of files) verdicts.push(await verdictOf(town, file));
  await reconcile(town.context({ at: '2026-11-17T01:00:00Z' }));
  const payments = await many<Told & { reference: string }>(
    town.db,
    `select i.end_to_end_id as reference, i.amount_vnd::text as amount,
            case when o.outcome is null then 'OPEN'
                 when o.outcome = 'settled' and v.reference is not null then 'HELD'
                 when r.end_to_end_id is not null then 'RETURNED'
                 when o.outcome = 'settled' then 'PAID'
                 when coalesce(nullif(l.status, ''), f.group_status) = 'CANC' then 'CANCELLED'
                 else 'REJECTED' end as state,
            case when o.outcome = 'settled' and v.reference is not null then 'AM05'
                 else coalesce(r.reason, nullif(o.reason, ''), '') end as reason,
            case when o.outcome = 'settled' then o.booked_on end as "bookedOn",
            case when v.reference is null then r.booked_on end as "returnedOn"
       from payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id and b.channel = 'BANK'
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
       left join settlement_line l
         on l.recipient_id = o.recipient_id and l.period = o.period and l.file_id = o.file_id
        and l.line_no = o.line_no
       left join settlement_file f on f.file_id = o.file_id
       left join (select distinct reference from settlement_set_aside where rule = 'reversal') v
         on v.reference = i.end_to_end_id`,
  );
  const breaks = await many<{ kind: string; reference: string }>(
    town.db,
    `select coalesce(s.rule, b.kind) as kind, b.reference
       from reconciliation_break b left join settlement_set_aside s using (break_id)
      where b.resolved_at is null`,
  );
  return {
    verdicts,
    payments: Object.fromEntries(payments.map(({ reference, ...told }) => [reference, told])),
    money: await moneyOf(town),
    breaks: distinct(
      breaks
        .filter(({ kind }) => !AT_THE_CLOSE.test(kind))
        .map(({ kind, reference }) => `${kind} ${reference}`),
    ),
  };
}

/** What the ledger says of the payments of the bank, in dong. */
async function moneyOf(town: TownCopy): Promise<Record<string, string>> {
  const [row] = await many<Record<'inTransit' | 'paid' | 'owedAgain', string>>(
    town.db,
    `with moved as (
       select t.* from ledger_transfer t
         join disbursement_batch b on b.batch_id = t.batch_id and b.channel = 'BANK'
     ),
     balance as (
       select account, sum(vnd) as vnd from (
         select credit_account as account, amount_vnd as vnd from moved
         union all
         select debit_account, -amount_vnd from moved) side
        group by 1
     )
     select coalesce((select vnd from balance where account = 'in_transit'), 0)::text as "inTransit",
            coalesce((select vnd from balance where account = 'paid'), 0)::text as paid,
            coalesce((select sum(amount_vnd) from moved where credit_account = 'owed'), 0)::text
              as "owedAgain"`,
  );
  if (row === undefined) throw new Error('the ledger says nothing');
  return { ...row };
}

describe('a rehearsal and a month', function () {
  this.timeout(120_000);
  const towns = useTownCopies({
    until: 'released',
    recipients: 60,
    async prepare(test) {
      await setUpSandbox(test.context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
      await putInUse(test, PROFILE);
    },
  });

  /** What lies with the bank, byte for byte. */
  const paymentFiles = (town: TownCopy): string[] => {
    const folder = join(town.town.folder, 'bank', 'in');
    const names = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
  };

  it('take no word about a payment of another file, which is not paid again by it', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const [{ messageId: about }] = sent as [Sent];
    const other = sent.find((line) => line.messageId !== about);
    if (other === undefined) throw new Error('one file was sent');
    const stray = (id: string): string =>
      statusReport({ id, about, group: 'PART', lines: [{ ...other, reason: 'AC04' }] });
    expect(await verdictOf(town, stray('S-1'))).to.equal('accepted');
    const [heard] = await many<{ fileId: bigint; firstPeriod: Period; lastPeriod: Period }>(
      town.db,
      `select file_id as "fileId", first_period as "firstPeriod", last_period as "lastPeriod"
         from settlement_file`,
    );
    if (heard === undefined) throw new Error('nothing was received');
    const of = { ...heard, channel: 'BANK' };
    const found = await write(town.db, async (tx) => [
      (await strayStatus(tx, { ...of, messageId: about }))?.path.split('/').at(-1),
      await strayStatus(tx, { ...of, messageId: other.messageId }),
    ]);
    expect(found).to.deep.equal(['TxInfAndSts[1]', undefined]);
    const own = sent.filter(({ messageId }) => messageId === about);
    const [{ paymentInformationId: block }] = own as [Sent];
    const booked = debitEntry({ reference: 'D-1', block, lines: own });
    const { money, breaks } = await ofMonth(town, [notification({ id: 'N-1', entries: booked })]);
    expect(money).to.deep.equal({
      inTransit: String(total(sent) - total(own)),
      paid: String(total(own)),
      owedAgain: '0',
    });
    expect(breaks).to.deep.equal([`unknown-reference ${other.reference}`]);
    // A profile that tolerates no fault of a line takes nothing of the file.
    const { tolerance } = PROFILE.inbound;
    const inbound = {
      ...PROFILE.inbound,
      tolerance: { ...tolerance, lineFault: 'refuse' as const },
    };
    await putInUse(town, { ...PROFILE, version: 3, inbound });
    expect(await verdictOf(town, stray('S-2'))).to.equal('file-malformed');
  });

  it('give each word on a request to cancel to the message that it names', async () => {
    const town = await towns.copy();
    const sent = await sentOver(town.db, 'BANK');
    const messages = [...new Set(sent.map(({ messageId }) => messageId))];
    const [granted = '', refused = ''] = messages;
    const [line] = sent.filter(({ messageId }) => messageId === refused);
    const files = [
      decidedOnTwo('C-1', { granted, refused }),
      decidedOnTwo('C-2', { granted, refused, line }),
    ];
    const owedBefore = total(sent);
    const rehearsal = ofRehearsal(await rehearsed(paymentFiles(town), files, PROFILE), files);
    expect(rehearsal.breaks).to.deep.equal(['cancelled-whole ']);
    expect(rehearsal.money).to.deep.equal({
      inTransit: String(owedBefore - (line?.amount ?? 0n)),
      paid: '0',
      owedAgain: String(line?.amount),
    });
    const month = await ofMonth(town, files);
    expect(month.breaks).to.deep.equal(rehearsal.breaks);
    // Nothing is owed again while the bank may yet book the file of that payment.
    expect(month.money).to.deep.equal({
      inTransit: String(owedBefore),
      paid: '0',
      owedAgain: '0',
    });
  });

  for (let seed = 1; seed <= SEEDS; seed += 1) {
    it(`say the same of every file, payment, dong and break (seed ${seed})`, async () => {
      const town = await towns.copy();
      const sent = await sentOver(town.db, 'BANK');
      const files = filesOf(seed, sent);
      const rehearsal = ofRehearsal(await rehearsed(paymentFiles(town), files, PROFILE), files);
      const month = await ofMonth(town, files);
      expect(month.verdicts).to.deep.equal(rehearsal.verdicts);
      expect(month.breaks).to.deep.equal(rehearsal.breaks);
      for (const [reference, told] of Object.entries(rehearsal.payments)) {
        expect(month.payments[reference], reference).to.deep.equal(told);
      }
      expect(Object.keys(month.payments)).to.have.length(Object.keys(rehearsal.payments).length);
      expect(month.money).to.deep.equal(rehearsal.money);
    });
  }
});
