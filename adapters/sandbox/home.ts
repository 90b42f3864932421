import type { Sex } from '../../src/kernel/citizen-number.ts';

// What lies in a sandbox home: the one thing that the generator of the province and the two
// registers have in common. Every line of these files is one JSON object.

/** One person as the population database and the civil-status register know them. */
export interface RegisterRecord {
  readonly citizen_id: string;
  readonly status: 'active' | 'deceased' | 'cancelled';
  readonly full_name: string;
  /** YYYY-MM-DD; null where the register has only the year. */
  readonly birth_date: string | null;
  readonly birth_year: number;
  readonly sex: Sex;
  readonly died_on: string | null;
  readonly residence: { readonly province_code: string; readonly commune_code: string };
  /** The number that has taken the place of a cancelled one. */
  readonly replaced_by?: string | null;
  /** Further live numbers of the same person. */
  readonly other_active_ids?: readonly string[];
}

/** One account as the bank directory knows it. */
export interface DirectoryRecord {
  readonly bank_bin: string;
  readonly account_number: string;
  /** Upper case without accents, as banks keep it. */
  readonly holder_name: string;
  readonly holder_citizen_id: string;
  readonly status: 'active' | 'closed' | 'blocked' | 'biometric-missing';
  /** The further holders of a joint account; its name then names them all. */
  readonly joint_holders?: readonly { readonly name: string; readonly citizen_id: string }[];
  /** YYYY-MM-DD since when its holder has it linked in VNeID to receive social security. */
  readonly linked_on?: string;
}

export const REGISTER_FILE = 'register.ndjson';
export const DIRECTORY_FILE = 'directory.ndjson';
