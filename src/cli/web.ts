import type { Command } from 'commander';
import { webOf, type House } from '../compose.ts';
import { required, type Config } from '../platform/config.ts';
import type { RunningWeb } from '../web/server.ts';
import { print, withHouse } from './command.ts';

/** The pages of staff and auditors, until the process is told to end. */
export function webCommand(program: Command): void {
  program
    .command('web')
    .description('mở trang web cho cán bộ và kiểm toán / serve the pages of staff and auditors')
    .action(() => withHouse(serveUntilStopped));
}

async function serveUntilStopped(house: House, config: Config): Promise<void> {
  const needed = ['WEB_LISTEN', 'WEB_ORIGIN'] as const;
  const { WEB_LISTEN, WEB_ORIGIN } = required(config, needed, 'trang web / the web');
  const running = await openPages(house, config, WEB_LISTEN, WEB_ORIGIN);
  print(`${running.origin} ← ${WEB_LISTEN}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
  await running.close();
}

/** The pages, open where they are told to listen, and under the address that people know them by. */
export async function openPages(
  house: House,
  config: Config,
  listenOn: string,
  origin?: string,
): Promise<RunningWeb> {
  // No other command needs them, and they take long to load.
  const { allRoutes } = await import('../web/routes.ts');
  const { startWeb, webApp } = await import('../web/server.ts');
  return startWeb(
    listenOn,
    (at) => {
      const web = webOf(house, config, at);
      return webApp(web, allRoutes(web));
    },
    origin,
  );
}
