/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import type { Permission } from '../access/permission.ts';
import { useFrame, useWords } from './frame.ts';
import { paths } from './paths.ts';
import type { Texts } from './words.ts';

const WORDS = {
  label: { vi: 'Các phần của Thiết lập', en: 'Parts of the settings' },
  law: { vi: 'Văn bản và mức hưởng', en: 'Decrees and rates' },
  programmes: { vi: 'Chương trình', en: 'Programmes' },
  banks: { vi: 'Ngân hàng', en: 'Banks' },
  units: { vi: 'Đơn vị hành chính', en: 'Units' },
  timetable: { vi: 'Lịch công việc', en: 'Timetable' },
  alarms: { vi: 'Cảnh báo', en: 'Alarms' },
  persons: { vi: 'Người sử dụng', en: 'Persons' },
} as const satisfies Texts;

const PARTS = [
  { name: 'law', path: paths.settings, permission: 'law.see' },
  { name: 'programmes', path: paths.programmes, permission: 'law.see' },
  { name: 'banks', path: paths.banks, permission: 'bank.see' },
  { name: 'units', path: paths.units, permission: 'unit.see' },
  { name: 'timetable', path: paths.timetable, permission: 'timetable.see' },
  { name: 'alarms', path: paths.alarms, permission: 'timetable.see' },
  { name: 'persons', path: paths.persons, permission: 'person.see' },
] as const satisfies readonly { name: string; path: string; permission: Permission }[];

/** The parts of the settings that the person may see. */
export function SettingsParts({ now }: { now: (typeof PARTS)[number]['name'] }): VNode {
  const t = useWords(WORDS);
  const { may } = useFrame();
  return (
    <nav class="parts no-print" aria-label={t('label')}>
      <ul>
        {PARTS.filter(({ permission }) => may(permission)).map(({ name, path }) => (
          <li>
            <a href={path} aria-current={name === now ? 'page' : undefined}>
              {t(name)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
