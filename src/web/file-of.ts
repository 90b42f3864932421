import { Refusal } from '../kernel/refusal.ts';
import { filesOnDesk, type FileOnDesk } from '../report/desk.sql.ts';
import type { RequestContext } from './route.ts';

/** The file that an address names. Throws Refusal page-unknown. */
export async function fileOf({ context: { db } }: RequestContext, id: string): Promise<FileOnDesk> {
  const fileId = /^\d{1,15}$/.test(id) ? BigInt(id) : -1n;
  const of = { direction: null, kind: null, after: null, atMost: 1 };
  const [file] = await filesOnDesk(db, { ...of, fileId });
  if (file === undefined) throw new Refusal('page-unknown');
  return file;
}
