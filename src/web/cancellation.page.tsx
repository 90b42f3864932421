/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import { CANCELLATION_REASONS } from '../release/cancellation.ts';
import type { Cancellation } from '../release/cancellation.sql.ts';
import { CANCELLATION_TEXTS } from './cancellation.text.ts';
import { CodeField, Field, Hash, PostForm, Table, Tag, type Tone } from './components.tsx';
import { instant } from './format.ts';
import { useCommon, useWords } from './frame.ts';
import { href, paths } from './paths.ts';

export interface Cancelling {
  readonly fileId: bigint;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  /** Whether its bank takes such a request and answers it. */
  readonly isTaken: boolean;
  readonly requests: readonly Cancellation[];
  readonly personId: string;
  readonly mayPropose: boolean;
  readonly mayConfirm: boolean;
}

type Words = ReturnType<typeof useWords<typeof CANCELLATION_TEXTS>>;

const TONES = {
  proposed: 'wait',
  declined: 'calm',
  confirmed: 'wait',
  sent: 'wait',
  answered: 'good',
} as const satisfies Record<Cancellation['state'], Tone>;

/** What was asked of the bank about a payment file that went to it, and what may be asked. */
export function CancellingForms(of: Cancelling): VNode {
  const t = useWords(CANCELLATION_TEXTS);
  const waits = of.requests.find(({ state }) => state === 'proposed');
  return (
    <>
      {of.requests.length > 0 && <Requests requests={of.requests} />}
      {waits !== undefined && (of.mayConfirm || waits.proposedBy === of.personId) && (
        <Decide of={of} waits={waits} />
      )}
      {waits === undefined && of.mayPropose && (
        <section class="card">
          <h2>{t('cancel')}</h2>
          {of.isTaken ? <Propose {...of} /> : <p>{t('not-taken')}</p>}
        </section>
      )}
    </>
  );
}

function Requests({ requests }: Pick<Cancelling, 'requests'>): VNode {
  const t = useWords(CANCELLATION_TEXTS);
  const common = useCommon();
  return (
    <section>
      <h2>{t('requests')}</h2>
      <Table
        label={t('requests')}
        rows={requests}
        columns={[
          {
            title: t('request'),
            names: true,
            cell: ({ fileId, messageId }) => (
              <a class="hash" href={href(paths.file, { fileId })}>
                {messageId}
              </a>
            ),
          },
          {
            title: t('count'),
            kind: 'figure',
            cell: ({ isWhole, lineCount }) =>
              isWhole ? t('whole-file', { count: grouped(lineCount) }) : grouped(lineCount),
          },
          { title: t('reason'), minor: true, cell: ({ reason }) => reasonOf(t, reason) },
          {
            title: t('by'),
            minor: true,
            cell: ({ proposedBy, decidedBy, proposedAt }) => (
              <>
                {[proposedBy, decidedBy].filter((one) => one !== null).join(', ')}{' '}
                <small>{instant(proposedAt)}</small>
              </>
            ),
          },
          {
            title: t('answered'),
            kind: 'figure',
            minor: true,
            cell: ({ cancelledCount, settledCount }) =>
              `${grouped(cancelledCount)} / ${grouped(settledCount)}`,
          },
          {
            title: common('state'),
            cell: ({ state, declinedReason }) => (
              <>
                <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>{' '}
                {declinedReason !== null && <small>{declinedReason}</small>}
              </>
            ),
          },
        ]}
      />
    </section>
  );
}

function reasonOf(t: Words, reason: string): string {
  const known = CANCELLATION_REASONS.find((one) => one === reason);
  return known === undefined ? reason : t(`reason.${known}`);
}

function Decide({ of, waits }: { of: Cancelling; waits: Cancellation }): VNode {
  const t = useWords(CANCELLATION_TEXTS);
  const { messageId, sha256, lineCount, totalVnd, proposedBy: by, document } = waits;
  const figures = { count: grouped(lineCount), total: grouped(totalVnd) };
  const isOwn = by === of.personId;
  return (
    <section class="card deciding" id="cancelling">
      <h2>{t('decide')}</h2>
      <p>{t('decide-lead', { ...figures, by, document, reason: reasonOf(t, waits.reason) })}</p>
      <p>
        {t('hash')}: <Hash hex={sha256} whole />
      </p>
      {isOwn && <p>{t('own')}</p>}
      {!isOwn && (
        <PostForm
          action={href(paths.fileCancelConfirm, { fileId: of.fileId })}
          seen={{ messageId, sha256 }}
        >
          <CodeField />
          <button class="approve" type="submit">
            {t('confirm-do', figures)}
          </button>
        </PostForm>
      )}
      <PostForm action={href(paths.fileCancelDecline, { fileId: of.fileId })} seen={{ messageId }}>
        <Field name="reason" id="decline-reason" label={t('decline-reason')}>
          <input type="text" maxLength={500} required size={36} />
        </Field>
        <button class="refuse" type="submit">
          {t(isOwn ? 'take-back-do' : 'decline-do')}
        </button>
      </PostForm>
    </section>
  );
}

function Propose({ fileId, lineCount, totalVnd }: Cancelling): VNode {
  const t = useWords(CANCELLATION_TEXTS);
  const figures = { count: grouped(lineCount), total: grouped(totalVnd) };
  return (
    <>
      <p>{t('cancel-lead')}</p>
      <PostForm action={href(paths.fileCancel, { fileId })}>
        <Field name="reason" id="cancel-reason" label={t('reason')}>
          <select>
            {CANCELLATION_REASONS.map((one) => (
              <option value={one}>{t(`reason.${one}`)}</option>
            ))}
          </select>
        </Field>
        <Field name="document" id="cancel-document" label={t('document')}>
          <input type="text" maxLength={200} required size={36} />
        </Field>
        <Field
          name="references"
          id="cancel-references"
          label={t('references')}
          hint={t('references-hint', figures)}
        >
          <textarea rows={4} maxLength={20_000} />
        </Field>
        <button class="refuse" type="submit">
          {t('propose-do')}
        </button>
      </PostForm>
    </>
  );
}
