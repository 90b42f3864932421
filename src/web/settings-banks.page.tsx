/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { StoredProfile } from '../batch/bank-profile.sql.ts';
import { profileDifferences, type ProfileFault } from '../batch/bank-profile-rules.ts';
import { maskedNumber } from '../kernel/mask.ts';
import { grouped } from '../kernel/text.ts';
import {
  CodeField,
  Facts,
  Field,
  Hash,
  Heading,
  Notice,
  PostForm,
  Table,
  Tag,
} from './components.tsx';
import { useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { BANK_TEXTS } from './settings-banks.text.ts';
import { SettingsParts } from './settings-nav.tsx';

export interface BanksModel {
  readonly profiles: readonly StoredProfile[];
  readonly mayPropose: boolean;
  /** Of a file that was sent and not taken. */
  readonly faults: readonly ProfileFault[];
}

/** Every profile, which of them is in use, and which waits for a second person. */
export function BanksPage({ profiles, mayPropose, faults }: BanksModel): VNode {
  const t = useWords(BANK_TEXTS);
  const say = useText();
  return (
    <>
      <Heading title={t('banks')} />
      <SettingsParts now="banks" />
      <p class="lead">{t('lead')}</p>
      {faults.length > 0 && <Faults faults={faults} />}
      <Table
        label={t('banks')}
        rows={profiles}
        columns={[
          {
            title: t('channel'),
            names: true,
            cell: ({ channel, version }) => (
              <a href={href(paths.bank, { channel, version })}>
                {t('version_of', { channel, version })}
              </a>
            ),
          },
          { title: t('name'), cell: ({ profile }) => say(profile.name) },
          { title: t('format'), minor: true, cell: ({ profile }) => profile.outbound.format },
          { title: t('transport'), minor: true, cell: ({ profile }) => profile.transport.kind },
          { title: t('proposed-by'), minor: true, cell: ({ proposedBy }) => proposedBy },
          { title: t('state'), cell: (one) => <State profile={one} /> },
        ]}
      />
      {mayPropose && (
        <details class="no-print" open={faults.length > 0}>
          <summary>{t('propose')}</summary>
          <p>{t('propose-lead')}</p>
          <PostForm action={paths.banks} multipart>
            <CodeField />
            <Field name="file" label={t('file')}>
              <input type="file" accept="application/json,.json" required />
            </Field>
            <button type="submit">{t('propose')}</button>
          </PostForm>
        </details>
      )}
    </>
  );
}

function Faults({ faults }: Pick<BanksModel, 'faults'>): VNode {
  const t = useWords(BANK_TEXTS);
  const say = useText();
  return (
    <Notice tone="bad" title={t('faults', { count: grouped(faults.length) })}>
      <Table
        label={t('rule')}
        rows={faults}
        columns={[
          { title: t('place'), names: true, cell: ({ path }) => <code>{path || '/'}</code> },
          { title: t('rule'), cell: (fault) => say(fault) },
        ]}
      />
    </Notice>
  );
}

function State({ profile: { inUse, approvedBy } }: { profile: StoredProfile }): VNode {
  const t = useWords(BANK_TEXTS);
  if (inUse) return <Tag tone="good">{t('in-use')}</Tag>;
  return approvedBy === null ? (
    <Tag tone="wait">{t('waits')}</Tag>
  ) : (
    <Tag tone="calm">{t('past')}</Tag>
  );
}

export interface BankModel {
  readonly stored: StoredProfile;
  /** The one in use on the channel, to lay beside it. */
  readonly standing: StoredProfile | null;
  readonly mayApprove: boolean;
  readonly isOwn: boolean;
}

/** One version of a profile: what it says, how it differs, and its approval by another person. */
export function BankPage({ stored, standing, mayApprove, isOwn }: BankModel): VNode {
  const t = useWords(BANK_TEXTS);
  const say = useText();
  const { channel, version, profile, sha256, proposedBy, approvedBy } = stored;
  const { payer, calendar, outbound, asked } = profile;
  return (
    <>
      <Heading
        title={t('version_of', { channel, version })}
        above={[{ label: t('banks'), href: paths.banks }]}
      >
        <State profile={stored} />
      </Heading>
      <p class="lead">{say(profile.name)}</p>
      <Facts
        facts={[
          { label: t('proposed-by'), value: proposedBy },
          { label: t('approved-by'), value: approvedBy ?? '–' },
          { label: t('format'), value: outbound.format },
          { label: t('transport'), value: profile.transport.kind },
          { label: t('payer'), value: `${payer.bankBin} ${maskedNumber(payer.account)}` },
          { label: t('agreement'), value: payer.agreement },
          { label: t('cutoff'), value: calendar.cutoff ?? t('all-day') },
          { label: t('lines'), value: grouped(outbound.limits.linesPerFile) },
          { label: t('repeats'), value: t(asked.dedupesReference ? 'repeats-yes' : 'repeats-no') },
          { label: t('document'), value: asked.document },
          { label: 'SHA-256', value: <Hash hex={sha256} whole />, long: true },
        ]}
      />
      {standing !== null && standing.version !== version && (
        <Differences stored={stored} standing={standing} />
      )}
      <details>
        <summary>{t('content')}</summary>
        <pre class="card" tabIndex={0} aria-label={t('content')}>
          {JSON.stringify(profile, null, 2)}
        </pre>
      </details>
      {approvedBy === null && <Approving {...{ stored, mayApprove, isOwn }} />}
    </>
  );
}

function Differences({
  stored,
  standing,
}: {
  stored: StoredProfile;
  standing: StoredProfile;
}): VNode {
  const t = useWords(BANK_TEXTS);
  return (
    <>
      <h2>{t('changed')}</h2>
      <Table
        label={t('changed')}
        rows={profileDifferences(standing.profile, stored.profile)}
        empty={t('nothing-changed')}
        columns={[
          { title: t('place'), names: true, cell: ({ path }) => <code>{path}</code> },
          { title: t('was'), cell: ({ was }) => <code>{was}</code> },
          { title: t('would-be'), cell: ({ said }) => <code>{said}</code> },
        ]}
      />
    </>
  );
}

function Approving({ stored, mayApprove, isOwn }: Omit<BankModel, 'standing'>): VNode | null {
  const t = useWords(BANK_TEXTS);
  const { channel, version, sha256 } = stored;
  if (isOwn) return <Notice tone="wait" title={t('own-proposal')} />;
  if (!mayApprove) return null;
  return (
    <section class="card deciding">
      <PostForm action={href(paths.bankApprove, { channel, version })} seen={{ sha256 }}>
        <CodeField />
        <button class="approve" type="submit">
          {t('approve', { channel, version })}
        </button>
      </PostForm>
    </section>
  );
}
