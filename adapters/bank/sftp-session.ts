import { createHash } from 'node:crypto';
import type { SFTPWrapper } from 'ssh2';
import type SftpClient from 'ssh2-sftp-client';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { KeyFolder } from './key-folder.ts';

export type SftpProfile = Extract<BankProfile['transport'], { kind: 'sftp' }>;

/** What a connection needs to know of a server. */
export type SftpPlace = Pick<SftpProfile, 'host' | 'port' | 'username' | 'hostKey' | 'identity'>;

/** A connection to a server. */
export interface SftpConnection {
  readonly sftp: SftpClient;
  /** Whether the server has a file of that name. */
  readonly has: (path: string) => Promise<boolean>;
}

/** A connection in use. */
interface HeldConnection extends SftpConnection {
  /** Lets it go; after a failure it is ended, and the next work makes a new one. */
  readonly release: (outcome: 'whole' | 'failed') => void;
}

/** One bank over SFTP: connected when it is first needed, let go when it has been idle for a moment. */
export interface SftpSession {
  hold(): Promise<HeldConnection>;
  use<Result>(work: (connection: SftpConnection) => Promise<Result>): Promise<Result>;
}

const CONNECT_MS = 20_000;
/** A line that has died in silence is found in three times this. */
const KEEPALIVE_MS = 10_000;
const IDLE_MS = 400;

/** A session with the server of a profile, whose host key is the one that the profile pins. */
export function sftpSession(profile: SftpPlace, keys: KeyFolder): SftpSession {
  let open: Promise<SftpConnection> | undefined;
  let users = 0;
  let idle: NodeJS.Timeout | undefined;

  const drop = (of: Promise<SftpConnection>): void => {
    if (open === of) open = undefined;
    of.then(({ sftp }) => sftp.end()).catch(() => undefined);
  };
  const hold = async (): Promise<HeldConnection> => {
    clearTimeout(idle);
    users += 1;
    const mine = (open ??= connected(profile, keys));
    const release = (outcome: 'whole' | 'failed'): void => {
      users -= 1;
      if (outcome === 'failed') drop(mine);
      // The connection itself keeps the process alive until then.
      else if (users === 0) idle = setTimeout(drop, IDLE_MS, mine);
    };
    try {
      return { ...(await mine), release };
    } catch (error) {
      release('failed');
      throw error;
    }
  };
  return {
    hold,
    async use(work) {
      const { release, ...connection } = await hold();
      let outcome: 'whole' | 'failed' = 'failed';
      try {
        const result = await work(connection);
        outcome = 'whole';
        return result;
      } finally {
        release(outcome);
      }
    },
  };
}

async function connected(profile: SftpPlace, keys: KeyFolder): Promise<SftpConnection> {
  const { host, port, username, hostKey, identity } = profile;
  // Only whose bank is reached by SFTP needs it.
  const { default: Client } = await import('ssh2-sftp-client');
  // Its own complaints about a connection that ended are told to whoever was using it.
  const sftp = new Client(identity, {
    error: () => undefined,
    end: () => undefined,
    close: () => undefined,
  });
  const server = { isAnother: false };
  try {
    const wrapper = await sftp.connect({
      host,
      port,
      username,
      privateKey: await keys.text(identity, 'key'),
      ...(keys.passphrase === undefined ? {} : { passphrase: keys.passphrase }),
      hostVerifier: (key: Buffer) => {
        server.isAnother = fingerprintOf(key) !== hostKey;
        return !server.isAnother;
      },
      readyTimeout: CONNECT_MS,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
    });
    return { sftp, has: (path) => isThere(wrapper, path) };
  } catch (error) {
    if (server.isAnother) throw new Refusal('counterpart-not-itself', { host, port });
    throw error;
  }
}

/** «No such file» in the protocol. */
const NO_SUCH_FILE = 2;

/**
 * Asks by the wrapper: the client takes any failure of the server for an absent file, and a file that
 * seems absent would be put again.
 */
function isThere(wrapper: SFTPWrapper, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    wrapper.stat(path, (error) => {
      if (error === undefined) resolve(true);
      else if ('code' in error && error.code === NO_SUCH_FILE) resolve(false);
      else reject(error);
    });
  });
}

/** As ssh-keygen -l prints it: SHA-256 in base64 without padding. */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
