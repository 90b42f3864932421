import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { pain001Writer } from '../../adapters/bank/iso20022/pain-001-writer.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type {
  PaymentFileHead,
  PaymentFileNames,
  PaymentLine,
} from '../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import { sum, vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { bytesOf, outboundOf, sandboxProfile } from '../support/profiles.ts';

const LINE: PaymentLine = {
  endToEndId: 'AS2611TG1000042N1T1',
  amountVnd: vnd(500_000n),
  payeeName: 'Đặng  Thị Ngọc Ánh',
  citizenNumber: '001150000042',
  bankBin: '970436',
  accountNumber: '0071000123456',
  communeCode: '',
};
const SECOND: PaymentLine = {
  ...LINE,
  endToEndId: 'AS2611TG1000043N1T2',
  amountVnd: vnd(1_250_000n),
  payeeName: "H'HEN NIÊ",
  bankBin: '970415',
};

function headOf(lines: readonly PaymentLine[]): PaymentFileHead {
  return {
    messageId: 'AS-TG-20261125-000001',
    paymentInformationId: 'AS-TG-20261125-000001-P',
    // 18:30 in UTC is the next day in Vietnam.
    createdAt: new Date('2026-11-19T18:30:05.999Z'),
    lineCount: BigInt(lines.length),
    totalVnd: sum(lines.map((line) => line.amountVnd)),
    period: period('2026-11'),
    programme: 'TG',
    partNo: 1,
    changes: [],
    valueDate: plainDate('2026-11-25'),
    payer: {
      name: 'Sở Y tế tỉnh Đắk Lắk',
      agreement: 'HD-2026/001',
      account: '0012345678',
      bankBin: '970415',
    },
  };
}

const NAMES: PaymentFileNames = {
  banks: new Map([
    ['970415', { bic: 'ICBVVNVX', name: 'VietinBank', shortName: 'VietinBank' }],
    ['970436', { bic: 'BFTVVNVX', name: 'Vietcombank', shortName: 'Vietcombank' }],
    ['970499', { bic: null, name: 'No BIC', shortName: 'No BIC' }],
  ]),
  communes: new Map(),
};
const BANK = sandboxProfile('BANK');

const VERSIONS = ['pain.001.001.03', 'pain.001.001.09', 'pain.001.001.12'] as const;

function writerOf(
  change: Partial<BankProfile['outbound']> = {},
  version: (typeof VERSIONS)[number] = 'pain.001.001.09',
): PaymentFileWriter {
  return pain001Writer(version, outboundOf(BANK, change), NAMES);
}

async function written(
  lines: readonly PaymentLine[],
  head = headOf(lines),
  writer = writerOf(),
): Promise<string> {
  return (await bytesOf(writer, head, lines)).toString('utf8');
}

async function refusalOf(line: Partial<PaymentLine>): Promise<unknown> {
  try {
    await written([{ ...LINE, ...line }]);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'value-does-not-fit') return error.facts;
    throw error;
  }
}

const GOLDEN = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
<CstmrCdtTrfInitn>
<GrpHdr><MsgId>AS-TG-20261125-000001</MsgId><CreDtTm>2026-11-20T01:30:05+07:00</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>1750000</CtrlSum><InitgPty><Nm>SO Y TE TINH DAK LAK</Nm><Id><OrgId><Othr><Id>HD-2026/001</Id></Othr></OrgId></Id></InitgPty></GrpHdr>
<PmtInf><PmtInfId>AS-TG-20261125-000001-P</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg><NbOfTxs>2</NbOfTxs><CtrlSum>1750000</CtrlSum><PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf><ReqdExctnDt><Dt>2026-11-25</Dt></ReqdExctnDt><Dbtr><Nm>SO Y TE TINH DAK LAK</Nm></Dbtr><DbtrAcct><Id><Othr><Id>0012345678</Id></Othr></Id><Ccy>VND</Ccy></DbtrAcct><DbtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>970415</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt><ChrgBr>DEBT</ChrgBr>
<CdtTrfTxInf><PmtId><InstrId>AS2611TG1000042N1T1</InstrId><EndToEndId>AS2611TG1000042N1T1</EndToEndId></PmtId><Amt><InstdAmt Ccy="VND">500000</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>970436</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>DANG THI NGOC ANH</Nm><Id><PrvtId><Othr><Id>001150000042</Id><SchmeNm><Cd>NIDN</Cd></SchmeNm><Issr>VN</Issr></Othr></PrvtId></Id></Cdtr><CdtrAcct><Id><Othr><Id>0071000123456</Id></Othr></Id></CdtrAcct><Purp><Cd>SSBE</Cd></Purp><RmtInf><Ustrd>AS2611TG1000042N1T1</Ustrd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><InstrId>AS2611TG1000043N1T2</InstrId><EndToEndId>AS2611TG1000043N1T2</EndToEndId></PmtId><Amt><InstdAmt Ccy="VND">1250000</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>970415</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>H'HEN NIE</Nm><Id><PrvtId><Othr><Id>001150000042</Id><SchmeNm><Cd>NIDN</Cd></SchmeNm><Issr>VN</Issr></Othr></PrvtId></Id></Cdtr><CdtrAcct><Id><Othr><Id>0071000123456</Id></Othr></Id></CdtrAcct><Purp><Cd>SSBE</Cd></Purp><RmtInf><Ustrd>AS2611TG1000043N1T2</Ustrd></RmtInf></CdtTrfTxInf>
</PmtInf>
</CstmrCdtTrfInitn>
</Document>
`;

describe('pain.001 writer', () => {
  it('writes this file', async () => {
    expect(await written([LINE, SECOND])).to.equal(GOLDEN);
  });

  it('names the file after the message', () => {
    expect(writerOf().fileName(headOf([LINE]))).to.equal('AS-TG-20261125-000001.xml');
    for (const messageId of ['', '../1', 'as-1', 'A'.repeat(36), 'A B']) {
      expect(() => writerOf().fileName({ ...headOf([LINE]), messageId })).to.throw(Refusal);
    }
  });

  it('is valid by the schema, also with names in full and another charge bearer', async () => {
    using schema = XmlDocument.fromString(
      readFileSync('adapters/bank/iso20022/xsd/pain.001.001.09.xsd', 'utf8'),
    );
    using validator = XsdValidator.fromDoc(schema);
    const full = writerOf({
      text: { fold: 'none', characters: 'letters' },
      purpose: { category: null, line: 'GOVT' },
      chargeBearer: 'SLEV',
    });
    const texts = [GOLDEN, await written([LINE, SECOND], undefined, full)];
    for (const text of texts) {
      using document = XmlDocument.fromString(text);
      validator.validate(document);
    }
    expect(texts[1]).to.contain('<Nm>Sở Y tế tỉnh Đắk Lắk</Nm>').and.to.contain('SLEV');

    // The planted defect: the schema does refuse a file without a required element.
    using broken = XmlDocument.fromString(GOLDEN.replace('<PmtMtd>TRF</PmtMtd>', ''));
    expect(() => {
      validator.validate(broken);
    }).to.throw();
  });

  it('writes three versions, and names banks by number or by BIC', async () => {
    for (const version of VERSIONS) {
      for (const banks of ['clearing-member', 'bic'] as const) {
        const text = await written([LINE, SECOND], undefined, writerOf({ banks }, version));
        expect(text).to.contain(`xsd:${version}"`);
        const day = version === 'pain.001.001.03' ? '2026-11-25' : '<Dt>2026-11-25</Dt>';
        expect(text).to.contain(`<ReqdExctnDt>${day}</ReqdExctnDt>`);
        const bic = version === 'pain.001.001.03' ? 'BIC' : 'BICFI';
        const named = text.includes(`<FinInstnId><${bic}>BFTVVNVX</${bic}></FinInstnId>`);
        expect(named).to.equal(banks === 'bic');
        if (version === 'pain.001.001.12') continue;
        using schema = XmlDocument.fromString(
          readFileSync(`adapters/bank/iso20022/xsd/${version}.xsd`, 'utf8'),
        );
        using validator = XsdValidator.fromDoc(schema);
        using document = XmlDocument.fromString(text);
        validator.validate(document);
      }
    }
  });

  it('refuses a bank that has no BIC where it is asked for, an amount and lengths over a limit', async () => {
    const { lengths, limits } = BANK.outbound;
    const strict = writerOf({
      banks: 'bic',
      lengths: { name: 18, account: 13, reference: 19, remittance: 30 },
      limits: { ...limits, vndPerLine: '500000' },
      remittance: 'TRO CAP {reference}',
    });
    const fits = { ...LINE, payeeName: 'Đặng Thị Ngọc Ánh' };
    const head = (lines: readonly PaymentLine[]): PaymentFileHead => {
      const right = headOf(lines);
      return { ...right, payer: { ...right.payer, name: 'So Y te' } };
    };
    const text = await written([fits], head([fits]), strict);
    expect(text).to.contain('<Ustrd>TRO CAP AS2611TG1000042N1T1</Ustrd>');
    const cases: [element: string, line: Partial<PaymentLine>][] = [
      ['BICFI', { bankBin: '970499' }],
      ['BICFI', { bankBin: '970400' }],
      ['InstdAmt', { amountVnd: vnd(500_001n) }],
      ['Nm', { payeeName: 'Đặng Thị Ngọc Ánhh' + 'h' }],
      ['Acct/Othr/Id', { accountNumber: '00710001234567' }],
      ['EndToEndId', { endToEndId: 'AS2611TG1000042N1T12' }],
    ];
    for (const [element, change] of cases) {
      const lines = [fits, { ...fits, ...change }];
      const error: unknown = await written(lines, head(lines), strict).catch((e: unknown) => e);
      expect((error as Refusal).facts, element).to.include({ element, line: 2 });
      expect((error as Refusal).facts.rule).to.match(/ \/ /);
    }
    const long = writerOf({ lengths: { ...lengths, remittance: 10 }, remittance: 'A LONG TEXT' });
    const error: unknown = await written([fits], head([fits]), long).catch((e: unknown) => e);
    expect((error as Refusal).facts).to.include({ element: 'Ustrd', line: 0 });
  });

  it('adds up amounts beyond what a number holds', async () => {
    const lines = Array.from({ length: 12 }, () => ({ ...LINE, amountVnd: vnd(10n ** 15n - 1n) }));
    const great = [...lines, { ...LINE, amountVnd: vnd(10n ** 18n - 1n) }];
    const text = await written(great);
    expect(text).to.contain(`<CtrlSum>${12n * (10n ** 15n - 1n) + 10n ** 18n - 1n}</CtrlSum>`);
  });

  it('F49: refuses a value that does not fit, and says which without repeating it', async () => {
    const name = 'Nm';
    const account = 'Acct/Othr/Id';
    const cases: [element: string, line: Partial<PaymentLine>][] = [
      ['InstdAmt', { amountVnd: vnd(0n) }],
      ['InstdAmt', { amountVnd: vnd(10n ** 18n) }],
      ['MmbId', { bankBin: '' }],
      ['MmbId', { bankBin: '97043' }],
      ['MmbId', { bankBin: '97043６' }],
      [name, { payeeName: '' }],
      [name, { payeeName: ' \u0301 ' }],
      [name, { payeeName: 'NGUYEN_VAN_AN' }],
      [name, { payeeName: 'NGUYEN & AN' }],
      [name, { payeeName: 'NGUYEN <AN' }],
      [name, { payeeName: 'NGUYỄN 阮' }],
      [name, { payeeName: 'AN\u0000' }],
      [name, { payeeName: 'A'.repeat(71) }],
      ['PrvtId/Othr/Id', { citizenNumber: '' }],
      ['PrvtId/Othr/Id', { citizenNumber: '00115000004' }],
      ['PrvtId/Othr/Id', { citizenNumber: '00115000004a' }],
      [account, { accountNumber: '12345' }],
      [account, { accountNumber: '1'.repeat(35) }],
      [account, { accountNumber: '123456_7' }],
      [account, { accountNumber: '123456\n' }],
      [account, { accountNumber: ' 123456' }],
    ];
    for (const [element, line] of cases) {
      const facts = (await refusalOf(line)) as Record<string, string>;
      expect(facts, JSON.stringify(Object.keys(line))).to.include({
        endToEndId: LINE.endToEndId,
        element,
      });
      const value = String(Object.values(line)[0]).trim();
      if (value.length > 2) expect(JSON.stringify(facts)).not.to.contain(value);
    }
    expect(await refusalOf({})).to.equal(undefined);
  });

  it('refuses an end-to-end id that is none, and does not repeat it', async () => {
    for (const endToEndId of ['', 'A'.repeat(36), 'NGUYEN VAN AN', 'A_1']) {
      expect(await refusalOf({ endToEndId })).to.include({ endToEndId: '', element: 'EndToEndId' });
    }
  });

  it('throws when the lines do not add up to the head', async () => {
    const right = headOf([LINE, SECOND]);
    const heads = [
      { ...right, lineCount: 3n },
      { ...right, lineCount: 1n },
      { ...right, totalVnd: vnd(right.totalVnd + 1n) },
    ];
    for (const head of heads) {
      const error: unknown = await written([LINE, SECOND], head).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error).and.not.to.be.instanceOf(Refusal);
    }
    const error: unknown = await written([]).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
  });
});
