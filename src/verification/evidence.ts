/** What the population database is asked about one person. */
export interface IdentityQuestion {
  /** Unique for ever: period, recipient, subject and check number. */
  readonly requestId: string;
  readonly citizenNumber: string;
  readonly fullName: string;
  /** YYYY-MM-DD, or YYYY where only the year is known. */
  readonly birth: string;
}

/** What it answered. Whatever is not an answer about this very person is 'unavailable'. */
export interface IdentityAnswer {
  readonly requestId: string;
  readonly outcome: 'found' | 'not-found' | 'unavailable';
  /** Null unless found. */
  readonly person: {
    readonly citizenNumber: string;
    readonly fullName: string;
    /** YYYY-MM-DD, or YYYY where the register has only the year. */
    readonly birth: string;
    readonly communeCode: string;
    /** Further live numbers of the same person. */
    readonly otherNumbers?: readonly string[];
  } | null;
  /** The number that has taken the place of the one asked about, which was cancelled. */
  readonly replacedBy?: string;
  /** SHA-256 of the raw answer in hex: the evidence that it was given. Empty if there was none. */
  readonly answerHash: string;
}

/** What the bank directory is asked about one account. */
export interface AccountQuestion {
  readonly requestId: string;
  /** BIN of the bank, 6 digits. */
  readonly bankBin: string;
  readonly accountNumber: string;
  /** Who should hold it. */
  readonly citizenNumber: string;
  readonly holderName: string;
}

/** What it answered. The name result and the number result are never merged into one. */
export interface AccountAnswer {
  readonly requestId: string;
  readonly outcome: 'answered' | 'unavailable';
  readonly account: 'open' | 'closed' | 'blocked' | 'unknown';
  readonly number: 'match' | 'no-match' | 'not-possible';
  readonly name: 'match' | 'close' | 'no-match' | 'not-possible';
  /** The provider's own code, such as ACCOUNT_CLOSED; empty when it gave none. */
  readonly rawCode: string;
  /** The name that the bank keeps, where it tells it. */
  readonly heldName?: string;
  readonly answerHash: string;
}
