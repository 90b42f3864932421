/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import {
  UNCOLLECTED_KINDS,
  type Uncollected,
  type UncollectedKind,
  type UncollectedList,
  type UncollectedProposal,
} from '../reconciliation/uncollected.sql.ts';
import {
  Choice,
  CodeField,
  Facts,
  Field,
  Filter,
  Hash,
  Heading,
  Notice,
  Pager,
  PostForm,
  Table,
  type Paging,
} from './components.tsx';
import { day, instant, month } from './format.ts';
import { useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { Rooms } from './reconciliation.page.tsx';
import { UNCOLLECTED_TEXTS } from './uncollected.text.ts';

export interface UncollectedModel {
  readonly kind: UncollectedKind;
  readonly period: Period;
  readonly periods: readonly Period[];
  readonly rows: readonly Uncollected[];
  readonly paging: Paging;
  readonly list: UncollectedList;
  readonly proposal: UncollectedProposal | null;
  readonly personId: string;
  readonly mayPropose: boolean;
  readonly mayDecide: boolean;
}

/** Who comes to no counter, or has come after all, and what two persons decide of the list. */
export function UncollectedPage(model: UncollectedModel): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  const { kind, period, periods, list, proposal } = model;
  const hasChanged = proposal !== null && proposal.sha256 !== list.sha256;
  return (
    <>
      <Heading title={t('title')} />
      <Rooms at="uncollected" period="" />
      <p class="lead">{t('lead')}</p>
      <Filter>
        <Choice
          name="period"
          label={t('from-month')}
          value={period}
          options={periods.map((one) => ({ value: one, label: month(one) }))}
        />
        <Choice
          name="kind"
          label={t('which')}
          value={kind}
          options={UNCOLLECTED_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
      </Filter>
      <h2>{t(`kind.${kind}`)}</h2>
      {list.count > 0n && <ListFacts list={list} />}
      <ListTable {...model} />
      {proposal !== null && <Waiting model={model} proposal={proposal} hasChanged={hasChanged} />}
      {model.mayPropose && list.count > 0n && (proposal === null || hasChanged) && (
        <ProposeForm {...model} />
      )}
    </>
  );
}

function ListFacts({ list }: { list: UncollectedList }): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  return (
    <Facts
      facts={[
        { label: t('people'), value: grouped(list.count) },
        { label: t('total'), value: `${grouped(list.vnd)} đ` },
        { label: t('hash'), value: <Hash hex={list.sha256} whole />, long: true },
      ]}
    />
  );
}

function ListTable({ kind, rows, paging }: UncollectedModel): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  return (
    <>
      <Table
        label={t(`kind.${kind}`)}
        rows={rows}
        empty={t('nobody')}
        columns={[
          {
            title: t('recipient'),
            names: true,
            cell: ({ recipientId }) => (
              <a href={href(paths.recipient, { recipientId })}>{grouped(recipientId)}</a>
            ),
          },
          { title: t('commune'), cell: ({ communeCode }) => communeCode },
          { title: t('enrolment'), minor: true, cell: ({ enrolment }) => enrolment },
          {
            title: t(`amount.${kind}`),
            kind: 'vnd',
            cell: ({ uncollectedVnd }) => grouped(uncollectedVnd),
          },
        ]}
      />
      <Pager paging={paging} />
    </>
  );
}

function ProposeForm({ kind, period, list }: UncollectedModel): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  return (
    <section class="card">
      <h2>{t('propose')}</h2>
      <p>{t('propose-lead')}</p>
      <PostForm action={paths.uncollectedPropose} seen={{ period, kind, sha256: list.sha256 }}>
        <Field name="decision" label={t('decision')}>
          <input type="text" maxLength={60} required />
        </Field>
        <Field name="decidedOn" label={t('decided-on')}>
          <input type="date" required />
        </Field>
        <button type="submit">{t(`propose.${kind}`, { count: grouped(list.count) })}</button>
      </PostForm>
    </section>
  );
}

/** A proposal, and the buttons of whoever may decide about it. */
function Waiting(props: {
  model: UncollectedModel;
  proposal: UncollectedProposal;
  hasChanged: boolean;
}): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  const { model, proposal, hasChanged } = props;
  const { proposalNo, proposedBy, proposedAt, decision, decidedOn, count, vnd, sha256 } = proposal;
  const who = { no: String(proposalNo), who: proposedBy, at: instant(proposedAt) };
  const isOwn = proposedBy === model.personId;
  return (
    <section class="card">
      <h2>{t('waits', who)}</h2>
      <Facts
        facts={[
          { label: t('decision'), value: decision },
          { label: t('decided-on'), value: day(decidedOn) },
          { label: t('people'), value: grouped(count) },
          { label: t('total'), value: `${grouped(vnd)} đ` },
          { label: t('hash'), value: <Hash hex={sha256} whole />, long: true },
        ]}
      />
      {hasChanged && <Notice tone="bad" title={t('changed')} />}
      {isOwn && <p>{t('own')}</p>}
      {!isOwn && model.mayDecide && <DecideForm {...model} proposal={proposal} may={!hasChanged} />}
    </section>
  );
}

function DecideForm(
  props: Pick<UncollectedModel, 'kind' | 'period'> & {
    proposal: UncollectedProposal;
    /** Whether it can still be confirmed; declined it can always be. */
    may: boolean;
  },
): VNode {
  const t = useWords(UNCOLLECTED_TEXTS);
  const { kind, period, proposal, may } = props;
  const said = { count: grouped(proposal.count), month: month(period) };
  return (
    <PostForm
      action={paths.uncollectedDecide}
      seen={{ period, kind, proposalNo: String(proposal.proposalNo) }}
    >
      <Field name="reason" id="decide-reason" label={t('why-not')}>
        <input type="text" maxLength={500} size={36} />
      </Field>
      <CodeField />
      <div class="actions">
        {may && (
          <button class="approve" type="submit" name="decision" value="confirmed">
            {t(`confirm.${kind}`, said)}
          </button>
        )}
        <button class="refuse" type="submit" name="decision" value="declined">
          {t('decline')}
        </button>
      </div>
    </PostForm>
  );
}
