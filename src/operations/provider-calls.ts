/** What a service outside was asked on one day, against what was agreed with whoever keeps it. */
export interface ProviderCalls {
  /** identity, accounts or linked. */
  readonly provider: string;
  readonly agreed: bigint;
  readonly left: bigint;
}

/** Whether a person has to know: less than a tenth of a day is left. */
export function isNearlyUsedUp({ agreed, left }: ProviderCalls): boolean {
  return left * 10n < agreed;
}
