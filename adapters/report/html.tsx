/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import { createHash } from 'node:crypto';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { grouped, type Bilingual } from '../../src/kernel/text.ts';
import { chartOf } from '../../src/report/bar-chart.ts';
import type { Cell, MonthReport, ReportTable } from '../../src/report/month-report.ts';
import type { ReportWriter } from '../../src/report/report-writer.port.ts';
import { bannerOnEverySheet, REPORT_STYLE } from './html-style.ts';

type Check = MonthReport['checks'][number];
type Column = ReportTable['columns'][number];

/** From this many columns a table is laid out a row to a block on a telephone. */
const WIDE_COLUMNS = 4;
/** From this many columns a table is printed on sheets turned sideways. */
const BROAD_COLUMNS = 7;
/** A fact this long is a hash or a list of hashes, and gets a line of its own. */
const LONG_FACT = 40;
/** Up to this many rows a table is kept on one printed sheet. */
const SHORT_ROWS = 12;
/** From this many tables a reader needs a table of contents. */
const MANY_TABLES = 4;

/**
 * Writes a report as one self-contained page: no script, nothing fetched, every text escaped. It
 * depends on the report alone, so the same report gives the same bytes. Rejects with a RangeError
 * for a row that does not fit its table.
 */
export const htmlReport: ReportWriter = {
  extension: 'html',
  write: (report) =>
    new Promise((resolve) => {
      const page = renderToString(<Page report={report} />);
      resolve(Buffer.from(`<!DOCTYPE html>\n${page}\n`, 'utf8'));
    }),
};

function Page({ report }: { report: MonthReport }): VNode {
  const style = REPORT_STYLE + (report.banner === null ? '' : bannerOnEverySheet(report.banner));
  const styleHash = createHash('sha256').update(style).digest('base64');
  return (
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        {/* Should a script ever get past the escaping, the browser still would not run it. */}
        <meta
          http-equiv="Content-Security-Policy"
          content={`default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'none'; base-uri 'none'`}
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{[report.banner, report.title.vi].filter(isText).join(' – ')}</title>
        <style>{style}</style>
      </head>
      <body>
        {report.banner !== null && <div class="band">{report.banner}</div>}
        <Alarm checks={report.checks} />
        <header>
          <div class="column">
            <p>AN SINH</p>
            <h1>
              <Both text={report.title} />
            </h1>
          </div>
        </header>
        <main class="column">
          <Facts facts={report.facts} />
          <Checks checks={report.checks} />
          <Contents tables={report.tables} />
          <div class="tables">
            {report.tables.map((table, i) => (
              <Table table={table} number={i + 1} />
            ))}
          </div>
        </main>
        <footer>
          <Both text={{ vi: 'Hết báo cáo', en: 'End of report' }} />
        </footer>
      </body>
    </html>
  );
}

/** Vietnamese, and English beside it; once when both are the same word, such as a bank's name. */
function Both({ text }: { text: Bilingual }): VNode {
  return (
    <>
      {text.vi}
      {text.en !== text.vi && text.en !== '' && (
        <>
          {' '}
          <small lang="en">{text.en}</small>
        </>
      )}
    </>
  );
}

/** What fails, before anything else: a reader must not meet a figure first and the doubt later. */
function Alarm({ checks }: { checks: readonly Check[] }): VNode | null {
  const failed = checks.filter((check) => !check.holds);
  if (failed.length === 0) return null;
  const share = `${grouped(failed.length)}/${grouped(checks.length)}`;
  return (
    <section class="alarm" aria-labelledby="khong-dat">
      <div class="column">
        <h2 id="khong-dat">
          <Both
            text={{
              vi: `✕ Báo cáo có kiểm tra không đạt: ${share}`,
              en: `Checks that do not hold: ${share}. Do not rely on the figures below.`,
            }}
          />
        </h2>
        <ul>
          {failed.map((check) => (
            <li>
              <span class="bad">✕</span> <Both text={check.label} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Facts({ facts }: { facts: MonthReport['facts'] }): VNode | null {
  if (facts.length === 0) return null;
  return (
    <section aria-labelledby="thong-tin">
      <h2 id="thong-tin">
        <Both text={{ vi: 'Thông tin báo cáo', en: 'About this report' }} />
      </h2>
      <dl class="facts">
        {facts.map((fact) => (
          <div class={fact.value.length >= LONG_FACT ? 'long' : undefined}>
            <dt>
              <Both text={fact.label} />
            </dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Checks({ checks }: { checks: readonly Check[] }): VNode {
  const failedFirst = [...checks].sort((a, b) => Number(a.holds) - Number(b.holds));
  return (
    <section aria-labelledby="kiem-tra">
      <h2 id="kiem-tra">
        <Both text={{ vi: 'Kiểm tra', en: 'Checks' }} />
      </h2>
      <Verdict checks={checks} />
      {checks.length > 0 && (
        <ul class="checks">
          {failedFirst.map((check) => (
            <li class={check.holds ? undefined : 'failed'}>
              <b class={check.holds ? 'good' : 'bad'}>
                {check.holds ? '✓ Đạt' : '✕ Không đạt'}
                <small lang="en">{check.holds ? 'Holds' : 'Does not hold'}</small>
              </b>
              <span>
                <Both text={check.label} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A report without checks has proven nothing, and must not look like one that passed them. */
function Verdict({ checks }: { checks: readonly Check[] }): VNode {
  const holding = checks.filter((check) => check.holds).length;
  const share = `${grouped(holding)}/${grouped(checks.length)}`;
  const all = holding > 0 && holding === checks.length;
  const words =
    checks.length === 0
      ? { vi: '✕ Chưa có kiểm tra nào', en: 'No check was made' }
      : { vi: `${all ? '✓' : '✕'} Đạt ${share} kiểm tra`, en: `${share} checks hold` };
  return (
    <p class={all ? 'verdict good' : 'verdict bad'}>
      <Both text={words} />
    </p>
  );
}

function Contents({ tables }: { tables: readonly ReportTable[] }): VNode | null {
  if (tables.length < MANY_TABLES) return null;
  return (
    <section class="contents-block" aria-labelledby="muc-luc">
      <h2 id="muc-luc">
        <Both text={{ vi: 'Mục lục', en: 'Contents' }} />
      </h2>
      <ul class="contents">
        {tables.map((table, i) => (
          <li>
            <a href={`#bang-${i + 1}`}>{`${i + 1}. ${table.title.vi}`}</a>{' '}
            <small lang="en">{table.title.en}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Table({ table, number }: { table: ReportTable; number: number }): VNode {
  const width = table.columns.length;
  const shape = [
    width >= WIDE_COLUMNS ? 'wide' : 'narrow',
    ...(width >= BROAD_COLUMNS ? ['broad'] : []),
    ...(table.rows.length <= SHORT_ROWS ? ['short'] : []),
  ];
  const id = `bang-${number}`;
  return (
    <section class={shape.join(' ')} aria-labelledby={id} data-table={table.id}>
      <h2 id={id}>
        {`${number}. `}
        <Both text={table.title} />
      </h2>
      <div class="frame">
        <table aria-labelledby={id}>
          <Head columns={table.columns} />
          <tbody>
            {table.rows.map((row) => (
              <Row cells={row} columns={table.columns} />
            ))}
            {table.rows.length === 0 && (
              <tr>
                <td class="empty" colSpan={width}>
                  <Both text={{ vi: 'Không có dòng nào', en: 'No rows' }} />
                </td>
              </tr>
            )}
          </tbody>
          {table.totals !== null && (
            <tfoot>
              <Row cells={table.totals} columns={table.columns} />
            </tfoot>
          )}
        </table>
      </div>
      <Bars table={table} />
      {table.note !== null && (
        <p class="note">
          <Both text={table.note} />
        </p>
      )}
    </section>
  );
}

const BAR = { label: 220, length: 320, step: 22 } as const;

/** The bars of a table, each with its figure. A reader of the screen has the table itself. */
function Bars({ table }: { table: ReportTable }): VNode | null {
  const bars = chartOf(table);
  if (bars.length === 0) return null;
  const width = BAR.label + BAR.length + 160;
  const height = bars.length * BAR.step + 8;
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={table.title.vi}>
      {bars.map(({ label, share, figure }, i) => (
        <g transform={`translate(0 ${i * BAR.step})`}>
          <text class="name" x={BAR.label - 8} y={16} text-anchor="end">
            {label.vi}
          </text>
          <rect x={BAR.label} y={4} width={Math.max(1, share * BAR.length)} height={16} />
          <text x={BAR.label + share * BAR.length + 8} y={16}>
            {grouped(figure)}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Head({ columns }: { columns: readonly Column[] }): VNode {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th scope="col" class={column.kind === 'text' ? undefined : 'figure'}>
            {column.title.vi}
            {column.kind === 'vnd' && <span class="unit"> (đồng)</span>}
            {column.title.en !== column.title.vi && <small lang="en">{column.title.en}</small>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The first cell names the row. A row that does not fit its table is a bug, and is not shown. */
function Row({ cells, columns }: { cells: readonly Cell[]; columns: readonly Column[] }): VNode {
  if (cells.length !== columns.length) {
    throw new RangeError(`a row of ${cells.length} cells in a table of ${columns.length} columns`);
  }
  return (
    <tr>
      {columns.map((column, i) => {
        const content = <Content cell={cells[i] ?? { text: '' }} />;
        const figure = column.kind === 'text' ? undefined : 'figure';
        if (i === 0)
          return (
            <th scope="row" class={figure}>
              {content}
            </th>
          );
        return (
          <td class={isBlank(cells[i]) ? 'blank' : figure} data-label={heading(column)}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

/** A day, a masked number, a reference: broken over two lines nobody can read it. A hash has to be. */
const WHOLE = /^\S{1,20}$/;

function Content({ cell }: { cell: Cell }): VNode {
  if ('label' in cell) {
    return (
      <span>
        <Both text={cell.label} />
      </span>
    );
  }
  if ('text' in cell) {
    return WHOLE.test(cell.text) ? <span class="whole">{cell.text}</span> : <>{cell.text}</>;
  }
  return <>{grouped('vnd' in cell ? cell.vnd : cell.count)}</>;
}

/** The heading of a column in one line, for a telephone, where each figure carries its own. */
function heading({ title, kind }: Column): string {
  const vietnamese = kind === 'vnd' ? `${title.vi} (đồng)` : title.vi;
  return title.en === title.vi ? vietnamese : `${vietnamese} · ${title.en}`;
}

function isBlank(cell: Cell | undefined): boolean {
  return cell === undefined || ('text' in cell && cell.text === '');
}

function isText(value: string | null): value is string {
  return value !== null;
}
