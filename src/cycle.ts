import type { Bilingual } from './kernel/text.ts';

/** One room of the month: what it is called, who drives it, and what it leaves behind. */
export interface Stage {
  readonly name: string;
  readonly title: Bilingual;
  readonly drivenBy: 'job' | 'person';
  readonly leaves: string;
}

/** The nine stages in the order in which money walks through them. */
export const CYCLE = [
  {
    name: 'intake',
    title: { vi: 'Tiếp nhận danh sách', en: 'Intake' },
    drivenBy: 'job',
    leaves: 'recipients, payees, channels, enrolments; every refused row with its reason',
  },
  {
    name: 'entitlement',
    title: { vi: 'Xét mức hưởng', en: 'Entitlement' },
    drivenBy: 'job',
    leaves: 'assessments with inputs, articles and arithmetic; what is owed in the ledger',
  },
  {
    name: 'verification',
    title: { vi: 'Xác minh', en: 'Verification' },
    drivenBy: 'job',
    leaves: 'evidence that the payee lives and holds the account; findings',
  },
  {
    name: 'batch',
    title: { vi: 'Lập đợt chi trả', en: 'Batch' },
    drivenBy: 'job',
    leaves: 'batches with control totals and a hash; the very files that would be sent',
  },
  {
    name: 'approval',
    title: { vi: 'Phê duyệt', en: 'Approval' },
    drivenBy: 'person',
    leaves: 'two signatures over the totals and the hashes of the files',
  },
  {
    name: 'release',
    title: { vi: 'Phát hành lệnh chi', en: 'Release' },
    drivenBy: 'job',
    leaves: 'each file with its bank, once; the money in transit',
  },
  {
    name: 'settlement',
    title: { vi: 'Nhận kết quả', en: 'Settlement' },
    drivenBy: 'job',
    leaves: 'the bank’s files kept byte for byte, their lines and statements',
  },
  {
    name: 'reconciliation',
    title: { vi: 'Đối soát', en: 'Reconciliation' },
    drivenBy: 'job',
    leaves: 'one outcome for each instruction, one fate for each line; breaks',
  },
  {
    name: 'report',
    title: { vi: 'Báo cáo', en: 'Report' },
    drivenBy: 'job',
    leaves: 'the month accounted for to the dong, as a workbook and a page',
  },
] as const satisfies readonly Stage[];

export type StageName = (typeof CYCLE)[number]['name'];
