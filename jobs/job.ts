import type { StageName } from '../src/cycle.ts';
import type { Inboxes } from '../src/settlement/receive-files.flow.ts';
import type { renderBatches } from '../src/batch/render-batch.flow.ts';
import type { importList } from '../src/intake/import-list.flow.ts';
import type { registerDeaths } from '../src/intake/register-deaths.flow.ts';
import type { Bilingual } from '../src/kernel/text.ts';
import type { Period } from '../src/kernel/period.ts';
import type { Context } from '../src/platform/context.ts';
import type { Transports } from '../src/release/release-batches.flow.ts';
import type { drawReport } from '../src/report/draw-report.flow.ts';
import type { receiveFiles } from '../src/settlement/receive-files.flow.ts';
import type { Directories } from '../src/verification/verify-period.flow.ts';

/** Everybody outside, each behind the port that a flow asks for. */
export interface Counterparts {
  readonly lists: Parameters<typeof importList>[1];
  readonly civilStatus: Parameters<typeof registerDeaths>[1];
  readonly directories: Directories;
  readonly paymentFiles: Parameters<typeof renderBatches>[1];
  readonly transports: Transports;
  readonly inboxes: Inboxes;
  readonly readers: Parameters<typeof receiveFiles>[1]['readers'];
  readonly reports: Parameters<typeof drawReport>[1];
}

/** Which month of which province a job is for. */
export interface JobScope {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
  /** Who is named when the population database is asked. */
  readonly officer: string;
  readonly unitCode: string;
}

/** One figure that a stage tells: a count, an amount, or both. */
export interface Figure {
  readonly label: Bilingual;
  readonly count?: bigint;
  readonly vnd?: bigint;
}

export interface StageOutcome {
  /** Whether anything was done; a second run of a stage does nothing. */
  readonly changed: boolean;
  readonly figures: readonly Figure[];
  /** Questions that a service outside left without an answer; they are asked again. */
  readonly unanswered?: number;
}

/** A job chooses what to do and hands it to a flow. It holds no rule and no SQL of its own. */
export interface Job {
  readonly stage: StageName;
  run(context: Context, counterparts: Counterparts, scope: JobScope): Promise<StageOutcome>;
}

/** Writes a figure with its two labels. */
export function figure(vi: string, en: string, values: Omit<Figure, 'label'>): Figure {
  return { label: { vi, en }, ...values };
}
