import { approveProfile, proposeProfile } from '../approval/change-bank-profile.flow.ts';
import { profilesOf } from '../batch/bank-profile.sql.ts';
import type { ProfileFault } from '../batch/bank-profile-rules.ts';
import { Refusal } from '../kernel/refusal.ts';
import { formed } from './form.ts';
import { requires } from './guard.ts';
import { page } from './page.tsx';
import { href, paths } from './paths.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import { BankPage, BanksPage } from './settings-banks.page.tsx';
import { BANK_TEXTS } from './settings-banks.text.ts';
import { wholeUpload } from './upload.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

/** A profile has some hundred lines. */
const MOST_BYTES = 256 * 1024;

/** What banks lay down about files: seen by staff, changed by two persons. */
export function bankRoutes(web: Web): Route[] {
  return [
    route({
      method: 'get',
      path: paths.banks,
      guard: requires('bank.see'),
      handle: (given) => banksAnswer(given, []),
    }),
    proposeRoute(web),
    bankRoute,
    approveRoute,
  ];
}

async function banksAnswer(
  { context, language, may }: RequestContext,
  faults: readonly ProfileFault[],
): Promise<Answer> {
  const answer = page(saying(BANK_TEXTS, language)('banks'), BanksPage, {
    profiles: await profilesOf(context.db, null),
    mayPropose: may('bank.change'),
    faults,
  });
  return faults.length === 0 ? answer : { ...answer, status: 422 };
}

const proposeRoute = ({ readProfile, sandbox }: Web): Route =>
  route({
    method: 'post',
    path: paths.banks,
    guard: requires('bank.change'),
    stepUp: true,
    uploads: true,
    async handle(given, { upload }) {
      const read = readProfile(await wholeUpload(upload, MOST_BYTES));
      if (read.profile === null) return banksAnswer(given, read.faults);
      const { channel, version, environment } = read.profile;
      // A key of one environment in the other is how test money becomes real money.
      if ((environment === 'sandbox') !== sandbox) {
        throw new Refusal('configuration-wrong', { environment });
      }
      await proposeProfile(given.context, read.profile);
      return { kind: 'redirect', to: href(paths.bank, { channel, version }) };
    },
  });

const bankRoute = route({
  method: 'get',
  path: paths.bank,
  guard: requires('bank.see'),
  async handle({ context, person, may }, { params: { channel, version } }) {
    const known = await profilesOf(context.db, channel);
    const stored = known.find((one) => String(one.version) === version);
    if (stored === undefined) throw new Refusal('profile-unknown');
    return page(`${channel} ${version}`, BankPage, {
      stored,
      standing: known.find(({ inUse }) => inUse) ?? null,
      mayApprove: may('bank.approve'),
      isOwn: stored.proposedBy === person.personId,
    });
  },
});

const approveRoute = route({
  method: 'post',
  path: paths.bankApprove,
  guard: requires('bank.approve'),
  stepUp: true,
  form: { sha256: formed(/^[0-9a-f]{64}$/) },
  async handle({ context, stepUpAt }, { params: { channel, version }, form }) {
    if (!/^\d{1,9}$/.test(version)) throw new Refusal('profile-unknown');
    if (stepUpAt === null) throw new Refusal('step-up-needed');
    const of = { channel, version: Number(version), sha256: form.sha256, stepUpAt };
    await approveProfile(context, of);
    return { kind: 'redirect', to: href(paths.bank, { channel, version }) };
  },
});
