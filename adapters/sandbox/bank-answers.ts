// What the sandbox bank writes: pain.002.001.10, camt.054.001.08, camt.053.001.08 and camt.029.001.09. The order of
// elements is that of the schemas. Nothing is escaped, because every value that comes from outside
// has passed the forms of bank-payment-file.ts.

import { sum, type Vnd } from '../../src/kernel/money.ts';
import type { AnswerFile, Decision } from './counterpart.ts';
import type { FileFault, PaymentHead } from './bank-payment-file.ts';

/** How many lines, and how many dong. */
export interface Tally {
  readonly count: bigint;
  readonly total: Vnd;
}

/** One banking day: a payment file that was taken, and what it did to the payer's account. */
export interface BankDay {
  readonly head: PaymentHead;
  /** Six digits: the sequence of the statement. */
  readonly sequence: string;
  readonly instructed: Tally;
  readonly executed: Tally;
  readonly returned: Tally;
  /** Lines refused for a reason of their own, duplicates included. */
  readonly rejected: Tally;
  readonly opening: Vnd;
  readonly closing: Vnd;
}

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';

// A bank that cannot read when a file was made still has to date its refusal, and nothing here
// may depend on the clock.
const UNDATED = '2000-01-01T00:00:00+07:00';

/** The answers to one banking day, in the order in which they are published. */
export function dayAnswers(day: BankDay): readonly AnswerFile[] {
  const answers = [statusReport(day)];
  // A day without a single execution has nothing to notify, and an entry of 0 dong is none.
  if (day.executed.count > 0n) answers.push(debitNotification(day));
  if (day.returned.count > 0n) answers.push(creditNotification(day));
  return [...answers, statement(day)];
}

/** What comes back at a request, as it is booked. */
export function requestAnswers(
  of: Pick<BankDay, 'head' | 'sequence' | 'returned' | 'opening' | 'closing'>,
): readonly AnswerFile[] {
  const none = { count: 0n, total: sum([]) };
  const day = { ...of, instructed: none, executed: none, rejected: none };
  return [creditNotification(day), statement(day)];
}

/** What is decided on one payment that is asked back. */
export interface RequestDecision {
  readonly reference: string;
  readonly amount: Vnd;
  /** ISO 20022 reason of the refusal; empty where it comes back. */
  readonly refused: string;
}

/** camt.029: what is decided on a request, payment by payment; of a file that is not known, as a whole. */
export function resolution(
  of: {
    readonly messageId: string;
    readonly createdAt: string;
    readonly originalMessageId: string;
    readonly paymentInformationId: string;
    readonly sequence: string;
    readonly suffix: string;
  },
  decisions: readonly RequestDecision[],
): AnswerFile {
  const { messageId, createdAt, originalMessageId, sequence, suffix } = of;
  const agreed = decisions.filter(({ refused }) => refused === '').length;
  const some = agreed === decisions.length ? 'CNCL' : 'PECR';
  const confirmation = agreed === 0 ? 'RJCR' : some;
  const original = `<OrgnlMsgId>${originalMessageId}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>`;
  const details =
    decisions.length === 0
      ? `<OrgnlGrpInfAndSts>${original}<GrpCxlSts>RJCR</GrpCxlSts>\
<CxlStsRsnInf><Rsn><Cd>NOOR</Cd></Rsn></CxlStsRsnInf></OrgnlGrpInfAndSts>`
      : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${of.paymentInformationId}</OrgnlPmtInfId>\
<OrgnlGrpInf>${original}</OrgnlGrpInf>
${decisions.map(decisionText).join('')}</OrgnlPmtInfAndSts>`;
  const [opening, closing] = document('camt.029.001.09', 'RsltnOfInvstgtn');
  return {
    name: `${sequence}-1-camt029-${messageId}${suffix}.xml`,
    head: `${opening}<Assgnmt><Id>BANK-${sequence}-1${suffix}</Id>\
<Assgnr><Agt><FinInstnId><Othr><Id>SANDBOX</Id></Othr></FinInstnId></Agt></Assgnr>\
<Assgne><Pty><Nm>PAYER</Nm></Pty></Assgne><CreDtTm>${createdAt}</CreDtTm></Assgnmt>
<Sts><Conf>${confirmation}</Conf></Sts>
<CxlDtls>${details}</CxlDtls>
`,
    line: () => '',
    tail: closing,
  };
}

function decisionText({ reference, amount, refused }: RequestDecision): string {
  const reason =
    refused === '' ? '' : `<CxlStsRsnInf><Rsn><Cd>${refused}</Cd></Rsn></CxlStsRsnInf>`;
  // An amount of a payment that is not known is nobody's.
  const told = refused === 'NOOR' ? '' : `<OrgnlInstdAmt Ccy="VND">${amount}</OrgnlInstdAmt>`;
  return `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId>\
<TxCxlSts>${refused === '' ? 'ACCR' : 'RJCR'}</TxCxlSts>${reason}${told}</TxInfAndSts>
`;
}

/** The refusal of a whole file, as far as the file says what it is. */
export function refusalAnswer(
  { reason, explanation }: FileFault,
  file: {
    readonly sequence: string;
    readonly refusedSuffix: string;
    readonly messageId: string;
    readonly createdAt: string | undefined;
  },
): AnswerFile {
  const { sequence, refusedSuffix, messageId, createdAt = UNDATED } = file;
  const [opening, closing] = document('pain.002.001.10', 'CstmrPmtStsRpt');
  return {
    name: `${sequence}-1-pain002-${messageId}${refusedSuffix}.xml`,
    head: `${opening}<GrpHdr><MsgId>BANK-${sequence}-1${refusedSuffix}</MsgId>\
<CreDtTm>${createdAt}</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>${messageId}</OrgnlMsgId>\
<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>\
<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn><AddtlInf>${explanation}</AddtlInf></StsRsnInf>\
</OrgnlGrpInfAndSts>
`,
    line: () => '',
    tail: closing,
  };
}

/**
 * pain.002: the group, its one block, and each rejected line. A line that is not listed has the
 * status of the block; whether money moved is said by camt alone.
 */
function statusReport(day: BankDay): AnswerFile {
  const { head, sequence, instructed, executed, rejected } = day;
  const accepted = rejected.count === 0n ? 'ACSP' : 'PART';
  const groupStatus = executed.count === 0n ? 'RJCT' : accepted;
  const blockStatus = executed.count === 0n ? 'RJCT' : 'ACSP';
  const perStatus = [
    ['ACSP', executed],
    ['RJCT', rejected],
  ] as const;
  const detailed = perStatus
    .filter(([, { count }]) => count > 0n)
    .map(
      ([status, { count, total }]) =>
        `<NbOfTxsPerSts><DtldNbOfTxs>${count}</DtldNbOfTxs><DtldSts>${status}</DtldSts>\
<DtldCtrlSum>${total}</DtldCtrlSum></NbOfTxsPerSts>`,
    );
  const totals = `<OrgnlNbOfTxs>${instructed.count}</OrgnlNbOfTxs>\
<OrgnlCtrlSum>${instructed.total}</OrgnlCtrlSum>`;
  const [opening, closing] = document('pain.002.001.10', 'CstmrPmtStsRpt');
  return {
    name: `${sequence}-1-pain002-${head.messageId}.xml`,
    head: `${opening}${groupHeader(day, 1)}
<OrgnlGrpInfAndSts><OrgnlMsgId>${head.messageId}</OrgnlMsgId>\
<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><OrgnlCreDtTm>${head.createdAt}</OrgnlCreDtTm>\
${totals}<GrpSts>${groupStatus}</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>${head.paymentInformationId}</OrgnlPmtInfId>\
${totals}<PmtInfSts>${blockStatus}</PmtInfSts>${detailed.join('')}
`,
    line: (decision) =>
      decision.kind === 'rejected' || decision.kind === 'duplicate' ? rejectedLine(decision) : '',
    tail: `</OrgnlPmtInfAndSts>\n${closing}`,
  };
}

function rejectedLine({ reference, amount, reason }: Decision): string {
  return `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>\
<OrgnlTxRef><Amt><InstdAmt Ccy="VND">${amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
`;
}

/** camt.054: the one debit of the batch, with a detail for each line that it pays. */
function debitNotification(day: BankDay): AnswerFile {
  const { head, sequence, executed } = day;
  const [opening, closing] = document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn');
  const entry = { amount: executed.total, direction: 'DBIT', entryReference: `BANK-${sequence}-D` };
  return {
    name: `${sequence}-2-camt054-debit-${head.messageId}.xml`,
    head: `${opening}${groupHeader(day, 2)}
<Ntfctn><Id>BANK-${sequence}-2</Id><CreDtTm>${createdAt(head)}</CreDtTm>${account(head)}
${summary({ debits: { count: 1n, total: executed.total } })}
<Ntry>${entryHead(day, entry)}<NtryDtls>${batch(day)}
`,
    line: ({ kind, reference, amount }) =>
      kind === 'booked'
        ? `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs>\
<Amt Ccy="VND">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>
`
        : '',
    tail: `</NtryDtls></Ntry></Ntfctn>\n${closing}`,
  };
}

/** camt.054: a credit for each line that came back, under the reference it went out with. */
function creditNotification(day: BankDay): AnswerFile {
  const { head, sequence, returned } = day;
  const [opening, closing] = document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn');
  return {
    name: `${sequence}-3-camt054-credit-${head.messageId}.xml`,
    head: `${opening}${groupHeader(day, 3)}
<Ntfctn><Id>BANK-${sequence}-3</Id><CreDtTm>${createdAt(head)}</CreDtTm>${account(head)}
${summary({ credits: returned })}
`,
    line: (decision) =>
      decision.kind === 'returned'
        ? `<Ntry>${entryHead(day, returnedEntry(decision))}<NtryDtls><TxDtls>\
<Refs><EndToEndId>${decision.reference}</EndToEndId></Refs>\
<Amt Ccy="VND">${decision.amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
<RtrInf><Rsn><Cd>${decision.reason}</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>
`
        : '',
    tail: `</Ntfctn>\n${closing}`,
  };
}

/** camt.053: the balances of the day and its entries, without the details camt.054 has given. */
function statement(day: BankDay): AnswerFile {
  const { head, sequence, executed, returned } = day;
  const [opening, closing] = document('camt.053.001.08', 'BkToCstmrStmt');
  const debits = { count: executed.count > 0n ? 1n : 0n, total: executed.total };
  const entry = { amount: executed.total, direction: 'DBIT', entryReference: `BANK-${sequence}-D` };
  const debit =
    executed.count > 0n
      ? `<Ntry>${entryHead(day, entry)}<NtryDtls>${batch(day)}</NtryDtls></Ntry>\n`
      : '';
  return {
    name: `${sequence}-4-camt053-${head.messageId}.xml`,
    head: `${opening}${groupHeader(day, 4)}
<Stmt><Id>BANK-${sequence}</Id><ElctrncSeqNb>${BigInt(sequence)}</ElctrncSeqNb>\
<CreDtTm>${createdAt(head)}</CreDtTm>${account(head)}
${balance('OPBD', day.opening, head)}
${balance('CLBD', day.closing, head)}
${summary({ credits: returned, debits })}
${debit}`,
    line: (decision) =>
      decision.kind === 'returned'
        ? `<Ntry>${entryHead(day, returnedEntry(decision))}</Ntry>\n`
        : '',
    tail: `</Stmt>\n${closing}`,
  };
}

interface Entry {
  readonly amount: Vnd;
  readonly direction: string;
  readonly entryReference: string;
}

/** The place in the journal numbers a return, so that camt.054 and camt.053 name it alike. */
function returnedEntry({ amount, sequence, position }: Decision): Entry {
  return { amount, direction: 'CRDT', entryReference: `BANK-${sequence}-R${position}` };
}

/** A returned line is on the books on the day it went out. */
function entryHead({ head }: BankDay, { amount, direction, entryReference }: Entry): string {
  // PMNT/ICDT: issued credit transfers; DMCT a domestic one, RRTN one that was sent back.
  const family = direction === 'DBIT' ? 'DMCT' : 'RRTN';
  return `<Amt Ccy="VND">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>\
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${head.valueDate}</Dt></BookgDt>\
<ValDt><Dt>${head.valueDate}</Dt></ValDt><AcctSvcrRef>${entryReference}</AcctSvcrRef>\
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>${family}</SubFmlyCd></Fmly></Domn>\
</BkTxCd>`;
}

function batch({ head, executed }: BankDay): string {
  return `<Btch><PmtInfId>${head.paymentInformationId}</PmtInfId>\
<NbOfTxs>${executed.count}</NbOfTxs><TtlAmt Ccy="VND">${executed.total}</TtlAmt></Btch>`;
}

/** Totals of entries, not of the details in them. A side that the message is not about is absent. */
function summary(sides: { readonly credits?: Tally; readonly debits?: Tally }): string {
  const { credits, debits } = sides;
  const both = [credits, debits].filter((side) => side !== undefined);
  const count = both.reduce((all, side) => all + side.count, 0n);
  const total = sum(both.map((side) => side.total));
  return `<TxsSummry><TtlNtries>${numberAndSum({ count, total })}</TtlNtries>\
${credits === undefined ? '' : `<TtlCdtNtries>${numberAndSum(credits)}</TtlCdtNtries>`}\
${debits === undefined ? '' : `<TtlDbtNtries>${numberAndSum(debits)}</TtlDbtNtries>`}</TxsSummry>`;
}

function numberAndSum({ count, total }: Tally): string {
  return `<NbOfNtries>${count}</NbOfNtries><Sum>${total}</Sum>`;
}

/** The account is never overdrawn: a file it cannot pay is refused whole. */
function balance(code: 'OPBD' | 'CLBD', amount: Vnd, head: PaymentHead): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="VND">${amount}</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${head.valueDate}</Dt></Dt></Bal>`;
}

function account(head: PaymentHead): string {
  return `<Acct><Id><Othr><Id>${head.account}</Id></Othr></Id><Ccy>VND</Ccy></Acct>`;
}

function groupHeader({ head, sequence }: BankDay, number: number): string {
  return `<GrpHdr><MsgId>BANK-${sequence}-${number}</MsgId>\
<CreDtTm>${createdAt(head)}</CreDtTm></GrpHdr>`;
}

/** Close of business on the booking date: the same however often the file is taken. */
function createdAt({ valueDate }: PaymentHead): string {
  return `${valueDate}T17:00:00+07:00`;
}

function document(message: string, root: string): readonly [opening: string, closing: string] {
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${NAMESPACE}${message}"><${root}>\n`,
    `</${root}></Document>\n`,
  ];
}
