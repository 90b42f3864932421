/** A place outside the database that keeps the heads it was given, and is never asked to forget one. */
export interface HeadWitness {
  /** What the place is called in a fault, such as folder. */
  readonly name: string;
  /** Every head it holds, as signed notes, in any order. */
  heads(): Promise<readonly string[]>;
  /** Gives it one more, on disk when it returns. The same head again changes nothing. */
  publish(head: { readonly size: bigint; readonly note: string }): Promise<void>;
}
