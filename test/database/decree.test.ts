import { expect } from 'chai';
import { decreeFile } from '../../adapters/law/decree-file.ts';
import { referenceFiles } from '../../adapters/law/reference-files.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { approveDecree } from '../../src/entitlement/approve-decree.flow.ts';
import type { LawRow } from '../../src/entitlement/decree.ts';
import {
  addDecree,
  addDecreeApproval,
  correctionsBy,
  decreeProposed,
  decreesProposed,
  knownFrom,
  lawHash,
  rowsThatDiffer,
} from '../../src/entitlement/decree.sql.ts';
import { proposeDecree, releaseAsDecree } from '../../src/entitlement/propose-decree.flow.ts';
import { simulate } from '../../src/entitlement/simulate.flow.ts';
import { lastListed } from '../../src/entitlement/simulation.sql.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, one, violatedConstraint, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { addRateOfficers, decree, decreeBytes, standard } from '../support/decrees.ts';
import { adult, assess, takeRows, thrownBy, under } from '../support/drawn-list.ts';

const SHIPPED = referenceFiles(new URL('../../migrations/reference/', import.meta.url));
const DAY = { at: '2026-10-25T02:00:00Z' };
const PREVIEWED = { period: period('2026-12'), assessedOn: plainDate('2026-10-25') };

const NEW = { decision_date: '2026-11-20', entitled_from: '2026-12' };
const OLD = { birth_date: '1950-01-01', citizen_id: '040050000011' };

type Rows = Readonly<Record<string, readonly LawRow[]>>;

async function propose(
  test: TestDatabase,
  rows: Rows,
  { by = 'rate-a', ...other }: { by?: string; kind?: string } = {},
): Promise<{ decreeId: bigint; sha256: string }> {
  const file = { content: decreeBytes(rows, other), name: 'decree.json' };
  const context = test.context({ actor: by, ...DAY });
  return proposeDecree(context, decreeFile, { file, previewed: PREVIEWED });
}

function approve(
  test: TestDatabase,
  proposed: { decreeId: bigint; sha256: string },
  { by = 'rate-b', at = DAY.at } = {},
): Promise<{ knownSince: string }> {
  return approveDecree(test.context({ actor: by, at }), proposed);
}

/** The code of the refusal, and what it names. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const { code } = (await thrownBy(work)) as { code?: string };
  return code ?? 'no refusal';
}

async function constraintOf(work: Promise<unknown>): Promise<string | undefined> {
  return violatedConstraint(await thrownBy(work));
}

function ratesOf(test: TestDatabase, countsFrom: string): Promise<unknown[]> {
  return many(
    test.db,
    `select scope, amount_vnd as vnd, known_since as known from rate
      where series = 'social_assistance_standard' and counts_from = :countsFrom
      order by scope, known_since`,
    { countsFrom },
  );
}

const OFFICERS = { 'rate-a': 'VN', 'rate-b': 'VN', 'rate-40': '40', 'rate-01': '01' };

describe('a simulation', () => {
  const test = useDatabase();

  it('simulate has every programme, each by its own rules, and the highest only', async () => {
    await takeRows(
      test(),
      [
        adult(11, { programme: 'social_pension', ...OLD, ...under('SP_75', '1.0', NEW) }),
        adult(12, { programme: 'merit', ...under('NCC_TNLS_1', '1.0', NEW) }),
        adult(13, { programme: 'care_support', ...under('C_HH_DBN', '1.0', NEW) }),
        adult(14, {
          programme: 'merit',
          ...under('NCC_TNLS_1', '1.0', { ...NEW, enrolment_ref: '40.CC.14' }),
        }),
        adult(14, { ...under('K6_N', '1.5', NEW), enrolment_ref: '40.TGXH.14' }),
        adult(15, under('K6_N', '1.5', NEW)),
      ],
      { period: '2026-12' },
    );
    const simulated = await simulate(test().db, {
      decree: decree({ 'rates.csv': [standard({ counts_from: '2026-12-01', status: 'draft' })] }),
      period: period('2027-01'),
      assessedOn: plainDate('2026-12-25'),
    });
    const by = simulated.programmes.map(({ programme, people, differenceVnd }) => [
      programme,
      people,
      differenceVnd,
    ]);
    // December was not assessed yet, and is due with January; merit and the pension are not touched.
    expect(by).to.deep.equal([
      ['care_support', 1n, 120_000n],
      ['merit', 2n, 0n],
      // Of two documents the higher: the fourteenth is of merit by both laws.
      ['social_assistance', 1n, 180_000n],
      ['social_pension', 1n, 0n],
    ]);
    expect(simulated.total).to.include({ people: 5n, gaining: 2n, losing: 0n });
  });
});

describe('a decree', () => {
  const test = useDatabase();
  let first: { decreeId: bigint; sha256: string };

  before(async () => {
    await takeRows(test(), [adult(1), adult(2, { commune_code: '16690' }), adult(3)]);
    await addRateOfficers(test(), OFFICERS);
  });

  it('simulate tells what a month costs by both laws, and touches nothing', async () => {
    const hash = await stateHash(test().db);
    expect(await lastListed(test().db, period('2026-10'))).to.equal(null);
    expect(await lastListed(test().db, period('2027-01'))).to.equal('2026-11');
    const simulated = await simulate(test().db, {
      decree: decree({ 'rates.csv': [standard({ counts_from: '2026-07-01', status: 'draft' })] }),
      period: period('2026-11'),
      assessedOn: plainDate('2026-10-25'),
    });
    // From July: 1.5 × (600,000 − 500,000) of four months paid before; 900,000 in place of 810,000.
    expect(simulated).to.include({ assessedOn: '2026-11-01', listed: '2026-11' });
    expect(
      simulated.months.map(({ month, differenceVnd }) => [month, differenceVnd]),
    ).to.deep.equal([
      ...['2026-07', '2026-08', '2026-09', '2026-10'].map((month) => [month, 270_000n]),
      ['2026-11', 270_000n],
    ]);
    expect(simulated.programmes).to.have.lengthOf(1);
    expect(simulated.programmes[0]).to.include({ programme: 'social_assistance', province: '40' });
    expect(simulated.total).to.deep.equal({
      standingVnd: 3n * 1_050_000n,
      proposedVnd: 3n * 1_500_000n,
      differenceVnd: 1_350_000n,
      people: 3n,
      gaining: 3n,
      losing: 0n,
      gainedVnd: 1_350_000n,
      lostVnd: 0n,
      newlyPaid: 0n,
      nothingLeft: 0n,
    });
    expect(await stateHash(test().db)).to.equal(hash);
  });

  it('is kept with its bytes, its hash and its preview, and changes nothing yet', async () => {
    const law = await lawHash(test().db);
    first = await propose(test(), { 'rates.csv': [standard()] });
    const kept = await decreeProposed(test().db, first.decreeId);
    expect(kept).to.include({ proposedBy: 'rate-a', approvedBy: null, sha256: first.sha256 });
    expect(kept?.content.equals(decreeBytes({ 'rates.csv': [standard()] }))).to.equal(true);
    expect(kept?.preview).to.have.nested.property('total.differenceVnd', String(3 * 90_000));
    expect(await lawHash(test().db)).to.equal(law);
    expect(await decreesProposed(test().db)).to.have.lengthOf(1);
  });

  it('is not approved by who proposed it, which is a constraint too', async () => {
    expect(await refusalOf(approve(test(), first, { by: 'rate-a' }))).to.equal(
      'approver-is-proposer',
    );
    const signed = {
      ...first,
      proposedBy: 'rate-b',
      approvedBy: 'rate-a',
      knownSince: plainDate('2026-10-25'),
      at: new Date(DAY.at),
    };
    // Nor by telling the database that another has proposed it.
    const forged = write(test().db, (tx) => addDecreeApproval(tx, signed));
    expect(await constraintOf(forged)).to.equal('approver_signs_what_was_proposed');
  });

  it('is not approved by another hash, by nobody known, nor by an officer of nothing', async () => {
    const other = { ...first, sha256: '00'.repeat(32) };
    expect(await refusalOf(approve(test(), other))).to.equal('decree-changed');
    for (const by of ['nobody', 'maker']) {
      expect(await refusalOf(approve(test(), first, { by })), by).to.equal(
        'rate-officer-not-entitled',
      );
    }
    expect(await refusalOf(approve(test(), { ...first, decreeId: 99n }))).to.equal(
      'decree-unknown',
    );
  });

  it('is the law once another has approved it, and no second time', async () => {
    expect(await approve(test(), first)).to.deep.equal({ knownSince: '2026-10-25' });
    expect(await ratesOf(test(), '2026-12-01')).to.deep.equal([
      { scope: 'VN', vnd: 600_000n, known: '2026-10-25' },
    ]);
    expect(await refusalOf(approve(test(), first))).to.equal('decree-approved-already');
    const events = await many<{ action: string }>(
      test().db,
      `select action from audit_event where subject = 'decree/' || :decreeId order by event_no`,
      { decreeId: first.decreeId },
    );
    expect(events.map(({ action }) => action)).to.deep.equal([
      'decree-proposed',
      'decree-approved',
    ]);
  });

  it('is refused with the path of every row that something stands against', async () => {
    const rows = {
      'rates.csv': [
        standard(),
        standard({ counts_from: '2027-01-01', series: 'social_asistance_standard' }),
        standard({ counts_from: '2027-01-01', scope: '40', amount_vnd: 590_000 }),
        standard({ counts_from: '2027-01-01', scope: '99' }),
        standard({ counts_from: '2027-01-01', amount_vnd: 600_001 }),
        standard({ counts_from: '2027-01-01', amount_vnd: 600_000 }),
      ],
    };
    const refusal = await thrownBy(propose(test(), rows));
    if (!(refusal instanceof Refusal)) throw refusal;
    expect(Object.keys(refusal.facts)).to.deep.equal([
      '/rows/rates.csv/0',
      '/rows/rates.csv/5',
      '/rows/rates.csv/1/series',
      '/rows/rates.csv/2/amount_vnd',
      '/rows/rates.csv/3/scope',
      '/rows/rates.csv/4/amount_vnd',
    ]);
  });

  it('of a draft is kept and never loaded, whoever asks', async () => {
    const draft = standard({ counts_from: '2027-02-01', status: 'draft' });
    const proposed = await propose(test(), { 'rates.csv': [draft] });
    expect(await refusalOf(approve(test(), proposed))).to.equal('decree-is-draft');
    const planted = test().owner.raw(
      `insert into rate select * from jsonb_populate_record(null::rate, ?::jsonb)`,
      [JSON.stringify(draft)],
    );
    expect(await constraintOf(Promise.resolve(planted))).to.equal('a_draft_is_never_paid');
  });

  it('is proposed again where the law has changed since its preview', async () => {
    const late = await propose(test(), { 'rates.csv': [standard({ counts_from: '2027-03-01' })] });
    const soon = await propose(test(), { 'rates.csv': [standard({ counts_from: '2027-04-01' })] });
    await approve(test(), soon);
    expect(await refusalOf(approve(test(), late))).to.equal('law-changed');
  });

  it('of a province is for its own officers and those of the nation', async () => {
    const raised = standard({ counts_from: '2027-04-01', scope: '40', amount_vnd: 700_000 });
    expect(await refusalOf(propose(test(), { 'rates.csv': [raised] }, { by: 'rate-01' }))).to.equal(
      'rate-officer-not-entitled',
    );
    const proposed = await propose(test(), { 'rates.csv': [raised] }, { by: 'rate-40' });
    expect(await refusalOf(approve(test(), proposed, { by: 'rate-01' }))).to.equal(
      'rate-officer-not-entitled',
    );
    await approve(test(), proposed);
    expect(await ratesOf(test(), '2027-04-01')).to.deep.include({
      scope: '40',
      vnd: 700_000n,
      known: '2026-10-25',
    });
  });

  it('adds a group, which is known to the law of its province alone', async () => {
    const group = {
      programme: 'social_assistance',
      ground_code: 'P40_LONE',
      paragraph: null,
      coefficient: '1.2',
      per_dependant: false,
      age_from: null,
      age_until: null,
      outside_ages: false,
      article: 'A resolution of the council',
      name_vi: 'Người neo đơn',
      name_en: 'A lone person',
      source: 'a test',
      scope: '40',
    };
    await approve(test(), await propose(test(), { 'grounds.csv': [group] }, { by: 'rate-40' }));
    const { scope } = await one<{ scope: string }>(
      test().db,
      `select scope from ground where ground_code = 'P40_LONE'`,
    );
    expect(scope).to.equal('40');
    const changed = { ...group, coefficient: '1.3' };
    const figures = await propose(test(), { 'grounds.csv': [changed] }, { kind: 'correction' });
    expect(await refusalOf(approve(test(), figures))).to.equal('decree-rewrites');
    const renamed = { ...group, name_en: 'A person who lives alone' };
    const words = await propose(test(), { 'grounds.csv': [renamed] }, { kind: 'correction' });
    await approve(test(), words);
    const [kept] = await correctionsBy(test().db, words.decreeId);
    expect(kept?.was).to.include({ name_en: 'A lone person', ground_code: 'P40_LONE' });
    expect(kept?.becomes).to.include({ name_en: 'A person who lives alone' });
  });

  it('cannot be written by the application in any other way', async () => {
    for (const sql of [
      `insert into rate select * from rate limit 1`,
      `update rate set amount_vnd = 1`,
      `update decree set rows = '{"rate": []}'`,
      `delete from decree_approval`,
      `insert into law_correction values (1, 'rate', 1, '{}', '{}')`,
    ]) {
      const refused = await thrownBy(write(test().db, (tx) => many(tx, sql)));
      expect(String(refused), sql).to.match(/permission denied/);
    }
    const frozen = { kind: 'decree', number: 'x', titleVi: 'x', titleEn: 'x' } as const;
    const forged = write(test().db, (tx) =>
      addDecree(tx, {
        ...frozen,
        fileName: 'x',
        content: Buffer.from('{}'),
        sha256: '00'.repeat(32),
        rows: '{"rate": [{}]}',
        preview: '{}',
        lawHash: '00'.repeat(32),
        proposedBy: 'rate-a',
        at: new Date(DAY.at),
      }),
    );
    expect(await constraintOf(forged)).to.equal('sha256_is_of_the_content');
  });
});

describe('a decree that is known after months were paid', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(1)]);
    await addRateOfficers(test(), OFFICERS);
    await assess(test(), '2026-11');
    await takeRows(test(), [adult(1)], { period: '2026-12' });
  });

  it('is known from the day after the one on which they were settled', async () => {
    expect(await knownFrom(test().db, plainDate('2026-10-21'))).to.equal('2026-10-23');
    expect(await knownFrom(test().db, plainDate('2026-10-22'))).to.equal('2026-10-23');
    expect(await knownFrom(test().db, plainDate('2026-10-24'))).to.equal('2026-10-24');
  });

  it('pays the difference as arrears in the next run, though its file says that it was known', async () => {
    const raised = standard({
      counts_from: '2026-11-01',
      in_force_from: '2026-10-01',
      known_since: '2026-09-15',
    });
    const proposed = await propose(test(), { 'rates.csv': [raised] });
    expect(await approve(test(), proposed, { at: '2026-10-22T09:00:00Z' })).to.deep.equal({
      knownSince: '2026-10-23',
    });
    await assess(test(), '2026-12');
    const lines = await many(
      test().db,
      `select kind, for_period as month, amount_vnd as vnd from assessment_line
        where period = '2026-12' order by line_no`,
    );
    expect(lines).to.deep.equal([
      { kind: 'arrears', month: '2026-11', vnd: 90_000n },
      { kind: 'current', month: '2026-12', vnd: 900_000n },
    ]);
  });

  it('may be corrected: both amounts stand, and the one known last governs', async () => {
    const again = standard({ counts_from: '2026-11-01', amount_vnd: 620_000 });
    const rows = { 'rates.csv': [again] };
    expect(await refusalOf(propose(test(), rows))).to.equal('decree-conflicts');
    const proposed = await propose(test(), rows, { kind: 'correction' });
    await approve(test(), proposed, { at: '2026-12-01T09:00:00Z' });
    expect(await ratesOf(test(), '2026-11-01')).to.deep.equal([
      { scope: 'VN', vnd: 600_000n, known: '2026-10-23' },
      { scope: 'VN', vnd: 620_000n, known: '2026-12-01' },
    ]);
  });
});

describe('the reference data of a release', () => {
  const test = useDatabase();

  before(() => addRateOfficers(test(), OFFICERS));

  it('rowsThatDiffer finds nothing in a database that the release has filled', async () => {
    const rows = (await SHIPPED.rows())['rates.csv'] ?? [];
    expect(await rowsThatDiffer(test().db, { table: 'rate', rows })).to.deep.equal([]);
    expect(await releaseAsDecree(test().db, SHIPPED, '9')).to.equal(undefined);
  });

  it('reaches an older database as a correction that two persons approve', async () => {
    // As an older release left it: a rate missing, a bank under its old name, another source.
    await test().owner.raw(
      `delete from rate where counts_from = '2026-07-01' and series = 'social_pension'`,
    );
    await test().owner.raw(`update bank set name = 'Ngân hàng cũ' where bin = '970425'`);
    await test().owner.raw(
      `update rate set source = 'from memory' where series = 'base_salary' and counts_from = '2024-07-01'`,
    );
    const file = await releaseAsDecree(test().db, SHIPPED, '9');
    if (file === undefined) throw new Error('nothing differs');
    const proposed = await proposeDecree(test().context({ actor: 'rate-a', ...DAY }), decreeFile, {
      file,
      previewed: PREVIEWED,
    });
    expect((await decreeProposed(test().db, proposed.decreeId))?.rowCount).to.equal(3n);
    await approve(test(), proposed);
    expect(await releaseAsDecree(test().db, SHIPPED, '9')).to.equal(undefined);
    const corrected = await correctionsBy(test().db, proposed.decreeId);
    expect(corrected.map(({ table }) => table)).to.deep.equal(['bank', 'rate']);
    const loaded = await many(
      test().db,
      `select amount_vnd as vnd, known_since as known from rate
        where series = 'social_pension' and scope = 'VN' and counts_from = '2026-07-01'`,
    );
    expect(loaded).to.deep.equal([{ vnd: 540_000n, known: '2026-10-25' }]);
  });
});
