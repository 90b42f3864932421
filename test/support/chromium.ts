import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { codeAt } from '../../src/platform/one-time-code.ts';
import type { TestPerson, TestWeb } from './web.ts';

/**
 * Our own arguments and never those of the package: they switch off the very protections that a page
 * is tested with.
 */
const ARGS = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

/** The Chromium that fits this machine, or undefined: CHROME_PATH wins, else the one from npm. */
async function chromiumPath(): Promise<string | undefined> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') return named;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  // It brings the two libraries that a bare machine lacks only where it takes itself to be in a cloud.
  const hasLibraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'].some((folder) =>
    existsSync(`${folder}/libnss3.so`),
  );
  if (!hasLibraries) process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x';
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

/** A browser for the tests of one describe; they are passed over where no Chromium fits. */
export function useChromium(): () => Browser {
  let browser: Browser | undefined;
  before(async function start() {
    const executablePath = await chromiumPath();
    if (executablePath === undefined) {
      process.stdout.write(
        `no Chromium for ${process.platform}/${process.arch}: set CHROME_PATH\n`,
      );
      const passOver = this.skip.bind(this);
      passOver();
      return;
    }
    browser = await chromium.launch({ executablePath, args: ARGS });
  });
  after(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('the browser is there only while tests run');
    return browser;
  };
}

export interface Sitting {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said that a page of ours never should. */
  readonly complaints: readonly string[];
  /** A code that was not given yet. */
  code(): string;
}

/** Somebody in front of a browser, signed in with both factors. */
export async function sitDown(
  browser: Browser,
  web: TestWeb,
  person: TestPerson,
  how: Parameters<Browser['newContext']>[0] = {},
): Promise<Sitting> {
  const context = await browser.newContext({
    baseURL: web.origin,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    ...how,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const code = (): string => {
    web.later({ seconds: 30 });
    return codeAt(person.secret, web.now());
  };
  await page.goto('/sign-in');
  await page.fill('input[name=person]', person.personId);
  await page.fill('input[name=password]', person.password);
  await page.fill('input[name=code]', code());
  await page.click('main button[type=submit]');
  return { page, context, complaints, code };
}
