import { createHash } from 'node:crypto';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { FileFinding, ReceivedFile } from '../../src/reconciliation/rehearsal.ts';
import type {
  RehearsedFileReader,
  RehearsedSource,
} from '../../src/reconciliation/rehearsed-file.port.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { bankFileReader } from './bank-file-reader.ts';
import { checkSchema } from './iso20022/schema-check.ts';

// Files of a rehearsal: read by the readers of every month, with what their schemas say.

/** Reads a file as one that came, by the list template of a profile. */
export const rehearsedFiles: RehearsedFileReader = { read };

async function read(
  source: RehearsedSource,
  inbound: Parameters<RehearsedFileReader['read']>[1],
): Promise<ReceivedFile> {
  const file = source.name;
  const hash = createHash('sha256');
  const reader = bankFileReader({ template: inbound?.list ?? null });
  const items: BankItem[] = [];
  try {
    for await (const some of reader.read(hashed(source, hash))) items.push(...some);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { file, sha256: await sha256Of(source), refusal: refusalOf(error) };
  }
  const findings = await schemaFindings(source, items);
  return { file, sha256: hash.digest('hex'), items, fingerprint: fingerprintOf(items), findings };
}

async function* hashed(
  source: RehearsedSource,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of source.open()) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Of all bytes, also of those behind the fault. */
async function sha256Of(source: RehearsedSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.open()) hash.update(chunk);
  return hash.digest('hex');
}

function refusalOf({
  code,
  facts,
}: Refusal): Extract<ReceivedFile, { refusal: unknown }>['refusal'] {
  const { rule = '', at = '', byte = 0 } = facts;
  return { reason: code, rule: String(rule), at: { path: String(at), byte: Number(byte) } };
}

/** A hash of what is said and not of how it is laid out. */
function fingerprintOf(items: readonly BankItem[]): string {
  const hash = createHash('sha256');
  for (const item of items) {
    hash.update(
      JSON.stringify(item, (name, value: unknown) => (name === 'at' ? undefined : value)),
    );
    hash.update('\n');
  }
  return hash.digest('hex');
}

async function schemaFindings(
  source: RehearsedSource,
  items: readonly BankItem[],
): Promise<FileFinding[]> {
  const message = items.find((item) => item.type === 'message');
  if (message?.version.includes('.001.') !== true) return [];
  const parts: Buffer[] = [];
  for await (const chunk of source.open()) parts.push(chunk);
  const check = await checkSchema(message.version, Buffer.concat(parts));
  if (!check.checked) return [];
  return check.faults.map(({ element, rule, line }) => ({
    kind: 'schema',
    rule,
    path: `line ${line}:${element}`,
    byte: 0,
  }));
}
