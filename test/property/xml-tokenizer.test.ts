import { expect } from 'chai';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { XmlTokenizer, type XmlEvents } from '../../adapters/bank/iso20022/xml-tokenizer.ts';

// The tokenizer against saxes, a parser that others wrote: of any document, good or broken, the two
// find the same, or both refuse it. The window is so small that it ends inside every token.

type Found = readonly string[] | 'refused';

/** What a parser says, in one form: texts that follow one another are one. */
class Log {
  readonly found: string[] = [];

  open(name: string, attributes: readonly (readonly [name: string, value: string])[]): void {
    this.found.push(`<${JSON.stringify([name, ...attributes])}`);
  }

  text(text: string): void {
    const last = this.found.at(-1);
    if (text === '') return;
    if (last?.startsWith('=') === true) this.found[this.found.length - 1] = last + text;
    else this.found.push(`=${text}`);
  }

  close(): void {
    this.found.push('>');
  }
}

class Refused extends Error {}

/** A token may be so long in these tests; the window is twice that. */
const TOKEN = 256;

function ours(document: string, pieces = [document.length]): Found {
  const log = new Log();
  const events: XmlEvents = {
    open(from, to) {
      const attributes = Array.from(
        { length: xml.attributeCount },
        (_, no) => [xml.attributeName(no), xml.attributeValue(no)] as const,
      );
      log.open(xml.bytes.toString('utf8', from, to), attributes);
    },
    text(from, to, traits) {
      log.text(xml.text(from, to, traits));
    },
    close() {
      log.close();
    },
  };
  const xml = new XmlTokenizer(events, { bytes: 1e6, token: TOKEN }, (rule) => {
    throw new Refused(rule);
  });
  try {
    const bytes = Buffer.from(document);
    for (let at = 0, i = 0; at < bytes.length; i += 1) {
      const length = pieces[i % pieces.length] ?? bytes.length;
      xml.write(bytes.subarray(at, at + length));
      at += length;
    }
    xml.end();
    return log.found;
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

function theirs(document: string): Found {
  const log = new Log();
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  parser.on('opentag', ({ name, attributes }) => {
    const { version = '1.0', encoding = 'utf-8' } = parser.xmlDecl;
    if (version !== '1.0' || encoding.toLowerCase() !== 'utf-8') throw new Refused('declaration');
    depth += 1;
    log.open(name, Object.entries(attributes));
  });
  parser.on('closetag', () => {
    depth -= 1;
    log.close();
  });
  for (const kind of ['text', 'cdata'] as const) {
    parser.on(kind, (text) => {
      if (depth > 0) log.text(text);
    });
  }
  parser.on('doctype', () => {
    throw new Refused('document-type');
  });
  try {
    parser.write(document).close();
    return log.found;
  } catch {
    return 'refused';
  }
}

/** What saxes lets pass and the recommendation does not: a mark of instructions inside of one. */
const IS_LOOSE = /<\?[^>]*[^\s?>]\?[^>]|<\?[^\s?]+[^\s\w.:?-]/;

const name = fc.constantFrom('a', 'Amt', 'c:Ntry', '_x-1.2', 'Đỗ', 'ở', 'b');
const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\t ', '\r');
const plain = fc.constantFrom(
  ...[
    'x',
    '1500000',
    ']',
    ']]',
    '>',
    'Thị',
    '𝒳',
    '&amp;',
    '&#65;',
    '&#x1EA1;',
    '&lt;',
    ' ',
    '\r\n',
  ],
);
const text = fc.array(plain, { maxLength: 4 }).map((parts) => parts.join(''));
const value = fc.oneof(
  text.map((one) => `"${one}"`),
  text.map((one) => `'${one}"'`),
);
const attribute = fc
  .tuple(fc.constantFrom('Ccy', 'xmlns', 'xmlns:c', 'é'), blank, blank, value)
  .map(([of, before, after, one]) => ` ${of}${before}=${after}${one}`);
const attributes = fc
  .uniqueArray(attribute, { maxLength: 2, selector: (one) => one.split('=')[0]?.trim() })
  .map((all) => all.join(''));
const aside = fc.constantFrom(
  ...['<!-- > -->', '<!---->', '<?go on?>', '<?go?>', '<![CDATA[ <&]] ]]>', '<![CDATA[]]>'],
);

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc
    .array(fc.oneof({ maxDepth: 3 }, text, aside, blank, tie('element')), { maxLength: 4 })
    .map((parts) => parts.join('')),
  element: fc
    .tuple(name, attributes, blank, fc.option(tie('content')))
    .map(([of, more, space, content]) =>
      content === null
        ? `<${of}${more}${space}/>`
        : `<${of}${more}${space}>${content}</${of}${space}>`,
    ),
}));
const prolog = fc.constantFrom(
  '',
  '\ufeff',
  '<?xml version="1.0"?>',
  "\ufeff<?xml  version = '1.0' encoding='utf-8' standalone='yes' ?>\n",
  '<!-- a -->\r\n',
);
/** Elements in front, so that what follows lies anywhere in the window. */
const shift = (length: number): string => '<p>'.padEnd(length % 8, ' ') + '</p>';
const document = fc
  .tuple(prolog, fc.nat(2 * TOKEN), element, blank)
  .map(([head, length, body, tail]) => {
    const shifted = Array.from({ length: length / 7 }, (_, i) => shift(i + length)).join('');
    return `${head}<r>${shifted}${body}</r>${tail}`;
  });

const ODD = ['<', '>', '&', ';', '/', '!', '?', '-', '[', ']', '"', "'", '=', ' ', '\n', '\r', ':'];
const oddity = fc.constantFrom(
  ...[...ODD, '\0', '\u0001', '\u007f', 'a', '#', 'é', '\ufffd', ']]>', '--', '<a>', '</a>', '<!'],
  ...['&#0;', '&#x110000;', '&#xd800;', '&x;', '<?xml?>', '<!DOCTYPE a>', ' b="1"', '\u00a0'],
);
const broken = fc
  .tuple(document, fc.array(fc.tuple(fc.nat(), fc.nat(2), oddity), { minLength: 1, maxLength: 2 }))
  .map(([good, changes]) =>
    changes.reduce((all, [place, cut, odd]) => {
      const at = place % (all.length + 1);
      return `${all.slice(0, at)}${odd}${all.slice(at + cut)}`;
    }, good),
  )
  .filter((one) => !/\p{Surrogate}/u.test(one));

describe('the tokenizer of bank files, for all documents', () => {
  it('finds what saxes finds', () => {
    let good = 0;
    fc.assert(
      fc.property(
        document,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (one, pieces) => {
          const found = ours(one, pieces);
          expect(found).to.deep.equal(theirs(one));
          // Texts of ]] and > may have come together.
          if (found !== 'refused') good += 1;
        },
      ),
      { numRuns: 1000 },
    );
    expect(good).to.be.greaterThan(900);
  });

  it('refuses what saxes refuses, and nothing else', () => {
    const seen = { good: 0, refused: 0 };
    fc.assert(
      fc.property(
        broken.filter((one) => !IS_LOOSE.test(one)),
        (one) => {
          const found = ours(one);
          expect(found).to.deep.equal(theirs(one));
          seen[found === 'refused' ? 'refused' : 'good'] += 1;
        },
      ),
      { numRuns: 3000 },
    );
    expect(seen.good).to.be.greaterThan(100);
    expect(seen.refused).to.be.greaterThan(100);
  });

  it('finds the same wherever the window ends', () => {
    const full =
      '<c:Ntry xmlns:c="urn:x" Ccy=\'V&amp;"\tD\'>Nguyễn &lt;𝒳&#10;\r\n]]<!-- a-b --><?go on?>' +
      '<![CDATA[ <&]] ]]><e/><Đỗ  />\r\n</c:Ntry >';
    for (let length = 0; length <= 4 * TOKEN; length += 1) {
      const filler = `<p>${'-'.repeat(length % 60)}</p>`;
      const one = `<r>${filler.repeat(1 + length / 60)}${full}</r>\n`;
      const found = ours(one);
      expect(found, String(length)).to.deep.equal(theirs(one));
      expect(found).not.to.equal('refused');
    }
  });

  it('is stricter than saxes with instructions, as the recommendation is', () => {
    for (const one of ['<?go?on?><a/>', '<a/><?go?on?>']) {
      expect(ours(one)).to.equal('refused');
      expect(theirs(one)).to.deep.equal(['<["a"]', '>']);
    }
  });

  it('refuses what is longer than the window is meant for', () => {
    const long = 'x'.repeat(TOKEN);
    for (const one of [
      `<a>${long}x</a>`,
      `<a><!--${long}--></a>`,
      `<a b="${long}"/>`,
      `<a>${'<!-- -->'.repeat(40)}<b/></a>`,
      `<a/>${' '.repeat(3 * TOKEN)}`,
    ]) {
      expect(theirs(one)).not.to.equal('refused');
      expect(ours(one), one).to.equal('refused');
    }
  });
});
