import { Refusal } from '../../../src/kernel/refusal.ts';
import type { Place } from '../../../src/settlement/bank-file.ts';
import {
  HAS_COLON,
  HAS_REFERENCE,
  IS_BLANK,
  nameHash,
  XmlTokenizer,
  type TokenLimits,
  type XmlEvents,
} from './xml-tokenizer.ts';

// Walks through an ISO 20022 document by rules, one for each element that means something to us. The
// tokenizer checks that the XML is well formed and plain; what it leaves open is closed here: the
// namespaces, the number of elements, text where none belongs.

/** What a file may measure before it is refused. */
interface XmlLimits extends TokenLimits {
  readonly elements: number;
}

/** A million payments are about 700 MB and 25 million elements. */
export const XML_LIMITS: XmlLimits = {
  bytes: 8 * 1024 ** 3,
  token: 131_072,
  elements: 400_000_000,
};

const MAX_TEXT = 4096;
const ITEMS_PER_CHUNK = 2000;
// The one attribute that nearly every amount has is known by its bytes.
const CURRENCY = Buffer.from('Ccy');
const DONG = Buffer.from('VND');
const LONGEST_REPEATED = 40;

/** Refuses the file: rule says what is wrong, at is the path of the element it is wrong in. */
type Refuse = (rule: string, child?: string) => never;

/** What a reader does with one element. An element without a rule is skipped with all below it. */
export interface ElementRule {
  readonly children?: Readonly<Record<string, ElementRule>>;
  /** Given the byte at which the element begins. */
  readonly open?: (offset: number) => void;
  /** Given the trimmed text, which is empty when the rule has children, and the attribute Ccy. */
  readonly close?: (text: string, currency: string) => void;
  /** Has children in one version of the message and a text in another. */
  readonly mayBeText?: true;
  /** Nothing may part its text: 100<!-- -->000 is one amount to some and another to others. */
  readonly isWhole?: true;
}

export interface ReaderContext<Item> {
  readonly emit: (item: Item) => void;
  readonly refuse: Refuse;
  /** Where the element stands that is being read. */
  readonly here: () => Place;
}

/** Gives the rule of Document for its namespace, or undefined when the message is not known. */
export type DocumentStart<Item> = (
  namespace: string,
  context: ReaderContext<Item>,
) => ElementRule | undefined;

/** How the parts of a file are read: its document, and the header in front of it. */
export interface MessageStart<Item> {
  readonly document: DocumentStart<Item>;
  readonly header?: DocumentStart<Item>;
}

/**
 * Reads the one Document of an XML file, bare or inside an envelope with a business application
 * header, and yields what its rules emit. Only when the iteration has ended is the file known to be
 * complete: nothing may be kept for good before. Throws Refusal('file-malformed') with the path of
 * the element, the rule and the byte at which the tag or text begins; never a value of the file.
 */
export async function* readGuardedXml<Item>(
  content: AsyncIterable<Buffer>,
  start: DocumentStart<Item> | MessageStart<Item>,
  limits: XmlLimits = XML_LIMITS,
): AsyncGenerator<readonly Item[]> {
  const walk = new DocumentWalk(typeof start === 'function' ? { document: start } : start, limits);
  for await (const chunk of content) {
    walk.write(chunk);
    if (walk.items.length >= ITEMS_PER_CHUNK) yield walk.take();
  }
  walk.end();
  yield walk.take();
}

/** A rule, and how its element is told by the bytes of its name. */
interface Node {
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly hash: number;
  readonly children: readonly Node[] | undefined;
  readonly takesText: boolean;
  readonly isWhole: boolean;
  readonly open: ElementRule['open'] | undefined;
  readonly close: ElementRule['close'] | undefined;
  readonly last: LastText;
  /** Where it stands in the message; it stands in one place only. Empty until somebody asks. */
  path: string;
}

/**
 * The text that an element had when it stood last. A status or a date is mostly that of before, and
 * to compare bytes costs a tenth of making a string of them.
 */
interface LastText {
  text: string;
  readonly bytes: Buffer;
}

interface Scope {
  readonly depth: number;
  readonly namespaces: ReadonlyMap<string, string>;
  /** A name without a prefix is one of the message. */
  readonly isMessage: boolean;
  readonly around: Scope | undefined;
}

/** Messages have a few hundred names among them, which every file asks for again. */
const NAMES = new Map<string, { readonly nameBytes: Buffer; readonly hash: number }>();

const bareNode = (): Node => ({
  ...nodeOfRule('', { children: {} }),
  // Text may stand in it, and has no meaning.
  children: undefined,
});
/** Outside the document: the envelope, in which the document is looked for. */
const ENVELOPE = bareNode();
const SKIPPED = bareNode();

/** The state of one file on its way through. A class, because every tag of millions touches it. */
class DocumentWalk<Item> implements XmlEvents {
  items: Item[] = [];

  private readonly xml: XmlTokenizer;
  private readonly start: MessageStart<Item>;
  private readonly limits: XmlLimits;

  private readonly above: Node[] = [];
  private node: Node = ENVELOPE;
  private depth = 0;
  private elementCount = 0;
  private document: 'awaited' | 'open' | 'closed' = 'awaited';
  private namespace = '';

  private scope: Scope = { depth: 0, namespaces: new Map(), isMessage: false, around: undefined };

  private currency = '';
  private content = '';
  private contentLength = 0;

  constructor(start: MessageStart<Item>, limits: XmlLimits) {
    this.start = start;
    this.limits = limits;
    this.xml = new XmlTokenizer(this, limits, this.refuse);
  }

  take(): readonly Item[] {
    const items = this.items;
    this.items = [];
    return items;
  }

  write(bytes: Buffer): void {
    this.xml.write(bytes);
  }

  end(): void {
    this.xml.end();
    // An envelope without a document in it.
    if (this.document !== 'closed') this.refuse('unknown-message');
  }

  private readonly refuse: Refuse = (rule, child) => {
    throw new Refusal('file-malformed', {
      at: this.pathTo(child ?? ''),
      rule,
      byte: this.xml.offset,
    });
  };

  private readonly here = (): Place => {
    const { node } = this;
    if (node.path === '') node.path = this.pathTo('');
    return { byte: this.xml.offset, path: node.path };
  };

  private pathTo(child: string): string {
    const path = [...this.above.slice(0, this.depth), this.node].map((node) => node.name);
    return [...path, child].filter((name) => name !== '').join('/');
  }

  open(nameFrom: number, nameTo: number, hash: number, traits: number): void {
    this.elementCount += 1;
    if (this.elementCount > this.limits.elements) this.refuse('too-many-elements');
    const parent = this.node;
    if (parent.takesText && (parent.children === undefined || trimmed(this.content) !== '')) {
      this.refuse('element-in-text');
    }
    this.currency = '';
    const { attributeCount } = this.xml;
    if (attributeCount === 1 && this.xml.hasAttribute(0, CURRENCY, DONG)) this.currency = 'VND';
    else if (attributeCount > 0) this.readAttributes();

    const node =
      this.knownChild(nameFrom, nameTo, hash) ?? this.otherNode(nameFrom, nameTo, traits);
    this.above[this.depth] = parent;
    this.depth += 1;
    this.node = node;
    this.content = '';
    this.contentLength = 0;
    if (node.open !== undefined) node.open(this.xml.offset);
  }

  text(from: number, to: number, traits: number): void {
    const { node } = this;
    this.contentLength += to - from;
    if (this.contentLength > MAX_TEXT) this.refuse('too-long');
    if (node.takesText) this.keepText(from, to, traits);
    else if (node.children !== undefined && (traits & IS_BLANK) === 0) {
      if (trimmed(this.xml.text(from, to, traits)) !== '') this.refuse('text-between-elements');
    }
  }

  close(): void {
    const { node } = this;
    if (node.close !== undefined) {
      node.close(node.takesText ? trimmed(this.content) : '', this.currency);
    }
    if (this.scope.depth === this.depth) this.scope = this.scope.around ?? this.scope;
    this.depth -= 1;
    this.node = this.above[this.depth] ?? ENVELOPE;
    this.content = '';
    this.contentLength = 0;
  }

  private keepText(from: number, to: number, traits: number): void {
    if ((traits & HAS_REFERENCE) !== 0 && this.xml.refersBeyondAscii(from, to)) {
      this.refuse('character-reference');
    }
    const text =
      traits === 0 && to - from <= LONGEST_REPEATED
        ? this.repeatedText(from, to)
        : this.xml.text(from, to, traits);
    if (this.node.isWhole && this.content !== '' && text !== '') this.refuse('text-in-pieces');
    this.content = this.content === '' ? text : this.content + text;
  }

  private repeatedText(from: number, to: number): string {
    const { xml } = this;
    const { last } = this.node;
    if (last.text.length === to - from && xml.isAt(last.bytes, from, to)) return last.text;
    for (let i = from; i < to; i += 1) last.bytes[i - from] = xml.bytes[i] ?? 0;
    last.text = xml.text(from, to, 0);
    return last.text;
  }

  private readAttributes(): void {
    const { xml } = this;
    let namespaces: Map<string, string> | undefined;
    for (let no = 0; no < xml.attributeCount; no += 1) {
      const name = xml.attributeName(no);
      if (name === 'Ccy') this.currency = xml.attributeValue(no);
      else if (name === 'xmlns' || name.startsWith('xmlns:')) {
        namespaces ??= new Map(this.scope.namespaces);
        namespaces.set(name.slice(6), xml.attributeValue(no).trim());
      }
    }
    if (namespaces !== undefined) {
      this.scope = this.scopeOf(this.depth + 1, namespaces, this.scope);
    }
  }

  /** The short way for nearly every element: without a prefix, where that means the message. */
  private knownChild(from: number, to: number, hash: number): Node | undefined {
    const { children } = this.node;
    if (!this.scope.isMessage) return undefined;
    if (children === undefined) return undefined;
    for (const child of children) {
      if (child.hash === hash && this.xml.isWord(child.nameBytes, from, to)) return child;
    }
    return undefined;
  }

  private otherNode(from: number, to: number, traits: number): Node {
    const hasPrefix = (traits & HAS_COLON) !== 0;
    if (this.scope.isMessage && this.node !== ENVELOPE && !hasPrefix) return SKIPPED;
    const name = this.xml.bytes.toString('utf8', from, to);
    if (hasPrefix && !/^[^:]+:[^:]+$/.test(name)) this.refuse('not-well-formed');
    return this.resolvedNodeOf(name);
  }

  private resolvedNodeOf(name: string): Node {
    const prefix = name.slice(0, Math.max(name.indexOf(':'), 0));
    const namespace = this.scope.namespaces.get(prefix);
    if (prefix !== '' && namespace === undefined) this.refuse('prefix-not-declared');
    const local = name.slice(name.indexOf(':') + 1);
    if (this.node === ENVELOPE) return this.inEnvelope(local, namespace ?? '');
    if (namespace !== this.namespace) return SKIPPED;
    return this.node.children?.find((child) => child.name === local) ?? SKIPPED;
  }

  private inEnvelope(local: string, namespace: string): Node {
    if (local === 'Document') return this.openDocument(namespace);
    return local === 'AppHdr' ? this.openHeader(namespace) : ENVELOPE;
  }

  private openDocument(namespace: string): Node {
    if (this.document !== 'awaited') this.refuse('more-than-one-document');
    const rule = this.start.document(namespace, this.context);
    if (rule === undefined) return this.refuse('unknown-message');
    this.document = 'open';
    this.takeNames(namespace);
    return nodeOfRule('Document', {
      ...rule,
      close: (text, currency) => {
        rule.close?.(text, currency);
        this.document = 'closed';
      },
    });
  }

  /** A header that no rule reads is part of the envelope. */
  private openHeader(namespace: string): Node {
    const rule = this.start.header?.(namespace, this.context);
    if (rule === undefined) return ENVELOPE;
    if (this.document !== 'awaited') this.refuse('header-behind-document');
    this.takeNames(namespace);
    return nodeOfRule('AppHdr', {
      ...rule,
      close: (text, currency) => {
        rule.close?.(text, currency);
        this.takeNames('');
      },
    });
  }

  /** From here on names are those of a namespace. */
  private takeNames(namespace: string): void {
    this.namespace = namespace;
    const { depth, namespaces, around } = this.scope;
    this.scope = this.scopeOf(depth, namespaces, around);
  }

  private get context(): ReaderContext<Item> {
    return {
      emit: (item) => {
        this.items.push(item);
      },
      refuse: this.refuse,
      here: this.here,
    };
  }

  private scopeOf(depth: number, namespaces: Scope['namespaces'], around?: Scope): Scope {
    const isMessage = this.namespace !== '' && namespaces.get('') === this.namespace;
    return { depth, namespaces, isMessage, around };
  }
}

function bytesOfName(name: string): { readonly nameBytes: Buffer; readonly hash: number } {
  const known = NAMES.get(name) ?? { nameBytes: Buffer.from(name), hash: nameHash(name) };
  NAMES.set(name, known);
  return known;
}

function nodeOfRule(name: string, rule: ElementRule): Node {
  const children = rule.children && Object.entries(rule.children);
  return {
    name,
    ...bytesOfName(name),
    children: children?.map(([childName, child]) => nodeOfRule(childName, child)),
    takesText: children === undefined || rule.mayBeText === true,
    isWhole: rule.isWhole === true,
    open: rule.open,
    close: rule.close,
    last: { text: '', bytes: Buffer.allocUnsafe(LONGEST_REPEATED) },
    path: '',
  };
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;

/** Without the white space of XML at both ends. String.trim also takes characters that mean. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return to - from === text.length ? text : text.slice(from, to);
}
