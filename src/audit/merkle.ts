// The tree over the event log, as RFC 9162 (Certificate Transparency 2.0) section 2.1 defines it. A
// published head, a size and a root, commits to every event before it: that one event is under a
// head, and that a later head only adds to an earlier one, can be proved with a few hashes to
// somebody who has neither the log nor this program.

/** SHA-256 of bytes: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

// A leaf can never pass for a node: they are hashed behind different bytes.
const LEAF = 0x00;
const NODE = 0x01;

/** The hash of one leaf (section 2.1.1): SHA-256(0x00 || data). */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  return sha256(joined(LEAF, data));
}

/** The root over hashes of leaves (section 2.1.1); of no leaf it is the SHA-256 of nothing. */
export function rootOf(sha256: Sha256, leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array());
  if (leaves.length === 1) return only;
  const k = splitOf(leaves.length);
  return nodeHash(sha256, rootOf(sha256, leaves.slice(0, k)), rootOf(sha256, leaves.slice(k)));
}

/** A tree that grows leaf by leaf and remembers only the roots of its full parts. */
export interface GrowingTree {
  add(leaf: Uint8Array): void;
  readonly size: number;
  root(): Uint8Array;
}

/** Begins an empty tree, to draw the roots of a log at many sizes in one pass over it. */
export function growingTree(sha256: Sha256): GrowingTree {
  const full: { leaves: number; root: Uint8Array }[] = [];
  let size = 0;
  return {
    add(leaf) {
      size += 1;
      let [leaves, root] = [1, leaf];
      for (let last = full.at(-1); last?.leaves === leaves; last = full.at(-1)) {
        full.pop();
        [leaves, root] = [leaves * 2, nodeHash(sha256, last.root, root)];
      }
      full.push({ leaves, root });
    },
    get size() {
      return size;
    },
    root() {
      const last = full.at(-1)?.root ?? sha256(new Uint8Array());
      return full
        .slice(0, -1)
        .reduceRight((right, { root: left }) => nodeHash(sha256, left, right), last);
    },
  };
}

/** The hashes that lead from a leaf to the root (PATH, section 2.1.3.1), nearest first. */
export function inclusionProof(
  sha256: Sha256,
  leaves: readonly Uint8Array[],
  index: number,
): Uint8Array[] {
  if (!(index >= 0 && index < leaves.length)) throw new Error(`no leaf ${index} in the tree`);
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...inclusionProof(sha256, left, index), rootOf(sha256, right)]
    : [...inclusionProof(sha256, right, index - k), rootOf(sha256, left)];
}

/** The hashes that lead from an earlier root to this one (PROOF, section 2.1.4.1). */
export function consistencyProof(
  sha256: Sha256,
  leaves: readonly Uint8Array[],
  earlierSize: number,
): Uint8Array[] {
  if (!(earlierSize > 0 && earlierSize <= leaves.length)) {
    throw new Error(`a tree of ${leaves.length} never had ${earlierSize} leaves`);
  }
  return subProof(sha256, leaves, { size: earlierSize, known: true });
}

/** SUBPROOF of section 2.1.4.1; known says whether the verifier holds the root of these leaves. */
function subProof(
  sha256: Sha256,
  leaves: readonly Uint8Array[],
  earlier: { size: number; known: boolean },
): Uint8Array[] {
  const { size, known } = earlier;
  if (size === leaves.length) return known ? [] : [rootOf(sha256, leaves)];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return size <= k
    ? [...subProof(sha256, left, earlier), rootOf(sha256, right)]
    : [...subProof(sha256, right, { size: size - k, known: false }), rootOf(sha256, left)];
}

export interface TreeHead {
  /** How many leaves there are. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether a proof shows that a leaf stands at an index under a head (section 2.1.3.2). */
export function isIncluded(
  sha256: Sha256,
  leaf: { hash: Uint8Array; index: number },
  { head, proof }: { head: TreeHead; proof: readonly Uint8Array[] },
): boolean {
  if (!(leaf.index >= 0 && leaf.index < head.size)) return false;
  const sides = sidesOf({ index: leaf.index, last: head.size - 1 }, proof.length);
  if (sides === undefined) return false;
  const root = proof.reduce(
    (below, hash, i) =>
      sides[i] === 'left' ? nodeHash(sha256, hash, below) : nodeHash(sha256, below, hash),
    leaf.hash,
  );
  return isSame(root, head.root);
}

/** Whether a proof shows that a head only adds to an earlier one (section 2.1.4.2). */
export function isConsistent(
  sha256: Sha256,
  { earlier, later }: { earlier: TreeHead; later: TreeHead },
  proof: readonly Uint8Array[],
): boolean {
  if (!(earlier.size > 0 && earlier.size <= later.size)) return false;
  if (earlier.size === later.size) return proof.length === 0 && isSame(earlier.root, later.root);
  return proof.length > 0 && grewFrom(sha256, { earlier, later }, proof);
}

function grewFrom(
  sha256: Sha256,
  { earlier, later }: { earlier: TreeHead; later: TreeHead },
  proof: readonly Uint8Array[],
): boolean {
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : proof;
  if (first === undefined) return false;
  let [index, last] = [earlier.size - 1, later.size - 1];
  while (index % 2 === 1) [index, last] = [half(index), half(last)];
  const sides = sidesOf({ index, last }, rest.length);
  if (sides === undefined) return false;
  // What stands to the left was there before; what stands to the right is new.
  let [before, after] = [first, first];
  for (const [i, hash] of rest.entries()) {
    const left = sides[i] === 'left';
    if (left) before = nodeHash(sha256, hash, before);
    after = left ? nodeHash(sha256, hash, after) : nodeHash(sha256, after, hash);
  }
  return isSame(before, earlier.root) && isSame(after, later.root);
}

/** On which side of the path each hash of a proof stands; undefined when the path is not that long. */
function sidesOf(
  path: { index: number; last: number },
  length: number,
): ('left' | 'right')[] | undefined {
  const sides: ('left' | 'right')[] = [];
  let { index, last } = path;
  for (let i = 0; i < length; i += 1) {
    if (last === 0) return undefined;
    const left = index % 2 === 1 || index === last;
    sides.push(left ? 'left' : 'right');
    while (left && index % 2 === 0 && index !== 0) [index, last] = [half(index), half(last)];
    [index, last] = [half(index), half(last)];
  }
  return last === 0 ? sides : undefined;
}

function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(joined(NODE, left, right));
}

function joined(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The largest power of two below a number of leaves: where a tree of that many is split. */
function splitOf(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return splitOf(n + 1) === n;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
