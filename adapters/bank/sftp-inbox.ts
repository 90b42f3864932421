import { posix } from 'node:path';
import type { Inbox } from '../../src/settlement/inbox.port.ts';
import { FINAL_NAME } from './folder-inbox.ts';
import type { SftpProfile, SftpSession } from './sftp-session.ts';

/** Where the bank lays its answers on its SFTP server. What we have archived goes to `taken` below it. */
export function sftpInbox({ collectFrom }: SftpProfile, session: SftpSession): Inbox {
  const taken = posix.join(collectFrom, 'taken');
  const pathOf = (name: string): string => {
    if (!FINAL_NAME.test(name)) throw new Error('not a name that this inbox lists');
    return posix.join(collectFrom, name);
  };
  return {
    list() {
      return session.use(async ({ sftp }) => {
        const files = await sftp.list(
          collectFrom,
          ({ type, name }) => type === '-' && FINAL_NAME.test(name),
        );
        return files.map(({ name }) => name).sort();
      });
    },
    async *open(name) {
      const path = pathOf(name);
      const { sftp, release } = await session.hold();
      let outcome: 'whole' | 'failed' = 'failed';
      try {
        for await (const chunk of sftp.createReadStream(path)) yield chunk as Buffer;
        outcome = 'whole';
      } finally {
        release(outcome);
      }
    },
    putAway(name) {
      return session.use(async ({ sftp, has }) => {
        const from = pathOf(name);
        if (!(await has(from))) return;
        if (!(await has(taken))) await sftp.mkdir(taken);
        // A bank may use a name again. Nothing that it sent is ever written over.
        for (let n = 1; ; n += 1) {
          const to = posix.join(taken, n === 1 ? name : `${name}.${n}`);
          if (await has(to)) continue;
          await sftp.rename(from, to);
          return;
        }
      });
    },
  };
}
