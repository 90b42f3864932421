import type { Bilingual } from '../kernel/text.ts';

/** What a doctor looks at: what holds when it is in order, and what to do when it does not. */
export const CHECKS = {
  schema: {
    holds: {
      vi: 'Lược đồ đúng phiên bản chương trình',
      en: 'The schema is that of this release',
    },
    mend: {
      vi: 'Chạy lại dịch vụ để nâng cấp, hoặc cài đúng phiên bản',
      en: 'Start the service to bring it up, or install the right release',
    },
  },
  replica: {
    holds: {
      vi: 'Cơ sở dữ liệu là máy chính, không phải bản sao',
      en: 'The database is the primary and no replica',
    },
    mend: {
      vi: 'Sửa DATABASE_URL',
      en: 'Mend DATABASE_URL',
    },
  },
  durability: {
    holds: {
      vi: 'Điều đã ghi không mất khi mất điện',
      en: 'What is committed survives a power cut',
    },
    mend: {
      vi: 'Bật fsync, full_page_writes, synchronous_commit',
      en: 'Turn fsync, full_page_writes, synchronous_commit on',
    },
  },
  grants: {
    holds: {
      vi: 'Ứng dụng không xóa, không sở hữu bảng nào',
      en: 'The application owns nothing and may delete nothing',
    },
    mend: {
      vi: 'Thu hồi quyền thừa',
      en: 'Revoke what is too much',
    },
  },
  constraints: {
    holds: {
      vi: 'Mọi ràng buộc và trigger đang có hiệu lực',
      en: 'Every constraint and trigger is in force',
    },
    mend: {
      vi: 'Bật lại, kiểm tra an-sinh inspect',
      en: 'Put it back, then look at an-sinh inspect',
    },
  },
  indexes: {
    holds: {
      vi: 'Mọi chỉ mục hợp lệ',
      en: 'Every index is valid',
    },
    mend: {
      vi: 'Chạy REINDEX',
      en: 'REINDEX it',
    },
  },
  clock: {
    holds: {
      vi: 'Đồng hồ máy này khớp với cơ sở dữ liệu trong 30 giây',
      en: 'This clock is that of the database within 30 seconds',
    },
    mend: {
      vi: 'Đồng bộ giờ (NTP)',
      en: 'Set it (NTP)',
    },
  },
  zone: {
    holds: {
      vi: 'Máy này và cơ sở dữ liệu biết múi giờ Việt Nam',
      en: 'This machine and the database know the zone of Việt Nam',
    },
    mend: {
      vi: 'Cập nhật dữ liệu múi giờ',
      en: 'Update the zone data',
    },
  },
  disk: {
    holds: {
      vi: 'Đĩa còn trống trên 10% và ghi được',
      en: 'The disk has more than a tenth free and can be written',
    },
    mend: {
      vi: 'Giải phóng dung lượng',
      en: 'Make room',
    },
  },
  keys: {
    holds: {
      vi: 'Các tệp khóa có đủ, chỉ chủ sở hữu đọc được, chứng thư còn hạn trên 30 ngày',
      en: 'Keys are there, readable to their owner alone, certificates valid for more than 30 days',
    },
    mend: {
      vi: 'Đặt chmod 600 hoặc chép lại tệp khóa; đổi chứng thư sắp hết hạn và báo ngân hàng',
      en: 'chmod 600 or put the key back; renew what is about to end and tell the bank',
    },
  },
  calendar: {
    holds: {
      vi: 'Lịch nghỉ của năm đã nạp, từ tháng 12 cả năm sau',
      en: 'The days off of the year are loaded, from December those of the next',
    },
    mend: {
      vi: 'Trình và duyệt bằng an-sinh decree',
      en: 'Propose and approve them by an-sinh decree',
    },
  },
  calls: {
    holds: {
      vi: 'Số lần hỏi dịch vụ bên ngoài hôm nay còn trên một phần mười',
      en: 'Of the calls agreed with services outside more than a tenth is left today',
    },
    mend: {
      vi: 'Xin thêm hạn mức, hoặc để ngày mai',
      en: 'Ask for more, or wait',
    },
  },
  epoch: {
    holds: {
      vi: 'Không có lần khôi phục nào đang giữ việc gửi',
      en: 'No restore holds sending back',
    },
    mend: {
      vi: 'Xem an-sinh epoch',
      en: 'See an-sinh epoch',
    },
  },
} as const satisfies Record<string, { holds: Bilingual; mend: Bilingual }>;

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
