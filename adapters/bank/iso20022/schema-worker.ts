import { parentPort, workerData } from 'node:worker_threads';
import { XmlDocument, XmlElement, XmlValidateError, XsdValidator } from 'libxml2-wasm';

// Runs in a thread of its own: see schema-check.ts. What it tells has no value of the file in it.

/** The element that is wrong, and how; the line is that of the file. */
export interface SchemaFault {
  readonly element: string;
  readonly rule: string;
  readonly line: number;
}

const MAX_FAULTS = 100;

/** Null when the root is no Document: an envelope has no schema here. */
function faultsOf(of: { schema: Uint8Array; bytes: Uint8Array }): SchemaFault[] | null {
  using schema = XmlDocument.fromBuffer(of.schema);
  using validator = XsdValidator.fromDoc(schema);
  using document = XmlDocument.fromBuffer(of.bytes);
  if (!(document.root instanceof XmlElement) || document.root.name !== 'Document') return null;
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return error.details.slice(0, MAX_FAULTS).map(({ message, line }) => faultOf(message, line));
  }
}

function faultOf(message: string, line: number): SchemaFault {
  const element = /Element '(?:\{[^}]*\})?([^']{1,60})'/.exec(message)?.[1] ?? '';
  const attribute = /attribute '([^']{1,60})'/.exec(message)?.[1];
  return {
    element: attribute === undefined ? element : `${element}@${attribute}`,
    rule: ruleOf(message),
    line,
  };
}

function ruleOf(message: string): string {
  const facet = /\[facet '(\w+)'\]/.exec(message)?.[1];
  if (facet !== undefined) return facet.toLowerCase();
  if (message.includes('This element is not expected')) return 'not-expected';
  if (message.includes('Missing child element')) return 'child-missing';
  if (message.includes('is required but missing')) return 'attribute-missing';
  return message.includes('is not a valid value') ? 'value' : 'content';
}

parentPort?.postMessage(faultsOf(workerData as Parameters<typeof faultsOf>[0]));
