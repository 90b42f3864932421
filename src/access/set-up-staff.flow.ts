import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { giveOneTimePassword } from './one-time-password.flow.ts';
import type { Role } from './permission.ts';
import { addGrant, isPersonActive, putPerson } from './person.sql.ts';

/** The invented staff of a sandbox, one of each kind; administrators last, who from then on grant. */
const STAFF: readonly (readonly [personId: string, role: Role, number: string])[] = [
  ['can-bo-lap', 'maker', '040190999911'],
  ['nguoi-duyet-1', 'checker', '040185999912'],
  ['nguoi-duyet-2', 'checker', '040179999913'],
  ['can-bo-tai-khoan', 'account_officer', '040192999914'],
  ['can-bo-muc-huong', 'rate_officer', '040188999915'],
  ['can-bo-ngan-hang', 'bank_integrator', '040191999916'],
  ['kiem-toan', 'auditor', '040180999917'],
  ['quan-tri-1', 'administrator', '040183999918'],
  ['quan-tri-2', 'administrator', '040186999919'],
];

export interface StaffAccount {
  readonly personId: string;
  readonly role: Role;
  /** Good once, to choose one's own. */
  readonly password: string;
}

/**
 * Gives a sandbox its staff, with passwords that are good once, and returns them; nothing on the next
 * call. They prepare and sign nothing by themselves: the month of a sandbox has persons of its own.
 */
export async function setUpStaff(
  context: Context,
  provinceCode: string,
): Promise<readonly StaffAccount[]> {
  if (await isPersonActive(context.db, STAFF[0]?.[0] ?? '')) return [];
  const at = context.clock();
  await write(context.db, async (tx) => {
    for (const [personId, role, citizenNumber] of STAFF) {
      await putPerson(tx, { personId, fullName: personId, citizenNumber });
      const unitCode = role === 'administrator' ? 'VN' : provinceCode;
      const by = { grantedBy: 'sandbox', proposedBy: null, at };
      await addGrant(tx, { personId, role, unitCode, limitVnd: null, ...by });
    }
  });
  const accounts: StaffAccount[] = [];
  for (const [personId, role] of STAFF) {
    const { password } = await giveOneTimePassword(context, personId);
    accounts.push({ personId, role, password });
  }
  return accounts;
}
