import { expect } from 'chai';
import {
  accountFile,
  breaksOf,
  detailOf,
  document,
  entryOf,
  profileWith,
  rehearsed,
  returnFor,
  sentFile,
  statesOf,
  statusFile,
  told,
  verdictsOf,
} from '../support/rehearsal.ts';

const SENT = [
  sentFile([
    { id: 'A', amount: 500_000 },
    { id: 'B', amount: 700_000 },
    { id: 'C', amount: 900_000 },
  ]),
];
const DETAILS = detailOf('A', 500_000) + detailOf('B', 700_000);
const DEBIT = entryOf({ amount: 1_200_000, details: DETAILS });
const BOOKED = accountFile({ id: 'S1' }, DEBIT);
const counts = (...pairs: readonly (readonly [string, number])[]): string =>
  pairs
    .map(
      ([status, many]) =>
        `<NbOfTxsPerSts><DtldNbOfTxs>${many}</DtldNbOfTxs><DtldSts>${status}</DtldSts></NbOfTxsPerSts>`,
    )
    .join('');

describe('rehearsal: words', () => {
  const STATES: readonly (readonly [string, string])[] = [
    ['RCVD', 'SENT'],
    ['ACTC', 'ACKNOWLEDGED'],
    ['PATC', 'ACKNOWLEDGED'],
    ['ACCP', 'ACCEPTED'],
    ['ACFC', 'ACCEPTED'],
    ['ACWC', 'ACCEPTED'],
    ['PDNG', 'PENDING'],
    ['ACSP', 'IN_SETTLEMENT'],
    ['ACSC', 'IN_SETTLEMENT'],
    ['ACCC', 'PAID'],
    ['ACWP', 'PENDING'],
    ['BLCK', 'HELD'],
    ['RJCT', 'REJECTED'],
    ['CANC', 'CANCELLED'],
    ['RVNM', 'SENT'],
  ];
  for (const [status, state] of STATES) {
    it(`${status} of a payment, a block and a message makes ${state}`, async () => {
      for (const file of [
        statusFile({ id: 'R' }, told('A', status)),
        statusFile({ id: 'R', block: status }),
        statusFile({ id: 'R', group: status }),
      ]) {
        const result = await rehearsed(SENT, [file]);
        expect(statesOf(result)[0]).to.equal(`A ${state}`);
        // No word moves money.
        expect(result.ledger.paidVnd).to.equal('0');
      }
    });
  }

  it('takes the status of the lowest level that has one, with all its reasons', async () => {
    const file = statusFile(
      { id: 'R', group: 'ACTC', block: 'ACSP' },
      told('A', 'RJCT', 'AC04', 'BE01') +
        '<TxInfAndSts><OrgnlEndToEndId>B</OrgnlEndToEndId></TxInfAndSts>',
    );
    expect(statesOf(await rehearsed(SENT, [file]))).to.deep.equal([
      'A REJECTED AC04 BE01',
      'B IN_SETTLEMENT',
      'C IN_SETTLEMENT',
    ]);
  });

  it('takes what PART does not list as accepted only when the counts add up', async () => {
    const part = (more: string): string =>
      statusFile({ id: 'R', group: 'PART', counts: more }, told('A', 'RJCT', 'AC01'));
    const sure = await rehearsed(SENT, [part(counts(['ACSC', 2], ['RJCT', 1]))]);
    expect(statesOf(sure)).to.deep.equal(['A REJECTED AC01', 'B ACCEPTED', 'C ACCEPTED']);
    for (const unsure of ['', counts(['RJCT', 1]), counts(['ACSC', 1], ['RJCT', 2])]) {
      const result = await rehearsed(SENT, [part(unsure)]);
      expect(statesOf(result)).to.deep.equal(['A REJECTED AC01', 'B SENT', 'C SENT']);
    }
    const lie = await rehearsed(SENT, [part(counts(['ACSC', 9], ['RJCT', 1]))]);
    expect(verdictsOf(lie)).to.deep.equal(['refused control-totals-disagree']);
  });

  it('F55: keeps what it does not know and sets it aside', async () => {
    const file = statusFile({ id: 'R' }, told('A', 'ACSP') + told('Z', 'ACSP') + told('B', 'WHAT'));
    const result = await rehearsed(SENT, [file]);
    expect(statesOf(result)).to.deep.equal(['A IN_SETTLEMENT', 'B SENT', 'C SENT']);
    expect(verdictsOf(result)).to.deep.equal(['accepted-with-quarantine unknown-reference']);
    expect(result.files[0]?.quarantined.map(({ rule }) => rule)).to.deep.equal([
      'unknown-reference',
      'unknown-status',
    ]);
    const strict = profileWith();
    const tolerance = { ...strict.inbound.tolerance, unknownReference: 'refuse' } as const;
    const refused = await rehearsed(SENT, [file], profileWith({ tolerance }));
    expect(verdictsOf(refused)).to.deep.equal(['refused unknown-reference']);
    expect(statesOf(refused)).to.deep.equal(['A SENT', 'B SENT', 'C SENT']);
  });

  it('F43: a refusal of what was seen before says nothing about the first time', async () => {
    const repeat = statusFile({ id: 'R', group: 'RJCT' }, '').replace(
      '</GrpSts>',
      '</GrpSts><StsRsnInf><Rsn><Cd>DU01</Cd></Rsn></StsRsnInf>',
    );
    const alone = await rehearsed(SENT, [repeat]);
    expect(statesOf(alone)[0]).to.equal('A UNKNOWN DU01');
    expect(breaksOf(alone)).to.include('refused-as-repeated A');
    const taken = await rehearsed(SENT, [repeat, statusFile({ id: 'R2', group: 'ACSP' })]);
    expect(statesOf(taken)[0]).to.equal('A IN_SETTLEMENT');
    expect(breaksOf(taken)).to.deep.equal([]);
  });

  it('reads the smaller messages: a cancellation, a refusal of the message, a verification', async () => {
    const cancelled = document(
      'camt.029.001.09',
      '<RsltnOfInvstgtn><Assgnmt><Id>K1</Id></Assgnmt><Sts><Conf>CNCL</Conf></Sts><CxlDtls>' +
        '<TxInfAndSts><OrgnlEndToEndId>A</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts>' +
        '<TxInfAndSts><OrgnlEndToEndId>B</OrgnlEndToEndId><TxCxlSts>RJCR</TxCxlSts>' +
        '<CxlStsRsnInf><Rsn><Cd>ARDT</Cd></Rsn></CxlStsRsnInf></TxInfAndSts></CxlDtls></RsltnOfInvstgtn>',
    );
    expect(statesOf(await rehearsed(SENT, [cancelled]))).to.deep.equal([
      'A CANCELLED',
      'B SENT',
      'C SENT',
    ]);
    const unread = document(
      'admi.002.001.01',
      '<admi.002.001.01><RltdRef><Ref>M1</Ref></RltdRef><Rsn><RjctgPtyRsn>FF01</RjctgPtyRsn></Rsn></admi.002.001.01>',
    );
    expect(statesOf(await rehearsed(SENT, [unread]))[2]).to.equal('C REJECTED FF01');
    const verified = document(
      'acmt.024.001.02',
      '<IdVrfctnRpt><Assgnmt><MsgId>V1</MsgId></Assgnmt><Rpt><OrgnlId>Q1</OrgnlId><Vrfctn>true</Vrfctn>' +
        '<Rsn><Cd>PI01</Cd></Rsn></Rpt></IdVrfctnRpt>',
    );
    const checks = await rehearsed(SENT, [verified]);
    expect(statesOf(checks)[0]).to.equal('A SENT');
    expect(checks.findings.map(({ rule }) => rule)).to.deep.equal(['account-not-verified']);
  });
});

describe('rehearsal: money', () => {
  it('pays by booked details, and returns with the reason', async () => {
    const back = accountFile(
      { id: 'S2', kind: 'camt.054', version: '02' },
      entryOf({
        amount: 700_000,
        reference: 'E-2',
        side: 'CRDT',
        status: 'BOOK',
        day: '2026-11-07',
        details: detailOf('B', 700_000, returnFor('MD07')),
      }),
    );
    const result = await rehearsed(SENT, [BOOKED, back]);
    expect(statesOf(result)).to.deep.equal(['A PAID', 'B RETURNED MD07', 'C SENT']);
    expect(result.payments[1]?.reasonClasses).to.deep.equal(['deceased']);
    expect(result.payments[1]?.bookedOn).to.equal('2026-11-05');
    expect(result.ledger).to.include({ paidVnd: '500000', returnedVnd: '700000' });
    expect(breaksOf(result)).to.deep.equal([]);
  });

  it('pays all open payments of a batch when count and sum agree', async () => {
    const batch = (many: number): string =>
      `<Btch><PmtInfId>P1</PmtInfId><NbOfTxs>${many}</NbOfTxs></Btch>`;
    const refused = statusFile({ id: 'R' }, told('C', 'RJCT', 'AC04'));
    const sum = accountFile({ id: 'S1' }, entryOf({ amount: 1_200_000, batch: batch(2) }));
    const result = await rehearsed(SENT, [sum, refused]);
    expect(statesOf(result)).to.deep.equal(['A PAID', 'B PAID', 'C REJECTED AC04']);
    for (const wrong of [
      entryOf({ amount: 1_200_001, batch: batch(2) }),
      entryOf({ amount: 1_200_000, batch: batch(3) }),
    ]) {
      const other = await rehearsed(SENT, [accountFile({ id: 'S1' }, wrong), refused]);
      expect(statesOf(other)[0]).to.equal('A SENT');
      expect(breaksOf(other)).to.deep.equal(['batch-differs E-1']);
    }
  });

  it('F51, I26: any order and any repetition of the same files gives one state', async () => {
    const details = accountFile(
      { id: 'N1', kind: 'camt.054', version: '02' },
      DEBIT.replace('<Cd>BOOK</Cd>', 'BOOK'),
    );
    const report = accountFile(
      { id: 'X1', kind: 'camt.052', version: '04' },
      DEBIT.replace('<Cd>BOOK</Cd>', 'BOOK'),
    );
    const files = [BOOKED, details, report];
    for (const order of [files, [...files].reverse(), [...files, ...files]]) {
      const result = await rehearsed(SENT, order);
      expect(statesOf(result)).to.deep.equal(['A PAID', 'B PAID', 'C SENT']);
      expect(result.ledger).to.include({ debitedVnd: '1200000', suspenseVnd: '0' });
      expect(breaksOf(result)).to.deep.equal([]);
    }
    const again = await rehearsed(SENT, [BOOKED, BOOKED, `${BOOKED}\n`]);
    expect(verdictsOf(again)).to.deep.equal([
      'accepted',
      'duplicate seen-before',
      'duplicate seen-before',
    ]);
    const other = await rehearsed(SENT, [BOOKED, BOOKED.replaceAll('700000', '600000')]);
    expect(verdictsOf(other)[1]).to.equal('refused message-repeated');
  });

  it('moves nothing that is not booked, and nothing of another account or currency', async () => {
    const odd = [
      entryOf({ amount: 1_200_000, status: '<Cd>PDNG</Cd>', details: DETAILS }),
      entryOf({ amount: 1_200_000, status: '<Cd>INFO</Cd>', details: DETAILS }),
      entryOf({ amount: 1_200_000, currency: 'USD', details: DETAILS.replaceAll('VND', 'USD') }),
    ];
    for (const one of odd) {
      const result = await rehearsed(SENT, [accountFile({ id: 'S1' }, one)]);
      expect(statesOf(result)).to.deep.equal(['A SENT', 'B SENT', 'C SENT']);
    }
    const foreign = await rehearsed(SENT, [accountFile({ id: 'S1', account: '9' }, DEBIT)]);
    expect(verdictsOf(foreign)).to.deep.equal(['refused file-for-another-payer']);
  });

  it('F54: a dong more or less is a break, and is never made to fit', async () => {
    for (const amount of [499_999, 500_001]) {
      const result = await rehearsed(SENT, [
        accountFile({ id: 'S1' }, entryOf({ amount, details: detailOf('A', amount) })),
      ]);
      expect(statesOf(result)[0]).to.equal('A SENT');
      expect(breaksOf(result)).to.deep.equal(['amount-differs A']);
    }
    for (const amount of ['500.000', '500,000', '-500000', '5e5', '']) {
      const entry = entryOf({ amount: 500_000, details: detailOf('A', amount || ' ') });
      const result = await rehearsed(SENT, [accountFile({ id: 'S1' }, entry)]);
      expect(result.ledger.paidVnd, amount).to.equal(amount === '' ? '500000' : '0');
    }
  });

  it('F57, F58: what comes twice, and what comes back in part, is for a person', async () => {
    const back = (reference: string, amount: number): string =>
      entryOf({
        amount,
        reference,
        side: 'CRDT',
        details: detailOf('A', amount, returnFor('AC04')),
      });
    const twice = await rehearsed(SENT, [
      accountFile({ id: 'S1' }, DEBIT + back('E-2', 500_000) + back('E-3', 500_000)),
    ]);
    expect(breaksOf(twice)).to.deep.equal(['returned-twice A']);
    const part = await rehearsed(SENT, [accountFile({ id: 'S1' }, DEBIT + back('E-2', 499_000))]);
    expect(statesOf(part)[0]).to.equal('A PAID');
    expect(breaksOf(part)).to.deep.equal(['returned-amount-differs A']);
    const paidTwice = await rehearsed(SENT, [
      accountFile(
        { id: 'S1' },
        DEBIT + entryOf({ amount: 500_000, reference: 'E-9', details: detailOf('A', 500_000) }),
      ),
    ]);
    expect(breaksOf(paidTwice)).to.deep.equal(['settled-twice A']);
  });

  it('F52: a return waits for its debit, and a refusal after it is no refund', async () => {
    const back = accountFile(
      { id: 'S2' },
      entryOf({
        amount: 500_000,
        reference: 'E-2',
        side: 'CRDT',
        details: detailOf('A', 500_000, returnFor('AC04')),
      }),
    );
    const early = await rehearsed(SENT, [back]);
    expect(statesOf(early)[0]).to.equal('A SENT');
    expect(breaksOf(early)).to.deep.equal(['returned-unbooked A']);
    expect(statesOf(await rehearsed(SENT, [back, BOOKED]))[0]).to.equal('A RETURNED AC04');
    const late = await rehearsed(SENT, [
      BOOKED,
      statusFile({ id: 'R' }, told('A', 'RJCT', 'AC01')),
    ]);
    expect(statesOf(late)[0]).to.equal('A PAID');
    expect(breaksOf(late)).to.deep.equal(['rejected-after-booking A']);
  });

  it('F59: tells charges from the payments, and what nobody asked for from both', async () => {
    const charged = await rehearsed(SENT, [
      accountFile({ id: 'S1' }, entryOf({ amount: 1_203_300, details: DETAILS })),
    ]);
    expect(statesOf(charged)[1]).to.equal('B PAID');
    expect(charged.ledger.chargesVnd).to.equal('3300');
    const fee = await rehearsed(SENT, [accountFile({ id: 'S1' }, entryOf({ amount: 11_000 }))]);
    expect(breaksOf(fee)).to.deep.equal(['foreign-debit E-1']);
    expect(fee.ledger.suspenseVnd).to.equal('11000');
  });

  it('gives every payment of a reversal to a person', async () => {
    const undone = entryOf({
      amount: 1_200_000,
      reference: 'E-8',
      side: 'CRDT',
      reversal: true,
      details: DETAILS,
    });
    const result = await rehearsed(SENT, [BOOKED, accountFile({ id: 'S2' }, undone)]);
    expect(statesOf(result)).to.deep.equal(['A HELD', 'B HELD', 'C SENT']);
    expect(breaksOf(result)).to.deep.equal(['reversal A', 'reversal B']);
  });

  it('F61, F63: refuses a file whose totals do not agree, with no effect', async () => {
    const balance = (code: string, amount: number): string =>
      `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="VND">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-05</Dt></Dt></Bal>`;
    const wrong = [
      balance('OPBD', 2_000_000) + balance('CLBD', 800_001) + DEBIT,
      `<TxsSummry><TtlDbtNtries><NbOfNtries>2</NbOfNtries></TtlDbtNtries></TxsSummry>${DEBIT}`,
      `<TxsSummry><TtlNtries><Sum>1200001</Sum></TtlNtries></TxsSummry>${DEBIT}`,
      entryOf({ amount: 1_200_000, batch: '<Btch><NbOfTxs>3</NbOfTxs></Btch>', details: DETAILS }),
    ];
    for (const content of wrong) {
      const result = await rehearsed(SENT, [accountFile({ id: 'S1' }, content)]);
      expect(verdictsOf(result)).to.deep.equal(['refused control-totals-disagree']);
      expect(result.ledger.debitedVnd).to.equal('0');
    }
    const right = balance('OPBD', 2_000_000) + balance('CLBD', 800_000) + DEBIT;
    expect(verdictsOf(await rehearsed(SENT, [accountFile({ id: 'S1' }, right)]))).to.deep.equal([
      'accepted',
    ]);
  });

  it('F62, F64: refuses what is no complete document, and says so once', async () => {
    const broken = [
      `${BOOKED}${BOOKED.slice(BOOKED.indexOf('<Document'))}`,
      BOOKED.slice(0, -11),
      BOOKED.replace('<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE a [<!ENTITY b "c">]>'),
      BOOKED.replace('1200000', '12<!-- -->00000'),
      '',
    ];
    for (const file of broken) {
      const result = await rehearsed(SENT, [file]);
      expect(result.files[0]?.verdict).to.equal('refused');
      expect(result.ledger.debitedVnd).to.equal('0');
    }
  });
});
