import { scopeOf, type Permission } from '../access/permission.ts';
import type { Visitor } from '../access/session.sql.ts';
import { Refusal } from '../kernel/refusal.ts';

/** Who a route lets in. There is no route without one. */
export type Guard =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'signed-in'; readonly factors: 1 | 2 }
  | { readonly kind: 'recipient' }
  | { readonly kind: 'permission'; readonly permission: Permission };

/** Lets in whoever has a permission somewhere, with both factors. */
export function requires(permission: Permission): Guard {
  return { kind: 'permission', permission };
}

/** Lets in whoever is signed in; with one factor where the second is enrolled. */
export function signedIn({ factors = 2 }: { factors?: 1 | 2 } = {}): Guard {
  return { kind: 'signed-in', factors };
}

/** Lets in anybody: only what a person needs before they are signed in. */
export const ANYBODY: Guard = { kind: 'anybody' };

/** Lets in a recipient to their own page, and to no other. */
export const RECIPIENT: Guard = { kind: 'recipient' };

/**
 * The units that a visitor may see behind a guard. Throws Refusal not-signed-in, second-factor-needed
 * or permission-missing, in this order.
 */
export function admit(guard: Guard, visitor: Visitor | null): readonly string[] {
  // Whose page it is was found out from the cookie of that page (server.ts).
  if (guard.kind === 'anybody' || guard.kind === 'recipient') return [];
  if (visitor === null) throw new Refusal('not-signed-in');
  const needed = guard.kind === 'signed-in' ? guard.factors : 2;
  if (visitor.factors < needed) throw new Refusal('second-factor-needed');
  if (guard.kind === 'signed-in') return [];
  const scope = scopeOf(visitor.grants, guard.permission);
  if (scope.length === 0) throw new Refusal('permission-missing', { permission: guard.permission });
  return scope;
}
