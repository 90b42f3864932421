import { signingLevel } from '../approval/signing-level.ts';
import { approveBatch } from '../approval/approve-batch.flow.ts';
import { refuseBatch } from '../approval/refuse-batch.flow.ts';
import {
  communesOfBatch,
  heldBackBeside,
  movementsOfBatch,
  notableLines,
} from '../batch/batch-brief.sql.ts';
import { movementsInOrder } from '../batch/batch-brief.ts';
import {
  batchOnDesk,
  eventsAbout,
  handsIn,
  listBatches,
  linesOnDesk,
  paymentFilesOf,
  signaturesOfBatch,
  type BatchOnDesk,
} from '../batch/batch-desk.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { knownPeriods } from '../settlement/settlement.sql.ts';
import { BatchPage, type BatchModel } from './batch.page.tsx';
import type { DecisionFault } from './batch-decision.tsx';
import { BatchLinesPage } from './batch-lines.page.tsx';
import { BatchesPage } from './batches.page.tsx';
import { BATCH_TEXTS } from './batches.text.ts';
import { csvOf } from './csv.ts';
import { formed, oneOf, optional, text, wholeNumber } from './form.ts';
import { grouped } from '../kernel/text.ts';
import { requires } from './guard.ts';
import { href, paths } from './paths.ts';
import { page } from './page.tsx';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import { saying } from './words.ts';
import { pageOf } from './paging.ts';

/** From this total on whoever approves types it again: a billion đồng. */
const TYPED_FROM = 1_000_000_000n;
const ON_A_PAGE = 50;
/** A file of lines is written in pages, so that its memory stays flat. */
const ON_A_PAGE_OF_FILE = 5_000;

const HASH = formed(/^[0-9a-f]{64}$/);
const REASON = text(2_000);

/** The list of batches, one batch, its lines, and what is decided about it. */
export function batchRoutes(): Route[] {
  return [listRoute, batchRoute, linesRoute, exportRoute, approveRoute, ...refuseRoutes];
}

const listRoute = route({
  method: 'get',
  path: paths.batches,
  guard: requires('batch.see'),
  query: {
    period: optional(text(7)),
    programme: optional(text(40)),
    state: optional(text(20)),
    kind: optional(text(20)),
    code: optional(text(40)),
    after: optional(wholeNumber()),
  },
  async handle({ context: { db }, scope, language }, { query }) {
    const found = await listBatches(db, { ...query, units: scope, atMost: ON_A_PAGE + 1 });
    const { after, ...filters } = query;
    const asked = {
      period: filters.period ?? '',
      programme: filters.programme ?? '',
      state: filters.state ?? '',
      kind: filters.kind ?? '',
      code: filters.code ?? '',
    };
    const { rows, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: asked,
      isFirst: after === null,
      key: ({ batchId }) => String(batchId),
    });
    const periods = [...(await knownPeriods(db))].sort().toReversed();
    const title = saying(BATCH_TEXTS, language)('title');
    return page(title, BatchesPage, { asked, batches: rows, periods, paging });
  },
});

const batchRoute = route({
  method: 'get',
  path: paths.batch,
  guard: requires('batch.see'),
  query: { done: optional(oneOf(['signed'])) },
  async handle(given, { params, query }) {
    const batch = await batchOf(given, params.batchId);
    return batchAnswer(given, batch, { fault: null, done: query.done === 'signed' });
  },
});

async function batchOf(
  { context: { db }, scope }: RequestContext,
  batchId: string,
): Promise<BatchOnDesk> {
  if (!/^\d{1,15}$/.test(batchId)) throw new Refusal('batch-unknown');
  const batch = await batchOnDesk(db, { batchId: BigInt(batchId), units: scope });
  if (batch === undefined) throw new Refusal('batch-unknown', { batchId });
  return batch;
}

async function batchAnswer(
  given: RequestContext,
  batch: BatchOnDesk,
  told: { fault: DecisionFault | null; done: boolean },
): Promise<Answer> {
  const { context, person, language } = given;
  const { db } = context;
  const { batchId } = batch;
  const signatures = await signaturesOfBatch(db, batchId);
  const model: BatchModel = {
    batch,
    signatures,
    movements: movementsInOrder(await movementsOfBatch(db, batchId)),
    held: await heldBackBeside(db, batchId),
    communes: await communesOfBatch(db, batchId),
    notable: await notableLines(db, batchId),
    files: await paymentFilesOf(db, batchId),
    events: await eventsAbout(db, { subject: `batch/${batchId}`, atMost: 20 }),
    deciding: {
      mayApprove: given.may('batch.approve'),
      level: signingLevel(person.grants, { ...batch, signatures: signatures.length }),
      mayReject: given.may('batch.reject'),
      mayTakeBack: given.may('batch.withdraw'),
      hands: await handsIn(db, { batchId, personId: person.personId }),
      hasSigned: signatures.some(({ personId }) => personId === person.personId),
      typedFrom: TYPED_FROM,
      ...told,
    },
  };
  const title = saying(BATCH_TEXTS, language)('page', { code: batch.batchCode });
  const answer = page(title, BatchPage, model);
  return told.fault === null ? answer : { ...answer, status: 409 };
}

const approveRoute = route({
  method: 'post',
  path: paths.batchApprove,
  guard: requires('batch.approve'),
  stepUp: true,
  form: {
    instructionCount: wholeNumber(),
    totalVnd: wholeNumber(),
    contentHash: HASH,
    filesHash: HASH,
    typedTotal: optional(wholeNumber()),
  },
  async handle(given, { params, form }) {
    const batch = await batchOf(given, params.batchId);
    const { typedTotal, ...seen } = form;
    if (batch.totalVnd >= TYPED_FROM && typedTotal !== seen.totalVnd) {
      return batchAnswer(given, batch, { fault: { kind: 'wrong-total' }, done: false });
    }
    const stepUpAt = given.stepUpAt ?? new Date(0);
    try {
      await approveBatch(given.context, { batchId: batch.batchId, seen, stepUpAt });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'batch-changed') throw error;
      const fault = {
        kind: 'changed',
        sawCount: grouped(seen.instructionCount),
        sawVnd: grouped(seen.totalVnd),
      } as const;
      return batchAnswer(given, await batchOf(given, params.batchId), { fault, done: false });
    }
    return {
      kind: 'redirect',
      to: href(paths.batch, { batchId: batch.batchId }, { done: 'signed' }),
    };
  },
});

const refuseRoutes = (
  [
    [paths.batchReject, 'batch.reject', 'rejected'],
    [paths.batchTakeBack, 'batch.withdraw', 'taken-back'],
  ] as const
).map(([path, permission, kind]) =>
  route({
    method: 'post',
    path,
    guard: requires(permission),
    stepUp: true,
    form: { contentHash: HASH, reason: REASON },
    async handle(given, { params, form }) {
      const { batchId } = await batchOf(given, params.batchId);
      await refuseBatch(given.context, {
        batchId,
        kind,
        reason: form.reason,
        seen: { contentHash: form.contentHash },
        stepUpAt: given.stepUpAt ?? new Date(0),
      });
      return { kind: 'redirect', to: href(paths.batch, { batchId }) };
    },
  }),
);

const LINES_QUERY = {
  commune: optional(formed(/^\d{5}$/)),
  recipient: optional(wholeNumber()),
  least: optional(wholeNumber()),
};

const linesRoute = route({
  method: 'get',
  path: paths.batchLines,
  guard: requires('batch.see'),
  query: { ...LINES_QUERY, after: optional(formed(/^AS[0-9A-Z]{6,60}$/)) },
  async handle(given, { params, query }) {
    const batch = await batchOf(given, params.batchId);
    const { after, commune, recipient, least } = query;
    const found = await linesOnDesk(given.context.db, {
      ...batch,
      communeCode: commune,
      recipientId: recipient,
      leastVnd: least,
      after: after === null ? null : placeOf(after),
      atMost: ON_A_PAGE + 1,
    });
    const asked = {
      commune: commune ?? '',
      recipient: recipient === null ? '' : String(recipient),
      least: least === null ? '' : grouped(least),
    };
    const { rows, paging } = pageOf(found, {
      atMost: ON_A_PAGE,
      query: asked,
      isFirst: after === null,
      key: ({ reference }) => reference,
    });
    const communes = await communesOfBatch(given.context.db, batch.batchId);
    const title = saying(BATCH_TEXTS, given.language)('lines-title', { code: batch.batchCode });
    const mayExport = given.may('batch.export');
    return page(title, BatchLinesPage, { batch, asked, lines: rows, communes, paging, mayExport });
  },
});

/** Where in a batch a page goes on: a reference names its recipient. */
function placeOf(reference: string): { recipientId: bigint; reference: string } {
  const [, digits] = /^AS\d{4}[A-Z]{2}(\d{1,15})N/.exec(reference) ?? [];
  if (digits === undefined) throw new Refusal('form-malformed', { field: 'after' });
  return { recipientId: BigInt(digits), reference };
}

const exportRoute = route({
  method: 'get',
  path: paths.batchExport,
  guard: requires('batch.export'),
  query: LINES_QUERY,
  async handle(given, { params, query }) {
    const batch = await batchOf(given, params.batchId);
    return {
      kind: 'file',
      name: `${batch.batchCode}.csv`,
      type: 'text/csv; charset=utf-8',
      content: csvOf(
        ['Mã tham chiếu', 'Số người hưởng', 'Mã xã', 'Xã', 'Số tiền', 'Kết quả', 'Lý do'],
        async function* rows() {
          let after: { recipientId: bigint; reference: string } | null = null;
          for (;;) {
            const found = await linesOnDesk(given.context.db, {
              ...batch,
              communeCode: query.commune,
              recipientId: query.recipient,
              leastVnd: query.least,
              after,
              atMost: ON_A_PAGE_OF_FILE,
            });
            const last = found.at(-1);
            if (last === undefined) return;
            yield found.map((line) => [
              line.reference,
              String(line.recipientId),
              line.communeCode,
              line.communeName,
              String(line.amountVnd),
              line.outcome ?? '',
              line.reason ?? '',
            ]);
            after = last;
          }
        },
      ),
    };
  },
});
