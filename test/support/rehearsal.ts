import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { readProfile } from '../../adapters/bank/profile/profile-file.ts';
import type { BankProfile, InboundProfile } from '../../src/batch/bank-profile.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import {
  Rehearsal,
  type ReceivedFile,
  type RehearsalResult,
} from '../../src/reconciliation/rehearsal.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { pieces } from './bank-messages.ts';

const ISO = 'urn:iso:std:iso:20022:tech:xsd:';

/** Everything that a file says. */
export async function saidBy(file: string | Buffer, length = 1 << 20): Promise<BankItem[]> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const items: BankItem[] = [];
  for await (const some of bankFileReader().read(pieces(bytes, length))) items.push(...some);
  return items;
}

/** Why a file is refused; '' when it is not. */
export async function whyRefused(file: string | Buffer): Promise<string> {
  try {
    await saidBy(file);
    return '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return String(error.facts.rule);
  }
}

export function document(message: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${ISO}${message}">${body}</Document>`;
}

export interface Pay {
  readonly id: string;
  readonly amount: number;
}

/** A payment file of one block. */
export function sentFile(payments: readonly Pay[], ids = { message: 'M1', block: 'P1' }): string {
  const sum = payments.reduce((all, { amount }) => all + amount, 0);
  const totals = `<NbOfTxs>${payments.length}</NbOfTxs><CtrlSum>${sum}</CtrlSum>`;
  const lines = payments.map(
    ({ id, amount }) =>
      `<CdtTrfTxInf><PmtId><InstrId>I-${id}</InstrId><EndToEndId>${id}</EndToEndId></PmtId>` +
      `<Amt><InstdAmt Ccy="VND">${amount}</InstdAmt></Amt><Cdtr><Nm>A</Nm></Cdtr></CdtTrfTxInf>`,
  );
  return document(
    'pain.001.001.09',
    `<CstmrCdtTrfInitn><GrpHdr><MsgId>${ids.message}</MsgId>${totals}</GrpHdr>` +
      `<PmtInf><PmtInfId>${ids.block}</PmtInfId>${totals}` +
      `<DbtrAcct><Id><Othr><Id>0001</Id></Othr></Id></DbtrAcct>${lines.join('')}</PmtInf></CstmrCdtTrfInitn>`,
  );
}

/** A status of one payment, with its reasons. */
export function told(id: string, status: string, ...reasons: readonly string[]): string {
  const why = reasons.map((code) => `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`);
  return `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts>${why.join('')}</TxInfAndSts>`;
}

export function statusFile(
  of: { id: string; group?: string; counts?: string; block?: string; version?: string },
  payments = '',
): string {
  const { id, group = '', counts = '', block = '', version = '10' } = of;
  const status = group === '' ? '' : `<GrpSts>${group}</GrpSts>`;
  const blockStatus = block === '' ? '' : `<PmtInfSts>${block}</PmtInfSts>`;
  const inBlock =
    payments + block === ''
      ? ''
      : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>${blockStatus}${payments}</OrgnlPmtInfAndSts>`;
  return document(
    `pain.002.001.${version}`,
    `<CstmrPmtStsRpt><GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-11-05T09:00:00+07:00</CreDtTm></GrpHdr>` +
      `<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${status}${counts}</OrgnlGrpInfAndSts>${inBlock}</CstmrPmtStsRpt>`,
  );
}

export interface EntryParts {
  readonly amount: number | string;
  readonly reference?: string;
  readonly side?: 'DBIT' | 'CRDT';
  readonly status?: string;
  readonly reversal?: boolean;
  readonly day?: string;
  readonly currency?: string;
  readonly batch?: string;
  readonly details?: string;
}

const ENTRY = {
  reference: 'E-1',
  side: 'DBIT',
  status: '<Cd>BOOK</Cd>',
  batch: '',
  reversal: false,
  day: '2026-11-05',
  currency: 'VND',
  details: '',
};

export function entryOf(parts: EntryParts): string {
  const all = { ...ENTRY, ...parts };
  const { amount, reference, side, status, batch, reversal, day, currency, details } = all;
  const given = reference === '' ? '' : `<AcctSvcrRef>${reference}</AcctSvcrRef>`;
  return (
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>` +
    `${reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts>${status}</Sts>` +
    `<BookgDt><Dt>${day}</Dt></BookgDt>${given}<NtryDtls>${batch}${details}</NtryDtls></Ntry>`
  );
}

export function detailOf(id: string, amount: number | string, more = ''): string {
  const money = amount === '' ? '' : `<Amt Ccy="VND">${amount}</Amt>`;
  return `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>${money}${more}</TxDtls>`;
}

export const returnFor = (code: string): string => `<RtrInf><Rsn><Cd>${code}</Cd></Rsn></RtrInf>`;

const ROOTS = {
  'camt.052': ['BkToCstmrAcctRpt', 'Rpt'],
  'camt.053': ['BkToCstmrStmt', 'Stmt'],
  'camt.054': ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'],
} as const;

/** A report, statement or notification of one account. */
export function accountFile(
  of: { id: string; kind?: keyof typeof ROOTS; version?: string; account?: string },
  content: string,
): string {
  const { id, kind = 'camt.053', version = '08', account = '0001' } = of;
  const [root, holder] = ROOTS[kind];
  return document(
    `${kind}.001.${version}`,
    `<${root}><GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-11-05T17:00:00+07:00</CreDtTm></GrpHdr>` +
      `<${holder}><Id>S-${id}</Id><Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct>${content}</${holder}></${root}>`,
  );
}

/** The sample profile, with other answers about what comes back. */
export function profileWith(inbound: Partial<InboundProfile> = {}): BankProfile {
  const { profile } = readProfile(readFileSync('docs/bank-profiles/iso-20022.json'));
  if (profile === null) throw new Error('the sample profile is not valid');
  const readers = [
    ...new Set([...profile.inbound.readers, 'camt.052', 'acmt.024', 'mt940', 'list']),
  ];
  return {
    ...profile,
    inbound: { ...profile.inbound, readers: readers as InboundProfile['readers'], ...inbound },
  };
}

async function received(text: string): Promise<ReceivedFile> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  // Named by content: the same file has one name, in whatever order it comes.
  const file = `file-${sha256.slice(0, 6)}`;
  try {
    const items = await saidBy(text);
    const content = JSON.stringify(items, (name, value: unknown) =>
      name === 'at' ? undefined : value,
    );
    const fingerprint = createHash('sha256').update(content).digest('hex');
    return { file, sha256, items, fingerprint, findings: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, facts } = error;
    const at = { path: String(facts.at), byte: Number(facts.byte) };
    return { file, sha256, refusal: { reason: code, rule: String(facts.rule), at } };
  }
}

/** Sends files, receives files, and gives the result. */
export async function rehearsed(
  sent: readonly string[],
  files: readonly string[],
  profile: BankProfile = profileWith(),
): Promise<RehearsalResult> {
  const rehearsal = new Rehearsal(profile);
  for (const [no, text] of sent.entries()) rehearsal.send(`sent-${no}`, await saidBy(text), []);
  for (const text of files) rehearsal.receive(await received(text));
  return rehearsal.result();
}

/** The states of payments by their references, such as "A PAID". */
export function statesOf({ payments }: RehearsalResult): string[] {
  return payments.map(({ endToEndId, state, reasonCodes }) =>
    [endToEndId, state, ...reasonCodes].join(' '),
  );
}

/** What is open, such as "settled-twice A". */
export function breaksOf({ breaks }: RehearsalResult): string[] {
  return breaks.map(({ kind, reference }) => `${kind} ${reference}`.trim()).sort();
}

/** The verdicts in the order in which files came. */
export function verdictsOf({ files }: RehearsalResult): string[] {
  return files.map(({ verdict, reason }) => (reason === '' ? verdict : `${verdict} ${reason}`));
}
