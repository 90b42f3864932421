import { approveDecree } from '../entitlement/approve-decree.flow.ts';
import { decreeProposed, decreesProposed } from '../entitlement/decree.sql.ts';
import { proposeDecree } from '../entitlement/propose-decree.flow.ts';
import { periodOf } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import { daysOnDesk, ratesOnDesk } from '../report/desk.sql.ts';
import { AUDIT_TEXTS } from './audit.text.ts';
import { formed, period } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { href, paths } from './paths.ts';
import { route, type Route } from './route.ts';
import { DecreePage, SettingsPage, type DecreePreview } from './settings.page.tsx';
import { wholeUpload } from './upload.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

/** The law, its decrees, and the calendar. */
export function settingsRoutes(web: Web): Route[] {
  return [settingsRoute, proposeRoute(web), decreeRoute, approveRoute];
}

const settingsRoute = route({
  method: 'get',
  path: paths.settings,
  guard: requires('law.see'),
  async handle({ context: { db, clock }, language, may }) {
    const today = businessDate(clock());
    const year = Number(today.slice(0, 4));
    return page(saying(AUDIT_TEXTS, language)('settings'), SettingsPage, {
      decrees: await decreesProposed(db),
      rates: await ratesOnDesk(db),
      year,
      days: await daysOnDesk(db, year),
      mayPropose: may('law.propose'),
      period: periodOf(today),
    });
  },
});

/** The law of a country fits into a few hundred kilobytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What it would change is worked out before it is kept, and shown to whoever approves. */
const proposeRoute = ({ decrees }: Web): Route =>
  route({
    method: 'post',
    path: paths.decrees,
    guard: requires('law.propose'),
    stepUp: true,
    uploads: true,
    form: { period: period() },
    async handle({ context }, { form, upload }) {
      const content = await wholeUpload(upload, MOST_BYTES);
      const previewed = { period: form.period, assessedOn: businessDate(context.clock()) };
      const file = { content, name: fileNameOf(upload?.name ?? '') };
      const { decreeId } = await proposeDecree(context, decrees, { file, previewed });
      return { kind: 'redirect', to: href(paths.decree, { decreeId }) };
    },
  });

/** What a browser says of a file is a name and never a place. */
function fileNameOf(said: string): string {
  const name = said.split(/[\\/]/).at(-1) ?? '';
  return name.replace(/[^\p{L}\p{N}._ -]/gu, '').slice(0, 120) || 'decree';
}

const decreeRoute = route({
  method: 'get',
  path: paths.decree,
  guard: requires('law.see'),
  async handle({ context: { db }, person, may }, { params }) {
    const found = await decreeProposed(db, numberOf(params.decreeId));
    if (found === undefined) throw new Refusal('decree-unknown');
    const preview = found.preview as DecreePreview;
    return page(found.number, DecreePage, {
      decree: { ...found, rowCount: BigInt(Object.values(found.rows).flat().length) },
      preview,
      mayApprove: may('law.approve'),
      isOwn: found.proposedBy === person.personId,
    });
  },
});

const approveRoute = route({
  method: 'post',
  path: paths.decreeApprove,
  guard: requires('law.approve'),
  stepUp: true,
  form: { sha256: formed(/^[0-9a-f]{64}$/) },
  async handle({ context }, { params, form }) {
    const decreeId = numberOf(params.decreeId);
    await approveDecree(context, { decreeId, sha256: form.sha256 });
    return { kind: 'redirect', to: href(paths.decree, { decreeId }) };
  },
});

function numberOf(text: string): bigint {
  if (!/^\d{1,15}$/.test(text)) throw new Refusal('decree-unknown');
  return BigInt(text);
}
