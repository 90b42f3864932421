import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBankDirectory } from './bank-directory.ts';
import { startBank } from './bank.ts';
import { startPopulationDatabase } from './population-database.ts';
import { startPostOffice } from './post-office.ts';

// All counterparts of the sandbox as one process. It says on one line of standard output where it
// can be asked, and ends when its standard input ends: no parent can leave it behind, however the
// parent itself has ended.

const { values } = parseArgs({
  options: { home: { type: 'string' }, seed: { type: 'string' } },
  strict: true,
});
const { home, seed } = values;
if (home === undefined || seed === undefined || !/^\d{1,15}$/.test(seed)) {
  throw new Error('usage: main.ts --home FOLDER --seed WHOLE_NUMBER');
}

const [population, directory] = await Promise.all([
  startPopulationDatabase({ home }),
  startBankDirectory({ home }),
]);
const bank = startBank({ folder: join(home, 'bank'), seed: Number(seed) });
const postOffice = startPostOffice({ folder: join(home, 'post'), seed: Number(seed) });

process.stdin.resume();
process.stdin.once('close', () => {
  void Promise.all([population.stop(), directory.stop(), bank.stop(), postOffice.stop()]).finally(
    () => process.exit(),
  );
});

const { populationUrl, civilStatusUrl } = population;
const { directoryUrl, linkedUrl } = directory;
const urls = { populationUrl, civilStatusUrl, directoryUrl, linkedUrl };
process.stdout.write(`${JSON.stringify(urls)}\n`);
