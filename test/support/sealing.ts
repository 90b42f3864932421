import { generateKeyPairSync, sign } from 'node:crypto';
import { bareKey } from '../../src/audit/checkpoint.ts';
import type { HeadSigner } from '../../src/audit/head-signer.port.ts';
import type { HeadWitness } from '../../src/audit/head-witness.port.ts';

/** A key of its own for a test. */
export function testSigner(name = 'test/log'): HeadSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    name,
    publicKey: bareKey(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

/** A witness that keeps what it is given in memory. */
export function testWitness(): HeadWitness & { readonly held: string[] } {
  const held: string[] = [];
  return {
    name: 'witness',
    held,
    heads: () => Promise.resolve([...held]),
    publish({ note }) {
      held.push(note);
      return Promise.resolve();
    },
  };
}
