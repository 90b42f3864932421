import { PAYMENT_ROW, type PaymentLine } from '../../src/batch/payment-file.ts';
import { vnd } from '../../src/kernel/money.ts';

const UNESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** A value of COPY text as it was before it was escaped. */
export function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.)/g, (_whole, character: string) => UNESCAPES[character] ?? character);
}

/** Rows of PAYMENT_ROW as lines: for lists of some thousand, not for files of a million. */
export async function* paymentLines(rows: AsyncIterable<Buffer>): AsyncGenerator<PaymentLine> {
  for await (const block of rows) {
    for (const row of block.toString('utf8').split('\n')) {
      if (row !== '') yield paymentLine(row);
    }
  }
}

function paymentLine(row: string): PaymentLine {
  const values = row.split('\t').map(unescaped);
  if (values.length !== PAYMENT_ROW.length) throw new Error('a row has another number of values');
  const [, endToEndId = '', amount = '', payeeName = '', citizenNumber = ''] = values;
  const [bankBin = '', accountNumber = '', communeCode = ''] = values.slice(5);
  const amountVnd = vnd(BigInt(amount));
  return {
    endToEndId,
    amountVnd,
    payeeName,
    citizenNumber,
    bankBin,
    accountNumber,
    communeCode,
  };
}
