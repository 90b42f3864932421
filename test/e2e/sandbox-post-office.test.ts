import { expect } from 'chai';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../adapters/sandbox/counterpart.ts';
import {
  paidByReference,
  postDecision,
  startPostOffice,
  takeWaitingLists,
} from '../../adapters/sandbox/post-office.ts';

const SEED = 20_261_125;

interface Row {
  readonly reference: string;
  readonly amount: bigint;
}

/** A cash list as the post office gets it. The names try the quoting. */
function cashList(
  messageId: string,
  rows: readonly Row[],
  declared: { head?: string; total?: string } = {},
): string {
  const sum = rows.reduce((all, { amount }) => all + amount, 0n);
  const { head = `${rows.length};${sum}`, total = `${rows.length},Tổng cộng,,,,${sum}` } = declared;
  const lines = rows.map(
    ({ reference, amount }, i) =>
      `${i + 1},${reference},"Nguyễn Thị ""Út"", bà",040161867410,Phường Thành Vinh,${amount}`,
  );
  return [
    `#AN-SINH;${messageId};${messageId}-P;${head};2026-11-25`,
    'STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi',
    ...lines,
    total,
    '',
  ].join('\n');
}

/** Rows of ours from a number on, the last of which nobody collects. */
function rows(from = 1): Row[] {
  const unpaid = findUnpaid(from);
  const references = [`AS2611HT${from}N1T1`, `AS2611HT${from + 1}N1T1`, `AS2611HT${unpaid}N1T1`];
  return references.map((reference, i) => ({ reference, amount: 540_000n + BigInt(i) }));
}

function findUnpaid(from: number): number {
  for (let id = from + 2; ; id += 1) {
    if (postDecision(SEED, `AS2611HT${id}N1T1`).outcome === 'unpaid') return id;
  }
}

/** Everything that a folder holds, by path. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('the sandbox post office', () => {
  let home = '';
  let folder = '';

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sandbox-post-'));
    folder = join(home, 'post');
    mkdirSync(join(folder, 'in'), { recursive: true });
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const lay = (name: string, text: string): void => {
    writeFileSync(join(folder, 'in', `${name}.tmp`), text);
    renameSync(join(folder, 'in', `${name}.tmp`), join(folder, 'in', name));
  };
  const take = (of = folder): Promise<number> => takeWaitingLists({ folder: of, seed: SEED });
  const out = (): string[] => readdirSync(join(folder, 'out')).sort();
  const result = (name: string): string[][] =>
    readFileSync(join(folder, 'out', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(line.startsWith('#') ? ';' : ','));

  it('sends the list back with what was paid, what was not, and the totals of both', async () => {
    const list = rows();
    lay('p1.csv', cashList('P1', list));

    expect(await take()).to.equal(1);

    expect(out()).to.deep.equal(['000001-result-P1.csv']);
    const [head, header, ...lines] = result('000001-result-P1.csv');
    expect(head).to.deep.equal(['#KET-QUA', 'POST-000001', 'P1', '3', '1620003', '1080001']);
    expect(header?.join(',')).to.equal(
      'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,' +
        'Lý do chưa chi,Số phiếu chi',
    );
    expect(lines.map((fields) => fields.slice(0, 4))).to.deep.equal([
      ['1', list[0]?.reference, '540000', 'Đã chi'],
      ['2', list[1]?.reference, '540001', 'Đã chi'],
      ['3', list[2]?.reference, '540002', 'Chưa chi'],
      ['3', 'Tổng cộng', '1620003', ''],
    ]);
    expect(lines.map((fields) => fields.slice(5))).to.deep.equal([
      ['540000', '0', '', 'PC000001-1'],
      ['540001', '0', '', 'PC000001-2'],
      ['0', '540002', 'Không đến nhận', ''],
      ['1080001', '540002', '', ''],
    ]);
    expect(readdirSync(join(folder, 'done'))).to.deep.equal(['p1.csv']);
  });

  it('whose totals agree with the rows, over many rows', async () => {
    const list = Array.from({ length: 2_000 }, (_, i) => ({
      reference: `AS2611HT${i + 1}N1T1`,
      amount: 500_000n + BigInt(i),
    }));
    lay('p1.csv', cashList('P1', list));
    await take();

    const [head = [], , ...lines] = result('000001-result-P1.csv');
    const last = lines.pop() ?? [];
    const column = (at: number): bigint =>
      lines.reduce((all, fields) => all + BigInt(fields[at] ?? ''), 0n);
    expect(lines).to.have.lengthOf(2_000);
    expect([last[2], last[5], last[6]]).to.deep.equal(
      [column(2), column(5), column(6)].map(String),
    );
    expect([head[4], head[5]]).to.deep.equal([String(column(2)), String(column(5))]);
    expect(column(2)).to.equal(column(5) + column(6));

    const paid = await paidByReference(folder);
    expect([...paid.values()].reduce((all, amount) => all + amount, 0n)).to.equal(column(5));
    const unpaid = lines.filter((fields) => fields[3] === 'Chưa chi');
    expect(unpaid.length).to.be.within(50, 110);
    // The day is one of ten, across the end of the month.
    const days = new Set(lines.map((fields) => fields[4]).filter((day) => day !== ''));
    expect([...days].sort()).to.deep.equal([
      ...['01/12/2026', '02/12/2026', '03/12/2026', '04/12/2026'],
      ...['25/11/2026', '26/11/2026', '27/11/2026', '28/11/2026', '29/11/2026', '30/11/2026'],
    ]);
  });

  it('pays no reference twice, neither within a list nor in a later one', async () => {
    const list = rows();
    const [first] = list;
    if (first === undefined) throw new Error('no row');
    lay('p1.csv', cashList('P1', [...list, first]));
    await take();
    lay('p2.csv', cashList('P2', list));
    await take();

    const again = result('000002-result-P2.csv').slice(2, 5);
    expect(again.map((fields) => fields[3])).to.deep.equal(Array(3).fill('Chưa chi'));
    expect(again.map((fields) => fields[7])).to.deep.equal(Array(3).fill('Trùng mã tham chiếu'));
    expect(result('000002-result-P2.csv')[0]?.[5]).to.equal('0');
    expect((await paidByReference(folder)).get(first.reference)).to.equal(540_000n);

    // And its books would show it.
    cpSync(join(folder, 'books', '000001-P1.tsv'), join(folder, 'books', '000003-P9.tsv'));
    expect((await paidByReference(folder)).get(first.reference)).to.equal(1_080_000n);
  });

  it('answers a list that is sent again no second time', async () => {
    lay('p1.csv', cashList('P1', rows()));
    await take();
    const before = contents(join(folder, 'out'));

    lay('p1.csv', cashList('P1', rows()));
    await take();

    expect(contents(join(folder, 'out'))).to.deep.equal(before);
    expect(readdirSync(join(folder, 'done')).sort()).to.deep.equal(['p1.csv', 'p1.csv.2']);
    expect(readdirSync(join(folder, 'books')).sort()).to.deep.equal([
      '000001-P1.tsv',
      '000002-P1-R01.tsv',
    ]);
  });

  describe('refuses a list whole', () => {
    const list = rows();
    const good = cashList('P1', list);
    const cases: readonly (readonly [string, string])[] = [
      ['without its first line', good.slice(good.indexOf('\n') + 1)],
      ['for a day that is none', good.replace('2026-11-25', '2026-11-31')],
      ['under another heading', good.replace('Họ và tên', 'Họ tên')],
      ['without its total row', good.replace(/\d+,Tổng cộng.*\n/, '')],
      ['with rows after the total', `${good}4,AS2611HT4N1T1,A,040161867410,B,540000\n`],
      ['that miscounts at its head', cashList('P1', list, { head: '4;1620003' })],
      ['that missums at its head', cashList('P1', list, { head: '3;1620004' })],
      ['that miscounts at its end', cashList('P1', list, { total: '4,Tổng cộng,,,,1620003' })],
      ['that missums at its end', cashList('P1', list, { total: '3,Tổng cộng,,,,1620002' })],
      ['with a row out of order', good.replace('\n2,', '\n3,')],
      ['with a column more', good.replace('Phường Thành Vinh', 'Phường,Thành Vinh')],
      ['with broken quotes', good.replace('""Út""', '"Út"')],
      ['with part of a dong', good.replace('540001', '540001.5')],
      ['with a negative amount', good.replace('540001', '-540001')],
    ];
    for (const [what, text] of cases) {
      it(what, async () => {
        lay('wrong.csv', text);
        await take();

        const [name = '', ...others] = out();
        expect(others).to.deep.equal([]);
        expect(name).to.match(/^000001-refused-(P1|NOTPROVIDED)-R01\.csv$/);
        const answer = readFileSync(join(folder, 'out', name), 'utf8');
        expect(answer).to.match(/^#TU-CHOI;POST-000001-R01;(P1|NOTPROVIDED);[a-z0-9 ]+\n$/);
        expect([...(await paidByReference(folder))]).to.deep.equal([]);

        lay('right.csv', cashList('P2', list));
        await take();
        expect(result('000001-result-P2.csv')[0]?.[5]).to.equal('1080001');
      });
    }

    it('that takes the message id of another', async () => {
      lay('p1.csv', good);
      await take();
      lay('other.csv', cashList('P1', rows(500)));
      await take();

      const answer = readFileSync(join(folder, 'out', '000002-refused-P1-R01.csv'), 'utf8');
      expect(answer).to.include('the message id was used before');
      expect([...(await paidByReference(folder)).keys()]).to.have.lengthOf(2);
    });
  });

  it('killed between any two steps, ends with the same result, books and lists taken', async () => {
    lay('p1.csv', cashList('P1', rows()));
    await take();
    lay('p2.csv', cashList('P2', [...rows(500), ...rows()]));
    const taken = new Map<Step, string>();
    const atStep = (step: Step): void => {
      taken.set(step, join(home, step));
      cpSync(folder, join(home, step), { recursive: true });
    };
    await takeWaitingLists({ folder, seed: SEED, atStep });
    const whole = contents(folder);

    expect([...taken.keys()]).to.deep.equal(['read', 'prepared', 'committed', 'published', 'done']);
    for (const [step, copy] of taken) {
      if (step !== 'done') expect(contents(copy), step).to.not.deep.equal(whole);
      await take(copy);
      expect(contents(copy), step).to.deep.equal(whole);
    }
  });

  it('takes lists as they come until it is stopped', async () => {
    mkdirSync(join(folder, 'out'), { recursive: true });
    const seen = appears(join(folder, 'out'), '000001-result-P1.csv');
    const postOffice = startPostOffice({ folder, seed: SEED });
    lay('p1.csv', cashList('P1', rows()));
    await seen;
    await postOffice.stop();

    lay('p2.csv', cashList('P2', rows(500)));
    expect(readdirSync(join(folder, 'in'))).to.deep.equal(['p2.csv']);
    expect(await take()).to.equal(1);
    expect(out()).to.deep.equal(['000001-result-P1.csv', '000002-result-P2.csv']);
  });
});

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}
