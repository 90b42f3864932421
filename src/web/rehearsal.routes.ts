import { profilesOf, type StoredProfile } from '../batch/bank-profile.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { rehearse } from '../reconciliation/rehearse.flow.ts';
import { filesOnDesk, type FileOnDesk } from '../report/desk.sql.ts';
import { fileOf } from './file-of.ts';
import { formed, listOf, oneOf, optional, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { RehearsalPage, RehearsedPage } from './rehearsal.page.tsx';
import { REHEARSAL_TEXTS } from './rehearsal.text.ts';
import { route, type RequestContext, type Route } from './route.ts';
import { MOST_SMALL_BYTES, type SmallFile } from './upload.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

type RehearsedSource = Parameters<typeof rehearse>[1]['sent'][number];

/** The files of ours that are offered: the newest. */
const OFFERED = 20;

/** What would follow from the files of a bank: shown, and kept nowhere. */
export function rehearsalRoutes(web: Web): Route[] {
  return [askRoute, rehearseRoute(web)];
}

const askRoute = route({
  method: 'get',
  path: paths.rehearsal,
  guard: requires('file.rehearse'),
  async handle({ context: { db }, language }) {
    const of = { fileId: null, direction: 'out', kind: 'payment', after: null, atMost: OFFERED };
    return page(saying(REHEARSAL_TEXTS, language)('rehearsal'), RehearsalPage, {
      profiles: await profilesOf(db, null),
      sent: await filesOnDesk(db, of),
    });
  },
});

const rehearseRoute = ({ rehearsedFiles }: Web): Route =>
  route({
    method: 'post',
    path: paths.rehearsal,
    guard: requires('file.rehearse'),
    uploads: 'small',
    form: {
      profile: formed(/^[A-Z0-9_-]{1,30}\/\d{1,9}$/),
      sentFile: listOf(wholeNumber(), OFFERED),
      as: optional(oneOf(['json'])),
    },
    async handle(given, { form, files }) {
      if (files.some(({ field }) => field !== 'sent' && field !== 'received')) {
        throw new Refusal('form-malformed', { field: 'unknown' });
      }
      const stored = await profileOf(given, form.profile);
      const sent = [...(await sentFiles(given, form.sentFile)), ...uploaded(files, 'sent')];
      if (sent.length === 0) throw new Refusal('form-malformed', { field: 'sent' });
      const result = await rehearse(rehearsedFiles, {
        profile: stored.profile,
        sent,
        received: uploaded(files, 'received'),
      });
      if (form.as === 'json') {
        const content = Buffer.from(`${JSON.stringify(result, null, 2)}\n`);
        return { kind: 'file', name: 'rehearsal.json', type: 'application/json', content };
      }
      return page(saying(REHEARSAL_TEXTS, given.language)('result'), RehearsedPage, {
        stored,
        sent: sent.map(({ name }) => name),
        result,
      });
    },
  });

/** The version of a profile that a form names. Throws Refusal profile-unknown. */
async function profileOf({ context }: RequestContext, named: string): Promise<StoredProfile> {
  const [channel = '', version = ''] = named.split('/');
  const known = await profilesOf(context.db, channel);
  const stored = known.find((one) => one.version === Number(version));
  if (stored === undefined) throw new Refusal('profile-unknown', { channel });
  return stored;
}

/** Payment files of ours, from the archive. Throws Refusal page-unknown and request-too-large. */
async function sentFiles(
  given: RequestContext,
  ids: readonly bigint[],
): Promise<RehearsedSource[]> {
  const chosen: FileOnDesk[] = [];
  for (const id of ids) chosen.push(await fileOf(given, String(id)));
  if (chosen.some(({ direction, kind }) => direction !== 'out' || kind !== 'payment')) {
    throw new Refusal('page-unknown');
  }
  const size = chosen.reduce((sum, { byteSize }) => sum + byteSize, 0n);
  if (size > BigInt(MOST_SMALL_BYTES)) throw new Refusal('request-too-large');
  const { archive } = given.context;
  return chosen.map(({ name, sha256 }) => ({ name, open: () => archive.open(sha256) }));
}

function uploaded(files: readonly SmallFile[], field: string): RehearsedSource[] {
  return files
    .filter((one) => one.field === field)
    .map(({ name, bytes }) => ({
      name,
      async *open() {
        yield await Promise.resolve(bytes);
      },
    }));
}
