import { expect } from 'chai';
import { decisionFiles } from '../../adapters/cases/decision-files.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  addCessation,
  addFacts,
  addPaymentAhead,
  addResumption,
  addSuspension,
} from '../../src/entitlement/decisions.sql.ts';
import { recordDecision } from '../../src/entitlement/record-decision.flow.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, takeRows } from '../support/drawn-list.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const [CHECKER] = SANDBOX_PERSONS.checkers;
const OF_FIRST = { recipient: '1', enrolment: '40.TGXH.000001' };
const DECIDED = { decision: '3/QĐ', decidedOn: '2026-11-20' };
const FACTS = { kind: 'facts', ...OF_FIRST, facts: { household: 'poor' }, document: '1/BC' };
const PAUSE = { kind: 'suspension', ...OF_FIRST, from: '2026-12', reason: 'custody', ...DECIDED };
const RESUME = {
  kind: 'resumption',
  ...OF_FIRST,
  from: '2026-12',
  until: '2027-01',
  backPay: true,
  outcome: null,
  ...DECIDED,
};
const CESSATION = {
  kind: 'cessation',
  ...OF_FIRST,
  after: '2026-12',
  reason: 'prison',
  ...DECIDED,
};
const AHEAD = {
  kind: 'ahead',
  programme: 'merit',
  province: '40',
  period: '2027-01',
  cause: 'new-year',
  ...DECIDED,
};

const read = (value: object): ReturnType<typeof decisionFiles.read> =>
  decisionFiles.read(JSON.stringify(value));

describe('recordDecision', () => {
  const test = useDatabase();
  const record = (
    value: object,
    by = SANDBOX_PERSONS.maker,
    and: string = CHECKER,
  ): Promise<string> =>
    whatRefused(recordDecision(test().context({ actor: by }), read(value), and));

  before(() => takeRows(test(), [adult(1)]));

  it('takes two persons, each with the right to it', async () => {
    const refused = 'decision-needs-two-persons';
    expect(await record(FACTS, SANDBOX_PERSONS.maker, SANDBOX_PERSONS.maker)).to.equal(refused);
    expect(await record(FACTS, SANDBOX_PERSONS.maker, 'nobody')).to.equal(refused);
  });

  it('refuses what the register does not have', async () => {
    for (const value of [FACTS, PAUSE, RESUME, CESSATION]) {
      expect(await record({ ...value, enrolment: 'other' })).to.equal('enrolment-unknown');
    }
    // A pause that was never decided does not end.
    expect(await record(RESUME)).to.equal('enrolment-unknown');
  });

  it('keeps every version of the facts, and the rest once', async () => {
    for (const value of [FACTS, { ...FACTS, facts: { household: 'none' } }, PAUSE, RESUME, AHEAD]) {
      expect(await record(value)).to.equal('nothing');
    }
    const versions = await many(
      test().db,
      `select version_no as no, facts ->> 'household' as household from enrolment_facts order by 1`,
    );
    expect(versions).to.deep.equal([
      { no: 1, household: 'poor' },
      { no: 2, household: 'none' },
    ]);
    expect(await record(PAUSE)).to.equal('suspension_pkey');
    expect(await record(RESUME)).to.equal('resumption_pkey');
    expect(await record(AHEAD)).to.equal('payment_ahead_pkey');
  });

  it('ends an enrolment after a month, keeps what was, and takes another end', async () => {
    const end = (): Promise<unknown[]> =>
      many(
        test().db,
        `select stops_after as after, stop_reason as reason, stop_decision as decision from enrolment`,
      );
    expect(await record(CESSATION)).to.equal('nothing');
    expect(await record(CESSATION)).to.equal('enrolment-unknown');
    expect(await end()).to.deep.equal([{ after: '2026-12', reason: 'prison', decision: '3/QĐ' }]);
    expect(await record({ ...CESSATION, after: '2026-11', decision: '4/QĐ' })).to.equal('nothing');
    expect(await end()).to.deep.equal([{ after: '2026-11', reason: 'prison', decision: '4/QĐ' }]);
    const history = await many(
      test().db,
      `select change_no as no, old_value ->> 'stopsAfter' as old, new_value ->> 'stopsAfter' as new,
              changed_by <> confirmed_by as two
         from register_change where subject = 'enrolment' order by 1`,
    );
    expect(history).to.deep.equal([
      { no: 1, old: null, new: '2026-12', two: true },
      { no: 2, old: '2026-12', new: '2026-11', two: true },
    ]);
  });

  it('records each with its event', async () => {
    const events = await many(
      test().db,
      `select action, subject from audit_event where action like '%-decided' order by event_no`,
    );
    expect(events).to.deep.equal([
      { action: 'facts-decided', subject: 'recipient/1' },
      { action: 'facts-decided', subject: 'recipient/1' },
      { action: 'suspension-decided', subject: 'recipient/1' },
      { action: 'resumption-decided', subject: 'recipient/1' },
      { action: 'ahead-decided', subject: 'ahead/merit/40/2027-01' },
      { action: 'cessation-decided', subject: 'recipient/1' },
      { action: 'cessation-decided', subject: 'recipient/1' },
    ]);
  });

  it('stands on statements that say how many they found', async () => {
    const by = { recordedBy: 'a', confirmedBy: 'b', at: new Date('2026-11-20T00:00:00Z') };
    await triedAndUndone(test().db, async (tx) => {
      const facts = read(FACTS);
      const pause = read({ ...PAUSE, from: '2027-03' });
      const resume = read({ ...RESUME, from: '2027-03', until: '2027-04' });
      const ahead = read({ ...AHEAD, period: '2027-02' });
      if (facts.kind === 'facts') expect(await addFacts(tx, facts, by)).to.equal(1);
      if (pause.kind === 'suspension') expect(await addSuspension(tx, pause)).to.equal(1);
      if (resume.kind === 'resumption') expect(await addResumption(tx, resume, by)).to.equal(1);
      const persons = { ...by, recordedBy: SANDBOX_PERSONS.maker, confirmedBy: CHECKER };
      if (ahead.kind === 'ahead') await addPaymentAhead(tx, ahead, persons);
      const end = read({ ...CESSATION, after: '2027-05' });
      if (end.kind === 'cessation') expect(await addCessation(tx, end, by)).to.equal(1);
      const ordered = await many(tx, 'select from payment_ahead');
      expect(ordered).to.have.lengthOf(2);
    });
  });
});

describe('a decision as it is written down', () => {
  const refused = async (value: object): Promise<string> =>
    whatRefused(Promise.resolve().then(() => read(value)));

  it('is refused with an unknown field, an unknown fact, or a day that is none', async () => {
    for (const wrong of [
      { ...PAUSE, note: 'x' },
      { ...PAUSE, reason: 'holiday' },
      { ...PAUSE, decidedOn: '2026-02-30' },
      { ...FACTS, facts: {} },
      { ...FACTS, facts: { houshold: 'poor' } },
      { ...FACTS, facts: { household: 'rich' } },
      { ...FACTS, facts: { persons: 0 } },
      { ...AHEAD, programme: 'social_assistance' },
      { ...CESSATION, reason: 'tired' },
      [],
    ]) {
      expect(await refused(wrong), JSON.stringify(wrong)).to.equal('file-malformed');
    }
    expect(await whatRefused(Promise.resolve().then(() => decisionFiles.read('{')))).to.equal(
      'file-malformed',
    );
  });

  it('says facts of the person and of the ground by the names of a case', () => {
    const facts = { otherPension: 100_000, persons: 2, caredBirthDate: '2022-12-01' };
    expect(read({ ...FACTS, facts })).to.deep.equal({ ...FACTS, facts });
  });
});

describe('the rules of decisions', () => {
  const test = useDatabase({ checked: false });
  before(() => takeRows(test(), [adult(1)]));

  const key = { recipient_id: 1, enrolment_ref: '40.TGXH.000001' };
  itKeepsEveryRule(
    test,
    {
      enrolment_facts: {
        ...key,
        version_no: 1,
        facts: '{}',
        document: 'a',
        recorded_by: 'a',
        confirmed_by: 'b',
        recorded_at: '2026-11-20T00:00:00Z',
      },
      suspension: {
        ...key,
        from_period: '2026-12',
        reason: 'custody',
        decision_number: 'a',
        decided_on: '2026-11-20',
      },
      resumption: {
        ...key,
        from_period: '2026-12',
        until_period: '2026-12',
        back_pay: false,
        decision_number: 'a',
        decided_on: '2026-12-20',
        recorded_by: 'a',
        confirmed_by: 'b',
      },
      payment_ahead: {
        programme: 'merit',
        province_code: '40',
        period: '2027-01',
        cause: 'new-year',
        decision_number: 'a',
        decided_on: '2026-12-20',
        ordered_by: SANDBOX_PERSONS.maker,
        confirmed_by: CHECKER,
        ordered_at: '2026-12-20T00:00:00Z',
      },
    },
    [
      { rule: 'enrolment_facts_pkey', table: 'enrolment_facts', wrong: {} },
      {
        rule: 'enrolment_facts_recipient_id_enrolment_ref_fkey',
        table: 'enrolment_facts',
        wrong: { enrolment_ref: 'x' },
      },
      {
        rule: 'enrolment_facts_version_no_check',
        table: 'enrolment_facts',
        wrong: { version_no: 0 },
      },
      {
        rule: 'enrolment_facts_facts_check',
        table: 'enrolment_facts',
        wrong: { version_no: 2, facts: '[]' },
      },
      {
        rule: 'enrolment_facts_document_check',
        table: 'enrolment_facts',
        wrong: { version_no: 2, document: '' },
      },
      {
        rule: 'two_persons_record_facts',
        table: 'enrolment_facts',
        wrong: { version_no: 2, confirmed_by: 'a' },
      },
      { rule: 'suspension_pkey', table: 'suspension', wrong: {} },
      { rule: 'resumption_pkey', table: 'resumption', wrong: {} },
      {
        rule: 'resumption_of_a_suspension',
        table: 'resumption',
        wrong: { from_period: '2026-11' },
      },
      { rule: 'resumes_after_the_pause', table: 'resumption', wrong: { until_period: '2026-11' } },
      {
        rule: 'only_what_is_proven_has_no_end',
        table: 'resumption',
        wrong: { until_period: null },
      },
      {
        rule: 'what_is_proven_is_not_given_back',
        table: 'resumption',
        wrong: { until_period: null, outcome: 'proven', back_pay: true },
      },
      { rule: 'resumption_outcome_check', table: 'resumption', wrong: { outcome: 'other' } },
      {
        rule: 'resumption_decision_number_check',
        table: 'resumption',
        wrong: { decision_number: '' },
      },
      { rule: 'two_persons_resume', table: 'resumption', wrong: { confirmed_by: 'a' } },
      { rule: 'payment_ahead_pkey', table: 'payment_ahead', wrong: {} },
      {
        rule: 'payment_ahead_programme_check',
        table: 'payment_ahead',
        wrong: { programme: 'social_assistance' },
      },
      { rule: 'payment_ahead_period_check', table: 'payment_ahead', wrong: { period: '2027-13' } },
      { rule: 'payment_ahead_cause_check', table: 'payment_ahead', wrong: { cause: 'summer' } },
      {
        rule: 'payment_ahead_decision_number_check',
        table: 'payment_ahead',
        wrong: { decision_number: '' },
      },
      {
        rule: 'payment_ahead_ordered_by_fkey',
        table: 'payment_ahead',
        wrong: { period: '2027-02', ordered_by: 'x' },
      },
      {
        rule: 'payment_ahead_confirmed_by_fkey',
        table: 'payment_ahead',
        wrong: { period: '2027-02', confirmed_by: 'x' },
      },
      {
        rule: 'two_persons_order',
        table: 'payment_ahead',
        wrong: { period: '2027-02', confirmed_by: SANDBOX_PERSONS.maker },
      },
    ],
  );
});
