import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkedAccounts } from '../../adapters/account-directory/linked-accounts.ts';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import { DIRECTORY_FILE, type DirectoryRecord } from '../../adapters/sandbox/home.ts';
import type { LinkedAccountAnswer } from '../../src/verification/linked-account.port.ts';

const LINKED: DirectoryRecord = {
  bank_bin: '970405',
  account_number: '3601000000001',
  holder_name: 'NGUYEN VAN BINH',
  holder_citizen_id: '040080000001',
  status: 'active',
  linked_on: '2025-09-15',
};
const UNLINKED = { ...LINKED, account_number: '3602', holder_citizen_id: '040080000002' };

const QUESTIONS = ['040080000001', '040080000002', '040080000003'].map((citizenNumber, i) => ({
  requestId: `linked/${i + 1}/1/1`,
  citizenNumber,
}));

async function ask(url: string): Promise<LinkedAccountAnswer[]> {
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
  async function* questions(): AsyncGenerator<typeof QUESTIONS> {
    yield QUESTIONS;
  }
  const answers: LinkedAccountAnswer[] = [];
  for await (const chunk of linkedAccounts({ url }).lookUp(questions())) answers.push(...chunk);
  return answers;
}

describe('linkedAccounts', () => {
  let home = '';
  let directory: BankDirectory;
  let liar: Server;
  /** What the other side makes of an honest answer. */
  let lie: (results: Record<string, unknown>[]) => unknown = (results) => results;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'an-sinh-linked-'));
    const lines = [LINKED, { ...UNLINKED, linked_on: undefined }].map((one) => JSON.stringify(one));
    writeFileSync(join(home, DIRECTORY_FILE), `${lines.join('\n')}\n`);
    directory = await startBankDirectory({ home });
    liar = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { requestId, citizens } = JSON.parse(body) as {
          requestId: string;
          citizens: Record<string, unknown>[];
        };
        const results = lie(citizens.map((one) => ({ ...one, linked: null })));
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ requestId, results }));
      });
    });
    liar.listen(0, '127.0.0.1');
    await once(liar, 'listening');
  });
  after(async () => {
    await directory.stop();
    liar.closeAllConnections();
    liar.close();
    rmSync(home, { recursive: true });
  });

  it('tells what the sandbox knows to be linked, and that the others have linked nothing', async () => {
    const answers = await ask(directory.linkedUrl);
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal([
      'linked',
      'not-linked',
      'not-linked',
    ]);
    expect(answers[0]?.account).to.deep.equal({
      bankBin: '970405',
      accountNumber: '3601000000001',
      holderName: 'NGUYEN VAN BINH',
      linkedOn: '2025-09-15',
    });
    expect(new Set(answers.map(({ answerHash }) => answerHash)).size).to.equal(3);
  });

  const account = (change: object): object => ({
    bankBin: '970405',
    accountNumber: '3601000000001',
    holderName: 'A',
    linkedOn: '2025-09-15',
    ...change,
  });
  const LIES: Record<string, typeof lie> = {
    'two answers in the place of each other': ([a, b, c]) => [b, a, c],
    'the number of somebody else': ([a, b, c]) => [{ ...a, citizenNumber: '040080000009' }, b, c],
    'an answer too few': ([a, b]) => [a, b],
    'a day that there is not': ([a, b, c]) => [
      { ...a, linked: account({ linkedOn: '2025-02-30' }) },
      b,
      c,
    ],
    'a bank that is none': ([a, b, c]) => [{ ...a, linked: account({ bankBin: '97' }) }, b, c],
    'a field that nobody asked for': ([a, b, c]) => [{ ...a, note: 'x' }, b, c],
  };
  for (const [what, told] of Object.entries(LIES)) {
    it(`${what}: no answer about anybody`, async () => {
      lie = told;
      const { port } = liar.address() as AddressInfo;
      const answers = await ask(`http://127.0.0.1:${port}/`);
      expect(answers).to.deep.equal(
        QUESTIONS.map(({ requestId }) => ({
          requestId,
          outcome: 'unavailable',
          account: null,
          answerHash: '',
        })),
      );
    });
  }
});
