import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { paths } from './paths.ts';

const FOLDER = new URL('assets/', import.meta.url);

/** The address of a file of ours, with the hash of its bytes: what has changed is fetched anew. */
function addressOf(name: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(new URL(name, FOLDER)))
    .digest('hex');
  return `${paths.assets}/${name}?v=${hash.slice(0, 12)}`;
}

/** What every page fetches beside itself. */
export const ASSETS = {
  style: addressOf('style.css'),
  script: addressOf('islands.js'),
  mark: addressOf('mark.svg'),
} as const;
