import type { BankProfile } from './bank-profile.ts';
import type { ProfileFault } from './bank-profile-rules.ts';

/** A profile that may be proposed: its content in one form, and the SHA-256 of that in hex. */
interface ReadableProfile {
  readonly profile: BankProfile;
  readonly content: string;
  readonly sha256: string;
  readonly faults: readonly ProfileFault[];
}

/** Reads a profile and tells all its faults at once; without a profile when there are any. */
export type ReadProfile = (
  bytes: Buffer,
) => ReadableProfile | { readonly profile: null; readonly faults: readonly ProfileFault[] };
