/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type {
  BatchOnDesk,
  EventOnDesk,
  FileOfBatch,
  SignatureOnDesk,
} from '../batch/batch-desk.sql.ts';
import {
  BATCH_MOVEMENTS,
  type BatchMovement,
  type CommuneOfBatch,
  type HeldBack,
  type NotableLine,
} from '../batch/batch-brief.ts';
import { amountInWords } from '../kernel/amount-in-words.ts';
import { maskedNumber } from '../kernel/mask.ts';
import { vnd } from '../kernel/money.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import { grouped } from '../kernel/text.ts';
import { whatHolds } from '../report/month-words.ts';
import { BatchDecision, type Deciding } from './batch-decision.tsx';
import { BATCH_TEXTS } from './batches.text.ts';
import { BarChart } from './chart.tsx';
import { Facts, Hash, Heading, Notice, Steps, Table, Tag, type StepOfBar } from './components.tsx';
import { bytes, day, difference, instant, money, share } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { ACTIONS, BATCH_STATES } from './said.ts';

export interface BatchModel {
  readonly batch: BatchOnDesk;
  readonly movements: readonly BatchMovement[];
  readonly held: readonly HeldBack[];
  readonly communes: readonly CommuneOfBatch[];
  readonly notable: readonly NotableLine[];
  readonly files: readonly FileOfBatch[];
  readonly signatures: readonly SignatureOnDesk[];
  readonly events: readonly EventOnDesk[];
  readonly deciding: Deciding;
}

/** How many communes and notable lines stand on the page; the rest is behind a link. */
const SHOWN = 10;

/** One batch: what it pays and why, and what is decided about it. */
export function BatchPage(model: BatchModel): VNode {
  const t = useWords(BATCH_TEXTS);
  const say = useText();
  const { batch } = model;
  return (
    <>
      <Heading
        title={t('page', { code: batch.batchCode })}
        above={[{ label: t('title'), href: paths.batches }]}
      >
        <Tag tone={BATCH_STATES[batch.state].tone}>{say(BATCH_STATES[batch.state])}</Tag>
      </Heading>
      <Steps label={t('steps')} steps={stepsOf(model, t)} />
      <Refused batch={batch} />
      <Figures {...model} />
      <BatchDecision batch={batch} deciding={model.deciding} />
      <Why {...model} />
      <Held {...model} />
      <Notable {...model} />
      <Communes {...model} />
      <Files files={model.files} />
      <Signatures {...model} />
      <Origin batch={batch} />
      <Timeline events={model.events} />
    </>
  );
}

type Words = ReturnType<typeof useWords<typeof BATCH_TEXTS>>;

/** The five steps that people speak of, from the states that the batch walks through. */
function stepsOf({ batch, signatures }: BatchModel, t: Words): StepOfBar[] {
  const order = ['gathered', 'prepared', 'approved', 'released', 'reconciled'] as const;
  const reached = batch.state === 'withdrawn' ? 1 : order.indexOf(batch.state);
  // Whoever signs first has checked; the second approves.
  const now = batch.state === 'prepared' && signatures.length > 0 ? 2 : reached;
  const names = ['made', 'checked', 'approved', 'sent', 'reconciled'] as const;
  return names.map((name, i) => ({
    label: t(`step.${name}`),
    is: stepIs({ i, now, state: batch.state }),
  }));
}

function stepIs(of: { i: number; now: number; state: string }): StepOfBar['is'] {
  const { i, now, state } = of;
  if (state === 'withdrawn') return i < 1 ? 'done' : i === 1 ? 'stopped' : 'next';
  if (state === 'reconciled') return 'done';
  const finished = state === 'approved' || state === 'released' ? now + 1 : now;
  if (i < finished) return 'done';
  return i === finished ? 'now' : 'next';
}

function Refused({ batch }: { batch: BatchOnDesk }): VNode | null {
  const t = useWords(BATCH_TEXTS);
  if (batch.state !== 'withdrawn') return null;
  const title = {
    rejected: t('rejected'),
    'taken-back': t('taken-back'),
    'by-house': t('withdrawn-by-house'),
  }[batch.refusalKind ?? 'by-house'];
  return (
    <Notice tone="bad" title={title}>
      {batch.refusalReason !== null && (
        <p>
          {batch.refusedBy}: {batch.refusalReason}
        </p>
      )}
      <p>{t('gather-again')}</p>
    </Notice>
  );
}

function Figures({ batch, movements }: BatchModel): VNode {
  const t = useWords(BATCH_TEXTS);
  const sum = (of: (one: BatchMovement) => bigint): bigint =>
    movements.reduce((total, one) => total + of(one), 0n);
  const before = sum(({ beforeVnd }) => beforeVnd);
  const change = batch.totalVnd - before;
  const others = sum(({ otherAccountCount }) => otherAccountCount);
  return (
    <>
      <dl class="cards">
        <Figure name={t('count')} figure={grouped(batch.instructionCount)} />
        <Figure name={t('total')} figure={money(batch.totalVnd)} />
        <Figure
          name={t('difference')}
          figure={difference(change)}
          side={`${t('before')}: ${money(before)}${before === 0n ? '' : ` (${change < 0n ? '−' : '+'}${share(change < 0n ? -change : change, before)})`}`}
        />
        <Figure name={t('other-accounts')} figure={grouped(others)} />
        {batch.budgetLeftVnd !== null && (
          <Figure name={t('budget-left')} figure={money(batch.budgetLeftVnd)} />
        )}
      </dl>
      <p class="words" lang="vi">
        {t('in-words', { words: amountInWords(vnd(batch.totalVnd)) })}
      </p>
    </>
  );
}

function Figure(props: { name: string; figure: string; side?: string }): VNode {
  return (
    <div class="card">
      <dt>{props.name}</dt>
      <dd>
        <div class="figure-big">{props.figure}</div>
        {props.side !== undefined && <div class="figure-side">{props.side}</div>}
      </dd>
    </div>
  );
}

function Why({ batch, movements }: BatchModel): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const say = useText();
  const before = movements.reduce((sum, { beforeVnd }) => sum + beforeVnd, 0n);
  const changed = movements.filter(({ nowVnd, beforeVnd }) => nowVnd !== beforeVnd);
  return (
    <section>
      <h2>{t('why')}</h2>
      <div class={changed.length > 1 ? 'beside' : undefined}>
        <Table
          label={t('why')}
          rows={movements}
          columns={[
            {
              title: t('movement'),
              names: true,
              cell: ({ kind }) => say(BATCH_MOVEMENTS[kind]),
              total: common('total'),
            },
            { title: t('people'), kind: 'figure', cell: ({ people }) => grouped(people) },
            {
              title: t('before'),
              kind: 'vnd',
              minor: true,
              cell: ({ beforeVnd }) => grouped(beforeVnd),
              total: grouped(before),
            },
            {
              title: t('now'),
              kind: 'vnd',
              minor: true,
              cell: ({ nowVnd }) => grouped(nowVnd),
              total: grouped(batch.totalVnd),
            },
            {
              title: t('diff'),
              kind: 'vnd',
              cell: ({ nowVnd, beforeVnd }) => difference(nowVnd - beforeVnd),
              total: difference(batch.totalVnd - before),
            },
          ]}
        />
        {changed.length > 1 && (
          <BarChart
            title={t('chart')}
            bars={changed.map(({ kind, nowVnd, beforeVnd }) => ({
              label: say(BATCH_MOVEMENTS[kind]),
              value: nowVnd - beforeVnd,
              written: difference(nowVnd - beforeVnd),
            }))}
          />
        )}
      </div>
    </section>
  );
}

/** Who of the programme was due and stands in no batch; nothing where everybody does. */
function Held({ batch, held }: BatchModel): VNode | null {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const say = useText();
  if (held.length === 0) return null;
  const people = held.reduce((sum, one) => sum + one.people, 0n);
  const total = held.reduce((sum, one) => sum + one.vnd, 0n);
  return (
    <section>
      <h2>{t('held')}</h2>
      <p>{t('held-lead', { programme: say(PROGRAMME_NAMES[batch.programme]) })}</p>
      <Table
        label={t('held')}
        rows={held}
        columns={[
          {
            title: t('movement'),
            names: true,
            cell: ({ reason }) => say(whatHolds(reason)),
            total: common('total'),
          },
          {
            title: t('people'),
            kind: 'figure',
            cell: (one) => grouped(one.people),
            total: grouped(people),
          },
          {
            title: t('total'),
            kind: 'vnd',
            cell: (one) => grouped(one.vnd),
            total: grouped(total),
          },
        ]}
      />
    </section>
  );
}

function Notable({ notable }: BatchModel): VNode {
  const t = useWords(BATCH_TEXTS);
  return (
    <div class="beside">
      {(['largest', 'raised', 'other_account'] as const).map((why) => {
        const lines = notable.filter((line) => line.why === why).slice(0, SHOWN);
        if (lines.length === 0 && why !== 'largest') return null;
        return (
          <section>
            <h2>{t(why)}</h2>
            <Table
              label={t(why)}
              rows={lines}
              empty={t('no-notable')}
              columns={[
                {
                  title: t('payee'),
                  names: true,
                  cell: ({ payeeName, recipientId }) => (
                    <a href={href(paths.recipient, { recipientId })}>{payeeName}</a>
                  ),
                },
                {
                  title: t('account'),
                  minor: true,
                  cell: ({ accountNumber }) =>
                    accountNumber === '' ? t('kind.cash_post') : maskedNumber(accountNumber),
                },
                {
                  title: t('before'),
                  kind: 'vnd',
                  minor: true,
                  cell: (one) => grouped(one.beforeVnd),
                },
                { title: t('now'), kind: 'vnd', cell: ({ amountVnd }) => grouped(amountVnd) },
              ]}
            />
          </section>
        );
      })}
    </div>
  );
}

function Communes({ batch, communes }: BatchModel): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const shown = communes.slice(0, SHOWN);
  return (
    <section>
      <h2>{t('communes')}</h2>
      <Table
        label={t('communes')}
        rows={shown}
        columns={[
          {
            title: common('commune'),
            names: true,
            cell: ({ communeCode, name }) => (
              <a
                href={href(paths.batchLines, { batchId: batch.batchId }, { commune: communeCode })}
              >
                {name}
              </a>
            ),
          },
          { title: t('lines'), kind: 'figure', cell: ({ lineCount }) => grouped(lineCount) },
          { title: t('total'), kind: 'vnd', cell: ({ totalVnd }) => grouped(totalVnd) },
          {
            title: '%',
            kind: 'figure',
            minor: true,
            cell: ({ totalVnd }) => share(totalVnd, batch.totalVnd),
          },
        ]}
      />
      <div class="under-table">
        <span class="grow">
          {t('communes-first', { shown: shown.length, all: communes.length })}
        </span>
        <a class="button calm" href={href(paths.batchLines, { batchId: batch.batchId })}>
          {t('all-lines')}
        </a>
      </div>
    </section>
  );
}

function Files({ files }: Pick<BatchModel, 'files'>): VNode {
  const t = useWords(BATCH_TEXTS);
  return (
    <section>
      <h2>{t('files')}</h2>
      <p>{t('files-lead')}</p>
      <Table
        label={t('files')}
        rows={files}
        columns={[
          {
            title: t('file'),
            names: true,
            cell: ({ fileId, name }) => <a href={href(paths.file, { fileId })}>{name}</a>,
          },
          { title: t('lines'), kind: 'figure', minor: true, cell: (one) => grouped(one.lineCount) },
          { title: t('total'), kind: 'vnd', cell: ({ totalVnd }) => grouped(totalVnd) },
          { title: t('size'), kind: 'figure', minor: true, cell: (one) => bytes(one.byteSize) },
          { title: t('hash'), minor: true, cell: ({ sha256 }) => <Hash hex={sha256} /> },
        ]}
      />
    </section>
  );
}

function Signatures({ signatures }: Pick<BatchModel, 'signatures'>): VNode {
  const t = useWords(BATCH_TEXTS);
  return (
    <section>
      <h2>{t('signed')}</h2>
      <Table
        label={t('signed')}
        rows={signatures}
        empty={t('no-signature')}
        columns={[
          { title: t('signer'), names: true, cell: ({ fullName }) => fullName },
          { title: t('signed-at'), cell: ({ signedAt }) => instant(signedAt) },
          { title: t('signed-over'), minor: true, cell: (one) => <Hash hex={one.contentHash} /> },
          {
            title: t('event'),
            minor: true,
            cell: ({ eventNo, eventHash }) => (
              <>
                {eventNo === null ? '–' : `#${grouped(eventNo)} `}
                {eventHash !== null && <Hash hex={eventHash} />}
              </>
            ),
          },
        ]}
      />
    </section>
  );
}

function Origin({ batch }: { batch: BatchOnDesk }): VNode {
  const t = useWords(BATCH_TEXTS);
  const say = useText();
  return (
    <section>
      <h2>{t('step.made')}</h2>
      <Facts
        facts={[
          { label: t('programme'), value: say(PROGRAMME_NAMES[batch.programme]) },
          { label: t('channel'), value: batch.channelName },
          { label: t('value-date'), value: day(batch.valueDate) },
          { label: t('made-by'), value: batch.preparedBy },
          { label: t('made-at'), value: instant(batch.preparedAt) },
          { label: t('content-hash'), value: <Hash hex={batch.contentHash} whole />, long: true },
          { label: t('files-hash'), value: <Hash hex={batch.filesHash} whole />, long: true },
        ]}
      />
    </section>
  );
}

/** What happened to something, the newest first. */
export function Timeline({ events }: { events: readonly EventOnDesk[] }): VNode | null {
  const t = useWords(BATCH_TEXTS);
  const say = useText();
  if (events.length === 0) return null;
  return (
    <section>
      <h2>{t('timeline')}</h2>
      <ol class="timeline">
        {events.map(({ eventNo, at, actor, action, hash }) => (
          <li>
            <time dateTime={at.toISOString()}>{instant(at)}</time>
            <b>{ACTIONS[action] === undefined ? action : say(ACTIONS[action])}</b> – {actor}{' '}
            <small>
              #{grouped(eventNo)} <Hash hex={hash} />
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
