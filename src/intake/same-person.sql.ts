import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';

/** Why two records may be one person. */
export type SamePersonReason =
  'card_number' | 'name_and_birth' | 'name_and_account' | 'name_and_payee' | 'reported';

/**
 * Opens a case for every two records that may be one person and that nobody has looked at: the same
 * name and day of birth in one commune; the same name and account; a child of one payee with the same
 * name and birth under two numbers. Of more than two each is laid beside the first. A pair that was
 * looked at is not opened again. Returns how many were opened, with an event.
 */
export async function openSamePersonCases(tx: Tx, by: { by: string; at: Date }): Promise<number> {
  const rows = await many(
    tx,
    `with person as (
       select r.recipient_id, lower(r.full_name) as name, r.birth_date, r.birth_year, r.sex,
              r.commune_code, c.kind, c.bank_bin, c.account_number, p.relation,
              p.citizen_number as payee_number
         from recipient r
         left join payment_channel c on c.recipient_id = r.recipient_id and c.ended_on is null
         left join payee p on p.recipient_id = c.recipient_id
                          and coalesce(p.payee_no = c.payee_no, false)
        where not exists (select from recipient_merge m where m.recipient_id = r.recipient_id)
     ),
     alike as (
       select recipient_id, min(recipient_id) over same as first_id, 'name_and_birth' as reason, 1 as rank
         from person where birth_date is not null
       window same as (partition by name, birth_date, sex, commune_code)
       union all
       select recipient_id, min(recipient_id) over same, 'name_and_account', 2
         from person where kind = 'account'
       window same as (partition by name, bank_bin, account_number)
       union all
       select recipient_id, min(recipient_id) over same, 'name_and_payee', 3
         from person where relation <> 'self'
       window same as (partition by name, birth_year, sex, payee_number)
     ),
     pair as (
       select distinct on (first_id, recipient_id) first_id, recipient_id as second_id, reason
         from alike where recipient_id > first_id
        order by first_id, recipient_id, rank
     ),
     opened as (
       insert into same_person_case (case_id, first_id, second_id, reason, opened_at)
       select next_numbers('same-person-case', 1), first_id, second_id, reason, :at
         from (select * from pair p
                where not exists (select from same_person_case k
                                   where k.first_id = p.first_id and k.second_id = p.second_id)
                order by first_id, second_id) fresh
       returning case_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'same-person-looked-for', 'register', jsonb_build_object('opened', count(*))
         from opened
     )
     select case_id from opened`,
    { by: by.by, at: by.at.toISOString() },
  );
  return rows.length;
}

/** Opens a case that somebody reports, or finds the one there is. Returns its number. */
export async function openReportedCase(
  tx: Tx,
  of: { firstId: bigint; secondId: bigint; reason: SamePersonReason; at: Date },
): Promise<bigint> {
  const row = await one<{ caseId: bigint }>(
    tx,
    `with opened as (
       insert into same_person_case (case_id, first_id, second_id, reason, opened_at)
       select next_numbers('same-person-case', 1), least(:firstId::bigint, :secondId::bigint),
              greatest(:firstId::bigint, :secondId::bigint), :reason, :at
        where not exists (select from same_person_case
                           where first_id = least(:firstId::bigint, :secondId::bigint)
                             and second_id = greatest(:firstId::bigint, :secondId::bigint))
       returning case_id
     )
     select case_id as "caseId" from opened
     union all
     select case_id from same_person_case
      where first_id = least(:firstId::bigint, :secondId::bigint)
        and second_id = greatest(:firstId::bigint, :secondId::bigint)`,
    { ...of, at: of.at.toISOString() },
  );
  return row.caseId;
}

/** Whose a number is, live or ended. */
export async function ownerOfKey(
  db: Db | Tx,
  of: { key: string; kind: 'citizen_number' | 'identity_card_number' },
): Promise<bigint | undefined> {
  const row = await maybeOne<{ recipientId: bigint }>(
    db,
    `select recipient_id as "recipientId" from recipient_key where key = :key and kind = :kind`,
    of,
  );
  return row?.recipientId;
}

export interface SamePersonCase {
  readonly caseId: bigint;
  readonly firstId: bigint;
  readonly secondId: bigint;
  readonly reason: SamePersonReason;
  /** The newest choice that waits for a second person, if there is one. */
  readonly choiceNo: number | null;
  readonly survivorId: bigint | null;
  readonly chosenBy: string | null;
  readonly document: string | null;
}

const OPEN_CASE = `
  select k.case_id as "caseId", k.first_id as "firstId", k.second_id as "secondId", k.reason,
         c.choice_no as "choiceNo", c.survivor_id as "survivorId", c.chosen_by as "chosenBy",
         c.document
    from same_person_case k
    left join same_person_choice c
      on c.case_id = k.case_id
     and c.choice_no = (select max(choice_no) from same_person_choice n where n.case_id = k.case_id)
   where not exists (select from same_person_decision d where d.case_id = k.case_id)`;

/** The cases nobody has decided, the oldest first. */
export function openCases(db: Db | Tx, of: { atMost: number }): Promise<SamePersonCase[]> {
  return many(db, `${OPEN_CASE} order by k.case_id limit :atMost`, of);
}

/** One case that nobody has decided. */
export function openCase(db: Db | Tx, caseId: bigint): Promise<SamePersonCase | undefined> {
  return maybeOne(db, `${OPEN_CASE} and k.case_id = :caseId`, { caseId });
}

/** Records what somebody chose, with its event, and returns the number of the choice. */
export async function addChoice(
  tx: Tx,
  of: { caseId: bigint; survivorId: bigint | null; document: string; by: string; at: Date },
): Promise<number> {
  await takeTurn(tx, `same-person/${of.caseId}`);
  const row = await one<{ choiceNo: number }>(
    tx,
    `with chosen as (
       insert into same_person_choice
         (case_id, choice_no, survivor_id, document, chosen_by, chosen_at)
       select :caseId, coalesce(max(choice_no), 0) + 1, :survivorId::bigint, :document, :by, :at
         from same_person_choice where case_id = :caseId
       returning choice_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'same-person-chosen', 'same-person/' || :caseId::bigint,
              jsonb_build_object('survivor', :survivorId::bigint)
         from chosen
     )
     select choice_no as "choiceNo" from chosen`,
    { ...of, at: of.at.toISOString() },
  );
  return row.choiceNo;
}

/** Records that somebody confirms a choice, with its event. */
export async function addSamePersonDecision(
  tx: Tx,
  of: { caseId: bigint; choiceNo: number; by: string; at: Date },
): Promise<void> {
  await many(
    tx,
    `with confirmed as (
       insert into same_person_decision (case_id, choice_no, chosen_by, confirmed_by, confirmed_at)
       select case_id, choice_no, chosen_by, :by, :at
         from same_person_choice where case_id = :caseId and choice_no = :choiceNo
       returning case_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'same-person-confirmed', 'same-person/' || case_id, '{}' from confirmed`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Whether a record was given up, or lives on for another that was. */
export function standingOf(
  db: Db | Tx,
  recipientId: bigint,
): Promise<{ isGivenUp: boolean; hasTakenIn: boolean }> {
  return one(
    db,
    `select exists (select from recipient_merge where recipient_id = :recipientId) as "isGivenUp",
            exists (select from recipient_merge where survivor_id = :recipientId) as "hasTakenIn"`,
    { recipientId },
  );
}

/** Says of a record which other one lives on. */
export async function addMerge(
  tx: Tx,
  of: {
    recipientId: bigint;
    survivorId: bigint;
    caseId: bigint;
    document: string;
    chosenBy: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  await many(
    tx,
    `with merged as (
       insert into recipient_merge
         (recipient_id, survivor_id, case_id, document, chosen_by, confirmed_by, merged_at)
       values (:recipientId, :survivorId, :caseId, :document, :chosenBy, :by, :at)
       returning recipient_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'recipient-merged', 'recipient/' || recipient_id,
            jsonb_build_object('survivor', :survivorId::bigint, 'case', :caseId::bigint)
       from merged`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Ends what a record is entitled to with a month, for it lives on in another. */
export async function stopEnrolments(
  tx: Tx,
  of: { recipientId: bigint; after: Period; document: string },
): Promise<void> {
  await many(
    tx,
    `update enrolment set stops_after = :after, stop_reason = 'same_person', stop_decision = :document
      where recipient_id = :recipientId and stops_after is null`,
    of,
  );
}
