/** A file that was about to be put where its counterpart takes it from. */
export interface SentFile {
  readonly sha256: string;
  readonly name: string;
  readonly channel: string;
  readonly putAt: Date;
}
