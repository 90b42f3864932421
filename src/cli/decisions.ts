import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { decisionFiles } from '../compose.ts';
import { recordDecision } from '../entitlement/record-decision.flow.ts';
import { expectSandbox, print, withHouse } from './command.ts';

/** What people decide about an entitlement, as the engine will argue by it. */
export function decisionCommand(program: Command): void {
  program
    .command('decision')
    .description(
      'ghi một quyết định: dữ kiện, tạm dừng, hưởng lại, chi gộp hai tháng (chỉ môi trường thử) / ' +
        'record a decision: facts, suspension, resumption, two months at once (sandbox only)',
    )
    .argument('<file>', 'JSON, theo decision.schema.json / as decision.schema.json says')
    .requiredOption('--by <person>', 'người lập / who records it')
    .requiredOption('--confirmed-by <person>', 'người xác nhận / who confirms it')
    .action(async (file: string, { by, confirmedBy }: { by: string; confirmedBy: string }) => {
      const decision = decisionFiles.read(await readFile(file, 'utf8'));
      await withHouse(async (house, config) => {
        expectSandbox(config);
        await recordDecision(house.context({ actor: by }), decision, confirmedBy);
        print(`đã ghi / recorded: ${decision.kind}`);
      });
    });
}
