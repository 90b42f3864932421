import { createHash } from 'node:crypto';
import { expect } from 'chai';
import {
  consistencyProof,
  growingTree,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  rootOf,
  type TreeHead,
} from '../../src/audit/merkle.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The vectors of the reference implementation of Certificate Transparency: eight leaves, in hex. */
const DATA = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEAVES = DATA.map((data) => leafHash(sha256, Buffer.from(data, 'hex')));

function headOf(size: number): TreeHead {
  return { size, root: rootOf(sha256, LEAVES.slice(0, size)) };
}

describe('the tree over the log (RFC 9162, section 2.1)', () => {
  it('has the roots of the published vectors', () => {
    expect(ROOTS.map((_, size) => hex(headOf(size).root))).to.deep.equal(ROOTS);
  });

  it('has the same roots when it grows leaf by leaf', () => {
    const tree = growingTree(sha256);
    const roots = [hex(tree.root())];
    for (const leaf of LEAVES) {
      tree.add(leaf);
      roots.push(hex(tree.root()));
    }
    expect(roots).to.deep.equal(ROOTS);
    expect(tree.size).to.equal(8);
  });

  it('gives the published proofs', () => {
    const sevenLeaves = LEAVES.slice(0, 7);
    // The example tree of section 2.1.5: PATH(0), PATH(3), PATH(4), PATH(6) of seven leaves.
    expect([0, 3, 4, 6].map((i) => inclusionProof(sha256, sevenLeaves, i).length)).to.deep.equal([
      3, 3, 3, 2,
    ]);
    expect(inclusionProof(sha256, LEAVES, 5).map(hex)).to.deep.equal([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(sha256, LEAVES, 6).map(hex)).to.deep.equal([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('proves every leaf under every head, and nothing else', () => {
    for (let size = 1; size <= 8; size += 1) {
      const head = headOf(size);
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionProof(sha256, LEAVES.slice(0, size), index);
        const hash = LEAVES[index] ?? new Uint8Array();
        const holds = (
          leaf: { hash: Uint8Array; index: number },
          by = proof,
          under = head,
        ): boolean => isIncluded(sha256, leaf, { head: under, proof: by });

        expect(holds({ hash, index })).to.equal(true);
        // Another place, another leaf, another size, another root, a proof too short or too long.
        expect(holds({ hash, index: index + 1 })).to.equal(false);
        expect(holds({ hash, index: -1 })).to.equal(false);
        expect(holds({ hash: sha256(hash), index })).to.equal(false);
        expect(holds({ hash, index }, proof, { ...head, root: sha256(head.root) })).to.equal(false);
        expect(holds({ hash, index }, [...proof, hash])).to.equal(false);
        if (size > 1) expect(holds({ hash, index }, proof.slice(1))).to.equal(false);
        if (size > 1)
          expect(holds({ hash, index }, proof.toReversed().map(sha256))).to.equal(false);
      }
    }
  });

  it('proves that every head adds to every earlier one, and nothing else', () => {
    for (let size = 1; size <= 8; size += 1) {
      for (let earlierSize = 1; earlierSize <= size; earlierSize += 1) {
        const [earlier, later] = [headOf(earlierSize), headOf(size)];
        const proof = consistencyProof(sha256, LEAVES.slice(0, size), earlierSize);
        const holds = (heads = { earlier, later }, by = proof): boolean =>
          isConsistent(sha256, heads, by);

        expect(holds(), `${earlierSize} in ${size}`).to.equal(true);
        expect(holds({ earlier: { ...earlier, root: sha256(earlier.root) }, later })).to.equal(
          false,
        );
        expect(holds({ earlier, later: { ...later, root: sha256(later.root) } })).to.equal(false);
        expect(holds({ earlier: { ...earlier, size: 0 }, later })).to.equal(false);
        expect(holds({ earlier: { ...earlier, size: size + 1 }, later })).to.equal(false);
        expect(holds({ earlier, later }, [...proof, later.root])).to.equal(false);
        if (proof.length > 0) expect(holds({ earlier, later }, proof.slice(1))).to.equal(false);
        // A verifier that takes a wrong second size was a published hole.
        if (size !== earlierSize) {
          expect(holds({ earlier, later: { ...later, size: size * 2 + 1 } })).to.equal(false);
        }
      }
    }
  });

  it('refuses to prove what never was', () => {
    expect(() => inclusionProof(sha256, LEAVES, 8)).to.throw('no leaf 8');
    expect(() => inclusionProof(sha256, LEAVES, -1)).to.throw('no leaf -1');
    expect(() => consistencyProof(sha256, LEAVES, 9)).to.throw('never had 9 leaves');
    expect(() => consistencyProof(sha256, LEAVES, 0)).to.throw('never had 0 leaves');
  });
});
