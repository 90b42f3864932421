import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sandboxPeople, writeSandboxProvince } from '../../adapters/sandbox/province.ts';
import { exceptionOf } from './directories.ts';

// The list of the benchmark, and the people of whom the registers say otherwise than the list, made
// in a process of its own.

const [, , home = '', listPath = '', seed = '', recipients = '', period = ''] = process.argv;
const made = { seed: Number(seed), recipients: Number(recipients), period };
await writeSandboxProvince({ home, listPath, ...made });

let exceptions = '';
for (const person of sandboxPeople(made)) {
  if (person.planted !== null) exceptions += `${JSON.stringify(exceptionOf(person))}\n`;
}
await writeFile(join(home, 'exceptions.ndjson'), exceptions);
