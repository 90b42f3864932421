/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../access/session.ts';
import { paths } from './paths.ts';
import type { Language, Page } from './route.ts';
import { HiddenToken } from './components.tsx';
import { QrCode } from './qr.tsx';
import { SIGN_IN_WORDS } from './sign-in.text.ts';

/** Where a person shows who they are. */
export function signInPage(language: Language, back: string): Page {
  return {
    title: SIGN_IN_WORDS[language].signIn,
    body: <SignInForm language={language} back={back} />,
  };
}

/** Name, password and code in one form: which of them was wrong is told to nobody. */
export function SignInForm({ language, back }: { language: Language; back: string }): VNode {
  const words = SIGN_IN_WORDS[language];
  return (
    <form class="form card" method="post" action={paths.signIn}>
      <input type="hidden" name="to" value={back} />
      <p>
        <label for="person">{words.person}</label>
        <input id="person" name="person" autocomplete="username" required maxLength={40} />
      </p>
      <p>
        <label for="password">{words.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxLength={LONGEST_PASSWORD}
        />
      </p>
      <CodeField language={language} hint={words.codeHint} />
      <button type="submit">{words.signIn}</button>
    </form>
  );
}

/** Where a person gives a new code, to go on with what they were about to do. */
export function codePage(given: { language: Language; back: string }): Page {
  return {
    title: SIGN_IN_WORDS[given.language].enterCode,
    body: <CodeForm language={given.language} back={given.back} />,
  };
}

export function CodeForm({ language, back }: { language: Language; back: string }): VNode {
  const words = SIGN_IN_WORDS[language];
  return (
    <form class="form card" method="post" action={paths.stepUp}>
      <HiddenToken />
      <input type="hidden" name="to" value={back} />
      <CodeField language={language} hint={words.codeWhy} />
      <button type="submit">{words.goOn}</button>
    </form>
  );
}

/** Where a person enrols the app that shows their codes. */
export function secondFactorPage(given: {
  language: Language;
  formToken: string;
  /** What the app scans, and the same secret in letters. */
  address: string;
  letters: string;
  sealed: string;
  choosesPassword: boolean;
}): Page {
  const words = SIGN_IN_WORDS[given.language];
  return {
    title: words.enrol,
    body: (
      <form class="form card" method="post" action={paths.secondFactor}>
        <HiddenToken />
        <input type="hidden" name="secret" value={given.sealed} />
        <p>{words.enrolHow}</p>
        <QrCode text={given.address} />
        <p>
          <code>{given.letters.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </p>
        <CodeField language={given.language} hint="" />
        {given.choosesPassword && (
          <p>
            <label for="password">{words.newPassword}</label>
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="new-password"
              required
              minLength={SHORTEST_PASSWORD}
              maxLength={LONGEST_PASSWORD}
              aria-describedby="password-hint"
            />
            <span id="password-hint">{words.newPasswordWhy}</span>
          </p>
        )}
        <button type="submit">{words.goOn}</button>
      </form>
    ),
  };
}

function CodeField({ language, hint }: { language: Language; hint: string }): VNode {
  return (
    <p>
      <label for="code">{SIGN_IN_WORDS[language].code}</label>
      <input
        id="code"
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        aria-describedby="code-hint"
      />
      <span id="code-hint">{hint}</span>
    </p>
  );
}
