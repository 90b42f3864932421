import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { grouped } from '../../src/kernel/text.ts';
import { many, one } from '../../src/platform/db.ts';
import { TRACED_AT_ONCE, tracePayments } from '../../src/report/trace-payment.flow.ts';
import {
  answerRows,
  assessmentRows,
  batchRows,
  eventRows,
  evidenceRows,
  instructionRows,
  ledgerRows,
  listRows,
  outcomeRows,
  referencesOf,
  referencesOfEntry,
  statementRows,
  tracedFile,
  tracedPayment,
} from '../../src/report/trace.sql.ts';
import { TRACE_FIELDS, TRACE_LINES, TRACE_SECTIONS } from '../../src/report/trace-words.ts';
import { tracedFields, traceLines, type Trace } from '../../src/report/trace.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { walkTown } from '../support/town.ts';

describe('a trace of a payment', () => {
  const test = useDatabase();
  let returned: { reference: string; recipientId: bigint; entry: string };

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 400 });
    returned = await one(
      test().db,
      `select r.end_to_end_id as reference, r.recipient_id as "recipientId",
              (select entry_reference from settlement_line l
                where l.end_to_end_id = r.end_to_end_id and l.kind = 'credit') as entry
         from payment_return r order by 1 limit 1`,
    );
  });

  const traced = async (reference: string): Promise<Trace> => {
    const [trace] = (await tracePayments(test().context(), { reference })).traces;
    if (trace === undefined) throw new Error('no trace');
    return trace;
  };
  const rowsOf = (trace: Trace, name: string): Trace['sections'][number]['rows'] =>
    trace.sections.find((section) => section.name === name)?.rows ?? [];

  it('has every section, in the order in which money walks', async () => {
    const trace = await traced(returned.reference);
    expect(trace.sections.map(({ name }) => name)).to.deep.equal(Object.keys(TRACE_SECTIONS));
    for (const { name, rows } of trace.sections) expect(rows, name).not.to.deep.equal([]);
  });

  it('leads to the byte in our file and in the bank’s, where the reference stands', async () => {
    const { archive } = test().context();
    const trace = await traced(returned.reference);
    const [file] = rowsOf(trace, 'file');
    const sent = readFileSync(archive.path(file?.sha256 ?? ''));
    const at = Number(file?.byte);
    expect(String(sent.subarray(at, at + returned.reference.length))).to.equal(returned.reference);

    const answers = rowsOf(trace, 'answers');
    expect(answers.map(({ kind }) => kind)).to.include.members(['debit', 'credit']);
    for (const { sha256, byte } of answers) {
      const answer = readFileSync(archive.path(sha256 ?? ''));
      const transaction = String(answer.subarray(Number(byte), Number(byte) + 4000));
      expect(transaction.indexOf(returned.reference)).to.be.greaterThan(0);
    }
  });

  it('tells the whole way of a payment that came back', async () => {
    const trace = await traced(returned.reference);
    expect(rowsOf(trace, 'ledger').map(({ kind }) => kind)).to.deep.equal([
      'entitled',
      'released',
      'settled',
      'returned',
    ]);
    expect(rowsOf(trace, 'outcome').map(({ outcome }) => outcome)).to.deep.equal([
      'settled',
      'returned',
    ]);
    expect(rowsOf(trace, 'batch').filter(({ act }) => act === 'signed')).to.have.lengthOf(2);
    const due = rowsOf(trace, 'assessment');
    expect(due.every(({ articles }) => (articles ?? '').length > 0)).to.equal(true);
    const sum = due.reduce((total, { amount_vnd: vnd }) => total + BigInt(vnd ?? 0), 0n);
    expect(String(sum)).to.equal(rowsOf(trace, 'instruction')[0]?.amount_vnd);
  });

  it('is found by recipient and month, and by the entry of the bank', async () => {
    const context = test().context();
    const { recipientId, entry, reference } = returned;
    const by = async (question: Parameters<typeof tracePayments>[1]): Promise<string[]> =>
      (await tracePayments(context, question)).traces.map((trace) => trace.reference);
    expect(await by({ recipientId, period: '2026-11' })).to.deep.equal([reference]);
    expect(await by({ entryReference: entry, after: null })).to.include(reference);
    expect(await referencesOf(context.db, { recipientId, period: '2026-11' })).to.deep.equal([
      reference,
    ]);
  });

  it('leaves none of an entry out: the next ones are behind the last', async () => {
    const { db } = test();
    const [most] = await many<{ entry: string; named: bigint }>(
      db,
      `select entry_reference as entry, count(distinct end_to_end_id) as named
         from settlement_line where entry_reference <> '' group by 1 order by 2 desc limit 1`,
    );
    const named = Number(most?.named);
    const entryReference = most?.entry ?? '';
    expect(named).to.be.greaterThan(TRACED_AT_ONCE);
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const traced = await tracePayments(test().context(), { entryReference, after });
      expect(traced.named).to.equal(named);
      seen.push(...traced.traces.map(({ reference }) => reference));
      after = traced.next;
    }
    expect(new Set(seen).size).to.equal(named);
    const past = { entryReference, after: seen.at(-1) ?? '', atMost: 1 };
    expect(await referencesOfEntry(db, past)).to.deep.equal({ references: [], named });
  });

  it('refuses what was never instructed', async () => {
    const context = test().context();
    for (const question of [
      { reference: 'AS2611TG999999N1T1' },
      { reference: 'nothing of ours' },
      { entryReference: 'NONE', after: null },
      { recipientId: 999_999n, period: '2026-11' },
    ]) {
      expect(await whatRefused(tracePayments(context, question))).to.equal('payment-unknown');
    }
  });

  it('names nobody', async () => {
    const { db } = test();
    const text = traceLines(await traced(returned.reference)).join('\n');
    const people = await many<{ secret: string | null }>(
      db,
      `select unnest(array[citizen_number, nullif(account_number, ''), payee_name]) as secret
         from payment_instruction where recipient_id = :recipientId`,
      { recipientId: returned.recipientId },
    );
    const secrets = people.map(({ secret }) => secret).filter((one) => one !== null);
    expect(secrets.length).to.be.greaterThan(1);
    for (const secret of secrets) expect(text).not.to.include(secret);
    expect(text).to.match(/tài khoản \/ account: …\d{4}\b/);
  });

  it('shows a section without rows as empty, and leaves out what has no value', () => {
    const trace: Trace = {
      reference: 'R',
      sections: [
        { name: 'list', rows: [{ list: '1', row: null, file: '' }] },
        { name: 'ledger', rows: [] },
      ],
    };
    expect(traceLines(trace)).to.deep.equal([
      'MỘT KHOẢN CHI, TỪ DANH SÁCH ĐẾN SỔ CÁI / ONE PAYMENT, FROM LIST TO LEDGER: R',
      '',
      '1. Dòng trong danh sách / Row of the list',
      ' • danh sách số / list: 1',
      '',
      '2. Sổ cái / Ledger',
      '   không có / nothing',
    ]);
  });

  it('says each field by its name in two languages, each code in words, and loses nothing', async () => {
    const trace = await traced(returned.reference);
    for (const { name, rows } of trace.sections) {
      const placed = TRACE_LINES[name].flat();
      expect(placed, name).to.have.lengthOf(new Set(placed).size);
      for (const row of rows) {
        const fields = tracedFields(name, row).flat();
        const told = Object.entries(row).filter(([, value]) => value !== null && value !== '');
        expect(fields.map(({ field }) => field)).to.have.members(told.map(([field]) => field));
        // What the statements give has a name and a place; only what is new comes last, under its own.
        for (const { field } of fields) {
          expect(TRACE_FIELDS, field).to.have.property(field);
          expect(placed, `${name} ${field}`).to.include(field);
        }
      }
    }
    const [row = {}] = rowsOf(trace, 'ledger');
    expect(tracedFields('ledger', row)[0]?.map(({ value }) => value)).to.deep.equal([
      { vi: 'được hưởng', en: 'entitled' },
      `${grouped(BigInt(row.amount_vnd ?? '0'))} đ`,
      row.booked_on,
    ]);
    expect(tracedFields('ledger', { kind: 'new', of_tomorrow: '7' }).flat()).to.deep.equal([
      { field: 'kind', label: TRACE_FIELDS.kind, value: 'new' },
      { field: 'of_tomorrow', label: { vi: 'of_tomorrow', en: 'of_tomorrow' }, value: '7' },
    ]);
  });

  it('is a page: no line is broader than a window', async () => {
    const lines = traceLines(await traced(returned.reference));
    expect(lines.length).to.be.greaterThan(50).and.lessThan(150);
    for (const line of lines) expect(line.length, line).to.be.at.most(120);
  });

  it('draws each section by one statement', async () => {
    const { db } = test();
    const of = await tracedPayment(db, { ...returned, period: '2026-11' });
    if (of === undefined) throw new Error('no such payment');
    const counts = await Promise.all(
      [
        listRows,
        assessmentRows,
        evidenceRows,
        instructionRows,
        batchRows,
        answerRows,
        statementRows,
        outcomeRows,
        ledgerRows,
        eventRows,
      ].map(async (rows) => (await rows(db, of)).length),
    );
    expect(counts.every((count) => count > 0)).to.equal(true);
    expect((await tracedFile(db, of))?.partNo).to.equal('1');
  });
});
