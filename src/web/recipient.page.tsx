/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Explanation } from '../entitlement/explanation.ts';
import { maskedNumber } from '../kernel/mask.ts';
import type { Period } from '../kernel/period.ts';
import { PROGRAMME_NAMES, isProgramme } from '../kernel/reference.ts';
import { grouped } from '../kernel/text.ts';
import type { EventOnDesk } from '../batch/batch-desk.sql.ts';
import type { RecipientRecord } from '../report/recipient.sql.ts';
import { Timeline } from './batch.page.tsx';
import {
  CodeField,
  Facts,
  Field,
  Heading,
  Notice,
  PostForm,
  Reference,
  Table,
  Tag,
  Paragraphs,
} from './components.tsx';
import { born, day, instant, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { RECIPIENT_TEXTS } from './recipients.text.ts';
import { OUTCOMES } from './said.ts';

export interface RecipientModel {
  readonly recipientId: bigint;
  readonly record: RecipientRecord;
  readonly explained: readonly { period: Period; explanations: readonly Explanation[] }[];
  readonly events: readonly EventOnDesk[];
  /** Whether numbers stand in full: asked for, and put on record. */
  readonly revealed: boolean;
  readonly may: Readonly<
    Record<'reveal' | 'giveCode' | 'propose' | 'changeAccount' | 'decide', boolean>
  >;
  readonly personId: string;
}

type Channel = RecipientRecord['channels'][number];
type Change = RecipientRecord['changes'][number];

/** All that is known of one recipient, with every number masked until somebody asks for it. */
export function RecipientPage(model: RecipientModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const { recipientId, record } = model;
  return (
    <>
      <Heading title={record.fullName} above={[{ label: t('title'), href: paths.recipients }]}>
        {record.diedOn !== null && (
          <Tag tone="bad">{t('died-on', { day: day(record.diedOn) })}</Tag>
        )}
      </Heading>
      <p class="lead">{t('page', { id: grouped(recipientId) })}</p>
      <Identity {...model} />
      <Enrolments record={record} />
      <Channels {...model} />
      <Explained {...model} />
      <Payments record={record} />
      <Changes {...model} />
      <Proposing {...model} />
      <Timeline events={model.events} />
    </>
  );
}

function Identity(model: RecipientModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const { record, revealed, recipientId, may } = model;
  const shown = (number: string): string => (revealed ? number : maskedNumber(number));
  return (
    <section>
      <h2>{t('identity')}</h2>
      {revealed && <Notice tone="wait" title={t('shown')} />}
      <Facts
        facts={[
          { label: t('full-name'), value: record.fullName },
          { label: t('birth'), value: born(record.birth) },
          { label: t('sex'), value: t(record.sex === 'male' ? 'male' : 'female') },
          {
            label: t('residence'),
            value: `${record.communeName ?? record.communeCode}, ${record.hamlet}`,
          },
          { label: t('phone'), value: record.phone === '' ? '–' : shown(record.phone) },
          ...record.numbers.map(({ number, until }) => ({
            label: t('citizen-number'),
            value: `${shown(number)}${until === null ? '' : ` (${t('ended', { day: day(until) })})`}`,
          })),
        ]}
      />
      {may.reveal && !revealed && (
        <PostForm action={href(paths.recipientReveal, { recipientId })}>
          <div class="actions">
            <button class="calm" type="submit">
              {t('show')}
            </button>
            <small>{t('show-told')}</small>
          </div>
        </PostForm>
      )}
    </section>
  );
}

function Enrolments({ record }: { record: RecipientRecord }): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <section>
      <h2>{t('enrolments')}</h2>
      <Table
        label={t('enrolments')}
        rows={record.enrolments}
        columns={[
          {
            title: common('programme'),
            names: true,
            cell: ({ programme }) =>
              isProgramme(programme) ? say(PROGRAMME_NAMES[programme]) : programme,
          },
          { title: t('ground'), cell: ({ ground }) => ground },
          {
            title: t('decision'),
            minor: true,
            cell: (one) => `${one.decision}, ${day(one.decidedOn)}`,
          },
          { title: t('from'), cell: ({ from }) => month(from) },
          {
            title: t('until'),
            cell: ({ stopsAfter }) => (stopsAfter === null ? '' : month(stopsAfter)),
          },
          { title: t('stop-reason'), minor: true, cell: ({ stopReason }) => stopReason ?? '' },
        ]}
      />
    </section>
  );
}

const TONES = { proven: 'good', doubtful: 'wait', refused: 'bad', unknown: 'calm' } as const;

function Channels({ record, revealed }: RecipientModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  const evidence = ({ evidence: said }: Channel): keyof typeof TONES | undefined =>
    (Object.keys(TONES) as (keyof typeof TONES)[]).find((known) => known === said);
  return (
    <section>
      <h2>{t('channels')}</h2>
      <Table
        label={t('channels')}
        rows={record.channels}
        columns={[
          {
            title: t('account'),
            names: true,
            cell: ({ kind, bankBin, accountNumber }) =>
              kind === 'cash_post'
                ? t('cash')
                : `${bankBin} ${revealed ? accountNumber : maskedNumber(accountNumber)}`,
          },
          {
            title: t('full-name'),
            cell: ({ payeeNo }) =>
              record.payees.find(({ no }) => no === payeeNo)?.fullName ?? record.fullName,
          },
          {
            title: t('evidence'),
            cell: (channel) => {
              const said = evidence(channel);
              if (said === undefined) return '–';
              return (
                <>
                  <Tag tone={TONES[said]}>{t(`class.${said}`)}</Tag>{' '}
                  <small>
                    {channel.checkedAt === null ? null : instant(new Date(channel.checkedAt))}
                  </small>
                </>
              );
            },
          },
          {
            title: common('state'),
            minor: true,
            cell: ({ endedOn }) =>
              endedOn === null ? (
                <Tag tone="good">{t('in-use')}</Tag>
              ) : (
                t('ended', { day: day(endedOn) })
              ),
          },
        ]}
      />
    </section>
  );
}

function Explained({ explained }: RecipientModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const say = useText();
  return (
    <section>
      <h2>{t('explained')}</h2>
      {explained.length === 0 && <p>{t('no-explanation')}</p>}
      {explained.map(({ period, explanations }, i) => (
        <details open={i === 0}>
          <summary>{t('explained-for', { month: month(period) })}</summary>
          {explanations.map(({ title, paragraphs }) => (
            <div class="card">
              <h3>{say(title)}</h3>
              <Paragraphs of={paragraphs} />
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

function Payments({ record }: { record: RecipientRecord }): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <section>
      <h2>{t('payments')}</h2>
      <Table
        label={t('payments')}
        rows={record.payments.toReversed()}
        columns={[
          { title: common('period'), names: true, cell: ({ period }) => month(period) },
          { title: common('amount'), kind: 'vnd', cell: ({ vnd }) => grouped(BigInt(vnd)) },
          {
            title: common('state'),
            cell: ({ outcome, returned }) => {
              const said = OUTCOMES[returned ? 'returned' : (outcome ?? '')];
              return said === undefined ? '–' : <Tag tone={said.tone}>{say(said)}</Tag>;
            },
          },
          {
            title: t('reference'),
            minor: true,
            cell: ({ reference }) => <Reference reference={reference} />,
          },
        ]}
      />
    </section>
  );
}

function Changes({ record, recipientId, may, personId }: RecipientModel): VNode | null {
  const t = useWords(RECIPIENT_TEXTS);
  if (record.changes.length === 0) return null;
  return (
    <section>
      <h2>{t('changes')}</h2>
      <Table
        label={t('changes')}
        rows={record.changes}
        columns={[
          { title: t('changes'), names: true, cell: ({ subject }) => t(`subject.${subject}`) },
          { title: t('fields'), cell: ({ fields }) => fields.join(', ') },
          { title: t('document'), minor: true, cell: ({ document }) => document },
          {
            title: t('proposed-by'),
            minor: true,
            cell: (one) => `${one.proposedBy}, ${instant(new Date(one.proposedAt))}`,
          },
          {
            title: t('decision-of'),
            cell: (change) => (
              <DecideProposal
                {...{ change, recipientId }}
                mayDecide={may.decide && change.proposedBy !== personId}
              />
            ),
          },
        ]}
      />
    </section>
  );
}

function DecideProposal(props: { change: Change; recipientId: bigint; mayDecide: boolean }): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const { change, recipientId, mayDecide } = props;
  const { proposalNo, decision, decidedBy } = change;
  if (decision !== null) {
    const isYes = decision === 'confirmed';
    return (
      <>
        <Tag tone={isYes ? 'good' : 'bad'}>{t(isYes ? 'confirmed' : 'declined')}</Tag> {decidedBy}
      </>
    );
  }
  if (!mayDecide || proposalNo === null) return <Tag tone="wait">{t('open-proposal')}</Tag>;
  const id = `p${proposalNo}`;
  return (
    <PostForm action={href(paths.recipientDecide, { recipientId, proposalNo })}>
      <Field name="reason" id={`${id}-reason`} label={t('decline-reason')}>
        <input type="text" maxLength={500} />
      </Field>
      <CodeField id={`${id}-code`} />
      <div class="actions">
        <button type="submit" name="decision" value="confirmed">
          {t('confirm')}
        </button>
        <button class="refuse" type="submit" name="decision" value="declined">
          {t('decline')}
        </button>
      </div>
    </PostForm>
  );
}

function Proposing({ recipientId, record, may }: RecipientModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  return (
    <>
      {may.giveCode && (
        <details class="no-print">
          <summary>{t('give-code')}</summary>
          <p>{t('give-code-lead')}</p>
          <PostForm action={href(paths.recipientOwnCode, { recipientId })}>
            <CodeField id="own-code" />
            <button type="submit">{t('give-code-do')}</button>
          </PostForm>
        </details>
      )}
      {may.propose && (
        <details class="no-print">
          <summary>{t('correct')}</summary>
          <p>{t('correct-lead')}</p>
          <PostForm action={href(paths.recipientCorrect, { recipientId })}>
            <TextField name="fullName" label={t('full-name')} />
            <TextField name="birth" label={t('birth')} hint={t('born-hint')} />
            <TextField name="citizenNumber" label={t('citizen-number')} />
            <TextField name="phone" label={t('phone')} />
            <TextField name="document" id="correct-document" label={t('document')} required />
            <button type="submit">{t('propose')}</button>
          </PostForm>
        </details>
      )}
      {may.propose && record.diedOn !== null && (
        <details class="no-print">
          <summary>{t('alive')}</summary>
          <p>{t('alive-lead')}</p>
          <PostForm action={href(paths.recipientAlive, { recipientId })}>
            <TextField name="document" id="alive-document" label={t('document')} required />
            <button type="submit">{t('propose')}</button>
          </PostForm>
        </details>
      )}
      {may.changeAccount && <ProposingAccount recipientId={recipientId} record={record} />}
    </>
  );
}

function ProposingAccount(props: Pick<RecipientModel, 'recipientId' | 'record'>): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const { recipientId, record } = props;
  const isPaidToAccount = record.channels.some(
    ({ kind, endedOn }) => kind === 'account' && endedOn === null,
  );
  return (
    <>
      <details class="no-print">
        <summary>{t('change-account')}</summary>
        <p>{t('correct-lead')}</p>
        <PostForm action={href(paths.recipientAccount, { recipientId })}>
          <TextField name="oldAccount" label={t('old-account')} />
          <TextField name="bankBin" label={t('bank')} />
          <TextField name="accountNumber" label={t('new-account')} />
          <TextField name="holderName" label={t('holder')} />
          <TextField name="document" id="account-document" label={t('document')} required />
          <CodeField id="account-code" />
          <button type="submit">{t('propose')}</button>
        </PostForm>
      </details>
      {isPaidToAccount && (
        <details class="no-print">
          <summary>{t('share')}</summary>
          <p>{t('share-lead')}</p>
          <PostForm action={href(paths.recipientSharing, { recipientId })}>
            <TextField name="sharedFor" label={t('shared-for')} hint={t('shared-for-hint')} />
            <TextField name="document" id="sharing-document" label={t('document')} required />
            <CodeField id="sharing-code" />
            <button type="submit">{t('propose')}</button>
          </PostForm>
        </details>
      )}
    </>
  );
}

function TextField(props: {
  name: string;
  label: string;
  hint?: string;
  id?: string;
  required?: boolean;
}): VNode {
  const { required = false, ...field } = props;
  return (
    <Field {...field}>
      <input type="text" autocomplete="off" required={required} size={36} maxLength={200} />
    </Field>
  );
}
