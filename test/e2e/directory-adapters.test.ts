import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { acmtInFolder } from '../../adapters/account-directory/acmt-folder.ts';
import { acmtOverHttp } from '../../adapters/account-directory/acmt-http.ts';
import { payeeVerification } from '../../adapters/account-directory/payee-verification.ts';
import { rawAnswers } from '../../adapters/http/raw-answers.ts';
import { identityByFile } from '../../adapters/identity/batch-file.ts';
import { mosip } from '../../adapters/identity/mosip.ts';
import { populationDatabase } from '../../adapters/identity/population-database.ts';
import { acmtReport } from '../../adapters/sandbox/acmt-report.ts';
import { startBankDirectory, type BankDirectory } from '../../adapters/sandbox/bank-directory.ts';
import { startMosipRegistry } from '../../adapters/sandbox/mosip-registry.ts';
import { startPopulationDatabase } from '../../adapters/sandbox/population-database.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';
import {
  aboutAccount,
  aboutPerson,
  citizen,
  collected,
  FULL_NAME,
  held,
  homeWith,
  inOneChunk,
  registered,
} from '../support/small-registers.ts';
import { table } from '../support/table.ts';

const clock = (): Date => new Date(Date.UTC(2026, 10, 20));
const PURPOSE = { officer: 'cb-07', unitCode: '40-1', purpose: 'chi trả 2026-11' };

const ACCOUNTS = [
  held(1),
  held(2, { status: 'closed' }),
  held(3, { status: 'blocked' }),
  held(4, { holder_citizen_id: citizen(99), holder_name: 'LE VAN BA' }),
  held(5, { holder_name: 'NGUYEN HOA' }),
  held(6, { holder_name: 'LE VAN BA' }),
];
const QUESTIONS = [1, 2, 3, 4, 5, 6, 7].map(aboutAccount);

describe('account directories, each asked of the bank of the sandbox', () => {
  let home = '';
  let bank: BankDirectory;
  before(async () => {
    home = await homeWith([], ACCOUNTS);
    bank = await startBankDirectory({ home });
  });
  after(async () => {
    await bank.stop();
    await rm(home, { recursive: true });
  });

  async function told(directory: AccountDirectory): Promise<object[]> {
    const answers = await collected(directory.verify(inOneChunk(...QUESTIONS)));
    expect(answers.map(({ requestId }) => requestId)).to.deep.equal(
      QUESTIONS.map(({ requestId }) => requestId),
    );
    expect(answers.every(({ answerHash }) => /^[0-9a-f]{64}$/.test(answerHash))).to.equal(true);
    return answers.map(({ outcome, account, number, name, rawCode }) => ({
      outcome,
      account,
      number,
      name,
      rawCode,
    }));
  }

  for (const accountsInACall of [1, 3, 400]) {
    it(`payee verification, ${accountsInACall} in a call: name and number apart`, async () => {
      const directory = payeeVerification({ url: bank.payeeUrl, accountsInACall });
      expect(await told(directory)).to.deep.equal(
        table(`
        outcome   account  number        name          rawCode
        answered  open     match         match         -
        answered  closed   not-possible  not-possible  AC04
        answered  blocked  not-possible  not-possible  AC06
        answered  open     no-match      no-match      -
        answered  open     match         close         -
        answered  open     match         no-match      -
        answered  unknown  not-possible  not-possible  AC01
      `),
      );
    });
  }

  // PI01, PN01 and PN02 are three things: whose number, whose name, nearly the name.
  const BY_ACMT = table(`
    outcome   account  number        name          rawCode
    answered  open     match         match         -
    answered  closed   not-possible  not-possible  AC04
    answered  blocked  not-possible  not-possible  AC06
    answered  open     no-match      not-possible  PI01
    answered  open     match         close         PN02
    answered  open     match         no-match      PN01
    answered  unknown  not-possible  not-possible  AC01
  `);
  const parties = { assigner: 'ANSINH', assignee: '970425', clock };

  it('acmt.023 and acmt.024 over HTTP', async () => {
    expect(await told(acmtOverHttp({ url: bank.acmtUrl, ...parties }))).to.deep.equal(BY_ACMT);
  });

  /** The bank takes the question away and lays its answer; find changes what it finds. */
  async function answerFolder(folder: string, change = (report: string) => report): Promise<void> {
    let names: string[] = [];
    while (names.length === 0) {
      names = (await readdir(join(folder, 'out')).catch(() => [])).filter((n) =>
        n.endsWith('.xml'),
      );
    }
    for (const name of names) {
      const request = await readFile(join(folder, 'out', name), 'utf8');
      const report = await acmtReport(request, ({ accountNumber }) => {
        const found = ACCOUNTS.find(({ account_number }) => account_number === accountNumber);
        const account = found === undefined ? 'unknown' : 'open';
        return { account, number: 'match', name: 'match' };
      });
      const path = join(folder, 'in', name.replace('023', '024'));
      await writeFile(`${path}.tmp`, change(report));
      await rename(`${path}.tmp`, path);
    }
  }

  it('acmt by file: not asked twice after a crash, and silent when no report comes', async () => {
    const folder = join(home, 'acmt');
    await mkdir(folder);
    const options = { folder, ...parties, patienceMs: 0, pauseMs: 1 };
    const silent = await collected(acmtInFolder(options).verify(inOneChunk(...QUESTIONS)));
    expect(silent.every(({ outcome }) => outcome === 'unavailable')).to.equal(true);

    const asked = await readdir(join(folder, 'out'));
    expect(asked).to.have.length(1);
    await answerFolder(folder);
    const answers = await collected(acmtInFolder(options).verify(inOneChunk(...QUESTIONS)));
    expect(answers.map(({ account }) => account)).to.deep.equal([
      ...Array<string>(6).fill('open'),
      'unknown',
    ]);
    expect(await readdir(join(folder, 'out'))).to.deep.equal(asked);
  });

  it('acmt: what is verified for a reason, another account or another message proves nothing', async () => {
    const faults: [string, (report: string) => string][] = [
      [
        'verified with a reason',
        (r) => r.replace('</Vrfctn>', '</Vrfctn><Rsn><Cd>PN02</Cd></Rsn>'),
      ],
      ['another account', (r) => r.replace('1000000001', '1000000009')],
      ['another message', (r) => r.replace(/(<OrgnlAssgnmt><MsgId>)./, '$1X')],
      ['an id that was not asked', (r) => r.replace('<OrgnlId>1<', '<OrgnlId>8<')],
      ['one id twice', (r) => r.replace('<OrgnlId>2<', '<OrgnlId>1<')],
      [
        'no reason that we know',
        (r) => r.replace('true</Vrfctn>', 'false</Vrfctn><Rsn><Cd>NR01</Cd></Rsn>'),
      ],
      ['HTML', () => '<html><body>OK</body></html>'],
      ['nothing', () => ''],
    ];
    for (const [i, [fault, change]] of faults.entries()) {
      const folder = join(home, `acmt-${i}`);
      const directory = acmtInFolder({ folder, ...parties, patienceMs: 20_000, pauseMs: 5 });
      const question = aboutAccount(1);
      const answering = answerFolder(folder, change);
      const [answer] = await collected(directory.verify(inOneChunk(question, aboutAccount(2))));
      await answering;
      expect(answer?.outcome, fault).to.equal('unavailable');
    }
  });

  it('keeps every raw answer under the hash that the evidence names', async () => {
    const folder = join(home, 'raw');
    const keep = rawAnswers({ folder, name: 'vop', clock });
    await told(payeeVerification({ url: bank.payeeUrl, keep }));
    const [file = ''] = await readdir(folder);
    const lines = (await readFile(join(folder, file), 'utf8')).trim().split('\n');
    expect(lines).to.have.length(QUESTIONS.length);
    expect(file).to.match(/^vop-2026-11-20-\d+\.ndjson$/);
    const { answer } = JSON.parse(lines[0] ?? '') as { answer: string };
    expect(Buffer.from(answer, 'base64').toString()).to.include('partyNameMatch');
  });
});

describe('identity services, each asked of a register of the sandbox', () => {
  let home = '';
  const people = [
    registered(1),
    registered(2, { status: 'deceased', died_on: '2026-10-01' }),
    registered(3, { birth_date: null }),
    registered(4, { full_name: 'Lê Văn Ba' }),
  ];
  before(async () => {
    home = await homeWith(people, []);
  });
  after(() => rm(home, { recursive: true }));

  const questions = [
    aboutPerson(1),
    aboutPerson(2),
    aboutPerson(3, { birth: '1950' }),
    aboutPerson(4),
    aboutPerson(5),
  ];
  async function outcomes(service: IdentityService): Promise<string[]> {
    const answers = await collected(service.lookUp(inOneChunk(...questions), PURPOSE));
    expect(answers.every(({ answerHash }) => /^[0-9a-f]{64}$/.test(answerHash))).to.equal(true);
    return answers.map(({ outcome, person }) => `${outcome} ${person?.fullName ?? '-'}`);
  }
  const YES_OR_NO = [
    `found ${FULL_NAME}`,
    'not-found -',
    `found ${FULL_NAME}`,
    'not-found -',
    'not-found -',
  ];

  it('the population database, which looks up or only verifies', async () => {
    const register = await startPopulationDatabase({ home });
    try {
      const urls = { civilStatusUrl: register.civilStatusUrl, serviceCode: 'ASXH' };
      const looking = populationDatabase({ url: register.populationUrl, ...urls });
      expect(await outcomes(looking.identity)).to.deep.equal([
        `found ${FULL_NAME}`,
        'not-found -',
        `found ${FULL_NAME}`,
        'found Lê Văn Ba',
        'not-found -',
      ]);
      const verifying = populationDatabase({
        url: register.verifyUrl,
        operation: 'verify',
        ...urls,
      });
      expect(await outcomes(verifying.identity)).to.deep.equal(YES_OR_NO);
    } finally {
      await register.stop();
    }
  });

  it('a registry as MOSIP has it: encrypted for it, signed by us, yes or no', async () => {
    const keys = (): { publicKey: string; privateKey: string } =>
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
    const [theirs, ours, others] = [keys(), keys(), keys()];
    const registry = await startMosipRegistry({
      home,
      privateKey: theirs.privateKey,
      partnerKey: ours.publicKey,
    });
    try {
      const options = {
        url: registry.url,
        environment: 'Staging',
        domainUri: 'https://registry.example',
        registryKey: theirs.publicKey,
        clock,
      };
      const service = mosip({ ...options, signingKey: ours.privateKey });
      expect(await outcomes(service)).to.deep.equal(YES_OR_NO);
      // Signed by somebody else, or encrypted for somebody else: an error is no answer about anybody.
      const nobody = Array<string>(5).fill('unavailable -');
      expect(await outcomes(mosip({ ...options, signingKey: others.privateKey }))).to.deep.equal(
        nobody,
      );
      expect(
        await outcomes(
          mosip({ ...options, signingKey: ours.privateKey, registryKey: others.publicKey }),
        ),
      ).to.deep.equal(nobody);
    } finally {
      await registry.stop();
    }
  });

  it('a province that exchanges files, one question file and one answer file', async () => {
    const folder = join(home, 'files');
    const options = { folder, serviceCode: 'ASXH', patienceMs: 0, pauseMs: 1 };
    const ask = (): Promise<string[]> =>
      collected(identityByFile(options).lookUp(inOneChunk(...questions), PURPOSE)).then((all) =>
        all.map(({ outcome }) => outcome),
      );
    expect(await ask()).to.deep.equal(Array(5).fill('unavailable'));
    const [asked = '', ...more] = await readdir(join(folder, 'out'));
    expect(more).to.deep.equal([]);
    const text = await readFile(join(folder, 'out', asked), 'utf8');
    expect(text).to.include(
      `2026-11/1/recipient/1,ASXH,cb-07,40-1,${citizen(1)},NGUYỄN THỊ MINH HOA,1950-02-28`,
    );

    const answer = join(folder, 'in', asked.replace('.hoi.', '.dap.'));
    const header = 'request_id,citizen_number,found,full_name,birth,commune_code';
    const rows = [
      `2026-11/2/recipient/1,${citizen(2)},0,,,`,
      `2026-11/1/recipient/1,${citizen(1)},1,${FULL_NAME},1950-02-28,16681`,
      // Of another person; without a birth; as it should be.
      `2026-11/3/recipient/1,${citizen(9)},1,${FULL_NAME},1950,16681`,
      `2026-11/4/recipient/1,${citizen(4)},1,Lê Văn Ba,,16681`,
      `2026-11/5/recipient/1,${citizen(5)},1,Lê Văn Ba,1950,`,
    ];
    const expected = ['found', 'not-found', 'unavailable', 'unavailable', 'found'];
    await writeFile(answer, [header, ...rows].join('\n'));
    expect(await ask()).to.deep.equal(expected);
    // One line too few, and one that is there twice: another file, or half of one.
    for (const wrong of [rows.slice(1), [...rows.slice(1), rows[1]]]) {
      await writeFile(answer, [header, ...wrong].join('\n'));
      expect(await ask()).to.deep.equal(Array(5).fill('unavailable'));
    }
  });
});
