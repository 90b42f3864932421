import { existsSync, readFileSync } from 'node:fs';
import { ownThread } from '../../own-code.ts';
import type { SchemaFault } from './schema-worker.ts';

// A file against the schema of its message. The checker builds the whole document, so it works in a
// thread of its own and up to a size; its findings are told and gate nothing.

const MAX_BYTES = 24 * 1024 ** 2;

export type SchemaCheck =
  | { readonly checked: false; readonly why: 'no-schema' | 'too-large' | 'not-plain' }
  | { readonly checked: true; readonly faults: readonly SchemaFault[] };

/** Checks one ISO 20022 file; version is its message name, such as pain.002.001.10. */
export async function checkSchema(version: string, bytes: Buffer): Promise<SchemaCheck> {
  const name = /^[a-z]{4}\.\d{3}\.\d{3}\.\d{2}$/.test(version) ? version : '';
  const schema = new URL(`./xsd/${name}.xsd`, import.meta.url);
  if (name === '' || !existsSync(schema)) return { checked: false, why: 'no-schema' };
  if (bytes.length > MAX_BYTES) return { checked: false, why: 'too-large' };
  const worker = ownThread(new URL('schema-worker.ts', import.meta.url), {
    workerData: { schema: readFileSync(schema), bytes },
  });
  try {
    const faults = await new Promise<readonly SchemaFault[] | null>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return faults === null ? { checked: false, why: 'not-plain' } : { checked: true, faults };
  } finally {
    await worker.terminate();
  }
}
