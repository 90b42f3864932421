import type { Request, Response } from 'express';
import type { Kept, Language, Theme } from './route.ts';

// The prefix __Host- makes a browser refuse a cookie that is not Secure, or is of another path or of a
// parent domain: nobody beside us can plant one.
const SESSION = '__Host-an-sinh';
const OWN = '__Host-own';
const JOURNEY = '__Host-journey';
const LANGUAGE = '__Host-language';
const THEME = '__Host-theme';

const STRICT = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;
// Sent when another site leads back to us, which the cookie of a session never is.
const LAX = { ...STRICT, sameSite: 'lax' } as const;
const JOURNEY_MS = 10 * 60_000;
const YEAR_MS = 365 * 24 * 3_600_000;

/** The token of the session that a browser shows; undefined for none, or what is none of ours. */
export function sessionToken(request: Request): string | undefined {
  const value = cookies(request).get(SESSION);
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** What a browser was told to keep about how pages are shown; Vietnamese is the first language. */
export function preferencesOf(request: Request): { language: Language; theme: Theme } {
  const kept = cookies(request);
  const theme = kept.get(THEME);
  return {
    language: kept.get(LANGUAGE) === 'en' ? 'en' : 'vi',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
  };
}

/** The token of the own page that a browser has open. */
export function ownToken(request: Request): string | undefined {
  const token = cookies(request).get(OWN);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
}

/** What was kept when a person was sent to an identity provider. */
export function journeyOf(request: Request): string | undefined {
  return cookies(request).get(JOURNEY);
}

/** Leaves in the browser what an answer keeps. */
export function keep(response: Response, { session, own, language, theme, journey }: Kept): void {
  if (session === null) {
    response.clearCookie(SESSION, STRICT);
    // Nothing of the session stays behind on a shared PC. Cookies are not named: the language is kept.
    response.set('Clear-Site-Data', '"cache", "storage"');
  } else if (session !== undefined) {
    response.cookie(SESSION, session, STRICT);
  }
  if (own === null) {
    response.clearCookie(OWN, STRICT);
    response.set('Clear-Site-Data', '"cache", "storage"');
  } else if (own !== undefined) {
    response.cookie(OWN, own, STRICT);
  }
  if (journey === null) response.clearCookie(JOURNEY, LAX);
  else if (journey !== undefined) {
    response.cookie(JOURNEY, journey, { ...LAX, maxAge: JOURNEY_MS });
  }
  if (language !== undefined) response.cookie(LANGUAGE, language, { ...STRICT, maxAge: YEAR_MS });
  if (theme !== undefined) response.cookie(THEME, theme, { ...STRICT, maxAge: YEAR_MS });
}

function cookies(request: Request): ReadonlyMap<string, string> {
  const header = request.get('cookie') ?? '';
  return new Map(
    header.split(';').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
