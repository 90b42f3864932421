import { expect } from 'chai';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sftpWitness } from '../../adapters/audit/sftp-witness.ts';
import { keyFolder } from '../../adapters/bank/key-folder.ts';
import { sftpInbox } from '../../adapters/bank/sftp-inbox.ts';
import { sftpSession } from '../../adapters/bank/sftp-session.ts';
import { sftpTransport } from '../../adapters/bank/sftp-transport.ts';
import type { PaymentFileOnDisk } from '../../src/release/payment-transport.port.ts';
import { makeBankKeys, type BankKeys } from '../support/bank-keys.ts';
import { whole } from '../support/bank-files.ts';
import { whatRefused } from '../support/refused.ts';
import { startSftpServer, type SftpServer } from '../support/sftp-server.ts';

// Every test speaks SSH with a real server on the loopback.

describe('an SFTP server of a bank', () => {
  let keys: BankKeys;
  let folder = '';
  let server: SftpServer;
  const at = (...names: string[]): string => join(folder, ...names);

  before(async () => {
    keys = await makeBankKeys();
  });
  after(() => {
    rmSync(keys.folder, { recursive: true });
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'an-sinh-sftp-'));
    server = await startSftpServer({ folder, keys, doneSuffix: '.done' });
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
  /** A new connection each, as each run of the engine has one. */
  function transport(change: Partial<SftpServer['profile']> = {}) {
    const profile = { ...server.profile, ...change };
    return sftpTransport(profile, sftpSession(profile, keys.keys));
  }
  const inbox = () => sftpInbox(server.profile, sftpSession(server.profile, keys.keys));

  it('keeps heads of the log, each once, and lets none take a place', async () => {
    const witness = sftpWitness('/in', sftpSession(server.profile, keys.keys));
    expect(await witness.heads()).to.deep.equal([]);
    await witness.publish({ size: 12n, note: 'twelve\n' });
    await witness.publish({ size: 3n, note: 'three\n' });
    await witness.publish({ size: 3n, note: 'three\n' });
    writeFileSync(at('in', 'something else'), 'x');
    expect(await witness.heads()).to.deep.equal(['three\n', 'twelve\n']);
    const refused = await witness
      .publish({ size: 3n, note: 'drei\n' })
      .catch((error: unknown) => error);
    expect(String(refused)).to.include('holds another head of size 3');
    expect(readFileSync(at('in', 'head-000000000000003.note'), 'utf8')).to.equal('three\n');
    // A byte that is spoilt on the way is no head that is kept.
    server.faults.spoilAt = 1;
    const spoilt = await witness
      .publish({ size: 20n, note: 'twenty\n' })
      .catch((error: unknown) => error);
    expect(String(spoilt)).to.include('reached the witness as another');
    expect(await witness.heads()).to.deep.equal(['three\n', 'twelve\n']);
  });

  it('gets a file whole under its final name, and the empty file that says so', async () => {
    expect(await transport().deliver(approved())).to.equal('delivered');
    expect(readdirSync(at('in')).sort()).to.deep.equal(['AS-1.xml', 'AS-1.xml.done']);
    expect(readFileSync(at('in', 'AS-1.xml'), 'utf8')).to.equal(CONTENT);
    expect(server.asked.filter((one) => one !== 'auth')).to.deep.equal([
      'write AS-1.xml.tmp',
      'rename AS-1.xml',
      'write AS-1.xml.done',
    ]);
  });

  it('gets nothing again, neither beside a waiting file nor after a taken one', async () => {
    const file = approved();
    await transport().deliver(file);
    expect(await transport().deliver(file)).to.equal('present');
    rmSync(at('in', 'AS-1.xml.done'));
    renameSync(at('in', 'AS-1.xml'), at('done', 'AS-1.xml'));
    expect(await transport().deliver(file)).to.equal('present');
    expect(readdirSync(at('in'))).to.deep.equal([]);
  });

  for (const [cutAt, where] of [
    [0, 'before its first byte'],
    [1, 'after its first byte'],
    [CONTENT.length >> 1, 'in its middle'],
    [CONTENT.length, 'after its last byte'],
  ] as const) {
    it(`F40: has no file of a line that was cut ${where}, and has it whole the next time`, async () => {
      server.faults.cutAt = cutAt;
      const file = approved();
      const broken = await transport()
        .deliver(file)
        .catch((error: unknown) => error);
      expect(broken).to.be.instanceOf(Error);
      expect(existsSync(at('in', 'AS-1.xml'))).to.equal(false);
      delete server.faults.cutAt;
      expect(await transport().deliver(file)).to.equal('delivered');
      expect(readFileSync(at('in', 'AS-1.xml'), 'utf8')).to.equal(CONTENT);
    });
  }

  it('F41: is asked what it has when the answer to a rename was lost, and gets nothing again', async () => {
    server.faults.loseRename = true;
    const file = approved();
    const broken = await transport()
      .deliver(file)
      .catch((error: unknown) => error);
    expect(broken).to.be.instanceOf(Error);
    server.faults.loseRename = false;
    server.asked.splice(0);
    expect(await transport().deliver(file)).to.equal('present');
    expect(server.asked).to.deep.equal(['auth', 'write AS-1.xml.done']);
  });

  it('F45: keeps no file whose bytes are not those that were approved', async () => {
    server.faults.spoilAt = 1234;
    expect(await whatRefused(transport().deliver(approved()))).to.equal('file-altered');
    delete server.faults.spoilAt;
    const altered = { ...approved(), byteSize: CONTENT.length + 1 };
    expect(await whatRefused(transport().deliver(altered))).to.equal('file-altered');
    expect(readdirSync(at('in'))).to.deep.equal([]);
  });

  it('gets nothing while it cannot say what it has', async () => {
    server.faults.failStat = true;
    const broken = await transport()
      .deliver(approved())
      .catch((error: unknown) => error);
    expect(broken).to.be.instanceOf(Error);
    expect(server.asked).to.deep.equal(['auth']);
  });

  it('is not spoken to when its host key is not the pinned one', async () => {
    const other = { hostKey: `SHA256:${'A'.repeat(43)}` };
    expect(await whatRefused(transport(other).deliver(approved()))).to.equal(
      'counterpart-not-itself',
    );
    expect(server.asked).to.deep.equal([]);
  });

  it('is not spoken to with a key that others can read, that is missing, or that is locked', async () => {
    const deliver = (identity: string): Promise<string> =>
      whatRefused(transport({ identity }).deliver(approved()));
    chmodSync(join(keys.folder, 'ssh.key'), 0o644);
    expect(await deliver('ssh')).to.equal('configuration-wrong');
    chmodSync(join(keys.folder, 'ssh.key'), 0o600);
    expect(await deliver('other')).to.equal('configuration-wrong');
    writeFileSync(join(keys.folder, 'broken.key'), 'no key', { mode: 0o600 });
    expect(await whatRefused(keyFolder(keys.folder, 'secret').privateKey('broken'))).to.equal(
      'configuration-wrong',
    );
    expect(server.asked).to.deep.equal([]);
  });

  it('gives its answers once, whole, in order of name, and none that is not finished', async () => {
    for (const name of ['b.xml', 'a.csv', 'c.xml.tmp', '.hidden.xml', 'd.exe']) {
      writeFileSync(at('out', name), name.repeat(50_000));
    }
    const from = inbox();
    expect(await from.list()).to.deep.equal(['a.csv', 'b.xml']);
    expect(await whole(from.open('b.xml'))).to.equal('b.xml'.repeat(50_000));
    await from.putAway('b.xml');
    await from.putAway('b.xml');
    writeFileSync(at('out', 'b.xml'), 'another of the same name');
    await from.putAway('b.xml');
    expect(readFileSync(at('out', 'taken', 'b.xml'), 'utf8')).to.have.length(250_000);
    expect(readFileSync(at('out', 'taken', 'b.xml.2'), 'utf8')).to.include('another');
    expect(await from.list()).to.deep.equal(['a.csv']);
    const path = await whole(from.open('../in/x.xml')).catch((error: unknown) => error);
    expect(String(path)).to.include('not a name');
  });
});
