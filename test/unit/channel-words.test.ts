import { expect } from 'chai';
import { channelOf } from '../../src/intake/channel-words.ts';

const ACCOUNT = [
  'account',
  'Tài khoản',
  'TK',
  'TKNH',
  'Thẻ ATM',
  'qua thẻ',
  'Chuyển khoản',
  'CK qua NH',
  'Chuyển khoản vào TK cá nhân',
  'Nhận qua tài khoản ngân hàng',
  'Không dùng tiền mặt',
];
const CASH = [
  'cash_post',
  'Tiền mặt tại bưu điện',
  'TM',
  'TM bưu điện',
  'Tiền mặt (Bưu điện)',
  'Nhận tiền mặt qua BĐ',
  'Lĩnh tại bưu cục',
  'Bưu điện.',
];
const NEITHER = [
  '',
  ' ',
  '-',
  'Séc',
  'hiện vật',
  'Nhận',
  'qua',
  'Thẻ, tiền mặt',
  'TK hoặc TM',
  '970436',
];

describe('the words of a channel', () => {
  for (const [channel, words] of [
    ['account', ACCOUNT],
    ['cash_post', CASH],
    [undefined, NEITHER],
  ] as const) {
    for (const written of words) {
      it(`«${written}» is ${channel ?? 'neither'}, in any case`, () => {
        expect(channelOf(written)).to.equal(channel);
        expect(channelOf(written.toUpperCase())).to.equal(channel);
      });
    }
  }
});
