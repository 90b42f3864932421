/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { BatchOnDesk, LineOnDesk } from '../batch/batch-desk.sql.ts';
import type { CommuneOfBatch } from '../batch/batch-brief.ts';
import { maskedNumber } from '../kernel/mask.ts';
import { grouped } from '../kernel/text.ts';
import { BATCH_TEXTS } from './batches.text.ts';
import {
  Choice,
  Field,
  Filter,
  Heading,
  Pager,
  Reference,
  search,
  Table,
  Tag,
  type Paging,
} from './components.tsx';
import { useCommon, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { OUTCOMES } from './said.ts';

/** The lines of one batch, in the order of its files. */
export function BatchLinesPage(props: {
  batch: BatchOnDesk;
  asked: Readonly<Record<'commune' | 'recipient' | 'least', string>>;
  lines: readonly LineOnDesk[];
  communes: readonly CommuneOfBatch[];
  paging: Paging;
  mayExport: boolean;
}): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const { batch, asked, communes, paging } = props;
  const { batchId, batchCode } = batch;
  return (
    <>
      <Heading
        title={t('lines-title', { code: batchCode })}
        above={[
          { label: t('title'), href: paths.batches },
          { label: batchCode, href: href(paths.batch, { batchId }) },
        ]}
      />
      <Filter>
        <Choice
          name="commune"
          label={common('commune')}
          value={asked.commune}
          options={communes
            .map(({ communeCode, name }) => ({ value: communeCode, label: name }))
            .toSorted((a, b) => a.label.localeCompare(b.label, 'vi'))}
        />
        <Field name="recipient" label={t('recipient-no')}>
          <input type="text" inputMode="numeric" value={asked.recipient} size={12} />
        </Field>
        <Field name="least" label={t('least')}>
          <input type="text" inputMode="numeric" value={asked.least} size={14} />
        </Field>
      </Filter>
      <Lines lines={props.lines} />
      <Pager paging={paging}>
        {props.mayExport && (
          <a
            class="button calm"
            href={`${href(paths.batchExport, { batchId })}${search(asked)}`}
            download
          >
            {common('download-csv')}
          </a>
        )}
      </Pager>
    </>
  );
}

function Lines({ lines }: { lines: readonly LineOnDesk[] }): VNode {
  const t = useWords(BATCH_TEXTS);
  const common = useCommon();
  const say = useText();
  return (
    <Table
      label={t('all-lines')}
      rows={lines}
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
          cell: ({ accountNumber, bankBin }) =>
            accountNumber === ''
              ? t('kind.cash_post')
              : `${bankBin} ${maskedNumber(accountNumber)}`,
        },
        { title: common('commune'), minor: true, cell: ({ communeName }) => communeName },
        { title: common('amount'), kind: 'vnd', cell: ({ amountVnd }) => grouped(amountVnd) },
        {
          title: t('reference'),
          minor: true,
          cell: ({ reference }) => <Reference reference={reference} />,
        },
        {
          title: t('outcome'),
          cell: ({ outcome, reason }) => {
            const said = outcome === null ? undefined : OUTCOMES[outcome];
            if (said === undefined) return <Tag tone="calm">{t('outcome.none')}</Tag>;
            return (
              <>
                <Tag tone={said.tone}>{say(said)}</Tag> <small>{reason}</small>
              </>
            );
          },
        },
      ]}
    />
  );
}
