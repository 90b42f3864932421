import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `an-sinh assess --cases` as it is called, without a database and without any configuration.

const GOOD = {
  id: 'good',
  programme: 'social_assistance',
  period: '2026-10',
  asOf: '2026-11-20',
  province: '01',
  person: {
    birthDate: '1990-05-20',
    grounds: [{ code: 'K6_N', from: '2024-01' }],
    alreadyPaid: [{ period: '2026-07', amountVnd: '750000' }],
  },
};

interface Ran {
  readonly code: number | null;
  readonly answers: readonly Record<string, unknown>[];
}

async function assess(source: string, input: string | null = null): Promise<Ran> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli.ts', 'assess', '--cases', source],
    { env: { PATH: process.env.PATH ?? '' }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.resume();
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = out.split('\n').filter((line) => line !== '');
  return { code, answers: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('an-sinh assess --cases', () => {
  it('answers a file in order, and exits with 0 when every line could be judged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cases-'));
    try {
      const file = join(folder, 'cases.ndjson');
      const cases = Array.from({ length: 1200 }, (_, i) => ({ ...GOOD, id: String(i) }));
      await writeFile(file, cases.map((one) => JSON.stringify(one)).join('\n'));
      const { code, answers } = await assess(file);
      expect(code).to.equal(0);
      expect(answers.map(({ id }) => id)).to.deep.equal(cases.map(({ id }) => id));
      expect(answers[0]).to.include({ eligible: true, amountVnd: '870000', recoveryVnd: '0' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads standard input, answers what it can, and exits with 1 when a line failed', async () => {
    const bad = { ...GOOD, id: 'bad', asOf: '2026-02-30' };
    const input = [GOOD, bad, GOOD].map((one) => `${JSON.stringify(one)}\n`).join('');
    const { code, answers } = await assess('-', input);
    expect(code).to.equal(1);
    expect(answers.map(({ id }) => id)).to.deep.equal(['good', 'bad', 'good']);
    expect(answers[1]).to.deep.include({ line: 2 });
    expect(answers[1]?.error).to.include({ path: '/asOf', code: 'impossible' });
  });

  it('answers UI-01, published, of unemployment benefit, and goes on after a year unknown', async () => {
    const person = {
      averageSalary6: 6_000_000,
      contributionMonths: 62,
      region: 'I',
      lastContributionMonth: '2026-03',
      benefitFrom: '2026-05-11',
    };
    const ui01 = { ...GOOD, id: 'UI-01', programme: 'unemployment', period: '2026-05', person };
    const old = { filedOn: '2024-05-06', benefitFrom: null, lastContributionMonth: '2024-03' };
    const unknown = { ...ui01, id: 'old', period: '2024-06', person: { ...person, ...old } };
    const input = [unknown, ui01].map((one) => `${JSON.stringify(one)}\n`).join('');
    const { code, answers } = await assess('-', input);
    expect(code).to.equal(1);
    expect(answers[0]?.error).to.include({ path: '/person/filedOn', code: 'law-not-here' });
    expect(answers[1]).to.include({ amountVnd: '3600000', months: 5, leftoverMonths: 2 });
  });
});
