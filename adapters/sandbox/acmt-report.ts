import { createHash } from 'node:crypto';
import { parseStringPromise } from 'xml2js';

// How a bank of the sandbox answers acmt.023 with acmt.024, by HTTP or by file.

interface Asked {
  readonly id: string;
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly citizenNumber: string;
  readonly holderName: string;
}

interface Found {
  readonly account: 'open' | 'closed' | 'blocked' | 'unknown';
  readonly number: string;
  readonly name: string;
}

/** An element as xml2js hands it over: the texts and elements below it, by name. */
type Node = Readonly<Record<string, unknown>>;

/** The report about every verification that is asked, in order. Rejects what is no acmt.023. */
export async function acmtReport(request: string, find: (asked: Asked) => Found): Promise<string> {
  const document: unknown = await parseStringPromise(request, { ignoreAttrs: true });
  const question = (valueAt(document, 'Document.IdVrfctnReq') ?? {}) as Node;
  const messageId = textAt(question, 'Assgnmt.MsgId');
  const created = textAt(question, 'Assgnmt.CreDtTm');
  const asked = (question.Vrfctn ?? []) as readonly Node[];
  const reports = asked.map((one) => {
    const account = textAt(one, 'PtyAndAcctId.Acct.Id.Othr.Id');
    const found = find({
      id: textAt(one, 'Id'),
      bankBin: textAt(one, 'PtyAndAcctId.Agt.FinInstnId.ClrSysMmbId.MmbId'),
      accountNumber: account,
      citizenNumber: textAt(one, 'PtyAndAcctId.Pty.Id.PrvtId.Othr.Id'),
      holderName: textAt(one, 'PtyAndAcctId.Pty.Nm'),
    });
    const reason = reasonOf(found);
    return (
      `<Rpt><OrgnlId>${textAt(one, 'Id')}</OrgnlId><Vrfctn>${String(reason === '')}</Vrfctn>` +
      (reason === '' ? '' : `<Rsn><Cd>${reason}</Cd></Rsn>`) +
      `<OrgnlPtyAndAcctId><Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct></OrgnlPtyAndAcctId></Rpt>`
    );
  });
  const own = createHash('sha256').update(messageId).digest('hex').slice(0, 32);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:acmt.024.001.03"><IdVrfctnRpt>' +
    `<Assgnmt><MsgId>${own}</MsgId><CreDtTm>${created}</CreDtTm></Assgnmt>` +
    `<OrgnlAssgnmt><MsgId>${messageId}</MsgId><CreDtTm>${created}</CreDtTm></OrgnlAssgnmt>` +
    `${reports.join('')}</IdVrfctnRpt></Document>`
  );
}

/** The gravest first: what cannot be credited, whose number it is not, whose name. */
function reasonOf({ account, number, name }: Found): string {
  if (account !== 'open') return { closed: 'AC04', blocked: 'AC06', unknown: 'AC01' }[account];
  if (number !== 'match') return 'PI01';
  if (name === 'match') return '';
  return name === 'close' ? 'PN02' : 'PN01';
}

/** The first value on a path, through the lists that xml2js makes of everything. */
function valueAt(from: unknown, path: string): unknown {
  let here = from;
  for (const name of path.split('.')) {
    const inner = (here as Node | undefined)?.[name];
    here = Array.isArray(inner) ? (inner as unknown[])[0] : inner;
  }
  return here;
}

function textAt(node: Node, path: string): string {
  const text = valueAt(node, path);
  if (typeof text !== 'string') throw new Error(`no ${path} in the request`);
  return text;
}
