import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSigner } from '../../adapters/bank/detached-signature.ts';
import { folderTransport } from '../../adapters/bank/folder-transport.ts';
import { signedTransport } from '../../adapters/bank/signed-transport.ts';
import { makeBankKeys, type BankKeys } from '../support/bank-keys.ts';
import { hasCms, hasOpenPgp } from '../support/bank-signatures.ts';
import { whatRefused } from '../support/refused.ts';
import type { PaymentFileOnDisk } from '../../src/release/payment-transport.port.ts';

describe('detached signature', () => {
  let keys: BankKeys;
  let folder = '';
  before(async () => {
    keys = await makeBankKeys();
  });
  after(() => {
    rmSync(keys.folder, { recursive: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'an-sinh-signed-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const CONTENT = 'payment file '.repeat(20_000);
  function approved(): PaymentFileOnDisk {
    const path = join(folder, 'approved');
    writeFileSync(path, CONTENT);
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    return { name: 'AS-1.xml', path, sha256, byteSize: CONTENT.length };
  }

  const KINDS = [
    { kind: 'cms', identity: 'cms', suffix: '.p7s', verify: hasCms },
    { kind: 'openpgp', identity: 'pgp', suffix: '.asc', verify: hasOpenPgp },
    { kind: 'openpgp', identity: 'pgp', suffix: '.sig', verify: hasOpenPgp },
  ] as const;

  for (const { verify, ...profile } of KINDS) {
    it(`${profile.kind} ${profile.suffix}: lies beside the file, and is of its very bytes`, async () => {
      const sign = fileSigner(profile, keys.keys);
      const transport = signedTransport(folderTransport(folder), { sign, ...profile });
      expect(await transport.deliver(approved())).to.equal('delivered');
      const name = `AS-1.xml${profile.suffix}`;
      expect(readdirSync(join(folder, 'in')).sort()).to.deep.equal(['AS-1.xml', name]);

      const [file, signature] = [join(folder, 'in', 'AS-1.xml'), join(folder, 'in', name)];
      expect(await verify(file, signature, keys)).to.equal(true);
      writeFileSync(file, CONTENT.replace('payment', 'Payment'));
      const changed = await verify(file, signature, keys).catch(() => false);
      expect(changed, 'another byte').to.equal(false);
      const strangers = await makeBankKeys();
      writeFileSync(file, CONTENT);
      const stranger = await verify(file, signature, strangers).catch(() => false);
      expect(stranger, 'another key').to.equal(false);
      rmSync(strangers.folder, { recursive: true });
    });

    it(`${profile.kind} ${profile.suffix}: a second try puts neither again`, async () => {
      const sign = fileSigner(profile, keys.keys);
      const transport = signedTransport(folderTransport(folder), { sign, ...profile });
      await transport.deliver(approved());
      expect(await transport.deliver(approved())).to.equal('present');
    });
  }

  it('is never of bytes that were changed after they were approved', async () => {
    for (const { kind, identity, suffix } of KINDS) {
      const sign = fileSigner({ kind, identity, suffix }, keys.keys);
      const file = approved();
      writeFileSync(file.path, `${CONTENT.slice(1)}!`);
      const transport = signedTransport(folderTransport(folder), { sign, suffix });
      expect(await whatRefused(transport.deliver(file)), kind).to.equal('file-altered');
      expect(readdirSync(folder)).to.not.include('AS-1.xml');
    }
  });
});
