/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { VERIFICATION_FINDINGS } from '../verification/findings.ts';
import { OUTCOMES, STEPS } from '../verification/finding-outcome.ts';
import type { Case, Handled, Waiting } from '../verification/worklist.sql.ts';
import {
  Choice,
  CodeField,
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
import { day, daysUntil, instant, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';
import { SEVERITIES } from './said.ts';

export interface WorklistModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly communes: readonly { code: string; name: string }[];
  readonly commune: string;
  readonly waiting: readonly Waiting[];
  readonly paging: Paging;
  readonly today: PlainDate;
}

/** Everything that waits for a person before it can be paid. */
export function WorklistPage(model: WorklistModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('worklist')} />
      <p class="lead">{t('worklist-lead')}</p>
      <Filter>
        <Choice
          name="period"
          label={common('period')}
          value={model.period ?? ''}
          options={model.periods.map((one) => ({ value: one, label: month(one) }))}
        />
        <Choice
          name="commune"
          label={common('commune')}
          value={model.commune}
          options={model.communes.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Filter>
      {model.period !== null && (
        <p class="actions">
          <a href={href(paths.worklistTogether, {}, { period: model.period })}>{t('together')}</a>
        </p>
      )}
      {model.period !== null && <WaitingTable {...model} period={model.period} />}
      <Pager paging={model.paging} />
    </>
  );
}

function WaitingTable(model: WorklistModel & { period: Period }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const say = useText();
  const names = new Map(model.communes.map(({ code, name }) => [code, name]));
  return (
    <Table
      label={t('worklist')}
      rows={model.waiting}
      columns={[
        {
          title: t('finding'),
          names: true,
          cell: ({ code, recipientId }) => (
            <a href={href(paths.worklistCase, { period: model.period, recipientId })}>
              {say(wordsOf(code).wrong)}
            </a>
          ),
        },
        {
          title: t('severity'),
          cell: ({ severity }) => (
            <Tag tone={SEVERITIES[severity].tone}>{say(SEVERITIES[severity])}</Tag>
          ),
        },
        {
          title: common('commune'),
          minor: true,
          cell: ({ communeCode }) => names.get(communeCode) ?? communeCode,
        },
        {
          title: common('amount'),
          kind: 'vnd',
          minor: true,
          cell: ({ waitingVnd }) => grouped(waitingVnd),
        },
        {
          title: t('decide-by'),
          cell: (one) => <Deadline on={one.decideBy} today={model.today} />,
        },
        { title: t('owner'), minor: true, cell: ({ owner }) => owner ?? '–' },
      ]}
    />
  );
}

function Deadline({ on, today }: { on: PlainDate; today: PlainDate }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const left = daysUntil(on, today);
  return (
    <>
      {day(on)}{' '}
      {left < 0 ? (
        <Tag tone="bad">{t('overdue', { days: -left })}</Tag>
      ) : (
        <Tag tone={left <= 3 ? 'wait' : 'calm'}>{t('days-left', { days: left })}</Tag>
      )}
    </>
  );
}

/** The words of a finding; a code that an older release knew says itself. */
export function wordsOf(
  code: string,
): Pick<(typeof VERIFICATION_FINDINGS)['POP_UNAVAILABLE'], 'wrong' | 'next'> {
  const itself = { vi: code, en: code };
  return Object.hasOwn(VERIFICATION_FINDINGS, code)
    ? VERIFICATION_FINDINGS[code as keyof typeof VERIFICATION_FINDINGS]
    : { wrong: itself, next: itself };
}

export interface CaseModel {
  readonly recipientId: bigint;
  readonly period: Period;
  readonly cases: readonly Case[];
  readonly handled: readonly Handled[];
  /** Proposals that nobody has decided about. */
  readonly open: readonly Handled[];
  readonly mayPropose: boolean;
  readonly mayDecide: boolean;
}

/** Everything found about one recipient in a month, both sides beside each other. */
export function CasePage(model: CaseModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { recipientId, period, cases } = model;
  return (
    <>
      <Heading
        title={t('case', { id: grouped(recipientId) })}
        above={[{ label: t('worklist'), href: `${paths.worklist}?period=${period}` }]}
      />
      <p>
        <a href={href(paths.recipient, { recipientId })}>
          {t('recipient')} {grouped(recipientId)}
        </a>
      </p>
      {cases.length === 0 && <Notice tone="good" title={t('nothing-found')} />}
      {cases.map((one) => (
        <Finding one={one} model={model} />
      ))}
      <Done handled={model.handled} />
    </>
  );
}

function Finding({ one, model }: { one: Case; model: CaseModel }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  const words = wordsOf(one.code);
  const waits = one.closedAt === null;
  const proposals = model.open.filter(({ code }) => code === one.code);
  return (
    <section class="card">
      <div class="title">
        <h2>{say(words.wrong)}</h2>
        <Tag tone={waits ? SEVERITIES[one.severity].tone : 'good'}>
          {waits ? say(SEVERITIES[one.severity]) : t('closed')}
        </Tag>
        {one.outcome !== null && <Tag tone="good">{say(OUTCOMES[one.outcome])}</Tag>}
      </div>
      <div class="sides">
        <div>
          <div class="figure-name">{t('listed-side')}</div>
          <div class="side">{one.listed === '' ? '–' : one.listed}</div>
        </div>
        <div>
          <div class="figure-name">{t('answered-side')}</div>
          <div class="side">{one.answered === '' ? '–' : one.answered}</div>
        </div>
      </div>
      <p>
        <b>{t('what-to-do')}:</b> {say(words.next)}
      </p>
      {one.answerHash !== '' && (
        <p>
          <small>
            {t('evidence')} <Hash hex={one.answerHash} />, {instant(one.foundAt)}
          </small>
        </p>
      )}
      {proposals.map((proposal) => (
        <DecideForm proposal={proposal} model={model} />
      ))}
      {waits && model.mayPropose && proposals.length === 0 && (
        <ProposeForm one={one} model={model} />
      )}
    </section>
  );
}

function ProposeForm({ one, model }: { one: Case; model: CaseModel }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  const { recipientId, period } = model;
  const id = `${one.code}-${one.subject}`;
  return (
    <details>
      <summary>{t('propose')}</summary>
      <PostForm
        action={href(paths.worklistPropose, { recipientId, period })}
        seen={{ code: one.code, subject: one.subject }}
      >
        <Field name="outcome" id={`${id}-outcome`} label={t('outcome')}>
          <select>
            {Object.entries(OUTCOMES).map(([value, text]) => (
              <option value={value}>{say(text)}</option>
            ))}
          </select>
        </Field>
        <Field name="until" id={`${id}-until`} label={t('until')}>
          <input type="text" value={period} pattern="\d{4}-\d{2}" required size={10} />
        </Field>
        <Field name="document" id={`${id}-document`} label={t('document')}>
          <input type="text" maxLength={200} required size={36} />
        </Field>
        <Field name="note" id={`${id}-note`} label={t('note')}>
          <textarea maxLength={1000} rows={2} required />
        </Field>
        <button type="submit">{t('propose')}</button>
      </PostForm>
    </details>
  );
}

function DecideForm({ proposal, model }: { proposal: Handled; model: CaseModel }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  const { recipientId, period } = model;
  const no = proposal.proposalNo ?? 0;
  const known = Object.entries(OUTCOMES).find(([outcome]) => outcome === proposal.what);
  return (
    <div class="notice wait">
      <b>{t('proposal', { no })}</b>
      <p>
        {known === undefined ? proposal.what : say(known[1])} – {proposal.by}, {proposal.note}{' '}
        <small>{proposal.document}</small>
      </p>
      {model.mayDecide && (
        <PostForm
          action={href(paths.worklistDecide, { recipientId, period })}
          seen={{ proposalNo: String(no) }}
        >
          <Field name="reason" id={`d${no}-reason`} label={t('why-not')}>
            <input type="text" maxLength={500} size={36} />
          </Field>
          <CodeField id={`d${no}-code`} />
          <div class="actions">
            <button type="submit" name="decision" value="confirmed">
              {t('confirm')}
            </button>
            <button class="refuse" type="submit" name="decision" value="declined">
              {t('decline')}
            </button>
          </div>
        </PostForm>
      )}
    </div>
  );
}

function Done({ handled }: { handled: readonly Handled[] }): VNode | null {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  if (handled.length === 0) return null;
  const words: Readonly<Record<string, { vi: string; en: string }>> = { ...STEPS, ...OUTCOMES };
  const decided = { confirmed: t('confirm'), declined: t('decline') } as const;
  return (
    <section>
      <h2>{t('handled')}</h2>
      <ol class="timeline">
        {handled.map(({ at, by, what, note }) => {
          const said = words[what];
          return (
            <li>
              <time dateTime={at.toISOString()}>{instant(at)}</time>
              <b>
                {said === undefined ? decided[what as 'confirmed' | 'declined'] : say(said)}
              </b> – {by} <small>{note}</small>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
