import type { Knex } from 'knex';
import type { Db } from './db.ts';

// One code base runs on one PostgreSQL and on a Citus cluster that is sharded by recipient. Every
// table is declared here, in the order in which it can be placed: what a foreign key refers to stands
// before what refers to it.
//
// distributed  Whatever is of one recipient lies on the recipient's shard, so every key of it holds
//              recipient_id, a foreign key between two such tables pairs recipient_id with
//              recipient_id, and no trigger stands on it.
// reference    What the law and the country say, and the kinds of a transfer: a copy on every shard,
//              because statements over recipients read them there. Only the role that migrates
//              writes them. The application may not, because a reference table cannot be written
//              after a statement over all shards in the same transaction.
// local        The rest, on the coordinator. It may refer to local and reference tables only.
//
// Where one would expect a copy on every shard and there is none:
//   disbursement_batch  Written once and never changed, but in the transaction that gathers its
//                       lines, after a statement over all shards, with the count, sum and hash of
//                       what was gathered; and it names a person and a period, which change.
//   channel             Written by the application, and joined with local tables only.
//   period_state        Changes when a period is closed.
//   batch_step and dispatch_step  Never change, but only local tables refer to them.
// A statement that joins one of these with distributed tables works on a cluster: the coordinator
// sends the few rows that it needs to the shards.
export const PLACEMENTS = {
  programme: 'reference',
  administrative_unit: 'reference',
  unit_succession: 'reference',
  birth_place: 'reference',
  bank: 'reference',
  calendar_day: 'reference',
  rate: 'reference',
  account_change_policy: 'reference',
  movement_policy: 'reference',
  ground: 'reference',
  ground_condition: 'reference',
  care_ground: 'reference',
  merit_amount: 'reference',
  one_off: 'reference',
  gift: 'reference',
  pension_uplift: 'reference',
  transfer_kind: 'reference',
  proof_policy: 'reference',
  finding_rule: 'reference',

  recipient: 'distributed',
  recipient_key: 'distributed',
  payee: 'distributed',
  register_proposal: 'distributed',
  register_decision: 'distributed',
  register_change: 'distributed',
  payment_channel: 'distributed',
  channel_notice: 'distributed',
  channel_consent: 'distributed',
  enrolment: 'distributed',
  enrolment_facts: 'distributed',
  suspension: 'distributed',
  resumption: 'distributed',
  recipient_death: 'distributed',
  death_taken_back: 'distributed',
  recipient_merge: 'distributed',
  recovery_case: 'distributed',
  recovery_month: 'distributed',
  recovery_proposal: 'distributed',
  recovery_decision: 'distributed',
  recovery_instalment: 'distributed',
  recovery_repayment: 'distributed',
  once_claim: 'distributed',
  once_claim_key: 'distributed',
  listing: 'distributed',
  list_movement: 'distributed',
  quality_gap: 'distributed',
  cleaning_signature: 'distributed',
  assessment: 'distributed',
  once_award: 'distributed',
  recovery_taking: 'distributed',
  assessment_line: 'distributed',
  ledger_transfer: 'distributed',
  verification: 'distributed',
  finding: 'distributed',
  finding_step: 'distributed',
  finding_proposal: 'distributed',
  finding_decision: 'distributed',
  payee_death: 'distributed',
  outside_fact: 'distributed',
  linked_account: 'distributed',
  payment_instruction: 'distributed',
  settlement_line: 'distributed',
  payment_outcome: 'distributed',
  payment_return: 'distributed',
  recipient_look: 'distributed',

  schema_migration: 'local',
  schema_migration_lock: 'local',
  counter: 'local',
  audit_event: 'local',
  audit_head: 'local',
  sealed_table: 'local',
  row_seal: 'local',
  signed_head: 'local',
  file: 'local',
  period_state: 'local',
  partitioned_table: 'local',
  job_run: 'local',
  job_unit: 'local',
  job_pause: 'local',
  timetable_sweep: 'local',
  epoch: 'local',
  epoch_file: 'local',
  alarm: 'local',
  provider_calls: 'local',
  alarm_delivery: 'local',
  installation: 'local',
  person: 'local',
  person_role: 'local',
  role_proposal: 'local',
  outside_identity: 'local',
  credential: 'local',
  code_use: 'local',
  session: 'local',
  own_code: 'local',
  own_session: 'local',
  try_count: 'local',
  law_table: 'local',
  decree: 'local',
  decree_approval: 'local',
  law_correction: 'local',
  recipient_list: 'local',
  list_row: 'local',
  list_finding: 'local',
  heading_map: 'local',
  outside_list: 'local',
  outside_list_row: 'local',
  cash_report: 'local',
  cash_report_difference: 'local',
  list_comparison: 'local',
  movement_alarm: 'local',
  movement_answer: 'local',
  same_person_case: 'local',
  same_person_choice: 'local',
  same_person_decision: 'local',
  quality_count: 'local',
  quality_target: 'local',
  civil_status_check: 'local',
  shared_account: 'local',
  cross_check_run: 'local',
  bank_profile: 'local',
  bank_profile_approval: 'local',
  channel: 'local',
  payment_ahead: 'local',
  disbursement_batch: 'local',
  batch_step: 'local',
  batch_state: 'local',
  batch_maker: 'local',
  batch_movement: 'local',
  batch_held: 'local',
  batch_commune: 'local',
  batch_notable: 'local',
  batch_refusal: 'local',
  stop_period: 'local',
  payment_file: 'local',
  budget: 'local',
  approval: 'local',
  dispatch_step: 'local',
  file_dispatch: 'local',
  dispatch_inquiry: 'local',
  missed_acknowledgement: 'local',
  dispatch_action: 'local',
  cancellation_request: 'local',
  settlement_file: 'local',
  settlement_set_aside: 'local',
  statement: 'local',
  statement_entry: 'local',
  break_kind: 'local',
  reconciliation_break: 'local',
  break_assignment: 'local',
  break_outcome: 'local',
  break_proposal: 'local',
  break_decision: 'local',
  house_transfer: 'local',
  payment_fee: 'local',
  period_closing: 'local',
  period_closing_proposal: 'local',
  day_sign_off: 'local',
  uncollected_proposal: 'local',
  uncollected_decision: 'local',
  batch_result: 'local',
} as const satisfies Record<string, Placement>;

export type Placement = 'reference' | 'distributed' | 'local';

/** The table that the others lie beside. */
const FIRST = 'recipient';

/** Eight shards a worker on eight workers; room for 64 workers without a shard being split. */
const SHARDS = 64;

/**
 * The column by whose value a row of a distributed table finds its shard. It is the recipient, except
 * where a recipient is looked for by a number of theirs, or by who is given something through them:
 * uniqueness across recipients needs a table that lies by the number itself.
 */
export function shardColumn(table: string): 'recipient_id' | 'key' {
  return table === 'recipient_key' || table === 'once_claim_key' ? 'key' : 'recipient_id';
}

/**
 * Places the tables on the cluster, those that are not there yet, in one transaction, and returns
 * their names. On a PostgreSQL without the extension it does nothing. A table that holds rows keeps
 * them.
 */
export async function distribute(owner: Db): Promise<string[]> {
  return owner.transaction(async (tx) => {
    const { rows: extension } = await tx.raw<{ rows: unknown[] }>(
      `select from pg_extension where extname = 'citus'`,
    );
    if (extension.length === 0) return [];

    const waiting = await notYetPlaced(tx);
    // The placing needs the second setting off, and a foreign key of a local table that lived
    // through that is not checked any more when its parent is deleted. So those keys are put down
    // and taken up again.
    const keys = await keysToReferenceTables(tx, waiting);
    for (const { table, name } of keys) {
      await tx.raw(`alter table ${table} drop constraint ${name}`);
    }
    await tx.raw(`set local citus.multi_shard_modify_mode = 'sequential'`);
    await tx.raw(`set local citus.enable_local_reference_table_foreign_keys = 'off'`);
    for (const table of waiting) await tx.raw(placing(table));
    await tx.raw(`set local citus.enable_local_reference_table_foreign_keys = 'on'`);
    for (const { table, name, definition } of keys) {
      await tx.raw(`alter table ${table} add constraint ${name} ${definition}`);
    }
    return waiting;
  });
}

type PlacedTable = keyof typeof PLACEMENTS;

async function notYetPlaced(tx: Knex.Transaction): Promise<PlacedTable[]> {
  const { rows } = await tx.raw<{ rows: { name: string }[] }>(
    'select logicalrelid::regclass::text as name from pg_dist_partition',
  );
  const placed = new Set(rows.map(({ name }) => name));
  return (Object.keys(PLACEMENTS) as PlacedTable[]).filter(
    (table) => PLACEMENTS[table] !== 'local' && !placed.has(table),
  );
}

function placing(table: PlacedTable): string {
  if (PLACEMENTS[table] === 'reference') return `select create_reference_table('${table}')`;
  const column = shardColumn(table);
  const leads = table === FIRST || column !== 'recipient_id';
  const beside = leads ? `'none', shard_count => ${SHARDS}` : `'${FIRST}'`;
  return `select create_distributed_table('${table}', '${column}', colocate_with => ${beside})`;
}

/** The foreign keys of local tables to tables that are about to be copied to every shard. */
async function keysToReferenceTables(
  tx: Knex.Transaction,
  waiting: readonly PlacedTable[],
): Promise<{ table: string; name: string; definition: string }[]> {
  const of = (placement: Placement, tables: readonly PlacedTable[]): PlacedTable[] =>
    tables.filter((table) => PLACEMENTS[table] === placement);
  const { rows } = await tx.raw<{ rows: { table: string; name: string; definition: string }[] }>(
    `select conrelid::regclass::text as "table", quote_ident(conname) as name,
            pg_get_constraintdef(oid) as definition
       from pg_constraint
      where contype = 'f'
        and conrelid::regclass::text = any (:local)
        and confrelid::regclass::text = any (:reference)
      order by 1, 2`,
    {
      local: of('local', Object.keys(PLACEMENTS) as PlacedTable[]),
      reference: of('reference', waiting),
    },
  );
  return rows;
}
