import { findBreaks } from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  entry,
  notification,
  receive,
  sentOver,
  statement,
  statusReport,
  total,
  type Line,
  type Sent,
} from './bank-files.ts';
import type { TestDatabase } from './database.ts';

const OPENING = 5_000_000_000_000n;
/** When its answers have come, and what was silent has been silent for too long. */
export const ERRED_AT = '2026-11-17T01:00:00Z';
const AT = ERRED_AT;
/** A fee that nobody has agreed to, in dong. */
export const FEE = 11_000n;

/**
 * A bank that errs once in each way: the first line a dong too much, the second twice, the third not at
 * all, the fourth returned a dong short; a fee that nobody asked for, and money from nobody.
 */
export async function erringBank(town: TestDatabase): Promise<readonly Sent[]> {
  const sent = await sentOver(town.db, 'BANK');
  const [more, twice, silent, short, ...others] = sent as [Sent, Sent, Sent, Sent, ...Sent[]];
  const block = more.paymentInformationId;
  const debits: Line[] = [{ ...more, amount: more.amount + 1n }, twice, twice, short, ...others];
  const credits = creditEntries([
    { reference: short.reference, amount: short.amount - 1n, entry: 'R-1' },
  ]);
  const out = total(debits) + FEE;
  const back = short.amount - 1n + 700n;
  await receive(town, [
    statusReport({ id: 'S-1', about: silent.messageId, group: 'PART' }),
    notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines: debits }) }),
    notification({ id: 'N-2', entries: credits }),
    statement({
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing: OPENING - out + back,
      entries: [
        bookedSum({ reference: 'D-1', block, lines: debits }),
        entry({ amount: FEE, side: 'DBIT', reference: 'FEE-1' }),
        entry({ amount: short.amount - 1n, side: 'CRDT', reference: 'R-1' }),
        entry({ amount: 700n, side: 'CRDT', reference: 'C-1' }),
      ].join('\n'),
    }),
  ]);
  await reconcile(town.context({ at: AT }));
  await findBreaks(town.context({ at: AT }));
  return sent;
}
