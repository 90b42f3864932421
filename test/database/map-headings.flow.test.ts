import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { counterpartsOf, listDesk } from '../../src/compose.ts';
import { checkList } from '../../src/intake/check-list.flow.ts';
import { compareList } from '../../src/intake/compare-list.flow.ts';
import {
  addHeadingVersion,
  headingsOfOffice,
  headingVersions,
} from '../../src/intake/heading-map.sql.ts';
import { importList, type ImportedList } from '../../src/intake/import-list.flow.ts';
import { mapHeadings, rememberedHeadings } from '../../src/intake/map-headings.flow.ts';
import { period } from '../../src/kernel/period.ts';
import { readConfig } from '../../src/platform/config.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, fileOf } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';
import { bytes } from '../support/town.ts';

const OFFICE = '16681';
/** The list of an office that calls two columns as nobody else does. */
const LIST = fileOf([adult(1), adult(2)])
  .replace('enrolment_ref', 'Mã hồ sơ')
  .replace('full_name', 'Tên các cụ')
  .replace('note', 'Cột riêng');

describe('mapHeadings', () => {
  const test = useDatabase();
  const reader = counterpartsOf({ context: () => test().context() }, readConfig({})).lists;
  const maker = { actor: SANDBOX_PERSONS.maker };

  before(() =>
    setUpSandbox(test().context(maker), { provinceCode: '40', period: period('2026-11') }),
  );

  function take(office?: string): Promise<ImportedList> {
    return importList(test().context(maker), reader, {
      content: bytes([LIST]),
      name: 'list.csv',
      period: period('2026-11'),
      provinceCode: '40',
      strict: false,
      ...(office === undefined ? {} : { office }),
    });
  }

  it('is asked for what no list can do without, and takes nothing before', async () => {
    expect(await whatRefused(take())).to.equal('list-columns-unknown');
    expect(await whatRefused(take(OFFICE))).to.equal('list-columns-unknown');
    expect(await many(test().db, 'select from recipient_list')).to.deep.equal([]);
    expect(await rememberedHeadings(test().db, { office: OFFICE })).to.deep.equal({
      mapped: new Map(),
      version: null,
    });
  });

  it('remembers what somebody said once, with who and when, in versions', async () => {
    const context = test().context(maker);
    const say = (written: unknown): Promise<{ version: number }> =>
      mapHeadings(context, { unitCode: OFFICE, written });
    expect(await say({ 'Tên các cụ': 'note', 'Cột riêng': null })).to.include({ version: 1 });
    expect(await say({ full_name: 'TÊN CÁC CỤ' })).to.include({ version: 2 });
    // What is known already makes no version.
    expect(await say({ 'ten cac cu': 'full_name' })).to.include({ version: 2 });
    const versions = await headingVersions(test().db, { unitCode: OFFICE });
    expect(
      versions.map(({ version, headings, madeBy }) => ({ version, headings, madeBy })),
    ).to.deep.equal([
      {
        version: 2,
        headings: { 'TEN CAC CU': 'full_name', 'COT RIENG': null },
        madeBy: maker.actor,
      },
      { version: 1, headings: { 'TEN CAC CU': 'note', 'COT RIENG': null }, madeBy: maker.actor },
    ]);
    expect(await headingsOfOffice(test().db, { unitCode: OFFICE })).to.deep.equal(versions[0]);
    const events = await many(
      test().db,
      `select facts->>'version' as v from audit_event where action = 'headings-mapped' order by event_no`,
    );
    expect(events).to.deep.equal([{ v: '1' }, { v: '2' }]);
  });

  it('is used by the import, which says by which version, and by the comparison and the check', async () => {
    const list = { period: period('2026-11'), provinceCode: '40', atMost: 5, office: OFFICE };
    const compared = await compareList(test().context(maker), reader, {
      content: bytes([LIST]),
      ...list,
    });
    expect(compared.counts).to.include({ listed: 2n, new: 2n });
    expect(await take(OFFICE)).to.include({ accepted: 2n, refused: 0n, unchanged: false });
    const { facts } = await one<{ facts: unknown }>(
      test().db,
      `select facts from audit_event where action = 'list-imported'`,
    );
    expect(facts).to.include({ headings: `${OFFICE}/2` });
    expect(
      await one(test().db, 'select full_name as name from recipient order by recipient_id limit 1'),
    ).to.deep.equal({ name: 'Nguyễn Văn Bình' });

    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-headings-'));
    const path = join(folder, 'list.csv');
    writeFileSync(path, LIST);
    const { mapped } = await rememberedHeadings(test().db, { office: OFFICE });
    const lines = checkList(await listDesk(), { path, period: null, provinceCode: null, mapped });
    let line = await lines.next();
    while (line.done !== true) line = await lines.next();
    expect(line.value.sheets[0]?.unknown).to.deep.equal([]);
    expect(line.value.rows).to.equal(2);
    rmSync(folder, { recursive: true });
  });

  it('refuses a map that is none, a stranger, and who comes second', async () => {
    const as = (actor: string, written: unknown, unitCode = OFFICE): Promise<unknown> =>
      mapHeadings(test().context({ actor }), { unitCode, written });
    expect(await whatRefused(as(maker.actor, { Tên: 'no_such_field' }))).to.equal(
      'heading-map-malformed',
    );
    expect(await whatRefused(as(maker.actor, [], '42'))).to.equal('person-not-entitled');
    expect(await whatRefused(as(maker.actor, {}, '40'))).to.equal('heading-map-malformed');
    expect(await whatRefused(as('somebody', { A: 'note' }))).to.equal('person-unknown');
    const add = (
      version: number,
      headings: Record<string, null>,
      unitCode = OFFICE,
    ): Promise<void> =>
      write(test().db, (tx) =>
        addHeadingVersion(tx, { unitCode, version, headings, by: maker.actor, at: new Date(0) }),
      );
    expect(await whatRefused(add(2, { A: null }))).to.equal('heading_map_pkey');
    expect(await whatRefused(add(3, {}))).to.equal('heading_map_headings_check');
    expect(await whatRefused(add(0, { A: null }))).to.equal('heading_map_version_check');
    expect(await whatRefused(add(1, { A: null }, 'VN'))).to.equal('heading_map_unit_code_check');
  });
});
