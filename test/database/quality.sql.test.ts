import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { measureQuality, setTarget, signCleaned } from '../../src/report/measure-quality.flow.ts';
import { keptShare, percentText, type QualityRuleName } from '../../src/report/quality.ts';
import {
  judgeQuality,
  keepQualityCounts,
  keepQualityGaps,
  qualityFigures,
  qualityWorklist,
  setQualityTarget,
  signCleaning,
  targetResults,
} from '../../src/report/quality.sql.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, takeRows } from '../support/drawn-list.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const NOVEMBER = period('2026-11');
const SCOPE = { period: NOVEMBER, provinceCode: '40' };
const ALL = { period: NOVEMBER, communeCode: null, programme: null };
const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;
const SHARED = { bank_bin: '970405', account_number: '99990000', account_holder: 'X Y' };

describe('the four words', () => {
  const test = useDatabase({ checked: false });

  before(async () => {
    await takeRows(test(), [
      adult(1, { hamlet: 'Xóm 1', phone: '0912345678' }),
      adult(2, { ...CASH }),
      adult(3, SHARED),
      adult(4, SHARED),
      adult(5, { commune_code: '16690', commune_name: 'Phường Trường Vinh' }),
    ]);
    const number = (nth: number): string => `0400800000${String(nth).padStart(2, '0')}`;
    const of = (nth: number): string =>
      `recipient_id = (select recipient_id from recipient_key where key = '${number(nth)}')`;
    // What no list brings, but a register may have come to.
    await many(
      test().owner,
      `update recipient set sex = 'female', birth_date = null where ${of(1)};
       update recipient set full_name = 'Nguyễn  Văn Ðức', phone = '123' where ${of(2)};
       update recipient set commune_code = '99999' where ${of(5)};
       update recipient set birth_year = 1981, birth_date = '1981-01-01' where ${of(4)};
       insert into recipient_death
       select recipient_id, '2026-10-31', 'test', now() from recipient where ${of(3)};
       insert into same_person_case values (1, 1, 2, 'reported', now())`,
    );
  });

  async function figures(scope = ALL): Promise<Record<string, string>> {
    const found = await qualityFigures(test().db, scope);
    return Object.fromEntries(found.map((it) => [it.rule, `${it.failed}/${it.checked}`]));
  }

  it('counts each rule over those it can be asked of, each broken by who breaks it', async () => {
    await measureQuality(test().context(), SCOPE);
    expect(await figures()).to.deep.equal({
      number_says_sex: '1/5',
      number_says_year: '1/5',
      has_birth_day: '1/5',
      has_hamlet: '4/5',
      has_phone: '3/5',
      has_account: '1/5',
      name_is_clean: '1/5',
      phone_is_clean: '1/2',
      is_not_doubled: '2/5',
      account_is_own: '2/4',
      checked_lately: '5/5',
      is_alive: '1/5',
      commune_is_live: '1/5',
    });
    expect((await figures({ ...ALL, communeCode: '16681' } as never)).has_hamlet).to.equal('3/4');
    expect(await figures({ ...ALL, programme: 'merit' } as never)).to.deep.equal({});
  });

  it('asks of proof what was answered in the month, and how long ago', async () => {
    await many(
      test().owner,
      `select open_period('2026-11', now());
       insert into verification (recipient_id, period, subject, check_no, class, code, number_result,
                                 name_result, bank_bin, account_number, checked_at, answer_hash)
       select recipient_id, '2026-11', s.subject, 1,
              case when recipient_id = 1 then 'proven' else 'refused' end, '',
              case when recipient_id = 1 then 'match' else 'no-match' end, 'match', '', '',
              case when recipient_id = 1 then timestamptz '2026-10-20' else '2026-09-01' end,
              sha256('')
         from recipient, (values ('recipient'), ('account')) s (subject) where recipient_id < 3`,
    );
    await measureQuality(test().context(), SCOPE);
    const now = await figures();
    expect([now.person_proven, now.account_proven, now.checked_lately]).to.deep.equal([
      '1/2',
      '1/2',
      '4/5',
    ]);
  });

  it('leads from each number to its records, and counts what was put right', async () => {
    const work = (rule: QualityRuleName): Promise<unknown[]> =>
      qualityWorklist(test().db, { rule, communeCode: null, programme: null, atMost: 10 });
    expect(await work('number_says_sex')).to.deep.equal([
      {
        recipientId: 1n,
        programme: 'social_assistance',
        communeCode: '16681',
        sincePeriod: '2026-11',
      },
    ]);
    await many(test().owner, `update recipient set sex = 'male' where recipient_id = 1`);
    const moved = await measureQuality(test().context(), SCOPE);
    expect([moved.opened, moved.cleaned, moved.left]).to.deep.equal([0n, 1n, 0n]);
    expect(await work('number_says_sex')).to.deep.equal([]);
    const [figure] = (await qualityFigures(test().db, ALL)).filter(
      ({ rule }) => rule === 'number_says_sex',
    );
    expect(figure).to.deep.include({ failed: 0n, cleaned: 1n, signed: 0n });

    // It breaks again, and is the same gap.
    await many(test().owner, `update recipient set sex = 'female' where recipient_id = 1`);
    expect((await measureQuality(test().context(), SCOPE)).opened).to.equal(1n);
    await many(test().owner, `update recipient set sex = 'male' where recipient_id = 1`);
    await measureQuality(test().context(), SCOPE);
  });

  it('is signed level by level, each by another person, up to three', async () => {
    const of = {
      recipientId: 1n,
      rule: 'number_says_sex',
      programme: 'social_assistance',
      document: 'A',
    } as const;
    const sign = (actor: string, what: object = of): Promise<unknown> =>
      signCleaned(test().context({ actor }), { ...of, ...what });
    expect(await sign(FIRST)).to.equal(1);
    expect(await whatRefused(sign(FIRST))).to.equal('nothing-to-sign');
    expect(await sign(SECOND)).to.equal(2);
    expect(await sign('third')).to.equal(3);
    expect(await whatRefused(sign('fourth'))).to.equal('nothing-to-sign');
    // What is still broken is not signed.
    expect(await whatRefused(sign(FIRST, { rule: 'has_hamlet', recipientId: 2n }))).to.equal(
      'nothing-to-sign',
    );
    const [figure] = (await qualityFigures(test().db, ALL)).filter(({ signed }) => signed > 0n);
    expect(figure?.rule).to.equal('number_says_sex');
  });

  it('shows the target of a unit beside what it reached, with its head', async () => {
    const context = test().context({ actor: FIRST });
    const target = {
      word: 'du',
      period: NOVEMBER,
      percent: '95',
      levels: 2,
      head: SECOND,
    } as const;
    await setTarget(context, { ...target, unitCode: '40' });
    await setTarget(context, { ...target, unitCode: '16681' });
    const again = whatRefused(setTarget(context, { ...target, unitCode: '40' }));
    expect(await again).to.equal('target-not-possible');
    const results = await targetResults(test().db, { period: NOVEMBER });
    // Four rules of the word, of four people in the one and of all whose commune is in the province.
    expect(results.map(({ unitCode, checked, head }) => [unitCode, checked, head])).to.deep.equal([
      ['16681', 16n, SECOND],
      ['40', 16n, SECOND],
    ]);
  });

  it('leaves the gaps of who is on no list any more, as left and not as cleaned', async () => {
    const december = period('2026-12');
    await takeRows(test(), [adult(1, { hamlet: 'Xóm 1', phone: '0912345678' })], {
      period: '2026-12',
    });
    const moved = await measureQuality(test().context(), { ...SCOPE, period: december });
    expect(moved.left > 0n).to.equal(true);
    const ended = await many(
      test().db,
      `select distinct ended_by as by from quality_gap where recipient_id = 2 and ended_in is not null`,
    );
    expect(ended).to.deep.equal([{ by: 'left' }]);
  });

  it('statements: judged, kept and signed in one transaction, which may be undone', async () => {
    const days = { firstDay: plainDate('2026-11-01'), lastDay: plainDate('2026-11-30') };
    const at = new Date('2026-11-20T00:00:00Z');
    await write(test().db, async (tx) => {
      await judgeQuality(tx, { ...SCOPE, ...days, at });
      await keepQualityCounts(tx, { period: NOVEMBER, at });
      const again = await keepQualityGaps(tx, SCOPE);
      expect(again.cleaned).to.equal(0n);
    });
    const target = { unitCode: '16690', word: 'song', period: NOVEMBER, levels: 1 } as const;
    const tooMuch = triedAndUndone(test().db, (tx) =>
      setQualityTarget(tx, { ...target, percent: '101', head: FIRST, by: FIRST }),
    );
    expect(await tooMuch).to.equal('quality_target_percent_check');
    const nobody = triedAndUndone(test().db, async (tx) => {
      const of = { recipientId: 99n, rule: 'is_alive', programme: 'merit', document: 'A' } as const;
      expect(await signCleaning(tx, { ...of, by: FIRST, at })).to.equal(undefined);
    });
    expect(await nobody).to.equal('nothing');
  });

  it('says a share that is 100 only when all keep the rule', () => {
    expect(keptShare({ checked: 0n, failed: 0n })).to.equal(null);
    expect(keptShare({ checked: 100_000n, failed: 1n })).to.equal(9999);
    expect(keptShare({ checked: 3n, failed: 0n })).to.equal(10_000);
    expect([null, 9999, 10_000, 505].map((share) => percentText(share))).to.deep.equal([
      '–',
      '99,99 %',
      '100,00 %',
      '5,05 %',
    ]);
  });
});

describe('rules of quality', () => {
  const test = useDatabase({ checked: false });
  before(() => takeRows(test(), [adult(1)]));

  const GAP = {
    recipient_id: 1,
    rule: 'has_phone',
    programme: 'social_assistance',
    since_period: '2026-11',
  };
  itKeepsEveryRule(
    test,
    {
      quality_count: {
        period: '2026-11',
        rule: 'has_phone',
        commune_code: '16681',
        programme: 'social_assistance',
        checked: 2,
        failed: 1,
        measured_at: '2026-10-22T00:00:00Z',
      },
      quality_gap: { ...GAP, commune_code: '16681' },
      quality_target: {
        unit_code: '40',
        word: 'du',
        period: '2026-11',
        percent: 95,
        levels: 1,
        head: FIRST,
        set_by: FIRST,
      },
      cleaning_signature: {
        ...GAP,
        level: 1,
        signed_by: 'a',
        signed_at: '2026-10-22T00:00:00Z',
        document: 'A',
      },
    },
    [
      { rule: 'quality_count_pkey', table: 'quality_count', wrong: {} },
      { rule: 'quality_count_period_fkey', table: 'quality_count', wrong: { period: '2031-01' } },
      {
        rule: 'quality_count_programme_fkey',
        table: 'quality_count',
        wrong: { programme: 'other' },
      },
      { rule: 'quality_count_failed_check', table: 'quality_count', wrong: { failed: -1 } },
      { rule: 'nobody_fails_unasked', table: 'quality_count', wrong: { failed: 3 } },
      { rule: 'quality_gap_pkey', table: 'quality_gap', wrong: {} },
      {
        rule: 'quality_gap_ended_by_check',
        table: 'quality_gap',
        wrong: { since_period: '2026-10', ended_in: '2026-11', ended_by: 'luck' },
      },
      {
        rule: 'an_end_has_a_reason',
        table: 'quality_gap',
        wrong: { since_period: '2026-10', ended_in: '2026-11' },
      },
      {
        rule: 'a_gap_ends_after_it_begins',
        table: 'quality_gap',
        wrong: { since_period: '2026-10', ended_in: '2026-09', ended_by: 'left' },
      },
      { rule: 'one_open_gap', table: 'quality_gap', wrong: { since_period: '2026-10' } },
      { rule: 'quality_target_pkey', table: 'quality_target', wrong: {} },
      { rule: 'quality_target_word_check', table: 'quality_target', wrong: { word: 'dep' } },
      { rule: 'quality_target_period_check', table: 'quality_target', wrong: { period: '2026' } },
      { rule: 'quality_target_percent_check', table: 'quality_target', wrong: { percent: 0 } },
      { rule: 'quality_target_levels_check', table: 'quality_target', wrong: { levels: 4 } },
      {
        rule: 'quality_target_head_fkey',
        table: 'quality_target',
        wrong: { unit_code: '16681', head: 'nobody' },
      },
      {
        rule: 'quality_target_set_by_fkey',
        table: 'quality_target',
        wrong: { unit_code: '16681', set_by: 'nobody' },
      },
      { rule: 'cleaning_signature_pkey', table: 'cleaning_signature', wrong: { signed_by: 'b' } },
      {
        rule: 'cleaning_signature_level_check',
        table: 'cleaning_signature',
        wrong: { level: 4, after_level: 3, signed_by: 'b' },
      },
      {
        rule: 'cleaning_signature_document_check',
        table: 'cleaning_signature',
        wrong: { document: '' },
      },
      {
        rule: 'each_level_is_another_person',
        table: 'cleaning_signature',
        wrong: { level: 2, after_level: 1 },
      },
      {
        rule: 'levels_are_in_order',
        table: 'cleaning_signature',
        wrong: { level: 3, after_level: 1, signed_by: 'b' },
      },
      {
        rule: 'the_level_below_has_signed',
        table: 'cleaning_signature',
        wrong: { level: 3, after_level: 2, signed_by: 'b' },
      },
      {
        rule: 'signature_is_of_a_gap',
        table: 'cleaning_signature',
        wrong: { recipient_id: 2, signed_by: 'b' },
      },
    ],
  );
});
