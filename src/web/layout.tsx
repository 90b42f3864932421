/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { instant } from './format.ts';
import { FrameProvider, useCommon, useFrame, type Frame } from './frame.ts';
import { entryOf, MENU } from './menu.ts';
import { Heading, HiddenToken } from './components.tsx';
import { href, paths } from './paths.ts';
import type { Page } from './route.ts';

/** The whole document as text, around the body of one page; a page that has no heading gets one. */
export function renderPage(frame: Frame, page: Page): string {
  const document = renderToString(
    <FrameProvider value={frame}>
      <Document title={page.title}>
        {page.headed !== true && <Heading title={page.title} />}
        {page.body}
      </Document>
    </FrameProvider>,
  );
  return `<!DOCTYPE html>\n${document}\n`;
}

function Document(props: { title: string; children: ComponentChildren }): VNode {
  const { title, children } = props;
  const frame = useFrame();
  const t = useCommon();
  return (
    <html lang={frame.lang} data-theme={frame.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – ${frame.agency.name}`}</title>
        <link rel="stylesheet" href={frame.assets.style} />
        <link rel="icon" href={frame.assets.mark} type="image/svg+xml" />
        <script src={frame.assets.script} defer />
      </head>
      <body>
        <a class="skip" href="#main">
          {t('skip')}
        </a>
        <Top />
        {frame.person !== null && <Menu />}
        <main id="main" tabIndex={-1}>
          <div class="column">{children}</div>
        </main>
        <footer class="foot">
          <div class="column">
            <span>{t('product')}</span>
            <span>{t('made-at', { at: instant(frame.now) })}</span>
          </div>
        </footer>
      </body>
    </html>
  );
}

function Top(): VNode {
  const frame = useFrame();
  const t = useCommon();
  const other = frame.lang === 'vi' ? 'en' : 'vi';
  const isDark = frame.theme === 'dark';
  return (
    <header class="top">
      {frame.sandbox && <p class="band">{t('sandbox')}</p>}
      <div class="column">
        <img class="mark" src={frame.assets.mark} alt="" width="42" height="42" />
        <a class="agency" href={paths.today}>
          <span>{frame.agency.parent}</span>
          <b>{frame.agency.name}</b>
        </a>
        <div class="switches" role="group" aria-label={t('settings-of-page')}>
          <a
            href={href(paths.preferences, {}, { lang: other, to: frame.here })}
            lang={other}
            hreflang={other}
          >
            {t('other-language')}
          </a>
          <a
            href={href(paths.preferences, {}, { theme: isDark ? 'light' : 'dark', to: frame.here })}
          >
            {t(isDark ? 'theme-light' : 'theme-dark')}
          </a>
          {frame.person !== null && (
            <>
              <span class="who">{frame.person.fullName}</span>
              <form method="post" action={paths.signOut}>
                <HiddenToken />
                <button type="submit">{t('sign-out')}</button>
              </form>
            </>
          )}
        </div>
      </div>
    </header>
  );
}

function Menu(): VNode {
  const frame = useFrame();
  const entry = entryOf(frame.here);
  const t = useCommon();
  return (
    <nav class="menu" aria-label={t('main-menu')}>
      <ul class="column">
        {MENU.filter(({ permission }) => frame.may(permission)).map(({ name: one, path }) => {
          const waiting = frame.inbox[one] ?? 0n;
          return (
            <li>
              <a href={path} aria-current={one === entry ? 'page' : undefined}>
                {t(`menu.${one}`)}
                {waiting > 0n && (
                  <span class="count">
                    {String(waiting)}
                    <span class="only-read"> {t('waiting', { count: waiting })}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
