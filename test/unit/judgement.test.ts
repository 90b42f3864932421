import { expect } from 'chai';
import type {
  AccountAnswer,
  IdentityAnswer,
  IdentityQuestion,
} from '../../src/verification/evidence.ts';
import { judgeAccount, judgeIdentity, type AskedPerson } from '../../src/verification/judgement.ts';

const HASH = 'ab'.repeat(32);
const ASKED: IdentityQuestion = {
  requestId: '2026-11/1/recipient/1',
  citizenNumber: '040080000001',
  fullName: 'Nguyễn Văn An',
  birth: '1980-04-30',
};
const FOUND: NonNullable<IdentityAnswer['person']> = {
  citizenNumber: ASKED.citizenNumber,
  fullName: 'Nguyễn Văn An',
  birth: '1980-04-30',
  communeCode: '16681',
};

function identity(
  other: Partial<IdentityAnswer>,
  person: Partial<typeof FOUND> | null = {},
): IdentityAnswer {
  return {
    requestId: ASKED.requestId,
    outcome: 'found',
    person: person === null ? null : { ...FOUND, ...person },
    answerHash: HASH,
    ...other,
  };
}

describe('judgeIdentity', () => {
  // From the gravest to the mildest: of two faults the graver is told.
  const cases: [why: string, IdentityAnswer, is: string][] = [
    [
      'no answer, whatever stands in it',
      identity({ outcome: 'unavailable' }),
      'unknown POP_UNAVAILABLE not-possible not-possible',
    ],
    [
      'no active record',
      identity({ outcome: 'not-found' }, null),
      'refused POP_ID_NOT_FOUND no-match not-possible',
    ],
    [
      'another name, and another birth date too',
      identity({}, { fullName: 'Trần Văn Bình', birth: '1990-01-01' }),
      'refused POP_NAME_DIFFERS match no-match',
    ],
    [
      'a name that may be the same, and another birth date too',
      identity({}, { fullName: 'Nguyễn An', birth: '1990-01-01' }),
      'doubtful POP_NAME_DOUBTFUL match close',
    ],
    [
      'another birth date',
      identity({}, { birth: '1980-04-03' }),
      'doubtful POP_BIRTH_DATE_DIFFERS match match',
    ],
    [
      'another birth year',
      identity({}, { birth: '1981' }),
      'doubtful POP_BIRTH_YEAR_DIFFERS match match',
    ],
    ['no birth date', identity({}, { birth: '' }), 'doubtful POP_BIRTH_DATE_DIFFERS match match'],
    [
      'the year where the register has no more',
      identity({}, { birth: '1980' }),
      'proven  match match',
    ],
    ['all of it', identity({}), 'proven  match match'],
  ];

  for (const [why, answer, is] of cases) {
    it(`${why}: ${is}`, () => {
      const { class: judged, code, number, name } = judgeIdentity(ASKED, answer);
      expect([judged, code, number, name].join(' ')).to.equal(is);
    });
  }

  const known = (other: Partial<AskedPerson>): AskedPerson => ({
    subject: 'recipient',
    communeCode: '16681',
    diedOn: '',
    ...other,
  });
  const missing = identity({ outcome: 'not-found' }, null);
  const beside: [why: string, IdentityAnswer, AskedPerson, is: string, answered: string][] = [
    [
      'a number that was replaced',
      identity({ outcome: 'not-found', replacedBy: '040080999999' }, null),
      known({}),
      'doubtful POP_ID_REPLACED',
      '040080999999',
    ],
    [
      'no such guardian',
      missing,
      known({ subject: 'payee' }),
      'refused POP_GUARDIAN_NOT_FOUND',
      '',
    ],
    [
      'a recipient who died within the month: the register no longer answers for them',
      missing,
      known({ diedOn: '2026-11-10' }),
      'doubtful POP_DECEASED_IN_PERIOD',
      'died 2026-11-10',
    ],
    [
      'a guardian who has died, whatever is answered',
      identity({}),
      known({ subject: 'payee', diedOn: '2026-09-06' }),
      'refused POP_GUARDIAN_DECEASED',
      'died 2026-09-06',
    ],
    [
      'another live number of the same person',
      identity({}, { otherNumbers: ['040080999999'] }),
      known({}),
      'doubtful POP_TWO_NUMBERS',
      '040080999999',
    ],
    [
      'another commune',
      identity({}, { communeCode: '28393' }),
      known({}),
      'doubtful POP_RESIDENCE_DIFFERS',
      '28393',
    ],
    ['no commune on the list', identity({}), known({ communeCode: '' }), 'proven ', ''],
    [
      'the same letters with another tone, and the same number',
      identity({}, { fullName: 'Nguyễn Văn Án' }),
      known({}),
      'doubtful POP_NAME_DOUBTFUL',
      'Nguyễn Văn Án',
    ],
    [
      'another letter',
      identity({}, { fullName: 'Nguyễn Văn Ân' }),
      known({}),
      'refused POP_NAME_DIFFERS',
      'Nguyễn Văn Ân',
    ],
  ];
  for (const [why, answer, person, is, answered] of beside) {
    it(`${why}: ${is}`, () => {
      const judged = judgeIdentity(ASKED, answer, person);
      expect([`${judged.class} ${judged.code}`, judged.answered]).to.deep.equal([is, answered]);
    });
  }

  it('takes the year of a list that has no more, too', () => {
    const judged = judgeIdentity({ ...ASKED, birth: '1980' }, identity({}));
    expect(judged.class).to.equal('proven');
  });
});

describe('judgeAccount', () => {
  const open: AccountAnswer = {
    requestId: '2026-11/1/account/1',
    outcome: 'answered',
    account: 'open',
    number: 'match',
    name: 'match',
    rawCode: '',
    answerHash: HASH,
  };
  const cases: [why: string, Partial<AccountAnswer>, is: string][] = [
    ['no answer, whatever stands in it', { outcome: 'unavailable' }, 'unknown BANK_UNAVAILABLE'],
    ['closed', { account: 'closed' }, 'refused BANK_ACCOUNT_CLOSED'],
    ['blocked', { account: 'blocked' }, 'refused BANK_ACCOUNT_BLOCKED'],
    ['not there', { account: 'unknown' }, 'refused BANK_ACCOUNT_NOT_FOUND'],
    ['of another number, same name', { number: 'no-match' }, 'refused BANK_OTHER_HOLDER'],
    ['number and name', {}, 'proven '],
    ['number, and a name that is close', { name: 'close' }, 'doubtful BANK_NAME_DOUBTFUL'],
    [
      'number, and a name that the bank has cut off',
      { name: 'close', rawCode: 'NAME_TRUNCATED' },
      'doubtful BANK_NAME_TRUNCATED',
    ],
    [
      'number, and several holders',
      { name: 'close', rawCode: 'JOINT_ACCOUNT' },
      'doubtful BANK_JOINT_ACCOUNT',
    ],
    [
      'of the holder’s old number, same name',
      { number: 'no-match', rawCode: 'HOLDER_OLD_ID' },
      'doubtful BANK_HOLDER_OLD_ID',
    ],
    [
      'of an old number, but of another name: the word of the bank is not enough',
      { number: 'no-match', name: 'no-match', rawCode: 'HOLDER_OLD_ID' },
      'refused BANK_OTHER_HOLDER',
    ],
    [
      'number and name, without biometrics',
      { rawCode: 'BIOMETRIC_MISSING' },
      'proven BANK_BIOMETRIC_MISSING',
    ],
    ['number, and no name to compare', { name: 'not-possible' }, 'proven '],
    ['number, and another name', { name: 'no-match' }, 'doubtful BANK_NAME_DOUBTFUL'],
    // A name alone is never proof: two people have it.
    ['name alone', { number: 'not-possible' }, 'doubtful BANK_NAME_DOUBTFUL'],
    [
      'nothing, with a code of the provider',
      { number: 'not-possible', name: 'not-possible', rawCode: 'NO_DATA' },
      'doubtful BANK_NAME_DOUBTFUL',
    ],
  ];

  for (const [why, other, is] of cases) {
    it(`${why}: ${is}`, () => {
      const judged = judgeAccount({ ...open, ...other });
      expect(`${judged.class} ${judged.code}`).to.equal(is);
    });
  }

  it('keeps the number result and the name result apart', () => {
    const judged = judgeAccount({ ...open, number: 'no-match', name: 'match' });
    expect([judged.number, judged.name]).to.deep.equal(['no-match', 'match']);
  });
});
