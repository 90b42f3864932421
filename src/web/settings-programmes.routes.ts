import { programmesOnDesk } from '../report/desk.sql.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { paths } from './paths.ts';
import { route } from './route.ts';
import { PROGRAMME_TEXTS, ProgrammesPage } from './settings-programmes.page.tsx';
import { saying } from './words.ts';

/** What is paid at all. */
export const programmesRoute = route({
  method: 'get',
  path: paths.programmes,
  guard: requires('law.see'),
  async handle({ context: { db }, language }) {
    const programmes = await programmesOnDesk(db);
    return page(saying(PROGRAMME_TEXTS, language)('programmes'), ProgrammesPage, { programmes });
  },
});
