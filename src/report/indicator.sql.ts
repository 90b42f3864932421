import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { BudgetRow, IndicatorCounts, Letterhead } from './month-figures.ts';

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

/** The names of all communes on a day, by their codes. */
export async function communeNamesOn(
  db: Db | Tx,
  of: { day: PlainDate },
): Promise<ReadonlyMap<string, string>> {
  const rows = await many<{ code: string; name: string }>(
    db,
    `select unit_code as code, name from administrative_unit
      where kind = 'commune' and daterange(valid_from, valid_until) @> :day::date`,
    of,
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
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
    // Each table read once. Of each person 1 for who they are, 2 for their account, and 3 for both.
    `with due as (
       select recipient_id from assessment where period = :period and amount_vnd > 0 group by 1
     ),
     answered as (
       select recipient_id, count(*) as answers, count(reused_from) as reused,
              bit_or(case when class <> 'proven' then 0 when subject = 'recipient' then 1
                          when subject = 'account' then 2 else 0 end) as proven
         from verification where period = :period group by 1
     ),
     gap as (
       select count(*) as open, count(*) filter (where ended_in = :period) as cleaned
         from quality_gap
        where since_period <= :period and (ended_in is null or ended_in >= :period)
          and ended_by is distinct from 'left'
     )
     select count(d.recipient_id) as due,
            count(d.recipient_id) filter (where a.proven & 1 = 1) as "personProven",
            count(d.recipient_id) filter (where a.proven & 2 = 2) as "accountProven",
            coalesce(sum(a.answers), 0)::bigint as answers,
            coalesce(sum(a.reused), 0)::bigint as reused,
            (select open from gap) as gaps, (select cleaned from gap) as cleaned
       from due d full join answered a using (recipient_id)`,
    of,
  );
}
