import { expect } from 'chai';
import {
  channelFault,
  identityFault,
  isOtherAccount,
  payeeFault,
  type ChannelValue,
  type FaultyField,
  type Identity,
  type PayeeValue,
} from '../../src/intake/register-change.ts';
import { maskedName, maskedNumber } from '../../src/kernel/mask.ts';
import { plainDate } from '../../src/kernel/period.ts';

const IDENTITY: Identity = {
  citizenNumber: '040153000257',
  fullName: 'Nguyễn Thị Ý',
  birthYear: 1953,
  birthDate: plainDate('1953-02-03'),
  sex: 'female',
  communeCode: '16681',
  hamlet: '',
  phone: '0912345678',
};
const ACCOUNT: ChannelValue = {
  kind: 'account',
  bankBin: '970405',
  accountNumber: '0012345678',
  holderName: 'NGUYEN THI Y',
};
const CASH: ChannelValue = { kind: 'cash_post', bankBin: '', accountNumber: '', holderName: '' };

describe('a proposed identity', () => {
  const faults: readonly (readonly [string | undefined, Partial<Identity>])[] = [
    [undefined, {}],
    [undefined, { birthDate: null }],
    [undefined, { phone: '' }],
    // A birth abroad: the place is a country, and is not judged.
    [undefined, { citizenNumber: '999153000257' }],
    ['fullName', { fullName: '' }],
    ['fullName', { fullName: ' Nguyễn Thị Ý' }],
    ['fullName', { fullName: 'Nguyễn Thị 1' }],
    ['fullName', { fullName: 'Nguyễn Thị Ý'.normalize('NFD') }],
    ['birthDate', { birthDate: plainDate('1954-02-03') }],
    ['citizenNumber', { citizenNumber: '040053000257' }],
    ['citizenNumber', { citizenNumber: '040154000257' }],
    ['citizenNumber', { citizenNumber: '180053000' }],
    // Born in the other century of the digit.
    ['citizenNumber', { birthYear: 2053, birthDate: null }],
    ['communeCode', { communeCode: '40' }],
    ['phone', { phone: '912345678' }],
  ];
  for (const [field, changes] of faults) {
    it(`${JSON.stringify(changes)}: ${field ?? 'stands'}`, () => {
      expect(identityFault({ ...IDENTITY, ...changes })).to.equal(field);
    });
  }
});

describe('a proposed channel', () => {
  const faults: readonly (readonly [string | undefined, ChannelValue])[] = [
    [undefined, ACCOUNT],
    [undefined, CASH],
    ['bankBin', { ...ACCOUNT, bankBin: '97040' }],
    ['accountNumber', { ...ACCOUNT, accountNumber: '12345' }],
    ['accountNumber', { ...ACCOUNT, accountNumber: '1234 5678' }],
    ['holderName', { ...ACCOUNT, holderName: ' ' }],
    ['accountNumber', { ...CASH, bankBin: '970405' }],
  ];
  for (const [field, channel] of faults) {
    it(`${JSON.stringify(channel)}: ${field ?? 'stands'}`, () => {
      expect(channelFault(channel)).to.equal(field);
    });
  }

  it('waits only where money goes to another account', () => {
    expect(isOtherAccount(ACCOUNT, { ...ACCOUNT, holderName: 'NGUYEN THI YY' })).to.equal(false);
    expect(isOtherAccount(ACCOUNT, CASH)).to.equal(false);
    expect(isOtherAccount(ACCOUNT, { ...ACCOUNT, accountNumber: '0012345679' })).to.equal(true);
    expect(isOtherAccount(ACCOUNT, { ...ACCOUNT, bankBin: '970436' })).to.equal(true);
    expect(isOtherAccount(CASH, ACCOUNT)).to.equal(true);
  });
});

describe('who collects', () => {
  const SELF = '040153000257';
  const GUARDIAN: PayeeValue = {
    relation: 'con',
    payeeName: 'Nguyễn Thị Ý',
    payeeNumber: '040185000008',
    authority: '7/QĐ-GH',
    kind: 'cash_post',
    bankBin: '',
    accountNumber: '',
    holderName: '',
  };
  const OWN = { ...GUARDIAN, relation: 'self', payeeNumber: SELF, authority: '' };
  const faults: readonly [FaultyField | undefined, PayeeValue][] = [
    [undefined, GUARDIAN],
    [undefined, OWN],
    ['relation', { ...GUARDIAN, relation: ' ' }],
    ['payeeName', { ...GUARDIAN, payeeName: 'Nguyễn 2' }],
    ['payeeNumber', { ...GUARDIAN, payeeNumber: '181234567' }],
    // The recipient under another name, and somebody else as the recipient.
    ['payeeNumber', { ...GUARDIAN, payeeNumber: SELF }],
    ['payeeNumber', { ...OWN, payeeNumber: '040185000008' }],
    // Born in 2008, of age in 2026; born in 2009, not yet.
    [undefined, { ...GUARDIAN, payeeNumber: '040308000008' }],
    ['payeeNumber', { ...GUARDIAN, payeeNumber: '040309000008' }],
    ['authority', { ...GUARDIAN, authority: '' }],
    ['authority', { ...OWN, authority: '7/QĐ-GH' }],
    ['accountNumber', { ...GUARDIAN, bankBin: '970405' }],
  ];
  for (const [field, payee] of faults) {
    it(`${JSON.stringify(payee)}: ${field ?? 'stands'}`, () => {
      expect(payeeFault(payee, { citizenNumber: SELF, year: 2026 })).to.equal(field);
    });
  }
});

describe('what may stand on a screen', () => {
  it('tells two apart and gives neither away', () => {
    expect(maskedNumber('040153000257')).to.equal('040•••••••57');
    expect(maskedNumber('12345')).to.equal('•••••');
    expect(maskedNumber('')).to.equal('');
    expect(maskedName('Nguyễn Thị Ý')).to.equal('N. T. Ý');
    expect(maskedName('Y')).to.equal('Y');
  });
});
