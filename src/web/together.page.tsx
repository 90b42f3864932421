/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { ComponentChildren, VNode } from 'preact';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { TOGETHER } from '../verification/finding-outcome.ts';
import type { Doubt } from '../verification/worklist.sql.ts';
import {
  Choice,
  CodeField,
  Field,
  Filter,
  Heading,
  PostForm,
  Table,
  type Column,
} from './components.tsx';
import { month } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';
import { wordsOf } from './worklist.page.tsx';

export interface TogetherModel {
  readonly asked: Readonly<Record<'period' | 'finding' | 'commune', string>>;
  readonly periods: readonly Period[];
  readonly communes: readonly { code: string; name: string }[];
  /** One more than fits says that there are more. */
  readonly open: readonly Doubt[];
  readonly waits: readonly Doubt[];
  readonly atOnce: number;
  readonly personId: string;
  readonly mayPropose: boolean;
  readonly mayDecide: boolean;
}

/** Doubts of one kind, both sides beside each other, to be ticked one by one and decided together. */
export function TogetherPage(model: TogetherModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  const { asked } = model;
  return (
    <>
      <Heading
        title={t('together')}
        above={[{ label: t('worklist'), href: `${paths.worklist}?period=${asked.period}` }]}
      />
      <p class="lead">{t('together-lead')}</p>
      <Choices model={model} />
      <p>
        <b>{t('what-to-do')}:</b> {say(wordsOf(asked.finding).next)}
      </p>
      <h2>{t('together-open')}</h2>
      <Part doubts={model.open} model={model} may={model.mayPropose} part="open">
        <Field name="document" label={t('document')}>
          <input type="text" maxLength={200} required size={36} />
        </Field>
        <Field name="note" label={t('note')}>
          <textarea maxLength={1000} rows={2} required />
        </Field>
        <button type="submit">{t('together-propose')}</button>
      </Part>
      <h2>{t('together-waits')}</h2>
      <Part doubts={model.waits} model={model} may={model.mayDecide} part="waits">
        <Field name="reason" label={t('why-not')}>
          <input type="text" maxLength={500} size={36} />
        </Field>
        <CodeField />
        <div class="actions">
          <button type="submit" name="decision" value="confirmed">
            {t('together-confirm')}
          </button>
          <button class="refuse" type="submit" name="decision" value="declined">
            {t('together-decline')}
          </button>
        </div>
      </Part>
    </>
  );
}

/** Which doubts are shown: the month, the kind, the commune. */
function Choices({ model }: { model: TogetherModel }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const say = useText();
  const { asked } = model;
  return (
    <Filter>
      <Choice
        name="period"
        label={common('period')}
        value={asked.period}
        options={model.periods.map((one) => ({ value: one, label: month(one) }))}
      />
      <Choice
        name="finding"
        label={t('finding')}
        value={asked.finding}
        options={TOGETHER.map((code) => ({ value: code, label: say(wordsOf(code).wrong) }))}
      />
      <Choice
        name="commune"
        label={common('commune')}
        value={asked.commune}
        options={model.communes.map(({ code, name }) => ({ value: code, label: name }))}
      />
    </Filter>
  );
}

/** A table of doubts; with boxes and a form below it for who may do something about them. */
function Part(props: {
  doubts: readonly Doubt[];
  model: TogetherModel;
  may: boolean;
  part: 'open' | 'waits';
  children: ComponentChildren;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { doubts, model, part } = props;
  const rows = doubts.slice(0, model.atOnce);
  // Nobody is offered to decide about what they proposed.
  const mayTick = (one: Doubt): boolean => props.may && one.proposedBy !== model.personId;
  const table = <Doubts rows={rows} model={model} part={part} mayTick={mayTick} />;
  const action = part === 'open' ? paths.worklistTogetherPropose : paths.worklistTogetherDecide;
  return (
    <>
      {rows.some(mayTick) ? (
        <PostForm action={action} seen={model.asked}>
          {table}
          {props.children}
        </PostForm>
      ) : (
        table
      )}
      {doubts.length > model.atOnce && <p>{t('together-more')}</p>}
    </>
  );
}

function Doubts(props: {
  rows: readonly Doubt[];
  model: TogetherModel;
  part: 'open' | 'waits';
  mayTick: (one: Doubt) => boolean;
}): VNode {
  const t = useWords(OFFICE_TEXTS);
  const common = useCommon();
  const { rows, model, part, mayTick } = props;
  const names = new Map(model.communes.map(({ code, name }) => [code, name]));
  const columns: Column<Doubt>[] = [
    {
      title: '✓',
      cell: (one) =>
        mayTick(one) && (
          <input
            type="checkbox"
            name="which"
            value={`${one.recipientId}~${part === 'open' ? one.subject : (one.proposalNo ?? 0)}`}
            aria-label={t('together-choose', { id: grouped(one.recipientId) })}
          />
        ),
    },
    {
      title: t('recipient'),
      names: true,
      cell: ({ recipientId }) => (
        <a href={href(paths.worklistCase, { period: model.asked.period, recipientId })}>
          {grouped(recipientId)}
        </a>
      ),
    },
    { title: t('listed-side'), cell: ({ listed }) => (listed === '' ? '–' : listed) },
    { title: t('answered-side'), cell: ({ answered }) => (answered === '' ? '–' : answered) },
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
  ];
  return (
    <Table
      label={part === 'open' ? t('together-open') : t('together-waits')}
      rows={rows}
      empty={t('together-none')}
      columns={part === 'open' ? columns : [...columns, proposalColumn(t('proposed-by'))]}
    />
  );
}

function proposalColumn(title: string): Column<Doubt> {
  return {
    title,
    cell: ({ proposedBy, note, document }) => (
      <>
        {proposedBy}, {note} <small>{document}</small>
      </>
    ),
  };
}
