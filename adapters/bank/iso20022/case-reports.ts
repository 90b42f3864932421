import type {
  BankFileKind,
  BankItem,
  Cancellation,
  ValueFault,
} from '../../../src/settlement/bank-file.ts';
import {
  code,
  each,
  fieldRules,
  first,
  flag,
  id,
  money,
  once,
  Slot,
  words,
  type FieldTable,
} from './fields.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// The smaller messages of a bank: what it decided on a request to cancel (camt.029), whether an account
// belongs to a person (acmt.024), and that it could not read what we sent (admi.002); and the header
// that may stand in front of any of them (head.001).

type Context = ReaderContext<BankItem>;

const newMessage = () => ({ faults: [] as ValueFault[], messageId: '', createdAt: '' });
type Message = ReturnType<typeof newMessage>;

/** Tells the message once its header is read, or before what comes first. */
function messageRule(
  { kind, version, table }: { kind: BankFileKind; version: string; table: FieldTable<Message> },
  context: Context,
): { rule: ElementRule; tell: () => void; isTold: () => boolean } {
  const slot = new Slot(newMessage);
  let isTold = false;
  const tell = (): void => {
    if (isTold) return;
    isTold = true;
    const rest = { count: '', total: '', page: '', lastPage: '' };
    context.emit({ type: 'message', kind, version, ...rest, ...slot.now, at: slot.at });
  };
  const rule: ElementRule = {
    open: () => void slot.begin(context.here()),
    children: fieldRules(slot, table, context),
    close: tell,
  };
  return { rule, tell, isTold: () => isTold };
}

// ---- camt.029

const newDecision = () => ({
  faults: [] as ValueFault[],
  originalMessageId: '',
  paymentInformationId: '',
  instructionId: '',
  endToEndId: '',
  uetr: '',
  status: '',
  amount: '',
  currency: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
});
type Decision = ReturnType<typeof newDecision>;

const CANCELLATION_REASONS: FieldTable<Decision> = {
  'CxlStsRsnInf/Rsn/Cd': each('reasons', code),
  'CxlStsRsnInf/Rsn/Prtry': each('reasons', words),
  'CxlStsRsnInf/AddtlInf': each('reasonTexts', words),
};
const OF_THE_CASE: FieldTable<Decision> = {
  Conf: once('status', code),
  'RjctdMod/Cd': each('reasons', code),
};
const OF_THE_GROUP: FieldTable<Decision> = {
  OrgnlMsgId: once('originalMessageId', id),
  GrpCxlSts: once('status', code),
  ...CANCELLATION_REASONS,
};
const OF_THE_BLOCK: FieldTable<Decision> = {
  'OrgnlGrpInf/OrgnlMsgId': once('originalMessageId', id),
  OrgnlPmtInfId: once('paymentInformationId', id),
  PmtInfCxlSts: once('status', code),
  ...CANCELLATION_REASONS,
};
const OF_THE_PAYMENT: FieldTable<Decision> = {
  'OrgnlGrpInf/OrgnlMsgId': once('originalMessageId', id),
  OrgnlInstrId: once('instructionId', id),
  OrgnlEndToEndId: once('endToEndId', id),
  OrgnlUETR: once('uetr', id),
  TxCxlSts: once('status', code),
  'OrgnlTxRef/Amt/InstdAmt': money('amount', 'currency'),
  OrgnlInstdAmt: money('amount', 'currency'),
  ...CANCELLATION_REASONS,
};

/** The rules by which a camt.029 Document is told: ResolutionOfInvestigation. */
export function resolutionOfInvestigation(version: string, context: Context): ElementRule {
  const table: FieldTable<Message> = {
    Id: once('messageId', id),
    CreDtTm: once('createdAt', words),
  };
  const message = messageRule({ kind: 'camt.029', version, table }, context);
  const above = { group: '', block: '', messageOfBlock: '' };
  const of = (level: Cancellation['level'], fields: FieldTable<Decision>): DecisionRule => ({
    level,
    fields,
    above,
    before: message.tell,
  });
  const payment = (): ElementRule => decisionRule(of('payment', OF_THE_PAYMENT), context);
  const block = decisionRule(
    { ...of('block', OF_THE_BLOCK), below: { TxInfAndSts: payment() } },
    context,
  );
  const details: ElementRule = {
    // Each set of details is about a message of its own.
    open: () => {
      above.group = '';
    },
    children: {
      OrgnlGrpInfAndSts: decisionRule(of('group', OF_THE_GROUP), context),
      OrgnlPmtInfAndSts: {
        ...block,
        close: (text, currency) => {
          block.close?.(text, currency);
          above.block = '';
          above.messageOfBlock = '';
        },
      },
      TxInfAndSts: payment(),
    },
  };
  const sts = decisionRule(of('case', OF_THE_CASE), context);
  return {
    children: {
      RsltnOfInvstgtn: { children: { Assgnmt: message.rule, Sts: sts, CxlDtls: details } },
    },
    close: () => {
      if (!message.isTold()) context.refuse('missing', 'RsltnOfInvstgtn');
    },
  };
}

interface DecisionRule {
  readonly level: Cancellation['level'];
  readonly fields: FieldTable<Decision>;
  /** What the levels above have said, for those below. */
  readonly above: { group: string; block: string; messageOfBlock: string };
  readonly before: () => void;
  /** Elements of the level below: this one is told before the first of them. */
  readonly below?: Readonly<Record<string, ElementRule>>;
}

function decisionRule(of: DecisionRule, context: Context): ElementRule {
  const slot = new Slot(newDecision);
  let isTold = false;
  const tell = (): void => {
    if (!isTold) tellDecision(of, slot, context);
    isTold = true;
  };
  const below = Object.entries(of.below ?? {}).map(([name, rule]): [string, ElementRule] => [
    name,
    {
      ...rule,
      open: (offset) => {
        tell();
        rule.open?.(offset);
      },
    },
  ]);
  return {
    open: () => {
      of.before();
      isTold = false;
      slot.begin(context.here());
    },
    children: { ...fieldRules(slot, of.fields, context), ...Object.fromEntries(below) },
    close: tell,
  };
}

function tellDecision(
  { level, above }: DecisionRule,
  { now, at }: Slot<Decision>,
  { emit }: Context,
): void {
  if (level === 'group') above.group = now.originalMessageId;
  if (level === 'block') {
    above.block = now.paymentInformationId;
    above.messageOfBlock = now.originalMessageId;
  }
  if (level === 'case' && now.status === '' && now.reasons.length === 0) return;
  emit({
    type: 'cancellation',
    level,
    ...now,
    originalMessageId: now.originalMessageId || above.messageOfBlock || above.group,
    paymentInformationId: now.paymentInformationId || (level === 'payment' ? above.block : ''),
    at,
  });
}

// ---- acmt.024

const newVerification = () => ({
  faults: [] as ValueFault[],
  originalId: '',
  verified: '',
  account: '',
  name: '',
  identity: '',
  updatedAccount: '',
  updatedName: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
});

const VERIFICATION: FieldTable<ReturnType<typeof newVerification>> = {
  OrgnlId: once('originalId', id),
  Vrfctn: once('verified', flag),
  'Rsn/Cd': each('reasons', code),
  'Rsn/Prtry': each('reasons', words),
  'OrgnlPtyAndAcctId/Pty/Nm': once('name', words),
  'OrgnlPtyAndAcctId/Pty/Id/PrvtId/Othr/Id': first('identity', id),
  'OrgnlPtyAndAcctId/Acct/IBAN': once('account', id),
  'OrgnlPtyAndAcctId/Acct/Othr/Id': once('account', id),
  'OrgnlPtyAndAcctId/Acct/Id/IBAN': once('account', id),
  'OrgnlPtyAndAcctId/Acct/Id/Othr/Id': once('account', id),
  'UpdtdPtyAndAcctId/Pty/Nm': once('updatedName', words),
  'UpdtdPtyAndAcctId/Acct/IBAN': once('updatedAccount', id),
  'UpdtdPtyAndAcctId/Acct/Othr/Id': once('updatedAccount', id),
  'UpdtdPtyAndAcctId/Acct/Id/IBAN': once('updatedAccount', id),
  'UpdtdPtyAndAcctId/Acct/Id/Othr/Id': once('updatedAccount', id),
};

/** The rules by which an acmt.024 Document is told: IdentificationVerificationReport. */
export function verificationReport(version: string, context: Context): ElementRule {
  const table: FieldTable<Message> = {
    MsgId: once('messageId', id),
    CreDtTm: once('createdAt', words),
  };
  const message = messageRule({ kind: 'acmt.024', version, table }, context);
  const slot = new Slot(newVerification);
  const report: ElementRule = {
    open: () => {
      message.tell();
      slot.begin(context.here());
    },
    children: fieldRules(slot, VERIFICATION, context),
    close: () => {
      context.emit({ type: 'verification', ...slot.now, at: slot.at });
    },
  };
  return {
    children: { IdVrfctnRpt: { children: { Assgnmt: message.rule, Rpt: report } } },
    close: () => {
      if (!message.isTold()) context.refuse('missing', 'IdVrfctnRpt');
    },
  };
}

// ---- admi.002

const newRefusal = () => ({
  faults: [] as ValueFault[],
  reference: '',
  refusedAt: '',
  location: '',
  reasons: [] as string[],
  reasonTexts: [] as string[],
});

const MESSAGE_REFUSAL: FieldTable<ReturnType<typeof newRefusal>> = {
  'RltdRef/Ref': once('reference', id),
  'Rsn/RjctgPtyRsn': each('reasons', words),
  'Rsn/RjctnDtTm': once('refusedAt', words),
  'Rsn/ErrLctn': once('location', words),
  'Rsn/RsnDesc': each('reasonTexts', words),
  'Rsn/AddtlData': each('reasonTexts', words),
};

/** The rules by which an admi.002 Document is told: MessageReject. It has no id of its own. */
export function messageReject(version: string, context: Context): ElementRule {
  const message = messageRule({ kind: 'admi.002', version, table: {} }, context);
  const slot = new Slot(newRefusal);
  const body: ElementRule = {
    open: () => {
      message.tell();
      slot.begin(context.here());
    },
    children: fieldRules(slot, MESSAGE_REFUSAL, context),
    close: () => {
      context.emit({ type: 'message-refusal', ...slot.now, at: slot.at });
    },
  };
  return {
    children: { 'admi.002.001.01': body, MsgRjct: body },
    close: () => {
      if (!message.isTold()) context.refuse('missing', 'admi.002.001.01');
    },
  };
}

// ---- head.001

const newHeader = () => ({
  faults: [] as ValueFault[],
  from: '',
  to: '',
  businessMessageId: '',
  definition: '',
  createdAt: '',
  possibleDuplicate: '',
});
type Header = ReturnType<typeof newHeader>;

const side = (element: 'Fr' | 'To', key: 'from' | 'to'): FieldTable<Header> => ({
  [`${element}/FIId/FinInstnId/BICFI`]: first(key, id),
  [`${element}/FIId/FinInstnId/ClrSysMmbId/MmbId`]: first(key, id),
  [`${element}/FIId/FinInstnId/Othr/Id`]: first(key, id),
  [`${element}/OrgId/Id/OrgId/AnyBIC`]: first(key, id),
  [`${element}/OrgId/Id/OrgId/BICOrBEI`]: first(key, id),
  [`${element}/OrgId/Id/OrgId/Othr/Id`]: first(key, id),
});

const BUSINESS_HEADER: FieldTable<Header> = {
  ...side('Fr', 'from'),
  ...side('To', 'to'),
  BizMsgIdr: once('businessMessageId', id),
  MsgDefIdr: once('definition', id),
  CreDt: once('createdAt', words),
  PssblDplct: once('possibleDuplicate', flag),
};

/** The rules by which a head.001 AppHdr is told: BusinessApplicationHeader. */
export function businessHeader(context: Context): ElementRule {
  const slot = new Slot(newHeader);
  slot.begin(context.here());
  return {
    children: fieldRules(slot, BUSINESS_HEADER, context),
    close: () => {
      context.emit({ type: 'header', ...slot.now, at: slot.at });
    },
  };
}
