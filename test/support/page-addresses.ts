import { many, type Db } from '../../src/platform/db.ts';

/** Every page that shows something of a month; the words in capitals stand for what is there. */
export const PAGES = [
  '/',
  '/lists',
  '/lists/1',
  '/recipients',
  '/recipients?commune=COMMUNE',
  '/recipients/RECIPIENT',
  '/recipients/proposals',
  '/worklist',
  '/worklist/together?finding=POP_RESIDENCE_DIFFERS',
  '/worklist/2026-11/CASE',
  '/batches',
  '/batches/1',
  '/batches/1/lines',
  '/files',
  '/files/2',
  '/files/rehearsal',
  '/reconciliation',
  '/reconciliation/totals?by=bank',
  '/reconciliation/lines?by=programme&key=social_assistance',
  '/reconciliation/breaks',
  '/reconciliation/breaks/901',
  '/reconciliation/days',
  '/reconciliation/closing',
  '/reconciliation/uncollected',
  '/reports',
  '/reports/month',
  '/audit',
  '/audit/trace?reference=REFERENCE',
  '/settings',
  '/settings/programmes',
] as const;

/** Pages that add everything up anew when they are opened, and say so: they are no lists. */
export const COMPUTED: readonly string[] = [
  '/reconciliation/totals?by=bank',
  '/reconciliation/days',
  '/reconciliation/closing',
  '/reconciliation/uncollected',
  '/reports/month',
];

/** The addresses of PAGES over a month that was reconciled. */
export async function addressesOf(db: Db): Promise<string[]> {
  const [found] = await many<{ commune: string; waits: string; reference: string }>(
    db,
    `select (select commune_code from recipient where recipient_id = 5) as commune,
            (select min(recipient_id)::text from finding) as waits,
            (select min(end_to_end_id) from payment_instruction) as reference`,
  );
  return PAGES.map((path) =>
    path
      .replace('COMMUNE', found?.commune ?? '')
      .replace('RECIPIENT', '5')
      .replace('CASE', found?.waits ?? '1')
      .replace('REFERENCE', found?.reference ?? ''),
  );
}

/** A break for the page of one: every town is reconciled without any. */
export const PLANTED_BREAK = `
  insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
  values (901, 'unexplained-credit', '2026-11', 'C-901', 500000, '2026-10-20')`;

/** A doubt about papers that waits, for the page where several are decided. */
export const PLANTED_DOUBT = `
  insert into finding (recipient_id, period, code, subject, severity, found_at, told)
  select 5, '2026-11', 'POP_RESIDENCE_DIFFERS', 'recipient', 'review', '2026-10-20',
         '{"listed": "16681", "answered": "16684"}'`;

/** Somebody held for the page of a batch: everybody of a town who is due is paid. */
export const PLANTED_HELD = `
  insert into batch_held (batch_id, reason, people, vnd)
  values (1, 'POP_NAME_DOUBTFUL', 12, 8400000), (1, 'not-verified', 2, 1400000)`;
