/** Two names to be compared. */
export interface NamePair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
}

/** Reads pairs of names, whatever the format. */
export interface NamePairs {
  /**
   * Streams the pairs in chunks, in their order. Throws Refusal('list-malformed') with the line when
   * the text is not of its format.
   */
  read(content: AsyncIterable<Buffer>): AsyncIterable<readonly NamePair[]>;
}
