/** Where a bundle goes: an archive file of named entries. */
export interface BundleWriter {
  /** Adds one entry, to its last byte. */
  add(name: string, content: AsyncIterable<Buffer | string>): Promise<void>;
  /** Puts the archive in its place, whole. */
  finish(): Promise<void>;
}
