import type { MonthReport } from './month-report.ts';

/** Writes a report in one form. The same report gives the same bytes. */
export interface ReportWriter {
  readonly extension: 'xlsx' | 'html' | 'pdf';
  write(report: MonthReport): Promise<Buffer>;
}
