import type {
  AccountReport,
  BankItem,
  Direction,
  EntryBatch,
  EntryDetail,
  Place,
  ValueFault,
} from '../../../src/settlement/bank-file.ts';
import {
  code,
  count,
  day,
  decimal,
  direction,
  each,
  fieldRules,
  first,
  flag,
  id,
  merged,
  money,
  moneys,
  once,
  Slot,
  underPaths,
  words,
  type FieldTable,
  type Rules,
} from './fields.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// camt.052 tells what happened so far, camt.053 what a day's statement is, camt.054 what was booked.
// They have one body. Versions .02 to .13 differ in where a value stands: the status of an entry is a
// text up to .07 and a code from .08, a bank is BIC in .02 and BICFI later, a party lies under Pty
// from .08, and a payment has no amount of its own in .02.

type Context = ReaderContext<BankItem>;
export type AccountReportKind = 'camt.052' | 'camt.053' | 'camt.054';

const HOLDERS = {
  'camt.052': {
    message: ['BkToCstmrAcctRpt', 'BkToCstmrAcctRptV01'],
    holder: 'Rpt',
    page: 'RptPgntn',
  },
  'camt.053': { message: ['BkToCstmrStmt', 'BkToCstmrStmtV01'], holder: 'Stmt', page: 'StmtPgntn' },
  'camt.054': {
    message: ['BkToCstmrDbtCdtNtfctn', 'BkToCstmrDbtCdtNtfctnV01'],
    holder: 'Ntfctn',
    page: 'NtfctnPgntn',
  },
} as const;

const newMessage = () => ({
  faults: [] as ValueFault[],
  messageId: '',
  createdAt: '',
  page: '',
  lastPage: '',
});
const newAccount = () => ({
  faults: [] as ValueFault[],
  id: '',
  electronicSequence: '',
  legalSequence: '',
  page: '',
  lastPage: '',
  createdAt: '',
  from: '',
  to: '',
  copy: '',
  account: '',
  currency: '',
  owner: '',
  servicer: '',
});
const newBalance = () => ({
  faults: [] as ValueFault[],
  kind: '',
  subKind: '',
  amount: '',
  currency: '',
  direction: '',
  day: '',
});
const newSummary = () => ({ faults: [] as ValueFault[], count: '', total: '' });
const newEntry = () => ({
  faults: [] as ValueFault[],
  entryReference: '',
  servicerReference: '',
  amount: '',
  currency: '',
  direction: '',
  reversal: '',
  status: '',
  bookedOn: '',
  valueOn: '',
  domain: '',
  family: '',
  subFamily: '',
  ownCode: '',
  charges: [] as string[],
  chargeCurrencies: [] as string[],
  batches: [] as EntryBatch[],
  detailCount: 0,
  information: [] as string[],
});
const newBatch = () => ({
  faults: [] as ValueFault[],
  messageId: '',
  paymentInformationId: '',
  count: '',
  amount: '',
  currency: '',
  direction: '',
});
const newDetail = () => ({
  faults: [] as ValueFault[],
  messageId: '',
  paymentInformationId: '',
  instructionId: '',
  endToEndId: '',
  uetr: '',
  servicerReference: '',
  amount: '',
  currency: '',
  transactionAmount: '',
  transactionCurrency: '',
  instructedAmount: '',
  instructedCurrency: '',
  direction: '',
  domain: '',
  family: '',
  subFamily: '',
  ownCode: '',
  isReturn: false,
  charges: [] as string[],
  chargeCurrencies: [] as string[],
  reasons: [] as string[],
  reasonTexts: [] as string[],
  payer: '',
  payerAccount: '',
  payee: '',
  payeeAccount: '',
  payeeBank: '',
  remittance: [] as string[],
  information: [] as string[],
});
type Message = ReturnType<typeof newMessage>;
type Account = ReturnType<typeof newAccount>;
type Summary = ReturnType<typeof newSummary>;
type BalanceFields = ReturnType<typeof newBalance>;
type Entry = ReturnType<typeof newEntry>;
type Batch = ReturnType<typeof newBatch>;
type Detail = ReturnType<typeof newDetail>;

const HEADER: FieldTable<Message> = {
  MsgId: once('messageId', id),
  CreDtTm: once('createdAt', words),
  'MsgPgntn/PgNb': once('page', count),
  'MsgPgntn/LastPgInd': once('lastPage', flag),
};

const ACCOUNT: FieldTable<Account> = {
  Id: once('id', id),
  ElctrncSeqNb: once('electronicSequence', count),
  LglSeqNb: once('legalSequence', count),
  CreDtTm: once('createdAt', words),
  'FrToDt/FrDtTm': once('from', words),
  'FrToDt/ToDtTm': once('to', words),
  CpyDplctInd: once('copy', code),
  'Acct/Id/IBAN': once('account', id),
  'Acct/Id/Othr/Id': once('account', id),
  'Acct/Id/PrtryAcct/Id': once('account', id),
  'Acct/Id/BBAN': once('account', id),
  'Acct/Ccy': once('currency', code),
  'Acct/Ownr/Nm': once('owner', words),
  'Acct/Ownr/Pty/Nm': once('owner', words),
  'Acct/Svcr/FinInstnId/BIC': first('servicer', id),
  'Acct/Svcr/FinInstnId/BICFI': first('servicer', id),
  'Acct/Svcr/FinInstnId/ClrSysMmbId/MmbId': first('servicer', id),
  'Acct/Svcr/FinInstnId/Nm': first('servicer', words),
};

const BALANCE: FieldTable<BalanceFields> = {
  'Tp/CdOrPrtry/Cd': once('kind', code),
  'Tp/CdOrPrtry/Prtry': once('kind', words),
  'Tp/Cd': once('kind', code),
  'Tp/SubTp/Cd': once('subKind', code),
  'Tp/SubTp/Prtry': once('subKind', words),
  Amt: money('amount', 'currency'),
  CdtDbtInd: once('direction', direction),
  'Dt/Dt': once('day', day),
  'Dt/DtTm': once('day', day),
};

const SUMMARY: FieldTable<Summary> = {
  NbOfNtries: once('count', count),
  Sum: once('total', decimal),
};

type Coded = Pick<Entry, 'faults' | 'domain' | 'family' | 'subFamily' | 'ownCode'>;
type Charged = Pick<Entry, 'faults' | 'charges' | 'chargeCurrencies'>;

const CODES: FieldTable<Coded> = {
  'BkTxCd/Domn/Cd': once('domain', code),
  'BkTxCd/Domn/Fmly/Cd': once('family', code),
  'BkTxCd/Domn/Fmly/SubFmlyCd': once('subFamily', code),
  'BkTxCd/Prtry/Cd': once('ownCode', words),
};

const CHARGES: FieldTable<Charged> = {
  'Chrgs/Amt': moneys('charges', 'chargeCurrencies'),
  'Chrgs/Rcrd/Amt': moneys('charges', 'chargeCurrencies'),
};

const ENTRY: FieldTable<Entry> = {
  NtryRef: once('entryReference', id),
  Amt: money('amount', 'currency'),
  CdtDbtInd: once('direction', direction),
  RvslInd: once('reversal', flag),
  Sts: once('status', code),
  'Sts/Cd': once('status', code),
  'Sts/Prtry': once('status', code),
  'BookgDt/Dt': once('bookedOn', day),
  'BookgDt/DtTm': once('bookedOn', day),
  'ValDt/Dt': once('valueOn', day),
  'ValDt/DtTm': once('valueOn', day),
  AcctSvcrRef: once('servicerReference', id),
  AddtlNtryInf: each('information', words),
  ...CODES,
  ...CHARGES,
};

const BATCH: FieldTable<Batch> = {
  MsgId: once('messageId', id),
  PmtInfId: once('paymentInformationId', id),
  NbOfTxs: once('count', count),
  TtlAmt: money('amount', 'currency'),
  CdtDbtInd: once('direction', direction),
};

const DETAIL: FieldTable<Detail> = {
  'Refs/MsgId': once('messageId', id),
  'Refs/AcctSvcrRef': once('servicerReference', id),
  'Refs/PmtInfId': once('paymentInformationId', id),
  'Refs/InstrId': once('instructionId', id),
  'Refs/EndToEndId': once('endToEndId', id),
  'Refs/UETR': once('uetr', id),
  Amt: money('amount', 'currency'),
  CdtDbtInd: once('direction', direction),
  'AmtDtls/TxAmt/Amt': money('transactionAmount', 'transactionCurrency'),
  'AmtDtls/InstdAmt/Amt': money('instructedAmount', 'instructedCurrency'),
  'RtrInf/Rsn/Cd': each('reasons', code),
  'RtrInf/Rsn/Prtry': each('reasons', words),
  'RtrInf/AddtlInf': each('reasonTexts', words),
  AddtlTxInf: each('information', words),
  ...CODES,
  ...CHARGES,
};

const party = (name: string, into: 'payer' | 'payee'): FieldTable<Detail> => ({
  [`RltdPties/${name}/Nm`]: once(into, words),
  [`RltdPties/${name}/Pty/Nm`]: once(into, words),
  [`RltdPties/${name}Acct/Id/IBAN`]: once(`${into}Account`, id),
  [`RltdPties/${name}Acct/Id/Othr/Id`]: once(`${into}Account`, id),
  [`RltdPties/${name}Acct/Id/PrtryAcct/Id`]: once(`${into}Account`, id),
});

/** Who was paid, and what for: for people who look, and not for matching. */
const DETAIL_FOR_PEOPLE: FieldTable<Detail> = {
  ...party('Dbtr', 'payer'),
  ...party('Cdtr', 'payee'),
  'RltdAgts/CdtrAgt/FinInstnId/BIC': first('payeeBank', id),
  'RltdAgts/CdtrAgt/FinInstnId/BICFI': first('payeeBank', id),
  'RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId': first('payeeBank', id),
  'RmtInf/Ustrd': each('remittance', words),
  'RmtInf/Strd/CdtrRefInf/Ref': each('remittance', id),
};

/** What is read: all that a person may ask for, or what money needs, which is quicker. */
export type Depth = 'whole' | 'money';

/** The rules by which a camt.052, .053 or .054 Document is told: ISO 20022 bank-to-customer messages. */
export function accountReport(
  { kind, version, depth }: { kind: AccountReportKind; version: string; depth: Depth },
  context: Context,
): ElementRule {
  const message = new Slot(newMessage);
  const told = { message: false };
  const { message: roots, holder, page } = HOLDERS[kind];
  const tell = (): void => {
    if (told.message) return;
    told.message = true;
    const { faults, ...fields } = message.now;
    context.emit({
      type: 'message',
      kind,
      version,
      count: '',
      total: '',
      ...fields,
      at: message.at,
      faults,
    });
  };
  const rules: Rules = {
    GrpHdr: {
      open: () => void message.begin(context.here()),
      children: fieldRules(message, HEADER, context),
      close: tell,
    },
    [holder]: holderRule({ page, depth, tell }, context),
  };
  return {
    children: Object.fromEntries(roots.map((root) => [root, { children: rules }])),
    close: () => {
      if (!told.message) context.refuse('missing', roots[0]);
    },
  };
}

/** Where the reader stands: numbers count from 1 in the file. */
interface Standing {
  accountNo: number;
  entryNo: number;
  entryAt: Place;
  account: string;
  accountIsTold: boolean;
}

function holderRule(
  { page, depth, tell }: { page: string; depth: Depth; tell: () => void },
  context: Context,
): ElementRule {
  const slot = new Slot(newAccount);
  const standing: Standing = {
    accountNo: 0,
    entryNo: 0,
    entryAt: slot.at,
    account: '',
    accountIsTold: false,
  };
  const tellAccount = (): void => {
    if (standing.accountIsTold) return;
    standing.accountIsTold = true;
    const { faults, ...fields } = slot.now;
    standing.account = fields.account;
    const item: AccountReport = {
      type: 'account',
      no: standing.accountNo,
      ...fields,
      at: slot.at,
      faults,
    };
    context.emit(item);
  };
  const paging: FieldTable<Account> = {
    [`${page}/PgNb`]: once('page', count),
    [`${page}/LastPgInd`]: once('lastPage', flag),
  };
  return {
    open: () => {
      tell();
      standing.accountNo += 1;
      standing.accountIsTold = false;
      const at = context.here();
      slot.begin({ ...at, path: `${at.path}[${standing.accountNo}]` });
    },
    children: merged(fieldRules(slot, { ...ACCOUNT, ...paging }, context), {
      Bal: balanceRule(standing, tellAccount, context),
      TxsSummry: { open: tellAccount, children: summaryRules(standing, context) },
      Ntry: entryRule({ standing, tellAccount, depth }, context),
    }),
    close: tellAccount,
  };
}

function balanceRule(
  standing: Standing,
  tellAccount: () => void,
  { emit, ...context }: Context,
): ElementRule {
  const slot = new Slot(newBalance);
  return {
    open: () => {
      tellAccount();
      slot.begin(context.here());
    },
    children: fieldRules(slot, BALANCE, context),
    close: () => {
      const { direction: side, ...fields } = slot.now;
      const { accountNo } = standing;
      emit({
        type: 'balance',
        accountNo,
        ...fields,
        direction: side as Direction,
        at: slot.at,
      });
    },
  };
}

function summaryRules(standing: Standing, { emit, ...context }: Context): Rules {
  const totals = (of: 'debit' | 'credit' | 'all'): ElementRule => {
    const slot = new Slot(newSummary);
    return {
      open: () => void slot.begin(context.here()),
      children: fieldRules(slot, SUMMARY, context),
      close: () => {
        const { accountNo } = standing;
        emit({ type: 'summary', accountNo, of, ...slot.now, at: slot.at });
      },
    };
  };
  return {
    TtlNtries: totals('all'),
    TtlCdtNtries: totals('credit'),
    TtlDbtNtries: totals('debit'),
  };
}

function entryRule(
  of: { standing: Standing; tellAccount: () => void; depth: Depth },
  context: Context,
): ElementRule {
  const { standing, tellAccount, depth } = of;
  const slot = new Slot(newEntry);
  return {
    open: () => {
      tellAccount();
      standing.entryNo += 1;
      slot.begin(numbered(context.here(), standing.entryNo));
    },
    children: merged(fieldRules(slot, ENTRY, context), {
      NtryDtls: {
        children: {
          Btch: batchRule(slot, context),
          TxDtls: detailRule({ standing, entry: slot, depth }, context),
        },
      },
    }),
    close: () => {
      const { domain, family, subFamily, direction: side, ...fields } = slot.now;
      context.emit({
        type: 'entry',
        accountNo: standing.accountNo,
        no: standing.entryNo,
        account: standing.account,
        ...fields,
        direction: side as Direction,
        reversal: fields.reversal === 'true',
        code: transactionCode({ domain, family, subFamily }),
        information: fields.information.join(' '),
        at: slot.at,
      });
    },
  };
}

function transactionCode({ domain, family, subFamily }: Omit<Coded, 'faults' | 'ownCode'>): string {
  return [domain, family, subFamily].filter((part) => part !== '').join('/');
}

function numbered({ byte, path }: Place, no: number): Place {
  return { byte, path: `${path}[${no}]` };
}

function batchRule(entry: Slot<Entry>, context: Context): ElementRule {
  const slot = new Slot(newBatch);
  return {
    open: () => void slot.begin(context.here()),
    children: fieldRules(slot, BATCH, context),
    close: () => {
      const { faults, direction: side, ...fields } = slot.now;
      entry.now.faults.push(...faults);
      entry.now.batches.push({ ...fields, direction: side as Direction });
    },
  };
}

function detailRule(
  { standing, entry, depth }: { standing: Standing; entry: Slot<Entry>; depth: Depth },
  context: Context,
): ElementRule {
  const slot = new Slot(newDetail);
  const table = depth === 'whole' ? { ...DETAIL, ...DETAIL_FOR_PEOPLE } : DETAIL;
  const returned: ElementRule = {
    open: () => {
      slot.now.isReturn = true;
    },
  };
  return {
    open: () => {
      entry.now.detailCount += 1;
      slot.begin(numbered(context.here(), entry.now.detailCount));
    },
    children: merged(
      fieldRules(slot, table, context),
      underPaths([['RtrInf', { ...returned, children: {} }]]),
    ),
    close: () => {
      context.emit(detailOf(slot, entry.now, standing));
    },
  };
}

/** Written out: to copy the thirty values of each of a million payments by name costs more than to read them. */
function detailOf(
  { now, at }: Slot<Detail>,
  entry: Entry,
  { accountNo, entryNo, account }: Standing,
): EntryDetail {
  return {
    type: 'detail',
    at,
    faults: now.faults,
    accountNo,
    entryNo,
    no: entry.detailCount,
    account,
    messageId: now.messageId,
    paymentInformationId: now.paymentInformationId,
    instructionId: now.instructionId,
    endToEndId: now.endToEndId,
    uetr: now.uetr,
    servicerReference: now.servicerReference,
    amount: now.amount,
    currency: now.currency,
    transactionAmount: now.transactionAmount,
    transactionCurrency: now.transactionCurrency,
    instructedAmount: now.instructedAmount,
    instructedCurrency: now.instructedCurrency,
    direction: now.direction as Direction,
    entryDirection: entry.direction as Direction,
    entryReference: entry.servicerReference,
    entryAmount: entry.amount,
    entryCurrency: entry.currency,
    entryReversal: entry.reversal === 'true',
    status: entry.status,
    bookedOn: entry.bookedOn || entry.valueOn,
    code: transactionCode(now),
    ownCode: now.ownCode,
    isReturn: now.isReturn,
    charges: now.charges,
    chargeCurrencies: now.chargeCurrencies,
    reasons: now.reasons,
    reasonTexts: now.reasonTexts,
    payer: now.payer,
    payerAccount: now.payerAccount,
    payee: now.payee,
    payeeAccount: now.payeeAccount,
    payeeBank: now.payeeBank,
    remittance: now.remittance,
    information: now.information.join(' '),
  };
}
