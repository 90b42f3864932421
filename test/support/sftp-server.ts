import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { basename, join, normalize } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { BankKeys } from './bank-keys.ts';

// A real SFTP server (SSH, version 3 of the protocol) over a folder, that can be told to fail the way
// servers and lines fail.

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

interface SftpFaults {
  /** The line is cut once so many bytes of a file have been written. */
  cutAt?: number;
  /** A rename is done, and the line is cut before its answer. */
  loseRename?: boolean;
  /** The byte of a written file at this place is another one. */
  spoilAt?: number;
  /** Asked what is there, the server says that it failed. */
  failStat?: boolean;
}

export interface SftpServer {
  readonly profile: Extract<BankProfile['transport'], { kind: 'sftp' }>;
  readonly faults: SftpFaults;
  /** What was asked: 'write NAME', 'rename NAME', 'auth' … */
  readonly asked: string[];
  stop(): Promise<void>;
}

export interface SftpServerOptions {
  readonly folder: string;
  readonly keys: BankKeys;
  /** Files with such a suffix lie in a folder of their own, where the bank's taker does not look. */
  readonly signatureSuffix?: string;
  /** Whether a file may get its final name; its signature is there by then. */
  readonly mayEnter?: (path: string, signaturePath: string) => Promise<boolean>;
  readonly doneSuffix?: string | null;
}

/** Starts it on a port of its own, with in, done and out below its root. */
export async function startSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const { folder, keys, doneSuffix = null } = options;
  for (const name of ['in', 'done', 'out', 'beside'])
    mkdirSync(join(folder, name), { recursive: true });
  const faults: SftpFaults = {};
  const asked: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [keys.ssh.host] }, (connection) => {
    open.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => open.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method !== 'publickey') {
        context.reject(['publickey']);
        return;
      }
      const ours = ssh2.utils.parseKey(keys.ssh.publicKey);
      if (ours instanceof Error) throw ours;
      const { key, blob, signature } = context;
      const isOurs = key.data.equals(ours.getPublicSSH());
      // First it is asked whether the key would do; then it is proven.
      const proven = signature !== undefined && ours.verify(blob ?? '', signature);
      if (isOurs && proven) asked.push('auth');
      if (isOurs && (proven || signature === undefined)) context.accept();
      else context.reject();
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          serve(acceptSftp(), { ...options, faults, asked, cut: () => connection.end() });
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    faults,
    asked,
    profile: {
      kind: 'sftp',
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      username: 'an-sinh',
      identity: 'ssh',
      hostKey: keys.ssh.hostKey,
      deliverTo: '/in',
      takenIn: '/done',
      collectFrom: '/out',
      temporarySuffix: '.tmp',
      doneSuffix,
    },
    async stop() {
      for (const connection of open) connection.end();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Serving extends SftpServerOptions {
  readonly faults: SftpFaults;
  readonly asked: string[];
  readonly cut: () => void;
}

function serve(
  sftp: SFTPWrapper,
  { folder, signatureSuffix, mayEnter, faults, asked, cut }: Serving,
): void {
  const real = (path: string): string => {
    const at = normalize(join('/', path));
    // Of a temporary name too: "X.xml.p7s.tmp" is a signature under way.
    const isBeside = signatureSuffix !== undefined && at.includes(signatureSuffix);
    return join(folder, isBeside ? join('beside', basename(at)) : at);
  };
  const opened = new Map<number, { fd: number; path: string }>();
  const listed = new Map<number, { names: string[] }>();
  let next = 0;
  const handle = (): [number, Buffer] => {
    next += 1;
    const buffer = Buffer.alloc(4);
    buffer.writeUInt32BE(next);
    return [next, buffer];
  };
  /** Answers with what work gives, or that the server has no such file or failed. */
  const told = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      sftp.status(id, absent ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    }
  };
  const stat = (id: number, path: string): void => {
    told(id, () => {
      if (faults.failStat === true) throw new Error('failed');
      sftp.attrs(id, attributes(statSync(real(path))));
    });
  };

  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: normalize(join('/', path)), longname: '', attrs: NO_ATTRIBUTES }]);
  });
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('OPEN', (id, path, flags) => {
    told(id, () => {
      const writes = (flags & OPEN_MODE.WRITE) !== 0;
      if (writes) asked.push(`write ${basename(path)}`);
      const [no, buffer] = handle();
      opened.set(no, { fd: openSync(real(path), writes ? 'w' : 'r'), path });
      sftp.handle(id, buffer);
    });
  });
  sftp.on('FSTAT', (id, at) => {
    told(id, () => {
      sftp.attrs(id, attributes(fstatSync(opened.get(at.readUInt32BE())?.fd ?? -1)));
    });
  });
  sftp.on('FSETSTAT', (id) => {
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('WRITE', (id, at, offset, data) => {
    told(id, () => {
      const { cutAt, spoilAt } = faults;
      const room =
        cutAt === undefined ? data.length : Math.max(0, Math.min(data.length, cutAt - offset));
      const bytes = Buffer.from(data.subarray(0, room));
      if (spoilAt !== undefined && spoilAt >= offset && spoilAt < offset + room) {
        bytes[spoilAt - offset] = (bytes[spoilAt - offset] ?? 0) ^ 1;
      }
      writeSync(opened.get(at.readUInt32BE())?.fd ?? -1, bytes, 0, room, offset);
      if (room < data.length || offset + room === cutAt) cut();
      else sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on('READ', (id, at, offset, length) => {
    told(id, () => {
      const buffer = Buffer.alloc(length);
      const read = readSync(opened.get(at.readUInt32BE())?.fd ?? -1, buffer, 0, length, offset);
      if (read === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, read));
    });
  });
  sftp.on('CLOSE', (id, at) => {
    told(id, () => {
      const no = at.readUInt32BE();
      const file = opened.get(no);
      if (file !== undefined) closeSync(file.fd);
      opened.delete(no);
      listed.delete(no);
      sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on('OPENDIR', (id, path) => {
    told(id, () => {
      const [no, buffer] = handle();
      listed.set(no, { names: readdirSync(real(path)).map((name) => join(path, name)) });
      sftp.handle(id, buffer);
    });
  });
  sftp.on('READDIR', (id, at) => {
    told(id, () => {
      const names = listed.get(at.readUInt32BE())?.names.splice(0) ?? [];
      if (names.length === 0) {
        sftp.status(id, STATUS_CODE.EOF);
        return;
      }
      sftp.name(
        id,
        names.map((path) => {
          const of = statSync(real(path));
          const kind = of.isDirectory() ? 'd' : '-';
          const longname = `${kind}rw------- 1 bank bank ${of.size} Nov 1 00:00 ${basename(path)}`;
          return { filename: basename(path), longname, attrs: attributes(of) };
        }),
      );
    });
  });
  sftp.on('MKDIR', (id, path) => {
    told(id, () => {
      mkdirSync(real(path));
      sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on('REMOVE', (id, path) => {
    told(id, () => {
      asked.push(`remove ${basename(path)}`);
      rmSync(real(path));
      sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on('RENAME', (id, from, to) => {
    asked.push(`rename ${basename(to)}`);
    const entered =
      mayEnter === undefined || real(to).includes('/beside/') || !to.startsWith('/in/')
        ? Promise.resolve(true)
        : mayEnter(real(from), real(`${to}${signatureSuffix ?? ''}`));
    void entered.then((may) => {
      told(id, () => {
        if (!may || existsSync(real(to))) throw new Error('failed');
        renameSync(real(from), real(to));
        if (faults.loseRename === true) cut();
        else sftp.status(id, STATUS_CODE.OK);
      });
    });
  });
}

const NO_ATTRIBUTES = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function attributes(of: { mode: number; size: number }): typeof NO_ATTRIBUTES {
  return { ...NO_ATTRIBUTES, mode: of.mode, size: of.size };
}
