import { addPerson, decideGrant, grantRole, revokeRole, setActive } from '../access/grant.flow.ts';
import { ROLES } from '../access/permission.ts';
import { listedPersons, openRoleProposals } from '../access/person.sql.ts';
import { resetPerson } from '../access/reset-person.flow.ts';
import { formed, oneOf, optional, text, wholeNumber } from './form.ts';
import { requires } from './guard.ts';
import { paths } from './paths.ts';
import { givenPage, personsPage } from './persons.page.tsx';
import { route, type Route } from './route.ts';

const PERSON = formed(/^[a-z0-9-]{2,40}$/);
const UNIT = formed(/^(VN|[0-9]{2}|[0-9]{5})$/);
const ROLE = oneOf(ROLES);
const BACK = { kind: 'redirect', to: paths.persons } as const;

/** Everything here changes who may do what: an administrator, with a code given within five minutes. */
const CHANGE = { method: 'post', guard: requires('person.change'), stepUp: true } as const;

/** Who may sign in, and what they may do. */
export function personRoutes(): Route[] {
  return [...lookingRoutes(), ...grantingRoutes()];
}

function lookingRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: paths.persons,
      guard: requires('person.see'),
      async handle(context) {
        const { scope } = context;
        const model = await context.look(async (picture) => ({
          persons: await listedPersons(picture, scope),
          proposals: await openRoleProposals(picture, scope),
        }));
        return { kind: 'page', page: personsPage(context, model) };
      },
    }),
    route({
      ...CHANGE,
      path: paths.personAdd,
      form: {
        person: PERSON,
        fullName: text(100),
        citizenNumber: formed(/^\d{12}$/),
        unit: UNIT,
      },
      async handle({ context }, { form: { person: personId, unit: unitCode, ...of } }) {
        await addPerson(context, { ...of, personId, unitCode });
        return BACK;
      },
    }),
    route({
      ...CHANGE,
      path: paths.personReset,
      form: { person: PERSON },
      async handle(looking, { form: { person: personId } }) {
        const given = await resetPerson(looking.context, personId);
        return { kind: 'page', page: givenPage(looking, { personId, ...given }) };
      },
    }),
    route({
      ...CHANGE,
      path: paths.personActive,
      form: { person: PERSON, active: oneOf(['yes', 'no']) },
      async handle({ context }, { form }) {
        await setActive(context, { personId: form.person, active: form.active === 'yes' });
        return BACK;
      },
    }),
  ];
}

function grantingRoutes(): Route[] {
  return [
    route({
      ...CHANGE,
      path: paths.personGrant,
      form: { person: PERSON, role: ROLE, unit: UNIT, limit: optional(wholeNumber()) },
      async handle({ context }, { form: { person: personId, role, unit: unitCode, limit } }) {
        await grantRole(context, { personId, role, unitCode, limitVnd: limit });
        return BACK;
      },
    }),
    route({
      ...CHANGE,
      path: paths.personDecide,
      form: { proposal: wholeNumber(), granted: oneOf(['yes', 'no']) },
      async handle({ context }, { form }) {
        const granted = form.granted === 'yes';
        await decideGrant(context, { proposalNo: form.proposal, granted });
        return BACK;
      },
    }),
    route({
      ...CHANGE,
      path: paths.personRevoke,
      form: { person: PERSON, role: ROLE, unit: UNIT },
      async handle({ context }, { form: { person: personId, role, unit: unitCode } }) {
        await revokeRole(context, { personId, role, unitCode });
        return BACK;
      },
    }),
  ];
}
