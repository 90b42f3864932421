import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import type { KnownBank, PaymentFileFormat } from '../../../src/batch/payment-file.ts';
import { Refusal } from '../../../src/kernel/refusal.ts';
import type { CancellationHead, CancelledLine } from '../../../src/release/cancellation.ts';
import type { CancellationWriter } from '../../../src/release/cancellation-file.port.ts';
import { checked, fittingText, HEAD } from '../fitting.ts';
import { institution, vietnamTime } from './pain-001-writer.ts';

// camt.055, CustomerPaymentCancellationRequest: one assignment, one underlying message. Nothing is escaped,
// because no value that gets through its check has a character that XML would have to escape.

/** The request that goes with each payment file: the release of the same year. */
const VERSIONS: Readonly<Partial<Record<PaymentFileFormat, string>>> = {
  'pain.001.001.03': 'camt.055.001.01',
  'pain.001.001.09': 'camt.055.001.08',
  'pain.001.001.12': 'camt.055.001.12',
};

/** Writes a request to cancel, for the bank of a profile. */
export const cancellationWriter: CancellationWriter = async function* (profile, banks, of) {
  const { format } = profile.outbound;
  const version = VERSIONS[format];
  if (version === undefined) {
    throw new Refusal('channel-takes-no-cancellation', { channel: profile.channel });
  }
  const { head, lines } = of;
  yield await Promise.resolve(
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${version}">
<CstmrPmtCxlReq>
${assignment(head, profile, banks)}
<CtrlData><NbOfTxs>${head.lineCount}</NbOfTxs><CtrlSum>${head.totalVnd}</CtrlSum></CtrlData>
<Undrlyg>
${head.isWhole ? wholeFile(head, format) : someLines(head, format, lines)}
</Undrlyg>
</CstmrPmtCxlReq>
</Document>
`,
      'utf8',
    ),
  );
};

function assignment(
  head: CancellationHead,
  profile: BankProfile,
  banks: ReadonlyMap<string, KnownBank>,
): string {
  const { payer, outbound } = profile;
  const { text, lengths } = outbound;
  const id = checked('id', head.messageId, 'Assgnmt/Id', HEAD);
  const name = fittingText({ text, most: lengths.name, element: 'Assgnr/Nm' }, payer.name, HEAD);
  const agreement = checked('agreement', payer.agreement, 'OrgId/Othr/Id', HEAD);
  const bank = institution(
    {
      version: outbound.format === 'pain.001.001.03' ? 'pain.001.001.03' : 'pain.001.001.09',
      profile,
      names: { banks, communes: new Map() },
    },
    payer.bankBin,
    HEAD,
  );
  return `<Assgnmt><Id>${id}</Id><Assgnr><Pty><Nm>${name}</Nm><Id><OrgId><Othr><Id>${agreement}</Id></Othr></OrgId></Id></Pty></Assgnr><Assgne><Agt>${bank}</Agt></Assgne><CreDtTm>${vietnamTime(head.createdAt)}</CreDtTm></Assgnmt>`;
}

const reasonOf = ({ reason }: CancellationHead): string =>
  `<CxlRsnInf><Rsn><Cd>${reason}</Cd></Rsn></CxlRsnInf>`;

const originalOf = (head: CancellationHead, format: PaymentFileFormat): string => {
  const id = checked('id', head.originalMessageId, 'OrgnlMsgId', HEAD);
  return `<OrgnlMsgId>${id}</OrgnlMsgId><OrgnlMsgNmId>${format}</OrgnlMsgNmId>`;
};

function wholeFile(head: CancellationHead, format: PaymentFileFormat): string {
  return `<OrgnlGrpInfAndCxl>${originalOf(head, format)}<NbOfTxs>${head.lineCount}</NbOfTxs><CtrlSum>${head.totalVnd}</CtrlSum><GrpCxl>true</GrpCxl>${reasonOf(head)}</OrgnlGrpInfAndCxl>`;
}

function someLines(
  head: CancellationHead,
  format: PaymentFileFormat,
  lines: readonly CancelledLine[],
): string {
  const block = checked('id', head.paymentInformationId, 'OrgnlPmtInfId', HEAD);
  const told = lines.map(({ reference, amountVnd }, i) => {
    const place = { line: i + 1, endToEndId: reference };
    const id = checked('reference', reference, 'OrgnlEndToEndId', place);
    const amount = checked('amount', String(amountVnd), 'OrgnlInstdAmt', place);
    return `<TxInf><OrgnlInstrId>${id}</OrgnlInstrId><OrgnlEndToEndId>${id}</OrgnlEndToEndId><OrgnlInstdAmt Ccy="VND">${amount}</OrgnlInstdAmt>${reasonOf(head)}</TxInf>`;
  });
  return `<OrgnlPmtInfAndCxl><OrgnlPmtInfId>${block}</OrgnlPmtInfId><OrgnlGrpInf>${originalOf(head, format)}</OrgnlGrpInf><NbOfTxs>${head.lineCount}</NbOfTxs><CtrlSum>${head.totalVnd}</CtrlSum>
${told.join('\n')}
</OrgnlPmtInfAndCxl>`;
}
