/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import type { BreakOnDesk, FileOnDesk, ThreeWay } from '../report/desk.sql.ts';
import { BarChart } from './chart.tsx';
import {
  Choice,
  Facts,
  Filter,
  Hash,
  Heading,
  Pager,
  Reference,
  Table,
  Tag,
  type Paging,
  type Tone,
} from './components.tsx';
import { bytes, instant, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';
import { BREAKS } from './said.ts';

const KINDS = ['recipient-list', 'payment', 'settlement', 'report'] as const;
type Words = ReturnType<typeof useWords<typeof OFFICE_TEXTS>>;

/** What became of a file, in words. */
function stateOf(t: Words, state: string): { tone: Tone; text: string } {
  const told = {
    rendered: 'calm',
    claimed: 'wait',
    sent: 'calm',
    unknown: 'bad',
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
    </>
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

/** One file, with the beginning of its bytes for whoever may see them. */
export function FilePage(props: { file: FileOnDesk; content: string | null }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const { file, content } = props;
  const { tone, text } = stateOf(t, file.state);
  return (
    <>
      <Heading title={file.name} above={[{ label: t('files'), href: paths.files }]}>
        <Tag tone={tone}>{text}</Tag>
      </Heading>
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
          ...(file.refusal === null ? [] : [{ label: t('refusal'), value: file.refusal }]),
          { label: t('hash'), value: <Hash hex={file.sha256} whole />, long: true },
        ]}
      />
      <section>
        <h2>{t('content')}</h2>
        {content === null ? (
          <p>{t('content-hidden')}</p>
        ) : (
          <>
            <p>{t('content-first')}</p>
            <pre class="card raw" tabIndex={0}>
              {content}
            </pre>
            <a class="button calm" href={href(paths.fileContent, { fileId: file.fileId })} download>
              {t('download')}
            </a>
          </>
        )}
      </section>
    </>
  );
}

export interface ReconciliationModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly threeWay: readonly ThreeWay[];
  readonly breaks: readonly BreakOnDesk[];
  readonly paging: Paging;
  readonly now: Date;
}

/** What we instructed, what our books say, and what the bank says. */
export function ReconciliationPage(model: ReconciliationModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('reconciliation')} />
      <p class="lead">{t('reconciliation-lead')}</p>
      <Filter>
        <Choice
          name="period"
          label={common('period')}
          value={model.period ?? ''}
          options={model.periods.map((one) => ({ value: one, label: month(one) }))}
        />
      </Filter>
      <h2>{t('three-way')}</h2>
      <ThreeWays rows={model.threeWay} />
      <h2>{t('breaks')}</h2>
      <Breaks breaks={model.breaks} now={model.now} />
      <Pager paging={model.paging} />
    </>
  );
}

/** Cash has no statement of a bank; what waits for an answer is neither right nor wrong. */
function verdictOf(row: ThreeWay): 'yes' | 'no' | 'wait' {
  if (row.settledVnd === null || (row.openVnd ?? 0n) > 0n) return 'wait';
  // What came back had been debited first.
  const debited = row.settledVnd + (row.returnedVnd ?? 0n);
  const told = debited + (row.rejectedVnd ?? 0n) + (row.unpaidVnd ?? 0n);
  const booked = row.bankDebitVnd === 0n || row.bankDebitVnd === debited;
  return told === row.instructedVnd && booked ? 'yes' : 'no';
}

function ThreeWays({ rows }: { rows: readonly ThreeWay[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const tones = { yes: 'good', no: 'bad', wait: 'wait' } as const;
  const vnd = (title: string, minor: boolean, of: (row: ThreeWay) => bigint | null) => ({
    title,
    minor,
    kind: 'vnd' as const,
    cell: (row: ThreeWay) => figure(of(row)),
    total: grouped(rows.reduce((total, row) => total + (of(row) ?? 0n), 0n)),
  });
  return (
    <Table
      label={t('three-way')}
      rows={rows}
      columns={[
        {
          title: t('batch'),
          names: true,
          cell: ({ batchId, batchCode }) => (
            <a class="nowrap" href={href(paths.batchLines, { batchId })}>
              {batchCode}
            </a>
          ),
          total: common('total'),
        },
        vnd(t('instructed'), false, (row) => row.instructedVnd),
        vnd(t('settled'), false, (row) => row.settledVnd),
        vnd(t('not-paid'), true, (row) => (row.rejectedVnd ?? 0n) + (row.unpaidVnd ?? 0n)),
        vnd(t('unanswered'), true, (row) => row.openVnd),
        vnd(t('came-back'), true, (row) => row.returnedVnd),
        vnd(t('debited'), true, (row) => row.bankDebitVnd),
        {
          title: t('agrees'),
          cell: (row) => <Tag tone={tones[verdictOf(row)]}>{t(`agrees.${verdictOf(row)}`)}</Tag>,
        },
      ]}
    />
  );
}

function figure(value: bigint | null): string {
  return value === null ? '–' : grouped(value);
}

function Breaks({ breaks, now }: { breaks: readonly BreakOnDesk[]; now: Date }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const say = useText();
  const age = (at: Date): number => Math.floor((now.getTime() - at.getTime()) / 86_400_000);
  return (
    <Table
      label={t('breaks')}
      rows={breaks}
      empty={t('no-breaks')}
      columns={[
        {
          title: t('kind'),
          names: true,
          cell: ({ kind }) => (BREAKS[kind] === undefined ? kind : say(BREAKS[kind])),
        },
        { title: common('amount'), kind: 'vnd', cell: ({ amountVnd }) => grouped(amountVnd) },
        {
          title: t('batch'),
          minor: true,
          cell: ({ batchId, batchCode }) =>
            batchId === null ? '–' : <a href={href(paths.batch, { batchId })}>{batchCode}</a>,
        },
        {
          title: t('file'),
          minor: true,
          cell: ({ fileId }) =>
            fileId === null ? '–' : <a href={href(paths.file, { fileId })}>#{String(fileId)}</a>,
        },
        {
          title: t('reference'),
          minor: true,
          cell: ({ reference }) => <Reference reference={reference} />,
        },
        {
          title: t('since'),
          cell: ({ openedAt }) => (
            <>
              {instant(openedAt)} <small>{t('age', { days: age(openedAt) })}</small>
            </>
          ),
        },
      ]}
    />
  );
}

/** The month on screen, and the reports that were drawn and kept. */
export function ReportsPage(props: {
  period: Period | null;
  periods: readonly Period[];
  threeWay: readonly ThreeWay[];
  files: readonly FileOnDesk[];
  paging: Paging;
  mayExport: boolean;
  today: PlainDate;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('reports')} />
      <p class="lead">{t('reports-lead')}</p>
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
      <DrawnReports {...props} />
      <Pager paging={props.paging} />
    </>
  );
}

function DrawnReports(props: { files: readonly FileOnDesk[]; mayExport: boolean }): VNode {
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
            cell: ({ fileId, name }) =>
              mayExport ? (
                <a href={href(paths.reportContent, { fileId })} download>
                  {name}
                </a>
              ) : (
                name
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
