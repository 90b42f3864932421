import type { PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import type {
  BankRow,
  BatchRow,
  CommuneRow,
  MonthTotals,
  ReasonRow,
  StatementRow,
} from './month-figures.ts';

// The cells of a month as its big tables give them, each table read as few times as it can be, and the figures
// of the report that are put together from them.

export interface ListTotals {
  readonly listedRows: bigint;
  readonly acceptedRows: bigint;
  readonly refusedRows: bigint;
  readonly withheldRows: bigint;
}

export interface LineTotals {
  readonly lineVnd: bigint;
  readonly arrearsVnd: bigint;
}

/** Assessments by the reason why nothing is due; null is what is due. */
export interface AssessedCell {
  readonly reason: string | null;
  readonly count: bigint;
  readonly vnd: bigint;
}

/** What is held by reason; null is all of it, drawn before the reasons were. */
export type HeldCell = AssessedCell;

/** The transfers of one kind for one batch, or for none. */
export interface LedgerCell {
  readonly batchId: bigint | null;
  /** Whether they are of the month, or of a later one and only of its batches. */
  readonly isOfMonth: boolean;
  readonly kind: string;
  readonly count: bigint;
  readonly vnd: bigint;
}

export interface BatchHead {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly programme: Programme;
  readonly channel: string;
  readonly channelKind: 'account' | 'cash_post';
  readonly payerAccount: string | null;
  readonly state: string;
  readonly valueDate: PlainDate;
  readonly instructionCount: bigint;
  readonly totalVnd: bigint;
  readonly signers: string;
  readonly contentHash: string;
}

/** What was instructed under one key, and what became of it. Batches that were withdrawn have a key only by batch. */
export interface InstructedCell extends BankRow {
  readonly by: 'batch' | 'bank' | 'commune';
  /** Of which is another attempt at what an earlier instruction did not pay. */
  readonly reopenedVnd: bigint;
  readonly accountCount: bigint;
  readonly accountVnd: bigint;
}

/** An account as its bank states it. */
export type StatedAccount = Omit<StatementRow, 'settledVnd' | 'returnedVnd'>;

export interface MonthParts {
  readonly lists: ListTotals;
  readonly lines: LineTotals;
  readonly assessed: readonly AssessedCell[];
  readonly held: readonly HeldCell[];
  readonly ledger: readonly LedgerCell[];
  readonly heads: readonly BatchHead[];
  readonly instructed: readonly InstructedCell[];
  readonly stated: readonly StatedAccount[];
  /** By commune code. */
  readonly communeNames: ReadonlyMap<string, string>;
}

/** What is drawn from the parts, and stands in the report as it is. */
export interface PartFigures {
  readonly totals: MonthTotals;
  readonly batches: readonly BatchRow[];
  readonly nothingDue: readonly ReasonRow[];
  readonly held: readonly ReasonRow[];
  readonly statements: readonly StatementRow[];
  readonly banks: readonly BankRow[];
  readonly communes: readonly CommuneRow[];
}

/** The figures that the parts come to. */
export function figuresOfParts(parts: MonthParts): PartFigures {
  const { assessed, held, heads, ledger, instructed, stated } = parts;
  const under = (by: InstructedCell['by']) => instructed.filter((cell) => cell.by === by);
  return {
    totals: totalsOf(parts),
    batches: heads.map((head) => batchRow(head, ledger, under('batch'))),
    nothingDue: assessed.flatMap(withReason),
    held: held.flatMap(withReason),
    statements: stated.map((account) => ({ ...account, ...movedOver(account, heads, ledger) })),
    banks: under('bank').map(
      ({ key, count, instructedVnd, refusedVnd, bookedVnd, returnedVnd, openVnd }) => ({
        key,
        count,
        instructedVnd,
        refusedVnd,
        bookedVnd,
        returnedVnd,
        openVnd,
      }),
    ),
    communes: under('commune').map(({ key, count, instructedVnd, accountCount, accountVnd }) => ({
      communeCode: key,
      communeName: parts.communeNames.get(key) ?? key,
      count,
      vnd: instructedVnd,
      accountCount,
      accountVnd,
    })),
  };
}

const withReason = ({ reason, count, vnd }: AssessedCell): ReasonRow[] =>
  reason === null ? [] : [{ reason, count, vnd }];

/** What kinds of transfers come to: their number and their money. */
function moved(cells: readonly LedgerCell[], ...kinds: readonly string[]) {
  return cells
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((all, cell) => ({ count: all.count + cell.count, vnd: all.vnd + cell.vnd }), {
      count: 0n,
      vnd: 0n,
    });
}

function totalsOf({ lists, lines, assessed, held, ledger }: MonthParts): MonthTotals {
  const ofMonth = ledger.filter(({ isOfMonth }) => isOfMonth);
  const vndOf = (...kinds: readonly string[]): bigint => moved(ofMonth, ...kinds).vnd;
  const reopened = moved(ofMonth, 'rejected', 'unpaid', 'returned');
  const due = assessed.find(({ reason }) => reason === null);
  const allHeld = held.find(({ reason }) => reason === null);
  return {
    ...lists,
    ...lines,
    assessedCount: assessed.reduce((all, { count }) => all + count, 0n),
    dueCount: due?.count ?? 0n,
    dueVnd: due?.vnd ?? 0n,
    entitledVnd: vndOf('entitled'),
    owedVnd: vndOf('entitled') + reopened.vnd - vndOf('released', 'lapsed', 'deducted'),
    deductedVnd: vndOf('deducted'),
    inTransitVnd: vndOf('released') - vndOf('settled', 'rejected', 'unpaid'),
    paidVnd: vndOf('settled') - vndOf('returned'),
    heldCount: allHeld?.count ?? 0n,
    heldVnd: allHeld?.vnd ?? 0n,
    reopenedCount: reopened.count,
    reopenedVnd: reopened.vnd,
  };
}

/** A batch with what became of it, drawn from the ledger and not remembered. */
function batchRow(
  { batchId, ...head }: BatchHead,
  ledger: readonly LedgerCell[],
  instructed: readonly InstructedCell[],
): BatchRow {
  const own = ledger.filter((cell) => cell.batchId === batchId);
  const [released, settled] = [moved(own, 'released'), moved(own, 'settled')];
  const [rejected, unpaid] = [moved(own, 'rejected'), moved(own, 'unpaid')];
  const returned = moved(own, 'returned');
  const { batchCode, programme, channel, channelKind, state, valueDate, signers } = head;
  return {
    batchCode,
    programme,
    channel,
    channelKind,
    state,
    valueDate,
    signers,
    instructionCount: head.instructionCount,
    totalVnd: head.totalVnd,
    contentHash: head.contentHash,
    reopenedVnd: instructed.find(({ key }) => key === String(batchId))?.reopenedVnd ?? 0n,
    releasedVnd: released.vnd,
    settledCount: settled.count - returned.count,
    settledVnd: settled.vnd - returned.vnd,
    rejectedCount: rejected.count,
    rejectedVnd: rejected.vnd,
    unpaidCount: unpaid.count,
    unpaidVnd: unpaid.vnd,
    returnedCount: returned.count,
    returnedVnd: returned.vnd,
    openCount: head.instructionCount - settled.count - rejected.count - unpaid.count,
    openVnd: head.totalVnd - settled.vnd - rejected.vnd - unpaid.vnd,
  };
}

/** What our books say went out of an account and came back, over the batches of the month. */
function movedOver(
  { account }: StatedAccount,
  heads: readonly BatchHead[],
  ledger: readonly LedgerCell[],
): Pick<StatementRow, 'settledVnd' | 'returnedVnd'> {
  const batches = new Set<bigint | null>(
    heads
      .filter(
        ({ channelKind, payerAccount }) => channelKind === 'account' && payerAccount === account,
      )
      .map(({ batchId }) => batchId),
  );
  const own = ledger.filter(({ batchId }) => batchId !== null && batches.has(batchId));
  return { settledVnd: moved(own, 'settled').vnd, returnedVnd: moved(own, 'returned').vnd };
}
