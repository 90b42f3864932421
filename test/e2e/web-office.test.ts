import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { tarBundle } from '../../adapters/audit/tar-bundle.ts';
import { sealRows } from '../../src/audit/seal-rows.flow.ts';
import { many } from '../../src/platform/db.ts';
import { statement } from '../support/bank-files.ts';
import { useDatabase } from '../support/database.ts';
import { testSigner, testWitness } from '../support/sealing.ts';
import { withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

/** The text of a page without its marks, blanks as one. */
function seen(text: string): string {
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('files, proof and reports, on the web', () => {
  const test = useDatabase({ checked: false });
  const signer = testSigner();
  const witness = testWitness();
  const web = useWeb(test, {
    proof: () => ({
      options: { keys: [signer], witnesses: [witness], heads: [] },
      bundleTo: tarBundle,
    }),
  });
  let auditor: Browser;
  let officer: Browser;
  let maker: Browser;

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 60 });
    auditor = await visiting(test(), web(), { personId: 'looks', roles: ['auditor'] });
    officer = await visiting(test(), web(), { personId: 'holds', roles: ['bank_integrator'] });
    maker = await visiting(test(), web(), { personId: 'makes', roles: ['maker'] });
    await sealRows(test().context({ actor: 'job/audit' }), { signer, witnesses: [witness] });
  });

  const events = (action: string): Promise<{ actor: string; facts: object }[]> =>
    many(
      test().db,
      'select actor, facts from audit_event where action = :action order by event_no',
      { action },
    );
  const fileOf = async (kind: string, nth = 0): Promise<bigint> => {
    const rows = await many<{ id: bigint }>(
      test().db,
      'select file_id as id from file where kind = :kind order by file_id',
      { kind },
    );
    return rows[nth]?.id ?? 0n;
  };

  it('has everything computed again for an auditor, on record, and names what is wrong', async () => {
    const right = await auditor.post('/audit/verify', {});
    expect(right.status).to.equal(200);
    expect(seen(right.text)).to.include('Tất cả đều khớp');
    expect(seen((await auditor.get('/audit')).text)).to.include('looks: Tất cả đều khớp');
    await many(test().owner, 'set session_replication_role = replica');
    await many(test().owner, `update audit_event set facts = '{"planted": 1}' where event_no = 3`);
    const wrong = await auditor.post('/audit/verify', {});
    expect(seen(wrong.text)).to.match(/\d+ chỗ không khớp/);
    expect((await events('audit-verified')).map(({ actor }) => actor)).to.deep.equal([
      'looks',
      'looks',
    ]);
  });

  it('gives the proof of a batch to who may take it, and to nobody else', async () => {
    const [batch] = await many<{ code: string }>(
      test().db,
      'select batch_code as code from disbursement_batch order by batch_id',
    );
    const address = `/audit/bundle?batch=${batch?.code ?? ''}`;
    const answer = await fetch(web().origin + address, {
      headers: { Cookie: [...auditor.cookies].map(([n, v]) => `${n}=${v}`).join('; ') },
    });
    expect(answer.status).to.equal(200);
    const archive = gunzipSync(Buffer.from(await answer.arrayBuffer()));
    expect(archive.includes('bundle.json')).to.equal(true);
    expect((await maker.get(address)).status).to.equal(403);
    expect((await auditor.get('/audit/bundle?batch=TG-0')).status).to.equal(404);
  });

  it('shows of a file what answers it, and its bytes only on record', async () => {
    const sent = await fileOf('payment');
    const page = await auditor.get(`/files/${sent}`);
    expect(seen(page.text)).to.include('Ngân hàng đã trả lời').and.include('Hạn ngân hàng trả lời');
    expect(page.text).not.to.include('&lt;Document');
    const [, answer = ''] = /href="\/files\/(\d+)"/.exec(page.text) ?? [];
    expect(seen((await auditor.get(`/files/${answer}`)).text)).to.include('Trả lời cho tệp');
    const shown = await auditor.post(`/files/${sent}/reveal`, {});
    expect(shown.text).to.include('&lt;Document');
    await auditor.get(`/files/${sent}/content`);
    expect((await events('file-looked-at')).map(({ actor }) => actor)).to.deep.equal([
      'looks',
      'looks',
    ]);
    expect((await officer.post(`/files/${sent}/reveal`, {})).status).to.equal(403);
  });

  it('takes a file in by hand as if it had come by the line, once, in the name of who did it', async () => {
    const content = statement({ id: 'T-9', sequence: 9, opening: 5n, closing: 5n, entries: '' });
    const send = (channel: string) => {
      const form = new FormData();
      form.set('_csrf', tokenOf(page));
      form.set('channel', channel);
      form.set('file', new Blob([content]), 'sao-ke.xml');
      return officer.ask('POST', '/files/receive', {
        body: form,
        headers: { Origin: web().origin, 'Sec-Fetch-Site': 'same-origin' },
      });
    };
    const page = (await officer.get('/files')).text;
    const came = await send('BANK');
    expect(came.status, came.text).to.equal(303);
    // It does not follow the last one, so it is refused whole, kept, and said why.
    expect(came.to).to.match(/\/files\/\d+\?came=refused$/);
    const [kept] = await many<{ sha256: string }>(
      test().db,
      `select encode(sha256, 'hex') as sha256 from file where name = 'sao-ke.xml'`,
    );
    expect(kept?.sha256).to.equal(createHash('sha256').update(content).digest('hex'));
    expect((await events('settlement-refused')).at(-1)?.actor).to.equal('holds');
    expect((await send('BANK')).to).to.match(/came=repeated$/);
    expect((await send('NOBODY')).status).to.equal(400);
    expect((await maker.get('/files')).text).not.to.include('/files/receive');
  });

  it('shows a month on screen as its reports have it, and files it when told', async () => {
    const page = await maker.get(`/reports/month?period=${TOWN_PERIOD}`);
    expect(page.status).to.equal(200);
    expect(seen(page.text)).to.include('Mọi phép kiểm tra đều đúng');
    expect(page.text).to.include('<svg');
    const drawn = await maker.post('/reports/draw', { period: TOWN_PERIOD });
    expect(drawn.status).to.equal(303);
    const names = await many<{ name: string }>(
      test().db,
      `select name from file where kind = 'report' order by name`,
    );
    expect(names.map(({ name }) => name.split('.').at(-1))).to.deep.equal(['html', 'pdf', 'xlsx']);
    expect((await auditor.post('/reports/draw', { period: TOWN_PERIOD })).status).to.equal(403);
    const elsewhere = await visiting(test(), web(), {
      personId: 'elsewhere',
      roles: ['maker'],
      unitCode: '38',
    });
    expect((await elsewhere.get('/reports/month')).status).to.equal(403);
  });

  it('draws form 09 of the Treasury, of the province and of a commune, for whoever has them', async () => {
    const [commune] = await many<{ code: string }>(
      test().db,
      'select min(commune_code) as code from payment_instruction',
    );
    const code = commune?.code ?? '';
    const names = async (): Promise<string[]> => {
      const rows = await many<{ name: string }>(
        test().db,
        `select distinct split_part(name, '.', 1) as name from file
          where kind = 'report' and name like '%mau-09%' order by 1`,
      );
      return rows.map(({ name }) => name);
    };
    const draw = (browser: Browser, of: string) =>
      browser.post('/reports/list', { period: TOWN_PERIOD, commune: of, list: 'treasury' });
    const ofCommune = `an-sinh-${code}-${TOWN_PERIOD}-mau-09`;

    const there = await visiting(test(), web(), {
      personId: 'there',
      roles: ['maker'],
      unitCode: code,
    });
    expect((await draw(there, '')).status).to.equal(403);
    expect((await draw(auditor, code)).status).to.equal(403);
    expect((await draw(maker, '99999')).status).to.equal(400);
    expect(await names()).to.deep.equal([]);
    expect((await draw(there, code)).to).to.equal(`/reports?period=${TOWN_PERIOD}`);
    expect(await names()).to.deep.equal([ofCommune]);
    expect((await draw(maker, '')).status).to.equal(303);
    expect(await names()).to.have.length(2);
    const page = await maker.get(`/reports?period=${TOWN_PERIOD}`);
    expect(page.text).to.include(ofCommune).and.to.include('action="/reports/list"');
    expect((await auditor.get('/reports')).text).not.to.include('/reports/list');

    // Who has the commune alone reads the report of it, and no file of the whole province.
    const drawn = await many<{ id: bigint; name: string }>(
      test().db,
      `select file_id as id, name from file where kind in ('report', 'payment') order by 1`,
    );
    const shown = (await there.get('/reports')).text;
    for (const { id, name } of drawn) {
      const mine = name.startsWith(ofCommune);
      expect((await there.get(`/files/${id}/content`)).status, name).to.equal(mine ? 200 : 403);
      expect((await there.post(`/files/${id}/reveal`, {})).status, name).to.equal(mine ? 200 : 403);
      const ofReport = name.startsWith('an-sinh-') ? (mine ? 200 : 403) : 404;
      expect((await there.get(`/reports/${id}/content`)).status, name).to.equal(ofReport);
      expect(shown.includes(`/reports/${id}/content`), name).to.equal(mine);
    }
  });
});

describe('what else is drawn from the page of reports', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let maker: Browser;
  let there: Browser;
  let code: string;

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 40 });
    const [commune] = await many<{ code: string }>(
      test().db,
      'select min(commune_code) as code from payment_instruction',
    );
    code = commune?.code ?? '';
    maker = await visiting(test(), web(), { personId: 'draws', roles: ['maker'] });
    there = await visiting(test(), web(), {
      personId: 'draws-there',
      roles: ['maker'],
      unitCode: code,
    });
    await there.get('/');
    await maker.get('/');
  });

  const filed = async (part: string): Promise<string[]> => {
    const rows = await many<{ name: string }>(
      test().db,
      `select name from file where kind = 'report' and name like :part order by 1`,
      { part: `%${part}%` },
    );
    return rows.map(({ name }) => name);
  };
  const forms = (stem: string): string[] =>
    ['html', 'pdf', 'xlsx'].map((extension) => `${stem}.${extension}`);

  it('who was paid and who was not, of the province and of a commune, for whoever has them', async () => {
    const of = { period: TOWN_PERIOD, list: 'paid' };
    expect((await there.post('/reports/list', { ...of, commune: '' })).status).to.equal(403);
    expect((await maker.post('/reports/list', { ...of, commune: '99999' })).status).to.equal(400);
    expect(await filed('da-chi')).to.deep.equal([]);
    expect((await there.post('/reports/list', { ...of, commune: code })).status).to.equal(303);
    expect((await maker.post('/reports/list', { ...of, commune: '' })).status).to.equal(303);
    expect(await filed('da-chi')).to.have.members([
      ...forms(`an-sinh-${code}-${TOWN_PERIOD}-da-chi-chua-chi`),
      ...forms(`an-sinh-40-${TOWN_PERIOD}-da-chi-chua-chi`),
    ]);
  });

  it('every payment as one workbook, and a word where it does not tie', async () => {
    const of = { period: TOWN_PERIOD };
    expect((await there.post('/reports/lines', of)).status).to.equal(403);
    expect((await maker.post('/reports/lines', of)).to).to.equal(`/reports?period=${TOWN_PERIOD}`);
    expect(await filed('tung-lenh')).to.deep.equal([`an-sinh-40-${TOWN_PERIOD}-tung-lenh.xlsx`]);
    await test().owner.transaction((tx) =>
      withoutRules(tx, 'update disbursement_batch set total_vnd = total_vnd + 1'),
    );
    const { to } = await maker.post('/reports/lines', of);
    expect(to).to.equal(`/reports?period=${TOWN_PERIOD}&ties=no`);
    expect(seen((await maker.get(to ?? '')).text)).to.include('không khớp các đợt đã ký');
    await test().owner.transaction((tx) =>
      withoutRules(tx, 'update disbursement_batch set total_vnd = total_vnd - 1'),
    );
  });

  it('the accounts of the year so far, as they were known at an instant that has passed', async () => {
    const page = (await maker.get(`/reports?period=${TOWN_PERIOD}`)).text;
    expect((await there.get(`/reports?period=${TOWN_PERIOD}`)).text).not.to.include(
      'action="/reports/accounts"',
    );
    const offered = (name: string): string => {
      const [input = ''] = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(page) ?? [];
      return /value="([^"]*)"/.exec(input)?.[1] ?? '';
    };
    const of = {
      ...{ first: offered('first'), last: offered('last') },
      ...{ day: offered('day'), time: offered('time') },
    };
    expect(of).to.deep.equal({
      ...{ first: '2026-01', last: TOWN_PERIOD },
      ...{ day: '2026-10-22', time: '08:59' },
    });
    expect((await there.post('/reports/accounts', of)).status).to.equal(403);
    const wrong = [{ last: '2025-12' }, { day: '2026-02-30' }, { time: '25:00' }];
    for (const one of wrong) {
      expect((await maker.post('/reports/accounts', { ...of, ...one })).status).to.equal(400);
    }
    expect((await maker.post('/reports/accounts', { ...of, time: '09:00' })).status).to.equal(422);
    expect(await filed('doi-chieu')).to.deep.equal([]);
    expect((await maker.post('/reports/accounts', of)).status).to.equal(303);
    expect(await filed('doi-chieu')).to.deep.equal(
      forms(`an-sinh-40-2026-01-${TOWN_PERIOD}-doi-chieu`),
    );
  });
});

function tokenOf(page: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}
