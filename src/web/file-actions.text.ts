import type { Texts } from './words.ts';

/** What people do about a file whose bank says nothing. */
export const FILE_ACTION_TEXTS = {
  ask: { vi: 'Hỏi lại ngân hàng', en: 'Ask the bank again' },
  'ask-lead': {
    vi: 'Chỉ hỏi tệp đang nằm ở đâu. Không gửi lại tệp, không ai bị chi hai lần.',
    en: 'This only asks where the file is. Nothing is sent again, and nobody is paid twice.',
  },
  'ask-do': { vi: 'Hỏi ngân hàng', en: 'Ask the bank' },
  'asked.waiting': {
    vi: 'Ngân hàng trả lời: tệp đang nằm chờ ở ngân hàng.',
    en: 'The bank answers: the file waits there.',
  },
  'asked.taken': {
    vi: 'Ngân hàng trả lời: đã nhận tệp.',
    en: 'The bank answers: it has taken the file.',
  },
  'asked.absent': {
    vi: 'Ngân hàng chưa thấy tệp. Tệp có thể chỉ đến chậm: đừng lập lại lệnh chi.',
    en: 'The bank does not see the file. It may merely be late: do not make the payments again.',
  },
  'asked.silent': {
    vi: 'Chưa hỏi được ngân hàng. Lần hỏi đã được ghi lại; hãy thử lại sau hoặc gọi điện cho ngân hàng.',
    en: 'The bank could not be asked. That it was tried is on record; try again later, or call the bank.',
  },
  stuck: { vi: 'Chưa rõ ngân hàng đã nhận tệp chưa', en: 'Nobody knows whether the bank has it' },
  'stuck-lead': {
    vi: 'Phần mềm không tự gửi lại tệp này. Một người đề nghị cách xử lý kèm giấy tờ, người khác quyết định.',
    en: 'This file is never sent again by itself. One person proposes what is done, with a document, and another decides.',
  },
  'see-break': { vi: 'Xem chênh lệch số {no}', en: 'See break {no}' },
  waits: {
    vi: 'Đã có một đề nghị chờ người khác quyết định.',
    en: 'A proposal waits for another person’s decision.',
  },
  'handed-over': { vi: 'Đã giao tận tay cho ngân hàng', en: 'Carried to the bank by hand' },
  'handed-over-lead': {
    vi: 'Chọn đúng tệp đã chép cho ngân hàng. Phần mềm so từng byte với tệp đã duyệt; khác một byte cũng không nhận.',
    en: 'Choose the very file that was handed over. It is compared byte for byte with what was approved; another is refused.',
  },
  'carried-file': { vi: 'Tệp đã giao', en: 'The file that was carried' },
  'handed-over-do': { vi: 'Đề nghị ghi nhận đã giao', en: 'Propose that it was handed over' },
  withdraw: { vi: 'Rút tệp, chi lại ở đợt sau', en: 'Withdraw the file and owe its lines again' },
  'withdraw-lead': {
    vi: 'Chỉ khi chắc chắn ngân hàng sẽ không bao giờ chi theo tệp này. Các dòng của tệp trở lại số còn phải chi.',
    en: 'Only when it is sure that the bank will never pay by this file. Its lines are owed again.',
  },
  'withdraw-not-yet': {
    vi: 'Hiện chưa rút được: ngân hàng còn có thể chi theo tệp này. Chờ sao kê, hoặc trả lời hủy của ngân hàng.',
    en: 'It cannot be withdrawn yet, since its bank may still pay it. Wait for its statement or its answer to a cancellation.',
  },
  'withdraw-do': { vi: 'Đề nghị rút tệp', en: 'Propose to withdraw it' },
  document: { vi: 'Số biên nhận, công văn', en: 'Number of the receipt or letter' },
} as const satisfies Texts;
