import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, takeRows } from '../support/drawn-list.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

const AT = '/recipients/1';

describe('an account that receives for several people, on the web', () => {
  const test = useDatabase();
  const web = useWeb(test);
  let maker: Browser;
  let checker: Browser;

  before(async () => {
    await takeRows(test(), [adult(1), adult(2, CASH)]);
    maker = await visiting(test(), web(), { personId: SANDBOX_PERSONS.maker });
    checker = await visiting(test(), web(), { personId: SANDBOX_PERSONS.checkers[0] });
  });

  const registered = (): Promise<unknown[]> =>
    many(
      test().db,
      `select reason, document, registered_by as by, confirmed_by as other, ended_on is null as "isShared"
         from shared_account order by registered_at`,
    );

  it('is asked for where somebody is paid to an account, and nowhere else', async () => {
    expect((await maker.get(AT)).text).to.include(`action="${AT}/sharing"`);
    expect((await maker.get('/recipients/2')).text).to.not.include('/sharing"');
    expect((await checker.get(AT)).text).to.not.include(`${AT}/sharing`);
    const asked = { sharedFor: 'hộ ông An', document: '9/UBND' };
    expect((await checker.post(`${AT}/sharing`, asked)).status).to.equal(403);
    expect((await maker.post(`${AT}/sharing`, { sharedFor: 'hộ ông An' })).status).to.equal(400);
    expect((await maker.post('/recipients/2/sharing', asked)).status).to.equal(409);
    expect(await registered()).to.deep.equal([]);
  });

  it('is registered by two persons, and ended by two', async () => {
    const { maker: by } = SANDBOX_PERSONS;
    const [other] = SANDBOX_PERSONS.checkers;
    const told = { reason: 'hộ ông An', document: '9/UBND', by, other };
    for (const [proposal, sharedFor, isShared] of [
      ['1', 'hộ ông An', true],
      ['2', '', false],
    ] as const) {
      const asked = { sharedFor, document: '9/UBND' };
      expect((await maker.post(`${AT}/sharing`, asked)).to).to.equal(AT);
      const decided = { decision: 'confirmed', reason: '' };
      expect((await maker.post(`${AT}/proposals/${proposal}`, decided)).status).to.equal(403);
      expect((await checker.get(AT)).text).to.include('Tài khoản nhận chung');
      expect((await checker.post(`${AT}/proposals/${proposal}`, decided)).status).to.equal(303);
      expect(await registered()).to.deep.equal([{ ...told, isShared }]);
    }
  });
});
