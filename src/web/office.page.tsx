/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import type { FileAnswer, FileOnDesk, FileSending, ThreeWay } from '../report/desk.sql.ts';
import { BarChart } from './chart.tsx';
import {
  Choice,
  CodeField,
  Facts,
  Field,
  Filter,
  Hash,
  Heading,
  Notice,
  Pager,
  PostForm,
  Table,
  Tag,
  type Fact,
  type Paging,
  type Tone,
} from './components.tsx';
import { bytes, day, instant, month } from './format.ts';
import { CancellingForms, type Cancelling } from './cancellation.page.tsx';
import { Asked, FileActionForms, type FileActions } from './file-actions.page.tsx';
import { Drawing } from './drawing.page.tsx';
import { useCommon, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';
import { ThreeWays } from './reconciliation.page.tsx';

const KINDS = ['recipient-list', 'payment', 'cancellation', 'settlement', 'report'] as const;
type Words = ReturnType<typeof useWords<typeof OFFICE_TEXTS>>;

/** What became of a file, in words. */
function stateOf(t: Words, state: string): { tone: Tone; text: string } {
  const told = {
    rendered: 'calm',
    claimed: 'wait',
    sent: 'calm',
    unknown: 'bad',
    withdrawn: 'wait',
    answered: 'good',
    accepted: 'good',
    waiting: 'wait',
    refused: 'bad',
    imported: 'good',
    filed: 'good',
  } as const;
  const known = (Object.keys(told) as (keyof typeof told)[]).find((one) => one === state);
  if (known === undefined) return { tone: 'calm', text: state };
  return { tone: told[known], text: t(`file-state.${known}`) };
}

function kindOf(t: Words, kind: string): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`kind.${known}`);
}

/** Every file, newest first. */
export function FilesPage(props: {
  asked: Readonly<Record<'direction' | 'kind', string>>;
  files: readonly FileOnDesk[];
  paging: Paging;
  /** The channels from which a file may be taken in by hand; none for who may not. */
  channels: readonly string[];
  mayRehearse: boolean;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { asked } = props;
  return (
    <>
      <Heading title={t('files')} />
      <p class="lead">{t('files-lead')}</p>
      <Filter>
        <Choice
          name="direction"
          label={t('direction')}
          value={asked.direction}
          options={(['in', 'out'] as const).map((value) => ({
            value,
            label: t(`direction.${value}`),
          }))}
        />
        <Choice
          name="kind"
          label={t('kind')}
          value={asked.kind}
          options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
      </Filter>
      <FileTable files={props.files} />
      <Pager paging={props.paging} />
      {props.mayRehearse && (
        <p>
          <a class="button calm" href={paths.rehearsal}>
            {t('to-rehearsal')}
          </a>
        </p>
      )}
      {props.channels.length > 0 && <ReceiveForm channels={props.channels} />}
    </>
  );
}

function ReceiveForm({ channels }: { channels: readonly string[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <section class="card">
      <h2>{t('receive')}</h2>
      <p>{t('receive-lead')}</p>
      <PostForm action={paths.fileReceive} multipart>
        <Field name="channel" id="receive-channel" label={common('channel')}>
          <select>
            {channels.map((channel) => (
              <option value={channel}>{channel}</option>
            ))}
          </select>
        </Field>
        <CodeField />
        <Field name="file" label={t('bank-file')}>
          <input type="file" required />
        </Field>
        <button type="submit">{t('receive-do')}</button>
      </PostForm>
    </section>
  );
}

function FileTable({ files }: { files: readonly FileOnDesk[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  return (
    <Table
      label={t('files')}
      rows={files}
      columns={[
        {
          title: t('file'),
          names: true,
          cell: ({ fileId, name }) => <a href={href(paths.file, { fileId })}>{name}</a>,
        },
        { title: t('direction'), minor: true, cell: (one) => t(`direction.${one.direction}`) },
        { title: t('kind'), minor: true, cell: ({ kind }) => kindOf(t, kind) },
        {
          title: t('rows'),
          kind: 'figure',
          minor: true,
          cell: ({ lineCount }) => (lineCount === null ? '–' : grouped(lineCount)),
        },
        {
          title: t('outcome'),
          cell: ({ state }) => {
            const { tone, text } = stateOf(t, state);
            return <Tag tone={tone}>{text}</Tag>;
          },
        },
        { title: t('recorded'), cell: ({ recordedAt }) => instant(recordedAt) },
        { title: t('hash'), minor: true, cell: ({ sha256 }) => <Hash hex={sha256} /> },
      ]}
    />
  );
}

export interface FileModel {
  readonly file: FileOnDesk;
  readonly sending: FileSending | null;
  readonly answers: readonly FileAnswer[];
  /** Null for what was never sent to a bank. */
  readonly actions: FileActions | null;
  /** Null for what did not go to a bank. */
  readonly cancelling: Cancelling | null;
  /** The beginning of its bytes, once somebody has asked for it on record. */
  readonly content: string | null;
  readonly mayReveal: boolean;
  /** What became of a file that was taken in by hand a moment ago. */
  readonly came: 'accepted' | 'repeated' | 'refused' | null;
}

/** One file: what became of it, what answers it, and its bytes for whoever asks for them. */
export function FilePage(props: FileModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { file, came, actions, cancelling } = props;
  const { tone, text } = stateOf(t, file.state);
  return (
    <>
      <Heading title={file.name} above={[{ label: t('files'), href: paths.files }]}>
        <Tag tone={tone}>{text}</Tag>
      </Heading>
      {came !== null && (
        <Notice tone={came === 'refused' ? 'bad' : 'good'} title={t(`came.${came}`)} />
      )}
      {actions !== null && <Asked {...actions} />}
      <FileFacts {...props} />
      {file.direction === 'out' && file.kind === 'payment' && <Answers answers={props.answers} />}
      {actions !== null && <FileActionForms {...actions} />}
      {cancelling !== null && <CancellingForms {...cancelling} />}
      <FileContent {...props} />
    </>
  );
}

function FileFacts({ file, sending }: FileModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Facts
        facts={[
          { label: t('direction'), value: t(`direction.${file.direction}`) },
          { label: t('kind'), value: kindOf(t, file.kind) },
          { label: t('counterpart'), value: file.counterpart },
          { label: t('recorded'), value: instant(file.recordedAt) },
          { label: t('size'), value: bytes(file.byteSize) },
          { label: t('rows'), value: file.lineCount === null ? '–' : grouped(file.lineCount) },
          { label: common('amount'), value: file.totalVnd === null ? '–' : grouped(file.totalVnd) },
          ...(file.batchId === null
            ? []
            : [
                {
                  label: t('batch'),
                  value: (
                    <a href={href(paths.batch, { batchId: file.batchId })}>{file.batchCode}</a>
                  ),
                },
              ]),
          ...(sending === null ? [] : sendingFacts(t, sending)),
          ...(file.refusal === null ? [] : [{ label: t('refusal'), value: file.refusal }]),
          { label: t('hash'), value: <Hash hex={file.sha256} whole />, long: true },
        ]}
      />
    </>
  );
}

function sendingFacts(t: Words, sending: FileSending): Fact[] {
  const { sentAt, valueDate, answerBy, answeredFileId } = sending;
  if (answeredFileId !== null) {
    const to = href(paths.file, { fileId: answeredFileId });
    return [{ label: t('answers-file'), value: <a href={to}>#{grouped(answeredFileId)}</a> }];
  }
  return [
    { label: t('sent-on'), value: sentAt === null ? t('not-sent') : instant(sentAt) },
    { label: t('value-date'), value: day(valueDate) },
    { label: t('answer-by'), value: answerBy === null ? '–' : day(answerBy) },
  ];
}

function Answers({ answers }: { answers: readonly FileAnswer[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  return (
    <section>
      <h2>{t('answers')}</h2>
      <Table
        label={t('answers')}
        rows={answers}
        empty={t('no-answers')}
        columns={[
          {
            title: t('file'),
            names: true,
            cell: ({ fileId, name }) => <a href={href(paths.file, { fileId })}>{name}</a>,
          },
          { title: t('kind'), minor: true, cell: ({ kind }) => kind },
          {
            title: t('whole-file'),
            cell: ({ groupStatus, groupReason }) =>
              [groupStatus, groupReason].filter((part) => part !== null && part !== '').join(' ') ||
              '–',
          },
          {
            title: t('verdict'),
            cell: ({ verdict }) => {
              const { tone, text } = stateOf(t, verdict);
              return <Tag tone={tone}>{text}</Tag>;
            },
          },
          { title: t('recorded'), cell: ({ recordedAt }) => instant(recordedAt) },
        ]}
      />
    </section>
  );
}

function FileContent({ file, content, mayReveal }: FileModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { fileId } = file;
  return (
    <section>
      <h2>{t('content')}</h2>
      {!mayReveal && <p>{t('content-hidden')}</p>}
      {mayReveal && content === null && (
        <PostForm action={href(paths.fileReveal, { fileId })}>
          <button class="calm" type="submit">
            {t('content-reveal')}
          </button>
        </PostForm>
      )}
      {content !== null && (
        <>
          <p>{t('content-first')}</p>
          <pre class="card raw" tabIndex={0}>
            {content}
          </pre>
          <a class="button calm" href={href(paths.fileContent, { fileId })} download>
            {t('download')}
          </a>
        </>
      )}
    </section>
  );
}

/** The month on screen, and the reports that were drawn and kept. */
export function ReportsPage(props: {
  period: Period | null;
  periods: readonly Period[];
  threeWay: readonly ThreeWay[];
  files: readonly FileOnDesk[];
  paging: Paging;
  mayExport: (file: FileOnDesk) => boolean;
  mayDraw: boolean;
  mayDrawProvince: boolean;
  /** What was just drawn of every payment is not what the signed batches come to. */
  doesNotTie: boolean;
  now: Date;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('reports')} />
      <p class="lead">{t('reports-lead')}</p>
      {props.doesNotTie && <Notice tone="bad" title={t('lines-do-not-tie')} />}
      <Filter>
        <Choice
          name="period"
          label={common('period')}
          value={props.period ?? ''}
          options={props.periods.map((one) => ({ value: one, label: month(one) }))}
        />
      </Filter>
      {props.period !== null && <h2>{t('on-screen', { month: month(props.period) })}</h2>}
      {props.threeWay.length > 0 && (
        <BarChart
          title={t('paid-chart')}
          bars={props.threeWay.map(({ batchCode, instructedVnd }) => ({
            label: batchCode,
            value: instructedVnd,
            written: grouped(instructedVnd),
          }))}
        />
      )}
      <ThreeWays rows={props.threeWay} />
      {props.period !== null && <Drawing {...props} period={props.period} />}
      <DrawnReports {...props} />
      <Pager paging={props.paging} />
    </>
  );
}

function DrawnReports(props: {
  files: readonly FileOnDesk[];
  mayExport: (file: FileOnDesk) => boolean;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { files, mayExport } = props;
  return (
    <>
      <h2>{t('kind.report')}</h2>
      <Table
        label={t('reports')}
        rows={files}
        columns={[
          {
            title: t('file'),
            names: true,
            cell: (file) =>
              mayExport(file) ? (
                <a href={href(paths.reportContent, { fileId: file.fileId })} download>
                  {file.name}
                </a>
              ) : (
                file.name
              ),
          },
          { title: t('recorded'), cell: ({ recordedAt }) => instant(recordedAt) },
          { title: t('size'), kind: 'figure', minor: true, cell: (one) => bytes(one.byteSize) },
          { title: t('hash'), minor: true, cell: ({ sha256 }) => <Hash hex={sha256} /> },
        ]}
      />
    </>
  );
}
