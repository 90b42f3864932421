import type {
  AccountEntry,
  BankItem,
  Balance,
  EntryBatch,
  EntryDetail,
  EntrySummary,
  ListRow,
} from './bank-file.ts';
import { exact, NOTHING } from './exact-amount.ts';

// What a file declares of its entries, of the payments of a batch and of its rows, against what it has. Counted
// as the file passes, so that its size does not matter. What could not be read cannot be added up; it is set
// aside, and its money with it.

interface Sum {
  count: bigint;
  total: bigint;
  isReadable: boolean;
}

const noSum = (): Sum => ({ count: 0n, total: 0n, isReadable: true });

function add(sum: Sum, amount: string): void {
  const value = exact(amount);
  sum.count += 1n;
  if (value === undefined) sum.isReadable = false;
  else sum.total += value;
}

function agree(sum: Sum, declared: { readonly count: string; readonly total: string }): boolean {
  if (declared.count !== '' && BigInt(declared.count) !== sum.count) return false;
  return declared.total === '' || !sum.isReadable || exact(declared.total) === sum.total;
}

/** The entries of one account, held against its summaries. */
export class EntryTotals {
  private readonly sums = { all: noSum(), debit: noSum(), credit: noSum() };
  private readonly declared: EntrySummary[] = [];

  add({ amount, direction }: Pick<AccountEntry, 'amount' | 'direction'>): void {
    add(this.sums.all, amount);
    if (direction !== '') add(this.sums[direction], amount);
  }

  declare(summary: EntrySummary): void {
    this.declared.push(summary);
  }

  agree(): boolean {
    return this.declared.every((summary) => agree(this.sums[summary.of], summary));
  }
}

/** The payments listed for one entry, held against the batches that it names. */
export class BatchTotals {
  private readonly sum = noSum();
  private currency: string | undefined;

  add({ amount, currency }: Pick<EntryDetail, 'amount' | 'currency'>): void {
    add(this.sum, amount);
    this.currency ??= currency;
    if (currency !== this.currency) this.sum.isReadable = false;
  }

  agree(batches: readonly EntryBatch[]): boolean {
    const { sum } = this;
    if (sum.count === 0n || batches.length === 0) return true;
    const declared = noSum();
    for (const { amount, currency } of batches) {
      add(declared, amount);
      if (currency !== this.currency) declared.isReadable = false;
    }
    const count = countOf(batches);
    if (count !== null && count !== sum.count) return false;
    return !sum.isReadable || !declared.isReadable || declared.total === sum.total;
  }
}

/** How many payments some batches declare together; null when one of them does not say. */
export function countOf(batches: readonly EntryBatch[]): bigint | null {
  const counts = batches.map(({ count }) => count);
  if (counts.length === 0 || counts.includes('')) return null;
  return counts.reduce((all, one) => all + BigInt(one), 0n);
}

type ListTotals = Extract<BankItem, { type: 'totals' }>;

/** The rows of a list, held against what it declares of them. */
export class ListSums {
  private readonly owed = noSum();
  private readonly paid = noSum();
  private readonly left = noSum();
  private readonly declared: ListTotals[] = [];

  add({ amount, paid, left }: Pick<ListRow, 'amount' | 'paid' | 'left'>): void {
    add(this.owed, amount);
    // A row that says nothing of a part of it has none of it.
    add(this.paid, paid || '0');
    add(this.left, left || '0');
  }

  declare(totals: ListTotals): void {
    this.declared.push(totals);
  }

  agree(): boolean {
    return this.declared.every(
      ({ count, total, paid, left, faults }) =>
        faults.length === 0 &&
        agree(this.owed, { count, total }) &&
        agree(this.paid, { count: '', total: paid }) &&
        agree(this.left, { count: '', total: left }),
    );
  }
}

type Balances = readonly Balance[];

export function openingOf(balances: Balances): Balance | undefined {
  const of = (kind: string): Balance | undefined =>
    balances.find((one) => one.kind === kind && one.amount !== '');
  return of('OPBD') ?? of('PRCD');
}

export function closingOf(balances: Balances): Balance | undefined {
  return balances.findLast((one) => one.kind === 'CLBD' && one.amount !== '');
}

/** An amount with a minus before what the account owes or has paid out. */
export function signed({ amount, direction }: Pick<Balance, 'amount' | 'direction'>): bigint {
  const size: bigint = exact(amount) ?? NOTHING;
  return direction === 'debit' ? -size : size;
}
