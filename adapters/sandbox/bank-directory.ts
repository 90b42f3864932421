import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { acmtReport } from './acmt-report.ts';
import { DIRECTORY_FILE, type DirectoryRecord } from './home.ts';

// The account directory of the banks of the sandbox, over HTTP: JSON of its own, JSON as for the
// verification of payee, and acmt.023. It says of each account whether it is open, and of number and
// name, apart from one another, whether they are its holder's. Beside it, which account a citizen has
// linked in VNeID.

const DIRECTORY_PATH = '/tai-khoan/xac-minh';
const PAYEE_PATH = '/tai-khoan/vop';
const ACMT_PATH = '/tai-khoan/acmt';
const LINKED_PATH = '/vneid/tai-khoan-an-sinh';

/** Room for 500 accounts. */
const LARGEST_QUESTION = '512kb';

/** An asking side keeps its connections; closed too early, its next question would be lost. */
const KEEP_ALIVE_MS = 65_000;

interface AskedAccount {
  readonly id: string;
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly citizenNumber: string;
  readonly holderName: string;
}

interface Question {
  readonly requestId: string;
  readonly accounts: readonly AskedAccount[];
}

type Likeness = 'match' | 'close' | 'no-match' | 'not-possible';

interface AccountResult {
  readonly id: string;
  readonly account: 'open' | 'closed' | 'blocked' | 'unknown';
  readonly number: Exclude<Likeness, 'close'>;
  readonly name: Likeness;
  readonly code:
    | ''
    | 'ACCOUNT_CLOSED'
    | 'ACCOUNT_BLOCKED'
    | 'ACCOUNT_NOT_FOUND'
    | 'OTHER_HOLDER'
    | 'HOLDER_OLD_ID'
    | 'JOINT_ACCOUNT'
    | 'NAME_TRUNCATED'
    | 'BIOMETRIC_MISSING';
  /** The name that is kept, told only to who knows the number of its holder. */
  readonly holderName?: string;
}

type Holder = Pick<
  DirectoryRecord,
  'holder_name' | 'holder_citizen_id' | 'status' | 'joint_holders'
>;

export interface BankDirectory {
  readonly directoryUrl: string;
  readonly payeeUrl: string;
  readonly acmtUrl: string;
  /** Where VNeID would say which account a citizen has linked. */
  readonly linkedUrl: string;
  stop(): Promise<void>;
}

/**
 * Reads the directory of a sandbox home once and answers from memory, on 127.0.0.1 and a free port.
 * Rejects when the directory is missing or a line of it is not JSON.
 */
export async function startBankDirectory(options: {
  home: string;
  /** How long every answer takes at least; none when not given. */
  latencyMs?: number;
}): Promise<BankDirectory> {
  const directory = await readDirectory(join(options.home, DIRECTORY_FILE));
  const app = answering(directory, options.latencyMs);

  const server = app.listen(0, '127.0.0.1');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    directoryUrl: `${origin}${DIRECTORY_PATH}`,
    payeeUrl: `${origin}${PAYEE_PATH}`,
    acmtUrl: `${origin}${ACMT_PATH}`,
    linkedUrl: `${origin}${LINKED_PATH}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answering({ holders, linked }: Directory, latencyMs: number | undefined): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  if (latencyMs !== undefined) {
    app.use((_request, _response, next) => {
      setTimeout(next, latencyMs);
    });
  }
  app.use(express.json({ limit: LARGEST_QUESTION }));
  app.post(DIRECTORY_PATH, (request, response) => {
    const question: unknown = request.body;
    if (!isQuestion(question)) {
      response.status(400).json({ error: 'QUESTION_MALFORMED' });
      return;
    }
    const results = question.accounts.map((asked) => resultOf(holders, asked));
    response.json({ requestId: question.requestId, results });
  });
  app.post(PAYEE_PATH, (request, response) => {
    const question: unknown = request.body;
    if (!isPayeeQuestion(question)) {
      response.status(400).json({ error: 'QUESTION_MALFORMED' });
      return;
    }
    const { requestId, verifications } = question;
    response.json({ requestId, results: verifications.map((one) => payeeResult(holders, one)) });
  });
  app.post(LINKED_PATH, (request, response) => {
    const question: unknown = request.body;
    if (!isLinkedQuestion(question)) {
      response.status(400).json({ error: 'QUESTION_MALFORMED' });
      return;
    }
    const results = question.citizens.map(({ id, citizenNumber }) => ({
      id,
      citizenNumber,
      linked: linked.get(citizenNumber) ?? null,
    }));
    response.json({ requestId: question.requestId, results });
  });
  app.use(express.text({ type: 'application/xml', limit: LARGEST_QUESTION }));
  app.post(ACMT_PATH, async (request, response) => {
    const report = await acmtReport(String(request.body), (asked) => resultOf(holders, asked));
    response.type('application/xml; charset=utf-8').send(report);
  });
  app.use(withoutDetails);
  return app;
}

// Express would answer a body that is not JSON with a page that quotes it.
// Four parameters are how express knows a handler of errors.
// eslint-disable-next-line @typescript-eslint/no-unused-vars
const withoutDetails: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = (error as { status?: unknown }).status;
  response.status(typeof status === 'number' ? status : 500).json({ error: 'QUESTION_MALFORMED' });
};

const TEXT = { type: 'string', minLength: 1, maxLength: 200 };

const isQuestion = new Ajv().compile<Question>(
  object({
    requestId: TEXT,
    accounts: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: object({
        id: TEXT,
        bankBin: { type: 'string', pattern: '^[0-9]{6}$' },
        accountNumber: { type: 'string', pattern: '^[0-9]{1,30}$' },
        citizenNumber: { type: 'string', pattern: '^[0-9]{12}$' },
        holderName: TEXT,
      }),
    },
  }),
);

interface PayeeAsked {
  readonly id: string;
  readonly account: { readonly bankBin: string; readonly number: string };
  readonly party: { readonly name: string; readonly identification: { readonly value: string } };
}

const isPayeeQuestion = new Ajv().compile<{
  readonly requestId: string;
  readonly verifications: readonly PayeeAsked[];
}>(
  object({
    requestId: TEXT,
    verifications: {
      type: 'array',
      minItems: 1,
      maxItems: 400,
      items: object({
        id: TEXT,
        account: object({ bankBin: TEXT, number: TEXT }),
        party: object({ name: TEXT, identification: object({ scheme: TEXT, value: TEXT }) }),
      }),
    },
  }),
);

const PAYEE_NAMES = { match: 'MTCH', close: 'CMTC', 'no-match': 'NMTC', 'not-possible': 'NOAP' };
const PAYEE_REASONS = { open: undefined, unknown: 'AC01', closed: 'AC04', blocked: 'AC06' };

/** As the scheme has it: what cannot be credited is no answer about anybody. */
function payeeResult(
  holders: ReadonlyMap<string, Holder>,
  { id, account, party }: PayeeAsked,
): object {
  const { bankBin, number: accountNumber } = account;
  const found = resultOf(holders, {
    id,
    bankBin,
    accountNumber,
    citizenNumber: party.identification.value,
    holderName: party.name,
  });
  if (found.account !== 'open') {
    const reason = PAYEE_REASONS[found.account];
    return { id, account, partyNameMatch: 'NOAP', partyIdMatch: 'NOAP', reason };
  }
  const held = holders.get(keyOf(bankBin, accountNumber))?.holder_name;
  return {
    id,
    account,
    partyNameMatch: PAYEE_NAMES[found.name],
    partyIdMatch: PAYEE_NAMES[found.number],
    ...(found.name === 'close' ? { matchedName: held } : {}),
  };
}

function object(properties: Record<string, object>): object {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
  };
}

const isLinkedQuestion = new Ajv().compile<{
  readonly requestId: string;
  readonly citizens: readonly { readonly id: string; readonly citizenNumber: string }[];
}>(
  object({
    requestId: TEXT,
    citizens: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: object({ id: TEXT, citizenNumber: { type: 'string', pattern: '^[0-9]{12}$' } }),
    },
  }),
);

/** As VNeID tells it. */
interface LinkedAccount {
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly holderName: string;
  readonly linkedOn: string;
}

interface Directory {
  readonly holders: ReadonlyMap<string, Holder>;
  /** By the citizen number of who has linked it. */
  readonly linked: ReadonlyMap<string, LinkedAccount>;
}

async function readDirectory(path: string): Promise<Directory> {
  const holders = new Map<string, Holder>();
  const linked = new Map<string, LinkedAccount>();
  const file = await open(path);
  for await (const line of file.readLines()) {
    const { bank_bin, account_number, linked_on, ...holder } = JSON.parse(line) as DirectoryRecord;
    holders.set(keyOf(bank_bin, account_number), holder);
    if (linked_on === undefined) continue;
    const { holder_citizen_id, holder_name: holderName } = holder;
    const account = { bankBin: bank_bin, accountNumber: account_number, holderName };
    linked.set(holder_citizen_id, { ...account, linkedOn: linked_on });
  }
  return { holders, linked };
}

function keyOf(bankBin: string, accountNumber: string): string {
  return `${bankBin}:${accountNumber}`;
}

function resultOf(holders: ReadonlyMap<string, Holder>, asked: AskedAccount): AccountResult {
  const holder = holders.get(keyOf(asked.bankBin, asked.accountNumber));
  if (holder === undefined) {
    return {
      id: asked.id,
      account: 'unknown',
      number: 'not-possible',
      name: 'not-possible',
      code: 'ACCOUNT_NOT_FOUND',
    };
  }
  const number = holder.holder_citizen_id === asked.citizenNumber ? 'match' : 'no-match';
  const names = [folded(asked.holderName), folded(holder.holder_name)] as const;
  const name = likeness(...names);
  const code = codeOf(holder, number, names);
  return {
    id: asked.id,
    account: holder.status === 'closed' || holder.status === 'blocked' ? holder.status : 'open',
    number,
    name,
    code,
    ...(number === 'match' && name !== 'match' ? { holderName: holder.holder_name } : {}),
  };
}

/** The gravest reason first: an account that cannot be credited, then one that is not theirs. */
function codeOf(
  { status, holder_citizen_id, joint_holders = [] }: Holder,
  number: AccountResult['number'],
  [asked, held]: readonly [asked: string, held: string],
): AccountResult['code'] {
  if (status === 'closed') return 'ACCOUNT_CLOSED';
  if (status === 'blocked') return 'ACCOUNT_BLOCKED';
  if (number !== 'match') {
    const isOldNumber = holder_citizen_id.length === OLD_NUMBER_DIGITS && asked === held;
    return isOldNumber ? 'HOLDER_OLD_ID' : 'OTHER_HOLDER';
  }
  if (joint_holders.length > 0) return 'JOINT_ACCOUNT';
  if (isCut(asked, held)) return 'NAME_TRUNCATED';
  return status === 'biometric-missing' ? 'BIOMETRIC_MISSING' : '';
}

/** The identity cards before 2012 had numbers of nine digits, and banks still keep some. */
const OLD_NUMBER_DIGITS = 9;

function isCut(asked: string, held: string): boolean {
  return asked !== held && held.length >= SHORTEST_CUT && asked.startsWith(held);
}

/** Many banks cut the name of a holder after 25 letters, and no space is left at the end. */
const SHORTEST_CUT = 24;

/** Close: one is the other as a bank cuts it, or they differ only in what stands in the middle. */
function likeness(asked: string, held: string): Likeness {
  if (asked === held) return 'match';
  if (isCut(asked, held)) return 'close';
  const [askedWords, heldWords] = [asked.split(' '), held.split(' ')];
  const sameEnds = askedWords[0] === heldWords[0] && askedWords.at(-1) === heldWords.at(-1);
  return sameEnds && askedWords.length !== heldWords.length ? 'close' : 'no-match';
}

/** Its own fold, not ours: a counterpart that shared our mistake would hide it. */
function folded(name: string): string {
  return name
    .toUpperCase()
    .replace(/[ĐÐ]/g, 'D')
    .normalize('NFD')
    .replace(/[^A-Z' ]/g, '')
    .replace(/ +/g, ' ')
    .trim();
}
