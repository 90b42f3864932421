import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { addMonths } from '../../src/kernel/period.ts';
import { businessDate } from '../../src/platform/clock.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { laid } from '../support/uncollected-cash.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

const AT = '/reconciliation/uncollected';
const MONTHS = [0, 1, 2].map((no) => addMonths(TOWN_PERIOD, no));
const FROM = addMonths(TOWN_PERIOD, 3);

describe('cash that nobody collects, on the web', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  const { maker } = SANDBOX_PERSONS;
  const [checker] = SANDBOX_PERSONS.checkers;
  let ofMaker: Browser;
  let ofChecker: Browser;
  let away: readonly bigint[];

  before(async () => {
    await walkTown(test(), { until: 'intake', recipients: 20 });
    const rows = await many<{ id: bigint }>(
      test().db,
      'select recipient_id as id from recipient order by 1 limit 2',
    );
    away = rows.map(({ id }) => id);
    await write(test().db, async (tx) => {
      for (const period of MONTHS) await openPeriod(tx, { period, at: web().now() });
    });
    const all = away.flatMap((id) =>
      MONTHS.flatMap((of) => laid(id, of, { attempt: 1, outcome: 'unpaid', decided: false })),
    );
    await test().owner.transaction((tx) => withoutRules(tx, all.join(';\n')));
    ofMaker = await visiting(test(), web(), { personId: maker });
    ofChecker = await visiting(test(), web(), { personId: checker });
  });

  const paused = async (): Promise<bigint[]> => {
    const rows = await many<{ id: bigint }>(
      test().db,
      'select distinct recipient_id as id from suspension order by 1',
    );
    return rows.map(({ id }) => id);
  };
  const of = { period: FROM, kind: 'suspend' };

  it('is shown for the next month, with the hash of whom it names', async () => {
    const page = await ofMaker.get(AT);
    expect(page.status).to.equal(200);
    for (const id of away) expect(page.text).to.include(`href="/recipients/${id}"`);
    expect(page.text).to.include(`name="period" value="${FROM}"`);
    expect((await ofMaker.get(`${AT}?period=2020-01`)).status).to.equal(404);
    expect((await ofChecker.get(AT)).text).not.to.include(`${AT}/propose`);
  });

  it('is for who has the province', async () => {
    const there = await visiting(test(), web(), {
      personId: 'there',
      roles: ['maker', 'checker'],
      unitCode: '38',
    });
    expect((await there.get(AT)).status).to.equal(403);
    // Nor is the way to it shown to them.
    expect((await ofMaker.get('/reconciliation')).text).to.include(`href="${AT}`);
    const others = await there.get('/reconciliation');
    expect(others.status).to.equal(200);
    expect(others.text).to.not.include(`href="${AT}`);
    const asked = { ...of, sha256: '0'.repeat(64), decision: '1', decidedOn: '2027-02-20' };
    expect((await there.post(`${AT}/propose`, asked)).status).to.equal(403);
    const decided = { ...of, proposalNo: '1', decision: 'confirmed' };
    expect((await there.post(`${AT}/decide`, decided)).status).to.equal(403);
  });

  it('is suspended by two persons over one list, and by no press twice', async () => {
    const [, sha256 = ''] = /name="sha256" value="([0-9a-f]{64})"/.exec(
      (await ofMaker.get(AT)).text,
    ) ?? ['', ''];
    const today = businessDate(web().now());
    const asked = { ...of, sha256, decision: '12/QĐ-UBND', decidedOn: today };
    const stale = { ...asked, sha256: '0'.repeat(64) };
    expect((await ofMaker.post(`${AT}/propose`, stale)).status).to.equal(409);
    const never = { ...asked, decidedOn: '2027-02-31' };
    expect((await ofMaker.post(`${AT}/propose`, never)).status).to.equal(400);
    const ahead = { ...asked, decidedOn: '2099-02-20' };
    expect((await ofMaker.post(`${AT}/propose`, ahead)).status).to.equal(422);
    expect((await ofMaker.post(`${AT}/propose`, asked)).to).to.match(/period=.*kind=suspend$/);

    const decided = { ...of, proposalNo: '1', decision: 'confirmed' };
    expect((await ofMaker.get(AT)).text).not.to.include(`${AT}/decide`);
    expect((await ofMaker.post(`${AT}/decide`, decided)).status).to.equal(403);
    const shown = await ofChecker.get(AT);
    expect(shown.text).to.include(`${AT}/decide`).and.include('12/QĐ-UBND').and.include(sha256);
    const mute = { ...decided, decision: 'declined' };
    expect((await ofChecker.post(`${AT}/decide`, mute)).status).to.equal(400);
    expect(await paused()).to.deep.equal([]);
    expect((await ofChecker.post(`${AT}/decide`, decided)).status).to.equal(303);
    expect(await paused()).to.deep.equal(away);
    expect((await ofChecker.post(`${AT}/decide`, decided)).status).to.equal(409);
    expect((await ofMaker.get(AT)).text).to.include('Không có ai trong danh sách này');
  });
});
