import type { Bilingual } from '../kernel/text.ts';

/** What a doctor looks at, and what to do when it is wrong. */
export const CHECKS = {
  schema: {
    vi: 'Lược đồ đúng phiên bản chương trình; chạy lại dịch vụ để nâng cấp, hoặc cài đúng phiên bản',
    en: 'The schema is that of this release; start the service to bring it up, or install the right release',
  },
  replica: {
    vi: 'Cơ sở dữ liệu là máy chính, không phải bản sao; sửa DATABASE_URL',
    en: 'The database is the primary and no replica; mend DATABASE_URL',
  },
  durability: {
    vi: 'Điều đã ghi không mất khi mất điện; bật fsync, full_page_writes, synchronous_commit',
    en: 'What is committed survives a power cut; turn fsync, full_page_writes, synchronous_commit on',
  },
  grants: {
    vi: 'Ứng dụng không xóa, không sở hữu bảng nào; thu hồi quyền thừa',
    en: 'The application owns nothing and may delete nothing; revoke what is too much',
  },
  constraints: {
    vi: 'Mọi ràng buộc và trigger đang có hiệu lực; bật lại, kiểm tra an-sinh inspect',
    en: 'Every constraint and trigger is in force; put it back, then look at an-sinh inspect',
  },
  indexes: {
    vi: 'Mọi chỉ mục hợp lệ; chạy REINDEX',
    en: 'Every index is valid; REINDEX it',
  },
  clock: {
    vi: 'Đồng hồ máy này khớp với cơ sở dữ liệu trong 30 giây; đồng bộ giờ (NTP)',
    en: 'This clock is that of the database within 30 seconds; set it (NTP)',
  },
  zone: {
    vi: 'Máy này và cơ sở dữ liệu biết múi giờ Việt Nam; cập nhật dữ liệu múi giờ',
    en: 'This machine and the database know the zone of Việt Nam; update the zone data',
  },
  disk: {
    vi: 'Đĩa còn trống trên 10% và ghi được; giải phóng dung lượng',
    en: 'The disk has more than a tenth free and can be written; make room',
  },
  keys: {
    vi: 'Các tệp khóa có đủ, chỉ chủ sở hữu đọc được, chứng thư còn hạn trên 30 ngày',
    en: 'Keys are there, readable to their owner alone, certificates valid for more than 30 days',
  },
  calendar: {
    vi: 'Lịch nghỉ của năm đã nạp, từ tháng 12 cả năm sau; trình và duyệt bằng an-sinh decree',
    en: 'The days off of the year are loaded, from December those of the next; an-sinh decree',
  },
  calls: {
    vi: 'Số lần hỏi dịch vụ bên ngoài hôm nay còn trên một phần mười; xin thêm hạn mức hoặc để ngày mai',
    en: 'Of the calls agreed with services outside more than a tenth is left today; ask for more, or wait',
  },
  epoch: {
    vi: 'Không có lần khôi phục nào đang giữ việc gửi; xem an-sinh epoch',
    en: 'No restore holds sending back; see an-sinh epoch',
  },
} as const satisfies Record<string, Bilingual>;

export type CheckName = keyof typeof CHECKS;

/** What was found by one check: nothing, when it is in order. */
export interface Diagnosis {
  readonly check: CheckName;
  readonly faults: readonly string[];
}

/** What a service does not start with: a rule that sleeps, or a database that is not the one that counts. */
export const NEEDED_TO_START: readonly CheckName[] = [
  'schema',
  'replica',
  'grants',
  'constraints',
  'indexes',
  'zone',
];
