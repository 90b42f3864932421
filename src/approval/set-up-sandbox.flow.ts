import { addProfile, addProfileApproval, profilesOf } from '../batch/bank-profile.sql.ts';
import { profileContent } from '../batch/bank-profile-rules.ts';
import { setBudget } from '../batch/batch.sql.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import type { Period } from '../kernel/period.ts';
import { PROGRAMMES, type Programme } from '../kernel/reference.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import { addPerson } from './approval.sql.ts';
import { SANDBOX_PROFILES } from './sandbox-profiles.ts';

/** The invented persons of a sandbox: who prepares, the two who sign, and the two who load a decree. */
export const SANDBOX_PERSONS = {
  maker: 'sandbox-maker',
  checkers: ['sandbox-checker-1', 'sandbox-checker-2'],
  rateOfficers: ['sandbox-rate-officer-1', 'sandbox-rate-officer-2'],
} as const;

const PEOPLE = [
  { personId: SANDBOX_PERSONS.maker, role: 'maker', citizenNumber: '040190999901' },
  { personId: SANDBOX_PERSONS.checkers[0], role: 'checker', citizenNumber: '040085999902' },
  { personId: SANDBOX_PERSONS.checkers[1], role: 'checker', citizenNumber: '040179999903' },
  {
    personId: SANDBOX_PERSONS.rateOfficers[0],
    role: 'rate_officer',
    citizenNumber: '040188999906',
  },
  {
    personId: SANDBOX_PERSONS.rateOfficers[1],
    role: 'rate_officer',
    citizenNumber: '040177999907',
  },
] as const;

const BUDGET_VND = 20_000_000_000_000n;

/**
 * Sets up what a sandbox month needs and nobody else may choose: its persons, one bank and one
 * post office, and a budget for each programme. What is there already stays as it is.
 */
export async function setUpSandbox(
  { db, clock }: Context,
  { provinceCode, period }: { provinceCode: string; period: Period },
): Promise<void> {
  await write(db, async (tx) => {
    for (const person of PEOPLE) {
      await addPerson(tx, {
        ...person,
        fullName: person.personId,
        unitCode: provinceCode,
        limitVnd: null,
        grantedBy: 'sandbox',
        at: clock(),
      });
    }
    for (const profile of SANDBOX_PROFILES) await useProfile(tx, profile, clock());
    for (const programme of Object.keys(PROGRAMMES) as Programme[]) {
      await setBudget(tx, {
        programme,
        provinceCode,
        year: Number(period.slice(0, 4)),
        fundSource: 'sandbox',
        vnd: BUDGET_VND,
      });
    }
  });
}

/** By the two persons that every profile needs, once. */
async function useProfile(tx: Tx, profile: BankProfile, at: Date): Promise<void> {
  const { channel, version, environment } = profile;
  // Whoever has tried out another version in the sandbox keeps it.
  if ((await profilesOf(tx, channel)).length > 0) return;
  const added = await addProfile(tx, {
    channel,
    version,
    environment,
    content: profileContent(profile),
    by: SANDBOX_PERSONS.maker,
    at,
  });
  if (added === undefined) return;
  const by = SANDBOX_PERSONS.checkers[0];
  await addProfileApproval(tx, { channel, version, ...added, by, at, stepUpAt: at });
}
