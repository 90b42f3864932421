import type { PlainDate } from '../kernel/period.ts';

/** Of whom it is asked which account they have linked to receive social security. */
export interface LinkedAccountQuestion {
  readonly requestId: string;
  readonly citizenNumber: string;
}

/** What was answered. Whatever is not an answer about this very person is 'unavailable'. */
export interface LinkedAccountAnswer {
  readonly requestId: string;
  readonly outcome: 'linked' | 'not-linked' | 'unavailable';
  /** Null unless linked. Never taken for granted: a bank is asked about it like about any other. */
  readonly account: {
    readonly bankBin: string;
    readonly accountNumber: string;
    readonly holderName: string;
    readonly linkedOn: PlainDate;
  } | null;
  /** SHA-256 of the answer in hex; empty if there was none. */
  readonly answerHash: string;
}

/** Says which account a citizen has linked in VNeID to receive social security. */
export interface LinkedAccountService {
  /** Answers chunk for chunk: answers[i] is for questions[i], with the same requestId. */
  lookUp(
    questions: AsyncIterable<readonly LinkedAccountQuestion[]>,
  ): AsyncIterable<readonly LinkedAccountAnswer[]>;
}
