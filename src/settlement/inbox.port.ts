/** Where a bank or a post office lays its answers for us. */
export interface Inbox {
  /** Final names of complete files, in order of name. Temporary and foreign names are not listed. */
  list(): Promise<readonly string[]>;
  /** The bytes of one listed file. */
  open(name: string): AsyncIterable<Buffer>;
  /** Moves a file away once it is archived here. A file that is gone already is no error. */
  putAway(name: string): Promise<void>;
}
