import type { Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { BudgetRow, CommuneRow, IndicatorCounts, Letterhead } from './month-figures.ts';

/**
 * Who the report is from: the province by its name on the last day of the month, and the payer. Where two
 * payers have channels the first by name signs.
 */
export function letterheadOf(
  db: Db | Tx,
  of: { provinceCode: string; day: string },
): Promise<Letterhead> {
  return one(
    db,
    `select coalesce((select name from administrative_unit
                       where unit_code = :provinceCode and kind = 'province'
                         and daterange(valid_from, valid_until) @> :day::date), :provinceCode)
              as province,
            coalesce((select min(payer_name) from channel where profile_version is not null), '')
              as agency`,
    of,
  );
}

/** What was instructed for each commune, and over which kind of channel, in the order of the codes. */
export function communeRows(
  db: Db | Tx,
  of: { period: Period; day: string },
): Promise<CommuneRow[]> {
  return many(
    db,
    `with paid as (
       select i.commune_code, count(*) as count, sum(i.amount_vnd)::bigint as vnd,
              count(*) filter (where c.kind = 'account') as by_account,
              coalesce(sum(i.amount_vnd) filter (where c.kind = 'account'), 0)::bigint
                as by_account_vnd
         from payment_instruction i
         join disbursement_batch b on b.batch_id = i.batch_id and b.period = :period
         join batch_state s on s.batch_id = b.batch_id and s.state <> 'withdrawn'
         join channel c on c.channel = b.channel
        where i.period <= :period
        group by 1
     )
     select p.commune_code as "communeCode", coalesce(u.name, p.commune_code) as "communeName",
            p.count, p.vnd, p.by_account as "accountCount", p.by_account_vnd as "accountVnd"
       from paid p
       left join administrative_unit u
         on u.unit_code = p.commune_code and u.kind = 'commune'
        and daterange(u.valid_from, u.valid_until) @> :day::date
      order by p.commune_code`,
    of,
  );
}

/** The budget of a year by programme: given, committed, left. */
export function budgetRows(
  db: Db | Tx,
  of: { provinceCode: string; year: number },
): Promise<BudgetRow[]> {
  return many<BudgetRow & { programme: Programme }>(
    db,
    `select programme, fund_source as "fundSource", amount_vnd as "amountVnd",
            committed_vnd as "committedVnd"
       from budget where province_code = :provinceCode and year = :year order by programme`,
    of,
  );
}

/**
 * What the shares of the month are made of: recipients who are due, and of those who are proven; answers of
 * the registries, and how many of them an earlier month had given; faults of the register that were open
 * in the month, and how many of them were put right in it.
 */
export function indicatorCounts(db: Db | Tx, of: { period: Period }): Promise<IndicatorCounts> {
  return one(
    db,
    `with due as (
       select distinct recipient_id from assessment where period = :period and amount_vnd > 0
     ),
     -- Of each person 1 for who they are, 2 for their account, and 3 for both.
     answered as (
       select recipient_id, bit_or(case subject when 'recipient' then 1 when 'account' then 2 else 0 end)
                as proven
         from verification where period = :period and class = 'proven' group by 1
     ),
     told as (
       select count(*) as answers, count(reused_from) as reused
         from verification where period = :period
     ),
     gap as (
       select count(*) as open, count(*) filter (where ended_in = :period) as cleaned
         from quality_gap
        where since_period <= :period and (ended_in is null or ended_in >= :period)
          and ended_by is distinct from 'left'
     )
     select count(*) as due, count(*) filter (where a.proven in (1, 3)) as "personProven",
            count(*) filter (where a.proven in (2, 3)) as "accountProven",
            (select answers from told) as answers, (select reused from told) as reused,
            (select open from gap) as gaps, (select cleaned from gap) as cleaned
       from due left join answered a using (recipient_id)`,
    of,
  );
}
