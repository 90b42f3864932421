import type { BankProfile } from '../batch/bank-profile.ts';
import { profileContent } from '../batch/bank-profile-rules.ts';
import { addProfile, addProfileApproval, profilesOf } from '../batch/bank-profile.sql.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';

/** The rules of the database that refuse a change of a profile, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  proposer_is_entitled: 'checker-not-entitled',
  bank_profile_proposed_by_fkey: 'checker-not-entitled',
  bank_profile_approval_approved_by_fkey: 'checker-not-entitled',
  checker_is_not_maker: 'checker-is-maker',
  checker_is_entitled: 'checker-not-entitled',
  step_up_is_fresh: 'checker-not-entitled',
  code_was_given: 'checker-not-entitled',
  checker_signs_what_is_there: 'profile-changed',
  bank_profile_approval_pkey: 'profile-not-newer',
  a_later_version_is_in_use: 'profile-not-newer',
  environment_stays: 'profile-not-newer',
  one_channel_of_a_kind: 'profile-not-newer',
};

/**
 * Proposes a profile that has no faults, as context.actor. Returns the hash that another person has
 * to sign. Throws Refusal profile-not-newer when this version says something else already, and
 * checker-not-entitled when the person has no role.
 */
export async function proposeProfile(
  { db, clock, actor }: Context,
  profile: BankProfile,
): Promise<{ sha256: string }> {
  const { channel, version, environment } = profile;
  const content = profileContent(profile);
  const added = await write(db, (tx) =>
    addProfile(tx, { channel, version, environment, content, by: actor, at: clock() }),
  ).catch(told(channel));
  if (added !== undefined) return added;
  const there = (await profilesOf(db, channel)).find((one) => one.version === version);
  if (there === undefined || profileContent(there.profile) !== content) {
    throw new Refusal('profile-not-newer', { channel, version });
  }
  return { sha256: there.sha256 };
}

/**
 * Makes a proposed profile the one in use, as context.actor, who is not who proposed it. Throws
 * Refusal profile-unknown, checker-is-maker, checker-not-entitled, profile-changed or
 * profile-not-newer.
 */
export async function approveProfile(
  { db, clock, actor }: Context,
  of: { channel: string; version: number; sha256: string; stepUpAt: Date },
): Promise<void> {
  const known = await profilesOf(db, of.channel);
  if (!known.some(({ version }) => version === of.version)) {
    throw new Refusal('profile-unknown', { channel: of.channel, version: of.version });
  }
  await write(db, (tx) => addProfileApproval(tx, { ...of, by: actor, at: clock() })).catch(
    told(of.channel),
  );
}

function told(channel: string): (error: unknown) => never {
  return (error) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, { channel });
  };
}
