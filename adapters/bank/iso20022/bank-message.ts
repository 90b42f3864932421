import type { BankHeader, BankItem } from '../../../src/settlement/bank-file.ts';
import { accountReport, type AccountReportKind, type Depth } from './account-report.ts';
import {
  businessHeader,
  messageReject,
  resolutionOfInvestigation,
  verificationReport,
} from './case-reports.ts';
import type { ElementRule, MessageStart, ReaderContext } from './guarded-xml.ts';
import { paymentInitiation } from './payment-initiation.ts';
import { paymentStatusReport } from './payment-status-report.ts';

// Finds the reader of a message by its namespace. ISO names end in the message and its version; the
// Swiss and the German banks put their own variant behind or before them.

const NAMESPACE =
  /^(?:urn:iso:std:iso:20022:tech:xsd:|http:\/\/www\.six-interbank-clearing\.com\/de\/)((pain\.00[12]|camt\.0(?:29|5[234])|acmt\.024|admi\.002)\.\d{3}\.\d{2})(?:\.ch\.\d{2}(?:\.xsd)?)?$/;
const HEADER = /^urn:iso:std:iso:20022:tech:xsd:head\.001\.001\.\d{2}$/;

/** How messages are begun, at a depth; each file needs one of its own. */
export function messageStart(depth: Depth): MessageStart<BankItem> {
  let header: BankHeader | undefined;
  return {
    header: (namespace, context) =>
      HEADER.test(namespace)
        ? businessHeader({
            ...context,
            emit: (item) => {
              if (item.type === 'header') header = item;
              context.emit(item);
            },
          })
        : undefined,
    document: (namespace, context) => {
      const [, version = '', kind] = NAMESPACE.exec(namespace) ?? [];
      if (kind === undefined) return undefined;
      // A header that announces one message in front of another is a lie, or a mix of two files.
      if (header !== undefined && !announces(header, version)) {
        context.refuse('header-of-another-message');
      }
      return bodyOf(kind, { version, depth }, context);
    },
  };
}

function announces({ definition }: BankHeader, version: string): boolean {
  return definition === '' || definition.includes(version);
}

function bodyOf(
  kind: string,
  { version, depth }: { version: string; depth: Depth },
  context: ReaderContext<BankItem>,
): ElementRule | undefined {
  switch (kind) {
    case 'pain.001':
      return paymentInitiation(version, context);
    case 'pain.002':
      return paymentStatusReport(version, context);
    case 'camt.029':
      return resolutionOfInvestigation(version, context);
    case 'acmt.024':
      return verificationReport(version, context);
    case 'admi.002':
      return messageReject(version, context);
    default:
      return accountReport({ kind: kind as AccountReportKind, version, depth }, context);
  }
}
