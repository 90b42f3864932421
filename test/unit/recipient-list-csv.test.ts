import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { LIST_COLUMNS, type ListRecord } from '../../src/intake/recipient-list.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { checked, type CheckedRecord } from '../support/list-records.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);
const HEADER = LIST_COLUMNS.join(',');

async function* inPieces(content: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += bytes) {
    yield await Promise.resolve(content.subarray(at, at + bytes));
  }
}

async function chunksOf(
  content: string | Buffer,
  bytes = 65_536,
): Promise<(readonly ListRecord[])[]> {
  const chunks = [];
  for await (const chunk of csvRecipientList.read(inPieces(Buffer.from(content), bytes))) {
    chunks.push(chunk);
  }
  return chunks;
}

async function read(content: string | Buffer, bytes?: number): Promise<CheckedRecord[]> {
  return checked((await chunksOf(content, bytes)).flat());
}

async function refusalOf(content: string | Buffer): Promise<Refusal> {
  try {
    await read(content);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the list was taken');
}

/** A row whose values are the given ones and then nothing. */
function row(...values: string[]): string {
  return [...values, ...LIST_COLUMNS.slice(values.length).map(() => '')].join(',');
}

function list(...rows: string[]): string {
  return `${[HEADER, ...rows].join('\n')}\n`;
}

function column(record: CheckedRecord | undefined, name: (typeof LIST_COLUMNS)[number]): string {
  return record?.values[LIST_COLUMNS.indexOf(name)] ?? 'no such record';
}

describe('the reader of the canonical CSV', () => {
  describe('on the sample list', () => {
    const content = readFileSync(new URL('danh-sach-2026-11.csv', LISTS));

    it('reads what a library reads, row by row, with its number and its text', async () => {
      const records = await read(content);

      const expected: string[][] = parse(content, { from_line: 2 });
      expect(records.map(({ values }) => values)).to.deep.equal(expected);
      expect(records.map(({ rowNo }) => rowNo)).to.deep.equal(expected.map((_, i) => i + 2));
      expect(records.map(({ raw }) => raw).join('\n')).to.equal(
        content.toString('utf8').trimEnd().split('\n').slice(1).join('\n'),
      );
      expect(records.every(({ fault }) => fault === null)).to.equal(true);
    });

    it('hands the bytes of a row on where a comma parts its values in the canonical order', async () => {
      const quoted = list(row('a', 'b'), row('"c"'), row('d'));
      const other = quoted.replace('period,programme', 'programme,period');
      const isPlain = async (text: string): Promise<boolean[]> =>
        (await chunksOf(text)).flat().map(({ plain }) => plain !== null);
      expect(await isPlain(quoted)).to.deep.equal([true, false, true]);
      expect(await isPlain(quoted.replaceAll('\n', '\r\n'))).to.deep.equal([true, false, true]);
      expect(await isPlain(other)).to.deep.equal([false, false, false]);
      expect((await chunksOf(content)).flat().filter(({ plain }) => plain === null)).to.have.length(
        content
          .toString('utf8')
          .split('\n')
          .filter((line) => line.includes('"')).length,
      );
    });

    it('hands over chunks of a hundred', async () => {
      const lengths = (await chunksOf(content)).map(({ length }) => length);
      expect(lengths).to.deep.equal([...Array.from({ length: 20 }, () => 100), 12]);
    });

    it('reads the same when it comes whole, in crumbs, with CRLF or with a byte order mark', async () => {
      const records = await read(content);

      expect(await read(content, content.length)).to.deep.equal(records);
      expect(await read(content, 1021)).to.deep.equal(records);
      expect(await read(content.toString('utf8').replaceAll('\n', '\r\n'))).to.deep.equal(records);
      expect(await read(`\uFEFF${content.toString('utf8').trimEnd()}`)).to.deep.equal(records);
    });
  });

  describe('the header', () => {
    it('may have its columns in any order', async () => {
      const [record] = await read(`${[...LIST_COLUMNS].reverse().join(',')}\n${row('a note')}`);
      expect(column(record, 'note')).to.equal('a note');
      expect(column(record, 'enrolment_ref')).to.equal('');
    });

    it('may be quoted', async () => {
      const header = LIST_COLUMNS.map((name) => `"${name}"`).join(',');
      expect(await read(`${header}\n${row('40.A')}`)).to.have.lengthOf(1);
    });

    it('is refused with the column that is missing, unknown or double', async () => {
      const cases: [header: string, column: string | number][] = [
        [LIST_COLUMNS.slice(1).join(','), 'enrolment_ref'],
        [LIST_COLUMNS.slice(0, -1).join(','), 'note'],
        [`${HEADER},extra_column`, 'extra_column'],
        [`${HEADER},note`, 'note'],
        [HEADER.replaceAll(',', ';'), 1],
        [HEADER.replace('hamlet', ' hamlet'), 11],
        ['', 'enrolment_ref'],
      ];
      for (const [header, expected] of cases) {
        const refusal = await refusalOf(header);
        expect(refusal.code).to.equal('list-malformed');
        expect(refusal.facts).to.deep.equal({ column: expected });
      }
    });

    it('when it is forgotten does not put the first person into an error', async () => {
      const refusal = await refusalOf(row('40.TGXH.1', '2026-11', 'merit', 'Lê Thị Gái'));
      expect(refusal.facts).to.deep.equal({ column: 1 });
      expect(refusal.message).not.to.include('40.TGXH.1');
    });
  });

  describe('quotation marks', () => {
    const cases: [name: string, field: string, value: string][] = [
      ['around a comma', '"Vinh, Nghệ An"', 'Vinh, Nghệ An'],
      ['doubled inside', '"tên ""Ba"" ở nhà"', 'tên "Ba" ở nhà'],
      ['around nothing', '""', ''],
      ['around one doubled', '""""', '"'],
      ['around line breaks', '"một\nhai\r\nba"', 'một\nhai\r\nba'],
      ['inside a field that does not begin with one', 'tên "Ba"', 'tên "Ba"'],
    ];
    for (const [name, field, value] of cases) {
      for (const lineFeed of ['\n', '\r\n']) {
        it(`are read ${name}, first, in the middle and last, before ${JSON.stringify(lineFeed)}`, async () => {
          const fields = LIST_COLUMNS.map((_, i) => ([0, 20, 36].includes(i) ? field : 'x'));
          const records = await read([HEADER, fields.join(','), row('40.B'), ''].join(lineFeed));
          expect(records.map(({ rowNo, fault }) => [rowNo, fault])).to.deep.equal([
            [2, null],
            [3, null],
          ]);
          expect(records[0]?.values.filter((text) => text !== 'x')).to.deep.equal(
            Array.from({ length: 3 }, () => value),
          );
          expect(records[0]?.raw).to.equal(fields.join(','));
        });
      }
    }
  });

  describe('a record that cannot be split', () => {
    it('is handed over with its fault, and the sample records beside it are whole', async () => {
      const records = await read(readFileSync(new URL('danh-sach-loi.csv', LISTS)));

      expect(
        records.filter(({ fault }) => fault !== null).map(({ rowNo, fault }) => [rowNo, fault]),
      ).to.deep.equal([
        [4, 'CSV_COLUMN_COUNT'],
        [6, 'CSV_COLUMN_COUNT'],
        [7, 'CSV_BAD_UTF8'],
        [9, 'CSV_BAD_UTF8'],
        [12, 'CSV_UNCLOSED_QUOTE'],
      ]);
      expect(records).to.have.lengthOf(11);
      expect(column(records[8], 'note')).to.equal(
        'Chi trả tại nhà, có "ủy quyền"\nngày 01/10/2026',
      );
    });

    it('by its number of fields: 36 and 38 are a fault, 37 are none', async () => {
      const records = await read(list(row('A').slice(0, -1), row('B'), `${row('C')},`));
      expect(records.map(({ fault }) => fault)).to.deep.equal([
        'CSV_COLUMN_COUNT',
        null,
        'CSV_COLUMN_COUNT',
      ]);
    });

    it('by bytes that are not UTF-8 keeps these bytes, and never U+FFFD', async () => {
      const line = Buffer.from(row('40.A', '2026-11', 'merit', 'Nguy\u00d4n V\u00a8n'), 'latin1');
      const records = await read(
        Buffer.concat([
          Buffer.from(list(row('40.0', 'Nguyễn'))),
          line,
          Buffer.from(`\n${row('40.Đ')}`),
        ]),
      );

      expect(records.map(({ fault }) => fault)).to.deep.equal([null, 'CSV_BAD_UTF8', null]);
      expect(records[1]?.values).to.deep.equal([]);
      expect(Buffer.from(records[1]?.raw ?? '', 'latin1').equals(line)).to.equal(true);
      expect(column(records[2], 'enrolment_ref')).to.equal('40.Đ');
    });

    it('by a NUL, which no database takes, has it made visible', async () => {
      const [record] = await read(list(row('40\0A')));
      expect(record?.fault).to.equal('CSV_BAD_UTF8');
      expect(record?.raw).to.equal(row('40\u2400A'));
    });

    it('by bytes inside a quoted field of several lines is one record', async () => {
      const records = await read(
        Buffer.concat([
          Buffer.from(`${HEADER}\n${row('A').slice(0, -1)},"một\n`),
          Buffer.from([0xff]),
          Buffer.from(`"\n${row('B')}\n`),
        ]),
      );
      expect(records.map(({ rowNo, fault }) => [rowNo, fault])).to.deep.equal([
        [2, 'CSV_BAD_UTF8'],
        [3, null],
      ]);
    });

    it('by a quotation mark that is never closed does not swallow what follows', async () => {
      const opened = row('A', '"2026-11');
      const many = Array.from({ length: 3000 }, (_, i) => row(String(i)));
      const records = await read(list(opened, ...many));

      expect(records[0]).to.deep.equal({
        rowNo: 2,
        values: [],
        raw: opened,
        fault: 'CSV_UNCLOSED_QUOTE',
      });
      expect(records.slice(1).map(({ raw }) => raw)).to.deep.equal(many);
    });

    it('nor when a quotation mark further down would close it', async () => {
      const records = await read(list(row('A', '"2026-11'), row('B'), row('C', '"quoted, text"')));
      expect(records.map(({ fault }) => fault)).to.deep.equal(['CSV_UNCLOSED_QUOTE', null, null]);
      expect(column(records[2], 'period')).to.equal('quoted, text');
    });

    it('by text behind a closing quotation mark', async () => {
      const records = await read(list(row('A', '"2026"-11'), row('B')));
      expect(records.map(({ fault }) => fault)).to.deep.equal(['CSV_UNCLOSED_QUOTE', null]);
    });
  });

  it('takes a byte order mark away from the head of the file only', async () => {
    const many = Array.from({ length: 3000 }, () => row('\uFEFF40'));
    const records = await read(`\uFEFF${list(...many)}`);
    expect(records.map(({ raw }) => raw)).to.deep.equal(many);
  });

  it('passes over empty records, but counts them', async () => {
    const records = await read(list(row('A'), '', row(), `""${row()}`, ',,,', row('B')));
    expect(records.map(({ rowNo }) => rowNo)).to.deep.equal([2, 7]);
  });

  it('refuses a file with a line that no list can have, and says where', async () => {
    const longest = row('A'.repeat(65_536 - 36));
    expect(await read(list(longest))).to.have.lengthOf(1);

    const refusal = await refusalOf(list(row('A'), `A${longest}`));
    expect([refusal.code, refusal.facts]).to.deep.equal(['list-malformed', { row: 3 }]);
    expect((await refusalOf(list('A'.repeat(500_000)))).facts).to.deep.equal({ row: 2 });
  });
});
