import { Refusal } from '../../src/kernel/refusal.ts';
import type { SettlementItem } from '../../src/settlement/settlement.ts';
import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import { SettlementItems } from '../../src/settlement/settlement-items.ts';
import { sandboxProfile } from './profiles.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';

/** A Document of one message, as a bank writes it. */
export function message(name: string, content: string): string {
  const root = name.startsWith('pain.002')
    ? 'CstmrPmtStsRpt'
    : name.startsWith('camt.053')
      ? 'BkToCstmrStmt'
      : 'BkToCstmrDbtCdtNtfctn';
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${NAMESPACE}${name}"><${root}>${content}</${root}></Document>`;
}

export const GROUP_HEADER =
  '<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-25T17:00:00+07:00</CreDtTm></GrpHdr>';
export const ACCOUNT =
  '<Acct><Id><Othr><Id>0012345678</Id></Othr></Id><Ccy>VND</Ccy><Ownr><Nm>SỞ Y TẾ</Nm></Ownr></Acct>';

/** An entry; each part can be set wrong or left out on its own. */
export function entry(
  parts: Partial<
    Record<'amount' | 'side' | 'status' | 'day' | 'reference' | 'details', string>
  > = {},
): string {
  const { amount = '<Amt Ccy="VND">1500000</Amt>', side = '<CdtDbtInd>DBIT</CdtDbtInd>' } = parts;
  const { status = '<Sts><Cd>BOOK</Cd></Sts>', day = '<BookgDt><Dt>2026-11-25</Dt></BookgDt>' } =
    parts;
  const { reference = '<AcctSvcrRef>E-1</AcctSvcrRef>', details = '' } = parts;
  return `<Ntry>${amount}${side}${status}${day}${reference}${details}</Ntry>`;
}

export function notification(entries: string, version = '08'): string {
  const id = '<Id>N-1</Id><CreDtTm>2026-11-25T17:00:00+07:00</CreDtTm>';
  return message(
    `camt.054.001.${version}`,
    `${GROUP_HEADER}<Ntfctn>${id}${ACCOUNT}${entries}</Ntfctn>`,
  );
}

/** The bytes in pieces of a length; the last may be shorter. */
export async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += length) {
    yield await Promise.resolve(Buffer.from(bytes.subarray(from, from + length)));
  }
}

/** A profile whose account is that of the messages here, and which sets aside what it cannot read. */
export function tolerant(change: Partial<BankProfile['inbound']> = {}): BankProfile {
  const profile = sandboxProfile('BANK');
  const { inbound, payer } = profile;
  const tolerance = { ...inbound.tolerance, lineFault: 'quarantine' } as const;
  const readers = [
    ...(['pain.002', 'camt.029', 'camt.052', 'camt.053', 'camt.054', 'admi.002'] as const),
    ...(['mt940', 'post-office-list'] as const),
  ];
  return {
    ...profile,
    payer: { ...payer, account: '0012345678' },
    inbound: { ...inbound, readers, tolerance, ...change },
  };
}

/** A profile that refuses a file for any line of it. */
function strict(): BankProfile {
  const profile = tolerant();
  const { inbound } = profile;
  const tolerance = {
    ...inbound.tolerance,
    lineFault: 'refuse',
    unknownStatus: 'refuse',
  } as const;
  return { ...profile, inbound: { ...inbound, tolerance } };
}

/** What a month takes from a file by a profile, read in pieces of a length. */
export async function itemsOf(
  file: string | Buffer,
  length = 1 << 20,
  profile = tolerant(),
): Promise<SettlementItem[]> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const items: SettlementItem[] = [];
  const meaning = new SettlementItems(profile);
  for await (const some of readerOf(profile).read(pieces(bytes, length))) {
    items.push(...meaning.take(some));
  }
  return [...items, ...meaning.end()];
}

/** The rule under which a file is refused, with where; '' when it is not refused. */
export async function refusalOf(
  file: string | Buffer,
  length?: number,
  profile = strict(),
): Promise<string> {
  try {
    await itemsOf(file, length, profile);
    return '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code !== 'file-malformed') return error.code;
    return `${String(error.facts.rule)} at ${String(error.facts.at)}`;
  }
}
