import type { bundleBatch } from '../audit/bundle-batch.flow.ts';
import type { AuditOptions } from '../audit/verify-audit.flow.ts';
import type { checkList } from '../intake/check-list.flow.ts';
import type { CheckedRow } from '../intake/checked-row.ts';
import type { importList } from '../intake/import-list.flow.ts';
import type { IdentityProvider } from '../access/sign-in-outside.flow.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import type { ProfileFault } from '../batch/bank-profile-rules.ts';
import type { proposeDecree } from '../entitlement/propose-decree.flow.ts';
import type { Period } from '../kernel/period.ts';
import type { rehearse } from '../reconciliation/rehearse.flow.ts';
import type { DueUnit } from '../operations/unit.ts';
import type { Context } from '../platform/context.ts';
import type { Db } from '../platform/db.ts';
import type { Log } from '../platform/log.ts';
import type { proposeCancellation } from '../release/cancel-payments.flow.ts';
import type { drawLines } from '../report/draw-lines.flow.ts';
import type { drawReport } from '../report/draw-report.flow.ts';
import type { askBank } from '../settlement/ask-bank.flow.ts';
import type { receiveFiles } from '../settlement/receive-files.flow.ts';
import type { Vault } from '../platform/sealed-secret.ts';

/** Whose installation this is: its own name and mark, never the national emblem. */
export interface Agency {
  readonly name: string;
  readonly parent: string;
}

/** How lists are read, judged and given back. */
interface ListDesk {
  readonly reader: Parameters<typeof importList>[1];
  judge(): Promise<Parameters<typeof checkList>[0]>;
  /** The list at a path back with what was found in its rows, as a workbook. */
  withFaults(of: { path: string; rows: readonly CheckedRow[] }): Promise<Uint8Array>;
  template(): Promise<Uint8Array>;
}

/** How the record is proven: whose heads are believed, and where a bundle is written. */
interface ProofDesk {
  readonly options: AuditOptions;
  bundleTo(path: string): Promise<Parameters<typeof bundleBatch>[1]['to']>;
}

/** When a job is next due; null where nothing is in sight. */
export type NextRun = Date | 'no-calendar' | null;

/** What is done by itself. The web shows it and puts work in line; it runs none of it. */
interface TimetableDesk {
  next(db: Db, at: Date): Promise<readonly { readonly job: string; readonly next: NextRun }[]>;
  /** The unit of a job that a person wants now; undefined for what is no job of the timetable. */
  unitByHand(job: string, of: { period: Period; at: Date }): DueUnit | undefined;
}

/** What the web is made of: given once, when it starts. */
export interface Web {
  /** A context for flows, for whoever acts. */
  contextOf(actor: string): Context;
  readonly log: Log;
  /** Seals the secrets of second factors; its keys sign the tokens of forms. */
  readonly vault: Vault;
  /** Who vouches for people from outside; null where none was named. */
  readonly provider: IdentityProvider | null;
  /** The web as browsers see it, such as https://ansinh.example.vn. */
  readonly origin: string;
  /** The proxies that are believed about where a request came from. */
  readonly proxies: readonly string[];
  /** Whether no real money moves: pages say so. */
  readonly sandbox: boolean;
  readonly agency: Agency;
  /** The province whose lists are taken in. */
  readonly provinceCode: string;
  readonly lists: ListDesk;
  /** How files of banks are read. */
  readonly readers: Parameters<typeof receiveFiles>[1]['readers'];
  /** How files of a rehearsal are read, which nobody keeps. */
  readonly rehearsedFiles: Parameters<typeof rehearse>[0];
  /** How a bank is asked where a file is; the web sends nothing. */
  readonly transports: Parameters<typeof askBank>[1];
  /** How a request to cancel payments is written; a job sends it. */
  readonly cancellations: Parameters<typeof proposeCancellation>[1];
  /** The forms in which a month is drawn. */
  readonly reports: Parameters<typeof drawReport>[1];
  /** How every payment of a month is written as one workbook. */
  readonly paymentLines: Parameters<typeof drawLines>[1];
  /** Who signs accounts; null where nobody was named. */
  readonly signer: string | null;
  /** Null where no key was named that signs the log. */
  readonly proof: ProofDesk | null;
  /** How the file of a decree is read. */
  readonly decrees: Parameters<typeof proposeDecree>[1];
  /** The profile of a file, or all that is wrong with it. */
  readonly readProfile: (bytes: Buffer) => {
    readonly profile: BankProfile | null;
    readonly faults: readonly ProfileFault[];
  };
  readonly timetable: TimetableDesk;
  /** Calls back whenever running work has got on; returns what ends it. */
  readonly onProgress: (told: () => void) => () => void;
}
