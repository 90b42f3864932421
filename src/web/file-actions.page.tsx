/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import type { InquiryAnswer } from '../settlement/dispatch.sql.ts';
import { Field, Notice, PostForm } from './components.tsx';
import { FILE_ACTION_TEXTS } from './file-actions.text.ts';
import { useCommon, useWords } from './frame.ts';
import { href, paths } from './paths.ts';

export interface FileActions {
  readonly fileId: bigint;
  readonly mayAsk: boolean;
  /** What the bank answered a moment ago. */
  readonly asked: InquiryAnswer | null;
  /** The open break of a file of which nobody knows where it is. */
  readonly stuck: {
    readonly breakId: bigint;
    readonly isWithdrawable: boolean;
    readonly isProposed: boolean;
  } | null;
  readonly mayPropose: boolean;
}

/** What the bank answered to the question that was just put. */
export function Asked({ asked }: FileActions): VNode | null {
  const t = useWords(FILE_ACTION_TEXTS);
  if (asked === null) return null;
  const isThere = asked === 'waiting' || asked === 'taken';
  return <Notice tone={isThere ? 'good' : 'wait'} title={t(`asked.${asked}`)} />;
}

/** What is done about a file that was sent and that its bank does not speak of. */
export function FileActionForms(props: FileActions): VNode {
  const t = useWords(FILE_ACTION_TEXTS);
  const { fileId, stuck, mayAsk, mayPropose } = props;
  return (
    <>
      {mayAsk && (
        <section class="card">
          <h2>{t('ask')}</h2>
          <p>{t('ask-lead')}</p>
          <PostForm action={href(paths.fileAsk, { fileId })}>
            <button class="calm" type="submit">
              {t('ask-do')}
            </button>
          </PostForm>
        </section>
      )}
      {stuck !== null && (
        <Notice tone="wait" title={t('stuck')}>
          <p>{stuck.isProposed ? t('waits') : t('stuck-lead')}</p>
          <a href={href(paths.break, { breakId: stuck.breakId })}>
            {t('see-break', { no: grouped(stuck.breakId) })}
          </a>
        </Notice>
      )}
      {stuck !== null && !stuck.isProposed && mayPropose && (
        <>
          <HandedOver fileId={fileId} />
          <Withdraw fileId={fileId} isWithdrawable={stuck.isWithdrawable} />
        </>
      )}
    </>
  );
}

function HandedOver({ fileId }: { fileId: bigint }): VNode {
  const t = useWords(FILE_ACTION_TEXTS);
  return (
    <section class="card">
      <h2>{t('handed-over')}</h2>
      <p>{t('handed-over-lead')}</p>
      <PostForm action={href(paths.fileHandedOver, { fileId })} multipart>
        <Grounds of="handed-over" />
        <Field name="file" label={t('carried-file')}>
          <input type="file" required />
        </Field>
        <button type="submit">{t('handed-over-do')}</button>
      </PostForm>
    </section>
  );
}

function Withdraw(of: { fileId: bigint; isWithdrawable: boolean }): VNode {
  const t = useWords(FILE_ACTION_TEXTS);
  return (
    <section class="card">
      <h2>{t('withdraw')}</h2>
      <p>{of.isWithdrawable ? t('withdraw-lead') : t('withdraw-not-yet')}</p>
      {of.isWithdrawable && (
        <PostForm action={href(paths.fileWithdraw, { fileId: of.fileId })}>
          <Grounds of="withdraw" />
          <button class="refuse" type="submit">
            {t('withdraw-do')}
          </button>
        </PostForm>
      )}
    </section>
  );
}

/** Why, and the paper that shows it. */
function Grounds({ of }: { of: string }): VNode {
  const t = useWords(FILE_ACTION_TEXTS);
  const common = useCommon();
  return (
    <>
      <Field
        name="reason"
        id={`${of}-reason`}
        label={common('reason')}
        hint={common('reason-hint')}
      >
        <textarea maxLength={1000} rows={2} required />
      </Field>
      <Field name="document" id={`${of}-document`} label={t('document')}>
        <input type="text" maxLength={200} required size={36} />
      </Field>
    </>
  );
}
