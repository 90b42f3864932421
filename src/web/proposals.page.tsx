/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { OpenProposal } from '../report/desk.sql.ts';
import { Heading, Table } from './components.tsx';
import { instant } from './format.ts';
import { useCommon, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { RECIPIENT_TEXTS } from './recipients.text.ts';

/** Changes of the register that wait for a second person. */
export function ProposalsPage({ proposals }: { proposals: readonly OpenProposal[] }): VNode {
  const t = useWords(RECIPIENT_TEXTS);
  const common = useCommon();
  return (
    <>
      <Heading title={t('open-proposal')} above={[{ label: t('title'), href: paths.recipients }]} />
      <Table
        label={t('open-proposal')}
        rows={proposals}
        columns={[
          {
            title: t('full-name'),
            names: true,
            cell: ({ recipientId, fullName }) => (
              <a href={href(paths.recipient, { recipientId })}>{fullName}</a>
            ),
          },
          { title: t('fields'), cell: ({ subject }) => t(`subject.${subject}`) },
          { title: common('commune'), minor: true, cell: ({ communeName }) => communeName },
          { title: t('proposed-by'), minor: true, cell: ({ proposedBy }) => proposedBy },
          { title: common('at'), cell: ({ proposedAt }) => instant(proposedAt) },
        ]}
      />
    </>
  );
}
