import type { Period } from '../kernel/period.ts';

/**
 * The canonical list: one row an enrolment, these columns in this order. An empty text is no value.
 * Dates are YYYY-MM-DD, months YYYY-MM, amounts whole dong in digits.
 */
export const LIST_COLUMNS = [
  'enrolment_ref',
  'period',
  'programme',
  'full_name',
  'birth_date',
  'sex',
  'citizen_id',
  'province_code',
  'commune_code',
  'commune_name',
  'hamlet',
  'ground_code',
  'coefficient',
  'dependants',
  'decision_no',
  'decision_date',
  'entitled_from',
  'monthly_amount_vnd',
  'arrears_vnd',
  'total_vnd',
  'channel',
  'bank_bin',
  'bank_name',
  'account_number',
  'account_holder',
  'guardian_name',
  'guardian_citizen_id',
  'guardian_relation',
  'phone',
  'contributed_months',
  'average_salary_vnd',
  'wage_region',
  'last_contributed_month',
  'benefit_from',
  'benefit_month_no',
  'benefit_month_count',
  'note',
] as const;

export type ListColumn = (typeof LIST_COLUMNS)[number];

/** Faults that a reader finds before there are values to judge. */
export type RecordFault = 'CSV_COLUMN_COUNT' | 'CSV_BAD_UTF8' | 'CSV_UNCLOSED_QUOTE';

/** One record of a list as it was read. */
export interface ListRecord {
  /** Record number in the file, the header being 1. */
  readonly rowNo: number;
  /** The values in the order of LIST_COLUMNS; empty when the record could not be split. */
  readonly values: readonly string[];
  /** The record as it stands in the file, kept when it is not accepted. */
  readonly raw: string;
  readonly fault: RecordFault | null;
  /**
   * The bytes of the record, where they are UTF-8 text with the values in the order of LIST_COLUMNS
   * and nothing but a comma between them: an accepted row can then be handed on without being
   * written again. Null in any other file.
   */
  readonly plain: PlainBytes | null;
}

/** A piece of what was read, from start up to end (not included). */
export interface PlainBytes {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What came of a list that was taken in. */
export interface ListSummary {
  readonly listId: bigint;
  readonly period: Period;
  readonly rows: bigint;
  readonly accepted: bigint;
  readonly refused: bigint;
  readonly withheld: bigint;
  readonly listedVnd: bigint;
}
