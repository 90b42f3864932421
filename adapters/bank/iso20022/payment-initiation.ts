import type { BankItem, ValueFault } from '../../../src/settlement/bank-file.ts';
import {
  code,
  count,
  day,
  decimal,
  each,
  fieldRules,
  first,
  flag,
  id,
  merged,
  money,
  once,
  Slot,
  words,
  type FieldTable,
} from './fields.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// pain.001, ours or made elsewhere: read to compare what a bank answers with what it was sent.

type Context = ReaderContext<BankItem>;

const newMessage = () => ({
  faults: [] as ValueFault[],
  messageId: '',
  createdAt: '',
  count: '',
  total: '',
});
const newBlock = () => ({
  faults: [] as ValueFault[],
  paymentInformationId: '',
  count: '',
  total: '',
  batchBooking: '',
  executionDay: '',
  payer: '',
  payerAccount: '',
  payerCurrency: '',
  payerBank: '',
});
const newPayment = () => ({
  faults: [] as ValueFault[],
  instructionId: '',
  endToEndId: '',
  uetr: '',
  amount: '',
  currency: '',
  payee: '',
  payeeAccount: '',
  payeeBank: '',
  purpose: '',
  remittance: [] as string[],
});
type Message = ReturnType<typeof newMessage>;
type Block = ReturnType<typeof newBlock>;
type Payment = ReturnType<typeof newPayment>;

const HEADER: FieldTable<Message> = {
  MsgId: once('messageId', id),
  CreDtTm: once('createdAt', words),
  NbOfTxs: once('count', count),
  CtrlSum: once('total', decimal),
};

const BLOCK: FieldTable<Block> = {
  PmtInfId: once('paymentInformationId', id),
  NbOfTxs: once('count', count),
  CtrlSum: once('total', decimal),
  BtchBookg: once('batchBooking', flag),
  ReqdExctnDt: once('executionDay', day),
  'ReqdExctnDt/Dt': once('executionDay', day),
  'ReqdExctnDt/DtTm': once('executionDay', day),
  'Dbtr/Nm': once('payer', words),
  'DbtrAcct/Id/IBAN': once('payerAccount', id),
  'DbtrAcct/Id/Othr/Id': once('payerAccount', id),
  'DbtrAcct/Ccy': once('payerCurrency', code),
  'DbtrAgt/FinInstnId/BIC': first('payerBank', id),
  'DbtrAgt/FinInstnId/BICFI': first('payerBank', id),
  'DbtrAgt/FinInstnId/ClrSysMmbId/MmbId': first('payerBank', id),
};

const PAYMENT: FieldTable<Payment> = {
  'PmtId/InstrId': once('instructionId', id),
  'PmtId/EndToEndId': once('endToEndId', id),
  'PmtId/UETR': once('uetr', id),
  'Amt/InstdAmt': money('amount', 'currency'),
  'Amt/EqvtAmt/Amt': money('amount', 'currency'),
  'CdtrAgt/FinInstnId/BIC': first('payeeBank', id),
  'CdtrAgt/FinInstnId/BICFI': first('payeeBank', id),
  'CdtrAgt/FinInstnId/ClrSysMmbId/MmbId': first('payeeBank', id),
  'Cdtr/Nm': once('payee', words),
  'CdtrAcct/Id/IBAN': once('payeeAccount', id),
  'CdtrAcct/Id/Othr/Id': once('payeeAccount', id),
  'Purp/Cd': once('purpose', code),
  'RmtInf/Ustrd': each('remittance', words),
};

/** The rules by which a pain.001 Document is told: CustomerCreditTransferInitiation. */
export function paymentInitiation(version: string, context: Context): ElementRule {
  const message = new Slot(newMessage);
  let isTold = false;
  const initiation: ElementRule = {
    children: {
      GrpHdr: {
        open: () => void message.begin(context.here()),
        children: fieldRules(message, HEADER, context),
        close: () => {
          isTold = true;
          context.emit({
            type: 'message',
            kind: 'pain.001',
            version,
            page: '',
            lastPage: '',
            ...message.now,
            at: message.at,
          });
        },
      },
      PmtInf: blockRule(() => {
        if (!isTold) context.refuse('missing', 'GrpHdr');
      }, context),
    },
  };
  return {
    children: { CstmrCdtTrfInitn: initiation, 'pain.001.001.02': initiation },
    close: () => {
      if (!isTold) context.refuse('missing', 'CstmrCdtTrfInitn');
    },
  };
}

function blockRule(requireHeader: () => void, context: Context): ElementRule {
  const slot = new Slot(newBlock);
  const payment = new Slot(newPayment);
  let no = 0;
  let isTold = false;
  const tellBlock = (): void => {
    if (isTold) return;
    isTold = true;
    context.emit({ type: 'payment-block', ...slot.now, at: slot.at });
  };
  return {
    open: () => {
      requireHeader();
      isTold = false;
      slot.begin(context.here());
    },
    children: merged(fieldRules(slot, BLOCK, context), {
      CdtTrfTxInf: {
        open: () => {
          tellBlock();
          no += 1;
          const { byte, path } = context.here();
          payment.begin({ byte, path: `${path}[${no}]` });
        },
        children: fieldRules(payment, PAYMENT, context),
        close: () => {
          const { paymentInformationId } = slot.now;
          context.emit({ type: 'payment', paymentInformationId, ...payment.now, at: payment.at });
        },
      },
    }),
    close: tellBlock,
  };
}
