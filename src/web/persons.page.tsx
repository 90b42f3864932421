/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { ComponentChildren, VNode } from 'preact';
import { ROLES } from '../access/permission.ts';
import type { ListedPerson, RoleProposal } from '../access/person.sql.ts';
import { grouped } from '../kernel/text.ts';
import { ROLE_WORDS } from './account.text.ts';
import { CodeField, Field, PostForm, Table, Tag } from './components.tsx';
import { paths } from './paths.ts';
import { PERSON_WORDS } from './persons.text.ts';
import type { Page, RequestContext } from './route.ts';
import { SettingsParts } from './settings-nav.tsx';

type Looking = Pick<RequestContext, 'language' | 'may'>;

interface Model {
  readonly persons: readonly ListedPerson[];
  readonly proposals: readonly RoleProposal[];
}

/** Everybody, what they may do, and what waits for a second administrator. */
export function personsPage(context: Looking, { persons, proposals }: Model): Page {
  const words = PERSON_WORDS[context.language];
  return {
    title: words.persons,
    body: (
      <>
        <SettingsParts now="persons" />
        <Proposals context={context} proposals={proposals} />
        <h2>{words.everybody}</h2>
        <Persons language={context.language} persons={persons} />
        {context.may('person.change') && <Forms {...context} />}
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

function Persons({
  language,
  persons,
}: {
  language: Looking['language'];
  persons: readonly ListedPerson[];
}): VNode {
  const words = PERSON_WORDS[language];
  const shows = { none: words.none, 'one-time': words.oneTime, own: words.own };
  return (
    <Table
      label={words.everybody}
      rows={persons}
      columns={[
        { title: words.person, names: true, cell: ({ personId }) => personId },
        { title: words.fullName, minor: true, cell: ({ fullName }) => fullName },
        {
          title: words.credential,
          cell: ({ active, credential }) =>
            active ? (
              <Tag tone={credential === 'own' ? 'good' : 'wait'}>{shows[credential]}</Tag>
            ) : (
              <Tag tone="bad">{words.stopped}</Tag>
            ),
        },
        {
          title: words.role,
          cell: ({ role }) => (role === null ? '–' : ROLE_WORDS[role][language]),
        },
        { title: words.unitShort, cell: ({ unitCode }) => unitCode ?? '–' },
        {
          title: words.limitShort,
          kind: 'vnd',
          minor: true,
          cell: ({ limitVnd }) => (limitVnd === null ? '–' : grouped(limitVnd)),
        },
        { title: words.grantedBy, minor: true, cell: ({ grantedBy }) => grantedBy ?? '–' },
      ]}
    />
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
      {proposals.length === 0 && <p class="card">{words.nothingWaits}</p>}
      {proposals.map(({ proposalNo, personId, role, unitCode, limitVnd, proposedBy }) => (
        <div class="card">
          <p>
            <b>{personId}</b>: {ROLE_WORDS[role][language]}, {unitCode}
            {limitVnd !== null && `, ${grouped(limitVnd)} đ`} ({words.proposedBy} {proposedBy})
          </p>
          {context.may('person.change') && (
            <PostForm action={paths.personDecide} seen={{ proposal: String(proposalNo) }}>
              <CodeField id={`p${proposalNo}-code`} />
              <div class="actions">
                <button class="approve" type="submit" name="granted" value="yes">
                  {words.decide}
                </button>
                <button class="refuse" type="submit" name="granted" value="no">
                  {words.refuse}
                </button>
              </div>
            </PostForm>
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
      <Text name={name} field="person" label={words.person} />
      <Field name="role" id={`${name}-role`} label={words.role}>
        <select>
          {ROLES.map((role) => (
            <option value={role}>{ROLE_WORDS[role][context.language]}</option>
          ))}
        </select>
      </Field>
      <Text name={name} field="unit" label={words.unit} />
    </>
  );
  return (
    <section class="no-print">
      <h2>{words.changes}</h2>
      <Deed action={paths.personGrant} name="grant" title={words.grant}>
        {rights('grant')}
        <Text name="grant" field="limit" label={words.limit} optional />
        <button type="submit">{words.grant}</button>
      </Deed>
      <Deed action={paths.personRevoke} name="revoke" title={words.revoke}>
        {rights('revoke')}
        <button class="refuse" type="submit">
          {words.revoke}
        </button>
      </Deed>
      <Deed action={paths.personAdd} name="add" title={words.add}>
        <Text name="add" field="person" label={words.person} />
        <Text name="add" field="fullName" label={words.fullName} />
        <Text name="add" field="citizenNumber" label={words.number} />
        <Text name="add" field="unit" label={words.unit} />
        <button type="submit">{words.add}</button>
      </Deed>
      <Deed action={paths.personReset} name="reset" title={words.reset}>
        <p>{words.resetWhy}</p>
        <Text name="reset" field="person" label={words.person} />
        <button type="submit">{words.reset}</button>
      </Deed>
      <Deed action={paths.personActive} name="active" title={words.stop}>
        <Text name="active" field="person" label={words.person} />
        <div class="actions">
          <button class="refuse" type="submit" name="active" value="no">
            {words.stop}
          </button>
          <button class="calm" type="submit" name="active" value="yes">
            {words.resume}
          </button>
        </div>
      </Deed>
    </section>
  );
}

function Deed(props: {
  action: string;
  name: string;
  title: string;
  children: ComponentChildren;
}): VNode {
  const { action, name, title, children } = props;
  return (
    <details>
      <summary>{title}</summary>
      <PostForm action={action}>
        <CodeField id={`${name}-code`} />
        {children}
      </PostForm>
    </details>
  );
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
  return (
    <Field name={field} id={`${name}-${field}`} label={label}>
      <input type="text" required={!optional} autocomplete="off" maxLength={140} size={36} />
    </Field>
  );
}
