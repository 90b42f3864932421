/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { CheckSummary } from '../intake/check-list.flow.ts';
import type { CheckedRow } from '../intake/checked-row.ts';
import type { Alarm, ComparisonCounts, Movement } from '../intake/comparison.sql.ts';
import { grouped } from '../kernel/text.ts';
import type { ListOnDesk } from '../report/desk.sql.ts';
import {
  CodeField,
  Facts,
  Field,
  Hash,
  Heading,
  Notice,
  Pager,
  PostForm,
  Table,
  Tag,
  type Paging,
} from './components.tsx';
import { instant, month } from './format.ts';
import { useCommon, useFrame, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';

/** The lists that came, and where another is sent. */
export function ListsPage(props: {
  lists: readonly ListOnDesk[];
  paging: Paging;
  mayUpload: boolean;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('lists')} />
      <p class="lead">{t('lists-lead')}</p>
      {props.mayUpload && (
        <section class="card no-print">
          <h2>{t('send-list')}</h2>
          <p>
            <a href={paths.listTemplate} download>
              {t('template')}
            </a>
          </p>
          <PostForm action={paths.listCheck} multipart>
            <Field name="period" label={`${common('period')} (YYYY-MM)`}>
              <input type="text" pattern="\d{4}-\d{2}" required size={10} placeholder="2026-11" />
            </Field>
            <Field name="file" label={t('list-file')}>
              <input type="file" accept=".xlsx,.csv" required />
            </Field>
            <button type="submit">{t('check')}</button>
          </PostForm>
        </section>
      )}
      <h2>{t('lists')}</h2>
      <Lists lists={props.lists} />
      <Pager paging={props.paging} />
    </>
  );
}

function Lists({ lists }: { lists: readonly ListOnDesk[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <Table
      label={t('lists')}
      rows={lists}
      columns={[
        {
          title: t('file'),
          names: true,
          cell: ({ listId, name }) => <a href={href(paths.list, { listId })}>{name}</a>,
        },
        { title: common('period'), cell: ({ period }) => month(period) },
        { title: t('rows'), kind: 'figure', minor: true, cell: (one) => grouped(one.rowCount) },
        { title: t('accepted'), kind: 'figure', cell: (one) => grouped(one.acceptedCount) },
        { title: t('refused'), kind: 'figure', cell: (one) => grouped(one.refusedCount) },
        { title: t('listed'), kind: 'vnd', minor: true, cell: (one) => grouped(one.listedVnd) },
        { title: t('sent-by'), minor: true, cell: ({ importedBy }) => importedBy },
        {
          title: common('state'),
          cell: ({ openAlarms }) =>
            openAlarms === 0 ? (
              <Tag tone="good">{t('taken')}</Tag>
            ) : (
              <Tag tone="wait">{t('to-explain', { count: openAlarms })}</Tag>
            ),
        },
      ]}
    />
  );
}

export interface ListModel {
  readonly list: ListOnDesk;
  readonly counts: Pick<ComparisonCounts, CountName> | undefined;
  readonly alarms: readonly Alarm[];
  readonly movements: readonly Omit<Movement, 'communeCode'>[];
  readonly mayExplain: boolean;
}

/** One list, beside the month before. */
export function ListPage(model: ListModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const { list, counts } = model;
  return (
    <>
      <Heading title={list.name} above={[{ label: t('lists'), href: paths.lists }]} />
      <Facts
        facts={[
          { label: common('period'), value: month(list.period) },
          { label: t('sent-by'), value: list.importedBy },
          { label: t('sent-at'), value: instant(list.importedAt) },
          { label: t('rows'), value: grouped(list.rowCount) },
          { label: t('accepted'), value: grouped(list.acceptedCount) },
          { label: t('refused'), value: grouped(list.refusedCount) },
          { label: t('listed'), value: grouped(list.listedVnd) },
          { label: 'SHA-256', value: <Hash hex={list.sha256} whole />, long: true },
        ]}
      />
      <h2>{t('compared')}</h2>
      {counts === undefined ? <p>{t('no-comparison')}</p> : <Counts counts={counts} />}
      <Alarms {...model} />
      {model.movements.length > 0 && <Movements movements={model.movements} />}
    </>
  );
}

function Counts({ counts }: { counts: Pick<ComparisonCounts, CountName> }): VNode {
  const t = useWords(OFFICE_TEXTS);
  return (
    <dl class="cards">
      {COUNT_NAMES.map((name) => (
        <div class="card">
          <dt>{t(name)}</dt>
          <dd class="figure-big">{grouped(counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

const COUNT_NAMES = ['same', 'new', 'ended', 'changed', 'returned'] as const;
type CountName = (typeof COUNT_NAMES)[number];

function Alarms({ list, alarms, mayExplain }: ListModel): VNode | null {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  if (alarms.length === 0) return null;
  return (
    <section>
      <h2>{t('alarms')}</h2>
      <AlarmTable alarms={alarms} />
      {mayExplain && (
        <PostForm action={href(paths.listExplain, { listId: list.listId })}>
          <Field name="reason" label={common('reason')} hint={common('reason-hint')}>
            <textarea required minLength={10} maxLength={1000} rows={3} />
          </Field>
          <CodeField />
          <button type="submit">{t('explain')}</button>
        </PostForm>
      )}
    </section>
  );
}

function AlarmTable({ alarms }: { alarms: readonly Alarm[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <Table
      label={t('alarms')}
      rows={alarms}
      columns={[
        { title: common('commune'), names: true, cell: ({ communeCode }) => communeCode },
        { title: t('movement'), cell: ({ what }) => what },
        { title: t('found'), kind: 'figure', cell: ({ count }) => grouped(count) },
        { title: t('of'), kind: 'figure', cell: ({ of }) => grouped(of) },
      ]}
    />
  );
}

function Movements({ movements }: { movements: readonly Omit<Movement, 'communeCode'>[] }): VNode {
  const t = useWords(OFFICE_TEXTS);
  return (
    <section>
      <h2>{t('movements')}</h2>
      <Table
        label={t('movements')}
        rows={movements}
        columns={[
          {
            title: t('recipient'),
            names: true,
            cell: ({ recipientId, kind }) =>
              kind === 'new' ? (
                t('new')
              ) : (
                <a href={href(paths.recipient, { recipientId })}>{grouped(recipientId)}</a>
              ),
          },
          { title: t('movement'), cell: ({ kind }) => t(kind) },
          {
            title: t('explained-by'),
            cell: ({ kind, facts, explainedBy }) =>
              kind === 'ended' ? (explainedBy ?? t('no-reason')) : Object.keys(facts).join(', '),
          },
        ]}
      />
    </section>
  );
}

export interface CheckedModel {
  readonly name: string;
  readonly sha256: string;
  readonly summary: CheckSummary;
  readonly faulty: readonly CheckedRow[];
  readonly faultyCount: number;
  readonly compared: {
    readonly counts: Pick<ComparisonCounts, CountName>;
    readonly alarms: readonly Alarm[];
  } | null;
  readonly mayApply: boolean;
}

/** What was found in a list before anything was taken in. */
export function CheckedPage(model: CheckedModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { name, sha256, summary, faulty, faultyCount, compared } = model;
  const { verdicts, period } = summary;
  const good = verdicts.accept + verdicts.repair + verdicts.warn;
  return (
    <>
      <Heading title={t('checked', { name })} above={[{ label: t('lists'), href: paths.lists }]} />
      <dl class="cards">
        {(['accept', 'repair', 'warn', 'refuse', 'skip'] as const).map((verdict) => (
          <div class="card">
            <dt>{t(`verdict.${verdict}`)}</dt>
            <dd class="figure-big">{grouped(verdicts[verdict])}</dd>
          </div>
        ))}
      </dl>
      {compared !== null && (
        <>
          <h2>{t('compared')}</h2>
          <Counts counts={compared.counts} />
          {compared.alarms.length > 0 && <AlarmTable alarms={compared.alarms} />}
        </>
      )}
      {model.mayApply && (
        <section class="card deciding">
          <PostForm action={paths.listApply} seen={{ sha256, period, name }}>
            <label>
              <input type="checkbox" name="strict" />
              {t('strict')}
            </label>
            <label>
              <input type="checkbox" name="sameAsLastMonth" />
              {t('same-as-last')}
            </label>
            <div class="actions">
              <button class="approve" type="submit">
                {t('apply', { count: grouped(good) })}
              </button>
            </div>
          </PostForm>
        </section>
      )}
      {faultyCount > 0 && <Faults {...{ faulty, faultyCount, sha256, period }} />}
    </>
  );
}

function Faults(props: {
  faulty: readonly CheckedRow[];
  faultyCount: number;
  sha256: string;
  period: string;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { lang } = useFrame();
  const { faulty, faultyCount, sha256, period } = props;
  const cells = faulty.flatMap((row) => row.findings.map((finding) => ({ row, finding })));
  const tones = { refuse: 'bad', warn: 'wait', repaired: 'calm', skip: 'calm' } as const;
  return (
    <section>
      <h2>{t('faults')}</h2>
      {faultyCount > faulty.length && (
        <Notice
          tone="calm"
          title={t('first-faults', { shown: faulty.length, all: grouped(faultyCount) })}
        />
      )}
      <PostForm action={paths.listFaults} seen={{ sha256, period }}>
        <div class="actions">
          <button class="calm" type="submit">
            {t('fault-workbook')}
          </button>
        </div>
      </PostForm>
      <Table
        label={t('faults')}
        rows={cells}
        columns={[
          { title: t('row'), kind: 'figure', names: true, cell: ({ row }) => grouped(row.row) },
          { title: t('column'), cell: ({ finding }) => finding.column },
          {
            title: t('rule'),
            cell: ({ finding }) => (
              <>
                <Tag tone={tones[finding.severity]}>{finding.code}</Tag> {finding[lang]}
              </>
            ),
          },
          { title: t('proposed'), minor: true, cell: ({ finding }) => finding.proposed ?? '' },
        ]}
      />
    </section>
  );
}
