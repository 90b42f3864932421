import { expect } from 'chai';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { proposeIdentity } from '../../src/intake/change-register.flow.ts';
import { PROGRAMMES, PROGRAMME_NAMES } from '../../src/kernel/reference.ts';
import { foldName } from '../../src/kernel/text.ts';
import {
  answersTo,
  communesInScope,
  daysOnDesk,
  eventsFound,
  filesOnDesk,
  findRecipients,
  listsOnDesk,
  openedPeriods,
  openProposals,
  programmesOnDesk,
  ratesOnDesk,
  sendingOf,
  stagesOfMonth,
  threeWayOf,
  waitingFor,
} from '../../src/report/desk.sql.ts';
import { revealRecipient } from '../../src/report/reveal-recipient.flow.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, walkTown, type Town } from '../support/town.ts';

const UNITS = ['40'];
const ELSEWHERE = ['01'];

describe('the desk, of a month whose batches wait', () => {
  const test = useDatabase();
  let town: Town;
  before(async () => {
    town = await walkTown(test(), { until: 'rendered', recipients: 60 });
  });

  const waiting = (personId: string, units = UNITS): ReturnType<typeof waitingFor> =>
    waitingFor(test().db, { personId, period: TOWN_PERIOD, units });

  it('counts for a checker what they may sign, and for its maker nothing', async () => {
    const [checker] = SANDBOX_PERSONS.checkers;
    expect((await waiting(checker)).batches).to.equal(2n);
    expect((await waiting(SANDBOX_PERSONS.maker)).batches).to.equal(0n);
    expect((await waiting(checker, ELSEWHERE)).batches).to.equal(0n);
    const [first] = await town.batches();
    if (first === undefined) throw new Error('a town has batches');
    const context = test().context({ actor: checker, at: '2026-10-23T03:00:00Z' });
    const stepUpAt = new Date('2026-10-23T02:58:00Z');
    await approveBatch(context, { batchId: first.batchId, seen: first, stepUpAt });
    expect((await waiting(checker)).batches).to.equal(1n);
  });

  it('tells the month by its stages, each with what it recorded', async () => {
    expect(await openedPeriods(test().db)).to.deep.equal([TOWN_PERIOD]);
    const stages = await stagesOfMonth(test().db, { period: TOWN_PERIOD, units: UNITS });
    const told = new Map(stages.map((one) => [one.stage, one]));
    const batches = await town.batches();
    const total = batches.reduce((sum, { totalVnd }) => sum + totalVnd, 0n);
    expect(told.get('batch')?.vnd).to.equal(total);
    expect((told.get('intake')?.count ?? 0n) > 50n).to.equal(true);
    expect(told.get('approval')).to.equal(undefined);
    const other = await stagesOfMonth(test().db, { period: TOWN_PERIOD, units: ELSEWHERE });
    expect(other.some(({ stage }) => stage === 'batch')).to.equal(false);
  });

  it('finds recipients by number, citizen number and folded name, in their province alone', async () => {
    const nothing = {
      units: UNITS,
      recipientId: null,
      citizenNumber: null,
      communeCode: null,
      foldedName: null,
      after: null,
      atMost: 5,
    };
    const [one] = await findRecipients(test().db, { ...nothing, recipientId: 3n });
    if (one === undefined) throw new Error('recipient 3 is there');
    const { citizenNumber } = one;
    expect(await findRecipients(test().db, { ...nothing, citizenNumber })).to.deep.equal([one]);
    const { rows } = await test().db.raw<{ rows: { code: string }[] }>(
      'select commune_code as code from recipient where recipient_id = 3',
    );
    const communeCode = rows[0]?.code ?? '';
    const foldedName = foldName(one.fullName);
    const named = await findRecipients(test().db, { ...nothing, communeCode, foldedName });
    expect(named.map(({ recipientId }) => recipientId)).to.include(3n);
    // A name alone would read a whole province.
    expect(await findRecipients(test().db, { ...nothing, foldedName })).to.deep.equal([]);
    const of = { ...nothing, recipientId: 3n };
    expect(await findRecipients(test().db, { ...of, units: ELSEWHERE })).to.deep.equal([]);
    expect(await findRecipients(test().db, { ...of, units: [communeCode] })).to.have.length(1);
  });

  it('turns recipients over by their key', async () => {
    const of = {
      units: ['VN'],
      recipientId: null,
      citizenNumber: null,
      communeCode: null,
      foldedName: null,
      atMost: 4,
    };
    const first = await findRecipients(test().db, { ...of, after: null });
    const second = await findRecipients(test().db, { ...of, after: 4n });
    expect([...first, ...second].map(({ recipientId }) => recipientId)).to.deep.equal([
      1n,
      2n,
      3n,
      4n,
      5n,
      6n,
      7n,
      8n,
    ]);
  });

  it('knows the communes of a province, and of one who has one commune that one', async () => {
    const of = { provinceCode: '40', units: UNITS };
    const all = await communesInScope(test().db, of);
    expect(all.length).to.be.greaterThan(100);
    const [some] = all;
    const one = await communesInScope(test().db, { ...of, units: [some?.code ?? ''] });
    expect(one).to.deep.equal([some]);
  });

  it('shows lists and files with what became of them', async () => {
    const of = { units: UNITS, listId: null, period: null, after: null, atMost: 10 };
    const [list, ...more] = await listsOnDesk(test().db, of);
    expect(more).to.deep.equal([]);
    expect(list).to.deep.include({ openAlarms: 0, period: TOWN_PERIOD });
    expect(await listsOnDesk(test().db, { ...of, units: ELSEWHERE })).to.deep.equal([]);
    const files = await filesOnDesk(test().db, {
      fileId: null,
      direction: null,
      kind: null,
      after: null,
      atMost: 10,
    });
    expect(files.map(({ state }) => state)).to.have.members(['imported', 'rendered', 'rendered']);
  });

  it('shows a change of the register to everybody but who proposed it', async () => {
    const context = test().context({ actor: SANDBOX_PERSONS.maker });
    await proposeIdentity(context, {
      recipientId: 3n,
      document: 'CV 12/2026',
      changes: { phone: '0912345678' },
    });
    const [checker] = SANDBOX_PERSONS.checkers;
    const of = { units: UNITS, personId: checker, atMost: 10 };
    expect(await openProposals(test().db, of)).to.have.length(1);
    expect(await openProposals(test().db, { ...of, units: ELSEWHERE })).to.deep.equal([]);
    const own = { ...of, personId: SANDBOX_PERSONS.maker };
    expect(await openProposals(test().db, own)).to.deep.equal([]);
  });

  it('reads the log by who, what and when, and puts a look at numbers in it', async () => {
    const [checker] = SANDBOX_PERSONS.checkers;
    await revealRecipient(test().context({ actor: checker }), 3n);
    const of = {
      actor: null,
      action: 'number-revealed',
      subject: null,
      from: null,
      after: null,
      atMost: 10,
    };
    const found = await eventsFound(test().db, of);
    expect(found.map(({ actor, subject }) => [actor, subject])).to.deep.equal([
      [checker, 'recipient/3'],
    ]);
    expect(await eventsFound(test().db, { ...of, actor: 'nobody' })).to.deep.equal([]);
  });

  it('has the standards of the law and the days off', async () => {
    const programmes = await programmesOnDesk(test().db);
    expect(programmes.map(({ programme }) => programme).sort()).to.deep.equal(
      Object.keys(PROGRAMMES).sort(),
    );
    const [assistance] = programmes.filter(({ letters }) => letters === 'TG');
    expect(assistance?.unproven).to.equal('cash');
    expect(assistance?.name).to.deep.equal(PROGRAMME_NAMES.social_assistance);
    expect(assistance?.bases).to.include('20/2021/ND-CP');
    // Each document once, however often and in whatever company it is named.
    for (const { programme, bases } of programmes) {
      expect(bases, programme).to.deep.equal([...new Set(bases)]);
      for (const basis of bases) expect(basis).to.match(/^\d+\/(\d{4}\/)?[A-ZĐ0-9-]+$/);
    }
    expect(programmes.filter((one) => one.bases.length === 0)).to.have.length.lessThan(2);
    const rates = await ratesOnDesk(test().db);
    expect(rates.map(({ series }) => series)).to.include('base_salary');
    const days = await daysOnDesk(test().db, 2026);
    expect(days.length).to.be.greaterThan(5);
  });
});

describe('the desk, of a month that was reconciled', () => {
  const test = useDatabase();
  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 60 });
  });

  it('lays what was instructed beside what became of it and what the bank debited', async () => {
    const rows = await threeWayOf(test().db, { units: UNITS, period: TOWN_PERIOD });
    expect(rows).to.have.length(2);
    for (const row of rows) {
      const { settledVnd, rejectedVnd, unpaidVnd, returnedVnd, openVnd } = row;
      const fates = [settledVnd, rejectedVnd, unpaidVnd, returnedVnd, openVnd];
      const told = fates.map((vnd) => vnd ?? 0n);
      expect(told.reduce((sum, vnd) => sum + vnd, 0n)).to.equal(row.instructedVnd);
    }
    const [bank] = rows;
    expect(bank?.bankDebitVnd).to.equal((bank?.settledVnd ?? 0n) + (bank?.returnedVnd ?? 0n));
    expect(await threeWayOf(test().db, { units: ELSEWHERE, period: TOWN_PERIOD })).to.deep.equal(
      [],
    );
  });

  it('lays the answers of a bank beside the file they answer, and says until when it may be silent', async () => {
    const files = await filesOnDesk(test().db, {
      fileId: null,
      direction: 'out',
      kind: 'payment',
      after: null,
      atMost: 10,
    });
    const fileId = files.find(({ counterpart }) => counterpart === 'BANK')?.fileId ?? 0n;
    const answers = await answersTo(test().db, { fileId });
    expect(answers.length).to.be.greaterThan(0);
    const sending = await sendingOf(test().db, { fileId });
    if (sending === undefined || answers[0] === undefined) throw new Error('the bank has answered');
    const { sentAt, answeredFileId, answerBy, valueDate } = sending;
    expect(sentAt).to.be.instanceOf(Date);
    expect(answeredFileId).to.equal(null);
    expect(String(answerBy) > valueDate).to.equal(true);
    const of = { fileId: answers[0].fileId };
    expect((await sendingOf(test().db, of))?.answeredFileId).to.equal(fileId);
    expect(await answersTo(test().db, { fileId: 0n })).to.deep.equal([]);
    expect(await sendingOf(test().db, { fileId: 0n })).to.equal(undefined);
  });
});
