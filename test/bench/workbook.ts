import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeXlsxStream } from 'hucre/xlsx';

// A list in CSV as a workbook, all of it text and in a table of shared strings, as spreadsheets save
// it. In a process of its own: writing costs more memory than reading may.

const [, , from = '', to = ''] = process.argv;

async function* rows(): AsyncGenerator<string[]> {
  for await (const line of createInterface({ input: createReadStream(from) })) {
    if (!line.includes('"')) yield line.split(',');
  }
}

const workbook = writeXlsxStream(rows(), { name: 'Danh sách', inlineStrings: false });
await pipeline(
  Readable.from(workbook as unknown as AsyncIterable<Uint8Array>),
  createWriteStream(to),
);
