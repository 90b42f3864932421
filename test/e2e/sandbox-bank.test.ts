import { expect } from 'chai';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bankDecision,
  creditedByReference,
  FIRST_BALANCE,
  startBank,
  takeWaitingPayments,
  type BankDecision,
} from '../../adapters/sandbox/bank.ts';
import { requestDecision } from '../../adapters/sandbox/bank-request.ts';
import type { Step } from '../../adapters/sandbox/counterpart.ts';

const SEED = 20_261_125;
const SCHEMAS = 'adapters/bank/iso20022/xsd';
const STEPS = ['read', 'prepared', 'committed', 'published', 'done'] as const satisfies Step[];

interface Line {
  readonly reference: string;
  readonly amount: bigint;
}

/** A payment file as a bank gets it. Every part can be set wrong on its own. */
function paymentFile(file: {
  messageId: string;
  lines: readonly Line[];
  groupCount?: string;
  groupSum?: string;
  blockCount?: string;
  blockSum?: string;
  account?: string;
}): string {
  const { messageId, lines, account = '1200000001' } = file;
  const count = String(lines.length);
  const total = String(lines.reduce((all, line) => all + line.amount, 0n));
  const { groupCount = count, groupSum = total, blockCount = count, blockSum = total } = file;
  const payments = lines.map(
    ({ reference, amount }, i) => `
      <CdtTrfTxInf>
        <PmtId><InstrId>${reference}</InstrId><EndToEndId>${reference}</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="VND">${amount}</InstdAmt></Amt>
        <CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>970436</MmbId>
        </ClrSysMmbId></FinInstnId></CdtrAgt>
        <Cdtr><Nm>NGUYEN VAN AN</Nm></Cdtr>
        <CdtrAcct><Id><Othr><Id>00077${i}</Id></Othr></Id></CdtrAcct>
        <Purp><Cd>SSBE</Cd></Purp>
      </CdtTrfTxInf>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>${messageId}</MsgId><CreDtTm>2026-11-20T08:00:00+07:00</CreDtTm>
      <NbOfTxs>${groupCount}</NbOfTxs><CtrlSum>${groupSum}</CtrlSum>
      <InitgPty><Nm>SO Y TE NGHE AN</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>${messageId}-P</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>
      <NbOfTxs>${blockCount}</NbOfTxs><CtrlSum>${blockSum}</CtrlSum>
      <ReqdExctnDt><Dt>2026-11-25</Dt></ReqdExctnDt>
      <Dbtr><Nm>SO Y TE NGHE AN</Nm></Dbtr>
      <DbtrAcct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>VND</Ccy></DbtrAcct>
      <DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>970415</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>
      ${payments.join('')}
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`;
}

/** The first references of ours, from a number on, for which the bank decides so. */
function references(outcome: BankDecision['outcome'], count: number, from = 1): string[] {
  const found: string[] = [];
  for (let id = from; found.length < count; id += 1) {
    const reference = `AS2611TG${id}N1T1`;
    if (bankDecision(SEED, reference).outcome === outcome) found.push(reference);
  }
  return found;
}

function lines(from = 1): Line[] {
  const mixed = [
    ...references('executed', 4, from),
    ...references('rejected', 2, from),
    ...references('returned', 2, from),
  ];
  return mixed.map((reference, i) => ({ reference, amount: 500_000n + BigInt(i) }));
}

function parse(text: string): {
  text: (path: string) => string;
  texts: (path: string) => string[];
} {
  const document = XmlDocument.fromString(text);
  const texts = (path: string): string[] => {
    const anyNamespace = path.replaceAll(
      /[A-Za-z0-9]+(?=[/[]|$)/g,
      (name) => `*[local-name()="${name}"]`,
    );
    return document.find(`//${anyNamespace}`).map((node) => node.content);
  };
  return { texts, text: (path) => texts(path).join('|') };
}

function schemaFaults(text: string, schema: string): string {
  using document = XmlDocument.fromString(text);
  using xsd = XmlDocument.fromBuffer(readFileSync(join(SCHEMAS, `${schema}.xsd`)));
  using validator = XsdValidator.fromDoc(xsd);
  try {
    validator.validate(document);
    return '';
  } catch (error) {
    return String(error);
  }
}

/** camt.053 and camt.054 share the entries of camt.052, whose schema is at hand. */
function asAccountReport(text: string): string {
  return text
    .replace(/camt\.05[34]\.001\.08/, 'camt.052.001.08')
    .replaceAll(/BkToCstmr(Stmt|DbtCdtNtfctn)>/g, 'BkToCstmrAcctRpt>')
    .replaceAll(/<(\/?)(Stmt|Ntfctn)>/g, '<$1Rpt>');
}

/** Everything that a folder holds, by path. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('the sandbox bank', () => {
  let home = '';
  let folder = '';

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sandbox-bank-'));
    folder = join(home, 'bank');
    mkdirSync(join(folder, 'in'), { recursive: true });
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const lay = (name: string, text: string | Buffer, to = folder): void => {
    writeFileSync(join(to, 'in', `${name}.tmp`), text);
    renameSync(join(to, 'in', `${name}.tmp`), join(to, 'in', name));
  };
  const take = (of = folder): Promise<number> => takeWaitingPayments({ folder: of, seed: SEED });
  const out = (): string[] => readdirSync(join(folder, 'out')).sort();
  const read = (name: string): ReturnType<typeof parse> =>
    parse(readFileSync(join(folder, 'out', name), 'utf8'));

  describe('answers a payment file', () => {
    it('with a status report, two notifications and a statement, in this order', async () => {
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: lines() }));

      expect(await take()).to.equal(1);

      expect(out()).to.deep.equal([
        '000001-1-pain002-M1.xml',
        '000001-2-camt054-debit-M1.xml',
        '000001-3-camt054-credit-M1.xml',
        '000001-4-camt053-M1.xml',
      ]);
      expect(readdirSync(join(folder, 'in'))).to.deep.equal([]);
      expect(readdirSync(join(folder, 'done'))).to.deep.equal(['m1.xml']);
      expect(readdirSync(join(folder, 'books'))).to.deep.equal(['000001-M1.tsv']);
    });

    it('in XML that the schemas accept, as they accept the file of this test', async () => {
      const file = paymentFile({ messageId: 'M1', lines: lines() });
      lay('m1.xml', file);
      await take();

      expect(schemaFaults(file, 'pain.001.001.09')).to.equal('');
      for (const name of out()) {
        const text = readFileSync(join(folder, 'out', name), 'utf8');
        const schema = name.includes('pain002') ? 'pain.002.001.10' : 'camt.052.001.08';
        expect(schemaFaults(asAccountReport(text), schema), name).to.equal('');
        // The check can fail: an element more is noticed.
        const spoilt = asAccountReport(text).replace('</GrpHdr>', '<Extra/></GrpHdr>');
        expect(schemaFaults(spoilt, schema), name).to.include('Extra');
      }
    });

    it('listing only the rejected lines, with the reason of each and the sums of both kinds', async () => {
      const all = lines();
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: all }));
      await take();
      const report = read('000001-1-pain002-M1.xml');

      const rejected = all.slice(4, 6);
      expect(report.text('OrgnlMsgId')).to.equal('M1');
      expect(report.text('GrpSts')).to.equal('PART');
      expect(report.text('OrgnlPmtInfId')).to.equal('M1-P');
      expect(report.text('PmtInfSts')).to.equal('ACSP');
      expect(report.texts('DtldSts')).to.deep.equal(['ACSP', 'RJCT']);
      expect(report.texts('DtldNbOfTxs')).to.deep.equal(['6', '2']);
      expect(report.texts('DtldCtrlSum')).to.deep.equal(['3000019', '1000009']);
      expect(report.texts('TxInfAndSts/OrgnlEndToEndId')).to.deep.equal(
        rejected.map(({ reference }) => reference),
      );
      expect(report.texts('TxInfAndSts/StsRsnInf/Rsn/Cd')).to.deep.equal(
        rejected.map(({ reference }) => bankDecision(SEED, reference).reason),
      );
      expect(report.texts('OrgnlTxRef/Amt/InstdAmt')).to.deep.equal(['500004', '500005']);
    });

    it('accepting it whole when no line is rejected', async () => {
      const [reference = ''] = references('executed', 1);
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: [{ reference, amount: 540_000n }] }));
      await take();

      const report = read('000001-1-pain002-M1.xml');
      expect(report.text('GrpSts')).to.equal('ACSP');
      expect(report.texts('TxInfAndSts')).to.deep.equal([]);
      expect(out()).to.not.include('000001-3-camt054-credit-M1.xml');
    });

    it('with a statement alone when every line is rejected: no money has moved', async () => {
      const [reference = ''] = references('rejected', 1);
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: [{ reference, amount: 540_000n }] }));
      await take();

      expect(out()).to.deep.equal(['000001-1-pain002-M1.xml', '000001-4-camt053-M1.xml']);
      expect(read('000001-1-pain002-M1.xml').text('GrpSts')).to.equal('RJCT');
      const statement = read('000001-4-camt053-M1.xml');
      expect(statement.texts('Bal/Amt')).to.deep.equal([
        String(FIRST_BALANCE),
        String(FIRST_BALANCE),
      ]);
      expect(statement.texts('Ntry')).to.deep.equal([]);
      for (const name of out()) {
        const text = asAccountReport(readFileSync(join(folder, 'out', name), 'utf8'));
        const schema = name.includes('pain002') ? 'pain.002.001.10' : 'camt.052.001.08';
        expect(schemaFaults(text, schema), name).to.equal('');
      }
    });

    it('booking what it notifies: one debit with its details, one credit a returned line', async () => {
      const all = lines();
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: all }));
      await take();
      const debit = read('000001-2-camt054-debit-M1.xml');
      const credit = read('000001-3-camt054-credit-M1.xml');
      const statement = read('000001-4-camt053-M1.xml');

      const executed = [...all.slice(0, 4), ...all.slice(6)];
      expect(debit.texts('TxDtls/Refs/EndToEndId')).to.deep.equal(
        executed.map(({ reference }) => reference),
      );
      expect(debit.text('Btch/NbOfTxs')).to.equal('6');
      expect(debit.text('Btch/TtlAmt')).to.equal('3000019');
      expect(debit.text('TtlDbtNtries/NbOfNtries')).to.equal('1');
      expect(sumOf(debit.texts('TxDtls/Amt'))).to.equal(3_000_019n);

      const returned = all.slice(6).map(({ reference }) => reference);
      expect(credit.texts('TxDtls/Refs/EndToEndId')).to.deep.equal(returned);
      expect(credit.texts('RtrInf/Rsn/Cd')).to.deep.equal(
        returned.map((reference) => bankDecision(SEED, reference).reason),
      );
      expect(statement.texts('Ntry/AcctSvcrRef')).to.deep.equal([
        ...debit.texts('Ntry/AcctSvcrRef'),
        ...credit.texts('Ntry/AcctSvcrRef'),
      ]);
      expect(new Set(statement.texts('Ntry/AcctSvcrRef'))).to.have.lengthOf(3);
      expect(statement.texts('BookgDt/Dt')).to.deep.equal(Array(3).fill('2026-11-25'));
      expect(statement.texts('TxDtls')).to.deep.equal([]);
      expect(statement.text('ElctrncSeqNb')).to.equal('1');
    });
  });

  describe('answers a request to cancel', () => {
    /** camt.055: of the whole file, or of the payments named. */
    const request = (id: string, about: string, named?: readonly string[]): string => {
      const original = `<OrgnlMsgId>${about}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>`;
      const some = (named ?? []).map(
        (reference) => `<TxInf><OrgnlEndToEndId>${reference}</OrgnlEndToEndId></TxInf>`,
      );
      const underlying =
        named === undefined
          ? `<OrgnlGrpInfAndCxl>${original}<GrpCxl>true</GrpCxl></OrgnlGrpInfAndCxl>`
          : `<OrgnlPmtInfAndCxl><OrgnlPmtInfId>${about}-P</OrgnlPmtInfId><OrgnlGrpInf>${original}</OrgnlGrpInf>${some.join('')}</OrgnlPmtInfAndCxl>`;
      return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.055.001.08"><CstmrPmtCxlReq>
<Assgnmt><Id>${id}</Id><CreDtTm>2026-11-27T09:00:00+07:00</CreDtTm></Assgnmt>
<CtrlData><NbOfTxs>${some.length}</NbOfTxs></CtrlData><Undrlyg>${underlying}</Undrlyg></CstmrPmtCxlReq></Document>`;
    };
    const said = (name: string): string[] => {
      const answer = read(name);
      const reasons = answer.texts('TxInfAndSts/CxlStsRsnInf/Rsn/Cd');
      const statuses = answer.texts('TxInfAndSts/TxCxlSts');
      return statuses.map((status) => (status === 'ACCR' ? status : (reasons.shift() ?? '')));
    };
    const paid = references('executed', 40);
    const [agreed = ''] = paid.filter((one) => requestDecision(SEED, one).refused === '');
    const [kept = ''] = paid.filter((one) => requestDecision(SEED, one).refused !== '');
    const [returned = ''] = references('returned', 1);
    const [rejected = ''] = references('rejected', 1);
    const file = {
      messageId: 'M1',
      lines: [agreed, kept, returned, rejected].map((reference) => ({ reference, amount: 7_000n })),
    };

    it('payment by payment: what is agreed to comes back as a credit on the day of the request', async () => {
      // The request lies there first, and its name comes first.
      lay('M1-C1.xml', request('M1-C1', 'M1', [agreed, kept, returned, rejected, 'AS-NOT-THERE']));
      lay('M1.xml', paymentFile(file));
      expect(await take()).to.equal(2);

      expect(said('000002-1-camt029-M1-C1.xml')).to.deep.equal([
        'ACCR',
        requestDecision(SEED, kept).refused,
        'ARDT',
        'NOOR',
        'NOOR',
      ]);
      expect(read('000002-1-camt029-M1-C1.xml').text('Sts/Conf')).to.equal('PECR');
      const credit = read('000002-3-camt054-credit-M1-C1.xml');
      expect(credit.texts('TxDtls/Refs/EndToEndId')).to.deep.equal([agreed]);
      expect(credit.text('RtrInf/Rsn/Cd')).to.equal('FOCR');
      expect(credit.text('BookgDt/Dt')).to.equal('2026-11-27');
      const [, before = ''] = read('000001-4-camt053-M1.xml').texts('Bal/Amt');
      expect(read('000002-4-camt053-M1-C1.xml').texts('Bal/Amt')).to.deep.equal([
        before,
        String(BigInt(before) + 7_000n),
      ]);
      const nets = await creditedByReference(folder);
      expect([nets.get(agreed), nets.get(kept)]).to.deep.equal([0n, 7_000n]);
      for (const name of ['000002-3-camt054-credit-M1-C1.xml', '000002-4-camt053-M1-C1.xml']) {
        const text = asAccountReport(readFileSync(join(folder, 'out', name), 'utf8'));
        expect(schemaFaults(text, 'camt.052.001.08'), name).to.equal('');
      }
    });

    it('never twice: what has come back is refused, and so is a request under a name that is taken', async () => {
      lay('M1.xml', paymentFile(file));
      lay('M1-C1.xml', request('M1-C1', 'M1'));
      lay('M1-C2.xml', request('M1-C2', 'M1', [agreed]));
      lay('M1-C3.xml', request('M1-C1', 'M1', [kept]));
      await take();
      expect(said('000002-1-camt029-M1-C1.xml')).to.deep.equal([
        'ACCR',
        requestDecision(SEED, kept).refused,
        'ARDT',
      ]);
      // No money moves, so no statement tells of it.
      expect(said('000003-1-camt029-M1-C2-R01.xml')).to.deep.equal(['ARDT']);
      expect(read('000003-1-camt029-M1-C2-R01.xml').text('Sts/Conf')).to.equal('RJCR');
      const refused = out().filter((name) => name.startsWith('000003-1-pain002'));
      expect(refused.map((name) => read(name).text('StsRsnInf/Rsn/Cd'))).to.deep.equal(['DU01']);
      expect((await creditedByReference(folder)).get(agreed)).to.equal(0n);
    });

    it('about a file that it does not know, and one that is no request', async () => {
      lay('C1.xml', request('C1', 'M9'));
      lay('C2.xml', request('C2', 'M9', [agreed]).replace('<NbOfTxs>1', '<NbOfTxs>2'));
      lay('C3.xml', request('C3', 'M9', []));
      lay('C4.xml', request('C4', 'M9').slice(0, -20));
      expect(await take()).to.equal(4);
      const unknown = read('000001-1-camt029-C1-R01.xml');
      expect(unknown.text('GrpCxlSts')).to.equal('RJCR');
      expect(unknown.text('CxlStsRsnInf/Rsn/Cd')).to.equal('NOOR');
      const refused = out().filter((name) => name.includes('pain002'));
      expect(refused.map((name) => read(name).text('StsRsnInf/Rsn/Cd'))).to.deep.equal([
        'AM10',
        'FF01',
        'FF01',
      ]);
      expect([...(await creditedByReference(folder)).keys()]).to.deep.equal([]);
    });
  });

  it('keeps its accounts: opening less debits plus returns is closing, and the next day opens with it', async () => {
    lay('b.xml', paymentFile({ messageId: 'M2', lines: lines(5_000) }));
    lay('a.xml', paymentFile({ messageId: 'M1', lines: lines() }));
    lay('c.xml', paymentFile({ messageId: 'M3', lines: lines(9_000), account: '1200000002' }));

    expect(await take()).to.equal(3);

    const days = ['000001-4-camt053-M1.xml', '000002-4-camt053-M2.xml', '000003-4-camt053-M3.xml'];
    const balances = days.map((name) => {
      const statement = read(name);
      const [opening = 0n, closing = 0n] = statement.texts('Bal/Amt').map(BigInt);
      const signed = statement.texts('Ntry/CdtDbtInd').map((way) => (way === 'CRDT' ? 1n : -1n));
      const entries = statement.texts('Ntry/Amt').map(BigInt);
      const moved = entries.reduce((all, amount, i) => all + amount * (signed[i] ?? 0n), 0n);
      expect(opening + moved, name).to.equal(closing);
      expect(sumOf(statement.texts('TtlNtries/Sum'))).to.equal(sumOf(entries));
      return { opening, closing };
    });
    expect(balances[0]?.opening).to.equal(FIRST_BALANCE);
    expect(balances[1]?.opening).to.equal(balances[0]?.closing);
    expect((balances[0]?.closing ?? 0n) < FIRST_BALANCE).to.equal(true);
    // Another account has its own.
    expect(balances[2]?.opening).to.equal(FIRST_BALANCE);
  });

  it('rejects about 1 line in 100 and sends back 7 in 1,000, by the seed and the reference alone', () => {
    const counts = { executed: 0, rejected: 0, returned: 0 };
    for (let id = 1; id <= 50_000; id += 1) {
      counts[bankDecision(SEED, `AS2611TG${id}N1T1`).outcome] += 1;
    }
    expect(counts.rejected).to.be.within(400, 600);
    expect(counts.returned).to.be.within(260, 440);

    const [reference = ''] = references('rejected', 1);
    expect(bankDecision(SEED, reference)).to.deep.equal(bankDecision(SEED, reference));
    const seeds = Array.from({ length: 50 }, (_, i) => bankDecision(i, reference).outcome);
    expect(seeds).to.include('executed');
  });

  describe('books no reference twice', () => {
    it('neither within a file nor in a later one, nor after a restart', async () => {
      const all = lines();
      const [first] = all;
      if (first === undefined) throw new Error('no line');
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: [...all, first] }));
      await take();
      const before = await creditedByReference(folder);

      lay('m2.xml', paymentFile({ messageId: 'M2', lines: all }));
      await take();

      expect(read('000001-1-pain002-M1.xml').texts('TxInfAndSts/StsRsnInf/Rsn/Cd')).to.include(
        'AM05',
      );
      const report = read('000002-1-pain002-M2.xml');
      expect(report.texts('TxInfAndSts/StsRsnInf/Rsn/Cd')).to.deep.equal(Array(8).fill('AM05'));
      expect(await creditedByReference(folder)).to.deep.equal(before);
      expect(before.get(first.reference)).to.equal(first.amount);
      const journal = readFileSync(join(folder, 'books', '000002-M2.tsv'), 'utf8');
      expect(journal).to.include(`duplicate\t${first.reference}\t500000\t000002\tAM05\n`);
    });

    it('and its books would show it: a journal that counts twice doubles the credit', async () => {
      const [reference = ''] = references('executed', 1);
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: [{ reference, amount: 540_000n }] }));
      await take();
      expect((await creditedByReference(folder)).get(reference)).to.equal(540_000n);

      cpSync(join(folder, 'books', '000001-M1.tsv'), join(folder, 'books', '000002-M9.tsv'));
      expect((await creditedByReference(folder)).get(reference)).to.equal(1_080_000n);
    });

    it('counts a returned line as not credited', async () => {
      const [reference = ''] = references('returned', 1);
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: [{ reference, amount: 540_000n }] }));
      await take();
      expect((await creditedByReference(folder)).get(reference)).to.equal(0n);
    });
  });

  it('notes a file that is sent again and answers it no second time, whatever its name', async () => {
    const file = paymentFile({ messageId: 'M1', lines: lines() });
    lay('m1.xml', file);
    await take();
    const before = contents(join(folder, 'out'));

    lay('m1.xml', file);
    await take();
    lay('again.xml', file);
    await take();

    expect(contents(join(folder, 'out'))).to.deep.equal(before);
    expect(readdirSync(join(folder, 'in'))).to.deep.equal([]);
    expect(readdirSync(join(folder, 'done')).sort()).to.deep.equal([
      'again.xml',
      'm1.xml',
      'm1.xml.2',
    ]);
    expect(readdirSync(join(folder, 'books')).sort()).to.deep.equal([
      '000001-M1.tsv',
      '000002-M1-R01.tsv',
      '000002-M1-R02.tsv',
    ]);
    expect([...(await creditedByReference(folder)).values()]).to.have.lengthOf(6);

    lay('m2.xml', paymentFile({ messageId: 'M2', lines: lines(5_000) }));
    await take();
    expect(out()).to.include('000002-4-camt053-M2.xml');
  });

  describe('refuses a file whole', () => {
    const [reference = ''] = references('executed', 1);
    const file = { messageId: 'M1', lines: [{ reference, amount: 540_000n }] };
    const good = paymentFile(file);
    const block = /<PmtInf>.*<\/PmtInf>/s.exec(good)?.[0] ?? '';
    const cases: readonly (readonly [string, string | Buffer, reason: string])[] = [
      ['that is no XML', 'STT,Mã tham chiếu\n', 'FF01'],
      ['that is empty', '', 'FF01'],
      ['that ends too early', good.slice(0, -30), 'FF01'],
      ['of another version', good.replace('001.09', '001.03'), 'FF01'],
      ['with a document type', good.replace('<Document', '<!DOCTYPE Document><Document'), 'FF01'],
      ['in another encoding', good.replace('UTF-8', 'ISO-8859-1'), 'FF01'],
      [
        'with bytes that are not UTF-8',
        Buffer.from(good.replace('SO Y', 'S\u00d4 Y'), 'latin1'),
        'FF01',
      ],
      [
        'nested without end',
        good.replace('<Dbtr>', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}<Dbtr>`),
        'FF01',
      ],
      ['without a day', good.replace(/<ReqdExctnDt>.*<\/ReqdExctnDt>/, ''), 'FF01'],
      ['on a day that is none', good.replace('2026-11-25', '2026-11-31'), 'FF01'],
      ['without the payee’s account', good.replace(/<CdtrAcct>.*<\/CdtrAcct>/, ''), 'FF01'],
      ['with part of a dong', good.replaceAll('540000', '540000.5'), 'FF01'],
      ['with an amount of nothing', good.replaceAll('540000', '0'), 'FF01'],
      ['with a message id that leaves the folder', good.replace('>M1<', '>../M1<'), 'FF01'],
      ['with a reference that breaks the books', good.replaceAll(reference, 'A&#9;B'), 'FF01'],
      [
        'with two references on a line',
        good.replace('<EndToEndId>', '<EndToEndId>A</EndToEndId><EndToEndId>'),
        'FF01',
      ],
      ['in dollars', good.replace('Ccy="VND"', 'Ccy="USD"'), 'NARR'],
      ['of two blocks', good.replace(block, block + block), 'NARR'],
      ['that counts its group wrongly', paymentFile({ ...file, groupCount: '2' }), 'AM10'],
      ['that sums its group wrongly', paymentFile({ ...file, groupSum: '540001' }), 'AM10'],
      ['that counts its block wrongly', paymentFile({ ...file, blockCount: '2' }), 'AM10'],
      ['that sums its block wrongly', paymentFile({ ...file, blockSum: '539999' }), 'AM10'],
      ['that the account cannot pay', good.replaceAll('540000', '5000000000001'), 'AM04'],
    ];

    for (const [what, text, reason] of cases) {
      it(`${what}: ${reason}`, async () => {
        lay('wrong.xml', text);
        await take();

        const [name = '', ...others] = out();
        expect(others).to.deep.equal([]);
        expect(name).to.match(/^000001-1-pain002-(M1|NOTPROVIDED)-R01\.xml$/);
        const answer = readFileSync(join(folder, 'out', name), 'utf8');
        expect(schemaFaults(answer, 'pain.002.001.10')).to.equal('');
        expect(parse(answer).text('GrpSts')).to.equal('RJCT');
        expect(parse(answer).text('StsRsnInf/Rsn/Cd')).to.equal(reason);
        expect(answer).to.not.include('000770').and.not.include('NGUYEN');
        expect([...(await creditedByReference(folder))]).to.deep.equal([]);
        expect(readdirSync(join(folder, 'done'))).to.deep.equal(['wrong.xml']);

        // Nothing was booked and nothing seen: the same reference is paid by a right file, and the
        // statements have no gap.
        lay('right.xml', paymentFile({ ...file, messageId: 'M2' }));
        await take();
        expect(read('000001-4-camt053-M2.xml').texts('Bal/Amt')).to.deep.equal([
          String(FIRST_BALANCE),
          String(FIRST_BALANCE - 540_000n),
        ]);
      });
    }

    it('and remembers nothing of it while it goes on taking files', async () => {
      lay('a.xml', paymentFile({ ...file, groupSum: '540001' }));
      lay('b.xml', paymentFile({ ...file, messageId: 'M2' }));

      expect(await take()).to.equal(2);

      expect(read('000001-1-pain002-M2.xml').text('GrpSts')).to.equal('ACSP');
    });

    it('that takes the message id of another: DU01', async () => {
      lay('m1.xml', good);
      await take();
      lay('other.xml', paymentFile({ messageId: 'M1', lines: lines(5_000) }));
      await take();

      expect(read('000002-1-pain002-M1-R01.xml').text('StsRsnInf/Rsn/Cd')).to.equal('DU01');
      expect([...(await creditedByReference(folder)).keys()]).to.deep.equal([reference]);
    });
  });

  describe('killed between any two steps', () => {
    /** Takes a first file, then a second one with a picture of the folder at each step. */
    async function pictures(): Promise<Map<Step, string>> {
      lay('m1.xml', paymentFile({ messageId: 'M1', lines: lines() }));
      await take();
      lay('m2.xml', paymentFile({ messageId: 'M2', lines: [...lines(5_000), ...lines()] }));
      const taken = new Map<Step, string>();
      const atStep = (step: Step): void => {
        taken.set(step, join(home, step));
        cpSync(folder, join(home, step), { recursive: true });
      };
      await takeWaitingPayments({ folder, seed: SEED, atStep });
      return taken;
    }

    it('ends with the same answers, the same books and the same files taken', async () => {
      const taken = await pictures();
      const whole = contents(folder);

      expect([...taken.keys()]).to.deep.equal(STEPS);
      for (const [step, copy] of taken) {
        // The picture is one of a folder that has not got there yet.
        if (step !== 'done') expect(contents(copy), step).to.not.deep.equal(whole);
        await take(copy);
        expect(contents(copy), step).to.deep.equal(whole);
        await take(copy);
        expect(contents(copy), `${step}, taken again`).to.deep.equal(whole);
      }
    });

    it('publishes no answer again that was taken away meanwhile', async () => {
      const taken = await pictures();
      const copy = taken.get('committed') ?? '';
      const pending = join(copy, 'books', 'pending-000002');
      const [first = '', ...others] = readdirSync(pending).sort();
      // Published as far as the first answer, which the engine has archived.
      renameSync(join(pending, first), join(home, first));

      await take(copy);

      const published = readdirSync(join(copy, 'out')).filter((name) => name.startsWith('000002'));
      expect(published.sort()).to.deep.equal(others);
      expect(readFileSync(join(home, first), 'utf8')).to.equal(
        readFileSync(join(folder, 'out', first), 'utf8'),
      );
    });

    it('throws away what was half written', async () => {
      const taken = await pictures();
      const whole = contents(folder);
      const copy = taken.get('prepared') ?? '';
      truncateSync(join(copy, 'books', '000002-M2.tsv.tmp'), 300);
      truncateSync(join(copy, 'books', 'decisions.tmp'), 30);
      rmSync(join(copy, 'books', 'pending-000002', '000002-4-camt053-M2.xml'));

      await take(copy);

      expect(contents(copy)).to.deep.equal(whole);
    });

    for (const step of ['prepared', 'committed'] as const) {
      it(`survives a kill -9 when ${step}`, async () => {
        lay('m1.xml', paymentFile({ messageId: 'M1', lines: lines() }));
        const script = `
          const { takeWaitingPayments } = await import(${JSON.stringify(bankModule())});
          const atStep = (step) => { if (step === '${step}') process.kill(process.pid, 'SIGKILL'); };
          await takeWaitingPayments({ folder: ${JSON.stringify(folder)}, seed: ${SEED}, atStep });`;
        const child = spawn(process.execPath, [
          ...['--import', 'tsx', '--input-type=module', '--eval', script],
        ]);
        const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
        expect(signal).to.equal('SIGKILL');
        expect(out()).to.deep.equal([]);

        await take();

        expect(out()).to.have.lengthOf(4);
        expect(sumOf([...(await creditedByReference(folder)).values()])).to.equal(2_000_006n);
        expect(readdirSync(join(folder, 'done'))).to.deep.equal(['m1.xml']);
      }).timeout(60_000);
    }
  });

  it('takes files as they come until it is stopped', async () => {
    mkdirSync(join(folder, 'out'), { recursive: true });
    const seen = appears(join(folder, 'out'), '000002-4-camt053-M2.xml');
    const bank = startBank({ folder, seed: SEED });
    lay('m1.xml', paymentFile({ messageId: 'M1', lines: lines() }));
    lay('m2.xml', paymentFile({ messageId: 'M2', lines: lines(5_000) }));
    await seen;
    await bank.stop();

    lay('m3.xml', paymentFile({ messageId: 'M3', lines: lines(9_000) }));
    expect(readdirSync(join(folder, 'in'))).to.deep.equal(['m3.xml']);
    expect(readdirSync(join(folder, 'done')).sort()).to.deep.equal(['m1.xml', 'm2.xml']);

    expect(await take()).to.equal(1);
    expect(out()).to.include('000003-4-camt053-M3.xml');
  }).timeout(20_000);

  it('leaves a file alone that is still being written', async () => {
    writeFileSync(join(folder, 'in', 'm1.xml.tmp'), 'half a file');
    expect(await take()).to.equal(0);
    expect(readdirSync(join(folder, 'in'))).to.deep.equal(['m1.xml.tmp']);
  });
});

function sumOf(amounts: readonly (string | bigint)[]): bigint {
  return amounts.reduce<bigint>((all, amount) => all + BigInt(amount), 0n);
}

function bankModule(): string {
  return new URL('../../adapters/sandbox/bank.ts', import.meta.url).href;
}

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}
