import type { Route } from './route.ts';
import { signInRoutes } from './sign-in.routes.ts';
import type { Web } from './web.ts';

/** Every route of the web, a line for each group. */
export function allRoutes(web: Web): Route[] {
  return [...signInRoutes(web)];
}
