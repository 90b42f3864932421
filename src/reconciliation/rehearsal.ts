import type { BankProfile } from '../batch/bank-profile.ts';
import { ListSums } from '../settlement/account-totals.ts';
import type {
  BankFileKind,
  BankItem,
  BankMessage,
  Cancellation,
  ListRow,
  Place,
} from '../settlement/bank-file.ts';
import { digits, exact, type Exact } from '../settlement/exact-amount.ts';
import {
  isOfAccount,
  isStatement,
  messageIdOf,
  reasonCode,
  treatmentOf,
  unfit,
  type AccountKind,
} from '../settlement/inbound-rules.ts';
import { cancellationOf, reasonClass, type PaymentState } from '../settlement/payment-status.ts';
import { readAccountReport, type StatementEvidence } from './account-evidence.ts';
import type {
  CancellationEvidence,
  EntryEvidence,
  OpenBreak,
  RowEvidence,
  SentPayment,
  StatusEvidence,
} from './evidence.ts';
import { drawBooks, type Books } from './payment-book.ts';
import { SentPayments } from './sent-payments.ts';
import { readStatusReport } from './status-report.ts';

// How a bank and we agree before anything is real: payment files as sent, files as received, and what
// follows from them. Nothing is kept and nothing is sent.

type Verdict = 'accepted' | 'accepted-with-quarantine' | 'duplicate' | 'refused';

/** A file as it came: what its reader found in it, or why it found nothing. */
export type ReceivedFile = { readonly file: string; readonly sha256: string } & (
  | {
      readonly items: readonly BankItem[];
      /** Of what the file says, wherever it stands: two messages of one id must have one content. */
      readonly fingerprint: string;
      readonly findings: readonly FileFinding[];
    }
  | { readonly refusal: { readonly reason: string; readonly rule: string; readonly at: Place } }
);

/** Something odd about a file that changes nothing by itself. */
export interface FileFinding extends Place {
  readonly kind: 'schema' | 'profile' | 'content';
  readonly rule: string;
}

export interface FileVerdict {
  readonly file: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly message: { readonly type: string; readonly id: string };
  readonly quarantined: readonly Quarantined[];
}

interface Quarantined extends Place {
  readonly rule: string;
  readonly reference: string;
}

interface PaymentLine {
  readonly endToEndId: string;
  readonly state: PaymentState;
  readonly reasonCodes: readonly string[];
  readonly reasonClasses: readonly string[];
  /** Whole dong as digits; null for another currency. */
  readonly amountVnd: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly bookedOn: string | null;
  readonly returnedOn: string | null;
}

export interface RehearsalResult {
  readonly files: readonly FileVerdict[];
  readonly payments: readonly PaymentLine[];
  readonly ledger: Readonly<Record<string, string | number>>;
  readonly breaks: readonly OpenBreak[];
  readonly findings: readonly (FileFinding & { readonly file: string })[];
}

/** The versions that were held against their schemas; another one is read the same way, and noted. */
const KNOWN_VERSIONS =
  /^(?:pain\.001\.001\.(?:03|09|12)|pain\.002\.001\.(?:03|10|14)|camt\.05[234]\.001\.(?:02|04|08|10|12)|camt\.029\.001\.\d\d|acmt\.024\.001\.\d\d|admi\.002\.001\.01|mt94[02]|list|post-office-result)$/;

/** One rehearsal: files are received one after the other, and the result may be drawn at any time. */
export class Rehearsal {
  private readonly profile: BankProfile;
  private readonly sent = new SentPayments();
  private readonly bytes = new Set<string>();
  private readonly messages = new Map<string, string>();
  private readonly verdicts: FileVerdict[] = [];
  private readonly findings: (FileFinding & { file: string })[] = [];
  private readonly statements: StatementEvidence[] = [];
  private readonly statuses: StatusEvidence[] = [];
  private readonly entries: EntryEvidence[] = [];
  private readonly rows: RowEvidence[] = [];
  private readonly cancellations: CancellationEvidence[] = [];
  private readonly setAside: OpenBreak[] = [];

  constructor(profile: BankProfile) {
    this.profile = profile;
  }

  /** Takes in a payment file that was sent: ours, or made elsewhere. */
  send(file: string, items: readonly BankItem[], findings: readonly FileFinding[]): void {
    this.sent.add(file, items);
    this.findings.push(...findings.map((one) => ({ ...one, file })));
    this.noteVersion(file, items);
  }

  /** Receives one file, whole or not at all. */
  receive(received: ReceivedFile): FileVerdict {
    const verdict = this.judge(received);
    this.verdicts.push(verdict);
    return verdict;
  }

  /** What follows from all that came, whatever the order it came in. */
  result(): RehearsalResult {
    const { statuses, entries, rows, cancellations } = this;
    const { paidWhen } = this.profile.inbound;
    const books = drawBooks(
      this.sent,
      { statuses, entries, rows, cancellations },
      { paidByStatus: paidWhen === 'status-acsc' ? 'ACSC' : null, currency: 'VND' },
    );
    return {
      files: this.verdicts,
      payments: books.outcomes.map(paymentLine),
      ledger: ledgerLines(books),
      breaks: distinct([...books.breaks, ...this.setAside]),
      findings: [
        ...this.sent.faults.map((fault) => ({ ...fault, kind: 'content' as const })),
        ...this.findings,
        ...this.chainFindings(),
      ],
    };
  }

  // ---- one file

  private judge(received: ReceivedFile): FileVerdict {
    const { file, sha256 } = received;
    const known = this.bytes.has(sha256);
    this.bytes.add(sha256);
    if ('refusal' in received) {
      const { reason, rule, at } = received.refusal;
      const why = `${reason}: ${rule} at ${at.path === '' ? 'the file' : at.path}, byte ${at.byte}`;
      return known ? repeated(file, NO_MESSAGE) : refused(file, NO_MESSAGE, why);
    }
    const message = received.items.find((item) => item.type === 'message');
    if (message === undefined) return refused(file, NO_MESSAGE, 'file-malformed: no message');
    const named = nameOf(message, received.items);
    if (known) return repeated(file, named);
    const before = this.before(message, named.id, received.fingerprint);
    if (before === 'same') return repeated(file, named);
    if (before === 'other') return refused(file, named, 'message-repeated');
    return this.readMessage(received, message, named);
  }

  /** Whether a message of this id came before, and with the same content. */
  private before(message: BankMessage, id: string, fingerprint: string): 'same' | 'other' | 'no' {
    // MT940 has no id that is used once.
    if (id === '' || message.kind.startsWith('mt')) return 'no';
    const known = this.messages.get(`${message.kind} ${id}`);
    if (known === undefined) return 'no';
    return known === fingerprint ? 'same' : 'other';
  }

  private readMessage(
    received: Extract<ReceivedFile, { items: unknown }>,
    message: BankMessage,
    named: FileVerdict['message'],
  ): FileVerdict {
    const { file, items, findings } = received;
    const rule = unfit(message, this.profile.inbound);
    if (rule !== undefined) return refused(file, named, rule);
    const said = this.understand(file, message, items);
    this.findings.push(...findings.map((one) => ({ ...one, file })));
    this.noteVersion(file, items);
    const refusal =
      said.refusal ?? this.toleranceRefuses(said.setAside) ?? this.schemaRefuses(findings);
    if (refusal !== undefined) return refused(file, named, refusal);
    if (named.id !== '') this.messages.set(`${message.kind} ${named.id}`, received.fingerprint);
    said.apply();
    this.findings.push(
      ...said.notes.map(({ item, rule }) => ({ kind: 'content' as const, rule, file, ...item.at })),
    );
    this.setAside.push(...said.setAside.map(({ item, rule }) => breakOf(file, item, rule)));
    return this.accepted(received, named, said.setAside);
  }

  private accepted(
    { file, findings }: Extract<ReceivedFile, { items: unknown }>,
    message: FileVerdict['message'],
    setAside: Understood['setAside'],
  ): FileVerdict {
    const quarantined = setAside.map(({ item, rule }) => ({
      ...item.at,
      rule,
      reference: referenceOf(item),
    }));
    const { schemaFault } = this.profile.inbound.tolerance;
    const isOdd = schemaFault === 'quarantine' && findings.some(({ kind }) => kind === 'schema');
    const rule = quarantined[0]?.rule ?? (isOdd ? 'schema' : undefined);
    const verdict = rule === undefined ? 'accepted' : 'accepted-with-quarantine';
    return { file, verdict, reason: rule ?? '', message, quarantined };
  }

  private schemaRefuses(findings: readonly FileFinding[]): string | undefined {
    const { schemaFault } = this.profile.inbound.tolerance;
    const refuses = schemaFault === 'refuse' && findings.some(({ kind }) => kind === 'schema');
    return refuses ? 'schema' : undefined;
  }

  private toleranceRefuses(setAside: readonly { rule: string }[]): string | undefined {
    const { inbound } = this.profile;
    return setAside.find(({ rule }) => treatmentOf(rule, inbound) === 'refuse')?.rule;
  }

  private understand(file: string, message: BankMessage, items: readonly BankItem[]): Understood {
    const { kind } = message;
    return isOfAccount(kind)
      ? this.readAccounts(file, message, items)
      : this.readWords(file, kind, items);
  }

  private readWords(
    file: string,
    kind: Exclude<BankFileKind, AccountKind>,
    items: readonly BankItem[],
  ): Understood {
    switch (kind) {
      case 'pain.002': {
        const read = readStatusReport(file, items, this.sent);
        return { ...read, apply: () => void this.statuses.push(...read.evidence) };
      }
      case 'camt.029':
        return this.readDecisions(file, items);
      case 'admi.002':
        return this.readMessageRefusal(file, items);
      case 'list':
      case 'post-office-result':
        return this.readList(file, items);
      case 'acmt.024':
      case 'pain.001':
        return { ...UNDERSTOOD, notes: verificationNotes(items), apply: () => undefined };
    }
  }

  private readAccounts(
    file: string,
    { kind }: BankMessage,
    items: readonly BankItem[],
  ): Understood {
    const read = readAccountReport(file, items, {
      isOurs: (account) => this.isOurs(account),
      isPaidIn: (currency) => this.sent.currencies.has(currency),
    });
    const apply = (): void => {
      this.entries.push(...read.entries);
      if (isStatement(kind)) this.statements.push(...read.statements);
    };
    const setAside = [...read.setAside, ...this.unknownDetails(read.entries, items)];
    return { ...read, setAside, apply };
  }

  /** An account that was debited in what was sent, or else that of the profile. */
  private isOurs(account: string): boolean {
    const { accounts } = this.sent;
    return accounts.size > 0 ? accounts.has(account) : account === this.profile.payer.account;
  }

  /** Details that name a payment nobody sent. */
  private unknownDetails(
    entries: readonly EntryEvidence[],
    items: readonly BankItem[],
  ): { item: BankItem; rule: string }[] {
    const places = new Set(
      entries
        .flatMap(({ details }) => details)
        .filter((detail) => {
          const given = [detail.endToEndId, detail.instructionId, detail.uetr];
          const isGiven = given.some((id) => id !== '' && id !== 'NOTPROVIDED');
          return isGiven && this.sent.named(detail) == null;
        })
        .map(({ at }) => at.byte),
    );
    return items
      .filter((item) => item.type === 'detail' && places.has(item.at.byte))
      .map((item) => ({ item, rule: 'unknown-reference' }));
  }

  // ---- the smaller messages

  private readDecisions(file: string, items: readonly BankItem[]): Understood {
    const setAside: { item: BankItem; rule: string }[] = [];
    const notes: { item: BankItem; rule: string }[] = [];
    const evidence: CancellationEvidence[] = [];
    const decisions = items.filter((item) => item.type === 'cancellation');
    const named = decisions.map(({ originalMessageId }) => originalMessageId);
    const isOfSeveral = new Set(named.filter((id) => id !== '')).size > 1;
    for (const item of decisions) {
      const payments = this.decidedOn(item, decisions);
      const { status, reasons, at } = item;
      const meaning = cancellationOf(status);
      const rule = faultOfDecision(item, isOfSeveral);
      if (rule !== undefined) setAside.push({ item, rule });
      else if (payments === undefined) setAside.push({ item, rule: 'unknown-reference' });
      else {
        if (meaning !== 'cancelled') notes.push({ item, rule: `cancellation-${meaning}` });
        evidence.push(...payments.map((payment) => ({ file, at, payment, status, reasons })));
      }
    }
    return { setAside, notes, apply: () => void this.cancellations.push(...evidence) };
  }

  /** The payments that a decision is about: those named below it are not, for they have their own. */
  private decidedOn(item: Cancellation, all: readonly Cancellation[]): SentPayment[] | undefined {
    if (item.level === 'payment') {
      const payment = this.sent.named(item);
      return payment == null ? undefined : [payment];
    }
    const below = all.some(({ level }) => level === 'payment');
    if (below || item.level === 'case') return [];
    if (item.level === 'block') return this.sent.block(item.paymentInformationId)?.payments;
    return item.originalMessageId === ''
      ? []
      : this.sent.messages.get(item.originalMessageId)?.payments;
  }

  /** A message that could not be read is refused whole, as by a status of its group. */
  private readMessageRefusal(file: string, items: readonly BankItem[]): Understood {
    const refusal = items.find((item) => item.type === 'message-refusal');
    if (refusal === undefined) return { ...UNDERSTOOD, refusal: 'nothing-refused' };
    const sent = this.sent.messages.get(refusal.reference);
    if (sent === undefined) return { ...UNDERSTOOD, refusal: 'answers-unknown-message' };
    const { reasons, reasonTexts: texts, at } = refusal;
    const evidence = sent.payments.flatMap((payment) =>
      payment.submissions
        .filter(({ messageId }) => messageId === sent.messageId)
        .map((submission) => ({ file, at, payment, submission, status: 'RJCT', reasons, texts })),
    );
    return { ...UNDERSTOOD, apply: () => void this.statuses.push(...evidence) };
  }

  private readList(file: string, items: readonly BankItem[]): Understood {
    const refusal = this.listRefusal(items);
    if (refusal !== undefined) return { ...UNDERSTOOD, refusal };
    const isCash = items.some((item) => item.type === 'message' && item.kind !== 'list');
    const proves = isCash || this.profile.inbound.paidWhen === 'list-says-so';
    const setAside: { item: BankItem; rule: string }[] = [];
    const evidence: RowEvidence[] = [];
    for (const item of items) {
      if (item.type !== 'row') continue;
      const { reference, at, outcome, bookedOn } = item;
      const ids = { endToEndId: reference, instructionId: reference, uetr: '' };
      const payment = this.sent.named(ids);
      const rule = rowFault(item, payment);
      if (rule !== undefined) setAside.push({ item, rule });
      if (rule !== undefined || payment == null || outcome === '') continue;
      const reasons = item.reasons.map((text) => reasonCode(text, this.profile.inbound));
      evidence.push({ file, at, payment, outcome, bookedOn, reasons, proves });
    }
    return { setAside, notes: [], apply: () => void this.rows.push(...evidence) };
  }

  private listRefusal(items: readonly BankItem[]): string | undefined {
    const rows = items.filter((item) => item.type === 'row');
    if (!listAgrees(rows, items)) return 'control-totals-disagree';
    const answered = items.find((item) => item.type === 'original')?.messageId ?? '';
    const isKnown = answered === '' || this.sent.messages.has(answered);
    return isKnown ? undefined : 'answers-unknown-message';
  }

  // ---- findings

  private noteVersion(file: string, items: readonly BankItem[]): void {
    const message = items.find((item) => item.type === 'message');
    if (message === undefined || KNOWN_VERSIONS.test(message.version)) return;
    this.findings.push({
      kind: 'profile',
      rule: `version ${message.version}`,
      file,
      ...message.at,
    });
  }

  /** Statements of an account follow one another: the closing balance of one opens the next. */
  private chainFindings(): (FileFinding & { file: string })[] {
    const byAccount = new Map<string, StatementEvidence[]>();
    for (const one of this.statements) {
      byAccount.set(one.account, [...(byAccount.get(one.account) ?? []), one]);
    }
    return [...byAccount.values()].flatMap((statements) => {
      const chain = distinctStatements(statements);
      return chain.flatMap((one, i) => {
        const last = chain[i - 1];
        if (last === undefined || last.closing === one.opening) return [];
        const place = { path: '', byte: 0 };
        return [
          { kind: 'content' as const, rule: 'statement-missing-before', file: one.file, ...place },
        ];
      });
    });
  }
}

interface Understood {
  readonly setAside: readonly { readonly item: BankItem; readonly rule: string }[];
  readonly notes: readonly { readonly item: BankItem; readonly rule: string }[];
  readonly refusal?: string;
  readonly apply: () => void;
}
const UNDERSTOOD: Understood = { setAside: [], notes: [], apply: () => undefined };
const NO_MESSAGE = { type: '', id: '' };

/** Why a decision on a request to cancel has no effect, by itself; undefined where it has one. */
function faultOfDecision(item: Cancellation, isOfSeveral: boolean): string | undefined {
  const { faults, level, status } = item;
  if (faults[0] !== undefined) return faults[0].rule;
  const meaning = cancellationOf(status);
  if (meaning === 'unknown' && status !== '') return 'unknown-status';
  // What a file grants for the whole of one message it may refuse for the next.
  const isWhole = level === 'group' || level === 'block';
  return isOfSeveral && isWhole && meaning === 'cancelled' ? 'cancelled-whole' : undefined;
}

function refused(file: string, message: FileVerdict['message'], reason: string): FileVerdict {
  return { file, verdict: 'refused', reason, message, quarantined: [] };
}

function repeated(file: string, message: FileVerdict['message']): FileVerdict {
  return { file, verdict: 'duplicate', reason: 'seen-before', message, quarantined: [] };
}

/** A message without an id of its own has that of its header. */
function nameOf(message: BankMessage, items: readonly BankItem[]): FileVerdict['message'] {
  const header = items.find((item) => item.type === 'header');
  return { type: message.version, id: messageIdOf(message, header) };
}

function referenceOf(item: BankItem): string {
  if (item.type === 'row') return item.reference;
  return 'endToEndId' in item ? item.endToEndId || item.instructionId : '';
}

function breakOf(file: string, item: BankItem, rule: string): OpenBreak {
  const amount = 'amount' in item ? item.amount : '';
  const currency = 'currency' in item ? item.currency : '';
  const reference = referenceOf(item);
  return {
    kind: rule,
    endToEndId: '',
    reference,
    amount: amount || '0',
    currency,
    file,
    at: item.at,
  };
}

/** One break for each thing that is wrong, though both the line and its money tell of it. */
function distinct(breaks: readonly OpenBreak[]): OpenBreak[] {
  const known = new Map<string, OpenBreak>();
  for (const one of breaks) {
    const key = JSON.stringify([one.kind, one.reference, one.file, one.at.byte]);
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}

function rowFault(row: ListRow, payment: SentPayment | null | undefined): string | undefined {
  const [fault] = row.faults;
  if (fault !== undefined) return fault.rule;
  if (payment == null) return 'unknown-reference';
  const isSame = exact(row.amount) === payment.amount && row.currency === payment.currency;
  return isSame ? undefined : 'amount-differs';
}

function listAgrees(rows: readonly ListRow[], items: readonly BankItem[]): boolean {
  const sums = new ListSums();
  for (const row of rows) sums.add(row);
  for (const item of items) if (item.type === 'totals') sums.declare(item);
  return sums.agree();
}

function verificationNotes(items: readonly BankItem[]): { item: BankItem; rule: string }[] {
  return items
    .filter((item) => item.type === 'verification')
    .map((item) => {
      const isVerified =
        item.verified === 'true' && item.reasons.length === 0 && item.updatedAccount === '';
      return { item, rule: isVerified ? 'account-verified' : 'account-not-verified' };
    });
}

/** By sequence where it is given, else by day; one for each statement, though it came twice. */
function distinctStatements(statements: readonly StatementEvidence[]): StatementEvidence[] {
  const byId = new Map(statements.map((one) => [`${one.day} ${one.sequence} ${one.id}`, one]));
  const place = ({ day, sequence }: StatementEvidence): string =>
    `${day} ${sequence.padStart(18, '0')}`;
  return [...byId.values()].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

function paymentLine({ payment, ...outcome }: Books['outcomes'][number]): PaymentLine {
  const amount = digits(payment.amount);
  return {
    endToEndId: payment.endToEndId,
    state: outcome.state,
    reasonCodes: outcome.reasonCodes,
    reasonClasses: [...new Set(outcome.reasonCodes.map(reasonClass))],
    amountVnd: payment.currency === 'VND' ? amount : null,
    amount,
    currency: payment.currency,
    bookedOn: outcome.bookedOn,
    returnedOn: outcome.returnedOn,
  };
}

function ledgerLines({ ledger, outcomes }: Books): Record<string, string | number> {
  const lines: Record<string, string | number> = { payments: outcomes.length };
  for (const [name, amount] of Object.entries(ledger))
    lines[`${name}Vnd`] = digits(amount as Exact);
  return lines;
}
