import { expect } from 'chai';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderInbox } from '../../adapters/bank/folder-inbox.ts';
import { folderTransport } from '../../adapters/bank/folder-transport.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { PaymentFileOnDisk } from '../../src/release/payment-transport.port.ts';

describe('folder of a counterpart', () => {
  let home = '';
  const at = (...names: string[]): string => join(home, ...names);

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'an-sinh-folder-'));
    for (const name of ['in', 'out', 'done', 'ours']) mkdirSync(at(name));
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const CONTENT = 'payment file '.repeat(60_000);
  function approved(): PaymentFileOnDisk {
    writeFileSync(at('ours', 'file'), CONTENT);
    return {
      name: 'AS-1.xml',
      path: at('ours', 'file'),
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      byteSize: CONTENT.length,
    };
  }

  it('lays a file down whole and leaves nothing else', async () => {
    expect(await folderTransport(home).deliver(approved())).to.equal('delivered');
    expect(readdirSync(at('in'))).to.deep.equal(['AS-1.xml']);
    expect(readFileSync(at('in', 'AS-1.xml'), 'utf8')).to.equal(CONTENT);
  });

  it('puts nothing again, neither beside a waiting file nor after a taken one', async () => {
    const file = approved();
    await folderTransport(home).deliver(file);
    expect(await folderTransport(home).deliver(file)).to.equal('present');
    renameSync(at('in', 'AS-1.xml'), at('done', 'AS-1.xml'));
    expect(await folderTransport(home).deliver(file)).to.equal('present');
    expect(readdirSync(at('in'))).to.deep.equal([]);
  });

  it('writes over what a process that died has left', async () => {
    writeFileSync(at('in', 'AS-1.xml.tmp'), `${CONTENT} and more`);
    expect(await folderTransport(home).deliver(approved())).to.equal('delivered');
    expect(readFileSync(at('in', 'AS-1.xml'), 'utf8')).to.equal(CONTENT);
  });

  it('F45: refuses bytes that are not the approved ones, and leaves none of them', async () => {
    const file = approved();
    const altered = [
      { ...file, sha256: createHash('sha256').update('other').digest('hex') },
      { ...file, byteSize: file.byteSize + 1 },
    ];
    writeFileSync(at('ours', 'other'), CONTENT.replace('payment', 'Payment'));
    altered.push({ ...file, path: at('ours', 'other') });
    for (const wrong of altered) {
      const error: unknown = await folderTransport(home)
        .deliver(wrong)
        .catch((e: unknown) => e);
      expect(error).to.be.instanceOf(Refusal).with.property('code', 'file-altered');
      expect(readdirSync(at('in'))).to.deep.equal([]);
    }
  });

  it('lists final names only, in order, and puts files away without loss', async () => {
    const names = ['000002-1-a.xml', '000001-1-b.csv', '000001-1-a.xml'];
    const foreign = ['000003.xml.tmp', '.hidden.xml', 'a b.xml', 'x.txt', '-x.xml', 'ổ.xml'];
    for (const name of [...names, ...foreign]) writeFileSync(at('out', name), name);
    mkdirSync(at('out', 'folder.xml'));
    const inbox = folderInbox(at('out'));

    expect(await inbox.list()).to.deep.equal(names.toSorted());
    const chunks: Buffer[] = [];
    for await (const chunk of inbox.open('000001-1-b.csv')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).to.equal('000001-1-b.csv');

    await inbox.putAway('000001-1-b.csv');
    await inbox.putAway('000001-1-b.csv');
    expect(await inbox.list()).to.deep.equal(['000001-1-a.xml', '000002-1-a.xml']);
    expect(readFileSync(at('out', 'taken', '000001-1-b.csv'), 'utf8')).to.equal('000001-1-b.csv');
  });

  it('opens no path that it would not list', async () => {
    const inbox = folderInbox(at('out'));
    const read = async (name: string): Promise<void> => {
      for await (const chunk of inbox.open(name)) expect(chunk).to.equal(undefined);
    };
    for (const name of ['../ours/file.xml', '/etc/passwd', '', 'a.xml.tmp']) {
      for (const act of [read, (of: string) => inbox.putAway(of)]) {
        const error: unknown = await act(name).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(Error).and.not.to.have.property('code');
      }
    }
  });
});
