import type { Command } from 'commander';
import { webOf, type House } from '../compose.ts';
import { required, type Config } from '../platform/config.ts';
import { allRoutes } from '../web/routes.ts';
import { startWeb, webApp } from '../web/server.ts';
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
  const running = await startWeb(
    WEB_LISTEN,
    (origin) => {
      const web = webOf(house, config, origin);
      return webApp(web, allRoutes(web));
    },
    WEB_ORIGIN,
  );
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
