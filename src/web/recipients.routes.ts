import { eventsAbout } from '../batch/batch-desk.sql.ts';
import { explainAssessments } from '../entitlement/explain-assessment.flow.ts';
import type { Explanation } from '../entitlement/explanation.ts';
import {
  decideChange,
  proposeAlive,
  proposeChannel,
  proposeIdentity,
  proposeSharing,
} from '../intake/change-register.flow.ts';
import type { Identity } from '../intake/register-change.ts';
import { isPeriod, isPlainDate, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { foldName } from '../kernel/text.ts';
import { communesInScope, findRecipients, openProposals } from '../report/desk.sql.ts';
import { ownName } from '../report/own-page.sql.ts';
import { recipientRecord } from '../report/recipient.sql.ts';
import { giveOwnCode, recordLook } from '../report/own-page.flow.ts';
import { revealRecipient } from '../report/reveal-recipient.flow.ts';
import { formed, oneOf, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { SlipPage } from './own.page.tsx';
import { OWN_TEXTS } from './own.text.ts';
import { page } from './page.tsx';
import { pageOf } from './paging.ts';
import { href, paths } from './paths.ts';
import { ProposalsPage } from './proposals.page.tsx';
import { RecipientPage } from './recipient.page.tsx';
import { RecipientsPage } from './recipients.page.tsx';
import { RECIPIENT_TEXTS } from './recipients.text.ts';
import { route, type Answer, type RequestContext, type Route } from './route.ts';
import type { Web } from './web.ts';
import { saying } from './words.ts';

const ON_A_PAGE = 50;
const COMMUNE = formed(/^\d{5}$/);
/** For so many months the newest amounts are explained on the page. */
const EXPLAINED = 3;

/** Finding recipients, one recipient, and changes of the register by two persons. */
export function recipientRoutes(web: Web): Route[] {
  return [
    browseRoute(web),
    searchRoute(web),
    proposalsRoute,
    recipientRoute,
    revealRoute,
    ownCodeRoute(web),
    correctRoute,
    aliveRoute,
    accountRoute,
    sharingRoute,
    decideRoute,
  ];
}

/** A commune is turned over by its key. Names and numbers of people are never in an address. */
const browseRoute = (web: Web): Route =>
  route({
    method: 'get',
    path: paths.recipients,
    guard: requires('recipient.see'),
    query: { commune: optional(COMMUNE), after: optional(wholeNumber()) },
    handle: (given, { query }) =>
      searchAnswer(web, given, {
        number: '',
        name: '',
        commune: query.commune,
        after: query.after,
      }),
  });

const searchRoute = (web: Web): Route =>
  route({
    method: 'post',
    path: paths.recipients,
    guard: requires('recipient.see'),
    form: { number: optional(text(20)), commune: optional(COMMUNE), name: optional(text(60)) },
    handle: (given, { form }) =>
      searchAnswer(web, given, {
        number: form.number ?? '',
        name: form.name ?? '',
        commune: form.commune,
        after: null,
      }),
  });

interface Searched {
  readonly number: string;
  readonly name: string;
  readonly commune: string | null;
  readonly after: bigint | null;
}

async function searchAnswer(
  { provinceCode }: Web,
  { context: { db }, scope, language }: RequestContext,
  searched: Searched,
): Promise<Answer> {
  const commune = searched.commune ?? '';
  const lacks = lackOf(searched);
  const found = lacks === null ? await findRecipients(db, keyOf(searched, scope)) : [];
  const { rows, paging } = pageOf(found, {
    atMost: ON_A_PAGE,
    query: { commune },
    isFirst: searched.after === null,
    key: ({ recipientId }) => String(recipientId),
  });
  const isByName = searched.name !== '' || searched.number !== '';
  const title = saying(RECIPIENT_TEXTS, language)('title');
  return page(title, RecipientsPage, {
    asked: { number: '', name: searched.name, commune },
    communes: await communesInScope(db, { units: scope, provinceCode }),
    found: rows,
    paging: isByName ? { ...paging, after: null, isFirst: true } : paging,
    hasMore: isByName && paging.after !== null,
    lacks,
  });
}

function keyOf(
  { number, name, commune, after }: Searched,
  units: readonly string[],
): Parameters<typeof findRecipients>[1] {
  const digits = number.replace(/\D/g, '');
  return {
    units,
    recipientId: digits !== '' && digits.length < 12 ? BigInt(digits) : null,
    citizenNumber: digits.length === 12 ? digits : null,
    communeCode: commune,
    foldedName: name === '' ? null : foldName(name).replace(/[%_\\]/g, ''),
    after,
    atMost: ON_A_PAGE + 1,
  };
}

function lackOf({ number, name, commune }: Searched): 'everything' | 'commune' | null {
  if (number !== '' || commune !== null) return null;
  return name === '' ? 'everything' : 'commune';
}

async function recipientAnswer(
  given: RequestContext,
  id: string,
  { revealed }: { revealed: boolean },
): Promise<Answer> {
  const { context, may, person } = given;
  const recipientId = await expectInScope(given, id);
  const record = await recipientRecord(context.db, recipientId);
  if (record === undefined) throw new Refusal('recipient-unknown', { recipientId });
  // Who cannot be put on record does not see it: the recipient is told who looked.
  await recordLook(context, recipientId);
  const periods = [...new Set(record.payments.map(({ period }) => period))].sort().toReversed();
  return page(record.fullName, RecipientPage, {
    recipientId,
    record,
    revealed,
    explained: await explainedOf(given, recipientId, periods.slice(0, EXPLAINED)),
    events: await eventsAbout(context.db, { subject: `recipient/${recipientId}`, atMost: 20 }),
    may: {
      reveal: may('recipient.reveal'),
      giveCode: may('recipient.give-code'),
      propose: may('recipient.propose'),
      changeAccount: may('account.propose'),
      decide: may('recipient.decide'),
    },
    personId: person.personId,
  });
}

async function expectInScope({ context, scope }: RequestContext, id: string): Promise<bigint> {
  if (!/^\d{1,15}$/.test(id)) throw new Refusal('recipient-unknown');
  const recipientId = BigInt(id);
  const [found] = await findRecipients(context.db, {
    units: scope,
    recipientId,
    citizenNumber: null,
    communeCode: null,
    foldedName: null,
    after: null,
    atMost: 1,
  });
  if (found === undefined) throw new Refusal('recipient-unknown', { recipientId });
  return recipientId;
}

async function explainedOf(
  { context }: RequestContext,
  recipientId: bigint,
  periods: readonly Period[],
): Promise<{ period: Period; explanations: readonly Explanation[] }[]> {
  const told: { period: Period; explanations: readonly Explanation[] }[] = [];
  for (const period of periods) {
    if (!isPeriod(period)) continue;
    const explanations = await explainAssessments(context.db, { recipientId, period });
    told.push({ period, explanations });
  }
  return told;
}

const proposalsRoute = route({
  method: 'get',
  path: paths.proposals,
  guard: requires('recipient.decide'),
  async handle({ context: { db }, person, scope: units, language }) {
    const of = { units, personId: person.personId, atMost: 200 };
    const title = saying(RECIPIENT_TEXTS, language)('open-proposal');
    return page(title, ProposalsPage, { proposals: await openProposals(db, of) });
  },
});

const recipientRoute = route({
  method: 'get',
  path: paths.recipient,
  guard: requires('recipient.see'),
  handle: (given, { params }) => recipientAnswer(given, params.recipientId, { revealed: false }),
});

const revealRoute = route({
  method: 'post',
  path: paths.recipientReveal,
  guard: requires('recipient.reveal'),
  async handle(given, { params }) {
    const recipientId = await expectInScope(given, params.recipientId);
    await revealRecipient(given.context, recipientId);
    return recipientAnswer(given, params.recipientId, { revealed: true });
  },
});

/** The code stands on this one answer and nowhere else: who reloads gives another. */
const ownCodeRoute = ({ origin }: Web): Route =>
  route({
    method: 'post',
    path: paths.recipientOwnCode,
    guard: requires('recipient.give-code'),
    stepUp: true,
    async handle(given, { params }) {
      const recipientId = await expectInScope(given, params.recipientId);
      const name = await ownName(given.context.db, recipientId);
      if (name === undefined) throw new Refusal('recipient-unknown', { recipientId });
      const { code, until } = await giveOwnCode(given.context, recipientId);
      const title = saying(OWN_TEXTS, given.language)('slip');
      return page(title, SlipPage, { recipientId, ...name, code, until, origin });
    },
  });

const correctRoute = route({
  method: 'post',
  path: paths.recipientCorrect,
  guard: requires('recipient.propose'),
  form: {
    fullName: optional(text(100)),
    birth: optional(text(10)),
    citizenNumber: optional(formed(/^\d{12}$/)),
    phone: optional(text(20)),
    document: text(200),
  },
  async handle(given, { params, form }) {
    const recipientId = await expectInScope(given, params.recipientId);
    const { fullName, birth, citizenNumber, phone, document } = form;
    const changes: Partial<Identity> = {
      ...(fullName === null ? {} : { fullName }),
      ...(birth === null ? {} : bornOn(birth)),
      ...(citizenNumber === null ? {} : { citizenNumber }),
      ...(phone === null ? {} : { phone }),
    };
    await proposeIdentity(given.context, { recipientId, document, changes });
    return { kind: 'redirect', to: href(paths.recipient, { recipientId }) };
  },
});

const aliveRoute = route({
  method: 'post',
  path: paths.recipientAlive,
  guard: requires('recipient.propose'),
  form: { document: text(200) },
  async handle(given, { params, form }) {
    const recipientId = await expectInScope(given, params.recipientId);
    await proposeAlive(given.context, { recipientId, ...form });
    return { kind: 'redirect', to: href(paths.recipient, { recipientId }) };
  },
});

/** A birth as it is typed: dd/mm/yyyy, or a year. */
function bornOn(typed: string): Pick<Identity, 'birthDate' | 'birthYear'> {
  if (/^\d{4}$/.test(typed)) return { birthYear: Number(typed), birthDate: null };
  const [, dd = '', mm = '', yyyy = ''] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed) ?? [];
  const date = `${yyyy}-${mm.padStart(2, '0')}-${dd.padStart(2, '0')}`;
  if (!isPlainDate(date)) throw new Refusal('change-faulty', { field: 'birthDate' });
  return { birthYear: Number(yyyy), birthDate: date };
}

const accountRoute = route({
  method: 'post',
  path: paths.recipientAccount,
  guard: requires('account.propose'),
  stepUp: true,
  form: {
    oldAccount: optional(text(34)),
    bankBin: optional(formed(/^\d{6}$/)),
    accountNumber: optional(text(34)),
    holderName: optional(text(100)),
    document: text(200),
  },
  async handle(given, { params, form }) {
    const recipientId = await expectInScope(given, params.recipientId);
    const { oldAccount, bankBin, accountNumber, holderName, document } = form;
    await proposeChannel(given.context, {
      recipientId,
      document,
      oldAccount: oldAccount ?? '',
      channel: {
        kind: accountNumber === null ? 'cash_post' : 'account',
        bankBin: bankBin ?? '',
        accountNumber: accountNumber ?? '',
        holderName: holderName ?? '',
      },
    });
    return { kind: 'redirect', to: href(paths.recipient, { recipientId }) };
  },
});

const sharingRoute = route({
  method: 'post',
  path: paths.recipientSharing,
  guard: requires('account.propose'),
  stepUp: true,
  form: { sharedFor: optional(text(200)), document: text(200) },
  async handle(given, { params, form }) {
    const recipientId = await expectInScope(given, params.recipientId);
    const { sharedFor, document } = form;
    await proposeSharing(given.context, { recipientId, document, sharedFor: sharedFor ?? '' });
    return { kind: 'redirect', to: href(paths.recipient, { recipientId }) };
  },
});

const decideRoute = route({
  method: 'post',
  path: paths.recipientDecide,
  guard: requires('recipient.decide'),
  stepUp: true,
  form: { decision: oneOf(['confirmed', 'declined']), reason: optional(text(500)) },
  async handle(given, { params, form }) {
    const recipientId = await expectInScope(given, params.recipientId);
    const proposalNo = Number(params.proposalNo);
    const { decision, reason } = form;
    await decideChange(given.context, { recipientId, proposalNo, decision, reason: reason ?? '' });
    return { kind: 'redirect', to: href(paths.recipient, { recipientId }) };
  },
});
