import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpsInbox } from '../../adapters/bank/https-inbox.ts';
import { httpsSession } from '../../adapters/bank/https-session.ts';
import { httpsTransport } from '../../adapters/bank/https-transport.ts';
import type { PaymentFileOnDisk } from '../../src/release/payment-transport.port.ts';
import { makeBankKeys, type BankKeys } from '../support/bank-keys.ts';
import { whole } from '../support/bank-files.ts';
import { startHttpsBank, type HttpsBank } from '../support/https-bank.ts';
import { whatRefused } from '../support/refused.ts';

// Every test speaks TLS with a real server on the loopback, and both show a certificate.

describe('an HTTPS server of a bank', () => {
  let keys: BankKeys;
  let folder = '';
  let server: HttpsBank;
  const at = (...names: string[]): string => join(folder, ...names);

  before(async () => {
    keys = await makeBankKeys();
  });
  after(() => {
    rmSync(keys.folder, { recursive: true });
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'an-sinh-https-'));
    server = await startHttpsBank({ folder, keys });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const CONTENT = 'payment file '.repeat(20_000);
  function approved(): PaymentFileOnDisk {
    writeFileSync(at('approved'), CONTENT);
    return {
      name: 'AS-1.xml',
      path: at('approved'),
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      byteSize: CONTENT.length,
    };
  }
  const session = (change: Partial<HttpsBank['profile']> = {}, of = keys) =>
    httpsSession({ ...server.profile, ...change }, of.keys);
  const transport = (...of: Parameters<typeof session>) => httpsTransport(session(...of));
  const failed = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => expect.fail('was taken'),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it('gets a file whole, and is asked whether it has it before and after', async () => {
    expect(await transport().deliver(approved())).to.equal('delivered');
    expect(readFileSync(at('in', 'AS-1.xml'), 'utf8')).to.equal(CONTENT);
    const path = '/an-sinh/payments/AS-1.xml';
    expect(server.asked).to.deep.equal([`HEAD ${path}`, `PUT ${path}`, `HEAD ${path}`]);
  });

  it('gets nothing again, neither beside a waiting file nor after a taken one', async () => {
    const file = approved();
    await transport().deliver(file);
    expect(await transport().deliver(file)).to.equal('present');
    renameSync(at('in', 'AS-1.xml'), at('done', 'AS-1.xml'));
    expect(await transport().deliver(file)).to.equal('present');
    expect(readdirSync(at('in'))).to.deep.equal([]);
  });

  it('F41: is asked what it has when the answer to a put was lost, and gets nothing again', async () => {
    server.faults.losePut = true;
    const file = approved();
    await failed(transport().deliver(file));
    server.faults.losePut = false;
    expect(await transport().deliver(file)).to.equal('present');
    expect(server.asked.filter((one) => one.startsWith('PUT'))).to.have.length(1);
  });

  it('is not believed when it keeps other bytes than came', async () => {
    server.faults.spoil = true;
    expect(await whatRefused(transport().deliver(approved()))).to.equal('file-altered');
  });

  it('never sees bytes that are not those that were approved', async () => {
    const file = approved();
    writeFileSync(at('approved'), `${CONTENT.slice(1)}!`);
    expect(await whatRefused(transport().deliver(file))).to.equal('file-altered');
    expect(server.asked).to.deep.equal(['HEAD /an-sinh/payments/AS-1.xml']);
  });

  it('is not spoken to when its key is not the pinned one', async () => {
    const other = { serverKey: `${'A'.repeat(43)}=` };
    expect(await whatRefused(transport(other).deliver(approved()))).to.equal(
      'counterpart-not-itself',
    );
    expect(server.asked).to.deep.equal([]);
  });

  it('is not spoken to when nobody vouches for it, and speaks to nobody whom it does not know', async () => {
    const strangers = await makeBankKeys();
    try {
      expect(await failed(transport({}, strangers).deliver(approved()))).to.match(/certificate/);
      // Its own authority vouches for the bank, but the bank's does not vouch for ours.
      writeFileSync(join(strangers.folder, 'tls.ca'), keys.authority.crt);
      await failed(transport({}, strangers).deliver(approved()));
      expect(server.asked).to.deep.equal([]);
    } finally {
      rmSync(strangers.folder, { recursive: true });
    }
  });

  it('gives its answers once, whole, in order of name, and is told what is archived', async () => {
    for (const name of ['b.xml', 'a.csv', 'c.xml.tmp']) {
      writeFileSync(at('out', name), name.repeat(50_000));
    }
    const from = httpsInbox(session());
    expect(await from.list()).to.deep.equal(['a.csv', 'b.xml']);
    expect(await whole(from.open('b.xml'))).to.equal('b.xml'.repeat(50_000));
    await from.putAway('b.xml');
    await from.putAway('b.xml');
    expect(await from.list()).to.deep.equal(['a.csv']);
    expect(readdirSync(at('out', 'taken'))).to.deep.equal(['b.xml']);
    expect(await failed(whole(from.open('x.xml')))).to.include('404');
    expect(await failed(whole(from.open('../b.xml')))).to.include('not a name');
  });
});
