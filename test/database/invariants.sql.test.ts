import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { countViolations, INVARIANTS } from '../../src/audit/invariants.sql.ts';
import type { Tx } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { walkTown, type TownStep } from '../support/town.ts';

/** A few weeks after the money left: late enough that silence would be a violation. */
const NOW = new Date('2026-12-01T00:00:00Z');

interface Planted {
  readonly id: string;
  /** What was done, in a few words. */
  readonly what: string;
  /** Other invariants that the same deed breaks, and cannot help breaking. */
  readonly also?: readonly string[];
  /** Constraints and indexes that would have refused it, switched off first. */
  readonly without?: readonly ({ table: string; constraint: string } | { index: string })[];
  /** The deed itself, with triggers and foreign keys off. */
  readonly sql: string;
  /** Events then added to the chain, as whoever can call the engine's own trigger would. */
  readonly events?: readonly (readonly [action: string, subject: string])[];
}

/** The first instruction, in order of recipient, that became something over a channel. */
function one(
  outcome: 'settled' | 'rejected' | 'unpaid',
  channel: 'BANK' | 'POST' = 'BANK',
): string {
  return `(select o.* from payment_outcome o
             join disbursement_batch b using (batch_id)
            where o.outcome = '${outcome}' and b.channel = '${channel}'
              and not exists (select from payment_return r
                               where r.end_to_end_id = o.end_to_end_id)
            order by o.recipient_id limit 1)`;
}

/** A whole supplementary batch, complete in itself, with another attempt at what one() found. */
function anotherAttempt(at: string, attempt: number): Pick<Planted, 'sql' | 'events'> {
  const due = 'due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)';
  return {
    sql: `
      insert into payment_instruction
        (recipient_id, period, end_to_end_id, programme, assessment_no, attempt, batch_id,
         amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
         commune_code, line_hash, reopened_period, reopened_reference, reopened_kind)
      select i.recipient_id, i.period, ${due} || 'T${attempt}', i.programme, i.assessment_no,
             ${attempt}, 77, i.amount_vnd, i.channel_no, i.payee_name, i.citizen_number, i.bank_bin,
             i.account_number, i.commune_code,
             line_hash(${due} || 'T${attempt}', i.amount_vnd, i.payee_name, i.citizen_number,
                       i.bank_bin, i.account_number, i.commune_code),
             i.period, ${due} || 'T${attempt - 1}', 'returned'
        from payment_instruction i
        join ${at} o using (recipient_id, period, end_to_end_id);
      insert into disbursement_batch
        (batch_id, batch_code, period, programme, province_code, channel, sequence_no, value_date,
         instruction_count, total_vnd, content_hash, prepared_by, prepared_at)
      select 77, 'PLANTED', b.period, b.programme, b.province_code, b.channel, 2, b.value_date,
             1, i.amount_vnd, batch_content_hash(77, b.period), b.prepared_by, b.prepared_at
        from payment_instruction i, disbursement_batch b
       where i.batch_id = 77 and b.channel = 'BANK';
      insert into batch_state (batch_id, state, came_from, version, changed_at)
      values (77, 'gathered', 'none', 1, '2026-10-25');`,
    events: [['batch-gathered', 'batch/77']],
  };
}

function timestamptz(day: string): string {
  return `timestamptz '${day}T02:00:00Z'`;
}

/** Closes November as two persons would have, though nothing is ready. */
function closed(day: string): string {
  return `insert into period_closing values ('2026-11', 'a', 'b', timestamptz '${day}', 0, 0, 0, 0);
          select close_period('2026-11', timestamptz '${day}')`;
}

/** A second channel of somebody who was paid, with its change; the first one stays as it is. */
function otherChannel(changedAt: string): string {
  return `
    insert into register_change
      (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
       confirmed_by)
    select recipient_id, 1, 'channel', '{}', '{}', 'PLANTED', 'sandbox-maker', ${changedAt},
           'sandbox-checker-1'
      from ${one('settled')} o;
    insert into payment_channel
      (recipient_id, channel_no, payee_no, kind, bank_bin, account_number, holder_name, list_id,
       change_no, ended_on)
    select c.recipient_id, 2, c.payee_no, c.kind, c.bank_bin, c.account_number, c.holder_name,
           c.list_id, 1, date '2030-01-01'
      from payment_channel c join ${one('settled')} o using (recipient_id);`;
}

/** What was paid went to the second channel: the first had another account. */
const PAID_TO_IT = `
  update payment_instruction set channel_no = 2
   where end_to_end_id = (select end_to_end_id from ${one('settled')} o);
  update payment_channel set account_number = '888888888'
   where recipient_id = (select recipient_id from ${one('settled')} o) and channel_no = 1;`;

const TOLD = `
  insert into channel_notice
  select recipient_id, 2, 'letter', timestamptz '2026-10-20T03:00:00Z', 'sandbox-maker'
    from ${one('settled')} o;`;

/** One more line in the file of the bank's debits, counted as a repetition. */
function oneMoreDebit(values: string, from: string): string {
  return `
    insert into settlement_line
      (recipient_id, period, file_id, line_no, end_to_end_id, kind, status, reason, amount_vnd,
       booked_on, entry_reference, byte_offset, path)
    select ${values}, 'debit', 'BOOK', '', l.amount_vnd, l.booked_on, 'BANK-PLANTED', 0, ''
      from ${from} o
      join settlement_line l using (recipient_id, period, file_id, line_no);
    update settlement_file set line_count = line_count + 1, duplicate_count = duplicate_count + 1
     where file_id = (select file_id from ${from} o);`;
}

const FIRST_LINE = `(recipient_id, line_no) = (select recipient_id, line_no from assessment_line
                                               order by recipient_id, line_no limit 1)`;
const check = (table: string, constraint: string): { table: string; constraint: string } => ({
  table,
  constraint,
});

const TWO_AT_ONE_ACCOUNT = `
  update payment_instruction i set bank_bin = m.bank_bin, account_number = m.account_number
    from (select p.bank_bin, p.account_number, p.recipient_id from payment_instruction p
            join ${one('settled')} o using (recipient_id, period, end_to_end_id)) m
   where i.recipient_id = (select max(recipient_id) from payment_instruction where bank_bin <> '')`;

const PLANTED: readonly Planted[] = [
  {
    id: 'I01',
    what: 'a second attempt stands beside a first that was paid',
    also: ['I23'],
    ...anotherAttempt(one('settled'), 2),
  },
  {
    id: 'I02',
    what: 'the bank has debited one reference under two entries, and no break was opened',
    sql: oneMoreDebit(`o.recipient_id, o.period, o.file_id, 9001, o.end_to_end_id`, one('settled')),
  },
  {
    id: 'I03',
    what: 'a line of an assessment is gone',
    sql: `delete from assessment_line where ${FIRST_LINE}`,
  },
  {
    id: 'I03',
    what: 'the coefficient of a line was changed, and its amount was not',
    without: [check('assessment_line', 'line_can_be_computed_again')],
    sql: `update assessment_line set coefficient = coefficient + 1 where ${FIRST_LINE}`,
  },
  {
    id: 'I03',
    what: 'an instruction was raised by a thousand dong',
    also: ['I06', 'I10', 'I11', 'I28'],
    sql: `update payment_instruction set amount_vnd = amount_vnd + 1000
           where end_to_end_id = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I04',
    what: 'the two accounts of a transfer were exchanged',
    without: [check('ledger_transfer', 'accounts_are_those_of_the_kind')],
    sql: `update ledger_transfer set debit_account = credit_account, credit_account = debit_account
           where kind = 'settled'
             and reference = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I04',
    what: 'what became owed to one person is a dong more than what was assessed',
    sql: `update ledger_transfer set amount_vnd = amount_vnd + 1
           where kind = 'entitled' and recipient_id = (select min(recipient_id) from assessment
                                                        where amount_vnd > 0)`,
  },
  {
    id: 'I04',
    what: 'an assessment never reached the ledger',
    sql: `delete from ledger_transfer
           where kind = 'entitled' and recipient_id = (select min(recipient_id) from assessment
                                                        where amount_vnd > 0)`,
  },
  {
    id: 'I05',
    what: 'a dong was committed that no batch accounts for',
    sql: 'update budget set committed_vnd = committed_vnd + 1',
  },
  {
    id: 'I05',
    what: 'the budget was cut below what is committed',
    without: [check('budget', 'committed_within_budget')],
    sql: 'update budget set amount_vnd = committed_vnd - 1 where committed_vnd > 0',
  },
  { id: 'I05', what: 'batches were approved without a budget', sql: 'delete from budget' },
  {
    id: 'I06',
    what: 'a payment that was booked is still in transit by the ledger',
    sql: `delete from ledger_transfer
           where kind = 'settled'
             and reference = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I06',
    what: 'a booking stands in the ledger under another reference, and the sums still agree',
    sql: `update ledger_transfer
             set reference = replace(reference, 'N1T1', 'N1T2')
           where kind = 'settled'
             and reference = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I06',
    what: 'what the bank booked is owed again by the ledger',
    sql: `update ledger_transfer set kind = 'rejected', credit_account = 'owed'
           where kind = 'settled'
             and reference = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I07',
    what: 'the closing balance of a statement is a dong more than its entries say',
    without: [check('statement', 'balances_add_up')],
    sql: 'update statement set closing_vnd = closing_vnd + 1',
  },
  {
    id: 'I07',
    what: 'a statement is missing between two',
    sql: `insert into statement
          select account, sequence_no + 2, file_id, channel, 'PLANTED', day, closing_vnd, 0, 0,
                 closing_vnd
            from statement`,
  },
  {
    id: 'I07',
    what: 'a statement does not open where the one before it closed',
    sql: `insert into statement
          select account, sequence_no + 1, file_id, channel, 'PLANTED', day, closing_vnd - 1, 0, 0,
                 closing_vnd - 1
            from statement`,
  },
  {
    id: 'I07',
    what: 'the statement is of an account that is not the payer’s',
    sql: `update statement set account = '999'; update statement_entry set account = '999'`,
  },
  {
    id: 'I08',
    what: 'the bank debited us for a file that is none of ours, and no break was opened',
    sql: `update statement_entry set payment_information_id = 'FOREIGN' where direction = 'debit'`,
  },
  {
    id: 'I08',
    what: 'what was booked as paid was never debited',
    also: ['I07'],
    sql: `delete from statement_entry where direction = 'debit'`,
  },
  {
    id: 'I08',
    what: 'a break of something else does not excuse a debit that is none of ours',
    sql: `update statement_entry set payment_information_id = 'FOREIGN' where direction = 'debit';
          insert into reconciliation_break
            (break_id, kind, period, reference, amount_vnd, opened_at)
          values (77, 'unknown-reference', '2026-11', 'SOMETHING-ELSE', 1, '2026-11-20')`,
  },
  {
    id: 'I08',
    what: 'money came in that is another’s, and is not what came back of ours',
    sql: `delete from ledger_transfer where kind = 'returned';
          delete from payment_return`,
    also: ['I25'],
  },
  {
    id: 'I09',
    what: 'one of two signatures is over other lines',
    sql: `update approval set content_hash = sha256('planted')
           where person_id = 'sandbox-checker-2' and batch_id = 1`,
  },
  {
    id: 'I09',
    what: 'one of two signatures is over another sum',
    sql: `update approval set total_vnd = total_vnd - 1
           where person_id = 'sandbox-checker-2' and batch_id = 1`,
  },
  {
    id: 'I09',
    what: 'a signature was removed after the batch had gone',
    also: ['I14'],
    sql: `delete from approval where person_id = 'sandbox-checker-2' and batch_id = 1`,
  },
  {
    id: 'I09',
    what: 'the second signature is the maker’s own',
    also: ['I12', 'I13', 'I14'],
    sql: `update approval set person_id = 'sandbox-maker'
           where person_id = 'sandbox-checker-2' and batch_id = 1`,
  },
  {
    id: 'I10',
    what: 'the account of a signed line was changed',
    // What was proven, and what the register has, is another account.
    also: ['I15', 'I16'],
    sql: `update payment_instruction set account_number = '0000000000'
           where end_to_end_id = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I10',
    what: 'a line was changed and its hash with it',
    sql: `update payment_instruction
             set payee_name = 'PLANTED',
                 line_hash = line_hash(end_to_end_id, amount_vnd, 'PLANTED', citizen_number,
                                       bank_bin, account_number, commune_code)
           where end_to_end_id = (select end_to_end_id from ${one('settled')} o)`,
  },
  {
    id: 'I10',
    what: 'a line belongs to no batch: nobody has signed it',
    also: ['I01', 'I23'],
    sql: `${anotherAttempt(one('settled'), 2).sql}
          delete from disbursement_batch where batch_id = 77;
          delete from batch_state where batch_id = 77;`,
  },
  {
    id: 'I11',
    what: 'a file claims a line more than it was rendered from',
    sql: 'update payment_file set line_count = line_count + 1 where batch_id = 1',
  },
  {
    id: 'I11',
    what: 'the file is not the one that was signed',
    also: ['I09'],
    sql: `update file set sha256 = sha256('planted')
           where file_id = (select file_id from payment_file where batch_id = 1)`,
  },
  {
    id: 'I11',
    what: 'batch and file agree on a sum that is not that of the lines',
    also: ['I05', 'I09'],
    sql: `update disbursement_batch set total_vnd = total_vnd + 1 where batch_id = 1;
          update payment_file set total_vnd = total_vnd + 1 where batch_id = 1`,
  },
  {
    id: 'I12',
    what: 'the second factor was given six minutes before the signature',
    without: [check('approval', 'step_up_is_fresh')],
    sql: `update approval set step_up_at = signed_at - interval '6 minutes' where batch_id = 1`,
  },
  {
    id: 'I12',
    what: 'the signer’s role had been revoked an hour before',
    sql: `update person_role set revoked_at = timestamptz '2026-10-23T02:00:00Z'
           where person_id = 'sandbox-checker-1'`,
  },
  {
    id: 'I12',
    what: 'the batch was above the limit of who signed last',
    sql: `update person_role
             set limit_vnd = (select total_vnd - 1 from disbursement_batch where batch_id = 1)
           where person_id in (select person_id from approval where batch_id = 1)`,
  },
  {
    id: 'I12',
    what: 'the signer’s role is of another province',
    sql: `update person_role set unit_code = '01' where person_id = 'sandbox-checker-1'`,
  },
  {
    id: 'I13',
    what: 'a signer had changed the account of somebody in the batch two months before',
    sql: `insert into register_change
            (recipient_id, change_no, subject, old_value, new_value, document, changed_by,
             changed_at, confirmed_by)
          select recipient_id, 1, 'channel', '{}', '{}', 'PLANTED', 'sandbox-checker-1',
                 timestamptz '2026-08-25', 'sandbox-maker'
            from ${one('settled')} o`,
  },
  {
    id: 'I13',
    what: 'a signer had imported the list',
    sql: `update recipient_list set imported_by = 'sandbox-checker-2'`,
  },
  {
    id: 'I13',
    what: 'a signer had imported the earlier list that brought the accounts',
    sql: `update recipient_list
             set imported_by = 'sandbox-checker-2', period = '2026-10',
                 imported_at = timestamptz '2026-09-22'`,
  },
  {
    id: 'I14',
    what: 'an event names another person than it did',
    sql: `update audit_event set actor = 'somebody' where event_no = 2`,
  },
  {
    id: 'I14',
    what: 'the last event was cut off',
    sql: `delete from audit_event where event_no = (select max(event_no) from audit_event)`,
  },
  {
    id: 'I14',
    what: 'a batch was moved back without an event',
    sql: `update batch_state set state = 'released' where batch_id = 1`,
  },
  {
    id: 'I14',
    what: 'an event tells of a step that no batch took',
    sql: '',
    events: [['batch-approved', 'batch/77']],
  },
  {
    id: 'I14',
    what: 'a signature has no event',
    sql: `insert into person values ('third', 'third', '040085999909', true);
          insert into person_role values
            ('third', 'checker', '40', null, 'sandbox', timestamptz '2026-10-01', null);
          insert into approval
          select batch_id, 'third', signed_at, step_up_at, instruction_count, total_vnd,
                 content_hash, files_hash
            from approval where person_id = 'sandbox-checker-2' and batch_id = 1`,
  },
  {
    id: 'I14',
    what: 'a file was put back on its way without an event',
    sql: `update file_dispatch set state = 'sent', came_from = 'claimed'
           where file_id = (select min(file_id) from file_dispatch)`,
    also: ['I31'],
  },
  {
    id: 'I14',
    what: 'a file that was received has a second acceptance in the log',
    sql: '',
    events: [['settlement-accepted', 'file/5']],
  },
  {
    id: 'I15',
    what: 'the proof of one account was older than the policy allows when it was paid to',
    sql: `update verification set checked_at = '2026-09-22T02:00:00Z'
           where subject = 'account'
             and recipient_id = (select recipient_id from ${one('settled')} o)`,
  },
  {
    id: 'I15',
    what: 'what was proven was another account than the one that was paid to',
    sql: `update verification set account_number = '9' || account_number
           where subject = 'account'
             and recipient_id = (select recipient_id from ${one('settled')} o)`,
  },
  {
    id: 'I15',
    what: 'somebody was only doubtful, and was paid',
    sql: `update verification set class = 'doubtful', code = 'POP_NAME_DOUBTFUL'
           where subject = 'recipient'
             and recipient_id = (select recipient_id from ${one('settled')} o)`,
  },
  {
    id: 'I16',
    what: 'the account of the register is another than the one that was paid',
    sql: `update payment_channel set account_number = '999999999'
           where recipient_id = (select recipient_id from ${one('settled')} o)`,
  },
  {
    id: 'I16',
    what: 'an account was paid that had been replaced two days before',
    sql: `${otherChannel(timestamptz('2026-10-20'))}
          update payment_channel set ended_on = '2026-10-20'
           where recipient_id = (select recipient_id from ${one('settled')} o) and channel_no = 1`,
  },
  {
    id: 'I17',
    what: 'a changed account was paid two days after the change',
    sql: `${otherChannel(timestamptz('2026-10-20'))} ${PAID_TO_IT} ${TOLD}`,
  },
  {
    id: 'I17',
    what: 'a changed account had waited long enough, but nobody was told',
    sql: `${otherChannel(timestamptz('2026-10-01'))} ${PAID_TO_IT}`,
  },
  {
    id: 'I18',
    what: 'one account received for two payees',
    // A line is signed with its account, and the account that was proven is another.
    also: ['I10', 'I15', 'I16'],
    sql: TWO_AT_ONE_ACCOUNT,
  },
  ...(
    [
      ['registered only after the release', `now() + interval '100 years', null`],
      ['no longer one on the day of the release', `'2026-01-01', '2026-02-01'`],
    ] as const
  ).map(([when, dates]) => ({
    id: 'I18',
    what: `one account received for two payees, and was ${when}`,
    also: ['I10', 'I15', 'I16'],
    sql: `${TWO_AT_ONE_ACCOUNT};
          insert into shared_account
          select bank_bin, account_number, 'household', 'form 9', '${SANDBOX_PERSONS.maker}',
                 '${SANDBOX_PERSONS.checkers[0]}', ${dates}
            from payment_instruction join ${one('settled')} o using (recipient_id, period, end_to_end_id)`,
  })),
  {
    id: 'I19',
    what: 'nobody was asked in time who lives',
    sql: `update civil_status_check set checked_at = checked_at - interval '24 hours'`,
  },
  {
    id: 'I19',
    what: 'somebody was paid of whom it was known that they had died',
    sql: `insert into recipient_death
          select recipient_id, '2026-10-01', 'register', '2026-10-21' from ${one('settled')} o`,
  },
  {
    id: 'I22',
    what: 'the bank reports a reference that we never issued, and no break was opened',
    sql: oneMoreDebit(`0, o.period, o.file_id, 9001, 'NEVER-ISSUED'`, one('settled')),
  },
  {
    id: 'I22',
    what: 'the bank reports a reference whose batch was never released',
    ...anotherAttempt(one('rejected'), 2),
    sql: `${anotherAttempt(one('rejected'), 2).sql}
          ${oneMoreDebit(
            `(select recipient_id from payment_instruction where batch_id = 77), o.period,
             o.file_id, 9001, (select end_to_end_id from payment_instruction where batch_id = 77)`,
            one('settled'),
          )}`,
  },
  {
    id: 'I23',
    what: 'a third attempt exists after a first that was rejected, without a second',
    ...anotherAttempt(one('rejected'), 3),
  },
  {
    id: 'I23',
    what: 'a file was put again to a bank that does not refuse references it has seen',
    sql: `update channel set dedupes_reference = false where channel = 'BANK';
          update file_dispatch set fence = 2 where batch_id = 1`,
    events: [
      ['file-taken-over', 'file/2'],
      ['file-sent', 'file/2'],
      ['file-answered', 'file/2'],
    ],
  },
  {
    id: 'I24',
    what: 'the fence of a file rose though nobody took it over',
    sql: 'update file_dispatch set fence = 2 where batch_id = 1',
  },
  {
    id: 'I24',
    what: 'a file is on its way in the name of another batch',
    sql: `update file_dispatch set batch_id = 2 where batch_id = 1`,
  },
  {
    id: 'I25',
    what: 'a line of an accepted file is gone',
    sql: `delete from settlement_line where kind = 'unpaid'`,
    also: ['I27'],
  },
  {
    id: 'I25',
    what: 'the fates of a file’s lines add up to more than its lines',
    without: [check('settlement_file', 'every_line_has_one_fate')],
    sql: 'update settlement_file set duplicate_count = 1 where file_id = 5',
  },
  {
    id: 'I25',
    what: 'a line is counted as matched that became nothing',
    sql: `insert into settlement_line
            (recipient_id, period, file_id, line_no, end_to_end_id, kind, status, reason,
             amount_vnd, booked_on, entry_reference, byte_offset, path)
          select recipient_id, period, file_id, 9001, end_to_end_id, 'debit', 'BOOK', '',
                 1, booked_on, 'BANK-000001-D', 0, ''
            from ${one('settled')} o;
          update settlement_file set line_count = line_count + 1, matched_count = matched_count + 1
           where file_id = (select file_id from ${one('settled')} o)`,
  },
  {
    id: 'I25',
    what: 'lines of a file that was refused whole were kept',
    also: ['I14'],
    sql: `update settlement_file set verdict = 'refused', refusal = 'file-malformed'
           where file_id = 8`,
  },
  {
    id: 'I26',
    what: 'two messages with one id took effect',
    without: [{ index: 'one_message_takes_effect_once' }],
    sql: `update settlement_file set message_id = 'BANK-000001-2' where message_id = 'BANK-000001-3'`,
  },
  {
    id: 'I26',
    what: 'the same bytes came twice from one bank and count as two files',
    without: [check('file', 'same_bytes_are_one_file')],
    sql: `update file set sha256 = (select sha256 from file where file_id = 5) where file_id = 6`,
  },
  {
    id: 'I27',
    what: 'the outcomes of a bank file came in over the post office',
    sql: `update settlement_file set channel = 'POST' where file_id = 5`,
  },
  {
    id: 'I27',
    what: 'an instruction is settled by a line that says something else',
    sql: `update settlement_line set kind = 'unpaid' where file_id = 8
             and recipient_id = (select recipient_id from ${one('settled', 'POST')} o)`,
  },
  {
    id: 'I27',
    what: 'the outcome of one person rests on the line of another',
    sql: `update settlement_line
             set end_to_end_id = (select end_to_end_id from ${one('rejected')} o)
           where file_id = 8
             and recipient_id = (select recipient_id from ${one('settled', 'POST')} o)`,
    also: ['I22'],
  },
  {
    id: 'I28',
    what: 'an outcome was recorded for a dong less than instructed',
    without: [check('payment_outcome', 'reported_is_instructed')],
    sql: `update payment_outcome set reported_vnd = reported_vnd - 1
           where end_to_end_id = (select end_to_end_id from ${one('settled', 'POST')} o)`,
  },
  {
    id: 'I28',
    what: 'the line of an outcome is a dong short of it',
    sql: `update settlement_line set amount_vnd = amount_vnd - 1
           where file_id = 8
             and recipient_id = (select recipient_id from ${one('settled', 'POST')} o)`,
  },
  {
    id: 'I29',
    what: 'a period was closed, and the constraint that holds it was removed',
    sql: `${closed('2026-12-01')};
          alter table ledger_transfer_2026_11 drop constraint the_period_is_closed`,
  },
  {
    id: 'I29',
    what: 'the constraint of a closed period was replaced by one that refuses nothing',
    sql: `${closed('2026-12-01')};
          alter table ledger_transfer_2026_11 drop constraint the_period_is_closed;
          alter table ledger_transfer_2026_11 add constraint the_period_is_closed check (true)`,
  },
  {
    id: 'I29',
    what: 'a period was closed by nobody',
    sql: `update period_state set closed_at = '2026-12-01' where period = '2026-11';
          alter table ledger_transfer_2026_11 add constraint the_period_is_closed check (false) not valid`,
  },
  {
    id: 'I29',
    what: 'transfers with a later booking day lie in a period closed before, constraint and all',
    sql: closed('2026-11-10'),
  },
  {
    id: 'I29',
    what: 'a file was reconciled after the closing and booked into the closed period',
    sql: closed('2026-11-30'),
    events: [['file-reconciled', 'file/5']],
    also: ['I14'],
  },
  {
    id: 'I30',
    what: 'one job ran twice for one period',
    without: [check('job_run', 'job_run_pkey')],
    sql: `insert into job_run
          select 'batch', 'all', '40', '2026-11', 'done', now(), now() from generate_series(1, 2)`,
  },
  {
    id: 'I30',
    what: 'a batch of the month was removed from between two',
    sql: 'update disbursement_batch set sequence_no = 3 where batch_id = 1',
  },
  {
    id: 'I30',
    what: 'two batches of a month have one number',
    without: [check('disbursement_batch', 'one_batch_a_number')],
    sql: `${anotherAttempt(one('rejected'), 2).sql}
          update disbursement_batch set sequence_no = 1 where batch_id = 77`,
    events: [['batch-gathered', 'batch/77']],
  },
  {
    id: 'I31',
    what: 'nothing was ever heard of an instruction of a batch that was closed, and no break says so',
    also: ['I25'],
    sql: `delete from ledger_transfer
           where kind = 'unpaid' and reference = (select end_to_end_id from ${one('unpaid', 'POST')} o);
          delete from payment_outcome where outcome = 'unpaid'`,
  },
  {
    id: 'I31',
    what: 'nobody knows whether a file arrived, and no break is open',
    sql: `update file_dispatch set state = 'unknown', came_from = 'claimed', sent_at = null
           where batch_id = 1`,
    events: [['file-unknown', 'file/2']],
  },
  {
    id: 'I31',
    what: 'a file was sent forty days ago and never answered, and its break was closed too early',
    sql: `update file_dispatch set state = 'sent', came_from = 'claimed' where batch_id = 1;
          insert into reconciliation_break
            (break_id, kind, batch_id, period, reference, amount_vnd, opened_at, resolved_at,
             resolution, resolved_by, confirmed_by)
          values (77, 'not-answered', 1, '2026-11', 'file/2', 1, '2026-11-20', '2026-11-21', 'none',
                  'sandbox-checker-1', 'sandbox-checker-2')`,
    events: [['file-sent', 'file/2']],
    also: ['I41'],
  },
  {
    id: 'I32',
    what: 'two files have one message id',
    without: [check('payment_file', 'payment_file_message_id_key')],
    sql: `update payment_file set message_id = (select message_id from payment_file where batch_id = 1)`,
  },
  {
    id: 'I32',
    what: 'one reference stands on the lines of two people',
    without: [
      check('payment_instruction', 'reference_names_the_attempt'),
      check('payment_instruction', 'another_attempt_needs_a_reopening'),
    ],
    also: ['I10', 'I23'],
    sql: `${anotherAttempt(one('rejected'), 3).sql}
          update payment_instruction
             set end_to_end_id = (select end_to_end_id from ${one('settled', 'POST')} o)
           where batch_id = 77`,
    events: [['batch-gathered', 'batch/77']],
  },
  {
    id: 'I37',
    what: 'files were sent in a life after a restore that nobody had released',
    sql: `insert into epoch (epoch_no, cause, begun_at) values (2, 'restored', '2026-01-01')`,
  },
  {
    id: 'I37',
    what: 'a file was sent though the bank had spoken of its lines before',
    sql: `insert into epoch (epoch_no, cause, begun_at, released_by, released_at, reason)
          select 2, 'restored', '2026-01-01', min(person_id), '2026-01-02', 'x' from person;
          update file set recorded_at = '2026-01-03' where kind = 'settlement'`,
  },
  {
    id: 'I38',
    what: 'what was handed over in cash was transferred as well, and no break says so',
    sql: oneMoreDebit(
      'o.recipient_id, o.period, o.file_id, 9999, o.end_to_end_id',
      one('settled', 'POST'),
    ),
    also: ['I02'],
  },
  {
    id: 'I39',
    what: 'the line of a month stands twice',
    also: ['I03'],
    sql: `insert into assessment_line
          select recipient_id, period, due_reference, 99, kind, for_period, enrolment_ref,
                 ground_code, coefficient, standard_vnd, paid_vnd, amount_vnd, articles
            from assessment_line where kind = 'current'
           order by recipient_id limit 1`,
  },
  {
    id: 'I40',
    what: 'a recovery says a dong more than its months',
    sql: `insert into recovery_case
          values (1, 1, 'social_assistance', '2026-11', 2, 'deceased', '{}', '2026-11-22');
          insert into recovery_month values (1, 1, '2026-10', 1, 0, 1, 'deceased')`,
  },
  {
    id: 'I40',
    what: 'a deduction was laid out that nobody has decided',
    without: [check('recovery_instalment', 'a_deduction_is_decided')],
    sql: `insert into recovery_instalment values (1, 1, 1, 'deduct', '2026-12', 1)`,
  },
  {
    id: 'I40',
    what: 'more was taken than any decision says',
    sql: `insert into recovery_taking
            (recipient_id, case_no, instalment_no, part_no, outcome, from_period, instalment_vnd,
             before_vnd, amount_vnd, period, due_reference, appeal_until, taken_on)
          values (1, 1, 1, 1, 'deduct', '2026-11', 5, 0, 5, '2026-11', 'AS2611TG1N9', '2026-10-01',
                  '2026-10-24');
          insert into ledger_transfer
            (recipient_id, period, reference, kind, programme, debit_account, credit_account,
             amount_vnd, booked_on)
          values (1, '2026-11', 'AS2611TG1N9', 'deducted', 'social_assistance', 'owed', 'recovered',
                  5, '2026-10-24')`,
  },
  {
    id: 'I40',
    what: 'the ledger says that something was taken, and no row says of what',
    sql: `insert into ledger_transfer
            (recipient_id, period, reference, kind, programme, debit_account, credit_account,
             amount_vnd, booked_on)
          values (1, '2026-11', 'AS2611TG1N9', 'deducted', 'social_assistance', 'owed', 'recovered',
                  5, '2026-10-24')`,
  },
  {
    id: 'I41',
    what: 'a break was closed by one person, without a decision',
    sql: `insert into reconciliation_break
            (break_id, kind, period, reference, amount_vnd, opened_at, resolved_at, resolution,
             resolved_by, confirmed_by)
          values (77, 'charges', '2026-11', 'FEE-1', 11000, '2026-11-20', '2026-11-21', 'charged',
                  'sandbox-checker-1', 'sandbox-checker-2')`,
  },
  {
    id: 'I41',
    what: 'money left suspense for a break that nobody has decided on',
    sql: `insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
          values (77, 'charges', '2026-11', 'FEE-1', 11000, '2026-11-20');
          insert into house_transfer
            (transfer_no, break_id, account, outcome, moves, debit_account, credit_account,
             amount_vnd, booked_on, period)
          values (1, 77, '1', 'charged', 'out', 'charges', 'suspense', 11000, '2026-11-21', '2026-11')`,
  },
];

async function plant(tx: Tx, { without = [], sql, events = [] }: Planted): Promise<void> {
  for (const off of without) {
    await tx.raw(
      'index' in off
        ? `drop index ${off.index}`
        : `alter table ${off.table} drop constraint ${off.constraint}`,
    );
  }
  await tx.raw('set local session_replication_role = replica');
  if (sql !== '') await tx.raw(sql);
  await tx.raw('set local session_replication_role = origin');
  for (const [action, subject] of events) {
    await tx.raw(
      `insert into audit_event (occurred_at, actor, action, subject, facts)
       values ('2026-12-01', 'planted', :action, :subject, '{}')`,
      { action, subject },
    );
  }
}

async function violated(tx: Tx): Promise<string[]> {
  const broken: string[] = [];
  for (const invariant of INVARIANTS) {
    if ((await countViolations(tx, { invariant, now: NOW })) > 0n) broken.push(invariant.id);
  }
  return broken;
}

describe('the invariants, each with violations planted', () => {
  const test = useDatabase({ checked: false });

  /** Runs in a transaction of the owner that leaves nothing behind. */
  async function withoutTrace<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const tx = await test().owner.transaction();
    try {
      return await work(tx);
    } finally {
      await tx.rollback();
    }
  }

  before(async () => {
    await walkTown(test(), { until: 'reconciliation' });
  });
  afterEach('every town is clean before and after', async () => {
    expect(await withoutTrace(violated)).to.deep.equal([]);
  });

  it('has a planted violation of every one', () => {
    const planted = new Set(PLANTED.map(({ id }) => id));
    expect([...planted]).to.deep.equal(INVARIANTS.map(({ id }) => id));
  });

  for (const planted of PLANTED) {
    it(`${planted.id}: ${planted.what}`, async () => {
      const broken = await withoutTrace(async (tx) => {
        await plant(tx, planted);
        return violated(tx);
      });
      expect(broken).to.deep.equal([planted.id, ...(planted.also ?? [])].sort());
    });
  }
});

describe('the invariants hold wherever a month stands', () => {
  const MIDWAY: readonly TownStep[] = [
    'intake',
    'gathered',
    'rendered',
    'approved',
    'released',
    'settlement',
  ];
  for (const until of MIDWAY) {
    describe(until, () => {
      const test = useDatabase({ checked: false });

      it('reports none', async () => {
        await walkTown(test(), { until, recipients: 60 });
        const now = new Date('2026-10-26T00:00:00Z');
        for (const invariant of INVARIANTS) {
          expect(await countViolations(test().db, { invariant, now }), invariant.id).to.equal(0n);
        }
      });
    });
  }
});
