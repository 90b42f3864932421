import { expect } from 'chai';
import { readXlsx } from 'hucre/xlsx';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { sandboxPeople } from '../../adapters/sandbox/province.ts';
import { CYCLE } from '../../src/cycle.ts';
import { NOT_DUE } from '../../src/entitlement/not-due.ts';
import { NO_BENEFIT } from '../../src/entitlement/unemployment-reasons.ts';
import { period } from '../../src/kernel/period.ts';
import { brokenInvariants } from '../support/database.ts';
import {
  booksOf,
  disagreements,
  overpaid,
  useMonthPlace,
  type Books,
  type MonthPlace,
  type MonthRun,
} from '../support/month.ts';
import { listText } from '../support/town.ts';

// `an-sinh month` as an operator runs it: one command, one process, and everything that it says and
// leaves behind.

const CHECKS = 11;
const OWN_LIST = 'test/fixtures/lists/danh-sach-2026-11.csv';

/** The paths that a run printed behind their labels. */
function printedPaths({ stdout }: MonthRun): string[] {
  return stdout
    .split('\n')
    .map((line) => /^\S.*\S {2,}(\S+)$/.exec(line)?.[1] ?? '')
    .filter((text) => isAbsolute(text));
}

function held({ stdout }: MonthRun): { holds: number; fails: number } {
  const lines = stdout.split('\n');
  return {
    holds: lines.filter((line) => line.startsWith('✓ khớp  ')).length,
    fails: lines.filter((line) => line.startsWith('✕ SAI')).length,
  };
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What tells that nobody was paid, and nobody is about to be. */
async function tracesOfPayment(place: MonthPlace): Promise<unknown> {
  const { rows } = await place.db.raw<{ rows: Record<string, bigint>[] }>(
    `select (select count(*) from disbursement_batch) as batches,
            (select count(*) from payment_instruction) as instructions,
            (select count(*) from file_dispatch) as dispatches,
            (select count(*) from ledger_transfer) as transfers`,
  );
  const folders = ['bank', 'post'].flatMap((channel) =>
    ['in', 'out', 'done'].flatMap((name) => filesIn(join(place.sandbox(), channel, name))),
  );
  return { ...rows[0], folders };
}

const NO_TRACE = { batches: 0n, instructions: 0n, dispatches: 0n, transfers: 0n, folders: [] };

describe('a month from the terminal', function () {
  this.timeout(300_000);

  describe('of a made list', () => {
    const place = useMonthPlace();
    let first: MonthRun;
    let books: Books;
    let second: MonthRun;

    before(async () => {
      first = await place().month('--recipients', '150');
      books = await booksOf(place());
      second = await place().month('--recipients', '150');
    });

    it('ends with 0 and complains of nothing', () => {
      expect(first.stderr).to.equal('');
      expect([first.code, first.signal]).to.deep.equal([0, null]);
    });

    it('prints a table of all stages, and every check holds', () => {
      const begins = first.stdout.split('\n').map((line) => line.split(' ', 1)[0]);
      expect(begins).to.include.members(CYCLE.map(({ name }) => name));
      expect(held(first)).to.deep.equal({ holds: CHECKS, fails: 0 });
    });

    it('says at once that it is a sandbox', () => {
      expect(first.stdout.split('\n')[0]).to.equal('SANDBOX  kỳ / period 2026-11');
    });

    it('prints where everything lies, and there it lies', () => {
      const paths = printedPaths(first);
      expect(paths).to.have.length(9);
      expect(paths.filter((path) => !existsSync(path))).to.deep.equal([]);
      expect(paths.filter((path) => !path.startsWith(place().home))).to.deep.equal([]);
    });

    it('leaves nothing waiting at the counterparts', () => {
      for (const channel of ['bank', 'post']) {
        expect(filesIn(join(place().sandbox(), channel, 'in'))).to.deep.equal([]);
        expect(filesIn(join(place().sandbox(), channel, 'out'))).to.deep.equal(['taken']);
        expect(filesIn(join(place().sandbox(), channel, 'done'))).not.to.deep.equal([]);
      }
    });

    it('gave the bank nothing but valid pain.001', () => {
      using schema = XmlDocument.fromString(
        readFileSync('adapters/bank/iso20022/xsd/pain.001.001.09.xsd', 'utf8'),
      );
      using validator = XsdValidator.fromDoc(schema);
      const folder = join(place().sandbox(), 'bank', 'done');
      for (const name of readdirSync(folder)) {
        const text = readFileSync(join(folder, name), 'utf8');
        using document = XmlDocument.fromString(text);
        validator.validate(document);

        // The planted defect: the schema does refuse the same file without one element.
        using broken = XmlDocument.fromString(text.replace('<PmtMtd>TRF</PmtMtd>', ''));
        expect(() => {
          validator.validate(broken);
        }, name).to.throw();
      }
    });

    it('says SANDBOX on the report and on every sheet of it', async () => {
      const [html = '', xlsx = '', pdf = ''] = printedPaths(first).slice(-3);
      expect(readFileSync(html, 'utf8')).to.match(/<title>SANDBOX[^]*class="band">SANDBOX</);
      const { sheets } = await readXlsx(readFileSync(xlsx));
      expect(sheets.length).to.be.greaterThan(1);
      for (const { name, rows } of sheets) {
        expect(rows.flat(), name).to.include('SANDBOX');
      }
      // What stands on its sheets is in test/unit/report-pdf.test.ts.
      expect(readFileSync(pdf).subarray(0, 5).toString()).to.equal('%PDF-');
    });

    it('agrees with the bank and the post office on every reference', () => {
      expect(books.theirs.BANK.size).to.be.greaterThan(50);
      expect(books.theirs.POST.size).to.be.greaterThan(5);
      expect(disagreements(books.ledger.BANK, books.theirs.BANK)).to.deep.equal([]);
      expect(disagreements(books.ledger.POST, books.theirs.POST)).to.deep.equal([]);
      expect(overpaid(books)).to.deep.equal([]);
    });

    it('would notice if they paid one dong more, another person, or one person twice', () => {
      const [reference = '', amount = 0n] =
        [...books.theirs.BANK].find(([, vnd]) => vnd > 0n) ?? [];
      const wrong = {
        more: new Map([...books.theirs.BANK, [reference, amount + 1n]]),
        another: new Map([...books.theirs.BANK, ['AS2611TG999N1T1', 1n]]),
        twice: new Map([...books.theirs.BANK, [reference, amount * 2n]]),
      };
      for (const BANK of Object.values(wrong)) {
        expect(disagreements(books.ledger.BANK, BANK)).to.have.length(1);
        const theirs = { BANK, POST: books.theirs.POST };
        expect(overpaid({ ...books, theirs }).length).to.be.greaterThan(0);
      }
    });

    it('run again, does nothing and says so', async () => {
      expect(second.stderr).to.equal('');
      expect(second.code).to.equal(0);
      expect(second.stdout.split('\n')).to.include('Không có gì mới / nothing to do');
      expect(first.stdout).not.to.include('nothing to do');
      expect(held(second)).to.deep.equal({ holds: CHECKS, fails: 0 });
      expect(first.stateHash).to.match(/^[0-9a-f]{64}$/);
      expect(second.stateHash).to.equal(first.stateHash);
      expect(await booksOf(place())).to.deep.equal(books);
      expect(printedPaths(second)).to.deep.equal(printedPaths(first));
    });

    it('keeps every invariant', async () => {
      expect(await brokenInvariants(place().db)).to.deep.equal([]);
    });
  });

  describe('after another', () => {
    const place = useMonthPlace();
    let next: MonthRun;

    before(async () => {
      await place().month('--recipients', '120');
      next = await place().month('--recipients', '120', '--period', '2026-12');
    });

    it('ends with 0, every check holds, and nobody is paid a month twice', async () => {
      expect([next.code, next.stderr]).to.deep.equal([0, '']);
      expect(held(next)).to.deep.equal({ holds: CHECKS, fails: 0 });
      expect(await brokenInvariants(place().db)).to.deep.equal([]);
      const books = await booksOf(place());
      expect(overpaid(books)).to.deep.equal([]);
      expect(disagreements(books.ledger.BANK, books.theirs.BANK)).to.deep.equal([]);
    });

    it('has had explained, by somebody who did not send the list, what has changed since', async () => {
      const { rows } = await place().db.raw<{ rows: Record<string, unknown>[] }>(
        `select count(*) > 0 as any, bool_and(a.answered_by <> l.imported_by) as others,
                (select count(*) from movement_alarm) - count(*) as open
           from movement_answer a join recipient_list l using (list_id)`,
      );
      expect(rows).to.deep.equal([{ any: true, others: true, open: 0n }]);
    });
  });

  describe('of a list with one faulty row, to be taken whole or not at all', () => {
    const place = useMonthPlace();
    // Without the faults that every made list has.
    const people = [
      ...sandboxPeople({ seed: 5, recipients: 40, period: period('2026-11') }),
    ].filter(({ planted }) => planted === null);
    const good = listText(people);
    const citizen = people[10]?.registered[0];
    const number = citizen?.citizen_id ?? '';
    const list = (text: string): string => {
      const path = join(place().home, 'list.csv');
      writeFileSync(path, text);
      return path;
    };

    it('is refused with one clear sentence and nobody’s name, and pays nobody', async () => {
      expect(number).to.match(/^\d{12}$/);
      // However often it is tried.
      for (const path of [1, 2].map(() => list(good.replace(number, number.slice(0, 11))))) {
        const { code, stderr, stdout } = await place().month('--list', path, '--strict');
        expect(code).to.equal(1);
        expect(stderr).to.match(/^list-has-faulty-rows: [^\n]+; listId=1; refused=\d+; [^\n]+\n$/);
        expect(stderr).not.to.include(number.slice(0, 11));
        expect(stderr).not.to.include(citizen?.full_name);
        expect(stdout).not.to.include('state hash');
        expect(await tracesOfPayment(place())).to.deep.equal(NO_TRACE);
      }
      expect(await brokenInvariants(place().db)).to.deep.equal([]);
    });

    it('is paid once it has been corrected', async () => {
      const { code, stderr } = await place().month('--list', list(good), '--strict');
      expect([code, stderr]).to.deep.equal([0, '']);
      const books = await booksOf(place());
      expect(books.instructed.size).to.be.greaterThan(30);
      expect(overpaid(books)).to.deep.equal([]);
      expect(await brokenInvariants(place().db)).to.deep.equal([]);
    });
  });

  describe('of a list for another period', () => {
    const place = useMonthPlace();

    it('is refused with one clear sentence, and pays nobody', async () => {
      const { code, stderr } = await place().month('--list', OWN_LIST, '--period', '2026-12');
      expect(code).to.equal(1);
      expect(stderr).to.match(/^list-for-another-period: [^\n]+; asked=2026-12\n$/);
      expect(await tracesOfPayment(place())).to.deep.equal(NO_TRACE);
    });
  });

  describe('of an operator’s own list of four programmes', () => {
    const place = useMonthPlace();
    let run: MonthRun;

    before(async () => {
      run = await place().month('--list', OWN_LIST);
    });

    it('ends with 0 and every check holds', () => {
      expect([run.code, run.stderr]).to.deep.equal([0, '']);
      expect(held(run)).to.deep.equal({ holds: CHECKS, fails: 0 });
    });

    it('pays every programme by its own law, or says why not', async () => {
      const { rows } = await place().db.raw<{ rows: Record<string, unknown>[] }>(
        `select programme, coalesce(reason, 'due') as reason, count(*) as people,
                sum(amount_vnd) > 0 as due,
                (select count(*) from payment_instruction i
                  where i.programme = a.programme) > 0 as instructed
           from assessment a where programme <> 'social_assistance' or amount_vnd > 0
          group by 1, 2 order by 1, 2`,
      );
      const paid = { reason: 'due', due: true, instructed: true };
      const benefit = { programme: 'unemployment', instructed: true };
      expect(rows).to.deep.equal([
        { programme: 'merit', people: 300n, ...paid },
        { programme: 'social_assistance', people: rows[1]?.people, ...paid },
        { programme: 'social_pension', people: 600n, ...paid },
        { ...benefit, people: 44n, reason: 'due', due: true },
        // On the day on which the list is cut the decision, or the benefit month, lies ahead.
        { ...benefit, people: 52n, reason: 'not-yet-decided', due: false },
        { ...benefit, people: 104n, reason: 'not-yet-entitled', due: false },
      ]);
      expect(Number(rows[1]?.people)).to.be.within(850, 912);
      const html = readFileSync(printedPaths(run).at(-3) ?? '', 'utf8');
      const said = { ...NO_BENEFIT, ...NOT_DUE };
      expect(html).to.contain(said['not-yet-entitled'].vi).and.not.contain('law-not-here');
    });

    it('agrees with the bank and the post office, and keeps every invariant', async () => {
      const books = await booksOf(place());
      expect(books.theirs.BANK.size).to.be.greaterThan(500);
      expect(disagreements(books.ledger.BANK, books.theirs.BANK)).to.deep.equal([]);
      expect(disagreements(books.ledger.POST, books.theirs.POST)).to.deep.equal([]);
      expect(overpaid(books)).to.deep.equal([]);
      expect(await brokenInvariants(place().db)).to.deep.equal([]);
    });
  });
});
