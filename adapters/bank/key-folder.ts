import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../src/kernel/refusal.ts';
import { isAbsent } from './folder-transport.ts';

// Our keys, in files that a profile names and never holds: NAME.key (PEM), NAME.crt (our certificate),
// NAME.ca (the certificates that vouch for the server; without it those of the system), NAME.asc (OpenPGP).

/** The keys of an installation, by the names that profiles use. */
export interface KeyFolder {
  /** Throws Refusal configuration-wrong when it is not there, or readable by others. */
  privateKey(name: string): Promise<KeyObject>;
  text(name: string, kind: 'crt' | 'asc' | 'key'): Promise<string>;
  /** Undefined when there is none. */
  authorities(name: string): Promise<string | undefined>;
  readonly passphrase: string | undefined;
}

/** Who may read a key besides its owner. */
const OTHERS = 0o077;

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The keys of a folder. One passphrase opens all that are locked; it comes from the environment. */
export function keyFolder(folder: string, passphrase: string | undefined): KeyFolder {
  const pathOf = (name: string, kind: string): string => {
    if (!NAME.test(name)) throw new Error('not the name of a key');
    return join(folder, `${name}.${kind}`);
  };
  const text = async (name: string, kind: 'crt' | 'asc' | 'key'): Promise<string> => {
    const path = pathOf(name, kind);
    const { mode } = await stat(path).catch((error: unknown) => {
      throw isAbsent(error) ? wrong(name, kind, 'chưa có tệp khóa / no such key file') : error;
    });
    const isSecret = kind !== 'crt' && process.platform !== 'win32';
    if (isSecret && (mode & OTHERS) !== 0) {
      throw wrong(name, kind, 'người khác đọc được, hãy chmod 600 / others can read it, chmod 600');
    }
    return readFile(path, 'utf8');
  };
  return {
    passphrase,
    text,
    async privateKey(name) {
      const key = await text(name, 'key');
      try {
        return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
      } catch {
        // What the library says of it may quote it.
        throw wrong(name, 'key', 'không mở được khóa / the key cannot be opened');
      }
    },
    async authorities(name) {
      try {
        return await readFile(pathOf(name, 'ca'), 'utf8');
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
  };
}

function wrong(name: string, kind: string, rule: string): Refusal {
  return new Refusal('configuration-wrong', { key: `${name}.${kind}`, rule });
}
