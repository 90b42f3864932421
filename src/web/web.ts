import type { Context } from '../platform/context.ts';
import type { Log } from '../platform/log.ts';
import type { Vault } from '../platform/sealed-secret.ts';

/** What the web is made of: given once, when it starts. */
export interface Web {
  /** A context for flows, for whoever acts. */
  contextOf(actor: string): Context;
  readonly log: Log;
  /** Seals the secrets of second factors; its keys sign the tokens of forms. */
  readonly vault: Vault;
  /** The web as browsers see it, such as https://ansinh.example.vn. */
  readonly origin: string;
  /** The proxies that are believed about where a request came from. */
  readonly proxies: readonly string[];
  /** Whether no real money moves: pages say so. */
  readonly sandbox: boolean;
}
