import type { Bilingual } from '../kernel/text.ts';

// What a person has to know, in words that name no recipient: a kind, what it is about, and counts.

/** Every kind of alarm: what it says, and what to do next. Grave ones hold money back or are late. */
export const ALARMS = {
  'gate-at-risk': {
    grave: false,
    vi: 'Hạn của kỳ sắp đến mà việc chưa xong; xem an-sinh jobs và các đợt chờ ký',
    en: 'A gate of the month is near and its work is not done; see an-sinh jobs and who has to sign',
  },
  'gate-missed': {
    grave: true,
    vi: 'Đã quá hạn của kỳ mà việc chưa xong; báo lãnh đạo và bên chi trả',
    en: 'A gate of the month has closed and its work is not done; tell the head and the provider',
  },
  'run-late': {
    grave: false,
    vi: 'Công việc theo lịch chưa xong đúng giờ; xem an-sinh jobs',
    en: 'A job of the timetable is not done in time; see an-sinh jobs',
  },
  'unit-parked': {
    grave: false,
    vi: 'Công việc bị giữ sau nhiều lần lỗi; sửa nguyên nhân rồi an-sinh jobs retry',
    en: 'A unit is parked after its attempts; mend the cause, then an-sinh jobs retry',
  },
  'not-acknowledged': {
    grave: true,
    vi: 'Tệp đã gửi quá một ngày làm việc mà chưa có hồi âm; hỏi ngân hàng, không gửi lại',
    en: 'A file sent more than a working day ago has no answer; ask the bank, send nothing again',
  },
  'no-file-for-a-day': {
    grave: true,
    vi: 'Cả một ngày làm việc không có tệp nào từ bên chi trả; ngừng gửi tiếp cho đến khi có người xác nhận',
    en: 'For a whole working day no file came; nothing more is sent until somebody acknowledges this',
  },
  'provider-down': {
    grave: false,
    vi: 'Dịch vụ bên ngoài không trả lời nhiều lần liên tiếp; liên hệ đơn vị vận hành',
    en: 'A service outside did not answer several times running; call who operates it',
  },
  'calls-running-out': {
    grave: false,
    vi: 'Hạn mức hỏi trong ngày của một dịch vụ bên ngoài sắp hết; việc xác minh sẽ dừng đến ngày mai',
    en: 'The calls agreed with a service outside are nearly used up today; verification then waits',
  },
  'breaks-ageing': {
    grave: false,
    vi: 'Còn chênh lệch đối soát mở quá năm ngày; giao người giải trình',
    en: 'Breaks have been open for more than five days; give them to a person',
  },
  'tie-out-failed': {
    grave: true,
    vi: 'Sổ cái và sao kê trong ngày không khớp; xem an-sinh inspect',
    en: 'The ledger and the statements of a day do not tie; see an-sinh inspect',
  },
  'calendar-missing': {
    grave: false,
    vi: 'Lịch nghỉ của năm sắp đến chưa được nạp; trình và duyệt bằng an-sinh decree',
    en: 'The days off of a year that is near are not loaded; propose and approve them by an-sinh decree',
  },
  'disk-low': {
    grave: true,
    vi: 'Đĩa sắp đầy trên một máy chủ; giải phóng dung lượng',
    en: 'A disk of a machine is nearly full; make room',
  },
  'cut-off-near': {
    grave: false,
    vi: 'Sắp đến giờ chốt của ngân hàng mà đợt chưa gửi; gọi người ký',
    en: 'The cut-off of a bank is near and a batch is not sent; call who has to sign',
  },
  'cut-off-missed': {
    grave: true,
    vi: 'Đã quá giờ chốt của ngân hàng, đợt bị giữ lại; rút đợt và lập lại',
    en: 'The cut-off of a bank has passed and a batch is held; withdraw it and gather it again',
  },
  'value-date-off': {
    grave: true,
    vi: 'Ngày giá trị đã ký không còn là ngày làm việc của ngân hàng, đợt bị giữ lại; rút đợt và lập lại',
    en: 'The value date that was signed is no bank day any more, a batch is held; withdraw it and gather it again',
  },
  'certificate-ending': {
    grave: true,
    vi: 'Chứng thư dùng với ngân hàng sắp hết hạn; đổi chứng thư và báo ngân hàng',
    en: 'A certificate for a bank is about to end; renew it and tell the bank',
  },
  'database-restored': {
    grave: true,
    vi: 'Cơ sở dữ liệu đã được khôi phục; không gửi gì cho đến khi có người cho phép, xem an-sinh epoch',
    en: 'The database was restored; nothing is sent until a person releases it, see an-sinh epoch',
  },
  'answered-before-sent': {
    grave: true,
    vi: 'Sau khi khôi phục, ngân hàng đã trả lời cho một đợt mà hệ thống chưa gửi; mọi đợt của ngân hàng đó bị giữ. Rút đợt, phần ngân hàng chưa nói đến được lập lại',
    en: 'After a restore a bank has answered for a batch that was not sent from here; every batch of that bank is held. Withdraw it; what the bank has not spoken of is gathered again',
  },
  'clock-skew': {
    grave: true,
    vi: 'Đồng hồ của một máy chủ lệch với cơ sở dữ liệu; đồng bộ giờ, máy đó không bắt đầu việc gì',
    en: 'The clock of a machine is not the database’s; set it, that machine begins nothing',
  },
} as const satisfies Record<string, Bilingual & { grave: boolean }>;

export type AlarmKind = keyof typeof ALARMS;

/** Something that is to be raised. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** What it is about, such as money-out/2026-12; with the kind it is raised once. */
  readonly subject: string;
  /** Counts, codes and instants; never a name or a number of a person. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A telling of an alarm that is due on a channel. */
export interface DueDelivery {
  readonly alarmId: bigint;
  readonly channel: ChannelName;
  readonly round: number;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly raisedAt: Date;
  readonly attempts: number;
}

export type ChannelName = 'mail' | 'webhook';

/** An alarm in words, as a person reads it. */
export function letterOf(alarm: DueDelivery): { title: string; body: string } {
  const { vi, en, grave } = ALARMS[alarm.kind];
  const again = alarm.round > 1 ? ` (nhắc lần ${alarm.round} / reminder ${alarm.round})` : '';
  const facts = Object.entries(alarm.facts).map(([name, value]) => `${name}: ${String(value)}`);
  return {
    title: `[An Sinh]${grave ? ' !' : ''} ${alarm.kind} ${alarm.subject}${again}`,
    body: [
      vi,
      en,
      '',
      ...facts,
      alarm.raisedAt.toISOString(),
      '',
      `an-sinh alarms acknowledge ${alarm.alarmId} --by …`,
    ].join('\n'),
  };
}

const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;

/** How long after a failed telling the next is tried: a minute, two, … an hour, and so for ever. */
export function secondsToNextTelling(attempts: number): number {
  return Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(attempts, 10), LONGEST_PAUSE_SECONDS);
}
