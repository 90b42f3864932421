/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import type { CheckResult } from '../audit/verify-audit.flow.ts';
import { AUDIT_CHECKS } from '../audit/seal.ts';
import type { EventFound } from '../report/desk.sql.ts';
import { tracedFields, type Trace } from '../report/trace.ts';
import type { Traced } from '../report/trace-payment.flow.ts';
import { TRACE_SECTIONS } from '../report/trace-words.ts';
import { AUDIT_TEXTS } from './audit.text.ts';
import {
  Choice,
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
  readonly proving: Proving;
}

/** What can be proven here, and when somebody last had it computed again. */
interface Proving {
  readonly hasKey: boolean;
  readonly seconds: number;
  readonly last: EventFound | null;
  readonly mayExport: boolean;
}

/** The log, what stands at its head, and the way to one payment. */
export function AuditPage({ head, asked, events, paging, proving }: AuditModel): VNode {
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
      <Verify proving={proving} />
      {proving.mayExport && proving.hasKey && <BundleForm />}
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

function Verify({ proving }: { proving: Proving }): VNode {
  const t = useWords(AUDIT_TEXTS);
  const { hasKey, seconds, last } = proving;
  if (!hasKey) return <p class="card">{t('no-key')}</p>;
  return (
    <section class="card">
      <p>{t('verify-lead', { seconds })}</p>
      <p>{last === null ? t('verified-never') : <LastTime event={last} />}</p>
      <PostForm action={paths.verify}>
        <button type="submit">{t('verify-now')}</button>
      </PostForm>
    </section>
  );
}

function LastTime({ event }: { event: EventFound }): VNode {
  const t = useWords(AUDIT_TEXTS);
  const { finished, faults } = event.facts;
  const verdict =
    finished !== true
      ? t('verdict.unfinished')
      : Number(faults) === 0
        ? t('verdict.right')
        : t('verdict.wrong', { count: String(faults) });
  return <>{t('verified-last', { at: instant(event.at), who: event.actor, verdict })}</>;
}

function BundleForm(): VNode {
  const t = useWords(AUDIT_TEXTS);
  return (
    <>
      <h2>{t('bundle')}</h2>
      <p>{t('bundle-lead')}</p>
      <form class="filter" method="get" action={paths.bundle} aria-label={t('bundle')}>
        <Field name="batch" label={t('bundle-code')}>
          <input type="text" size={26} required />
        </Field>
        <button type="submit">{t('bundle-get')}</button>
      </form>
    </>
  );
}

/** What came of computing everything again; null where it was not finished in time. */
export function VerifiedPage({ results }: { results: readonly CheckResult[] | null }): VNode {
  const t = useWords(AUDIT_TEXTS);
  const say = useText();
  const faults = results?.flatMap((one) => one.faults) ?? [];
  return (
    <>
      <Heading title={t('verify')} above={[{ label: t('audit'), href: paths.audit }]} />
      {results === null && (
        <Notice tone="wait" title={t('verdict.unfinished')}>
          <p>{t('unfinished-next')}</p>
        </Notice>
      )}
      {results !== null && faults.length === 0 && <Notice tone="good" title={t('verdict.right')} />}
      {faults.length > 0 && (
        <Notice tone="bad" title={t('verdict.wrong', { count: grouped(faults.length) })} />
      )}
      {results !== null && (
        <Table
          label={t('verify')}
          rows={results}
          columns={[
            { title: t('check'), names: true, cell: ({ check }) => say(AUDIT_CHECKS[check]) },
            { title: t('looked'), kind: 'figure', cell: ({ looked }) => grouped(looked) },
            {
              title: t('verdict'),
              cell: (one) =>
                one.faults.length === 0 ? (
                  <Tag tone="good">{t('agrees')}</Tag>
                ) : (
                  <Tag tone="bad">{t('differs', { count: grouped(one.faults.length) })}</Tag>
                ),
            },
          ]}
        />
      )}
      {faults.length > 0 && (
        <Table
          label={t('where')}
          rows={faults}
          columns={[
            { title: t('where'), names: true, cell: ({ at }) => at },
            { title: t('what'), cell: ({ says }) => say(says) },
          ]}
        />
      )}
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
          cell: ({ subject }) => <Subject subject={subject} />,
        },
        { title: t('facts'), minor: true, cell: ({ facts }) => <code>{factsText(facts)}</code> },
        { title: 'SHA-256', minor: true, cell: ({ hash }) => <Hash hex={hash} /> },
      ]}
    />
  );
}

/** Where the page of each kind of subject lies. */
const PAGE_OF: Readonly<Record<string, string>> = {
  batch: paths.batches,
  break: paths.breaks,
  file: paths.files,
  list: paths.lists,
  recipient: paths.recipients,
};

/** What an event is about, and the way to it. */
function Subject({ subject }: { subject: string }): VNode {
  const [, kind = '', id = ''] = /^([a-z]+)\/(\d+)$/.exec(subject) ?? [];
  const at = PAGE_OF[kind];
  return at === undefined ? <>{subject}</> : <a href={`${at}/${id}`}>{subject}</a>;
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
  isFirst: boolean;
  traced: Traced | null;
}): VNode {
  const t = useWords(AUDIT_TEXTS);
  const { entry, isFirst, traced } = props;
  const traces = traced?.traces ?? [];
  return (
    <>
      <Heading title={t('trace')} above={[{ label: t('audit'), href: paths.audit }]} />
      <p class="lead">{t('trace-lead')}</p>
      <TraceForm {...props} />
      {traces.map((trace) => (
        <section>
          <h2>{t('traced', { reference: trace.reference })}</h2>
          {trace.sections.map((section) => (
            <Section section={section} />
          ))}
        </section>
      ))}
      {traced !== null && traced.named > 1 && (
        <>
          <p>{t('traced-of', { named: grouped(traced.named) })}</p>
          <Pager paging={{ shown: traces.length, query: { entry }, isFirst, after: traced.next }} />
        </>
      )}
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
          facts={tracedFields(section.name, row)
            .flat()
            .map(({ label, value }) => {
              const text = typeof value === 'string' ? value : say(value);
              return {
                label: say(label),
                value: /^[0-9a-f]{64}$/.test(text) ? <Hash hex={text} whole /> : text,
                long: text.length > 40,
              };
            })}
        />
      ))}
    </>
  );
}
