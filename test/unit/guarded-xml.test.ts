import { expect } from 'chai';
import { readGuardedXml, XML_LIMITS } from '../../adapters/bank/iso20022/guarded-xml.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import {
  entry,
  GROUP_HEADER,
  itemsOf,
  message,
  notification,
  pieces,
  refusalOf,
} from '../support/bank-messages.ts';

const GOOD = notification(
  entry({
    details:
      '<NtryDtls><TxDtls><Refs><EndToEndId>A1</EndToEndId></Refs><RltdPties><Cdtr><Pty><Nm>Đỗ 𝒳 Ngọc</Nm></Pty></Cdtr></RltdPties></TxDtls></NtryDtls>',
  }),
);
const AMOUNT = '<Amt Ccy="VND">1500000</Amt>';
const withAmount = (amount: string): string => GOOD.replace(AMOUNT, amount);

describe('guarded XML', () => {
  it('gives the same items and offsets however the bytes are cut', async () => {
    const crLf = GOOD.replaceAll('><', '>\r\n<').replaceAll('<TxDtls>', '<TxDtls\r\n>');
    for (const file of [GOOD, crLf, `\ufeff${crLf}`]) {
      const whole = await itemsOf(file);
      expect(whole).to.have.length(4);
      for (const length of [1, 2, 3, 5, 7, 64]) {
        expect(await itemsOf(file, length), String(length)).to.deep.equal(whole);
      }
      const bytes = Buffer.from(file);
      for (const item of whole.filter((one) => 'offset' in one)) {
        const tag = item.type === 'booking' ? '<TxDtls' : '<Ntry';
        expect(bytes.toString('utf8', item.offset, item.offset + tag.length)).to.equal(tag);
      }
    }
  });

  it('knows elements by their namespace and not by their prefix', async () => {
    const expected = (await itemsOf(GOOD)).map((item) => ({ ...item, offset: 0 }));
    const prefixed = GOOD.replace('xmlns=', 'xmlns:c=').replaceAll(
      /<(\/?)([A-Z])/g,
      (_, slash: string, letter: string) => `<${slash}c:${letter}`,
    );
    const enveloped =
      '<Envelope xmlns="urn:bank"><h:AppHdr xmlns:h="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">' +
      '<h:BizMsgIdr>7</h:BizMsgIdr></h:AppHdr>' +
      `${GOOD.slice(GOOD.indexOf('<Document'))}<Trailer>text</Trailer></Envelope>`;
    const foreign = GOOD.replace('<NtryDtls>', '<x:Amt xmlns:x="urn:bank">9</x:Amt><NtryDtls>');
    const undone = GOOD.replace('<NtryDtls>', '<Amt xmlns="">9</Amt><NtryDtls>');
    for (const file of [prefixed, enveloped, foreign, undone]) {
      const items = (await itemsOf(file)).map((item) => ({ ...item, offset: 0 }));
      expect(items).to.deep.equal(expected);
    }
    expect(await refusalOf(GOOD.replace('<NtryDtls>', '<x:Amt>9</x:Amt><NtryDtls>'))).to.match(
      /^prefix-not-declared/,
    );
    // The planted defect: the same element in the namespace of the message is seen.
    expect(
      await refusalOf(GOOD.replace('<NtryDtls>', `<Amt Ccy="VND">9</Amt><NtryDtls>`)),
    ).to.match(/^repeated/);
  });

  it('reads entities, CDATA and comments as the text that they stand for', async () => {
    const written = [
      '<Amt Ccy="VND"><![CDATA[1500000]]></Amt>',
      '<Amt Ccy="VND">&#49;5&#x30;0000</Amt>',
      '<Amt Ccy="&#86;ND"> \n1500000\t</Amt>',
      '<Amt Ccy = \'VND\' note="a">1500000</Amt >',
      '&#32;<![CDATA[ \n]]><Amt Ccy="VND">1500000</Amt>',
    ];
    const expected = (await itemsOf(GOOD))[2];
    for (const amount of written) {
      const items = await itemsOf(withAmount(amount));
      expect({ ...items[2], offset: 0 }, amount).to.deep.equal({ ...expected, offset: 0 });
    }
  });

  it('refuses an amount whose digits a comment parts', async () => {
    const parted = withAmount('<Amt Ccy="VND">15<!-- 9 -->00000</Amt>');
    expect(await refusalOf(parted)).to.match(/^text-in-pieces/);
  });

  it('refuses a file that is cut anywhere', async () => {
    const bytes = Buffer.from(GOOD);
    for (let length = 0; length < bytes.length; length += 1) {
      const rule = await refusalOf(bytes.subarray(0, length));
      expect(rule, `cut at ${length}`).not.to.equal('');
    }
    expect(await refusalOf(bytes)).to.equal('');
    expect(await refusalOf(`${GOOD}\r\n \n`)).to.equal('');
  });

  it('refuses what is not one complete, plain XML 1.0 document', async () => {
    const body = GOOD.slice(GOOD.indexOf('<Document'));
    const deep = `${'<a>'.repeat(70)}${'</a>'.repeat(70)}`;
    const attributes = Array.from({ length: 17 }, (_, i) => `a${i}="1"`).join(' ');
    const cases: [rule: string, file: string][] = [
      ['unknown-format', ''],
      ['unknown-format', ' \n '],
      // Text that is no XML may be a list, and this one has no row of titles.
      ['header', 'Document'],
      ['quotes', '{"Document":1}'],
      ['not-well-formed', `${GOOD}${body}`],
      ['not-well-formed', `${GOOD}x`],
      ['not-well-formed', `${GOOD}\u00a0`],
      ['not-well-formed', `${GOOD}\0`],
      ['not-well-formed', GOOD.replace('</Ntfctn>', '</Ntfctn2>')],
      ['not-well-formed', GOOD.replace('</Ntfctn>', '')],
      ['not-well-formed', withAmount('<Amt Ccy="VND" Ccy="VND">1</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy=VND>1</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy="VND">1\u00010</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy="VND">&amount;</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy="VND">&#0;1</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy="VND">1 & 2</Amt>')],
      ['not-well-formed', withAmount('<Amt Ccy="VND">1]]>2</Amt>')],
      ['not-well-formed', GOOD.replace('<NtryDtls>', '<:Amt>9</:Amt><NtryDtls>')],
      ['not-well-formed', GOOD.replace('<NtryDtls>', '<a:b:Amt>9</a:b:Amt><NtryDtls>')],
      ['not-well-formed', GOOD.replace('<NtryDtls>', '<?xml version="1.0"?><NtryDtls>')],
      ['not-well-formed', GOOD.replace('version="1.0"', 'version="1"')],
      ['not-well-formed', `${GOOD}<![CDATA[]]>`],
      ['document-type', `<!DOCTYPE Document>${body}`],
      ['document-type', `<!DOCTYPE Document [<!ENTITY a "aaaa">]>${body}`],
      ['document-type', `<!DOCTYPE Document SYSTEM "file:///etc/passwd">${body}`],
      ['xml-version', GOOD.replace('version="1.0"', 'version="1.1"')],
      ['encoding', GOOD.replace('UTF-8', 'ISO-8859-1')],
      ['encoding', GOOD.replace('UTF-8', 'UTF-16')],
      ['too-deep', GOOD.replace('<NtryDtls>', `${deep}<NtryDtls>`)],
      ['too-long', withAmount(`<Amt Ccy="VND">${'1'.repeat(4097)}</Amt>`)],
      ['too-long', GOOD.replace('<NtryDtls>', `<X>${' '.repeat(5000)}</X><NtryDtls>`)],
      ['too-long', GOOD.replace('<NtryDtls>', `<!--${'-x'.repeat(200_000)}--><NtryDtls>`)],
      ['too-many-attributes', withAmount(`<Amt Ccy="VND" ${attributes}>1</Amt>`)],
      ['text-between-elements', GOOD.replace('<NtryDtls>', '1500000<NtryDtls>')],
      ['element-in-text', withAmount('<Amt Ccy="VND">15<b>00000</b></Amt>')],
      ['character-reference', GOOD.replace('>A1<', '>A&#7885;<')],
      ['unknown-message', '<Document/>'],
      ['unknown-message', '<a xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"/>'],
      ['unknown-message', GOOD.replace('camt.054.001.08', 'camt.054.001.8')],
      ['unknown-message', GOOD.replace('urn:iso', 'urn:ISO')],
      ['more-than-one-document', `<E>${body}${body}</E>`],
    ];
    for (const [rule, file] of cases) {
      for (const length of [1 << 20, 7]) {
        const refused = await refusalOf(file, length);
        expect(refused.split(' at ')[0], file.slice(0, 300)).to.equal(rule);
      }
    }
  });

  it('refuses bytes that are not UTF-8', async () => {
    const utf16 = Buffer.from('<?xml version="1.0"?><Document/>', 'utf16le');
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]);
    const bad: [rule: string, bytes: Buffer][] = [
      ['not-well-formed', utf16],
      ['unknown-format', marked],
      ['not-utf-8', Buffer.from(GOOD, 'latin1')],
    ];
    for (const broken of [
      [0x80],
      [0xc3],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xef, 0xbf, 0xbf],
    ]) {
      const [head = '', tail = ''] = GOOD.split('A1');
      bad.push([
        'not-utf-8',
        Buffer.concat([Buffer.from(head), Buffer.from(broken), Buffer.from(tail)]),
      ]);
    }
    for (const [rule, bytes] of bad) {
      for (const length of [1 << 20, 1, 2, 3]) {
        expect((await refusalOf(bytes, length)).split(' at ')[0]).to.equal(rule);
      }
    }
  });

  it('never repeats a value of the file in what it says', async () => {
    const file = GOOD.replace('>A1<', '>NGUYEN THI BI MAT</Refs><');
    try {
      await itemsOf(file);
      expect.fail('the file was not refused');
    } catch (error) {
      expect(error).to.be.instanceOf(Refusal);
      expect(JSON.stringify([error, String(error)])).not.to.contain('NGUYEN');
    }
  });

  it('holds the limits that it is given', async () => {
    const read = async (limits: Partial<typeof XML_LIMITS>): Promise<string> => {
      try {
        const bytes = Buffer.from(message('camt.054.001.08', GROUP_HEADER));
        const rule = { children: {} };
        const reading = readGuardedXml(pieces(bytes, 10), () => rule, { ...XML_LIMITS, ...limits });
        for await (const items of reading) expect(items).to.deep.equal([]);
        return '';
      } catch (error) {
        if (error instanceof Refusal) return String(error.facts.rule);
        throw error;
      }
    };
    expect(await read({})).to.equal('');
    expect(await read({ bytes: 100 })).to.equal('too-large');
    expect(await read({ elements: 4 })).to.equal('too-many-elements');
    expect(await read({ elements: 5 })).to.equal('');
  });
});
