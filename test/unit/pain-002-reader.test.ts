import { expect } from 'chai';
import { GROUP_HEADER, itemsOf, message, refusalOf } from '../support/bank-messages.ts';

const group = (content = ''): string =>
  `<OrgnlGrpInfAndSts><OrgnlMsgId>AS-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${content}</OrgnlGrpInfAndSts>`;
const block = (content = '', id = 'P-1'): string =>
  `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${id}</OrgnlPmtInfId>${content}</OrgnlPmtInfAndSts>`;
const reason = (code: string): string => `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`;
const line = (id: string, content: string): string =>
  `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId>${content}</TxInfAndSts>`;
const report = (content: string, version = '10'): string =>
  message(`pain.002.001.${version}`, `${GROUP_HEADER}${content}`);
const AMOUNT = '<OrgnlTxRef><Amt><InstdAmt Ccy="VND">500000</InstdAmt></Amt></OrgnlTxRef>';

describe('pain.002 reader', () => {
  it('gives the statuses of the group, the block and each listed payment in order', async () => {
    const file = report(
      group('<GrpSts>PART</GrpSts>') +
        block(
          '<PmtInfSts>ACSP</PmtInfSts>' +
            line('A1', `<TxSts>RJCT</TxSts>${reason('AC04')}${reason('NARR')}${AMOUNT}`) +
            line('A2', '<TxSts>PDNG</TxSts>'),
        ),
    );
    const at = (tag: string): number => Buffer.from(file).indexOf(tag);

    const items = await itemsOf(file);

    const none = { reference: '', reason: '', amountVnd: null };
    expect(items).to.deep.equal([
      {
        type: 'message',
        kind: 'pain.002',
        messageId: 'BANK-1',
        payerAccount: null,
        originalMessageId: 'AS-1',
      },
      {
        type: 'status',
        level: 'group',
        ...none,
        status: 'PART',
        offset: at('<OrgnlGrpInfAndSts>'),
      },
      {
        type: 'status',
        level: 'block',
        ...none,
        status: 'ACSP',
        offset: at('<OrgnlPmtInfAndSts>'),
      },
      {
        type: 'status',
        level: 'instruction',
        reference: 'A1',
        status: 'RJCT',
        reason: 'AC04',
        amountVnd: 500_000n,
        offset: at('<TxInfAndSts>'),
      },
      {
        type: 'status',
        level: 'instruction',
        reference: 'A2',
        status: 'PDNG',
        reason: '',
        amountVnd: null,
        offset: Buffer.from(file).lastIndexOf('<TxInfAndSts>'),
      },
    ]);
  });

  it('reads every version, and a file in which levels are missing', async () => {
    for (const version of ['03', '10', '14']) {
      const file = report(group() + block(line('A1', '<TxSts>ACCC</TxSts>')), version);
      const items = await itemsOf(file);
      expect(items.map((item) => item.type)).to.deep.equal(['message', 'status']);
    }
    expect(await itemsOf(report(group()))).to.have.length(1);
    expect(await refusalOf(report(group(), '09'))).to.equal('unknown-message at ');
  });

  it('gives a listed payment without a status that of its block, else of the group', async () => {
    const statusOf = async (file: string): Promise<string | undefined> =>
      (await itemsOf(file)).filter((item) => item.type === 'status').at(-1)?.status;
    const grouped = group('<GrpSts>RJCT</GrpSts>');
    expect(await statusOf(report(grouped + block(line('A1', ''))))).to.equal('RJCT');
    const blocked = block(`<PmtInfSts>ACSP</PmtInfSts>${line('A1', '')}`);
    expect(await statusOf(report(grouped + blocked))).to.equal('ACSP');
  });

  it('names a payment by its instruction id where the bank leaves the other out', async () => {
    const named = line('A1', '<TxSts>RJCT</TxSts>').replaceAll('OrgnlEndToEndId', 'OrgnlInstrId');
    expect((await itemsOf(report(group() + block(named))))[1]).to.include({ reference: 'A1' });
  });

  it('takes a block that the bank repeats for each payment', async () => {
    const file = report(group() + block(line('A1', '<TxSts>RJCT</TxSts>')).repeat(2));
    expect(await itemsOf(file)).to.have.length(3);
  });

  it('does not say what is answered when the bank could not read it', async () => {
    const file = report(group('<GrpSts>RJCT</GrpSts>')).replace('AS-1', 'NOTPROVIDED');
    expect((await itemsOf(file))[0]).to.include({ originalMessageId: null });
  });

  it('refuses what it cannot place', async () => {
    const rejected = '<TxSts>RJCT</TxSts>';
    const cases: [rule: RegExp, file: string][] = [
      [/^original-group-missing/, report('')],
      [/^original-group-missing/, report(block(line('A1', rejected)))],
      [/^repeated at .*OrgnlMsgId$/, report(group() + group())],
      [/^missing at .*OrgnlMsgId$/, report(group().replace(/<OrgnlMsgId>.*<\/OrgnlMsgId>/, ''))],
      [/^missing at .*TxSts$/, report(group() + block(line('A1', '')))],
      [/^empty at .*OrgnlEndToEndId$/, report(group() + block(line('', rejected)))],
      [
        /^missing at .*OrgnlEndToEndId$/,
        report(group() + block(`<TxInfAndSts>${rejected}</TxInfAndSts>`)),
      ],
      [/^more-than-one-block/, report(group() + block('') + block('', 'P-2'))],
      [/^not-a-code at .*TxSts$/, report(group() + block(line('A1', '<TxSts>rejected</TxSts>')))],
      [/^too-long at .*OrgnlEndToEndId$/, report(group() + block(line('A'.repeat(36), rejected)))],
      [/^repeated at .*TxSts$/, report(group() + block(line('A1', rejected + rejected)))],
      [
        /^currency-not-vnd/,
        report(group() + block(line('A1', rejected + AMOUNT.replace('VND', 'USD')))),
      ],
    ];
    for (const [rule, file] of cases) expect(await refusalOf(file), file).to.match(rule);
  });
});
