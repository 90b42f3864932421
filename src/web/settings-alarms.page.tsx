/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { ALARMS } from '../operations/alarm.ts';
import type { OpenAlarm } from '../operations/alarm.sql.ts';
import { isNearlyUsedUp, type ProviderCalls } from '../operations/provider-calls.ts';
import { grouped } from '../kernel/text.ts';
import { CodeField, Heading, PostForm, Table, Tag } from './components.tsx';
import { instant } from './format.ts';
import { useText, useWords } from './frame.ts';
import { paths } from './paths.ts';
import { SettingsParts } from './settings-nav.tsx';
import { TIMETABLE_TEXTS } from './settings-timetable.text.ts';

export interface AlarmsModel {
  readonly alarms: readonly OpenAlarm[];
  readonly mayAcknowledge: boolean;
  /** Of services outside that were asked today. */
  readonly calls: readonly ProviderCalls[];
}

/** What nobody has acknowledged, the gravest first, and the boxes to say that one knows. */
export function AlarmsPage({ alarms, mayAcknowledge, calls }: AlarmsModel): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  const offers = mayAcknowledge && alarms.length > 0;
  const table = <AlarmTable alarms={alarms} withBoxes={offers} />;
  return (
    <>
      <Heading title={t('alarms')} />
      <SettingsParts now="alarms" />
      <p class="lead">{t('alarms-lead')}</p>
      {offers ? (
        <PostForm action={paths.alarms}>
          {table}
          <p>{t('acknowledge-lead')}</p>
          <CodeField />
          <button type="submit">{t('acknowledge')}</button>
        </PostForm>
      ) : (
        table
      )}
      <h2>{t('calls')}</h2>
      <p>{t('calls-lead')}</p>
      <Table
        label={t('calls')}
        rows={calls}
        empty={t('no-calls')}
        columns={[
          { title: t('service'), names: true, cell: ({ provider }) => <code>{provider}</code> },
          {
            title: t('calls-left'),
            kind: 'figure',
            cell: (of) => (
              <>
                {grouped(of.left)} {isNearlyUsedUp(of) && <Tag tone="wait">{t('mild')}</Tag>}
              </>
            ),
          },
          { title: t('calls-agreed'), kind: 'figure', cell: ({ agreed }) => grouped(agreed) },
        ]}
      />
    </>
  );
}

/** Alarms in words: what it is, what to do, what it is about and since when. */
export function AlarmTable(props: { alarms: readonly OpenAlarm[]; withBoxes: boolean }): VNode {
  const t = useWords(TIMETABLE_TEXTS);
  const say = useText();
  const { alarms, withBoxes } = props;
  return (
    <Table
      label={t('alarms')}
      rows={alarms}
      empty={t('no-alarms')}
      columns={[
        ...(withBoxes
          ? [
              {
                title: '✓',
                cell: ({ alarmId }: OpenAlarm) => (
                  <input
                    type="checkbox"
                    name="alarm"
                    value={String(alarmId)}
                    aria-label={t('choose', { number: alarmId })}
                  />
                ),
              },
            ]
          : []),
        {
          title: t('alarm'),
          names: true,
          cell: ({ kind, grave }) => (
            <>
              <Tag tone={grave ? 'bad' : 'wait'}>{t(grave ? 'grave' : 'mild')}</Tag>{' '}
              {say(ALARMS[kind])}
            </>
          ),
        },
        {
          title: t('about'),
          cell: ({ subject, facts, untold }) => (
            <>
              <code>{subject}</code>
              <br />
              <small>
                {Object.entries(facts)
                  .map(([name, value]) => `${name}: ${String(value)}`)
                  .join(', ')}
                {untold > 0n && ` · ${t('untold', { count: grouped(untold) })}`}
              </small>
            </>
          ),
        },
        { title: t('raised'), minor: true, cell: ({ raisedAt }) => instant(raisedAt) },
      ]}
    />
  );
}
