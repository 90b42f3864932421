/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import type { JobStanding, OpenUnit, RecentUnit } from '../operations/timetable.sql.ts';
import {
  CodeField,
  Field,
  Heading,
  Notice,
  PostForm,
  Table,
  Tag,
  type Tone,
} from './components.tsx';
import { instant, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { SettingsParts } from './settings-nav.tsx';
import { JOBS, TIMETABLE_TEXTS } from './settings-timetable.text.ts';
import type { NextRun } from './web.ts';

/** A job of the timetable: when it is next due, and how its runs stand. */
export interface JobLine {
  readonly job: string;
  readonly next: NextRun;
  readonly standing: JobStanding | null;
}

export interface TimetableModel {
  readonly lines: readonly JobLine[];
  readonly open: readonly OpenUnit[];
}

/** What is done by itself, when it is next due, and what needs a person. */
export function TimetablePage({ lines, open }: TimetableModel): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  return (
    <>
      <Heading title={t('timetable')} />
      <SettingsParts now="timetable" />
      <p class="lead">{t('timetable-lead')}</p>
      <Table
        label={t('timetable')}
        rows={lines}
        columns={[
          {
            title: t('job'),
            names: true,
            cell: ({ job }) => (
              <a href={href(paths.job, { job })}>
                <JobName job={job} />
              </a>
            ),
          },
          { title: t('next'), cell: (line) => <Next line={line} /> },
          {
            title: t('last-done'),
            minor: true,
            cell: ({ standing }) =>
              standing?.lastDoneAt == null ? '–' : instant(standing.lastDoneAt),
          },
          { title: t('now'), cell: ({ standing }) => <Standing standing={standing} /> },
        ]}
      />
      <Needing open={open} />
    </>
  );
}

/** Runs that are late, parked or at work. */
function Needing({ open }: Pick<TimetableModel, 'open'>): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  return (
    <>
      <h2>{t('needs')}</h2>
      <Table
        label={t('needs')}
        rows={open}
        empty={t('needs-none')}
        columns={[
          {
            title: t('job'),
            names: true,
            cell: ({ job }) => (
              <a href={href(paths.job, { job })}>
                <JobName job={job} />
              </a>
            ),
          },
          { title: t('which-run'), cell: (unit) => runName(unit) },
          {
            title: t('now'),
            cell: ({ state, late }) => (
              <Tag tone={state === 'parked' ? 'bad' : late ? 'wait' : 'calm'}>
                {t(`state.${state}`)}
                {late && `, ${t('is-late')}`}
              </Tag>
            ),
          },
          { title: t('tries'), kind: 'figure', minor: true, cell: ({ attempts }) => attempts },
          { title: t('failure'), cell: ({ lastFailure }) => <code>{lastFailure ?? '–'}</code> },
        ]}
      />
    </>
  );
}

/** A job in words; one that has none keeps its name. */
export function JobName({ job }: { job: string }): VNode {
  const say = useText();
  const words = JOBS[job];
  return <>{words === undefined ? job : say(words)}</>;
}

/** What is due already goes before what the timetable has next. */
function Next({ line: { next, standing } }: { line: JobLine }): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  if (standing?.nextAt != null) return <>{instant(standing.nextAt)}</>;
  if (next === 'no-calendar') return <Tag tone="wait">{t('no-calendar')}</Tag>;
  return <>{next === null ? '–' : instant(next)}</>;
}

function Standing({ standing }: Pick<JobLine, 'standing'>): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  if (standing === null) return <Tag tone="calm">{t('waiting')}</Tag>;
  const { pausedBy, runningUnit, doneCount, totalCount, late, parked } = standing;
  return (
    <span class="tags">
      {pausedBy !== null && <Tag tone="wait">{t('paused', { who: pausedBy })}</Tag>}
      {runningUnit !== null && (
        <Tag tone="good">
          {t('running')} <Part done={doneCount} total={totalCount} />
        </Tag>
      )}
      {parked > 0n && <Tag tone="bad">{t('parked', { count: grouped(parked) })}</Tag>}
      {late > 0n && <Tag tone="wait">{t('late', { count: grouped(late) })}</Tag>}
      {pausedBy === null && runningUnit === null && parked === 0n && late === 0n && (
        <Tag tone="calm">{t('waiting')}</Tag>
      )}
    </span>
  );
}

function Part({ done, total }: { done: bigint | null; total: bigint | null }): VNode {
  if (done === null || (total === null && done === 0n)) return <></>;
  return <>{total === null ? grouped(done) : `${grouped(done)}/${grouped(total)}`}</>;
}

function runName({ unitId, period, occasion }: OpenUnit | RecentUnit): string {
  const of = /^20\d\d-\d\d$/.test(period) ? month(period as Parameters<typeof month>[0]) : period;
  return `${unitId} · ${of}${occasion === '' ? '' : ` · ${occasion}`}`;
}

const TONES: Readonly<Record<RecentUnit['state'], Tone>> = {
  due: 'calm',
  running: 'good',
  done: 'good',
  parked: 'bad',
  cancelled: 'wait',
};

export interface JobModel extends JobLine {
  readonly units: readonly RecentUnit[];
  readonly mayAct: boolean;
  /** The month that a run is for unless another is chosen. */
  readonly period: string;
}

/** One job: its runs, and what a person may do about it. */
export function JobPage(model: JobModel): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  const say = useText();
  const { job, standing, units, mayAct } = model;
  const words = JOBS[job];
  return (
    <>
      <Heading
        title={words === undefined ? job : say(words)}
        above={[{ label: t('timetable'), href: paths.timetable }]}
      >
        <Standing standing={standing} />
      </Heading>
      <p class="lead">
        {t('next')}: <Next line={model} /> · <code>{job}</code>
      </p>
      {standing?.pausedBy != null && (
        <Notice tone="wait" title={t('paused-now')}>
          <p>{t('paused', { who: standing.pausedBy })}</p>
        </Notice>
      )}
      <h2>{t('runs')}</h2>
      <Table
        label={t('runs')}
        rows={units}
        columns={[
          { title: t('which-run'), names: true, cell: (unit) => runName(unit) },
          { title: t('due'), minor: true, cell: ({ dueAt }) => instant(dueAt) },
          {
            title: t('now'),
            cell: ({ state }) => <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>,
          },
          {
            title: t('progress'),
            kind: 'figure',
            cell: ({ doneCount, totalCount }) => <Part done={doneCount} total={totalCount} />,
          },
          {
            title: t('ended'),
            minor: true,
            cell: ({ endedAt }) => (endedAt === null ? '–' : instant(endedAt)),
          },
          { title: t('failure'), cell: ({ lastFailure }) => <code>{lastFailure ?? '–'}</code> },
        ]}
      />
      {mayAct && <Acting {...model} />}
    </>
  );
}

function Acting({ job, standing, units, period }: JobModel): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  const common = useCommon();
  const held = units.filter(({ state }) => state === 'parked' || state === 'cancelled');
  const open = units.filter(({ state }) => ['due', 'running', 'parked'].includes(state));
  return (
    <section class="no-print">
      <h2>{t('act')}</h2>
      <p>{t('act-lead')}</p>
      <details open>
        <summary>{t('run-now')}</summary>
        <p>{t('run-now-lead')}</p>
        <PostForm action={href(paths.jobRun, { job })}>
          <Field name="period" label={common('period')}>
            <input type="text" value={period} pattern="20[0-9]{2}-[0-9]{2}" size={8} required />
          </Field>
          <CodeField id="run-code" />
          <button type="submit">{t('run-now')}</button>
        </PostForm>
      </details>
      {held.length > 0 && <OfUnit job={job} action="retry" units={held} />}
      {open.length > 0 && <OfUnit job={job} action="cancel" units={open} />}
      {standing?.pausedBy == null ? (
        <details>
          <summary>{t('pause')}</summary>
          <p>{t('pause-lead')}</p>
          <PostForm action={href(paths.jobPause, { job })}>
            <Field name="reason" label={common('reason')} hint={common('reason-hint')}>
              <input type="text" maxLength={200} size={50} required />
            </Field>
            <CodeField id="pause-code" />
            <button class="refuse" type="submit">
              {t('pause')}
            </button>
          </PostForm>
        </details>
      ) : (
        <details open>
          <summary>{t('resume')}</summary>
          <PostForm action={href(paths.jobResume, { job })}>
            <CodeField id="resume-code" />
            <button type="submit">{t('resume')}</button>
          </PostForm>
        </details>
      )}
    </section>
  );
}

function OfUnit(props: {
  job: string;
  action: 'retry' | 'cancel';
  units: readonly RecentUnit[];
}): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  const { job, action, units } = props;
  const path = action === 'retry' ? paths.unitRetry : paths.unitCancel;
  return (
    <details open={action === 'retry'}>
      <summary>{t(action)}</summary>
      <PostForm action={href(path, { job })}>
        <Field name="unit" id={`${action}-unit`} label={t('which-run')}>
          <select>
            {units.map((unit) => (
              <option value={String(unit.unitId)}>{runName(unit)}</option>
            ))}
          </select>
        </Field>
        <CodeField id={`${action}-code`} />
        <button class={action === 'cancel' ? 'refuse' : undefined} type="submit">
          {t(action)}
        </button>
      </PostForm>
    </details>
  );
}
