/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import { href, paths } from './paths.ts';
import type { Language, Page } from './route.ts';

const WORDS = {
  vi: { with: 'Đăng nhập bằng định danh điện tử', done: 'Đã đăng nhập', goOn: 'Tiếp tục' },
  en: { with: 'Sign in with an electronic identity', done: 'You are signed in', goOn: 'Go on' },
} as const;

/** The page of signing in, with the way to the provider. */
export function withOutsideWay(page: Page, language: Language, to: string): Page {
  return {
    ...page,
    body: (
      <>
        {page.body}
        <p>
          <a href={href(paths.outside, {}, { to })}>{WORDS[language].with}</a>
        </p>
      </>
    ),
  };
}

/**
 * What stands between the provider and our pages: a browser keeps the cookie of a session from a page
 * that another site led to, and gives it to the next.
 */
export function backPage(language: Language, to: string): Page {
  return {
    title: WORDS[language].done,
    body: (
      <p>
        <a href={to}>{WORDS[language].goOn}</a>
      </p>
    ),
  };
}
