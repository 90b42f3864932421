import type { PlainDate } from '../kernel/period.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';
import type { BankProfile } from './bank-profile.ts';
import type { KnownBank } from './payment-file.ts';

export interface ProposedProfile {
  readonly channel: string;
  readonly version: number;
  readonly environment: 'sandbox' | 'production';
  /** As profileContent() gives it. */
  readonly content: string;
}

/**
 * Records a profile that a person proposes, with its event. Nothing comes back if this version is
 * there already, whatever it says: what is proposed is never changed.
 */
export function addProfile(
  tx: Tx,
  { by, at, ...profile }: ProposedProfile & { by: string; at: Date },
): Promise<{ sha256: string } | undefined> {
  return maybeOne(
    tx,
    `with proposed as (
       insert into bank_profile
         (channel, version, environment, content, sha256, proposed_by, proposed_at)
       values (:channel, :version, :environment, :content::text,
               sha256(convert_to(:content::text, 'UTF8')), :by, :at)
       on conflict do nothing
       returning channel, version, encode(sha256, 'hex') as sha256
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'profile-proposed', 'profile/' || channel || '/' || version,
              jsonb_build_object('sha256', sha256)
         from proposed
     )
     select sha256 from proposed`,
    { ...profile, by, at: at.toISOString() },
  );
}

/** Records the second person, with the event; the database makes the profile the one in use. */
export async function addProfileApproval(
  tx: Tx,
  of: {
    channel: string;
    version: number;
    sha256: string;
    by: string;
    at: Date;
    stepUpAt: Date;
  },
): Promise<void> {
  await many(
    tx,
    `with approved as (
       insert into bank_profile_approval
         (channel, version, sha256, approved_by, approved_at, step_up_at)
       values (:channel, :version, decode(:sha256, 'hex'), :by, :at, :stepUpAt)
       returning channel, version
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'profile-approved', 'profile/' || channel || '/' || version,
            jsonb_build_object('sha256', :sha256::text)
       from approved`,
    { ...of, at: of.at.toISOString(), stepUpAt: of.stepUpAt.toISOString() },
  );
}

export interface StoredProfile {
  readonly channel: string;
  readonly version: number;
  readonly environment: 'sandbox' | 'production';
  readonly sha256: string;
  readonly proposedBy: string;
  readonly approvedBy: string | null;
  /** Whether it is the one by which files are made now. */
  readonly inUse: boolean;
  readonly profile: BankProfile;
}

/** The profiles of all channels, or of one, the newest of each first. */
export function profilesOf(db: Db | Tx, channel: string | null): Promise<StoredProfile[]> {
  return many(
    db,
    `select p.channel, p.version, p.environment, encode(p.sha256, 'hex') as sha256,
            p.proposed_by as "proposedBy", a.approved_by as "approvedBy",
            coalesce(c.profile_version = p.version, false) as "inUse",
            p.content::json as profile
       from bank_profile p
       left join bank_profile_approval a using (channel, version)
       left join channel c using (channel)
      where :channel::text is null or p.channel = :channel
      order by p.channel, p.version desc`,
    { channel },
  );
}

/** The profiles in use in an environment, or in all. */
export async function profilesInUse(
  db: Db | Tx,
  environment: 'sandbox' | 'production' | null,
): Promise<ReadonlyMap<string, BankProfile>> {
  const rows = await many<{ channel: string; profile: BankProfile }>(
    db,
    `select p.channel, p.content::json as profile
       from channel c
       join bank_profile p on p.channel = c.channel and p.version = c.profile_version
      where :environment::text is null or p.environment = :environment
      order by p.channel`,
    { environment },
  );
  return new Map(rows.map(({ channel, profile }) => [channel, profile]));
}

/** What is known of each bank, by its identification number. */
export async function knownBanks(db: Db | Tx): Promise<ReadonlyMap<string, KnownBank>> {
  const rows = await many<KnownBank & { bin: string }>(
    db,
    `select bin, bic, name, short_name as "shortName" from bank`,
  );
  return new Map(rows.map(({ bin, ...bank }) => [bin, bank]));
}

/**
 * Whether a day is a bank day: neither a weekend nor a day off. Of Tết the calendar has the first
 * day and the last, and all between them are off. A Saturday that is worked for a swapped day off is
 * still no bank day: nothing says that payments are cleared on it.
 */
const IS_BANK_DAY = `
  extract(isodow from d.day) < 6
  and d.day::date not in (select c.day from calendar_day c
                           where c.kind not in ('tet_day1', 'swap_work'))
  and not exists (
    select from calendar_day s
      join calendar_day e
        on e.kind = 'tet_end' and extract(year from e.day) = extract(year from s.day)
     where s.kind = 'tet_start' and d.day::date between s.day and e.day)`;

/** Bank days looked at on each side of a day: more than the longest holiday and the longest lead. */
const WITHIN_DAYS = 40;

/**
 * The bank day that lies so many bank days from a day: 0 is the day itself or the first one behind
 * it; less than 0 lies before it, and -1 is the last before the day. Undefined beyond 40 days.
 */
export async function bankDay(
  db: Db | Tx,
  { day, steps }: { day: PlainDate; steps: number },
): Promise<PlainDate | undefined> {
  const row = await maybeOne<{ day: PlainDate }>(
    db,
    `select d.day::date as day
       from generate_series(:day::date - ${WITHIN_DAYS}, :day::date + ${WITHIN_DAYS},
                            interval '1 day') as d (day)
      where ${IS_BANK_DAY}
        and case when :steps::int < 0 then d.day < :day::date else d.day >= :day::date end
      order by abs(d.day::date - :day::date)
      offset case when :steps::int < 0 then -:steps::int - 1 else :steps::int end limit 1`,
    { day, steps },
  );
  return row?.day;
}
