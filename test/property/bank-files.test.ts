import { expect } from 'chai';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { pieces } from '../support/bank-messages.ts';
import {
  accountFile,
  breaksOf,
  detailOf,
  document,
  entryOf,
  rehearsed,
  returnFor,
  saidBy,
  sentFile,
  statesOf,
  statusFile,
  told,
  whyRefused,
} from '../support/rehearsal.ts';

// Files of banks as a grammar makes them, sound and broken: each is read to the end or refused, and what
// is read of it is what a parser of others finds there.

/** `npm run fuzz:bank` asks for more. */
const FILES_PER_READER = Number(process.env.BANK_FILES ?? 20_000);

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SEEDS: Readonly<Record<string, string>> = {
  'camt.05x': accountFile(
    { id: 'S1' },
    entryOf({ amount: 12, details: detailOf('A', 5) + detailOf('B', 7, returnFor('AC04')) }),
  ),
  'pain.002': statusFile(
    { id: 'R1', group: 'PART' },
    told('A', 'RJCT', 'AC04') + told('B', 'ACSP'),
  ),
  'pain.001': sentFile([
    { id: 'A', amount: 5 },
    { id: 'B', amount: 7 },
  ]),
  'camt.029': document(
    'camt.029.001.09',
    '<RsltnOfInvstgtn><Assgnmt><Id>K</Id></Assgnmt><Sts><Conf>CNCL</Conf></Sts><CxlDtls><TxInfAndSts>' +
      '<OrgnlEndToEndId>A</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts></CxlDtls></RsltnOfInvstgtn>',
  ),
  'acmt.024': document(
    'acmt.024.001.02',
    '<IdVrfctnRpt><Assgnmt><MsgId>V</MsgId></Assgnmt><Rpt><OrgnlId>A</OrgnlId><Vrfctn>true</Vrfctn></Rpt></IdVrfctnRpt>',
  ),
  'admi.002': document(
    'admi.002.001.01',
    '<admi.002.001.01><RltdRef><Ref>M</Ref></RltdRef><Rsn><RjctgPtyRsn>FF01</RjctgPtyRsn></Rsn></admi.002.001.01>',
  ),
  MT940:
    ':20:S\n:25:1\n:28C:1/1\n:60F:C261101VND9,\n:61:2611010101D5,NTRFA//E\n:86:x\n:62F:C261101VND4,\n-\n',
  'post office': [
    '#KET-QUA;POST-1;AS-TM-1;2;1250000;500000',
    'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi',
    '1,A,500000,Đã chi,27/11/2026,500000,0,,PC-1',
    '2,B,750000,Chưa chi,,0,750000,"Không đến nhận, lần 2",',
    '2,Tổng cộng,1250000,,,500000,750000,,\n',
  ].join('\n'),
  list: 'Mã tham chiếu,Số tiền,Kết quả,Mã lỗi\nA,5,Thành công,\nB,"7",Từ chối,"E01, x"\nTổng,12,,\n',
};

const SPLICES = [
  ...['<', '>', '&', '"', "'", '/', '<!--', '-->', '<![CDATA[', ']]>', '<?x ?>', '&amp;', '&#0;'],
  ...['\0', '\n', '\r\n', ' ', ',', ':61:', ':20:', '-}', '٣', '\ud800', '<Amt Ccy="VND">1</Amt>'],
  ...[
    '<TxDtls>',
    '</TxDtls>',
    '<NtryDtls/>',
    ' Ccy="USD"',
    '<Document>',
    '<!DOCTYPE a>',
    '1e9',
    '-1',
  ],
];

/** A file that differs from a sound one in up to four places. */
function broken(seed: string, draw: (below: number) => number): string {
  let text = seed;
  for (let left = draw(5); left > 0; left -= 1) {
    const [at, to] = [draw(text.length + 1), draw(12)];
    const part = draw(4) === 0 ? text.slice(at, at + 40) : (SPLICES[draw(SPLICES.length)] ?? '');
    text = text.slice(0, at) + part + text.slice(draw(3) === 0 ? at + to : at);
  }
  return text;
}

/** The texts of the elements of one name that a parser of others finds; undefined when it refuses. */
function foundBySaxes(text: string, name: string): string[] | undefined {
  const parser = new SaxesParser({ fragment: false });
  const found: string[] = [];
  let inside = '';
  let isInside = false;
  const errors: Error[] = [];
  parser.on('error', (error) => {
    errors.push(error);
  });
  parser.on('opentag', (tag) => {
    isInside = tag.name === name;
    inside = '';
  });
  parser.on('text', (piece) => {
    inside += piece;
  });
  parser.on('cdata', (piece) => {
    inside += piece;
  });
  parser.on('closetag', (tag) => {
    if (tag.name === name && isInside) found.push(inside.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
    isInside = false;
  });
  parser.write(text).close();
  return errors.length > 0 ? undefined : found;
}

async function read(text: string): Promise<BankItem[] | undefined> {
  const items: BankItem[] = [];
  try {
    for await (const some of bankFileReader({ depth: 'money', maxToken: 4096 }).read(
      pieces(Buffer.from(text), 1 << 20),
    )) {
      items.push(...some);
    }
    return items;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

describe('bank files, as a grammar makes them', function () {
  this.timeout(300_000);

  for (const [name, seed] of Object.entries(SEEDS)) {
    it(`reads or refuses ${FILES_PER_READER} files like ${name}, and accepts no wrong one`, async () => {
      const draw = numbers(name.length * 7919);
      const verdicts = { read: 0, refused: 0 };
      for (let no = 0; no < FILES_PER_READER; no += 1) {
        const text = broken(seed, draw);
        const items = await read(text);
        verdicts[items === undefined ? 'refused' : 'read'] += 1;
        if (items === undefined || !text.trimStart().startsWith('<')) continue;
        const ids = foundBySaxes(Buffer.from(text).toString('utf8'), 'EndToEndId');
        expect(ids, text).not.to.equal(undefined);
        for (const item of items) {
          if (item.type !== 'detail' || item.faults.length > 0 || item.endToEndId === '') continue;
          expect(ids, text).to.include(item.endToEndId);
        }
      }
      // The planted defects: neither all nor none of the files are sound.
      expect(verdicts.read).to.be.greaterThan(FILES_PER_READER / 20);
      expect(verdicts.refused).to.be.greaterThan(FILES_PER_READER / 20);
    });
  }

  const CHUNK = 65_536;
  const TWO_GIGABYTES = 2 * 1024 ** 3;
  const OPEN =
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">';

  /** A file of two gigabytes that is never made whole: its head, then the same text for ever. */
  async function readEndless(
    head: string,
    repeated: string,
    maxBytes?: number,
  ): Promise<{ rule: string; given: number }> {
    const more = Buffer.from(repeated.repeat(Math.ceil(CHUNK / Buffer.byteLength(repeated))));
    let given = 0;
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (let chunk = Buffer.from(head); given < TWO_GIGABYTES; chunk = more) {
        given += chunk.length;
        yield await Promise.resolve(chunk);
      }
    };
    try {
      const reader = bankFileReader(maxBytes === undefined ? {} : { maxBytes });
      for await (const items of reader.read(endless())) expect(items.length).to.be.lessThan(CHUNK);
      return { rule: '', given };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { rule: String(error.facts.rule), given };
    }
  }

  // Time past a limit is bytes read past it, which are the same on every machine. XML is looked at by windows
  // of this length.
  const WINDOW = 262_144;
  const SHAPES = [
    ['levels', OPEN, '<a>', 'too-deep'],
    ['attributes', `${OPEN}<a`, ' a="1"', 'not-well-formed'],
    ['text without an end', `${OPEN}<a>`, 'x', 'too-long'],
    ['comments', OPEN, '<!-- -->', 'too-long'],
    ['a line without an end', ':20:', 'x', 'too-long'],
  ] as const;
  for (const [what, head, repeated, rule] of SHAPES) {
    it(`F64: two gigabytes of ${what} are refused with the window that passes the limit`, async () => {
      const read = await readEndless(head, repeated);
      expect(read.rule).to.equal(rule);
      expect(read.given).to.be.at.most(head.length + WINDOW + CHUNK + 100);
    });
  }

  it('F64: refuses a million attributes of as many names', async () => {
    const attributes = Array.from({ length: 1_000_000 }, (_, i) => ` a${i}="1"`).join('');
    expect(await whyRefused(`${OPEN}<a${attributes}>`)).to.equal('too-many-attributes');
  });

  const MEGABYTE = 1_000_000;
  const SIZES = [
    ['an ISO 20022 message', `${OPEN}<BkToCstmrStmt>`, '<Other>1</Other>'],
    ['MT940', ':20:S\n:25:1\n:28C:1/1\n:60F:C261101VND9,\n', ':86:x\n'],
    ['a result list', 'Mã tham chiếu,Số tiền,Kết quả,Mã lỗi\n', 'A,5,Thành công,\n'],
  ] as const;
  for (const [what, head, repeated] of SIZES) {
    it(`F64: two gigabytes of ${what} are refused in the chunk that passes its size`, async () => {
      const { rule, given } = await readEndless(head, repeated, MEGABYTE);
      expect(rule).to.equal('too-large');
      expect(given).to.be.within(MEGABYTE - CHUNK, MEGABYTE + 2 * CHUNK);
    });
  }
});

describe('rehearsal, for all orders', () => {
  const SENT = [
    sentFile([
      { id: 'A', amount: 5 },
      { id: 'B', amount: 7 },
      { id: 'C', amount: 9 },
    ]),
  ];
  const paid = entryOf({ amount: 12, details: detailOf('A', 5) + detailOf('B', 7) });
  const sum = entryOf({ amount: 12, batch: '<Btch><PmtInfId>P1</PmtInfId></Btch>' });
  const back = entryOf({
    amount: 7,
    reference: 'E-2',
    side: 'CRDT',
    details: detailOf('B', 7, returnFor('MD07')),
  });
  const FILES = [
    statusFile({ id: 'R1', group: 'ACTC' }),
    statusFile({ id: 'R2', group: 'PART' }, told('C', 'RJCT', 'AC04') + told('A', 'ACSP')),
    statusFile({ id: 'R3' }, told('A', 'PDNG')),
    accountFile({ id: 'N1', kind: 'camt.054' }, paid),
    accountFile({ id: 'X1', kind: 'camt.052' }, paid),
    accountFile({ id: 'S1' }, sum + back),
    accountFile({ id: 'N2', kind: 'camt.054' }, back),
    accountFile({ id: 'S2' }, entryOf({ amount: 5, reference: '', details: detailOf('A', 5) })),
    accountFile({ id: 'S3' }, entryOf({ amount: 3, reference: 'E-3' })),
  ];

  it('I26: any order and any repetition of the same files gives one final state', async () => {
    const once = await rehearsed(SENT, FILES);
    expect(statesOf(once)).to.deep.equal(['A PAID', 'B RETURNED MD07', 'C REJECTED AC04']);
    const orders = fc.shuffledSubarray([...FILES, ...FILES], {
      minLength: FILES.length * 2,
    });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const result = await rehearsed(SENT, order);
        expect(result.payments).to.deep.equal(once.payments);
        expect(result.ledger).to.deep.equal(once.ledger);
        expect(breaksOf(result)).to.deep.equal(breaksOf(once));
      }),
      { numRuns: 25, seed: 26 },
    );
  });

  it('reads the same however the bytes are cut', async () => {
    for (const file of [...FILES.slice(2, 6), ...Object.values(SEEDS)]) {
      const whole = await saidBy(file);
      for (const length of [1, 7, 61]) expect(await saidBy(file, length)).to.deep.equal(whole);
    }
  });
});
