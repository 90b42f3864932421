import type { Period, PlainDate } from '../kernel/period.ts';
import type { ChangedSubject } from '../intake/register-change.ts';
import { maybeOne, type Db, type Tx } from '../platform/db.ts';

/** Everything the register and the books know of one recipient. Unmasked: whoever shows it masks it. */
export interface RecipientRecord {
  readonly fullName: string;
  readonly birth: string;
  readonly sex: string;
  readonly communeCode: string;
  readonly communeName: string | null;
  readonly hamlet: string;
  readonly phone: string;
  readonly diedOn: PlainDate | null;
  readonly numbers: readonly { kind: string; number: string; until: PlainDate | null }[];
  readonly enrolments: readonly {
    ref: string;
    programme: string;
    ground: string;
    decision: string;
    decidedOn: PlainDate;
    from: Period;
    stopsAfter: Period | null;
    stopReason: string | null;
    lastListed: Period | null;
  }[];
  readonly payees: readonly {
    no: number;
    relation: string;
    fullName: string;
    citizenNumber: string;
    authority: string;
  }[];
  readonly channels: readonly {
    no: number;
    payeeNo: number;
    kind: string;
    bankBin: string;
    accountNumber: string;
    endedOn: PlainDate | null;
    changeNo: number | null;
    payableFrom: string | null;
    told: string | null;
    consented: string | null;
    /** The last answer of a bank about this very account, and when it came. */
    evidence: string | null;
    checkedAt: string | null;
  }[];
  readonly payments: readonly {
    period: Period;
    reference: string;
    vnd: string;
    channelNo: number;
    outcome: string | null;
    returned: boolean;
  }[];
  readonly changes: readonly {
    proposalNo: number | null;
    subject: ChangedSubject;
    fields: readonly string[];
    document: string;
    proposedBy: string;
    proposedAt: string;
    decision: string | null;
    decidedBy: string | null;
  }[];
}

const RECORD = `
  select r.full_name as "fullName", coalesce(r.birth_date::text, r.birth_year::text) as birth,
         r.sex, r.commune_code as "communeCode", u.name as "communeName", r.hamlet, r.phone,
         d.died_on as "diedOn",
         (select json_agg(json_build_object('kind', kind, 'number', key, 'until', valid_until)
                          order by kind, valid_until)
            from recipient_key where recipient_id = :recipientId) as numbers,
         (select coalesce(json_agg(json_build_object(
                   'ref', e.enrolment_ref, 'programme', e.programme, 'ground', e.ground_code,
                   'decision', e.decision_number, 'decidedOn', e.decided_on,
                   'from', e.entitled_from, 'stopsAfter', e.stops_after,
                   'stopReason', e.stop_reason, 'lastListed', l.last) order by e.enrolment_ref), '[]')
            from enrolment e
            left join (select enrolment_ref, max(period) as last from listing
                        where recipient_id = :recipientId group by 1) l using (enrolment_ref)
           where e.recipient_id = :recipientId) as enrolments,
         (select json_agg(json_build_object(
                   'no', payee_no, 'relation', relation, 'fullName', full_name,
                   'citizenNumber', citizen_number, 'authority', authority) order by payee_no)
            from payee where recipient_id = :recipientId) as payees,
         (select json_agg(json_build_object(
                   'no', c.channel_no, 'payeeNo', c.payee_no, 'kind', c.kind,
                   'bankBin', c.bank_bin, 'accountNumber', c.account_number,
                   'endedOn', c.ended_on, 'changeNo', c.change_no,
                   'payableFrom', c.payable_from, 'told', n.told_at,
                   'consented', s.recorded_at, 'evidence', v.class, 'checkedAt', v.checked_at)
                   order by c.channel_no)
            from payment_channel c
            left join channel_notice n
              on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
            left join channel_consent s
              on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
            left join (select distinct on (bank_bin, account_number)
                              bank_bin, account_number, class, checked_at
                         from verification
                        where recipient_id = :recipientId and subject = 'account'
                        order by bank_bin, account_number, checked_at desc) v
              on v.bank_bin = c.bank_bin and v.account_number = c.account_number
           where c.recipient_id = :recipientId) as channels,
         (select coalesce(json_agg(json_build_object(
                   'period', i.period, 'reference', i.end_to_end_id, 'vnd', i.amount_vnd::text,
                   'channelNo', i.channel_no, 'outcome', o.outcome,
                   'returned', b.end_to_end_id is not null) order by i.period, i.end_to_end_id), '[]')
            from payment_instruction i
            left join payment_outcome o
              on o.recipient_id = i.recipient_id and o.period = i.period
             and o.end_to_end_id = i.end_to_end_id
            left join payment_return b
              on b.recipient_id = i.recipient_id and b.period = i.period
             and b.end_to_end_id = i.end_to_end_id
           where i.recipient_id = :recipientId) as payments,
         (select coalesce(json_agg(json_build_object(
                   'proposalNo', p.proposal_no, 'subject', p.subject,
                   'fields', (select json_agg(f.key order by f.key)
                                from jsonb_each(p.new_value) f
                               where p.old_value->f.key is distinct from f.value),
                   'document', p.document, 'proposedBy', p.proposed_by,
                   'proposedAt', p.proposed_at, 'decision', x.decision,
                   'decidedBy', x.decided_by) order by p.proposal_no), '[]')
            from register_proposal p
            left join register_decision x
              on x.recipient_id = p.recipient_id and x.proposal_no = p.proposal_no
           where p.recipient_id = :recipientId) as changes
    from recipient r
    left join recipient_death d on d.recipient_id = r.recipient_id
    left join administrative_unit u
      on u.unit_code = r.commune_code and u.kind = 'commune' and u.valid_until is null
   where r.recipient_id = :recipientId`;

/** The record of one recipient, each part in the order of time; undefined when there is none. */
export function recipientRecord(
  db: Db | Tx,
  recipientId: bigint,
): Promise<RecipientRecord | undefined> {
  return maybeOne(db, RECORD, { recipientId });
}
