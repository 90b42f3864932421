import { openedPeriods, waitingFor, type WaitingCounts } from '../report/desk.sql.ts';
import type { Permission } from '../access/permission.ts';
import { scopeOf } from '../access/permission.ts';
import type { MenuEntry } from './menu.ts';
import type { OpenContext } from './route.ts';

/** Whom each kind of waiting work concerns, and the entry of the menu at which it is counted. */
const CONCERNS = {
  batches: { permission: 'batch.approve', entry: 'batches' },
  findings: { permission: 'worklist.see', entry: 'worklist' },
  breaks: { permission: 'reconciliation.resolve', entry: 'reconciliation' },
  proposals: { permission: 'recipient.decide', entry: 'recipients' },
  alarms: { permission: 'list.explain', entry: 'lists' },
} as const satisfies Record<keyof WaitingCounts, { permission: Permission; entry: MenuEntry }>;

const KINDS = Object.keys(CONCERNS) as (keyof WaitingCounts)[];

/** How much waits for whoever looks, of what concerns them, in a month or in the newest. */
export async function waitingWork(
  { context: { db }, person }: Pick<OpenContext, 'context' | 'person'>,
  asked: string | null,
): Promise<Partial<WaitingCounts>> {
  if (person === null || person.factors < 2) return {};
  const period = asked ?? (await openedPeriods(db))[0] ?? '';
  const units = scopeOf(person.grants, 'today.see');
  const counts = await waitingFor(db, { period, units, personId: person.personId });
  const concerned = KINDS.filter(
    (kind) => scopeOf(person.grants, CONCERNS[kind].permission).length > 0,
  );
  return Object.fromEntries(concerned.map((kind) => [kind, counts[kind]]));
}

/** The same as counts beside the entries of the menu. */
export function inboxOf(waiting: Partial<WaitingCounts>): Partial<Record<MenuEntry, bigint>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const count = waiting[kind];
      return count === undefined ? [] : [[CONCERNS[kind].entry, count]];
    }),
  );
}
