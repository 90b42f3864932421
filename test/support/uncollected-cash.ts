import type { Period } from '../../src/kernel/period.ts';

/** Statements that lay one instruction of cash with what became of it; to be run without rules. */
export function laid(
  recipient: bigint,
  of: Period,
  { attempt, outcome, decided }: { attempt: number; outcome: string; decided: boolean },
): string[] {
  const reference = `due_reference('${of}', 'social_assistance', ${recipient}, 1) || 'T${attempt}'`;
  const reopened =
    attempt === 1
      ? 'null, null, null'
      : `'${of}', due_reference('${of}', 'social_assistance', ${recipient}, 1) || 'T1', 'unpaid'`;
  return [
    `insert into payment_instruction values (${recipient}, '${of}', ${reference}, 'social_assistance', 1,
       ${attempt}, 900, 500000, 1, 'X', '', '', '', '', sha256('x'), ${reopened})`,
    `insert into payment_outcome (recipient_id, period, end_to_end_id, outcome, reason, instructed_vnd,
        reported_vnd, booked_on, batch_id, file_id, line_no, break_id)
     values (${recipient}, '${of}', ${reference}, '${outcome}', '', 500000, 500000, '${of}-05', 900,
             ${decided ? '0, 0, 1' : '900, 1, null'})`,
  ];
}
