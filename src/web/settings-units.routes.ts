import { successorsOf, unitsOfCode } from '../intake/units.sql.ts';
import { isPlainDate, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import { formed, optional } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { route } from './route.ts';
import { UNIT_TEXTS, UnitsPage } from './settings-units.page.tsx';
import { saying } from './words.ts';

/** What a code of a unit meant on the day of a document. */
export const unitsRoute = route({
  method: 'get',
  path: paths.units,
  guard: requires('unit.see'),
  query: {
    code: optional(formed(/^(\d{2}|\d{5})$/)),
    on: optional(formed(/^\d{1,2}\/\d{1,2}\/\d{4}$/)),
  },
  async handle({ context: { db, clock }, language }, { query }) {
    const on = query.on === null ? businessDate(clock()) : dayOf(query.on);
    const code = query.code ?? '';
    const then = code === '' ? [] : await unitsOfCode(db, { code, on });
    const ever = code === '' ? [] : await unitsOfCode(db, { code, on: null });
    const [unit] = then;
    const successors = unit === undefined ? [] : await successorsOf(db, { ...unit, on });
    const model = { code, on, then, ever, successors };
    return page(saying(UNIT_TEXTS, language)('units'), UnitsPage, model);
  },
});

function dayOf(typed: string): PlainDate {
  const [dd = '', mm = '', yyyy = ''] = typed.split('/');
  const date = `${yyyy}-${mm.padStart(2, '0')}-${dd.padStart(2, '0')}`;
  if (!isPlainDate(date)) throw new Refusal('form-malformed', { field: 'on' });
  return date;
}
