import { Refusal } from '../../src/kernel/refusal.ts';
import type { SettlementItem } from '../../src/settlement/settlement.ts';
import type { SettlementReader } from '../../src/settlement/settlement-reader.port.ts';
import { readPostOfficeResult } from '../post-office/result-reader.ts';
import { firstBytes, rejoined } from './first-bytes.ts';
import { camtDocument } from './iso20022/camt-reader.ts';
import { readGuardedXml, XML_LIMITS, type DocumentStart } from './iso20022/guarded-xml.ts';
import { pain002Document } from './iso20022/pain-002-reader.ts';

// The versions that were read against their schemas. Another one may mean something else by the
// same element, so it is refused until somebody has looked.
const NAMESPACE =
  /^urn:iso:std:iso:20022:tech:xsd:(?:(pain\.002)\.001\.(?:03|10|14)|(camt\.05[34])\.001\.(?:02|04|08|10|12))$/;

/** Finds the reader of a message by its namespace. */
const startIso20022: DocumentStart<SettlementItem> = (namespace, context) => {
  const [, pain, camt] = NAMESPACE.exec(namespace) ?? [];
  if (pain !== undefined) return pain002Document(context);
  return camt === undefined ? undefined : camtDocument(camt as 'camt.053' | 'camt.054', context);
};

/**
 * Reads what a bank or a post office sent, by its content: an ISO 20022 message by its namespace,
 * or the result list of the post office. maxBytes bounds the size of one file.
 */
export function settlementReader(maxBytes: number = XML_LIMITS.bytes): SettlementReader {
  return {
    async *read(content) {
      const chunks = content[Symbol.asyncIterator]();
      const head = await firstBytes(chunks);
      const whole = rejoined(head, chunks);
      const limits = { ...XML_LIMITS, bytes: maxBytes };
      const first = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
      if (/^\s*</.test(first)) yield* readGuardedXml(whole, startIso20022, limits);
      else if (first.startsWith('#')) yield* readPostOfficeResult(whole, maxBytes);
      else throw new Refusal('file-malformed', { at: '', rule: 'unknown-format', byte: 0 });
    },
  };
}
