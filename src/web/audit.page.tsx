/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import type { EventFound } from '../report/desk.sql.ts';
import { TRACE_SECTIONS, type Trace } from '../report/trace.ts';
import { AUDIT_TEXTS } from './audit.text.ts';
import {
  Choice,
  Facts,
  Field,
  Filter,
  Hash,
  Heading,
  Pager,
  Table,
  type Paging,
} from './components.tsx';
import { instant } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { paths } from './paths.ts';
import { ACTIONS } from './said.ts';

export interface AuditModel {
  readonly head: { readonly eventNo: bigint; readonly hash: string };
  readonly asked: Readonly<Record<'actor' | 'action' | 'subject' | 'until', string>>;
  readonly events: readonly EventFound[];
  readonly paging: Paging;
}

/** The log, what stands at its head, and the way to one payment. */
export function AuditPage({ head, asked, events, paging }: AuditModel): VNode {
  const t = useWords(AUDIT_TEXTS);
  const say = useText();
  return (
    <>
      <Heading title={t('audit')} />
      <p class="lead">{t('audit-lead')}</p>
      <TraceForm reference="" entry="" />
      <h2>{t('head')}</h2>
      <Facts
        facts={[
          { label: t('event-count'), value: grouped(head.eventNo) },
          { label: t('head'), value: <Hash hex={head.hash} whole />, long: true },
          { label: t('verify'), value: t('verify-how'), long: true },
        ]}
      />
      <h2>{t('events')}</h2>
      <Filter>
        <Field name="actor" label={t('actor')}>
          <input type="text" value={asked.actor} size={18} />
        </Field>
        <Choice
          name="action"
          label={t('action')}
          value={asked.action}
          options={Object.entries(ACTIONS).map(([value, text]) => ({ value, label: say(text) }))}
        />
        <Field name="subject" label={t('subject')}>
          <input type="text" value={asked.subject} size={16} />
        </Field>
        <Field name="until" label={t('until-day')}>
          <input type="text" value={asked.until} size={12} pattern="\d{4}-\d{2}-\d{2}" />
        </Field>
      </Filter>
      <Events events={events} />
      <Pager paging={paging} />
    </>
  );
}

function Events({ events }: { events: readonly EventFound[] }): VNode {
  const t = useWords(AUDIT_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <Table
      label={t('events')}
      rows={events}
      columns={[
        { title: '#', kind: 'figure', names: true, cell: ({ eventNo }) => grouped(eventNo) },
        { title: common('at'), cell: ({ at }) => <span class="nowrap">{instant(at)}</span> },
        { title: t('actor'), cell: ({ actor }) => actor },
        {
          title: t('action'),
          cell: ({ action }) => (ACTIONS[action] === undefined ? action : say(ACTIONS[action])),
        },
        {
          title: t('subject'),
          minor: true,
          cell: ({ subject }) =>
            subject.startsWith('batch/') ? (
              <a href={`${paths.batches}/${subject.slice(6)}`}>{subject}</a>
            ) : (
              subject
            ),
        },
        { title: t('facts'), minor: true, cell: ({ facts }) => <code>{factsText(facts)}</code> },
        { title: 'SHA-256', minor: true, cell: ({ hash }) => <Hash hex={hash} /> },
      ]}
    />
  );
}

/** Facts in one line; a whole hash would push all else aside. */
function factsText(facts: EventFound['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => {
      const text = String(value);
      return `${name}=${text.length > 24 ? `${text.slice(0, 10)}…` : text}`;
    })
    .join(' ');
}

function TraceForm({ reference, entry }: { reference: string; entry: string }): VNode {
  const t = useWords(AUDIT_TEXTS);
  return (
    <form class="filter" method="get" action={paths.trace} aria-label={t('trace')}>
      <Field name="reference" label={t('reference')}>
        <input type="text" value={reference} size={26} placeholder="AS2611TG2N1T1" />
      </Field>
      <Field name="entry" label={t('entry')}>
        <input type="text" value={entry} size={22} />
      </Field>
      <button type="submit">{t('follow')}</button>
    </form>
  );
}

/** One payment from the list to the byte, every step also when there is nothing. */
export function TracePage(props: {
  reference: string;
  entry: string;
  traces: readonly Trace[];
}): VNode {
  const t = useWords(AUDIT_TEXTS);
  return (
    <>
      <Heading title={t('trace')} above={[{ label: t('audit'), href: paths.audit }]} />
      <p class="lead">{t('trace-lead')}</p>
      <TraceForm {...props} />
      {props.traces.map((trace) => (
        <section>
          <h2>{t('traced', { reference: trace.reference })}</h2>
          {trace.sections.map((section) => (
            <Section section={section} />
          ))}
        </section>
      ))}
    </>
  );
}

function Section({ section }: { section: Trace['sections'][number] }): VNode {
  const t = useWords(AUDIT_TEXTS);
  const say = useText();
  return (
    <>
      <h3>{say(TRACE_SECTIONS[section.name])}</h3>
      {section.rows.length === 0 && <p class="card">{t('nothing-here')}</p>}
      {section.rows.map((row) => (
        <Facts
          facts={Object.entries(row)
            .filter(([, value]) => value !== null && value !== '')
            .map(([label, value]) => ({
              label,
              value: /^[0-9a-f]{64}$/.test(value ?? '') ? <Hash hex={value ?? ''} whole /> : value,
              long: (value ?? '').length > 40,
            }))}
        />
      ))}
    </>
  );
}
