import { foldName } from '../kernel/text.ts';

/** How offices write the two channels, without case, accents and signs. */
const CHANNELS: readonly (readonly ['account' | 'cash_post', RegExp])[] = [
  [
    'account',
    /^(?:(?:NHAN|BANG|QUA) )*(?:ACCOUNT|THE|ATM|THE ATM|(?:(?:CHUYEN KHOAN|CK) ?)?(?:(?:QUA|VAO) )?(?:(?:TAI KHOAN|TK) ?)?(?:NGAN HANG|NH|CA NHAN|THE|ATM)?)$/,
  ],
  ['account', /^(?:TKNH|KHONG (?:DUNG )?TIEN MAT)$/],
  [
    'cash_post',
    /^(?:(?:NHAN|LINH|BANG|CHI) )*(?:CASH(?: POST)?|(?:(?:TIEN MAT|TM) ?)?(?:(?:TAI|QUA|O) )?(?:BUU DIEN|BD|BUU CUC|VNPOST)?)$/,
  ],
];

/** The channel that a cell names; undefined for what is empty, or names neither of the two. */
export function channelOf(written: string): 'account' | 'cash_post' | undefined {
  const said = foldName(written.replace(/[^\p{L}\p{M}]+/gu, ' '));
  if (said === '') return undefined;
  return CHANNELS.find(([, words]) => words.test(said))?.[0];
}
