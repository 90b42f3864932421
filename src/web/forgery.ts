import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { Refusal } from '../kernel/refusal.ts';

/** The name under which the token stands in a form. */
export const TOKEN_FIELD = '_csrf';

/**
 * The token that the forms of a session carry. It is drawn from the session and not kept: a page that is
 * open in another tab stays good when a code was given in this one.
 */
export function formToken(key: Buffer, sessionId: string): string {
  return createHmac('sha256', key).update(`form/${sessionId}`).digest('base64url');
}

/**
 * Refuses what a page of another site makes a browser send. Every browser of the last years says where a
 * form came from; what does not say it is no browser with our cookie.
 */
export function fromOurPages(request: Request, origin: string): void {
  const site = request.get('sec-fetch-site');
  const from = request.get('origin');
  const ours = (site === undefined || site === 'same-origin') && from === origin;
  if (!ours) throw new Refusal('request-forged');
}

/** Refuses a form without the token of its session. */
export function withToken(came: unknown, expected: string): void {
  const given = (came as Record<string, unknown> | undefined)?.[TOKEN_FIELD];
  const digest = (text: string): Buffer => createHmac('sha256', 'compared').update(text).digest();
  const right = typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
  if (!right) throw new Refusal('request-forged');
}
