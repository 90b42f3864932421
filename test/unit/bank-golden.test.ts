import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { SettlementItems } from '../../src/settlement/settlement-items.ts';
import type { SettlementItem } from '../../src/settlement/settlement.ts';
import { pieces, tolerant } from '../support/bank-messages.ts';

// One file for each message and version that a bank may send: the same two payments in all of them, as they were
// paid, refused, cancelled or asked about.

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
const CANCELLED = [`status ${FIRST} CANC`];
const VERIFIED = ['verification 42 true', 'verification 43 false PN01 H HEN NIE'];
const MT940 = [
  'booking debit 1500000 E-1 2026-11-25',
  'entry debit 1500000 E-1',
  `booking debit ${FIRST} 500000 E-3 2026-11-25`,
  'entry debit 500000 E-3',
  `booking credit ${FIRST} 500000 E-2 2026-11-25 AC04`,
  'entry credit 500000 E-2',
  'statement 9000000 7500000',
];
const STATUSES = ['status group PART', `status ${FIRST} RJCT AC04`, `status ${SECOND} ACSP`];

/** What each file has to say, and no more. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  ...ofVersions('camt.052.001', VERSIONS, BOOKINGS),
  ...ofVersions('camt.053.001', VERSIONS, [...BOOKINGS, 'statement 9000000 8000000']),
  ...ofVersions('camt.054.001', VERSIONS, BOOKINGS),
  ...ofVersions('pain.002.001', ['03', '10', '12', '14'], STATUSES),
  ...ofVersions('camt.029.001', ['03', '09', '12'], CANCELLED),
  ...ofVersions('acmt.024.001', ['01', '02', '04'], VERIFIED),
  'admi.002.001.01': ['status group RJCT FF01'],
  mt940: MT940,
};

/** Statements of SWIFT are no XML. */
const fileOf = (name: string): string => `${FOLDER}/${name}.${name === 'mt940' ? 'sta' : 'xml'}`;

function ofVersions(
  name: string,
  versions: readonly string[],
  said: readonly string[],
): Record<string, readonly string[]> {
  const expected: Record<string, readonly string[]> = {};
  for (const version of versions) expected[`${name}.${version}`] = said;
  return expected;
}

function toldStatus(item: Extract<SettlementItem, { type: 'status' }>): string {
  return `status ${item.reference || item.level} ${item.status} ${item.reason}`.trim();
}

function told(item: SettlementItem): string | undefined {
  switch (item.type) {
    case 'booking':
      return [
        `booking ${item.direction} ${item.reference} ${item.amountVnd}`.replace('  ', ' '),
        `${item.entryReference} ${item.bookedOn} ${item.reason}`,
      ]
        .join(' ')
        .trim();
    case 'entry':
      return `entry ${item.direction} ${item.amountVnd} ${item.entryReference}`;
    case 'status':
      return toldStatus(item);
    case 'statement':
      return `statement ${item.openingVnd} ${item.closingVnd}`;
    case 'message':
    case 'block':
    case 'count':
      return undefined;
    case 'cash':
    case 'set-aside':
      return item.type;
  }
}

/** What a month makes of a file, wherever its bytes are cut on the way. */
async function read(bytes: Buffer, pieceLength: number): Promise<string[]> {
  const said: BankItem[] = [];
  for await (const some of bankFileReader().read(pieces(bytes, pieceLength))) said.push(...some);
  // What a bank verified goes to the record of the payee and not into a month.
  const verified = said.flatMap((item) => (item.type === 'verification' ? [item] : []));
  if (verified.length > 0) {
    return verified.map(({ originalId, verified: is, reasons, updatedName }) =>
      ['verification', originalId, is, ...reasons, updatedName].join(' ').trim(),
    );
  }
  const items = new SettlementItems(tolerant());
  const all = [...items.take(said), ...items.end()];
  return all.map(told).filter((one) => one !== undefined);
}

describe('the golden files of banks', () => {
  it('are one for each message and version, and no other', () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.(?:xml|sta)$/, ''));
    expect(files.sort()).to.deep.equal(Object.keys(EXPECTED).sort());
  });

  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(`${name} says what it has to say`, async () => {
      const bytes = readFileSync(fileOf(name));
      expect(await read(bytes, bytes.length)).to.deep.equal(expected);
      expect(await read(bytes, 7)).to.deep.equal(expected);
      // The planted defect: another amount or reason is another file.
      const other = bytes
        .toString('utf8')
        .replaceAll('500000', '500001')
        .replaceAll('RJCT', 'ACSC')
        .replaceAll('ACCR', 'RJCR')
        .replaceAll('PN01', 'PN02')
        .replaceAll('FF01', 'FF02');
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
