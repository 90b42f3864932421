import type { InboundProfile } from '../batch/bank-profile.ts';
import type { ReceivedFile } from './rehearsal.ts';

/** A file of a rehearsal, wherever it lies; its bytes may be read more than once. */
export interface RehearsedSource {
  readonly name: string;
  open(): AsyncIterable<Buffer>;
}

/** Reads a file as one that came, by what the profile of its bank says of files. */
export interface RehearsedFileReader {
  read(source: RehearsedSource, inbound: InboundProfile | null): Promise<ReceivedFile>;
}
