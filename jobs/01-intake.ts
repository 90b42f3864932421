import { importList, type ListToImport } from '../src/intake/import-list.flow.ts';
import { registerDeaths } from '../src/intake/register-deaths.flow.ts';
import { businessDate } from '../src/platform/clock.ts';
import { figure, type Job } from './job.ts';

export type ListFile = Pick<
  ListToImport,
  'content' | 'name' | 'strict' | 'sameAsLastMonth' | 'office'
>;

/** Takes one list in, then asks the civil-status register who of the register has died. */
export function intake(list: ListFile): Job {
  return {
    stage: 'intake',
    async run(context, { lists, civilStatus }, scope) {
      const imported = await importList(context, lists, { ...scope, ...list });
      const deaths = await registerDeaths(context, civilStatus, {
        ...scope,
        until: businessDate(context.clock()),
        asker: scope,
      });
      return {
        changed: !imported.unchanged || deaths !== undefined,
        figures: [
          figure('dòng nhận', 'rows accepted', {
            count: imported.accepted,
            vnd: imported.listedVnd,
          }),
          figure('dòng từ chối', 'rows refused', { count: imported.refused }),
          figure('danh sách số', 'list number', { count: imported.listId }),
          ...(deaths === undefined
            ? []
            : [figure('người đã chết', 'found deceased', { count: deaths.known })]),
        ],
      };
    },
  };
}
