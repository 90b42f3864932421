import { expect } from 'chai';
import { setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { raiseAlarms } from '../../src/operations/alarm.sql.ts';
import { giveCalls } from '../../src/operations/provider-calls.sql.ts';
import { raise } from '../../src/operations/watch.flow.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { decreeBytes, standard } from '../support/decrees.ts';
import { sandboxProfile } from '../support/profiles.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

/** Sends a form with a file, as a browser does: the fields before the file. */
function sendFile(
  browser: Browser,
  origin: string,
  of: { page: string; path: string; fields?: Record<string, string>; file: Buffer; name?: string },
): Promise<{ status: number; text: string; to: string | null }> {
  return browser.get(of.page).then(({ text }) => {
    const body = new FormData();
    body.append('_csrf', /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '');
    for (const [name, value] of Object.entries(of.fields ?? {})) body.append(name, value);
    body.append('file', new Blob([new Uint8Array(of.file)]), of.name ?? 'file.json');
    const headers = { Origin: origin, 'Sec-Fetch-Site': 'same-origin' };
    return browser.ask('POST', of.path, { headers, body });
  });
}

/** The cells of each row below the heads, as they are read. */
function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = '']) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell = '']) =>
        cell
          .replace(/<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      ),
    )
    .filter(([first]) => /^\d+$/.test(first ?? ''));
}

describe('the settings', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  const visit = (
    personId: string,
    role: Parameters<typeof visiting>[2]['roles'],
    unitCode = '40',
  ) =>
    visiting(test(), web(), { personId, unitCode, ...(role === undefined ? {} : { roles: role }) });

  before(async () => {
    await setUpSandbox(test().context({ actor: 'sandbox' }), {
      provinceCode: '40',
      period: period('2026-11'),
    });
  });

  it('show the timetable, and take a run, a stop and a going on, with the name of who asked', async () => {
    const maker = await visit('runs', ['maker']);
    const page = await maker.get('/settings/timetable');
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('Nhận tệp của ngân hàng').and.contain('Chờ giờ');
    const units = (): Promise<{ job: string; state: string; period: string }[]> =>
      many(
        test().db,
        `select job, state, period from job_unit where occasion <> 'planted' order by unit_id`,
      );
    expect(await units()).to.deep.equal([]);

    const run = await maker.post('/settings/timetable/bank-files/run', { period: '2026-10' });
    expect([run.status, run.to]).to.deep.equal([303, '/settings/timetable/bank-files']);
    expect(await units()).to.deep.equal([{ job: 'bank-files', state: 'due', period: '2026-10' }]);
    // A stage of the month is one unit, however often it is asked for; one that ended is done again.
    for (let i = 0; i < 2; i += 1) {
      await maker.post('/settings/timetable/entitlement/run', { period: '2026-11' });
    }
    await many(
      test().owner,
      `update job_unit set came_from = 'due', state = 'cancelled', ended_at = now()
        where job = 'entitlement'`,
    );
    await maker.post('/settings/timetable/entitlement/run', { period: '2026-11' });
    expect((await units()).filter(({ job }) => job === 'entitlement')).to.deep.equal([
      { job: 'entitlement', state: 'due', period: '2026-11' },
    ]);

    await maker.post('/settings/timetable/tie-out/pause', { reason: 'Sao kê đến muộn' });
    expect((await maker.get('/settings/timetable/tie-out')).text).to.contain('Dừng bởi runs');
    const again = await maker.post('/settings/timetable/tie-out/pause', { reason: 'x' });
    expect(again.status).to.equal(404);
    expect((await maker.post('/settings/timetable/tie-out/resume', {})).status).to.equal(303);
    for (const path of ['no-such-job/run', 'no-such-job/pause']) {
      const form = path.endsWith('run') ? { period: '2026-10' } : { reason: 'x' };
      expect((await maker.post(`/settings/timetable/${path}`, form)).status, path).to.equal(404);
    }
    const events = await many<{ what: string }>(
      test().db,
      `select actor || ' ' || action || ' ' || subject as what from audit_event
        where actor = 'runs' order by event_no`,
    );
    expect(events.map(({ what }) => what)).to.deep.equal([
      'runs unit-ordered job/bank-files',
      ...Array.from({ length: 3 }, () => 'runs unit-ordered job/entitlement'),
      'runs job-paused job/tie-out',
      'runs job-resumed job/tie-out',
    ]);
  });

  it('try a parked unit again and cancel one, for who works for the whole office and gave a code', async () => {
    const [{ unitId } = { unitId: 0n }] = await many<{ unitId: bigint }>(
      test().owner,
      `insert into job_unit (job, programme, province_code, period, occasion, state, came_from,
                             priority, due_at, attempts_limit, last_failure, created_at)
       values ('bank-files', 'all', '40', '2026-10', 'planted', 'parked', 'running', 1, now(), 8,
               '57P01', now())
       returning unit_id as "unitId"`,
    );
    const maker = await visit('tries-again', ['maker']);
    const list = await maker.get('/settings/timetable');
    expect(list.text).to.contain('Bị giữ').and.contain('57P01');
    await maker.get('/settings/timetable/bank-files');
    const unit = { unit: String(unitId) };
    const commune = await visit('of-a-commune', ['maker'], '00001');
    await commune.get('/settings/timetable/bank-files');
    expect((await commune.post('/settings/timetable/bank-files/retry', unit)).status).to.equal(403);
    web().later({ minutes: 6 });
    const late = await maker.post('/settings/timetable/bank-files/retry', unit);
    expect([late.status, late.text.includes('name="code"')]).to.deep.equal([403, true]);
    const fresh = await visit('tries-again', undefined);
    await fresh.get('/settings/timetable/bank-files');
    // A unit is reached by the page of its own job, and by no other.
    for (const act of ['retry', 'cancel']) {
      const { status } = await fresh.post(`/settings/timetable/tie-out/${act}`, unit);
      expect(status, act).to.equal(404);
    }
    expect((await fresh.post('/settings/timetable/bank-files/retry', unit)).status).to.equal(303);
    expect((await fresh.post('/settings/timetable/bank-files/cancel', unit)).status).to.equal(303);
    expect((await fresh.post('/settings/timetable/bank-files/cancel', unit)).status).to.equal(404);
  });

  it('show alarms until somebody says that they know', async () => {
    const context = web().web.contextOf('job/alarms');
    for (const subject of ['file/7', 'file/8']) {
      await raise(context, [{ kind: 'not-acknowledged', subject, facts: { batch: 3 } }], []);
    }
    const by = { channels: [], actor: 'job/alarms', at: web().now() };
    await write(test().db, (tx) =>
      raiseAlarms(tx, [{ kind: 'unit-parked', subject: 'unit/1', facts: {} }], by),
    );
    const maker = await visit('knows', ['maker']);
    const page = await maker.get('/settings/alarms');
    expect(page.text).to.contain('Nghiêm trọng').and.contain('file/7').and.contain('file/8');
    // The gravest first; each with what to do, what it is about and what is known of it.
    const rows = rowsOf(page.text);
    expect(rows.map(({ length }) => length)).to.deep.equal([5, 5, 5]);
    expect(rows.map(([, , , about]) => about)).to.deep.equal([
      'file/7 batch: 3',
      'file/8 batch: 3',
      'unit/1',
    ]);
    expect(rows[0]?.[2]).to.match(/^✕ Nghiêm trọng Tệp đã gửi quá một ngày làm việc/);
    expect(rows[2]?.[2]).to.match(/Lưu ý Công việc bị giữ/);
    expect(rows[0]?.[4]).to.match(/^\d\d:\d\d, \d\d\/\d\d\/2026$|^\d\d\/\d\d\/2026 \d\d:\d\d$/);
    // A commune does not say that it knows what concerns the province.
    const commune = await visit('knows-there', ['maker'], '00001');
    expect((await commune.get('/settings/alarms')).text).not.to.contain('name="alarm"');
    const [first = ''] = /name="alarm" value="(\d+)"/.exec(page.text)?.slice(1) ?? [];
    expect((await maker.post('/settings/alarms', {})).status).to.equal(400);
    const known = await maker.post('/settings/alarms', [['alarm', first]]);
    expect([known.status, known.to]).to.deep.equal([303, '/settings/alarms']);
    const open = await many<{ n: bigint }>(
      test().db,
      'select count(*) as n from alarm where acknowledged_at is null',
    );
    expect(open).to.deep.equal([{ n: 2n }]);
    // Who only looks sees no box.
    const auditor = await visit('looks', ['auditor']);
    const seen = await auditor.get('/settings/alarms');
    expect([seen.status, seen.text.includes('name="alarm"')]).to.deep.equal([200, false]);
  });

  it('show how many calls of today each service outside has left, and which has few', async () => {
    const officer = await visit('counts', ['maker']);
    const none = await officer.get('/settings/alarms');
    expect(none.text).to.contain('Hôm nay chưa hỏi dịch vụ nào có hạn mức');
    const on = { agreed: 1000, wanted: 901 };
    const day = plainDate('2026-10-22');
    await write(test().db, async (tx) => {
      await giveCalls(tx, { ...on, provider: 'accounts', day });
      await giveCalls(tx, { ...on, provider: 'identity', day, wanted: 900 });
      await giveCalls(tx, { ...on, provider: 'linked', day: plainDate('2026-10-21') });
    });
    const [, calls = ''] = (await officer.get('/settings/alarms')).text.split('<h2>');
    expect(rowsOf(calls).map((row) => row.slice(1))).to.deep.equal([
      ['accounts', '99 ! Lưu ý', '1.000'],
      ['identity', '100', '1.000'],
    ]);
  });

  it('change what a bank lays down by two persons, with what differs beside it', async () => {
    const profile = sandboxProfile('BANK');
    const next = { ...profile, version: 99, payer: { ...profile.payer, account: '0123456789' } };
    const file = Buffer.from(JSON.stringify(next));
    const integrator = await visit('integrates', ['bank_integrator']);
    const send = (bytes: Buffer) =>
      sendFile(integrator, web().origin, {
        page: '/settings/banks',
        path: '/settings/banks',
        file: bytes,
      });
    const broken = await send(Buffer.from('{"schema":"x"}'));
    expect([broken.status, broken.text.includes('chưa được ghi')]).to.deep.equal([422, true]);
    const real = await send(Buffer.from(JSON.stringify({ ...next, environment: 'production' })));
    expect(real.status).not.to.equal(303);
    const sent = await send(file);
    expect([sent.status, sent.to]).to.deep.equal([303, '/settings/banks/BANK/99']);
    const own = await integrator.get('/settings/banks/BANK/99');
    expect(own.text).to.contain('người khác duyệt').and.contain('/payer/account');
    expect(own.text).not.to.contain('/settings/banks/BANK/99/approve');

    const checker = await visit('checks', ['checker']);
    const page = await checker.get('/settings/banks/BANK/99');
    const [, sha256 = ''] = /name="sha256" value="([0-9a-f]{64})"/.exec(page.text) ?? [];
    const approve = (hash: string) =>
      checker.post('/settings/banks/BANK/99/approve', { sha256: hash });
    expect((await approve('0'.repeat(64))).status).to.equal(409);
    expect((await approve(sha256)).status).to.equal(303);
    const used = await many<{ version: number; account: string }>(
      test().db,
      `select profile_version as version, payer_account as account from channel
        where channel = 'BANK'`,
    );
    expect(used).to.deep.equal([{ version: 99, account: '0123456789' }]);
    expect((await checker.get('/settings/banks')).text).to.contain('Đã thay');
  });

  it('take a decree from one officer and its approval from another, after its effect was shown', async () => {
    const first = await visit('proposes', ['rate_officer'], 'VN');
    const send = (file: Buffer) =>
      sendFile(first, web().origin, {
        page: '/settings',
        path: '/settings/decrees',
        fields: { period: '2026-12' },
        file,
        name: 'C:\\fakepath\\nghị định 400.json',
      });
    const broken = await send(Buffer.from('{'));
    expect([broken.status, broken.text.includes('JSON')]).to.deep.equal([422, true]);
    const sent = await send(decreeBytes({ 'rates.csv': [standard()] }));
    expect(sent.status, sent.text).to.equal(303);
    const kept = await many<{ name: string }>(test().db, 'select file_name as name from decree');
    expect(kept).to.deep.equal([{ name: 'nghị định 400.json' }]);
    const own = await first.get(sent.to ?? '');
    expect(own.text).to.contain('Bạn đã trình văn bản này').and.contain('Bản xem trước');
    const second = await visit('approves', ['rate_officer'], 'VN');
    const page = await second.get(sent.to ?? '');
    const [, sha256 = ''] = /name="sha256" value="([0-9a-f]{64})"/.exec(page.text) ?? [];
    const approved = await second.post(`${sent.to ?? ''}/approve`, { sha256 });
    expect(approved.status, approved.text).to.equal(303);
    expect((await second.get('/settings')).text).to.contain('600.000');
  });

  it('write the number of a decree as it stands on it', async () => {
    const clerk = await visit('asks-of-decrees', ['maker']);
    for (const path of ['/settings', '/settings/programmes']) {
      const { text } = await clerk.get(path);
      expect(text, path).to.include('/2021/NĐ-CP');
      expect(/.{60}\/ND-CP.{20}/.exec(text)?.[0], path).to.equal(undefined);
    }
  });

  it('say what a code of a unit meant on the day of a document', async () => {
    const clerk = await visit('asks-of-units', ['maker']);
    const page = await clerk.get('/settings/units?code=40&on=01/07/2025');
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('Nghệ An');
    expect((await clerk.get('/settings/units?code=40&on=31/02/2025')).status).to.equal(400);
    expect((await clerk.get('/settings/units?code=4')).status).to.equal(400);
  });
});
