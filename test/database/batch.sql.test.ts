import { expect } from 'chai';
import { recordFile } from '../../src/audit/file.sql.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import {
  addBatch,
  addMakers,
  addPaymentFile,
  advanceBatch,
  batchContent,
  batchesOf,
  calendarHas,
  communeNames,
  changesOfBatch,
  channelsOf,
  drawBatchNumber,
  gatherInstructions,
  layPayable,
  preparePayable,
  takeProgramme,
  gatherReopened,
  giveBackBatchNumber,
  LINES_OF_BATCH,
  nextSequenceNo,
  openBatch,
  partsOfBatch,
  programmesDue,
  proofPolicy,
  setBudget,
} from '../../src/batch/batch.sql.ts';
import { BATCH_STEPS } from '../../src/batch/batch.ts';
import type { Channel } from '../../src/batch/channel.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import type { Programme } from '../../src/kernel/reference.ts';
import { copyOut } from '../../src/platform/copy.ts';
import { many, one, write, type Tx } from '../../src/platform/db.ts';
import { setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { sandboxProfile } from '../support/profiles.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import {
  plantedAndUndone,
  signal,
  triedAndUndone,
  untilWaiting,
  whatRefused,
  withoutRules,
} from '../support/refused.ts';
import { table } from '../support/table.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';

const AT = new Date('2026-10-22T02:00:00Z');
const NEXT_PERIOD = period('2026-12');
const SMALL = 30;
const PROOF = { at: AT, identityDays: 30, accountDays: 30 } as const;

/** Lays out who may be paid, and makes their instructions of one kind. */
async function gather(
  tx: Tx,
  of: Parameters<typeof gatherInstructions>[1],
): Promise<{ count: bigint }> {
  await many(tx, 'drop table if exists pg_temp.payable');
  await preparePayable(tx);
  await layPayable(tx, { ...of, ...PROOF });
  return gatherInstructions(tx, of);
}

/** Every line, whichever bank it goes to. */
const ALL_BANKS = { ownBank: null, payerBankBin: '970405' } as const;

/** What a flow does to make one batch, step by step. */
async function makeBatch(tx: Tx, kind: Channel['kind']): Promise<bigint> {
  const channel = kind === 'account' ? 'BANK' : 'POST';
  const of = { period: TOWN_PERIOD, programme: 'social_assistance', provinceCode: '40' } as const;
  const { batchId } = await drawBatchNumber(tx);
  const sequenceNo = await nextSequenceNo(tx, { ...of, channel });
  const gathering = { ...of, batchId, kind };
  await gather(tx, { ...gathering, ...ALL_BANKS });
  await addBatch(tx, {
    ...gathering,
    channel,
    sequenceNo,
    batchCode: `TG-2026-11-40-${channel}-${sequenceNo}`,
    valueDate: plainDate('2026-11-02'),
    preparedBy: 'sandbox-maker',
    at: AT,
  });
  await addMakers(tx, batchId);
  await openBatch(tx, { batchId, actor: 'sandbox-maker', at: AT });
  return batchId;
}

/** Something more that a recipient is due: from another programme, as much as from the first. */
async function alsoDue(owner: TestDatabase['owner'], programme: Programme, ids: readonly string[]) {
  for (const id of ids) {
    await many(
      owner,
      `with due as (
         insert into assessment
         select recipient_id, period, due_reference(period, :programme, recipient_id, 1), :programme,
                1, amount_vnd, reason, facts, assessed_on
           from assessment where recipient_id = :id and programme = 'social_assistance'
         returning *
       ),
       lines as (
         insert into assessment_line
         select l.recipient_id, l.period, due_reference(l.period, :programme, l.recipient_id, 1),
                l.line_no, l.kind, l.for_period, l.enrolment_ref, l.ground_code, l.coefficient,
                l.standard_vnd, l.paid_vnd, l.amount_vnd, l.articles
           from assessment_line l where l.recipient_id = :id
       )
       insert into ledger_transfer
       select recipient_id, period, due_reference, 'entitled', programme, 'appropriation', 'owed',
              amount_vnd, assessed_on
         from due`,
      { programme, id },
    );
  }
}

describe('channels, budgets and the calendar', () => {
  const test = useDatabase();

  before(() => setUpSandbox(test().context({ actor: 'sandbox' }), TOWN_SCOPE));

  it('channelsOf: those of one environment as their profiles say, accounts first', async () => {
    const [bank, post] = await channelsOf(test().db, 'sandbox');
    const { payer, asked, outbound } = sandboxProfile('BANK');
    expect(bank).to.deep.equal({
      channel: 'BANK',
      kind: 'account',
      name: 'Ngân hàng thử nghiệm / sandbox bank',
      environment: 'sandbox',
      format: outbound.format,
      dedupesReference: asked.dedupesReference,
      refusesAfterCutoff: asked.refusesAfterCutoff,
      linesPerFile: outbound.limits.linesPerFile,
      profileVersion: 1,
      splitOwnBank: false,
      payerName: payer.name,
      payerAgreement: payer.agreement,
      payerAccount: payer.account,
      payerBankBin: payer.bankBin,
    });
    expect(post?.channel).to.equal('POST');
    expect(await channelsOf(test().db, 'production')).to.deep.equal([]);
  });

  it('proofPolicy: how long proof lasts, by programme', async () => {
    await many(test().owner, `update proof_policy set account_days = 60 where programme = 'merit'`);
    expect(await proofPolicy(test().db, 'merit')).to.deep.equal({
      identityDays: 30,
      accountDays: 60,
    });
    expect(await proofPolicy(test().db, 'social_pension')).to.include({ accountDays: 30 });
  });

  it('setBudget: a budget is set once', async () => {
    const budget = { provinceCode: '40', year: 2027, fundSource: 'test' } as const;
    const programme = 'social_assistance';
    await write(test().db, (tx) => setBudget(tx, { ...budget, programme, vnd: 100n }));
    await write(test().db, (tx) => setBudget(tx, { ...budget, programme, vnd: 999n }));
    expect(
      await many(
        test().db,
        'select amount_vnd as vnd, committed_vnd as committed from budget where year = 2027',
      ),
    ).to.deep.equal([{ vnd: 100n, committed: 0n }]);
  });

  it('calendarHas: a year whose days off nobody entered is not guessed', async () => {
    expect(await calendarHas(test().db, 2026)).to.equal(true);
    expect(await calendarHas(test().db, 2035)).to.equal(false);
  });
});

describe('who is paid, and how', () => {
  // Instructions are made here without the head of their batch.
  const test = useDatabase({ checked: false });

  // The classes of the evidence; a payee who is the recipient has none of their own. Where there are
  // two, the second is of a later check.
  const CASES = table<
    'programme' | 'channel' | 'relation' | 'recipient' | 'payee' | 'account' | 'paid'
  >(`
    programme          channel    relation  recipient         payee           account           paid
    social_assistance  account    self      proven            -               proven            account
    social_assistance  account    self      proven            -               doubtful          cash_post
    social_assistance  account    self      proven            -               refused           cash_post
    social_assistance  account    self      proven            -               unknown           cash_post
    social_assistance  account    self      proven            -               proven/refused    cash_post
    social_assistance  account    self      proven            -               refused/proven    account
    unemployment       account    self      proven            -               proven            account
    unemployment       account    self      proven            -               doubtful          -
    unemployment       account    self      proven            -               refused           -
    unemployment       account    self      proven            -               unknown           -
    social_pension     account    self      proven            -               refused           cash_post
    merit              account    self      proven            -               refused           cash_post
    social_assistance  account    self      doubtful          -               proven            -
    social_assistance  account    self      refused           -               proven            -
    social_assistance  account    self      unknown           -               proven            -
    social_assistance  account    self      proven/refused    -               proven            -
    social_assistance  account    self      unknown/proven    -               proven            account
    social_assistance  account    other     proven            proven          proven            account
    social_assistance  account    other     proven            proven          refused           cash_post
    social_assistance  account    other     proven            refused         proven            -
    social_assistance  account    other     proven            doubtful        proven            -
    social_assistance  account    other     refused           proven          proven            -
    social_assistance  cash_post  self      proven            -               -                 cash_post
    social_assistance  cash_post  self      refused           -               -                 -
    social_assistance  cash_post  other     proven            proven          -                 cash_post
    social_assistance  cash_post  other     proven            refused         -                 -
    unemployment       cash_post  self      proven            -               -                 cash_post
  `);

  const PROGRAMMES = ['social_assistance', 'unemployment', 'social_pension', 'merit'] as const;
  const paid = new Map<string, string>();
  const chosen: string[] = [];

  /** Sets the evidence about a subject: its class, and that of a later check if there was one. */
  async function evidence(id: string, subject: string, classes: string): Promise<void> {
    const [first = '', second] = classes.split('/');
    await many(
      test().owner,
      `update verification set class = :first where recipient_id = :id and subject = :subject`,
      { id, subject, first },
    );
    if (second === undefined) return;
    await many(
      test().owner,
      `insert into verification
       select recipient_id, period, subject, 2, :second, code, number_result, name_result, bank_bin,
              account_number, checked_at, answer_hash
         from verification where recipient_id = :id and subject = :subject`,
      { id, subject, second },
    );
  }

  before(async () => {
    await walkTown(test(), { until: 'verification', recipients: 120 });
    const people = await many<{ id: string; channel: string; relation: string }>(
      test().db,
      `select c.recipient_id::text as id, c.kind as channel,
              case when p.relation = 'self' then 'self' else 'other' end as relation
         from payment_channel c join payee p using (recipient_id, payee_no)
         join assessment a using (recipient_id)
        order by c.recipient_id`,
    );
    for (const one of CASES) {
      const at = people.findIndex(
        ({ channel, relation }) => channel === one.channel && relation === one.relation,
      );
      const [{ id } = { id: '' }] = people.splice(at, 1);
      chosen.push(id);
      if (one.programme !== 'social_assistance') {
        await alsoDue(test().owner, one.programme as Programme, [id]);
      }
      await evidence(id, 'recipient', one.recipient);
      if (one.payee !== '') await evidence(id, 'payee', one.payee);
      if (one.account !== '') await evidence(id, 'account', one.account);
    }

    let batchId = 0n;
    for (const programme of PROGRAMMES) {
      for (const kind of ['account', 'cash_post'] as const) {
        batchId += 1n;
        const gathering = { batchId, period: TOWN_PERIOD, programme, kind, ...ALL_BANKS };
        await write(test().db, (tx) => gather(tx, gathering));
        const lines = await many<{ id: string }>(
          test().db,
          'select recipient_id::text as id from payment_instruction where batch_id = :batchId',
          { batchId },
        );
        for (const { id } of lines) {
          expect(paid.has(`${programme}/${id}`), 'paid by two channels').to.equal(false);
          paid.set(`${programme}/${id}`, kind);
        }
      }
    }
  });

  CASES.forEach((one, i) => {
    const evidenceOf = [one.recipient, one.payee, one.account].join(' ').trim();
    const words = `${one.programme} to ${one.channel} of ${one.relation}, ${evidenceOf}`;
    it(`gatherInstructions: ${words}: ${one.paid === '' ? 'held' : one.paid}`, () => {
      expect(paid.get(`${one.programme}/${chosen[i] ?? ''}`) ?? '').to.equal(one.paid);
    });
  });

  it('gatherInstructions: an instruction by cash names no account', async () => {
    const lines = await many<{ cash: boolean; account: boolean; wrong: boolean }>(
      test().db,
      `select distinct bank_bin = '' and account_number = '' as cash,
              bank_bin <> '' and account_number <> '' as account,
              line_hash <> line_hash(end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                                     account_number, commune_code) as wrong
         from payment_instruction order by 1`,
    );
    expect(lines).to.deep.equal([
      { cash: false, account: true, wrong: false },
      { cash: true, account: false, wrong: false },
    ]);
  });

  it('programmesDue: those of which something is due', async () => {
    expect(await programmesDue(test().db, { period: TOWN_PERIOD })).to.deep.equal(
      PROGRAMMES.toSorted(),
    );
    expect(await programmesDue(test().db, { period: NEXT_PERIOD })).to.deep.equal([]);
  });
});

describe('takeProgramme', () => {
  const test = useDatabase({ checked: false });

  it('keeps a second who gathers the same programme waiting until the first is done', async () => {
    const of = { period: TOWN_PERIOD, programme: 'social_assistance' } as const;
    const steps: string[] = [];
    let second = Promise.resolve();
    await write(test().db, async (tx) => {
      await takeProgramme(tx, of);
      second = write(test().db, async (other) => {
        await takeProgramme(other, of);
        steps.push('second');
      });
      // Another programme is free meanwhile.
      await write(test().db, (other) => takeProgramme(other, { ...of, programme: 'merit' }));
      steps.push('first');
    });
    await second;
    expect(steps).to.deep.equal(['first', 'second']);
  });
});

describe('gatherInstructions, raced', () => {
  const test = useDatabase({ checked: false });
  const RACERS = 8;
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));

  const gatherAs = (batchId: number, done: Promise<void> | null = null): Promise<bigint> =>
    write(test().db, async (tx) => {
      const { count } = await gather(tx, {
        batchId: BigInt(batchId),
        period: TOWN_PERIOD,
        programme: 'social_assistance',
        kind: 'account',
        ...ALL_BANKS,
      });
      if (done !== null) {
        made.give();
        await done;
      }
      return count;
    });
  let made = signal();

  /** One has gathered and not yet committed when seven others gather the same on connections of their own. */
  async function race(
    untilAllCount: (others: Promise<unknown>) => Promise<unknown>,
  ): Promise<{ counts: bigint[]; refused: string[] }> {
    made = signal();
    const mayCommit = signal();
    const counts: bigint[] = [];
    const first = gatherAs(100, mayCommit.given);
    await made.given;
    const others = Promise.all(
      Array.from({ length: RACERS - 1 }, (_, i) =>
        whatRefused(gatherAs(101 + i).then((count) => counts.push(count))),
      ),
    );
    await untilAllCount(others);
    mayCommit.give();
    counts.push(await first);
    return { counts, refused: (await others).filter((outcome) => outcome !== 'nothing') };
  }

  async function instructions(): Promise<{ lines: bigint; batches: bigint; ids: bigint }> {
    return one(
      test().db,
      `select count(*) as lines, count(distinct batch_id) as batches,
              count(distinct end_to_end_id) as ids
         from payment_instruction`,
    );
  }

  it('makes each instruction once: the others wait for the first, and the primary key refuses them', async () => {
    const { counts, refused } = await race(() => untilWaiting(test().owner, RACERS - 1));
    const { lines, batches, ids } = await instructions();
    expect(counts).to.deep.equal([lines]);
    expect(batches).to.equal(1n);
    expect(ids).to.equal(lines);
    expect(refused).to.deep.equal(
      Array.from({ length: RACERS - 1 }, () => 'payment_instruction_2026_11_pkey'),
    );
  });

  it('makes them several times once the key is gone: the key is what holds', async () => {
    await many(test().owner, 'truncate payment_instruction');
    await many(
      test().owner,
      'alter table payment_instruction drop constraint payment_instruction_pkey',
    );
    const { refused } = await race((others) => others);
    const { lines, ids } = await instructions();
    expect(refused).to.deep.equal([]);
    // The first had not committed, so at least one of the others did not see its lines.
    expect(lines > ids).to.equal(true);
  });
});

describe('the number of a batch', () => {
  const test = useDatabase();
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));
  const of = { period: TOWN_PERIOD, programme: 'social_assistance', provinceCode: '40' } as const;

  it('drawBatchNumber, giveBackBatchNumber: a number that was not used is drawn again', async () => {
    const draw = (): Promise<bigint> =>
      write(test().db, async (tx) => {
        const { batchId } = await drawBatchNumber(tx);
        await giveBackBatchNumber(tx);
        return batchId;
      });
    expect([await draw(), await draw()]).to.deep.equal([1n, 1n]);
    const refused = triedAndUndone(test().db, async (tx) => {
      await drawBatchNumber(tx);
      throw Object.assign(new Error('a crash'), { code: 'crash' });
    });
    expect(await refused).to.equal('crash');
    expect(await draw()).to.equal(1n);
  });

  it('nextSequenceNo: who waited for the number counts the batch that they waited for', async () => {
    const made = signal();
    const mayCommit = signal();
    const first = write(test().db, async (tx) => {
      await makeBatch(tx, 'account');
      made.give();
      await mayCommit.given;
    });
    await made.given;
    const second = write(test().db, async (tx) => {
      await drawBatchNumber(tx);
      const sequenceNo = await nextSequenceNo(tx, { ...of, channel: 'BANK' });
      await giveBackBatchNumber(tx);
      return sequenceNo;
    });
    await untilWaiting(test().owner, 1);
    mayCommit.give();
    await first;
    expect(await second).to.equal(2);
  });
});

describe('a batch and its life', () => {
  const test = useDatabase();
  const MAKER = { actor: 'sandbox-maker', at: AT };
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));

  let batchId = 0n;
  it('addBatch, openBatch: the head is drawn from the lines, and begins with an event', async () => {
    batchId = await write(test().db, (tx) => makeBatch(tx, 'account'));
    const drawn = await one<{ n: bigint; vnd: bigint; hash: string }>(
      test().db,
      `select count(*) as n, sum(amount_vnd)::bigint as vnd,
              encode(batch_content_hash(:batchId, :period), 'hex') as hash
         from payment_instruction where batch_id = :batchId`,
      { batchId, period: TOWN_PERIOD },
    );
    expect(await batchContent(test().db, batchId)).to.deep.equal({
      state: 'gathered',
      instructionCount: drawn.n,
      totalVnd: drawn.vnd,
      contentHash: drawn.hash,
      filesHash: '',
    });
    const events = await many(
      test().db,
      `select action, actor, facts ->> 'content_hash' as hash from audit_event
        where subject = 'batch/' || :batchId::bigint`,
      { batchId },
    );
    expect(events).to.deep.equal([
      { action: 'batch-gathered', actor: 'sandbox-maker', hash: drawn.hash },
    ]);
  });

  it('addBatch: a batch of no line is refused', async () => {
    const empty = triedAndUndone(test().db, (tx) => makeBatch(tx, 'account'));
    expect(await empty).to.equal('23502');
  });

  it('batchContent: undefined for a batch that is not there', async () => {
    expect(await batchContent(test().db, 99n)).to.equal(undefined);
  });

  it('addMakers: who prepared it, who imported its list, who changed an account of it', async () => {
    const at = AT.toISOString();
    const recipientId = (await lineOf(test(), batchId)).recipientId;
    const makers = await plantedMakers(test(), batchId, [
      ['changed-lately', recipientId, '2026-07-25T02:00:00Z'],
      ['changed-long-ago', recipientId, '2026-07-23T02:00:00Z'],
      ['changed-another', 999_999n, at],
    ]);
    expect(makers).to.deep.equal([
      'changed-lately changed-register',
      'sandbox-maker imported',
      'sandbox-maker prepared',
    ]);
  });

  it('batchesOf: the batches of a period, in a state or in any', async () => {
    const ids = async (of: Parameters<typeof batchesOf>[1]): Promise<bigint[]> =>
      (await batchesOf(test().db, of)).map((batch) => batch.batchId);
    expect(await ids({ period: TOWN_PERIOD, state: null })).to.deep.equal([batchId]);
    expect(await ids({ period: TOWN_PERIOD, state: 'gathered' })).to.deep.equal([batchId]);
    expect(await ids({ period: TOWN_PERIOD, state: 'prepared' })).to.deep.equal([]);
    expect(await ids({ period: NEXT_PERIOD, state: null })).to.deep.equal([]);
    const [batch] = await batchesOf(test().db, { period: TOWN_PERIOD, state: null });
    expect(batch).to.deep.include({
      batchCode: 'TG-2026-11-40-BANK-1',
      programme: 'social_assistance',
      provinceCode: '40',
      channel: 'BANK',
      valueDate: '2026-11-02',
      format: 'pain.001.001.09',
      preparedAt: AT,
    });
  });

  for (const linesPerFile of [1, 7, 1000]) {
    it(`partsOfBatch: cuts at exactly ${linesPerFile} lines, and loses none`, async () => {
      const parts = await partsOfBatch(test().db, {
        batchId,
        period: TOWN_PERIOD,
        linesPerFile,
        vndPerFile: null,
      });
      const lines = await linesOf(test(), batchId);
      const expected = [];
      for (let first = 0; first < lines.length; first += linesPerFile) {
        const part = lines.slice(first, first + linesPerFile);
        expected.push({
          partNo: expected.length + 1,
          count: BigInt(part.length),
          totalVnd: part.reduce((total, line) => total + BigInt(line[2] ?? ''), 0n),
        });
      }
      expect(parts).to.deep.equal(expected);
      expect(lines.length).to.be.greaterThan(7);
    });
  }

  it('partsOfBatch: no file exceeds the limit in dong, and none is without a line', async () => {
    const lines = (await linesOf(test(), batchId)).map((line) => BigInt(line[2] ?? ''));
    const total = lines.reduce((all, vnd) => all + vnd, 0n);
    const greatest = lines.reduce((most, vnd) => (vnd > most ? vnd : most), 0n);
    for (const limit of [greatest, greatest * 2n, total - 1n, total]) {
      const of = { batchId, period: TOWN_PERIOD, linesPerFile: 50, vndPerFile: String(limit) };
      const parts = await partsOfBatch(test().db, of);
      expect(parts.map(({ partNo }) => partNo)).to.deep.equal(parts.map((_part, i) => i + 1));
      expect(parts.filter((part) => part.totalVnd > limit || part.count > 50n)).to.deep.equal([]);
      expect(parts.reduce((all, part) => all + part.totalVnd, 0n)).to.equal(total);
      expect(parts.reduce((all, part) => all + part.count, 0n)).to.equal(BigInt(lines.length));
      if (limit < total) expect(parts.length).to.be.greaterThan(1);
    }
  });

  it('changesOfBatch: all are new in the first month, and no more are told than asked for', async () => {
    const of = { batchId, period: TOWN_PERIOD, before: period('2026-10'), atMost: 1000 };
    const changes = await changesOfBatch(test().db, of);
    expect(changes.length).to.equal(
      new Set((await linesOf(test(), batchId)).map(([id]) => id)).size,
    );
    expect(changes.every(({ beforeVnd, nowVnd }) => beforeVnd === 0n && nowVnd > 0n)).to.equal(
      true,
    );
    expect((await changesOfBatch(test().db, { ...of, atMost: 2 })).length).to.equal(2);
  });

  it('LINES_OF_BATCH: in the order of the key, each in a commune that communeNames has', async () => {
    const lines = await linesOf(test(), batchId);
    const ids = lines.map(([recipientId = '']) => BigInt(recipientId ?? ''));
    expect(ids).to.deep.equal(ids.toSorted((a, b) => (a < b ? -1 : 1)));
    const names = await communeNames(test().db, { provinceCode: '40', period: TOWN_PERIOD });
    const named = lines.map(([, , , , , , , commune]) => names.get(commune ?? '') ?? '');
    expect(named.every((name) => /^(Xã|Phường) /.test(name))).to.equal(true);
    // The names are those of the month: the codes are older than the communes of July 2025.
    const before = await communeNames(test().db, { provinceCode: '40', period: period('2025-06') });
    expect(names.get('16681')).to.equal('Phường Thành Vinh');
    expect(before.get('16681'))
      .to.match(/^Phường /)
      .and.not.equal('Phường Thành Vinh');
    expect(before.size).to.be.greaterThan(names.size);
    const never = await communeNames(test().db, { provinceCode: '40', period: period('2004-06') });
    expect([...never]).to.deep.equal([]);
  });

  it('addPaymentFile: one file of a part, one part of a file, and a range that runs forward', async () => {
    const cases = [
      [{}, 'nothing'],
      [{ messageId: 'lower case' }, 'payment_file_message_id_check'],
      [{ count: 0n }, 'payment_file_line_count_check'],
      [{ last: { recipientId: '0', reference: 'A' } }, 'payment_file_check'],
      [{ batchId: 99n }, 'files_are_sealed_with_the_batch'],
    ] as const;
    for (const [change, rule] of cases) {
      const tried = triedAndUndone(test().db, async (tx) => {
        await addPaymentFile(tx, { ...(await fileOf(tx, batchId)), ...change });
      });
      expect(await tried).to.equal(rule);
    }
    const twice = triedAndUndone(test().db, async (tx) => {
      await addPaymentFile(tx, await fileOf(tx, batchId));
      await addPaymentFile(tx, { ...(await fileOf(tx, batchId)), partNo: 2 });
    });
    expect(await twice).to.equal('payment_file_message_id_key');
  });

  it('advanceBatch: not where the step begins, so nothing happens', async () => {
    for (const step of ['batch-approved', 'batch-released', 'batch-withdrawn'] as const) {
      expect(
        await write(test().db, (tx) => advanceBatch(tx, step, { batchId, ...MAKER })),
      ).to.equal(undefined);
    }
    expect((await batchContent(test().db, batchId))?.state).to.equal('gathered');
  });

  it('advanceBatch: of eight who press the button at once, one moves the batch', async () => {
    await write(test().db, async (tx) => addPaymentFile(tx, await fileOf(tx, batchId)));
    const moved = await Promise.all(
      Array.from({ length: 8 }, () =>
        write(test().db, (tx) => advanceBatch(tx, 'batch-prepared', { batchId, ...MAKER })),
      ),
    );
    const { totalVnd } = (await batchContent(test().db, batchId)) ?? { totalVnd: 0n };
    expect(moved.filter((one) => one !== undefined)).to.deep.equal([{ batchId, totalVnd }]);
  });

  it('addPaymentFile: a sealed batch takes no more files', async () => {
    const late = triedAndUndone(test().db, async (tx) => {
      await addPaymentFile(tx, { ...(await fileOf(tx, batchId)), partNo: 2, messageId: 'LATE' });
    });
    expect(await late).to.equal('files_are_sealed_with_the_batch');
  });
});

/** One line of a batch. */
async function lineOf(
  { db }: TestDatabase,
  batchId: bigint,
): Promise<{ recipientId: bigint; endToEndId: string }> {
  return one(
    db,
    `select recipient_id as "recipientId", end_to_end_id as "endToEndId" from payment_instruction
      where batch_id = :batchId order by recipient_id limit 1`,
    { batchId },
  );
}

/** The lines of a batch as its files will have them. */
async function linesOf({ db }: TestDatabase, batchId: bigint): Promise<(string | null)[][]> {
  const lines: (string | null)[][] = [];
  for await (const chunk of copyOut(db, LINES_OF_BATCH, { batchId, period: TOWN_PERIOD })) {
    lines.push(...chunk);
  }
  return lines;
}

let filesMade = 0;

/** One file that holds all of a batch, as rendering would record it. */
async function fileOf(tx: Tx, batchId: bigint): Promise<Parameters<typeof addPaymentFile>[1]> {
  const { count, totalVnd } = await one<{ count: bigint; totalVnd: bigint }>(
    tx,
    `select instruction_count as count, total_vnd as "totalVnd" from disbursement_batch
      where batch_id = :batchId`,
    { batchId },
  );
  const lines = await many<{ recipientId: string; reference: string }>(
    tx,
    `select recipient_id::text as "recipientId", end_to_end_id as reference
       from payment_instruction where batch_id = :batchId order by recipient_id, end_to_end_id`,
    { batchId },
  );
  const nowhere = { recipientId: '1', reference: 'A' };
  const fileId = await recordFile(tx, {
    direction: 'out',
    counterpart: 'BANK',
    kind: 'payment',
    name: 'all.xml',
    // Other bytes each time it is called.
    sha256: (filesMade += 1).toString(16).padStart(64, '0'),
    byteSize: 1,
    at: AT,
  });
  return {
    batchId,
    partNo: 1,
    fileId,
    messageId: `M-${batchId}`,
    paymentInformationId: `P-${fileId}`,
    profileVersion: 1,
    count,
    totalVnd,
    first: lines[0] ?? nowhere,
    last: lines.at(-1) ?? nowhere,
  };
}

/** Who may not sign a batch, once some people have changed the register; undone afterwards. */
async function plantedMakers(
  { owner }: TestDatabase,
  batchId: bigint,
  changes: readonly (readonly [person: string, recipientId: bigint, at: string])[],
): Promise<string[]> {
  let makers: string[] = [];
  await plantedAndUndone(owner, async (tx) => {
    for (const [i, [personId, recipientId, at]] of changes.entries()) {
      const citizenNumber = `04019000000${i}`;
      await many(tx, 'insert into person values (:personId, :personId, :citizenNumber)', {
        personId,
        citizenNumber,
      });
      await many(
        tx,
        `insert into register_change
         values (:recipientId, :i, 'channel', '{}', '{}', 'a paper', :personId, :at, 'another')`,
        { recipientId, i: i + 1, personId, at },
      );
    }
    await many(tx, 'delete from batch_maker where batch_id = :batchId', { batchId });
    await addMakers(tx, batchId);
    const rows = await many<{ maker: string }>(
      tx,
      `select person_id || ' ' || reason as maker from batch_maker where batch_id = :batchId
        order by 1`,
      { batchId },
    );
    makers = rows.map(({ maker }) => maker);
  });
  return makers;
}

describe('sealing a batch', () => {
  const test = useDatabase();
  let batchId = 0n;
  before(async () => {
    await walkTown(test(), { until: 'verification', recipients: SMALL });
    batchId = await write(test().db, (tx) => makeBatch(tx, 'account'));
  });

  /** What somebody with the owner's rights could do between gathering and sealing. */
  const TAMPERED = {
    'nothing was touched': ['', 'nothing'],
    'an amount was raised': [
      'update payment_instruction set amount_vnd = amount_vnd + 1 where :one',
      'batch_is_its_lines',
    ],
    'two amounts were moved from one line to another, so that the sum is the same': [
      `update payment_instruction
          set amount_vnd = amount_vnd + case when :one then 1000 else -1000 end
        where :one or :other`,
      'batch_is_its_lines',
    ],
    'a line was taken out': ['delete from payment_instruction where :one', 'batch_is_its_lines'],
    'a line was slipped in': [
      `update payment_instruction set batch_id = :batch where batch_id = 777`,
      'batch_is_its_lines',
    ],
    'an account was changed': [
      `update payment_instruction set account_number = '0000000001' where :one`,
      'batch_is_its_lines',
    ],
    'an account was changed, and the hash of its line with it': [
      `update payment_instruction
          set account_number = '0000000001',
              line_hash = line_hash(end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                                    '0000000001', commune_code)
        where :one`,
      'batch_is_its_lines',
    ],
    'a name was changed': [
      `update payment_instruction set payee_name = payee_name || 'X' where :one`,
      'batch_is_its_lines',
    ],
    'the assessment that a line pays was lowered': [
      'update assessment set amount_vnd = amount_vnd - 1 where :one',
      'batch_is_its_lines',
    ],
    'the head has another sum': [
      'update disbursement_batch set total_vnd = total_vnd + 1 where batch_id = :batch',
      'batch_is_its_lines',
    ],
    'the head has another count': [
      `update disbursement_batch set instruction_count = instruction_count + 1
        where batch_id = :batch`,
      'batch_is_its_lines',
    ],
    'the head has another hash': [
      `update disbursement_batch set content_hash = sha256('other') where batch_id = :batch`,
      'batch_is_its_lines',
    ],
    'the files hold a line less': [
      'update payment_file set line_count = line_count - 1 where batch_id = :batch',
      'files_hold_the_batch',
    ],
    'the files hold a dong more': [
      'update payment_file set total_vnd = total_vnd + 1 where batch_id = :batch',
      'files_hold_the_batch',
    ],
    'there is no file': [
      'delete from payment_file where batch_id = :batch',
      'files_hold_the_batch',
    ],
  } as const;

  for (const [what, [sql, rule]] of Object.entries(TAMPERED)) {
    it(`is ${rule === 'nothing' ? 'done' : `refused (${rule})`} when ${what}`, async () => {
      const [one, other] = (await linesOf(test(), batchId)).map(
        ([id]) => `recipient_id = ${id ?? ''}`,
      );
      const tampering = sql
        .replaceAll(':one', one ?? '')
        .replaceAll(':other', other ?? '')
        .replaceAll(':batch', String(batchId));
      const sealed = plantedAndUndone(test().owner, async (tx) => {
        await gather(tx, {
          batchId: 777n,
          period: TOWN_PERIOD,
          programme: 'social_assistance',
          kind: 'cash_post',
          ...ALL_BANKS,
        });
        await addPaymentFile(tx, await fileOf(tx, batchId));
        if (tampering !== '') await withoutRules(tx, tampering);
        const by = { batchId, actor: 'sandbox-maker', at: AT };
        expect(await advanceBatch(tx, 'batch-prepared', by)).to.not.equal(undefined);
      });
      expect(await sealed).to.equal(rule);
    });
  }
});

describe('the steps of a batch', () => {
  const test = useDatabase();
  const STATES = [
    'gathered',
    'prepared',
    'approved',
    'withdrawn',
    'released',
    'reconciled',
    // What may be tried and is no state at all.
    'paid',
  ] as const;
  let batchId = 0n;
  before(async () => {
    const town = await walkTown(test(), { until: 'reconciliation', recipients: SMALL });
    batchId = (await town.batches())[0]?.batchId ?? 0n;
  });

  /** Tries one step of a batch about which everything else is in order. */
  function stepped(from: string, to: string, claims = from): Promise<string> {
    return plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        from === 'none'
          ? `delete from batch_state where batch_id = ${batchId}`
          : `update batch_state set state = '${from}' where batch_id = ${batchId}`,
      );
      await many(tx, 'set local role an_sinh_app');
      await many(
        tx,
        from === 'none'
          ? `insert into batch_state values (:batchId, :to, :claims, 1, now())`
          : `update batch_state set state = :to, came_from = :claims, version = version + 1
              where batch_id = :batchId`,
        { batchId, to, claims },
      );
    });
  }

  it('are those of the table in code, and one in which a batch begins', async () => {
    const steps = await many<{ from: string; to: string }>(
      test().db,
      'select from_state as from, to_state as to from batch_step order by 1, 2',
    );
    const inCode = [{ from: 'none', to: 'gathered' }, ...Object.values(BATCH_STEPS)];
    const sorted = inCode.map(({ from, to }) => `${from} ${to}`).sort();
    expect(steps.map(({ from, to }) => `${from} ${to}`).sort()).to.deep.equal(sorted);
  });

  it('are the only ones: of all pairs of states, every other is refused', async () => {
    const allowed = new Set(['none gathered']);
    for (const { from, to } of Object.values(BATCH_STEPS)) allowed.add(`${from} ${to}`);
    for (const from of ['none', ...STATES]) {
      for (const to of STATES) {
        const expected = allowed.has(`${from} ${to}`) ? 'nothing' : 'step_is_allowed';
        expect(await stepped(from, to), `${from} to ${to}`).to.equal(expected);
      }
    }
  });

  it('begin where the batch is: a step that is allowed elsewhere is refused', async () => {
    const cases = table<'is' | 'claims' | 'to'>(`
      is         claims    to
      none       approved  released
      none       prepared  approved
      gathered   approved  released
      gathered   prepared  approved
      prepared   approved  released
      withdrawn  approved  released
      approved   gathered  prepared
      reconciled approved  released
    `);
    for (const { is, claims, to } of cases) {
      expect(await stepped(is, to, claims), `${is}, claiming ${claims}`).to.equal(
        'step_begins_where_it_stands',
      );
    }
  });

  it('are counted: a step that hides another is refused', async () => {
    const hiding = plantedAndUndone(test().owner, async (tx) => {
      await many(tx, `update batch_state set version = version + 2 where batch_id = :batchId`, {
        batchId,
      });
    });
    expect(await hiding).to.equal('step_begins_where_it_stands');
  });
});

describe('another attempt', () => {
  const test = useDatabase();
  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 120 });
    await write(test().db, (tx) => openPeriod(tx, { period: NEXT_PERIOD, at: AT }));
    // Everybody is proven again the month after.
    await many(
      test().owner,
      `insert into verification
       select recipient_id, :next, subject, check_no, class, code, number_result, name_result,
              bank_bin, account_number, checked_at, answer_hash
         from verification where period = :period`,
      { next: NEXT_PERIOD, period: TOWN_PERIOD },
    );
  });

  const reopened = (kind: string): Promise<{ recipientId: bigint; reference: string }> =>
    one(
      test().db,
      `select recipient_id as "recipientId", reference from ledger_transfer where kind = :kind
        order by recipient_id limit 1`,
      { kind },
    );

  async function attempt(
    of: { recipientId: bigint; reference: string },
    change: Partial<Record<'endToEndId' | 'period' | 'reference' | 'kind', string | null>>,
  ): Promise<string> {
    return triedAndUndone(test().db, (tx) =>
      many(
        tx,
        `insert into payment_instruction
         select recipient_id, period, :endToEndId, programme, assessment_no, 2, 99, amount_vnd,
                channel_no, payee_name, citizen_number, bank_bin, account_number, commune_code,
                line_hash, :period, :reference, :kind
           from payment_instruction where recipient_id = :recipientId and end_to_end_id = :first`,
        {
          recipientId: of.recipientId,
          first: of.reference,
          endToEndId: of.reference.replace(/T1$/, 'T2'),
          period: TOWN_PERIOD,
          reference: of.reference,
          kind: 'unpaid',
          ...change,
        },
      ),
    );
  }

  it('stands against the transfer that put the money back to what is owed', async () => {
    expect(await attempt(await reopened('unpaid'), {})).to.equal('nothing');
    expect(await attempt(await reopened('rejected'), { kind: 'rejected' })).to.equal('nothing');
    expect(await attempt(await reopened('returned'), { kind: 'returned' })).to.equal('nothing');
  });

  it('is refused when the ledger knows of no such transfer', async () => {
    const settled = await one<{ recipientId: bigint; reference: string }>(
      test().db,
      `select recipient_id as "recipientId", reference from ledger_transfer t
        where kind = 'settled'
          and not exists (select from ledger_transfer r
                           where r.reference = t.reference and r.kind = 'returned')
        order by recipient_id limit 1`,
    );
    for (const kind of ['unpaid', 'rejected', 'returned']) {
      expect(await attempt(settled, { kind })).to.equal('reopening_is_in_the_ledger');
    }
    // Of another month, or of another kind than it was.
    const unpaid = await reopened('unpaid');
    expect(await attempt(unpaid, { period: NEXT_PERIOD })).to.equal('reopening_is_in_the_ledger');
    expect(await attempt(unpaid, { kind: 'returned' })).to.equal('reopening_is_in_the_ledger');
  });

  it('is refused when it names none, or that of another line, or one that opens nothing', async () => {
    const unpaid = await reopened('unpaid');
    const rejected = await reopened('rejected');
    for (const change of [
      { kind: null },
      { period: null, reference: null, kind: null },
      { reference: rejected.reference },
      { kind: 'settled' },
    ]) {
      expect(await attempt(unpaid, change)).to.equal('another_attempt_needs_a_reopening');
    }
    expect(await attempt(unpaid, { endToEndId: unpaid.reference })).to.equal(
      'reference_names_the_attempt',
    );
    expect(await attempt(unpaid, { endToEndId: unpaid.reference.replace(/T1$/, 'T3') })).to.equal(
      'reference_names_the_attempt',
    );
  });

  /** What the next month would instruct again, after something was planted; undone. */
  async function again(
    kind: Channel['kind'],
    { planted = '', at = NEXT_PERIOD }: { planted?: string; at?: typeof NEXT_PERIOD } = {},
  ): Promise<string[]> {
    let made: string[] = [];
    const tried = await plantedAndUndone(test().owner, async (tx) => {
      if (planted !== '') await withoutRules(tx, planted);
      const gathering = {
        batchId: 99n,
        period: at,
        programme: 'social_assistance',
        kind,
        ...ALL_BANKS,
        ...PROOF,
      } as const;
      const { count } = await gatherReopened(tx, gathering);
      const rows = await many<{ id: string }>(
        tx,
        `select end_to_end_id || case when bank_bin = '' then ' cash' else ' account' end as id
           from payment_instruction where batch_id = 99 order by recipient_id`,
      );
      made = rows.map(({ id }) => id);
      expect(count).to.equal(BigInt(made.length));
      expect(await gatherReopened(tx, { ...gathering, batchId: 100n })).to.deep.equal({
        count: 0n,
      });
    });
    expect(tried).to.equal('nothing');
    return made;
  }

  const next = (reference: string, how: string): string => `${reference.slice(0, -1)}2 ${how}`;

  it('gatherReopened: cash that was not collected, in the month after, once', async () => {
    const { reference } = await reopened('unpaid');
    expect(await again('cash_post')).to.deep.equal([next(reference, 'cash')]);
    expect(await again('account')).to.deep.equal([]);
  });

  it('gatherReopened: nothing in the month in which it came back', async () => {
    expect(await again('cash_post', { at: TOWN_PERIOD })).to.deep.equal([]);
  });

  it('gatherReopened: nothing for somebody who died, or is not proven this month', async () => {
    const { recipientId } = await reopened('unpaid');
    for (const planted of [
      `insert into recipient_death values (${recipientId}, '2026-11-20', 'test', now())`,
      `update verification set class = 'refused'
        where recipient_id = ${recipientId} and period = '2026-12' and subject = 'recipient'`,
    ]) {
      expect(await again('cash_post', { planted }), planted).to.deep.equal([]);
    }
  });

  const anotherChannel = (recipientId: bigint, kind: string, account: string): string =>
    `update payment_channel set ended_on = '2026-11-20' where recipient_id = ${recipientId};
     insert into register_change
       (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
        confirmed_by)
     select ${recipientId}, coalesce(max(change_no), 0) + 1, 'channel', '{}', '{}', 'a paper',
            'somebody', '2026-11-20', 'another'
       from register_change where recipient_id = ${recipientId};
     insert into payment_channel
       (recipient_id, channel_no, payee_no, kind, bank_bin, account_number, holder_name, list_id,
        change_no)
     select recipient_id, channel_no + 1, payee_no, '${kind}', bank_bin, '${account}', holder_name,
            list_id, 1
       from payment_channel where recipient_id = ${recipientId} order by channel_no desc limit 1`;

  it('gatherReopened: a transfer that was refused or sent back, once there is another channel', async () => {
    for (const kind of ['rejected', 'returned']) {
      const { recipientId, reference } = await reopened(kind);
      const cash = anotherChannel(recipientId, 'cash_post', '');
      expect(await again('cash_post', { planted: cash })).to.include(next(reference, 'cash'));

      // The other account has to be proven first; until then the programme says what happens.
      const account = anotherChannel(recipientId, 'account', '0123456789');
      expect(await again('account', { planted: account })).to.deep.equal([]);
      expect(await again('cash_post', { planted: account })).to.include(next(reference, 'cash'));
      const proven = `${account};
        update verification set account_number = '0123456789'
         where recipient_id = ${recipientId} and period = '2026-12' and subject = 'account'`;
      expect(await again('account', { planted: proven })).to.deep.equal([
        next(reference, 'account'),
      ]);
    }
  });

  it('gatherReopened: uncollected cash of somebody whose account is not proven is cash again', async () => {
    const { recipientId, reference } = await reopened('unpaid');
    const planted = `update payment_channel
        set kind = 'account', bank_bin = '970436', account_number = '0123456789'
      where recipient_id = ${recipientId}`;
    expect(await again('cash_post', { planted })).to.deep.equal([next(reference, 'cash')]);
    const held = `${planted};
      update programme set unproven = 'hold' where programme = 'social_assistance'`;
    expect(await again('cash_post', { planted: held })).to.deep.equal([]);
  });
});
