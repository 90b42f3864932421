/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { CYCLE } from '../cycle.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import type { OpenAlarm } from '../operations/alarm.sql.ts';
import { doneOf } from '../operations/progress.ts';
import type { RunningUnit } from '../operations/timetable.sql.ts';
import type { StageOfMonth, WaitingCounts } from '../report/desk.sql.ts';
import { Choice, Heading, Notice, Table, Tag } from './components.tsx';
import { day, daysUntil, instant, month } from './format.ts';
import { useText, useWords } from './frame.ts';
import { paths } from './paths.ts';
import { AlarmTable } from './settings-alarms.page.tsx';
import { JobName } from './settings-timetable.page.tsx';
import { TODAY_TEXTS } from './today.text.ts';

export interface TodayModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly today: PlainDate;
  readonly stages: readonly StageOfMonth[];
  /** What waits, by kind; a kind that the person has nothing to do with is left out. */
  readonly waiting: Partial<WaitingCounts>;
  readonly running: readonly RunningUnit[];
  /** What nobody has acknowledged; none for who has nothing to do with it. */
  readonly alarms: readonly OpenAlarm[];
}

const WHERE = {
  batches: `${paths.batches}?state=prepared`,
  findings: paths.worklist,
  breaks: paths.reconciliation,
  proposals: paths.proposals,
  alarms: paths.lists,
} as const;

/** What waits for whoever has signed in, what is due, and how far the month has come. */
export function TodayPage(model: TodayModel): VNode {
  const t = useWords(TODAY_TEXTS);
  return (
    <>
      <Heading title={t('title')} />
      <div class="beside">
        <Waiting {...model} />
        <Gates today={model.today} />
      </div>
      {model.alarms.length > 0 && <Alarms alarms={model.alarms} />}
      <Running running={model.running} />
      {model.period === null ? (
        <Notice tone="calm" title={t('no-month')} />
      ) : (
        <Month {...model} period={model.period} />
      )}
    </>
  );
}

function Waiting({ waiting }: TodayModel): VNode {
  const t = useWords(TODAY_TEXTS);
  const kinds = (Object.keys(WHERE) as (keyof typeof WHERE)[]).filter(
    (kind) => (waiting[kind] ?? 0n) > 0n,
  );
  return (
    <section>
      <h2>{t('waits')}</h2>
      {kinds.length === 0 && <p class="card">{t('nothing')}</p>}
      <div class="cards">
        {kinds.map((kind) => (
          <a class="card" href={WHERE[kind]}>
            <span class="figure-big">{grouped(waiting[kind] ?? 0n)}</span>
            <br />
            {t(`waits.${kind}`)}
          </a>
        ))}
      </div>
    </section>
  );
}

const FEW = 3;

/** The gravest, and the way to the rest. */
function Alarms({ alarms }: Pick<TodayModel, 'alarms'>): VNode {
  const t = useWords(TODAY_TEXTS);
  return (
    <section>
      <h2>{t('alarms')}</h2>
      <AlarmTable alarms={alarms.slice(0, FEW)} withBoxes={false} />
      <p class="under-table">
        <a href={paths.alarms}>{t('alarms-more', { count: alarms.length })}</a>
      </p>
    </section>
  );
}

/** What runs now. With script it is kept up to date (islands.js); without it shows what was. */
function Running({ running }: Pick<TodayModel, 'running'>): VNode {
  const t = useWords(TODAY_TEXTS);
  return (
    <section data-live={paths.progress}>
      <h2>{t('running')}</h2>
      <p class="card" data-none="" hidden={running.length > 0}>
        {t('running-none')}
      </p>
      <ul class="running">
        {running.map((unit) => (
          <li class="card">
            <b>
              <JobName job={unit.job} />
            </b>{' '}
            <span>{doneOf(unit)}</span>
            {unit.totalCount !== null && unit.totalCount > 0n && (
              <progress
                value={String(unit.doneCount)}
                max={String(unit.totalCount)}
                aria-label={doneOf(unit)}
              />
            )}
          </li>
        ))}
      </ul>
      <p class="no-print">
        <small>{t('running-how')}</small>
      </p>
    </section>
  );
}

/** The two days of the month that the law knows. */
function Gates({ today }: { today: PlainDate }): VNode {
  const t = useWords(TODAY_TEXTS);
  const gates = (
    [
      [20, 'gate.list'],
      [25, 'gate.funds'],
    ] as const
  ).map(([dayOfMonth, text]) => ({ text, on: nextOn(today, dayOfMonth) }));
  return (
    <section>
      <h2>{t('gates')}</h2>
      <div class="card">
        {gates.map(({ text, on }) => {
          const left = daysUntil(on, today);
          return (
            <p>
              <Tag tone={left <= 3 ? 'wait' : 'calm'}>
                {left === 0 ? t('today-is') : t('days-left', { days: left })}
              </Tag>{' '}
              <b>{day(on)}</b> – {t(text)}
            </p>
          );
        })}
        <p>
          <small>{t('law')}</small>
        </p>
      </div>
    </section>
  );
}

/** The next day of a month, today included. */
function nextOn(today: PlainDate, dayOfMonth: number): PlainDate {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [year, of] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  if (Number(today.slice(8)) <= dayOfMonth)
    return `${year}-${two(of)}-${two(dayOfMonth)}` as PlainDate;
  const next = of === 12 ? `${year + 1}-01` : `${year}-${two(of + 1)}`;
  return `${next}-${two(dayOfMonth)}` as PlainDate;
}

function Month(props: TodayModel & { period: Period }): VNode {
  const t = useWords(TODAY_TEXTS);
  const say = useText();
  const { period, periods, stages } = props;
  const rows = CYCLE.map((stage) => ({
    ...stage,
    told: stages.find((one) => one.stage === stage.name),
  }));
  return (
    <section>
      <h2>{t('month', { month: month(period) })}</h2>
      <form class="actions no-print" method="get">
        <Choice
          name="period"
          label={t('other-month')}
          value={period}
          options={periods.map((one) => ({ value: one, label: month(one) }))}
        />
        <button class="calm" type="submit">
          {t('show')}
        </button>
      </form>
      <Table
        label={t('month', { month: month(period) })}
        rows={rows}
        columns={[
          { title: t('step'), names: true, cell: ({ title }) => say(title) },
          {
            title: t('state'),
            cell: ({ told }) =>
              told?.count == null ? (
                <Tag tone="calm">{t('not-yet')}</Tag>
              ) : (
                <Tag tone="good">{t('done')}</Tag>
              ),
          },
          {
            title: t('count'),
            kind: 'figure',
            cell: ({ told }) => (told?.count == null ? '–' : grouped(told.count)),
          },
          {
            title: t('amount'),
            kind: 'vnd',
            cell: ({ told }) => (told?.vnd == null ? '–' : grouped(told.vnd)),
          },
          {
            title: t('last'),
            minor: true,
            cell: ({ told }) => (told?.at == null ? '' : instant(told.at)),
          },
        ]}
      />
    </section>
  );
}
