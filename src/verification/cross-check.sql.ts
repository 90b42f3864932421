import { COMPETING_PROGRAMMES } from '../entitlement/highest-only.ts';
import type { Period } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { FindingCode } from './findings.ts';

// Rules that look at all lines of a month at once, each as a query that selects whom it finds. They
// begin with what is rare, a death or a change, wherever they can: a month has a million lines.

/** A rule over all lines. Its query selects recipient_id and told; it has :period and :at. */
export interface CrossCheck {
  readonly code: FindingCode;
  readonly subject: 'recipient' | 'payee' | 'account';
  readonly finds: string;
}

const FIRST_DAY = `(:period || '-01')::date`;

/** Whoever is due money in the month. */
const DUE = `exists (select from assessment a where a.recipient_id = c.recipient_id
                        and a.period = :period and a.amount_vnd > 0)`;

const told = (listed: string, answered: string): string =>
  `jsonb_build_object('listed', ${listed}, 'answered', ${answered}) as told`;

/** Who said it, and since which day it is so: what is said of another span is another thing. */
const SAID = `c.source || ' ' || c.from_day::text`;

/** What somebody else's list says of whoever is due money, while the month lasts. */
const outside = (kind: string, also = 'true'): string => `
  select c.recipient_id,
         ${told(`''`, `string_agg(distinct ${SAID}, ', ' order by ${SAID})`)}
    from outside_fact c
   where c.kind = '${kind}' and c.withdrawn_at is null
     and c.from_day < ${FIRST_DAY} + interval '1 month'
     and (c.until_day is null or c.until_day > ${FIRST_DAY}) and ${also} and ${DUE}
   group by c.recipient_id`;

const died = (when: string): string => `
  select c.recipient_id, ${told(`'alive'`, `'died ' || c.died_on::text`)}
    from recipient_death c
   where ${when}
     and exists (select from listing l
                  where l.recipient_id = c.recipient_id and l.period = :period)`;

export const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    code: 'POP_DECEASED_BEFORE_PERIOD',
    subject: 'recipient',
    finds: died(`c.died_on < ${FIRST_DAY}`),
  },
  {
    code: 'POP_DECEASED_IN_PERIOD',
    subject: 'recipient',
    finds: died(`c.died_on >= ${FIRST_DAY} and c.died_on < ${FIRST_DAY} + interval '1 month'`),
  },
  {
    code: 'POP_GUARDIAN_DECEASED',
    subject: 'payee',
    finds: `
      select c.recipient_id, ${told(`'alive'`, `'died ' || d.died_on::text`)}
        from payee_death d
        join payment_channel c on c.recipient_id = d.recipient_id and c.payee_no = d.payee_no
                              and c.ended_on is null
       where exists (select from listing l
                      where l.recipient_id = c.recipient_id and l.period = :period)`,
  },
  {
    code: 'LINE_NOT_VERIFIED',
    subject: 'recipient',
    finds: `
      select distinct c.recipient_id, ${told(`''`, `''`)}
        from assessment c
       where c.period = :period and c.amount_vnd > 0
         and not exists (select from verification v
                          where v.recipient_id = c.recipient_id and v.period = :period)
         and not exists (select from recipient_death d
                          where d.recipient_id = c.recipient_id and d.died_on < ${FIRST_DAY})`,
  },
  {
    code: 'LINE_WITHOUT_CHANNEL',
    subject: 'recipient',
    finds: `
      select distinct c.recipient_id, ${told(`''`, `''`)}
        from assessment c
       where c.period = :period and c.amount_vnd > 0
         and not exists (select from payment_channel p
                          where p.recipient_id = c.recipient_id and p.ended_on is null)`,
  },
  {
    // Entitlement takes the highest of them; this holds what comes of it against the same list.
    code: 'LINE_TWO_PROGRAMMES',
    subject: 'recipient',
    finds: `
      select recipient_id, ${told('min(programme)', 'max(programme)')}
        from assessment
       where period = :period and amount_vnd > 0
         and programme in (${COMPETING_PROGRAMMES.map((programme) => `'${programme}'`).join(', ')})
       group by recipient_id
      having min(programme) <> max(programme)`,
  },
  {
    code: 'LINE_TWO_PROVINCES',
    subject: 'recipient',
    finds: outside('paid-elsewhere'),
  },
  { code: 'LINE_IN_CUSTODY', subject: 'recipient', finds: outside('custody') },
  { code: 'LINE_MOVED_AWAY', subject: 'recipient', finds: outside('moved-away') },
  {
    code: 'LINE_INSURANCE_DIFFERS',
    subject: 'recipient',
    finds: outside('insurance-differs'),
  },
  {
    code: 'ACCOUNT_DORMANT',
    subject: 'account',
    finds: outside(
      'dormant-account',
      `c.from_day <= ${FIRST_DAY} - (select min(dormant_months) from proof_policy)
                                    * interval '1 month'`,
    ),
  },
  {
    // Registered households excepted, and one payee who collects for several; both up to a number. Told
    // are the account and who is on it: a decision about two people is none about a third.
    code: 'ACCOUNT_OF_MANY',
    subject: 'account',
    finds: `
      select c.recipient_id,
             ${told(`c.bank_bin || ' ' || c.account_number`, `shared.people || ': ' || shared.who`)}
        from payment_channel c
        join (
          select c.bank_bin, c.account_number, count(*) as people,
                 string_agg(c.recipient_id::text, ', ' order by c.recipient_id) as who
            from payment_channel c
            join payee p on p.recipient_id = c.recipient_id and p.payee_no = c.payee_no
           where c.kind = 'account' and c.ended_on is null and ${DUE}
             and (c.bank_bin, c.account_number) in (
                   select bank_bin, account_number from payment_channel
                    where kind = 'account' and ended_on is null
                    group by bank_bin, account_number having count(*) > 1)
           group by c.bank_bin, c.account_number
          having count(*) > 1
             and (count(*) > (select min(people_per_account) from proof_policy)
                  or min(p.citizen_number) <> max(p.citizen_number)
                     and not exists (
                       select from shared_account s
                        where s.bank_bin = c.bank_bin and s.account_number = c.account_number
                          and s.ended_on is null))) shared
          on shared.bank_bin = c.bank_bin and shared.account_number = c.account_number
       where c.kind = 'account' and c.ended_on is null and ${DUE}`,
  },
  {
    code: 'ACCOUNT_CHANGED_LATELY',
    subject: 'account',
    // The last change by its number: two of one day are two.
    finds: `
      select c.recipient_id,
             ${told(
               `''`,
               `(max(g.changed_at) at time zone 'Asia/Ho_Chi_Minh')::date || ' #' || max(g.change_no)`,
             )}
        from register_change g
        join payment_channel c on c.recipient_id = g.recipient_id and c.ended_on is null
                              and c.kind = 'account'
       where g.subject in ('channel', 'payee')
         and g.changed_at > :at::timestamptz
             - (select cooling_off_days from account_change_policy
                 where counts_from <= (:at::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date
                 order by counts_from desc limit 1) * interval '1 day'
         and ${DUE}
       group by c.recipient_id`,
  },
  {
    // Accounts of the very first list were paid by whoever paid before us.
    code: 'ACCOUNT_NEW',
    subject: 'account',
    finds: `
      select c.recipient_id, ${told(`''`, `''`)}
        from payment_channel c
       where c.kind = 'account' and c.ended_on is null
         and (c.channel_no > 1 or c.list_id > (select min(list_id) from payment_channel))
         and ${DUE}
         and not exists (
           select from payment_instruction i
             join payment_outcome o on o.recipient_id = i.recipient_id and o.period = i.period
                                   and o.end_to_end_id = i.end_to_end_id
            where i.recipient_id = c.recipient_id and i.bank_bin = c.bank_bin
              and i.account_number = c.account_number and o.outcome = 'settled')`,
  },
];

/** Makes the table in which is laid whom the rules find; it ends with the transaction. */
export async function prepareCrossChecks(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table cross_check_hit (recipient_id bigint, code text, subject text, told jsonb)
       on commit drop`,
  );
}

/** Lets one rule look at all lines. */
export async function runCrossCheck(
  tx: Tx,
  { check, period, at }: { check: CrossCheck; period: Period; at: Date },
): Promise<void> {
  await many(
    tx,
    `insert into cross_check_hit
     select recipient_id, :code, :subject, told from (${check.finds}) found
      where :at::timestamptz is not null`,
    { code: check.code, subject: check.subject, period, at: at.toISOString() },
  );
}

/**
 * Records what the rules have found; what had gone and is back stands again, and what is now so of
 * other people, another account or another day is told anew: nobody has decided about that.
 */
export function keepCrossCheckFindings(
  tx: Tx,
  of: { period: Period; at: Date },
): Promise<{ found: bigint }> {
  return one(
    tx,
    `with kept as (
       insert into finding (recipient_id, period, code, subject, severity, found_at, told)
       select h.recipient_id, :period, h.code, h.subject, r.severity, :at::timestamptz, h.told
         from cross_check_hit h join finding_rule r using (code)
       on conflict (recipient_id, period, code, subject)
       do update set told = excluded.told, closed_at = null
              where finding.closed_at is not null or finding.told <> excluded.told
       returning 1
     )
     select count(*) as found from kept`,
    { period: of.period, at: of.at.toISOString() },
  );
}

/** Closes what the rules no longer find. */
export function closeCrossCheckFindings(
  tx: Tx,
  of: { period: Period; at: Date },
): Promise<{ closed: bigint }> {
  return one(
    tx,
    `with gone as (
       update finding f
          set closed_at = :at::timestamptz
         from finding_rule r
        where f.period = :period and f.closed_at is null and r.code = f.code and r.runs_monthly
          and not exists (select from cross_check_hit h
                           where h.recipient_id = f.recipient_id and h.code = f.code
                             and h.subject = f.subject)
       returning 1
     )
     select count(*) as closed from gone`,
    { period: of.period, at: of.at.toISOString() },
  );
}

/**
 * Records of each rule how many lines there were for it to look at and how many it found. A rule of
 * which nothing has changed keeps its record. Returns how many were written.
 */
export function recordCrossChecks(
  tx: Tx,
  of: { period: Period; codes: readonly string[]; at: Date },
): Promise<{ recorded: bigint }> {
  return one(
    tx,
    `with line as (
       select count(*) as n from assessment where period = :period and amount_vnd > 0
     ),
     run as (
       insert into cross_check_run as r (period, code, line_count, found_count, run_at)
       select :period, c.code, line.n,
              (select count(*) from cross_check_hit h where h.code = c.code), :at
         from line, unnest(:codes::text[]) as c (code)
       on conflict (period, code)
       do update set line_count = excluded.line_count, found_count = excluded.found_count,
                     run_at = excluded.run_at
               where (r.line_count, r.found_count)
                     is distinct from (excluded.line_count, excluded.found_count)
       returning 1
     )
     select count(*) as recorded from run`,
    { ...of, codes: [...of.codes], at: of.at.toISOString() },
  );
}

export interface CrossCheckRun {
  readonly code: string;
  readonly lines: bigint;
  readonly found: bigint;
  readonly at: Date;
}

/** Which rules have looked at a month, at how many lines, and what they found. */
export function crossCheckRuns(db: Db | Tx, of: { period: Period }): Promise<CrossCheckRun[]> {
  return many(
    db,
    `select code, line_count as lines, found_count as found, run_at as at
       from cross_check_run where period = :period order by code`,
    of,
  );
}
