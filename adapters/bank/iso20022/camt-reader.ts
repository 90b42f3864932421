import { vnd } from '../../../src/kernel/money.ts';
import type { PlainDate } from '../../../src/kernel/period.ts';
import type { SettlementItem } from '../../../src/settlement/settlement.ts';
import {
  amountVnd,
  code,
  count,
  day,
  dayOfTime,
  direction,
  dong,
  field,
  identifier,
  wholeDong,
} from './element-values.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// camt.054 tells what was booked, camt.053 what a day's statement is. Versions .02 to .12 differ
// little in what is read here: the entry status is a text up to .07 and a code element from .08,
// and details have no amount of their own in .02.
//
// Shapes that could be read in two ways are refused whole: reversals, several accounts or
// statements in one file, pages of a longer message, details of mixed direction.

type Context = ReaderContext<SettlementItem>;
type Direction = 'debit' | 'credit';
type Rules = Readonly<Record<string, ElementRule>>;

const emptyEntry = {
  reference: '',
  amount: '',
  direction: '',
  status: '',
  bookedOn: '',
  valueOn: '',
  paymentInformationId: '',
  batchCount: '',
  batchTotal: '',
  batchDirection: '',
};
const emptyDetail = {
  reference: '',
  amount: '',
  transactionAmount: '',
  direction: '',
  reason: '',
};
const emptyBalance = { kind: '', subKind: '', amount: '', direction: '', day: '' };
const emptyTotals = { count: '', total: '' };

interface OpenDetail {
  readonly detail: typeof emptyDetail;
  readonly offset: number;
}

/** What the file declares of its details: an entry that was booked in one sum says how many. */
interface DeclaredBookings {
  entries: number;
  undeclared: boolean;
  count: bigint;
  totalVnd: bigint | null;
}

interface Reading {
  readonly kind: 'camt.054' | 'camt.053';
  readonly head: { messageId: string; account: string };
  readonly statement: { id: string; electronicSequence: string; legalSequence: string };
  readonly opening: typeof emptyBalance;
  readonly previousClosing: typeof emptyBalance;
  readonly closing: typeof emptyBalance;
  readonly declared: Record<Direction, DeclaredBookings>;
  readonly entry: typeof emptyEntry;
  entryOffset: number;
  detailCount: number;
  /** A detail without an amount of its own, until it is known whether it is the only one. */
  withoutAmount: OpenDetail | undefined;
  announced: boolean;
  holderCount: number;
}

const HOLDERS = {
  'camt.054': { message: 'BkToCstmrDbtCdtNtfctn', holder: 'Ntfctn', page: 'NtfctnPgntn' },
  'camt.053': { message: 'BkToCstmrStmt', holder: 'Stmt', page: 'StmtPgntn' },
} as const;

/**
 * The rules by which a camt.054 or camt.053 Document becomes settlement items: ISO 20022
 * BankToCustomerDebitCreditNotification and BankToCustomerStatement.
 */
export function camtDocument(kind: 'camt.054' | 'camt.053', context: Context): ElementRule {
  const reading = newReading(kind);
  const { message, holder, page } = HOLDERS[kind];
  const { head } = reading;
  const groupHeader = {
    MsgId: field(head, 'messageId', identifier(35), context.refuse),
    MsgPgntn: pagination(context),
  };
  return {
    children: {
      [message]: {
        children: {
          GrpHdr: { children: groupHeader },
          [holder]: {
            children: { ...holderRules(reading, context), [page]: pagination(context) },
            open: () => {
              reading.holderCount += 1;
              if (reading.holderCount > 1) context.refuse('more-than-one');
            },
            close: () => {
              closeHolder(reading, context);
            },
          },
        },
      },
    },
    close: () => {
      if (reading.holderCount === 0) context.refuse('missing', `${message}/${holder}`);
    },
  };
}

function newReading(kind: Reading['kind']): Reading {
  const declared = () => ({ entries: 0, undeclared: false, count: 0n, totalVnd: 0n });
  return {
    kind,
    head: { messageId: '', account: '' },
    statement: { id: '', electronicSequence: '', legalSequence: '' },
    opening: { ...emptyBalance },
    previousClosing: { ...emptyBalance },
    closing: { ...emptyBalance },
    declared: { debit: declared(), credit: declared() },
    entry: { ...emptyEntry },
    entryOffset: 0,
    detailCount: 0,
    withoutAmount: undefined,
    announced: false,
    holderCount: 0,
  };
}

function holderRules(reading: Reading, context: Context): Rules {
  const { refuse } = context;
  const { head, statement } = reading;
  const currency: ElementRule = {
    close: (text) => {
      if (text !== 'VND') refuse('currency-not-vnd');
    },
  };
  return {
    Id: field(statement, 'id', identifier(35), refuse),
    ElctrncSeqNb: field(statement, 'electronicSequence', count, refuse),
    LglSeqNb: field(statement, 'legalSequence', count, refuse),
    Acct: {
      children: {
        Id: {
          children: {
            IBAN: field(head, 'account', identifier(34), refuse),
            Othr: { children: { Id: field(head, 'account', identifier(34), refuse) } },
          },
        },
        Ccy: currency,
      },
      close: () => {
        announce(reading, context);
      },
    },
    ...(reading.kind === 'camt.053' ? { Bal: balanceRule(reading, context) } : {}),
    TxsSummry: summaryRule(reading, context),
    Ntry: entryRule(reading, context),
  };
}

/** A part of a message cannot be checked against its totals, so pages are refused. */
function pagination({ refuse }: Context): ElementRule {
  const only = (value: string): ElementRule => ({
    close: (text) => {
      if (text !== value) refuse('one-page-of-several');
    },
  });
  return { children: { PgNb: only('1'), LastPgInd: only('true') } };
}

/** The message comes first of all items, as soon as its id and its account are known. */
function announce(reading: Reading, { emit, refuse }: Context): void {
  if (reading.head.messageId === '') refuse('message-id-missing');
  if (reading.head.account === '') refuse('missing', 'Id');
  reading.announced = true;
  emit({
    type: 'message',
    kind: reading.kind,
    messageId: reading.head.messageId,
    payerAccount: reading.head.account,
    originalMessageId: null,
  });
}

function closeHolder(reading: Reading, { emit, refuse }: Context): void {
  if (!reading.announced) refuse('missing', 'Acct');
  for (const side of ['debit', 'credit'] as const) {
    const { entries, undeclared, count: declaredCount, totalVnd } = reading.declared[side];
    if (entries === 0 || undeclared) continue;
    const total = totalVnd === null ? null : vnd(totalVnd);
    emit({
      type: 'totals',
      of: 'bookings',
      direction: side,
      count: declaredCount,
      totalVnd: total,
    });
  }
  if (reading.kind === 'camt.053') emit(statementItem(reading, refuse));
}

function statementItem(reading: Reading, refuse: Context['refuse']): SettlementItem {
  const { statement, closing } = reading;
  const sequence = statement.electronicSequence || statement.legalSequence;
  if (statement.id === '') refuse('missing', 'Id');
  if (sequence === '') refuse('missing', 'ElctrncSeqNb');
  // PRCD, the closing balance of the day before, stands for OPBD in some statements.
  const opening = reading.opening.kind === '' ? reading.previousClosing : reading.opening;
  if (opening.kind === '' || closing.kind === '') refuse('missing', 'Bal');
  return {
    type: 'statement',
    statementId: statement.id,
    account: reading.head.account,
    sequence: BigInt(sequence),
    openingVnd: dong(opening.amount),
    closingVnd: dong(closing.amount),
    day: closing.day as PlainDate,
  };
}

function balanceRule(reading: Reading, { refuse }: Context): ElementRule {
  const balance = { ...emptyBalance };
  const kept = {
    OPBD: reading.opening,
    PRCD: reading.previousClosing,
    CLBD: reading.closing,
  };
  return {
    open: () => {
      Object.assign(balance, emptyBalance);
    },
    children: {
      Tp: {
        children: {
          CdOrPrtry: {
            children: {
              Cd: field(balance, 'kind', code, refuse),
              Prtry: field(balance, 'subKind', identifier(35), refuse),
            },
          },
          // Only of a part of the day or of one page.
          SubTp: { open: () => refuse('partial-balance') },
        },
      },
      Amt: field(balance, 'amount', amountVnd, refuse),
      CdtDbtInd: field(balance, 'direction', direction, refuse),
      Dt: dateRule(balance, 'day', refuse),
    },
    close: () => {
      const target = kept[balance.kind as keyof typeof kept] as typeof emptyBalance | undefined;
      if (target === undefined) return;
      if (target.kind !== '') refuse('repeated');
      if (balance.amount === '') refuse('missing', 'Amt');
      if (balance.day === '') refuse('missing', 'Dt');
      // An amount is never negative, and a public account is not overdrawn.
      if (balance.direction !== 'credit' && balance.amount !== '0') refuse('balance-not-credit');
      Object.assign(target, balance);
    },
  };
}

function dateRule<Key extends string>(
  into: Record<Key, string>,
  key: Key,
  refuse: Context['refuse'],
): ElementRule {
  return {
    children: { Dt: field(into, key, day, refuse), DtTm: field(into, key, dayOfTime, refuse) },
  };
}

/** TxsSummry counts entries, not details. */
function summaryRule(reading: Reading, { emit, refuse }: Context): ElementRule {
  const totals = (of: 'debit' | 'credit' | 'all'): ElementRule => {
    const declared = { ...emptyTotals };
    return {
      open: () => {
        if (!reading.announced) refuse('account-missing');
        Object.assign(declared, emptyTotals);
      },
      children: {
        NbOfNtries: field(declared, 'count', count, refuse),
        Sum: field(declared, 'total', wholeDong, refuse),
      },
      close: () => {
        emit({
          type: 'totals',
          of: 'entries',
          direction: of,
          count: declared.count === '' ? null : BigInt(declared.count),
          totalVnd: declared.total === '' ? null : dong(declared.total),
        });
      },
    };
  };
  return {
    children: {
      TtlNtries: totals('all'),
      TtlCdtNtries: totals('credit'),
      TtlDbtNtries: totals('debit'),
    },
  };
}

function entryRule(reading: Reading, context: Context): ElementRule {
  const { refuse } = context;
  const { entry } = reading;
  return {
    open: (offset) => {
      if (!reading.announced) refuse('account-missing');
      Object.assign(entry, emptyEntry);
      reading.entryOffset = offset;
      reading.detailCount = 0;
      reading.withoutAmount = undefined;
    },
    children: {
      Amt: field(entry, 'amount', amountVnd, refuse),
      CdtDbtInd: field(entry, 'direction', direction, refuse),
      RvslInd: {
        close: (text) => {
          if (text !== 'false' && text !== '0') refuse('reversal');
        },
      },
      Sts: {
        ...statusRule(entry, refuse),
        children: { Cd: statusRule(entry, refuse), Prtry: statusRule(entry, refuse) },
        mayBeText: true,
      },
      BookgDt: dateRule(entry, 'bookedOn', refuse),
      ValDt: dateRule(entry, 'valueOn', refuse),
      AcctSvcrRef: field(entry, 'reference', identifier(35), refuse),
      NtryDtls: detailsRule(reading, context),
    },
    close: () => {
      closeEntry(reading, context);
    },
  };
}

function statusRule(entry: typeof emptyEntry, refuse: Context['refuse']): ElementRule {
  const rule = field(entry, 'status', code, refuse);
  return {
    close: (text, currency) => {
      // The element around a code has no text of its own.
      if (text !== '') rule.close?.(text, currency);
    },
  };
}

function closeEntry(reading: Reading, { emit, refuse }: Context): void {
  requireHead(reading, refuse);
  const { entry, withoutAmount } = reading;
  if (withoutAmount !== undefined) {
    // Only a detail that stands alone is for certain the whole of its entry.
    if (entry.batchCount !== '' && entry.batchCount !== '1') refuse('detail-without-amount');
    emit(bookingItem(reading, withoutAmount, entry.amount));
  }
  if (reading.detailCount > 0) declareBookings(reading);
  emit({
    type: 'entry',
    entryReference: entry.reference,
    direction: entry.direction as Direction,
    amountVnd: dong(entry.amount),
    bookedOn: bookedOn(entry),
    status: entry.status,
    declaredCount: entry.batchCount === '' ? null : BigInt(entry.batchCount),
    paymentInformationId: entry.paymentInformationId,
    offset: reading.entryOffset,
  });
}

/** Amount, direction, status, day and reference stand before the details in every version. */
function requireHead({ entry }: Reading, refuse: Context['refuse']): void {
  if (entry.amount === '') refuse('missing', 'Amt');
  if (entry.direction === '') refuse('missing', 'CdtDbtInd');
  if (entry.status === '') refuse('missing', 'Sts');
  if (bookedOn(entry) === '') refuse('missing', 'BookgDt');
  if (entry.reference === '') refuse('missing', 'AcctSvcrRef');
}

/** An entry that is not booked yet has no booking date, and is dated by its value date. */
function bookedOn(entry: typeof emptyEntry): PlainDate {
  const given = entry.bookedOn === '' && entry.status !== 'BOOK' ? entry.valueOn : entry.bookedOn;
  return given as PlainDate;
}

function declareBookings({ entry, declared }: Reading): void {
  if (entry.status !== 'BOOK') return;
  const side = declared[entry.direction as Direction];
  side.entries += 1;
  if (entry.batchCount === '') side.undeclared = true;
  side.count += BigInt(entry.batchCount);
  const total = entry.batchTotal === '' ? null : BigInt(entry.batchTotal);
  side.totalVnd = side.totalVnd === null || total === null ? null : side.totalVnd + total;
}

function detailsRule(reading: Reading, context: Context): ElementRule {
  const { refuse } = context;
  const { entry } = reading;
  return {
    open: () => {
      requireHead(reading, refuse);
    },
    children: {
      Btch: {
        children: {
          PmtInfId: field(entry, 'paymentInformationId', identifier(35), refuse),
          NbOfTxs: field(entry, 'batchCount', count, refuse),
          TtlAmt: field(entry, 'batchTotal', amountVnd, refuse),
          CdtDbtInd: field(entry, 'batchDirection', direction, refuse),
        },
        close: () => {
          requireDirection(entry.batchDirection, entry, refuse);
        },
      },
      TxDtls: detailRule(reading, context),
    },
  };
}

function detailRule(reading: Reading, context: Context): ElementRule {
  const { refuse } = context;
  const detail = { ...emptyDetail };
  let offset = 0;
  const reason = (check = code): ElementRule => field(detail, 'reason', check, refuse);
  return {
    open: (at) => {
      // Written out, for it is done a million times: Object.assign costs ten times as much.
      detail.reference = '';
      detail.amount = '';
      detail.transactionAmount = '';
      detail.direction = '';
      detail.reason = '';
      offset = at;
    },
    children: {
      Refs: { children: { EndToEndId: field(detail, 'reference', identifier(35), refuse) } },
      Amt: field(detail, 'amount', amountVnd, refuse),
      AmtDtls: {
        children: {
          TxAmt: { children: { Amt: field(detail, 'transactionAmount', amountVnd, refuse) } },
        },
      },
      CdtDbtInd: field(detail, 'direction', direction, refuse),
      RtrInf: {
        children: { Rsn: { children: { Cd: reason(), Prtry: reason(identifier(35)) } } },
      },
    },
    close: () => {
      closeDetail(reading, { detail, offset }, context);
    },
  };
}

function closeDetail(reading: Reading, open: OpenDetail, { emit, refuse }: Context): void {
  const { detail } = open;
  requireDirection(detail.direction, reading.entry, refuse);
  reading.detailCount += 1;
  const amount = detail.amount || detail.transactionAmount;
  const isAlone = reading.detailCount === 1;
  if (!isAlone && (amount === '' || reading.withoutAmount !== undefined)) {
    refuse('detail-without-amount');
  }
  // Money that is only announced has not moved: the entry is told, its details are not.
  if (reading.entry.status !== 'BOOK') return;
  if (amount === '') reading.withoutAmount = { ...open, detail: { ...detail } };
  else emit(bookingItem(reading, open, amount));
}

function requireDirection(own: string, entry: typeof emptyEntry, refuse: Context['refuse']): void {
  if (own !== '' && own !== entry.direction) refuse('direction-not-of-entry');
}

function bookingItem({ entry }: Reading, open: OpenDetail, amount: string): SettlementItem {
  const { reference, reason } = open.detail;
  return {
    type: 'booking',
    // What banks write where the payer gave no reference: it names no instruction.
    reference: reference === 'NOTPROVIDED' ? '' : reference,
    entryReference: entry.reference,
    direction: entry.direction as Direction,
    amountVnd: dong(amount),
    bookedOn: entry.bookedOn as PlainDate,
    reason,
    offset: open.offset,
  };
}
