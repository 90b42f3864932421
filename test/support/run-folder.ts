import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Whatever tests lay down in passing lies in one folder of this run, which goes with it.

const folder = mkdtempSync(join(tmpdir(), 'an-sinh-run-'));
// The server of a test runs as somebody else.
chmodSync(folder, 0o755);
process.env.TMPDIR = folder;
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
