import { many, one, type Db, type Tx } from '../platform/db.ts';

/**
 * Who collects for somebody with a live enrolment, lives, and was not asked about since an instant: for
 * copyOut(), with :since. The number of the next question comes last.
 */
export const NOT_LOOKED_UP = `
  select p.recipient_id, p.payee_no, p.citizen_number,
         coalesce((select max(l.asked_no) from linked_account l
                    where l.recipient_id = p.recipient_id and l.payee_no = p.payee_no), 0) + 1
    from payment_channel c
    join payee p on p.recipient_id = c.recipient_id and p.payee_no = c.payee_no
   where c.ended_on is null
     and exists (select from enrolment e
                  where e.recipient_id = c.recipient_id and e.stops_after is null)
     and not exists (select from recipient_death d where d.recipient_id = c.recipient_id)
     and not exists (select from payee_death d
                      where d.recipient_id = p.recipient_id and d.payee_no = p.payee_no)
     and not exists (select from linked_account l
                      where l.recipient_id = p.recipient_id and l.payee_no = p.payee_no
                        and l.asked_at > :since::timestamptz)
   order by p.recipient_id`;

/** Where answers are copied to. */
export const LINKED_ACCOUNT = `linked_account (
  recipient_id, payee_no, asked_no, outcome, bank_bin, account_number, holder_name, linked_on,
  asked_at, answer_hash)`;

/**
 * Proposes the linked account for everyone whose last answer names another one than the register pays
 * to, unless the very account was proposed already: whoever declined it is not asked again. Each
 * proposal has its event. Banks that are not known are left out. Returns how many were made.
 */
export function proposeLinked(tx: Tx, of: { by: string; at: Date }): Promise<{ proposed: bigint }> {
  return one(
    tx,
    `with last as (
       select distinct on (recipient_id, payee_no) * from linked_account
        order by recipient_id, payee_no, asked_no desc
     ),
     other as (
       select c.recipient_id, l.answer_hash, l.linked_on,
              jsonb_build_object('kind', c.kind, 'bankBin', c.bank_bin,
                                 'accountNumber', c.account_number, 'holderName', c.holder_name)
                as old_value,
              jsonb_build_object('kind', 'account', 'bankBin', l.bank_bin,
                                 'accountNumber', l.account_number, 'holderName', l.holder_name)
                as new_value
         from last l
         join payment_channel c on c.recipient_id = l.recipient_id and c.payee_no = l.payee_no
                               and c.ended_on is null
         join bank b on b.bin = l.bank_bin
        where l.outcome = 'linked'
          and (c.bank_bin, c.account_number) <> (l.bank_bin, l.account_number)
          and not exists (
            select from register_proposal p
             where p.recipient_id = l.recipient_id and p.subject = 'channel'
               and p.new_value ->> 'bankBin' = l.bank_bin
               and p.new_value ->> 'accountNumber' = l.account_number)
     ),
     proposed as (
       insert into register_proposal
         (recipient_id, proposal_no, subject, old_value, new_value, document, proposed_by, proposed_at)
       select o.recipient_id,
              (select coalesce(max(p.proposal_no), 0) + 1 from register_proposal p
                where p.recipient_id = o.recipient_id),
              'channel', o.old_value, o.new_value,
              'VNeID ' || o.linked_on || ' sha256:' || encode(o.answer_hash, 'hex'), :by,
              :at::timestamptz
         from other o
       returning recipient_id, proposal_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'change-proposed', 'recipient/' || recipient_id,
              jsonb_build_object('proposal', proposal_no, 'of', 'channel')
         from proposed
     )
     select count(*) as proposed from proposed`,
    { by: of.by, at: of.at.toISOString() },
  );
}

export interface LinkedCount {
  readonly state: 'same' | 'other' | 'not-linked' | 'not-asked';
  readonly count: bigint;
}

/** How the accounts that people have linked stand against those the register pays to. */
export function linkedCounts(db: Db | Tx): Promise<LinkedCount[]> {
  return many(
    db,
    `select case when l.outcome is null then 'not-asked'
                 when l.outcome = 'not-linked' then 'not-linked'
                 when (c.bank_bin, c.account_number) = (l.bank_bin, l.account_number) then 'same'
                 else 'other' end as state,
            count(*) as count
       from payment_channel c
       left join lateral (
         select * from linked_account l
          where l.recipient_id = c.recipient_id and l.payee_no = c.payee_no
          order by l.asked_no desc limit 1) l on true
      where c.ended_on is null
      group by 1 order by 1`,
  );
}
