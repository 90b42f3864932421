import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { SettlementItems } from '../../src/settlement/settlement-items.ts';
import type { SettlementItem } from '../../src/settlement/settlement.ts';
import { pieces, tolerant } from '../support/bank-messages.ts';

// One file for each message and version that a bank may send: the same two payments in all of them.

const FOLDER = 'test/fixtures/bank';
const SCHEMAS = 'adapters/bank/iso20022/xsd';
const VERSIONS = ['02', '04', '08', '10', '12'] as const;

const [FIRST, SECOND] = ['AS2611TG42N1T1', 'AS2611TG43N1T1'];

const BOOKINGS = [
  `booking debit ${FIRST} 500000 E-1 2026-11-25`,
  `booking debit ${SECOND} 1000000 E-1 2026-11-25`,
  'entry debit 1500000 E-1',
  `booking credit ${FIRST} 500000 E-2 2026-11-25 AC04`,
  'entry credit 500000 E-2',
];
const STATUSES = ['status group PART', `status ${FIRST} RJCT AC04`, `status ${SECOND} ACSP`];

/** What each file has to say, and no more. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  ...ofVersions('camt.052.001', VERSIONS, BOOKINGS),
  ...ofVersions('camt.053.001', VERSIONS, [...BOOKINGS, 'statement 9000000 8000000']),
  ...ofVersions('camt.054.001', VERSIONS, BOOKINGS),
  ...ofVersions('pain.002.001', ['03', '10', '12', '14'], STATUSES),
};

function ofVersions(
  name: string,
  versions: readonly string[],
  said: readonly string[],
): Record<string, readonly string[]> {
  const expected: Record<string, readonly string[]> = {};
  for (const version of versions) expected[`${name}.${version}`] = said;
  return expected;
}

function told(item: SettlementItem): string | undefined {
  switch (item.type) {
    case 'booking':
      return [
        `booking ${item.direction} ${item.reference} ${item.amountVnd}`,
        `${item.entryReference} ${item.bookedOn} ${item.reason}`,
      ]
        .join(' ')
        .trim();
    case 'entry':
      return `entry ${item.direction} ${item.amountVnd} ${item.entryReference}`;
    case 'status':
      return `status ${item.reference || item.level} ${item.status} ${item.reason}`.trim();
    case 'statement':
      return `statement ${item.openingVnd} ${item.closingVnd}`;
    case 'message':
      return undefined;
    case 'cash':
    case 'set-aside':
      return item.type;
  }
}

/** What a month makes of a file, wherever its bytes are cut on the way. */
async function read(bytes: Buffer, pieceLength: number): Promise<string[]> {
  const items = new SettlementItems(tolerant());
  const all: SettlementItem[] = [];
  for await (const some of bankFileReader().read(pieces(bytes, pieceLength))) {
    all.push(...items.take(some));
  }
  all.push(...items.end());
  return all.map(told).filter((one) => one !== undefined);
}

describe('the golden files of banks', () => {
  it('are one for each message and version, and no other', () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.xml$/, ''));
    expect(files.sort()).to.deep.equal(Object.keys(EXPECTED).sort());
  });

  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(`${name} says the same two payments`, async () => {
      const bytes = readFileSync(`${FOLDER}/${name}.xml`);
      expect(await read(bytes, bytes.length)).to.deep.equal(expected);
      expect(await read(bytes, 7)).to.deep.equal(expected);
      // The planted defect: another amount or reason is another file.
      const other = bytes
        .toString('utf8')
        .replaceAll('500000', '500001')
        .replaceAll('RJCT', 'ACSC');
      const changed = await read(Buffer.from(other), bytes.length).catch(() => ['refused']);
      expect(changed).not.to.deep.equal(expected);
    });
  }

  for (const schema of readdirSync(SCHEMAS).filter((name) => name.endsWith('.xsd'))) {
    const name = schema.replace(/\.xsd$/, '');
    // The schema of pain.002.001.03 here is the subset of SEPA, which knows refusals alone.
    if (!Object.hasOwn(EXPECTED, name) || name === 'pain.002.001.03') continue;
    it(`${name} is valid by its schema`, () => {
      using document = XmlDocument.fromString(readFileSync(`${SCHEMAS}/${schema}`, 'utf8'));
      using validator = XsdValidator.fromDoc(document);
      const text = readFileSync(`${FOLDER}/${name}.xml`, 'utf8');
      using file = XmlDocument.fromString(text);
      validator.validate(file);
      using broken = XmlDocument.fromString(text.replace('<MsgId>BANK-1</MsgId>', ''));
      expect(() => {
        validator.validate(broken);
      }).to.throw();
    });
  }
});
