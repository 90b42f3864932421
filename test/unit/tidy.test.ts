import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { INVARIANTS } from '../../src/audit/invariants.sql.ts';
import { CYCLE } from '../../src/cycle.ts';
import { FINDINGS } from '../../src/intake/findings.ts';
import { BOUNDARIES } from '../../src/kernel/boundary.ts';
import { REFUSALS } from '../../src/kernel/refusal.ts';
import { ALARMS } from '../../src/operations/alarm.ts';
import type { Bilingual } from '../../src/kernel/text.ts';

// Conventions that no linter knows. Each is a small function over names or text, and each is shown a
// defect that it must report.

interface Source {
  readonly path: string;
  readonly text: string;
}

/** Every file of ours that is read by people, except this one, which names what must not be there. */
const SOURCES: readonly Source[] = [
  ...['src', 'jobs', 'adapters', 'migrations', 'test', 'docs', '.ci'].flatMap((folder) =>
    existsSync(folder) ? filesUnder(folder) : [],
  ),
  ...readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'package-lock.json')
    .map(({ name }) => name),
]
  .filter((path) => /\.(ts|tsx|js|cjs|json|sql|csv|md|example)$|^\.ci\/run$/.test(path))
  .filter((path) => path !== 'test/unit/tidy.test.ts')
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Reference data quotes its sources and lists names of others. */
const OURS = under('src', 'jobs', 'adapters', 'migrations', 'test').filter(
  ({ path }) => !path.endsWith('.csv'),
);

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function under(...folders: readonly string[]): Source[] {
  return SOURCES.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));
}

/** The places at which a word stands, as path:line. */
function placesOf(word: RegExp, sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (word.test(line) ? [`${path}:${i + 1}`] : [])),
  );
}

/** One thing has one name: a word that we do not use, the one that we do, and the fault in a line. */
const BANNED: readonly (readonly [word: RegExp, instead: string, fault: string])[] = [
  [/beneficiar(y|ies)/i, 'recipient (who is entitled) or payee (who is credited)', 'beneficiaryId'],
  [/\b(receiver|sponsor)s?\b/i, 'payee, payer', 'the receiver of the money'],
  [/payouts?\b/i, 'disbursement', 'approvePayout(batch)'],
  [/pay_?roll/i, 'disbursement batch', 'the payroll of May'],
  [/transaction_?id\b/i, 'end-to-end id', 'transaction_id text'],
  // The codes of intake findings, in capitals, are those that offices know.
  [/[mM]ismatch/, 'break', 'const mismatches = []'],
  [/bounced/i, 'rejected or returned', 'a bounced payment'],
  [/base_?rate|multiplier/i, 'standard, coefficient', 'baseRate * 2'],
  [/due_?date\b/i, 'value date', 'dueDate: string'],
  [/month_?string|cycle_?id\b/i, 'period', 'cycleId'],
  [/deactivat/i, 'suspension, cessation', 'deactivateRecipient()'],
  [
    /(vnd|amount|total)\)?\.toFixed\(/i,
    'bigint, for a dong has no decimals',
    'totalVnd.toFixed(2)',
  ],
];

/** Fair words for a database or a socket, but not for a person: banned where people are spoken of. */
const BANNED_IN_ROOMS: readonly (readonly [word: RegExp, instead: string, fault: string])[] = [
  [/\b(users?|clients?)\b/i, 'recipient, payee, person', 'the user signs'],
  [/\b(senders?|admins?)\b/i, 'payer, administrator', 'const sender = payerOf(batch)'],
];

const ROOMS = SOURCES.filter(({ path }) =>
  new RegExp(`^(src/(kernel|audit|${CYCLE.map(({ name }) => name).join('|')})|jobs)/`).test(path),
);

/** What must stand nowhere: it means that something is unfinished, or holds on one machine only. */
const LEFT_OVER: readonly (readonly [word: RegExp, why: string, fault: string])[] = [
  [/\b(TODO|FIXME|XXX)\b/, 'finish it, or say in docs what is missing', '// TODO: round'],
  [/\.(only|skip)\(/, 'a test that does not run', "it.only('pays', pay)"],
  [/(^|[^\w.})\]])\/(work|root|home)\b/, 'a path of one machine', "open('/home/an/list.csv')"],
  [/\.\.\/shared\b/, 'not part of the project', "import '../shared/money.ts'"],
];

describe('tidy: words', () => {
  for (const [word, instead, fault] of BANNED) {
    it(`says «${instead}», not ${word.source}`, () => {
      expect(placesOf(word, OURS)).to.deep.equal([]);
      expect(placesOf(word, [{ path: 'planted', text: fault }])).to.have.length(1);
    });
  }

  for (const [word, instead, fault] of BANNED_IN_ROOMS) {
    it(`says «${instead}» of people, not ${word.source}`, () => {
      expect(placesOf(word, ROOMS)).to.deep.equal([]);
      expect(placesOf(word, [{ path: 'planted', text: fault }])).to.have.length(1);
    });
  }

  for (const [word, why, fault] of LEFT_OVER) {
    it(`has no ${word.source}: ${why}`, () => {
      expect(placesOf(word, SOURCES)).to.deep.equal([]);
      expect(placesOf(word, [{ path: 'planted', text: `first line\n${fault}` }])).to.deep.equal([
        'planted:2',
      ]);
    });
  }

  it('names no file after what is in every file', () => {
    const idle = /(^|\/)(utils?|helpers?|managers?|data|common|misc|index)(\.[a-z.]+)?$/;
    expect(OURS.filter(({ path }) => idle.test(path)).map(({ path }) => path)).to.deep.equal([]);
    expect(idle.test('src/kernel/utils.ts')).to.equal(true);
  });

  it('reads all that is ours', () => {
    const read = new Set(SOURCES.map(({ path }) => path));
    expect(read).to.include.keys('src/cycle.ts', 'adapters/report/html.tsx', '.ci/run');
    expect(read).to.include.keys('package.json', 'migrations/0001_foundation.sql', '.env.example');
  });
});

/** What is wrong with the numbers of migrations, which run from 0001 without a gap or a double. */
function outOfOrder(files: readonly string[]): string[] {
  return [...files].sort().filter((file, i) => Number(file.slice(0, 4)) !== i + 1);
}

/** The files of jobs/ that a cycle asks for: a number for each stage, none for what persons do. */
function jobsOf(cycle: readonly { name: string; drivenBy: string }[]): string[] {
  return cycle.flatMap(({ name, drivenBy }, i) =>
    drivenBy === 'job' ? [`${String(i + 1).padStart(2, '0')}-${name}.ts`] : [],
  );
}

describe('tidy: the house', () => {
  it('numbers migrations without a gap or a double', () => {
    const files = readdirSync('migrations').filter((file) => file.endsWith('.sql'));
    expect(outOfOrder(files)).to.deep.equal([]);
    expect(files.filter((file) => !/^\d{4}_[a-z_]+\.sql$/.test(file))).to.deep.equal([]);
    expect(outOfOrder(['0001_a.sql', '0003_b.sql'])).to.deep.equal(['0003_b.sql']);
    expect(outOfOrder(['0001_a.sql', '0001_b.sql'])).to.deep.equal(['0001_b.sql']);
  });

  it('has a room for every stage, and a numbered job for every stage but approval', () => {
    const rooms = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms).to.include.members(CYCLE.map(({ name }) => name));
    const beside = [
      'kernel',
      'platform',
      'audit',
      'ledger',
      'access',
      'operations',
      'web',
      'api',
      'cli',
    ];
    expect([...CYCLE.map(({ name }) => name), ...beside]).to.include.members(rooms);

    const numbered = readdirSync('jobs').filter((file) => /^\d/.test(file));
    expect(numbered.sort()).to.deep.equal(jobsOf(CYCLE));
    expect(jobsOf(CYCLE)).to.have.length(8).and.not.include('05-approval.ts');
    expect(jobsOf([{ name: 'intake', drivenBy: 'job' }])).to.deep.equal(['01-intake.ts']);
  });

  it('keeps in src/ itself only the cycle and the entrances', () => {
    const files = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(['cycle.ts', 'compose.ts', 'cli.ts', 'main.ts']).to.include.members(files);
  });
});

/** The exported functions of the .sql.ts files, as path: name. */
function exportedFunctions(sources: readonly Source[]): { path: string; name: string }[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map(([, name = '']) => ({
      path,
      name,
    })),
  );
}

function exportedConstants(sources: readonly Source[]): { path: string; name: string }[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^export const (\w+)/gm)].map(([, name = '']) => ({ path, name })),
  );
}

/** The functions that number a row after the last one and have not taken the turn before. */
function outOfTurn(sources: readonly Source[]): string[] {
  const next = /(max\([\w.]+\)(, 0\))?|count\(\*\)) \+ 1/;
  return sources.flatMap(({ path, text }) =>
    text
      .split(/^(?=export (?:async )?function )/m)
      .filter((part) => next.test(part) && !/takeTurn[^;]*;[^]*\+ 1/.test(part))
      .map((part) => `${path}: ${/function (\w+)/.exec(part)?.[1] ?? 'no function'}`),
  );
}

/** Those of the names that no other file of the sources says. */
function unsaid(
  names: readonly { path: string; name: string }[],
  sources: readonly Source[],
): string[] {
  return names
    .filter(({ path, name }) => {
      const word = new RegExp(`\\b${name}\\b`);
      return !sources.some((source) => source.path !== path && word.test(source.text));
    })
    .map(({ path, name }) => `${path}: ${name}`);
}

/** Those of the codes that stand in quotation marks in none of the sources, or as `${of}_END`. */
function unquoted(codes: readonly string[], sources: readonly Source[]): string[] {
  return codes.filter((code) => {
    const ends = [...code.matchAll(/_/g)].map(({ index }) => `}${code.slice(index)}\``);
    const said = [`'${code}'`, ...ends];
    return !sources.some(({ text }) => said.some((way) => text.includes(way)));
  });
}

describe('tidy: nothing is said and not done', () => {
  const statements = SOURCES.filter(({ path }) => path.endsWith('.sql.ts')).filter(({ path }) =>
    path.startsWith('src/'),
  );
  const planted = { path: 'src/x.sql.ts', text: 'export async function forgottenStatement() {}' };

  it('tests every exported function of a .sql.ts in test/database', () => {
    expect(unsaid(exportedFunctions(statements), under('test/database'))).to.deep.equal([]);
    expect(unsaid(exportedFunctions([planted]), under('test/database'))).to.deep.equal([
      'src/x.sql.ts: forgottenStatement',
    ]);
  });

  it('numbers a row after the last one only in turn, or where a rule of the database says who was later', () => {
    expect(outOfTurn(statements).sort()).to.deep.equal(
      [
        // The file that asks for a cancellation is named by the number: a second one is refused by its name.
        'src/release/cancellation.sql.ts: cancellableFile',
        // A break that is proposed about is held by its row.
        'src/reconciliation/break.sql.ts: addBreakProposal',
        // All accounts that people linked, in one statement: a run that meets a person begins again.
        'src/verification/linked-account.sql.ts: proposeLinked',
      ].sort(),
    );
    const text =
      'export function addNote(tx: Tx) {\n  return one(tx, `insert into note select count(*) + 1 from note`);\n}';
    const inTurn = text.replace('  return', "  await takeTurn(tx, 'note');\n  return");
    expect(outOfTurn([{ path: 'src/x.sql.ts', text }])).to.deep.equal(['src/x.sql.ts: addNote']);
    expect(outOfTurn([{ path: 'src/x.sql.ts', text: inTurn }])).to.deep.equal([]);
  });

  it('uses every exported statement that is a constant', () => {
    const constants = exportedConstants(statements);
    expect(constants.map(({ name }) => name)).to.include.members(['INTAKE_ROW', 'SETTLEMENT_ROW']);
    expect(unsaid(constants, under('src', 'jobs'))).to.deep.equal([]);
    expect(unsaid([{ path: 'src/x.sql.ts', name: 'LOST_ROWS' }], under('src'))).to.have.length(1);
  });

  it('passes every boundary', () => {
    const passing = under('src').map(({ path, text }) => ({
      path,
      text: text
        .split('\n')
        .filter((line) => /\bboundary\(/.test(line))
        .join('\n'),
    }));
    expect(unquoted(BOUNDARIES, passing)).to.deep.equal([]);
    expect(unquoted(['intake:lost'], passing)).to.deep.equal(['intake:lost']);
  });

  it('refuses with every code of refusal.ts, and finds with every code of findings.ts', () => {
    const besides = (table: string): Source[] =>
      under('src', 'jobs', 'adapters').filter(({ path }) => path !== table);
    expect(unquoted(Object.keys(REFUSALS), besides('src/kernel/refusal.ts'))).to.deep.equal([]);
    expect(unquoted(Object.keys(FINDINGS), besides('src/intake/findings.ts'))).to.deep.equal([]);
    expect(unquoted(Object.keys(ALARMS), besides('src/operations/alarm.ts'))).to.deep.equal([]);
    expect(unquoted(['never-refused'], SOURCES)).to.deep.equal(['never-refused']);
  });
});

/** What a text for people lacks, or undefined: both languages, and each in its own letters. */
function lacking({ vi, en }: Bilingual): string | undefined {
  if (vi.trim() === '' || en.trim() === '') return 'a language is missing';
  if (vi === en) return 'one text for both';
  if (!/[^\p{ASCII}’“”–]/u.test(vi)) return 'Vietnamese without accents';
  // One finding speaks of the letters Đ and Ð themselves.
  if (/[^\p{ASCII}’“”–ĐÐ]/u.test(en)) return 'English with accents';
  return undefined;
}

describe('tidy: texts', () => {
  const tables: Readonly<Record<string, Readonly<Record<string, Bilingual>>>> = {
    refusal: REFUSALS,
    alarm: ALARMS,
    'finding, what is wrong': mapped(FINDINGS, ({ wrong }) => wrong),
    'finding, what to do': mapped(FINDINGS, ({ next }) => next),
    invariant: Object.fromEntries(INVARIANTS.map(({ id, says }) => [id, says])),
    stage: Object.fromEntries(CYCLE.map(({ name, title }) => [name, title])),
  };
  for (const [kind, texts] of Object.entries(tables)) {
    it(`says every ${kind} in Vietnamese and in English`, () => {
      const faults = Object.entries(texts).map(([code, text]) => [code, lacking(text)] as const);
      expect(faults.length).to.be.greaterThan(8);
      expect(faults.filter(([, fault]) => fault !== undefined)).to.deep.equal([]);
    });
  }

  it('reports a text that lacks something', () => {
    expect(lacking({ vi: 'Kỳ đã khóa', en: '' })).to.equal('a language is missing');
    expect(lacking({ vi: 'Period', en: 'Period' })).to.equal('one text for both');
    expect(lacking({ vi: 'Ky da khoa', en: 'Closed' })).to.equal('Vietnamese without accents');
    expect(lacking({ vi: 'Kỳ đã khóa', en: 'Kỳ closed' })).to.equal('English with accents');
  });
});

function mapped<Row>(
  table: Readonly<Record<string, Row>>,
  text: (row: Row) => Bilingual,
): Record<string, Bilingual> {
  return Object.fromEntries(Object.entries(table).map(([code, row]) => [code, text(row)]));
}
