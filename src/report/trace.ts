import type { Bilingual } from '../kernel/text.ts';

/** One payment, from the row of the list to the byte in the bank's answer. */
export interface Trace {
  /** The reference that the bank was given. */
  readonly reference: string;
  readonly sections: readonly TraceSection[];
}

export interface TraceSection {
  readonly name: TraceSectionName;
  /** What stands there, a row a line; amounts as text in đồng. Nobody is named. */
  readonly rows: readonly TraceRow[];
}

export type TraceRow = Readonly<Record<string, string | null>>;

/** The sections of a trace, in the order in which money walks. */
export const TRACE_SECTIONS = {
  list: { vi: 'Dòng trong danh sách', en: 'Row of the list' },
  assessment: { vi: 'Xét mức hưởng và căn cứ', en: 'Assessment and articles' },
  evidence: { vi: 'Chứng cứ xác minh', en: 'Evidence' },
  instruction: { vi: 'Lệnh chi', en: 'Instruction' },
  batch: { vi: 'Đợt chi và chữ ký', en: 'Batch and signatures' },
  file: { vi: 'Tệp gửi ngân hàng', en: 'File to the bank' },
  answers: { vi: 'Trả lời của ngân hàng', en: 'Answers of the bank' },
  statement: { vi: 'Sao kê', en: 'Statement' },
  outcome: { vi: 'Kết cục và chênh lệch', en: 'Outcome and breaks' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  events: { vi: 'Nhật ký', en: 'Events' },
} as const satisfies Record<string, Bilingual>;

type TraceSectionName = keyof typeof TRACE_SECTIONS;

/** The trace as lines of text: every section, also one with nothing in it, for that tells something. */
export function traceLines({ reference, sections }: Trace): string[] {
  return [
    reference,
    ...sections.flatMap(({ name, rows }) => {
      const { vi, en } = TRACE_SECTIONS[name];
      const lines = rows.map((row) => `  ${rowText(row)}`);
      return ['', `${vi} / ${en}`, ...(lines.length > 0 ? lines : ['  –'])];
    }),
  ];
}

function rowText(row: TraceRow): string {
  return Object.entries(row)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join('  ');
}
