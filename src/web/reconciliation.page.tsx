/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period } from '../kernel/period.ts';
import { maskedNumber } from '../kernel/mask.ts';
import { grouped } from '../kernel/text.ts';
import { AGE_CLASSES, BREAK_KINDS, type BreakKind } from '../reconciliation/break.ts';
import {
  LINE_FATES,
  type Closing,
  type ClosingProposal,
  type ClosingState,
  type LineFate,
  type SignedDay,
  type ThreeWay as Totals,
  type ThreeWayLine,
  type TiedDay,
  type TotalsBy,
} from '../reconciliation/closing.sql.ts';
import type { ThreeWay } from '../report/desk.sql.ts';
import {
  Choice,
  CodeField,
  Facts,
  Field,
  Filter,
  Heading,
  Notice,
  Pager,
  PostForm,
  Reference,
  Table,
  Tabs,
  Tag,
  type Paging,
} from './components.tsx';
import { day, difference, instant, month } from './format.ts';
import { useCommon, useFrame, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { RECONCILIATION_TEXTS } from './reconciliation.text.ts';
import { OUTCOMES, totalName } from './said.ts';

export const TOTALS_BY = [
  'batch',
  'bank',
  'day',
  'programme',
  'period',
] as const satisfies readonly TotalsBy[];

type Place = 'overview' | 'breaks' | 'days' | 'closing' | 'uncollected';

/** The rooms of reconciliation, on each of its pages, for the month that is looked at. */
export function Rooms({ at, period }: { at: Place; period: string }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { mayInProvince } = useFrame();
  const places = {
    overview: paths.reconciliation,
    breaks: paths.breaks,
    days: paths.days,
    closing: paths.closing,
    uncollected: paths.uncollected,
  } as const;
  const shown = (Object.keys(places) as Place[]).filter(
    (place) => place !== 'uncollected' || mayInProvince('reconciliation.see'),
  );
  return (
    <Tabs
      label={t('reconciliation')}
      tabs={shown.map((place) => ({
        label: t(`tab.${place}`),
        href: href(places[place], {}, { period }),
        isHere: place === at,
      }))}
    />
  );
}

/** The month to look at, above every table of the room. */
function MonthChoice(props: { period: Period | null; periods: readonly Period[] }): VNode {
  const common = useCommon();
  return (
    <Choice
      name="period"
      label={common('period')}
      value={props.period ?? ''}
      options={props.periods.map((one) => ({ value: one, label: month(one) }))}
    />
  );
}

interface BreakAge {
  readonly kind: BreakKind;
  readonly from: number;
  readonly count: bigint;
  readonly vnd: bigint;
  readonly unassigned: bigint;
}

export interface ReconciliationModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly threeWay: readonly ThreeWay[];
  readonly ages: readonly BreakAge[];
}

/** What we instructed, what our books say, and what the bank says. */
export function ReconciliationPage(model: ReconciliationModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { period } = model;
  return (
    <>
      <Heading title={t('reconciliation')} />
      <Rooms at="overview" period={period ?? ''} />
      <p class="lead">{t('reconciliation-lead')}</p>
      <Filter>
        <MonthChoice {...model} />
      </Filter>
      <h2>{t('three-way')}</h2>
      <ThreeWays rows={model.threeWay} />
      {period !== null && (
        <p class="under-table">
          {t('totals-by')}:{' '}
          {TOTALS_BY.map((by) => (
            <>
              {' '}
              <a href={href(paths.totals, {}, { period, by })}>{t(`by.${by}`)}</a>
            </>
          ))}
        </p>
      )}
      <h2>{t('ages')}</h2>
      <Ages ages={model.ages} />
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

/** Three ways, batch by batch; the name of a batch leads to its lines. */
export function ThreeWays({ rows }: { rows: readonly ThreeWay[] }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
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

/** How long what is open has waited, with the way to each kind. */
function Ages({ ages }: { ages: readonly BreakAge[] }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const say = useText();
  const sum = (of: (row: BreakAge) => bigint): string =>
    grouped(ages.reduce((total, row) => total + of(row), 0n));
  return (
    <Table
      label={t('ages')}
      rows={ages}
      empty={t('no-breaks')}
      columns={[
        {
          title: t('kind'),
          names: true,
          cell: ({ kind }) => (
            <a href={href(paths.breaks, {}, { kind })}>{say(BREAK_KINDS[kind])}</a>
          ),
          total: common('total'),
        },
        {
          title: t('age-class'),
          cell: ({ from }) => {
            const known = AGE_CLASSES.find((one) => one.from === from);
            return (
              <Tag tone={from >= 31 ? 'bad' : from >= 11 ? 'wait' : 'calm'}>
                {known === undefined ? from : say(known.title)}
              </Tag>
            );
          },
        },
        {
          title: t('count'),
          kind: 'figure',
          cell: ({ count }) => grouped(count),
          total: sum(({ count }) => count),
        },
        {
          title: common('amount'),
          kind: 'vnd',
          minor: true,
          cell: ({ vnd }) => grouped(vnd),
          total: sum(({ vnd }) => vnd),
        },
        {
          title: t('unassigned'),
          kind: 'figure',
          cell: ({ kind, unassigned }) =>
            unassigned === 0n ? (
              '0'
            ) : (
              <a href={href(paths.breaks, {}, { kind, owner: 'nobody' })}>{grouped(unassigned)}</a>
            ),
          total: sum(({ unassigned }) => unassigned),
        },
      ]}
    />
  );
}

interface TotalsModel {
  readonly period: Period;
  readonly periods: readonly Period[];
  readonly by: TotalsBy;
  readonly totals: readonly Totals[];
}

/** The totals of a month by one key, each figure the way to its lines. */
export function TotalsPage(model: TotalsModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { period, periods, by } = model;
  return (
    <>
      <Heading
        title={t('totals-title', { by: t(`by.${by}`) })}
        above={[{ label: t('reconciliation'), href: href(paths.reconciliation, {}, { period }) }]}
      />
      <p class="lead">{t('totals-lead')}</p>
      <Filter>
        <MonthChoice period={period} periods={periods} />
        <Choice
          name="by"
          label={t('totals-by')}
          value={by}
          options={TOTALS_BY.map((one) => ({ value: one, label: t(`by.${one}`) }))}
        />
      </Filter>
      <TotalsTable {...model} />
    </>
  );
}

type TotalVnd = 'instructedVnd' | 'bookedVnd' | 'refusedVnd' | 'returnedVnd' | 'openVnd';

function TotalsTable({ period, by, totals }: TotalsModel): VNode {
  const say = useText();
  const t = useWords(RECONCILIATION_TEXTS);
  const common = useCommon();
  const figures = (title: string, minor: boolean, fate: LineFate | null, of: TotalVnd) => ({
    title,
    minor,
    kind: 'vnd' as const,
    cell: (row: Totals) =>
      row[of] === 0n ? (
        '0'
      ) : (
        <a href={href(paths.totalLines, {}, { period, by, key: row.key, fate })}>
          {grouped(row[of])}
        </a>
      ),
    total: grouped(totals.reduce((sum, row) => sum + row[of], 0n)),
  });
  return (
    <Table
      label={t('totals-title', { by: t(`by.${by}`) })}
      rows={totals}
      columns={[
        {
          title: t(`by.${by}`),
          names: true,
          cell: ({ key }) => (
            <a class="nowrap" href={href(paths.totalLines, {}, { period, by, key })}>
              {say(totalName({ by, key }))}
            </a>
          ),
          total: common('total'),
        },
        {
          title: common('count'),
          kind: 'figure',
          cell: ({ count }) => grouped(count),
          total: grouped(totals.reduce((sum, { count }) => sum + count, 0n)),
        },
        figures(t('instructed'), false, null, 'instructedVnd'),
        figures(t('settled'), false, 'booked', 'bookedVnd'),
        figures(t('not-paid'), true, 'refused', 'refusedVnd'),
        figures(t('came-back'), true, 'returned', 'returnedVnd'),
        figures(t('unanswered'), true, 'open', 'openVnd'),
      ]}
    />
  );
}

/** The very lines that a figure is made of. */
export function TotalLinesPage(props: {
  period: Period;
  by: TotalsBy;
  key_: string;
  fate: LineFate | null;
  lines: readonly ThreeWayLine[];
  paging: Paging;
}): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  const { period, by, key_, fate, lines, paging } = props;
  const sum = lines.reduce((total, { instructedVnd }) => total + instructedVnd, 0n);
  return (
    <>
      <Heading
        title={t('lines-title', { key: say(totalName({ by, key: key_ })) })}
        above={[
          { label: t('reconciliation'), href: href(paths.reconciliation, {}, { period }) },
          {
            label: t('totals-title', { by: t(`by.${by}`) }),
            href: href(paths.totals, {}, { period, by }),
          },
        ]}
      />
      <form class="filter" method="get" role="search" aria-label={t('which-lines')}>
        {Object.entries({ period, by, key: key_ }).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Choice
          name="fate"
          label={t('which-lines')}
          value={fate ?? ''}
          empty={t('fate.all')}
          options={LINE_FATES.map((one) => ({ value: one, label: t(`fate.${one}`) }))}
        />
        <div class="actions">
          <button type="submit">{useCommon()('search')}</button>
        </div>
      </form>
      <LinesTable lines={lines} />
      <Pager paging={paging}>
        <span>{t('lines-sum', { sum: grouped(sum) })}</span>
      </Pager>
    </>
  );
}

function LinesTable({ lines }: { lines: readonly ThreeWayLine[] }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const say = useText();
  const may = useFrame().may('recipient.see');
  return (
    <Table
      label={t('which-lines')}
      rows={lines}
      columns={[
        {
          title: t('reference'),
          names: true,
          cell: ({ reference }) => <Reference reference={reference} />,
        },
        {
          title: t('recipient'),
          kind: 'figure',
          cell: ({ recipientId }) =>
            may ? (
              <a href={href(paths.recipient, { recipientId })}>{grouped(recipientId)}</a>
            ) : (
              grouped(recipientId)
            ),
        },
        { title: t('batch'), minor: true, cell: ({ batchCode }) => batchCode },
        {
          title: t('instructed'),
          kind: 'vnd',
          cell: ({ instructedVnd }) => grouped(instructedVnd),
        },
        {
          title: t('outcome'),
          cell: ({ outcome, isReturned }) => {
            const said = OUTCOMES[isReturned ? 'returned' : (outcome ?? '')];
            return said === undefined ? (
              <Tag tone="wait">{t('unanswered')}</Tag>
            ) : (
              <Tag tone={said.tone}>{say(said)}</Tag>
            );
          },
        },
        { title: t('why'), minor: true, cell: ({ reason }) => reason ?? '' },
      ]}
    />
  );
}

export interface DaysModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly days: readonly TiedDay[];
  readonly signed: readonly SignedDay[];
  readonly maySign: boolean;
}

/** Every day of a month on every account, and who has found it tied. */
export function DaysPage(model: DaysModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { period, days } = model;
  const signatures = new Map(model.signed.map((one) => [`${one.account}/${one.day}`, one]));
  const signatureOf = (of: TiedDay): SignedDay | undefined =>
    signatures.get(`${of.account}/${of.day}`);
  const unsigned = days.filter((one) => {
    const signature = signatureOf(one);
    return canBeSigned(one) && (signature === undefined || !isAsSigned(one, signature));
  });
  return (
    <>
      <Heading title={t('reconciliation')} />
      <Rooms at="days" period={period ?? ''} />
      <p class="lead">{t('days-lead')}</p>
      <Filter>
        <MonthChoice {...model} />
      </Filter>
      <DayTable days={days} signatureOf={signatureOf} />
      {model.maySign && <SignDay days={unsigned} />}
    </>
  );
}

function canBeSigned({ openingVnd, closingVnd, leftVnd }: TiedDay): boolean {
  return openingVnd !== null && closingVnd !== null && leftVnd === 0n;
}

function isAsSigned(one: TiedDay, signature: SignedDay): boolean {
  return (
    one.bankVnd === signature.bankVnd &&
    one.bookVnd === signature.bookVnd &&
    one.openVnd === signature.openVnd
  );
}

function DayTable(props: {
  days: readonly TiedDay[];
  signatureOf: (of: TiedDay) => SignedDay | undefined;
}): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { days, signatureOf } = props;
  const vnd = (title: string, minor: boolean, of: (one: TiedDay) => bigint) => ({
    title,
    minor,
    kind: 'figure' as const,
    cell: (one: TiedDay) => difference(of(one)),
    total: difference(days.reduce((sum, one) => sum + of(one), 0n)),
  });
  const balance = (title: string, of: (one: TiedDay) => bigint | null) => ({
    title,
    minor: true,
    kind: 'figure' as const,
    cell: (one: TiedDay) => {
      const value = of(one);
      return value === null ? t('no-statement') : grouped(value);
    },
  });
  return (
    <Table
      label={t('tab.days')}
      rows={days}
      empty={t('no-days')}
      columns={[
        {
          title: t('day'),
          names: true,
          cell: (one) => (
            <>
              {day(one.day)} <small class="nowrap">{maskedNumber(one.account)}</small>
            </>
          ),
        },
        balance(t('opening'), (one) => one.openingVnd),
        vnd(t('bank'), false, (one) => one.bankVnd),
        vnd(t('book'), true, (one) => one.bookVnd),
        vnd(t('open-breaks'), true, (one) => one.openVnd),
        vnd(t('resolved'), true, (one) => one.resolvedVnd),
        vnd(t('waiting'), true, (one) => one.waitingVnd),
        balance(t('closing'), (one) => one.closingVnd),
        {
          title: t('agrees'),
          cell: ({ leftVnd }) =>
            leftVnd === 0n ? (
              <Tag tone="good">{t('ties.yes')}</Tag>
            ) : (
              <Tag tone="bad">{t('ties.no', { vnd: difference(leftVnd) })}</Tag>
            ),
        },
        { title: t('signed'), cell: (one) => <Signature one={one} by={signatureOf(one)} /> },
      ]}
    />
  );
}

function Signature({ one, by }: { one: TiedDay; by: SignedDay | undefined }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  if (by === undefined) return <>–</>;
  const said = t('signed-by', { who: by.signedBy, at: instant(by.signedAt) });
  return isAsSigned(one, by) ? (
    <small>{said}</small>
  ) : (
    <>
      <Tag tone="wait">{t('signed-before')}</Tag> <small>{said}</small>
    </>
  );
}

/** One form for all days that can be signed: a choice carries the figures that were seen. */
function SignDay({ days }: { days: readonly TiedDay[] }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  return (
    <section class="card">
      <h2>{t('sign-day')}</h2>
      {days.length === 0 ? (
        <p>{t('sign-none')}</p>
      ) : (
        <PostForm action={paths.daySign}>
          <Field name="which" label={t('sign-which')}>
            <select>
              {days.map((one) => (
                <option
                  value={[one.account, one.day, one.bankVnd, one.bookVnd, one.openVnd].join('|')}
                >
                  {`${day(one.day)} · ${maskedNumber(one.account)} · ${difference(one.bankVnd)} đ`}
                </option>
              ))}
            </select>
          </Field>
          <CodeField />
          <button type="submit">{t('sign-do')}</button>
        </PostForm>
      )}
    </section>
  );
}

export interface ClosingModel {
  readonly period: Period | null;
  readonly periods: readonly Period[];
  readonly state: ClosingState | null;
  readonly stands: Closing | null;
  readonly proposal: ClosingProposal | null;
  readonly personId: string;
  readonly mayPropose: boolean;
  readonly mayConfirm: boolean;
}

/** What a month comes to, what still stands in the way, and its end by two persons. */
export function ClosingPage(model: ClosingModel): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { period, state, stands } = model;
  return (
    <>
      <Heading
        title={period === null ? t('tab.closing') : t('closing-title', { month: month(period) })}
      />
      <Rooms at="closing" period={period ?? ''} />
      <p class="lead">{t('closing-lead')}</p>
      <Filter>
        <MonthChoice {...model} />
      </Filter>
      {period !== null && state !== null && <Hindrances period={period} state={state} />}
      {stands !== null && <Stands stands={stands} />}
      {period !== null && state !== null && isReady(state) && (
        <CloseForms model={model} period={period} />
      )}
    </>
  );
}

/** Whether a month can be closed at all; what stands in the way is listed instead of a form. */
function isReady(state: ClosingState): boolean {
  const { closedAt, unfinishedBatches, unreadFiles, untiedDays, ownerlessBreaks } = state;
  const waiting = unfinishedBatches + unreadFiles + untiedDays + ownerlessBreaks;
  return closedAt === null && waiting === 0n;
}

function Hindrances({ period, state }: { period: Period; state: ClosingState }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { closedAt, preparedBy, confirmedBy } = state;
  if (closedAt !== null) {
    return (
      <Notice tone="good" title={t('closing.closed', { at: instant(closedAt) })}>
        <p>{t('closing.by', { maker: preparedBy ?? '', checker: confirmedBy ?? '' })}</p>
      </Notice>
    );
  }
  const waiting = [
    {
      count: state.unfinishedBatches,
      text: 'waits.batches',
      to: href(paths.batches, {}, { period }),
    },
    {
      count: state.unreadFiles,
      text: 'waits.files',
      to: href(paths.files, {}, { direction: 'in' }),
    },
    { count: state.untiedDays, text: 'waits.days', to: href(paths.days, {}, { period }) },
    {
      count: state.ownerlessBreaks,
      text: 'waits.breaks',
      to: href(paths.breaks, {}, { period, owner: 'nobody' }),
    },
  ] as const;
  const left = waiting.filter(({ count }) => count > 0n);
  if (left.length === 0) return <Notice tone="good" title={t('closing.ready')} />;
  return (
    <Notice tone="wait" title={t('closing.not-ready')}>
      <ul>
        {left.map(({ count, text, to }) => (
          <li>
            <a href={to}>{t(text, { count: grouped(count) })}</a>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Stands({ stands }: { stands: Closing }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  return (
    <section>
      <h2>{t('stands-title')}</h2>
      <Facts
        facts={[
          { label: t('entitled'), value: `${grouped(stands.entitledVnd)} đ` },
          { label: t('paid'), value: `${grouped(stands.paidVnd)} đ` },
          { label: t('owed'), value: `${grouped(stands.owedVnd)} đ` },
          { label: t('open-count'), value: grouped(stands.openBreakCount) },
        ]}
      />
    </section>
  );
}

function CloseForms({ model, period }: { model: ClosingModel; period: Period }): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { proposal, stands, mayPropose } = model;
  const hasMoved = proposal !== null && stands !== null && !sameClosing(proposal, stands);
  return (
    <>
      {proposal !== null && <Waiting model={model} proposal={proposal} hasMoved={hasMoved} />}
      {mayPropose && (proposal === null || hasMoved) && (
        <section class="card">
          <h2>{t('propose-closing')}</h2>
          <PostForm action={paths.closingPropose} seen={{ period }}>
            <Field name="note" label={t('note')}>
              <textarea maxLength={500} rows={2} required />
            </Field>
            <button type="submit">{t('propose-closing')}</button>
          </PostForm>
        </section>
      )}
    </>
  );
}

/** A proposal to close, and the button of whoever may confirm it. */
function Waiting(props: {
  model: ClosingModel;
  proposal: ClosingProposal;
  hasMoved: boolean;
}): VNode {
  const t = useWords(RECONCILIATION_TEXTS);
  const { model, proposal, hasMoved } = props;
  const { note, paidVnd, owedVnd, period, proposalNo, proposedAt, proposedBy } = proposal;
  const isOwn = proposedBy === model.personId;
  return (
    <section class="card">
      <h2>{t('closing-waits', { who: proposedBy, at: instant(proposedAt) })}</h2>
      <p>{note}</p>
      {hasMoved && <Tag tone="bad">{t('closing-changed')}</Tag>}
      {!hasMoved && isOwn && <p>{t('own-proposal')}</p>}
      {!hasMoved && !isOwn && model.mayConfirm && (
        <PostForm action={paths.closingConfirm} seen={{ period, proposalNo: String(proposalNo) }}>
          <CodeField />
          <button class="approve" type="submit">
            {t('confirm-closing', { paid: grouped(paidVnd), owed: grouped(owedVnd) })}
          </button>
        </PostForm>
      )}
    </section>
  );
}

function sameClosing(one: Closing, other: Closing): boolean {
  return (
    one.entitledVnd === other.entitledVnd &&
    one.owedVnd === other.owedVnd &&
    one.paidVnd === other.paidVnd &&
    one.openBreakCount === other.openBreakCount
  );
}
