import { isUtf8 } from 'node:buffer';
import { SaxesParser, type SaxesAttributePlain, type SaxesTagPlain } from 'saxes';
import { Refusal } from '../../../src/kernel/refusal.ts';

// Streams an ISO 20022 document through saxes, behind the guards that a file of a stranger needs.
// saxes checks that the XML is well formed; what it leaves open is closed here: size, encoding,
// XML version, document types, depth, length of texts, number of attributes and of elements.
// Namespaces are resolved here too, because the namespace mode of saxes costs 1.6 times the time.

/** What a file may measure before it is refused. */
interface XmlLimits {
  readonly bytes: number;
  readonly elements: number;
}

/** A million payments are about 700 MB and 25 million elements. */
export const XML_LIMITS: XmlLimits = { bytes: 8 * 1024 ** 3, elements: 400_000_000 };

interface SaxesSettings {
  xmlns: false;
  position: false;
}

const MAX_DEPTH = 64;
const MAX_TEXT = 4096;
const MAX_ATTRIBUTES = 16;
// One tag, comment or text may not be longer, or a file without markup would fill the memory.
const MAX_TOKEN = 131_072;
const SLICE_BYTES = 65_536;
const ITEMS_PER_CHUNK = 2000;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOT_ASCII = /[\x80-\uffff]/;
const NOT_LATIN1 = /[\u0100-\uffff]/;

/** Refuses the file: rule says what is wrong, at is the path of the element it is wrong in. */
export type Refuse = (rule: string, child?: string) => never;

/** What a reader does with one element. An element without a rule is skipped with all below it. */
export interface ElementRule {
  readonly children?: Readonly<Record<string, ElementRule>>;
  /** Given the byte at which the element begins. */
  readonly open?: (offset: number) => void;
  /** Given the trimmed text, which is empty when the rule has children, and the attribute Ccy. */
  readonly close?: (text: string, currency: string) => void;
  /** Has children in one version of the message and a text in another. */
  readonly mayBeText?: true;
}

export interface ReaderContext<Item> {
  readonly emit: (item: Item) => void;
  readonly refuse: Refuse;
}

/** Gives the rule of Document for its namespace, or undefined when the message is not known. */
export type DocumentStart<Item> = (
  namespace: string,
  context: ReaderContext<Item>,
) => ElementRule | undefined;

/**
 * Reads the one Document of an XML file, bare or inside an envelope with a business application
 * header, and yields what its rules emit. Only when the iteration has ended is the file known to be
 * complete: nothing may be kept for good before. Throws Refusal('file-malformed') with the path of
 * the element, the rule and the byte up to which was read; never a value of the file.
 */
export async function* readGuardedXml<Item>(
  content: AsyncIterable<Buffer>,
  start: DocumentStart<Item>,
  limits: XmlLimits = XML_LIMITS,
): AsyncGenerator<readonly Item[]> {
  const walk = new DocumentWalk(start, limits);
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      walk.write(chunk.subarray(from, from + SLICE_BYTES));
      if (walk.items.length >= ITEMS_PER_CHUNK) yield walk.take();
    }
  }
  walk.end();
  yield walk.take();
}

/** A rule with its children in a map: names of a file must not meet Object.prototype. */
interface Node {
  readonly name: string;
  readonly children: ReadonlyMap<string, Node> | undefined;
  readonly takesText: boolean;
  readonly open: ElementRule['open'] | undefined;
  readonly close: ElementRule['close'] | undefined;
}

interface Scope {
  readonly depth: number;
  readonly namespaces: ReadonlyMap<string, string>;
  /** A name without a prefix is one of the message. */
  readonly isMessage: boolean;
  readonly around: Scope | undefined;
}

const bareNode = (): Node => ({
  name: '',
  children: undefined,
  takesText: false,
  open: undefined,
  close: undefined,
});
/** Outside the document: the envelope, in which the document is looked for. */
const ENVELOPE = bareNode();
const SKIPPED = bareNode();

/** The state of one file on its way through. A class, because every tag of millions touches it. */
class DocumentWalk<Item> {
  items: Item[] = [];

  private readonly parser = new SaxesParser<SaxesSettings>({ xmlns: false, position: false });
  private readonly decode: ByteDecoder;
  private readonly start: DocumentStart<Item>;
  private readonly limits: XmlLimits;

  private readonly above: Node[] = [];
  private node: Node = ENVELOPE;
  private depth = 0;
  private elementCount = 0;
  private document: 'awaited' | 'open' | 'closed' = 'awaited';
  private namespace = '';

  private scope: Scope = { depth: 0, namespaces: new Map(), isMessage: false, around: undefined };
  private declared: SaxesAttributePlain[] = [];

  private attributeCount = 0;
  private currency = '';
  private text = '';
  private textLength = 0;

  private slice = '';
  private sliceStart = 0;
  private nameEnd = 0;
  private bytesSinceTag = 0;

  constructor(start: DocumentStart<Item>, limits: XmlLimits) {
    this.start = start;
    this.limits = limits;
    this.decode = byteDecoder(this.refuse);
    // Seven handlers and no more: saxes stores them by computed names, and with the eighth V8 turns
    // the parser into a dictionary, which costs six times the time (measured: 42 against 7 MB/s).
    // So its errors are caught where it is called, and its XML declaration is read at the root.
    this.parser.on('doctype', () => this.refuse('document-type'));
    this.parser.on('opentagstart', () => {
      this.startTag();
    });
    this.parser.on('attribute', (attribute) => {
      this.attribute(attribute);
    });
    this.parser.on('opentag', (tag) => {
      this.openTag(tag);
    });
    this.parser.on('text', (text) => {
      this.characters(text);
    });
    this.parser.on('cdata', (text) => {
      this.characters(text);
    });
    this.parser.on('closetag', () => {
      this.closeTag();
    });
  }

  take(): readonly Item[] {
    const items = this.items;
    this.items = [];
    return items;
  }

  write(bytes: Buffer): void {
    if (this.decode.byteCount + bytes.length > this.limits.bytes) this.refuse('too-large');
    this.feed(this.decode.write(bytes));
  }

  end(): void {
    this.feed(this.decode.end());
    this.parse(null);
    // An envelope without a document in it.
    if (this.document !== 'closed') this.refuse('unknown-message');
  }

  private feed(text: string): void {
    if (text === '') return;
    this.sliceStart += this.slice.length;
    this.slice = text;
    const elements = this.elementCount;
    this.parse(text);
    this.bytesSinceTag = this.elementCount === elements ? this.bytesSinceTag + text.length : 0;
    // Closing tags and comments do not count here: between two opening tags there are at most 64.
    if (this.bytesSinceTag > MAX_TOKEN) this.refuse('too-long');
  }

  private parse(text: string | null): void {
    try {
      this.parser.write(text);
    } catch (error) {
      // What saxes objects to is an Error and no subclass; ours are passed on, and so are bugs.
      if (Object.getPrototypeOf(error) !== Error.prototype) throw error;
      this.refuse('not-well-formed');
    }
  }

  private readonly refuse: Refuse = (rule, child) => {
    const path = [...this.above.slice(0, this.depth), this.node].map((node) => node.name);
    const at = [...path, child ?? ''].filter((name) => name !== '').join('/');
    throw new Refusal('file-malformed', { at, rule, byte: this.decode.byteCount });
  };

  private startTag(): void {
    this.attributeCount = 0;
    this.currency = '';
    // The name is followed by one character, or by the two of CR LF.
    const after = this.parser.position - this.sliceStart;
    const isCrLf =
      this.slice.charCodeAt(after - 1) === 10 && this.slice.charCodeAt(after - 2) === 13;
    this.nameEnd = this.parser.position - (isCrLf ? 2 : 1);
  }

  private attribute(attribute: SaxesAttributePlain): void {
    this.attributeCount += 1;
    if (this.attributeCount > MAX_ATTRIBUTES) this.refuse('too-many-attributes');
    if (attribute.name === 'Ccy') this.currency = attribute.value;
    else if (attribute.name === 'xmlns' || attribute.name.startsWith('xmlns:')) {
      this.declared.push(attribute);
    }
  }

  private openTag({ name }: SaxesTagPlain): void {
    if (this.depth >= MAX_DEPTH) this.refuse('too-deep');
    if (this.elementCount === 0) this.checkDeclaration();
    this.elementCount += 1;
    if (this.elementCount > this.limits.elements) this.refuse('too-many-elements');
    const parent = this.node;
    if (parent.takesText && (parent.children === undefined || trimmed(this.text) !== '')) {
      this.refuse('element-in-text');
    }
    if (this.declared.length > 0) this.openScope();

    const node = this.nodeOf(name);
    this.above[this.depth] = parent;
    this.depth += 1;
    this.node = node;
    this.text = '';
    this.textLength = 0;
    if (node.open !== undefined) {
      node.open(this.decode.markLength + this.nameEnd - name.length - '<'.length);
    }
  }

  private checkDeclaration(): void {
    const { version = '1.0', encoding = 'utf-8' } = this.parser.xmlDecl;
    if (version !== '1.0') this.refuse('xml-version');
    if (encoding.toLowerCase() !== 'utf-8') this.refuse('encoding');
  }

  private characters(text: string): void {
    this.textLength += text.length;
    if (this.textLength > MAX_TEXT) this.refuse('too-long');
    if (this.node.takesText) this.text += text;
    // Text outside the root is the business of saxes.
    else if (this.node.children !== undefined && !isBlank(text))
      this.refuse('text-between-elements');
  }

  private closeTag(): void {
    const { node } = this;
    if (node.close !== undefined) {
      node.close(node.takesText ? this.value() : '', this.currency);
    }
    if (this.scope.depth === this.depth) this.scope = this.scope.around ?? this.scope;
    this.depth -= 1;
    this.node = this.above[this.depth] ?? ENVELOPE;
    this.text = '';
    this.textLength = 0;
  }

  private value(): string {
    const text = trimmed(this.text);
    if (!NOT_ASCII.test(text)) return text;
    const bytes = Buffer.from(text, 'latin1');
    // A character reference beyond ASCII is no byte of UTF-8, and no bank writes one in an id.
    if (NOT_LATIN1.test(text) || !isUtf8(bytes)) this.refuse('character-reference');
    return bytes.toString('utf8');
  }

  private nodeOf(name: string): Node {
    // The short way for nearly every element: without a prefix, where that means the message.
    if (this.scope.isMessage && this.node !== ENVELOPE) {
      const node = this.node.children?.get(name);
      if (node !== undefined) return node;
      if (!name.includes(':')) return SKIPPED;
    }
    return this.resolvedNodeOf(name);
  }

  private resolvedNodeOf(name: string): Node {
    const prefix = name.slice(0, Math.max(name.indexOf(':'), 0));
    const namespace = this.scope.namespaces.get(prefix);
    if (prefix !== '' && namespace === undefined) this.refuse('prefix-not-declared');
    if (this.node === ENVELOPE) {
      return localName(name) === 'Document' ? this.openDocument(namespace ?? '') : ENVELOPE;
    }
    if (namespace !== this.namespace) return SKIPPED;
    return this.node.children?.get(localName(name)) ?? SKIPPED;
  }

  private openDocument(namespace: string): Node {
    if (this.document !== 'awaited') this.refuse('more-than-one-document');
    const { refuse } = this;
    const emit = (item: Item): void => {
      this.items.push(item);
    };
    const rule = this.start(namespace, { emit, refuse });
    if (rule === undefined) return refuse('unknown-message');
    this.document = 'open';
    this.namespace = namespace;
    const { depth, namespaces, around } = this.scope;
    this.scope = this.scopeOf(depth, namespaces, around);
    return this.nodeOfRule('Document', {
      ...rule,
      close: (text, currency) => {
        rule.close?.(text, currency);
        this.document = 'closed';
      },
    });
  }

  private nodeOfRule(name: string, rule: ElementRule): Node {
    const children = rule.children && Object.entries(rule.children);
    return {
      name,
      children: children && new Map(children.map(([n, r]) => [n, this.nodeOfRule(n, r)])),
      takesText: children === undefined || rule.mayBeText === true,
      open: rule.open,
      close: rule.close,
    };
  }

  private openScope(): void {
    const namespaces = new Map(this.scope.namespaces);
    for (const { name, value } of this.declared) namespaces.set(name.slice(6), value.trim());
    this.declared = [];
    this.scope = this.scopeOf(this.depth + 1, namespaces, this.scope);
  }

  private scopeOf(depth: number, namespaces: Scope['namespaces'], around?: Scope): Scope {
    const isMessage = this.namespace !== '' && namespaces.get('') === this.namespace;
    return { depth, namespaces, isMessage, around };
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function isBlank(text: string): boolean {
  return trimmed(text) === '';
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

interface ByteDecoder {
  readonly byteCount: number;
  /** How many bytes of a byte order mark were left out at the beginning. */
  readonly markLength: number;
  write(bytes: Buffer): string;
  end(): string;
}

/**
 * Gives the bytes as a string with one character for each byte, once they are known to be UTF-8.
 * So a position in the string is a position in the file, and saxes works on strings of one byte a
 * character, a third faster than on others; markup is ASCII in UTF-8 and reads the same.
 */
function byteDecoder(refuse: Refuse): ByteDecoder {
  const decode = (bytes: Buffer): string => {
    // U+FFFE and U+FFFF are UTF-8 and no characters of XML.
    if (!isUtf8(bytes) || bytes.includes('\ufffe') || bytes.includes('\uffff')) refuse('not-utf-8');
    return bytes.toString('latin1');
  };
  let carried: Buffer = Buffer.alloc(0);
  const decoder = {
    byteCount: 0,
    markLength: 0,
    write(bytes: Buffer): string {
      const isFirst = decoder.byteCount === carried.length;
      decoder.byteCount += bytes.length;
      let whole = carried.length === 0 ? bytes : Buffer.concat([carried, bytes]);
      if (isFirst && whole.length >= 3 && whole.subarray(0, 3).equals(BYTE_ORDER_MARK)) {
        decoder.markLength = 3;
        whole = whole.subarray(3);
      }
      const end = isFirst && whole.length < 3 ? 0 : completeEnd(whole);
      // A copy, because the caller may use its buffer again.
      carried = Buffer.from(whole.subarray(end));
      return decode(whole.subarray(0, end));
    },
    end(): string {
      return decode(carried);
    },
  };
  return decoder;
}

/** Where a slice can be cut: not inside a character, and not between the CR and LF of a line end. */
function completeEnd(bytes: Buffer): number {
  if (bytes.at(-1) === 13) return bytes.length - 1;
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function sequenceLength(leadByte: number): number {
  if (leadByte >= 0xf0) return 4;
  return leadByte >= 0xe0 ? 3 : 2;
}
