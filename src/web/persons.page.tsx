/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { ComponentChildren, VNode } from 'preact';
import { ROLES } from '../access/permission.ts';
import type { ListedPerson, RoleProposal } from '../access/person.sql.ts';
import { grouped } from '../kernel/text.ts';
import { ROLE_WORDS } from './account.text.ts';
import { TOKEN_FIELD } from './forgery.ts';
import { paths } from './paths.ts';
import { PERSON_WORDS } from './persons.text.ts';
import type { Page, RequestContext } from './route.ts';

type Looking = Pick<RequestContext, 'language' | 'formToken' | 'may'>;

interface Model {
  readonly persons: readonly ListedPerson[];
  readonly proposals: readonly RoleProposal[];
}

/** Everybody, what they may do, and what waits for a second administrator. */
export function personsPage(context: Looking, { persons, proposals }: Model): Page {
  const words = PERSON_WORDS[context.language];
  const mayChange = context.may('person.change');
  return {
    title: words.persons,
    body: (
      <>
        <Proposals context={context} proposals={proposals} />
        <div class="table">
          <table>
            <thead>
              <tr>
                {[words.person, words.fullName, words.credential, words.role].map((head) => (
                  <th scope="col">{head}</th>
                ))}
                {[words.unit, words.limit, words.grantedBy].map((head) => (
                  <th scope="col">{head}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {persons.map((one) => (
                <Row language={context.language} one={one} />
              ))}
            </tbody>
          </table>
        </div>
        {mayChange && <Forms {...context} />}
      </>
    ),
  };
}

/** The password that somebody is given, once. */
export function givenPage(
  { language }: Looking,
  given: { personId: string; password: string; revoked: readonly string[] },
): Page {
  const words = PERSON_WORDS[language];
  return {
    title: words.given,
    body: (
      <>
        <p>
          {given.personId}: <code>{given.password}</code>
        </p>
        <p>{words.givenWhy}</p>
        {given.revoked.length > 0 && (
          <p role="alert">
            {words.resetWhy} ({given.revoked.join(', ')})
          </p>
        )}
        <p>
          <a href={paths.persons}>{words.back}</a>
        </p>
      </>
    ),
  };
}

function Row({ language, one }: { language: Looking['language']; one: ListedPerson }): VNode {
  const words = PERSON_WORDS[language];
  const shows = { none: words.none, 'one-time': words.oneTime, own: words.own };
  return (
    <tr>
      <th scope="row">{one.personId}</th>
      <td>{one.fullName}</td>
      <td>{one.active ? shows[one.credential] : words.stopped}</td>
      <td>{one.role === null ? '–' : ROLE_WORDS[one.role][language]}</td>
      <td>{one.unitCode ?? '–'}</td>
      <td>{one.limitVnd === null ? '–' : `${grouped(one.limitVnd)} đ`}</td>
      <td>{one.grantedBy ?? '–'}</td>
    </tr>
  );
}

function Proposals({
  context,
  proposals,
}: {
  context: Looking;
  proposals: readonly RoleProposal[];
}): VNode {
  const { language } = context;
  const words = PERSON_WORDS[language];
  return (
    <>
      <h2>{words.waiting}</h2>
      <p>{words.waitingWhy}</p>
      {proposals.length === 0 && <p>{words.nothingWaits}</p>}
      {proposals.map(({ proposalNo, personId, role, unitCode, limitVnd, proposedBy }) => (
        <div class="card">
          <p>
            {personId}: {ROLE_WORDS[role][language]}, {unitCode}
            {limitVnd !== null && `, ${grouped(limitVnd)} đ`} ← {proposedBy}
          </p>
          {context.may('person.change') && (
            <Deed context={context} action={paths.personDecide} name={`p${proposalNo}`}>
              <input type="hidden" name="proposal" value={String(proposalNo)} />
              <button type="submit" name="granted" value="yes">
                {words.decide}
              </button>
              <button type="submit" name="granted" value="no">
                {words.refuse}
              </button>
            </Deed>
          )}
        </div>
      ))}
    </>
  );
}

/** What an administrator does: each form takes a code, as every change of rights does. */
function Forms(context: Looking): VNode {
  const words = PERSON_WORDS[context.language];
  const rights = (name: string): VNode => (
    <>
      <Person context={context} name={name} />
      <p>
        <label for={`${name}-role`}>{words.role}</label>
        <select id={`${name}-role`} name="role">
          {ROLES.map((role) => (
            <option value={role}>{ROLE_WORDS[role][context.language]}</option>
          ))}
        </select>
      </p>
      <Text name={name} field="unit" label={words.unit} />
    </>
  );
  return (
    <>
      <Deed context={context} action={paths.personGrant} name="grant" title={words.grant}>
        {rights('grant')}
        <Text name="grant" field="limit" label={words.limit} optional />
        <button type="submit">{words.grant}</button>
      </Deed>
      <Deed context={context} action={paths.personRevoke} name="revoke" title={words.revoke}>
        {rights('revoke')}
        <button type="submit">{words.revoke}</button>
      </Deed>
      <Deed context={context} action={paths.personAdd} name="add" title={words.add}>
        <Person context={context} name="add" />
        <Text name="add" field="fullName" label={words.fullName} />
        <Text name="add" field="citizenNumber" label={words.number} />
        <Text name="add" field="unit" label={words.unit} />
        <button type="submit">{words.add}</button>
      </Deed>
      <Deed context={context} action={paths.personReset} name="reset" title={words.reset}>
        <p>{words.resetWhy}</p>
        <Person context={context} name="reset" />
        <button type="submit">{words.reset}</button>
      </Deed>
      <Deed context={context} action={paths.personActive} name="active" title={words.stop}>
        <Person context={context} name="active" />
        <button type="submit" name="active" value="no">
          {words.stop}
        </button>
        <button type="submit" name="active" value="yes">
          {words.resume}
        </button>
      </Deed>
    </>
  );
}

function Deed({
  context,
  action,
  name,
  title,
  children,
}: {
  context: Looking;
  action: string;
  name: string;
  title?: string;
  children: ComponentChildren;
}): VNode {
  const words = PERSON_WORDS[context.language];
  return (
    <form class="form card" method="post" action={action}>
      {title !== undefined && <h2>{title}</h2>}
      <input type="hidden" name={TOKEN_FIELD} value={context.formToken} />
      <p>
        <label for={`${name}-code`}>{words.code}</label>
        <input
          id={`${name}-code`}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
        />
      </p>
      {children}
    </form>
  );
}

function Person({ context, name }: { context: Looking; name: string }): VNode {
  return <Text name={name} field="person" label={PERSON_WORDS[context.language].person} />;
}

function Text({
  name,
  field,
  label,
  optional = false,
}: {
  name: string;
  field: string;
  label: string;
  optional?: boolean;
}): VNode {
  const id = `${name}-${field}`;
  return (
    <p>
      <label for={id}>{label}</label>
      <input id={id} name={field} required={!optional} autocomplete="off" maxLength={140} />
    </p>
  );
}
