import { createReadStream, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { proposeProfile } from '../../src/approval/change-bank-profile.flow.ts';
import { rehearsedFiles } from '../../src/compose.ts';
import { many } from '../../src/platform/db.ts';
import { rehearse } from '../../src/reconciliation/rehearse.flow.ts';
import { sentOver, statusReport } from '../support/bank-files.ts';
import { useDatabase } from '../support/database.ts';
import { sampleProfile } from '../support/profiles.ts';
import { TOWN_SCOPE, walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

const FOLDER = 'docs/bank-profiles/rehearsal';
const onDisk = (name: string) => ({
  name,
  open: () => createReadStream(`${FOLDER}/${name}`) as AsyncIterable<Buffer>,
});

/** A file as a browser sends it. */
interface Chosen {
  readonly field: 'sent' | 'received' | 'other';
  readonly name: string;
  readonly bytes: Buffer | string;
}
const ofGuide = (field: Chosen['field'], name: string): Chosen => ({
  field,
  name,
  bytes: readFileSync(`${FOLDER}/${name}`),
});

describe('a rehearsal with a bank, on the web', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let integrator: Browser;

  before(async () => {
    await setUpSandbox(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    // A version that nobody has approved may be rehearsed: that is what a rehearsal is for.
    await proposeProfile(
      test().context({ actor: SANDBOX_PERSONS.maker, at: '2026-10-01T03:00:00Z' }),
      sampleProfile('iso-20022'),
    );
    await walkTown(test(), { until: 'released', recipients: 20 });
    integrator = await visiting(test(), web(), { personId: 'holds', roles: ['bank_integrator'] });
  });

  const send = async (
    browser: Browser,
    fields: readonly (readonly [string, string])[],
    files: readonly Chosen[],
  ) => {
    const page = (await browser.get('/files/rehearsal')).text;
    const form = new FormData();
    form.set('_csrf', /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '');
    for (const [name, value] of fields) form.append(name, value);
    for (const { field, name, bytes } of files) {
      form.append(field, new Blob([new Uint8Array(Buffer.from(bytes))]), name);
    }
    return browser.ask('POST', '/files/rehearsal', {
      body: form,
      headers: { Origin: web().origin, 'Sec-Fetch-Site': 'same-origin' },
    });
  };
  const GUIDE = [
    ofGuide('sent', 'payments.xml'),
    ofGuide('received', 'status.xml'),
    ofGuide('received', 'notification.xml'),
  ];

  it('comes to what the terminal comes to, and changes nothing', async () => {
    const before = await stateHash(test().db);
    const expected = await rehearse(rehearsedFiles, {
      profile: sampleProfile('iso-20022'),
      sent: [onDisk('payments.xml')],
      received: [onDisk('status.xml'), onDisk('notification.xml')],
    });
    const profile = ['profile', 'ISO/1'] as const;
    const json = await send(integrator, [profile, ['as', 'json']], GUIDE);
    expect(json.headers.get('content-type')).to.include('application/json');
    expect(JSON.parse(json.text)).to.deep.equal(JSON.parse(JSON.stringify(expected)));

    const shown = await send(integrator, [profile], GUIDE);
    expect(shown.status).to.equal(200);
    const said = shown.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(said)
      .to.match(/AS2611TG1N1T1 ✓ Đã chi/)
      .and.match(/AS2611TG2N1T1 ✕ Hoàn trả AC06/)
      .and.match(/AS2611TG3N1T1 ✕ Bị từ chối AC04/)
      .and.include('1.860.000')
      .and.include('not-listed-not-counted')
      .and.include('không ghi gì vào sổ');
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('reads files in the order in which they came: the second of two is the copy', async () => {
    const again = { ...ofGuide('received', 'status.xml'), name: 'again.xml' };
    const { text } = await send(integrator, [['profile', 'ISO/1']], [...GUIDE, again]);
    expect(text.replace(/<[^>]+>/g, ' ')).to.match(/again\.xml[^]*Đã nhận trước đó/);
    const { text: turned } = await send(
      integrator,
      [
        ['profile', 'ISO/1'],
        ['as', 'json'],
      ],
      [ofGuide('sent', 'payments.xml'), again, ofGuide('received', 'status.xml')],
    );
    const { files } = JSON.parse(turned) as { files: { file: string; verdict: string }[] };
    expect(files.map(({ file, verdict }) => [file, verdict])).to.deep.equal([
      ['again.xml', 'accepted'],
      ['status.xml', 'duplicate'],
    ]);
  });

  it('takes payment files of ours from the archive', async () => {
    const lines = await sentOver(test().db, 'BANK');
    const [sent] = lines;
    if (sent === undefined) throw new Error('a file was sent');
    const [row] = await many<{ fileId: bigint }>(
      test().db,
      `select file_id as "fileId" from payment_file where message_id = :messageId`,
      { messageId: sent.messageId },
    );
    const report = statusReport({ id: 'R1', about: sent.messageId, group: 'RJCT' });
    const answered = await send(
      integrator,
      [
        ['profile', 'BANK/1'],
        ['sentFile', String(row?.fileId)],
        ['as', 'json'],
      ],
      [{ field: 'received', name: 'bao-cao.xml', bytes: report }],
    );
    const { payments, files } = JSON.parse(answered.text) as {
      payments: { state: string }[];
      files: { verdict: string }[];
    };
    expect(files.map(({ verdict }) => verdict)).to.deep.equal(['accepted']);
    expect(new Set(payments.map(({ state }) => state))).to.deep.equal(new Set(['REJECTED']));
    expect(payments).to.have.length(
      lines.filter(({ messageId }) => messageId === sent.messageId).length,
    );
  });

  it('refuses what it cannot rehearse, in words', async () => {
    const profile = ['profile', 'ISO/1'] as const;
    const cases: [readonly (readonly [string, string])[], readonly Chosen[], number][] = [
      // Nothing was sent, so nothing can be answered.
      [[profile], [ofGuide('received', 'status.xml')], 400],
      [[['profile', 'NOBODY/9']], GUIDE, 404],
      [[profile, ['sentFile', '999999']], GUIDE, 404],
      [[profile], [{ field: 'sent', name: 'x.xml', bytes: '<a>' }], 422],
      [[profile], [...GUIDE, { field: 'other', name: 'x.xml', bytes: 'x' }], 400],
      [[profile], [{ field: 'sent', name: 'x.xml', bytes: Buffer.alloc(17 * 2 ** 20, 65) }], 413],
    ];
    for (const [fields, files, status] of cases) {
      const answer = await send(integrator, fields, files);
      expect(answer.status, JSON.stringify(fields)).to.equal(status);
    }
    const broken = await send(
      integrator,
      [profile],
      [
        ofGuide('sent', 'payments.xml'),
        { field: 'received', name: 'hong.xml', bytes: '<Document>' },
      ],
    );
    expect(broken.text.replace(/<[^>]+>/g, ' ')).to.match(/hong\.xml[^]*Từ chối/);
  });

  it('is for who connects banks: nobody else sees the page, and no forged form is read', async () => {
    const maker = await visiting(test(), web(), { personId: 'prepares', roles: ['maker'] });
    expect((await maker.get('/files/rehearsal')).status).to.equal(403);
    expect((await maker.get('/files')).text).not.to.include('/files/rehearsal');
    expect((await integrator.get('/files')).text).to.include('/files/rehearsal');
    const form = new FormData();
    form.set('profile', 'ISO/1');
    const forged = await integrator.ask('POST', '/files/rehearsal', {
      body: form,
      headers: { Origin: web().origin, 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(forged.status).to.equal(403);
  });
});
