/** Who signs the heads of the log: a key that the database does not hold. */
export interface HeadSigner {
  /** The name of the log and of its key, such as an-sinh/40. No space and no plus sign. */
  readonly name: string;
  /** The Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The Ed25519 signature of a text in UTF-8, 64 bytes. */
  sign(text: string): Uint8Array;
}
