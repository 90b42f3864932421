import { period, plainDate } from '../../src/kernel/period.ts';
import type { BatchRow, MonthFigures } from '../../src/report/month-figures.ts';

// A month small enough to be added up by hand. 1000 dong are due: 100 are held and 900 instructed. Of
// 800 over the bank 600 are settled, 100 rejected and 100 returned; of 100 in cash 60 are collected.

const NOTHING = {
  releasedVnd: 0n,
  reopenedVnd: 0n,
  settledCount: 0n,
  settledVnd: 0n,
  rejectedCount: 0n,
  rejectedVnd: 0n,
  unpaidCount: 0n,
  unpaidVnd: 0n,
  returnedCount: 0n,
  returnedVnd: 0n,
  openCount: 0n,
  openVnd: 0n,
};

const BANKED: BatchRow = {
  ...NOTHING,
  batchCode: 'TG-2026-11-40-BANK-1',
  programme: 'social_assistance',
  channel: 'BANK',
  channelKind: 'account',
  state: 'reconciled',
  valueDate: plainDate('2026-11-02'),
  instructionCount: 8n,
  totalVnd: 800n,
  releasedVnd: 800n,
  settledCount: 6n,
  settledVnd: 600n,
  rejectedCount: 1n,
  rejectedVnd: 100n,
  returnedCount: 1n,
  returnedVnd: 100n,
  signers: 'checker-1, checker-2',
  contentHash: 'ab'.repeat(32),
};

const CASH: BatchRow = {
  ...NOTHING,
  batchCode: 'TG-2026-11-40-POST-1',
  programme: 'social_assistance',
  channel: 'POST',
  channelKind: 'cash_post',
  state: 'reconciled',
  valueDate: plainDate('2026-11-02'),
  instructionCount: 2n,
  totalVnd: 100n,
  releasedVnd: 100n,
  settledCount: 1n,
  settledVnd: 60n,
  unpaidCount: 1n,
  unpaidVnd: 40n,
  signers: 'checker-1, checker-2',
  contentHash: 'cd'.repeat(32),
};

/** Whose report a test draws. */
export const LETTERHEAD = {
  authority: 'UBND tỉnh Nghệ An',
  agency: 'SỞ Y TẾ',
  place: 'Nghệ An',
  on: plainDate('2026-11-20'),
  number: '          /BC',
} as const;

/** A month in which everything ties. */
export function figuresOfAMonth(): MonthFigures {
  return {
    period: period('2026-11'),
    provinceCode: '40',
    environment: 'sandbox',
    drawnAt: new Date('2026-11-20T01:00:00Z'),
    drawnOn: plainDate('2026-11-20'),
    drawnTime: '08:00',
    letterhead: { province: 'Tỉnh Nghệ An', agency: 'SỞ Y TẾ' },
    auditHead: { eventNo: 42n, hash: 'ef'.repeat(32) },
    totals: {
      listedRows: 11n,
      acceptedRows: 10n,
      refusedRows: 1n,
      withheldRows: 0n,
      assessedCount: 10n,
      dueCount: 10n,
      dueVnd: 1000n,
      lineVnd: 1000n,
      arrearsVnd: 50n,
      entitledVnd: 1000n,
      // Held, refused, sent back, not collected.
      owedVnd: 340n,
      deductedVnd: 0n,
      inTransitVnd: 0n,
      paidVnd: 660n,
      heldCount: 1n,
      heldVnd: 100n,
      reopenedCount: 3n,
      reopenedVnd: 240n,
    },
    batches: [BANKED, CASH],
    nothingDue: [{ reason: 'social_assistance: deceased', count: 1n, vnd: 0n }],
    held: [{ reason: 'POP_NAME_DIFFERS', count: 1n, vnd: 100n }],
    cash: [{ reason: 'BANK_ACCOUNT_CLOSED', count: 1n, vnd: 60n }],
    notPaid: [
      { reason: 'rejected: AC04', count: 1n, vnd: 100n },
      { reason: 'returned: MD07', count: 1n, vnd: 100n },
      { reason: 'unpaid: Không đến nhận', count: 1n, vnd: 40n },
    ],
    statements: [
      {
        account: '3713000000040',
        statements: 1n,
        openingVnd: 10_000n,
        debitVnd: 700n,
        creditVnd: 100n,
        closingVnd: 9400n,
        settledVnd: 700n,
        returnedVnd: 100n,
      },
    ],
    breaks: [],
    files: [
      {
        fileId: 1n,
        direction: 'in',
        counterpart: '40',
        name: 'danh-sach.csv',
        verdict: 'imported',
        lineCount: 11n,
        totalVnd: 1000n,
        sha256: '01'.repeat(32),
      },
    ],
    days: [
      {
        account: '3713000000040',
        day: plainDate('2026-11-02'),
        bankVnd: -600n,
        bookVnd: -600n,
        openVnd: 0n,
        resolvedVnd: 0n,
        waitingVnd: 0n,
        leftVnd: 0n,
      },
    ],
    banks: [
      {
        key: '970415',
        count: 8n,
        instructedVnd: 800n,
        refusedVnd: 100n,
        bookedVnd: 700n,
        returnedVnd: 100n,
        openVnd: 0n,
      },
      {
        key: 'POST',
        count: 2n,
        instructedVnd: 100n,
        refusedVnd: 40n,
        bookedVnd: 60n,
        returnedVnd: 0n,
        openVnd: 0n,
      },
    ],
    communes: [
      {
        communeCode: '16684',
        communeName: 'Phường Trường Vinh',
        count: 7n,
        vnd: 700n,
        accountCount: 6n,
        accountVnd: 600n,
      },
      {
        communeCode: '16708',
        communeName: 'Xã Quế Phong',
        count: 3n,
        vnd: 200n,
        accountCount: 2n,
        accountVnd: 200n,
      },
    ],
    budget: [
      {
        programme: 'social_assistance',
        fundSource: 'Ngân sách tỉnh',
        amountVnd: 10_000n,
        committedVnd: 900n,
      },
    ],
    indicators: {
      due: 10n,
      personProven: 9n,
      accountProven: 8n,
      answers: 20n,
      reused: 5n,
      gaps: 4n,
      cleaned: 1n,
    },
    fees: [],
    bankNames: new Map(),
    ages: [],
  };
}
