/** A way to hand a payment file to a bank or a post office. */
export interface PaymentTransport {
  /**
   * Hands the file over under its final name: temporary name, fsync, size and hash read back,
   * rename. If the counterpart already has a file of that name (waiting, taken or answered), nothing
   * is put again and 'present' comes back. Throws Refusal('file-altered') when the bytes at path are
   * not those of sha256.
   */
  deliver(file: PaymentFileOnDisk): Promise<'delivered' | 'present'>;

  /**
   * Asks where a file of that name is at the counterpart, and changes nothing: it waits there, the
   * counterpart has taken it, or it is not there. A file that is absent may merely be late.
   */
  whereIs(file: PaymentFileOnDisk): Promise<FilePlace>;
}

export type FilePlace = 'waiting' | 'taken' | 'absent';

export interface PaymentFileOnDisk {
  readonly name: string;
  /** Where the approved bytes lie on this machine. */
  readonly path: string;
  /** SHA-256 in hex of what was approved. */
  readonly sha256: string;
  readonly byteSize: number;
}
