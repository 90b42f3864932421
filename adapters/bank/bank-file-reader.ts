import type { BankProfile, ResultTemplate } from '../../src/batch/bank-profile.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import type { BankFileReader } from '../../src/settlement/bank-file-reader.port.ts';
import { readPostOfficeResult, type CashItem } from '../post-office/result-reader.ts';
import { firstBytes, rejoined } from './first-bytes.ts';
import type { Depth } from './iso20022/account-report.ts';
import { messageStart } from './iso20022/bank-message.ts';
import { readGuardedXml, XML_LIMITS } from './iso20022/guarded-xml.ts';
import { readStatementText } from './swift/statement-text.ts';
import { readCsvList, readSheetList } from './template/result-list.ts';

/** How files are read: the bank's list template if it has one, and what is read of each payment. */
export interface BankFileReading {
  readonly maxBytes?: number;
  /** How long a tag may be, and so how much room is kept for one. */
  readonly maxToken?: number;
  readonly template?: ResultTemplate | null;
  readonly depth?: Depth;
}

/**
 * Reads whatever a bank or a post office sends, by its content: an ISO 20022 message by its namespace,
 * MT940 and MT942, the post office's own list, and result lists in CSV and Excel.
 */
export function bankFileReader(reading: BankFileReading = {}): BankFileReader {
  const {
    maxBytes = XML_LIMITS.bytes,
    maxToken = XML_LIMITS.token,
    template = null,
    depth = 'whole',
  } = reading;
  return {
    async *read(content) {
      const chunks = content[Symbol.asyncIterator]();
      const head = await firstBytes(chunks);
      const whole = rejoined(head, chunks);
      const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
      if (/^\s*</.test(text)) {
        yield* readGuardedXml(whole, messageStart(depth), {
          ...XML_LIMITS,
          bytes: maxBytes,
          token: maxToken,
        });
      } else if (text.startsWith('PK\x03\x04')) yield* readSheetList(whole, template);
      else if (text.startsWith('#')) yield* readCashList(whole, maxBytes);
      else if (isStatementText(text)) yield* readStatementText(whole, maxBytes);
      else if (isText(text)) yield* readCsvList(whole, maxBytes, template);
      else {
        await chunks.return?.();
        throw new Refusal('file-malformed', { at: '', rule: 'unknown-format', byte: 0 });
      }
    },
  };
}

/** The reader of a month: what money needs, by the profile of the bank. */
export function readerOf({ inbound }: Pick<BankProfile, 'inbound'>): BankFileReader {
  return bankFileReader({ template: inbound.list, depth: 'money' });
}

function isStatementText(head: string): boolean {
  return head.startsWith('{1:') || /(?:^|\n):20:/.test(head);
}

/** A file without anything in it is no list, and text has no zero bytes: UTF-16 has. */
function isText(head: string): boolean {
  return head.trim() !== '' && !head.includes('\0');
}

async function* readCashList(
  content: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<readonly BankItem[]> {
  let no = 0;
  for await (const items of readPostOfficeResult(content, maxBytes)) {
    yield items.flatMap((item): BankItem[] => {
      if (item.type === 'cash') no += 1;
      return cashItem(item, no);
    });
  }
}

/** The items of a post office list in the words of all files. */
function cashItem(item: CashItem, no: number): BankItem[] {
  switch (item.type) {
    case 'message':
      return cashMessage(item);
    case 'status': {
      const at = { byte: item.offset, path: 'line 1' };
      return [{ ...NO_ORIGINAL, status: item.status, reasons: [item.reason], at }];
    }
    case 'cash':
      return [cashRow(item, no)];
    case 'totals':
      return [cashTotals(item)];
  }
}

type Cash<Type extends CashItem['type']> = Extract<CashItem, { type: Type }>;

const FIRST_LINE = { byte: 0, path: 'line 1' };

function cashMessage({ messageId, originalMessageId }: Cash<'message'>): BankItem[] {
  return [
    {
      type: 'message',
      kind: 'post-office-result',
      version: 'post-office-result',
      messageId,
      createdAt: '',
      count: '',
      total: '',
      page: '',
      lastPage: '',
      at: FIRST_LINE,
      faults: [],
    },
    { ...NO_ORIGINAL, messageId: originalMessageId ?? '', at: FIRST_LINE },
  ];
}

function cashRow(item: Cash<'cash'>, no: number): BankItem {
  const { reference, amountVnd, outcome, paidOn, reason, offset } = item;
  const amount = String(amountVnd);
  const [paid, left] = outcome === 'paid' ? [amount, '0'] : ['0', amount];
  return {
    type: 'row',
    no,
    reference,
    account: '',
    name: '',
    amount,
    currency: 'VND',
    outcome,
    status: outcome,
    bookedOn: paidOn ?? '',
    entryReference: '',
    paid,
    left,
    reasons: reason === '' ? [] : [reason],
    reasonTexts: [],
    at: { byte: offset, path: `row ${no}` },
    faults: [],
  };
}

function cashTotals({ count, totalVnd, direction }: Cash<'totals'>): BankItem {
  const total = String(totalVnd);
  const [owed, paid] = direction === 'all' ? [total, ''] : ['', total];
  const declared = { count: count === null ? '' : String(count), total: owed, paid, left: '' };
  return { type: 'totals', ...declared, at: FIRST_LINE, faults: [] };
}

const NO_ORIGINAL = {
  type: 'original',
  messageId: '',
  definition: '',
  count: '',
  total: '',
  status: '',
  reasons: [] as readonly string[],
  reasonTexts: [],
  countedStatuses: [],
  statusCounts: [],
  faults: [],
} as const;
