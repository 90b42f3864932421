import { createInterface } from 'node:readline';
import { startEngine, type Hold, type Routine } from '../../jobs/engine.ts';
import { passBoundary } from '../../src/kernel/boundary.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { connect, many, write } from '../../src/platform/db.ts';
import { silentLog } from '../../src/platform/log.ts';
import { listen } from '../../src/platform/listen.ts';

// A worker as a process of its own, for tests that kill it: DATABASE_URL, LEASE_SECONDS and MODE are its
// environment, a line of standard output is an event. It ends when it is told "stop".
//
//   fenced     what it is: an effect and the position in one transaction, which asks for the lease
//   torn       a planted defect: the effect is written by itself, before the position
//   dies       fenced, and it kills itself inside the transaction of the first attempt, after the effect
//   bursts     like dies, by taking more memory than there is (start it with little)
//   torn-dies  torn, and it kills itself between the effect and the position
//   waits      fenced, and before its effect it waits until it is told "go"
//   torn-waits torn, likewise

const { DATABASE_URL: url = '', LEASE_SECONDS = '2', MODE = 'fenced' } = process.env;
const STEPS = 3;

const db = connect(url);
const context = {
  db,
  archive: archiveIn('.'),
  clock: systemClock,
  boundary: passBoundary,
  actor: 'worker',
};

const told = new Map<string, () => void>();
const toldOf = (word: string): Promise<void> => new Promise((resolve) => told.set(word, resolve));
const go = toldOf('go');
createInterface({ input: process.stdin }).on('line', (line) => told.get(line)?.());

function say(event: string): void {
  process.stdout.write(`${event}\n`);
}

const drill: Routine = {
  name: 'drill',
  async run(hold) {
    for (let step = Number(hold.unit.cursor ?? 0); step < STEPS; step += 1) {
      if (MODE.endsWith('waits')) {
        say('holding');
        await go;
      }
      await (MODE.startsWith('torn') ? tornStep(hold, step) : fencedStep(hold, step));
    }
    say('done');
    return { steps: STEPS };
  },
};

const EFFECT = `insert into drill_effect (unit_id, step, fence, pid) values (:unit, :step, :fence, :pid)`;

async function fencedStep({ step, unit }: Hold, at: number): Promise<void> {
  await step(async (tx) => {
    await many(tx, EFFECT, effectOf(unit, at));
    const isFirst = unit.fence === 1n && at === 1;
    dieIf(MODE === 'dies' && isFirst);
    if (MODE === 'bursts' && isFirst) burst();
    return positionAfter(at);
  });
}

async function tornStep({ step, unit }: Hold, at: number): Promise<void> {
  await write(db, (tx) => many(tx, EFFECT, effectOf(unit, at)));
  dieIf(MODE === 'torn-dies' && unit.fence === 1n && at === 1);
  await step(() => Promise.resolve(positionAfter(at)));
}

function effectOf({ unitId, fence }: Hold['unit'], step: number): Record<string, number | bigint> {
  return { unit: unitId, step, fence, pid: process.pid };
}

function positionAfter(step: number): Awaited<ReturnType<Hold['step']>> {
  const done = step + 1;
  return { step: 'drill', cursor: `${done}`, doneCount: BigInt(done), totalCount: BigInt(STEPS) };
}

/** Keeps whatever it makes until there is no more room. */
function burst(): never {
  const kept: string[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => `${kept.length} ${i}`));
}

function dieIf(now: boolean): void {
  if (now) process.kill(process.pid, 'SIGKILL');
}

const engine = startEngine(context, {
  routines: [drill],
  leaseSeconds: Number(LEASE_SECONDS),
  log: {
    ...silentLog,
    error: (event) => {
      say(event);
    },
  },
});
const deaf = listen(url, 'job_due', engine.nudge);
say('up');
await toldOf('stop');
await engine.stop();
await deaf();
await db.destroy();
// What is read keeps a process alive.
process.stdin.destroy();
