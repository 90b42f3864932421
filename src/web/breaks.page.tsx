/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import {
  BREAK_FATES,
  BREAK_KINDS,
  BREAK_OUTCOMES,
  BREAK_SEVERITIES,
  type BreakEnd,
  type BreakKind,
} from '../reconciliation/break.ts';
import type { Break, BreakSides, BreakStep, WaitingProposal } from '../reconciliation/break.sql.ts';
import type { DispatchAction } from '../reconciliation/dispatch-action.sql.ts';
import {
  Choice,
  CodeField,
  Facts,
  Field,
  Filter,
  Hash,
  Heading,
  Pager,
  PostForm,
  Reference,
  Table,
  Tag,
  type Paging,
} from './components.tsx';
import { day, daysUntil, difference, instant, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { Rooms } from './reconciliation.page.tsx';
import { RECONCILIATION_TEXTS } from './reconciliation.text.ts';
import { OUTCOMES } from './said.ts';

/** A break with the day by which it should be decided; null while the days off are not announced. */
type DueBreak = Break & { readonly deadline: PlainDate | null };

export interface BreaksModel {
  readonly asked: Readonly<Record<'period' | 'kind' | 'owner' | 'state', string>>;
  readonly periods: readonly Period[];
  readonly owners: readonly { personId: string; fullName: string }[];
  readonly personId: string;
  readonly breaks: readonly DueBreak[];
  readonly paging: Paging;
  readonly today: PlainDate;
  readonly mayFind: boolean;
}

/** What a person has to explain, with who and until when. */
export function BreaksPage(model: BreaksModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const say = useText();
  const { asked, owners, personId } = model;
  const others = owners.filter((one) => one.personId !== personId);
  return (
    <>
      <Heading title={t('reconciliation')} />
      <Rooms at="breaks" period={asked.period} />
      <p class="lead">{t('breaks-lead')}</p>
      <Filter>
        <Choice
          name="period"
          label={common('period')}
          value={asked.period}
          options={model.periods.map((one) => ({ value: one, label: month(one) }))}
        />
        <Choice
          name="kind"
          label={t('kind')}
          value={asked.kind}
          options={Object.entries(BREAK_KINDS).map(([value, text]) => ({
            value,
            label: say(text),
          }))}
        />
        <Choice
          name="owner"
          label={t('owner')}
          value={asked.owner}
          options={[
            { value: personId, label: t('owner.mine') },
            { value: 'nobody', label: t('owner.nobody') },
            ...others.map((one) => ({ value: one.personId, label: one.fullName })),
          ]}
        />
        <Choice
          name="state"
          label={t('break-state')}
          value={asked.state}
          empty={t('break-state.open')}
          options={[{ value: 'resolved', label: t('break-state.resolved') }]}
        />
      </Filter>
      <BreakTable {...model} />
      <Pager paging={model.paging} />
      {model.mayFind && (
        <PostForm action={paths.breaksFind}>
          <p>{t('find-hint')}</p>
          <button class="calm" type="submit">
            {t('find-now')}
          </button>
        </PostForm>
      )}
    </>
  );
}

const SEVERITY_TONES = { 1: 'bad', 2: 'wait', 3: 'calm' } as const;

function BreakTable({ breaks, today }: Pick<BreaksModel, 'breaks' | 'today'>): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <Table
      label={t('breaks')}
      rows={breaks}
      empty={t('no-breaks')}
      columns={[
        {
          title: t('kind'),
          names: true,
          cell: ({ breakId, kind, severity }) => (
            <>
              <a href={href(paths.break, { breakId })}>
                {say(BREAK_KINDS[kind])} <small>#{grouped(breakId)}</small>
              </a>
              <br />
              <Tag tone={SEVERITY_TONES[severity]}>{say(BREAK_SEVERITIES[severity])}</Tag>
            </>
          ),
        },
        { title: common('amount'), kind: 'vnd', cell: ({ amountVnd }) => grouped(amountVnd) },
        {
          title: t('suspense'),
          kind: 'vnd',
          minor: true,
          cell: ({ gapVnd }) => difference(gapVnd),
        },
        {
          title: t('reference'),
          minor: true,
          cell: ({ reference }) => <Reference reference={reference} />,
        },
        { title: t('batch'), minor: true, cell: ({ batchCode }) => batchCode ?? '–' },
        {
          title: t('since'),
          minor: true,
          cell: ({ openedOn, ageDays }) => (
            <>
              {day(openedOn)} <small>{t('age', { days: ageDays })}</small>
            </>
          ),
        },
        { title: t('deadline'), cell: (one) => <Deadline of={one} today={today} /> },
        {
          title: t('owner'),
          cell: ({ owner, resolution }) =>
            owner ?? (resolution === null ? <Tag tone="wait">{t('owner.nobody')}</Tag> : '–'),
        },
      ]}
    />
  );
}

function Deadline({ of, today }: { of: DueBreak; today: PlainDate }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { deadline, resolution, resolvedOn } = of;
  if (resolution !== null) {
    return (
      <>
        <Tag tone="good">{t('break-state.resolved')}</Tag>{' '}
        {resolvedOn === null ? '' : day(resolvedOn)}
      </>
    );
  }
  if (deadline === null) return <small>{t('no-deadline')}</small>;
  const left = daysUntil(deadline, today);
  return (
    <>
      {day(deadline)}{' '}
      {left < 0 ? (
        <Tag tone="bad">{t('overdue', { days: -left })}</Tag>
      ) : (
        <Tag tone={left <= 1 ? 'wait' : 'calm'}>{t('days-left', { days: left })}</Tag>
      )}
    </>
  );
}

export interface BreakModel {
  readonly found: DueBreak;
  readonly sides: BreakSides;
  readonly history: readonly BreakStep[];
  readonly ends: readonly BreakEnd[];
  readonly waiting: WaitingProposal | null;
  /** What the waiting proposal makes of a file that is unknown. */
  readonly action: DispatchAction | null;
  /** The file that this break is about, while nobody knows where it is. */
  readonly stuckFile: bigint | null;
  readonly owners: readonly { personId: string; fullName: string }[];
  readonly personId: string;
  readonly today: PlainDate;
  readonly mayAssign: boolean;
  readonly mayPropose: boolean;
  readonly mayDecide: boolean;
}

/** One break: both sides, what was done about it, and what may be done now. */
export function BreakPage(model: BreakModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  const { found } = model;
  const isOpen = found.resolution === null;
  return (
    <>
      <Heading
        title={t('break-title', { no: grouped(found.breakId) })}
        above={[
          { label: t('reconciliation'), href: paths.reconciliation },
          { label: t('tab.breaks'), href: href(paths.breaks, {}, { period: found.period }) },
        ]}
      >
        <Deadline of={found} today={model.today} />
      </Heading>
      <p class="lead">{say(BREAK_KINDS[found.kind])}</p>
      <BreakFacts found={found} />
      <Sides {...model} />
      {isOpen && <NextStep {...model} />}
      {isOpen && model.mayAssign && <Assign model={model} />}
      <History history={model.history} />
    </>
  );
}

/** What stands next for an open break: a decision, the page of its file, or a proposal. */
function NextStep(model: BreakModel): VNode | null {
  const t = useWords(RECONCILIATION_TEXTS);
  const { waiting, stuckFile } = model;
  if (waiting !== null) return <Decide model={model} waiting={waiting} />;
  if (stuckFile !== null) {
    return (
      <p>
        <a class="button calm" href={href(paths.file, { fileId: stuckFile })}>
          {t('to-the-file')}
        </a>
      </p>
    );
  }
  return model.mayPropose ? <Propose model={model} /> : null;
}

function BreakFacts({ found }: { found: DueBreak }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const said = useResolution();
  return (
    <Facts
      facts={[
        { label: common('amount'), value: `${grouped(found.amountVnd)} đ` },
        { label: t('suspense'), value: `${difference(found.gapVnd)} đ` },
        { label: common('period'), value: month(found.period) },
        {
          label: t('opened'),
          value: `${day(found.openedOn)} (${t('age', { days: found.ageDays })})`,
        },
        { label: t('owner'), value: found.owner ?? t('owner.nobody') },
        { label: t('batch'), value: found.batchCode ?? '–' },
        ...(found.resolution === null
          ? []
          : [{ label: t('resolution'), value: said(found.resolution), long: true }]),
      ]}
    />
  );
}

/** Ours at the left, the bank's at the right: what differs stands on one line. */
function Sides({ found, sides }: BreakModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { instructedReference, fileId } = sides;
  return (
    <div class="sides">
      <section class="card">
        <h2>{t('ours')}</h2>
        {instructedReference === null ? (
          <p>
            {t('nothing-ours')} <span class="hash">{found.reference}</span>
          </p>
        ) : (
          <Ours sides={sides} reference={instructedReference} />
        )}
      </section>
      <section class="card">
        <h2>{t('theirs')}</h2>
        {fileId === null ? <p>{t('nothing-theirs')}</p> : <Theirs sides={sides} fileId={fileId} />}
      </section>
    </div>
  );
}

function Ours({ sides, reference }: { sides: BreakSides; reference: string }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const say = useText();
  const { instructedVnd, recipientId, outcome, isReturned } = sides;
  const became = OUTCOMES[isReturned ? 'returned' : (outcome ?? '')];
  return (
    <Facts
      facts={[
        { label: common('amount'), value: vnd(instructedVnd) },
        { label: t('reference'), value: <Reference reference={reference} /> },
        {
          label: t('recipient'),
          value:
            recipientId === null ? (
              '–'
            ) : (
              <a href={href(paths.recipient, { recipientId })}>{grouped(recipientId)}</a>
            ),
        },
        { label: t('became-of-it'), value: became === undefined ? t('not-known') : say(became) },
      ]}
    />
  );
}

function Theirs({ sides, fileId }: { sides: BreakSides; fileId: bigint }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const { bookedOn, byteOffset, entryReference, fileHash, fileName, lineKind, lineVnd } = sides;
  const at = byteOffset === null ? '' : `, ${t('at-byte', { at: grouped(byteOffset) })}`;
  return (
    <Facts
      facts={[
        { label: common('amount'), value: vnd(lineVnd) },
        { label: t('kind'), value: lineKindText(t, lineKind) },
        { label: t('booked-on'), value: bookedOn === null ? '–' : day(bookedOn) },
        { label: t('entry'), value: entryReference ?? '–' },
        {
          label: t('file'),
          value: (
            <a href={href(paths.file, { fileId })}>
              {fileName}
              {at}
            </a>
          ),
          long: true,
        },
        { label: 'SHA-256', value: <Hash hex={fileHash ?? ''} />, long: true },
      ]}
    />
  );
}

function vnd(amount: bigint | null): string {
  return amount === null ? '–' : `${grouped(amount)} đ`;
}

type Words = ReturnType<typeof useWords<typeof RECONCILIATION_TEXTS>>;

function lineKindText(t: Words, kind: string | null): string {
  const kinds = ['status', 'debit', 'credit', 'paid', 'unpaid'] as const;
  const known = kinds.find((one) => one === kind);
  return known === undefined ? (kind ?? '–') : t(`line-kind.${known}`);
}

function Assign({ model }: { model: BreakModel }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { found, owners, personId } = model;
  const action = href(paths.breakAssign, { breakId: found.breakId });
  return (
    <section class="card">
      <h2>{t('assign')}</h2>
      {found.owner !== personId && (
        <PostForm action={action} seen={{ owner: personId }}>
          <button class="calm" type="submit">
            {t('assign-me')}
          </button>
        </PostForm>
      )}
      <PostForm action={action}>
        <Field name="owner" label={t('owner')}>
          <select>
            {owners.map((one) => (
              <option value={one.personId} selected={one.personId === found.owner}>
                {one.fullName}
              </option>
            ))}
          </select>
        </Field>
        <Field name="note" label={t('note')}>
          <input type="text" maxLength={200} size={36} />
        </Field>
        <button type="submit">{t('assign-do')}</button>
      </PostForm>
    </section>
  );
}

/** What a way to end is called in the form that proposes it. */
export function endName({ fate, outcome }: Pick<BreakEnd, 'fate' | 'outcome'>): string {
  return `${fate ?? ''}+${outcome ?? ''}`;
}

function Propose({ model }: { model: BreakModel }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const endText = useEnd();
  const { found, ends } = model;
  return (
    <section class="card">
      <h2>{t('propose')}</h2>
      <p>{t('propose-lead')}</p>
      <PostForm action={href(paths.breakPropose, { breakId: found.breakId })}>
        <fieldset class="choices">
          <legend>{t('ends')}</legend>
          {ends.map((end) => (
            <label>
              <input type="radio" name="end" value={endName(end)} required /> {endText(end)}
            </label>
          ))}
        </fieldset>
        <Field name="reason" label={common('reason')} hint={common('reason-hint')}>
          <textarea maxLength={1000} rows={2} required />
        </Field>
        <Field name="document" label={t('document')}>
          <input type="text" maxLength={200} required size={36} />
        </Field>
        <Field name="settles" label={t('settles')}>
          <input type="text" inputMode="numeric" size={10} />
        </Field>
        <button type="submit">{t('send-proposal')}</button>
      </PostForm>
    </section>
  );
}

/** A way to end in words, with the money that it moves. */
function useEnd(): (end: BreakEnd) => string {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  return ({ fate, outcome, leftVnd }) => {
    const parts = [
      ...(fate === null ? [] : [say(BREAK_FATES[fate])]),
      ...(outcome === null
        ? []
        : [
            t('end.moves', {
              what: say(BREAK_OUTCOMES[outcome]),
              vnd: grouped(leftVnd < 0n ? -leftVnd : leftVnd),
            }),
          ]),
    ];
    return parts.length === 0 ? t('end.explained') : parts.join('; ');
  };
}

/** How a break ended, as the record has it: fate and outcome by their codes. */
function useResolution(): (resolution: string) => string {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  const words: Readonly<Record<string, Bilingual>> = { ...BREAK_FATES, ...BREAK_OUTCOMES };
  return (resolution) =>
    resolution === 'explained' || resolution === ''
      ? t('end.explained')
      : resolution
          .split(' + ')
          .map((part) => (words[part] === undefined ? part : say(words[part])))
          .join('; ');
}

function Decide({ model, waiting }: { model: BreakModel; waiting: WaitingProposal }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const said = useResolution();
  const { found, personId, mayDecide, action } = model;
  const { proposalNo, fate, outcome, settles } = waiting;
  const what = [fate, outcome].filter((part) => part !== null).join(' + ');
  return (
    <section class="card deciding" id="decide">
      <h2>{t('waits', { no: proposalNo })}</h2>
      <p>
        <b>{action === null ? said(what) : t(`action.${action}`)}</b> – {waiting.proposedBy},{' '}
        {instant(waiting.proposedAt)}
      </p>
      <p>
        {waiting.reason} <small>{waiting.document}</small>
      </p>
      {settles !== null && (
        <p>
          {t('settles')}: <a href={href(paths.break, { breakId: settles })}>{grouped(settles)}</a>
        </p>
      )}
      {waiting.proposedBy === personId ? (
        <p>{t('own-proposal')}</p>
      ) : (
        mayDecide && (
          <PostForm
            action={href(paths.breakDecide, { breakId: found.breakId })}
            seen={{ proposalNo: String(proposalNo) }}
          >
            <Field name="reason" id="decide-reason" label={t('why-not')}>
              <input type="text" maxLength={500} size={36} />
            </Field>
            <CodeField />
            <div class="actions">
              <button class="approve" type="submit" name="decision" value="confirmed">
                {t('confirm')}
              </button>
              <button class="refuse" type="submit" name="decision" value="declined">
                {t('decline')}
              </button>
            </div>
          </PostForm>
        )
      )}
    </section>
  );
}

function History({ history }: { history: readonly BreakStep[] }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  const said = useResolution();
  const told = ({ what, told: about }: BreakStep): string => {
    if (what === 'opened') return say(BREAK_KINDS[about as BreakKind]);
    if (what !== 'proposed') return about;
    const [, no = '', end = ''] = /^(\d+): (.*)$/.exec(about) ?? [];
    return `${no}: ${said(end)}`;
  };
  return (
    <section>
      <h2>{t('history')}</h2>
      <ol class="timeline">
        {history.map((step) => (
          <li>
            <time dateTime={step.at.toISOString()}>{instant(step.at)}</time>
            <b>{t(`step.${step.what}`)}</b> {told(step)}
            {step.by !== '' && ` – ${step.by}`} <small>{step.note}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}
