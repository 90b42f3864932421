import type { Period, PlainDate } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import { QUALITY_RULES, type QualityRuleName, type QualityWord } from './quality.ts';

/** Of a person p: whether a rule can be asked, and whether it is broken. */
const ASKED: Readonly<Record<QualityRuleName, readonly [applies: string, fails: string]>> = {
  person_proven: ['p.person_asked', 'not p.person_proven'],
  account_proven: ['p.account_asked', 'not p.account_proven'],
  number_says_sex: [
    'p.number is not null',
    `substr(p.number, 4, 1)::int % 2 <> (p.sex = 'female')::int`,
  ],
  number_says_year: [
    'p.number is not null',
    `1900 + substr(p.number, 4, 1)::int / 2 * 100 + substr(p.number, 5, 2)::int <> p.birth_year`,
  ],
  has_birth_day: ['true', 'p.birth_date is null'],
  has_hamlet: ['true', `p.hamlet = ''`],
  has_phone: ['true', `p.phone = ''`],
  has_account: ['true', `p.kind is distinct from 'account'`],
  name_is_clean: [
    'true',
    `p.full_name <> normalize(p.full_name, nfc) or p.full_name ~ '[0-9]|  |^ | $|[ÐðÞþ]'`,
  ],
  phone_is_clean: [`p.phone <> ''`, `p.phone !~ '^0[0-9]{9}$'`],
  is_not_doubled: ['true', 'p.is_doubled'],
  account_is_own: [`p.kind = 'account'`, 'p.is_shared'],
  checked_lately: ['true', `coalesce(p.checked_at < :at::timestamptz - interval '30 days', true)`],
  is_alive: ['true', 'coalesce(p.died_on < :firstDay::date, false)'],
  commune_is_live: ['true', 'not p.commune_is_live'],
};

const RULES = Object.keys(QUALITY_RULES) as QualityRuleName[];

const JUDGED = RULES.map(
  (rule) => `case when ${ASKED[rule][0]} then ${ASKED[rule][1]} end as ${rule}`,
).join(',\n            ');

/** Each rule of a row of quality_judged q, by its name. */
const BY_RULE = RULES.map((rule) => `('${rule}', q.${rule})`).join(', ');

export interface Measuring {
  readonly period: Period;
  readonly provinceCode: string;
  readonly firstDay: PlainDate;
  readonly lastDay: PlainDate;
  readonly at: Date;
}

/** Lays everybody on the lists of a month beside what is known of them, and judges them by every rule. */
const JUDGE = `
  insert into quality_judged
  with listed as (
    select distinct l.recipient_id, e.programme
      from listing l
      join recipient_list s on s.list_id = l.list_id and s.province_code = :provinceCode
      join enrolment e on e.recipient_id = l.recipient_id
                      and coalesce(e.enrolment_ref = l.enrolment_ref, false)
     where l.period = :period
  ),
  answered as (
    select recipient_id,
           bool_or(subject = 'recipient') as person_asked,
           bool_or(subject = 'recipient' and class = 'proven') as person_proven,
           bool_or(subject = 'account') as account_asked,
           bool_or(subject = 'account' and class = 'proven') as account_proven,
           max(checked_at) filter (where subject = 'recipient') as checked_at
      from verification where period = :period group by recipient_id
  ),
  doubled as (
    select first_id as recipient_id from same_person_case k
     where not exists (select from same_person_decision d where d.case_id = k.case_id)
    union
    select second_id from same_person_case k
     where not exists (select from same_person_decision d where d.case_id = k.case_id)
  ),
  shared as (
    select c.bank_bin, c.account_number
      from payment_channel c
      join payee y on y.recipient_id = c.recipient_id and coalesce(y.payee_no = c.payee_no, false)
     where c.ended_on is null and c.kind = 'account'
     group by 1, 2 having min(y.citizen_number) <> max(y.citizen_number)
  ),
  p as (
    select l.recipient_id, l.programme, r.full_name, r.birth_year, r.birth_date, r.sex,
           r.commune_code, r.hamlet, r.phone, k.key as number, c.kind, v.person_asked,
           v.person_proven, v.account_asked, v.account_proven, v.checked_at, d.died_on,
           l.recipient_id in (select recipient_id from doubled) as is_doubled,
           s.account_number is not null as is_shared, u.unit_code is not null as commune_is_live
      from listed l
      join recipient r on r.recipient_id = l.recipient_id
      left join recipient_key k on k.recipient_id = l.recipient_id
                               and k.kind = 'citizen_number' and k.valid_until is null
      left join payment_channel c on c.recipient_id = l.recipient_id and c.ended_on is null
      left join answered v on v.recipient_id = l.recipient_id
      left join recipient_death d on d.recipient_id = l.recipient_id
      left join shared s on s.bank_bin = c.bank_bin and s.account_number = c.account_number
      left join administrative_unit u
        on u.unit_code = r.commune_code and u.kind = 'commune' and u.valid_from <= :lastDay::date
       and (u.valid_until is null or u.valid_until > :lastDay::date)
  )
  select p.recipient_id, p.programme, p.commune_code,
         ${JUDGED}
    from p`;

/**
 * Judges everybody on the lists of a month by every rule: a row for each person and programme, null
 * where a rule cannot be asked and true where it is broken, in a table that ends with the transaction.
 */
export async function judgeQuality(tx: Tx, of: Measuring): Promise<void> {
  await many(
    tx,
    `create temp table quality_judged (
       recipient_id bigint, programme text, commune_code text, ${RULES.map((rule) => `${rule} boolean`).join(', ')}
     ) on commit drop`,
  );
  await many(tx, JUDGE, { ...of, at: of.at.toISOString() });
}

/** Keeps the counts of a month; measured again, they are those of the last time. */
export async function keepQualityCounts(tx: Tx, of: { period: Period; at: Date }): Promise<void> {
  const sums = RULES.map(
    (rule) => `count(${rule}) as ${rule}_n, count(*) filter (where ${rule}) as ${rule}_f`,
  ).join(', ');
  const pairs = RULES.map((rule) => `('${rule}', t.${rule}_n, t.${rule}_f)`).join(', ');
  await many(
    tx,
    `insert into quality_count (period, rule, commune_code, programme, checked, failed, measured_at)
     select :period, c.rule, t.commune_code, t.programme, c.checked, c.failed, :at
       from (select commune_code, programme, ${sums} from quality_judged group by 1, 2) t,
            lateral (values ${pairs}) as c (rule, checked, failed)
      where c.checked > 0
     on conflict (period, rule, commune_code, programme)
     do update set checked = excluded.checked, failed = excluded.failed,
                   measured_at = excluded.measured_at`,
    { period: of.period, at: of.at.toISOString() },
  );
}

/**
 * Ends the open gaps that are there no more, and opens those that are new. Returns how many of each.
 * What somebody else’s province lists is left alone.
 */
export function keepQualityGaps(
  tx: Tx,
  of: { period: Period; provinceCode: string },
): Promise<{ opened: bigint; cleaned: bigint; left: bigint }> {
  return one(
    tx,
    `with broken as (
       select q.recipient_id, q.programme, q.commune_code, j.rule
         from quality_judged q, lateral (values ${BY_RULE}) as j (rule, fails)
        where j.fails
     ),
     of_province as (
       select unit_code from administrative_unit
        where kind = 'commune' and parent_code = :provinceCode
     ),
     ended as (
       update quality_gap g
          set ended_in = :period,
              ended_by = case when exists (select from quality_judged q
                                            where q.recipient_id = g.recipient_id
                                              and q.programme = g.programme)
                              then 'cleaned' else 'left' end
        where g.ended_in is null and g.since_period <= :period
          and g.commune_code in (select unit_code from of_province)
          and not exists (select from broken b
                           where b.recipient_id = g.recipient_id and b.rule = g.rule
                             and b.programme = g.programme)
       returning g.ended_by
     ),
     opened as (
       insert into quality_gap (recipient_id, rule, programme, since_period, commune_code)
       select b.recipient_id, b.rule, b.programme, :period, b.commune_code
         from broken b
        where not exists (select from quality_gap g
                           where g.recipient_id = b.recipient_id and g.rule = b.rule
                             and g.programme = b.programme and g.ended_in is null)
        order by 1, 2, 3
       on conflict (recipient_id, rule, programme, since_period)
       do update set ended_in = null, ended_by = null
       returning 1
     )
     select (select count(*) from opened) as opened,
            (select count(*) from ended where ended_by = 'cleaned') as cleaned,
            (select count(*) from ended where ended_by = 'left') as left`,
    of,
  );
}

export interface QualityFigure {
  readonly rule: QualityRuleName;
  readonly checked: bigint;
  readonly failed: bigint;
  /** Records that were put right in this month. */
  readonly cleaned: bigint;
  /** Of the records put right so far, those that as many persons have signed as the unit asks for. */
  readonly signed: bigint;
}

interface Scope {
  readonly period: Period;
  /** A commune, or null for all. */
  readonly communeCode: string | null;
  readonly programme: string | null;
}

/** The figures of a month by rule, of one commune or programme or of all, with what was cleaned. */
export function qualityFigures(db: Db | Tx, of: Scope): Promise<QualityFigure[]> {
  return many(
    db,
    `with counted as (
       select rule, sum(checked)::bigint as checked, sum(failed)::bigint as failed
         from quality_count
        where period = :period
          and (:communeCode::text is null or commune_code = :communeCode)
          and (:programme::text is null or programme = :programme)
        group by rule
     ),
     cleaned as (
       select g.rule, count(*) as cleaned,
              count(*) filter (where exists (
                select from cleaning_signature s
                 where s.recipient_id = g.recipient_id and s.rule = g.rule
                   and s.programme = g.programme and s.since_period = g.since_period
                   and s.level >= coalesce((select max(t.levels) from quality_target t
                                             where t.period = :period
                                               and t.unit_code = g.commune_code), 1))) as signed
         from quality_gap g
        where g.ended_in = :period and g.ended_by = 'cleaned'
          and (:communeCode::text is null or g.commune_code = :communeCode)
          and (:programme::text is null or g.programme = :programme)
        group by g.rule
     )
     select c.rule, c.checked, c.failed, coalesce(d.cleaned, 0) as cleaned,
            coalesce(d.signed, 0) as signed
       from counted c left join cleaned d using (rule)
      order by c.rule`,
    { ...of },
  );
}

export interface Gap {
  readonly recipientId: bigint;
  readonly programme: string;
  readonly communeCode: string;
  readonly sincePeriod: Period;
}

/** The records behind a number: open gaps of one rule, the oldest first. */
export function qualityWorklist(
  db: Db | Tx,
  of: Omit<Scope, 'period'> & { rule: QualityRuleName; atMost: number },
): Promise<Gap[]> {
  return many(
    db,
    `select recipient_id as "recipientId", programme, commune_code as "communeCode",
            since_period as "sincePeriod"
       from quality_gap
      where rule = :rule and ended_in is null
        and (:communeCode::text is null or commune_code = :communeCode)
        and (:programme::text is null or programme = :programme)
      order by since_period, commune_code, recipient_id limit :atMost`,
    { ...of },
  );
}

/** Sets what a unit is to reach in a month, once. */
export async function setQualityTarget(
  tx: Tx,
  of: {
    unitCode: string;
    word: QualityWord;
    period: Period;
    percent: string;
    levels: number;
    head: string;
    by: string;
  },
): Promise<void> {
  await many(
    tx,
    `insert into quality_target (unit_code, word, period, percent, levels, head, set_by)
     values (:unitCode, :word, :period, :percent::numeric, :levels, :head, :by)`,
    of,
  );
}

export interface TargetResult {
  readonly unitCode: string;
  readonly word: QualityWord;
  readonly percent: string;
  readonly head: string;
  readonly checked: bigint;
  readonly failed: bigint;
}

/** Every target of a month with what its unit has reached: a commune, or a province of 2 digits. */
export function targetResults(db: Db | Tx, of: { period: Period }): Promise<TargetResult[]> {
  const words = Object.entries(QUALITY_RULES)
    .map(([rule, { word }]) => `('${rule}', '${word}')`)
    .join(', ');
  return many(
    db,
    `select t.unit_code as "unitCode", t.word, t.percent::text, t.head,
            coalesce(sum(c.checked), 0)::bigint as checked,
            coalesce(sum(c.failed), 0)::bigint as failed
       from quality_target t
       join (values ${words}) as w (rule, word) on w.word = t.word
       left join quality_count c
         on c.period = t.period and c.rule = w.rule
        and (c.commune_code = t.unit_code
             or c.commune_code in (select u.unit_code from administrative_unit u
                                    where u.kind = 'commune' and u.parent_code = t.unit_code))
      where t.period = :period
      group by t.unit_code, t.word, t.percent, t.head
      order by t.unit_code, t.word`,
    of,
  );
}

/**
 * Signs what was put right of somebody, at the next level. Undefined when there is no cleaned gap or
 * three have signed.
 */
export async function signCleaning(
  tx: Tx,
  of: {
    recipientId: bigint;
    rule: QualityRuleName;
    programme: string;
    document: string;
    by: string;
    at: Date;
  },
): Promise<number | undefined> {
  const [row] = await many<{ level: number }>(
    tx,
    `with gap as (
       select g.recipient_id, g.rule, g.programme, g.since_period,
              (select max(s.level) from cleaning_signature s
                where s.recipient_id = g.recipient_id and s.rule = g.rule
                  and s.programme = g.programme and s.since_period = g.since_period) as last_level
         from quality_gap g
        where g.recipient_id = :recipientId and g.rule = :rule and g.programme = :programme
          and g.ended_by = 'cleaned'
        order by g.since_period desc limit 1
     ),
     signed as (
       insert into cleaning_signature
         (recipient_id, rule, programme, since_period, level, after_level, signed_by, signed_at,
          document)
       select recipient_id, rule, programme, since_period, coalesce(last_level, 0) + 1, last_level,
              :by, :at, :document
         from gap where coalesce(last_level, 0) < 3
       returning level
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'cleaning-signed', 'recipient/' || :recipientId::bigint,
              jsonb_build_object('rule', :rule::text, 'level', level)
         from signed
     )
     select level from signed`,
    { ...of, at: of.at.toISOString() },
  );
  return row?.level;
}
