import { many, type Tx } from '../platform/db.ts';

/**
 * Whoever is of a group of a New Year gift, by what the assessments say of the month, and was not given
 * it yet: for copyOut(), with :period, :before and the code of the :gift. One person a row, as JSON in
 * the form of GiftedPerson, in the order of the numbers. The month may have been paid ahead.
 *
 * The register keeps one live account. That it is the one linked in VNeID is a recorded fact.
 */
export const GIFTED = `
  select r.recipient_id, json_build_object(
           'recipientId', r.recipient_id::text, 'diedOn', d.died_on, 'programmes', g.programmes,
           'monthly', c.kind is not null and c.kind = 'account',
           'vneid', c.kind is not null and c.kind = 'account' and r.recipient_id in (
             select f.recipient_id from enrolment_facts f
              where f.facts ->> 'vneidAccount' = 'true'))
    from (select x.recipient_id, json_agg(distinct a.programme) as programmes
            from assessment_line x
            join assessment a on a.recipient_id = x.recipient_id and a.period = x.period
                             and coalesce(a.due_reference = x.due_reference, false)
           where x.period in (:before, :period) and x.for_period = :period and x.kind <> 'once'
           group by 1) g
    join recipient r using (recipient_id)
    left join recipient_death d using (recipient_id)
    left join payment_channel c on c.recipient_id = r.recipient_id and c.ended_on is null
   where r.recipient_id not in (
           select w.recipient_id from once_award w
            where w.programme = 'tet_gift' and w.occasion = :gift)
   order by r.recipient_id`;

function claimantsWithout(award: string): string {
  return `
  select c.recipient_id, json_build_object(
           'recipientId', c.recipient_id::text, 'communeCode', r.commune_code,
           'claims', json_agg(json_build_object(
             'claimNo', c.claim_no, 'programme', c.programme, 'occasion', c.occasion,
             'ofKey', c.of_key, 'document', c.document, 'claimedOn', c.claimed_on,
             'facts', c.facts) order by c.claim_no),
           'assessments', coalesce((
             select json_object_agg(programme, times)
               from (select a.programme, count(*) as times from assessment a
                      where a.recipient_id = c.recipient_id and a.period = :period
                      group by 1) counted), '{}'))
    from once_claim c
    join recipient r on r.recipient_id = c.recipient_id
   where c.claimed_on < (:next || '-01')::date
     and not exists (select from once_award w
                      where w.recipient_id = c.recipient_id and w.programme = c.programme
                        and w.occasion = c.occasion and w.claim_no = c.claim_no ${award})
   group by c.recipient_id, r.commune_code
   order by c.recipient_id`;
}

/**
 * Whoever has a claim for which nothing was given yet, claimed up to the end of a period: for copyOut(),
 * with :period and the month after it, :next. One claimant a row, as JSON in the form of Claimant.
 */
export const CLAIMANTS = claimantsWithout('');

/** The same as it was before :period was assessed: what that month gave counts as not given. */
export const CLAIMANTS_BEFORE = claimantsWithout('and w.period < :period');

/** Where it is written that something was given once. */
export const AWARD = `once_award (
  recipient_id, programme, occasion, claim_no, period, due_reference)`;

export interface NewClaim {
  readonly recipientId: bigint;
  readonly programme: 'funeral' | 'national_day_gift';
  readonly occasion: string;
  /** For whom each claim is, in order. */
  readonly of: readonly { readonly key: string; readonly facts: object }[];
  readonly document: string;
  readonly claimedOn: string;
  readonly recordedBy: string;
  readonly confirmedBy: string;
  readonly at: Date;
}

/**
 * Records claims, one for each person that they are for, and their keys: by these a second claim for the
 * same person is refused, whoever collects it. Returns how many they were.
 */
export async function addClaims(tx: Tx, claim: NewClaim): Promise<number> {
  const rows = await many(
    tx,
    `with claimed as (
       insert into once_claim (recipient_id, claim_no, programme, occasion, of_key, facts, document,
                               claimed_on, recorded_by, confirmed_by, recorded_at)
       select :recipientId::bigint,
              (select count(*) from once_claim c where c.recipient_id = :recipientId)
                + row_number() over (order by f.key),
              :programme, :occasion, f.key, f.facts, :document, :claimedOn::date, :recordedBy,
              :confirmedBy, :at::timestamptz
         from jsonb_to_recordset(:of::jsonb) as f (key text, facts jsonb)
       returning recipient_id, claim_no, occasion, of_key
     )
     insert into once_claim_key (key, occasion, recipient_id, claim_no)
     select of_key, occasion, recipient_id, claim_no from claimed
     returning 1`,
    { ...claim, of: JSON.stringify(claim.of), at: claim.at.toISOString() },
  );
  return rows.length;
}

/** Which of some gifts of National Day there are, by code. */
export async function isDayGift(tx: Tx, giftCode: string): Promise<boolean> {
  const rows = await many(
    tx,
    `select from gift
      where gift_code = :giftCode and programme = 'national_day_gift' and status <> 'draft'`,
    { giftCode },
  );
  return rows.length > 0;
}

export interface NewPayee {
  readonly recipientId: bigint;
  readonly citizenNumber: string;
  readonly fullName: string;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly communeCode: string;
  readonly hamlet: string;
  readonly phone: string;
  readonly kind: 'account' | 'cash_post';
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly holderName: string;
}

/**
 * Takes into the register somebody who is on no list: who collects for themselves what they claim. The
 * first channel of a recipient needs no change; no list brought it (0), and who recorded the claim is a
 * maker of what it pays.
 */
export async function addClaimant(tx: Tx, payee: NewPayee): Promise<void> {
  await many(
    tx,
    `with person as (
       insert into recipient
         (recipient_id, full_name, birth_year, birth_date, sex, commune_code, hamlet, phone)
       values (:recipientId, :fullName, extract(year from :birthDate::date), :birthDate::date, :sex,
               :communeCode, :hamlet, :phone)
       returning recipient_id, full_name
     ),
     numbered as (
       insert into recipient_key (key, kind, recipient_id)
       select :citizenNumber, 'citizen_number', recipient_id from person
       returning recipient_id
     ),
     collecting as (
       insert into payee (recipient_id, payee_no, relation, full_name, citizen_number, authority)
       select recipient_id, 1, 'self', full_name, :citizenNumber, '' from person
       returning recipient_id
     )
     insert into payment_channel (recipient_id, channel_no, payee_no, kind, bank_bin,
                                  account_number, holder_name, list_id)
     select recipient_id, 1, 1, :kind, :bankBin, :accountNumber, :holderName, 0
       from collecting join numbered using (recipient_id)`,
    { ...payee },
  );
}

/** The recipient who has a citizen number, live or ended; undefined for none. */
export async function recipientWith(tx: Tx, citizenNumber: string): Promise<bigint | undefined> {
  const [row] = await many<{ recipientId: bigint }>(
    tx,
    `select recipient_id as "recipientId" from recipient_key
      where key = :citizenNumber and kind = 'citizen_number'`,
    { citizenNumber },
  );
  return row?.recipientId;
}
