import { expect } from 'chai';
import { passwordFault, type PasswordFault } from '../../src/access/password-rules.ts';

describe('passwordFault', () => {
  const cases: readonly (readonly [password: string, fault: PasswordFault | null])[] = [
    ['một câu ngắn dễ nhớ', null],
    ['x7$kQ!pz-29wL', null],
    ['mưa rơi ngoài hiên', null],
    // Twelve letters as people count them, however they are spelt in Unicode.
    ['ệệệệabcdefgk'.normalize('NFD'), null],
    ['ệệệệabcdefg'.normalize('NFD'), 'too-short'],
    ['ngắn', 'too-short'],
    ['x7$kQ!pz-29', 'too-short'],
    ['mưa rơi '.repeat(32), null],
    [`${'mưa rơi '.repeat(32)}x`, 'too-long'],
    ['ba-lan và ông Hai', 'names-person'],
    ['BA-LAN 2026 2027', 'names-person'],
    ['aaaaaaaaaaaaaa', 'too-simple'],
    ['123456789012', 'too-simple'],
    ['abcdefghijklm', 'too-simple'],
    ['qwertyuiop123', 'too-simple'],
    ['0987654321zy', 'too-simple'],
  ];
  for (const [password, fault] of cases) {
    it(`${fault ?? 'takes'}: ${password.slice(0, 20)}`, () => {
      expect(passwordFault(password, 'ba-lan')).to.equal(fault);
    });
  }
});
