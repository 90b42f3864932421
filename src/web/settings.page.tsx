/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { DecreeHead } from '../entitlement/decree.sql.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import type { RateOnDesk } from '../report/desk.sql.ts';
import { AUDIT_TEXTS } from './audit.text.ts';
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
import { day, difference, instant, lawNumber } from './format.ts';
import { useCommon, useFrame, useText, useWords } from './frame.ts';
import { href, paths } from './paths.ts';
import { SERIES } from './said.ts';
import { SettingsParts } from './settings-nav.tsx';

export interface SettingsModel {
  readonly decrees: readonly DecreeHead[];
  readonly rates: readonly RateOnDesk[];
  readonly year: number;
  readonly days: readonly { day: PlainDate; name: string; kind: string; source: string }[];
  readonly mayPropose: boolean;
  /** The month that a proposal is previewed on unless another is chosen. */
  readonly period: Period;
}

/** The law that amounts stand on, and the days that are off. */
export function SettingsPage(model: SettingsModel): VNode {
  const t = useWords(AUDIT_TEXTS);
  const { lang } = useFrame();
  const { decrees, rates, year, days } = model;
  return (
    <>
      <Heading title={t('settings')} />
      <SettingsParts now="law" />
      <p class="lead">{t('settings-lead')}</p>
      <h2>{t('decrees')}</h2>
      <Table
        label={t('decrees')}
        rows={decrees}
        columns={[
          {
            title: t('decree'),
            names: true,
            cell: (one) => (
              <a href={href(paths.decree, { decreeId: one.decreeId })}>
                {lawNumber(one.number)}: {lang === 'vi' ? one.titleVi : one.titleEn}
              </a>
            ),
          },
          {
            title: t('rows'),
            kind: 'figure',
            minor: true,
            cell: ({ rowCount }) => grouped(rowCount),
          },
          { title: t('proposed-by'), minor: true, cell: ({ proposedBy }) => proposedBy },
          {
            title: t('approved-by'),
            cell: ({ approvedBy }) => approvedBy ?? <Tag tone="wait">{t('waits')}</Tag>,
          },
          {
            title: t('known-since'),
            minor: true,
            cell: ({ knownSince }) => (knownSince === null ? '–' : day(knownSince)),
          },
        ]}
      />
      {model.mayPropose && <Proposing period={model.period} />}
      <Rates rates={rates} />
      <DaysOff year={year} days={days} />
    </>
  );
}

function Proposing({ period }: Pick<SettingsModel, 'period'>): VNode {
  const t = useWords(AUDIT_TEXTS);
  return (
    <details class="no-print">
      <summary>{t('propose')}</summary>
      <p>{t('propose-lead')}</p>
      <PostForm action={paths.decrees} multipart>
        <Field name="period" label={t('previewed')}>
          <input type="text" value={period} pattern="20[0-9]{2}-[0-9]{2}" size={8} required />
        </Field>
        <CodeField />
        <Field name="file" label={t('decree-file')}>
          <input type="file" accept=".json,.csv,application/json,text/csv" required />
        </Field>
        <button type="submit">{t('propose')}</button>
      </PostForm>
    </details>
  );
}

function Rates({ rates }: Pick<SettingsModel, 'rates'>): VNode {
  const t = useWords(AUDIT_TEXTS);
  const say = useText();
  const nameOf = (series: string): string => {
    const named = SERIES[series];
    return named === undefined ? series : say(named);
  };
  return (
    <>
      <h2>{t('rates')}</h2>
      <Table
        label={t('rates')}
        rows={rates}
        columns={[
          { title: t('series'), names: true, cell: ({ series }) => nameOf(series) },
          { title: t('scope'), minor: true, cell: ({ scope }) => scope },
          { title: t('counts-from'), cell: ({ countsFrom }) => day(countsFrom) },
          { title: t('amount'), kind: 'vnd', cell: ({ amountVnd }) => grouped(amountVnd) },
          { title: t('basis'), minor: true, cell: ({ legalBasis }) => lawNumber(legalBasis) },
        ]}
      />
    </>
  );
}

function DaysOff({ year, days }: Pick<SettingsModel, 'year' | 'days'>): VNode {
  const t = useWords(AUDIT_TEXTS);
  return (
    <>
      <h2>{t('calendar', { year })}</h2>
      <Table
        label={t('calendar', { year })}
        rows={days}
        columns={[
          { title: t('day'), names: true, cell: (one) => day(one.day) },
          { title: t('name'), cell: ({ name }) => name },
          {
            title: t('source'),
            minor: true,
            cell: ({ source }) => <small>{lawNumber(source)}</small>,
          },
        ]}
      />
    </>
  );
}

/** What a decree would do, from the preview that was drawn when it was proposed. */
export interface DecreePreview {
  readonly programmes: readonly {
    readonly programme: string;
    readonly people: string | bigint;
    readonly gaining: string | bigint;
    readonly losing: string | bigint;
    readonly differenceVnd: string | bigint;
  }[];
  readonly total: {
    readonly standingVnd: string | bigint;
    readonly proposedVnd: string | bigint;
    readonly differenceVnd: string | bigint;
    readonly people: string | bigint;
  };
}

export interface DecreeModel {
  readonly decree: DecreeHead;
  readonly preview: DecreePreview;
  readonly mayApprove: boolean;
  readonly isOwn: boolean;
}

/** One decree, what it would do, and its approval by another person. */
export function DecreePage({ decree, preview, mayApprove, isOwn }: DecreeModel): VNode {
  const t = useWords(AUDIT_TEXTS);
  const common = useCommon();
  const { lang } = useFrame();
  const number = lawNumber(decree.number);
  const change = difference(BigInt(preview.total.differenceVnd));
  return (
    <>
      <Heading title={number} above={[{ label: t('settings'), href: paths.settings }]}>
        {decree.approvedBy === null ? (
          <Tag tone="wait">{t('waits')}</Tag>
        ) : (
          <Tag tone="good">{decree.approvedBy}</Tag>
        )}
      </Heading>
      <p class="lead">{lang === 'vi' ? decree.titleVi : decree.titleEn}</p>
      <Facts
        facts={[
          { label: t('proposed-by'), value: `${decree.proposedBy}, ${instant(decree.proposedAt)}` },
          { label: t('rows'), value: grouped(decree.rowCount) },
          { label: 'SHA-256', value: <Hash hex={decree.sha256} whole />, long: true },
        ]}
      />
      <h2>{t('preview')}</h2>
      <Table
        label={t('preview')}
        rows={preview.programmes}
        columns={[
          {
            title: common('programme'),
            names: true,
            cell: ({ programme }) => programme,
            total: common('total'),
          },
          { title: t('people'), kind: 'figure', cell: (one) => grouped(BigInt(one.people)) },
          {
            title: t('gaining'),
            kind: 'figure',
            minor: true,
            cell: (one) => grouped(BigInt(one.gaining)),
          },
          {
            title: t('losing'),
            kind: 'figure',
            minor: true,
            cell: (one) => grouped(BigInt(one.losing)),
          },
          {
            title: t('difference'),
            kind: 'vnd',
            cell: (one) => difference(BigInt(one.differenceVnd)),
            total: change,
          },
        ]}
      />
      <Approval decree={decree} change={change} mayApprove={mayApprove} isOwn={isOwn} />
    </>
  );
}

function Approval(props: {
  decree: DecreeHead;
  change: string;
  mayApprove: boolean;
  isOwn: boolean;
}): VNode | null {
  const t = useWords(AUDIT_TEXTS);
  const { decree, change, mayApprove, isOwn } = props;
  if (decree.approvedBy !== null) return null;
  if (isOwn) return <Notice tone="wait" title={t('own-proposal')} />;
  if (!mayApprove) return null;
  return (
    <section class="card deciding">
      <PostForm
        action={href(paths.decreeApprove, { decreeId: decree.decreeId })}
        seen={{ sha256: decree.sha256 }}
      >
        <CodeField />
        <button class="approve" type="submit">
          {t('approve', { difference: change })}
        </button>
      </PostForm>
    </section>
  );
}
