/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { TOKEN_FIELD } from './forgery.ts';
import type { OpenContext, Page } from './route.ts';

/** The whole document as text. */
export function renderPage({ language }: Pick<OpenContext, 'language'>, page: Page): string {
  const document: VNode = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${page.title} – An Sinh`}</title>
      </head>
      <body>
        <main>
          <h1>{page.title}</h1>
          {page.body}
        </main>
      </body>
    </html>
  );
  return `<!DOCTYPE html>\n${renderToString(document)}\n`;
}

/** What makes a form one of ours. */
export function HiddenToken({ value }: { value: string }): VNode {
  return <input type="hidden" name={TOKEN_FIELD} value={value} />;
}
