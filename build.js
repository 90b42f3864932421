// Makes room for the compiled program in dist/ and puts beside it what it reads that is no TypeScript:
// migrations, reference data, schemas, the assets of the pages. tsc adds the rest.
import { cpSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
for (const folder of ['src', 'jobs', 'adapters', 'migrations', 'package.json']) {
  cpSync(folder, `dist/${folder}`, { recursive: true, filter: (path) => !/\.tsx?$/.test(path) });
}
