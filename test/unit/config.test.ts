import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal, type RefusalFacts } from '../../src/kernel/refusal.ts';
import { VARIABLES, readConfig, required, type VariableName } from '../../src/platform/config.ts';

const EXAMPLES = Object.fromEntries(
  Object.entries(VARIABLES).map(([name, { example }]) => [name, example]),
);

function refused(act: () => unknown): RefusalFacts {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'configuration-wrong') return error.facts;
    throw error;
  }
  throw new Error('was not refused');
}

describe('readConfig', () => {
  it('takes the example of every variable', () => {
    expect(readConfig(EXAMPLES)).to.deep.equal(EXAMPLES);
  });

  it('needs nothing at all for the sandbox, and defaults the home folder alone', () => {
    expect(readConfig({})).to.deep.equal({ AN_SINH_HOME: './var' });
  });

  it('takes an empty variable for an unset one, and ignores what it does not know', () => {
    expect(readConfig({ CHANNEL_FOLDER: '', BANK_KEY_FOLDER: ' ', PATH: '/bin' })).to.deep.equal({
      AN_SINH_HOME: './var',
    });
  });

  it('needs a database in production, and only there', () => {
    expect(refused(() => readConfig({ AN_SINH_ENVIRONMENT: 'production' }))).to.have.keys(
      'DATABASE_URL',
    );
    expect(readConfig({ AN_SINH_ENVIRONMENT: 'sandbox' }).DATABASE_URL).to.equal(undefined);
  });

  it('tells every fault at once, in the order of the table', () => {
    const facts = refused(() =>
      readConfig({ UNIT_CODE: 'H 26', PROVINCE_CODE: '1', AN_SINH_ENVIRONMENT: 'production' }),
    );
    expect(Object.keys(facts)).to.deep.equal(['DATABASE_URL', 'PROVINCE_CODE', 'UNIT_CODE']);
  });

  it('never tells a value', () => {
    const secret = 'mysql://an_sinh:s3cret@db/an_sinh';
    expect(() => readConfig({ DATABASE_URL: secret })).to.throw(Refusal, /^((?!s3cret).)*$/s);
  });

  const WRONG: readonly (readonly [name: VariableName, value: string])[] = [
    ['AN_SINH_ENVIRONMENT', 'Production'],
    ['DATABASE_URL', 'localhost:5432/an_sinh'],
    ['PROVINCE_CODE', '001'],
    ['POPULATION_URL', 'dancu.example.vn'],
    ['CIVIL_STATUS_URL', 'file:///etc/passwd'],
    ['POPULATION_SERVICE_CODE', 'a<b'],
    ['DIRECTORY_URL', 'https://'],
    ['PAYER_NAME', 'A'.repeat(141)],
    ['PAYER_AGREEMENT', 'A'.repeat(36)],
    ['PAYER_ACCOUNT', '1100 0001'],
    ['PAYER_BANK_BIN', 'ICBVVNVX'],
    ['OFFICER', 'can bo'],
  ];
  for (const [name, value] of WRONG) {
    it(`refuses a wrong ${name}`, () => {
      expect(refused(() => readConfig({ ...EXAMPLES, [name]: value }))).to.have.keys(name);
    });
  }
});

describe('required', () => {
  it('hands over what is set', () => {
    const config = readConfig(EXAMPLES);
    expect(required(config, ['OFFICER', 'UNIT_CODE'], 'verification')).to.deep.equal({
      OFFICER: EXAMPLES.OFFICER,
      UNIT_CODE: EXAMPLES.UNIT_CODE,
    });
  });

  it('names every missing variable and what needs it', () => {
    const config = readConfig({ OFFICER: 'canbo01' });
    const facts = refused(() =>
      required(config, ['POPULATION_URL', 'OFFICER', 'UNIT_CODE'], 'verification'),
    );
    expect(facts).to.have.keys('POPULATION_URL', 'UNIT_CODE', 'neededBy');
    expect(facts.neededBy).to.equal('verification');
  });
});

describe('environment', () => {
  it('adds what .env says, and a variable that is set already wins', () => {
    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-config-'));
    try {
      writeFileSync(join(folder, '.env'), 'OFFICER=from-file\nUNIT_CODE=from-file\n');
      const script = `
        import { environment, readConfig } from './src/platform/config.ts';
        process.chdir(process.argv[1]);
        const { OFFICER, UNIT_CODE } = readConfig(environment());
        console.log(OFFICER, UNIT_CODE);`;
      const answer = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', script, folder],
        { env: { PATH: process.env.PATH, OFFICER: 'set' }, encoding: 'utf8' },
      );
      expect(answer).to.equal('set from-file\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('.env.example', () => {
  it('is the table of variables, in its order, each with its reason', () => {
    const blocks = Object.entries(VARIABLES).map(
      ([name, { reason, example }]) => `# ${reason.vi}\n# ${reason.en}\n#${name}=${example}\n`,
    );
    const written = [
      '# Chép thành .env rồi bỏ dấu # trước các biến cần đặt.\n' +
        '# Copy to .env and remove the # before the variables you set.\n',
      ...blocks,
    ].join('\n');
    expect(readFileSync('.env.example', 'utf8')).to.equal(written);
  });
});
