import { many, takeTurn, type Tx } from '../platform/db.ts';
import type {
  AheadDecision,
  CessationDecision,
  FactsDecision,
  ResumptionDecision,
  SuspensionDecision,
} from './decision.ts';

/** Who recorded a decision, who confirmed it, and when. */
export interface TwoPersons {
  readonly recordedBy: string;
  readonly confirmedBy: string;
  readonly at: Date;
}

/** Records another version of the facts of an enrolment, and returns how many that were. The last counts. */
export async function addFacts(tx: Tx, of: FactsDecision, by: TwoPersons): Promise<number> {
  await takeTurn(tx, `recipient/${of.recipient}`);
  const rows = await many(
    tx,
    `insert into enrolment_facts (recipient_id, enrolment_ref, version_no, facts, document,
                                  recorded_by, confirmed_by, recorded_at)
     select e.recipient_id, e.enrolment_ref,
            (select count(*) + 1 from enrolment_facts f
              where f.recipient_id = e.recipient_id and f.enrolment_ref = e.enrolment_ref),
            :facts::jsonb, :document, :recordedBy, :confirmedBy, :at
       from enrolment e where e.recipient_id = :recipient and e.enrolment_ref = :enrolment
     returning 1`,
    {
      recipient: of.recipient,
      enrolment: of.enrolment,
      facts: JSON.stringify(of.facts),
      document: of.document,
      ...written(by),
    },
  );
  return rows.length;
}

/** Pauses an enrolment that the register has, from a month on, and returns how many that were. */
export async function addSuspension(tx: Tx, of: SuspensionDecision): Promise<number> {
  const rows = await many(
    tx,
    `insert into suspension (recipient_id, enrolment_ref, from_period, reason, decision_number,
                             decided_on)
     select recipient_id, enrolment_ref, :from, :reason, :decision, :decidedOn
       from enrolment where recipient_id = :recipient and enrolment_ref = :enrolment
     returning 1`,
    { ...of },
  );
  return rows.length;
}

/** Ends a pause that the register has, and returns how many that were. */
export async function addResumption(
  tx: Tx,
  of: ResumptionDecision,
  by: TwoPersons,
): Promise<number> {
  const { recordedBy, confirmedBy } = by;
  const rows = await many(
    tx,
    `insert into resumption (recipient_id, enrolment_ref, from_period, until_period, back_pay,
                             outcome, decision_number, decided_on, recorded_by, confirmed_by)
     select recipient_id, enrolment_ref, from_period, :until, :backPay, :outcome, :decision,
            :decidedOn, :recordedBy, :confirmedBy
       from suspension
      where recipient_id = :recipient and enrolment_ref = :enrolment and from_period = :from
     returning 1`,
    { ...of, recordedBy, confirmedBy },
  );
  return rows.length;
}

/** Orders that two months of a programme are paid at once. */
export async function addPaymentAhead(tx: Tx, of: AheadDecision, by: TwoPersons): Promise<void> {
  await many(
    tx,
    `insert into payment_ahead (programme, province_code, period, cause, decision_number,
                                decided_on, ordered_by, confirmed_by, ordered_at)
     values (:programme, :province, :period, :cause, :decision, :decidedOn, :recordedBy,
             :confirmedBy, :at)`,
    { ...of, ...written(by) },
  );
}

/**
 * Ends an enrolment that the register has after a month, with what was and what is in the history of
 * changes, and returns how many that were: none where it ends with that month already.
 */
export async function addCessation(tx: Tx, of: CessationDecision, by: TwoPersons): Promise<number> {
  await takeTurn(tx, `recipient/${of.recipient}`);
  const rows = await many(
    tx,
    `with before as (
       select recipient_id, enrolment_ref, stops_after, stop_reason, stop_decision
         from enrolment
        where recipient_id = :recipient and enrolment_ref = :enrolment
          and stops_after is distinct from :after
     ),
     changed as (
       insert into register_change (recipient_id, change_no, subject, old_value, new_value,
                                    document, changed_by, changed_at, confirmed_by)
       select recipient_id,
              (select coalesce(max(change_no), 0) + 1 from register_change
                where recipient_id = :recipient),
              'enrolment',
              jsonb_build_object('enrolment', enrolment_ref, 'stopsAfter', stops_after,
                                 'reason', stop_reason, 'decision', stop_decision),
              jsonb_build_object('enrolment', enrolment_ref, 'stopsAfter', :after::text,
                                 'reason', :reason::text, 'decision', :decision::text,
                                 'decidedOn', :decidedOn::text),
              :decision, :recordedBy, :at, :confirmedBy
         from before
       returning recipient_id
     )
     update enrolment e
        set stops_after = :after, stop_reason = :reason, stop_decision = :decision
       from before b join changed using (recipient_id)
      where e.recipient_id = b.recipient_id and e.enrolment_ref = b.enrolment_ref
     returning 1`,
    { ...of, ...written(by) },
  );
  return rows.length;
}

function written({ recordedBy, confirmedBy, at }: TwoPersons): {
  recordedBy: string;
  confirmedBy: string;
  at: string;
} {
  return { recordedBy, confirmedBy, at: at.toISOString() };
}
