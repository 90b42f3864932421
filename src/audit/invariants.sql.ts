import type { Bilingual } from '../kernel/text.ts';
import { one, type Db, type Tx } from '../platform/db.ts';

/** A statement about the whole of the books, as a query that must return no row. */
export interface Invariant {
  readonly id: string;
  readonly says: Bilingual;
  /** Selects what breaks it. :now is the instant of the check. */
  readonly violations: string;
}

/** An attempt that is not over: neither refused, nor uncollected, nor sent back. */
const LIVE = `
  select i.* from payment_instruction i
   where not exists (select from payment_outcome o
                      where o.recipient_id = i.recipient_id and o.period = i.period
                        and o.end_to_end_id = i.end_to_end_id
                        and o.outcome in ('rejected', 'unpaid'))
     and not exists (select from payment_return r
                      where r.recipient_id = i.recipient_id and r.period = i.period
                        and r.end_to_end_id = i.end_to_end_id)
     and not exists (select from batch_state s
                      where s.batch_id = i.batch_id and s.state = 'withdrawn')`;

/**
 * What must hold at every instant, whoever wrote the rows. The schema enforces most of it; these
 * queries share nothing with the code that writes, and find what a constraint was not there for, or
 * what somebody did with the constraints off.
 */
export const INVARIANTS: readonly Invariant[] = [
  {
    id: 'I01',
    says: {
      vi: 'Mỗi khoản được hưởng có nhiều nhất một lệnh chi còn hiệu lực',
      en: 'What is due has at most one live instruction',
    },
    violations: `select recipient_id, period, programme, assessment_no from (${LIVE}) live
                  group by 1, 2, 3, 4 having count(*) > 1`,
  },
  {
    id: 'I02',
    says: {
      vi: 'Số đã ghi có trừ số hoàn trả không vượt số được hưởng',
      en: 'What was credited less what was returned never exceeds what is due',
    },
    violations: `
      select l.recipient_id, l.period, l.due_reference from (
        select recipient_id, period, end_to_end_id,
               substring(end_to_end_id from '^(.*)T[0-9]+$') as due_reference, max(amount_vnd) as vnd,
               count(distinct entry_reference) filter (where kind in ('debit', 'paid'))
               - count(distinct entry_reference) filter (where kind = 'credit') as net
          from settlement_line
         where recipient_id > 0 and kind in ('debit', 'paid', 'credit')
         group by 1, 2, 3) l
        join assessment a using (recipient_id, period, due_reference)
       where not exists (select from reconciliation_break b
                          where b.reference = l.end_to_end_id
                            and b.kind in ('unknown-reference', 'amount-differs', 'settled-twice',
                                           'other-channel', 'paid-both-ways'))
       group by 1, 2, 3, a.amount_vnd
      having sum(l.net * l.vnd) > a.amount_vnd`,
  },
  {
    id: 'I03',
    says: {
      vi: 'Lệnh chi đúng bằng kết quả xét, kết quả xét đúng bằng tổng các dòng căn cứ tính lại được',
      en: 'An instruction pays its assessment to the dong, and its lines can be computed again to it',
    },
    violations: `
      select i.recipient_id, i.period, i.end_to_end_id
        from payment_instruction i
        left join assessment a
          on a.recipient_id = i.recipient_id and a.period = i.period
         and a.due_reference = due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
        left join (select recipient_id, period, due_reference, sum(amount_vnd) as vnd
                     from recovery_taking group by 1, 2, 3) t
          on t.recipient_id = a.recipient_id and t.period = a.period
         and t.due_reference = a.due_reference
       where a.amount_vnd - coalesce(t.vnd, 0) is distinct from i.amount_vnd
      union all
      select a.recipient_id, a.period, a.due_reference
        from assessment a
        left join assessment_line l using (recipient_id, period, due_reference)
       group by 1, 2, 3, a.amount_vnd
      having a.amount_vnd <> coalesce(sum(l.amount_vnd), 0)
      union all
      select recipient_id, period, due_reference
        from assessment_line
       where amount_vnd + paid_vnd <> standard_vnd * coefficient
         and case substr(due_reference, 7, 2)
                  when 'CC' then amount_vnd + paid_vnd <> round(standard_vnd * coefficient, -3)
                  when 'MT' then amount_vnd + paid_vnd <> round(standard_vnd * coefficient, -3)
                  when 'TN' then amount_vnd + paid_vnd <> round(standard_vnd * coefficient)
                  else true end`,
  },
  {
    id: 'I04',
    says: {
      vi: 'Mỗi bút toán có hai tài khoản đúng loại, và số nợ phải trả khớp kết quả xét',
      en: 'Each transfer has the two accounts of its kind, and what became owed is what was assessed',
    },
    violations: `
      select t.recipient_id, t.period, t.reference
        from ledger_transfer t left join transfer_kind k using (kind)
       where (t.debit_account, t.credit_account)
             is distinct from (k.debit_account, k.credit_account)
          or t.amount_vnd <= 0
      union all
      select recipient_id, period, coalesce(t.reference, a.due_reference)
        from (select * from ledger_transfer where kind = 'entitled') t
        full join (select recipient_id, period, due_reference as reference, due_reference,
                          amount_vnd from assessment where amount_vnd > 0) a
       using (recipient_id, period, reference)
       where t.amount_vnd is distinct from a.amount_vnd`,
  },
  {
    id: 'I05',
    says: {
      vi: 'Số đã cam kết không vượt dự toán và đúng bằng tổng các đợt đã duyệt',
      en: 'What is committed is within the budget and is the sum of the approved batches',
    },
    violations: `
      select programme, province_code, year
        from budget g
        full join (select b.programme, b.province_code, substr(b.period, 1, 4)::int as year,
                          sum(b.total_vnd) as vnd
                     from disbursement_batch b join batch_state s using (batch_id)
                    where s.state in ('approved', 'released', 'reconciled')
                    group by 1, 2, 3) b using (programme, province_code, year)
       where g.committed_vnd > g.amount_vnd
          or coalesce(g.committed_vnd, 0) <> coalesce(b.vnd, 0)`,
  },
  {
    id: 'I06',
    says: {
      vi: 'Số dư đang chuyển là các lệnh chi đã phát hành chưa có kết quả, từng lệnh một trong sổ cái',
      en: 'What is in transit is what was released and has no outcome: the ledger says so line by line',
    },
    violations: `
      select recipient_id, reference, kind from (
        select i.recipient_id, i.end_to_end_id as reference, 'released' as kind, i.amount_vnd as vnd
          from payment_instruction i
          join batch_state s on s.batch_id = i.batch_id and s.state in ('released', 'reconciled')
        union all
        select recipient_id, end_to_end_id, outcome, instructed_vnd from payment_outcome
        union all
        select recipient_id, end_to_end_id, 'returned', instructed_vnd from payment_return
        union all
        select recipient_id, reference, kind, -amount_vnd from ledger_transfer
         where kind not in ('entitled', 'lapsed', 'deducted')) moved
       group by 1, 2, 3 having sum(vnd) <> 0`,
  },
  {
    id: 'I07',
    says: {
      vi: 'Sao kê của đúng tài khoản chi nối tiếp nhau: đầu bằng cuối trước, đủ số thứ tự, cộng đúng',
      en: 'Statements of our account are a chain: each opens where the last closed, all add up',
    },
    violations: `
      select account, sequence_no from (
        select s.*, lag(closing_vnd) over w as closed, lag(sequence_no) over w as previous,
               (select coalesce(sum(amount_vnd) filter (where direction = 'debit'), 0)
                  from statement_entry e
                 where e.account = s.account and e.sequence_no = s.sequence_no) as debits,
               (select coalesce(sum(amount_vnd) filter (where direction = 'credit'), 0)
                  from statement_entry e
                 where e.account = s.account and e.sequence_no = s.sequence_no) as credits
          from statement s window w as (partition by account order by sequence_no)) chain
       where opening_vnd - debits + credits <> closing_vnd
          or (debits, credits) <> (debit_vnd, credit_vnd)
          or (previous is not null and (previous + 1 <> sequence_no or closed <> opening_vnd))
          or account <> (select payer_account from channel c where c.channel = chain.channel)`,
  },
  {
    id: 'I08',
    says: {
      vi: 'Tài khoản theo sao kê từng ngày bằng số đã chi, hoàn trả cộng chênh lệch, đến từng đồng',
      en: 'Each debit and credit of our account is what was paid, came back or is a break, to the dong',
    },
    violations: `
      select account, day, part from account_tie
       where not waits and bank_vnd <> book_vnd + break_vnd`,
  },
  {
    id: 'I09',
    says: {
      vi: 'Đợt đã duyệt có ít nhất hai chữ ký của hai người khác nhau, không ai là người lập',
      en: 'An approved batch has two signatures of two persons over its content, none its maker',
    },
    violations: `
      select b.batch_id
        from disbursement_batch b join batch_state s using (batch_id)
       where s.state in ('approved', 'released', 'reconciled')
         and (select count(distinct p.citizen_number)
                from approval a join person p using (person_id)
               where a.batch_id = b.batch_id and a.content_hash = b.content_hash
                 and (a.instruction_count, a.total_vnd) = (b.instruction_count, b.total_vnd)
                 and a.files_hash = batch_files_hash(b.batch_id)
                 and not exists (select from batch_maker m
                                  where m.batch_id = a.batch_id and m.person_id = a.person_id)) < 2`,
  },
  {
    id: 'I10',
    says: {
      vi: 'Mã băm của đợt đúng bằng mã băm tính lại từ các dòng, và không dòng nào nằm ngoài đợt',
      en: 'The hash of a batch is the hash drawn again from its lines, and each line is in a batch',
    },
    violations: `
      select b.batch_id
        from disbursement_batch b
       where b.content_hash is distinct from batch_content_hash(b.batch_id, b.period)
          or exists (select from payment_instruction i
                      where i.batch_id = b.batch_id and i.period <= b.period
                        and i.line_hash <> line_hash(i.end_to_end_id, i.amount_vnd, i.payee_name,
                              i.citizen_number, i.bank_bin, i.account_number, i.commune_code))
      union all
      select i.batch_id
        from payment_instruction i left join disbursement_batch b using (batch_id)
       where b.batch_id is null or i.period > b.period`,
  },
  {
    id: 'I11',
    says: {
      vi: 'Tệp gửi đi giữ đủ số dòng và số tiền của đợt, và mã băm tệp là mã đã ký',
      en: 'The files hold the lines of the batch, and their hashes are those that were signed',
    },
    violations: `
      select b.batch_id
        from disbursement_batch b join batch_state s using (batch_id)
       where (select (count(*), sum(amount_vnd)) from payment_instruction i
               where i.batch_id = b.batch_id and i.period <= b.period)
             is distinct from (b.instruction_count, b.total_vnd::numeric)
          or s.state in ('prepared', 'approved', 'released', 'reconciled')
             and (select (sum(line_count), sum(total_vnd)) from payment_file p
                   where p.batch_id = b.batch_id)
                 is distinct from (b.instruction_count::numeric, b.total_vnd::numeric)
          or exists (select from approval a
                      where a.batch_id = b.batch_id
                        and a.files_hash is distinct from batch_files_hash(b.batch_id))
      union all
      select p.batch_id
        from payment_file p join disbursement_batch b using (batch_id)
       where (select (count(*), sum(amount_vnd)) from payment_instruction i
               where i.batch_id = p.batch_id and i.period <= b.period
                 and (i.recipient_id, i.end_to_end_id)
                     between (p.first_recipient_id, p.first_reference)
                         and (p.last_recipient_id, p.last_reference))
             is distinct from (p.line_count, p.total_vnd::numeric)`,
  },
  {
    id: 'I12',
    says: {
      vi: 'Lúc ký, người ký đang có quyền, đúng phạm vi, xác thực bước hai còn hiệu lực; hạn mức của người ký sau cùng đủ cho đợt',
      en: 'At signing the signer had role and scope, a second factor under 5 minutes old, and the last one the limit',
    },
    violations: `
      select a.batch_id, a.person_id
        from approval a join disbursement_batch b using (batch_id)
       where a.signed_at - a.step_up_at > interval '5 minutes' or a.step_up_at > a.signed_at
          or not exists (
               select from person_role r
                where r.person_id = a.person_id and r.role = 'checker'
                  and r.unit_code in (b.province_code, 'VN') and r.granted_at <= a.signed_at
                  and (r.revoked_at is null or r.revoked_at > a.signed_at))
      union all
      select l.batch_id, min(l.person_id)
        from (select a.*, rank() over (partition by a.batch_id order by a.signed_at desc) as no,
                     count(*) over (partition by a.batch_id) as signed
                from approval a) l
        join disbursement_batch b using (batch_id)
       where l.no = 1 and l.signed > 1
       group by l.batch_id
      having not bool_or(exists (
               select from person_role r
                where r.person_id = l.person_id and r.role = 'checker'
                  and r.unit_code in (b.province_code, 'VN') and r.granted_at <= l.signed_at
                  and (r.revoked_at is null or r.revoked_at > l.signed_at)
                  and (r.limit_vnd is null or r.limit_vnd >= b.total_vnd)))`,
  },
  {
    id: 'I13',
    says: {
      vi: 'Không ai ký đợt chi trả mà chính mình lập, nhập danh sách hoặc sửa tài khoản trong 90 ngày',
      en: 'Nobody signs what they prepared, imported, or changed the account of within 90 days',
    },
    violations: `
      select a.batch_id, a.person_id
        from approval a join disbursement_batch b using (batch_id)
       where a.person_id = b.prepared_by
          or exists (select from recipient_list l
                      where l.imported_by = a.person_id and l.province_code = b.province_code
                        and l.period = b.period and l.accepted_count > 0)
          or exists (select from payment_instruction i
                       join register_change c on c.recipient_id = i.recipient_id
                      where i.batch_id = b.batch_id and i.period <= b.period
                        and c.changed_by = a.person_id
                        and c.changed_at between a.signed_at - interval '90 days' and a.signed_at)
          or exists (select from recipient_list l
                       join payment_channel c on c.list_id = l.list_id
                       join payment_instruction i
                         on i.recipient_id = c.recipient_id and i.channel_no = c.channel_no
                      where l.imported_by = a.person_id and i.batch_id = b.batch_id
                        and i.period <= b.period
                        and l.imported_at between a.signed_at - interval '90 days' and a.signed_at)`,
  },
  {
    id: 'I14',
    says: {
      vi: 'Mỗi lần đổi trạng thái có đúng một sự kiện nhật ký, và nhật ký là một chuỗi không đứt',
      en: 'Each change of state has exactly one event, and the events are an unbroken chain',
    },
    violations: `
      select s.batch_id::text
        from batch_state s
       where s.version <> (select count(*) from audit_event e
                            where e.subject = 'batch/' || s.batch_id
                              and e.action not in ('batch-signed', 'batch-rejected',
                                                   'batch-taken-back'))
          or 'batch-' || s.state
             is distinct from (select e.action from audit_event e
                                where e.subject = 'batch/' || s.batch_id
                                  and e.action not in ('batch-signed', 'batch-rejected',
                                                       'batch-taken-back')
                                order by e.event_no desc limit 1)
      union all
      select 'batch/' || f.batch_id
        from batch_refusal f join batch_state s using (batch_id)
       where s.state <> 'withdrawn'
          or 1 <> (select count(*) from audit_event e
                    where e.subject = 'batch/' || f.batch_id and e.actor = f.person_id
                      and e.action = 'batch-' || f.kind)
      union all
      select e.subject
        from audit_event e
       where e.subject like 'batch/%'
         and not exists (select from batch_state s where 'batch/' || s.batch_id = e.subject)
      union all
      select subject
        from (select 'batch/' || batch_id as subject, person_id as actor from approval) a
        full join (select subject, actor, count(*) as events from audit_event
                    where action = 'batch-signed' group by 1, 2) e using (subject, actor)
       where a.actor is null or e.events is distinct from 1
      union all
      select d.file_id::text
        from file_dispatch d
       where 'file-' || d.state
             is distinct from (select replace(e.action, 'taken-over', 'claimed') from audit_event e
                                where e.subject = 'file/' || d.file_id
                                  and e.action in ('file-claimed', 'file-taken-over', 'file-sent',
                                                   'file-unknown', 'file-answered', 'file-withdrawn')
                                order by e.event_no desc limit 1)
      union all
      select f.file_id::text
        from settlement_file f
       where 1 <> (select count(*) from audit_event e
                    where e.subject = 'file/' || f.file_id
                      and e.action = 'settlement-' || f.verdict)
          or (f.matched_count is not null)::int
             <> (select count(*) from audit_event e
                  where e.subject = 'file/' || f.file_id and e.action = 'file-reconciled')
      union all
      select event_no::text from (
        select e.*, audit_hash(e) as computed, lag(hash) over w as previous,
               lag(event_no) over w as previous_no
          from audit_event e window w as (order by event_no)) chain
       where computed <> hash or event_no <> coalesce(previous_no, 0) + 1
          or previous_hash <> coalesce(previous, decode(repeat('00', 32), 'hex'))
      union all
      select 'head'
        from audit_head h
        left join audit_event e
          on e.event_no = (select max(event_no) from audit_event)
       where h.event_no <> coalesce(e.event_no, 0)
          or h.hash <> coalesce(e.hash, decode(repeat('00', 32), 'hex'))`,
  },
  {
    id: 'I15',
    says: {
      vi: 'Lúc phát hành, người và đúng tài khoản của từng lệnh chi còn chứng cứ trong hạn',
      en: 'When it is released, there is evidence of each line, fresh, of the very account',
    },
    violations: `
      select i.recipient_id, i.period, i.end_to_end_id, s.subject
        from audit_event e
        join disbursement_batch b on e.subject = 'batch/' || b.batch_id
        join proof_policy p on p.programme = b.programme
        join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
        left join payment_channel c
          on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
        left join payee y on y.recipient_id = c.recipient_id and y.payee_no = c.payee_no
       cross join (values ('recipient'), ('payee'), ('account')) as s (subject)
       where e.action = 'batch-released'
         and (s.subject <> 'payee' or y.relation is distinct from 'self')
         and (s.subject <> 'account' or i.bank_bin <> '')
         and not exists (
           select from verification v
            where v.recipient_id = i.recipient_id and v.period = b.period and v.subject = s.subject
              and v.class in ('proven', 'doubtful') and v.checked_at <= e.occurred_at
              and v.checked_at > e.occurred_at - interval '1 day' * (
                    case when s.subject = 'account' then p.account_days else p.identity_days end)
              and (s.subject <> 'account'
                   or (v.bank_bin, v.account_number) = (i.bank_bin, i.account_number))
              and (v.class = 'proven' or exists (
                    select from finding f join finding_rule r using (code)
                     where f.recipient_id = v.recipient_id and f.period = v.period
                       and f.code = v.code and r.holds = 'nothing')
                   or exists (
                    select from finding_proposal o join finding_decision d using (recipient_id, proposal_no)
                     where o.recipient_id = v.recipient_id and o.code = v.code
                       and o.subject = v.subject and o.outcome = 'accepted'
                       and d.decision = 'confirmed' and d.decided_at <= e.occurred_at
                       and v.period between o.period and o.until_period)))`,
  },
  {
    id: 'I16',
    says: {
      vi: 'Lúc phát hành, lệnh chi trả vào đúng tài khoản đang dùng của người thụ hưởng',
      en: 'When it is released, a line pays the account that was in use then, as the register has it',
    },
    violations: `
      select i.recipient_id, i.period, i.end_to_end_id
        from audit_event e
        join payment_instruction i on e.subject = 'batch/' || i.batch_id
        left join payment_channel c
          on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
       where e.action = 'batch-released' and i.bank_bin <> ''
         and ((c.bank_bin, c.account_number) is distinct from (i.bank_bin, i.account_number)
              or exists (select from payment_channel n
                           join register_change g
                             on g.recipient_id = n.recipient_id and g.change_no = n.change_no
                          where n.recipient_id = i.recipient_id and n.channel_no > i.channel_no
                            and g.changed_at <= e.occurred_at))`,
  },
  {
    id: 'I17',
    says: {
      vi: 'Tài khoản vừa đổi chỉ được chi sau thời gian chờ hoặc khi người hưởng xác nhận, và đã báo họ',
      en: 'A changed account is paid after it has waited or its owner said yes, and was told of it',
    },
    violations: `
      with changed as (
        select c.recipient_id, c.channel_no, g.changed_at, n.told_at, s.recorded_at as consented_at,
               g.changed_at + interval '1 day' * (
                 select p.cooling_off_days from account_change_policy p
                  where p.counts_from <= g.changed_at order by p.counts_from desc limit 1)
                 as may_be_paid
          from payment_channel c
          join register_change g on g.recipient_id = c.recipient_id and g.change_no = c.change_no
          join payment_channel b
            on b.recipient_id = c.recipient_id and b.channel_no = c.channel_no - 1
          left join channel_notice n
            on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
          left join channel_consent s
            on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
         where (c.bank_bin, c.account_number) <> (b.bank_bin, b.account_number)
      )
      select i.recipient_id, i.period, i.end_to_end_id
        from audit_event e
        join payment_instruction i on e.subject = 'batch/' || i.batch_id
        join changed c on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
       where e.action = 'batch-released' and i.bank_bin <> ''
         and (coalesce(c.told_at > e.occurred_at, true)
              or e.occurred_at < least(c.may_be_paid, c.consented_at))`,
  },
  {
    id: 'I18',
    says: {
      vi: 'Mỗi tài khoản trong một kỳ chỉ nhận cho một người, trừ tài khoản chung đã đăng ký',
      en: 'One account receives for one payee in a period, registered shared accounts excepted',
    },
    violations: `
      select b.period, i.bank_bin, i.account_number
        from audit_event e
        join disbursement_batch b on e.subject = 'batch/' || b.batch_id
        join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
       where e.action = 'batch-released' and i.bank_bin <> ''
       group by b.batch_id, b.period, i.bank_bin, i.account_number, e.occurred_at
      having min(i.citizen_number) <> max(i.citizen_number)
         and not exists (select from shared_account s
                          where s.bank_bin = i.bank_bin and s.account_number = i.account_number
                            and s.registered_at <= e.occurred_at
                            and (s.ended_on is null
                                 or s.ended_on >= (e.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date))`,
  },
  {
    id: 'I19',
    says: {
      vi: 'Trong 24 giờ trước khi phát hành đã hỏi ai còn sống; không chi cho người đã biết là mất',
      en: 'Who lives was asked within the hours before release, and nobody known dead is paid',
    },
    violations: `
      select b.batch_code
        from audit_event e
        join disbursement_batch b on e.subject = 'batch/' || b.batch_id
        join proof_policy p on p.programme = b.programme
       where e.action = 'batch-released'
         and (not exists (
                select from civil_status_check c
                 where c.province_code = b.province_code and c.checked_at <= e.occurred_at
                   and c.checked_at > e.occurred_at - p.life_hours * interval '1 hour')
              or exists (
                select from payment_instruction i
                  join recipient_death d on d.recipient_id = i.recipient_id
                 where i.batch_id = b.batch_id and i.period <= b.period
                   and d.died_on < (i.period || '-01')::date and d.learned_at <= e.occurred_at)
              or exists (
                select from payment_instruction i
                  join payment_channel c
                    on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
                  join payee_death d on d.recipient_id = c.recipient_id and d.payee_no = c.payee_no
                 where i.batch_id = b.batch_id and i.period <= b.period
                   and d.learned_at <= e.occurred_at))`,
  },
  {
    id: 'I22',
    says: {
      vi: 'Mọi mã tham chiếu ngân hàng báo về đều là lệnh chi đã ghi trước, hoặc là một chênh lệch',
      en: 'Every reference a bank reports is an instruction released before, or a break',
    },
    violations: `
      select l.file_id, l.line_no
        from settlement_line l
        join settlement_file f on f.file_id = l.file_id and f.matched_count is not null
        left join payment_instruction i
          on i.recipient_id = l.recipient_id and i.period = l.period
         and i.end_to_end_id = l.end_to_end_id
        left join batch_state s on s.batch_id = i.batch_id
       where coalesce(s.state not in ('released', 'reconciled'), true)
         and not exists (select from reconciliation_break b
                          where b.file_id = l.file_id and b.line_no = l.line_no)`,
  },
  {
    id: 'I23',
    says: {
      vi: 'Chi lại chỉ sau khi lần trước bị từ chối, hoàn trả, không nhận; gửi lại chỉ nơi chống trùng',
      en: 'Another attempt only after the last came back; a file is put again only where it is deduped',
    },
    violations: `
      select i.recipient_id, i.period, i.end_to_end_id
        from payment_instruction i
       where i.attempt > 1
         and not exists (
           select from payment_instruction w join batch_state s on s.batch_id = w.batch_id
            where i.reopened_kind = 'withdrawn' and w.recipient_id = i.recipient_id
              and w.period = i.period and w.end_to_end_id = i.reopened_reference
              and s.state = 'withdrawn')
         and not exists (
           select from ledger_transfer t
            where t.recipient_id = i.recipient_id and t.kind in ('rejected', 'returned', 'unpaid')
              and t.reference = due_reference(i.period, i.programme, i.recipient_id,
                                              i.assessment_no) || 'T' || (i.attempt - 1)
              and t.amount_vnd = i.amount_vnd)
      union all
      select d.file_id, b.period, b.channel
        from file_dispatch d
        join disbursement_batch b using (batch_id)
        join channel c using (channel)
       where d.fence > 1 and 'sent' in (d.state, d.came_from) and not c.dedupes_reference
         -- Nothing was put again: it was found at the bank, or carried there by hand.
         and not exists (select from dispatch_inquiry q
                          where q.file_id = d.file_id and q.answer in ('waiting', 'taken'))
         and not exists (select from dispatch_action a join break_decision k using (break_id, proposal_no)
                          where a.file_id = d.file_id and k.decision = 'confirmed')`,
  },
  {
    id: 'I24',
    says: {
      vi: 'Tệp chỉ được gửi khi đợt đã duyệt, mỗi tệp một người giữ',
      en: 'A file is on its way only if its batch is released, and has one holder',
    },
    violations: `
      select d.file_id
        from file_dispatch d
        left join batch_state s using (batch_id)
        left join payment_file p on p.file_id = d.file_id and p.batch_id = d.batch_id
       where p.file_id is null or coalesce(s.state not in ('released', 'reconciled'), true)
          or d.fence <> 1 + (select count(*) from audit_event e
                              where e.subject = 'file/' || d.file_id
                                and e.action = 'file-taken-over')`,
  },
  {
    id: 'I25',
    says: {
      vi: 'Mỗi dòng của tệp kết quả có đúng một kết cục: khớp, lặp lại hoặc chênh lệch',
      en: 'Every line of a received file has one fate: matched, repeated, or a break',
    },
    violations: `
      select f.file_id
        from settlement_file f
        left join (select file_id, count(*) as outcomes from payment_outcome
                    where line_no > 0 group by 1) o using (file_id)
        left join (select file_id, count(*) as returns from payment_return group by 1) r
       using (file_id)
       where f.verdict = 'accepted'
         and (f.line_count <> (select count(*) from settlement_line l
                                where l.file_id = f.file_id and l.period >= f.first_period
                                  and l.period <= f.last_period)
              or f.matched_count is not null and (
                   f.line_count <> f.matched_count + f.duplicate_count + f.break_count
                   or f.matched_count
                      <> coalesce(o.outcomes, 0) + coalesce(r.returns, 0)
                         + (select count(*) from settlement_line l
                             where l.file_id = f.file_id and l.period >= f.first_period
                               and l.period <= f.last_period and l.kind = 'status'
                               and l.status not in ('RJCT', 'CANC')
                               and not exists (select from reconciliation_break b
                                                where b.file_id = l.file_id
                                                  and b.line_no = l.line_no))
                   or f.break_count <> (select count(*) from reconciliation_break b
                                         where b.file_id = f.file_id)))
      union all
      select f.file_id from settlement_file f
       where f.verdict = 'refused'
         and exists (select from settlement_line l where l.file_id = f.file_id)
      union all
      -- What a break says of the account is what its line says.
      select b.file_id
        from reconciliation_break b
        left join settlement_line l
          on l.period = b.period and l.file_id = b.file_id and l.line_no = b.line_no
         and l.kind in ('debit', 'credit')
       where b.line_no is not null
         and (b.direction, b.entry_reference, case when b.direction is not null then b.amount_vnd end)
             is distinct from (l.kind, l.entry_reference, l.amount_vnd)`,
  },
  {
    id: 'I26',
    says: {
      vi: 'Một thông điệp của ngân hàng chỉ có tác dụng một lần',
      en: 'One message of a bank takes effect once',
    },
    violations: `
      select channel, kind, message_id from settlement_file where verdict = 'accepted'
       group by 1, 2, 3 having count(*) > 1
      union all
      select counterpart, direction, encode(sha256, 'hex') from file
       group by 1, 2, 3 having count(*) > 1`,
  },
  {
    id: 'I27',
    says: {
      vi: 'Kết quả của lệnh chi đến từ đúng kênh đã nhận lệnh, và đúng là điều dòng kết quả đã nói',
      en: 'An outcome comes from the channel that was instructed, and is what its line says',
    },
    violations: `
      select o.recipient_id, o.period, o.end_to_end_id
        from (select recipient_id, period, end_to_end_id, outcome, batch_id, file_id, line_no,
                     break_id
                from payment_outcome
              union all
              select recipient_id, period, end_to_end_id, 'returned', batch_id, file_id, line_no,
                     break_id
                from payment_return) o
        left join payment_instruction i using (recipient_id, period, end_to_end_id)
        left join disbursement_batch b on b.batch_id = i.batch_id
        left join settlement_file f on f.file_id = o.file_id
        left join settlement_line l
          on l.recipient_id = o.recipient_id and l.period = o.period
         and l.file_id = o.file_id and l.line_no = o.line_no
       where i.batch_id is distinct from o.batch_id
          -- What two persons decided comes from no file, and from a break about this very reference or
          -- about the file that they withdrew.
          or o.break_id is not null
             and not exists (select from reconciliation_break x
                               join break_decision c
                                 on c.break_id = x.break_id and c.decision = 'confirmed'
                              where x.break_id = o.break_id and x.reference = o.end_to_end_id)
             and not exists (select from dispatch_action a
                               join break_decision c using (break_id, proposal_no)
                               join payment_file p on p.file_id = a.file_id
                              where a.break_id = o.break_id and a.action = 'withdrawn'
                                and c.decision = 'confirmed' and o.outcome = 'unpaid'
                                and p.batch_id = o.batch_id
                                and (o.recipient_id, o.end_to_end_id)
                                    between (p.first_recipient_id, p.first_reference)
                                        and (p.last_recipient_id, p.last_reference))
          or o.break_id is null and b.channel is distinct from f.channel
          or case when o.break_id is not null then false
                  when o.line_no = 0
                  then o.outcome <> 'rejected'
                       or coalesce(f.group_status not in ('RJCT', 'CANC'), true)
                  else l.end_to_end_id is distinct from o.end_to_end_id
                       or o.outcome is distinct from
                          case when l.kind in ('debit', 'paid') then 'settled'
                               when l.kind = 'credit' then 'returned'
                               when l.kind = 'unpaid' then 'unpaid'
                               when l.kind = 'status' and l.status in ('RJCT', 'CANC')
                                 then 'rejected' end
             end`,
  },
  {
    id: 'I28',
    says: {
      vi: 'Kết quả chỉ được ghi khi số tiền khớp đến từng đồng',
      en: 'An outcome is recorded only where the amount agrees to the dong',
    },
    violations: `
      select o.recipient_id, o.period, o.end_to_end_id
        from payment_outcome o join payment_instruction i using (recipient_id, period, end_to_end_id)
       where o.instructed_vnd <> i.amount_vnd or o.reported_vnd <> i.amount_vnd
      union all
      select r.recipient_id, r.period, r.end_to_end_id
        from payment_return r join payment_instruction i using (recipient_id, period, end_to_end_id)
       where r.instructed_vnd <> i.amount_vnd or r.reported_vnd <> i.amount_vnd
      union all
      select o.recipient_id, o.period, o.end_to_end_id
        from (select recipient_id, period, end_to_end_id, reported_vnd, file_id, line_no
                from payment_outcome
              union all
              select recipient_id, period, end_to_end_id, reported_vnd, file_id, line_no
                from payment_return) o
        join settlement_line l using (recipient_id, period, file_id, line_no)
       where l.amount_vnd <> o.reported_vnd`,
  },
  {
    id: 'I29',
    says: {
      vi: 'Kỳ đã khóa không nhận thêm bút toán',
      en: 'A closed period takes no further transfer',
    },
    violations: `
      select p.period, 'not closed'
        from period_state p
       where p.closed_at is not null
         and not exists (select from pg_constraint c
                          where c.conname = 'the_period_is_closed'
                            and pg_get_constraintdef(c.oid) like 'CHECK (false)%'
                            and c.conrelid = to_regclass('ledger_transfer_'
                                                         || replace(p.period, '-', '_')))
      union all
      select p.period, 'closed by nobody'
        from period_state p
       where p.closed_at is not null
         and not exists (select from period_closing c
                          where c.period = p.period and c.closed_at = p.closed_at)
      union all
      select p.period, t.reference
        from period_state p
        join ledger_transfer t using (period)
        left join (select p.period, e.subject
                     from period_state p join audit_event e on e.occurred_at > p.closed_at
                    where e.action in ('file-reconciled', 'batch-released')) late
          on late.period = p.period
         and late.subject = coalesce('file/' || t.file_id, 'batch/' || t.batch_id)
       where t.booked_on > (p.closed_at at time zone 'Asia/Ho_Chi_Minh')::date
          or late.period is not null
      union all
      select p.period, h.transfer_no::text
        from period_state p join house_transfer h using (period)
       where h.booked_on > (p.closed_at at time zone 'Asia/Ho_Chi_Minh')::date`,
  },
  {
    id: 'I30',
    says: {
      vi: 'Mỗi công việc một lần cho mỗi kỳ, tỉnh, chương trình; các đợt đánh số liền nhau',
      en: 'One run of one job for a period, province and programme; batches are numbered without gap',
    },
    violations: `
      select job, programme, province_code, period from job_run
       group by 1, 2, 3, 4 having count(*) > 1
      union all
      select channel, programme, province_code, period from disbursement_batch
       group by 1, 2, 3, 4, sequence_no having count(*) > 1
      union all
      select b.batch_code, b.programme, b.province_code, b.period
        from disbursement_batch b
       where b.sequence_no > 1
         and not exists (select from disbursement_batch p
                          where p.period = b.period and p.programme = b.programme
                            and p.province_code = b.province_code and p.channel = b.channel
                            and p.sequence_no = b.sequence_no - 1)`,
  },
  {
    id: 'I31',
    says: {
      vi: 'Tệp chưa rõ đã đến, tệp 30 ngày không hồi âm, lệnh không kết quả: đều có chênh lệch đang mở',
      en: 'What may not have arrived, or had no answer in time, has an open break',
    },
    violations: `
      select i.recipient_id, i.period, i.end_to_end_id
        from payment_instruction i
        join batch_state s on s.batch_id = i.batch_id and s.state = 'reconciled'
       where not exists (select from payment_outcome o
                          where o.recipient_id = i.recipient_id and o.period = i.period
                            and o.end_to_end_id = i.end_to_end_id)
         and not exists (select from reconciliation_break b
                          where b.reference = i.end_to_end_id and b.resolved_at is null)
      union all
      select d.file_id, b.period, 'file'
        from file_dispatch d join disbursement_batch b using (batch_id)
       where (d.state = 'unknown' or d.state = 'sent' and :now - d.sent_at > interval '30 days')
         and not exists (select from reconciliation_break r
                          where r.batch_id = d.batch_id and r.kind = 'not-answered'
                            and r.resolved_at is null)`,
  },
  {
    id: 'I32',
    says: {
      vi: 'Mỗi mã thông điệp của ta chỉ thuộc một tệp, và mỗi mã tham chiếu chỉ một dòng',
      en: 'One message id of ours is one file, one reference one line, whatever was repeated',
    },
    violations: `
      select message_id from payment_file group by 1 having count(*) > 1
      union all
      select payment_information_id from payment_file group by 1 having count(*) > 1
      union all
      select end_to_end_id from payment_instruction group by 1 having count(*) > 1`,
  },
  {
    id: 'I37',
    says: {
      vi: 'Sau khi khôi phục không gửi gì trước khi cho phép, và không gửi lại điều ngân hàng đã nói đến',
      en: 'After a restore nothing is claimed before its release, nor what the bank had spoken of by then',
    },
    violations: `
      select d.file_id
        from file_dispatch d join epoch e on e.cause <> 'installed' and d.claimed_at >= e.begun_at
       where d.lease_owner <> 'journal'
         and (e.released_at is null or d.claimed_at < e.released_at)
      union all
      select d.file_id
        from file_dispatch d
        join payment_file p using (file_id)
        join epoch e on e.cause <> 'installed' and d.claimed_at >= e.begun_at
        join payment_instruction i on i.batch_id = d.batch_id
        join settlement_line l on l.recipient_id = i.recipient_id and l.period = i.period
                              and l.end_to_end_id = i.end_to_end_id
        join file f on f.file_id = l.file_id and f.recorded_at < d.claimed_at
       where d.lease_owner <> 'journal'
      union all
      select d.file_id
        from file_dispatch d
        join payment_file p using (file_id)
        join epoch e on e.cause <> 'installed' and d.claimed_at >= e.begun_at
        join settlement_file s on s.original_message_id = p.message_id
        join file f on f.file_id = s.file_id and f.recorded_at < d.claimed_at
       where d.lease_owner <> 'journal'
      union all
      -- What was withdrawn here, was answered, and goes out again under another reference.
      select d.file_id
        from file_dispatch d
        join epoch e on e.cause <> 'installed' and d.claimed_at >= e.begun_at
        join payment_instruction i on i.batch_id = d.batch_id and i.attempt > 1
        join spoken_of_unsent u on u.recipient_id = i.recipient_id and u.period = i.period
                               and u.programme = i.programme and u.assessment_no = i.assessment_no
        join settlement_line l on l.recipient_id = u.recipient_id and l.period = u.period
                              and l.end_to_end_id = u.end_to_end_id
        join file f on f.file_id = l.file_id and f.recorded_at < d.claimed_at
       where d.lease_owner <> 'journal'`,
  },
  {
    id: 'I38',
    says: {
      vi: 'Mỗi khoản được hưởng chỉ chi qua một kênh: tiền mặt hoặc chuyển khoản, không cả hai',
      en: 'What is due is paid over one channel, cash or transfer; both is a break',
    },
    violations: `
      select recipient_id, period, due from (
        select recipient_id, period, substring(end_to_end_id from '^(.*)T[0-9]+$') as due,
               count(*) filter (where kind = 'paid') as handed_over,
               count(distinct entry_reference) filter (where kind = 'debit')
               - count(distinct entry_reference) filter (where kind = 'credit') as transferred
          from settlement_line
         where recipient_id > 0 and kind in ('paid', 'debit', 'credit')
         group by 1, 2, 3) l
       where handed_over > 0 and transferred > 0
         and not exists (select from reconciliation_break b
                          where substring(b.reference from '^(.*)T[0-9]+$') = l.due
                            and b.kind in ('paid-both-ways', 'other-channel', 'settled-twice',
                                           'rejected-after-booking', 'amount-differs'))`,
  },
  {
    id: 'I39',
    says: {
      vi: 'Mỗi tháng của một hồ sơ chỉ xét đủ một lần, dù xét bao nhiêu kỳ',
      en: 'A month of an enrolment is assessed to what is due and no further, in whatever periods',
    },
    violations: `
      select recipient_id, enrolment_ref, for_period
        from assessment_line
       where kind <> 'once'
       group by 1, 2, 3
      having sum(amount_vnd) > max(amount_vnd + paid_vnd)`,
  },
  {
    id: 'I40',
    says: {
      vi: 'Truy thu đúng bằng các tháng chi vượt; chỉ khấu trừ theo quyết định của người khác, không quá số đã quyết định, đúng sổ cái',
      en: 'A recovery is its months to the dong; what is deducted another person decided, no more than that, and is in the ledger',
    },
    violations: `
      select c.recipient_id, c.case_no
        from recovery_case c left join recovery_month m using (recipient_id, case_no)
       group by 1, 2, c.amount_vnd
      having c.amount_vnd <> coalesce(sum(m.amount_vnd), 0)
      union all
      select i.recipient_id, i.case_no
        from recovery_instalment i
        left join recovery_decision d using (recipient_id, case_no)
       where d.decided_by is null or d.decided_by = d.proposed_by or d.outcome <> 'deduct'
      union all
      select d.recipient_id, d.case_no
        from recovery_decision d
        join recovery_proposal p using (recipient_id, case_no, proposal_no)
        left join recovery_instalment i using (recipient_id, case_no)
       where d.outcome = 'deduct'
       group by 1, 2, p.amount_vnd
      having p.amount_vnd <> coalesce(sum(i.amount_vnd), 0)
      union all
      select t.recipient_id, t.case_no
        from (select recipient_id, case_no, instalment_no, sum(amount_vnd) as vnd,
                     min(taken_on) as first_on
                from recovery_taking group by 1, 2, 3) t
        left join recovery_instalment i using (recipient_id, case_no, instalment_no)
        left join recovery_decision d using (recipient_id, case_no)
       where t.vnd > coalesce(i.amount_vnd, 0) or d.decided_by is null
          or t.first_on <= d.appeal_until
      union all
      select recipient_id, null
        from (select recipient_id, period, due_reference, amount_vnd as vnd from recovery_taking
              union all
              select recipient_id, period, reference, -amount_vnd from ledger_transfer
               where kind = 'deducted') booked
       group by recipient_id, period, due_reference having sum(vnd) <> 0`,
  },
  {
    id: 'I41',
    says: {
      vi: 'Chênh lệch chỉ khép lại bởi hai người, và tiền treo của nó đã đi hết, đến từng đồng',
      en: 'A break ends by two persons, and what it held in suspense has moved, to the dong',
    },
    violations: `
      select b.break_id
        from reconciliation_break b
        left join break_decision d on d.break_id = b.break_id and d.decision = 'confirmed'
        left join break_proposal p
          on p.break_id = d.break_id and p.proposal_no = d.proposal_no
        left join house_transfer h on h.break_id = b.break_id
        left join (select break_id, sum(gap_vnd) as vnd from break_gap group by 1) g
          on g.break_id = b.break_id
        left join payment_instruction i
          on i.recipient_id = p.recipient_id and i.period = p.period and i.end_to_end_id = b.reference
        left join disbursement_batch m on m.batch_id = i.batch_id
        left join channel c on c.channel = m.channel
       where (b.resolved_at is null) <> (d.break_id is null)
          or b.resolved_at is null and h.break_id is not null
          or d.decided_by = d.proposed_by
          or (b.resolved_by, b.confirmed_by) is distinct from (d.proposed_by, d.decided_by)
          or b.resolved_at is not null
             and coalesce(g.vnd, 0)
                 + case when c.kind = 'account' and p.fate = 'paid' then i.amount_vnd
                        when c.kind = 'account' and p.fate = 'returned' then -i.amount_vnd else 0 end
                 <> coalesce(case h.moves when 'out' then -h.amount_vnd else h.amount_vnd end, 0)`,
  },
];

/** How many rows break an invariant. */
export async function countViolations(
  db: Db | Tx,
  { invariant, now }: { invariant: Invariant; now: Date },
): Promise<bigint> {
  const row = await one<{ violations: bigint }>(
    db,
    `select count(*) as violations
       from (select :now::timestamptz as now) instant,
            lateral (${invariant.violations.replaceAll(':now', 'instant.now')}) violation`,
    { now: now.toISOString() },
  );
  return row.violations;
}
