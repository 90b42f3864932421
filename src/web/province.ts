import type { Permission } from '../access/permission.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { RequestContext } from './route.ts';
import type { Web } from './web.ts';

/** What is of a whole province is not for who has a commune alone. Throws Refusal permission-missing. */
export function expectProvince(
  { scope }: RequestContext,
  { provinceCode }: Web,
  permission: Permission,
): void {
  if (isOfProvince(scope, { provinceCode })) return;
  throw new Refusal('permission-missing', { permission });
}

/** Whether units that somebody may act for are, or hold, the province of this office. */
export function isOfProvince(
  scope: readonly string[],
  { provinceCode }: Pick<Web, 'provinceCode'>,
): boolean {
  return scope.includes('VN') || scope.includes(provinceCode);
}
