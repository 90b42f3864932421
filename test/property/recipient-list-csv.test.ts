import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { LIST_COLUMNS, type ListRecord } from '../../src/intake/recipient-list.ts';
import { checked, type CheckedRecord } from '../support/list-records.ts';

async function* inPieces(content: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < content.length; i += 1) {
    const size = sizes[i % sizes.length] ?? content.length;
    yield await Promise.resolve(content.subarray(at, at + size));
    at += size;
  }
}

async function read(content: Buffer, sizes = [content.length]): Promise<CheckedRecord[]> {
  const records: ListRecord[] = [];
  for await (const chunk of csvRecipientList.read(inPieces(content, sizes))) {
    records.push(...chunk);
  }
  return checked(records);
}

// Any text but NUL, which no database takes, and a bare CR at the end of a line, which is one half
// of a line ending. Marks of CSV come often.
const value = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(',', '"', '\n', 'Đ', 'ễ', ' ', '\u{1F600}', 'a'),
    maxLength: 8,
  }),
);
const record = fc
  .array(
    value.map((text) => text.replaceAll(/[\0\r]/g, '-')),
    { minLength: LIST_COLUMNS.length, maxLength: LIST_COLUMNS.length },
  )
  .filter((values) => values.some((text) => text !== ''));

const order = fc.shuffledSubarray([...LIST_COLUMNS.keys()], { minLength: LIST_COLUMNS.length });
const columnsOf = (places: readonly number[]): (string | undefined)[] =>
  places.map((place) => LIST_COLUMNS[place]);

/** Long enough that a block ends inside a list of a few hundred records. */
const PADDING = 'Nguyễn Thị Ái '.repeat(12);

describe('the reader of the canonical CSV, for all lists', () => {
  it('reads back every record that was written, in any order of columns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 8 }),
        order,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (records, places, lineFeed, quoted) => {
          const content = stringify(
            [columnsOf(places), ...records.map((values) => places.map((place) => values[place]))],
            { record_delimiter: lineFeed, quoted_string: quoted, quoted_match: /\n/ },
          );
          const found = await read(Buffer.from(content));

          expect(found.map(({ values }) => values)).to.deep.equal(records);
          expect(found.every(({ fault }) => fault === null)).to.equal(true);
        },
      ),
    );
  });

  it('keeps the text of a record such that it can be read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 4 }), async (records) => {
        const found = await read(Buffer.from(stringify([[...LIST_COLUMNS], ...records])));

        expect(found.map(({ raw }) => parse(raw)[0] as unknown)).to.deep.equal(records);
      }),
    );
  });

  it('does not depend on where the pieces of the file are cut, faults included', async () => {
    // Bytes that break a list: marks, halves of characters, line ends, and nothing.
    const wound = fc.constantFrom('"', '""', '"\n', '\n', '\r\n', ',', '\xff', '\xc4', '\0', '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), wound), { maxLength: 12 }),
        fc.array(fc.integer({ min: 700, max: 90_000 }), { minLength: 1, maxLength: 4 }),
        async (records, wounds, sizes) => {
          const many = Array.from({ length: 300 }, (_, i) =>
            (records[i % records.length] ?? []).with(36, PADDING),
          );
          const header = Buffer.from(`${LIST_COLUMNS.join(',')}\n`);
          let body = Buffer.from(stringify(many)).toString('latin1');
          for (const [where, bytes] of wounds) {
            const at = Math.floor(where * body.length);
            body = body.slice(0, at) + bytes + body.slice(at);
          }
          const content = Buffer.concat([header, Buffer.from(body, 'latin1')]);

          const whole = await read(content);
          expect(content.length).to.be.greaterThan(65_536);
          expect(await read(content, sizes)).to.deep.equal(whole);
          if (!content.includes('\uFFFD')) {
            expect(whole.some(({ raw }) => raw.includes('\uFFFD'))).to.equal(false);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('loses no row to a quotation mark that another row forgot to close', async () => {
    const plain = fc.array(fc.string({ unit: fc.constantFrom('a', 'ễ', '1'), minLength: 1 }), {
      minLength: LIST_COLUMNS.length,
      maxLength: LIST_COLUMNS.length,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(plain, { minLength: 1, maxLength: 9 }),
        fc.nat(),
        fc.nat({ max: LIST_COLUMNS.length - 1 }),
        async (records, which, column) => {
          const bad = which % records.length;
          const lines = records.map((values, i) =>
            (i === bad ? values.with(column, `"${values[column] ?? ''}`) : values).join(','),
          );
          const found = await read(Buffer.from([LIST_COLUMNS.join(','), ...lines].join('\n')));

          expect(found.map(({ raw }) => raw)).to.deep.equal(lines);
          expect(found.map(({ fault }) => fault !== null)).to.deep.equal(
            records.map((_, i) => i === bad),
          );
        },
      ),
    );
  });
});
