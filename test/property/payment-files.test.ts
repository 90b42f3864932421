import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { pain001Writer } from '../../adapters/bank/iso20022/pain-001-writer.ts';
import { postOfficeListWriter } from '../../adapters/post-office/list-writer.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { foldName } from '../../src/kernel/text.ts';
import { bytesOf, sandboxProfile } from '../support/profiles.ts';
import { entry, GROUP_HEADER, itemsOf, message, notification } from '../support/bank-messages.ts';

const SYLLABLES = ['Nguyễn', 'ĐẶNG', 'thị', 'Ngọc', 'Ánh', 'Vượng', "H'Hen", 'Niê', 'Y', 'Ðức'];
const name = fc
  .array(fc.constantFrom(...SYLLABLES), { minLength: 1, maxLength: 8 })
  .chain((words) => fc.constantFrom(words.join(' '), words.join('  ').normalize('NFD')));
const digits = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));

const line: fc.Arbitrary<PaymentLine> = fc.record({
  endToEndId: fc.stringMatching(/^AS[A-Z0-9]{1,33}$/),
  amountVnd: fc.bigInt({ min: 1n, max: 10n ** 12n }).map(vnd),
  payeeName: name,
  citizenNumber: digits(12),
  bankBin: digits(6),
  accountNumber: fc.stringMatching(/^[0-9A-Z]{6,34}$/),
  communeCode: fc.constantFrom('17329', '16681'),
});
const lines = fc.array(line, { minLength: 1, maxLength: 20 });

function headOf(of: readonly PaymentLine[]): PaymentFileHead {
  return {
    messageId: 'AS-TG-000001',
    paymentInformationId: 'AS-TG-000001-P',
    createdAt: new Date('2026-11-20T01:00:00Z'),
    lineCount: BigInt(of.length),
    totalVnd: sum(of.map((one) => one.amountVnd)),
    period: period('2026-11'),
    programme: 'TG',
    partNo: 1,
    changes: [],
    valueDate: plainDate('2026-11-25'),
    payer: { name: 'Sở Y tế', agreement: 'HD-1', account: '0012345678', bankBin: '970415' },
  };
}

const NAMES = {
  banks: new Map(),
  communes: new Map([
    ['17329', 'Xã Đô Lương'],
    ['16681', 'Phường 1, Vinh'],
  ]),
};
const bankWriter = pain001Writer('pain.001.001.09', sandboxProfile('BANK'), NAMES);
const postWriter = postOfficeListWriter(sandboxProfile('POST'), NAMES);

async function written(
  writer: PaymentFileWriter,
  of: readonly PaymentLine[],
  blockSize: number,
): Promise<string> {
  return (await bytesOf(writer, headOf(of), of, blockSize)).toString('utf8');
}

const valuesOf = (text: string, tag: string): string[] =>
  [...text.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`, 'g'))].map((m) => m[1] ?? '');

describe('payment files', () => {
  it('are valid by the schema and hold each line as it was given', async () => {
    using schema = XmlDocument.fromString(
      readFileSync('adapters/bank/iso20022/xsd/pain.001.001.09.xsd', 'utf8'),
    );
    using validator = XsdValidator.fromDoc(schema);
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        const text = await written(bankWriter, given, 3);
        using document = XmlDocument.fromString(text);
        validator.validate(document);
        expect(valuesOf(text, 'EndToEndId')).to.deep.equal(given.map((one) => one.endToEndId));
        expect(valuesOf(text, 'InstdAmt')).to.deep.equal(
          given.map((one) => one.amountVnd.toString()),
        );
        expect(valuesOf(text, 'Nm').slice(2)).to.deep.equal(
          given.map((one) => foldName(one.payeeName)),
        );
        expect(valuesOf(text, 'MmbId').slice(1)).to.deep.equal(given.map((one) => one.bankBin));
      }),
      { numRuns: 50 },
    );
  });

  it('depend on nothing but the head and the lines', async () => {
    for (const writer of [bankWriter, postWriter]) {
      await fc.assert(
        fc.asyncProperty(lines, async (given) => {
          const once = await written(writer, given, 1);
          expect(await written(writer, given, 7)).to.equal(once);
        }),
        { numRuns: 50 },
      );
    }
  });

  it('fold any name as the kernel does, or refuse it', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom('ế', 'Đ', 'đ', '\u0301', ' ', '\t', '\u00a0', 'a', 'ß'),
        maxLength: 40,
      }),
    );
    await fc.assert(
      fc.asyncProperty(text, line, async (payeeName, one) => {
        const folded = foldName(payeeName);
        const fits = /^[A-Za-z0-9/\-?:().,'+ ]{1,70}$/.test(folded);
        try {
          const file = await written(bankWriter, [{ ...one, payeeName }], 1);
          expect(valuesOf(file, 'Nm')[2]).to.equal(folded);
          expect(fits).to.equal(true);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(fits).to.equal(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const booking = fc.record({
  reference: fc.stringMatching(/^[A-Z0-9]{1,35}$/),
  amount: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  payee: fc.constantFrom('Đỗ Thị Ánh', 'AN', '𝒳 &amp; &#7885;'),
  reason: fc.constantFrom('', 'AC04', 'MD07'),
});
const space = fc.constantFrom('', '\n', '\r\n  ', '<!-- ở -->');

describe('bank answers', () => {
  it('give back each booking that was written, however they are laid out and cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(booking, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('CRDT', 'DBIT'),
        space,
        fc.integer({ min: 1, max: 200 }),
        async (bookings, side, gap, length) => {
          const total = bookings.reduce((all, { amount }) => all + amount, 0n);
          const details = bookings.map(({ reference, amount, payee, reason }) =>
            [
              `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs>`,
              `<Amt Ccy="VND">${amount}</Amt><RltdPties><Cdtr><Pty><Nm>${payee}</Nm></Pty></Cdtr></RltdPties>`,
              `${reason && `<RtrInf><Rsn><Cd>${reason}</Cd></Rsn></RtrInf>`}</TxDtls>`,
            ].join(gap),
          );
          const file = notification(
            entry({
              amount: `<Amt Ccy="VND">${total}</Amt>`,
              side: `<CdtDbtInd>${side}</CdtDbtInd>`,
              details: `<NtryDtls>${details.join(gap)}</NtryDtls>`,
            }),
          );
          const bytes = Buffer.from(file);

          const items = await itemsOf(bytes, length);

          const read = items.filter((item) => item.type === 'booking');
          expect(
            read.map(({ reference, amountVnd, reason }) => ({ reference, amountVnd, reason })),
          ).to.deep.equal(
            bookings.map(({ reference, amount, reason }) => ({
              reference,
              amountVnd: amount,
              reason,
            })),
          );
          for (const { offset, direction } of read) {
            expect(bytes.toString('utf8', offset, offset + 8)).to.equal('<TxDtls>');
            expect(direction).to.equal(side === 'CRDT' ? 'credit' : 'debit');
          }
          expect(items.at(-1)).to.include({ type: 'entry', amountVnd: total });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give back each status that was written', async () => {
    const status = fc.record({
      reference: fc.stringMatching(/^[A-Z0-9]{1,35}$/),
      status: fc.constantFrom('RJCT', 'PDNG', 'ACCC'),
      reason: fc.constantFrom('', 'AC04'),
      amountVnd: fc.option(fc.bigInt({ min: 1n, max: 10n ** 12n })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(status, { maxLength: 12 }), space, async (statuses, gap) => {
        const told = statuses.map(({ reference, status: code, reason, amountVnd }) =>
          [
            `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxSts>${code}</TxSts>`,
            reason && `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>`,
            amountVnd === null
              ? ''
              : `<OrgnlTxRef><Amt><InstdAmt Ccy="VND">${amountVnd}.00</InstdAmt></Amt></OrgnlTxRef>`,
            '</TxInfAndSts>',
          ].join(gap),
        );
        const file = message(
          'pain.002.001.10',
          `${GROUP_HEADER}<OrgnlGrpInfAndSts><OrgnlMsgId>AS-1</OrgnlMsgId></OrgnlGrpInfAndSts>` +
            `<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>${told.join(gap)}</OrgnlPmtInfAndSts>`,
        );
        const items = await itemsOf(file, 50);
        expect(
          items
            .filter((item) => item.type === 'status')
            .map(({ reference, status: code, reason, amountVnd }) => ({
              reference,
              status: code,
              reason,
              amountVnd,
            })),
        ).to.deep.equal(statuses);
      }),
      { numRuns: 150 },
    );
  });
});
