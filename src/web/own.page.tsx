/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Explanation } from '../entitlement/explanation.ts';
import { maskedName, maskedNumber } from '../kernel/mask.ts';
import type { Period } from '../kernel/period.ts';
import { isProgramme, PROGRAMME_NAMES } from '../kernel/reference.ts';
import type { Look, OwnPayment } from '../report/own-page.sql.ts';
import {
  Field,
  Heading,
  Notice,
  PostForm,
  Table,
  Tag,
  type Tone,
  Paragraphs,
} from './components.tsx';
import { day, instant, money, month } from './format.ts';
import { useFrame, useText, useWords } from './frame.ts';
import { OWN_TEXTS } from './own.text.ts';
import { href, paths } from './paths.ts';
import { QrCode } from './qr.tsx';

export interface OwnDoorModel {
  /** What stood in the picture that was scanned; empty where it is typed. */
  readonly code: string;
  readonly byIdentity: boolean;
}

/** Where a recipient shows the code of their slip. Looking at it uses nothing up. */
export function OwnDoorPage({ code, byIdentity }: OwnDoorModel): VNode {
  const t = useWords(OWN_TEXTS);
  return (
    <div class="large">
      <Heading title={t('title')} />
      <p class="lead">{t('lead')}</p>
      <section class="card">
        <PostForm action={paths.own}>
          <Field name="code" label={t('code')} hint={t('code-hint')}>
            <input
              type="text"
              value={code}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              size={24}
              maxLength={40}
              required
            />
          </Field>
          <Field name="digits" label={t('digits')} hint={t('digits-hint')}>
            <input
              type="text"
              class="code"
              inputMode="numeric"
              autocomplete="off"
              pattern="[0-9]{4}"
              maxLength={4}
              required
            />
          </Field>
          <button type="submit">{t('see')}</button>
        </PostForm>
      </section>
      {byIdentity && (
        <p class="or">
          {t('or')} <a href={paths.ownOutside}>{t('outside')}</a>
        </p>
      )}
    </div>
  );
}

export interface OwnModel {
  readonly fullName: string;
  readonly citizenNumber: string | null;
  readonly payments: readonly OwnPayment[];
  readonly explained: readonly { period: Period; explanations: readonly Explanation[] }[];
  readonly looks: readonly Look[];
}

/** What was paid to one recipient, why, and who looked at what is kept of them. */
export function OwnPage(model: OwnModel): VNode {
  const t = useWords(OWN_TEXTS);
  const { agency } = useFrame();
  const { fullName, citizenNumber, payments } = model;
  return (
    <div class="large">
      <Heading title={t('mine')} />
      <p class="lead">{t('of', { name: fullName, number: maskedNumber(citizenNumber ?? '') })}</p>
      <div class="no-print">
        <PostForm action={paths.ownClose}>
          <div class="actions">
            <button class="calm" type="submit">
              {t('close')}
            </button>
            <small>{t('closes-itself')}</small>
          </div>
        </PostForm>
      </div>
      <h2>{t('payments')}</h2>
      {payments.length === 0 && <p class="card">{t('no-payments')}</p>}
      {payments.map((payment, i) => (
        <Payment payment={payment} explained={explanationsOf(model, i)} open={i === 0} />
      ))}
      <Looks looks={model.looks} />
      <p class="card">{t('ask', { agency: agency.name })}</p>
    </div>
  );
}

/** A month is explained once, with its first payment. */
function explanationsOf({ payments, explained }: OwnModel, at: number): readonly Explanation[] {
  const period = payments[at]?.period;
  if (payments.findIndex((one) => one.period === period) !== at) return [];
  return explained.find((one) => one.period === period)?.explanations ?? [];
}

function Payment(props: {
  payment: OwnPayment;
  explained: readonly Explanation[];
  open: boolean;
}): VNode {
  const t = useWords(OWN_TEXTS);
  const say = useText();
  const { payment, explained, open } = props;
  const { period, programme, vnd, reference } = payment;
  const became = becameOf(payment, t);
  return (
    <section class="card payment">
      <h3>
        {t('month', { month: month(period) })}
        {isProgramme(programme) && `: ${say(PROGRAMME_NAMES[programme])}`}
      </h3>
      <p class="figure-big">{money(vnd)}</p>
      <p>
        <Tag tone={became.tone}>{became.said}</Tag> {became.more}
      </p>
      {explained.length > 0 && (
        <details open={open}>
          <summary>{t('why')}</summary>
          {explained.map((explanation) => (
            <Told explanation={explanation} />
          ))}
        </details>
      )}
      <p>
        <small>{t('reference', { reference })}</small>
      </p>
    </section>
  );
}

function Told({ explanation: { title, paragraphs } }: { explanation: Explanation }): VNode {
  const say = useText();
  return (
    <>
      <h4>{say(title)}</h4>
      <Paragraphs of={paragraphs} />
    </>
  );
}

type Words = ReturnType<typeof useWords<typeof OWN_TEXTS>>;

/** What became of a payment, in the words of somebody who waits for it. */
function becameOf(
  { outcome, returnedOn, bookedOn, accountNumber, bank, payeeName }: OwnPayment,
  t: Words,
): { tone: Tone; said: string; more: string } {
  if (returnedOn !== null) {
    return { tone: 'wait', said: t('returned'), more: t('on', { day: day(returnedOn) }) };
  }
  if (outcome === null) return { tone: 'calm', said: t('sent'), more: '' };
  const booked = bookedOn === null ? '' : t('on', { day: day(bookedOn) });
  if (outcome !== 'settled') return { tone: 'wait', said: t(outcome), more: booked };
  const account = `${bank ?? ''} ${maskedNumber(accountNumber)}`.trim();
  const said = accountNumber === '' ? t('paid-cash') : t('paid-account', { account });
  // The name of another is cut: a payee is told to the recipient, not to who stands behind them.
  const holder = t('holder-of', { name: maskedName(payeeName) });
  return { tone: 'good', said, more: `${holder}, ${booked}` };
}

function Looks({ looks }: Pick<OwnModel, 'looks'>): VNode {
  const t = useWords(OWN_TEXTS);
  return (
    <section>
      <h2>{t('looked')}</h2>
      <p>{t('looked-lead')}</p>
      <Table
        label={t('looked')}
        rows={looks}
        empty={t('nobody')}
        columns={[
          {
            title: t('who'),
            names: true,
            cell: ({ who, what }) => (what === 'own-page-opened' ? t('myself') : who),
          },
          { title: t('what'), cell: ({ what }) => t(WHAT[what] ?? 'what.page-opened') },
          { title: t('when'), cell: ({ at }) => instant(at) },
        ]}
      />
    </section>
  );
}

const WHAT: Readonly<
  Record<
    string,
    'what.page-opened' | 'what.number-revealed' | 'what.own-code-given' | 'what.own-page-opened'
  >
> = {
  'number-revealed': 'what.number-revealed',
  'own-code-given': 'what.own-code-given',
  'own-page-opened': 'what.own-page-opened',
};

export interface SlipModel {
  readonly recipientId: bigint;
  readonly fullName: string;
  readonly code: string;
  readonly until: Date;
  readonly origin: string;
}

/** The slip that is printed and handed over; the code is shown this once. */
export function SlipPage({ recipientId, fullName, code, until, origin }: SlipModel): VNode {
  const t = useWords(OWN_TEXTS);
  const { agency } = useFrame();
  return (
    <>
      <Heading
        title={t('slip')}
        above={[{ label: t('back-to'), href: href(paths.recipient, { recipientId }) }]}
      />
      <div class="no-print">
        <Notice tone="wait" title={t('slip-once')} />
      </div>
      <section class="slip large">
        <QrCode text={`${origin}${href(paths.own, {}, { code })}`} />
        <div>
          <p>
            {t('slip-of')}: <b>{fullName}</b>
          </p>
          <ol>
            <li>{t('slip-1', { address: `${origin}${paths.own}` })}</li>
            <li>
              {t('slip-2')} <code class="given">{code}</code>
            </li>
            <li>{t('slip-3')}</li>
          </ol>
          <p>{t('slip-until', { until: instant(until) })}</p>
          <p>
            <b>{t('slip-warning')}</b>
          </p>
          <p>
            <small>{agency.name}</small>
          </p>
        </div>
      </section>
    </>
  );
}
