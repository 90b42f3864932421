import type { Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { BatchMovement, CommuneOfBatch, HeldBack, NotableLine } from './batch-brief.ts';
import type { Channel } from './channel.ts';

/** How many lines that stand out are kept, of each kind. */
const NOTABLE = 50;

/**
 * Whether a line goes to the same side as the batch: a channel may take those to accounts of its own
 * bank in a batch of their own.
 */
const SAME_SIDE = (line: string): string =>
  `(:ownBank::boolean is null or (${line}.bank_bin = :payerBankBin) = :ownBank)`;

/** The lines of a batch beside what its people were paid the month before, each with its reason. */
const BESIDE = `
     with line as materialized (
       select recipient_id, period, end_to_end_id, amount_vnd, attempt, commune_code, bank_bin,
              account_number
         from payment_instruction
        where batch_id = :batchId and period <= :period
     ),
     paid_before as (
       select i.recipient_id, sum(i.amount_vnd) filter (where c.kind = :kind and ${SAME_SIDE('i')})::bigint as vnd,
              max(i.bank_bin || i.account_number) filter (where c.kind = 'account') as account
         from disbursement_batch b
         join batch_state s using (batch_id)
         join channel c using (channel)
         join payment_instruction i on i.batch_id = b.batch_id and i.period = :periodBefore
        where b.period = :periodBefore and b.programme = :programme
          and b.province_code = :provinceCode and s.state <> 'withdrawn'
        group by 1
     ),
     beside as materialized (
       select coalesce(l.recipient_id, p.recipient_id) as recipient_id, l.period, l.end_to_end_id,
              l.commune_code, coalesce(l.amount_vnd, 0) as now_vnd,
              case when l.attempt > 1 then 0 else coalesce(p.vnd, 0) end as before_vnd,
              l.bank_bin <> '' and p.account is not null
                and l.bank_bin || l.account_number <> p.account as other_account,
              case when l.recipient_id is null then 'gone'
                   when l.attempt > 1 then 'again'
                   when p.recipient_id is null then 'new'
                   when p.vnd is null then 'moved_here'
                   when l.amount_vnd = p.vnd then 'same'
                   when l.amount_vnd > p.vnd then 'more' else 'less' end as kind
         from line l
         full join paid_before p on p.recipient_id = l.recipient_id
        where l.recipient_id is not null
           or p.vnd is not null
              and not exists (
                    select from disbursement_batch o
                      join batch_state s using (batch_id)
                      join channel c using (channel)
                      join batch_commune x using (batch_id)
                      join payment_instruction j
                        on j.recipient_id = x.first_recipient and j.period = :period
                       and j.batch_id = o.batch_id
                     where o.period = :period and o.programme = :programme
                       and o.province_code = :provinceCode and o.batch_id < :batchId
                       and s.state <> 'withdrawn' and c.kind = :kind and ${SAME_SIDE('j')})
     ),
     movement as (
       select case when b.kind = 'gone' and b.recipient_id in (select recipient_id from payable
                                                              where kind is not null)
                     then 'moved_away'
                   when b.kind = 'gone' and exists (
                          select from assessment a
                           where a.recipient_id = b.recipient_id and a.period = :period
                             and a.programme = :programme and a.amount_vnd > 0) then 'held'
                   when b.kind = 'gone' then 'ended'
                   when b.kind = 'more' and exists (
                          select from assessment_line a
                           where a.recipient_id = b.recipient_id and a.period = :period
                             and b.end_to_end_id like a.due_reference || 'T%'
                             and a.kind <> 'current') then 'arrears'
                   else b.kind end as kind,
              b.now_vnd, b.before_vnd, coalesce(b.other_account, false) as other_account
         from beside b
     )`;

const STANDS_OUT = `notable as (
       (select 'largest' as why, period, end_to_end_id, now_vnd, before_vnd, now_vnd as weight
          from beside where end_to_end_id is not null
         order by now_vnd desc, end_to_end_id limit ${NOTABLE})
       union all
       (select 'raised', period, end_to_end_id, now_vnd, before_vnd, now_vnd - before_vnd
          from beside where kind = 'more'
         order by now_vnd - before_vnd desc, end_to_end_id limit ${NOTABLE})
       union all
       (select 'other_account', period, end_to_end_id, now_vnd, before_vnd, now_vnd
          from beside where other_account
         order by now_vnd desc, end_to_end_id limit ${NOTABLE})
     )`;

/**
 * Draws what is shown beside the totals of a batch, from its lines and those of the month before, in
 * one statement: how it differs and why, how it lies over the communes, and what stands out. Must be
 * asked in the transaction that gathers the batch, in which `payable` says who is paid by which
 * channel. Returns what was drawn, to be held against the totals.
 */
export function drawBrief(
  tx: Tx,
  of: {
    batchId: bigint;
    period: Period;
    periodBefore: Period;
    programme: Programme;
    provinceCode: string;
    kind: Channel['kind'];
    ownBank: boolean | null;
    payerBankBin: string;
  },
): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    tx,
    `${BESIDE},
     kept_movements as (
       insert into batch_movement
       select :batchId, kind, count(*), count(*) filter (where other_account),
              sum(now_vnd)::bigint, sum(before_vnd)::bigint
         from movement group by kind
       returning 1
     ),
     kept_communes as (
       insert into batch_commune
       select :batchId, commune_code, count(*), sum(amount_vnd)::bigint, min(recipient_id),
              max(recipient_id)
         from line group by commune_code
       returning line_count, total_vnd
     ),
     ${STANDS_OUT},
     kept_notable as (
       insert into batch_notable
       select :batchId, why,
              row_number() over (partition by why order by weight desc, end_to_end_id),
              period, end_to_end_id, now_vnd, before_vnd
         from notable
       returning 1
     )
     select coalesce(sum(line_count), 0)::bigint as count, coalesce(sum(total_vnd), 0)::bigint as vnd
       from kept_communes`,
    of,
  );
}

/** Keeps with a batch who of its programme stood in none when it was made. */
export async function addHeldBack(
  tx: Tx,
  of: { batchId: bigint; held: readonly HeldBack[] },
): Promise<void> {
  if (of.held.length === 0) return;
  await many(
    tx,
    `insert into batch_held (batch_id, reason, people, vnd)
     select :batchId, * from unnest(:reasons::text[], :people::bigint[], :vnd::bigint[])`,
    {
      batchId: of.batchId,
      reasons: of.held.map(({ reason }) => reason),
      people: of.held.map(({ people }) => String(people)),
      vnd: of.held.map(({ vnd }) => String(vnd)),
    },
  );
}

/** Who of its programme stood in no batch when one was made, the most people first. */
export function heldBackBeside(db: Db | Tx, batchId: bigint): Promise<HeldBack[]> {
  return many(
    db,
    `select reason, people, vnd from batch_held where batch_id = :batchId
      order by people desc, reason`,
    { batchId },
  );
}

/** How a batch differs from the month before. */
export function movementsOfBatch(db: Db | Tx, batchId: bigint): Promise<BatchMovement[]> {
  return many(
    db,
    `select kind, people, other_account_count as "otherAccountCount", now_vnd as "nowVnd",
            before_vnd as "beforeVnd"
       from batch_movement where batch_id = :batchId`,
    { batchId },
  );
}

/** How a batch lies over the communes, the largest total first. */
export function communesOfBatch(db: Db | Tx, batchId: bigint): Promise<CommuneOfBatch[]> {
  return many(
    db,
    `select c.commune_code as "communeCode", coalesce(u.name, c.commune_code) as name,
            c.line_count as "lineCount", c.total_vnd as "totalVnd"
       from batch_commune c
       left join administrative_unit u
         on u.unit_code = c.commune_code and u.kind = 'commune' and u.valid_until is null
      where c.batch_id = :batchId
      order by c.total_vnd desc, c.commune_code`,
    { batchId },
  );
}

/** The lines of a batch that stand out, with who they pay, looked up by their keys. */
export function notableLines(db: Db | Tx, batchId: bigint): Promise<NotableLine[]> {
  return many(
    db,
    `select n.why, n.rank, n.reference, n.amount_vnd as "amountVnd", n.before_vnd as "beforeVnd",
            i.recipient_id as "recipientId", i.payee_name as "payeeName",
            i.account_number as "accountNumber"
       from batch_notable n
       join payment_instruction i
         on i.recipient_id = substring(n.reference from '^AS[0-9]{4}[A-Z]{2}([0-9]+)N')::bigint
        and i.period = n.line_period and i.end_to_end_id = n.reference
      where n.batch_id = :batchId
      order by n.why, n.rank`,
    { batchId },
  );
}
