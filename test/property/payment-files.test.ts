import { expect } from 'chai';
import fc from 'fast-check';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { cancellationWriter } from '../../adapters/bank/iso20022/cancellation-request.ts';
import { pain001Writer } from '../../adapters/bank/iso20022/pain-001-writer.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import { pieces } from '../support/bank-messages.ts';
import { bytesOf, outboundOf, sandboxProfile } from '../support/profiles.ts';

// What is written for a bank is read back as what was written, whatever the batch.

const BANK = sandboxProfile('BANK');
const BINS = ['970415', '970436', '970418'] as const;
const NAMES = { banks: new Map(), communes: new Map() };
const VERSIONS = ['pain.001.001.03', 'pain.001.001.09', 'pain.001.001.12'] as const;

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.nat({ max: 9 }).map(String), minLength: min, maxLength: max });
const word = fc.constantFrom('Nguyễn', 'Đặng', 'THỊ', 'Ngọc', 'Ánh', 'Ksor', 'Niê', 'ơ', 'Y');
const line = fc.record({
  id: fc.integer({ min: 1, max: 9_999_999 }),
  amount: fc.bigInt({ min: 1n, max: 500_000_000n }),
  name: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
  citizenNumber: digits(12, 12),
  bankBin: fc.constantFrom(...BINS),
  accountNumber: digits(6, 19),
});
const batch = fc.uniqueArray(line, { minLength: 1, maxLength: 40, selector: ({ id }) => id });

function linesOf(
  made: readonly (typeof line extends fc.Arbitrary<infer T> ? T : never)[],
): PaymentLine[] {
  return made.map(({ id, amount, name, ...rest }) => ({
    ...rest,
    endToEndId: `AS2611TG${id}N1T1`,
    amountVnd: vnd(amount),
    payeeName: name,
    communeCode: '',
  }));
}

function headOf(lines: readonly PaymentLine[]): PaymentFileHead {
  return {
    messageId: 'AS-1-M001',
    paymentInformationId: 'AS-1-P001',
    createdAt: new Date('2026-11-20T02:00:00Z'),
    lineCount: BigInt(lines.length),
    totalVnd: sum(lines.map(({ amountVnd }) => amountVnd)),
    period: period('2026-11'),
    programme: 'TG',
    partNo: 1,
    changes: [],
    valueDate: plainDate('2026-11-25'),
    payer: BANK.payer,
  };
}

async function read(bytes: Buffer, pieceLength: number): Promise<BankItem[]> {
  const all: BankItem[] = [];
  for await (const some of bankFileReader().read(pieces(bytes, pieceLength))) all.push(...some);
  return all;
}

describe('payment files', () => {
  for (const version of VERSIONS) {
    it(`${version} is read back as the batch that was written, the same bytes each time`, async () => {
      const writer = pain001Writer(version, BANK, NAMES);
      await fc.assert(
        fc.asyncProperty(batch, fc.integer({ min: 1, max: 5000 }), async (made, pieceLength) => {
          const lines = linesOf(made);
          const head = headOf(lines);
          const bytes = await bytesOf(writer, head, lines);
          expect((await bytesOf(writer, head, lines)).equals(bytes)).to.equal(true);
          const items = await read(bytes, pieceLength);
          const [block] = items.filter((item) => item.type === 'payment-block');
          expect(block?.count).to.equal(String(lines.length));
          expect(block?.total).to.equal(String(head.totalVnd));
          const payments = items.filter((item) => item.type === 'payment');
          expect(
            payments.map((one) => [
              ...[one.endToEndId, one.amount, one.currency, one.payeeAccount, one.payeeBank],
            ]),
          ).to.deep.equal(
            lines.map((one) => [
              ...[one.endToEndId, String(one.amountVnd), 'VND', one.accountNumber, one.bankBin],
            ]),
          );
          expect(payments.flatMap(({ faults }) => faults)).to.deep.equal([]);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('are not written where the head does not say what the lines come to', async () => {
    await fc.assert(
      fc.asyncProperty(batch, fc.constantFrom(1n, -1n), async (made, off) => {
        const lines = linesOf(made);
        const head = headOf(lines);
        for (const wrong of [
          { ...head, totalVnd: vnd(head.totalVnd + off) },
          { ...head, lineCount: head.lineCount + off },
        ]) {
          const writer = pain001Writer('pain.001.001.09', BANK, NAMES);
          const outcome = await bytesOf(writer, wrong, lines).catch((error: unknown) => error);
          expect(outcome).to.be.an.instanceOf(Error);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('a request to cancel names the payments and their sum, in the release of its payment file', async () => {
    const releases = { '03': '01', '09': '08', '12': '12' } as const;
    await fc.assert(
      fc.asyncProperty(
        batch,
        fc.constantFrom('03', '09', '12'),
        fc.boolean(),
        async (made, of, isWhole) => {
          const profile = outboundOf(BANK, { format: `pain.001.001.${of}` });
          const lines = linesOf(made).map(({ endToEndId, amountVnd }) => ({
            reference: endToEndId,
            amountVnd,
          }));
          const { lineCount, totalVnd, createdAt } = headOf(linesOf(made));
          const head = {
            ...{ messageId: 'AS-X1', originalMessageId: 'AS-1-M001', createdAt, isWhole },
            ...{ paymentInformationId: 'AS-1-P001', lineCount, totalVnd, reason: 'DUPL' as const },
          };
          const written: Buffer[] = [];
          for await (const some of cancellationWriter(profile, new Map(), { head, lines })) {
            written.push(some);
          }
          const text = Buffer.concat(written).toString('utf8');
          expect(text).to.include(`xsd:camt.055.001.${releases[of]}"`);
          expect(text).to.include(`<CtrlSum>${totalVnd}</CtrlSum>`);
          const named = [...text.matchAll(/<OrgnlEndToEndId>([^<]*)</g)].map(([, id]) => id);
          expect(named).to.deep.equal(isWhole ? [] : lines.map(({ reference }) => reference));
          // It is a message of ours and no answer: whoever hands it to the reader is told so.
          const refused = await read(Buffer.from(text), 100).catch((error: unknown) => error);
          expect(refused).to.be.an.instanceOf(Refusal);
        },
      ),
      { numRuns: 40 },
    );
  });
});
