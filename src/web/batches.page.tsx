/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { ListedBatch } from '../batch/batch-desk.sql.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import { grouped } from '../kernel/text.ts';
import { BATCH_TEXTS } from './batches.text.ts';
import { Choice, Field, Filter, Heading, Pager, Table, Tag, type Paging } from './components.tsx';
import { day, month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { BATCH_STATES } from './said.ts';

export interface BatchesModel {
  readonly asked: Readonly<Record<'period' | 'programme' | 'state' | 'kind' | 'code', string>>;
  readonly batches: readonly ListedBatch[];
  readonly periods: readonly string[];
  readonly paging: Paging;
}

/** All batches that somebody may see, newest first. */
export function BatchesPage({ asked, batches, periods, paging }: BatchesModel): VNode {
  const t = useWords(BATCH_TEXTS);
  return (
    <>
      <Heading title={t('title')} />
      <p class="lead">{t('lead')}</p>
      <BatchFilter asked={asked} periods={periods} />
      <BatchTable batches={batches} />
      <Pager paging={paging} />
    </>
  );
}

function BatchFilter({ asked, periods }: Pick<BatchesModel, 'asked' | 'periods'>): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const say = useText();
  const options = (texts: Readonly<Record<string, { vi: string; en: string }>>) =>
    Object.entries(texts).map(([value, text]) => ({ value, label: say(text) }));
  return (
    <Filter>
      <Choice
        name="period"
        label={common('period')}
        value={asked.period}
        options={periods.map((value) => ({
          value,
          label: `${value.slice(5)}/${value.slice(0, 4)}`,
        }))}
      />
      <Choice
        name="programme"
        label={common('programme')}
        value={asked.programme}
        options={options(PROGRAMME_NAMES)}
      />
      <Choice
        name="state"
        label={common('state')}
        value={asked.state}
        options={options(BATCH_STATES)}
      />
      <Choice
        name="kind"
        label={common('channel')}
        value={asked.kind}
        options={[
          { value: 'account', label: t('kind.account') },
          { value: 'cash_post', label: t('kind.cash_post') },
        ]}
      />
      <Field name="code" label={t('code-begins')}>
        <input type="text" value={asked.code} size={16} placeholder="TG-2026-11" />
      </Field>
    </Filter>
  );
}

/** Batches as they stand in a list. */
function BatchTable({ batches }: { batches: readonly ListedBatch[] }): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <Table
      label={t('title')}
      rows={batches}
      columns={[
        {
          title: t('batch'),
          names: true,
          cell: ({ batchId, batchCode }) => (
            <a class="nowrap" href={href(paths.batch, { batchId })}>
              {batchCode}
            </a>
          ),
        },
        { title: common('period'), minor: true, cell: ({ period }) => month(period) },
        {
          title: common('programme'),
          minor: true,
          cell: ({ programme }) => say(PROGRAMME_NAMES[programme]),
        },
        { title: common('channel'), minor: true, cell: (one) => t(`kind.${one.channelKind}`) },
        {
          title: t('count'),
          kind: 'figure',
          minor: true,
          cell: (one) => grouped(one.instructionCount),
        },
        { title: t('total'), kind: 'vnd', cell: ({ totalVnd }) => grouped(totalVnd) },
        { title: t('value-date'), minor: true, cell: ({ valueDate }) => day(valueDate) },
        {
          title: common('state'),
          cell: ({ state }) => (
            <Tag tone={BATCH_STATES[state].tone}>{say(BATCH_STATES[state])}</Tag>
          ),
        },
        {
          title: t('signatures'),
          kind: 'figure',
          minor: true,
          cell: ({ signatures }) => t('of-two', { count: signatures }),
        },
      ]}
    />
  );
}
