/** What is kept in the browser while its person is with the provider. Nothing of it is told to anybody. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Whom a provider says has signed in, and how surely. */
export interface OutsideIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** The level of assurance (acr) that the provider states; null if it states none. */
  readonly level: string | null;
  /** The citizen number that it states, where it was asked for; null if it states none. */
  readonly citizenNumber: string | null;
}

/** An OpenID Connect provider, such as the one of an agency or of a ministry. */
export interface IdentityProvider {
  /** The level without which nobody is let in. */
  readonly level: string;
  /** Whether it states citizen numbers, which open the own page of a recipient. */
  readonly statesNumbers: boolean;
  /** Where to send a person, and what to keep until they are back. Their number is asked for or not. */
  begin(
    back: string,
    ask: { citizenNumber: boolean },
  ): Promise<{ address: string; journey: Journey }>;
  /**
   * Who it was, from the address at which they came back. Rejects with Refusal outside-sign-in-refused
   * unless the answer is signed, for us, and of this journey.
   */
  finish(address: URL, journey: Journey): Promise<OutsideIdentity>;
}
