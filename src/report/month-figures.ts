import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { BreakKind } from '../reconciliation/break.ts';

export interface MonthTotals {
  readonly listedRows: bigint;
  readonly acceptedRows: bigint;
  readonly refusedRows: bigint;
  readonly withheldRows: bigint;
  readonly assessedCount: bigint;
  readonly dueCount: bigint;
  readonly dueVnd: bigint;
  readonly lineVnd: bigint;
  readonly arrearsVnd: bigint;
  readonly entitledVnd: bigint;
  readonly owedVnd: bigint;
  /** Taken from payments by decisions on what was paid in excess before. */
  readonly deductedVnd: bigint;
  readonly inTransitVnd: bigint;
  readonly paidVnd: bigint;
  readonly heldCount: bigint;
  readonly heldVnd: bigint;
  readonly reopenedCount: bigint;
  readonly reopenedVnd: bigint;
}

export interface BatchRow {
  readonly batchCode: string;
  readonly programme: Programme;
  readonly channel: string;
  readonly channelKind: 'account' | 'cash_post';
  readonly state: string;
  readonly valueDate: PlainDate;
  readonly instructionCount: bigint;
  readonly totalVnd: bigint;
  /** Of the total, what is another attempt at an earlier assessment. */
  readonly reopenedVnd: bigint;
  readonly releasedVnd: bigint;
  readonly settledCount: bigint;
  readonly settledVnd: bigint;
  readonly rejectedCount: bigint;
  readonly rejectedVnd: bigint;
  readonly unpaidCount: bigint;
  readonly unpaidVnd: bigint;
  readonly returnedCount: bigint;
  readonly returnedVnd: bigint;
  readonly openCount: bigint;
  readonly openVnd: bigint;
  readonly signers: string;
  readonly contentHash: string;
}

export interface ReasonRow {
  readonly reason: string;
  readonly count: bigint;
  readonly vnd: bigint;
}

export interface StatementRow {
  readonly account: string;
  readonly statements: bigint;
  readonly openingVnd: bigint;
  readonly debitVnd: bigint;
  readonly creditVnd: bigint;
  readonly closingVnd: bigint;
  /** What our books say went out and came back over the files of these statements. */
  readonly settledVnd: bigint;
  readonly returnedVnd: bigint;
}

export interface FileRow {
  readonly fileId: bigint;
  readonly direction: string;
  readonly counterpart: string;
  readonly name: string;
  readonly verdict: string;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  readonly sha256: string;
}

/** One day of one account: what left is negative, and nothing may be left over. */
interface DayRow {
  readonly account: string;
  readonly day: PlainDate;
  readonly bankVnd: bigint;
  readonly bookVnd: bigint;
  readonly openVnd: bigint;
  readonly resolvedVnd: bigint;
  readonly waitingVnd: bigint;
  readonly leftVnd: bigint;
}

/** What went to one bank, or to the post office, and what became of it. */
export interface BankRow {
  readonly key: string;
  readonly count: bigint;
  readonly instructedVnd: bigint;
  readonly refusedVnd: bigint;
  readonly bookedVnd: bigint;
  readonly returnedVnd: bigint;
  readonly openVnd: bigint;
}

export interface CommuneRow {
  readonly communeCode: string;
  readonly communeName: string;
  readonly count: bigint;
  readonly vnd: bigint;
  readonly accountCount: bigint;
  readonly accountVnd: bigint;
}

export interface BudgetRow {
  readonly programme: Programme;
  readonly fundSource: string;
  readonly amountVnd: bigint;
  readonly committedVnd: bigint;
}

/** Recipients: those who are due, and of those who are proven. */
export interface IndicatorCounts {
  readonly due: bigint;
  readonly personProven: bigint;
  readonly accountProven: bigint;
  /** Answers of the registries, and those that an earlier month had given. */
  readonly answers: bigint;
  readonly reused: bigint;
  /** Faults of the register in the month, and those that were put right in it. */
  readonly gaps: bigint;
  readonly cleaned: bigint;
}

/** What one payment costs the payer, by the way it goes, from a day on. */
export interface PaymentFee {
  readonly channelKind: 'account' | 'cash_post';
  readonly countsFrom: PlainDate;
  readonly feeVnd: bigint;
  /** The contract or text that says so. */
  readonly source: string;
}

/** The province and the payer, as the report names them. */
export interface Letterhead {
  readonly province: string;
  readonly agency: string;
}

/** A month as it was drawn from its rows. */
export interface MonthFigures {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
  readonly drawnAt: Date;
  /** The day and the time (HH:MM) of that in Vietnam. */
  readonly drawnOn: PlainDate;
  readonly drawnTime: string;
  readonly letterhead: Letterhead;
  /** The audit chain as it stood when the month was drawn. */
  readonly auditHead: { readonly eventNo: bigint; readonly hash: string };
  readonly totals: MonthTotals;
  readonly batches: readonly BatchRow[];
  readonly nothingDue: readonly ReasonRow[];
  readonly held: readonly ReasonRow[];
  readonly cash: readonly ReasonRow[];
  readonly notPaid: readonly ReasonRow[];
  readonly statements: readonly StatementRow[];
  readonly breaks: readonly {
    readonly kind: BreakKind;
    readonly count: bigint;
    readonly vnd: bigint;
  }[];
  readonly files: readonly FileRow[];
  readonly days: readonly DayRow[];
  readonly banks: readonly BankRow[];
  /** By bank identification number. */
  readonly bankNames: ReadonlyMap<string, string>;
  readonly communes: readonly CommuneRow[];
  readonly budget: readonly BudgetRow[];
  readonly indicators: IndicatorCounts;
  /** In force on the last day of the month; empty where nobody has recorded any. */
  readonly fees: readonly PaymentFee[];
  readonly ages: readonly {
    readonly kind: BreakKind;
    /** Days, the least of its class. */
    readonly from: number;
    readonly count: bigint;
    readonly unassigned: bigint;
    readonly vnd: bigint;
  }[];
}

/** A total held against another that was drawn from other rows. */
export interface Check {
  readonly label: Bilingual;
  readonly holds: boolean;
}

function total<Row>(rows: readonly Row[], of: (row: Row) => bigint): bigint {
  return rows.reduce((sum, row) => sum + of(row), 0n);
}

/** What must tie, to the dong, before anybody may say that the month is accounted for. */
export function checksOf(figures: MonthFigures): Check[] {
  const { totals, statements, held, breaks } = figures;
  // What was withdrawn was never sent: it is owed, and counted where it was instructed again.
  const batches = figures.batches.filter(({ state }) => state !== 'withdrawn');
  const instructed = total(batches, (batch) => batch.totalVnd);
  // Re-payments of earlier months are instructed now and were due then.
  const reopened = total(batches, (batch) => batch.reopenedVnd);
  const banked = batches.filter(({ channelKind }) => channelKind === 'account');
  return [
    check(
      'Mọi dòng danh sách có kết cục / Every row of the lists has a fate',
      totals.listedRows === totals.acceptedRows + totals.refusedRows + totals.withheldRows,
    ),
    check(
      'Số được hưởng = tổng các dòng căn cứ = sổ cái / Due = sum of its lines = ledger',
      totals.dueVnd === totals.lineVnd && totals.dueVnd === totals.entitledVnd,
    ),
    check(
      'Sổ cái: được hưởng = còn phải trả + đang chuyển + đã chi + khấu trừ / Ledger: entitled = owed + in transit + paid + deducted',
      totals.entitledVnd ===
        totals.owedVnd + totals.inTransitVnd + totals.paidVnd + totals.deductedVnd,
    ),
    check(
      'Được hưởng = đã lập lệnh chi + tạm giữ + khấu trừ / Due = instructed + held + deducted',
      totals.dueVnd === instructed - reopened + totals.heldVnd + totals.deductedVnd &&
        totals.heldVnd === total(held, (row) => row.vnd),
    ),
    check(
      'Đã lập = đã phát hành / Instructed = released',
      batches.every(
        (batch) =>
          batch.releasedVnd ===
          (['released', 'reconciled'].includes(batch.state) ? batch.totalVnd : 0n),
      ),
    ),
    check(
      'Mỗi lệnh chi có đúng một kết cục / Every instruction has one outcome',
      batches.every((batch) => batch.openVnd === 0n && batch.totalVnd === outcomesOf(batch)),
    ),
    check(
      'Sao kê: ghi nợ = đã chi, ghi có = hoàn trả / Statement: debits = settled, credits = returned',
      statements.every(
        (row) => row.debitVnd === row.settledVnd && row.creditVnd === row.returnedVnd,
      ) &&
        total(statements, (row) => row.debitVnd - row.creditVnd) ===
          total(banked, (batch) => batch.settledVnd),
    ),
    check(
      'Sao kê: đầu kỳ − ghi nợ + ghi có = cuối kỳ / Statement: opening − debits + credits = closing',
      statements.every((row) => row.openingVnd - row.debitVnd + row.creditVnd === row.closingVnd),
    ),
    ...partChecks(figures, instructed),
    check(
      'Không còn chênh lệch chưa giải trình / No break is left unexplained',
      breaks.length === 0,
    ),
  ];
}

/** The same money in smaller parts: by day, by bank, by commune. */
function partChecks({ days, banks, communes }: MonthFigures, instructed: bigint): Check[] {
  return [
    check(
      'Mỗi ngày: tài khoản = sổ cái + chênh lệch / Every day the account is the ledger and the breaks',
      days.every((day) => day.leftVnd === 0n),
    ),
    check(
      'Cộng theo xã = cộng theo ngân hàng = đã lập lệnh / By commune = by bank = instructed',
      total(communes, (one) => one.vnd) === instructed &&
        total(banks, (bank) => bank.instructedVnd) === instructed,
    ),
  ];
}

function outcomesOf(batch: BatchRow): bigint {
  return batch.settledVnd + batch.rejectedVnd + batch.unpaidVnd + batch.returnedVnd;
}

function check(label: string, holds: boolean): Check {
  return { label: both(label), holds };
}

/** 'tiếng Việt / English' as its two halves. */
function both(text: string): Bilingual {
  const [vi = '', en = ''] = text.split(' / ');
  return { vi, en };
}
