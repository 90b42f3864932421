import { expect } from 'chai';
import { postOfficeListWriter } from '../../adapters/post-office/list-writer.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { itemsOf, refusalOf } from '../support/bank-messages.ts';
import { bytesOf, sandboxProfile } from '../support/profiles.ts';

const LINES: readonly PaymentLine[] = [
  {
    endToEndId: 'AS2611TG7N1T1',
    amountVnd: vnd(500_000n),
    payeeName: 'Nguyễn Thị Đào',
    citizenNumber: '040150000007',
    bankBin: '',
    accountNumber: '',
    communeCode: '17329',
  },
  {
    endToEndId: 'AS2611TG8N1T1',
    amountVnd: vnd(750_000n),
    payeeName: "Y Bhiăp H'Đơk",
    citizenNumber: '040150000008',
    bankBin: '',
    accountNumber: '',
    communeCode: '16681',
  },
];

const headOf = (lines: readonly PaymentLine[]): PaymentFileHead => ({
  messageId: 'AS-TM-000001',
  paymentInformationId: 'AS-TM-000001-P',
  createdAt: new Date('2026-11-20T01:00:00Z'),
  lineCount: BigInt(lines.length),
  totalVnd: sum(lines.map((line) => line.amountVnd)),
  period: period('2026-11'),
  programme: 'TG',
  partNo: 1,
  changes: [],
  valueDate: plainDate('2026-11-25'),
  payer: { name: 'Sở Y tế', agreement: 'HD-1', account: '0012345678', bankBin: '970415' },
});

const writer = postOfficeListWriter(sandboxProfile('POST'), {
  banks: new Map(),
  communes: new Map([
    ['17329', 'Xã Đô Lương'],
    ['16681', 'Phường 1, thành phố Vinh'],
  ]),
});

async function written(lines: readonly PaymentLine[], head = headOf(lines)): Promise<string> {
  return (await bytesOf(writer, head, lines)).toString('utf8');
}

const RESULT_HEADER =
  'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi';
const PAID = '1,AS2611TG7N1T1,500000,Đã chi,27/11/2026,500000,0,,PC-1';
const UNPAID = '2,AS2611TG8N1T1,750000,Chưa chi,,0,750000,"Không đến nhận, lần 2",';
const RESULT = `#KET-QUA;POST-000001;AS-TM-000001;2;1250000;500000
${RESULT_HEADER}
${PAID}
${UNPAID}
2,Tổng cộng,1250000,,,500000,750000,,
`;

describe('post office list', () => {
  it('is this file', async () => {
    expect(await written(LINES)).to.equal(
      `#AN-SINH;AS-TM-000001;AS-TM-000001-P;2;1250000;2026-11-25
STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi
1,AS2611TG7N1T1,Nguyễn Thị Đào,040150000007,Xã Đô Lương,500000
2,AS2611TG8N1T1,Y Bhiăp H'Đơk,040150000008,"Phường 1, thành phố Vinh",750000
2,Tổng cộng,,,,1250000
`,
    );
    expect(writer.fileName(headOf(LINES))).to.equal('AS-TM-000001.csv');
  });

  it('refuses a value that does not fit', async () => {
    const [line] = LINES as [PaymentLine];
    const cases: [element: string, line: Partial<PaymentLine>][] = [
      ['Mã tham chiếu', { endToEndId: 'a b' }],
      ['Họ và tên', { payeeName: '=1+1' }],
      ['Họ và tên', { payeeName: '' }],
      ['Họ và tên', { payeeName: 'An\n2,AS1' }],
      ['Họ và tên', { payeeName: 'An "Ba"' }],
      ['Họ và tên', { payeeName: 'A'.repeat(141) }],
      ['Số định danh cá nhân', { citizenNumber: '4015000000' }],
      ['Xã/phường', { communeCode: '' }],
      ['Số tiền phải chi', { amountVnd: vnd(0n) }],
    ];
    for (const [element, change] of cases) {
      const error: unknown = await written([{ ...line, ...change }]).catch((e: unknown) => e);
      expect(error).to.be.instanceOf(Refusal);
      expect((error as Refusal).facts).to.include({ element });
    }
  });

  it('throws when the lines do not add up to the head', async () => {
    const error: unknown = await written(LINES.slice(1), headOf(LINES)).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(Error).and.not.to.be.instanceOf(Refusal);
  });
});

describe('post office result', () => {
  it('gives the message and the cash lines', async () => {
    const expected = [
      {
        type: 'message',
        kind: 'post-office-result',
        messageId: 'POST-000001',
        payerAccount: null,
        originalMessageId: null,
      },
      {
        type: 'message',
        kind: 'post-office-result',
        messageId: 'POST-000001',
        payerAccount: null,
        originalMessageId: 'AS-TM-000001',
      },
      {
        type: 'cash',
        reference: 'AS2611TG7N1T1',
        outcome: 'paid',
        amountVnd: 500_000n,
        paidOn: '2026-11-27',
        reason: '',
        offset: Buffer.from(RESULT).indexOf(PAID),
        path: 'row 1',
      },
      {
        type: 'cash',
        reference: 'AS2611TG8N1T1',
        outcome: 'unpaid',
        amountVnd: 750_000n,
        paidOn: null,
        reason: 'Không đến nhận, lần 2',
        offset: Buffer.from(RESULT).indexOf(UNPAID),
        path: 'row 2',
      },
    ];
    for (const length of [1, 7, 4096]) {
      expect(await itemsOf(RESULT, length)).to.deep.equal(expected);
    }
    const windows = await itemsOf(`\ufeff${RESULT.replaceAll('\n', '\r\n')}`);
    expect(windows.map((item) => ({ ...item, offset: 0 }))).to.deep.equal(
      expected.map((item) => ({ ...item, offset: 0 })),
    );
  });

  it('gives the refusal of a whole list', async () => {
    const items = await itemsOf('#TU-CHOI;POST-000002;AS-TM-000001;the list has no end\n');
    expect(items.at(-1)).to.include({
      type: 'status',
      level: 'group',
      status: 'RJCT',
      reason: 'NARR',
    });
  });

  it('refuses a file that is cut anywhere', async () => {
    const bytes = Buffer.from(RESULT);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await refusalOf(bytes.subarray(0, length)), `cut at ${length}`).not.to.equal('');
    }
  });

  it('refuses what it would have to guess', async () => {
    const change = (from: string, to: string): string => RESULT.replace(from, to);
    const cases: [rule: string, file: string][] = [
      ['first-line at line 1', change('#KET-QUA', '#KET')],
      ['first-line at line 1', change('POST-000001;', ';')],
      ['not-whole-dong at line 1', change(';1250000;', ';1.250.000;')],
      ['header at line 2', change('STT,', 'STT;')],
      ['row-number at line 3', change('\n1,AS', '\n2,AS')],
      ['reference at line 3', change('AS2611TG7N1T1', 'Nguyễn')],
      ['not-whole-dong at line 3', change('500000,Đã', '"500,000",Đã')],
      ['outcome at line 3', change('Đã chi', 'Da chi')],
      ['partly-paid at line 3', change('500000,0,,', '400000,100000,,')],
      ['paid-and-left-are-not-owed at line 3', change('500000,0,,', '500000,1,,')],
      ['not-a-date at line 3', change('27/11/2026', '2026-11-27')],
      ['not-a-date at line 3', change('27/11/2026', '31/11/2026')],
      ['reason-of-a-paid-row at line 3', change(',0,,PC-1', ',0,Vắng,PC-1')],
      ['date-of-an-unpaid-row at line 4', change('Chưa chi,,', 'Chưa chi,27/11/2026,')],
      ['quotes at line 4', change('lần 2",', 'lần 2,')],
      ['field-count at line 4', change('"Không đến nhận, lần 2"', 'Không đến nhận, lần 2')],
      ['head-and-last-row-disagree at line 5', change('2,Tổng', '3,Tổng')],
      ['head-and-last-row-disagree at line 5', change(';500000\n', ';500001\n')],
      ['line-after-the-last at line 6', `${RESULT}x\n`],
      ['too-long at line 3', change('Đã chi', 'x'.repeat(5000))],
    ];
    for (const [rule, file] of cases) expect(await refusalOf(file), file).to.equal(rule);
    const bytes = Buffer.from(RESULT);
    bytes[bytes.indexOf('Đã')] = 0xff;
    expect(await refusalOf(bytes)).to.equal('not-utf-8 at line 3');
  });
});
