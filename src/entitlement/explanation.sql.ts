import type { Period } from '../kernel/period.ts';
import { many, type Db, type Tx } from '../platform/db.ts';
import type { NamedGround, StoredAssessment, StoredLine, StoredTaking } from './explanation.ts';

interface OfRecipient {
  readonly recipientId: bigint;
  readonly period: Period;
}

/** The assessments of one recipient for a period, by programme and number: one partition, by key. */
export function assessmentsOf(db: Db | Tx, of: OfRecipient): Promise<StoredAssessment[]> {
  return many(
    db,
    `select recipient_id as "recipientId", period, due_reference as "dueReference", programme,
            assessment_no as "assessmentNo", amount_vnd as "amountVnd", reason, facts,
            assessed_on as "assessedOn"
       from assessment
      where recipient_id = :recipientId and period = :period
      order by programme, assessment_no`,
    { ...of },
  );
}

/** The lines of those assessments, each with the reference of its own, in the order of their numbers. */
export function assessmentLinesOf(db: Db | Tx, of: OfRecipient): Promise<StoredLine[]> {
  return many(
    db,
    `select due_reference as "dueReference", kind, for_period as "forPeriod",
            enrolment_ref as "enrolmentId", ground_code as "groundCode",
            coefficient::text as coefficient, standard_vnd as "standardVnd", paid_vnd as "paidVnd",
            amount_vnd as "amountVnd", articles
       from assessment_line
      where recipient_id = :recipientId and period = :period
      order by due_reference, line_no`,
    { ...of },
  );
}

/** What was taken from those assessments by decision, in the order of cases and instalments. */
export function takingsOf(db: Db | Tx, of: OfRecipient): Promise<StoredTaking[]> {
  return many(
    db,
    `select t.due_reference as "dueReference", t.case_no as "caseNo",
            t.instalment_no as "instalmentNo", t.amount_vnd as "amountVnd",
            t.taken_on as "takenOn", d.decided_by as "decidedBy", p.document
       from recovery_taking t
       join recovery_decision d using (recipient_id, case_no)
       join recovery_proposal p using (recipient_id, case_no, proposal_no)
      where t.recipient_id = :recipientId and t.period = :period
      order by t.due_reference, t.case_no, t.instalment_no, t.part_no`,
    { ...of },
  );
}

/** What the grounds, categories, one-off supports and gifts of every programme are called. */
export function groundNames(
  db: Db | Tx,
): Promise<(NamedGround & { readonly groundCode: string })[]> {
  return many(
    db,
    `select ground_code as "groundCode", name_vi as vi, name_en as en,
            per_dependant as "perDependant" from ground
     union all
     select ground_code, name_vi, name_en, false from care_ground
     union all
     select distinct on (merit_code) merit_code, name_vi, name_en, false from merit_amount
      where merit_code not in (select ground_code from ground)
     union all
     select distinct on (one_off_code) one_off_code, name_vi, name_en, false from one_off
     union all
     select gift_code, name_vi, name_en, false from gift
     order by 1`,
  );
}
