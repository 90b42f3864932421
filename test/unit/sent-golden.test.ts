import { expect } from 'chai';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { acmtRequest } from '../../adapters/account-directory/acmt.ts';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { cancellationWriter } from '../../adapters/bank/iso20022/cancellation-request.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { pieces } from '../support/bank-messages.ts';
import { bytesOf, outboundOf, sampleProfile } from '../support/profiles.ts';
import { unzip } from '../support/zip.ts';

// One file for each message that we write: the same two payees in all of them. What a bank has agreed to is
// bytes, so another byte is another agreement: UPDATE_GOLDEN=1 writes them anew, and a person looks at the
// difference.

const FOLDER = 'test/fixtures/sent';
const ISO = sampleProfile('iso-20022');
const NAMES = {
  banks: new Map([
    ['970436', { bic: 'BFTVVNVX', name: 'Ngân hàng A', shortName: 'A' }],
    ['970415', { bic: 'ICBVVNVX', name: 'Ngân hàng B', shortName: 'B' }],
  ]),
  communes: new Map([['26734', 'Xã Hợp Minh']]),
};
const AT = new Date('2026-11-20T02:00:00Z');

const LINES: readonly PaymentLine[] = [
  {
    endToEndId: 'AS2611TG42N1T1',
    amountVnd: vnd(500_000n),
    payeeName: 'Đặng Thị Út',
    citizenNumber: '040150000042',
    bankBin: '970436',
    accountNumber: '0071000000042',
    communeCode: '26734',
  },
  {
    endToEndId: 'AS2611TG43N1T1',
    amountVnd: vnd(1_000_000n),
    payeeName: 'Y Bia Niê',
    citizenNumber: '040150000043',
    bankBin: '970415',
    accountNumber: '101000000043',
    communeCode: '26734',
  },
];

const headOf = ({ payer }: BankProfile): PaymentFileHead => ({
  messageId: 'AS-1-M001',
  paymentInformationId: 'AS-1-P001',
  createdAt: AT,
  lineCount: BigInt(LINES.length),
  totalVnd: sum(LINES.map(({ amountVnd }) => amountVnd)),
  period: period('2026-11'),
  programme: 'TG',
  partNo: 1,
  changes: [],
  valueDate: plainDate('2026-12-07'),
  payer,
});

const paid = (profile: BankProfile) => (lines: readonly PaymentLine[]) =>
  bytesOf(paymentFileWriters(profile, NAMES), { ...headOf(profile), ...totalsOf(lines) }, lines);

const totalsOf = (lines: readonly PaymentLine[]) => ({
  lineCount: BigInt(lines.length),
  totalVnd: sum(lines.map(({ amountVnd }) => amountVnd)),
});

/** Of some payments, or of the whole file in the last release. */
const cancelled =
  (format: 'pain.001.001.03' | 'pain.001.001.09' | 'pain.001.001.12') =>
  async (lines: readonly PaymentLine[]): Promise<Buffer> => {
    const head = {
      messageId: 'AS-1-M001-C1',
      createdAt: AT,
      originalMessageId: 'AS-1-M001',
      paymentInformationId: 'AS-1-P001',
      isWhole: format === 'pain.001.001.12',
      ...totalsOf(lines),
      reason: 'DUPL',
    } as const;
    const profile = outboundOf(ISO, { format });
    const named = lines.map(({ endToEndId: reference, amountVnd }) => ({ reference, amountVnd }));
    const chunks: Buffer[] = [];
    for await (const chunk of cancellationWriter(profile, NAMES.banks, { head, lines: named })) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };

function asked(lines: readonly PaymentLine[]): Promise<Buffer> {
  const of = { messageId: 'AS-V-1', createdAt: AT, assigner: 'ASXH', assignee: '970436' };
  const questions = lines.map((line) => ({
    requestId: line.endToEndId,
    bankBin: line.bankBin,
    accountNumber: line.accountNumber,
    citizenNumber: line.citizenNumber,
    holderName: line.payeeName,
  }));
  return Promise.resolve(Buffer.from(acmtRequest(of, questions)));
}

type Written = (lines: readonly PaymentLine[]) => Promise<Buffer>;

const WRITTEN: Readonly<Record<string, Written>> = {
  'pain.001.001.03.xml': paid(outboundOf(ISO, { format: 'pain.001.001.03' })),
  'pain.001.001.09.xml': paid(ISO),
  'pain.001.001.12.xml': paid(outboundOf(ISO, { format: 'pain.001.001.12' })),
  'camt.055.001.01.xml': cancelled('pain.001.001.03'),
  'camt.055.001.08.xml': cancelled('pain.001.001.09'),
  'camt.055.001.12.xml': cancelled('pain.001.001.12'),
  'acmt.023.001.03.xml': asked,
  'list.csv': paid(sampleProfile('csv-list')),
  'list.xlsx': paid(sampleProfile('excel-list')),
  'treasury-form-09.xlsx': paid(sampleProfile('treasury')),
  'post-office-list.csv': paid(sampleProfile('post-office')),
};

/** The text of a file; of a workbook those of its parts, since not every zlib packs them into the same bytes. */
function saidBy(name: string, bytes: Buffer): string {
  if (!name.endsWith('.xlsx')) return bytes.toString('utf8');
  return [...unzip(bytes)].map(([part, { content }]) => `${part}\n${content}`).join('\n');
}

describe('the golden files that are sent', () => {
  it('are one for each message and version, and no other', () => {
    expect(readdirSync(FOLDER).sort()).to.deep.equal(Object.keys(WRITTEN).sort());
  });

  for (const [name, write] of Object.entries(WRITTEN)) {
    it(`${name} is written as it was agreed, character for character`, async () => {
      const bytes = await write(LINES);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(`${FOLDER}/${name}`, bytes);
      expect(saidBy(name, bytes)).to.equal(saidBy(name, readFileSync(`${FOLDER}/${name}`)));
      // The planted defect: a dong more, or another account, is another file.
      const [first, ...others] = LINES as [PaymentLine, ...PaymentLine[]];
      const other = { ...first, amountVnd: vnd(500_001n), accountNumber: '0071000000043' };
      expect(saidBy(name, await write([other, ...others]))).to.not.equal(saidBy(name, bytes));
    });
  }

  for (const name of Object.keys(WRITTEN).filter((one) => one.startsWith('pain.001'))) {
    it(`${name} is read back as it was written`, async () => {
      const said: string[] = [];
      const bytes = readFileSync(`${FOLDER}/${name}`);
      for await (const items of bankFileReader().read(pieces(bytes, 7))) {
        for (const item of items) {
          if (item.type !== 'payment') continue;
          said.push(`${item.endToEndId} ${item.amount} ${item.currency} ${item.payeeAccount}`);
        }
      }
      expect(said).to.deep.equal(
        LINES.map((line) => `${line.endToEndId} ${line.amountVnd} VND ${line.accountNumber}`),
      );
    });
  }
});
