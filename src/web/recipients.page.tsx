/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { ComponentChildren, VNode } from 'preact';
import { maskedNumber } from '../kernel/mask.ts';
import type { FoundRecipient } from '../report/desk.sql.ts';
import {
  Choice,
  Field,
  Heading,
  HiddenToken,
  Notice,
  Pager,
  Table,
  Tag,
  type Paging,
} from './components.tsx';
import { born } from './format.ts';
import { useCommon, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { RECIPIENT_TEXTS } from './recipients.text.ts';

export interface RecipientsModel {
  readonly asked: Readonly<Record<'number' | 'commune' | 'name', string>>;
  readonly communes: readonly { code: string; name: string }[];
  readonly found: readonly FoundRecipient[];
  readonly paging: Paging;
  /** Whether there are more of that name than are shown. */
  readonly hasMore: boolean;
  /** Whether nothing was asked for yet, or a name without its commune. */
  readonly lacks: 'everything' | 'commune' | null;
}

/** Where recipients are looked for. */
export function RecipientsPage(model: RecipientsModel): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  const { asked, communes, lacks } = model;
  return (
    <>
      <Heading title={t('title')} />
      <Search>
        <Field name="number" label={t('number-or-id')}>
          <input
            type="text"
            inputMode="numeric"
            value={asked.number}
            size={18}
            autocomplete="off"
          />
        </Field>
        <Choice
          name="commune"
          label={common('commune')}
          value={asked.commune}
          empty={common('choose')}
          options={communes.map(({ code, name }) => ({ value: code, label: name }))}
        />
        <Field name="name" label={t('name')}>
          <input type="text" value={asked.name} size={24} autocomplete="off" />
        </Field>
      </Search>
      {lacks === null ? (
        <>
          {model.hasMore && <Notice tone="wait" title={t('narrower')} />}
          <Found found={model.found} />
          <Pager paging={model.paging} />
        </>
      ) : (
        <Notice
          tone={lacks === 'commune' ? 'wait' : 'calm'}
          title={t(lacks === 'commune' ? 'name-needs-commune' : 'start')}
        />
      )}
    </>
  );
}

/** A search by what is personal is sent as a form, so that no address holds a name or a number. */
function Search({ children }: { children: ComponentChildren }): VNode {
  const common = useCommon();
  return (
    <form
      class="filter"
      method="post"
      action={paths.recipients}
      role="search"
      aria-label={common('filter')}
    >
      <HiddenToken />
      {children}
      <div class="actions">
        <button type="submit">{common('search')}</button>
        <a class="button calm" href={paths.recipients}>
          {common('clear')}
        </a>
      </div>
    </form>
  );
}

function Found({ found }: { found: readonly FoundRecipient[] }): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  return (
    <Table
      label={t('title')}
      rows={found}
      columns={[
        {
          title: t('full-name'),
          names: true,
          cell: ({ recipientId, fullName, hasDied }) => (
            <>
              <a href={href(paths.recipient, { recipientId })}>{fullName}</a>{' '}
              {hasDied && <Tag tone="bad">{t('died')}</Tag>}
            </>
          ),
        },
        { title: t('birth'), cell: ({ birth }) => born(birth) },
        {
          title: t('citizen-number'),
          minor: true,
          cell: ({ citizenNumber }) => maskedNumber(citizenNumber),
        },
        {
          title: common('commune'),
          minor: true,
          cell: ({ communeName, hamlet }) => `${communeName}, ${hamlet}`,
        },
        {
          title: t('account'),
          cell: ({ account, isPaidInCash }) =>
            isPaidInCash ? t('cash') : maskedNumber(account ?? ''),
        },
      ]}
    />
  );
}
