// What a bank's word about a payment means. A status moves the instruction; only a booked entry of the
// account moves money. ISO 20022 external code sets: payment transaction status, status reason, return
// reason, cancellation status.

import type { AcknowledgementLevel } from '../batch/bank-profile.ts';

/** What has become of a payment, in the order in which it may rise. */
export type PaymentState =
  | 'SENT'
  | 'UNKNOWN'
  | 'ACKNOWLEDGED'
  | 'PENDING'
  | 'ACCEPTED'
  | 'IN_SETTLEMENT'
  | 'HELD'
  | 'PAID'
  | 'RETURNED'
  | 'REJECTED'
  | 'CANCELLED';

interface StatusMeaning {
  readonly state: PaymentState;
  /** Later words do not undo earlier ones of a higher rank. */
  readonly rank: number;
}

/** Statuses that say how far a payment has come. One that is not here changes nothing. */
const ON_THE_WAY: Readonly<Record<string, StatusMeaning>> = {
  RCVD: { state: 'SENT', rank: 1 },
  ACTC: { state: 'ACKNOWLEDGED', rank: 2 },
  PATC: { state: 'ACKNOWLEDGED', rank: 2 },
  PDNG: { state: 'PENDING', rank: 3 },
  ACCP: { state: 'ACCEPTED', rank: 4 },
  ACFC: { state: 'ACCEPTED', rank: 4 },
  ACWC: { state: 'ACCEPTED', rank: 5 },
  ACSP: { state: 'IN_SETTLEMENT', rank: 6 },
  ACSC: { state: 'IN_SETTLEMENT', rank: 7 },
  ACWP: { state: 'PENDING', rank: 8 },
  BLCK: { state: 'HELD', rank: 9 },
  ACCC: { state: 'PAID', rank: 10 },
};

/** Statuses that end a payment before money has moved. */
const ENDED: Readonly<Record<string, 'REJECTED' | 'CANCELLED'>> = {
  RJCT: 'REJECTED',
  CANC: 'CANCELLED',
};

/** Statuses by which a bank ends a payment before money has moved. */
export const ENDING_STATUSES: readonly string[] = Object.keys(ENDED);

/** Statuses of a bank that has not carried a payment out yet. */
export const EARLY_STATUSES: readonly string[] = Object.entries(ON_THE_WAY)
  .filter(([, { rank }]) => rank < (ON_THE_WAY.ACSP?.rank ?? 0))
  .map(([status]) => status);

/** Results of the verification of a payee: they go to its record and move nothing. */
const OF_VERIFICATION = new Set(['RCVC', 'RVMC', 'RVNM', 'RVNA', 'RVNC', 'RVCM']);

export type StatusEffect =
  | ({ readonly kind: 'on-the-way' } & StatusMeaning)
  | { readonly kind: 'ended'; readonly state: 'REJECTED' | 'CANCELLED' }
  | { readonly kind: 'go-down' | 'verification' | 'unknown' };

/** What a status code of any level does. PART says only that the levels below differ. */
export function effectOf(status: string): StatusEffect {
  const meaning = Object.hasOwn(ON_THE_WAY, status) ? ON_THE_WAY[status] : undefined;
  if (meaning !== undefined) return { kind: 'on-the-way', ...meaning };
  const state = Object.hasOwn(ENDED, status) ? ENDED[status] : undefined;
  if (state !== undefined) return { kind: 'ended', state };
  if (status === 'PART') return { kind: 'go-down' };
  return { kind: OF_VERIFICATION.has(status) ? 'verification' : 'unknown' };
}

/** What an answer to a request to cancel does. */
export function cancellationOf(status: string): 'cancelled' | 'not-cancelled' | 'open' | 'unknown' {
  if (['CNCL', 'ACCR', 'CANC', 'ACCP'].includes(status)) return 'cancelled';
  if (['RJCR', 'RJCT', 'UWFW'].includes(status)) return 'not-cancelled';
  return ['PDCR', 'PDNG', 'PECR', 'CWFW', 'INFO', 'PART', 'PACR'].includes(status)
    ? 'open'
    : 'unknown';
}

export type ReasonClass =
  | 'account-wrong'
  | 'account-closed'
  | 'account-blocked'
  | 'owner-differs'
  | 'deceased'
  | 'refused-by-payee'
  | 'funds'
  | 'control'
  | 'legal'
  | 'bank'
  | 'cancelled'
  | 'free-text';

const REASONS: Readonly<Record<ReasonClass, readonly string[]>> = {
  'account-wrong': ['AC01', 'AC03', 'RC04', 'RC07', 'RC10', 'BE06', 'UCRD'],
  'account-closed': ['AC04', 'AC07'],
  'account-blocked': ['AC06', 'AC16', 'AC17', 'AG01', 'NOCM'],
  'owner-differs': ['BE01', 'BE17', 'BE22', 'PI01', 'PN01', 'PN02'],
  deceased: ['MD07'],
  'refused-by-payee': ['BE05', 'MS02', 'UPAY'],
  funds: ['AM04', 'AG07'],
  control: [
    ...['AM05', 'AM10', 'AM16', 'AM17', 'AM18', 'AM19', 'AM20', 'DU01', 'DU02', 'DU03', 'DU04'],
    ...['DU05', 'DUPL', 'FF01', 'TD03', 'CH20', 'CH21', 'DT01', 'DT02', 'DT03', 'DT04', 'DT05'],
    ...['CH03', 'CH04', 'TM01'],
  ],
  legal: ['RR01', 'RR02', 'RR03', 'RR04', 'RR05', 'RR10', 'AM07'],
  bank: [
    ...['AB01', 'AB02', 'AB03', 'AB04', 'AB05', 'AB06', 'AB07', 'AB08', 'AB09', 'AB10', 'AB11'],
    ...['ED05', 'ED06', 'MS03'],
  ],
  cancelled: ['CUST', 'FOCR', 'TECH'],
  'free-text': ['NARR'],
};

const CLASS_OF = new Map(
  Object.entries(REASONS).flatMap(([name, codes]) =>
    codes.map((code) => [code, name as ReasonClass] as const),
  ),
);

/** What a reason asks of us. A code that nobody has classed is read by a person. */
export function reasonClass(code: string): ReasonClass {
  return CLASS_OF.get(code) ?? 'free-text';
}

/** How far a bank has answered for a file of ours, in order; each includes those before it. */
export const ACKNOWLEDGED_BY = {
  taken: ['RCVD'],
  checked: ['ACTC', 'PATC', 'PDNG'],
  accepted: ['ACCP', 'ACFC', 'ACWC', 'ACSP', 'ACSC', 'ACCC', 'ACWP', 'BLCK', 'PART'],
  settled: ENDING_STATUSES,
} as const satisfies Record<AcknowledgementLevel, readonly string[]>;
