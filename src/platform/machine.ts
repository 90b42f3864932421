import { X509Certificate } from 'node:crypto';
import { access, constants, readdir, readFile, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Below it a month may not fit any more, and a database that cannot write stops. */
const LEAST_FREE = 0.1;

/** Who may read a key besides its owner. */
const OTHERS = 0o077;

/** The share of a disk that is free, as a whole percentage. */
export async function percentFree(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return Math.floor((bavail / blocks) * 100);
}

/** Whether so much is free that a month fits. */
export function isEnough(percent: number): boolean {
  return percent >= LEAST_FREE * 100;
}

/** What is wrong with the disk of a folder. */
export async function diskFaults(folder: string): Promise<string[]> {
  try {
    await access(folder, constants.W_OK);
    const percent = await percentFree(folder);
    return isEnough(percent) ? [] : [`${percent}%`];
  } catch (error) {
    return [codeOf(error)];
  }
}

/** What is wrong with a file that holds a secret; its name is told, never its path or content. */
export async function keyFaults(path: string): Promise<string[]> {
  try {
    const { mode } = await stat(path);
    await access(path, constants.R_OK);
    const open = process.platform !== 'win32' && (mode & OTHERS) !== 0;
    return open ? [`${basename(path)}: chmod 600`] : [];
  } catch (error) {
    return [`${basename(path)}: ${codeOf(error)}`];
  }
}

/** Until when each certificate (.crt) of a folder is valid; none of a folder that is not named or not there. */
export async function certificatesIn(
  folder: string | undefined,
): Promise<{ name: string; until: Date }[]> {
  if (folder === undefined) return [];
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.crt'))
      .sort()
      .map(async (name) => {
        const { validTo } = new X509Certificate(await readFile(join(folder, name)));
        return { name, until: new Date(validTo) };
      }),
  );
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
