import { expect } from 'chai';
import { writeXlsx } from 'hucre/xlsx';
import { checkSchema } from '../../adapters/bank/iso20022/schema-check.ts';
import type { BankItem } from '../../src/settlement/bank-file.ts';
import {
  accountFile,
  detailOf,
  document,
  entryOf,
  saidBy,
  sentFile,
  statusFile,
  told,
  whyRefused,
} from '../support/rehearsal.ts';

const of = <Type extends BankItem['type']>(
  items: readonly BankItem[],
  type: Type,
): Extract<BankItem, { type: Type }>[] =>
  items.filter((item): item is Extract<BankItem, { type: Type }> => item.type === type);

const MT940 = `{1:F01BANKVNVXAXXX0000000000}{2:I940BANKVNVXXXXXN}{4:
:20:STARTUMS
:25:0001234567
:28C:00012/001
:60F:C261231VND9000000,
:61:2612310102D500000,00NTRFAS2611TG1000042N1T1//E-1
:86:166?00UEBERWEISUNG?20EREF+AS2611TG1000042N1T1?21 SVWZ+TRO CAP
:61:2612310102RC1250,5NMSCNONREF//E-2
:86:/RTRN/AC04/ more
of the same
:62F:C270102VND8498749,50
:86:about the statement
-}
`;

describe('bank files', () => {
  for (const version of ['02', '04', '06', '08', '10', '12', '13']) {
    it(`reads camt.052, .053 and .054 of version ${version} to the digit`, async () => {
      const isOld = Number(version) < 8;
      for (const kind of ['camt.052', 'camt.053', 'camt.054'] as const) {
        const party = isOld
          ? '<Cdtr><Nm>Đỗ A</Nm></Cdtr>'
          : '<Cdtr><Pty><Nm>Đỗ A</Nm></Pty></Cdtr>';
        const own =
          version === '02'
            ? '<AmtDtls><TxAmt><Amt Ccy="EUR">68206.51</Amt></TxAmt></AmtDtls>'
            : '<Amt Ccy="EUR">68206.51</Amt>';
        const entry = entryOf({
          amount: '68206.51',
          currency: 'EUR',
          status: isOld ? 'BOOK' : '<Cd>BOOK</Cd>',
          details: detailOf('00384068', '', `${own}<RltdPties>${party}</RltdPties>`),
        });
        const file = accountFile({ id: '20180315375204222821684', kind, version }, entry);
        const items = await saidBy(file);
        expect(of(items, 'message')[0]).to.include({
          kind,
          version: `${kind}.001.${version}`,
          messageId: '20180315375204222821684',
        });
        const [detail] = of(items, 'detail');
        expect([detail?.amount, detail?.transactionAmount]).to.include('68206.51');
        expect(detail).to.include({
          endToEndId: '00384068',
          payee: 'Đỗ A',
          bookedOn: '2026-11-05',
        });
        expect(of(items, 'entry')[0]).to.include({
          amount: '68206.51',
          currency: 'EUR',
          status: 'BOOK',
        });
        const at = Buffer.from(file).indexOf('<TxDtls>');
        expect(detail?.at.byte).to.equal(at);
        expect(items.flatMap(({ faults }) => faults)).to.deep.equal([]);
      }
    });
  }

  for (const version of ['03', '10', '12', '14']) {
    it(`reads pain.002 of version ${version}`, async () => {
      const file = statusFile(
        { id: 'R1', group: 'PART', version },
        told('A', 'RJCT', 'AC04', 'BE01'),
      );
      const items = await saidBy(file);
      expect(of(items, 'original')[0]).to.include({ messageId: 'M1', status: 'PART' });
      expect(of(items, 'payment-status')[0]?.reasons).to.deep.equal(['AC04', 'BE01']);
    });
  }

  it('tells what a schema says of a file, and no value of it', async () => {
    const file = statusFile({ id: 'R1', group: 'PART' }, told('A', 'RJCT'));
    expect(await checkSchema('pain.002.001.10', Buffer.from(file))).to.deep.equal({
      checked: true,
      faults: [],
    });
    const wrong = await checkSchema(
      'pain.002.001.10',
      Buffer.from(file.replace('R1', 'R'.repeat(36))),
    );
    expect(
      wrong.checked && wrong.faults.map(({ element, rule }) => `${element} ${rule}`),
    ).to.include('MsgId maxlength');
    expect(JSON.stringify(wrong)).not.to.include('RRR');
    expect(await checkSchema('camt.053.001.08', Buffer.from(file))).to.deep.equal({
      checked: false,
      why: 'no-schema',
    });
  });

  it('notes a wrong value with its place and goes on', async () => {
    const entries =
      entryOf({ amount: '1,000', reference: 'E-1' }) + entryOf({ amount: 5, reference: 'E-2' });
    const items = await saidBy(accountFile({ id: 'S' }, entries));
    expect(of(items, 'entry').map(({ amount, faults }) => [amount, faults[0]?.rule])).to.deep.equal(
      [
        ['', 'not-an-amount'],
        ['5', undefined],
      ],
    );
  });

  it('reads every form of a decimal that the schema knows, and no sign below zero', async () => {
    const forms = [
      ['+5', '5'],
      ['5.', '5'],
      ['.5', '0.5'],
      ['1000.00', '1000.00'],
      ['-5', ''],
      ['.', ''],
      ['0x5', ''],
    ] as const;
    for (const [written, amount] of forms) {
      const items = await saidBy(accountFile({ id: 'S' }, entryOf({ amount: written })));
      expect(of(items, 'entry')[0]?.amount, written).to.equal(amount);
    }
  });

  it('reads the header in front of a message, and refuses one of another message', async () => {
    const header = (definition: string): string =>
      '<E><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId>' +
      '<BICFI>BANKVNVX</BICFI></FinInstnId></FIId></Fr><BizMsgIdr>B-1</BizMsgIdr>' +
      `<MsgDefIdr>${definition}</MsgDefIdr><PssblDplct>true</PssblDplct></AppHdr>`;
    const body = accountFile({ id: 'S' }, entryOf({ amount: 5 })).replace(/^<\?xml[^>]*>\n/, '');
    const items = await saidBy(`${header('camt.053.001.08')}${body}</E>`);
    expect(of(items, 'header')[0]).to.include({
      from: 'BANKVNVX',
      businessMessageId: 'B-1',
      possibleDuplicate: 'true',
    });
    expect(of(items, 'entry')).to.have.length(1);
    expect(await whyRefused(`${header('pain.002.001.10')}${body}</E>`)).to.equal(
      'header-of-another-message',
    );
  });

  it('reads pain.001, and messages that declare an encoding within ASCII', async () => {
    const file = sentFile([{ id: 'A', amount: 500 }]).replace('UTF-8', 'ISO-8859-1');
    expect(of(await saidBy(file), 'payment')[0]).to.include({
      endToEndId: 'A',
      amount: '500',
      currency: 'VND',
    });
    expect(await whyRefused(file.replace('<Nm>A<', '<Nm>\u00c4<'))).to.equal('encoding');
    expect(await whyRefused(document('pain.013.001.07', '<X/>'))).to.equal('unknown-message');
  });

  it('reads MT940 with what banks do beside the standard', async () => {
    const items = await saidBy(MT940);
    expect(of(items, 'message')[0]).to.include({ kind: 'mt940', messageId: 'STARTUMS' });
    expect(of(items, 'account')[0]).to.include({
      account: '0001234567',
      electronicSequence: '00012',
      page: '001',
    });
    expect(
      of(items, 'entry').map((one) => [one.direction, one.amount, one.reversal, one.bookedOn]),
    ).to.deep.equal([
      ['debit', '500000.00', false, '2027-01-02'],
      ['debit', '1250.5', true, '2027-01-02'],
    ]);
    const [paid, back] = of(items, 'detail');
    expect(paid).to.include({
      endToEndId: 'AS2611TG1000042N1T1',
      currency: 'VND',
      servicerReference: 'E-1',
    });
    expect(back?.reasons).to.deep.equal(['AC04']);
    expect(of(items, 'balance').map(({ kind, amount }) => [kind, amount])).to.deep.equal([
      ['OPBD', '9000000'],
      ['CLBD', '8498749.50'],
    ]);
  });

  it('reads result lists in CSV and Excel, with leading zeros and without guessing', async () => {
    const head = 'STT,Số tài khoản,Số tiền,Mã tham chiếu,Kết quả,Mã lỗi,Ngày hạch toán';
    const rows = [
      '1,0071000,1050000,A,Thành công,,03/11/2026',
      '2,1,1.000,B,Từ chối,"E04 ""x""",',
      '3,1,5,C,Khác,,',
    ];
    const items = of(await saidBy([head, ...rows].join('\r\n')), 'row');
    expect(
      items.map(({ outcome, amount, faults }) => [outcome, amount, faults[0]?.rule]),
    ).to.deep.equal([
      ['paid', '1050000', undefined],
      ['rejected', '', 'not-an-amount'],
      ['', '5', 'unknown-status'],
    ]);
    expect(items[0]).to.include({ account: '0071000', bookedOn: '2026-11-03' });
    const workbook = await writeXlsx({
      sheets: [
        {
          name: 'S',
          rows: [
            ['KẾT QUẢ CHI TRẢ'],
            head.split(','),
            [1, '0071000', 1_050_000, 'A', 'Thành công', '', '03/11/2026'],
          ],
        },
      ],
    });
    const sheet = of(await saidBy(Buffer.from(workbook)), 'row');
    expect(sheet[0]).to.include({
      account: '0071000',
      amount: '1050000',
      reference: 'A',
      outcome: 'paid',
    });
    // The planted defect: the directory says less than a part holds.
    const lying = Buffer.from(workbook);
    const entry = lying.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    lying.writeUInt32LE(1, entry + 24);
    expect(await whyRefused(lying)).to.equal('not-a-workbook');
  });

  it('F64: refuses text in another encoding, and what is no file of a bank', async () => {
    const list = 'Mã tham chiếu,Số tiền,Kết quả\nA,5,Đã chi\n';
    const others = [
      Buffer.from(list, 'utf16le'),
      Buffer.from(list, 'latin1'),
      Buffer.alloc(64),
      Buffer.from(''),
    ];
    const rules = await Promise.all(others.map(whyRefused));
    expect(rules).to.deep.equal([
      'unknown-format',
      'not-utf-8',
      'unknown-format',
      'unknown-format',
    ]);
    expect(await whyRefused(Buffer.from([0x4d, 0xe3, 0x0a]))).to.equal('not-utf-8');
  });
});
