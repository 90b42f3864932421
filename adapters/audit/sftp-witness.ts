import { posix } from 'node:path';
import type { HeadWitness } from '../../src/audit/head-witness.port.ts';
import type { SftpConnection, SftpSession } from '../bank/sftp-session.ts';
import { HEAD_NAME, headName } from './folder-witness.ts';

/**
 * Keeps heads as files on the SFTP server of somebody else, one each, named by their sizes. What lies there is
 * read back and never written over; the folder has to be there.
 */
export function sftpWitness(folder: string, session: SftpSession): HeadWitness {
  return {
    name: 'sftp',

    heads() {
      return session.use(async ({ sftp }) => {
        const names = (await sftp.list(folder)).map(({ name }) => name);
        const notes: string[] = [];
        for (const name of names.filter((one) => HEAD_NAME.test(one)).sort()) {
          notes.push(await noteAt(sftp, posix.join(folder, name)));
        }
        return notes;
      });
    },

    publish({ size, note }) {
      const path = posix.join(folder, headName(size));
      return session.use(async ({ sftp, has }) => {
        if (!(await has(path))) {
          const temporary = posix.join(folder, `.${headName(size)}.${process.pid}`);
          await sftp.put(Buffer.from(note), temporary);
          if ((await noteAt(sftp, temporary)) !== note) {
            await sftp.delete(temporary, true);
            throw new Error(`a head of size ${size} reached the witness as another`);
          }
          await sftp.rename(temporary, path);
        }
        if ((await noteAt(sftp, path)) !== note) {
          throw new Error(`the witness holds another head of size ${size}`);
        }
      });
    },
  };
}

async function noteAt(sftp: SftpConnection['sftp'], path: string): Promise<string> {
  // Not a stream of our own: it is closed behind us, and a line that ends meanwhile would be nobody's error.
  const read = await sftp.get(path);
  if (!Buffer.isBuffer(read))
    throw new Error(`the witness gave no bytes of ${posix.basename(path)}`);
  return read.toString('utf8');
}
