import { createHash } from 'node:crypto';
import { batchOnDesk } from '../batch/batch-desk.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposeDispatchAction } from '../reconciliation/act-on-dispatch.flow.ts';
import { waitingProposal } from '../reconciliation/break.sql.ts';
import { unknownFile } from '../reconciliation/dispatch-action.sql.ts';
import { sendingOf, type FileOnDesk } from '../report/desk.sql.ts';
import { askBank } from '../settlement/ask-bank.flow.ts';
import type { InquiryAnswer } from '../settlement/dispatch.sql.ts';
import { breakIn } from './breaks.routes.ts';
import type { FileActions } from './file-actions.page.tsx';
import { fileOf } from './file-of.ts';
import { text } from './form.ts';
import { requires } from './guard.ts';
import { href, paths } from './paths.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import type { Upload } from './upload.ts';
import type { Web } from './web.ts';

const GROUNDS = { reason: text(1000), document: text(200) };

/** What people do about a file whose bank says nothing. None of it sends a file. */
export function fileActionRoutes(web: Web): Route[] {
  return [askRoute(web), handedOverRoute, withdrawRoute];
}

/** What may be done about a file by whoever looks at it; null for what was never sent. */
export async function actionsOf(
  given: RequestContext,
  file: FileOnDesk,
  { messageId, asked }: { messageId: string | null; asked: InquiryAnswer | null },
): Promise<FileActions | null> {
  const { db, clock } = given.context;
  const { fileId, state } = file;
  if (messageId === null || file.direction !== 'out') return null;
  const unknown = await unknownFile(db, { messageId, at: clock() });
  const waits = unknown === undefined ? undefined : await waitingProposal(db, unknown);
  return {
    fileId,
    asked,
    mayAsk: given.may('file.operate') && ['claimed', 'sent', 'unknown'].includes(state),
    mayPropose: given.may('reconciliation.resolve'),
    stuck:
      unknown === undefined
        ? null
        : {
            breakId: unknown.breakId,
            isWithdrawable: unknown.objection === null,
            isProposed: waits !== undefined,
          },
  };
}

/**
 * By what the bank calls a file of ours. Throws Refusal page-unknown for a file that is no payment file, or of a
 * batch outside of the units of whoever acts.
 */
async function messageOf(
  { context: { db }, scope: units }: RequestContext,
  file: FileOnDesk,
): Promise<string> {
  const { batchId } = file;
  const sending = await sendingOf(db, file);
  const batch = batchId === null ? undefined : await batchOnDesk(db, { batchId, units });
  if (sending?.answeredFileId !== null || batch === undefined) throw new Refusal('page-unknown');
  return sending.messageId;
}

const askRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.fileAsk,
    guard: requires('file.operate'),
    async handle(given, { params }) {
      const file = await fileOf(given, params.fileId);
      const messageId = await messageOf(given, file);
      const asked = await askBank(given.context, web.transports, { messageId }).catch(
        (error: unknown) => {
          if (error instanceof Refusal) throw error;
          // The flow has put on record that there was no answer; what kept it is for the operator.
          const reason = error instanceof Error ? error.name : typeof error;
          web.log.error('bank could not be asked', { file: file.fileId, reason });
          return 'silent' as const;
        },
      );
      return { kind: 'redirect', to: href(paths.file, file, { asked }) };
    },
  });

const handedOverRoute = route({
  method: 'post',
  path: paths.fileHandedOver,
  guard: requires('reconciliation.resolve'),
  uploads: true,
  form: GROUNDS,
  handle: async (given, { params, form, upload }) =>
    propose(given, params, { ...form, action: 'handed-over', sha256: await hashOf(upload) }),
});

const withdrawRoute = route({
  method: 'post',
  path: paths.fileWithdraw,
  guard: requires('reconciliation.resolve'),
  form: GROUNDS,
  handle: (given, { params, form }) =>
    propose(given, params, { ...form, action: 'withdrawn', sha256: null }),
});

async function propose(
  given: RequestContext,
  params: { readonly fileId: string },
  proposed: Omit<Parameters<typeof proposeDispatchAction>[1], 'messageId'>,
): Promise<Answer> {
  const messageId = await messageOf(given, await fileOf(given, params.fileId));
  const { db, clock } = given.context;
  const unknown = await unknownFile(db, { messageId, at: clock() });
  // The file of another unit is none to whoever works elsewhere.
  if (unknown !== undefined) await breakIn(given, String(unknown.breakId));
  const { breakId } = await proposeDispatchAction(given.context, { ...proposed, messageId });
  return { kind: 'redirect', to: href(paths.break, { breakId }) };
}

/** SHA-256 in hex of what was carried; its bytes are not kept. */
async function hashOf(upload: Upload | null): Promise<string> {
  if (upload === null) throw new Refusal('form-malformed', { field: 'file' });
  const hash = createHash('sha256');
  for await (const part of upload.content as AsyncIterable<Buffer>) hash.update(part);
  return hash.digest('hex');
}
