import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { bundleBatch } from '../audit/bundle-batch.flow.ts';
import { readVerifierKey, verifierKey } from '../audit/checkpoint.ts';
import type { HeadSigner } from '../audit/head-signer.port.ts';
import { AUDIT_CHECKS } from '../audit/seal.ts';
import { sealRows } from '../audit/seal-rows.flow.ts';
import { verifyAudit, type CheckResult } from '../audit/verify-audit.flow.ts';
import {
  folderWitness,
  keyFileSigner,
  makeKeyFile,
  sealingOf,
  tarBundle,
  trustedKeysOf,
  type House,
} from '../compose.ts';
import { Refusal } from '../kernel/refusal.ts';
import { grouped } from '../kernel/text.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { keyIdOf } from '../platform/ed25519.ts';
import { print, withHouse } from './command.ts';

/** The record of every step, and the proof that nobody changed it. */
export function auditCommands(program: Command): void {
  const audit = program
    .command('audit')
    .description('nhật ký kiểm toán và chứng cứ / the audit log and its proofs');
  makeKeyCommand(audit);
  audit
    .command('seal')
    .description('niêm phong mọi dòng, ký và công bố đầu nhật ký / seal every row, sign, publish')
    .option('--by <actor>', 'ai niêm phong / who seals', 'job/audit')
    .action((options: { by: string }) =>
      withHouse(async (house, config) => {
        const context = house.context({ actor: options.by });
        print((await sealRows(context, sealingOf(config))).note.trimEnd());
      }),
    );
  audit
    .command('verify')
    .description(
      'tính lại tất cả và nêu chỗ không khớp / compute everything again and name what differs\n\n' +
        'Chuỗi sự kiện, đầu nhật ký đã ký, dấu niêm phong, từng dòng, từng tệp, từng bất biến. ' +
        'Mã thoát 1 khi có chỗ sai.\n' +
        'Chain of events, signed heads, seals, every row, every file, every invariant. Exit 1 when ' +
        'anything differs.',
    )
    .summary('tính lại tất cả và nêu chỗ không khớp / compute again and name what differs')
    .option('--head <file...>', 'đầu nhật ký bạn giữ / heads that you were given')
    .addOption(
      new Option(
        '--key <key>',
        'khóa công khai bạn tin; có thể lặp lại / a public key you trust; may be repeated',
      ).argParser((text, before: readonly Key[] | undefined) => [...(before ?? []), readKey(text)]),
    )
    .option('--heads <folder>', 'thư mục giữ đầu nhật ký / a folder that keeps heads')
    .action((options: VerifyCommand) =>
      withHouse((house, config) => verifyAll(house, config, options)),
    );
  audit
    .command('bundle')
    .description(
      'hồ sơ chứng cứ của một đợt, kiểm tra được mà không cần An Sinh / ' +
        'all that proves one batch, to be checked without An Sinh\n\n' +
        'node docs/audit/verify-bundle.mjs <file> --key <key>; docs/audit/README.md',
    )
    .summary('hồ sơ chứng cứ của một đợt / all that proves one batch')
    .requiredOption('--batch <code>', 'mã đợt / batch code')
    .requiredOption('--out <file>', 'tệp .tar.gz')
    .action((options: { batch: string; out: string }) =>
      withHouse(async (house, config) => {
        await bundleBatch(house, { batchCode: options.batch, to: await tarBundle(options.out) });
        print(options.out);
        if (config.AUDIT_KEY_FILE !== undefined) print(`--key ${keyOf(sealingOf(config).signer)}`);
      }),
    );
}

function makeKeyCommand(audit: Command): void {
  audit
    .command('key')
    .description('tạo khóa ký đầu nhật ký / make the key that signs heads of the log')
    .argument('<file>', 'tệp PEM mới / the new PEM file')
    .addOption(
      new Option(
        '--log <name>',
        'tên nhật ký, như AUDIT_LOG_NAME / the name of the log, as in AUDIT_LOG_NAME',
      ).makeOptionMandatory(),
    )
    .action((file: string, { log }: { log: string }) => {
      makeKeyFile(file);
      print('khóa công khai, giao cho kiểm toán / the public key, to be handed to auditors:');
      print(keyOf(keyFileSigner(file, log)));
    });
}

/** The line that an auditor keeps: who signs the heads. */
export function keyOf({ name, publicKey }: Pick<HeadSigner, 'name' | 'publicKey'>): string {
  return verifierKey({ name, publicKey, keyId: keyIdOf(name, publicKey) });
}

type Key = Pick<HeadSigner, 'name' | 'publicKey'>;

function readKey(text: string): Key {
  const key = readVerifierKey(text);
  if (key === undefined) throw new Refusal('configuration-wrong', { key: 'name+id+base64' });
  return key;
}

interface VerifyCommand {
  readonly head?: readonly string[];
  readonly key?: readonly Key[];
  readonly heads?: string;
}

async function verifyAll(house: House, config: Config, options: VerifyCommand): Promise<void> {
  const { key: keys, heads: folder } = options;
  const witnesses = folder === undefined ? undefined : [folderWitness(folder)];
  const results = await verifyAudit(
    { db: house.db, archive: house.archive, clock: systemClock },
    {
      keys: keys ?? trustedKeysOf(config),
      witnesses: witnesses ?? (keys === undefined ? sealingOf(config).witnesses : []),
      heads: (options.head ?? []).map((file) => readFileSync(file, 'utf8')),
    },
  );
  for (const result of results) print(resultText(result));
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

function resultText({ check, looked, faults }: CheckResult): string {
  const { vi, en } = AUDIT_CHECKS[check];
  const verdict = faults.length === 0 ? 'ĐÚNG/OK' : `SAI/WRONG ${faults.length}`;
  const lines = faults.map(({ at, says }) => `  ${at}: ${says.vi} / ${says.en}`);
  return [`${verdict.padEnd(12)} ${grouped(looked).padStart(11)}  ${vi} / ${en}`, ...lines].join(
    '\n',
  );
}
