/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../access/session.ts';
import type { OwnSession } from '../access/session.sql.ts';
import { grouped } from '../kernel/text.ts';
import { ACCOUNT_WORDS, ROLE_WORDS } from './account.text.ts';
import { TOKEN_FIELD } from './forgery.ts';
import { href, paths } from './paths.ts';
import type { Page, RequestContext } from './route.ts';

type Looking = Pick<RequestContext, 'language' | 'formToken' | 'person'>;

/** What a person may do, where they are signed in, and how they show who they are. */
export function accountPage(context: Looking, sessions: readonly OwnSession[]): Page {
  const words = ACCOUNT_WORDS[context.language];
  return {
    title: words.account,
    body: (
      <>
        <p>
          <b>{context.person.fullName}</b> ({context.person.personId})
        </p>
        <Rights {...context} />
        <Sessions context={context} sessions={sessions} />
        <Password {...context} />
        <p>
          <a href={paths.secondFactor}>{words.factor}</a>
        </p>
        <h2>{words.shown}</h2>
        <ul>
          {(['light', 'dark', 'auto'] as const).map((theme) => (
            <li>
              <a href={href(paths.preferences, {}, { theme, to: paths.account })}>{words[theme]}</a>
            </li>
          ))}
          {(['vi', 'en'] as const).map((lang) => (
            <li>
              <a lang={lang} href={href(paths.preferences, {}, { lang, to: paths.account })}>
                {lang === 'vi' ? 'Tiếng Việt' : 'English'}
              </a>
            </li>
          ))}
        </ul>
      </>
    ),
  };
}

function Rights({ language, person }: Looking): VNode {
  const words = ACCOUNT_WORDS[language];
  return (
    <>
      <h2>{words.rights}</h2>
      {person.grants.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.role}</th>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.limit}</th>
            </tr>
          </thead>
          <tbody>
            {person.grants.map(({ role, unitCode, limitVnd }) => (
              <tr>
                <td>{ROLE_WORDS[role][language]}</td>
                <td>{unitCode}</td>
                <td>{limitVnd === null ? '–' : `${grouped(limitVnd)} đ`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Sessions({
  context,
  sessions,
}: {
  context: Looking;
  sessions: readonly OwnSession[];
}): VNode {
  const words = ACCOUNT_WORDS[context.language];
  return (
    <>
      <h2>{words.sessions}</h2>
      <p>{words.sessionsWhy}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.device}</th>
            <th scope="col">{words.opened}</th>
            <th scope="col">{words.seen}</th>
            <th scope="col">{words.end}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ sessionId, device, openedAt, seenAt }) => (
            <tr>
              <td>{device === '' ? '–' : device}</td>
              <td>{inHanoi(openedAt)}</td>
              <td>{inHanoi(seenAt)}</td>
              <td>
                {sessionId === context.person.sessionId ? (
                  words.here
                ) : (
                  <form method="post" action={href(paths.sessionEnd, { sessionId })}>
                    <input type="hidden" name={TOKEN_FIELD} value={context.formToken} />
                    <button type="submit">{words.end}</button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sessions.length > 1 && (
        <form method="post" action={paths.sessionsEnd}>
          <input type="hidden" name={TOKEN_FIELD} value={context.formToken} />
          <button type="submit">{words.endOthers}</button>
        </form>
      )}
    </>
  );
}

function Password({ language, formToken }: Looking): VNode {
  const words = ACCOUNT_WORDS[language];
  return (
    <form class="form card" method="post" action={paths.password}>
      <h2>{words.password}</h2>
      <input type="hidden" name={TOKEN_FIELD} value={formToken} />
      <p>
        <label for="current">{words.current}</label>
        <input
          id="current"
          name="current"
          type="password"
          autocomplete="current-password"
          required
          maxLength={LONGEST_PASSWORD}
        />
      </p>
      <p>
        <label for="next">{words.next}</label>
        <input
          id="next"
          name="next"
          type="password"
          autocomplete="new-password"
          required
          minLength={SHORTEST_PASSWORD}
          maxLength={LONGEST_PASSWORD}
        />
      </p>
      <p>
        <label for="code">{words.code}</label>
        <input
          id="code"
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
        />
      </p>
      <button type="submit">{words.password}</button>
    </form>
  );
}

const HANOI = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'short',
});

function inHanoi(instant: Date): string {
  return HANOI.format(instant);
}
