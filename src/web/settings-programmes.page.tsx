/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { isMonthly } from '../kernel/reference.ts';
import { GATES, type GateName } from '../operations/schedule.ts';
import type { ProgrammeOnDesk } from '../report/desk.sql.ts';
import { Heading, Table, Tag } from './components.tsx';
import { lawNumber } from './format.ts';
import { useText, useWords } from './frame.ts';
import { SettingsParts } from './settings-nav.tsx';
import type { Texts } from './words.ts';

/** The words of the programmes. */
export const PROGRAMME_TEXTS = {
  programmes: { vi: 'Các chương trình', en: 'Programmes' },
  lead: {
    vi: 'Mỗi chương trình chi theo văn bản nào, hạn nào, và làm gì khi tài khoản chưa được xác minh. Đổi những điều này là đổi phần mềm hoặc văn bản, không đổi ở đây.',
    en: 'By which decrees each programme pays, until when, and what happens while an account is not proven. None of it is changed here: it changes with a decree or a release.',
  },
  programme: { vi: 'Chương trình', en: 'Programme' },
  letters: { vi: 'Chữ trong mã', en: 'Letters' },
  bases: { vi: 'Căn cứ mức chi', en: 'Basis of the amounts' },
  rhythm: { vi: 'Chi', en: 'Paid' },
  monthly: { vi: 'Hằng tháng', en: 'By the month' },
  once: { vi: 'Một lần, theo quyết định', en: 'Once, by decision' },
  gate: { vi: 'Hạn', en: 'Deadline' },
  'gate-decision': { vi: 'Theo quyết định chi', en: 'As the decision says' },
  unproven: { vi: 'Tài khoản chưa xác minh', en: 'Account not proven' },
  'unproven.cash': { vi: 'Chi tiền mặt qua bưu điện', en: 'Paid in cash at the post office' },
  'unproven.hold': { vi: 'Giữ lại chờ xác minh', en: 'Held until it is proven' },
} as const satisfies Texts;

/** The gate that the law sets for paying a programme; none for what is paid once, by decision. */
function gateFor(programme: string): GateName | null {
  if (!isMonthly(programme)) return null;
  return programme === 'unemployment' ? 'unemployment-out' : 'money-out';
}

/** Numbers of documents, none of them broken over two lines. */
function Documents({ numbers }: { numbers: readonly string[] }): VNode {
  if (numbers.length === 0) return <>–</>;
  return (
    <>
      {numbers.map((number) => (
        <>
          <span class="nowrap">{lawNumber(number)}</span>{' '}
        </>
      ))}
    </>
  );
}

/** Every programme: by what it pays, until when, and what becomes of an account that is not proven. */
export function ProgrammesPage({ programmes }: { programmes: readonly ProgrammeOnDesk[] }): VNode {
  const t = useWords(PROGRAMME_TEXTS);
  const say = useText();
  return (
    <>
      <Heading title={t('programmes')} />
      <SettingsParts now="programmes" />
      <p class="lead">{t('lead')}</p>
      <Table
        label={t('programmes')}
        rows={programmes}
        columns={[
          { title: t('programme'), names: true, cell: ({ name }) => say(name) },
          { title: t('letters'), minor: true, cell: ({ letters }) => letters },
          {
            title: t('rhythm'),
            minor: true,
            cell: ({ programme }) => t(isMonthly(programme) ? 'monthly' : 'once'),
          },
          {
            title: t('unproven'),
            cell: ({ unproven }) => (
              <Tag tone={unproven === 'hold' ? 'wait' : 'calm'}>{t(`unproven.${unproven}`)}</Tag>
            ),
          },
          {
            title: t('gate'),
            minor: true,
            cell: ({ programme }) => {
              const gate = gateFor(programme);
              return gate === null ? t('gate-decision') : say(GATES[gate]);
            },
          },
          {
            title: t('bases'),
            minor: true,
            cell: ({ bases }) => <Documents numbers={bases} />,
          },
        ]}
      />
    </>
  );
}
