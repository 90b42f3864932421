import { expect } from 'chai';
import fc from 'fast-check';
import { parseStringPromise } from 'xml2js';
import {
  escapeXml,
  fitsXml,
  readSmallXml,
  type XmlLimits,
} from '../../adapters/identity/xml-front-door.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

const SECRET = '001150012345';

function nested(levels: number): string {
  return '<a>'.repeat(levels) + '</a>'.repeat(levels);
}

async function refusal(
  document: string | Buffer,
  limits: Partial<XmlLimits> = {},
): Promise<Refusal> {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const error: unknown = await readSmallXml(bytes, limits).then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(Refusal);
  return error as Refusal;
}

describe('readSmallXml', () => {
  it('gives every element as an array, a leaf as its text, and no attributes', async () => {
    const document = `<?xml version="1.0" encoding="utf-8"?>
      <s:Envelope xmlns:s="urn:s" s:kind="x">
        <s:Body><Ten xmlns="urn:n">Hoa &amp; Đặng &#272;</Ten><Rong/><Trang> </Trang></s:Body>
      </s:Envelope>
      `;
    expect(await readSmallXml(Buffer.from(document))).to.deep.equal({
      Envelope: { Body: [{ Ten: ['Hoa & Đặng Đ'], Rong: [''], Trang: [' '] }] },
    });
  });

  it('takes a byte order mark, and line ends as XML reads them', async () => {
    expect(await readSmallXml(Buffer.from('\uFEFF<a>1\r\n2&#13;</a>'))).to.deep.equal({
      a: '1\n2\r',
    });
  });

  // Each is refused by the rule named, so no case can pass for another reason than its own.
  const cases: readonly (readonly [rule: string, document: string | Buffer])[] = [
    ['empty', ''],
    ['not-well-formed', ' \n '],
    ['not-well-formed', 'no xml'],
    ['not-well-formed', '<a>1</b>'],
    ['not-well-formed', `<a><b>${SECRET}</b>`],
    ['not-well-formed', `<a>1</a>${SECRET}`],
    ['not-well-formed', `<a x="1" x="2"/>`],
    ['not-well-formed', '<a>&nbsp;</a>'],
    ['not-well-formed', '<a>&constructor;</a>'],
    ['not-well-formed', '<a>&#0;</a>'],
    ['not-well-formed', '<a>&#xD800;</a>'],
    ['not-well-formed', '<a>\u0001</a>'],
    ['not-well-formed', '<a>1 & 2</a>'],
    ['not-well-formed', '<html><br></html>'],
    ['not-utf-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])],
    ['not-utf-8', Buffer.from('\uFEFF<a/>', 'utf16le')],
    ['encoding', '<?xml version="1.0" encoding="windows-1258"?><a/>'],
    ['encoding', '<?xml version="1.0" encoding="UTF-7"?><a/>'],
    ['version', '<?xml version="1.1"?><a/>'],
    ['one-root', '<a>1</a><a>2</a>'],
    ['doctype', '<!DOCTYPE a><a/>'],
    ['doctype', '<!DOCTYPE a [<!ENTITY b "100">]><a>&b;</a>'],
    ['doctype', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'],
    ['comment', '<a>100<!--x-->0000</a>'],
    ['cdata', '<a>100<![CDATA[0000]]></a>'],
    ['processing-instruction', '<a>100<?x y?>0000</a>'],
    ['depth', nested(33)],
    ['depth', nested(100_000).slice(0, 250_000)],
    ['too-many-elements', `<a>${'<b/>'.repeat(10_000)}</a>`],
    ['too-many-attributes', `<a ${Array.from({ length: 17 }, (_, i) => `b${i}="1"`).join(' ')}/>`],
    ['text-too-long', `<a>${'1'.repeat(4_097)}</a>`],
    ['text-too-long', `<a b="${'1'.repeat(4_097)}"/>`],
    ['mixed-content', '<a>100<b/>0000</a>'],
    ['name', '<a><__proto__><admin>1</admin></__proto__></a>'],
    ['name', '<a><toString>1</toString></a>'],
    ['name', '<a>1<_>2</_></a>'],
    ['name', '<x:y:a xmlns:x="urn:x"/>'],
    ['name', '<:1/>'],
    ['name', '<:a/>'],
    ['name', '<x:1 xmlns:x="urn:x"/>'],
    ['name', '<x:-a xmlns:x="urn:x"/>'],
    ['namespace', '<x:a/>'],
    ['namespace', '<x:a xmlns:x=""/>'],
    ['too-large', `<a>${' '.repeat(256 * 1024)}</a>`],
  ];
  for (const [rule, document] of cases) {
    it(`refuses by ${rule}: ${JSON.stringify(document.toString()).slice(0, 60)}`, async () => {
      const error = await refusal(document);
      expect(error).to.include({ code: 'answer-malformed' });
      expect(error.facts).to.deep.equal({ rule });
      expect(String(error.stack) + JSON.stringify(error)).not.to.include(SECRET);
    });
  }

  it('refuses an element of another namespace when told which there are', async () => {
    const document = '<a xmlns="urn:a"><b:c xmlns:b="urn:b">1</b:c></a>';
    const both = await readSmallXml(Buffer.from(document), { namespaces: ['urn:a', 'urn:b'] });
    expect(both).to.deep.equal({ a: { c: ['1'] } });
    expect((await refusal(document, { namespaces: ['urn:a'] })).facts).to.deep.equal({
      rule: 'namespace',
    });
  });

  it('stands at its limits and falls one beyond', async () => {
    expect(await readSmallXml(Buffer.from('<a><a>1</a></a>'), { maxDepth: 2 })).to.be.an('object');
    expect((await refusal('<a><a><a/></a></a>', { maxDepth: 2 })).facts.rule).to.equal('depth');
    expect(await readSmallXml(Buffer.from('<a/>'), { maxBytes: 4 })).to.be.an('object');
    expect((await refusal('<ab/>', { maxBytes: 4 })).facts.rule).to.equal('too-large');
    expect(await readSmallXml(Buffer.from(nested(32)))).to.be.an('object');
  });

  it('is needed: xml2js alone takes what it refuses', async () => {
    expect(await parseStringPromise('<a>1</a><a>2</a>')).to.deep.equal({ a: '1' });
    expect(await parseStringPromise('<a>100<!--x-->0000</a>')).to.deep.equal({ a: '1000000' });
    expect(await parseStringPromise('<a x="1" x="2"/>')).to.deep.equal({ a: { $: { x: '1' } } });
  });

  it('gives back every text that XML can carry, and says which it cannot', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 50 }), async (text) => {
        const document = Buffer.from(`<a><b>${escapeXml(text)}</b></a>`);
        if (fitsXml(text)) {
          expect(await readSmallXml(document)).to.deep.equal({ a: { b: [text] } });
        } else {
          await refusal(document);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes or refuses any bytes, and never fails otherwise', async () => {
    const pieces = ['<a>', '</a>', '<b', ' x="', '"', '/>', '1', '&amp;', '&', '<!--', '-->', '<'];
    const more = [...pieces, '<![CDATA[', ']]>', '<?x', '?>', '<!DOCTYPE', '\0', '\uFEFF', ':'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...more), { maxLength: 20 }), async (parts) => {
        const result: unknown = await readSmallXml(Buffer.from(parts.join(''))).catch(
          (error: unknown) => error,
        );
        if (result instanceof Error) expect(result).to.be.instanceOf(Refusal);
      }),
      { numRuns: 2_000 },
    );
  });
});
