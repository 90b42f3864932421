import { profilesInUse } from '../batch/bank-profile.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { CANCELLATION_REASONS } from '../release/cancellation.ts';
import { cancellations } from '../release/cancellation.sql.ts';
import {
  confirmCancellationBy,
  declineCancellationBy,
  proposeCancellation,
} from '../release/cancel-payments.flow.ts';
import { batchOnDesk } from '../batch/batch-desk.sql.ts';
import { sendingOf, type FileOnDesk } from '../report/desk.sql.ts';
import type { Cancelling } from './cancellation.page.tsx';
import { fileOf } from './file-of.ts';
import { formed, oneOf, optional, text } from './form.ts';
import { requires } from './guard.ts';
import { href, paths } from './paths.ts';
import { route, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';

const MOST_REFERENCES = 500;
const MESSAGE_ID = formed(/^[A-Z0-9-]{1,35}$/);

/** Asking a bank not to pay what was sent: one person proposes, another confirms, a job sends. */
export function cancellationRoutes(web: Web): Route[] {
  return [proposeRoute(web), confirmRoute, declineRoute];
}

/** What may be asked of the bank about a file; null for what did not go to one. */
export async function cancellingOf(
  given: RequestContext,
  { fileId, direction, kind, state, counterpart, lineCount, totalVnd }: FileOnDesk,
): Promise<Cancelling | null> {
  const { db } = given.context;
  const wasSent = ['sent', 'unknown', 'answered'].includes(state);
  if (direction !== 'out' || kind !== 'payment' || !wasSent) return null;
  const profile = (await profilesInUse(db, null)).get(counterpart);
  return {
    fileId,
    lineCount: lineCount ?? 0n,
    totalVnd: totalVnd ?? 0n,
    isTaken: profile?.inbound.readers.includes('camt.029') === true,
    requests: await cancellations(db, { period: null, state: null, paymentFileId: fileId }),
    personId: given.person.personId,
    mayPropose: given.may('reconciliation.resolve'),
    mayConfirm: given.may('reconciliation.confirm'),
  };
}

/** The payment file of a batch in the units of whoever acts. Throws Refusal page-unknown. */
async function paymentFileOf(
  given: RequestContext,
  id: string,
): Promise<{ fileId: bigint; messageId: string }> {
  const { db } = given.context;
  const { fileId, batchId } = await fileOf(given, id);
  const sending = await sendingOf(db, { fileId });
  const batch =
    batchId === null ? undefined : await batchOnDesk(db, { batchId, units: given.scope });
  if (sending?.answeredFileId !== null || batch === undefined) throw new Refusal('page-unknown');
  return { fileId, messageId: sending.messageId };
}

/** A request that is about this very file. Throws Refusal cancellation-not-waiting. */
async function expectAbout(
  { context: { db } }: RequestContext,
  of: { fileId: bigint; messageId: string },
): Promise<void> {
  const about = { period: null, state: 'proposed', paymentFileId: of.fileId } as const;
  const waiting = await cancellations(db, about);
  if (!waiting.some(({ messageId }) => messageId === of.messageId)) {
    throw new Refusal('cancellation-not-waiting', of);
  }
}

const proposeRoute = ({ cancellations: writer }: Web): Route =>
  route({
    method: 'post',
    path: paths.fileCancel,
    guard: requires('reconciliation.resolve'),
    form: {
      reason: oneOf(CANCELLATION_REASONS),
      document: text(200),
      references: optional(text(20_000)),
    },
    async handle(given, { params, form }) {
      const { fileId, messageId } = await paymentFileOf(given, params.fileId);
      const { reason, document } = form;
      const references = form.references === null ? null : named(form.references);
      await proposeCancellation(given.context, writer, { messageId, references, reason, document });
      return { kind: 'redirect', to: href(paths.file, { fileId }) };
    },
  });

/** The references that somebody typed or pasted, each once. */
function named(typed: string): string[] {
  const references = [...new Set(typed.split(/[\s,;]+/).filter((one) => one !== ''))];
  if (references.length > MOST_REFERENCES || !references.every((one) => /^\w{1,35}$/.test(one))) {
    throw new Refusal('form-malformed', { field: 'references' });
  }
  return references;
}

const confirmRoute = route({
  method: 'post',
  path: paths.fileCancelConfirm,
  guard: requires('reconciliation.confirm'),
  stepUp: true,
  form: { messageId: MESSAGE_ID, sha256: formed(/^[0-9a-f]{64}$/) },
  async handle(given, { params, form }) {
    const { fileId } = await paymentFileOf(given, params.fileId);
    await expectAbout(given, { fileId, messageId: form.messageId });
    await confirmCancellationBy(given.context, form);
    return { kind: 'redirect', to: href(paths.file, { fileId }) };
  },
});

const declineRoute = route({
  method: 'post',
  path: paths.fileCancelDecline,
  guard: requires('reconciliation.assign'),
  form: { messageId: MESSAGE_ID, reason: text(500) },
  async handle(given, { params, form }) {
    const { fileId } = await paymentFileOf(given, params.fileId);
    await expectAbout(given, { fileId, messageId: form.messageId });
    await declineCancellationBy(given.context, form);
    return { kind: 'redirect', to: href(paths.file, { fileId }) };
  },
});
