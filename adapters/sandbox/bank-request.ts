// What the sandbox bank makes of camt.055.001.08, a request to cancel what it was sent. It executes what it
// takes at once, so a request always comes when the money has left: it asks the payee's bank, and some agree. What
// is agreed to comes back as a credit; what is refused stays where it is.

import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';
import { sum, type Vnd } from '../../src/kernel/money.ts';
import { isPlainDate, type PlainDate } from '../../src/kernel/period.ts';
import { requestAnswers, resolution, type RequestDecision } from './bank-answers.ts';
import type { FileFault } from './bank-payment-file.ts';
import { seededHash, type Taking, type Verdict } from './counterpart.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.055.001.08';
const REQUEST = 'Document/CstmrPmtCxlReq';
const HEAD_CHARACTERS = 1024;
// A request for each of a million payments; the bank holds what is asked of it in memory.
const MOST_CHARACTERS = 512 * 1024 ** 2;
const DEPTH = 32;

// In ten-thousandths of the payments that are asked back.
const AGREED_SHARE = 5_000;
const REFUSED_REASONS = ['NOAS', 'CUST', 'AC04'] as const;

// As in bank-payment-file.ts: what passes is written elsewhere without escaping.
const MESSAGE_ID = /^[A-Za-z0-9-]{1,35}$/;
const IDENTIFIER = /^[A-Za-z0-9/?:().,'+-]{1,35}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

interface Asked {
  readonly messageId: string;
  readonly createdAt: string;
  readonly originalMessageId: string;
  /** Undefined for all of the file. */
  readonly references: readonly string[] | undefined;
}

/** Whether a file is a request to cancel: by its namespace, near its beginning. */
export async function isRequest(path: string): Promise<boolean> {
  const start = createReadStream(path, { encoding: 'latin1', end: HEAD_CHARACTERS });
  let head = '';
  for await (const piece of start as AsyncIterable<string>) head += piece;
  return head.includes(`"${NAMESPACE}"`);
}

/** What becomes of a payment that is asked back. Depends on the seed and the reference alone. */
export function requestDecision(seed: number, reference: string): { refused: string } {
  if (seededHash(seed, 'cancellation', reference) % 10_000 < AGREED_SHARE) return { refused: '' };
  const which = seededHash(seed, 'cancellation reason', reference) % REFUSED_REASONS.length;
  return { refused: REFUSED_REASONS[which] ?? '' };
}

/** Decides a request and answers it with camt.029, and with a credit where money comes back. */
export async function takeRequest(
  taking: Taking,
  balanceOf: (account: string) => Vnd,
): Promise<Verdict | FileFault> {
  const asked = await readRequest(taking.path);
  if ('reason' in asked) return asked;
  const { messageId, originalMessageId } = asked;
  if (taking.headers.some((header) => header.messageId === messageId)) {
    return { reason: 'DU01', explanation: 'The message identification was used before' };
  }
  const { sequence, refusedSuffix } = taking;
  const original = taking.headers.find(
    (header) => header.kind === 'booked' && header.messageId === originalMessageId,
  );
  if (original === undefined) {
    const whole = { ...asked, sequence, suffix: refusedSuffix, paymentInformationId: '' };
    return {
      kind: 'refused',
      messageId,
      facts: { reason: 'NOOR' },
      answers: [resolution(whole, [])],
    };
  }

  const decisions = await decide(taking, asked);
  const { account = '', paymentInformationId = '', valueDate = '' } = original.facts;
  const of = { ...asked, sequence, paymentInformationId };
  const back = decisions.filter(({ refused }) => refused === '');
  if (back.length === 0) {
    const answer = resolution({ ...of, suffix: refusedSuffix }, decisions);
    return { kind: 'refused', messageId, facts: { reason: 'RJCR' }, answers: [answer] };
  }

  for (const { reference, amount } of back) taking.decide('returned', reference, amount, 'FOCR');
  const returned = { count: BigInt(back.length), total: sum(back.map(({ amount }) => amount)) };
  const opening = balanceOf(account);
  const closing = sum([opening, returned.total]);
  const head = { ...of, account, valueDate: dayOfRequest(asked, valueDate) };
  return {
    kind: 'booked',
    messageId,
    facts: {
      account,
      opening: String(opening),
      closing: String(closing),
      paymentInformationId,
      valueDate: head.valueDate,
    },
    answers: [
      resolution({ ...of, suffix: '' }, decisions),
      ...requestAnswers({ head, sequence, returned, opening, closing }),
    ],
  };
}

/** Money comes back on the day on which it was asked for, but not before it went out. */
function dayOfRequest({ createdAt }: Asked, wentOutOn: string): PlainDate {
  const askedOn = createdAt.slice(0, 10);
  const day = askedOn > wentOutOn ? askedOn : wentOutOn;
  if (!isPlainDate(day)) throw new Error('a file was booked without its day');
  return day;
}

/** Decides each payment by the books: what is not in the file, or has come back, cannot come back. */
async function decide(taking: Taking, asked: Asked): Promise<readonly RequestDecision[]> {
  const executed = new Map<string, Vnd>();
  const back = new Set<string>();
  for await (const { header, decisions } of taking.journals()) {
    for (const { kind, reference, amount } of decisions) {
      if (kind === 'returned') back.add(reference);
      if (kind === 'booked' && header.messageId === asked.originalMessageId) {
        executed.set(reference, amount);
      }
    }
  }
  const named = new Set(asked.references ?? executed.keys());
  return [...named].map((reference) => {
    const amount = executed.get(reference);
    if (amount === undefined) return { reference, amount: sum([]), refused: 'NOOR' };
    if (back.has(reference)) return { reference, amount, refused: 'ARDT' };
    return { reference, amount, ...requestDecision(taking.seed, reference) };
  });
}

/** Reads a request, or says why it cannot be read. */
async function readRequest(path: string): Promise<Asked | FileFault> {
  const found = new Map<string, string[]>();
  const open: string[] = [];
  let text = '';
  let characters = 0;
  let fault: FileFault | undefined;
  const fail = (explanation: string): void => {
    fault ??= { reason: 'FF01', explanation };
  };
  const parser = new SaxesParser({ xmlns: true, position: false } as const);
  parser.on('error', () => {
    fail('Not well-formed XML');
  });
  parser.on('doctype', () => {
    fail('A document type is not accepted');
  });
  parser.on('opentag', ({ local, uri }) => {
    if (uri !== NAMESPACE) fail('The namespace is not camt.055.001.08');
    if (open.length >= DEPTH) fail('Elements are nested too deeply');
    open.push(local);
    text = '';
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', () => {
    const place = open.join('/');
    const known = found.get(place);
    if (known === undefined) found.set(place, [text]);
    else known.push(text);
    open.pop();
    text = '';
  });
  const pieces = createReadStream(path, { encoding: 'utf8' });
  for await (const piece of pieces as AsyncIterable<string>) {
    characters += piece.length;
    if (characters > MOST_CHARACTERS) fail('The request is too large');
    if (fault !== undefined) return fault;
    parser.write(piece);
  }
  if (fault === undefined) parser.close();
  return fault ?? askedBy((below) => found.get(`${REQUEST}/${below}`) ?? []);
}

function askedBy(at: (below: string) => readonly string[]): Asked | FileFault {
  const some = 'Undrlyg/OrgnlPmtInfAndCxl';
  const one = (below: string): string => at(below)[0] ?? '';
  const messageId = one('Assgnmt/Id');
  const createdAt = one('Assgnmt/CreDtTm');
  const originals = [
    ...at('Undrlyg/OrgnlGrpInfAndCxl/OrgnlMsgId'),
    ...at(`${some}/OrgnlGrpInf/OrgnlMsgId`),
  ];
  const originalMessageId = originals[0] ?? '';
  const references = at(`${some}/TxInf/OrgnlEndToEndId`);
  const isWhole = one('Undrlyg/OrgnlGrpInfAndCxl/GrpCxl') === 'true';
  const isReadable =
    INSTANT.test(createdAt) &&
    [messageId, originalMessageId].every((id) => MESSAGE_ID.test(id)) &&
    references.every((reference) => IDENTIFIER.test(reference));
  if (!isReadable || originals.length !== 1 || isWhole === references.length > 0) {
    return { reason: 'FF01', explanation: 'Not a request about one file or payments of it' };
  }
  if (!isWhole && one('CtrlData/NbOfTxs') !== String(references.length)) {
    return { reason: 'AM10', explanation: 'CtrlData/NbOfTxs is not the number of payments' };
  }
  return { messageId, createdAt, originalMessageId, references: isWhole ? undefined : references };
}
