/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import { REFUSALS, type Refusal } from '../kernel/refusal.ts';
import { paths } from './paths.ts';
import type { Language, Page, Theme } from './route.ts';
import { CodeForm, SignInForm } from './sign-in.page.tsx';
import { SIGN_IN_WORDS } from './sign-in.text.ts';

/** What is known of a request that was not done. */
export interface Seen {
  readonly language: Language;
  readonly theme: Theme;
  readonly supportCode: string;
  /** Where the person goes back to. */
  readonly back: string;
  /** The token of forms of their session; empty before they are signed in. */
  readonly formToken: string;
}

/** Says why something was not done and what to do next; who has to show who they are does it here. */
export function refusalPage(seen: Seen, refusal: Refusal): Page {
  const { language } = seen;
  const words = SIGN_IN_WORDS[language];
  const said = REFUSALS[refusal.code][language];
  const facts = Object.entries(refusal.facts);
  return {
    title: refusal.code === 'not-signed-in' ? words.signIn : words.notDone,
    body: (
      <>
        <p role="alert">{said}</p>
        {facts.length > 0 && (
          <dl>
            {facts.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{String(value)}</dd>
              </>
            ))}
          </dl>
        )}
        {refusal.code === 'not-signed-in' && <SignInForm language={language} back={seen.back} />}
        {refusal.code === 'step-up-needed' && <CodeForm {...seen} />}
        {(refusal.code === 'own-page-closed' || refusal.code === 'own-code-refused') && (
          <p>
            <a href={paths.own}>{words.ownPage}</a>
          </p>
        )}
        {refusal.code === 'second-factor-needed' && (
          <p>
            <a href={paths.secondFactor}>{words.enrol}</a>
          </p>
        )}
        <Way {...seen} />
      </>
    ),
  };
}

/** Says that something of ours broke, and nothing of what. */
export function failurePage(seen: Seen): Page {
  const words = SIGN_IN_WORDS[seen.language];
  return {
    title: words.broke,
    body: (
      <>
        <p role="alert">{words.brokeNext}</p>
        <Way {...seen} />
      </>
    ),
  };
}

function Way({ language, back, supportCode }: Seen) {
  const words = SIGN_IN_WORDS[language];
  return (
    <>
      <p>
        <a href={back}>{words.goBack}</a>
      </p>
      <p>
        {words.supportCode} <code>{supportCode}</code>
      </p>
    </>
  );
}
