/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Both lines repeat tsconfig.json: the loader reads that file only in the folder it is started from.
import type { VNode } from 'preact';
import { grouped } from '../kernel/text.ts';
import type { Cell, MonthReport, ReportTable } from '../report/month-report.ts';
import { chartOf } from '../report/bar-chart.ts';
import { BarChart } from './chart.tsx';
import { Facts, Heading, Notice, Table } from './components.tsx';
import { useText, useWords } from './frame.ts';
import { OFFICE_TEXTS } from './office.text.ts';
import { paths } from './paths.ts';

/** The month accounted for, on screen: the tables of the report, with bars where they say more. */
export function MonthReportPage({ report }: { report: MonthReport }): VNode {
  const t = useWords(OFFICE_TEXTS);
  const say = useText();
  const failed = report.checks.filter(({ holds }) => !holds);
  return (
    <>
      <Heading title={say(report.title)} above={[{ label: t('reports'), href: paths.reports }]} />
      <p class="lead">{t('month-report-lead')}</p>
      {failed.length === 0 ? (
        <Notice tone="good" title={t('checks-hold')} />
      ) : (
        <Notice tone="bad" title={t('checks-fail')}>
          <ul>
            {failed.map(({ label }) => (
              <li>{say(label)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Facts
        facts={report.facts.map(({ label, value }) => ({
          label: say(label),
          value,
          long: value.length > 40,
        }))}
      />
      {report.tables.map((table) => (
        <OneTable table={table} />
      ))}
    </>
  );
}

function OneTable({ table }: { table: ReportTable }): VNode {
  const say = useText();
  const { title, columns, rows, totals, note } = table;
  const bars = chartOf(table);
  return (
    <section id={table.id}>
      <h2>{say(title)}</h2>
      {bars.length > 0 && (
        <BarChart
          title={say(title)}
          bars={bars.map(({ label, figure }) => ({
            label: say(label),
            value: figure,
            written: grouped(figure),
          }))}
        />
      )}
      <Table
        label={say(title)}
        rows={rows}
        columns={columns.map((column, i) => ({
          title: say(column.title),
          kind: column.kind === 'count' || column.kind === 'share' ? 'figure' : column.kind,
          names: i === 0,
          // On a telephone the name of a row and its last two figures stay.
          minor: i > 0 && i < columns.length - 2,
          cell: (row: readonly Cell[]) => cellText(row[i], say),
          ...(totals === null ? {} : { total: cellText(totals[i], say) }),
        }))}
      />
      {note !== null && (
        <p>
          <small>{say(note)}</small>
        </p>
      )}
    </section>
  );
}

function cellText(cell: Cell | undefined, say: ReturnType<typeof useText>): string {
  if (cell === undefined) return '';
  if ('label' in cell) return say(cell.label);
  if ('text' in cell) return cell.text;
  return grouped('vnd' in cell ? cell.vnd : cell.count);
}
