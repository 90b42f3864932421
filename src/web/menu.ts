import type { Permission } from '../access/permission.ts';
import { paths } from './paths.ts';

/** The entries of the menu, in the order of the month and then of those who look at it. */
export const MENU = [
  { name: 'today', path: paths.today, permission: 'today.see' },
  { name: 'lists', path: paths.lists, permission: 'list.see' },
  { name: 'recipients', path: paths.recipients, permission: 'recipient.see' },
  { name: 'worklist', path: paths.worklist, permission: 'worklist.see' },
  { name: 'batches', path: paths.batches, permission: 'batch.see' },
  { name: 'files', path: paths.files, permission: 'file.see' },
  { name: 'reconciliation', path: paths.reconciliation, permission: 'reconciliation.see' },
  { name: 'reports', path: paths.reports, permission: 'report.see' },
  { name: 'audit', path: paths.audit, permission: 'audit.see' },
  { name: 'settings', path: paths.settings, permission: 'law.see' },
] as const satisfies readonly { name: string; path: string; permission: Permission }[];

export type MenuEntry = (typeof MENU)[number]['name'];

/** The entry that an address belongs to; none for what lies outside of the menu. */
export function entryOf(here: string): MenuEntry | undefined {
  const [path = ''] = here.split('?');
  const found = MENU.find((entry) =>
    entry.path === '/' ? path === '/' : path === entry.path || path.startsWith(`${entry.path}/`),
  );
  return found?.name;
}
