import { many, type Db } from '../../src/platform/db.ts';

// The end of a month without the numbers that only say in which order things came: a file is named
// by its message id, a break by what it is about.

export interface EndOfMonth {
  readonly outcomes: readonly unknown[];
  readonly returns: readonly unknown[];
  readonly ledger: readonly unknown[];
  readonly breaks: readonly unknown[];
  readonly tallies: readonly unknown[];
  readonly batches: readonly unknown[];
  readonly statements: readonly unknown[];
  readonly dispatches: readonly unknown[];
}

const PARTS: Readonly<Record<keyof EndOfMonth, string>> = {
  outcomes: `
    select o.end_to_end_id, o.outcome, o.reason, o.instructed_vnd, o.reported_vnd, o.booked_on,
           o.batch_id, f.message_id, o.line_no
      from payment_outcome o join settlement_file f using (file_id) order by 1`,
  returns: `
    select r.end_to_end_id, r.reason, r.instructed_vnd, r.reported_vnd, r.booked_on, r.batch_id,
           f.message_id, r.line_no
      from payment_return r join settlement_file f using (file_id) order by 1`,
  ledger: `
    select t.recipient_id, t.period, t.reference, t.kind, t.amount_vnd, t.booked_on, t.batch_id,
           f.message_id
      from ledger_transfer t left join settlement_file f using (file_id) order by 3, 4`,
  breaks: `
    select b.kind, b.reference, b.amount_vnd, b.period, b.batch_id, b.line_no, f.message_id
      from reconciliation_break b left join settlement_file f using (file_id)
     order by 2, 1, f.message_id, b.line_no`,
  tallies: `
    select kind, message_id, verdict, line_count, matched_count, duplicate_count, break_count
      from settlement_file where verdict = 'accepted' order by 1, 2`,
  batches: 'select batch_id, state, version from batch_state order by 1',
  statements: `
    select s.account, s.sequence_no, s.opening_vnd, s.debit_vnd, s.credit_vnd, s.closing_vnd,
           e.entry_reference, e.direction, e.amount_vnd
      from statement s left join statement_entry e using (account, sequence_no) order by 1, 2, 7, 8`,
  dispatches: 'select file_id, state from file_dispatch order by 1',
};

/** What a month came to, as rows that can be compared. */
export async function endOfMonth(db: Db): Promise<EndOfMonth> {
  const parts: Record<string, unknown[]> = {};
  for (const [part, sql] of Object.entries(PARTS)) parts[part] = await many(db, sql);
  return parts as unknown as EndOfMonth;
}

/** The balances of the three accounts that a recipient's money passes, in dong. */
export async function balances(
  db: Db,
): Promise<{ owed: bigint; inTransit: bigint; paid: bigint; entitled: bigint }> {
  const of = (account: string): string =>
    `coalesce(sum(case when credit_account = '${account}' then amount_vnd
                       when debit_account = '${account}' then -amount_vnd end), 0)::bigint`;
  const [row] = await many<{ owed: bigint; inTransit: bigint; paid: bigint; entitled: bigint }>(
    db,
    `select ${of('owed')} as owed, ${of('in_transit')} as "inTransit", ${of('paid')} as paid,
            -${of('appropriation')} as entitled
       from ledger_transfer`,
  );
  if (row === undefined) throw new Error('a sum is always one row');
  return row;
}
