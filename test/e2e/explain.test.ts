import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxPerson } from '../../adapters/sandbox/province.ts';
import type { Explanation } from '../../src/entitlement/explanation.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { one } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { run, type MonthRun } from '../support/month.ts';
import { walkTown, type Town } from '../support/town.ts';

// `an-sinh explain` as it is called, on a small town that was assessed.

function valuesOf(people: readonly SandboxPerson[], column: ListColumn): string[] {
  const at = LIST_COLUMNS.indexOf(column);
  return people
    .flatMap(({ rows }) => rows.map((row) => row[at] ?? ''))
    .filter((text) => text !== '');
}

describe('an-sinh explain', () => {
  const test = useDatabase();
  const home = mkdtempSync(join(tmpdir(), 'an-sinh-explain-'));
  let town: Town;
  /** Somebody with the arrears of four months and the month itself. */
  let recipient: string;

  before(async () => {
    town = await walkTown(test(), { until: 'entitlement' });
    const { id } = await one<{ id: bigint }>(
      test().db,
      `select min(recipient_id) as id
         from (select recipient_id from assessment_line
                where kind = 'arrears' and amount_vnd = 60000 and coefficient = 1.5
                group by 1 having count(*) = 4) four`,
    );
    recipient = String(id);
  });
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const explain = (...options: string[]): Promise<MonthRun> =>
    run(['explain', ...options], { home, url: test().url });

  it('prints it in Vietnamese, then in English, and shows no name and no number', async () => {
    const { code, stdout, stderr } = await explain('--recipient', recipient, '--period', '2026-11');
    expect([code, stderr]).to.deep.equal([0, '']);
    const [vi = '', en = ''] = stdout.split('\n\n');
    expect(vi).to.match(
      new RegExp(
        `^Người thụ hưởng số ${recipient}, kỳ chi trả 11/2026: được hưởng 1\\.050\\.000 đ\n`,
      ),
    );
    expect(vi).to.contain(
      'Tháng 07/2026, truy lĩnh\n' + `  Hồ sơ ${/ {2}Hồ sơ (\S+):/.exec(vi)?.[1] ?? ''}: `,
    );
    expect(vi).to.contain(
      '\n  Mức chuẩn × hệ số: 540.000 × 1,5 = 810.000; trừ 750.000 đã chi hoặc đã xét trước = 60.000 đ\n',
    );
    expect(en).to.contain('\n  Standard × coefficient: 540.000 × 1.5 = 810.000 VND\n');
    expect(en).to.match(/= 1\.050\.000 VND\n$/);
    for (const column of ['full_name', 'citizen_id', 'account_number'] as const) {
      const values = valuesOf(town.people, column);
      expect(values.length).to.be.greaterThan(50);
      expect(values.filter((value) => stdout.includes(value))).to.deep.equal([]);
    }
  });

  it('prints the same texts as JSON', async () => {
    const options = ['--recipient', recipient, '--period', '2026-11'];
    const { code, stdout } = await explain(...options, '--json');
    expect(code).to.equal(0);
    const [only] = JSON.parse(stdout) as Explanation[];
    expect(only?.title.en).to.equal(`Recipient ${recipient}, period 2026-11: 1.050.000 VND is due`);
    expect(only?.paragraphs).to.have.length(8);
  });

  it('refuses in both languages, with exit 1, where nothing was assessed', async () => {
    const { code, stdout, stderr } = await explain('--recipient', '999999', '--period', '2026-11');
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.equal(
      'assessment-unknown: Không có kết quả xét mức hưởng của người thụ hưởng này cho kỳ này / ' +
        'There is no assessment of this recipient for this period; recipient=999999; period=2026-11\n',
    );
  });

  it('asks for what it needs', async () => {
    const { code, stderr } = await explain('--recipient', recipient);
    expect(code).to.equal(1);
    expect(stderr).to.contain('--period');
  });
});
