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
  if (scope.includes('VN') || scope.includes(provinceCode)) return;
  throw new Refusal('permission-missing', { permission });
}
