import type { SettlementItem } from '../../../src/settlement/settlement.ts';
import { amountVnd, code, dong, field, firstField, identifier } from './element-values.ts';
import type { ElementRule, ReaderContext, Refuse } from './guarded-xml.ts';

// pain.002 has a status at three levels, and any of them may be missing. The effective status of a
// payment is its own, else that of its block, else that of the group; the reader tells what stands
// in the file and fills in only a listed payment that has no status of its own.

type Context = ReaderContext<SettlementItem>;

const emptyStatus = { status: '', reason: '' };
const emptyInstruction = { ...emptyStatus, endToEndId: '', instructionId: '', amount: '' };

interface Reading {
  readonly head: { messageId: string; originalMessageId: string };
  groupIsRead: boolean;
  readonly group: typeof emptyStatus;
  readonly block: typeof emptyStatus & { paymentInformationId: string };
  readonly instruction: typeof emptyInstruction;
  /** The block of all instructions of the file: our files have one. */
  paymentInformationId: string;
  blockOffset: number;
  blockIsTold: boolean;
}

/** The rules by which a pain.002 Document becomes settlement items: CustomerPaymentStatusReport. */
export function pain002Document(context: Context): ElementRule {
  const { refuse } = context;
  const reading: Reading = {
    head: { messageId: '', originalMessageId: '' },
    groupIsRead: false,
    group: { ...emptyStatus },
    block: { ...emptyStatus, paymentInformationId: '' },
    instruction: { ...emptyInstruction },
    paymentInformationId: '',
    blockOffset: 0,
    blockIsTold: false,
  };
  const messageId = field(reading.head, 'messageId', identifier(35), refuse);
  return {
    children: {
      CstmrPmtStsRpt: {
        children: {
          GrpHdr: { children: { MsgId: messageId } },
          OrgnlGrpInfAndSts: groupRule(reading, context),
          OrgnlPmtInfAndSts: blockRule(reading, context),
        },
      },
    },
    close: () => {
      requireGroup(reading, refuse);
    },
  };
}

function groupRule(reading: Reading, { emit, refuse }: Context): ElementRule {
  const { head, group } = reading;
  let offset = 0;
  return {
    open: (at) => {
      offset = at;
    },
    children: {
      OrgnlMsgId: field(head, 'originalMessageId', identifier(35), refuse),
      GrpSts: field(group, 'status', code, refuse),
      StsRsnInf: reasonRule(group, refuse),
    },
    close: () => {
      if (head.messageId === '') refuse('message-id-missing');
      if (head.originalMessageId === '') refuse('missing', 'OrgnlMsgId');
      if (reading.groupIsRead) refuse('repeated');
      reading.groupIsRead = true;
      emit({
        type: 'message',
        kind: 'pain.002',
        messageId: head.messageId,
        payerAccount: null,
        // A bank that could not read what it refuses.
        originalMessageId: head.originalMessageId === 'NOTPROVIDED' ? null : head.originalMessageId,
      });
      if (group.status !== '') emit(statusItem('group', group, offset));
    },
  };
}

function blockRule(reading: Reading, context: Context): ElementRule {
  const { refuse } = context;
  const { block } = reading;
  return {
    open: (offset) => {
      requireGroup(reading, refuse);
      Object.assign(block, emptyStatus, { paymentInformationId: '' });
      reading.blockOffset = offset;
      reading.blockIsTold = false;
    },
    children: {
      OrgnlPmtInfId: field(block, 'paymentInformationId', identifier(35), refuse),
      PmtInfSts: field(block, 'status', code, refuse),
      StsRsnInf: reasonRule(block, refuse),
      TxInfAndSts: instructionRule(reading, context),
    },
    close: () => {
      tellBlock(reading, context);
    },
  };
}

/** Tells the status of the block, once: before its first instruction or at its end. */
function tellBlock(reading: Reading, { emit, refuse }: Context): void {
  if (reading.blockIsTold) return;
  const { block } = reading;
  reading.blockIsTold = true;
  // Some banks repeat the block for each payment. Of two different blocks a status without a
  // reference could not be told apart.
  if (reading.paymentInformationId === '') {
    reading.paymentInformationId = block.paymentInformationId;
  }
  if (block.paymentInformationId === '') refuse('missing', 'OrgnlPmtInfId');
  if (block.paymentInformationId !== reading.paymentInformationId) refuse('more-than-one-block');
  if (block.status !== '') emit(statusItem('block', block, reading.blockOffset));
}

function instructionRule(reading: Reading, context: Context): ElementRule {
  const { emit, refuse } = context;
  const { instruction } = reading;
  let offset = 0;
  return {
    open: (at) => {
      tellBlock(reading, context);
      // Written out, for it is done a million times: Object.assign costs ten times as much.
      instruction.status = '';
      instruction.reason = '';
      instruction.endToEndId = '';
      instruction.instructionId = '';
      instruction.amount = '';
      offset = at;
    },
    children: {
      OrgnlInstrId: field(instruction, 'instructionId', identifier(35), refuse),
      OrgnlEndToEndId: field(instruction, 'endToEndId', identifier(35), refuse),
      TxSts: field(instruction, 'status', code, refuse),
      StsRsnInf: reasonRule(instruction, refuse),
      OrgnlTxRef: {
        children: {
          Amt: { children: { InstdAmt: field(instruction, 'amount', amountVnd, refuse) } },
        },
      },
    },
    close: () => {
      const { block, group } = reading;
      const status = instruction.status || block.status || group.status;
      const reference = instruction.endToEndId || instruction.instructionId;
      if (status === '') refuse('missing', 'TxSts');
      if (reference === '') refuse('missing', 'OrgnlEndToEndId');
      emit({
        type: 'status',
        level: 'instruction',
        reference,
        status,
        reason: instruction.reason,
        amountVnd: instruction.amount === '' ? null : dong(instruction.amount),
        offset,
      });
    },
  };
}

/** Several reasons are usual. The first is the one that decided. */
function reasonRule(into: typeof emptyStatus, refuse: Refuse): ElementRule {
  return {
    children: {
      Rsn: {
        children: {
          Cd: firstField(into, 'reason', code, refuse),
          Prtry: firstField(into, 'reason', identifier(35), refuse),
        },
      },
    },
  };
}

function requireGroup({ groupIsRead }: Reading, refuse: Refuse): void {
  if (!groupIsRead) refuse('original-group-missing');
}

function statusItem(
  level: 'group' | 'block',
  { status, reason }: typeof emptyStatus,
  offset: number,
): SettlementItem {
  return { type: 'status', level, reference: '', status, reason, amountVnd: null, offset };
}
