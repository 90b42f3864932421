/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { BatchOnDesk } from '../batch/batch-desk.sql.ts';
import { grouped } from '../kernel/text.ts';
import { BATCH_TEXTS } from './batches.text.ts';
import { CodeField, Field, Notice, PostForm, Table } from './components.tsx';
import { instant, money } from './format.ts';
import { useCommon, useFrame, useWords } from './frame.ts';
import { href, paths } from './paths.ts';

/** What whoever looks at a batch may do with it, and what they were told a moment ago. */
export interface Deciding {
  readonly mayApprove: boolean;
  /** At which level they would sign; null when a limit that covers the total is missing. */
  readonly level: 'first' | 'second' | null;
  readonly mayReject: boolean;
  readonly mayTakeBack: boolean;
  /** Why they had a hand in it; empty when they had none. */
  readonly hands: readonly string[];
  readonly hasSigned: boolean;
  /** From which total on it has to be typed again, in đồng. */
  readonly typedFrom: bigint;
  readonly fault: DecisionFault | null;
  readonly done: boolean;
}

export type DecisionFault =
  | { readonly kind: 'wrong-total' }
  | { readonly kind: 'changed'; readonly sawCount: string; readonly sawVnd: string };

/** Signing, rejecting and taking back: with the figures on the button. */
export function BatchDecision({
  batch,
  deciding,
}: {
  batch: BatchOnDesk;
  deciding: Deciding;
}): VNode {
  return (
    <>
      <Told batch={batch} deciding={deciding} />
      {batch.state === 'prepared' && <BeforeApproval batch={batch} deciding={deciding} />}
      {batch.state === 'approved' && deciding.mayTakeBack && <TakeBack batch={batch} />}
    </>
  );
}

function Told({ batch, deciding }: { batch: BatchOnDesk; deciding: Deciding }): VNode | null {
  const t = useWords(BATCH_TEXTS);
  const { fault, done } = deciding;
  if (fault?.kind === 'changed') return <Changed batch={batch} fault={fault} />;
  if (!done) return null;
  return (
    <Notice tone="good" title={t('done')}>
      <p>{t(batch.state === 'prepared' ? 'waits-for-other' : 'done-both')}</p>
    </Notice>
  );
}

/** A tab that was open too long: what it showed beside what is there. */
function Changed(props: {
  batch: BatchOnDesk;
  fault: Extract<DecisionFault, { kind: 'changed' }>;
}): VNode {
  const t = useWords(BATCH_TEXTS);
  const { batch, fault } = props;
  const rows = [
    { what: t('count'), saw: fault.sawCount, now: grouped(batch.instructionCount) },
    { what: t('total'), saw: fault.sawVnd, now: money(batch.totalVnd) },
  ];
  return (
    <Notice tone="bad" title={t('changed')}>
      <p>{t('changed-lead')}</p>
      <Table
        label={t('changed')}
        rows={rows}
        columns={[
          { title: t('figure'), names: true, cell: ({ what }) => what },
          { title: t('you-saw'), kind: 'figure', cell: ({ saw }) => saw },
          { title: t('it-is-now'), kind: 'figure', cell: ({ now }) => now },
        ]}
      />
    </Notice>
  );
}

function BeforeApproval({
  batch,
  deciding,
}: {
  batch: BatchOnDesk;
  deciding: Deciding;
}): VNode | null {
  const t = useWords(BATCH_TEXTS);
  if (!deciding.mayApprove && !deciding.mayReject) return null;
  if (deciding.hands.length > 0) {
    return (
      <Notice tone="wait" title={t('may-not-sign')}>
        <ul>
          {deciding.hands.map((hand) => (
            <li>{t(handKey(hand))}</li>
          ))}
        </ul>
      </Notice>
    );
  }
  return (
    <section class="card deciding" id="decide">
      <h2>{t('decide')}</h2>
      {deciding.hasSigned ? (
        <p>
          <b>{t('signed-by-you')}.</b> {t('waits-for-other')}
        </p>
      ) : (
        deciding.mayApprove && <Sign batch={batch} deciding={deciding} />
      )}
      {deciding.mayReject && (
        <details>
          <summary>{t('reject')}</summary>
          <p>{t('reject-lead')}</p>
          <RefuseForm batch={batch} action={paths.batchReject} label={t('reject')} />
        </details>
      )}
    </section>
  );
}

function handKey(hand: string): 'hand.prepared' | 'hand.imported' | 'hand.changed-register' {
  if (hand === 'prepared') return 'hand.prepared';
  return hand === 'imported' ? 'hand.imported' : 'hand.changed-register';
}

/** The form of a signature, or who has to sign instead. */
function Sign({ batch, deciding }: { batch: BatchOnDesk; deciding: Deciding }): VNode {
  const t = useWords(BATCH_TEXTS);
  if (deciding.level === null) return <Notice tone="wait" title={t('above-limit')} />;
  return (
    <>
      {deciding.level === 'first' && <p>{t('first-level')}</p>}
      <Approve batch={batch} deciding={deciding} />
    </>
  );
}

function Approve({ batch, deciding }: { batch: BatchOnDesk; deciding: Deciding }): VNode {
  const t = useWords(BATCH_TEXTS);
  const total = grouped(batch.totalVnd);
  const needsTotal = batch.totalVnd >= deciding.typedFrom;
  const isWrong = deciding.fault?.kind === 'wrong-total';
  return (
    <PostForm action={href(paths.batchApprove, { batchId: batch.batchId })} seen={seenOf(batch)}>
      <p>{t('approve-lead')}</p>
      {needsTotal && (
        <Field
          name="typedTotal"
          label={t('typed-total')}
          hint={t('typed-total-hint', { threshold: grouped(deciding.typedFrom) })}
          {...(isWrong ? { fault: t('wrong-total', { total }) } : {})}
        >
          <input type="text" inputMode="numeric" autocomplete="off" required size={24} />
        </Field>
      )}
      <CodeField />
      <div class="actions">
        <button class="approve" type="submit">
          {t('approve', { count: grouped(batch.instructionCount), total })}
        </button>
      </div>
    </PostForm>
  );
}

function TakeBack({ batch }: { batch: BatchOnDesk }): VNode {
  const t = useWords(BATCH_TEXTS);
  return (
    <section class="card no-print">
      <details>
        <summary>{t('take-back')}</summary>
        {batch.leavesFrom > useFrame().now && (
          <p>{t('take-back-until', { at: instant(batch.leavesFrom) })}</p>
        )}
        <p>{t('reject-lead')}</p>
        <RefuseForm batch={batch} action={paths.batchTakeBack} label={t('take-back')} />
      </details>
    </section>
  );
}

function RefuseForm(props: {
  batch: BatchOnDesk;
  action: typeof paths.batchReject | typeof paths.batchTakeBack;
  label: string;
}): VNode {
  const common = useCommon();
  const { batch, action, label } = props;
  const name = action === paths.batchReject ? 'reject' : 'take-back';
  return (
    <PostForm
      action={href(action, { batchId: batch.batchId })}
      seen={{ contentHash: batch.contentHash }}
    >
      <Field
        name="reason"
        id={`${name}-reason`}
        label={common('reason')}
        hint={common('reason-hint')}
      >
        <textarea required minLength={10} maxLength={2000} rows={3} />
      </Field>
      <CodeField id={`${name}-code`} />
      <div class="actions">
        <button class="refuse" type="submit">
          {label}
        </button>
      </div>
    </PostForm>
  );
}

/** What the page shows, sent back with the signature. */
function seenOf(batch: BatchOnDesk): Record<string, string> {
  return {
    instructionCount: String(batch.instructionCount),
    totalVnd: String(batch.totalVnd),
    contentHash: batch.contentHash,
    filesHash: batch.filesHash,
  };
}
