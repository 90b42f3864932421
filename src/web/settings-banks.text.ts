import type { Texts } from './words.ts';

/** The words of what banks lay down. */
export const BANK_TEXTS = {
  banks: { vi: 'Ngân hàng và kho bạc', en: 'Banks and the Treasury' },
  lead: {
    vi: 'Hệ thống chỉ biết ngân hàng qua hồ sơ của họ. Đổi một hồ sơ là đổi đường đi của tiền: một người đề nghị, người duyệt khác ký bằng mã.',
    en: 'A bank is known by its profile alone. To change one is to change where money goes: one person proposes, a checker signs with a code.',
  },
  channel: { vi: 'Kênh', en: 'Channel' },
  name: { vi: 'Tên', en: 'Name' },
  version: { vi: 'Bản', en: 'Version' },
  format: { vi: 'Dạng tệp', en: 'File format' },
  transport: { vi: 'Đường truyền', en: 'Transport' },
  'proposed-by': { vi: 'Người đề nghị', en: 'Proposed by' },
  'approved-by': { vi: 'Người duyệt', en: 'Approved by' },
  state: { vi: 'Tình trạng', en: 'State' },
  'in-use': { vi: 'Đang dùng', en: 'In use' },
  waits: { vi: 'Chờ duyệt', en: 'Waits' },
  past: { vi: 'Đã thay', en: 'Replaced' },
  version_of: { vi: '{channel}, bản {version}', en: '{channel}, version {version}' },
  payer: { vi: 'Tài khoản chi', en: 'Paying account' },
  agreement: { vi: 'Thoả thuận', en: 'Agreement' },
  cutoff: { vi: 'Giờ chốt', en: 'Cut-off' },
  'all-day': { vi: 'cả ngày', en: 'all day' },
  lines: { vi: 'Số lệnh tối đa một tệp', en: 'Most lines in a file' },
  repeats: { vi: 'Gửi lại cùng mã', en: 'A reference sent again' },
  'repeats-yes': {
    vi: 'ngân hàng từ chối: có thể gửi lại an toàn',
    en: 'the bank refuses it: safe',
  },
  'repeats-no': {
    vi: 'ngân hàng không chặn: không bao giờ tự gửi lại',
    en: 'the bank takes it: never sent again by itself',
  },
  document: { vi: 'Căn cứ', en: 'Document' },
  content: { vi: 'Toàn bộ hồ sơ', en: 'The whole profile' },
  changed: { vi: 'Khác bản đang dùng', en: 'Other than the one in use' },
  place: { vi: 'Mục', en: 'Place' },
  was: { vi: 'Đang dùng', en: 'In use' },
  'would-be': { vi: 'Đề nghị', en: 'Proposed' },
  'nothing-changed': { vi: 'Không khác gì.', en: 'Nothing differs.' },
  propose: { vi: 'Đề nghị một hồ sơ', en: 'Propose a profile' },
  'propose-lead': {
    vi: 'Tệp JSON theo docs/bank-profiles.md. Mọi lỗi được nêu một lần; chưa có gì đổi cho đến khi người khác duyệt.',
    en: 'A file of JSON by docs/bank-profiles.md. All its faults are told at once; nothing changes until another person approves.',
  },
  file: { vi: 'Tệp hồ sơ (.json)', en: 'File of the profile (.json)' },
  'own-proposal': {
    vi: 'Bạn đã đề nghị bản này; người khác duyệt.',
    en: 'You proposed it; another person approves.',
  },
  approve: {
    vi: 'Duyệt: từ nay tệp của {channel} theo bản {version}',
    en: 'Approve: files of {channel} follow version {version} from now on',
  },
  faults: { vi: 'Hồ sơ có {count} lỗi, chưa được ghi', en: '{count} faults; nothing was kept' },
  rule: { vi: 'Lỗi và cách sửa', en: 'What is wrong' },
} as const satisfies Texts;
