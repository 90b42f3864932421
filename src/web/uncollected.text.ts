import type { Texts } from './words.ts';

/** The words of cash that nobody collects. */
export const UNCOLLECTED_TEXTS = {
  title: { vi: 'Tiền mặt không đến nhận', en: 'Cash not collected' },
  lead: {
    vi: 'Ai ba tháng liền không đến bưu điện nhận tiền thì tạm dừng (Thông tư 02/2021/TT-BLĐTBXH, Điều 2 khoản 3); tiền chưa nhận vẫn là tiền nợ người hưởng. Đến nhận rồi thì hưởng lại và được truy lĩnh. Một người đề nghị theo danh sách đang thấy, người khác quyết định đúng danh sách ấy.',
    en: 'Who comes to no counter for three months running is suspended (Circular 02/2021/TT-BLDTBXH art. 2(3)); what they have not collected stays owed. Who has collected since resumes, with back-pay. One person proposes the list as seen, another decides about the very same.',
  },
  'from-month': { vi: 'Từ tháng', en: 'From the month' },
  which: { vi: 'Danh sách', en: 'List' },
  'kind.suspend': { vi: 'Tạm dừng: ba tháng không nhận', en: 'Suspend: three months uncollected' },
  'kind.resume': { vi: 'Hưởng lại: đã đến nhận', en: 'Resume: collected since' },
  commune: { vi: 'Xã, phường', en: 'Commune' },
  recipient: { vi: 'Người hưởng số', en: 'Recipient no.' },
  enrolment: { vi: 'Diện hưởng', en: 'Enrolment' },
  'amount.suspend': { vi: 'Chưa nhận', en: 'Uncollected' },
  'amount.resume': { vi: 'Đã nhận lại', en: 'Collected since' },
  nobody: { vi: 'Không có ai trong danh sách này.', en: 'Nobody is on this list.' },
  people: { vi: 'Số diện hưởng', en: 'Enrolments' },
  total: { vi: 'Tổng số tiền', en: 'Total' },
  hash: { vi: 'Mã băm danh sách', en: 'Hash of the list' },
  propose: { vi: 'Đề nghị', en: 'Propose' },
  'propose-lead': {
    vi: 'Chưa có gì thay đổi cho đến khi người khác đồng ý. Có ai đến nhận trong lúc chờ thì phải đề nghị lại.',
    en: 'Nothing changes until another person has confirmed. If somebody collects meanwhile, it has to be proposed anew.',
  },
  decision: { vi: 'Số quyết định', en: 'Number of the decision' },
  'decided-on': { vi: 'Ngày quyết định', en: 'Day of the decision' },
  'propose.suspend': {
    vi: 'Đề nghị tạm dừng {count} diện hưởng',
    en: 'Propose to suspend {count} enrolments',
  },
  'propose.resume': {
    vi: 'Đề nghị cho {count} diện hưởng lại',
    en: 'Propose to resume {count} enrolments',
  },
  waits: {
    vi: 'Đề nghị số {no} của {who}, {at}, chờ quyết định',
    en: 'Proposal {no} of {who}, {at}, waits for a decision',
  },
  changed: {
    vi: 'Danh sách đã khác lúc đề nghị: phải đề nghị lại',
    en: 'The list is not the one that was proposed: propose anew',
  },
  own: {
    vi: 'Bạn đã đề nghị; người khác có quyền duyệt sẽ quyết định.',
    en: 'You proposed it; another person who may confirm decides.',
  },
  'why-not': { vi: 'Lý do (bắt buộc khi không đồng ý)', en: 'Reason (needed to decline)' },
  'confirm.suspend': {
    vi: 'Tạm dừng {count} diện hưởng từ tháng {month}',
    en: 'Suspend {count} enrolments from {month} on',
  },
  'confirm.resume': {
    vi: 'Cho {count} diện hưởng lại từ tháng {month}',
    en: 'Resume {count} enrolments from {month} on',
  },
  decline: { vi: 'Không đồng ý', en: 'Decline' },
} as const satisfies Texts;
