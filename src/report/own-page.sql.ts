import type { Period, PlainDate } from '../kernel/period.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

/** The hash of a code or a token, and when it is looked at. */
interface Shown {
  readonly hash: Buffer;
  readonly at: Date;
}

/** Ends the code that a recipient has and did not use. */
export async function endOwnCode(tx: Tx, of: { recipientId: bigint; at: Date }): Promise<void> {
  await many(
    tx,
    `update own_code set ended_at = :at
      where recipient_id = :recipientId and used_at is null and ended_at is null`,
    { recipientId: of.recipientId, at: of.at.toISOString() },
  );
}

/** Keeps the hash of a code that was handed to a recipient. */
export async function putOwnCode(
  tx: Tx,
  code: { hash: Buffer; recipientId: bigint; by: string; at: Date; until: Date },
): Promise<void> {
  await many(
    tx,
    `insert into own_code (code_hash, recipient_id, given_by, given_at, valid_until)
     values (:hash, :recipientId, :by, :at, :until)`,
    { ...code, at: code.at.toISOString(), until: code.until.toISOString() },
  );
}

/** Whose page a code opens; undefined when it was used, has ended or never was. */
export async function ownerOfCode(db: Db | Tx, { hash, at }: Shown): Promise<bigint | undefined> {
  const found = await maybeOne<{ recipientId: bigint }>(
    db,
    `select recipient_id as "recipientId" from own_code
      where code_hash = :hash and used_at is null and ended_at is null
        and valid_until > :at::timestamptz`,
    { hash, at: at.toISOString() },
  );
  return found?.recipientId;
}

/** Uses a code up. False when somebody else did a moment ago. */
export async function useOwnCode(tx: Tx, { hash, at }: Shown): Promise<boolean> {
  const used = await maybeOne(
    tx,
    `update own_code set used_at = :at
      where code_hash = :hash and used_at is null and ended_at is null
        and valid_until > :at::timestamptz
     returning code_hash`,
    { hash, at: at.toISOString() },
  );
  return used !== undefined;
}

/** Whether the citizen number that a recipient has now ends in four digits. */
export async function numberEndsIn(
  db: Db | Tx,
  of: { recipientId: bigint; digits: string },
): Promise<boolean> {
  const found = await maybeOne(
    db,
    `select recipient_id from recipient_key
      where recipient_id = :recipientId and kind = 'citizen_number' and valid_until is null
        and right(key, 4) = :digits`,
    of,
  );
  return found !== undefined;
}

/** The recipient who has a citizen number now. */
export async function recipientOfNumber(
  db: Db | Tx,
  citizenNumber: string,
): Promise<bigint | undefined> {
  const found = await maybeOne<{ recipientId: bigint }>(
    db,
    `select recipient_id as "recipientId" from recipient_key
      where key = :citizenNumber and kind = 'citizen_number' and valid_until is null`,
    { citizenNumber },
  );
  return found?.recipientId;
}

/** Opens the page of a recipient. Only the hash of its token is kept. */
export async function openOwnSession(
  tx: Tx,
  opened: { hash: Buffer; recipientId: bigint; by: 'code' | 'identity-provider'; at: Date },
): Promise<void> {
  await many(
    tx,
    `insert into own_session (token_hash, recipient_id, opened_by, opened_at)
     values (:hash, :recipientId, :by, :at)`,
    { ...opened, at: opened.at.toISOString() },
  );
}

/** Whose page a token has open: for so many minutes from the opening, however busy. */
export async function ownerOfSession(
  db: Db | Tx,
  { hash, at, minutes }: Shown & { minutes: number },
): Promise<bigint | undefined> {
  const found = await maybeOne<{ recipientId: bigint }>(
    db,
    `select recipient_id as "recipientId" from own_session
      where token_hash = :hash and ended_at is null
        and opened_at > :at::timestamptz - make_interval(mins => :minutes)`,
    { hash, at: at.toISOString(), minutes },
  );
  return found?.recipientId;
}

/** Closes the page that a token has open. */
export async function endOwnSession(tx: Tx, { hash, at }: Shown): Promise<void> {
  await many(
    tx,
    `update own_session set ended_at = :at where token_hash = :hash and ended_at is null`,
    { hash, at: at.toISOString() },
  );
}

/** Notes that a person opened the page of a recipient; the first time on a day counts. */
export async function noteLook(
  tx: Tx,
  look: { recipientId: bigint; personId: string; day: PlainDate; at: Date },
): Promise<void> {
  await many(
    tx,
    `insert into recipient_look (recipient_id, person_id, looked_on, first_at)
     values (:recipientId, :personId, :day, :at)
     on conflict on constraint one_look_a_day do nothing`,
    { ...look, at: look.at.toISOString() },
  );
}

/** Whether a person has opened the page of a recipient on a day. */
export async function hasLooked(
  db: Db | Tx,
  look: { recipientId: bigint; personId: string; day: PlainDate },
): Promise<boolean> {
  const found = await maybeOne(
    db,
    `select recipient_id from recipient_look
      where recipient_id = :recipientId and person_id = :personId and looked_on = :day`,
    look,
  );
  return found !== undefined;
}

/** Somebody who saw something of a recipient. */
export interface Look {
  readonly at: Date;
  readonly who: string;
  readonly what: string;
}

/** Who opened the page of a recipient, a row a person a day, the newest first. */
export function looksAt(db: Db | Tx, of: { recipientId: bigint; atMost: number }): Promise<Look[]> {
  return many(
    db,
    `select l.first_at as at, coalesce(p.full_name, l.person_id) as who, 'page-opened' as what
       from recipient_look l left join person p on p.person_id = l.person_id
      where l.recipient_id = :recipientId
      order by l.first_at desc, l.person_id limit :atMost`,
    of,
  );
}

/** What the log has of somebody seeing more than the page, or opening it for the recipient. */
export function loggedLooks(
  db: Db | Tx,
  of: { recipientId: bigint; atMost: number },
): Promise<Look[]> {
  return many(
    db,
    `select e.occurred_at as at, coalesce(p.full_name, e.actor) as who, e.action as what
       from audit_event e left join person p on p.person_id = e.actor
      where e.subject = :subject
        and e.action in ('number-revealed', 'own-code-given', 'own-page-opened')
      order by e.event_no desc limit :atMost`,
    { subject: `recipient/${of.recipientId}`, atMost: of.atMost },
  );
}

/** One payment as its recipient is told of it. */
export interface OwnPayment {
  readonly period: Period;
  readonly programme: string;
  readonly vnd: bigint;
  readonly reference: string;
  /** Empty for cash. */
  readonly accountNumber: string;
  readonly bank: string | null;
  readonly payeeName: string;
  readonly outcome: 'settled' | 'rejected' | 'unpaid' | null;
  readonly bookedOn: PlainDate | null;
  readonly returnedOn: PlainDate | null;
}

/** What was instructed for one recipient and what became of it, the newest month first. */
export function ownPayments(
  db: Db | Tx,
  of: { recipientId: bigint; atMost: number },
): Promise<OwnPayment[]> {
  return many(
    db,
    `select i.period, i.programme, i.amount_vnd as vnd, i.end_to_end_id as reference,
            i.account_number as "accountNumber", b.short_name as bank, i.payee_name as "payeeName",
            o.outcome, o.booked_on as "bookedOn", r.booked_on as "returnedOn"
       from payment_instruction i
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
       left join bank b on b.bin = i.bank_bin
      where i.recipient_id = :recipientId
      order by i.period desc, i.end_to_end_id limit :atMost`,
    of,
  );
}

/** Who somebody is, as their own page greets them. */
export function ownName(
  db: Db | Tx,
  recipientId: bigint,
): Promise<{ fullName: string; citizenNumber: string | null } | undefined> {
  return maybeOne(
    db,
    `select r.full_name as "fullName",
            (select max(key) from recipient_key
              where recipient_id = :recipientId and kind = 'citizen_number'
                and valid_until is null) as "citizenNumber"
       from recipient r where r.recipient_id = :recipientId`,
    { recipientId },
  );
}
