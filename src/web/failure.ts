import type { Request } from 'express';
import { REFUSALS, Refusal } from '../kernel/refusal.ts';

/** What the parser of bodies says, as refusals. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === 'entity.too.large' || type === 'parameters.too.many') {
    return new Refusal('request-too-large');
  }
  // An address that cannot be decoded, a body that ends early, a charset that nobody knows.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Refusal('form-malformed', { field: 'body' });
  }
  return undefined;
}

/** Whether whoever asked reads problem+json rather than pages (RFC 9457). */
export function readsProblems(request: Request): boolean {
  return request.accepts(['html', 'json', 'application/problem+json']) !== 'html';
}

/** A refusal, or a failure of ours where it is undefined, as problem details. */
export function problemOf(
  refusal: Refusal | undefined,
  supportCode: string,
): Readonly<Record<string, unknown>> {
  if (refusal === undefined) {
    return {
      type: 'about:blank',
      status: 500,
      title: 'Lỗi hệ thống / system failure',
      supportCode,
    };
  }
  const { status, vi, en } = REFUSALS[refusal.code];
  const facts = Object.entries(refusal.facts).map(([name, value]) => [name, String(value)]);
  return {
    type: `urn:an-sinh:refusal:${refusal.code}`,
    status,
    title: `${vi} / ${en}`,
    supportCode,
    facts: Object.fromEntries(facts) as Record<string, string>,
  };
}

/**
 * Where an error came from, without what it says: a message of the database may quote what somebody
 * typed.
 */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 6).map((line) => line.trim())].join(' < ');
}
