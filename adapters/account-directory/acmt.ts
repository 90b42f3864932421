/**
 * Identification verification of ISO 20022: acmt.023 asks, acmt.024 reports. The message is the same
 * whether it goes over HTTP or lies in a folder: acmt-http.ts, acmt-folder.ts.
 *
 * Vrfctn true proves nothing by itself. It counts only without a reason, for an OrgnlId that we gave,
 * under the MsgId that we gave, and when the account it repeats is the one that was asked about.
 */
import { Ajv } from 'ajv';
import { hash } from 'node:crypto';
import { Type, type Static, type TSchema } from 'typebox';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';
import { escapeXml, fitsXml, readSmallXml } from '../identity/xml-front-door.ts';
import { unavailable } from './in-calls.ts';

/** Accounts in one message. */
export const ACCOUNTS_IN_A_MESSAGE = 500;

const REQUEST_NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:acmt.023.001.03';
const REPORT_NAMESPACES = ['02', '03', '04'].map(
  (version) => `urn:iso:std:iso:20022:tech:xsd:acmt.024.001.${version}`,
);

/** Of one message: some 900 bytes and 25 elements a report, and as much again. */
export const REPORT_LIMITS = {
  maxBytes: ACCOUNTS_IN_A_MESSAGE * 2_000,
  maxElements: ACCOUNTS_IN_A_MESSAGE * 50,
  namespaces: REPORT_NAMESPACES,
};

export interface AcmtRequest {
  /** At most 35 characters. */
  readonly messageId: string;
  readonly createdAt: Date;
  /** BIC or code of who asks and of who is asked. */
  readonly assigner: string;
  readonly assignee: string;
}

/** The acmt.023. Throws Refusal('value-does-not-fit') for a text that XML cannot carry. */
export function acmtRequest(
  { messageId, createdAt, assigner, assignee }: AcmtRequest,
  questions: readonly AccountQuestion[],
): string {
  const content =
    '<Assgnmt>' +
    `<MsgId>${escapeXml(messageId)}</MsgId><CreDtTm>${createdAt.toISOString()}</CreDtTm>` +
    `<Assgnr>${agent(assigner)}</Assgnr><Assgne>${agent(assignee)}</Assgne></Assgnmt>` +
    questions.map((question, i) => verification(question, i)).join('');
  if (!fitsXml(content)) throw new Refusal('value-does-not-fit', { rule: 'characters-of-xml' });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<Document xmlns="${REQUEST_NAMESPACE}"><IdVrfctnReq>${content}</IdVrfctnReq></Document>`
  );
}

function agent(code: string): string {
  const member = `<ClrSysMmbId><MmbId>${escapeXml(code)}</MmbId></ClrSysMmbId>`;
  return `<Agt><FinInstnId>${member}</FinInstnId></Agt>`;
}

/** Our request ids may be longer than the 35 characters of an Id: within a message its place will do. */
function idOf(place: number): string {
  return String(place + 1);
}

function verification(question: AccountQuestion, place: number): string {
  const { holderName, citizenNumber, accountNumber, bankBin } = question;
  return (
    `<Vrfctn><Id>${idOf(place)}</Id><PtyAndAcctId>` +
    `<Pty><Nm>${escapeXml(holderName)}</Nm><Id><PrvtId><Othr><Id>${citizenNumber}</Id>` +
    '<SchmeNm><Cd>NIDN</Cd></SchmeNm></Othr></PrvtId></Id></Pty>' +
    `<Acct><Id><Othr><Id>${accountNumber}</Id></Othr></Id></Acct>${agent(bankBin)}` +
    '</PtyAndAcctId></Vrfctn>'
  );
}

const one = <Schema extends TSchema>(schema: Schema) => Type.Tuple([schema]);
const text = (pattern: string) => one(Type.String({ pattern }));
const STRICT = { additionalProperties: false };

const Party = Type.Object({
  Acct: Type.Optional(
    one(
      Type.Object({
        Id: one(Type.Object({ Othr: one(Type.Object({ Id: text('^[0-9A-Za-z]{1,34}$') })) })),
      }),
    ),
  ),
});

const Report = Type.Object(
  {
    OrgnlId: text('^.{1,35}$'),
    Vrfctn: text('^(true|false|1|0)$'),
    Rsn: Type.Optional(
      one(
        Type.Object(
          { Cd: Type.Optional(text('^[A-Z0-9]{4}$')), Prtry: Type.Optional(text('^.{1,35}$')) },
          STRICT,
        ),
      ),
    ),
    OrgnlPtyAndAcctId: Type.Optional(one(Party)),
    UpdtdPtyAndAcctId: Type.Optional(one(Party)),
  },
  STRICT,
);
type Report = Static<typeof Report>;

const Document = Type.Object({
  Document: Type.Object(
    {
      IdVrfctnRpt: one(
        Type.Object({
          Assgnmt: Type.Array(Type.Any(), { minItems: 1, maxItems: 1 }),
          OrgnlAssgnmt: one(Type.Object({ MsgId: text('^.{1,35}$') })),
          Rpt: Type.Optional(Type.Array(Report)),
        }),
      ),
    },
    STRICT,
  ),
});
const isReport = new Ajv().compile<Static<typeof Document>>(Document);

/**
 * Reads an acmt.024. A report about what was not asked, or two about one account, spoil the whole; an
 * account without a report is 'unavailable', since a provider may answer in parts.
 */
export async function readAcmtReport(
  bytes: Buffer,
  messageId: string,
  questions: readonly AccountQuestion[],
): Promise<readonly AccountAnswer[]> {
  const document = await readSmallXml(bytes, REPORT_LIMITS);
  if (!isReport(document)) throw malformed('shape');
  const [{ OrgnlAssgnmt, Rpt = [] }] = document.Document.IdVrfctnRpt;
  if (OrgnlAssgnmt[0].MsgId[0] !== messageId) throw malformed('another-message');
  const reports = new Map(Rpt.map((report) => [report.OrgnlId[0], report]));
  const known = new Set(questions.map((_, place) => idOf(place)));
  if (reports.size !== Rpt.length || Rpt.some((report) => !known.has(report.OrgnlId[0]))) {
    throw malformed('another-account');
  }
  return questions.map((question, place) => answerOf(question, reports.get(idOf(place))));
}

/**
 * What a reason says of account, number and name. PI01: account and identification do not belong
 * together; PN01: the name is another; PN02: it is nearly this one.
 */
const REASONS: Readonly<Record<string, Pick<AccountAnswer, 'account' | 'number' | 'name'>>> = {
  PI01: { account: 'open', number: 'no-match', name: 'not-possible' },
  PN01: { account: 'open', number: 'match', name: 'no-match' },
  PN02: { account: 'open', number: 'match', name: 'close' },
  AC01: { account: 'unknown', number: 'not-possible', name: 'not-possible' },
  AC04: { account: 'closed', number: 'not-possible', name: 'not-possible' },
  AC06: { account: 'blocked', number: 'not-possible', name: 'not-possible' },
};

function answerOf(question: AccountQuestion, report: Report | undefined): AccountAnswer {
  if (report === undefined) return unavailable(question);
  const answerHash = hash('sha256', JSON.stringify(report));
  const reason = reasonIn(report);
  const silent = { ...unavailable(question), rawCode: reason, answerHash };
  if (isAboutAnother(question, report)) return { ...silent, rawCode: 'OTHER_ACCOUNT' };
  const told = toldBy(report, reason);
  if (told === undefined) return silent;
  const { requestId } = question;
  return { requestId, outcome: 'answered', ...told, rawCode: reason, answerHash };
}

function reasonIn({ Rsn }: Report): string {
  return Rsn === undefined ? '' : (Rsn[0].Cd?.[0] ?? 'PRTRY');
}

/**
 * Undefined for verified and yet with a reason, and for not verified for a reason that we do not know:
 * neither says anything for sure.
 */
function toldBy(
  { Vrfctn }: Report,
  reason: string,
): Pick<AccountAnswer, 'account' | 'number' | 'name'> | undefined {
  const verified = Vrfctn[0] === 'true' || Vrfctn[0] === '1';
  if (!verified) return REASONS[reason];
  return reason === '' ? { account: 'open', number: 'match', name: 'match' } : undefined;
}

function isAboutAnother({ accountNumber }: AccountQuestion, report: Report): boolean {
  return [report.OrgnlPtyAndAcctId, report.UpdtdPtyAndAcctId].some((party) => {
    const account = party?.[0].Acct?.[0].Id[0].Othr[0].Id[0];
    return account !== undefined && account !== accountNumber;
  });
}

function malformed(rule: string): Refusal {
  return new Refusal('answer-malformed', { rule });
}
