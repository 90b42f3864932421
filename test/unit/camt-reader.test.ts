import { expect } from 'chai';
import {
  ACCOUNT,
  entry,
  GROUP_HEADER,
  itemsOf,
  message,
  notification,
  refusalOf,
} from '../support/bank-messages.ts';

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

describe('camt reader', () => {
  it('gives the message, the bookings, their entry and what the file declares of them', async () => {
    const file = notification(DEBIT);

    const items = await itemsOf(file);

    const booking = { type: 'booking', entryReference: 'E-1', direction: 'debit' };
    expect(items).to.deep.equal([
      {
        type: 'message',
        kind: 'camt.054',
        messageId: 'BANK-1',
        payerAccount: '0012345678',
        originalMessageId: null,
      },
      {
        ...booking,
        reference: 'A1',
        amountVnd: 500_000n,
        bookedOn: '2026-11-25',
        reason: '',
        offset: Buffer.from(file).indexOf('<TxDtls>'),
      },
      {
        ...booking,
        reference: 'A2',
        amountVnd: 1_000_000n,
        bookedOn: '2026-11-25',
        reason: '',
        offset: Buffer.from(file).lastIndexOf('<TxDtls>'),
      },
      {
        type: 'entry',
        entryReference: 'E-1',
        direction: 'debit',
        amountVnd: 1_500_000n,
        bookedOn: '2026-11-25',
        status: 'BOOK',
        declaredCount: 2n,
        paymentInformationId: 'P-1',
        offset: Buffer.from(file).indexOf('<Ntry>'),
      },
      { type: 'totals', of: 'bookings', direction: 'debit', count: 2n, totalVnd: 1_500_000n },
    ]);
  });

  it('gives the reason of a return, and leaves an unknown payer’s reference empty', async () => {
    const reason = '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>';
    const file = notification(
      entry({
        side: '<CdtDbtInd>CRDT</CdtDbtInd>',
        details: `<NtryDtls>${detail('A1', vndAmount('1500000'), reason)}</NtryDtls>`,
      }) +
        entry({
          side: '<CdtDbtInd>CRDT</CdtDbtInd>',
          reference: '<AcctSvcrRef>E-2</AcctSvcrRef>',
          details: `<NtryDtls>${detail('NOTPROVIDED', vndAmount('1500000'))}</NtryDtls>`,
        }),
    );
    const bookings = (await itemsOf(file)).filter((item) => item.type === 'booking');
    expect(bookings.map((b) => [b.reference, b.direction, b.reason])).to.deep.equal([
      ['A1', 'credit', 'AC04'],
      ['', 'credit', ''],
    ]);
  });

  it('gives totals before and a statement after the entries', async () => {
    const sums =
      '<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>1500000</Sum></TtlNtries>' +
      '<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>1500000.00</Sum></TtlDbtNtries></TxsSummry>';
    const balances = balance('OPBD', '9000000') + balance('CLBD', '7500000');
    const items = await itemsOf(statement(balances + sums + entry()));
    expect(items.map((item) => item.type)).to.deep.equal([
      'message',
      'totals',
      'totals',
      'entry',
      'statement',
    ]);
    expect(items[2]).to.deep.equal({
      type: 'totals',
      of: 'entries',
      direction: 'debit',
      count: 1n,
      totalVnd: 1_500_000n,
    });
    expect(items[4]).to.deep.equal({
      type: 'statement',
      statementId: 'S-7',
      account: '0012345678',
      sequence: 7n,
      openingVnd: 9_000_000n,
      closingVnd: 7_500_000n,
      day: '2026-11-25',
    });
  });

  it('reads a day without entries, which has balances only', async () => {
    const items = await itemsOf(statement(balance('PRCD', '0', 'DBIT') + balance('CLBD', '0')));
    expect(items.map((item) => item.type)).to.deep.equal(['message', 'statement']);
  });

  it('reads the older forms of status, date and amount of a detail', async () => {
    const old = entry({
      status: '<Sts>BOOK</Sts>',
      day: '<BookgDt><DtTm>2026-11-25T23:59:59+07:00</DtTm></BookgDt>',
      details: `<NtryDtls>${detail('A1', `<AmtDtls><TxAmt>${vndAmount('1500000')}</TxAmt></AmtDtls>`)}</NtryDtls>`,
    });
    for (const version of ['02', '04', '08', '10', '12']) {
      const items = await itemsOf(notification(old, version));
      expect(items[1]).to.include({ type: 'booking', amountVnd: 1_500_000n });
    }
  });

  it('lets a detail without an amount have that of its entry only when it stands alone', async () => {
    const alone = entry({ details: `<NtryDtls>${detail('A1', '')}</NtryDtls>` });
    expect((await itemsOf(notification(alone)))[1]).to.include({ amountVnd: 1_500_000n });

    const beside = vndAmount('1');
    for (const details of [
      `<NtryDtls>${detail('A1', '')}${detail('A2', '')}</NtryDtls>`,
      `<NtryDtls>${detail('A1', beside)}</NtryDtls><NtryDtls>${detail('A2', '')}</NtryDtls>`,
      `<NtryDtls>${detail('A1', '')}</NtryDtls><NtryDtls>${detail('A2', beside)}</NtryDtls>`,
      `<NtryDtls>${BATCH}${detail('A1', '')}</NtryDtls>`,
    ]) {
      expect(await refusalOf(notification(entry({ details })))).to.match(
        /^detail-without-amount at/,
      );
    }
  });

  it('tells of an entry that is not booked, and not of bookings in it', async () => {
    const pending = DEBIT.replace('BOOK', 'PDNG').replaceAll('BookgDt', 'ValDt');
    const items = await itemsOf(notification(pending));
    expect(items.map((item) => item.type)).to.deep.equal(['message', 'entry']);
    expect(items[1]).to.include({ status: 'PDNG', bookedOn: '2026-11-25' });
  });

  it('refuses a file that could be read in two ways, with the place and the rule', async () => {
    const head = 'Document/BkToCstmrDbtCdtNtfctn';
    const cases: [rule: string, file: string][] = [
      [`more-than-one at ${head}/Ntfctn`, notification(`</Ntfctn><Ntfctn>${entry()}`)],
      [`missing at ${head}/Ntfctn/Acct`, notification('').replace(ACCOUNT, '')],
      [`account-missing at ${head}/Ntfctn/Ntry`, notification(entry()).replace(ACCOUNT, '')],
      [
        `message-id-missing at ${head}/Ntfctn/Acct`,
        notification(entry()).replace('<MsgId>BANK-1</MsgId>', ''),
      ],
      [
        `reversal at ${head}/Ntfctn/Ntry/RvslInd`,
        notification(entry({ status: '<RvslInd>true</RvslInd>' })),
      ],
      [`missing at ${head}/Ntfctn/Ntry/AcctSvcrRef`, notification(entry({ reference: '' }))],
      [`missing at ${head}/Ntfctn/Ntry/BookgDt`, notification(entry({ day: '' }))],
      [`missing at ${head}/Ntfctn/Ntry/Sts`, notification(entry({ status: '' }))],
      [`missing at ${head}/Ntfctn/Ntry/CdtDbtInd`, notification(entry({ side: '' }))],
      [`missing at ${head}/Ntfctn/Ntry/Amt`, notification(entry({ amount: '' }))],
      [
        `repeated at ${head}/Ntfctn/Ntry/Amt`,
        notification(entry({ amount: vndAmount('1').repeat(2) })),
      ],
      [
        `direction-not-of-entry at ${head}/Ntfctn/Ntry/NtryDtls/TxDtls`,
        notification(
          entry({
            details: `<NtryDtls>${detail('A', vndAmount('1'), '<CdtDbtInd>CRDT</CdtDbtInd>')}</NtryDtls>`,
          }),
        ),
      ],
      [
        `one-page-of-several at ${head}/Ntfctn/NtfctnPgntn/LastPgInd`,
        notification('<NtfctnPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></NtfctnPgntn>'),
      ],
      [
        `not-a-local-time at ${head}/Ntfctn/Ntry/BookgDt/DtTm`,
        notification(entry({ day: '<BookgDt><DtTm>2026-11-25T20:00:00Z</DtTm></BookgDt>' })),
      ],
      [
        `not-a-date at ${head}/Ntfctn/Ntry/BookgDt/Dt`,
        notification(entry({ day: '<BookgDt><Dt>2026-02-30</Dt></BookgDt>' })),
      ],
      [`missing at ${head}/Ntfctn`, message('camt.054.001.08', GROUP_HEADER)],
    ];
    for (const [rule, file] of cases) expect(await refusalOf(file)).to.equal(rule);
  });

  it('refuses amounts that are not whole dong, in every place of an amount', async () => {
    const bad = ['', '-1', '+1', '1,000', '1.000,00', '1.5', '1000.', '0001', '1e3', ' ', '１０'];
    for (const amount of bad) {
      const rule = await refusalOf(notification(entry({ amount: vndAmount(amount) })));
      expect(rule, amount).to.equal(
        'not-whole-dong at Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry/Amt',
      );
    }
    for (const opening of ['<Amt>', '<Amt Ccy="USD">', '<Amt Ccy="vnd">', '<Amt ccy="VND">']) {
      const rule = await refusalOf(notification(entry({ amount: `${opening}1000</Amt>` })));
      expect(rule, opening).to.match(/^currency-not-vnd/);
    }
    expect(await refusalOf(notification(entry({ amount: vndAmount('1000.00') })))).to.equal('');
  });

  it('refuses a statement whose balances, sequence or kind are not plain', async () => {
    const both = balance('OPBD', '9') + balance('CLBD', '9');
    const cases: [rule: RegExp, file: string][] = [
      [/^missing at .*Stmt\/Bal$/, statement(balance('CLBD', '9'))],
      [/^repeated at .*Bal$/, statement(both + balance('OPBD', '9'))],
      [/^balance-not-credit/, statement(balance('OPBD', '9', 'DBIT'))],
      [/^missing at .*ElctrncSeqNb$/, statement(both).replace(/<Elctrnc.*?Nb>7<.*?Nb>/, '')],
      [/^missing at .*Id$/, statement(both).replace('<Id>S-7</Id>', '')],
      [
        /^partial-balance/,
        statement(both.replace('</CdOrPrtry>', '</CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp>')),
      ],
    ];
    for (const [rule, file] of cases) expect(await refusalOf(file)).to.match(rule);
  });
});
