import { expect } from 'chai';
import type { SettlementItem } from '../../src/settlement/settlement.ts';
import {
  ACCOUNT,
  entry,
  GROUP_HEADER,
  itemsOf,
  message,
  notification,
  refusalOf,
  tolerant,
} from '../support/bank-messages.ts';

// Files of banks as a month takes them: read by the one reader there is, understood by the profile.

const detail = (id: string, amount: string, more = ''): string =>
  `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>${amount}${more}</TxDtls>`;
const vndAmount = (amount: string): string => `<Amt Ccy="VND">${amount}</Amt>`;

const BATCH =
  '<Btch><PmtInfId>P-1</PmtInfId><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="VND">1500000</TtlAmt></Btch>';
const DEBIT = entry({
  details: `<NtryDtls>${BATCH}${detail('A1', vndAmount('500000'))}${detail('A2', vndAmount('1000000.00'))}</NtryDtls>`,
});

function statement(content: string): string {
  return message(
    'camt.053.001.08',
    `${GROUP_HEADER}<Stmt><Id>S-7</Id><ElctrncSeqNb>7</ElctrncSeqNb>${ACCOUNT}${content}</Stmt>`,
  );
}
function balance(code: string, amount: string, side = 'CRDT', day = '2026-11-25'): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${vndAmount(amount)}<CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
}
const only = <Type extends SettlementItem['type']>(
  items: readonly SettlementItem[],
  type: Type,
): Extract<SettlementItem, { type: Type }>[] =>
  items.filter((item): item is Extract<SettlementItem, { type: Type }> => item.type === type);
/** The lines of a file that were taken, and the rules by which others were set aside. */
async function outcome(file: string, profile = tolerant()): Promise<string> {
  const items = await itemsOf(file, undefined, profile);
  return items
    .flatMap((item) => {
      if (item.type === 'set-aside') return [`!${item.rule}/${item.amountVnd ?? ''}`];
      if (item.type === 'booking') return [`${item.reference}/${item.amountVnd}`];
      if (item.type === 'cash') return [`${item.reference}/${item.outcome}`];
      if (item.type === 'status') return [`${item.reference}/${item.status}/${item.reason}`];
      return [];
    })
    .join(' ');
}

const HEAD = 'Document/BkToCstmrDbtCdtNtfctn/Ntfctn[1]/Ntry[1]';

describe('settlement items, of an account', () => {
  it('are the bookings and their entry, each with its byte and its path', async () => {
    const file = notification(DEBIT);
    const items = await itemsOf(file);
    const booking = {
      type: 'booking',
      entryReference: 'E-1',
      direction: 'debit',
      bookedOn: '2026-11-25',
      reason: '',
      chargedVnd: 0n,
    };
    const [first, , third, fourth, fifth] = [...items.slice(0, 2), ...items.slice(2)];
    expect(first).to.deep.equal({
      type: 'message',
      kind: 'camt.054',
      messageId: 'BANK-1',
      payerAccount: null,
      originalMessageId: null,
    });
    expect(items[1]).to.include({ type: 'message', payerAccount: '0012345678' });
    expect(third).to.deep.equal({
      ...booking,
      reference: 'A1',
      amountVnd: 500_000n,
      offset: Buffer.from(file).indexOf('<TxDtls>'),
      path: `${HEAD.replaceAll(/\[1\]/g, '')}/NtryDtls/TxDtls[1]`,
    });
    expect(fourth).to.deep.equal({
      ...booking,
      reference: 'A2',
      amountVnd: 1_000_000n,
      offset: Buffer.from(file).lastIndexOf('<TxDtls>'),
      path: `${HEAD.replaceAll(/\[1\]/g, '')}/NtryDtls/TxDtls[2]`,
    });
    expect(fifth).to.deep.equal({
      type: 'entry',
      accountNo: 1,
      entryReference: 'E-1',
      direction: 'debit',
      amountVnd: 1_500_000n,
      bookedOn: '2026-11-25',
      isPartial: false,
      paymentInformationId: 'P-1',
      offset: Buffer.from(file).indexOf('<Ntry>'),
    });
    expect(items).to.have.length(5);
  });

  it('are the same of every version, kind and form of amount, status and date', async () => {
    const old = entry({
      status: '<Sts>BOOK</Sts>',
      day: '<BookgDt><DtTm>2026-11-25T23:59:59+07:00</DtTm></BookgDt>',
      details: `<NtryDtls>${detail('A1', `<AmtDtls><TxAmt>${vndAmount('1500000')}</TxAmt></AmtDtls>`)}</NtryDtls>`,
    });
    for (const version of ['02', '04', '08', '10', '12']) {
      expect(await outcome(notification(old, version)), version).to.equal('A1/1500000');
    }
    const report = message(
      'camt.052.001.08',
      `${GROUP_HEADER}<Rpt><Id>R</Id>${ACCOUNT}${DEBIT}</Rpt>`,
    ).replaceAll('BkToCstmrDbtCdtNtfctn', 'BkToCstmrAcctRpt');
    expect(await outcome(report)).to.equal('A1/500000 A2/1000000');
  });

  it('have the reason of a return, and no reference where the payer gave none', async () => {
    const reason = '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>';
    const back = (id: string, reference: string): string =>
      entry({
        side: '<CdtDbtInd>CRDT</CdtDbtInd>',
        reference: `<AcctSvcrRef>${reference}</AcctSvcrRef>`,
        details: `<NtryDtls>${detail(id, vndAmount('1500000'), reason)}</NtryDtls>`,
      });
    const items = await itemsOf(notification(back('A1', 'E-1') + back('NOTPROVIDED', 'E-2')));
    expect(
      only(items, 'booking').map((one) => [one.reference, one.direction, one.reason]),
    ).to.deep.equal([
      ['A1', 'credit', 'AC04'],
      ['', 'credit', 'AC04'],
    ]);
  });

  it('have a statement with its balances, numbered or not', async () => {
    const balances = balance('OPBD', '9000000') + balance('CLBD', '7500000');
    const items = await itemsOf(statement(balances + entry()));
    expect(only(items, 'statement')).to.deep.equal([
      {
        type: 'statement',
        accountNo: 1,
        statementId: 'S-7',
        account: '0012345678',
        sequence: 7n,
        openingVnd: 9_000_000n,
        closingVnd: 7_500_000n,
        day: '2026-11-25',
      },
    ]);
    const bare = statement(balances + entry()).replace(/<ElctrncSeqNb>7<.ElctrncSeqNb>/, '');
    expect(only(await itemsOf(bare), 'statement')[0]?.sequence).to.equal(null);
    const empty = statement(balance('PRCD', '5', 'DBIT') + balance('CLBD', '5', 'DBIT'));
    expect(only(await itemsOf(empty), 'statement')[0]).to.include({ openingVnd: -5n });
  });

  it('leave out what is only announced', async () => {
    const pending = DEBIT.replace('BOOK', 'PDNG').replaceAll('BookgDt', 'ValDt');
    expect(await outcome(notification(pending))).to.equal('');
  });

  it('name a booking without a reference alike in two files, and two of them apart', async () => {
    const twice = DEBIT.repeat(2).replaceAll('<AcctSvcrRef>E-1</AcctSvcrRef>', '');
    const keys = async (file: string): Promise<string[]> =>
      (await itemsOf(file)).flatMap((one) => ('entryReference' in one ? [one.entryReference] : []));
    const [first = '', ...more] = await keys(notification(twice));
    expect(more[0]).to.equal(first);
    expect(new Set([first, ...more]).size).to.equal(2);
    expect(await keys(notification(twice))).to.deep.equal([first, ...more]);
  });

  it('let a payment without an amount have that of its entry only when it stands alone', async () => {
    const alone = entry({ details: `<NtryDtls>${detail('A1', '')}</NtryDtls>` });
    expect(await outcome(notification(alone))).to.equal('A1/1500000');
    const two = `<NtryDtls>${detail('A1', '')}${detail('A2', vndAmount('1'))}</NtryDtls>`;
    const aside = '!detail-without-amount/';
    expect(await outcome(notification(entry({ details: two })))).to.equal(`${aside} A2/1`);
    const declared = `<NtryDtls>${BATCH}${detail('A1', '')}</NtryDtls>`;
    expect(await refusalOf(notification(entry({ details: declared })))).to.equal(
      'control-totals-disagree',
    );
  });

  it('tell charges that the bank took within an entry', async () => {
    const charged = `<AmtDtls><InstdAmt>${vndAmount('1498900')}</InstdAmt></AmtDtls><Chrgs><Rcrd>${vndAmount('1100')}</Rcrd></Chrgs>`;
    const details = `<NtryDtls>${detail('A1', vndAmount('1500000'), charged)}</NtryDtls>`;
    expect(await outcome(notification(entry({ details })))).to.equal('A1/1498900 !charges/1100');
  });

  it('set aside what cannot be read, with the money that it names, and keep the good lines', async () => {
    const bent = (amount: string, more = ''): string =>
      notification(
        entry({
          details: `<NtryDtls>${detail('A1', amount, more)}${detail('A2', vndAmount('7'))}</NtryDtls>`,
        }),
      );
    const cases: [string, string][] = [
      ['!not-an-amount/', bent(vndAmount('1,000'))],
      ['!not-whole-dong/', bent(vndAmount('1000.5'))],
      ['!a-line-moves-money/0', bent(vndAmount('0'))],
      ['!direction-not-of-entry/5', bent(vndAmount('5'), '<CdtDbtInd>CRDT</CdtDbtInd>')],
    ];
    for (const [rule, file] of cases) {
      expect(await outcome(file)).to.equal(`${rule} A2/7`);
      // A profile that takes no faulty line refuses the file, with the place.
      expect(await refusalOf(file)).to.match(/ at Document.*TxDtls\[1\]/);
    }
  });

  it('F60: set aside a whole entry that cannot be booked', async () => {
    const plain = (parts: Parameters<typeof entry>[0]): string => notification(entry(parts));
    const cases: [string, string][] = [
      ['!not-whole-dong/', plain({ amount: vndAmount('1.5') })],
      ['!amount-missing/', plain({ amount: '' })],
      ['!direction-missing/1500000', plain({ side: '' })],
      ['!status-missing/1500000', plain({ status: '' })],
      ['!date-missing/1500000', plain({ day: '' })],
      ['!not-a-date/1500000', plain({ day: '<BookgDt><Dt>2026-02-30</Dt></BookgDt>' })],
      ['!currency-differs/', plain({ amount: '<Amt Ccy="USD">1500000</Amt>' })],
      ['!reversal/1500000', plain({ status: '<RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>' })],
    ];
    for (const [rule, file] of cases) expect(await outcome(file), rule).to.equal(rule);
  });

  it('hold every reversed payment for a person', async () => {
    const reversed = DEBIT.replace('<Sts>', '<RvslInd>true</RvslInd><Sts>');
    expect(await outcome(notification(reversed))).to.equal('!reversal/500000 !reversal/1000000');
  });

  it('are refused whole where declared totals are not those of the entries', async () => {
    const sums = (count: number, sum: string): string =>
      `<TxsSummry><TtlNtries><NbOfNtries>${count}</NbOfNtries><Sum>${sum}</Sum></TtlNtries></TxsSummry>`;
    expect(await refusalOf(notification(sums(1, '1500000.00') + DEBIT))).to.equal('');
    for (const wrong of [sums(2, '1500000'), sums(1, '1500001')]) {
      expect(await refusalOf(notification(wrong + DEBIT))).to.equal('control-totals-disagree');
    }
    const lost = DEBIT.replace(/<TxDtls>.*?<\/TxDtls>/, '');
    expect(await refusalOf(notification(lost))).to.equal('control-totals-disagree');
  });

  it('take the accounts that are ours out of a file of several', async () => {
    const other = `<Ntfctn><Id>N-0</Id>${ACCOUNT.replace('0012345678', '999')}${DEBIT}</Ntfctn>`;
    const file = notification(DEBIT).replace('<Ntfctn>', `${other}<Ntfctn>`);
    expect(await outcome(file)).to.equal('A1/500000 A2/1000000 !account-of-another/');
    const [last] = only(await itemsOf(file), 'message').slice(-1);
    expect(last?.payerAccount).to.equal('0012345678');
  });

  it('are refused where a statement is one page of several, and by kinds the bank does not send', async () => {
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>';
    expect(await refusalOf(statement(page + balance('OPBD', '1') + balance('CLBD', '1')))).to.match(
      /^one-page-of-several/,
    );
    const few = tolerant({ readers: ['camt.053'] });
    expect(await refusalOf(notification(DEBIT), undefined, few)).to.match(/^not-in-the-profile/);
  });
});

const group = (content = ''): string =>
  `<OrgnlGrpInfAndSts><OrgnlMsgId>AS-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${content}</OrgnlGrpInfAndSts>`;
const block = (content = '', id = 'P-1'): string =>
  `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${id}</OrgnlPmtInfId>${content}</OrgnlPmtInfAndSts>`;
const because = (code: string): string => `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`;
const line = (id: string, content: string): string =>
  `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId>${content}</TxInfAndSts>`;
const report = (content: string, version = '10'): string =>
  message(`pain.002.001.${version}`, `${GROUP_HEADER}${content}`);
const AMOUNT = '<OrgnlTxRef><Amt><InstdAmt Ccy="VND">500000</InstdAmt></Amt></OrgnlTxRef>';

describe('settlement items, of statuses', () => {
  it('are those of the message, of its block and of each payment that is listed', async () => {
    const file = report(
      group('<GrpSts>PART</GrpSts>') +
        block(
          '<PmtInfSts>ACSP</PmtInfSts>' +
            line('A1', `<TxSts>RJCT</TxSts>${because('AC04')}${because('NARR')}${AMOUNT}`) +
            line('A2', '<TxSts>PDNG</TxSts>'),
        ),
    );
    expect(await outcome(file)).to.equal('/PART/ /ACSP/ A1/RJCT/AC04 A2/PDNG/');
    const items = await itemsOf(file);
    expect(only(items, 'message').at(-1)).to.include({ originalMessageId: 'AS-1' });
    expect(only(items, 'status')[2]).to.include({
      amountVnd: 500_000n,
      offset: Buffer.from(file).indexOf('<TxInfAndSts>'),
      path: 'Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts[1]',
    });
  });

  it('are the payment’s own, else of its block, else of the message, in every version', async () => {
    const grouped = group(`<GrpSts>RJCT</GrpSts>${because('AM04')}`);
    for (const version of ['03', '09', '10', '14']) {
      expect(await outcome(report(grouped + block(line('A1', '')), version))).to.equal(
        '/RJCT/AM04 A1/RJCT/AM04',
      );
    }
    const blocked = block(`<PmtInfSts>ACSP</PmtInfSts>${line('A1', '')}`);
    expect(await outcome(report(group() + blocked))).to.equal('/ACSP/ A1/ACSP/');
    const named = line('A1', '<TxSts>CANC</TxSts>').replaceAll('OrgnlEndToEndId', 'OrgnlInstrId');
    expect(await outcome(report(group() + block(named).repeat(2)))).to.equal('A1/CANC/ A1/CANC/');
  });

  it('prove a payment where the bank has said so, and where they repeat the amount', async () => {
    const file = (content: string): string => report(group() + block(line('A1', content)));
    const credited = '<TxSts>ACSC</TxSts>';
    expect(await outcome(file(credited + AMOUNT))).to.equal('A1/ACSC/');
    const proving = tolerant({ paidWhen: 'status-acsc' });
    expect(await outcome(file(credited + AMOUNT), proving)).to.equal('A1/paid');
    expect(await outcome(file(credited), proving)).to.equal('!amount-missing/');
  });

  it('set aside what has no known meaning, and nothing of what a payee was asked', async () => {
    const rejected = '<TxSts>RJCT</TxSts>';
    const cases: [string, string][] = [
      ['!unknown-status/', line('A1', '<TxSts>XXXX</TxSts>')],
      ['!status-missing/', line('A1', '')],
      ['!reference-missing/', `<TxInfAndSts>${rejected}</TxInfAndSts>`],
      ['!not-a-value/', line('A1', '<TxSts>no code</TxSts>')],
      ['!repeated/', line('A1', `${rejected}<TxSts>ACSP</TxSts>`)],
      ['!currency-differs/', line('A1', rejected + AMOUNT.replace('VND', 'USD'))],
      ['', line('A1', '<TxSts>RVNC</TxSts>')],
    ];
    for (const [expected, content] of cases) {
      expect(await outcome(report(group() + block(content))), expected).to.equal(expected);
    }
  });

  it('are refused whole without a message that they answer, and with two blocks', async () => {
    expect(await refusalOf(report(''))).to.match(/^original-group-missing/);
    expect(await refusalOf(report(group() + group()))).to.match(/^more-than-one/);
    expect(await refusalOf(report(group() + block() + block('', 'P-2')))).to.match(
      /^more-than-one-block/,
    );
    const unread = report(group('<GrpSts>RJCT</GrpSts>')).replace('AS-1', 'NOTPROVIDED');
    expect(only(await itemsOf(unread), 'message').at(-1)?.originalMessageId).to.equal(null);
  });

  it('refuse a whole message of ours that could not be read', async () => {
    const file = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:admi.002.001.01"><admi.002.001.01><RltdRef><Ref>AS-1</Ref></RltdRef><Rsn><RjctgPtyRsn>FF01</RjctgPtyRsn></Rsn></admi.002.001.01></Document>`;
    expect(await outcome(file)).to.equal('/RJCT/FF01');
    expect(only(await itemsOf(file), 'message').at(-1)?.originalMessageId).to.equal('AS-1');
  });
});
