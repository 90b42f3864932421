import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import type { FilePlace } from '../../src/release/payment-transport.port.ts';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { useDatabase } from '../support/database.ts';
import { SENT_AT, walkToSilence } from '../support/silent-file.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

const messageIdIn = (page: string): string =>
  /name="messageId" value="([^"]+)"/.exec(page)?.[1] ?? '';
const hashIn = (page: string): string =>
  /name="sha256" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';

/** The text of a page without its marks, blanks as one. */
function seen(text: string): string {
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('a file that its bank does not speak of, on the web', () => {
  const test = useDatabase({ checked: false });
  const { maker } = SANDBOX_PERSONS;
  const [checker] = SANDBOX_PERSONS.checkers;
  let place: FilePlace | 'down' = 'absent';
  const bank: Transports = () => ({
    deliver: () => Promise.reject(new Error('nothing is sent again')),
    whereIs: () => (place === 'down' ? Promise.reject(new Error('down')) : Promise.resolve(place)),
  });
  const web = useWeb(test, { transports: bank });
  let integrator: Browser;
  let ofMaker: Browser;
  let ofChecker: Browser;
  let at: string;
  let bytes: Buffer;

  before(async () => {
    const file = await walkToSilence(test(), bank);
    web().later({ minutes: (SENT_AT - web().now().getTime()) / 60_000 + 40 });
    at = `/files/${file.fileId}`;
    const parts: Buffer[] = [];
    for await (const part of test().context().archive.open(file.sha256)) parts.push(part);
    bytes = Buffer.concat(parts);
    expect(createHash('sha256').update(bytes).digest('hex')).to.equal(file.sha256);
    integrator = await visiting(test(), web(), { personId: 'holds', roles: ['bank_integrator'] });
    ofMaker = await visiting(test(), web(), { personId: maker });
    ofChecker = await visiting(test(), web(), { personId: checker });
  });

  const state = async (): Promise<string> => {
    const [row] = await many<{ state: string }>(
      test().db,
      `select state from file_dispatch where file_id = ${at.replace('/files/', '')}`,
    );
    return row?.state ?? '';
  };
  const carried = async (browser: Browser, content: Buffer) => {
    const page = (await browser.get(at)).text;
    const form = new FormData();
    form.set('_csrf', /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '');
    form.set('reason', 'Đường truyền đứt');
    form.set('document', 'BN-12');
    form.set('file', new Blob([new Uint8Array(content)]), 'tep-da-giao.xml');
    return browser.ask('POST', `${at}/handed-over`, {
      body: form,
      headers: { Origin: web().origin, 'Sec-Fetch-Site': 'same-origin' },
    });
  };

  it('is asked about by who holds the line, on record, and nothing is sent', async () => {
    const page = await integrator.get(at);
    expect(seen(page.text)).to.include('Hỏi lại ngân hàng').and.include('Chưa rõ ngân hàng');
    const absent = await integrator.post(`${at}/ask`, {});
    expect([absent.status, absent.to]).to.deep.equal([303, `${at}?asked=absent`]);
    expect(seen((await integrator.get(absent.to ?? '')).text)).to.include('chưa thấy tệp');
    place = 'down';
    const down = await integrator.post(`${at}/ask`, {});
    expect(down.to).to.equal(`${at}?asked=silent`);
    expect(seen((await integrator.get(down.to ?? '')).text)).to.include('Chưa hỏi được ngân hàng');
    const asked = await many<{ by: string; answer: string }>(
      test().db,
      `select asked_by as by, answer from dispatch_inquiry where asked_by = 'holds'
        order by inquiry_no`,
    );
    expect(asked.map(({ answer }) => answer)).to.deep.equal(['absent', 'silent']);
    expect((await ofMaker.post(`${at}/ask`, {})).status).to.equal(403);
    expect((await ofMaker.get(at)).text).not.to.include('/ask"');
    expect(await state()).to.equal('unknown');
  });

  it('may not be withdrawn while its bank could yet pay it, and the page says so', async () => {
    const page = await ofMaker.get(at);
    expect(seen(page.text)).to.include('Hiện chưa rút được');
    expect(page.text).not.to.include(`${at}/withdraw`);
    const told = await ofMaker.post(`${at}/withdraw`, { reason: 'Mất tệp', document: 'CV-1' });
    expect(told.status).to.equal(409);
    expect((await integrator.post(`${at}/withdraw`, {})).status).to.equal(403);
  });

  it('is asked not to be paid by two, once, and by nobody of another unit', async () => {
    const asked = { reason: 'TECH', document: 'QD-9', references: '' };
    expect((await integrator.post(`${at}/cancel`, asked)).status).to.equal(403);
    const elsewhere = await visiting(test(), web(), {
      personId: 'other-unit',
      roles: ['maker'],
      unitCode: '38',
    });
    await elsewhere.get(at);
    expect((await elsewhere.post(`${at}/cancel`, asked)).status).to.equal(404);
    await ofMaker.get(at);
    const unknown = await ofMaker.post(`${at}/cancel`, { ...asked, references: 'AS-NOT-OURS' });
    expect(unknown.status).to.equal(400);
    expect((await ofMaker.post(`${at}/cancel`, asked)).to).to.equal(at);
    // Pressed again, or found again by going back: of one file one request waits.
    expect((await ofMaker.post(`${at}/cancel`, asked)).status).to.equal(409);
    const own = (await ofMaker.get(at)).text;
    expect(seen(own)).to.include('người khác duyệt').and.include('Rút lại đề nghị');
    expect(own).not.to.include(`${at}/cancel/confirm`);
    const declined = { messageId: messageIdIn(own), reason: 'Nhầm tệp' };
    expect((await ofMaker.post(`${at}/cancel/decline`, declined)).to).to.equal(at);
    expect((await ofMaker.post(`${at}/cancel/decline`, declined)).status).to.equal(409);
    expect((await ofMaker.post(`${at}/cancel`, asked)).to).to.equal(at);
    const page = (await ofChecker.get(at)).text;
    expect(seen(page)).to.match(/Duyệt hủy \d+ lệnh, [\d.]+ đ/);
    const confirmed = { messageId: messageIdIn(page), sha256: hashIn(page) };
    const altered = { ...confirmed, sha256: 'ab'.repeat(32) };
    expect((await ofChecker.post(`${at}/cancel/confirm`, altered)).status).to.equal(409);
    expect((await ofChecker.post(`${at}/cancel/confirm`, confirmed)).to).to.equal(at);
    expect((await ofChecker.post(`${at}/cancel/confirm`, confirmed)).status).to.equal(409);
    expect(seen((await ofChecker.get(at)).text))
      .to.include('Đã duyệt, sắp gửi')
      .and.include('Không gửi Nhầm tệp');
  });

  it('was carried by hand when one shows the very file and another decides', async () => {
    expect((await carried(ofMaker, Buffer.concat([bytes, Buffer.from(' ')]))).status).to.equal(409);
    const elsewhere = await visiting(test(), web(), {
      personId: 'elsewhere',
      roles: ['maker'],
      unitCode: '38',
    });
    expect((await carried(elsewhere, bytes)).status).to.equal(404);
    const sent = await carried(ofMaker, bytes);
    expect(sent.status, sent.text).to.equal(303);
    const one = sent.to ?? '';
    expect(one).to.match(/^\/reconciliation\/breaks\/\d+$/);
    expect(seen((await ofMaker.get(at)).text)).to.include('chờ người khác quyết định');
    expect((await ofMaker.get(one)).text).not.to.include('value="confirmed"');
    const page = await ofChecker.get(one);
    expect(seen(page.text)).to.include('Đã giao tận tay cho ngân hàng').and.include('BN-12');
    const [, proposalNo = ''] = /name="proposalNo" value="(\d+)"/.exec(page.text) ?? [];
    const decided = { proposalNo, decision: 'confirmed', reason: '' };
    const own = await ofMaker.post(`${one}/decide`, decided);
    expect(own.status).to.equal(403);
    const done = await ofChecker.post(`${one}/decide`, decided);
    expect(done.status, done.text).to.equal(303);
    expect(await state()).to.equal('sent');
    // The same button pressed again, or found again by going back, decides nothing more.
    expect((await ofChecker.post(`${one}/decide`, decided)).status).to.equal(409);
    expect((await carried(ofMaker, bytes)).status).to.equal(409);
  });
});
