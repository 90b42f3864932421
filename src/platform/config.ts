import { Ajv, type ErrorObject } from 'ajv';
import { existsSync } from 'node:fs';
import { Refusal } from '../kernel/refusal.ts';
import type { Bilingual } from '../kernel/text.ts';

interface Variable {
  /** JSON Schema keywords that the text of the variable must satisfy. */
  readonly schema: { readonly enum: readonly string[] } | { readonly pattern: string };
  /** What the schema asks for, in words: a fault names the rule and never the value. */
  readonly rule: Bilingual;
  /** Why the variable exists. */
  readonly reason: Bilingual;
  readonly example: string;
}

const ADDRESS_RULE = { vi: 'phải là địa chỉ http(s)://…', en: 'must be an address http(s)://…' };
const FOLDER_RULE = { vi: 'phải là đường dẫn thư mục', en: 'must be the path of a folder' };
const CODE_RULE = {
  vi: 'phải gồm 1 đến 64 chữ cái không dấu, chữ số hoặc . _ -',
  en: 'must be 1 to 64 plain letters, digits or . _ -',
};
const ADDRESS = { pattern: '^https?://[^\\s/?#]+[^\\s]*$' };
const FOLDER = { pattern: '^[^\\u0000-\\u001f]+$' };
const COUNT_RULE = {
  vi: 'phải là số nguyên từ 1 đến 999999999',
  en: 'must be a whole number from 1 to 999999999',
};
const COUNT = { pattern: '^[1-9][0-9]{0,8}$' };
const CODE = { pattern: '^[A-Za-z0-9._-]{1,64}$' };

/**
 * Every variable that An Sinh reads from the environment. `.env.example` is this table written
 * out, and a test holds the two together. Only AN_SINH_HOME has a default: a secret, an address or
 * an adapter that nobody chose must stop the program, not be guessed.
 */
export const VARIABLES = {
  AN_SINH_ENVIRONMENT: {
    schema: { enum: ['sandbox', 'production'] },
    rule: { vi: 'phải là sandbox hoặc production', en: 'must be sandbox or production' },
    reason: {
      vi: 'Môi trường: sandbox là chạy thử, không có tiền thật; production là chi thật.',
      en: 'sandbox moves no real money; production does. No default: nobody pays by accident.',
    },
    example: 'sandbox',
  },
  AN_SINH_HOME: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục lưu trữ tệp gốc và dữ liệu chạy thử. Mặc định ./var.',
      en: 'Folder of the archive and of the demo data. Default ./var.',
    },
    example: './var',
  },
  DATABASE_URL: {
    schema: { pattern: '^postgres(ql)?://\\S+$' },
    rule: {
      vi: 'phải là địa chỉ postgres://…; bắt buộc khi AN_SINH_ENVIRONMENT=production',
      en: 'must be an address postgres://…; required when AN_SINH_ENVIRONMENT=production',
    },
    reason: {
      vi: 'Máy chủ PostgreSQL. Khi chạy thử có thể bỏ trống: dùng PostgreSQL kèm theo.',
      en: 'The PostgreSQL server. Unset outside production: the embedded server, for demos only.',
    },
    example: 'postgres://an_sinh:password@127.0.0.1:5432/an_sinh',
  },
  PROVINCE_CODE: {
    schema: { pattern: '^[0-9]{2}$' },
    rule: { vi: 'phải gồm 2 chữ số', en: 'must be 2 digits' },
    reason: {
      vi: 'Mã tỉnh, thành phố chi trả.',
      en: 'The province that pays: its lists are taken, its deaths are asked for.',
    },
    example: '01',
  },
  POPULATION_URL: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Dịch vụ tra cứu Cơ sở dữ liệu quốc gia về dân cư.',
      en: 'The look-up service of the national population database.',
    },
    example: 'https://dancu.example.vn/TraCuuThongTinCongDan',
  },
  CIVIL_STATUS_URL: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Dịch vụ danh sách khai tử của hệ thống hộ tịch điện tử.',
      en: 'The civil-status register: who has died. The population record does not say.',
    },
    example: 'https://hotich.example.vn/DanhSachKhaiTu',
  },
  POPULATION_SERVICE_CODE: {
    schema: CODE,
    rule: CODE_RULE,
    reason: {
      vi: 'Mã dịch vụ (MaDVC) được cấp khi kết nối Cơ sở dữ liệu quốc gia về dân cư.',
      en: 'The service code (MaDVC) given to the agency when it was connected.',
    },
    example: 'DVC001',
  },
  IDENTITY_SERVICE: {
    schema: { enum: ['look-up', 'verify', 'file'] },
    rule: { vi: 'phải là look-up, verify hoặc file', en: 'must be look-up, verify or file' },
    reason: {
      vi: 'Cách hỏi về dân cư: tra cứu, xác thực (chỉ đúng/sai) hoặc trao đổi tệp. Không đặt: look-up.',
      en: 'How people are asked about: looked up, verified (yes or no), or by file. Unset: look-up.',
    },
    example: 'look-up',
  },
  IDENTITY_FOLDER: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục trao đổi tệp hỏi đáp dân cư, khi IDENTITY_SERVICE=file.',
      en: 'The folder in which questions and answers lie when IDENTITY_SERVICE=file.',
    },
    example: '/srv/an-sinh/dan-cu',
  },
  IDENTITY_CALLS_A_DAY: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Hạn mức số lần hỏi dân cư mỗi ngày theo thỏa thuận. Không đặt: không hạn mức.',
      en: 'How many calls a day the population database has agreed to. Unset: no limit.',
    },
    example: '200000',
  },
  IDENTITY_CALLS_A_SECOND: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Số lần hỏi dân cư nhiều nhất mỗi giây của một máy. Không đặt: chỉ giới hạn số lần hỏi cùng lúc.',
      en: 'How many calls a second at most, of one process. Unset: only those at once are bounded.',
    },
    example: '50',
  },
  DIRECTORY_PROTOCOL: {
    schema: { enum: ['json', 'vop', 'acmt', 'acmt-folder'] },
    rule: {
      vi: 'phải là json, vop, acmt hoặc acmt-folder',
      en: 'must be json, vop, acmt or acmt-folder',
    },
    reason: {
      vi: 'Giao thức xác minh tài khoản: json, vop (đối chiếu tên), acmt (ISO 20022) hoặc acmt-folder (tệp).',
      en: 'How accounts are asked about: json, vop (name enquiry), acmt (ISO 20022), or acmt by file.',
    },
    example: 'vop',
  },
  DIRECTORY_FOLDER: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục trao đổi tệp acmt.023 và acmt.024, khi DIRECTORY_PROTOCOL=acmt-folder.',
      en: 'The folder of acmt.023 and acmt.024 when DIRECTORY_PROTOCOL=acmt-folder.',
    },
    example: '/srv/an-sinh/acmt',
  },
  DIRECTORY_CALLS_A_DAY: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Hạn mức số lần hỏi tài khoản mỗi ngày theo thỏa thuận. Không đặt: không hạn mức.',
      en: 'How many calls a day the account directory has agreed to. Unset: no limit.',
    },
    example: '50000',
  },
  DIRECTORY_CALLS_A_SECOND: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Số lần hỏi tài khoản nhiều nhất mỗi giây của một máy. Không đặt: chỉ giới hạn số lần hỏi cùng lúc.',
      en: 'How many calls a second at most, of one process. Unset: only those at once are bounded.',
    },
    example: '20',
  },
  DIRECTORY_URL: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Dịch vụ xác minh chủ tài khoản.',
      en: 'The service that says whose an account is, asked before money leaves.',
    },
    example: 'https://taikhoan.example.vn/verify',
  },
  LINKED_ACCOUNT_URL: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Dịch vụ tra cứu tài khoản an sinh xã hội mà công dân đã liên kết trên VNeID.',
      en: 'The service that says which account a citizen has linked in VNeID.',
    },
    example: 'https://vneid.example.vn/tai-khoan-an-sinh',
  },
  LINKED_ACCOUNT_CALLS_A_DAY: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Hạn mức số lần tra cứu tài khoản liên kết mỗi ngày. Không đặt: không hạn mức.',
      en: 'How many of these look-ups a day were agreed to. Unset: no limit.',
    },
    example: '1000',
  },
  LINKED_ACCOUNT_CALLS_A_SECOND: {
    schema: COUNT,
    rule: COUNT_RULE,
    reason: {
      vi: 'Số lần tra cứu nhiều nhất mỗi giây của một máy. Không đặt: chỉ giới hạn số lần hỏi cùng lúc.',
      en: 'How many of these look-ups a second at most, of one process. Unset: only those at once are bounded.',
    },
    example: '5',
  },
  CHANNEL_FOLDER: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục trao đổi tệp với kênh chi trả dùng thư mục: mỗi kênh một thư mục con (bank, post …).',
      en: 'Files of channels that are reached by folder: a folder for each below it (bank, post …).',
    },
    example: '/srv/an-sinh/kenh',
  },
  BANK_KEY_FOLDER: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục chứa khóa và chứng thư dùng với ngân hàng; hồ sơ ngân hàng chỉ nêu tên khóa.',
      en: 'Our keys and certificates for banks. A bank profile names one and never holds it.',
    },
    example: '/etc/an-sinh/bank-keys',
  },
  BANK_KEY_PASSPHRASE: {
    schema: { pattern: '^.{8,256}$' },
    rule: { vi: 'phải gồm 8 đến 256 ký tự', en: 'must be 8 to 256 characters' },
    reason: {
      vi: 'Mật khẩu mở các khóa có khóa bảo vệ trong thư mục đó.',
      en: 'Opens the keys in that folder that are locked.',
    },
    example: 'a-long-passphrase',
  },
  PAYER_NAME: {
    schema: { pattern: '^\\S(.{0,138}\\S)?$' },
    rule: { vi: 'phải gồm 1 đến 140 ký tự', en: 'must be 1 to 140 characters' },
    reason: {
      vi: 'Tên đơn vị chi trả, như đã đăng ký với ngân hàng.',
      en: 'The payer as the bank has it on record. ISO 20022 allows 140 characters.',
    },
    example: 'SO Y TE HA NOI',
  },
  PAYER_AGREEMENT: {
    schema: { pattern: '^[A-Za-z0-9._/-]{1,35}$' },
    rule: {
      vi: 'phải gồm 1 đến 35 chữ cái không dấu, chữ số hoặc . _ / -',
      en: 'must be 1 to 35 plain letters, digits or . _ / -',
    },
    reason: {
      vi: 'Số thỏa thuận chi hộ với ngân hàng.',
      en: 'The number of the agreement under which the bank takes our files.',
    },
    example: 'CHIHO-2026-001',
  },
  PAYER_ACCOUNT: {
    schema: { pattern: '^[A-Za-z0-9]{1,34}$' },
    rule: {
      vi: 'phải gồm 1 đến 34 chữ cái không dấu hoặc chữ số',
      en: 'must be 1 to 34 plain letters or digits',
    },
    reason: {
      vi: 'Số tài khoản của đơn vị chi trả.',
      en: 'The account that is debited. ISO 20022 allows 34 characters.',
    },
    example: '1100000000001',
  },
  PAYER_BANK_BIN: {
    schema: { pattern: '^[0-9]{6}$' },
    rule: { vi: 'phải gồm 6 chữ số', en: 'must be 6 digits' },
    reason: {
      vi: 'Mã BIN của ngân hàng giữ tài khoản chi trả.',
      en: 'The bank identification number of the bank that keeps that account.',
    },
    example: '970415',
  },
  OFFICER: {
    schema: CODE,
    rule: CODE_RULE,
    reason: {
      vi: 'Mã cán bộ (MaCanBo) ghi trong mọi lần tra cứu dân cư.',
      en: 'The officer (MaCanBo) named in every call to the population database, which logs it.',
    },
    example: 'canbo01',
  },
  UNIT_CODE: {
    schema: CODE,
    rule: CODE_RULE,
    reason: {
      vi: 'Mã đơn vị (MaDonVi) của cán bộ đó.',
      en: 'The unit (MaDonVi) of that officer.',
    },
    example: 'H26.1',
  },
  AUDIT_LOG_NAME: {
    schema: { pattern: '^[A-Za-z0-9][A-Za-z0-9./-]{2,63}$' },
    rule: {
      vi: 'phải gồm 3 đến 64 chữ cái không dấu, chữ số hoặc . / -',
      en: 'must be 3 to 64 plain letters, digits or . / -',
    },
    reason: {
      vi: 'Tên nhật ký kiểm toán, ghi trong mọi đầu nhật ký đã ký.',
      en: 'The name of the audit log, in every signed head of it.',
    },
    example: 'ansinh.example.vn/01',
  },
  AUDIT_KEY_FILE: {
    schema: FOLDER,
    rule: { vi: 'phải là đường dẫn tệp', en: 'must be the path of a file' },
    reason: {
      vi: 'Khóa Ed25519 (PEM) ký đầu nhật ký; để nơi người quản trị cơ sở dữ liệu không ghi được.',
      en: 'The Ed25519 key (PEM) that signs heads, out of reach of who administers the database.',
    },
    example: '/etc/an-sinh/audit.pem',
  },
  AUDIT_FORMER_KEYS: {
    schema: {
      pattern:
        '^[^ +]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}( [^ +]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44})*$',
    },
    rule: {
      vi: 'phải là các khóa công khai dạng tên+mã+khóa, cách nhau một dấu cách',
      en: 'must be public keys, each name+id+key, with one space between them',
    },
    reason: {
      vi: 'Các khóa công khai đã ký nhật ký trước khi đổi khóa; giữ mãi, để kiểm tra được đầu nhật ký cũ.',
      en: 'The public keys that signed the log before its key was changed; kept for ever, to verify old heads.',
    },
    example: 'ansinh.example.vn/00+9e4b843f+AbbwMVcb4qnl/YYd5XHvCQOSUCdqvG0GZIIQizv0rmbN',
  },
  AUDIT_WITNESS_FOLDER: {
    schema: FOLDER,
    rule: FOLDER_RULE,
    reason: {
      vi: 'Thư mục của đơn vị khác, nơi giữ bản sao các đầu nhật ký đã ký.',
      en: 'A folder of somebody else, where copies of the signed heads are kept.',
    },
    example: '/mnt/thanh-tra/an-sinh',
  },
  AUDIT_WITNESS_SFTP: {
    schema: { pattern: '^sftp://[^\\s/@:]+@[^\\s/@:]+(:\\d+)?/[^\\s]*$' },
    rule: {
      vi: 'phải có dạng sftp://tên@máy-chủ:cổng/thư-mục, không kèm mật khẩu',
      en: 'must be sftp://name@host:port/folder, without a password',
    },
    reason: {
      vi: 'Máy chủ SFTP của đơn vị khác, cũng giữ các đầu nhật ký; khóa là audit-witness.key trong BANK_KEY_FOLDER.',
      en: 'An SFTP server of somebody else that keeps heads too; its key is audit-witness.key in BANK_KEY_FOLDER.',
    },
    example: 'sftp://an-sinh@luu-tru.example.vn:22/dau-nhat-ky',
  },
  AUDIT_WITNESS_HOST_KEY: {
    schema: { pattern: '^SHA256:[A-Za-z0-9+/]{43}$' },
    rule: {
      vi: 'phải là dấu vân tay khóa máy chủ, như ssh-keygen -l in ra',
      en: 'must be the fingerprint of a host key, as ssh-keygen -l prints it',
    },
    reason: {
      vi: 'Khóa của máy chủ đó; máy chủ có khóa khác thì không gửi.',
      en: 'The key of that server; to one with another key nothing is sent.',
    },
    example: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  },
  ALARM_MAIL_SERVER: {
    schema: { pattern: '^smtps?://[^\\s]+$' },
    rule: { vi: 'phải là địa chỉ smtp://… hoặc smtps://…', en: 'must be an address smtp(s)://…' },
    reason: {
      vi: 'Máy chủ thư gửi cảnh báo; có thể kèm tài khoản. Không đặt: không gửi thư.',
      en: 'The mail server of alarms, with its account if it asks for one. Unset: no mail is sent.',
    },
    example: 'smtp://thu.example.vn:587',
  },
  ALARM_MAIL_FROM: {
    schema: { pattern: '^[^\\s@,]+@[^\\s@,]+$' },
    rule: { vi: 'phải là một địa chỉ thư', en: 'must be one mail address' },
    reason: {
      vi: 'Địa chỉ gửi thư cảnh báo.',
      en: 'The address that alarms are sent from.',
    },
    example: 'an-sinh@example.vn',
  },
  ALARM_MAIL_TO: {
    schema: { pattern: '^[^\\s@,]+@[^\\s@,]+(,[^\\s@,]+@[^\\s@,]+)*$' },
    rule: {
      vi: 'phải là các địa chỉ thư, cách nhau dấu phẩy',
      en: 'must be addresses, with commas',
    },
    reason: {
      vi: 'Người trực nhận thư cảnh báo.',
      en: 'Who is on duty and reads alarms.',
    },
    example: 'truc@example.vn,lanh-dao@example.vn',
  },
  ALARM_WEBHOOK: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Địa chỉ nhận cảnh báo dạng JSON (POST), ví dụ hệ thống trực. Không đặt: không gửi.',
      en: 'Where alarms are posted as JSON, such as a system of who is on duty. Unset: they are not.',
    },
    example: 'https://truc.example.vn/an-sinh',
  },
  WEB_LISTEN: {
    schema: { pattern: '^[A-Za-z0-9.:\\[\\]-]{1,100}:[0-9]{1,5}$' },
    rule: { vi: 'phải có dạng địa-chỉ:cổng', en: 'must be address:port' },
    reason: {
      vi: 'Địa chỉ và cổng mà trang web lắng nghe; TLS do máy chủ trung gian đảm nhiệm.',
      en: 'Where the web listens. It speaks plain HTTP to a proxy of yours that speaks TLS.',
    },
    example: '127.0.0.1:8080',
  },
  WEB_ORIGIN: {
    schema: {
      pattern: '^(https://[a-z0-9.-]+(:[0-9]+)?|http://(127\\.0\\.0\\.1|localhost):[0-9]+)$',
    },
    rule: {
      vi: 'phải là https://tên-miền, không có dấu / ở cuối; http chỉ dùng trên chính máy này',
      en: 'must be https://host without a slash behind it; http on this machine only',
    },
    reason: {
      vi: 'Địa chỉ trang web như trình duyệt thấy; biểu mẫu từ nơi khác bị từ chối.',
      en: 'The web as browsers see it. A form that comes from elsewhere is refused.',
    },
    example: 'https://ansinh.example.vn',
  },
  WEB_PROXY: {
    schema: { pattern: '^[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*$' },
    rule: { vi: 'phải là các địa chỉ IP, cách nhau bằng dấu phẩy', en: 'must be IP addresses' },
    reason: {
      vi: 'Máy chủ trung gian được tin khi cho biết địa chỉ người truy cập. Không đặt: không tin ai.',
      en: 'The proxies that are believed about where a request came from. Unset: none is.',
    },
    example: '127.0.0.1',
  },
  WEB_KEY_FILE: {
    schema: FOLDER,
    rule: { vi: 'phải là đường dẫn tệp', en: 'must be the path of a file' },
    reason: {
      vi: 'Tệp khóa 64 chữ số hex bảo vệ mã xác thực bước hai; để ngoài cơ sở dữ liệu.',
      en: 'A key of 64 hex digits that seals second factors; it must not lie with the database.',
    },
    example: '/etc/an-sinh/web.key',
  },
  SERVICE_LISTEN: {
    schema: { pattern: '^(127\\.0\\.0\\.1|localhost|\\[::1\\]):[0-9]{1,5}$' },
    rule: {
      vi: 'phải là địa chỉ nội bộ, ví dụ 127.0.0.1:9464',
      en: 'must be an address of this machine, such as 127.0.0.1:9464',
    },
    reason: {
      vi: 'Nơi dịch vụ trả lời /health, /ready và /metrics (Prometheus). Không đặt: không trả lời.',
      en: 'Where the service answers /health, /ready and /metrics (Prometheus). Unset: it does not.',
    },
    example: '127.0.0.1:9464',
  },
  AGENCY_NAME: {
    schema: { pattern: '^[^\\u0000-\\u001f]{1,120}$' },
    rule: { vi: 'phải là một dòng chữ', en: 'must be one line of text' },
    reason: {
      vi: 'Tên cơ quan ở đầu trang. Không đặt: An Sinh.',
      en: 'The name of the agency at the head of pages. Unset: An Sinh.',
    },
    example: 'Sở Y tế tỉnh Nghệ An',
  },
  AGENCY_PARENT: {
    schema: { pattern: '^[^\\u0000-\\u001f]{1,120}$' },
    rule: { vi: 'phải là một dòng chữ', en: 'must be one line of text' },
    reason: {
      vi: 'Cơ quan cấp trên, dòng nhỏ phía trên tên cơ quan.',
      en: 'The authority above it, in small letters over the name.',
    },
    example: 'Ủy ban nhân dân tỉnh Nghệ An',
  },
  OIDC_ISSUER: {
    schema: ADDRESS,
    rule: ADDRESS_RULE,
    reason: {
      vi: 'Nhà cung cấp định danh (OpenID Connect) để cán bộ đăng nhập. Không đặt: chỉ dùng mật khẩu và mã.',
      en: 'An OpenID Connect provider that staff may sign in with. Unset: password and code only.',
    },
    example: 'https://dangnhap.example.vn',
  },
  OIDC_CLIENT_ID: {
    schema: CODE,
    rule: CODE_RULE,
    reason: {
      vi: 'Mã ứng dụng do nhà cung cấp định danh cấp.',
      en: 'The name by which the provider knows us.',
    },
    example: 'an-sinh',
  },
  OIDC_SECRET_FILE: {
    schema: FOLDER,
    rule: { vi: 'phải là đường dẫn tệp', en: 'must be the path of a file' },
    reason: {
      vi: 'Tệp chứa khóa bí mật do nhà cung cấp định danh cấp.',
      en: 'The file of the secret that the provider gave.',
    },
    example: '/etc/an-sinh/oidc.secret',
  },
  OIDC_LEVEL: {
    schema: { pattern: '^[!-~]{1,100}$' },
    rule: { vi: 'phải gồm 1 đến 100 ký tự không dấu', en: 'must be 1 to 100 plain characters' },
    reason: {
      vi: 'Mức xác thực (acr) bắt buộc; thấp hơn thì không được đăng nhập.',
      en: 'The level of assurance (acr) that is asked for; nobody is let in by another.',
    },
    example: '2',
  },
  OIDC_NUMBER_CLAIM: {
    schema: { pattern: '^[!-~]{1,100}$' },
    rule: { vi: 'phải gồm 1 đến 100 ký tự không dấu', en: 'must be 1 to 100 plain characters' },
    reason: {
      vi: 'Trường chứa số định danh cá nhân, để người hưởng tự xem khoản chi trả. Không đặt: chỉ xem bằng phiếu.',
      en: 'The claim with the citizen number, by which recipients open their own page. Unset: by slip only.',
    },
    example: 'citizen_number',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;

/** What the environment says, checked. A variable that is unset or empty is absent. */
export type Config = Readonly<
  { AN_SINH_ENVIRONMENT?: 'sandbox' | 'production'; AN_SINH_HOME: string } & Partial<
    Record<Exclude<VariableName, 'AN_SINH_ENVIRONMENT' | 'AN_SINH_HOME'>, string>
  >
>;

const NAMES = Object.keys(VARIABLES) as VariableName[];

const isConfig = new Ajv({ allErrors: true }).compile<Config>({
  type: 'object',
  properties: Object.fromEntries(
    NAMES.map((name) => [name, { type: 'string', ...VARIABLES[name].schema }]),
  ),
  if: {
    properties: { AN_SINH_ENVIRONMENT: { const: 'production' } },
    required: ['AN_SINH_ENVIRONMENT'],
  },
  // A demo server on a laptop must never become the ledger of real payments.
  then: { required: ['DATABASE_URL'] },
});

/**
 * The environment of this process, with what `.env` in the working directory adds to it. A variable
 * that is set already wins over the file. The only reader of process.env.
 */
export function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Reads and checks the configuration. Throws Refusal 'configuration-wrong' whose facts name every
 * faulty variable with its rule, all at once. A value is never told: one may hold a password.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = NAMES.flatMap((name) => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  const config: unknown = { AN_SINH_HOME: './var', ...Object.fromEntries(set) };
  if (isConfig(config)) return Object.freeze(config);

  const faulty = new Set((isConfig.errors ?? []).map(variableOf));
  throw new Refusal('configuration-wrong', told(NAMES.filter((name) => faulty.has(name))));
}

/**
 * The named variables, all of them set. Throws Refusal 'configuration-wrong' that names every
 * missing one and what needs it (a few words, such as `verification / xác minh`).
 */
export function required<Name extends VariableName>(
  config: Config,
  names: readonly Name[],
  neededBy: string,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => config[name] === undefined);
  if (missing.length === 0) {
    return Object.fromEntries(names.map((name) => [name, config[name]])) as Record<Name, string>;
  }
  const facts = missing.map((name) => [name, 'chưa đặt / not set'] as const);
  throw new Refusal('configuration-wrong', { ...Object.fromEntries(facts), neededBy });
}

function variableOf(fault: ErrorObject): string {
  const { missingProperty } = fault.params as { missingProperty?: string };
  return missingProperty ?? fault.instancePath.slice(1);
}

function told(faulty: readonly VariableName[]): Record<string, string> {
  return Object.fromEntries(
    faulty.map((name) => [name, `${VARIABLES[name].rule.vi} / ${VARIABLES[name].rule.en}`]),
  );
}
