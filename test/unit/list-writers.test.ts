import { expect } from 'chai';
import { readXlsx } from 'hucre/xlsx';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import { amountInWords } from '../../src/kernel/amount-in-words.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { bytesOf, sampleProfile } from '../support/profiles.ts';

const LINE: PaymentLine = {
  endToEndId: 'AS2611TG42N1T1',
  amountVnd: vnd(1_500_000n),
  payeeName: 'Đặng Thị Ánh',
  citizenNumber: '001150000042',
  bankBin: '970436',
  accountNumber: '0071000123456',
  communeCode: '',
};
const OTHER: PaymentLine = {
  ...LINE,
  endToEndId: 'AS2611TG43N1T1',
  amountVnd: vnd(500_000n),
  bankBin: '970415',
  accountNumber: '000123456789',
};

const NAMES = {
  banks: new Map([
    ['970436', { bic: 'BFTVVNVX', name: 'Ngân hàng Ngoại thương', shortName: 'VCB' }],
    ['970415', { bic: 'ICBVVNVX', name: 'Ngân hàng Công thương', shortName: 'CTG' }],
    ['970499', { bic: null, name: 'Ngân hàng không BIC', shortName: 'X' }],
  ]),
  communes: new Map<string, string>(),
};

function headOf(profile: BankProfile, lines: readonly PaymentLine[]): PaymentFileHead {
  return {
    messageId: 'TG-2026-11-40-BANG-1-M001',
    paymentInformationId: 'TG-2026-11-40-BANG-1-P001',
    period: period('2026-11'),
    programme: 'TG',
    partNo: 1,
    createdAt: new Date('2026-11-01T00:00:00Z'),
    lineCount: BigInt(lines.length),
    totalVnd: sum(lines.map((line) => line.amountVnd)),
    valueDate: plainDate('2026-11-05'),
    changes: [
      { payeeName: 'Đặng Thị Ánh', beforeVnd: vnd(0n), nowVnd: vnd(1_500_000n) },
      { payeeName: 'Lê Văn Bình', beforeVnd: vnd(700_000n), nowVnd: vnd(500_000n) },
    ],
    payer: profile.payer,
  };
}

async function written(profile: BankProfile, lines = [LINE, OTHER]): Promise<Buffer> {
  return bytesOf(paymentFileWriters(profile, NAMES), headOf(profile, lines), lines, 1);
}

async function sheetOf(bytes: Buffer): Promise<unknown[][]> {
  const { sheets } = await readXlsx(bytes);
  return sheets[0]?.rows ?? [];
}

async function factsOf(work: Promise<unknown>): Promise<Refusal['facts']> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof Refusal) return error.facts;
  throw new Error(`not refused: ${String(error)}`);
}

describe('list for a bank', () => {
  it('is this CSV file, named by its message', async () => {
    const profile = sampleProfile('csv-list');
    expect((await written(profile)).toString('utf8')).to.equal(
      [
        '\ufeffreference;account;bank;name;amount;content;currency',
        'AS2611TG42N1T1;0071000123456;BFTVVNVX;Dang Thi Anh;1.500.000;TRO CAP XA HOI AS2611TG42N1T1;VND',
        'AS2611TG43N1T1;000123456789;ICBVVNVX;Dang Thi Anh;500.000;TRO CAP XA HOI AS2611TG43N1T1;VND',
        '',
      ].join('\r\n'),
    );
    const writer = paymentFileWriters(profile, NAMES);
    expect(writer.fileName(headOf(profile, [LINE]))).to.equal('TG-2026-11-40-BANG-1-M001.csv');
  });

  it('is this Excel sheet: accounts as text, amounts as figures, the same bytes each time', async () => {
    const profile = sampleProfile('excel-list');
    const bytes = await written(profile);
    const rows = await sheetOf(bytes);
    expect(rows[1]?.[1]).to.equal('0000000000040');
    expect(rows[3]?.slice(0, 4)).to.deep.equal([
      'STT',
      'Số tài khoản',
      'Tên người nhận',
      'Số tiền',
    ]);
    expect(rows[4]).to.deep.equal([
      1,
      '0071000123456',
      'DANG THI ANH',
      1_500_000,
      'TRO CAP XA HOI AS2611TG42N1T1',
      'Ngân hàng Ngoại thương',
      '970436',
      'I',
      'AS2611TG42N1T1',
    ]);
    expect(rows[5]?.[1]).to.equal('000123456789');
    expect(rows[5]?.[7]).to.equal('O');
    expect(rows[6]?.slice(2, 4)).to.deep.equal(['Tổng cộng', '2000000']);
    expect((await written(profile)).equals(bytes)).to.equal(true);
  });

  it('refuses what the bank does not take, by line and column', async () => {
    const profile = sampleProfile('csv-list');
    const cases: [element: string, change: Partial<PaymentLine>][] = [
      ['bank', { bankBin: '970499' }],
      ['Acct', { accountNumber: '1'.repeat(20) }],
      ['Nm', { payeeName: 'A'.repeat(51) }],
      ['name', { payeeName: '-An' }],
      ['name', { payeeName: '+An' }],
      ['Nm', { payeeName: '=1+1' }],
      ['Amt', { amountVnd: vnd(500_000_000n) }],
      ['Amt', { amountVnd: vnd(0n) }],
    ];
    for (const [element, change] of cases) {
      const facts = await factsOf(written(profile, [LINE, { ...OTHER, ...change }]));
      expect(facts, JSON.stringify(Object.keys(change))).to.include({
        element,
        line: 2,
        endToEndId: OTHER.endToEndId,
      });
    }
  });

  it('throws when the rows do not add up to the head', async () => {
    const profile = sampleProfile('excel-list');
    const head = { ...headOf(profile, [LINE]), totalVnd: vnd(1n) };
    const error: unknown = await bytesOf(paymentFileWriters(profile, NAMES), head, [LINE]).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Error).and.not.to.be.instanceOf(Refusal);
  });
});

describe('form 09 of the State Treasury', () => {
  it('has the payees, the sum in words, and what changed', async () => {
    const bytes = await written(sampleProfile('treasury'));
    const rows = await sheetOf(bytes);
    const text = rows.map((row) => row.filter((cell) => cell !== null && cell !== '').join('|'));
    expect(text).to.include.members([
      'BẢNG THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG',
      '3. Tài khoản:|9523000000040|tại:|Ngân hàng Ngoại thương',
      '1|Đặng Thị Ánh|0071000123456|Ngân hàng Ngoại thương|1500000|1500000|AS2611TG42N1T1',
      'Tổng cộng|2000000|2000000|2',
      'Tổng số tiền bằng chữ:|Hai triệu đồng',
      '1. Tăng|1 người|1500000',
      '1|Đặng Thị Ánh|1500000|Chi mới hoặc chi lại so với tháng trước',
      '2. Giảm|1 người|200000',
      '1|Lê Văn Bình|200000|Thay đổi mức hưởng',
    ]);
    expect((await written(sampleProfile('treasury'))).equals(bytes)).to.equal(true);
  });

  it('refuses a bank that nobody knows', async () => {
    const facts = await factsOf(
      written(sampleProfile('treasury'), [{ ...LINE, bankBin: '123456' }]),
    );
    expect(facts).to.include({ element: 'Bank', line: 1 });
  });
});

describe('amount in words', () => {
  const cases: [amount: bigint, words: string][] = [
    [0n, 'Không đồng'],
    [5n, 'Năm đồng'],
    [15n, 'Mười lăm đồng'],
    [21n, 'Hai mươi mốt đồng'],
    [105n, 'Một trăm linh năm đồng'],
    [1_005n, 'Một nghìn không trăm linh năm đồng'],
    [500_000n, 'Năm trăm nghìn đồng'],
    [1_250_000n, 'Một triệu hai trăm năm mươi nghìn đồng'],
    [1_000_000_000n, 'Một tỷ đồng'],
    [2_000_000_001n, 'Hai tỷ không trăm linh một đồng'],
    [
      1_234_567_890_123n,
      'Một nghìn hai trăm ba mươi bốn tỷ năm trăm sáu mươi bảy triệu tám trăm chín mươi nghìn một trăm hai mươi ba đồng',
    ],
  ];
  for (const [amount, words] of cases) {
    it(`${amount} is ${words}`, () => {
      expect(amountInWords(vnd(amount))).to.equal(words);
    });
  }
});
