import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { stageUnit } from '../../jobs/run-stage.ts';
import { report } from '../../jobs/09-report.ts';
import { period } from '../../src/kernel/period.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { run } from '../support/month.ts';

// The service as it is started: src/main.ts as a process, told to stop by a signal.

describe('the service', function () {
  this.timeout(60_000);
  const test = useDatabase();
  const home = mkdtempSync(join(tmpdir(), 'an-sinh-service-'));
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('works on what is due, hears what becomes due, and stops in order', async () => {
    const scope = {
      period: period('2026-11'),
      provinceCode: '40',
      environment: 'sandbox',
      officer: 'CB-01',
      unitCode: '40',
    } as const;
    const now = new Date('2026-11-01T00:00:00Z');
    const unit = { ...stageUnit(report, scope, now), job: 'partitions' };
    await fireUnits(test().context(), [unit]);
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      env: {
        PATH: process.env.PATH,
        AN_SINH_HOME: home,
        AN_SINH_ENVIRONMENT: 'sandbox',
        DATABASE_URL: test().url,
        PROVINCE_CODE: '40',
        OFFICER: 'CB-01',
        UNIT_CODE: '40',
        SERVICE_LISTEN: '127.0.0.1:0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines: Record<string, unknown>[] = [];
    let heard = (): void => undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
      heard();
    });
    const times = (event: string): number => lines.filter((line) => line.event === event).length;
    const until = async (event: string, count: number): Promise<void> => {
      while (times(event) < count && child.exitCode === null) {
        await new Promise<void>((resolve) => {
          heard = resolve;
          child.once('exit', () => {
            resolve();
          });
        });
      }
    };
    try {
      await until('unit done', 1);
      // Told by NOTIFY, long before the service would look by itself.
      await fireUnits(test().context(), [{ ...unit, period: period('2026-12') }]);
      await until('unit done', 2);
      const port = Number(lines.find(({ event }) => event === 'up')?.health);
      const asked = async (path: string): Promise<[number, string]> => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        return [answer.status, await answer.text()];
      };
      expect(await asked('/ready')).to.deep.equal([200, '{"ready":true,"wrong":[]}']);
      expect((await asked('/metrics'))[1]).to.match(
        /^an_sinh_job_last_done_seconds\{job="partitions"\} \d/m,
      );
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).to.deep.equal([0, null]);
    expect(lines.at(-1)).to.include({ event: 'stopped' });
    expect(
      await many(test().db, `select job, state from job_unit where job = 'partitions'`),
    ).to.deep.equal([
      { job: 'partitions', state: 'done' },
      { job: 'partitions', state: 'done' },
    ]);
    const periods = await many(test().db, `select period from period_state order by period`);
    expect(periods).to.deep.include({ period: '2027-02' });
  });

  it('is seen and steered from a terminal', async () => {
    const at = { home, url: test().url };
    const env = {
      AN_SINH_ENVIRONMENT: 'sandbox',
      PROVINCE_CODE: '40',
      OFFICER: 'CB-01',
      UNIT_CODE: '40',
    };
    const paused = await run(['jobs', 'pause', 'batch', '--by', 'CB-01', '--reason', 'thử'], {
      ...at,
      environment: env,
    });
    expect(paused.code, paused.stderr).to.equal(0);
    const unknown = await run(['jobs', 'pause', 'bath', '--by', 'CB-01', '--reason', 'thử'], {
      ...at,
      environment: env,
    });
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.match(/^job-unknown: /);
    const shown = await run(['jobs'], { ...at, environment: env });
    expect(shown.code, shown.stderr).to.equal(0);
    const lines = shown.stdout.split('\n');
    expect(lines.find((line) => line.startsWith('batch'))).to.match(/CB-01$/);
    expect(lines.find((line) => line.startsWith('partitions'))).to.match(/\d{2}:\d{2}/);
    expect(lines.find((line) => line.startsWith('tie-out'))).to.match(/ – +– +0 +0 +–$/);
  });
});
