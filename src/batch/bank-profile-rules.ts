import type { Bilingual } from '../kernel/text.ts';
import {
  ACKNOWLEDGEMENT_LEVELS,
  type BankProfile,
  type ListTemplate,
  type ReaderName,
} from './bank-profile.ts';

// What a schema cannot say of a profile: that one field follows from another.

/** A fault of a profile: where, as a JSON pointer (RFC 6901), and what to do about it. */
export interface ProfileFault extends Bilingual {
  readonly path: string;
}

/**
 * The content of a profile in one form, members in order and without spaces: what is hashed and
 * signed, however somebody laid out the file.
 */
export function profileContent(profile: BankProfile): string {
  return canonical(profile);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join(',')}}`;
}

/** Where two profiles say something else: as a JSON pointer, and what each says there. */
export interface ProfileDifference {
  readonly path: string;
  readonly was: string;
  readonly said: string;
}

/** Every place at which a profile says other than another, in the order of places. */
export function profileDifferences(was: BankProfile, said: BankProfile): ProfileDifference[] {
  const [before, after] = [leavesOf(was), leavesOf(said)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort()
    .map((path) => ({ path, was: before.get(path) ?? '–', said: after.get(path) ?? '–' }));
}

/** Every value of a document that has no parts, by its place. An empty list or object is a value. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (parts.length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(parts.flatMap(([name, part]) => [...leavesOf(part, `${path}/${name}`)]));
}

/** Everything that is wrong with a profile that follows the schema; none when it may be proposed. */
export function profileFaults(profile: BankProfile): ProfileFault[] {
  return [
    ...formatFaults(profile),
    ...limitFaults(profile),
    ...templateFaults(profile),
    ...listFaults(profile.outbound.list),
    ...signatureFaults(profile),
    ...acknowledgementFaults(profile),
    ...inboundFaults(profile),
  ];
}

/** What each template may speak of. */
const NAMES = {
  remittance: ['reference', 'period', 'programme'],
  fileName: ['messageId', 'channel', 'valueDate', 'partNo'],
  above: [
    'messageId',
    'paymentInformationId',
    'lineCount',
    'totalVnd',
    'valueDate',
    'payerName',
    'payerAccount',
    'payerAgreement',
  ],
  totals: ['lineCount', 'totalVnd'],
} as const;

function fault(path: string, vi: string, en: string): ProfileFault {
  return { path, vi, en };
}

function formatFaults({ kind, outbound }: BankProfile): ProfileFault[] {
  const faults: ProfileFault[] = [];
  if ((kind === 'cash_post') !== (outbound.format === 'post-office-list')) {
    faults.push(
      fault(
        '/outbound/format',
        'post-office-list chỉ dùng cho kênh tiền mặt, và kênh tiền mặt chỉ dùng nó',
        'post-office-list is for cash alone, and cash goes by nothing else',
      ),
    );
  }
  if ((outbound.format === 'list') !== (outbound.list !== null)) {
    faults.push(
      fault(
        '/outbound/list',
        'mẫu cột chỉ có khi khuôn dạng là list, và khi đó phải có',
        'a template of columns belongs to the format list, and it must be there then',
      ),
    );
  }
  const named = outbound.purpose.category !== null || outbound.purpose.line !== null;
  if (named && !outbound.format.startsWith('pain.001')) {
    faults.push(
      fault(
        '/outbound/purpose',
        'mã mục đích chỉ có trong ISO 20022; hãy để null',
        'a purpose code exists in ISO 20022 alone; leave it null',
      ),
    );
  }
  return faults;
}

/** A workbook is made in memory. */
const MOST_WORKBOOK_ROWS = 50_000;

function limitFaults({ outbound }: BankProfile): ProfileFault[] {
  const faults: ProfileFault[] = [];
  const isWorkbook = outbound.format === 'treasury-09' || outbound.list?.container === 'xlsx';
  if (isWorkbook && outbound.limits.linesPerFile > MOST_WORKBOOK_ROWS) {
    faults.push(
      fault(
        '/outbound/limits/linesPerFile',
        `tệp Excel có nhiều nhất ${MOST_WORKBOOK_ROWS} dòng`,
        `an Excel file holds at most ${MOST_WORKBOOK_ROWS} lines`,
      ),
    );
  }
  const { vndPerFile, vndPerLine } = outbound.limits;
  if (vndPerFile !== null && (vndPerLine === null || BigInt(vndPerLine) > BigInt(vndPerFile))) {
    faults.push(
      fault(
        '/outbound/limits',
        'hạn mức một tệp cần hạn mức một lệnh không lớn hơn nó',
        'a limit for a file needs one for a line that is not above it',
      ),
    );
  }
  return faults;
}

/** The names in braces of a template. */
function namesIn(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

function strangers(path: string, template: string, known: readonly string[]): ProfileFault[] {
  return namesIn(template)
    .filter((name) => !known.includes(name))
    .map(() =>
      fault(
        path,
        `tên trong ngoặc phải thuộc: ${known.join(', ')}`,
        `a name in braces must be one of ${known.join(', ')}`,
      ),
    );
}

function templateFaults({ outbound }: BankProfile): ProfileFault[] {
  const { remittance, fileName, list } = outbound;
  const faults = [
    ...strangers('/outbound/remittance', remittance, NAMES.remittance),
    ...strangers('/outbound/fileName', fileName, NAMES.fileName),
    ...(list?.above ?? []).flatMap((row, i) =>
      row.flatMap((cell, j) => strangers(`/outbound/list/above/${i}/${j}`, cell, NAMES.above)),
    ),
    ...(list?.totals ?? []).flatMap((cell, i) =>
      strangers(`/outbound/list/totals/${i}`, cell, NAMES.totals),
    ),
  ];
  if (!namesIn(fileName).includes('messageId')) {
    faults.push(
      fault(
        '/outbound/fileName',
        'tên tệp phải có {messageId}, nếu không hai tệp có thể trùng tên',
        'a file name must hold {messageId}, or two files could have one name',
      ),
    );
  }
  if (!/^[A-Za-z0-9._-]+$/.test(fileName.replace(/\{[^{}]*\}/g, 'x'))) {
    faults.push(
      fault(
        '/outbound/fileName',
        'tên tệp chỉ gồm A-Z a-z 0-9 . _ -',
        'a file name holds A-Z a-z 0-9 . _ - alone',
      ),
    );
  }
  return faults;
}

/** How many words each value of a column needs. */
const WORDS: Readonly<Record<string, number>> = { constant: 1, 'own-or-other': 2 };

function listFaults(list: ListTemplate | null): ProfileFault[] {
  if (list === null) return [];
  const faults: ProfileFault[] = [];
  for (const value of ['reference', 'payee-name', 'account', 'amount'] as const) {
    if (list.columns.some((column) => column.value === value && column.required === 'always')) {
      continue;
    }
    faults.push(
      fault(
        '/outbound/list/columns',
        `thiếu cột bắt buộc: ${value}`,
        `a column that is always filled is missing: ${value}`,
      ),
    );
  }
  list.columns.forEach((column, i) => {
    if (column.words.length !== (WORDS[column.value] ?? 0)) {
      faults.push(
        fault(
          `/outbound/list/columns/${i}/words`,
          'constant cần một từ, own-or-other cần hai, cột khác không có',
          'constant has one word, own-or-other two, any other column none',
        ),
      );
    }
    // A number of Excel keeps 15 digits and no leading zero: only an amount or a count may be one.
    if (column.form !== 'text' && !['amount', 'number'].includes(column.value)) {
      faults.push(
        fault(
          `/outbound/list/columns/${i}/form`,
          'chỉ số tiền và số thứ tự được ghi dạng số; số tài khoản phải là văn bản',
          'only an amount and a row number may be figures; an account number is text',
        ),
      );
    }
  });
  if (list.totals !== null && list.totals.length !== list.columns.length) {
    faults.push(
      fault(
        '/outbound/list/totals',
        'dòng tổng cần đúng một ô cho mỗi cột',
        'the row of sums has one cell for each column',
      ),
    );
  }
  return faults;
}

function signatureFaults({ signature }: BankProfile): ProfileFault[] {
  const { kind, identity, suffix } = signature;
  const wanted = kind !== 'none';
  if ((identity !== '') === wanted && (suffix !== '') === wanted) return [];
  return [
    fault(
      '/signature',
      'chữ ký cần tên khóa và đuôi tệp; không ký thì để trống cả hai',
      'a signature needs the name of a key and a suffix; without one both stay empty',
    ),
  ];
}

function acknowledgementFaults({ acknowledgements }: BankProfile): ProfileFault[] {
  const ranks = acknowledgements.map(({ level }) => ACKNOWLEDGEMENT_LEVELS.indexOf(level));
  const rising = acknowledgements.every(({ withinMinutes }, i) => {
    const before = acknowledgements[i - 1];
    return (
      before === undefined ||
      ((ranks[i - 1] ?? 0) < (ranks[i] ?? 0) && before.withinMinutes <= withinMinutes)
    );
  });
  if (rising) return [];
  return [
    fault(
      '/acknowledgements',
      'các mức phải theo thứ tự taken, checked, accepted, settled và thời hạn không giảm',
      'levels stand in the order taken, checked, accepted, settled, and deadlines do not fall',
    ),
  ];
}

/** Which readers can prove that a payment has been made, by the way it is proven. */
const PROOF: Readonly<Record<BankProfile['inbound']['paidWhen'], readonly ReaderName[]>> = {
  'entry-booked': ['camt.052', 'camt.053', 'camt.054', 'mt940'],
  'status-acsc': ['pain.002'],
  'status-accc': ['pain.002'],
  'list-says-so': ['list', 'post-office-list'],
};

function inboundFaults({ inbound }: BankProfile): ProfileFault[] {
  const faults: ProfileFault[] = [];
  const { readers, list, paidWhen } = inbound;
  if (readers.includes('list') !== (list !== null)) {
    faults.push(
      fault(
        '/inbound/list',
        'mẫu kết quả chỉ có khi readers có list, và khi đó phải có',
        'a template of results belongs to the reader list, and it must be there then',
      ),
    );
  }
  if (!PROOF[paidWhen].some((reader) => readers.includes(reader))) {
    faults.push(
      fault(
        '/inbound/paidWhen',
        `không có tệp nào chứng minh được đã chi: cần ${PROOF[paidWhen].join(', ')}`,
        `no file of this bank can prove it: one of ${PROOF[paidWhen].join(', ')} is needed`,
      ),
    );
  }
  return faults;
}
