/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Period } from '../kernel/period.ts';
import { businessDate, businessTime } from '../platform/clock.ts';
import { Field, PostForm } from './components.tsx';
import { month } from './format.ts';
import { useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { href, paths } from './paths.ts';

interface DrawingModel {
  readonly period: Period;
  readonly mayDraw: boolean;
  readonly mayDrawProvince: boolean;
  readonly now: Date;
}

/** All that can be drawn of a month, by who may. */
export function Drawing(model: DrawingModel): VNode {
  const t = useWords(OFFICE_TEXTS);
  const { period, mayDrawProvince } = model;
  return (
    <>
      <div class="actions">
        <a class="button calm" href={href(paths.reportMonth, {}, { period })}>
          {t('month-report-open', { month: month(period) })}
        </a>
        {mayDrawProvince && (
          <PostForm action={paths.reportDraw} seen={{ period }}>
            <button type="submit">{t('draw')}</button>
          </PostForm>
        )}
        {mayDrawProvince && (
          <PostForm action={paths.reportLines} seen={{ period }}>
            <button class="calm" type="submit">
              {t('lines-draw')}
            </button>
          </PostForm>
        )}
      </div>
      {model.mayDraw && <ListForm period={period} />}
      {mayDrawProvince && <AccountsForm period={period} now={model.now} />}
    </>
  );
}

/** Lists by person: of the province, or commune by commune where it is too long for one document. */
function ListForm({ period }: { period: Period }): VNode {
  const t = useWords(OFFICE_TEXTS);
  return (
    <section class="card">
      <h2>{t('lists-by-person')}</h2>
      <p>{t('lists-by-person-lead')}</p>
      <PostForm action={paths.reportList} seen={{ period }}>
        <Field name="commune" label={t('list-commune')}>
          <input inputMode="numeric" pattern="[0-9]{5}" maxLength={5} autoComplete="off" />
        </Field>
        <div class="actions">
          <button type="submit" name="list" value="paid">
            {t('paid-draw', { month: month(period) })}
          </button>
          <button type="submit" name="list" value="treasury">
            {t('treasury-draw', { month: month(period) })}
          </button>
        </div>
      </PostForm>
    </section>
  );
}

/** The accounts of some months as they were known at an instant: of the year so far, unless somebody says otherwise. */
function AccountsForm({ period, now }: { period: Period; now: Date }): VNode {
  const t = useWords(OFFICE_TEXTS);
  // What is known at this very minute may still grow.
  const before = new Date(now.getTime() - 60_000);
  return (
    <section class="card">
      <h2>{t('accounts')}</h2>
      <p>{t('accounts-lead')}</p>
      <PostForm action={paths.reportAccounts}>
        <div class="fields">
          <Field name="first" label={t('accounts-first')}>
            <input
              type="text"
              value={`${period.slice(0, 4)}-01`}
              pattern="\d{4}-\d{2}"
              required
              size={10}
            />
          </Field>
          <Field name="last" label={t('accounts-last')}>
            <input type="text" value={period} pattern="\d{4}-\d{2}" required size={10} />
          </Field>
          <Field name="day" label={t('accounts-day')}>
            <input type="date" value={businessDate(before)} required />
          </Field>
          <Field name="time" label={t('accounts-time')}>
            <input type="time" value={businessTime(before)} required />
          </Field>
        </div>
        <button type="submit">{t('accounts-draw')}</button>
      </PostForm>
    </section>
  );
}
