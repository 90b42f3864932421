import type { BankItem, ValueFault } from '../../../src/settlement/bank-file.ts';
import {
  code,
  count,
  decimal,
  each,
  fieldRules,
  first,
  id,
  merged,
  money,
  once,
  Slot,
  words,
  type FieldTable,
} from './fields.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// pain.002 has a status at three levels, and any of them may be missing. What stands in the file is told
// as it stands; that a payment without a status of its own has that of its block is our rule.

type Context = ReaderContext<BankItem>;

const newMessage = () => ({ faults: [] as ValueFault[], messageId: '', createdAt: '' });
const newOriginal = () => ({
  faults: [] as ValueFault[],
  messageId: '',
  definition: '',
  count: '',
  total: '',
  status: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
  countedStatuses: [] as string[],
  statusCounts: [] as string[],
});
const newBlock = () => ({
  faults: [] as ValueFault[],
  paymentInformationId: '',
  count: '',
  total: '',
  status: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
  countedStatuses: [] as string[],
  statusCounts: [] as string[],
});
/** Told as it was filled: a file has a million of them, and a copy costs as much as the reading. */
const newPayment = () => ({
  type: 'payment-status' as const,
  at: { byte: 0, path: '' },
  faults: [] as ValueFault[],
  paymentInformationId: '',
  originalMessageId: '',
  statusId: '',
  instructionId: '',
  endToEndId: '',
  uetr: '',
  status: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
  amount: '',
  currency: '',
  acceptedAt: '',
  servicerReference: '',
  account: '',
  name: '',
});
type Message = ReturnType<typeof newMessage>;
type Original = ReturnType<typeof newOriginal>;
type Block = ReturnType<typeof newBlock>;
type Payment = ReturnType<typeof newPayment>;

const HEADER: FieldTable<Message> = {
  MsgId: once('messageId', id),
  CreDtTm: once('createdAt', words),
};

const REASONS: FieldTable<Pick<Payment, 'faults' | 'reasons' | 'reasonTexts'>> = {
  'StsRsnInf/Rsn/Cd': each('reasons', code),
  'StsRsnInf/Rsn/Prtry': each('reasons', words),
  'StsRsnInf/AddtlInf': each('reasonTexts', words),
  // Up to .02.
  'StsRsnInf/StsRsn/Cd': each('reasons', code),
  'StsRsnInf/StsRsn/Prtry': each('reasons', words),
};

const COUNTS: FieldTable<Pick<Block, 'faults' | 'countedStatuses' | 'statusCounts'>> = {
  'NbOfTxsPerSts/DtldSts': each('countedStatuses', code),
  'NbOfTxsPerSts/DtldNbOfTxs': each('statusCounts', count),
};

const ORIGINAL: FieldTable<Original> = {
  OrgnlMsgId: once('messageId', id),
  OrgnlMsgNmId: once('definition', id),
  OrgnlNbOfTxs: once('count', count),
  OrgnlCtrlSum: once('total', decimal),
  GrpSts: once('status', code),
  ...REASONS,
  ...COUNTS,
};

const BLOCK: FieldTable<Block> = {
  OrgnlPmtInfId: once('paymentInformationId', id),
  OrgnlNbOfTxs: once('count', count),
  OrgnlCtrlSum: once('total', decimal),
  PmtInfSts: once('status', code),
  ...REASONS,
  ...COUNTS,
};

const PAYMENT: FieldTable<Payment> = {
  'OrgnlGrpInf/OrgnlMsgId': once('originalMessageId', id),
  StsId: once('statusId', id),
  OrgnlInstrId: once('instructionId', id),
  // As Nordea writes it.
  OrgnlInstrdId: once('instructionId', id),
  OrgnlEndToEndId: once('endToEndId', id),
  OrgnlUETR: once('uetr', id),
  TxSts: once('status', code),
  AccptncDtTm: once('acceptedAt', words),
  AcctSvcrRef: once('servicerReference', id),
  'OrgnlTxRef/Amt/InstdAmt': money('amount', 'currency'),
  'OrgnlTxRef/Amt/EqvtAmt/Amt': money('amount', 'currency'),
  'OrgnlTxRef/CdtrAcct/Id/IBAN': once('account', id),
  'OrgnlTxRef/CdtrAcct/Id/Othr/Id': once('account', id),
  'OrgnlTxRef/Cdtr/Nm': first('name', words),
  'OrgnlTxRef/Cdtr/Pty/Nm': first('name', words),
  ...REASONS,
};

/** The rules by which a pain.002 Document is told: CustomerPaymentStatusReport. */
export function paymentStatusReport(version: string, context: Context): ElementRule {
  const message = new Slot(newMessage);
  let isTold = false;
  const tell = (): void => {
    if (isTold) return;
    isTold = true;
    context.emit({
      type: 'message',
      kind: 'pain.002',
      version,
      count: '',
      total: '',
      page: '',
      lastPage: '',
      ...message.now,
      at: message.at,
    });
  };
  const header: ElementRule = {
    open: () => void message.begin(context.here()),
    children: fieldRules(message, HEADER, context),
    close: tell,
  };
  const report: ElementRule = {
    children: {
      GrpHdr: header,
      OrgnlGrpInfAndSts: originalRule(tell, context),
      OrgnlPmtInfAndSts: blockRule(tell, context),
      // Up to .02 payments stand beside the group.
      TxInfAndSts: paymentRule(() => '', context),
    },
  };
  return {
    children: { CstmrPmtStsRpt: report, 'pain.002.001.02': report },
    close: () => {
      if (!isTold) context.refuse('missing', 'CstmrPmtStsRpt');
    },
  };
}

function originalRule(tell: () => void, context: Context): ElementRule {
  const slot = new Slot(newOriginal);
  return {
    open: () => {
      tell();
      slot.begin(context.here());
    },
    children: fieldRules(slot, ORIGINAL, context),
    close: () => {
      context.emit({ type: 'original', ...slot.now, at: slot.at });
    },
  };
}

function blockRule(tell: () => void, context: Context): ElementRule {
  const slot = new Slot(newBlock);
  let isTold = false;
  // The block comes before its payments: all that it says of itself stands before the first.
  const tellBlock = (): void => {
    if (isTold) return;
    isTold = true;
    context.emit({ type: 'block', ...slot.now, at: slot.at });
  };
  const payment = paymentRule(() => slot.now.paymentInformationId, context);
  return {
    open: () => {
      tell();
      isTold = false;
      slot.begin(context.here());
    },
    children: merged(fieldRules(slot, BLOCK, context), {
      TxInfAndSts: {
        ...payment,
        open: (offset) => {
          tellBlock();
          payment.open?.(offset);
        },
      },
    }),
    close: tellBlock,
  };
}

function paymentRule(block: () => string, context: Context): ElementRule {
  const slot = new Slot(newPayment);
  let no = 0;
  return {
    open: () => {
      no += 1;
      const { byte, path } = context.here();
      const payment = slot.begin({ byte, path: `${path}[${no}]` });
      payment.at = slot.at;
    },
    children: fieldRules(slot, PAYMENT, context),
    close: () => {
      slot.now.paymentInformationId = block();
      context.emit(slot.now);
    },
  };
}
