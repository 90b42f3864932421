import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import type { PaymentFileHead, PaymentFileNames } from '../../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../../src/batch/payment-file.port.ts';
import {
  checked,
  doesNotFit,
  fileNameOf,
  filled,
  fittingText,
  HEAD,
  holdTotals,
} from '../fitting.ts';
import type { Place } from '../fitting.ts';
import { TOO_LONG } from '../fitting.ts';
import { rowPrinter, type PrinterRules } from './row-printer.ts';

// pain.001, CustomerCreditTransferInitiation: one message, one block, one debit. The text is put
// together by hand and not by a library: a million lines are a few seconds. Nothing is escaped,
// because no value that gets through its check has a character that XML would have to escape.

/** What differs between the versions that banks take, in the elements that we write. */
const VERSIONS = {
  'pain.001.001.03': { bic: 'BIC', day: (date: string) => date },
  'pain.001.001.09': { bic: 'BICFI', day: (date: string) => `<Dt>${date}</Dt>` },
  'pain.001.001.12': { bic: 'BICFI', day: (date: string) => `<Dt>${date}</Dt>` },
} as const;

/** The versions that can be written. */
export type Pain001Version = keyof typeof VERSIONS;

/** Writes pain.001 files in one version, for the bank of a profile. */
export function pain001Writer(
  version: Pain001Version,
  profile: BankProfile,
  names: PaymentFileNames,
): PaymentFileWriter {
  const bank: NamedBank = { version, profile, names };
  return {
    fileName: (head) => fileNameOf(profile, head),

    async *write(head, rows) {
      yield Buffer.from(beginning(head, bank), 'utf8');
      const printer = rowPrinter(printerRules(head, bank));
      for await (const block of rows) yield* printer.print(block);
      yield printer.rest();
      holdTotals(head, printer.totals());
      yield Buffer.from('</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n', 'utf8');
    },
  };
}

/** A bank as a file names it: the version, what it laid down, and what is known of banks. */
export interface NamedBank {
  readonly version: Pain001Version;
  readonly profile: BankProfile;
  readonly names: PaymentFileNames;
}

function beginning(head: PaymentFileHead, bank: NamedBank): string {
  const { version, profile } = bank;
  const { text, lengths, purpose, batchBooking, chargeBearer } = profile.outbound;
  const { payer } = head;
  const name = fittingText({ text, most: lengths.name, element: 'Dbtr/Nm' }, payer.name, HEAD);
  const totals = `<NbOfTxs>${head.lineCount}</NbOfTxs><CtrlSum>${head.totalVnd}</CtrlSum>`;
  const agreement = checked('agreement', payer.agreement, 'OrgId/Othr/Id', HEAD);
  const account = checked('account', payer.account, 'DbtrAcct/Othr/Id', HEAD);
  const messageId = checked('id', head.messageId, 'MsgId', HEAD);
  const paymentInformationId = checked('id', head.paymentInformationId, 'PmtInfId', HEAD);
  const category =
    purpose.category === null
      ? ''
      : `<PmtTpInf><CtgyPurp><Cd>${purpose.category}</Cd></CtgyPurp></PmtTpInf>`;
  const day = VERSIONS[version].day(head.valueDate);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${version}">
<CstmrCdtTrfInitn>
<GrpHdr><MsgId>${messageId}</MsgId><CreDtTm>${vietnamTime(head.createdAt)}</CreDtTm>${totals}<InitgPty><Nm>${name}</Nm><Id><OrgId><Othr><Id>${agreement}</Id></Othr></OrgId></Id></InitgPty></GrpHdr>
<PmtInf><PmtInfId>${paymentInformationId}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>${String(batchBooking)}</BtchBookg>${totals}${category}<ReqdExctnDt>${day}</ReqdExctnDt><Dbtr><Nm>${name}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>VND</Ccy></DbtrAcct><DbtrAgt>${institution(bank, payer.bankBin, HEAD)}</DbtrAgt><ChrgBr>${chargeBearer}</ChrgBr>
`;
}

/** A bank by the clearing code VN of the external list and its number, or by its BIC. */
export function institution(
  { version, profile, names }: NamedBank,
  bankBin: string,
  place: Place,
): string {
  if (profile.outbound.banks === 'bic') {
    const bic = checked('bic', names.banks.get(bankBin)?.bic ?? '', 'BICFI', place);
    const element = VERSIONS[version].bic;
    return `<FinInstnId><${element}>${bic}</${element}></FinInstnId>`;
  }
  const member = checked('bankBin', bankBin, 'MmbId', place);
  return `<FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>${member}</MmbId></ClrSysMmbId></FinInstnId>`;
}

/** The time on Vietnam's clocks: UTC+7 all year. */
export function vietnamTime(instant: Date): string {
  const shifted = new Date(instant.getTime() + 7 * 3_600_000);
  return `${shifted.toISOString().slice(0, 19)}+07:00`;
}

function printerRules(head: PaymentFileHead, bank: NamedBank): PrinterRules {
  const { outbound } = bank.profile;
  const { lengths, purpose } = outbound;
  const remittance = remittanceOf(head, outbound);
  const room = remittance.room ?? lengths.reference;
  const line = purpose.line === null ? '' : `<Purp><Cd>${purpose.line}</Cd></Purp>`;
  return {
    outbound,
    longestReference: Math.min(lengths.reference, room),
    agent: (bankBin, place) => institution(bank, bankBin, place),
    pieces: [
      '<CdtTrfTxInf><PmtId><InstrId>',
      { slot: 'reference' },
      '</InstrId><EndToEndId>',
      { slot: 'reference' },
      '</EndToEndId></PmtId><Amt><InstdAmt Ccy="VND">',
      { slot: 'amount' },
      '</InstdAmt></Amt><CdtrAgt>',
      { slot: 'agent' },
      '</CdtrAgt><Cdtr><Nm>',
      { slot: 'name' },
      '</Nm><Id><PrvtId><Othr><Id>',
      { slot: 'citizen-number' },
      '</Id><SchmeNm><Cd>NIDN</Cd></SchmeNm><Issr>VN</Issr></Othr></PrvtId></Id></Cdtr><CdtrAcct><Id><Othr><Id>',
      { slot: 'account' },
      `</Id></Othr></Id></CdtrAcct>${line}<RmtInf><Ustrd>`,
      ...remittance.pieces,
      '</Ustrd></RmtInf></CdtTrfTxInf>\n',
    ],
  };
}

/** What the payee reads, and how much room it leaves for a reference. */
function remittanceOf(
  head: PaymentFileHead,
  { remittance, text, lengths }: BankProfile['outbound'],
): { pieces: PrinterRules['pieces']; room: number | null } {
  const words = filled(remittance, { period: head.period, programme: head.programme });
  const parts = words.split('{reference}');
  const fitting = parts.map((part) => {
    if (part.trim() === '') return part;
    const [before = ''] = /^ */.exec(part) ?? [];
    const [behind = ''] = / *$/.exec(part) ?? [];
    const folded = fittingText({ text, most: lengths.remittance, element: 'Ustrd' }, part, HEAD);
    return `${before}${folded}${behind}`;
  });
  const used = fitting.reduce((sum, part) => sum + part.length, 0);
  const references = parts.length - 1;
  if (used > lengths.remittance) doesNotFit('Ustrd', TOO_LONG(lengths.remittance), HEAD);
  const room = references === 0 ? null : Math.floor((lengths.remittance - used) / references);
  const pieces = fitting.flatMap((part, i) =>
    i === 0 ? [part] : [{ slot: 'reference' } as const, part],
  );
  return { pieces, room };
}
