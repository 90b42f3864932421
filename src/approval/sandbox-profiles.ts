import type { BankProfile } from '../batch/bank-profile.ts';
import { plainDate } from '../kernel/period.ts';

/** The payer of the sandbox, as its bank knows it. */
const PAYER = {
  name: 'SO Y TE TINH NGHE AN (SANDBOX)',
  agreement: 'ASXH-40-SANDBOX',
  account: '3713000000040',
  bankBin: '970405',
} as const;

const COMMON = {
  schema: 'an-sinh.bank-profile/1',
  version: 1,
  environment: 'sandbox',
  payer: PAYER,
  asked: {
    dedupesReference: true,
    refusesAfterCutoff: false,
    remembersDays: null,
    answeredOn: plainDate('2026-01-01'),
    document: 'sandbox',
  },
  // The sandbox works day and night, and pays on the first bank day of a month.
  calendar: {
    cutoff: null,
    leadBankDays: 0,
    valueDate: { dayOfMonth: 1, otherwise: 'following' },
  },
  acknowledgements: [{ level: 'settled', withinMinutes: 43_200 }],
  signature: { kind: 'none', identity: '', suffix: '' },
  transport: { kind: 'folder' },
} as const;

const TOLERANCE = {
  schemaFault: 'note',
  unknownElement: 'note',
  unknownStatus: 'quarantine',
  unknownReference: 'quarantine',
  lineFault: 'refuse',
} as const;

/** What the bank and the post office of the sandbox lay down. */
export const SANDBOX_PROFILES: readonly BankProfile[] = [
  {
    ...COMMON,
    channel: 'BANK',
    kind: 'account',
    name: { vi: 'Ngân hàng thử nghiệm', en: 'sandbox bank' },
    outbound: {
      format: 'pain.001.001.09',
      banks: 'clearing-member',
      text: { fold: 'ascii-upper', characters: 'safe' },
      lengths: { name: 70, account: 34, reference: 35, remittance: 140 },
      limits: { linesPerFile: 50_000, vndPerFile: null, vndPerLine: null },
      splitOwnBank: false,
      purpose: { category: 'SSBE', line: 'SSBE' },
      chargeBearer: 'DEBT',
      batchBooking: true,
      remittance: '{reference}',
      fileName: '{messageId}.xml',
      list: null,
    },
    inbound: {
      readers: ['pain.002', 'camt.029', 'camt.053', 'camt.054'],
      encoding: 'utf-8',
      paidWhen: 'entry-booked',
      tolerance: TOLERANCE,
      reasons: {},
      list: null,
    },
  },
  {
    ...COMMON,
    channel: 'POST',
    kind: 'cash_post',
    name: { vi: 'Bưu điện thử nghiệm', en: 'sandbox post office' },
    outbound: {
      format: 'post-office-list',
      banks: 'clearing-member',
      text: { fold: 'none', characters: 'letters' },
      lengths: { name: 140, account: 34, reference: 35, remittance: 140 },
      limits: { linesPerFile: 1_000_000, vndPerFile: null, vndPerLine: null },
      splitOwnBank: false,
      purpose: { category: null, line: null },
      chargeBearer: 'DEBT',
      batchBooking: true,
      remittance: '{reference}',
      fileName: '{messageId}.csv',
      list: null,
    },
    inbound: {
      readers: ['post-office-list'],
      encoding: 'utf-8',
      paidWhen: 'list-says-so',
      tolerance: TOLERANCE,
      reasons: {},
      list: null,
    },
  },
];
