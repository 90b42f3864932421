import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';

/** Which case: a recipient and the number that the case has there. */
export interface OfCase {
  readonly recipientId: bigint;
  readonly caseNo: number;
}

export interface RecoveryCase extends OfCase {
  readonly programme: Programme;
  /** The period whose assessment found it. */
  readonly period: Period;
  /** In dong. */
  readonly amountVnd: bigint;
  readonly reason: string;
  readonly openedOn: PlainDate;
  readonly firstMonth: Period;
  readonly lastMonth: Period;
  /** What was decided, else what is proposed, else null. */
  readonly outcome: string | null;
  readonly decidedBy: string | null;
}

/** Recovery cases in the order in which they were opened: those that are decided, or those that are not. */
export function recoveryCases(db: Db | Tx, of: { decided: boolean }): Promise<RecoveryCase[]> {
  return many(
    db,
    `select c.recipient_id as "recipientId", c.case_no as "caseNo", c.programme, c.period,
            c.amount_vnd as "amountVnd", c.reason, c.opened_on as "openedOn",
            m.first as "firstMonth", m.last as "lastMonth",
            coalesce(d.outcome, p.outcome) as outcome, d.decided_by as "decidedBy"
       from recovery_case c
       join (select recipient_id, case_no, min(for_period) as first, max(for_period) as last
               from recovery_month group by 1, 2) m using (recipient_id, case_no)
       left join recovery_decision d using (recipient_id, case_no)
       left join (select distinct on (recipient_id, case_no) recipient_id, case_no, outcome
                    from recovery_proposal
                   order by recipient_id, case_no, proposal_no desc) p
         using (recipient_id, case_no)
      where (d.decided_by is not null) = :decided
      order by c.opened_on, c.recipient_id, c.case_no`,
    of,
  );
}

/** Whether a person has a role today. */
export async function hasRole(
  db: Db | Tx,
  of: { personId: string; role: 'maker' | 'checker' },
): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    db,
    `select exists (select from person_role r join person p using (person_id)
                     where r.person_id = :personId and r.role = :role and r.revoked_at is null
                       and p.active) as found`,
    of,
  );
  return row.found;
}

export interface NewProposal extends OfCase {
  readonly outcome: 'repay' | 'deduct' | 'waive';
  /** In dong; 0 where it is waived. */
  readonly amountVnd: bigint;
  /** 0 unless it is deducted. */
  readonly instalments: number;
  readonly firstPeriod: Period | null;
  readonly grounds: string;
  readonly document: string;
  readonly by: string;
  readonly at: Date;
}

/**
 * Records what somebody proposes about a case that is open, and returns its number. Nothing is returned
 * where there is no such case, it is decided, or more is asked back than was too much.
 */
export async function addProposal(
  tx: Tx,
  proposal: NewProposal,
): Promise<{ proposalNo: number } | undefined> {
  await takeTurn(tx, `recipient/${proposal.recipientId}`);
  return maybeOne(
    tx,
    `insert into recovery_proposal
       (recipient_id, case_no, proposal_no, outcome, amount_vnd, instalments, first_period, grounds,
        document, proposed_by, proposed_at)
     select c.recipient_id, c.case_no,
            (select count(*) + 1 from recovery_proposal p
              where p.recipient_id = c.recipient_id and p.case_no = c.case_no),
            :outcome, :amountVnd, :instalments, :firstPeriod, :grounds, :document, :by, :at
       from recovery_case c
      where c.recipient_id = :recipientId and c.case_no = :caseNo and c.amount_vnd >= :amountVnd
        and not exists (select from recovery_decision d
                         where d.recipient_id = c.recipient_id and d.case_no = c.case_no)
     returning proposal_no as "proposalNo"`,
    { ...proposal, at: proposal.at.toISOString() },
  );
}

/**
 * Decides a case as it was last proposed. Nothing is returned where nothing is proposed; a second
 * decision, and one by who proposed it, is refused by the name of the rule.
 */
export function addDecision(
  tx: Tx,
  by: OfCase & { proposalNo: number; by: string; at: Date; appealUntil: PlainDate },
): Promise<{ outcome: string; amountVnd: bigint } | undefined> {
  return maybeOne(
    tx,
    `with proposed as (
       select * from recovery_proposal p
        where p.recipient_id = :recipientId and p.case_no = :caseNo
          and p.proposal_no = :proposalNo
          and p.proposal_no = (select max(n.proposal_no) from recovery_proposal n
                                where n.recipient_id = :recipientId and n.case_no = :caseNo)
     ),
     decided as (
       insert into recovery_decision
         (recipient_id, case_no, proposal_no, proposed_by, outcome, decided_by, decided_at,
          appeal_until)
       select recipient_id, case_no, proposal_no, proposed_by, outcome, :by, :at, :appealUntil
         from proposed
       returning recipient_id
     )
     select p.outcome, p.amount_vnd as "amountVnd"
       from proposed p join decided using (recipient_id)`,
    { ...by, at: by.at.toISOString() },
  );
}

/** Lays a decided deduction out over its months, in equal parts; what does not divide comes last. */
export async function addInstalments(tx: Tx, of: OfCase): Promise<void> {
  await many(
    tx,
    `insert into recovery_instalment
       (recipient_id, case_no, instalment_no, outcome, period, amount_vnd)
     select p.recipient_id, p.case_no, n, p.outcome,
            to_char((p.first_period || '-01')::date + (n - 1) * interval '1 month', 'YYYY-MM'),
            case when n < p.instalments then p.amount_vnd / p.instalments
                 else p.amount_vnd - p.amount_vnd / p.instalments * (p.instalments - 1) end
       from recovery_decision d
       join recovery_proposal p using (recipient_id, case_no, proposal_no)
      cross join generate_series(1, p.instalments) n
      where d.recipient_id = :recipientId and d.case_no = :caseNo and p.outcome = 'deduct'`,
    { ...of },
  );
}
