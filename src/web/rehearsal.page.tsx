/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { StoredProfile } from '../batch/bank-profile.sql.ts';
import { isPlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { BREAK_KINDS, type BreakKind } from '../reconciliation/break.ts';
import type { RehearsalResult } from '../reconciliation/rehearsal.ts';
import type { FileOnDesk } from '../report/desk.sql.ts';
import { Facts, Field, Heading, Notice, PostForm, Table, Tag, type Tone } from './components.tsx';
import { day, instant } from './format.ts';
import { useCommon, useText, useWords } from './frame.ts';
import { paths } from './paths.ts';
import { REHEARSAL_TEXTS } from './rehearsal.text.ts';

/** Payments that stand on the page; the JSON has them all. */
const MOST_SHOWN = 200;

interface RehearsalModel {
  readonly profiles: readonly StoredProfile[];
  readonly sent: readonly FileOnDesk[];
}

/** What a rehearsal is made of: a profile, files that were sent, and files that came. */
export function RehearsalPage({ profiles, sent }: RehearsalModel): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const common = useCommon();
  const first = profiles.find(({ inUse, profile }) => inUse && profile.kind === 'account');
  return (
    <>
      <Heading
        title={t('rehearsal')}
        above={[{ label: common('menu.files'), href: paths.files }]}
      />
      <p class="lead">{t('rehearsal-lead')}</p>
      <section class="card">
        <PostForm action={paths.rehearsal} multipart again>
          <Field name="profile" label={t('profile')}>
            <select>
              {profiles.map((one) => (
                <option value={`${one.channel}/${one.version}`} selected={one === first}>
                  {t('version', one)}
                  {one.inUse ? ` (${t('in-use')})` : ''}
                </option>
              ))}
            </select>
          </Field>
          <fieldset class="choices">
            <legend>{t('sent-ours')}</legend>
            <p class="hint">{sent.length === 0 ? t('sent-none') : t('sent-ours-hint')}</p>
            {sent.map(({ fileId, name, recordedAt }) => (
              <label>
                <input type="checkbox" name="sentFile" value={String(fileId)} /> {name}{' '}
                <small class="nowrap">{instant(recordedAt)}</small>
              </label>
            ))}
          </fieldset>
          <Field name="sent" label={t('sent-other')}>
            <input type="file" multiple />
          </Field>
          <Field name="received" label={t('received')} hint={t('received-hint')}>
            <input type="file" multiple />
          </Field>
          <div class="actions">
            <button type="submit">{t('do')}</button>
            <button class="calm" type="submit" name="as" value="json">
              {t('do-json')}
            </button>
          </div>
        </PostForm>
      </section>
    </>
  );
}

interface RehearsedModel {
  readonly stored: StoredProfile;
  readonly sent: readonly string[];
  readonly result: RehearsalResult;
}

/** What would follow: a verdict on each file, the state of each payment, the sums, what is left over. */
export function RehearsedPage({ stored, sent, result }: RehearsedModel): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const { channel, version } = stored;
  return (
    <>
      <Heading title={t('result')} above={[{ label: t('rehearsal'), href: paths.rehearsal }]} />
      <Notice tone="calm" title={t('kept-nothing')} />
      <Facts
        facts={[
          { label: t('profile'), value: t('version', { channel, version }) },
          { label: t('sent-files'), value: sent.join(', '), long: true },
        ]}
      />
      <Verdicts {...result} />
      <Breaks {...result} />
      <Payments {...result} />
      <Sums {...result} />
      <Findings {...result} />
      <p>
        <a class="button" href={paths.rehearsal}>
          {t('again')}
        </a>
      </p>
    </>
  );
}

const VERDICT_TONES = {
  accepted: 'good',
  'accepted-with-quarantine': 'wait',
  duplicate: 'calm',
  refused: 'bad',
} as const;

function Verdicts({ files }: RehearsalResult): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const words = useRuleWords();
  return (
    <section>
      <h2>{t('files')}</h2>
      <Table
        label={t('files')}
        rows={files}
        empty={t('no-files')}
        columns={[
          { title: t('file'), names: true, cell: ({ file }) => file },
          {
            title: t('message'),
            minor: true,
            cell: ({ message }) => `${message.type} ${message.id}`.trim() || '–',
          },
          {
            title: t('verdict'),
            cell: ({ verdict }) => (
              <Tag tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</Tag>
            ),
          },
          { title: t('why'), cell: ({ reason }) => (reason === '' ? '–' : words(reason)) },
          {
            title: t('set-aside'),
            kind: 'figure',
            minor: true,
            cell: ({ quarantined }) => grouped(quarantined.length),
          },
        ]}
      />
    </section>
  );
}

/** A rule in the words of the worklist where it is one of its kinds; else as the files of a bank say it. */
function useRuleWords(): (rule: string) => string {
  const say = useText();
  return (rule) => (rule in BREAK_KINDS ? say(BREAK_KINDS[rule as BreakKind]) : rule);
}

function Breaks({ breaks }: RehearsalResult): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const common = useCommon();
  const words = useRuleWords();
  return (
    <section>
      <h2>{t('breaks')}</h2>
      <Table
        label={t('breaks')}
        rows={breaks}
        empty={t('no-breaks')}
        columns={[
          { title: t('kind'), names: true, cell: ({ kind }) => words(kind) },
          {
            title: t('reference'),
            cell: ({ endToEndId, reference }) => (
              <span class="hash">{endToEndId || reference || '–'}</span>
            ),
          },
          {
            title: common('amount'),
            kind: 'figure',
            cell: ({ amount, currency }) => amountOf(amount, currency),
          },
          { title: t('file'), minor: true, cell: ({ file }) => file },
          {
            title: t('place'),
            minor: true,
            cell: ({ at }) => t('byte', { byte: grouped(at.byte) }),
          },
        ]}
      />
    </section>
  );
}

/** Whole đồng as everywhere; another currency as its file has it. */
function amountOf(amount: string, currency: string): string {
  const isWhole = /^\d{1,18}$/.test(amount) && (currency === 'VND' || currency === '');
  return isWhole ? grouped(BigInt(amount)) : `${amount} ${currency}`;
}

const STATE_TONES: Partial<Record<string, Tone>> = {
  PAID: 'good',
  RETURNED: 'bad',
  REJECTED: 'bad',
  CANCELLED: 'bad',
  UNKNOWN: 'bad',
  HELD: 'wait',
};

function Payments({ payments }: RehearsalResult): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const common = useCommon();
  const shown = payments.slice(0, MOST_SHOWN);
  return (
    <section>
      <h2>{t('payments')}</h2>
      <Table
        label={t('payments')}
        rows={shown}
        columns={[
          {
            title: t('reference'),
            names: true,
            cell: ({ endToEndId }) => <span class="hash">{endToEndId}</span>,
          },
          {
            title: t('state'),
            cell: ({ state }) => (
              <Tag tone={STATE_TONES[state] ?? 'calm'}>{t(`state.${state}`)}</Tag>
            ),
          },
          { title: t('reasons'), cell: ({ reasonCodes }) => reasonCodes.join(', ') || '–' },
          {
            title: common('amount'),
            kind: 'figure',
            cell: ({ amount, currency }) => amountOf(amount, currency),
          },
          { title: t('booked'), minor: true, cell: ({ bookedOn }) => dayOf(bookedOn) },
          { title: t('returned'), minor: true, cell: ({ returnedOn }) => dayOf(returnedOn) },
        ]}
      />
      {payments.length > shown.length && (
        <p>
          {t('payments-first', { shown: grouped(shown.length), count: grouped(payments.length) })}
        </p>
      )}
    </section>
  );
}

/** A day as a file has it: what is no day is shown as it is. */
function dayOf(said: string | null): string {
  if (said === null || said === '') return '–';
  return isPlainDate(said) ? day(said) : said;
}

const SUMS = [
  'sentVnd',
  'inTransitVnd',
  'paidVnd',
  'returnedVnd',
  'rejectedVnd',
  'cancelledVnd',
  'heldVnd',
  'debitedVnd',
  'creditedVnd',
  'chargesVnd',
  'suspenseVnd',
] as const;

function Sums({ ledger }: RehearsalResult): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  const common = useCommon();
  return (
    <section>
      <h2>{t('sums')}</h2>
      <Table
        label={t('sums')}
        rows={SUMS}
        columns={[
          { title: t('sum'), names: true, cell: (name) => t(`ledger.${name}`) },
          {
            title: common('amount'),
            kind: 'vnd',
            cell: (name) => amountOf(String(ledger[name] ?? ''), 'VND'),
          },
        ]}
      />
    </section>
  );
}

function Findings({ findings }: RehearsalResult): VNode {
  const t = useWords(REHEARSAL_TEXTS);
  return (
    <section>
      <h2>{t('findings')}</h2>
      <Table
        label={t('findings')}
        rows={findings.slice(0, MOST_SHOWN)}
        empty={t('no-findings')}
        columns={[
          { title: t('rule'), names: true, cell: ({ rule }) => rule },
          { title: t('kind'), cell: ({ kind }) => t(`finding.${kind}`) },
          { title: t('file'), cell: ({ file }) => file },
          {
            title: t('place'),
            minor: true,
            cell: ({ path, byte }) => path || t('byte', { byte: grouped(byte) }),
          },
        ]}
      />
    </section>
  );
}
