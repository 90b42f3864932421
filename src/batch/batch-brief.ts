import type { Bilingual } from '../kernel/text.ts';

/**
 * Why a batch differs from what the month before paid through the same channel. Every line has one of
 * these, and so has everybody who was paid then and is not in it now.
 */
export const BATCH_MOVEMENTS = {
  same: { vi: 'Giữ nguyên mức', en: 'Same amount' },
  new: { vi: 'Mới hưởng', en: 'New' },
  more: { vi: 'Tăng mức hưởng', en: 'Higher amount' },
  arrears: {
    vi: 'Tăng do truy lĩnh hoặc chi một lần',
    en: 'Higher by arrears or a single payment',
  },
  less: { vi: 'Giảm mức hưởng', en: 'Lower amount' },
  moved_here: { vi: 'Chuyển từ kênh chi khác sang', en: 'Came from another channel' },
  again: { vi: 'Chi lại khoản bị trả về', en: 'Paid again after it came back' },
  moved_away: { vi: 'Chuyển sang kênh chi khác', en: 'Went to another channel' },
  held: { vi: 'Còn hưởng, đang giữ để xác minh', en: 'Still due, held for verification' },
  ended: { vi: 'Thôi hưởng hoặc tạm dừng', en: 'Ended or suspended' },
} as const satisfies Record<string, Bilingual>;

export interface BatchMovement {
  readonly kind: keyof typeof BATCH_MOVEMENTS;
  readonly people: bigint;
  readonly otherAccountCount: bigint;
  readonly nowVnd: bigint;
  readonly beforeVnd: bigint;
}

/** Who of a programme was due when a batch was made and stands in none. */
export interface HeldBack {
  /** The code of the finding that holds them, not-verified or no-channel. */
  readonly reason: string;
  readonly people: bigint;
  readonly vnd: bigint;
}

export interface CommuneOfBatch {
  readonly communeCode: string;
  readonly name: string;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
}

export interface NotableLine {
  readonly why: 'largest' | 'raised' | 'other_account';
  readonly rank: number;
  readonly reference: string;
  readonly amountVnd: bigint;
  readonly beforeVnd: bigint;
  readonly recipientId: bigint;
  readonly payeeName: string;
  readonly accountNumber: string;
}

/** The movements in the order in which they are read, with nobody left out. */
export function movementsInOrder(movements: readonly BatchMovement[]): BatchMovement[] {
  const order = Object.keys(BATCH_MOVEMENTS);
  return movements.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
