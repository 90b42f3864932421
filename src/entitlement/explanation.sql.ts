import type { Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, type Db, type Tx } from '../platform/db.ts';
import type { NamedGround, StoredAssessment, StoredLine } from './explanation.ts';

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

/** What the grounds of every programme are called. */
export function groundNames(
  db: Db | Tx,
): Promise<(NamedGround & { readonly programme: Programme; readonly groundCode: string })[]> {
  return many(
    db,
    `select programme, ground_code as "groundCode", name_vi as vi, name_en as en,
            per_dependant as "perDependant"
       from ground order by programme, ground_code`,
  );
}
