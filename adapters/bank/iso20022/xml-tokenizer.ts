import { isAscii, isUtf8 } from 'node:buffer';

// Cuts the bytes of an XML 1.0 document into tags and texts, without making a string of any of them:
// a string for every name and every blank costs four times the time of reading the bytes (measured
// against saxes: 52 against 240 MB/s). It checks that the document is well formed, and refuses what
// a file of a stranger must not have: document types, depth, long tags, many attributes.
//
// The file goes through one window that is used again and again. A token, which is a tag, a text, a
// comment or an instruction, is read when it lies in the window whole; the beginning of one that
// does not is moved to the front. So how the bytes were cut on their way has no effect.

/** Given in place of a position when the window ends before the token does. */
const CUT = -1;

/** Refuses the file: the rule says what is wrong with it. */
export type RefuseXml = (rule: string) => never;

/** What is found. Positions are those of the window, and good only until the call returns. */
export interface XmlEvents {
  /** An element begins. Its name has the hash nameHash(name); traits tell what letters it has. */
  open(nameFrom: number, nameTo: number, hash: number, traits: number): void;
  /** A piece of text in an element: all of it, unless a comment or a CDATA section parts it. */
  text(from: number, to: number, traits: number): void;
  /** The innermost element ends. */
  close(): void;
}

export interface TokenLimits {
  readonly bytes: number;
  /** How many bytes may lie between two opening tags, and so how long a tag or a comment may be. */
  readonly token: number;
}

/** The name has a colon. */
export const HAS_COLON = 8;
/** The text is white space and nothing else. */
export const IS_BLANK = 1;
/** The name or the text has characters beyond ASCII. */
const IS_WIDE = 4;
/** The text has references such as &amp;. */
export const HAS_REFERENCE = 16;
/** The text has carriage returns, which XML reads as line feeds. */
const HAS_RETURN = 32;

const MAX_DEPTH = 64;
const MAX_NAME = 256;
const MAX_ATTRIBUTES = 16;

const [TAB, LINE_FEED, RETURN, SPACE] = [9, 10, 13, 32] as const;
const [BANG, QUOTE, AMPERSAND, APOSTROPHE] = [33, 34, 38, 39] as const;
const [SLASH, COLON, SEMICOLON, LESS, EQUALS, GREATER, QUESTION] = [
  47, 58, 59, 60, 61, 62, 63,
] as const;
const BRACKET = 93;

const COMMENT = Buffer.from('<!--');
const CDATA = Buffer.from('<![CDATA[');
const DOCTYPE = Buffer.from('<!DOCTYPE');
const DECLARATION = Buffer.from('<?xml');
const COMMENT_END = Buffer.from('--');
const CDATA_END = Buffer.from(']]>');
const INSTRUCTION_END = Buffer.from('?>');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
// UTF-8, and no characters of XML.
const NOT_CHARACTERS = [Buffer.from('\ufffe'), Buffer.from('\uffff')];

/** What a byte may be in a name: 0 nothing, 1 a beginning, 2 only what follows; and its traits. */
const IN_NAME = classes((byte) => {
  if (byte >= 0x80) return 1 | IS_WIDE;
  if (byte === COLON) return 1 | HAS_COLON;
  const character = String.fromCharCode(byte);
  if (/[A-Za-z_]/.test(character)) return 1;
  return /[0-9.-]/.test(character) ? 2 : 0;
});

// Where a run of plain characters ends: at markup, at a byte with a trait, at a control character.
const [PLAIN, WIDE, SPECIAL, LAST] = [0, 1, 2, 3] as const;
const isSpecial = (byte: number): boolean =>
  byte === AMPERSAND || (byte < SPACE && byte !== TAB && byte !== LINE_FEED);

const IN_TEXT = classes((byte) => {
  if (byte >= 0x80) return WIDE;
  if (byte === LESS) return LAST;
  return isSpecial(byte) || byte === BRACKET ? SPECIAL : PLAIN;
});
const IN_VALUE = classes((byte) =>
  isSpecial(byte) || byte === LESS || byte === QUOTE || byte === APOSTROPHE ? SPECIAL : PLAIN,
);

// https://www.w3.org/TR/xml/#NT-Name, for names that are not ASCII.
const NAME =
  /^[:A-Z_a-z\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{2ff}\u{370}-\u{37d}\u{37f}-\u{1fff}\u{200c}-\u{200d}\u{2070}-\u{218f}\u{2c00}-\u{2fef}\u{3001}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{fffd}\u{10000}-\u{effff}](?:[-.0-9:A-Z_a-z\u{b7}\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{2ff}]|[\u{300}-\u{36f}]|[\u{370}-\u{37d}\u{37f}-\u{1fff}\u{200c}-\u{200d}\u{203f}-\u{2040}\u{2070}-\u{218f}\u{2c00}-\u{2fef}\u{3001}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{fffd}\u{10000}-\u{effff}])*$/u;

const XML_DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])(1\.\d+)\1(?:\s+encoding\s*=\s*(["'])([A-Za-z][\w.-]*)\3)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\5)?\s*\?>$/;

const PLAIN_ENCODINGS = new Set(['US-ASCII', 'ISO-8859-1', 'ISO-8859-15', 'WINDOWS-1252']);

const REFERENCE = /&([^;]*);/g;
const NAMED_REFERENCES = new Map([
  ['amp', 38],
  ['lt', 60],
  ['gt', 62],
  ['quot', 34],
  ['apos', 39],
]);
const LONGEST_REFERENCE = 32;

const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;

/** The 32 bits that open() gives for a name (FNV-1a). Two names may have one hash: compare them. */
export function nameHash(name: string): number {
  let hash = HASH_START;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, HASH_FACTOR);
  return hash;
}

/** Cuts one file. A class, because every byte of gigabytes goes through its fields. */
export class XmlTokenizer {
  /** The window. Its byte at limit is always 0, which ends every run of characters. */
  readonly bytes: Buffer;
  depth = 0;
  attributeCount = 0;
  /** Of each attribute the positions of its name and its value: from, to, from, to. */
  readonly attributes = new Int32Array(4 * MAX_ATTRIBUTES);

  private readonly events: XmlEvents;
  private readonly refuse: RefuseXml;
  private readonly limits: TokenLimits;

  /** The file's byte at which the window begins. */
  private base = 0;
  private at = 0;
  /** Up to here the window has whole characters, known to be UTF-8. */
  private limit = 0;
  private filled = 0;
  private afterTag = 0;

  private root: 'awaited' | 'open' | 'closed' = 'awaited';
  private hasBegun = false;
  /** Declared in an encoding whose letters of ASCII are those of UTF-8: it may have no others. */
  private isPlain = false;
  /** The names of the open elements, one behind the other, and where each begins. */
  private readonly names = Buffer.alloc((MAX_DEPTH + 1) * MAX_NAME);
  private readonly nameStarts = new Int32Array(MAX_DEPTH + 1);
  private namesEnd = 0;
  /** Of the name or the text that was read last. */
  private hash = 0;
  private traits = 0;

  constructor(events: XmlEvents, limits: TokenLimits, refuse: RefuseXml) {
    this.events = events;
    this.limits = limits;
    this.refuse = refuse;
    // Room for a token that is not whole yet, and as much again to read on.
    this.bytes = Buffer.alloc(2 * limits.token + 1);
  }

  /** The byte of the file at which the present token begins. */
  get offset(): number {
    return this.base + this.at;
  }

  write(chunk: Buffer): void {
    if (this.base + this.filled + chunk.length > this.limits.bytes) this.refuse('too-large');
    for (let from = 0; from < chunk.length;) {
      const copied = chunk.copy(this.bytes, this.filled, from, from + this.room());
      from += copied;
      this.filled += copied;
      if (this.room() === 0) this.read();
    }
  }

  /** Reads what is left. The document must be whole. */
  end(): void {
    this.read();
    // The first bytes of a character that did not come.
    if (this.limit < this.filled) this.refuse('not-utf-8');
    if (this.at < this.limit && this.depth === 0) this.at = this.afterSpaces(this.at);
    if (this.at < this.limit || this.root !== 'closed') this.refuse('not-well-formed');
  }

  private room(): number {
    return this.bytes.length - 1 - this.filled;
  }

  /** Reads the whole tokens of the window, and makes room behind what is left. */
  private read(): void {
    this.check();
    const { bytes, limit } = this;
    const behind = byteAt(bytes, limit);
    bytes[limit] = 0;
    if (!this.hasBegun) this.begin();
    while (this.at < limit) {
      const next = byteAt(bytes, this.at) === LESS ? this.markup() : this.characters();
      if (next === CUT) break;
      if (next - this.at > this.limits.token) this.refuse('too-long');
      this.at = next;
    }
    bytes[limit] = behind;
    // What is not whole yet may not be longer either, so there is always room to read on.
    if (limit - this.at > this.limits.token) this.refuse('too-long');
    this.checkProgress();
    bytes.copyWithin(0, this.at, this.filled);
    this.base += this.at;
    this.limit -= this.at;
    this.filled -= this.at;
    this.at = 0;
  }

  /** Moves the limit to the end of the last whole character, if all are characters of XML. */
  private check(): void {
    const end = wholeCharacters(this.bytes, this.limit, this.filled);
    const fresh = this.bytes.subarray(this.limit, end);
    this.limit = end;
    if (isAscii(fresh)) return;
    if (this.isPlain) this.refuse('encoding');
    if (!isUtf8(fresh) || NOT_CHARACTERS.some((one) => fresh.includes(one))) {
      this.refuse('not-utf-8');
    }
  }

  /** Many short comments are as idle as a long one. */
  private checkProgress(): void {
    if (this.offset - this.afterTag > this.limits.token) this.refuse('too-long');
  }

  private begin(): void {
    this.hasBegun = true;
    if (this.word(BYTE_ORDER_MARK, 0) === 'yes') this.at = BYTE_ORDER_MARK.length;
    const after = this.at + DECLARATION.length;
    if (this.word(DECLARATION, this.at) !== 'yes' || this.afterSpaces(after) === after) return;
    const end = this.find(INSTRUCTION_END, after);
    if (end === CUT) this.refuse('not-well-formed');
    this.declared(this.bytes.toString('latin1', this.at, end + INSTRUCTION_END.length));
    this.at = end + INSTRUCTION_END.length;
  }

  private declared(declaration: string): void {
    const [, , version, , encoding = 'UTF-8'] = XML_DECLARATION.exec(declaration) ?? [];
    if (version === undefined) this.refuse('not-well-formed');
    if (version !== '1.0') this.refuse('xml-version');
    this.isPlain = PLAIN_ENCODINGS.has(encoding.toUpperCase());
    if (!this.isPlain && encoding.toUpperCase() !== 'UTF-8') this.refuse('encoding');
    if (this.isPlain && !isAscii(this.bytes.subarray(0, this.limit))) this.refuse('encoding');
  }

  // What follows reads one token and gives the position behind it, or CUT when it is not whole.

  private markup(): number {
    switch (byteAt(this.bytes, this.at + 1)) {
      case SLASH:
        return this.closingTag();
      case BANG:
        return this.section();
      case QUESTION:
        return this.instruction();
      default:
        return this.openingTag();
    }
  }

  /** Another byte is needed at a position: it may be that it has not come yet. */
  private cutAt(i: number): typeof CUT {
    return i < this.limit ? this.refuse('not-well-formed') : CUT;
  }

  // ---- texts

  private characters(): number {
    const from = this.at;
    const to = this.textEnd(from);
    if (to === CUT) return CUT;
    const isBlank = (this.traits & ~HAS_RETURN) === 0 && this.afterSpaces(from) === to;
    // Around the root there is nothing but white space.
    if (this.depth === 0 && !isBlank) this.refuse('not-well-formed');
    if (this.depth > 0) this.events.text(from, to, isBlank ? this.traits | IS_BLANK : this.traits);
    return to;
  }

  /** Reads up to the next tag, and sets the traits of the text before it. */
  private textEnd(from: number): number {
    const { bytes } = this;
    let i = from;
    let traits = 0;
    for (;;) {
      let kind = byteAt(IN_TEXT, byteAt(bytes, i));
      while (kind === PLAIN) {
        i += 1;
        kind = byteAt(IN_TEXT, byteAt(bytes, i));
      }
      if (kind === LAST) break;
      traits |= kind === WIDE ? IS_WIDE : traitOf(byteAt(bytes, i));
      i = kind === WIDE ? i + 1 : this.afterSpecial(i);
      if (i === CUT) return CUT;
    }
    this.traits = traits;
    return i;
  }

  /** Goes on behind a byte that cannot pass unseen. */
  private afterSpecial(i: number): number {
    switch (byteAt(this.bytes, i)) {
      case AMPERSAND:
        return this.afterReference(i);
      case BRACKET:
        return this.word(CDATA_END, i) === 'yes' ? this.refuse('not-well-formed') : i + 1;
      case RETURN:
        return i + 1;
      default:
        return this.cutAt(i);
    }
  }

  /** Goes on behind a reference such as &amp; or &#48;. */
  private afterReference(from: number): number {
    const { bytes, limit } = this;
    let i = from + 1;
    while (i < limit && bytes[i] !== SEMICOLON && i - from < LONGEST_REFERENCE) i += 1;
    if (i === limit) return CUT;
    const isKnown =
      bytes[i] === SEMICOLON && referenced(bytes.toString('latin1', from + 1, i)) >= 0;
    return isKnown ? i + 1 : this.refuse('not-well-formed');
  }

  /** A text as XML reads it: the range and the traits are those of the event. */
  text(from: number, to: number, traits: number): string {
    if ((traits & ~IS_BLANK) === 0) return this.bytes.toString('latin1', from, to);
    let text = this.bytes.toString('utf8', from, to);
    if ((traits & HAS_RETURN) !== 0) text = text.replace(/\r\n?/g, '\n');
    return (traits & HAS_REFERENCE) === 0 ? text : withoutReferences(text);
  }

  /** Whether a text refers to a character beyond ASCII, which no bank does in an id. */
  refersBeyondAscii(from: number, to: number): boolean {
    const references = this.bytes.toString('latin1', from, to).matchAll(REFERENCE);
    return [...references].some(([, name = '']) => referenced(name) > 127);
  }

  // ---- tags

  private openingTag(): number {
    const { bytes, namesEnd: nameStart } = this;
    const nameFrom = this.at + 1;
    const nameTo = this.copyName(nameFrom);
    const { hash, traits } = this;
    this.attributeCount = 0;
    let i = nameTo;
    if (byteAt(bytes, i) !== GREATER) i = this.afterAttributes(i);
    if (i === CUT) return CUT;
    if (traits !== 1) this.checkName(nameFrom, nameTo, traits);
    const isEmpty = byteAt(bytes, i) === SLASH;
    if (isEmpty && byteAt(bytes, i + 1) !== GREATER) return this.cutAt(i + 1);

    this.pushName(nameStart, nameStart + nameTo - nameFrom);
    this.events.open(nameFrom, nameTo, hash, traits);
    if (isEmpty) this.popName();
    const after = i + (isEmpty ? 2 : 1);
    this.afterTag = this.base + after;
    return after;
  }

  /** Reads a name and puts it behind those of the open elements. */
  private copyName(from: number): number {
    const { bytes, names } = this;
    let hash = HASH_START;
    let traits = 0;
    let to = this.namesEnd;
    let i = from;
    let byte = byteAt(bytes, i);
    let kind = byteAt(IN_NAME, byte);
    while (kind !== 0) {
      names[to] = byte;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
      traits |= kind;
      to += 1;
      i += 1;
      byte = byteAt(bytes, i);
      kind = byteAt(IN_NAME, byte);
    }
    this.hash = hash;
    this.traits = traits;
    return i;
  }

  private pushName(from: number, to: number): void {
    if (this.root === 'closed') this.refuse('not-well-formed');
    if (this.depth >= MAX_DEPTH) this.refuse('too-deep');
    if (to - from > MAX_NAME) this.refuse('too-long');
    this.checkProgress();
    this.root = 'open';
    this.nameStarts[this.depth] = from;
    this.namesEnd = to;
    this.depth += 1;
  }

  private popName(): void {
    this.events.close();
    this.depth -= 1;
    this.namesEnd = this.nameStarts[this.depth] ?? 0;
    if (this.depth === 0) this.root = 'closed';
  }

  private closingTag(): number {
    if (this.depth === 0) this.refuse('not-well-formed');
    const { bytes, names, namesEnd } = this;
    let i = this.at + 2;
    let n = this.nameStarts[this.depth - 1] ?? 0;
    while (n < namesEnd && byteAt(bytes, i) === byteAt(names, n)) {
      n += 1;
      i += 1;
    }
    if (n < namesEnd) return this.cutAt(i);
    if (byteAt(bytes, i) !== GREATER) i = this.afterSpaces(i);
    if (byteAt(bytes, i) !== GREATER) return this.cutAt(i);
    this.popName();
    return i + 1;
  }

  private checkName(from: number, to: number, traits: number): void {
    const { bytes } = this;
    const isBegun = from < to && (byteAt(IN_NAME, byteAt(bytes, from)) & 1) === 1;
    const isName = (traits & IS_WIDE) === 0 || NAME.test(bytes.toString('utf8', from, to));
    if (!isBegun || !isName) this.refuse('not-well-formed');
  }

  // ---- attributes

  /** Where the tag ends: at the > or at the slash before it. */
  private afterAttributes(from: number): number {
    let i = from;
    for (;;) {
      const next = this.afterSpaces(i);
      const byte = byteAt(this.bytes, next);
      if (byte === GREATER || byte === SLASH) return next;
      // Without a space no attribute begins; nor does a name go on with what no name has.
      if (next === i) return this.cutAt(next);
      i = this.afterAttribute(next);
      if (i === CUT) return CUT;
    }
  }

  private afterAttribute(nameFrom: number): number {
    const { bytes } = this;
    const nameTo = this.afterName(nameFrom);
    const { traits } = this;
    const equals = this.afterSpaces(nameTo);
    if (byteAt(bytes, equals) !== EQUALS) return this.cutAt(equals);
    const quote = this.afterSpaces(equals + 1);
    const mark = byteAt(bytes, quote);
    if (mark !== QUOTE && mark !== APOSTROPHE) return this.cutAt(quote);
    const valueTo = this.valueEnd(quote + 1, mark);
    if (valueTo === CUT) return CUT;
    if (traits !== 1) this.checkName(nameFrom, nameTo, traits);
    const { attributes } = this;
    const room = this.newAttribute(nameFrom, nameTo);
    attributes[room] = nameFrom;
    attributes[room + 1] = nameTo;
    attributes[room + 2] = quote + 1;
    attributes[room + 3] = valueTo;
    return valueTo + 1;
  }

  private afterName(from: number): number {
    const { bytes } = this;
    let i = from;
    let traits = 0;
    for (;;) {
      const kind = byteAt(IN_NAME, byteAt(bytes, i));
      if (kind === 0) break;
      traits |= kind;
      i += 1;
    }
    this.traits = traits;
    return i;
  }

  /** The quotation mark at the end of a value. */
  private valueEnd(from: number, mark: number): number {
    const { bytes } = this;
    let i = from;
    for (;;) {
      while (byteAt(IN_VALUE, byteAt(bytes, i)) === PLAIN) i += 1;
      const byte = byteAt(bytes, i);
      if (byte === mark) return i;
      const isText = byte === QUOTE || byte === APOSTROPHE;
      i = isText ? i + 1 : this.afterSpecial(i);
      if (i === CUT) return CUT;
    }
  }

  /** Room for the attribute that begins at a position, which no other may name again. */
  private newAttribute(from: number, to: number): number {
    const { bytes, attributes, attributeCount } = this;
    if (attributeCount === MAX_ATTRIBUTES) this.refuse('too-many-attributes');
    for (let no = 0; no < attributeCount; no += 1) {
      const [otherFrom, otherTo] = attributes.subarray(4 * no);
      if (bytes.compare(bytes, from, to, otherFrom, otherTo) === 0) this.refuse('not-well-formed');
    }
    this.attributeCount += 1;
    return 4 * attributeCount;
  }

  /** Whether an attribute of the present opening tag is written just so. */
  hasAttribute(no: number, name: Buffer, value: Buffer): boolean {
    const { attributes } = this;
    const at = 4 * no;
    return (
      this.isWord(name, attributes[at] ?? 0, attributes[at + 1] ?? 0) &&
      this.isWord(value, attributes[at + 2] ?? 0, attributes[at + 3] ?? 0)
    );
  }

  /** Whether a range of the window is a word. */
  isWord(word: Buffer, from: number, to: number): boolean {
    return word.length === to - from && this.isAt(word, from, to);
  }

  /** Whether a range of the window has the first of some bytes. */
  isAt(bytes: Buffer, from: number, to: number): boolean {
    for (let i = from; i < to; i += 1) {
      if (byteAt(this.bytes, i) !== byteAt(bytes, i - from)) return false;
    }
    return true;
  }

  /** The name of an attribute of the present opening tag. */
  attributeName(no: number): string {
    const [from, to] = this.attributes.subarray(4 * no);
    return this.bytes.toString('utf8', from, to);
  }

  /** Its value, as XML reads it: every kind of white space is a space. */
  attributeValue(no: number): string {
    const [, , from, to] = this.attributes.subarray(4 * no);
    const text = this.bytes.toString('utf8', from, to).replace(/\r\n|[\t\n\r]/g, ' ');
    return text.includes('&') ? withoutReferences(text) : text;
  }

  // ---- comments, CDATA sections, instructions

  private section(): number {
    const { at } = this;
    const [comment, cdata, doctype] = [COMMENT, CDATA, DOCTYPE].map((word) => this.word(word, at));
    if (comment === 'yes') return this.afterComment(at + COMMENT.length);
    if (cdata === 'yes') return this.afterCData(at + CDATA.length);
    if (doctype === 'yes') {
      return this.refuse(this.root === 'awaited' ? 'document-type' : 'not-well-formed');
    }
    return [comment, cdata, doctype].includes('cut') ? CUT : this.refuse('not-well-formed');
  }

  private afterComment(from: number): number {
    const end = this.find(COMMENT_END, from);
    if (end === CUT) return CUT;
    const after = end + COMMENT_END.length;
    return byteAt(this.bytes, after) === GREATER ? after + 1 : this.cutAt(after);
  }

  private afterCData(from: number): number {
    if (this.depth === 0) this.refuse('not-well-formed');
    const end = this.find(CDATA_END, from);
    if (end === CUT) return CUT;
    // What stands here is no markup, so it is told as it is: only line ends may have to be read.
    if (end > from) this.events.text(from, end, IS_WIDE | HAS_RETURN);
    return end + CDATA_END.length;
  }

  private instruction(): number {
    const from = this.at + 2;
    const to = this.afterName(from);
    if (to === this.limit) return CUT;
    this.checkName(from, to, this.traits);
    if (this.bytes.toString('latin1', from, to).toLowerCase() === 'xml')
      this.refuse('not-well-formed');
    const end = this.find(INSTRUCTION_END, to);
    if (end === CUT) return CUT;
    if (end > to && this.afterSpaces(to) === to) this.refuse('not-well-formed');
    return end + INSTRUCTION_END.length;
  }

  /** Where a mark stands next, behind characters of XML. */
  private find(mark: Buffer, from: number): number {
    const { bytes } = this;
    for (let i = from; ; i += 1) {
      const byte = byteAt(bytes, i);
      if (byte < SPACE && !isSpace(byte)) return this.cutAt(i);
      if (byte === mark[0] && this.word(mark, i) === 'yes') return i;
    }
  }

  /** Whether a word stands at a position, or would if more had come. */
  private word(word: Buffer, at: number): 'yes' | 'no' | 'cut' {
    for (let i = 0; i < word.length; i += 1) {
      if (this.bytes[at + i] !== word[i]) return at + i === this.limit ? 'cut' : 'no';
    }
    return 'yes';
  }

  private afterSpaces(from: number): number {
    let i = from;
    while (isSpace(byteAt(this.bytes, i))) i += 1;
    return i;
  }
}

/** Called only with buffers: with another typed array beside them every call costs double. */
function byteAt(bytes: Buffer, i: number): number {
  return bytes[i] ?? 0;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;
}

function traitOf(byte: number): number {
  if (byte === AMPERSAND) return HAS_REFERENCE;
  return byte === RETURN ? HAS_RETURN : 0;
}

function classes(of: (byte: number) => number): Buffer {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => of(byte)));
}

/** Where the window can be read up to: not inside a character. */
function wholeCharacters(bytes: Buffer, from: number, to: number): number {
  for (let back = 1; back <= Math.min(3, to - from); back += 1) {
    const byte = byteAt(bytes, to - back);
    if (byte < 0x80) return to;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? to - back : to;
  }
  return to;
}

function sequenceLength(leadByte: number): number {
  if (leadByte >= 0xf0) return 4;
  return leadByte >= 0xe0 ? 3 : 2;
}

/** The character that a reference stands for, as its code point; -1 when there is none. */
function referenced(name: string): number {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]+)|(\d+))$/.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return NAMED_REFERENCES.get(name) ?? -1;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return isCharacter(code) ? code : -1;
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isCharacter(code: number): boolean {
  if (code < 0xd800) return code >= SPACE || isSpace(code);
  return (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

function withoutReferences(text: string): string {
  return text.replace(REFERENCE, (_, name: string) => String.fromCodePoint(referenced(name)));
}
