/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Successor, Unit } from '../intake/units.sql.ts';
import type { PlainDate } from '../kernel/period.ts';
import { Field, Filter, Heading, Table, Tag } from './components.tsx';
import { day } from './format.ts';
import { useWords } from './frame.ts';
import { SettingsParts } from './settings-nav.tsx';
import type { Texts } from './words.ts';

/** The words of units of administration. */
export const UNIT_TEXTS = {
  units: { vi: 'Đơn vị hành chính', en: 'Units of administration' },
  lead: {
    vi: 'Mã nghĩa là gì vào ngày của giấy tờ: từ 01/07/2025 nhiều mã cũ mang nghĩa mới.',
    en: 'What a code means on the day of a document: since 01/07/2025 many old codes mean something else.',
  },
  code: { vi: 'Mã tỉnh (2 số) hoặc xã (5 số)', en: 'Code of a province (2) or commune (5)' },
  on: { vi: 'Ngày của giấy tờ (dd/mm/yyyy)', en: 'Day of the document (dd/mm/yyyy)' },
  meaning: { vi: 'Ngày {day}, mã {code} là', en: 'On {day}, {code} is' },
  'no-unit': { vi: 'Ngày ấy không đơn vị nào mang mã này.', en: 'No unit had this code then.' },
  ever: { vi: 'Mọi nghĩa của mã này', en: 'Everything this code ever meant' },
  unit: { vi: 'Đơn vị', en: 'Unit' },
  parent: { vi: 'Thuộc', en: 'Of' },
  from: { vi: 'Từ', en: 'From' },
  until: { vi: 'Đến', en: 'Until' },
  now: { vi: 'đang dùng', en: 'in use' },
  became: { vi: 'Sau đó thành', en: 'Became' },
  changed: { vi: 'Ngày đổi', en: 'Changed on' },
  share: { vi: 'Phần', en: 'Share' },
  whole: { vi: 'toàn bộ', en: 'whole' },
  part: { vi: 'một phần', en: 'part' },
  not_said: { vi: 'nguồn không nói rõ', en: 'the source does not say' },
  'became-none': { vi: 'Không đổi từ đó đến nay.', en: 'Unchanged since.' },
} as const satisfies Texts;

export interface UnitsModel {
  readonly code: string;
  readonly on: PlainDate;
  readonly then: readonly Unit[];
  readonly ever: readonly Unit[];
  readonly successors: readonly Successor[];
}

/** What a code means on a day, what became of the unit, and everything that the code ever meant. */
export function UnitsPage({ code, on, then, ever, successors }: UnitsModel): VNode {
  const t = useWords(UNIT_TEXTS);
  return (
    <>
      <Heading title={t('units')} />
      <SettingsParts now="units" />
      <p class="lead">{t('lead')}</p>
      <Filter>
        <Field name="code" label={t('code')}>
          <input type="text" inputMode="numeric" value={code} pattern="[0-9]{2}([0-9]{3})?" />
        </Field>
        <Field name="on" label={t('on')}>
          <input type="text" inputMode="numeric" value={day(on)} size={12} />
        </Field>
      </Filter>
      {code !== '' && (
        <>
          <h2>{t('meaning', { code, day: day(on) })}</h2>
          <UnitTable label={t('meaning', { code, day: day(on) })} units={then} />
          <h2>{t('became')}</h2>
          <Table
            label={t('became')}
            rows={successors}
            empty={t('became-none')}
            columns={[
              { title: t('unit'), names: true, cell: (next) => `${next.code} ${next.name}` },
              { title: t('changed'), cell: ({ changedOn }) => day(changedOn) },
              { title: t('share'), cell: ({ part }) => t(part) },
            ]}
          />
          <h2>{t('ever')}</h2>
          <UnitTable label={t('ever')} units={ever} />
        </>
      )}
    </>
  );
}

function UnitTable({ label, units }: { label: string; units: readonly Unit[] }): VNode {
  const t = useWords(UNIT_TEXTS);
  return (
    <Table
      label={label}
      rows={units}
      empty={t('no-unit')}
      columns={[
        { title: t('unit'), names: true, cell: (unit) => `${unit.code} ${unit.name}` },
        { title: t('parent'), cell: ({ parentCode }) => parentCode },
        { title: t('from'), cell: ({ validFrom }) => day(validFrom) },
        {
          title: t('until'),
          cell: ({ validUntil }) =>
            validUntil === null ? <Tag tone="good">{t('now')}</Tag> : day(validUntil),
        },
      ]}
    />
  );
}
