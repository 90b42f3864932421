import type { Period, PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { ChangedSubject } from '../intake/register-change.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

// What stands on the first page and in the lists of the other rooms. Every statement is limited to the
// units of whoever looks, reads what was counted when it was done or a page by its key, and so costs the
// same with a million recipients as with a hundred.

const ALL = `'VN' = any (:units::text[])`;

/** What one of the nine stages has left of a month; null where nothing is told of it. */
export interface StageOfMonth {
  readonly stage: string;
  readonly count: bigint | null;
  readonly vnd: bigint | null;
  readonly at: Date | null;
}

/** The month by its nine stages, from what each recorded when it was done. */
export function stagesOfMonth(
  db: Db | Tx,
  of: { period: string; units: readonly string[] },
): Promise<StageOfMonth[]> {
  return many(
    db,
    `with told as (
       select 'intake' as stage, sum(accepted_count)::bigint as n, sum(listed_vnd)::bigint as vnd,
              max(imported_at) as at
         from recipient_list
        where period = :period and (province_code = any (:units) or ${ALL})
       union all
       select 'entitlement', sum((facts ->> 'due')::bigint)::bigint,
              sum((facts ->> 'due_vnd')::bigint)::bigint, max(occurred_at)
         from audit_event where subject = 'period/' || :period and action = 'period-assessed'
       union all
       select 'verification', sum((facts ->> 'questions')::bigint)::bigint, null, max(occurred_at)
         from audit_event where subject = 'period/' || :period and action = 'evidence-recorded'
       union all
       select case when g.i = 1 then 'batch' when g.i = 2 then 'approval' else 'release' end,
              sum(b.instruction_count)::bigint, sum(b.total_vnd)::bigint, max(s.changed_at)
         from generate_series(1, 3) g (i)
         join disbursement_batch b on b.period = :period
                                  and (b.province_code = any (:units) or ${ALL})
         join batch_state s on s.batch_id = b.batch_id and s.state = any (
                case g.i when 1 then array['gathered', 'prepared', 'approved', 'released', 'reconciled']
                         when 2 then array['approved', 'released', 'reconciled']
                         else array['released', 'reconciled'] end)
        group by g.i
       union all
       select 'settlement', sum(s.line_count)::bigint, null, max(f.recorded_at)
         from settlement_file s join file f using (file_id)
        where s.verdict = 'accepted' and s.first_period <= :period and s.last_period >= :period
       union all
       select 'reconciliation', sum(r.settled_count)::bigint, sum(r.settled_vnd)::bigint,
              max(r.reconciled_at)
         from batch_result r join disbursement_batch b using (batch_id)
        where b.period = :period and (b.province_code = any (:units) or ${ALL})
       union all
       select 'report', count(*), null, max(recorded_at)
         from file where kind = 'report' and name like '%' || :period || '.xlsx'
     )
     select stage, nullif(n, 0) as count, vnd, at from told`,
    of,
  );
}

/** More than so many are not counted: it says enough. */
const COUNTED = 1_000;

export interface WaitingCounts {
  readonly batches: bigint;
  readonly findings: bigint;
  readonly breaks: bigint;
  readonly proposals: bigint;
  readonly alarms: bigint;
}

/** How much waits for a person, by kind; counted up to a thousand each. */
export async function waitingFor(
  db: Db | Tx,
  of: { personId: string; period: string; units: readonly string[] },
): Promise<WaitingCounts> {
  const row = await maybeOne<WaitingCounts>(
    db,
    `select (select count(*) from disbursement_batch b join batch_state s using (batch_id)
              where s.state = 'prepared' and (b.province_code = any (:units) or ${ALL})
                and not exists (select from batch_maker m
                                 where m.batch_id = b.batch_id and m.person_id = :personId)
                and not exists (select from approval a
                                 where a.batch_id = b.batch_id and a.person_id = :personId))
              as batches,
            (select count(*) from (
               select from decided_finding f
                where f.period = :period and f.closed_at is null and f.holds <> 'nothing'
                  and coalesce(f.outcome, 'held') = 'held' limit ${COUNTED}) f) as findings,
            (select count(*) from (
               select from reconciliation_break where resolved_at is null limit ${COUNTED}) b)
              as breaks,
            (select count(*) from register_proposal p
              where p.proposed_by <> :personId
                and not exists (select from register_decision d
                                 where d.recipient_id = p.recipient_id
                                   and d.proposal_no = p.proposal_no)) as proposals,
            (select count(*) from movement_alarm m join recipient_list l using (list_id)
              where (l.province_code = any (:units) or ${ALL}) and l.imported_by <> :personId
                and not exists (select from movement_answer a
                                 where a.list_id = m.list_id and a.commune_code = m.commune_code
                                   and a.what = m.what)) as alarms`,
    of,
  );
  return row ?? { batches: 0n, findings: 0n, breaks: 0n, proposals: 0n, alarms: 0n };
}

/** The periods that were opened, the newest first. */
export async function openedPeriods(db: Db | Tx): Promise<Period[]> {
  const rows = await many<{ period: Period }>(
    db,
    'select period from period_state order by period desc limit 36',
  );
  return rows.map(({ period }) => period);
}

export interface FoundRecipient {
  readonly recipientId: bigint;
  readonly fullName: string;
  readonly birth: string;
  readonly communeName: string;
  readonly hamlet: string;
  readonly citizenNumber: string;
  readonly account: string | null;
  readonly isPaidInCash: boolean;
  readonly hasDied: boolean;
}

/** How a name is typed without accents is how it is compared: capitals, Đ as D. */
const FOLDED = `upper(translate(normalize(r.full_name, NFD),
  'đĐÐ' || U&'\\0300\\0301\\0303\\0309\\0323\\0302\\0306\\031B', 'dDD'))`;

/**
 * Recipients by their number, their citizen number, or by commune and a part of the name, in the order
 * of their numbers. A name alone is not looked for: a commune is read whole, a province is not.
 */
export function findRecipients(
  db: Db | Tx,
  of: {
    units: readonly string[];
    recipientId: bigint | null;
    citizenNumber: string | null;
    communeCode: string | null;
    foldedName: string | null;
    after: bigint | null;
    atMost: number;
  },
): Promise<FoundRecipient[]> {
  return many(
    db,
    `with found as materialized (
       select r.* from recipient r
        where (:recipientId::bigint is null or r.recipient_id = :recipientId)
          and (:citizenNumber::text is null or r.recipient_id = (
                 select k.recipient_id from recipient_key k
                  where k.key = :citizenNumber and k.kind = 'citizen_number'))
          and (:communeCode::text is null or r.commune_code = :communeCode)
          and (:after::bigint is null or r.recipient_id > :after)
          and (:foldedName::text is null
               or :communeCode::text is not null and ${FOLDED} like '%' || :foldedName || '%')
          and (${ALL} or r.commune_code = any (:units) or exists (
                 select from administrative_unit u
                  where u.unit_code = r.commune_code and u.kind = 'commune'
                    and u.valid_until is null and u.parent_code = any (:units)))
        order by r.recipient_id limit :atMost
     )
     select r.recipient_id as "recipientId", r.full_name as "fullName",
            coalesce(r.birth_date::text, r.birth_year::text) as birth,
            coalesce(u.name, r.commune_code) as "communeName", r.hamlet,
            coalesce(k.key, '') as "citizenNumber", c.account_number as account,
            coalesce(c.kind = 'cash_post', false) as "isPaidInCash",
            d.recipient_id is not null as "hasDied"
       from found r
       left join administrative_unit u
         on u.unit_code = r.commune_code and u.kind = 'commune' and u.valid_until is null
       left join lateral (
         select y.citizen_number as key from payee y
          where y.recipient_id = r.recipient_id and y.relation = 'self'
          order by y.payee_no desc limit 1) k on true
       left join payment_channel c on c.recipient_id = r.recipient_id and c.ended_on is null
       left join recipient_death d on d.recipient_id = r.recipient_id
      order by r.recipient_id`,
    of,
  );
}

/** The communes that somebody may look into, by name. */
export function communesInScope(
  db: Db | Tx,
  of: { units: readonly string[]; provinceCode: string },
): Promise<{ code: string; name: string }[]> {
  return many(
    db,
    `select unit_code as code, name from administrative_unit
      where kind = 'commune' and valid_until is null and parent_code = :provinceCode
        and (${ALL} or parent_code = any (:units) or unit_code = any (:units))
      order by name`,
    of,
  );
}

export interface ListOnDesk {
  readonly listId: bigint;
  readonly fileId: bigint;
  readonly name: string;
  readonly period: Period;
  readonly provinceCode: string;
  readonly importedBy: string;
  readonly importedAt: Date;
  readonly rowCount: bigint;
  readonly acceptedCount: bigint;
  readonly refusedCount: bigint;
  readonly withheldCount: bigint;
  readonly listedVnd: bigint;
  readonly sha256: string;
  /** Alarms of its comparison that nobody has explained. */
  readonly openAlarms: number;
}

const LIST = `
  select l.list_id as "listId", l.file_id as "fileId", f.name, l.period,
         l.province_code as "provinceCode", p.full_name as "importedBy",
         l.imported_at as "importedAt", l.row_count as "rowCount",
         l.accepted_count as "acceptedCount", l.refused_count as "refusedCount",
         l.withheld_count as "withheldCount", l.listed_vnd as "listedVnd",
         encode(f.sha256, 'hex') as sha256,
         (select count(*) from movement_alarm m
           where m.list_id = l.list_id
             and not exists (select from movement_answer a
                              where a.list_id = m.list_id and a.commune_code = m.commune_code
                                and a.what = m.what))::int as "openAlarms"
    from recipient_list l
    join file f using (file_id)
    join person p on p.person_id = l.imported_by`;

/** A page of lists, the newest first; or one of them. */
export function listsOnDesk(
  db: Db | Tx,
  of: {
    units: readonly string[];
    listId: bigint | null;
    period: string | null;
    after: bigint | null;
    atMost: number;
  },
): Promise<ListOnDesk[]> {
  return many(
    db,
    `${LIST}
      where (l.province_code = any (:units) or ${ALL})
        and (:listId::bigint is null or l.list_id = :listId)
        and (:period::text is null or l.period = :period)
        and (:after::bigint is null or l.list_id < :after)
      order by l.list_id desc limit :atMost`,
    of,
  );
}

export interface FileOnDesk {
  readonly fileId: bigint;
  readonly direction: 'in' | 'out';
  readonly kind: string;
  readonly counterpart: string;
  readonly name: string;
  readonly sha256: string;
  readonly byteSize: bigint;
  readonly recordedAt: Date;
  /** What became of it: sent, answered, accepted, refused, … */
  readonly state: string;
  readonly refusal: string | null;
  readonly lineCount: bigint | null;
  readonly totalVnd: bigint | null;
  readonly batchId: bigint | null;
  readonly batchCode: string | null;
}

/** A page of files, the newest first; or one of them. */
export function filesOnDesk(
  db: Db | Tx,
  of: {
    fileId: bigint | null;
    direction: string | null;
    kind: string | null;
    after: bigint | null;
    atMost: number;
  },
): Promise<FileOnDesk[]> {
  return many(
    db,
    `with found as materialized (
       select * from file
        where (:fileId::bigint is null or file_id = :fileId)
          and (:direction::text is null or direction = :direction)
          and (:kind::text is null or kind = :kind)
          and (:after::bigint is null or file_id < :after)
        order by file_id desc limit :atMost
     )
     select f.file_id as "fileId", f.direction, f.kind, f.counterpart, f.name,
            encode(f.sha256, 'hex') as sha256, f.byte_size as "byteSize",
            f.recorded_at as "recordedAt",
            coalesce(d.state, case when s.verdict = 'accepted' and s.matched_count is null
                                   then 'waiting' else s.verdict end,
                     case when p.file_id is not null then 'rendered'
                          when l.file_id is not null then 'imported' else 'filed' end) as state,
            s.refusal, coalesce(p.line_count, s.line_count, l.row_count) as "lineCount",
            coalesce(p.total_vnd, s.total_vnd, l.listed_vnd) as "totalVnd",
            b.batch_id as "batchId", b.batch_code as "batchCode"
       from found f
       left join payment_file p on p.file_id = f.file_id
       left join file_dispatch d on d.file_id = f.file_id
       left join settlement_file s on s.file_id = f.file_id
       left join payment_file answered on answered.message_id = s.original_message_id
       left join recipient_list l on l.file_id = f.file_id
       left join disbursement_batch b on b.batch_id = coalesce(p.batch_id, answered.batch_id)
      order by f.file_id desc`,
    of,
  );
}

export interface FileAnswer {
  readonly fileId: bigint;
  readonly name: string;
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  /** What it says of the file as a whole, in the bank's code; null where it speaks of lines alone. */
  readonly groupStatus: string | null;
  readonly groupReason: string | null;
  readonly recordedAt: Date;
}

/** What the bank has answered to a payment file, in the order in which it came. */
export function answersTo(db: Db | Tx, of: { fileId: bigint }): Promise<FileAnswer[]> {
  return many(
    db,
    `select s.file_id as "fileId", f.name, s.kind, s.verdict, s.group_status as "groupStatus",
            s.group_reason as "groupReason", f.recorded_at as "recordedAt"
       from payment_file p
       join settlement_file s on s.original_message_id = p.message_id
       join file f on f.file_id = s.file_id
      where p.file_id = :fileId
      order by s.file_id limit 200`,
    of,
  );
}

export interface FileSending {
  /** What the bank calls the payment file by. */
  readonly messageId: string;
  readonly sentAt: Date | null;
  readonly valueDate: PlainDate;
  /** The last day on which silence is ordinary: after it the sweep opens a break. */
  readonly answerBy: PlainDate | null;
  readonly answeredFileId: bigint | null;
}

/** When a payment file left and until when its bank may be silent; or which file of ours one answers. */
export function sendingOf(db: Db | Tx, of: { fileId: bigint }): Promise<FileSending | undefined> {
  return maybeOne(
    db,
    `select p.message_id as "messageId", d.sent_at as "sentAt", b.value_date as "valueDate",
            case when d.sent_at is null then null
                 when c.kind = 'cash_post'
                   then (d.sent_at at time zone 'Asia/Ho_Chi_Minh')::date + 20
                 else b.value_date + 3 end as "answerBy",
            nullif(p.file_id, :fileId) as "answeredFileId"
       from payment_file p
       join disbursement_batch b on b.batch_id = p.batch_id
       join channel c on c.channel = b.channel
       left join file_dispatch d on d.file_id = p.file_id
      where p.file_id = :fileId
         or p.message_id = (select s.original_message_id from settlement_file s
                             where s.file_id = :fileId)
      limit 1`,
    of,
  );
}

export interface ThreeWay {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly state: string;
  readonly instructedVnd: bigint;
  readonly settledVnd: bigint | null;
  readonly rejectedVnd: bigint | null;
  readonly unpaidVnd: bigint | null;
  readonly returnedVnd: bigint | null;
  readonly openVnd: bigint | null;
  /** What the statements of the bank debited for its files. */
  readonly bankDebitVnd: bigint;
}

/** What was instructed, what our books say became of it, and what the bank debited, batch by batch. */
export function threeWayOf(
  db: Db | Tx,
  of: { units: readonly string[]; period: string },
): Promise<ThreeWay[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", s.state,
            b.total_vnd as "instructedVnd", r.settled_vnd as "settledVnd",
            r.rejected_vnd as "rejectedVnd", r.unpaid_vnd as "unpaidVnd",
            r.returned_vnd as "returnedVnd", r.open_vnd as "openVnd",
            coalesce((select sum(e.amount_vnd) from payment_file p
                        join statement_entry e
                          on e.payment_information_id = p.payment_information_id
                         and e.direction = 'debit'
                       where p.batch_id = b.batch_id), 0)::bigint as "bankDebitVnd"
       from disbursement_batch b
       join batch_state s using (batch_id)
       left join batch_result r using (batch_id)
      where b.period = :period and s.state <> 'withdrawn'
        and (b.province_code = any (:units) or ${ALL})
      order by b.batch_id`,
    of,
  );
}

export interface EventFound {
  readonly eventNo: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly hash: string;
}

/** A page of the log, the newest first. */
export function eventsFound(
  db: Db | Tx,
  of: {
    actor: string | null;
    action: string | null;
    subject: string | null;
    from: PlainDate | null;
    after: bigint | null;
    atMost: number;
  },
): Promise<EventFound[]> {
  return many(
    db,
    `select event_no as "eventNo", occurred_at as at, actor, action, subject, facts,
            encode(hash, 'hex') as hash
       from audit_event
      where (:actor::text is null or actor = :actor)
        and (:action::text is null or action = :action)
        and (:subject::text is null or subject = :subject)
        and (:from::date is null
             or occurred_at < (:from::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
        and (:after::bigint is null or event_no < :after)
      order by event_no desc limit :atMost`,
    of,
  );
}

export interface RateOnDesk {
  readonly series: string;
  readonly scope: string;
  readonly countsFrom: PlainDate;
  readonly amountVnd: bigint;
  readonly legalBasis: string;
  readonly status: string;
}

/** The standards of the law, each series by its months, the newest first. */
export function ratesOnDesk(db: Db | Tx): Promise<RateOnDesk[]> {
  return many(
    db,
    `select series, scope, counts_from as "countsFrom", amount_vnd as "amountVnd",
            legal_basis as "legalBasis", status
       from rate order by series, scope, counts_from desc, known_since desc`,
  );
}

export interface ProgrammeOnDesk {
  readonly programme: string;
  /** The two letters that it has in a reference. */
  readonly letters: string;
  readonly name: Bilingual;
  /** What happens to an amount whose account is not proven. */
  readonly unproven: 'cash' | 'hold';
  /** The documents by which its amounts stand in the reference tables, without their articles. */
  readonly bases: readonly string[];
}

/** Every programme, with the documents by which it pays. */
export function programmesOnDesk(db: Db | Tx): Promise<ProgrammeOnDesk[]> {
  return many(
    db,
    `select p.programme, p.letters, p.unproven,
            jsonb_build_object('vi', p.name_vi, 'en', p.name_en) as name,
            array(select distinct document[1]
                    from (select g.programme, g.article as basis from ground g
                          union all select c.programme, c.article from care_ground c
                          union all select o.programme, o.article from one_off o
                          union all select i.programme, i.legal_basis from gift i
                          union all select 'merit', m.legal_basis from merit_amount m
                          union all
                          select case when r.series = 'social_assistance_standard' then 'social_assistance'
                                      when r.series = 'merit_standard' then 'merit'
                                      when r.series like 'minimum_wage%' then 'unemployment'
                                      else r.series end, r.legal_basis
                            from rate r) b
                    cross join regexp_matches(b.basis, '\\d+/(?:\\d{4}/)?[A-ZĐ0-9-]+', 'g') as document
                   where b.programme = p.programme order by 1) as bases
       from programme p order by p.letters`,
  );
}

/** The days of a year that are no ordinary working days. */
export function daysOnDesk(
  db: Db | Tx,
  year: number,
): Promise<{ day: PlainDate; name: string; kind: string; source: string }[]> {
  return many(
    db,
    `select day, name, kind, source from calendar_day
      where extract(year from day) = :year order by day, name`,
    { year },
  );
}

export interface OpenProposal {
  readonly recipientId: bigint;
  readonly proposalNo: number;
  readonly subject: ChangedSubject;
  readonly fullName: string;
  readonly communeName: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

/** Changes of the register that wait for a second person, the oldest first. */
export function openProposals(
  db: Db | Tx,
  of: { units: readonly string[]; personId: string; atMost: number },
): Promise<OpenProposal[]> {
  return many(
    db,
    `select p.recipient_id as "recipientId", p.proposal_no as "proposalNo", p.subject,
            r.full_name as "fullName", coalesce(u.name, r.commune_code) as "communeName",
            p.proposed_by as "proposedBy", p.proposed_at as "proposedAt"
       from register_proposal p
       join recipient r on r.recipient_id = p.recipient_id
       left join administrative_unit u
         on u.unit_code = r.commune_code and u.kind = 'commune' and u.valid_until is null
      where p.proposed_by <> :personId
        and not exists (select from register_decision d
                         where d.recipient_id = p.recipient_id and d.proposal_no = p.proposal_no)
        and (${ALL} or r.commune_code = any (:units) or u.parent_code = any (:units))
      order by p.proposed_at limit :atMost`,
    of,
  );
}
