import { generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import {
  bareKey,
  checkpointText,
  readSignedNote,
  readVerifierKey,
  signedNote,
  verifierKey,
} from '../../src/audit/checkpoint.ts';
import { isSignedBy, keyIdOf } from '../../src/platform/ed25519.ts';

/** The example of the signed-note package of the Go project: its key, text and signature line. */
const PUBLISHED = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
};

describe('a signed head of the log (C2SP signed-note, tlog-checkpoint)', () => {
  it('reads and checks what another program signed', () => {
    const key = readVerifierKey(PUBLISHED.key);
    const line = Buffer.from(PUBLISHED.line, 'base64');
    expect(key?.name).to.equal('PeterNeumann');
    const publicKey = key?.publicKey ?? new Uint8Array();
    expect(Buffer.from(keyIdOf('PeterNeumann', publicKey))).to.deep.equal(line.subarray(0, 4));
    expect(isSignedBy(publicKey, PUBLISHED.text, line.subarray(4))).to.equal(true);
    expect(isSignedBy(publicKey, `${PUBLISHED.text} `, line.subarray(4))).to.equal(false);
    const keyId = line.subarray(0, 4);
    expect(verifierKey({ name: 'PeterNeumann', keyId, publicKey })).to.equal(PUBLISHED.key);
  });

  it('is read as it was written', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const bare = bareKey(publicKey.export({ format: 'der', type: 'spki' }));
    const root = Buffer.alloc(32, 7);
    const text = checkpointText({ origin: 'ansinh.example.vn/40', size: 1234, root });
    const signature = sign(null, Buffer.from(text), privateKey);
    const keyId = keyIdOf('ansinh.example.vn/40', bare);
    const note = signedNote(text, { keyName: 'ansinh.example.vn/40', keyId, signature });

    const read = readSignedNote(note);
    if (read === undefined) throw new Error('the note is no head');
    expect(read).to.include({ size: 1234, origin: 'ansinh.example.vn/40', signed: text });
    expect(read.keyName).to.equal('ansinh.example.vn/40');
    expect(Buffer.from(read.root)).to.deep.equal(root);
    expect(isSignedBy(bare, read.signed, read.signature)).to.equal(true);
  });

  it('is no head when a line is missing, a number has a zero before it, or anything follows', () => {
    const line = `\n\u2014 log ${'A'.repeat(91)}=\n`;
    const root = `${'A'.repeat(43)}=\n`;
    expect(readSignedNote(`log\n12\n${root}${line}`)).not.to.equal(undefined);
    for (const wrong of [
      `log\n012\n${root}${line}`,
      `log\n-1\n${root}${line}`,
      `log\n${root}${line}`,
      `\n12\n${root}${line}`,
      `log\n12\n${root.slice(1)}${line}`,
      `log\n12\n${root}${line}x`,
      `log\n12\n${root}${line.replace('\u2014', '-')}`,
      `log\n12\n${root}${line.slice(1)}`,
      '',
    ]) {
      expect(readSignedNote(wrong), wrong).to.equal(undefined);
    }
  });

  it('knows no key of another kind', () => {
    expect(readVerifierKey(PUBLISHED.key.replace('+AR', '+Ah'))).to.equal(undefined);
    expect(readVerifierKey('PeterNeumann')).to.equal(undefined);
    expect(readVerifierKey('two words+c74f20a3+ARpc')).to.equal(undefined);
  });
});
