import type { Period } from '../kernel/period.ts';
import { many, one, partition, type Db, type Tx } from '../platform/db.ts';

/**
 * Whoever has to be proven in a month: everyone who is due money, and whoever is listed for a
 * programme of which the law is not here yet. Of assessment a.
 */
const IS_TO_BE_PROVEN = `a.period = :period
     and (a.amount_vnd > 0 or coalesce(a.reason = 'law-not-here', false))`;

/** Each programme by a bit of its own: a set of them is one number, which is cheap to gather. */
const PROGRAMME_BIT = `
  select programme, 1 << (row_number() over (order by programme) - 1)::int as bit from programme`;

/** The names of each set of programmes, joined by a plus. */
const PROGRAMME_SETS = `
  select sets, string_agg(programme, '+' order by programme) as programmes
    from generate_series(1, (select sum(bit) from (${PROGRAMME_BIT}) b)::int) as sets
    join (${PROGRAMME_BIT}) b on sets & b.bit > 0
   group by sets`;

/**
 * How long proof is counted upon: less than it lasts by the margin, so that it does not run out between the
 * asking and the sending; at least half, where a policy lasts hardly longer than the margin.
 */
const COUNTED_UPON = (days: string): string =>
  `greatest(min(p.${days}) - max(p.margin_days), min(p.${days}) / 2.0) * interval '1 day'`;

/**
 * Who has to be proven in a month, for which programmes, how long proof about them lasts, and for how much
 * of that it is counted upon: by the strictest of these.
 */
const TO_BE_PROVEN = `
  select a.recipient_id, bit_or(b.bit) as programme_bits,
         min(p.identity_days) * interval '1 day' as identity_lasts,
         min(p.account_days) * interval '1 day' as account_lasts,
         ${COUNTED_UPON('identity_days')} as identity_counts,
         ${COUNTED_UPON('account_days')} as account_counts
    from assessment a
    left join (${PROGRAMME_BIT}) b using (programme)
    left join proof_policy p using (programme)
   where ${IS_TO_BE_PROVEN}
   group by a.recipient_id`;

/** When the register last said something else of somebody than before. */
const CHANGED = `
  select recipient_id, max(changed_at) as changed_at
    from register_change where subject <> 'enrolment' group by recipient_id`;

/** Whether the last answer about a subject stands, and which it was: odd when it does. */
const LAST = (subject: string, stands: string): string =>
  `max(v.check_no * 2 + (${stands})::int) filter (where v.subject = '${subject}')`;

/** What has been answered about each recipient in a month, held against the live channel. */
const ANSWERED = `
  select v.recipient_id,
         ${LAST('recipient', `v.class <> 'unknown'`)} as recipient_last,
         max(v.checked_at) filter (where v.subject = 'recipient') as recipient_at,
         ${LAST('payee', `v.class <> 'unknown'`)} as payee_last,
         max(v.checked_at) filter (where v.subject = 'payee') as payee_at,
         ${LAST(
           'account',
           `v.class <> 'unknown' and v.bank_bin = c.bank_bin
              and v.account_number = c.account_number`,
         )} as account_last,
         max(v.checked_at) filter (where v.subject = 'account') as account_at
    from verification v
    join payment_channel c on c.recipient_id = v.recipient_id and c.ended_on is null
   where v.period = :period
   group by v.recipient_id`;

/** The number of the next question about a subject, or 0 where the last answer still holds. */
const NEXT = (subject: string, counts: 'identity_counts' | 'account_counts'): string =>
  `case when v.${subject}_last % 2 = 1 and v.${subject}_at > :at::timestamptz - due.${counts}
         and (g.changed_at is null or v.${subject}_at > g.changed_at)
        then 0 else coalesce(v.${subject}_last / 2, 0) + 1 end`;

// Each table is read once and joined as a whole; and who has to be asked is found before names and
// numbers are fetched, because on most days that is nobody.

/**
 * Everyone who has to be proven in a month and of whom something has not been asked, has not been
 * answered, will soon be too old, or was asked before the register changed: for copyOut(). One row a recipient,
 * in their order, with the payee, the live channel, whose account it should be and the programmes; last
 * the number of the question about each of the three subjects, 0 where none is to be asked. At :at.
 */
export const UNVERIFIED = `
  with due as (${TO_BE_PROVEN}),
  next as (
    select c.recipient_id, due.programme_bits, c.payee_no, p.relation, p.citizen_number, p.full_name as payee_name,
           c.kind, c.bank_bin, c.account_number, c.holder_name,
           ${NEXT('recipient', 'identity_counts')} as recipient_no,
           case when p.relation = 'self' then 0
                else ${NEXT('payee', 'identity_counts')} end as payee_check_no,
           case when c.kind <> 'account' then 0
                else ${NEXT('account', 'account_counts')} end as account_no
      from due
      join payment_channel c on c.recipient_id = due.recipient_id and c.ended_on is null
      join payee p on p.recipient_id = c.recipient_id and coalesce(p.payee_no = c.payee_no, false)
      left join (${ANSWERED}) v on v.recipient_id = due.recipient_id
      left join (${CHANGED}) g on g.recipient_id = due.recipient_id
  ),
  asked as materialized (
    select * from next where coalesce(recipient_no + payee_check_no + account_no > 0, false)
  )
  select asked.recipient_id, k.key, r.full_name, coalesce(r.birth_date::text, r.birth_year::text),
         asked.relation, asked.citizen_number, asked.payee_name,
         case when asked.relation <> 'self'
                   and is_own_account(asked.holder_name, r.full_name, asked.payee_name)
              then k.key else asked.citizen_number end as holder_number,
         asked.bank_bin, asked.account_number, asked.holder_name, r.commune_code,
         coalesce(d.died_on::text, '') as died_on, coalesce(pd.died_on::text, '') as payee_died_on,
         coalesce(s.programmes, 'other') as programmes, asked.recipient_no, asked.payee_check_no, asked.account_no
    from asked
    left join (${PROGRAMME_SETS}) s on s.sets = asked.programme_bits
    join recipient r on r.recipient_id = asked.recipient_id
    join recipient_key k on k.recipient_id = asked.recipient_id and k.kind = 'citizen_number'
                        and k.valid_until is null
    left join recipient_death d on d.recipient_id = asked.recipient_id
    left join payee_death pd on pd.recipient_id = asked.recipient_id
                            and coalesce(pd.payee_no = asked.payee_no, false)
   where not exists (select from recipient_death gone
                      where gone.recipient_id = asked.recipient_id
                        and gone.died_on < (:period || '-01')::date)
   order by asked.recipient_id`;

/** Where evidence of a period is copied to. */
export function evidenceTarget(of: Period): string {
  return `${partition('verification', of)} (
    recipient_id, period, subject, check_no, class, code, number_result, name_result, bank_bin,
    account_number, checked_at, answer_hash)`;
}

/**
 * Uses the proof of earlier months again where it lasts until the money is sent: the last answer of
 * all, about the very account and before no change of the register. It keeps its instant. Returns how
 * many questions need not be asked.
 */
export function reuseEvidence(
  tx: Tx,
  of: { period: Period; since: Period; at: Date },
): Promise<{ reused: bigint }> {
  return one(
    tx,
    `with last as (
       select distinct on (recipient_id, subject) *
         from verification where period >= :since and period < :period
        order by recipient_id, subject, checked_at desc, period desc, check_no desc
     ),
     due as (${TO_BE_PROVEN}),
     changed as (${CHANGED}),
     used as (
       insert into ${partition('verification', of.period)}
         (recipient_id, period, subject, check_no, class, code, number_result, name_result, bank_bin,
          account_number, checked_at, answer_hash, reused_from)
       select v.recipient_id, :period, v.subject, 1, v.class, v.code, v.number_result, v.name_result,
              v.bank_bin, v.account_number, v.checked_at, v.answer_hash,
              coalesce(v.reused_from, v.period)
         from last v
         join payment_channel c on c.recipient_id = v.recipient_id and c.ended_on is null
         join payee p on p.recipient_id = c.recipient_id and coalesce(p.payee_no = c.payee_no, false)
         join due on due.recipient_id = v.recipient_id
         left join changed g on g.recipient_id = v.recipient_id
        where v.class = 'proven' and v.code = ''
          and v.checked_at > :at::timestamptz
              - case when v.subject = 'account' then due.account_counts
                     else due.identity_counts end
          and (g.changed_at is null or v.checked_at > g.changed_at)
          and case when v.subject = 'account' then c.kind = 'account' and v.bank_bin = c.bank_bin
                                                   and v.account_number = c.account_number
                   when v.subject = 'payee' then p.relation <> 'self' else true end
          and not exists (select from recipient_death d where d.recipient_id = v.recipient_id)
          and not exists (select from verification w
                           where w.recipient_id = v.recipient_id and w.period = :period
                             and w.subject = v.subject)
        order by v.recipient_id, v.subject
       returning 1
     )
     select count(*) as reused from used`,
    { ...of, at: of.at.toISOString() },
  );
}

/** A finding of an answer. */
export interface NewFinding {
  readonly recipientId: string;
  readonly code: string;
  readonly subject: string;
  readonly severity: string;
  readonly listed: string;
  readonly answered: string;
}

/**
 * Records what was found about subjects, for a person to look at, with both sides. What was found
 * before and had gone stands again.
 */
export async function addFindings(
  tx: Tx,
  of: { period: Period; at: Date; findings: readonly NewFinding[] },
): Promise<void> {
  await many(
    tx,
    `insert into finding (recipient_id, period, code, subject, severity, found_at, told)
     select "recipientId"::bigint, :period, code, subject, severity, :at::timestamptz,
            jsonb_build_object('listed', listed, 'answered', answered)
       from jsonb_to_recordset(:findings::jsonb)
            as f ("recipientId" text, code text, subject text, severity text, listed text,
                  answered text)
     on conflict (recipient_id, period, code, subject)
     do update set told = excluded.told, closed_at = null
            where finding.closed_at is not null or finding.told <> excluded.told`,
    { period: of.period, at: of.at.toISOString(), findings: JSON.stringify(of.findings) },
  );
}

/** Closes what the last answer about a subject no longer says. Returns how many. */
export function closeAnsweredFindings(
  tx: Tx,
  of: { period: Period; at: Date },
): Promise<{ closed: bigint }> {
  return one(
    tx,
    `with gone as (
       update finding f
          set closed_at = :at::timestamptz
         from finding_rule r
        where f.period = :period and f.closed_at is null and r.code = f.code
          and r.asked_of in ('population', 'bank')
          and not exists (
            select from verification v
             where v.recipient_id = f.recipient_id and v.period = :period and v.subject = f.subject
               and v.code = f.code
               and v.check_no = (select max(w.check_no) from verification w
                                  where w.recipient_id = f.recipient_id and w.period = :period
                                    and w.subject = f.subject))
       returning 1
     )
     select count(*) as closed from gone`,
    { period: of.period, at: of.at.toISOString() },
  );
}

export interface ProofCount {
  readonly subject: 'recipient' | 'payee' | 'account';
  readonly state: 'proven' | 'doubtful' | 'refused' | 'unknown';
  readonly count: bigint;
  /** The first day on which one of them will no longer be proven. */
  readonly provenUntil: Date | null;
}

/**
 * In which state everyone is who has to be proven in a month, at an instant: what the last answer
 * says, and unknown where there is none or where it is older than the policy allows.
 */
export function proofStates(db: Db | Tx, of: { period: Period; at: Date }): Promise<ProofCount[]> {
  return many(
    db,
    `with due as (${TO_BE_PROVEN}),
     needed as (
       select c.recipient_id, s.subject,
              case when s.subject = 'account' then due.account_lasts
                   else due.identity_lasts end as lasts
         from due
         join payment_channel c on c.recipient_id = due.recipient_id
         join payee p on p.recipient_id = c.recipient_id and p.payee_no = c.payee_no
         cross join (values ('recipient'), ('payee'), ('account')) as s (subject)
        where c.ended_on is null
          and (s.subject <> 'payee' or p.relation <> 'self')
          and (s.subject <> 'account' or c.kind = 'account')
     ),
     state as (
       select n.subject, l.checked_at + n.lasts as proven_until,
              case when l.checked_at + n.lasts > :at::timestamptz then l.class
                   else 'unknown' end as state
         from needed n
         left join lateral (
           select v.class, v.checked_at from verification v
            where v.recipient_id = n.recipient_id and v.period = :period and v.subject = n.subject
            order by v.check_no desc limit 1) l on true
     )
     select subject, state, count(*) as count,
            min(proven_until) filter (where state = 'proven') as "provenUntil"
       from state group by subject, state order by subject desc, state`,
    { period: of.period, at: of.at.toISOString() },
  );
}

export interface FindingCount {
  readonly code: string;
  readonly severity: 'block' | 'review' | 'notice';
  readonly open: bigint;
  readonly closed: bigint;
}

/** The findings of a month by code, the gravest first. */
export function findingCounts(db: Db | Tx, of: { period: Period }): Promise<FindingCount[]> {
  return many(
    db,
    `select code, severity, count(*) filter (where closed_at is null) as open,
            count(*) filter (where closed_at is not null) as closed
       from finding where period = :period
      group by code, severity
      order by array_position(array['block', 'review', 'notice'], severity), code`,
    of,
  );
}
