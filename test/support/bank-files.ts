import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import type { Period } from '../../src/kernel/period.ts';
import { many, type Db } from '../../src/platform/db.ts';
import { receiveFiles, type Received } from '../../src/settlement/receive-files.flow.ts';
import type { Inbox } from '../../src/settlement/inbox.port.ts';
import { message } from './bank-messages.ts';
import type { TestDatabase } from './database.ts';
import { bytes, TOWN_PERIOD } from './town.ts';

// What a bank writes, drawn from lines: so that a test can let it say what no honest bank would.

/** One instruction that was released, as its bank knows it. */
export interface Sent {
  readonly reference: string;
  readonly amount: bigint;
  readonly messageId: string;
  readonly paymentInformationId: string;
}

/** Every instruction of a channel, in the order of its files. */
export function sentOver(db: Db, channel: string): Promise<Sent[]> {
  return many(
    db,
    `select i.end_to_end_id as reference, i.amount_vnd as amount, p.message_id as "messageId",
            p.payment_information_id as "paymentInformationId"
       from payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id and b.channel = :channel
       join payment_file p on p.batch_id = i.batch_id
        and (i.recipient_id, i.end_to_end_id)
            between (p.first_recipient_id, p.first_reference) and (p.last_recipient_id, p.last_reference)
      order by p.file_id, i.recipient_id, i.end_to_end_id`,
    { channel },
  );
}

/** The account of the sandbox payer. */
const PAYER_ACCOUNT = '3713000000040';
const DAY = '2026-11-02';

export interface Line {
  readonly reference: string;
  readonly amount: bigint;
  readonly reason?: string;
  /** Of a return: its own entry. */
  readonly entry?: string;
}

export function total(lines: readonly { readonly amount: bigint }[]): bigint {
  return lines.reduce((sum, { amount }) => sum + amount, 0n);
}

const header = (id: string, day: string = DAY): string =>
  `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>${day}T17:00:00+07:00</CreDtTm></GrpHdr>`;

const reasonOf = (code: string | undefined): string =>
  code === undefined ? '' : `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`;

/** pain.002: what a bank says of a file of ours, and of the lines that it names. */
export function statusReport(of: {
  id: string;
  about: string;
  group?: string;
  groupReason?: string;
  block?: string;
  /** The block as the file named it; banks may name none. */
  blockId?: string;
  lines?: readonly (Line & { readonly status?: string })[];
  day?: string;
}): string {
  const lines = (of.lines ?? []).map(
    ({ reference, amount, reason, status = 'RJCT' }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxSts>${status}</TxSts>
${reasonOf(reason)}<OrgnlTxRef><Amt><InstdAmt Ccy="VND">${amount}</InstdAmt></Amt></OrgnlTxRef>
</TxInfAndSts>`,
  );
  const group = of.group === undefined ? '' : `<GrpSts>${of.group}</GrpSts>`;
  const block = of.block === undefined ? '' : `<PmtInfSts>${of.block}</PmtInfSts>`;
  const blocks =
    lines.length === 0 && of.block === undefined
      ? ''
      : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${of.blockId ?? 'NOTPROVIDED'}</OrgnlPmtInfId>${block}${lines.join('')}</OrgnlPmtInfAndSts>`;
  return message(
    'pain.002.001.10',
    `${header(of.id, of.day)}<OrgnlGrpInfAndSts><OrgnlMsgId>${of.about}</OrgnlMsgId>
<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${group}${reasonOf(of.groupReason)}</OrgnlGrpInfAndSts>${blocks}`,
  );
}

const account = (id: string): string =>
  `<Acct><Id><Othr><Id>${id}</Id></Othr></Id><Ccy>VND</Ccy></Acct>`;

/** An entry of the account, with what stands in it. */
export function entry(of: {
  amount: bigint;
  side: 'DBIT' | 'CRDT';
  reference: string;
  status?: string;
  details?: string;
  day?: string;
}): string {
  return `<Ntry><Amt Ccy="VND">${of.amount}</Amt><CdtDbtInd>${of.side}</CdtDbtInd>
<Sts><Cd>${of.status ?? 'BOOK'}</Cd></Sts><BookgDt><Dt>${of.day ?? DAY}</Dt></BookgDt>
<AcctSvcrRef>${of.reference}</AcctSvcrRef>${of.details ?? ''}</Ntry>`;
}

const batchOf = (of: { block: string; lines: readonly Line[]; count?: number }): string =>
  `<Btch><PmtInfId>${of.block}</PmtInfId><NbOfTxs>${of.count ?? of.lines.length}</NbOfTxs>
<TtlAmt Ccy="VND">${total(of.lines)}</TtlAmt></Btch>`;

const detail = ({ reference, amount, reason }: Line, side: string): string =>
  `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs><Amt Ccy="VND">${amount}</Amt>
<CdtDbtInd>${side}</CdtDbtInd>${
    reason === undefined ? '' : `<RtrInf><Rsn><Cd>${reason}</Cd></Rsn></RtrInf>`
  }</TxDtls>`;

/** The entry of a debit with a detail for each line. */
export function debitEntry(of: {
  reference: string;
  block: string;
  lines: readonly Line[];
  amount?: bigint;
  count?: number;
  day?: string;
}): string {
  const details = `<NtryDtls>${batchOf(of)}${of.lines.map((line) => detail(line, 'DBIT')).join('\n')}</NtryDtls>`;
  return entry({ ...of, amount: of.amount ?? total(of.lines), side: 'DBIT', details });
}

/** One entry of several lines that came back. */
export function creditEntry(of: {
  reference: string;
  lines: readonly Line[];
  day?: string;
}): string {
  const details = of.lines.map((line) => detail({ reason: 'AC04', ...line }, 'CRDT')).join('\n');
  return entry({
    ...of,
    amount: total(of.lines),
    side: 'CRDT',
    details: `<NtryDtls>${details}</NtryDtls>`,
  });
}

/** An entry for each line that came back; by default one of its own, named after its place. */
export function creditEntries(lines: readonly Line[], day: string = DAY): string {
  return lines
    .map((line, i) => creditEntry({ reference: line.entry ?? `R-${i + 1}`, lines: [line], day }))
    .join('\n');
}

/** camt.054 of some entries. */
export function notification(of: {
  id: string;
  entries: string;
  account?: string;
  day?: string;
}): string {
  return message(
    'camt.054.001.08',
    `${header(of.id, of.day)}<Ntfctn><Id>${of.id}</Id>${account(of.account ?? PAYER_ACCOUNT)}${of.entries}</Ntfctn>`,
  );
}

const balance = (code: string, amount: bigint, day: string = DAY): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="VND">${amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;

/** camt.053 of some entries. */
export function statement(of: {
  id: string;
  sequence: number;
  opening: bigint;
  closing: bigint;
  entries: string;
  day?: string;
}): string {
  return message(
    'camt.053.001.08',
    `${header(of.id, of.day)}<Stmt><Id>${of.id}</Id><ElctrncSeqNb>${of.sequence}</ElctrncSeqNb>
${account(PAYER_ACCOUNT)}${balance('OPBD', of.opening, of.day)}${balance('CLBD', of.closing, of.day)}${of.entries}</Stmt>`,
  );
}

/** The debit of a whole file as a statement shows it: one sum, without details. */
export function bookedSum(of: {
  reference: string;
  block: string;
  lines: readonly Line[];
  amount?: bigint;
  day?: string;
}): string {
  return entry({
    ...of,
    amount: of.amount ?? total(of.lines),
    side: 'DBIT',
    details: `<NtryDtls>${batchOf(of)}</NtryDtls>`,
  });
}

/** The result of a cash list. A line with a reason was not collected. */
export function postResult(of: {
  id: string;
  about: string;
  lines: readonly Line[];
  owed?: bigint;
}): string {
  const paid = total(of.lines.filter(({ reason }) => reason === undefined));
  const owed = of.owed ?? total(of.lines);
  const rows = of.lines.map(({ reference, amount, reason }, i) =>
    reason === undefined
      ? `${i + 1},${reference},${amount},Đã chi,03/11/2026,${amount},0,,V-${i + 1}`
      : `${i + 1},${reference},${amount},Chưa chi,,0,${amount},${reason},`,
  );
  return [
    `#KET-QUA;${of.id};${of.about};${of.lines.length};${owed};${paid}`,
    'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi',
    ...rows,
    `${of.lines.length},Tổng cộng,${owed},,,${paid},${owed - paid},,`,
    '',
  ].join('\n');
}

/** An inbox that holds some files by name; what is put away is gone. */
export function inboxOf(files: ReadonlyMap<string, string | Buffer>): Inbox {
  const held = new Map(files);
  return {
    list: () => Promise.resolve([...held.keys()].sort()),
    open: (name) => bytes([held.get(name) ?? '']),
    putAway: (name) => {
      held.delete(name);
      return Promise.resolve();
    },
  };
}

/** The text of what an inbox opened. */
export async function whole(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** When the answers of the town come in. */
export const ANSWERED_AT = '2026-11-16T01:00:00Z';

/** Takes files of one channel in, in the order given. */
export function receive(
  test: TestDatabase,
  files: readonly (string | Buffer)[],
  channel = 'BANK',
  when: { readonly at: string; readonly period: Period } = { at: ANSWERED_AT, period: TOWN_PERIOD },
): Promise<Received> {
  const named = files.map((file, i) => [`${String(i + 1).padStart(3, '0')}.xml`, file] as const);
  const inbox = inboxOf(new Map(named));
  return receiveFiles(
    test.context({ at: when.at }),
    { inboxes: () => inbox, readers: readerOf },
    { period: when.period, channel },
  );
}

/** The refusal of a single file, or what became of it. */
export async function verdictOf(
  test: TestDatabase,
  file: string | Buffer,
  channel?: string,
): Promise<string> {
  const { accepted, repeated, refused } = await receive(test, [file], channel);
  return (
    refused[0]?.refusal ?? (accepted === 1 ? 'accepted' : repeated === 1 ? 'repeated' : 'none')
  );
}
