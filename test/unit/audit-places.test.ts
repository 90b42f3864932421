import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { folderWitness } from '../../adapters/audit/folder-witness.ts';
import { ensureKeyFile, keyFileSigner, makeKeyFile } from '../../adapters/audit/key-file.ts';
import { isSignedBy } from '../../src/platform/ed25519.ts';

describe('where the key and the heads of the log lie', () => {
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-audit-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes a key that only its owner reads, signs with it, and never writes over it', () => {
    const path = join(folder, 'deep', 'key.pem');
    makeKeyFile(path);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    const signer = keyFileSigner(path, 'log');
    expect(isSignedBy(signer.publicKey, 'text', signer.sign('text'))).to.equal(true);
    expect(isSignedBy(signer.publicKey, 'texT', signer.sign('text'))).to.equal(false);

    const before = readFileSync(path, 'utf8');
    expect(() => {
      makeKeyFile(path);
    }).to.throw('EEXIST');
    ensureKeyFile(path);
    expect(readFileSync(path, 'utf8')).to.equal(before);
  });

  it('takes no key of another kind', () => {
    const path = join(folder, 'rsa.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(() => keyFileSigner(path, 'log')).to.throw('is not an Ed25519 key');
  });

  it('keeps every head it is given, in the order of their sizes, and lets none take a place', async () => {
    const heads = join(folder, 'heads');
    const witness = folderWitness(heads);
    expect(await witness.heads()).to.deep.equal([]);
    await witness.publish({ size: 12n, note: 'twelve' });
    await witness.publish({ size: 3n, note: 'three' });
    await witness.publish({ size: 3n, note: 'three' });
    writeFileSync(join(heads, 'something else'), 'x');
    expect(await witness.heads()).to.deep.equal(['three', 'twelve']);

    const refused = await witness
      .publish({ size: 3n, note: 'drei' })
      .catch((error: unknown) => error);
    expect(String(refused)).to.include('holds another head of size 3');
    expect(await witness.heads()).to.deep.equal(['three', 'twelve']);
    expect(readdirSync(heads).filter((name) => name.startsWith('.'))).to.deep.equal([]);
  });
});
